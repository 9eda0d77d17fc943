/*
 * record: drafts/reviews/NAME.yaml: sign-offs, waivers, copies sent, suggestions settled; entries are only ever appended.
 *
 * Source: DESIGN.md section 2; FORMAT.md F10.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/draft.h"
#include "history/history.h"

/* drafts/reviews/NAME.yaml; *ret NULL where there is none yet. */
int draft_reviews(struct cli *c, const struct draft *d, struct reviews **ret, struct fault *f);
/* Another draft's, by the path of its file. */
int reviews_at(struct cli *c, struct ws *w, const char *path, struct reviews **ret, struct fault *f);
/* Appends one entry to it.  Nothing outside a workspace. */
int draft_review_add(struct cli *c, const struct draft *d, struct review *e, struct fault *f);

/* An addition to drafts/reviews/NAME.yaml, made before the draft is written and put in its place after. */
struct record {
	const char *path; /* NULL: none is kept */
	struct buf before, bytes;
	struct file_stamp stamp;
};
void record_done(struct record *r);
int record_write(struct cli *c, const struct draft *d, const struct record *r, const char *command, struct fault *f);
/* What a step put on record is taken back on record: entries are only ever appended. */
int record_undo(struct cli *c, struct ws *w, const struct changed_file *x, struct fault *f);

/* What became of suggestions; files: the file that each came in, by its index, empty where nobody knows. */
int settled_record(struct cli *c, struct draft *d, struct doc *marked, const enum settle *what, const struct span *files, const char *because,
		   struct record *ret, struct fault *f);

#endif
