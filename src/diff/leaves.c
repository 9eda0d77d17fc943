#include "diff/leaves.h"

#include <stdlib.h>

#include "model/text.h"

#define GAP_CELLS 1024u /* of two rows of unlike units: up to here the best pairing is sought, beyond place with place */

void leaf_work_done(struct leaf_work *w)
{
	word_work_done(&w->words);
	script_work_done(&w->script);
	like_work_done(&w->like);
	buf_done(&w->buf);
	buf_done(&w->folded);
	vocab_done(&w->vocab);
	tokens_done(&w->a);
	tokens_done(&w->b);
	free(w->parts.items);
	*w = (struct leaf_work){ 0 };
}

/* One leaf's stretch of a clause's text; lead: 1 where a joining space or LF stands before it. */
struct segment {
	const struct block *leaf;
	const struct note *note;
	size_t begin, end; /* bytes of the clause's text, without the lead */
	size_t t0, t1;     /* tokens */
	unsigned lead;
};

/* Segments that are compared as one thing first: a row of a table, a note, else one leaf. */
struct unit {
	size_t s0, s1;
};

struct cut {
	const struct clause *clause;
	const struct tokens *tokens;
	struct segment *segments;
	size_t count, cap;
	struct unit *units;
	size_t unit_count;
};

static void add_segment(struct cut *c, struct segment s)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 8;
		c->segments = mem_resize(c->segments, c->cap, sizeof(struct segment));
	}
	c->segments[c->count++] = s;
}

/* Cuts text[from, to) at the leaves whose words it is made of; false where it is not (then nothing is added). */
static bool cut_leaves(struct leaf_work *w, struct cut *c, struct span text, size_t from, size_t to, const struct block *const *leaves,
		       size_t n, const struct note *note, unsigned first_lead)
{
	size_t at = from, before = c->count;

	for (size_t i = 0; i < n; i++) {
		struct span folded;
		unsigned lead = at > from ? 1 : 0;

		buf_clear(&w->buf);
		buf_clear(&w->folded);
		text_of_leaf(leaves[i], READING_REJECTED, &w->buf);
		text_fold(buf_span(&w->buf), &w->folded);
		folded = buf_span(&w->folded);
		if (!folded.n)
			lead = 0;
		if (at + lead + folded.n > to || (lead && text.p[at] != ' ') || memcmp(text.p + at + lead, folded.p, folded.n) != 0) {
			c->count = before;
			return false;
		}
		add_segment(c, (struct segment){ .leaf = leaves[i], .note = note, .begin = at + lead, .end = at + lead + folded.n,
						 .lead = i == 0 ? first_lead : lead });
		at += lead + folded.n;
	}
	if (at != to) {
		c->count = before;
		return false;
	}
	return true;
}

static void cut_clause(struct leaf_work *w, const struct clause *k, const struct tokens *tokens, struct cut *c)
{
	struct span text = k->text;
	size_t end = span_find_char(text, '\n', 0), token = 0;

	*c = (struct cut){ .clause = k, .tokens = tokens };
	if (end == SIZE_MAX)
		end = text.n;
	if (k->leaf_count == 1)
		add_segment(c, (struct segment){ .leaf = k->leaves[0], .begin = 0, .end = end });
	else if (!cut_leaves(w, c, text, 0, end, k->leaves, k->leaf_count, NULL, 0))
		add_segment(c, (struct segment){ .begin = 0, .end = end });
	for (size_t i = 0; i < k->note_count && end < text.n; i++) {
		const struct note *note = k->notes[i];
		const struct block *few[32];
		size_t from = end + 1, to = span_find_char(text, '\n', from), n = 0;

		if (to == SIZE_MAX)
			to = text.n;
		for (const struct block *b = note->body; b; b = block_next(b, note->body))
			if (block_is_leaf(b) && n < ARRAY_LEN(few))
				few[n++] = b;
		if (n == 1)
			add_segment(c, (struct segment){ .leaf = few[0], .note = note, .begin = from, .end = to, .lead = 1 });
		else if (n == 0 || n == ARRAY_LEN(few) || !cut_leaves(w, c, text, from, to, few, n, note, 1))
			add_segment(c, (struct segment){ .note = note, .begin = from, .end = to, .lead = 1 });
		end = to;
	}
	if (end < text.n && c->count) /* more lines than notes: the text is compared as one */
		c->segments[c->count - 1].end = text.n;
	for (size_t i = 0; i < c->count; i++) {
		struct segment *s = &c->segments[i];

		while (token < tokens->count && tokens->at[token] < s->begin)
			token++;
		s->t0 = token;
		while (token < tokens->count && tokens->at[token] < s->end)
			token++;
		s->t1 = token;
	}
	c->units = mem_alloc((c->count + 1) * sizeof(struct unit));
	for (size_t i = 0; i < c->count;) {
		const struct segment *s = &c->segments[i];
		size_t j = i + 1;

		while (j < c->count && ((s->note && c->segments[j].note == s->note) ||
					(!s->note && !c->segments[j].note && s->leaf && c->segments[j].leaf && s->leaf->kind == BLOCK_CELL &&
					 s->leaf->parent == c->segments[j].leaf->parent)))
			j++;
		c->units[c->unit_count++] = (struct unit){ i, j };
		i = j;
	}
}

