#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"
#include "format/docx/docx.h"
#include "format/docx/header.h"
#include "format/docx/sheet.h"
#include "io/xml.h"
#include "io/zip.h"

/* ---- helpers ---- */

static struct outdoc *make_out(struct doc *d, enum audience audience, enum numbering numbering)
{
	struct outdoc_options o = { .audience = audience, .numbering = numbering, .date = SPAN("2025-10-02"), .organisation = SPAN("EXR"),
				    .anchors = audience != AUDIENCE_PUBLIC, .draft_name = SPAN("draft") };
	struct outdoc *out = NULL;
	struct fault f = { 0 };

	doc_finish(d);
	if (outdoc_make(d, &o, &out, &f) < 0)
		print_error("%s\n", f.message);
	assert_non_null(out);
	return out;
}

static struct buf write_doc(struct doc *d, enum audience audience, enum numbering numbering)
{
	struct outdoc *out = make_out(d, audience, numbering);
	struct write_options wo = { 0 };
	struct buf ret = { 0 };
	struct fault f = { 0 };

	if (docx_write(out, &wo, &ret, &f) < 0)
		print_error("%s\n", f.message);
	assert_null(f.message);
	outdoc_free(out);
	return ret;
}

static struct buf part_of(struct span package, const char *name)
{
	struct zip_in *z = NULL;
	struct buf b = { 0 };

	assert_int_equal(zip_in_open(package, "x", &z, NULL), 0);
	if (zip_in_has(z, name))
		assert_int_equal(zip_in_read(z, name, &b, NULL), 0);
	buf_char(&b, '\0');
	zip_in_free(z);
	return b;
}

/* The body of document.xml without its section, from a doc that is freed. */
static char *body_of(struct doc *d, enum audience audience, enum numbering numbering)
{
	struct buf package = write_doc(d, audience, numbering), part = part_of(buf_span(&package), "word/document.xml");
	char *begin = strstr(part.p, "<w:body>"), *end = strstr(part.p, "<w:sectPr>"), *ret;

	assert_non_null(begin);
	assert_non_null(end);
	*end = '\0';
	ret = mem_strdup(begin + strlen("<w:body>"));
	buf_done(&part);
	buf_done(&package);
	doc_free(d);
	return ret;
}

static void has(const char *text, const char *want)
{
	if (!strstr(text, want))
		print_error("no %s\nin %s\n", want, text);
	assert_non_null(strstr(text, want));
}

static void has_not(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		print_error("%s\nin %s\n", unwanted, text);
	assert_null(strstr(text, unwanted));
}

#define T(text) "<w:t xml:space=\"preserve\">" text "</w:t>"
#define R(text) "<w:r>" T(text) "</w:r>"
#define NUM(level, id) "<w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" id "\"/></w:numPr>"
#define P(style, props, runs) "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/>" props "</w:pPr>" runs "</w:p>"

/* ---- golden bodies ---- */

static void paragraphs(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *list, *p;
	char *body;

	(void)state;
	build_leaf(d, d->root, BLOCK_HEADING, "One < two");
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "First");
	list = build_list(d, d->root, true);
	build_item(d, list, "item a");
	build_item(d, list, "item b");
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "");
	build_run(d, p, RUN_TEXT, "so")->format = FMT_EMPH;
	build_run(d, p, RUN_TEXT, " it")->format = FMT_EMPH;
	build_run(d, p, RUN_SOFT, "");
	build_run(d, p, RUN_TEXT, "is")->format = FMT_STRONG;
	build_run(d, p, RUN_HARD, "");
	build_run(d, p, RUN_TEXT, "done");
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_PARAGRAPHS);
	assert_string_equal(body, P("Heading1", "", R("One &lt; two")) P("ParaNumbered", NUM("0", "1"), R("First"))
		P("SubPara1", NUM("1", "1"), R("item a")) P("SubPara1", NUM("1", "1"), R("item b"))
		P("ParaNumbered", NUM("0", "1"), "<w:r><w:rPr><w:i/><w:iCs/></w:rPr>" T("so it ") "</w:r><w:r><w:rPr><w:b/><w:bCs/></w:rPr>" T("is")
		  "<w:br/></w:r>" R("done")));
	mem_free(body);
}

