/*
 * lost_ids: ids of the last saved version that stand nowhere now, found again by the words that they named.
 *
 * A paragraph whose tag was deleted gets its old id back (FORMAT.md F3).  Candidates come from an index of the rarest words, so that a
 * draft that lost all its tags costs no more than its length.
 */
#ifndef CLI_LOST_IDS_H
#define CLI_LOST_IDS_H

#include "base/spanmap.h"
#include "model/statement.h"

struct lost_ids {
	const struct clause **items; /* in the order of the text */
	bool *taken;
	size_t count;
	struct lost_word {
		uint64_t word;
		uint32_t item;
	} *words; /* by word, then by item */
	size_t word_count, word_cap;
	uint32_t *shared; /* by item: words that it has in common with the text at hand */
	struct span_map texts; /* the first item that says so and is not taken, from 1 */
	uint32_t *next;        /* by item: the next one that says the very same, from 1; 0: none */
};

/* last: borrowed; is_free: does this id stand nowhere? */
void lost_ids_make(struct lost_ids *l, const struct statement *last, bool (*is_free)(void *ctx, struct span id), void *ctx);
void lost_ids_done(struct lost_ids *l);
/* The id of the words that are likest to these, at least as like as least says; empty: none.  It is given once. */
struct span lost_ids_take(struct lost_ids *l, struct span text, double least);

#endif
