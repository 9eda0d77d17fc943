#include "merge/three.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "diff/diff.h"

/* ---- symbols ---- */

void symbols_done(struct symbols *s)
{
	free(s->words);
	free(s->slots);
	*s = (struct symbols){ 0 };
}

static void grow(struct symbols *s)
{
	size_t size = s->mask ? 2 * (s->mask + 1) : 1024;

	free(s->slots);
	s->slots = mem_zero(size, sizeof(uint32_t));
	s->mask = size - 1;
	for (size_t i = 0; i < s->count; i++) {
		size_t at = span_hash(s->words[i]) & s->mask;

		while (s->slots[at])
			at = (at + 1) & s->mask;
		s->slots[at] = (uint32_t)i + 1;
	}
}

uint32_t symbol_of(struct symbols *s, struct span word)
{
	size_t at;

	if (2 * (s->count + 1) > s->mask)
		grow(s);
	for (at = span_hash(word) & s->mask; s->slots[at]; at = (at + 1) & s->mask)
		if (span_eq(s->words[s->slots[at] - 1], word))
			return s->slots[at] - 1;
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->words = mem_resize(s->words, s->cap, sizeof(struct span));
	}
	s->words[s->count] = word;
	s->slots[at] = (uint32_t)++s->count;
	return (uint32_t)s->count - 1;
}

/* ---- tokens of a source ---- */

void row_done(struct row_of *r)
{
	free(r->sym);
	free(r->at);
	*r = (struct row_of){ 0 };
}

static void put(struct row_of *r, size_t at, uint32_t sym)
{
	if (r->count + 1 >= r->cap) {
		r->cap = r->cap ? 2 * r->cap : 64;
		r->sym = mem_resize(r->sym, r->cap, sizeof(uint32_t));
		r->at = mem_resize(r->at, r->cap, sizeof(uint32_t));
	}
	r->sym[r->count] = sym;
	r->at[r->count++] = (uint32_t)at;
}

static size_t word_end(struct span s, size_t at)
{
	size_t begin = at;

	while (at < s.n) {
		size_t next = at;
		uint32_t cp = utf8_next(s.p, s.n, &next);

		if (cp >= 0x2e80 && cp_ideograph(cp))
			return at == begin ? next : at;
		if (cp < 0x80 ? !((cp | 0x20) - 'a' < 26 || cp - '0' < 10) : !cp_letter(cp) && !cp_digit(cp))
			break;
		at = next;
	}
	return at;
}

/* White space that prints as a line break: after a backslash, or of two spaces and a line end. */
static bool breaks_line(struct span source, size_t begin, size_t end)
{
	struct span white = span_sub(source, begin, end);

	if (span_find_char(white, '\n', 0) == SIZE_MAX)
		return false;
	return (begin && source.p[begin - 1] == '\\') || (white.n > 2 && white.p[0] == ' ' && white.p[1] == ' ');
}

void row_cut(struct symbols *s, struct span source, enum cut_kind kind, struct row_of *ret)
{
	size_t at = 0;

	*ret = (struct row_of){ .source = source };
	while (at < source.n) {
		size_t begin = at;
		struct span word;

		if (kind == CUT_LINES) {
			size_t lf = span_find_char(source, '\n', at);

			at = lf == SIZE_MAX ? source.n : lf + 1;
		} else if (token_white(source.p[at])) {
			/* exact: a line end and the spaces that begin the next line are one thing, spaces within a line another */
			bool line = source.p[at] == '\n' || source.p[at] == '\r';

			while (at < source.n && token_white(source.p[at]) &&
			       (kind == CUT_WORDS || line || (source.p[at] != '\n' && source.p[at] != '\r')))
				at++;
		} else {
			at = word_end(source, at);
			if (at == begin)
				utf8_next(source.p, source.n, &at);
		}
		word = span_sub(source, begin, at);
		if (kind == CUT_WORDS && token_white(source.p[begin]))
			word = breaks_line(source, begin, at) ? SPAN_LIT("\n") : SPAN_LIT(" ");
		put(ret, begin, symbol_of(s, word));
	}
	if (!ret->at)
		ret->at = mem_zero(1, sizeof(uint32_t));
	ret->at[ret->count] = (uint32_t)source.n;
}

/* ---- three ways ---- */

void regions_done(struct regions *r)
{
	free(r->items);
	*r = (struct regions){ 0 };
}

static void add(struct regions *r, struct region x)
{
	struct region *last = r->count ? &r->items[r->count - 1] : NULL;

	if (x.b0 == x.b1 && x.o0 == x.o1 && x.t0 == x.t1)
		return;
	if (last && last->kind == REGION_SAME && x.kind == REGION_SAME) {
		last->b1 = x.b1;
		last->o1 = x.o1;
		last->t1 = x.t1;
		return;
	}
	if (r->count == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 32;
		r->items = mem_resize(r->items, r->cap, sizeof(struct region));
	}
	r->items[r->count++] = x;
}

