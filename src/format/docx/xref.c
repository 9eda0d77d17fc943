/*
 * What the number in a cross-reference is made of: one field for each step of "12 (a)", so that it prints with the space
 * that the contract wants (one field for all of them would print "12(a)"), and follows when any of them changes.
 */
#include "format/docx/writer.h"

#include <stdio.h>

#define LOOK_BACK 4000 /* blocks between an item and its paragraph; further away the reference is a link without fields */

static bool counts(const struct block *b)
{
	return b && b->printed.n && !b->labelled;
}

/* The block that prints the number of a leaf: itself, or the item that it opens. */
static const struct block *numbered(const struct block *leaf)
{
	if (leaf->kind == BLOCK_PARAGRAPH && leaf->parent && leaf->parent->kind == BLOCK_ITEM && !leaf->prev)
		leaf = leaf->parent;
	return counts(leaf) && (leaf->kind == BLOCK_ITEM || leaf->kind == BLOCK_HEADING || leaf->kind == BLOCK_PARAGRAPH) ? leaf : NULL;
}

/* The leaf that carries a block's number in the file, where a bookmark can stand. */
static const struct block *carrier(const struct block *b)
{
	if (b->kind == BLOCK_ITEM)
		b = b->first;
	return b && (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING) ? b : NULL;
}

static const struct block *above(const struct block *b)
{
	unsigned steps = LOOK_BACK;

	if (b->kind == BLOCK_HEADING) {
		for (const struct block *p = b->prev; p && steps--; p = p->prev)
			if (p->kind == BLOCK_HEADING && p->level < b->level)
				return counts(p) ? p : NULL;
		return NULL;
	}
	if (b->kind != BLOCK_ITEM)
		return NULL;
	for (b = b->parent; b->parent && b->parent->kind != BLOCK_ROOT; b = b->parent)
		if (b->parent->kind == BLOCK_ITEM && b->parent->parent->ordered)
			return counts(b->parent) ? b->parent : NULL;
	for (const struct block *p = b->prev; p && steps--; p = p->prev)
		if (p->kind == BLOCK_PARAGRAPH && p->printed.n)
			return counts(p) ? p : NULL;
	return NULL;
}

unsigned xref_chain(const struct outdoc *o, const struct block *target, struct span number, const struct block *ret[XREF_STEPS])
{
	const struct block *b = numbered(target), *from[XREF_STEPS];
	struct span rest = number, step;
	unsigned n = 0;

	for (; b && n < XREF_STEPS; b = above(b)) {
		from[n] = carrier(b);
		if (!from[n++])
			return 0;
	}
	if (b || !n)
		return 0;
	/* The printed path must be what these blocks print, step by step: a label among them is text that no field can follow. */
	for (unsigned i = n; i--;) {
		if (!span_split(&rest, ' ', &step) || !span_eq(step, outdoc_printed(o, numbered(from[i]))))
			return 0;
		ret[n - 1 - i] = from[i];
	}
	return rest.n ? 0 : n;
}

void xrefs_begin(struct writer *w)
{
	const struct doc *d = w->o->doc;
	const struct block *top = d->root;
	unsigned made = 0;
	size_t note = 0;

	for (;;) {
		for (const struct block *b = top; b; b = block_next(b, top)) {
			for (size_t i = 0; i < b->run_count; i++) {
				const struct block *chain[XREF_STEPS], *target = NULL;
				struct span word, number;
				unsigned n = 0;

				if (b->runs[i].kind != RUN_XREF || !outdoc_xref(w->o, &b->runs[i], &word, &number, &target))
					continue;
				if (target && number.n)
					n = xref_chain(w->o, target, number, chain);
				for (unsigned k = 0; k < n; k++) {
					if (outdoc_anchor(w->o, chain[k]))
						continue;
					if (!w->step_names)
						w->step_names = mem_zero(d->block_count + 1, sizeof(*w->step_names));
					if (!w->step_names[chain[k]->serial])
						w->step_names[chain[k]->serial] = ++made;
				}
			}
		}
		if (note == d->note_count)
			return;
		top = d->notes[note++]->body;
	}
}

const char *leaf_bookmark(const struct writer *w, const struct block *leaf, char name[BOOKMARK_NAME])
{
	const char *anchor = outdoc_anchor(w->o, leaf);

	if (anchor)
		return anchor;
	if (!w->step_names || !w->step_names[leaf->serial])
		return NULL;
	/* Apart from the names of targets, which count up from 1, and of notes. */
	snprintf(name, BOOKMARK_NAME, "_Ref8%08u", w->step_names[leaf->serial]);
	return name;
}
