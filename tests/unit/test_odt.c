/*
 * The ODT writer: content of small cases, templates, and tracked changes as our own reader sees them.
 *
 * Documents are made by hand from a few lines, so that a fault of the Markdown reader does not show here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "format/format.h"
#include "format/odt/odt.h"
#include "format/odt/read.h"
#include "io/zip.h"
#include "model/number.h"

/* ---- building ---- */

struct build {
	struct doc *d;
	struct note *notes[8];
	struct outdoc o;
};

static struct mark ana_in = { .kind = MARK_INSERTED, .author = SPAN("Ana Díaz"), .time = SPAN("2025-10-01T09:00:00Z"), .group = 1 };
static struct mark ana_out = { .kind = MARK_DELETED, .author = SPAN("Ana Díaz"), .time = SPAN("2025-10-01T09:00:00Z"), .group = 2 };
static struct mark ben_in = { .kind = MARK_INSERTED, .author = SPAN("Ben"), .time = SPAN("2025-10-02T10:30:00Z"), .group = 3 };
static struct mark ben_out = { .kind = MARK_DELETED, .author = SPAN("Ben"), .time = SPAN("2025-10-02T10:30:00Z"), .group = 4 };
static struct mark ben_in_ana = { .kind = MARK_DELETED, .author = SPAN("Ben"), .time = SPAN("2025-10-02T10:30:00Z"), .outer = &ana_in, .group = 5 };
static struct link site = { .url = SPAN("https://example.org/a?b=1&c=2") };

static int begin(void **state)
{
	struct build *b = mem_zero(1, sizeof(*b));

	b->d = doc_new("case.md");
	b->o = (struct outdoc){ .audience = AUDIENCE_REVIEW, .numbering = NUMBERING_PARAGRAPHS, .language = SPAN_LIT("en"),
		.date = SPAN_LIT("2025-10-02"), .organisation = SPAN_LIT("Example Registry"), .title = SPAN_LIT("A title") };
	*state = b;
	return 0;
}

static int end(void **state)
{
	struct build *b = *state;

	doc_free(b->d);
	mem_free(b);
	return 0;
}

/* *emphasis*, **strong**, `code`, <link>, ^1 note 1, $id$ cross-reference, + inserted + and - deleted - in braces, | soft break. */
static void words(struct build *b, struct block *leaf, const char *s)
{
	struct runs r = { 0 };
	struct run now = { 0 };
	const char *from = s;

	for (;; s++) {
		if (*s && !strchr("*`<>^$|{}", *s))
			continue;
		if (s > from) {
			struct run *x = runs_add(&r, RUN_TEXT);

			*x = now;
			x->kind = RUN_TEXT;
			x->text = arena_dup(&b->d->arena, span_of(from, (size_t)(s - from)));
		}
		if (!*s)
			break;
		if (s[0] == '*' && s[1] == '*') {
			now.format ^= FMT_STRONG;
			s++;
		} else if (*s == '*') {
			now.format ^= FMT_EMPH;
		} else if (*s == '`') {
			now.format ^= FMT_CODE;
		} else if (*s == '<' || *s == '>') {
			now.link = *s == '<' ? &site : NULL;
		} else if (*s == '{') {
			now.mark = *++s == '+' ? &ana_in : *s == '-' ? &ana_out : &ben_in_ana;
		} else if (*s == '}') {
			now.mark = NULL;
		} else if (*s == '|') {
			runs_add(&r, RUN_SOFT)->mark = now.mark;
		} else if (*s == '^') {
			struct run *x = runs_add(&r, RUN_NOTE);

			x->note = b->notes[*++s - '0'];
			x->mark = now.mark;
		} else if (*s == '$') {
			const char *stop = strchr(s + 1, '$');
			struct run *x = runs_add(&r, RUN_XREF);

			x->target = arena_dup(&b->d->arena, span_of(s + 1, (size_t)(stop - s - 1)));
			s = stop;
		}
		from = s + 1;
	}
	runs_end(&r, b->d, leaf);
}

static struct block *add(struct build *b, struct block *parent, enum block_kind kind, const char *text)
{
	struct block *x = block_new(b->d, kind);

	block_append(parent ? parent : b->d->root, x);
	if (text)
		words(b, x, text);
	return x;
}

static struct block *para(struct build *b, const char *text)
{
	return add(b, NULL, BLOCK_PARAGRAPH, text);
}

static struct block *heading(struct build *b, unsigned level, const char *text)
{
	struct block *x = add(b, NULL, BLOCK_HEADING, text);

	x->level = level;
	return x;
}

static struct block *list(struct build *b, struct block *parent, bool ordered)
{
	struct block *x = add(b, parent, BLOCK_LIST, NULL);

	x->ordered = ordered;
	x->start = 1;
	return x;
}

static struct block *item(struct build *b, struct block *l, const char *text)
{
	struct block *x = add(b, l, BLOCK_ITEM, NULL);

