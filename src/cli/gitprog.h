/*
 * gitprog: the program git, which talks to hosts for us.  Its words stay with us: people read ours.
 */
#ifndef CLI_GITPROG_H
#define CLI_GITPROG_H

#include "cli/cli.h"
#include "cli/run.h"

/* Runs git in dir with these words, which end with NULL, no hooks and no transport that runs a program. */
int gitprog(struct cli *c, const char *dir, const char *const *words, struct run_result *ret, struct fault *f);

bool gitprog_says(const struct run_result *r, const char *words);

/* What came of it in words for a person; what: "sending".  FAULT_SYSTEM. */
int gitprog_failed(const struct run_result *r, const char *what, struct fault *f);

#endif
