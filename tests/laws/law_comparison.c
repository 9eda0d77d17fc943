/*
 * Laws of comparisons of real files: every construct of the format, other spellings of the same text, and the written forms: what
 * CriticMarkup, DOCX and ODT hold is read again, and accepting all must give the new words, rejecting all the old ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diff/diff.h"
#include "drafts.h"
#include "format/format.h"
#include "gen.h"
#include "joins.h"
#include "model/text.h"

#define GEN_PAIRS 250
#define WRITTEN_PAIRS 120

static struct statement *load(struct span text, unsigned seed)
{
	struct doc *d = NULL;
	struct fault f = { 0 };

	if (md_read(text, &(struct read_options){ .path = "x.md", .reading = READING_REJECTED }, &d, &f) < 0)
		fail_msg("seed %u: %s", seed, f.message);
	return statement_new(d);
}

static void check_parts(const struct comparison *c, unsigned seed)
{
	const struct change_entry *e = parts_wrong(c);

	if (e)
		fail_msg("seed %u: parts of entry %zu (%s) do not join to\n%.*s|\n%.*s|", seed, (size_t)(e - c->entries), change_name(e->kind),
			 SPAN_ARG(e->from ? e->from->text : SPAN_LIT("-")), SPAN_ARG(e->to ? e->to->text : SPAN_LIT("-")));
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Blocks of a text, as the empty lines divide it: some go, some change places, some words change. */
static void change_text(uint64_t *state, struct span text, struct buf *out)
{
	struct span blocks[512];
	size_t n = 0, at = 0;

	while (at < text.n && n < ARRAY_LEN(blocks)) {
		size_t end = span_find(text, SPAN_LIT("\n\n"), at);

		end = end == SIZE_MAX || n + 1 == ARRAY_LEN(blocks) ? text.n : end + 2;
		blocks[n++] = span_sub(text, at, end);
		at = end;
	}
	for (size_t i = 0; i < n; i++) {
		struct span b = blocks[i];
		bool plain = b.n && is_letter(b.p[0]);

		if (i + 1 < n && plain && gen_below(state, 9) == 0 && blocks[i + 1].n && is_letter(blocks[i + 1].p[0])) {
			blocks[i] = blocks[i + 1];
			blocks[i + 1] = b;
			b = blocks[i];
		} else if (plain && gen_below(state, 8) == 0) {
			continue;
		}
		for (size_t k = 0; k < b.n; k++) {
			buf_char(out, b.p[k]);
			if (plain && b.p[k] == ' ' && k && is_letter(b.p[k - 1]) && k + 1 < b.n && is_letter(b.p[k + 1]) &&
			    gen_below(state, 12) == 0)
				buf_str(out, gen_below(state, 2) ? "brand new " : "other ");
		}
	}
}

static void every_construct(void **state)
{
	size_t refused = 0;
	struct seeds run = seeds_of(GEN_PAIRS);

	(void)state;
	for (unsigned seed = run.first; seed <= run.last; seed++) {
		struct buf a = { 0 }, b = { 0 };
		struct gen_options g = { .language = "en" };
		uint64_t r = seed;
		struct statement *x, *y;
		struct comparison *c = NULL;
		struct diff_options o = { .author = SPAN_LIT("chapeau") };
		struct fault f = { 0 };

		gen_statement(seed, &g, &a);
		if (seed % 5)
			change_text(&r, buf_span(&a), &b);
		else
			gen_statement(seed + 1000, &g, &b);
		x = load(buf_span(&a), seed);
		y = load(buf_span(&b), seed);
		assert_int_equal(diff_statements(x, y, &o, &c, &f), 0);
		check_parts(c, seed);
		if (diff_mark(c, &o, &f) < 0) {
			refused++;
			print_message("# seed %u: %s\n", seed, f.message);
		}
		comparison_free(c);
		c = NULL;
		assert_int_equal(diff_statements(x, x, &o, &c, &f), 0);
		for (size_t i = 0; i < c->count; i++)
			if (c->entries[i].kind != CHANGE_SAME || c->entries[i].moved || c->entries[i].attribute_count)
				fail_msg("seed %u: a text differs from itself: %s", seed, change_name(c->entries[i].kind));
		assert_int_equal(c->meta_count, 0);
		comparison_free(c);
		statement_free(x);
		statement_free(y);
		buf_done(&a);
		buf_done(&b);
		fault_done(&f);
	}
	assert_int_equal(refused, 0);
}

