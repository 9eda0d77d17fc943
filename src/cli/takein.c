#include "cli/takein.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/merging.h"
#include "cli/versions.h"
#include "cli/when.h"

#define MODE_FILE 0100644
#define MODE_PROGRAM 0100755
#define MODE_LINK 0120000
#define MODE_REPOSITORY 0160000

struct taken {
	struct changed_file file;
	struct file_stamp stamp; /* of the file that was looked at: another is not replaced */
	unsigned our_mode;       /* 0: not there */
	unsigned mode;      /* 0: as it was */
	const char *object; /* of what is no file */
	bool written;
};

struct taking {
	struct takein *t;
	struct arena arena;
	struct taken *items;
	size_t count, cap;
	char base[REPO_HEX + 1], theirs[REPO_HEX + 1];
	struct fault *f;
	int r;
};

static struct taken *add(struct taking *k, const char *path)
{
	if (k->count == k->cap) {
		k->cap = k->cap ? 2 * k->cap : 16;
		k->items = mem_resize(k->items, k->cap, sizeof(struct taken));
	}
	k->items[k->count] = (struct taken){ .file.path = arena_str(&k->arena, span_str(path)), .stamp.missing = true };
	return &k->items[k->count++];
}

static struct span blob_bytes(struct taking *k, const char *blob)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (!*blob || k->r < 0)
		return (struct span){ 0 };
	k->r = repo_blob_read(k->t->repo, blob, &b, k->f);
	return arena_dup(&k->arena, buf_span(&b));
}

static bool plain(unsigned mode)
{
	return mode == 0 || mode == MODE_FILE || mode == MODE_PROGRAM;
}

/* The path below the workspace, where it is one that `save` keeps; else NULL. */
static const char *kept(const struct takein *t, const char *path)
{
	size_t n = strlen(t->prefix);

	return strncmp(path, t->prefix, n) == 0 && history_keeps(path + n) ? path + n : NULL;
}

/* ---- whose words they are ---- */

struct writer {
	struct takein *t;
	const char *path;
	struct repo_version v;
	struct arena *a;
	bool found;
};

static bool changed_here(void *ctx, const char *hex)
{
	struct writer *w = ctx;
	char now[REPO_HEX + 1] = "", before[REPO_HEX + 1] = "";

	if (repo_version_load(w->t->repo, hex, w->a, &w->v, NULL) < 0)
		return false;
	repo_path_blob(w->t->repo, hex, w->path, now);
	for (unsigned i = 0; i < w->v.parent_count && i < 2; i++) {
		before[0] = '\0';
		repo_path_blob(w->t->repo, w->v.parents[i], w->path, before);
		if (strcmp(now, before) == 0)
			return true;
	}
	w->found = true;
	return false;
}

/* Who last changed the path up to that version, and when, as a suggestion is signed. */
static const char *writer_of(struct taking *k, const char *hex, const char *path, const char *other)
{
	struct writer w = { .t = k->t, .path = path, .a = &k->arena };
	CLEANUP(buf_done) struct buf b = { 0 };

	repo_walk(k->t->repo, hex, false, changed_here, &w, NULL);
	for (size_t i = 0; w.found && i < w.v.author.n; i++)
		buf_char(&b, strchr("<>{}:@", w.v.author.p[i]) ? ' ' : w.v.author.p[i]);
	if (!span_trim(buf_span(&b)).n)
		BUF_LIT(&b, "unknown");
	/* Two computers of one person: two wordings need two names. */
	if (other && span_starts(span_str(other), buf_span(&b)))
		BUF_LIT(&b, " elsewhere");
	if (w.found) {
		buf_char(&b, ' ');
		when_rfc3339(&b, w.v.time, 0);
	}
	return arena_str(&k->arena, buf_span(&b));
}

/* ---- what each file becomes ---- */

