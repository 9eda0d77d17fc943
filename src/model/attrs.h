/*
 * attrs: the attribute list of a block, {#id key=value .class} (FORMAT.md F3).
 *
 * Borrowed from the arena of the doc that holds the block.  Keys keep the order of the file; unknown
 * ones are kept.
 */
#ifndef MODEL_ATTRS_H
#define MODEL_ATTRS_H

#include "base/mem.h"

#define CLASS_INTERNAL 1u
#define CLASS_RATIONALE 2u
#define CLASS_ORAL 4u
#define CLASS_UNNUMBERED 8u

struct attr {
	struct span key, value;
	size_t begin, end; /* its bytes in doc.source */
};

struct attrs {
	struct span id;    /* empty: none */
	struct span was;   /* in a comparison, of what went: the id that it had, which is another block's in the newer text */
	unsigned classes;  /* the known ones */
	struct attr *items; /* key=value; classes of other names have key "." and the name as value */
	size_t count, cap; /* cap: room that a joined list has of its own, else 0 */
	size_t id_begin;   /* offset of the id's first letter in doc.source, 0 if none */
	bool hidden;       /* written in an HTML comment */
};

/* The value of a key, the last one if it stands twice; an empty span with p NULL where it is not there. */
struct span attrs_get(const struct attrs *a, const char *key);
bool attrs_has(const struct attrs *a, unsigned classes);

/* Is s a clause id by the grammar: parts of a-z 0-9 joined by single hyphens, at most LIMIT_ID_BYTES? */
bool id_valid(struct span s);

#endif
