#include "check/token.h"

#include <stdlib.h>
#include <unicase.h>
#include <uninorm.h>

#include "base/utf8.h"

#define H16 TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, \
	TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH, TOKEN_HIGH
#define LETTERS 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', \
	'u', 'v', 'w', 'x', 'y', 'z'

const unsigned char token_byte[256] = {
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
	['A'] = LETTERS,
	['a'] = LETTERS,
	[0x80] = H16, H16, H16, H16, H16, H16, H16, H16,
};

enum token_class token_class_of(uint32_t cp)
{
	if (cp < 0x80)
		return token_byte[cp] ? TOKEN_PART : TOKEN_SEPARATES;
	if (cp_ideograph(cp))
		return TOKEN_ALONE;
	if (cp_ignorable(cp))
		return TOKEN_DROPPED;
	return cp_letter(cp) || cp_digit(cp) ? TOKEN_PART : TOKEN_SEPARATES;
}

/* What a character folds to where that is one character that no normalisation touches; 0 where it takes the long way. */
static uint32_t fold_simply(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	if (cp < 0x100) {
		if (cp == 0xb5 || cp == 0xdf)
			return 0;
		return cp >= 0xc0 && cp <= 0xde && cp != 0xd7 ? cp + 32 : cp;
	}
	if (cp >= 0x430 && cp < 0x450)
		return cp;
	if (cp >= 0x410 && cp < 0x430)
		return cp + 32;
	/* Hebrew, Arabic and Devanagari letters, kana, ideographs, Hangul: no case, and NFC as they are. */
	if ((cp >= 0x5d0 && cp < 0x5eb) || (cp >= 0x620 && cp < 0x64b) || (cp >= 0x660 && cp < 0x66a) || (cp >= 0x671 && cp < 0x6d4) ||
	    (cp >= 0x905 && cp < 0x929) || (cp >= 0x3041 && cp < 0x3097) || (cp >= 0x30a1 && cp < 0x30fb) ||
	    (cp >= 0x3400 && cp < 0xa000) || (cp >= 0xac00 && cp < 0xd7a4))
		return cp;
	return 0;
}

void token_fold(struct span token, struct buf *out)
{
	size_t start = out->n, at = 0, len = 0, kept = 0;
	uint8_t *folded;
	bool simple = true;
	char *bare;

	while (at < token.n) {
		uint32_t cp = utf8_next(token.p, token.n, &at), f;

		if (cp >= 0x80 && cp_ignorable(cp))
			continue;
		f = fold_simply(cp);
		if (!f) {
			simple = false;
			break;
		}
		utf8_add(out, f);
	}
	if (simple)
		return;
	/* The long way: without what cannot be seen, then as Unicode says. */
	out->n = start;
	bare = mem_alloc(token.n + 1);
	for (at = 0; at < token.n;) {
		size_t from = at;

		if (cp_ignorable(utf8_next(token.p, token.n, &at)))
			continue;
		memcpy(bare + kept, token.p + from, at - from);
		kept += at - from;
	}
	folded = u8_casefold((const uint8_t *)bare, kept, NULL, UNINORM_NFC, NULL, &len);
	if (folded)
		buf_put(out, (const char *)folded, len);
	else
		buf_put(out, bare, kept);
	free(folded);
	free(bare);
}

bool token_next(struct span s, size_t *at, struct span *ret)
{
	size_t i = *at, begin = SIZE_MAX, end = 0;

	while (i < s.n) {
		size_t from = i;
		enum token_class class = token_class_of(utf8_next(s.p, s.n, &i));

		if (class == TOKEN_DROPPED)
			continue;
		if (class == TOKEN_SEPARATES || (class == TOKEN_ALONE && begin != SIZE_MAX)) {
			if (begin == SIZE_MAX)
				continue;
			i = from;
			break;
		}
		if (begin == SIZE_MAX)
			begin = from;
		end = i;
		if (class == TOKEN_ALONE)
			break;
	}
	*at = i;
	if (begin == SIZE_MAX)
		return false;
	*ret = span_sub(s, begin, end);
	return true;
}
