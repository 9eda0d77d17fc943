/*
 * The text of a written package, for the search that follows writing.
 *
 * A small scanner rather than a parser: the bytes are our own, and all that counts is that no word escapes.  Text of a
 * paragraph stays together whatever tags stand inside; the end of a paragraph, and each attribute's value, is a line, and
 * ends in a word that nobody writes, since words that only happen to follow each other are no sequence.
 */
#include "format/odt/internal.h"

#include "base/utf8.h"
#include "io/zip.h"

static const struct {
	const char *name;
	uint32_t cp;
} entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };

#define APART " zqodtqz\n"

static size_t put_entity(struct span s, size_t i, struct buf *out)
{
	size_t end = span_find_char(s, ';', i);
	struct span name;
	uint32_t cp = 0;

	if (end == SIZE_MAX || end - i > 10) {
		buf_char(out, '&');
		return i + 1;
	}
	name = span_sub(s, i + 1, end);
	for (size_t k = 0; k < ARRAY_LEN(entities); k++)
		if (span_is(name, entities[k].name))
			cp = entities[k].cp;
	if (!cp && name.n > 1 && name.p[0] == '#') {
		bool hex = name.p[1] == 'x';

		for (size_t k = hex ? 2 : 1; k < name.n; k++) {
			char d = name.p[k];
			uint32_t v = d >= '0' && d <= '9' ? (uint32_t)(d - '0') :
				     d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10) :
				     d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A' + 10) : 0;

			cp = cp * (hex ? 16 : 10) + v;
		}
	}
	utf8_add(out, cp && cp < 0x110000 ? cp : 0xfffd);
	return end + 1;
}

static void put_decoded(struct span s, struct buf *out)
{
	size_t start = 0, i;

	while ((i = span_find_char(s, '&', start)) != SIZE_MAX) {
		buf_add(out, span_sub(s, start, i));
		start = put_entity(s, i, out);
	}
	buf_add(out, span_sub(s, start, s.n));
}

/* Values that only name things of ODF, by the prefix of their attribute: never words of anybody. */
static bool words_in(struct span name)
{
	static const char *const plain[] = { "text:style-name", "table:style-name", "text:outline-level", "text:change-id",
		"xml:id", "text:id", "text:continue-list", "text:c", "text:note-class", "xlink:type", "office:value-type",
		"text:reference-format", "svg:width", "svg:height" };

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (span_is(name, plain[i]))
			return false;
	return true;
}

static void put_values(struct span tag, struct buf *values)
{
	size_t i = 0;

	while ((i = span_find_char(tag, '=', i)) != SIZE_MAX) {
		size_t begin = i, end;

		if (++i == tag.n || (tag.p[i] != '"' && tag.p[i] != '\''))
			continue;
		while (begin && tag.p[begin - 1] != ' ')
			begin--;
		end = span_find_char(tag, tag.p[i], i + 1);
		if (end == SIZE_MAX)
			return;
		if (words_in(span_sub(tag, begin, i - 1))) {
			put_decoded(span_sub(tag, i + 1, end), values);
			BUF_LIT(values, APART);
		}
		i = end + 1;
	}
}

static bool inside_words(struct span name)
{
	static const char *const names[] = { "text:span", "text:a", "text:bookmark-start", "text:bookmark-end", "text:bookmark",
		"text:change-start", "text:change-end", "text:change", "text:bookmark-ref", "office:annotation-end", "draw:frame",
		"draw:image", "svg:desc" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

static bool is_space(struct span name)
{
	return span_is(name, "text:s") || span_is(name, "text:tab") || span_is(name, "text:line-break");
}

/* Stands inside a paragraph and is none of its words. */
static bool beside_words(struct span name)
{
	static const char *const names[] = { "text:note", "text:note-ref", "office:annotation", "svg:title" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

static void put_text_of(struct span s, struct buf *out, struct buf *values)
{
	struct buf beside = { 0 }, *to = out;
	struct span outer = { 0 };
	size_t i = 0;

	while (i < s.n) {
		const char *open = memchr(s.p + i, '<', s.n - i);
		size_t end, name_end;
		struct span tag, name;
		bool closing;

		if (!open)
			open = s.p + s.n;
		put_decoded(span_of(s.p + i, (size_t)(open - (s.p + i))), to);
		i = (size_t)(open - s.p);
		if (i == s.n)
			break;
		end = span_find_char(s, '>', i);
		if (end == SIZE_MAX)
			end = s.n;
		tag = span_sub(s, i + 1, end);
		i = end < s.n ? end + 1 : end;
		closing = tag.n && tag.p[0] == '/';
		for (name_end = closing; name_end < tag.n && tag.p[name_end] != ' ' && tag.p[name_end] != '/';)
			name_end++;
		name = span_sub(tag, closing, name_end);
		if (is_space(name)) {
			buf_char(to, ' ');
		} else if (to == out && !closing && beside_words(name) && tag.p[tag.n - 1] != '/') {
			outer = name;
			to = &beside;
		} else if (to != out && closing && span_eq(name, outer)) {
			BUF_LIT(to, APART);
			to = out;
		} else if (!inside_words(name)) {
			/* Most tags follow a tag: once is enough. */
			if (to->n && to->p[to->n - 1] != '\n')
				BUF_LIT(to, APART);
		}
		if (name_end < tag.n && !closing)
			put_values(tag, values);
	}
	BUF_LIT(out, APART);
	buf_add(out, buf_span(&beside));
	buf_done(&beside);
}

int odt_reopen(struct span bytes, struct buf *ret_text, struct fault *f)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	struct buf part = { 0 }, values = { 0 };
	int r = zip_in_open(bytes, "the written file", &z, f);

	for (size_t i = 0; !r && i < zip_in_count(z); i++) {
		struct span name = span_str(zip_in_name(z, i));

		buf_add(ret_text, name);
		BUF_LIT(ret_text, APART);
		/* Pictures are the author's bytes, taken as they are. */
		if (!span_ends(name, SPAN_LIT(".xml")) && !span_is(name, "mimetype") && !span_ends(name, SPAN_LIT(".svg")))
			continue;
		buf_clear(&part);
		r = zip_in_read(z, zip_in_name(z, i), &part, f);
		if (!r)
			put_text_of(buf_span(&part), ret_text, &values);
	}
	buf_add(ret_text, buf_span(&values));
	buf_done(&part);
	buf_done(&values);
	return r;
}

bool odt_probe(struct span bytes)
{
	/* mimetype is the first entry and stored: ODF 1.3 part 2, 3.3. */
	return bytes.n > 77 && !memcmp(bytes.p, "PK\3\4", 4) && !memcmp(bytes.p + 30, "mimetype" ODT_MIMETYPE, 47);
}
