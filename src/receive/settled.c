/*
 * A colleague accepts or rejects, in the copy, what others had proposed: the word processor writes it into the text, and no
 * mark says so.  The texts do: what the suggestion proposed stands there, or what it would have replaced.
 */
#include <stdlib.h>

#include "diff/diff.h"
#include "model/text.h"
#include "receive/receive.h"

struct finding {
	struct received *got;
	const struct received *now;
	struct receive_settled *items;
	size_t count, cap;
	size_t at_got, at_now; /* where the last paragraph's hunks were */
};

/* Both plans go through the paragraphs in the same order: a leaf's hunks stand behind those of the leaf before.  *at: where the
 * last leaf's were.  The first hunk of this one, or count. */
static size_t first_of(const struct received *r, const struct block *leaf, size_t *at)
{
	for (size_t k = 0; k < r->hunk_count; k++) {
		size_t i = *at + k < r->hunk_count ? *at + k : *at + k - r->hunk_count;

		if (r->hunks[i].leaf == leaf && (i == 0 || r->hunks[i - 1].leaf != leaf)) {
			*at = i;
			return i;
		}
	}
	return r->hunk_count;
}

/* The same suggestion in the draft as it is; 0: it was settled there too. */
static unsigned group_now(struct finding *x, const struct receive_hunk *k)
{
	const struct received *now = x->now;

	for (size_t i = first_of(now, k->leaf, &x->at_now); i < now->hunk_count && now->hunks[i].leaf == k->leaf; i++)
		if (now->hunks[i].group && receive_same_hunk(&now->hunks[i], k))
			return now->hunks[i].group;
	return 0;
}

static void add(struct finding *x, unsigned group, bool accepted)
{
	if (!group)
		return;
	for (size_t i = 0; i < x->count; i++)
		if (x->items[i].group == group)
			return;
	if (x->count == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 16;
		x->items = mem_resize(x->items, x->cap, sizeof(*x->items));
	}
	x->items[x->count++] = (struct receive_settled){ group, accepted };
}

/* text with the hunks' words in their places; hunks in order. */
static void apply(struct span text, const struct receive_hunk **hunks, const bool *which, size_t count, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		if ((which && !which[i]) || hunks[i]->begin < at || hunks[i]->end > text.n)
			continue;
		buf_add(out, span_sub(text, at, hunks[i]->begin));
		buf_add(out, hunks[i]->text);
		at = hunks[i]->end;
	}
	buf_add(out, span_sub(text, at, text.n));
}

static size_t distance(struct span a, struct span b)
{
	struct arena arena = { 0 };
	struct part *parts;
	size_t count, n = 0;

	diff_texts(a, b, &arena, &parts, &count);
	for (size_t i = 0; i < count; i++)
		n += parts[i].op == '=' ? 0 : parts[i].text.n;
	arena_done(&arena);
	return n;
}

#define LEAF_MAX 64 /* suggestions of one paragraph that are looked at */

/* Hunks of got in this leaf that nobody tracked. */
static size_t untracked_of(struct finding *x, const struct block *leaf, const struct receive_hunk **ret)
{
	const struct received *got = x->got;
	size_t n = 0;

	for (size_t i = first_of(got, leaf, &x->at_got); i < got->hunk_count && got->hunks[i].leaf == leaf && n < LEAF_MAX; i++)
		if (got->hunks[i].untracked && !got->hunks[i].note && !got->hunks[i].gone_note.n && !got->hunks[i].split)
			ret[n++] = &got->hunks[i];
	return n;
}

