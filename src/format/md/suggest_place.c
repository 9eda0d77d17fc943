/* Where the visible words of a leaf stand in its source, and where it can be cut so that emphasis and links stay whole. */
#include "format/md/suggest_internal.h"

#include <string.h>

#include "base/utf8.h"
#include "model/text.h"

static bool is_sign(struct span s, size_t i, bool opens)
{
	if (i + 3 > s.n)
		return false;
	if (opens)
		return s.p[i] == '{' && s.p[i + 1] == s.p[i + 2] && strchr("+-~=>", s.p[i + 1]);
	return s.p[i + 2] == '}' && s.p[i] == s.p[i + 1] && strchr("+-~=<", s.p[i]);
}

/* Of a line break its own white space: as it is read it reaches over the signs of suggestions that end before it and begin behind it. */
static struct origin break_bytes(struct span source, struct origin src)
{
	size_t depth = 0, at, begin, end;

	for (at = src.begin; at < src.end && (depth || (source.p[at] != '\n' && source.p[at] != '\r')); at++) {
		if (is_sign(source, at, true))
			depth++;
		else if (is_sign(source, at, false) && depth)
			depth--;
	}
	if (at >= src.end)
		return src;
	for (begin = at; begin > src.begin && strchr(" \t\\", source.p[begin - 1]); begin--)
		;
	for (end = at; end < src.end && !is_sign(source, end, true) && !is_sign(source, end, false) && !(source.p[end] == '~' && end + 1 < src.end && source.p[end + 1] == '>'); end++)
		;
	return (struct origin){ begin, end };
}

/* The same walk as text_of_leaf: its offsets are the currency here. */
void md_map_leaf(const struct block *leaf, struct span source, struct map *m)
{
	size_t pending = SIZE_MAX;
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t at = 0;

	*m = (struct map){ .items = mem_zero(leaf->run_count + 1, sizeof(struct piece)), .source = source, .inner = leaf->inner };
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
			p->src = break_bytes(source, p->src);
			/* What makes it a hard one stands before the line's end. */
			for (size_t least = i ? p[-1].src.end : leaf->inner.begin; r->kind == RUN_HARD && p->src.begin > least && strchr(" \\", source.p[p->src.begin - 1]);)
				p->src.begin--;
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
	for (size_t i = 0, reach = 0, src = 0; i < m->count; i++) {
		struct piece *p = &m->items[i];

		reach = p->at + p->len > reach ? p->at + p->len : reach;
		src = p->src.end > src ? p->src.end : src;
		p->at_reach = reach;
		p->src_reach = src;
	}
}

