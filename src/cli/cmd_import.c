/*
 * import: a negotiating text, or any DOCX, ODT, Markdown or text file, into a draft.
 */
#include "cli/commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/spanmap.h"
#include "base/utf8.h"
#include "cli/apart.h"
#include "cli/labels.h"
#include "cli/opt.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "model/image.h"
#include "model/settle.h"
#include "model/text.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Markdown's emphasis and links begin and end at words: spaces at their edges, which a page does not show, go out of them. */
static void free_spaces(struct doc *d, struct block *b)
{
	struct runs out = { 0 };
	bool any = false;

	if (!block_is_leaf(b) || b->kind == BLOCK_CODE)
		return;
	for (size_t i = 0; i < b->run_count && !any; i++) {
		const struct run *r = &b->runs[i];

		any = r->kind == RUN_TEXT && (r->format || r->link) && r->text.n && (is_space(r->text.p[0]) || is_space(r->text.p[r->text.n - 1]));
	}
	if (!any)
		return;
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		size_t begin = 0, end = r->text.n;
		bool cut = r->kind == RUN_TEXT && (r->format || r->link);

		while (cut && begin < end && is_space(r->text.p[begin]))
			begin++;
		while (cut && end > begin && is_space(r->text.p[end - 1]))
			end--;
		for (int part = 0; part < 3; part++) {
			struct span text = part == 0 ? span_sub(r->text, 0, begin) : part == 1 ? span_sub(r->text, begin, end) : span_sub(r->text, end, r->text.n);
			struct run *x;

			if (part != 1 && !text.n)
				continue;
			if (part == 1 && cut && !text.n)
				continue;
			x = runs_add(&out, r->kind);
			*x = *r;
			if (r->kind == RUN_TEXT)
				x->text = text;
			if (part != 1) {
				x->format = 0;
				x->link = NULL;
			}
		}
	}
	runs_end(&out, d, b);
}

static void free_all_spaces(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			free_spaces(d, b);
	}
}

/* ---- what the file is ---- */

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

static size_t count_comments_below(const struct block *top)
{
	size_t n = 0;
	const struct comment *last = NULL;

	for (const struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			const struct comment *c = r->kind == RUN_COMMENT ? r->comment : NULL;

			for (const struct mark *m = r->mark; m && !c; m = m->outer)
				c = m->kind == MARK_HIGHLIGHT ? m->comments : NULL;
			if (c && c != last)
				for (const struct comment *k = c; k; k = k->next)
					n++;
			last = c ? c : last;
		}
	return n;
}

/* Markdown has no place for a comment in code. */
static void list_comments_on_code(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			const struct comment *last = NULL;

			for (size_t i = 0; b->kind == BLOCK_CODE && i < b->run_count; i++) {
				struct run *r = &b->runs[i];
				const struct comment *c = r->kind == RUN_COMMENT ? r->comment : NULL;

				for (const struct mark *m = r->mark; m && !c; m = m->outer)
					c = m->kind == MARK_HIGHLIGHT ? m->comments : NULL;
				for (const struct comment *k = c != last ? c : NULL; k; k = k->next)
					doc_lose(d, "comment on code", SPAN_LIT("text"), k->text);
				last = c ? c : last;
				if (r->kind == RUN_COMMENT) {
					r->kind = RUN_TEXT;
					r->comment = NULL;
					r->text = (struct span){ 0 };
				}
			}
		}
	}
}

static size_t count_comments(const struct doc *d)
{
	size_t n = count_comments_below(d->root);

	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->number)
			n += count_comments_below(d->notes[i]->body);
	return n;
}

/* Items of an ordered list, however it prints (a) or (i): Markdown counts them 1., 2. */
static void number_items(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			unsigned n = 0;

			if (b->kind != BLOCK_LIST || !b->ordered)
				continue;
			for (struct block *item = b->first; item; item = item->next)
				item->printed = arena_printf(&d->arena, "%u", ++n);
		}
	}
}

