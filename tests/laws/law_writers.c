/*
 * Laws of the light writers over random statements: what is written reads back to the same words, nothing else stands in
 * it, the same statement gives the same bytes, and check, hash and export agree on every clause's text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "format/format.h"
#include "gen.h"
#include "model/select.h"
#include "model/text.h"

#define SEEDS 250
#define NO_CRITIC (GEN_NO_SUGGESTIONS | GEN_NO_COMMENTS)

static bool load(void *ctx, struct span url, struct arena *arena, struct span *ret, struct buf *why)
{
	(void)ctx, (void)url, (void)arena, (void)why;
	*ret = gen_png();
	return true;
}

static struct doc *read_md(struct span s, enum reading reading)
{
	struct doc *d = NULL;
	struct fault f = { 0 };

	if (md_read(s, &(struct read_options){ .path = "law.md", .reading = reading }, &d, &f) < 0)
		print_error("%s\n", f.message);
	assert_non_null(d);
	return d;
}

static struct outdoc *make(struct span s, enum audience audience)
{
	struct doc *d = read_md(s, audience == AUDIENCE_PUBLIC ? READING_REJECTED : READING_MARKED);
	struct outdoc *o = NULL;
	struct fault f = { 0 };

	if (outdoc_make(d, &(struct outdoc_options){ .audience = audience, .load_image = load }, &o, &f) < 0)
		print_error("%zu:%zu %s\n", f.pos.line, f.pos.column, f.message);
	assert_non_null(o);
	doc_free(d);
	return o;
}

/* The words of a leaf as they are printed: references by what they print. */
static void leaf_text(const struct block *b, enum reading reading, struct buf *out)
{
	struct buf raw = { 0 };

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		if (!text_mark_reads(r->mark, reading))
			continue;
		if (r->kind == RUN_XREF)
			buf_add(&raw, r->printed);
		else if (r->kind == RUN_SOFT || r->kind == RUN_HARD)
			buf_str(&raw, text_soft_space(b, i) ? " " : "");
		else if (r->kind == RUN_TEXT || r->kind == RUN_IMAGE)
			buf_add(&raw, r->text);
	}
	if (b->kind == BLOCK_CODE)
		buf_add(out, buf_span(&raw));
	else
		text_fold(buf_span(&raw), out);
	buf_done(&raw);
}

static const struct block *next_leaf(const struct doc *d, const struct block *b, size_t *note)
{
	for (;;) {
		const struct block *top = *note ? d->notes[*note - 1]->body : d->root;

		for (b = b ? block_next(b, top) : top; b; b = block_next(b, top))
			if (block_is_leaf(b) && b->run_count)
				return b;
		if (++*note > d->note_count)
			return NULL;
	}
}

/* What may be typed before a leaf's words. */
static bool same_text(struct span want, const struct block *b, struct span got)
{
	struct buf typed = { 0 };
	bool same = span_eq(want, got);
	const struct block *p = b;

	for (size_t i = 0; i < 2 && !same; i++) {
		buf_clear(&typed);
		buf_add(&typed, p->printed);
		if (number_takes_stop(p->printed))
			buf_char(&typed, '.');
		if (want.n)
			buf_char(&typed, ' ');
		buf_add(&typed, want);
		same = span_eq(buf_span(&typed), got);
		if (!p->parent || p->parent->kind != BLOCK_ITEM || p->parent->first != p)
			break;
		p = p->parent;
	}
	buf_done(&typed);
	return same;
}

static void test_markdown_reads_back(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct buf source = { 0 }, written = { 0 };
		struct fault f = { 0 };
		struct outdoc *o;
		struct doc *d;
		const struct block *a = NULL, *b = NULL;
		size_t note_a = 0, note_b = 0;

		gen_statement(seed, &(struct gen_options){ .off = NO_CRITIC }, &source);
		o = make(buf_span(&source), AUDIENCE_PUBLIC);
		assert_int_equal(md_write(o, &(struct write_options){ .dest = "x.md" }, &written, &f), 0);
		d = read_md(buf_span(&written), READING_REJECTED);
		for (size_t i = 0; i < d->remark_count; i++)
			if (remark_refuses_public(d->remarks[i].rule))
				fail_msg("seed %u: %s", (unsigned)seed, d->remarks[i].rule);
		b = next_leaf(d, NULL, &note_b);
		if (o->title.n)
			b = next_leaf(d, b, &note_b);
		for (;;) {
			struct buf want = { 0 }, got = { 0 };
			bool in_text = note_a == 0;

			a = next_leaf(o->doc, a, &note_a);
			/* Endorsers, under their words, stand between the text and its notes. */
			if (in_text && note_a)
				for (size_t i = 0; i < o->endorser_count + (o->endorser_count && o->endorsers_label.n); i++)
					b = next_leaf(d, b, &note_b);
			if (!a || !b)
				break;
			leaf_text(a, READING_REJECTED, &want);
			leaf_text(b, READING_REJECTED, &got);
			if (want.n && !same_text(buf_span(&want), a, buf_span(&got)))
				fail_msg("seed %u: wrote \"%.*s\", read \"%.*s\"", (unsigned)seed, SPAN_ARG(buf_span(&want)), SPAN_ARG(buf_span(&got)));
			if (want.n)
				b = next_leaf(d, b, &note_b);
			buf_done(&want);
			buf_done(&got);
		}
		assert_null(a);
		assert_null(b);
		doc_free(d);
		outdoc_free(o);
		buf_done(&source);
		buf_done(&written);
	}
}

