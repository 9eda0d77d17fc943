/*
 * buf: bytes that grow.
 *
 * Owns its bytes; buf_done frees them.  Growth is amortised.  A buf may carry a ceiling: once an
 * append would pass it, the buf has failed, stays failed, and every further append is a no-op,
 * so a chain of appends needs one check of buf.failed at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/mem.h"

struct buf {
	char *p;
	size_t n, cap;
	size_t ceiling; /* 0: none */
	bool failed;
};

void buf_done(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_reserve(struct buf *b, size_t more);
void buf_put_slow(struct buf *b, const char *p, size_t n);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *b, const char *fmt, ...);

static inline void buf_put(struct buf *b, const char *p, size_t n)
{
	if (b->cap - b->n >= n && n && !b->ceiling && !b->failed) {
		memcpy(b->p + b->n, p, n);
		b->n += n;
	} else if (n) {
		buf_put_slow(b, p, n);
	}
}

static inline void buf_add(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static inline void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

#define BUF_LIT(b, lit) buf_put((b), "" lit, sizeof(lit) - 1) /* a literal: of an expression sizeof says something else */

static inline struct span buf_span(const struct buf *b)
{
	return span_of(b->p, b->n);
}

/* A decimal number, without stdio. */
void buf_number(struct buf *b, uint64_t v);

#endif
