/*
 * record: what the reviews and the history add to a check: waivers, and words that used to be internal.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/versions.h"

/* Findings was-internal: eight or more words in a row that stood in internal text of a saved version, and not in the public
 * text of the same version, and are public now. */
int record_was_internal(struct cli *c, struct draft *d, struct result *r, struct fault *f);

/* Marks the findings that an entry of drafts/reviews/NAME.yaml waives, in these very words. */
int record_waivers(struct cli *c, struct draft *d, struct result *r, struct fault *f);

/* May a finding of this rule be let pass on the record? */
bool record_may_waive(const char *rule);

/* Is this the finding that a waiver's words name: "gap", or "gap:ipv6"? */
bool record_names(struct span rule, const struct finding *x);

#endif
