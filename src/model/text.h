/*
 * text: the words of a block, as the contract counts and hashes them (FORMAT.md F1, F2, F4).
 *
 * One function, many callers: check, hash, diff, status and export all take a clause's words from
 * here, so they cannot disagree.
 */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include "base/buf.h"
#include "model/doc.h"

/* T(s): NFC, each run of White_Space one space, trimmed at both ends. */
void text_fold(struct span s, struct buf *out);

/* The visible words of one leaf, before T: breaks as F2 says, alt texts, [#x] for a cross-reference,
 * nothing for note marks and comments.  Marked runs are taken in the given reading. */
void text_of_leaf(const struct block *leaf, enum reading reading, struct buf *out);

/* The way back: which run gave which bytes of out, in order.  A line break's space belongs to the run before it. */
struct text_piece {
	uint32_t begin, end; /* bytes of out */
	uint32_t run;        /* index into leaf->runs */
};
struct text_pieces {
	struct text_piece *items;
	size_t count, cap;
};
/* The same text, with its pieces (cleared first). */
void text_of_leaf_pieces(const struct block *leaf, enum reading reading, struct buf *out, struct text_pieces *pieces);

/* The words of a run of blocks below top (a note's body, a quote): leaves joined by one space, folded. */
void text_of_blocks(const struct block *top, enum reading reading, struct buf *out);

/* Do words under this mark (NULL: none) stand in that reading?  READING_MARKED holds them all. */
bool text_mark_reads(const struct mark *m, enum reading reading);

/* Does the leaf run from right to left: by most of its letters, so that "IPv6 …" at the head of an Arabic paragraph does not turn it;
 * by the text's direction where it has none, or as many? */
bool text_is_rtl(const struct block *leaf, bool otherwise);

/* Should a line break between these two code points be nothing rather than a space? */
bool text_break_closes(uint32_t before, uint32_t after);

/* Does the soft or hard break that is run i print as a space (F2)?  False between two wide characters. */
bool text_soft_space(const struct block *leaf, size_t i);

/* The note mark that is printed directly before the one that is run i, with nothing between, in one reading; NULL: none is.  Such marks
 * stand apart by a comma (DOMAIN.md section 7), or "1" and "2" would be read as note 12. */
const struct run *text_note_before(const struct block *leaf, size_t i, enum reading reading);
#define TEXT_NOTE_SEPARATOR ",\u00a0"
#define TEXT_JOINER "\u200d" /* U+200D */

/* Words of a span as F4 counts them.  A cross-reference stands in texts as one word, [#x], and counts two: whoever
 * counts a leaf uses text_leaf_words. */
size_t text_count_words(struct span s);
size_t text_leaf_words(const struct block *leaf, enum reading reading);

#endif
