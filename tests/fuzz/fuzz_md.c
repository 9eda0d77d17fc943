/* The Markdown reader: any bytes give a document or a fault, and the alignment never loses step. */
#include <stdlib.h>

#include "base/limits.h"
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
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
		}
		doc_free(d);
		fault_done(&f);
	}
	return 0;
}
