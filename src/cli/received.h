/*
 * received: what `receive` says of the files that it laid over a draft.
 */
#ifndef CLI_RECEIVED_H
#define CLI_RECEIVED_H

#include "cli/draft.h"
#include "cli/laying.h"

/* bytes: the draft with all of it.  Sets the command's answer. */
int received_say(struct cli *c, struct draft *d, const struct arrival *all, size_t count, struct totals *t, struct span bytes, struct fault *f);

#endif
