/* The Markdown reader: any bytes give a document or a fault, the alignment never loses step, and words stand where it says. */
#include <stdlib.h>

#include "base/limits.h"
#include "format/format.h"
#include "model/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every word of a doc in one reading, without what divides the blocks. */
static void all_text(struct doc *d, enum reading reading, struct buf *out)
{
	for (size_t i = 0; i <= d->note_count; i++) {
		struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (struct block *b = block_next(top, top); b; b = block_next(b, top))
			text_of_leaf(b, reading, out);
	}
}

static bool white(char c)
{
	return c == ' ' || c == '\n' || c == '\r';
}

/* Runs stand one behind the other, and one as long as its place in the file has the bytes that stand there. */
static void check_runs(const struct doc *d, const struct block *b)
{
	size_t at = 0;

	for (size_t k = 0; k < b->run_count; k++) {
		const struct run *r = &b->runs[k];
		const char *p = d->source.p + r->src.begin;

		if (r->src.begin > r->src.end || r->src.end > d->source.n)
			abort();
		/* In a marked doc the words of both readings stand side by side. */
		if (d->reading != READING_MARKED && r->src.begin < at)
			abort();
		at = r->src.begin;
		if (r->kind != RUN_TEXT || r->src.end - r->src.begin != r->text.n)
			continue;
		for (size_t i = 0; i < r->text.n; i++)
			if (r->text.p[i] != p[i] && !(white(r->text.p[i]) && white(p[i])))
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text[3] = { 0 }, projected[2] = { 0 };

	static const enum reading readings[] = { READING_REJECTED, READING_ACCEPTED, READING_MARKED };

	for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
		struct fault f = { 0 };
		struct doc *d = NULL;
		struct read_options o = { .path = "fuzz.md", .reading = readings[i] };

		if (md_read(span_of((const char *)data, size), &o, &d, &f) == 0) {
			if (d->lost_steps)
				abort();
			for (struct block *b = d->root; b; b = block_next(b, d->root)) {
				if (b->origin.begin > b->origin.end || b->origin.end > size)
					abort();
				check_runs(d, b);
			}
			all_text(d, readings[i], &text[i]);
			if (readings[i] == READING_MARKED) {
				all_text(d, READING_REJECTED, &projected[0]);
				all_text(d, READING_ACCEPTED, &projected[1]);
			}
		}
		doc_free(d);
		fault_done(&f);
	}
	/* The marked document is both readings. */
	for (size_t i = 0; i < 2; i++)
		if (!span_eq(buf_span(&text[i]), buf_span(&projected[i])))
			abort();
	for (size_t i = 0; i < 3; i++)
		buf_done(&text[i]);
	buf_done(&projected[0]);
	buf_done(&projected[1]);
	return 0;
}
