/*
 * words: the words that checks of the text itself know, as data: placeholders, and house styles by their name.
 *
 * What belongs to an organisation or a call is in its priorities.yaml and its profile, never here.
 * Source: DESIGN.md section 6; United Nations Editorial Manual (spelling: -ize, -ization; -yse).
 */
#ifndef CHECK_WORDS_H
#define CHECK_WORDS_H

#include "base/span.h"

/* Words that stand where others are to come; phrases as in priorities.yaml. */
extern const char *const words_placeholders[];
extern const size_t words_placeholder_count;
/* The same where they follow an opening bracket, as in [insert date]. */
extern const char *const words_fill_in[];
extern const size_t words_fill_in_count;

/* Languages, primary subtags, whose quotations open with the mark that closes them: ”så här”. */
extern const char *const words_quotes_alike[];
extern const size_t words_quotes_alike_count;

struct spelling {
	const char *ending, *better; /* of folded words */
};

struct style_pack {
	const char *name, *language;   /* primary subtag */
	const struct spelling *spellings;
	size_t spelling_count;
	const char *const *exceptions; /* folded stems: words that begin so keep their ending; sorted */
	size_t exception_count;
	const char *const *acronyms;   /* that need no full name; sorted */
	size_t acronym_count;
	bool expand_acronyms, lone_headings;
};

/* NULL: no such pack. */
const struct style_pack *style_pack_find(struct span name);

#endif
