/*
 * Both readings at once: the trees of the rejected and the accepted reading, walked side by side in the order of
 * the source.  Words that stand in both are plain, the others carry the mark of the suggestion around them.
 * Taking the deleted out gives the accepted reading's words, taking the inserted out the rejected one's: it is
 * made of them, so it cannot be otherwise.
 */
#include "format/md/internal.h"

#include <stdlib.h>

/* A leaf, or a block with nothing in it, in one of the trees. */
struct leafs {
	struct block **items;
	size_t count, cap;
};

/* Which block of the new tree stands for a block of an old one: by the old one's serial. */
struct twin {
	struct block *block;
	bool in[2];
};

struct merger {
	struct doc *d;
	const struct critics *c;
	struct twin *twins[2]; /* by serial in tree 0 (rejected) and 1 (accepted) */
	size_t next_item;      /* of critics: comments and doubly gone words before here are placed */
	bool in_body;          /* what stands in the definitions of notes waits for them */
	size_t next_note;      /* the first definition that ends behind next_item */
	struct runs runs;
	struct block *leaf;
	struct note **note_of[2]; /* by the old note's index */
};

static void number(struct block *top, size_t *serial)
{
	for (struct block *b = top; b; b = block_next(b, top))
		b->serial = (*serial)++;
}

static void collect(struct leafs *l, struct block *top)
{
	for (struct block *b = block_next(top, top); b; b = block_next(b, top)) {
		if (b->first)
			continue;
		if (l->count == l->cap) {
			l->cap = l->cap ? 2 * l->cap : 64;
			l->items = mem_resize(l->items, l->cap, sizeof(*l->items));
		}
		l->items[l->count++] = b;
	}
}

static size_t block_at(const struct block *b)
{
	return b->run_count ? b->runs[0].src.begin : b->origin.begin;
}

/* ---- marks ---- */

/* The suggestion that changes words beside it: the one that begins last before them, or first behind them, whichever is closer. */
static const struct mark *nearest(const struct critics *c, size_t offset)
{
	const struct critic *before = NULL, *behind = NULL;
	size_t low = critic_last_begun(c, offset);

	for (size_t at = c->count ? low + 1 : 0; at-- > 0 && !before;)
		if (c->items[at].group)
			before = &c->items[at];
	for (size_t at = low; at < c->count && !behind; at++)
		if (c->items[at].group && c->items[at].begin > offset)
			behind = &c->items[at];
	if (before && behind && before->end <= offset && behind->begin - offset < offset - before->end)
		before = NULL;
	return before ? before->mark : behind ? behind->mark : NULL;
}

/* The mark of words at offset that stand in one reading only: the chain there, with what it must hold added if it does not. */
static const struct mark *mark_for(struct merger *m, size_t offset, enum mark_kind kind)
{
	bool is_new;
	uint32_t i = critic_at(m->c, offset, &is_new);
	const struct mark *chain = NULL, *near = NULL;
	struct mark *made;

	if (i != NO_ITEM)
		chain = is_new ? m->c->items[i].mark_new : m->c->items[i].mark;
	for (const struct mark *k = chain; k; k = k->outer)
		if (k->kind == kind)
			return chain;
	/* Not inside a suggestion, but changed by one. */
	if (m->c->count)
		near = nearest(m->c, offset);
	made = ARENA_NEW(&m->d->arena, struct mark);
	if (near)
		*made = *near;
	made->kind = kind;
	made->outer = chain;
	return made;
}

/* Words in both: what is around them can only be a highlight. */
static const struct mark *mark_plain(struct merger *m, size_t offset)
{
	bool is_new;
	uint32_t i = critic_at(m->c, offset, &is_new);

	if (i == NO_ITEM || m->c->items[i].kind != CRITIC_HIGHLIGHT)
		return NULL;
	return m->c->items[i].mark;
}

/* ---- the tree ---- */

static struct block *twin_of(struct merger *m, const struct block *b, int side)
{
	return m->twins[side][b->serial].block;
}

