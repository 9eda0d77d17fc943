#include "check/check.h"

#include <stdlib.h>

#include "base/aside.h"
#include "check/internal.h"

static int compile(struct checker *c, struct fault *f)
{
	struct span self[3];
	size_t count = 0;
	struct terms *t;
	int r;

	if (c->workspace && c->workspace->organisation.n)
		self[count++] = c->workspace->organisation;
	if (c->workspace && c->workspace->organisation_short.n)
		self[count++] = c->workspace->organisation_short;
	if (c->organisation)
		self[count++] = span_str(c->organisation);
	r = terms_new(c->list, self, count, &t, f);
	if (r < 0)
		return r;
	terms_free(c->terms);
	c->terms = t;
	return 0;
}

int checker_new(const struct priorities *list, const struct workspace *w, struct checker **ret, struct fault *f)
{
	struct checker *c = mem_zero(1, sizeof(*c));
	int r;

	c->list = list;
	c->workspace = w;
	r = compile(c, f);
	if (r < 0) {
		checker_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void checker_free(struct checker *c)
{
	if (!c)
		return;
	terms_free(c->terms);
	free(c->organisation);
	free(c);
}

/* The organisation that a draft names speaks of itself by that name. */
static int learn(struct checker *c, struct span name, struct fault *f)
{
	char *copy;

	if (!name.n || !c->list || (c->organisation && span_is(name, c->organisation)) ||
	    (c->workspace && (span_eq(c->workspace->organisation, name) || span_eq(c->workspace->organisation_short, name))))
		return 0;
	copy = mem_alloc(name.n + 1);
	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	free(c->organisation);
	c->organisation = copy;
	return compile(c, f);
}

static struct span primary(struct span tag)
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_')
		n++;
	return span_sub(tag, 0, n);
}

/* Has a priority a phrase in that language?  Phrases that name none are in those of the list. */
static bool has_phrase(const struct priority *p, struct span language, bool any)
{
	for (size_t i = 0; i < p->any.count; i++) {
		struct span own = p->any.items[i].language;

		if (own.n ? span_eq_nocase(primary(own), primary(language)) : any)
			return true;
	}
	return false;
}

/*
 * A list speaks the languages that it names, and one in which every priority has phrases: a priority without would be taken for
 * absent.  Where it names none it speaks any, unless all of its phrases name theirs.
 */
static bool speaks(const struct priorities *list, struct span language)
{
	size_t with = 0;

	if (!language.n || !list->count)
		return true;
	for (size_t i = 0; i < list->language_count; i++)
		if (span_eq_nocase(primary(list->languages[i]), primary(language)))
			return true;
	for (size_t i = 0; i < list->count; i++)
		with += has_phrase(&list->items[i], language, !list->language_count);
	return list->language_count ? with == list->count : with > 0;
}

static void one_leaf(struct check *k, const struct clause *c, const struct block *b)
{
	leaf_load(&k->leaf, k->terms, b);
	chars_leaf(k, c);
	style_leaf(k, c);
	if (k->coverage)
		coverage_leaf(k, c);
}

static void one_clause(struct check *k, const struct clause *c)
{
	bool oral = k->r->channel == CHANNEL_ORAL;

	if (k->coverage)
		coverage_clause_begin(k, c);
	for (size_t i = 0; i < c->leaf_count; i++)
		if (c->leaf_count == 1 || check_seen(c->leaves[i], oral))
			one_leaf(k, c, c->leaves[i]);
	for (size_t i = 0; i < c->note_count && !oral; i++) {
		struct note *n = c->notes[i];

		if (n->internal || k->noted[n->index])
			continue;
		k->noted[n->index] = true;
		for (const struct block *b = n->body; b; b = block_next(b, n->body))
			if (block_is_leaf(b))
				one_leaf(k, c, b);
	}
	if (k->coverage)
		coverage_clause_end(k, c);
	agreed_clause(k, c);
}

static enum numbering numbering_of(const struct meta *m, const struct profile *p)
{
	if (m->numbering != NUMBERING_UNSAID)
		return m->numbering;
	return p && p->numbering != NUMBERING_UNSAID ? p->numbering : NUMBERING_NONE;
}

/* Counting reads the statement and nothing else, so a large one is counted while it is searched. */
struct counting {
	struct statement *s;
	const struct profile *profile;
	enum channel channel;
	struct lengths *ret;
};

static void *count(void *p)
{
	struct counting *n = p;

	lengths_of(n->s, n->profile, n->channel, n->ret);
	return NULL;
}

int check_statement(struct checker *c, struct statement *s, const struct check_options *o, struct result **ret, struct fault *f)
{
	struct check k = { .checker = c, .o = o, .profile = o->profile };
	struct result *r;
	enum channel channel = o->channel != CHANNEL_UNSAID ? o->channel : s->doc->meta.channel;
	enum numbering numbering = numbering_of(&s->doc->meta, o->profile);
	struct counting counting = { .s = s, .profile = o->profile };
	struct aside counted = { 0 };
	int e = learn(c, s->doc->meta.organisation, f);

	if (e < 0)
		return e;
	if (s->doc->numbered != numbering)
		statement_number(s, numbering);
	r = mem_zero(1, sizeof(*r));
	k.r = r;
	k.terms = c->terms;
	r->channel = channel == CHANNEL_UNSAID ? CHANNEL_WRITTEN : channel;
	if (r->channel == CHANNEL_ORAL) {
		r->spoken = lengths_spoken_fit(s, o->profile, &r->lengths);
		statement_number(r->spoken, numbering);
	} else {
		counting.channel = r->channel;
		counting.ret = &r->lengths;
		if (s->doc->source.n >= ASIDE_FROM)
			aside_begin(&counted, count, &counting);
		else
			count(&counting);
	}
	k.s = r->statement = r->spoken ? r->spoken : s;
	k.d = s->doc;
	r->priorities = c->list;
	r->profile = o->profile;
	r->draft = o->draft;
	r->file = o->file;
	r->checked = c->list && speaks(c->list, s->doc->meta.language);
	terms_speak(c->terms, s->doc->meta.language);
	k.noted = mem_zero(s->doc->note_count + 1, sizeof(bool));
	if (k.profile && k.profile->style_pack.n) {
		k.pack = style_pack_find(k.profile->style_pack);
		if (k.pack && s->doc->meta.language.n && !span_eq_nocase(primary(s->doc->meta.language), span_str(k.pack->language)))
			k.pack = NULL;
	}
	k.acronyms = (k.profile && k.profile->acronyms.n && !span_is(k.profile->acronyms, "allowed")) || (k.pack && k.pack->expand_acronyms);
	if (r->checked)
		k.coverage = coverage_new(&k);
	for (size_t i = 0; i < k.s->count; i++)
		if (check_seen(k.s->clauses[i].block, r->channel == CHANNEL_ORAL))
			one_clause(&k, &k.s->clauses[i]);
	if (k.coverage)
		coverage_end(&k);
	aside_end(&counted);
	style_end(&k);
	check_rules(&k);
	findings_sort(&r->findings);
	coverage_free(k.coverage);
	leaf_done(&k.leaf);
	free(k.noted);
	*ret = r;
	return 0;
}
