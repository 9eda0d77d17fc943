/*
 * import: a negotiating text, or any DOCX, ODT, Markdown or text file, into a draft.
 */
#include "cli/commands.h"

#include <stdio.h>

#include "base/json.h"
#include "base/hashmap.h"
#include "base/limits.h"
#include "base/spanmap.h"
#include "base/utf8.h"
#include "cli/apart.h"
#include "cli/fit.h"
#include "cli/frontmatter.h"
#include "cli/labels.h"
#include "cli/opt.h"
#include "cli/pictures.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/unsaid.h"
#include "model/settle.h"
#include "model/outdoc.h"
#include "model/text.h"

/* Plain text: paragraphs between blank lines, nothing else; every sign is a sign. */
static void text_as_markdown(struct span s, struct buf *out)
{
	struct span rest = s;
	bool blank = true;

	if (span_starts(rest, SPAN_LIT(UTF8_BOM)))
		rest = span_sub(rest, 3, rest.n);
	while (rest.n) {
		size_t lf = span_find_char(rest, '\n', 0);
		struct span line = span_trim(lf == SIZE_MAX ? rest : span_sub(rest, 0, lf));

		rest = lf == SIZE_MAX ? (struct span){ 0 } : span_sub(rest, lf + 1, rest.n);
		if (!line.n) {
			if (!blank)
				buf_char(out, '\n');
			blank = true;
			continue;
		}
		md_escape(line, out);
		buf_char(out, '\n');
		blank = false;
	}
}

static size_t count_chain(struct hash_map *said, const struct comment *c)
{
	int64_t *seen = c ? hash_map_put(said, (uint64_t)(uintptr_t)c >> 4) : NULL;
	size_t n = 0;

	for (const struct comment *k = seen && !*seen ? c : NULL; k; k = k->next)
		n++;
	if (seen)
		*seen = 1;
	return n;
}

static size_t count_comments_below(const struct block *top, struct hash_map *said)
{
	size_t n = 0;

	for (const struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind == RUN_COMMENT)
				n += count_chain(said, b->runs[i].comment);
			for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
				if (m->kind == MARK_HIGHLIGHT)
					n += count_chain(said, m->comments);
		}
	return n;
}

static size_t count_comments(const struct doc *d)
{
	struct hash_map said = { 0 };
	size_t n = count_comments_below(d->root, &said);

	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->number)
			n += count_comments_below(d->notes[i]->body, &said);
	hash_map_done(&said);
	return n;
}

/* The draft gets the ids that are still missing. */
static int give_ids(const char *path, struct buf *text, struct fault *f)
{
	CLEANUP(track_result_done) struct track_result t = { 0 };
	CLEANUP(buf_done) struct buf out = { 0 };
	struct doc *d = NULL;
	int r = md_read(buf_span(text), &(struct read_options){ .path = path, .reading = READING_REJECTED }, &d, f);

	if (!r)
		r = md_track(d, &(struct track_options){ 0 }, &t, f);
	if (!r && t.edits.count) {
		edits_apply(&t.edits, d->source, &out);
		buf_clear(text);
		buf_add(text, buf_span(&out));
	}
	doc_free(d);
	return r;
}

static void report(struct cli *c, const struct doc *d, const char *dest, size_t clauses, size_t suggestions, size_t comments)
{
	bool to_stdout = strcmp(dest, "-") == 0;

	if (cli_format_is(c, "json")) {
		struct json j;

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/import@1"));
		json_put_number(&j, "clauses", (int64_t)clauses);
		json_put_number(&j, "suggestions", (int64_t)suggestions);
		json_put_number(&j, "comments", (int64_t)comments);
		json_key(&j, "unplaced");
		json_array(&j);
		for (size_t i = 0; i < d->loss_count; i++) {
			json_object(&j);
			json_put_string(&j, "what", d->losses[i].what);
			json_put_string(&j, "where", d->losses[i].where);
			json_put_string(&j, "text", d->losses[i].text);
			json_object_end(&j);
		}
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
		return;
	}
	buf_printf(&c->out, "%s%s%zu clause%s, %zu suggestion%s, %zu comment%s\n", to_stdout ? "" : dest, to_stdout ? "" : ": ", clauses, clauses == 1 ? "" : "s", suggestions, suggestions == 1 ? "" : "s", comments,
		   comments == 1 ? "" : "s");
	for (size_t i = 0; i < d->loss_count; i++) {
		BUF_LIT(&c->out, "not in the draft: ");
		ui_safe(&c->out, d->losses[i].what);
		BUF_LIT(&c->out, " (");
		ui_safe(&c->out, d->losses[i].where);
		BUF_LIT(&c->out, ")");
		if (d->losses[i].text.n) {
			BUF_LIT(&c->out, ": ");
			ui_safe(&c->out, d->losses[i].text);
		}
		buf_char(&c->out, '\n');
	}
	if (!to_stdout)
		buf_printf(&c->out, "Next: %s%.*s\n", suggestions ? "chapeau suggestions " : "chapeau check ", SPAN_ARG(workspace_typed(&c->arena, span_str(dest))));
}

