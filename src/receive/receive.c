#include "receive/receive.h"

#include <stdio.h>
#include <stdlib.h>

#include "diff/diff.h"
#include "model/number.h"
#include "model/text.h"

void received_done(struct received *r)
{
	if (!r)
		return;
	free(r->hunks);
	free(r->comments);
	free(r->blocks);
	free(r->removals);
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

#define GROW(array, count, cap, type)                                        \
	do {                                                                 \
		if ((count) == (cap)) {                                      \
			(cap) = (cap) ? 2 * (cap) : 32;                      \
			(array) = mem_resize((array), (cap), sizeof(type));  \
		}                                                            \
	} while (0)

/* A leaf of the base, and what it is paired with. */
struct base_leaf {
	const struct block *block;
	struct span text;          /* text_of_leaf */
	struct span folded;        /* for comparing */
	const struct block *draft; /* the same leaf in the draft as it is now; NULL: gone */
	char anchor[32];           /* "": untracked */
	size_t first, count;       /* paragraphs of the returned file; count 0: none */
};

/* A paragraph of the returned file. */
struct para {
	const struct block *block;
	struct span old, new;      /* without and with its changes */
	struct span old_folded, new_folded;
	size_t leaf;               /* SIZE_MAX: none */
	bool joined;               /* a piece of the paragraph before it */
};

struct plan {
	struct received *out;
	const struct receive_options *o;
	struct statement *base, *draft;
	struct doc *returned;
	struct base_leaf *leaves;
	size_t leaf_count;
	struct para *paras;
	size_t para_count;
};

static struct span text_in(struct plan *p, const struct block *b, enum reading reading)
{
	CLEANUP(buf_done) struct buf t = { 0 };

	text_of_leaf(b, reading, &t);
	return arena_dup(&p->out->arena, buf_span(&t));
}

static struct span folded(struct plan *p, struct span s)
{
	CLEANUP(buf_done) struct buf t = { 0 };

	text_fold(s, &t);
	return arena_dup(&p->out->arena, buf_span(&t));
}

/* ---- the two sides as rows ---- */

static bool held_back(const struct block *b)
{
	for (const struct block *x = b; x; x = x->parent)
		if (x->internal || attrs_has(x->attrs, CLASS_RATIONALE | CLASS_ORAL))
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
		l->text = text_in(p, b, READING_REJECTED);
		l->folded = folded(p, l->text);
		if (k && k->id.n && n)
			receive_anchor(p->o->draft_name, k->id, ++*n, l->anchor);
	}
}

/* Public leaves in the order that they print, each followed by its notes where they are first referred to. */
static void list_base(struct plan *p)
{
	size_t cap = 0;
	bool *printed;

	for (size_t i = 0; i < p->base->count; i++) {
		const struct clause *k = &p->base->clauses[i];
		unsigned n = 0;

		for (size_t j = 0; j < k->leaf_count; j++)
			if (!held_back(k->leaves[j])) {
				struct base_leaf *l;

				GROW(p->leaves, p->leaf_count, cap, struct base_leaf);
				l = &p->leaves[p->leaf_count++];
				*l = (struct base_leaf){ .block = k->leaves[j] };
				l->text = text_in(p, l->block, READING_REJECTED);
				l->folded = folded(p, l->text);
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

		if (n->number && n->number <= p->base->doc->note_count && printed[n->number] && !n->internal)
			add_leaves(p, n->body, NULL, NULL, &cap);
	}
	mem_free(printed);
}

static void add_paras(struct plan *p, const struct block *top, size_t *cap)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		struct para *x;

		if (!block_is_leaf(b) || b->furniture)
			continue;
		GROW(p->paras, p->para_count, *cap, struct para);
		x = &p->paras[p->para_count++];
		*x = (struct para){ .block = b, .leaf = SIZE_MAX };
		x->old = text_in(p, b, READING_REJECTED);
		x->new = text_in(p, b, READING_ACCEPTED);
		/* A paragraph that came or went as a whole has no words in the other reading. */
		if (!text_mark_reads(b->mark, READING_REJECTED))
			x->old = (struct span){ 0 };
		if (!text_mark_reads(b->mark, READING_ACCEPTED))
			x->new = (struct span){ 0 };
		x->old_folded = folded(p, x->old);
		x->new_folded = folded(p, x->new);
	}
}

