/*
 * Writes one statement as DOCX, to look at and for tests that other programs judge:
 *	todocx -m seed=N OUT.md
 *	todocx [-d OLD.md] [-r REFERENCE] [-a public|review|internal] [-n paragraphs|headings|none] [-t] [-l] FILE.md|--seed=N OUT.docx
 * -m writes the random statement itself; -d compares, so that the file holds tracked changes;
 * -k keeps a file that the search refuses; -t prints what each step took; -l prints the numbers that a reader must see.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "diff/diff.h"
#include "format/docx/docx.h"
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

static bool timing;
static struct timespec last;

static void step(const char *what)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (timing && what)
		fprintf(stderr, "%-8s %7.1f ms\n", what,
			(double)(now.tv_sec - last.tv_sec) * 1e3 + (double)(now.tv_nsec - last.tv_nsec) / 1e6);
	last = now;
}

static int fail(const struct fault *f)
{
	fprintf(stderr, "%s:%zu:%zu: %s\n", f->file ? f->file : "", f->pos.line, f->pos.column, f->message);
	return fault_exit_code(f->kind);
}

/* A line each, in order, with the first words behind it: live numbers alone, for a label= is text. */
static void list_numbers(const struct outdoc *o)
{
	for (const struct block *b = o->doc->root; b; b = block_next(b, o->doc->root)) {
		const struct block *words = b;
		struct buf text = { 0 };

		if (!b->printed.n || b->labelled || b->kind == BLOCK_TABLE)
			continue;
		while (words && !block_is_leaf(words))
			words = block_next(words, b);
		if (words)
			text_of_leaf(words, READING_ACCEPTED, &text);
		printf("%.*s%s\t%.*s\n", SPAN_ARG(b->printed), number_takes_stop(b->printed) ? "." : "", (int)(text.n < 30 ? text.n : 30), text.n ? text.p : "");
		buf_done(&text);
	}
}

int main(int argc, char **argv)
{
	struct outdoc_options oo = { .information_block = true, .organisation = SPAN("Example Organisation"), .date = SPAN("2025-10-02"),
				     .anchors = true, .map = true, .draft_name = SPAN("sample"), .load_image = load_image,
				     .blob = SPAN("0123456789012345678901234567890123456789") };
	struct write_options wo = { 0 };
	struct buf in = { 0 }, out = { 0 }, text = { 0 }, reference = { 0 };
	struct read_options ro = { 0 };
	struct doc *d = NULL, *old_doc = NULL;
	struct statement *from = NULL, *to = NULL;
	struct comparison *cmp = NULL;
	struct buf old = { 0 };
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	const char *old_path = NULL;
	bool keep = false, source = false, numbers = false;
	int c;

	while ((c = getopt(argc, argv, "d:r:a:n:tkml")) != -1) {
		switch (c) {
		case 'r':
			if (file_read(optarg, LIMIT_ZIP_BYTES, &reference, NULL, &f) < 0)
				return fail(&f);
			wo.reference_path = optarg;
			break;
		case 'a':
			oo.audience = *optarg == 'r' ? AUDIENCE_REVIEW : *optarg == 'i' ? AUDIENCE_INTERNAL : AUDIENCE_PUBLIC;
			break;
		case 'n':
			oo.numbering = *optarg == 'p' ? NUMBERING_PARAGRAPHS : *optarg == 'h' ? NUMBERING_HEADINGS : NUMBERING_NONE;
			break;
		case 'd':
			old_path = optarg;
			break;
		case 'm':
			source = true;
			break;
		case 'k':
			keep = true;
			break;
		case 'l':
			numbers = true;
			break;
		case 't':
			timing = true;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2)
		return 2;
	if (strncmp(argv[optind], "seed=", 5) == 0) {
		struct gen_options g = { .off = oo.audience == AUDIENCE_PUBLIC ? GEN_NO_SUGGESTIONS : 0 };

		gen_statement(strtoull(argv[optind] + 5, NULL, 10), &g, &in);
	} else if (file_read(argv[optind], LIMIT_TEXT_BYTES, &in, NULL, &f) < 0) {
		return fail(&f);
	}
	if (source) {
		int r = file_replace(argv[optind + 1], buf_span(&in), NULL, &f) < 0 ? fail(&f) : 0;

		buf_done(&in);
		return r;
	}
	ro.path = argv[optind];
	ro.reading = oo.audience == AUDIENCE_PUBLIC ? READING_REJECTED : READING_MARKED;
	oo.information_block = oo.audience == AUDIENCE_PUBLIC;
	wo.reference = buf_span(&reference);
	step(NULL);
	if (md_read(buf_span(&in), &ro, &d, &f) < 0)
		return fail(&f);
	step("read");
	if (old_path) {
		struct diff_options dopt = { .author = SPAN("Example Organisation"), .time = SPAN("2025-10-02T00:00:00Z") };

		ro.path = old_path;
		ro.reading = READING_REJECTED;
		if (file_read(old_path, LIMIT_TEXT_BYTES, &old, NULL, &f) < 0 || md_read(buf_span(&old), &ro, &old_doc, &f) < 0)
			return fail(&f);
		/* -n says how both are numbered */
		if (oo.numbering != NUMBERING_UNSAID)
			old_doc->meta.numbering = oo.numbering;
		from = statement_new(old_doc);
		to = statement_new(d);
		if (diff_statements(from, to, &dopt, &cmp, &f) < 0 || diff_mark(cmp, &dopt, &f) < 0)
			return fail(&f);
		d = cmp->marked;
		oo.comparison = oo.whole_notes = true;
		oo.author = dopt.author;
		step("diff");
	}
	if (outdoc_make(d, &oo, &o, &f) < 0)
		return fail(&f);
	step("outdoc");
	if (numbers)
		list_numbers(o);
	if (docx_write(o, &wo, &out, &f) < 0)
		return fail(&f);
	step("write");
	if (docx_reopen(buf_span(&out), &text, &f) < 0)
		return fail(&f);
	step("reopen");
	if (outdoc_search(o, buf_span(&text), argv[optind + 1], &f) < 0 && !keep)
		return fail(&f);
	step("search");
	if (timing) {
		struct doc *again = NULL;

		if (docx_read(buf_span(&out), &ro, &again, &f) < 0)
			return fail(&f);
		step("reread");
		doc_free(again);
	}
	if (file_replace(argv[optind + 1], buf_span(&out), NULL, &f) < 0)
		return fail(&f);
	outdoc_free(o);
	if (!cmp)
		doc_free(d);
	comparison_free(cmp);
	statement_free(from);
	statement_free(to);
	buf_done(&old);
	buf_done(&in);
	buf_done(&out);
	buf_done(&text);
	buf_done(&reference);
	return 0;
}
