/* Who belongs to whom: blocks and notes of the two texts, by the entries of the comparison. */
#include "diff/marker.h"

/*
 * Who gets to read a block.  What was held back stays so, and what is held back from now on goes from the text that others read: as a
 * changed block it would take its old words, which they knew, with it.
 */
static unsigned readers_of(const struct block *b)
{
	struct span oral = attrs_get(b->attrs, "oral");

	return (b->internal ? 1 : 0) | (attrs_has(b->attrs, CLASS_RATIONALE) ? 2 : 0) | (attrs_has(b->attrs, CLASS_ORAL) ? 4 : 0) |
	       (span_is(oral, "skip") ? 8 : 0) | (span_is(oral, "cut") ? 16 : 0);
}

static void pair_blocks(struct marker *m, const struct block *o, const struct block *n)
{
	if (m->mate_of_new[n->serial] || m->mate_of_old[o->serial])
		return;
	/* Code has no marks inside: what changes in it, or into it, is replaced. */
	if ((o->kind == BLOCK_CODE) != (n->kind == BLOCK_CODE) || (o->kind == BLOCK_CELL) != (n->kind == BLOCK_CELL))
		return;
	if (readers_of(o) != readers_of(n))
		return;
	m->mate_of_new[n->serial] = o;
	m->mate_of_old[o->serial] = n;
	/* the containers around them, inside out, as long as they are of one kind */
	for (o = o->parent, n = n->parent; o && n && o->parent && n->parent && o->kind == n->kind; o = o->parent, n = n->parent) {
		if (m->mate_of_new[n->serial] || m->mate_of_old[o->serial] || readers_of(o) != readers_of(n))
			break;
		if (o->kind == BLOCK_LIST && o->ordered != n->ordered)
			break;
		m->mate_of_new[n->serial] = o;
		m->mate_of_old[o->serial] = n;
	}
}

static void pair_notes(struct marker *m, const struct note *o, const struct note *n)
{
	if (!o || !n || m->note_mate_of_new[n->index] || m->note_mate_of_old[o->index])
		return;
	m->note_mate_of_new[n->index] = o;
	m->note_mate_of_old[o->index] = n;
}

/* Leaves of two notes of the same words, one by one; where they are not as many the body is replaced. */
static void pair_note_leaves(struct marker *m, const struct note *o, const struct note *n)
{
	const struct block *x = o->body, *y = n->body;
	size_t nx = 0, ny = 0;

	for (const struct block *b = o->body; b; b = block_next(b, o->body))
		nx += block_is_leaf(b);
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		ny += block_is_leaf(b);
	if (nx != ny || m->note_mate_of_new[n->index] != o)
		return;
	for (;;) {
		do
			x = block_next(x, o->body);
		while (x && !block_is_leaf(x));
		do
			y = block_next(y, n->body);
		while (y && !block_is_leaf(y));
		if (!x || !y)
			return;
		pair_blocks(m, x, y);
	}
}

static bool side_by_side(const struct clause **pieces, size_t n, const struct clause *whole)
{
	if (whole->leaf_count != 1 || whole->leaves[0]->kind != BLOCK_PARAGRAPH)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (pieces[i]->leaf_count != 1 || pieces[i]->leaves[0]->kind != BLOCK_PARAGRAPH || readers_of(pieces[i]->leaves[0]) != readers_of(whole->leaves[0]))
			return false;
		if (i && pieces[i - 1]->leaves[0]->next != pieces[i]->leaves[0])
			return false;
	}
	return true;
}

static void pair_joint(struct marker *m, const struct change_entry *e)
{
	struct joint *j = ARENA_NEW(&m->out->arena, struct joint);
	const struct block *first;

	j->entry = e;
	j->split = e->kind == CHANGE_SPLIT;
	j->count = e->piece_count;
	j->pieces = ARENA_ARRAY(&m->out->arena, j->count, const struct block *);
	for (size_t i = 0; i < j->count; i++)
		j->pieces[i] = e->pieces[i]->leaves[0];
	first = j->split ? j->pieces[0] : e->to->leaves[0];
	pair_blocks(m, j->split ? e->from->leaves[0] : j->pieces[0], first);
	if (!m->mate_of_new[first->serial])
		return;
	m->joint[first->serial] = j;
	for (size_t i = 1; i < j->count; i++)
		(j->split ? m->taken_new : m->taken_old)[j->pieces[i]->serial] = true;
}

