#include <stdio.h>

#include "merge/merge.h"

/* The words of a note's definition, behind its label. */
static struct span note_words(const struct statement *s, const struct note *n)
{
	struct span whole = span_sub(s->doc->source, n->origin.begin, n->origin.end);
	size_t colon = span_find(whole, SPAN_LIT("]:"), 0);

	return span_trim(colon == SIZE_MAX ? whole : span_sub(whole, colon + 2, whole.n));
}

static bool same_note(const struct statement *a, const struct note *x, const struct statement *b, const struct note *y)
{
	return merge_same_text(note_words(a, x), note_words(b, y));
}

static bool in_code(const struct doc *d, size_t at)
{
	for (const struct block *b = d->root; b; b = block_next(b, d->root))
		if (b->kind == BLOCK_CODE && at >= b->origin.begin && at < b->origin.end)
			return true;
	return false;
}

/* The mark [^label] that begins at at. */
static bool mark_at(struct span source, size_t at, struct span label)
{
	size_t end = at + 2 + label.n;

	return end < source.n && source.p[at] == '[' && source.p[at + 1] == '^' && source.p[end] == ']' &&
	       span_eq_nocase(span_sub(source, at + 2, end), label) && !(at && source.p[at - 1] == '\\');
}

static bool taken(const struct statement *const *sides, struct span label)
{
	for (size_t i = 0; i < 3; i++)
		if (note_find(sides[i]->doc, label))
			return true;
	return false;
}

bool merge_relabel(const struct statement *base, const struct statement *ours, const struct statement *theirs, struct buf *ret)
{
	const struct statement *const sides[] = { base, ours, theirs };
	const struct doc *d = theirs->doc;
	struct span source = d->source;
	struct clash {
		struct span label, free;
	} *clashes = mem_zero(d->note_count + 1, sizeof(*clashes));
	struct arena a = { 0 };
	size_t count = 0, from = 0;

	for (size_t i = 0; i < d->note_count; i++) {
		const struct note *n = d->notes[i], *mine = note_find(ours->doc, n->label);
		struct span label;

		if (n->duplicate || !mine || note_find(base->doc, n->label) || same_note(theirs, n, ours, mine))
			continue;
		for (unsigned k = 2;; k++) {
			label = arena_printf(&a, "%.*s-%u", SPAN_ARG(n->label), k);
			if (!taken(sides, label))
				break;
		}
		clashes[count++] = (struct clash){ n->label, label };
	}
	for (size_t at = d->meta.body; count && at < source.n; at++) {
		at = span_find(source, SPAN_LIT("[^"), at);
		if (at == SIZE_MAX)
			break;
		for (size_t i = 0; i < count; i++) {
			if (!mark_at(source, at, clashes[i].label) || in_code(d, at))
				continue;
			buf_add(ret, span_sub(source, from, at + 2));
			buf_add(ret, clashes[i].free);
			from = at + 2 + clashes[i].label.n;
			break;
		}
	}
	if (count)
		buf_add(ret, span_sub(source, from, source.n));
	mem_free(clashes);
	arena_done(&a);
	return count > 0;
}
