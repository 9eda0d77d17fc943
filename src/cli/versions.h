/*
 * versions: the history of a workspace, as the commands open it.
 */
#ifndef CLI_VERSIONS_H
#define CLI_VERSIONS_H

#include "cli/workspace.h"
#include "history/history.h"

/* The history of a workspace; FAULT_NOT_FOUND where none is kept. */
int versions_open(struct ws *w, struct history **ret, struct fault *f);
/* The same, but no history is no fault: *ret is NULL then. */
int versions_open_if_any(struct ws *w, struct history **ret, struct fault *f);

/* The path below the workspace's root that versions know a file by, or NULL.  Arena of the cli. */
const char *versions_path(struct cli *c, const struct ws *w, const char *path);
/* FAULT_INPUT where a file of the workspace is a link that leads out of it: opening a stranger's workspace must be as safe as reading it, so such a
 * file is neither read nor written (DESIGN.md section 2). */
int versions_stay_inside(struct cli *c, const struct ws *w, const char *path, struct fault *f);
/* Who works here, for the record: Git's name, else the penholder, else "unknown". */
struct span versions_me(struct cli *c, struct ws *w);

#endif