static bool same_tokens(const struct row_of *a, size_t a0, size_t a1, const struct row_of *b, size_t b0, size_t b1)
{
	return a1 - a0 == b1 - b0 && (a1 == a0 || memcmp(a->sym + a0, b->sym + b0, (a1 - a0) * sizeof(uint32_t)) == 0);
}

static bool ends_line(const struct symbols *s, uint32_t sym)
{
	return s->words[sym].n && (s->words[sym].p[0] == '\n' || s->words[sym].p[0] == '\r');
}

#define SLIDE_MAX 64 /* tokens: the signs that a line of a list or quotation begins with */

/*
 * What came or went is whole lines, if it can be told so: of "- a", "- new", "- b" not "new" and the line end and sign behind it, which
 * would touch "b", but the line.  Tokens before it that are the last ones of it, too, change places with these.
 */
static void slide_to_lines(const struct symbols *s, const struct row_of *r, bool *changed)
{
	for (size_t begin = 0, end; begin < r->count; begin = end) {
		size_t by = 0;

		for (end = begin; end < r->count && changed[end] == changed[begin]; end++)
			;
		if (!changed[begin])
			continue;
		while (by < begin && by < SLIDE_MAX && !changed[begin - by - 1] && r->sym[begin - by - 1] == r->sym[end - by - 1] && !ends_line(s, r->sym[end - by - 1]))
			by++;
		if (!by || !ends_line(s, r->sym[end - by - 1]) || (begin > by && !ends_line(s, r->sym[begin - by - 1])))
			continue;
		for (size_t i = 1; i <= by; i++) {
			changed[begin - i] = true;
			changed[end - i] = false;
		}
	}
}

void three_way(const struct symbols *s, const struct row_of *base, const struct row_of *ours, const struct row_of *theirs, bool touching,
	       struct regions *ret)
{
	bool *gone_o = mem_zero(base->count + 1, 1), *gone_t = mem_zero(base->count + 1, 1);
	bool *came_o = mem_zero(ours->count + 1, 1), *came_t = mem_zero(theirs->count + 1, 1);
	size_t b = 0, o = 0, t = 0;

	*ret = (struct regions){ 0 };
	diff_rows(base->sym, base->count, ours->sym, ours->count, s->count, gone_o, came_o);
	diff_rows(base->sym, base->count, theirs->sym, theirs->count, s->count, gone_t, came_t);
	slide_to_lines(s, base, gone_o);
	slide_to_lines(s, base, gone_t);
	slide_to_lines(s, ours, came_o);
	slide_to_lines(s, theirs, came_t);
	while (b < base->count || o < ours->count || t < theirs->count) {
		struct region x = { .kind = REGION_SAME, .b0 = b, .o0 = o, .t0 = t };
		bool more = true, by_ours = false, by_theirs = false;

		while (b < base->count && !gone_o[b] && !gone_t[b] && !(o < ours->count && came_o[o]) && !(t < theirs->count && came_t[t])) {
			b++;
			o++;
			t++;
		}
		x.b1 = b;
		x.o1 = o;
		x.t1 = t;
		add(ret, x);
		/* a changed stretch ends where all three stand at a token that both kept, with nothing new before it */
		x = (struct region){ .b0 = b, .o0 = o, .t0 = t };
		while (more) {
			bool next_ours = (o < ours->count && came_o[o]) || (b < base->count && gone_o[b]);
			bool next_theirs = (t < theirs->count && came_t[t]) || (b < base->count && gone_t[b]);

			/* one side is done and the other begins: two changes, though nothing stands between them */
			if (touching && b > x.b0 && by_ours != by_theirs && next_ours != next_theirs && by_ours != next_ours)
				break;
			by_ours = by_ours || next_ours;
			by_theirs = by_theirs || next_theirs;
			more = false;
			for (; o < ours->count && came_o[o]; o++)
				more = true;
			for (; t < theirs->count && came_t[t]; t++)
				more = true;
			if (b < base->count && (gone_o[b] || gone_t[b])) {
				o += !gone_o[b];
				t += !gone_t[b];
				b++;
				more = true;
			}
		}
		x.b1 = b;
		x.o1 = o;
		x.t1 = t;
		by_ours = !same_tokens(base, x.b0, x.b1, ours, x.o0, x.o1);
		by_theirs = !same_tokens(base, x.b0, x.b1, theirs, x.t0, x.t1);
		x.kind = !by_ours && !by_theirs ? REGION_SAME
			 : !by_theirs		? REGION_OURS
			 : !by_ours		? REGION_THEIRS
			 : same_tokens(ours, x.o0, x.o1, theirs, x.t0, x.t1) ? REGION_BOTH : REGION_CONFLICT;
		add(ret, x);
	}
	free(gone_o);
	free(gone_t);
	free(came_o);
	free(came_t);
}
