/*
 * read: an ODT (or flat ODT) of ours or of a stranger, into a doc with marks, comments, anchors and a list of losses.
 *
 * The doc is READING_MARKED.  Faults: FAULT_INPUT, FAULT_LIMIT, in one sentence that says what and where.
 * Source: ODF 1.3 part 3; MARKUP.md sections 2 and 4; DESIGN.md section 9.
 */
#ifndef FORMAT_ODT_READ_H
#define FORMAT_ODT_READ_H

#include "format/format.h"

int odt_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f);

/* A flat XML ODF file begins as XML whose root is office:document. */
bool odt_is_flat(struct span bytes);

#endif
