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

static bool begins_in_space(const struct part *p)
{
	return p->text.n && p->text.p[0] == ' ';
}

static bool ends_in_space(const struct part *p)
{
	return p->text.n && p->text.p[p->text.n - 1] == ' ';
}

void part_edges(const struct part *before, const struct part *x, const struct part *after, bool *ret_lead, bool *ret_tail)
{
	/* what it is replaced by, or replaces */
	const struct part *other = x->op == '-' ? (after && after->op == '+' ? after : NULL) : before && before->op == '-' ? before : NULL;

	*ret_lead = begins_in_space(x) && x->text.n > 1 && (other ? begins_in_space(other) : !after || begins_in_space(after));
	*ret_tail = ends_in_space(x) && x->text.n > 1 && (other ? ends_in_space(other) : !before || ends_in_space(before));
	/* one space alone is between its neighbours once */
	if (!other && *ret_lead && *ret_tail)
		*ret_tail = false;
}
