#include "cli/commands.h"

#include "base/json.h"
#include "base/utf8.h"
#include "cli/draft.h"
#include "cli/message.h"
#include "cli/opt.h"
#include "cli/paper.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"

struct row {
	struct draft d;
	struct result *result; /* NULL: could not be read */
	struct fault fault;
	size_t *suggestions;   /* open ones, by clause; in no clause: in the last place */
	size_t open;
};

static void row_done(struct row *row)
{
	result_free(row->result);
	fault_done(&row->fault);
	draft_done(&row->d);
}

/* Which clause does a place in the file belong to: the innermost whose block holds it. */
static size_t clause_at(const struct statement *s, size_t offset)
{
	size_t best = s->count, width = SIZE_MAX;

	for (size_t i = 0; i < s->count; i++) {
		const struct origin *o = &s->clauses[i].block->origin;

		if (o->begin <= offset && offset < o->end && o->end - o->begin <= width) {
			best = i;
			width = o->end - o->begin;
		}
	}
	return best;
}

static int fill(struct cli *c, struct row *row, struct fault *f)
{
	struct doc *marked = NULL;
	const struct statement *s;
	int r = draft_check(c, &row->d, false, &row->result, f);

	if (r < 0)
		return r;
	s = row->d.statement;
	row->suggestions = arena_array(&c->arena, s->count + 1, sizeof(size_t));
	if (!s->doc->has_critic)
		return 0;
	r = draft_doc(c, &row->d, READING_MARKED, &marked, f);
	if (r == 0) {
		row->open = marked->suggestion_count;
		for (size_t i = 0; i < marked->suggestion_count; i++)
			row->suggestions[clause_at(s, marked->suggestions[i].origin.begin)]++;
	}
	doc_free(marked);
	return r;
}

/* ---- JSON ---- */

static void json_row(struct cli *c, const struct row *row, struct json *j)
{
	const struct result *r = row->result;
	const struct deadline *d = row->d.profile ? &row->d.profile->deadline : NULL;
	struct buf time = { 0 };

	json_object(j);
	json_put_string(j, "draft", row->d.name);
	json_put_number(j, "words", (int64_t)r->lengths.words);
	json_key(j, "seconds");
	if (r->lengths.has_seconds)
		json_number(j, (int64_t)r->lengths.seconds);
	else
		json_null(j);
	if (d && d->is == DEADLINE_SET)
		when_rfc3339(&time, d->time, 0);
	json_put_string_or_null(j, "deadline", buf_span(&time));
	json_key(j, "days_left");
	if (time.n)
		json_number(j, when_days_left(d->time, c->now));
	else
		json_null(j);
	json_key(j, "priorities");
	json_array(j);
	for (size_t i = 0; i < r->verdict_count; i++) {
		json_object(j);
		json_put_string(j, "id", r->verdicts[i].priority->id);
		json_put_string(j, "needs", span_str(state_name(r->verdicts[i].priority->needs)));
		json_put_string(j, "state", span_str(state_name(r->verdicts[i].state)));
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, "clauses");
	json_array(j);
	for (size_t i = 0; i < row->d.statement->count; i++) {
		const struct clause *cl = &row->d.statement->clauses[i];

		json_object(j);
		json_put_string_or_null(j, "id", cl->id);
		json_put_string_or_null(j, "label", cl->label);
		json_put_number(j, "line", (int64_t)cl->line);
		json_put_string(j, "hash", span_of(clause_hash(cl), SHA256_HEX));
		json_put_string(j, "state", SPAN_LIT("unsigned"));
		json_key(j, "by");
		json_array(j);
		json_array_end(j);
		json_put_number(j, "suggestions", (int64_t)row->suggestions[i]);
		json_object_end(j);
	}
	json_array_end(j);
	json_put_string(j, "file", span_str(row->d.path));
	json_object_end(j);
	buf_done(&time);
}

/* ---- text ---- */

