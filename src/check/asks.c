#include "check/asks.h"

#include <stdlib.h>

#define OTHERS_REACH 8u /* FORMAT.md F9.1 */

void sense_done(struct sense *s)
{
	matches_done(&s->found);
	free(s->sorted);
	*s = (struct sense){ 0 };
}

static const struct match *list_of(const struct sense *s, enum group g, size_t *count)
{
	*count = s->of[g].count;
	return s->sorted + s->of[g].first;
}

/* How many matches of a group begin before a token. */
static size_t before(const struct sense *s, enum group g, uint32_t begin)
{
	size_t lo = 0, hi;
	const struct match *m = list_of(s, g, &hi);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (m[mid].begin < begin)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Does any match of the group share a token with [begin, end]?  Matches of a group are ascending and do not overlap. */
static bool shares(const struct sense *s, enum group g, uint32_t begin, uint32_t end)
{
	size_t n, i = before(s, g, end + 1);
	const struct match *m = list_of(s, g, &n);

	return i && m[i - 1].end >= begin;
}

bool sense_others(const struct sense *s, uint32_t begin)
{
	size_t n, own = before(s, GROUP_self, begin), other = before(s, GROUP_others, begin);
	const struct match *self = list_of(s, GROUP_self, &n), *others = list_of(s, GROUP_others, &n);

	if (other && (others[other - 1].end >= begin || begin - others[other - 1].end <= OTHERS_REACH))
		return !own || others[other - 1].begin > self[own - 1].begin;
	if (own)
		return false;
	return s->chapeau && s->chapeau->holds && s->chapeau->others;
}

bool sense_quoted(struct sense *s, const struct match *m)
{
	return s->block_quote || leaf_quoted(s->leaf, s->leaf->tokens[m->begin].begin, s->leaf->tokens[m->end].end);
}

/* The first token that nothing divides from token at: no ; : or dash, no word of breaks; not further back than reach. */
static uint32_t barrier(const struct sense *s, uint32_t at, uint32_t reach)
{
	const struct token *t = s->leaf->tokens;
	uint32_t first = s->sentence->first, from = at - first > reach ? at - reach : first, j = at;
	size_t n, i = before(s, GROUP_breaks, at);
	const struct match *breaks = list_of(s, GROUP_breaks, &n);

	while (j > from && !(t[j].flags & TOKEN_AFTER_BREAK))
		j--;
	if (i && breaks[i - 1].end >= j)
		j = breaks[i - 1].end + 1;
	return j;
}

static bool is_taken(const uint32_t *taken, size_t count, const struct match *m)
{
	for (size_t i = 0; i < count; i++)
		if (taken[i] >= m->begin && taken[i] <= m->end)
			return true;
	return false;
}

/* Negators (with excuses, for red lines) that bear on m: how many; the last one into *ret_last. */
static unsigned negators(const struct sense *s, const struct match *m, bool red, struct match *ret_last)
{
	uint32_t from = barrier(s, m->begin, s->window + PHRASE_ALTS_MAX);
	uint32_t taken[PHRASE_ALTS_MAX];
	size_t taken_count = 0;
	unsigned found = 0;

	if (red && m->end > m->begin + 1)
		taken_count = terms_tokens_of(s->terms, s->leaf->tokens, s->sentence->last, m, taken);
	for (int excuse = 0; excuse <= (int)red; excuse++) {
		enum group g = excuse ? GROUP_excuses : GROUP_negators;
		size_t n, i;
		const struct match *l = list_of(s, g, &n);

		for (i = before(s, g, m->begin); i--;) {
			if (l[i].end >= m->begin)
				continue; /* it shares a token with m */
			if (m->begin - l[i].end - 1 >= s->window || l[i].begin < from)
				break;
			if (excuse ? shares(s, GROUP_negators, l[i].begin, l[i].end) && !shares(s, GROUP_not_negators, l[i].begin, l[i].end)
				   : shares(s, GROUP_not_negators, l[i].begin, l[i].end))
				continue;
			if (!found)
				*ret_last = l[i];
			found++;
		}
		if (!taken_count)
			continue;
		for (i = before(s, g, m->begin); i < n && l[i].begin < m->end; i++) {
			if (l[i].end >= m->end || is_taken(taken, taken_count, &l[i]))
				continue;
			if (excuse ? shares(s, GROUP_negators, l[i].begin, l[i].end) && !shares(s, GROUP_not_negators, l[i].begin, l[i].end)
				   : shares(s, GROUP_not_negators, l[i].begin, l[i].end))
				continue;
			if (!found)
				*ret_last = l[i];
			found++;
		}
	}
	return found;
}

/* Does the chapeau's negation reach this token? */
static bool chapeau_reaches(const struct sense *s, uint32_t begin)
{
	return s->chapeau && s->chapeau->holds && begin < s->unbroken_to;
}

bool sense_negated(const struct sense *s, const struct match *m)
{
	struct match by;
	unsigned n = negators(s, m, false, &by);

	if (s->chapeau && s->chapeau->negated && chapeau_reaches(s, m->begin))
		n++;
	return n & 1;
}

/* A word of opposing behind m, that is not itself negated ("does no harm"). */
static bool opposed_after(const struct sense *s, const struct match *m, struct match *ret_by)
{
	const struct token *t = s->leaf->tokens;
	size_t n, i = before(s, GROUP_opposing, m->end + 1);
	const struct match *l = list_of(s, GROUP_opposing, &n);
	uint32_t j = m->end + 1;

	for (; i < n && l[i].begin - m->end <= s->window; i++) {
		unsigned negated = 0;
		size_t all, k = before(s, GROUP_negators, m->end + 1), b;
		const struct match *neg = list_of(s, GROUP_negators, &all), *breaks;

		for (; j <= l[i].begin; j++)
			if (t[j].flags & TOKEN_AFTER_BREAK)
				return false;
		b = before(s, GROUP_breaks, l[i].begin);
		breaks = list_of(s, GROUP_breaks, &all);
		if (b && breaks[b - 1].begin > m->end)
			return false;
		list_of(s, GROUP_negators, &all);
		for (; k < all && neg[k].end < l[i].begin; k++)
			negated += !shares(s, GROUP_not_negators, neg[k].begin, neg[k].end);
		if (negated & 1)
			continue;
		*ret_by = l[i];
		return true;
	}
	return false;
}

bool sense_opposed(const struct sense *s, const struct match *m, struct match *ret_by)
{
	unsigned n = negators(s, m, true, ret_by);

	if (s->chapeau && (s->chapeau->negated || s->chapeau->opposed) && chapeau_reaches(s, m->begin)) {
		if (!n)
			*ret_by = (struct match){ .group = UINT32_MAX };
		n++;
	}
	return n & 1 || opposed_after(s, m, ret_by);
}

/* Who reports?  The speaker; where nobody stands before, who follows at once: "according to several governments". */
static bool reported_of_others(const struct sense *s, const struct match *r)
{
	size_t n, count, i;
	const struct match *others, *self;

	if (before(s, GROUP_self, r->begin) || before(s, GROUP_others, r->begin))
		return sense_others(s, r->begin);
	i = before(s, GROUP_others, r->end + 1);
	others = list_of(s, GROUP_others, &n);
	if (i == n || others[i].begin - r->end > 2)
		return sense_others(s, r->begin);
	self = list_of(s, GROUP_self, &count);
	n = before(s, GROUP_self, r->end + 1);
	return n == count || self[n].begin > others[i].begin;
}

static void find_reports(struct sense *s)
{
	size_t n;
	const struct match *l = list_of(s, GROUP_reporting, &n);

	s->reported_from = UINT32_MAX;
	if (s->chapeau && s->chapeau->holds && s->chapeau->reported)
		s->reported_from = s->sentence->first;
	for (size_t i = 0; i < n && s->reported_from == UINT32_MAX; i++)
		if (reported_of_others(s, &l[i]))
			s->reported_from = l[i].begin;
}

/* Is the token inside a report of what others said? */
static bool in_report(const struct sense *s, uint32_t begin)
{
	size_t n, i = before(s, GROUP_reporting, begin + 1);
	const struct match *l = list_of(s, GROUP_reporting, &n);

	return i && l[i - 1].end >= begin && reported_of_others(s, &l[i - 1]);
}

static void find_asks(struct sense *s)
{
	size_t n;
	const struct match *l = list_of(s, GROUP_ask_verbs, &n);
	bool chapeau = s->chapeau && s->chapeau->holds;

	s->ask = false;
	s->asked_at = UINT32_MAX;
	/* The last one is looked for: what follows it is what is asked. */
	for (size_t i = n; i--;) {
		if (sense_others(s, l[i].begin) || in_report(s, l[i].begin) || sense_quoted(s, &l[i]) || sense_negated(s, &l[i]))
			continue;
		s->ask = true;
		s->asked_at = l[i].end;
		break;
	}
	l = list_of(s, GROUP_ask_forms, &n);
	for (size_t i = n; i--;) {
		if (s->reported_from < l[i].begin || (chapeau && s->chapeau->reported) || sense_quoted(s, &l[i]))
			continue;
		s->ask = true;
		if (s->asked_at == UINT32_MAX || l[i].end > s->asked_at)
			s->asked_at = l[i].end;
		break;
	}
	if (chapeau && s->chapeau->ask && !s->block_quote)
		s->ask = true;
}

void sense_read(struct sense *s, const struct sentence *sentence)
{
	size_t at = 0, fill[GROUP_LISTS];

	s->sentence = sentence;
	matches_clear(&s->found);
	terms_find(s->terms, s->leaf->tokens, sentence->first, sentence->last, true, &s->found);
	if (s->sorted_cap < s->found.count + 1) {
		s->sorted_cap = 2 * s->found.count + 16;
		s->sorted = mem_resize(s->sorted, s->sorted_cap, sizeof(struct match));
	}
	memset(s->of, 0, sizeof(s->of));
	for (size_t i = 0; i < s->found.count; i++)
		s->of[s->found.items[i].group].count++;
	for (size_t g = 0; g < GROUP_LISTS; g++) {
		s->of[g].first = (uint32_t)at;
		fill[g] = at;
		at += s->of[g].count;
	}
	for (size_t i = 0; i < s->found.count; i++)
		s->sorted[fill[s->found.items[i].group]++] = s->found.items[i];
	s->unbroken_to = sentence->last;
	if (s->chapeau && s->chapeau->holds) {
		for (uint32_t i = sentence->first + 1; i < s->unbroken_to; i++)
			if (s->leaf->tokens[i].flags & TOKEN_AFTER_BREAK)
				s->unbroken_to = i;
		if (s->of[GROUP_breaks].count && s->sorted[s->of[GROUP_breaks].first].begin < s->unbroken_to)
			s->unbroken_to = s->sorted[s->of[GROUP_breaks].first].begin;
	}
	find_reports(s);
	find_asks(s);
}

struct chapeau sense_chapeau(const struct sense *s)
{
	struct chapeau c = { .holds = true, .ask = s->ask, .reported = s->reported_from != UINT32_MAX };
	uint32_t last = s->sentence->last, from = s->sentence->first;
	unsigned n = 0;
	size_t count;
	const struct match *l;

	if (last == from) {
		if (s->chapeau)
			c = *s->chapeau;
		return c;
	}
	c.others = sense_others(s, last);
	/* What stands after the ask, or after the last break, governs the items: "We urge States not to:". */
	from = barrier(s, last - 1, UINT32_MAX);
	if (s->asked_at != UINT32_MAX && s->asked_at >= from)
		from = s->asked_at + 1;
	l = list_of(s, GROUP_negators, &count);
	for (size_t i = before(s, GROUP_negators, from); i < count; i++)
		n += !shares(s, GROUP_not_negators, l[i].begin, l[i].end);
	c.negated = n & 1;
	l = list_of(s, GROUP_excuses, &count);
	for (size_t i = before(s, GROUP_excuses, from); i < count; i++)
		n += !shares(s, GROUP_negators, l[i].begin, l[i].end);
	c.opposed = n & 1;
	l = list_of(s, GROUP_opposing, &count);
	for (size_t i = before(s, GROUP_opposing, from); i < count; i++)
		c.opposed |= !(i + 1 < count) && !c.negated;
	if (s->chapeau && s->chapeau->holds && from == s->sentence->first) {
		c.negated ^= s->chapeau->negated;
		c.opposed |= s->chapeau->opposed;
	}
	return c;
}
