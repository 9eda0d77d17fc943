/*
 * repo: the versions of a workspace, in an ordinary Git repository.
 *
 * The sole home of <git2.h>.  Local repository only: fetch and push are left to the git program.  Writes are flushed
 * to the disk (fsync on), history is never rewritten, hooks are never run.  A lock of our own keeps two chapeau
 * processes apart and lets the next one clean up after one that was killed.
 *
 * Paths are relative to the workspace's root, with '/', and never leave it; a workspace may be a folder inside a
 * larger repository.  Object names are 40 hex digits and a NUL.  Times are seconds since 1970.
 * Source: DESIGN.md sections 2 and 9; FORMAT.md F8.
 */
#ifndef IO_REPO_H
#define IO_REPO_H

#include "base/buf.h"
#include "base/fault.h"

#define REPO_HEX 40

struct repo;

/* Opens the repository that holds the folder root.  No repository there: FAULT_NOT_FOUND; one that cannot be opened
 * (reftable, sha256, wrong owner, damaged): FAULT_SYSTEM with a plain sentence. */
int repo_open(const char *root, struct repo **ret, struct fault *f);
int repo_create(const char *root, struct fault *f); /* as `git init`, branch main */
/* The path of a file among the repository's own, to be freed; wherever that folder is: it may stand above the workspace, or apart. */
char *repo_dir_path(const struct repo *g, const char *name);
void repo_free(struct repo *g);
void repo_freep(struct repo **g);
bool repo_inside(const char *root); /* is there a repository at or above root? */
/* Is it a clone of the newest versions alone?  The oldest of those reads as if it were the first. */
bool repo_shallow(struct repo *g);

/* ---- reading ---- */

struct repo_version {
	char hex[REPO_HEX + 1];
	struct span author, email, message; /* message whole */
	int64_t time;
	int offset;                         /* minutes east of UTC */
	char parents[2][REPO_HEX + 1];
	unsigned parent_count;              /* may be more than 2: the rest is not followed */
};

/* What Git resolves, apart from @{...}; a commit.  FAULT_NOT_FOUND. */
int repo_resolve(struct repo *g, struct span rev, char ret_hex[REPO_HEX + 1], struct fault *f);
bool repo_head(struct repo *g, char ret_hex[REPO_HEX + 1]); /* false: nothing saved yet */
/* The last version on the first-parent line of HEAD committed before time; false if none. */
bool repo_before(struct repo *g, int64_t time, char ret_hex[REPO_HEX + 1]);

int repo_version_load(struct repo *g, const char *hex, struct arena *a, struct repo_version *ret, struct fault *f);

/* Of a version, the first two; the fault names the version. */
struct repo_parents {
	char hex[2][REPO_HEX + 1];
	unsigned count;
};
int repo_parents(struct repo *g, const char *hex, struct repo_parents *ret, struct fault *f);

/* The blob of a path in a version; false if it is not there. */
bool repo_path_blob(struct repo *g, const char *hex, const char *path, char ret_blob[REPO_HEX + 1]);
/* What the workspace's folder was in a version: equal where nothing in it differs; false if it is not there. */
bool repo_folder(struct repo *g, const char *hex, char ret_tree[REPO_HEX + 1]);
int repo_blob_read(struct repo *g, const char *blob, struct buf *ret, struct fault *f); /* appends */
void repo_blob_name(struct span bytes, char ret_blob[REPO_HEX + 1]);                    /* without storing it */

/* Calls each(ctx, path, blob) for every file under dir ("" is all) of a version, in order; stops when it returns false. */
int repo_list(struct repo *g, const char *hex, const char *dir, bool (*each)(void *ctx, const char *path, const char *blob), void *ctx,
	     struct fault *f);

/* Versions from hex backwards, newest first, by date and topology (in a shallow clone by date), until each returns false. */
int repo_walk(struct repo *g, const char *hex, bool first_parent, bool (*each)(void *ctx, const char *hex), void *ctx, struct fault *f);

/* Names of tags that point at a version, comma-separated, appended. */
void repo_tags_of(struct repo *g, const char *hex, struct buf *out);

bool repo_ignored(struct repo *g, const char *path);

/* ---- writing; the lock must be held ---- */

/* Waits up to wait_ms for another chapeau in this workspace, then names it (FAULT_SYSTEM).  Cleans up after a killed one. */
int repo_lock(struct repo *g, unsigned wait_ms, struct fault *f);
void repo_unlock(struct repo *g);

