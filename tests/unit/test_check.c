/*
 * The check over small texts: places, tokens, sentences, evidence, rules.  The lists of sentences are in tests/golden/check.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "checking.h"

#define HEAD "schema: chapeau/priorities/1\n"
#define ONE(phrases) HEAD "priorities:\n  - {id: one, title: One, level: must, needs: mentioned, any: [" phrases "]}\n"

/* ---- a phrase at a known place ---- */

#define PLANTS 500

/* Two words that no other place holds, in the shape that number n asks for; appends, and returns the offset of the first. */
static size_t plant(struct buf *b, unsigned n, const char *eol)
{
	static const char *const fill[] = { "Some words stand here", "Été à Zürich", "我们 here", "*so* `code` it goes", "“quoted” words", "a &amp; b &#8364;" };
	const char *lead = fill[n % 6];
	size_t at;

	switch (n % 12) {
	case 0: /* plain */
		buf_printf(b, "%s ", lead);
		at = b->n;
		buf_printf(b, "plant%u word%u, and on.%s%s", n, n, eol, eol);
		break;
	case 1: /* emphasis around one word, and over a line end */
		buf_printf(b, "%s *", lead);
		at = b->n;
		buf_printf(b, "plant%u*%s**word%u** and on.%s%s", n, eol, n, eol, eol);
		break;
	case 2: /* an entity between */
		buf_printf(b, "%s &nbsp;&lt;", lead);
		at = b->n;
		buf_printf(b, "PLANT%u&nbsp;Word%u.%s%s", n, n, eol, eol);
		break;
	case 3: /* link text */
		buf_printf(b, "%s [", lead);
		at = b->n;
		buf_printf(b, "plant%u word%u](https://example.org/%u) on.%s%s", n, n, n, eol, eol);
		break;
	case 4: /* tabs */
		buf_printf(b, "%s\tand\t", lead);
		at = b->n;
		buf_printf(b, "plant%u\tword%u%s%s", n, n, eol, eol);
		break;
	case 5: /* a table's cell */
		buf_printf(b, "| A | B |%s|---|---|%s| %s | x \\| ", eol, eol, lead);
		at = b->n;
		buf_printf(b, "plant%u word%u |%s%s", n, n, eol, eol);
		break;
	case 6: /* a note */
		buf_printf(b, "%s[^n%u].%s%s[^n%u]: See *there*, ", lead, n, eol, eol, n);
		at = b->n;
		buf_printf(b, "plant%u word%u.%s%s", n, n, eol, eol);
		break;
	case 7: /* a nested list */
		buf_printf(b, "- one%s  - %s ", eol, lead);
		at = b->n;
		buf_printf(b, "plant%u-word%u%s%s", n, n, eol, eol);
		break;
	case 8: /* a quote, second line */
		buf_printf(b, "> %s%s> ", lead, eol);
		at = b->n;
		buf_printf(b, "plant%u%s> word%u on%s%s", n, eol, n, eol, eol);
		break;
	case 9: /* a heading with a tag */
		buf_printf(b, "## %s ", lead);
		at = b->n;
		buf_printf(b, "plant%u word%u {#h-%u}%s%s", n, n, n, eol, eol);
		break;
	case 10: /* behind a tag that nobody sees, an escape, and in quotation marks */
		buf_printf(b, "<!-- {#c-%u role=context} -->%s%s \\* “", n, eol, lead);
		at = b->n;
		buf_printf(b, "plant%u” (word%u)%s%s", n, n, eol, eol);
		break;
	default: /* code */
		buf_printf(b, "```%s%s%s", eol, lead, eol);
		at = b->n;
		buf_printf(b, "plant%u word%u%s```%s%s", n, n, eol, eol, eol);
		break;
	}
	return at;
}

static void place_of(struct span s, size_t offset, size_t *line, size_t *column)
{
	size_t start = span_starts(s, SPAN_LIT(UTF8_BOM)) ? 3 : 0;

	*line = 1;
	for (size_t i = 0; i < offset; i++) {
		if (s.p[i] == '\n') {
			*line += 1;
			start = i + 1;
		}
	}
	*column = 1;
	for (size_t i = start; i < offset; i++)
		*column += ((unsigned char)s.p[i] & 0xc0) != 0x80;
}