static void plain_lists_restart(void **state)
{
	struct doc *d = doc_new("x.md");
	struct buf package, numbering;
	char *body;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct block *list = build_list(d, d->root, true);

		build_item(d, list, "one");
		build_item(d, list, "two");
		build_leaf(d, d->root, BLOCK_PARAGRAPH, "between");
	}
	package = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	numbering = part_of(buf_span(&package), "word/numbering.xml");
	has(numbering.p, "<w:num w:numId=\"5\"><w:abstractNumId w:val=\"2\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>");
	buf_done(&package);
	buf_done(&numbering);
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	has(body, P("ListNumber", NUM("0", "3"), R("two")) P("ParaPlain", "", R("between")) P("ListNumber", NUM("0", "5"), R("one")) P("ListNumber", NUM("0", "5"), R("two")));
	mem_free(body);
}

static void no_lists_no_numbering(void **state)
{
	struct doc *d = doc_new("x.md");
	struct buf package, part;

	(void)state;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "words");
	package = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	part = part_of(buf_span(&package), "word/numbering.xml");
	assert_int_equal(part.n, 1);
	buf_done(&part);
	part = part_of(buf_span(&package), "word/document.xml");
	has_not(part.p, "numPr");
	has_not(part.p, "rsid");
	buf_done(&part);
	buf_done(&package);
	doc_free(d);
}

static void labels_are_text(void **state)
{
	struct doc *d = doc_new("x.md");
	char *body;

	(void)state;
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "labelled"), "", 0, "label", "12 bis");
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "numbered");
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_PARAGRAPHS);
	assert_string_equal(body, P("ParaNumbered", "", "<w:r><w:rPr><w:rStyle w:val=\"PrintedLabel\"/></w:rPr><w:t xml:space=\"preserve\">12 bis.</w:t></w:r><w:r><w:tab/></w:r>" R("labelled")) P("ParaNumbered", NUM("0", "1"), R("numbered")));
	mem_free(body);
}

static void notes_and_their_second_reference(void **state)
{
	struct doc *d = doc_new("x.md");
	struct note *n = build_note(d, "n", "the note");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "one");
	struct buf package, part;
	char *body;

	(void)state;
	build_run(d, p, RUN_NOTE, "")->note = n;
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "two");
	build_run(d, p, RUN_NOTE, "")->note = n;
	package = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	part = part_of(buf_span(&package), "word/footnotes.xml");
	has(part.p, "<w:footnote w:id=\"1\"><w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr><w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>"
		    "<w:footnoteRef/></w:r>");
	has(part.p, "the note");
	buf_done(&part);
	buf_done(&package);
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	has(body, "<w:bookmarkStart w:id=\"1\" w:name=\"_Ref900000001\"/><w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference w:id=\"1\"/></w:r><w:bookmarkEnd w:id=\"1\"/>");
	has(body, " NOTEREF _Ref900000001 \\f \\h ");
	mem_free(body);
}

static void references_are_fields(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "see ");
	struct run *r = build_run(d, p, RUN_XREF, "");
	char *body;

	(void)state;
	r->target = SPAN_LIT("there");
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "target"), "there", 0, NULL, NULL);
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_PARAGRAPHS);
	has(body, T("see "));
	has(body, " HYPERLINK \\l \"_Ref000000001\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" R("paragraph "));
	has(body, "<w:instrText xml:space=\"preserve\"> REF _Ref000000001 \\n \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" R("2")
		  "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>");
	has(body, "<w:bookmarkStart w:id=\"1\" w:name=\"_Ref000000001\"/>" R("target") "<w:bookmarkEnd w:id=\"1\"/>");
	has_not(body, "there");
	mem_free(body);
}

static void links(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "");
	struct link web = { .url = SPAN("https://example.org/\"a\\b") }, script = { .url = SPAN("javascript:alert(1)") }, path = { .url = SPAN("../secret.md") };
	char *body;

	(void)state;
	build_run(d, p, RUN_TEXT, "web")->link = &web;
	build_run(d, p, RUN_TEXT, "script")->link = &script;
	build_run(d, p, RUN_TEXT, "path")->link = &path;
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	has(body, " HYPERLINK \"https://example.org/%22a%5Cb\" ");
	has_not(body, "javascript");
	has_not(body, "secret");
	has(body, R("scriptpath"));
	mem_free(body);
}

