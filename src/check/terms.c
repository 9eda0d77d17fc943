#include "check/terms.h"

#include <stdlib.h>

#include "base/limits.h"
#include "check/token.h"
#include "check/words.h"

/* ---- building ---- */

/* A trie while it is built.  A child comes after its parent, so a walk by index sees parents first. */
struct seed {
	uint32_t parent, child, sibling; /* 0: none */
	uint32_t exact, prefix;          /* lists of places, 0: none */
	unsigned char byte;
};

/* An alt in which a word may stand. */
struct place {
	uint32_t alt, next;
};

struct builder {
	struct terms *t;
	struct seed *seeds;
	size_t count, cap;
	struct place *places;
	size_t place_count, place_cap;
	struct { uint32_t item, at; } *alts; /* by alt id */
	size_t alt_count, alt_cap;
	size_t class_count, class_cap;
	size_t pool_count, pool_cap;
	uint32_t *set; /* scratch */
	size_t set_count, set_cap;
};

static uint32_t child_of(struct builder *b, uint32_t parent, unsigned char byte)
{
	uint32_t c = parent < b->count ? b->seeds[parent].child : 0;

	for (; c; c = b->seeds[c].sibling)
		if (b->seeds[c].byte == byte)
			return c;
	if (b->count == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 1024;
		b->seeds = mem_resize(b->seeds, b->cap, sizeof(struct seed));
	}
	c = (uint32_t)b->count++;
	b->seeds[c] = (struct seed){ .parent = parent, .byte = byte, .sibling = c ? b->seeds[parent].child : 0 };
	if (c)
		b->seeds[parent].child = c;
	return c;
}

static void add_place(struct builder *b, uint32_t *list, uint32_t alt)
{
	if (b->place_count == b->place_cap) {
		b->place_cap = b->place_cap ? 2 * b->place_cap : 1024;
		b->places = mem_resize(b->places, b->place_cap, sizeof(struct place));
	}
	if (!b->place_count)
		b->place_count = 1; /* 0 means none */
	b->places[b->place_count] = (struct place){ .alt = alt, .next = *list };
	*list = (uint32_t)b->place_count++;
}

static void add_term(struct builder *b, const struct phrase *p, uint32_t group, struct span language, bool never)
{
	struct terms *t = b->t;

	if (t->count == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 256;
		t->items = mem_resize(t->items, t->cap, sizeof(struct term));
	}
	for (unsigned i = 0; i < p->count; i++) {
		if (b->alt_count == b->alt_cap) {
			b->alt_cap = b->alt_cap ? 2 * b->alt_cap : 1024;
			b->alts = mem_resize(b->alts, b->alt_cap, sizeof(*b->alts));
		}
		b->alts[b->alt_count].item = (uint32_t)t->count;
		b->alts[b->alt_count].at = i;
		p->alts[i].id = (uint32_t)b->alt_count;
		for (unsigned k = 0; k < p->alts[i].count; k++) {
			const struct atom *a = &p->alts[i].atoms[k];
			uint32_t at = 0;

			for (size_t c = 0; c < a->word.n; c++)
				at = child_of(b, at, (unsigned char)a->word.p[c]);
			add_place(b, a->prefix ? &b->seeds[at].prefix : &b->seeds[at].exact, (uint32_t)b->alt_count);
		}
		b->alt_count++;
	}
	t->items[t->count++] = (struct term){ .phrase = *p, .group = group, .language = language, .never = never, .enabled = true };
}

static int add_list(struct builder *b, const struct priorities *list, const struct phrase_list *l, uint32_t group, bool never, struct fault *f)
{
	for (size_t i = 0; i < l->count; i++) {
		struct phrase p;
		int r = phrase_parse(&l->items[i], list->path, list->text, &b->t->arena, &p, f);

		if (r < 0)
			return r;
		add_term(b, &p, group, l->items[i].language, never || l->items[i].never);
	}
	return 0;
}

static void add_words(struct builder *b, const char *const *words, size_t count, uint32_t group)
{
	for (size_t i = 0; i < count; i++) {
		struct phrase p;

		if (phrase_of_words(span_str(words[i]), &b->t->arena, &p))
			add_term(b, &p, group, (struct span){ 0 }, false);
	}
}

