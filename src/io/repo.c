#define _XOPEN_SOURCE 700 /* nftw */

#include "io/repo_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/file.h"

/* ---- opening ---- */

static int open_fault(const char *root, int error, struct fault *f)
{
	const char *why = repo_words();
	struct srcpos at = { root, 0, 0 };

	/* 1.5.1 tells a wrong owner by the setting that would allow it and that it did not find. */
	if (error == GIT_EOWNER || strstr(why, "owner") || strstr(why, "safe.directory"))
		return fault_set(f, FAULT_SYSTEM, at,
				 "the version history here belongs to another user of this computer, so it is not opened; ask its "
				 "owner, or make your own copy of the folder");
	if (strstr(why, "extension") || strstr(why, "reftable") || strstr(why, "sha256") || strstr(why, "object format") ||
	    strstr(why, "repositoryformatversion") || strstr(why, "unsupported repository"))
		return fault_set(f, FAULT_SYSTEM, at,
				 "the version history here is kept in a newer form (%s) that chapeau cannot read; make it again with "
				 "\"git clone\" from a host, or ask whoever set it up for the usual form",
				 strstr(why, "refstorage") || strstr(why, "reftable")    ? "reftable"
				 : strstr(why, "objectformat") || strstr(why, "sha256") ? "SHA-256"
											: why);
	return fault_set(f, FAULT_SYSTEM, at, "the version history here cannot be opened: %s", why);
}

/* What stands in the repository's config and would make libgit2 read it wrongly instead of refusing it. */
static const char *foreign_form(git_repository *repo)
{
	git_config *cfg = NULL;
	const char *found = NULL;
	const char *value;

	if (git_repository_config_snapshot(&cfg, repo) < 0)
		return NULL;
	if (git_config_get_string(&value, cfg, "extensions.refstorage") == 0 && strcmp(value, "files") != 0)
		found = "reftable";
	else if (git_config_get_string(&value, cfg, "extensions.objectformat") == 0 && strcmp(value, "sha1") != 0)
		found = "SHA-256";
	git_config_free(cfg);
	return found;
}

bool repo_inside(const char *root)
{
	git_buf path = { 0 };
	bool found;

	repo_library_start();
	found = git_repository_discover(&path, root, 0, NULL) == 0;
	if (!found) {
		const char *why = repo_words();

		found = !strstr(why, "could not find");
	}
	git_buf_dispose(&path);
	git_libgit2_shutdown();
	return found;
}

int repo_open(const char *root, struct repo **ret, struct fault *f)
{
	struct repo *g;
	char *real, *work;
	const char *form;
	int error;

	repo_library_start();
	g = mem_zero(1, sizeof(*g));
	g->lock_fd = -1;
	error = git_repository_open_ext(&g->repo, root, 0, NULL);
	if (error < 0) {
		int e = git_error_last() ? git_error_last()->klass : 0;
		bool none = e == GIT_ERROR_REPOSITORY && strstr(repo_words(), "could not find");
		int r = none ? fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ root, 0, 0 },
					 "no versions are kept here yet: type  chapeau init  in the workspace's folder")
			     : open_fault(root, error, f);

		repo_free(g);
		return r;
	}
	form = foreign_form(g->repo);
	if (form || !git_repository_workdir(g->repo)) {
		int r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ root, 0, 0 },
				  "the version history here is kept in a form (%s) that chapeau cannot read; make it again with "
				  "\"git clone\" from a host, or ask whoever set it up for the usual form",
				  form ? form : "bare, without files");

		repo_free(g);
		return r;
	}
	repo_shallow(g);
	real = realpath(root, NULL);
	work = realpath(git_repository_workdir(g->repo), NULL);
	g->root = mem_strdup(real ? real : root);
	g->prefix = mem_strdup("");
	if (real && work && strlen(real) > strlen(work) && strncmp(real, work, strlen(work)) == 0) {
		const char *rest = real + strlen(work);
		size_t n;

		while (*rest == '/')
			rest++;
		n = strlen(rest);
		free(g->prefix);
		g->prefix = mem_alloc(n + 2);
		memcpy(g->prefix, rest, n);
		memcpy(g->prefix + n, "/", 2);
	}
	free(real);
	free(work);
	*ret = g;
	return 0;
}

int repo_create(const char *root, struct fault *f)
{
	git_repository_init_options o;
	git_repository *repo = NULL;
	int r = 0;

	repo_library_start();
	git_repository_init_options_init(&o, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	o.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
	o.initial_head = "main";
	if (git_repository_init_ext(&repo, root, &o) < 0)
		r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ root, 0, 0 }, "a version history could not be started here: %s", repo_words());
	git_repository_free(repo);
	git_libgit2_shutdown();
	return r;
}