	add(b, x, BLOCK_PARAGRAPH, text);
	return x;
}

static struct block *table(struct build *b, struct block *parent, unsigned rows)
{
	static const char *const cells[] = { "H1", "H2", "a", "b", "c", "d" };
	struct block *t = add(b, parent, BLOCK_TABLE, NULL);

	for (unsigned i = 0; i < 2 * rows; i++) {
		if (i % 2 == 0)
			add(b, t, BLOCK_ROW, NULL)->header = i == 0;
		add(b, t->last, BLOCK_CELL, cells[i]);
	}
	return t;
}

static void note(struct build *b, int n, const char *text)
{
	b->notes[n] = note_new(b->d, SPAN_LIT("n"));
	add(b, b->notes[n]->body, BLOCK_PARAGRAPH, text);
}

static struct attrs *attributes(struct build *b, struct block *x, const char *id, const char *label)
{
	struct attrs *a = ARENA_NEW(&b->d->arena, struct attrs);

	a->id = span_str(id);
	if (label) {
		a->items = ARENA_NEW(&b->d->arena, struct attr);
		a->items[0] = (struct attr){ .key = SPAN_LIT("label"), .value = span_str(label) };
		a->count = 1;
	}
	x->attrs = a;
	return a;
}

/* ---- writing ---- */

static void finish(struct build *b)
{
	doc_finish(b->d);
	number_doc(b->d, b->o.numbering);
	b->o.doc = b->d;
}

static struct buf write_with(struct build *b, struct span reference)
{
	struct write_options opt = { .reference = reference, .reference_path = "ref.odt" };
	struct fault f = { 0 };
	struct buf out = { 0 };

	finish(b);
	if (odt_write(&b->o, &opt, &out, &f) < 0)
		fail_msg("%s", f.message);
	fault_done(&f);
	return out;
}

static struct buf part_of(struct buf *package, const char *name)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	struct buf part = { 0 };

	assert_int_equal(zip_in_open(buf_span(package), "case.odt", &z, NULL), 0);
	assert_int_equal(zip_in_read(z, name, &part, NULL), 0);
	return part;
}

static void expect_part(struct buf *package, const char *want)
{
	struct buf content = part_of(package, "content.xml");

	if (span_find(buf_span(&content), span_str(want), 0) == SIZE_MAX)
		fail_msg("got:\n%.*s\nwant:\n%s", SPAN_ARG(buf_span(&content)), want);
	buf_done(&content);
}

/* The body of content.xml, after the opening. */
static void expect_body(struct build *b, const char *want)
{
	struct buf package = write_with(b, (struct span){ 0 }), content = part_of(&package, "content.xml");
	struct span s = buf_span(&content), title = SPAN_LIT("A title</text:p>");
	size_t from = span_find(s, title, 0) + title.n, to = span_find(s, SPAN_LIT("</office:text>"), 0);

	s = span_sub(s, from, to);
	if (!span_is(s, want))
		fail_msg("got:\n%.*s\nwant:\n%s", SPAN_ARG(s), want);
	buf_done(&package);
	buf_done(&content);
}

static bool part_holds(struct buf *package, const char *name, const char *words_)
{
	struct buf part = part_of(package, name);
	bool found = span_find(buf_span(&part), span_str(words_), 0) != SIZE_MAX;

	buf_done(&part);
	return found;
}

/* ---- content of small cases ---- */

static void test_numbered(void **state)
{
	struct build *b = *state;
	struct block *l, *i;

	para(b, "One.");
	l = list(b, NULL, true);
	item(b, l, "first;");
	i = item(b, l, "second:");
	item(b, list(b, i, true), "deep.");
	heading(b, 2, "Head");
	para(b, "Two.");
	expect_body(b,
		"<text:list xml:id=\"li1\" text:style-name=\"ParaNumbering\"><text:list-item><text:p text:style-name=\"ParaNumbered\">One.</text:p>"
		"<text:list><text:list-item><text:p text:style-name=\"SubPara1\">first;</text:p></text:list-item>"
		"<text:list-item><text:p text:style-name=\"SubPara1\">second:</text:p>"
		"<text:list><text:list-item><text:p text:style-name=\"SubPara2\">deep.</text:p></text:list-item></text:list>"
		"</text:list-item></text:list></text:list-item></text:list>"
		"<text:h text:style-name=\"Heading_20_2\" text:outline-level=\"2\">Head</text:h>"
		"<text:list xml:id=\"li2\" text:continue-list=\"li1\" text:style-name=\"ParaNumbering\"><text:list-item>"
		"<text:p text:style-name=\"ParaNumbered\">Two.</text:p></text:list-item></text:list>");
}