/* The alt of a phrase by which sentences are told that cannot hold it: long words are rare ones. */
static unsigned key_alt(const struct phrase *p)
{
	unsigned best = 0;
	size_t length = 0;

	for (unsigned i = 0; i < p->count; i++) {
		size_t least = SIZE_MAX;

		for (unsigned k = 0; k < p->alts[i].count; k++)
			least = p->alts[i].atoms[k].word.n < least ? p->alts[i].atoms[k].word.n : least;
		if (least > length) {
			length = least;
			best = i;
		}
	}
	return best;
}

static unsigned place_flags(const struct builder *b, uint32_t alt)
{
	const struct term *m = &b->t->items[b->alts[alt].item];
	unsigned flags = 0;

	if ((m->group >= GROUP_LISTS || m->group == GROUP_weak) && b->alts[alt].at == key_alt(&m->phrase))
		flags |= CLASS_KEY;
	if (m->group == GROUP_abbreviations && b->alts[alt].at + 1 == m->phrase.count)
		flags |= CLASS_ABBREVIATION;
	if (m->group == GROUP_reference_words && m->phrase.count == 1)
		flags |= CLASS_REFERENCE;
	if ((m->group == GROUP_placeholder || m->group == GROUP_fill_in) && b->alts[alt].at == 0)
		flags |= CLASS_PLACEHOLDER;
	return flags;
}

static bool begins(const struct phrase *p, unsigned at)
{
	return p->window ? at == p->first[p->alts[at].member] : at == 0;
}

static bool is_list(const struct term *m)
{
	return m->group < GROUP_LISTS && m->group != GROUP_weak && m->group != GROUP_abbreviations && m->group != GROUP_reference_words;
}

static bool is_of_priority(const struct term *m)
{
	return m->group >= GROUP_LISTS || m->group == GROUP_weak;
}

static int by_value(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return a < b ? -1 : a > b;
}

static void pool_add(struct builder *b, uint32_t v)
{
	if (b->pool_count == b->pool_cap) {
		b->pool_cap = b->pool_cap ? 2 * b->pool_cap : 4096;
		b->t->pool = mem_resize(b->t->pool, b->pool_cap, sizeof(uint32_t));
	}
	b->t->pool[b->pool_count++] = v;
}

/* The class that adds a list of places to another class; the other where there is nothing to add. */
static uint32_t add_class(struct builder *b, uint32_t from, uint32_t list)
{
	struct terms *t = b->t;
	struct class *c;
	uint32_t last = UINT32_MAX;

	if (!list)
		return from;
	b->set_count = 0;
	for (uint32_t i = 0; i < t->classes[from].count + 1; i++) {
		/* room for one more each time round, and one for the list below */
		if (b->set_count + 2 > b->set_cap) {
			b->set_cap = b->set_cap ? 2 * b->set_cap : 256;
			b->set = mem_resize(b->set, b->set_cap, sizeof(uint32_t));
		}
		if (i < t->classes[from].count)
			b->set[b->set_count++] = t->pool[t->classes[from].first + i];
	}
	for (; list; list = b->places[list].next) {
		if (b->set_count == b->set_cap) {
			b->set_cap = b->set_cap ? 2 * b->set_cap : 256;
			b->set = mem_resize(b->set, b->set_cap, sizeof(uint32_t));
		}
		b->set[b->set_count++] = b->places[list].alt;
	}
	qsort(b->set, b->set_count, sizeof(uint32_t), by_value);
	if (b->class_count == b->class_cap) {
		b->class_cap = b->class_cap ? 2 * b->class_cap : 256;
		t->classes = mem_resize(t->classes, b->class_cap, sizeof(struct class));
	}
	c = &t->classes[b->class_count];
	*c = (struct class){ .first = (uint32_t)b->pool_count };
	for (size_t i = 0; i < b->set_count; i++) {
		if (b->set[i] == last)
			continue;
		last = b->set[i];
		pool_add(b, last);
		c->count++;
		c->flags |= place_flags(b, last);
	}
	c->starts = (uint32_t)b->pool_count;
	for (int lists = 1; lists >= 0; lists--) {
		last = UINT32_MAX;
		for (uint32_t i = 0; i < c->count; i++) {
			uint32_t alt = t->pool[c->first + i], item = b->alts[alt].item;
			const struct term *m = &t->items[item];

			if (item == last || !begins(&m->phrase, (unsigned)b->alts[alt].at) || !(lists ? is_list(m) : is_of_priority(m)))
				continue;
			last = item;
			pool_add(b, item);
			*(lists ? &c->list_starts : &c->priority_starts) += 1;
		}
	}
	return (uint32_t)b->class_count++;
}

