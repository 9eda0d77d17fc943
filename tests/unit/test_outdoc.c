/* outdoc, select, secret, image: what a writer is given, and what it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/limits.h"
#include "build.h"
#include "model/outdoc.h"
#include "model/select.h"
#include "model/text.h"

static void is(struct span got, const char *want)
{
	struct buf b = { 0 };

	buf_add(&b, got);
	buf_char(&b, '\0');
	assert_string_equal(b.p, want);
	buf_done(&b);
}

/* All leaves of the copy, each on a line, notes last. */
static void holds(const struct outdoc *o, const char *want)
{
	struct buf out = { 0 };

	for (size_t i = 0; i <= o->doc->note_count; i++) {
		const struct block *top = i ? o->doc->notes[i - 1]->body : o->doc->root;

		for (const struct block *b = top; b; b = block_next(b, top)) {
			if (!block_is_leaf(b))
				continue;
			text_of_leaf(b, READING_MARKED, &out);
			buf_char(&out, '\n');
		}
	}
	is(buf_span(&out), want);
	buf_done(&out);
}

static struct doc *sample(void)
{
	struct doc *d = doc_new("input.md");
	struct block *p, *l;

	build_attrs(d, build_leaf(d, d->root, BLOCK_HEADING, "Head"), "head", 0, NULL, NULL);
	p = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "We ask for stable funding."), "ask", 0, "oral", "cut");
	build_run(d, p, RUN_NOTE, "")->note = build_note(d, "public", "Seen by all of them.");
	p = build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "Our fallback is a shorter mandate of five years."),
			"fallback-if-reopened", CLASS_INTERNAL, NULL, NULL);
	build_run(d, p, RUN_NOTE, "")->note = build_note(d, "hidden", "Legal does not agree with it.");
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "Because it is short."), "", CLASS_RATIONALE, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "We ask for money."), "", CLASS_ORAL, "for", "ask");
	l = build_list(d, d->root, true);
	build_attrs(d, build_item(d, l, "only item"), "", CLASS_INTERNAL, NULL, NULL);
	build_note(d, "unused", "Nothing refers to this.");
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "See ");
	build_run(d, p, RUN_XREF, "")->target = SPAN_LIT("ask");
	build_run(d, p, RUN_TEXT, ".");
	d->meta.numbering = NUMBERING_PARAGRAPHS;
	doc_finish(d);
	return d;
}

static void test_public(void **state)
{
	struct doc *d = sample();
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	const struct run *ref;
	struct span word, number;
	const struct block *at;

	(void)state;
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f), 0);
	doc_free(d); /* the copy owns what it holds */
	holds(o, "Head\nWe ask for stable funding.\nSee [#_Ref000000001].\nSeen by all of them.\n");
	assert_int_equal(o->words_written, 1 + 5 + 3 + 5);
	assert_int_equal(o->words_source, o->words_written + o->words_held);
	assert_null(o->banner.p);
	for (const struct block *b = o->doc->root; b; b = block_next(b, o->doc->root))
		assert_null(b->attrs);
	assert_int_equal(o->doc->note_count, 1);
	is(o->doc->notes[0]->label, "1");
	ref = &o->doc->root->last->runs[1];
	is(ref->printed, "paragraph 1");
	assert_true(outdoc_xref(o, ref, &word, &number, &at));
	is(word, "paragraph");
	is(number, "1");
	assert_ptr_equal(at, o->doc->root->first->next);
	assert_string_equal(outdoc_anchor(o, at), "_Ref000000001");
	assert_null(outdoc_anchor(o, o->doc->root->last));
	is(o->doc->root->last->printed, "2");
	outdoc_free(o);
}

