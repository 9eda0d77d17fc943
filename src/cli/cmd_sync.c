/*
 * sync: versions exchanged with a host, or through a shared folder, by running git; put together by our own merge.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/opt.h"
#include "cli/run.h"
#include "cli/ui.h"
#include "cli/versions.h"

struct sync {
	struct cli *c;
	struct ws *w;
	struct history *h;
	struct repo *repo;
	struct buf branch; /* NUL-terminated */
	char head[REPO_HEX + 1];
	size_t got, sent, conflicts;
	struct changes merged; /* what the files become */
	struct fault *f;
	int r;
};

/* ---- git, whose words stay with us ---- */

static int git(struct sync *s, struct run_result *ret, const char *const *words)
{
	const char *argv[16] = { "git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never" };
	size_t n = 5;

	for (; *words && n < ARRAY_LEN(argv) - 1; words++)
		argv[n++] = *words;
	return run_program(argv, s->w->root, ret, s->f);
}

static bool says(const struct run_result *r, const char *words)
{
	return span_find(buf_span(&r->text), span_str(words), 0) != SIZE_MAX;
}

static int git_failed(struct sync *s, const struct run_result *r, const char *what)
{
	if (r->status == 127) {
		fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "sync needs the program git, which is not installed; nothing was exchanged");
		return fault_hint(s->f, "On Debian: sudo apt-get install git");
	}
	if (says(r, "Could not resolve host") || says(r, "unable to access") || says(r, "Connection") || says(r, "Network is unreachable"))
		fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host cannot be reached; your versions are safe on this computer");
	else if (says(r, "Permission denied") || says(r, "Authentication failed") || says(r, "could not read Username") || says(r, "403"))
		fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host does not let you in; your versions are safe on this computer");
	else if (says(r, "does not appear to be a git repository") || says(r, "not found"))
		fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host has no such workspace, or you may not see it; your versions are safe on this computer");
	else
		fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "%s did not work; your versions are safe on this computer", what);
	return fault_hint(s->f, "It said: %.*s", SPAN_ARG(versions_subject(span_trim(buf_span(&r->text)))));
}

/* ---- putting two lines of versions together ---- */

static struct changed_file *merged_add(struct sync *s, const char *path)
{
	struct changes *m = &s->merged;

	if (m->count == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->items = mem_resize(m->items, m->cap, sizeof(struct changed_file));
	}
	m->items[m->count] = (struct changed_file){ .path = arena_str(&m->arena, span_str(path)) };
	return &m->items[m->count++];
}

static struct span blob_bytes(struct sync *s, const char *blob)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (!*blob || s->r < 0)
		return (struct span){ 0 };
	s->r = repo_blob_read(s->repo, blob, &b, s->f);
	return arena_dup(&s->merged.arena, buf_span(&b));
}

/* A path that differs between the last common version and theirs. */
static bool merge_path(void *ctx, const char *path, const char *base_blob, const char *their_blob)
{
	struct sync *s = ctx;
	char our_blob[REPO_HEX + 1] = "";
	bool ours_there = repo_path_blob(s->repo, s->head, path, our_blob);
	struct changed_file *x;
	struct span base, ours, theirs;
	struct merge_result m = { 0 };

	if (!ours_there)
		our_blob[0] = '\0';
	if (strcmp(our_blob, their_blob) == 0)
		return true;
	x = merged_add(s, path);
	x->had = *our_blob != '\0';
	x->before = blob_bytes(s, our_blob);
	theirs = blob_bytes(s, their_blob);
	if (strcmp(our_blob, base_blob) == 0) {
		/* Only they changed it. */
		x->has = *their_blob != '\0';
		x->after = theirs;
		return s->r >= 0;
	}
	ours = x->before;
	if (!*their_blob || !*our_blob) {
		/* One took it away, the other went on writing: what was written stays. */
		x->has = true;
		x->after = *our_blob ? ours : theirs;
		s->conflicts += *our_blob == '\0' || *their_blob == '\0';
		return s->r >= 0;
	}
	base = blob_bytes(s, base_blob);
	if (s->r < 0)
		return false;
	x->has = true;
	if (span_starts(ours, base) && span_starts(theirs, base)) {
		/* Both only added at the end, as in a reviews file: each entry says which one it follows, so both stand. */
		CLEANUP(buf_done) struct buf both = { 0 };

		buf_add(&both, ours);
		if (span_starts(span_str(path), SPAN_LIT("drafts/reviews/"))) {
			buf_add(&both, span_sub(theirs, base.n, theirs.n));
			x->after = arena_dup(&s->merged.arena, buf_span(&both));
			return true;
		}
	}
	merge_bytes(base, ours, theirs, path, &(struct merge_names){ "ours", "theirs" }, &m);
	s->conflicts += m.conflicts > 0;
	x->after = arena_dup(&s->merged.arena, buf_span(&m.text));
	merge_result_done(&m);
	return true;
}