static void test_label_restarts(void **state)
{
	struct build *b = *state;

	para(b, "One.");
	item(b, list(b, NULL, true), "a.");
	attributes(b, para(b, "Labelled."), "", "1 bis");
	item(b, list(b, NULL, true), "a again.");
	expect_body(b,
		"<text:list xml:id=\"li1\" text:style-name=\"ParaNumbering\"><text:list-item><text:p text:style-name=\"ParaNumbered\">One.</text:p>"
		"<text:list><text:list-item><text:p text:style-name=\"SubPara1\">a.</text:p></text:list-item></text:list></text:list-item></text:list>"
		"<text:p text:style-name=\"ParaLabel\"><text:span text:style-name=\"PrintedLabel\">1 bis.</text:span><text:tab/>Labelled.</text:p>"
		"<text:list xml:id=\"li2\" text:continue-list=\"li1\" text:style-name=\"ParaNumbering\"><text:list-item><text:list>"
		"<text:list-item text:start-value=\"1\"><text:p text:style-name=\"SubPara1\">a again.</text:p></text:list-item></text:list>"
		"</text:list-item></text:list>");
}

static void test_plain_lists(void **state)
{
	struct build *b = *state;
	struct block *l;

	b->o.numbering = NUMBERING_NONE;
	para(b, "Text.");
	l = list(b, NULL, true);
	l->start = 5;
	item(b, l, "five");
	item(b, list(b, item(b, l, "six"), false), "bullet");
	expect_body(b,
		"<text:p text:style-name=\"ParaPlain\">Text.</text:p>"
		"<text:list text:style-name=\"NumberList\"><text:list-item text:start-value=\"5\"><text:p text:style-name=\"ListNumber\">five</text:p></text:list-item>"
		"<text:list-item><text:p text:style-name=\"ListNumber\">six</text:p><text:list text:style-name=\"L2_0_1700e\"><text:list-item>"
		"<text:p text:style-name=\"ListBullet\">bullet</text:p></text:list-item></text:list></text:list-item></text:list>");
}

static void test_headings_numbered(void **state)
{
	struct build *b = *state;
	struct buf package, styles;

	b->o.numbering = NUMBERING_HEADINGS;
	heading(b, 1, "Main");
	attributes(b, heading(b, 2, "Loose"), "", NULL)->classes = CLASS_UNNUMBERED;
	para(b, "Text.");
	expect_body(b,
		"<text:h text:style-name=\"Heading_20_1\" text:outline-level=\"1\">Main</text:h>"
		"<text:h text:style-name=\"P1\" text:outline-level=\"2\" text:is-list-header=\"true\">Loose</text:h>"
		"<text:p text:style-name=\"ParaPlain\">Text.</text:p>");
	package = write_with(b, (struct span){ 0 });
	/* At the margin, not where the words of a numbered one begin. */
	assert_true(part_holds(&package, "content.xml", "style:parent-style-name=\"Heading_20_2\"><style:paragraph-properties fo:margin-left=\"0cm\" fo:text-indent=\"0cm\"/>"));
	styles = part_of(&package, "styles.xml");
	assert_true(span_find(buf_span(&styles), SPAN_LIT("<text:outline-level-style text:level=\"1\" style:num-suffix=\".\" style:num-format=\"I\">"), 0) != SIZE_MAX);
	buf_done(&styles);
	buf_done(&package);
}

static void test_white_space(void **state)
{
	struct build *b = *state;

	b->o.numbering = NUMBERING_NONE;
	para(b, " a  b\tc *d * e|f ");
	expect_body(b,
		"<text:p text:style-name=\"ParaPlain\"><text:s/>a <text:s/>b<text:tab/>c <text:span text:style-name=\"Emphasis\">d </text:span>"
		"<text:s/>e f<text:s/></text:p>");
}

static void test_inline(void **state)
{
	struct build *b = *state;

	b->o.numbering = NUMBERING_NONE;
	note(b, 1, "The *note*.");
	para(b, "<site & all> ***both***^1 again^1");
	expect_body(b,
		"<text:p text:style-name=\"ParaPlain\"><text:a xlink:type=\"simple\" xlink:href=\"https://example.org/a?b=1&amp;c=2\">site &amp; all</text:a> "
		"<text:span text:style-name=\"T3\">both</text:span><text:note text:id=\"ftn1\" text:note-class=\"footnote\"><text:note-citation>1</text:note-citation>"
		"<text:note-body><text:p text:style-name=\"FootnoteText\">The <text:span text:style-name=\"Emphasis\">note</text:span>.</text:p></text:note-body></text:note>"
		" again<text:span text:style-name=\"FootnoteReference\"><text:note-ref text:note-class=\"footnote\" text:reference-format=\"text\" text:ref-name=\"ftn1\">1</text:note-ref></text:span></text:p>");
}

