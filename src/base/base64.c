#include "base/base64.h"

static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(struct span s, unsigned columns, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned column = 0;

	buf_reserve(out, s.n / 3 * 4 + 4);
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);

		buf_char(out, signs[v >> 18]);
		buf_char(out, signs[v >> 12 & 63]);
		buf_char(out, left > 1 ? signs[v >> 6 & 63] : '=');
		buf_char(out, left > 2 ? signs[v & 63] : '=');
		column += 4;
		if (columns && (column == columns || left <= 3)) {
			BUF_LIT(out, "\r\n");
			column = 0;
		}
	}
}

bool base64_get(struct span s, struct buf *out)
{
	uint32_t bits = 0;
	unsigned n = 0, ends = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(signs, s.p[i]) : NULL;

		if (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t')
			continue;
		if (s.p[i] == '=' ? n < 2 : !at || ends)
			return false;
		ends += s.p[i] == '=';
		bits = bits << 6 | (at ? (uint32_t)(at - signs) : 0);
		if (++n < 4)
			continue;
		for (unsigned k = 0; k < 3 - (ends < 3 ? ends : 3); k++)
			buf_char(out, (char)(bits >> (16 - 8 * k) & 0xff));
		bits = n = 0;
	}
	return n == 0;
}
