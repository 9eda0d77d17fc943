#include "diff/align.h"

#include <stdlib.h>

#define CANDIDATES 12u     /* rows of the other side that are really compared with a row, through the index */
#define POSTINGS_READ 192u /* index entries read for a row */
#define POSTINGS_NEAR 16u  /* of a common word, the entries nearest to where the row is expected */
#define GAP_ALL 8u         /* a gap of so few rows is compared all with all */
#define GAP_NEAR 3u        /* in a longer one, so many rows before and after the like place */

/* ---- likeness ---- */

void like_work_done(struct like_work *w)
{
	free(w->stamp);
	free(w->count);
	*w = (struct like_work){ 0 };
}

static void like_begin(struct like_work *w, size_t symbols)
{
	if (symbols > w->cap) {
		w->cap = symbols + symbols / 2 + 64;
		free(w->stamp);
		w->stamp = mem_zero(w->cap, sizeof(uint32_t));
		w->count = mem_resize(w->count, w->cap, sizeof(uint32_t));
		w->call = 0;
	}
	if (++w->call == UINT32_MAX) {
		memset(w->stamp, 0, w->cap * sizeof(uint32_t));
		w->call = 1;
	}
}

static inline uint32_t *like_count(struct like_work *w, uint32_t sym)
{
	if (w->stamp[sym] != w->call) {
		w->stamp[sym] = w->call;
		w->count[sym] = 0;
	}
	return &w->count[sym];
}

double likeness(struct like_work *w, const struct vocab *v, const struct token_range *a, const struct token_range *b)
{
	size_t all = 0, common = 0;

	like_begin(w, v->count);
	for (size_t i = a->from; i < a->to; i++) {
		if (token_kind(v, a->tokens->sym[i]) != TOKEN_WORD)
			continue;
		++*like_count(w, a->tokens->sym[i]);
		all++;
	}
	for (size_t j = b->from; j < b->to; j++) {
		uint32_t *n;

		if (token_kind(v, b->tokens->sym[j]) != TOKEN_WORD)
			continue;
		all++;
		n = like_count(w, b->tokens->sym[j]);
		if (*n) {
			--*n;
			common++;
		}
	}
	return all ? 2.0 * (double)common / (double)all : 1.0;
}

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

/* ---- state of one alignment ---- */

struct side {
	struct row *rows;
	size_t n;
	/* index: for each symbol the rows that hold it, ascending */
	uint32_t *start, *post;
};

struct pair {
	uint32_t old, new;
	float score;
	bool near; /* same gap */
};