/* The block of the new tree that stands for old's parent (and other's, of the other tree, if given), made if need be. */
static struct block *place(struct merger *m, struct block *old, int side, struct block *other, struct block *top, const struct block *old_top,
			   const struct block *other_top)
{
	struct block *path[LIMIT_BLOCK_DEPTH * 2 + 4], *with[LIMIT_BLOCK_DEPTH * 2 + 4], *at = top;
	size_t n = 0, k = 0;

	for (struct block *b = old->parent; b && b != old_top && n < ARRAY_LEN(path); b = b->parent)
		path[n++] = b;
	if (other)
		for (struct block *b = other->parent; b && b != other_top && k < ARRAY_LEN(with); b = b->parent)
			with[k++] = b;
	/* Outermost first. */
	while (n) {
		struct block *b = path[--n], *o = k ? with[--k] : NULL, *t = twin_of(m, b, side);

		if (o && o->kind != b->kind) {
			o = NULL;
			k = 0;
		}
		if (!t && o)
			t = twin_of(m, o, 1 - side);
		/* Blocks come in order: one that something stands behind already is not gone back to. */
		if (!t || t->parent != at || at->last != t) {
			t = block_new(m->d, b->kind);
			{
				struct block fresh = *b;

				fresh.parent = fresh.first = fresh.last = fresh.prev = fresh.next = NULL;
				*t = fresh;
			}
			block_append(at, t);
			t->serial = 0; /* bits: 1 in rejected, 2 in accepted */
		}
		t->serial |= 1u << side;
		m->twins[side][b->serial].block = t;
		if (o) {
			t->serial |= 1u << (1 - side);
			m->twins[1 - side][o->serial].block = t;
			if (side == 1) {
				/* What it says of itself is what it says in the rejected reading. */
				t->attrs = o->attrs;
				t->attr_origin = o->attr_origin;
			}
		}
		at = t;
	}
	return at;
}

static struct block *start_leaf(struct merger *m, struct block *a, struct block *b, struct block *top, const struct block *a_top,
				const struct block *b_top)
{
	struct block *old = a ? a : b, *parent = place(m, old, a ? 0 : 1, a && b ? b : NULL, top, a ? a_top : b_top, b_top), *k;

	k = block_new(m->d, old->kind);
	{
		struct block fresh = *old;

		fresh.parent = fresh.first = fresh.last = fresh.prev = fresh.next = NULL;
		fresh.runs = NULL;
		fresh.run_count = 0;
		*k = fresh;
	}
	block_append(parent, k);
	k->serial = 3; /* leaves carry marks of their own */
	if (!a)
		k->mark = mark_for(m, block_at(b), MARK_INSERTED);
	else if (!b)
		k->mark = mark_for(m, block_at(a), MARK_DELETED);
	m->leaf = k;
	return k;
}

/* ---- runs ---- */

static struct run *put(struct merger *m, const struct run *r, const struct mark *mark, int side)
{
	struct run *k = runs_add(&m->runs, r->kind);

	*k = *r;
	k->mark = mark;
	if (r->kind == RUN_NOTE)
		k->note = m->note_of[side][r->note->index];
	return k;
}

/* Does the item stand in the definition of a note?  Asked in the order of the source. */
static bool in_note(struct merger *m, const struct critic *k)
{
	const struct doc *d = m->d;

	while (m->next_note < d->note_count && d->notes[m->next_note]->origin.end <= k->begin)
		m->next_note++;
	return m->next_note < d->note_count && d->notes[m->next_note]->origin.begin <= k->begin;
}

/* Comments that mark no words, and words that were inserted and deleted again, from before offset. */
static void put_between(struct merger *m, size_t offset)
{
	const struct critics *c = m->c;

	for (; m->next_item < c->count && c->items[m->next_item].begin < offset; m->next_item++) {
		const struct critic *k = &c->items[m->next_item];
		const struct mark *mark = k->mark;
		size_t begin = k->begin + 3, end = k->kind == CRITIC_REPLACE ? k->sep : k->end - 3;
		bool inserted = false;

		if (m->in_body && in_note(m, k))
			continue;
		if (k->kind == CRITIC_COMMENT && k->on == NO_ITEM) {
			struct run *r = runs_add(&m->runs, RUN_COMMENT);

			r->comment = k->comment;
			r->src = (struct origin){ k->begin, k->end };
			r->mark = mark;
			continue;
		}
		if (k->kind != CRITIC_DELETE && k->kind != CRITIC_REPLACE)
			continue;
		for (const struct mark *o = mark->outer; o; o = o->outer)
			inserted = inserted || o->kind == MARK_INSERTED;
		while (inserted && begin < end) {
			const char *p = m->d->source.p;
			size_t stop = begin;

			while (stop < end && p[stop] != '\n' && p[stop] != '\r')
				stop++;
			if (stop > begin) {
				struct run *r = runs_add(&m->runs, RUN_TEXT);

				r->text = span_sub(m->d->source, begin, stop);
				r->src = (struct origin){ begin, stop };
				r->mark = mark;
			}
			if (stop < end) {
				struct run *r = runs_add(&m->runs, RUN_SOFT);

				r->src = (struct origin){ stop, stop + 1 };
				r->mark = mark;
				stop++;
			}
			begin = stop;
		}
	}
}

