/*
 * What is written as DOCX for review is read back as the same words, in both readings, block by block, notes too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/docx/docx.h"
#include "gen.h"
#include "model/text.h"

#define SEEDS 60

static bool load_image(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why)
{
	(void)ctx, (void)url, (void)ret_why;
	*ret_bytes = arena_dup(arena, gen_png());
	return true;
}

/* Kind and words of each leaf that has any, one a line. */
static void list_leaves(const struct block *top, enum reading reading, struct buf *out)
{
	struct buf text = { 0 };

	for (const struct block *b = top; b; b = block_next(b, top)) {
		bool seen = true;

		for (const struct block *p = b; p; p = p->parent) {
			seen = seen && text_mark_reads(p->mark, reading) && !p->furniture;
		}
		if (seen && (b->label_line.n || (b->labelled && b->printed.n)))
			buf_printf(out, "label: %.*s\n", SPAN_ARG(b->label_line.n ? b->label_line : b->printed));
		if (!block_is_leaf(b) || !seen || b->label_line.n)
			continue;
		buf_clear(&text);
		text_of_leaf(b, reading, &text);
		if (!span_trim(buf_span(&text)).n)
			continue;
		buf_str(out, block_kind_name(b->kind));
		BUF_LIT(out, ": ");
		text_fold(buf_span(&text), out);
		buf_char(out, '\n');
	}
	buf_done(&text);
}

static void list_all(const struct doc *d, enum reading reading, struct buf *out)
{
	list_leaves(d->root, reading, out);
	for (unsigned n = 1; n <= d->note_count; n++)
		for (size_t i = 0; i < d->note_count; i++)
			if (d->notes[i]->number == n && !d->notes[i]->duplicate)
				list_leaves(d->notes[i]->body, reading, out);
}

/* 0 where both are the same; else says where they part. */
static unsigned compare(uint64_t seed, const char *what, struct span want, struct span got)
{
	size_t at = 0, line;

	if (span_eq(want, got))
		return 0;
	while (at < want.n && at < got.n && want.p[at] == got.p[at])
		at++;
	for (line = at; line && want.p[line - 1] != '\n'; line--)
		;
	print_error("seed %u, %s: wrote %.*s\n   read %.*s\n", (unsigned)seed, what, (int)(want.n - line > 300 ? 300 : want.n - line),
		    want.p + line, (int)(got.n - line > 300 ? 300 : got.n - line), got.p + line);
	return 1;
}

static void round_trip(void **state)
{
	unsigned wrong = 0, done = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct gen_options g = { .off = seed % 2 ? GEN_NO_SUGGESTIONS : GEN_NO_BLOCK_SUGGESTIONS };
		struct outdoc_options oo = { .audience = AUDIENCE_REVIEW, .numbering = seed % 3 == 0 ? NUMBERING_NONE : seed % 3 == 1 ? NUMBERING_PARAGRAPHS : NUMBERING_HEADINGS,
					     .date = SPAN("2025-10-02"), .anchors = true, .map = true, .draft_name = SPAN("d"), .load_image = load_image };
		struct read_options ro = { .path = "x.md", .reading = READING_MARKED };
		struct write_options wo = { 0 };
		struct buf source = { 0 }, file = { 0 };
		struct doc *d = NULL, *back = NULL;
		struct outdoc *out = NULL;
		struct fault f = { 0 };

		gen_statement(seed, &g, &source);
		/* What may not be exported is none of our business here. */
		if (md_read(buf_span(&source), &ro, &d, &f) == 0 && outdoc_make(d, &oo, &out, &f) == 0) {
			assert_int_equal(docx_write(out, &wo, &file, &f), 0);
			if (docx_read(buf_span(&file), &ro, &back, &f) < 0)
				print_error("%s\n", f.message);
			assert_non_null(back);
			for (int k = 0; k < 2; k++) {
				enum reading reading = k ? READING_ACCEPTED : READING_REJECTED;
				struct buf want = { 0 }, got = { 0 };

				list_all(out->doc, reading, &want);
				list_all(back, reading, &got);
				wrong += compare(seed, k ? "accepted" : "rejected", buf_span(&want), buf_span(&got));
				buf_done(&want);
				buf_done(&got);
			}
			assert_true(span_eq(back->map, out->map));
			done++;
		}
		fault_done(&f);
		outdoc_free(out);
		doc_free(d);
		doc_free(back);
		buf_done(&source);
		buf_done(&file);
	}
	assert_true(done > SEEDS / 2);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(round_trip) };

	return cmocka_run_group_tests_name("law_docx", tests, NULL, NULL);
}
