#include "model/agreed.h"

#include <stdlib.h>

void agreed_free(struct agreed *a)
{
	if (!a)
		return;
	free(a->path);
	arena_done(&a->arena);
	free(a);
}

const struct agreed_entry *agreed_find(const struct agreed *a, struct span id)
{
	for (size_t i = 0; i < a->count; i++)
		if (span_eq(a->items[i].id, id))
			return &a->items[i];
	return NULL;
}

const struct agreed_entry *agreed_nearest(const struct agreed *a, struct span id)
{
	const struct agreed_entry *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < a->count; i++) {
		unsigned d = span_distance(a->items[i].id, id, best);

		if (d < best) {
			best = d;
			near = &a->items[i];
		}
	}
	return near;
}
