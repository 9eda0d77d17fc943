#include "cli/commands.h"

#include "base/spanmap.h"
#include "base/utf8.h"
#include "cli/apart.h"
#include "cli/opt.h"
#include "cli/outfile.h"
#include "cli/revision.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "diff/diff.h"

#define TWO_THREADS_FROM (512u << 10) /* bytes: below, a second thread costs more than it brings */
#define SAID_UNREAD 20u                /* parts of a file that were not compared: more are counted */

struct pair {
	struct draft from, to;
	struct comparison *comparison;
	struct span from_about, to_about;
	int foreign;     /* how many are packages */
	int64_t to_time; /* of the newer text's version; 0: it is not saved */
};

/* Is this a negotiating text, whose ids only repeat its printed numbers? */
static bool official(const struct statement *s)
{
	size_t labels = 0, ids = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct attrs *a = s->clauses[i].block->attrs;

		ids += s->clauses[i].id.n > 0;
		labels += a && attrs_get(a, "label").n;
	}
	return labels > 0 && 2 * labels >= ids;
}

/* versions: one of the two is a saved one, so the other is what stands there now; two files are known by their names. */
static int about(struct cli *c, struct draft *d, bool versions, struct span *ret, int64_t *ret_time, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	bool public = outfile_audience(c, AUDIENCE_INTERNAL) == AUDIENCE_PUBLIC;
	struct buf text = { 0 };
	struct revision v;
	int r;

	if (!d->rev.p) {
		if (d->ws->root && versions)
			*ret = SPAN_LIT("now");
		return 0;
	}
	r = versions_open(d->ws, &h, f);
	if (r == 0)
		r = draft_revision(c, d, h, &v, f);
	if (r < 0)
		return r;
	if (v.time) {
		when_at(&text, v.time, when_offset(v.time));
		buf_str(&text, public ? "" : "   ");
	}
	/* What was saved is named by ids, those of internal clauses too, and a copy by whom it went to. */
	if (!public)
		buf_add(&text, v.about);
	if (text.n)
		*ret = arena_dup(&c->arena, buf_span(&text));
	*ret_time = v.time;
	buf_done(&text);
	return 0;
}

/* Which two texts: A and B; DRAFT and its last version; DRAFT@REV and the draft now. */
static int find_pair(struct cli *c, struct pair *p, struct fault *f)
{
	int r = draft_find(c, c->args[0], DRAFT_WITH_REV, &p->from, f);
	int64_t unused = 0;

	if (r < 0)
		return r;
	if (c->arg_count == 2) {
		r = draft_find(c, c->args[1], DRAFT_WITH_REV, &p->to, f);
	} else {
		r = draft_at(c, p->from.path, &p->to, f);
		if (r == 0 && !p->from.rev.p) {
			if (!p->from.ws->root) {
				fault_set(f, FAULT_WORKSPACE, (struct srcpos){ .file = p->from.path }, "this file is in no workspace, so it has no saved versions");
				return fault_hint(f, "Name two files: chapeau diff OLD NEW");
			}
			p->from.rev = SPAN_LIT("last");
		}
	}
	if (r == 0 && opt_given(c, "accepted"))
		p->from.reading = p->to.reading = READING_ACCEPTED;
	if (r == 0)
		r = about(c, &p->from, p->from.rev.p || p->to.rev.p, &p->from_about, &unused, f);
	if (r == 0)
		r = about(c, &p->to, p->from.rev.p || p->to.rev.p, &p->to_about, &p->to_time, f);
	p->foreign = apart_package(span_str(p->from.path)) + apart_package(span_str(p->to.path));
	p->from.as_draft = p->to.as_draft = p->foreign > 0;
	return r == 0 ? draft_load_both(c, &p->from, &p->to, f) : r;
}

