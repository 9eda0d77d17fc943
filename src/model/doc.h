/*
 * doc: one document, whatever it was read from.
 *
 * Every reader yields a doc, every writer is given one (inside an outdoc), and a comparison is a
 * doc whose runs and blocks carry marks.  A doc owns one arena: blocks, runs, strings, notes and
 * marks live and die with it.  Blocks form a tree; the words of a leaf block are a flat array of
 * runs, since diff, search, DOCX and ODT all want them flat.
 *
 * Units: offsets are bytes into doc.source (the file as it was read, BOM included); lines and
 * columns are from 1, columns in code points, a BOM not counted.
 * Source: DESIGN.md sections 3 and 4; FORMAT.md F1 to F6.
 */
#ifndef MODEL_DOC_H
#define MODEL_DOC_H

#include "base/mem.h"
#include "base/spanmap.h"
#include "model/attrs.h"
#include "model/mark.h"
#include "model/meta.h"
#include "model/remark.h"

/* Bytes [begin, end) of doc.source; both 0 where a block did not come from bytes. */
struct origin {
	size_t begin, end;
};

/* Which reading of a text with suggestions a doc holds (FORMAT.md F5). */
enum reading {
	READING_REJECTED, /* suggestions not accepted: what check, hash, public export and diff see */
	READING_ACCEPTED,
	READING_MARKED,   /* both at once, with marks: what review copies and `suggestions` see */
};

#define BLOCK_LIST_X(X)                                                              \
	X(BLOCK_ROOT, "root")           /* children: any block but row, cell, item */ \
	X(BLOCK_PARAGRAPH, "paragraph") /* leaf */                                    \
	X(BLOCK_HEADING, "heading")     /* leaf; level 1 to 6 */                      \
	X(BLOCK_CODE, "code")           /* leaf; text with line ends, as it prints */ \
	X(BLOCK_RULE, "rule")           /* no text */                                 \
	X(BLOCK_QUOTE, "quote")         /* children as root */                        \
	X(BLOCK_LIST, "list")           /* children: items */                         \
	X(BLOCK_ITEM, "item")           /* children as root */                        \
	X(BLOCK_TABLE, "table")         /* children: rows, the header row first */    \
	X(BLOCK_ROW, "row")             /* children: cells */                         \
	X(BLOCK_CELL, "cell")           /* leaf */

enum block_kind {
#define X(kind, name) kind,
	BLOCK_LIST_X(X)
#undef X
};
const char *block_kind_name(enum block_kind kind);

enum cell_align { ALIGN_NONE, ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

#define FMT_EMPH 1u
#define FMT_STRONG 2u
#define FMT_CODE 4u
#define FMT_STRIKE 8u
#define FMT_UNDERLINE 16u
#define FMT_SUPER 32u
#define FMT_SUB 64u

struct link {
	struct span url, title;
	bool autolink; /* <https://…>: its text is its address, as printed */
	struct span where; /* package formats, of a link to a place in the same file while it is read: where it stands */
};

struct image {
	struct span url, title; /* url as it is written; the bytes are loaded by outdoc_make */
	size_t picture;         /* package formats: 1 + its place in doc.pictures; 0: not there */
};

enum run_kind {
	RUN_TEXT,
	RUN_SOFT,    /* soft line break: a space, or nothing between wide characters (FORMAT.md F2) */
	RUN_HARD,    /* hard line break: counts as the same in text, prints as a break */
	RUN_NOTE,    /* a note mark: note */
	RUN_IMAGE,   /* text is the alternative text; image */
	RUN_XREF,    /* [](#x): text is empty, target is "x" or "DRAFT#x"; printed is filled by outdoc */
	RUN_COMMENT, /* a comment that marks no words: comment */
};

struct note;

/*
 * text is what a reader sees.  src is where it stands in the file: if src.end - src.begin equals
 * text.n the bytes agree one to one; else (an entity, a backslash escape) the run is one unit, and
 * any offset in it means src.begin.
 */
struct run {
	enum run_kind kind;
	unsigned format;
	struct span text;
	struct origin src;
	const struct link *link;
	const struct mark *mark; /* innermost; NULL: plain */
	union {
		struct note *note;
		const struct image *image;
		struct comment *comment;
		struct span target;
		const struct mark *restyled; /* RUN_TEXT of a package: who tracked a change of its look; NULL: nobody */
	};
	struct span printed; /* RUN_XREF: the words and number that it prints, live; RUN_TEXT of a package: the anchor of a clause that it leads to */
};

/* What our exports put around a statement, by its style. */
enum furniture {
	FURNITURE_NONE,
	FURNITURE_TITLE,
	FURNITURE_LINE,      /* of the information block */
	FURNITURE_ENDORSER,
	FURNITURE_BOX,       /* a line of the cover box, a banner */
};
enum furniture furniture_of(bool (*is)(const void *ctx, const char *style), const void *ctx);

struct block {
	enum block_kind kind;
	struct block *parent, *first, *last, *prev, *next;
	const struct attrs *attrs; /* its own attribute list(s), added up; NULL: none */
	bool internal;             /* itself .internal, or inside something that is */
	bool in_container;         /* inside ::: internal … ::: */
	bool in_note;
	enum furniture furniture;  /* package formats: what stands around the statement's own text */

