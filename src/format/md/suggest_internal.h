/* What the parts of suggest share: suggest_place.c (where words stand), suggest_signs.c (how they are written), suggest_whole.c (whole
 * emphasis), suggest_wordings.c (several wordings of the same words), suggest_remarks.c (comments), suggest_cuts.c (a change as bytes), suggest.c (changes in words),
 * suggest_blocks.c (whole blocks). */
#ifndef FORMAT_MD_SUGGEST_INTERNAL_H
#define FORMAT_MD_SUGGEST_INTERNAL_H

#include "format/md/suggest.h"

/* A stretch of a leaf's visible text and the bytes it came from. */
struct piece {
	size_t at, len;         /* in the visible text */
	struct origin src;
	bool unit;              /* bytes do not agree one to one */
	bool whole;             /* an autolink, a picture, code: no sign may stand inside */
	unsigned format;
	const struct link *link;
	const struct note *note;
	size_t at_reach, src_reach; /* the farthest that this or one before it reaches, visibly and in the source: for finding */
};

struct map {
	struct piece *items;
	size_t count;
	size_t text_len;
	struct span source;
	struct origin inner; /* of the leaf's words in it */
};

/* ---- suggest_place.c ---- */

/* The walk of text_of_leaf: its offsets are the currency here.  items are the caller's to free. */
void md_map_leaf(const struct block *leaf, struct span source, struct map *m);
/* The first piece that reaches a visible byte, or a byte of the source: none before it does. */
size_t md_piece_from(const struct map *m, size_t at);
size_t md_piece_from_src(const struct map *m, size_t s);
/* First and last piece that holds any of [begin, end); false where none does. */
bool md_pieces_in(const struct map *m, size_t begin, size_t end, size_t *ret_first, size_t *ret_last);
/* The byte of the source before, or behind, visible byte x of a piece. */
size_t md_src_start(const struct piece *p, size_t x);
size_t md_src_end(const struct piece *p, size_t x);
/* The next piece with words, to the left (-1) or right (1); NULL: none. */
const struct piece *md_neighbour(const struct map *m, size_t i, int step);
/* Bytes [*s, *t) of the source for visible [begin, end), so that what is cut is balanced; false: no such cut. */
bool md_balanced_cut(const struct map *m, size_t begin, size_t end, bool replaces, size_t *s, size_t *t);
/* Before the signs that open what a piece stands in, and behind those that close it; SIZE_MAX: others stand in between. */
size_t md_before_signs(const struct map *m, const struct piece *p);
size_t md_behind_signs(const struct map *m, const struct piece *p);
/* Where new words go between two pieces. */
size_t md_insertion_place(struct doc *d, const struct block *leaf, const struct map *m, size_t x, bool spaced);
/* Do the signs of emphasis beside [s, t) stay such with these words, or nothing, in its place? */
bool md_signs_hold(const struct doc *d, const struct map *m, size_t s, size_t t, struct span words);
/* Would signs of emphasis at the ends of new words open and close there, and stand apart from others? */
bool md_new_signs_hold(const struct doc *d, const struct map *m, size_t s, size_t t, struct span words);
/* The look of what stands at a byte of the source. */
unsigned md_format_at(const struct map *m, size_t s);

/* ---- suggest_whole.c ---- */

/* A run of a leaf's words in which what opens also closes. */
struct whole {
	size_t s, t;        /* of the source */
	size_t first, last; /* pieces that it holds, or a part of */
	size_t begin, end;  /* of the visible words */
	unsigned format;    /* what all of it stands in */
	const struct link *link;
};

/* The smallest around [s, t) that reaches into no suggestion, in no emphasis but `format` and, unless linked, in no link.  False: there is none. */
bool md_whole(const struct doc *d, const struct map *m, size_t s, size_t t, unsigned format, bool linked, struct whole *ret);
/* Its words as Markdown, with these changes. */
bool md_say_whole(const struct block *leaf, const struct map *m, const struct whole *w, const struct md_hunk *const *hunks, size_t count, struct buf *out);
/* Is this Markdown, of a run that stands in no emphasis or link, its words with this change, look by look?  False too where that cannot be told
 * from it alone: of the mark of a note, a reference. */
bool md_whole_reads(const struct block *leaf, const struct map *m, const struct whole *w, const struct md_hunk *h, struct span markdown);
/* Behind the suggestions that end the words before this place, or put in words here, up to limit. */
size_t md_behind_suggestions(const struct doc *d, size_t at, size_t limit);

