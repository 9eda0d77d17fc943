#include "cli/commands.h"

#include <stdlib.h>

#include "base/limits.h"
#include "cli/older.h"
#include "cli/opt.h"
#include "cli/revision.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "io/file.h"

static int parse_older(const char *path, struct span id, struct older *o, struct fault *f)
{
	struct read_options ro = { .path = path, .reading = READING_REJECTED };
	int r = md_read(buf_span(&o->file), &ro, &o->doc, f);

	if (r < 0)
		return r;
	o->st = statement_new(o->doc);
	o->clause = statement_find(o->st, id);
	return 0;
}

static int load_older(struct history *h, const char *path, struct span id, struct older *o, struct fault *f)
{
	int r;

	buf_clear(&o->file);
	statement_freep(&o->st);
	r = history_read(h, path, o->hex, &o->file, f);
	return r < 0 ? r : parse_older(path, id, o, f);
}

/* In the bytes that somebody had, which are no version of the history: a copy that was sent, words that were signed. */
static int in_copy(struct history *h, const char *path, struct draft *d, const struct revision *rev, struct older *o, struct fault *f)
{
	int r = repo_blob_read(history_repo(h), rev->blob, &o->file, f);

	if (!r)
		r = parse_older(path, d->id, o, f);
	if (r < 0 || o->clause)
		return r;
	fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "the clause \"%.*s\" did not stand in %.*s", SPAN_ARG(d->id), SPAN_ARG(rev->about));
	return fault_hint(f, "Its wordings, with their versions: chapeau log %.*s#%.*s", SPAN_ARG(d->name), SPAN_ARG(d->id));
}

/* The clause in that version: here, under this id; else where its history says it stood. */
static int find_older(struct cli *c, struct history *h, const char *path, struct draft *d, struct older *o, struct fault *f)
{
	CLEANUP(wordings_done) struct wordings w = { 0 };
	struct repo_version v;
	struct fault quiet = { 0 };
	int r = load_older(h, path, d->id, o, &quiet);

	fault_done(&quiet);
	o->path = span_str(path);
	o->id = d->id;
	if (!r && o->clause)
		return 0;
	r = repo_version_load(history_repo(h), o->hex, &c->arena, &v, f);
	if (!r)
		r = history_clause(h, path, d->id, buf_span(&d->bytes), 0, &w, f);
	for (size_t i = 0; !r && i < w.count; i++) {
		const struct wording *x = &w.items[i];

		if (!x->version.hex[0] || x->version.time > v.time)
			continue;
		o->path = arena_dup(&c->arena, x->path);
		o->id = arena_dup(&c->arena, x->id);
		/* Versions of one second are not told apart by their times: one of them may not have it yet. */
		if (!load_older(h, o->path.p, o->id, o, &quiet) && o->clause)
			return 0;
		fault_done(&quiet);
	}
	if (r < 0)
		return r;
	fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "the clause \"%.*s\" did not stand anywhere in version %.*s", SPAN_ARG(d->id), SPAN_ARG(d->rev));
	return fault_hint(f, "Its wordings, with their versions: chapeau log %.*s#%.*s", SPAN_ARG(d->name), SPAN_ARG(d->id));
}

/* What a restored draft or clause is taken from: a version, or a copy. */
struct restoring {
	struct draft *d;
	struct history *h;
	const char *path; /* of the draft, as versions know it */
	struct revision rev;
	struct older o;
	const char *command;
};

static void put_origin(const struct restoring *x, struct buf *out)
{
	if (x->rev.commit[0])
		buf_printf(out, "in version %.7s", x->rev.commit);
	else
		ui_safe(out, x->rev.about);
}

static int restore_draft(struct cli *c, struct restoring *x, struct fault *f)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	int r = repo_blob_read(history_repo(x->h), x->rev.blob, &bytes, f);

	if (r < 0)
		return r;
	if (c->output) {
		buf_add(&c->out, buf_span(&bytes));
		return 0;
	}
	r = draft_write(c, x->d, buf_span(&bytes), x->command, f);
	if (r < 0)
		return r;
	buf_printf(&c->out, "%s is again as it was ", x->d->path);
	put_origin(x, &c->out);
	BUF_LIT(&c->out, ".  Take it back: chapeau undo\n");
	return 0;
}