static void partners_by_entries(struct marker *m)
{
	const struct comparison *c = m->c;

	/* equal clauses first: their notes are certain */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < c->count; i++) {
			const struct change_entry *e = &c->entries[i];
			bool same = e->kind == CHANGE_SAME || e->kind == CHANGE_FORMATTED;

			if (!e->from || !e->to || e->moved || same != (pass == 0))
				continue;
			if (same)
				for (size_t k = 0; k < e->from->note_count && k < e->to->note_count; k++)
					pair_notes(m, e->from->notes[k], e->to->notes[k]);
			for (size_t k = 0; k < e->leaf_count; k++)
				pair_notes(m, e->leaves[k].from_note, e->leaves[k].to_note);
		}
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (!e->from || !e->to)
			continue;
		if (!e->leaves && (e->kind == CHANGE_SAME || e->kind == CHANGE_FORMATTED || clause_same_text(e->from, e->to)))
			for (size_t k = 0; k < e->from->note_count && k < e->to->note_count; k++)
				pair_note_leaves(m, e->from->notes[k], e->to->notes[k]);
		for (size_t k = 0; k < e->leaf_count; k++) {
			const struct leaf_change *l = &e->leaves[k];

			if (!l->from || !l->to || (e->moved && !l->to_note))
				continue;
			if (l->to_note && m->note_mate_of_new[l->to_note->index] != l->from_note)
				continue;
			if (m->mate_of_new[l->to->serial])
				continue;
			pair_blocks(m, l->from, l->to);
			if (m->mate_of_new[l->to->serial] == l->from)
				m->change[l->to->serial] = l;
		}
		if (e->moved || e->leaves)
			continue;
		if (e->joint && side_by_side(e->pieces, e->piece_count, e->kind == CHANGE_SPLIT ? e->from : e->to)) {
			pair_joint(m, e);
		} else if (e->joint) {
			struct leaf_change *l = ARENA_NEW(&m->out->arena, struct leaf_change);

			*l = (struct leaf_change){ .from = e->from->leaves[0], .to = e->to->leaves[0], .parts = e->parts, .part_count = e->part_count };
			pair_blocks(m, l->from, l->to);
			if (m->mate_of_new[l->to->serial] == l->from)
				m->change[l->to->serial] = l;
		} else if (e->from->leaf_count == e->to->leaf_count) {
			for (size_t k = 0; k < e->from->leaf_count; k++)
				pair_blocks(m, e->from->leaves[k], e->to->leaves[k]);
		}
	}
}

bool has_runs(const struct block *leaf, enum run_kind kind)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == kind)
			return true;
	return false;
}

static void unpair_below(struct marker *m, const struct block *top, bool old)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		const struct block *mate = (old ? m->mate_of_old : m->mate_of_new)[b->serial];

		if (!mate)
			continue;
		m->mate_of_new[old ? mate->serial : b->serial] = NULL;
		m->mate_of_old[old ? b->serial : mate->serial] = NULL;
		m->change[old ? mate->serial : b->serial] = NULL;
	}
}

/* Does anything change in a note of several paragraphs, or in one with a picture? */
static bool rebuilt(const struct marker *m, const struct note *o, const struct note *n)
{
	size_t leaves = 0, kept = 0, were = 0;
	bool pictured = false;

	for (const struct block *b = o->body; b; b = block_next(b, o->body)) {
		were += block_is_leaf(b);
		pictured |= has_runs(b, RUN_IMAGE);
	}
	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		if (!block_is_leaf(b))
			continue;
		leaves++;
		pictured |= has_runs(b, RUN_IMAGE);
		kept += m->mate_of_new[b->serial] && !m->change[b->serial];
	}
	return (leaves > 1 || were > 1 || pictured) && (kept < leaves || kept < were);
}

/* The first of all, or of those that everybody reads. */
static bool first_note_in_table(const struct doc *d, bool everybody)
{
	for (const struct block *b = d->root, *next; b; b = next) {
		bool held = everybody && readers_of(b);

		next = held ? block_next_skip(b, d->root) : block_next(b, d->root);
		if (!held && has_runs(b, RUN_NOTE))
			return b->kind == BLOCK_CELL;
	}
	return false;
}

static bool changes(const struct marker *m, const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		if (m->change[b->serial])
			return true;
	return false;
}

/*
 * Such a note is replaced: LibreOffice loses count of the places of changes in it.  In a DOCX whose first note stands in a table it sees
 * none of the changes in later notes.
 */
static void unpair_rebuilt_notes(struct marker *m)
{
	bool unseen = first_note_in_table(m->new, false) || first_note_in_table(m->new, true) || first_note_in_table(m->old, false) ||
		      first_note_in_table(m->old, true);

	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i], *o = m->note_mate_of_new[i];

		if (!o || !(rebuilt(m, o, n) || (unseen && changes(m, n))))
			continue;
		unpair_below(m, n->body, false);
		unpair_below(m, o->body, true);
		m->note_mate_of_new[i] = NULL;
		m->note_mate_of_old[o->index] = NULL;
	}
}

/* Cells of two rows that belong together, whose words have nothing in common: place by place, if the rows have as many. */
static void pair_cells(struct marker *m, const struct block *was, const struct block *row)
{
	const struct block *x, *y;

	for (x = was->first, y = row->first; x && y; x = x->next, y = y->next)
		;
	if (x || y)
		return;
	for (x = was->first, y = row->first; x; x = x->next, y = y->next)
		pair_blocks(m, x, y);
}

/* Rows with other columns cannot be merged cell by cell: the table is replaced. */
static void unpair_ragged(struct marker *m)
{
	for (const struct block *b = m->new->root; b; b = block_next(b, m->new->root)) {
		const struct block *o = m->mate_of_new[b->serial];

		if (b->kind != BLOCK_TABLE || !o)
			continue;
		for (const struct block *row = b->first; row; row = row->next) {
			const struct block *was = m->mate_of_new[row->serial], *x, *y;

			if (!was)
				continue;
			pair_cells(m, was, row);
			for (x = was->first, y = row->first; x && y && m->mate_of_new[y->serial] == x; x = x->next, y = y->next)
				;
			if (x || y) {
				m->mate_of_new[b->serial] = NULL;
				m->mate_of_old[o->serial] = NULL;
				break;
			}
		}
	}
}

void partners_find(struct marker *m)
{
	partners_by_entries(m);
	unpair_rebuilt_notes(m);
	unpair_ragged(m);
}
