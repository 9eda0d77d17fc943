#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "check/check.h"
#include "cli/apart.h"
#include "cli/copies.h"
#include "cli/opt.h"
#include "cli/outfile.h"
#include "cli/pdf.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/waivers.h"
#include "cli/was_internal.h"
#include "diff/diff.h"
#include "io/repo.h"

#define CHECK_BELOW (1u << 20) /* bytes; a larger text is checked while it is written */

struct job {
	struct draft d;
	struct result *result; /* of check --final; NULL where it was made in a process of its own */
	size_t errors;         /* in it */
	bool final;
	enum audience audience;
	const struct format *format; /* what the outdoc is written with: ODT on the way to PDF */
	const char *to, *ending;
	bool pdf;
};

/* What making the file told, for those who name it and report it. */
struct facts {
	uint64_t errors;
};

enum { MADE_FILE, MADE_FACTS, MADE_COUNT };

struct export {
	struct job *job;
	struct buf *made;
};

/* --to, else by the ending of -o. */
static int choose_format(struct cli *c, struct job *job, struct fault *f)
{
	job->to = opt_get(c, "to");
	if (!job->to && c->output && strcmp(c->output, "-") != 0) {
		const struct format *by = format_by_path(span_str(c->output));

		if (span_ends(span_str(c->output), SPAN_LIT(".pdf")))
			job->to = "pdf";
		else if (by && by->write)
			job->to = by->name;
	}
	if (!job->to) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "say what to write: --to docx, odt, html, txt, md or pdf");
		return fault_hint(f, "Type: chapeau export %s --to docx", c->args[0]);
	}
	job->pdf = strcmp(job->to, "pdf") == 0;
	job->format = format_by_name(span_str(job->pdf ? "odt" : job->to));
	if (!job->format || !job->format->write)
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "chapeau cannot write %s yet", job->to);
	job->ending = job->pdf ? ".pdf" : job->format->ending;
	return 0;
}

/* What stands in the way of a public file, on stderr, one line each as check prints it. */
static int refuse_public(struct cli *c, struct job *job, struct fault *f)
{
	const struct statement *s = job->d.statement;
	struct buf line = { 0 };
	size_t count = 0;
	int r;

	for (size_t i = 0; i < s->doc->remark_count; i++) {
		const struct remark *x = &s->doc->remarks[i];
		size_t l, col;

		if (!remark_refuses_public(x->rule))
			continue;
		count++;
		if (cli_format_is(c, "json"))
			continue;
		doc_position(s->doc, x->offset, &l, &col);
		buf_clear(&line);
		ui_safe(&line, span_str(job->d.path));
		buf_printf(&line, ":%zu:%zu: error: ", l, col);
		ui_safe(&line, x->message);
		buf_printf(&line, " [%s]\n", x->rule);
		fwrite(line.p, 1, line.n, stderr);
	}
	buf_done(&line);
	if (count) {
		r = fault_set(f, FAULT_REFUSED, (struct srcpos){ .file = job->d.path }, "%zu thing%s in the text could let internal words out or lose "
											"words: no public file was written",
			      count, count == 1 ? "" : "s");
		fault_hint(f, "Mend %s, then export again.", count == 1 ? "it" : "them");
		return r;
	}
	count = s->doc->suggestion_count;
	if (count) {
		size_t l, col;

		doc_position(s->doc, s->doc->suggestions[0].origin.begin, &l, &col);
		r = fault_set(f, FAULT_REFUSED, (struct srcpos){ job->d.path, l, col },
			      "%zu suggestion%s still open, so no public file was written", count, count == 1 ? " is" : "s are");
		fault_hint(f, "Settle %s in the draft, or export with --audience review.", count == 1 ? "it" : "them");
		return r;
	}
	return 0;
}

/* Words that used to be internal, and that nobody let pass. */
static int refuse_was_internal(struct cli *c, struct job *job, struct fault *f)
{
	struct result *r = mem_zero(1, sizeof(*r));
	int e;

	r->statement = job->d.statement;
	e = was_internal(c, &job->d, r, f);
	if (e == 0)
		e = waivers_mark(c, &job->d, r, f);
	for (size_t i = 0; e == 0 && i < r->findings.count; i++) {
		const struct finding *x = &r->findings.items[i];

		if (!x->waived)
			e = fault_set(f, FAULT_REFUSED, (struct srcpos){ job->d.path, x->line, x->column }, "no public file was written: %.*s", SPAN_ARG(x->message));
	}
	result_free(r);
	return e;
}