/* The words that a change is of, or beside which it stands. */
bool md_pieces_of(const struct map *m, const struct md_hunk *h, size_t *ret_first, size_t *ret_last);
/* The emphasis that all its new words stand in. */
unsigned md_looks_shared(const struct md_hunk *h);
/* Does a suggestion stand in these words alone, and in no other paragraph? */
bool md_in_leaf(const struct doc *d, const struct map *m, const struct suggestion *x);
/* The end of the suggestions that [s, t) touches; SIZE_MAX: none.  An open one at s alone is touched by what is put in inside it. */
size_t md_taken_until(const struct doc *d, size_t s, size_t t);
/* The same place in what is rejected, behind the byte before it, or before the next one. */
size_t md_step_back(const struct doc *d, size_t at);
size_t md_step_on(const struct doc *d, size_t at);
/* Where new words stand at a place: behind those that others put in there, not in what others change beside it. */
size_t md_beside_suggestions(const struct doc *d, size_t at);

/* ---- suggest_wordings.c ---- */

/* The first of the draft's suggestions, by its place among them, that begins at or behind a byte of the source. */
size_t md_suggestion_from(const struct doc *d, size_t at);

/* A change as bytes [s, t) that go, and Markdown that comes in their place. */
struct md_cut {
	size_t s, t;
	struct span words;
	bool whole; /* words of emphasis that is said anew: other changes in it must be said with it */
	size_t hunk;
};
struct md_cuts {
	struct md_cut *items;
	size_t count, cap;
	struct arena arena;
	bool look_lost; /* since somebody last looked: words were said without their emphasis */
};

/* The words of [s, t) without suggestions, with these cuts, which are in order. */
void md_apply_cuts(const struct doc *d, size_t s, size_t t, const struct md_cut *cuts, size_t count, struct buf *out);

/* Changes that are said in one place: one, or those that touch one another or suggestions that are there already. */
struct group {
	size_t from, to;        /* hunks */
	size_t first, last;     /* cuts, of hunks that were placed */
	size_t s, t;
	bool joined;            /* several, or over suggestions */
	bool failed;
};
struct groups {
	struct group *items;
	size_t count, cap, end;
	struct md_hunk *hunks;
};
/* The cuts from first on are those of the hunk. */
void md_groups_add(const struct doc *d, const struct map *m, struct groups *g, struct md_cuts *cuts, size_t hunk, size_t first);
size_t md_groups_end(const struct groups *g);
void md_groups_close(struct groups *g, size_t at); /* nothing before this byte belongs to what follows */
/* Once all are there: what is said of more words than it seemed may meet others. */
void md_groups_settle(struct doc *d, const struct block *leaf, const struct map *m, struct groups *g, struct md_cuts *cuts);
void md_put_group(struct doc *d, const struct block *leaf, const struct map *m, struct groups *g, const struct group *x, const struct group *next, struct md_cuts *cuts, struct edits *ret);

/* ---- suggest_signs.c ---- */

/* What would be read as a delimiter inside a suggestion gets a backslash. */
void md_put_words(struct span text, bool in_cell, struct buf *out);

/* ---- suggest_blocks.c ---- */

const char *md_line_end(const struct doc *d);
/* What ends a paragraph and begins another in the same item, quotation or note: a blank line, and the signs of those; or the sign of a new item behind it. */
void md_put_break(const struct doc *d, const struct block *leaf, bool in_new_item, struct buf *out);

/* Whose a change is, with what is said of it. */
static inline struct md_hand md_hand_of(const struct md_hunk *h, struct span note)
{
	return (struct md_hand){ h->author, h->time, note, h->replies };
}

/* ---- suggest_cuts.c ---- */

/* A change as bytes that go and bytes that come in their place; several where it reaches over an edge of emphasis.  False: it cannot be said. */
bool md_find_cuts(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret);
/* The same, with all emphasis that the change reaches into said anew.  False: it changes a part of a picture or reference. */
bool md_cut_whole(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret);
/* May new words of these looks stand where all looks like this? */
bool md_looks_fit(const struct md_hunk *h, unsigned around);
/* Words put in where a note's mark stands: do they come behind it? */
bool md_behind_note(const struct md_hunk *h);

#endif
