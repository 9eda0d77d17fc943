/* What the files that make an outdoc share. */
#ifndef MODEL_OUTDOC_INTERNAL_H
#define MODEL_OUTDOC_INTERNAL_H

#include "model/outdoc.h"

/* FAULT_REFUSED at a place of the source, with its line; rule names the finding that refuses. */
int outdoc_refuse(struct doc *d, size_t offset, const char *rule, struct span message, struct fault *f);

/* Anchors, the map that brings them home, and what each of so many cross-references prints (FORMAT.md F4, F8). */
int outdoc_references(struct doc *d, const struct outdoc_options *o, struct outdoc *out, const struct xref_words *words, const struct xref_words *was, size_t xrefs,
		      struct fault *f);
/* A copy of a mark, for what is printed in its name. */
const struct mark *outdoc_keep_mark(struct outdoc *out, const struct mark *m);

/* Of a comparison: notes that one mark cannot carry through both texts are written twice; whole: so are those whose references say other
 * words, where notes come or go, or hold pictures. */
void outdoc_part_notes(struct outdoc *out, bool whole);
int outdoc_compare_was(const void *a, const void *b); /* by run */

#endif
