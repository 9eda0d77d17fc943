#include "diff/words.h"

#include <stdlib.h>
#include <uniwbrk.h>

#include "base/utf8.h"

/* ---- symbols ---- */

void vocab_done(struct vocab *v)
{
	free(v->words);
	free(v->slots);
	*v = (struct vocab){ 0 };
}

void vocab_clear(struct vocab *v)
{
	if (v->mask && 8 * v->count > v->mask) {
		memset(v->slots, 0, (v->mask + 1) * sizeof(uint32_t));
	} else {
		/* every word stands in the unbroken row of slots that begins at its hash */
		for (size_t i = 0; i < v->count; i++)
			for (size_t at = v->words[i].hash & v->mask; v->slots[at]; at = (at + 1) & v->mask)
				v->slots[at] = 0;
	}
	v->count = 0;
}

static bool is_stop(uint32_t cp)
{
	switch (cp) {
	case '.':
	case '!':
	case '?':
	case 0x2026: /* … */
	case 0x3002: /* 。 */
	case 0xff01: /* ！ */
	case 0xff1f: /* ？ */
	case 0x061f: /* ؟ */
	case 0x06d4: /* ۔ */
	case 0x0964: /* । */
		return true;
	}
	return false;
}

static bool is_closer(uint32_t cp)
{
	return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == 0x201d || cp == 0x2019 || cp == 0xbb || cp == 0x300d;
}

static enum token_kind kind_of(struct span s)
{
	size_t at = 0;
	uint32_t first;

	if (!s.n)
		return TOKEN_PUNCT;
	first = utf8_next(s.p, s.n, &at);
	if (first < 0x80) {
		if ((first | 0x20) - 'a' < 26 || first - '0' < 10)
			return TOKEN_WORD;
		if (first == ' ' || first == '\n' || first == '\t')
			return TOKEN_SPACE;
	} else if (cp_letter(first) || cp_digit(first)) {
		return TOKEN_WORD;
	} else if (cp_white(first)) {
		return TOKEN_SPACE;
	}
	if (is_stop(first))
		return TOKEN_STOP;
	if (is_closer(first))
		return TOKEN_CLOSER;
	for (; at < s.n;) {
		uint32_t cp = utf8_next(s.p, s.n, &at);

		if (cp_letter(cp) || cp_digit(cp))
			return TOKEN_WORD;
	}
	return TOKEN_PUNCT;
}

static void grow_slots(struct vocab *v)
{
	size_t size = v->mask ? 2 * (v->mask + 1) : 512;

	free(v->slots);
	v->slots = mem_zero(size, sizeof(uint32_t));
	v->mask = size - 1;
	for (size_t i = 0; i < v->count; i++) {
		size_t at = v->words[i].hash & v->mask;

		while (v->slots[at])
			at = (at + 1) & v->mask;
		v->slots[at] = (uint32_t)i + 1;
	}
}

/* Mixes eight bytes at a time: tokens are short, and there are millions of them. */
static uint32_t token_hash(const char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ n, w;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	w = 0;
	for (size_t i = 0; i < n; i++)
		w = w << 8 | (unsigned char)p[i];
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	return (uint32_t)(h ^ h >> 32);
}

uint32_t vocab_symbol(struct vocab *v, struct span s)
{
	uint32_t h = token_hash(s.p, s.n);
	size_t at;

	if (2 * (v->count + 1) > v->mask)
		grow_slots(v);
	for (at = h & v->mask; v->slots[at]; at = (at + 1) & v->mask) {
		const struct vocab_word *x = &v->words[v->slots[at] - 1];

		if (x->hash == h && x->n == s.n && memcmp(x->p, s.p, s.n) == 0)
			return v->slots[at] - 1;
	}
	if (v->count == v->cap) {
		v->cap = v->cap ? 2 * v->cap : 1024;
		v->words = mem_resize(v->words, v->cap, sizeof(struct vocab_word));
	}
	v->words[v->count] = (struct vocab_word){ s.p, (uint32_t)s.n, h, (uint8_t)kind_of(s) };
	v->slots[at] = (uint32_t)++v->count;
	return (uint32_t)v->count - 1;
}

