/*
 * step: files written so that `undo` can take them back.
 *
 * All that one run of the program writes is one step.
 */
#ifndef CLI_STEP_H
#define CLI_STEP_H

#include "cli/draft.h"
#include "history/history.h"

/* Puts new bytes in a draft's place: an undo step first, then the file, whole; FAULT_CHANGED and nothing written where
 * another program changed it since it was read (stamp.missing: there must be none yet).
 * command: as the user would know it, "accept wsis20-input s1". */
int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f);

/* The same for any file of a workspace; x->path NULL: one that no step is kept of. */
int step_write(struct cli *c, struct ws *w, const char *path, const struct changed_file *x, const struct file_stamp *stamp, const char *command, struct fault *f);

#endif