static void planted(const char *eol, bool bom)
{
	struct buf list = { 0 }, text = { 0 };
	static size_t at[PLANTS];
	struct checking c;

	BUF_LIT(&list, HEAD "priorities:\n");
	if (bom)
		BUF_LIT(&text, UTF8_BOM);
	buf_printf(&text, "---%stitle: Plants%s---%s%s", eol, eol, eol, eol);
	for (unsigned n = 0; n < PLANTS; n++) {
		buf_printf(&list, "  - {id: p%u, title: P, level: may, needs: mentioned, any: [plant%u word%u]}\n", n, n, n);
		at[n] = plant(&text, n, eol);
	}
	buf_char(&list, '\0');
	checking_begin(&c, list.p);
	checking_text(&c, buf_span(&text));
	for (unsigned n = 0; n < PLANTS; n++) {
		const struct verdict *v = &c.result->verdicts[n];
		size_t line, column;

		place_of(buf_span(&text), at[n], &line, &column);
		if (v->evidence_count != 1 || v->evidence[0].line != line || v->evidence[0].column != column)
			print_message("# plant %u: %zu found, at %zu:%zu, not %zu:%zu\n", n, v->evidence_count, v->evidence_count ? v->evidence[0].line : 0,
				      v->evidence_count ? v->evidence[0].column : 0, line, column);
		assert_int_equal(v->evidence_count, 1);
		assert_int_equal(v->evidence[0].line, line);
		assert_int_equal(v->evidence[0].column, column);
		/* the words that were hit, as people read them */
		assert_int_equal(v->evidence[0].text.p[v->evidence[0].hit_begin] | 32, 'p');
		assert_int_equal(v->evidence[0].text.p[v->evidence[0].hit_end - 1], '0' + n % 10);
	}
	checking_end(&c);
	buf_done(&list);
	buf_done(&text);
}

static void planted_lf(void **state)
{
	(void)state;
	planted("\n", false);
}

static void planted_crlf(void **state)
{
	(void)state;
	planted("\r\n", false);
}

static void planted_bom(void **state)
{
	(void)state;
	planted("\r\n", true);
}

/* ---- phrases ---- */

static size_t hits(const char *list, const char *text)
{
	struct checking c;
	size_t n;

	checking_begin(&c, list);
	checking_text(&c, span_str(text));
	n = c.result->verdicts[0].evidence_count + c.result->verdicts[0].more;
	checking_end(&c);
	return n;
}

/* The words of the first hit. */
static void assert_hit(const char *list, const char *text, const char *words)
{
	struct checking c;
	const struct verdict *v;
	struct span hit;

	checking_begin(&c, list);
	checking_text(&c, span_str(text));
	v = &c.result->verdicts[0];
	assert_int_equal(v->evidence_count, 1);
	hit = span_sub(v->evidence[0].text, v->evidence[0].hit_begin, v->evidence[0].hit_end);
	if (!span_is(hit, words))
		print_message("# \"%.*s\", not \"%s\"\n", SPAN_ARG(hit), words);
	assert_true(span_is(hit, words));
	checking_end(&c);
}

static void tokens(void **state)
{
	(void)state;
	assert_int_equal(hits(ONE("igf"), "IGF's, the I.G.F, igf-like, preIGF, IGF2025 and Igf.\n"), 3);
	assert_int_equal(hits(ONE("co-operation"), "Co-operation, co operation, co—operation; cooperation.\n"), 3);
	assert_int_equal(hits(ONE("coopération"), "coop\xc3\xa9ration COOP\xc3\x89RATION coope\xcc\x81ration co\xc2\xadop\xc3\xa9ration\n"), 4);
	assert_int_equal(hits(ONE("strasse"), "Stra\xc3\x9f""e STRASSE\n"), 2);
	assert_int_equal(hits(ONE("\"don't\""), "We don\xe2\x80\x99t and don't.\n"), 2);
	assert_int_equal(hits(ONE("\"3.5\""), "3.5 and 3,5 and 35\n"), 2);
	assert_int_equal(hits(ONE("互联网"), "我们支持互联网。互 联网的。互\n联网\n"), 3);
	assert_int_equal(hits(ONE("互联* 治理"), "互联治理\n"), 1);
	assert_int_equal(hits(ONE("الإنترنت"), "إدارة الإنترنت، والإنترنت\n"), 1);
	assert_int_equal(hits(ONE("fund*"), "fund funds funding refund fun\n"), 3);
	assert_int_equal(hits(ONE("igf"), "the \\*I*G*F and a<!-- x -->\n"), 1);
}

