/*
 * comparison: two texts, clause by clause and word by word.
 *
 * Made by diff; every output (text, JSON, HTML, CriticMarkup, DOCX, ODT) is made from this one result, so no
 * two can disagree on what changed.  Strings are borrowed from the arena; statements must outlast it.
 * Source: DESIGN.md sections 5 (diff --format json) and 7.
 */
#ifndef MODEL_COMPARISON_H
#define MODEL_COMPARISON_H

#include "model/statement.h"

#define CHANGE_LIST(X) X(SAME, "same") X(EDITED, "edited") X(ADDED, "added") X(REMOVED, "removed") X(SPLIT, "split") X(MERGED, "merged") X(FORMATTED, "formatted")
enum change {
#define X(kind, name) CHANGE_##kind,
	CHANGE_LIST(X)
#undef X
};
const char *change_name(enum change c);

struct part {
	char op; /* '=', '-', '+' */
	struct span text;
};

struct attr_change {
	struct span key, was, is; /* p NULL: not there */
};

/*
 * One leaf of a pair of clauses: both sides, or one that came or went.  Leaves of a table stand row by row, cell by cell;
 * leaves of notes come after those of the clause.  The parts are those of this leaf alone.
 */
struct leaf_change {
	const struct block *from, *to; /* NULL: none, or a note without words */
	const struct note *from_note, *to_note; /* where the leaf stands in a note */
	struct part *parts;
	size_t part_count;
};

struct change_entry {
	enum change kind;
	bool moved;
	struct span id;              /* of the new text, of the old where removed; empty: untracked */
	const struct clause *from, *to; /* NULL: none */
	struct span of;              /* split: the old id, on pieces that did not keep it; p NULL: not such a piece */
	struct span into;            /* merged: the new id, likewise */
	const struct clause *partner; /* split/merged pieces: the clause that `of` or `into` names */
	struct part *parts;          /* `=` and `-` joined give the old text, `=` and `+` the new */
	size_t part_count;
	struct attr_change *attributes;
	size_t attribute_count;
	size_t words_changed;        /* word tokens in '-' and '+' parts */
	struct leaf_change *leaves;  /* of clauses with both sides that are not the same; NULL: leaf by leaf as they stand */
	size_t leaf_count;
	/*
	 * On the clause with both sides of a split (a merge) whose pieces stand one after the other: the old text (the
	 * texts of the pieces, old, joined by a space) against the texts of the pieces, new, joined by a space (the new text).
	 * Here moved words are '=': only what really changed is marked.  NULL otherwise.
	 */
	struct part *joint;
	size_t joint_count;
	const struct clause **pieces; /* of joint, in order, the one of this entry too */
	size_t piece_count;
};

#define COMPARISON_THREADS 8

struct comparison {
	struct arena arena;
	struct arena more[COMPARISON_THREADS]; /* of those who helped to make it */
	struct statement *from, *to; /* borrowed */
	struct span from_name, to_name; /* as the user named them */
	struct change_entry *entries; /* in the order of the new text, removed clauses where they stood */
	size_t count, cap;
	struct attr_change *meta;    /* front matter */
	size_t meta_count;
	bool official;               /* by words and labels, never by ids */
	struct doc *marked;          /* the new text with marks, old words in it as deleted; owned; NULL until asked for */
};

void comparison_free(struct comparison *c);
void comparison_freep(struct comparison **c);

/*
 * Which spaces at the edges of a changed part stand outside the signs of a text for people: those that both texts have there, "stable
 * {+and predictable+} funding", and none that one alone has: "stable[- and-]{+,+} predictable".  before, after: its neighbours, or NULL.
 */
void part_edges(const struct part *before, const struct part *x, const struct part *after, bool *ret_lead, bool *ret_tail);

#endif
