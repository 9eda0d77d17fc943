/*
 * say: a finding, its place, its level and its words; what every rule asks of a block or a clause.
 *
 * Levels come from model/rule.h and the profile's `levels:`.
 * Source: DESIGN.md section 6; FORMAT.md F11.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "check/internal.h"

void check_place(struct check *k, size_t offset, size_t *ret_line, size_t *ret_column)
{
	if (offset == SIZE_MAX) {
		*ret_line = *ret_column = 1;
		return;
	}
	/* Further on in the same line: only what lies between is counted, so a line of a megabyte costs one walk. */
	if (k->placed_line && k->d->source.n && offset >= k->placed && offset <= k->d->source.n &&
	    !memchr(k->d->source.p + k->placed, '\n', offset - k->placed) && !memchr(k->d->source.p + k->placed, '\r', offset - k->placed)) {
		k->placed_column += utf8_count(span_sub(k->d->source, k->placed, offset));
	} else {
		doc_position(k->d, offset, &k->placed_line, &k->placed_column);
	}
	k->placed = offset;
	*ret_line = k->placed_line;
	*ret_column = k->placed_column;
}

size_t check_source(const struct check *k, uint32_t at)
{
	size_t source = leaf_source(&k->leaf, at);

	return source == SIZE_MAX ? k->leaf.block->origin.begin : source;
}

static enum level level_of(const struct check *k, const char *rule, enum level level)
{
	const char *slash = strchr(rule, '/');
	bool all = false;

	for (size_t i = 0; k->profile && i < k->profile->level_count; i++) {
		const struct level_override *o = &k->profile->levels[i];

		if (span_is(o->rule, rule))
			return o->level;
		/* "style/" and a star: all of them that are not named */
		if (slash && !all && span_eq(o->rule, SPAN_LIT("style/*"))) {
			level = o->level;
			all = true;
		}
	}
	return level;
}

struct finding *check_find_level(struct check *k, const char *rule, enum level level, const struct clause *c, size_t offset)
{
	struct finding *f;

	level = level_of(k, rule, level);
	if (level == LEVEL_OFF)
		return NULL;
	f = findings_add(&k->r->findings, rule, level);
	check_place(k, offset, &f->line, &f->column);
	if (c) {
		f->clause = c->id;
		f->hash = span_str(clause_hash(c));
	}
	return f;
}

static enum level default_level(const struct check *k, const char *rule)
{
	const struct rule *r = rule_find(span_str(rule));

	return !r ? LEVEL_WARNING : k->o->final ? r->final_level : r->level;
}

struct finding *check_find(struct check *k, const char *rule, const struct clause *c, size_t offset)
{
	return check_find_level(k, rule, default_level(k, rule), c, offset);
}

void check_say(struct check *k, struct finding *f, const char *fmt, ...)
{
	char small[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		f->message = arena_dup(&k->r->findings.arena, span_of(small, (size_t)n));
	} else {
		char *p = arena_alloc(&k->r->findings.arena, (size_t)n + 1);

		va_start(ap, fmt);
		vsnprintf(p, (size_t)n + 1, fmt, ap);
		va_end(ap);
		f->message = span_of(p, (size_t)n);
	}
}

#define EXCERPT_BYTES 160u

struct span check_excerpt(struct check *k, struct span words)
{
	size_t n = words.n;

	if (n > EXCERPT_BYTES) {
		n = EXCERPT_BYTES;
		/* whole words, and whole characters where there are no spaces */
		while (n > EXCERPT_BYTES / 2 && words.p[n] != ' ')
			n--;
		if (words.p[n] != ' ')
			n = EXCERPT_BYTES;
		while (n && ((unsigned char)words.p[n] & 0xc0) == 0x80)
			n--;
		return arena_printf(&k->r->findings.arena, "%.*s...", SPAN_ARG(span_sub(words, 0, n)));
	}
	return arena_dup(&k->r->findings.arena, words);
}

struct span check_name(struct check *k, const struct clause *c, size_t line)
{
	if (c->label.n)
		return arena_printf(&k->r->findings.arena, "para %.*s", SPAN_ARG(c->label));
	if (c->id.n)
		return arena_printf(&k->r->findings.arena, "\"%.*s\"", SPAN_ARG(c->id));
	return arena_printf(&k->r->findings.arena, "line %zu", line);
}

/* ---- blocks and clauses ---- */

bool check_seen(const struct block *b, bool oral)
{
	for (; b; b = b->parent)
		if (b->internal || attrs_has(b->attrs, oral ? CLASS_RATIONALE : CLASS_RATIONALE | CLASS_ORAL))
			return false;
	return true;
}

struct span check_role(const struct block *b)
{
	for (; b; b = b->parent) {
		struct span role = b->attrs ? attrs_get(b->attrs, "role") : (struct span){ 0 };

		if (role.n)
			return role;
	}
	return (struct span){ 0 };
}

bool check_in_quote(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->kind == BLOCK_QUOTE)
			return true;
	return false;
}

const struct clause *check_clause_at(const struct check *k, size_t offset)
{
	size_t lo = 0, hi = k->s->count;

	/* Clauses stand in the order of their blocks; those of the spoken text may not, and then one is not found. */
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (k->s->clauses[mid].block->origin.begin <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return NULL;
	for (const struct block *b = k->s->clauses[lo - 1].block; b; b = b->parent) {
		const struct clause *c = b == k->s->clauses[lo - 1].block ? &k->s->clauses[lo - 1] : b->attrs ? statement_find(k->s, b->attrs->id) : NULL;

		if (c && c->block == b && b->origin.begin <= offset && offset < b->origin.end)
			return c;
	}
	return NULL;
}