static bool one_to_one(const struct run *r)
{
	return r->kind == RUN_TEXT && r->src.end - r->src.begin == r->text.n;
}

/* A place in a leaf's runs; a run may be used up in part. */
struct reader {
	struct block *b;
	size_t run, used;
	struct run head; /* what is left of the run */
	bool at_end;
};

static void reader_load(struct reader *r)
{
	r->at_end = !r->b || r->run >= r->b->run_count;
	if (r->at_end)
		return;
	r->head = r->b->runs[r->run];
	if (r->used) {
		r->head.text = span_sub(r->head.text, r->used, r->head.text.n);
		r->head.src.begin += r->used;
	}
}

static void reader_open(struct reader *r, struct block *b)
{
	*r = (struct reader){ .b = b };
	reader_load(r);
}

static void reader_skip(struct reader *r, size_t bytes)
{
	if (bytes && one_to_one(&r->head) && bytes < r->head.text.n) {
		r->used += bytes;
	} else {
		r->run++;
		r->used = 0;
	}
	reader_load(r);
}

static bool same_run(const struct run *a, const struct run *b)
{
	bool breaks = (a->kind == RUN_SOFT || a->kind == RUN_HARD) && (b->kind == RUN_SOFT || b->kind == RUN_HARD);

	if (a->src.begin != b->src.begin)
		return false;
	if (breaks)
		return true;
	if (a->kind != b->kind || (a->link != NULL) != (b->link != NULL) || a->format != b->format)
		return false;
	if (a->link && !span_eq(a->link->url, b->link->url))
		return false;
	if (a->kind == RUN_TEXT && (!one_to_one(a) || !one_to_one(b)))
		return a->src.end == b->src.end && span_eq(a->text, b->text);
	return true;
}

/* Does what is left of r's leaf hold words that leaf holds too? */
static bool shares(const struct reader *r, const struct block *leaf)
{
	size_t k = 0;

	if (!leaf || r->at_end)
		return false;
	for (size_t i = r->run; i < r->b->run_count; i++) {
		size_t begin = r->b->runs[i].src.begin + (i == r->run ? r->used : 0), end = r->b->runs[i].src.end;

		while (k < leaf->run_count && leaf->runs[k].src.end <= begin)
			k++;
		if (k == leaf->run_count)
			return false;
		if (leaf->runs[k].src.begin < end && leaf->runs[k].kind == r->b->runs[i].kind && begin < end)
			return true;
	}
	return false;
}

static size_t column_of(const struct block *cell)
{
	size_t n = 0;

	while ((cell = cell->prev))
		n++;
	return n;
}

static size_t leaf_end(const struct block *b)
{
	return b->run_count ? b->runs[b->run_count - 1].src.end : b->origin.end;
}

/* A row whose line begins with a change, and no bar, begins in both readings where that has its words. */
static bool on_one_line(const struct merger *m, size_t a, size_t b)
{
	size_t from = a < b ? a : b, to = a < b ? b : a;

	while (from < to && m->d->source.p[from] != '\n' && m->d->source.p[from] != '\r')
		from++;
	return from == to;
}

/* Are these, next in both readings, one block of the new tree? */
static bool related(const struct merger *m, const struct block *a, const struct block *b)
{
	struct reader r;
	size_t gap, to;

	if (a->kind != b->kind)
		return false;
	if (a->kind == BLOCK_CELL)
		return on_one_line(m, a->parent->origin.begin, b->parent->origin.begin) && column_of(a) == column_of(b);
	if (!a->run_count || !b->run_count)
		return a->origin.begin == b->origin.begin || a->origin.end == b->origin.end;
	if (a->runs[0].src.begin < b->runs[b->run_count - 1].src.end && b->runs[0].src.begin < a->runs[a->run_count - 1].src.end) {
		reader_open(&r, (struct block *)a);
		if (shares(&r, b))
			return true;
	}
	/* Other words in the place of these: old and new of one replacement, or a removal and an addition on one line. */
	gap = leaf_end(a) < block_at(b) ? leaf_end(a) : leaf_end(b);
	to = leaf_end(a) < block_at(b) ? block_at(b) : block_at(a);
	if (gap <= to) {
		bool unused;
		uint32_t x = critic_at(m->c, block_at(a), &unused), y = critic_at(m->c, block_at(b), &unused);

		if (x != NO_ITEM && x == y && m->c->items[x].kind == CRITIC_REPLACE)
			return true;
		return on_one_line(m, gap, to);
	}
	return a->origin.begin == b->origin.begin;
}