/* ---- pictures ---- */

/* "zero" for -o drafts/zero.md: what the folder of its pictures is called after. */
static struct span stem_of(struct cli *c)
{
	return path_stem(span_str(strcmp(c->output, "-") == 0 ? c->args[0] : c->output));
}

static const char *picture_ending(struct span bytes)
{
	enum image_type type;
	unsigned width, height;

	if (!image_sniff(bytes, &type, &width, &height) || type == IMAGE_SVG)
		return NULL;
	return type == IMAGE_PNG ? "png" : "jpeg";
}

/* zero-images/1.png, after the draft and a count: nothing of it is from the package. */
static struct span picture_name(struct cli *c, size_t number, const char *ending)
{
	return arena_printf(&c->arena, "%.*s-images/%zu.%s", SPAN_ARG(stem_of(c)), number, ending);
}

/* A file's name as a link has it. */
static struct span as_link(struct doc *d, struct span name)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = 0; i < name.n; i++) {
		if (strchr(" %<>()\\\"?#:", name.p[i]))
			buf_printf(&b, "%%%02X", (unsigned char)name.p[i]);
		else
			buf_char(&b, name.p[i]);
	}
	return arena_dup(&d->arena, buf_span(&b));
}

struct pictures {
	struct cli *c;
	struct doc *d;
	struct span *links; /* by place in doc.pictures; empty: not used, or it cannot be kept */
	struct buf *lengths, *bytes;
	size_t count;
	bool too_many;
};

static void name_pictures(struct pictures *x, struct block *top)
{
	for (struct block *b = top; b; b = block_next(b, top)) {
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *r = &b->runs[i];
			const struct doc_picture *p;
			struct image *im;

			if (r->kind != RUN_IMAGE || !r->image)
				continue;
			p = r->image->picture ? &x->d->pictures[r->image->picture - 1] : NULL;
			x->too_many = x->too_many || (!p && x->d->picture_count >= LIMIT_IMAGES);
			if (!p || !p->bytes.n) {
				/* Its words stay. */
				r->kind = RUN_TEXT;
				r->image = NULL;
				continue;
			}
			if (!x->links[r->image->picture - 1].n) {
				uint64_t n = p->bytes.n;

				x->links[r->image->picture - 1] = as_link(x->d, picture_name(x->c, ++x->count, picture_ending(p->bytes)));
				buf_put(x->lengths, (const char *)&n, sizeof(n));
				buf_add(x->bytes, p->bytes);
			}
			im = ARENA_NEW(&x->d->arena, struct image);
			*im = *r->image;
			im->url = x->links[r->image->picture - 1];
			r->image = im;
		}
	}
}

static void take_pictures(struct cli *c, struct doc *d, struct buf *lengths, struct buf *bytes)
{
	struct pictures x = { .c = c, .d = d, .lengths = lengths, .bytes = bytes };

	x.links = ARENA_ARRAY(&d->arena, d->picture_count + 1, struct span);
	name_pictures(&x, d->root);
	for (size_t i = 0; i < d->note_count; i++)
		name_pictures(&x, d->notes[i]->body);
	if (x.too_many)
		doc_lose(d, "picture past the limit of 1,000 different ones, not saved", SPAN_LIT("package"), (struct span){ 0 });
}

