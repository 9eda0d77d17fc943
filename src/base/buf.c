#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>


void buf_done(struct buf *b)
{
	if (!b)
		return;
	free(b->p);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

void buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 256;

	if (b->failed || more <= b->cap - b->n)
		return;
	if ((b->ceiling && (b->n > b->ceiling || more > b->ceiling - b->n)) || more > SIZE_MAX / 2 - b->n) {
		b->failed = true;
		return;
	}
	while (cap - b->n < more)
		cap += cap / 2 + 64;
	b->p = mem_resize(b->p, cap, 1);
	b->cap = cap;
}

void buf_put_slow(struct buf *b, const char *p, size_t n)
{
	if (b->ceiling && (b->n > b->ceiling || n > b->ceiling - b->n))
		b->failed = true;
	buf_reserve(b, n);
	if (b->failed || !n)
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	buf_reserve(b, (size_t)n + 1);
	if (b->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void buf_number(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t n = sizeof(digits);

	do
		digits[--n] = (char)('0' + v % 10);
	while (v /= 10);
	buf_put(b, digits + n, sizeof(digits) - n);
}
