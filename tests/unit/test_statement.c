/* text, number, statement on documents made by hand: what no reader stands between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "build.h"
#include "model/statement.h"
#include "model/text.h"

static void is(struct span got, const char *want)
{
	struct buf b = { 0 };

	buf_add(&b, got);
	buf_char(&b, '\0');
	assert_string_equal(b.p, want);
	buf_done(&b);
}

static void folds(const char *from, const char *to)
{
	struct buf b = { 0 };

	text_fold(span_str(from), &b);
	is(buf_span(&b), to);
	buf_done(&b);
}

static void test_fold(void **state)
{
	(void)state;
	folds("", "");
	folds("  \t\n ", "");
	folds(" a  b\r\nc ", "a b c");
	folds("a\u00a0\u2003 b\u3000", "a b");
	folds("coope\u0301ration", "coop\u00e9ration");
	folds("a\u200bb", "a\u200bb"); /* no White_Space */
	folds("\u2019a\u030a", "\u2019\u00e5");
	folds("\x01 \x1c", "\x01 \x1c");
}

/* F2 and F4 a character at a time, on text of random length at every place in a word of eight bytes. */
static void test_as_slow_readers_do(void **state)
{
	static const char *const parts[] = { "a", "Zz", "9", " ", "  ", "\t", "\r\n", ".", "@", "[", "{", "/", ":", "`", "\x1f", "\x0e", "\x08",
					     "\u2019", "\u00a0", "\u2003", "\u4e2d", "\u0627", "the", "words", "eight by eight" };
	uint64_t seed = 20251002;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct buf text = { 0 }, slow = { 0 }, fast = { 0 };
		size_t words = 0, n = round % 40;
		bool word = false, space = false;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			buf_str(&text, parts[(seed >> 33) % ARRAY_LEN(parts)]);
		}
		for (size_t at = 0, from = 0; at < text.n; from = at) {
			uint32_t cp = utf8_next(text.p, text.n, &at);

			if (cp_white(cp)) {
				words += word;
				word = false;
				space = true;
				continue;
			}
			if (cp_ideograph(cp)) {
				words += word + 1u;
				word = false;
			} else {
				word = word || cp_letter(cp) || cp_digit(cp);
			}
			if (space && slow.n)
				buf_char(&slow, ' ');
			space = false;
			buf_put(&slow, text.p + from, at - from);
		}
		words += word;
		text_fold(buf_span(&text), &fast);
		assert_int_equal(fast.n, slow.n);
		if (fast.n)
			assert_memory_equal(fast.p, slow.p, fast.n);
		assert_int_equal(text_count_words(buf_span(&text)), words);
		assert_int_equal(text_count_words(buf_span(&fast)), words);
		buf_done(&text);
		buf_done(&slow);
		buf_done(&fast);
	}
}

static void test_break_between_wide_characters(void **state)
{
	struct doc *d = doc_new(NULL);
	struct block *b = block_new(d, BLOCK_PARAGRAPH);
	struct runs runs = { 0 };
	struct buf out = { 0 };
	const char *texts[] = { "\u4e92\u8054", "\u7f51", "\ud55c", "\uad6d", "abc", "\u7f51" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (i)
			runs_add(&runs, RUN_SOFT);
		runs_add(&runs, RUN_NOTE);
		runs_add(&runs, RUN_TEXT)->text = span_str(texts[i]);
	}
	runs_end(&runs, d, b);
	text_of_leaf(b, READING_REJECTED, &out);
	is(buf_span(&out), "\u4e92\u8054\u7f51 \ud55c \uad6d abc \u7f51");
	buf_done(&out);
	doc_free(d);
}

static void counts(const char *text, size_t words)
{
	assert_int_equal(text_count_words(span_str(text)), words);
}