/* What our own exports put around a statement is front matter again; in a stranger's file it is text like any other. */
static void take_information(struct doc *d)
{
	const struct block *next, *after_line = NULL; /* what followed the last line that was listed */
	struct span *endorsers = ARENA_ARRAY(&d->arena, d->block_count + 1, struct span);
	bool box = false;

	if (!d->map.n)
		return;
	d->meta.endorsed_by = endorsers;
	for (const struct block *b = d->root->first; b; b = next) {
		CLEANUP(buf_done) struct buf words = { 0 }, changed = { 0 };
		struct span text;

		next = b->next;
		if (!b->furniture || !block_is_leaf(b))
			continue;
		text_of_leaf(b, READING_REJECTED, &words);
		text_of_leaf(b, READING_ACCEPTED, &changed);
		text = arena_dup(&d->arena, span_trim(buf_span(&words)));
		block_remove((struct block *)b);
		if (b->furniture == FURNITURE_ENDORSER) {
			/* The line above them is the call's word for them. */
			d->loss_count -= after_line == b;
			if (text.n)
				endorsers[d->meta.endorsed_count++] = text;
		} else if (b->furniture == FURNITURE_TITLE && span_eq(text, d->meta.title)) {
			/* The organisation stands above the title. */
			if (after_line == b)
				d->meta.organisation = d->losses[--d->loss_count].text;
		} else if (meta_is_date(text) && !d->meta.date.n) {
			d->meta.date = text;
		} else if (text.n && (b->furniture != FURNITURE_BOX || !box)) {
			doc_lose(d, b->furniture == FURNITURE_BOX ? "cover box" : "line around the text", SPAN_LIT("information block"), text);
			box = box || b->furniture == FURNITURE_BOX;
			after_line = b->furniture == FURNITURE_BOX ? after_line : next;
		}
		if (!span_eq(buf_span(&changed), buf_span(&words)))
			doc_lose(d, "tracked change around the text", SPAN_LIT("information block"), changed.n ? buf_span(&changed) : text);
	}
}

static void put_quoted(struct span value, struct buf *out)
{
	buf_char(out, '"');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '"' || value.p[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, value.p[i] == '\n' ? ' ' : value.p[i]);
	}
	buf_char(out, '"');
}

static void quoted(const char *key, struct span value, struct buf *out)
{
	if (!value.n)
		return;
	buf_printf(out, "%s: ", key);
	put_quoted(value, out);
	buf_char(out, '\n');
}

static void endorsed(const struct doc *d, struct buf *out)
{
	for (size_t i = 0; i < d->meta.endorsed_count; i++) {
		buf_str(out, i ? ", " : "endorsed-by: [");
		put_quoted(d->meta.endorsed_by[i], out);
	}
	if (d->meta.endorsed_count)
		BUF_LIT(out, "]\n");
}

static bool is_emphasis(const struct run *r)
{
	return r->kind == RUN_TEXT && r->format & (FMT_EMPH | FMT_STRONG) && mark_rejected(r->mark) && span_trim(r->text).n;
}

/* Words whose emphasis Markdown cannot say where they stand: between ideographs, before a bracket. */
static void list_lost_emphasis(struct doc *d, struct doc *written)
{
	struct span_map said = { 0 };

	for (int back = 1; back >= 0; back--) {
		struct doc *x = back ? written : d;

		for (size_t part = 0; part <= x->note_count; part++) {
			struct block *top = part ? x->notes[part - 1]->body : x->root;

			for (struct block *b = top; b; b = block_next(b, top))
				for (size_t i = 0; i < b->run_count; i++) {
					const struct run *r = &b->runs[i];

					unsigned *left;

					if (!is_emphasis(r))
						continue;
					left = span_map_put(&said, span_trim(r->text));
					if (back)
						++*left;
					else if (*left)
						--*left;
					else if (b->kind != BLOCK_CODE && !b->furniture)
						doc_lose(d, "emphasis that Markdown has no signs for here", SPAN_LIT("text"), span_trim(r->text));
				}
		}
	}
	span_map_done(&said);
}

