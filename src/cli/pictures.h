/*
 * pictures: those of an imported file, kept in a folder beside the draft under names of our own.
 */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "cli/cli.h"
#include "model/doc.h"

/* Names the pictures that the text shows, and hands over their bytes, one after the other, with a uint64_t each for how many. */
void pictures_take(struct cli *c, struct doc *d, struct buf *lengths, struct buf *bytes);
/* The pictures, numbered from 1, in a folder of their own beside the draft.  written: how many are there. */
int pictures_write(struct cli *c, const char *dir, const struct buf *all_lengths, const struct buf *all_bytes, size_t *written, struct fault *f);
/* Nothing half-written is left: the pictures of a draft that did not come about go again. */
void pictures_remove(struct cli *c, const char *dir, size_t written);

#endif