	/* leaves */
	struct run *runs;
	size_t run_count;

	unsigned level;        /* heading: 1 to 6; list and item: depth from 1 */
	unsigned said_depth;   /* item of a package: from 0, by its file; where that leaves one out, it stands no deeper than it must */
	unsigned level_was;    /* heading of a comparison: its level in the older text, where that was another; else 0 */
	bool ordered, tight;   /* list */
	unsigned start;        /* list: first number of the source */
	struct span info;      /* code: info string */
	bool header;           /* row: the header row */
	enum cell_align align; /* cell */

	const struct mark *mark;      /* the whole block, with all in it, was inserted or deleted */
	const struct mark *break_mark; /* paragraph-like: the break after it was inserted (a split) or deleted (a join) */

	struct span printed;   /* printed number, "12", "(a)", "II"; empty: none; set by number_doc */
	struct span path;      /* the same with what it stands under, "12 (a)", "II A"; set by number_doc */
	unsigned number_level; /* with printed: 0 for 12., 1 for (a), 2 for (i), 3 for (1) */
	bool labelled;         /* printed is its own label=, text that no list counts; set by number_doc */
	bool relabelled;       /* in a comparison: it stands in both texts, and its label in the older one was label_was, or none */
	struct span label_was;
	bool recounted;        /* in a comparison: it stands in both texts, and one of them says that it takes no number */
	bool uncounted_was;    /* with it: the older one did */
	struct span label_said; /* package formats: the line that printed its label, where it had one */
	struct span label_line; /* in an outdoc: a line of ours that prints the label of the block after it; its words end in it */
	size_t serial;         /* place in document order, from 0; set by doc_finish */

