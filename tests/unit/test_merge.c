/* Two people change one text: what only one changed is taken, what both changed is kept twice, nothing of theirs is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/format.h"
#include "merge/merge.h"

static struct statement *load(const char *text)
{
	struct doc *d = NULL;
	struct fault f = { 0 };

	if (md_read(span_str(text), &(struct read_options){ .path = "x.md", .reading = READING_REJECTED }, &d, &f) < 0)
		fail_msg("%s", f.message);
	return statement_new(d);
}

static void merges(const char *base, const char *ours, const char *theirs, const char *want, size_t conflicts)
{
	struct statement *b = load(base), *o = load(ours), *t = load(theirs);
	struct merge_result r;

	assert_int_equal(merge_statements(b, o, t, MERGE_WORDS, &(struct merge_names){ "ours", "theirs" }, &r, NULL), 0);
	buf_char(&r.text, '\0');
	assert_string_equal(r.text.p, want);
	assert_int_equal(r.conflicts, conflicts);
	assert_true(merge_keeps(span_str(base), span_str(theirs), buf_span(&r.text)));
	merge_result_done(&r);
	statement_free(b);
	statement_free(o);
	statement_free(t);
}

/* One side holds words back that the other put among public ones. */
static void holds(const char *base, const char *ours, const char *theirs, const char *want, size_t conflicts)
{
	struct statement *b = load(base), *o = load(ours), *t = load(theirs), *m;
	struct merge_result r;

	assert_int_equal(merge_statements(b, o, t, MERGE_WORDS, &(struct merge_names){ "ours", "theirs" }, &r, NULL), 0);
	buf_char(&r.text, '\0');
	m = load(r.text.p);
	assert_true(merge_exposes(b, o, t, m->doc));
	statement_free(m);
	merge_result_done(&r);
	assert_int_equal(merge_statements(b, o, t, MERGE_HELD, &(struct merge_names){ "ours", "theirs" }, &r, NULL), 0);
	buf_char(&r.text, '\0');
	assert_string_equal(r.text.p, want);
	assert_int_equal(r.conflicts, conflicts);
	m = load(want);
	assert_false(merge_exposes(b, o, t, m->doc));
	assert_true(merge_keeps(span_str(base), span_str(theirs), buf_span(&r.text)));
	assert_true(merge_keeps(span_str(base), span_str(ours), buf_span(&r.text)));
	statement_free(m);
	merge_result_done(&r);
	statement_free(b);
	statement_free(o);
	statement_free(t);
}

#define A "<!-- {#a role=ask} -->\nWe call on Member States to give the Forum\na permanent mandate, with stable funding.\n"
#define B "<!-- {#b} -->\nExchange points keep local traffic local.\n"
#define C "<!-- {#c} -->\nThe Internet must stay open.\n"
#define TEXT A "\n" B "\n" C

static void one_side(void **state)
{
	(void)state;
	merges(TEXT, TEXT, TEXT, TEXT, 0);
	merges(TEXT, A "\n" B "\nNew.\n\n" C, TEXT, A "\n" B "\nNew.\n\n" C, 0);
	merges(TEXT, TEXT, A "\n" B "\nNew.\n\n" C, A "\n" B "\nNew.\n\n" C, 0);
	merges(TEXT, TEXT, A "\n" C, A "\n" C, 0);
	merges(TEXT, A "\n" C, TEXT, A "\n" C, 0);
	merges(TEXT, TEXT, C "\n" A "\n" B, C "\n" A "\n" B, 0);
}

