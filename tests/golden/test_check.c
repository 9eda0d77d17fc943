/*
 * Sentences and what the check says of them, with the list at the root: tests/golden/check.  One line, one verdict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "checking.h"
#include "io/file.h"

struct row {
	struct span want, priority;
	struct buf text;
};

/* "want|priority|text", with \n for a line end. */
static bool next_row(struct span *rest, struct row *r)
{
	struct span line;

	while (span_split(rest, '\n', &line)) {
		size_t a, b;

		if (!line.n || line.p[0] == '#')
			continue;
		a = span_find_char(line, '|', 0);
		b = span_find_char(line, '|', a + 1);
		assert_true(b != SIZE_MAX);
		r->want = span_sub(line, 0, a);
		r->priority = span_sub(line, a + 1, b);
		buf_clear(&r->text);
		for (size_t i = b + 1; i < line.n; i++) {
			if (line.p[i] == '\\' && i + 1 < line.n && line.p[i + 1] == 'n') {
				buf_char(&r->text, '\n');
				i++;
			} else {
				buf_char(&r->text, line.p[i]);
			}
		}
		buf_char(&r->text, '\n');
		return true;
	}
	return false;
}

static void read_rows(const char *name, struct buf *out)
{
	struct fault f = { 0 };

	assert_int_equal(file_read(name, 1 << 20, out, NULL, &f), 0);
}

static void red_lines(void **state)
{
	struct buf file = { 0 };
	struct span rest;
	struct row row = { 0 };
	struct checking c;
	size_t wrong = 0, count = 0, against = 0, for_them = 0;

	(void)state;
	checking_begin(&c, NULL);
	read_rows(SOURCE_ROOT "/tests/golden/check/red-lines.txt", &file);
	rest = buf_span(&file);
	while (next_row(&rest, &row)) {
		bool found = false;

		checking_text(&c, buf_span(&row.text));
		for (size_t i = 0; checking_finding(&c, "contrary", i); i++) {
			const struct finding *f = checking_finding(&c, "contrary", i);

			if (span_is(row.want, level_name(f->level)) && span_eq(f->subject, row.priority)) {
				found = true;
				continue;
			}
			/* what is not opposed must never pass as a note */
			if (f->level < LEVEL_WARNING && !span_is(row.want, "note"))
				found = false;
			wrong++;
			print_message("# %.*s, not %s: %.*s", SPAN_ARG(row.want), level_name(f->level), SPAN_ARG(buf_span(&row.text)));
			break;
		}
		if (!found && !checking_finding(&c, "contrary", 0)) {
			wrong++;
			print_message("# %.*s, and nothing was found: %.*s", SPAN_ARG(row.want), SPAN_ARG(buf_span(&row.text)));
		}
		count++;
		for_them += span_is(row.want, "error");
		against += span_is(row.want, "note");
	}
	assert_true(count >= 60 && for_them >= 30 && against >= 30);
	assert_int_equal(wrong, 0);
	checking_end(&c);
	buf_done(&file);
	buf_done(&row.text);
}

static void asks(void **state)
{
	struct buf file = { 0 };
	struct span rest;
	struct row row = { 0 };
	struct checking c;
	size_t wrong = 0, count = 0;

	(void)state;
	checking_begin(&c, NULL);
	read_rows(SOURCE_ROOT "/tests/golden/check/asks.txt", &file);
	rest = buf_span(&file);
	while (next_row(&rest, &row)) {
		const struct verdict *v;
		char id[64];

		checking_text(&c, buf_span(&row.text));
		snprintf(id, sizeof(id), "%.*s", SPAN_ARG(row.priority));
		v = checking_verdict(&c, id);
		assert_non_null(v);
		count++;
		if (span_is(row.want, state_name(v->state)))
			continue;
		wrong++;
		print_message("# %.*s, not %s: %.*s", SPAN_ARG(row.want), state_name(v->state), SPAN_ARG(buf_span(&row.text)));
	}
	assert_true(count >= 60);
	assert_int_equal(wrong, 0);
	checking_end(&c);
	buf_done(&file);
	buf_done(&row.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(red_lines), cmocka_unit_test(asks) };

	return cmocka_run_group_tests_name("golden_check", tests, NULL, NULL);
}
