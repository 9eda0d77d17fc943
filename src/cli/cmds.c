#include "cli/cmd.h"

#include "cli/cli.h"

#define ANY SIZE_MAX

const struct opt common_options[] = {
	{ NULL, 'C', "DIR", NULL, "work as if started in DIR" },
	{ "format", 0, "FORMAT", NULL, "how to write the result" },
	{ NULL, 'o', "FILE", NULL, "write the result to FILE; - is standard output" },
	{ "color", 0, "WHEN", "auto|always|never", "colours on the terminal (NO_COLOR is heeded too)" },
	{ "quiet", 'q', NULL, NULL, "say only what went wrong" },
	{ "help", 'h', NULL, NULL, "show this help" },
	{ 0 },
};

const struct cmd cmds[] = {
	{
		.name = "help",
		.group = "Help",
		.synopsis = "[COMMAND]",
		.about = "what chapeau can do, or how one command works",
		.example = "chapeau help\nchapeau help export",
		.formats = "text",
		.max_args = 1,
		.run = cmd_help,
	},
	{
		.name = "version",
		.group = "Help",
		.synopsis = "",
		.about = "the version of this program",
		.example = "chapeau version",
		.formats = "text|json",
		.run = cmd_version,
	},
	{
		.name = "completions",
		.group = "Help",
		.synopsis = "bash|zsh|fish",
		.about = "a script that completes commands and options in a shell",
		.example = "chapeau completions bash >~/.local/share/bash-completion/completions/chapeau",
		.formats = "text",
		.min_args = 1,
		.max_args = 1,
		.flags = CMD_HIDDEN,
		.run = cmd_completions,
	},
};
const size_t cmd_count = ARRAY_LEN(cmds);

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < cmd_count; i++)
		if (strcmp(cmds[i].name, name) == 0)
			return &cmds[i];
	return NULL;
}
