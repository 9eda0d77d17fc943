#include <stdlib.h>

#include "receive/plan.h"

/* What of the base may change its place by itself: not a cell, not a note's words, and of what came back one paragraph. */
static bool may_move(const struct plan *p, const struct base_leaf *l)
{
	return l->count == 1 && l->block->kind != BLOCK_CELL && !l->block->in_note && p->paras[l->first].block->kind != BLOCK_CELL && !receive_blank(l->text);
}

static int by_place(const void *a, const void *b)
{
	const struct base_leaf *const *x = a, *const *y = b;

	return (*x)->first < (*y)->first ? -1 : (*x)->first > (*y)->first;
}

/*
 * The longest run of paragraphs that stand in the base's order as they do in the returned file stays; the others moved.
 * Patience sorting: tails[k] ends the run of k + 1 that ends earliest in the base.
 */
void receive_find_moves(struct plan *p)
{
	struct base_leaf **rows = mem_zero(p->leaf_count + 1, sizeof(*rows));
	size_t *tails = mem_zero(p->leaf_count + 1, sizeof(size_t)), *before = mem_zero(p->leaf_count + 1, sizeof(size_t));
	size_t count = 0, length = 0;

	for (size_t i = 0; i < p->leaf_count; i++)
		if (may_move(p, &p->leaves[i]))
			rows[count++] = &p->leaves[i];
	qsort(rows, count, sizeof(*rows), by_place);
	for (size_t i = 0; i < count; i++) {
		size_t lo = 0, hi = length;

		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (rows[tails[mid]]->block->serial < rows[i]->block->serial)
				lo = mid + 1;
			else
				hi = mid;
		}
		before[i] = lo ? tails[lo - 1] : SIZE_MAX;
		tails[lo] = i;
		length += lo == length;
		rows[i]->moved = true;
	}
	for (size_t i = length ? tails[length - 1] : SIZE_MAX; i != SIZE_MAX; i = before[i])
		rows[i]->moved = false;
	mem_free(rows);
	mem_free(tails);
	mem_free(before);
}
