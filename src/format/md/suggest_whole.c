/* The smallest well-formed run of words around a change: whole emphasis, links and code; and its words said anew. */
#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/format.h"
#include "format/md/md.h"
#include "model/text.h"

/* What words stand in, but for code and autolinks: no sign may stand inside those. */
struct look {
	unsigned format;
	const struct link *link;
};

static struct look look_of(const struct piece *p)
{
	return (struct look){ p->format & ~FMT_CODE, p->link && !p->link->autolink ? p->link : NULL };
}

static bool same_look(struct look a, struct look b)
{
	return a.format == b.format && a.link == b.link;
}

static struct look shared(struct look a, struct look b)
{
	return (struct look){ a.format & b.format, a.link == b.link ? a.link : NULL };
}

/* The last suggestion, of those in no other one, that begins at or before a byte; NULL: none. */
static const struct suggestion *suggestion_at(const struct doc *d, size_t at)
{
	size_t low = 0;

	for (size_t high = d->suggestion_count; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (d->suggestions[mid].origin.begin <= at)
			low = mid + 1;
		else
			high = mid;
	}
	while (low && d->suggestions[low - 1].outer)
		low--;
	return low ? &d->suggestions[low - 1] : NULL;
}

size_t md_behind_suggestions(const struct doc *d, size_t at, size_t limit)
{
	for (const struct suggestion *x; (x = suggestion_at(d, at)) && x->origin.end <= limit && at < x->origin.end; at = x->origin.end)
		if (x->kind == SUGGEST_INSERT ? at != x->origin.begin : at != x->old_part.end)
			break;
	return at;
}

static size_t before_suggestions(const struct doc *d, size_t at, size_t limit)
{
	for (const struct suggestion *x; at && (x = suggestion_at(d, at - 1)) && x->origin.begin >= limit; at = x->origin.begin)
		if (!(x->kind == SUGGEST_INSERT ? at == x->origin.end : at == x->old_part.begin || at == x->origin.end))
			break;
	return at;
}

size_t md_step_back(const struct doc *d, size_t at)
{
	for (const struct suggestion *x; at && (x = suggestion_at(d, at - 1)) && x->origin.end >= at;) {
		if (x->kind == SUGGEST_INSERT || at <= x->old_part.begin)
			at = x->origin.begin;
		else if (at > x->old_part.end)
			at = x->old_part.end;
		else
			break;
	}
	return at;
}

size_t md_step_on(const struct doc *d, size_t at)
{
	for (const struct suggestion *x; (x = suggestion_at(d, at)) && x->origin.end > at;) {
		if (x->kind == SUGGEST_INSERT || at >= x->old_part.end)
			at = x->origin.end;
		else if (at < x->old_part.begin)
			at = x->old_part.begin;
		else
			break;
	}
	return at;
}

bool md_in_leaf(const struct doc *d, const struct map *m, const struct suggestion *x)
{
	size_t head = x->origin.begin < m->inner.begin ? x->origin.begin : m->inner.begin, tail = x->origin.end > m->inner.end ? x->origin.end : m->inner.end;

	return span_find_char(span_sub(d->source, head, m->inner.begin), '\n', 0) == SIZE_MAX && span_find_char(span_sub(d->source, m->inner.end, tail), '\n', 0) == SIZE_MAX;
}

size_t md_taken_until(const struct doc *d, size_t s, size_t t)
{
	size_t end = SIZE_MAX;

	for (size_t i = 0; i < d->suggestion_count && d->suggestions[i].origin.begin <= t; i++) {
		const struct origin *o = &d->suggestions[i].origin;

		if (s == t ? s > o->begin && s < o->end : s < o->end && t > o->begin)
			end = end == SIZE_MAX || o->end > end ? o->end : end;
	}
	return end;
}

size_t md_beside_suggestions(const struct doc *d, size_t at)
{
	const struct suggestion *x = suggestion_at(d, at);

	/* at an end of what is replaced */
	if (x && at > x->origin.begin && at < x->origin.end && x->kind != SUGGEST_INSERT && (at == x->old_part.begin || at == x->old_part.end))
		at = at == x->old_part.end ? x->origin.end : x->origin.begin;
	/* what others put in at this place before, and further wordings of the words in front */
	while ((x = suggestion_at(d, at)) && x->origin.begin == at && x->kind == SUGGEST_INSERT)
		at = x->origin.end;
	return at;
}

static size_t next_piece(const struct map *m, size_t i, int step)
{
	for (i += (size_t)step; i < m->count; i += (size_t)step)
		if (m->items[i].src.end > m->items[i].src.begin)
			return i;
	return SIZE_MAX;
}

