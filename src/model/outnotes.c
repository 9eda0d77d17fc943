/*
 * Notes that one mark cannot carry through both texts of a comparison.
 *
 * A note stands where it is first referred to, in the older text and in the newer one; its further marks print its number.  A file has one
 * place for it: where that is wrong in one of the two texts, so is its number there, and those of the notes between.  Such a note is written
 * twice: as it was, deleted, and as it is, inserted.
 */
#include "model/outdoc_internal.h"

#include <stdlib.h>

#include "model/settle.h"
#include "model/text.h"

/* The references to a note. */
struct references {
	const struct run *was, *now, *kept;     /* the first in the older text, in the newer one, and of those in both; NULL: none */
	unsigned was_number, now_number;        /* what it prints in each */
	unsigned order;                         /* among those of the file */
	bool placed;
	bool apart;
	struct note *old;
};

struct parting {
	struct outdoc *out;
	struct references *of; /* by index of the note */
	struct out_was *was;   /* of the outdoc, for the runs as they are now */
};

static bool reads(const struct block *b, enum reading reading)
{
	for (; b; b = b->parent)
		if (!text_mark_reads(b->mark, reading))
			return false;
	return true;
}

static void find_references(struct parting *p)
{
	const struct doc *d = p->out->doc;
	unsigned was_count = 0, now_count = 0;

	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			struct references *f;
			bool was, now;

			if (r->kind != RUN_NOTE)
				continue;
			f = &p->of[r->note->index];
			was = text_mark_reads(r->mark, READING_REJECTED) && reads(b, READING_REJECTED);
			now = text_mark_reads(r->mark, READING_ACCEPTED) && reads(b, READING_ACCEPTED);
			if (was && !f->was) {
				f->was = r;
				f->was_number = ++was_count;
			}
			if (now && !f->now) {
				f->now = r;
				f->now_number = ++now_count;
			}
			if (was && now && !f->kept)
				f->kept = r;
		}
	}
}

/* Would the numbers be right in both texts, and count up in the file, if each note stood at one of its references? */
static bool placed_well(struct parting *p)
{
	const struct doc *d = p->out->doc;
	unsigned was = 0, now = 0, order = 0, first = 0;

	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			struct references *f = r->kind == RUN_NOTE ? &p->of[r->note->index] : NULL;

			if (!f)
				continue;
			if (!f->order)
				f->order = ++first;
			if (f->placed || (f->kept && r != f->kept))
				continue;
			f->placed = true;
			if (f->order != ++order || (f->was && f->was_number != ++was) || (f->now && f->now_number != ++now))
				return false;
		}
	}
	return true;
}

/* Do references in a note print other words than they did? */
static bool says_otherwise(const struct outdoc *out, const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		for (size_t i = 0; i < b->run_count; i++)
			if (outdoc_xref_was(out, &b->runs[i]).n)
				return true;
	return false;
}

/* Does LibreOffice lose the places of changes in the notes of a DOCX: does this one come or go, with all its words, or hold a picture? */
static bool unsettles(const struct references *f, const struct note *n)
{
	bool stays = !n->body->first;

	if (f->apart || !f->was != !f->now)
		return true;
	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind == RUN_IMAGE)
				return true;
			stays = stays || (!b->runs[i].mark && reads(b, READING_REJECTED) && reads(b, READING_ACCEPTED));
		}
	}
	return !stays;
}

/* Which notes are written twice; false: none is. */
static bool find_apart(struct parting *p, bool whole)
{
	const struct doc *d = p->out->doc;
	bool any = false, well = true, mixed = false;

	find_references(p);
	for (size_t i = 0; i < d->note_count; i++)
		any = any || (p->of[i].was && p->of[i].now && p->of[i].was != p->of[i].now);
	if (any)
		well = placed_well(p);
	any = false;
	for (size_t i = 0; i < d->note_count; i++) {
		struct references *f = &p->of[i];

		f->apart = f->was && f->now && (!f->kept || (!well && f->was != f->now));
		any = any || f->apart;
		mixed = mixed || (whole && unsettles(f, d->notes[i]));
	}
	for (size_t i = 0; whole && mixed && i < d->note_count; i++) {
		struct references *f = &p->of[i];

		f->apart = f->apart || (f->was && f->now && says_otherwise(p->out, d->notes[i]));
		any = any || f->apart;
	}
	return any;
}

/* ---- one text of a note ---- */

static struct block *copy_block(struct parting *p, const struct block *from, bool older)
{
	struct doc *d = p->out->doc;
	struct block *to = block_new(d, from->kind);

