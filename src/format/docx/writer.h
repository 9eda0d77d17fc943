/* writer: what the pieces of the DOCX writer share. */
#ifndef FORMAT_DOCX_WRITER_H
#define FORMAT_DOCX_WRITER_H

#include "base/hashmap.h"
#include "format/docx/noted.h"
#include "format/docx/sheet.h"
#include "io/xml.h"
#include "model/outdoc.h"

/* ---- lists (numbering.c) ---- */

enum scheme { SCHEME_MAIN, SCHEME_HEADINGS, SCHEME_PLAIN, SCHEME_BULLETS, SCHEME_COUNT };
#define SCHEME_LEVELS 9

/* What a reader of the file counts at each level, so that what it prints is what was counted (FORMAT.md F4). */
struct lists {
	enum numbering numbering;
	bool loose; /* a text with changes: the count is of one reading only, and is not forced */
	unsigned counts[SCHEME_COUNT][SCHEME_LEVELS];
	unsigned active[SCHEME_COUNT][SCHEME_LEVELS]; /* w:num in use at a level */
	bool skipped[SCHEME_COUNT][SCHEME_LEVELS]; /* something deeper was numbered before the first of this level */
	bool used[SCHEME_COUNT];
	unsigned nums;    /* w:num made so far */
	struct buf extra; /* w:num with a start of their own */
};

void lists_init(struct lists *l, enum numbering numbering, bool loose);
/* The w:num for the next item at a level; ordinal: what it must print, 0 if that does not matter. */
unsigned lists_next(struct lists *l, enum scheme scheme, unsigned level, unsigned ordinal);
unsigned lists_current(struct lists *l, enum scheme scheme, unsigned level); /* without counting */
/* Where the text of a level begins, in twips from the margin, and how far the number hangs out of it. */
unsigned lists_left(const struct lists *l, enum scheme scheme, unsigned level);
unsigned lists_hanging(enum scheme scheme, unsigned level);
void lists_write(const struct lists *l, struct buf *ret);

/* ---- changes ---- */

enum revision_kind { REV_NONE, REV_INSERTED, REV_DELETED, REV_NEITHER };
struct revision {
	enum revision_kind kind;
	const struct mark *mark; /* who and when */
};

/*
 * LibreOffice takes two insertions of one author and minute for one where the first ends a paragraph and the second begins the next, and
 * counts the break between them in: rejecting would join the paragraphs.  The second is said to be of two minutes later.
 */
struct paragraph_edges {
	const struct mark *before; /* insertion at the end of the paragraph before, whose own break is not inserted; NULL: none */
	const struct mark *tail;   /* the same of the paragraph that is written */
	bool before_later, tail_later;
	bool at_start;             /* of a paragraph: no words are written yet */
	bool later, whole_later;   /* insertions bear the later time: those at hand, all of the paragraph */
	bool came;                 /* the break of the paragraph is inserted */
};

/* ---- the writer ---- */

#define COMMENTS_OPEN 16u /* comment ranges that overlap at one place; more are anchored at a point */

struct run_state {
	bool run, text, change; /* what is open */
	struct revision now;
	unsigned format;
	const struct link *link; /* the field that is open */
	bool link_alone;         /* its marks stand outside of changes */
	struct revision link_change;
	bool rtl, hint;
	const struct comment *comments[COMMENTS_OPEN];
	unsigned comment_id[COMMENTS_OPEN];
	size_t comment_count;
};

struct picture {
	const struct out_image *image;
	char name[40]; /* "media/image1.png" */
};

/* What becomes of a footnote. */
struct note_use {
	const struct note *note;
	unsigned total;    /* references in all */
	unsigned was, now; /* its number in the older and the newer text; 0: not in it */
	bool written;      /* one of them stands in a text */
	unsigned id;       /* w:id, in the order in which they are written; 0: not yet */
	bool kept;         /* a reference to it is neither inserted nor deleted, and that one brings the note */
};

struct writer {
	const struct outdoc *o;
	struct sheet sheet;
	struct arena arena;
	struct lists lists;
	struct xml_out *x; /* of the part that is being written */
	bool tracked;      /* marks are printed */
	bool in_note;
	bool has_rtl;      /* the text holds right-to-left letters, or is of such a language */
	struct run_state s;
	struct paragraph_edges edges;
	struct revision leaf_change;
	bool leaf_rtl;
	unsigned half_points; /* letters of the words that are written, where they are not of their style's size; else 0 */
	unsigned room;     /* twips: how wide a picture may be where it stands */
	unsigned change_id, bookmark_id, drawing_id, comment_id;
	struct buf comments;
	struct xml_out comments_x;
	unsigned *late; /* comments whose references wait for the second footnote (comments.c) */
	size_t late_count, late_cap;
	struct hash_map said; /* chains of comments that are written, by address; 1 more: in a note */
	struct noted noted;
	struct hash_map noted_names; /* of comments, by address: the address of the name (noted.h) */
	struct note_use *notes; /* by number, from 1; those that no text numbers are not in it */
	unsigned note_max;
	unsigned *note_order; /* by w:id: number */
	unsigned note_count;  /* that are written */
	unsigned note_used;   /* that will be */
	const struct block *note_first; /* the leaf that holds the first footnote of all; found for a comparison */
	bool note_changed;    /* there are marks in the note that is being written */
	struct picture *pictures;
	size_t picture_count;
	bool landscape;     /* the section that is written lies on its side */
	bool begun, further; /* something stands in the text; a section ended already */
	bool note_pictures; /* some stand in notes, whose part has relationships of its own */
	const struct block **leads; /* by serial of a table: what goes before it, and wants an empty paragraph there (breaks.c); or NULL */
	const struct block **breaks; /* by serial: whose change the mark of a paragraph takes (breaks.c); NULL: its own */
	uint32_t *step_names; /* by serial: number of the bookmark that a step of a reference's number needs; NULL: none */
};

