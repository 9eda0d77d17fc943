#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/images.h"
#include "cli/opt.h"
#include "cli/pdf.h"
#include "cli/ui.h"
#include "cli/workspace.h"
#include "io/repo.h"

struct job {
	struct draft d;
	struct result *result; /* of check --final; NULL where no check is asked for */
	enum audience audience;
	const struct format *format; /* what the outdoc is written with: ODT on the way to PDF */
	const char *to, *ending;
	bool pdf, final;
};

static enum audience audience_of(const struct cli *c)
{
	const char *who = opt_get(c, "audience");

	if (who && strcmp(who, "review") == 0)
		return AUDIENCE_REVIEW;
	if (who && strcmp(who, "internal") == 0)
		return AUDIENCE_INTERNAL;
	return AUDIENCE_PUBLIC;
}

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

	for (size_t i = 0; i < job->result->findings.count; i++) {
		const struct finding *x = &job->result->findings.items[i];

		if (!remark_refuses_public(x->rule))
			continue;
		count++;
		if (cli_format_is(c, "json"))
			continue;
		buf_clear(&line);
		ui_safe(&line, span_str(job->d.path));
		buf_printf(&line, ":%zu:%zu: error: ", x->line, x->column);
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

/* The document date: SOURCE_DATE_EPOCH, else the front matter's (which outdoc_make takes). */
static int document_date(struct cli *c, struct span *ret, struct fault *f)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct tm tm = { 0 };
	uint64_t seconds;
	time_t t;

	if (!epoch || !*epoch)
		return 0;
	if (!span_number(span_str(epoch), 253402300799u, &seconds))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "SOURCE_DATE_EPOCH is \"%s\": it must be seconds since 1970", epoch);
	t = (time_t)seconds;
	gmtime_r(&t, &tm);
	*ret = arena_printf(&c->arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	return 0;
}

/* The words of cross-references: shipped, with what chapeau.yaml puts over them. */
static struct xref_words words_of(const struct ws *w, struct span language)
{
	struct xref_words x = xref_words_for(language);

	for (size_t i = 0; w->conf && i < w->conf->word_count; i++) {
		const struct workspace_words *o = &w->conf->words[i];

		if (!span_eq(o->language, language))
			continue;
		if (span_is(o->word, "paragraph"))
			x.paragraph = o->value;
		else if (span_is(o->word, "section"))
			x.section = o->value;
		else if (span_is(o->word, "table"))
			x.table = o->value;
	}
	return x;
}

static int make_outdoc(struct cli *c, struct job *job, struct outdoc **ret, struct fault *f)
{
	const struct meta *m = &job->d.statement->doc->meta;
	const struct profile *p = job->d.profile;
	const struct workspace *conf = job->d.ws->conf;
	bool public = job->audience == AUDIENCE_PUBLIC;
	struct outdoc_options o = {
		.audience = job->audience,
		.channel = draft_channel(c, &job->d),
		.numbering = draft_numbering(&job->d, m),
		.words = words_of(job->d.ws, m->language.n ? m->language : conf ? conf->language : (struct span){ 0 }),
		.information_block = true,
		.draft_name = job->d.name,
		.anchors = !public,
		.map = !public && !opt_given(c, "no-map"),
		.load_image = images_load,
		.load_ctx = &job->d,
		.other_draft = job->d.ws->root ? draft_other : NULL,
		.other_ctx = job->d.ws,
		.language = conf ? conf->language : (struct span){ 0 },
	};
	char blob[REPO_HEX + 1];
	struct doc *marked = NULL;
	int r;

	if (conf) {
		if (!m->organisation.n)
			o.organisation = conf->organisation;
		o.group = conf->group;
		o.author = conf->organisation;
	}
	if (p) {
		o.input_to = p->title;
		o.document_label = p->label_document;
		o.endorsers_label = p->label_endorsers;
		/* oral=cut clauses are spoken unless the whole is over the hard limit (FORMAT.md F11). */
		o.cut_oral = o.channel == CHANNEL_ORAL && p->seconds.hard.is == GIVEN_SET && job->result->lengths.has_seconds &&
			     job->result->lengths.seconds > p->seconds.hard.value;
	}
	r = document_date(c, &o.date, f);
	if (r < 0)
		return r;
	if (public)
		return outdoc_make(job->d.statement->doc, &o, ret, f);
	repo_blob_name(buf_span(&job->d.bytes), blob);
	o.blob = span_str(blob);
	r = draft_doc(c, &job->d, READING_MARKED, &marked, f);
	if (r == 0)
		r = outdoc_make(marked, &o, ret, f);
	doc_free(marked);
	return r;
}

