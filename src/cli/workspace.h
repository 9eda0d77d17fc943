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
	unsigned back; /* versions; 0: as it stands */
	struct span copy; /* with back: ws.copy */
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
	struct span copy;            /* blob that the copy which is read was made from; empty: none */
	bool unseen_said;            /* that its saved versions cannot be looked at */
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

#endif
