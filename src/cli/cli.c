#include "cli/cli.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli/apart.h"
#include "cli/commands.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "cli/workspace.h"
#include "io/file.h"

const char *cli_version(void)
{
	return CHAPEAU_VERSION;
}

bool cli_format_is(const struct cli *c, const char *name)
{
	return strcmp(c->format, name) == 0;
}

/* A report must not take the place of what it reports on. */
static int check_output(struct cli *c, struct fault *f)
{
	bool taken = ws_is_source(c, c->output);

	for (size_t i = 0; i < c->arg_count; i++)
		taken = taken || ws_same_place(c->output, c->args[i]);
	for (size_t i = 0; i < c->value_count; i++)
		taken = taken || (c->values[i].opt->letter != 'o' && c->values[i].value && ws_same_place(c->output, c->values[i].value));
	if (!taken)
		return 0;
	fault_set(f, FAULT_USAGE, (struct srcpos){ .file = c->output }, "this file is read by the command, or is a statement or setting of the workspace, which the result must not replace");
	return fault_hint(f, "Name another file after -o.");
}

int cli_flush(struct cli *c, struct fault *f)
{
	if (c->output && strcmp(c->output, "-") != 0 && !(c->cmd && c->cmd->flags & CMD_OWN_OUTPUT)) {
		int r = check_output(c, f);

		if (r < 0) {
			buf_clear(&c->out);
			return r;
		}
		r = file_replace(c->output, buf_span(&c->out), NULL, f);

		buf_clear(&c->out);
		return r;
	}
	/* What was asked for, though: a program's answer, a wording, what would happen. */
	if (c->quiet && c->cmd && c->cmd->flags & CMD_REPORTS && !c->help && !c->answer && !c->output && cli_format_is(c, "text") && !opt_given(c, "dry-run"))
		buf_clear(&c->out);
	if (c->out.n && (fwrite(c->out.p, 1, c->out.n, stdout) != c->out.n || fflush(stdout) != 0))
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the result could not be written: %s", strerror(errno));
	buf_clear(&c->out);
	return 0;
}

static int enter(struct cli *c, struct fault *f)
{
	for (size_t i = 0; i < c->value_count; i++) {
		const char *dir = c->values[i].value;

		if (c->values[i].opt->letter == 'C' && chdir(dir) != 0)
			return fault_set(f, FAULT_USAGE, (struct srcpos){ .file = dir }, "cannot enter this folder: %s", strerror(errno));
	}
	return 0;
}

/* What `chapeau` alone says outside a workspace: the way in is the last line. */
static void welcome(struct cli *c)
{
	BUF_LIT(&c->out, "chapeau looks after your statements to consultations: it checks them against\n"
			 "your priorities, and hands out clean DOCX and ODT files.\n"
			 "This folder is not in a workspace (no chapeau.yaml here or above).\n"
			 "What there is to do:    chapeau help\n"
			 "Start a workspace here: chapeau init\n");
}

int cli_not_on_terminal(const struct cli *c, const char *name, struct fault *f)
{
	if ((!cli_format_is(c, "docx") && !cli_format_is(c, "odt")) || c->output || !c->width)
		return 0;
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "a %s file is not for the terminal", c->format);
	return fault_hint(f, "Say where: -o %s.%s", name, c->format);
}

static int run_command(struct cli *c, void *unused, struct fault *f)
{
	(void)unused;
	return c->cmd->run(c, f);
}

static int dispatch(struct cli *c, int argc, char **argv, struct fault *f)
{
	int r = opt_parse(c, argc, argv, f);
	const char *package;

	if (r < 0)
		return r;
	if (c->help) {
		cmd_help_text(c->cmd, c->width, &c->out);
		c->output = NULL;
		return 0;
	}
	r = enter(c, f);
	if (r < 0)
		return r;
	if (!c->cmd) {
		struct ws *w;

		r = ws_at(c, ".", &w, f);
		if (r < 0)
			return r;
		if (!w->root) {
			welcome(c);
			return 0;
		}
		c->cmd = cmd_find("status");
	}
	package = c->cmd->flags & CMD_PACKAGES ? apart_named(c) : NULL;
	if (!package)
		return c->cmd->run(c, f);
	if (opt_given(c, "watch"))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ .file = package }, "--watch follows Markdown drafts, not DOCX or ODT files");
	return apart_run(c, package, run_command, NULL, NULL, 0, f);
}

int cli_main(int argc, char **argv)
{
	struct cli c = { .now = (int64_t)time(NULL) };
	struct fault f = { 0 };
	bool json = opt_wants_json(argc, argv);
	int code;

	/* Only what characters are: numbers, dates and sorting stay the same everywhere. */
	setlocale(LC_CTYPE, "C.UTF-8");
	/* What every program answers to. */
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	c.width = ui_width();
	c.err_terminal = isatty(STDERR_FILENO);
	if (dispatch(&c, argc, argv, &f) == 0 && cli_flush(&c, &f) == 0) {
		code = c.answer;
	} else {
		/* What was found before it failed is still a result, unless a program is to read it. */
		if (!json && f.kind == FAULT_REFUSED && c.out.n)
			fwrite(c.out.p, 1, c.out.n, stdout);
		ui_fault(&c, c.cmd ? c.cmd->name : NULL, json, &f);
		code = fault_exit_code(f.kind);
	}
	fault_done(&f);
	ws_done(&c);
	buf_done(&c.out);
	arena_done(&c.arena);
	return code;
}