static void test_xref(void **state)
{
	struct build *b = *state;
	struct outdoc_options opt = { .audience = AUDIENCE_PUBLIC, .numbering = NUMBERING_PARAGRAPHS };
	CLEANUP(outdoc_freep) struct outdoc *out = NULL;
	struct write_options w = { 0 };
	struct buf package = { 0 };

	para(b, "One.");
	attributes(b, item(b, list(b, NULL, true), "target"), "here", NULL);
	para(b, "See $here$.");
	doc_finish(b->d);
	assert_int_equal(outdoc_make(b->d, &opt, &out, NULL), 0);
	assert_int_equal(odt_write(out, &w, &package, NULL), 0);
	expect_part(&package,
		"<text:list xml:id=\"li1\" text:style-name=\"ParaNumbering\"><text:list-item><text:p text:style-name=\"ParaNumbered\"><text:bookmark-start text:name=\"_Ref900000001\"/>One.<text:bookmark-end text:name=\"_Ref900000001\"/></text:p>"
		"<text:list><text:list-item><text:p text:style-name=\"SubPara1\"><text:bookmark-start text:name=\"_Ref000000001\"/>target<text:bookmark-end text:name=\"_Ref000000001\"/></text:p></text:list-item></text:list></text:list-item>"
		"<text:list-item><text:p text:style-name=\"ParaNumbered\">See <text:span text:style-name=\"CrossReference\">paragraph <text:bookmark-ref text:reference-format=\"number-no-superior\" text:ref-name=\"_Ref900000001\">1</text:bookmark-ref> "
		"<text:bookmark-ref text:reference-format=\"number-no-superior\" text:ref-name=\"_Ref000000001\">(a)</text:bookmark-ref></text:span>.</text:p></text:list-item></text:list>");
	buf_done(&package);
}

static void test_table_in_item(void **state)
{
	struct build *b = *state;
	struct block *i;
	struct buf package, content;

	b->o.numbering = NUMBERING_NONE;
	i = item(b, list(b, NULL, false), "before");
	table(b, i, 2);
	add(b, i, BLOCK_PARAGRAPH, "after");
	package = write_with(b, (struct span){ 0 });
	content = part_of(&package, "content.xml");
	assert_true(span_find(buf_span(&content), SPAN_LIT("before</text:p></text:list-item></text:list><table:table "), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&content), SPAN_LIT("<table:table-header-rows><table:table-row"), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&content), SPAN_LIT("</table:table><text:list xml:id=\"li2\" text:continue-list=\"li1\" text:style-name=\"L1_0_700\">"
		"<text:list-header><text:p text:style-name=\"ListBullet\">after</text:p></text:list-header></text:list>"), 0) != SIZE_MAX);
	buf_done(&content);
	buf_done(&package);
}

static void test_direction(void **state)
{
	struct build *b = *state;
	struct buf package;

	para(b, "English.");
	para(b, "يرحب المجتمع التقني IGF بالمسودة");
	para(b, "שלום עולם");
	para(b, "日本語のテキスト");
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "content.xml", "style:writing-mode=\"rl-tb\" fo:text-align=\"right\""));
	assert_true(part_holds(&package, "content.xml", "style:language-complex=\"he\" style:country-complex=\"IL\""));
	assert_true(part_holds(&package, "content.xml", "text:style-name=\"ParaNumbered\">English."));
	assert_true(part_holds(&package, "styles.xml", "style:language-asian=\"ja\""));
	assert_true(part_holds(&package, "styles.xml", "style:font-name-complex=\"Serif Complex\""));
	assert_true(part_holds(&package, "meta.xml", "<dc:language>en</dc:language>"));
	buf_done(&package);
}

static void test_package(void **state)
{
	struct build *b = *state;
	struct buf one, two;
	struct span all;

	para(b, "Same.");
	one = write_with(b, (struct span){ 0 });
	two = write_with(b, (struct span){ 0 });
	all = buf_span(&one);
	assert_true(span_eq(all, buf_span(&two)));
	assert_true(odt_probe(all));
	assert_memory_equal(all.p + 38, "application/vnd.oasis.opendocument.text", 39);
	assert_true(part_holds(&one, "meta.xml", "<dc:creator>Example Registry</dc:creator>"));
	assert_true(part_holds(&one, "meta.xml", "<dc:date>2025-10-02T00:00:00</dc:date>"));
	assert_true(part_holds(&one, "META-INF/manifest.xml", "manifest:full-path=\"settings.xml\""));
	buf_done(&one);
	buf_done(&two);
}

static void test_public_map(void **state)
{
	struct build *b = *state;
	struct buf package;

	para(b, "Text.");
	b->o.map = SPAN_LIT("the map");
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "meta.xml", "<meta:user-defined meta:name=\"chapeau.map\" meta:value-type=\"string\">the map"));
	buf_done(&package);
	b->o.audience = AUDIENCE_PUBLIC;
	package = write_with(b, (struct span){ 0 });
	assert_false(part_holds(&package, "meta.xml", "the map"));
	buf_done(&package);
}

