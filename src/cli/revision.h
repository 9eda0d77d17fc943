/*
 * revision: which version of a draft DRAFT@REV names.
 *
 * Source: DESIGN.md section 5 (REV); FORMAT.md F8.
 */
#ifndef CLI_REVISION_H
#define CLI_REVISION_H

#include "cli/draft.h"
#include "history/history.h"

/* What a REV means for a draft: a version, and the blob of the draft in it; seen: and signed: name a blob alone. */
struct revision {
	char commit[REPO_HEX + 1]; /* "": none */
	char blob[REPO_HEX + 1];
	struct span about;         /* "the copy sent to Tomas Rey"; p NULL: nothing to add */
	int64_t time;              /* 0: not known */
	int offset;
};
int draft_revision(struct cli *c, struct draft *d, struct history *h, struct revision *ret, struct fault *f);

#endif
