/* Words that stayed: which of them look otherwise now, and which lead elsewhere. */
#include <stdlib.h>

#include "base/utf8.h"
#include "model/text.h"
#include "receive/plan.h"

/* How the base's words look, piece by piece, and which of them no new wording can be said for. */
struct looks {
	const struct block *leaf;
	struct text_pieces pieces;
};

static bool is_plain(const struct run *r)
{
	return r->kind != RUN_TEXT || (!(r->format & LOOKS) && !r->link);
}

/* The whole words in emphasis that [*begin, *end) touches belong to it: what opens must close again.  False: a link, a note's mark or
 * the like stands among them. */
static bool widen(const struct looks *x, size_t *begin, size_t *end)
{
	const struct text_piece *t = x->pieces.items;
	size_t a = 0, z;

	while (a + 1 < x->pieces.count && t[a].end <= *begin)
		a++;
	for (z = a; z + 1 < x->pieces.count && t[z + 1].begin < *end;)
		z++;
	if (!is_plain(&x->leaf->runs[t[a].run])) {
		while (a && !is_plain(&x->leaf->runs[t[a - 1].run]))
			a--;
		*begin = t[a].begin;
	}
	if (!is_plain(&x->leaf->runs[t[z].run])) {
		while (z + 1 < x->pieces.count && !is_plain(&x->leaf->runs[t[z + 1].run]))
			z++;
		*end = t[z].end;
	}
	for (size_t i = t[a].run; i <= t[z].run; i++) {
		const struct run *r = &x->leaf->runs[i];

		if ((r->kind != RUN_TEXT && r->kind != RUN_SOFT && r->kind != RUN_HARD) || r->link || r->format & ~LOOKS)
			return false;
	}
	return true;
}

/* The first hard line break at or behind a place that is a space among the words; SIZE_MAX: none. */
static size_t next_break(const struct base_leaf *l, size_t from)
{
	for (size_t i = 0; i < l->block->run_count; i++) {
		size_t at = l->block->runs[i].kind == RUN_HARD ? receive_place_of_run(l, i) : SIZE_MAX;

		if (at != SIZE_MAX && at >= from && at < l->text.n && l->text.p[at] == ' ')
			return at;
	}
	return SIZE_MAX;
}

/* The words of [begin, end) as they look now; NULL: not all of them stayed. */
static struct receive_style *looks_now(struct plan *p, const struct base_leaf *l, const struct kept *k, size_t begin, size_t end, size_t *ret_count)
{
	struct receive_style *all = ARENA_ARRAY(&p->out->arena, k->count + 2 * l->block->run_count + 1, struct receive_style);
	size_t at = begin, n = 0, hard = next_break(l, begin);

	for (size_t i = 0; i < k->count && at < end; i++) {
		const struct kept_part *x = &k->items[i];
		size_t to = x->end < end ? x->end : end;

		if (x->end <= at)
			continue;
		if (x->begin > at)
			return NULL;
		/* Hard line breaks stay such. */
		while (hard < to && hard >= at) {
			if (hard > at)
				all[n++] = (struct receive_style){ .text = span_sub(l->text, at, hard), .format = x->format, .url = x->url };
			all[n++] = (struct receive_style){ .text = span_sub(l->text, hard, hard + 1), .breaks = true };
			at = hard + 1;
			hard = next_break(l, at);
		}
		if (at == to)
			continue;
		if (n && !all[n - 1].breaks && all[n - 1].format == x->format && span_eq(all[n - 1].url, x->url))
			all[n - 1].text.n += to - at;
		else
			all[n++] = (struct receive_style){ .text = span_sub(l->text, at, to), .format = x->format, .url = x->url };
		at = to;
	}
	*ret_count = n;
	return at < end ? NULL : all;
}

/* Are the words on both sides of this place plain?  Then two changes may meet there. */
static bool plain_around(const struct looks *x, size_t at)
{
	for (size_t i = 0; i < x->pieces.count; i++)
		if (x->pieces.items[i].begin <= at && at <= x->pieces.items[i].end && !is_plain(&x->leaf->runs[x->pieces.items[i].run]))
			return false;
	return true;
}

static bool touched(const struct looks *x, const struct ops *ops, size_t begin, size_t end)
{
	for (size_t i = 0; i < ops->count; i++) {
		const struct op *o = &ops->items[i];

		if (o->begin > end || o->end < begin)
			continue;
		/* Signs of the words that come would meet those of the words that stay. */
		if (o->text.n && o->style_count && o->styles[o->end <= begin ? o->style_count - 1 : 0].format && !receive_blank(o->end <= begin ? span_sub(o->text, o->text.n - 1, o->text.n) : span_sub(o->text, 0, 1)))
			return true;
		if (o->end == begin ? !plain_around(x, begin) : o->begin == end ? !plain_around(x, end) : true)
			return true;
	}
	return false;
}

