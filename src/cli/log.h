/*
 * log: what `log` answers: the facts of a clause's life (log_life.c), as a page (log_page.c) and on paper (log_paper.c); text and
 * JSON are cmd_log's own.
 */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "cli/draft.h"
#include "history/history.h"

/* What `log` was asked about. */
struct log_subject {
	struct draft draft;
	bool has_draft;
	struct span id; /* p NULL: no clause */
};

/* What a wording changed of the one before it.  Arena of the cli. */
void life_parts(struct cli *c, const struct wordings *w, size_t i, struct part **ret, size_t *ret_count);
/* "Tomas Rey, 29 Sep 2025 (review.docx); Ana": whose suggestions came in with this wording. */
struct span life_suggested_by(struct cli *c, const struct wording *x);
/* Ids whose words came into the clause with this wording, "two, three". */
struct span life_absorbed(struct cli *c, const struct wording *x, const struct wording *older);
/* The clause of the draft as it is now that says it took this one in; empty: none. */
struct span life_went_into(const struct log_subject *s);

/* One self-contained page: the life-line of a clause, or the list of versions. */
void log_clause_page(struct cli *c, const struct log_subject *s, const struct wordings *w);
void log_list_page(struct cli *c, const struct log_subject *s, const struct version_list *l);

/* The same as DOCX or ODT, on the workspace's template. */
int log_clause_paper(struct cli *c, const struct log_subject *s, const struct wordings *w, struct fault *f);
int log_list_paper(struct cli *c, const struct log_subject *s, struct ws *w, const struct version_list *l, struct fault *f);

#endif