/* Every word of the outdoc, in order, in what the format's own reopening finds; and the same bytes twice. */
static void test_words_in_order(void **state)
{
	static const char *const names[] = { "html", "txt", "md" };

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct buf source = { 0 };
		struct outdoc *o, *again;

		gen_statement(seed, &(struct gen_options){ .off = NO_CRITIC | GEN_NO_ENTITIES }, &source);
		o = make(buf_span(&source), AUDIENCE_PUBLIC);
		again = make(buf_span(&source), AUDIENCE_PUBLIC);
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			const struct format *format = format_by_name(span_str(names[i]));
			struct buf one = { 0 }, two = { 0 }, text = { 0 }, folded = { 0 };
			struct fault f = { 0 };
			size_t at = 0, note = 0;
			const struct block *b = NULL;

			assert_int_equal(format->write(o, &(struct write_options){ .dest = "x" }, &one, &f), 0);
			assert_int_equal(format->write(again, &(struct write_options){ .dest = "x" }, &two, &f), 0);
			assert_true(span_eq(buf_span(&one), buf_span(&two)));
			assert_int_equal(format->reopen(buf_span(&one), &text, &f), 0);
			if (outdoc_search(o, buf_span(&text), "x", &f) < 0)
				fail_msg("seed %u, %s: %s", (unsigned)seed, names[i], f.message);
			text_fold(buf_span(&text), &folded);
			while ((b = next_leaf(o->doc, b, &note))) {
				for (size_t k = 0; k < b->run_count; k++) {
					struct buf words = { 0 };
					struct span t = b->runs[k].kind == RUN_XREF ? b->runs[k].printed : b->runs[k].text;
					size_t found;

					/* Alternative text is an attribute in HTML. */
					if (b->runs[k].kind == RUN_IMAGE || b->runs[k].format & FMT_CODE || b->kind == BLOCK_CODE)
						continue;
					text_fold(t, &words);
					found = span_find(buf_span(&folded), buf_span(&words), at);
					if (found == SIZE_MAX)
						fail_msg("seed %u, %s: \"%.*s\" is missing or out of order", (unsigned)seed, names[i],
							 SPAN_ARG(buf_span(&words)));
					at = found + words.n;
					buf_done(&words);
				}
			}
			buf_done(&one);
			buf_done(&two);
			buf_done(&text);
			buf_done(&folded);
		}
		outdoc_free(o);
		outdoc_free(again);
		buf_done(&source);
	}
}

/* One function, many callers: the text of a clause is the same from the reading without suggestions, from the reading with
 * both, and from the copy that an export is made of; and the hash is that of the text. */
static void test_clauses_agree(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct buf source = { 0 };
		struct statement *rejected, *marked, *copy;
		struct selection s = { .channel = CHANNEL_WRITTEN, .internal = true, .marks = true };

		gen_statement(seed, &(struct gen_options){ .off = 0 }, &source);
		rejected = statement_new(read_md(buf_span(&source), READING_REJECTED));
		marked = statement_new(read_md(buf_span(&source), READING_MARKED));
		copy = statement_new(doc_select(marked->doc, &s));
		for (size_t i = 0; i < rejected->count; i++) {
			const struct clause *c = &rejected->clauses[i], *m, *x;
			char hash[SHA256_HEX + 1];

			sha256_hex_of(c->text, hash);
			assert_string_equal(hash, clause_hash(c));
			if (!c->id.n)
				continue;
			m = statement_find(marked, c->id);
			assert_non_null(m);
			if (!span_eq(m->text, c->text))
				fail_msg("seed %u, %.*s: \"%.*s\" is \"%.*s\" with marks", (unsigned)seed, SPAN_ARG(c->id),
					 SPAN_ARG(c->text), SPAN_ARG(m->text));
			assert_string_equal(clause_hash(m), clause_hash(c));
			x = statement_find(copy, c->id);
			if (!x)
				continue; /* a wording or a rationale */
			if (!span_eq(x->text, c->text))
				fail_msg("seed %u, %.*s: \"%.*s\" is exported as \"%.*s\"", (unsigned)seed, SPAN_ARG(c->id),
					 SPAN_ARG(c->text), SPAN_ARG(x->text));
			assert_string_equal(clause_hash(x), clause_hash(c));
		}
		statement_free(copy);
		statement_free(rejected);
		statement_free(marked);
		buf_done(&source);
	}
}

