#include <stdlib.h>

#include "base/spanmap.h"
#include "diff/diff.h"
#include "model/text.h"
#include "receive/plan.h"

struct span receive_folded(struct plan *p, struct span s)
{
	CLEANUP(buf_done) struct buf t = { 0 };

	text_fold(s, &t);
	return arena_dup(&p->out->arena, buf_span(&t));
}

/* ---- the two sides as rows ---- */

static bool held_back(const struct plan *p, const struct block *b)
{
	for (const struct block *x = b; x; x = x->parent)
		if ((x->internal && !p->o->internal) || attrs_has(x->attrs, CLASS_RATIONALE | CLASS_ORAL))
			return true;
	return false;
}

static void add_leaves(struct plan *p, const struct block *top, const struct clause *k, unsigned *n, size_t *cap)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		struct base_leaf *l;

		if (!block_is_leaf(b))
			continue;
		GROW(p->leaves, p->leaf_count, *cap, struct base_leaf);
		l = &p->leaves[p->leaf_count++];
		*l = (struct base_leaf){ .block = b };
		l->text = receive_text_in(p, b, READING_REJECTED);
		l->folded = receive_folded(p, l->text);
		if (k && k->id.n && n)
			receive_anchor(p->o->draft_name, k->id, ++*n, l->anchor);
	}
}

/* Leaves that the copy had, in the order that they print, each followed by its notes where they are first referred to. */
static void list_base(struct plan *p)
{
	size_t cap = 0;
	bool *printed;

	for (size_t i = 0; i < p->base->count; i++) {
		const struct clause *k = &p->base->clauses[i];
		unsigned n = 0;

		for (size_t j = 0; j < k->leaf_count; j++)
			if (!held_back(p, k->leaves[j])) {
				struct base_leaf *l;

				GROW(p->leaves, p->leaf_count, cap, struct base_leaf);
				l = &p->leaves[p->leaf_count++];
				*l = (struct base_leaf){ .block = k->leaves[j] };
				l->text = receive_text_in(p, l->block, READING_REJECTED);
				l->folded = receive_folded(p, l->text);
				if (k->id.n)
					receive_anchor(p->o->draft_name, k->id, ++n, l->anchor);
			}
	}
	/* A note that only held back text refers to (an oral wording, a rationale) went out no more than that text. */
	printed = mem_zero(p->base->doc->note_count + 1, sizeof(bool));
	for (size_t i = 0; i < p->leaf_count; i++)
		for (size_t k = 0; k < p->leaves[i].block->run_count; k++) {
			const struct run *r = &p->leaves[i].block->runs[k];

			if (r->kind == RUN_NOTE && r->note->number <= p->base->doc->note_count)
				printed[r->note->number] = true;
		}
	for (size_t i = 0; i < p->base->doc->note_count; i++) {
		const struct note *n = p->base->doc->notes[i];

		if (n->number && n->number <= p->base->doc->note_count && printed[n->number] && (!n->internal || p->o->internal))
			add_leaves(p, n->body, NULL, NULL, &cap);
	}
	mem_free(printed);
	/* What came back is laid over the base; of the draft's own leaves only their places count. */
	if (!p->returned)
		return;
	receive_note_firsts(p);
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct spelling s;

		receive_spell(p, &p->leaves[i], (struct span){ 0 }, &s);
		if (s.count)
			p->leaves[i].printed = receive_folded(p, s.text);
	}
}

/* Of the block as a whole; a cell comes and goes with its row. */
static const struct mark *whole_mark(const struct block *b)
{
	return b->mark || b->kind != BLOCK_CELL ? b->mark : b->parent->mark;
}

void receive_set_texts(struct plan *p, struct para *x)
{
	const struct mark *whole = whole_mark(x->block);

	x->old = receive_text_in(p, x->block, READING_REJECTED);
	x->new = receive_text_in(p, x->block, READING_ACCEPTED);
	/* A paragraph that came or went as a whole has no words in the other reading. */
	if (!text_mark_reads(whole, READING_REJECTED))
		x->old = (struct span){ 0 };
	if (!text_mark_reads(whole, READING_ACCEPTED))
		x->new = (struct span){ 0 };
	x->old_folded = receive_folded(p, x->old);
	x->new_folded = receive_folded(p, x->new);
}

