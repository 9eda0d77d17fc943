/* Paragraphs, rows and tables that came or went. */
#include <stdlib.h>

#include "base/spanmap.h"
#include "model/text.h"
#include "receive/plan.h"

/* Does it stand on the line of its note's label?  That line stays when its words go, or the mark would lead nowhere. */
bool receive_opens_note(const struct block *b)
{
	for (; b->in_note && b->parent; b = b->parent)
		if (b->prev)
			return false;
	return b->in_note;
}

/* The information block before the text and the endorsers behind it, in a file whose writer dropped the styles that tell it apart. */
static bool is_information(const struct plan *p, size_t para, size_t first, size_t last)
{
	struct span now = span_trim(p->paras[para].new);

	if (para >= first && para <= last)
		return false;
	for (size_t i = 0; i < p->o->furniture_count; i++)
		if (p->o->furniture[i].n && span_eq(now, p->o->furniture[i]))
			return true;
	return now.n && p->o->box_line && p->o->box_line(now);
}


static struct receive_block *add_block(struct plan *p, const struct block *after, const struct block *returned, struct span text, const struct mark *m)
{
	struct received *out = p->out;

	GROW(out->blocks, out->block_count, out->block_cap, struct receive_block);
	out->blocks[out->block_count] = (struct receive_block){ .after = after,
								.returned = returned,
								.text = text,
								.author = m ? m->author : p->o->author,
								.time = m ? m->time : p->o->time,
								.untracked = !m,
								.group = m ? m->group : 0 };
	return &out->blocks[out->block_count++];
}

static const struct mark *mark_of_leaf(const struct block *b)
{
	const struct mark *m = NULL;

	for (size_t i = 0; i < b->run_count && !m; i++)
		m = receive_deciding(b->runs[i].mark);
	if (!m)
		m = b->mark;
	return m || b->kind != BLOCK_CELL ? m : b->parent->mark;
}

/* A cell of the draft in the row above this one of the returned file; NULL: there is none, or its table has other columns. */
static const struct block *cell_above(const struct plan *p, const struct block *row)
{
	for (const struct block *c = row->prev ? row->prev->first : NULL; c; c = c->next) {
		size_t k = receive_para_of(p, c);
		const struct block *now = k != SIZE_MAX && p->paras[k].leaf != SIZE_MAX ? p->leaves[p->paras[k].leaf].draft : NULL;
		size_t columns = 0;

		if (!now || now->kind != BLOCK_CELL)
			continue;
		for (const struct block *x = row->first; x; x = x->next)
			columns++;
		for (const struct block *x = now->parent->first; x; x = x->next)
			columns--;
		return columns ? NULL : now;
	}
	return NULL;
}

static void mark_notes(const struct block *b, bool *marked)
{
	for (size_t i = 0; i < b->run_count; i++)
		if (b->runs[i].kind == RUN_NOTE)
			marked[b->runs[i].note->index] = true;
}

/* What is said of the cells of a new row, or table, together. */
struct gathered {
	struct buf words;
	const struct mark *mark; /* the first of them */
	struct comment *comments;
	bool known;              /* one of them is the draft's */
};

static void gather_cells(struct plan *p, const struct block *top, struct gathered *g)
{
	for (const struct block *c = top->first; c; c = block_next(c, top)) {
		size_t k = receive_para_of(p, c);

		if (k == SIZE_MAX)
			continue;
		g->known = g->known || p->paras[k].leaf != SIZE_MAX;
		p->paras[k].taken = true;
		g->mark = g->mark ? g->mark : mark_of_leaf(c);
		g->comments = receive_comments_on(p, c, g->comments);
		if (g->words.n)
			buf_char(&g->words, ' ');
		buf_add(&g->words, p->paras[k].new);
	}
}

static void add_cells(struct plan *p, const struct block *after, const struct block *top, const struct gathered *g)
{
	add_block(p, after, top, arena_dup(&p->out->arena, buf_span(&g->words)), g->mark)->comments = g->comments;
	for (const struct block *c = top->first; c; c = block_next(c, top))
		mark_notes(c, p->notes_marked); /* they come with it */
}

