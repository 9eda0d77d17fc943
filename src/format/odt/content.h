/*
 * content: the state of one content.xml while it is written.  Private to format/odt.
 *
 * content.c walks the blocks; lists.c and tables.c keep what is open around them, leaf.c knows what a block is and how it
 * looks, ahead.c what the walk must know before it begins; inline.c writes the words of one paragraph,
 * xref.c its references, marks.c its comments and tracked changes.
 */
#ifndef FORMAT_ODT_CONTENT_H
#define FORMAT_ODT_CONTENT_H

#include "base/limits.h"
#include "format/odt/internal.h"
#include "model/columns.h"

#define FRAME_MAX 160
#define HEADING_LEVELS 6
#define NOTE_HAS_HOST 1u     /* a reference to it is neither inserted nor deleted */
#define NOTE_WRITTEN 2u
#define NOTE_IN_INSERTION 4u /* written at an inserted reference */
#define NOTE_IN_DELETION 8u
#define FMT_HIGHLIGHT 128u /* of this folder: words that a comment speaks of */

/* Where words go, and what is open there. */
struct sink {
	struct xml_out x;
	bool gap;                /* a space here would be collapsed: use text:s */
	bool link_open;
	const struct link *link;
	unsigned format;         /* of the open text:span; 0: none is open */
	uint32_t last;           /* last character, for line breaks between wide characters */
};

/* One open or due text:list, text:list-item. */
struct frame {
	const struct block *block; /* NULL: made for numbered paragraphs */
	enum out_list list;
	bool item, opened, header, keep; /* keep: a table will interrupt it, so it has an id to go on with */
	bool inherits;           /* style of the list around it */
	bool lent, lent_header;  /* a list: the element of its last item is still open, and which it is */
	unsigned id, auto_level; /* auto_level: 1 + level of the numbering, where the depth does not give it */
	int64_t start;           /* text:start-value of the item, 0: none */
};

enum marks { MARKS_TRACK, MARKS_ACCEPTED, MARKS_REJECTED };

/* A paragraph style made on the way: one of ours with direction, alignment or languages of its own. */
enum gap { GAP_NONE, GAP_BEFORE, GAP_AFTER }; /* room between the text and what stands around it */

struct para_variant {
	enum gap gap;
	enum out_style style;
	unsigned direction;      /* 0 as the page, 1 right to left, 2 left to right */
	enum cell_align align;
	unsigned half_points, line; /* size of its letters, and lines in per cent of the usual; 0: the style's */
	unsigned left, right;    /* thousandths of a cm; 0: the style's, or the list's */
	bool flush;              /* a heading that no outline counts, where headings have numbers: at the margin */
	const char *page;        /* master page that it begins; NULL: none */
	bool shaded;             /* internal text, in the copy that shows it */
	const char *asian, *complex; /* language tags or NULL */
};

/* A list style made on the way. */
struct list_variant {
	unsigned kind, depth, edge, odd;
};

/* Where the body goes on with a list of the regions, if there is one. */
struct list_gap {
	size_t id, from, to; /* bytes of the body */
};

struct anchor {
	const struct block *block;
	const char *name;
	bool further; /* of a block that has another, which is its own */
};

struct content {
	const struct outdoc *o;
	const struct odt_sheet *styles;
	const struct odt_page *page;
	struct arena arena;
	struct buf body, regions, automatic;
	struct sink main, region;
	struct sink *out;        /* where live words go: main, or region for a note inside deleted text */
	enum marks marks;
	bool marked, in_note;

	struct xml_out auto_x;
	bool text_variant[256];
	struct para_variant *variants;
	size_t variant_count, variant_cap, variant_last;
	struct list_variant *list_variants;
	size_t list_variant_count;
	bool row_style, table_style[2][2][2], cell_styles[COLUMNS_USUAL + 1];
	struct columns_size cells; /* of the table that is written */
	unsigned inset_columns;
	double inset;            /* cm: how far that table stands in */
	bool column_variant[2][1001];
	bool landscape;          /* the page lies on its side */
	const char *page_due;    /* master page that the next paragraph or table begins; NULL: it goes on */

	struct frame frames[FRAME_MAX];
	unsigned frame_count, frame_base;
	unsigned list_ids, para_list; /* para_list: id of the first list of numbered paragraphs */
	unsigned counts[4];      /* as a reader of the file will count */
	struct heading_count {
		bool seen, skipped;
	} headings[HEADING_LEVELS];
	bool restart;            /* a paragraph with a label of its own stood last: (a) begins again */

	struct flow flow;
	size_t flow_at;
	struct odt_change open;      /* insertion that is open in main */
	unsigned open_id;
	struct odt_change deleting;  /* deletion whose region is open */
	unsigned next_region;
	unsigned first_due, due;     /* regions of deleted tables whose place is the start of the next paragraph; 0: none */
	const struct block *removing; /* a removed table's region goes on up to this block; NULL: none does */
	struct last_region {
		struct odt_change change;
		bool said;               /* it has a comment that keeps it apart */
	} last, last_insertion;
	bool last_at_end, at_start;      /* no words that stay followed the last region; none stand in the paragraph yet */
	enum out_style region_style;
	const struct block *region_leaf;
	const char *region_elements[2 * LIMIT_BLOCK_DEPTH + 2]; /* of lists, open around that leaf */
	unsigned region_depth;
	bool behind_item;            /* in the chain that is written a paragraph of a list stands before what follows */
	bool no_list_made;
	unsigned char *region_made;  /* a bit a list, by id: a region holds some of it; NULL: none does */
	struct list_gap *gaps;
	size_t gap_count, gap_cap;

