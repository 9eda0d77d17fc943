#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/zip.h"

static void add(struct zip_out *z, const char *name, struct span data, bool stored)
{
	struct buf b = { 0 };

	buf_add(&b, data);
	zip_out_add(z, name, &b, stored);
}

/* A package of two parts; the second is a hundred lines of text. */
static struct buf make(void)
{
	CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
	struct buf text = { 0 }, ret = { 0 };

	for (unsigned i = 0; i < 100; i++)
		buf_printf(&text, "line %u of the text\n", i);
	add(z, "mimetype", SPAN_LIT("application/x-test"), true);
	zip_out_add(z, "dir/text.xml", &text, false);
	assert_int_equal(zip_out_finish(z, &ret, NULL), 0);
	return ret;
}

static void expect(struct span bytes, int kind, const char *word)
{
	struct zip_in *z = NULL;
	struct fault f = { 0 };
	int r = zip_in_open(bytes, "x.docx", &z, &f);

	/* Some faults are seen when the directory is read, others when the part is. */
	for (size_t i = 0; r == 0 && i < zip_in_count(z); i++) {
		struct buf b = { 0 };

		r = zip_in_read(z, zip_in_name(z, i), &b, &f);
		buf_done(&b);
	}
	if (r != -kind)
		print_error("got %d (%s), wanted %d\n", r, f.message ? f.message : "no fault", -kind);
	assert_int_equal(r, -kind);
	if (word && !strstr(f.message, word))
		print_error("message: %s\n", f.message);
	if (word)
		assert_non_null(strstr(f.message, word));
	if (kind)
		assert_string_equal(f.pos.file ? f.pos.file : f.file, "x.docx");
	zip_in_free(z);
	fault_done(&f);
}

static size_t find(struct buf *b, const char *s, size_t from)
{
	size_t at = span_find(buf_span(b), span_str(s), from);

	assert_true(at != SIZE_MAX);
	return at;
}

static void set32(struct buf *b, size_t at, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		b->p[at + i] = (char)(v >> (8 * i) & 0xff);
}

static void round_trip(void **state)
{
	CLEANUP(buf_done) struct buf a = make(), b = make(), part = { 0 };
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;

	(void)state;
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	/* ODF wants the type readable at a fixed place. */
	assert_memory_equal(a.p + 30, "mimetypeapplication/x-test", 26);
	assert_int_equal(zip_in_open(buf_span(&a), "x", &z, NULL), 0);
	assert_int_equal(zip_in_count(z), 2);
	assert_string_equal(zip_in_name(z, 1), "dir/text.xml");
	assert_true(zip_in_has(z, "dir/text.xml"));
	assert_false(zip_in_has(z, "dir"));
	assert_int_equal(zip_in_read(z, "dir/text.xml", &part, NULL), 0);
	assert_true(span_starts(buf_span(&part), SPAN_LIT("line 0 of")));
	assert_int_equal(zip_in_read(z, "none", &part, NULL), -FAULT_INPUT);
}

