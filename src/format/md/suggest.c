#include "format/md/suggest.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/md/md.h"
#include "model/text.h"

/* A stretch of a leaf's visible text and the bytes it came from. */
struct piece {
	size_t at, len;         /* in the visible text */
	struct origin src;
	bool unit;              /* bytes do not agree one to one */
	bool whole;             /* an autolink, a picture, code: no sign may stand inside */
	unsigned format;
	const struct link *link;
	const struct note *note;
};

struct map {
	struct piece *items;
	size_t count;
	size_t text_len;
};

/* The same walk as text_of_leaf: its offsets are the currency here. */
static void map_leaf(const struct block *leaf, struct map *m)
{
	size_t pending = SIZE_MAX;
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t at = 0;

	*m = (struct map){ .items = mem_zero(leaf->run_count + 1, sizeof(struct piece)) };
	text_of_leaf(leaf, READING_REJECTED, &text);
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		struct piece *p = &m->items[m->count++];

		*p = (struct piece){ .at = at, .src = r->src, .format = r->format, .link = r->link };
		switch (r->kind) {
		case RUN_TEXT:
		case RUN_IMAGE:
			if (pending != SIZE_MAX && r->text.n) {
				/* Was the break a space, or nothing between wide characters? */
				bool space = at < text.n && text.p[at] == ' ' && !(r->text.p[0] == ' ' && (at + 1 >= text.n || text.p[at + 1] != ' '));

				m->items[pending].at = at;
				m->items[pending].len = space;
				at += space;
				p->at = at;
				pending = SIZE_MAX;
			}
			p->len = r->text.n;
			p->whole = r->kind == RUN_IMAGE || (r->link && r->link->autolink) || (r->format & FMT_CODE);
			p->unit = r->kind == RUN_IMAGE || (r->link && r->link->autolink) || r->src.end - r->src.begin != r->text.n;
			at += p->len;
			break;
		case RUN_SOFT:
		case RUN_HARD:
			if (pending == SIZE_MAX)
				pending = m->count - 1;
			p->unit = true;
			break;
		case RUN_XREF:
			if (pending != SIZE_MAX) {
				m->items[pending].at = at;
				m->items[pending].len = 1;
				at++;
				p->at = at;
				pending = SIZE_MAX;
			}
			p->unit = true;
			p->len = r->target.n + 2 + (span_find_char(r->target, '#', 0) == SIZE_MAX);
			at += p->len;
			break;
		case RUN_NOTE:
			p->note = r->note;
			p->unit = true;
			break;
		case RUN_COMMENT:
			p->unit = true;
			break;
		}
	}
	m->text_len = at;
}

/* First and last piece that holds any of [begin, end); false where none does. */
static bool pieces_in(const struct map *m, size_t begin, size_t end, size_t *ret_first, size_t *ret_last)
{
	bool found = false;

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (!p->len || p->at + p->len <= begin || p->at >= end)
			continue;
		if (!found)
			*ret_first = i;
		*ret_last = i;
		found = true;
	}
	return found;
}

static size_t src_start(const struct piece *p, size_t x)
{
	return p->unit || x <= p->at ? p->src.begin : p->src.begin + (x - p->at);
}

static size_t src_end(const struct piece *p, size_t x)
{
	return p->unit || x >= p->at + p->len ? p->src.end : p->src.begin + (x - p->at);
}

struct context {
	unsigned format;
	const struct link *link;
};

static bool same_context(struct context a, struct context b)
{
	return a.format == b.format && a.link == b.link;
}

static const struct piece *neighbour(const struct map *m, size_t i, int step)
{
	for (size_t k = i + (size_t)step; k < m->count; k += (size_t)step)
		if (m->items[k].len)
			return &m->items[k];
	return NULL;
}

/* Is every piece first..last inside this context, so that what opens between them closes again? */
static bool contains(const struct map *m, size_t first, size_t last, struct context c)
{
	for (size_t i = first; i <= last; i++) {
		const struct piece *p = &m->items[i];

		if (p->len && ((p->format & c.format) != c.format || (c.link && p->link != c.link)))
			return false;
	}
	return true;
}

/*
 * Bytes [*s, *t) of the source for visible [begin, end), with the delimiters of emphasis and links on either side in or
 * out, so that what is cut is balanced.  False: no such cut; the caller divides the hunk.
 */