/* One end of a run: within the words of a piece, at them, or beyond the signs around them, beside the words of the next one. */
struct edge {
	size_t i, at;
	enum { EDGE_WITHIN, EDGE_AT, EDGE_BEYOND } state;
	struct look look;
};

static void left_beyond(const struct doc *d, const struct map *m, struct edge *e, size_t limit)
{
	size_t prev = next_piece(m, e->i, -1), from = m->inner.begin;
	const struct suggestion *x;

	e->state = EDGE_BEYOND;
	if (prev != SIZE_MAX) {
		e->look = look_of(&m->items[prev]);
		from = m->items[prev].src.end;
	} else {
		e->look = (struct look){ 0 };
		while (from < m->items[e->i].src.begin && strchr(" \t", d->source.p[from]))
			from++;
		/* a suggestion may begin in front of the words */
		x = suggestion_at(d, from);
		if (x && x->origin.end > from && md_in_leaf(d, m, x))
			from = x->origin.begin;
	}
	e->at = md_behind_suggestions(d, from, limit < m->items[e->i].src.begin ? limit : m->items[e->i].src.begin);
}

static void left_at(const struct doc *d, const struct map *m, struct edge *e, size_t limit)
{
	const struct piece *p = &m->items[e->i];

	if (p->whole) {
		left_beyond(d, m, e, limit);
		return;
	}
	*e = (struct edge){ e->i, p->src.begin, EDGE_AT, look_of(p) };
}

static void right_beyond(const struct doc *d, const struct map *m, struct edge *e, size_t limit)
{
	const struct piece *p = &m->items[e->i];
	size_t next = next_piece(m, e->i, 1), to = m->inner.end, least = limit > p->src.end ? limit : p->src.end;
	const struct suggestion *x;

	e->state = EDGE_BEYOND;
	if (next != SIZE_MAX) {
		const struct piece *q = &m->items[next];

		e->look = look_of(q);
		to = q->src.begin;
		while (to > least && ((q->format & FMT_CODE && d->source.p[to - 1] == '`') || (q->link && q->link->autolink && d->source.p[to - 1] == '<')))
			to--;
	} else {
		e->look = (struct look){ 0 };
		while (to > least && strchr(" \t\r\n", d->source.p[to - 1]))
			to--;
		x = to ? suggestion_at(d, to - 1) : NULL;
		if (x && x->origin.end > to && md_in_leaf(d, m, x))
			to = x->origin.end;
	}
	e->at = before_suggestions(d, to, least);
}

static void right_at(const struct doc *d, const struct map *m, struct edge *e, size_t limit)
{
	const struct piece *p = &m->items[e->i];

	if (p->whole) {
		right_beyond(d, m, e, limit);
		return;
	}
	*e = (struct edge){ e->i, p->src.end, EDGE_AT, look_of(p) };
}

/* The edges nearest to [s, t).  False: no words stand there. */
static bool first_edges(const struct doc *d, const struct map *m, size_t s, size_t t, struct edge *left, struct edge *right)
{
	size_t i = next_piece(m, SIZE_MAX, 1), k;

	for (i = md_piece_from_src(m, s); i < m->count && (m->items[i].src.end == m->items[i].src.begin || m->items[i].src.end <= s); i++)
		;
	for (k = i < m->count ? i : m->count; k < m->count && m->items[k].src.begin < t; k++)
		;
	while (k-- > 0 && m->items[k].src.end == m->items[k].src.begin)
		;
	if (i >= m->count || k >= m->count || k < i)
		return false;
	*left = (struct edge){ .i = i };
	*right = (struct edge){ .i = k };
	if (s > m->items[i].src.begin && !m->items[i].unit && !m->items[i].whole)
		*left = (struct edge){ i, s, EDGE_WITHIN, look_of(&m->items[i]) };
	else if (s >= m->items[i].src.begin)
		left_at(d, m, left, s);
	else if (!m->items[i].whole && before_suggestions(d, m->items[i].src.begin, s) == s)
		*left = (struct edge){ i, s, EDGE_AT, look_of(&m->items[i]) };
	else
		left_beyond(d, m, left, s);
	if (t < m->items[k].src.end && !m->items[k].unit && !m->items[k].whole)
		*right = (struct edge){ k, t, EDGE_WITHIN, look_of(&m->items[k]) };
	else if (t <= m->items[k].src.end)
		right_at(d, m, right, t);
	else if (!m->items[k].whole && md_behind_suggestions(d, m->items[k].src.end, t) == t)
		*right = (struct edge){ k, t, EDGE_AT, look_of(&m->items[k]) };
	else
		right_beyond(d, m, right, t);
	return true;
}

