#include "receive/receive.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/spanmap.h"
#include "diff/diff.h"
#include "model/number.h"
#include "model/text.h"
#include "receive/plan.h"

void received_done(struct received *r)
{
	if (!r)
		return;
	free(r->hunks);
	free(r->comments);
	free(r->blocks);
	free(r->removals);
	free(r->joins);
	free(r->lost);
	arena_done(&r->arena);
	*r = (struct received){ 0 };
}

void receive_anchor(struct span draft_name, struct span id, unsigned n, char ret[32])
{
	CLEANUP(buf_done) struct buf b = { 0 };
	char hex[SHA256_HEX + 1];

	buf_add(&b, draft_name);
	buf_char(&b, '#');
	buf_add(&b, id);
	sha256_hex_of(buf_span(&b), hex);
	if (n > 1)
		snprintf(ret, 32, "cl_%.10s_%u", hex, n);
	else
		snprintf(ret, 32, "cl_%.10s", hex);
}

bool receive_blank(struct span s)
{
	return span_trim(s).n == 0;
}

void receive_lose(struct plan *p, const char *what, struct span where, struct span text)
{
	struct received *o = p->out;

	GROW(o->lost, o->lost_count, o->lost_cap, struct receive_lost);
	o->lost[o->lost_count++] = (struct receive_lost){ span_str(what), arena_dup(&o->arena, where), arena_dup(&o->arena, text) };
}

static void lose_comments(struct plan *p, const char *what, struct span where, const struct comment *c)
{
	for (; c; c = c->next)
		receive_lose(p, what, where, c->text);
}

/* The comments of two lists, in one of its own. */
static struct comment *both(struct plan *p, const struct comment *a, const struct comment *b)
{
	struct comment *first = NULL, **last = &first;

	for (int second = 0; second < 2; second++)
		for (const struct comment *k = second ? b : a; k; k = k->next) {
			*last = ARENA_NEW(&p->out->arena, struct comment);
			**last = *k;
			last = &(*last)->next;
		}
	*last = NULL;
	return first;
}

/* The list with all comments on a leaf of the returned file behind it: they go with what is said of the whole leaf. */
static struct comment *comments_on(struct plan *p, const struct block *leaf, struct comment *list)
{
	for (size_t i = 0; i < leaf->run_count; i++) {
		struct comment *c;

		for (size_t n = 0; (c = receive_comments_of(&leaf->runs[i], n)); n++) {
			int64_t *said = hash_map_put(&p->comment_at, (uint64_t)(uintptr_t)c >> 4);

			/* Words with another comment, or a change, stand in the midst of its own. */
			if (*said)
				continue;
			*said = -1;
			for (const struct comment *k = c; k; k = k->next) {
				struct comment *copy = ARENA_NEW(&p->out->arena, struct comment);

				*copy = (struct comment){ .author = k->author, .time = k->time, .text = k->text };
				if (list)
					comment_append(list, copy);
				else
					list = copy;
			}
		}
	}
	return list;
}

struct span receive_text_in(struct plan *p, const struct block *b, enum reading reading)
{
	CLEANUP(buf_done) struct buf t = { 0 };

	text_of_leaf(b, reading, &t);
	return arena_dup(&p->out->arena, buf_span(&t));
}

/* ---- into places of the draft ---- */

/* Where byte `at` of the base's text is in the draft's; *ret_clean: nothing changed around it. */
static size_t carried(const struct part *parts, size_t count, size_t at, bool end_of, bool *ret_clean)
{
	size_t base = 0, now = 0;

	for (size_t i = 0; i < count; i++) {
		size_t n = parts[i].text.n;

		switch (parts[i].op) {
		case '=':
			if (at < base + n || (at == base + n && (end_of || i + 1 == count)))
				return now + (at - base);
			base += n;
			now += n;
			break;
		case '-':
			if (at < base + n) {
				if (at > base || !end_of)
					*ret_clean = *ret_clean && at == base && end_of;
				return now;
			}
			base += n;
			break;
		default:
			if (at == base && end_of)
				return now;
			now += n;
			break;
		}
	}
	return now;
}