/* Looks that Markdown has no signs for. */
static void list_lost_looks(struct doc *d)
{
	static const struct {
		unsigned format;
		const char *what;
	} looks[] = { { FMT_STRIKE, "words struck through by hand" }, { FMT_UNDERLINE, "underlined words" }, { FMT_SUPER, "raised words" }, { FMT_SUB, "lowered words" } };

	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t k = 0; k < ARRAY_LEN(looks); k++) {
				CLEANUP(buf_done) struct buf words = { 0 };

				for (size_t i = 0; i <= b->run_count; i++) {
					const struct run *r = i < b->run_count ? &b->runs[i] : NULL;

					if (r && r->kind == RUN_TEXT && !r->link && r->format & looks[k].format) {
						buf_add(&words, r->text);
						continue;
					}
					if (span_trim(buf_span(&words)).n)
						doc_lose(d, looks[k].what, SPAN_LIT("text"), span_trim(buf_span(&words)));
					buf_clear(&words);
				}
			}
	}
}

/* Characters that turn the direction of a text can hide what it says: they are kept, and said. */
static void list_turning(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			bool found = false;

			for (size_t i = 0; i < b->run_count && !found; i++)
				for (size_t at = 0; at < b->runs[i].text.n && !found;) {
					uint32_t cp = utf8_next(b->runs[i].text.p, b->runs[i].text.n, &at);

					found = (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
					if (found)
						doc_lose(d, "characters that turn the direction of the text, kept", SPAN_LIT("text"), b->runs[i].text);
				}
		}
	}
}

/* A Markdown table has as many cells in each row. */
static void pad_tables(struct doc *d)
{
	for (struct block *t = d->root; t; t = block_next(t, d->root)) {
		size_t most = 0, n;

		if (t->kind != BLOCK_TABLE)
			continue;
		for (struct block *row = t->first; row; row = row->next) {
			n = 0;
			for (struct block *c = row->first; c; c = c->next)
				n++;
			most = n > most ? n : most;
		}
		for (struct block *row = t->first; row; row = row->next) {
			n = 0;
			for (struct block *c = row->first; c; c = c->next)
				n++;
			for (; n < most; n++)
				block_append(row, block_new(d, BLOCK_CELL));
		}
	}
}

static void front_matter(const struct doc *d, const char *file, struct buf *out)
{
	struct span title = d->meta.title.n ? d->meta.title : path_stem(span_str(file));

	BUF_LIT(out, "---\n");
	quoted("title", title, out);
	quoted("organisation", d->meta.organisation, out);
	if (meta_is_date(d->meta.date))
		buf_printf(out, "date: %.*s\n", SPAN_ARG(d->meta.date));
	endorsed(d, out);
	if (d->meta.language.n)
		buf_printf(out, "language: %.*s\n", SPAN_ARG(d->meta.language));
	if (d->meta.numbering == NUMBERING_PARAGRAPHS || d->meta.numbering == NUMBERING_HEADINGS)
		buf_printf(out, "numbering: %s\n", d->meta.numbering == NUMBERING_PARAGRAPHS ? "paragraphs" : "headings");
	BUF_LIT(out, "---\n\n");
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
	buf_printf(&c->out, "%s: %zu clause%s, %zu suggestion%s, %zu comment%s\n", dest, clauses, clauses == 1 ? "" : "s", suggestions, suggestions == 1 ? "" : "s", comments,
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
	buf_printf(&c->out, "Next: %s%.*s\n", suggestions ? "chapeau suggestions " : "chapeau check ", SPAN_ARG(workspace_typed(&c->arena, span_str(dest))));
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
		r = fmt->read(buf_span(&bytes), &(struct read_options){ .path = file, .reading = READING_MARKED, .pictures = true }, &d, f);
	}
	if (r < 0)
		return r;
	if (opt_given(c, "accept"))
		doc_settle(d, READING_ACCEPTED, NULL, NULL);
	else if (opt_given(c, "reject"))
		doc_settle(d, READING_REJECTED, NULL, NULL);
	if (package)
		take_information(d);
	if (package)
		take_pictures(c, d, &made[MADE_LENGTHS], &made[MADE_PICTURES]);
	if (package) {
		list_comments_on_code(d);
		list_lost_looks(d);
		list_turning(d);
		pad_tables(d);
		free_all_spaces(d);
	}
	comments = count_comments(d);
	labels_find(d, &ids);
	if (package) {
		labels_reference(d, &ids);
		number_items(d);
	}
	front_matter(d, file, text);
	r = md_write_draft(d, text, f);
	if (!r)
		r = give_ids(strcmp(dest, "-") == 0 ? file : dest, text, f);
	if (!r)
		r = md_read(buf_span(text), &(struct read_options){ .path = dest, .reading = READING_REJECTED }, &again, f);
	if (!r) {
		if (package)
			list_lost_emphasis(d, again);
		st = statement_new(again);
		for (size_t i = 0; i < st->count; i++)
			clauses += st->clauses[i].id.n > 0;
		if (strcmp(dest, "-") != 0)
			report(c, d, dest, clauses, again->suggestion_count, comments);
	}
	span_map_done(&ids);
	doc_free(d);
	return r;
}

