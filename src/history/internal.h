/*
 * What the files of history/ share among themselves.
 */
#ifndef HISTORY_INTERNAL_H
#define HISTORY_INTERNAL_H

#include "base/spanmap.h"
#include "history/history.h"
#include "io/file.h"

struct history {
	struct repo *repo;
	char *root;
	struct span_map ids; /* of all versions; their bytes in id_words */
	struct arena id_words;
	bool ids_known;
};

/* The next "#id" of an attribute list in raw Markdown from *at: a quick look that may also see one in code. */
bool history_next_id(struct span text, size_t *at, struct span *ret_id);

#endif
