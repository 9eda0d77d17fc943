/* What the parts of suggest share: suggest_place.c (where words stand), suggest_signs.c (how they are written), suggest.c (changes in
 * words), suggest_blocks.c (whole blocks). */
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
/* The look of what stands at a byte of the source. */
unsigned md_format_at(const struct map *m, size_t s);

/* ---- suggest_signs.c ---- */

/* What would be read as a delimiter inside a suggestion gets a backslash. */
void md_put_words(struct span text, bool in_cell, struct buf *out);

/* ---- suggest_blocks.c ---- */

const char *md_line_end(const struct doc *d);

#endif
