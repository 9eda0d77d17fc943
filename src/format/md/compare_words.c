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

/* A mark of a note by the byte of the folded text that it stands behind. */
struct mark_at {
	const struct note *note;
	size_t at;
};

struct marks {
	struct mark_at *items; /* in order */
	size_t count, done;
};

static void marks_find(const struct block *leaf, const struct leaf_words *w, struct marks *ret)
{
	size_t piece = 0, raw = 0, folded = 0;

	*ret = (struct marks){ .items = mem_zero(leaf->run_count + 1, sizeof(*ret->items)) };
	for (size_t i = 0; i < leaf->run_count; i++) {
		for (; piece < w->pieces.count && w->pieces.items[piece].run < i; piece++)
			raw = w->pieces.items[piece].end;
		if (leaf->runs[i].kind != RUN_NOTE || !leaf->runs[i].note)
			continue;
		while (folded < w->folded.n && w->unfolded[folded] < raw)
			folded++;
		ret->items[ret->count++] = (struct mark_at){ leaf->runs[i].note, folded };
	}
}

static const struct mark_at *mark_next(const struct marks *m, size_t end)
{
	return m->done < m->count && m->items[m->done].at <= end ? &m->items[m->done] : NULL;
}

static bool has_marks(const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_NOTE)
			return true;
	return false;
}

/* ---- from both texts to hunks ---- */

struct work {
	const struct block *o, *n;
	struct leaf_words was, is;
	struct marks old, new;
	struct md_hand hand;
	struct leaf_hunks *h;
	size_t old_at, new_at; /* folded bytes that are done */
	size_t piece;          /* of the newer text, that put_words reached */
	size_t old_piece, new_piece; /* that put_looks reached */
	size_t cap, came_cap;
};

static struct md_hunk *add(struct work *w, size_t begin, size_t end)
{
	struct leaf_hunks *h = w->h;

	if (h->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 8;
		h->items = mem_resize(h->items, w->cap, sizeof(*h->items));
	}
	h->items[h->count] = (struct md_hunk){ .begin = w->was.unfolded[begin], .end = w->was.unfolded[end], .author = w->hand.author, .time = w->hand.time };
	return &h->items[h->count++];
}

static void mark_goes(struct work *w, size_t at)
{
	add(w, at, at)->gone_note = w->old.items[w->old.done++].note->label;
}

static void mark_comes(struct work *w, size_t at)
{
	const struct note *note = w->new.items[w->new.done++].note;
	struct leaf_hunks *h = w->h;
	struct md_hunk *x = add(w, at, at);

	x->text = arena_printf(&h->arena, "[^%.*s]", SPAN_ARG(note->label));
	x->raw = true;
	if (h->came_count == w->came_cap) {
		w->came_cap = w->came_cap ? 2 * w->came_cap : 4;
		h->came = mem_resize(h->came, w->came_cap, sizeof(*h->came));
	}
	h->came[h->came_count++] = note;
}

/* Marks up to the end of what both have, and those at the end of what changed. */
static void put_marks(struct work *w, size_t old_end, size_t new_end)
{
	for (;;) {
		const struct mark_at *a = mark_next(&w->old, old_end), *b = mark_next(&w->new, new_end);
		size_t back = b ? new_end - b->at : 0, place = b && back <= old_end - w->old_at ? old_end - back : w->old_at;

		if (!a && !b)
			return;
		if (a && b && a->at == place && span_eq(a->note->label, b->note->label)) {
			w->old.done++;
			w->new.done++;
		} else if (b && (!a || place < a->at)) {
			mark_comes(w, place);
		} else {
			mark_goes(w, a->at);
		}
	}
}

/* The words [begin, end) of the newer text, look by look; false: a look that no suggestion can give, as of a picture.  Asked for
 * from the beginning to the end. */
