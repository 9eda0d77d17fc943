/* The notes of both texts in one. */
#include "diff/marker.h"

#include <stdlib.h>
#include <string.h>

static struct span lower(struct marker *m, struct span label)
{
	struct span s = arena_dup(&m->out->arena, label);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			((char *)(uintptr_t)s.p)[i] = (char)(s.p[i] | 0x20);
	return s;
}

/* How many labels were made like this one. */
static unsigned *likes_of(struct marker *m, size_t symbol)
{
	if (symbol >= m->likes_cap) {
		size_t cap = 2 * symbol + 64;

		m->likes = mem_resize(m->likes, cap, sizeof(unsigned));
		memset(m->likes + m->likes_cap, 0, (cap - m->likes_cap) * sizeof(unsigned));
		m->likes_cap = cap;
	}
	return &m->likes[symbol];
}

/* The label, or one like it that no other note has. */
struct span footnote_label(struct marker *m, struct span wanted)
{
	size_t known = m->labels.count, symbol = vocab_symbol(&m->labels, lower(m, wanted));
	struct span label = wanted;

	while (symbol != known) {
		unsigned k = ++*likes_of(m, symbol);
		size_t before = m->labels.count;

		label = k == 1 ? arena_printf(&m->out->arena, "%.*s-old", SPAN_ARG(wanted))
			       : arena_printf(&m->out->arena, "%.*s-old%u", SPAN_ARG(wanted), k);
		if (vocab_symbol(&m->labels, lower(m, label)) == before)
			return label;
	}
	return label;
}

/* Every note of the new text, and those of the old one that have no partner, under labels that no other has. */
void footnotes_begin(struct marker *m)
{
	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i];

		m->note_of_new[i] = note_new(m->out, n->label);
		m->note_of_new[i]->duplicate = n->duplicate;
		m->note_of_new[i]->origin = n->origin;
		vocab_symbol(&m->labels, lower(m, n->label));
	}
	for (size_t i = 0; i < m->old->note_count; i++) {
		const struct note *o = m->old->notes[i], *mate = m->note_mate_of_old[i];

		if (mate) {
			m->note_of_old[i] = m->note_of_new[mate->index];
			continue;
		}
		m->note_of_old[i] = note_new(m->out, footnote_label(m, o->label));
		m->note_of_old[i]->duplicate = o->duplicate;
	}
}

static bool stays(const struct block *b, const struct run *r)
{
	if (r->mark)
		return false;
	for (; b; b = b->parent)
		if (b->mark)
			return false;
	return true;
}

/* Where a mark of a note stays, words that go as a whole refer to that note too, and need none of their own. */
void footnotes_share(struct marker *m)
{
	struct doc *d = m->out;
	bool *kept = mem_zero(d->note_count + 1, sizeof(bool));
	struct note **instead = mem_zero(d->note_count + 1, sizeof(struct note *));
	size_t left = 0;

	for (const struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && stays(b, &b->runs[i]))
				kept[b->runs[i].note->index] = true;
	for (size_t i = 0; i < m->old->note_count; i++) {
		if (!m->note_gone[i] || !kept[m->note_of_old[i]->index])
			continue;
		instead[m->note_gone[i]->index] = m->note_of_old[i];
		m->note_gone[i] = NULL;
	}
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && instead[b->runs[i].note->index])
				b->runs[i].note = instead[b->runs[i].note->index];
	for (size_t i = 0; i < d->note_count; i++)
		if (!instead[i])
			d->notes[left++] = d->notes[i];
	d->note_count = left;
	for (size_t i = 0; i < left; i++)
		d->notes[i]->index = i;
	free(kept);
	free(instead);
}
