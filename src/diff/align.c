#include "diff/aligner.h"

#include <stdlib.h>

#define GAP_NEAR 3u /* in a longer gap, so many rows before and after the like place */

/* ---- common order ---- */

void longest_rising(const uint32_t *of, size_t n, bool *keep)
{
	/* tail[k]: index of the lowest value that ends a run of k + 1; back[i]: the one before i in its run */
	uint32_t *tail = mem_alloc((n + 1) * sizeof(uint32_t)), *back = mem_alloc((n + 1) * sizeof(uint32_t));
	size_t length = 0;

	memset(keep, 0, n * sizeof(bool));
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = length;

		if (of[i] == NO_ROW)
			continue;
		if (length && of[tail[length - 1]] < of[i])
			low = length;
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (of[tail[mid]] < of[i])
				low = mid + 1;
			else
				high = mid;
		}
		back[i] = low ? tail[low - 1] : NO_ROW;
		tail[low] = (uint32_t)i;
		if (low == length)
			length++;
	}
	for (uint32_t i = length ? tail[length - 1] : NO_ROW; i != NO_ROW; i = back[i])
		keep[i] = true;
	free(tail);
	free(back);
}

struct pair {
	uint32_t old, new;
	float score;
	bool near; /* same gap */
};

static void mate(struct aligner *x, size_t o, size_t n, bool exact)
{
	x->old.rows[o].mate = (uint32_t)n;
	x->new.rows[n].mate = (uint32_t)o;
	x->old.rows[o].exact = x->new.rows[n].exact = exact;
}

static bool same_words(const struct clause *a, const struct clause *b)
{
	return clause_same_text(a, b);
}

/* ---- by hash and id ---- */

static uint64_t hash_key(const struct clause *c)
{
	uint64_t w[2];

	/* 16 of the hex digits: the texts are compared on every hit */
	memcpy(w, clause_hash(c), sizeof(w));
	return (w[0] * 0x9e3779b97f4a7c15u) ^ (w[1] * 0xff51afd7ed558ccdu);
}

/* Rows of both sides with one hash. */
struct same {
	uint32_t old_first, old_last, new_first, new_last; /* chains by next[], NO_ROW ends */
	uint32_t old_count, new_count;
};