static void test_words(void **state)
{
	(void)state;
	counts("", 0);
	counts("one", 1);
	counts("well-known and/or IPv6", 3);
	counts("a — b", 2);
	counts("350 % of \u201c12\u201d", 3);
	counts("\u4e92\u8054\u7f51", 3);
	counts("\u4e92IPv6\u7f51, \u30ab", 4);
	counts("\u00e9\u00a0\u00e8", 2);
	counts("\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645", 2);
}

static void test_clauses(void **state)
{
	struct doc *d = doc_new(NULL);
	struct statement *s;
	struct block *l, *second, *q, *t, *row;

	(void)state;
	build_attrs(d, build_leaf(d, d->root, BLOCK_HEADING, "Head"), "h", 0, NULL, NULL);
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "untracked  text");
	l = build_attrs(d, build_list(d, d->root, true), "all", 0, NULL, NULL);
	build_item(d, l, "one;");
	second = build_attrs(d, build_item(d, l, "two;"), "two", 0, NULL, NULL);
	build_item(d, build_list(d, second, true), "deep");
	build_attrs(d, build_item(d, l, "hidden"), "", CLASS_INTERNAL, NULL, NULL);
	build_item(d, l, "three.");
	q = build_attrs(d, block_new(d, BLOCK_QUOTE), "q", 0, NULL, NULL);
	block_append(d->root, q);
	build_leaf(d, q, BLOCK_PARAGRAPH, "said");
	build_leaf(d, q, BLOCK_CODE, "so\nthere\n");
	t = build_attrs(d, block_new(d, BLOCK_TABLE), "t", 0, NULL, NULL);
	block_append(d->root, t);
	for (int i = 0; i < 2; i++) {
		row = block_new(d, BLOCK_ROW);
		block_append(t, row);
		build_leaf(d, row, BLOCK_CELL, i ? "c" : "a");
		build_leaf(d, row, BLOCK_CELL, i ? "" : "b");
	}
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "end");
	doc_finish(d);
	s = statement_new(d);
	assert_int_equal(s->count, 8);
	is(s->clauses[0].text, "Head");
	assert_true(s->clauses[0].heading);
	is(s->clauses[1].text, "untracked text");
	assert_int_equal(s->clauses[1].id.n, 0);
	is(statement_find(s, SPAN_LIT("all"))->text, "one; three.");
	is(statement_find(s, SPAN_LIT("two"))->text, "two; deep");
	is(s->clauses[4].text, "hidden");
	assert_true(s->clauses[4].internal);
	is(statement_find(s, SPAN_LIT("q"))->text, "said so there");
	assert_true(statement_find(s, SPAN_LIT("q"))->quote);
	is(statement_find(s, SPAN_LIT("t"))->text, "a b c");
	is(s->clauses[7].text, "end");
	assert_false(s->clauses[7].quote);
	assert_ptr_equal(statement_clause_of(s, second->first), statement_find(s, SPAN_LIT("two")));
	assert_null(statement_find(s, SPAN_LIT("nothing")));
	assert_string_equal(clause_hash(&s->clauses[0]), "9bb0aacc6d51f1408ed983b84c42e941fca204de70ff5595a4d1b7cff8b22815");
	statement_free(s);
}

static void test_duplicate(void **state)
{
	struct doc *d = doc_new("x.md");
	struct statement *s;
	struct fault f = { 0 };

	(void)state;
	doc_set_source(d, SPAN_LIT("{#a}\none\n\n{#a}\ntwo\n"));
	for (int i = 0; i < 3; i++) {
		struct block *b = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, i ? "two" : "one"), "a", 0, NULL, NULL);

		((struct attrs *)b->attrs)->id_begin = i ? 12 : 2;
	}
	doc_finish(d);
	s = statement_new(d);
	assert_int_equal(d->remark_count, 1);
	assert_string_equal(d->remarks[0].rule, "id-duplicate");
	is(d->remarks[0].message, "clause id 'a' used twice (lines 1, 4): rename one");
	assert_int_equal(statement_require_unique(s, &f), -FAULT_DUPLICATE);
	assert_int_equal(f.pos.line, 4);
	is(statement_find(s, SPAN_LIT("a"))->text, "one");
	fault_done(&f);
	statement_free(s);
}