/* Who tracked the look of these words, the first of several; NULL: nobody. */
static const struct mark *restyled_by(const struct kept *k, size_t begin, size_t end)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i].restyled && k->items[i].begin < end && k->items[i].end > begin)
			return k->items[i].restyled;
	return NULL;
}

static bool parted(const struct looks *x, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (x->leaf->runs[i].kind == RUN_NOTE || x->leaf->runs[i].kind == RUN_COMMENT)
			return true;
	return false;
}

/* Does a note's mark, or a comment, stand at this place? */
static bool mark_at(const struct looks *x, size_t at)
{
	size_t before = 0, behind = x->leaf->run_count;

	for (size_t i = 0; i < x->pieces.count; i++) {
		if (x->pieces.items[i].end <= at)
			before = x->pieces.items[i].run;
		else if (behind == x->leaf->run_count)
			behind = x->pieces.items[i].run;
	}
	return parted(x, before, behind);
}

/* Words that one hand put in right before those that he made bold as well are one change with them. */
static bool join_before(struct plan *p, const struct base_leaf *l, const struct looks *x, const struct kept *k, const struct op *how, size_t from, size_t to, struct ops *ops)
{
	size_t count = 0;
	struct receive_style *all, *looks = looks_now(p, l, k, from, to, &count);

	for (size_t i = 0; looks && i < ops->count && !mark_at(x, from); i++) {
		struct op *o = &ops->items[i];

		if (o->end != from || o->restyled || !o->style_count || receive_blank(span_sub(o->text, o->text.n - (o->text.n > 0), o->text.n)) || !o->styles[o->style_count - 1].format || o->note || o->split || o->untracked != how->untracked || !span_eq(o->author, how->author) ||
		    !span_eq(o->time, how->time) || (i + 1 < ops->count && ops->items[i + 1].begin < to))
			continue;
		all = ARENA_ARRAY(&p->out->arena, o->style_count + count, struct receive_style);
		memcpy(all, o->styles, o->style_count * sizeof(*all));
		memcpy(all + o->style_count, looks, count * sizeof(*all));
		o->text = arena_printf(&p->out->arena, "%.*s%.*s", SPAN_ARG(o->text), SPAN_ARG(span_sub(l->text, from, to)));
		o->styles = all;
		o->style_count = o->style_cap = o->style_count + count;
		o->text_cap = 0;
		o->end = to;
		o->restyled = true;
		return true;
	}
	return false;
}

static void add_restyled(struct plan *p, const struct base_leaf *l, const struct looks *x, const struct kept *k, size_t begin, size_t end, struct ops *ops)
{
	const struct mark *by = restyled_by(k, begin, end);
	struct op op = { .author = by ? by->author : p->returned->restyler.author.n ? p->returned->restyler.author : p->o->author, .restyled = true };
	size_t from, to;

	while (begin < end && l->text.p[begin] == ' ')
		begin++;
	while (end > begin && l->text.p[end - 1] == ' ')
		end--;
	from = begin;
	to = end;
	op.time = by ? by->time : p->returned->restyler.author.n ? p->returned->restyler.time : p->o->time;
	op.untracked = !by && !p->returned->restyler.author.n;
	if (widen(x, &from, &to) && join_before(p, l, x, k, &op, from, to, ops)) {
		p->restyled = p->restyled || !op.untracked;
		return;
	}
	if (widen(x, &from, &to))
		op.styles = looks_now(p, l, k, from, to, &op.style_count);
	if (!op.styles || touched(x, ops, from, to)) {
		receive_lose(p, "change of emphasis", block_id(l->block), span_trim(span_sub(l->text, begin, end)));
		return;
	}
	op.begin = from;
	op.end = to;
	op.text = span_sub(l->text, from, to);
	receive_op_insert(ops, op);
	p->restyled = p->restyled || !op.untracked;
}

