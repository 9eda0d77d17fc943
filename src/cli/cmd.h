/*
 * cmd: the one command table.
 *
 * It makes the option parser, `help`, `--help` and the completions; a test holds the man pages' SYNOPSIS and OPTIONS
 * to it.  Rows stand in the order of the work, so that help reads as a day does.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "base/buf.h"
#include "base/fault.h"

struct cli;

struct opt {
	const char *name;    /* long name, without the dashes; NULL: letter only */
	char letter;         /* 0: none */
	const char *arg;     /* what it takes, "FILE"; NULL: nothing */
	const char *choices; /* "a|b|c" where only these words are taken; NULL: any */
	const char *help;
};

#define CMD_OWN_OUTPUT 1u /* -o names a file that the command writes itself */
#define CMD_HIDDEN 2u     /* for programs, not for people: not in help */
#define CMD_PACKAGES 4u   /* writes no file, and reads DOCX and ODT too: runs apart where its words name one */
#define CMD_REPORTS 8u    /* all that it prints is what it did: -q leaves that out where it went well */

struct cmd {
	const char *name;
	const char *group;    /* heading in help */
	const char *synopsis; /* the arguments, as in SYNOPSIS */
	const char *about;    /* one line */
	const char *example;  /* command lines, one a line; help opens with them */
	const char *more;     /* paragraphs for help; may be NULL */
	const char *formats;  /* what --format takes; the first is what is written unless said */
	const struct opt *options; /* ends with a row that has no help; NULL: none */
	size_t min_args, max_args; /* SIZE_MAX: any number */
	unsigned flags;
	/* 0, or -kind with the fault filled; "done, and the answer is no" is c->answer. */
	int (*run)(struct cli *c, struct fault *f);
};

extern const struct cmd cmds[];
extern const size_t cmd_count;

/* What every command takes; ends with a row that has no help. */
extern const struct opt common_options[];

const struct cmd *cmd_find(const char *name);

/* The name of a command or option nearest to a mistyped one, or NULL. */
const char *cmd_nearest(const char *word);
const char *opt_nearest(const struct cmd *cmd, const char *word);

/* The help of one command, or of all (cmd NULL). */
void cmd_help_text(const struct cmd *cmd, unsigned width, struct buf *out);

#endif
