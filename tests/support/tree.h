/*
 * tree: a doc printed as text, for golden files and for looking at: one line a block, one line a run.
 *
 * Positions are line:column of the source, so that a golden file can be read beside it.
 */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

#include "base/buf.h"
#include "model/doc.h"

#define TREE_POSITIONS 1u /* where every block and run stands */
#define TREE_REMARKS 2u

void tree_print(struct doc *d, unsigned flags, struct buf *out);

#endif
