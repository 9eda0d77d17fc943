/*
 * proof: what makes an ask evidenced: a footnote, a citation or a figure in its clause.
 *
 * Source: FORMAT.md F9.5.
 */
#include "base/utf8.h"
#include "check/internal.h"
#include "model/text.h"

#define FIGURES_MAX 4096u

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* A document symbol: capitals, then parts behind slashes, with a number in it: A/RES/70/125. */
static bool find_symbol(struct span s, struct span *ret)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t j = i, parts = 0;
		bool number = false;

		if (s.p[i] < 'A' || s.p[i] > 'Z' || (i && (is_word_byte(s.p[i - 1]) || s.p[i - 1] == '/')))
			continue;
		while (j < s.n && s.p[j] >= 'A' && s.p[j] <= 'Z')
			j++;
		if (j == s.n || s.p[j] != '/')
			continue;
		size_t capitals = j - i;

		while (j + 1 < s.n && s.p[j] == '/' && is_word_byte(s.p[j + 1])) {
			parts++;
			for (j++; j < s.n && (is_word_byte(s.p[j]) || ((s.p[j] == '.' || s.p[j] == '-' || s.p[j] == '*') && j + 1 < s.n && is_word_byte(s.p[j + 1]))); j++)
				number |= s.p[j] >= '0' && s.p[j] <= '9';
		}
		if (number && parts && (capitals == 1 || parts > 1)) {
			*ret = span_sub(s, i, j);
			return true;
		}
	}
	return false;
}

/* A quotation that a parenthesis follows. */
static bool find_quotation(struct leaf *l, struct span *ret)
{
	struct span s = leaf_span(l);

	if (!(l->flags & LEAF_QUOTE_MARKS))
		return false;
	leaf_quotes(l);
	for (size_t i = 0; i < l->quote_count; i++) {
		size_t at = l->quotes[i].end, close;

		if (at < s.n && (s.p[at] == ',' || s.p[at] == '.' || s.p[at] == ';'))
			at++;
		while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n'))
			at++;
		if (at < s.n && s.p[at] == '(') {
			close = span_find_char(s, ')', at);
			*ret = span_sub(s, at, close == SIZE_MAX ? s.n : close + 1);
			return true;
		}
		if (at + 3 <= s.n && memcmp(s.p + at, "\xef\xbc\x88", 3) == 0) {
			*ret = span_sub(s, at, s.n);
			return true;
		}
	}
	return false;
}

bool proof_citation(struct check *k, const struct clause *c, unsigned marks, struct span *ret)
{
	for (size_t i = 0; i < c->leaf_count; i++) {
		const struct block *b = c->leaves[i];

		for (size_t r = 0; r < b->run_count; r++) {
			if (b->runs[r].link && text_mark_reads(b->runs[r].mark, READING_REJECTED)) {
				*ret = b->runs[r].link->url;
				return true;
			}
		}
	}
	for (size_t i = 0; i < c->leaf_count && (marks & (LEAF_SLASH | LEAF_QUOTE_MARKS)); i++) {
		struct span found;

		/* The leaf at hand is not needed any more when a clause ends. */
		if (k->leaf.block != c->leaves[i])
			leaf_load(&k->leaf, k->terms, c->leaves[i]);
		if (((k->leaf.flags & LEAF_SLASH) && find_symbol(leaf_span(&k->leaf), &found)) || find_quotation(&k->leaf, &found)) {
			*ret = arena_dup(&k->r->arena, found);
			return true;
		}
	}
	return false;
}

/* A number of the leaf at hand that says how much, not which (FORMAT.md F9.5). */
static bool is_figure(const struct check *k, uint32_t i)
{
	const struct token *t = k->leaf.tokens;
	struct span s = leaf_span(&k->leaf);
	uint32_t begin = t[i].begin, end = t[i].end;
	bool percent = end < s.n && s.p[end] == '%';
	uint64_t value;

	if (begin && (s.p[begin - 1] == '+' || s.p[begin - 1] == '-' || s.p[begin - 1] == '/' || s.p[begin - 1] == '.') && begin > 1 &&
	    is_word_byte(s.p[begin - 2]))
		return false;
	/* the hyphens U+2010 and U+2011 join as the plain one does */
	if (begin > 3 && memcmp(s.p + begin - 3, "\xe2\x80", 2) == 0 && (s.p[begin - 1] == '\x90' || s.p[begin - 1] == '\x91') && is_word_byte(s.p[begin - 4]))
		return false;
	if (!percent && end - begin == 4 && span_number(span_sub(s, begin, end), 9999, &value) && value >= 1900 && value <= 2099)
		return false;
	return !(i && k->terms->classes[t[i - 1].class].flags & CLASS_REFERENCE);
}

void proof_figures(struct check *k, uint32_t leaf, struct figures *ret)
{
	struct span s = leaf_span(&k->leaf);

	if (!(k->leaf.flags & LEAF_NUMBERS))
		return;
	for (uint32_t i = 0; i < k->leaf.token_count; i++) {
		uint32_t end = k->leaf.tokens[i].end, last = i;

		if (!(k->leaf.tokens[i].flags & TOKEN_NUMBER) || !is_figure(k, i))
			continue;
		/* 1,200 and 3.5 are shown whole */
		while (last + 1 < k->leaf.token_count && (k->leaf.tokens[last + 1].flags & TOKEN_NUMBER) && k->leaf.tokens[last + 1].begin == end + 1 &&
		       (s.p[end] == ',' || s.p[end] == '.'))
			end = k->leaf.tokens[++last].end;
		if (end < s.n && s.p[end] == '%')
			end++;
		if (ret->count == ret->cap) {
			ret->cap = ret->cap ? 2 * ret->cap : 16;
			ret->items = mem_resize(ret->items, ret->cap, sizeof(*ret->items));
		}
		/* A clause with this many figures has one that is in no match. */
		if (ret->count < FIGURES_MAX)
			ret->items[ret->count++] = (struct figure){ leaf, i, arena_dup(&k->r->arena, span_sub(s, k->leaf.tokens[i].begin, end)) };
		i = last;
	}
}

bool proof_footnote(struct check *k, const struct clause *c, struct span *ret)
{
	for (size_t i = 0; i < c->note_count; i++) {
		if (c->notes[i]->internal)
			continue;
		*ret = arena_printf(&k->r->arena, "footnote %u", c->notes[i]->number);
		return true;
	}
	return false;
}
