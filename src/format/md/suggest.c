#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/md/md.h"
#include "model/text.h"

/* The end of the suggestions that [s, t) touches; SIZE_MAX: none.  An open one at s alone is touched by an insertion inside it. */
static size_t taken_until(const struct doc *d, size_t s, size_t t)
{
	size_t end = SIZE_MAX;

	for (size_t i = 0; i < d->suggestion_count; i++) {
		const struct origin *o = &d->suggestions[i].origin;

		if (s == t ? s > o->begin && s < o->end : s < o->end && t > o->begin)
			end = end == SIZE_MAX || o->end > end ? o->end : end;
	}
	return end;
}

static struct md_hand hand_of(const struct md_hunk *h, struct span note)
{
	return (struct md_hand){ h->author, h->time, note, h->replies };
}

/* linked: they stand in a link, and no link can stand in one. */
static void put_new_words(const struct md_hunk *h, unsigned around, bool linked, bool cell, struct buf *out)
{
	struct md_style one;

	if (!h->styles)
		md_put_words(h->text, cell, out);
	else if (!linked)
		md_styled(h->styles, h->style_count, around, cell, out);
	for (size_t i = 0; h->styles && linked && i < h->style_count; i++) {
		one = h->styles[i];
		one.url = (struct span){ 0 };
		md_styled(&one, 1, around, cell, out);
	}
}

/* Are there links among the new words, and do all of them lead to this one? */
static bool leads_elsewhere(const struct md_hunk *h, const struct link *link)
{
	for (size_t i = 0; i < h->style_count; i++)
		if (h->styles[i].url.n && !(link && span_eq(h->styles[i].url, link->url)))
			return true;
	return false;
}

static const struct link *link_of(const struct map *m, size_t at)
{
	for (size_t i = md_piece_from(m, at); i < m->count && m->items[i].at <= at; i++)
		if (m->items[i].len && at < m->items[i].at + m->items[i].len)
			return m->items[i].link;
	return NULL;
}

/* Does this byte of the source stand between a link's words, or right before or behind them? */
static bool is_linked(const struct map *m, size_t s)
{
	for (size_t i = md_piece_from_src(m, s); i < m->count && !(m->items[i].len && m->items[i].src.begin > s); i++)
		if (m->items[i].len && m->items[i].link && !m->items[i].link->autolink && s <= m->items[i].src.end)
			return true;
	return false;
}

/* Does a suggestion at [s, t) take the whole block out, so that nothing can stand behind it in the same words? */
static bool in_removed_block(const struct doc *d, const struct block *leaf, size_t s, size_t t)
{
	for (size_t i = 0; i < d->suggestion_count; i++) {
		const struct suggestion *x = &d->suggestions[i];

		if (x->origin.begin <= s && x->origin.end >= t && x->kind != SUGGEST_INSERT && x->old_part.end > leaf->inner.end &&
		    span_find_char(span_sub(d->source, leaf->inner.end, x->old_part.end), '\n', 0) != SIZE_MAX)
			return true;
	}
	return false;
}

/* A second proposal where the two cannot be put side by side: it stands after the first, and says what it would replace. */
static void put_after(const struct md_hunk *h, struct span old, size_t at, bool cell, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, note = { 0 };

	buf_str(&note, h->text.n ? "instead of \"" : "take out \"");
	buf_add(&note, old);
	buf_char(&note, '"');
	if (h->note.n) {
		BUF_LIT(&note, "; ");
		buf_add(&note, h->note);
	}
	if (h->text.n) {
		BUF_LIT(&b, "{++");
		md_put_words(h->text, cell, &b);
		BUF_LIT(&b, "++}");
	}
	md_sign(hand_of(h, old.n ? buf_span(&note) : h->note), &b);
	edits_add(ret, at, at, buf_span(&b));
}