static bool put_words(struct work *w, size_t begin, size_t end, struct md_hunk *x)
{
	struct span words = arena_dup(&w->h->arena, span_sub(buf_span(&w->is.folded), begin, end));
	const struct text_piece *pieces = w->is.pieces.items;
	size_t count = 0, last, stop = w->is.unfolded[end];
	struct md_style *styles;

	while (w->piece < w->is.pieces.count && pieces[w->piece].end <= w->is.unfolded[begin])
		w->piece++;
	for (last = w->piece; last < w->is.pieces.count && pieces[last].begin < stop; last++)
		;
	styles = ARENA_ARRAY(&w->h->arena, last - w->piece + 1, struct md_style);
	for (size_t k = begin; k < end;) {
		const struct run *r;
		struct md_style s = { 0 };
		size_t from = k;

		while (w->piece < w->is.pieces.count && pieces[w->piece].end <= w->is.unfolded[k])
			w->piece++;
		if (w->piece == w->is.pieces.count)
			return false;
		r = &w->n->runs[pieces[w->piece].run];
		while (k < end && w->is.unfolded[k] < pieces[w->piece].end)
			k++;
		if (r->kind != RUN_TEXT && r->kind != RUN_SOFT && r->kind != RUN_HARD)
			return false;
		s.text = span_sub(words, from - begin, k - begin);
		if (r->kind == RUN_TEXT) {
			s.format = r->format & (FMT_EMPH | FMT_STRONG | FMT_CODE);
			s.url = r->link ? r->link->url : (struct span){ 0 };
		} else if (count) {
			s.format = styles[count - 1].format;
			s.url = styles[count - 1].url;
		}
		if (count && styles[count - 1].format == s.format && span_eq(styles[count - 1].url, s.url))
			styles[count - 1].text.n += s.text.n;
		else
			styles[count++] = s;
	}
	x->text = words;
	/* a reference cannot be said in plain words */
	if (span_find(words, SPAN_LIT("[#"), 0) != SIZE_MAX)
		return false;
	x->styles = count ? styles : NULL;
	x->style_count = count;
	return true;
}

/* Words that went, and words that came in their place, parted by the marks of notes among these. */
static bool put_change(struct work *w, size_t gone, size_t came)
{
	size_t old_end = w->old_at + gone, new_end = w->new_at + came, from = w->new_at;
	const struct mark_at *b;
	bool ok = true, first = true;

	/* marks among words that go, go with them */
	while (gone && mark_next(&w->old, old_end - 1))
		w->old.done++;
	while (ok && (first || from < new_end)) {
		size_t to = (b = came ? mark_next(&w->new, new_end - 1) : NULL) ? b->at : new_end;

		if (to > from || (first && gone))
			ok = put_words(w, from, to, add(w, first ? w->old_at : old_end, old_end));
		first = false;
		if (b)
			mark_comes(w, old_end);
		from = to;
	}
	w->old_at = old_end;
	w->new_at = new_end;
	put_marks(w, old_end, new_end);
	return ok;
}

/* The run that shows a byte of the raw text; *piece goes on from where it was. */
static const struct run *run_at(const struct block *leaf, const struct leaf_words *w, size_t raw, size_t *piece)
{
	while (*piece < w->pieces.count && w->pieces.items[*piece].end <= raw)
		++*piece;
	return *piece < w->pieces.count ? &leaf->runs[w->pieces.items[*piece].run] : NULL;
}

static bool same_look(const struct run *a, const struct run *b)
{
	const unsigned looks = FMT_EMPH | FMT_STRONG | FMT_CODE;

	if (!a || !b || a->kind != RUN_TEXT || b->kind != RUN_TEXT)
		return true; /* a break has none, a reference or a picture is what it is */
	return (a->format & looks) == (b->format & looks) && span_eq(a->link ? a->link->url : (struct span){ 0 }, b->link ? b->link->url : (struct span){ 0 });
}

