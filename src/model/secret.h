/*
 * secret: word sequences that must not turn up in a file, and the search for them.
 *
 * What is withheld is cut into all its runs of SECRET_WORDS words; where these hold fewer than SECRET_LETTERS letters
 * (ideographs, "of it to us"), into runs of SECRET_LONG.  A shorter leaf is one run, if it is telling enough: a word of
 * letters and digits mixed, or two words with SECRET_LETTERS letters in all; a single plain word, such as a table's
 * "Paragraph", stands in any template.  A run that also stands in what the reader may see is no secret and is taken
 * out.  So a leak of four words in a row is found, and words that public and internal text share are not.  Words are
 * compared folded: letters, marks and digits in lower case and NFC, each ideograph a word, everything else between them.
 *
 * Time and memory are linear: a rolling hash over the words of the file, looked up in a table of the secrets'.
 * Source: DESIGN.md section 8, "searched for every internal word sequence".
 */
#ifndef MODEL_SECRET_H
#define MODEL_SECRET_H

#include "base/buf.h"
#include "base/mem.h"

#define SECRET_WORDS 4
#define SECRET_LONG 8
#define SECRET_LETTERS 8
#define SECRET_FILTER 32768u /* words of 64 bits: 256 KiB stay in the cache */

struct secret_gram {
	uint64_t hash;  /* 0: free */
	uint32_t words; /* 1 to SECRET_LONG; 0: also public, no secret */
	uint32_t text;  /* offset of its folded words in secrets.text */
	uint32_t length;
};

struct secrets {
	struct buf text; /* folded words of all leaves, joined by one space */
	struct secret_gram *grams;
	size_t count, size;
	bool lengths[SECRET_LONG + 1]; /* which lengths there are */
	size_t longest;
	uint64_t *filter;
};

void secrets_done(struct secrets *s);
/* A leaf's words, or a comment's. */
void secrets_add(struct secrets *s, struct span text);

/* A walk over public text, or over a file; words of one call do not join those of the next, but sequences do. */
struct secret_walk {
	uint64_t words[SECRET_LONG]; /* hashes of the last words, newest first */
	size_t seen;
};
void secrets_allow(struct secrets *s, struct secret_walk *w, struct span text);
/* In the text of a reopened file: the end of a paragraph, a cell, an attribute's value.  No sequence reaches over it, since
 * every secret is of one leaf, and what stands side by side only in the file (numbers left out) was never allowed. */
#define SECRET_END '\f'

/* True if a secret stands in text; ret_words borrows its folded words.  A form feed parts words that only happen to
 * follow each other, such as two values: no sequence runs across it. */
bool secrets_find(const struct secrets *s, struct span text, struct span *ret_words);

#endif
