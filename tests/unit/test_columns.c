/* Widths of tables' columns (model/columns.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "build.h"
#include "model/columns.h"

#define WIDTH 9000u
#define COLUMNS 12

/* A header row and one row; the header's cells are "A", "B"… */
static struct columns_size measure(const char *const *cells, size_t count, unsigned *ret)
{
	struct doc *d = doc_new("columns.md");
	struct block *table = build_block(d, d->root, BLOCK_TABLE);
	struct outdoc none = { 0 };
	struct columns_size size;
	unsigned sum = 0;

	for (int head = 1; head >= 0; head--) {
		struct block *row = build_block(d, table, BLOCK_ROW);
		char name[2] = "A";

		row->header = head;
		for (size_t i = 0; i < count; i++, name[0]++)
			build_leaf(d, row, BLOCK_CELL, head ? name : cells[i]);
	}
	doc_finish(d);
	assert_int_equal(columns_count(table), count);
	size = columns_measure(&none, table, WIDTH, ret, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(ret[i] > 0);
		sum += ret[i];
	}
	assert_int_equal(sum, WIDTH);
	doc_free(d);
	return size;
}

static void test_short_cells_share_evenly(void **state)
{
	unsigned w[COLUMNS];

	(void)state;
	measure((const char *const[]){ "yes", "yes" }, 2, w);
	assert_true(w[0] + 100 > w[1] && w[1] + 100 > w[0]);
	/* Arabic: none of the two starves. */
	measure((const char *const[]){ "الموضوع", "ولاية دائمة" }, 2, w);
	assert_true(w[0] > 3000);
}

static void test_sentences_do_not_starve_words(void **state)
{
	static const char sentence[] = "Governments should recognize Internet exchange points as critical local infrastructure, and should keep the rules "
				       "for them light, so that networks of every size can join without a costly permit.";
	unsigned w[COLUMNS];

	(void)state;
	measure((const char *const[]){ "infrastructure", sentence, "12 bis" }, 3, w);
	assert_true(w[0] >= 1350); /* 14 letters */
	assert_true(w[1] > 2 * w[0]);
	assert_true(w[2] >= 500);
}

static void test_too_many_words_squeeze_the_long_ones(void **state)
{
	static const char *const cells[COLUMNS] = { "infrastructure", "deployment", "as", "infrastructure", "infrastructure", "economy", "IPv6",
						    "infrastructure", "infrastructure", "infrastructure", "infrastructure", "infrastructure" };
	unsigned w[COLUMNS];

	(void)state;
	assert_int_equal(measure(cells, COLUMNS, w).half_points, 14);
	assert_true(w[2] >= 250); /* "as" in one piece, of 7 points */
	assert_true(w[6] >= 400); /* "IPv6" too */
	assert_true(w[0] > w[6]);
	assert_true(w[0] + 20 > w[3] && w[3] + 20 > w[0]);
}

/* As large as goes without breaking a word. */
static void test_letters_get_smaller(void **state)
{
	static const char *const cells[] = { "infrastructure", "interoperable", "infrastructure", "multistakeholder", "infrastructure", "deployment",
					     "infrastructure", "representatives" };
	static const unsigned wanted[] = { 20, 20, 20, 20, 20, 20, 18, 16 };
	unsigned w[COLUMNS];

	(void)state;
	for (size_t n = 1; n <= 8; n++)
		assert_int_equal(measure(cells, n, w).half_points, wanted[n - 1]);
}

static void test_one_long_address(void **state)
{
	unsigned w[COLUMNS];

	(void)state;
	measure((const char *const[]){ "https:a_very_long_address_that_has_no_place_to_break_at_all_and_goes_on_and_on_and_on_and_on_and_on_and_on_and_on", "b c d e" }, 2, w);
	assert_true(w[1] >= 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_cells_share_evenly),
		cmocka_unit_test(test_sentences_do_not_starve_words),
		cmocka_unit_test(test_too_many_words_squeeze_the_long_ones),
		cmocka_unit_test(test_letters_get_smaller),
		cmocka_unit_test(test_one_long_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