/* A picture or a template that both changed: ours stays, theirs lies beside it. */
static void put_beside(struct taking *k, const char *path, struct span theirs)
{
	struct span s = span_str(path), base = path_base(s);
	size_t dot = base.n, n = 1;
	const char *name;
	struct taken *x;

	while (dot > 1 && base.p[dot - 1] != '.')
		dot--;
	dot = dot > 1 ? dot - 1 : base.n;
	for (;; n++) {
		char blob[REPO_HEX + 1], number[32] = "";

		if (n > 1)
			snprintf(number, sizeof(number), "-%zu", n);
		name = arena_printf(&k->arena, "%.*s%.*s-theirs%s%.*s", (int)(s.n - base.n), s.p, (int)dot, base.p, number, (int)(base.n - dot), base.p + dot).p;
		if (!repo_path_blob(k->t->repo, k->t->head, name, blob) && !repo_path_blob(k->t->repo, k->theirs, name, blob))
			break;
	}
	x = add(k, name);
	x->file.has = true;
	x->file.after = theirs;
	k->t->beside++;
}

static int merge_both(struct taking *k, struct taken *x, struct span base, struct span ours, struct span theirs)
{
	const char *path = x->file.path, *below = kept(k->t, path);
	struct merge_result m = { 0 };
	struct merge_names names;

	if (below && strncmp(below, "drafts/reviews/", 15) == 0 && span_starts(ours, base) && span_starts(theirs, base)) {
		/* Both only added at the end: each entry says which one it follows, so both stand. */
		buf_add(&m.text, ours);
		buf_add(&m.text, span_sub(theirs, base.n, theirs.n));
	} else if (below) {
		names.ours = writer_of(k, k->t->head, path, NULL);
		names.theirs = writer_of(k, k->theirs, path, names.ours);
		merge_bytes(base, ours, theirs, path, &names, &m);
		k->t->conflicts += m.conflicts > 0;
	} else {
		merge_lines(base, ours, theirs, 7, &(struct merge_names){ "here", "there" }, &m);
		if (m.conflicts) {
			merge_result_done(&m);
			fault_set(k->f, FAULT_REFUSED, (struct srcpos){ path, 0, 0 }, "this file, which chapeau does not keep, was changed here and by others in the same lines");
			return fault_hint(k->f, "Whoever looks after it has to put both together first. Nothing was changed here; your versions are safe on this computer.");
		}
	}
	x->file.after = arena_dup(&k->arena, buf_span(&m.text));
	if (m.apart)
		put_beside(k, path, theirs);
	merge_result_done(&m);
	return 0;
}

/* A tree from elsewhere may name anything: no step of a path may lead out of the folder, or into what keeps the versions. */
static bool stays_inside(const char *path)
{
	struct span rest = span_str(path);

	for (bool more = true; more;) {
		size_t slash = span_find_char(rest, '/', 0);
		struct span step = span_sub(rest, 0, slash == SIZE_MAX ? rest.n : slash);

		more = slash != SIZE_MAX;
		rest = more ? span_sub(rest, slash + 1, rest.n) : rest;
		if (!step.n || span_is(step, ".") || span_is(step, "..") || span_eq_nocase(step, SPAN_LIT("git~1")))
			return false;
		/* Other systems take ".GIT. " for the same folder. */
		while (step.n > 4 && (step.p[step.n - 1] == '.' || step.p[step.n - 1] == ' '))
			step.n--;
		if (span_eq_nocase(step, SPAN_LIT(".git")))
			return false;
	}
	return true;
}

