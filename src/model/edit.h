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
	size_t order;      /* two insertions at one place keep the order they were added in */
};

struct edits {
	struct arena arena;
	struct edit *items;
	size_t count, cap;
};

void edits_done(struct edits *e);
void edits_add(struct edits *e, size_t begin, size_t end, struct span text); /* copies text */

/* Sorted by place; overlapping edits are a programmer's error and assert. */
void edits_apply(struct edits *e, struct span original, struct buf *out);

#endif
