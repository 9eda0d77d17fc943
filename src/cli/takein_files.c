/* The files of a version from elsewhere, put where they belong: all or none. */
#include "cli/takein_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

const char *takein_kept(const struct takein *t, const char *path)
{
	size_t n = strlen(t->prefix);

	return strncmp(path, t->prefix, n) == 0 && history_keeps(path + n) ? path + n : NULL;
}

static char *on_disk(const struct takein *t, const char *path)
{
	return path_join(repo_workdir(t->repo), path);
}

static const struct taken *item_at(const struct taking *k, const char *path)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->items[i].file.path, path) == 0)
			return &k->items[i];
	return NULL;
}

/* A folder on the way that is none here, and will not be one: a link leads elsewhere.  NULL, or its path below the top, to be freed. */
static char *barred_by(const struct taking *k, const char *path, bool *ret_link)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		CLEANUP(buf_done) struct buf part = { 0 };
		CLEANUP(mem_freep) char *full = NULL;
		const struct taken *x;
		struct stat st;

		buf_put(&part, path, (size_t)(slash - path));
		buf_char(&part, '\0');
		full = on_disk(k->t, part.p);
		if (lstat(full, &st) < 0 || S_ISDIR(st.st_mode))
			continue;
		x = item_at(k, part.p);
		if (x && !x->file.has && !x->object)
			return NULL; /* it goes first */
		*ret_link = S_ISLNK(st.st_mode);
		return mem_strdup(part.p);
	}
	return NULL;
}

#define FOLDER_DEPTH 64

/* A file below the folder that is not taken away with it: its path, to be freed. */
static char *own_file(const struct taking *k, const char *dir, unsigned depth)
{
	CLEANUP(mem_freep) char *full = on_disk(k->t, dir);
	DIR *d = opendir(full);
	char *found = NULL;
	struct dirent *e;

	if (!d)
		return mem_strdup(dir);
	while (!found && (e = readdir(d))) {
		CLEANUP(mem_freep) char *path = NULL;
		CLEANUP(mem_freep) char *inner = NULL;
		const struct taken *x;
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		path = path_join(dir, e->d_name);
		inner = on_disk(k->t, path);
		x = item_at(k, path);
		if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode))
			found = depth < FOLDER_DEPTH ? own_file(k, path, depth + 1) : mem_strdup(path);
		else if (!x || x->file.has)
			found = mem_strdup(path);
	}
	closedir(d);
	return found;
}

/* Folders with nothing in them. */
static void remove_empty(const char *full, unsigned depth)
{
	DIR *d = depth < FOLDER_DEPTH ? opendir(full) : NULL;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		CLEANUP(mem_freep) char *inner = NULL;
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		inner = path_join(full, e->d_name);
		if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode))
			remove_empty(inner, depth + 1);
	}
	if (d)
		closedir(d);
	rmdir(full);
}

/* Where a link leads, as its bytes. */
static struct span link_bytes(struct taking *k, const char *full)
{
	char to[4096];
	ssize_t n = readlink(full, to, sizeof(to));

	return n < 0 ? (struct span){ 0 } : arena_dup(&k->arena, span_of(to, (size_t)n));
}

/* What stands in the way of a path: a folder that is none here, or a folder here that holds more than goes with it. */
static int look_around(struct taking *k, const struct taken *x, const struct stat *st)
{
	const char *path = x->file.path;
	bool link = false;
	CLEANUP(mem_freep) char *bar = barred_by(k, path, &link), *own = NULL;

	if (bar) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and its folder here is a %s", link ? "link to another place" : "file");
		return fault_hint(k->f, link ? "Make %s a folder again, then sync. Nothing was changed here." : "Put %s aside under another name, then sync again. Nothing was changed here.", bar);
	}
	if (!st || !S_ISDIR(st->st_mode) || !x->file.has)
		return 0;
	own = own_file(k, path, 0);
	if (!own)
		return 0;
	fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others made this a file, and here it is a folder that holds %s", own);
	return fault_hint(k->f, "Move that file to another folder, save, then sync again. Nothing was changed here.");
}

