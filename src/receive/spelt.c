/* The base's words as a program leaves them that knows none of our fields: a reference, or the second mark of a note, is words there. */
#include <stdlib.h>

#include "model/text.h"
#include "receive/plan.h"

static void add_unit(struct plan *p, struct spelling *s, size_t *cap, struct spelt_unit u)
{
	if (s->count == *cap) {
		struct spelt_unit *more = ARENA_ARRAY(&p->out->arena, 2 * *cap + 8, struct spelt_unit);

		if (s->count)
			memcpy(more, s->units, s->count * sizeof(*more));
		s->units = more;
		*cap = 2 * *cap + 8;
	}
	s->units[s->count++] = u;
}

#define VERSIONS_BACK 20u /* of another draft: a copy that came back later than that is compared with its words of now */

/* Was the note referred to before this mark? */
static bool is_second(const struct plan *p, const struct base_leaf *l, size_t run)
{
	const struct note *n = l->block->runs[run].note;

	for (size_t i = 0; i < run; i++)
		if (l->block->runs[i].kind == RUN_NOTE && l->block->runs[i].note == n)
			return true;
	return n->number && n->number <= p->base->doc->note_count && p->note_first[n->number].leaf != l;
}

static int by_serial(const void *a, const void *b)
{
	const struct base_leaf *const *x = a, *const *y = b;

	return ((*x)->block->serial > (*y)->block->serial) - ((*x)->block->serial < (*y)->block->serial);
}

void receive_note_firsts(struct plan *p)
{
	CLEANUP(mem_freep) const struct base_leaf **order = mem_zero(p->leaf_count + 1, sizeof(*order));
	size_t last = 0, n = 0;

	p->note_first = mem_zero(p->base->doc->note_count + 1, sizeof(*p->note_first));
	/* The leaves stand clause by clause, one in another behind it: in print they are in the order of their serials. */
	for (size_t i = 0; i < p->leaf_count; i++)
		if (!p->leaves[i].block->in_note)
			order[n++] = &p->leaves[i];
	qsort(order, n, sizeof(*order), by_serial);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < order[i]->block->run_count; k++) {
			const struct run *r = &order[i]->block->runs[k];

			if (r->kind == RUN_NOTE && r->note->number <= p->base->doc->note_count && !p->note_first[r->note->number].number)
				p->note_first[r->note->number] = (struct note_first){ order[i], ++last };
		}
}

/* What a reference to another draft printed when the copy was made: what it prints now, or did in a saved version, that stands in `old`. */
static void spell_elsewhere(const struct plan *p, struct span target, struct span old, struct buf *out)
{
	struct span draft, id;
	CLEANUP(buf_done) struct buf now = { 0 };

	xref_split(target, &draft, &id);
	for (unsigned back = 0; back <= VERSIONS_BACK; back++) {
		const struct statement *other = p->o->other_draft ? p->o->other_draft(p->o->other_ctx, draft, back) : NULL;
		enum xref_state state;

		if (!other && back)
			break;
		buf_clear(&now);
		state = other ? statement_xref_elsewhere(other, id, &p->o->words, &now) : XREF_DEAD;
		if (state == XREF_DEAD || state == XREF_UNNUMBERED)
			BUF_LIT(&now, XREF_HELD);
		if (!back)
			buf_add(out, buf_span(&now));
		if (span_find(old, buf_span(&now), 0) != SIZE_MAX) {
			buf_clear(out);
			buf_add(out, buf_span(&now));
			break;
		}
	}
}

/* As the copy printed it. */
void receive_spell_reference(const struct plan *p, struct span target, struct span old, struct buf *out)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	enum xref_state state = statement_xref(p->base, target, false, &p->o->words, &words, NULL);

	if (state == XREF_ELSEWHERE) {
		buf_clear(&words);
		spell_elsewhere(p, target, old, &words);
	} else if (state == XREF_DEAD || state == XREF_UNNUMBERED) {
		BUF_LIT(&words, XREF_HELD);
	}
	buf_add(out, buf_span(&words));
}

/* "paragraph" of "paragraph 3 (b)"; empty where it prints a number alone. */
static struct span word_of(struct span printed)
{
	size_t n = 0;

	printed = span_trim(printed);
	while (n < printed.n && !strchr(" \t(0123456789", printed.p[n]))
		n++;
	return span_sub(printed, 0, n);
}

static void list_references(struct plan *p, const struct base_leaf *l, const struct block *now)
{
	for (size_t k = 0; k < now->run_count; k++) {
		const struct run *r = &now->runs[k];
		CLEANUP(buf_done) struct buf was = { 0 };

		if (r->kind != RUN_XREF || !r->printed.n || !mark_accepted(r->mark) || statement_xref(p->base, r->target, false, &p->o->words, &was, NULL) != XREF_NUMBER)
			continue;
		if (word_of(r->printed).n && !span_eq_nocase(word_of(r->printed), word_of(buf_span(&was))))
			receive_lose(p, "words of a reference, which prints its own", block_id(l->block), r->printed);
	}
}

void receive_list_references(struct plan *p)
{
	for (size_t i = 0; i < p->leaf_count; i++)
		for (size_t k = 0; k < p->leaves[i].count; k++)
			list_references(p, &p->leaves[i], p->paras[p->leaves[i].first + k].block);
}

