/*
 * three: three rows of tokens side by side.
 */
#ifndef MERGE_THREE_H
#define MERGE_THREE_H

#include "base/mem.h"

/* How a source is cut into tokens. */
enum cut_kind {
	CUT_LINES, /* lines, with their ends */
	CUT_WORDS, /* words, signs, white space; white space is all the same, hard line breaks apart, so that wrapping is no change */
	CUT_EXACT, /* words, signs, white space as it is: lists, tables, code, where it means something */
};

static inline bool token_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct symbols {
	struct span *words;
	size_t count, cap;
	uint32_t *slots;
	size_t mask;
};
void symbols_done(struct symbols *s);
uint32_t symbol_of(struct symbols *s, struct span word);

struct row_of {
	struct span source;
	uint32_t *sym, *at; /* at has count + 1 */
	size_t count, cap;
};
void row_done(struct row_of *r);
void row_cut(struct symbols *s, struct span source, enum cut_kind kind, struct row_of *ret);

enum region_kind { REGION_SAME, REGION_OURS, REGION_THEIRS, REGION_BOTH /* the same change */, REGION_CONFLICT };
struct region {
	enum region_kind kind;
	size_t b0, b1, o0, o1, t0, t1; /* tokens */
};
struct regions {
	struct region *items;
	size_t count, cap;
};
void regions_done(struct regions *r);

/* Base against both: what neither changed, what one did, what both did.  touching: changes that touch are two all the same
 * (keys of front matter, one a line); else they are one (words of a sentence). */
void three_way(const struct symbols *s, const struct row_of *base, const struct row_of *ours, const struct row_of *theirs, bool touching,
	       struct regions *ret);

static inline struct span row_span(const struct row_of *r, size_t from, size_t to)
{
	return span_sub(r->source, r->at[from], r->at[to]);
}

#endif