static void add_paras(struct plan *p, const struct block *top, size_t *cap)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		struct para *x;

		/* Of the draft's own words, which the copy is compared with too, those that it did not carry. */
		if (!block_is_leaf(b) || b->furniture || held_back(p, b))
			continue;
		GROW(p->paras, p->para_count, *cap, struct para);
		x = &p->paras[p->para_count++];
		*x = (struct para){ .block = b, .leaf = SIZE_MAX, .carrier = SIZE_MAX, .new_carrier = SIZE_MAX };
		receive_set_texts(p, x);
	}
}

static void list_returned(struct plan *p)
{
	size_t cap = 0;

	receive_typed_labels(p);
	add_paras(p, p->returned->root, &cap);
	for (size_t i = 0; i < p->returned->note_count; i++)
		if (p->returned->notes[i]->number && (!p->returned->notes[i]->internal || p->o->internal))
			add_paras(p, p->returned->notes[i]->body, &cap);
}

/* ---- pairing ---- */

#define LIKE_ENOUGH 0.5  /* to be the same paragraph without an anchor */
#define ANCHOR_ENOUGH 0.25 /* to believe an anchor: a copied bookmark is a claim */

void receive_pair_as(struct plan *p, size_t para, size_t leaf)
{
	p->paras[para].leaf = leaf;
	if (!p->leaves[leaf].count)
		p->leaves[leaf].first = para;
	p->leaves[leaf].count++;
}

static double likeness(const struct plan *p, size_t para, size_t leaf)
{
	double a, b;

	/* No words are like none, but what came as a whole had not even those; an empty cell is known by its row. */
	if (!p->leaves[leaf].folded.n && (p->leaves[leaf].block->kind == BLOCK_CELL || !text_mark_reads(whole_mark(p->paras[para].block), READING_REJECTED)))
		return 0;
	a = diff_likeness(p->leaves[leaf].folded, p->paras[para].old_folded);
	if (p->leaves[leaf].printed.n && a < 1.0) {
		/* A program that knows no references of ours left their words. */
		b = diff_likeness(p->leaves[leaf].printed, p->paras[para].old_folded);
		a = b > a ? b : a;
	}
	if (a >= 1.0 || span_eq(p->paras[para].old_folded, p->paras[para].new_folded))
		return a;
	b = diff_likeness(p->leaves[leaf].folded, p->paras[para].new_folded);
	return a > b ? a : b;
}

size_t receive_para_of(const struct plan *p, const struct block *b)
{
	size_t at = b->serial < p->returned->block_count ? p->para_at[b->serial] : 0;

	/* The serial of a block that was taken out may be another's by now. */
	return at && p->paras[at - 1].block == b ? at - 1 : SIZE_MAX;
}

size_t receive_leaf_of(const struct plan *p, const struct block *b)
{
	size_t at = b->serial < p->base->doc->block_count ? p->leaf_at[b->serial] : 0;

	return at && p->leaves[at - 1].block == b ? at - 1 : SIZE_MAX;
}

static void index_blocks(struct plan *p)
{
	p->leaf_at = mem_zero(p->base->doc->block_count + 1, sizeof(size_t));
	p->para_at = mem_zero(p->returned->block_count + 1, sizeof(size_t));
	for (size_t i = 0; i < p->leaf_count; i++)
		p->leaf_at[p->leaves[i].block->serial] = i + 1;
	for (size_t i = 0; i < p->para_count; i++)
		p->para_at[p->paras[i].block->serial] = i + 1;
}

/* By name; the number is the place and 1. */
static void index_anchors(const struct plan *p, struct span_map *ret)
{
	for (size_t i = 0; i < p->leaf_count; i++)
		if (p->leaves[i].anchor[0])
			*span_map_put(ret, span_str(p->leaves[i].anchor)) = (unsigned)i + 1;
}