/* The comparison as a document with tracked changes. */
static int write_marked(struct cli *c, struct pair *p, const struct diff_options *o, struct fault *f)
{
	bool critic = cli_format_is(c, "critic");
	const struct format *format = format_by_name(critic ? SPAN_LIT("md") : span_str(c->format));
	struct outdoc_options out;
	int r;

	if (!format || !format->write)
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "chapeau cannot write %s yet", c->format);
	/* Two drafts: the older one's own bytes, with suggestions in them; where that cannot be said, a text made anew. */
	if (critic && outfile_audience(c, AUDIENCE_INTERNAL) == AUDIENCE_INTERNAL && md_comparison(p->comparison, o->author, o->time, &c->out))
		return 0;
	r = outfile_may_compare(p->comparison, outfile_audience(c, critic ? AUDIENCE_INTERNAL : AUDIENCE_REVIEW), f);
	if (r == 0)
		r = diff_mark(p->comparison, o, f);
	if (r == 0)
		r = outfile_options(c, &p->to, outfile_audience(c, critic ? AUDIENCE_INTERNAL : AUDIENCE_REVIEW), &out, f);
	if (r < 0)
		return r;
	out.comparison = true;
	out.author = o->author;
	out.information_block = !critic;
	out.opening = true;
	if (p->to.ws->conf)
		out.house = p->to.ws->conf->organisation;
	/* a printed number is no part of the words that a suggestion is about */
	if (critic)
		out.numbering = NUMBERING_NONE;
	return outfile_make(c, &p->to, p->comparison->marked, &out, format, c->output ? c->output : "the comparison", &c->out, f);
}

/* Of the front matter the public sees what a public file prints. */
static void keep_printed(struct comparison *c)
{
	static const char *const printed[] = { "title", "organisation", "date", "language", "endorsed-by" };
	size_t n = 0;

	for (size_t i = 0; i < c->meta_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(printed); k++)
			if (span_is(c->meta[i].key, printed[k])) {
				c->meta[n++] = c->meta[i];
				break;
			}
	c->meta_count = n;
}

/* Ids are internal (FORMAT.md F8), and so is what else stands in a tag; programs are told of ids all the same. */
static void drop_tags(struct comparison *c, bool ids)
{
	for (size_t i = 0; i < c->count; i++) {
		c->entries[i].attribute_count = 0;
		if (ids)
			c->entries[i].id = (struct span){ 0 };
	}
}

/* A footer that prints a page number says nothing. */
static bool has_letter(struct span s)
{
	for (size_t at = 0; at < s.n;)
		if (cp_letter(utf8_next(s.p, s.n, &at)))
			return true;
	return false;
}

static struct span loss_key(struct cli *c, const struct doc_loss *l)
{
	return arena_printf(&c->arena, "%.*s %.*s", SPAN_ARG(l->what), SPAN_ARG(l->text));
}

/* What stands in one file alone and was read over, such as its header: "the two say the same" is said of the rest. */
static void say_unread(struct cli *c, const char *name, const struct draft *d, const struct draft *other)
{
	const struct doc *doc = d->statement->doc, *beside = other->statement->doc;
	struct span_map there = { 0 };
	size_t said = 0, more = 0;

	if (d->has_tracked)
		ui_note(c, "%s: changes are tracked in it, and compared as %s", name, d->reading == READING_ACCEPTED ? "accepted" : "not accepted (--accepted compares the others)");
	for (size_t i = 0; i < beside->loss_count && doc->loss_count; i++)
		span_map_put(&there, loss_key(c, &beside->losses[i]));
	for (size_t i = 0; i < doc->loss_count; i++) {
		const struct doc_loss *l = &doc->losses[i];

		if ((l->text.n && !has_letter(l->text)) || span_map_find(&there, loss_key(c, l)))
			continue;
		/* A stranger's file may have thousands of them. */
		if (said++ < SAID_UNREAD)
			ui_note(c, "%s: not compared: %.*s (%.*s)%s%.*s", name, SPAN_ARG(l->what), SPAN_ARG(l->where), l->text.n ? ": " : "", SPAN_ARG(l->text));
		else
			more++;
	}
	if (more)
		ui_note(c, "%s: %zu more parts were not compared: chapeau import lists them all", name, more);
	span_map_done(&there);
}

