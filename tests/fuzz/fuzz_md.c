/* The Markdown reader: any bytes give a document or a fault, and the alignment never loses step. */
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
				for (size_t k = 0; k < b->run_count; k++)
					if (b->runs[k].src.begin > b->runs[k].src.end || b->runs[k].src.end > size)
						abort();
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
