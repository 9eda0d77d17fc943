/*
 * summary: what more than one report says in words: lengths, the deadline, where a priority stands.  Private to report.
 */
#ifndef FORMAT_REPORT_SUMMARY_H
#define FORMAT_REPORT_SUMMARY_H

#include "format/report/report.h"

struct tally {
	size_t errors, warnings, notes, waived;
};
/* Internal notes are counted apart: they are no matter for anybody to judge. */
void tally_add(struct tally *t, const struct result *r);
void tally_put(struct buf *out, const struct tally *t); /* "1 error, 2 warnings, 1 note" */
bool finding_is_internal_note(const struct finding *f);

/* "165 of 1,500 words. Deadline: TO CHECK, copy it from the call." */
void summary_lengths(struct buf *out, const struct result *r);
void summary_deadline(struct buf *out, const struct result *r, int64_t now); /* nothing where the call has none */
/* "Reached: 7 of 8 musts, 2 of 4 shoulds, 1 of 1 may." */
void summary_reached(struct buf *out, const struct result *r);

/* "para 2", "line 12" where no number is printed. */
void summary_place(struct buf *out, const struct clause *c, size_t line);

/* "ask+evidence" */
const char *summary_state(enum state s);
/* The verdicts, musts first, then as in the list.  The caller frees the array with mem_free. */
const struct verdict **summary_order(const struct result *r);
bool verdict_reached(const struct verdict *v);
/* What it has, as a reader needs to see it: "MENTION ONLY", "ask, WEAKENED". */
void summary_has(struct buf *out, const struct verdict *v);

void put_plural(struct buf *out, uint64_t n, const char *one, const char *many);

#endif
