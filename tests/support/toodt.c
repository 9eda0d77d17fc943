/*
 * Writes statements as ODT, to look at and for tests that other programs judge:
 *	toodt [-r REFERENCE] [-a public|review|internal] [-n paragraphs|headings|none] FILE.md OUT.odt
 *	toodt [-a …] -s FIRST -c COUNT DIR
 * The second form writes random statements as DIR/NNN.odt and prints a line of JSON for each: what a reader must find,
 * {"file", "accept": words, "reject": words, "accept_notes": [words], "reject_notes": [words], "own": "" or what our own
 * reader finds else}.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "format/format.h"
#include "format/odt/odt.h"
#include "format/odt/read.h"
#include "gen.h"
#include "io/file.h"
#include "model/text.h"

static bool load_image(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why)
{
	(void)ctx, (void)ret_why;
	if (!span_is(url, GEN_IMAGE))
		return false;
	*ret_bytes = arena_dup(arena, gen_png());
	return true;
}

static int fail(const char *what, const struct fault *f)
{
	fprintf(stderr, "%s: %s:%zu:%zu: %s\n", what, f->file ? f->file : "", f->pos.line, f->pos.column, f->message);
	return fault_exit_code(f->kind);
}

/* ---- what must be found ---- */

static bool there(const struct mark *m, bool accepted)
{
	return accepted ? mark_accepted(m) : mark_rejected(m);
}

static bool block_there(const struct block *b, bool accepted)
{
	for (; b; b = b->parent)
		if (!there(b->mark, accepted))
			return false;
	return true;
}

/* The character beside run i in this reading, alternative texts too (FORMAT.md F2). */
static uint32_t beside(const struct block *b, size_t i, int step, bool accepted)
{
	while (step > 0 ? ++i < b->run_count : i-- > 0) {
		const struct run *r = &b->runs[i];
		size_t at = 0;

		if (!there(r->mark, accepted) || r->kind == RUN_COMMENT || r->kind == RUN_NOTE)
			continue;
		if (!r->text.n)
			return 'x';
		for (at = step < 0 ? r->text.n - 1 : 0; at && ((unsigned char)r->text.p[at] & 0xc0) == 0x80;)
			at--;
		return utf8_next(r->text.p, r->text.n, &at);
	}
	return 0;
}

/* In a text with changes LibreOffice counts anew in each reading: a number that is live is a # for each of its parts. */
static void put_xref(const struct outdoc *o, const struct run *r, struct buf *out)
{
	struct span word, number, part;
	const struct block *b = NULL;

	if (!o || o->doc->reading != READING_MARKED || !mark_accepted(r->mark) || !outdoc_xref(o, r, &word, &number, &b))
		number.n = 0;
	while (number.n && b && !b->path.n)
		b = b->parent;
	if (!number.n || !b || b->labelled) {
		buf_add(out, r->printed);
		return;
	}
	buf_add(out, word);
	while (span_split(&number, ' ', &part))
		buf_str(out, " #");
}

static void leaf_words(const struct outdoc *o, const struct block *b, bool accepted, bool own, struct buf *out)
{
	if (b->labelled && !own) {
		buf_add(out, b->printed);
		buf_char(out, '.');
		buf_char(out, ' ');
	}
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		if (!there(r->mark, accepted))
			continue;
		switch (r->kind) {
		case RUN_TEXT:
			buf_add(out, r->text);
			break;
		case RUN_SOFT:
			if (!text_break_closes(beside(b, i, -1, accepted), beside(b, i, 1, accepted)))
				buf_char(out, ' ');
			break;
		case RUN_HARD:
			buf_char(out, ' ');
			break;
		case RUN_XREF:
			put_xref(o, r, out);
			break;
		case RUN_NOTE:
		case RUN_IMAGE:
		case RUN_COMMENT:
			break;
		}
	}
}

