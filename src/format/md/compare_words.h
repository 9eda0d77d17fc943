/*
 * compare_words: what changed in one leaf of a comparison as hunks for suggest.h: words by the bytes of the visible text, words that look
 * otherwise, and the marks of notes that came, went or moved.
 */
#ifndef FORMAT_MD_COMPARE_WORDS_H
#define FORMAT_MD_COMPARE_WORDS_H

#include "format/md/suggest.h"
#include "model/comparison.h"

struct leaf_hunks {
	struct md_hunk *items; /* in order; their words are borrowed from the comparison and from here */
	size_t count;
	const struct note **came; /* notes of the newer text whose marks come: they need their definitions */
	size_t came_count;
	struct arena arena;
};

/* o was, n is; l NULL: the words are the same, and only their looks and marks of notes may differ.  false: it cannot be said, as of a reference, or
 * where folding did more than gather white space and compose letters; leaf_hunks_done is due in any case. */
bool leaf_hunks_make(const struct block *o, const struct block *n, const struct leaf_change *l, struct md_hand hand, struct leaf_hunks *ret);
void leaf_hunks_done(struct leaf_hunks *h);

#endif