static size_t first_reaching(const struct map *m, size_t x, bool in_source)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((in_source ? m->items[mid].src_reach : m->items[mid].at_reach) < x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t md_piece_from(const struct map *m, size_t at)
{
	return first_reaching(m, at, false);
}

size_t md_piece_from_src(const struct map *m, size_t s)
{
	return first_reaching(m, s, true);
}

/* First and last piece that holds any of [begin, end); false where none does. */
bool md_pieces_in(const struct map *m, size_t begin, size_t end, size_t *ret_first, size_t *ret_last)
{
	bool found = false;

	for (size_t i = md_piece_from(m, begin); i < m->count && m->items[i].at < end; i++) {
		const struct piece *p = &m->items[i];

		if (!p->len || p->at + p->len <= begin)
			continue;
		if (!found)
			*ret_first = i;
		*ret_last = i;
		found = true;
	}
	return found;
}

size_t md_src_start(const struct piece *p, size_t x)
{
	return p->unit || x <= p->at ? p->src.begin : p->src.begin + (x - p->at);
}

size_t md_src_end(const struct piece *p, size_t x)
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

const struct piece *md_neighbour(const struct map *m, size_t i, int step)
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

/* How many signs of emphasis and code stand on either side. */
static size_t signs_of(const struct piece *p)
{
	return (p->format & FMT_STRONG ? 2 : 0) + (p->format & FMT_EMPH ? 1 : 0) + (p->format & FMT_CODE ? 1 : 0);
}

size_t md_behind_signs(const struct map *m, const struct piece *p)
{
	const char *source = m->source.p;
	size_t at = p->src.end, end = m->inner.end, left = signs_of(p);
	bool link = p->link;

	for (; at < end && (link || left || strchr("*_`", source[at])); at++) {
		if (link && (p->link->autolink ? source[at] == '>' : source[at] == ']')) {
			char close = source[at] == ']' && at + 1 < end && strchr("([", source[at + 1]) ? (source[at + 1] == '(' ? ')' : ']') : '\0';
			size_t to = close ? span_find_char(m->source, close, at + 2) : SIZE_MAX;

			at = to < end ? to : at;
			link = false;
		} else if (p->format && strchr("*_`", source[at])) {
			left -= left > 0;
		} else {
			break;
		}
	}
	return link || left ? SIZE_MAX : at;
}

size_t md_before_signs(const struct map *m, const struct piece *p)
{
	size_t at = p->src.begin, left = signs_of(p);
	bool link = p->link;

	for (; at > m->inner.begin; at--) {
		char c = m->source.p[at - 1];

		if (link && c == (p->link->autolink ? '<' : '['))
			link = false;
		else if (p->format && strchr("*_`", c))
			left -= left > 0;
		else
			break;
	}
	return link || left ? SIZE_MAX : at;
}

/* The signs of a piece's emphasis that are not those of what is around it; 0 of code too, whose signs are more than one kind. */
static size_t inner_signs(const struct piece *p, struct context around)
{
	struct piece own = *p;

	own.format &= ~around.format;
	return own.format & FMT_CODE ? 0 : signs_of(&own);
}

static bool signs_only(const struct map *m, size_t at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (at + i >= m->inner.end || (m->source.p[at + i] != '*' && m->source.p[at + i] != '_'))
			return false;
	return count > 0;
}

/* Moves an edge at a piece, all of whose words are meant, over its signs to where only those of `around` are around it.  False: others stand there. */
static bool edge_in(const struct map *m, const struct piece *p, struct context around, bool begins, bool all, size_t *at)
{
	size_t n = inner_signs(p, around);

	if (p->format == around.format)
		return true;
	if (!all || (begins && p->src.begin < n) || !signs_only(m, begins ? p->src.begin - n : p->src.end, n))
		return false;
	*at = begins ? p->src.begin - n : p->src.end + n;
	return true;
}

/* Between two pieces with words: behind the marks of notes that stand there, or before them. */
static size_t behind_marks(const struct piece *a, const struct piece *z)
{
	size_t at = a->src.end;

	for (const struct piece *p = a + 1; p < z; p++)
		if (p->note && p->src.end > at)
			at = p->src.end;
	return at;
}

static size_t before_marks(const struct piece *a, const struct piece *z)
{
	size_t at = z->src.begin;

	for (const struct piece *p = z - 1; p > a; p--)
		if (p->note && p->src.end > p->src.begin && p->src.begin < at)
			at = p->src.begin;
	return at;
}

/*
 * Bytes [*s, *t) of the source for visible [begin, end), with the delimiters of emphasis and links on either side in or
 * out, so that what is cut is balanced.  False: no such cut; the caller divides the hunk.
 */
bool md_balanced_cut(const struct map *m, size_t begin, size_t end, bool replaces, size_t *s, size_t *t)
{
	size_t first = 0, last = 0;
	const struct piece *a, *z, *before, *after;
	struct context in_left, in_right, out_left = { 0 }, out_right = { 0 }, common;
	bool can_left, can_right;
	size_t left, right;

	if (!md_pieces_in(m, begin, end, &first, &last))
		return false;
	a = &m->items[first];
	z = &m->items[last];
	before = md_neighbour(m, first, -1);
	after = md_neighbour(m, last, 1);
	in_left = (struct context){ a->format, a->link };
	in_right = (struct context){ z->format, z->link };
	if (before)
		out_left = (struct context){ before->format, before->link };
	if (after)
		out_right = (struct context){ after->format, after->link };
	/* At an end of the paragraph nothing is around it but the signs themselves. */
	can_left = begin <= a->at && !same_context(in_left, out_left);
	can_right = end >= z->at + z->len && !same_context(in_right, out_right);
	left = !can_left ? 0 : before ? behind_marks(before, a) : md_before_signs(m, a);
	right = !can_right ? 0 : after ? before_marks(z, after) : md_behind_signs(m, z);
	can_left = can_left && left != SIZE_MAX;
	can_right = can_right && right != SIZE_MAX;
	*s = md_src_start(a, begin);
	*t = md_src_end(z, end);
	/* All that stood in an emphasis or link goes: its signs go too, or they would print themselves. */
	if (can_left && can_right && !replaces && same_context(out_left, out_right) && contains(m, first, last, out_left)) {
		*s = left;
		*t = right;
		return true;
	}
	/* The same beside the end of what is around it: "**more *words***". */
	if (can_left && can_right && !replaces && in_left.link == in_right.link && out_left.link == in_left.link && contains(m, first, last, out_left) && edge_in(m, z, out_left, false, true, t)) {
		*s = left;
		return true;
	}
	if (can_left && can_right && !replaces && in_left.link == in_right.link && out_right.link == in_left.link && contains(m, first, last, out_right) && edge_in(m, a, out_right, true, true, s)) {
		*t = right;
		return true;
	}
	if (same_context(in_left, in_right) && contains(m, first, last, in_left))
		return true;
	if (can_left && same_context(out_left, in_right) && contains(m, first, last, in_right)) {
		*s = left;
		return true;
	}
	if (can_right && same_context(in_left, out_right) && contains(m, first, last, in_left)) {
		*t = right;
		return true;
	}
	/* What all of it stands in, it stands in still. */
	common = (struct context){ in_left.format & in_right.format, in_left.link };
	if (common.format && in_left.link == in_right.link && contains(m, first, last, common) && edge_in(m, a, common, true, begin <= a->at, s) &&
	    edge_in(m, z, common, false, end >= z->at + z->len, t))
		return true;
	if (can_left && can_right && same_context(out_left, out_right) && contains(m, first, last, out_left)) {
		*s = left;
		*t = right;
		return true;
	}
	return false;
}

/* Where new words go between two pieces. */
size_t md_insertion_place(struct doc *d, const struct block *leaf, const struct map *m, size_t x, bool spaced)
{
	size_t from = md_piece_from(m, x), at;
	const struct piece *left = md_neighbour(m, from, -1), *right = NULL, *note = NULL;

	for (size_t i = from; i < m->count && !(right && m->items[i].at > x); i++) {
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
		/* an address that prints itself has no words beside it in its signs */
		return left->src.end + (left->link && left->link->autolink && left->src.end < d->source.n && d->source.p[left->src.end] == '>');
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

/* The look of what stands at a byte of the source. */
unsigned md_format_at(const struct map *m, size_t s)
{
	unsigned format = 0;

	for (size_t i = md_piece_from_src(m, s); i < m->count; i++) {
		const struct piece *p = &m->items[i];

		if (p->len && p->src.begin > s)
			break;
		if (p->len && s < p->src.end)
			return p->format;
		if (p->len && s == p->src.end)
			format = p->format;
	}
	return format;
}

static bool is_emphasis(char c)
{
	return c == '*' || c == '_';
}

enum side { SIDE_SPACE, SIDE_SIGN, SIDE_WORD };

static enum side side_of(struct span s, bool last)
{
	size_t at = 0;
	uint32_t cp = !s.n ? ' ' : last ? utf8_last(s) : utf8_next(s.p, s.n, &at);

	return cp_white(cp) ? SIDE_SPACE : cp_letter(cp) || cp_digit(cp) ? SIDE_WORD : SIDE_SIGN;
}

/* Do signs of emphasis between these open or close still (CommonMark's flanking runs)? */
static bool holds(char sign, enum side outside, enum side inside)
{
	if (inside == SIDE_SPACE || (inside == SIDE_SIGN && outside == SIDE_WORD))
		return false;
	return sign != '_' || outside != SIDE_WORD;
}

/* Signs of emphasis before, or behind, a place in what is rejected. */
struct signs {
	size_t outside; /* where what stands beyond them ends, or begins */
	char sign;
	bool any;
};

static struct signs signs_before(const struct doc *d, const struct map *m, size_t s)
{
	struct signs x = { .outside = md_step_back(d, s) };

	while (x.outside > m->inner.begin && is_emphasis(d->source.p[x.outside - 1])) {
		x.sign = d->source.p[x.outside - 1];
		x.any = true;
		x.outside = md_step_back(d, x.outside - 1);
	}
	return x;
}

static struct signs signs_behind(const struct doc *d, const struct map *m, size_t t)
{
	struct signs x = { .outside = md_step_on(d, t) };

	while (x.outside < m->inner.end && is_emphasis(d->source.p[x.outside])) {
		x.sign = d->source.p[x.outside];
		x.any = true;
		x.outside = md_step_on(d, x.outside + 1);
	}
	return x;
}

/* The words that stand before a place, or behind it, as they are read: what others propose and say there is no part of them. */
static struct span words_before(const struct doc *d, const struct map *m, size_t at)
{
	for (;;) {
		struct span s;
		size_t from;

		at = md_step_back(d, at);
		s = span_sub(m->source, m->inner.begin < at ? m->inner.begin : at, at);
		if (span_ends(s, SPAN_LIT("==}")) || span_ends(s, SPAN_LIT("{=="))) {
			at -= 3;
			continue;
		}
		if (!span_ends(s, SPAN_LIT("<<}")))
			return s;
		for (from = s.n; from && !span_starts(span_sub(s, from, s.n), SPAN_LIT("{>>"));)
			from--;
		if (!from)
			return s;
		at -= s.n - from;
	}
}

static struct span words_behind(const struct doc *d, const struct map *m, size_t at)
{
	for (;;) {
		struct span s;
		size_t end;

		at = md_step_on(d, at);
		s = span_sub(m->source, at, m->inner.end > at ? m->inner.end : at);
		if (span_starts(s, SPAN_LIT("==}")) || span_starts(s, SPAN_LIT("{=="))) {
			at += 3;
			continue;
		}
		end = span_starts(s, SPAN_LIT("{>>")) ? span_find(s, SPAN_LIT("<<}"), 3) : SIZE_MAX;
		if (end == SIZE_MAX)
			return s;
		at += end + 3;
	}
}

bool md_new_signs_hold(const struct doc *d, const struct map *m, size_t s, size_t t, struct span words)
{
	size_t head = 0, tail = words.n;
	struct span before = words_before(d, m, s), behind = words_behind(d, m, t);

	while (head < words.n && is_emphasis(words.p[head]))
		head++;
	while (tail > head && is_emphasis(words.p[tail - 1]) && !(tail > 1 && words.p[tail - 2] == '\\'))
		tail--;
	if (head && ((before.n && before.p[before.n - 1] == words.p[0]) || !holds(words.p[0], side_of(before, true), side_of(span_sub(words, head, words.n), false))))
		return false;
	return tail == words.n || (!(behind.n && behind.p[0] == words.p[words.n - 1]) && holds(words.p[words.n - 1], side_of(behind, false), side_of(span_sub(words, 0, tail), true)));
}

bool md_signs_hold(const struct doc *d, const struct map *m, size_t s, size_t t, struct span words)
{
	struct span src = m->source;
	size_t i, k;
	const struct piece *a = NULL, *z = NULL;
	struct signs left = signs_before(d, m, s), right = signs_behind(d, m, t);
	enum side outer_left, outer_right, first, end;
	unsigned before, now, last, then;

	for (i = md_piece_from_src(m, s); i < m->count && (m->items[i].src.begin < s || !m->items[i].len); i++)
		;
	for (k = md_piece_from_src(m, t); k > 0 && (k >= m->count || m->items[k].src.end > t || !m->items[k].len || m->items[k].src.begin >= t); k--)
		;
	a = i < m->count ? md_neighbour(m, i, -1) : md_neighbour(m, m->count, -1);
	z = k < m->count ? md_neighbour(m, k, 1) : NULL;
	/* signs that are words, behind a backslash, are none */
	left.any = left.any && !(a && a->src.end > left.outside);
	right.any = right.any && !(z && z->src.begin < right.outside);
	if (!left.any && !right.any)
		return true;
	before = a ? a->format : 0;
	now = i < m->count ? m->items[i].format : 0;
	last = k < m->count ? m->items[k].format : 0;
	then = z ? z->format : 0;
	if ((left.any && now & ~before && before & ~now) || (right.any && last & ~then && then & ~last))
		return false;
	outer_left = side_of(span_sub(src, m->inner.begin, left.outside), true);
	outer_right = side_of(span_sub(src, right.outside, m->inner.end), false);
	first = words.n ? side_of(words, false) : right.any ? outer_right : side_of(span_sub(src, md_step_on(d, t), m->inner.end), false);
	end = words.n ? side_of(words, true) : left.any ? outer_left : side_of(span_sub(src, m->inner.begin, md_step_back(d, s)), true);
	/* Nothing between two rows of signs: they are one, which opens or closes all. */
	if (left.any && right.any && !words.n) {
		if (now & ~before && then & ~last)
			return holds(left.sign, outer_left, outer_right) && holds(right.sign, outer_left, outer_right);
		if (before & ~now && last & ~then)
			return holds(left.sign, outer_right, outer_left) && holds(right.sign, outer_right, outer_left);
		return false;
	}
	if (left.any && (now & ~before ? !holds(left.sign, outer_left, first) : !holds(left.sign, first, outer_left)))
		return false;
	return !right.any || (last & ~then ? holds(right.sign, outer_right, end) : holds(right.sign, end, outer_right));
}
