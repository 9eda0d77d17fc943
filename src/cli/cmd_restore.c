#include <stdlib.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "cli/versions.h"

/* An older wording, wherever the clause then stood. */
struct older {
	struct buf file;
	struct doc *doc;
	struct statement *st;
	const struct clause *clause;
	struct span path, id;
	char hex[REPO_HEX + 1];
};

static void older_done(struct older *o)
{
	statement_free(o->st);
	buf_done(&o->file);
}

static int load_older(struct history *h, const char *path, struct span id, struct older *o, struct fault *f)
{
	struct read_options ro = { .path = path, .reading = READING_REJECTED };
	int r;

	buf_clear(&o->file);
	statement_freep(&o->st);
	r = history_read(h, path, o->hex, &o->file, f);
	if (!r)
		r = md_read(buf_span(&o->file), &ro, &o->doc, f);
	if (r < 0)
		return r;
	o->st = statement_new(o->doc);
	o->clause = statement_find(o->st, id);
	return 0;
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

/* The block's source without its own attribute list, which belongs to the draft that holds it now. */
static void put_source(const struct doc *d, const struct block *b, struct span own_list, struct buf *out)
{
	struct origin at = b->attr_origin;

	if (at.end > at.begin && at.begin >= b->origin.begin && at.end <= b->origin.end) {
		buf_add(out, span_sub(d->source, b->origin.begin, at.begin));
		buf_add(out, own_list);
		buf_add(out, span_sub(d->source, at.end, b->origin.end));
	} else {
		buf_add(out, span_sub(d->source, b->origin.begin, b->origin.end));
	}
}

/* Footnotes that the older words refer to and this draft no longer has. */
static void put_notes(const struct older *o, const struct doc *now, struct edits *e)
{
	for (size_t i = 0; i < o->clause->note_count; i++) {
		const struct note *n = o->clause->notes[i];
		CLEANUP(buf_done) struct buf b = { 0 };

		if (note_find(now, n->label))
			continue;
		BUF_LIT(&b, "\n");
		if (now->source.n && now->source.p[now->source.n - 1] != '\n')
			BUF_LIT(&b, "\n");
		buf_add(&b, span_sub(o->doc->source, n->origin.begin, n->origin.end));
		if (b.p[b.n - 1] != '\n')
			buf_char(&b, '\n');
		edits_add(e, now->source.n, now->source.n, buf_span(&b));
	}
}

/* Where a clause that is gone from the draft goes back: after the nearest clause before it that still stands. */
static size_t place_for(const struct older *o, const struct statement *now)
{
	for (size_t i = (size_t)(o->clause - o->st->clauses); i-- > 0;) {
		const struct clause *k = o->st->clauses[i].id.n ? statement_find(now, o->st->clauses[i].id) : NULL;

		if (k) {
			const struct block *b = k->block;

			/* Not into the middle of a list. */
			while (b->parent && b->parent->kind != BLOCK_ROOT)
				b = b->parent;
			return b->origin.end;
		}
	}
	return now->doc->meta.body;
}

int cmd_restore(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(draft_done) struct draft d = { 0 };
	CLEANUP(older_done) struct older o = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 }, command = { 0 };
	CLEANUP(edits_done) struct edits e = { 0 };
	bool print = c->output && strcmp(c->output, "-") == 0;
	struct draft now;
	struct revision rev = { 0 };
	const char *path;
	int r = draft_find(c, c->args[0], DRAFT_WITH_ID | DRAFT_WITH_REV, &d, f);

	if (r < 0)
		return r;
	if (!d.rev.p) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "restore needs to know which version: DRAFT#ID@REV");
		return fault_hint(f, "For the last saved one: chapeau restore %s@last; all of them: chapeau log %.*s", c->args[0], SPAN_ARG(draft_typed(&d)));
	}
	if (!d.ws->root)
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ d.path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
	path = versions_path(c, d.ws, d.path);
	r = versions_open(d.ws, &h, f);
	if (!r)
		r = draft_revision(c, &d, h, &rev, f);
	if (r == -FAULT_NOT_FOUND && rev.commit[0] && d.id.p) {
		/* The clause may have stood in another draft then. */
		fault_done(f);
		r = 0;
	}
	if (!r && !rev.commit[0])
		r = fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "restore takes a version: a date, a tag, last, or one of chapeau log");
	memcpy(o.hex, rev.commit, sizeof(o.hex));
	/* The draft as it is now: what is written goes there. */
	now = d;
	now.rev = (struct span){ 0 };
	if (!r && !path)
		r = fault_set(f, FAULT_WORKSPACE, (struct srcpos){ d.path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
	if (!r)
		r = draft_read(c, &now, f);
	d.bytes = now.bytes;
	d.stamp = now.stamp;
	if (r < 0)
		return r;
	buf_printf(&command, "restore %s", c->args[0]);
	buf_char(&command, '\0');
	if (!d.id.p) {
		r = history_read(h, path, o.hex, &bytes, f);
		if (!r && print) {
			buf_add(&c->out, buf_span(&bytes));
			return 0;
		}
		if (!r)
			r = draft_write(c, &d, buf_span(&bytes), command.p, f);
		if (!r)
			buf_printf(&c->out, "%s is again as it was in version %.7s.  Take it back: chapeau undo\n", d.path, o.hex);
		return r;
	}
	r = find_older(c, h, path, &d, &o, f);
	if (r < 0)
		return r;
	if (print) {
		put_source(o.doc, o.clause->block, (struct span){ 0 }, &c->out);
		return 0;
	}
	{
		CLEANUP(statement_freep) struct statement *st = NULL;
		struct read_options ro = { .path = d.path, .reading = READING_REJECTED };
		CLEANUP(buf_done) struct buf source = { 0 };
		struct doc *doc = NULL;
		const struct clause *k;

		r = md_read(buf_span(&d.bytes), &ro, &doc, f);
		if (r < 0)
			return r;
		st = statement_new(doc);
		r = statement_require_unique(st, f);
		if (r < 0)
			return r;
		k = statement_find(st, d.id);
		if (k) {
			struct origin at = k->block->attr_origin;
			bool inside = at.begin >= k->block->origin.begin && at.end <= k->block->origin.end;

			put_source(o.doc, o.clause->block, inside ? span_sub(doc->source, at.begin, at.end) : (struct span){ 0 }, &source);
			edits_add(&e, k->block->origin.begin, k->block->origin.end, buf_span(&source));
		} else {
			size_t place = place_for(&o, st);
			const struct block *b = o.clause->block;

			BUF_LIT(&source, "\n");
			if (b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin)
				buf_add(&source, span_sub(o.doc->source, b->attr_origin.begin, b->origin.begin));
			buf_add(&source, span_sub(o.doc->source, b->origin.begin, b->origin.end));
			if (source.n && source.p[source.n - 1] != '\n')
				buf_char(&source, '\n');
			edits_add(&e, place, place, buf_span(&source));
		}
		put_notes(&o, doc, &e);
		edits_apply(&e, doc->source, &bytes);
		if (k && clause_same_text(k, o.clause) && span_eq(buf_span(&bytes), buf_span(&d.bytes))) {
			buf_printf(&c->out, "%.*s reads as it did then: nothing to restore.\n", SPAN_ARG(d.id));
			return 0;
		}
	}
	r = draft_write(c, &d, buf_span(&bytes), command.p, f);
	if (r < 0)
		return r;
	ui_safe(&c->out, d.id);
	buf_printf(&c->out, " in %s reads again as in version %.7s", d.path, o.hex);
	if (!span_eq(o.id, d.id) || !span_eq(o.path, span_str(path))) {
		BUF_LIT(&c->out, ", where it was ");
		ui_safe(&c->out, path_stem(o.path));
		buf_char(&c->out, '#');
		ui_safe(&c->out, o.id);
	}
	BUF_LIT(&c->out, ".  Take it back: chapeau undo\n");
	return 0;
}
