#include "cli/commands.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/cloud.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "cli/workspace.h"
#include "io/repo.h"

#define SAMPLE "drafts/wsis20-zero-draft.md"
#define DATA_BYTES (16u << 20) /* a template file */

static const char chapeau_yaml[] = "# Who we are, who does what, and how chapeau works here. chapeau-workspace(5) lists every key.\n"
				   "schema: chapeau/workspace/1\n"
				   "organisation: {name: Example Registry, short: EXR, group: technical community, region: Asia Pacific}\n"
				   "language: en\n"
				   "people:                                          # name, role, organisation only; addresses in contacts.yaml, unversioned\n"
				   "  - {id: penholder, name: Policy Officer, roles: [penholder]}\n"
				   "  - {id: legal, name: Legal Counsel, roles: [legal, may-waive]}\n"
				   "  - {id: head, name: Head of Office, roles: [head]}\n"
				   "sign-off: {order: [legal, head], quorum: {legal: 1, head: 1}}\n"
				   "attributes: hidden                               # hidden | plain: what track writes\n"
				   "track: on-save                                   # on-save | by-hand\n"
				   "words: {fr: {paragraph: paragraphe}}             # over the shipped words for cross-references\n"
				   "undo: 20\n";

/* Exports are not versioned, but what was handed in is. */
static const char gitignore[] = "/exports/*\n!/exports/*/\n/exports/*/*\n!/exports/*/handed-in/\ncontacts.yaml\n";

/* How to switch the merge driver on stands in the README; until then Git merges by line. */
static const char gitattributes[] = "# Statements keep their bytes as they are: no line ends are changed.\n"
				    "/drafts/**/*.md -text merge=chapeau diff=chapeau\n"
				    "/drafts/reviews/*.yaml -text merge=union\n"
				    "*.docx binary\n"
				    "*.odt binary\n";

struct tally {
	struct cli *c;
	const char *root;
	struct buf made, kept; /* JSON arrays' items are made from these: names, one a line */
};

static int put(struct tally *t, const char *name, struct span bytes, struct fault *f)
{
	char *path = path_join(t->root, name), *dir = path_dir(path);
	int r = 0;

	if (file_exists(path)) {
		buf_printf(&t->kept, "%s\n", name);
	} else {
		r = file_make_dirs(dir, f);
		if (r == 0)
			r = file_replace(path, bytes, &(struct file_stamp){ .missing = true }, f);
		if (r == 0)
			buf_printf(&t->made, "%s\n", name);
	}
	mem_free(path);
	mem_free(dir);
	return r;
}

static int put_data(struct tally *t, const char *data, const char *name, struct fault *f)
{
	char *from = path_join(data, name);
	struct buf bytes = { 0 };
	int r = 0;

	if (file_exists(from)) {
		r = file_read(from, DATA_BYTES, &bytes, NULL, f);
		if (r == 0)
			r = put(t, name, buf_span(&bytes), f);
	}
	buf_done(&bytes);
	mem_free(from);
	return r;
}

static int put_calls(struct tally *t, const char *data, struct fault *f)
{
	static const char *const endings[] = { ".yaml", ".md" };
	int r = 0;

	for (size_t e = 0; e < ARRAY_LEN(endings); e++) {
		const char **names;
		size_t count;
		char *dir = path_join(data, "templates/calls");

		list_dir(t->c, dir, endings[e], &names, &count);
		mem_free(dir);
		for (size_t i = 0; i < count && r == 0; i++)
			r = put_data(t, data, arena_printf(&t->c->arena, "templates/calls/%s", names[i]).p, f);
	}
	return r;
}

static void put_list(struct json *j, const char *key, struct span names)
{
	struct span name;

	json_key(j, key);
	json_array(j);
	while (span_split(&names, '\n', &name))
		if (name.n)
			json_string(j, name);
	json_array_end(j);
}

static void report(struct tally *t, bool repository)
{
	struct buf *out = &t->c->out;
	struct span names = buf_span(&t->made), name;
	const char *cloud_name = cloud_of(t->root);
	bool here = strcmp(t->root, ".") == 0;

	if (cli_format_is(t->c, "json")) {
		struct json j;

		json_begin(&j, out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/init@1"));
		json_put_string(&j, "workspace", span_str(t->root));
		put_list(&j, "created", names);
		put_list(&j, "kept", buf_span(&t->kept));
		json_put_bool(&j, "repository", repository);
		json_put_string_or_null(&j, "cloud", span_str(cloud_name));
		json_object_end(&j);
		buf_char(out, '\n');
		return;
	}
	if (cloud_name) {
		CLEANUP(repo_freep) struct repo *g = NULL;

		repo_open(t->root, &g, NULL);
		cloud_warn(t->c, t->root, g);
	}
	if (t->c->quiet)
		return;
	while (span_split(&names, '\n', &name))
		if (name.n)
			buf_printf(out, "made  %.*s\n", SPAN_ARG(name));
	names = buf_span(&t->kept);
	while (span_split(&names, '\n', &name))
		if (name.n)
			buf_printf(out, "kept  %.*s\n", SPAN_ARG(name));
	if (repository)
		BUF_LIT(out, "made  a Git repository, which will keep your versions\n");
	BUF_LIT(out, "First: write your organisation into chapeau.yaml. The sample draft shows how a statement looks.\nNext: ");
	if (!here)
		buf_printf(out, strpbrk(t->root, " '()&") ? "cd \"%s\", then " : "cd %s, then ", t->root);
	BUF_LIT(out, "chapeau check\n");
}

int cmd_init(struct cli *c, struct fault *f)
{
	const char *data = data_dir(c);
	struct tally t = { .c = c, .root = c->arg_count ? c->args[0] : "." };
	bool repository = false;
	char *marker;
	int r;

	if (!data) {
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the installed templates are missing (%s)", CHAPEAU_DATADIR);
		return fault_hint(f, "Install chapeau again.");
	}
	if (file_exists(t.root) && !file_is_dir(t.root)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = t.root }, "this is a file, not a folder");
		return fault_hint(f, "Name a folder, or a name that is still free.");
	}
	r = file_make_dirs(t.root, f);
	/* A workspace that is there gets what it lacks, but no sample beside its own drafts. */
	marker = path_join(t.root, "chapeau.yaml");
	if (r == 0 && !file_exists(marker))
		r = put_data(&t, data, SAMPLE, f);
	mem_free(marker);
	if (r == 0)
		r = put_data(&t, data, "priorities.yaml", f);
	if (r == 0)
		r = put_data(&t, data, "templates/agreed-language.yaml", f);
	if (r == 0)
		r = put_data(&t, data, "templates/reference.docx", f);
	if (r == 0)
		r = put_data(&t, data, "templates/reference.odt", f);
	if (r == 0)
		r = put_calls(&t, data, f);
	if (r == 0)
		r = put(&t, ".gitignore", SPAN_LIT(gitignore), f);
	if (r == 0)
		r = put(&t, ".gitattributes", SPAN_LIT(gitattributes), f);
	if (r == 0)
		r = put(&t, "chapeau.yaml", SPAN_LIT(chapeau_yaml), f); /* last: what makes the folder a workspace */
	if (r == 0 && !repo_inside(t.root)) {
		r = repo_create(t.root, f);
		repository = r == 0;
	}
	if (r == 0)
		report(&t, repository);
	buf_done(&t.made);
	buf_done(&t.kept);
	return r;
}
