#include "format/md/compare_words.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/text.h"

/* ---- from the folded text back to the visible one ---- */

/* Where the letter at i ends with the marks that are set on it. */
static size_t letter_end(struct span s, size_t i)
{
	size_t next = i;

	utf8_next(s.p, s.n, &next);
	for (i = next; i < s.n && (unsigned char)s.p[i] >= 0x80; i = next)
		if (!cp_mark(utf8_next(s.p, s.n, &next)))
			break;
	return i;
}

static size_t white_end(struct span s, size_t i)
{
	for (size_t next = i; i < s.n && cp_white(utf8_next(s.p, s.n, &next)); i = next)
		;
	return i;
}

/*
 * Bytes of a leaf's visible text for each byte of its folded text, and its end: folding gathers white space of every kind into one
 * space and composes letters with their marks.  NULL where it did more, such as to the parts of a Korean syllable.
 */
static size_t *unfold(struct span raw, struct span folded)
{
	size_t *at = mem_alloc((folded.n + 1) * sizeof(size_t)), i = white_end(raw, 0), k = 0;
	struct buf letter = { 0 };

	while (k < folded.n) {
		size_t from = i;

		i = white_end(raw, i);
		if (i > from) {
			if (folded.p[k] != ' ')
				break;
			at[k++] = from;
			continue;
		}
		if (i >= raw.n)
			break;
		i = letter_end(raw, from);
		buf_clear(&letter);
		utf8_nfc(span_sub(raw, from, i), &letter);
		if (!letter.n || letter.n > folded.n - k || memcmp(letter.p, folded.p + k, letter.n) != 0)
			break;
		for (size_t end = k + letter.n; k < end; k++)
			at[k] = from;
	}
	buf_done(&letter);
	if (k < folded.n) {
		free(at);
		return NULL;
	}
	at[folded.n] = i;
	return at;
}

/* The words of a leaf, raw and folded, and the way from the one to the other. */
struct leaf_words {
	struct buf raw, folded;
	struct text_pieces pieces;
	size_t *unfolded; /* NULL: there is no way */
};

static void leaf_words_make(const struct block *leaf, struct leaf_words *w)
{
	*w = (struct leaf_words){ 0 };
	text_of_leaf_pieces(leaf, READING_REJECTED, &w->raw, &w->pieces);
	text_fold(buf_span(&w->raw), &w->folded);
	w->unfolded = unfold(buf_span(&w->raw), buf_span(&w->folded));
}

static void leaf_words_done(struct leaf_words *w)
{
	buf_done(&w->raw);
	buf_done(&w->folded);
	free(w->pieces.items);
	free(w->unfolded);
}

/* ---- note marks ---- */

/* Note marks of a leaf, in order, each by the byte of the raw text that it stands before. */
struct mark_at {
	const struct note *note;
	size_t at;
	bool same; /* the other text has it at the same place */
};

static struct mark_at *marks_of(const struct block *leaf, const struct leaf_words *w, size_t *ret_count)
{
	struct mark_at *marks = mem_zero(leaf->run_count + 1, sizeof(*marks));
	size_t n = 0, piece = 0, at = 0;

	for (size_t i = 0; i < leaf->run_count; i++) {
		for (; piece < w->pieces.count && w->pieces.items[piece].run < i; piece++)
			at = w->pieces.items[piece].end;
		if (leaf->runs[i].kind == RUN_NOTE && leaf->runs[i].note)
			marks[n++] = (struct mark_at){ .note = leaf->runs[i].note, .at = at };
	}
	*ret_count = n;
	return marks;
}

/* The way from a place in the new folded text to the old one: through what both have, behind what goes. */
struct way {
	const struct part *parts;
	size_t count, part, old_at, new_at;
};

static size_t old_place(struct way *w, size_t at)
{
	for (; w->part < w->count; w->part++) {
		const struct part *p = &w->parts[w->part];

		if (p->op == '-') {
			w->old_at += p->text.n;
			continue;
		}
		if (at <= w->new_at + p->text.n && !(at == w->new_at + p->text.n && p->op == '+' && p->text.n))
			return w->old_at + (p->op == '=' ? at - w->new_at : 0);
		w->new_at += p->text.n;
		if (p->op == '=')
			w->old_at += p->text.n;
	}
	return w->old_at;
}

/* Both texts' marks by their places in the old one. */
struct mark_pair {
	struct mark_at *old, *new;
	size_t old_count, new_count;
};