static void tree_words(const struct outdoc *o, const struct block *top, bool accepted, bool own, struct buf *out)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		if (!block_is_leaf(b) || !block_there(b, accepted))
			continue;
		if (b->parent->kind == BLOCK_ITEM && b->parent->labelled && !b->prev && !own) {
			buf_add(out, b->parent->printed);
			buf_char(out, ' ');
		}
		leaf_words(o, b, accepted, own, out);
		if (there(b->break_mark, accepted))
			buf_char(out, ' ');
	}
}

static void note_list(struct json *j, const char *key, const struct outdoc *o, bool accepted)
{
	const struct doc *d = o->doc;
	bool *said = mem_zero(d->note_count + 1, sizeof(bool));

	json_key(j, key);
	json_array(j);
	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		if (!b->run_count || !block_there(b, accepted))
			continue;
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			struct buf words = { 0 };

			if (r->kind != RUN_NOTE || !r->note || !there(r->mark, accepted) || said[r->note->number])
				continue;
			said[r->note->number] = true;
			tree_words(o, r->note->body, accepted, false, &words);
			json_string(j, buf_span(&words));
			buf_done(&words);
		}
	}
	json_array_end(j);
	mem_free(said);
}

static void opening(const struct outdoc *o, struct buf *out)
{
	const struct span lines[] = { o->banner, o->organisation, o->document_label, o->title, o->input_to, o->group, o->shown_date };

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if ((i == 1 || i == 2 || i > 3) && !o->information_block)
			continue;
		buf_add(out, lines[i]);
		buf_char(out, ' ');
	}
}

static void folded(struct buf *words)
{
	struct buf out = { 0 };

	text_fold(buf_span(words), &out);
	buf_done(words);
	*words = out;
}

static void all_words(const struct outdoc *o, bool mask, bool accepted, struct buf *ret)
{
	opening(o, ret);
	tree_words(mask ? o : NULL, o->doc->root, accepted, false, ret);
	for (size_t i = 0; i < o->endorser_count; i++) {
		buf_char(ret, ' ');
		if (!i)
			buf_add(ret, o->endorsers_label);
		buf_char(ret, ' ');
		buf_add(ret, o->endorsers[i]);
	}
	folded(ret);
}

static void expected(struct json *j, const char *key, const struct outdoc *o, bool accepted)
{
	struct buf words = { 0 };

	all_words(o, true, accepted, &words);
	json_put_string(j, key, buf_span(&words));
	buf_done(&words);
}

/* What our own reader makes of the file, against what was written; the opening is read as text too. */
static void own_reading(struct json *j, const struct outdoc *o, struct span package)
{
	struct read_options ro = { .path = "own.odt", .reading = READING_MARKED };
	struct fault f = { 0 };
	struct doc *back = NULL;
	struct buf wrong = { 0 };

	if (odt_read(package, &ro, &back, &f) < 0) {
		buf_str(&wrong, f.message);
	} else {
		for (int accepted = 0; accepted < 2; accepted++) {
			struct buf want = { 0 }, got = { 0 };

			all_words(o, false, accepted, &want);
			tree_words(NULL, back->root, accepted, true, &got);
			folded(&got);
			if (!span_eq(buf_span(&want), buf_span(&got)) && !wrong.n) {
				size_t i = 0;

				while (i < want.n && i < got.n && want.p[i] == got.p[i])
					i++;
				i = i > 40 ? i - 40 : 0;
				while (i && i < want.n && ((unsigned char)want.p[i] & 0xc0) == 0x80)
					i--;
				buf_printf(&wrong, "%s: want …%.*s… got …%.*s…", accepted ? "accepted" : "rejected",
					want.n - i > 100 ? 100 : (int)(want.n - i), want.p + i,
					got.n > i ? (got.n - i > 100 ? 100 : (int)(got.n - i)) : 0, got.n > i ? got.p + i : "");
			}
			buf_done(&want);
			buf_done(&got);
		}
	}
	if (utf8_invalid(buf_span(&wrong)) != SIZE_MAX)
		wrong.n = utf8_invalid(buf_span(&wrong));
	json_put_string(j, "own", buf_span(&wrong));
	buf_done(&wrong);
	doc_free(back);
	fault_done(&f);
}

/* ---- writing ---- */