/* The pictures, numbered from 1, in a folder of their own beside the draft.  written: how many are there. */
static int write_pictures(struct cli *c, const char *dir, const struct buf *made, size_t *written, struct fault *f)
{
	const struct file_stamp missing = { .missing = true };
	struct span lengths = buf_span(&made[MADE_LENGTHS]), bytes = buf_span(&made[MADE_PICTURES]);
	CLEANUP(mem_freep) char *folder = path_join(dir, arena_printf(&c->arena, "%.*s-images", SPAN_ARG(stem_of(c))).p);
	int r = 0;

	if (lengths.n && file_exists(folder) && !opt_given(c, "force")) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ folder, 0, 0 }, "the pictures would go into this folder, which is there already and is not replaced");
		return fault_hint(f, "Choose another name for the draft, or replace it on purpose: --force");
	}
	if (lengths.n)
		r = file_make_dirs(folder, f);
	while (r == 0 && lengths.n >= sizeof(uint64_t)) {
		CLEANUP(mem_freep) char *path = NULL;
		const char *ending;
		uint64_t n;

		memcpy(&n, lengths.p, sizeof(n));
		lengths = span_sub(lengths, sizeof(n), lengths.n);
		ending = n <= bytes.n ? picture_ending(span_sub(bytes, 0, (size_t)n)) : NULL;
		if (!ending)
			return fault_set(f, FAULT_INPUT, (struct srcpos){ c->args[0], 0, 0 }, "this file could not be read safely: what came of it is not whole");
		path = path_join(dir, picture_name(c, *written + 1, ending).p);
		r = file_replace(path, span_sub(bytes, 0, (size_t)n), opt_given(c, "force") ? NULL : &missing, f);
		bytes = span_sub(bytes, (size_t)n, bytes.n);
		*written += r == 0;
	}
	return r;
}

/* Nothing half-written is left: the pictures of a draft that did not come about go again. */
static void remove_pictures(struct cli *c, const char *dir, size_t written)
{
	static const char *const endings[] = { "png", "jpeg" };
	CLEANUP(mem_freep) char *folder = path_join(dir, arena_printf(&c->arena, "%.*s-images", SPAN_ARG(stem_of(c))).p);

	for (size_t i = 1; i <= written; i++)
		for (size_t k = 0; k < ARRAY_LEN(endings); k++) {
			CLEANUP(mem_freep) char *path = path_join(dir, picture_name(c, i, endings[k]).p);

			unlink(path);
		}
	rmdir(folder);
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
		c->output = NULL;
		buf_add(&c->out, buf_span(&made[MADE_TEXT]));
		return 0;
	}
	dir = path_dir(dest);
	r = file_make_dirs(dir, f);
	if (r == 0)
		r = write_pictures(c, dir, made, &written, f);
	if (r == 0)
		r = write_draft(c, dest, buf_span(&made[MADE_TEXT]), f);
	if (r < 0 && !opt_given(c, "force"))
		remove_pictures(c, dir, written);
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