static void path_is(const struct block *b, const char *want)
{
	struct buf out = { 0 };

	number_path(b, &out);
	is(buf_span(&out), want);
	buf_done(&out);
}

static void test_numbers(void **state)
{
	struct doc *d = doc_new(NULL);
	struct block *h, *p1, *thanks, *plain, *l1, *a, *nested, *i1, *deep, *l2, *c, *bis, *p2, *l3, *bullets, *hidden;
	struct block *h2, *h3;

	(void)state;
	h = build_leaf(d, d->root, BLOCK_HEADING, "One");
	thanks = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "thanks"), "", 0, "role", "courtesy");
	p1 = build_leaf(d, d->root, BLOCK_PARAGRAPH, "first");
	plain = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "aside"), "", CLASS_UNNUMBERED, NULL, NULL);
	l1 = build_list(d, d->root, true);
	a = build_item(d, l1, "a");
	nested = build_list(d, a, true);
	i1 = build_item(d, nested, "i");
	deep = build_item(d, build_list(d, i1, true), "1");
	build_item(d, build_list(d, deep, true), "too deep");
	build_attrs(d, build_item(d, l1, "not seen"), "", CLASS_INTERNAL, NULL, NULL);
	build_item(d, l1, "b");
	l2 = build_list(d, d->root, true);
	c = build_item(d, l2, "c");
	bis = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "bis"), "", 0, "label", "12 bis");
	hidden = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "hidden"), "", CLASS_INTERNAL, NULL, NULL);
	p2 = build_leaf(d, d->root, BLOCK_PARAGRAPH, "second");
	l3 = build_list(d, d->root, true);
	build_item(d, l3, "a again");
	bullets = build_list(d, d->root, false);
	build_item(d, bullets, "bullet");
	h2 = build_leaf(d, d->root, BLOCK_HEADING, "Two");
	h3 = build_leaf(d, d->root, BLOCK_HEADING, "Two A");
	h3->level = 2;
	doc_finish(d);

	number_doc(d, NUMBERING_PARAGRAPHS);
	path_is(h, "");
	path_is(thanks, "");
	path_is(p1, "1");
	path_is(plain, "");
	path_is(a, "1 (a)");
	is(a->printed, "(a)");
	assert_int_equal(a->number_level, 1);
	path_is(i1, "1 (a) (i)");
	path_is(deep, "1 (a) (i) (1)");
	assert_int_equal(deep->number_level, 3);
	path_is(deep->last->first, "");
	path_is(l1->last, "1 (b)");
	path_is(c, "1 (c)");
	path_is(bis, "12 bis");
	path_is(hidden, "");
	path_is(p2, "2");
	path_is(l3->first, "2 (a)");
	path_is(bullets->first, "");
	assert_true(number_takes_stop(p2->printed));
	assert_false(number_takes_stop(a->printed));

	number_doc(d, NUMBERING_HEADINGS);
	path_is(h, "I");
	path_is(h2, "II");
	path_is(h3, "II A");
	is(h3->printed, "A");
	path_is(p1, "");
	path_is(c, "(a)");

	number_doc(d, NUMBERING_NONE);
	path_is(h, "");
	path_is(p1, "");
	path_is(a, "1");
	path_is(l1->last, "2");
	path_is(bis, "12 bis");
	doc_free(d);
}

/* The items of a list with no ids are known by the numbers that a reader sees. */
static void test_labels(void **state)
{
	struct doc *d = doc_new(NULL);
	struct fault f = { 0 };
	struct statement *s;
	struct block *l;

	(void)state;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "first");
	l = build_list(d, d->root, true);
	build_item(d, l, "a");
	build_attrs(d, build_item(d, l, "b"), "bee", 0, NULL, NULL);
	doc_finish(d);
	s = statement_new(d);
	assert_non_null(s);
	statement_number(s, NUMBERING_PARAGRAPHS);
	assert_int_equal(s->count, 3);
	is(s->clauses[0].label, "1");
	is(s->clauses[1].label, "1 (a)");
	is(s->clauses[2].label, "1 (b)");
	statement_free(s);
	fault_done(&f);
}

