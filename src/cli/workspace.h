/*
 * workspace: finding the workspace, what is in it, and the drafts that a command names.
 *
 * A workspace is the folder that holds chapeau.yaml, found from any folder below it.  The workspace that holds a file
 * rules for that file, else the current folder's; outside any, the installed templates serve.  Everything is loaded
 * when it is first needed, and lives in the cli until ws_done.
 * Source: DESIGN.md section 2; FORMAT.md F8, F10, F11.
 */
#ifndef CLI_WORKSPACE_H
#define CLI_WORKSPACE_H

#include "check/check.h"
#include "cli/cli.h"
#include "format/format.h"
#include "io/file.h"

struct ws_profile {
	struct ws_profile *next;
	struct profile *profile;
	const char *path;
};

struct ws_other {
	struct ws_other *next;
	const char *path;
	struct statement *statement; /* NULL: there is none of that name, or it cannot be read */
};

struct ws {
	struct ws *next;
	const char *root;       /* as seen from the current folder: ".", ".."; NULL: no workspace */
	struct workspace *conf; /* NULL: no workspace */
	struct priorities *priorities;
	struct checker *checker;
	struct agreed *agreed;
	bool agreed_read;
	struct ws_profile *profiles; /* loaded so far */
	struct ws_other *others;     /* drafts that cross-references name */
	struct cli *cli;
};

/* The workspace that holds a folder; *ret is never NULL on success, its root is NULL where there is none. */
int ws_at(struct cli *c, const char *dir, struct ws **ret, struct fault *f);
/* The current folder's; FAULT_WORKSPACE where there is none. */
int ws_here(struct cli *c, struct ws **ret, struct fault *f);
/* Lets go of all that was loaded; a watching command begins anew with it. */
void ws_done(struct cli *c);

/* Do two names lead to one file that is there? */
bool ws_same_place(const char *a, const char *b);
/* A draft or a setting of the workspace that it stands in: what people write by hand is not written over, even where they name it. */
bool ws_is_source(struct cli *c, const char *path);

/* A path below the workspace's root, as seen from the current folder.  Borrowed from the cli's arena. */
const char *ws_path(struct cli *c, const struct ws *w, const char *below);

/* The list and its checker: --priorities FILE, else the workspace's priorities.yaml, else none. */
int ws_checker(struct cli *c, struct ws *w, struct checker **ret, struct fault *f);

/* The library of agreed language: --agreed FILE, else the workspace's templates/agreed-language.yaml, outside one the installed; NULL: none. */
int ws_agreed(struct cli *c, struct ws *w, const struct agreed **ret, struct fault *f);

/* The profile that a draft names by id or file name; NULL (and 0) where none answers to it.  For a path, FAULT_MISSING. */
int ws_profile(struct cli *c, struct ws *w, struct span call, struct profile **ret, struct fault *f);
/* --call ID: it must be there, else FAULT_NOT_FOUND with a "did you mean". */
int ws_profile_named(struct cli *c, struct ws *w, const char *call, struct profile **ret, struct fault *f);
/* All of templates/calls, by file name; the workspace's, or outside one the installed. */
int ws_profiles(struct cli *c, struct ws *w, struct ws_profile ***ret, size_t *ret_count, struct fault *f);

/* Paths of drafts/X.md, sorted by name. */
int ws_drafts(struct cli *c, struct ws *w, const char ***ret, size_t *ret_count, struct fault *f);

/* The folder of installed templates (priorities.yaml, templates/, drafts/), beside the build tree or under datadir;
 * NULL: not installed. */
const char *data_dir(struct cli *c);
/* Names in a folder that end so, sorted; a folder that is not there has none. */
void list_dir(struct cli *c, const char *dir, const char *ending, const char ***ret, size_t *ret_count);

/* ---- a draft that a command names ---- */

#define DRAFT_WITH_ID 1u  /* DRAFT#ID is allowed */
#define DRAFT_WITH_REV 2u /* DRAFT@REV is allowed */

struct draft {
	const char *path; /* as shown */
	struct span name; /* file name without folder and ending */
	struct ws *ws;
	struct span rev;  /* p NULL: the file as it is */
	struct span id;   /* p NULL: none */
	enum reading reading; /* of its statement; suggestions not accepted unless said */
	struct buf bytes;
	struct file_stamp stamp;
	struct statement *statement; /* made by draft_load, which finds the profile too */
	struct profile *profile;     /* by --call, else by the front matter; borrowed */
	bool call_unknown;
};

/* Which file a word means (FORMAT.md F8).  FAULT_NOT_FOUND, FAULT_MISSING. */
int draft_find(struct cli *c, const char *word, unsigned flags, struct draft *ret, struct fault *f);
int draft_at(struct cli *c, const char *path, struct draft *ret, struct fault *f); /* a path that is known to exist */
/* Reads its bytes, once. */
int draft_read(struct cli *c, struct draft *d, struct fault *f);
/* .doc and .pdf: the sentence that helps, -FAULT_INPUT; 0: neither. */
int draft_wrong_kind(const char *path, struct fault *f);
/* Reads it as a doc of its own, which the caller frees. */
int draft_doc(struct cli *c, struct draft *d, enum reading reading, struct doc **ret, struct fault *f);
/* The statement, suggestions not accepted, numbered for its readers. */
int draft_load(struct cli *c, struct draft *d, struct fault *f);
/* Two that are held against each other: large ones at the same time, with the hashes of all clauses.  The first one's fault, if both
 * have one. */
int draft_load_both(struct cli *c, struct draft *first, struct draft *second, struct fault *f);
enum numbering draft_numbering(const struct draft *d, const struct meta *m);
enum channel draft_channel(const struct cli *c, const struct draft *d); /* --channel, front matter, profile, else written */
int draft_check(struct cli *c, struct draft *d, bool final, struct result **ret, struct fault *f);
/* The statement of another draft of the workspace (ctx: a struct ws), if it has a title; else NULL.  Borrowed. */
const struct statement *draft_other(void *ctx, struct span draft);
void draft_done(struct draft *d);
/* What a person types to name it: its name in a workspace, else its path. */
struct span draft_typed(const struct draft *d);

#endif