/* Equal words pair in order: of the leaves that have them the next free one.  as_printed: those of a program that knows no references. */
static void pair_equal(struct plan *p, bool as_printed)
{
	struct span_map first = { 0 };
	size_t *next = mem_zero(p->leaf_count + 1, sizeof(size_t));

	for (size_t i = p->leaf_count; i-- > 0;) {
		unsigned *head;

		if (p->leaves[i].count || !p->leaves[i].folded.n)
			continue;
		head = span_map_put(&first, as_printed && p->leaves[i].printed.n ? p->leaves[i].printed : p->leaves[i].folded);
		next[i] = *head;
		*head = (unsigned)i + 1;
	}
	/* What was put in comes after what stood there before: of a paragraph that moved both are in the file. */
	for (int put_in = 0; put_in <= 1; put_in++)
		for (size_t k = 0; k < p->para_count; k++) {
			struct span words = put_in ? p->paras[k].new_folded : p->paras[k].old_folded;
			unsigned *head = p->paras[k].leaf == SIZE_MAX && words.n && (!put_in || !p->paras[k].old_folded.n) ? span_map_find(&first, words) : NULL;

			if (!head || !*head)
				continue;
			receive_pair_as(p, k, *head - 1);
			*head = (unsigned)next[*head - 1];
		}
	span_map_done(&first);
	mem_free(next);
}

/* What lies between two pairs in order is compared all against all: a handful at a time. */
#define GAP_MAX 64

static void pair_between(struct plan *p)
{
	size_t last_leaf = 0, k = 0;

	while (k < p->para_count) {
		size_t from = k, leaf_end = p->leaf_count;

		if (p->paras[k].leaf != SIZE_MAX) {
			last_leaf = p->paras[k].leaf + 1;
			k++;
			continue;
		}
		while (k < p->para_count && p->paras[k].leaf == SIZE_MAX)
			k++;
		if (k < p->para_count && p->paras[k].leaf >= last_leaf)
			leaf_end = p->paras[k].leaf;
		for (size_t i = from; i < k && i - from < GAP_MAX; i++) {
			double best = LIKE_ENOUGH;
			size_t which = SIZE_MAX;

			for (size_t j = last_leaf; j < leaf_end && j - last_leaf < GAP_MAX; j++) {
				double like;

				if (p->leaves[j].count)
					continue;
				like = likeness(p, i, j);
				if (like > best) {
					best = like;
					which = j;
				}
			}
			if (which != SIZE_MAX)
				receive_pair_as(p, i, which);
		}
	}
}

/* The first words of a paragraph that was split: few as they may be, they are its own. */
static bool begins(struct span whole, struct span head)
{
	return head.n && head.n < whole.n && span_starts(whole, head) && whole.p[head.n] == ' ';
}

/* Are the words those of the two, one behind the other? */
static bool halves(struct span whole, struct span head, struct span tail)
{
	size_t n = head.n + tail.n;

	return head.n && tail.n && (whole.n == n || (whole.n == n + 1 && whole.p[head.n] == ' ')) && span_starts(whole, head) && span_ends(whole, tail);
}

/* Did somebody divide an item, tracked, so that its end is an item of its own? */
static bool splits_item(const struct para *before, const struct para *x, const struct block *leaf)
{
	const struct block *a = before->block, *b = x->block;

	return !receive_blank(x->old) && a->break_mark && !mark_rejected(a->break_mark) && a->parent->kind == BLOCK_ITEM && a->parent->last == a && a->parent->next == b->parent && b->parent->first == b &&
	       leaf->parent->kind == BLOCK_ITEM && leaf->parent->first == leaf;
}

