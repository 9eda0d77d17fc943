/*
 * internal: what the renderers of a comparison share.
 */
#ifndef FORMAT_COMPARE_INTERNAL_H
#define FORMAT_COMPARE_INTERNAL_H

#include "format/compare/compare.h"

/* May this audience see the entry?  Words that were internal on either side are internal. */
bool entry_shown(const struct change_entry *e, const struct compare_options *o);
/* Did anything of it change that a reader would look at (attributes apart)? */
bool entry_changed(const struct change_entry *e);

struct summary {
	size_t changed, moved_changed, moved_only, added, removed, split, merged, formatted, attributes, same;
	size_t hidden; /* internal ones that changed */
};
struct summary summarise(const struct comparison *c, const struct compare_options *o);
/* "2 paragraphs changed (1 of them moved), 1 new, 1 removed; 5 the same" */
void summary_line(const struct summary *s, bool whole, bool short_form, struct buf *out);

/* What is shown of one entry, in order, the same in every output. */
enum shown_kind {
	SHOWN_TEXT,
	SHOWN_LINE,  /* the next item of a list, or row of a table */
	SHOWN_CELL,  /* the next cell of a row */
	SHOWN_NOTE,  /* a footnote begins */
	SHOWN_BREAK, /* a paragraph break that came or went */
};
struct shown {
	enum shown_kind kind;
	char op; /* '=', '-', '+' */
	struct span text;
};
struct shown_list {
	struct shown *items;
	size_t count, cap;
	struct arena arena; /* texts that stand in no part */
};
void show_entry(const struct change_entry *e, struct shown_list *ret); /* empties it first */
void shown_done(struct shown_list *l);

/* Bytes of a cross-reference, "[#x]", that begins at i; 0: none does. */
size_t reference_length(struct span t, size_t i);
/* What a cross-reference prints in one of the two texts; false: nothing. */
bool print_reference(const struct compare_options *o, const struct statement *s, struct span id, struct buf *ret);
#define NOT_SHOWN SPAN_LIT("[...]") /* a reference that leads nowhere for this audience: ids are internal (FORMAT.md F8) */
/* For the public: references by what they print. */
void show_printed(const struct comparison *c, const struct compare_options *o, struct shown_list *l);

/* A piece of a split or merge whose words are shown with the clause that it was part of. */
bool entry_elsewhere(const struct comparison *c, size_t i);
bool entry_moved_up(const struct comparison *c, const struct change_entry *e);
const char *change_word(const struct change_entry *e); /* "changed", "new", … */
void clause_name(const struct clause *k, struct buf *out); /* "para 12", "section II", "line 40" */
bool character_hidden(uint32_t cp); /* control, bidirectional or invisible: shown by its number */

#endif
