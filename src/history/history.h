/*
 * history: drafts as they were: a statement at a revision, the wordings of a clause, saving, undoing.
 *
 * Stands on io/repo (Git) and format (reading).  Paths are relative to the workspace's root.  Owns what it hands out
 * where it says so.
 * Source: DESIGN.md sections 2 and 5; FORMAT.md F1 (ids live for ever), F8 (REV).
 */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "base/buf.h"
#include "base/fault.h"
#include "io/repo.h"
#include "model/statement.h"

struct history;

/* The workspace at root; FAULT_NOT_FOUND where no repository is. */
int history_open(const char *root, struct history **ret, struct fault *f);
void history_free(struct history *h);
void history_freep(struct history **h);
struct repo *history_repo(struct history *h);

/* ---- revisions ---- */

/* A REV other than seen:, signed: and sent, which the caller looks up in the reviews: last, a ref or hash, a date.
 * FAULT_NOT_FOUND. */
int history_resolve(struct history *h, struct span rev, char ret_hex[REPO_HEX + 1], struct fault *f);

/* The bytes of a file at a version; FAULT_NOT_FOUND with a sentence where it was not there then. */
int history_read(struct history *h, const char *path, const char *hex, struct buf *ret, struct fault *f);

/* Any statement of that version whose text holds a clause of this id: its path, in path (an arena string).  For wordings
 * that stood in another draft. */
bool history_find_clause(struct history *h, const char *hex, struct span id, struct arena *a, const char **ret_path);

/* Is the id used in any draft of HEAD or any version before it?  For ids that are never used again.  The set of all ids is
 * gathered once, on first use. */
bool history_id_used(struct history *h, struct span id);

/* ---- the life of a clause ---- */

struct wording {
	struct repo_version version; /* that brought it; hex "" for what is not saved yet */
	struct span tags;
	struct span path, id;        /* where it stood then */
	struct span text;            /* the string that is hashed */
	char hash[SHA256_HEX + 1];
	size_t line;
	bool internal;               /* it was, with these words */
	bool words_same;             /* only its id or place changed */
	bool first;                  /* nothing before it */
	struct span label;
	struct span absorbs;         /* ids whose words came into this clause with this wording */
};

struct wordings {
	struct arena arena;
	struct wording *items;       /* newest first */
	size_t count, cap;
	bool found;                  /* the clause stands somewhere */
	bool gone;                   /* not any more: the newest wording is its last */
	struct repo_version taken_out; /* the version that took it out; hex "": what is not saved yet */
};
void wordings_done(struct wordings *w);

/* working: the bytes of the draft as it is on disk now (p NULL: start at HEAD).  limit 0: all. */
int history_clause(struct history *h, const char *path, struct span id, struct span working, size_t limit, struct wordings *ret,
		   struct fault *f);

struct version_entry {
	struct repo_version version;
	struct span tags;
	char blob[REPO_HEX + 1]; /* of the draft, where one was asked for; "": gone */
	const char *path;        /* its file there: older versions may have it under another name; NULL where none was asked for */
};
struct version_list {
	struct arena arena;
	struct version_entry *items; /* newest first */
	size_t count, cap;
};
void version_list_done(struct version_list *l);
/* The draft's name in a version of its list, where that was another one than now; else empty. */
struct span version_name_then(const struct version_list *l, size_t i);

/* Versions of the workspace (path NULL) or those in which a file changed; renamed: under the names that it had before, too. */
int history_versions(struct history *h, const char *path, bool renamed, size_t limit, struct version_list *ret, struct fault *f);

/* Adds the names of drafts that this one was made from, by renaming or by copying: of those that went when it came, and of those that
 * had clauses of it.  list: its versions; working: its bytes, where there are none yet. */
int history_names_before(struct history *h, const struct version_list *list, struct span working, struct arena *a, const char **names, size_t *count, size_t cap,
			 struct fault *f);

/* ---- saving ---- */

struct changed_file {
	const char *path;
	struct span before, after; /* p NULL: not there */
	bool had, has;
};
struct changes {
	struct arena arena;
	struct changed_file *items; /* sorted by path */
	size_t count, cap;
	const char **links;         /* what stands there as a link to another place, whose words no version keeps */
	size_t link_count;
};
void changes_done(struct changes *c);

/* Is this one of the files of DESIGN.md section 2, which `save` keeps? */
bool history_keeps(const char *path);

/* What `save` would keep: files of DESIGN.md section 2 that differ from the last version, not ignored. */
int history_changes(struct history *h, struct changes *ret, struct fault *f);

struct save_request {
	struct span message, author, email, tag;
	int64_t time;
	int offset;
};
/* Keeps a version of exactly these changes.  The lock is taken and given back.  ret_hex "": nothing to keep. */
int history_save(struct history *h, const struct changes *c, const struct save_request *s, char ret_hex[REPO_HEX + 1], struct fault *f);

/* ---- undo ---- */

/* One step: what a command is about to write into drafts of this workspace.  Call before the files are replaced, so that a crash between
 * leaves a step that undoes nothing rather than a change that cannot be undone.  steps: how many to keep.  *step: 0 for a new
 * one, and then its number; with that number it is written anew, for a command that writes more than one file. */
int history_undo_note(struct history *h, struct span command, const struct changed_file *files, size_t count, unsigned steps, int64_t time,
		      uint64_t *step, struct fault *f);

struct undo_step {
	struct arena arena;
	uint64_t number;
	struct span command;
	int64_t time;
	struct changed_file *files; /* before: what to put back; after: what the command wrote */
	size_t count;
	size_t left;                /* steps after this one */
};
void undo_step_done(struct undo_step *u);
int history_undo_peek(struct history *h, struct undo_step *ret, struct fault *f); /* FAULT_REFUSED: nothing to undo */
int history_undo_drop(struct history *h, uint64_t step, struct fault *f);        /* that one was undone, or came to nothing */

#endif
