/* builtin: our own definitions of the styles of DOMAIN.md section 7, for references that lack some, and for none. */
#ifndef FORMAT_DOCX_BUILTIN_H
#define FORMAT_DOCX_BUILTIN_H

#include "format/docx/sheet.h"

struct builtin_style {
	enum style_key key;
	const char *type; /* paragraph, character, table */
	const char *id, *name;
	const char *aliases; /* other names it is found by, folded, comma-separated; NULL: none */
	const char *based_on; /* id of another of these; "": the reference's default paragraph style; NULL: none */
	const char *next;     /* id; NULL: none */
	const char *body;     /* w:pPr, w:rPr, w:tblPr… as they stand in w:style */
	bool ours;            /* not one of Word's own: w:customStyle */
};

extern const struct builtin_style builtin_styles[STYLE_COUNT];
/* Fonts and sizes of a document without a reference; a language goes between the two. */
extern const char builtin_defaults_head[], builtin_defaults_tail[];
extern const char builtin_normal[];
extern const char builtin_fonts[];  /* fontTable.xml without its declaration */
extern const char builtin_footer[]; /* footer1.xml, page x of y; "%s" stands for the style's id */

#endif
