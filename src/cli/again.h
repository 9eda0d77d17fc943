/*
 * again: a file that was received before, or a part of whose changes the draft has.
 *
 * receive knows most suggestions of the draft when they come back one by one.  Where those of one paragraph touch, the same
 * changes can be told in two ways; so the file is laid over the draft without suggestions too, and what comes out as it
 * stands in the draft already is not said twice.
 */
#ifndef CLI_AGAIN_H
#define CLI_AGAIN_H

#include "cli/draft.h"
#include "cli/laying.h"
#include "receive/receive.h"

/* Takes out of the plan the changes of words in paragraphs that have them.  doc: the draft READING_REJECTED; marked: with its suggestions. */
int again_drop(struct cli *c, const struct draft *d, struct arrival *a, const struct doc *doc, struct doc *marked, const struct receive_options *o, struct fault *f);

#endif
