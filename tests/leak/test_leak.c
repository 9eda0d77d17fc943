/*
 * Nothing internal in a public file: words planted in every internal place of random statements turn up in no part of any
 * format, raw, entity-encoded or split over runs; packages are opened and looked at part by part, names and metadata too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "format/format.h"
#include "gen.h"
#include "io/zip.h"

#define SEEDS 120
#define TOKEN "qzx7k3jw"

static bool load(void *ctx, struct span url, struct arena *arena, struct span *ret, struct buf *why)
{
	(void)ctx, (void)url, (void)arena, (void)why;
	*ret = gen_png();
	return true;
}

/*
 * Letters and digits of s only, in lower case, tags left out and entities decoded: a token that was cut by tags, by
 * white space, by escapes or by soft hyphens is whole again.
 */
static void squeeze(struct span s, bool tags, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (tags && c == '<') {
			size_t end = span_find_char(s, '>', i);

			i = end == SIZE_MAX ? s.n : end;
			continue;
		}
		if (c == '&' && i + 2 < s.n && s.p[i + 1] == '#') {
			bool hex = s.p[i + 2] == 'x';
			size_t k = i + (hex ? 3 : 2);
			unsigned v = 0;

			for (; k < s.n && s.p[k] != ';' && k < i + 10; k++) {
				char d = (char)(s.p[k] | 32);

				v = v * (hex ? 16 : 10) + (unsigned)(d >= 'a' ? d - 'a' + 10 : s.p[k] - '0');
			}
			if (k < s.n && s.p[k] == ';') {
				c = (unsigned char)v;
				i = k;
			}
		}
		if (c >= 'A' && c <= 'Z')
			c |= 32;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_char(out, (char)c);
	}
}

static const char *found_in(struct span s)
{
	static const struct span token = SPAN(TOKEN);
	struct buf b = { 0 };
	const char *how = NULL;

	if (span_find(s, token, 0) != SIZE_MAX)
		return "raw";
	squeeze(s, false, &b);
	if (span_find(buf_span(&b), token, 0) != SIZE_MAX)
		how = "encoded";
	buf_clear(&b);
	squeeze(s, true, &b);
	if (!how && span_find(buf_span(&b), token, 0) != SIZE_MAX)
		how = "split over tags";
	buf_done(&b);
	return how;
}

static void look(uint64_t seed, const char *format, const char *part, struct span s)
{
	const char *how = found_in(s);

	if (how)
		fail_msg("seed %u: %s, %s: a planted word stands in it, %s", (unsigned)seed, format, part, how);
}

static void look_into(uint64_t seed, const struct format *format, struct span bytes)
{
	struct fault f = { 0 };
	struct zip_in *z = NULL;

	look(seed, format->name, "the file", bytes);
	if (!span_starts(bytes, SPAN_LIT("PK")))
		return;
	assert_int_equal(zip_in_open(bytes, format->name, &z, &f), 0);
	for (size_t i = 0; i < zip_in_count(z); i++) {
		struct buf part = { 0 };

		look(seed, format->name, "a part's name", span_str(zip_in_name(z, i)));
		assert_int_equal(zip_in_read(z, zip_in_name(z, i), &part, &f), 0);
		look(seed, format->name, zip_in_name(z, i), buf_span(&part));
		buf_done(&part);
	}
	zip_in_free(z);
}

static bool letters_are_planted(struct span s)
{
	return span_find(s, SPAN_LIT(TOKEN), 0) != SIZE_MAX;
}

static void export_all(uint64_t seed, const struct outdoc_options *options, unsigned off)
{
	struct buf source = { 0 };
	struct doc *d = NULL;
	struct outdoc *o = NULL;
	struct fault f = { 0 };

	gen_statement(seed, &(struct gen_options){ .off = off, .token = TOKEN }, &source);
	assert_int_equal(md_read(buf_span(&source), &(struct read_options){ .path = TOKEN ".md" }, &d, &f), 0);
	if (outdoc_make(d, options, &o, &f) < 0)
		fail_msg("seed %u: %zu:%zu: %s", (unsigned)seed, f.pos.line, f.pos.column, f.message);
	doc_free(d);
	for (size_t i = 0; i < format_count; i++) {
		struct buf bytes = { 0 }, text = { 0 };

		if (!formats[i].write)
			continue;
		if (formats[i].write(o, &(struct write_options){ .dest = TOKEN }, &bytes, &f) < 0)
			fail_msg("seed %u, %s: %s", (unsigned)seed, formats[i].name, f.message);
		look_into(seed, &formats[i], buf_span(&bytes));
		/* And the program's own search agrees: it finds nothing to refuse. */
		assert_int_equal(formats[i].reopen(buf_span(&bytes), &text, &f), 0);
		assert_true(text.n > 0);
		if (outdoc_search(o, buf_span(&text), formats[i].name, &f) < 0)
			fail_msg("seed %u, %s: %s", (unsigned)seed, formats[i].name, f.message);
		buf_done(&bytes);
		buf_done(&text);
	}
	outdoc_free(o);
	buf_done(&source);
}