/* False: it is the first already. */
static bool move_left(const struct doc *d, const struct map *m, struct edge *e)
{
	if (e->state == EDGE_WITHIN) {
		left_at(d, m, e, SIZE_MAX);
	} else if (e->state == EDGE_AT) {
		left_beyond(d, m, e, SIZE_MAX);
	} else {
		size_t prev = next_piece(m, e->i, -1);

		if (prev == SIZE_MAX)
			return false;
		e->i = prev;
		left_at(d, m, e, SIZE_MAX);
	}
	return true;
}

static bool move_right(const struct doc *d, const struct map *m, struct edge *e)
{
	if (e->state == EDGE_WITHIN) {
		right_at(d, m, e, 0);
	} else if (e->state == EDGE_AT) {
		right_beyond(d, m, e, 0);
	} else {
		size_t next = next_piece(m, e->i, 1);

		if (next == SIZE_MAX)
			return false;
		e->i = next;
		right_at(d, m, e, 0);
	}
	return true;
}

/* Moves the edges out until both stand in what all words between them stand in, and in `within`. */
static bool settle_edges(const struct doc *d, const struct map *m, struct look within, struct edge *left, struct edge *right, struct look *ret)
{
	struct look all = shared(within, look_of(&m->items[left->i]));

	for (size_t i = left->i; i <= right->i; i++)
		if (m->items[i].src.end > m->items[i].src.begin)
			all = shared(all, look_of(&m->items[i]));
	for (;;) {
		all = shared(all, shared(look_of(&m->items[left->i]), look_of(&m->items[right->i])));
		all = shared(all, shared(left->look, right->look));
		if (!same_look(left->look, all)) {
			if (!move_left(d, m, left))
				return false;
		} else if (!same_look(right->look, all)) {
			if (!move_right(d, m, right))
				return false;
		} else {
			*ret = all;
			return true;
		}
	}
}

bool md_whole(const struct doc *d, const struct map *m, size_t s, size_t t, unsigned format, bool linked, struct whole *ret)
{
	struct edge left, right;
	struct look all, within = { format, NULL };

	for (;;) {
		const struct suggestion *x;

		if (!first_edges(d, m, s, t, &left, &right))
			return false;
		within.link = linked ? look_of(&m->items[left.i]).link : NULL;
		if (!settle_edges(d, m, within, &left, &right, &all))
			return false;
		s = left.at;
		t = right.at;
		/* Suggestions that it reaches into are in it. */
		x = suggestion_at(d, s);
		if (x && x->origin.begin < s && x->origin.end > s) {
			s = x->origin.begin;
			t = x->origin.end > t ? x->origin.end : t;
			if (!md_in_leaf(d, m, x))
				return false;
			continue;
		}
		x = t ? suggestion_at(d, t - 1) : NULL;
		if (x && x->origin.begin < t && x->origin.end > t) {
			t = x->origin.end;
			if (!md_in_leaf(d, m, x))
				return false;
			continue;
		}
		break;
	}
	*ret = (struct whole){ .s = s, .t = t, .first = left.i, .last = right.i, .format = all.format, .link = all.link };
	ret->begin = left.state == EDGE_WITHIN ? m->items[left.i].at + (s - m->items[left.i].src.begin) : m->items[left.i].at;
	ret->end = right.state == EDGE_WITHIN ? m->items[right.i].at + (t - m->items[right.i].src.begin) : m->items[right.i].at + m->items[right.i].len;
	return true;
}

bool md_pieces_of(const struct map *m, const struct md_hunk *h, size_t *ret_first, size_t *ret_last)
{
	if (h->begin < h->end)
		return md_pieces_in(m, h->begin, h->end, ret_first, ret_last);
	for (size_t i = md_piece_from(m, h->begin); i < m->count; i++)
		if (m->items[i].len && m->items[i].src.end > m->items[i].src.begin) {
			*ret_first = *ret_last = i;
			return true;
		}
	return false;
}

unsigned md_looks_shared(const struct md_hunk *h)
{
	unsigned all = ~0u;

	for (size_t i = 0; h->styles && i < h->style_count; i++)
		if (!h->styles[i].raw && span_trim(h->styles[i].text).n)
			all &= h->styles[i].format;
	return h->styles ? all : ~0u;
}

/* ---- its words said anew ---- */

struct saying {
	const struct block *leaf;
	const struct map *m;
	const struct whole *w;
	struct md_style *items;
	size_t count, cap;
	struct arena arena;
};