static void cut_done(struct cut *c)
{
	free(c->segments);
	free(c->units);
}

/* ---- pairing units ---- */

struct pairing {
	size_t *mate_a; /* SIZE_MAX: none */
	size_t an, bn;
};

static struct span unit_text(const struct cut *c, struct unit u)
{
	return span_sub(c->clause->text, c->segments[u.s0].begin, c->segments[u.s1 - 1].end);
}

static struct token_range unit_tokens(const struct cut *c, struct unit u)
{
	return (struct token_range){ c->clause->text, c->tokens, c->segments[u.s0].t0, c->segments[u.s1 - 1].t1 };
}

static bool may_pair(const struct cut *a, struct unit x, const struct cut *b, struct unit y)
{
	return !a->segments[x.s0].note == !b->segments[y.s0].note;
}

static double unit_likeness(struct leaf_work *w, const struct vocab *v, const struct cut *a, struct unit x, const struct cut *b, struct unit y)
{
	struct token_range ra = unit_tokens(a, x), rb = unit_tokens(b, y);

	return may_pair(a, x, b, y) ? likeness(&w->like, v, &ra, &rb) : 0;
}

/* The pairing of two short rows of units, in order, with the most likeness in all. */
static void pair_best(struct leaf_work *w, const struct vocab *v, const struct cut *a, const struct unit *ua, size_t an, const struct cut *b,
		      const struct unit *ub, size_t bn, size_t *mate_a, size_t b_at)
{
	double *like = mem_alloc((an * bn + 1) * sizeof(double)), *best = mem_zero((an + 1) * (bn + 1), sizeof(double));

	for (size_t i = an; i-- > 0;) {
		for (size_t j = bn; j-- > 0;) {
			double l = unit_likeness(w, v, a, ua[i], b, ub[j]), m, *here = &best[i * (bn + 1) + j];

			like[i * bn + j] = l;
			*here = best[(i + 1) * (bn + 1) + j];
			m = best[i * (bn + 1) + j + 1];
			if (m > *here)
				*here = m;
			m = best[(i + 1) * (bn + 1) + j + 1] + l;
			if (l >= LIKENESS_LEAST && m > *here)
				*here = m;
		}
	}
	for (size_t i = 0, j = 0; i < an && j < bn;) {
		double here = best[i * (bn + 1) + j], l = like[i * bn + j];

		if (l >= LIKENESS_LEAST && here <= best[(i + 1) * (bn + 1) + j + 1] + l) {
			mate_a[i++] = b_at + j++;
		} else if (here <= best[(i + 1) * (bn + 1) + j]) {
			i++;
		} else {
			j++;
		}
	}
	free(like);
	free(best);
}

