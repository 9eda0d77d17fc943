#include "format/md/internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "io/file.h"
#include "model/workspace.h"

static int refuse(struct doc *d, struct fault *f, size_t at, enum fault_kind kind, const char *what)
{
	struct srcpos pos = { .file = d->path, .line = 1, .column = 1 };
	size_t start = 0;

	for (size_t i = 0; i < at; i++) {
		char c = d->source.p[i];

		if (c == '\n' || (c == '\r' && d->source.p[i + 1] != '\n')) {
			pos.line++;
			start = i + 1;
		}
	}
	if (start == 0 && span_starts(d->source, SPAN_LIT(UTF8_BOM)))
		start = at < 3 ? at : 3;
	/* What comes before the bad byte is valid. */
	pos.column = utf8_count(span_sub(d->source, start, at)) + 1;
	return fault_set(f, kind, pos, "%s", what);
}

/* Bytes that are no text (DESIGN.md section 9): said with line and byte, never written on. */
static int check_bytes(struct doc *d, struct fault *f)
{
	struct span s = d->source;
	const char *nul = s.n ? memchr(s.p, '\0', s.n) : NULL;
	size_t bad;
	char what[160];

	if (s.n >= 2 && ((s.p[0] == '\xff' && s.p[1] == '\xfe') || (s.p[0] == '\xfe' && s.p[1] == '\xff')))
		return refuse(d, f, 0, FAULT_INPUT, "this file is UTF-16, which chapeau does not read: save it again as UTF-8");
	if (nul) {
		size_t odd = 0, even = 0, n = s.n < 4096 ? s.n : 4096;

		for (size_t i = 0; i < n; i++)
			if (!s.p[i])
				*(i % 2 ? &odd : &even) += 1;
		if ((odd > 1 && odd > n / 4 && !even) || (even > 1 && even > n / 4 && !odd))
			return refuse(d, f, 0, FAULT_INPUT, "this file seems to be UTF-16 without a byte order mark: save it again as UTF-8");
		bad = utf8_invalid(span_sub(s, 0, (size_t)(nul - s.p)));
		if (bad == SIZE_MAX)
			return refuse(d, f, (size_t)(nul - s.p), FAULT_INPUT, "a NUL byte stands here, so this is no text file: remove it, or save the file again as UTF-8");
	}
	bad = utf8_invalid(s);
	if (bad == SIZE_MAX)
		return 0;
	snprintf(what, sizeof(what), "byte %zu of the file (0x%02x) is not UTF-8; it may be Latin-1 or Windows-1252: save the file again as UTF-8", bad + 1,
		 (unsigned)(unsigned char)s.p[bad]);
	return refuse(d, f, bad, FAULT_INPUT, what);
}

/* One reading's tree; the doc's root and notes are free for the next one afterwards. */
static int build(struct doc *d, const struct critics *c, enum reading reading, struct spans *spans, struct reading_tree *ret, struct fault *f)
{
	struct text text = { 0 };
	struct page page = { 0 };
	int r;

	if (c->count)
		critic_reading(d, c, reading, &text);
	else
		text_borrow(&text, d->source, d->meta.body);
	d->root = block_new(d, BLOCK_ROOT);
	d->notes = NULL;
	d->note_count = d->note_cap = 0;
	r = page_scan(d, &text, &page, f);
	if (r == 0)
		page_build(d, &page, spans);
	page_done(&page);
	text_done(&text);
	*ret = (struct reading_tree){ .root = d->root, .notes = d->notes, .note_count = d->note_count };
	d->notes = NULL;
	d->note_count = d->note_cap = 0;
	return r;
}

static void use(struct doc *d, struct reading_tree *t)
{
	d->root = t->root;
	d->notes = t->notes;
	d->note_count = d->note_cap = t->note_count;
	t->notes = NULL;
}

/* A suggestion that crosses a cell's border makes rows of other widths: that is one slip, not one more for every row. */
static void forget_ragged(struct doc *d, size_t first)
{
	size_t count = d->remark_count - first, table = SIZE_MAX, kept = 0;
	const struct block *b = d->root;

	/* Both, the crossings behind first and the tables, stand in the order of the text; so do the rows of a table. */
	for (size_t i = 0; i < first; i++) {
		struct remark *r = &d->remarks[i];
		bool crossed = false;

		if (strcmp(r->rule, "table-ragged") == 0) {
			while (b && !(b->kind == BLOCK_TABLE && r->offset < b->origin.end))
				b = block_next(b, d->root);
			if (b && (table == SIZE_MAX || d->remarks[first + table].offset < b->origin.begin))
				for (table = table == SIZE_MAX ? 0 : table; table + 1 < count && d->remarks[first + table].offset < b->origin.begin;)
					table++;
			crossed = b && r->offset >= b->origin.begin && d->remarks[first + table].offset >= b->origin.begin &&
				  d->remarks[first + table].offset < b->origin.end;
		}
		if (!crossed)
			d->remarks[kept++] = *r;
	}
	memmove(d->remarks + kept, d->remarks + first, count * sizeof(*d->remarks));
	d->remark_count = kept + count;
}

