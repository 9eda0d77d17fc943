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
	       (n > 4 && strcmp(name + n - 4, ".swp") == 0) || strncmp(name, ".#", 2) == 0 || strstr(name, ".chapeau-new");
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
	if (!r && s->tag.n) {
		char head[REPO_HEX + 1];

		if (repo_head(h->repo, head))
			r = repo_tag(h->repo, s->tag, head, f);
	}
	repo_unlock(h->repo);
	return r;
}

/* ---- undo ---- */

/*
 * A step is a version that no branch holds, under refs/chapeau/undo/NUMBER: files before/N and after/N, the command and
 * the paths in its message.  The highest number is the newest; numbers below the steps that we keep are deleted.
 */
static bool highest(void *ctx, const char *name)
{
	uint64_t n, *top = ctx;

	if (span_number(span_str(name), UINT32_MAX, &n) && n > *top)
		*top = n;
	return true;
}

static bool step_top(struct history *h, uint64_t *ret, char ret_name[32])
{
	*ret = 0;
	repo_refs(h->repo, "undo/", highest, ret);
	snprintf(ret_name, 32, "undo/%06u", (unsigned)*ret);
	return *ret > 0;
}

static char *step_path(const char *side, size_t i)
{
	char *s = mem_alloc(40);

	snprintf(s, 40, "%s/%zu", side, i);
	return s;
}

static int keep_step(struct history *h, struct span message, const struct changed_file *files, size_t count, int64_t time,
		     char ret_hex[REPO_HEX + 1], struct fault *f)
{
	CLEANUP(mem_freep) const char **paths = mem_zero(2 * count, sizeof(char *));
	CLEANUP(mem_freep) struct span *bytes = mem_zero(2 * count, sizeof(struct span));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < count; i++) {
		if (files[i].had) {
			paths[n] = step_path("before", i);
			bytes[n++] = files[i].before;
		}
		if (files[i].has) {
			paths[n] = step_path("after", i);
			bytes[n++] = files[i].after;
		}
	}
	r = repo_keep(h->repo, "", paths, bytes, n, message, time, ret_hex, f);
	for (size_t i = 0; i < n; i++)
		mem_free((char *)paths[i]);
	return r;
}

int history_undo_note(struct history *h, struct span command, const struct changed_file *files, size_t count, unsigned steps, int64_t time,
		      uint64_t *step, struct fault *f)
{
	CLEANUP(buf_done) struct buf message = { 0 };
	char hex[REPO_HEX + 1], name[32];
	uint64_t top, number = *step;
	int r;

	if (steps == 0 || count == 0)
		return 0;
	buf_add(&message, command);
	BUF_LIT(&message, "\n\n");
	for (size_t i = 0; i < count; i++) {
		buf_str(&message, files[i].path);
		buf_char(&message, '\n');
	}
	r = repo_lock(h->repo, 10000, f);
	if (r < 0)
		return r;
	step_top(h, &top, name);
	r = keep_step(h, buf_span(&message), files, count, time, hex, f);
	if (!number)
		number = top + 1;
	if (!r) {
		snprintf(name, sizeof(name), "undo/%06u", (unsigned)number);
		r = repo_ref_set(h->repo, name, hex, f);
	}
	if (!r)
		*step = number;
	if (!r && number > steps) {
		snprintf(name, sizeof(name), "undo/%06u", (unsigned)(number - steps));
		if (repo_ref_get(h->repo, name, hex))
			r = repo_ref_delete(h->repo, name, f);
	}
	repo_unlock(h->repo);
	return r;
}

void undo_step_done(struct undo_step *u)
{
	if (!u)
		return;
	arena_done(&u->arena);
	*u = (struct undo_step){ 0 };
}

static bool read_side(struct history *h, const char *hex, const char *side, size_t i, struct arena *a, struct span *ret)
{
	CLEANUP(mem_freep) char *path = step_path(side, i);
	CLEANUP(buf_done) struct buf b = { 0 };
	char blob[REPO_HEX + 1];

	if (!repo_path_blob(h->repo, hex, path, blob) || repo_blob_read(h->repo, blob, &b, NULL) < 0)
		return false;
	*ret = arena_dup(a, buf_span(&b));
	return true;
}

int history_undo_peek(struct history *h, struct undo_step *ret, struct fault *f)
{
	char hex[REPO_HEX + 1], name[32];
	struct repo_version v;
	struct span rest, line;
	size_t n = 0, end;
	uint64_t top;
	int r;

	*ret = (struct undo_step){ 0 };
	if (!step_top(h, &top, name) || !repo_ref_get(h->repo, name, hex))
		return fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "there is nothing to undo: chapeau has written nothing into drafts here that is not undone");
	r = repo_version_load(h->repo, hex, &ret->arena, &v, f);
	if (r < 0)
		return r;
	ret->time = v.time;
	end = span_find(v.message, SPAN_LIT("\n\n"), 0);
	ret->command = end == SIZE_MAX ? v.message : span_sub(v.message, 0, end);
	rest = end == SIZE_MAX ? (struct span){ 0 } : span_sub(v.message, end + 2, v.message.n);
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '\n';
	ret->files = ARENA_ARRAY(&ret->arena, n + 1, struct changed_file);
	while (span_split(&rest, '\n', &line)) {
		struct changed_file *x = &ret->files[ret->count];

		if (!line.n)
			continue;
		x->path = arena_str(&ret->arena, line);
		x->had = read_side(h, hex, "before", ret->count, &ret->arena, &x->before);
		x->has = read_side(h, hex, "after", ret->count, &ret->arena, &x->after);
		ret->count++;
	}
	while (top > 1) {
		snprintf(name, sizeof(name), "undo/%06u", (unsigned)--top);
		if (!repo_ref_get(h->repo, name, hex))
			break;
		ret->left++;
	}
	return 0;
}

int history_undo_drop(struct history *h, struct fault *f)
{
	char name[32];
	uint64_t top;
	int r;

	r = repo_lock(h->repo, 10000, f);
	if (r < 0)
		return r;
	if (step_top(h, &top, name))
		r = repo_ref_delete(h->repo, name, f);
	repo_unlock(h->repo);
	return r;
}