void repo_free(struct repo *g)
{
	if (!g)
		return;
	repo_unlock(g);
	git_odb_free(g->odb);
	git_repository_free(g->repo);
	free(g->root);
	free(g->prefix);
	free(g);
	git_libgit2_shutdown();
}

void repo_freep(struct repo **g)
{
	repo_free(*g);
	*g = NULL;
}

/* ---- the lock ---- */

/*
 * The lock is a record lock on .git/chapeau.lock: the kernel drops it when its holder dies, however it dies, so it can
 * never go stale.  The file's words say who holds it, for the message, and whether the last holder finished: if they are
 * still there when we get the lock, that process was killed, and what libgit2 left locked is ours to clear.
 */
char *repo_dir_path(const struct repo *g, const char *name)
{
	return path_join(git_repository_path(g->repo), name);
}

/* What all work trees of the repository share. */
static char *common_path(const struct repo *g, const char *name)
{
	return path_join(git_repository_commondir(g->repo), name);
}

static int clear_one(const char *path, const struct stat *st, int type, struct FTW *w)
{
	size_t n = strlen(path);

	(void)st;
	(void)w;
	if (type == FTW_F && n > 5 && strcmp(path + n - 5, ".lock") == 0)
		unlink(path);
	return 0;
}

static void clear_after_killed(struct repo *g)
{
	static const char *const places[] = { "index.lock", "HEAD.lock", "packed-refs.lock", "config.lock" };
	char *refs = common_path(g, "refs");

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		char *p = repo_dir_path(g, places[i]);

		unlink(p);
		mem_free(p);
	}
	nftw(refs, clear_one, 16, FTW_PHYS);
	mem_free(refs);
}

int repo_lock(struct repo *g, unsigned wait_ms, struct fault *f)
{
	CLEANUP(mem_freep) char *path = common_path(g, "chapeau.lock");
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char held[64] = "";
	ssize_t n;

	if (g->lock_fd >= 0)
		return 0;
	g->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (g->lock_fd < 0)
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ path, 0, 0 },
				 "the version history cannot be written (%s); nothing was saved, your files are as they were", strerror(errno));
	for (unsigned waited = 0;; waited += 50) {
		struct flock who = l;
		struct timespec pause = { 0, 50 * 1000 * 1000 };

		if (fcntl(g->lock_fd, F_SETLK, &l) == 0)
			break;
		if (waited >= wait_ms) {
			int pid = fcntl(g->lock_fd, F_GETLK, &who) == 0 && who.l_type != F_UNLCK ? (int)who.l_pid : 0;

			close(g->lock_fd);
			g->lock_fd = -1;
			return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 },
					 "another chapeau (process %d) is saving in this workspace; nothing was done, try again when it has finished",
					 pid);
		}
		nanosleep(&pause, NULL);
	}
	n = pread(g->lock_fd, held, sizeof(held) - 1, 0);
	if (n > 0)
		clear_after_killed(g);
	n = snprintf(held, sizeof(held), "%ld\n", (long)getpid());
	if (ftruncate(g->lock_fd, 0) < 0 || pwrite(g->lock_fd, held, (size_t)n, 0) != n) {
		int e = errno;

		close(g->lock_fd);
		g->lock_fd = -1;
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ path, 0, 0 },
				 "the version history cannot be written (%s); nothing was saved, your files are as they were", strerror(e));
	}
	return 0;
}

void repo_unlock(struct repo *g)
{
	if (g->lock_fd < 0)
		return;
	if (ftruncate(g->lock_fd, 0) < 0) {
		/* The next process clears locks that are not there: harmless. */
	}
	close(g->lock_fd);
	g->lock_fd = -1;
}

/*
 * A lock of Git's beside a ref is held for the moment in which the ref is written, and we are the only chapeau here: one
 * that stands still is what a killed program left.
 */
#define REF_LOCK_OLD 10 /* seconds: nobody takes so long */
#define REF_LOCK_WAIT_MS 3000u

static void clear_ref_lock(struct repo *g, const char *ref)
{
	CLEANUP(mem_freep) char *path = common_path(g, ref);
	CLEANUP(buf_done) struct buf lock = { 0 };
	struct timespec pause = { 0, 100 * 1000 * 1000 };
	struct stat st;

	buf_printf(&lock, "%s.lock", path);
	buf_char(&lock, '\0');
	for (unsigned waited = 0; lstat(lock.p, &st) == 0; waited += 100) {
		if (waited >= REF_LOCK_WAIT_MS || st.st_mtime + REF_LOCK_OLD < time(NULL)) {
			unlink(lock.p);
			return;
		}
		nanosleep(&pause, NULL);
	}
}

