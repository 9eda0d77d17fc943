/*
 * phrase: one phrase of a priorities list, parsed.
 *
 *     phrase = seq | window          seq = alt { SP [ gap SP ] alt }        gap = ".." 1*DIGIT
 *     window = alt 1*( SP "&" SP alt ) SP "/" 1*DIGIT                       alt = atom { "|" atom }    atom = word [ "*" ]
 *
 * A word that folds to several tokens (co-facilitators, 互联网) is that many adjacent alts.  Memory comes from the arena.
 * Source: FORMAT.md F7.
 */
#ifndef CHECK_PHRASE_H
#define CHECK_PHRASE_H

#include "base/fault.h"
#include "base/mem.h"
#include "model/priority.h"

#define PHRASE_ALTS_MAX 64u   /* tokens in one phrase */
#define PHRASE_MEMBERS_MAX 16u /* things that a window gathers */

struct atom {
	struct span word; /* folded */
	bool prefix;
};

struct alt {
	struct atom *atoms;
	unsigned count;
	unsigned gap;    /* tokens that may stand before it; 0: it is the next token */
	unsigned member; /* window: which of its members it belongs to */
	uint32_t id;     /* among the alts of all phrases; set by terms */
};

struct phrase {
	struct alt *alts;
	unsigned count;
	bool window;
	unsigned size;    /* window: tokens at most */
	unsigned members; /* window: how many */
	unsigned first[PHRASE_MEMBERS_MAX + 1]; /* window: first alt of each member, and the end */
};

/* FAULT_INPUT at the place inside the list's file, whose bytes give the line for the caret; FAULT_LIMIT for a phrase of more
 * than PHRASE_ALTS_MAX tokens. */
int phrase_parse(const struct phrase_source *source, const char *path, struct span file, struct arena *a, struct phrase *ret, struct fault *f);

/* The adjacent tokens of plain words, such as an organisation's name; false where they hold none or too many. */
bool phrase_of_words(struct span words, struct arena *a, struct phrase *ret);

#endif
