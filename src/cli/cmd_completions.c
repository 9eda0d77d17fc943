#include "cli/commands.h"

#include "cli/workspace.h"
#include "io/file.h"

/* Calls for each option that a command takes: its own, then the common ones. */
static void each_option(const struct cmd *cmd, void (*each)(struct buf *out, const struct cmd *cmd, const struct opt *o, const char *choices),
			struct buf *out)
{
	const struct opt *lists[] = { cmd ? cmd->options : NULL, common_options };

	for (size_t l = 0; l < ARRAY_LEN(lists); l++)
		for (const struct opt *o = lists[l]; o && o->help; o++) {
			const char *choices = o->choices;

			if (cmd && o->name && strcmp(o->name, "format") == 0)
				choices = cmd->formats;
			each(out, cmd, o, choices);
		}
}

/* Choices with spaces between, as shells want them. */
static void put_words(struct buf *out, const char *choices)
{
	for (; *choices; choices++)
		buf_char(out, *choices == '|' ? ' ' : *choices);
}

/* Text inside '...' of a shell. */
static void put_quoted(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			BUF_LIT(out, "'\\''");
		else
			buf_char(out, *s);
	}
}

static void bash_word(struct buf *out, const struct cmd *cmd, const struct opt *o, const char *choices)
{
	(void)cmd;
	(void)choices;
	if (o->letter)
		buf_printf(out, " -%c", o->letter);
	if (o->name)
		buf_printf(out, " --%s", o->name);
}

static void bash_choice(struct buf *out, const struct cmd *cmd, const struct opt *o, const char *choices)
{
	if (!choices || !o->name)
		return;
	buf_printf(out, "\t%s:--%s) words='", cmd->name, o->name);
	put_words(out, choices);
	BUF_LIT(out, "' ;;\n");
}

static void bash(struct buf *out)
{
	BUF_LIT(out, "# chapeau(1) completion for bash\n_chapeau()\n{\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= words= i IFS=$' \\t\\n'\n"
		     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		     "\t\tcase ${COMP_WORDS[i]} in -C|-o|--color|--format) ((i++)) ;; -*) ;; *) cmd=${COMP_WORDS[i]}; break ;; esac\n"
		     "\tdone\n\tCOMPREPLY=()\n"
		     "\tif [[ -z $cmd ]]; then\n\t\twords='");
	for (size_t i = 0; i < cmd_count; i++)
		if (!(cmds[i].flags & CMD_HIDDEN))
			buf_printf(out, "%s ", cmds[i].name);
	BUF_LIT(out, "'\n\t\t[[ $cur == -* ]] && words='");
	each_option(NULL, bash_word, out);
	BUF_LIT(out, "'\n\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
		     "\tcase $prev in -C) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
		     "\t-o|--template|--priorities|--agreed) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
		     "\t--call) COMPREPLY=($(compgen -W \"$(chapeau completions calls 2>/dev/null)\" -- \"$cur\") $(compgen -f -- \"$cur\")); return ;;\n\tesac\n"
		     "\tcase $cmd:$prev in\n");
	for (size_t i = 0; i < cmd_count; i++)
		each_option(&cmds[i], bash_choice, out);
	BUF_LIT(out, "\tesac\n\tif [[ -z $words && $cur == -* ]]; then\n\t\tcase $cmd in\n");
	for (size_t i = 0; i < cmd_count; i++) {
		buf_printf(out, "\t\t%s) words='", cmds[i].name);
		each_option(&cmds[i], bash_word, out);
		BUF_LIT(out, "' ;;\n");
	}
	BUF_LIT(out, "\t\tesac\n\tfi\n"
		     "\tif [[ -n $words ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		     "\telse\n\t\tIFS=$'\\n' # a name may hold blanks\n"
		     "\t\tCOMPREPLY=($(compgen -W \"$(chapeau completions drafts 2>/dev/null)\" -- \"$cur\") $(compgen -f -- \"$cur\"))\n"
		     "\tfi\n}\ncomplete -o filenames -F _chapeau chapeau\n");
}

static void zsh_option(struct buf *out, const struct cmd *cmd, const struct opt *o, const char *choices)
{
	(void)cmd;
	BUF_LIT(out, " \\\n\t\t\t'");
	if (o->name)
		buf_printf(out, "--%s", o->name);
	else
		buf_printf(out, "-%c", o->letter);
	buf_char(out, '[');
	put_quoted(out, o->help);
	buf_char(out, ']');
	if (choices) {
		buf_printf(out, ":%s:(", o->arg ? o->arg : "");
		put_words(out, choices);
		buf_char(out, ')');
	} else if (o->arg) {
		buf_printf(out, ":%s:%s", o->arg, o->name && strcmp(o->name, "call") == 0 ? "{compadd -- ${(f)\"$(chapeau completions calls 2>/dev/null)\"}; _files}" : "_files");
	}
	buf_char(out, '\'');
}