static bool balanced_cut(const struct map *m, size_t begin, size_t end, bool replaces, size_t *s, size_t *t)
{
	size_t first = 0, last = 0;
	const struct piece *a, *z, *before, *after;
	struct context in_left, in_right, out_left = { 0 }, out_right = { 0 };
	bool can_left, can_right;

	if (!pieces_in(m, begin, end, &first, &last))
		return false;
	a = &m->items[first];
	z = &m->items[last];
	before = neighbour(m, first, -1);
	after = neighbour(m, last, 1);
	in_left = (struct context){ a->format, a->link };
	in_right = (struct context){ z->format, z->link };
	if (before)
		out_left = (struct context){ before->format, before->link };
	if (after)
		out_right = (struct context){ after->format, after->link };
	can_left = begin <= a->at && before && !same_context(in_left, out_left);
	can_right = end >= z->at + z->len && after && !same_context(in_right, out_right);
	*s = src_start(a, begin);
	*t = src_end(z, end);
	/* All that stood in an emphasis or link goes: its signs go too, or they would print themselves. */
	if (can_left && can_right && !replaces && same_context(out_left, out_right) && contains(m, first, last, out_left)) {
		*s = before->src.end;
		*t = after->src.begin;
		return true;
	}
	if (same_context(in_left, in_right) && contains(m, first, last, in_left))
		return true;
	if (can_left && same_context(out_left, in_right) && contains(m, first, last, in_right)) {
		*s = before->src.end;
		return true;
	}
	if (can_right && same_context(in_left, out_right) && contains(m, first, last, in_left)) {
		*t = after->src.begin;
		return true;
	}
	if (can_left && can_right && same_context(out_left, out_right) && contains(m, first, last, out_left)) {
		*s = before->src.end;
		*t = after->src.begin;
		return true;
	}
	return false;
}

/* Where new words go between two pieces. */
static size_t insertion_place(struct doc *d, const struct block *leaf, const struct map *m, size_t x, bool spaced)
{
	const struct piece *left = NULL, *right = NULL, *note = NULL;
	size_t at;

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->len && p->at < x && x < p->at + p->len && !p->unit)
			return p->src.begin + (x - p->at);
		if (p->len && p->at + p->len <= x)
			left = p;
		else if (p->len && p->at >= x && !right)
			right = p;
		/* A note's mark at this very place: a new sentence comes after it. */
		if (!p->len && p->at == x && p->src.end > p->src.begin && p->unit && left && !right && p->src.begin >= left->src.end)
			note = p;
	}
	if (note && spaced)
		return note->src.end;
	if (!left && !right)
		return leaf->origin.begin;
	if (!left)
		return right->src.begin;
	if (right) {
		struct context l = { left->format, left->link }, r = { right->format, right->link };

		if (!same_context(l, r) && (l.format & r.format) == r.format && (!r.link || r.link == l.link))
			return right->src.begin;
		return left->src.end;
	}
	/* At the end: after the signs that close what the last word stands in. */
	at = left->src.end;
	if (left->link) {
		if (left->link->autolink) {
			at += at < d->source.n && d->source.p[at] == '>';
		} else if (at < d->source.n) {
			size_t close = span_find(d->source, SPAN_LIT("]("), at);
			size_t paren = close == SIZE_MAX ? SIZE_MAX : span_find_char(d->source, ')', close);

			if (paren != SIZE_MAX && paren < leaf->origin.end)
				at = paren + 1;
		}
	}
	while (left->format && at < d->source.n && (d->source.p[at] == '*' || d->source.p[at] == '_' || d->source.p[at] == '`'))
		at++;
	return at;
}

static const char *line_end_of(const struct doc *d)
{
	size_t lf = span_find_char(d->source, '\n', 0);

	return lf != SIZE_MAX && lf > 0 && d->source.p[lf - 1] == '\r' ? "\r\n" : "\n";
}

/* ---- writing CriticMarkup ---- */

