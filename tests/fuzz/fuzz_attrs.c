/* Attribute lists, in both forms and at every place: what is read stands where it says, and nothing of it is printed. */
#include <stdlib.h>

#include "base/limits.h"
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const frames[][2] = { { "{", "}\nword\n" }, { "<!-- {", "} -->\nword\n" }, { "# word {", "}\n" }, { "- {", "} word\n" }, { "word {", "}\n===\n" } };

	if (size > 2000)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
		struct read_options o = { .path = "fuzz.md" };
		struct buf text = { 0 };
		struct fault f = { 0 };
		struct doc *d = NULL;

		buf_str(&text, frames[i][0]);
		buf_put(&text, (const char *)data, size);
		buf_str(&text, frames[i][1]);
		if (md_read(buf_span(&text), &o, &d, &f) == 0) {
			if (d->lost_steps)
				abort();
			for (struct block *b = d->root; b; b = block_next(b, d->root)) {
				const struct attrs *a = b->attrs;

				if (!a)
					continue;
				if (b->attr_origin.begin >= b->attr_origin.end || b->attr_origin.end > text.n)
					abort();
				if (a->id.n && (!id_valid(a->id) || a->id_begin + a->id.n > text.n ||
						!span_eq(a->id, span_sub(d->source, a->id_begin, a->id_begin + a->id.n))))
					abort();
				for (size_t k = 0; k < a->count; k++)
					if (a->items[k].begin >= a->items[k].end || a->items[k].end > b->attr_origin.end ||
					    a->items[k].begin < b->attr_origin.begin)
						abort();
			}
		}
		doc_free(d);
		fault_done(&f);
		buf_done(&text);
	}
	return 0;
}
