/*
 * unsaid: what a file says and Markdown has no words for, each listed with its place among the doc's losses.
 */
#ifndef CLI_UNSAID_H
#define CLI_UNSAID_H

#include "model/doc.h"

/* Markdown has no place for a comment in code. */
void unsaid_comments(struct doc *d);
/* Looks that Markdown has no signs for. */
void unsaid_looks(struct doc *d);
/* Characters that turn the direction of a text can hide what it says: they are kept, and said. */
void unsaid_turning(struct doc *d);
/* Words whose emphasis Markdown cannot say where they stand: between ideographs, before a bracket.  written: the draft that came of it. */
void unsaid_emphasis(struct doc *d, struct doc *written);

#endif