static void directions(void **state)
{
	struct doc *d = doc_new("x.md");
	char *body;

	(void)state;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "نص IPv6 عربي.");
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "Latin שלום, עולם end.");
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "我们“要求”。");
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	has(body, "<w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr>" T("نص ") "</w:r><w:r>" T("IPv") "</w:r><w:r><w:rPr><w:rtl/></w:rPr>" T("6 عربي."));
	has(body, R("Latin ") "<w:r><w:rPr><w:rtl/></w:rPr>" T("שלום, עולם") "</w:r>" R(" end."));
	has(body, "<w:rFonts w:hint=\"eastAsia\"/>");
	mem_free(body);
}

static const struct mark inserted = { .kind = MARK_INSERTED, .author = SPAN("Mei & Lin"), .time = SPAN("2025-10-01T09:00:00Z"), .group = 1 };
static const struct mark deleted = { .kind = MARK_DELETED, .author = SPAN("Ana"), .time = SPAN("2025-10-01T10:00:00Z"), .group = 2 };

#define BY_MEI(id) " w:id=\"" id "\" w:author=\"Mei &amp; Lin\" w:date=\"2025-10-01T09:00:00Z\""
#define BY_MEI_LATER(id) " w:id=\"" id "\" w:author=\"Mei &amp; Lin\" w:date=\"2025-10-01T09:02:00Z\""
#define BY_ANA(id) " w:id=\"" id "\" w:author=\"Ana\" w:date=\"2025-10-01T10:00:00Z\""

static void changes(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "we ");
	struct mark nested = deleted;
	char *body;

	(void)state;
	d->reading = READING_MARKED;
	nested.outer = &inserted;
	build_run(d, p, RUN_TEXT, "may ")->mark = &deleted;
	build_run(d, p, RUN_TEXT, "shall ")->mark = &inserted;
	build_run(d, p, RUN_TEXT, "neither ")->mark = &nested;
	build_run(d, p, RUN_TEXT, "go");
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "new");
	p->mark = &inserted;
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "joined");
	p->break_mark = &deleted;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "end");
	body = body_of(d, AUDIENCE_REVIEW, NUMBERING_NONE);
	assert_string_equal(body, P("ParaPlain", "", R("we ") "<w:del" BY_ANA("1") "><w:r><w:delText xml:space=\"preserve\">may </w:delText></w:r></w:del><w:ins"
		BY_MEI("2") ">" R("shall ") "</w:ins>" R("go"))
		P("ParaPlain", "<w:rPr><w:ins" BY_MEI("3") "/></w:rPr>", "<w:ins" BY_MEI("4") ">" R("new") "</w:ins>")
		P("ParaPlain", "<w:rPr><w:del" BY_ANA("5") "/></w:rPr>", R("joined")) P("ParaPlain", "", R("end")) P("ParaPlain", "", ""));
	mem_free(body);
}

/* Words that come at a paragraph's end, and at the beginning of the next: LibreOffice must not take the break between them in. */
static void changes_of_neighbours(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "one");
	char *body;

	(void)state;
	d->reading = READING_MARKED;
	build_run(d, p, RUN_TEXT, " more")->mark = &inserted;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "new")->mark = &inserted;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "newer")->mark = &inserted;
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "");
	build_run(d, p, RUN_TEXT, "So ")->mark = &inserted;
	build_run(d, p, RUN_TEXT, "two");
	body = body_of(d, AUDIENCE_REVIEW, NUMBERING_NONE);
	assert_string_equal(body, P("ParaPlain", "", R("one") "<w:ins" BY_MEI("1") ">" R(" more") "</w:ins>")
		P("ParaPlain", "<w:rPr><w:ins" BY_MEI_LATER("2") "/></w:rPr>", "<w:ins" BY_MEI_LATER("3") ">" R("new") "</w:ins>")
		P("ParaPlain", "<w:rPr><w:ins" BY_MEI("4") "/></w:rPr>", "<w:ins" BY_MEI("5") ">" R("newer") "</w:ins>")
		P("ParaPlain", "", "<w:ins" BY_MEI("6") ">" R("So ") "</w:ins>" R("two")) P("ParaPlain", "", ""));
	mem_free(body);
}

