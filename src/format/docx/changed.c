/* What a comparison changes, found before a word is written: the blocks that came or went, and what becomes of each footnote. */
#include <stdlib.h>

#include "format/docx/writer.h"

struct revision revision_of_block(const struct writer *w, const struct block *b)
{
	struct revision c = { 0 };

	if (!w->tracked)
		return c;
	for (; b; b = b->parent)
		if (b->mark)
			c = revision_join(revision_of(b->mark), c);
	return c;
}

bool marks_below(const struct outdoc *o, const struct block *top)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		if (b->mark || b->break_mark || b->relabelled || b->recounted)
			return true;
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].mark || b->runs[i].kind == RUN_COMMENT || outdoc_xref_was(o, &b->runs[i]).n)
				return true;
	}
	return false;
}

bool changed_anywhere(const struct outdoc *o)
{
	const struct doc *d = o->doc;
	bool any = marks_below(o, d->root);

	for (size_t i = 0; i < d->note_count && !any; i++)
		any = marks_below(o, d->notes[i]->body);
	return any;
}

/* A walk over the references to notes, in the order of the text; note and kind are those of the one that it stands at. */
struct note_walk {
	const struct block *leaf;
	size_t next;
	const struct note *note;
	enum revision_kind kind;
};

static bool note_next(const struct writer *w, struct note_walk *at)
{
	for (; at->leaf; at->leaf = block_next(at->leaf, w->o->doc->root), at->next = 0)
		while (at->next < at->leaf->run_count) {
			const struct run *r = &at->leaf->runs[at->next++];

			if (r->kind != RUN_NOTE || !r->note)
				continue;
			at->note = r->note;
			at->kind = revision_join(revision_of_block(w, at->leaf), revision_of(r->mark)).kind;
			return true;
		}
	return false;
}

/* The leaf in which the first footnote is written. */
static const struct block *first_noted(const struct writer *w)
{
	for (struct note_walk at = { .leaf = w->o->doc->root }; note_next(w, &at);)
		if (at.kind == REV_NONE || (at.kind != REV_NEITHER && !w->notes[at.note->number].kept))
			return at.leaf;
	return NULL;
}

void notes_begin(struct writer *w)
{
	const struct doc *d = w->o->doc;
	unsigned was = 0, now = 0;

	for (size_t i = 0; i < d->note_count; i++)
		if (!d->notes[i]->duplicate && d->notes[i]->number > w->note_max)
			w->note_max = d->notes[i]->number;
	w->notes = mem_zero(w->note_max + 1, sizeof(*w->notes));
	w->note_order = mem_zero(w->note_max + 1, sizeof(*w->note_order));
	for (size_t i = 0; i < d->note_count; i++)
		if (!d->notes[i]->duplicate && d->notes[i]->number)
			w->notes[d->notes[i]->number].note = d->notes[i];
	if (!w->note_max)
		return;
	for (struct note_walk at = { .leaf = d->root }; note_next(w, &at);) {
		struct note_use *use = &w->notes[at.note->number];

		w->note_used += at.kind != REV_NEITHER && !use->written;
		use->written = use->written || at.kind != REV_NEITHER;
		use->total++;
		use->kept = use->kept || at.kind == REV_NONE;
		if (at.kind != REV_INSERTED && !use->was)
			use->was = ++was;
		if (at.kind != REV_DELETED && !use->now)
			use->now = ++now;
	}
	if (w->tracked)
		w->note_first = first_noted(w);
}

void notes_done(struct writer *w)
{
	free(w->notes);
	free(w->note_order);
}