/* Does it stand on the line of its note's label?  That line stays when its words go, or the mark would lead nowhere. */
static bool opens_note(const struct block *b)
{
	for (; b->in_note && b->parent; b = b->parent)
		if (b->prev)
			return false;
	return b->in_note;
}

static bool by_the_same(const struct op *a, const struct op *b)
{
	return span_eq(a->author, b->author) && span_eq(a->time, b->time) && a->untracked == b->untracked && a->group == b->group;
}

/* Does any mark of a note stay in what became of the leaf? */
static bool has_mark(const struct plan *p, const struct base_leaf *l)
{
	for (size_t k = l->first; k < l->first + l->count; k++)
		for (size_t i = 0; i < p->paras[k].block->run_count; i++)
			if (p->paras[k].block->runs[i].kind == RUN_NOTE && mark_accepted(p->paras[k].block->runs[i].mark))
				return true;
	return false;
}

/* The change that takes all words of the leaf, and its notes with them; NULL: something stays.  Where a note's mark stands among the words it is told
 * in several. */
static const struct op *all_gone(const struct plan *p, const struct ops *ops, const struct base_leaf *l)
{
	const struct op *whole = NULL;
	size_t gone = 0;

	if (!ops->count || has_mark(p, l))
		return NULL;
	for (size_t i = 0; i < ops->count; i++) {
		const struct op *x = &ops->items[i];

		if (x->note_goes)
			continue;
		if (x->restyled || x->begin != gone || x->end <= gone || x->text.n || x->note || l->block->kind == BLOCK_CELL || (whole && !by_the_same(whole, x)))
			return NULL;
		whole = whole ? whole : x;
		gone = x->end;
	}
	return gone == l->text.n ? whole : NULL;
}

/* Where a paragraph stands in the returned file, for a comment: "moved: stands behind "…"". */
static struct comment *moved_comment(struct plan *p, const struct base_leaf *l)
{
	struct comment *c = ARENA_NEW(&p->out->arena, struct comment);
	struct span before = { 0 };
	size_t n = 60;

	for (size_t k = l->first; k-- > 0 && !before.n;)
		if (p->paras[k].leaf != SIZE_MAX && p->paras[k].block->kind != BLOCK_CELL)
			before = span_trim(p->paras[k].new);
	while (n < before.n && before.p[n] != ' ')
		n++;
	c->author = p->o->author;
	c->time = p->o->time;
	c->text = before.n ? arena_printf(&p->out->arena, "moved: in this copy it stands behind \"%.*s%s\"", (int)(n < before.n ? n : before.n), before.p, n < before.n ? "..." : "")
			   : SPAN_LIT("moved: in this copy it stands first");
	return c;
}

/* Can it be taken out and put in elsewhere?  A block of the text keeps its id on the way; a paragraph of a quotation and an item by itself have none. */
static bool can_go(struct plan *p, const struct base_leaf *l)
{
	const struct block *b = l->draft, *in = b->parent;

	if (in->kind == BLOCK_ROOT && !b->in_note)
		return b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING;
	return b->kind == BLOCK_PARAGRAPH && !b->in_note && (in->kind == BLOCK_QUOTE || (in->kind == BLOCK_ITEM && in->first == in->last && in->attr_origin.end == in->attr_origin.begin)) &&
	       b->attr_origin.end == b->attr_origin.begin && span_eq(receive_text_in(p, b, READING_REJECTED), l->text);
}

/* A paragraph that stands elsewhere: as it is it goes there; one that was edited too keeps its place, its edits and a word about it. */
static void plan_move(struct plan *p, struct base_leaf *l, bool as_it_was)
{
	struct received *out = p->out;

	if (as_it_was && can_go(p, l)) {
		GROW(out->removals, out->removal_count, out->removal_cap, struct receive_removal);
		out->removals[out->removal_count++] = (struct receive_removal){ .leaf = l->draft, .author = p->o->author, .time = p->o->time, .untracked = true };
		l->goes = true;
		return;
	}
	GROW(out->comments, out->comment_count, out->comment_cap, struct receive_comment);
	out->comments[out->comment_count++] = (struct receive_comment){ l->draft, 0, 0, moved_comment(p, l), true };
}

