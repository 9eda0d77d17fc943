#include "cli/opt.h"

#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/ui.h"

#define OPT_MAX 48
#define NEAR_ENOUGH 2u /* edits between a mistyped word and what was meant */

/* Is word one of "a|b|c"? */
static bool among(const char *choices, const char *word)
{
	struct span rest = span_str(choices), item;

	while (span_split(&rest, '|', &item))
		if (span_is(item, word))
			return true;
	return false;
}

static bool same_name(const struct opt *o, const char *name)
{
	return o->name && strcmp(o->name, name) == 0;
}

bool opt_given(const struct cli *c, const char *name)
{
	for (size_t i = 0; i < c->value_count; i++)
		if (same_name(c->values[i].opt, name))
			return true;
	return false;
}

const char *opt_get(const struct cli *c, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < c->value_count; i++)
		if (same_name(c->values[i].opt, name))
			value = c->values[i].value;
	return value;
}

static void nearer(const char *name, const char *word, const char **best, unsigned *distance)
{
	unsigned d = span_distance(span_str(name), span_str(word), NEAR_ENOUGH + 1);

	/* A short word is near to everything: two edits must leave most of it. */
	if (d < *distance && d <= NEAR_ENOUGH && 2 * d <= strlen(name)) {
		*best = name;
		*distance = d;
	}
}

const char *cmd_nearest(const char *word)
{
	const char *best = NULL;
	unsigned distance = NEAR_ENOUGH + 1;

	for (size_t i = 0; i < cmd_count; i++)
		if (!(cmds[i].flags & CMD_HIDDEN))
			nearer(cmds[i].name, word, &best, &distance);
	return best;
}

const char *opt_nearest(const struct cmd *cmd, const char *word)
{
	const char *best = NULL;
	unsigned distance = NEAR_ENOUGH + 1;

	for (const struct opt *o = cmd ? cmd->options : NULL; o && o->help; o++)
		if (o->name)
			nearer(o->name, word, &best, &distance);
	for (const struct opt *o = common_options; o->help; o++)
		if (o->name)
			nearer(o->name, word, &best, &distance);
	return best;
}

bool opt_wants_json(int argc, char **argv)
{
	bool json = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strncmp(argv[i], "--format=", 9) == 0)
			json = strcmp(argv[i] + 9, "json") == 0;
		else if (strcmp(argv[i], "--format") == 0 && i + 1 < argc)
			json = strcmp(argv[++i], "json") == 0;
	}
	return json;
}

struct table {
	struct option longs[OPT_MAX + 1];
	char shorts[2 * OPT_MAX + 3];
	const struct opt *rows[OPT_MAX];
	size_t count, short_len;
};

static void table_add(struct table *t, const struct opt *o)
{
	for (; o && o->help; o++) {
		if (t->count == OPT_MAX)
			abort();
		/* getopt_long needs a name; a row without one is reached by its letter alone. */
		t->longs[t->count] = (struct option){ o->name ? o->name : "", o->arg ? required_argument : no_argument, NULL,
						      (int)(1000 + t->count) };
		t->rows[t->count++] = o;
		if (o->letter) {
			t->shorts[t->short_len++] = o->letter;
			if (o->arg)
				t->shorts[t->short_len++] = ':';
		}
	}
	t->shorts[t->short_len] = '\0';
}

static int unknown_option(const struct cli *c, const char *word, struct fault *f)
{
	const char *cmd = c->cmd ? c->cmd->name : NULL, *near;
	struct span name = span_str(word);
	size_t equals;

	if (name.n > 2 && name.p[0] == '-' && name.p[1] == '-') {
		char plain[64];

		name = span_sub(name, 2, name.n);
		equals = span_find_char(name, '=', 0);
		if (equals != SIZE_MAX)
			name.n = equals;
		if (name.n < sizeof(plain)) {
			memcpy(plain, name.p, name.n);
			plain[name.n] = '\0';
			near = opt_nearest(c->cmd, plain);
			if (near) {
				fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "there is no option --%s", plain);
				return fault_hint(f, "Did you mean --%s?", near);
			}
		}
	}
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "there is no option %s", word);
	return cmd ? fault_hint(f, "All options: chapeau help %s", cmd) : fault_hint(f, "What there is: chapeau help");
}

static int bad_choice(const struct opt *o, const char *value, const char *choices, struct fault *f)
{
	struct span rest = span_str(choices), item, best = { 0 };
	unsigned distance = NEAR_ENOUGH + 1;

	while (span_split(&rest, '|', &item)) {
		unsigned d = span_distance(item, span_str(value), NEAR_ENOUGH + 1);

		if (d < distance && 2 * d <= item.n) {
			distance = d;
			best = item;
		}
	}
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--%s does not take \"%s\"", o->name, value);
	if (best.n)
		return fault_hint(f, "Did you mean %.*s? It takes %s.", SPAN_ARG(best), choices);
	return fault_hint(f, "It takes %s.", choices);
}