/* ---- tokens ---- */

void tokens_done(struct tokens *t)
{
	free(t->sym);
	free(t->at);
	*t = (struct tokens){ 0 };
}

static void put_token(struct vocab *v, struct tokens *t, struct span text, size_t from, size_t to)
{
	if (t->count + 1 >= t->cap) {
		t->cap = t->cap ? 2 * t->cap : text.n / 3 + 16;
		t->sym = mem_resize(t->sym, t->cap, sizeof(uint32_t));
		t->at = mem_resize(t->at, t->cap, sizeof(uint32_t));
	}
	t->sym[t->count] = vocab_symbol(v, span_sub(text, from, to));
	t->at[t->count++] = (uint32_t)from;
}

/* What a byte is to UAX #29, in ASCII. */
enum { A_OTHER, A_LETTER, A_DIGIT, A_UNDER, A_HIGH };
static inline unsigned ascii_class(unsigned char c)
{
	if ((unsigned char)((c | 0x20) - 'a') < 26)
		return A_LETTER;
	if ((unsigned char)(c - '0') < 10)
		return A_DIGIT;
	if (c == '_')
		return A_UNDER;
	return c >= 0x80 ? A_HIGH : A_OTHER;
}

/* A stretch between ASCII spaces that holds something beyond ASCII: by the library, each ideograph and kana apart. */
static void put_stretch(struct vocab *v, struct tokens *t, struct span text, size_t from, size_t to)
{
	char few[512];
	char *breaks = to - from <= sizeof(few) ? few : mem_alloc(to - from);
	size_t begin = from;
	bool after_ideograph = false;

	u8_wordbreaks((const uint8_t *)text.p + from, to - from, breaks);
	for (size_t at = from; at < to;) {
		size_t next = at;
		uint32_t cp = utf8_next(text.p, to, &next);
		bool ideograph = cp >= 0x2e80 && cp_ideograph(cp);
		bool split = breaks[at - from] || ideograph || (after_ideograph && !(cp >= 0x300 && cp_mark(cp)));

		if (split && at > begin) {
			put_token(v, t, text, begin, at);
			begin = at;
		}
		if (!(cp >= 0x300 && cp_mark(cp)))
			after_ideograph = ideograph;
		at = next;
	}
	if (to > begin)
		put_token(v, t, text, begin, to);
	if (breaks != few)
		free(breaks);
}

/* The end of a cross-reference, "[#x]" or "[DRAFT#x]", that begins at from: it is one token, since half of one is nothing. */
static size_t xref_end(const unsigned char *p, size_t n, size_t from)
{
	size_t at = from + 1;

	while (at < n && p[at] != '#' && p[at] != ' ' && p[at] != ']' && p[at] != '[' && p[at] != '\n' && at - from < 256)
		at++;
	if (at >= n || p[at] != '#')
		return from;
	for (at++; at < n && (ascii_class(p[at]) == A_LETTER || ascii_class(p[at]) == A_DIGIT || p[at] == '-'); at++)
		;
	return at < n && p[at] == ']' && p[at - 1] != '#' ? at + 1 : from;
}