static void pair_units(struct leaf_work *w, const struct vocab *v, const struct cut *a, const struct unit *ua, size_t an, const struct cut *b,
		       const struct unit *ub, size_t bn, size_t *mate_a)
{
	struct vocab texts = { 0 };
	uint32_t *sa = mem_alloc((an + bn + 1) * sizeof(uint32_t)), *sb = sa + an;
	bool *gone = mem_zero(an + bn + 1, sizeof(bool)), *came = gone + an;
	size_t i = 0, j = 0;

	for (size_t k = 0; k < an; k++) {
		mate_a[k] = SIZE_MAX;
		sa[k] = 2 * vocab_symbol(&texts, unit_text(a, ua[k])) + (a->segments[ua[k].s0].note != NULL);
	}
	for (size_t k = 0; k < bn; k++)
		sb[k] = 2 * vocab_symbol(&texts, unit_text(b, ub[k])) + (b->segments[ub[k].s0].note != NULL);
	script_make(&w->script, sa, an, sb, bn, 2 * texts.count, gone, came);
	for (;;) {
		size_t i0 = i, j0 = j;

		while (i < an && gone[i])
			i++;
		while (j < bn && came[j])
			j++;
		if (i > i0 && j > j0) {
			if ((i - i0) * (j - j0) <= GAP_CELLS) {
				pair_best(w, v, a, ua + i0, i - i0, b, ub + j0, j - j0, mate_a + i0, j0);
			} else {
				for (size_t k = 0; i0 + k < i && j0 + k < j; k++)
					if (unit_likeness(w, v, a, ua[i0 + k], b, ub[j0 + k]) >= LIKENESS_LEAST)
						mate_a[i0 + k] = j0 + k;
			}
		}
		if (i >= an || j >= bn)
			break;
		mate_a[i++] = j++;
	}
	vocab_done(&texts);
	free(sa);
	free(gone);
}

/* ---- output ---- */

struct output {
	struct leaf_work *w;
	const struct vocab *v;
	const struct cut *a, *b;
	struct arena *arena;
	struct parts clause; /* parts of the whole */
	struct leaf_change *leaves;
	size_t count, cap;
	bool whole;
};

static void put_leaf(struct output *o, const struct segment *x, const struct segment *y)
{
	struct span ta = o->a->clause->text, tb = o->b->clause->text;
	struct parts *p = &o->w->parts;
	struct leaf_change *l;

	p->count = 0;
	p->words = 0;
	if (x && y) {
		struct token_range ra = { ta, o->a->tokens, x->t0, x->t1 }, rb = { tb, o->b->tokens, y->t0, y->t1 };
		struct span was = span_sub(ta, x->begin, x->end), is = span_sub(tb, y->begin, y->end);

		if (span_eq(was, is)) {
			parts_add(p, '=', is);
		} else if (o->whole || likeness(&o->w->like, o->v, &ra, &rb) < LIKENESS_LEAST) {
			parts_add(p, '-', was);
			parts_add(p, '+', is);
			for (size_t k = x->t0; k < x->t1; k++)
				p->words += token_kind(o->v, ra.tokens->sym[k]) == TOKEN_WORD;
			for (size_t k = y->t0; k < y->t1; k++)
				p->words += token_kind(o->v, rb.tokens->sym[k]) == TOKEN_WORD;
		} else {
			words_compare(&o->w->words, o->v, &ra, &rb, p);
		}
	} else if (x) {
		parts_add(p, '-', span_sub(ta, x->begin, x->end));
		for (size_t k = x->t0; k < x->t1; k++)
			p->words += token_kind(o->v, o->a->tokens->sym[k]) == TOKEN_WORD;
	} else {
		parts_add(p, '+', span_sub(tb, y->begin, y->end));
		for (size_t k = y->t0; k < y->t1; k++)
			p->words += token_kind(o->v, o->b->tokens->sym[k]) == TOKEN_WORD;
	}
	/* the clause's parts: leads first */
	if (x && y && x->lead && y->lead && ta.p[x->begin - 1] == tb.p[y->begin - 1]) {
		parts_add(&o->clause, '=', span_sub(tb, y->begin - 1, y->begin));
	} else {
		if (x && x->lead)
			parts_add(&o->clause, '-', span_sub(ta, x->begin - 1, x->begin));
		if (y && y->lead)
			parts_add(&o->clause, '+', span_sub(tb, y->begin - 1, y->begin));
	}
	for (size_t k = 0; k < p->count; k++)
		parts_add(&o->clause, p->items[k].op, p->items[k].text);
	o->clause.words += p->words;
	if (o->count == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 8;
		o->leaves = mem_resize(o->leaves, o->cap, sizeof(struct leaf_change));
	}
	l = &o->leaves[o->count++];
	*l = (struct leaf_change){ .from = x ? x->leaf : NULL, .to = y ? y->leaf : NULL, .from_note = x ? x->note : NULL,
				   .to_note = y ? y->note : NULL, .part_count = p->count };
	l->parts = ARENA_ARRAY(o->arena, p->count + 1, struct part);
	if (p->count)
		memcpy(l->parts, p->items, p->count * sizeof(struct part));
}