static void list_returned(struct plan *p)
{
	size_t cap = 0;

	add_paras(p, p->returned->root, &cap);
	for (size_t i = 0; i < p->returned->note_count; i++)
		if (p->returned->notes[i]->number)
			add_paras(p, p->returned->notes[i]->body, &cap);
}

/* ---- pairing ---- */

#define LIKE_ENOUGH 0.5  /* to be the same paragraph without an anchor */
#define ANCHOR_ENOUGH 0.25 /* to believe an anchor: a copied bookmark is a claim */

static void pair(struct plan *p, size_t para, size_t leaf)
{
	p->paras[para].leaf = leaf;
	if (!p->leaves[leaf].count)
		p->leaves[leaf].first = para;
	p->leaves[leaf].count++;
}

static double likeness(const struct plan *p, size_t para, size_t leaf)
{
	double a = diff_likeness(p->leaves[leaf].folded, p->paras[para].old_folded), b;

	if (a >= 1.0 || span_eq(p->paras[para].old_folded, p->paras[para].new_folded))
		return a;
	b = diff_likeness(p->leaves[leaf].folded, p->paras[para].new_folded);
	return a > b ? a : b;
}

static size_t leaf_by_anchor(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->leaf_count; i++)
		if (p->leaves[i].anchor[0] && span_is(name, p->leaves[i].anchor))
			return i;
	return SIZE_MAX;
}

static size_t para_of_block(const struct plan *p, const struct block *b)
{
	for (size_t i = 0; i < p->para_count; i++)
		if (p->paras[i].block == b)
			return i;
	return SIZE_MAX;
}

/* Equal words pair in order: a table from words to the leaves that have them, each used once. */
struct words_slot {
	struct span words;
	size_t leaf; /* the next one to use, by chain */
};

static void pair_equal(struct plan *p)
{
	size_t mask = 255, at = 0;
	size_t *slots, *next;

	while (mask < 2 * p->leaf_count)
		mask = 2 * mask + 1;
	slots = mem_zero(mask + 1, sizeof(size_t));
	next = mem_zero(p->leaf_count + 1, sizeof(size_t));
	for (size_t i = p->leaf_count; i-- > 0;) {
		size_t s;

		if (p->leaves[i].count || !p->leaves[i].folded.n)
			continue;
		for (s = span_hash(p->leaves[i].folded) & mask; slots[s]; s = (s + 1) & mask)
			if (span_eq(p->leaves[slots[s] - 1].folded, p->leaves[i].folded))
				break;
		next[i] = slots[s];
		slots[s] = i + 1;
	}
	for (size_t k = 0; k < p->para_count; k++) {
		struct span words = p->paras[k].old_folded.n ? p->paras[k].old_folded : p->paras[k].new_folded;

		if (p->paras[k].leaf != SIZE_MAX || !words.n)
			continue;
		for (at = span_hash(words) & mask; slots[at]; at = (at + 1) & mask)
			if (span_eq(p->leaves[slots[at] - 1].folded, words))
				break;
		if (slots[at]) {
			size_t leaf = slots[at] - 1;

			pair(p, k, leaf);
			slots[at] = next[leaf];
			/* An emptied slot would cut the chain of probing: it keeps a leaf that is used and matches nothing. */
			if (!slots[at])
				slots[at] = leaf + 1, p->leaves[leaf].folded = span_sub(p->leaves[leaf].folded, 0, 0);
		}
	}
	free(slots);
	free(next);
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
				pair(p, i, which);
		}
	}
}

/* A paragraph that follows the first part of a leaf and holds the rest of its words. */
static void pair_splits(struct plan *p)
{
	for (size_t k = 1; k < p->para_count; k++) {
		struct para *x = &p->paras[k], *before = &p->paras[k - 1];
		CLEANUP(buf_done) struct buf both = { 0 };
		const struct base_leaf *l;

		if (x->leaf != SIZE_MAX || before->leaf == SIZE_MAX || x->block->parent != before->block->parent)
			continue;
		l = &p->leaves[before->leaf];
		if (before->block->break_mark && !mark_rejected(before->block->break_mark)) {
			x->joined = true;
		} else {
			/* Unmarked: joined, the two must be more like the leaf than the first alone. */
			buf_add(&both, before->old_folded);
			buf_char(&both, ' ');
			buf_add(&both, x->old_folded);
			x->joined = x->old_folded.n && diff_likeness(l->text, buf_span(&both)) > diff_likeness(l->text, before->old_folded) + 0.05;
		}
		if (x->joined)
			pair(p, k, before->leaf);
	}
}

