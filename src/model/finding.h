/*
 * finding: what a check found, in a statement or in a file.
 *
 * Strings are borrowed from the arena of the findings list.
 */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/mem.h"

enum level { LEVEL_OFF, LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR };
const char *level_name(enum level l);

struct finding {
	const char *rule;     /* id; static or arena */
	enum level level;
	struct span clause;   /* id; empty: the whole statement, or an untracked block */
	struct span hash;     /* of that clause, 64 hex digits, or empty */
	size_t line, column;
	struct span message;  /* one or two sentences: what, why, what to do */
	struct span subject;  /* what the finding is about where a rule can hold several: a priority id; else empty */
	struct span excerpt;  /* the words, for reports; may be empty */
	struct span caret;    /* the line in the file, where a caret under the column shows what cannot be read; else empty */
	bool waived;
	struct span waived_by, waived_because, waived_time;
};

struct findings {
	struct arena arena;
	struct finding *items;
	size_t count, cap;
};

void findings_done(struct findings *f);
struct finding *findings_add(struct findings *f, const char *rule, enum level level);
void findings_sort(struct findings *f); /* by line, column, rule: stable */
size_t findings_count(const struct findings *f, enum level level); /* waived ones do not count */

/* The same finding in another version of the text has the same key: rule, clause, subject and excerpt,
 * no line.  For `check --since` and SARIF's partialFingerprints.  64 hex digits. */
void finding_key(const struct finding *f, char ret_hex[65]);

#endif
