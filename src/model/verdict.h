/*
 * verdict: what the check says of a statement: priorities with their evidence, lengths, findings.
 *
 * Made by check, shown by format/report.  Strings are borrowed from the arena of the result, whose life the
 * statement and the lists it was made from must outlast.
 * Source: DESIGN.md sections 5 and 6; FORMAT.md F9.
 */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "model/finding.h"
#include "model/priority.h"
#include "model/profile.h"
#include "model/statement.h"

struct evidence {
	const struct clause *clause;
	struct span text;          /* its sentence, visible words, white space folded */
	size_t hit_begin, hit_end; /* the matched words, bytes of text */
	size_t line, column;       /* of the first matched token in the user's file */
	struct span proof;         /* what makes it evidenced: "footnote 1", "43 per cent", "A/RES/70/125"; else empty */
};

#define EVIDENCE_MAX 20 /* listed a priority; more counts the rest */

struct verdict {
	const struct priority *priority;
	enum state state;
	struct evidence *evidence;
	size_t evidence_count, more;
	bool weakened;             /* a weak word stands in a clause that covers it */
	struct span weak_words;
};

struct lengths {
	size_t words, characters, characters_no_spaces;
	double pages;              /* an estimate, called so */
	bool has_seconds;          /* false: null in JSON */
	size_t seconds, wpm;
	bool cut;                  /* spoken without oral=cut clauses: with them it is over a hard limit (FORMAT.md F11) */
};

struct result {
	struct arena arena;
	struct statement *statement;     /* borrowed; in the oral channel the spoken text, below */
	struct statement *spoken;        /* owned: the text as it is spoken; NULL in the written channel */
	const struct priorities *priorities; /* borrowed; NULL: none */
	const struct profile *profile;       /* borrowed; NULL: none */
	struct span draft, file;         /* name without folder and ending; path as shown */
	enum channel channel;
	bool checked;                    /* false: the list does not speak the draft's language; no states */
	struct verdict *verdicts;        /* in the order of the list */
	size_t verdict_count;
	struct lengths lengths;
	struct findings findings;
	size_t internal_notes;
	size_t internal_line;            /* of the first one */
};

void result_free(struct result *r);

/* How many priorities of that level reached what they need, and how many there are. */
void result_reached(const struct result *r, enum priority_level level, size_t *ret_reached, size_t *ret_all);

#endif