static void length_text(const struct row *row, struct buf *out)
{
	const struct lengths *l = &row->result->lengths;
	const struct profile *p = row->d.profile;
	const struct given *limit;

	if (row->result->channel == CHANNEL_ORAL && l->has_seconds) {
		buf_printf(out, "%zu:%02zu", l->seconds / 60, l->seconds % 60);
		if (p && p->seconds.hard.is == GIVEN_SET)
			buf_printf(out, " of %u:%02u", (unsigned)(p->seconds.hard.value / 60), (unsigned)(p->seconds.hard.value % 60));
		return;
	}
	ui_count(out, l->words);
	limit = p ? p->words.hard.is == GIVEN_SET ? &p->words.hard : &p->words.soft : NULL;
	if (limit && limit->is == GIVEN_SET) {
		BUF_LIT(out, " of ");
		ui_count(out, limit->value);
	} else {
		buf_str(out, l->words == 1 ? " word" : " words");
	}
}

static const struct finding *worst(const struct findings *f)
{
	const struct finding *best = NULL;

	for (size_t i = 0; i < f->count; i++)
		if (!f->items[i].waived && f->items[i].level >= LEVEL_WARNING && (!best || f->items[i].level > best->level))
			best = &f->items[i];
	return best;
}

static void due_text(const struct cli *c, const struct row *row, struct buf *out)
{
	const struct deadline *d = row->d.profile ? &row->d.profile->deadline : NULL;

	if (!d || d->is == DEADLINE_UNSAID) {
		BUF_LIT(out, "-");
	} else if (d->is == DEADLINE_OPEN) {
		BUF_LIT(out, "TO CHECK in the call");
	} else {
		when_short(d->time, c->now, out);
		BUF_LIT(out, "  ");
		when_left(d->time, c->now, out);
	}
}

static void next_text(const struct row *row, struct buf *out)
{
	const struct finding *x = worst(&row->result->findings);

	if (x && x->level == LEVEL_ERROR) {
		buf_printf(out, "line %zu: %s", x->line, x->rule);
	} else if (row->open) {
		buf_printf(out, "%zu suggestion%s open", row->open, row->open == 1 ? "" : "s");
	} else if (x) {
		buf_printf(out, "line %zu: %s (warning)", x->line, x->rule);
	} else {
		BUF_LIT(out, "export");
	}
}

/* Versions that the host does not have, as far as the last exchange tells; a workspace without a host has nothing to share. */
static void not_shared(struct repo *g, struct buf *out)
{
	CLEANUP(buf_done) struct buf branch = { 0 }, ref = { 0 };
	char head[REPO_HEX + 1], theirs[REPO_HEX + 1];
	size_t n;

	if (!repo_has_remote(g, "origin") || !repo_head(g, head) || !repo_branch(g, &branch))
		return;
	buf_printf(&ref, "refs/remotes/origin/%.*s", SPAN_ARG(buf_span(&branch)));
	buf_char(&ref, '\0');
	if (!repo_ref_named(g, ref.p, theirs)) {
		BUF_LIT(out, "NOT SHARED  all versions are only on this computer        chapeau sync\n");
		return;
	}
	/* Of a copy that has the newest versions alone nobody can count them. */
	if (repo_ahead(g, head, theirs, &n, NULL) < 0)
		BUF_LIT(out, "NOT SHARED  versions are only on this computer        chapeau sync\n");
	else if (n)
		buf_printf(out, "NOT SHARED  %zu version%s only on this computer        chapeau sync\n", n, n == 1 ? " is" : "s are");
}

/* What is on disk and in no version yet. */
static void not_saved(struct ws *w, struct buf *out)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(changes_done) struct changes ch = { 0 };
	struct fault f = { 0 };
	struct buf what = { 0 };

	if (versions_open_if_any(w, &h, &f) < 0 || (h && history_changes(h, &ch, &f) < 0)) {
		BUF_LIT(out, "NOT SAVED   ");
		ui_safe(out, span_str(f.message));
		buf_char(out, '\n');
	} else if (!h) {
		BUF_LIT(out, "NOT SAVED   no versions are kept here yet        chapeau init\n");
	} else if (ch.count) {
		message_make(&ch, &what);
		if (!what.n)
			buf_printf(&what, "%zu file%s", ch.count, ch.count == 1 ? "" : "s");
		BUF_LIT(out, "NOT SAVED   ");
		ui_safe(out, buf_span(&what));
		BUF_LIT(out, "        chapeau save\n");
	}
	if (h)
		not_shared(history_repo(h), out);
	buf_done(&what);
	fault_done(&f);
}

