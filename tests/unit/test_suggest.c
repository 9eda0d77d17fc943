/* Suggestions laid into the source: what is not accepted reads as before, what is accepted as proposed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "format/format.h"
#include "format/md/suggest.h"
#include "model/text.h"

static struct doc *read_text(const char *text, enum reading reading)
{
	struct read_options o = { .path = "test.md", .reading = reading };
	struct fault f = { 0 };
	struct doc *d = NULL;

	if (md_read(span_str(text), &o, &d, &f) < 0)
		fail_msg("%s", f.message);
	return d;
}

static struct block *first_leaf(struct doc *d)
{
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		if (block_is_leaf(b) && b->kind != BLOCK_HEADING)
			return b;
	return NULL;
}

/* Replaces old with new in the first leaf; checks the source that comes of it. */
static void check(const char *source, const char *old, const char *new, const char *want)
{
	struct doc *d = read_text(source, READING_REJECTED);
	struct block *leaf = first_leaf(d);
	struct buf text = { 0 }, out = { 0 };
	struct edits e = { 0 };
	struct md_hunk h = { .text = span_str(new), .author = SPAN_LIT("Mei Lin"), .time = SPAN_LIT("2025-10-01T09:00:00Z") };
	size_t at;

	text_of_leaf(leaf, READING_REJECTED, &text);
	at = *old ? span_find(buf_span(&text), span_str(old), 0) : text.n;
	assert_int_not_equal(at, SIZE_MAX);
	h.begin = at;
	h.end = at + strlen(old);
	md_suggest(d, leaf, &h, 1, &e);
	assert_true(h.placed);
	edits_apply(&e, d->source, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.p, want);
	edits_done(&e);
	buf_done(&text);
	buf_done(&out);
	doc_free(d);
}

#define BY "{>>@Mei Lin 2025-10-01T09:00:00Z<<}"

static void plain_words(void **state)
{
	(void)state;
	check("We ask for funds.\n", "funds", "funding", "We ask for {~~funds~>funding~~}" BY ".\n");
	check("We ask for stable funds.\n", "stable ", "", "We ask for {--stable --}" BY "funds.\n");
}

/* What is done to the block that holds words gives `want`.  sign NULL: it is taken out; "item": an item comes behind its own; else a
 * block comes behind it, in what it stands in. */
static void check_block(const char *source, const char *words, const char *sign, const char *want)
{
	struct doc *d = read_text(source, READING_REJECTED);
	struct buf out = { 0 };
	struct edits e = { 0 };

	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		struct buf text = { 0 };

		text_of_leaf(b, READING_REJECTED, &text);
		if (!block_is_leaf(b) || !span_eq(buf_span(&text), span_str(words))) {
			/* another one */
		} else if (!sign) {
			unsigned char going[64] = { 0 };

			assert_true(d->block_count < sizeof(going));
			going[b->serial] = MD_GOES;
			md_going(d, going);
			md_suggest_removal(d, b, going, (struct md_hand){ 0 }, &e);
		} else if (strcmp(sign, "item") == 0) {
			md_suggest_item(d, b->parent, NULL, SPAN_LIT("new"), (struct md_hand){ 0 }, &e);
		} else {
			md_suggest_inside(d, b, sign, SPAN_LIT("new"), (struct md_hand){ 0 }, &e);
		}
		buf_done(&text);
	}
	edits_apply(&e, d->source, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.p, want);
	edits_done(&e);
	buf_done(&out);
	doc_free(d);
}