/* Is there a mark of a note at this byte of the words that both have, in either text? */
static bool marked_at(const struct work *w, size_t k)
{
	for (size_t i = w->old.done; i < w->old.count && w->old.items[i].at <= w->old_at + k; i++)
		if (w->old.items[i].at == w->old_at + k)
			return true;
	for (size_t i = w->new.done; i < w->new.count && w->new.items[i].at <= w->new_at + k; i++)
		if (w->new.items[i].at == w->new_at + k)
			return true;
	return false;
}

/* Words that both have: those that look otherwise now, between the marks of notes. */
static bool put_looks(struct work *w, size_t n)
{
	size_t begin = SIZE_MAX, end = 0;
	struct span words = buf_span(&w->was.folded);

	for (size_t k = 0; k <= n; k++) {
		bool white = k < n && words.p[w->old_at + k] == ' ', other = false;

		if (k < n && !white)
			other = !same_look(run_at(w->o, &w->was, w->was.unfolded[w->old_at + k], &w->old_piece), run_at(w->n, &w->is, w->is.unfolded[w->new_at + k], &w->new_piece));
		if (begin != SIZE_MAX && (k == n || marked_at(w, k) || (!white && !other))) {
			struct md_hunk *x;

			put_marks(w, w->old_at + begin, w->new_at + begin);
			x = add(w, w->old_at + begin, w->old_at + end);
			x->restyled = true;
			if (!put_words(w, w->new_at + begin, w->new_at + end, x))
				return false;
			begin = SIZE_MAX;
		}
		if (other) {
			begin = begin == SIZE_MAX ? k : begin;
			end = k + 1;
		}
	}
	return true;
}

static bool put_parts(struct work *w, const struct part *parts, size_t count)
{
	bool ok = true;

	put_marks(w, 0, 0);
	for (size_t i = 0; i < count && ok; i++) {
		size_t gone = 0, came = 0;

		if (parts[i].op == '=') {
			ok = put_looks(w, parts[i].text.n);
			put_marks(w, w->old_at + parts[i].text.n, w->new_at + parts[i].text.n);
			w->old_at += parts[i].text.n;
			w->new_at += parts[i].text.n;
			continue;
		}
		if (parts[i].op == '-')
			gone = parts[i].text.n;
		if (parts[i].op == '-' && i + 1 < count && parts[i + 1].op == '+')
			i++;
		if (parts[i].op == '+')
			came = parts[i].text.n;
		ok = put_change(w, gone, came);
	}
	return ok && w->old_at == w->was.folded.n && w->new_at == w->is.folded.n;
}

/* Run by run: then every word looks as it did. */
static bool same_looks(const struct block *o, const struct block *n)
{
	bool same = o->run_count == n->run_count;

	for (size_t i = 0; same && i < o->run_count; i++)
		same = o->runs[i].kind == n->runs[i].kind && (o->runs[i].kind != RUN_TEXT || (span_eq(o->runs[i].text, n->runs[i].text) && same_look(&o->runs[i], &n->runs[i])));
	return same;
}

bool leaf_hunks_make(const struct block *o, const struct block *n, const struct leaf_change *l, struct md_hand hand, struct leaf_hunks *ret)
{
	struct work w = { .o = o, .n = n, .hand = hand, .h = ret };
	struct part same = { .op = '=' };
	bool ok;

	*ret = (struct leaf_hunks){ 0 };
	if (!l && !has_marks(o) && !has_marks(n) && same_looks(o, n))
		return true;
	leaf_words_make(o, &w.was);
	leaf_words_make(n, &w.is);
	same.text = buf_span(&w.was.folded);
	ok = w.was.unfolded && w.is.unfolded;
	if (ok) {
		marks_find(o, &w.was, &w.old);
		marks_find(n, &w.is, &w.new);
		ok = put_parts(&w, l ? l->parts : &same, l ? l->part_count : 1);
	}
	free(w.old.items);
	free(w.new.items);
	leaf_words_done(&w.was);
	leaf_words_done(&w.is);
	return ok;
}

void leaf_hunks_done(struct leaf_hunks *h)
{
	free(h->items);
	free(h->came);
	arena_done(&h->arena);
}
