/* The maps of spans and of hashes: what is put is found with its number, also past many growths; what was not put is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/hashmap.h"
#include "base/spanmap.h"

static void numbers(void **state)
{
	static char names[5000][8];
	struct span_map m = { 0 };

	(void)state;
	assert_null(span_map_find(&m, SPAN_LIT("a")));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(names[i], sizeof(names[i]), "k%zu", i);
		assert_int_equal(*span_map_put(&m, span_str(names[i])), 0);
		*span_map_put(&m, span_str(names[i])) = (unsigned)i + 1;
	}
	assert_int_equal(m.count, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(*span_map_find(&m, span_str(names[i])), i + 1);
	assert_null(span_map_find(&m, SPAN_LIT("k")));
	assert_null(span_map_find(&m, SPAN_LIT("k5000")));
	span_map_done(&m);
	assert_null(span_map_find(&m, SPAN_LIT("k1")));
}

static void hashes(void **state)
{
	struct hash_map m = { 0 };

	(void)state;
	assert_null(hash_map_find(&m, 0));
	/* a thousand that want the same place, and 0, which is a hash like another */
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(*hash_map_put(&m, i << 40), 0);
		*hash_map_put(&m, i << 40) -= (int64_t)i + 1;
	}
	assert_int_equal(m.count, 1000);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(*hash_map_find(&m, i << 40), -(int64_t)i - 1);
	assert_null(hash_map_find(&m, (uint64_t)1000 << 40));
	hash_map_done(&m);
	assert_null(hash_map_find(&m, 0));
}

/* No byte is shared twice. */
static void ends(void **state)
{
	static const struct { const char *a, *b; size_t head, tail; } cases[] = {
		{ "", "", 0, 0 },
		{ "aaaa", "aa", 2, 0 },
		{ "abc", "abc", 3, 0 },
		{ "0123456789 x 0123456789", "0123456789 yy 0123456789", 11, 11 },
		{ "abcabc", "abcxabc", 3, 3 },
		{ "x", "y", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t head, tail;

		span_shared_ends(span_str(cases[i].a), span_str(cases[i].b), &head, &tail);
		assert_int_equal(head, cases[i].head);
		assert_int_equal(tail, cases[i].tail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(numbers), cmocka_unit_test(hashes), cmocka_unit_test(ends) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