static void test_internal_and_review(void **state)
{
	struct doc *d = sample();
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct outdoc_options options = {
		.audience = AUDIENCE_REVIEW, .anchors = true, .map = true, .draft_name = SPAN("my draft"), .blob = SPAN("0123"),
	};

	(void)state;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	assert_non_null(o->map.p);
	assert_true(span_starts(o->map, SPAN_LIT("chapeau-map-1 my%20draft 0123 cl_")));
	assert_true(strncmp(outdoc_anchor(o, o->doc->root->first), "cl_", 3) == 0);
	assert_int_equal(strlen(outdoc_anchor(o, o->doc->root->first)), 13);
	assert_string_equal(outdoc_anchor(o, o->doc->root->first->next), "cl_5d1b310d54");
	is(o->doc->root->last->runs[1].target, "cl_5d1b310d54");
	assert_int_equal(d->remark_count, 0);
	outdoc_free(o);
	options.audience = AUDIENCE_INTERNAL;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	holds(o, "Head\nWe ask for stable funding.\nOur fallback is a shorter mandate of five years.\nonly item\n"
		 "See [#cl_5d1b310d54].\nSeen by all of them.\nLegal does not agree with it.\n");
	assert_true(o->doc->root->first->next->next->internal);
	assert_true(o->banner.n);
	assert_int_equal(outdoc_search(o, SPAN_LIT("Our fallback is a shorter mandate of five years."), "x", &f), 0);
	outdoc_free(o);
	doc_free(d);
}

static void test_oral(void **state)
{
	struct doc *d = sample();
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct outdoc_options options = { .channel = CHANNEL_ORAL, .numbering = NUMBERING_NONE };

	(void)state;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	holds(o, "Head\nWe ask for money.\nSee [#_Ref000000001].\n");
	is(o->doc->root->last->runs[1].printed, "“Head”");
	assert_int_equal(o->doc->note_count, 0);
	outdoc_free(o);
	/* A clause that is cut takes its wording with it; what names it still finds the heading's words. */
	options.cut_oral = true;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	holds(o, "Head\nSee [#].\n");
	is(o->doc->root->last->runs[1].printed, "“Head”");
	outdoc_free(o);
	doc_free(d);
}

static void test_oral_shapes(void **state)
{
	struct doc *d = doc_new(NULL);
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct outdoc_options options = { .channel = CHANNEL_ORAL };
	struct block *l, *quote, *item;

	(void)state;
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "first wording"), "", CLASS_ORAL, "for", "#two");
	l = build_list(d, d->root, true);
	build_item(d, l, "one");
	item = build_attrs(d, build_item(d, l, "two"), "two", 0, "oral", "skip");
	build_attrs(d, build_leaf(d, item, BLOCK_PARAGRAPH, "second wording"), "", CLASS_ORAL, "for", "two");
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "no such clause"), "", CLASS_ORAL, "for", "three");
	quote = build_attrs(d, build_block(d, d->root, BLOCK_QUOTE), "q", 0, "oral", "skip");
	build_attrs(d, build_leaf(d, quote, BLOCK_PARAGRAPH, "inner"), "in", 0, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "of a clause in what is skipped"), "", CLASS_ORAL, "for", "in");
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "hidden wording"), "", CLASS_ORAL | CLASS_INTERNAL, "for", "two");
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	holds(o, "one\nfirst wording\nsecond wording\nno such clause\nof a clause in what is skipped\n");
	assert_int_equal(o->words_written, 1 + 2 + 2 + 3 + 7);
	assert_ptr_equal(o->doc->root->first->kind, BLOCK_LIST);
	assert_ptr_equal(o->doc->root->first->last->kind, BLOCK_ITEM);
	outdoc_free(o);
	/* And none of them in the written text. */
	options.channel = CHANNEL_WRITTEN;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	holds(o, "one\ntwo\ninner\n");
	outdoc_free(o);
	doc_free(d);
}