/* --template, the profile's or the workspace's reference file, the installed one; none: the format's own styles. */
static int reference(struct cli *c, struct job *job, struct buf *ret, const char **ret_path, struct fault *f)
{
	struct span name = job->d.profile && job->d.profile->template_name.n ? job->d.profile->template_name : SPAN_LIT("reference");
	const char *path = opt_get(c, "template"), *below;

	if (!span_is(span_str(job->format->name), "docx") && !span_is(span_str(job->format->name), "odt"))
		return 0;
	if (!path) {
		below = arena_printf(&c->arena, "templates/%.*s%s", SPAN_ARG(name), job->format->ending).p;
		if (span_find_char(name, '/', 0) == SIZE_MAX && job->d.ws->root && file_exists(ws_path(c, job->d.ws, below)))
			path = ws_path(c, job->d.ws, below);
		else if (data_dir(c)) {
			below = arena_printf(&c->arena, "%s/templates/reference%s", data_dir(c), job->format->ending).p;
			path = file_exists(below) ? below : NULL;
		}
	}
	*ret_path = path;
	return path ? file_read(path, LIMIT_ZIP_BYTES, ret, NULL, f) : 0;
}

/* Writes, opens what was written again, and searches it for internal words. */
static int make_bytes(struct cli *c, struct job *job, const char *dest, struct buf *ret, struct fault *f)
{
	struct buf ref = { 0 }, text = { 0 };
	const char *ref_path = NULL;
	struct outdoc *out = NULL;
	int r = make_outdoc(c, job, &out, f);

	for (size_t i = 0; r == 0 && i < out->missing_count; i++)
		ui_note(c, "%s: warning: the image %.*s is left out: %.*s; its alternative text stands in its place.", job->d.path,
			SPAN_ARG(out->missing[i].url), SPAN_ARG(out->missing[i].why));
	if (r == 0)
		r = reference(c, job, &ref, &ref_path, f);
	if (r == 0)
		r = job->format->write(out, &(struct write_options){ buf_span(&ref), ref_path, dest }, ret, f);
	if (r == 0 && job->format->reopen) {
		r = job->format->reopen(buf_span(ret), &text, f);
		if (r == 0)
			r = outdoc_search(out, buf_span(&text), dest, f);
	}
	if (r == 0 && job->pdf) {
		struct buf odt = *ret;

		*ret = (struct buf){ 0 };
		r = pdf_make(buf_span(&odt), ret, f);
		buf_done(&odt);
	}
	outdoc_free(out);
	buf_done(&ref);
	buf_done(&text);
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

static bool same_place(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

static void report(struct cli *c, const struct job *job, const char *path)
{
	size_t errors = findings_count(&job->result->findings, LEVEL_ERROR);
	struct json j;

	if (cli_format_is(c, "json")) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/export@1"));
		json_put_string(&j, "draft", job->d.name);
		json_put_string(&j, "audience", span_str(job->audience == AUDIENCE_PUBLIC ? "public" : job->audience == AUDIENCE_REVIEW ? "review" : "internal"));
		json_put_bool(&j, "final", job->final);
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
		ui_note(c, "Not final: chapeau check %.*s --final finds %zu error%s.", SPAN_ARG(job->d.name), errors, errors == 1 ? "" : "s");
}

static int export(struct cli *c, struct job *job, struct fault *f)
{
	struct buf bytes = { 0 };
	const char *path;
	int r = draft_find(c, c->args[0], DRAFT_WITH_REV, &job->d, f);

	if (r == 0)
		r = choose_format(c, job, f);
	if (r == 0)
		r = draft_check(c, &job->d, true, &job->result, f);
	if (r == 0)
		r = statement_require_unique(job->d.statement, NULL) < 0 && job->audience != AUDIENCE_PUBLIC ?
			    statement_require_unique(job->d.statement, f) :
			    0;
	if (r == 0 && job->audience == AUDIENCE_PUBLIC)
		r = refuse_public(c, job, f);
	if (r < 0)
		return r;
	job->final = findings_count(&job->result->findings, LEVEL_ERROR) == 0;
	path = c->output ? c->output : default_path(c, job);
	if (same_place(path, job->d.path)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = path }, "this is the draft itself, which an export must not replace");
		return fault_hint(f, "Name another file after -o.");
	}
	r = make_bytes(c, job, path, &bytes, f);
	if (r == 0 && strcmp(path, "-") == 0) {
		if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n || fflush(stdout) != 0)
			r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the file could not be written to standard output");
	} else if (r == 0) {
		char *dir = path_dir(path);

		if (!c->output)
			r = file_make_dirs(dir, f);
		if (r == 0)
			r = file_replace(path, buf_span(&bytes), NULL, f);
		mem_free(dir);
		if (r == 0)
			report(c, job, path);
	}
	buf_done(&bytes);
	return r;
}

int cmd_export(struct cli *c, struct fault *f)
{
	struct job job = { .audience = audience_of(c) };
	int r = export(c, &job, f);

	result_free(job.result);
	draft_done(&job.d);
	return r;
}