/* What changed since a version, as tracked changes in the organisation's name. */
static int make_changes(struct cli *c, struct job *job, struct outdoc_options *o, const char *dest, struct buf *ret, struct fault *f)
{
	struct draft then = { 0 };
	struct comparison *comparison = NULL;
	struct diff_options how = { .author = o->author };
	struct span date;
	int r = draft_at(c, job->d.path, &then, f);

	if (r < 0)
		return r;
	then.rev = span_str(opt_get(c, "changes-since"));
	r = draft_load(c, &then, f);
	if (r == 0)
		r = statement_require_unique(then.statement, f);
	if (r == 0)
		r = statement_require_unique(job->d.statement, f);
	if (r == 0)
		r = outfile_date(c, &job->d, &date, f);
	if (r == 0) {
		how.time = arena_printf(&c->arena, "%.*sT00:00:00Z", SPAN_ARG(date));
		r = diff_statements(then.statement, job->d.statement, &how, &comparison, f);
	}
	if (r == 0)
		r = outfile_may_compare(comparison, o->audience, f);
	if (r == 0)
		r = diff_mark(comparison, &how, f);
	if (r == 0) {
		o->comparison = o->opening = true;
		if (job->d.ws->conf)
			o->house = job->d.ws->conf->organisation;
		r = outfile_make(c, &job->d, comparison->marked, o, job->format, dest, ret, f);
	}
	comparison_free(comparison);
	draft_done(&then);
	return r;
}

/* The file's bytes. */
static int make_bytes(struct cli *c, struct job *job, const char *dest, struct buf *ret, struct fault *f)
{
	const struct profile *p = job->d.profile;
	bool public = job->audience == AUDIENCE_PUBLIC;
	struct outdoc_options o;
	char blob[REPO_HEX + 1];
	struct doc *marked = NULL;
	int r = outfile_options(c, &job->d, job->audience, &o, f);

	if (r < 0)
		return r;
	if (o.channel == CHANNEL_ORAL) {
		struct lengths spoken = { 0 };

		check_lengths(job->d.statement, p, CHANNEL_ORAL, &spoken);
		o.cut_oral = spoken.cut;
	}
	if (!public) {
		repo_blob_name(buf_span(&job->d.bytes), blob);
		o.blob = span_str(blob);
		o.anchors = true;
		o.map = !opt_given(c, "no-map");
	}
	if (opt_given(c, "changes-since")) {
		r = make_changes(c, job, &o, dest, ret, f);
	} else if (public) {
		r = outfile_make(c, &job->d, job->d.statement->doc, &o, job->format, dest, ret, f);
	} else {
		r = draft_doc(c, &job->d, READING_MARKED, &marked, f);
		if (r == 0)
			r = outfile_make(c, &job->d, marked, &o, job->format, dest, ret, f);
		doc_free(marked);
	}
	return r;
}

static const char *default_path(struct cli *c, const struct job *job)
{
	const char *state = "", *name;

	switch (job->audience) {
	case AUDIENCE_PUBLIC:
		state = job->final ? "" : ".NOT-FINAL";
		break;
	case AUDIENCE_REVIEW:
		state = ".REVIEW";
		break;
	case AUDIENCE_INTERNAL:
		state = ".INTERNAL";
		break;
	}
	name = arena_printf(&c->arena, "%.*s%s%s", SPAN_ARG(job->d.name), state, job->ending).p;
	if (job->d.ws->root) {
		return ws_path(c, job->d.ws, arena_printf(&c->arena, "exports/%s", name).p);
	} else {
		char *dir = path_dir(job->d.path), *path = path_join(dir, name);
		const char *kept = arena_str(&c->arena, span_str(path));

		mem_free(dir);
		mem_free(path);
		return kept;
	}
}