static void gaps(void **state)
{
	(void)state;
	assert_hit(ONE("permanent ..2 igf|forum"), "a permanent and stable Forum for all, permanent a b c igf.\n", "permanent and stable Forum");
	assert_hit(ONE("a ..3 b ..3 c"), "a x b y b c c.\n", "a x b y b c");
	assert_hit(ONE("a ..1 b"), "a a b.\n", "a a b"); /* leftmost */
	assert_int_equal(hits(ONE("a ..1 b"), "a x y b.\n"), 0);
	assert_int_equal(hits(ONE("a b"), "a. B\n\na! B? a; b\n"), 1); /* never across a sentence end */
	assert_int_equal(hits(ONE("a b"), "a\n\nb\n"), 0);
	assert_int_equal(hits(ONE("a b|c, b c"), "a b c a b\n"), 2); /* of one priority: not overlapping */
	assert_hit(ONE("open & interoperable /10"), "an interoperable and secure, open net\n", "interoperable and secure, open");
	assert_int_equal(hits(ONE("open & open|free /5"), "an open net\n"), 0); /* one word is not two */
	assert_int_equal(hits(ONE("open & open|free /5"), "an open, free net\n"), 1);
	assert_int_equal(hits(ONE("open & secure /3"), "open x y secure\n"), 0);
	assert_int_equal(hits(ONE("open & secure /4"), "open x y secure\n"), 1);
	assert_int_equal(hits(ONE("world-wide & net /4"), "a net for the world wide\n"), 0);
	assert_int_equal(hits(ONE("world-wide & net /6"), "a net for the world wide\n"), 1);
}

static void sentences(void **state)
{
	(void)state;
	assert_int_equal(hits(ONE("a b"), "a (b). a e.g. b, a etc.) b\n"), 1);
	assert_int_equal(hits(HEAD "abbreviations: [e.g, No]\npriorities:\n  - {id: o, title: O, level: may, needs: mentioned, any: [a ..3 b]}\n",
			      "a e.g. B here. a No. 5 b here. A end.” B\n"),
			 2);
	assert_int_equal(hits(ONE("a ..2 b"), "a v1.2 b; a … b. a x.[^1] B\n\n[^1]: a\n"), 2); /* no white space: no end; lower case after it: none */
	assert_int_equal(hits(ONE("甲 ..2 乙"), "甲。乙甲！”乙 甲，乙\n"), 1);
}

static void assert_refused(const char *phrase, size_t column, const char *words)
{
	struct buf list = { 0 };
	struct priorities *p = NULL;
	struct checker *c = NULL;
	struct fault f = { 0 };

	buf_printf(&list, HEAD "ask_verbs: [\"%s\"]\npriorities: []\n", phrase);
	assert_int_equal(conf_priorities(buf_span(&list), "list.yaml", &p, &f), 0);
	assert_true(checker_new(p, NULL, &c, &f) < 0);
	if (f.pos.column != 14 + column || !strstr(f.message, words))
		print_message("# %zu: %s\n", f.pos.column, f.message);
	assert_int_equal(f.pos.line, 2);
	assert_int_equal(f.pos.column, 14 + column);
	assert_string_equal(f.file, "list.yaml");
	assert_non_null(strstr(f.message, words));
	assert_non_null(f.line);
	fault_done(&f);
	priorities_free(p);
	buf_done(&list);
}

static void refusals(void **state)
{
	char big[400] = "";

	(void)state;
	assert_refused("a ..0 b", 2, "no gap");
	assert_refused("a ..21 b", 2, "no gap");
	assert_refused("a .. b", 2, "no gap");
	assert_refused("a ..2", 2, "end with a gap");
	assert_refused("..2 a", 0, "begin with a gap");
	assert_refused("a ..2 ..3 b", 6, "two gaps");
	assert_refused("é multi-stake|one x", 2, "several words");
	assert_refused("a ||b", 2, "bar");
	assert_refused("a|", 2, "bar");
	assert_refused("a* b", 0, "two characters");
	assert_refused("fu*nd", 2, "star");
	assert_refused("a -- b", 2, "no letter");
	assert_refused("a & b", 5, "width");
	assert_refused("a & b /1", 6, "window");
	assert_refused("a & b /51", 6, "window");
	assert_refused("a & /5", 4, "missing");
	assert_refused("a b & c /5", 2, "joined by &");
	assert_refused("a & b /5 c", 9, "ends a phrase");
	assert_refused("a b /5", 4, "width of a window");
	/* the limit on words of one phrase */
	for (size_t i = 0; i < 65; i++) {
		big[4 * i] = 'a';
		big[4 * i + 1] = 'b';
		big[4 * i + 2] = 'c';
		big[4 * i + 3] = ' ';
	}
	assert_refused(big, 256, "more than 64");
}