	struct origin origin;      /* the block's own bytes, markers of containers on its first line included; whole lines but inside a line */
	struct origin inner;       /* leaf from Markdown: its inline source, without markers, fences, closing #s and attributes */
	struct origin attr_origin; /* the bytes of its attribute list(s), or 0,0 */
	struct span part;          /* package formats: the part that origin speaks of */
};

struct note {
	struct span label;    /* as written, without [^ ] */
	struct block *body;   /* a BLOCK_ROOT whose children are the note's blocks */
	size_t index;         /* its place in doc.notes */
	unsigned number;      /* by first reference in the text, from 1; 0: nothing refers to it */
	const struct mark *mark; /* fit_notes: it comes or goes with the words that refer to it; NULL: it stays */
	bool internal;        /* referred to from internal text only */
	bool duplicate;       /* a later definition of a label that is taken: never printed */
	struct origin origin; /* its definition, whole lines */
};

/* One open suggestion, as `suggestions` lists it. */
struct suggestion {
	unsigned number; /* s1 is 1; the group of its marks */
	enum suggestion_kind { SUGGEST_INSERT, SUGGEST_DELETE, SUGGEST_REPLACE } kind;
	struct span author, time;
	struct span old_text, new_text; /* as in the file */
	unsigned outer;                 /* group of the suggestion around it, or 0 */
	struct origin origin;           /* from its opening brace to the end of its last comment */
	struct origin old_part, new_part;
	struct comment *comments; /* first: the author's, if any; then replies */
};

/* What a package format was read over: never dropped silently (MARKUP.md section 4). */
struct doc_loss {
	struct span what;  /* "header", "text box", "formatting change", … */
	struct span where; /* part, and paragraph where there is one */
	struct span text;  /* its words, cut short */
};

/* A picture inside a package, once however often it is shown; bytes only where read_options.pictures asked for them. */
struct doc_picture {
	struct span part;  /* its name in the package: never a path */
	struct span where; /* it is first shown */
	struct span bytes;
};

/* A bookmark that claims to mark a clause: cl_…  A claim, not a fact: copies carry it too. */
struct doc_anchor {
	struct span name;   /* without LibreOffice's _Copy_1 */
	struct block *block;
	bool copy;          /* it had such an ending */
	bool gone;          /* it stands in deleted or moved-from text */
};

/* Any other bookmark: what a link in the same file may lead to. */
struct doc_place {
	struct span name;
	struct block *block; /* NULL: nothing came behind it */
};

/* An id of the older text, and that which its block has in the newer one. */
struct renamed {
	struct span was, is;
};

/* Of a comparison: the older text's front matter, and the marks of what went from it and what came. */
struct earlier {
	struct meta meta;
	const struct mark *gone, *came;
	const struct renamed *renamed; /* blocks that stand in both texts under two ids */
	size_t renamed_count;
};

struct doc {
	struct arena arena;
	char *path;         /* as named by the user, for messages; owned */
	struct span source; /* owned, in the arena; NUL-terminated */
	enum reading reading;
	struct meta meta;
	const struct earlier *earlier; /* NULL: this is no comparison */
	bool whole_blocks;  /* what track would give an id is one clause without it, too: statement.h */
	enum numbering numbered; /* what number_doc last did; NUMBERING_UNSAID: nothing yet */
	struct block *root;
	struct note **notes; /* in the order of their definitions */
	size_t note_count, note_cap;
	struct suggestion *suggestions;
	size_t suggestion_count, suggestion_cap;
	struct remark *remarks; /* what the reader found wrong; a malformed file is a fault instead */
	size_t remark_count, remark_cap;
	size_t *line_starts; /* offsets; built on first use */
	size_t line_count;
	size_t block_count;
	struct doc_loss *losses;
	size_t loss_count, loss_cap;
	struct doc_picture *pictures;
	size_t picture_count, picture_cap;
	struct doc_anchor *anchors;
	size_t anchor_count, anchor_cap;
	struct doc_place *places;
	struct span_map place_names; /* 1 more than the place of the first of that name */
	size_t place_count, place_cap, place_ended; /* ended: those that have their block */
	bool has_place_links;
	struct {
		struct span author, time;
		bool several;
	} restyler; /* who tracked a change of formatting; empty: nobody, or several */
	struct span map;    /* chapeau.map of a review copy (FORMAT.md F8), or empty */
	size_t lost_steps; /* times that the Markdown reader's alignment lost step: a bug, for tests to see */
	bool has_critic; /* the body holds CriticMarkup of any kind */
};

struct doc *doc_new(const char *path);
void doc_free(struct doc *d);
void doc_freep(struct doc **d);

/* Copies s into the arena as doc.source. */
void doc_set_source(struct doc *d, struct span s);

struct block *block_new(struct doc *d, enum block_kind kind);
/* A list that counts from 1, its items close together, at the end of a block. */
struct block *block_new_list(struct doc *d, struct block *into, bool ordered, unsigned level);
void block_append(struct block *parent, struct block *child);
void block_insert_before(struct block *at, struct block *child);
void block_remove(struct block *b); /* unlinks; the arena keeps the memory */
bool block_is_leaf(const struct block *b);

/* The next block in document order, staying below top; NULL at the end.  Iterative: safe on any depth. */
struct block *block_next(const struct block *b, const struct block *top);
/* The same, without going into b's children. */
struct block *block_next_skip(const struct block *b, const struct block *top);

/* The id that b goes by: its own, else that of the nearest block around it. */
struct span block_id(const struct block *b);
/* For each suggestion of a READING_MARKED doc the block that holds the first part of it, NULL if none does.  To be freed. */
const struct block **doc_suggestion_blocks(const struct doc *d);

/* A new item of a list at depth (0: outermost) at the end of container: the list that ends it, if it fits, else a new one. */
struct block *block_list_item(struct doc *d, struct block *container, unsigned depth, bool ordered);

struct note *note_new(struct doc *d, struct span label);
struct note *note_find(const struct doc *d, struct span label); /* folded like link labels */

/* Numbers the notes by first reference, finds which are internal, numbers the blocks (serial), hands
 * internal down to descendants.  Every reader calls it last, and whoever changes the tree again. */
void doc_finish(struct doc *d);

/* Line and column of an offset into doc.source. */
void doc_position(struct doc *d, size_t offset, size_t *ret_line, size_t *ret_column);
struct span doc_line(struct doc *d, size_t line); /* without its line end */

void doc_remark(struct doc *d, const char *rule, size_t offset, struct span clause, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * A word processor puts the mark of a new paragraph on the break before it: "p1 (break inserted), p2 (all its words
 * inserted)" becomes p2 inserted as a whole; and likewise for deletions.
 */
void doc_settle_breaks(struct doc *d);

/* Word processors make a paragraph of each line of code: neighbours are one block again, empty ones its blank lines. */
void doc_join_code(struct doc *d);

/* Somebody tracked a change of formatting: the restyler, unless it was another before. */
void doc_restyled(struct doc *d, struct span author, struct span time);

void doc_lose(struct doc *d, const char *what, struct span where, struct span text); /* copies */
/* 1 + the place of a package's picture in doc.pictures, added if it is new; copies.  0: there are LIMIT_IMAGES already. */
size_t doc_picture_of(struct doc *d, struct span part, struct span where);
void doc_anchor_add(struct doc *d, struct span name, struct block *b, bool gone);     /* copies; takes a _Copy_ ending off */

/* A growing array of runs for one leaf; give it to the block with runs_end. */
struct runs {
	struct run *items;
	size_t count, cap;
};
struct run *runs_add(struct runs *r, enum run_kind kind);
void runs_end(struct runs *r, struct doc *d, struct block *leaf); /* copies into the arena, frees the array */
/* Puts words behind those of a run; room: that it keeps for more, so that many small pieces cost no more than one. */
struct run_room {
	char *p;
	size_t cap;
};
void run_extend(struct run *r, struct span more, struct doc *d, struct run_room *room);
bool runs_hold_words(const struct runs *r); /* anything but white space that nobody changed */
void runs_as_code(struct runs *r); /* breaks are line ends, as in a code block */

#endif