static void align_exact(struct aligner *x)
{
	size_t n = x->old.n + x->new.n, size = 64, groups = 0;
	uint32_t *slots, *group_of_old, *group_of_new, *next_old, *next_new;
	struct same *same;

	while (size < 2 * n)
		size *= 2;
	slots = mem_zero(size, sizeof(uint32_t));
	same = mem_zero(n + 1, sizeof(struct same));
	group_of_old = mem_alloc((x->old.n + 1) * sizeof(uint32_t));
	group_of_new = mem_alloc((x->new.n + 1) * sizeof(uint32_t));
	next_old = mem_alloc((x->old.n + 1) * sizeof(uint32_t));
	next_new = mem_alloc((x->new.n + 1) * sizeof(uint32_t));
	for (size_t k = 0; k < n; k++) {
		bool is_old = k < x->old.n;
		size_t i = is_old ? k : k - x->old.n;
		const struct clause *c = is_old ? x->old.rows[i].clause : x->new.rows[i].clause;
		uint64_t key = hash_key(c);
		size_t at = (key ^ key >> 29) & (size - 1);
		struct same *s;

		for (; slots[at]; at = (at + 1) & (size - 1)) {
			s = &same[slots[at] - 1];
			if (same_words(c, s->old_count ? x->old.rows[s->old_first].clause : x->new.rows[s->new_first].clause))
				break;
		}
		if (!slots[at]) {
			slots[at] = (uint32_t)++groups;
			same[groups - 1] = (struct same){ NO_ROW, NO_ROW, NO_ROW, NO_ROW, 0, 0 };
		}
		s = &same[slots[at] - 1];
		if (is_old) {
			group_of_old[i] = slots[at] - 1;
			next_old[i] = NO_ROW;
			if (s->old_count++)
				next_old[s->old_last] = (uint32_t)i;
			else
				s->old_first = (uint32_t)i;
			s->old_last = (uint32_t)i;
		} else {
			group_of_new[i] = slots[at] - 1;
			next_new[i] = NO_ROW;
			if (s->new_count++)
				next_new[s->new_last] = (uint32_t)i;
			else
				s->new_first = (uint32_t)i;
			s->new_last = (uint32_t)i;
		}
	}
	/* the same words only once in each text */
	for (size_t g = 0; g < groups; g++)
		if (same[g].old_count == 1 && same[g].new_count == 1 && x->old.rows[same[g].old_first].mate == NO_ROW &&
		    x->new.rows[same[g].new_first].mate == NO_ROW)
			mate(x, same[g].old_first, same[g].new_first, true);
	/* words that stand several times: first beside neighbours that are settled, from both directions */
	for (size_t i = 0; i < x->new.n; i++) {
		size_t o = i ? x->new.rows[i - 1].mate : NO_ROW;

		o = i == 0 ? 0 : o == NO_ROW ? x->old.n : o + 1;
		if (x->new.rows[i].mate == NO_ROW && o < x->old.n && x->old.rows[o].mate == NO_ROW && group_of_old[o] == group_of_new[i])
			mate(x, o, i, true);
	}
	for (size_t i = x->new.n; i-- > 0;) {
		size_t o;

		if (i + 1 == x->new.n)
			o = x->old.n;
		else
			o = x->new.rows[i + 1].mate == NO_ROW ? 0 : x->new.rows[i + 1].mate;
		if (x->new.rows[i].mate == NO_ROW && o > 0 && x->old.rows[o - 1].mate == NO_ROW && group_of_old[o - 1] == group_of_new[i])
			mate(x, o - 1, i, true);
	}
	/* and what is left over in its order */
	for (size_t g = 0; g < groups; g++) {
		uint32_t o = same[g].old_first, i = same[g].new_first;

		while (o != NO_ROW && i != NO_ROW) {
			if (x->old.rows[o].mate != NO_ROW) {
				o = next_old[o];
			} else if (x->new.rows[i].mate != NO_ROW) {
				i = next_new[i];
			} else {
				mate(x, o, i, true);
				o = next_old[o];
				i = next_new[i];
			}
		}
	}
	free(slots);
	free(same);
	free(group_of_old);
	free(group_of_new);
	free(next_old);
	free(next_new);
}

static void align_ids(struct aligner *x, const struct statement *from, bool exact_only)
{
	for (size_t i = 0; i < x->new.n; i++) {
		const struct clause *c = x->new.rows[i].clause;
		size_t o = row_by_id(from, c->id);

		if (x->new.rows[i].mate != NO_ROW || o == NO_ROW || x->old.rows[o].mate != NO_ROW)
			continue;
		if (!exact_only || same_words(c, x->old.rows[o].clause))
			mate(x, o, i, same_words(c, x->old.rows[o].clause));
	}
	if (exact_only)
		return;
	for (size_t i = 0; i < x->new.n; i++) {
		struct span was = attrs_get(x->new.rows[i].clause->block->attrs, "was"), id;

		while (x->new.rows[i].mate == NO_ROW && next_ref(&was, &id)) {
			size_t o = row_by_id(from, id);

			if (o != NO_ROW && x->old.rows[o].mate == NO_ROW)
				mate(x, o, i, false);
		}
	}
}

/* ---- gaps ---- */

static void find_gaps(struct aligner *x)
{
	uint32_t *of = mem_alloc((x->new.n + 1) * sizeof(uint32_t)), gap = 0;
	bool *keep = mem_alloc(x->new.n + 1);

	for (size_t i = 0; i < x->new.n; i++)
		of[i] = x->new.rows[i].mate;
	longest_rising(of, x->new.n, keep);
	for (size_t o = 0; o < x->old.n; o++)
		x->old.rows[o].steady = false;
	for (size_t i = 0; i < x->new.n; i++) {
		x->new.rows[i].steady = keep[i];
		if (keep[i])
			x->old.rows[x->new.rows[i].mate].steady = true;
		x->new.rows[i].gap = gap;
		gap += keep[i];
	}
	gap = 0;
	for (size_t o = 0; o < x->old.n; o++) {
		x->old.rows[o].gap = gap;
		gap += x->old.rows[o].steady;
	}
	free(of);
	free(keep);
}

