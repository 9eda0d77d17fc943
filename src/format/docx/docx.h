/*
 * docx: Word's format (ISO/IEC 29500 transitional), read and written.
 *
 * Writing: an outdoc and a reference file's styles, page, header and footer into a package that is the same byte for
 * byte every time.  Source: DESIGN.md section 8; MARKUP.md sections 0 to 3 and 5; DOMAIN.md section 7.
 */
#ifndef FORMAT_DOCX_DOCX_H
#define FORMAT_DOCX_DOCX_H

#include "format/docx/read.h"

bool docx_probe(struct span bytes);
int docx_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);

/* The words of every part of a written file, and every attribute's value that could hold words; text split over runs
 * stands together. */
int docx_reopen(struct span bytes, struct buf *ret_text, struct fault *f);

#endif
