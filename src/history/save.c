#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "history/internal.h"
#include "io/file.h"

void changes_done(struct changes *c)
{
	if (!c)
		return;
	free(c->items);
	free(c->links);
	arena_done(&c->arena);
	*c = (struct changes){ 0 };
}

static struct changed_file *change_add(struct changes *c, const char *path)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->items = mem_resize(c->items, c->cap, sizeof(struct changed_file));
	}
	c->items[c->count] = (struct changed_file){ .path = arena_str(&c->arena, span_str(path)) };
	return &c->items[c->count++];
}

bool history_keeps(const char *path)
{
	static const char *const files[] = { "chapeau.yaml", "priorities.yaml", ".gitignore", ".gitattributes" };
	struct span s = span_str(path);

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (strcmp(path, files[i]) == 0)
			return true;
	if (span_starts(s, SPAN_LIT("drafts/")) || span_starts(s, SPAN_LIT("templates/")))
		return true;
	return span_starts(s, SPAN_LIT("exports/")) && span_find(s, SPAN_LIT("/handed-in/"), 0) != SIZE_MAX;
}

struct walk {
	struct history *h;
	struct changes *c;
	char head[REPO_HEX + 1]; /* "": nothing saved */
	struct fault *f;
};

/* Names that editors and office programs leave beside a file while it is open. */
static bool litter(const char *name)
{
	size_t n = strlen(name);

	return strncmp(name, ".~lock.", 7) == 0 || strncmp(name, "~$", 2) == 0 || (n && name[n - 1] == '~') ||
	       (n > 4 && strcmp(name + n - 4, ".swp") == 0) || strncmp(name, ".#", 2) == 0 || file_is_unfinished(name);
}

static int look_at_file(struct walk *w, const char *path)
{
	CLEANUP(mem_freep) char *full = path_join(w->h->root, path);
	CLEANUP(buf_done) struct buf now = { 0 };
	char blob[REPO_HEX + 1], disk[REPO_HEX + 1];
	bool had;
	struct changed_file *x;
	int r;

	if (!history_keeps(path) || repo_ignored(w->h->repo, path))
		return 0;
	r = file_read(full, LIMIT_ZIP_BYTES, &now, NULL, w->f);
	if (r < 0)
		return r;
	had = w->head[0] && repo_path_blob(w->h->repo, w->head, path, blob);
	repo_blob_name(buf_span(&now), disk);
	if (had && strcmp(blob, disk) == 0)
		return 0;
	x = change_add(w->c, path);
	x->has = true;
	x->after = arena_dup(&w->c->arena, buf_span(&now));
	if (had) {
		CLEANUP(buf_done) struct buf before = { 0 };

		r = repo_blob_read(w->h->repo, blob, &before, w->f);
		if (r < 0)
			return r;
		x->had = true;
		x->before = arena_dup(&w->c->arena, buf_span(&before));
	}
	return 0;
}

/* A link that leads to what is kept under another name loses nothing, and one that leads nowhere has nothing. */
static void look_at_link(struct walk *w, const char *path, const char *on_disk)
{
	char *root = realpath(w->h->root, NULL), *to = realpath(on_disk, NULL);
	size_t n = root ? strlen(root) : 0;
	bool kept = to && n && strncmp(to, root, n) == 0 && to[n] == '/' && history_keeps(to + n + 1);

	if (to && !kept && !repo_ignored(w->h->repo, path)) {
		w->c->links = mem_resize(w->c->links, w->c->link_count + 1, sizeof(*w->c->links));
		w->c->links[w->c->link_count++] = arena_str(&w->c->arena, span_str(path));
	}
	free(root);
	free(to);
}

#define FOLDER_DEPTH 16

/* Every regular file below dir; links are not followed: one could lead out of the workspace. */
static int look_at_folder(struct walk *w, const char *dir, unsigned depth)
{
	CLEANUP(mem_freep) char *full = path_join(w->h->root, dir);
	DIR *d = opendir(full);
	struct dirent *e;
	int r = 0;

	if (!d)
		return errno == ENOENT || errno == ENOTDIR ? 0
							   : fault_set(w->f, FAULT_SYSTEM, (struct srcpos){ full, 0, 0 },
								       "this folder cannot be read: %s", strerror(errno));
	while (!r && (e = readdir(d))) {
		CLEANUP(mem_freep) char *path = NULL;
		CLEANUP(mem_freep) char *on_disk = NULL;
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || litter(e->d_name))
			continue;
		path = path_join(dir, e->d_name);
		on_disk = path_join(w->h->root, path);
		if (lstat(on_disk, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < FOLDER_DEPTH)
			r = look_at_folder(w, path, depth + 1);
		else if (S_ISREG(st.st_mode))
			r = look_at_file(w, path);
		else if (S_ISLNK(st.st_mode) && history_keeps(path))
			look_at_link(w, path, on_disk);
	}
	closedir(d);
	return r;
}

