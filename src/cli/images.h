/*
 * images: the pictures that a draft names, taken only from below the draft's own folder or the workspace (FORMAT.md F11).
 *
 * Links are followed before that is decided, so that a link cannot lead out.
 */
#ifndef CLI_IMAGES_H
#define CLI_IMAGES_H

#include "cli/workspace.h"

/* For outdoc_options.load_image; ctx is the draft. */
bool images_load(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why);

#endif
