/*
 * read: a DOCX of ours or of a stranger, into a doc with marks, comments, anchors and a list of losses.
 *
 * The doc is READING_MARKED.  Faults: FAULT_INPUT, FAULT_LIMIT, in one sentence that says what and where.
 * Source: ISO/IEC 29500-1 and -2; MARKUP.md section 4; DESIGN.md section 9.
 */
#ifndef FORMAT_DOCX_READ_H
#define FORMAT_DOCX_READ_H

#include "format/format.h"

int docx_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f);

#endif
