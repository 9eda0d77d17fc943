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