static void different_words(void **state)
{
	(void)state;
	merges(TEXT, "<!-- {#a role=ask} -->\nWe urge Member States to give the Forum\na permanent mandate, with stable funding.\n\n" B "\n" C,
	       "<!-- {#a role=ask} -->\nWe call on Member States to give the Forum\na permanent mandate, with stable and predictable funding.\n\n" B "\n" C,
	       "<!-- {#a role=ask} -->\nWe urge Member States to give the Forum\na permanent mandate, with stable and predictable funding.\n\n" B "\n" C, 0);
	/* wrapping is no change: ours wrapped, theirs wrote */
	merges(B, "<!-- {#b} -->\nExchange points\nkeep local traffic local.\n", "<!-- {#b} -->\nExchange points keep most local traffic local.\n",
	       "<!-- {#b} -->\nExchange points\nkeep most local traffic local.\n", 0);
	/* ours moved and edited, theirs edited */
	merges(TEXT, B "\n" C "\n<!-- {#a role=ask} -->\nWe urge Member States to give the Forum\na permanent mandate, with stable funding.\n",
	       "<!-- {#a role=ask} -->\nWe call on Member States to give the Forum\na permanent mandate, with predictable funding.\n\n" B "\n" C,
	       B "\n" C "\n<!-- {#a role=ask} -->\nWe urge Member States to give the Forum\na permanent mandate, with predictable funding.\n", 0);
	merges("<!-- {#t} -->\n| Para | Text |\n|---|---|\n| 12 | Insert |\n| 13 | Keep |\n", "<!-- {#t} -->\n| Para | Text |\n|---|---|\n| 12 | Insert IXPs |\n| 13 | Keep |\n",
	       "<!-- {#t} -->\n| Para | Text |\n|---|---|\n| 12 | Insert |\n| 13 | Keep it |\n| 14 | New |\n",
	       "<!-- {#t} -->\n| Para | Text |\n|---|---|\n| 12 | Insert IXPs |\n| 13 | Keep it |\n| 14 | New |\n", 0);
	/* a whole line comes or goes right above the words that the other changed: those of its sign are no part of it */
	merges("- aa one\n- bb two\n- cc three\n", "- aa one\n- new\n- bb two\n- cc three\n", "- aa one\n- dd two\n- cc three\n", "- aa one\n- new\n- dd two\n- cc three\n", 0);
	merges("- aa one\n- dd two\n- cc three\n", "- aa one\n- bb two\n- cc three\n", "- aa one\n- new\n- dd two\n- cc three\n", "- aa one\n- new\n- bb two\n- cc three\n", 0);
	merges("1. aa one\n2. bb two\n3. cc three\n", "1. aa one\n3. cc three\n", "1. aa one\n2. bb two\n3. dd three\n", "1. aa one\n3. dd three\n", 0);
	merges("> - aa one\n> - bb two\n", "> - aa one\n> - new\n> - bb two\n", "> - aa one\n> - bbb two\n", "> - aa one\n> - new\n> - bbb two\n", 0);
	/* the last word goes, and the line end stays: the next paragraph is another one */
	merges("aa bb cc dd\n\nnext\n", "bb cc dd\n\nnext\n", "aa bb cc\n\nnext\n", "bb cc\n\nnext\n", 0);
	merges("aa bb cc dd\n", "aa bb cc\n", "bb cc dd\n", "bb cc\n", 0);
	/* the word behind a hard line break goes, and the break stays */
	merges("aa\\\nbb cc dd ee\n", "aa\\\nbb cc dd ff\n", "aa\\\ncc dd ee\n", "aa\\\ncc dd ff\n", 0);
	merges("aa  \nbb cc dd ee\n", "aa  \nbb cc dd ff\n", "aa  \ncc dd ee\n", "aa  \ncc dd ff\n", 0);
	/* wrapped anew by one, and the word that a line then begins with is taken out by the other: no list, no heading */
	merges("foo bar and - more here it is\n", "foo bar\nand - more here it is\n", "foo bar - more here it is\n", "foo bar - more here it is\n", 0);
	merges("foo bar in 1. more here it is\r\n", "foo bar\r\nin 1. more here it is\r\n", "foo bar 1. more here it is\r\n", "foo bar 1. more here it is\r\n", 0);
	merges("foo and --- more here it is\n", "foo\nand ---\nmore here it is\n", "foo --- more here it is\n", "foo ---\nmore here it is\n", 0);
	/* attributes and front matter: different keys merge */
	merges("---\ntitle: X\nlanguage: en\n---\n\n" B, "---\ntitle: Y\nlanguage: en\n---\n\n" B, "---\ntitle: X\nlanguage: fr\n---\n\n" B,
	       "---\ntitle: Y\nlanguage: fr\n---\n\n" B, 0);
}

