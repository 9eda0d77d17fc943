/*
 * fit: what a page says in another way than Markdown does, put in Markdown's way.
 */
#ifndef CLI_FIT_H
#define CLI_FIT_H

#include "model/doc.h"

/* Markdown's emphasis and links begin and end at words: spaces at their edges, which a page does not show, go out of them. */
void fit_spaces(struct doc *d);
/* Items of an ordered list: Markdown counts them 1., 2.; what their file prints otherwise, (a) or (i) or 4. behind a table, is their label. */
void fit_items(struct doc *d);
/* A Markdown table has as many cells in each row. */
void fit_tables(struct doc *d);
/* A note to which only words refer that came, or went, is a suggestion like them, as a whole: notes[].mark. */
void fit_notes(struct doc *d);
/* A comment on words among which some were changed, or have another one, is said once. */
void fit_comments(struct doc *d);

#endif
