/*
 * Laws of the merge over seeded drafts: with one side unchanged the other comes out byte for byte; with both changed every word
 * that theirs added is there, the result reads as a statement, and without a conflict it holds the same clauses whoever is "ours".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "drafts.h"
#include "format/format.h"
#include "merge/merge.h"

#define ROUNDS 400

static struct statement *load(struct span text, unsigned seed)
{
	struct doc *d = NULL;
	struct fault f = { 0 };

	if (md_read(text, &(struct read_options){ .path = "x.md", .reading = READING_REJECTED }, &d, &f) < 0)
		fail_msg("seed %u: %s\n%.*s", seed, f.message, SPAN_ARG(text));
	return statement_new(d);
}

static struct merge_result merged(const char *base, const char *ours, const char *theirs, unsigned seed)
{
	struct statement *b = load(span_str(base), seed), *o = load(span_str(ours), seed), *t = load(span_str(theirs), seed);
	struct merge_result r;

	assert_int_equal(merge_statements(b, o, t, MERGE_WORDS, &(struct merge_names){ "ours", "theirs" }, &r, NULL), 0);
	statement_free(b);
	statement_free(o);
	statement_free(t);
	return r;
}

static void same_as(struct merge_result *r, const char *want, unsigned seed, const char *what)
{
	if (!span_is(buf_span(&r->text), want) || r->conflicts)
		fail_msg("seed %u, %s: %zu conflicts\n%.*s\n--- not\n%s", seed, what, r->conflicts, SPAN_ARG(buf_span(&r->text)), want);
	merge_result_done(r);
}

static void rounds(void **state)
{
	struct seeds run = seeds_of(ROUNDS);

	(void)state;
	for (unsigned seed = run.first; seed <= run.last; seed++) {
		struct random r = { seed * 104729u };
		struct draft base, ours, theirs;
		char *b, *o, *t;
		struct merge_result x;
		struct statement *s;

		draft_make(&r, &base, 2 + upto(&r, 9), seed % 2);
		ours = draft_copy(&base);
		for (unsigned i = upto(&r, 4); i > 0; i--)
			draft_mutate(&r, &ours);
		theirs = draft_copy(&base);
		theirs.next_id += 100; /* two people give their new clauses other ids */
		for (unsigned i = upto(&r, 4); i > 0; i--)
			draft_mutate(&r, &theirs);
		b = draft_text(&base, 1, true);
		o = draft_text(&ours, 1, true);
		t = draft_text(&theirs, seed % 3 ? 1 : 2, true);
		x = merged(b, o, b, seed);
		same_as(&x, o, seed, "theirs unchanged");
		x = merged(b, b, t, seed);
		same_as(&x, t, seed, "ours unchanged");
		x = merged(b, o, o, seed);
		same_as(&x, o, seed, "both the same");
		x = merged(b, o, t, seed);
		if (!merge_keeps(span_str(b), span_str(t), buf_span(&x.text)))
			fail_msg("seed %u: words of theirs are lost\nBASE\n%s\nOURS\n%s\nTHEIRS\n%s\nMERGED\n%.*s", seed, b, o, t, SPAN_ARG(buf_span(&x.text)));
		if (!merge_keeps(span_str(b), span_str(o), buf_span(&x.text)))
			fail_msg("seed %u: words of ours are lost", seed);
		s = load(buf_span(&x.text), seed);
		statement_free(s);
		merge_result_done(&x);
		free(b);
		free(o);
		free(t);
		draft_done_random(&base);
		draft_done_random(&ours);
		draft_done_random(&theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
