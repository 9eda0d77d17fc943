/*
 * report: a check's results for people and machines.
 *
 * Source: DESIGN.md section 5; SCREENS.md 1.2; SARIF 2.1.0 (OASIS); GitHub workflow commands.
 */
#ifndef FORMAT_REPORT_REPORT_H
#define FORMAT_REPORT_REPORT_H

#include "base/buf.h"
#include "model/verdict.h"

struct report_options {
	bool color;
	unsigned width;        /* of the terminal; 0: a pipe, findings stay on one line */
	bool quiet;
	bool final;
	const char *version;
	int64_t now;
};

void report_text(struct result *const *results, size_t count, const struct report_options *o, struct buf *out);
void report_json(struct result *const *results, size_t count, const struct report_options *o, struct buf *out);
void report_sarif(struct result *const *results, size_t count, const struct report_options *o, struct buf *out);
void report_github(struct result *const *results, size_t count, const struct report_options *o, struct buf *out);
void report_html(struct result *const *results, size_t count, const struct report_options *o, struct buf *out);

/* One statement of `chapeau status`. */
struct status_row {
	const struct result *result; /* NULL: it could not be read, and problem says why */
	struct span draft, problem;
	size_t suggestions;          /* open ones */
};

/* One page: each statement with a square a priority, its deadline, its length and what stands open. */
void report_status_html(const struct status_row *rows, size_t count, struct span organisation, const struct report_options *o, struct buf *out);

#endif