static void report(struct cli *c, const struct job *job, const char *path)
{
	struct json j;

	if (cli_format_is(c, "json")) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/export@1"));
		json_put_string(&j, "draft", job->d.name);
		json_put_string(&j, "audience", span_str(job->audience == AUDIENCE_PUBLIC ? "public" : job->audience == AUDIENCE_REVIEW ? "review" : "internal"));
		json_key(&j, "final");
		json_bool(&j, job->final);
		json_key(&j, "files");
		json_array(&j);
		json_object(&j);
		json_put_string(&j, "path", span_str(path));
		json_put_string(&j, "format", span_str(job->to));
		json_object_end(&j);
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
		return;
	}
	ui_safe(&c->out, span_str(path));
	buf_char(&c->out, '\n');
	if (job->audience == AUDIENCE_PUBLIC && !job->final)
		ui_note(c, "Not final: chapeau check %.*s --final finds %zu error%s.", SPAN_ARG(draft_typed(&job->d)), job->errors, job->errors == 1 ? "" : "s");
}

static int check_now(struct cli *c, struct job *job, struct facts *ret, struct fault *f)
{
	int r = draft_check(c, &job->d, true, &job->result, f);

	if (r == 0)
		ret->errors = findings_count(&job->result->findings, LEVEL_ERROR);
	return r;
}

/* A check in a process of its own, so that a large text takes no longer than its writing. */
struct beside {
	pid_t pid; /* 0: there is none */
	int from;
};

static void check_begin(struct cli *c, struct job *job, struct beside *ret)
{
	int ends[2];

	*ret = (struct beside){ 0 };
	if (pipe(ends) < 0)
		return;
	ret->pid = fork();
	if (ret->pid == 0) {
		struct facts facts = { 0 };
		bool told;

		close(ends[0]);
		told = check_now(c, job, &facts, NULL) == 0 && write(ends[1], &facts, sizeof(facts)) == sizeof(facts);
		_exit(told ? 0 : 1);
	}
	close(ends[1]);
	ret->from = ends[0];
	if (ret->pid < 0) {
		close(ends[0]);
		ret->pid = 0;
	}
}

/* Where it has no verdict the check is made here, and its fault is ours. */
static int check_end(struct cli *c, struct job *job, struct beside *b, struct facts *ret, struct fault *f)
{
	ssize_t n = 0;

	if (b->pid) {
		do
			n = read(b->from, ret, sizeof(*ret));
		while (n < 0 && errno == EINTR);
		close(b->from);
		while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return n == sizeof(*ret) ? 0 : check_now(c, job, ret, f);
}

/* All up to the final write: the check, the refusals, the file's bytes. */
static int prepare(struct cli *c, void *ctx, struct fault *f)
{
	struct export *x = ctx;
	struct job *job = x->job;
	struct facts facts = { 0 };
	struct beside beside = { 0 };
	int r = draft_load(c, &job->d, f);
	/* How long a spoken version takes decides what is in it. */
	bool first = r < 0 || job->d.bytes.n < CHECK_BELOW || apart_package(span_str(job->d.path)) || draft_channel(c, &job->d) == CHANNEL_ORAL;

	if (r == 0 && first)
		r = check_now(c, job, &facts, f);
	if (r < 0)
		return r;
	if (job->audience == AUDIENCE_PUBLIC)
		r = refuse_public(c, job, f);
	else
		r = statement_require_unique(job->d.statement, f);
	if (r == 0 && job->audience == AUDIENCE_PUBLIC)
		r = refuse_was_internal(c, job, f);
	if (r < 0)
		return r;
	if (!first)
		check_begin(c, job, &beside);
	r = make_bytes(c, job, c->output ? c->output : job->d.path, &x->made[MADE_FILE], f);
	if (!first && r == 0)
		r = check_end(c, job, &beside, &facts, f);
	else if (!first)
		check_end(c, job, &beside, &facts, NULL);
	buf_put(&x->made[MADE_FACTS], (const char *)&facts, sizeof(facts));
	return r;
}

static int take_facts(struct job *job, struct span s, struct fault *f)
{
	struct facts facts;

	if (s.n != sizeof(facts))
		return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = job->d.path }, "this file could not be read safely: what came of it is not whole; nothing was written");
	memcpy(&facts, s.p, sizeof(facts));
	job->errors = (size_t)facts.errors;
	job->final = !job->errors;
	return 0;
}