	struct anchor *anchors;  /* by serial */
	size_t anchor_count, anchor_at;

	unsigned char *note_state; /* NOTE_*, by number */
	unsigned *note_was, *note_now; /* by number: its number in the older and the newer text of a comparison; 0: not in it */
	bool notes_return;       /* a note of a comparison comes back where its changes are rejected */
	unsigned note_count;
	enum gap gap;            /* of the line of ours that is being written */
	double room;             /* cm: how wide a picture may be in its cell; 0: as wide as the text */
	unsigned frames_drawn, tables, annotations;
	const struct comment *said[16]; /* comments just written: a suggestion in parts says its comment once */
	unsigned said_at;
	const struct comment *annotated; /* range that is open */
	unsigned annotated_id;
	struct leaf_letters {
		const struct run *runs; /* whose they are */
		size_t run_count;
		struct span first, last; /* their words: runs that are made for a line stand where others stood */
		struct odt_letters all;
		bool rtl;
	} letters; /* of the paragraph that was asked for last */
};

/* Where what stands in a quote or an item begins, in thousandths of a cm. */
struct edges {
	unsigned text;  /* its further paragraphs */
	unsigned lists; /* the numbers of a list in it */
};
struct edges odt_edges_in(const struct content *c, const struct block *holder);

/* inline.c */
void sink_text(struct sink *s, struct span text);
void sink_close_inline(struct sink *s);
void paragraph_begin(struct sink *s);
void paragraph_end(struct sink *s); /* closes what is open inside, keeps a last space */
void odt_leaf(struct content *c, const struct block *leaf, struct odt_change block);
const char *text_style(struct content *c, unsigned format, char ret[16]);
void inline_set(struct content *c, struct sink *s, const struct link *link, unsigned format); /* the link and the format of what follows */

/* xref.c */
void xref_put(struct content *c, struct sink *s, const struct block *leaf, const struct run *r, struct odt_change ch, unsigned format);

/* marks.c */
bool comments_just_said(struct content *c, const struct comment *k);
void comments_put(struct content *c, struct sink *s, const struct comment *k, unsigned id);
void comments_mark(struct content *c, const struct mark *m, struct odt_change ch); /* ends ranges, and begins them */
void inline_change(struct content *c, struct odt_change ch, const struct block *leaf);
void inline_break(struct content *c, struct odt_change ch, const struct block *leaf, const struct block *next);
/* due: a deleted table's place is written at the start of the next paragraph, and not here. */
void inline_table_begin(struct content *c, struct odt_change ch, bool due);
void inline_due(struct content *c);
void inline_table_end(struct content *c, struct odt_change ch);
void inline_removed_leaf(struct content *c, const struct block *leaf); /* a paragraph between removed tables, in their region */
void inline_removal_end(struct content *c, bool paragraph);            /* paragraph: the last of what was removed is one */
void inline_settle(struct content *c); /* ends ranges of comments and deletions at a paragraph's end */

/* leaf.c */
bool leaf_at_top(const struct block *b);
struct span leaf_label(const struct block *b); /* that it prints as text; empty where it has none of its own */
const struct block *leaf_labelled(const struct block *b); /* whose label stands before its words: its own, its item's, or NULL */
bool leaf_numbered(const struct content *c, const struct block *b); /* a paragraph with a number of its own */
bool lettered(const struct content *c, const struct block *list);   /* its items go (a), (i), (1), and not 1., 2. */
unsigned letter_level(const struct block *list); /* of a lettered list, 1 for (a), by the ordered lists around it */
enum out_style leaf_style(const struct content *c, const struct block *b);
void leaf_style_name(struct content *c, const struct block *b, enum out_style style, char ret[64]);
const struct block *landing(const struct block *b); /* its first leaf, where its anchor stands */
bool numbered_by_list(const struct content *c, const struct block *b); /* its number is live: a list's or an outline's */
const struct block *numbered_parent(const struct content *c, const struct block *b);

/* lists.c */
void lists_enter(struct content *c, const struct block *list);
void lists_enter_item(struct content *c, const struct block *item);
void lists_enter_paragraph(struct content *c, const struct block *b);
void lists_open(struct content *c);      /* writes the tags that are due */
void lists_interrupt(struct content *c); /* a table follows */
void lists_pop(struct content *c);
void lists_pop_all(struct content *c);
bool lists_in_paragraphs(const struct content *c); /* the outermost list is that of the numbered paragraphs */

void lists_style(struct content *c, struct xml_out *x, const struct frame *f, unsigned depth); /* text:style-name of a list */
/* Does no list count this item: it prints a label of its own, or is deeper than numbers go (FORMAT.md F4)? */
bool lists_uncounted(const struct content *c, const struct block *item);

/* region_lists.c */
void region_lists_open(struct content *c, const struct block *leaf);
void region_lists_close(struct content *c);
void region_lists_go_on(struct content *c, const struct frame *f);
void region_lists_put_body(const struct content *c, struct xml_out *x);

/* tables.c */
void content_table(struct content *c, const struct block *table);

/* ahead.c */
void content_look_ahead(struct content *c);
const char *content_anchor(const struct content *c, const struct block *b); /* NULL: none */

/* content.c */
void content_leaf(struct content *c, const struct block *leaf, struct odt_change whole); /* its words, with its anchors */
void content_note_body(struct content *c, const struct note *n, enum marks marks);

#endif