/* What would be read as a delimiter inside a suggestion gets a backslash. */
static void put_words(struct span text, bool in_cell, struct buf *out)
{
	CLEANUP(buf_done) struct buf plain = { 0 };

	md_escape(text, &plain);
	for (size_t i = 0; i < plain.n; i++) {
		struct span rest = span_sub(buf_span(&plain), i, plain.n);
		bool escaped = i > 0 && plain.p[i - 1] == '\\';

		if (!escaped && (span_starts(rest, SPAN_LIT("++}")) || span_starts(rest, SPAN_LIT("--}")) || span_starts(rest, SPAN_LIT("~~}")) ||
				 span_starts(rest, SPAN_LIT("==}")) || span_starts(rest, SPAN_LIT("~>")) || span_starts(rest, SPAN_LIT("<<}")) ||
				 (in_cell && plain.p[i] == '|')))
			buf_char(out, '\\');
		/* A line end inside words is a space: a blank line would end the paragraph. */
		buf_char(out, plain.p[i] == '\n' || plain.p[i] == '\r' ? ' ' : plain.p[i]);
	}
}

/* May a sign of emphasis stand between these?  Inside, a letter or a digit; else white space, a sign or nothing must stand outside. */
static bool sign_fits(struct span s, size_t at, uint32_t inside)
{
	uint32_t out = ' ';

	if (cp_letter(inside) || cp_digit(inside))
		return true;
	if (at < s.n)
		out = utf8_next(s.p, s.n, &at);
	return !cp_letter(out) && !cp_digit(out);
}

static uint32_t last_of(struct span s)
{
	size_t at = s.n;

	do
		at--;
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80);
	return utf8_next(s.p, s.n, &at);
}

void md_styled(const struct md_style *styles, size_t count, unsigned around, bool in_cell, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		unsigned format = styles[i].format & ~around;
		const char *sign = format & FMT_CODE ? "`" : format == (FMT_STRONG | FMT_EMPH) ? "***" : format == FMT_STRONG ? "**" : format == FMT_EMPH ? "*" : "";
		struct span all = styles[i].text, words = span_trim(all);
		size_t head = words.n ? (size_t)(words.p - all.p) : all.n, zero = 0;
		uint32_t before = i && styles[i - 1].text.n ? last_of(styles[i - 1].text) : ' ', first = words.n ? utf8_next(words.p, words.n, &zero) : ' ';
		bool fits = words.n && format & FMT_CODE ? true : words.n && (cp_letter(first) || cp_digit(first) || head || !(cp_letter(before) || cp_digit(before))) &&
			    (head + words.n < all.n || sign_fits(i + 1 < count ? styles[i + 1].text : (struct span){ 0 }, 0, last_of(words)));

		put_words(span_sub(all, 0, head), in_cell, out);
		buf_str(out, fits ? sign : "");
		if (format & FMT_CODE)
			buf_add(out, words); /* nothing is escaped in code */
		else
			put_words(words, in_cell, out);
		buf_str(out, fits ? sign : "");
		put_words(span_sub(all, head + words.n, all.n), in_cell, out);
	}
}

static void put_new_words(const struct md_hunk *h, unsigned around, bool cell, struct buf *out)
{
	if (h->styles)
		md_styled(h->styles, h->style_count, around, cell, out);
	else
		put_words(h->text, cell, out);
}

void md_signature(struct span author, struct span time, struct span text, struct buf *out)
{
	if (!author.n && !text.n)
		return;
	BUF_LIT(out, "{>>");
	if (author.n) {
		buf_char(out, '@');
		for (size_t i = 0; i < author.n; i++)
			/* A name holds no "<", no line end, and no ": ", which would end it. */
			buf_char(out, author.p[i] == '<' || (unsigned char)author.p[i] < ' ' || (author.p[i] == ':' && i + 1 < author.n && author.p[i + 1] == ' ')
						      ? ' '
						      : author.p[i]);
		if (time.n == 20) {
			buf_char(out, ' ');
			buf_add(out, time);
		}
		if (text.n)
			BUF_LIT(out, ": ");
	}
	for (size_t i = 0; i < text.n; i++) {
		if (span_starts(span_sub(text, i, text.n), SPAN_LIT("<<}")))
			buf_char(out, '\\');
		buf_char(out, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
	}
	BUF_LIT(out, "<<}");
}

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
		put_words(h->text, cell, &b);
		BUF_LIT(&b, "++}");
	}
	md_signature(h->author, h->time, old.n ? buf_span(&note) : h->note, &b);
	edits_add(ret, at, at, buf_span(&b));
}

