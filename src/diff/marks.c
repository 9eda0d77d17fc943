/*
 * marks: the new text's structure, with the old words in it as deleted.
 *
 * Trees are merged from the root down.  Children of two blocks that belong together are paired where their words are, in
 * common order; what has no partner stands whole, inserted or deleted, so that each reading of the result is one of the two
 * texts by construction, block for block.  Within a pair of leaves the runs are cut along the parts of the comparison.
 * Both readings are then taken again from the result and held against the two texts.
 */
#include <stdlib.h>

#include "diff/marker.h"

/* ---- blocks ---- */

static bool without_words(const struct block *b)
{
	const struct block *top = b;

	for (; b; b = block_next(b, top))
		if (block_is_leaf(b))
			return false;
	return true;
}

static void put_old(struct marker *m, struct block *into, const struct block *o)
{
	carry_tree(m, into, o, true, marker_mark(m, MARK_DELETED, ++m->groups));
}

static void put_new(struct marker *m, struct block *into, const struct block *n)
{
	carry_tree(m, into, n, false, marker_mark(m, MARK_INSERTED, ++m->groups));
}

/* Old children up to (not with) stop, and new ones likewise, none of which has a partner here. */
static void merge_gap(struct marker *m, struct block *into, const struct block *o, const struct block *o_stop, const struct block *n,
		      const struct block *n_stop)
{
	unsigned none = 0; /* kinds that are looked for no more: each look goes over all that is left */

	/* rules and empty items have no words to be paired by: one for one, if the same kinds stand on both sides */
	for (; o != o_stop; o = o->next) {
		if (!(none & 1u << o->kind) && without_words(o)) {
			const struct block *x = n;

			while (x != n_stop && !(without_words(x) && x->kind == o->kind))
				x = x->next;
			if (x == n_stop) {
				none |= 1u << o->kind;
			} else {
				for (; n != x; n = n->next)
					put_new(m, into, n);
				carry_tree(m, into, n, false, NULL);
				n = n->next;
				continue;
			}
		}
		put_old(m, into, o);
	}
	for (; n != n_stop; n = n->next)
		put_new(m, into, n);
}

/* Does any word of a leaf change?  A leaf of a clause that changed elsewhere has parts too. */
static bool words_change(const struct leaf_change *c)
{
	for (size_t i = 0; c && i < c->part_count; i++)
		if (c->parts[i].op != '=')
			return true;
	return false;
}

struct work {
	const struct block *o, *n;
	struct block *into;
};

/* Children of two blocks that belong together; containers among them are left for later, on the stack. */
static void merge_children(struct marker *m, struct work w, struct work **stack, size_t *depth, size_t *cap)
{
	size_t count = 0, k = 0;
	uint32_t *of;
	bool *keep;
	const struct block *o = w.o->first, *n = w.n->first;

	for (const struct block *x = w.n->first; x; x = x->next)
		count++;
	of = mem_alloc((count + 1) * sizeof(uint32_t));
	keep = mem_alloc(count + 1);
	for (const struct block *x = w.n->first; x; x = x->next) {
		const struct block *mate = m->mate_of_new[x->serial];

		of[k++] = mate && mate->parent == w.o && !m->taken_new[x->serial] && !m->taken_old[mate->serial] ? (uint32_t)mate->serial : NO_ROW;
	}
	longest_rising(of, count, keep);
	k = 0;
	for (const struct block *x = w.n->first; x; x = x->next, k++) {
		const struct block *mate = m->mate_of_new[x->serial];
		const struct joint *j = m->joint[x->serial];

		if (!keep[k])
			continue;
		merge_gap(m, w.into, o, mate, n, x);
		o = mate->next;
		n = x->next;
		if (j && splice_joint(m, w.into, j)) {
			for (size_t i = 1; i < j->count; i++) {
				if (j->split)
					n = n->next;
				else
					o = o->next;
			}
			if (j->split)
				for (size_t i = 1; i < j->count; i++) {
					x = x->next;
					k++;
				}
		} else if (j || block_is_leaf(x)) {
			if (j || (x->kind == BLOCK_CODE && words_change(m->change[x->serial]))) {
				put_old(m, w.into, mate);
				put_new(m, w.into, x);
			} else {
				splice_leaf(m, w.into, mate, x, x->kind == BLOCK_CODE ? NULL : m->change[x->serial]);
			}
		} else {
			struct block *c = carry_pair(m, mate, x);

			block_append(w.into, c);
			if (*depth == *cap) {
				*cap = *cap ? 2 * *cap : 64;
				*stack = mem_resize(*stack, *cap, sizeof(struct work));
			}
			(*stack)[(*depth)++] = (struct work){ mate, x, c };
		}
	}
	merge_gap(m, w.into, o, NULL, n, NULL);
	free(of);
	free(keep);
}

