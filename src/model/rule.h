/*
 * rule: every rule id of the contract, with what it is about and how grave it is unless a profile says otherwise.
 *
 * One table for check (levels), report (SARIF's rules), conf (`levels:` of a profile) and help.
 * Source: DESIGN.md section 5 (the ids), FORMAT.md F11 (the levels).
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/finding.h"

/* A level that depends on more than the rule: check decides it. */
struct rule {
	const char *id;         /* "style/" followed by a star stands for every rule of a house style */
	enum level level;       /* in daily work; for gap and contrary the gravest */
	enum level final_level; /* with --final */
	const char *about;      /* one sentence: what it finds */
	const char *help;       /* what to do about it */
};

extern const struct rule rules[];
extern const size_t rule_count;

/* By id; any "style/…" gives the row of house styles.  NULL: no such rule. */
const struct rule *rule_find(struct span id);

#endif