static void test_links(void **state)
{
	static struct link bad = { .url = SPAN("javascript:alert(1)") }, local = { .url = SPAN("file:///home/ana/x") }, id = { .url = SPAN("#secret-id") };
	const struct link *links[] = { &bad, &local, &id };
	struct build *b = *state;
	struct buf package, text = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		para(b, "words")->runs[0].link = links[i];
	package = write_with(b, (struct span){ 0 });
	assert_int_equal(odt_reopen(buf_span(&package), &text, NULL), 0);
	assert_true(span_find(buf_span(&text), SPAN_LIT("javascript"), 0) == SIZE_MAX);
	assert_true(span_find(buf_span(&text), SPAN_LIT("home"), 0) == SIZE_MAX);
	assert_true(span_find(buf_span(&text), SPAN_LIT("secret-id"), 0) == SIZE_MAX);
	buf_done(&text);
	buf_done(&package);
}

static void test_reopen(void **state)
{
	struct build *b = *state;
	struct buf package, text = { 0 };

	note(b, 1, "in the note");
	para(b, "sec*ret* wo`rds` &|<more>^1");
	b->o.title = SPAN_LIT("Title \"quoted\"");
	package = write_with(b, (struct span){ 0 });
	assert_int_equal(odt_reopen(buf_span(&package), &text, NULL), 0);
	assert_true(span_find(buf_span(&text), SPAN_LIT("secret words & more"), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&text), SPAN_LIT("in the note"), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&text), SPAN_LIT("Title \"quoted\""), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&text), SPAN_LIT("https://example.org/a?b=1&c=2"), 0) != SIZE_MAX);
	buf_done(&text);
	buf_done(&package);
}

/* ---- templates ---- */

/* Our own template with one part put in place of another; NULL text leaves it out. */
static struct buf template_with(struct buf *base, const char *name, struct span text)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	CLEANUP(zip_out_freep) struct zip_out *out = zip_out_new();
	struct buf ret = { 0 }, part = { 0 };
	bool there = false;

	assert_int_equal(zip_in_open(buf_span(base), "base.odt", &z, NULL), 0);
	for (size_t i = 0; i < zip_in_count(z); i++) {
		const char *n = zip_in_name(z, i);

		there = there || !strcmp(n, name);
		if (strcmp(n, name))
			assert_int_equal(zip_in_read(z, n, &part, NULL), 0);
		else if (text.p)
			buf_add(&part, text);
		else
			continue;
		zip_out_add(out, n, &part, !strcmp(n, "mimetype"));
	}
	if (!there && text.p) {
		buf_add(&part, text);
		zip_out_add(out, name, &part, false);
	}
	assert_int_equal(zip_out_finish(out, &ret, NULL), 0);
	return ret;
}

/* The template with `old` replaced by `new` in one part. */
static struct buf template_edit(struct buf *base, const char *name, const char *old, const char *new)
{
	struct buf part = part_of(base, name), out = { 0 }, ret;
	size_t at = span_find(buf_span(&part), span_str(old), 0);

	assert_true(at != SIZE_MAX);
	buf_add(&out, span_sub(buf_span(&part), 0, at));
	buf_str(&out, new);
	buf_add(&out, span_sub(buf_span(&part), at + strlen(old), part.n));
	ret = template_with(base, name, buf_span(&out));
	buf_done(&part);
	buf_done(&out);
	return ret;
}

static void expect_template_fault(struct build *b, struct buf template, const char *want)
{
	struct write_options opt = { .reference = buf_span(&template), .reference_path = "ours.odt" };
	struct fault f = { 0 };
	struct buf out = { 0 };

	assert_int_equal(odt_write(&b->o, &opt, &out, &f), -FAULT_INPUT);
	assert_string_equal(f.file, "ours.odt");
	if (!strstr(f.message, want))
		fail_msg("got \"%s\", want \"%s\"", f.message, want);
	assert_int_equal(out.n, 0);
	fault_done(&f);
	buf_done(&template);
}

static void test_template_faults(void **state)
{
	struct build *b = *state;
	struct buf base, flat = { 0 };

	para(b, "Text.");
	base = write_with(b, (struct span){ 0 });
	BUF_LIT(&flat, "<office:document/>");
	expect_template_fault(b, flat, "flat XML");
	expect_template_fault(b, template_with(&base, "styles.xml", (struct span){ 0 }), "styles.xml is missing");
	expect_template_fault(b, template_with(&base, "word/document.xml", SPAN_LIT("<w/>")), "DOCX");
	expect_template_fault(b, template_with(&base, "Basic/Standard/Module1.xml", SPAN_LIT("<x/>")), "macros (Basic/Standard/Module1.xml)");
	expect_template_fault(b, template_with(&base, "mimetype", SPAN_LIT("application/vnd.oasis.opendocument.spreadsheet")), "spreadsheet");
	expect_template_fault(b, template_edit(&base, "styles.xml", "style:parent-style-name=\"ParaPlain\"", "style:parent-style-name=\"Nowhere\""), "\"Nowhere\"");
	expect_template_fault(b, template_edit(&base, "styles.xml", "style:page-layout-name=\"Page\"", "style:page-layout-name=\"Elsewhere\""), "\"Elsewhere\"");
	expect_template_fault(b, template_edit(&base, "styles.xml", "style:font-name=\"Serif\"", "style:font-name=\"Comic\""), "\"Comic\"");
	expect_template_fault(b, template_edit(&base, "styles.xml", "<text:title>A title</text:title>",
		"<draw:frame><draw:image xlink:href=\"https://example.org/logo.png\"/></draw:frame>"), "https://example.org/logo.png");
	expect_template_fault(b, template_edit(&base, "content.xml", "<office:text>",
		"<office:text><text:tracked-changes><text:changed-region text:id=\"c\"/></text:tracked-changes>"), "tracked changes");
	buf_done(&base);
}

