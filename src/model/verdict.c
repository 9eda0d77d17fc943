#include "model/verdict.h"

#include <stdlib.h>

void result_free(struct result *r)
{
	if (!r)
		return;
	statement_free(r->spoken);
	findings_done(&r->findings);
	arena_done(&r->arena);
	free(r);
}

void result_reached(const struct result *r, enum priority_level level, size_t *ret_reached, size_t *ret_all)
{
	size_t reached = 0, all = 0;

	for (size_t i = 0; i < r->verdict_count; i++) {
		const struct verdict *v = &r->verdicts[i];

		if (v->priority->level != level)
			continue;
		all++;
		reached += v->state != STATE_CONTRARY && v->state >= v->priority->needs;
	}
	*ret_reached = reached;
	*ret_all = all;
}