/* A path that differs between the last common version and theirs. */
static bool take_path(void *ctx, const struct repo_change *change)
{
	struct taking *k = ctx;
	struct takein *t = k->t;
	char our_blob[REPO_HEX + 1] = "";
	unsigned our_mode = repo_path_mode(t->repo, t->head, change->path);
	struct span theirs;
	struct taken *x;
	size_t at = k->count;

	if (!repo_path_blob(t->repo, t->head, change->path, our_blob))
		our_blob[0] = '\0';
	if (our_mode && strcmp(our_blob, change->b) == 0 && our_mode == change->mode_b)
		return true;
	if (!our_mode && !*change->b)
		return true;
	if (!stays_inside(change->path)) {
		k->r = fault_set(k->f, FAULT_REFUSED, (struct srcpos){ arena_str(&t->c->arena, span_str(change->path)), 0, 0 },
				 "the versions there hold a file of this name, which could lead out of the workspace; nothing was taken in");
		return false;
	}
	x = add(k, change->path);
	x->mode = change->mode_b;
	x->our_mode = our_mode;
	x->file.had = our_mode != 0;
	x->file.has = *change->b != '\0';
	if (change->mode_b == MODE_REPOSITORY || our_mode == MODE_REPOSITORY) {
		x->object = *change->b ? arena_str(&k->arena, span_str(change->b)) : NULL;
		if (strcmp(our_blob, change->a) == 0 || !*our_blob)
			return true;
	}
	if (!plain(our_mode) || !plain(change->mode_b)) {
		if (our_mode != MODE_REPOSITORY)
			x->file.before = blob_bytes(k, our_blob);
		if (change->mode_b != MODE_REPOSITORY)
			x->file.after = blob_bytes(k, change->b);
		if (our_mode && strcmp(our_blob, change->a) != 0) {
			fault_set(k->f, FAULT_REFUSED, (struct srcpos){ x->file.path, 0, 0 }, "this is no file, and it was changed here and by others");
			k->r = -FAULT_REFUSED;
		}
		return k->r >= 0;
	}
	x->file.before = blob_bytes(k, our_blob);
	theirs = blob_bytes(k, change->b);
	if (k->r < 0)
		return false;
	x->file.after = theirs;
	if (strcmp(our_blob, change->a) == 0)
		return true; /* only they changed it */
	if (!*change->b || !*our_blob) {
		/* One took it away, the other went on writing: what was written stays. */
		if (*our_blob)
			k->count = at;
		else
			x->file.has = true;
		t->stayed++;
		return true;
	}
	k->r = merge_both(k, x, blob_bytes(k, change->a), x->file.before, theirs);
	return k->r >= 0;
}

/* ---- the files ---- */

static char *on_disk(const struct takein *t, const char *path)
{
	return path_join(repo_workdir(t->repo), path);
}

/* A folder on the way that is a link leads elsewhere: NULL, or its path, to be freed. */
static char *link_on_the_way(const struct takein *t, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		CLEANUP(buf_done) struct buf part = { 0 };
		char *full;
		struct stat st;

		buf_put(&part, path, (size_t)(slash - path));
		buf_char(&part, '\0');
		full = on_disk(t, part.p);
		if (lstat(full, &st) == 0 && S_ISLNK(st.st_mode))
			return full;
		mem_free(full);
	}
	return NULL;
}

/* Where a link leads, as its bytes. */
static struct span link_bytes(struct taking *k, const char *full)
{
	char to[4096];
	ssize_t n = readlink(full, to, sizeof(to));

	return n < 0 ? (struct span){ 0 } : arena_dup(&k->arena, span_of(to, (size_t)n));
}

/* Is the file what we think it is?  What was typed or staged since is not ours to replace. */
static int look(struct taking *k, struct taken *x)
{
	const char *path = x->file.path;
	CLEANUP(mem_freep) char *full = on_disk(k->t, path), *link = link_on_the_way(k->t, path);
	CLEANUP(buf_done) struct buf now = { 0 };
	struct stat st;
	bool there = lstat(full, &st) == 0, is_link = there && S_ISLNK(st.st_mode), same;
	struct span bytes;
	int r = 0;

	if (x->object)
		return 0;
	if (link) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and its folder here is a link to another place");
		return fault_hint(k->f, "Make %s a folder again, then sync. Nothing was changed here.", link);
	}
	if (there && S_ISREG(st.st_mode))
		r = file_read(full, LIMIT_ZIP_BYTES, &now, &x->stamp, k->f);
	if (r < 0)
		return r;
	bytes = is_link ? link_bytes(k, full) : buf_span(&now);
	if (x->file.had)
		same = there && is_link == (x->our_mode == MODE_LINK) && span_eq(bytes, x->file.before);
	else
		same = !there || (is_link == (x->mode == MODE_LINK) && span_eq(bytes, x->file.after));
	if (!same && is_link) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and here it is a link to another place");
		return fault_hint(k->f, "Put the file itself there, save, then sync again. Nothing was changed here.");
	}
	if (!same) {
		fault_set(k->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "others changed this file, and it was changed here since the last version");
		return fault_hint(k->f, kept(k->t, path) ? "Save, then sync again. Nothing was changed here." : "chapeau does not save this file: put your copy aside, then sync again. Nothing was changed here.");
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
	int r;

	/* Nothing is written through a link. */
	if (lstat(full, &st) == 0 && S_ISLNK(st.st_mode))
		unlink(full);
	if (!has)
		return file_remove(full, stamp, k->f);
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

static void put_back(struct taking *k)
{
	struct fault *f = k->f;

	k->f = NULL;
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i].written)
			put(k, k->items[i].file.path, k->items[i].file.had, k->items[i].file.before, k->items[i].our_mode, NULL);
	k->f = f;
}