/* No sign of CriticMarkup may end up in another's words. */
static bool without_signs(const struct doc *d, size_t begin, size_t end)
{
	for (size_t i = begin; i + 1 < end; i++)
		if ((d->source.p[i] == '~' && d->source.p[i + 1] == '>') || (d->source.p[i] == '{' && strchr("+-~=>", d->source.p[i + 1])) ||
		    (d->source.p[i + 1] == '}' && strchr("+-~=<", d->source.p[i])))
			return false;
	return true;
}

static bool has_signs(const struct doc *d, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		if (strchr("*_`[<", d->source.p[i]))
			return true;
	return false;
}

/*
 * May any part of [begin, end) of the source be cut out or said twice?  It stands in one context and holds no sign of it, or what
 * opens in it also closes there.
 */
static bool even(const struct doc *d, const struct map *m, size_t begin, size_t end)
{
	const struct piece *first = NULL, *last = NULL;
	bool mixed = false, opens, closes;

	if (!without_signs(d, begin, end))
		return false;
	for (size_t i = md_piece_from_src(m, begin); i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->len && p->src.begin >= end)
			break;
		if (p->src.end <= begin || !p->len)
			continue;
		if (p->unit && (p->src.begin < begin || p->src.end > end))
			return false;
		mixed = mixed || (first && (p->format != first->format || p->link != first->link));
		first = first ? first : p;
		last = p;
	}
	if (!first)
		return !has_signs(d, begin, end);
	opens = first->src.begin > begin && has_signs(d, begin, first->src.begin);
	closes = last->src.end < end && has_signs(d, last->src.end, end);
	if (!mixed && !opens && !closes)
		return true;
	if (first->format || first->link ? md_before_signs(m, first) == SIZE_MAX || md_before_signs(m, first) < begin : opens)
		return false;
	return last->format || last->link ? md_behind_signs(m, last) <= end : !closes;
}

/* Without signs of emphasis, links, code or quotations, which could begin or end there. */
static bool plain_words(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("*_`[]()<>!&\\|", s.p[i]))
			return false;
	return true;
}

/* The run and the word before it, else the one behind it, where that stands in one context.  False: neither does. */
static bool more_words(const struct doc *d, const struct map *m, size_t *s, size_t *t)
{
	size_t from = *s, to = *t;

	while (from > m->inner.begin && strchr(" \t\r\n", d->source.p[from - 1]))
		from--;
	while (from > m->inner.begin && !strchr(" \t\r\n", d->source.p[from - 1]))
		from--;
	if (from < *s && span_trim(span_sub(d->source, from, *s)).n && even(d, m, from, *s) && plain_words(span_sub(d->source, from, *s))) {
		*s = from;
		return true;
	}
	while (to < m->inner.end && strchr(" \t\r\n", d->source.p[to]))
		to++;
	while (to < m->inner.end && !strchr(" \t\r\n", d->source.p[to]))
		to++;
	if (to == *t || !span_trim(span_sub(d->source, *t, to)).n || !even(d, m, *t, to) || !plain_words(span_sub(d->source, *t, to)))
		return false;
	*t = to;
	return true;
}

/* One wording of the words of three pieces. */
static void put_three(struct buf *out, const char *open, struct span a, struct span b, struct span c, const char *close)
{
	buf_str(out, open);
	buf_add(out, a);
	buf_add(out, b);
	buf_add(out, c);
	buf_str(out, close);
}

/*
 * Two people change the same words (FORMAT.md F5, rule 7): the first proposal, with those that stand behind it already, and
 * this one become wordings of the smallest run of words that holds them all: {~~run~>theirs~~}{>>@A<<}{++this++}{>>@B<<}.
 * False where that cannot be written: several places are touched, or emphasis begins or ends inside.
 */
