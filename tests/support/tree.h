/*
 * tree: a doc printed as text, for golden files and for looking at: one line a block, one line a run.
 *
 * Positions are line:column of the source, so that a golden file can be read beside it.
 */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

#include "base/buf.h"
#include "model/doc.h"
#include "model/number.h"

#define TREE_POSITIONS 1u /* where every block and run stands */
#define TREE_REMARKS 2u

/*
 * What a reader of a review copy sees, however it is written: the blocks without their attributes, words with format, links,
 * marks and comments, notes, printed numbers, and for a reference the words that it leads to.  Takes the doc.
 */
void tree_model(struct doc *d, enum numbering numbering, struct buf *out);

void tree_print(struct doc *d, unsigned flags, struct buf *out);

#endif