/* The trie as it is walked: a row of children by byte for each node. */
static void build_trie(struct builder *b)
{
	struct terms *t = b->t;
	size_t next_count = 1;

	t->classes = mem_zero(256, sizeof(struct class));
	b->class_cap = 256;
	b->class_count = 1;
	t->nodes = mem_zero(b->count, sizeof(struct node));
	for (size_t i = 0; i < b->count; i++) {
		unsigned lo = 256, hi = 0;
		uint32_t before = i ? t->nodes[b->seeds[i].parent].prefix : 0;

		t->nodes[i].prefix = add_class(b, before, b->seeds[i].prefix);
		t->nodes[i].exact = add_class(b, t->nodes[i].prefix, b->seeds[i].exact);
		for (uint32_t c = b->seeds[i].child; c; c = b->seeds[c].sibling) {
			lo = b->seeds[c].byte < lo ? b->seeds[c].byte : lo;
			hi = b->seeds[c].byte > hi ? b->seeds[c].byte : hi;
		}
		if (lo > hi)
			continue;
		t->nodes[i].lo = (unsigned char)lo;
		t->nodes[i].span = (unsigned char)(hi - lo);
		t->nodes[i].base = (uint32_t)next_count;
		next_count += hi - lo + 1;
	}
	t->next = mem_zero(next_count, sizeof(uint32_t));
	for (uint32_t c = 1; c < b->count; c++) {
		const struct node *p = &t->nodes[b->seeds[c].parent];

		t->next[p->base + b->seeds[c].byte - p->lo] = c;
		if (!b->seeds[c].parent)
			t->root[b->seeds[c].byte] = c;
	}
}

static void find_abbreviations(struct terms *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->abbreviation_count += t->items[i].group == GROUP_abbreviations && !t->items[i].phrase.window;
	t->abbreviations = ARENA_ARRAY(&t->arena, t->abbreviation_count, uint32_t);
	t->abbreviation_count = 0;
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].group == GROUP_abbreviations && !t->items[i].phrase.window)
			t->abbreviations[t->abbreviation_count++] = (uint32_t)i;
}

