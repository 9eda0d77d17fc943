/*
 * places: links of a package format from one place of the file to another.
 *
 * A statement knows references to clauses and no other links within itself.  So the readers keep what leads where while they read,
 * as a link whose address is "#" and the name of the place; import makes a reference of it where that prints the same words, and
 * what stays of the others is words, which is said.  Owns nothing; the places stand in the doc's arena.
 */
#ifndef MODEL_PLACES_H
#define MODEL_PLACES_H

#include "model/doc.h"

/* A bookmark: it marks the block that ends next. */
void places_add(struct doc *d, struct span name); /* copies */
void places_end(struct doc *d, struct block *b);

/* The link to a place; copies. */
const struct link *places_link(struct doc *d, struct span name, struct span where);
bool places_is_link(const struct link *l);

/* The block that a bookmark marks; NULL: none. */
struct block *places_find(const struct doc *d, struct span name);

/* The end of a link, of which the last of these runs may be.  Other programs write the fields of our references as a link to the clause with
 * fields in it: where those are words and numbers of one reference, the last of them the clause's own, all in one change or in none, one run is
 * that reference and prints them all.  How many runs there are then. */
size_t places_join_reference(struct doc *d, struct run *runs, size_t count, const struct link *link);

/* Is it an anchor of ours: cl_…, _Ref and nine digits, of which the first says what for?  Word's own are as many digits by chance. */
bool places_is_ours(struct span name);

/* Every link of that kind becomes words.  make: asked first, with the block, its runs from i on that are the link, and the block that it leads
 * to, or NULL; true: it made something else of them.  NULL: nobody is asked, and words that lead to a clause of ours
 * keep its anchor. */
void places_settle(struct doc *d, bool (*make)(void *ctx, struct block *b, size_t i, size_t count, struct block *to), void *ctx);

#endif
