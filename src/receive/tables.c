/* Which cells of a returned file are which of the base, beside those whose words say so; and tables whose columns are others. */
#include "receive/plan.h"

static size_t column_of(const struct block *cell)
{
	size_t n = 0;

	for (; cell->prev; cell = cell->prev)
		n++;
	return n;
}

static const struct block *cell_at(const struct block *row, size_t column)
{
	const struct block *c = row->first;

	while (c && column--)
		c = c->next;
	return c;
}

/* A cell whose neighbours in the row are known is the one in its column: words came into an empty one, or all others. */
void receive_pair_cells(struct plan *p)
{
	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block, *row = NULL, *cell;
		size_t leaf;

		if (b->kind != BLOCK_CELL || p->paras[k].leaf != SIZE_MAX)
			continue;
		for (const struct block *c = b->parent->first; c && !row; c = c->next) {
			size_t other = c == b ? SIZE_MAX : receive_para_of(p, c);

			if (other != SIZE_MAX && p->paras[other].leaf != SIZE_MAX && p->leaves[p->paras[other].leaf].block->kind == BLOCK_CELL &&
			    column_of(p->leaves[p->paras[other].leaf].block) == column_of(c))
				row = p->leaves[p->paras[other].leaf].block->parent;
		}
		cell = row ? cell_at(row, column_of(b)) : NULL;
		leaf = cell ? receive_leaf_of(p, cell) : SIZE_MAX;
		if (leaf != SIZE_MAX && !p->leaves[leaf].count)
			receive_pair_as(p, k, leaf);
	}
}

/* The cells of two rows, each with the one in its column; false: one of them is another's already, or a row has more. */
static bool rows_free(const struct plan *p, const struct block *now, const struct block *was)
{
	const struct block *a = now->first, *b = was->first;

	for (; a && b; a = a->next, b = b->next) {
		size_t k = receive_para_of(p, a), leaf = receive_leaf_of(p, b);

		if (k == SIZE_MAX || leaf == SIZE_MAX || p->paras[k].leaf != SIZE_MAX || p->leaves[leaf].count)
			return false;
	}
	return !a && !b;
}

static void pair_rows(struct plan *p, const struct block *now, const struct block *was)
{
	for (const struct block *a = now->first, *b = was->first; a && b; a = a->next, b = b->next)
		receive_pair_as(p, receive_para_of(p, a), receive_leaf_of(p, b));
}

/* The table of the base that this one of the returned file has cells of; NULL: it has none. */
static const struct block *table_known(const struct plan *p, const struct block *table)
{
	for (const struct block *c = table->first; c; c = block_next(c, table)) {
		size_t k = c->kind == BLOCK_CELL ? receive_para_of(p, c) : SIZE_MAX;
		const struct block *was = k == SIZE_MAX || p->paras[k].leaf == SIZE_MAX ? NULL : p->leaves[p->paras[k].leaf].block;

		if (was && was->kind == BLOCK_CELL)
			return was->parent->parent;
	}
	return NULL;
}

/* The next table of the base behind the paragraph before the k-th, if nothing that is known stands before it. */
static const struct block *table_in_place(const struct plan *p, size_t k)
{
	size_t leaf;

	while (k && p->paras[k - 1].leaf == SIZE_MAX)
		k--;
	for (leaf = k ? p->paras[k - 1].leaf + 1 : 0; leaf < p->leaf_count && !p->leaves[leaf].count; leaf++)
		if (p->leaves[leaf].block->kind == BLOCK_CELL)
			return p->leaves[leaf].block->parent->parent;
	return NULL;
}

static bool came_as_a_whole(const struct plan *p, const struct block *table)
{
	for (const struct block *c = table->first; c; c = block_next(c, table)) {
		size_t k = c->kind == BLOCK_CELL ? receive_para_of(p, c) : SIZE_MAX;

		if (k != SIZE_MAX && p->paras[k].old_folded.n)
			return false;
	}
	return true;
}