static void test_refusals(void **state)
{
	struct doc *d = doc_new("x.md");
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct block *p;
	struct outdoc_options options = { 0 };

	(void)state;
	doc_set_source(d, SPAN_LIT("one\n{.internel}\n"));
	p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "See ");
	build_run(d, p, RUN_XREF, "")->target = SPAN_LIT("gone");
	p->runs[1].src = (struct origin){ 2, 3 };
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &options, &o, &f), -FAULT_REFUSED);
	assert_non_null(strstr(f.message, "[xref-dead]"));
	assert_int_equal(f.pos.line, 1);
	assert_int_equal(f.pos.column, 3);
	fault_done(&f);
	f = (struct fault){ 0 };
	options.audience = AUDIENCE_REVIEW;
	assert_int_equal(outdoc_make(d, &options, &o, &f), 0);
	is(o->doc->root->first->runs[1].printed, o->audience == AUDIENCE_REVIEW ? XREF_HELD : "[#gone]");
	outdoc_free(o);
	options.audience = AUDIENCE_PUBLIC;
	d->suggestion_count = d->suggestion_cap = 1;
	d->suggestions = mem_zero(1, sizeof(struct suggestion));
	d->suggestions[0].origin.begin = 4;
	assert_int_equal(outdoc_make(d, &options, &o, &f), -FAULT_REFUSED);
	assert_non_null(strstr(f.message, "[open-suggestion]"));
	assert_int_equal(f.pos.line, 2);
	fault_done(&f);
	f = (struct fault){ 0 };
	doc_remark(d, "class-unknown", 4, (struct span){ 0 }, "class 'internel' is not known: did you mean .internal?");
	assert_int_equal(outdoc_make(d, &options, &o, &f), -FAULT_REFUSED);
	assert_string_equal(f.message, "class 'internel' is not known: did you mean .internal? [class-unknown]");
	fault_done(&f);
	doc_free(d);
}

/* The count is a walk of its own: a copy that lost a word is not written. */
static void test_count_is_independent(void **state)
{
	struct doc *d = sample(), *copy;
	struct selection s = { .channel = CHANNEL_WRITTEN };
	size_t all, held;

	(void)state;
	copy = doc_select(d, &s);
	doc_count_words(d, &s, &all, &held);
	assert_int_equal(all, doc_survey(copy).words + held);
	block_remove(copy->root->last);
	assert_int_not_equal(all, doc_survey(copy).words + held);
	doc_free(copy);
	doc_free(d);
}

static bool found(struct outdoc *o, const char *text)
{
	struct fault f = { 0 };
	int r = outdoc_search(o, span_str(text), "out.docx", &f);

	fault_done(&f);
	return r < 0;
}

static void test_search(void **state)
{
	struct doc *d = sample();
	struct outdoc *o = NULL;
	struct fault f = { 0 };

	(void)state;
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "We ask for stable funding, ZQ77xx says."), "", CLASS_INTERNAL, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "No"), "", CLASS_INTERNAL, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "内部注释不公开"), "", CLASS_INTERNAL, NULL, NULL);
	build_attrs(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, "QX81KD"), "", CLASS_INTERNAL, NULL, NULL);
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f), 0);
	assert_false(found(o, "Head We ask for stable funding. See paragraph 1. Seen by all of them."));
	assert_true(found(o, "x OUR fall\u00adback\nis—a shorter y"));
	assert_false(found(o, "our fallback is the shorter mandate"));
	assert_true(found(o, "legal does not agree"));
	assert_true(found(o, "stable funding, zq77XX says"));
	assert_false(found(o, "No, no, no"));
	assert_true(found(o, "…内部注释不公开…"));
	assert_true(found(o, "x qx81kd."));
	outdoc_free(o);
	doc_free(d);
}

static bool load(void *ctx, struct span url, struct arena *arena, struct span *ret, struct buf *why)
{
	(void)arena;
	if (span_is(url, "map.png")) {
		*ret = *(struct span *)ctx;
		return true;
	}
	BUF_LIT(why, "not there");
	return false;
}

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0 and more";

