#include "cli/commands.h"

#include <stdlib.h>

#include "base/limits.h"
#include "cli/opt.h"
#include "cli/revision.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "io/file.h"

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

static struct span definition(const struct doc *d, const struct note *n)
{
	return span_sub(d->source, n->origin.begin, n->origin.end);
}

/* A definition's words, behind its label. */
static struct span words_of(struct span definition)
{
	size_t colon = span_find(definition, SPAN_LIT("]:"), 0);

	return span_trim(colon == SIZE_MAX ? definition : span_sub(definition, colon + 2, definition.n));
}

/* Does another clause of the draft refer to the note too? */
static bool shared(const struct statement *now, const struct clause *mine, const struct note *n)
{
	for (size_t i = 0; i < now->count; i++)
		for (size_t k = 0; &now->clauses[i] != mine && k < now->clauses[i].note_count; k++)
			if (now->clauses[i].notes[k] == n)
				return true;
	return false;
}

/* Behind the last line of the draft, with an empty line before it. */
static void put_at_end(const struct doc *now, struct span lines, struct edits *e)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (now->source.n && now->source.p[now->source.n - 1] != '\n')
		BUF_LIT(&b, "\n");
	BUF_LIT(&b, "\n");
	buf_add(&b, lines);
	if (b.p[b.n - 1] != '\n')
		buf_char(&b, '\n');
	edits_add(e, now->source.n, now->source.n, buf_span(&b));
}

/* The older source with another label for one of its notes. */
static void relabel(struct buf *source, struct span old, struct span label)
{
	CLEANUP(buf_done) struct buf mark = { 0 }, out = { 0 };
	size_t at = 0, hit;

	buf_printf(&mark, "[^%.*s]", SPAN_ARG(old));
	while ((hit = span_find(buf_span(source), buf_span(&mark), at)) != SIZE_MAX) {
		buf_add(&out, span_sub(buf_span(source), at, hit));
		buf_printf(&out, "[^%.*s]", SPAN_ARG(label));
		at = hit + mark.n;
	}
	buf_add(&out, span_sub(buf_span(source), at, source->n));
	buf_clear(source);
	buf_add(source, buf_span(&out));
}

/*
 * The footnotes that the older words refer to belong to the wording: those that are gone come back, one that reads otherwise
 * now is set back where no other clause has it too, and else comes under a label of its own.
 */
static void put_notes(struct cli *c, const struct older *o, const struct statement *now, const struct clause *mine, struct buf *source, struct edits *e)
{
	for (size_t i = 0; i < o->clause->note_count; i++) {
		const struct note *n = o->clause->notes[i], *there = note_find(now->doc, n->label);
		struct span old = definition(o->doc, n), label;

		if (!there) {
			put_at_end(now->doc, old, e);
			continue;
		}
		if (span_eq(words_of(old), words_of(definition(now->doc, there))))
			continue;
		if (!shared(now, mine, there)) {
			edits_add(e, there->origin.begin, there->origin.end, old);
			continue;
		}
		for (unsigned k = 2;; k++) {
			label = arena_printf(&c->arena, "%.*s-%u", SPAN_ARG(n->label), k);
			if (!note_find(now->doc, label) && !note_find(o->doc, label))
				break;
		}
		relabel(source, n->label, label);
		put_at_end(now->doc, arena_printf(&c->arena, "[^%.*s]: %.*s", SPAN_ARG(label), SPAN_ARG(words_of(old))), e);
	}
}

/* The definition of a link's label that begins the line at at: to an empty line or the next one.  Empty: none does. */
static struct span link_lines(struct span source, size_t at, struct span *ret_label)
{
	size_t close = at < source.n && source.p[at] == '[' ? span_find(source, SPAN_LIT("]:"), at) : SIZE_MAX, end = at;

	if (close == SIZE_MAX || source.p[at + 1] == '^' || span_find_char(source, '\n', at) < close)
		return (struct span){ 0 };
	*ret_label = span_sub(source, at + 1, close);
	do {
		size_t lf = span_find_char(source, '\n', end);

		end = lf == SIZE_MAX ? source.n : lf + 1;
	} while (end < source.n && source.p[end] != '\n' && source.p[end] != '\r' && source.p[end] != '[');
	return span_sub(source, at, end);
}

static bool defines(struct span source, struct span label)
{
	struct span seen;

	for (size_t at = 0; at < source.n; at++) {
		if (link_lines(source, at, &seen).n && span_eq_nocase(seen, label))
			return true;
		at = span_find_char(source, '\n', at);
		if (at == SIZE_MAX)
			break;
	}
	return false;
}

/* Where the older words' links led, if the draft does not say so any more. */
static void put_links(const struct older *o, const struct doc *now, struct span words, struct edits *e)
{
	struct span source = o->doc->source;

	for (size_t at = 0; at < source.n; at++) {
		struct span label, lines = link_lines(source, at, &label);
		CLEANUP(buf_done) struct buf mark = { 0 };

		buf_printf(&mark, "[%.*s]", SPAN_ARG(lines.n ? label : (struct span){ 0 }));
		if (lines.n && span_find(words, buf_span(&mark), 0) != SIZE_MAX && !defines(now->source, label))
			put_at_end(now, lines, e);
		at = span_find_char(source, '\n', at);
		if (at == SIZE_MAX)
			break;
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

/* The draft with the older wording in it; *ret_same: it reads so already. */
static int lay_in(struct cli *c, struct restoring *x, struct buf *bytes, bool *ret_same, struct fault *f)
{
	CLEANUP(statement_freep) struct statement *st = NULL;
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf source = { 0 };
	struct read_options ro = { .path = x->d->path, .reading = READING_REJECTED };
	struct older *o = &x->o;
	struct doc *doc = NULL;
	const struct clause *k;
	int r = md_read(buf_span(&x->d->bytes), &ro, &doc, f);

	if (r < 0)
		return r;
	st = statement_new(doc);
	r = statement_require_unique(st, f);
	if (r < 0)
		return r;
	k = statement_find(st, x->d->id);
	if (k) {
		struct origin at = k->block->attr_origin;
		bool inside = at.begin >= k->block->origin.begin && at.end <= k->block->origin.end;

		put_source(o->doc, o->clause->block, inside ? span_sub(doc->source, at.begin, at.end) : (struct span){ 0 }, &source);
		put_notes(c, o, st, k, &source, &e);
		edits_add(&e, k->block->origin.begin, k->block->origin.end, buf_span(&source));
	} else {
		size_t place = place_for(o, st);
		const struct block *b = o->clause->block;

		BUF_LIT(&source, "\n");
		if (b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin)
			buf_add(&source, span_sub(o->doc->source, b->attr_origin.begin, b->origin.begin));
		buf_add(&source, span_sub(o->doc->source, b->origin.begin, b->origin.end));
		if (source.n && source.p[source.n - 1] != '\n')
			buf_char(&source, '\n');
		put_notes(c, o, st, NULL, &source, &e);
		edits_add(&e, place, place, buf_span(&source));
	}
	put_links(o, doc, buf_span(&source), &e);
	edits_apply(&e, doc->source, bytes);
	*ret_same = k && clause_same_text(k, o->clause) && span_eq(buf_span(bytes), buf_span(&x->d->bytes));
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
		put_source(o->doc, o->clause->block, (struct span){ 0 }, &c->out);
		return 0;
	}
	r = lay_in(c, x, &bytes, &same, f);
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
