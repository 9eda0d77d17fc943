/*
 * Alignment quality over the labelled revisions of tests/golden/align: NAME.old.md, NAME.new.md, and in NAME.expect a line for
 * each clause: its kind (a star: moved), whether it is of the new or of the old text, and its first words.  At least 95 of 100
 * clauses must get their kind with ids, at least 90 without any.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "diff/diff.h"
#include "format/format.h"
#include "io/file.h"

#define FOLDER SOURCE_ROOT "/tests/golden/align/"

static void read_case(const char *name, const char *ending, struct buf *ret)
{
	char path[1024];
	struct fault f = { 0 };

	snprintf(path, sizeof(path), "%s%s%s", FOLDER, name, ending);
	if (file_read(path, LIMIT_TEXT_BYTES, ret, NULL, &f) < 0)
		fail_msg("%s", f.message);
}

/* Without ids: the lines that hold attribute lists go. */
static void without_tags(const struct buf *in, struct buf *out)
{
	struct span rest = buf_span(in);

	while (rest.n) {
		size_t lf = span_find_char(rest, '\n', 0), end = lf == SIZE_MAX ? rest.n : lf + 1;

		if (!span_starts(rest, SPAN_LIT("<!-- {")))
			buf_put(out, rest.p, end);
		rest = span_sub(rest, end, rest.n);
	}
}

static struct statement *load(const char *name, const char *ending, bool ids)
{
	struct buf file = { 0 }, bare = { 0 };
	struct doc *d = NULL;
	struct fault f = { 0 };

	read_case(name, ending, &file);
	without_tags(&file, &bare);
	if (md_read(buf_span(ids ? &file : &bare), &(struct read_options){ .path = name, .reading = READING_REJECTED }, &d, &f) < 0)
		fail_msg("%s", f.message);
	buf_done(&file);
	buf_done(&bare);
	return statement_new(d);
}

static void run_case(const char *name, bool ids, size_t *right, size_t *all)
{
	struct statement *from = load(name, ".old.md", ids), *to = load(name, ".new.md", ids);
	struct comparison *c = NULL;
	struct diff_options o = { 0 };
	struct buf expect = { 0 };
	struct span rest, line;

	assert_int_equal(diff_statements(from, to, &o, &c, NULL), 0);
	read_case(name, ".expect", &expect);
	rest = buf_span(&expect);
	while (span_split(&rest, '\n', &line)) {
		struct span kind, side, words = line;
		bool moved, found = false;

		if (!line.n)
			continue;
		words = span_sub(line, span_find_char(line, ' ', 0) + 5, line.n);
		kind = span_sub(line, 0, span_find_char(line, ' ', 0));
		side = span_sub(line, kind.n + 1, kind.n + 4);
		moved = span_ends(kind, SPAN_LIT("*"));
		kind.n -= moved;
		++*all;
		for (size_t i = 0; i < c->count && !found; i++) {
			const struct change_entry *e = &c->entries[i];
			const struct clause *k = span_is(side, "new") ? e->to : e->to ? NULL : e->from;

			if (!k || !span_starts(k->text, words))
				continue;
			found = true;
			if (span_is(kind, change_name(e->kind)) && e->moved == moved)
				++*right;
			else
				print_message("# %s%s: \"%.*s\" is %s%s, not %.*s%s\n", name, ids ? "" : " without ids", SPAN_ARG(words),
					      change_name(e->kind), e->moved ? "*" : "", SPAN_ARG(kind), moved ? "*" : "");
		}
		if (!found)
			print_message("# %s%s: \"%.*s\" has no entry of its own\n", name, ids ? "" : " without ids", SPAN_ARG(words));
	}
	comparison_free(c);
	statement_free(from);
	statement_free(to);
	buf_done(&expect);
}

static void run_all(bool ids, size_t least)
{
	DIR *d = opendir(FOLDER);
	size_t right = 0, all = 0, cases = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		char name[256];
		size_t n = strlen(e->d_name);

		if (n < 8 || strcmp(e->d_name + n - 7, ".expect") != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(n - 7), e->d_name);
		run_case(name, ids, &right, &all);
		cases++;
	}
	closedir(d);
	print_message("# %s ids: %zu of %zu clauses right in %zu revisions\n", ids ? "with" : "without", right, all, cases);
	assert_true(cases >= 30);
	assert_true(100 * right >= least * all);
}

static void with_ids(void **state)
{
	(void)state;
	run_all(true, 95);
}

static void without_ids(void **state)
{
	(void)state;
	run_all(false, 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_ids),
		cmocka_unit_test(without_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