static bool put_alternative(struct doc *d, const struct map *m, const struct md_hunk *h, size_t s, size_t t, bool cell, struct edits *ret)
{
	const struct suggestion *all = d->suggestions, *first, *last;
	size_t i = 0, from, to;
	struct span pre = { 0 }, post = { 0 }, old, head = { 0 }, tail = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };

	while (i < d->suggestion_count && (all[i].outer || all[i].origin.end <= s))
		i++;
	if (i == d->suggestion_count || !all[i].author.n)
		return false;
	if (md_alternatives(d, i) != SIZE_MAX)
		i = md_alternatives(d, i);
	first = last = &all[i];
	for (size_t k = i + 1; k < d->suggestion_count && all[k].origin.begin < t; k++)
		if (!all[k].outer && md_alternatives(d, k) != i)
			return false;
	for (size_t k = i + 1; k < d->suggestion_count && (all[k].outer || md_alternatives(d, k) == i); k++) {
		if (all[k].origin.begin < last->origin.end)
			return false; /* a suggestion in a suggestion */
		last = &all[k];
	}
	from = first->origin.begin;
	to = last->origin.end;
	old = first->kind == SUGGEST_INSERT ? (struct span){ 0 } : span_sub(d->source, first->old_part.begin, first->old_part.end);
	if (s < from)
		pre = span_sub(d->source, s, from);
	else if (old.n && s >= first->old_part.begin && s <= first->old_part.end)
		head = span_sub(d->source, first->old_part.begin, s);
	else
		return false;
	if (t > to)
		post = span_sub(d->source, to, t);
	else if (old.n && t >= first->old_part.begin && t <= first->old_part.end)
		tail = span_sub(d->source, t, first->old_part.end);
	else if (!old.n || t < first->origin.end)
		return false;
	if (!even(d, m, s < from ? s : from + 3, from) || !even(d, m, to, t > to ? t : to) ||
	    (old.n && !without_signs(d, first->old_part.begin, first->old_part.end)))
		return false;
	/* It takes the whole run away, and a wording needs words: with the one before, or behind, which it keeps, it has some. */
	if (!head.n && !tail.n && !h->text.n) {
		size_t wide_s = s < from ? s : from, wide_t = t > to ? t : to;

		if (!more_words(d, m, &wide_s, &wide_t))
			return false;
		head = span_sub(d->source, wide_s, s < from ? s : from);
		tail = span_sub(d->source, t > to ? t : to, wide_t);
		pre = span_sub(d->source, wide_s, from);
		post = span_sub(d->source, to, wide_t);
		s = wide_s;
		t = wide_t;
	}
	put_three(&b, "{~~", pre, old, post, "~>");
	put_three(&b, "", pre, first->kind == SUGGEST_DELETE ? (struct span){ 0 } : first->new_text, post, "~~}");
	buf_add(&b, span_sub(d->source, first->kind == SUGGEST_DELETE ? first->old_part.end + 3 : first->new_part.end + 3, first->origin.end));
	for (const struct suggestion *k = first + 1; k <= last; k++) {
		put_three(&b, "{++", pre, k->new_text, post, "++}");
		buf_add(&b, span_sub(d->source, k->new_part.end + 3, k->origin.end));
	}
	BUF_LIT(&b, "{++");
	/* Lines with a tag begin with one of their own: a tag that is left alone on a line goes when that is settled (FORMAT.md F5, rule 4). */
	if (span_find_char(head, '\n', 0) != SIZE_MAX && span_trim(head).n && strchr("{<", *span_trim(head).p))
		buf_str(&b, md_line_end(d));
	buf_add(&b, head);
	md_put_words(h->text, cell, &b);
	buf_add(&b, tail);
	BUF_LIT(&b, "++}");
	md_sign(hand_of(h, h->note), &b);
	edits_add(ret, s < from ? s : from, t > to ? t : to, buf_span(&b));
	return true;
}

static bool put_gone_note(struct doc *d, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->begin; i++) {
		const struct piece *p = &m->items[i];

		if (!p->note || !span_eq(p->note->label, h->gone_note) || p->at != h->begin || p->src.end <= p->src.begin)
			continue;
		if (taken_until(d, p->src.begin, p->src.end) != SIZE_MAX)
			return false;
		BUF_LIT(&b, "{--");
		buf_add(&b, span_sub(d->source, p->src.begin, p->src.end));
		BUF_LIT(&b, "--}");
		md_sign(hand_of(h, h->note), &b);
		edits_add(ret, p->src.begin, p->src.end, buf_span(&b));
		return true;
	}
	return false;
}