static void comments(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "we ");
	struct comment reply = { .author = SPAN("Ana"), .text = SPAN("because") };
	struct comment first = { .author = SPAN("Mei Lin"), .time = SPAN("2025-10-01T09:00:00Z"), .text = SPAN("why?"), .next = &reply };
	struct comment alone = { .author = SPAN("Ana"), .text = SPAN("a point") };
	struct mark old = deleted, new = inserted;
	struct buf package, part;
	char *body;

	(void)state;
	d->reading = READING_MARKED;
	old.comments = new.comments = &first;
	build_run(d, p, RUN_TEXT, "may")->mark = &old;
	build_run(d, p, RUN_TEXT, "shall")->mark = &new;
	build_run(d, p, RUN_TEXT, " go");
	build_run(d, p, RUN_COMMENT, "")->comment = &alone;
	package = write_doc(d, AUDIENCE_REVIEW, NUMBERING_NONE);
	part = part_of(buf_span(&package), "word/comments.xml");
	has(part.p, "<w:comment w:id=\"0\" w:author=\"Mei Lin\" w:date=\"2025-10-01T09:00:00Z\" w:initials=\"ML\">");
	has(part.p, "<w:comment w:id=\"2\" w:author=\"Ana\" w:initials=\"A\">");
	has_not(part.p, "w:id=\"3\"");
	buf_done(&part);
	buf_done(&package);
	body = body_of(d, AUDIENCE_REVIEW, NUMBERING_NONE);
	/* One range over both halves of the replacement; the reply has the same; references stand outside of w:del. */
	has(body, R("we ") "<w:commentRangeStart w:id=\"0\"/><w:commentRangeStart w:id=\"1\"/><w:del");
	has(body, "</w:ins><w:commentRangeEnd w:id=\"0\"/><w:commentRangeEnd w:id=\"1\"/><w:r><w:rPr><w:rStyle w:val=\"CommentReference\"/></w:rPr><w:commentReference w:id=\"0\"/></w:r>");
	mem_free(body);
}

static void tables(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *table = build_block(d, d->root, BLOCK_TABLE), *row = build_block(d, table, BLOCK_ROW);
	char *body;

	(void)state;
	row->header = true;
	build_leaf(d, row, BLOCK_CELL, "Head");
	build_leaf(d, row, BLOCK_CELL, "Text");
	row = build_block(d, table, BLOCK_ROW);
	build_leaf(d, row, BLOCK_CELL, "a");
	build_leaf(d, row, BLOCK_CELL, "b")->align = ALIGN_RIGHT;
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "after");
	body = body_of(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	has(body, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
	has(body, "<w:pStyle w:val=\"TableHead\"/></w:pPr>" R("Head"));
	has(body, "<w:pStyle w:val=\"TableText\"/><w:jc w:val=\"right\"/></w:pPr>" R("b"));
	has(body, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"ParaPlain\"/><w:spacing w:before=\"160\"/></w:pPr>" R("after"));
	mem_free(body);
}

/* ---- the package ---- */

static void same_bytes_and_words(void **state)
{
	struct doc *d = doc_new("x.md");
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "sec");
	struct buf a, b, text = { 0 };

	(void)state;
	build_run(d, p, RUN_TEXT, "ret wo")->format = FMT_STRONG;
	build_run(d, p, RUN_TEXT, "rds & more");
	a = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	b = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_NONE);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	/* Text split over runs is found again as one. */
	assert_int_equal(docx_reopen(buf_span(&a), &text, NULL), 0);
	buf_char(&text, '\0');
	for (size_t i = 0; i + 1 < text.n; i++)
		assert_int_not_equal(text.p[i], '\0');
	has(text.p, "secret words & more");
	has(text.p, "EXR");
	assert_true(docx_probe(buf_span(&a)));
	assert_false(docx_probe(SPAN_LIT("PK\3\4")));
	buf_done(&a);
	buf_done(&b);
	buf_done(&text);
	doc_free(d);
}

