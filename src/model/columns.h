/*
 * columns: how wide the columns of a table are, by what they hold.
 *
 * One answer for every format that sets widths: no word is broken while there is room for it, a column of sentences does
 * not starve the others, and a table always fills the width of the text.  Lengths are estimates, in twips, of letters of
 * 10 points.  Source: DOMAIN.md section 7 (tables); DESIGN.md section 8.
 */
#ifndef MODEL_COLUMNS_H
#define MODEL_COLUMNS_H

#include "model/outdoc.h"

#define COLUMNS_CELL_TWIPS 230u /* the room left and right of a cell's words, with its lines */

/* Cells of the longest row. */
size_t columns_count(const struct block *table);

/* Sets the widths of the first `count` columns, which together are `width`; o knows the pictures in them. */
void columns_measure(const struct outdoc *o, const struct block *table, unsigned width, unsigned *ret, size_t count);

#endif
