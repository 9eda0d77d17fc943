/*
 * style: the house style that a profile switches on: spelling, acronyms, lone sub-headings.
 *
 * The words are data (words.c); a pack that is not for the text's language is not used.
 * Source: DESIGN.md section 6.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "check/internal.h"
#include "check/token.h"

/* ---- acronyms ---- */

#define ACRONYM_LETTERS 8u

/* Letters of an acronym, or of a row of capital words that may be its full name. */
struct acronym {
	uint64_t letters; /* packed, the first in the lowest byte; 0: a free slot */
	bool used, named; /* named: a row of words spells it somewhere */
	bool introduced, late; /* "Full Name (FN)": before it is used, or after */
	const struct clause *clause;
	size_t line, column; /* of the first use */
};

struct acronyms {
	struct acronym *items;
	size_t count, mask;
};

static struct acronym *acronym_slot(struct acronyms *b, uint64_t letters)
{
	size_t at = (size_t)(letters * 0x9e3779b97f4a7c15u >> 32) & b->mask;

	while (b->items[at].letters && b->items[at].letters != letters)
		at = (at + 1) & b->mask;
	return &b->items[at];
}

static struct acronym *acronym_at(struct check *k, uint64_t letters)
{
	struct acronyms *b = k->acronym_book;
	struct acronym *a;

	if (!b) {
		k->acronym_book = b = mem_zero(1, sizeof(*b));
		b->items = mem_zero(256, sizeof(struct acronym));
		b->mask = 255;
	}
	if (2 * b->count > b->mask) {
		struct acronyms bigger = { mem_zero(2 * (b->mask + 1), sizeof(struct acronym)), b->count, 2 * b->mask + 1 };

		for (size_t i = 0; i <= b->mask; i++)
			if (b->items[i].letters)
				*acronym_slot(&bigger, b->items[i].letters) = b->items[i];
		free(b->items);
		*b = bigger;
	}
	a = acronym_slot(b, letters);
	if (!a->letters) {
		a->letters = letters;
		b->count++;
	}
	return a;
}

static uint64_t pack(struct span letters)
{
	uint64_t v = 0;

	for (size_t i = 0; i < letters.n; i++)
		v |= (uint64_t)(unsigned char)letters.p[i] << 8 * i;
	return v;
}

/* Two to eight capitals, with a plural s at most: the capitals. */
static bool is_acronym(struct span w, struct span *ret)
{
	size_t n = 0;

	while (n < w.n && w.p[n] >= 'A' && w.p[n] <= 'Z')
		n++;
	if (n < 2 || n > ACRONYM_LETTERS || !(n == w.n || (n + 1 == w.n && w.p[n] == 's')))
		return false;
	*ret = span_sub(w, 0, n);
	return true;
}

static bool is_numeral(struct span w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!strchr("IVXLC", w.p[i]))
			return false;
	return true;
}

static bool is_known(const struct check *k, struct span w)
{
	for (size_t i = 0; k->pack && i < k->pack->acronym_count; i++)
		if (span_is(w, k->pack->acronyms[i]))
			return true;
	if (k->checker->workspace && span_eq(w, k->checker->workspace->organisation_short))
		return true;
	return span_eq(w, k->d->meta.organisation);
}

static bool is_capital(struct span s, const struct token *t)
{
	return s.p[t->begin] >= 'A' && s.p[t->begin] <= 'Z';
}

/* Rows of words that begin with capitals: each is the full name of the acronym that its capitals spell. */
static void take_names(struct check *k, struct span s, const struct token *t, size_t n)
{

	for (size_t i = 0; i + 1 < n; i++) {
		uint64_t letters = 0;
		size_t count = 0, small = 0;

		if (!is_capital(s, &t[i]) || t[i].end - t[i].begin < 2)
			continue;
		for (size_t j = i; j < n && count < ACRONYM_LETTERS && small < 3; j++) {
			if (!is_capital(s, &t[j])) {
				small++;
				continue;
			}
			letters |= (uint64_t)(unsigned char)s.p[t[j].begin] << 8 * count++;
			small = 0;
			if (count > 1)
				acronym_at(k, letters)->named = true;
		}
	}
}