/* How many hunks there are up to the last that begins at or before a place; those from first on stand in order. */
static size_t begun_by(const struct received *r, size_t first, size_t place)
{
	size_t low = first, high = r->hunk_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->hunks[mid].begin <= place)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool mark_stands_at(const struct base_leaf *l, size_t at)
{
	CLEANUP(buf_done) struct buf before = { 0 };
	struct block head = *l->block;

	for (head.run_count = 0; head.run_count < l->block->run_count; head.run_count++) {
		if (l->block->runs[head.run_count].kind != RUN_NOTE)
			continue;
		buf_clear(&before);
		text_of_leaf(&head, READING_REJECTED, &before);
		if (before.n == at)
			return true;
	}
	return false;
}

/* The i-th change.  An item that began with a space more would hold less: what stands below it is measured by where its words begin. */
static const struct op *starts_clean(const struct base_leaf *l, struct ops *ops, size_t i)
{
	struct op *x = &ops->items[i];
	const struct block *item = l->block->parent;

	if (!x->begin && x->end && !x->text.n && !x->restyled && x->end + 1 < l->text.n && l->text.p[x->end] == ' ' && item->kind == BLOCK_ITEM && item->first == l->block &&
	    !(i + 1 < ops->count && ops->items[i + 1].begin <= x->end) && !mark_stands_at(l, x->end))
		x->end++;
	return x;
}

/* Words of paragraphs whose own place goes come in at the leaf's end, byte `at` of the draft's. */
static void plan_carried(struct plan *p, size_t index, size_t at, size_t first)
{
	const struct base_leaf *l = &p->leaves[index];
	struct received *out = p->out;

	for (size_t k = l->first + l->count; k < p->para_count; k++) {
		struct para *y = &p->paras[k];
		struct receive_hunk *last = out->hunk_count > first ? &out->hunks[out->hunk_count - 1] : NULL;

		if (y->carrier != index) {
			if (!receive_blank(y->new))
				break;
			continue;
		}
		y->taken = true;
		/* What the same hand struck right before them goes in their favour. */
		if (!last || last->end != at || last->text.n || last->note || last->gone_note.n || last->carried || last->untracked || !span_eq(last->author, y->join->author) ||
		    !span_eq(last->time, y->join->time)) {
			GROW(out->hunks, out->hunk_count, out->hunk_cap, struct receive_hunk);
			last = &out->hunks[out->hunk_count++];
			*last = (struct receive_hunk){ .leaf = l->draft, .begin = at, .end = at, .author = y->join->author, .time = y->join->time, .group = y->join->group };
		}
		last->text = y->new;
		last->carried = y->block;
		last->comments = comments_on(p, y->block, last->comments);
	}
}

/* A paragraph whose words went to the end of another one goes. */
static void plan_carried_off(struct plan *p, const struct base_leaf *l)
{
	struct received *out = p->out;
	const struct mark *m = p->paras[l->first].join;

	GROW(out->removals, out->removal_count, out->removal_cap, struct receive_removal);
	out->removals[out->removal_count++] = (struct receive_removal){ .leaf = l->draft, .author = m->author, .time = m->time, .group = m->group };
}

