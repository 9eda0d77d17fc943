/*
 * sheet: the styles, page, header and footer that a document is written with: a reference file's, or our own.
 *
 * Styles are found by name; what the reference lacks is made, never silently Normal (DESIGN.md section 8).
 * Source: DOMAIN.md section 7; ISO/IEC 29500-1 sections 17.6 (sections), 17.7 (styles).
 */
#ifndef FORMAT_DOCX_SHEET_H
#define FORMAT_DOCX_SHEET_H

#include "base/buf.h"
#include "base/fault.h"

enum style_key {
	STYLE_TITLE, STYLE_SUBTITLE, STYLE_INFO_LABEL, STYLE_INFO_VALUE,
	STYLE_HEADING_1, STYLE_HEADING_2, STYLE_HEADING_3, STYLE_HEADING_4, STYLE_HEADING_5, STYLE_HEADING_6,
	STYLE_PARA_NUMBERED, STYLE_PARA_PLAIN, STYLE_SPEECH, STYLE_SUB_PARA_1, STYLE_SUB_PARA_2, STYLE_SUB_PARA_3, STYLE_SUB_PARA_4,
	STYLE_BLOCK_LABEL, STYLE_QUOTE, STYLE_LIST_BULLET, STYLE_LIST_NUMBER, STYLE_CODE, STYLE_RULE, STYLE_FOOTNOTE_TEXT,
	STYLE_TABLE_HEAD, STYLE_TABLE_TEXT, STYLE_ENDORSERS, STYLE_SIGNATURE, STYLE_DELIVERY_MARK, STYLE_CHAPEAU,
	STYLE_HEADER, STYLE_FOOTER, STYLE_COMMENT_TEXT,
	/* characters */
	STYLE_FOOTNOTE_REFERENCE, STYLE_NOTE_SEPARATOR, STYLE_PRINTED_LABEL, STYLE_HYPERLINK, STYLE_CODE_TEXT, STYLE_COMMENT_REFERENCE, STYLE_AMEND_ADD, STYLE_AMEND_DEL,
	STYLE_BRACKETED,
	/* tables */
	STYLE_TABLE,
	STYLE_COUNT
};

/* A part that goes into the package as it is. */
struct sheet_part {
	const char *name; /* "word/header1.xml" */
	const char *type; /* content type, for an Override; NULL: by its ending */
	struct buf data;
};

struct sheet_rel {
	const char *id, *type, *target; /* of the main part; type: the last part of its URI */
};

struct sheet {
	struct arena arena;
	const char *style[STYLE_COUNT]; /* style ids */
	struct buf styles;              /* styles.xml */
	struct buf section;             /* w:sectPr */
	struct buf upright, landscape;  /* those of further sections: as the first, and on its side */
	unsigned landscape_width;       /* of the text there, twips; 0: the page lies on its side already */
	bool turned;                    /* headers and footers of the latter are made */
	bool even_headers;
	unsigned text_width, text_height; /* twips */
	struct sheet_part *parts;
	size_t part_count;
	struct sheet_rel *rels;
	size_t rel_count;
	const char *media[8]; /* endings of copied pictures, without dot */
	size_t media_count;
};

/*
 * reference: bytes of a DOCX, or empty for our own styles and page.  language: BCP 47, of the document.
 * Faults name what is wrong with the reference: no package, macros, tracked changes, external parts, a DOCTYPE.
 */
int sheet_make(struct span reference, const char *path, struct span language, bool right_to_left, struct sheet *ret, struct fault *f);
/* Headers and footers speak of this document, and of no other (header.h). */
void sheet_headers(struct sheet *s, struct span title, struct span organisation, bool right_to_left);
/* Those of pages on their side, before the first such page is written. */
void sheet_turn(struct sheet *s);
void sheet_done(struct sheet *s);

/* Language tags for the three scripts that Word tells apart, by the document's language. */
struct sheet_languages {
	struct span latin, east_asian, complex;
};
struct sheet_languages sheet_languages(struct span language);

#endif