static bool marks_find(const struct block *o, const struct block *n, const struct leaf_words *was, const struct part *parts, size_t part_count, struct mark_pair *ret)
{
	struct way way = { .parts = parts, .count = part_count };
	struct leaf_words is;
	size_t folded = 0;
	bool ok;

	leaf_words_make(n, &is);
	ret->old = marks_of(o, was, &ret->old_count);
	ret->new = marks_of(n, &is, &ret->new_count);
	ok = is.unfolded || !ret->new_count;
	for (size_t k = 0; ok && k < ret->new_count; k++) {
		while (folded < is.folded.n && is.unfolded[folded] < ret->new[k].at)
			folded++;
		ret->new[k].at = was->unfolded[old_place(&way, folded)];
	}
	for (size_t i = 0, j = 0; i < ret->old_count && j < ret->new_count;) {
		struct mark_at *a = &ret->old[i], *b = &ret->new[j];

		if (span_eq(a->note->label, b->note->label) && a->at == b->at) {
			a->same = b->same = true;
			i++;
			j++;
		} else if (a->at <= b->at) {
			i++;
		} else {
			j++;
		}
	}
	leaf_words_done(&is);
	return ok;
}

/* The hunks of the words, with those of marks that came, went or moved put among them. */
static bool add_marks(struct leaf_hunks *h, struct mark_pair *m, struct md_hand hand)
{
	struct md_hunk *all = mem_zero(h->count + m->old_count + m->new_count + 1, sizeof(*all));
	size_t total = 0, word = 0, i = 0, j = 0;
	bool ok = true;

	h->came = mem_zero(m->new_count + 1, sizeof(*h->came));
	for (;;) {
		const struct md_hunk *w = word < h->count ? &h->items[word] : NULL;
		size_t at = SIZE_MAX;
		bool goes;

		while (i < m->old_count && m->old[i].same)
			i++;
		while (j < m->new_count && m->new[j].same)
			j++;
		goes = i < m->old_count && (j >= m->new_count || m->old[i].at <= m->new[j].at);
		if (goes)
			at = m->old[i].at;
		else if (j < m->new_count)
			at = m->new[j].at;
		if (w && w->begin <= at && (w->end <= at || w->begin < at)) {
			/* A mark within words that go goes with them; one that comes there stands behind them. */
			for (; i < m->old_count && m->old[i].at < w->end; i++)
				ok = ok && !m->old[i].same;
			for (size_t k = j; k < m->new_count && m->new[k].at < w->end; k++)
				m->new[k].at = w->end;
			all[total++] = *w;
			word++;
		} else if (at == SIZE_MAX) {
			break;
		} else if (goes) {
			all[total++] = (struct md_hunk){ .begin = at, .end = at, .author = hand.author, .time = hand.time, .gone_note = m->old[i++].note->label };
		} else {
			const struct note *note = m->new[j++].note;

			h->came[h->came_count++] = note;
			all[total++] = (struct md_hunk){ .begin = at, .end = at, .author = hand.author, .time = hand.time, .raw = true,
							 .text = arena_printf(&h->arena, "[^%.*s]", SPAN_ARG(note->label)) };
		}
	}
	free(h->items);
	h->items = all;
	h->count = total;
	return ok;
}

static bool has_marks(const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_NOTE)
			return true;
	return false;
}

/* ---- words ---- */

static bool add_words(struct leaf_hunks *h, const struct leaf_words *was, const struct part *parts, size_t part_count, struct md_hand hand)
{
	size_t at = 0;

	h->items = mem_zero(part_count + 1, sizeof(*h->items));
	for (size_t i = 0; i < part_count; i++) {
		const struct part *p = &parts[i];
		struct md_hunk *x = &h->items[h->count];

		if (p->op == '=') {
			at += p->text.n;
			continue;
		}
		*x = (struct md_hunk){ .begin = was->unfolded[at], .author = hand.author, .time = hand.time };
		if (p->op == '-') {
			at += p->text.n;
			if (i + 1 < part_count && parts[i + 1].op == '+')
				x->text = parts[++i].text;
		} else {
			x->text = p->text;
		}
		x->end = was->unfolded[at];
		/* a reference cannot be said in plain words */
		if (span_find(x->text, SPAN_LIT("[#"), 0) != SIZE_MAX)
			return false;
		h->count++;
	}
	return at == was->folded.n;
}

bool leaf_hunks_make(const struct block *o, const struct block *n, const struct leaf_change *l, struct md_hand hand, struct leaf_hunks *ret)
{
	bool marks = has_marks(o) || has_marks(n), ok;
	struct part same = { .op = '=' };
	const struct part *parts = l ? l->parts : &same;
	size_t part_count = l ? l->part_count : 1;
	struct mark_pair m = { 0 };
	struct leaf_words was;

	*ret = (struct leaf_hunks){ 0 };
	if (!l && !marks)
		return true;
	leaf_words_make(o, &was);
	same.text = buf_span(&was.folded);
	ok = was.unfolded && add_words(ret, &was, parts, part_count, hand);
	if (ok && marks)
		ok = marks_find(o, n, &was, parts, part_count, &m) && add_marks(ret, &m, hand);
	free(m.old);
	free(m.new);
	leaf_words_done(&was);
	return ok;
}

void leaf_hunks_done(struct leaf_hunks *h)
{
	free(h->items);
	free(h->came);
	arena_done(&h->arena);
}
