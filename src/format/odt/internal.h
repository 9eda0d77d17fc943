/*
 * internal: what the files of this folder share.  Private to format/odt.
 */
#ifndef FORMAT_ODT_INTERNAL_H
#define FORMAT_ODT_INTERNAL_H

#include "format/odt/odt.h"
#include "io/xml.h"

#include "format/odt/builtin.inc"

#define ODT_TWIPS_PER_CM 566.93
#define ODT_MIMETYPE "application/vnd.oasis.opendocument.text"
#define ODT_TEMPLATE_MIMETYPE "application/vnd.oasis.opendocument.text-template"

enum out_style {
#define X(key) STYLE_##key,
	ODT_STYLE_LIST(X)
#undef X
	STYLE_COUNT
};

enum out_list {
#define X(key) LIST_##key,
	ODT_LIST_LIST(X)
#undef X
	LIST_COUNT
};

/* ---- namespaces: one prefix for each, whatever the file calls it ---- */

#define ODT_NS_LIST(X)                                                        \
	X(OFFICE, "office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0") \
	X(STYLE, "style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0")    \
	X(TEXT, "text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0")       \
	X(TABLE, "table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0")    \
	X(DRAW, "draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0")    \
	X(FO, "fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0") \
	X(SVG, "svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0") \
	X(XLINK, "xlink", "http://www.w3.org/1999/xlink")                       \
	X(DC, "dc", "http://purl.org/dc/elements/1.1/")                         \
	X(META, "meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0")       \
	X(NUMBER, "number", "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0") \
	X(PRESENTATION, "presentation", "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0") \
	X(CHART, "chart", "urn:oasis:names:tc:opendocument:xmlns:chart:1.0")    \
	X(DR3D, "dr3d", "urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0")       \
	X(FORM, "form", "urn:oasis:names:tc:opendocument:xmlns:form:1.0")       \
	X(SCRIPT, "script", "urn:oasis:names:tc:opendocument:xmlns:script:1.0") \
	X(XML, "xml", "http://www.w3.org/XML/1998/namespace")

enum out_ns {
#define X(key, prefix, uri) NS_##key,
	ODT_NS_LIST(X)
#undef X
	NS_COUNT
};
extern const char *const odt_namespaces[]; /* URIs by enum out_ns, NULL at the end */
extern const char *const odt_prefixes[];
/* Declarations for the root of a part that uses the namespaces up to NUMBER. */
void odt_declare(struct xml_out *x);

/* ---- styles ---- */

struct odt_picture { /* a picture of the template's page, header or footer */
	char *name;
	struct buf bytes;
};

struct odt_sheet {
	struct arena arena;
	const char *name[STYLE_COUNT]; /* style:name by which content refers to it */
	const char *list[LIST_COUNT];
	struct buf xml;                /* styles.xml */
	struct odt_picture *pictures;
	size_t picture_count;
	double text_width, text_height; /* cm, inside the margins of the page */
	double landscape_width;        /* of a page on its side, if there is one; else 0 */
};

/* What the page and the defaults of this document ask of the template. */
struct odt_page {
	struct span language, asian, complex; /* BCP 47; never empty */
	struct span title, organisation, banner; /* banner p NULL: none */
	bool right_to_left, heading_numbers;
};

int odt_sheet_make(struct span reference, const char *path, const struct odt_page *page, struct odt_sheet *ret,
	struct fault *f);
void odt_sheet_done(struct odt_sheet *s);

double odt_centimetres(struct span length); /* "21cm", "8.5in" */

/* A page on its side (landscape.c): how wide its text would be, 0 where the template has none to turn; and the page itself. */
#define ODT_UPRIGHT_PAGE "Standard"
#define ODT_LANDSCAPE_PAGE "LandscapePage"
double odt_sheet_landscape_width(const struct odt_sheet *s);
void odt_sheet_add_landscape(struct odt_sheet *s);

/* language "zh-Hant-TW" -> "zh", "TW"; country "none" where it has none. */
void odt_language(struct span tag, struct span *ret_language, struct span *ret_country);

/* ---- scripts ---- */

/* What the letters of some text are: enough to set direction and languages. */
struct odt_letters {
	size_t latin, rtl;
	bool hebrew, arabic, kana, hangul, ideograph, devanagari, thai;
};
void odt_letters_add(struct odt_letters *l, struct span text);

/* ---- changes ---- */

enum odt_change_kind { TRACK_NONE, TRACK_INSERTED, TRACK_DELETED, TRACK_NEITHER };

struct odt_change {
	enum odt_change_kind kind;
	const struct mark *mark; /* whose author, time and group count */
};
struct odt_change change_of_block(const struct block *b);
struct odt_change change_of_run(const struct run *r, struct odt_change block);
bool change_same(struct odt_change a, struct odt_change b);

/* One paragraph of a flow (body, note), with what became of the break after it (MARKUP.md section 2). */
struct flow_leaf {
	const struct block *block;
	struct odt_change whole; /* of the block with all in it */
	struct odt_change brk;   /* of the break between this and the next leaf of the flow */
	bool barrier;        /* a table follows, or the flow ends: there is no break */
	size_t chain_end;    /* set on the first leaf of a chain: one past its last.  A chain is printed as one paragraph */
	bool giver;          /* the leaf of its chain at whose place, and in whose style, the chain is printed */
	size_t chain_start;
};

struct flow {
	struct flow_leaf *leaves;
	size_t count;
};
/* end: an empty paragraph that follows all of top and never changes; NULL: none does. */
void flow_make(const struct block *top, const struct block *end, struct flow *ret);
void flow_done(struct flow *fl);

/* ---- content ---- */

/* Writes content.xml. */
void odt_content(const struct outdoc *o, const struct odt_sheet *s, const struct odt_page *page, struct buf *ret);

/* Name of a picture part: "Pictures/1.png". */
void odt_picture_name(const struct outdoc *o, size_t i, char ret[32]);

#endif
