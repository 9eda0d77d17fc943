#include "cli/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/opt.h"
#include "cli/ui.h"

#define WORKSPACE_FILE "chapeau.yaml"
#define UP_MAX 64 /* folders looked at on the way up: deeper is no path of a person */

static char *say(struct cli *c, const char *dir, const char *name)
{
	char *path = path_join(dir, name), *kept = arena_str(&c->arena, span_str(path));

	mem_free(path);
	return kept;
}

const char *ws_path(struct cli *c, const struct ws *w, const char *below)
{
	return say(c, w->root ? w->root : ".", below);
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The folder above, said as a person would: "drafts" -> ".", "." -> "..", ".." -> "../..". */
static const char *dir_above(struct cli *c, const char *dir)
{
	struct span s = span_str(dir), last;
	char *up;

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	last = path_base(s);
	if (span_is(s, "."))
		return "..";
	if (span_is(last, "..") || span_is(last, "."))
		return say(c, arena_str(&c->arena, s), "..");
	up = path_dir(arena_str(&c->arena, s));
	dir = arena_str(&c->arena, span_str(up));
	mem_free(up);
	return dir;
}

/* A stranger's workspace must not make ours of what stands elsewhere: it would be read, saved and sent on. */
static int stay_inside(struct cli *c, const char *root, struct fault *f)
{
	static const char *const places[] = { WORKSPACE_FILE, "priorities.yaml", "contacts.yaml", ".gitignore", ".gitattributes", "drafts",
					      "drafts/texts", "drafts/reviews", "templates", "templates/calls" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(places) && r == 0; i++) {
		const char *path = say(c, root, places[i]);
		char *top, *real;
		struct stat st;
		size_t n;

		if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
			continue;
		top = realpath(root, NULL);
		real = realpath(path, NULL);
		n = top ? strlen(top) : 0;
		if (real && (!top || strncmp(real, top, n) != 0 || (real[n] != '/' && n > 1))) {
			fault_set(f, FAULT_INPUT, (struct srcpos){ .file = path }, "this is a link to a place outside the workspace, which is neither read nor written");
			r = fault_hint(f, "Put the file or folder itself here.");
		}
		free(top);
		free(real);
	}
	return r;
}

int ws_at(struct cli *c, const char *dir, struct ws **ret, struct fault *f)
{
	const char *at = *dir ? dir : ".";
	struct ws *w;
	bool found = false;

	for (int i = 0; i < UP_MAX && !found; i++) {
		const char *file = say(c, at, WORKSPACE_FILE), *up;

		if (file_exists(file)) {
			found = true;
			break;
		}
		up = dir_above(c, at);
		if (same_file(at, up))
			break;
		at = up;
	}
	for (w = c->workspaces; w; w = w->next)
		if (found ? w->root && same_file(w->root, at) : !w->root) {
			*ret = w;
			return 0;
		}

	w = ARENA_NEW(&c->arena, struct ws);
	w->cli = c;
	if (found) {
		const char *file = say(c, at, WORKSPACE_FILE);
		struct buf text = { 0 };
		int r = stay_inside(c, at, f);

		if (r == 0)
			r = file_read(file, LIMIT_YAML_BYTES, &text, NULL, f);
		if (r == 0)
			r = conf_workspace(buf_span(&text), file, &w->conf, f);
		buf_done(&text);
		if (r < 0)
			return r;
		if (!w->conf->root)
			w->conf->root = mem_strdup(at);
		w->root = arena_str(&c->arena, span_str(at)); /* at may be the caller's dir */
	}
	w->next = c->workspaces;
	c->workspaces = w;
	*ret = w;
	return 0;
}

bool ws_same_place(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

bool ws_is_source(struct cli *c, const char *path)
{
	static const char *const settings[] = { WORKSPACE_FILE, "priorities.yaml", "contacts.yaml" };
	char *real = realpath(path, NULL), *drafts, *dir;
	struct fault f = { 0 };
	bool source = false;
	struct ws *w = NULL;
	size_t n;

	if (!real)
		return false;
	dir = path_dir(path);
	if (ws_at(c, dir, &w, &f) < 0 || !w->root)
		w = NULL;
	fault_done(&f);
	mem_free(dir);
	for (size_t i = 0; w && i < ARRAY_LEN(settings); i++)
		source = source || ws_same_place(real, ws_path(c, w, settings[i]));
	drafts = w ? realpath(ws_path(c, w, "drafts"), NULL) : NULL;
	n = drafts ? strlen(drafts) : 0;
	source = source || (drafts && strncmp(real, drafts, n) == 0 && real[n] == '/' && span_ends(span_str(real), SPAN_LIT(".md")));
	free(drafts);
	free(real);
	return source;
}

int ws_here(struct cli *c, struct ws **ret, struct fault *f)
{
	struct ws *w;
	int r = ws_at(c, ".", &w, f);

	if (r < 0)
		return r;
	if (!w->root) {
		fault_set(f, FAULT_WORKSPACE, (struct srcpos){ 0 }, "this folder is in no workspace: no " WORKSPACE_FILE " here or above");
		return fault_hint(f, "Start one: chapeau init");
	}
	*ret = w;
	return 0;
}

void ws_done(struct cli *c)
{
	for (struct ws *w = c->workspaces; w; w = w->next) {
		for (struct ws_other *o = w->others; o; o = o->next)
			statement_free(o->statement);
		for (struct ws_profile *p = w->profiles; p; p = p->next)
			profile_free(p->profile);
		checker_free(w->checker);
		priorities_free(w->priorities);
		agreed_free(w->agreed);
		workspace_free(w->conf);
	}
	c->workspaces = NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_pipe(DIR *dir, const char *name)
{
	struct stat st;

	return fstatat(dirfd(dir), name, &st, 0) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

void list_dir(struct cli *c, const char *dir, const char *ending, const char ***ret, size_t *ret_count)
{
	DIR *d = opendir(dir);
	const char **names = NULL, **kept;
	size_t count = 0, cap = 0;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		struct span name = span_str(e->d_name);

		/* A hidden file is an editor's or a system's: "._x.md", ".#x.md".  A pipe is nobody's draft, and reading it may never end. */
		if (name.p[0] == '.' || !span_ends(name, span_str(ending)) || is_pipe(d, e->d_name))
			continue;
		if (count == cap) {
			cap = cap ? 2 * cap : 16;
			names = mem_resize(names, cap, sizeof(*names));
		}
		names[count++] = arena_str(&c->arena, name);
	}
	if (d)
		closedir(d);
	if (count)
		qsort(names, count, sizeof(*names), by_name);
	kept = arena_array(&c->arena, count + 1, sizeof(*kept));
	if (count)
		memcpy(kept, names, count * sizeof(*kept));
	mem_free(names);
	*ret = kept;
	*ret_count = count;
}

int ws_drafts(struct cli *c, struct ws *w, const char ***ret, size_t *ret_count, struct fault *f)
{
	const char *dir = ws_path(c, w, "drafts");

	(void)f;
	list_dir(c, dir, ".md", ret, ret_count);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = say(c, dir, (*ret)[i]);
	return 0;
}

/* ---- installed data ---- */

static bool holds_data(struct cli *c, const char *dir)
{
	return file_is_dir(say(c, dir, "templates/calls")) && file_exists(say(c, dir, "priorities.yaml"));
}

const char *data_dir(struct cli *c)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n > 0) {
		struct buf text = { 0 };
		const char *dir;
		char *folder;

		exe[n] = '\0';
		folder = path_dir(exe);
		/* Beside the build tree: meson leaves the path of the source there. */
		dir = say(c, folder, "chapeau-data");
		if (file_exists(dir) && file_read(dir, 4096, &text, NULL, NULL) == 0)
			dir = arena_str(&c->arena, span_trim(buf_span(&text)));
		buf_done(&text);
		if (!holds_data(c, dir))
			dir = say(c, folder, "../share/chapeau"); /* installed, and moved since */
		mem_free(folder);
		if (holds_data(c, dir))
			return dir;
	}
	return holds_data(c, CHAPEAU_DATADIR) ? CHAPEAU_DATADIR : NULL;
}

/* ---- priorities and profiles ---- */

int ws_checker(struct cli *c, struct ws *w, struct checker **ret, struct fault *f)
{
	const char *path = opt_get(c, "priorities");
	struct buf text = { 0 };
	int r = 0;

	if (!w->checker) {
		if (!path && w->root) {
			path = ws_path(c, w, "priorities.yaml");
			if (!file_exists(path))
				path = NULL;
		}
		if (path) {
			r = file_read(path, LIMIT_YAML_BYTES, &text, NULL, f);
			if (r == 0)
				r = conf_priorities(buf_span(&text), path, &w->priorities, f);
		}
		if (r == 0)
			r = checker_new(w->priorities, w->conf, &w->checker, f);
		buf_done(&text);
	}
	*ret = w->checker;
	return r;
}

/* A file or folder of the templates: the workspace's own; outside any workspace the installed one. */
static const char *template_path(struct cli *c, struct ws *w, const char *below)
{
	const char *data;

	if (w->root)
		return ws_path(c, w, below);
	data = data_dir(c);
	return data ? say(c, data, below) : NULL;
}

int ws_agreed(struct cli *c, struct ws *w, const struct agreed **ret, struct fault *f)
{
	const char *path = opt_get(c, "agreed");
	struct buf text = { 0 };
	int r = 0;

	if (!w->agreed_read) {
		if (!path) {
			path = template_path(c, w, "templates/agreed-language.yaml");
			if (path && !file_exists(path))
				path = NULL;
		}
		if (path)
			r = file_read(path, LIMIT_YAML_BYTES, &text, NULL, f);
		if (path && r == 0)
			r = conf_agreed(buf_span(&text), path, &w->agreed, f);
		buf_done(&text);
		w->agreed_read = r == 0;
	}
	*ret = w->agreed;
	return r;
}

static int profile_load(struct cli *c, struct ws *w, const char *path, struct ws_profile **ret, struct fault *f)
{
	struct buf text = { 0 };
	struct profile *profile = NULL;
	int r;

	for (struct ws_profile *p = w->profiles; p; p = p->next)
		if (strcmp(p->path, path) == 0) {
			*ret = p;
			return 0;
		}
	r = file_read(path, LIMIT_YAML_BYTES, &text, NULL, f);
	if (r == 0)
		r = conf_profile(buf_span(&text), path, &profile, f);
	buf_done(&text);
	if (r < 0)
		return r;
	*ret = ARENA_NEW(&c->arena, struct ws_profile);
	(*ret)->path = path;
	(*ret)->profile = profile;
	(*ret)->next = w->profiles;
	w->profiles = *ret;
	return 0;
}


static bool plain_name(struct span s)
{
	return s.n && s.n < 200 && s.p[0] != '.' && span_find_char(s, '/', 0) == SIZE_MAX && span_find_char(s, '\\', 0) == SIZE_MAX;
}

int ws_profile(struct cli *c, struct ws *w, struct span call, struct profile **ret, struct fault *f)
{
	const char *dir = template_path(c, w, "templates/calls"), *path, **names;
	struct fault broken = { 0 };
	struct ws_profile *p = NULL;
	size_t count;
	int r = 0;

	*ret = NULL;
	if (!dir || !plain_name(call))
		return 0;
	if (span_ends(call, SPAN_LIT(".yaml")))
		call.n -= 5;
	path = say(c, dir, arena_printf(&c->arena, "%.*s.yaml", SPAN_ARG(call)).p);
	if (file_exists(path)) {
		r = profile_load(c, w, path, &p, f);
		if (r == 0)
			*ret = p->profile;
		return r;
	}
	list_dir(c, dir, ".yaml", &names, &count);
	for (size_t i = 0; i < count && !*ret; i++) {
		if (profile_load(c, w, say(c, dir, names[i]), &p, &broken) == 0 && span_eq(p->profile->id, call))
			*ret = p->profile;
	}
	/* A profile that does not parse may be the one that was meant. */
	if (!*ret && broken.kind) {
		r = fault_set(f, broken.kind, broken.pos, "%s", broken.message);
		if (broken.hint)
			fault_hint(f, "%s", broken.hint);
		if (broken.line)
			fault_line(f, span_str(broken.line));
	}
	fault_done(&broken);
	return r;
}

int ws_profiles(struct cli *c, struct ws *w, struct ws_profile ***ret, size_t *ret_count, struct fault *f)
{
	const char *dir = template_path(c, w, "templates/calls"), **names;
	size_t count = 0;
	int r = 0;

	if (dir)
		list_dir(c, dir, ".yaml", &names, &count);
	*ret = arena_array(&c->arena, count + 1, sizeof(**ret));
	for (size_t i = 0; i < count && r == 0; i++)
		r = profile_load(c, w, say(c, dir, names[i]), &(*ret)[i], f);
	*ret_count = count;
	return r;
}

int ws_profile_named(struct cli *c, struct ws *w, const char *call, struct profile **ret, struct fault *f)
{
	struct ws_profile **all, *p;
	struct span best = { 0 };
	unsigned distance = 4;
	size_t count;
	int r;

	if (file_exists(call) && !file_is_dir(call)) {
		r = profile_load(c, w, arena_str(&c->arena, span_str(call)), &p, f);
		if (r == 0)
			*ret = p->profile;
		return r;
	}
	r = ws_profile(c, w, span_str(call), ret, f);
	if (r < 0 || *ret)
		return r;
	if (strchr(call, '/') || span_ends(span_str(call), SPAN_LIT(".yaml")))
		return fault_set(f, FAULT_MISSING, (struct srcpos){ .file = call }, "there is no such file");
	if (ws_profiles(c, w, &all, &count, NULL) == 0)
		for (size_t i = 0; i < count; i++) {
			unsigned d = span_distance(all[i]->profile->id, span_str(call), distance);

			if (d < distance) {
				distance = d;
				best = all[i]->profile->id;
			}
		}
	fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no call \"%s\"", call);
	return best.n ? fault_hint(f, "Did you mean %.*s?", SPAN_ARG(best)) : fault_hint(f, "The calls there are: chapeau new");
}