static void test_template_styles(void **state)
{
	struct build *b = *state;
	struct buf base, own, package;

	para(b, "Text.");
	item(b, list(b, NULL, false), "bullet");
	base = write_with(b, (struct span){ 0 });
	/* A template may say that it has no language. */
	own = template_edit(&base, "styles.xml", "fo:country=\"GB\"", "fo:country=\"none\"");
	package = write_with(b, buf_span(&own));
	assert_true(part_holds(&package, "styles.xml", "fo:language=\"en\" fo:country=\"GB\""));
	assert_false(part_holds(&package, "styles.xml", "fo:language=\"en\" fo:country=\"none\""));
	buf_done(&package);
	buf_done(&own);
	/* As LibreOffice writes a page that came from the web. */
	own = template_edit(&base, "styles.xml", "<style:page-layout-properties ", "<style:page-layout-properties draw:fill=\"none\" ");
	package = write_with(b, buf_span(&own));
	assert_true(part_holds(&package, "styles.xml", "<style:page-layout-properties fo:"));
	assert_false(part_holds(&package, "styles.xml", "draw:fill"));
	buf_done(&package);
	buf_done(&own);
	/* ParaNumbered is there under another style:name; ListBullet is not there at all, and its name is taken. */
	own = template_edit(&base, "styles.xml", "<style:style style:name=\"ParaNumbered\"", "<style:style style:name=\"Numbered_20_text\" style:display-name=\"Para Numbered\"");
	buf_done(&base);
	base = template_edit(&own, "styles.xml", "<style:style style:name=\"ListBullet\"", "<style:style style:name=\"ListBullet\" style:display-name=\"Something else\"");
	buf_done(&own);
	own = template_edit(&base, "styles.xml", "<text:page-number text:select-page=\"current\">1</text:page-number>", "<!-- leak --><text:initial-creator>Ana Leak</text:initial-creator>");
	package = write_with(b, buf_span(&own));
	assert_true(part_holds(&package, "content.xml", "text:style-name=\"Numbered_20_text\">Text."));
	assert_true(part_holds(&package, "content.xml", "text:style-name=\"ListBullet_1\">bullet"));
	assert_true(part_holds(&package, "styles.xml", "<style:style style:name=\"ListBullet_1\""));
	assert_false(part_holds(&package, "styles.xml", "leak"));
	assert_false(part_holds(&package, "styles.xml", "Ana Leak"));
	buf_done(&own);
	buf_done(&base);
	buf_done(&package);
}

/* ---- tracked changes, as our own reader sees them ---- */

static bool in_reading(const struct mark *m, bool accepted)
{
	return accepted ? mark_accepted(m) : mark_rejected(m);
}

/* One line a paragraph that holds words, joined where a break is not there in this reading. */
static struct buf reading(const struct doc *d, bool accepted)
{
	struct buf out = { 0 };
	bool line = false;

	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		bool there = block_is_leaf(b);

		for (const struct block *p = b; p && there; p = p->parent)
			there = in_reading(p->mark, accepted);
		if (!there)
			continue;
		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind == RUN_TEXT && in_reading(b->runs[i].mark, accepted)) {
				buf_add(&out, b->runs[i].text);
				line = line || b->runs[i].text.n;
			}
		}
		if (line && in_reading(b->break_mark, accepted)) {
			buf_char(&out, '\n');
			line = false;
		}
	}
	return out;
}

static void expect_readings(struct build *b, const char *what)
{
	struct buf package = write_with(b, (struct span){ 0 });
	struct read_options opt = { .path = "case.odt", .reading = READING_MARKED };
	struct fault f = { 0 };
	struct doc *back = NULL;

	b->o.title = (struct span){ 0 };
	buf_done(&package);
	package = write_with(b, (struct span){ 0 });
	if (odt_read(buf_span(&package), &opt, &back, &f) < 0)
		fail_msg("%s: %s", what, f.message);
	for (int accepted = 0; accepted < 2; accepted++) {
		struct buf want = reading(b->d, accepted), got = reading(back, accepted);

		if (!span_eq(span_trim(buf_span(&want)), span_trim(buf_span(&got))))
			fail_msg("%s, %s: got\n%.*s\nwant\n%.*s", what, accepted ? "accepted" : "rejected", SPAN_ARG(buf_span(&got)), SPAN_ARG(buf_span(&want)));
		buf_done(&want);
		buf_done(&got);
	}
	doc_free(back);
	buf_done(&package);
}

