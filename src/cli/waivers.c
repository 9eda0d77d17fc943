#include "cli/waivers.h"

#include "cli/record.h"

bool waivers_may(const char *rule)
{
	/* What makes the text unreadable or lets internal words loose cannot be let pass, nor what is not settled. */
	static const char *const never[] = { "open-suggestion", "id-duplicate", "language" };

	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (strcmp(rule, never[i]) == 0)
			return false;
	return !remark_refuses_public(rule);
}

bool waivers_names(struct span rule, const struct finding *x)
{
	size_t colon = span_find_char(rule, ':', 0);

	if (!span_is(colon == SIZE_MAX ? rule : span_sub(rule, 0, colon), x->rule))
		return false;
	return colon == SIZE_MAX || span_eq(span_sub(rule, colon + 1, rule.n), x->subject);
}

int waivers_mark(struct cli *c, struct draft *d, struct result *r, struct fault *f)
{
	CLEANUP(reviews_freep) struct reviews *all = NULL;
	struct arena *a = &r->findings.arena;
	char hash[SHA256_HEX + 1] = "";
	int e = draft_reviews(c, d, &all, f);

	if (e < 0 || !all)
		return e;
	statement_hash(d->statement, hash);
	for (size_t i = 0; i < all->count; i++) {
		const struct review *w = &all->items[i];

		if (w->what != REVIEW_WAIVER || w->orphan)
			continue;
		for (size_t k = 0; k < r->findings.count; k++) {
			struct finding *x = &r->findings.items[k];
			bool bound = w->clause.n ? span_eq(w->clause, x->clause) && span_eq(w->hash, x->hash) : span_is(w->draft_hash, hash);

			if (x->waived || !bound || !waivers_names(w->rule, x) || !waivers_may(x->rule))
				continue;
			x->waived = true;
			x->waived_by = arena_dup(a, w->by);
			x->waived_because = arena_dup(a, w->because);
			x->waived_time = arena_dup(a, w->time);
		}
	}
	return 0;
}