struct aligner {
	struct alignment *al;
	const struct diff_options *options;
	struct side old, new;
	struct like_work like;   /* counts of the row in hand */
	struct like_work used;   /* and what of them was taken */
	struct like_work seen;   /* distinct symbols; candidates */
	uint32_t *frequency;     /* rows of both sides that hold a symbol */
	struct pair *pairs;
	size_t pair_count, pair_cap;
	uint8_t *weights;        /* how telling each is */
	uint32_t rows_tokenised, rows_indexed;
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

static size_t row_by_id(const struct statement *s, struct span id)
{
	const struct clause *c = id.n ? statement_find(s, id) : NULL;

	return c ? (size_t)(c - s->clauses) : NO_ROW;
}

/* The next id of a reference list such as was="a, drafts#b"; the draft's name is dropped. */
static bool next_ref(struct span *rest, struct span *ret)
{
	size_t hash;

	if (!span_split(rest, ',', ret))
		return false;
	hash = span_find_char(*ret, '#', 0);
	if (hash != SIZE_MAX)
		*ret = span_sub(*ret, hash + 1, ret->n);
	return true;
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

/* ---- the index ---- */

static void tokenise(struct aligner *x, struct row *r)
{
	if (r->tokenised)
		return;
	tokens_add(&x->al->vocab, r->clause->text, &r->tokens);
	for (size_t k = 0; k < r->tokens.count; k++)
		r->words += token_kind(&x->al->vocab, r->tokens.sym[k]) == TOKEN_WORD;
	r->tokenised = true;
	x->rows_tokenised++;
}

/* Bytes that two texts share at their ends: a bound for what they have in common that costs next to nothing. */
static size_t shared_ends(struct span a, struct span b)
{
	size_t head, tail;

	span_shared_ends(a, b, &head, &tail);
	return head + tail;
}

static struct token_range all_of(const struct row *r)
{
	return (struct token_range){ r->clause->text, &r->tokens, 0, r->tokens.count };
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

/* Which rows have so many words that their mates have not that a split or merge may lie behind it: the others need no index. */
static void find_wholes(struct aligner *x, struct side *own, struct side *other)
{
	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i], *m;
		struct token_range a, b;
		size_t common;

		if (r->exact || r->mate == NO_ROW)
			continue;
		m = &other->rows[r->mate];
		/* who gave a sentence away is shorter for it: this keeps edited clauses from being read word by word here */
		if (!r->hinted && r->clause->text.n < m->clause->text.n + 8)
			continue;
		tokenise(x, r);
		tokenise(x, m);
		a = all_of(r);
		b = all_of(m);
		common = (size_t)(likeness(&x->like, &x->al->vocab, &a, &b) * (r->words + m->words) / 2 + 0.5);
		r->whole = r->words >= common + 3;
	}
}

static void build_index(struct aligner *x, struct side *s)
{
	const struct vocab *v = &x->al->vocab;
	size_t total = 0;

	s->start = mem_zero(v->count + 2, sizeof(uint32_t));
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < s->n; i++) {
			const struct row *r = &s->rows[i];

			if (r->exact || (r->mate != NO_ROW && !r->whole))
				continue;
			x->rows_indexed += pass == 0;
			like_begin(&x->seen, v->count);
			for (size_t k = 0; k < r->tokens.count; k++) {
				uint32_t sym = r->tokens.sym[k];

				if (token_kind(v, sym) != TOKEN_WORD || x->seen.stamp[sym] == x->seen.call)
					continue;
				x->seen.stamp[sym] = x->seen.call;
				if (pass == 0) {
					s->start[sym + 2]++;
					x->frequency[sym]++;
				} else {
					s->post[s->start[sym + 1]++] = (uint32_t)i;
				}
			}
		}
		if (pass == 0) {
			for (size_t sym = 0; sym < v->count; sym++) {
				total += s->start[sym + 2];
				s->start[sym + 2] = (uint32_t)total;
			}
			s->post = mem_alloc((total + 1) * sizeof(uint32_t));
		}
	}
}

/* How telling a word is: 1 for one that stands everywhere, more the rarer it is. */
static inline unsigned weight(const struct aligner *x, uint32_t sym)
{
	return x->weights[sym];
}

static void weigh(struct aligner *x)
{
	for (size_t sym = 0; sym < x->al->vocab.count; sym++) {
		uint8_t w = 1;

		for (uint32_t ratio = x->rows_indexed / (x->frequency[sym] ? x->frequency[sym] : 1); ratio > 1; ratio >>= 1)
			w++;
		x->weights[sym] = w;
	}
}

static void load_counts(struct aligner *x, struct like_work *w, const struct row *r)
{
	const struct vocab *v = &x->al->vocab;

	like_begin(w, v->count);
	for (size_t k = 0; k < r->tokens.count; k++)
		if (token_kind(v, r->tokens.sym[k]) == TOKEN_WORD)
			++*like_count(w, r->tokens.sym[k]);
}

struct measure {
	size_t words, all;          /* common word tokens, word tokens of the row that was held against the counts */
	uint64_t weight, all_weight;
};

/* Holds the words of r against the counts that were loaded; take: what it uses is taken from them for good. */
static struct measure hold_against(struct aligner *x, struct like_work *counts, const struct row *r, bool take)
{
	const struct vocab *v = &x->al->vocab;
	struct measure m = { 0 };

	like_begin(&x->used, v->count);
	for (size_t k = 0; k < r->tokens.count; k++) {
		uint32_t sym = r->tokens.sym[k];
		unsigned w;

		if (token_kind(v, sym) != TOKEN_WORD)
			continue;
		w = weight(x, sym);
		m.all++;
		m.all_weight += w;
		if (counts->stamp[sym] == counts->call && *like_count(&x->used, sym) < counts->count[sym]) {
			++*like_count(&x->used, sym);
			m.words++;
			m.weight += w;
		}
	}
	if (take)
		for (size_t k = 0; k < r->tokens.count; k++) {
			uint32_t sym = r->tokens.sym[k];

			if (x->used.stamp[sym] == x->used.call && counts->stamp[sym] == counts->call) {
				counts->count[sym] -= x->used.count[sym];
				x->used.count[sym] = 0;
			}
		}
	return m;
}