/* A paragraph that follows the first part of a leaf and holds the rest of its words. */
static void pair_splits(struct plan *p)
{
	for (size_t k = 1; k < p->para_count; k++) {
		struct para *x = &p->paras[k], *before = &p->paras[k - 1];
		CLEANUP(buf_done) struct buf both = { 0 };
		const struct base_leaf *l;

		if (x->leaf != SIZE_MAX || before->leaf == SIZE_MAX || (x->block->parent != before->block->parent && !splits_item(before, x, p->leaves[before->leaf].block)))
			continue;
		l = &p->leaves[before->leaf];
		/* No heading goes on behind its line: the rest is a block of its own. */
		if (l->block->kind == BLOCK_HEADING)
			continue;
		if (before->block->break_mark && !mark_rejected(before->block->break_mark)) {
			x->joined = true;
		} else {
			/* Unmarked: joined, the two must be more like the leaf than the first alone. */
			buf_add(&both, before->old_folded);
			buf_char(&both, ' ');
			buf_add(&both, x->old_folded);
			x->joined = halves(l->folded, before->old_folded, x->old_folded) || (x->old_folded.n && diff_likeness(l->text, buf_span(&both)) > diff_likeness(l->text, before->old_folded) + 0.05);
		}
		if (x->joined)
			receive_pair_as(p, k, before->leaf);
	}
	/* Or the first words stand in a paragraph of their own, and the rest, which is more like the whole, was paired with it. */
	for (size_t k = p->para_count; k-- > 1;) {
		struct para *x = &p->paras[k], *head = &p->paras[k - 1];
		struct base_leaf *l = x->leaf == SIZE_MAX ? NULL : &p->leaves[x->leaf];

		if (!l || head->leaf != SIZE_MAX || x->joined || l->block->kind == BLOCK_HEADING || l->first != k || (head->block->parent != x->block->parent && !splits_item(head, x, l->block)) || head->block->kind != x->block->kind ||
		    !begins(l->folded, head->old_folded) || span_starts(x->old_folded, head->old_folded))
			continue;
		head->leaf = x->leaf;
		x->joined = true;
		l->first = k - 1;
		l->count++;
	}
}

bool receive_note_known(const struct plan *p, const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		size_t k = block_is_leaf(b) ? receive_para_of(p, b) : SIZE_MAX;

		if (k != SIZE_MAX && p->paras[k].leaf != SIZE_MAX)
			return true;
	}
	return false;
}

/* The first paragraph of a note, which stands for it. */
static const struct block *first_leaf(const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		if (block_is_leaf(b))
			return b;
	return NULL;
}

/* The k-th note from n on that a run of the leaf refers to and that has no pair, or NULL. */
static const struct note *unpaired_note(const struct plan *p, const struct block *leaf, bool returned, size_t k)
{
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct note *n = leaf->runs[i].kind == RUN_NOTE ? leaf->runs[i].note : NULL;
		const struct block *b = n ? first_leaf(n) : NULL;
		size_t at = !b ? SIZE_MAX : returned ? receive_para_of(p, b) : receive_leaf_of(p, b);

		if (at == SIZE_MAX || (returned ? p->paras[at].leaf != SIZE_MAX : p->leaves[at].count > 0))
			continue;
		if (k-- == 0)
			return n;
	}
	return NULL;
}

#define NOTES_MAX 64 /* of one paragraph that are looked at */

/* Notes whose words were written anew: where a paragraph has as many as before, they are the same ones. */
static void pair_notes(struct plan *p)
{
	for (size_t i = 0; i < p->leaf_count; i++) {
		const struct base_leaf *l = &p->leaves[i];
		const struct block *now;
		size_t was = 0, is = 0;

		if (l->count != 1 || !l->block->run_count)
			continue;
		now = p->paras[l->first].block;
		while (was < NOTES_MAX && unpaired_note(p, l->block, false, was))
			was++;
		while (was && is < NOTES_MAX && unpaired_note(p, now, true, is))
			is++;
		for (size_t n = was == is ? was : 0; n; n--) {
			const struct note *a = unpaired_note(p, now, true, 0), *b = unpaired_note(p, l->block, false, 0);

			/* Of a note that is marked twice both marks were counted. */
			if (!a || !b)
				break;
			receive_pair_as(p, receive_para_of(p, first_leaf(a)), receive_leaf_of(p, first_leaf(b)));
		}
	}
}

