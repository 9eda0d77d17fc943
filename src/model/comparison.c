#include "model/comparison.h"

#include <stdlib.h>

const char *change_name(enum change c)
{
	static const char *const names[] = {
#define X(kind, name) [CHANGE_##kind] = name,
		CHANGE_LIST(X)
#undef X
	};

	return names[c];
}

void comparison_free(struct comparison *c)
{
	if (!c)
		return;
	doc_free(c->marked);
	free(c->entries);
	for (size_t i = 0; i < COMPARISON_THREADS; i++)
		arena_done(&c->more[i]);
	arena_done(&c->arena);
	free(c);
}

void comparison_freep(struct comparison **c)
{
	comparison_free(*c);
	*c = NULL;
}