/* One paragraph: which of the suggestions that are open no more give, put into the draft's words, the words that came back? */
static void look_at_leaf(struct finding *x, const struct block *leaf, const struct receive_hunk **known, size_t count)
{
	const struct receive_hunk *own[LEAF_MAX];
	size_t own_count = untracked_of(x, leaf, own), kept = 0;
	bool accepted[LEAF_MAX] = { false };
	CLEANUP(buf_done) struct buf text = { 0 }, came = { 0 }, now = { 0 };
	size_t best;

	text_of_leaf(leaf, READING_REJECTED, &text);
	apply(buf_span(&text), own, NULL, own_count, &came);
	best = distance(buf_span(&text), buf_span(&came));
	for (size_t i = 0; i < count && best; i++) {
		size_t d;

		accepted[i] = true;
		buf_clear(&now);
		apply(buf_span(&text), known, accepted, count, &now);
		d = distance(buf_span(&now), buf_span(&came));
		if (d < best)
			best = d;
		else
			accepted[i] = false;
	}
	for (size_t i = 0; i < count; i++)
		add(x, group_now(x, known[i]), accepted[i]);
	/* Words that an accepted suggestion put there are nobody's new edit. */
	for (size_t i = 0; i < x->got->hunk_count; i++) {
		const struct receive_hunk *h = &x->got->hunks[i];
		bool explained = false;

		for (size_t k = 0; k < count && h->leaf == leaf && h->untracked && !explained; k++)
			explained = accepted[k] && (best == 0 || (h->begin >= known[k]->begin && h->end <= known[k]->end));
		if (!explained)
			x->got->hunks[kept++] = *h;
	}
	x->got->hunk_count = kept;
}

static void look_at_words(struct finding *x, const struct received *sent)
{
	for (size_t i = 0; i < sent->hunk_count;) {
		const struct receive_hunk *missing[LEAF_MAX];
		const struct block *leaf = sent->hunks[i].leaf;
		size_t count = 0, from = first_of(x->got, leaf, &x->at_got);

		for (; i < sent->hunk_count && sent->hunks[i].leaf == leaf; i++) {
			const struct receive_hunk *k = &sent->hunks[i];
			bool open = k->note || k->gone_note.n || k->split;

			for (size_t g = from; g < x->got->hunk_count && x->got->hunks[g].leaf == leaf && !open; g++)
				open = receive_same_hunk(k, &x->got->hunks[g]);
			if (!open && count < LEAF_MAX)
				missing[count++] = k;
		}
		if (count)
			look_at_leaf(x, leaf, missing, count);
	}
}

/* Does what was proposed stand in the text that came back, without a mark? */
static bool block_stands(const struct receive_block *sent, const struct receive_block *got)
{
	return got->untracked && span_eq(span_trim(got->text), span_trim(sent->text));
}

static bool removal_stands(const struct receive_removal *sent, const struct receive_removal *got)
{
	return got->untracked && got->leaf == sent->leaf;
}

/* Each of those that the copy carried: is it open in it?  If not, was it accepted: then it is no new edit of anybody's. */
#define LOOK_AT(array, same, stands)                                                                                                  \
	for (size_t i = 0; i < sent->array##_count; i++) {                                                                            \
		size_t here = SIZE_MAX;                                                                                               \
		unsigned group = 0;                                                                                                   \
		bool open = false;                                                                                                    \
		for (size_t g = 0; g < got->array##_count && !open; g++) {                                                            \
			open = same(&sent->array##s[i], &got->array##s[g]);                                                           \
			if (here == SIZE_MAX && stands(&sent->array##s[i], &got->array##s[g]))                                        \
				here = g;                                                                                             \
		}                                                                                                                     \
		for (size_t n = 0; n < x->now->array##_count && !group; n++)                                                          \
			group = same(&x->now->array##s[n], &sent->array##s[i]) ? x->now->array##s[n].group : 0;                       \
		if (open)                                                                                                             \
			continue;                                                                                                     \
		add(x, group, here != SIZE_MAX);                                                                                      \
		if (here != SIZE_MAX) {                                                                                               \
			memmove(&got->array##s[here], &got->array##s[here + 1], (got->array##_count - here - 1) * sizeof(got->array##s[0])); \
			got->array##_count--;                                                                                         \
		}                                                                                                                     \
	}

static void look_at_blocks(struct finding *x, const struct received *sent)
{
	struct received *got = x->got;

	LOOK_AT(block, receive_same_block, block_stands)
	LOOK_AT(removal, receive_same_removal, removal_stands)
}

size_t receive_find_settled(struct received *got, const struct received *sent, const struct received *now, struct receive_settled **ret)
{
	struct finding x = { .got = got, .now = now };

	look_at_words(&x, sent);
	look_at_blocks(&x, sent);
	*ret = ARENA_ARRAY(&got->arena, x.count + 1, struct receive_settled);
	if (x.count)
		memcpy(*ret, x.items, x.count * sizeof(**ret));
	mem_free(x.items);
	return x.count;
}