static void test_letters(void **state)
{
	struct doc *d = doc_new(NULL);
	struct block *l = build_list(d, d->root, true);

	(void)state;
	for (int i = 0; i < 53; i++)
		build_item(d, l, "x");
	doc_finish(d);
	number_doc(d, NUMBERING_PARAGRAPHS);
	path_is(l->first, "(a)");
	path_is(l->last, "(aaa)");
	path_is(l->last->prev, "(zz)");
	doc_free(d);
}

static void refers(const struct statement *s, const char *target, bool internal, enum xref_state want, const char *printed)
{
	struct xref_words w = xref_words_for(SPAN_LIT("fr-FR"));
	struct buf out = { 0 };

	assert_int_equal(statement_xref(s, span_str(target), internal, &w, &out, NULL), want);
	is(buf_span(&out), printed);
	buf_done(&out);
}

static void test_xref(void **state)
{
	struct doc *d = doc_new(NULL);
	struct statement *s;
	struct block *l, *t;

	(void)state;
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "alone"), "alone", CLASS_UNNUMBERED, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_HEADING, "Routes"), "head", 0, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "one"), "one", 0, NULL, NULL);
	l = build_attrs(d, build_list(d, d->root, true), "lst", 0, NULL, NULL);
	build_attrs(d, build_item(d, l, "x"), "item", 0, NULL, NULL);
	t = build_attrs(d, block_new(d, BLOCK_TABLE), "tbl", 0, "label", "3");
	block_append(d->root, t);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "no"), "no", CLASS_INTERNAL, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "trois"), "three", 0, "label", "3");
	d->meta.numbering = NUMBERING_PARAGRAPHS;
	d->meta.title = SPAN_LIT("Autre");
	doc_finish(d);
	s = statement_new(d);
	refers(s, "one", false, XREF_NUMBER, "paragraphe 1");
	refers(s, "item", false, XREF_NUMBER, "paragraphe 1 (a)");
	refers(s, "tbl", false, XREF_NUMBER, "tableau 3");
	/* p3 is paragraph 3, wherever a table 3 stands. */
	assert_ptr_equal(statement_find_label(s, SPAN_LIT("3")), statement_find(s, SPAN_LIT("three")));
	refers(s, "head", false, XREF_WORDS, "Routes");
	refers(s, "lst", false, XREF_WORDS, "«\u00a0Routes\u00a0»");
	refers(s, "alone", false, XREF_UNNUMBERED, "");
	refers(s, "no", false, XREF_DEAD, "");
	refers(s, "no", true, XREF_WORDS, "«\u00a0Routes\u00a0»");
	refers(s, "gone", false, XREF_DEAD, "");
	refers(s, "x#one", false, XREF_ELSEWHERE, "");
	statement_number(s, NUMBERING_HEADINGS);
	refers(s, "head", false, XREF_NUMBER, "section I");
	assert_ptr_equal(statement_find_label(s, SPAN_LIT("I")), statement_find(s, SPAN_LIT("head")));
	{
		struct xref_words w = xref_words_for(SPAN_LIT("en"));
		struct buf out = { 0 };

		assert_int_equal(statement_xref_elsewhere(s, SPAN_LIT("head"), &w, &out), XREF_NUMBER);
		is(buf_span(&out), "section I, “Autre”");
		buf_done(&out);
	}
	statement_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_as_slow_readers_do),
		cmocka_unit_test(test_break_between_wide_characters),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_clauses),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_labels), cmocka_unit_test(test_letters),
		cmocka_unit_test(test_xref),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