static void put_unit(struct output *o, const struct unit *x, const struct unit *y)
{
	if (x && y && x->s1 - x->s0 == y->s1 - y->s0) {
		/* one leaf, or a row with as many cells: place by place */
		for (size_t k = 0; k < x->s1 - x->s0; k++)
			put_leaf(o, &o->a->segments[x->s0 + k], &o->b->segments[y->s0 + k]);
		return;
	}
	if (x && y) {
		size_t an = x->s1 - x->s0, bn = y->s1 - y->s0, j = 0;
		struct unit *ua = mem_alloc((an + bn) * sizeof(struct unit)), *ub = ua + an;
		size_t *mate = mem_alloc((an + 1) * sizeof(size_t));

		for (size_t k = 0; k < an; k++)
			ua[k] = (struct unit){ x->s0 + k, x->s0 + k + 1 };
		for (size_t k = 0; k < bn; k++)
			ub[k] = (struct unit){ y->s0 + k, y->s0 + k + 1 };
		pair_units(o->w, o->v, o->a, ua, an, o->b, ub, bn, mate);
		for (size_t i = 0; i < an; i++) {
			for (; mate[i] != SIZE_MAX && j < mate[i]; j++)
				put_leaf(o, NULL, &o->b->segments[ub[j].s0]);
			put_leaf(o, &o->a->segments[ua[i].s0], mate[i] != SIZE_MAX ? &o->b->segments[ub[j++].s0] : NULL);
		}
		for (; j < bn; j++)
			put_leaf(o, NULL, &o->b->segments[ub[j].s0]);
		free(ua);
		free(mate);
		return;
	}
	if (x)
		for (size_t k = x->s0; k < x->s1; k++)
			put_leaf(o, &o->a->segments[k], NULL);
	if (y)
		for (size_t k = y->s0; k < y->s1; k++)
			put_leaf(o, NULL, &o->b->segments[k]);
}

void texts_compare(struct leaf_work *w, struct span from, struct span to)
{
	struct token_range a = { from, &w->a, 0, 0 }, b = { to, &w->b, 0, 0 };

	vocab_clear(&w->vocab);
	tokens_add(&w->vocab, from, &w->a);
	tokens_add(&w->vocab, to, &w->b);
	a.to = w->a.count;
	b.to = w->b.count;
	w->parts.count = w->parts.words = 0;
	words_compare(&w->words, &w->vocab, &a, &b, &w->parts);
}

#define CONTEXT 240u /* bytes of equal text kept on either side of a change: a hunk may slide that far to a sentence's edge */

/* Bytes that two texts share at the beginning and at the end, cut back by CONTEXT to an ASCII space; shared: before that. */
static void common_ends(struct span a, struct span b, size_t *ret_head, size_t *ret_tail, size_t *ret_shared)
{
	size_t head, tail;

	span_shared_ends(a, b, &head, &tail);
	*ret_shared = head + tail;
	head = head > CONTEXT ? head - CONTEXT : 0;
	while (head && a.p[head - 1] != ' ')
		head--;
	tail = tail > CONTEXT ? tail - CONTEXT : 0;
	while (tail && a.p[a.n - tail] != ' ')
		tail--;
	*ret_head = head;
	*ret_tail = tail;
}

