/*
 * token: where words begin and end, and how they are folded.  Text and phrases alike.
 *
 * Source: FORMAT.md F7: NFC, full case folding, NFC; a token is a maximal run of letters, marks and digits; each ideograph
 * is one; everything else separates.  Some characters that cannot be seen are dropped, and separate nothing.
 */
#ifndef CHECK_TOKEN_H
#define CHECK_TOKEN_H

#include "base/buf.h"

/* ASCII: 0 separates, else the folded byte; TOKEN_HIGH for the bytes of other characters. */
#define TOKEN_HIGH 1
extern const unsigned char token_byte[256];

enum token_class { TOKEN_SEPARATES, TOKEN_PART, TOKEN_ALONE, TOKEN_DROPPED };
enum token_class token_class_of(uint32_t cp);

/* The folded form of one token, appended. */
void token_fold(struct span token, struct buf *out);

/* Takes the next token off s at *at; false at the end. */
bool token_next(struct span s, size_t *at, struct span *ret);

#endif
