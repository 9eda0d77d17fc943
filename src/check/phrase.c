#include "check/phrase.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "check/token.h"

struct parser {
	const struct phrase_source *source;
	const char *path;
	struct arena *arena;
	struct fault *f;
	struct buf folded;
	struct alt alts[PHRASE_ALTS_MAX];
	unsigned count;
};

#define BAD(p, at, ...)                                                                                                           \
	fault_set((p)->f, FAULT_INPUT,                                                                                            \
		  (struct srcpos){ (p)->path, (p)->source->line,                                                                  \
				   (p)->source->column + utf8_count(span_sub((p)->source->text, 0, (at))) },                      \
		  __VA_ARGS__)

/* The words of a phrase, with where they stand. */
struct piece {
	struct span text;
	size_t at;
};

static bool next_piece(struct span s, size_t *at, struct piece *ret)
{
	size_t i = *at, begin;

	while (i < s.n) {
		size_t from = i;

		if (!cp_white(utf8_next(s.p, s.n, &i))) {
			i = from;
			break;
		}
	}
	for (begin = i; i < s.n;) {
		size_t from = i;

		if (cp_white(utf8_next(s.p, s.n, &i))) {
			i = from;
			break;
		}
	}
	*at = i;
	*ret = (struct piece){ span_sub(s, begin, i), begin };
	return i > begin;
}

static bool is_number(struct span s, size_t from, uint64_t *ret)
{
	return s.n > from && span_number(span_sub(s, from, s.n), 100000, ret);
}

static int add_alt(struct parser *p, size_t at, unsigned gap, struct alt **ret)
{
	if (p->count == PHRASE_ALTS_MAX)
		return fault_set(p->f, FAULT_LIMIT, (struct srcpos){ p->path, p->source->line, p->source->column + at },
				 "this phrase has more than %u words: divide it into several phrases", PHRASE_ALTS_MAX);
	*ret = &p->alts[p->count++];
	**ret = (struct alt){ .gap = gap };
	return 0;
}

/* One of the words that bars divide; alone where there is no bar. */
static int parse_atom(struct parser *p, struct span word, size_t at, bool alone, unsigned gap, struct alt *into)
{
	bool prefix = word.n && word.p[word.n - 1] == '*';
	struct span bare = prefix ? span_sub(word, 0, word.n - 1) : word, token, first = { 0 };
	size_t star = span_find_char(bare, '*', 0), i = 0, tokens = 0;

	if (!word.n)
		return BAD(p, at, "a bar | stands without a word on one of its sides: write  igf|forum, or take the bar out");
	if (star != SIZE_MAX)
		return BAD(p, at + star, "a star stands inside a word; it may only end one, as in  fund*");
	if (prefix && utf8_count(bare) < 2)
		return BAD(p, at, "a star needs at least two characters before it, as in  fund*: \"%.*s\" would match far too much", SPAN_ARG(word));
	while (token_next(bare, &i, &token)) {
		struct alt *alt = into;

		if (++tokens == 1)
			first = token;
		if (tokens > 1 && !alone)
			return BAD(p, at, "\"%.*s\" is several words to the check (%.*s, %.*s…), and a bar | chooses between single words: write two phrases, one for each side",
				   SPAN_ARG(word), SPAN_ARG(first), SPAN_ARG(token));
		if (alone) {
			int r = add_alt(p, at, tokens == 1 ? gap : 0, &alt);

			if (r < 0)
				return r;
			alt->atoms = ARENA_ARRAY(p->arena, 1, struct atom);
		}
		buf_clear(&p->folded);
		token_fold(token, &p->folded);
		alt->atoms[alt->count++] = (struct atom){ .word = arena_dup(p->arena, buf_span(&p->folded)) };
	}
	if (!tokens)
		return BAD(p, at, "\"%.*s\" holds no letter and no digit, so it can match nothing: take it out", SPAN_ARG(word));
	if (prefix) {
		struct alt *last = alone ? &p->alts[p->count - 1] : into;

		last->atoms[last->count - 1].prefix = true;
	}
	return 0;
}

static int parse_alt(struct parser *p, struct piece w, unsigned gap)
{
	size_t bars = 0, from = 0;
	struct alt *alt = NULL;
	int r;

	for (size_t i = 0; i < w.text.n; i++)
		bars += w.text.p[i] == '|';
	if (!bars)
		return parse_atom(p, w.text, w.at, true, gap, NULL);
	if ((r = add_alt(p, w.at, gap, &alt)) < 0)
		return r;
	alt->atoms = ARENA_ARRAY(p->arena, bars + 1, struct atom);
	for (size_t i = 0; i <= w.text.n; i++) {
		if (i < w.text.n && w.text.p[i] != '|')
			continue;
		if ((r = parse_atom(p, span_sub(w.text, from, i), w.at + from, false, 0, alt)) < 0)
			return r;
		from = i + 1;
	}
	return 0;
}

