/*
 * outfile: from a doc to the bytes of a file: what the audience may see, on the template, opened again and searched.
 *
 * One way for export, for a comparison as DOCX or ODT, and for whatever else hands out a file.
 */
#ifndef CLI_OUTFILE_H
#define CLI_OUTFILE_H

#include "cli/draft.h"
#include "model/comparison.h"

/* What outdoc_make needs to know of a draft, its profile and its workspace.  ret borrows from them and from the arena. */
int outfile_options(struct cli *c, struct draft *d, enum audience audience, struct outdoc_options *ret, struct fault *f);

/* A comparison shows words that went.  Those of a clause that is internal now are in no public file (FAULT_REFUSED): the newer text rules. */
int outfile_may_compare(const struct comparison *c, enum audience audience, struct fault *f);

/* doc: of the draft, or a comparison of it.  Makes the outdoc, writes it, opens what was written again, searches it for
 * internal words.  dest: for messages. */
int outfile_make(struct cli *c, struct draft *d, struct doc *doc, const struct outdoc_options *o, const struct format *format, const char *dest,
		 struct buf *ret, struct fault *f);

/* When the document says it is from: SOURCE_DATE_EPOCH, else its front matter's date, else 1980-01-01. */
int outfile_date(struct cli *c, const struct draft *d, struct span *ret, struct fault *f);

/* In whose name what has no author goes out. */
struct span outfile_organisation(const struct draft *d);

enum audience outfile_audience(const struct cli *c, enum audience unsaid); /* --audience */

#endif
