/*
 * utf8: decoding, checking and classing code points.
 *
 * Source: RFC 3629; the properties come from libunistring, with a fast path for ASCII.
 * Columns are code points from 1, never bytes or cells; a BOM is not counted.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

#define UTF8_BOM "\xef\xbb\xbf"

/* Decodes the code point at p[*at], at < n, and moves *at on.  The text must be valid UTF-8. */
uint32_t utf8_next(const char *p, size_t n, size_t *at);

/* The last code point of valid text; 0 where there is none. */
uint32_t utf8_last(struct span s);

/* Bytes written, 1 to 4. */
size_t utf8_encode(uint32_t cp, char enc[4]);

/* Offset of the first byte that is not part of valid UTF-8 (surrogates, overlong forms and a cut
 * sequence included), or SIZE_MAX.  NUL is valid here. */
size_t utf8_invalid(struct span s);

/* Code points in s, which must be valid. */
size_t utf8_count(struct span s);

/* Columns on a terminal: wide and full-width count two, combining marks and controls none. */
size_t utf8_width(struct span s);

bool cp_white(uint32_t cp);    /* Unicode White_Space */
bool cp_letter(uint32_t cp);   /* general category L or M */
bool cp_mark(uint32_t cp);     /* general category M */
bool cp_digit(uint32_t cp);    /* general category Nd */
bool cp_wide(uint32_t cp);     /* East Asian Width W or F, Hangul apart (FORMAT.md F2) */
bool cp_ideograph(uint32_t cp); /* one token each: ideographs and kana (FORMAT.md F4, F7) */
bool cp_ignorable(uint32_t cp); /* U+00AD, U+200B-200D, U+2060, U+FEFF (FORMAT.md F7) */
bool cp_lower(uint32_t cp);

/* What script a run of text is written in, as far as fonts and direction care. */
enum script { SCRIPT_NEUTRAL, SCRIPT_LATIN, SCRIPT_EAST_ASIAN, SCRIPT_COMPLEX, SCRIPT_RTL };
enum script cp_script(uint32_t cp);

/* The code point as UTF-8. */
void utf8_add(struct buf *b, uint32_t cp);

/* NFC of s, appended to out.  ASCII and text already composed go by without a copy through libunistring. */
void utf8_nfc(struct span s, struct buf *out);
/* Quick check: true only for text that is NFC (UAX #15); false may be either. */
bool utf8_surely_nfc(struct span s);
bool utf8_is_ascii(struct span s);

#endif