/* The same words in another look: {~~**old**~>*old*~~}, with all signs of emphasis that belong to them. */
static bool put_restyled(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t first = 0, last = 0, s, t;
	const struct piece *a, *z, *before, *after;

	if (!md_pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	a = &m->items[first];
	z = &m->items[last];
	before = md_neighbour(m, first, -1);
	after = md_neighbour(m, last, 1);
	s = md_src_start(a, h->begin);
	t = md_src_end(z, h->end);
	if (a->format || a->link) {
		if (before && (before->format || before->link))
			return false;
		s = before ? before->src.end : leaf->inner.begin;
	}
	if (z->format || z->link) {
		if (after && (after->format || after->link))
			return false;
		t = after ? after->src.begin : leaf->inner.end;
	}
	while (!before && s < t && (d->source.p[s] == ' ' || d->source.p[s] == '\t'))
		s++;
	while (!after && t > s && strchr(" \t\r\n", d->source.p[t - 1]))
		t--;
	/* Other marks among them: a note's, a comment's, a suggestion's. */
	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->end; i++)
		if (!m->items[i].len && m->items[i].unit && m->items[i].src.end > s && m->items[i].src.begin < t && leaf->runs[i].kind != RUN_SOFT && leaf->runs[i].kind != RUN_HARD)
			return false;
	for (size_t i = s; i + 1 < t; i++)
		if ((d->source.p[i] == '{' && strchr("+-~=>", d->source.p[i + 1])) || (d->source.p[i] == '~' && d->source.p[i + 1] == '>') || (d->source.p[i] == '<' && !a->link))
			return false;
	if (taken_until(d, s, t) != SIZE_MAX)
		return false;
	BUF_LIT(&b, "{~~");
	buf_add(&b, span_sub(d->source, s, t));
	BUF_LIT(&b, "~>");
	md_styled(h->styles, h->style_count, 0, leaf->kind == BLOCK_CELL, &b);
	BUF_LIT(&b, "~~}");
	md_sign(hand_of(h, h->note), &b);
	edits_add(ret, s, t, buf_span(&b));
	return true;
}

/* Other words for all of a link's text are still its text, though emphasis begins or ends it: [s, t) between its brackets.  False: it is not
 * all of one link. */