static void all_text(const struct doc *d, enum reading reading, struct buf *out)
{
	text_of_blocks(d->root, reading, out);
	for (size_t i = 0; i < d->note_count; i++) {
		buf_char(out, '\n');
		text_of_blocks(d->notes[i]->body, reading, out);
	}
}

/* With suggestions as CriticMarkup: each reading of the written file is that reading of the copy. */
static void test_suggestions_read_back(void **state)
{
	static const enum reading readings[] = { READING_REJECTED, READING_ACCEPTED };

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct buf source = { 0 }, written = { 0 };
		struct fault f = { 0 };
		struct outdoc *o = NULL;
		struct doc *d;

		gen_statement(seed, &(struct gen_options){ .off = GEN_NO_XREFS | GEN_NO_FRONT_MATTER | GEN_NO_NOTES | GEN_NO_LABELS }, &source);
		d = read_md(buf_span(&source), READING_MARKED);
		if (outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_REVIEW, .numbering = NUMBERING_NONE, .load_image = load },
				&o, &f) < 0)
			fail_msg("seed %u: %s", (unsigned)seed, f.message);
		doc_free(d);
		assert_int_equal(md_write(o, &(struct write_options){ .dest = "x.md" }, &written, &f), 0);
		for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
			struct buf want = { 0 }, got = { 0 };
			size_t at = 0;

			d = read_md(buf_span(&written), readings[i]);
			all_text(o->doc, readings[i], &want);
			all_text(d, READING_MARKED, &got);
			while (at < want.n && at < got.n && want.p[at] == got.p[at])
				at++;
			if (at < want.n || at < got.n)
				fail_msg("seed %u, reading %d: wrote \"…%.*s\", read \"…%.*s\"", (unsigned)seed, (int)i,
					 (int)(want.n - at < 60 ? want.n - at : 60), want.p + at,
					 (int)(got.n - at < 60 ? got.n - at : 60), got.p + at);
			doc_free(d);
			buf_done(&want);
			buf_done(&got);
		}
		outdoc_free(o);
		buf_done(&source);
		buf_done(&written);
	}
}

/* Twice the size, at most 2.3 times the time, roughly: shapes that a careless walk makes quadratic. */
static double seconds_for(const char *once, const char *before, const char *after, size_t times)
{
	struct buf source = { 0 };
	struct outdoc *o;
	clock_t began;

	buf_str(&source, before);
	for (size_t i = 0; i < times; i++)
		buf_str(&source, once);
	buf_str(&source, after);
	o = make(buf_span(&source), AUDIENCE_PUBLIC);
	began = clock();
	for (size_t i = 0; i < format_count; i++) {
		struct buf bytes = { 0 };
		struct fault f = { 0 };

		if (!formats[i].write || strchr("do", formats[i].name[0]))
			continue;
		assert_int_equal(formats[i].write(o, &(struct write_options){ .dest = "x" }, &bytes, &f), 0);
		buf_done(&bytes);
	}
	outdoc_free(o);
	buf_done(&source);
	return (double)(clock() - began) / CLOCKS_PER_SEC;
}

static void test_wide(void **state)
{
	static const struct {
		const char *name, *once, *before, *after;
	} shapes[] = {
		{ "lists that follow each other", "- a\n* b\n", "", "" },
		{ "bars in a cell", "a\\|", "| a |\n|---|\n| ", " |\n" },
		{ "closers of suggestions", "\\++} ", "", "\n" },
		{ "comments on lines of their own", "<!-- a -->\n", "x ", "y\n" },
		{ "words in many looks", "*a* **b** ", "", "\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		double t = seconds_for(shapes[i].once, shapes[i].before, shapes[i].after, 20000);

		/* A quadratic walk over 20,000 takes many seconds; these take hundredths. */
		if (t > 1)
			fail_msg("%s: %.2f s", shapes[i].name, t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_reads_back),
		cmocka_unit_test(test_suggestions_read_back),
		cmocka_unit_test(test_words_in_order),
		cmocka_unit_test(test_clauses_agree),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
