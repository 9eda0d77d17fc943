/*
 * words: tokens of a text, and two texts compared by them.
 *
 * Tokens are words, punctuation and spaces by UAX #29, each ideograph and kana one (DESIGN.md section 7).  A vocabulary gives
 * equal tokens equal symbols, so that comparing is comparing numbers.  Words are matched first; spaces and what slides follow
 * them, so that a hunk begins and ends at a word, and at a sentence where it can.
 */
#ifndef DIFF_WORDS_H
#define DIFF_WORDS_H

#include "base/script.h"
#include "model/comparison.h"

/* Symbols of tokens.  Text of a symbol is borrowed from the texts that were read, which must outlast it. */
struct vocab {
	struct vocab_word *words; /* by symbol */
	size_t count, cap;
	uint32_t *slots;          /* open addressing, symbol + 1 */
	size_t mask;
};
struct vocab_word {
	const char *p;
	uint32_t n, hash;
	uint8_t kind;
};
enum token_kind { TOKEN_SPACE, TOKEN_PUNCT, TOKEN_STOP /* ends a sentence */, TOKEN_CLOSER /* quote or bracket after a stop */, TOKEN_WORD };

void vocab_done(struct vocab *v);
void vocab_clear(struct vocab *v); /* forgets all symbols, keeps the memory; costs no more than they did */
uint32_t vocab_symbol(struct vocab *v, struct span s); /* borrows s */

/* The tokens of a folded text (a clause's text): token i is the bytes [at[i], at[i + 1]). */
struct tokens {
	uint32_t *sym, *at; /* at has count + 1 */
	size_t count, cap;
};
void tokens_done(struct tokens *t);
void tokens_add(struct vocab *v, struct span text, struct tokens *t); /* t is emptied first */

static inline enum token_kind token_kind(const struct vocab *v, uint32_t sym)
{
	return (enum token_kind)v->words[sym].kind;
}

/* A row of parts that grows; neighbours of one kind that touch in memory become one. */
struct parts {
	struct part *items;
	size_t count, cap;
	size_t words; /* in '-' and '+' parts */
};
void parts_add(struct parts *p, char op, struct span text);

struct word_work {
	struct script_work script;
	uint32_t *a, *b, *ia, *ib; /* the words alone */
	bool *gone, *came;         /* of the words alone, then of all tokens */
	size_t cap;
};
void word_work_done(struct word_work *w);

/*
 * Compares tokens [a0, a1) of one text with [b0, b1) of the other and adds the parts.  '=' parts are spans of the new text.
 */
struct token_range {
	struct span text;
	const struct tokens *tokens;
	size_t from, to;
};
void words_compare(struct word_work *w, const struct vocab *v, const struct token_range *a, const struct token_range *b, struct parts *out);

#endif
