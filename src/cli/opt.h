/*
 * opt: the option parser: getopt_long over a command's row of the table.
 *
 * Options may stand before the command (common ones) and anywhere after it; "--" ends them.
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include "cli/cli.h"

/* Fills c->cmd, args, values and the common settings.  c->cmd stays NULL where no command is named.  FAULT_USAGE with a
 * "did you mean" for unknown words. */
int opt_parse(struct cli *c, int argc, char **argv, struct fault *f);

/* Is --format json among the words, however wrong the rest is?  Errors are then JSON too. */
bool opt_wants_json(int argc, char **argv);

bool opt_given(const struct cli *c, const char *name);
const char *opt_get(const struct cli *c, const char *name); /* the last value, or NULL */

#endif