/* Do the words before token i, in the leaf, spell the letters?  "Internet exchange points (IXPs)": first letters are enough. */
static bool spelled_before(struct span s, const struct token *t, size_t i, struct span letters)
{
	size_t left = letters.n;

	for (size_t back = 0; i && left && back < 3 * letters.n + 2; back++) {
		i--;
		/* The X of IXP is the second letter of its word. */
		if ((s.p[t[i].begin] | 32) == (letters.p[left - 1] | 32) ||
		    (t[i].end - t[i].begin > 2 && (s.p[t[i].begin + 1] | 32) == (letters.p[left - 1] | 32)))
			left--;
	}
	return left <= letters.n / 2;
}

static void acronyms(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	const struct token *t = k->leaf.tokens;
	size_t n = k->leaf.token_count;
	bool heading = k->leaf.block->kind == BLOCK_HEADING;

	for (size_t i = 0; i < n && k->leaf.block->kind != BLOCK_CODE; i++) {
		struct span letters, next;
		struct acronym *a;
		bool joined;

		if (!is_capital(s, &t[i]) || !is_acronym(span_sub(s, t[i].begin, t[i].end), &letters) || is_numeral(letters) || is_known(k, letters))
			continue;
		/* A/RES/70/125, WSIS+20, TCP/IP: part of a name.  HEADLINES IN CAPITALS: no acronyms. */
		joined = (t[i].begin && (s.p[t[i].begin - 1] == '/' || s.p[t[i].begin - 1] == '+' || s.p[t[i].begin - 1] == '.' || s.p[t[i].begin - 1] == '@')) ||
			 s.p[t[i].end] == '/' || s.p[t[i].end] == '+' || s.p[t[i].end] == '@';
		if (joined || (i + 1 < n && is_acronym(span_sub(s, t[i + 1].begin, t[i + 1].end), &next) && t[i + 1].begin == t[i].end + 1 && !is_numeral(next)) ||
		    (i && is_acronym(span_sub(s, t[i - 1].begin, t[i - 1].end), &next) && t[i - 1].end + 1 == t[i].begin && !is_numeral(next)))
			continue;
		a = acronym_at(k, pack(letters));
		if (t[i].begin && s.p[t[i].begin - 1] == '(' && (s.p[t[i].end] == ')' || s.p[t[i].end] == ',' || s.p[t[i].end] == ';') &&
		    spelled_before(s, t, i, letters)) {
			*(a->used ? &a->late : &a->introduced) = true;
			continue;
		}
		/* IGF (Internet Governance Forum) */
		if (s.p[t[i].end] == ' ' && s.p[t[i].end + 1] == '(' && i + 2 < n && t[i + 1].begin == t[i].end + 2 &&
		    (s.p[t[i + 1].begin] | 32) == (letters.p[0] | 32)) {
			*(a->used ? &a->late : &a->introduced) = true;
			continue;
		}
		if (a->used || heading)
			continue;
		a->used = true;
		a->clause = c;
		check_place(k, check_source(k, t[i].begin), &a->line, &a->column);
	}
	take_names(k, s, t, n);
}

/* ---- spelling ---- */

static bool is_exception(const struct style_pack *p, const char *word)
{
	for (size_t i = 0; i < p->exception_count; i++) {
		size_t n = strlen(p->exceptions[i]);

		if (strncmp(word, p->exceptions[i], n) == 0)
			return true;
	}
	return false;
}

static void spelling(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	const struct style_pack *p = k->pack;

	for (size_t i = 0; i < k->leaf.token_count; i++) {
		const struct token *t = &k->leaf.tokens[i];
		size_t n = t->end - t->begin;
		char word[40];

		/* Every ending of the pack has an s within its last nine letters; most words fall out here. */
		if (n < 5 || n >= sizeof(word))
			continue;
		for (size_t e = 0; e < p->spelling_count; e++) {
			const struct spelling *sp = &p->spellings[e];
			size_t end = strlen(sp->ending);
			struct finding *f;

			if (n <= end || (s.p[t->end - 1] | 32) != sp->ending[end - 1] || (s.p[t->end - end] | 32) != sp->ending[0] ||
			    !span_eq_nocase(span_sub(s, t->end - end, t->end), span_str(sp->ending)))
				continue;
			for (size_t j = 0; j < n; j++)
				word[j] = (char)token_byte[(unsigned char)s.p[t->begin + j]];
			word[n] = '\0';
			/* A capital inside a sentence is a name's, which keeps its own spelling. */
			if (is_exception(p, word) || (is_capital(s, t) && !(i == 0 || t->begin == k->leaf.sentences[0].begin)) ||
			    leaf_quoted(&k->leaf, t->begin, t->end))
				break;
			f = check_find(k, "style/ize", c, check_source(k, t->begin));
			if (!f)
				break;
			f->excerpt = arena_dup(&k->r->findings.arena, span_sub(s, t->begin, t->end));
			check_say(k, f, "\"%.*s\": the house style (%s) writes \"%.*s%s\".", SPAN_ARG(f->excerpt), p->name, (int)(n - end), s.p + t->begin, sp->better);
			break;
		}
	}
}

