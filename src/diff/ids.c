/* Clauses by their ids, and those that attributes name: was=, from=, absorbs=. */
#include "diff/aligner.h"

size_t row_by_id(const struct statement *s, struct span id)
{
	const struct clause *c = id.n ? statement_find(s, id) : NULL;

	return c ? (size_t)(c - s->clauses) : NO_ROW;
}

bool next_ref(struct span *rest, struct span *ret)
{
	size_t hash;

	if (!span_split(rest, ',', ret))
		return false;
	hash = span_find_char(*ret, '#', 0);
	if (hash != SIZE_MAX)
		*ret = span_sub(*ret, hash + 1, ret->n);
	return true;
}

void find_hints(struct aligner *x, const struct statement *from)
{
	for (size_t i = 0; i < x->new.n; i++) {
		const struct row *r = &x->new.rows[i];
		struct span ids, id;

		if (!r->clause->block->attrs)
			continue;
		for (ids = attrs_get(r->clause->block->attrs, "from"); r->mate == NO_ROW && next_ref(&ids, &id);) {
			size_t o = row_by_id(from, id);

			if (o != NO_ROW)
				x->old.rows[o].hinted = true;
		}
		if (attrs_get(r->clause->block->attrs, "absorbs").n)
			x->new.rows[i].hinted = true;
	}
}