	*to = *from;
	to->parent = to->first = to->last = to->prev = to->next = NULL;
	to->runs = ARENA_ARRAY(&d->arena, from->run_count + 1, struct run);
	for (size_t i = 0; i < from->run_count; i++) {
		struct span said = older ? outdoc_xref_was(p->out, &from->runs[i]) : (struct span){ 0 };

		to->runs[i] = from->runs[i];
		if (!said.n)
			continue;
		to->runs[i].printed = said;
		to->runs[i].target = (struct span){ 0 };
	}
	return to;
}

static struct block *text_of_note(struct parting *p, const struct block *body, bool older)
{
	const struct mark *mark = older ? p->out->gone : p->out->came;
	struct block *top = copy_block(p, body, older), *into = top;
	const struct block *around = body;

	for (const struct block *b = block_next(body, body); b; b = block_next(b, body)) {
		struct block *n = copy_block(p, b, older);

		for (; around != b->parent; around = around->parent)
			into = into->parent;
		block_append(into, n);
		around = b;
		into = n;
	}
	doc_settle_below(p->out->doc, top, older ? READING_REJECTED : READING_ACCEPTED);
	for (struct block *b = top->first; b; b = b->next)
		b->mark = mark;
	return top;
}

static void part_note(struct parting *p, struct note *n)
{
	struct note *old = note_new(p->out->doc, n->label);
	const struct block *both = n->body;

	old->origin = n->origin;
	old->body = text_of_note(p, both, true);
	n->body = text_of_note(p, both, false);
	p->of[n->index].old = old;
}

/* ---- its references ---- */

static void part_references(struct parting *p, struct block *b, size_t stay)
{
	struct outdoc *out = p->out;
	struct run *runs = ARENA_ARRAY(&out->doc->arena, b->run_count + stay, struct run), *to = runs;

	for (size_t i = 0; i < b->run_count; i++) {
		struct run *r = &b->runs[i];
		struct note *old = r->kind == RUN_NOTE && r->note->index < out->doc->note_count ? p->of[r->note->index].old : NULL;
		const struct out_was key = { .run = r };
		const struct out_was *said = out->was_count ? bsearch(&key, out->was, out->was_count, sizeof(key), outdoc_compare_was) : NULL;
		bool was = text_mark_reads(r->mark, READING_REJECTED) && reads(b, READING_REJECTED);
		bool now = text_mark_reads(r->mark, READING_ACCEPTED) && reads(b, READING_ACCEPTED);

		if (said)
			p->was[said - out->was].run = to;
		*to++ = *r;
		if (!old || !was)
			continue;
		to[-1].note = old;
		if (!now)
			continue;
		to[-1].mark = out->gone;
		*to = *r;
		to++->mark = out->came;
	}
	b->runs = runs;
	b->run_count = (size_t)(to - runs);
}

/* Room for what stands beside blocks, by serial, now that there are more of them. */
static void grow_tables(struct outdoc *out, size_t had)
{
	struct doc *d = out->doc;

	if (out->anchor_of) {
		out->anchor_of = mem_resize(out->anchor_of, d->block_count + 1, sizeof(*out->anchor_of));
		for (size_t i = had; i < d->block_count; i++)
			out->anchor_of[i] = 0;
	}
	if (!out->numbers)
		return;
	out->numbers = mem_resize(out->numbers, d->block_count + 1, sizeof(*out->numbers));
	for (size_t i = 0; i < d->note_count; i++)
		for (const struct block *top = d->notes[i]->body, *b = top; b; b = block_next(b, top))
			out->numbers[b->serial] = (struct out_number){ b->printed, b->path, b->path };
}

void outdoc_part_notes(struct outdoc *out, bool whole)
{
	struct doc *d = out->doc;
	size_t count = d->note_count, had = d->block_count;
	struct parting p = { .out = out };

	if (!out->gone || !count)
		return;
	p.of = mem_zero(count, sizeof(*p.of));
	if (!find_apart(&p, whole)) {
		free(p.of);
		return;
	}
	p.was = mem_zero(out->was_count + 1, sizeof(*p.was));
	for (size_t i = 0; i < out->was_count; i++)
		p.was[i] = out->was[i];
	for (size_t i = 0; i < count; i++)
		if (p.of[i].apart)
			part_note(&p, d->notes[i]);
	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		size_t stay = 0;

		for (size_t i = 0; i < b->run_count; i++)
			stay += b->runs[i].kind == RUN_NOTE && b->runs[i].note->index < count && p.of[b->runs[i].note->index].old;
		if (stay)
			part_references(&p, b, stay);
	}
	free(out->was);
	out->was = p.was;
	if (out->was_count)
		qsort(out->was, out->was_count, sizeof(*out->was), outdoc_compare_was);
	doc_finish(d);
	grow_tables(out, had);
	free(p.of);
}