/* Is all of [begin, end) of the source one context, so that any part of it may be cut out or said twice? */
static bool even(const struct doc *d, const struct map *m, size_t begin, size_t end)
{
	const struct piece *first = NULL;

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->src.end <= begin || p->src.begin >= end || !p->len)
			continue;
		if (p->unit && (p->src.begin < begin || p->src.end > end))
			return false;
		if (first && (p->format != first->format || p->link != first->link))
			return false;
		first = first ? first : p;
	}
	/* No sign of CriticMarkup may end up in another's words. */
	for (size_t i = begin; i + 1 < end; i++)
		if ((d->source.p[i] == '~' && d->source.p[i + 1] == '>') || (d->source.p[i] == '{' && strchr("+-~=>", d->source.p[i + 1])) ||
		    (d->source.p[i + 1] == '}' && strchr("+-~=<", d->source.p[i])))
			return false;
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
	    (old.n && !even(d, m, first->old_part.begin, first->old_part.end)))
		return false;
	if (!head.n && !tail.n && !h->text.n)
		return false; /* it takes the whole run away: that wording has no words */
	put_three(&b, "{~~", pre, old, post, "~>");
	put_three(&b, "", pre, first->kind == SUGGEST_DELETE ? (struct span){ 0 } : first->new_text, post, "~~}");
	buf_add(&b, span_sub(d->source, first->kind == SUGGEST_DELETE ? first->old_part.end + 3 : first->new_part.end + 3, first->origin.end));
	for (const struct suggestion *k = first + 1; k <= last; k++) {
		put_three(&b, "{++", pre, k->new_text, post, "++}");
		buf_add(&b, span_sub(d->source, k->new_part.end + 3, k->origin.end));
	}
	BUF_LIT(&b, "{++");
	buf_add(&b, head);
	put_words(h->text, cell, &b);
	buf_add(&b, tail);
	BUF_LIT(&b, "++}");
	md_signature(h->author, h->time, h->note, &b);
	edits_add(ret, s < from ? s : from, t > to ? t : to, buf_span(&b));
	return true;
}

static bool put_gone_note(struct doc *d, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (!p->note || !span_eq(p->note->label, h->gone_note) || p->at != h->begin || p->src.end <= p->src.begin)
			continue;
		if (taken_until(d, p->src.begin, p->src.end) != SIZE_MAX)
			return false;
		BUF_LIT(&b, "{--");
		buf_add(&b, span_sub(d->source, p->src.begin, p->src.end));
		BUF_LIT(&b, "--}");
		md_signature(h->author, h->time, h->note, &b);
		edits_add(ret, p->src.begin, p->src.end, buf_span(&b));
		return true;
	}
	return false;
}

/* The look of what stands at a byte of the source. */
static unsigned format_at(const struct map *m, size_t s)
{
	unsigned format = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->len && p->src.begin <= s && s < p->src.end)
			return p->format;
		if (p->len && s == p->src.end)
			format = p->format;
	}
	return format;
}