static void say(struct saying *x, struct md_style s)
{
	struct md_style *last = x->count ? &x->items[x->count - 1] : NULL;

	if (!s.text.n)
		return;
	if (x->w->link && span_eq(s.url, x->w->link->url))
		s.url = (struct span){ 0 };
	if (last && !s.raw && !last->raw && last->format == s.format && span_eq(last->url, s.url)) {
		last->text = last->text.p + last->text.n == s.text.p ? (struct span){ last->text.p, last->text.n + s.text.n }
								     : arena_printf(&x->arena, "%.*s%.*s", SPAN_ARG(last->text), SPAN_ARG(s.text));
		return;
	}
	if (x->count == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 16;
		x->items = mem_resize(x->items, x->cap, sizeof(*x->items));
	}
	x->items[x->count++] = s;
}

/* What words stand in that nobody gave a look. */
static struct md_style look_given(const struct map *m, const struct md_hunk *h)
{
	size_t first = 0, last = 0;
	const struct piece *p = NULL;
	bool code = true;

	if (h->begin < h->end && md_pieces_in(m, h->begin, h->end, &first, &last)) {
		p = &m->items[first];
		for (size_t i = first; i <= last; i++)
			code = code && (!m->items[i].len || m->items[i].format & FMT_CODE);
	}
	if (!p)
		return (struct md_style){ .text = h->text };
	return (struct md_style){ .text = h->text, .format = code ? p->format : p->format & ~FMT_CODE,
				  .url = p->link && !p->link->autolink ? p->link->url : (struct span){ 0 } };
}

static struct span title_of(const struct saying *x, struct span url)
{
	for (size_t i = x->w->first; url.n && i <= x->w->last; i++)
		if (x->m->items[i].link && span_eq(x->m->items[i].link->url, url))
			return x->m->items[i].link->title;
	return (struct span){ 0 };
}

static void say_hunk(struct saying *x, const struct md_hunk *h)
{
	if (h->gone_note.n)
		return;
	if (h->raw || h->breaks) {
		say(x, (struct md_style){ .text = h->text, .raw = true });
		return;
	}
	for (size_t i = 0; h->styles && i < h->style_count; i++)
		say(x, h->styles[i]);
	if (!h->styles)
		say(x, look_given(x->m, h));
}

/* A part of a piece's words that stays. */
static void say_part(struct saying *x, size_t i, size_t from, size_t to)
{
	const struct piece *p = &x->m->items[i];
	const struct run *r = &x->leaf->runs[i];
	bool all = from <= p->at && to >= p->at + p->len;
	struct md_style s = { .format = p->format, .url = p->link ? p->link->url : (struct span){ 0 } };

	if (r->kind == RUN_TEXT && !(p->link && p->link->autolink && all)) {
		s.text = span_sub(r->text, from - p->at, to - p->at);
	} else if (all) {
		s.text = span_sub(x->m->source, p->src.begin, p->src.end);
		s.raw = true;
		s.format = 0;
		if (r->kind == RUN_TEXT) { /* an autolink: its signs stand around it */
			s.url = (struct span){ 0 };
			if (p->src.begin && x->m->source.p[p->src.begin - 1] == '<')
				s.text = span_sub(x->m->source, p->src.begin - 1, p->src.end + 1);
		}
	}
	say(x, s);
}

/* Does a change take what stands at this place? */
static bool taken(const struct md_hunk *const *hunks, size_t count, const struct piece *p)
{
	for (size_t i = 0; i < count; i++)
		if ((hunks[i]->begin < p->at && p->at < hunks[i]->end) || (hunks[i]->gone_note.n && p->note && hunks[i]->begin == p->at && span_eq(hunks[i]->gone_note, p->note->label)))
			return true;
	return false;
}

/* A line break beside a place where the paragraph is divided is none any more. */
static bool divided(const struct md_hunk *const *hunks, size_t count, const struct run *r, const struct piece *p)
{
	for (size_t i = 0; i < count && (r->kind == RUN_HARD || r->kind == RUN_SOFT); i++)
		if (hunks[i]->breaks && (hunks[i]->begin == p->at || hunks[i]->begin == p->at + p->len))
			return true;
	return false;
}

