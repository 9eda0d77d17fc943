/*
 * select: which blocks of a doc one reader sees, and a copy that holds those and nothing else.
 *
 * One place decides; outdoc_make copies by it, check of the spoken version reads by it.  What is held back is
 * counted by a walk of its own, so that a copy that lost a word is found out.
 * Source: FORMAT.md F1 (internal, oral), F11 (rationales, oral channel).
 */
#ifndef MODEL_SELECT_H
#define MODEL_SELECT_H

#include "model/doc.h"

struct selection {
	bool internal;       /* internal text is seen */
	enum channel channel; /* CHANNEL_UNSAID: written */
	bool cut_oral;       /* oral=cut clauses are left out of the oral channel */
	bool marks;          /* keep marks */
	bool comments;       /* keep comments, on marks and alone; only with marks */
	struct span author;  /* p not NULL: all marks in this name */
	bool source;         /* keep path, source and origins, so that positions can be told: never for a writer.
	                      * The source is borrowed: d must outlive the copy. */
};

/*
 * A new doc that shares nothing with d (but for selection.source).  In the oral channel a wording stands in its
 * clause's place, under that clause's id, and notes are left out.  Attribute lists are copied.  Containers that
 * lost all they held are left out.  doc_finish was called on it.
 */
struct doc *doc_select(struct doc *d, const struct selection *s);

/* Words of all leaves and notes of d, and how many of them doc_select leaves out; independent of the copying. */
void doc_count_words(struct doc *d, const struct selection *s, size_t *ret_all, size_t *ret_held);

/* What one walk over a doc finds, notes included. */
struct survey {
	size_t words;
	size_t xrefs, images;
};
struct survey doc_survey(const struct doc *d);

#endif
