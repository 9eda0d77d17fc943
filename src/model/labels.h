/*
 * labels: where a label= is printed whose block has no first line of words for it (FORMAT.md F4).
 *
 * Paragraphs, headings and items print their label in the place of their number.  A quote prints it before its first
 * paragraph; a table, list, code block or rule under a line of its own, "Table 3", which is a paragraph before it with
 * `label_line` set.  Owns nothing; outdoc_make alone calls labels_place, so that no writer has to know, and the readers
 * of package formats labels_take, the way back.
 */
#ifndef MODEL_LABELS_H
#define MODEL_LABELS_H

#include "model/number.h"

/* "1.2", "II.3.1": a number that names those above it, and so a paragraph's own, where "(a)" is an item's. */
bool label_is_path(struct span label);

/* Of a comparison: what went from the older text, what came into the newer one.  NULL: it is none. */
struct label_marks {
	const struct mark *gone, *came;
	struct span table_was; /* the word before a table's label in the older text */
};

/* d was numbered and is not finished: call doc_finish again where this returns true. */
bool labels_place(struct doc *d, const struct xref_words *words, const struct label_marks *marks);

/* "Table 3", "12 bis.": how a line of such says a label; word: what stands before it, or empty. */
struct span label_line_text(struct arena *a, struct span label, struct span word);

/* Does it print a label of its own before its words, in one text at least? */
bool label_is_own(const struct block *b);

/* Where in a run of such a line the label begins, with which it ends. */
size_t label_in_line(const struct block *line, const struct run *r);

/* Runs of ours that are no words of the statement, by the character style in which the writers set them; only while a
 * package is being read. */
#define FMT_PRINTED_LABEL (1u << 30)
#define FMT_NOTE_SEPARATOR (1u << 29) /* the comma between the marks of two notes */
#define FMT_NOTE_MARK (1u << 28)      /* a further mark of a note: its number, in words */
#define FMT_REFERENCE (1u << 27)      /* a reference to a clause: its words, and its numbers step by step */

/* Takes such runs out of the words: a label goes to the block, or the item, that prints it.  A paragraph whose label_line
 * is set stood in the style of such a line: if it holds no other words, it goes too.  A number becomes the mark of the note that
 * prints it in the same text, if one does, and what one reference printed that reference. */
void labels_take(struct doc *d);

#endif