/* A row none of whose cells is known.  Rows below one another hang on the same cell, in order. */
static void plan_row(struct plan *p, const struct block *row)
{
	const struct block *after;
	struct gathered g = { 0 };

	gather_cells(p, row, &g);
	after = row->prev && row->prev == p->row ? p->above : cell_above(p, row);
	p->row = row;
	p->above = after;
	if (!g.known && after && row->prev && !receive_blank(buf_span(&g.words))) {
		add_cells(p, after, row, &g);
	} else {
		if (g.known || !after || !row->prev)
			receive_lose(p, g.known ? "new table cell" : "new table row", (struct span){ 0 }, buf_span(&g.words));
		receive_lose_comments(p, "comment on a new table row", (struct span){ 0 }, g.comments);
	}
	buf_done(&g.words);
}

/* A table none of whose cells is known is one change.  False: it is no such. */
static bool plan_table(struct plan *p, const struct block *after, const struct block *table)
{
	struct gathered g = { 0 };

	for (const struct block *c = table->first; c; c = block_next(c, table)) {
		size_t k = receive_para_of(p, c);

		if (k != SIZE_MAX && p->paras[k].leaf != SIZE_MAX)
			return false;
	}
	gather_cells(p, table, &g);
	if (table->in_note) {
		receive_lose(p, "new table in a footnote", (struct span){ 0 }, buf_span(&g.words));
		receive_lose_comments(p, "comment on a new table", (struct span){ 0 }, g.comments);
	} else {
		size_t first = receive_para_of(p, table->first->first);

		add_cells(p, after, table, &g);
		p->out->blocks[p->out->block_count - 1].replaces = first == SIZE_MAX ? NULL : p->paras[first].replaces;
	}
	buf_done(&g.words);
	return true;
}

static const struct note *note_around(const struct doc *d, const struct block *leaf)
{
	const struct block *top = leaf;

	while (top->parent)
		top = top->parent;
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->body == top)
			return d->notes[i];
	return NULL;
}

/* Which notes are brought home by their marks, and which of the base have one in text that is gone from the draft. */
void receive_look_for_marks(struct plan *p)
{
	p->notes_marked = mem_zero(p->returned->note_count + 1, sizeof(bool));
	p->notes_kept = mem_zero(p->base->doc->note_count + 1, sizeof(bool));
	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block;

		if (p->paras[k].leaf == SIZE_MAX ? b->kind != BLOCK_CELL && !b->in_note : p->leaves[p->paras[k].leaf].draft != NULL)
			mark_notes(b, p->notes_marked);
	}
	for (size_t i = 0; i < p->leaf_count; i++)
		if (p->leaves[i].count && !p->leaves[i].draft)
			mark_notes(p->leaves[i].block, p->notes_kept);
}

/* The draft's paragraphs that the plan takes out, by their words: one that came elsewhere with these moved. */
static void index_removals(struct plan *p, struct span_map *ret)
{
	for (size_t i = 0; i < p->out->removal_count; i++) {
		const struct block *b = p->out->removals[i].leaf;
		CLEANUP(buf_done) struct buf words = { 0 };

		if (b->kind != BLOCK_PARAGRAPH || b->parent->kind != BLOCK_ROOT)
			continue;
		text_fold(receive_text_in(p, b, READING_REJECTED), &words);
		if (words.n)
			*span_map_put(ret, arena_dup(&p->out->arena, buf_span(&words))) = (unsigned)i + 1;
	}
}

static const struct block *moved_from(const struct plan *p, const struct span_map *gone, const struct para *x)
{
	unsigned *removal = x->block->kind == BLOCK_PARAGRAPH && x->block->parent->kind == BLOCK_ROOT && x->new_folded.n ? span_map_find(gone, x->new_folded) : NULL;
	const struct block *b = removal && *removal ? p->out->removals[*removal - 1].leaf : NULL;

	if (b)
		*removal = 0;
	return b;
}

/* Does the k-th paragraph, whose place in the draft is `after`, stand in the same note as b, and its leaf in a note too? */
static bool in_same_note(const struct plan *p, const struct block *b, size_t k, const struct block *after)
{
	return after && after->in_note && receive_top(p->paras[k].block) == receive_top(b) && (p->paras[k].leaf == SIZE_MAX || p->leaves[p->paras[k].leaf].draft == after);
}

/* Who put the k-th paragraph in: of the end of a heading that was divided it is who divided it. */
static const struct mark *mark_of_new(const struct plan *p, size_t k)
{
	const struct mark *m = mark_of_leaf(p->paras[k].block), *before = k ? p->paras[k - 1].block->break_mark : NULL;

	return m || !before || mark_rejected(before) || p->paras[k - 1].leaf == SIZE_MAX || p->leaves[p->paras[k - 1].leaf].block->kind != BLOCK_HEADING ? m : before;
}