/* The words of a run with these changes, look by look. */
static void say_all(struct saying *x, const struct md_hunk *const *hunks, size_t count)
{
	const struct block *leaf = x->leaf;
	const struct map *m = x->m;
	const struct whole *w = x->w;
	size_t j = 0;
	bool said = false;

	for (size_t i = w->first; i <= w->last; i++) {
		const struct piece *p = &m->items[i];
		size_t from = p->at > w->begin ? p->at : w->begin, to = p->at + p->len < w->end ? p->at + p->len : w->end;

		if (!p->len) {
			if (leaf->runs[i].kind == RUN_COMMENT || p->src.end == p->src.begin || taken(hunks, count, p))
				continue;
			/* new words that begin with a space come behind the mark of a note */
			for (; j < count && !said && hunks[j]->begin == hunks[j]->end && hunks[j]->begin <= p->at && hunks[j]->text.n && hunks[j]->text.p[0] != ' '; j++)
				say_hunk(x, hunks[j]);
			say_part(x, i, p->at, p->at);
			continue;
		}
		while (from < to) {
			if (j < count && hunks[j]->begin <= from) {
				if (!said)
					say_hunk(x, hunks[j]);
				said = hunks[j]->end > from;
				from = hunks[j]->end > to ? to : hunks[j]->end > from ? hunks[j]->end : from;
				if (hunks[j]->end <= from) {
					j++;
					said = false;
				}
				continue;
			}
			{
				size_t end = j < count && hunks[j]->begin < to ? hunks[j]->begin : to;

				if (!divided(hunks, count, &leaf->runs[i], p))
					say_part(x, i, from, end);
				from = end;
			}
		}
	}
	for (; j < count; j++, said = false)
		if (!said)
			say_hunk(x, hunks[j]);
	for (size_t i = 0; i < x->count; i++)
		x->items[i].title = title_of(x, x->items[i].url);
}

bool md_say_whole(const struct block *leaf, const struct map *m, const struct whole *w, const struct md_hunk *const *hunks, size_t count, struct buf *out)
{
	struct saying x = { .leaf = leaf, .m = m, .w = w };
	bool all;

	say_all(&x, hunks, count);
	all = md_styled(x.items, x.count, w->format, leaf->kind == BLOCK_CELL, out);
	free(x.items);
	arena_done(&x.arena);
	return all;
}

/* ---- does Markdown say it? ---- */

/* A walk over words, look by look, that passes over white space. */
struct reader {
	const struct saying *x; /* or runs, of a leaf that was read */
	const struct block *leaf;
	size_t i, at;
};

/* The next byte that is not white and its look; false at the end. */
static bool next_byte(struct reader *r, char *ret, struct md_style *ret_look)
{
	for (; r->i < (r->x ? r->x->count : r->leaf->run_count); r->i++, r->at = 0) {
		const struct run *run = r->x ? NULL : &r->leaf->runs[r->i];
		struct span text = r->x ? r->x->items[r->i].text : run->kind == RUN_TEXT ? run->text : (struct span){ 0 };

		if (run && run->kind == RUN_NOTE)
			return false;
		while (r->at < text.n && strchr(" \t\r\n", text.p[r->at]))
			r->at++;
		if (r->at == text.n)
			continue;
		*ret = text.p[r->at++];
		*ret_look = r->x ? r->x->items[r->i] : (struct md_style){ .format = run->format, .url = run->link ? run->link->url : (struct span){ 0 } };
		return true;
	}
	return false;
}

bool md_whole_reads(const struct block *leaf, const struct map *m, const struct whole *w, const struct md_hunk *h, struct span markdown)
{
	struct saying x = { .leaf = leaf, .m = m, .w = w };
	CLEANUP(buf_done) struct buf b = { 0 };
	struct reader want = { .x = &x }, got = { 0 };
	struct doc *d = NULL;
	bool same = false;
	char c = 0, k = 0;

	say_all(&x, &h, 1);
	/* words around it, with or without a space */
	buf_str(&b, w->s > m->inner.begin && !strchr(" \t\r\n", m->source.p[w->s - 1]) ? "x" : "x ");
	buf_add(&b, markdown);
	buf_str(&b, w->t < m->inner.end && !strchr(" \t\r\n.,;:!?)", m->source.p[w->t]) ? "x" : " x");
	if (md_read(buf_span(&b), &(struct read_options){ .path = "words", .reading = READING_REJECTED }, &d, NULL) == 0 && d->root->first && !d->root->first->next && d->root->first->kind == BLOCK_PARAGRAPH) {
		struct md_style a, z = { 0 };
		bool more;

		got.leaf = d->root->first;
		same = next_byte(&got, &k, &z);
		while (same && (more = next_byte(&want, &c, &a)))
			same = next_byte(&got, &k, &z) && c == k && (a.raw || (a.format == z.format && span_eq(a.url, z.url)));
		same = same && next_byte(&got, &k, &z) && k == 'x' && !next_byte(&got, &k, &z);
	}
	doc_free(d);
	free(x.items);
	arena_done(&x.arena);
	return same;
}