/* ---- priorities ---- */

static void screens(void **state)
{
	static const char text[] =
		"---\ntitle: Input\nlanguage: en\nnumbering: paragraphs\norganisation: Pacific Names and Numbers Centre\n---\n\n# Introduction\n\n"
		"<!-- {#capacity priority=technical-capacity role=ask para=60} -->\n"
		"Technical capacity must go beyond digital literacy. We urge investment in operator groups and mentoring, as appropriate, so that engineers can build, manage and secure their own networks.\n\n"
		"<!-- {#nets priority=community-networks role=claim} -->\nCommunity networks reach places that the market does not serve.\n\n"
		"<!-- {.internal} -->\nFallback: we can live with a ten-year mandate of ten years.\n\n"
		"<!-- {#model priority=ixp role=ask} -->\nWe reject multilateral control over the Internet.\n";
	struct checking c;
	const struct verdict *v;
	const struct finding *f;

	(void)state;
	checking_begin(&c, NULL);
	checking_text(&c, span_str(text));
	v = checking_verdict(&c, "technical-capacity");
	assert_int_equal(v->state, STATE_ASKED);
	assert_true(v->weakened);
	assert_true(span_is(v->weak_words, "as appropriate"));
	assert_int_equal(v->evidence_count, 3);
	assert_true(span_is(v->evidence[0].clause->label, "1"));
	assert_false(checking_verdict(&c, "operator-communities")->weakened);
	assert_int_equal(checking_count(&c, "weak"), 1);
	f = checking_finding(&c, "weak", 0);
	assert_int_equal(f->line, 11);
	assert_int_equal(f->column, 106);
	assert_true(span_is(f->clause, "capacity"));
	f = checking_finding(&c, "contrary", 0);
	assert_int_equal(f->level, LEVEL_NOTE);
	assert_int_equal(f->column, 11);
	assert_int_equal(checking_count(&c, "contrary"), 1); /* what is internal counts for nothing */
	f = checking_finding(&c, "claim", 0);
	assert_true(span_is(f->subject, "ixp") && span_is(f->clause, "model"));
	assert_int_equal(checking_count(&c, "claim"), 1);
	assert_int_equal(checking_count(&c, "internal-note"), 1);
	assert_int_equal(c.result->internal_line, 17);
	/* each priority below what it needs has a finding of its own */
	assert_true(checking_count(&c, "gap") > 8);
	checking_end(&c);
}

static void languages(void **state)
{
	struct checking c;

	(void)state;
	checking_begin(&c, NULL);
	checking_text(&c, SPAN_LIT("---\nlanguage: fr\n---\n\nWe urge a permanent IGF.\n"));
	assert_false(c.result->checked);
	assert_int_equal(c.result->verdict_count, 0);
	assert_int_equal(checking_finding(&c, "language", 0)->level, LEVEL_ERROR);
	assert_int_equal(checking_count(&c, "gap"), 0);
	checking_text(&c, SPAN_LIT("---\nlanguage: en-GB\n---\n\nWe urge a permanent IGF.\n"));
	assert_true(c.result->checked);
	checking_end(&c);
	checking_begin(&c, HEAD "language: [en, fr]\nask_verbs: {fr: [demandons], en: [ask]}\npriorities:\n"
				"  - {id: o, title: O, level: may, needs: asked, any: {fr: [forum permanent], en: [permanent forum]}}\n");
	checking_text(&c, SPAN_LIT("---\nlanguage: fr-CH\n---\n\nNous demandons un Forum permanent, not a permanent forum.\n"));
	assert_int_equal(c.result->verdicts[0].evidence_count, 1);
	assert_int_equal(c.result->verdicts[0].state, STATE_ASKED);
	checking_end(&c);
}

