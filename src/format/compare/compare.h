/*
 * compare: a comparison for people and machines: text for a terminal, JSON, one HTML page.
 *
 * Every output shows the same entries and the same parts; none compares anything itself.  DOCX, ODT and CriticMarkup are made
 * by the writers of those formats from comparison.marked.
 * Source: DESIGN.md sections 5 (diff --format json) and 7; SCREENS.md 1.3 and 1.4.
 */
#ifndef FORMAT_COMPARE_COMPARE_H
#define FORMAT_COMPARE_COMPARE_H

#include "base/buf.h"
#include "model/comparison.h"
#include "model/outdoc.h"

struct compare_options {
	bool color;
	unsigned width;          /* of the terminal; 0: 80 columns, as in a pipe */
	bool whole;              /* unchanged clauses too */
	bool quiet;
	enum audience audience;  /* below internal, internal clauses are counted and not shown */
	const char *version;     /* of the program */
	struct span typed;       /* what was compared, as the reader typed it, for the lines that say what to do next */
	struct span from_about, to_about; /* "25 Sep 2025 16:10   the copy sent to Tomas Rey"; p NULL: the name alone */
	/* What is to be said beside a clause, such as a sign-off that no longer covers it; may be NULL.  Appends one sentence. */
	void (*beside)(void *ctx, const struct change_entry *e, struct buf *out);
	void *ctx;
};

void compare_text(const struct comparison *c, const struct compare_options *o, struct buf *out);
void compare_json(const struct comparison *c, const struct compare_options *o, struct buf *out);
void compare_html(const struct comparison *c, const struct compare_options *o, struct buf *out);

/* Does anything differ that this audience may see?  For diff --exit-code. */
bool compare_differs(const struct comparison *c, const struct compare_options *o);

#endif
