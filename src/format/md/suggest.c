#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/md/md.h"
#include "model/text.h"

/* Where an autolink of other words leads: to the address that they are, or still where it led. */
static struct span address_for(const struct link *link, struct span words, struct arena *a)
{
	if (!link)
		return (struct span){ 0 };
	for (size_t i = 0; i < words.n;) {
		uint32_t cp = utf8_next(words.p, words.n, &i);

		if (cp_white(cp) || cp == '<' || cp == '>')
			return link->url;
	}
	if (span_starts(link->url, SPAN_LIT("mailto:")))
		return span_find_char(words, '@', 0) == SIZE_MAX ? link->url : arena_printf(a, "mailto:%.*s", SPAN_ARG(words));
	return span_find(words, SPAN_LIT("://"), 0) == SIZE_MAX ? link->url : words;
}

/* Do all new words look like code, or lead where the address does, that they are put into? */
static bool all_alike(const struct md_hunk *h, const struct piece *p)
{
	for (size_t i = 0; i < h->style_count; i++)
		if (p->format & FMT_CODE ? !(h->styles[i].format & FMT_CODE) : !h->styles[i].url.n)
			return false;
	return true;
}

static size_t add_style(struct md_style *all, size_t n, struct md_style s, struct arena *a)
{
	if (!s.text.n)
		return n;
	if (n && !s.raw && !all[n - 1].raw && all[n - 1].format == s.format && span_eq(all[n - 1].url, s.url)) {
		all[n - 1].text = arena_printf(a, "%.*s%.*s", SPAN_ARG(all[n - 1].text), SPAN_ARG(s.text));
		return n;
	}
	all[n] = s;
	return n + 1;
}

/* Other words put into code or an address divide it. */
static void divide_whole(struct md_hunk *h, const struct piece *p, struct span head, struct span tail, struct arena *a)
{
	struct md_style *all = ARENA_ARRAY(a, h->style_count + 2, struct md_style), own = { .format = p->format, .url = p->link ? p->link->url : (struct span){ 0 } };
	size_t n = 0;

	own.text = head;
	n = add_style(all, n, own, a);
	for (size_t i = 0; i < h->style_count; i++)
		n = add_style(all, n, h->styles[i], a);
	own.text = tail;
	n = add_style(all, n, own, a);
	h->text = arena_printf(a, "%.*s%.*s%.*s", SPAN_ARG(head), SPAN_ARG(h->text), SPAN_ARG(tail));
	h->styles = all;
	h->style_count = n;
	h->restyled = true;
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
		if (h->styles && !all_alike(h, p)) {
			divide_whole(h, p, span_sub(text, 0, head ? h->begin - p->at : 0), span_sub(text, tail ? h->end - p->at : text.n, text.n), a);
			h->begin = head ? p->at : h->begin;
			h->end = tail || head ? (h->end > end ? h->end : end) : h->end;
			return true;
		}
		h->text = arena_printf(a, "%.*s%.*s%.*s", SPAN_ARG(span_sub(text, 0, head ? h->begin - p->at : 0)), SPAN_ARG(h->text),
				       SPAN_ARG(span_sub(text, tail ? h->end - p->at : text.n, text.n)));
		h->styles = NULL;
		h->style_count = 0;
		h->begin = head ? p->at : h->begin;
		h->end = tail || head ? (h->end > end ? h->end : end) : h->end;
		if (p->format & FMT_CODE || (h->begin == p->at && h->end == end)) {
			if (!span_trim(h->text).n || span_find_char(h->text, '`', 0) != SIZE_MAX)
				return false;
			h->restyled = true;
			h->style_count = 1;
			h->styles = ARENA_NEW(a, struct md_style);
			*(struct md_style *)h->styles = (struct md_style){ .text = h->text, .format = p->format, .url = address_for(p->link, h->text, a) };
		}
	}
	return true;
}

