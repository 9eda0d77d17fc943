#include "model/priority.h"

#include <stdlib.h>

const char *state_name(enum state s)
{
	static const char *const names[] = { "absent", "mentioned", "asked", "evidenced", "contrary" };

	return names[s];
}

const char *state_people(enum state s)
{
	static const char *const names[] = { "nowhere", "mention", "ask", "ask + evidence", "AGAINST" };

	return names[s];
}

const char *priority_level_name(enum priority_level l)
{
	static const char *const names[] = { "may", "should", "must" };

	return names[l];
}

void priorities_free(struct priorities *p)
{
	if (!p)
		return;
	free(p->path);
	arena_done(&p->arena);
	free(p);
}

void priorities_freep(struct priorities **p)
{
	priorities_free(*p);
	*p = NULL;
}