static void blocks_taken_out(void **state)
{
	(void)state;
	check_block("p1\n\np2\n\np3\n", "p2", NULL, "p1\n\n{--p2\n\n--}p3\n");
	check_block("p1\r\n\r\n{#b}\r\np2\r\n\r\np3\r\n", "p2", NULL, "p1\r\n\r\n{--{#b}\r\np2\r\n\r\n--}p3\r\n");
	check_block("p1\n\np2\n", "p2", NULL, "p1\n\n{--p2\n--}");
	/* All of a quotation or of a list, its tag with it: nothing of what follows gets into it. */
	check_block("> {#q}\n> words\n\n::: internal\nsecret\n:::\n", "words", NULL, "{--> {#q}\n> words\n\n--}::: internal\nsecret\n:::\n");
	check_block("{#l}\n- one\n\nnext\n", "one", NULL, "{--{#l}\n- one\n\n--}next\n");
	check_block("# H\np1\n\np2\n", "p1", NULL, "# H\n{--p1\n\n--}p2\n");
	/* A part of one. */
	check_block("> p1\n>\n> p2\n>\n> p3\n", "p2", NULL, "> p1\n>\n{--> p2\n>\n--}> p3\n");
	check_block("- a\n- b\n\n{#c}\nnext\n", "b", NULL, "- a{--\n- b--}\n\n{#c}\nnext\n");
	check_block("- a\n\n  more\n\n  end\n", "a", NULL, "- {--a\n\n  --}more\n\n  end\n");
	check_block("- a\n\n  more\n\n  end\n", "more", NULL, "- a\n\n{--  more\n\n--}  end\n");
	check_block("We ask:\n1. {#x} one\n2. {#y} two\n3. three\n", "one", NULL, "We ask:\n1. {--{#x} one\n2. --}{#y} two\n3. three\n");
	check_block("We ask:\n1. one\n2. two\n", "two", NULL, "We ask:\n1. one{--\n2. two--}\n");
}

static void blocks_put_in(void **state)
{
	(void)state;
	check_block("> p1\n\np2\n", "p1", "", "> p1{++\n>\n> new++}\n\np2\n");
	check_block("1. {#x} one\n2. two\n", "one", "", "1. {#x} one{++\n\n   new++}\n2. two\n");
	check_block("> - one\r\n", "one", "- ", "> - one{++\r\n>   - new++}\r\n");
	/* The last item, before an empty line or the end: taken out, the line is back. */
	check_block("- one\n- two\n\nnext\n", "two", "item", "- one\n- two{++\n- new++}\n\nnext\n");
	check_block("* one", "one", "item", "* one{++\n* new++}");
	check_block("- one\n\n  ```\n  code\n  ```\n\nnext\n", "one", "item", "- one\n\n  ```\n  code\n  ```\n\n{++- new\n\n++}next\n");
}

static void inside_emphasis_stays_inside(void **state)
{
	(void)state;
	check("A **permanent mandate** now.\n", "permanent", "standing", "A **{~~permanent~>standing~~}" BY " mandate** now.\n");
}

static void all_of_an_emphasis_takes_its_signs(void **state)
{
	(void)state;
	check("A **permanent** mandate.\n", "permanent", "", "A {--**permanent**--}" BY " mandate.\n");
	check("A **permanent** mandate.\n", "permanent mandate", "forum", "A {~~**permanent** mandate~>forum~~}" BY ".\n");
	check("A `code` b c.\n", "A code b", "x", "{~~A `code` b~>x~~}" BY " c.\n");
	check("A `code` b c\n", "code b", "x", "A {~~`code` b~>x~~}" BY " c\n");
	check("A b `code`\n", "b code", "x", "A {~~b `code`~>x~~}" BY "\n");
	/* At an end of the paragraph too: left alone, the signs print themselves. */
	check("A **permanent**\n", "permanent", "", "A {--**permanent**--}" BY "\n");
	check("A *b* [c](u)\n", " b c", "", "A{-- *b* [c](u)--}" BY "\n");
	check("_**Permanent**_ it is.\n", "Permanent ", "", "{--_**Permanent**_ --}" BY "it is.\n");
	check("- [**a**][r] b\n\n[r]: u\n", "a b", "x", "- {~~[**a**][r] b~>x~~}" BY "\n\n[r]: u\n");
}

static void part_of_an_emphasis_is_divided(void **state)
{
	(void)state;
	check("A **very permanent** mandate.\n", "permanent mandate", "forum", "A **very {~~permanent~>forum~~}" BY "**{-- mandate--}" BY ".\n");
}

static void entities_and_escapes_are_one_piece(void **state)
{
	(void)state;
	check("Meet &amp; report \\* here.\n", "& report *", "and say", "Meet {~~&amp; report \\*~>and say~~}" BY " here.\n");
}

