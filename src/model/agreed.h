/*
 * agreed: the library of agreed language: words that Member States have adopted, to quote exactly (agreed-language.yaml).
 *
 * A clause names the entries that it quotes with agreed=; check compares its quotations with them.  Text of a draft may
 * stand in the library, and is never agreed.  Owns its strings.
 * Source: DESIGN.md sections 3 and 5; United Nations Editorial Manual, "Quotations".
 */
#ifndef MODEL_AGREED_H
#define MODEL_AGREED_H

#include "base/mem.h"

struct agreed_entry {
	struct span id;
	struct span title, symbol, revision, annex, para; /* of the source; empty where not given */
	bool draft;                                       /* status: draft: nobody has agreed to it */
	struct span quote;                                /* the exact words, an excerpt of the paragraph */
	size_t line;
};

struct agreed {
	struct arena arena;
	char *path;
	struct agreed_entry *items;
	size_t count;
};

void agreed_free(struct agreed *a);

const struct agreed_entry *agreed_find(const struct agreed *a, struct span id);    /* NULL: none */
const struct agreed_entry *agreed_nearest(const struct agreed *a, struct span id); /* within two edits; NULL: none */

#endif