static bool in_block_quote(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->kind == BLOCK_QUOTE)
			return true;
	return false;
}

void style_leaf(struct check *k, const struct clause *c)
{
	if (k->acronyms)
		acronyms(k, c);
	if (k->pack && !in_block_quote(k->leaf.block) && k->leaf.block->kind != BLOCK_CODE)
		spelling(k, c);
}

/* ---- at the end ---- */

static void lone_headings(struct check *k)
{
	const struct clause *last[8] = { 0 };
	size_t below[8] = { 0 };

	for (size_t i = 0; i <= k->s->count; i++) {
		const struct clause *c = i < k->s->count ? &k->s->clauses[i] : NULL;
		unsigned level;

		if (c && (c->block->kind != BLOCK_HEADING || !check_seen(c->block, k->r->channel == CHANNEL_ORAL)))
			continue;
		level = c && c->block->level >= 1 && c->block->level <= 6 ? c->block->level : 1;
		/* The sections below this level end here.  A lone heading is the only one of its level below one above it. */
		for (unsigned l = 6; l > level || (!c && l > 1); l--) {
			struct finding *f;
			unsigned above = l - 1;

			while (above && !last[above])
				above--;
			if (below[l] == 1 && above && last[l] && (f = check_find(k, "style/lone-heading", last[l], SIZE_MAX))) {
				f->line = last[l]->line;
				f->column = last[l]->column;
				f->excerpt = check_excerpt(k, last[l]->text);
				check_say(k, f, "\"%.*s\" is the only heading under \"%.*s\": a section is divided in two at least. Take the heading out, or add another.",
					  SPAN_ARG(f->excerpt), SPAN_ARG(check_excerpt(k, last[above]->text)));
			}
			below[l] = 0;
			last[l] = NULL;
		}
		if (!c)
			break;
		below[level]++;
		last[level] = c;
	}
}

/* The organisation's own name stands on every file. */
static void take_own_name(struct check *k, struct span name)
{
	struct token t[16];
	struct span word;
	size_t at = 0, n = 0;

	while (n < ARRAY_LEN(t) && token_next(name, &at, &word)) {
		t[n++] = (struct token){ .begin = (uint32_t)(word.p - name.p), .end = (uint32_t)(word.p - name.p + word.n) };
	}
	take_names(k, name, t, n);
}

void style_end(struct check *k)
{
	struct acronyms *b = k->acronym_book;

	if (b) {
		take_own_name(k, k->d->meta.organisation);
		if (k->checker->workspace)
			take_own_name(k, k->checker->workspace->organisation);
	}

	for (size_t i = 0; b && i <= b->mask; i++) {
		struct acronym *a = &b->items[i];
		char letters[ACRONYM_LETTERS + 1] = { 0 };
		struct finding *f;

		/* A full name that stands in the text is enough, with or without the acronym behind it; but see late. */
		if (!a->used || a->introduced || (a->named && !a->late))
			continue;
		f = check_find(k, "acronyms", a->clause, SIZE_MAX);
		if (!f)
			continue;
		for (size_t j = 0; j < ACRONYM_LETTERS; j++)
			letters[j] = (char)(a->letters >> 8 * j);
		f->line = a->line;
		f->column = a->column;
		f->excerpt = arena_dup(&k->r->findings.arena, span_str(letters));
		f->subject = f->excerpt;
		if (a->late)
			check_say(k, f, "\"%s\" stands here before its full name, which comes later. Write the name here, with (%s) behind it.", letters, letters);
		else
			check_say(k, f, "\"%s\" stands here, and its full name nowhere. Write the name where it comes first, with (%s) behind it.", letters, letters);
	}
	if (b)
		free(b->items);
	free(b);
	k->acronym_book = NULL;
	if (k->pack && k->pack->lone_headings)
		lone_headings(k);
}