static void never_and_own_name(void **state)
{
	struct checking c;
	static const char list[] = HEAD "negators: [no]\nask_verbs: [urges]\nothers: [ministers]\npriorities:\n"
					"  - {id: o, title: O, level: may, needs: asked, any: [forum], contrary: [{phrase: evil plan, never: true}, bad plan]}\n";

	(void)state;
	checking_begin(&c, list);
	checking_text(&c, SPAN_LIT("---\norganisation: Example Registry\n---\n\nNo evil plan. No bad plan. Of all ministers, Example Registry urges a forum.\n"));
	assert_int_equal(checking_count(&c, "contrary"), 2);
	assert_int_equal(checking_finding(&c, "contrary", 0)->level, LEVEL_ERROR);
	assert_int_equal(checking_finding(&c, "contrary", 1)->level, LEVEL_NOTE);
	assert_int_equal(c.result->verdicts[0].state, STATE_CONTRARY);
	checking_text(&c, SPAN_LIT("---\norganisation: Example Registry\n---\n\nOf all ministers, Example Registry urges a forum.\n"));
	assert_int_equal(c.result->verdicts[0].state, STATE_ASKED);
	checking_text(&c, SPAN_LIT("Of all ministers, Example Registry urges a forum.\n"));
	checking_end(&c);
}

static void many_hits(void **state)
{
	struct checking c;
	struct buf text = { 0 };

	(void)state;
	checking_begin(&c, ONE("igf"));
	for (size_t i = 0; i < 50; i++)
		BUF_LIT(&text, "The IGF. ");
	checking_text(&c, buf_span(&text));
	assert_int_equal(c.result->verdicts[0].evidence_count, EVIDENCE_MAX);
	assert_int_equal(c.result->verdicts[0].more, 50 - EVIDENCE_MAX);
	assert_int_equal(c.result->verdicts[0].evidence[2].column, 2 * 9 + 5);
	checking_end(&c);
	buf_done(&text);
}

/* ---- the text itself ---- */

static void assert_rule(const char *text, const char *rule, size_t line, size_t column)
{
	struct checking c;
	const struct finding *f;

	checking_begin(&c, HEAD "priorities: []\n");
	checking_text(&c, span_str(text));
	f = checking_finding(&c, rule, 0);
	if (!column) {
		if (f)
			print_message("# %s: %.*s\n", text, SPAN_ARG(f->message));
		assert_null(f);
	} else {
		if (!f || f->line != line || f->column != column || checking_count(&c, rule) != 1)
			print_message("# %s: %zu at %zu:%zu\n", text, checking_count(&c, rule), f ? f->line : 0, f ? f->column : 0);
		assert_non_null(f);
		assert_int_equal(f->line, line);
		assert_int_equal(f->column, column);
		assert_int_equal(checking_count(&c, rule), 1);
	}
	checking_end(&c);
}

static void characters(void **state)
{
	(void)state;
	assert_rule("We support \xe2\x80\xae.ytilartuen\xe2\x80\xac of the net.\n", "hidden-char", 1, 12);
	assert_rule("perm\xc2\xad""anent perm\xc2\xad""anent\n", "hidden-char", 1, 5);
	assert_rule("a\xe2\x80\x8b""b\n", "hidden-char", 1, 2);
	assert_rule("a\x07 b\n", "hidden-char", 1, 2);
	assert_rule("a\fb\n", "hidden-char", 1, 2);
	assert_rule("a \xc2\x85 c\n", "hidden-char", 1, 3);
	/* a word that a line end cuts in two, and hyphens that are meant */
	assert_rule("An inter-\nnational order.\n", "hidden-char", 1, 4);
	assert_rule("> An inter-\r\n> national order.\n", "hidden-char", 1, 6);
	assert_rule("For short-\nand long-term use, and Asia-\nPacific.\n", "hidden-char", 0, 0);
	assert_rule("The In\xd1\x82""ernet\n", "hidden-char", 1, 7);           /* Cyrillic т */
	assert_rule("\xd0\x98\xd0\xbd\xd1\x82""e\xd1\x80\xd0\xbd\xd0\xb5\xd1\x82\n", "hidden-char", 1, 4); /* Latin e in Интернет */
	assert_rule("The \xef\xbc\xa9nternet\n", "hidden-char", 1, 5);         /* full-width I */
	assert_rule("10 \xce\xbcm, na\xc3\xafve, Интернет, 互联网 IPv6\n", "hidden-char", 0, 0);
	assert_rule("می\xe2\x80\x8cخواهیم\n", "hidden-char", 0, 0);             /* the joiner of good Persian */
	assert_rule("<!-- {.internal} -->\nx\xe2\x80\x8by\n", "hidden-char", 0, 0);
}