static void end_leaf(struct merger *m, const struct mark *break_mark)
{
	m->leaf->break_mark = break_mark;
	runs_end(&m->runs, m->d, m->leaf);
}

/* One step in a leaf that both readers are in, or one that only one is in: the run that stands first. */
static void step(struct merger *m, struct reader *a, struct reader *b)
{
	bool take_a = !a->at_end && (b->at_end || a->head.src.begin <= b->head.src.begin);
	size_t n = 0;

	if (!a->at_end && !b->at_end && same_run(&a->head, &b->head)) {
		put_between(m, a->head.src.begin);
		if (one_to_one(&a->head) && one_to_one(&b->head)) {
			struct run part = a->head;

			n = a->head.text.n < b->head.text.n ? a->head.text.n : b->head.text.n;
			part.text.n = n;
			part.src.end = part.src.begin + n;
			put(m, &part, mark_plain(m, part.src.begin), 0);
		} else {
			put(m, &a->head, mark_plain(m, a->head.src.begin), 0);
		}
		reader_skip(a, n);
		reader_skip(b, n);
		return;
	}
	if (take_a) {
		struct run part = a->head;

		put_between(m, part.src.begin);
		/* Up to where the other one begins: the rest may be common. */
		if (!b->at_end && one_to_one(&part) && b->head.src.begin > part.src.begin && b->head.src.begin < part.src.end) {
			n = b->head.src.begin - part.src.begin;
			part.text.n = n;
			part.src.end = part.src.begin + n;
		}
		put(m, &part, mark_for(m, part.src.begin, MARK_DELETED), 0);
		reader_skip(a, n);
	} else {
		struct run part = b->head;

		put_between(m, part.src.begin);
		if (!a->at_end && one_to_one(&part) && a->head.src.begin > part.src.begin && a->head.src.begin < part.src.end) {
			n = a->head.src.begin - part.src.begin;
			part.text.n = n;
			part.src.end = part.src.begin + n;
		}
		put(m, &part, mark_for(m, part.src.begin, MARK_INSERTED), 1);
		reader_skip(b, n);
	}
}

/* A line end between two places that a suggestion holds: where a paragraph was split or joined. */
static size_t break_at(struct merger *m, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < m->d->source.n; i++)
		if (m->d->source.p[i] == '\n' || m->d->source.p[i] == '\r') {
			bool is_new;
			uint32_t k = critic_at(m->c, i, &is_new);

			if (k != NO_ITEM && m->c->items[k].kind != CRITIC_HIGHLIGHT)
				return i;
		}
	return from;
}