/* How well the words bear out that an anchor's paragraph is its clause's; 0: not at all. */
static double anchored(const struct plan *p, size_t k, size_t leaf)
{
	const struct base_leaf *l = &p->leaves[leaf];
	double like = span_eq(l->folded, p->paras[k].old_folded) ? 1 : likeness(p, k, leaf);

	if (like >= ANCHOR_ENOUGH || (l->folded.n && !begins(l->folded, p->paras[k].old_folded)))
		return like >= ANCHOR_ENOUGH ? like : 0;
	return ANCHOR_ENOUGH;
}

/* A copied bookmark is a claim: of several paragraphs that make it the likest one has it, of equal ones the first.  unlike: of what is left, one
 * that nobody else claims was written anew as a whole. */
static void pair_anchors(struct plan *p, bool unlike)
{
	struct span_map anchors = { 0 };
	double *best = mem_zero(p->leaf_count + 1, sizeof(double));
	size_t *claimant = mem_zero(p->leaf_count + 1, sizeof(size_t));

	index_anchors(p, &anchors);
	for (size_t i = 0; i < p->returned->anchor_count; i++) {
		const struct doc_anchor *a = &p->returned->anchors[i];
		const unsigned *found = span_map_find(&anchors, a->name);
		size_t leaf = found ? *found - 1 : SIZE_MAX, k = receive_para_of(p, a->block);
		double like;

		if (leaf == SIZE_MAX || k == SIZE_MAX || a->copy)
			continue;
		if (unlike)
			like = best[leaf] > 0 ? 0 : p->paras[k].old_folded.n && p->paras[k].block->kind == p->leaves[leaf].block->kind;
		else
			like = anchored(p, k, leaf);
		if (like > best[leaf]) {
			best[leaf] = like;
			claimant[leaf] = k;
		} else if (unlike && claimant[leaf] != k) {
			best[leaf] = 0.5; /* others claim it too: who has it nobody can tell */
		}
	}
	for (size_t leaf = 0; leaf < p->leaf_count; leaf++)
		if (best[leaf] > (unlike ? 0.5 : 0) && !p->leaves[leaf].count && p->paras[claimant[leaf]].leaf == SIZE_MAX)
			receive_pair_as(p, claimant[leaf], leaf);
	span_map_done(&anchors);
	mem_free(best);
	mem_free(claimant);
}

const struct block *receive_top(const struct block *b)
{
	while (b->parent)
		b = b->parent;
	return b;
}

/* Is this the paragraph of a note that the leaf is, going by a neighbour of it that is known? */
static bool beside_in_note(const struct plan *p, const struct para *x, const struct base_leaf *l, size_t neighbour)
{
	const struct para *y = neighbour < p->para_count ? &p->paras[neighbour] : NULL;

	return x->block->in_note && y && y->leaf != SIZE_MAX && receive_top(y->block) == receive_top(x->block) && receive_top(p->leaves[y->leaf].block) == receive_top(l->block);
}

/* Between two pairs are as many paragraphs as leaves: each is the one in its place, if its words have anything in common, or its note does,
 * or both are items of one kind. */
static void pair_in_place(struct plan *p)
{
	size_t last_leaf = 0, k = 0;

	while (k < p->para_count) {
		size_t from = k, end, paras[GAP_MAX], leaves[GAP_MAX], n = 0, m = 0;

		if (p->paras[k].leaf != SIZE_MAX) {
			last_leaf = p->paras[k].leaf + 1;
			k++;
			continue;
		}
		for (; k < p->para_count && p->paras[k].leaf == SIZE_MAX; k++)
			if (p->paras[k].old_folded.n && n++ < GAP_MAX)
				paras[n - 1] = k;
		end = k < p->para_count ? p->paras[k].leaf : p->leaf_count;
		for (size_t j = last_leaf; j < end && m <= n; j++)
			if (!p->leaves[j].count && p->leaves[j].folded.n && m++ < GAP_MAX)
				leaves[m - 1] = j;
		for (size_t i = 0; n == m && n <= GAP_MAX && i < n; i++) {
			const struct para *x = &p->paras[paras[i]];
			const struct base_leaf *l = &p->leaves[leaves[i]];

			if (x->block->kind == l->block->kind && x->block->kind != BLOCK_CODE && (beside_in_note(p, x, l, from - 1) || beside_in_note(p, x, l, k) || likeness(p, paras[i], leaves[i]) >= ANCHOR_ENOUGH || receive_item_alike(x->block, l->block)))
				receive_pair_as(p, paras[i], leaves[i]);
		}
	}
}

