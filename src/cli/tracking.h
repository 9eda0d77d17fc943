/*
 * tracking: ids given and mended, by the saved words and by the ids of the other drafts and of the history.
 *
 * Source: FORMAT.md F1, F3.
 */
#ifndef CLI_TRACKING_H
#define CLI_TRACKING_H

#include "cli/draft.h"

/* Ids given and mended; changed: the draft's new bytes, empty where nothing changes. */
int track_draft(struct cli *c, struct draft *d, bool plain, struct track_result *t, struct buf *changed, struct fault *f);

/* Tracks every draft that changed since the last version, where the workspace says track: on-save; says what it did. */
int save_track(struct cli *c, struct ws *w, struct fault *f);

#endif
