/*
 * draft: a draft that a command names: which file a word means (draft.c), and what is read from it (load.c).
 *
 * Source: FORMAT.md F8.
 */
#ifndef CLI_DRAFT_H
#define CLI_DRAFT_H

#include "cli/workspace.h"

#define DRAFT_WITH_ID 1u  /* DRAFT#ID is allowed */
#define DRAFT_WITH_REV 2u /* DRAFT@REV is allowed */

struct draft {
	const char *path; /* as shown */
	struct span name; /* file name without folder and ending */
	struct ws *ws;
	bool outside;     /* no workspace holds it; ws, the current folder's, rules for it */
	struct span rev;  /* p NULL: the file as it is */
	struct span id;   /* p NULL: none */
	enum reading reading; /* of its statement; suggestions not accepted unless said */
	bool as_draft;        /* a package is compared: foreign.h */
	bool has_tracked;     /* it is one, and changes are tracked in it */
	struct buf bytes;
	struct file_stamp stamp;
	struct statement *statement; /* made by draft_load, which finds the profile too */
	struct profile *profile;     /* by --call, else by the front matter; borrowed */
	bool call_unknown;
};

/* Is it of a workspace, which keeps its versions and its record?  Another one is a plain file, whatever the current folder is. */
static inline bool draft_kept(const struct draft *d)
{
	return d->ws->root && !d->outside;
}

/* Which file a word means (FORMAT.md F8).  FAULT_NOT_FOUND, FAULT_MISSING. */
int draft_find(struct cli *c, const char *word, unsigned flags, struct draft *ret, struct fault *f);
int draft_at(struct cli *c, const char *path, struct draft *ret, struct fault *f); /* a path that is known to exist */
/* Does the word alone name a file?  1 and *ret_path, 0, or a fault where it names two. */
int draft_named(struct cli *c, struct ws *w, struct span word, const char **ret_path, struct fault *f);
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
/* The words of cross-references in a language: shipped, with what chapeau.yaml and the profile put over them (FORMAT.md F4). */
struct xref_words draft_words(struct cli *c, const struct draft *d, struct span language);
int draft_check(struct cli *c, struct draft *d, bool final, struct result **ret, struct fault *f);
/* The statement of another draft of the workspace (ctx: a struct ws), if it has a title; else NULL.  Borrowed. */
const struct statement *draft_other(void *ctx, struct span draft);
/* The same as it was: 0 is as it stands, 1 and on as they were kept with the copy that is read (ws.copy), behind them as it was saved, the last
 * version in which it changed first. */
const struct statement *draft_other_before(void *ctx, struct span draft, unsigned back);
void draft_done(struct draft *d);
/* What a person types to name it: its name in a workspace, else its path. */
struct span draft_typed(const struct draft *d);

#endif