static void reads_its_own(void **state)
{
	struct doc *d = doc_new("x.md"), *again = NULL;
	struct block *list, *b;
	struct buf a;
	struct read_options ro = { .path = "x.docx", .reading = READING_MARKED };
	struct fault f = { 0 };

	(void)state;
	build_leaf(d, d->root, BLOCK_HEADING, "Heading");
	build_leaf(d, d->root, BLOCK_PARAGRAPH, "First");
	list = build_list(d, d->root, true);
	build_item(d, list, "item a");
	b = build_block(d, d->root, BLOCK_QUOTE);
	build_leaf(d, b, BLOCK_PARAGRAPH, "quoted");
	a = write_doc(d, AUDIENCE_PUBLIC, NUMBERING_PARAGRAPHS);
	assert_int_equal(docx_read(buf_span(&a), &ro, &again, &f), 0);
	b = again->root->first;
	assert_int_equal(b->kind, BLOCK_HEADING);
	b = b->next;
	assert_int_equal(b->kind, BLOCK_PARAGRAPH);
	assert_true(span_is(b->printed, "1"));
	b = b->next;
	assert_int_equal(b->kind, BLOCK_LIST);
	assert_true(b->ordered);
	b = b->next;
	assert_int_equal(b->kind, BLOCK_QUOTE);
	assert_true(span_is(b->first->runs[0].text, "quoted"));
	assert_null(b->next);
	doc_free(again);
	doc_free(d);
	buf_done(&a);
}

/* ---- templates ---- */

#define W_NS " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define R_NS " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define REL(id, type, target, more)                                                                                  \
	"<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type "\" Target=\"" target \
	"\"" more "/>"
#define RELS(rows) "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" rows "</Relationships>"

struct template_parts {
	const char *document, *document_rels, *styles, *settings_rels, *footer, *extra_name;
};

static struct buf make_template(const struct template_parts *t)
{
	CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
	struct buf ret = { 0 };
	const struct { const char *name, *text; } parts[] = {
		{ "[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>" },
		{ "_rels/.rels", RELS(REL("r1", "officeDocument", "word/document.xml", "")) },
		{ "word/document.xml", t->document ? t->document : "<w:document" W_NS "><w:body><w:p/></w:body></w:document>" },
		{ "word/_rels/document.xml.rels", t->document_rels ? t->document_rels : RELS(REL("r1", "styles", "styles.xml", "") REL("r2", "settings", "settings.xml", "")) },
		{ "word/styles.xml", t->styles ? t->styles : "<w:styles" W_NS "/>" },
		{ "word/settings.xml", "<w:settings" W_NS "/>" },
		{ "word/_rels/settings.xml.rels", t->settings_rels },
		{ "word/footer7.xml", t->footer },
		{ t->extra_name, "x" },
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct buf b = { 0 };

		if (!parts[i].name || !parts[i].text)
			continue;
		buf_str(&b, parts[i].text);
		zip_out_add(z, parts[i].name, &b, false);
	}
	assert_int_equal(zip_out_finish(z, &ret, NULL), 0);
	return ret;
}

static void refuses(const struct template_parts *t, const char *word)
{
	struct buf b = make_template(t);
	struct sheet sheet;
	struct fault f = { 0 };

	if (sheet_make(buf_span(&b), "t.docx", SPAN_LIT("en"), false, &sheet, &f) == 0)
		print_error("not refused: %s\n", word);
	assert_int_equal(f.kind, FAULT_INPUT);
	has(f.message, word);
	assert_string_equal(f.file ? f.file : "", "t.docx");
	fault_done(&f);
	buf_done(&b);
}

static void template_faults(void **state)
{
	struct sheet sheet;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(sheet_make(SPAN_LIT("no package"), "t.docx", SPAN_LIT("en"), false, &sheet, &f), -FAULT_INPUT);
	fault_done(&f);
	refuses(&(struct template_parts){ .extra_name = "word/vbaProject.bin" }, "macros");
	refuses(&(struct template_parts){ .document = "<w:document" W_NS "><w:body><w:p><w:ins w:id=\"1\" w:author=\"a\"/></w:p></w:body></w:document>" }, "tracked changes");
	refuses(&(struct template_parts){ .document = "<w:document" W_NS "><w:body><w:altChunk/></w:body></w:document>" }, "altChunk");
	refuses(&(struct template_parts){ .document = "<!DOCTYPE a><w:document" W_NS "><w:body/></w:document>" }, "DOCTYPE");
	refuses(&(struct template_parts){ .styles = "<!DOCTYPE a><w:styles" W_NS "/>" }, "DOCTYPE");
	refuses(&(struct template_parts){ .document = "<w:document xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><w:body/></w:document>" }, "Strict");
	refuses(&(struct template_parts){ .settings_rels = RELS(REL("r1", "attachedTemplate", "http://127.0.0.1:9/t.dotm", " TargetMode=\"External\"")) }, "another template");
	refuses(&(struct template_parts){ .document_rels = RELS(REL("r1", "image", "http://127.0.0.1:9/x.png", " TargetMode=\"External\"")) }, "another computer");
	refuses(&(struct template_parts){
			.document = "<w:document" W_NS R_NS "><w:body><w:sectPr><w:footerReference w:type=\"default\" r:id=\"r9\"/></w:sectPr></w:body></w:document>",
			.document_rels = RELS(REL("r9", "footer", "footer7.xml", "")),
			.footer = "<w:ftr" W_NS "><w:p><w:del w:id=\"1\" w:author=\"a\"/></w:p></w:ftr>" },
		"header or footer holds tracked changes");
}

