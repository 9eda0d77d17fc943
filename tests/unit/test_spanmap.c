/* The map of spans: what is put is found with its number, also past many growths; what was not put is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