static void merge_trees(struct marker *m, const struct block *o, const struct block *n, struct block *into)
{
	struct work *stack = NULL;
	size_t depth = 0, cap = 0;

	merge_children(m, (struct work){ o, n, into }, &stack, &depth, &cap);
	while (depth) {
		depth--;
		merge_children(m, stack[depth], &stack, &depth, &cap);
	}
	free(stack);
}

static void fill_notes(struct marker *m)
{
	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i], *o = m->note_mate_of_new[i];

		if (o) {
			merge_trees(m, o->body, n->body, m->note_of_new[i]->body);
			continue;
		}
		for (const struct block *b = n->body->first; b; b = b->next)
			put_new(m, m->note_of_new[i]->body, b);
	}
	for (size_t i = 0; i < m->old->note_count; i++) {
		struct note *into = m->note_mate_of_old[i] ? m->note_gone[i] : m->note_of_old[i];

		for (const struct block *b = m->old->notes[i]->body->first; b && into; b = b->next)
			put_old(m, into->body, b);
	}
}

static struct earlier *earlier_of(struct marker *m)
{
	struct earlier *e = ARENA_NEW(&m->out->arena, struct earlier);

	e->meta = m->old->meta;
	e->gone = marker_mark(m, MARK_DELETED, ++m->groups);
	e->came = marker_mark(m, MARK_INSERTED, e->gone->group);
	return e;
}

static void find_renamed(struct marker *m, struct earlier *e)
{
	struct renamed *all = ARENA_ARRAY(&m->out->arena, m->old->block_count + 1, struct renamed);

	for (const struct block *o = m->old->root; o; o = block_next(o, m->old->root)) {
		const struct block *n = m->mate_of_old[o->serial];

		if (o->attrs && n && n->attrs && o->attrs->id.n && n->attrs->id.n && !span_eq(o->attrs->id, n->attrs->id))
			all[e->renamed_count++] = (struct renamed){ arena_dup(&m->out->arena, o->attrs->id), arena_dup(&m->out->arena, n->attrs->id) };
	}
	e->renamed = all;
}

int diff_mark(struct comparison *c, const struct diff_options *o, struct fault *f)
{
	struct marker m = { .c = c, .old = c->from->doc, .new = c->to->doc, .options = o };
	struct earlier *earlier;
	int r;

	if (c->marked)
		return 0;
	m.out = doc_new(m.new->path);
	m.out->meta = m.new->meta;
	m.out->reading = READING_MARKED;
	m.out->has_critic = true;
	m.out->earlier = earlier = earlier_of(&m);
	m.mate_of_new = mem_zero(m.new->block_count + 1, sizeof(*m.mate_of_new));
	m.mate_of_old = mem_zero(m.old->block_count + 1, sizeof(*m.mate_of_old));
	m.change = mem_zero(m.new->block_count + 1, sizeof(*m.change));
	m.joint = mem_zero(m.new->block_count + 1, sizeof(*m.joint));
	m.taken_new = mem_zero(m.new->block_count + 1, sizeof(bool));
	m.taken_old = mem_zero(m.old->block_count + 1, sizeof(bool));
	m.note_of_new = mem_zero(m.new->note_count + 1, sizeof(*m.note_of_new));
	m.note_of_old = mem_zero(m.old->note_count + 1, sizeof(*m.note_of_old));
	m.note_gone = mem_zero(m.old->note_count + 1, sizeof(*m.note_gone));
	m.note_mate_of_new = mem_zero(m.new->note_count + 1, sizeof(*m.note_mate_of_new));
	m.note_mate_of_old = mem_zero(m.old->note_count + 1, sizeof(*m.note_mate_of_old));
	m.original = mem_zero(m.new->note_count + 2 * m.old->note_count + 1, sizeof(size_t));
	partners_find(&m);
	find_renamed(&m, earlier);
	footnotes_begin(&m);
	merge_trees(&m, m.old->root, m.new->root, m.out->root);
	footnotes_share(&m);
	fill_notes(&m);
	doc_finish(m.out);
	r = readback(&m, READING_ACCEPTED, m.new, "accepting all", f);
	if (r == 0)
		r = readback(&m, READING_REJECTED, m.old, "rejecting all", f);
	if (r == 0)
		c->marked = m.out;
	else
		doc_free(m.out);
	free(m.mate_of_new);
	free(m.mate_of_old);
	free(m.change);
	free(m.joint);
	free(m.taken_new);
	free(m.taken_old);
	free(m.note_of_new);
	free(m.note_of_old);
	free(m.note_gone);
	free(m.original);
	vocab_done(&m.labels);
	free(m.likes);
	free(m.note_mate_of_new);
	free(m.note_mate_of_old);
	buf_done(&m.a);
	buf_done(&m.b);
	return r;
}