/* The same text, spelled in another way. */
static void other_spelling(void **state)
{
	static const char *const pairs[][2] = {
		{ "{#a}\nOne *two* three, [four](x.html) & five.\n", "<!-- {#a} -->\nOne _two_\nthree,\n[four](<x.html>) &amp;   five\\.\n" },
		{ "# Head\n\nText one.\n\n- a\n- b\n", "Head\n====\n\nText\none.\n\n* a\n* b\n" },
		{ "1. first\n2. second\n", "1) first\n7) second\n" },
		{ "| A | B |\n|---|---|\n| c | d |\n", "|A|B|\n|:--|---|\n| c | d |\n" },
		{ "See.[^n]\n\n[^n]: A note.\n", "See.[^other]\n\n[^other]: A\n    note.\n" },
		{ "caf\xc3\xa9 **bold** `code`\n", "cafe\xcc\x81 __bold__ ``code``\n" },
		{ "---\ntitle: X\nendorsed-by: [A, B]\n---\n\nText.\n", "---\ntitle: \"X\"\nendorsed-by:\n  - A\n  - B\n---\nText.\r\n" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(pairs); i++) {
		struct statement *x = load(span_str(pairs[i][0]), i), *y = load(span_str(pairs[i][1]), i);
		struct comparison *c = NULL;
		struct diff_options o = { 0 };

		assert_int_equal(diff_statements(x, y, &o, &c, NULL), 0);
		for (size_t k = 0; k < c->count; k++)
			if (i != 3 /* a column's alignment is formatting */ && (c->entries[k].kind != CHANGE_SAME || c->entries[k].moved))
				fail_msg("pair %u: %s \"%.*s\"", i, change_name(c->entries[k].kind),
					 SPAN_ARG(c->entries[k].to ? c->entries[k].to->text : c->entries[k].from->text));
		if (c->meta_count)
			fail_msg("pair %u: front matter differs", i);
		comparison_free(c);
		statement_free(x);
		statement_free(y);
	}
}

static void squeeze(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ')
			buf_char(out, s.p[i]);
}

/* How words look, but for white space: emphasis, code, where links lead. */
static void looks_of(const struct doc *d, struct buf *out)
{
	for (const struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++)
			for (size_t k = 0; b->runs[i].kind == RUN_TEXT && k < b->runs[i].text.n; k++)
				if (!strchr(" \t\r\n", b->runs[i].text.p[k]))
					buf_printf(out, "%c%s%s%s%.*s ", b->runs[i].text.p[k], b->runs[i].format & FMT_EMPH ? "*" : "", b->runs[i].format & FMT_STRONG ? "**" : "",
						   b->runs[i].format & FMT_CODE ? "`" : "", b->runs[i].link ? (int)b->runs[i].link->url.n : 0, b->runs[i].link ? b->runs[i].link->url.p : "");
}

static void check_looks(struct span file, const struct doc *want, unsigned seed, struct span whole)
{
	struct doc *d = NULL;
	struct buf x = { 0 }, y = { 0 };

	assert_int_equal(md_read(file, &(struct read_options){ .path = "x.md", .reading = READING_REJECTED }, &d, NULL), 0);
	looks_of(d, &x);
	looks_of(want, &y);
	if (!span_eq(buf_span(&x), buf_span(&y))) {
		size_t at = 0;

		while (at < x.n && at < y.n && x.p[at] == y.p[at])
			at++;
		at = at > 200 ? at - 200 : 0;
		fail_msg("seed %u: accepting all gives other looks:\n%.*s\nnot\n%.*s\n%.*s", seed, (int)(x.n - at < 400 ? x.n - at : 400), x.p + at, (int)(y.n - at < 400 ? y.n - at : 400), y.p + at, SPAN_ARG(whole));
	}
	doc_free(d);
	buf_done(&x);
	buf_done(&y);
}

static void check_written(const struct format *fmt, struct comparison *c, enum reading reading, struct span bytes, const struct doc *want, unsigned seed)
{
	struct doc *d = NULL;
	struct fault f = { 0 };
	struct buf got = { 0 }, text = { 0 }, x = { 0 }, y = { 0 };

	(void)c;
	if (fmt->read(bytes, &(struct read_options){ .path = "written", .reading = reading }, &d, &f) < 0)
		fail_msg("seed %u, %s: %s\n%.*s", seed, fmt->name, f.message, strcmp(fmt->name, "md") == 0 ? (int)bytes.n : 0, bytes.p);
	text_of_blocks(d->root, reading, &got);
	text_of_blocks(want->root, READING_REJECTED, &text);
	squeeze(buf_span(&got), &x);
	squeeze(buf_span(&text), &y);
	if (!span_eq(buf_span(&got), buf_span(&text)))
		fail_msg("seed %u, %s, %s all gives%s\n%.*s\nnot\n%.*s\n%.*s", seed, fmt->name, reading == READING_ACCEPTED ? "accepting" : "rejecting",
			 span_eq(buf_span(&x), buf_span(&y)) ? " (spaces alone)" : "", SPAN_ARG(buf_span(&got)), SPAN_ARG(buf_span(&text)),
			 strcmp(fmt->name, "md") == 0 ? (int)bytes.n : 0, bytes.p);
	doc_free(d);
	buf_done(&got);
	buf_done(&text);
	buf_done(&x);
	buf_done(&y);
}

/* Two random drafts, the second made of the first, compared. */
struct pair {
	char *old, *new;
	struct statement *x, *y;
	struct comparison *c;
};

static void pair_make(struct pair *p, struct random r, const struct diff_options *o, unsigned seed, bool looks)
{
	struct draft a, b;

	draft_make(&r, &a, 1 + upto(&r, 9), seed % 2);
	b = draft_copy(&a);
	for (unsigned i = upto(&r, 7); i > 0; i--)
		draft_mutate(&r, &b);
	if (looks)
		draft_restyle(&r, &b);
	if (looks && seed % 3 == 0)
		draft_restyle(&r, &a);
	p->old = draft_text(&a, 1, true);
	p->new = draft_text(&b, 2, true);
	p->x = load(span_str(p->old), seed);
	p->y = load(span_str(p->new), seed);
	p->c = NULL;
	assert_int_equal(diff_statements(p->x, p->y, o, &p->c, NULL), 0);
	draft_done_random(&a);
	draft_done_random(&b);
}

static void pair_done(struct pair *p)
{
	comparison_free(p->c);
	statement_free(p->x);
	statement_free(p->y);
	free(p->old);
	free(p->new);
}

static void written(const char *name)
{
	const struct format *fmt = format_by_name(span_str(name));
	struct seeds run = seeds_of(WRITTEN_PAIRS);

	assert_non_null(fmt);
	assert_true(fmt->write && fmt->read);
	for (unsigned seed = run.first; seed <= run.last; seed++) {
		struct pair p;
		struct outdoc *out = NULL;
		struct outdoc_options oo = { .audience = AUDIENCE_PUBLIC, .comparison = true, .author = SPAN_LIT("Example Registry") };
		struct diff_options o = { .author = SPAN_LIT("Example Registry"), .time = SPAN_LIT("2025-10-01T09:00:00Z") };
		struct buf bytes = { 0 };
		struct fault f = { 0 };

		pair_make(&p, (struct random){ seed * 31337u }, &o, seed, false);
		if (diff_mark(p.c, &o, &f) < 0 || outdoc_make(p.c->marked, &oo, &out, &f) < 0 || fmt->write(out, &(struct write_options){ .dest = "x" }, &bytes, &f) < 0)
			fail_msg("seed %u, %s: %s", seed, name, f.message);
		check_written(fmt, p.c, READING_ACCEPTED, buf_span(&bytes), p.y->doc, seed);
		check_written(fmt, p.c, READING_REJECTED, buf_span(&bytes), p.x->doc, seed);
		buf_done(&bytes);
		outdoc_free(out);
		pair_done(&p);
		fault_done(&f);
	}
}

static void as_critic(void **state)
{
	(void)state;
	written("md");
}

/* The older file with suggestions: rejecting all gives its bytes back, accepting all the new words. */
static void as_suggestions(void **state)
{
	size_t said = 0, all = 0;
	struct seeds run = seeds_of(WRITTEN_PAIRS);

	(void)state;
	for (unsigned seed = run.first; seed <= run.last; seed++) {
		struct pair p;
		struct diff_options o = { 0 };
		struct buf file = { 0 }, back = { 0 };
		struct edits e = { 0 };
		struct doc *marked = NULL;
		struct fault f = { 0 };

		pair_make(&p, (struct random){ seed * 27644437u }, &o, seed, seed % 2);
		all++;
		if (md_comparison(p.c, SPAN_LIT("Example Registry"), SPAN_LIT("2025-10-01T09:00:00Z"), &file)) {
			said++;
			if (md_read(buf_span(&file), &(struct read_options){ .path = "x.md", .reading = READING_MARKED }, &marked, &f) < 0)
				fail_msg("seed %u: %s", seed, f.message);
			for (int accept = 0; accept < 2; accept++) {
				enum settle *what = mem_zero(marked->suggestion_count + 1, sizeof(enum settle));

				for (size_t i = 0; i < marked->suggestion_count; i++)
					what[i] = accept ? SETTLE_ACCEPT : SETTLE_REJECT;
				edits_done(&e);
				buf_clear(&back);
				assert_int_equal(md_settle(marked, what, true, &e, &f), 0);
				edits_apply(&e, buf_span(&file), &back);
				if (!accept && !span_is(buf_span(&back), p.old))
					fail_msg("seed %u: rejecting all does not give the old bytes:\n%.*s", seed, SPAN_ARG(buf_span(&back)));
				if (accept)
					check_looks(buf_span(&back), p.y->doc, seed, buf_span(&file));
				if (accept)
					check_written(format_by_name(SPAN_LIT("md")), p.c, READING_REJECTED, buf_span(&back), p.y->doc, seed);
				free(what);
			}
			doc_free(marked);
			edits_done(&e);
		}
		pair_done(&p);
		buf_done(&file);
		buf_done(&back);
		fault_done(&f);
	}
	print_message("# %zu of %zu said as suggestions in the older file\n", said, all);
	assert_true(2 * said > all);
}

static void as_docx(void **state)
{
	(void)state;
	written("docx");
}

static void as_odt(void **state)
{
	(void)state;
	written("odt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_construct), cmocka_unit_test(other_spelling), cmocka_unit_test(as_critic),
		cmocka_unit_test(as_suggestions),
		cmocka_unit_test(as_docx),         cmocka_unit_test(as_odt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
