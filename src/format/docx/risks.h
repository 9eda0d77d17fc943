/*
 * risks: what a DOCX would have a word processor fetch, open or run.  Nothing here is ever followed; all of it is said.
 *
 * Targets outside the file and remote templates are relationships (ISO/IEC 29500-2 section 9.3); macros, ActiveX controls,
 * OLE objects and embedded files are parts; fields that fetch or run are instructions (29500-1 section 17.16.5).
 */
#ifndef FORMAT_DOCX_RISKS_H
#define FORMAT_DOCX_RISKS_H

#include "format/docx/package.h"
#include "model/doc.h"

/* Adds a loss for each, at most LIMIT_RISKS and one that counts the rest.  Relationships that the reader has spoken of
 * (rel.said) are left out. */
void docx_risks(struct package *p, struct doc *d);

/* Does a field with this instruction fetch a file, talk to another program or run something? */
bool docx_field_is_risky(struct span instruction);

#endif
