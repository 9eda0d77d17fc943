/*
 * What the files of history/ share among themselves.
 */
#ifndef HISTORY_INTERNAL_H
#define HISTORY_INTERNAL_H

#include "history/history.h"

/* Open addressing; a slot with p NULL is free. */
struct id_set {
	struct arena arena;
	struct span *slots;
	size_t count, mask;
};

struct history {
	struct repo *repo;
	char *root;
	struct id_set ids;
	bool ids_known;
};

/* The next "#id" of an attribute list in raw Markdown from *at: a quick look that may also see one in code. */
bool history_next_id(struct span text, size_t *at, struct span *ret_id);

#endif