static void template_styles_by_name(void **state)
{
	/* Another prefix, another id, a name in Word's spelling, list properties, revision ids, a language: all of it real. */
	const struct template_parts t = {
		.styles = "<x:styles xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><x:docDefaults><x:rPrDefault><x:rPr>"
			  "<x:lang x:val=\"de-DE\"/></x:rPr></x:rPrDefault></x:docDefaults><x:style x:type=\"paragraph\" x:default=\"1\" x:styleId=\"Std\">"
			  "<x:name x:val=\"Normal\"/></x:style><x:style x:type=\"paragraph\" x:styleId=\"berschrift1\"><x:name x:val=\"heading 1\"/>"
			  "<x:rsid x:val=\"00AA\"/><x:pPr><x:numPr><x:numId x:val=\"4\"/></x:numPr></x:pPr></x:style>"
			  "<x:style x:type=\"character\" x:styleId=\"ParaPlain\"><x:name x:val=\"Something\"/></x:style></x:styles>",
		.document = "<w:document" W_NS R_NS "><w:body><w:p/><w:sectPr w:rsidR=\"00BB\"><w:footerReference w:type=\"default\" r:id=\"r9\"/>"
			    "<w:pgSz w:w=\"12240\" w:h=\"15840\"/><w:pgMar w:top=\"1000\" w:right=\"1100\" w:bottom=\"1000\" w:left=\"1140\" w:header=\"1\" "
			    "w:footer=\"1\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
		.document_rels = RELS(REL("r1", "styles", "styles.xml", "") REL("r9", "footer", "footer7.xml", "")),
		.footer = "<w:ftr" W_NS "><!-- by Ana --><w:p w:rsidR=\"00CC\"><w:r><w:t>foot</w:t></w:r></w:p></w:ftr>",
	};
	struct buf b = make_template(&t);
	struct sheet sheet;

	(void)state;
	assert_int_equal(sheet_make(buf_span(&b), "t.docx", SPAN_LIT("fr"), true, &sheet, NULL), 0);
	assert_string_equal(sheet.style[STYLE_HEADING_1], "berschrift1");
	assert_string_equal(sheet.style[STYLE_PARA_PLAIN], "ParaPlain2");
	buf_char(&sheet.styles, '\0');
	buf_char(&sheet.section, '\0');
	has(sheet.styles.p, "w:styleId=\"ParaPlain2\"><w:name w:val=\"ParaPlain\"/><w:basedOn w:val=\"Std\"/>");
	has(sheet.styles.p, "w:val=\"fr-FR\"");
	has_not(sheet.styles.p, "de-DE");
	has_not(sheet.styles.p, "numPr");
	has_not(sheet.styles.p, "rsid");
	has(sheet.section.p, "<w:footerReference w:type=\"default\" r:id=\"rIdH1\"/><w:pgSz w:w=\"12240\" w:h=\"15840\"/>");
	has(sheet.section.p, "<w:bidi/></w:sectPr>");
	has_not(sheet.section.p, "rsid");
	assert_int_equal(sheet.text_width, 10000);
	assert_string_equal(sheet.parts[0].name, "word/footer1.xml");
	buf_char(&sheet.parts[0].data, '\0');
	has(sheet.parts[0].data.p, "<w:p><w:r><w:t>foot");
	has_not(sheet.parts[0].data.p, "Ana");
	sheet_done(&sheet);
	buf_done(&b);
}

