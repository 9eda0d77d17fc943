/*
 * merge: two people changed one text, each from the same base.
 *
 * Works on the bytes of the files: blocks are paired as `diff` pairs their clauses, what only one side changed is taken as it
 * stands, what both changed is merged token by token.  A real conflict keeps the base's words and both wordings, as
 * CriticMarkup suggestions by `ours` and `theirs`; nothing that theirs wrote is dropped.  Bytes of ours that theirs did not
 * touch stay as they are.
 * Source: DESIGN.md section 5 (merge-file); FORMAT.md F5, F11.
 */
#ifndef MERGE_MERGE_H
#define MERGE_MERGE_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/statement.h"

enum merge_level {
	MERGE_WORDS,  /* conflicts are marked around words */
	MERGE_BLOCKS, /* around whole blocks: where marks around words would not be read again as they were meant */
};

struct merge_result {
	struct buf text;
	size_t conflicts;
};
void merge_result_done(struct merge_result *r);

/* Statements READING_REJECTED, straight from their files; their docs' sources are what is merged. */
int merge_statements(struct statement *base, struct statement *ours, struct statement *theirs, enum merge_level level, struct merge_result *ret,
		     struct fault *f);

/* Line by line, with conflict marks as Git's: for what is no statement.  marker: how many signs, 7 unless said. */
void merge_lines(struct span base, struct span ours, struct span theirs, unsigned marker, const char *ours_name, const char *theirs_name,
		 struct merge_result *ret);

/* Does the merged text hold every word that theirs holds more often than base?  The last guard before it is written. */
bool merge_keeps(struct span base, struct span theirs, struct span merged);

#endif