static void pair_all(struct plan *p)
{
	for (size_t i = 0; i < p->returned->anchor_count; i++) {
		const struct doc_anchor *a = &p->returned->anchors[i];
		size_t leaf = leaf_by_anchor(p, a->name), k = para_of_block(p, a->block);

		if (leaf == SIZE_MAX || k == SIZE_MAX || a->copy || p->leaves[leaf].count || p->paras[k].leaf != SIZE_MAX)
			continue;
		if (span_eq(p->leaves[leaf].folded, p->paras[k].old_folded) || likeness(p, k, leaf) >= ANCHOR_ENOUGH || !p->leaves[leaf].folded.n)
			pair(p, k, leaf);
	}
	pair_equal(p);
	pair_between(p);
	pair_splits(p);
}

/* ---- the same leaf in the draft as it is now ---- */

static void find_draft_leaves(struct plan *p)
{
	struct plan now = { .out = p->out, .o = p->o, .base = p->draft };
	size_t j = 0;

	if (p->base == p->draft) {
		for (size_t i = 0; i < p->leaf_count; i++)
			p->leaves[i].draft = p->leaves[i].block;
		return;
	}
	list_base(&now);
	/* By anchor (clause and place in it), then by equal words in order, then by likeness near the last one found. */
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct base_leaf *l = &p->leaves[i];

		for (size_t k = 0; l->anchor[0] && k < now.leaf_count; k++)
			if (strcmp(now.leaves[k].anchor, l->anchor) == 0) {
				l->draft = now.leaves[k].block;
				now.leaves[k].count = 1;
				break;
			}
	}
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct base_leaf *l = &p->leaves[i];

		for (size_t k = 0; !l->draft && k < now.leaf_count; k++) {
			size_t at = (j + k) % now.leaf_count;

			if (!now.leaves[at].count && span_eq(now.leaves[at].text, l->text)) {
				l->draft = now.leaves[at].block;
				now.leaves[at].count = 1;
				j = at + 1;
			}
		}
	}
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct base_leaf *l = &p->leaves[i];
		double best = LIKE_ENOUGH;
		size_t which = SIZE_MAX;

		for (size_t k = 0; !l->draft && k < now.leaf_count; k++) {
			double like = now.leaves[k].count ? 0 : diff_likeness(now.leaves[k].text, l->text);

			if (like > best) {
				best = like;
				which = k;
			}
		}
		if (which != SIZE_MAX) {
			l->draft = now.leaves[which].block;
			now.leaves[which].count = 1;
		}
	}
	free(now.leaves);
}

/* ---- one leaf's changes ---- */

/* A step from the base's words to the returned ones. */
struct op {
	size_t begin, end;        /* bytes of the base's text that go; equal: an insertion there */
	struct span text;
	struct span author, time;
	bool untracked, split;
};

struct ops {
	struct op *items;
	size_t count, cap;
};

static bool same_hand(const struct op *a, const struct op *b)
{
	return a->untracked == b->untracked && !a->split && !b->split && span_eq(a->author, b->author) && span_eq(span_sub(a->time, 0, a->time.n < 16 ? a->time.n : 16), span_sub(b->time, 0, b->time.n < 16 ? b->time.n : 16));
}

/*
 * A program that rewrote the file may have turned a cross-reference's words into plain ones: "paragraph 12" comes back as
 * the word and the number's field, a heading's name as its words.  That is nobody's edit.
 */
