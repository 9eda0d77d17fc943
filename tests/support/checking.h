/*
 * checking: a statement from Markdown, checked, for tests.
 */
#ifndef SUPPORT_CHECKING_H
#define SUPPORT_CHECKING_H

#include "check/check.h"
#include "format/format.h"

struct checking {
	struct buf list_text;
	struct priorities *list;
	struct profile *profile; /* may be NULL */
	struct checker *checker;
	struct statement *statement;
	struct result *result;
	struct check_options options;
};

/* The list at the root of the repository, or that text.  Ends the test program where it does not parse. */
void checking_begin(struct checking *c, const char *list);
void checking_profile(struct checking *c, const char *yaml);
/* Checks a text; the result of the last one is freed. */
struct result *checking_text(struct checking *c, struct span markdown);
void checking_end(struct checking *c);

const struct verdict *checking_verdict(const struct checking *c, const char *id);
/* The how-manieth finding of a rule, from 0; NULL: there are not so many. */
const struct finding *checking_finding(const struct checking *c, const char *rule, size_t n);
size_t checking_count(const struct checking *c, const char *rule);

#endif