static void conflicts(void **state)
{
	(void)state;
	merges(B, "<!-- {#b} -->\nExchange points keep all traffic local.\n", "<!-- {#b} -->\nExchange points keep national traffic local.\n",
	       "<!-- {#b} -->\nExchange points keep {~~local~>all~~}{>>@ours<<}{++national++}{>>@theirs<<} traffic local.\n", 1);
	/* taken out by one, changed by the other */
	merges(TEXT, A "\n" C, A "\n<!-- {#b} -->\nExchange points keep most traffic local.\n\n" C,
	       A "\n{++<!-- {#b} -->\nExchange points keep most traffic local.\n++}{>>@theirs<<}\n\n" C, 1);
	merges(TEXT, A "\n<!-- {#b} -->\nExchange points keep most traffic local.\n\n" C, A "\n" C,
	       A "\n<!-- {#b} -->\n{--Exchange points keep most traffic local.--}{>>@theirs<<}\n\n" C, 1);
	/* the same change twice is one change */
	merges(B, "<!-- {#b} -->\nExchange points keep all traffic local.\n", "<!-- {#b} -->\nExchange points keep all traffic local.\n",
	       "<!-- {#b} -->\nExchange points keep all traffic local.\n", 0);
	/* both add paragraphs at one place */
	merges(TEXT, A "\n" B "\nOurs is new.\n\n" C, A "\n" B "\nTheirs is another.\n\n" C, A "\n" B "\nOurs is new.\n\nTheirs is another.\n\n" C, 0);
	merges(TEXT, A "\n" B "\nSame new.\n\n" C, A "\n" B "\nSame new.\n\n" C, A "\n" B "\nSame new.\n\n" C, 0);
	merges("---\ntitle: X\n---\n\n" B, "---\ntitle: Y\n---\n\n" B, "---\ntitle: Z\n---\n\n" B, "---\ntitle: Y\n# theirs: title: Z\n---\n\n" B, 1);
	merges("", A, B, A "\n" B, 0);
}

/* What one side holds back stays so, wherever the other puts it; what the other wrote beside it is not held back. */
static void internal_stays(void **state)
{
#define HELD "::: internal\n" B ":::\n"
#define APART "::: internal\n\n" B "\n:::\n"
	(void)state;
	merges(TEXT, A "\n" HELD "\n" C, A "\n" C "\n" B, A "\n" C "\n" APART, 0);
	merges(TEXT, A "\n" C "\n" B, A "\n" HELD "\n" C, A "\n" C "\n" APART, 0);
	merges(TEXT, A "\n" HELD "\n" C, A "\n" B "\nNew.\n\n" C, A "\n" HELD "\nNew.\n\n" C, 0);
	merges(TEXT, A "\n" B "\nNew.\n\n" C, A "\n" HELD "\n" C, A "\n" APART "\nNew.\n\n" C, 0);
	/* both, one of them more; a label; a container that is emptied */
	merges(TEXT, A "\n" HELD "\n" C, A "\n::: internal\n" B "\n" C ":::\n", A "\n::: internal\n" B "\n" C "\n:::\n", 0);
	merges(TEXT, "::: internal tlp=red\n" A "\n" B ":::\n\n" C, B "\n" A "\n" C, "::: internal tlp=red\n\n" B "\n" A "\n:::\n\n" C, 0);
	merges(A "\n" HELD "\n" C, A "\n" HELD "\n" C, A "\n" C, A "\n" C, 0);
	merges(TEXT, C "\n" A "\n" B, "::: internal\n" A ":::\n\n" B "\n::: internal\n" C ":::\n", "::: internal\n\n" C "\n" A "\n:::\n\n" B, 0);
	merges(A "\n" HELD "\n" C, A "\n" B "\n" C, A "\n" C "\n" HELD, A "\n" C "\n" B, 0);
	/* a piece of what became internal, new words in the midst of it */
	merges(A, "::: internal\n" A ":::\n", "<!-- {#a role=ask} -->\nWe call on Member States to give the Forum\n\n<!-- {#z} -->\na permanent mandate, with stable funding.\n",
	       "::: internal\n<!-- {#a role=ask} -->\nWe call on Member States to give the Forum\n\n<!-- {#z} -->\na permanent mandate, with stable funding.\n\n:::\n", 0);
	merges(TEXT, "::: internal\n" A "\n" B ":::\n\n" C, A "\nNew.\n\n" B "\n" C, "::: internal\n" A "\nNew.\n\n" B ":::\n\n" C, 0);
	/* the class is kept where the lists clash */
	merges(A, "<!-- {#a role=claim priority=x} -->\nWe call.\n", "<!-- {#a .internal} -->\nWe call on Member States to give the Forum\na permanent mandate, with stable funding.\n",
	       "<!-- {#a role=claim priority=x .internal} -->\nWe call.{>>@theirs: here the attributes were {#a .internal}<<}\n", 1);
}