/* The same words in another look: {~~**old**~>*old*~~}, with all signs of emphasis that belong to them. */
static bool put_restyled(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t first = 0, last = 0, s, t;
	const struct piece *a, *z, *before, *after;

	if (!pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	a = &m->items[first];
	z = &m->items[last];
	before = neighbour(m, first, -1);
	after = neighbour(m, last, 1);
	s = src_start(a, h->begin);
	t = src_end(z, h->end);
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
	for (size_t i = 0; i < m->count; i++)
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
	md_signature(h->author, h->time, h->note, &b);
	edits_add(ret, s, t, buf_span(&b));
	return true;
}

static bool put_hunk(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	bool cell = leaf->kind == BLOCK_CELL;
	size_t s = 0, t = 0, cut;
	struct span raw;

	/* Code is code, signs of suggestions too (FORMAT.md F5, rule 1). */
	if (leaf->kind == BLOCK_CODE)
		return false;
	if (h->gone_note.n)
		return put_gone_note(d, m, h, ret);
	if (h->breaks) {
		s = h->begin == h->end ? insertion_place(d, leaf, m, h->begin, true) : 0;
		if (h->begin != h->end && !balanced_cut(m, h->begin, h->end, true, &s, &t))
			return false;
		t = h->begin == h->end ? s : t;
		if (cell || leaf->kind == BLOCK_HEADING || taken_until(d, s, t) != SIZE_MAX)
			return false;
		buf_str(&b, s == t ? "{++" : "{~~");
		buf_add(&b, span_sub(d->source, s, t));
		buf_str(&b, s == t ? "" : "~>");
		buf_str(&b, line_end_of(d));
		buf_str(&b, line_end_of(d));
		buf_str(&b, s == t ? "++}" : "~~}");
		md_signature(h->author, h->time, h->note, &b);
		edits_add(ret, s, t, buf_span(&b));
		return true;
	}
	if (h->begin == h->end) {
		if (!h->text.n)
			return true;
		s = insertion_place(d, leaf, m, h->begin, h->text.p[0] == ' ');
		t = taken_until(d, s, s);
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
			put_new_words(h, format_at(m, s), cell, &b);
		BUF_LIT(&b, "++}");
		md_signature(h->author, h->time, h->note, &b);
		edits_add(ret, s, s, buf_span(&b));
		return true;
	}
	if (h->restyled)
		return put_restyled(d, leaf, m, h, ret);
	if (!balanced_cut(m, h->begin, h->end, h->text.n, &s, &t)) {
		/* Divide where the context changes; each part is settled by itself. */
		size_t first = 0, last = 0;
		struct md_hunk left = *h, right = *h;

		if (!pieces_in(m, h->begin, h->end, &first, &last))
			return false;
		for (cut = first + 1; cut <= last; cut++)
			if (m->items[cut].len && (m->items[cut].format != m->items[first].format || m->items[cut].link != m->items[first].link))
				break;
		if (cut > last || m->items[cut].at <= h->begin)
			return false;
		left.end = right.begin = m->items[cut].at;
		right.text = (struct span){ 0 };
		right.note = (struct span){ 0 };
		return put_hunk(d, leaf, m, &left, ret) && put_hunk(d, leaf, m, &right, ret);
	}
	cut = taken_until(d, s, t);
	if (cut != SIZE_MAX) {
		CLEANUP(buf_done) struct buf text = { 0 };

		if (put_alternative(d, m, h, s, t, cell, ret))
			return true;
		text_of_leaf(leaf, READING_REJECTED, &text);
		put_after(h, span_sub(buf_span(&text), h->begin, h->end), cut, cell, ret);
		return true;
	}
	raw = span_sub(d->source, s, t);
	if (h->text.n) {
		BUF_LIT(&b, "{~~");
		buf_add(&b, raw);
		BUF_LIT(&b, "~>");
		put_new_words(h, format_at(m, s), cell, &b);
		BUF_LIT(&b, "~~}");
	} else {
		BUF_LIT(&b, "{--");
		buf_add(&b, raw);
		BUF_LIT(&b, "--}");
	}
	md_signature(h->author, h->time, h->note, &b);
	edits_add(ret, s, t, buf_span(&b));
	return true;
}

/*
 * A change of a part of an autolink or of code is one of all of it: its other words are said again.  False: it cannot be said, of a picture's
 * alternative text, or where another change stands in the way.
 */
static bool cover_whole(const struct block *leaf, const struct map *m, struct md_hunk *h, size_t from, struct arena *a)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct piece *p = &m->items[i];
		size_t end = p->at + p->len;
		bool head = h->begin > p->at && h->begin < end, tail = h->end > p->at && h->end < end;
		bool code = (p->format & FMT_CODE) && h->begin < h->end && h->begin < end && h->end > p->at;
		struct span text = leaf->runs[i].text;

		if (code && h->begin <= p->at && h->end >= end && !h->text.n && !h->restyled)
			continue; /* it goes, its signs with it */
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
			*(struct md_style *)h->styles = (struct md_style){ h->text, p->format & FMT_CODE };
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
		if (!pieces_in(m, h->begin, h->end, &first, &last))
			return false;
		s = src_start(&m->items[first], h->begin);
		t = src_end(&m->items[last], h->end);
	} else {
		s = t = insertion_place((struct doc *)d, leaf, m, h->begin, false);
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
		put_words(buf_span(&words), leaf->kind == BLOCK_CELL, &b);
	}
	buf_str(&b, words.n ? "~~}" : "--}");
	md_signature(h->author, h->time, h->note, &b);
	edits_add(ret, open, close, buf_span(&b));
	return true;
}

