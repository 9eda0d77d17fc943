#include "cli/versions.h"

#include <stdlib.h>
#include <sys/stat.h>

int versions_open(struct ws *w, struct history **ret, struct fault *f)
{
	if (!w->root)
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ 0 }, "this is in no workspace, so it has no saved versions");
	return history_open(w->root, ret, f);
}

int versions_open_if_any(struct ws *w, struct history **ret, struct fault *f)
{
	struct fault own = { 0 };
	int r;

	*ret = NULL;
	if (!w->root)
		return 0;
	r = history_open(w->root, ret, &own);
	if (r == -FAULT_NOT_FOUND) {
		fault_done(&own);
		return 0;
	}
	if (r < 0 && f && !f->kind)
		*f = own;
	else
		fault_done(&own);
	return r;
}

const char *versions_path(struct cli *c, const struct ws *w, const char *path)
{
	char *root = w->root ? realpath(w->root, NULL) : NULL, *full = realpath(path, NULL);
	size_t n = root ? strlen(root) : 0;
	const char *below = NULL;

	/* A file that is still to be written stands in a folder that is there. */
	if (root && !full) {
		CLEANUP(mem_freep) char *dir = path_dir(path);
		char *real = realpath(dir, NULL);

		if (real && strncmp(real, root, n) == 0 && (real[n] == '/' || !real[n]))
			below = arena_printf(&c->arena, "%s%s%.*s", real + n + (real[n] == '/'), real[n] ? "/" : "", SPAN_ARG(path_base(span_str(path)))).p;
		free(real);
	}
	if (root && full && strncmp(root, full, n) == 0 && full[n] == '/')
		below = arena_str(&c->arena, span_str(full + n + 1));
	free(root);
	free(full);
	return below;
}

int versions_stay_inside(struct cli *c, const struct ws *w, const char *path, struct fault *f)
{
	CLEANUP(mem_freep) char *dir = path_dir(path);
	struct stat st;

	if (!w->root || lstat(path, &st) < 0 || !S_ISLNK(st.st_mode) || !file_exists(path) || versions_path(c, w, path))
		return 0;
	/* One that stands elsewhere is the user's own affair. */
	if (!ws_same_place(dir, w->root) && !versions_path(c, w, dir))
		return 0;
	fault_set(f, FAULT_INPUT, (struct srcpos){ .file = path }, "this is a link to a place outside the workspace, which is neither read nor written");
	return fault_hint(f, "Put the file itself here.");
}

struct span versions_me(struct cli *c, struct ws *w)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct span name = { 0 }, email;

	if (versions_open_if_any(w, &h, NULL) == 0 && h && repo_identity(history_repo(h), &c->arena, &name, &email))
		return name;
	for (size_t i = 0; w->conf && i < w->conf->person_count; i++)
		for (size_t k = 0; k < w->conf->people[i].role_count; k++)
			if (span_is(w->conf->people[i].roles[k], "penholder"))
				return w->conf->people[i].name;
	return SPAN_LIT("unknown");
}
