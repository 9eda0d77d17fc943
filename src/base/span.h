/*
 * span: a piece of text that somebody else owns.
 *
 * Text in chapeau is UTF-8 and not NUL-terminated: a span is a pointer and a length in bytes.
 * A span never owns; the header of whatever hands one out says how long it lives.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

/* For "%.*s". */
#define SPAN_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* A span over a string literal, usable in static initialisers. */
#define SPAN(lit) { (lit), sizeof(lit) - 1 }
#define SPAN_LIT(lit) ((struct span)SPAN(lit))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline struct span span_of(const char *p, size_t n)
{
	return (struct span){ p, n };
}

static inline struct span span_str(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

static inline struct span span_sub(struct span s, size_t from, size_t to)
{
	/* An empty span may have no pointer, and C has no NULL + 0. */
	return (struct span){ s.p ? s.p + from : NULL, to - from };
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

static inline bool span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* memcmp order, the shorter first: a total order that no locale can change. */
int span_cmp(struct span a, struct span b);

/* Offset of the first needle in s at or after from, or SIZE_MAX. */
size_t span_find(struct span s, struct span needle, size_t from);
size_t span_find_char(struct span s, char c, size_t from);

/* Without ASCII white space (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);

/* Equal but for the case of ASCII letters: for keywords, never for people's text. */
bool span_eq_nocase(struct span a, struct span b);

/* Takes the next item off *rest, up to sep; false when nothing is left.  Items are trimmed. */
bool span_split(struct span *rest, char sep, struct span *ret_item);

/* A decimal number that fills the whole span and is at most max; false otherwise. */
bool span_number(struct span s, uint64_t max, uint64_t *ret);

/* FNV-1a: for hash tables inside one run, never for anything stored. */
/* Bytes that two texts share at the beginning, and then at the end: never the same byte twice. */
void span_shared_ends(struct span a, struct span b, size_t *ret_head, size_t *ret_tail);
uint64_t span_hash(struct span s);

/* Edit distance (insert, delete, replace, swap of neighbours) of two short words, at most cap: for "did you mean". */
unsigned span_distance(struct span a, struct span b, unsigned cap);

#endif
