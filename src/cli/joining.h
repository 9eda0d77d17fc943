/*
 * joining: the first time on a computer.  In an empty folder, sync brings the workspace that others keep at a host or in a
 * shared folder, so that nobody needs another program for it.
 */
#ifndef CLI_JOINING_H
#define CLI_JOINING_H

#include "cli/workspace.h"
#include "io/repo.h"

/* The files of one computer in a shared folder: chapeau-0123456789abcdef.bundle, a Git bundle (gitformat-bundle(5)). */
#define BUNDLE_ENDING ".bundle"
bool bundle_named(struct span name);

/* Where this folder is in no workspace and empty, the newest versions are laid out in it.  joined: that was done.  folder, host:
 * as asked for, at most one; neither: nothing is done.  FAULT_WORKSPACE where the folder holds something, and where the workspace is not at the
 * top of what was brought, which stays; FAULT_REFUSED where nothing is there to bring; FAULT_SYSTEM of git and the host. */
int join_if_new(struct cli *c, const char *folder, const char *host, bool *joined, struct fault *f);
void join_tell(struct cli *c, struct ws *w, struct repo *g);

#endif