/* inline.c: the runs of a leaf, in a w:p that is open. */
void inline_leaf(struct writer *w, const struct block *leaf, struct revision whole);
void inline_text(struct writer *w, struct span text, unsigned format); /* plain words of ours */
/* Words of ours, and behind them a label=, in a style of its own. */
void inline_label(struct writer *w, struct span before, struct span label, struct revision whole);
void inline_end(struct writer *w);
void inline_tab(struct writer *w);
void edges_begin(struct writer *w, struct revision brk); /* a paragraph begins */
void edges_cut(struct writer *w);                        /* what follows is no neighbour of what went before */
struct revision revision_of(const struct mark *m);
struct revision revision_join(struct revision outer, struct revision inner);
void put_change_attrs(struct writer *w, struct xml_out *x, const struct mark *m);
bool leaf_is_rtl(const struct writer *w, const struct block *leaf);
bool span_is_rtl(const struct writer *w, struct span text, bool *ret_strong);
void put_val(struct xml_out *x, const char *element, const char *value);
/* Ends what is open, or opens a run where one of another look is. */
void inline_open_run(struct writer *w, unsigned format, bool rtl, bool hint);
void inline_close_run(struct writer *w);
void inline_set_change(struct writer *w, struct revision c);
void inline_end_link(struct writer *w);

/* comments.c */
bool comment_says(const struct comment *c); /* anything, it or one of its replies */
/* Ends the ranges that end before words with these marks, and begins those that begin there.  Chains: the run's, the block's. */
void comments_set(struct writer *w, const struct mark *m, const struct mark *of_block);
void comments_at(struct writer *w, const struct comment *first); /* at a point between words */
void comments_of_note(struct writer *w, const struct note *n); /* of all its words, at the mark that is written next */
/* At the end of a paragraph: the references that waited and need to no more.  last: of the text. */
void comments_late(struct writer *w, bool last);
void comments_end(struct writer *w);

/* drawing.c */
void drawing_image(struct writer *w, const struct run *r, unsigned format);

/* xref.c: the leaves that print the steps of a live number, outermost first; 0 where no list counts them. */
#define XREF_STEPS 6u
unsigned xref_chain(const struct outdoc *o, const struct block *target, struct span number, const struct block *ret[XREF_STEPS]);
void xrefs_begin(struct writer *w);
/* The bookmark of a leaf, or NULL; name is room for it. */
#define BOOKMARK_NAME 24
const char *leaf_bookmark(const struct writer *w, const struct block *leaf, char name[BOOKMARK_NAME]);

/* para.c */
struct para {
	const char *style;
	unsigned num, level;   /* num 0: no list */
	int left, hanging;     /* twips; left -1: the style's, or the list's */
	int right;             /* twips; 0: the style's */
	bool rtl, keep_next, shaded;
	int before, after;     /* twips; 0: the style's */
	unsigned line;         /* per cent of the usual; 0: the style's */
	const char *align;     /* w:jc; NULL: the style's */
	struct revision brk;     /* of the paragraph mark */
	const char *style_was;   /* in the older text of a comparison; NULL: the same */
	unsigned level_was, num_was; /* with it */
};

void put_int(struct xml_out *x, const char *element, const char *attr, int64_t value);
void put_shading(struct xml_out *x, const char *fill);
void para_open(struct writer *w, const struct para *p); /* w:p, and its properties */
void para_bookmark(struct writer *w, unsigned id, const char *name);
/* A paragraph of ours, around the text; was: its words in the older text. */
void para_changed_line(struct writer *w, enum style_key style, struct span was, struct span text, bool keep_next, int before, int after);
void para_line(struct writer *w, enum style_key style, struct span text, bool keep_next, int before, int after);
void para_empty(struct writer *w);

/* front.c */
void write_opening(struct writer *w);
void write_endorsers(struct writer *w);

/* section.c */
bool section_wants_landscape(const struct writer *w, const struct block *b);
struct span section_now(const struct writer *w); /* w:sectPr of the page at hand */
unsigned section_text_width(const struct writer *w);
void turn_page(struct writer *w, bool landscape); /* upright or on its side from here on */

/* changed.c */
struct revision revision_of_block(const struct writer *w, const struct block *b);
bool marks_below(const struct outdoc *o, const struct block *top); /* or comments, or references that say other words */
bool changed_anywhere(const struct outdoc *o);
void notes_begin(struct writer *w);
void notes_done(struct writer *w);

/* body.c */
void write_body(struct writer *w, struct buf *ret);
void write_notes(struct writer *w, struct buf *ret);

/* breaks.c */
void breaks_find(struct writer *w);
void break_lead(struct writer *w, const struct block *table);
struct revision break_of(const struct writer *w, const struct block *b, struct revision whole);

/* write.c */

#endif
