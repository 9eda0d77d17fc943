#include "check/sentence.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "check/token.h"
#include "model/text.h"

void leaf_done(struct leaf *l)
{
	buf_done(&l->text);
	buf_done(&l->word);
	free(l->pieces.items);
	free(l->refs);
	free(l->tokens);
	free(l->sentences);
	free(l->quotes);
	free(l->marks);
	*l = (struct leaf){ 0 };
}

/* ---- the text, as text_of_leaf makes it, with the way back ---- */

void leaf_load_text(struct leaf *l, const struct block *block)
{
	l->block = block;
	buf_clear(&l->text);
	l->ref_count = l->token_count = l->sentence_count = l->quote_count = l->mark_count = 0;
	l->flags = 0;
	l->quotes_known = l->ended = false;
	text_of_leaf_pieces(block, READING_REJECTED, &l->text, &l->pieces);
	for (size_t i = 0; i < l->pieces.count; i++) {
		const struct text_piece *p = &l->pieces.items[i];

		if (block->runs[p->run].kind != RUN_XREF)
			continue;
		if (l->ref_count == l->ref_cap) {
			l->ref_cap = l->ref_cap ? 2 * l->ref_cap : 8;
			l->refs = mem_resize(l->refs, l->ref_cap, sizeof(struct region));
		}
		l->refs[l->ref_count++] = (struct region){ p->begin, p->end };
		l->flags |= LEAF_REFERENCES;
	}
	/* A NUL behind the text ends every loop over its bytes. */
	buf_char(&l->text, '\0');
	l->text.n--;
}