void md_suggest(struct doc *d, const struct block *leaf, struct md_hunk *hunks, size_t count, struct edits *ret)
{
	struct map m;
	struct arena joined = { 0 };
	size_t open, close, taken = 0;

	map_leaf(leaf, &m);
	for (size_t i = 0; i < count; i++)
{
		struct md_hunk h = hunks[i];

		if (in_highlight(d, leaf, &m, &h, &open, &close)) {
			/* Two changes in one would need one wording. */
			hunks[i].placed = open >= taken && put_over_highlight(d, leaf, &m, &h, open, close, ret);
			taken = hunks[i].placed ? close : taken;
			continue;
		}
		hunks[i].placed = cover_whole(leaf, &m, &h, i ? hunks[i - 1].end : 0, &joined) && put_hunk(d, leaf, &m, &h, ret);
	}
	free(m.items);
	arena_done(&joined);
}

bool md_comment(struct doc *d, const struct block *leaf, size_t begin, size_t end, const struct comment *c, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct map m;
	size_t s = 0, t = 0;
	bool ranged;

	map_leaf(leaf, &m);
	ranged = begin < end && balanced_cut(&m, begin, end, true, &s, &t) && taken_until(d, s, t) == SIZE_MAX;
	if (ranged) {
		BUF_LIT(&b, "{==");
		buf_add(&b, span_sub(d->source, s, t));
		BUF_LIT(&b, "==}");
	} else {
		s = t = insertion_place(d, leaf, &m, end, true);
		if (taken_until(d, s, s) != SIZE_MAX)
			s = t = taken_until(d, s, s);
	}
	for (; c; c = c->next)
		md_signature(c->author, c->time, c->text, &b);
	edits_add(ret, s, t, buf_span(&b));
	free(m.items);
	return ranged;
}

void md_suggest_block(struct doc *d, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *eol = line_end_of(d);
	size_t at = after ? after->origin.end : d->source.n;
	bool ended = at > 0 && d->source.p[at - 1] == '\n';
	bool blank = ended && (at >= 2 && (d->source.p[at - 2] == '\n' || (at >= 3 && d->source.p[at - 2] == '\r' && d->source.p[at - 3] == '\n')));

	/* "p1 LF LF {++p2 LF LF++}p3": taking the braces' content out gives every byte back. */
	if (after && at < d->source.n) {
		if (d->source.p[at] == '\n' || d->source.p[at] == '\r') {
			at += d->source.p[at] == '\r' && at + 1 < d->source.n && d->source.p[at + 1] == '\n' ? 2 : 1;
			blank = true;
		}
	}
	BUF_LIT(&b, "{++");
	if (!blank) {
		/* The line of the opening brace goes when it is settled (F5.4), and leaves the other one between the paragraphs. */
		buf_str(&b, eol);
		buf_str(&b, eol);
	}
	buf_add(&b, markdown);
	buf_str(&b, eol);
	if (at < d->source.n)
		buf_str(&b, eol);
	BUF_LIT(&b, "++}");
	md_signature(hand.author, hand.time, hand.note, &b);
	edits_add(ret, at, at, buf_span(&b));
}

void md_suggest_first(struct doc *d, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *eol = line_end_of(d);
	size_t at = d->meta.body;

	while (at < d->source.n && (d->source.p[at] == '\n' || d->source.p[at] == '\r'))
		at++;
	if (at == d->source.n) {
		md_suggest_block(d, NULL, markdown, hand, ret);
		return;
	}
	BUF_LIT(&b, "{++");
	buf_add(&b, markdown);
	buf_str(&b, eol);
	buf_str(&b, eol);
	BUF_LIT(&b, "++}");
	md_signature(hand.author, hand.time, hand.note, &b);
	edits_add(ret, at, at, buf_span(&b));
}

/* Whole lines from begin to end go. */
static void suggest_removal(struct doc *d, size_t begin, size_t end, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf close = { 0 };

	/* With the blank line after it, so that no double blank line stays. */
	while (end < d->source.n && (d->source.p[end] == '\n' || d->source.p[end] == '\r'))
		end++;
	BUF_LIT(&close, "--}");
	md_signature(hand.author, hand.time, hand.note, &close);
	edits_add(ret, begin, begin, SPAN_LIT("{--"));
	edits_add(ret, end, end, buf_span(&close));
}

