/* Which segment of a side is which of the base: by the comparison of the two, by labels, by the words. */
#include <stdlib.h>

#include "base/spanmap.h"
#include "diff/diff.h"
#include "merge/segments.h"
#include "merge/three.h"

static const struct block *top_block(const struct block *b)
{
	while (b->parent && b->parent->parent)
		b = b->parent;
	return b;
}

static void mate(struct side *s, size_t base, size_t own)
{
	if (base == NONE || own == NONE || s->of_base[base] != NONE || s->segments[own].mate_base != NONE)
		return;
	s->of_base[base] = own;
	s->segments[own].mate_base = base;
}

/* What a front matter or a note goes by: labels are compared without case. */
static struct span name_of(struct arena *a, const struct segment *x)
{
	char *name = arena_alloc(a, x->label.n + 1);

	name[0] = x->kind == SEG_NOTE ? '^' : '-';
	for (size_t i = 0; i < x->label.n; i++)
		name[i + 1] = (unsigned char)(x->label.p[i] - 'A') < 26 ? (char)(x->label.p[i] + 32) : x->label.p[i];
	return span_of(name, x->label.n + 1);
}

/* Of several with one label the first stands for all, as the reader has it. */
static void pair_labelled(struct side *base, struct side *s)
{
	struct span_map names = { 0 };
	struct arena a = { 0 };

	for (size_t j = s->count; j--;)
		if (s->segments[j].kind == SEG_FRONT || s->segments[j].kind == SEG_NOTE)
			*span_map_put(&names, name_of(&a, &s->segments[j])) = (unsigned)j + 1;
	for (size_t i = 0; i < base->count; i++) {
		unsigned *found = base->segments[i].kind == SEG_FRONT || base->segments[i].kind == SEG_NOTE ? span_map_find(&names, name_of(&a, &base->segments[i])) : NULL;

		if (found)
			mate(s, i, *found - 1);
	}
	span_map_done(&names);
	arena_done(&a);
}

int segments_pair(struct side *base, struct side *s, struct fault *f)
{
	struct comparison *c = NULL;
	struct diff_options o = { 0 };
	struct symbols symbols = { 0 };
	uint32_t *a, *b;
	bool *gone, *came, *keep;
	size_t i, j;
	int r = diff_statements(base->statement, s->statement, &o, &c, f);

	if (r < 0)
		return r;
	s->of_base = mem_alloc((base->count + 1) * sizeof(size_t));
	for (i = 0; i < base->count; i++)
		s->of_base[i] = NONE;
	for (i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (e->kind == CHANGE_SPLIT && !e->from && e->partner && !e->to->block->in_note && s->of_block[top_block(e->to->block)->serial] != NONE)
			s->segments[s->of_block[top_block(e->to->block)->serial]].split_base = base->of_block[top_block(e->partner->block)->serial];
		if (!e->from || !e->to || e->from->block->in_note || e->to->block->in_note)
			continue;
		mate(s, base->of_block[top_block(e->from->block)->serial], s->of_block[top_block(e->to->block)->serial]);
	}
	comparison_free(c);
	/* front matter with front matter, notes by their labels */
	pair_labelled(base, s);
	/* the rest where it stands between what is paired */
	a = mem_alloc((base->count + s->count + 1) * sizeof(uint32_t));
	b = a + base->count;
	gone = mem_zero(base->count + s->count + 1, 1);
	came = gone + base->count;
	for (i = 0; i < base->count; i++)
		a[i] = s->of_base[i] != NONE ? (uint32_t)i : (uint32_t)base->count + symbol_of(&symbols, segment_whole(&base->segments[i]));
	for (j = 0; j < s->count; j++)
		b[j] = s->segments[j].mate_base != NONE ? (uint32_t)s->segments[j].mate_base
							: (uint32_t)base->count + symbol_of(&symbols, segment_whole(&s->segments[j]));
	diff_rows(a, base->count, b, s->count, base->count + symbols.count + 1, gone, came);
	for (i = j = 0; i < base->count && j < s->count;) {
		if (gone[i])
			i++;
		else if (came[j])
			j++;
		else
			mate(s, i++, j++);
	}
	free(a);
	free(gone);
	symbols_done(&symbols);
	/* what stands outside the common order moved */
	a = mem_alloc((base->count + s->count + 1) * sizeof(uint32_t));
	b = a + base->count;
	keep = mem_zero(base->count + s->count + 1, 1);
	for (i = 0; i < base->count; i++)
		a[i] = (uint32_t)i;
	for (j = 0; j < s->count; j++)
		b[j] = s->segments[j].mate_base != NONE ? (uint32_t)s->segments[j].mate_base : (uint32_t)base->count;
	diff_rows(a, base->count, b, s->count, base->count + 1, keep, keep + base->count);
	for (j = 0; j < s->count; j++)
		s->segments[j].moved = s->segments[j].mate_base != NONE && keep[base->count + j];
	free(a);
	free(keep);
	return 0;
}
