/*
 * edit: changes to a file's bytes, and nothing else of it.
 *
 * The Markdown patcher says what to change as edits; applying them copies every other byte as it was.
 */
#ifndef MODEL_EDIT_H
#define MODEL_EDIT_H

#include "base/buf.h"
#include "base/fault.h"

struct edit {
	size_t begin, end; /* bytes of the original that go */
	struct span text;  /* what comes in their place; borrowed from edits.arena */
	int rank;          /* of insertions at one place: what closes, -1, then blocks before the next line, 0, then words, 1, then what opens, 2 */
	size_t order;      /* of those of one rank: that in which they were added */
};

struct edits {
	struct arena arena;
	struct edit *items;
	size_t count, cap;
};

void edits_done(struct edits *e);
void edits_add(struct edits *e, size_t begin, size_t end, struct span text); /* copies text */
/* Whole lines put in before the line that begins at a byte, and before words that are put in there. */
void edits_add_lines(struct edits *e, size_t at, struct span text);
/* Signs around [begin, end), with nothing between them and these bytes. */
void edits_around(struct edits *e, size_t begin, size_t end, struct span open, struct span close);

/* Sorted by place; overlapping edits are a programmer's error and assert. */
void edits_apply(struct edits *e, struct span original, struct buf *out);

#endif