static void test_images(void **state)
{
	struct doc *d = doc_new(NULL);
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "");
	struct span bytes = span_of(png, sizeof(png));
	static const char *const urls[] = { "map.png", "map.png", "gone.png" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct image *image = ARENA_NEW(&d->arena, struct image);

		image->url = span_str(urls[i]);
		build_run(d, p, RUN_IMAGE, "Map")->image = image;
	}
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .load_image = load, .load_ctx = &bytes }, &o, &f), 0);
	assert_int_equal(o->image_count, 1);
	assert_int_equal(o->images[0].width, 2);
	assert_int_equal(o->images[0].height, 3);
	assert_ptr_equal(outdoc_image(o, &o->doc->root->first->runs[1]), &o->images[0]);
	assert_int_equal(o->doc->root->first->runs[2].kind, RUN_TEXT);
	assert_int_equal(o->missing_count, 1);
	is(o->missing[0].why, "not there");
	outdoc_free(o);
	doc_free(d);
}

static void test_sniff(void **state)
{
	static const char jpeg[] = "\xff\xd8\xff\xe0\0\x04zz\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0";
	enum image_type type;
	unsigned w, h;
	char huge[sizeof(png)];

	(void)state;
	assert_true(image_sniff(span_of(jpeg, sizeof(jpeg)), &type, &w, &h));
	assert_int_equal(type, IMAGE_JPEG);
	assert_int_equal(w, 32);
	assert_int_equal(h, 16);
	assert_false(image_sniff(span_of(jpeg, 12), &type, &w, &h));
	assert_true(image_sniff(SPAN_LIT("<?xml version='1.0'?>\n<svg width=\"40px\" height='20.5'>"), &type, &w, &h));
	assert_int_equal(w, 40);
	assert_int_equal(h, 20);
	assert_true(image_sniff(SPAN_LIT("<svg viewBox='0 0 1 1'>"), &type, &w, &h));
	assert_int_equal(w, 300);
	assert_int_equal(h, 300);
	assert_true(image_sniff(SPAN_LIT("<svg>"), &type, &w, &h));
	assert_int_equal(h, 150);
	assert_true(image_sniff(SPAN_LIT("<svg width='25.4mm' viewBox='0 -5 40.5 81'>"), &type, &w, &h));
	assert_int_equal(w, 96);
	assert_int_equal(h, 192);
	assert_true(image_sniff(SPAN_LIT("<svg width='100%' height='1in' viewBox='0,0,200,100'>"), &type, &w, &h));
	assert_int_equal(w, 192);
	assert_int_equal(h, 96);
	assert_false(image_sniff(SPAN_LIT("GIF89a"), &type, &w, &h));
	assert_false(image_sniff((struct span){ 0 }, &type, &w, &h));
	/* LIMIT_IMAGE_PIXELS */
	memcpy(huge, png, sizeof(png));
	huge[18] = 0x4e;
	huge[19] = 0x21; /* 20,001 */
	assert_false(image_sniff(span_of(huge, sizeof(huge)), &type, &w, &h));
	huge[19] = 0x20;
	assert_true(image_sniff(span_of(huge, sizeof(huge)), &type, &w, &h));
}

/* LIMIT_IMAGES and LIMIT_IMAGE_BYTES: past them the words stand in the picture's place. */
static bool load_many(void *ctx, struct span url, struct arena *arena, struct span *ret, struct buf *why)
{
	(void)arena, (void)why;
	*ret = span_is(url, "big") ? span_of(ctx, LIMIT_IMAGE_BYTES + 1) : span_of(png, sizeof(png));
	return true;
}