/* The files become what was merged; each is checked to be what we think it is before it is replaced. */
static int write_merged(struct sync *s)
{
	int r = 0;

	for (size_t i = 0; !r && i < s->merged.count; i++) {
		const struct changed_file *x = &s->merged.items[i];
		const char *path = ws_path(s->c, s->w, x->path);
		struct file_stamp stamp = { .missing = true };
		CLEANUP(buf_done) struct buf now = { 0 };
		char *dir;

		if (file_exists(path)) {
			r = file_read(path, LIMIT_ZIP_BYTES, &now, &stamp, s->f);
			if (r < 0)
				return r;
		}
		if (x->had ? !span_eq(buf_span(&now), x->before) : now.n > 0)
			return fault_set(s->f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "this file was changed while versions were exchanged; save, then sync again");
		if (!x->has) {
			unlink(path);
			continue;
		}
		dir = path_dir(path);
		r = file_make_dirs(dir, s->f);
		mem_free(dir);
		if (!r)
			r = file_replace(path, x->after, &stamp, s->f);
	}
	return r;
}

/* Takes in the versions at `theirs`. */
static int take_in(struct sync *s, const char *theirs, struct span from)
{
	char base[REPO_HEX + 1], hex[REPO_HEX + 1];
	CLEANUP(buf_done) struct buf message = { 0 };
	struct save_request req = { .time = s->c->now, .offset = versions_offset(s->c->now) };
	bool forward;
	int r;

	if (strcmp(theirs, s->head) == 0 || !repo_ahead(s->repo, theirs, s->head))
		return 0;
	if (!repo_merge_base(s->repo, s->head, theirs, base))
		return fault_set(s->f, FAULT_REFUSED, (struct srcpos){ 0 }, "the versions there have nothing in common with this workspace: is it the right place?");
	s->got += repo_ahead(s->repo, theirs, s->head);
	forward = strcmp(base, s->head) == 0;
	changes_done(&s->merged);
	s->r = 0;
	r = repo_compare(s->repo, base, theirs, merge_path, s, s->f);
	if (!r)
		r = s->r;
	if (!r)
		r = write_merged(s);
	if (r < 0)
		return r;
	if (forward) {
		r = repo_advance(s->repo, theirs, s->f);
		memcpy(s->head, theirs, sizeof(s->head));
		return r;
	}
	{
		CLEANUP(mem_freep) const char **paths = mem_zero(s->merged.count, sizeof(char *));
		CLEANUP(mem_freep) struct span *bytes = mem_zero(s->merged.count, sizeof(struct span));
		CLEANUP(mem_freep) bool *gone = mem_zero(s->merged.count, sizeof(bool));
		struct repo_save save = { .paths = paths, .bytes = bytes, .gone = gone, .count = s->merged.count, .time = req.time, .offset = req.offset,
					  .second_parent = theirs };

		for (size_t i = 0; i < s->merged.count; i++) {
			paths[i] = s->merged.items[i].path;
			bytes[i] = s->merged.items[i].after;
			gone[i] = !s->merged.items[i].has;
		}
		buf_printf(&message, "sync: together with %.*s%s\n", SPAN_ARG(from), s->conflicts ? "; what differs stands as suggestions" : "");
		save.message = buf_span(&message);
		if (!repo_identity(s->repo, &s->c->arena, &save.author, &save.email))
			save.author = s->w->conf->organisation_short.n ? s->w->conf->organisation_short : SPAN_LIT("chapeau");
		r = repo_save(s->repo, &save, hex, s->f);
		if (!r && hex[0])
			memcpy(s->head, hex, sizeof(hex));
	}
	return r;
}