/* At the edge of emphasis that the new words share: the end of its words that they stand beside; SIZE_MAX: none. */
static size_t at_edge(const struct map *m, const struct md_hunk *h)
{
	size_t from = md_piece_from(m, h->begin);

	for (size_t i = from ? from - 1 : 0; h->styles && i < m->count && m->items[i].at <= h->begin; i++) {
		const struct piece *p = &m->items[i];

		if (!p->len || p->link || !(p->format & (FMT_EMPH | FMT_STRONG)) || !md_looks_fit(h, p->format))
			continue;
		if (p->at == h->begin)
			return p->src.begin;
		if (p->at + p->len == h->begin)
			return p->src.end;
	}
	return SIZE_MAX;
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
		s = t = at_edge(m, h) != SIZE_MAX ? at_edge(m, h) : md_insertion_place((struct doc *)d, leaf, m, h->begin, false);
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

/* Words that all look alike, and between them those that come. */
static void say_with(unsigned format, struct span head, const struct md_hunk *h, struct span tail, bool in_cell, struct buf *out)
{
	struct md_style *all = mem_zero(h->style_count + 3, sizeof(*all));
	size_t n = 0, kept = 0;
	struct arena arena = { 0 };

	all[n++] = (struct md_style){ .text = head, .format = format };
	if (!h->styles)
		all[n++] = (struct md_style){ .text = h->text, .format = format };
	for (size_t i = 0; h->styles && i < h->style_count; i++)
		all[n++] = h->styles[i];
	all[n++] = (struct md_style){ .text = tail, .format = format };
	/* Neighbours that look alike are one; nothing has no look. */
	for (size_t i = 0; i < n; i++) {
		if (!all[i].text.n)
			continue;
		if (kept && !all[i].raw && !all[kept - 1].raw && all[kept - 1].format == all[i].format && span_eq(all[kept - 1].url, all[i].url))
			all[kept - 1].text = arena_printf(&arena, "%.*s%.*s", SPAN_ARG(all[kept - 1].text), SPAN_ARG(all[i].text));
		else
			all[kept++] = all[i];
	}
	n = kept;
	md_styled(all, n, 0, in_cell, out);
	arena_done(&arena);
	mem_free(all);
}

/* A suggestion cannot stand in a highlight (FORMAT.md F5, rule 2), but it can hold one: {~~{==the routes==}~>all routes~~}.  What was said
 * of the words follows it.  False: they are not plain words, or the change reaches out of them. */
static bool put_over_highlight(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t open, size_t close, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, text = { 0 }, words = { 0 };
	size_t begin = SIZE_MAX, end = 0;
	unsigned format = 0; /* of all of it, its signs in the highlight */
	struct span inside = span_sub(d->source, open + 3, close - 3);

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->src.begin < open + 3 || p->src.end > close - 3 || p->src.end == p->src.begin)
			continue;
		if (leaf->runs[i].kind != RUN_TEXT || p->link || p->format & FMT_CODE || (begin != SIZE_MAX && p->format != format))
			return false;
		format = p->format;
		begin = begin == SIZE_MAX ? p->at : begin;
		end = p->at + p->len;
	}
	if (begin == SIZE_MAX || h->begin < begin || h->end > end || span_find_char(inside, '{', 0) != SIZE_MAX || md_taken_until(d, open, close) != SIZE_MAX)
		return false;
	if (format && !(inside.n && strchr("*_", inside.p[0]) && strchr("*_", inside.p[inside.n - 1])))
		return false;
	text_of_leaf(leaf, READING_REJECTED, &text);
	say_with(format, span_sub(buf_span(&text), begin, h->begin), h, span_sub(buf_span(&text), h->end, end), leaf->kind == BLOCK_CELL, &words);
	buf_str(&b, words.n ? "{~~" : "{--");
	buf_add(&b, span_sub(d->source, open, close));
	if (words.n) {
		BUF_LIT(&b, "~>");
		buf_add(&b, buf_span(&words));
	}
	buf_str(&b, words.n ? "~~}" : "--}");
	md_sign(md_hand_of(h, h->note), &b);
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
	size_t s, low;

	if (!d->suggestion_count || h->begin != h->end || !h->begin || !h->text.n || h->raw || h->breaks || h->gone_note.n || leaf->kind == BLOCK_CODE)
		return NULL;
	s = md_insertion_place(d, leaf, m, h->begin, md_behind_note(h));
	low = md_suggestion_from(d, s);
	while (low && d->suggestions[low - 1].outer)
		low--;
	x = low ? &d->suggestions[low - 1] : NULL;
	if (!x || (x->origin.end != s && x->old_part.end != s) || x->kind == SUGGEST_DELETE || (x->kind == SUGGEST_INSERT && md_alternatives(d, low - 1) == SIZE_MAX))
		return NULL;
	*ret = (struct md_hunk){ .begin = h->begin - 1, .end = h->begin, .text = x->new_text, .author = x->author };
	return ret;
}

