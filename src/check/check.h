/*
 * check: a statement against priorities and a profile -> a result with findings.
 *
 * Nothing here knows a language or a call: words come from priorities.yaml, rules from the profile.
 * Source: DESIGN.md section 6; FORMAT.md F4, F7, F9, F11.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/agreed.h"
#include "model/verdict.h"
#include "model/workspace.h"

struct checker; /* a priorities list, compiled once, used for many statements */

/* Borrows the list and the workspace (may be NULL: its organisation's names join `self`).  A phrase that does not parse is
 * FAULT_INPUT with its file, line and column.  list NULL: everything but priorities is checked. */
int checker_new(const struct priorities *list, const struct workspace *w, struct checker **ret, struct fault *f);
void checker_free(struct checker *c);

struct check_options {
	const struct profile *profile; /* NULL: none */
	const struct agreed *agreed;   /* the library of agreed language; NULL: none */
	bool call_unknown;             /* the draft names a call that no profile answers to */
	enum channel channel;          /* UNSAID: the draft's, else written */
	bool final;                    /* severities of the hand-in */
	int64_t now;                   /* seconds since 1970 */
	const char *root;              /* the workspace, for images; NULL: none */
	struct span draft, file;       /* names to show */
	/* Is DRAFT#id a clause of another draft with a title, which its readers see?  NULL: cross-references to other drafts are dead. */
	bool (*find_ref)(void *ctx, struct span draft, struct span id);
	/* Was id ever a clause's, of any draft here or any saved version?  NULL, or true: nobody can tell. */
	bool (*id_known)(void *known_ctx, struct span id);
	void *known_ctx;
	/* Can this image be taken in (FORMAT.md F11)?  If not, why.  NULL: images are not looked at. */
	bool (*find_image)(void *image_ctx, struct span url, struct buf *ret_why);
	void *image_ctx;
	void *ctx;
};

/* s was made of a READING_REJECTED doc.  Borrows s and options' strings. */
int check_statement(struct checker *c, struct statement *s, const struct check_options *o, struct result **ret, struct fault *f);

/* Words, characters, pages and seconds of the public text by the profile (FORMAT.md F4); profile may be NULL. */
void check_lengths(struct statement *s, const struct profile *p, enum channel channel, struct lengths *ret);

#endif