void tokens_add(struct vocab *v, struct span text, struct tokens *t)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t n = text.n, at = 0;

	t->count = 0;
	while (at < n) {
		size_t begin = at;
		unsigned class = ascii_class(p[at]);

		if (p[at] == '[') {
			size_t end = xref_end(p, n, at);

			if (end > at) {
				put_token(v, t, text, at, end);
				at = end;
				continue;
			}
		}
		if (class == A_OTHER) {
			/* Punctuation may be bound to a mark or joiner that follows it. */
			if (at + 1 < n && p[at + 1] >= 0x80 && p[at] != ' ' && p[at] != '\n')
				goto stretch;
			put_token(v, t, text, at, at + 1);
			at++;
			continue;
		}
		for (; at < n; at++) {
			unsigned next = ascii_class(p[at]), after;

			if (next == A_HIGH)
				goto stretch;
			if (next != A_OTHER) {
				class = next;
				continue;
			}
			/* WB6, WB7, WB11, WB12: one mark between two letters, or between two digits */
			after = at + 1 < n ? ascii_class(p[at + 1]) : A_OTHER;
			if (after == A_HIGH && (p[at] == '.' || p[at] == '\'' || p[at] == ':' || p[at] == ',' || p[at] == ';'))
				goto stretch;
			if (class == A_LETTER && after == A_LETTER && (p[at] == '.' || p[at] == '\'' || p[at] == ':'))
				continue;
			if (class == A_DIGIT && after == A_DIGIT && (p[at] == '.' || p[at] == '\'' || p[at] == ',' || p[at] == ';'))
				continue;
			break;
		}
		put_token(v, t, text, begin, at);
		continue;
stretch:
		for (at = begin; at < n && p[at] != ' ' && p[at] != '\n'; at++)
			;
		put_stretch(v, t, text, begin, at);
	}
	if (!t->cap) {
		t->cap = 1;
		t->sym = mem_resize(NULL, 1, sizeof(uint32_t));
		t->at = mem_resize(NULL, 1, sizeof(uint32_t));
	}
	t->at[t->count] = (uint32_t)n;
}

/* ---- parts ---- */

void parts_add(struct parts *p, char op, struct span text)
{
	struct part *last = p->count ? &p->items[p->count - 1] : NULL;

	if (!text.n)
		return;
	if (last && last->op == op && last->text.p + last->text.n == text.p) {
		last->text.n += text.n;
		return;
	}
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->items = mem_resize(p->items, p->cap, sizeof(struct part));
	}
	p->items[p->count++] = (struct part){ op, text };
}

/* ---- comparing ---- */

void word_work_done(struct word_work *w)
{
	script_work_done(&w->script);
	free(w->a);
	free(w->b);
	free(w->ia);
	free(w->ib);
	free(w->gone);
	free(w->came);
	*w = (struct word_work){ 0 };
}

/* One side of a comparison: its tokens, and which of them changed. */
struct side {
	const uint32_t *sym;
	size_t n;
	bool *changed;
};

static void room(struct word_work *w, size_t n)
{
	if (n <= w->cap)
		return;
	w->cap = n + n / 2 + 64;
	w->a = mem_resize(w->a, w->cap, sizeof(uint32_t));
	w->b = mem_resize(w->b, w->cap, sizeof(uint32_t));
	w->ia = mem_resize(w->ia, w->cap, sizeof(uint32_t));
	w->ib = mem_resize(w->ib, w->cap, sizeof(uint32_t));
	w->gone = mem_resize(w->gone, 2 * w->cap, sizeof(bool));
	w->came = mem_resize(w->came, 2 * w->cap, sizeof(bool));
}

static bool is_space(const struct vocab *v, const struct side *s, size_t i)
{
	return token_kind(v, s->sym[i]) == TOKEN_SPACE;
}

/* Spaces follow the words: in each gap between two kept words those at its edges stay, the others change with the words. */
static void settle_spaces(const struct vocab *v, struct side *a, struct side *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		size_t ie = i, je = j, i0 = i, j0 = j;

		while (ie < a->n && (a->changed[ie] || is_space(v, a, ie)))
			ie++;
		while (je < b->n && (b->changed[je] || is_space(v, b, je)))
			je++;
		i = ie;
		j = je;
		while (i0 < ie && j0 < je && is_space(v, a, i0) && a->sym[i0] == b->sym[j0]) {
			i0++;
			j0++;
		}
		while (i0 < ie && j0 < je && is_space(v, a, ie - 1) && a->sym[ie - 1] == b->sym[je - 1]) {
			ie--;
			je--;
		}
		for (; i0 < ie; i0++)
			a->changed[i0] = true;
		for (; j0 < je; j0++)
			b->changed[j0] = true;
		if (i >= a->n || j >= b->n)
			break;
		i++;
		j++;
	}
}