/* ---- candidates ---- */

struct rare {
	uint32_t sym, frequency;
};

static int by_rarity(const void *pa, const void *pb)
{
	const struct rare *a = pa, *b = pb;

	if (a->frequency != b->frequency)
		return a->frequency < b->frequency ? -1 : 1;
	return a->sym < b->sym ? -1 : a->sym > b->sym;
}

struct candidates {
	uint32_t rows[CANDIDATES + 4 * GAP_ALL];
	size_t count;
};

static void candidate(struct candidates *c, uint32_t row)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i] == row)
			return;
	if (c->count < ARRAY_LEN(c->rows))
		c->rows[c->count++] = row;
}

/* First entry of a list of rows that is at least row. */
static size_t post_at(const uint32_t *post, size_t n, uint32_t row)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (post[mid] < row)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

struct scored {
	uint32_t row, score;
};

/* Rows of `to` that share the rarest words of r, the most telling first; expected: where r would stand there. */
static void gather(struct aligner *x, const struct row *r, const struct side *to, uint32_t expected, struct candidates *ret)
{
	const struct vocab *v = &x->al->vocab;
	struct rare few[64], *words = few;
	size_t n = 0, read = 0, found = 0;
	struct scored hits[POSTINGS_READ + POSTINGS_NEAR * 2];

	if (r->words > ARRAY_LEN(few))
		words = mem_alloc(r->words * sizeof(struct rare));
	like_begin(&x->seen, v->count);
	for (size_t k = 0; k < r->tokens.count; k++) {
		uint32_t sym = r->tokens.sym[k], there;

		if (token_kind(v, sym) != TOKEN_WORD || x->seen.stamp[sym] == x->seen.call)
			continue;
		x->seen.stamp[sym] = x->seen.call;
		there = to->start[sym + 1] - to->start[sym];
		if (there)
			words[n++] = (struct rare){ sym, there };
	}
	qsort(words, n, sizeof(struct rare), by_rarity);
	/* rows are counted in a second life of the same stamps: there are never more rows than room is made for */
	like_begin(&x->used, to->n > v->count ? to->n : v->count);
	for (size_t k = 0; k < n && read < POSTINGS_READ; k++) {
		const uint32_t *post = to->post + to->start[words[k].sym];
		size_t count = words[k].frequency, from = 0;
		unsigned w = weight(x, words[k].sym);

		if (count > 2 * POSTINGS_NEAR) {
			from = post_at(post, count, expected);
			from = from > POSTINGS_NEAR / 2 ? from - POSTINGS_NEAR / 2 : 0;
			if (from + POSTINGS_NEAR > count)
				from = count - POSTINGS_NEAR;
			count = POSTINGS_NEAR;
		}
		for (size_t i = 0; i < count; i++) {
			uint32_t row = post[from + i], *at;

			if (x->used.stamp[row] != x->used.call) {
				x->used.stamp[row] = x->used.call;
				x->used.count[row] = (uint32_t)found;
				hits[found++] = (struct scored){ row, 0 };
			}
			at = &hits[x->used.count[row]].score;
			*at += w;
		}
		read += count;
	}
	for (size_t taken = 0; taken < CANDIDATES && taken < found; taken++) {
		size_t best = taken;

		for (size_t i = taken + 1; i < found; i++)
			if (hits[i].score > hits[best].score || (hits[i].score == hits[best].score && hits[i].row < hits[best].row))
				best = i;
		candidate(ret, hits[best].row);
		hits[best] = hits[taken];
	}
	if (words != few)
		free(words);
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

/* ---- splits and merges ---- */

/*
 * Is the row a piece of `whole`, a row of the other side that has a mate: are most of its words words of whole that the
 * mate did not keep?  hinted: an attribute says so.
 */
static bool is_piece(struct aligner *x, const struct row *piece, const struct row *whole, const struct side *own, bool hinted)
{
	struct measure m;

	if (whole->mate == NO_ROW || !whole->whole)
		return false;
	load_counts(x, &x->like, whole);
	hold_against(x, &x->like, &own->rows[whole->mate], true);
	m = hold_against(x, &x->like, piece, false);
	if (hinted)
		return m.words * 4 >= m.all && m.words;
	return m.words >= 3 && m.words * 10 >= m.all * 5 && m.weight * 10 >= m.all_weight * 5;
}

/* Rows of own (new for splits, old for merges) without a mate whose words came from, or went to, a row of other. */
static void find_pieces(struct aligner *x, struct side *own, struct side *other, bool splits, const struct statement *from)
{
	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i];
		struct candidates c = { .count = 0 };
		uint32_t hint = NO_ROW, expected;

		if (r->mate != NO_ROW || r->piece_of != NO_ROW || !r->words)
			continue;
		if (splits && !x->options->official) {
			struct span ids = attrs_get(r->clause->block->attrs, "from"), id;

			while (next_ref(&ids, &id)) {
				size_t o = row_by_id(from, id);

				if (o != NO_ROW) {
					hint = (uint32_t)o;
					candidate(&c, hint);
				}
			}
		}
		/* the neighbours' mates are where a piece mostly comes from */
		for (size_t k = i; k-- > 0 && i - k <= 3;)
			if (own->rows[k].mate != NO_ROW || own->rows[k].piece_of != NO_ROW) {
				candidate(&c, own->rows[k].mate != NO_ROW ? own->rows[k].mate : own->rows[k].piece_of);
				break;
			}
		for (size_t k = i + 1; k < own->n && k - i <= 3; k++)
			if (own->rows[k].mate != NO_ROW) {
				candidate(&c, own->rows[k].mate);
				break;
			}
		expected = i && own->rows[i - 1].mate != NO_ROW ? own->rows[i - 1].mate : (uint32_t)i;
		gather(x, r, other, expected, &c);
		for (size_t k = 0; k < c.count; k++) {
			struct row *whole = &other->rows[c.rows[k]];
			bool hinted = c.rows[k] == hint;

			if (!splits && !x->options->official && !hinted) {
				struct span ids = attrs_get(whole->clause->block->attrs, "absorbs"), id;

				while (!hinted && next_ref(&ids, &id))
					hinted = span_eq(id, r->clause->id);
			}
			if (whole->piece_of != NO_ROW || !is_piece(x, r, whole, own, hinted))
				continue;
			r->piece_of = c.rows[k];
			whole->has_pieces = true;
			break;
		}
	}
}

