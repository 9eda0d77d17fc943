/*
 * internal: what the pieces of the Markdown reader share.
 *
 * Three texts: the source (the file), the reading (the source with its CriticMarkup taken textually), and
 * the page (what cmark sees: the reading with attributes, containers, tables and notes lifted out).  Each is
 * pieces of the one before it, so a segment map leads from any byte of the page back to the file.
 */
#ifndef FORMAT_MD_INTERNAL_H
#define FORMAT_MD_INTERNAL_H

#include "base/limits.h"
#include "format/format.h"
#include "model/doc.h"

#define NO_SRC UINT32_MAX

/* A text made of pieces of the source.  Offsets fit 32 bits: LIMIT_TEXT_BYTES. */
struct seg {
	uint32_t at;  /* offset in the text */
	uint32_t src; /* offset in the source, NO_SRC for bytes that chapeau put there */
};
struct segmap {
	struct seg *items;
	size_t count, cap;
};
struct text {
	struct buf bytes;
	struct segmap map;
	bool borrowed; /* the bytes are the source's, to be read only */
};

/* The source from an offset on, as it is. */
void text_borrow(struct text *t, struct span source, size_t from);
void text_done(struct text *t);
void text_put(struct text *t, const char *p, size_t n, uint32_t src);
/* Bytes [begin, end) of from, a text with a map of its own. */
void text_copy(struct text *t, const struct text *from, size_t begin, size_t end, size_t *hint);
void text_cut(struct text *t, size_t n); /* keeps the first n bytes */

/* The segment that holds offset at; hint makes a walk in order cheap. */
size_t map_find(const struct segmap *m, size_t at, size_t *hint);
/* Where a byte stands in the source; for bytes that chapeau put there the place of the next real one. */
size_t map_src(const struct segmap *m, size_t at, size_t *hint);
/* The source offset just behind the byte before at. */
size_t map_src_end(const struct segmap *m, size_t at, size_t *hint);