static void internal_wins(void **state)
{
#define A_IN "We call on Member States to give the Forum\na permanent mandate, with stable funding.\n"
#define B_IN "Exchange points keep local traffic local.\n"
#define JOINED "<!-- {#a role=ask} -->\n" A_IN B_IN
#define HIDDEN "<!-- {#b .internal} -->\n" B_IN
	(void)state;
	/* joined by them, by us; in a container, by a class; a sentence of it, into words that are new */
	holds(TEXT, A "\n" HIDDEN "\n" C, JOINED "\n" C,
	      A "\n::: internal\n\n{++" A_IN B_IN "++}{>>@theirs<<}\n:::\n\n<!-- {#b .internal} -->\n{--Exchange points keep local traffic local.--}{>>@theirs<<}\n\n" C, 2);
	holds(TEXT, JOINED "\n" C, A "\n" HIDDEN "\n" C,
	      A "\n::: internal\n\n{++" A_IN B_IN "++}{>>@ours<<}\n:::\n\n{++" HIDDEN "++}{>>@theirs<<}\n\n" C, 2);
	holds(TEXT, A "\n" HELD "\n" C, A "\n" B "\nThat is: exchange points keep local traffic local.\n\n" C,
	      A "\n::: internal\n" B "\n{++That is: exchange points keep local traffic local.\n++}{>>@theirs<<}\n\n:::\n\n" C, 1);
	holds(TEXT, A "\nThat is: exchange points keep local traffic local.\n\n" B "\n" C, A "\n" HIDDEN "\n" C,
	      A "\n::: internal\n\n{++That is: exchange points keep local traffic local.\n++}{>>@ours<<}\n\n:::\n\n" HIDDEN "\n" C, 1);
}

static void same_id_on_both_sides(void **state)
{
	(void)state;
	merges(A, A "\n" B, A "\n<!-- {#b} -->\nExchange points keep most traffic local.\n",
	       A "\n<!-- {#b} -->\nExchange points keep {~~local~>most~~}{>>@theirs<<} traffic local.\n", 1);
	/* wherever each put it; identical ones are one */
	merges(A "\n" C, B "\n" A "\n" C, A "\n" C "\n" B, B "\n" A "\n" C, 0);
	/* little in common: side by side, and the id stays with ours */
	merges(A, A "\n" B, A "\n<!-- {#b} -->\nSmall islands want ships.\n", A "\n" B "\n{++Small islands want ships.\n++}{>>@theirs<<}\n", 1);
	merges(A, A "\n<!-- {#l} -->\n- one\n- {#two} two\n", A "\n- {#two} two and more\n",
	       A "\n<!-- {#l} -->\n- one\n- {#two} two\n\n{++- {#two} two and more\n++}{>>@theirs<<}\n", 1);
}

static void attributes_clash(void **state)
{
	(void)state;
	merges("{#b}\nWe ask.\n", "{#b role=ask}\nWe ask.\n", "{#b role=claim}\nWe ask.\n",
	       "{#b role=ask}\nWe ask.{>>@theirs: here the attributes were {#b role=claim}<<}\n", 1);
}

static void labels(const char *base, const char *ours, const char *theirs, const char *want_base, const char *want_theirs)
{
	struct statement *b = load(base), *o = load(ours), *t = load(theirs);
	struct buf rb = { 0 }, rt = { 0 };

	merge_relabel(b, o, t, &rb, &rt);
	buf_char(&rb, '\0');
	buf_char(&rt, '\0');
	assert_string_equal(rb.p, want_base);
	assert_string_equal(rt.p, want_theirs);
	buf_done(&rb);
	buf_done(&rt);
	statement_free(b);
	statement_free(o);
	statement_free(t);
}

