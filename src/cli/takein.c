#include "cli/takein_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/merging.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"

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
	const char *path = x->file.path, *below = takein_kept(k->t, path);
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

/*
 * A link of a larger repository that the workspace stands in, to a place in that repository.  One within the workspace could send what is
 * written here, or read, to any other place.
 */
static bool link_is_safe(const struct takein *t, const char *path, struct span to)
{
	size_t up = 0, depth = 0;
	CLEANUP(buf_done) struct buf rest = { 0 };

	if (!*t->prefix || strncmp(path, t->prefix, strlen(t->prefix)) == 0)
		return false;
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
		depth++;
	/* Steps up stand first alone: behind another link they would lead elsewhere than they seem to. */
	for (; span_starts(to, SPAN_LIT("../")); to = span_sub(to, 3, to.n))
		up++;
	if (up > depth || span_find_char(to, '\0', 0) != SIZE_MAX)
		return false;
	buf_add(&rest, to);
	buf_char(&rest, '\0');
	return stays_inside(rest.p);
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

	if (our_mode == MODE_FOLDER)
		our_mode = 0; /* its files are looked at one by one */
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
		x->link = change->mode_b == MODE_LINK && link_is_safe(t, change->path, x->file.after);
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
	if (!repo_merge_base(t->repo, t->head, theirs, k.base)) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "the versions there have nothing in common with this workspace: is it the right place?");
		return fault_hint(f, "If it is, bring theirs to this computer: make an empty folder, go there, and type the same");
	}
	memcpy(k.theirs, theirs, sizeof(k.theirs));
	r = repo_compare(t->repo, k.base, theirs, take_path, &k, f);
	if (!r)
		r = k.r;
	if (!r)
		r = takein_write(&k);
	if (!r) {
		r = keep(&k, from, strcmp(k.base, t->head) == 0);
		if (r < 0)
			takein_put_back(&k);
	}
	for (size_t i = 0; !r && i < k.count; i++)
		if (k.items[i].mode == MODE_LINK && !k.items[i].link && k.items[i].file.has)
			ui_note(t->c, "%s: warning: this is a link to another place there, and a file that says where it leads here: ask for the file itself.", k.items[i].file.path);
	if (!r)
		t->got += ahead;
	free(k.items);
	arena_done(&k.arena);
	return r;
}
