/*
 * drafts: statements made from a seed, and changes to them: words, sentences, moves, splits, merges, renames, footnotes, kinds.
 */
#ifndef SUPPORT_DRAFTS_H
#define SUPPORT_DRAFTS_H

#include "base/buf.h"

struct random {
	uint64_t s;
};

unsigned upto(struct random *r, unsigned n); /* 0 to n - 1 */

/* The seeds of a law: 1 to usual, or FIRST to LAST where the environment says SEEDS=FIRST:LAST. */
struct seeds {
	unsigned first, last;
};
struct seeds seeds_of(unsigned usual);

/* One block of a text: what is printed of it, one sentence an entry. */
struct item {
	char kind; /* p paragraph, h heading, l list, t table */
	char id[16];
	unsigned note; /* 0: none */
	char *sentences[6];
	unsigned count;
};

struct draft {
	struct item *items;
	unsigned count;
	bool ids;
	unsigned next_id;
};

void draft_done_random(struct draft *d);
/* n blocks; ids: each has one. */
void draft_make(struct random *r, struct draft *d, unsigned n, bool ids);
struct draft draft_copy(const struct draft *d);
void draft_mutate(struct random *r, struct draft *d);
/* Words look otherwise: emphasis, code, links, or no more.  Afterwards sentences are Markdown that is not mutated. */
void draft_restyle(struct random *r, struct draft *d);
/* As text for tiny(), or as a file.  edition: every fifth footnote says which.  Caller frees. */
char *draft_text(const struct draft *d, unsigned edition, bool markdown);

#endif
