/* Before the walk: are there marks, where do notes stand, what do references lead to? */
#include "format/odt/content.h"

#include <stdlib.h>

const char *content_anchor(const struct content *c, const struct block *b)
{
	size_t low = 0, high = c->anchor_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->anchors[mid].block->serial < b->serial)
			low = mid + 1;
		else
			high = mid;
	}
	return low < c->anchor_count && c->anchors[low].block == b ? c->anchors[low].name : NULL;
}

static int by_serial(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	if (x->block->serial != y->block->serial)
		return x->block->serial < y->block->serial ? -1 : 1;
	if (!x->name || !y->name)
		return (x->name == NULL) - (y->name == NULL);
	return x->further != y->further ? x->further - y->further : strcmp(x->name, y->name);
}

struct wanted {
	struct anchor *items;
	size_t count, cap;
};

static void want(struct wanted *w, const struct block *b, const char *name, bool further)
{
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->items = mem_resize(w->items, w->cap, sizeof(*w->items));
	}
	w->items[w->count++] = (struct anchor){ b, name, further };
}

/* The numbers of a path are fields of their own, so each needs an anchor. */
static void want_leaf(struct content *c, struct wanted *w, const struct block *b)
{
	for (size_t i = 0; i < b->run_count; i++) {
		const struct block *at = NULL;
		struct span word, number;
		int parts = 4;

		if (b->runs[i].kind != RUN_XREF || !outdoc_xref(c->o, &b->runs[i], &word, &number, &at))
			continue;
		while (at && !at->path.n)
			at = at->parent;
		for (; at && parts--; at = numbered_parent(c, at))
			if (!outdoc_anchor(c->o, landing(at)))
				want(w, landing(at), NULL, false);
	}
}

static void set_anchors(struct content *c, bool references)
{
	struct wanted w = { 0 };
	size_t kept = 0;
	unsigned made = 0;

	for (size_t i = 0; i < c->o->anchor_count; i++)
		want(&w, c->o->anchors[i].block, c->o->anchors[i].name, c->o->anchors[i].further);
	if (references) {
		for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root))
			want_leaf(c, &w, b);
		for (size_t i = 0; i < c->o->doc->note_count; i++) {
			const struct block *top = c->o->doc->notes[i]->body;

			for (const struct block *b = top; b; b = block_next(b, top))
				want_leaf(c, &w, b);
		}
	}
	if (w.count)
		qsort(w.items, w.count, sizeof(*w.items), by_serial);
	for (size_t i = 0; i < w.count; i++) {
		struct anchor *a = &w.items[i];

		/* A block that has an anchor already needs none made. */
		if (!a->name) {
			if (kept && w.items[kept - 1].block == a->block)
				continue;
			a->name = arena_printf(&c->arena, "_Ref9%08u", ++made).p;
		}
		w.items[kept++] = *a;
	}
	c->anchors = w.items;
	c->anchor_count = kept;
}

static void look_leaf(struct content *c, const struct block *b, bool *ret_references)
{
	if (b->mark || b->break_mark || b->relabelled || (b->parent && b->parent->relabelled))
		c->marked = true;
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		if (r->mark || outdoc_xref_was(c->o, r).n)
			c->marked = true;
		if (r->kind == RUN_XREF)
			*ret_references = true;
		if (r->kind == RUN_NOTE && r->note && r->note->number > c->note_count)
			c->note_count = r->note->number;
	}
}

static void find_hosts(struct content *c)
{
	unsigned was = 0, now = 0;

	for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root)) {
		struct odt_change whole = { 0 };

		if (!b->run_count)
			continue;
		whole = change_of_block(b);
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];

			enum odt_change_kind kind;
			unsigned n;

			if (r->kind != RUN_NOTE || !r->note || !r->note->number)
				continue;
			n = r->note->number;
			kind = change_of_run(r, whole).kind;
			if (kind == TRACK_NONE)
				c->note_state[n] = NOTE_HAS_HOST;
			if (kind != TRACK_INSERTED && kind != TRACK_NEITHER && !c->note_was[n])
				c->note_was[n] = ++was;
			if (kind != TRACK_DELETED && kind != TRACK_NEITHER && !c->note_now[n])
				c->note_now[n] = ++now;
		}
	}
	for (unsigned n = 1; n <= c->note_count && c->o->gone; n++)
		c->notes_return = c->notes_return || (c->note_was[n] && !(c->note_state[n] & NOTE_HAS_HOST));
}

void content_look_ahead(struct content *c)
{
	bool references = false;

	c->marked = c->o->earlier.gone;
	for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root))
		look_leaf(c, b, &references);
	for (size_t i = 0; i < c->o->doc->note_count; i++) {
		const struct block *top = c->o->doc->notes[i]->body;

		for (const struct block *b = top; b; b = block_next(b, top))
			look_leaf(c, b, &references);
	}
	c->note_state = mem_zero((size_t)c->note_count + 1, 1);
	if (c->marked) {
		c->note_was = ARENA_ARRAY(&c->arena, (size_t)c->note_count + 1, unsigned);
		c->note_now = ARENA_ARRAY(&c->arena, (size_t)c->note_count + 1, unsigned);
		memset(c->note_was, 0, ((size_t)c->note_count + 1) * sizeof(unsigned));
		memset(c->note_now, 0, ((size_t)c->note_count + 1) * sizeof(unsigned));
		find_hosts(c);
	}
	if (references || c->o->anchor_count)
		set_anchors(c, references);
}