/* As cmark has it: only these can be escaped. */
static inline bool ascii_punct(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

static inline bool ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The draft as commands name it: the file's name without its ending. */
static inline struct span md_draft_name(struct doc *d)
{
	return workspace_typed(&d->arena, span_str(d->path));
}

/* ---- attribute lists (attrlist.c) ---- */

struct attrlist {
	struct attrs *attrs;
	size_t begin, end; /* in the line: from "{" or "<!--" to behind "}" or "-->" */
	bool malformed;
	size_t bad;        /* offset of what does not parse */
	const char *why;
};

/* Is there something at s[at] that means to be an attribute list: "{" or "<!-- {", then "#", "." or "name="?  So does a comment
 * that holds what an attribute list holds, without braces; it does not parse. */
bool attrlist_looks(struct span s, size_t at);
/* Reads it.  false: it is none.  src: source offset of s[0].  Attributes go into d's arena, with remarks of their own. */
bool attrlist_read(struct doc *d, struct span s, size_t at, size_t src, struct attrlist *ret);

/* ---- classes (classes.c) ---- */

#define CLASSES_KNOWN 4
extern const struct known_class {
	const char *name;
	unsigned bit;
} known_classes[CLASSES_KNOWN];
/* The class of that name in any letters; NULL. */
const char *class_named(struct span name);
/* The same, but for so many slips. */
const char *attrlist_class(struct span name, unsigned slips);

/* ---- tags that are not whole (torn.c) ---- */

#define TORN_MAX 200u /* bytes of a line that can be a torn tag: longer ones are prose */

/* Length of a character at s[at] that is not seen or looks like a space, and is no blank; 0 if it is none. */
size_t attrlist_unseen(struct span s, size_t at);
size_t attrlist_skip_unseen(struct span s, size_t at);
/* Is a line nothing but a tag that lost a brace or all of them, such as ".internal}"? */
bool attrlist_torn(struct span line);
/* Does a comment hold what an attribute list holds, without its braces? */
bool attrlist_bare(struct span comment);
/* A link definition whose title is a tag. */
bool attrlist_in_definition(struct span line);
/* Is the line the rest of a list that an earlier line began?  ret_closed: its brace stands at the end. */
bool attrlist_rest(struct span line, bool *ret_closed);
/* The torn tag in words of a paragraph, empty if there is none.  begins, ends: a line does so with them. */
struct span attrlist_torn_in(struct span words, bool begins, bool ends);

/* Adds b's items to a (stacked lists); remarks two ids. */
struct attrs *attrlist_join(struct doc *d, struct attrs *a, struct attrs *b);

/* ---- the page (scan.c) ---- */

/* What is lifted out leaves it on a line of its own: a block that cmark keeps apart from everything around it. */
#define MARKER "<!--+-->"

struct table {
	size_t columns;
	enum cell_align *aligns;
	struct block *block, *row; /* while the tree is built */
	size_t row_index;
	struct origin origin;
};

enum special_kind {
	SPECIAL_ATTRS, /* an attribute list alone on its line: belongs to what the next line opens */
	SPECIAL_OPEN,  /* ::: internal */
	SPECIAL_CLOSE, /* ::: */
	SPECIAL_CELL,  /* a table cell, given to cmark as a heading */
	SPECIAL_NOTES, /* from here on: a list with one item a note */
};

struct special {
	enum special_kind kind;
	uint32_t line; /* of the page, from 1 */
	struct attrs *attrs;
	struct origin origin; /* of the list, container line or cell */
	struct table *table;
	size_t row, column;
	struct origin row_origin, span; /* span: from bar to bar */
};

/* Attributes of an item (column: of its marker in the page, from 1) or of a heading (column 0). */
struct attach {
	uint32_t line, column;
	struct attrs *attrs;
	struct origin origin;
};

/*
 * Of a line of a paragraph the scan says what cmark adds to the paragraph's words: pad spaces, what is left of a tab that a
 * container took in part, and the page's bytes from body on.  Only the scan knows containers and lazy lines: what comes
 * behind it sees words.
 */
struct page_line {
	uint32_t at;       /* offset in the page */
	uint32_t body;     /* NO_BODY: the line under a heading's words */
	uint32_t src, end; /* its line of the source */
	uint8_t pad;
	bool fence; /* opens a block of code that ends with another: its words begin on the next line */
};
#define NO_BODY UINT32_MAX

struct page {
	struct text text;
	struct page_line *lines; /* one more than there are: the end */
	size_t line_count, line_cap;
	struct special *specials;
	size_t special_count, special_cap;
	struct attach *attaches;
	size_t attach_count, attach_cap;
	struct note **notes; /* in the order of their items */
	size_t note_count, note_cap;
};

void page_done(struct page *p);
/* Scans a reading into a page.  Remarks go to d.  FAULT_LIMIT. */
int page_scan(struct doc *d, const struct text *reading, struct page *ret, struct fault *f);

/* ---- spellings of links (links.c): in a paragraph's words, without containers, lines ended by LF ---- */

/* "[label]" at s[at]: the offset behind it, or SIZE_MAX. */
size_t link_label(struct span s, size_t at);
/* What follows the "]" of a link or image at at - 1: as cmark looks for it, first (…), then [label], then nothing. */
size_t link_tail(struct span s, size_t at);
/* Length of the link definitions that s begins with; they are no words of the paragraph. */
size_t link_definitions(struct span s);

/* ---- the tree (build.c, align.c) ---- */

/* Bytes of emphasis, links, cells and headings: what a suggestion may not cross. */
struct spans {
	struct origin *items;
	size_t count, cap;
};
void spans_add(struct spans *s, size_t begin, size_t end);

/* Parses the page with cmark and fills d->root and the notes' bodies.  spans: NULL, or where to add them. */
void page_build(struct doc *d, const struct page *p, struct spans *spans);

/* ---- notes by folded label (notebook.c) ---- */
struct notebook;
struct notebook *notebook_new(const struct doc *d);
void notebook_free(struct notebook *b);
struct note *notebook_find(const struct notebook *b, struct span label);
/* The tag shown, at the source's at, is inside a note. */
void remark_in_note(struct doc *d, size_t at, struct span id, struct span shown);

struct aligner {
	struct doc *d;
	const struct page *page;
	struct notebook *notes;
	size_t page_hint;
	struct text words;       /* of the leaf, where the page's containers or line ends stand between them */
	const struct text *text; /* the leaf's words stand in it: words, or the page's text */
	size_t hint;
	bool *note_used; /* by note index: referred to from anywhere */
	struct entity *entities;
	size_t entity_count;
	struct spans *spans; /* NULL: not wanted */
	struct origin span;  /* of the leaf, if it is a cell or heading */
	size_t *begins;      /* of the inline nodes that are open; with spans */
	size_t begin_count, begin_cap;
	size_t lost; /* times that the walk lost step: a bug */
	struct span undefined[16]; /* labels of notes that are not there, and that was said */
	size_t undefined_count;
	/* the leaf */
	struct block *leaf;
	const char *p;
	size_t first, at, end;
	struct runs runs;
	unsigned emph, strong;
	const struct link *link;
	unsigned images;
	size_t image_begin;
	struct buf alt;
	bool autolink;
	bool lost_here;
};

struct entity {
	struct span name, text;
};

struct cmark_node;
/* Runs of a leaf of one line, a cell or ATX heading, whose words begin at page offset at and end with their line. */
void align_line(struct aligner *a, struct block *leaf, struct cmark_node *node, size_t at);
/* Runs of a paragraph, or of a heading that is underlined, whose lines are from first to last, counted from 1. */
void align_lines(struct aligner *a, struct block *leaf, struct cmark_node *node, size_t first, size_t last);
void align_code(struct aligner *a, struct block *leaf, struct cmark_node *node, size_t first_line, size_t last_line);
/* A string of cmark's, which writes &#xFFFE; and &#xFFFF; as bytes that are no UTF-8: U+FFFD stands for them. */
struct span cmark_text(struct arena *a, const char *s);
void aligner_done(struct aligner *a);
/* An entity at at (entity.c), where cmark's words go on with words: its length in the text, what cmark makes of it in ret; 0
 * if it is none. */
size_t align_entity(struct aligner *a, size_t at, const char *words, char scratch[4], struct span *ret);

/* ---- CriticMarkup (critic.c; FORMAT.md F5) ---- */

enum critic_kind { CRITIC_INSERT, CRITIC_DELETE, CRITIC_REPLACE, CRITIC_HIGHLIGHT, CRITIC_COMMENT };

#define NO_ITEM UINT32_MAX

/* One mark in the source: {++ … ++} and its like, braces included. */
struct critic {
	enum critic_kind kind;
	bool dead;           /* nested against the rules: text, with all its signs */
	uint32_t begin, end; /* behind its closing brace */
	uint32_t sep;        /* replace: offset of ~> */
	uint32_t parent;     /* the item around it, or NO_ITEM */
	uint32_t on;         /* comment: the item that it stands directly behind, or NO_ITEM */
	unsigned group;      /* suggestions: s1 is 1; 0 for others */
	struct comment *comment; /* comment: its parts */
	struct comment *comments; /* suggestion, highlight: those that stand behind it */
	struct span author, time; /* suggestion, highlight */
	const struct mark *mark, *mark_new; /* replace: mark is of the old words */
};

struct critics {
	struct critic *items; /* by begin */
	size_t count, cap;
};

/* What becomes of an item. */
enum fate { FATE_KEEP, FATE_ACCEPT, FATE_REJECT, FATE_DROP /* no words of it stay, old or new */ };

/* Finds the items of d's body, fills d->suggestions and d->has_critic, makes remarks.  FAULT_LIMIT. */
int critic_scan(struct doc *d, struct critics *ret, struct fault *f);
void critics_done(struct critics *c);

/* The body with each item settled by its fate (for highlights and comments anything but KEEP takes their signs out), lines
 * that it leaves empty taken away (rule 4). */
void critic_settle(const struct doc *d, const struct critics *c, const enum fate *fates, struct text *ret);
/* The same for a reading of the whole. */
void critic_reading(const struct doc *d, const struct critics *c, enum reading reading, struct text *ret);

/* The last item that begins at or before a byte of the source; 0 where none does. */
size_t critic_last_begun(const struct critics *c, size_t offset);
/* The innermost item whose words hold offset, or NO_ITEM; *ret_new: in the new part of a replacement. */
uint32_t critic_at(const struct critics *c, size_t offset, bool *ret_new);
/* Remarks items that open inside something of spans and close outside it, or the other way about. */
void critic_crosses(struct doc *d, const struct critics *c, struct spans *rejected, struct spans *accepted);

/* Which lines of a text are code, and which go on with the paragraph before them (scan.c). */
struct line_kind {
	uint32_t begin;
	bool code;      /* fenced or indented code, or an HTML block that is no comment and no tag */
	bool comment;   /* an HTML block that began as a comment */
	bool continues; /* same paragraph as the line before */
};
int page_lines(struct doc *d, const struct text *reading, struct line_kind **ret, size_t *ret_count, struct fault *f);

/* ---- both readings at once (marked.c) ---- */

/* A tree that page_build made. */
struct reading_tree {
	struct block *root;
	struct note **notes;
	size_t note_count;
};
/* Puts a (rejected) and b (accepted) together in d->root and d->notes, with marks. */
void marked_build(struct doc *d, const struct critics *c, const struct reading_tree *a, const struct reading_tree *b);

/* ---- front matter (front.c) ---- */
int front_read(struct doc *d, struct fault *f);

#endif