static void links_keep_their_address(void **state)
{
	(void)state;
	check("See [the forum](https://example.org/igf) now.\n", "forum", "IGF", "See [the {~~forum~>IGF~~}" BY "](https://example.org/igf) now.\n");
	check("See [it](https://example.org/igf) now.\n", "it ", "", "See {--[it](https://example.org/igf) --}" BY "now.\n");
}

static void new_words_are_escaped(void **state)
{
	struct doc *d, *again;
	struct edits e = { 0 };
	struct buf out = { 0 }, text = { 0 };
	struct md_hunk h = { .text = SPAN_LIT(" *x* ++} [y] <b>") };

	(void)state;
	d = read_text("Words.\n", READING_REJECTED);
	h.begin = h.end = 6;
	md_suggest(d, first_leaf(d), &h, 1, &e);
	edits_apply(&e, d->source, &out);
	buf_char(&out, '\0');
	again = read_text(out.p, READING_ACCEPTED);
	text_of_leaf(first_leaf(again), READING_ACCEPTED, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.p, "Words. *x* ++} [y] <b>");
	doc_free(again);
	again = read_text(out.p, READING_REJECTED);
	buf_clear(&text);
	text_of_leaf(first_leaf(again), READING_REJECTED, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.p, "Words.");
	doc_free(again);
	edits_done(&e);
	buf_done(&out);
	buf_done(&text);
	doc_free(d);
}

/* Two who change the same words: their wordings stand one after the other over the smallest run of words (FORMAT.md F5, rule 7). */
static void wordings_of_two(void **state)
{
	(void)state;
	check("We ask for {++stable ++}{>>@Ana<<}funds now.\n", "ask for funds", "want money",
	      "We {~~ask for funds~>ask for stable funds~~}{>>@Ana<<}{++want money++}" BY " now.\n");
	check("We {--*ask* for [funds](u) --}{>>@Ana<<}now.\n", "for", "to", "We {~~*ask* for [funds](u) ~>~~}{>>@Ana<<}{++*ask* to [funds](u) ++}" BY "now.\n");
	/* over line ends, and words that are emphasised as a whole */
	check("We\nask\n{~~for~>of~~}{>>@Ana<<}\nfunds\nnow.\n", "ask for funds", "want", "We\n{~~ask\nfor\nfunds~>ask\nof\nfunds~~}{>>@Ana<<}{++want++}" BY "\nnow.\n");
	check("We *ask* {~~for~>of~~}{>>@Ana<<} [it](u) now.\n", "ask for it", "want", "We {~~*ask* for [it](u)~>*ask* of [it](u)~~}{>>@Ana<<}{++want++}" BY " now.\n");
	/* beside it is no part of it, also across a line end */
	check("We ask\n{~~for~>of~~}{>>@Ana<<} it.\n", "ask ", "", "We {--ask\n--}" BY "{~~for~>of~~}{>>@Ana<<} it.\n");
	/* no paragraph ends where the first words are one's own */
	check("We{--\nask\nfor--}{>>@Ana<<} it.\n", "ask for", "want", "We{~~\nask\nfor~>~~}{>>@Ana<<}{++\nwant++}" BY " it.\n");
	/* who takes all of it out keeps the word before it, or else the one behind */
	check("We ask {~~for~>of~~}{>>@Ana<<} it.\n", " for it", "", "We {~~ask for it~>ask of it~~}{>>@Ana<<}{++ask++}" BY ".\n");
	check("{~~We~>I~~}{>>@Ana<<} ask it.\n", "We ", "", "{~~We ask~>I ask~~}{>>@Ana<<}{++ask++}" BY " it.\n");
	check("We ask for {~~funds~>money~~}{>>@Ana<<} now.\n", "for funds", "that", "We ask {~~for funds~>for money~~}{>>@Ana<<}{++that++}" BY " now.\n");
}