static void text_all(struct cli *c, struct ws *w, const struct row *rows, size_t count)
{
	struct buf *out = &c->out, cell = { 0 };
	unsigned due = 12, name = 10, length = 7;
	const struct row *first = NULL;
	size_t reached, all;

	ui_safe(out, w->conf->organisation);
	BUF_LIT(out, "      now ");
	when_long(c->now, out);
	BUF_LIT(out, "\n\n");
	if (!count) {
		BUF_LIT(out, "No statements in drafts/ yet.\n\n");
		not_saved(w, out);
		BUF_LIT(out, "Next: chapeau new\n");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		size_t wide = utf8_width(rows[i].d.name);

		name = wide + 2 > name ? (unsigned)wide + 2 : name;
		if (!rows[i].result)
			continue;
		buf_clear(&cell);
		due_text(c, &rows[i], &cell);
		due = utf8_width(buf_span(&cell)) + 2 > due ? (unsigned)utf8_width(buf_span(&cell)) + 2 : due;
		buf_clear(&cell);
		length_text(&rows[i], &cell);
		length = utf8_width(buf_span(&cell)) + 2 > length ? (unsigned)utf8_width(buf_span(&cell)) + 2 : length;
	}
	due = due < 17 ? 17 : due;
	ui_pad(out, SPAN_LIT("DUE (your time)"), due);
	ui_pad(out, SPAN_LIT("STATEMENT"), name > 11 ? name : 11);
	ui_pad(out, SPAN_LIT("MUSTS"), 7);
	ui_pad(out, SPAN_LIT("LENGTH"), length > 8 ? length : 8);
	BUF_LIT(out, "NEXT\n");
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		if (!row->result) {
			ui_pad(out, SPAN_LIT("?"), due);
			ui_pad(out, row->d.name, name > 11 ? name : 11);
			BUF_LIT(out, "cannot be read: ");
			ui_safe(out, span_str(row->fault.message));
			buf_char(out, '\n');
			continue;
		}
		buf_clear(&cell);
		due_text(c, row, &cell);
		ui_pad(out, buf_span(&cell), due);
		ui_pad(out, row->d.name, name > 11 ? name : 11);
		buf_clear(&cell);
		result_reached(row->result, PRIORITY_MUST, &reached, &all);
		if (all)
			buf_printf(&cell, "%zu/%zu", reached, all);
		else
			buf_char(&cell, '-');
		ui_pad(out, buf_span(&cell), 7);
		buf_clear(&cell);
		length_text(row, &cell);
		ui_pad(out, buf_span(&cell), length > 8 ? length : 8);
		next_text(row, out);
		buf_char(out, '\n');
		if (!first && worst(&row->result->findings))
			first = row;
	}
	if (!first)
		for (size_t i = 0; i < count && !first; i++)
			first = rows[i].result ? &rows[i] : NULL;
	buf_char(out, '\n');
	for (size_t i = 0; i < count; i++)
		if (rows[i].open)
			buf_printf(out, "OPEN        %.*s: %zu suggestion%s        chapeau suggestions %.*s\n", SPAN_ARG(rows[i].d.name), rows[i].open,
				   rows[i].open == 1 ? "" : "s", SPAN_ARG(draft_typed(&rows[i].d)));
	not_saved(w, out);
	if (first && worst(&first->result->findings))
		buf_printf(out, "Next: chapeau check %.*s\n", SPAN_ARG(draft_typed(&first->d)));
	else if (first)
		buf_printf(out, "Next: chapeau export %.*s --to docx\n", SPAN_ARG(draft_typed(&first->d)));
	else
		BUF_LIT(out, "Next: chapeau check\n");
	buf_done(&cell);
}

/* A heading has no number, and a spoken wording stands in another clause's place. */
static bool is_listed(const struct clause *k)
{
	return !k->heading && !(k->block->attrs && k->block->attrs->classes & CLASS_ORAL);
}

static struct span clause_shown(const struct clause *k)
{
	return k->internal ? SPAN_LIT("internal note") : k->id.n ? k->id : SPAN_LIT("(no id)");
}

