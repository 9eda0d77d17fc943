#include "cli/lost_ids.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "diff/diff.h"

#define ALL_ARE_LOOKED_AT 32u /* so few are compared one by one */
#define RAREST 16u            /* words of a text that are looked up */
#define COMMON 256u           /* a word in more clauses than these tells nothing */
#define NEAREST 8u            /* clauses with the most words in common, which are compared */

/* ---- words ---- */

/* The next word, as a hash that is never 0: letters, marks and digits, or one ideograph; 0 at the end. */
static uint64_t next_word(struct span s, size_t *at)
{
	uint64_t h = 0;

	while (*at < s.n) {
		size_t begin = *at;
		uint32_t cp = utf8_next(s.p, s.n, at);
		bool wide = cp_ideograph(cp);

		if (h && (wide || !(cp_letter(cp) || cp_digit(cp)))) {
			*at = wide ? begin : *at;
			break;
		}
		if (!wide && !cp_letter(cp) && !cp_digit(cp))
			continue;
		h = ((h ? h : 0xcbf29ce484222325u) ^ cp) * 0x100000001b3u;
		if (wide)
			break;
	}
	return h ? h | 1 : 0;
}

static int by_word(const void *a, const void *b)
{
	const struct lost_word *x = a, *y = b;

	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

/* ---- making ---- */

static void index_texts(struct lost_ids *l)
{
	l->next = mem_zero(l->count + 1, sizeof(*l->next));
	for (size_t i = l->count; i--;) {
		unsigned *first = span_map_put(&l->texts, l->items[i]->text);

		l->next[i] = *first;
		*first = (unsigned)i + 1;
	}
}

static void index_words(struct lost_ids *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		uint64_t word;

		for (size_t at = 0; (word = next_word(l->items[i]->text, &at));) {
			if (l->word_count == l->word_cap) {
				l->word_cap = l->word_cap ? 2 * l->word_cap : 1024;
				l->words = mem_resize(l->words, l->word_cap, sizeof(*l->words));
			}
			l->words[l->word_count++] = (struct lost_word){ word, (uint32_t)i };
		}
	}
	if (l->word_count)
		qsort(l->words, l->word_count, sizeof(*l->words), by_word);
	for (size_t i = 0; i < l->word_count; i++)
		if (!n || by_word(&l->words[n - 1], &l->words[i]) != 0)
			l->words[n++] = l->words[i];
	l->word_count = n;
}

void lost_ids_make(struct lost_ids *l, const struct statement *last, bool (*is_free)(void *ctx, struct span id), void *ctx)
{
	*l = (struct lost_ids){ 0 };
	l->items = mem_zero(last->count + 1, sizeof(*l->items));
	for (size_t i = 0; i < last->count; i++)
		if (last->clauses[i].id.n && is_free(ctx, last->clauses[i].id))
			l->items[l->count++] = &last->clauses[i];
	l->taken = mem_zero(l->count + 1, sizeof(*l->taken));
	l->shared = mem_zero(l->count + 1, sizeof(*l->shared));
	index_texts(l);
	if (l->count > ALL_ARE_LOOKED_AT)
		index_words(l);
}

void lost_ids_done(struct lost_ids *l)
{
	mem_free(l->items);
	mem_free(l->taken);
	mem_free(l->words);
	mem_free(l->shared);
	mem_free(l->next);
	span_map_done(&l->texts);
	*l = (struct lost_ids){ 0 };
}

/* ---- looking up ---- */

struct found {
	struct {
		size_t item;
		uint32_t shared;
	} best[NEAREST];
	size_t count;
};

/* The clauses of one word. */
struct range {
	size_t begin, end;
};

static struct range range_of(const struct lost_ids *l, uint64_t word)
{
	size_t lo = 0, hi = l->word_count, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->words[mid].word < word)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < l->word_count && l->words[end].word == word && end - lo <= COMMON; end++)
		;
	return (struct range){ lo, end };
}

static void keep_rarest(struct range *list, size_t *count, struct range r)
{
	size_t i, n = r.end - r.begin;

	if (!n || n > COMMON)
		return;
	for (i = 0; i < *count; i++)
		if (list[i].begin == r.begin)
			return;
	for (i = *count; i && list[i - 1].end - list[i - 1].begin > n; i--)
		if (i < RAREST)
			list[i] = list[i - 1];
	if (i < RAREST)
		list[i] = r;
	*count += *count < RAREST;
}

/* In the order of how many words they share; of as many, the earlier. */
static void keep_nearest(struct found *f, size_t item, uint32_t shared)
{
	size_t i;

	for (i = f->count; i; i--) {
		if (f->best[i - 1].shared > shared || (f->best[i - 1].shared == shared && f->best[i - 1].item < item))
			break;
		if (i < NEAREST)
			f->best[i] = f->best[i - 1];
	}
	if (i == NEAREST)
		return;
	f->best[i].item = item;
	f->best[i].shared = shared;
	f->count += f->count < NEAREST;
}

static void find_nearest(struct lost_ids *l, struct span text, struct found *ret)
{
	struct range rarest[RAREST];
	size_t count = 0;
	uint64_t word;

	ret->count = 0;
	for (size_t at = 0; (word = next_word(text, &at));)
		keep_rarest(rarest, &count, range_of(l, word));
	for (size_t i = 0; i < count; i++)
		for (size_t k = rarest[i].begin; k < rarest[i].end; k++)
			l->shared[l->words[k].item]++;
	for (size_t i = 0; i < count; i++)
		for (size_t k = rarest[i].begin; k < rarest[i].end; k++) {
			size_t item = l->words[k].item;

			if (l->shared[item] && !l->taken[item])
				keep_nearest(ret, item, l->shared[item]);
			l->shared[item] = 0; /* once each */
		}
}

static struct span take(struct lost_ids *l, size_t item)
{
	l->taken[item] = true;
	return l->items[item]->id;
}

struct span lost_ids_take(struct lost_ids *l, struct span text, double least)
{
	unsigned *same = span_map_find(&l->texts, text);
	size_t best = SIZE_MAX;
	double like = least;

	if (!l->count)
		return (struct span){ 0 };
	while (same && *same && l->taken[*same - 1])
		*same = l->next[*same - 1];
	if (same && *same)
		return take(l, *same - 1);
	if (l->count <= ALL_ARE_LOOKED_AT) {
		for (size_t i = 0; i < l->count; i++) {
			double x = l->taken[i] ? -1 : diff_likeness(l->items[i]->text, text);

			if (x > like || (x == like && best == SIZE_MAX)) {
				like = x;
				best = i;
			}
		}
	} else {
		struct found f;

		find_nearest(l, text, &f);
		for (size_t i = 0; i < f.count; i++) {
			double x = diff_likeness(l->items[f.best[i].item]->text, text);

			if (x > like || (x == like && best == SIZE_MAX)) {
				like = x;
				best = f.best[i].item;
			}
		}
	}
	return best == SIZE_MAX ? (struct span){ 0 } : take(l, best);
}