static void labels_of_notes(void **state)
{
	(void)state;
	/* two people take the next free number */
	labels("We ask.\n", "We ask.[^1]\n\n[^1]: Ours.\n", "We ask.[^1] So.\n\n    [^1] in code\n\n[^1]: Theirs.\n", "",
	       "We ask.[^1-2] So.\n\n    [^1] in code\n\n[^1-2]: Theirs.\n");
	labels("We ask.\n", "We ask.[^1]\n\n[^1]: Same.\n", "We ask.[^1]\n\n[^1]:  Same.\n", "", "");
	/* a note of the base that was changed is still that note */
	labels("We ask.[^1]\n\n[^1]: One.\n", "We ask.[^1]\n\n[^1]: Uno.\n", "We ask.[^1]\n\n[^1]: Eins.\n", "", "");
	/* theirs put one before it, and counted anew */
	labels("We ask.[^1]\n\n[^1]: One.\n", "We ask.[^1]\n\n[^1]: One.\n", "So[^1] we ask.[^2]\n\n[^1]: New.\n[^2]: One.\n", "",
	       "So[^1-2] we ask.[^1]\n\n[^1-2]: New.\n[^1]: One.\n");
	/* ours did */
	labels("We ask.[^1]\n\n[^1]: One.\n", "So[^1] we ask.[^2]\n\n[^1]: New.\n[^2]: One.\n", "We ask.[^1]\n\n[^1]: One.\n",
	       "We ask.[^2]\n\n[^2]: One.\n", "We ask.[^2]\n\n[^2]: One.\n");
}

static void notes_go_with_their_clause(void **state)
{
	(void)state;
	merges(A "\nOld.[^1]\n\n[^1]: Note.\n", A, A "\nOlder.[^1]\n\n[^1]: Note.\n", A "\n{++Older.[^1]\n++}{>>@theirs<<}\n\n[^1]: Note.\n", 1);
}

static void yaml(void **state)
{
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(merge_yaml(SPAN_LIT("a: 1\nb: 2\n"), SPAN_LIT("a: 3\nb: 2\n"), SPAN_LIT("a: 1\nb: 4\n"), "Ben", SPAN_LIT("\n"), &out), 0);
	assert_int_equal(merge_yaml(SPAN_LIT("c: 1\n"), SPAN_LIT("c: 2\n"), SPAN_LIT("c: 3\n"), "Ben", SPAN_LIT("\n"), &out), 1);
	buf_char(&out, '\0');
	assert_string_equal(out.p, "a: 3\nb: 4\nc: 2\n# Ben: c: 3\n");
	buf_done(&out);
}

static void line_ends(void **state)
{
	(void)state;
	merges("One two.\n\nThree four.\n", "One two.\r\n\r\nThree four five.\r\n", "One two six.\n\nThree four.\n", "One two six.\r\n\r\nThree four five.\r\n", 0);
}

static void by_lines(void **state)
{
	struct merge_result r;

	(void)state;
	merge_lines(SPAN_LIT("a\nb\nc\n"), SPAN_LIT("a\nx\nc\n"), SPAN_LIT("a\ny\nc\nd\n"), 7, &(struct merge_names){ "ours", "theirs" }, &r);
	buf_char(&r.text, '\0');
	assert_string_equal(r.text.p, "a\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\nc\nd\n");
	assert_int_equal(r.conflicts, 1);
	merge_result_done(&r);
	merge_lines(SPAN_LIT("a\r\n"), SPAN_LIT("x\r\n"), SPAN_LIT("y\r\n"), 7, &(struct merge_names){ "ours", "theirs" }, &r);
	buf_char(&r.text, '\0');
	assert_string_equal(r.text.p, "<<<<<<< ours\r\nx\r\n=======\r\ny\r\n>>>>>>> theirs\r\n");
	merge_result_done(&r);
	assert_false(merge_keeps(SPAN_LIT("a b"), SPAN_LIT("a b secret"), SPAN_LIT("a b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_side),
		cmocka_unit_test(different_words),
		cmocka_unit_test(conflicts),
		cmocka_unit_test(internal_stays),
		cmocka_unit_test(internal_wins),
		cmocka_unit_test(same_id_on_both_sides),
		cmocka_unit_test(attributes_clash),
		cmocka_unit_test(labels_of_notes),
		cmocka_unit_test(notes_go_with_their_clause),
		cmocka_unit_test(yaml),
		cmocka_unit_test(line_ends),
		cmocka_unit_test(by_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
