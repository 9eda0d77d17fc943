/*
 * sync: versions exchanged with a host, or through a shared folder, by running git; put together by our own merge.
 */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/gitprog.h"
#include "cli/joining.h"
#include "cli/opt.h"
#include "cli/takein.h"
#include "cli/ui.h"
#include "cli/versions.h"

struct sync {
	struct takein t;
	struct buf branch; /* NUL-terminated */
	size_t sent;
	struct fault *f;
};

static int git(struct sync *s, struct run_result *ret, const char *const *words)
{
	return gitprog(s->t.c, s->t.w->root, words, ret, s->f);
}

/* ---- names of versions ---- */

/* Where the names that the others gave are kept, and how they are asked for. */
#define THEIR_NAMES "refs/chapeau/there/"
#define NAMES_SPEC "+refs/tags/*:refs/chapeau/there/*"

struct names {
	struct sync *s;
	const char *words[24]; /* what git is told to send */
	size_t count;
};

static bool take_name(void *ctx, const char *name, const char *hex)
{
	struct sync *s = ctx;
	struct repo *g = s->t.repo;
	CLEANUP(buf_done) struct buf ref = { 0 };
	char ours[REPO_HEX + 1];

	buf_printf(&ref, "refs/tags/%s", name);
	buf_char(&ref, '\0');
	if (!repo_reaches(g, s->t.head, hex))
		return true; /* of a line of versions that is not ours */
	if (!repo_commit_named(g, ref.p, ours))
		repo_tag(g, span_str(name), hex, NULL);
	else if (strcmp(ours, hex) != 0)
		ui_note(s->t.c, "%s is the name of one version here and of another there; each keeps its own.", name);
	return true;
}

static bool send_name(void *ctx, const char *name, const char *hex)
{
	struct names *n = ctx;
	struct repo *g = n->s->t.repo;
	CLEANUP(buf_done) struct buf there = { 0 };
	char theirs[REPO_HEX + 1];

	buf_printf(&there, THEIR_NAMES "%s", name);
	buf_char(&there, '\0');
	if (!repo_commit_named(g, there.p, theirs) && repo_reaches(g, n->s->t.head, hex))
		n->words[n->count++] = arena_printf(&n->s->t.c->arena, "refs/tags/%s:refs/tags/%s", name, name).p;
	return n->count + 1 < ARRAY_LEN(n->words);
}

/* The names that only this computer has; more than one call can carry go the next time. */
static int send_names(struct sync *s)
{
	struct names n = { .s = s, .words = { "push", "--quiet", "origin" }, .count = 3 };
	CLEANUP(run_result_done) struct run_result out = { 0 };
	int r;

	repo_names(s->t.repo, "refs/tags/", send_name, &n);
	if (n.count == 3)
		return 0;
	n.words[n.count] = NULL;
	r = git(s, &out, n.words);
	return !r && out.status ? gitprog_failed(&out, "sending the names of versions", s->f) : r;
}

/* Putting together needs the versions up to the last common one: a copy of the newest alone gets the others from where it
 * was made. */
static int fetch_older(struct sync *s)
{
	CLEANUP(run_result_done) struct run_result out = { 0 };
	struct repo *g = s->t.repo;
	int r;

	if (!repo_shallow(g))
		return 0;
	if (repo_has_remote(g, "origin")) {
		r = git(s, &out, (const char *const[]){ "fetch", "--quiet", "--no-tags", "--unshallow", "origin", NULL });
		if (!r && out.status)
			r = gitprog_failed(&out, "asking the host for the older versions", s->f);
		if (r < 0 || !repo_shallow(g))
			return r;
	}
	fault_set(s->f, FAULT_REFUSED, (struct srcpos){ 0 }, "only the newest versions are on this computer, and nothing can be put together without the older ones");
	return fault_hint(s->f, "Make a whole copy of the workspace from where this one came, and sync there. Your versions are safe here.");
}

/* ---- with a host ---- */

#define TRIES 3 /* somebody else may hand in between our taking in and handing in */

