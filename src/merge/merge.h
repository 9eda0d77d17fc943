/*
 * merge: two people changed one text, each from the same base.
 *
 * Works on the bytes of the files: blocks are paired as `diff` pairs their clauses, what only one side changed is taken as it
 * stands, what both changed is merged token by token.  A real conflict keeps the base's words and both wordings, as
 * CriticMarkup suggestions by `ours` and `theirs`; nothing that theirs wrote is dropped.  A clause that both added under one id
 * has no base: it reads as ours, and what theirs has instead is suggested.  Bytes of ours that theirs did not
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
	MERGE_HELD,   /* the same, where one side made words internal that the other put among public ones: these are held back */
	MERGE_BLOCKS, /* around whole blocks: where marks around words would not be read again as they were meant; held as well */
};

struct merge_result {
	struct buf text;
	size_t conflicts;
	bool lines; /* conflicts stand between Git's marks, not as suggestions */
	bool apart; /* no text: it is ours, and theirs has to be kept elsewhere */
};

/* Whose the suggestions are; a time may follow the name (FORMAT.md F5.6). */
struct merge_names {
	const char *ours, *theirs;
};

void merge_result_done(struct merge_result *r);

/* Statements READING_REJECTED, straight from their files; their docs' sources are what is merged. */
int merge_statements(struct statement *base, struct statement *ours, struct statement *theirs, enum merge_level level, const struct merge_names *names,
		     struct merge_result *ret, struct fault *f);

/* Base and theirs with the labels that ours has for the same notes: note marks are numbered by hand, so that a note before
 * others renumbers them, and the next free number is what two people take at once.  New notes of theirs get labels that are
 * free.  A buffer stays empty where nothing changes. */
void merge_relabel(const struct statement *base, const struct statement *ours, const struct statement *theirs, struct buf *ret_base, struct buf *ret_theirs);

/* Line by line, with conflict marks as Git's: for what is no statement.  marker: how many signs, 7 unless said. */
void merge_lines(struct span base, struct span ours, struct span theirs, unsigned marker, const struct merge_names *names,
		 struct merge_result *ret);

/* YAML, line by line: of keys that both changed ours stand, and theirs as comments of `who` below them.  Appends; how many clash. */
size_t merge_yaml(struct span base, struct span ours, struct span theirs, const char *who, struct span eol, struct buf *out);

struct span merge_eol(struct span text);                                 /* how its lines end */
void merge_put_text(struct span eol, struct span s, struct buf *out);    /* text of another file, with these line ends */
bool merge_same_text(struct span a, struct span b);                      /* equal but for how lines end */

/* Is every clause of the merged text internal that one side made so, or that was and that neither let loose?  Guards it too. */
bool merge_holds_back(const struct statement *base, const struct statement *ours, const struct statement *theirs, const struct statement *merged);

/* Does a reading of the merged text show words that one side made internal, because the other put them elsewhere?  Guards it too. */
bool merge_exposes(const struct statement *base, const struct statement *ours, const struct statement *theirs, const struct doc *merged);

/* Does the merged text hold every word that theirs holds more often than base?  The last guard before it is written. */
bool merge_keeps(struct span base, struct span theirs, struct span merged);

#endif
