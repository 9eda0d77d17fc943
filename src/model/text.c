#include "model/text.h"

#include "base/bytes.h"
#include "base/utf8.h"

bool text_break_closes(uint32_t before, uint32_t after)
{
	return cp_wide(before) && cp_wide(after);
}

/*
 * Bytes that are no white space and begin none: a fold copies them without a look.  Outside ASCII white space begins with
 * C2, E1, E2 or E3 alone.
 */
#define P16 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
static const unsigned char is_plain[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, P16, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, P16, P16, P16, P16, P16,
	P16, P16, P16, P16, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, P16, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, P16,
};

/*
 * From i on, where no space may stand unless something stands before it: how many bytes hold nothing that a fold changes.
 * A space that ends eight bytes is left for the next ones, since what follows it decides.
 */
static size_t folded_prefix(struct span s, size_t i)
{
	size_t begin = i;

	while (s.n - i >= 8) {
		uint64_t w = bytes_load(s.p + i), spaces;

		if (w & BYTES_HIGH)
			break;
		spaces = bytes_equal(w, ' ');
		if (bytes_between(w, '\t', '\r') | (spaces & spaces << 8))
			break;
		i += spaces >> 63 ? 7 : 8;
	}
	return i - begin;
}

/* Folds white space of text that is NFC already. */
static void fold_spaces(struct span s, struct buf *out)
{
	size_t start = out->n, i = 0;
	bool space = false;

	buf_reserve(out, s.n + 1);
	while (i < s.n) {
		size_t from = i;

		for (;;) {
			size_t at = i;

			/* A space between two such characters stays as it is. */
			while (i < s.n && (is_plain[(unsigned char)s.p[i]] ||
					   (s.p[i] == ' ' && i > from && i + 1 < s.n && is_plain[(unsigned char)s.p[i + 1]]))) {
				i++;
				if (s.p[i - 1] != ' ')
					i += folded_prefix(s, i);
			}
			if (i == s.n || (unsigned char)s.p[i] < 0x80)
				break;
			at = i;
			if (cp_white(utf8_next(s.p, s.n, &at)))
				break;
			i = at;
		}
		if (i == from) {
			utf8_next(s.p, s.n, &i);
			space = true;
			continue;
		}
		if (space && out->n > start)
			buf_char(out, ' ');
		space = false;
		buf_put(out, s.p + from, i - from);
	}
}

void text_fold(struct span s, struct buf *out)
{
	struct buf norm = { 0 };

	if (utf8_surely_nfc(s)) {
		fold_spaces(s, out);
		return;
	}
	utf8_nfc(s, &norm);
	fold_spaces(buf_span(&norm), out);
	buf_done(&norm);
}

bool text_mark_reads(const struct mark *m, enum reading reading)
{
	if (!m || reading == READING_MARKED)
		return true;
	return reading == READING_REJECTED ? mark_rejected(m) : mark_accepted(m);
}

/* A break is settled only when the next visible character is known. */
static void put(struct buf *out, size_t start, bool *broken, struct span s)
{
	if (!s.n)
		return;
	if (*broken) {
		size_t at = 0;

		if ((unsigned char)s.p[0] < 0x80 || !text_break_closes(utf8_last(span_of(out->p + start, out->n - start)), utf8_next(s.p, s.n, &at)))
			buf_char(out, ' ');
		*broken = false;
	}
	buf_add(out, s);
}

static void add_piece(struct text_pieces *p, size_t begin, size_t end, size_t run)
{
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->items = mem_resize(p->items, p->cap, sizeof(*p->items));
	}
	p->items[p->count++] = (struct text_piece){ (uint32_t)begin, (uint32_t)end, (uint32_t)run };
}