static int compare(struct cli *c, struct pair *p, struct fault *f)
{
	const struct meta *m;
	struct buf time = { 0 };
	struct diff_options o = { 0 };
	struct compare_options show = {
		.color = c->color && !c->output,
		.width = c->output ? 0 : c->width,
		.whole = opt_given(c, "whole"),
		.quiet = c->quiet,
		.version = cli_version(),
	};
	int r;

	o.official = official(p->from.statement) && official(p->to.statement);
	o.threads = p->to.bytes.n + p->from.bytes.n > TWO_THREADS_FROM ? 2 : 1;
	/* Where ids name clauses, an id that stands twice would name two. */
	if (!o.official && ((r = statement_require_unique(p->from.statement, f)) < 0 || (r = statement_require_unique(p->to.statement, f)) < 0))
		return r;
	m = &p->to.statement->doc->meta;
	o.author = m->organisation.n ? m->organisation : p->to.ws->conf && p->to.ws->conf->organisation.n ? p->to.ws->conf->organisation : SPAN_LIT("chapeau");
	if (p->to_time) {
		when_rfc3339(&time, p->to_time, 0);
	} else {
		struct span date;

		r = outfile_date(c, &p->to, &date, f);
		if (r < 0)
			return r;
		buf_printf(&time, "%.*sT00:00:00Z", SPAN_ARG(date));
	}
	o.time = arena_dup(&c->arena, buf_span(&time));
	buf_done(&time);
	r = diff_statements(p->from.statement, p->to.statement, &o, &p->comparison, f);
	if (r < 0)
		return r;
	p->comparison->from_name = span_str(c->args[0]);
	p->comparison->to_name = c->arg_count == 2 ? span_str(c->args[1]) : p->to.name;
	if (c->arg_count == 1 && p->from.rev.p && !strchr(c->args[0], '@'))
		p->comparison->from_name = arena_printf(&c->arena, "%s@last", c->args[0]);

	if (p->foreign) {
		say_unread(c, c->args[0], &p->from, &p->to);
		say_unread(c, c->args[c->arg_count - 1], &p->to, &p->from);
	}
	show.audience = outfile_audience(c, AUDIENCE_INTERNAL);
	/* A package has no tags, and of the front matter what it prints: a draft's are no change. */
	if (p->foreign == 1) {
		p->comparison->meta_count = 0;
		drop_tags(p->comparison, false);
	}
	if (show.audience == AUDIENCE_PUBLIC) {
		keep_printed(p->comparison);
		drop_tags(p->comparison, !cli_format_is(c, "json"));
	}
	show.typed = arena_printf(&c->arena, "%s%s%s%s", c->args[0], c->arg_count == 2 ? " " : "", c->arg_count == 2 ? c->args[1] : "",
				  opt_given(c, "accepted") ? " --accepted" : "");
	show.from_about = p->from_about;
	show.to_about = p->to_about;
	if (opt_given(c, "exit-code") && compare_differs(p->comparison, &show))
		c->answer = 1;
	if (cli_format_is(c, "json"))
		compare_json(p->comparison, &show, &c->out);
	else if (cli_format_is(c, "html"))
		compare_html(p->comparison, &show, &c->out);
	else if (cli_format_is(c, "text"))
		compare_text(p->comparison, &show, &c->out);
	else
		return write_marked(c, p, &o, f);
	return 0;
}

int cmd_diff(struct cli *c, struct fault *f)
{
	struct pair p = { 0 };
	int r;

	r = cli_not_on_terminal(c, "changes", f);
	if (r == 0)
		r = find_pair(c, &p, f);
	if (r == 0)
		r = compare(c, &p, f);
	comparison_free(p.comparison);
	draft_done(&p.from);
	draft_done(&p.to);
	return r;
}
