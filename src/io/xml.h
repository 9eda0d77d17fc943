/*
 * xml: reading a package's parts with SAX, and writing XML that cannot be unbalanced.
 *
 * The sole home of <libxml/...>.  Reading: libxml2's SAX2 over a part in memory, never NOENT, DTDLOAD, DTDATTR,
 * XINCLUDE, HUGE or network; any DOCTYPE is refused, a tag over LIMIT_XML_TAG_BYTES and depth over LIMIT_XML_DEPTH
 * too.  Names come with a namespace index that the caller registers, so readers switch on small numbers.
 * Writing is our own small writer over a buf, not xmlTextWriter: it escapes with a table and keeps a stack of open
 * tags, and is what keeps an export within its time (DESIGN.md section 10).
 * Source: XML 1.0 (5th ed.); DESIGN.md section 9.
 */
#ifndef IO_XML_H
#define IO_XML_H

#include "base/buf.h"
#include "base/fault.h"

/* ---- out ---- */

#define XML_OUT_DEPTH 256

struct xml_out {
	struct buf *buf;
	const char *open[XML_OUT_DEPTH]; /* names are static strings */
	unsigned depth;
	bool in_tag; /* the start tag is still open for attributes */
};

void xml_out_begin(struct xml_out *x, struct buf *buf); /* writes the XML declaration, UTF-8, standalone */
void xml_out_fragment(struct xml_out *x, struct buf *buf); /* the same without a declaration */
void xml_out_open(struct xml_out *x, const char *name);
void xml_out_attr(struct xml_out *x, const char *name, struct span value);
void xml_out_attr_str(struct xml_out *x, const char *name, const char *value);
void xml_out_attr_number(struct xml_out *x, const char *name, int64_t value);
void xml_out_text(struct xml_out *x, struct span text); /* escaped; what XML 1.0 forbids becomes U+FFFD */
void xml_out_raw(struct xml_out *x, struct span xml);   /* balanced XML made by another xml_out, or copied from a template */
void xml_out_close(struct xml_out *x, const char *name); /* asserts that name is the one that is open */
void xml_out_leaf(struct xml_out *x, const char *name, struct span text); /* open, text, close */
void xml_out_empty(struct xml_out *x, const char *name);
void xml_out_end(struct xml_out *x); /* asserts that nothing is open */

/* ---- in ---- */

struct xml_attr {
	int ns;                 /* index into namespaces given, or -1 */
	struct span local, value; /* value unescaped; valid during the callback */
};

struct xml_in;
struct xml_tag {
	int ns;                 /* index into the namespaces given, -1: another, -2: none */
	struct span local;
	const struct xml_attr *attrs;
	size_t attr_count;
	size_t offset;          /* where the tag begins in the part (its '<'); of its UTF-8 form where the part is UTF-16 */
	unsigned depth;         /* the root has 1 */
	struct xml_in *in;      /* for xml_in_stop */
};

struct xml_handler {
	const char *const *namespaces; /* URIs, NULL-terminated; several URIs (strict, transitional) may stand for one index: see alias */
	const int *alias;              /* alias[i]: the index to report for namespaces[i]; NULL: i */
	void (*start)(void *ctx, const struct xml_tag *tag);
	void (*end)(void *ctx, int ns, struct span local, size_t end_offset); /* end_offset: after its '>' */
	void (*text)(void *ctx, struct span text);
	void *ctx;
};

/* A handler may stop the parse by xml_in_stop from a callback; xml_parse then returns 0. */
void xml_in_stop(struct xml_in *in);
int xml_parse(struct span part, const char *file, const char *part_name, const struct xml_handler *h, struct fault *f);

struct span xml_attr_get(const struct xml_tag *t, int ns, const char *local); /* p NULL: not there */

/*
 * The words of a part without parsing it, for the search that follows writing (DESIGN.md section 8): tags are dropped,
 * entities resolved, so that text split over runs stands together.  classify says what a tag (its name as written,
 * "w:p", for start and end tags alike) does.  Takes any bytes; linear.
 */
#define XML_PLAIN_BREAK 1u /* a form feed in ret_text: what stands before and after does not belong together */
#define XML_PLAIN_ATTRS 2u /* its attributes' values go to ret_attrs, each with a form feed */
#define XML_PLAIN_SPACE 8u /* a space: not one word */
#define XML_PLAIN_SKIP 4u  /* the text directly after this start tag goes to ret_attrs (field codes) */
void xml_plain_text(struct span part, unsigned (*classify)(struct span tag), struct buf *ret_text, struct buf *ret_attrs);

/* UTF-16 with a BOM, or with '<' as its first character, as UTF-8 into *ret; false where the part is not UTF-16. */
bool xml_from_utf16(struct span part, struct buf *ret);

#endif
