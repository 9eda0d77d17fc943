/*
 * contacts: where people are written to (contacts.yaml): beside the workspace's versions, never in them.
 */
#ifndef MODEL_CONTACTS_H
#define MODEL_CONTACTS_H

#include "base/mem.h"

struct contact {
	struct span who;     /* a person's id or name */
	struct span address; /* user@host */
};

struct contacts {
	struct arena arena;
	struct contact *items;
	size_t count;
};

void contacts_free(struct contacts *c);
void contacts_freep(struct contacts **c);

/* By id or by name; empty if there is none. */
struct span contacts_address(const struct contacts *c, struct span id, struct span name);

#endif