static void text_one(struct cli *c, const struct row *row)
{
	const struct statement *s = row->d.statement;
	struct buf *out = &c->out, cell = { 0 };
	size_t reached, all, wide = 8;
	const struct profile *p = row->d.profile;

	ui_safe(out, s->doc->meta.title.n ? s->doc->meta.title : row->d.name);
	BUF_LIT(out, "      ");
	ui_safe(out, span_str(row->d.path));
	buf_char(out, '\n');
	if (p) {
		BUF_LIT(out, "Call:       ");
		ui_safe(out, p->title);
		BUF_LIT(out, "\nDeadline:   ");
		when_deadline(&p->deadline, c->now, out);
		buf_char(out, '\n');
	}
	BUF_LIT(out, "Length:     ");
	length_text(row, out);
	result_reached(row->result, PRIORITY_MUST, &reached, &all);
	if (all) {
		buf_printf(out, "\nPriorities: %zu of %zu musts", reached, all);
		result_reached(row->result, PRIORITY_SHOULD, &reached, &all);
		buf_printf(out, ", %zu of %zu shoulds", reached, all);
	}
	BUF_LIT(out, "\n\n");
	for (size_t i = 0; i < s->count; i++)
		if (s->clauses[i].id.n + 2 > wide)
			wide = s->clauses[i].id.n + 2;
	ui_pad(out, SPAN_LIT("PARA"), 8);
	ui_pad(out, SPAN_LIT("CLAUSE"), (unsigned)wide);
	BUF_LIT(out, "WORDS  SUGGESTIONS\n");
	for (size_t i = 0; i < s->count; i++) {
		const struct clause *cl = &s->clauses[i];

		if (!is_listed(cl))
			continue;
		buf_clear(&cell);
		if (cl->label.n)
			buf_add(&cell, cl->label);
		else
			buf_char(&cell, '-');
		ui_pad(out, buf_span(&cell), 8);
		ui_pad(out, clause_shown(cl), (unsigned)wide);
		buf_printf(out, "%5zu  ", clause_words(cl, READING_REJECTED));
		if (row->suggestions[i])
			buf_number(out, row->suggestions[i]);
		else
			buf_char(out, '-');
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
	if (row->open)
		buf_printf(out, "%zu suggestion%s open.\n", row->open, row->open == 1 ? " is" : "s are");
	if (worst(&row->result->findings))
		buf_printf(out, "Next: chapeau check %.*s\n", SPAN_ARG(draft_typed(&row->d)));
	else
		buf_printf(out, "Next: chapeau export %.*s --to docx\n", SPAN_ARG(draft_typed(&row->d)));
	buf_done(&cell);
}

/* ---- the page ---- */

static void page(struct cli *c, const struct ws *w, const struct row *rows, size_t count)
{
	struct status_row *shown = arena_array(&c->arena, count + 1, sizeof(*shown));
	struct report_options o = { .version = cli_version(), .now = c->now };

	for (size_t i = 0; i < count; i++)
		shown[i] = (struct status_row){
			.result = rows[i].result,
			.draft = rows[i].d.name,
			.problem = span_str(rows[i].fault.message ? rows[i].fault.message : ""),
			.suggestions = rows[i].open,
		};
	report_status_html(shown, count, w && w->conf ? w->conf->organisation : (struct span){ 0 }, &o, &c->out);
}

/* ---- the paper ---- */

static void put_cell(struct paper *p, struct buf *words)
{
	paper_cell(p);
	paper_put(p, words->n ? buf_span(words) : SPAN_LIT("–"), 0);
	buf_clear(words);
}

/* "Permanent IGF (mention), IPv6 (nowhere)": musts and shoulds that are not reached. */
static void missing_text(const struct result *r, struct buf *out)
{
	for (size_t i = 0; i < r->verdict_count; i++) {
		const struct verdict *v = &r->verdicts[i];

		if (v->priority->level == PRIORITY_MAY || (v->state != STATE_CONTRARY && v->state >= v->priority->needs))
			continue;
		buf_printf(out, "%s%.*s (%s)", out->n ? ", " : "", SPAN_ARG(v->priority->short_title), state_people(v->state));
	}
}

static void paper_statements(struct cli *c, struct paper *p, const struct row *rows, size_t count)
{
	static const char *const heads[] = { "Statement", "Due", "Length", "Musts", "Not reached", "Open suggestions" };
	CLEANUP(buf_done) struct buf cell = { 0 };
	size_t reached, all;

	paper_table(p, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		paper_row(p);
		buf_add(&cell, row->result && row->d.statement->doc->meta.title.n ? row->d.statement->doc->meta.title : row->d.name);
		put_cell(p, &cell);
		if (!row->result) {
			buf_printf(&cell, "cannot be read: %s", row->fault.message);
			put_cell(p, &cell);
			for (size_t k = 2; k < ARRAY_LEN(heads); k++)
				put_cell(p, &cell);
			continue;
		}
		due_text(c, row, &cell);
		put_cell(p, &cell);
		length_text(row, &cell);
		put_cell(p, &cell);
		result_reached(row->result, PRIORITY_MUST, &reached, &all);
		if (all)
			buf_printf(&cell, "%zu of %zu", reached, all);
		put_cell(p, &cell);
		missing_text(row->result, &cell);
		put_cell(p, &cell);
		if (row->open)
			buf_number(&cell, row->open);
		put_cell(p, &cell);
	}
}

static void paper_clauses(struct paper *p, const struct row *row)
{
	static const char *const heads[] = { "Paragraph", "Clause", "Words", "Open suggestions" };
	const struct statement *s = row->d.statement;
	CLEANUP(buf_done) struct buf cell = { 0 };

	paper_heading(p, SPAN_LIT("Clauses"));
	paper_table(p, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < s->count; i++) {
		const struct clause *k = &s->clauses[i];

		if (!is_listed(k))
			continue;
		paper_row(p);
		buf_add(&cell, k->label);
		put_cell(p, &cell);
		buf_add(&cell, clause_shown(k));
		put_cell(p, &cell);
		buf_number(&cell, clause_words(k, READING_REJECTED));
		put_cell(p, &cell);
		if (row->suggestions[i])
			buf_number(&cell, row->suggestions[i]);
		put_cell(p, &cell);
	}
}

static int paper_status(struct cli *c, struct ws *w, const struct row *rows, size_t count, bool one, struct fault *f)
{
	const struct meta *m = one ? &rows[0].d.statement->doc->meta : NULL;
	CLEANUP(buf_done) struct buf title = { 0 };
	struct paper p;

	if (one)
		buf_printf(&title, "Status of %.*s, ", SPAN_ARG(m->title.n ? m->title : rows[0].d.name));
	else
		BUF_LIT(&title, "Statements, ");
	when_long(c->now, &title);
	paper_begin(&p, buf_span(&title), w->conf ? w->conf->organisation : (struct span){ 0 });
	paper_statements(c, &p, rows, count);
	if (one)
		paper_clauses(&p, &rows[0]);
	return paper_write(c, &p, w, false, f);
}

int cmd_status(struct cli *c, struct fault *f)
{
	bool json = cli_format_is(c, "json"), one = c->arg_count > 0;
	const char **paths = NULL;
	struct ws *w = NULL;
	struct row *rows;
	size_t count = 1;
	struct json j;
	int r = cli_not_on_terminal(c, "status", f);

	if (r < 0)
		return r;
	if (!one) {
		r = ws_here(c, &w, f);
		if (r == 0)
			r = ws_drafts(c, w, &paths, &count, f);
		if (r < 0)
			return r;
	}
	rows = arena_array(&c->arena, count + 1, sizeof(*rows));
	for (size_t i = 0; i < count && r == 0; i++) {
		r = one ? draft_find(c, c->args[0], 0, &rows[i].d, f) : draft_at(c, paths[i], &rows[i].d, f);
		if (r == 0)
			r = fill(c, &rows[i], one || json ? f : &rows[i].fault);
		/* One draft that cannot be read does not hide the others. */
		if (r < 0 && rows[i].fault.kind)
			r = 0;
	}
	if (r == 0 && json) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/status@1"));
		json_key(&j, "drafts");
		json_array(&j);
		for (size_t i = 0; i < count; i++)
			json_row(c, &rows[i], &j);
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else if (r == 0 && cli_format_is(c, "html")) {
		page(c, w, rows, count);
	} else if (r == 0 && paper_wanted(c)) {
		r = paper_status(c, one ? rows[0].d.ws : w, rows, count, one, f);
	} else if (r == 0 && one) {
		text_one(c, &rows[0]);
	} else if (r == 0) {
		text_all(c, w, rows, count);
	}
	for (size_t i = 0; i < count; i++)
		row_done(&rows[i]);
	return r;
}
