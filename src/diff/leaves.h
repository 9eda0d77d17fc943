/*
 * leaves: two clauses compared leaf by leaf: list item by item, table row by row and cell by cell, note by note.
 *
 * The parts of the leaves, joined by the characters that join them in the clauses' texts, are the parts of the clauses: what
 * one output shows of a cell and another of the whole clause cannot differ.
 */
#ifndef DIFF_LEAVES_H
#define DIFF_LEAVES_H

#include "diff/align.h"

struct leaf_work {
	struct word_work words;
	struct script_work script;
	struct like_work like;
	struct buf buf, folded;
	struct vocab vocab;   /* of the pair in hand */
	struct tokens a, b;
	struct parts parts;
};
void leaf_work_done(struct leaf_work *w);

/* The parts of two texts, into w->parts. */
void texts_compare(struct leaf_work *w, struct span from, struct span to);

/* Fills parts, leaves and words_changed of an entry with both sides and different words.  Borrows the texts; arrays come from a. */
void leaves_compare(struct leaf_work *w, const struct clause *from, const struct clause *to, struct arena *a, struct change_entry *e);

#endif
