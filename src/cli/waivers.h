/*
 * waivers: findings that were let pass, on the record and in these very words.
 */
#ifndef CLI_WAIVERS_H
#define CLI_WAIVERS_H

#include "cli/draft.h"

/* Marks the findings that an entry of drafts/reviews/NAME.yaml waives, in these very words. */
int waivers_mark(struct cli *c, struct draft *d, struct result *r, struct fault *f);

/* May a finding of this rule be let pass on the record? */
bool waivers_may(const char *rule);

/* Is this the finding that a waiver's words name: "gap", or "gap:ipv6"? */
bool waivers_names(struct span rule, const struct finding *x);

#endif