static void pair_all(struct plan *p)
{
	pair_anchors(p, false);
	pair_equal(p, false);
	pair_equal(p, true);
	pair_between(p);
	pair_splits(p);
	receive_pair_cells(p);
	pair_anchors(p, true);
	pair_in_place(p);
	receive_pair_tables(p);
	pair_notes(p);
	pair_in_place(p); /* the further paragraphs of those notes */
}

/* ---- the same leaf in the draft as it is now ---- */

/* The draft's leaf of this number, unless it is another's already. */
static bool take(struct base_leaf *l, struct base_leaf *now)
{
	if (now->count)
		return false;
	l->draft = now->block;
	now->count = 1;
	return true;
}

static void find_by_anchor(struct plan *p, struct plan *now)
{
	struct span_map anchors = { 0 };

	index_anchors(now, &anchors);
	for (size_t i = 0; i < p->leaf_count; i++) {
		const unsigned *found = p->leaves[i].anchor[0] ? span_map_find(&anchors, span_str(p->leaves[i].anchor)) : NULL;

		if (found)
			take(&p->leaves[i], &now->leaves[*found - 1]);
	}
	span_map_done(&anchors);
}

/* Of equal words the next free one, in order. */
static void find_by_words(struct plan *p, struct plan *now)
{
	struct span_map first = { 0 };
	size_t *next = mem_zero(now->leaf_count + 1, sizeof(size_t));

	for (size_t k = now->leaf_count; k-- > 0;) {
		unsigned *head;

		if (now->leaves[k].count || !now->leaves[k].text.p)
			continue;
		head = span_map_put(&first, now->leaves[k].text);
		next[k] = *head;
		*head = (unsigned)k + 1;
	}
	for (size_t i = 0; i < p->leaf_count; i++) {
		unsigned *head = p->leaves[i].draft || !p->leaves[i].text.p ? NULL : span_map_find(&first, p->leaves[i].text);

		if (head && *head && take(&p->leaves[i], &now->leaves[*head - 1]))
			*head = (unsigned)next[*head - 1];
	}
	span_map_done(&first);
	mem_free(next);
}

#define LOOK_FAR 4096 /* paragraphs without an anchor that changed: compared with the free ones, all against all up to here */

static void find_by_likeness(struct plan *p, struct plan *now)
{
	size_t free_count = 0;
	size_t *free_ones = mem_zero(now->leaf_count + 1, sizeof(size_t));

	for (size_t k = 0; k < now->leaf_count; k++)
		if (!now->leaves[k].count)
			free_ones[free_count++] = k;
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct base_leaf *l = &p->leaves[i];
		double best = LIKE_ENOUGH;
		size_t which = SIZE_MAX;

		for (size_t k = 0; !l->draft && k < free_count && k < LOOK_FAR; k++) {
			struct base_leaf *x = &now->leaves[free_ones[k]];
			double like = x->count ? 0 : diff_likeness(x->text, l->text);

			if (like > best) {
				best = like;
				which = free_ones[k];
			}
		}
		if (which != SIZE_MAX)
			take(l, &now->leaves[which]);
	}
	mem_free(free_ones);
}

/* By anchor (clause and place in it), then by equal words in order, then by likeness. */
static void find_draft_leaves(struct plan *p)
{
	struct plan now = { .out = p->out, .o = p->o, .base = p->draft };

	if (p->base == p->draft) {
		for (size_t i = 0; i < p->leaf_count; i++)
			p->leaves[i].draft = p->leaves[i].block;
		return;
	}
	list_base(&now);
	find_by_anchor(p, &now);
	find_by_words(p, &now);
	find_by_likeness(p, &now);
	free(now.leaves);
}

void receive_pair(struct plan *p)
{
	list_base(p);
	list_returned(p);
	index_blocks(p);
	pair_all(p);
	find_draft_leaves(p);
	receive_replace_reshaped(p);
	receive_find_moves(p);
}
