/* What the files that make a sheet share: sheet.c (the whole), sheet_styles.c, sheet_page.c (page, headers and
 * footers), sheet_turned.c (those of pages on their side), sheet_parts.c, sheet_clean.c. */
#ifndef FORMAT_DOCX_SHEET_INTERNAL_H
#define FORMAT_DOCX_SHEET_INTERNAL_H

#include "format/docx/package.h"
#include "format/docx/sheet.h"

#define W_URI "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define W_NS " xmlns:w=\"" W_URI "\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

/* The styles part and the ids of all styles; p NULL: our own.  Faults name the reference. */
int sheet_styles(struct sheet *sheet, struct package *p, struct span language, struct fault *f);
/* The page, with headers and footers and their parts. */
int sheet_section(struct sheet *s, struct package *p, bool right_to_left, struct fault *f);

/* Copies a well-formed part without its declaration, comments, instructions, revision ids and list properties; languages too, if asked. */
void sheet_clean_part(struct span s, bool drop_languages, struct buf *out);
/* The next start or end tag of that local name from a place on. */
bool sheet_find_tag(struct span s, const char *local, size_t from, bool closing, size_t *ret_open, size_t *ret_end);

/* name, type and target must outlive the sheet. */
struct sheet_part *sheet_add_part(struct sheet *s, const char *name, const char *type);
void sheet_add_rel(struct sheet *s, const char *id, const char *type, const char *target);
/* FAULT_INPUT: the reference cannot be used, and what to do. */
int sheet_refuse(const struct package *p, struct fault *f, const char *what);

#endif
