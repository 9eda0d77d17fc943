/*
 * message: what a version's message says, made from what changed.
 */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "history/history.h"

/* The first line of a message. */
struct span message_subject(struct span message);

/* What changed, in a line: "igf-mandate edited, ixp-recognise added". */
void message_make(const struct changes *ch, struct buf *out);

/* The lines under it: whose suggestions were taken, whose were not, and why. */
void message_body(const struct changes *ch, struct buf *out);

#endif