static int parse_window(struct parser *p, struct phrase *ret)
{
	struct span s = p->source->text;
	struct piece w;
	size_t at = 0;
	bool want_word = true;
	int r;

	ret->window = true;
	while (next_piece(s, &at, &w)) {
		uint64_t n;

		if (w.text.p[0] == '/' && (w.text.n == 1 || is_number(w.text, 1, &n))) {
			struct piece after;

			if (w.text.n == 1 || n < 2 || n > LIMIT_PHRASE_WINDOW)
				return BAD(p, w.at, "the window is from /2 to /%u tokens wide: \"%.*s\" is not", LIMIT_PHRASE_WINDOW, SPAN_ARG(w.text));
			if (want_word)
				return BAD(p, w.at, "a word is missing between & and %.*s", SPAN_ARG(w.text));
			if (next_piece(s, &at, &after))
				return BAD(p, after.at, "the window's width ends a phrase: \"%.*s\" after it has no meaning, take it out", SPAN_ARG(after.text));
			if (ret->members < 2)
				return BAD(p, w.at, "a window gathers two words or more: write  open & secure %.*s", SPAN_ARG(w.text));
			ret->size = (unsigned)n;
			ret->first[ret->members] = p->count;
			return 0;
		}
		if (span_is(w.text, "&")) {
			if (want_word)
				return BAD(p, w.at, "a word is missing before this &");
			want_word = true;
			continue;
		}
		if (!want_word)
			return BAD(p, w.at, "words of a window are joined by & alone: put one before \"%.*s\", or write it as a phrase of its own", SPAN_ARG(w.text));
		if (w.text.n > 1 && w.text.p[0] == '.' && w.text.p[1] == '.')
			return BAD(p, w.at, "a gap such as %.*s has no place between words joined by &: the width after / says how far apart they stand", SPAN_ARG(w.text));
		if (ret->members == PHRASE_MEMBERS_MAX)
			return BAD(p, w.at, "a window gathers at most %u words", PHRASE_MEMBERS_MAX);
		ret->first[ret->members] = p->count;
		if ((r = parse_alt(p, w, 0)) < 0)
			return r;
		for (unsigned i = ret->first[ret->members]; i < p->count; i++)
			p->alts[i].member = ret->members;
		ret->members++;
		want_word = false;
	}
	return BAD(p, s.n, "a phrase with & ends in its width, such as /10: how many tokens may the words stand apart?");
}

static int parse_seq(struct parser *p)
{
	struct span s = p->source->text;
	struct piece w, gap_piece = { 0 };
	size_t at = 0;
	uint64_t gap = 0;
	int r;

	while (next_piece(s, &at, &w)) {
		if (w.text.n > 1 && w.text.p[0] == '.' && w.text.p[1] == '.') {
			if (!is_number(w.text, 2, &gap) || gap < 1 || gap > LIMIT_PHRASE_GAP)
				return BAD(p, w.at, "\"%.*s\" is no gap: write ..1 to ..%u, for so many words that may stand between", SPAN_ARG(w.text),
					   LIMIT_PHRASE_GAP);
			if (!p->count)
				return BAD(p, w.at, "a phrase cannot begin with a gap: take %.*s out", SPAN_ARG(w.text));
			if (gap_piece.text.n)
				return BAD(p, w.at, "two gaps follow each other: write one that is as wide as both");
			gap_piece = w;
			continue;
		}
		if (w.text.p[0] == '/' && is_number(w.text, 1, &gap))
			return BAD(p, w.at, "%.*s is the width of a window, whose words are joined by &:  open & secure %.*s", SPAN_ARG(w.text), SPAN_ARG(w.text));
		if ((r = parse_alt(p, w, (unsigned)gap)) < 0)
			return r;
		gap_piece = (struct piece){ 0 };
		gap = 0;
	}
	if (gap_piece.text.n)
		return BAD(p, gap_piece.at, "a phrase cannot end with a gap: take %.*s out", SPAN_ARG(gap_piece.text));
	if (!p->count)
		return BAD(p, (size_t)0, "this phrase is empty: write the words to look for, or take it out");
	return 0;
}

static struct span line_of(struct span file, size_t line)
{
	size_t at = 0, end;

	for (; line > 1; line--) {
		at = span_find_char(file, '\n', at);
		if (at == SIZE_MAX)
			return (struct span){ 0 };
		at++;
	}
	end = span_find_char(file, '\n', at);
	return span_sub(file, at, end == SIZE_MAX ? file.n : end);
}

int phrase_parse(const struct phrase_source *source, const char *path, struct span file, struct arena *a, struct phrase *ret, struct fault *f)
{
	struct parser p = { .source = source, .path = path, .arena = a, .f = f };
	struct piece w;
	size_t at = 0;
	bool window = false;
	int r;

	*ret = (struct phrase){ 0 };
	while (next_piece(source->text, &at, &w))
		window |= span_is(w.text, "&");
	r = window ? parse_window(&p, ret) : parse_seq(&p);
	if (r < 0 && f && !f->line)
		fault_line(f, line_of(file, source->line));
	if (!r) {
		ret->count = p.count;
		ret->alts = ARENA_ARRAY(a, p.count, struct alt);
		memcpy(ret->alts, p.alts, p.count * sizeof(struct alt));
	}
	buf_done(&p.folded);
	return r;
}

bool phrase_of_words(struct span words, struct arena *a, struct phrase *ret)
{
	struct phrase_source source = { .text = words };
	struct parser p = { .source = &source, .arena = a };
	bool ok = words.n && parse_atom(&p, words, 0, true, 0, NULL) == 0;

	*ret = (struct phrase){ 0 };
	if (ok) {
		ret->count = p.count;
		ret->alts = ARENA_ARRAY(a, p.count, struct alt);
		memcpy(ret->alts, p.alts, p.count * sizeof(struct alt));
	}
	buf_done(&p.folded);
	return ok;
}