/* The piece that keeps the id is the one with both sides; where none keeps it, the first (DESIGN.md section 5). */
static void seat_pieces(struct side *own, struct side *other, bool official)
{
	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i], *whole, *keeper;

		if (r->piece_of == NO_ROW)
			continue;
		whole = &other->rows[r->piece_of];
		keeper = &own->rows[whole->mate];
		if (!official && whole->clause->id.n && span_eq(keeper->clause->id, whole->clause->id))
			continue;
		if (keeper < r || keeper->has_pieces)
			continue;
		keeper->piece_of = r->piece_of;
		keeper->mate = NO_ROW;
		r->mate = r->piece_of;
		r->piece_of = NO_ROW;
		whole->mate = (uint32_t)i;
	}
}

/* Clauses that an attribute names as the source of a split, or as the target of a merge. */
static void find_hints(struct aligner *x, const struct statement *from)
{
	for (size_t i = 0; i < x->new.n; i++) {
		const struct row *r = &x->new.rows[i];
		struct span ids, id;

		if (!r->clause->block->attrs)
			continue;
		for (ids = attrs_get(r->clause->block->attrs, "from"); r->mate == NO_ROW && next_ref(&ids, &id);) {
			size_t o = row_by_id(from, id);

			if (o != NO_ROW)
				x->old.rows[o].hinted = true;
		}
		if (attrs_get(r->clause->block->attrs, "absorbs").n)
			x->new.rows[i].hinted = true;
	}
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
		weigh(&x);
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