static int to_pdf(struct cli *c, const struct job *job, struct buf *bytes, struct fault *f)
{
	struct buf odt = *bytes;
	struct span date;
	int r;

	*bytes = (struct buf){ 0 };
	r = outfile_date(c, &job->d, &date, f);
	if (r == 0)
		r = pdf_make(buf_span(&odt), date, c->err_terminal && !c->quiet, bytes, f);
	buf_done(&odt);
	return r;
}

/* A copy with a map may come back: what it was made from is kept.  The file is made; what keeps us from that is no fault of it. */
static void keep_sent(struct cli *c, struct job *job)
{
	CLEANUP(fault_done) struct fault why = { 0 };

	if (job->audience == AUDIENCE_PUBLIC || opt_given(c, "no-map") || (strcmp(job->to, "docx") && strcmp(job->to, "odt")) || apart_package(span_str(job->d.path)))
		return;
	if (copies_keep(job->d.ws, buf_span(&job->d.bytes), !opt_given(c, "changes-since"), &why) < 0)
		ui_note(c, "the text that this copy was made from could not be kept (%s): if the draft changes before it is saved, receive cannot tell its changes from the copy's", why.message);
}

static int export(struct cli *c, struct job *job, struct buf *made, struct fault *f)
{
	struct export x = { job, made };
	struct buf *bytes = &made[MADE_FILE];
	const char *path;
	int r = draft_find(c, c->args[0], DRAFT_WITH_REV, &job->d, f);

	if (r == 0)
		r = choose_format(c, job, f);
	if (r == 0 && c->output && ws_same_place(c->output, job->d.path)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = c->output }, "this is the draft itself, which an export must not replace");
		return fault_hint(f, "Name another file after -o.");
	}
	if (r == 0 && c->output && opt_get(c, "template") && ws_same_place(c->output, opt_get(c, "template"))) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = c->output }, "this is the template, which an export must not replace");
		return fault_hint(f, "Name another file after -o.");
	}
	if (r == 0 && c->output && ws_is_source(c, c->output)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = c->output }, "this is another statement, or a setting of the workspace, which an export must not replace");
		return fault_hint(f, "Name another file after -o, such as one in exports/.");
	}
	/* A DOCX as a draft is a stranger's: all is made apart.  Of a Markdown draft, only what touches a template is. */
	if (r == 0)
		r = apart_package(span_str(job->d.path)) ? apart_run(c, job->d.path, prepare, &x, made, MADE_COUNT, f) : prepare(c, &x, f);
	if (r == 0)
		r = take_facts(job, buf_span(&made[MADE_FACTS]), f);
	if (r == 0 && job->pdf)
		r = to_pdf(c, job, bytes, f);
	if (r < 0)
		return r;
	path = c->output ? c->output : default_path(c, job);
	if (ws_same_place(path, job->d.path)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = path }, "this is the draft itself, which an export must not replace");
		return fault_hint(f, "Name another file after -o.");
	}
	if (strcmp(path, "-") == 0) {
		if (fwrite(bytes->p, 1, bytes->n, stdout) != bytes->n || fflush(stdout) != 0)
			r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the file could not be written to standard output");
	} else {
		char *dir = path_dir(path);

		r = versions_stay_inside(c, job->d.ws, path, f);
		if (!r && !c->output)
			r = file_make_dirs(dir, f);
		if (r == 0)
			r = file_replace(path, buf_span(bytes), NULL, f);
		mem_free(dir);
		if (r == 0)
			report(c, job, path);
	}
	if (r == 0)
		keep_sent(c, job);
	return r;
}

int cmd_export(struct cli *c, struct fault *f)
{
	struct job job = { .audience = outfile_audience(c, AUDIENCE_PUBLIC) };
	struct buf made[MADE_COUNT] = { { 0 } };
	int r = export(c, &job, made, f);

	for (size_t i = 0; i < MADE_COUNT; i++)
		buf_done(&made[i]);
	result_free(job.result);
	draft_done(&job.d);
	return r;
}