/* One change: tokens [a0, a1) gone, [b0, b1) come, and the words among them. */
struct hunk {
	size_t a0, a1, b0, b1, gone, came;
};

static bool next_hunk(const struct vocab *v, const struct side *a, const struct side *b, size_t *i, size_t *j, struct hunk *ret)
{
	while (*i < a->n && *j < b->n && !a->changed[*i] && !b->changed[*j]) {
		++*i;
		++*j;
	}
	if (*i >= a->n && *j >= b->n)
		return false;
	*ret = (struct hunk){ .a0 = *i, .b0 = *j };
	for (; *i < a->n && a->changed[*i]; ++*i)
		ret->gone += token_kind(v, a->sym[*i]) == TOKEN_WORD;
	for (; *j < b->n && b->changed[*j]; ++*j)
		ret->came += token_kind(v, b->sym[*j]) == TOKEN_WORD;
	ret->a1 = *i;
	ret->b1 = *j;
	return ret->a1 > ret->a0 || ret->b1 > ret->b0;
}

/* A kept comma or a lone kept word between two replacements reads as confetti: it is taken into them. */
static void join_hunks(const struct vocab *v, struct side *a, struct side *b)
{
	struct hunk last = { 0 }, h;
	bool have = false;
	size_t i = 0, j = 0;

	while (next_hunk(v, a, b, &i, &j, &h)) {
		if (have && last.gone && last.came && h.gone && h.came) {
			size_t between = 0, tokens = h.b0 - last.b1;
			size_t l = last.gone > last.came ? last.gone : last.came, r = h.gone > h.came ? h.gone : h.came;

			for (size_t k = last.b1; tokens <= 8 && k < h.b0; k++)
				between += token_kind(v, b->sym[k]) == TOKEN_WORD;
			if (tokens <= 8 && ((between == 0 && tokens <= 2) || (between == 1 && l >= 4 && r >= 4))) {
				memset(a->changed + last.a1, true, h.a0 - last.a1);
				memset(b->changed + last.b1, true, h.b0 - last.b1);
				h.a0 = last.a0;
				h.b0 = last.b0;
				h.gone += last.gone + between;
				h.came += last.came + between;
			}
		}
		last = h;
		have = true;
	}
}

#define SLIDE_MOST 256 /* tokens: in a text of equal words every hunk could slide from end to end */

/* How good is it to begin or end a hunk between tokens at - 1 and at? */
static unsigned edge(const struct vocab *v, const struct side *s, size_t at)
{
	enum token_kind before, after;
	size_t back;

	if (at == 0 || at == s->n)
		return 6;
	before = token_kind(v, s->sym[at - 1]);
	after = token_kind(v, s->sym[at]);
	if (before == TOKEN_SPACE) {
		for (back = at - 1; back > 0 && token_kind(v, s->sym[back - 1]) == TOKEN_CLOSER; back--)
			;
		return back > 0 && token_kind(v, s->sym[back - 1]) == TOKEN_STOP ? 5 : 3;
	}
	if (after == TOKEN_SPACE)
		return 2;
	/* scripts that write no spaces end a sentence at the stop itself */
	if (before == TOKEN_STOP && v->words[s->sym[at - 1]].n > 1)
		return 4;
	return before != TOKEN_WORD || after != TOKEN_WORD;
}

