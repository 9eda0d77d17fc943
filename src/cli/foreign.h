/*
 * foreign: two texts of which one at least is a DOCX or ODT, made alike for a comparison.
 */
#ifndef CLI_FOREIGN_H
#define CLI_FOREIGN_H

#include "model/statement.h"

/* One reading of a package: front matter, printed and typed labels, tables and spaces as a draft has them.  Its blocks get no
 * ids (DESIGN.md section 7: official files have none); whole tables, quotes and items are its clauses all the same.
 * True: changes were tracked in it, and are settled now. */
bool foreign_as_draft(struct doc *d, enum reading reading);

/* A draft that is compared with a package: its references become the words that they print, which is what stands there.
 * Takes s and returns the statement of the same doc. */
struct statement *foreign_as_printed(struct statement *s, const struct xref_words *words);

#endif