static bool in_brackets(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t *s, size_t *t)
{
	const struct piece *before, *after;
	size_t first = 0, last = 0, open, close;
	const struct link *link;

	if (!md_pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	link = m->items[first].link;
	before = md_neighbour(m, first, -1);
	after = md_neighbour(m, last, 1);
	if (!link || link->autolink || leads_elsewhere(h, link) || h->begin > m->items[first].at || h->end < m->items[last].at + m->items[last].len || (before && before->link == link) || (after && after->link == link))
		return false;
	for (size_t i = first; i <= last; i++)
		if (m->items[i].len && m->items[i].link != link)
			return false;
	open = m->items[first].src.begin;
	while (open > (before ? before->src.end : leaf->inner.begin) && d->source.p[open - 1] != '[')
		open--;
	close = span_find_char(span_sub(d->source, 0, after ? after->src.begin : leaf->inner.end), ']', m->items[last].src.end);
	if (!open || d->source.p[open - 1] != '[' || close == SIZE_MAX)
		return false;
	*s = open;
	*t = close;
	return true;
}

static bool put_hunk(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct edits *ret);

#define NEAR 4u /* edits before a change that it could meet: no change makes more */

/* What is put in at an edge of what is replaced does not overlap it. */
static bool overlap(const struct edit *a, const struct edit *b)
{
	if (a->begin == a->end || b->begin == b->end)
		return a->begin == a->end ? b->begin < a->begin && a->begin < b->end : a->begin < b->begin && b->begin < a->end;
	return a->begin < b->end && b->begin < a->end;
}

/* The next change, where what was placed since `from` leaves it room: wordings of one run of words may have taken its place too. */
static bool put_in_order(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t from, struct edits *ret)
{
	size_t before = ret->count;

	if (!put_hunk(d, leaf, m, h, ret))
		return false;
	for (size_t i = before > from + NEAR ? before - NEAR : from; i < before; i++)
		for (size_t k = before; k < ret->count; k++)
			if (overlap(&ret->items[i], &ret->items[k])) {
				ret->count = before;
				return false;
			}
	return true;
}

static bool put_hunk(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	bool cell = leaf->kind == BLOCK_CELL, linked;
	size_t s = 0, t = 0, cut, placed;
	struct span raw;

	/* Code is code, signs of suggestions too (FORMAT.md F5, rule 1). */
	if (leaf->kind == BLOCK_CODE)
		return false;
	if (h->gone_note.n)
		return put_gone_note(d, m, h, ret);
	if (h->breaks) {
		s = h->begin == h->end ? md_insertion_place(d, leaf, m, h->begin, true) : 0;
		if (h->begin != h->end && !md_balanced_cut(m, h->begin, h->end, true, &s, &t))
			return false;
		t = h->begin == h->end ? s : t;
		if (cell || leaf->kind == BLOCK_HEADING || taken_until(d, s, t) != SIZE_MAX)
			return false;
		buf_str(&b, s == t ? "{++" : "{~~");
		buf_add(&b, span_sub(d->source, s, t));
		buf_str(&b, s == t ? "" : "~>");
		buf_str(&b, md_line_end(d));
		buf_str(&b, md_line_end(d));
		buf_str(&b, s == t ? "++}" : "~~}");
		md_sign(hand_of(h, h->note), &b);
		edits_add(ret, s, t, buf_span(&b));
		return true;
	}
	if (h->begin == h->end) {
		if (!h->text.n)
			return true;
		s = md_insertion_place(d, leaf, m, h->begin, h->text.p[0] == ' ');
		t = taken_until(d, s, s);
		if (t != SIZE_MAX && in_removed_block(d, leaf, s, s))
			return put_alternative(d, m, h, s, s, cell, ret);
		if (t != SIZE_MAX) {
			put_after(h, (struct span){ 0 }, t, cell, ret);
			return true;
		}
		/* Behind what others put in at this place before. */
		for (size_t i = 0; i < d->suggestion_count; i++)
			if (!d->suggestions[i].outer && d->suggestions[i].kind == SUGGEST_INSERT && d->suggestions[i].origin.begin == s)
				s = d->suggestions[i].origin.end;
		BUF_LIT(&b, "{++");
		if (h->raw)
			buf_add(&b, h->text);
		else
			put_new_words(h, md_format_at(m, s), is_linked(m, s), cell, &b);
		BUF_LIT(&b, "++}");
		md_sign(hand_of(h, h->note), &b);
		edits_add(ret, s, s, buf_span(&b));
		return true;
	}
	if (h->restyled)
		return put_restyled(d, leaf, m, h, ret);
	if (!md_balanced_cut(m, h->begin, h->end, h->text.n && !leads_elsewhere(h, link_of(m, h->begin)), &s, &t)) {
		/* Divide where the context changes; each part is settled by itself. */
		size_t first = 0, last = 0;
		struct md_hunk left = *h, right = *h;

		if (!md_pieces_in(m, h->begin, h->end, &first, &last))
			return false;
		for (cut = first + 1; cut <= last; cut++)
			if (m->items[cut].len && (m->items[cut].format != m->items[first].format || m->items[cut].link != m->items[first].link))
				break;
		if (cut > last || m->items[cut].at <= h->begin)
			return false;
		left.end = right.begin = m->items[cut].at;
		right.text = (struct span){ 0 };
		right.note = (struct span){ 0 };
		right.replies = NULL;
		placed = ret->count;
		if (put_hunk(d, leaf, m, &left, ret) && put_in_order(d, leaf, m, &right, placed, ret))
			return true;
		ret->count = placed;
		return false;
	}
	linked = h->text.n && in_brackets(d, leaf, m, h, &s, &t);
	cut = taken_until(d, s, t);
	if (cut != SIZE_MAX) {
		CLEANUP(buf_done) struct buf text = { 0 };

		if (put_alternative(d, m, h, s, t, cell, ret))
			return true;
		if (in_removed_block(d, leaf, s, t))
			return false;
		text_of_leaf(leaf, READING_REJECTED, &text);
		put_after(h, span_sub(buf_span(&text), h->begin, h->end), cut, cell, ret);
		return true;
	}
	raw = span_sub(d->source, s, t);
	if (h->text.n) {
		BUF_LIT(&b, "{~~");
		buf_add(&b, raw);
		BUF_LIT(&b, "~>");
		put_new_words(h, md_format_at(m, s), linked || is_linked(m, s), cell, &b);
		BUF_LIT(&b, "~~}");
	} else {
		BUF_LIT(&b, "{--");
		buf_add(&b, raw);
		BUF_LIT(&b, "--}");
	}
	md_sign(hand_of(h, h->note), &b);
	edits_add(ret, s, t, buf_span(&b));
	return true;
}

/*
 * A change of a part of an autolink or of code is one of all of it: its other words are said again.  False: it cannot be said, of a picture's
 * alternative text, or where another change stands in the way.
 */
static bool cover_whole(const struct block *leaf, const struct map *m, struct md_hunk *h, size_t from, struct arena *a)
{
	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->end; i++) {
		const struct piece *p = &m->items[i];
		size_t end = p->at + p->len;
		bool head = h->begin > p->at && h->begin < end, tail = h->end > p->at && h->end < end;
		bool code = (p->format & FMT_CODE) && h->begin < h->end && h->begin < end && h->end > p->at;
		struct span text = leaf->runs[i].text;

		if (code && h->begin <= p->at && h->end >= end && (!h->text.n || h->begin < p->at || h->end > end) && !h->restyled)
			continue; /* it goes, its signs with it, alone or with words around it */
		if (!p->whole || (!head && !tail && !code))
			continue;
		if ((p->format & FMT_CODE) && (h->begin < p->at || h->end > end))
			return false; /* words around it change too */
		if (leaf->runs[i].kind == RUN_IMAGE || h->raw || h->breaks || h->restyled || h->gone_note.n || p->at < from)
			return false;
		h->text = arena_printf(a, "%.*s%.*s%.*s", SPAN_ARG(span_sub(text, 0, head ? h->begin - p->at : 0)), SPAN_ARG(h->text),
				       SPAN_ARG(span_sub(text, tail ? h->end - p->at : text.n, text.n)));
		h->styles = NULL;
		h->begin = head ? p->at : h->begin;
		h->end = tail || head ? (h->end > end ? h->end : end) : h->end;
		if (p->format & FMT_CODE || (h->begin == p->at && h->end == end)) {
			if (!span_trim(h->text).n || span_find_char(h->text, '`', 0) != SIZE_MAX)
				return false;
			h->restyled = true;
			h->style_count = 1;
			h->styles = ARENA_NEW(a, struct md_style);
			*(struct md_style *)h->styles = (struct md_style){ .text = h->text, .format = p->format & FMT_CODE };
		}
	}
	return true;
}

