#include "model/edit.h"

#include <assert.h>
#include <stdlib.h>

void edits_done(struct edits *e)
{
	if (!e)
		return;
	free(e->items);
	arena_done(&e->arena);
	*e = (struct edits){ 0 };
}

static void add(struct edits *e, size_t begin, size_t end, struct span text, int rank)
{
	assert(begin <= end);
	if (e->count == e->cap) {
		e->cap = e->cap ? 2 * e->cap : 16;
		e->items = mem_resize(e->items, e->cap, sizeof(struct edit));
	}
	e->items[e->count] = (struct edit){ begin, end, arena_dup(&e->arena, text), rank, e->count };
	e->count++;
}

void edits_add(struct edits *e, size_t begin, size_t end, struct span text)
{
	add(e, begin, end, text, 1);
}

void edits_add_lines(struct edits *e, size_t at, struct span text)
{
	add(e, at, at, text, 0);
}

void edits_around(struct edits *e, size_t begin, size_t end, struct span open, struct span close)
{
	add(e, begin, begin, open, 2);
	add(e, end, end, close, -1);
}

static int by_place(const void *pa, const void *pb)
{
	const struct edit *a = pa, *b = pb;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	/* An insertion stands before what is taken out at the same place. */
	if ((a->end == a->begin) != (b->end == b->begin))
		return a->end == a->begin ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void edits_apply(struct edits *e, struct span original, struct buf *out)
{
	size_t at = 0;

	if (e->count)
		qsort(e->items, e->count, sizeof(struct edit), by_place);
	for (size_t i = 0; i < e->count; i++) {
		const struct edit *x = &e->items[i];

		assert(x->begin >= at && x->end <= original.n);
		buf_add(out, span_sub(original, at, x->begin));
		buf_add(out, x->text);
		at = x->end;
	}
	buf_add(out, span_sub(original, at, original.n));
}