void md_suggest_removal(struct doc *d, const struct block *b, struct md_hand hand, struct edits *ret)
{
	size_t begin = b->attr_origin.end > b->attr_origin.begin ? b->attr_origin.begin : b->origin.begin;

	suggest_removal(d, begin > b->origin.begin ? b->origin.begin : begin, b->origin.end, hand, ret);
}

void md_suggest_note_removal(struct doc *d, const struct note *n, struct md_hand hand, struct edits *ret)
{
	suggest_removal(d, n->origin.begin, n->origin.end, hand, ret);
}

void md_suggest_item(struct doc *d, const struct block *item, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t at = item->origin.end, line = item->origin.begin;
	const char *eol = line_end_of(d);
	bool ended = at > 0 && d->source.p[at - 1] == '\n';

	/* Behind the item's last words: an empty line after it belongs to what follows. */
	while (ended && at > line + 1 && (d->source.p[at - 2] == '\n' || d->source.p[at - 2] == '\r'))
		at--;
	BUF_LIT(&b, "{++");
	if (!ended)
		buf_str(&b, eol);
	while (line < d->source.n && (d->source.p[line] == ' ' || d->source.p[line] == '\t' || d->source.p[line] == '>'))
		buf_char(&b, d->source.p[line++]);
	if (item->parent && item->parent->ordered)
		BUF_LIT(&b, "1. ");
	else
		buf_printf(&b, "%c ", line < d->source.n && (d->source.p[line] == '*' || d->source.p[line] == '+') ? d->source.p[line] : '-');
	buf_add(&b, markdown);
	if (ended)
		buf_str(&b, eol);
	BUF_LIT(&b, "++}");
	md_signature(hand.author, hand.time, hand.note, &b);
	edits_add(ret, at, at, buf_span(&b));
}

/* The end of the row's line, without its line end. */
static size_t row_end(const struct doc *d, const struct block *row)
{
	size_t at = row->origin.end;

	while (at > row->origin.begin && (d->source.p[at - 1] == '\n' || d->source.p[at - 1] == '\r'))
		at--;
	return at;
}

void md_suggest_row(struct doc *d, const struct block *row, const struct span *cells, size_t count, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t at = row_end(d, row), line = row->origin.begin;

	/* Behind the row above, its line end first: a brace alone on the empty line below the table would take that line with it. */
	BUF_LIT(&b, "{++");
	buf_str(&b, line_end_of(d));
	/* In an item or a quote, behind the signs of its lines. */
	while (line < at && (d->source.p[line] == ' ' || d->source.p[line] == '\t' || d->source.p[line] == '>'))
		buf_char(&b, d->source.p[line++]);
	buf_char(&b, '|');
	for (size_t i = 0; i < count; i++) {
		buf_char(&b, ' ');
		put_words(cells[i], true, &b);
		BUF_LIT(&b, " |");
	}
	BUF_LIT(&b, "++}");
	md_signature(hand.author, hand.time, hand.note, &b);
	edits_add(ret, at, at, buf_span(&b));
}

void md_suggest_row_removal(struct doc *d, const struct block *row, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf close = { 0 };
	size_t begin = row->prev ? row_end(d, row->prev) : row->origin.begin, end = row_end(d, row);

	/* With the line end before it, and the delimiters' line where it is the first below the header. */
	if (row->prev && row->prev->header && !row->header)
		while (begin < row->origin.begin && span_find_char(span_sub(d->source, begin + 1, row->origin.begin), '\n', 0) != SIZE_MAX)
			begin++;
	BUF_LIT(&close, "--}");
	md_signature(hand.author, hand.time, hand.note, &close);
	edits_add(ret, begin, begin, SPAN_LIT("{--"));
	edits_add(ret, end, end, buf_span(&close));
}

void md_suggest_join(struct doc *d, const struct block *a, const struct block *b, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf close = { 0 };
	size_t begin = a->inner.end, end = b->inner.begin;

	BUF_LIT(&close, "--}");
	md_signature(hand.author, hand.time, hand.note, &close);
	edits_add(ret, begin, begin, SPAN_LIT("{--"));
	edits_add(ret, end, end, buf_span(&close));
	(void)d;
}