/* Runs getopt over argv, from argv[1]; argv[0] is skipped as ever.  stop: at the first word that is no option. */
static int run(struct cli *c, int argc, char **argv, const struct cmd *cmd, bool stop, int *ret_end, struct fault *f)
{
	struct table t = { 0 };
	int got, at;

	t.shorts[t.short_len++] = stop ? '+' : '-';
	t.shorts[t.short_len++] = ':';
	if (cmd)
		table_add(&t, cmd->options);
	table_add(&t, common_options);

	opterr = 0;
	optind = 0; /* glibc: begin anew */
	for (;;) {
		const struct opt *o = NULL;
		const char *word;

		at = optind ? optind : 1;
		word = at < argc && argv[at] ? argv[at] : "";
		got = getopt_long(argc, argv, t.shorts, t.longs, NULL);
		if (got == -1)
			break;
		if (got == 1) { /* a word */
			c->args[c->arg_count++] = optarg;
			continue;
		}
		if (got == ':') {
			fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "%s needs a word after it", word);
			return fault_hint(f, "See: chapeau help%s%s", cmd ? " " : "", cmd ? cmd->name : "");
		}
		if (got == '?')
			return unknown_option(c, word, f);
		if (got >= 1000)
			o = t.rows[got - 1000];
		else
			for (size_t i = 0; i < t.count; i++)
				if (t.rows[i]->letter == got)
					o = t.rows[i];
		if (!o)
			return unknown_option(c, word, f);
		if (o->choices && !among(o->choices, optarg))
			return bad_choice(o, optarg, o->choices, f);
		c->values[c->value_count++] = (struct opt_value){ o, o->arg ? optarg : NULL };
	}
	*ret_end = optind;
	return 0;
}

static int settle_common(struct cli *c, struct fault *f)
{
	c->format = NULL;
	for (size_t i = 0; i < c->value_count; i++) {
		const struct opt *o = c->values[i].opt;
		const char *v = c->values[i].value;

		if (o->letter == 'o' && !*v)
			return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "-o names no file");
		else if (o->letter == 'o')
			c->output = v;
		else if (o->letter == 'q')
			c->quiet = true;
		else if (same_name(o, "format")) {
			if (c->cmd && !among(c->cmd->formats, v))
				return bad_choice(o, v, c->cmd->formats, f);
			c->format = v;
		} else if (same_name(o, "help"))
			c->help = true;
		else if (same_name(o, "color"))
			c->color = ui_wants_color(v);
	}
	if (!c->format)
		c->format = "text";
	return 0;
}

int opt_parse(struct cli *c, int argc, char **argv, struct fault *f)
{
	size_t words = argc > 0 ? (size_t)argc : 1;
	int end = 1, r;

	c->args = arena_array(&c->arena, words + 1, sizeof(*c->args));
	c->values = arena_array(&c->arena, 2 * words, sizeof(*c->values));
	c->format = "text";
	c->color = ui_wants_color("auto");
	r = run(c, argc, argv, NULL, true, &end, f);
	if (r < 0)
		return r;
	if (end >= argc)
		return settle_common(c, f);

	c->cmd = cmd_find(argv[end]);
	if (!c->cmd) {
		const char *near = cmd_nearest(argv[end]);

		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "there is no command \"%s\"", argv[end]);
		return near ? fault_hint(f, "Did you mean: chapeau %s?", near) : fault_hint(f, "What there is: chapeau help");
	}
	r = run(c, argc - end, argv + end, c->cmd, false, &r, f);
	if (r < 0)
		return r;
	/* getopt keeps words after "--" for itself. */
	for (int i = optind; i < argc - end; i++)
		c->args[c->arg_count++] = argv[end + i];
	r = settle_common(c, f);
	if (r < 0)
		return r;
	if (!c->help && c->arg_count < c->cmd->min_args) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "something is missing: chapeau %s%s%s", c->cmd->name,
			  *c->cmd->synopsis ? " " : "", c->cmd->synopsis);
		return fault_hint(f, "See: chapeau help %s", c->cmd->name);
	}
	if (!c->help && c->arg_count > c->cmd->max_args) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "\"%s\" is one word too many: chapeau %s%s%s", c->args[c->cmd->max_args],
			  c->cmd->name, *c->cmd->synopsis ? " " : "", c->cmd->synopsis);
		return fault_hint(f, "See: chapeau help %s", c->cmd->name);
	}
	return 0;
}
