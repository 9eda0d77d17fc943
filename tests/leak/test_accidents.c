/*
 * What happens to files by accident (tests/golden/accidents): no public file is made in which a word is missing or an
 * internal word stands.  Where the rule that an accident breaks refuses exports, the refusal names the rule and the line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/format.h"
#include "io/file.h"
#include "model/text.h"

/* Rules that refuse, beside those of remark_refuses_public. */
static bool refuses(const char *rule)
{
	return remark_refuses_public(rule) || strcmp(rule, "xref-dead") == 0 || strcmp(rule, "xref-unnumbered") == 0;
}

static void expected(const char *path, char rule[64], size_t *line)
{
	struct buf b = { 0 };
	struct span s, item, rest;
	struct fault f = { 0 };
	uint64_t n = 0;

	assert_int_equal(file_read(path, LIMIT_TEXT_BYTES, &b, NULL, &f), 0);
	s = span_trim(buf_span(&b));
	rest = s;
	assert_true(span_split(&rest, ' ', &item));
	assert_true(item.n < 64);
	memcpy(rule, item.p, item.n);
	rule[item.n] = '\0';
	assert_true(span_split(&rest, ' ', &item));
	assert_true(span_number(item, 100000, &n));
	*line = (size_t)n;
	buf_done(&b);
}

/* Every public word of the source, in order, in the written text; none of what is internal. */
static void compare(const char *name, struct doc *d, const struct outdoc *o)
{
	struct buf bytes = { 0 }, folded = { 0 };
	struct fault f = { 0 };
	size_t at = 0;

	assert_int_equal(format_by_name(SPAN_LIT("txt"))->write(o, &(struct write_options){ .dest = name }, &bytes, &f), 0);
	text_fold(buf_span(&bytes), &folded);
	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		for (size_t i = 0; i < b->run_count; i++) {
			struct buf words = { 0 };
			size_t found;

			if (b->runs[i].kind != RUN_TEXT)
				continue;
			text_fold(b->runs[i].text, &words);
			found = span_find(buf_span(&folded), buf_span(&words), b->internal ? 0 : at);
			if (b->internal && found != SIZE_MAX)
				fail_msg("%s: internal \"%.*s\" stands in the file", name, SPAN_ARG(buf_span(&words)));
			if (!b->internal && found == SIZE_MAX)
				fail_msg("%s: \"%.*s\" is missing", name, SPAN_ARG(buf_span(&words)));
			at = b->internal ? at : found + words.n;
			buf_done(&words);
		}
	}
	buf_done(&bytes);
	buf_done(&folded);
}

static bool try(const char *folder, const char *file)
{
	char rule[64], *path = path_join(folder, file), expect[512];
	size_t line, n = strlen(path);
	struct buf b = { 0 };
	struct fault f = { 0 };
	struct doc *d = NULL;
	struct outdoc *o = NULL;
	bool refused;

	snprintf(expect, sizeof(expect), "%.*s.expect", (int)(n - 3), path);
	expected(expect, rule, &line);
	assert_int_equal(file_read(path, LIMIT_TEXT_BYTES, &b, NULL, &f), 0);
	assert_int_equal(md_read(buf_span(&b), &(struct read_options){ .path = file }, &d, &f), 0);
	refused = outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f) < 0;
	if (refused != refuses(rule))
		fail_msg("%s: [%s] %s a public export", file, rule, refused ? "refuses" : "does not refuse");
	if (refused) {
		char bracketed[80];

		snprintf(bracketed, sizeof(bracketed), "[%s]", rule);
		assert_non_null(strstr(f.message, bracketed));
		assert_int_equal(f.pos.line, line);
	} else {
		compare(file, d, o);
	}
	fault_done(&f);
	outdoc_free(o);
	doc_free(d);
	buf_done(&b);
	mem_free(path);
	return refused;
}

static void test_accidents(void **state)
{
	DIR *dir = opendir(ACCIDENTS);
	size_t count = 0, refused = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		if (!span_ends(span_str(e->d_name), SPAN_LIT(".md")))
			continue;
		count++;
		refused += try(ACCIDENTS, e->d_name);
	}
	closedir(dir);
	assert_true(count >= 40);
	assert_true(refused >= 20 && refused < count);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_accidents) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