static struct block *marked(struct block *x, const struct mark *m)
{
	x->mark = m;
	return x;
}

static void case_inline(struct build *b)
{
	para(b, "One {-may }{+shall }stay {+ and more} here{- gone}.");
	para(b, "Two.");
}

static void case_nested(struct build *b)
{
	para(b, "One {+kept }{~dropped }{+also }end.");
	para(b, "Two.");
}

static void case_replaced(struct build *b)
{
	para(b, "One.");
	marked(para(b, "Old."), &ana_out);
	marked(para(b, "Old two."), &ana_out);
	marked(para(b, "New."), &ben_in);
	para(b, "Two.");
}

static void case_last(struct build *b)
{
	para(b, "One.");
	marked(para(b, "Old."), &ana_out);
	marked(para(b, "New."), &ana_in);
}

static void case_first(struct build *b)
{
	marked(para(b, "Old."), &ana_out);
	marked(para(b, "New."), &ana_in);
	para(b, "One.");
}

static void case_split(struct build *b)
{
	para(b, "One.")->break_mark = &ana_in;
	para(b, "Two.");
	para(b, "Three {-tail}")->break_mark = &ana_out;
	para(b, "{-head }four.");
	para(b, "Five.");
}

static void case_items(struct build *b)
{
	struct block *l, *s;

	para(b, "Lead:");
	l = list(b, NULL, true);
	item(b, l, "a1");
	marked(item(b, l, "a2"), &ana_out);
	s = list(b, item(b, l, "a3"), true);
	marked(item(b, s, "s1"), &ana_out);
	marked(item(b, s, "s2"), &ben_in);
	marked(item(b, l, "a4"), &ana_in);
	item(b, l, "a5");
	para(b, "End.");
}

static void case_lists(struct build *b)
{
	struct block *l;

	para(b, "Lead:");
	l = marked(list(b, NULL, false), &ana_out);
	item(b, l, "b1");
	item(b, l, "b2");
	para(b, "Middle.");
	l = marked(list(b, NULL, true), &ana_in);
	item(b, l, "c1");
	item(b, l, "c2");
	heading(b, 2, "End");
}

static void case_tables(struct build *b)
{
	para(b, "One.");
	marked(para(b, "Old."), &ana_out);
	table(b, NULL, 2);
	marked(para(b, "New."), &ana_in);
	marked(table(b, NULL, 2), &ana_out);
	para(b, "Two.");
	marked(table(b, NULL, 3), &ben_in);
	para(b, "Three.");
	marked(table(b, NULL, 3)->last, &ana_out);
	marked(para(b, "New before a table."), &ana_in);
	marked(table(b, NULL, 3)->last, &ana_in);
}

static void case_headings(struct build *b)
{
	heading(b, 1, "Head");
	marked(heading(b, 2, "Old head"), &ana_out);
	marked(heading(b, 2, "New head"), &ana_in);
	para(b, "Two.");
	heading(b, 2, "Part {-old}{+new}");
	para(b, "Three.");
}

static void case_quotes(struct build *b)
{
	struct block *q;

	para(b, "One.");
	q = marked(add(b, NULL, BLOCK_QUOTE, NULL), &ana_in);
	add(b, q, BLOCK_PARAGRAPH, "q1");
	add(b, q, BLOCK_PARAGRAPH, "q2");
	q = marked(add(b, NULL, BLOCK_QUOTE, NULL), &ben_out);
	add(b, q, BLOCK_PARAGRAPH, "q3");
	para(b, "Two.");
}

static void case_neighbours(struct build *b)
{
	para(b, "One {+tail}");
	para(b, "{+head} two{-gone}");
	para(b, "{-gone }three.");
}

static void case_alternating(struct build *b)
{
	para(b, "One.");
	marked(para(b, "A."), &ana_out);
	marked(para(b, "B."), &ana_in);
	marked(para(b, "C."), &ben_out);
	marked(para(b, "D."), &ben_in);
	para(b, "Two.");
}

static void test_readings(void **state)
{
	static const struct {
		const char *name;
		void (*make)(struct build *b);
	} cases[] = {
		{ "words", case_inline }, { "a deletion inside an insertion", case_nested }, { "paragraphs", case_replaced },
		{ "the last paragraph", case_last }, { "the first paragraph", case_first }, { "splits and joins", case_split },
		{ "items", case_items }, { "whole lists", case_lists }, { "tables", case_tables }, { "headings", case_headings },
		{ "quotes", case_quotes }, { "neighbours", case_neighbours }, { "one after the other", case_alternating },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		void *one = NULL;

		begin(&one);
		cases[i].make(one);
		expect_readings(one, cases[i].name);
		end(&one);
	}
}