void repo_clear_branch_lock(struct repo *g)
{
	git_reference *head = NULL;

	clear_ref_lock(g, "HEAD");
	if (git_reference_lookup(&head, g->repo, "HEAD") == 0 && git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
		clear_ref_lock(g, git_reference_symbolic_target(head));
	git_reference_free(head);
}

/* ---- writing ---- */

int repo_write_fault(struct fault *f)
{
	return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the version could not be kept: %s; your files are as they were", repo_words());
}

/* What a path holds: its bytes, or an object that is no file, such as another repository. */
static int content_id(struct repo *g, const struct repo_save *s, size_t i, git_oid *ret)
{
	if (s->objects && s->objects[i])
		return git_oid_fromstr(ret, s->objects[i]);
	return git_blob_create_from_buffer(ret, g->repo, s->bytes[i].p ? s->bytes[i].p : "", s->bytes[i].n);
}

/* A file stays a program where it was one; what is saved is no link, whatever stood there. */
static uint32_t mode_of(const struct repo_save *s, size_t i, const git_index_entry *was)
{
	if (s->modes && s->modes[i])
		return s->modes[i];
	return was && was->mode != GIT_FILEMODE_LINK ? was->mode : GIT_FILEMODE_BLOB;
}

/* The tree with some paths replaced; an index in memory does the work and knows how folders sort. */
static int replaced_tree(struct repo *g, git_tree *base, const struct repo_save *s, git_oid *ret, bool *ret_same)
{
	git_index *index = NULL;
	int r = git_index_new(&index);

	if (!r && base)
		r = git_index_read_tree(index, base);
	for (size_t i = 0; !r && i < s->count; i++) {
		CLEANUP(mem_freep) char *full = repo_inner_path(g, s->paths[i]);
		const git_index_entry *was = git_index_get_bypath(index, full, 0);
		git_index_entry e = { .path = full, .mode = mode_of(s, i, was) };

		if (s->gone && s->gone[i]) {
			if (was)
				r = git_index_remove(index, full, 0);
			continue;
		}
		r = content_id(g, s, i, &e.id);
		if (!r)
			r = git_index_add(index, &e);
	}
	if (!r)
		r = git_index_write_tree_to(ret, index, g->repo);
	if (!r)
		*ret_same = base && git_oid_equal(ret, git_tree_id(base));
	git_index_free(index);
	return r;
}

/* The saved paths, and only they, become what was saved in the index too. */
int repo_update_index(struct repo *g, const struct repo_save *s)
{
	git_index *index = NULL;
	int r = git_repository_index(&index, g->repo);

	if (!r)
		r = git_index_read(index, 0);
	for (size_t i = 0; !r && i < s->count; i++) {
		CLEANUP(mem_freep) char *full = repo_inner_path(g, s->paths[i]);

		if (s->gone && s->gone[i]) {
			git_index_remove_bypath(index, full);
		} else {
			const git_index_entry *was = git_index_get_bypath(index, full, 0);
			git_index_entry e = { .path = full, .mode = mode_of(s, i, was) };

			r = content_id(g, s, i, &e.id);
			if (!r)
				r = git_index_add(index, &e);
		}
	}
	if (!r)
		r = git_index_write(index);
	git_index_free(index);
	return r;
}

int repo_save(struct repo *g, const struct repo_save *s, char ret_hex[REPO_HEX + 1], struct fault *f)
{
	git_commit *head = NULL, *second = NULL;
	git_tree *base = NULL, *tree = NULL;
	git_signature *who = NULL;
	git_oid oid, tree_id, commit_id;
	CLEANUP(buf_done) struct buf name = { 0 }, email = { 0 }, message = { 0 };
	const git_commit *parents[2];
	bool same = false;
	int r = 0;

	ret_hex[0] = '\0';
	if (git_repository_state(g->repo) != GIT_REPOSITORY_STATE_NONE)
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 },
				 "a merge or rebase that was begun with git is not finished; finish it, or type  git merge --abort,  then save again");
	if (git_reference_name_to_id(&oid, g->repo, "HEAD") == 0) {
		if (git_commit_lookup(&head, g->repo, &oid) < 0 || git_commit_tree(&base, head) < 0) {
			r = repo_write_fault(f);
			goto out;
		}
	}
	if (replaced_tree(g, base, s, &tree_id, &same) < 0) {
		r = repo_write_fault(f);
		goto out;
	}
	if (s->second_parent) {
		second = repo_commit(g, s->second_parent);
		if (!second) {
			r = repo_write_fault(f);
			goto out;
		}
	}
	if (same && !second)
		goto out;
	buf_add(&name, s->author);
	buf_char(&name, '\0');
	buf_add(&email, s->email);
	buf_char(&email, '\0');
	buf_add(&message, s->message);
	buf_char(&message, '\0');
	if (git_signature_new(&who, name.p, email.n > 1 ? email.p : "unknown@invalid", (git_time_t)s->time, s->offset) < 0 ||
	    git_tree_lookup(&tree, g->repo, &tree_id) < 0) {
		r = repo_write_fault(f);
		goto out;
	}
	parents[0] = head;
	parents[1] = second;
	repo_clear_branch_lock(g);
	if (git_commit_create(&commit_id, g->repo, "HEAD", who, who, NULL, message.p, tree, (head ? 1u : 0u) + (head && second), parents) < 0) {
		r = repo_write_fault(f);
		goto out;
	}
	git_oid_tostr(ret_hex, REPO_HEX + 1, &commit_id);
	/* The version stands now; an index that could not be written only makes git status talkative. */
	repo_update_index(g, s);
