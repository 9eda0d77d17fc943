#include "model/select.h"

#include <stdlib.h>

#include "base/limits.h"
#include "model/text.h"

/* ---- oral wordings: which block takes which clause's place ---- */

struct wording {
	const struct block *wording, *clause; /* clause NULL: no such clause, the wording stands where it is */
	uint32_t next;                        /* the next wording of the same clause: index + 1, or 0 */
};

struct plan {
	struct doc *d;
	const struct selection *s;
	bool oral;
	struct wording *wordings; /* in source order; only in the oral channel */
	size_t count, cap;
	uint32_t *first;  /* by serial of a clause: index + 1 of its first wording */
	uint32_t *spoken; /* by serial of a wording: index + 1 */
};

static bool is_wording(const struct block *b)
{
	return attrs_has(b->attrs, CLASS_ORAL);
}

/* Is it withheld by what it says of itself, whatever stands around it? */
static bool withheld(const struct plan *p, const struct block *b)
{
	struct span oral;

	if (attrs_has(b->attrs, CLASS_RATIONALE) || (b->internal && !p->s->internal))
		return true;
	if (!p->oral)
		return is_wording(b);
	if (!b->attrs)
		return false;
	oral = attrs_get(b->attrs, "oral");
	return span_is(oral, "skip") || (p->s->cut_oral && span_is(oral, "cut"));
}

/* for= names a clause of this draft, with or without a number sign. */
static struct span wording_for(const struct block *b)
{
	struct span id = attrs_get(b->attrs, "for");

	return id.n && id.p[0] == '#' ? span_sub(id, 1, id.n) : id;
}

static uint32_t *slot_of(const struct plan *p, uint32_t *table, size_t size, struct span id)
{
	size_t at = span_hash(id) & (size - 1);

	while (table[at] && !span_eq(wording_for(p->wordings[table[at] - 1].wording), id))
		at = (at + 1) & (size - 1);
	return &table[at];
}

