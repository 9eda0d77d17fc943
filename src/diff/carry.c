/* Blocks and runs of either text, copied into the result, and the marks that they carry there. */
#include "diff/marker.h"

#include "model/text.h"

const struct mark *marker_mark(struct marker *m, enum mark_kind kind, unsigned group)
{
	struct mark *k = ARENA_NEW(&m->out->arena, struct mark);

	*k = (struct mark){ .kind = kind, .author = m->options->author, .time = m->options->time, .group = group };
	return k;
}

struct note *carry_note(struct marker *m, const struct note *n, bool old)
{
	return n ? (old ? m->note_of_old : m->note_of_new)[n->index] : NULL;
}

/* The note of words that go as a whole: its own, so that no note is referred to from what goes and from what comes. */
struct note *carry_gone_note(struct marker *m, const struct note *o)
{
	if (!o || !m->note_mate_of_old[o->index])
		return carry_note(m, o, true);
	if (!m->note_gone[o->index]) {
		m->note_gone[o->index] = note_new(m->out, footnote_label(m, o->label));
		m->original[m->note_gone[o->index]->index] = m->note_of_old[o->index]->index + 1;
	}
	return m->note_gone[o->index];
}

static bool id_is_new(const struct marker *m, struct span id)
{
	return statement_find(m->c->to, id) != NULL;
}

/* Attributes of an old block: an id that stands in the new text belongs to the clause there. */
static const struct attrs *old_attrs(struct marker *m, const struct attrs *a)
{
	struct attrs *copy;

	if (!a || !a->id.n || !id_is_new(m, a->id))
		return a;
	copy = ARENA_NEW(&m->out->arena, struct attrs);
	*copy = *a;
	copy->id = (struct span){ 0 };
	copy->was = a->id;
	return copy;
}

struct block *carry_block(struct marker *m, const struct block *b, bool old)
{
	struct block *c = block_new(m->out, b->kind);

	c->attrs = old ? old_attrs(m, b->attrs) : b->attrs;
	c->internal = b->internal;
	c->in_container = b->in_container;
	c->level = b->level;
	c->ordered = b->ordered;
	c->tight = b->tight;
	c->start = b->start;
	c->info = b->info;
	c->header = b->header;
	c->align = b->align;
	c->origin = b->origin;
	c->attr_origin = b->attr_origin;
	c->part = b->part;
	return c;
}

static void set_label_was(struct block *c, struct span was)
{
	c->relabelled = !span_eq(was, attrs_get(c->attrs, "label"));
	c->label_was = was;
}

struct block *carry_pair(struct marker *m, const struct block *o, const struct block *n)
{
	struct block *c = carry_block(m, n, false);

	set_label_was(c, attrs_get(o->attrs, "label"));
	if (o->kind == BLOCK_PARAGRAPH && n->kind == BLOCK_PARAGRAPH) {
		c->uncounted_was = number_uncounted(o);
		c->recounted = c->uncounted_was != number_uncounted(n);
	}
	return c;
}

struct block *carry_piece(struct marker *m, const struct block *b, bool old)
{
	struct block *c = carry_block(m, b, old);
	struct attrs *bare;

	if (old && attrs_get(c->attrs, "label").n) {
		/* Its last word on its label is the older text's. */
		bare = ARENA_NEW(&m->out->arena, struct attrs);
		*bare = *c->attrs;
		bare->items = ARENA_ARRAY(&m->out->arena, bare->count, struct attr);
		bare->count = 0;
		for (size_t i = 0; i < c->attrs->count; i++)
			if (!span_is(c->attrs->items[i].key, "label"))
				bare->items[bare->count++] = c->attrs->items[i];
		c->attrs = bare;
	}
	set_label_was(c, old ? attrs_get(b->attrs, "label") : (struct span){ 0 });
	return c;
}

/* The runs of a leaf as its statement reads them; marks of its own file are settled.  gone: they are deleted as a whole. */
void carry_runs(struct marker *m, const struct block *b, bool old, bool gone, const struct mark *mark, struct runs *r)
{
	enum reading reading = (old ? m->old : m->new)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;

	for (size_t i = 0; i < b->run_count; i++) {
		struct run *x;

		if (!text_mark_reads(b->runs[i].mark, reading) || b->runs[i].kind == RUN_COMMENT)
			continue;
		x = runs_add(r, b->runs[i].kind);
		*x = b->runs[i];
		x->mark = mark;
		if (x->kind == RUN_NOTE)
			x->note = gone ? carry_gone_note(m, x->note) : carry_note(m, x->note, old);
	}
}

/* A whole block, with all in it. */
void carry_tree(struct marker *m, struct block *into, const struct block *top, bool old, const struct mark *mark)
{
	struct block *parent = into;
	enum reading reading = (old ? m->old : m->new)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;
	const struct block *b = top;

	while (b) {
		struct block *c;

		if (!text_mark_reads(b->mark, reading)) {
			c = NULL;
		} else {
			c = carry_block(m, b, old);
			if (b == top)
				c->mark = mark;
			block_append(parent, c);
			if (block_is_leaf(b)) {
				struct runs r = { 0 };

				carry_runs(m, b, old, old && mark, NULL, &r);
				runs_end(&r, m->out, c);
			}
			if (b->first) {
				parent = c;
				b = b->first;
				continue;
			}
		}
		while (b != top && !b->next) {
			b = b->parent;
			parent = parent->parent;
		}
		b = b == top ? NULL : b->next;
	}
}
