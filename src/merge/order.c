/* The order of the merged text: as ours has it, with what theirs moved or added where theirs has it. */
#include <stdlib.h>

#include "base/spanmap.h"
#include "merge/segments.h"

static size_t add_node(struct list *l, struct node n)
{
	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->nodes = mem_resize(l->nodes, l->cap, sizeof(struct node));
	}
	l->nodes[l->count] = n;
	return l->count++;
}

static void place_after(struct list *l, size_t node, size_t after)
{
	size_t next = l->nodes[after].next;

	l->nodes[node].next = next;
	l->nodes[node].before = after;
	l->nodes[after].next = node;
	if (next != NONE)
		l->nodes[next].before = node;
}

static void take_out(struct list *l, size_t node)
{
	size_t before = l->nodes[node].before, next = l->nodes[node].next;

	l->nodes[before].next = next;
	if (next != NONE)
		l->nodes[next].before = before;
}

/* The ids that a segment's blocks carry, each with the segment's place + 1. */
static void note_ids(struct span_map *ids, const struct side *s, size_t i)
{
	const struct block *top = s->segments[i].block;

	for (const struct block *b = top; b; b = block_next(b, top))
		if (b->attrs && b->attrs->id.n && !span_map_find(ids, b->attrs->id))
			*span_map_put(ids, b->attrs->id) = (unsigned)i + 1;
}

/* What ours added under an id of the segment x of theirs, or NONE. */
static size_t of_same_id(const struct span_map *ids, const struct segment *x)
{
	for (const struct block *b = x->block; b; b = block_next(b, x->block)) {
		const unsigned *found = b->attrs && b->attrs->id.n ? span_map_find(ids, b->attrs->id) : NULL;

		if (found)
			return *found - 1;
	}
	return NONE;
}

void order_make(struct merger *m, struct list *l)
{
	size_t *node_of_ours = mem_alloc((m->ours.count + 1) * sizeof(size_t)), last = 0;
	struct span_map added = { 0 }; /* ids that ours brought */

	add_node(l, (struct node){ NONE, NONE, NONE, NONE, NONE, false });
	for (size_t i = 0; i < m->ours.count; i++) {
		size_t b = m->ours.segments[i].mate_base, t = b != NONE ? m->theirs.of_base[b] : NONE;
		size_t n = add_node(l, (struct node){ b, i, t, NONE, NONE, false });

		if (b != NONE && t == NONE && segment_same(&m->base.segments[b], &m->ours.segments[i]))
			l->nodes[n].gone = true;
		place_after(l, n, last);
		node_of_ours[i] = last = n;
		if (b == NONE)
			note_ids(&added, &m->ours, i);
	}
	last = 0;
	for (size_t i = 0; i < m->theirs.count; i++) {
		const struct segment *t = &m->theirs.segments[i];
		size_t b = t->mate_base, o = b != NONE ? m->ours.of_base[b] : NONE, n;

		if (o != NONE) {
			n = node_of_ours[o];
			if (t->moved && !m->ours.segments[o].moved && n != last) {
				/* theirs moved it: it follows them */
				if (l->nodes[n].before != last) {
					take_out(l, n);
					place_after(l, n, last);
				}
			}
			last = n; /* what follows it in theirs follows it, wherever ours put it */
			continue;
		}
		if (b != NONE && segment_same(&m->base.segments[b], t))
			continue; /* ours took it out, theirs left it as it was */
		/* an id names one clause: two that were added under it are one */
		o = b == NONE ? of_same_id(&added, t) : NONE;
		if (o != NONE && l->nodes[node_of_ours[o]].theirs == NONE) {
			last = node_of_ours[o];
			l->nodes[last].theirs = i;
			continue;
		}
		/* theirs alone: behind what ours added at this place, unless ours added the very same */
		for (n = l->nodes[last].next; b == NONE && n != NONE && l->nodes[n].ours != NONE && l->nodes[n].base == NONE && l->nodes[n].theirs == NONE;
		     n = l->nodes[n].next) {
			if (segment_same(&m->ours.segments[l->nodes[n].ours], t)) {
				l->nodes[n].theirs = i;
				break;
			}
			last = n;
		}
		if (n != NONE && l->nodes[n].theirs == i) {
			last = n;
			continue;
		}
		n = add_node(l, (struct node){ b, NONE, i, NONE, NONE, false });
		place_after(l, n, last);
		last = n;
	}
	free(node_of_ours);
	span_map_done(&added);
}