#define NEAR 8u /* edits before a change that it could meet */

/* What is put in at an edge of what is replaced does not meet it. */
static bool edits_meet(const struct edit *a, const struct edit *b)
{
	if (a->begin == a->end || b->begin == b->end)
		return a->begin == a->end ? b->begin < a->begin && a->begin < b->end : a->begin < b->begin && b->begin < a->end;
	return a->begin < b->end && b->begin < a->end;
}

/* Do edits from `before` on meet those that were made since `start`? */
static bool meets_earlier(const struct edits *e, size_t start, size_t before)
{
	for (size_t i = before > start + NEAR ? before - NEAR : start; i < before; i++)
		for (size_t k = before; k < e->count; k++)
			if (edits_meet(&e->items[i], &e->items[k]))
				return true;
	return false;
}

void md_suggest(struct doc *d, const struct block *leaf, struct md_hunk *hunks, size_t count, struct edits *ret)
{
	struct map m;
	struct md_cuts cuts = { 0 };
	struct groups groups = { .hunks = hunks };
	size_t open, close, start = ret->count;
	bool highlights = span_find(span_sub(d->source, 0, leaf->origin.end), SPAN_LIT("{=="), leaf->origin.begin) != SIZE_MAX;

	md_map_leaf(leaf, d->source, &m);
	for (size_t i = 0; i < count; i++) {
		struct md_hunk h = hunks[i], prior;
		const struct md_hunk *before;
		size_t first = cuts.count;

		hunks[i].placed = true;
		if (h.begin == h.end && !h.text.n && !h.gone_note.n && !h.breaks)
			continue;
		if (highlights && in_highlight(d, leaf, &m, &h, &open, &close)) {
			/* Two changes in one would need one wording. */
			hunks[i].placed = open >= md_groups_end(&groups) && put_over_highlight(d, leaf, &m, &h, open, close, ret);
			if (hunks[i].placed)
				md_groups_close(&groups, close);
			continue;
		}
		before = i && hunks[i - 1].placed && hunks[i - 1].end == h.begin ? &hunks[i - 1] : rewording_before(d, leaf, &m, &h, &prior);
		if (before)
			part_from(before, &h, i + 1 < count ? &hunks[i + 1] : NULL, leaf, &m, &cuts.arena);
		/* Not where the character is somebody's, too. */
		if (h.end > hunks[i].end && md_balanced_cut(&m, h.begin, h.end, true, &open, &close) && md_taken_until(d, open, close) != SIZE_MAX)
			h = hunks[i];
		cuts.look_lost = false;
		hunks[i].placed = cover_whole(leaf, &m, &h, i ? hunks[i - 1].end : 0, &cuts.arena) ? md_find_cuts(d, leaf, &m, &h, &cuts)
												     : leaf->kind != BLOCK_CODE && md_cut_whole(d, leaf, &m, &h, &cuts);
		hunks[i].look_lost = hunks[i].placed && cuts.look_lost;
		if (hunks[i].placed)
			md_groups_add(d, &m, &groups, &cuts, i, first);
		else
			cuts.count = first;
	}
	md_groups_settle(d, leaf, &m, &groups, &cuts);
	for (size_t i = 0; i < groups.count; i++) {
		size_t before = ret->count;

		md_put_group(d, leaf, &m, &groups, &groups.items[i], i + 1 < groups.count ? &groups.items[i + 1] : NULL, &cuts, ret);
		if (!meets_earlier(ret, start, before))
			continue;
		/* Another change took its place: it is not placed, and the summary says so. */
		ret->count = before;
		for (size_t k = groups.items[i].first; k < groups.items[i].last; k++)
			hunks[cuts.items[k].hunk].placed = false;
	}
	free(groups.items);
	free(m.items);
	free(cuts.items);
	arena_done(&cuts.arena);
}