/* Is the file what we think it is?  What was typed or staged since is not ours to replace. */
static int look(struct taking *k, struct taken *x)
{
	const char *path = x->file.path;
	CLEANUP(mem_freep) char *full = on_disk(k->t, path);
	CLEANUP(buf_done) struct buf now = { 0 };
	struct stat st;
	bool there = lstat(full, &st) == 0, is_link = there && S_ISLNK(st.st_mode), same;
	struct span bytes;
	int r = 0;

	if (x->object)
		return 0;
	r = look_around(k, x, there ? &st : NULL);
	if (r < 0)
		return r;
	x->was_link = is_link;
	if (there && S_ISDIR(st.st_mode) && x->file.has && !x->file.had)
		return 0; /* it is empty before the file comes */
	if (there && S_ISREG(st.st_mode))
		r = file_read(full, LIMIT_ZIP_BYTES, &now, &x->stamp, k->f);
	if (r < 0)
		return r;
	bytes = is_link ? link_bytes(k, full) : buf_span(&now);
	/* A link that others sent stands here as a file that says where it leads. */
	if (x->file.had)
		same = there && !S_ISDIR(st.st_mode) && (!is_link || x->our_mode == MODE_LINK) && span_eq(bytes, x->file.before);
	else
		same = !there || ((!is_link || x->mode == MODE_LINK) && span_eq(bytes, x->file.after));
	if (!same && is_link) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and here it is a link to another place");
		return fault_hint(k->f, "Put the file itself there, save, then sync again. Nothing was changed here.");
	}
	if (!same) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and it was changed here since the last version");
		return fault_hint(k->f, takein_kept(k->t, path) ? "Save, then sync again. Nothing was changed here." : "chapeau does not save this file: put your copy aside, then sync again. Nothing was changed here.");
	}
	if (repo_staged(k->t->repo, path)) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and it is set ready with another program here");
		return fault_hint(k->f, "Finish there, then sync again. Nothing was changed here.");
	}
	return 0;
}

/* Puts bytes, a link or nothing at a path.  stamp: the file that is replaced, and no other; NULL: any. */
static int put(struct taking *k, const char *path, bool has, struct span bytes, unsigned mode, const struct file_stamp *stamp)
{
	CLEANUP(mem_freep) char *full = on_disk(k->t, path);
	CLEANUP(mem_freep) char *dir = path_dir(full);
	struct stat st;
	bool there = lstat(full, &st) == 0;
	int r;

	/* Nothing is written through a link. */
	if (there && S_ISLNK(st.st_mode))
		unlink(full);
	if (!has)
		return file_remove(full, stamp, k->f);
	if (there && S_ISDIR(st.st_mode))
		remove_empty(full, 0);
	r = file_make_dirs(dir, k->f);
	if (r < 0)
		return r;
	if (mode == MODE_LINK) {
		unlink(full);
		if (symlink(arena_str(&k->arena, bytes), full) < 0)
			return fault_set(k->f, FAULT_SYSTEM, (struct srcpos){ full, 0, 0 }, "this link cannot be made: %s", strerror(errno));
		return 0;
	}
	r = file_replace(full, bytes, stamp, k->f);
	if (!r && mode == MODE_PROGRAM)
		chmod(full, 0755);
	return r;
}

/* Without: what came goes first, since it may be a folder where a file stood, or the other way round. */
void takein_put_back(struct taking *k)
{
	struct fault *f = k->f;

	k->f = NULL;
	for (int had = 0; had < 2; had++)
		for (size_t i = k->count; i--;) {
			const struct taken *x = &k->items[i];

			if (x->written && x->file.had == had)
				put(k, x->file.path, had, x->file.before, x->was_link ? MODE_LINK : x->our_mode == MODE_PROGRAM ? MODE_PROGRAM : MODE_FILE, NULL);
		}
	k->f = f;
}

int takein_write(struct taking *k)
{
	int r = 0;

	for (size_t i = 0; !r && i < k->count; i++)
		r = look(k, &k->items[i]);
	for (int has = 0; has < 2; has++)
		for (size_t i = 0; !r && i < k->count; i++) {
			struct taken *x = &k->items[i];

			if (x->object || x->file.has != has)
				continue;
			/* A file that could not be replaced is as it was; a link goes before what comes in its place. */
			x->written = x->was_link || x->link;
			r = put(k, x->file.path, x->file.has, x->file.after, x->link ? MODE_LINK : x->mode == MODE_LINK ? MODE_FILE : x->mode, &x->stamp);
			x->written = x->written || r == 0;
		}
	if (r < 0)
		takein_put_back(k);
	return r;
}
