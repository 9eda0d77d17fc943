/*
 * apart: a command's work up to the final write, in a process of its own (io/child.h).
 *
 * Whatever opens a stranger's DOCX or ODT goes through here.  The work sees the command as it stands, and what it leaves in
 * c->out, c->answer and the results arrives as if it had run here.  It writes no file: the command does, once the
 * bytes are home, under names that come from the command line and never from what was handed over.
 */
#ifndef CLI_APART_H
#define CLI_APART_H

#include "cli/cli.h"

/* Already in such a process: runs the work there.  file: for messages. */
int apart_run(struct cli *c, const char *file, int (*work)(struct cli *c, void *ctx, struct fault *f), void *ctx, struct buf *results, size_t count,
	      struct fault *f);

/* The same for work that makes bytes alone, appended to *ret (see child_run). */
int apart_bytes(const struct cli *c, const char *file, int (*work)(void *ctx, struct buf *ret, struct fault *f), void *ctx, struct buf *ret,
		struct fault *f);

/* Is this file, DRAFT@REV or DRAFT#ID a package, by its ending? */
bool apart_package(struct span word);
/* The first of the command's words that is one, or NULL. */
const char *apart_named(const struct cli *c);

#endif
