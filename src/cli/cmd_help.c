#include "cli/commands.h"

#include "cli/ui.h"

#define NAME_COLUMN 14u
#define OPTION_COLUMN 24u

static void put_spaces(struct buf *out, size_t n)
{
	while (n--)
		buf_char(out, ' ');
}

static void put_options(const struct opt *o, const struct cmd *cmd, unsigned width, struct buf *out)
{
	struct buf left = { 0 }, text = { 0 };

	for (; o && o->help; o++) {
		bool formats = o->name && cmd && o->arg && !o->choices && strcmp(o->name, "format") == 0;

		buf_clear(&left);
		buf_clear(&text);
		if (o->letter)
			buf_printf(&left, "  -%c", o->letter);
		if (o->name)
			buf_printf(&left, "%s--%s", o->letter ? ", " : "  ", o->name);
		if (o->arg)
			buf_printf(&left, " %s", o->arg);
		buf_str(&text, o->help);
		if (formats || o->choices)
			buf_printf(&text, " (%s)", formats ? cmd->formats : o->choices);
		buf_add(out, buf_span(&left));
		if (left.n + 2 > OPTION_COLUMN) {
			buf_char(out, '\n');
			put_spaces(out, OPTION_COLUMN);
		} else {
			put_spaces(out, OPTION_COLUMN - left.n);
		}
		ui_wrap(out, buf_span(&text), width ? width : 80, OPTION_COLUMN, OPTION_COLUMN);
		buf_char(out, '\n');
	}
	buf_done(&left);
	buf_done(&text);
}

static void put_example(const char *example, struct buf *out)
{
	struct span rest = span_str(example), line;

	while (span_split(&rest, '\n', &line))
		buf_printf(out, "    %.*s\n", SPAN_ARG(line));
}

static void help_all(unsigned width, struct buf *out)
{
	const char *group = "";

	BUF_LIT(out, "Example:\n"
		     "    chapeau init                      start a workspace in this folder\n"
		     "    chapeau check                     what is missing in your statements\n"
		     "    chapeau export NAME --to docx     the file to hand in\n"
		     "\n"
		     "chapeau [OPTION...] COMMAND [ARGUMENT...]\n");
	for (size_t i = 0; i < cmd_count; i++) {
		if (cmds[i].flags & CMD_HIDDEN)
			continue;
		if (strcmp(group, cmds[i].group) != 0) {
			group = cmds[i].group;
			buf_printf(out, "\n%s\n", group);
		}
		buf_printf(out, "  %-*s", (int)NAME_COLUMN - 2, cmds[i].name);
		ui_wrap(out, span_str(cmds[i].about), width ? width : 80, NAME_COLUMN, NAME_COLUMN);
		buf_char(out, '\n');
	}
	BUF_LIT(out, "\nFor every command\n");
	put_options(common_options, NULL, width, out);
	BUF_LIT(out, "\nMore of one command: chapeau help COMMAND\n");
}

void cmd_help_text(const struct cmd *cmd, unsigned width, struct buf *out)
{
	if (!cmd) {
		help_all(width, out);
		return;
	}
	BUF_LIT(out, "Example:\n");
	put_example(cmd->example, out);
	buf_printf(out, "\nchapeau %s%s%s [OPTION...]\n\n", cmd->name, *cmd->synopsis ? " " : "", cmd->synopsis);
	ui_wrap(out, span_str(cmd->about), width ? width : 80, 0, 0);
	buf_char(out, '\n');
	if (cmd->more) {
		buf_char(out, '\n');
		ui_wrap(out, span_str(cmd->more), width ? width : 80, 0, 0);
		buf_char(out, '\n');
	}
	BUF_LIT(out, "\nOptions\n");
	put_options(cmd->options, cmd, width, out);
	put_options(common_options, cmd, width, out);
	buf_printf(out, "\nThe whole of it: man chapeau-%s\n", cmd->name);
}

int cmd_help(struct cli *c, struct fault *f)
{
	const struct cmd *cmd = NULL;

	if (c->arg_count) {
		cmd = cmd_find(c->args[0]);
		if (!cmd) {
			const char *near = cmd_nearest(c->args[0]);

			fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "there is no command \"%s\"", c->args[0]);
			return near ? fault_hint(f, "Did you mean: chapeau help %s?", near) : fault_hint(f, "What there is: chapeau help");
		}
	}
	cmd_help_text(cmd, c->width, &c->out);
	return 0;
}