static void test_written(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		export_all(seed, &(struct outdoc_options){ .load_image = load, .information_block = true },
			   GEN_NO_SUGGESTIONS);
}

static void test_oral(void **state)
{
	(void)state;
	for (uint64_t seed = SEEDS; seed < SEEDS + 40; seed++)
		export_all(seed, &(struct outdoc_options){ .load_image = load, .channel = CHANNEL_ORAL }, GEN_NO_SUGGESTIONS);
}

/* A test that cannot fail is none: the generator plants, and this test would see it in any of the ways it looks for. */
static void test_would_be_seen(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct buf source = { 0 };

		gen_statement(seed, &(struct gen_options){ .token = TOKEN }, &source);
		assert_true(letters_are_planted(buf_span(&source)));
		buf_done(&source);
	}
	assert_string_equal(found_in(SPAN_LIT("x " TOKEN "a1 y")), "raw");
	assert_string_equal(found_in(SPAN_LIT("x q&#122;x&#x37;k3jw y")), "encoded");
	assert_string_equal(found_in(SPAN_LIT("QZX7K3JW")), "encoded");
	assert_string_equal(found_in(SPAN_LIT("<w:t>qzx</w:t></w:r><w:r><w:t>7k3jw</w:t>")), "split over tags");
	assert_null(found_in(SPAN_LIT("qzx 7k3j")));
}

/* The search refuses a file in which internal words stand, whatever the writer did. */
static void test_search_refuses(void **state)
{
	struct doc *d = NULL;
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	static const char source[] = "Public words stand here.\n\n::: internal\n\nOur fallback is five years at the most.\n\n:::\n";

	(void)state;
	assert_int_equal(md_read(span_str(source), &(struct read_options){ .path = "x.md" }, &d, &f), 0);
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f), 0);
	doc_free(d);
	for (size_t i = 0; i < format_count; i++) {
		struct buf bytes = { 0 }, text = { 0 };
		struct block *b;
		struct runs runs = { 0 };

		if (!formats[i].write)
			continue;
		/* A broken filter: the words are back in the copy. */
		b = block_new(o->doc, BLOCK_PARAGRAPH);
		block_append(o->doc->root, b);
		b->serial = o->doc->block_count - 1;
		runs_add(&runs, RUN_TEXT)->text = SPAN_LIT("Our fall");
		runs_add(&runs, RUN_TEXT)->text = SPAN_LIT("back is five");
		runs.items[1].format = FMT_EMPH;
		runs_add(&runs, RUN_TEXT)->text = SPAN_LIT(" years at");
		runs_end(&runs, o->doc, b);
		assert_int_equal(formats[i].write(o, &(struct write_options){ .dest = "x" }, &bytes, &f), 0);
		assert_int_equal(formats[i].reopen(buf_span(&bytes), &text, &f), 0);
		if (outdoc_search(o, buf_span(&text), "x", &f) != -FAULT_REFUSED)
			fail_msg("%s: a leak was not seen", formats[i].name);
		fault_done(&f);
		f = (struct fault){ 0 };
		block_remove(b);
		buf_done(&bytes);
		buf_done(&text);
	}
	outdoc_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_would_be_seen),
		cmocka_unit_test(test_search_refuses),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_oral),
	};

	/* Names in the environment travel no more than anything else. */
	setenv("USER", TOKEN "user", 1);
	setenv("LOGNAME", TOKEN "user", 1);
	setenv("HOSTNAME", TOKEN "host", 1);
	setenv("HOME", "/nowhere/" TOKEN "home", 1);
	setenv("GIT_AUTHOR_NAME", TOKEN "author", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