/* Words that stayed and look otherwise: made bold, or no longer in italics. */
void receive_find_restyled(struct plan *p, const struct base_leaf *l, const struct kept *k, struct ops *ops)
{
	struct looks x = { .leaf = l->block };
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t begin = SIZE_MAX, end = 0, run = 0, last = 0;

	if (l->block->kind == BLOCK_CODE) {
		for (size_t i = 0; i < k->count && p->returned->map.n; i++)
			if (k->items[i].format && !receive_blank(span_sub(l->text, k->items[i].begin, k->items[i].end)))
				receive_lose(p, "change of emphasis", block_id(l->block), span_sub(l->text, k->items[i].begin, k->items[i].end));
		return;
	}
	text_of_leaf_pieces(l->block, READING_REJECTED, &text, &x.pieces);
	for (size_t i = 0; i < k->count; i++)
		for (size_t at = k->items[i].begin, to; at < k->items[i].end; at = to) {
			const struct text_piece *t;

			while (run < x.pieces.count && x.pieces.items[run].end <= at)
				run++;
			t = run < x.pieces.count ? &x.pieces.items[run] : NULL;
			to = t && t->end < k->items[i].end ? t->end : k->items[i].end;
			if (!t || l->block->runs[t->run].kind != RUN_TEXT || receive_blank(span_sub(l->text, at, to)))
				continue; /* white space has no look */
			if ((l->block->runs[t->run].format & LOOKS) == k->items[i].format) {
				if (begin != SIZE_MAX)
					add_restyled(p, l, &x, k, begin, end, ops);
				begin = SIZE_MAX;
				continue;
			}
			/* A note's mark between words parts them: it belongs to no wording. */
			if (begin != SIZE_MAX && parted(&x, last, t->run)) {
				add_restyled(p, l, &x, k, begin, end, ops);
				begin = SIZE_MAX;
			}
			begin = begin == SIZE_MAX ? at : begin;
			end = to;
			last = t->run;
		}
	if (begin != SIZE_MAX)
		add_restyled(p, l, &x, k, begin, end, ops);
	free(x.pieces.items);
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static int url_byte(struct span s, size_t *at)
{
	int high = *at + 2 < s.n && s.p[*at] == '%' ? hex_value(s.p[*at + 1]) : -1, low = high < 0 ? -1 : hex_value(s.p[*at + 2]);

	*at += low < 0 ? 1 : 3;
	return low < 0 ? (unsigned char)s.p[*at - 1] : high * 16 + low;
}

/* The same address, though a program wrote it in its own way: without its last stroke, its fragment, signs as %20. */
static bool same_url(struct span a, struct span b)
{
	size_t i = 0, k = 0;
	size_t hash[2] = { span_find_char(a, '#', 0), span_find_char(b, '#', 0) };

	a = span_sub(a, 0, hash[0] < a.n ? hash[0] : a.n);
	b = span_sub(b, 0, hash[1] < b.n ? hash[1] : b.n);
	a.n -= a.n && a.p[a.n - 1] == '/';
	b.n -= b.n && b.p[b.n - 1] == '/';
	while (i < a.n && k < b.n) {
		int x = url_byte(a, &i), y = url_byte(b, &k);

		if (x != y)
			return false;
	}
	return i == a.n && k == b.n;
}

/* Words that stayed and lead elsewhere, or became a link: a suggestion of other words would be none. */
void receive_find_links(struct plan *p, const struct base_leaf *l, const struct kept *k)
{
	struct text_pieces pieces = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t piece = 0;
	struct span said = { 0 };

	if (l->block->kind == BLOCK_CODE)
		return;
	text_of_leaf_pieces(l->block, READING_REJECTED, &text, &pieces);
	for (size_t i = 0; i < k->count; i++)
		for (size_t at = k->items[i].begin, to; at < k->items[i].end; at = to) {
			const struct run *r;
			struct span was, now = k->items[i].url;

			while (piece < pieces.count && pieces.items[piece].end <= at)
				piece++;
			to = piece < pieces.count && pieces.items[piece].end < k->items[i].end ? pieces.items[piece].end : k->items[i].end;
			r = piece < pieces.count ? &l->block->runs[pieces.items[piece].run] : NULL;
			if (!r || r->kind != RUN_TEXT || receive_blank(span_sub(l->text, at, to)))
				continue;
			was = r->link ? r->link->url : (struct span){ 0 };
			if (same_url(was, now) || span_eq(said, now.n ? now : was))
				continue;
			said = now.n ? now : was;
			receive_lose(p, !was.n ? "link put on words" : !now.n ? "link taken off words" : "link that leads elsewhere now", block_id(l->block),
				     arena_printf(&p->out->arena, "%.*s: %.*s", SPAN_ARG(span_trim(span_sub(l->text, at, to))), SPAN_ARG(said)));
		}
	free(pieces.items);
}