static int with_host(struct sync *s)
{
	CLEANUP(buf_done) struct buf ref = { 0 }, spec = { 0 };
	struct repo *g = s->t.repo;
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

		r = git(s, &out, (const char *const[]){ "fetch", "--quiet", "--no-tags", "origin", "+refs/heads/*:refs/remotes/origin/*", NAMES_SPEC, NULL });
		/* One that an earlier run of ours began may still be at it, if that run was killed. */
		if (!r && out.status && gitprog_says(&out, "lock") && i + 1 < TRIES) {
			sleep(1);
			continue;
		}
		if (!r && out.status)
			r = gitprog_failed(&out, "asking the host for what others saved", s->f);
		if (r < 0)
			return r;
		there = repo_ref_named(g, ref.p, theirs);
		if (there) {
			r = take_in(&s->t, theirs, "the host", s->f);
			if (r < 0)
				return r;
		}
		repo_names(g, THEIR_NAMES, take_name, s);
		s->sent = 1;
		if (there)
			r = repo_ahead(g, s->t.head, theirs, &s->sent, s->f);
		if (r < 0)
			return r;
		if (s->sent) {
			r = git(s, &push, (const char *const[]){ "push", "--quiet", "origin", spec.p, NULL });
			if (r < 0)
				return r;
			if (push.status && gitprog_says(&push, "rejected") && i + 1 < TRIES)
				continue;
			if (push.status)
				return gitprog_failed(&push, "sending", s->f);
		}
		return send_names(s);
	}
	return r;
}

/* ---- through a folder ---- */

/* A name of this computer's bundle: random, kept among our own refs' neighbours so that it stays the same. */
static int computer_name(struct sync *s, char out[17])
{
	CLEANUP(mem_freep) char *path = repo_dir_path(s->t.repo, "chapeau-computer");
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
	char me[17], theirs[REPO_HEX + 1], base[REPO_HEX + 1];
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
	list_dir(s->t.c, full, BUNDLE_ENDING, &names, &count);
	for (size_t i = 0; !r && i < count; i++) {
		CLEANUP(run_result_done) struct run_result fetch = { 0 };
		CLEANUP(buf_done) struct buf path = { 0 }, spec = { 0 };
		struct span name = path_base(span_str(names[i]));

		if (!bundle_named(name) || memcmp(name.p + 8, me, 16) == 0)
			continue;
		buf_printf(&path, "%s/%.*s", full, SPAN_ARG(name));
		buf_char(&path, '\0');
		buf_printf(&spec, "+refs/heads/%s:refs/chapeau/folder/%.16s", s->branch.p, name.p + 8);
		buf_char(&spec, '\0');
		r = git(s, &fetch, (const char *const[]){ "fetch", "--quiet", "--no-tags", path.p, spec.p, NAMES_SPEC, NULL });
		if (r < 0)
			break;
		if (fetch.status) {
			/* A file that is still being copied in is whole the next time. */
			ui_note(s->t.c, "%s: not whole yet, left for the next time", names[i]);
			continue;
		}
		buf_clear(&from);
		buf_printf(&from, "refs/chapeau/folder/%.16s", name.p + 8);
		buf_char(&from, '\0');
		if (!repo_ref_named(s->t.repo, from.p, theirs))
			continue;
		if (repo_merge_base(s->t.repo, s->t.head, theirs, base))
			r = take_in(&s->t, theirs, "another computer", s->f);
		else
			ui_note(s->t.c, "%s: of another workspace, left alone", names[i]);
	}
	repo_names(s->t.repo, THEIR_NAMES, take_name, s);
	if (r < 0)
		return r;
	buf_printf(&made, "%s.new", mine.p);
	buf_char(&made, '\0');
	r = git(s, &out, (const char *const[]){ "bundle", "create", "--quiet", made.p, "HEAD", s->branch.p, "--tags", NULL });
	if (!r && out.status)
		r = gitprog_failed(&out, "writing into the folder", s->f);
	if (!r && rename(made.p, mine.p) < 0)
		r = fault_set(s->f, FAULT_SYSTEM, (struct srcpos){ mine.p, 0, 0 }, "the file cannot be written into the folder");
	s->sent = 1;
	return r;
}

/* Remembers where the host is. */
static int set_host(struct sync *s, const char *address)
{
	CLEANUP(mem_freep) char *full = NULL;
	char *real;

	if (!*address || *address == '-')
		return fault_set(s->f, FAULT_USAGE, (struct srcpos){ 0 }, "--host takes the address that the host shows for this workspace");
	/* A folder is named from where it was typed, not from where the workspace is. */
	real = file_is_dir(address) ? realpath(address, NULL) : NULL;
	if (real)
		full = mem_strdup(real);
	free(real);
	return repo_set_remote(s->t.repo, "origin", full ? full : address, s->f);
}

