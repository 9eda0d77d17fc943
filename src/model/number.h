/*
 * number: printed numbers, and what a cross-reference prints (FORMAT.md F4).
 */
#ifndef MODEL_NUMBER_H
#define MODEL_NUMBER_H

#include "base/buf.h"
#include "model/doc.h"

/* The words that cross-references use, for one language: "paragraph", "section", "table", and so on. */
struct xref_words {
	struct span paragraph, section, table;
};
/* en, fr, es shipped as data; others fall back to en. */
struct xref_words xref_words_for(struct span language);

/* Sets printed and number_level on every block that prints a number.  Numbers run over public, statement
 * blocks only when public_only is set (what the reader of the public file will see); internal blocks take none. */
void number_doc(struct doc *d, enum numbering mode);

/* "12", "12 (a)", "II" with the path; "" where the block prints no number. */
void number_path(const struct block *b, struct buf *out);

#endif
