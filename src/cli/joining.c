#include "cli/joining.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cloud.h"
#include "cli/gitprog.h"
#include "cli/ui.h"

bool bundle_named(struct span name)
{
	return span_starts(name, SPAN_LIT("chapeau-")) && span_ends(name, SPAN_LIT(BUNDLE_ENDING)) && name.n == 8 + 16 + strlen(BUNDLE_ENDING);
}

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool empty = d != NULL;

	while (empty && (e = readdir(d)))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (d)
		closedir(d);
	return empty;
}

/* The file in the folder that was written last; NULL: none is there. */
static const char *newest_bundle(struct cli *c, const char *folder)
{
	const char **names, *newest = NULL;
	time_t when = 0;
	size_t count;

	list_dir(c, folder, BUNDLE_ENDING, &names, &count);
	for (size_t i = 0; i < count; i++) {
		struct span name = path_base(span_str(names[i]));
		const char *path = arena_printf(&c->arena, "%s/%.*s", folder, SPAN_ARG(name)).p;
		struct stat st;

		if (bundle_named(name) && stat(path, &st) == 0 && (!newest || st.st_mtime > when)) {
			newest = path;
			when = st.st_mtime;
		}
	}
	return newest;
}

/* The line of versions to lay out where the host names none that it has: main, or the first. */
static const char *any_line(struct cli *c, const struct run_result *heads)
{
	struct span text = buf_span(&heads->text), line, first = { 0 };

	while (span_split(&text, '\n', &line)) {
		size_t from = span_find(line, SPAN_LIT("refs/heads/"), 0);
		struct span name;

		if (from == SIZE_MAX)
			continue;
		name = span_trim(span_sub(line, from + 11, line.n));
		if (!first.n || span_is(name, "main"))
			first = name;
	}
	return first.n ? arena_str(&c->arena, first) : NULL;
}

static int bring(struct cli *c, const char *from, bool host, struct fault *f)
{
	CLEANUP(run_result_done) struct run_result heads = { 0 };
	CLEANUP(run_result_done) struct run_result out = { 0 };
	const char *line;
	int r = gitprog(c, ".", (const char *const[]){ "ls-remote", "--heads", from, NULL }, &heads, f);

	if (!r && heads.status)
		r = gitprog_failed(&heads, host ? "asking the host for what others saved" : "reading the file of another computer", f);
	if (r < 0)
		return r;
	line = any_line(c, &heads);
	if (!line) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "nothing was handed in there yet, so there is no workspace to bring here");
		return fault_hint(f, "Start one: chapeau init, then chapeau save, then chapeau sync --host ADDRESS");
	}
	/* Links that a host sends become files that say where they would lead: nothing here leads out of the workspace. */
	r = gitprog(c, ".", (const char *const[]){ "clone", "--quiet", "--origin", "origin", "--no-recurse-submodules", "-c", "core.symlinks=false", from, ".", NULL }, &out, f);
	if (!r && out.status)
		r = gitprog_failed(&out, "bringing the workspace here", f);
	if (!r && gitprog_says(&out, "unable to checkout")) {
		run_result_done(&out);
		out = (struct run_result){ 0 };
		r = gitprog(c, ".", (const char *const[]){ "checkout", "--quiet", line, NULL }, &out, f);
		if (!r && out.status)
			r = gitprog_failed(&out, "laying out the workspace", f);
	}
	if (!r && !host) {
		run_result_done(&out);
		out = (struct run_result){ 0 };
		r = gitprog(c, ".", (const char *const[]){ "remote", "remove", "origin", NULL }, &out, f);
		if (!r && out.status)
			r = gitprog_failed(&out, "leaving the file of another computer alone", f);
	}
	return r;
}

int join_if_new(struct cli *c, const char *folder, const char *host, bool *joined, struct fault *f)
{
	CLEANUP(mem_freep) char *full = NULL;
	const char *from = host;
	struct ws *w;
	int r = ws_at(c, ".", &w, f);

	*joined = false;
	if (r < 0 || w->root || (!folder && !host))
		return r;
	if (!is_empty(".")) {
		fault_set(f, FAULT_WORKSPACE, (struct srcpos){ 0 }, "this folder is in no workspace, and it holds files");
		return fault_hint(f, "To bring the others' workspace to this computer, make an empty folder, go there, and type this again");
	}
	if (host && (!*host || *host == '-'))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--host takes the address that the host shows for the workspace");
	if (folder) {
		full = realpath(folder, NULL);
		if (!full || !file_is_dir(full))
			return fault_set(f, FAULT_MISSING, (struct srcpos){ folder, 0, 0 }, "this folder is not there");
		from = newest_bundle(c, full);
		if (!from)
			return fault_set(f, FAULT_MISSING, (struct srcpos){ folder, 0, 0 }, "no computer has put its versions into this folder yet");
	}
	r = bring(c, from, host != NULL, f);
	*joined = !r;
	if (!r && !file_exists("chapeau.yaml")) {
		fault_set(f, FAULT_WORKSPACE, (struct srcpos){ 0 }, "all that is there was brought here, but the workspace is not at the top of it");
		return fault_hint(f, "Go to the folder in it that holds chapeau.yaml, and work there");
	}
	return r;
}

void join_tell(struct cli *c, struct ws *w, struct repo *g)
{
	const char **names;
	size_t count;

	list_dir(c, ws_path(c, w, "drafts"), ".md", &names, &count);
	buf_printf(&c->out, "The workspace is here now, with %zu draft%s.\nNext: chapeau status\n", count, count == 1 ? "" : "s");
	cloud_warn(c, w->root, g);
}
