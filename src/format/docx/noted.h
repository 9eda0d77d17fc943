/*
 * noted: comments on a footnote's words, which DOCX has no place for.
 *
 * Word passes over ranges of comments in a footnote ([MS-OI29500] 2.1.315), and LibreOffice 7.4 opens no file that has one.  So they stand at
 * the note's mark in the text, and in the note a bookmark holds their words: "cn_", 10 hex digits of SHA-256 over who, when and what, "_" and
 * which of the comments that are alike in this it is, from 1, in the order of their part.  (Ids are not kept by those who write the file anew.)
 * Reading, the two find each other; where one of them is gone the comment is on the mark.
 */
#ifndef FORMAT_DOCX_NOTED_H
#define FORMAT_DOCX_NOTED_H

#include "base/mem.h"
#include "base/spanmap.h"

/* How many there were of each kind so far. */
struct noted {
	struct span_map counts;
};

/* The name for the next comment of the part; of the arena.  As it stands in the file: the author's name, the time as RFC 3339 or empty, the words. */
struct span noted_name(struct noted *n, struct span author, struct span time, struct span text, struct arena *a);
void noted_done(struct noted *n);

#endif