void text_of_leaf_pieces(const struct block *leaf, enum reading reading, struct buf *out, struct text_pieces *pieces)
{
	size_t start = out->n, begin;
	bool broken = false;

	if (pieces)
		pieces->count = 0;
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];

		if (!text_mark_reads(r->mark, reading))
			continue;
		switch (r->kind) {
		case RUN_TEXT:
		case RUN_IMAGE:
			put(out, start, &broken, r->text);
			begin = out->n - r->text.n;
			break;
		case RUN_SOFT:
		case RUN_HARD:
			broken = true;
			continue;
		case RUN_XREF:
			put(out, start, &broken, SPAN_LIT("["));
			begin = out->n - 1;
			if (span_find_char(r->target, '#', 0) == SIZE_MAX)
				buf_char(out, '#');
			buf_add(out, r->target);
			buf_char(out, ']');
			break;
		case RUN_NOTE:
		case RUN_COMMENT:
		default:
			continue;
		}
		if (pieces && out->n > begin)
			add_piece(pieces, begin, out->n, i);
	}
	if (broken)
		buf_char(out, ' ');
}

void text_of_leaf(const struct block *leaf, enum reading reading, struct buf *out)
{
	text_of_leaf_pieces(leaf, reading, out, NULL);
}

static bool run_shows(const struct run *r)
{
	return r->kind == RUN_XREF || ((r->kind == RUN_TEXT || r->kind == RUN_IMAGE) && r->text.n);
}

/* What a reader sees of a run; a reference that is not printed yet is "[#x]". */
static struct span shown(const struct run *r)
{
	return r->kind != RUN_XREF ? r->text : r->printed.n ? r->printed : SPAN_LIT("[#x]");
}

bool text_soft_space(const struct block *leaf, size_t i)
{
	size_t before = i, after = i + 1, at = 0;
	struct span left, right;

	/* Nothing but marks and breaks for so long is no Chinese sentence, and must not cost a walk for each of them. */
	while (before && i - before < 32 && !run_shows(&leaf->runs[before - 1]))
		before--;
	while (after < leaf->run_count && after - i < 32 && !run_shows(&leaf->runs[after]))
		after++;
	if (!before || after == leaf->run_count || !run_shows(&leaf->runs[before - 1]) || !run_shows(&leaf->runs[after]))
		return true;
	left = shown(&leaf->runs[before - 1]);
	right = shown(&leaf->runs[after]);
	return !text_break_closes(utf8_last(left), utf8_next(right.p, right.n, &at));
}

/* Counts words over pieces of text that follow each other. */
struct word_counter {
	size_t count;
	bool word; /* the run so far holds a letter or digit */
};

enum { OTHER, SPACE, ALNUM, HIGH };

