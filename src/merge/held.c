/* What is held back from the public: the containers of the merged text. */
#include <stdlib.h>

#include "merge/segments.h"

struct items {
	struct item *all;
	size_t count, cap;
};

static const struct segment *segment_of(const struct side *s, size_t i)
{
	return i != NONE ? &s->segments[i] : NULL;
}

static bool in_container(const struct segment *x)
{
	return x && x->block && x->block->in_container;
}

/* A piece of a block that the other side made internal: it is internal too. */
static bool was_made_internal(const struct side *base, const struct side *other, size_t split)
{
	const struct segment *b = segment_of(base, split), *o = b ? segment_of(other, other->of_base[split]) : NULL;

	return o && o->block && o->block->internal && b->block && !b->block->internal;
}

/* New words between two blocks that the other side put into a container: they go with both. */
static bool is_between(const struct side *s, size_t at, const struct side *other)
{
	for (int way = 0; way < 2; way++) {
		size_t i = at, mate;

		do
			i = way ? i + 1 : i - 1;
		while (i < s->count && !s->segments[i].block);
		mate = i < s->count && s->segments[i].mate_base != NONE ? other->of_base[s->segments[i].mate_base] : NONE;
		if (!in_container(segment_of(other, mate)))
			return false;
	}
	return true;
}

/* Does the block stand in a container, as both sides together want it? */
static bool is_held(const struct merger *m, const struct node *n)
{
	const struct segment *b = segment_of(&m->base, n->base), *o = segment_of(&m->ours, n->ours), *t = segment_of(&m->theirs, n->theirs);
	const struct segment *own = o ? o : t;
	const struct side *mine = o ? &m->ours : &m->theirs, *other = o ? &m->theirs : &m->ours;

	if (o && t && b)
		return (o->exposes && t->exposes) || (in_container(o) == in_container(b) ? in_container(t) : in_container(o));
	if ((o && o->exposes) || (t && t->exposes))
		return true;
	if (in_container(o) || in_container(t))
		return true;
	if (o && t)
		return false;
	return was_made_internal(&m->base, other, own->split_base) || (!b && is_between(mine, (size_t)(own - mine->segments), other));
}

static void add(struct items *x, struct item item)
{
	if (x->count == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 64;
		x->all = mem_resize(x->all, x->cap, sizeof(struct item));
	}
	x->all[x->count++] = item;
}

static const struct segment *own_of(const struct merger *m, const struct list *l, const struct item *x)
{
	const struct node *n = &l->nodes[x->node];

	return x->kind != ITEM_NODE ? NULL : n->ours != NONE ? &m->ours.segments[n->ours] : &m->theirs.segments[n->theirs];
}

static bool is_mark(const struct merger *m, const struct list *l, const struct item *x, bool opens)
{
	const struct segment *own = own_of(m, l, x);

	return own ? own->kind == SEG_FENCE && own->opens == opens : x->kind == (opens ? ITEM_OPEN : ITEM_CLOSE);
}

/* Two lines that stand so in one of the files. */
static bool are_neighbours(const struct list *l, const struct item *a, const struct item *b)
{
	const struct node *x = &l->nodes[a->node], *y = &l->nodes[b->node];

	if (a->kind != ITEM_NODE || b->kind != ITEM_NODE)
		return false;
	return (x->ours != NONE && y->ours == x->ours + 1) || (x->theirs != NONE && y->theirs == x->theirs + 1);
}

/* One more piece; a container that nothing is left in goes, and one that closes only to open again does not. */
static void add_tidy(const struct merger *m, const struct list *l, struct items *x, struct item item)
{
	const struct item *last = x->count ? &x->all[x->count - 1] : NULL;
	bool opens = is_mark(m, l, &item, true), closes = is_mark(m, l, &item, false);

	if (last && closes && is_mark(m, l, last, true) && !are_neighbours(l, last, &item)) {
		x->count--;
		return;
	}
	if (last && opens && is_mark(m, l, last, false) && (item.kind != ITEM_NODE || last->kind != ITEM_NODE)) {
		x->count--;
		return;
	}
	add(x, item);
}

/* The line that opens the container that a block stands in, as the file has it; a new one where it stands in none. */
static struct span opening_of(const struct merger *m, const struct node *n)
{
	for (int theirs = 0; theirs < 2; theirs++) {
		const struct side *s = theirs ? &m->theirs : &m->ours;

		if (in_container(segment_of(s, theirs ? n->theirs : n->ours)))
			for (size_t i = theirs ? n->theirs : n->ours; i-- > 0;)
				if (s->segments[i].kind == SEG_FENCE && s->segments[i].opens)
					return span_trim(s->segments[i].body);
	}
	return SPAN_LIT("::: internal");
}

/* Containers within containers: where one begins and ends is then for people to say. */
static bool is_nested(const struct side *s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct segment *x = &s->segments[i];

		if (x->kind != SEG_FENCE)
			continue;
		if (x->opens ? ++depth > 1 : !depth--)
			return true;
	}
	return depth > 0;
}

struct item *hold_back(const struct merger *m, const struct list *l, size_t *ret_count)
{
	bool as_it_is = is_nested(&m->base) || is_nested(&m->ours) || is_nested(&m->theirs), open = false;
	struct span opening = { 0 }; /* of the container that is open */
	struct items x = { 0 };

	for (size_t i = l->nodes[0].next; i != NONE; i = l->nodes[i].next) {
		const struct node *n = &l->nodes[i];
		struct item item = { .kind = ITEM_NODE, .node = i };
		const struct segment *own = own_of(m, l, &item);
		struct item mark = { .kind = ITEM_OPEN, .node = i };

		if (n->gone)
			continue;
		if (as_it_is) {
			add(&x, item);
		} else if (own->kind == SEG_FENCE) {
			/* of two openings, of two ends, the first */
			if (own->opens != open)
				add_tidy(m, l, &x, item);
			open = own->opens;
			opening = span_trim(own->body);
		} else if (own->kind == SEG_BLOCK && is_held(m, n) != open) {
			mark.text = open ? (struct span){ 0 } : opening_of(m, n);
			mark.kind = open ? ITEM_CLOSE : ITEM_OPEN;
			add_tidy(m, l, &x, mark);
			add_tidy(m, l, &x, item);
			mark.text = open ? opening : (struct span){ 0 };
			mark.kind = open ? ITEM_OPEN : ITEM_CLOSE;
			add_tidy(m, l, &x, mark);
		} else {
			add_tidy(m, l, &x, item);
		}
	}
	if (open)
		add_tidy(m, l, &x, (struct item){ .kind = ITEM_CLOSE });
	*ret_count = x.count;
	return x.all;
}

static bool is_internal(const struct statement *s, struct span id, bool otherwise)
{
	const struct clause *k = statement_find(s, id);

	return k ? k->internal : otherwise;
}

bool merge_holds_back(const struct statement *base, const struct statement *ours, const struct statement *theirs, const struct statement *merged)
{
	for (size_t i = 0; i < merged->count; i++) {
		const struct clause *k = &merged->clauses[i];
		bool was, o, t;

		if (!k->id.n || k->internal)
			continue;
		was = is_internal(base, k->id, false);
		o = is_internal(ours, k->id, was);
		t = is_internal(theirs, k->id, was);
		if (o == was ? t : o)
			return false;
	}
	return true;
}
