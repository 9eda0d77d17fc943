#include <stdlib.h>

#include "diff/diff.h"
#include "diff/words.h"

void diff_texts(struct span old, struct span new, struct arena *a, struct part **ret, size_t *ret_count)
{
	struct vocab v = { 0 };
	struct tokens ta = { 0 }, tb = { 0 };
	struct word_work work = { 0 };
	struct parts p = { 0 };
	struct token_range ra = { .text = old, .tokens = &ta }, rb = { .text = new, .tokens = &tb };

	if (!old.n && !new.n) {
		*ret = NULL;
		*ret_count = 0;
		return;
	}
	tokens_add(&v, old, &ta);
	tokens_add(&v, new, &tb);
	ra.to = ta.count;
	rb.to = tb.count;
	words_compare(&work, &v, &ra, &rb, &p);
	*ret = ARENA_ARRAY(a, p.count, struct part);
	for (size_t i = 0; i < p.count; i++)
		(*ret)[i] = (struct part){ p.items[i].op, arena_dup(a, p.items[i].text) };
	*ret_count = p.count;
	free(p.items);
	word_work_done(&work);
	tokens_done(&ta);
	tokens_done(&tb);
	vocab_done(&v);
}

double diff_likeness(struct span a, struct span b)
{
	struct vocab v = { 0 };
	struct tokens ta = { 0 }, tb = { 0 };
	uint32_t *have;
	size_t words = 0, common = 0;

	tokens_add(&v, a, &ta);
	tokens_add(&v, b, &tb);
	have = mem_zero(v.count + 1, sizeof(*have));
	for (size_t i = 0; i < ta.count; i++)
		if (token_kind(&v, ta.sym[i]) == TOKEN_WORD) {
			have[ta.sym[i]]++;
			words++;
		}
	for (size_t i = 0; i < tb.count; i++)
		if (token_kind(&v, tb.sym[i]) == TOKEN_WORD) {
			words++;
			if (have[tb.sym[i]]) {
				have[tb.sym[i]]--;
				common++;
			}
		}
	mem_free(have);
	tokens_done(&ta);
	tokens_done(&tb);
	vocab_done(&v);
	return words ? 2.0 * (double)common / (double)words : span_eq(a, b) ? 1.0 : 0.0;
}