static void zsh(struct buf *out)
{
	BUF_LIT(out, "#compdef chapeau\n# chapeau(1) completion for zsh\n_chapeau() {\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; i < cmd_count; i++) {
		if (cmds[i].flags & CMD_HIDDEN)
			continue;
		buf_printf(out, "\t\t'%s:", cmds[i].name);
		put_quoted(out, cmds[i].about);
		BUF_LIT(out, "'\n");
	}
	BUF_LIT(out, "\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
		     "\tlocal cmd=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n\tcase $cmd in\n");
	for (size_t i = 0; i < cmd_count; i++) {
		buf_printf(out, "\t%s)\n\t\t_arguments", cmds[i].name);
		each_option(&cmds[i], zsh_option, out);
		BUF_LIT(out, " \\\n\t\t\t'*:draft:{compadd -- ${(f)\"$(chapeau completions drafts 2>/dev/null)\"}; _files}'\n\t\t;;\n");
	}
	BUF_LIT(out, "\tesac\n}\n_chapeau \"$@\"\n");
}

static void fish_option(struct buf *out, const struct cmd *cmd, const struct opt *o, const char *choices)
{
	buf_printf(out, "complete -c chapeau -n '__fish_seen_subcommand_from %s'", cmd->name);
	if (o->letter)
		buf_printf(out, " -s %c", o->letter);
	if (o->name)
		buf_printf(out, " -l %s", o->name);
	if (o->arg)
		buf_str(out, choices ? " -x" : " -r");
	if (choices) {
		BUF_LIT(out, " -a '");
		put_words(out, choices);
		buf_char(out, '\'');
	} else if (o->name && strcmp(o->name, "call") == 0) {
		BUF_LIT(out, " -a '(chapeau completions calls 2>/dev/null)'");
	}
	BUF_LIT(out, " -d '");
	put_quoted(out, o->help);
	BUF_LIT(out, "'\n");
}

static void fish(struct buf *out)
{
	BUF_LIT(out, "# chapeau(1) completion for fish\n");
	for (size_t i = 0; i < cmd_count; i++) {
		if (cmds[i].flags & CMD_HIDDEN)
			continue;
		buf_printf(out, "complete -c chapeau -f -n __fish_use_subcommand -a %s -d '", cmds[i].name);
		put_quoted(out, cmds[i].about);
		BUF_LIT(out, "'\n");
	}
	for (size_t i = 0; i < cmd_count; i++)
		if (!(cmds[i].flags & CMD_HIDDEN))
			each_option(&cmds[i], fish_option, out);
	BUF_LIT(out, "complete -c chapeau -n 'not __fish_use_subcommand' -a '(chapeau completions drafts 2>/dev/null)'\n");
}

/* The drafts here, or the calls, a line each, for the scripts above.  No workspace: none. */
static int names(struct cli *c, bool calls, struct fault *f)
{
	static const char *const dirs[] = { "drafts", "drafts/texts" };
	struct ws_profile **profiles;
	const char **files;
	struct ws *w;
	size_t count;
	int r = ws_at(c, ".", &w, f);

	if (r < 0 || (!w->root && !calls))
		return r;
	if (calls) {
		r = ws_profiles(c, w, &profiles, &count, f);
		for (size_t i = 0; r == 0 && i < count; i++)
			buf_printf(&c->out, "%.*s\n", SPAN_ARG(profiles[i]->profile->id));
		return r;
	}
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
		list_dir(c, ws_path(c, w, dirs[d]), ".md", &files, &count);
		for (size_t i = 0; i < count; i++)
			buf_printf(&c->out, "%.*s\n", SPAN_ARG(path_stem(span_str(files[i]))));
	}
	return 0;
}

int cmd_completions(struct cli *c, struct fault *f)
{
	static const struct {
		const char *name;
		void (*write)(struct buf *out);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		if (strcmp(c->args[0], shells[i].name) == 0) {
			shells[i].write(&c->out);
			return 0;
		}
	if (strcmp(c->args[0], "drafts") == 0 || strcmp(c->args[0], "calls") == 0)
		return names(c, c->args[0][0] == 'c', f);
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "there is no script for the shell \"%s\"", c->args[0]);
	return fault_hint(f, "There is one for bash, zsh and fish.");
}
