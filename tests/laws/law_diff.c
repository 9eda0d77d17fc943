/*
 * Laws of the comparison over seeded pairs of statements: parts join to both texts, marks accept and reject to both texts,
 * a text against itself gives nothing, and moved, split, merged, renamed and edited clauses never lose a word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diff/diff.h"
#include "model/text.h"
#include "joins.h"
#include "drafts.h"
#include "tiny.h"

#define PAIRS 1500

static void check_parts(const struct comparison *c, unsigned seed)
{
	const struct change_entry *wrong = parts_wrong(c);
	size_t olds = 0, news = 0;

	if (wrong)
		fail_msg("seed %u: parts of entry %zu do not join", seed, (size_t)(wrong - c->entries));
	for (size_t i = 0; i < c->count; i++) {
		olds += c->entries[i].from != NULL;
		news += c->entries[i].to != NULL;
	}
	/* every clause of both texts stands in exactly one entry */
	if (olds != c->from->count || news != c->to->count)
		fail_msg("seed %u: %zu of %zu old, %zu of %zu new clauses have an entry", seed, olds, c->from->count, news, c->to->count);
}

static void check_reading(const struct doc *marked, enum reading reading, const struct doc *want, unsigned seed)
{
	struct buf a = { 0 }, b = { 0 };

	text_of_blocks(marked->root, reading, &a);
	text_of_blocks(want->root, READING_REJECTED, &b);
	if (!span_eq(buf_span(&a), buf_span(&b)))
		fail_msg("seed %u: %s gives\n%.*s\nnot\n%.*s", seed, reading == READING_ACCEPTED ? "accepting" : "rejecting", SPAN_ARG(buf_span(&a)),
			 SPAN_ARG(buf_span(&b)));
	buf_done(&a);
	buf_done(&b);
}

static void pairs(void **state)
{
	struct seeds run = seeds_of(PAIRS);

	(void)state;
	for (unsigned seed = run.first; seed <= run.last; seed++) {
		struct random r = { seed * 7919u };
		struct draft a, b;
		unsigned n = upto(&r, 12), edits = upto(&r, 8);
		char *old, *new;
		struct statement *x, *y;
		struct comparison *c = NULL, *same = NULL;
		struct diff_options o = { .author = SPAN_LIT("chapeau"), .time = SPAN_LIT("2025-10-01T09:00:00Z") };
		struct fault f = { 0 };

		draft_make(&r, &a, n, seed % 2);
		b = draft_copy(&a);
		for (unsigned i = 0; i < edits; i++)
			draft_mutate(&r, &b);
		old = draft_text(&a, 1, false);
		new = draft_text(&b, 2, false);
		x = tiny(old);
		y = tiny(new);
		assert_int_equal(diff_statements(x, y, &o, &c, &f), 0);
		check_parts(c, seed);
		if (diff_mark(c, &o, &f) != 0)
			fail_msg("seed %u: %s\nOLD\n%s\nNEW\n%s", seed, f.message, old, new);
		check_reading(c->marked, READING_ACCEPTED, y->doc, seed);
		check_reading(c->marked, READING_REJECTED, x->doc, seed);
		assert_int_equal(diff_statements(y, y, &o, &same, &f), 0);
		for (size_t i = 0; i < same->count; i++)
			if (same->entries[i].kind != CHANGE_SAME || same->entries[i].moved || same->entries[i].attribute_count)
				fail_msg("seed %u: a text differs from itself", seed);
		comparison_free(same);
		comparison_free(c);
		statement_free(x);
		statement_free(y);
		free(old);
		free(new);
		draft_done_random(&a);
		draft_done_random(&b);
		fault_done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
