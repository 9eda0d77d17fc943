#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/show.h"
#include "base/utf8.h"

static void gives(void (*fn)(struct buf *, struct span), const char *s, size_t n, const char *want)
{
	struct buf b = { 0 };

	fn(&b, span_of(s, n));
	buf_char(&b, '\0');
	assert_string_equal(b.p, want);
	buf_done(&b);
}

static void test_safe(void **state)
{
	(void)state;
	gives(show_safe, "a\033[2Jb", 6, "a<U+001B>[2Jb");
	gives(show_safe, "x\xe2\x80\xaey\xc2\x9bz\x7f", 9, "x<U+202E>y<U+009B>z<U+007F>");
	gives(show_safe, "a\nb\tc\xc3\xa9", 7, "a\nb\tc\xc3\xa9");
	gives(show_safe, "a\xff\033", 3, "a\\xff\\x1b");
	gives(show_html, "<b> & \"x\"\xe2\x80\xae'", 13, "&lt;b&gt; &amp; &quot;x&quot;&lt;U+202E&gt;&#39;");
	gives(show_line, "a\r\nb\nc\td\re", 10, "a b c d<U+000D>e");
}

static void excerpt(const char *text, const char *hit, unsigned width, const char *want)
{
	struct buf b = { 0 };
	size_t at = hit ? span_find(span_str(text), span_str(hit), 0) : 0;

	assert_int_not_equal(at, SIZE_MAX);
	show_excerpt(&b, span_str(text), at, at + (hit ? strlen(hit) : 0), width);
	assert_true(utf8_width(buf_span(&b)) <= width);
	buf_char(&b, '\0');
	assert_string_equal(b.p, want);
	buf_done(&b);
}

static void test_excerpt(void **state)
{
	(void)state;
	excerpt("one two three", "two", 40, "one [two] three");
	excerpt("one two three", NULL, 40, "one two three");
	excerpt("one two three four five six", NULL, 16, "one two...");
	excerpt("We call on all Member States to give the Forum a permanent mandate, with stable funding.", "Forum a permanent", 50,
		"...give the [Forum a permanent] mandate, with...");
	excerpt("\xe6\x88\x91\xe4\xbb\xac\xe5\x91\xbc\xe5\x90\x81\xe5\x90\x84\xe5\x9b\xbd\xe6\x94\xaf\xe6\x8c\x81\xe5\xb8\xb8\xe8\xae\xbe\xe8\xae\xba\xe5\x9d\x9b", "\xe6\x94\xaf\xe6\x8c\x81", 20,
		"...\xe5\x9b\xbd[\xe6\x94\xaf\xe6\x8c\x81]\xe5\xb8\xb8\xe8\xae\xbe\xe8\xae\xba...");
}

/* Whatever the hit and the room, the words stay inside it. */
static void test_excerpt_widths(void **state)
{
	static const char text[] = "Technical capacity must go beyond digital literacy, which nobody doubts, so that engineers can build their own networks.";
	size_t n = sizeof(text) - 1;

	(void)state;
	for (unsigned width = 20; width < 140; width += 7)
		for (size_t begin = 0; begin < n; begin += 5)
			for (size_t end = begin; end <= n; end += 11) {
				struct buf b = { 0 };

				show_excerpt(&b, span_of(text, n), begin, end, width);
				assert_true(utf8_width(buf_span(&b)) <= width + 3);
				assert_true(end == begin || span_find_char(buf_span(&b), '[', 0) != SIZE_MAX);
				buf_done(&b);
			}
}

static void test_number(void **state)
{
	struct buf b = { 0 };

	(void)state;
	show_number(&b, 0);
	buf_char(&b, ' ');
	show_number(&b, 999);
	buf_char(&b, ' ');
	show_number(&b, 1500);
	buf_char(&b, ' ');
	show_number(&b, 1234567);
	assert_true(span_is(buf_span(&b), "0 999 1,500 1,234,567"));
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_safe), cmocka_unit_test(test_excerpt), cmocka_unit_test(test_excerpt_widths), cmocka_unit_test(test_number) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
