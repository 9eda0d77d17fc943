#include "cli/commands.h"

#include <stdlib.h>

#include "cli/opt.h"
#include "cli/record.h"
#include "cli/ui.h"
#include "cli/waivers.h"
#include "cli/when.h"

/* Whoever may: people of chapeau.yaml with the role may-waive, where anybody has it. */
static int who_may(const struct ws *w, struct span name, struct span *ret_name, struct fault *f)
{
	const struct person *p = workspace_person(w->conf, name);
	CLEANUP(buf_done) struct buf list = { 0 };
	bool named = false, may = false;

	for (size_t i = 0; i < w->conf->person_count; i++)
		for (size_t k = 0; k < w->conf->people[i].role_count; k++) {
			if (!span_is(w->conf->people[i].roles[k], "may-waive"))
				continue;
			buf_printf(&list, "%s%.*s", named ? ", " : "", SPAN_ARG(w->conf->people[i].name));
			named = true;
			may = may || p == &w->conf->people[i];
		}
	*ret_name = p ? p->name : name;
	if (!named || may)
		return 0;
	fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "\"%.*s\" may not let findings pass in this workspace; that can: %.*s", SPAN_ARG(name), SPAN_ARG(buf_span(&list)));
	return fault_hint(f, "Who may is said by roles in chapeau.yaml: may-waive.");
}

int cmd_waive(struct cli *c, struct fault *f)
{
	CLEANUP(draft_done) struct draft d = { 0 };
	CLEANUP(buf_done) struct buf time = { 0 };
	struct result *result = NULL;
	struct span rule = span_str(c->args[1]), clause = span_str(opt_get(c, "clause"));
	const char *as = opt_get(c, "as"), *because = opt_get(c, "because");
	struct review e = { .what = REVIEW_WAIVER };
	const struct finding *found = NULL;
	char hash[SHA256_HEX + 1];
	size_t matches = 0, elsewhere = 0;
	int r = draft_find(c, c->args[0], 0, &d, f);

	if (!r && !draft_kept(&d))
		r = fault_set(f, FAULT_WORKSPACE, (struct srcpos){ d.path, 0, 0 }, "a waiver is kept in the workspace's record, and this file is in none");
	if (!r && (!as || !*as || !because || !*because)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "a waiver needs to say who lets it pass, and why: --as NAME --because TEXT");
		r = fault_hint(f, "Such as: chapeau waive %s %s --as \"Aroha Kingi\" --because \"the call is about something else\"", c->args[0], c->args[1]);
	}
	if (!r)
		r = who_may(d.ws, span_str(as), &e.by, f);
	if (!r)
		r = draft_check(c, &d, false, &result, f);
	if (!r && clause.n)
		r = statement_require_unique(d.statement, f);
	if (!r && clause.n > 1 && !statement_find(d.statement, clause)) {
		const struct clause *k = clause.p[0] == 'p' ? statement_find_label(d.statement, span_sub(clause, 1, clause.n)) : NULL;

		if (k && k->id.n) {
			clause = k->id;
		} else {
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no clause \"%.*s\" in %s", SPAN_ARG(clause), d.path);
			r = fault_hint(f, "The clauses there are: chapeau status %.*s", SPAN_ARG(d.name));
		}
	}
	for (size_t i = 0; !r && i < result->findings.count; i++) {
		const struct finding *x = &result->findings.items[i];

		if (x->waived || !waivers_names(rule, x))
			continue;
		if (clause.n ? span_eq(x->clause, clause) : !x->clause.n) {
			matches++;
			found = found ? found : x;
		} else {
			elsewhere++;
		}
	}
	if (!r && !matches) {
		if (elsewhere && !clause.n)
			fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "the finding \"%.*s\" stands in a clause: name it with --clause ID", SPAN_ARG(rule));
		else
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "check finds no \"%.*s\"%s%.*s in %s, so there is nothing to let pass", SPAN_ARG(rule), clause.n ? " in " : "",
				  SPAN_ARG(clause), d.path);
		r = fault_hint(f, "What it finds: chapeau check %.*s", SPAN_ARG(d.name));
	}
	if (!r && matches > 1 && !clause.n && span_find_char(rule, ':', 0) == SIZE_MAX) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "\"%.*s\" stands %zu times: say which, such as %.*s:%.*s", SPAN_ARG(rule), matches, SPAN_ARG(rule), SPAN_ARG(found->subject));
		r = fault_hint(f, "What check finds: chapeau check %.*s", SPAN_ARG(d.name));
	}
	if (!r && !waivers_may(found->rule)) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ d.path, found->line, found->column }, "\"%s\" cannot be let pass: words could be lost, or internal ones let loose", found->rule);
		r = fault_hint(f, "Mend it instead.");
	}
	if (!r) {
		when_rfc3339(&time, c->now, 0);
		statement_hash(d.statement, hash);
		e.time = buf_span(&time);
		e.rule = rule;
		e.because = span_str(because);
		if (clause.n) {
			e.clause = clause;
			e.hash = span_str(clause_hash(statement_find(d.statement, clause)));
		} else {
			e.draft_hash = span_str(hash);
		}
		r = draft_review_add(c, &d, &e, f);
	}
	if (!r) {
		buf_printf(&c->out, "Let pass on the record by ");
		ui_safe(&c->out, e.by);
		buf_printf(&c->out, ": %.*s%s%.*s, as long as these words stand.  Next: chapeau check %.*s\n", SPAN_ARG(rule), clause.n ? " in " : "", SPAN_ARG(clause),
			   SPAN_ARG(d.name));
	}
	result_free(result);
	return r;
}
