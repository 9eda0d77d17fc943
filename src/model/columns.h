/*
 * columns: how wide the columns of a table are, by what they hold.
 *
 * One answer for every format that sets widths: no word is broken while there is room for it, a column of sentences does
 * not starve the others, and a table always fills the width of the text.  Where the longest
 * words of all columns do not fit side by side, letters and margins get smaller, step by step.  Lengths are estimates, in
 * twips.  Source: DOMAIN.md section 7 (tables); DESIGN.md section 8.
 */
#ifndef MODEL_COLUMNS_H
#define MODEL_COLUMNS_H

#include "model/outdoc.h"

struct columns_size {
	unsigned half_points; /* of the letters */
	unsigned room;        /* twips left and right of a cell's words, with its lines */
	bool tight;           /* even so some word must be broken */
};
#define COLUMNS_USUAL 20u /* half points: the size of the template's own table styles */

/* Cells of the longest row. */
size_t columns_count(const struct block *table);

/* Sets the widths of the first `count` columns, which together are `width`, and says how large their letters are; o knows the
 * pictures in them. */
struct columns_size columns_measure(const struct outdoc *o, const struct block *table, unsigned width, unsigned *ret, size_t count);

/* Does a block of the text itself want a page on its side, which is so much wider?  A table does that has many columns and words
 * that an upright page would break, and so do its label and the headings that stand above it. */
bool columns_want_landscape(const struct outdoc *o, const struct block *b, unsigned width, unsigned landscape);

#endif