/* Do the hunk's words stand in a highlight, {==words==}?  Bytes [*ret_open, *ret_close) of it. */
static bool in_highlight(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t *ret_open, size_t *ret_close)
{
	size_t first = 0, last = 0, s, t, open;

	if (h->raw || h->breaks || h->restyled || h->gone_note.n || leaf->kind == BLOCK_CODE)
		return false;
	if (h->begin < h->end) {
		if (!md_pieces_in(m, h->begin, h->end, &first, &last))
			return false;
		s = md_src_start(&m->items[first], h->begin);
		t = md_src_end(&m->items[last], h->end);
	} else {
		s = t = md_insertion_place((struct doc *)d, leaf, m, h->begin, false);
	}
	for (open = s; open > leaf->origin.begin; open--) {
		struct span at = span_sub(d->source, open - 1, d->source.n);

		if (span_starts(at, SPAN_LIT("==}")))
			return false;
		if (span_starts(at, SPAN_LIT("{==")))
			break;
	}
	if (open-- <= leaf->origin.begin || open + 3 > s)
		return false;
	*ret_open = open;
	*ret_close = span_find(span_sub(d->source, 0, leaf->origin.end), SPAN_LIT("==}"), t);
	if (*ret_close == SIZE_MAX)
		return false;
	*ret_close += 3;
	return true;
}