static void test_image_limits(void **state)
{
	struct doc *d = doc_new(NULL);
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	char *big = mem_zero(1, LIMIT_IMAGE_BYTES + 1);

	(void)state;
	memcpy(big, png, sizeof(png));
	for (size_t i = 0; i < LIMIT_IMAGES + 2; i++) {
		struct image *image = ARENA_NEW(&d->arena, struct image);

		image->url = i ? arena_printf(&d->arena, "%zu", i) : SPAN_LIT("big");
		build_run(d, build_leaf(d, d->root, BLOCK_PARAGRAPH, ""), RUN_IMAGE, "Map")->image = image;
	}
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .load_image = load_many, .load_ctx = big }, &o, &f), 0);
	assert_int_equal(o->image_count, LIMIT_IMAGES - 1);
	assert_int_equal(o->missing_count, 1);
	assert_int_equal(o->doc->root->first->runs[0].kind, RUN_TEXT);
	assert_int_equal(o->doc->root->last->runs[0].kind, RUN_TEXT);
	outdoc_free(o);
	doc_free(d);
	free(big);
}

static void test_marks(void **state)
{
	struct doc *d = doc_new(NULL);
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct block *p = build_leaf(d, d->root, BLOCK_PARAGRAPH, "a ");
	struct comment *comment = ARENA_NEW(&d->arena, struct comment);
	struct mark *outer = ARENA_NEW(&d->arena, struct mark), *inner = ARENA_NEW(&d->arena, struct mark);

	(void)state;
	*comment = (struct comment){ .text = SPAN("is this so, in four words?") };
	*outer = (struct mark){ .kind = MARK_INSERTED, .author = SPAN("Ana"), .comments = comment, .group = 1 };
	*inner = (struct mark){ .kind = MARK_DELETED, .author = SPAN("Ben"), .outer = outer, .group = 2 };
	build_run(d, p, RUN_TEXT, "b ")->mark = outer;
	build_run(d, p, RUN_TEXT, "c ")->mark = inner;
	build_run(d, p, RUN_TEXT, "d")->mark = outer;
	d->reading = READING_MARKED;
	doc_finish(d);
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_REVIEW }, &o, &f), 0);
	p = o->doc->root->first;
	assert_ptr_equal(p->runs[1].mark, p->runs[3].mark);
	assert_ptr_equal(p->runs[2].mark->outer, p->runs[1].mark);
	is(p->runs[2].mark->author, "Ben");
	is(p->runs[1].mark->comments->text, "is this so, in four words?");
	outdoc_free(o);
	/* A comparison for the public: in the organisation's name, without comments. */
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .comparison = true, .organisation = SPAN("Org") }, &o, &f), 0);
	p = o->doc->root->first;
	is(p->runs[2].mark->author, "Org");
	is(p->runs[1].mark->author, "Org");
	assert_null(p->runs[1].mark->comments);
	assert_true(found(o, "so in four words"));
	outdoc_free(o);
	doc_free(d);
}

static void test_language(void **state)
{
	static const struct {
		const char *text, *language;
		bool rtl;
	} cases[] = {
		{ "Plain words", "en", false },
		{ "نطلب تمويلا مستقرا for the IGF", "ar", true },
		{ "אנו מבקשים מימון יציב", "he", true },
		{ "我们要求 stable 稳定的资金", "zh", false },
		{ "IPv6 ضروري لنمو الإنترنت في كل مكان", "ar", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct doc *d = doc_new(NULL);
		struct outdoc *o = NULL;
		struct fault f = { 0 };

		build_leaf(d, d->root, BLOCK_PARAGRAPH, cases[i].text);
		doc_finish(d);
		assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f), 0);
		is(o->language, cases[i].language);
		assert_int_equal(o->right_to_left, cases[i].rtl);
		assert_int_equal(text_is_rtl(o->doc->root->first, !cases[i].rtl), cases[i].rtl);
		outdoc_free(o);
		doc_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_internal_and_review),
		cmocka_unit_test(test_oral),
		cmocka_unit_test(test_oral_shapes),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_count_is_independent),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_sniff),
		cmocka_unit_test(test_image_limits),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