static bool look_for_gone(void *ctx, const char *path, const char *blob)
{
	struct walk *w = ctx;
	CLEANUP(mem_freep) char *full = path_join(w->h->root, path);
	CLEANUP(buf_done) struct buf before = { 0 };
	struct changed_file *x;

	if (!history_keeps(path) || file_exists(full))
		return true;
	x = change_add(w->c, path);
	x->had = true;
	if (repo_blob_read(w->h->repo, blob, &before, NULL) == 0)
		x->before = arena_dup(&w->c->arena, buf_span(&before));
	return true;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct changed_file *)a)->path, ((const struct changed_file *)b)->path);
}

/* Is the folder the workspace's own, and no link to another place? */
static bool stands_inside(const struct history *h, const char *folder)
{
	CLEANUP(mem_freep) char *path = path_join(h->root, folder);
	char *root = realpath(h->root, NULL), *real = realpath(path, NULL);
	size_t n = root ? strlen(root) : 0;
	bool inside = !real || (root && strncmp(real, root, n) == 0 && (real[n] == '/' || n == 1));

	free(root);
	free(real);
	return inside;
}

int history_changes(struct history *h, struct changes *ret, struct fault *f)
{
	static const char *const folders[] = { "drafts", "templates", "exports" };
	static const char *const files[] = { "chapeau.yaml", "priorities.yaml", ".gitignore", ".gitattributes" };
	struct walk w = { .h = h, .c = ret, .f = f };
	int r = 0;

	*ret = (struct changes){ 0 };
	if (!repo_head(h->repo, w.head))
		w.head[0] = '\0';
	for (size_t i = 0; !r && i < ARRAY_LEN(files); i++) {
		CLEANUP(mem_freep) char *full = path_join(h->root, files[i]);

		if (file_exists(full))
			r = look_at_file(&w, files[i]);
	}
	for (size_t i = 0; !r && i < ARRAY_LEN(folders); i++)
		if (stands_inside(h, folders[i]))
			r = look_at_folder(&w, folders[i], 0);
	if (!r && w.head[0])
		r = repo_list(h->repo, w.head, "", look_for_gone, &w, f);
	if (r < 0) {
		changes_done(ret);
		return r;
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(struct changed_file), by_path);
	return 0;
}

int history_save(struct history *h, const struct changes *c, const struct save_request *s, char ret_hex[REPO_HEX + 1], struct fault *f)
{
	CLEANUP(mem_freep) const char **paths = mem_zero(c->count, sizeof(char *));
	CLEANUP(mem_freep) struct span *bytes = mem_zero(c->count, sizeof(struct span));
	CLEANUP(mem_freep) bool *gone = mem_zero(c->count, sizeof(bool));
	struct repo_save save = { .paths = paths,
				  .bytes = bytes,
				  .gone = gone,
				  .count = c->count,
				  .message = s->message,
				  .author = s->author,
				  .email = s->email,
				  .time = s->time,
				  .offset = s->offset };
	int r;

	ret_hex[0] = '\0';
	for (size_t i = 0; i < c->count; i++) {
		paths[i] = c->items[i].path;
		bytes[i] = c->items[i].after;
		gone[i] = !c->items[i].has;
	}
	r = repo_lock(h->repo, 10000, f);
	if (r < 0)
		return r;
	if (c->count)
		r = repo_save(h->repo, &save, ret_hex, f);
	if (!r && ret_hex[0] && !repo_branch(h->repo, NULL)) {
		char name[REPO_HEX + 8];

		/* No branch leads to it: this name keeps it from being swept away. */
		snprintf(name, sizeof(name), "apart/%s", ret_hex);
		r = repo_ref_set(h->repo, name, ret_hex, f);
	}
	if (!r && s->tag.n) {
		char head[REPO_HEX + 1];

		if (repo_head(h->repo, head))
			r = repo_tag(h->repo, s->tag, head, f);
	}
	repo_unlock(h->repo);
	return r;
}
