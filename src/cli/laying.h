/*
 * laying: what a returned file changes, as edits of the draft's Markdown.
 */
#ifndef CLI_LAYING_H
#define CLI_LAYING_H

#include "cli/copies.h"
#include "format/format.h"
#include "receive/receive.h"

/* One returned file. */
struct arrival {
	const char *file;
	struct doc *doc;
	struct statement *base; /* what the copy was made from, where that is known */
	struct doc *sent;       /* the same with its suggestions and comments; NULL: as the draft */
	struct received plan;
	struct receive_settled *settled; /* suggestions that were accepted or rejected in it */
	size_t settled_count;
	bool ours;              /* it has a map of ours */
	bool base_missing;      /* ours, of another text than the draft's now, and that text is not here */
	bool internal;          /* it was for internal use */
	struct span made_from;  /* the draft's name then, of which its anchors are made; only where ours */
	struct span blob;       /* of the bytes that it was made from; only where ours */
	const char *record; /* where the copy is on record, if not with the draft; NULL else */
	struct reviews *reviews;
	struct sent_copy copy;  /* which one it is, where that is known */
};

/* Of all files together. */
struct totals {
	size_t suggestions, comments, unplaced;
	size_t accepted, rejected; /* suggestions of the draft, in the copies */
	struct span people[32];
	size_t people_count;
	struct span *clauses;   /* of the changes, one after the other, in the command's arena */
	size_t clause_count, clause_cap;
};

/* How many different clauses they stand in. */
size_t totals_clauses(struct totals *t);

/* doc: the draft READING_REJECTED, which the plan speaks of; marked: the same with its suggestions.  What could not be said is
 * added to the plan's losses. */
void lay_plan(struct cli *c, struct doc *doc, const struct doc *marked, struct arrival *a, struct edits *ret, struct totals *t);

/* What was accepted or rejected in the copy, as a word to each suggestion: the draft's own settling is for its writer. */
void lay_settled(struct cli *c, const struct doc *marked, const struct arrival *a, struct span author, struct span time, struct edits *ret, struct totals *t);

#endif