/* A suggestion cannot stand in a highlight (FORMAT.md F5, rule 2), but it can hold one: {~~{==the routes==}~>all routes~~}.  What was said
 * of the words follows it.  False: they are not plain words, or the change reaches out of them. */
static bool put_over_highlight(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t open, size_t close, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, text = { 0 }, words = { 0 };
	size_t begin = SIZE_MAX, end = 0;
	struct span inside = span_sub(d->source, open + 3, close - 3);

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->src.begin < open + 3 || p->src.end > close - 3 || p->src.end == p->src.begin)
			continue;
		if (leaf->runs[i].kind != RUN_TEXT || p->format || p->link)
			return false;
		begin = begin == SIZE_MAX ? p->at : begin;
		end = p->at + p->len;
	}
	if (begin == SIZE_MAX || h->begin < begin || h->end > end || span_find_char(inside, '{', 0) != SIZE_MAX || taken_until(d, open, close) != SIZE_MAX)
		return false;
	text_of_leaf(leaf, READING_REJECTED, &text);
	buf_add(&words, span_sub(buf_span(&text), begin, h->begin));
	buf_add(&words, h->text);
	buf_add(&words, span_sub(buf_span(&text), h->end, end));
	buf_str(&b, words.n ? "{~~" : "{--");
	buf_add(&b, span_sub(d->source, open, close));
	if (words.n) {
		BUF_LIT(&b, "~>");
		md_put_words(buf_span(&words), leaf->kind == BLOCK_CELL, &b);
	}
	buf_str(&b, words.n ? "~~}" : "--}");
	md_sign(hand_of(h, h->note), &b);
	edits_add(ret, open, close, buf_span(&b));
	return true;
}

/* Words that come right behind another's rewording would be read as one more wording of it (FORMAT.md F5, rule 7): said as a change of the
 * character that follows they are none. */
static void part_from(const struct md_hunk *before, struct md_hunk *h, const struct md_hunk *next, const struct block *leaf, const struct map *m, struct arena *a)
{
	CLEANUP(buf_done) struct buf text = { 0 };

	if (before->end != h->begin || before->begin == before->end || !before->text.n || h->begin != h->end || !h->text.n || h->raw || h->breaks || h->gone_note.n ||
	    !before->author.n || !h->author.n || span_eq(before->author, h->author))
		return;
	text_of_leaf(leaf, READING_REJECTED, &text);
	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->begin; i++) {
		const struct piece *p = &m->items[i];
		size_t end = h->end;
		struct md_style *styles;

		if (p->at + p->len <= h->begin)
			continue;
		if (p->unit || p->whole || p->format || p->link || leaf->runs[i].kind != RUN_TEXT)
			return;
		utf8_next(text.p, text.n, &end);
		if (end > p->at + p->len || (next && next->begin < end))
			return;
		styles = ARENA_ARRAY(a, h->style_count + 2, struct md_style);
		for (size_t k = 0; k < h->style_count; k++)
			styles[k] = h->styles[k];
		styles[h->style_count] = (struct md_style){ .text = arena_dup(a, span_sub(buf_span(&text), h->begin, end)) };
		h->text = arena_printf(a, "%.*s%.*s", SPAN_ARG(h->text), SPAN_ARG(styles[h->style_count].text));
		h->styles = h->styles ? styles : NULL;
		h->style_count = h->styles ? h->style_count + 1 : 0;
		h->end = end;
		return;
	}
}