static void not_packages(void **state)
{
	(void)state;
	expect(SPAN_LIT(""), FAULT_INPUT, "empty");
	expect(SPAN_LIT("%PDF-1.7"), FAULT_INPUT, "PDF");
	expect(SPAN_LIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), FAULT_INPUT, ".doc");
	expect(SPAN_LIT("{\\rtf1"), FAULT_INPUT, "RTF");
	expect(SPAN_LIT("plain words"), FAULT_INPUT, "not a whole");
	expect(SPAN_LIT("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), FAULT_INPUT, "empty");
}

static void damaged(void **state)
{
	CLEANUP(buf_done) struct buf a = make();
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t data = find(&a, "dir/text.xml", 0) + 12;

	(void)state;
	for (size_t cut = 0; cut < a.n; cut += 7)
		expect(span_sub(buf_span(&a), 0, cut), FAULT_INPUT, NULL);
	buf_add(&b, buf_span(&a));
	b.p[data + 40] ^= 0x10;
	expect(buf_span(&b), FAULT_INPUT, "damaged");
	/* Bytes before the package. */
	buf_clear(&b);
	BUF_LIT(&b, "#!/bin/sh\n");
	buf_add(&b, buf_span(&a));
	expect(buf_span(&b), FAULT_INPUT, "directory");
}

static void lies(void **state)
{
	CLEANUP(buf_done) struct buf a = make();
	size_t central = find(&a, "PK\1\2", 0), second = find(&a, "PK\1\2", central + 1);
	size_t local = find(&a, "PK\3\4", 4);

	(void)state;
	/* More or less than was packed, in both places: no reader may trust the number. */
	for (unsigned i = 0; i < 2; i++) {
		uint32_t size = i ? 100000 : 10;

		set32(&a, second + 24, size);
		set32(&a, local + 22, size);
		expect(buf_span(&a), FAULT_INPUT, "dir/text.xml");
	}
	set32(&a, second + 24, LIMIT_ZIP_PART_BYTES + 1);
	set32(&a, local + 22, LIMIT_ZIP_PART_BYTES + 1);
	expect(buf_span(&a), FAULT_LIMIT, "64 MiB");
}

static void encrypted_and_odd(void **state)
{
	CLEANUP(buf_done) struct buf a = make();
	size_t second = find(&a, "PK\1\2", find(&a, "PK\1\2", 0) + 1), local = find(&a, "PK\3\4", 4);

	(void)state;
	a.p[second + 8] |= 1;
	expect(buf_span(&a), FAULT_INPUT, "encrypted");
	a.p[second + 8] &= ~1;
	a.p[local + 6] |= 1;
	expect(buf_span(&a), FAULT_INPUT, "encrypted");
	a.p[local + 6] &= ~1;
	a.p[second + 10] = 12;
	expect(buf_span(&a), FAULT_INPUT, "packed");
	a.p[second + 10] = 8;
	expect(buf_span(&a), 0, NULL);
	/* A symbolic link, as Unix packers write them. */
	a.p[second + 5] = 3;
	set32(&a, second + 38, 0120777u << 16);
	expect(buf_span(&a), FAULT_INPUT, "link");
}

static void overlap(void **state)
{
	CLEANUP(buf_done) struct buf a = make();
	size_t first = find(&a, "PK\1\2", 0), second = find(&a, "PK\1\2", first + 1);

	(void)state;
	/* The first entry's bytes reach into the second's; then both begin at one place. */
	set32(&a, first + 20, 60);
	expect(buf_span(&a), FAULT_INPUT, "overlaps");
	set32(&a, first + 20, 18);
	set32(&a, second + 42, 0);
	expect(buf_span(&a), FAULT_INPUT, NULL);
}

static void names(void **state)
{
	static const char *const bad[] = { "../x", "a/../b", "/abs", "a\\b", "a//b", "./a", "C:x", "a\x01", "\xff" };
	char long_name[300];

	(void)state;
	for (size_t i = 0; i <= ARRAY_LEN(bad); i++) {
		CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
		CLEANUP(buf_done) struct buf b = { 0 };

		memset(long_name, 'n', sizeof(long_name));
		long_name[LIMIT_ZIP_NAME_BYTES + 1] = '\0';
		add(z, i < ARRAY_LEN(bad) ? bad[i] : long_name, SPAN_LIT("x"), false);
		assert_int_equal(zip_out_finish(z, &b, NULL), 0);
		expect(buf_span(&b), FAULT_INPUT, "name");
	}
	/* Part names compare without case (ISO 29500-2 6.2.2.3). */
	for (int i = 0; i < 2; i++) {
		CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
		CLEANUP(buf_done) struct buf b = { 0 };

		add(z, "word/document.xml", SPAN_LIT("one"), false);
		add(z, i ? "Word/Document.xml" : "word/document.xml", SPAN_LIT("two"), false);
		assert_int_equal(zip_out_finish(z, &b, NULL), 0);
		expect(buf_span(&b), FAULT_INPUT, "twice");
	}
}

static void counts(void **state)
{
	CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t end;

	(void)state;
	for (unsigned i = 0; i < LIMIT_ZIP_ENTRIES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "p%u", i);
		add(z, name, SPAN_LIT("x"), true);
	}
	assert_int_equal(zip_out_finish(z, &b, NULL), 0);
	expect(buf_span(&b), 0, NULL);
	/* One more is over the limit: seen before any entry is looked at. */
	end = b.n - 22;
	b.p[end + 8]++;
	b.p[end + 10]++;
	expect(buf_span(&b), FAULT_LIMIT, "2,000");
}

static void ratio_and_totals(void **state)
{
	(void)state;
	/* 20 MiB of one letter pack at 1000:1; 7 MiB do too, but are let through. */
	for (int i = 0; i < 2; i++) {
		CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
		CLEANUP(buf_done) struct buf b = { 0 };
		struct buf data = { 0 };
		size_t n = i ? 20u << 20 : 7u << 20;

		buf_reserve(&data, n);
		memset(data.p, 'x', n);
		data.n = n;
		zip_out_add(z, "big", &data, false);
		assert_int_equal(zip_out_finish(z, &b, NULL), 0);
		expect(buf_span(&b), i ? FAULT_LIMIT : 0, i ? "250 times" : NULL);
	}
	/* Five parts, each within its own limit, that declare more than 256 MiB together. */
	{
		CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
		CLEANUP(buf_done) struct buf b = { 0 };
		size_t at = 0;

		for (unsigned i = 0; i < 5; i++) {
			char name[16];

			snprintf(name, sizeof(name), "p%u", i);
			add(z, name, SPAN_LIT("xxxxxxxxxxxxxxxx"), false);
		}
		assert_int_equal(zip_out_finish(z, &b, NULL), 0);
		for (unsigned i = 0; i < 5; i++) {
			at = find(&b, "PK\1\2", at);
			set32(&b, at + 24, 60u << 20);
			at++;
		}
		expect(buf_span(&b), FAULT_LIMIT, "256 MiB");
	}
}

static void file_size(void **state)
{
	struct buf b = { 0 };

	(void)state;
	b.n = b.cap = LIMIT_ZIP_BYTES + 1;
	b.p = calloc(1, b.n);
	assert_non_null(b.p);
	expect(buf_span(&b), FAULT_LIMIT, "64 MiB");
	free(b.p);
}

static void too_large_is_not_written(void **state)
{
	CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
	CLEANUP(buf_done) struct buf b = { 0 };
	struct buf data = { 0 };
	struct fault f = { 0 };

	(void)state;
	data.n = data.cap = LIMIT_ZIP_PART_BYTES + 1;
	data.p = calloc(1, data.n);
	assert_non_null(data.p);
	zip_out_add(z, "big.xml", &data, true);
	assert_int_equal(zip_out_finish(z, &b, &f), -FAULT_LIMIT);
	assert_non_null(strstr(f.message, "big.xml"));
	fault_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip), cmocka_unit_test(not_packages), cmocka_unit_test(damaged),
		cmocka_unit_test(lies),	      cmocka_unit_test(encrypted_and_odd), cmocka_unit_test(overlap),
		cmocka_unit_test(names),      cmocka_unit_test(counts),	      cmocka_unit_test(ratio_and_totals),
		cmocka_unit_test(file_size),  cmocka_unit_test(too_large_is_not_written),
	};

	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
