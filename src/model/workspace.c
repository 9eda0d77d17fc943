#include "model/workspace.h"

#include <stdlib.h>

void workspace_free(struct workspace *w)
{
	if (!w)
		return;
	free(w->root);
	arena_done(&w->arena);
	free(w);
}

void workspace_freep(struct workspace **w)
{
	workspace_free(*w);
	*w = NULL;
}

const struct person *workspace_person(const struct workspace *w, struct span who)
{
	const struct person *found = NULL;

	for (size_t i = 0; i < w->person_count; i++)
		if (span_eq(w->people[i].id, who) || span_eq_nocase(w->people[i].name, who))
			return &w->people[i];
	for (size_t i = 0; i < w->person_count; i++) {
		struct span name = w->people[i].name;

		if (who.n && name.n > who.n && name.p[who.n] == ' ' && span_eq_nocase(span_sub(name, 0, who.n), who)) {
			if (found)
				return NULL;
			found = &w->people[i];
		}
	}
	return found;
}

struct span workspace_typed(struct span path)
{
	size_t base = path.n, end;
	struct span dir;

	while (base && path.p[base - 1] != '/')
		base--;
	dir = span_sub(path, 0, base);
	if (!span_eq(dir, SPAN_LIT("drafts/")) && !span_ends(dir, SPAN_LIT("/drafts/")) && !span_eq(dir, SPAN_LIT("texts/")) &&
	    !span_ends(dir, SPAN_LIT("drafts/texts/")))
		return path;
	for (end = path.n; end > base + 1 && path.p[end - 1] != '.';)
		end--;
	return span_sub(path, base, end > base + 1 ? end - 1 : path.n);
}
