/*
 * align: which clause of one statement is which of the other.
 *
 * By exact hash, then by id, then by likeness through an index of rare words, never all against all; then splits and merges
 * among what is left over.  A likeness is 2 * common word tokens / all word tokens (DESIGN.md section 7).  Without ids, or
 * with `official`, words, labels and places alone decide.  Linear in the number of clauses and of words.
 */
#ifndef DIFF_ALIGN_H
#define DIFF_ALIGN_H

#include "diff/diff.h"
#include "diff/words.h"

#define NO_ROW UINT32_MAX

struct row {
	const struct clause *clause;
	uint32_t mate;     /* index of the other side, or NO_ROW */
	uint32_t piece_of; /* index of the other side whose words these partly are, beside its mate: split off, or merged in */
	uint32_t gap;      /* how many clauses that stand in common order come before */
	bool exact;        /* same hash as its mate */
	bool steady;       /* in the longest run of clauses in common order */
	bool has_pieces;   /* some row of the other side is piece_of this one */
	uint32_t pieces;   /* how many; set when all is settled */
	struct tokens tokens; /* of the clause's text, where the alignment needed them */
	uint32_t words;       /* word tokens */
	bool tokenised, hinted;
	bool whole;           /* so many of its words are not its mate's that another clause may have them */
	uint32_t entry;       /* its place among the entries of the comparison */
};

struct alignment {
	struct vocab vocab;
	struct row *old, *new;
	size_t old_count, new_count;
};

void align_statements(const struct statement *from, const struct statement *to, const struct diff_options *o, struct alignment *ret);
void alignment_done(struct alignment *a);

/* 2 * common word tokens / all word tokens of two ranges of tokens; 1 where neither holds a word. */
struct like_work {
	uint32_t *stamp, *count;
	size_t cap;
	uint32_t call;
};
void like_work_done(struct like_work *w);
double likeness(struct like_work *w, const struct vocab *v, const struct token_range *a, const struct token_range *b);

/* Marks keep[i] for one longest run of rising values among of[0..n); values of NO_ROW are left out. */
void longest_rising(const uint32_t *of, size_t n, bool *keep);

#endif