/* The words of paragraphs whose ends before them were struck follow those of the k-th, which is new. */
static void carry_to_new(struct plan *p, size_t k, struct receive_block *b)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	struct receive_carried **last = &b->carried;

	buf_add(&words, b->text);
	for (size_t i = k + 1; i < p->para_count && (p->paras[i].new_carrier == k || receive_blank(p->paras[i].new)); i++) {
		if (p->paras[i].new_carrier != k)
			continue;
		*last = ARENA_NEW(&p->out->arena, struct receive_carried);
		(*last)->block = p->paras[i].block;
		last = &(*last)->next;
		buf_add(&words, p->paras[i].new);
		b->comments = receive_comments_on(p, p->paras[i].block, b->comments);
		p->paras[i].taken = true;
	}
	if (b->carried)
		b->text = arena_dup(&p->out->arena, buf_span(&words));
}

/* Paragraphs that pair with nothing are new, unless all their words are gone again. */
void receive_plan_new(struct plan *p)
{
	const struct block *after = NULL;
	struct span_map gone = { 0 };
	size_t first = 0, end = 0; /* of what is the draft's own text */

	index_removals(p, &gone);
	while (first < p->para_count && p->paras[first].leaf == SIZE_MAX)
		first++;
	for (size_t k = first; k < p->para_count; k++)
		if (p->paras[k].leaf != SIZE_MAX && !p->paras[k].block->in_note)
			end = k;
	for (size_t k = 0; k < p->para_count; k++) {
		const struct para *x = &p->paras[k];
		struct receive_block *b;

		if (x->leaf != SIZE_MAX) {
			const struct base_leaf *l = &p->leaves[x->leaf];

			/* What follows one that moved here hangs on the same place, behind it. */
			if (l->goes)
				add_block(p, after, x->block, x->new, NULL)->moved = l->draft->parent->kind == BLOCK_ROOT ? l->draft : NULL;
			else if (l->draft)
				after = l->draft;
			continue;
		}
		if (x->taken)
			continue;
		if (receive_blank(x->new)) {
			if (!receive_blank(x->old))
				receive_lose(p, "deleted paragraph that is not in the draft", (struct span){ 0 }, x->old);
			continue;
		}
		if (is_information(p, k, first, end))
			continue;
		if (x->block->kind == BLOCK_CELL) {
			if (!plan_table(p, after, x->block->parent->parent))
				plan_row(p, x->block->parent);
			continue;
		}
		if (x->block->in_note) {
			const struct note *n = note_around(p->returned, x->block);

			if (!n || !p->notes_marked[n->index])
				receive_lose(p, "new footnote", (struct span){ 0 }, x->new);
			if (!n || !receive_note_known(p, n))
				continue;
			/* Behind words of the same note; in front of all of them is no place. */
			if (k == 0 || !in_same_note(p, x->block, k - 1, after)) {
				receive_lose(p, "new paragraph of a footnote", (struct span){ 0 }, x->new);
				continue;
			}
		}
		b = add_block(p, after, x->block, x->new, mark_of_new(p, k));
		b->moved = moved_from(p, &gone, x);
		b->comments = receive_comments_on(p, x->block, NULL);
		carry_to_new(p, k, b);
	}
	span_map_done(&gone);
}

static bool row_gone(const struct plan *p, const struct block *row)
{
	for (const struct block *c = row->first; c; c = c->next) {
		size_t leaf = receive_leaf_of(p, c);

		if (leaf == SIZE_MAX || p->leaves[leaf].count)
			return false;
	}
	return row->first != NULL;
}

static bool table_gone(const struct plan *p, const struct block *table)
{
	for (const struct block *row = table->first; row; row = row->next)
		if (!row_gone(p, row))
			return false;
	return true;
}

/* The first cell of a row or table that has words. */
static const struct block *first_words(const struct plan *p, const struct block *top)
{
	for (const struct block *c = top->first; c; c = block_next(c, top)) {
		size_t leaf = receive_leaf_of(p, c);

		if (leaf != SIZE_MAX && !receive_blank(p->leaves[leaf].text))
			return c;
	}
	return NULL;
}

static void add_removal(struct plan *p, const struct block *b)
{
	struct received *out = p->out;

	GROW(out->removals, out->removal_count, out->removal_cap, struct receive_removal);
	out->removals[out->removal_count++] = (struct receive_removal){ .leaf = b, .author = p->o->author, .time = p->o->time, .untracked = true };
}

