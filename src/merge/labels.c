#include <stdio.h>

#include "merge/merge.h"

/* The words of a note's definition, behind its label. */
static struct span note_words(const struct statement *s, const struct note *n)
{
	struct span whole = span_sub(s->doc->source, n->origin.begin, n->origin.end);
	size_t colon = span_find(whole, SPAN_LIT("]:"), 0);

	return span_trim(colon == SIZE_MAX ? whole : span_sub(whole, colon + 2, whole.n));
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

/* The notes of one side, and what each is to be called. */
struct naming {
	const struct statement *side;
	struct span *labels; /* by the note's index; empty: not known yet */
	size_t *mates;       /* index + 1 of the note of the side before it that this one is */
	bool changed;
};

static void naming_begin(struct naming *n, const struct statement *side)
{
	*n = (struct naming){ .side = side };
	n->labels = mem_zero(side->doc->note_count + 1, sizeof(*n->labels));
	n->mates = mem_zero(side->doc->note_count + 1, sizeof(*n->mates));
}

static void naming_done(struct naming *n)
{
	mem_free(n->labels);
	mem_free(n->mates);
}

/* Pairs the notes of n with those of before: by their words, then by their labels. */
static void pair(struct naming *n, const struct statement *before)
{
	const struct doc *a = n->side->doc, *b = before->doc;
	CLEANUP(mem_freep) bool *used = mem_zero(b->note_count + 1, sizeof(bool));

	for (int by_words = 1; by_words >= 0; by_words--)
		for (size_t i = 0; i < a->note_count; i++)
			for (size_t k = 0; !n->mates[i] && !a->notes[i]->duplicate && k < b->note_count; k++) {
				if (used[k] || b->notes[k]->duplicate)
					continue;
				if (by_words ? !merge_same_text(note_words(n->side, a->notes[i]), note_words(before, b->notes[k]))
					     : !span_eq_nocase(a->notes[i]->label, b->notes[k]->label))
					continue;
				used[k] = true;
				n->mates[i] = k + 1;
			}
}

static bool named(const struct naming *n, struct span label)
{
	for (size_t i = 0; i < n->side->doc->note_count; i++)
		if (n->labels[i].n ? span_eq_nocase(n->labels[i], label) : span_eq_nocase(n->side->doc->notes[i]->label, label))
			return true;
	return false;
}

/* A label that nobody has: the note's own, or that with a number. */
static struct span free_label(struct arena *a, struct span own, const struct statement *ours, const struct naming *base, const struct naming *theirs)
{
	struct span label = own;

	for (unsigned k = 2;; k++) {
		if (!note_find(ours->doc, label) && !named(base, label) && !(theirs && named(theirs, label)))
			return label;
		label = arena_printf(a, "%.*s-%u", SPAN_ARG(own), k);
	}
}

static void settle_name(struct naming *n, size_t i, struct span label)
{
	n->labels[i] = label;
	n->changed = n->changed || !span_eq(label, n->side->doc->notes[i]->label);
}

static bool rewrite(const struct naming *n, struct buf *ret)
{
	const struct doc *d = n->side->doc;
	struct span source = d->source;
	size_t from = 0;

	if (!n->changed)
		return false;
	for (size_t at = d->meta.body; at < source.n; at++) {
		at = span_find(source, SPAN_LIT("[^"), at);
		if (at == SIZE_MAX)
			break;
		for (size_t i = 0; i < d->note_count; i++) {
			if (!n->labels[i].n || !mark_at(source, at, d->notes[i]->label) || in_code(d, at))
				continue;
			buf_add(ret, span_sub(source, from, at + 2));
			buf_add(ret, n->labels[i]);
			from = at + 2 + d->notes[i]->label.n;
			break;
		}
	}
	buf_add(ret, span_sub(source, from, source.n));
	return true;
}

void merge_relabel(const struct statement *base, const struct statement *ours, const struct statement *theirs, struct buf *ret_base, struct buf *ret_theirs)
{
	struct naming b, t, both;
	struct arena a = { 0 };

	naming_begin(&b, base);
	naming_begin(&t, theirs);
	naming_begin(&both, theirs);
	pair(&b, ours);
	pair(&t, base);
	pair(&both, ours);
	/* the base's notes as ours calls them; one that ours took out must not be called as another of ours */
	for (size_t i = 0; i < base->doc->note_count; i++)
		if (b.mates[i])
			settle_name(&b, i, ours->doc->notes[b.mates[i] - 1]->label);
	for (size_t i = 0; i < base->doc->note_count; i++)
		if (!b.mates[i] && !base->doc->notes[i]->duplicate)
			settle_name(&b, i, note_find(ours->doc, base->doc->notes[i]->label) ? free_label(&a, base->doc->notes[i]->label, ours, &b, &t)
											      : base->doc->notes[i]->label);
	for (size_t i = 0; i < theirs->doc->note_count; i++)
		if (t.mates[i])
			settle_name(&t, i, b.labels[t.mates[i] - 1]);
	for (size_t i = 0; i < theirs->doc->note_count; i++) {
		const struct note *n = theirs->doc->notes[i], *mine = both.mates[i] ? ours->doc->notes[both.mates[i] - 1] : NULL;

		if (t.mates[i] || n->duplicate)
			continue;
		/* both brought the very same note */
		if (mine && merge_same_text(note_words(theirs, n), note_words(ours, mine)))
			settle_name(&t, i, mine->label);
		else if (note_find(ours->doc, n->label) || named(&b, n->label))
			settle_name(&t, i, free_label(&a, n->label, ours, &b, &t));
		else
			settle_name(&t, i, n->label);
	}
	rewrite(&b, ret_base);
	rewrite(&t, ret_theirs);
	naming_done(&b);
	naming_done(&t);
	naming_done(&both);
	arena_done(&a);
}