static void tell(struct sync *s, bool folder)
{
	struct takein *t = &s->t;
	struct buf *out = &t->c->out;

	if (!t->got && !s->sent)
		BUF_LIT(out, "All is the same here and there.\n");
	else
		buf_printf(out, "%zu version%s taken in, %s.\n", t->got, t->got == 1 ? "" : "s",
			   s->sent ? folder ? "yours are in the folder" : "yours are there now" : "nothing of yours was new there");
	if (t->stayed)
		buf_printf(out, "%zu file%s that one side took away and the other changed %s kept.\n", t->stayed, t->stayed == 1 ? "" : "s", t->stayed == 1 ? "is" : "are");
	if (t->beside)
		buf_printf(out, "%zu file%s changed on both sides that cannot be put together: yours %s, theirs beside with -theirs in the name.\n", t->beside,
			   t->beside == 1 ? "" : "s", t->beside == 1 ? "stays" : "stay");
	if (t->conflicts > t->beside)
		buf_printf(out, "In %zu file%s both sides changed the same words: both stand there as suggestions (in YAML files theirs as comments). "
				"Next: chapeau suggestions DRAFT\n", t->conflicts - t->beside, t->conflicts - t->beside == 1 ? "" : "s");
	else
		BUF_LIT(out, "Next: chapeau status\n");
	if (t->conflicts)
		t->c->answer = 1;
}

static int ready(struct sync *s, struct history *h, const char *folder)
{
	CLEANUP(changes_done) struct changes unsaved = { 0 };
	struct repo *g = s->t.repo;
	int r = history_changes(h, &unsaved, s->f);

	if (r < 0)
		return r;
	if (unsaved.count) {
		fault_set(s->f, FAULT_REFUSED, (struct srcpos){ 0 }, "%zu file%s changed since the last version (%s%s)", unsaved.count, unsaved.count == 1 ? " has" : "s have",
			  unsaved.items[0].path, unsaved.count > 1 ? " and others" : "");
		return fault_hint(s->f, "Keep them, then exchange: chapeau save, then chapeau sync");
	}
	if (!repo_head(g, s->t.head)) {
		fault_set(s->f, FAULT_REFUSED, (struct srcpos){ 0 }, "nothing is saved yet, so there is nothing to exchange");
		return fault_hint(s->f, "Type: chapeau save");
	}
	if (!repo_branch(g, &s->branch))
		return fault_set(s->f, FAULT_REFUSED, (struct srcpos){ 0 }, "an older version is laid out here just now, by another program; go back to the newest there, then sync");
	buf_char(&s->branch, '\0');
	if (!folder && !repo_has_remote(g, "origin")) {
		fault_set(s->f, FAULT_USAGE, (struct srcpos){ 0 }, "this workspace has no host to exchange with");
		return fault_hint(s->f, "Through a shared folder: chapeau sync --folder DIR. With a host, the first time: chapeau sync --host ADDRESS");
	}
	return 0;
}

int cmd_sync(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(repo_freep) struct repo *whole = NULL;
	struct sync s = { .t.c = c, .f = f };
	const char *folder = opt_get(c, "folder"), *host = opt_get(c, "host");
	bool joined = false;
	int r = 0;

	if (folder && host)
		r = fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--folder and --host are two ways: name one");
	if (!r)
		r = join_if_new(c, folder, host, &joined, f);
	if (!r)
		r = ws_here(c, &s.t.w, f);
	if (!r)
		r = versions_open(s.t.w, &h, f);
	/* A workspace may be a folder of a larger repository, whose other files travel along. */
	if (!r)
		r = repo_open(repo_workdir(history_repo(h)), &whole, f);
	if (r < 0)
		return r;
	s.t.repo = whole;
	s.t.prefix = repo_prefix(history_repo(h));
	if (joined)
		join_tell(c, s.t.w, history_repo(h));
	if (joined && host)
		return 0;
	if (host)
		r = set_host(&s, host);
	if (!r)
		r = ready(&s, h, folder);
	if (!r)
		r = repo_lock(whole, 10000, f);
	if (!r)
		r = fetch_older(&s);
	if (!r) {
		r = folder ? with_folder(&s, folder) : with_host(&s);
		repo_unlock(whole);
	}
	buf_done(&s.branch);
	if (!r && !joined)
		tell(&s, folder != NULL);
	return r;
}