/* ---- by place ---- */

/* Bytes that two texts share at their ends: a bound for what they have in common that costs next to nothing. */
static size_t shared_ends(struct span a, struct span b)
{
	size_t head, tail;

	span_shared_ends(a, b, &head, &tail);
	return head + tail;
}

/*
 * Between two settled neighbours stand as many clauses as before: mostly they are the same ones, edited.  Those that are plainly
 * alike are paired in order, so that the index is asked for few.
 */
static void align_in_place(struct aligner *x)
{
	size_t o = 0, i = 0;

	while (i < x->new.n) {
		size_t i0 = i, o0 = o, olds = 0, news = 0;
		uint32_t gap = x->new.rows[i].gap;

		for (; i < x->new.n && x->new.rows[i].gap == gap; i++)
			news += x->new.rows[i].mate == NO_ROW;
		for (; o < x->old.n && x->old.rows[o].gap < gap; o++)
			;
		for (o0 = o; o < x->old.n && x->old.rows[o].gap == gap; o++)
			olds += x->old.rows[o].mate == NO_ROW;
		if (news != olds)
			continue;
		for (size_t k = i0, j = o0; k < i && j < o;) {
			struct row *n = &x->new.rows[k], *was = &x->old.rows[j];
			size_t longer, shared;

			if (n->mate != NO_ROW) {
				k++;
				continue;
			}
			if (was->mate != NO_ROW) {
				j++;
				continue;
			}
			longer = n->clause->text.n > was->clause->text.n ? n->clause->text.n : was->clause->text.n;
			/* two ids are two clauses, unless there is no doubt: that is for the index to say */
			if (x->options->official || !n->clause->id.n || !was->clause->id.n) {
				shared = shared_ends(n->clause->text, was->clause->text);
				if (2 * shared >= longer && longer >= 16 && n->clause->heading == was->clause->heading) {
					mate(x, j, k, false);
				} else {
					struct token_range a, b;

					tokenise(x, n);
					tokenise(x, was);
					a = all_of(was);
					b = all_of(n);
					if (n->words && n->clause->heading == was->clause->heading && likeness(&x->like, &x->al->vocab, &a, &b) >= 0.65)
						mate(x, j, k, false);
				}
			}
			k++;
			j++;
		}
	}
}

/* ---- by likeness ---- */

static unsigned shape(const struct clause *c)
{
	return c->heading ? 1 : c->block->kind == BLOCK_TABLE ? 2 : c->block->kind == BLOCK_CODE ? 3 : 0;
}

static bool same_label(const struct clause *a, const struct clause *b)
{
	return a->label.n && span_eq(a->label, b->label);
}

static void add_pair(struct aligner *x, struct pair p)
{
	if (x->pair_count == x->pair_cap) {
		x->pair_cap = x->pair_cap ? 2 * x->pair_cap : 256;
		x->pairs = mem_resize(x->pairs, x->pair_cap, sizeof(struct pair));
	}
	x->pairs[x->pair_count++] = p;
}

static int by_score(const void *pa, const void *pb)
{
	const struct pair *a = pa, *b = pb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->new != b->new)
		return a->new < b->new ? -1 : 1;
	return a->old < b->old ? -1 : a->old > b->old;
}