static void merge(struct merger *m, struct block *a_top, struct block *b_top, struct block *top)
{
	struct leafs la = { 0 }, lb = { 0 };
	size_t i = 0, j = 0;

	if (a_top)
		collect(&la, a_top);
	if (b_top)
		collect(&lb, b_top);
	while (i < la.count || j < lb.count) {
		struct block *x = i < la.count ? la.items[i] : NULL, *y = j < lb.count ? lb.items[j] : NULL;
		struct reader a, b;
		bool looked = false; /* for a split or a join, since one of the readers came to its end */

		if (x && y && !related(m, x, y)) {
			/* The one that stands first in the file is in its reading alone. */
			if (block_at(x) <= block_at(y))
				y = NULL;
			else
				x = NULL;
		}
		start_leaf(m, x, y, top, a_top, b_top);
		reader_open(&a, x);
		reader_open(&b, y);
		for (;;) {
			/* Where one reading's paragraph ends and the other's goes on into its next one, it was split or joined. */
			if (x && y && a.at_end != b.at_end && !looked) {
				struct reader *on = a.at_end ? &b : &a;
				struct block *next = a.at_end ? (i + 1 < la.count ? la.items[i + 1] : NULL) : (j + 1 < lb.count ? lb.items[j + 1] : NULL);

				looked = true;
				if (next && next->kind == on->b->kind && shares(on, next)) {
					size_t from = leaf_end(a.at_end ? x : y), at = break_at(m, from, block_at(next));

					while (!on->at_end && on->head.src.begin < at)
						step(m, &a, &b);
					if (a.at_end && !b.at_end) {
						end_leaf(m, mark_for(m, at, MARK_DELETED));
						x = la.items[++i];
						reader_open(&a, x);
					} else if (!a.at_end) {
						end_leaf(m, mark_for(m, at, MARK_INSERTED));
						y = lb.items[++j];
						reader_open(&b, y);
					} else {
						break;
					}
					start_leaf(m, x, y, top, a_top, b_top);
					looked = false;
					continue;
				}
			}
			if (a.at_end && b.at_end)
				break;
			step(m, &a, &b);
		}
		/* Comments directly behind its last words. */
		{
			size_t end = leaf_end(x && (!y || leaf_end(x) > leaf_end(y)) ? x : y);

			while (m->next_item < m->c->count && m->leaf->kind != BLOCK_RULE) {
				const struct critic *k = &m->c->items[m->next_item];
				size_t line = end;

				while (line < m->d->source.n && m->d->source.p[line] != '\n' && m->d->source.p[line] != '\r')
					line++;
				/* The cells of a row share a line. */
				if (m->leaf->kind == BLOCK_CELL) {
					const struct block *cell = x && (!y || x->origin.end > y->origin.end) ? x : y;

					line = cell->origin.end < line ? cell->origin.end : line;
				}
				if (k->begin > line)
					break;
				put_between(m, k->begin + 1);
			}
		}
		end_leaf(m, NULL);
		i += x != NULL;
		j += y != NULL;
	}
	free(la.items);
	free(lb.items);
}

/* Containers that stand in one reading only. */
static void mark_containers(struct merger *m, struct block *top)
{
	for (struct block *b = block_next(top, top); b; b = block_next(b, top)) {
		const struct block *first = b;

		if (b->serial != 1 && b->serial != 2)
			continue;
		while (first->first)
			first = first->first;
		b->mark = first->mark ? first->mark : mark_for(m, block_at(first), b->serial == 2 ? MARK_INSERTED : MARK_DELETED);
	}
}

void marked_build(struct doc *d, const struct critics *c, const struct reading_tree *a, const struct reading_tree *b)
{
	const struct reading_tree *trees[2] = { a, b };
	struct merger m = { .d = d, .c = c };

	for (int k = 0; k < 2; k++) {
		size_t n = 0;

		number(trees[k]->root, &n);
		for (size_t i = 0; i < trees[k]->note_count; i++)
			number(trees[k]->notes[i]->body, &n);
		m.twins[k] = mem_zero(n + 1, sizeof(struct twin));
		m.note_of[k] = mem_zero(trees[k]->note_count + 1, sizeof(struct note *));
	}
	d->root = block_new(d, BLOCK_ROOT);
	/* Notes by the place of their definitions: one that stands in both readings is one note. */
	for (size_t i = 0, j = 0; i < a->note_count || j < b->note_count;) {
		struct note *x = i < a->note_count ? a->notes[i] : NULL, *y = j < b->note_count ? b->notes[j] : NULL, *n;

		if (x && y && !span_eq(x->label, y->label)) {
			if (x->origin.begin <= y->origin.begin)
				y = NULL;
			else
				x = NULL;
		}
		n = note_new(d, x ? x->label : y->label);
		n->origin = x ? x->origin : y->origin;
		n->duplicate = x ? x->duplicate : y->duplicate;
		n->body->internal = n->body->in_container = x ? x->body->internal : y->body->internal;
		if (x)
			m.note_of[0][i++] = n;
		if (y)
			m.note_of[1][j++] = n;
	}
	m.in_body = true;
	merge(&m, a->root, b->root, d->root);
	m.in_body = false;
	mark_containers(&m, d->root);
	m.next_item = 0;
	for (size_t k = 0, i = 0, j = 0; k < d->note_count; k++) {
		struct note *n = d->notes[k], *x = i < a->note_count && m.note_of[0][i] == n ? a->notes[i++] : NULL,
			    *y = j < b->note_count && m.note_of[1][j] == n ? b->notes[j++] : NULL;

		while (m.next_item < c->count && c->items[m.next_item].begin < n->origin.begin)
			m.next_item++;
		merge(&m, x ? x->body : NULL, y ? y->body : NULL, n->body);
		mark_containers(&m, n->body);
	}
	for (int k = 0; k < 2; k++) {
		free(m.twins[k]);
		free(m.note_of[k]);
	}
}
