#include "base/utf8.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <uniwidth.h>

#include "base/bytes.h"

uint32_t utf8_next(const char *p, size_t n, size_t *at)
{
	const unsigned char *q = (const unsigned char *)p + *at;
	size_t left = n - *at;

	if (q[0] < 0x80) {
		*at += 1;
		return q[0];
	}
	if (q[0] < 0xe0 && left >= 2) {
		*at += 2;
		return (uint32_t)(q[0] & 0x1f) << 6 | (q[1] & 0x3f);
	}
	if (q[0] < 0xf0 && left >= 3) {
		*at += 3;
		return (uint32_t)(q[0] & 0x0f) << 12 | (uint32_t)(q[1] & 0x3f) << 6 | (q[2] & 0x3f);
	}
	if (left >= 4) {
		*at += 4;
		return (uint32_t)(q[0] & 0x07) << 18 | (uint32_t)(q[1] & 0x3f) << 12 | (uint32_t)(q[2] & 0x3f) << 6 |
		       (q[3] & 0x3f);
	}
	*at = n;
	return 0xfffd;
}

uint32_t utf8_last(struct span s)
{
	size_t at = s.n;

	if (!s.n)
		return 0;
	do
		at--;
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80);
	return utf8_next(s.p, s.n, &at);
}

size_t utf8_encode(uint32_t cp, char enc[4])
{
	if (cp < 0x80) {
		enc[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		enc[0] = (char)(0xc0 | cp >> 6);
		enc[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		enc[0] = (char)(0xe0 | cp >> 12);
		enc[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		enc[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	enc[0] = (char)(0xf0 | cp >> 18);
	enc[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	enc[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	enc[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* Bytes of the ASCII prefix of p[0..n), eight at a time. */
static size_t ascii_prefix(const unsigned char *p, size_t n)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		if (bytes_load((const char *)p + i) & BYTES_HIGH)
			break;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

size_t utf8_invalid(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		unsigned c;
		size_t len;
		uint32_t cp, least;

		i += ascii_prefix(p + i, s.n - i);
		if (i >= s.n)
			break;
		c = p[i];
		if (c >= 0xc2 && c < 0xe0) {
			len = 2;
			cp = c & 0x1f;
			least = 0x80;
		} else if (c >= 0xe0 && c < 0xf0) {
			len = 3;
			cp = c & 0x0f;
			least = 0x800;
		} else if (c >= 0xf0 && c < 0xf5) {
			len = 4;
			cp = c & 0x07;
			least = 0x10000;
		} else {
			return i;
		}
		if (s.n - i < len)
			return i;
		for (size_t k = 1; k < len; k++) {
			if ((p[i + k] & 0xc0) != 0x80)
				return i;
			cp = cp << 6 | (p[i + k] & 0x3f);
		}
		if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
			return i;
		i += len;
	}
	return SIZE_MAX;
}

bool utf8_is_ascii(struct span s)
{
	return s.n == 0 || ascii_prefix((const unsigned char *)s.p, s.n) == s.n;
}

size_t utf8_count(struct span s)
{
	size_t count = s.n, i = 0;

	/* All bytes but those that continue a character, eight at a time: 10xxxxxx has bit 7 and not bit 6. */
	for (; s.n - i >= 8; i += 8) {
		uint64_t w = bytes_load(s.p + i);

		count -= bytes_count(w & ~w << 1 & BYTES_HIGH);
	}
	for (; i < s.n; i++)
		count -= ((unsigned char)s.p[i] & 0xc0) == 0x80;
	return count;
}

size_t utf8_width(struct span s)
{
	size_t width = 0, i = 0;

	if (utf8_is_ascii(s))
		return s.n;
	while (i < s.n) {
		int w = uc_width(utf8_next(s.p, s.n, &i), "UTF-8");

		width += w > 0 ? (size_t)w : 0;
	}
	return width;
}

bool cp_white(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= 9 && cp <= 13);
	return cp == 0x85 || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

bool cp_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M);
}

bool cp_mark(uint32_t cp)
{
	return cp >= 0x300 && uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_M);
}

bool cp_digit(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= '0' && cp <= '9';
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_Nd);
}

bool cp_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'a' && cp <= 'z';
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_Ll);
}

static bool is_hangul(uint32_t cp)
{
	return (cp >= 0x1100 && cp <= 0x11ff) || (cp >= 0x3130 && cp <= 0x318f) || (cp >= 0xa960 && cp <= 0xa97f) ||
	       (cp >= 0xac00 && cp <= 0xd7ff) || (cp >= 0xffa0 && cp <= 0xffdc);
}

bool cp_wide(uint32_t cp)
{
	return cp >= 0x1100 && !is_hangul(cp) && uc_width(cp, "UTF-8") == 2;
}

bool cp_ideograph(uint32_t cp)
{
	return (cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0x3005 && cp <= 0x3007) || (cp >= 0x3021 && cp <= 0x3029) ||
	       (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a1 && cp <= 0x30fa) || (cp >= 0x31f0 && cp <= 0x31ff) ||
	       (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0x20000 && cp <= 0x3ffff) || (cp >= 0xff66 && cp <= 0xff9d);
}

bool cp_ignorable(uint32_t cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200d) || cp == 0x2060 || cp == 0xfeff;
}

enum script cp_script(uint32_t cp)
{
	if (cp < 0x250)
		return cp_letter(cp) ? SCRIPT_LATIN : SCRIPT_NEUTRAL;
	if ((cp >= 0x590 && cp <= 0x8ff) || (cp >= 0xfb1d && cp <= 0xfdff) || (cp >= 0xfe70 && cp <= 0xfeff && cp != 0xfeff) ||
	    (cp >= 0x10800 && cp <= 0x10fff) || (cp >= 0x1e800 && cp <= 0x1eeff))
		return cp_digit(cp) ? SCRIPT_NEUTRAL : SCRIPT_RTL;
	if ((cp >= 0x900 && cp <= 0xdff) || (cp >= 0xe00 && cp <= 0xfff) || (cp >= 0x1000 && cp <= 0x109f) ||
	    (cp >= 0x1780 && cp <= 0x18af) || (cp >= 0x1a00 && cp <= 0x1cff) || (cp >= 0xa8e0 && cp <= 0xabff))
		return SCRIPT_COMPLEX;
	if (cp_ideograph(cp) || is_hangul(cp) || (cp >= 0x2e80 && cp <= 0x31ff) || (cp >= 0xff00 && cp <= 0xffef) ||
	    (cp >= 0xfe30 && cp <= 0xfe4f))
		return SCRIPT_EAST_ASIAN;
	return cp_letter(cp) ? SCRIPT_LATIN : SCRIPT_NEUTRAL;
}

/* Code points of which none composes, decomposes or reorders: NFC_QC=Yes and combining class 0 for all of them. */
static bool nfc_inert(uint32_t cp)
{
	return cp < 0x300 || (cp >= 0x400 && cp < 0x483) || (cp >= 0x48a && cp < 0x530) || (cp >= 0x5d0 && cp < 0x5eb) ||
	       (cp >= 0x60c && cp < 0x610) || (cp >= 0x61b && cp < 0x64b) || (cp >= 0x660 && cp < 0x670) ||
	       (cp >= 0x671 && cp < 0x6d6) || (cp >= 0x1e00 && cp < 0x1f00) || (cp >= 0x2002 && cp < 0x2060) ||
	       (cp >= 0x20a0 && cp < 0x20d0) || (cp >= 0x2190 && cp < 0x2200) || (cp >= 0x3000 && cp < 0x302a) ||
	       (cp >= 0x3041 && cp < 0x3097) || (cp >= 0x30a0 && cp < 0x3100) || (cp >= 0x3400 && cp < 0xa000) ||
	       (cp >= 0xac00 && cp < 0xd7a4) || (cp >= 0xff00 && cp < 0xfff0);
}

bool utf8_surely_nfc(struct span s)
{
	size_t i = 0;

	while (i < s.n) {
		if ((unsigned char)s.p[i] < 0x80)
			i += ascii_prefix((const unsigned char *)s.p + i, s.n - i);
		else if (!nfc_inert(utf8_next(s.p, s.n, &i)))
			return false;
	}
	return true;
}

void utf8_nfc(struct span s, struct buf *out)
{
	size_t len = 0;
	uint8_t *norm;

	if (utf8_surely_nfc(s)) {
		buf_add(out, s);
		return;
	}
	norm = u8_normalize(UNINORM_NFC, (const uint8_t *)s.p, s.n, NULL, &len);
	if (!norm) {
		buf_add(out, s);
		return;
	}
	buf_put(out, (const char *)norm, len);
	free(norm);
}

void utf8_add(struct buf *b, uint32_t cp)
{
	char enc[4];

	buf_put(b, enc, utf8_encode(cp, enc));
}