/* The piece that holds a byte, or the space behind it; NULL: the leaf has none. */
static const struct text_piece *piece_at(const struct leaf *l, uint32_t at)
{
	size_t lo = 0, hi = l->pieces.count;

	while (lo + 1 < hi) {
		size_t mid = (lo + hi) / 2;

		if (l->pieces.items[mid].begin <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo < l->pieces.count ? &l->pieces.items[lo] : NULL;
}

const struct run *leaf_run(const struct leaf *l, uint32_t at)
{
	const struct text_piece *p = piece_at(l, at);

	return p ? &l->block->runs[p->run] : NULL;
}

size_t leaf_source(const struct leaf *l, uint32_t at)
{
	const struct text_piece *p = piece_at(l, at);
	const struct run *r = p ? &l->block->runs[p->run] : NULL;
	size_t within;

	if (!r || r->src.end <= r->src.begin)
		return SIZE_MAX;
	within = at - p->begin;
	if (r->src.end - r->src.begin != r->text.n || within >= r->text.n)
		within = 0;
	return r->src.begin + within;
}

/* ---- tokens and sentences ---- */

enum separator { SEP_OTHER, SEP_WHITE, SEP_MARK, SEP_WIDE_MARK, SEP_CLOSER, SEP_BREAK, SEP_ODD, SEP_ODD_WHITE };

static const unsigned char separators[128] = {
	[0] = SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_WHITE, SEP_WHITE, SEP_ODD_WHITE, SEP_ODD_WHITE, SEP_WHITE,
	SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD, SEP_ODD,
	SEP_ODD, SEP_ODD,
	[' '] = SEP_WHITE, ['.'] = SEP_MARK, ['!'] = SEP_MARK, ['?'] = SEP_MARK, [')'] = SEP_CLOSER, [']'] = SEP_CLOSER, ['}'] = SEP_CLOSER,
	['"'] = SEP_CLOSER, ['\''] = SEP_CLOSER, [';'] = SEP_BREAK, [':'] = SEP_BREAK, [0x7f] = SEP_ODD,
};

static void add_mark(struct leaf *l, size_t at)
{
	if (l->mark_count == l->mark_cap) {
		l->mark_cap = l->mark_cap ? 2 * l->mark_cap : 32;
		l->marks = mem_resize(l->marks, l->mark_cap, sizeof(uint32_t));
	}
	l->marks[l->mark_count++] = (uint32_t)at;
}

static enum separator separator_of(uint32_t cp, struct leaf *l, size_t at)
{
	switch (cp) {
	case 0x2026: /* … */
	case 0x061f: /* ؟ */
	case 0x06d4: /* ۔ */
	case 0x0964: /* । */
		return SEP_MARK;
	case 0x3002: /* 。 and its kin, which no space follows */
	case 0xff01:
	case 0xff1f:
		return SEP_WIDE_MARK;
	case 0x2014: /* — */
	case 0xff1b:
	case 0xff1a:
		return SEP_BREAK;
	case 0x201c: /* “ closes in German */
	case 0x201d:
	case 0xbb:
	case 0x300d:
	case 0x300f:
		l->flags |= LEAF_QUOTE_MARKS;
		add_mark(l, at);
		return SEP_CLOSER;
	case 0x2019:
		add_mark(l, at);
		return SEP_CLOSER;
	case 0x203a:
	case 0xff09:
	case 0x3011:
	case 0x300b:
		return SEP_CLOSER;
	case 0x2018:
	case 0x201e:
	case 0xab:
	case 0x300c:
	case 0x300e:
		l->flags |= LEAF_QUOTE_MARKS;
		add_mark(l, at);
		return SEP_OTHER;
	}
	if (cp_white(cp))
		return cp == 0x85 || cp == 0x2028 || cp == 0x2029 ? SEP_ODD_WHITE : SEP_WHITE;
	if (cp < 0xa0 || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0x61c ||
	    cp == 0x180e || (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff))
		return SEP_ODD;
	return SEP_OTHER;
}

/* What most text outside ASCII is made of, without a look into tables. */
static inline enum token_class class_of(uint32_t cp)
{
	if ((cp >= 0xc0 && cp < 0x250 && cp != 0xd7 && cp != 0xf7) || (cp >= 0x400 && cp < 0x482) || (cp >= 0x620 && cp < 0x66a))
		return TOKEN_PART;
	if (cp >= 0x4e00 && cp < 0xa000)
		return TOKEN_ALONE;
	if (cp == 0x2019 || cp == 0x201c || cp == 0x201d || cp == 0x2014 || cp == 0x3002 || cp == 0xff0c || cp == 0x3001)
		return TOKEN_SEPARATES;
	return token_class_of(cp);
}

/* Scripts whose letters look like Latin ones. */
static unsigned alphabet_of(uint32_t cp)
{
	if (cp < 0x80)
		return token_byte[cp] >= 'a' ? 1 : 0;
	if (cp < 0x250)
		return cp >= 0xc0 ? 1 : 0;
	if (cp >= 0x370 && cp < 0x400)
		return 2;
	if (cp >= 0x400 && cp < 0x530)
		return 4;
	if ((cp >= 0xff21 && cp <= 0xff3a) || (cp >= 0xff41 && cp <= 0xff5a))
		return 8;
	return 0;
}

/* Letters without case that folding and NFC leave as they are: Arabic and Hebrew. */
static inline bool is_caseless(uint32_t cp)
{
	return (cp >= 0x620 && cp < 0x64b) || (cp >= 0x671 && cp < 0x6d4) || (cp >= 0x5d0 && cp < 0x5eb);
}

struct scanner {
	struct leaf *l;
	const struct terms *t;
	unsigned sentence_flags; /* of the sentence so far */
	uint32_t first, begin;   /* token and byte at which it began */
	unsigned ends;           /* 0: no mark before; 1: a mark; 2: a mark that needs no space */
	bool white, opened;      /* after the mark: white space; then something that is no letter */
	uint32_t end, opening;   /* byte behind the marks; byte of that something */
	unsigned break_flag;     /* TOKEN_AFTER_BREAK for the next token */
	bool tail;               /* nothing but closing marks and space since the last sentence mark */
};

static void end_sentence(struct scanner *s, uint32_t end)
{
	struct leaf *l = s->l;

	if (l->sentence_count == l->sentence_cap) {
		l->sentence_cap = l->sentence_cap ? 2 * l->sentence_cap : 32;
		l->sentences = mem_resize(l->sentences, l->sentence_cap, sizeof(struct sentence));
	}
	l->sentences[l->sentence_count++] = (struct sentence){ s->first, (uint32_t)l->token_count, s->begin, end, s->sentence_flags };
	s->first = (uint32_t)l->token_count;
	s->sentence_flags = 0;
}

static inline void add_token(struct scanner *s, uint32_t begin, uint32_t end, uint32_t class, unsigned flags, bool lower)
{
	struct leaf *l = s->l;

	if (s->ends) {
		if (s->ends == 2 || (s->white && (s->opened || !lower))) {
			end_sentence(s, s->end);
			s->begin = s->opened ? s->opening : begin;
		}
		s->ends = 0;
		s->white = s->opened = false;
	}
	s->tail = false;
	if (l->token_count == l->token_cap) {
		l->token_cap = l->token_cap ? 2 * l->token_cap : 256;
		l->tokens = mem_resize(l->tokens, l->token_cap, sizeof(struct token));
	}
	l->tokens[l->token_count++] = (struct token){ begin, end, class, flags | s->break_flag };
	s->break_flag = 0;
	s->sentence_flags |= s->t->classes[class].flags;
}

static void separate(struct scanner *s, enum separator kind, uint32_t at, uint32_t after)
{
	struct leaf *l = s->l;

	switch (kind) {
	case SEP_ODD_WHITE: /* line and page ends of other programs */
		l->flags |= LEAF_ODD;
		s->white |= s->ends != 0;
		return;
	case SEP_WHITE:
		s->white |= s->ends != 0;
		return;
	case SEP_MARK:
	case SEP_WIDE_MARK:
		s->tail = true;
		if (s->ends && s->white) {
			/* a mark apart from its sentence belongs to it all the same */
			s->white = s->opened = false;
		}
		if (l->text.p[at] == '.' && !s->ends && l->token_count > s->first && l->tokens[l->token_count - 1].end == at &&
		    (s->t->classes[l->tokens[l->token_count - 1].class].flags & CLASS_ABBREVIATION) &&
		    terms_abbreviates(s->t, l->tokens, s->first, (uint32_t)l->token_count - 1))
			return;
		if (kind == SEP_WIDE_MARK)
			s->ends = 2;
		else if (!s->ends)
			s->ends = 1;
		s->end = after;
		return;
	case SEP_CLOSER:
		if (s->ends && !s->white && !s->opened) {
			s->end = after;
			return;
		}
		if (s->tail && !s->ends)
			return;
		break;
	case SEP_ODD:
		l->flags |= LEAF_ODD;
		return;
	case SEP_BREAK:
		s->break_flag = TOKEN_AFTER_BREAK;
		break;
	case SEP_OTHER:
		break;
	}
	s->tail = false;
	if (!s->ends)
		return;
	if (!s->white && s->ends == 1) {
		s->ends = 0;
	} else if (!s->opened) {
		s->opened = true;
		s->opening = at;
	}
}

/* A token that holds more than ASCII, from begin on; returns its end. */
static uint32_t long_way(struct scanner *s, uint32_t begin)
{
	struct leaf *l = s->l;
	const char *p = l->text.p;
	size_t n = l->text.n, i = begin, end = begin;
	unsigned alphabets = 0, flags = 0;
	bool lower = false, dropped = false, started = false, digits = true, same = true;

	while (i < n) {
		size_t from = i;
		uint32_t cp = utf8_next(p, n, &i);
		enum token_class class = class_of(cp);

		if (class == TOKEN_DROPPED) {
			dropped = true;
			continue;
		}
		if (class == TOKEN_SEPARATES || (class == TOKEN_ALONE && started)) {
			i = from;
			break;
		}
		if (!is_caseless(cp)) {
			if (!started)
				lower = cp_lower(cp);
			same &= cp < 0x80 && token_byte[cp] == cp;
			alphabets |= alphabet_of(cp);
			digits = digits && cp_digit(cp);
		} else {
			digits = false;
		}
		started = true;
		end = i;
		if (class == TOKEN_ALONE) {
			/* marks do not join an ideograph, so this token is one character */
			break;
		}
	}
	if (dropped)
		l->flags |= LEAF_ODD;
	if (!started)
		return (uint32_t)i;
	if (alphabets & (alphabets - 1)) {
		flags |= TOKEN_MIXED;
		l->flags |= LEAF_ODD;
	}
	if (digits) {
		flags |= TOKEN_NUMBER;
		l->flags |= LEAF_NUMBERS;
	}
	if (same && !dropped) {
		add_token(s, begin, (uint32_t)end, terms_class(s->t, span_of(p + begin, end - begin)), flags, lower);
		return (uint32_t)i;
	}
	buf_clear(&l->word);
	token_fold(span_of(p + begin, end - begin), &l->word);
	add_token(s, begin, (uint32_t)end, terms_class(s->t, buf_span(&l->word)), flags, lower);
	return (uint32_t)i;
}

void leaf_load(struct leaf *l, const struct terms *t, const struct block *block)
{
	struct scanner s = { .l = l, .t = t };
	const unsigned char *p;
	uint32_t i = 0, n, ref = 0;

	leaf_load_text(l, block);
	p = (const unsigned char *)l->text.p;
	n = (uint32_t)l->text.n;
	while (i < n) {
		unsigned char c = token_byte[p[i]];
		uint32_t begin = i, node, class, at;

		if (c > TOKEN_HIGH) {
			bool digit = c <= '9', number;

			node = t->root[c];
			if (node) {
				/* walk on as long as some phrase's word goes on so */
				for (;;) {
					const struct node *d = &t->nodes[node];
					unsigned step;

					c = token_byte[p[++i]];
					if (c <= TOKEN_HIGH) {
						class = d->exact;
						break;
					}
					step = (unsigned)c - d->lo;
					at = step <= d->span ? t->next[d->base + step] : 0;
					if (!at) {
						class = d->prefix;
						break;
					}
					node = at;
				}
			} else {
				class = t->nodes[0].prefix;
				c = token_byte[p[++i]];
			}
			while (c > TOKEN_HIGH)
				c = token_byte[p[++i]];
			if (c == TOKEN_HIGH) {
				i = long_way(&s, begin);
				continue;
			}
			number = digit;
			for (at = begin; number && at < i; at++)
				number = token_byte[p[at]] <= '9';
			if (number)
				l->flags |= LEAF_NUMBERS;
			add_token(&s, begin, i, class, number ? TOKEN_NUMBER : 0, p[begin] >= 'a');
			/* what stands behind nearly every token */
			if (p[i] == ' ') {
				s.white |= s.ends != 0;
				i++;
			}
			continue;
		}
		if (c == 0) {
			if (p[i] == '[' && ref < l->ref_count && l->refs[ref].begin == i) {
				i = l->refs[ref++].end;
				add_token(&s, begin, i, 0, 0, false);
				continue;
			}
			if (p[i] == '"') {
				l->flags |= LEAF_QUOTE_MARKS;
				add_mark(l, i);
			} else if (p[i] == '/') {
				l->flags |= LEAF_SLASH;
			}
			separate(&s, separators[p[i]], i, i + 1);
			i++;
			continue;
		}
		{
			size_t after = i;
			uint32_t cp = utf8_next(l->text.p, n, &after);
			enum token_class kind = class_of(cp);

			if (kind == TOKEN_SEPARATES) {
				separate(&s, separator_of(cp, l, i), i, (uint32_t)after);
				i = (uint32_t)after;
			} else if (kind == TOKEN_ALONE && cp < 0xa000 && cp >= 0x3400) {
				/* no case, and NFC as it is */
				add_token(&s, i, (uint32_t)after, terms_class(t, span_of(l->text.p + i, after - i)), 0, false);
				i = (uint32_t)after;
			} else {
				i = long_way(&s, i);
			}
		}
	}
	l->ended = s.tail;
	if (l->token_count > s.first || !l->sentence_count)
		end_sentence(&s, s.ends ? s.end : n);
	else
		l->sentences[l->sentence_count - 1].end = n;
}

/* ---- quotations ---- */

static void add_quote(struct leaf *l, uint32_t begin, uint32_t end)
{
	if (l->quote_count == l->quote_cap) {
		l->quote_cap = l->quote_cap ? 2 * l->quote_cap : 16;
		l->quotes = mem_resize(l->quotes, l->quote_cap, sizeof(struct region));
	}
	l->quotes[l->quote_count++] = (struct region){ begin, end };
}

static int by_begin(const void *pa, const void *pb)
{
	const struct region *a = pa, *b = pb;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return a->end > b->end ? -1 : a->end < b->end;
}

enum pair { PAIR_DOUBLE, PAIR_LOW, PAIR_SINGLE, PAIR_ANGLE, PAIR_CORNER, PAIR_WHITE_CORNER, PAIR_KINDS };

/* Is the ’ at this place an apostrophe, between two letters? */
static bool is_apostrophe(struct span s, size_t at, size_t after)
{
	size_t before = at;
	uint32_t a, b;

	if (!at || after >= s.n)
		return false;
	do
		before--;
	while (before && ((unsigned char)s.p[before] & 0xc0) == 0x80);
	a = utf8_next(s.p, s.n, &before);
	b = utf8_next(s.p, s.n, &after);
	return (cp_letter(a) || cp_digit(a)) && (cp_letter(b) || cp_digit(b));
}

void leaf_quotes(struct leaf *l)
{
	struct span s = leaf_span(l);
	struct { uint32_t at; enum pair kind; } *open = NULL;
	size_t depth = 0, cap = 0, kept = 0;
	size_t waiting[PAIR_KINDS] = { 0 };
	uint32_t straight = UINT32_MAX;

	if (l->quotes_known)
		return;
	l->quotes_known = true;
	for (size_t m = 0; m < l->mark_count; m++) {
		size_t at = l->marks[m], i = at;
		uint32_t cp = utf8_next(s.p, s.n, &i);
		int opens = -1, closes = -1;

		if (cp == '"') {
			if (straight == UINT32_MAX) {
				straight = (uint32_t)at;
			} else {
				add_quote(l, straight, (uint32_t)i);
				straight = UINT32_MAX;
			}
			continue;
		}
		switch (cp) {
		case 0x201c:
			if (waiting[PAIR_LOW])
				closes = PAIR_LOW;
			else
				opens = PAIR_DOUBLE;
			break;
		case 0x201d:
			closes = waiting[PAIR_DOUBLE] ? PAIR_DOUBLE : PAIR_LOW;
			break;
		case 0x201e:
			opens = PAIR_LOW;
			break;
		case 0x2018:
			opens = PAIR_SINGLE;
			break;
		case 0x2019:
			if (!is_apostrophe(s, at, i))
				closes = PAIR_SINGLE;
			break;
		case 0xab:
			opens = PAIR_ANGLE;
			break;
		case 0xbb:
			closes = PAIR_ANGLE;
			break;
		case 0x300c:
			opens = PAIR_CORNER;
			break;
		case 0x300d:
			closes = PAIR_CORNER;
			break;
		case 0x300e:
			opens = PAIR_WHITE_CORNER;
			break;
		case 0x300f:
			closes = PAIR_WHITE_CORNER;
			break;
		}
		if (opens >= 0) {
			if (depth == cap) {
				cap = cap ? 2 * cap : 16;
				open = mem_resize(open, cap, sizeof(*open));
			}
			open[depth].at = (uint32_t)at;
			open[depth++].kind = (enum pair)opens;
			waiting[opens]++;
		} else if (closes >= 0 && waiting[closes]) {
			/* what was opened inside and not closed is no quotation */
			while (open[depth - 1].kind != (enum pair)closes)
				waiting[open[--depth].kind]--;
			waiting[closes]--;
			add_quote(l, open[--depth].at, (uint32_t)i);
		}
	}
	free(open);
	if (!l->quote_count)
		return;
	qsort(l->quotes, l->quote_count, sizeof(struct region), by_begin);
	for (size_t k = 1; k < l->quote_count; k++) {
		if (l->quotes[k].begin < l->quotes[kept].end) {
			if (l->quotes[k].end > l->quotes[kept].end)
				l->quotes[kept].end = l->quotes[k].end;
		} else {
			l->quotes[++kept] = l->quotes[k];
		}
	}
	l->quote_count = kept + 1;
}

bool leaf_quoted(struct leaf *l, uint32_t begin, uint32_t end)
{
	size_t lo = 0, hi;

	if (!(l->flags & LEAF_QUOTE_MARKS))
		return false;
	leaf_quotes(l);
	hi = l->quote_count;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (l->quotes[mid].end < end)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->quote_count && l->quotes[lo].begin <= begin && end <= l->quotes[lo].end;
}