/* All words of a paragraph that stays where it is. */
static void take_words(struct plan *p, const struct base_leaf *l)
{
	struct received *out = p->out;
	size_t n = receive_text_in(p, l->draft, READING_REJECTED).n;

	if (!n)
		return;
	GROW(out->hunks, out->hunk_count, out->hunk_cap, struct receive_hunk);
	out->hunks[out->hunk_count++] = (struct receive_hunk){ .leaf = l->draft, .end = n, .author = p->o->author, .time = p->o->time, .untracked = true };
}

/* Its words, if it had any, are struck. */
static bool cell_struck(const struct plan *p, const struct block *cell)
{
	size_t leaf = receive_leaf_of(p, cell);
	const struct base_leaf *l = leaf == SIZE_MAX ? NULL : &p->leaves[leaf];

	return l && l->count == 1 && receive_blank(p->paras[l->first].new) && span_eq(l->folded, p->paras[l->first].old_folded);
}

/* Was the row, or the table, struck as a whole?  A row is by its own mark; a table of which no word is left is, without one. */
static bool struck(const struct plan *p, const struct block *b)
{
	bool words = false;

	for (const struct block *c = b->kind == BLOCK_TABLE ? b->first->first : b->first; c; c = block_next(c, b)) {
		size_t leaf = c->kind == BLOCK_CELL ? receive_leaf_of(p, c) : SIZE_MAX;
		const struct mark *m;

		if (c->kind != BLOCK_CELL)
			continue;
		if (!cell_struck(p, c))
			return false;
		m = p->paras[p->leaves[leaf].first].block->parent->mark;
		if (b->kind == BLOCK_ROW && (!m || mark_accepted(m)))
			return false;
		words = words || p->leaves[leaf].folded.n;
	}
	return words;
}

/* Says, at the first cell of a row or table that was struck, that it goes.  False: this cell's words are to be looked at. */
bool receive_plan_struck(struct plan *p, const struct base_leaf *l)
{
	const struct block *row = l->block->parent, *b = struck(p, row->parent) ? row->parent : row->prev && struck(p, row) ? row : NULL;
	struct received *out = p->out;
	struct receive_removal *x;
	const struct mark *m;

	if (!b || !l->draft || l->draft->kind != BLOCK_CELL)
		return false;
	if (row->first != l->block || (b == row->parent && b->first != row))
		return true;
	m = mark_of_leaf(p->paras[l->first].block);
	add_removal(p, b == row ? l->draft->parent : l->draft->parent->parent);
	x = &out->removals[out->removal_count - 1];
	for (const struct block *c = b; c; c = block_next(c, b)) {
		size_t leaf = c->kind == BLOCK_CELL ? receive_leaf_of(p, c) : SIZE_MAX;

		if (leaf != SIZE_MAX && p->leaves[leaf].count)
			x->comments = receive_comments_on(p, p->paras[p->leaves[leaf].first].block, x->comments);
	}
	if (m) {
		x->author = m->author;
		x->time = m->time;
		x->untracked = false;
		x->group = m->group;
	}
	return true;
}

/* Does any paragraph of a note of the base stand in the returned file? */
static bool base_note_known(const struct plan *p, const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		size_t leaf = block_is_leaf(b) ? receive_leaf_of(p, b) : SIZE_MAX;

		if (leaf != SIZE_MAX && p->leaves[leaf].count)
			return true;
	}
	return false;
}

/* A leaf of the base that is in no paragraph of the returned file: gone without a mark. */
void receive_plan_gone(struct plan *p, const struct base_leaf *l)
{
	const struct block *b = l->block, *row = b->parent;

	if (b->in_note) {
		/* Its mark goes, in the words that held it or alone: that says it. */
		const struct note *n = note_around(p->base->doc, b);

		if (!n || p->notes_kept[n->index])
			receive_lose(p, "footnote that is gone", (struct span){ 0 }, l->text);
		else if (base_note_known(p, n) && receive_opens_note(l->draft))
			take_words(p, l);
		else if (base_note_known(p, n))
			add_removal(p, l->draft);
		return;
	}
	if (b->kind != BLOCK_CELL) {
		add_removal(p, l->draft);
		return;
	}
	if (table_gone(p, row->parent)) {
		if (first_words(p, row->parent) == b)
			add_removal(p, l->draft->parent->parent);
	} else if (row_gone(p, row) && row->prev) {
		if (first_words(p, row) == b)
			add_removal(p, l->draft->parent);
	} else {
		receive_lose(p, "table cell that is gone", (struct span){ 0 }, l->text);
	}
}
