/*
 * was_internal: words of a public text that used to be internal, by its saved versions.
 *
 * Source: DESIGN.md section 8.
 */
#ifndef CLI_WAS_INTERNAL_H
#define CLI_WAS_INTERNAL_H

#include "cli/draft.h"

/* Findings was-internal: eight or more words in a row that stood in internal text of a saved version, and not in the public
 * text of the same version, and are public now. */
int was_internal(struct cli *c, struct draft *d, struct result *r, struct fault *f);

#endif