out:
	git_signature_free(who);
	git_tree_free(tree);
	git_tree_free(base);
	git_commit_free(head);
	git_commit_free(second);
	return r;
}

bool repo_identity(struct repo *g, struct arena *a, struct span *ret_name, struct span *ret_email)
{
	git_config *cfg = NULL;
	const char *name = NULL, *email = NULL;
	const char *env_name = getenv("GIT_AUTHOR_NAME"), *env_email = getenv("GIT_AUTHOR_EMAIL");
	bool known = false;

	if (git_repository_config_snapshot(&cfg, g->repo) == 0) {
		if (git_config_get_string(&name, cfg, "user.name") < 0)
			name = NULL;
		if (git_config_get_string(&email, cfg, "user.email") < 0)
			email = NULL;
	}
	if (env_name && *env_name)
		name = env_name;
	if (env_email && *env_email)
		email = env_email;
	if (name && *name) {
		*ret_name = arena_dup(a, span_str(name));
		*ret_email = arena_dup(a, span_str(email && *email ? email : ""));
		known = true;
	}
	git_config_free(cfg);
	return known;
}

bool repo_setting(struct repo *g, const char *key, struct buf *ret)
{
	git_config *all = NULL, *cfg = NULL;
	git_buf value = { 0 };
	bool found = git_repository_config(&all, g->repo) == 0 && git_config_open_level(&cfg, all, GIT_CONFIG_LEVEL_LOCAL) == 0 &&
		     git_config_get_string_buf(&value, cfg, key) == 0;

	if (found)
		buf_put(ret, value.ptr, value.size);
	git_buf_dispose(&value);
	git_config_free(cfg);
	git_config_free(all);
	return found;
}

int repo_set_setting(struct repo *g, const char *key, const char *value, struct fault *f)
{
	git_config *all = NULL, *cfg = NULL;
	int r = 0;

	if (git_repository_config(&all, g->repo) < 0 || git_config_open_level(&cfg, all, GIT_CONFIG_LEVEL_LOCAL) < 0 || git_config_set_string(cfg, key, value) < 0)
		r = repo_write_fault(f);
	git_config_free(cfg);
	git_config_free(all);
	return r;
}

int repo_set_identity(struct repo *g, const char *name, const char *email, struct fault *f)
{
	int r = repo_set_setting(g, "user.name", name, f);

	return !r && email ? repo_set_setting(g, "user.email", email, f) : r;
}

static void tag_ref(struct span name, struct buf *ref)
{
	BUF_LIT(ref, "refs/tags/");
	buf_add(ref, name);
	buf_char(ref, '\0');
}

int repo_tag_free(struct repo *g, struct span name, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	git_oid oid;
	int valid = 0;

	tag_ref(name, &ref);
	if (git_reference_name_is_valid(&valid, ref.p) < 0 || !valid || name.n == 0 || name.p[0] == '-')
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 },
				 "\"%.*s\" cannot be the name of a version: use letters, digits, hyphens and dots, without spaces", SPAN_ARG(name));
	if (git_reference_name_to_id(&oid, g->repo, ref.p) == 0)
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "a version is called \"%.*s\" already: choose another name", SPAN_ARG(name));
	return 0;
}

