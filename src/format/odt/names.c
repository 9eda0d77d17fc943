/* Namespaces, languages, and what the letters of a text say about both language and direction. */
#include "format/odt/internal.h"

#include "base/utf8.h"

const char *const odt_namespaces[] = {
#define X(key, prefix, uri) uri,
	ODT_NS_LIST(X)
#undef X
	NULL
};

const char *const odt_prefixes[] = {
#define X(key, prefix, uri) prefix,
	ODT_NS_LIST(X)
#undef X
};

void odt_declare(struct xml_out *x)
{
#define X(key, prefix, uri)       \
	if (NS_##key <= NS_NUMBER) \
		xml_out_attr_str(x, "xmlns:" prefix, uri);
	ODT_NS_LIST(X)
#undef X
}

void odt_language(struct span tag, struct span *ret_language, struct span *ret_country)
{
	/* Where a tag of a UN language names no country, the one that Word processors have a dictionary for. */
	static const char usual[][2][3] = { { "en", "GB" }, { "fr", "FR" }, { "es", "ES" }, { "ar", "SA" }, { "zh", "CN" },
		{ "ru", "RU" }, { "he", "IL" }, { "ja", "JP" }, { "ko", "KR" }, { "hi", "IN" }, { "th", "TH" }, { "fa", "IR" } };
	struct span rest = tag, part;

	*ret_language = SPAN_LIT("en");
	*ret_country = SPAN_LIT("none");
	if (span_split(&rest, '-', &part) && part.n >= 2 && part.n <= 3)
		*ret_language = part;
	while (span_split(&rest, '-', &part)) {
		if (part.n == 2) {
			*ret_country = part;
			return;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (span_is(*ret_language, usual[i][0]))
			*ret_country = span_str(usual[i][1]);
}

void odt_letters_add(struct odt_letters *l, struct span text)
{
	size_t i = 0, n = text.n;

	while (i < n) {
		unsigned char c = (unsigned char)text.p[i];
		uint32_t cp;

		if (c < 0x80) {
			/* Eight bytes of ASCII at a time: only their number matters, and spaces hardly change it. */
			uint64_t word;

			if (n - i >= 8) {
				memcpy(&word, text.p + i, 8);
				if (!(word & 0x8080808080808080u)) {
					l->latin += 6;
					i += 8;
					continue;
				}
			}
			l->latin += (c | 32) >= 'a' && (c | 32) <= 'z';
			i++;
			continue;
		}
		cp = utf8_next(text.p, n, &i);
		if (cp < 0x590) {
			l->latin++;
			continue;
		}
		if (cp >= 0x2000 && cp < 0x2e80)
			continue;
		switch (cp_script(cp)) {
		case SCRIPT_RTL:
			l->rtl++;
			if ((cp >= 0x590 && cp < 0x600) || (cp >= 0xfb1d && cp < 0xfb50))
				l->hebrew = true;
			else
				l->arabic = true;
			break;
		case SCRIPT_LATIN:
			l->latin++;
			break;
		case SCRIPT_COMPLEX:
			l->latin++;
			l->devanagari = l->devanagari || (cp >= 0x900 && cp < 0x980);
			l->thai = l->thai || (cp >= 0xe00 && cp < 0xe80);
			break;
		case SCRIPT_EAST_ASIAN:
			l->latin++;
			if (cp >= 0x3040 && cp < 0x3100)
				l->kana = true;
			else if ((cp >= 0xac00 && cp < 0xd7b0) || (cp >= 0x1100 && cp < 0x1200))
				l->hangul = true;
			else
				l->ideograph = true;
			break;
		case SCRIPT_NEUTRAL:
			break;
		}
	}
}