static void quotation_marks(void **state)
{
	(void)state;
	assert_rule("‘“’Capacity must go beyond literacy,’ she said.\n", "quotes", 1, 2);
	assert_rule("She said “this and that.\n", "quotes", 1, 10);
	assert_rule("She said this” and that.\n", "quotes", 1, 14);
	assert_rule("She said “this\" and that.\n", "quotes", 1, 10);
	assert_rule("He said „das“ and «ceci», “it”, \"it\"\n", "quotes", 1, 33);
	assert_rule("The States’ and the Forum’s ‘own’ “words” („das“), «ceci».\n", "quotes", 0, 0);
	assert_rule("A 19\" rack.\n", "quotes", 0, 0);
	assert_rule("Type `say \"` in “quotes”.\n", "quotes", 0, 0);
	assert_rule("“A quotation of two paragraphs\n", "quotes", 0, 0);
}

static void placeholders(void **state)
{
	(void)state;
	assert_rule("The deadline is TBC by us.\n", "placeholder", 1, 17);
	assert_rule("On XX October.\n", "placeholder", 1, 4);
	assert_rule("Dear \\[insert name\\], hello.\n", "placeholder", 1, 6);
	assert_rule("{#a}\nA date: [insert date].\n", "placeholder", 2, 9);
	assert_rule("We insert a name on date [57].\n", "placeholder", 0, 0);
}

static void typed_numbers(void **state)
{
	(void)state;
	assert_rule("(a) Train operators.\n", "typed-number", 1, 1);
	assert_rule("iv) Train operators.\n", "typed-number", 1, 1);
	assert_rule("• Train operators.\n", "typed-number", 1, 1);
	assert_rule("(ab) Train. (a) and\n", "typed-number", 0, 0);
	assert_rule("A. Smith wrote it.\n", "typed-number", 0, 0);
	assert_rule("1. one\n2. two\n", "typed-number", 0, 0);
	/* one for a list, one more for another */
	assert_rule("Text.\n\n(a) one\n\n(b) two\n\n(c) three\n", "typed-number", 3, 1);
}

static void references(void **state)
{
	(void)state;
	assert_rule("As said in [](#nowhere), we agree.\n", "xref-dead", 1, 12);
	assert_rule("{#a}\nText.\n\nAs in [](#a).\n", "xref-unnumbered", 4, 7);
	assert_rule("# Head\n\n{#a}\nText.\n\nAs in [](#a).\n", "xref-unnumbered", 0, 0);
	assert_rule("# Head\n\n{#a .internal}\nText.\n\nAs in [](#a).\n", "xref-dead", 6, 7);
	assert_rule("{#a priority=ipv7}\nText.\n", "value-unknown", 1, 5);
}

static bool no_image(void *ctx, struct span url, struct buf *ret_why)
{
	(void)ctx;
	buf_str(ret_why, "it is a test");
	return span_is(url, "there.png");
}

static void findings_of_readers(void **state)
{
	struct checking c;
	const struct finding *f;

	(void)state;
	checking_begin(&c, NULL);
	c.options.find_image = no_image;
	checking_text(&c, SPAN_LIT("{#a}\nOne.\n\n{#b}\nTwo <b>bold</b>, {--sending party pays--} and ![x](there.png) ![y](not.png).\n\n{#c}\nNote[^x].\n"));
	f = checking_finding(&c, "raw-html", 0);
	assert_true(span_is(f->clause, "b") && f->line == 5);
	assert_true(span_is(checking_finding(&c, "note-undefined", 0)->clause, "c"));
	assert_int_equal(checking_finding(&c, "note-undefined", 0)->level, LEVEL_ERROR);
	f = checking_finding(&c, "open-suggestion", 0);
	assert_true(span_is(f->clause, "b") && f->line == 5);
	/* removed text is told of, and is no error */
	assert_int_equal(checking_finding(&c, "contrary", 0)->level, LEVEL_NOTE);
	assert_int_equal(checking_verdict(&c, "ixp")->state, STATE_ABSENT);
	assert_int_equal(checking_count(&c, "image-missing"), 1);
	assert_true(span_is(checking_finding(&c, "image-missing", 0)->excerpt, "not.png"));
	checking_end(&c);
}

/* A long sentence full of hits costs no more a hit than a short one: ten times the text, not a hundred times the work. */
static void long_sentence(void **state)
{
	struct checking c;
	struct buf text = { 0 };

	(void)state;
	BUF_LIT(&text, "We do not:\n\n- ");
	while (text.n < 400000)
		BUF_LIT(&text, "the mandate ten years, “sending party pays, not ixp XX network 2015 ");
	checking_begin(&c, NULL);
	checking_text(&c, buf_span(&text));
	assert_true(c.result->findings.count > 5000);
	checking_end(&c);
	buf_done(&text);
}