/* Where one change reaches out of emphasis, code or a link that another stands in, the run is all of it. */
static void wordings_over_emphasis(void **state)
{
	(void)state;
	check("We ask for *{~~stable~>sound~~}{>>@Ana<<} funding* now.\n", "for stable", "about firm",
	      "We ask {~~for *stable funding*~>for *sound funding*~~}{>>@Ana<<}{++about firm *funding*++}" BY " now.\n");
	check("See [the {~~forum~>IGF~~}{>>@Ana<<} page](u) now.\n", "forum page now", "text", "See {~~[the forum page](u) now~>[the IGF page](u) now~~}{>>@Ana<<}{++[the text](u)++}" BY ".\n");
	check("See {~~the~>a~~}{>>@Ana<<} `code here` now.\n", "the code", "this", "See {~~the `code here`~>a `code here`~~}{>>@Ana<<}{++this `here`++}" BY " now.\n");
	/* two of one author's changes are one wording beside one that holds both */
	check("{~~We~>I~~}{>>@Ana<<} ask for {~~it~>this~~}{>>@Ana<<} now.\n", "We ask for it", "Pay", "{~~We ask for it~>I ask for this~~}{>>@Ana<<}{++Pay++}" BY " now.\n");
	/* a line end at the end of what another changes */
	check("One *a b* {~~two\n~>six ~~}{>>@Ana<<}[c *d*](u).\n", "b two", "x", "One {~~*a b* two\n~>*a b* six ~~}{>>@Ana<<}{++*a x*\n++}" BY "[c *d*](u).\n");
	/* beside one another both can stand: what comes right behind somebody's rewording is no other wording of it */
	check("We ask {~~now~>today~~}{>>@Ana<<}\n", "", " please", "We ask {--now--}{>>@Ana<<}{++today++}{>>@Ana<<}{++ please++}" BY "\n");
	check("We ask {++please ++}{>>@Ana<<}now.\n", "ask ", "beg ", "We {--ask --}" BY "{++beg ++}" BY "{++please ++}{>>@Ana<<}now.\n");
}

/* What is left of emphasis is emphasis still. */
static void no_sign_prints_itself(void **state)
{
	(void)state;
	check("We ask for *stable funding* now.\n", "for stable", "about firm", "We ask {~~for~>about firm~~}" BY " *{--stable --}" BY "funding* now.\n");
	check("We *ask for* funding now.\n", "for funding", "", "We *ask{-- for--}" BY "* {--funding--}" BY " now.\n");
	check("A **very *good*** mandate.\n", " good", "", "A **very{-- *good*--}" BY "** mandate.\n");
	check("A **very *good*** mandate.\n", "good", "", "A {~~**very *good***~>**very** ~~}" BY " mandate.\n");
	check("A __more *good*__ day.\n", "more good", "better", "A __{~~more *good*~>better~~}" BY "__ day.\n");
	check("See `the code` and so on.\n", "code and", "text but", "See {~~`the code` and~>`the` text but~~}" BY " so on.\n");
}

/* What falls to two places, of which wordings of two take both: it is not placed, and nothing else of it is. */
static void no_place_left(void **state)
{
	struct doc *d = read_text("w1 {--*w5*\n*w6*\n--}{>>@Ana<<}**w7** w8\n", READING_REJECTED);
	struct buf text = { 0 };
	struct edits e = { 0 };
	struct md_hunk h = { .text = SPAN_LIT("B"), .author = SPAN_LIT("Ben") };

	(void)state;
	text_of_leaf(first_leaf(d), READING_REJECTED, &text);
	for (h.begin = 0; h.begin < text.n; h.begin++)
		for (h.end = h.begin; h.end <= text.n; h.end++) {
			struct buf out = { 0 };

			md_suggest(d, first_leaf(d), &h, 1, &e);
			assert_true(h.placed || !e.count);
			edits_apply(&e, d->source, &out);
			buf_done(&out);
			edits_done(&e);
			e = (struct edits){ 0 };
		}
	buf_done(&text);
	doc_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_words),
		cmocka_unit_test(blocks_taken_out),
		cmocka_unit_test(blocks_put_in),
		cmocka_unit_test(inside_emphasis_stays_inside),
		cmocka_unit_test(all_of_an_emphasis_takes_its_signs),
		cmocka_unit_test(part_of_an_emphasis_is_divided),
		cmocka_unit_test(entities_and_escapes_are_one_piece),
		cmocka_unit_test(links_keep_their_address),
		cmocka_unit_test(new_words_are_escaped),
		cmocka_unit_test(wordings_of_two),
		cmocka_unit_test(wordings_over_emphasis),
		cmocka_unit_test(no_sign_prints_itself),
		cmocka_unit_test(no_place_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
