#include "model/finding.h"

#include <stdlib.h>

#include "base/sha256.h"

const char *level_name(enum level l)
{
	switch (l) {
	case LEVEL_OFF:
		return "off";
	case LEVEL_NOTE:
		return "note";
	case LEVEL_WARNING:
		return "warning";
	case LEVEL_ERROR:
		return "error";
	}
	return "error";
}

void findings_done(struct findings *f)
{
	if (!f)
		return;
	free(f->items);
	arena_done(&f->arena);
	*f = (struct findings){ 0 };
}

struct finding *findings_add(struct findings *f, const char *rule, enum level level)
{
	if (f->count == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 32;
		f->items = mem_resize(f->items, f->cap, sizeof(struct finding));
	}
	f->items[f->count] = (struct finding){ .rule = rule, .level = level };
	return &f->items[f->count++];
}

static int by_place(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int r;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	r = strcmp(a->rule, b->rule);
	if (r)
		return r;
	r = span_cmp(a->subject, b->subject);
	return r ? r : span_cmp(a->message, b->message);
}

void findings_sort(struct findings *f)
{
	if (f->count)
		qsort(f->items, f->count, sizeof(struct finding), by_place);
}

size_t findings_count(const struct findings *f, enum level level)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].level == level && !f->items[i].waived;
	return n;
}

void finding_key(const struct finding *f, char ret_hex[65])
{
	struct sha256 h;
	unsigned char digest[SHA256_BYTES];
	const struct span lf = SPAN("\n");

	sha256_init(&h);
	sha256_add(&h, span_str(f->rule));
	sha256_add(&h, lf);
	sha256_add(&h, f->clause);
	sha256_add(&h, lf);
	sha256_add(&h, f->subject);
	sha256_add(&h, lf);
	sha256_add(&h, f->excerpt);
	sha256_end(&h, digest);
	sha256_hex(digest, ret_hex);
}