static void plan_begin(struct plan *p, struct doc *d, const struct selection *s)
{
	uint32_t *table;
	size_t size = 16;

	*p = (struct plan){ .d = d, .s = s, .oral = s->channel == CHANNEL_ORAL };
	if (!p->oral)
		return;
	for (struct block *b = d->root, *next; b; b = next) {
		next = block_next(b, d->root);
		if (!is_wording(b))
			continue;
		next = block_next_skip(b, d->root);
		if (withheld(p, b) || attrs_has(b->attrs, CLASS_RATIONALE))
			continue;
		if (p->count == p->cap) {
			p->cap = p->cap ? 2 * p->cap : 16;
			p->wordings = mem_resize(p->wordings, p->cap, sizeof(struct wording));
		}
		p->wordings[p->count++] = (struct wording){ .wording = b };
	}
	p->first = mem_zero(d->block_count + 1, sizeof(uint32_t));
	p->spoken = mem_zero(d->block_count + 1, sizeof(uint32_t));
	if (!p->count)
		return;
	while (size < 2 * p->count)
		size *= 2;
	/* By the id that for= names: the first wording of each, and a chain of the others. */
	table = mem_zero(size, sizeof(*table));
	for (size_t i = p->count; i--;) {
		uint32_t *slot = slot_of(p, table, size, wording_for(p->wordings[i].wording));

		p->spoken[p->wordings[i].wording->serial] = (uint32_t)i + 1;
		p->wordings[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
	/* The first clause of that id is the one; what lies in a clause that is not spoken cannot be. */
	for (struct block *b = d->root, *next; b; b = next) {
		uint32_t *slot;

		next = block_next(b, d->root);
		if (is_wording(b) || withheld(p, b))
			next = block_next_skip(b, d->root);
		if (is_wording(b) || !b->attrs || !b->attrs->id.n)
			continue;
		slot = slot_of(p, table, size, b->attrs->id);
		if (!*slot || p->wordings[*slot - 1].clause)
			continue;
		p->first[b->serial] = *slot;
		for (uint32_t i = *slot; i; i = p->wordings[i - 1].next)
			p->wordings[i - 1].clause = b;
		next = block_next_skip(b, d->root);
	}
	free(table);
}

static void plan_end(struct plan *p)
{
	free(p->wordings);
	free(p->first);
	free(p->spoken);
}

/* A clause that is spoken in other words: the words here are held back, the wording is not. */
static bool replaced(const struct plan *p, const struct block *b)
{
	return p->first && p->first[b->serial];
}

/* Is the clause cut although it has a wording?  Then the wording goes with it. */
static bool cut(const struct plan *p, const struct block *clause)
{
	return clause && p->s->cut_oral && span_is(attrs_get(clause->attrs, "oral"), "cut");
}

/* ---- the copy ---- */

struct pair {
	const void *from;
	void *to;
};

/* Pointers of d and what became of them, so that runs that shared a mark share its copy. */
struct pairs {
	struct pair *items;
	size_t count, size;
};

static void **pairs_at(struct pairs *m, const void *from)
{
	size_t at;

	if (2 * (m->count + 1) > m->size) {
		struct pairs bigger = { .size = m->size ? 2 * m->size : 64 };

		bigger.items = mem_zero(bigger.size, sizeof(struct pair));
		for (size_t i = 0; i < m->size; i++)
			if (m->items[i].from)
				*pairs_at(&bigger, m->items[i].from) = m->items[i].to;
		free(m->items);
		*m = bigger;
	}
	for (at = ((uintptr_t)from >> 4) * 0x9e3779b97f4a7c15u >> 20 & (m->size - 1); m->items[at].from;
	     at = (at + 1) & (m->size - 1))
		if (m->items[at].from == from)
			return &m->items[at].to;
	m->items[at].from = from;
	m->count++;
	return &m->items[at].to;
}

struct copier {
	struct plan plan;
	struct doc *to;
	struct pairs pairs;  /* marks, comments */
	struct note **notes; /* by index in d: the copy, once referred to */
	struct note **queue; /* notes of d whose bodies are still to be copied */
	size_t queued;
};

static struct span dup(struct copier *c, struct span s)
{
	return s.p ? arena_dup(&c->to->arena, s) : s;
}

/* Both halves of a replacement point at the same comments, and so do their copies. */
static struct comment *copy_comments(struct copier *c, const struct comment *from)
{
	const struct comment *const whole = from;
	struct comment *first = NULL, **last = &first;
	void **slot = from ? pairs_at(&c->pairs, from) : NULL;

	if (!slot)
		return NULL;
	if (*slot)
		return *slot;
	for (; from; from = from->next) {
		*last = ARENA_NEW(&c->to->arena, struct comment);
		**last = (struct comment){ .author = dup(c, from->author), .time = dup(c, from->time), .text = dup(c, from->text) };
		last = &(*last)->next;
	}
	*pairs_at(&c->pairs, whole) = first;
	return first;
}

/* Marks nest to LIMIT_CRITIC_DEPTH and no deeper. */
static const struct mark *copy_mark(struct copier *c, const struct mark *from)
{
	const struct selection *s = c->plan.s;
	const struct mark *inner = NULL;
	struct mark **hole = (struct mark **)&inner;

	if (!s->marks)
		return NULL;
	for (; from; from = from->outer) {
		void **slot;
		struct mark *to;

		if (from->kind == MARK_HIGHLIGHT && !s->comments)
			continue;
		slot = pairs_at(&c->pairs, from);
		if (*slot) {
			*hole = *slot;
			break;
		}
		to = ARENA_NEW(&c->to->arena, struct mark);
		*slot = to;
		*to = (struct mark){ .kind = from->kind, .time = dup(c, from->time), .group = from->group };
		to->author = dup(c, s->author.p ? s->author : from->author);
		if (s->comments)
			to->comments = copy_comments(c, from->comments);
		*hole = to;
		hole = (struct mark **)&to->outer;
	}
	return inner;
}

static const struct attrs *copy_attrs(struct copier *c, const struct attrs *from)
{
	struct attrs *to;

	if (!from)
		return NULL;
	to = ARENA_NEW(&c->to->arena, struct attrs);
	*to = *from;
	to->id = dup(c, from->id);
	to->was = dup(c, from->was);
	to->items = ARENA_ARRAY(&c->to->arena, from->count, struct attr);
	for (size_t i = 0; i < from->count; i++) {
		to->items[i] = from->items[i];
		to->items[i].key = dup(c, from->items[i].key);
		to->items[i].value = dup(c, from->items[i].value);
	}
	return to;
}

static struct note *copy_note(struct copier *c, const struct note *from)
{
	struct note *to = c->notes[from->index];

	if (to)
		return to;
	to = note_new(c->to, dup(c, from->label));
	if (c->plan.s->source)
		to->origin = from->origin;
	c->notes[from->index] = to;
	c->queue[c->queued++] = (struct note *)from;
	return to;
}

static const struct link *copy_link(struct copier *c, const struct link *from)
{
	struct link *to;
	void **slot;

	if (!from)
		return NULL;
	slot = pairs_at(&c->pairs, from);
	if (!*slot) {
		*slot = to = ARENA_NEW(&c->to->arena, struct link);
		*to = (struct link){ .url = dup(c, from->url), .title = dup(c, from->title), .autolink = from->autolink };
	}
	return *slot;
}

/* The runs of one leaf; their words go into one piece of memory. */
static void copy_runs(struct copier *c, const struct block *from, struct block *to)
{
	const struct selection *s = c->plan.s;
	size_t bytes = 0, kept = 0;
	char *text;

	if (!from->run_count)
		return;
	for (size_t i = 0; i < from->run_count; i++)
		bytes += from->runs[i].text.n;
	text = arena_alloc(&c->to->arena, bytes + 1);
	to->runs = ARENA_ARRAY(&c->to->arena, from->run_count, struct run);
	for (size_t i = 0; i < from->run_count; i++) {
		const struct run *r = &from->runs[i];
		struct run *n = &to->runs[kept];

		if ((r->kind == RUN_COMMENT && !(s->marks && s->comments)) || (r->kind == RUN_NOTE && (c->plan.oral || !r->note)))
			continue;
		*n = *r;
		if (!s->source)
			n->src = (struct origin){ 0 };
		n->printed = (struct span){ 0 };
		n->mark = copy_mark(c, r->mark);
		n->link = copy_link(c, r->link);
		n->text = span_of(text, r->text.n);
		if (r->text.n)
			memcpy(text, r->text.p, r->text.n);
		text += r->text.n;
		switch (r->kind) {
		case RUN_NOTE:
			n->note = copy_note(c, r->note);
			break;
		case RUN_IMAGE:
			if (r->image) {
				struct image *image = ARENA_NEW(&c->to->arena, struct image);

				*image = (struct image){ .url = dup(c, r->image->url), .title = dup(c, r->image->title) };
				n->image = image;
			}
			break;
		case RUN_COMMENT:
			n->comment = copy_comments(c, r->comment);
			break;
		case RUN_XREF:
			n->target = dup(c, r->target);
			break;
		case RUN_TEXT:
		case RUN_SOFT:
		case RUN_HARD:
			break;
		}
		kept++;
	}
	to->run_count = kept;
}

static struct block *copy_block(struct copier *c, const struct block *from)
{
	struct block *to = block_new(c->to, from->kind);

	*to = (struct block){
		.kind = from->kind,
		.internal = from->internal,
		.in_container = from->in_container,
		.in_note = from->in_note,
		.level = from->level,
		.level_was = from->level_was,
		.ordered = from->ordered,
		.tight = from->tight,
		.start = from->start,
		.header = from->header,
		.align = from->align,
		.attrs = copy_attrs(c, from->attrs),
		.relabelled = from->relabelled,
		.label_was = dup(c, from->label_was),
		.recounted = from->recounted,
		.uncounted_was = from->uncounted_was,
		.mark = copy_mark(c, from->mark),
		.break_mark = copy_mark(c, from->break_mark),
	};
	if (c->plan.s->source) {
		to->origin = from->origin;
		to->attr_origin = from->attr_origin;
		to->info = dup(c, from->info);
	}
	copy_runs(c, from, to);
	return to;
}

static void copy_tree(struct copier *c, const struct block *top, struct block *into, bool wording);

/* The wordings of a clause, in its place and under its id; shaped as its kind of block asks. */
static void copy_wordings(struct copier *c, const struct block *clause, struct block *into)
{
	const struct plan *p = &c->plan;

	if (cut(p, clause))
		return;
	for (uint32_t i = p->first[clause->serial]; i; i = p->wordings[i - 1].next) {
		const struct block *w = p->wordings[i - 1].wording;
		struct block *at = into, *before;

		if (clause->kind == BLOCK_ITEM && w->kind != BLOCK_ITEM) {
			at = block_new(c->to, BLOCK_ITEM);
			at->level = clause->level;
			block_append(into, at);
		}
		before = at->last;
		if (w->kind == BLOCK_ITEM && clause->kind != BLOCK_ITEM) {
			for (const struct block *child = w->first; child; child = child->next)
				copy_tree(c, child, at, true);
		} else {
			copy_tree(c, w, at, true);
		}
		for (struct block *b = before ? before->next : at->first; b; b = b->next) {
			struct attrs *a = (struct attrs *)b->attrs;

			if (!a)
				b->attrs = a = ARENA_NEW(&c->to->arena, struct attrs);
			a->classes &= ~CLASS_ORAL;
			if (i == p->first[clause->serial] && b == (before ? before->next : at->first) && clause->attrs)
				a->id = dup(c, clause->attrs->id);
		}
	}
}

/* top itself and all below it that is seen; wording: top is an oral wording, which stands in no other's place. */
static void copy_tree(struct copier *c, const struct block *top, struct block *into, bool wording)
{
	const struct plan *p = &c->plan;
	const struct block *b = top;

	for (;;) {
		bool in = !(wording ? b != top && withheld(p, b) : withheld(p, b));

		if (p->oral && !wording && replaced(p, b)) {
			copy_wordings(c, b, into);
			in = false;
		} else if (p->oral && !wording && in && is_wording(b)) {
			/* Where it stands only if no clause takes it. */
			in = !p->spoken[b->serial] || !p->wordings[p->spoken[b->serial] - 1].clause;
		}
		if (in) {
			struct block *n = copy_block(c, b);

			if (p->oral && is_wording(b))
				((struct attrs *)n->attrs)->classes &= ~CLASS_ORAL;
			block_append(into, n);
			if (b->first) {
				into = n;
				b = b->first;
				continue;
			}
		}
		while (b != top && !b->next) {
			struct block *full = into;

			b = b->parent;
			into = into->parent;
			if (!full->first)
				block_remove(full);
		}
		if (b == top)
			return;
		b = b->next;
	}
}

static void copy_meta(struct copier *c, const struct meta *from)
{
	struct meta *to = &c->to->meta;
	struct span *endorsers;

	*to = (struct meta){
		.title = dup(c, from->title), .call = dup(c, from->call), .organisation = dup(c, from->organisation),
		.language = dup(c, from->language), .date = dup(c, from->date), .answers = dup(c, from->answers),
		.variant_of = dup(c, from->variant_of), .channel = from->channel, .numbering = from->numbering,
		.endorsed_count = from->endorsed_count, .present = from->present,
	};
	if (c->plan.s->source) {
		to->raw = from->raw;
		to->body = from->body;
		to->call_offset = from->call_offset;
	}
	to->endorsed_by = endorsers = ARENA_ARRAY(&c->to->arena, from->endorsed_count, struct span);
	for (size_t i = 0; i < from->endorsed_count; i++)
		endorsers[i] = dup(c, from->endorsed_by[i]);
}

struct doc *doc_select(struct doc *d, const struct selection *s)
{
	struct copier c = { .to = doc_new(s->source ? d->path : NULL) };

	plan_begin(&c.plan, d, s);
	c.notes = mem_zero(d->note_count + 1, sizeof(struct note *));
	c.queue = mem_zero(d->note_count + 1, sizeof(struct note *));
	c.to->reading = d->reading;
	if (s->source)
		c.to->source = d->source;
	copy_meta(&c, &d->meta);
	for (const struct block *b = d->root->first; b; b = b->next)
		copy_tree(&c, b, c.to->root, false);
	/* A note's body may refer to no note, so one pass over the queue is enough; a file that does so anyway is a
	 * finding, and its inner notes are copied all the same. */
	for (size_t i = 0; i < c.queued; i++) {
		struct block *body = c.notes[c.queue[i]->index]->body;

		for (const struct block *b = c.queue[i]->body->first; b; b = b->next)
			copy_tree(&c, b, body, false);
	}
	doc_finish(c.to);
	plan_end(&c.plan);
	free(c.pairs.items);
	free(c.notes);
	free(c.queue);
	return c.to;
}

/* ---- counting ---- */

static size_t subtree_words(const struct block *top)
{
	size_t words = 0;

	for (const struct block *b = top; b; b = block_next(b, top))
		if (block_is_leaf(b))
			words += text_leaf_words(b, READING_MARKED);
	return words;
}

struct counter {
	struct plan plan;
	size_t all, held;
	bool *noted;               /* by note index: its words are seen */
	const struct note **queue; /* seen, bodies not yet walked */
	size_t queued;
};

/* Adds the words of top and all below it; held says so of the whole, else each block speaks for itself. */
static void count_tree(struct counter *c, const struct block *top, bool held)
{
	const struct plan *p = &c->plan;
	const struct block *end = NULL; /* where the held subtree at hand ends */
	bool inside = held;

	for (const struct block *b = top, *next; b; b = next) {
		size_t words;

		next = block_next(b, top);
		if (inside && !held && b == end)
			inside = false;
		if (p->oral && !b->in_note && p->spoken[b->serial]) {
			const struct block *clause = p->wordings[p->spoken[b->serial] - 1].clause;
			bool lost = clause ? cut(p, clause) : inside;

			if (b != top) {
				/* Depth two at most: a wording within a wording is part of it. */
				count_tree(c, b, lost);
				next = block_next_skip(b, top);
				continue;
			}
		} else if (!inside && (withheld(p, b) || (p->oral && !b->in_note && replaced(p, b)))) {
			inside = true;
			end = block_next_skip(b, top);
			if (!end)
				held = true; /* to the end of top */
		}
		if (!block_is_leaf(b))
			continue;
		words = text_leaf_words(b, READING_MARKED);
		c->all += words;
		if (inside) {
			c->held += words;
			continue;
		}
		for (size_t i = 0; i < b->run_count && !p->oral; i++) {
			const struct note *n = b->runs[i].kind == RUN_NOTE ? b->runs[i].note : NULL;

			if (!n || c->noted[n->index])
				continue;
			c->noted[n->index] = true;
			c->queue[c->queued++] = n;
		}
	}
}

void doc_count_words(struct doc *d, const struct selection *s, size_t *ret_all, size_t *ret_held)
{
	struct counter c = { 0 };

	plan_begin(&c.plan, d, s);
	c.noted = mem_zero(d->note_count + 1, sizeof(bool));
	c.queue = mem_zero(d->note_count + 1, sizeof(*c.queue));
	count_tree(&c, d->root, false);
	for (size_t i = 0; i < c.queued; i++)
		count_tree(&c, c.queue[i]->body, false);
	for (size_t i = 0; i < d->note_count; i++) {
		size_t words = c.noted[i] ? 0 : subtree_words(d->notes[i]->body);

		c.all += words;
		c.held += words;
	}
	*ret_all = c.all;
	*ret_held = c.held;
	plan_end(&c.plan);
	free(c.noted);
	free(c.queue);
}

struct survey doc_survey(const struct doc *d)
{
	struct survey v = { 0 };

	for (size_t i = 0; i <= d->note_count; i++) {
		const struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (const struct block *b = top; b; b = block_next(b, top)) {
			if (!block_is_leaf(b))
				continue;
			v.words += text_leaf_words(b, READING_MARKED);
			for (size_t k = 0; k < b->run_count; k++) {
				v.xrefs += b->runs[k].kind == RUN_XREF;
				v.images += b->runs[k].kind == RUN_IMAGE;
			}
		}
	}
	return v;
}
