#include "model/contacts.h"

void contacts_free(struct contacts *c)
{
	if (!c)
		return;
	arena_done(&c->arena);
	mem_free(c);
}

void contacts_freep(struct contacts **c)
{
	contacts_free(*c);
}

struct span contacts_address(const struct contacts *c, struct span id, struct span name)
{
	for (size_t i = 0; c && i < c->count; i++)
		if (span_eq(c->items[i].who, id) || span_eq_nocase(c->items[i].who, name))
			return c->items[i].address;
	return (struct span){ 0 };
}