/* First old row of each gap. */
static uint32_t *gap_starts(const struct aligner *x, size_t *ret_gaps)
{
	size_t gaps = (x->old.n ? x->old.rows[x->old.n - 1].gap : 0) + 2;
	uint32_t *start = mem_alloc((gaps + 1) * sizeof(uint32_t));
	size_t g = 0;

	start[0] = 0;
	for (size_t o = 0; o < x->old.n; o++)
		while (g < x->old.rows[o].gap)
			start[++g] = (uint32_t)o;
	while (g < gaps)
		start[++g] = (uint32_t)x->old.n;
	*ret_gaps = gaps;
	return start;
}

/* strong: pairs that are alike beyond doubt; else also those that the place speaks for. */
static void align_alike(struct aligner *x, bool strong)
{
	size_t gaps, since = 0, gap = 0;
	uint32_t *start = gap_starts(x, &gaps);

	x->pair_count = 0;
	for (size_t i = 0; i < x->new.n; i++) {
		struct row *r = &x->new.rows[i];
		struct candidates c = { .count = 0 };
		uint32_t g0 = start[r->gap < gaps ? r->gap : gaps], g1 = start[r->gap + 1 < gaps ? r->gap + 1 : gaps], expected;

		if (r->gap != gap) {
			gap = r->gap;
			since = i;
		}
		expected = g0 + (uint32_t)(i - since);
		if (r->mate != NO_ROW || r->piece_of != NO_ROW || !r->words)
			continue;
		if (g1 - g0 <= GAP_ALL) {
			for (uint32_t o = g0; o < g1; o++)
				candidate(&c, o);
		} else {
			for (uint32_t o = expected > g0 + GAP_NEAR ? expected - GAP_NEAR : g0; o < g1 && o <= expected + GAP_NEAR; o++)
				candidate(&c, o);
		}
		gather(x, r, &x->old, expected < g1 ? expected : g1, &c);
		load_counts(x, &x->like, r);
		for (size_t k = 0; k < c.count; k++) {
			const struct row *o = &x->old.rows[c.rows[k]];
			struct measure m;
			struct pair p = { .old = c.rows[k], .new = (uint32_t)i };
			double raw, telling;
			bool label;

			if (o->mate != NO_ROW || o->piece_of != NO_ROW || !o->words)
				continue;
			/* what is so much longer cannot be alike: a text of a megabyte is not read for each of its sentences */
			if (2.0 * (double)(o->words < r->words ? o->words : r->words) / (double)(o->words + r->words) < LIKENESS_LEAST)
				continue;
			m = hold_against(x, &x->like, o, false);
			raw = 2.0 * (double)m.words / (double)(m.all + r->words);
			if (raw < LIKENESS_LEAST)
				continue;
			{
				/* the weight of r is not at hand: its words weigh about as the common ones and its rest as o's rest */
				double mine = 0;

				for (size_t t = 0; t < r->tokens.count; t++)
					if (token_kind(&x->al->vocab, r->tokens.sym[t]) == TOKEN_WORD)
						mine += weight(x, r->tokens.sym[t]);
				telling = 2.0 * (double)m.weight / ((double)m.all_weight + mine);
			}
			p.near = o->gap == r->gap;
			label = same_label(o->clause, r->clause);
			p.score = (float)(telling + (p.near ? 0.1 : 0) + (label ? 0.1 : 0));
			if (shape(o->clause) != shape(r->clause))
				p.score *= 0.6f;
			/* an id is for life: two clauses that both have one are one clause only if there is no doubt */
			if (strong || (!x->options->official && o->clause->id.n && r->clause->id.n) ? p.score >= 0.55f
			    : p.near || (label && x->options->official) || p.score >= 0.4f)
				add_pair(x, p);
		}
	}
	if (x->pair_count)
		qsort(x->pairs, x->pair_count, sizeof(struct pair), by_score);
	for (size_t k = 0; k < x->pair_count; k++) {
		const struct pair *p = &x->pairs[k];

		if (x->old.rows[p->old].mate == NO_ROW && x->new.rows[p->new].mate == NO_ROW)
			mate(x, p->old, p->new, false);
	}
	free(start);
}

