#include "diff/aligner.h"

#include <stdlib.h>

#define POSTINGS_READ 192u /* index entries read for a row */
#define POSTINGS_NEAR 16u  /* of a common word, the entries nearest to where the row is expected */

/* ---- of two ranges of tokens ---- */

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

/* ---- of rows ---- */

void tokenise(struct aligner *x, struct row *r)
{
	if (r->tokenised)
		return;
	tokens_add(&x->al->vocab, r->clause->text, &r->tokens);
	for (size_t k = 0; k < r->tokens.count; k++)
		r->words += token_kind(&x->al->vocab, r->tokens.sym[k]) == TOKEN_WORD;
	r->tokenised = true;
	x->rows_tokenised++;
}

void build_index(struct aligner *x, struct side *s)
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

void weigh_words(struct aligner *x)
{
	for (size_t sym = 0; sym < x->al->vocab.count; sym++) {
		uint8_t w = 1;

		for (uint32_t ratio = x->rows_indexed / (x->frequency[sym] ? x->frequency[sym] : 1); ratio > 1; ratio >>= 1)
			w++;
		x->weights[sym] = w;
	}
}

void load_counts(struct aligner *x, struct like_work *w, const struct row *r)
{
	const struct vocab *v = &x->al->vocab;

	like_begin(w, v->count);
	for (size_t k = 0; k < r->tokens.count; k++)
		if (token_kind(v, r->tokens.sym[k]) == TOKEN_WORD)
			++*like_count(w, r->tokens.sym[k]);
}

struct measure hold_against(struct aligner *x, struct like_work *counts, const struct row *r, bool take)
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

void candidate(struct candidates *c, uint32_t row)
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

void gather(struct aligner *x, const struct row *r, const struct side *to, uint32_t expected, struct candidates *ret)
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
