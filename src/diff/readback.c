/* The result, read again both ways and held against the two texts. */
#include "diff/marker.h"

#include "model/text.h"

static enum reading own_reading(const struct doc *d)
{
	return d->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;
}

/* Every leaf of a doc in one reading, and the notes that it refers to, one line a leaf. */
static void read_doc(const struct doc *d, enum reading reading, struct buf *raw, struct buf *out)
{
	bool closed = false;
	struct buf notes = { 0 };

	buf_clear(raw);
	for (const struct block *b = d->root, *next; b; b = next) {
		next = block_next(b, d->root);
		if (!text_mark_reads(b->mark, reading)) {
			next = block_next_skip(b, d->root);
			continue;
		}
		if (!block_is_leaf(b))
			continue;
		if (!closed) {
			size_t before = out->n;

			text_fold(buf_span(raw), out);
			buf_clear(raw);
			buf_add(out, buf_span(&notes));
			buf_clear(&notes);
			if (out->n > before)
				buf_char(out, '\n');
		}
		text_of_leaf(b, reading, raw);
		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind != RUN_NOTE || !text_mark_reads(b->runs[i].mark, reading))
				continue;
			buf_char(&notes, '\v');
			text_of_blocks(b->runs[i].note->body, reading, &notes);
		}
		closed = b->break_mark && !text_mark_reads(b->break_mark, reading);
	}
	text_fold(buf_span(raw), out);
	buf_add(out, buf_span(&notes));
	while (out->n && out->p[out->n - 1] == '\n')
		out->n--;
	buf_done(&notes);
}

int readback(struct marker *m, enum reading reading, const struct doc *want, const char *what, struct fault *f)
{
	struct buf raw = { 0 }, got = { 0 }, text = { 0 };
	size_t at = 0, line;
	int r = 0;

	read_doc(m->out, reading, &raw, &got);
	read_doc(want, own_reading(want), &raw, &text);
	if (!span_eq(buf_span(&got), buf_span(&text))) {
		while (at < got.n && at < text.n && got.p[at] == text.p[at])
			at++;
		for (line = at; line > 0 && text.n && text.p[line < text.n ? line - 1 : text.n - 1] != '\n' && at - line < 60; line--)
			;
		r = fault_set(f, FAULT_REFUSED, (struct srcpos){ want->path, 0, 0 },
			      "this comparison could not be laid into one document: %s would not give this text back, near \"%.*s\"", what,
			      (int)((line < text.n ? text.n - line : 0) < 80 ? (line < text.n ? text.n - line : 0) : 80), text.n ? text.p + line : "");
		fault_hint(f, "Compare as text, JSON or HTML, which need no marks, and please report this pair of texts.");
	}
	buf_done(&raw);
	buf_done(&got);
	buf_done(&text);
	return r;
}
