/*
 * paper: a report as a document, for the formats that people send: headings, paragraphs and tables of plain words.
 *
 * What `status` and `log` say is laid out by the writers that lay out statements, on the workspace's own template.
 * Source: DESIGN.md section 5.
 */
#ifndef CLI_PAPER_H
#define CLI_PAPER_H

#include "cli/workspace.h"

struct paper {
	struct doc *doc;
	struct block *table, *row, *leaf; /* at hand; NULL: none */
	struct runs runs;                 /* of the leaf at hand */
};

void paper_begin(struct paper *p, struct span title, struct span organisation);
void paper_done(struct paper *p);

void paper_heading(struct paper *p, struct span words);
void paper_paragraph(struct paper *p); /* begins one */
void paper_table(struct paper *p, const char *const *heads, size_t count);
void paper_row(struct paper *p);
void paper_cell(struct paper *p); /* begins one in the row at hand */
/* Words at the end of the paragraph, cell or heading at hand; a line end is a line break.  format: FMT_* */
void paper_put(struct paper *p, struct span words, unsigned format);
/* Parts of a comparison: what came underlined, what went struck out. */
void paper_parts(struct paper *p, const struct part *parts, size_t count);

/* Is --format one that a paper is written in? */
bool paper_wanted(const struct cli *c);
/* Writes it to c->out in that format, on the template of the workspace.  Takes the doc.  internal: with the banner. */
int paper_write(struct cli *c, struct paper *p, struct ws *w, bool internal, struct fault *f);

#endif