/* Is it a copy of ours for internal use?  It looks alike whatever was internal in it. */
static bool is_for_us(const struct doc *d)
{
	const struct block *b = d->root;
	CLEANUP(buf_done) struct buf words = { 0 };

	for (size_t i = 0; i < d->loss_count; i++)
		if (span_eq(span_trim(d->losses[i].text), SPAN_LIT(INTERNAL_BANNER)))
			return true;
	while (b && !block_is_leaf(b))
		b = b->first;
	if (b)
		text_of_leaf(b, READING_REJECTED, &words);
	return span_starts(span_trim(buf_span(&words)), SPAN_LIT(INTERNAL_BANNER));
}

/* The text behind the front matter; of a copy for internal use all of it is internal, until somebody says what may be public. */
static int put_text(struct doc *d, struct buf *text, struct fault *f)
{
	bool ours = is_for_us(d);
	int r;

	if (ours)
		BUF_LIT(text, "::: internal\n\n");
	r = md_write_draft(d, text, f);
	if (!ours || r < 0)
		return r;
	if (text->n && text->p[text->n - 1] != '\n')
		buf_char(text, '\n');
	BUF_LIT(text, "\n:::\n");
	doc_lose(d, "which paragraphs were internal: all stand between ::: internal and ::: now, and what may be public has to be taken out of it", SPAN_LIT("text"), (struct span){ 0 });
	return 0;
}

enum { MADE_TEXT, MADE_LENGTHS, MADE_PICTURES, MADE_COUNT };

/* The file as a draft: all up to the final write. */
static int make_draft(struct cli *c, void *ctx, struct fault *f)
{
	CLEANUP(buf_done) struct buf bytes = { 0 }, plain = { 0 };
	CLEANUP(statement_freep) struct statement *st = NULL;
	const char *file = c->args[0], *dest = c->output;
	struct span name = span_str(file);
	struct doc *d = NULL, *again = NULL;
	struct span_map ids = { 0 };
	struct buf *made = ctx, *text = &made[MADE_TEXT];
	bool package = false;
	size_t comments, clauses = 0;
	int r;

	r = file_read(file, LIMIT_ZIP_BYTES, &bytes, NULL, f);
	if (r < 0)
		return r;
	if (span_ends(name, SPAN_LIT(".txt"))) {
		size_t bad = utf8_invalid(buf_span(&bytes));

		if (bad != SIZE_MAX)
			return fault_set(f, FAULT_INPUT, (struct srcpos){ file, 0, 0 }, "this is not UTF-8 text (byte %zu); save it as UTF-8", bad);
		text_as_markdown(buf_span(&bytes), &plain);
		r = md_read(buf_span(&plain), &(struct read_options){ .path = file, .reading = READING_MARKED }, &d, f);
	} else {
		const struct format *fmt = format_by_path(name);

		if (!fmt || !fmt->read) {
			if (draft_wrong_kind(file, f) < 0)
				return -FAULT_INPUT;
			fault_set(f, FAULT_INPUT, (struct srcpos){ file, 0, 0 }, "import reads .docx, .odt, .md and .txt");
			return fault_hint(f, "In Word or LibreOffice: File > Save As > .docx, then again.");
		}
		package = strcmp(fmt->name, "md") != 0;
		/* What is settled by rejecting has the numbers of the older text. */
		r = fmt->read(buf_span(&bytes), &(struct read_options){ .path = file, .reading = package && opt_given(c, "reject") ? READING_REJECTED : READING_MARKED, .pictures = true, .places = true }, &d, f);
	}
	if (r < 0)
		return r;
	if (opt_given(c, "accept"))
		doc_settle(d, READING_ACCEPTED, NULL, NULL);
	else if (opt_given(c, "reject"))
		doc_settle(d, READING_REJECTED, NULL, NULL);
	if (package) {
		frontmatter_take(d);
		pictures_take(c, d, &made[MADE_LENGTHS], &made[MADE_PICTURES]);
		if (made[MADE_LENGTHS].n && strcmp(dest, "-") == 0)
			doc_lose(d, "pictures: they are saved beside a draft that is a file", SPAN_LIT("package"), (struct span){ 0 });
		unsaid_comments(d);
		unsaid_looks(d);
		unsaid_turning(d);
		fit_notes(d);
		fit_comments(d);
		fit_tables(d);
		fit_spaces(d);
	}
	comments = count_comments(d);
	labels_find(d, &ids);
	if (package) {
		labels_reference(d, &ids);
		labels_places(d, &ids);
		fit_items(d);
	}
	frontmatter_put(d, file, text);
	r = put_text(d, text, f);
	if (!r)
		r = give_ids(strcmp(dest, "-") == 0 ? file : dest, text, f);
	if (!r)
		r = md_read(buf_span(text), &(struct read_options){ .path = dest, .reading = READING_REJECTED }, &again, f);
	if (!r) {
		if (package)
			unsaid_emphasis(d, again);
		st = statement_new(again);
		for (size_t i = 0; i < st->count; i++)
			clauses += st->clauses[i].id.n > 0;
		report(c, d, dest, clauses, again->suggestion_count, comments);
	}
	span_map_done(&ids);
	doc_free(d);
	return r;
}

