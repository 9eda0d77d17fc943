/*
 * settle: changes of a marked document accepted or rejected in place, all of them or those of one hand.
 *
 * What is not in the reading goes, words, paragraphs and table rows; where a paragraph's end goes, the next one's words join
 * it.  Highlights, and the comments on them, stay where their words do.
 */
#ifndef MODEL_SETTLE_H
#define MODEL_SETTLE_H

#include "model/doc.h"

/* takes: is this mark to be settled?  NULL: every one is. */
void doc_settle(struct doc *d, enum reading reading, bool (*takes)(const void *ctx, const struct mark *m), const void *ctx);

/* All of them below one block; the doc is to be finished again. */
void doc_settle_below(struct doc *d, struct block *top, enum reading reading);

#endif
