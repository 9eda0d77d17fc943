/*
 * older: an older wording of a clause, and how it is laid into the draft as it stands now.
 *
 * "Put an older wording back; nothing else moves": what other clauses say is compared before anything is handed out.
 * Source: DESIGN.md section 5, restore; FORMAT.md F1.
 */
#ifndef CLI_OLDER_H
#define CLI_OLDER_H

#include "cli/draft.h"
#include "io/repo.h"

/* An older wording, wherever the clause then stood. */
struct older {
	struct buf file;
	struct doc *doc;
	struct statement *st;
	const struct clause *clause;
	struct span path, id;
	char hex[REPO_HEX + 1];
};
void older_done(struct older *o);

/* Its source, without its own attribute list. */
void older_source(const struct older *o, struct buf *out);
/* The draft's bytes with the older wording in them; *ret_same: it reads so already.  FAULT_REFUSED where another clause would
 * move, or internal words would be public. */
int older_lay(struct cli *c, const struct older *o, struct draft *d, struct buf *bytes, bool *ret_same, struct fault *f);

#endif