/* ---- the profile ---- */

static void assert_profile(const char *profile, const char *text, bool final, const char *rule, enum level level)
{
	struct checking c;
	const struct finding *f;
	struct buf yaml = { 0 };

	buf_printf(&yaml, "schema: chapeau/profile/1\nid: x\ntitle: X\nkind: written\n%s", profile);
	buf_char(&yaml, '\0');
	checking_begin(&c, HEAD "set: s\npriorities: []\n");
	checking_profile(&c, yaml.p);
	c.options.final = final;
	checking_text(&c, span_str(text));
	f = checking_finding(&c, rule, 0);
	if ((f ? f->level : LEVEL_OFF) != level)
		print_message("# %s: %s\n", profile, f ? level_name(f->level) : "nothing");
	assert_int_equal(f ? f->level : LEVEL_OFF, level);
	checking_end(&c);
	buf_done(&yaml);
}

static void profile_rules(void **state)
{
	static const char five[] = "One two three four five.\n";

	(void)state;
	assert_profile("limits: {words: {soft: 4, hard: 6}}\n", five, true, "words", LEVEL_WARNING);
	assert_profile("limits: {words: {soft: 3, hard: 4}}\n", five, false, "words", LEVEL_WARNING);
	assert_profile("limits: {words: {soft: 3, hard: 4}}\n", five, true, "words", LEVEL_ERROR);
	assert_profile("limits: {words: {soft: 5, hard: 5}}\n", five, true, "words", LEVEL_OFF);
	assert_profile("limits: {words: {hard: 4}}\nlevels: {words: note}\n", five, true, "words", LEVEL_NOTE);
	assert_profile("limits: {words: {hard: 4}}\nlevels: {words: off}\n", five, true, "words", LEVEL_OFF);
	assert_profile("limits: {words: {hard: ~}}\n", five, true, "words", LEVEL_OFF);
	assert_profile("structure: {sections: [{id: intro, title: Introduction, required: true}]}\n", five, false, "section", LEVEL_WARNING);
	assert_profile("structure: {sections: [{id: intro, title: Introduction, required: true}]}\n", five, true, "section", LEVEL_ERROR);
	assert_profile("structure: {sections: [{id: intro, title: Introduction, required: true}]}\n", "# introduction\n\nx\n", true, "section", LEVEL_OFF);
	assert_profile("structure: {sections: [{id: intro, title: Introduction, required: true}]}\n", "{#a section=intro}\nx\n", true, "section", LEVEL_OFF);
	assert_profile("structure: {sections: [{id: intro, title: Introduction, max_words: 2}]}\n", "# Introduction\n\none two three\n", true, "section", LEVEL_ERROR);
	assert_profile("style: {footnotes: forbidden}\n", "x[^1]\n\n[^1]: y\n", false, "notes", LEVEL_WARNING);
	assert_profile("style: {footnotes: forbidden}\n", "x[^1]\n\n[^1]: y\n", true, "notes", LEVEL_ERROR);
	assert_profile("style: {footnotes: allowed}\n", "x[^1]\n\n[^1]: y\n", true, "notes", LEVEL_OFF);
	assert_profile("numbering: none\n", "---\nnumbering: paragraphs\n---\n\nx\n", false, "numbering", LEVEL_WARNING);
	assert_profile("deadline: {at: 2024-01-01, zone: UTC}\n", five, false, "deadline", LEVEL_WARNING);
	assert_profile("deadline: {at: 2024-01-01, zone: UTC}\n", five, true, "deadline", LEVEL_ERROR);
	assert_profile("deadline: {at: 2025-11-26, zone: UTC, warn_days: [7]}\n", five, true, "deadline", LEVEL_NOTE);
	assert_profile("deadline: {at: 2025-12-26, zone: UTC, warn_days: [7]}\n", five, true, "deadline", LEVEL_OFF);
	assert_profile("priorities: other\n", five, false, "value-unknown", LEVEL_WARNING);
	assert_profile("style: {pack: un-editorial-en}\n", "We organise it.\n", false, "style/ize", LEVEL_WARNING);
	assert_profile("style: {pack: un-editorial-en}\n", "We advise, promise, compromise and exercise likewise; enterprises and crises rise.\n", false, "style/ize", LEVEL_OFF);
	assert_profile("style: {pack: un-editorial-en}\n", "The Organisation said “we organise it”.\n", false, "style/ize", LEVEL_OFF);
	assert_profile("style: {pack: un-editorial-en}\n", "---\nlanguage: fr\n---\n\nOn organise.\n", false, "style/ize", LEVEL_OFF);
	assert_profile("", "We organise it.\n", false, "style/ize", LEVEL_OFF);
	assert_profile("style: {pack: un-editorial-en}\n", "# A\n\n## B\n\nx\n\n# C\n\ny\n", false, "style/lone-heading", LEVEL_WARNING);
	assert_profile("style: {pack: un-editorial-en}\n", "# A\n\n## B\n\nx\n\n## C\n\ny\n", false, "style/lone-heading", LEVEL_OFF);
	assert_profile("style: {acronyms: expand_on_first_use}\n", "The NOG met.\n", false, "acronyms", LEVEL_WARNING);
	assert_profile("style: {acronyms: expand_on_first_use}\n", "The Network Operator Group (NOG) met. The NOG is here.\n", false, "acronyms", LEVEL_OFF);
	assert_profile("style: {acronyms: expand_on_first_use}\n", "The NOG is here. The Network Operator Group (NOG) met.\n", false, "acronyms", LEVEL_WARNING);
	assert_profile("style: {acronyms: expand_on_first_use}\n", "A/RES/70/125 and WSIS+20, part II, of the Network Operator Group: the NOG.\n", false, "acronyms", LEVEL_OFF);
}

