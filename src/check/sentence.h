/*
 * sentence: a leaf block as text, tokens and sentences, with the way back to the file.
 *
 * One struct is used for leaf after leaf and keeps its memory.  The text is the one of text_of_leaf: the check sees
 * the words that are hashed and exported.
 * Source: FORMAT.md F7 (tokens, sentences), F9.4 (quotations).
 */
#ifndef CHECK_SENTENCE_H
#define CHECK_SENTENCE_H

#include "base/buf.h"
#include "check/terms.h"
#include "model/text.h"

struct sentence {
	uint32_t first, last; /* tokens [first, last) */
	uint32_t begin, end;  /* bytes of the text, closing marks included */
	unsigned flags;       /* CLASS_* of its tokens, together */
};

struct region {
	uint32_t begin, end; /* bytes, the marks included */
};

#define LEAF_ODD 1u         /* a character that cannot be seen, or a word of two scripts */
#define LEAF_QUOTE_MARKS 2u /* quotation marks of any kind but the apostrophe */
#define LEAF_NUMBERS 4u     /* a token of digits */
#define LEAF_SLASH 8u
#define LEAF_REFERENCES 16u /* a cross-reference */

struct leaf {
	const struct block *block;
	struct buf text;
	struct text_pieces pieces;
	struct region *refs; /* cross-references: printed words, opaque to phrases */
	size_t ref_count, ref_cap;
	struct token *tokens;
	size_t token_count, token_cap;
	struct sentence *sentences;
	size_t sentence_count, sentence_cap;
	uint32_t *marks; /* bytes of quotation marks of any kind, ’ too, in order */
	size_t mark_count, mark_cap;
	struct region *quotes; /* ascending, not overlapping; after leaf_quotes */
	size_t quote_count, quote_cap;
	bool quotes_known;
	unsigned flags;
	bool ended; /* its last sentence ends with a sentence mark */
	struct buf word;
};

void leaf_done(struct leaf *l);
/* Text, tokens and sentences of a leaf block, suggestions taken as not accepted. */
void leaf_load(struct leaf *l, const struct terms *t, const struct block *block);
/* The text alone. */
void leaf_load_text(struct leaf *l, const struct block *block);

/* Paired quotation marks: “ ”, ‘ ’ (no apostrophe), « », „ “, 「 」, 『 』, straight double ones. */
void leaf_quotes(struct leaf *l);
bool leaf_quoted(struct leaf *l, uint32_t begin, uint32_t end); /* do these bytes stand inside one pair? */

/* Where a byte of the text stands in doc.source; SIZE_MAX where no run came from bytes. */
size_t leaf_source(const struct leaf *l, uint32_t at);
const struct run *leaf_run(const struct leaf *l, uint32_t at);

static inline struct span leaf_span(const struct leaf *l)
{
	return buf_span(&l->text);
}

#endif
