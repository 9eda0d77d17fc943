/*
 * takein: another line of versions put together with ours, by our own merge.
 *
 * Everything that the other side changed is taken in, also files of a larger repository that the workspace stands in.  All is
 * worked out and looked at before the first file is written, and a failure puts back what was written: the files are never
 * half theirs and half ours.
 */
#ifndef CLI_TAKEIN_H
#define CLI_TAKEIN_H

#include "cli/workspace.h"
#include "io/repo.h"

struct takein {
	struct cli *c;
	struct ws *w;
	struct repo *repo;           /* opened at its top folder */
	const char *prefix;          /* of the workspace in it */
	char head[REPO_HEX + 1];     /* ours; moves on */
	size_t got;                  /* versions that were taken in */
	size_t conflicts, beside;    /* files in which both changed the same words; of which theirs lies beside ours */
	size_t stayed;               /* files that one side took away and the other changed */
};

/* Takes in the versions up to theirs; from: "the host", for the message.  FAULT_REFUSED, FAULT_CHANGED: nothing was written. */
int take_in(struct takein *t, const char *theirs, const char *from, struct fault *f);

#endif