/* A hunk that only adds or only takes away may stand at several places: the one with the best edges is taken. */
static void slide_hunks(const struct vocab *v, struct side *a, struct side *b)
{
	struct hunk h;
	size_t i = 0, j = 0;

	while (next_hunk(v, a, b, &i, &j, &h)) {
		struct side *s, *other;
		size_t from, to, at, lowest, highest, best_from;
		unsigned best = 0;

		if ((h.a1 > h.a0) == (h.b1 > h.b0))
			continue;
		s = h.a1 > h.a0 ? a : b;
		other = s == a ? b : a;
		from = s == a ? h.a0 : h.b0;
		to = s == a ? h.a1 : h.b1;
		at = s == a ? h.b0 : h.a0; /* where the other side stands */
		for (lowest = from; lowest > 0 && from - lowest < SLIDE_MOST; lowest--) {
			size_t k = from - lowest;

			if (s->changed[lowest - 1] || other->changed[at - k - 1] || s->sym[lowest - 1] != s->sym[to - k - 1])
				break;
		}
		for (highest = from; highest + (to - from) < s->n && highest - from < SLIDE_MOST; highest++) {
			size_t k = highest - from;

			if (s->changed[to + k] || at + k >= other->n || other->changed[at + k] || s->sym[to + k] != s->sym[highest])
				break;
		}
		best_from = from;
		for (size_t f = lowest; f <= highest; f++) {
			/* with equal edges the hunk stays as far right as it can: "the [first and the] second" */
			unsigned e = 2 * (edge(v, s, f) + edge(v, s, f + (to - from))) + (f == from);

			if (e >= best) {
				best = e;
				best_from = f;
			}
		}
		if (best_from != from) {
			memset(s->changed + from, false, to - from);
			memset(s->changed + best_from, true, to - from);
			/* next_hunk goes on behind the hunk where it stands now */
			if (best_from > from) {
				i += best_from - from;
				j += best_from - from;
			}
		}
	}
}

void words_compare(struct word_work *w, const struct vocab *v, const struct token_range *ra, const struct token_range *rb, struct parts *out)
{
	struct side a = { .sym = ra->tokens->sym + ra->from, .n = ra->to - ra->from };
	struct side b = { .sym = rb->tokens->sym + rb->from, .n = rb->to - rb->from };
	const uint32_t *at_a = ra->tokens->at + ra->from, *at_b = rb->tokens->at + rb->from;
	size_t na = 0, nb = 0, i = 0, j = 0, kept = 0;
	struct hunk h;
	bool *few_gone, *few_came;

	room(w, a.n > b.n ? a.n : b.n);
	a.changed = w->gone;
	b.changed = w->came;
	few_gone = w->gone + w->cap;
	few_came = w->came + w->cap;
	for (size_t k = 0; k < a.n; k++) {
		a.changed[k] = false;
		if (!is_space(v, &a, k)) {
			w->a[na] = a.sym[k];
			w->ia[na++] = (uint32_t)k;
		}
	}
	for (size_t k = 0; k < b.n; k++) {
		b.changed[k] = false;
		if (!is_space(v, &b, k)) {
			w->b[nb] = b.sym[k];
			w->ib[nb++] = (uint32_t)k;
		}
	}
	memset(few_gone, 0, na);
	memset(few_came, 0, nb);
	script_make(&w->script, w->a, na, w->b, nb, v->count, few_gone, few_came);
	for (size_t k = 0; k < na; k++)
		a.changed[w->ia[k]] = few_gone[k];
	for (size_t k = 0; k < nb; k++)
		b.changed[w->ib[k]] = few_came[k];
	settle_spaces(v, &a, &b);
	join_hunks(v, &a, &b);
	slide_hunks(v, &a, &b);
	while (next_hunk(v, &a, &b, &i, &j, &h)) {
		parts_add(out, '=', span_sub(rb->text, at_b[kept], at_b[h.b0]));
		parts_add(out, '-', span_sub(ra->text, at_a[h.a0], at_a[h.a1]));
		parts_add(out, '+', span_sub(rb->text, at_b[h.b0], at_b[h.b1]));
		out->words += h.gone + h.came;
		kept = h.b1;
	}
	parts_add(out, '=', span_sub(rb->text, at_b[kept], at_b[b.n]));
}