struct repo_save {
	const char *const *paths;   /* files to keep as they are on disk; one that is gone is taken out */
	const struct span *bytes;   /* their contents */
	const bool *gone;
	const unsigned *modes;      /* as Git writes them, 0: as it was, else a plain file; NULL: all so */
	const char *const *objects; /* of a path that is no file: 40 hex digits; NULL: none */
	size_t count;
	struct span message;
	struct span author, email;  /* empty: Git's config */
	int64_t time;
	int offset;
	const char *second_parent;  /* of a merge, 40 hex digits; NULL: none */
};
/* Makes a version on the current branch: HEAD's tree with these paths replaced.  What else is staged stays staged.
 * ret_hex is "" where nothing differed and nothing was made. */
int repo_save(struct repo *g, const struct repo_save *s, char ret_hex[REPO_HEX + 1], struct fault *f);

bool repo_identity(struct repo *g, struct arena *a, struct span *ret_name, struct span *ret_email); /* from Git's config */
/* In the repository's own settings, which never travel. */
bool repo_setting(struct repo *g, const char *key, struct buf *ret);
int repo_set_setting(struct repo *g, const char *key, const char *value, struct fault *f);
int repo_set_identity(struct repo *g, const char *name, const char *email, struct fault *f);      /* in this repository */
int repo_tag_free(struct repo *g, struct span name, struct fault *f); /* can a version get this name?  FAULT_USAGE */
int repo_tag(struct repo *g, struct span name, const char *hex, struct fault *f);
int repo_blob_write(struct repo *g, struct span bytes, char ret_blob[REPO_HEX + 1], struct fault *f);

/* ---- exchanging with other computers; what travels is the business of the git program ---- */

bool repo_branch(struct repo *g, struct buf *ret_name); /* "main"; false: none is checked out; ret_name may be NULL */
bool repo_ref_named(struct repo *g, const char *full, char ret_hex[REPO_HEX + 1]); /* "refs/remotes/origin/main" */
bool repo_commit_named(struct repo *g, const char *full, char ret_hex[REPO_HEX + 1]); /* the version that the ref leads to, through a tag too */
bool repo_has_remote(struct repo *g, const char *name);
bool repo_merge_base(struct repo *g, const char *a, const char *b, char ret_hex[REPO_HEX + 1]);
/* How many versions stand in a and not in b. */
int repo_ahead(struct repo *g, const char *a, const char *b, size_t *ret, struct fault *f);
struct repo_change {
	const char *path;
	char a[REPO_HEX + 1], b[REPO_HEX + 1]; /* objects; "": not there */
	unsigned mode_b;
};
/* Every path of the workspace that differs between two versions. */
int repo_compare(struct repo *g, const char *a, const char *b, bool (*each)(void *ctx, const struct repo_change *x), void *ctx, struct fault *f);
unsigned repo_path_mode(struct repo *g, const char *hex, const char *path); /* as Git writes it; 0: it is not there */
bool repo_staged(struct repo *g, const char *path);                         /* does Git's index hold something else than HEAD? */
/* Moves the branch to a version that stands on HEAD; files: what that changes, for the index; on disk they are the
 * caller's business.  Lock held. */
int repo_advance(struct repo *g, const char *hex, const struct repo_save *files, struct fault *f);
int repo_set_remote(struct repo *g, const char *name, const char *url, struct fault *f);
const char *repo_workdir(const struct repo *g); /* the top folder of the repository */
const char *repo_prefix(const struct repo *g);  /* of the workspace in it: "" or "sub/folder/" */
/* What tells the workspace from the others that share the repository's refs: nothing where it is the repository's own folder. */
void repo_place(const struct repo *g, struct buf *ret);
bool repo_reaches(struct repo *g, const char *from, const char *to); /* does `to` stand in the history of `from`? */
/* Every ref that begins so, by the rest of its name, with its version; stops when each returns false. */
void repo_names(struct repo *g, const char *prefix, bool (*each)(void *ctx, const char *name, const char *hex), void *ctx);

/* Refs of our own, under refs/chapeau/: never pushed by default, so undo steps stay on this machine. */
int repo_ref_set(struct repo *g, const char *name, const char *hex, struct fault *f);
int repo_ref_set_blob(struct repo *g, const char *name, const char *blob, struct fault *f);
bool repo_ref_get(struct repo *g, const char *name, char ret_hex[REPO_HEX + 1]);
/* Calls each with the rest of the name of every ref of our own that begins so; stops when it returns false. */
void repo_refs(struct repo *g, const char *prefix, bool (*each)(void *ctx, const char *rest), void *ctx);
int repo_ref_delete(struct repo *g, const char *name, struct fault *f);

/* A version that no branch holds: files (path, bytes) and a message, on top of parent ("" for none). */
int repo_keep(struct repo *g, const char *parent, const char *const *paths, const struct span *bytes, size_t count, struct span message,
	     int64_t time, char ret_hex[REPO_HEX + 1], struct fault *f);

#endif