static void template_styles_in_order(void **state)
{
	/* As pandoc's reference file has them. */
	const struct template_parts t = {
		.styles = "<w:styles" W_NS "><w:style w:type=\"table\" w:default=\"1\" w:styleId=\"Table\"><w:name w:val=\"Table\"/>"
			  "<w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblCellMar><w:left w:w=\"108\"/><w:top w:w=\"0\"/></w:tblCellMar></w:tblPr> "
			  "<w:qFormat/><w:tblStylePr w:type=\"firstRow\"><w:tcPr><w:vAlign w:val=\"bottom\"/><w:tcBorders/></w:tcPr>"
			  "<w:rPr><w:sz w:val=\"20\"/><w:b/></w:rPr></w:tblStylePr></w:style>"
			  "<w:style w:type=\"paragraph\" w:styleId=\"A\"><w:next w:val=\"Gone\"/><w:name w:val=\"A\"/><w:basedOn w:val=\"A2\"/></w:style>"
			  "<w:style w:type=\"paragraph\" w:styleId=\"A2\"><w:name w:val=\"A2\"/><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"9\"/>"
			  "</w:tabs></w:pPr></w:style></w:styles>",
	};
	struct buf b = make_template(&t);
	struct sheet sheet;

	(void)state;
	assert_int_equal(sheet_make(buf_span(&b), "t.docx", SPAN_LIT("en"), false, &sheet, NULL), 0);
	buf_char(&sheet.styles, '\0');
	has(sheet.styles.p, "<w:name w:val=\"Table\"/><w:qFormat/><w:tblPr><w:tblCellMar><w:top w:w=\"0\"/><w:left w:w=\"108\"/></w:tblCellMar></w:tblPr>"
			    "<w:tblStylePr w:type=\"firstRow\"><w:rPr><w:b/><w:sz w:val=\"20\"/></w:rPr><w:tcPr><w:tcBorders/><w:vAlign w:val=\"bottom\"/></w:tcPr>"
			    "</w:tblStylePr></w:style>");
	has(sheet.styles.p, "w:styleId=\"A\"><w:name w:val=\"A\"/><w:basedOn w:val=\"A2\"/></w:style>");
	has(sheet.styles.p, "<w:name w:val=\"A2\"/><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"9\"/></w:tabs></w:pPr></w:style>");
	sheet_done(&sheet);
	buf_done(&b);
}

#define FLD(type) "<w:r><w:fldChar w:fldCharType=\"" type "\"/></w:r>"
#define FIELD(code, words) \
	FLD("begin") "<w:r><w:instrText xml:space=\"preserve\">" code "</w:instrText></w:r>" FLD("separate") "<w:r><w:t>" words "</w:t></w:r>" FLD("end")

static void cleans(const char *from, const char *want)
{
	struct buf b = { 0 };

	header_clean(span_str(from), SPAN_LIT("Our <title>"), SPAN_LIT("Registry"), &b);
	buf_char(&b, '\0');
	assert_string_equal(b.p, want);
	buf_done(&b);
}

static void headers_run_as_the_text_does(void **state)
{
	struct buf b = { 0 };

	(void)state;
	header_mirror(SPAN_LIT("<x:p><x:pPr><x:pStyle x:val=\"Footer\"/></x:pPr></x:p><p><pPr><pStyle/><jc/></pPr></p><x:p><x:pPr><x:bidi/></x:pPr></x:p>"), &b);
	buf_char(&b, '\0');
	assert_string_equal(b.p, "<x:p><x:pPr><x:pStyle x:val=\"Footer\"/><x:bidi/></x:pPr></x:p><p><pPr><pStyle/><jc/></pPr></p><x:p><x:pPr><x:bidi/></x:pPr></x:p>");
	buf_done(&b);
}