/* One paragraph against one paragraph, most of it equal: only what lies between is cut into words. */
static bool compare_middle(struct leaf_work *w, const struct clause *from, const struct clause *to, struct arena *arena, struct change_entry *e)
{
	struct parts out = { 0 };
	size_t head, tail, shared, longer = from->text.n > to->text.n ? from->text.n : to->text.n;

	common_ends(from->text, to->text, &head, &tail, &shared);
	if (2 * shared < longer)
		return false;
	texts_compare(w, span_sub(from->text, head, from->text.n - tail), span_sub(to->text, head, to->text.n - tail));
	parts_add(&out, '=', span_sub(to->text, 0, head));
	for (size_t i = 0; i < w->parts.count; i++)
		parts_add(&out, w->parts.items[i].op, w->parts.items[i].text);
	parts_add(&out, '=', span_sub(to->text, to->text.n - tail, to->text.n));
	e->parts = ARENA_ARRAY(arena, out.count + 1, struct part);
	memcpy(e->parts, out.items, out.count * sizeof(struct part));
	e->part_count = out.count;
	e->words_changed = w->parts.words;
	e->leaves = ARENA_NEW(arena, struct leaf_change);
	*e->leaves = (struct leaf_change){ .from = from->leaves[0], .to = to->leaves[0], .parts = e->parts, .part_count = out.count };
	e->leaf_count = 1;
	free(out.items);
	return true;
}

void leaves_compare(struct leaf_work *w, const struct clause *from, const struct clause *to, struct arena *arena, struct change_entry *e)
{
	struct cut a, b;
	struct vocab *v = &w->vocab;
	struct token_range ra = { from->text, &w->a, 0, 0 }, rb = { to->text, &w->b, 0, 0 };
	struct output o = { .w = w, .v = v, .a = &a, .b = &b, .arena = arena };

	if (from->leaf_count == 1 && to->leaf_count == 1 && !from->note_count && !to->note_count &&
	    compare_middle(w, from, to, arena, e))
		return;
	vocab_clear(v);
	tokens_add(v, from->text, &w->a);
	tokens_add(v, to->text, &w->b);
	ra.to = w->a.count;
	rb.to = w->b.count;
	cut_clause(w, from, &w->a, &a);
	cut_clause(w, to, &w->b, &b);
	o.whole = likeness(&w->like, v, &ra, &rb) < LIKENESS_LEAST;
	if (a.unit_count == 1 && b.unit_count == 1) {
		put_unit(&o, &a.units[0], &b.units[0]);
	} else {
		size_t *mate = mem_alloc((a.unit_count + 1) * sizeof(size_t)), j = 0;

		if (o.whole) /* one removal and one addition, but equal notes stay what they are */
			for (size_t i = 0; i < a.unit_count; i++)
				mate[i] = SIZE_MAX;
		else
			pair_units(w, v, &a, a.units, a.unit_count, &b, b.units, b.unit_count, mate);
		/* the body of a clause of one leaf is one leaf, however little is left of it */
		if (a.unit_count && b.unit_count && mate[0] == SIZE_MAX && (a.unit_count == 1 || a.segments[a.units[1].s0].note) &&
		    (b.unit_count == 1 || b.segments[b.units[1].s0].note) && !a.segments[0].note && !b.segments[0].note)
			mate[0] = 0;
		for (size_t i = 0; i < a.unit_count; i++) {
			for (; mate[i] != SIZE_MAX && j < mate[i]; j++)
				put_unit(&o, NULL, &b.units[j]);
			put_unit(&o, &a.units[i], mate[i] != SIZE_MAX ? &b.units[j++] : NULL);
		}
		for (; j < b.unit_count; j++)
			put_unit(&o, NULL, &b.units[j]);
		free(mate);
	}
	e->parts = ARENA_ARRAY(arena, o.clause.count + 1, struct part);
	if (o.clause.count)
		memcpy(e->parts, o.clause.items, o.clause.count * sizeof(struct part));
	e->part_count = o.clause.count;
	e->words_changed = o.clause.words;
	e->leaves = ARENA_ARRAY(arena, o.count + 1, struct leaf_change);
	if (o.count)
		memcpy(e->leaves, o.leaves, o.count * sizeof(struct leaf_change));
	e->leaf_count = o.count;
	free(o.clause.items);
	free(o.leaves);
	cut_done(&a);
	cut_done(&b);
}
