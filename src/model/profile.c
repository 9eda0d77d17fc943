#include "model/profile.h"

#include <stdlib.h>

void profile_free(struct profile *p)
{
	if (!p)
		return;
	free(p->path);
	arena_done(&p->arena);
	free(p);
}

void profile_freep(struct profile **p)
{
	profile_free(*p);
	*p = NULL;
}