static void headers_speak_of_this_document(void **state)
{
	(void)state;
	cleans("<w:p><w:r><w:t>A &amp; b</w:t></w:r></w:p>", "<w:p><w:r><w:t>A &amp; b</w:t></w:r></w:p>");
	cleans(FIELD(" PAGE ", "7"), FIELD(" PAGE ", "7"));
	cleans(FIELD(" TITLE  \\* MERGEFORMAT ", "Old</w:t></w:r><w:r><w:t> letter"), FIELD(" TITLE  \\* MERGEFORMAT ", "Our &lt;title&gt;</w:t></w:r><w:r><w:t>"));
	cleans(FIELD("author", "Ana"), FIELD("author", "Registry"));
	cleans(FIELD("STYLEREF 1", "Old heading"), FIELD("STYLEREF 1", ""));
	cleans(FIELD("FILENAME \\p", "/home/ana/x.docx") "<w:r><w:t>on</w:t></w:r>",
	       "<w:r></w:r><w:r></w:r><w:r></w:r><w:r><w:t></w:t></w:r><w:r></w:r><w:r><w:t>on</w:t></w:r>");
	/* A code in pieces, a field in a field. */
	cleans(FLD("begin") "<w:r><w:instrText>LAST</w:instrText></w:r><w:r><w:instrText>SAVEDBY</w:instrText></w:r>" FLD("separate") "<w:r><w:t>Ana</w:t></w:r>" FLD("end"),
	       "<w:r></w:r><w:r></w:r><w:r></w:r><w:r></w:r><w:r><w:t></w:t></w:r><w:r></w:r>");
	cleans(FLD("begin") "<w:r><w:instrText>INCLUDEPICTURE </w:instrText></w:r>" FIELD("PAGE", "1") FLD("separate") "<w:r><w:t>Ana</w:t></w:r>" FLD("end"),
	       "<w:r></w:r><w:r></w:r>" FIELD("PAGE", "1") "<w:r></w:r><w:r><w:t></w:t></w:r><w:r></w:r>");
	cleans("<w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>3</w:t></w:r></w:fldSimple><w:fldSimple w:instr=\"USERNAME\"><w:r><w:t>Ana</w:t></w:r></w:fldSimple>"
	       "<w:fldSimple w:instr=\"TITLE\"><w:r><w:t>Old</w:t></w:r></w:fldSimple>",
	       "<w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>3</w:t></w:r></w:fldSimple><w:r><w:t></w:t></w:r>"
	       "<w:fldSimple w:instr=\"TITLE\"><w:r><w:t>Our &lt;title&gt;</w:t></w:r></w:fldSimple>");
	/* Links keep their words, hidden words go, a picture's name is no path. */
	cleans("<w:hyperlink r:id=\"r1\"><w:r><w:t>here</w:t></w:r></w:hyperlink>" FIELD("HYPERLINK \"file:///ana\"", "there"),
	       "<w:r><w:t>here</w:t></w:r><w:r></w:r><w:r></w:r><w:r></w:r><w:r><w:t>there</w:t></w:r><w:r></w:r>");
	cleans("<w:r><w:rPr><w:b/><w:vanish/></w:rPr><w:t>Ana</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>b</w:t></w:r><w:bookmarkStart w:id=\"1\" w:name=\"ana\"/>",
	       "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>b</w:t></w:r>");
	cleans("<wp:docPr id=\"1\" name=\"Logo\" descr=\"C:\\Users\\ana\\logo.png\"/><pic:cNvPr id=\"2\" name=\"/home/ana/l.png\" descr=\"Our sign\"/>",
	       "<wp:docPr id=\"1\" name=\"Logo\" descr=\"\"/><pic:cNvPr id=\"2\" name=\"\" descr=\"Our sign\"/>");
	/* Broken nesting is no fault. */
	cleans(FLD("end") FLD("separate") "<w:r><w:t>x</w:t></w:r>", "<w:r></w:r><w:r></w:r><w:r><w:t>x</w:t></w:r>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_speak_of_this_document),
		cmocka_unit_test(headers_run_as_the_text_does),
		cmocka_unit_test(template_styles_in_order),
		cmocka_unit_test(paragraphs),
		cmocka_unit_test(plain_lists_restart),
		cmocka_unit_test(no_lists_no_numbering),
		cmocka_unit_test(labels_are_text),
		cmocka_unit_test(notes_and_their_second_reference),
		cmocka_unit_test(references_are_fields),
		cmocka_unit_test(links),
		cmocka_unit_test(directions),
		cmocka_unit_test(changes), cmocka_unit_test(changes_of_neighbours),
		cmocka_unit_test(comments),
		cmocka_unit_test(tables),
		cmocka_unit_test(same_bytes_and_words),
		cmocka_unit_test(reads_its_own),
		cmocka_unit_test(template_faults),
		cmocka_unit_test(template_styles_by_name),
	};

	return cmocka_run_group_tests_name("docx", tests, NULL, NULL);
}