/* ---- with a host ---- */

#define TRIES 3 /* somebody else may hand in between our taking in and handing in */

static int with_host(struct sync *s)
{
	CLEANUP(buf_done) struct buf ref = { 0 }, spec = { 0 };
	char theirs[REPO_HEX + 1];
	int r = 0;

	buf_printf(&ref, "refs/remotes/origin/%s", s->branch.p);
	buf_char(&ref, '\0');
	buf_printf(&spec, "HEAD:refs/heads/%s", s->branch.p);
	buf_char(&spec, '\0');
	for (int i = 0; i < TRIES; i++) {
		CLEANUP(run_result_done) struct run_result out = { 0 };
		CLEANUP(run_result_done) struct run_result push = { 0 };
		bool there;

		r = git(s, &out, (const char *const[]){ "fetch", "--quiet", "origin", NULL });
		if (!r && out.status)
			r = git_failed(s, &out, "fetching");
		if (r < 0)
			return r;
		there = repo_ref_named(s->repo, ref.p, theirs);
		if (there) {
			r = take_in(s, theirs, SPAN_LIT("the host"));
			if (r < 0)
				return r;
		}
		s->sent = there ? repo_ahead(s->repo, s->head, theirs) : 1;
		if (!s->sent)
			return 0;
		r = git(s, &push, (const char *const[]){ "push", "--quiet", "origin", spec.p, NULL });
		if (r < 0 || push.status == 0)
			return r;
		if (!says(&push, "rejected") || i + 1 == TRIES)
			return git_failed(s, &push, "sending");
	}
	return r;
}

/* ---- through a folder ---- */

/* A name of this computer's bundle: random, kept among our own refs' neighbours so that it stays the same. */
static int computer_name(struct sync *s, char out[17])
{
	CLEANUP(mem_freep) char *path = path_join(s->w->root, ".git/chapeau-computer");
	CLEANUP(buf_done) struct buf b = { 0 };
	unsigned char random[8];
	FILE *dev;

	if (file_exists(path) && file_read(path, 64, &b, NULL, NULL) == 0 && b.n >= 16) {
		memcpy(out, b.p, 16);
		out[16] = '\0';
		return 0;
	}
	dev = fopen("/dev/urandom", "rb");
	if (!dev || fread(random, 1, sizeof(random), dev) != sizeof(random)) {
		if (dev)
			fclose(dev);
		return fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ 0 }, "this computer gives no random number, which its file in the folder is named by");
	}
	fclose(dev);
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(out + 2 * i, 3, "%02x", random[i]);
	return file_replace(path, span_of(out, 16), NULL, s->f);
}