/* Does the clause read in these bytes as it did then? */
static bool reads_so(const struct restoring *x, struct span bytes)
{
	CLEANUP(statement_freep) struct statement *st = NULL;
	struct read_options ro = { .path = x->d->path, .reading = READING_REJECTED };
	struct doc *doc = NULL;
	const struct clause *k;

	if (md_read(bytes, &ro, &doc, NULL) < 0)
		return false;
	st = statement_new(doc);
	k = statement_find(st, x->o.clause->id);
	if (!k)
		k = statement_find(st, x->d->id);
	return k && clause_same_text(k, x->o.clause);
}

static int restore_clause(struct cli *c, struct restoring *x, struct fault *f)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	struct older *o = &x->o;
	bool same = false;
	int r = x->rev.commit[0] ? find_older(c, x->h, x->path, x->d, o, f) : in_copy(x->h, x->path, x->d, &x->rev, o, f);

	if (r < 0)
		return r;
	if (c->output) {
		older_source(o, &c->out);
		return 0;
	}
	r = older_lay(c, o, x->d, &bytes, &same, f);
	if (r < 0)
		return r;
	if (same) {
		buf_printf(&c->out, "%.*s reads as it did then: nothing to restore.\n", SPAN_ARG(x->d->id));
		return 0;
	}
	r = draft_write(c, x->d, buf_span(&bytes), x->command, f);
	if (r < 0)
		return r;
	ui_safe(&c->out, x->d->id);
	buf_printf(&c->out, " in %s reads again as ", x->d->path);
	put_origin(x, &c->out);
	if (o->path.n && (!span_eq(o->id, x->d->id) || !span_eq(o->path, span_str(x->path)))) {
		BUF_LIT(&c->out, ", where it was ");
		ui_safe(&c->out, path_stem(o->path));
		buf_char(&c->out, '#');
		ui_safe(&c->out, o->id);
	}
	if (!reads_so(x, buf_span(&bytes)))
		BUF_LIT(&c->out, ", but for what stands elsewhere in the draft and is another now (links, footnotes, marks around it)");
	BUF_LIT(&c->out, ".  Take it back: chapeau undo\n");
	return 0;
}

int cmd_restore(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(draft_done) struct draft d = { 0 };
	struct restoring x = { .d = &d };
	struct draft now;
	int r = draft_find(c, c->args[0], DRAFT_WITH_ID | DRAFT_WITH_REV, &d, f);

	if (r < 0)
		return r;
	if (!d.rev.p) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "restore needs to know which version: DRAFT#ID@REV");
		return fault_hint(f, "For the last saved one: chapeau restore %s@last; all of them: chapeau log %.*s", c->args[0], SPAN_ARG(draft_typed(&d)));
	}
	if (!d.ws->root || !(x.path = versions_path(c, d.ws, d.path)))
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ d.path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
	r = versions_open(d.ws, &h, f);
	if (!r)
		r = draft_revision(c, &d, h, &x.rev, f);
	if (r == -FAULT_NOT_FOUND && x.rev.commit[0] && d.id.p) {
		/* The clause may have stood in another draft then. */
		fault_done(f);
		r = 0;
	}
	x.h = h;
	memcpy(x.o.hex, x.rev.commit, sizeof(x.o.hex));
	/* The draft as it is now: what is written goes there. */
	now = d;
	now.rev = (struct span){ 0 };
	/* A whole draft comes back where it was taken away, too. */
	if (!r && !d.id.p && !file_exists(d.path))
		now.stamp.missing = true;
	else if (!r)
		r = draft_read(c, &now, f);
	d.bytes = now.bytes;
	d.stamp = now.stamp;
	if (r < 0)
		return r;
	x.command = arena_printf(&c->arena, "restore %s", c->args[0]).p;
	r = d.id.p ? restore_clause(c, &x, f) : restore_draft(c, &x, f);
	older_done(&x.o);
	return r;
}