static void test_change_markup(void **state)
{
	struct build *b = *state;
	struct buf package;

	para(b, "One {-may}.");
	marked(para(b, "Old."), &ben_out); /* takes the break before it, so that it comes back in its own style */
	para(b, "Two.");
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "content.xml",
		"<text:tracked-changes text:track-changes=\"false\"><text:changed-region xml:id=\"ct1\" text:id=\"ct1\"><text:deletion>"
		"<office:change-info><dc:creator>Ana Díaz</dc:creator><dc:date>2025-10-01T09:00:00</dc:date></office:change-info>"
		"<text:p text:style-name=\"ParaNumbered\">may</text:p></text:deletion></text:changed-region>"));
	/* And it is of the list that goes on behind it. */
	assert_true(part_holds(&package, "content.xml",
		"<text:p text:style-name=\"ParaNumbered\"/><text:list xml:id=\"lr0\" text:style-name=\"ParaNumbering\"><text:list-item>"
		"<text:p text:style-name=\"ParaNumbered\">Old.</text:p></text:list-item></text:list></text:deletion>"));
	assert_true(part_holds(&package, "content.xml", "<text:list xml:id=\"li1\" text:continue-list=\"lr0\" text:style-name=\"ParaNumbering\">"));
	assert_true(part_holds(&package, "content.xml", ".<text:change text:change-id=\"ct2\"/></text:p>"));
	buf_done(&package);
}

/* LibreOffice would take the break between them for changed too. */
static void test_neighbours(void **state)
{
	struct build *b = *state;
	struct buf package;

	para(b, "One {+tail}");
	para(b, "{+head} two.");
	para(b, "Plain {+tail}.");
	para(b, "{+head} three.");
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "content.xml", "text:id=\"ct2\"><text:insertion><office:change-info><dc:creator>Ana Díaz</dc:creator>"
		"<dc:date>2025-10-01T09:00:00</dc:date><text:p>\u200b</text:p></office:change-info>"));
	assert_true(part_holds(&package, "content.xml", "text:id=\"ct4\"><text:insertion><office:change-info><dc:creator>Ana Díaz</dc:creator>"
		"<dc:date>2025-10-01T09:00:00</dc:date></office:change-info>"));
	buf_done(&package);
}

static void test_comments(void **state)
{
	static struct comment reply = { .author = SPAN("Ben"), .time = SPAN("2025-10-02T10:30:00Z"), .text = SPAN("Yes, see note.") };
	static struct comment first = { .author = SPAN("Ana Díaz"), .time = SPAN("2025-10-01T09:00:00Z"), .text = SPAN("Source?"), .next = &reply };
	static struct mark highlight = { .kind = MARK_HIGHLIGHT, .comments = &first };
	struct build *b = *state;
	struct buf package;

	b->o.numbering = NUMBERING_NONE;
	para(b, "Plain *said* plain.")->runs[1].mark = &highlight;
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "content.xml",
		"Plain <office:annotation office:name=\"a1\"><dc:creator>Ana Díaz</dc:creator><dc:date>2025-10-01T09:00:00</dc:date><text:p>Source?</text:p></office:annotation>"
		"<office:annotation><dc:creator>Ben</dc:creator><dc:date>2025-10-02T10:30:00</dc:date><text:p>Yes, see note.</text:p></office:annotation>"
		"<text:span text:style-name=\"T129\">said</text:span><office:annotation-end office:name=\"a1\"/> plain."));
	buf_done(&package);
}

static void test_anchors(void **state)
{
	struct build *b = *state;
	struct out_anchor anchors[2] = { { .name = "cl_0123456789" }, { .name = "cl_abcdef0123" } };
	struct buf package;

	anchors[0].block = para(b, "Clause.");
	anchors[1].block = list(b, NULL, false);
	item(b, (struct block *)anchors[1].block, "Item.");
	b->o.anchors = anchors;
	b->o.anchor_count = 2;
	package = write_with(b, (struct span){ 0 });
	assert_true(part_holds(&package, "content.xml", "<text:bookmark-start text:name=\"cl_0123456789\"/>Clause.<text:bookmark-end text:name=\"cl_0123456789\"/></text:p>"));
	assert_true(part_holds(&package, "content.xml", "<text:bookmark-start text:name=\"cl_abcdef0123\"/>Item.<text:bookmark-end"));
	buf_done(&package);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_numbered), CASE(test_label_restarts), CASE(test_plain_lists), CASE(test_headings_numbered),
		CASE(test_white_space), CASE(test_inline), CASE(test_xref), CASE(test_table_in_item), CASE(test_direction),
		CASE(test_package), CASE(test_public_map), CASE(test_links), CASE(test_reopen), CASE(test_template_faults),
		CASE(test_template_styles), CASE(test_readings), CASE(test_change_markup), CASE(test_neighbours), CASE(test_comments), CASE(test_anchors),
	};

	return cmocka_run_group_tests_name("odt", tests, NULL, NULL);
}