static bool is_reference_spelt(const struct plan *p, struct span base, const struct op *x)
{
	struct span gone = span_sub(base, x->begin, x->end), came = span_trim(x->text);
	CLEANUP(buf_done) struct buf printed = { 0 };

	if (!x->untracked)
		return false;
	if (x->begin == x->end && x->begin + 2 < base.n && base.p[x->begin] == '[' && base.p[x->begin + 1] == '#') {
		const struct xref_words *w = &p->o->words;

		return span_eq_nocase(came, w->paragraph) || span_eq_nocase(came, w->section) || span_eq_nocase(came, w->table);
	}
	if (gone.n > 3 && gone.p[0] == '[' && gone.p[1] == '#' && gone.p[gone.n - 1] == ']') {
		const struct clause *k = statement_find(p->base, span_sub(gone, 2, gone.n - 1));

		/* A list and its first item begin with the same paragraph, and share what marks it. */
		if (k && came.n > 3 && came.p[0] == '[' && came.p[1] == '#' && came.p[came.n - 1] == ']') {
			const struct clause *first = statement_find(p->base, span_sub(came, 2, came.n - 1));
			const struct block *b = first ? first->block : NULL;

			while (b && b != k->block && b->parent && b->parent->first == b)
				b = b->parent;
			return b == k->block;
		}
		switch (statement_xref(p->base, span_sub(gone, 2, gone.n - 1), false, &p->o->words, &printed, NULL)) {
		case XREF_NUMBER:
		case XREF_WORDS:
			if (span_eq_nocase(buf_span(&printed), came))
				return true;
			break;
		case XREF_DEAD:
		case XREF_UNNUMBERED:
		case XREF_ELSEWHERE:
			break;
		}
		return k && (span_eq(k->text, came) || (came.n > k->text.n && span_starts(came, SPAN_LIT("\xe2\x80\x9c")) && span_find(came, k->text, 0) != SIZE_MAX));
	}
	return false;
}

static void op_add(struct plan *p, struct ops *o, struct op x)
{
	struct op *last = o->count ? &o->items[o->count - 1] : NULL;

	/* Changes of one hand in one minute that touch are one. */
	if (last && same_hand(last, &x) && last->end == x.begin) {
		last->end = x.end;
		if (x.text.n) {
			char *joined = arena_alloc(&p->out->arena, last->text.n + x.text.n + 1);

			if (last->text.n)
				memcpy(joined, last->text.p, last->text.n);
			memcpy(joined + last->text.n, x.text.p, x.text.n);
			last->text = span_of(joined, last->text.n + x.text.n);
		}
		return;
	}
	GROW(o->items, o->count, o->cap, struct op);
	o->items[o->count++] = x;
}

/* A stretch of the returned paragraph: kept, inserted or deleted. */
struct stretch {
	struct span text;
	const struct mark *mark; /* the mark that says so; NULL: kept */
	bool in_old, in_new;
	bool split;              /* a paragraph's end that was put in */
	struct comment *comments;
	size_t comment_place;    /* for comments without words */
};

struct stretches {
	struct stretch *items;
	size_t count, cap;
};

static const struct mark *deciding(const struct mark *m)
{
	for (; m; m = m->outer)
		if (m->kind != MARK_HIGHLIGHT)
			return m;
	return NULL;
}

static struct comment *comments_of(const struct run *r)
{
	if (r->kind == RUN_COMMENT)
		return r->comment;
	for (const struct mark *m = r->mark; m; m = m->outer)
		if (m->comments)
			return m->comments;
	return NULL;
}

static struct stretch *stretch_add(struct stretches *s, struct span text)
{
	GROW(s->items, s->count, s->cap, struct stretch);
	s->items[s->count] = (struct stretch){ .text = text, .in_old = true, .in_new = true };
	return &s->items[s->count++];
}

static void stretch_para(const struct para *x, struct arena *a, struct stretches *s)
{
	const struct block *b = x->block;

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct span text = { 0 };
		struct stretch *t;
		CLEANUP(buf_done) struct buf ref = { 0 };

		switch (r->kind) {
		case RUN_TEXT:
		case RUN_IMAGE:
			text = r->text;
			break;
		case RUN_SOFT:
		case RUN_HARD:
			text = SPAN_LIT(" ");
			break;
		case RUN_XREF:
			buf_printf(&ref, "[%s%.*s]", span_find_char(r->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(r->target));
			text = arena_dup(a, buf_span(&ref));
			break;
		case RUN_NOTE:
		case RUN_COMMENT:
			break;
		}
		t = stretch_add(s, text);
		t->mark = deciding(r->mark);
		t->in_old = mark_rejected(r->mark) && (!b->mark || mark_rejected(b->mark));
		t->in_new = mark_accepted(r->mark) && (!b->mark || mark_accepted(b->mark));
		if (!t->mark && b->mark)
			t->mark = b->mark;
		t->comments = comments_of(r);
	}
}