static int with_folder(struct sync *s, const char *dir)
{
	char me[17], theirs[REPO_HEX + 1];
	CLEANUP(mem_freep) char *full = realpath(dir, NULL);
	CLEANUP(buf_done) struct buf mine = { 0 }, made = { 0 }, from = { 0 };
	CLEANUP(run_result_done) struct run_result out = { 0 };
	const char **names;
	size_t count;
	int r;

	if (!full || !file_is_dir(full))
		return fault_set(s->f, FAULT_MISSING, (struct srcpos){ dir, 0, 0 }, "this folder is not there");
	r = computer_name(s, me);
	if (r < 0)
		return r;
	buf_printf(&mine, "%s/chapeau-%s.bundle", full, me);
	buf_char(&mine, '\0');
	list_dir(s->c, full, ".bundle", &names, &count);
	for (size_t i = 0; !r && i < count; i++) {
		CLEANUP(run_result_done) struct run_result fetch = { 0 };
		CLEANUP(buf_done) struct buf path = { 0 }, spec = { 0 };
		struct span name = path_base(span_str(names[i]));

		if (!span_starts(name, SPAN_LIT("chapeau-")) || name.n != 8 + 16 + 7 || memcmp(name.p + 8, me, 16) == 0)
			continue;
		buf_printf(&path, "%s/%.*s", full, SPAN_ARG(name));
		buf_char(&path, '\0');
		buf_printf(&spec, "+refs/heads/%s:refs/chapeau/folder/%.16s", s->branch.p, name.p + 8);
		buf_char(&spec, '\0');
		r = git(s, &fetch, (const char *const[]){ "fetch", "--quiet", "--no-tags", path.p, spec.p, NULL });
		if (r < 0)
			break;
		if (fetch.status) {
			/* A file that is still being copied in is whole the next time. */
			ui_note(s->c, "%s: not whole yet, left for the next time", names[i]);
			continue;
		}
		buf_clear(&from);
		buf_printf(&from, "refs/chapeau/folder/%.16s", name.p + 8);
		buf_char(&from, '\0');
		if (repo_ref_named(s->repo, from.p, theirs))
			r = take_in(s, theirs, SPAN_LIT("another computer"));
	}
	if (r < 0)
		return r;
	buf_printf(&made, "%s.new", mine.p);
	buf_char(&made, '\0');
	r = git(s, &out, (const char *const[]){ "bundle", "create", "--quiet", made.p, s->branch.p, "--tags", NULL });
	if (!r && out.status)
		r = git_failed(s, &out, "writing into the folder");
	if (!r && rename(made.p, mine.p) < 0)
		r = fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ mine.p, 0, 0 }, "the file cannot be written into the folder");
	s->sent = 1;
	return r;
}

int cmd_sync(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(changes_done) struct changes unsaved = { 0 };
	struct sync s = { .c = c, .f = f };
	const char *folder = opt_get(c, "folder");
	int r = ws_here(c, &s.w, f);

	if (!r)
		r = versions_open(s.w, &h, f);
	if (!r)
		r = history_changes(h, &unsaved, f);
	if (r < 0)
		return r;
	s.h = h;
	s.repo = history_repo(h);
	if (unsaved.count) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "%zu file%s changed since the last version, %s first", unsaved.count, unsaved.count == 1 ? " has" : "s have",
			  unsaved.items[0].path);
		return fault_hint(f, "Keep them, then exchange: chapeau save, then chapeau sync");
	}
	if (!repo_head(s.repo, s.head)) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "nothing is saved yet, so there is nothing to exchange");
		return fault_hint(f, "Type: chapeau save");
	}
	if (!repo_branch(s.repo, &s.branch))
		return fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "an old version is looked at with git just now; go back to the newest (git switch main), then sync");
	buf_char(&s.branch, '\0');
	if (!folder && !repo_has_remote(s.repo, "origin")) {
		buf_done(&s.branch);
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "this workspace has no host to exchange with");
		return fault_hint(f, "Through a shared folder: chapeau sync --folder DIR. With a host, once: git remote add origin ADDRESS");
	}
	r = repo_lock(s.repo, 10000, f);
	if (!r)
		r = folder ? with_folder(&s, folder) : with_host(&s);
	repo_unlock(s.repo);
	changes_done(&s.merged);
	buf_done(&s.branch);
	if (r < 0)
		return r;
	if (!s.got && !s.sent)
		BUF_LIT(&c->out, "All is the same here and there.\n");
	else
		buf_printf(&c->out, "%zu version%s taken in, %s.\n", s.got, s.got == 1 ? "" : "s",
			   s.sent ? folder ? "yours are in the folder" : "yours are there now" : "nothing of yours was new there");
	if (s.conflicts) {
		buf_printf(&c->out, "In %zu file%s both sides changed the same words: both stand there as suggestions. Next: chapeau suggestions DRAFT\n", s.conflicts,
			   s.conflicts == 1 ? "" : "s");
		c->answer = 1;
	} else {
		BUF_LIT(&c->out, "Next: chapeau status\n");
	}
	return 0;
}