static void rows_init(struct side *s, const struct statement *st, struct row **ret, size_t *ret_count)
{
	s->n = st->count;
	s->rows = mem_zero(s->n + 1, sizeof(struct row));
	for (size_t i = 0; i < s->n; i++) {
		s->rows[i].clause = &st->clauses[i];
		s->rows[i].mate = s->rows[i].piece_of = NO_ROW;
	}
	*ret = s->rows;
	*ret_count = s->n;
}

void align_statements(const struct statement *from, const struct statement *to, const struct diff_options *o, struct alignment *ret)
{
	struct aligner x = { .al = ret, .options = o };
	bool left = false;

	*ret = (struct alignment){ 0 };
	rows_init(&x.old, from, &ret->old, &ret->old_count);
	rows_init(&x.new, to, &ret->new, &ret->new_count);
	if (!o->official)
		align_ids(&x, from, true);
	align_exact(&x);
	if (!o->official)
		align_ids(&x, from, false);
	for (size_t i = 0; i < x.new.n && !left; i++)
		left = x.new.rows[i].mate == NO_ROW;
	for (size_t i = 0; i < x.old.n && !left; i++)
		left = x.old.rows[i].mate == NO_ROW;
	if (left) {
		find_gaps(&x);
		align_in_place(&x);
		left = false;
		for (size_t i = 0; i < x.new.n && !left; i++)
			left = x.new.rows[i].mate == NO_ROW;
		for (size_t i = 0; i < x.old.n && !left; i++)
			left = x.old.rows[i].mate == NO_ROW;
	}
	if (left) {
		find_gaps(&x);
		for (size_t i = 0; i < x.new.n; i++)
			if (x.new.rows[i].mate == NO_ROW)
				tokenise(&x, &x.new.rows[i]);
		for (size_t i = 0; i < x.old.n; i++)
			if (x.old.rows[i].mate == NO_ROW)
				tokenise(&x, &x.old.rows[i]);
		if (!o->official)
			find_hints(&x, from);
		find_wholes(&x, &x.old, &x.new);
		find_wholes(&x, &x.new, &x.old);
		x.frequency = mem_zero(ret->vocab.count + 1, sizeof(uint32_t));
		x.weights = mem_zero(ret->vocab.count + 1, sizeof(uint8_t));
		build_index(&x, &x.old);
		build_index(&x, &x.new);
		weigh_words(&x);
		align_alike(&x, true);
		find_wholes(&x, &x.old, &x.new);
		find_wholes(&x, &x.new, &x.old);
		find_pieces(&x, &x.new, &x.old, true, from);
		find_pieces(&x, &x.old, &x.new, false, from);
		find_gaps(&x);
		align_alike(&x, false);
		find_wholes(&x, &x.old, &x.new);
		find_wholes(&x, &x.new, &x.old);
		find_pieces(&x, &x.new, &x.old, true, from);
		find_pieces(&x, &x.old, &x.new, false, from);
		seat_pieces(&x.new, &x.old, o->official);
		seat_pieces(&x.old, &x.new, o->official);
	}
	for (size_t i = 0; i < x.new.n; i++)
		if (x.new.rows[i].piece_of != NO_ROW)
			x.old.rows[x.new.rows[i].piece_of].pieces++;
	for (size_t i = 0; i < x.old.n; i++)
		if (x.old.rows[i].piece_of != NO_ROW)
			x.new.rows[x.old.rows[i].piece_of].pieces++;
	find_gaps(&x);
	like_work_done(&x.like);
	like_work_done(&x.used);
	like_work_done(&x.seen);
	free(x.frequency);
	free(x.weights);
	free(x.pairs);
	free(x.old.start);
	free(x.old.post);
	free(x.new.start);
	free(x.new.post);
}

void alignment_done(struct alignment *a)
{
	for (size_t i = 0; i < a->old_count; i++)
		tokens_done(&a->old[i].tokens);
	for (size_t i = 0; i < a->new_count; i++)
		tokens_done(&a->new[i].tokens);
	free(a->old);
	free(a->new);
	vocab_done(&a->vocab);
}