/* Marks of the base's words that a comment stands on, found while walking. */
struct found_comment {
	struct comment *comment;
	size_t begin, end;
};

static void lost_add(struct plan *p, const char *what, struct span where, struct span text)
{
	struct received *o = p->out;

	GROW(o->lost, o->lost_count, o->lost_cap, struct receive_lost);
	o->lost[o->lost_count++] = (struct receive_lost){ span_str(what), where, arena_dup(&o->arena, text) };
}

static bool blank(struct span s)
{
	return span_trim(s).n == 0;
}

/*
 * Walks base -> old (what was changed without a mark, by comparison) and old -> new (what the marks say) in step, and gives
 * the changes in places of the base.
 */
static void find_ops(struct plan *p, const struct base_leaf *l, struct ops *ops, struct found_comment **ret_comments, size_t *ret_comment_count)
{
	struct stretches s = { 0 };
	CLEANUP(buf_done) struct buf old = { 0 };
	struct part *parts;
	size_t part_count, base_at = 0, stretch = 0, used = 0, comment_cap = 0;

	for (size_t k = l->first; k < p->para_count && p->paras[k].leaf == (size_t)(l - p->leaves); k++) {
		if (k > l->first) {
			const struct mark *m = p->paras[k - 1].block->break_mark;
			struct stretch *t = stretch_add(&s, SPAN_LIT("\n\n"));

			t->in_old = false;
			t->mark = m;
			t->split = true;
		}
		stretch_para(&p->paras[k], &p->out->arena, &s);
		if (k + 1 >= p->para_count || !p->paras[k + 1].joined)
			break;
	}
	for (size_t i = 0; i < s.count; i++)
		if (s.items[i].in_old)
			buf_add(&old, s.items[i].text);
	diff_texts(l->text, buf_span(&old), &p->out->arena, &parts, &part_count);

#define HAND(t) .author = (t)->mark ? (t)->mark->author : p->o->author, .time = (t)->mark ? (t)->mark->time : p->o->time, .untracked = !(t)->mark
	for (size_t i = 0; i <= part_count; i++) {
		struct part part = i < part_count ? parts[i] : (struct part){ '=', { 0 } };
		size_t left = part.text.n;

		if (part.op == '-') {
			/* Gone without a mark; white space alone is no change. */
			struct part after = i + 1 < part_count ? parts[i + 1] : (struct part){ '=', { 0 } };

			if (!(blank(part.text) && (after.op != '+' || blank(after.text))))
				op_add(p, ops, (struct op){ .begin = base_at, .end = base_at + part.text.n, .author = p->o->author, .time = p->o->time, .untracked = true });
			base_at += part.text.n;
			continue;
		}
		/* Bytes of the old text, and the inserted stretches that stand before and among them. */
		while (stretch < s.count) {
			struct stretch *t = &s.items[stretch];
			size_t n;

			if (t->comments) {
				struct found_comment *c = *ret_comment_count ? &(*ret_comments)[*ret_comment_count - 1] : NULL;
				size_t begin = base_at, end = base_at + (part.op == '=' && t->in_old ? (t->text.n - used < left ? t->text.n - used : left) : 0);

				if (c && c->comment == t->comments) {
					if (end > c->end)
						c->end = end;
				} else {
					GROW(*ret_comments, *ret_comment_count, comment_cap, struct found_comment);
					(*ret_comments)[(*ret_comment_count)++] = (struct found_comment){ t->comments, begin, end };
				}
			}
			if (!t->in_old) {
				if (t->in_new && t->text.n)
					op_add(p, ops, (struct op){ .begin = base_at, .end = base_at, .text = t->text, HAND(t), .split = t->split });
				stretch++;
				continue;
			}
			if (!left)
				break;
			n = t->text.n - used < left ? t->text.n - used : left;
			if (part.op == '=') {
				if (!t->in_new && n)
					op_add(p, ops, (struct op){ .begin = base_at, .end = base_at + n, HAND(t) });
				base_at += n;
			} else if (t->in_new && !(blank(part.text) && (i == 0 || parts[i - 1].op != '-' || blank(parts[i - 1].text)))) {
				/* Put in without a mark; what was then struck again is nothing. */
				op_add(p, ops, (struct op){ .begin = base_at, .end = base_at, .text = span_sub(t->text, used, used + n), .author = p->o->author, .time = p->o->time,
							    .untracked = true });
			}
			used += n;
			left -= n;
			if (used >= t->text.n) {
				used = 0;
				stretch++;
			}
		}
	}
#undef HAND
	for (size_t i = 0; i < ops->count;) {
		if (!is_reference_spelt(p, l->text, &ops->items[i])) {
			i++;
			continue;
		}
		memmove(&ops->items[i], &ops->items[i + 1], (ops->count - i - 1) * sizeof(struct op));
		ops->count--;
	}
	free(s.items);
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

static void plan_leaf(struct plan *p, size_t index)
{
	struct base_leaf *l = &p->leaves[index];
	struct received *out = p->out;
	struct ops ops = { 0 };
	struct found_comment *comments = NULL;
	size_t comment_count = 0, part_count = 0;
	struct part *parts = NULL;
	struct span where = l->anchor[0] ? span_str(l->anchor) : (struct span){ 0 };

	find_ops(p, l, &ops, &comments, &comment_count);
	if (!l->draft) {
		/* The draft no longer has the paragraph. */
		for (size_t i = 0; i < ops.count; i++)
			lost_add(p, "change to a paragraph that is gone from the draft", where, ops.items[i].text.n ? ops.items[i].text : span_sub(l->text, ops.items[i].begin, ops.items[i].end));
		for (size_t i = 0; i < comment_count; i++)
			lost_add(p, "comment on a paragraph that is gone from the draft", where, comments[i].comment->text);
		goto out;
	}
	if (p->base != p->draft) {
		struct span now = text_in(p, l->draft, READING_REJECTED);

		if (!span_eq(now, l->text))
			diff_texts(l->text, now, &out->arena, &parts, &part_count);
	}
	/* All words gone: the paragraph goes. */
	if (ops.count == 1 && ops.items[0].begin == 0 && ops.items[0].end == l->text.n && l->text.n && !ops.items[0].text.n && l->block->kind != BLOCK_CELL) {
		GROW(out->removals, out->removal_count, out->removal_cap, struct receive_removal);
		out->removals[out->removal_count++] =
			(struct receive_removal){ l->draft, ops.items[0].author, ops.items[0].time, ops.items[0].untracked };
	} else {
		for (size_t i = 0; i < ops.count; i++) {
			const struct op *x = &ops.items[i];
			struct receive_hunk h = { .leaf = l->draft, .begin = x->begin, .end = x->end, .text = x->text, .author = x->author, .time = x->time,
						  .untracked = x->untracked, .split = x->split };
			bool clean = true;

			if (parts) {
				h.begin = carried(parts, part_count, x->begin, x->begin == x->end, &clean);
				h.end = x->begin == x->end ? h.begin : carried(parts, part_count, x->end, true, &clean);
				if (h.end < h.begin)
					h.end = h.begin;
				h.moved_on = !clean;
				if (out->hunk_count && out->hunks[out->hunk_count - 1].leaf == h.leaf && out->hunks[out->hunk_count - 1].end > h.begin)
					h.begin = out->hunks[out->hunk_count - 1].end > h.end ? h.end : out->hunks[out->hunk_count - 1].end;
				if (h.begin == h.end && !h.text.n)
					continue; /* the draft has done the same */
			}
			GROW(out->hunks, out->hunk_count, out->hunk_cap, struct receive_hunk);
			out->hunks[out->hunk_count++] = h;
		}
	}
	for (size_t i = 0; i < comment_count; i++) {
		bool clean = true;
		size_t begin = parts ? carried(parts, part_count, comments[i].begin, false, &clean) : comments[i].begin;
		size_t end = parts ? carried(parts, part_count, comments[i].end, true, &clean) : comments[i].end;
		bool on_hunk = false;

		/* Comments on changed words go with the change. */
		for (size_t k = out->hunk_count; k-- > 0 && out->hunks[k].leaf == l->draft && !on_hunk;) {
			struct receive_hunk *h = &out->hunks[k];

			if (!h->comments && begin <= h->end && end >= h->begin && !(end == h->begin && begin < end) && !(begin == h->end && begin < end)) {
				h->comments = comments[i].comment;
				on_hunk = true;
			}
		}
		if (on_hunk)
			continue;
		GROW(out->comments, out->comment_count, out->comment_cap, struct receive_comment);
		out->comments[out->comment_count++] = (struct receive_comment){ l->draft, begin, end < begin ? begin : end, comments[i].comment };
	}
out:
	free(ops.items);
	free(comments);
}

/* The information block before the text, in a file whose writer dropped the styles that tell it apart. */
static bool is_information(const struct plan *p, size_t para, size_t first)
{
	for (size_t i = 0; para < first && i < p->o->furniture_count; i++)
		if (p->o->furniture[i].n && span_eq(span_trim(p->paras[para].new), p->o->furniture[i]))
			return true;
	return false;
}

/* Paragraphs that pair with nothing are new, unless all their words are gone again. */
static void plan_new(struct plan *p)
{
	const struct block *after = NULL;
	struct received *out = p->out;
	size_t first = 0;

	while (first < p->para_count && p->paras[first].leaf == SIZE_MAX)
		first++;
	for (size_t k = 0; k < p->para_count; k++) {
		const struct para *x = &p->paras[k];
		const struct mark *m = NULL;

		if (x->leaf != SIZE_MAX) {
			if (p->leaves[x->leaf].draft)
				after = p->leaves[x->leaf].draft;
			continue;
		}
		if (blank(x->new)) {
			if (!blank(x->old))
				lost_add(p, "deleted paragraph that is not in the draft", (struct span){ 0 }, x->old);
			continue;
		}
		if (is_information(p, k, first))
			continue;
		if (x->block->kind == BLOCK_CELL || x->block->in_note) {
			lost_add(p, x->block->in_note ? "new footnote" : "new table cell", (struct span){ 0 }, x->new);
			continue;
		}
		for (size_t i = 0; i < x->block->run_count && !m; i++)
			m = deciding(x->block->runs[i].mark);
		if (!m)
			m = x->block->mark;
		GROW(out->blocks, out->block_count, out->block_cap, struct receive_block);
		out->blocks[out->block_count++] = (struct receive_block){ .after = after,
									  .returned = x->block,
									  .text = x->new,
									  .author = m ? m->author : p->o->author,
									  .time = m ? m->time : p->o->time,
									  .untracked = !m };
		for (size_t i = 0; i < x->block->run_count; i++) {
			struct comment *c = comments_of(&x->block->runs[i]);

			if (c && (i == 0 || comments_of(&x->block->runs[i - 1]) != c))
				lost_add(p, "comment on a new paragraph", (struct span){ 0 }, c->text);
		}
	}
}

/* A cross-reference came back as the anchor that it leads to: it is the clause's id again, as in the base. */
static void name_references(struct plan *p)
{
	struct doc *d = p->returned;
	char(*names)[32] = mem_zero(p->base->count, sizeof(*names));

	for (size_t k = 0; k < p->base->count; k++)
		if (p->base->clauses[k].id.n)
			receive_anchor(p->o->draft_name, p->base->clauses[k].id, 1, names[k]);
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++) {
				struct run *r = &b->runs[i];

				for (size_t k = 0; r->kind == RUN_XREF && k < p->base->count; k++)
					if (p->base->clauses[k].id.n && span_is(r->target, names[k])) {
						r->target = p->base->clauses[k].id;
						break;
					}
			}
	}
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
	list_base(&p);
	list_returned(&p);
	pair_all(&p);
	find_draft_leaves(&p);
	ret->paragraphs = p.para_count;
	for (size_t i = 0; i < p.leaf_count; i++) {
		struct base_leaf *l = &p.leaves[i];

		if (l->count) {
			ret->matched += l->count;
			plan_leaf(&p, i);
		} else if (l->draft && l->text.n && !blank(l->text)) {
			/* Gone without a mark. */
			if (l->block->kind == BLOCK_CELL || l->block->in_note) {
				lost_add(&p, l->block->in_note ? "footnote that is gone" : "table cell that is gone", (struct span){ 0 }, l->text);
				continue;
			}
			GROW(ret->removals, ret->removal_count, ret->removal_cap, struct receive_removal);
			ret->removals[ret->removal_count++] = (struct receive_removal){ l->draft, o->author, o->time, true };
		}
	}
	plan_new(&p);
	for (size_t i = 0; i < returned->loss_count; i++)
		lost_add(&p, arena_str(&ret->arena, returned->losses[i].what), returned->losses[i].where, returned->losses[i].text);
	free(p.leaves);
	free(p.paras);
	return 0;
}