int repo_tag(struct repo *g, struct span name, const char *hex, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	git_reference *made = NULL;
	git_oid oid;
	int r = repo_tag_free(g, name, f);

	if (r < 0)
		return r;
	tag_ref(name, &ref);
	if (git_oid_fromstr(&oid, hex) < 0)
		return repo_write_fault(f);
	clear_ref_lock(g, ref.p);
	r = git_reference_create(&made, g->repo, ref.p, &oid, 0, NULL);
	git_reference_free(made);
	return r < 0 ? repo_write_fault(f) : 0;
}

int repo_blob_write(struct repo *g, struct span bytes, char ret_blob[REPO_HEX + 1], struct fault *f)
{
	git_oid oid;

	if (git_blob_create_from_buffer(&oid, g->repo, bytes.p ? bytes.p : "", bytes.n) < 0)
		return repo_write_fault(f);
	git_oid_tostr(ret_blob, REPO_HEX + 1, &oid);
	return 0;
}

static void own_ref(struct buf *out, const char *name)
{
	BUF_LIT(out, "refs/chapeau/");
	buf_str(out, name);
	buf_char(out, '\0');
}

int repo_ref_set(struct repo *g, const char *name, const char *hex, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	git_reference *made = NULL;
	git_oid oid;
	int r;

	own_ref(&ref, name);
	if (git_oid_fromstr(&oid, hex) < 0)
		return repo_write_fault(f);
	clear_ref_lock(g, ref.p);
	r = git_reference_create(&made, g->repo, ref.p, &oid, 1, NULL);
	git_reference_free(made);
	return r < 0 ? repo_write_fault(f) : 0;
}

int repo_ref_set_blob(struct repo *g, const char *name, const char *blob, struct fault *f)
{
	/* A ref may name any object (gitrevisions(7)): this one keeps a blob from being swept away. */
	return repo_ref_set(g, name, blob, f);
}

bool repo_ref_get(struct repo *g, const char *name, char ret_hex[REPO_HEX + 1])
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	git_oid oid;

	own_ref(&ref, name);
	if (git_reference_name_to_id(&oid, g->repo, ref.p) < 0)
		return false;
	git_oid_tostr(ret_hex, REPO_HEX + 1, &oid);
	return true;
}

void repo_refs(struct repo *g, const char *prefix, bool (*each)(void *ctx, const char *rest), void *ctx)
{
	CLEANUP(buf_done) struct buf glob = { 0 };
	git_reference_iterator *it = NULL;
	const char *name;
	size_t skip = strlen("refs/chapeau/") + strlen(prefix);

	BUF_LIT(&glob, "refs/chapeau/");
	buf_str(&glob, prefix);
	buf_char(&glob, '*');
	buf_char(&glob, '\0');
	if (git_reference_iterator_glob_new(&it, g->repo, glob.p) < 0)
		return;
	while (git_reference_next_name(&name, it) == 0)
		if (!each(ctx, name + skip))
			break;
	git_reference_iterator_free(it);
}

int repo_ref_delete(struct repo *g, const char *name, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };

	own_ref(&ref, name);
	clear_ref_lock(g, ref.p);
	clear_ref_lock(g, "packed-refs");
	return git_reference_remove(g->repo, ref.p) < 0 ? repo_write_fault(f) : 0;
}

int repo_keep(struct repo *g, const char *parent, const char *const *paths, const struct span *bytes, size_t count, struct span message,
	     int64_t time, char ret_hex[REPO_HEX + 1], struct fault *f)
{
	struct repo_save s = { .paths = paths, .bytes = bytes, .count = count };
	git_commit *before = *parent ? repo_commit(g, parent) : NULL;
	const git_commit *parents[1] = { before };
	git_signature *who = NULL;
	git_tree *tree = NULL;
	git_oid tree_id, id;
	CLEANUP(buf_done) struct buf text = { 0 };
	bool same;
	int r = 0;

	buf_add(&text, message);
	buf_char(&text, '\0');
	if (replaced_tree(g, NULL, &s, &tree_id, &same) < 0 || git_signature_new(&who, "chapeau", "chapeau@invalid", (git_time_t)time, 0) < 0 ||
	    git_tree_lookup(&tree, g->repo, &tree_id) < 0 ||
	    git_commit_create(&id, g->repo, NULL, who, who, NULL, text.p, tree, before ? 1 : 0, parents) < 0)
		r = repo_write_fault(f);
	else
		git_oid_tostr(ret_hex, REPO_HEX + 1, &id);
	git_signature_free(who);
	git_tree_free(tree);
	git_commit_free(before);
	return r;
}