void receive_spell(struct plan *p, const struct base_leaf *l, struct span old, struct spelling *ret)
{
	CLEANUP(buf_done) struct buf text = { 0 }, out = { 0 };
	struct text_pieces pieces = { 0 };
	size_t cap = 0, done = 0, piece = 0;

	*ret = (struct spelling){ .text = l->text };
	if (l->block->kind == BLOCK_CODE)
		return;
	text_of_leaf_pieces(l->block, READING_REJECTED, &text, &pieces);
	for (size_t i = 0; i < l->block->run_count; i++) {
		const struct run *r = &l->block->runs[i];
		struct spelt_unit u;
		struct span token;

		while (piece < pieces.count && pieces.items[piece].run < i)
			piece++;
		if (r->kind == RUN_NOTE && !p->returned->map.n && mark_rejected(r->mark) && receive_lacks_marks(p, l) && is_second(p, l, i)) {
			u.begin = u.end = piece ? pieces.items[piece - 1].end : 0;
		} else if (r->kind == RUN_XREF && piece < pieces.count && pieces.items[piece].run == i) {
			u.begin = pieces.items[piece].begin;
			u.end = pieces.items[piece].end;
			token = span_sub(l->text, u.begin, u.end);
			if (span_find(old, token, 0) != SIZE_MAX)
				continue; /* it came back as one */
		} else {
			continue;
		}
		buf_add(&out, span_sub(l->text, done, u.begin));
		done = u.end;
		u.from = out.n;
		if (r->kind == RUN_NOTE)
			buf_number(&out, p->note_first[r->note->number].number);
		else
			receive_spell_reference(p, r->target, old, &out);
		u.to = out.n;
		add_unit(p, ret, &cap, u);
	}
	if (ret->count) {
		buf_add(&out, span_sub(l->text, done, l->text.n));
		ret->text = arena_dup(&p->out->arena, buf_span(&out));
	}
	free(pieces.items);
}

size_t receive_unspelt(const struct spelling *s, size_t at, bool end_of)
{
	size_t begin = 0, from = 0; /* behind the last unit before it */

	for (size_t i = 0; i < s->count; i++) {
		const struct spelt_unit *u = &s->units[i];

		if (at <= u->from && !(at == u->from && !end_of && u->begin == u->end))
			break;
		if (at < u->to)
			return end_of ? u->end : u->begin;
		begin = u->end;
		from = u->to;
	}
	return begin + (at - from);
}

/* The unit that this place is inside of, or NULL. */
static const struct spelt_unit *inside(const struct spelling *s, size_t at)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->units[i].from < at && at < s->units[i].to)
			return &s->units[i];
	return NULL;
}

static void put_around(struct plan *p, const struct spelling *s, struct op *x)
{
	const struct spelt_unit *a = inside(s, x->begin), *z = inside(s, x->end);
	CLEANUP(buf_done) struct buf b = { 0 };

	/* A part of a note's number is none of its words. */
	if (a && a->begin == a->end)
		a = NULL;
	if (z && z->begin == z->end)
		z = NULL;
	if (!a && !z)
		return;
	buf_add(&b, a ? span_sub(s->text, a->from, x->begin) : (struct span){ 0 });
	buf_add(&b, x->text);
	buf_add(&b, z ? span_sub(s->text, x->end, z->to) : (struct span){ 0 });
	x->text = arena_dup(&p->out->arena, buf_span(&b));
	x->text_cap = 0;
	x->styles = NULL;
	x->style_count = x->style_cap = 0;
	x->begin = a ? a->from : x->begin;
	x->end = z ? z->to : x->end;
}

void receive_unspell(struct plan *p, const struct spelling *s, struct ops *ops)
{
	size_t n = 0;

	if (!s->count)
		return;
	for (size_t i = 0; i < ops->count; i++) {
		struct op x = ops->items[i], *last = n ? &ops->items[n - 1] : NULL;
		const struct spelt_unit *a = x.note || x.note_goes ? NULL : inside(s, x.begin);

		/* The second change of one reference: the first says all of it. */
		if (a && a->begin < a->end && last && last->end >= a->to && !last->note && !last->note_goes) {
			size_t tail = a->to - x.begin;

			last->text = arena_printf(&p->out->arena, "%.*s%.*s", SPAN_ARG(span_sub(last->text, 0, last->text.n > tail ? last->text.n - tail : 0)), SPAN_ARG(x.text));
			last->end = x.end;
			put_around(p, s, last);
			continue;
		}
		if (!x.note && !x.note_goes)
			put_around(p, s, &x);
		ops->items[n++] = x;
	}
	ops->count = n;
	n = 0;
	for (size_t i = 0; i < ops->count; i++) {
		struct op x = ops->items[i];
		bool empty = x.begin == x.end;

		x.end = receive_unspelt(s, x.end, true);
		x.begin = empty ? x.end : receive_unspelt(s, x.begin, false);
		if (x.begin == x.end && !x.text.n && !x.note && !x.note_goes && !x.split)
			continue; /* a note's number */
		ops->items[n++] = x;
	}
	ops->count = n;
}
