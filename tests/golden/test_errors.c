/*
 * What people read when a file of theirs is wrong: tests/golden/errors, an input and the whole message beside it.
 * The kind of file is the first word of its name.  With BLESS=1 the messages are rewritten; read them then.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/show.h"
#include "base/utf8.h"
#include "format/format.h"
#include "io/file.h"

#define FOLDER SOURCE_ROOT "/tests/golden/errors"

static int read_it(const char *name, struct span text, struct fault *f)
{
	struct priorities *list = NULL;
	struct agreed *agreed = NULL;
	struct contacts *contacts = NULL;
	struct profile *profile = NULL;
	struct workspace *w = NULL;
	struct reviews *v = NULL;
	struct doc *d = NULL;
	struct read_options o = { .path = name };
	int r;

	if (strncmp(name, "priorities-", 11) == 0)
		r = conf_priorities(text, name, &list, f);
	else if (strncmp(name, "contacts-", 9) == 0)
		r = conf_contacts(text, name, &contacts, f);
	else if (strncmp(name, "agreed-", 7) == 0)
		r = conf_agreed(text, name, &agreed, f);
	else if (strncmp(name, "profile-", 8) == 0)
		r = conf_profile(text, name, &profile, f);
	else if (strncmp(name, "workspace-", 10) == 0)
		r = conf_workspace(text, name, &w, f);
	else if (strncmp(name, "reviews-", 8) == 0)
		r = conf_reviews(text, name, &v, f);
	else
		r = md_read(text, &o, &d, f);
	priorities_free(list);
	agreed_free(agreed);
	contacts_free(contacts);
	profile_free(profile);
	workspace_free(w);
	reviews_free(v);
	doc_free(d);
	return r;
}

/* As on a terminal, unwrapped: place, message, way out, the line and a caret under the place. */
static void shown(const struct fault *f, struct buf *out)
{
	buf_printf(out, "%s:%zu:%zu: error: %s", f->file ? f->file : "?", f->pos.line, f->pos.column, f->message);
	if (f->hint)
		buf_printf(out, ". %s", f->hint);
	buf_printf(out, " [%s]\n", fault_name(f->kind));
	if (f->line) {
		struct span line = span_str(f->line), safe;
		struct buf whole = { 0 };
		size_t at = 0;

		buf_str(out, "    ");
		show_line(&whole, line);
		safe = buf_span(&whole);
		buf_add(out, safe);
		buf_str(out, "\n    ");
		for (size_t i = 1; i < f->pos.column && at < line.n; i++)
			utf8_next(line.p, line.n, &at);
		for (size_t w = utf8_width(span_sub(line, 0, at)); w > 0; w--)
			buf_char(out, ' ');
		buf_str(out, "^\n");
		buf_done(&whole);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void test_messages(void **state)
{
	DIR *dir = opendir(FOLDER);
	char *names[256];
	size_t count = 0, wrong = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir)) && count < ARRAY_LEN(names);)
		if (span_ends(span_str(e->d_name), SPAN_LIT(".yaml")) || span_ends(span_str(e->d_name), SPAN_LIT(".md")))
			names[count++] = mem_strdup(e->d_name);
	closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	assert_true(count >= 60);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(FOLDER, names[i]);
		struct buf text = { 0 }, want = { 0 }, got = { 0 }, expect = { 0 };
		struct fault f = { 0 };

		assert_int_equal(file_read(path, 1u << 20, &text, NULL, NULL), 0);
		buf_printf(&expect, "%s.expect", path);
		buf_char(&expect, '\0');
		if (read_it(names[i], buf_span(&text), &f) == 0) {
			print_error("%s: nothing was found wrong\n", names[i]);
			wrong++;
		} else {
			shown(&f, &got);
			assert_int_equal(fault_exit_code(f.kind), 3);
			assert_true(f.pos.line > 0 && f.pos.column > 0);
			if (getenv("BLESS"))
				assert_int_equal(file_replace(expect.p, buf_span(&got), NULL, NULL), 0);
			else if (file_read(expect.p, 1u << 20, &want, NULL, NULL) < 0 || !span_eq(buf_span(&want), buf_span(&got))) {
				print_error("%s says:\n%.*s", names[i], SPAN_ARG(buf_span(&got)));
				wrong++;
			}
		}
		fault_done(&f);
		buf_done(&text);
		buf_done(&want);
		buf_done(&got);
		buf_done(&expect);
		mem_free(path);
		mem_free(names[i]);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_messages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
