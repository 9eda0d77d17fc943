/*
 * scan: what the pieces of the line scan share (scan.c, scan_open.c, scan_words.c, notes.c, page.c, table.c, lift.c).
 *
 * The scan keeps cmark's block structure in step, line by line, and writes the page.  Offsets named begin, end, base and at
 * are of the reading, unless a page's.
 */
#ifndef FORMAT_MD_SCAN_H
#define FORMAT_MD_SCAN_H

#include "format/md/line.h"

enum leaf { LEAF_NONE, LEAF_PARAGRAPH, LEAF_FENCE, LEAF_CODE, LEAF_HTML, LEAF_TABLE };
enum box_kind { BOX_QUOTE, BOX_ITEM };

struct box {
	enum box_kind kind;
	unsigned offset; /* item: columns that its lines are indented by */
	bool filled;     /* item: something stands in it */
};

/* One stream of blocks: the body, and apart from it the notes. */
struct stream {
	struct page *page;
	struct box boxes[LIMIT_BLOCK_DEPTH + 1];
	size_t depth;
	enum leaf leaf;
	char fence;
	size_t fence_length, html_kind;
	size_t brackets, angles, stars; /* in the open paragraph; stars once it is large */
	size_t para_bytes;
	unsigned para_lines;
	size_t para_begin, para_end; /* the last paragraph line's text in the reading */
	size_t para_out, para_words; /* its first byte in the page, and the first that is the text's */
	uint32_t para_line;          /* the paragraph's first line in the page */
	struct table *table;
};

struct scanner {
	struct doc *d;
	const struct text *in;
	struct span s; /* the reading */
	size_t hint, hint2;
	struct stream body, notes;
	struct page note_page;
	bool in_note;
	struct note *note;
	struct origin containers[64];
	size_t container_depth;
	struct fault *f;
	int failed;
	struct line_kind *kinds; /* if asked for */
	size_t kind_count, kind_cap;
	size_t loose_containers; /* lines that look as if they opened one */
	size_t open_tag; /* the line that follows a tag without a closing brace; 0: none */
	bool signed_fence; /* the line is a fence with a suggestion's sign before or behind it */
	bool raw; /* the text has its CriticMarkup in it still */
};

/* Offsets of the reading in the source. */
struct srcpos scan_place(struct scanner *sc, size_t at);
size_t scan_src(struct scanner *sc, size_t at);
size_t scan_src_end(struct scanner *sc, size_t at);
size_t scan_line_of(struct scanner *sc, size_t source);

/* ---- one line (scan.c) ---- */

/*
 * Processes the line [base, base + n) whose line end is up to next.  cut: bytes of the line that are not the stream's (a
 * note's head), replaced by lead.
 */
void scan_line(struct scanner *sc, struct stream *st, size_t base, size_t n, size_t next, size_t cut, const char *lead);
void stream_end_leaf(struct stream *st);

/* ---- notes (notes.c; FORMAT.md F6) ---- */

/* Length of "[^label]:" at s[at], or 0. */
size_t note_head(struct span s, size_t at, struct span *ret_label);
/* A line of the body or of a note, as the case is. */
void scan_any(struct scanner *sc, size_t base, size_t n, size_t next);
/* Notes are one list behind the body. */
void notes_append(struct page *p, struct page *notes, const struct stream *body);

/* ---- writing the page (page.c) ---- */

void page_begin_line(struct page *p, size_t begin, size_t end);
/* The words of the line that is being written begin here. */
void page_body(struct page *p);
/* Bytes that chapeau puts there. */
void page_put(struct page *p, const char *s, size_t n);
/* The reading's bytes [begin, end). */
void page_copy(struct scanner *sc, struct page *p, size_t begin, size_t end);
struct special *page_special(struct page *p, enum special_kind kind);
void page_attach(struct page *p, uint32_t line, uint32_t column, struct attrs *a, struct origin o);
/* The marks of st's open containers. */
void page_prefix(struct page *p, const struct stream *st);

/* ---- tables (table.c) ---- */

/* Cells of a row, as [begin, end) in s, white space trimmed.  Returns their number; fills at most cap. */
size_t table_split(struct span s, struct origin *cells, size_t cap);
/* Is s the row of dashes under a table's header? */
bool table_delimiters(struct span s, enum cell_align *aligns, size_t cap, size_t *ret_count);
/* One row's cells as headings; prefixed: the first one's prefix is already there. */
void table_row(struct scanner *sc, struct stream *st, size_t begin, size_t end, size_t line_begin, size_t line_end, bool prefixed);

/* ---- what is lifted out (lift.c) ---- */

/* ":::" at the margin.  Returns 0 for no container line, 1 for an opening, 2 for a closing one. */
int container_line(struct span s, struct span *ret_name);
/* ":: internal", a colon short. */
bool container_short(struct span s);
/* "::: internal" but for a character that cannot be seen before it, or colons of an East Asian input method. */
bool container_unseen(struct span s);
void container_open(struct scanner *sc, struct stream *st, size_t begin, size_t end, struct span name);
void container_close(struct scanner *sc, struct stream *st, size_t begin, size_t end);

/* Offset of the words behind a comment that begins at c->ns and ends on its line; 0 if it does not, c->n if there are none. */
size_t comment_length(const struct cursor *c);
/* What a comment that does not end on its line runs over (FORMAT.md F3). */
void comment_check(struct scanner *sc, size_t begin, size_t line_end);

/* The attribute list at offset at of [begin, end). */
bool tag_read(struct scanner *sc, size_t begin, size_t end, size_t at, struct attrlist *ret);
/* An attribute list that fills the rest of the line from c->ns, or what is left of one. */
bool tag_line(struct scanner *sc, struct cursor *c, size_t base, struct attrlist *ret);
/* A list at the end of a heading's text [from, to); takes it and the space before it off to. */
bool tag_at_end(struct scanner *sc, size_t from, size_t *to, struct attrs **ret, struct origin *ret_origin);
void tag_remark(struct scanner *sc, const struct attrlist *l, size_t base, struct span line);

#endif
