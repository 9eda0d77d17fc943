/*
 * remark: what a reader found wrong in a file that it could still read.
 *
 * The check turns remarks into findings; a public export looks for those that refuse it.
 */
#ifndef MODEL_REMARK_H
#define MODEL_REMARK_H

#include "base/span.h"

struct remark {
	const char *rule;    /* a rule id of DESIGN.md section 5; static */
	struct span clause;  /* id of the clause it stands in, or empty */
	size_t offset;       /* into doc.source */
	struct span message; /* one sentence: what is wrong, and what to do */
};

/* Does a remark of this rule refuse every public export (FORMAT.md F1, F3, F5)? */
bool remark_refuses_public(const char *rule);

#endif