/* The rewording in the draft right behind which new words would stand, as a hunk; NULL: none. */
static const struct md_hunk *rewording_before(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_hunk *ret)
{
	const struct suggestion *x;
	size_t s, low = 0;

	if (!d->suggestion_count || h->begin != h->end || !h->begin || !h->text.n || h->raw || h->breaks || h->gone_note.n || leaf->kind == BLOCK_CODE)
		return NULL;
	s = md_insertion_place(d, leaf, m, h->begin, h->text.p[0] == ' ');
	for (size_t high = d->suggestion_count; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (d->suggestions[mid].origin.begin < s)
			low = mid + 1;
		else
			high = mid;
	}
	while (low && d->suggestions[low - 1].outer)
		low--;
	x = low ? &d->suggestions[low - 1] : NULL;
	if (!x || (x->origin.end != s && x->old_part.end != s) || x->kind == SUGGEST_DELETE || (x->kind == SUGGEST_INSERT && md_alternatives(d, low - 1) == SIZE_MAX))
		return NULL;
	*ret = (struct md_hunk){ .begin = h->begin - 1, .end = h->begin, .text = x->new_text, .author = x->author };
	return ret;
}

void md_suggest(struct doc *d, const struct block *leaf, struct md_hunk *hunks, size_t count, struct edits *ret)
{
	struct map m;
	struct arena joined = { 0 };
	size_t open, close, taken = 0, start = ret->count;
	bool highlights = span_find(span_sub(d->source, 0, leaf->origin.end), SPAN_LIT("{=="), leaf->origin.begin) != SIZE_MAX;

	md_map_leaf(leaf, d->source, &m);
	for (size_t i = 0; i < count; i++) {
		struct md_hunk h = hunks[i], prior;
		const struct md_hunk *before;

		if (highlights && in_highlight(d, leaf, &m, &h, &open, &close)) {
			/* Two changes in one would need one wording. */
			hunks[i].placed = open >= taken && put_over_highlight(d, leaf, &m, &h, open, close, ret);
			taken = hunks[i].placed ? close : taken;
			continue;
		}
		before = i && hunks[i - 1].placed && hunks[i - 1].end == h.begin ? &hunks[i - 1] : rewording_before(d, leaf, &m, &h, &prior);
		if (before)
			part_from(before, &h, i + 1 < count ? &hunks[i + 1] : NULL, leaf, &m, &joined);
		/* Not where the character is somebody's, too. */
		if (h.end > hunks[i].end && md_balanced_cut(&m, h.begin, h.end, true, &open, &close) && taken_until(d, open, close) != SIZE_MAX)
			h = hunks[i];
		hunks[i].placed = cover_whole(leaf, &m, &h, i ? hunks[i - 1].end : 0, &joined) && put_in_order(d, leaf, &m, &h, start, ret);
	}
	free(m.items);
	arena_done(&joined);
}

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

static struct placed place_remark(struct doc *d, const struct block *leaf, const struct map *m, const struct md_remark *x)
{
	struct placed p = { .comments = x->comments };

	if (x->begin < x->end && md_balanced_cut(m, x->begin, x->end, true, &p.s, &p.t) && taken_until(d, p.s, p.t) == SIZE_MAX)
		return p;
	p.s = md_insertion_place(d, leaf, m, x->end, true);
	if (taken_until(d, p.s, p.s) != SIZE_MAX)
		p.s = taken_until(d, p.s, p.s);
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

void md_comments(struct doc *d, const struct block *leaf, const struct md_remark *remarks, size_t count, struct edits *ret)
{
	CLEANUP(mem_freep) struct placed *items = mem_zero(PIECES_MAX * count + 1, sizeof(*items));
	struct map m;

	md_map_leaf(leaf, d->source, &m);
	for (size_t i = 0; i < count; i++)
		items[i] = place_remark(d, leaf, &m, &remarks[i]);
	free(m.items);
	qsort(items, count, sizeof(*items), by_source);
	count = divide_crossing(items, count, PIECES_MAX * count);
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count && items[next].s < items[i].t;)
			next++;
		put_remarks(d, &items[i], next - i, ret);
	}
}
