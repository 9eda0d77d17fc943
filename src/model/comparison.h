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
	size_t words_changed;
};

struct comparison {
	struct arena arena;
	struct statement *from, *to; /* borrowed */
	struct span from_name, to_name; /* as the user named them */
	struct change_entry *entries; /* in the order of the new text, removed clauses where they stood */
	size_t count, cap;
	struct attr_change *meta;    /* front matter */
	size_t meta_count;
	struct doc *marked;          /* the new text with marks, old words in it as deleted; owned; NULL until asked for */
};

void comparison_free(struct comparison *c);
void comparison_freep(struct comparison **c);

#endif