static void plan_leaf(struct plan *p, size_t index)
{
	struct base_leaf *l = &p->leaves[index];
	struct received *out = p->out;
	size_t first = out->hunk_count;
	struct ops ops = { 0 };
	struct found_comment *comments = NULL;
	size_t comment_count = 0, part_count = 0;
	struct part *parts = NULL;
	struct span now = { 0 };
	const struct op *whole;
	struct span where = block_id(l->block);

	if (l->carried) {
		plan_carried_off(p, l);
		return;
	}
	receive_words(p, l, &ops, &comments, &comment_count);
	if (!l->draft) {
		/* The draft no longer has the paragraph. */
		for (size_t i = 0; i < ops.count; i++)
			receive_lose(p, "change to a paragraph that is gone from the draft", where, ops.items[i].text.n ? ops.items[i].text : span_sub(l->text, ops.items[i].begin, ops.items[i].end));
		for (size_t i = 0; i < comment_count; i++)
			lose_comments(p, "comment on a paragraph that is gone from the draft", where, comments[i].comment);
		goto out;
	}
	if (p->base != p->draft) {
		now = receive_text_in(p, l->draft, READING_REJECTED);
		if (!span_eq(now, l->text))
			diff_texts(l->text, now, &out->arena, &parts, &part_count);
	}
	/* All words gone: the paragraph goes. */
	whole = opens_note(l->draft) ? NULL : all_gone(p, &ops, l);
	if (whole) {
		GROW(out->removals, out->removal_count, out->removal_cap, struct receive_removal);
		out->removals[out->removal_count++] = (struct receive_removal){ .leaf = l->draft, .author = whole->author, .time = whole->time, .untracked = whole->untracked, .group = whole->group };
	} else {
		for (size_t i = 0; i < ops.count; i++) {
			const struct op *x = starts_clean(l, &ops, i);
			struct receive_hunk h = { .leaf = l->draft, .begin = x->begin, .end = x->end, .text = x->text, .author = x->author, .time = x->time,
						  .untracked = x->untracked, .split = x->split, .new_item = x->new_item, .beside_note = x->beside_note, .restyled = x->restyled, .styles = x->styles, .style_count = x->style_count, .group = x->group, .note = x->note_goes ? NULL : x->note,
						  .gone_note = x->note_goes ? x->note->label : (struct span){ 0 } };
			bool clean = true;

			if (parts) {
				h.begin = carried(parts, part_count, x->begin, x->begin == x->end, &clean);
				h.end = x->begin == x->end ? h.begin : carried(parts, part_count, x->end, true, &clean);
				if (h.end < h.begin)
					h.end = h.begin;
				h.moved_on = !clean;
				/* Said of words that the draft has changed since, it would put the old ones back. */
				if (h.restyled && !span_eq(span_sub(now, h.begin, h.end), span_sub(l->text, x->begin, x->end))) {
					receive_lose(p, "change of emphasis", where, h.text);
					continue;
				}
				if (out->hunk_count && out->hunks[out->hunk_count - 1].leaf == h.leaf && out->hunks[out->hunk_count - 1].end > h.begin)
					h.begin = out->hunks[out->hunk_count - 1].end > h.end ? h.end : out->hunks[out->hunk_count - 1].end;
				if (h.begin == h.end && !h.text.n && !h.note && !h.gone_note.n)
					continue; /* the draft has done the same */
			}
			GROW(out->hunks, out->hunk_count, out->hunk_cap, struct receive_hunk);
			out->hunks[out->hunk_count++] = h;
		}
		{
			bool clean = true;

			plan_carried(p, index, parts ? carried(parts, part_count, l->text.n, true, &clean) : l->text.n, first);
		}
	}
	if (l->moved)
		plan_move(p, l, ops.count == 0);
	for (size_t i = 0; i < comment_count; i++) {
		bool clean = true;
		size_t begin = parts ? carried(parts, part_count, comments[i].begin, false, &clean) : comments[i].begin;
		size_t end = parts ? carried(parts, part_count, comments[i].end, true, &clean) : comments[i].end;
		bool on_hunk = false;

		/* Comments on changed words go with the change. */
		for (size_t k = begun_by(out, first, end); k-- > first && out->hunks[k].end >= begin && !on_hunk;) {
			struct receive_hunk *h = &out->hunks[k];

			if (begin <= h->end && end >= h->begin && !(end == h->begin && begin < end) && !(begin == h->end && begin < end)) {
				h->comments = h->comments ? both(p, h->comments, comments[i].comment) : comments[i].comment;
				on_hunk = true;
			}
		}
		if (on_hunk)
			continue;
		GROW(out->comments, out->comment_count, out->comment_cap, struct receive_comment);
		out->comments[out->comment_count++] = (struct receive_comment){ l->draft, begin, end < begin ? begin : end, comments[i].comment, false };
	}
out:
	free(ops.items);
	free(comments);
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

/* ---- paragraphs and rows that came or went ---- */

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
		g->comments = comments_on(p, c, g->comments);
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
		lose_comments(p, "comment on a new table row", (struct span){ 0 }, g.comments);
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
		lose_comments(p, "comment on a new table", (struct span){ 0 }, g.comments);
	} else {
		add_cells(p, after, table, &g);
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
static void look_for_marks(struct plan *p)
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
		b->comments = comments_on(p, p->paras[i].block, b->comments);
		p->paras[i].taken = true;
	}
	if (b->carried)
		b->text = arena_dup(&p->out->arena, buf_span(&words));
}

