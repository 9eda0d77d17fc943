/*
 * aligner: what the pieces of an alignment share while rows of two statements find their mates.  Private to align.c and its pieces.
 *
 * align.c pairs clauses by hash, by id, by place and by likeness; ids.c finds those that ids and attributes name; likeness.c says how
 * alike two rows are and which rows are worth holding against each other, through an index of rare words; pieces.c owns splits and
 * merges: the rows without a mate whose words came from, or went to, a clause that has one, and which piece keeps its seat.
 */
#ifndef DIFF_ALIGNER_H
#define DIFF_ALIGNER_H

#include "diff/align.h"

#define CANDIDATES 12u /* rows of the other side that are really compared with a row, through the index */
#define GAP_ALL 8u     /* a gap of so few rows is compared all with all */

struct side {
	struct row *rows;
	size_t n;
	/* index: for each symbol the rows that hold it, ascending */
	uint32_t *start, *post;
};

struct aligner {
	struct alignment *al;
	const struct diff_options *options;
	struct side old, new;
	struct like_work like;   /* counts of the row in hand */
	struct like_work used;   /* and what of them was taken */
	struct like_work seen;   /* distinct symbols; candidates */
	uint32_t *frequency;     /* rows of both sides that hold a symbol */
	struct pair *pairs;      /* that may be mates, as align.c finds them */
	size_t pair_count, pair_cap;
	uint8_t *weights;        /* how telling each is */
	uint32_t rows_tokenised, rows_indexed;
};

struct measure {
	size_t words, all;          /* common word tokens, word tokens of the row that was held against the counts */
	uint64_t weight, all_weight;
};

struct candidates {
	uint32_t rows[CANDIDATES + 4 * GAP_ALL];
	size_t count;
};

/* How telling a word is: 1 for one that stands everywhere, more the rarer it is. */
static inline unsigned weight(const struct aligner *x, uint32_t sym)
{
	return x->weights[sym];
}

static inline struct token_range all_of(const struct row *r)
{
	return (struct token_range){ r->clause->text, &r->tokens, 0, r->tokens.count };
}

/* ids.c */
size_t row_by_id(const struct statement *s, struct span id); /* NO_ROW: none */
/* The next id of a reference list such as was="a, drafts#b"; the draft's name is dropped. */
bool next_ref(struct span *rest, struct span *ret);
/* Clauses that an attribute names as the source of a split, or as the target of a merge. */
void find_hints(struct aligner *x, const struct statement *from);

/* likeness.c */
void tokenise(struct aligner *x, struct row *r);
void build_index(struct aligner *x, struct side *s);
void weigh_words(struct aligner *x);
void load_counts(struct aligner *x, struct like_work *w, const struct row *r);
/* Holds the words of r against the counts that were loaded; take: what it uses is taken from them for good. */
struct measure hold_against(struct aligner *x, struct like_work *counts, const struct row *r, bool take);
void candidate(struct candidates *c, uint32_t row);
/* Rows of `to` that share the rarest words of r, the most telling first; expected: where r would stand there. */
void gather(struct aligner *x, const struct row *r, const struct side *to, uint32_t expected, struct candidates *ret);

/* pieces.c */
/* Which rows have so many words that their mates have not that a split or merge may lie behind it: the others need no index. */
void find_wholes(struct aligner *x, struct side *own, struct side *other);
/* Rows of own (new for splits, old for merges) without a mate whose words came from, or went to, a row of other. */
void find_pieces(struct aligner *x, struct side *own, struct side *other, bool splits, const struct statement *from);
/* The piece that keeps the id is the one with both sides; where none keeps it, the first (DESIGN.md section 5). */
void seat_pieces(struct side *own, struct side *other, bool official);

#endif