static int write_all(struct taking *k)
{
	int r = 0;

	for (size_t i = 0; !r && i < k->count; i++)
		r = look(k, &k->items[i]);
	for (size_t i = 0; !r && i < k->count; i++) {
		struct taken *x = &k->items[i];

		if (x->object)
			continue;
		/* A file that could not be replaced is as it was; a link goes before what comes in its place. */
		x->written = x->our_mode == MODE_LINK || x->mode == MODE_LINK;
		r = put(k, x->file.path, x->file.has, x->file.after, x->mode, &x->stamp);
		x->written = x->written || r == 0;
	}
	if (r < 0)
		put_back(k);
	return r;
}

/* ---- the version ---- */

static int keep(struct taking *k, const char *from, bool forward)
{
	struct takein *t = k->t;
	CLEANUP(mem_freep) const char **paths = mem_zero(k->count + 1, sizeof(char *)), **objects = mem_zero(k->count + 1, sizeof(char *));
	CLEANUP(mem_freep) struct span *bytes = mem_zero(k->count + 1, sizeof(struct span));
	CLEANUP(mem_freep) bool *gone = mem_zero(k->count + 1, sizeof(bool));
	CLEANUP(mem_freep) unsigned *modes = mem_zero(k->count + 1, sizeof(unsigned));
	CLEANUP(buf_done) struct buf message = { 0 };
	struct repo_save save = { .paths = paths, .bytes = bytes, .gone = gone, .modes = modes, .objects = objects, .count = k->count, .time = t->c->now,
				  .offset = when_offset(t->c->now), .second_parent = k->theirs };
	char hex[REPO_HEX + 1];
	int r;

	for (size_t i = 0; i < k->count; i++) {
		paths[i] = k->items[i].file.path;
		bytes[i] = k->items[i].file.after;
		gone[i] = !k->items[i].file.has;
		modes[i] = k->items[i].mode;
		objects[i] = k->items[i].object;
	}
	if (forward) {
		r = repo_advance(t->repo, k->theirs, &save, k->f);
		if (!r)
			memcpy(t->head, k->theirs, sizeof(t->head));
		return r;
	}
	buf_printf(&message, "sync: together with %s%s\n", from, t->conflicts ? "; what differs stands as suggestions" : "");
	save.message = buf_span(&message);
	if (!repo_identity(t->repo, &t->c->arena, &save.author, &save.email))
		save.author = versions_me(t->c, t->w);
	r = repo_save(t->repo, &save, hex, k->f);
	if (!r && hex[0])
		memcpy(t->head, hex, sizeof(hex));
	return r;
}

int take_in(struct takein *t, const char *theirs, const char *from, struct fault *f)
{
	struct taking k = { .t = t, .f = f };
	size_t ahead;
	int r = repo_ahead(t->repo, theirs, t->head, &ahead, f);

	if (r < 0 || strcmp(theirs, t->head) == 0 || !ahead)
		return r;
	if (!repo_merge_base(t->repo, t->head, theirs, k.base))
		return fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "the versions there have nothing in common with this workspace: is it the right place?");
	memcpy(k.theirs, theirs, sizeof(k.theirs));
	r = repo_compare(t->repo, k.base, theirs, take_path, &k, f);
	if (!r)
		r = k.r;
	if (!r)
		r = write_all(&k);
	if (!r) {
		r = keep(&k, from, strcmp(k.base, t->head) == 0);
		if (r < 0)
			put_back(&k);
	}
	if (!r)
		t->got += ahead;
	free(k.items);
	arena_done(&k.arena);
	return r;
}