static inline unsigned byte_class(unsigned char c)
{
	if (c >= 0x80)
		return HIGH;
	if ((unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10)
		return ALNUM;
	return c == ' ' || (unsigned char)(c - 9) < 5 ? SPACE : OTHER;
}

/*
 * Eight bytes of ASCII.  Adding letters and digits to all that is no space carries a bit into the space behind each run that
 * holds one of them, and out of the word where the last run goes on: the number of words without a look at any single byte.
 */
static inline void count_ascii(struct word_counter *w, uint64_t bytes)
{
	unsigned alnum = bytes_bits(bytes_between(bytes | 0x20 * BYTES_EACH, 'a', 'z') | bytes_between(bytes, '0', '9'));
	unsigned space = bytes_bits(bytes_equal(bytes, ' ') | bytes_between(bytes, '\t', '\r'));
	unsigned sum = alnum + (space ^ 0xff) + w->word, ends = sum & space;

	ends -= ends >> 1 & 0x55;
	ends = (ends & 0x33) + (ends >> 2 & 0x33);
	w->count += (ends + (ends >> 4)) & 0x0f;
	w->word = sum >> 8;
}

static void count_piece(struct word_counter *w, struct span s)
{
	size_t count = w->count, i = 0;
	bool word = w->word;

	while (i < s.n) {
		uint32_t cp;

		if (s.n - i >= 8) {
			uint64_t bytes = bytes_load(s.p + i);

			if (!(bytes & BYTES_HIGH)) {
				struct word_counter here = { count, word };

				count_ascii(&here, bytes);
				count = here.count;
				word = here.word;
				i += 8;
				continue;
			}
		}
		switch (byte_class((unsigned char)s.p[i])) {
		case ALNUM:
			word = true;
			i++;
			continue;
		case SPACE:
			count += word;
			word = false;
			i++;
			continue;
		case OTHER:
			i++;
			continue;
		}
		cp = utf8_next(s.p, s.n, &i);
		if (cp_white(cp)) {
			count += word;
			word = false;
		} else if (cp_ideograph(cp)) {
			count += word + 1u;
			word = false;
		} else if (!word) {
			word = cp_letter(cp) || cp_digit(cp);
		}
	}
	w->count = count;
	w->word = word;
}

size_t text_count_words(struct span s)
{
	struct word_counter w = { 0 };

	count_piece(&w, s);
	return w.count + w.word;
}

/* The same words as in text_of_leaf, without making the text. */
size_t text_leaf_words(const struct block *leaf, enum reading reading)
{
	struct word_counter w = { 0 };
	struct span last = { 0 };
	bool broken = false;

	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		struct span s = r->text;

		if (r->kind == RUN_NOTE || r->kind == RUN_COMMENT || !text_mark_reads(r->mark, reading))
			continue;
		if (r->kind == RUN_SOFT || r->kind == RUN_HARD) {
			broken = true;
			continue;
		}
		if (r->kind == RUN_XREF) {
			/* "[#x]" is one word, a printed number two. */
			s = SPAN_LIT("[#x]");
			w.count++;
		}
		if (!s.n)
			continue;
		if (broken) {
			size_t at = 0;

			if ((unsigned char)s.p[0] < 0x80 || !last.n ||
			    !text_break_closes(utf8_last(last), utf8_next(s.p, s.n, &at)))
				count_piece(&w, SPAN_LIT(" "));
			broken = false;
		}
		count_piece(&w, s);
		last = s;
	}
	return w.count + w.word;
}

void text_of_blocks(const struct block *top, enum reading reading, struct buf *out)
{
	struct buf text = { 0 };
	bool closed = false; /* the break after the last leaf is not there in this reading */

	for (const struct block *b = top, *next; b; b = next) {
		next = block_next(b, top);
		if (!text_mark_reads(b->mark, reading)) {
			next = block_next_skip(b, top);
			continue;
		}
		if (!block_is_leaf(b))
			continue;
		if (text.n && !closed)
			buf_char(&text, ' ');
		text_of_leaf(b, reading, &text);
		closed = b->break_mark && !text_mark_reads(b->break_mark, reading);
	}
	text_fold(buf_span(&text), out);
	buf_done(&text);
}

bool text_is_rtl(const struct block *leaf, bool otherwise)
{
	size_t right = 0, left = 0;

	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		struct span t = r->kind == RUN_XREF ? r->printed : r->text;

		for (size_t at = 0; at < t.n;) {
			unsigned char c = (unsigned char)t.p[at];
			uint32_t cp;

			if (c < 0x80) {
				at++;
				left += (c | 32) >= 'a' && (c | 32) <= 'z';
				continue;
			}
			cp = utf8_next(t.p, t.n, &at);
			if (cp_script(cp) == SCRIPT_RTL)
				right++;
			else if (cp_letter(cp))
				left++;
		}
	}
	return right == left ? otherwise : right > left;
}

const struct run *text_note_before(const struct block *leaf, size_t i, enum reading reading)
{
	while (i-- > 0) {
		const struct run *r = &leaf->runs[i];

		if (!text_mark_reads(r->mark, reading))
			continue;
		if (r->kind == RUN_NOTE)
			return r;
		if (r->kind != RUN_COMMENT && (r->kind != RUN_TEXT || r->text.n))
			return NULL;
	}
	return NULL;
}
