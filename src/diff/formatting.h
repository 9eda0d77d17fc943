/*
 * formatting: do two clauses of the same words look the same?
 *
 * Formatting is emphasis, links and their addresses, images, kinds of blocks and where they stand (list, quote, level); never
 * wrapping, entities or how the Markdown spells any of it.
 */
#ifndef DIFF_FORMATTING_H
#define DIFF_FORMATTING_H

#include "model/comparison.h"

bool formatting_same(const struct clause *a, const struct clause *b);

#endif
