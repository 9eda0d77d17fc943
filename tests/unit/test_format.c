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
#include "format/image_clean.h"
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
		static const char *const names[] = { "ws", "ws/drafts", "ws/media" };

		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		if (mkdir(path, 0700) != 0)
			return -1;
	}
	put_file("outside.png", gen_png());
	put_file("ws/media/shared.png", gen_png());
	put_file("ws/drafts/map one.png", gen_png());
	snprintf(path, sizeof(path), "%s/ws/drafts/link.png", top);
	return symlink("../../outside.png", path);
}

static int remove_folders(void **state)
{
	static const char *const names[] = {
		"ws/drafts/link.png", "ws/drafts/map one.png", "ws/media/shared.png", "outside.png", "ws/drafts", "ws/media", "ws", "",
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
	snprintf(draft, sizeof(draft), "%s/ws/drafts", top);
	snprintf(work, sizeof(work), "%s/ws", top);
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

static void cleaned(struct span from, struct buf *ret)
{
	struct buf why = { 0 };

	buf_clear(ret);
	assert_true(image_clean(from, ret, &why));
	assert_int_equal(why.n, 0);
}

static void test_images_tell_nothing(void **state)
{
	static const char jpeg[] = "\xff\xd8"
				   "\xff\xe0\0\x07JFIF\0"
				   "\xff\xe1\0\x2a" "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0quokka24"
				   "\xff\xe0\0\x16JFIF\0\1\2\0\0\1\0\1\2\1quokka" /* a preview */
				   "\xff\xed\0\x08quokka"
				   "\xff\xf0\0\x08quokka"
				   "\xff\x02\0\x08quokka"
				   "\xff\xfe\0\x08quokka"
				   "\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0"
				   "\xff\xda\0\x03\x01zz\xff\0zz\xff\xd0zz"
				   "\xff\xfe\0\x08quokka"
				   "\xff\xda\0\x03\x01yy"
				   "\xff\xd9quokka";
	static const char want[] = "\xff\xd8"
				   "\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
				   "\xff\xe0\0\x10JFIF\0\1\2\0\0\1\0\1\0\0"
				   "\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0"
				   "\xff\xda\0\x03\x01zz\xff\0zz\xff\xd0zz"
				   "\xff\xda\0\x03\x01yy"
				   "\xff\xd9";
	static const char svg[] =
		"<?xml version='1.0'?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://quokka/svg11.dtd\"><!-- quokka -->"
		"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:i='http://inkscape' width='10' height='10'"
		" i:docname='/home/quokka' onload='quokka()'><title>quokka</title><metadata><i:creator>quokka</i:creator></metadata>"
		"<i:view>quokka</i:view><script>quokka</script><style>.a{fill:#fff}</style><style>@import url(http://quokka)</style>"
		"<image xlink:href='http://quokka/x.png'/><image href='../quokka.png'/><style>@IMPORT URL(http://quokka)</style><g display='none'><text>quokka</text></g>"
		"<g style='fill:#fff; Display : none'><text>quokka</text></g><g aria-label='quokka' style='fill:URL(http://quokka)'/>"
		"<image xlink:href='DATA:image/jpeg;base64,"
		"/9j//gAIcXVva2th/8AACwgAEAAgAQERAP/ZcXVva2th'/><image href='data:image/svg+xml;base64,cXVva2th'/><use xlink:href='#b'/><g id='b' i:label='quokka' style='fill:url(#p)'>"
		"<path d='M0 0' style='fill:url(http://quokka)'/><text>IXP &amp; map</text></g></svg>";
	struct buf got = { 0 }, file = { 0 }, why = { 0 };

	(void)state;
	cleaned(SPAN_LIT(jpeg), &got);
	assert_true(span_eq(buf_span(&got), SPAN_LIT(want)));
	/* A PNG with a text chunk before its end, and words after it. */
	buf_add(&file, span_sub(gen_png(), 0, gen_png().n - 12));
	BUF_LIT(&file, "\0\0\0\x0dtEXtAuthor\0quokkaCRC!");
	buf_add(&file, span_sub(gen_png(), gen_png().n - 12, gen_png().n));
	BUF_LIT(&file, "quokka quokka quokka");
	cleaned(buf_span(&file), &got);
	assert_true(span_eq(buf_span(&got), gen_png()));
	cleaned(SPAN_LIT(svg), &got);
	if (span_find(buf_span(&got), SPAN_LIT("quokka"), 0) != SIZE_MAX)
		fail_msg("%.*s", (int)got.n, got.p);
	assert_true(span_ends(buf_span(&got), SPAN_LIT("<style>.a{fill:#fff}</style><style/><image/><image/><style/><g/><image xlink:href=\"data:image/jpeg;base64,/9j/wAALCAAQACABAREA/9k=\"/><image/><use xlink:href=\"#b\"/>"
						       "<g id=\"b\" style=\"fill:url(#p)\"><path d=\"M0 0\"/><text>IXP &amp; map</text></g></svg>")));
	buf_clear(&got);
	assert_false(image_clean(SPAN_LIT("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>"), &got, &why));
	assert_true(why.n > 0);
	buf_clear(&why);
	assert_false(image_clean(SPAN_LIT("<svg width='1' height='1'><g></svg>"), &got, &why));
	/* Cut short anywhere: no picture, no fault. */
	for (size_t n = 0; n < sizeof(jpeg); n++) {
		buf_clear(&got);
		image_clean(span_of(jpeg, n), &got, &why);
	}
	for (size_t n = 0; n < file.n; n++) {
		buf_clear(&got);
		image_clean(span_of(file.p, n), &got, &why);
	}
	buf_done(&got);
	buf_done(&file);
	buf_done(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_images_tell_nothing),
		cmocka_unit_test_setup_teardown(test_images, make_folders, remove_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
