#include "cli/frontmatter.h"

#include "io/file.h"
#include "model/text.h"

/* Words alone: what else stands in a title, a note or a comment, has no place in front matter. */
static bool is_words(const struct block *b)
{
	bool words = !b->break_mark;

	for (size_t i = 0; i < b->run_count && words; i++) {
		const struct run *r = &b->runs[i];

		words = !r->link && (r->kind == RUN_TEXT || r->kind == RUN_HARD);
		for (const struct mark *m = r->mark; m; m = m->outer)
			words = words && m->kind != MARK_HIGHLIGHT;
	}
	return words;
}

/* Of a stranger's file the title alone: front matter has it, and it would stand twice.  Nothing is settled there: the older words stay, if it had any. */
static void take_title(struct doc *d)
{
	for (struct block *b = d->root->first; b; b = b->next) {
		CLEANUP(buf_done) struct buf older = { 0 }, newer = { 0 };
		struct span title;

		if (b->furniture != FURNITURE_TITLE || !block_is_leaf(b))
			continue;
		if (mark_rejected(b->mark))
			text_of_leaf(b, READING_REJECTED, &older);
		if (mark_accepted(b->mark))
			text_of_leaf(b, READING_ACCEPTED, &newer);
		title = span_trim(buf_span(older.n ? &older : &newer));
		if (!is_words(b) || !title.n)
			return;
		d->meta.title = arena_dup(&d->arena, title);
		if (!span_eq(buf_span(&older), buf_span(&newer)))
			doc_lose(d, "tracked change of the title", SPAN_LIT("text"), span_trim(buf_span(&newer)));
		block_remove(b);
		return;
	}
}

void frontmatter_take(struct doc *d)
{
	const struct block *next, *after_line = NULL; /* what followed the last line that was listed */
	struct span *endorsers = ARENA_ARRAY(&d->arena, d->block_count + 1, struct span);
	bool box = false;

	if (!d->map.n) {
		take_title(d);
		return;
	}
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

void frontmatter_put(const struct doc *d, const char *file, struct buf *out)
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