/* The draft, new or replaced on purpose: `undo` takes it back. */
static int write_draft(struct cli *c, const char *dest, struct span text, struct fault *f)
{
	CLEANUP(draft_done) struct draft d = { 0 };
	bool force = opt_given(c, "force");
	int r = draft_at(c, dest, &d, f);

	if (r == 0 && force && file_exists(dest))
		r = draft_read(c, &d, f);
	else
		d.stamp.missing = true;
	return r < 0 ? r : draft_write(c, &d, text, arena_printf(&c->arena, "import %s -o %s%s", c->args[0], dest, force ? " --force" : "").p, f);
}

static int write_all(struct cli *c, const char *dest, const struct buf *made, struct fault *f)
{
	CLEANUP(mem_freep) char *dir = NULL;
	size_t written = 0;
	int r;

	if (strcmp(dest, "-") == 0) {
		CLEANUP(buf_done) struct buf safe = { 0 };

		/* The draft goes where the report would: what is not in it is said beside it. */
		ui_safe(&safe, buf_span(&c->out));
		if (!c->quiet)
			fwrite(safe.p, 1, safe.n, stderr);
		c->output = NULL;
		buf_clear(&c->out);
		buf_add(&c->out, buf_span(&made[MADE_TEXT]));
		return 0;
	}
	dir = path_dir(dest);
	r = file_make_dirs(dir, f);
	if (r == 0)
		r = pictures_write(c, dir, &made[MADE_LENGTHS], &made[MADE_PICTURES], &written, f);
	if (r == 0)
		r = write_draft(c, dest, buf_span(&made[MADE_TEXT]), f);
	if (r < 0 && !opt_given(c, "force"))
		pictures_remove(c, dir, written);
	c->output = NULL; /* what is left to print is the report */
	return r;
}

int cmd_import(struct cli *c, struct fault *f)
{
	struct buf made[MADE_COUNT] = { { 0 } };
	const char *file = c->args[0], *dest = c->output;
	int r;

	if (!dest) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "import needs to know where the draft goes");
		return fault_hint(f, "Such as: chapeau import %s -o drafts/texts/%.*s.md", file, SPAN_ARG(path_stem(span_str(file))));
	}
	if (opt_given(c, "accept") && opt_given(c, "reject"))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--accept and --reject do not go together");
	if (strcmp(dest, "-") != 0 && file_exists(dest) && !opt_given(c, "force")) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ dest, 0, 0 }, "this draft is there already, and is not replaced");
		return fault_hint(f, "Choose another name, or replace it on purpose: --force");
	}
	r = apart_run(c, file, make_draft, made, made, MADE_COUNT, f);
	if (r == 0)
		r = write_all(c, dest, made, f);
	for (size_t i = 0; i < MADE_COUNT; i++)
		buf_done(&made[i]);
	return r;
}
