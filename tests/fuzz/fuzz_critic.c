/* Suggestions: settling all of them gives the reading's bytes back to the reader, and nothing else of the file moves. */
#include <stdlib.h>

#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void settle(struct doc *d, enum settle how, bool comments, struct buf *out)
{
	enum settle *what = mem_zero(d->suggestion_count, sizeof(*what));
	struct edits e = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < d->suggestion_count; i++)
		what[i] = how;
	if (md_settle(d, what, comments, &e, NULL) < 0)
		abort();
	/* Settling takes bytes away and adds none. */
	for (size_t i = 0; i < e.count; i++) {
		if (e.items[i].text.n || e.items[i].begin < at || e.items[i].end > d->source.n || e.items[i].begin < d->meta.body)
			abort();
		at = e.items[i].end;
	}
	if (how == SETTLE_LEAVE && !comments && e.count)
		abort();
	edits_apply(&e, d->source, out);
	edits_done(&e);
	free(what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct read_options o = { .path = "fuzz.md", .reading = READING_MARKED };
	struct buf out = { 0 };
	struct fault f = { 0 };
	struct doc *d = NULL;

	if (md_read(span_of((const char *)data, size), &o, &d, &f) == 0) {
		if (d->lost_steps)
			abort();
		for (size_t i = 0; i < d->suggestion_count; i++) {
			const struct suggestion *s = &d->suggestions[i];

			if (s->number != i + 1 || s->outer >= s->number || s->origin.begin >= s->origin.end || s->origin.end > size ||
			    (i && s->origin.begin <= s[-1].origin.begin))
				abort();
		}
		for (int how = SETTLE_LEAVE; how <= SETTLE_REJECT; how++) {
			for (int comments = 0; comments < 2; comments++) {
				settle(d, (enum settle)how, comments, &out);
				buf_clear(&out);
			}
		}
	}
	buf_done(&out);
	doc_free(d);
	fault_done(&f);
	return 0;
}
