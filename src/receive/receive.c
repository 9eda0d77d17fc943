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

void receive_lose_comments(struct plan *p, const char *what, struct span where, const struct comment *c)
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
struct comment *receive_comments_on(struct plan *p, const struct block *leaf, struct comment *list)
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

static bool by_the_same(const struct op *a, const struct op *b)
{
	return span_eq(a->author, b->author) && span_eq(a->time, b->time) && a->untracked == b->untracked && a->group == b->group;
}

/* Code that a program wrote which knows none: as paragraphs, in which rows of spaces are one. */
static bool only_spaced(const struct plan *p, const struct base_leaf *l)
{
	const struct para *x = l->count == 1 ? &p->paras[l->first] : NULL;

	return x && l->block->kind == BLOCK_CODE && x->block->kind != BLOCK_CODE && span_eq(l->folded, x->old_folded) && span_eq(l->folded, x->new_folded);
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
		last->comments = receive_comments_on(p, y->block, last->comments);
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
	if (only_spaced(p, l))
		ops.count = 0;
	if (!l->draft) {
		/* The draft no longer has the paragraph. */
		for (size_t i = 0; i < ops.count; i++)
			receive_lose(p, "change to a paragraph that is gone from the draft", where, ops.items[i].text.n ? ops.items[i].text : span_sub(l->text, ops.items[i].begin, ops.items[i].end));
		for (size_t i = 0; i < comment_count; i++)
			receive_lose_comments(p, "comment on a paragraph that is gone from the draft", where, comments[i].comment);
		goto out;
	}
	if (p->base != p->draft) {
		now = receive_text_in(p, l->draft, READING_REJECTED);
		if (!span_eq(now, l->text))
			diff_texts(l->text, now, &out->arena, &parts, &part_count);
	}
	/* All words gone: the paragraph goes. */
	whole = receive_opens_note(l->draft) ? NULL : all_gone(p, &ops, l);
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
						receive_lose_comments(p, "comment on words that are gone", (struct span){ 0 }, c);
					*said = *said ? *said : -1;
				}
			}
	}
}

/* Words from run i on that lead to a clause: of those that a reference to it prints, the first becomes that reference, and the others go. */
static void refer_again(struct plan *p, struct block *b, size_t i, struct span id)
{
	CLEANUP(buf_done) struct buf words = { 0 }, printed = { 0 };
	struct span anchor = b->runs[i].printed;
	size_t n = 0;

	for (; i + n < b->run_count && b->runs[i + n].kind == RUN_TEXT && span_eq(b->runs[i + n].printed, anchor) && b->runs[i + n].mark == b->runs[i].mark; n++) {
		buf_add(&words, b->runs[i + n].text);
		b->runs[i + n].printed = (struct span){ 0 };
	}
	statement_xref(p->base, id, false, &p->o->words, &printed, NULL);
	if (!span_eq(buf_span(&words), buf_span(&printed)))
		return;
	b->runs[i] = (struct run){ .kind = RUN_XREF, .mark = b->runs[i].mark, .target = id, .printed = arena_dup(&p->out->arena, buf_span(&words)) };
	memmove(b->runs + i + 1, b->runs + i + n, (b->run_count - i - n) * sizeof(*b->runs));
	b->run_count -= n - 1;
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
				struct span anchor = r->kind == RUN_XREF ? r->target : r->kind == RUN_TEXT ? r->printed : (struct span){ 0 };
				const unsigned *k = anchor.n ? span_map_find(&anchors, anchor) : NULL;

				if (k && r->kind == RUN_TEXT)
					refer_again(p, b, i, p->base->clauses[*k].id);
				else if (k)
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
	receive_look_for_marks(&p);
	ret->paragraphs = p.para_count;
	for (size_t i = 0; i < p.leaf_count; i++) {
		struct base_leaf *l = &p.leaves[i];

		if (l->count && l->block->kind == BLOCK_CELL && receive_plan_struck(&p, l)) {
			ret->matched += l->count;
		} else if (l->count) {
			ret->matched += l->count;
			plan_leaf(&p, i);
		} else if (l->draft && l->text.n && !receive_blank(l->text)) {
			receive_plan_gone(&p, l);
		}
	}
	receive_plan_joins(&p);
	receive_plan_new(&p);
	receive_look_around(&p);
	list_left_comments(&p);
	receive_list_looks(&p);
	receive_list_shapes(&p);
	receive_list_references(&p);
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

