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

/* Should a line break between these two code points be nothing rather than a space? */
bool text_break_closes(uint32_t before, uint32_t after);

/* Words of a span as F4 counts them. */
size_t text_count_words(struct span s);

#endif
