/*
 * diff: two statements -> one comparison, in phases: align clauses (hash, id, likeness, through an index),
 * compare words within pairs, shift hunks to word and sentence edges, lay marks into one doc.
 *
 * Source: DESIGN.md section 7; MARKUP.md section 0.
 */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "base/fault.h"
#include "model/comparison.h"

struct diff_options {
	bool official;       /* two official texts: by words and labels, never by ids */
	unsigned threads;    /* 0 or 1: none beside this one; at most COMPARISON_THREADS count */
	struct span author, time; /* of the marks */
};

/* Borrows both statements, which must outlive the result. */
int diff_statements(struct statement *from, struct statement *to, const struct diff_options *o, struct comparison **ret, struct fault *f);

/* Two texts alone, word by word: parts in the arena; `=` and `-` joined give old, `=` and `+` new. */
void diff_texts(struct span old, struct span new, struct arena *a, struct part **ret, size_t *ret_count);

#define LIKENESS_LEAST 0.25 /* below: one removal and one addition */

/* 2 × common word tokens ÷ all word tokens, 0 to 1; two texts without words: 1 if they are equal. */
double diff_likeness(struct span a, struct span b);

/* Makes c->marked: accepting everything gives `to`, rejecting everything `from`; verified before it is handed out,
 * else FAULT_REFUSED. */
int diff_mark(struct comparison *c, const struct diff_options *o, struct fault *f);

/*
 * Two rows of symbols, each below `symbols`: sets gone[i] for each a[i] that is not kept and came[j] for each b[j] that is new;
 * what is left is one common row.  Both arrays must be zeroed.  Linear space, bounded effort.
 */
void diff_rows(const uint32_t *a, size_t an, const uint32_t *b, size_t bn, size_t symbols, bool *gone, bool *came);

#endif
