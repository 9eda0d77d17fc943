/*
 * Paragraphs whose end was struck, so that the next one's words follow.  Where both stand side by side, the end between them is one
 * suggestion (receive_join); elsewhere, in an item and behind its list, in a quotation and out of it, the words are put in at the end of
 * the first and the second goes.
 */
#include "model/text.h"
#include "receive/plan.h"

static bool is_struck(const struct mark *m)
{
	return m && !mark_accepted(m);
}

/* Does what stands behind it go on where it stood?  Of a paragraph that is struck as a whole the end goes too. */
static bool runs_on(const struct para *x)
{
	return is_struck(x->block->break_mark) || is_struck(x->block->mark);
}

static bool has_words(const struct para *x)
{
	return !receive_blank(x->new);
}

/* A row or table that is struck stands in nobody's way. */
static bool is_struck_cell(const struct para *x)
{
	return x->block->kind == BLOCK_CELL && !has_words(x) && (is_struck(x->block->mark) || is_struck(x->block->parent->mark) || x->old_folded.n);
}

/* The next paragraph with words that follows in the place of the k-th's end; SIZE_MAX: none does. */
static size_t next_joined(const struct plan *p, size_t k)
{
	const struct block *top = receive_top(p->paras[k].block);

	if (!is_struck(p->paras[k].block->break_mark))
		return SIZE_MAX;
	for (size_t i = k + 1; i < p->para_count; i++) {
		const struct para *y = &p->paras[i];

		if (receive_top(y->block) != top || (y->block->kind == BLOCK_CELL && !is_struck_cell(y)))
			return SIZE_MAX;
		if (has_words(y))
			return i;
		if (y->block->kind != BLOCK_CELL && !runs_on(y))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static const struct block *draft_of(const struct plan *p, const struct para *x)
{
	return x->leaf == SIZE_MAX ? NULL : p->leaves[x->leaf].draft;
}

/* How far from the beginning of its line the paragraph's words stand; SIZE_MAX: who knows, there is a tab. */
static size_t column_of(const struct doc *d, const struct block *b)
{
	size_t at = b->inner.begin;

	while (at > d->meta.body && d->source.p[at - 1] != '\n')
		if (d->source.p[--at] == '\t')
			return SIZE_MAX;
	return b->inner.begin - at;
}

/* The end of an item and the beginning of the next, which holds more: what it holds stays where it is, and is the first one's. */
static bool are_items(const struct doc *d, const struct block *a, const struct block *b)
{
	const struct block *first = a->parent, *second = b->parent;
	size_t column = column_of(d, b);

	return first->kind == BLOCK_ITEM && second->kind == BLOCK_ITEM && second->prev == first && first->last == a && second->first == b && second->last != b && column != SIZE_MAX &&
	       column_of(d, first->first) <= column && column < column_of(d, first->first) + 4;
}

/* Are they neighbours in the draft, but for paragraphs between them that go? */
static bool side_by_side(const struct plan *p, size_t from, size_t to)
{
	const struct block *at = draft_of(p, &p->paras[from]), *b = draft_of(p, &p->paras[to]);

	if (to == from + 1 && at && b && at->kind == BLOCK_PARAGRAPH && b->kind == BLOCK_PARAGRAPH && are_items(p->draft->doc, at, b))
		return true;
	for (size_t k = from + 1; at && k <= to; k++) {
		const struct block *next = draft_of(p, &p->paras[k]);

		if (p->paras[k].leaf == SIZE_MAX && k < to)
			continue;
		at = at->kind == BLOCK_PARAGRAPH && next && next->kind == BLOCK_PARAGRAPH && at->next == next ? next : NULL;
	}
	return at;
}

/* Can the paragraph go out of the draft, and its words elsewhere? */
static bool can_go(const struct plan *p, const struct para *y)
{
	const struct base_leaf *own = y->leaf == SIZE_MAX ? NULL : &p->leaves[y->leaf];

	return y->block->kind != BLOCK_CODE && !(own && (own->count != 1 || !own->draft || own->goes || own->draft->kind == BLOCK_CODE));
}

/* Can words come to the end of the k-th paragraph, which is a leaf's, or new? */
static bool can_carry(const struct plan *p, size_t k)
{
	const struct base_leaf *l = p->paras[k].leaf == SIZE_MAX ? NULL : &p->leaves[p->paras[k].leaf];

	if (!l)
		return p->paras[k].block->kind == BLOCK_PARAGRAPH || p->paras[k].block->kind == BLOCK_HEADING;
	return l->draft && l->draft->kind != BLOCK_CODE && l->draft->kind != BLOCK_CELL && !l->goes && l->first + l->count == k + 1;
}

void receive_find_joins(struct plan *p)
{
	size_t carrier = SIZE_MAX; /* the paragraph to which the last one's words went, or itself */

	for (size_t k = 0; k < p->para_count; k++) {
		struct para *x = &p->paras[k], *y;
		bool stays = x->carrier == SIZE_MAX && x->new_carrier == SIZE_MAX;
		size_t next;

		if (!has_words(x))
			continue;
		carrier = stays ? k : carrier;
		next = next_joined(p, k);
		if (next == SIZE_MAX || (stays && side_by_side(p, k, next)) || !can_carry(p, carrier) || !can_go(p, &p->paras[next]))
			continue;
		y = &p->paras[next];
		if (y->leaf != SIZE_MAX && y->leaf == p->paras[carrier].leaf)
			continue;
		y->carrier = p->paras[carrier].leaf;
		y->new_carrier = y->carrier == SIZE_MAX ? carrier : SIZE_MAX;
		y->join = x->block->break_mark;
		if (y->leaf != SIZE_MAX)
			p->leaves[y->leaf].carried = true;
	}
}

/* The paragraph that a's words go on with: the next one that stays.  NULL: none that a suggestion could join to it.  removal: by the
 * serial of the draft's blocks, 1 more than the place of what takes them out. */
static const struct block *joined_to(const struct block *a, const size_t *removal)
{
	const struct block *b = a->next;

	while (b && b->kind == BLOCK_PARAGRAPH && removal[b->serial])
		b = b->next;
	return b && b->kind == BLOCK_PARAGRAPH ? b : NULL;
}

void receive_plan_joins(struct plan *p)
{
	struct received *out = p->out;
	CLEANUP(mem_freep) size_t *removal = mem_zero(p->draft->doc->block_count + 1, sizeof(size_t));

	for (size_t i = 0; i < out->removal_count; i++)
		removal[out->removals[i].leaf->serial] = i + 1;
	for (size_t k = 0; k < p->para_count; k++) {
		const struct para *x = &p->paras[k], *y;
		size_t next = has_words(x) ? next_joined(p, k) : SIZE_MAX;
		const struct mark *m = x->block->break_mark;
		const struct block *a, *b, *to;

		if (next == SIZE_MAX || p->paras[next].carrier != SIZE_MAX || p->paras[next].new_carrier != SIZE_MAX || (x->leaf != SIZE_MAX && x->leaf == p->paras[next].leaf))
			continue;
		y = &p->paras[next];
		a = draft_of(p, x);
		b = draft_of(p, y);
		to = a && b && a->kind == BLOCK_PARAGRAPH ? b->kind == BLOCK_PARAGRAPH && are_items(p->draft->doc, a, b) ? b : joined_to(a, removal) : NULL;
		if (!to || to != b) {
			receive_lose(p, "paragraphs joined", x->leaf == SIZE_MAX ? (struct span){ 0 } : block_id(p->leaves[x->leaf].block), y->new);
			continue;
		}
		for (b = a->next; b && b != to; b = b->next)
			out->removals[removal[b->serial] - 1].in_join = true;
		GROW(out->joins, out->join_count, out->join_cap, struct receive_join);
		out->joins[out->join_count++] = (struct receive_join){ a, to, m->author, m->time };
	}
}
