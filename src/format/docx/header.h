/*
 * header: a template's header or footer, with what it said of another document, a person or a path taken out.
 *
 * Word keeps in the file the words that a field last printed: the author of the letter that the template was made from, the
 * path that it lay under.  Title and author become those of this document; page numbers stay; other fields go, and so do
 * hidden words, bookmarks, the addresses behind links, and paths in the names of pictures.
 * Source: DESIGN.md section 8; ISO 29500-1 17.16 (fields).
 */
#ifndef FORMAT_DOCX_HEADER_H
#define FORMAT_DOCX_HEADER_H

#include "base/buf.h"

/* part: well-formed, without comments and instructions. */
void header_clean(struct span part, struct span title, struct span organisation, struct buf *ret);
/* Paragraphs that have nothing but a style run right to left. */
void header_mirror(struct span part, struct buf *ret);

#endif
