/*
 * cli: the command line.  Only cli prints, reads argv or the clock, or chooses exit codes.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/cmd.h"

struct ws;

struct opt_value {
	const struct opt *opt;
	const char *value; /* NULL where it takes none */
};

/* One run of the program. */
struct cli {
	const struct cmd *cmd;
	const char **args; /* words that are no options */
	size_t arg_count;
	struct opt_value *values; /* in the order given */
	size_t value_count;
	const char *format, *output; /* format is never NULL; output NULL: stdout, or the command's own default */
	bool quiet, help, color;
	bool apart;           /* this is the process that may open a stranger's package (cli/apart.h) */
	bool err_terminal;    /* stderr is a terminal: wrap */
	unsigned width;       /* of the terminal that stdout is; 0: a pipe or a file */
	int64_t now;          /* seconds since 1970 */
	int answer;           /* exit code of a command that ran: 0, or 1 where the answer is no */
	struct buf out;       /* results; written to stdout or --output when the command is done */
	struct undo_run *undo; /* what it wrote into drafts so far (cli/step.c) */
	struct ws *workspaces; /* those looked at so far (cli/workspace.h) */
	struct arena arena;   /* lives as long as the run */
};

int cli_main(int argc, char **argv);

/* The version, as meson.build says it. */
const char *cli_version(void);

/* FAULT_USAGE where --format docx or odt would go to a terminal; name: of the file that the hint proposes. */
int cli_not_on_terminal(const struct cli *c, const char *name, struct fault *f);
bool cli_format_is(const struct cli *c, const char *name);

/* Writes what stands in c->out to its place and empties it.  cli_main does it for the command at the end; a command that
 * runs on (check --watch) does it itself. */
int cli_flush(struct cli *c, struct fault *f);

#endif