static int write_one(struct span in, const char *name, struct outdoc_options *oo, const struct write_options *wo, const char *dest,
	bool tell)
{
	struct read_options ro = { .path = name, .reading = oo->audience == AUDIENCE_PUBLIC ? READING_REJECTED : READING_MARKED };
	CLEANUP(doc_freep) struct doc *d = NULL;
	CLEANUP(outdoc_freep) struct outdoc *o = NULL;
	CLEANUP(buf_done) struct buf out = { 0 }, text = { 0 };
	struct fault f = { 0 };

	if (md_read(in, &ro, &d, &f) < 0 || outdoc_make(d, oo, &o, &f) < 0 || odt_write(o, wo, &out, &f) < 0 ||
		odt_reopen(buf_span(&out), &text, &f) < 0 || outdoc_search(o, buf_span(&text), dest, &f) < 0 ||
		file_replace(dest, buf_span(&out), NULL, &f) < 0)
		return fail(name, &f);
	if (tell) {
		struct buf line = { 0 };
		struct json j;

		json_begin(&j, &line);
		json_object(&j);
		json_put_string(&j, "file", span_str(dest));
		expected(&j, "accept", o, true);
		expected(&j, "reject", o, false);
		note_list(&j, "accept_notes", o, true);
		note_list(&j, "reject_notes", o, false);
		own_reading(&j, o, buf_span(&out));
		json_object_end(&j);
		printf("%.*s\n", SPAN_ARG(buf_span(&line)));
		buf_done(&line);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct outdoc_options oo = { .organisation = SPAN("Example Organisation"), .date = SPAN("2025-10-02"), .anchors = true, .map = true,
				     .draft_name = SPAN("sample"), .load_image = load_image,
				     .blob = SPAN("0123456789012345678901234567890123456789") };
	struct write_options wo = { 0 };
	struct buf reference = { 0 };
	struct fault f = { 0 };
	unsigned long long first = 1, count = 0;
	int c, r = 0;

	while ((c = getopt(argc, argv, "r:a:n:s:c:")) != -1) {
		switch (c) {
		case 'r':
			if (file_read(optarg, LIMIT_ZIP_BYTES, &reference, NULL, &f) < 0)
				return fail(optarg, &f);
			wo.reference_path = optarg;
			break;
		case 'a':
			oo.audience = *optarg == 'r' ? AUDIENCE_REVIEW : *optarg == 'i' ? AUDIENCE_INTERNAL : AUDIENCE_PUBLIC;
			break;
		case 'n':
			oo.numbering = *optarg == 'p' ? NUMBERING_PARAGRAPHS : *optarg == 'h' ? NUMBERING_HEADINGS : NUMBERING_NONE;
			break;
		case 's':
			first = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			count = strtoull(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	}
	oo.information_block = oo.audience == AUDIENCE_PUBLIC;
	wo.reference = buf_span(&reference);
	if (argc - optind != (count ? 1 : 2))
		return 2;
	for (unsigned long long i = 0; i < count; i++) {
		/* Labels are words that the page alone has: pairs of texts hold them. */
		struct gen_options g = { .off = GEN_NO_LABELS | (oo.audience == AUDIENCE_PUBLIC ? GEN_NO_SUGGESTIONS : 0) };
		struct buf in = { 0 };
		char name[32], dest[512];

		gen_statement(first + i, &g, &in);
		snprintf(name, sizeof(name), "seed %llu", first + i);
		snprintf(dest, sizeof(dest), "%s/%03llu.odt", argv[optind], first + i);
		if (write_one(buf_span(&in), name, &oo, &wo, dest, true))
			r = 1;
		buf_done(&in);
	}
	if (!count) {
		struct buf in = { 0 };

		if (file_read(argv[optind], LIMIT_TEXT_BYTES, &in, NULL, &f) < 0)
			return fail(argv[optind], &f);
		r = write_one(buf_span(&in), argv[optind], &oo, &wo, argv[optind + 1], false);
		buf_done(&in);
	}
	buf_done(&reference);
	return r;
}
