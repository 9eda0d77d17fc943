/*
 * priority: the list that every statement is checked against (priorities.yaml; FORMAT.md F7, F9).
 *
 * Read by format/conf, compiled and used by check.  Owns its strings.  Nothing here knows a language:
 * all words come from the list.
 */
#ifndef MODEL_PRIORITY_H
#define MODEL_PRIORITY_H

#include "base/mem.h"

enum state { STATE_ABSENT, STATE_MENTIONED, STATE_ASKED, STATE_EVIDENCED, STATE_CONTRARY };
const char *state_name(enum state s);   /* absent, mentioned…: YAML and JSON */
const char *state_people(enum state s); /* nowhere, mention, ask, ask + evidence, AGAINST */

enum priority_level { PRIORITY_MAY, PRIORITY_SHOULD, PRIORITY_MUST };
const char *priority_level_name(enum priority_level l);

struct phrase_source {
	struct span text;
	struct span language; /* empty: the list's */
	bool never;           /* a red line written {phrase: ..., never: true}: an error wherever it stands */
	size_t line, column;  /* of its first character in priorities.yaml */
};

struct phrase_list {
	struct phrase_source *items;
	size_t count;
};

struct priority {
	struct span id, title, short_title; /* short_title: title where none is given */
	enum priority_level level;
	enum state needs;
	bool never;                         /* a red line that stands anywhere is an error */
	struct phrase_list any, contrary, weak;
	unsigned evidence_min;
	struct span *evidence_kinds;
	size_t evidence_kind_count;
	size_t line;
};

/* The lists beside `priorities`, one member each (FORMAT.md F9). */
#define PRIORITY_LISTS(X)                                                                     \
	X(ask_verbs) X(ask_forms) X(self) X(others) X(reporting) X(negators) X(not_negators)  \
	X(excuses) X(opposing) X(breaks) X(abbreviations) X(reference_words) X(weak)

struct priorities {
	struct arena arena;
	char *path;
	struct span text; /* the file, for the line under which a caret stands; may be empty */
	struct span set, title, owner, version;
	struct span *languages; /* that the list speaks; none: any */
	size_t language_count;
#define X(name) struct phrase_list name;
	PRIORITY_LISTS(X)
#undef X
	unsigned negation_window;
	struct priority *items;
	size_t count;
};

void priorities_free(struct priorities *p);
void priorities_freep(struct priorities **p);

#endif