/* Paragraphs that pair with nothing are new, unless all their words are gone again. */
static void plan_new(struct plan *p)
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
		b->comments = comments_on(p, x->block, NULL);
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
static bool plan_struck(struct plan *p, const struct base_leaf *l)
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
			x->comments = comments_on(p, p->paras[p->leaves[leaf].first].block, x->comments);
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
static void plan_gone(struct plan *p, const struct base_leaf *l)
{
	const struct block *b = l->block, *row = b->parent;

	if (b->in_note) {
		/* Its mark goes, in the words that held it or alone: that says it. */
		const struct note *n = note_around(p->base->doc, b);

		if (!n || p->notes_kept[n->index])
			receive_lose(p, "footnote that is gone", (struct span){ 0 }, l->text);
		else if (base_note_known(p, n) && opens_note(l->draft))
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

/* Comments that no paragraph was found for, on words that are gone without a mark. */
static void list_left_comments(struct plan *p)
{
	struct doc *d = p->returned;

	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++) {
				struct comment *c;

				for (size_t n = 0; (c = receive_comments_of(&b->runs[i], n)); n++) {
					int64_t *said = hash_map_put(&p->comment_at, (uint64_t)(uintptr_t)c >> 4);

					if (!*said)
						lose_comments(p, "comment on words that are gone", (struct span){ 0 }, c);
					*said = *said ? *said : -1;
				}
			}
	}
}

/* A cross-reference came back as the anchor that it leads to: it is the clause's id again, as in the base. */
static void name_references(struct plan *p)
{
	struct doc *d = p->returned;
	char(*names)[32] = mem_zero(p->base->count + 1, sizeof(*names));
	struct span_map anchors = { 0 };

	for (size_t k = 0; k < p->base->count; k++)
		if (p->base->clauses[k].id.n) {
			receive_anchor(p->o->draft_name, p->base->clauses[k].id, 1, names[k]);
			*span_map_put(&anchors, span_str(names[k])) = (unsigned)k;
		}
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++) {
				struct run *r = &b->runs[i];
				const unsigned *k = r->kind == RUN_XREF && r->target.p ? span_map_find(&anchors, r->target) : NULL;

				if (k)
					r->target = p->base->clauses[*k].id;
			}
	}
	span_map_done(&anchors);
	mem_free(names);
}

int receive_plan(struct statement *base, struct statement *draft, struct doc *returned, const struct receive_options *o, struct received *ret,
		 struct fault *f)
{
	struct plan p = { .out = ret, .o = o, .base = base, .draft = draft, .returned = returned };
	int r = statement_require_unique(draft, f);

	*ret = (struct received){ 0 };
	if (r < 0)
		return r;
	name_references(&p);
	receive_pair(&p);
	receive_labels(&p);
	receive_find_joins(&p);
	look_for_marks(&p);
	ret->paragraphs = p.para_count;
	for (size_t i = 0; i < p.leaf_count; i++) {
		struct base_leaf *l = &p.leaves[i];

		if (l->count && l->block->kind == BLOCK_CELL && plan_struck(&p, l)) {
			ret->matched += l->count;
		} else if (l->count) {
			ret->matched += l->count;
			plan_leaf(&p, i);
		} else if (l->draft && l->text.n && !receive_blank(l->text)) {
			plan_gone(&p, l);
		}
	}
	receive_plan_joins(&p);
	plan_new(&p);
	receive_look_around(&p);
	list_left_comments(&p);
	receive_list_looks(&p);
	receive_list_shapes(&p);
	for (size_t i = 0; i < returned->loss_count; i++)
		if (!p.restyled || !span_is(returned->losses[i].what, "tracked change of formatting"))
			receive_lose(&p, arena_str(&ret->arena, returned->losses[i].what), returned->losses[i].where, returned->losses[i].text);
	hash_map_done(&p.comment_at);
	free(p.leaves);
	free(p.paras);
	free(p.leaf_at);
	free(p.note_first);
	free(p.notes_marked);
	free(p.notes_kept);
	free(p.para_at);
	return 0;
}