int terms_new(const struct priorities *list, const struct span *self, size_t self_count, struct terms **ret, struct fault *f)
{
	struct terms *t = mem_zero(1, sizeof(*t));
	struct builder b = { .t = t };
	int r = 0;

	child_of(&b, 0, 0); /* the root */
	if (list) {
#define X(name)                                                                          \
	if (!r)                                                                          \
		r = add_list(&b, list, &list->name, GROUP_##name, false, f);
		PRIORITY_LISTS(X)
#undef X
		for (size_t i = 0; !r && i < list->count; i++) {
			const struct priority *p = &list->items[i];

			if (!r)
				r = add_list(&b, list, &p->any, GROUP_OF_PRIORITY(i, KIND_ANY), false, f);
			if (!r)
				r = add_list(&b, list, &p->contrary, GROUP_OF_PRIORITY(i, KIND_CONTRARY), p->never, f);
			if (!r)
				r = add_list(&b, list, &p->weak, GROUP_OF_PRIORITY(i, KIND_WEAK), false, f);
		}
	}
	for (size_t i = 0; !r && i < self_count; i++) {
		struct phrase p;

		if (phrase_of_words(self[i], &t->arena, &p))
			add_term(&b, &p, GROUP_self, (struct span){ 0 }, false);
	}
	add_words(&b, words_placeholders, words_placeholder_count, GROUP_placeholder);
	add_words(&b, words_fill_in, words_fill_in_count, GROUP_fill_in);
	t->group_count = GROUP_OF_PRIORITY(list ? list->count : 0, 0);
	if (!r) {
		build_trie(&b);
		find_abbreviations(t);
	}
	free(b.seeds);
	free(b.places);
	free(b.alts);
	free(b.set);
	if (r < 0) {
		terms_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

void terms_free(struct terms *t)
{
	if (!t)
		return;
	free(t->items);
	free(t->nodes);
	free(t->next);
	free(t->classes);
	free(t->pool);
	arena_done(&t->arena);
	free(t);
}

static struct span primary(struct span tag)
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_')
		n++;
	return span_sub(tag, 0, n);
}

void terms_speak(struct terms *t, struct span language)
{
	for (size_t i = 0; i < t->count; i++)
		t->items[i].enabled = !language.n || !t->items[i].language.n ||
				      span_eq_nocase(primary(t->items[i].language), primary(language));
}

uint32_t terms_class(const struct terms *t, struct span folded)
{
	uint32_t node = 0;

	for (size_t i = 0; i < folded.n; i++) {
		const struct node *n = &t->nodes[node];
		unsigned d = (unsigned)(unsigned char)folded.p[i] - n->lo;
		uint32_t to = d <= n->span ? t->next[n->base + d] : 0;

		if (!to)
			return n->prefix;
		node = to;
	}
	return t->nodes[node].exact;
}

/* ---- following phrases ---- */

static inline bool has_alt(const struct terms *t, uint32_t class, uint32_t alt)
{
	const struct class *c = &t->classes[class];
	const uint32_t *p = t->pool + c->first;
	size_t lo = 0, hi = c->count;

	if (hi <= 8) {
		for (size_t i = 0; i < hi; i++)
			if (p[i] == alt)
				return true;
		return false;
	}
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (p[mid] < alt)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->count && p[lo] == alt;
}

#define REACH_MAX (PHRASE_ALTS_MAX * (LIMIT_PHRASE_GAP + 1) + 1)

/* The first token at which a row of alts can end that begins at from. */
static bool seq_end(const struct terms *t, const struct phrase *p, const struct token *tokens, uint32_t from, uint32_t to, uint32_t *ret)
{
	uint32_t lists[2][REACH_MAX], *at = lists[0], *then = lists[1];
	size_t count = 1;

	at[0] = from;
	for (unsigned k = 1; k < p->count; k++) {
		const struct alt *alt = &p->alts[k];
		size_t found = 0;
		uint32_t j = 0;

		for (size_t i = 0; i < count; i++) {
			uint32_t end = at[i] + 2 + alt->gap;

			if (j <= at[i])
				j = at[i] + 1;
			for (; j < end && j < to; j++) {
				if (!tokens[j].class || !has_alt(t, tokens[j].class, alt->id))
					continue;
				then[found++] = j;
				if (k + 1 == p->count)
					goto out;
			}
		}
	out:
		if (!found)
			return false;
		uint32_t *swap = at;

		at = then;
		then = swap;
		count = found;
	}
	*ret = at[0];
	return true;
}

/* Does member m of a window stand at j, whole, before end? */
static bool member_at(const struct terms *t, const struct phrase *p, unsigned m, const struct token *tokens, uint32_t j, uint32_t end)
{
	for (unsigned k = p->first[m]; k < p->first[m + 1]; k++, j++)
		if (j >= end || !tokens[j].class || !has_alt(t, tokens[j].class, p->alts[k].id))
			return false;
	return true;
}

struct window {
	unsigned members;
	unsigned stands[LIMIT_PHRASE_WINDOW]; /* by place: which members may stand there, one bit each */
	int taken[PHRASE_MEMBERS_MAX];        /* place of each member, or -1 */
};

/* Finds place a member, moving others aside (Kuhn's matching); not deeper than there are members. */
static bool seat(struct window *w, unsigned place, unsigned *tried)
{
	for (unsigned m = 0; m < w->members; m++) {
		if (!(w->stands[place] & 1u << m) || (*tried & 1u << m))
			continue;
		*tried |= 1u << m;
		if (w->taken[m] < 0 || seat(w, (unsigned)w->taken[m], tried)) {
			w->taken[m] = (int)place;
			return true;
		}
	}
	return false;
}

static bool window_end(const struct terms *t, const struct phrase *p, const struct token *tokens, uint32_t from, uint32_t to, uint32_t *ret)
{
	struct window w = { .members = p->members };
	uint32_t end = to - from < p->size ? to : from + p->size;
	unsigned seated = 0;

	for (unsigned m = 0; m < p->members; m++)
		w.taken[m] = -1;
	for (uint32_t j = from; j < end; j++) {
		unsigned place = j - from, tried = 0;

		w.stands[place] = 0;
		if (tokens[j].class)
			for (unsigned m = 0; m < p->members; m++)
				if (member_at(t, p, m, tokens, j, end))
					w.stands[place] |= 1u << m;
		if (j == from && !w.stands[place])
			return false;
		if (!w.stands[place] || !seat(&w, place, &tried) || ++seated < p->members)
			continue;
		*ret = from;
		for (unsigned m = 0; m < p->members; m++) {
			uint32_t last = from + (uint32_t)w.taken[m] + p->first[m + 1] - p->first[m] - 1;

			*ret = last > *ret ? last : *ret;
		}
		return true;
	}
	return false;
}

void matches_done(struct matches *m)
{
	free(m->items);
	free(m->last);
	*m = (struct matches){ 0 };
}

void matches_clear(struct matches *m)
{
	for (size_t i = 0; i < m->count; i++)
		m->last[m->items[i].group] = 0;
	m->count = 0;
}

static void add_match(struct matches *out, struct match m)
{
	struct match *last = out->last[m.group] ? &out->items[out->last[m.group] - 1] : NULL;

	if (last && last->begin == m.begin) {
		if (m.end < last->end)
			*last = m;
		return;
	}
	if (last && m.begin <= last->end)
		return;
	if (out->count == out->cap) {
		out->cap = out->cap ? 2 * out->cap : 64;
		out->items = mem_resize(out->items, out->cap, sizeof(struct match));
	}
	out->items[out->count++] = m;
	out->last[m.group] = (uint32_t)out->count;
}

void terms_find(const struct terms *t, const struct token *tokens, uint32_t from, uint32_t to, bool lists, struct matches *out)
{
	if (out->last_cap < t->group_count) {
		out->last = mem_resize(out->last, t->group_count, sizeof(uint32_t));
		memset(out->last + out->last_cap, 0, (t->group_count - out->last_cap) * sizeof(uint32_t));
		out->last_cap = t->group_count;
	}
	for (uint32_t i = from; i < to; i++) {
		const struct class *c = &t->classes[tokens[i].class];
		const uint32_t *start = t->pool + c->starts + (lists ? 0 : c->list_starts);
		uint32_t count = lists ? c->list_starts : c->priority_starts;

		for (uint32_t k = 0; k < count; k++) {
			const struct term *m = &t->items[start[k]];
			uint32_t end = i;

			if (!m->enabled)
				continue;
			if (m->phrase.window ? window_end(t, &m->phrase, tokens, i, to, &end)
					     : m->phrase.count == 1 || seq_end(t, &m->phrase, tokens, i, to, &end))
				add_match(out, (struct match){ i, end, start[k], m->group });
		}
	}
}

size_t terms_tokens_of(const struct terms *t, const struct token *tokens, uint32_t to, const struct match *m, uint32_t *ret)
{
	const struct phrase *p = &t->items[m->item].phrase;
	uint32_t span = m->end - m->begin + 1;
	size_t count = 0;
	bool *reach;

	if (p->window) {
		for (uint32_t j = m->begin; j <= m->end && j < to && count < PHRASE_ALTS_MAX; j++) {
			for (unsigned k = 0; k < p->count; k++) {
				if (tokens[j].class && has_alt(t, tokens[j].class, p->alts[k].id)) {
					ret[count++] = j;
					break;
				}
			}
		}
		return count;
	}
	/* Which tokens can be the k-th of the row?  Then back from the end. */
	reach = mem_zero((size_t)span * p->count, sizeof(bool));
	reach[0] = true;
	for (unsigned k = 1; k < p->count; k++) {
		for (uint32_t j = 0; j < span; j++) {
			if (!reach[(size_t)(k - 1) * span + j])
				continue;
			for (uint32_t n = j + 1; n < span && n <= j + 1 + p->alts[k].gap; n++)
				if (tokens[m->begin + n].class && has_alt(t, tokens[m->begin + n].class, p->alts[k].id))
					reach[(size_t)k * span + n] = true;
		}
	}
	count = p->count;
	ret[count - 1] = m->end;
	for (unsigned k = p->count; k-- > 1;) {
		uint32_t j = ret[k] - m->begin;

		while (j > 0 && !reach[(size_t)(k - 1) * span + j - 1])
			j--;
		ret[k - 1] = m->begin + (j ? j - 1 : 0);
	}
	free(reach);
	return count;
}

bool terms_abbreviates(const struct terms *t, const struct token *tokens, uint32_t from, uint32_t last)
{
	for (size_t i = 0; i < t->abbreviation_count; i++) {
		const struct term *m = &t->items[t->abbreviations[i]];
		unsigned k = m->phrase.count;

		if (!m->enabled || last + 1 - from < k)
			continue;
		while (k && has_alt(t, tokens[last + 1 - (m->phrase.count - k + 1)].class, m->phrase.alts[k - 1].id))
			k--;
		if (!k)
			return true;
	}
	return false;
}
