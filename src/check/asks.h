/*
 * asks: who speaks in a sentence, whether it asks for something, what in it is negated or opposed.
 *
 * Everything comes from the lists of priorities.yaml.
 * Source: FORMAT.md F9.1 to F9.4, F7 (the chapeau rule).
 */
#ifndef CHECK_ASKS_H
#define CHECK_ASKS_H

#include "check/sentence.h"

/* What the last sentence of the paragraph before a list hands to the first sentence of every item. */
struct chapeau {
	bool holds;
	bool ask, others, negated;
	bool opposed;  /* red lines in the items are opposed */
	bool reported; /* others are reported to say it */
};

struct sense {
	const struct terms *terms;
	struct leaf *leaf;
	const struct sentence *sentence;
	const struct chapeau *chapeau; /* NULL: none */
	unsigned window;               /* negation_window */
	bool block_quote;
	struct matches found;
	struct match *sorted; /* by group, then by begin */
	size_t sorted_cap;
	struct { uint32_t first, count; } of[GROUP_LISTS];
	bool ask;             /* something is asked for that counts */
	uint32_t asked_at;    /* last token of the last such ask in the sentence itself; UINT32_MAX: none */
	uint32_t unbroken_to; /* first token behind a break in the sentence */
	uint32_t reported_from; /* token from which on others are reported; UINT32_MAX: nowhere */
};

void sense_done(struct sense *s);
/* Reads a sentence; the other members are set before. */
void sense_read(struct sense *s, const struct sentence *sentence);

bool sense_others(const struct sense *s, uint32_t begin); /* is the speaker of a match that begins there others? */
bool sense_quoted(struct sense *s, const struct match *m);
bool sense_negated(const struct sense *s, const struct match *m);
/* Of a red line; *ret_by is the word that opposes it (group UINT32_MAX where that stands in the chapeau). */
bool sense_opposed(const struct sense *s, const struct match *m, struct match *ret_by);
/* What the sentence hands on. */
struct chapeau sense_chapeau(const struct sense *s);

#endif
