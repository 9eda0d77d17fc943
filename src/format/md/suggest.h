/*
 * suggest: suggestions laid into a draft's source, word by word, as CriticMarkup.
 *
 * One way in for everybody who proposes words: `suggest`, `receive`, `merge-file`, `diff --format critic`.  Only the bytes of
 * the changed words move.  Source: FORMAT.md F5.
 */
#ifndef FORMAT_MD_SUGGEST_H
#define FORMAT_MD_SUGGEST_H

#include "model/doc.h"
#include "model/edit.h"

/* Who proposes, when, and what is said to it (empty: nothing). */
struct md_hand {
	struct span author, time; /* author empty: unsigned */
	struct span note;
	const struct comment *replies; /* what others say to it; of an unsigned one there are none, the first would be taken for its author */
};

/* Words and their look. */
struct md_style {
	struct span text;
	unsigned format; /* FMT_EMPH, FMT_STRONG, FMT_CODE */
	struct span url; /* of the link that they are; empty: none */
	struct span title;
	bool raw;        /* they are Markdown, such as a note's mark */
};

struct md_hunk {
	size_t begin, end;        /* bytes of the leaf's visible text (text_of_leaf, READING_REJECTED) that go */
	struct span text;         /* visible words that come; empty: none */
	struct span author, time; /* author empty: unsigned */
	struct span note;         /* a comment on it; empty: none */
	const struct comment *replies; /* as in md_hand */
	const struct md_style *styles; /* text, look by look; NULL: as what it stands in */
	size_t style_count;
	bool restyled;            /* the same words in another look: the signs of emphasis around them go too */
	bool raw;                 /* text is Markdown, such as a note's mark */
	struct span gone_note;    /* label of a note whose mark at begin (== end) goes */
	bool breaks;              /* a paragraph ends here; text is not looked at */
	bool new_item;            /* breaks: what follows is an item of its own */
	int beside_note;          /* begin == end, where the mark of a note stands: below 0 before it, above 0 behind it, 0 as the words look */
	bool placed;              /* set: false where existing markup stands in the way */
	bool look_lost;           /* set: placed, but some of its words stand without their emphasis */
};

/* Hunks in order, not overlapping.  d was read READING_REJECTED. */
void md_suggest(struct doc *d, const struct block *leaf, struct md_hunk *hunks, size_t count, struct edits *ret);

/* Words as Markdown, with emphasis where CommonMark reads it as such; false: some of it stands without.  Words in `around` look that way without signs. */
bool md_styled(const struct md_style *styles, size_t count, unsigned around, bool in_cell, struct buf *out);

/* Comments on words of a leaf: {==words==}{>>@author time: text<<}; begin == end: at that place.  Of those that overlap one stands around the
 * other; of those that cross the later one stands in two pieces, one in the other and one behind it, which has its comments. */
struct md_remark {
	size_t begin, end;
	const struct comment *comments;
};
void md_comments(struct doc *d, const struct block *leaf, const struct md_remark *remarks, size_t count, struct edits *ret);

/* A hard line break in a leaf.  False: there are none in it, a cell or heading. */
bool md_line_break(const struct doc *d, const struct block *leaf, struct buf *out);

/* A whole block proposed after another (NULL: at the end of the body), or a whole block struck (FORMAT.md F5.5). */
void md_suggest_block(struct doc *d, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret);
/* The same before the first block of the body. */
void md_suggest_first(struct doc *d, struct span markdown, struct md_hand hand, struct edits *ret);
/* A new item after another of the same list; after: a paragraph of that one, behind which it begins, so that the rest is the new one's.  NULL: its last. */
void md_suggest_item(struct doc *d, const struct block *item, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret);
/* In the quotation or item of a paragraph, right behind it: sign "": a further paragraph, or the lines of a table; "- ", "1. ": an item of a list in it. */
void md_suggest_inside(struct doc *d, const struct block *paragraph, const char *sign, struct span markdown, struct md_hand hand, struct edits *ret);
/* A block of the text between a part of a list or quotation of it and the next one, which divides that. */
void md_suggest_between(struct doc *d, const struct block *part, struct span markdown, struct md_hand hand, struct edits *ret);
/* A paragraph of a note behind another one of it, outside the lists and quotations that that one stands in. */
void md_suggest_in_note(struct doc *d, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret);
/* What goes, by serial: MD_GOES is set for the leaves, md_going finds the rest. */
#define MD_GOES 1
void md_going(const struct doc *d, unsigned char *going);
/* With the item, list or quotation that it is all of. */
void md_suggest_removal(struct doc *d, const struct block *b, const unsigned char *going, struct md_hand hand, struct edits *ret);
/* A new block in the place of one that goes: before it, with signs like its own.  False: it has more than these words. */
bool md_suggest_instead(struct doc *d, const struct block *leaf, const unsigned char *going, struct span markdown, struct md_hand hand, struct edits *ret);
/* The same for a note's definition. */
void md_suggest_note_removal(struct doc *d, const struct note *n, struct md_hand hand, struct edits *ret);
/* A new row below another of the same table, Markdown for each cell; and one struck. */
void md_suggest_row(struct doc *d, const struct block *row, const struct span *cells, size_t count, struct md_hand hand, struct edits *ret);
void md_suggest_row_removal(struct doc *d, const struct block *row, struct md_hand hand, struct edits *ret);
/* The paragraph end between two blocks struck, so that b's words follow a's. */
void md_suggest_join(struct doc *d, const struct block *a, const struct block *b, struct md_hand hand, struct edits *ret);

/* "{>>@Mei Lin 2025-10-01T09:00:00Z: text<<}"; nothing where both are empty. */
void md_signature(struct span author, struct span time, struct span text, struct buf *out);
/* The same with the replies behind it. */
void md_sign(struct md_hand hand, struct buf *out);

#endif