static void lengths(void **state)
{
	struct checking c;
	static const char text[] = "---\ntitle: Two words\n---\n\n# One heading\n\nState-of-the-art IXP / NRI, 3.5 per cent.[^1]\n\n- item one\n\n| a | b |\n|---|---|\n| c | 我们 |\n\n"
				   "<!-- {.internal} -->\nnot counted\n\n{.oral for=x}\nspoken only\n\n[^1]: Note text here.\n";

	(void)state;
	checking_begin(&c, HEAD "priorities: []\n");
	checking_text(&c, span_str(text));
	/* 2 + 6 + 2 + 5 + 3 */
	assert_int_equal(c.result->lengths.words, 18);
	assert_false(c.result->lengths.has_seconds);
	checking_profile(&c, "schema: chapeau/profile/1\nid: x\ntitle: X\nkind: written\nlimits: {counts: [body], words_per_minute: {plain: 100}}\n");
	checking_text(&c, span_str(text));
	assert_int_equal(c.result->lengths.words, 6);
	assert_true(c.result->lengths.has_seconds);
	assert_int_equal(c.result->lengths.seconds, 4); /* 3.6, rounded up */
	checking_end(&c);
}

static void spoken(void **state)
{
	struct checking c;
	static const char text[] = "{#a oral=skip}\nWe urge IPv6 deployment.\n\n{#b}\nLong words of the written text on IXPs.[^1]\n\n{.oral for=b}\nWe urge IXPs.\n\n[^1]: x\n";

	(void)state;
	checking_begin(&c, NULL);
	c.options.channel = CHANNEL_ORAL;
	checking_text(&c, span_str(text));
	assert_int_equal(checking_verdict(&c, "ipv6")->state, STATE_ABSENT);
	assert_int_equal(checking_verdict(&c, "ixp")->state, STATE_ASKED);
	assert_int_equal(checking_verdict(&c, "ixp")->evidence[0].line, 8);
	assert_int_equal(checking_verdict(&c, "ixp")->evidence[0].column, 9);
	assert_true(span_is(checking_verdict(&c, "ixp")->evidence[0].clause->id, "b"));
	assert_int_equal(c.result->lengths.words, 3);
	assert_true(c.result->lengths.has_seconds);
	checking_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted_lf),    cmocka_unit_test(planted_crlf),  cmocka_unit_test(planted_bom),
		cmocka_unit_test(tokens),        cmocka_unit_test(gaps),          cmocka_unit_test(sentences),
		cmocka_unit_test(refusals),      cmocka_unit_test(screens),       cmocka_unit_test(languages),
		cmocka_unit_test(never_and_own_name), cmocka_unit_test(many_hits), cmocka_unit_test(characters),
		cmocka_unit_test(quotation_marks), cmocka_unit_test(placeholders), cmocka_unit_test(typed_numbers),
		cmocka_unit_test(references),    cmocka_unit_test(profile_rules), cmocka_unit_test(lengths),
		cmocka_unit_test(spoken),        cmocka_unit_test(findings_of_readers), cmocka_unit_test(long_sentence),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
