/* Comments laid beside words: around them as a highlight, or at a place. */
#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "base/limits.h"
#include "format/md/md.h"

/* A remark in the source: around [s, t), or at s. */
struct placed {
	size_t s, t;
	const struct comment *comments;
};

static int by_source(const void *pa, const void *pb)
{
	const struct placed *a = pa, *b = pb;

	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	return a->t > b->t ? -1 : a->t < b->t;
}

/* Around all of one piece of code: in it signs are code.  False: it is of other words too. */
static bool around_code(const struct map *m, const struct md_remark *x, struct placed *ret)
{
	size_t first = 0, last = 0;

	if (x->begin == x->end || !md_pieces_in(m, x->begin, x->end, &first, &last) || first != last || !(m->items[first].format & FMT_CODE))
		return false;
	ret->s = md_before_signs(m, &m->items[first]);
	ret->t = md_behind_signs(m, &m->items[first]);
	return ret->s != SIZE_MAX && ret->t != SIZE_MAX;
}

static struct placed place_remark(struct doc *d, const struct block *leaf, const struct map *m, const struct md_remark *x)
{
	struct placed p = { .comments = x->comments };

	if (around_code(m, x, &p) && md_taken_until(d, p.s, p.t) == SIZE_MAX)
		return p;
	if (x->begin < x->end && md_balanced_cut(m, x->begin, x->end, true, &p.s, &p.t) && md_taken_until(d, p.s, p.t) == SIZE_MAX)
		return p;
	p.s = md_insertion_place(d, leaf, m, x->end, true);
	if (md_taken_until(d, p.s, p.s) != SIZE_MAX)
		p.s = md_taken_until(d, p.s, p.s);
	p.t = p.s;
	return p;
}

static void close_remark(const struct placed *p, struct buf *out)
{
	if (p->t > p->s)
		BUF_LIT(out, "==}");
	for (const struct comment *c = p->comments; c; c = c->next)
		md_signature(c->author, c->time, c->text, out);
}

/* items: those that stand in the first one. */
static void put_remarks(struct doc *d, const struct placed *items, size_t count, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const struct placed *open[MARK_DEPTH];
	size_t depth = 0, at = items->s;

	for (size_t i = 0; i <= count; i++) {
		size_t s = i < count ? items[i].s : SIZE_MAX;

		while (depth && (i == count || open[depth - 1]->t <= s)) {
			const struct placed *top = open[--depth];

			buf_add(&b, span_sub(d->source, at, top->t));
			at = top->t;
			close_remark(top, &b);
		}
		if (i == count)
			break;
		buf_add(&b, span_sub(d->source, at, s));
		at = s;
		if (items[i].t == s || depth == MARK_DEPTH) {
			close_remark(&(struct placed){ s, s, items[i].comments }, &b);
			continue;
		}
		BUF_LIT(&b, "{==");
		open[depth++] = &items[i];
	}
	edits_add(ret, items->s, at, buf_span(&b));
}

#define PIECES_MAX 4 /* of one remark, on average */

/* Of remarks that cross, the later one stands in two pieces: to the end of the first, in that one, and behind it, where its words follow. */
static size_t divide_crossing(struct placed *items, size_t count, size_t room)
{
	const struct placed *open[MARK_DEPTH];
	size_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		struct placed *x = &items[i], rest;
		size_t at = i + 1;

		while (depth && open[depth - 1]->t <= x->s)
			depth--;
		if (depth && x->t > open[depth - 1]->t) {
			rest = (struct placed){ open[depth - 1]->t, x->t, x->comments };
			x->t = rest.s;
			if (count < room) {
				x->comments = NULL;
				while (at < count && by_source(&items[at], &rest) < 0)
					at++;
				memmove(&items[at + 1], &items[at], (count - at) * sizeof(*items));
				items[at] = rest;
				count++;
			}
		}
		if (x->t > x->s && depth < MARK_DEPTH)
			open[depth++] = x;
	}
	return count;
}

/* What is said of words that a change takes more of than it is itself, such as all of a piece of code, stands behind it. */
static void behind_edits(const struct edits *e, size_t count, struct placed *p)
{
	for (size_t i = 0; i < count; i++) {
		const struct edit *x = &e->items[i];

		if (x->begin == x->end ? p->s < x->begin && x->begin < p->t : x->begin < p->t && p->s < x->end)
			p->s = p->t = x->end;
		else if (p->s == p->t && x->begin < p->s && p->s < x->end)
			p->s = p->t = x->end;
	}
}

void md_comments(struct doc *d, const struct block *leaf, const struct md_remark *remarks, size_t count, struct edits *ret)
{
	CLEANUP(mem_freep) struct placed *items = mem_zero(PIECES_MAX * count + 1, sizeof(*items));
	size_t edits = ret->count;
	struct map m;

	md_map_leaf(leaf, d->source, &m);
	for (size_t i = 0; i < count; i++) {
		items[i] = place_remark(d, leaf, &m, &remarks[i]);
		behind_edits(ret, edits, &items[i]);
	}
	free(m.items);
	qsort(items, count, sizeof(*items), by_source);
	count = divide_crossing(items, count, PIECES_MAX * count);
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count && items[next].s < items[i].t;)
			next++;
		put_remarks(d, &items[i], next - i, ret);
	}
}