/* A table that was written anew in every cell is the one in its place, if it has as many rows and columns; so is a head. */
void receive_pair_tables(struct plan *p)
{
	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block, *row = b->parent, *now = b->kind == BLOCK_CELL ? row->parent : NULL, *was, *x, *y;

		if (!now || now->first != row || row->first != b || came_as_a_whole(p, now))
			continue;
		was = table_known(p, now);
		if (was) {
			if (rows_free(p, row, was->first))
				pair_rows(p, row, was->first);
			continue;
		}
		was = table_in_place(p, k);
		for (x = now->first, y = was ? was->first : NULL; x && y && rows_free(p, x, y); x = x->next)
			y = y->next;
		if (x || y || !was)
			continue;
		for (x = now->first, y = was->first; x; x = x->next, y = y->next)
			pair_rows(p, x, y);
	}
}

/* ---- tables of another shape ---- */

static bool is_known(const struct plan *p, const struct block *cell)
{
	size_t k = receive_para_of(p, cell);

	return k != SIZE_MAX && p->paras[k].leaf != SIZE_MAX;
}

static bool still_stands(const struct plan *p, const struct block *base_cell)
{
	size_t leaf = receive_leaf_of(p, base_cell);

	return leaf != SIZE_MAX && p->leaves[leaf].count;
}

/* Are there words in cells that came to a known row? */
static bool has_new_cells(const struct plan *p, const struct block *now)
{
	for (const struct block *row = now->first; row; row = row->next) {
		bool known = false, new = false;

		for (const struct block *c = row->first; c; c = c->next) {
			size_t k = receive_para_of(p, c);

			known = known || is_known(p, c);
			new = new || (!is_known(p, c) && k != SIZE_MAX && p->paras[k].new_folded.n);
		}
		if (known && new)
			return true;
	}
	return false;
}

/* Are there words of cells that went from a row that stays? */
static bool lacks_cells(const struct plan *p, const struct block *was)
{
	for (const struct block *row = was->first; row; row = row->next) {
		bool stays = false, gone = false;

		for (const struct block *c = row->first; c; c = c->next) {
			size_t leaf = receive_leaf_of(p, c);

			stays = stays || still_stands(p, c);
			gone = gone || (!still_stands(p, c) && leaf != SIZE_MAX && p->leaves[leaf].folded.n);
		}
		if (stays && gone)
			return true;
	}
	return false;
}

/* Is the table in the draft what it was, cell by cell, and are those that stay in this one of the returned file? */
static bool can_replace(struct plan *p, const struct block *now, const struct block *was)
{
	const struct block *in_draft = NULL;

	for (const struct block *c = was->first; c; c = block_next(c, was)) {
		size_t leaf = c->kind == BLOCK_CELL ? receive_leaf_of(p, c) : SIZE_MAX;
		const struct base_leaf *l = leaf == SIZE_MAX ? NULL : &p->leaves[leaf];

		if (c->kind != BLOCK_CELL)
			continue;
		if (!l || !l->draft || l->draft->kind != BLOCK_CELL || !span_eq(receive_text_in(p, l->draft, READING_REJECTED), l->text) || (in_draft && l->draft->parent->parent != in_draft))
			return false;
		in_draft = l->draft->parent->parent;
		if (l->count && (l->count > 1 || p->paras[l->first].block->kind != BLOCK_CELL || p->paras[l->first].block->parent->parent != now))
			return false;
	}
	return in_draft;
}

/* Columns came or went: Markdown can say that of the whole table alone, one taken out and one put in. */
void receive_replace_reshaped(struct plan *p)
{
	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block, *now = b->kind == BLOCK_CELL ? b->parent->parent : NULL, *was;

		if (!now || now->first != b->parent || b->parent->first != b)
			continue;
		was = table_known(p, now);
		if (!was || (!has_new_cells(p, now) && !lacks_cells(p, was)) || !can_replace(p, now, was))
			continue;
		p->paras[k].replaces = p->leaves[receive_leaf_of(p, was->first->first)].draft->parent->parent;
		for (const struct block *c = was->first; c; c = block_next(c, was))
			if (c->kind == BLOCK_CELL)
				p->leaves[receive_leaf_of(p, c)].count = 0;
		for (const struct block *c = now->first; c; c = block_next(c, now))
			if (c->kind == BLOCK_CELL && receive_para_of(p, c) != SIZE_MAX)
				p->paras[receive_para_of(p, c)].leaf = SIZE_MAX;
	}
}
