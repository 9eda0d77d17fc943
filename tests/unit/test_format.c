/* The table of formats, and where images may be taken from (FORMAT.md F11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/format.h"
#include "gen.h"
#include "io/file.h"

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < format_count; i++) {
		char path[64];

		snprintf(path, sizeof(path), "a.b%s", formats[i].ending);
		assert_ptr_equal(format_by_name(span_str(formats[i].name)), &formats[i]);
		assert_ptr_equal(format_by_path(span_str(path)), &formats[i]);
		assert_true(!formats[i].write || formats[i].reopen);
	}
	assert_ptr_equal(format_by_path(SPAN_LIT("X.DOCX")), format_by_name(SPAN_LIT("docx")));
	assert_ptr_equal(format_by_path(SPAN_LIT("x.markdown")), format_by_name(SPAN_LIT("md")));
	assert_null(format_by_path(SPAN_LIT(".docx")));
	assert_null(format_by_path(SPAN_LIT("x.pdf")));
	assert_null(format_by_name(SPAN_LIT("DOCX")));
}

static char top[] = "/tmp/chapeau-format-XXXXXX";

static void put_file(const char *name, struct span s)
{
	char *path = path_join(top, name);
	struct fault f = { 0 };

	assert_int_equal(file_replace(path, s, NULL, &f), 0);
	mem_free(path);
}

static int make_folders(void **state)
{
	char path[256];

	(void)state;
	if (!mkdtemp(top))
		return -1;
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "work", "work/drafts", "work/media" };

		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		if (mkdir(path, 0700) != 0)
			return -1;
	}
	put_file("outside.png", gen_png());
	put_file("work/media/shared.png", gen_png());
	put_file("work/drafts/map one.png", gen_png());
	snprintf(path, sizeof(path), "%s/work/drafts/link.png", top);
	return symlink("../../outside.png", path);
}

static int remove_folders(void **state)
{
	static const char *const names[] = {
		"work/drafts/link.png", "work/drafts/map one.png", "work/media/shared.png", "outside.png", "work/drafts", "work/media", "work", "",
	};
	char path[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		if (remove(path) != 0)
			return -1;
	}
	return 0;
}

static void test_images(void **state)
{
	static const struct {
		const char *url, *why; /* why NULL: it is taken */
	} cases[] = {
		{ "map%20one.png", NULL },
		{ "map one.png", NULL },
		{ "./map%20one.png", NULL },
		{ "../media/shared.png", NULL },
		{ "media/shared.png", NULL },
		{ "gone.png", "no such file" },
		{ "../../outside.png", "outside" },
		{ "link.png", "outside" },
		{ "..%2f..%2foutside.png", "outside" },
		{ "/etc/passwd", "absolute" },
		{ "file:///etc/passwd", "address" },
		{ "https://example.org/x.png", "address" },
		{ "data:image/png;base64,AAAA", "address" },
		{ "a%00.png", "no file name" },
		{ "../media", "ordinary" },
		{ "", "no file" },
	};
	char draft[256], work[256];
	struct image_folders folders = { draft, work };

	(void)state;
	snprintf(draft, sizeof(draft), "%s/work/drafts", top);
	snprintf(work, sizeof(work), "%s/work", top);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };
		struct buf why = { 0 };
		struct span bytes = { 0 };
		bool ok = format_load_image(&folders, span_str(cases[i].url), &arena, &bytes, &why);

		buf_char(&why, '\0');
		if (cases[i].why && (ok || !strstr(why.p, cases[i].why)))
			fail_msg("%s: \"%s\" should speak of \"%s\"", cases[i].url, why.p, cases[i].why);
		if (!cases[i].why && !(ok && span_eq(bytes, gen_png())))
			fail_msg("%s: not taken: %s", cases[i].url, why.p);
		buf_done(&why);
		arena_done(&arena);
	}
	/* Outside any workspace the draft's own folder is all there is. */
	folders.workspace = NULL;
	assert_false(format_find_image(&folders, SPAN_LIT("../media/shared.png"), NULL, &(struct buf){ .ceiling = 1 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(test_images, make_folders, remove_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