/* The next line at or behind from that begins with seven of these signs, or more, and a space, or holds them alone; SIZE_MAX: none. */
static size_t conflict_line(struct span s, const char *signs, size_t from)
{
	const struct span mark = span_str(signs);

	for (size_t at = from; (at = span_find(s, mark, at)) != SIZE_MAX; at += mark.n) {
		size_t end = at + mark.n;

		while (end < s.n && s.p[end] == mark.p[0])
			end++;
		if ((!at || s.p[at - 1] == '\n' || s.p[at - 1] == '\r') && (end == s.n || s.p[end] == ' ' || s.p[end] == '\n' || s.p[end] == '\r'))
			return at;
	}
	return SIZE_MAX;
}

/* Two versions that nobody has chosen between, as Git leaves them: both would be printed, and of what one holds back the marks may cut the tag off. */
static void remark_conflicts(struct doc *d)
{
	size_t at = d->meta.body, middle, end, line, column;

	while ((at = conflict_line(d->source, "<<<<<<<", at)) != SIZE_MAX) {
		middle = conflict_line(d->source, "=======", at);
		end = middle == SIZE_MAX ? middle : conflict_line(d->source, ">>>>>>>", middle);
		if (end == SIZE_MAX)
			return;
		doc_position(d, end, &line, &column);
		doc_remark(d, "conflict", at, (struct span){ 0 },
			   "from here to line %zu stand two versions of the same lines, and nobody has chosen. Keep one, or both, and take out the lines of < = and >",
			   line);
		at = end;
	}
}

int md_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f)
{
	struct reading_tree rejected = { 0 }, accepted = { 0 };
	struct critics critics = { 0 };
	struct spans was = { 0 }, becomes = { 0 };
	struct doc *d;
	size_t remarks;
	int r;

	if (bytes.n > LIMIT_TEXT_BYTES)
		return fault_set(f, FAULT_LIMIT, (struct srcpos){ .file = o->path }, "this file has more than %u MiB, more than chapeau reads: split it",
				 LIMIT_TEXT_BYTES >> 20);
	d = doc_new(o->path);
	if (o->lasting)
		d->source = bytes;
	else
		doc_set_source(d, bytes);
	d->reading = o->reading;
	if ((r = check_bytes(d, f)) < 0 || (r = front_read(d, f)) < 0 || (r = critic_scan(d, &critics, f)) < 0)
		goto out;
	remark_conflicts(d);
	remarks = d->remark_count;
	if (!critics.count) {
		if ((r = build(d, &critics, READING_REJECTED, NULL, &rejected, f)) == 0)
			use(d, &rejected);
		goto out;
	}
	/* Both readings are parsed, for what crosses in either; what is wrong in the one that was not asked for is not said. */
	if (o->reading == READING_ACCEPTED) {
		if ((r = build(d, &critics, READING_REJECTED, &was, &rejected, f)) < 0)
			goto out;
		d->remark_count = remarks;
		if ((r = build(d, &critics, READING_ACCEPTED, &becomes, &accepted, f)) < 0)
			goto out;
	} else {
		if ((r = build(d, &critics, READING_ACCEPTED, &becomes, &accepted, f)) < 0)
			goto out;
		d->remark_count = remarks;
		if ((r = build(d, &critics, READING_REJECTED, &was, &rejected, f)) < 0)
			goto out;
	}
	remarks = d->remark_count;
	critic_crosses(d, &critics, &was, &becomes);
	if (o->reading == READING_MARKED)
		marked_build(d, &critics, &rejected, &accepted);
	else
		use(d, o->reading == READING_ACCEPTED ? &accepted : &rejected);
	if (d->remark_count > remarks)
		forget_ragged(d, remarks);
out:
	critics_done(&critics);
	free(was.items);
	free(becomes.items);
	free(rejected.notes);
	free(accepted.notes);
	if (r < 0) {
		doc_free(d);
		return r;
	}
	doc_finish(d);
	*ret = d;
	return 0;
}
