/*
 * pages: how many the exported file will have, an estimate from what stands in it.
 *
 * Every paragraph is so many lines of a height that its style gives, and each leaves room after it; what is measured is
 * all that is printed, whatever the profile counts.  The figures are those of the templates (scripts/templates_docx.py),
 * with letters as wide as they are on average.  Measured against LibreOffice's own pages: see tests/laws/pages.py.
 */
#include "base/utf8.h"
#include "check/internal.h"

#define PAGE_HEIGHT 698.0 /* points: A4 less its margins */
#define PAGE_FILLED 0.98  /* of it on average, since headings, rows and short paragraphs are not broken */
#define TEXT_WIDTH 451.0  /* points */
#define LETTER 0.425      /* of its size: how wide a letter is on average, and what ragged lines leave empty */
#define LEADING 1.15      /* of its size: how high a line of a Latin face is */
#define WIDE_LEADING 1.45 /* of an East Asian face */
#define NOTE_RULE 14.0
#define NUMBERED_INDENT 34.0
#define LIST_INDENT 28.35

/* How a paragraph is set; lengths in points. */
struct setting {
	double points, line; /* line: of its own height */
	double before, after, left, right;
};

static const struct setting body = { 12, 1.15, 0, 8, 0, 0 }, quote = { 12, 1.15, 0, 8, 56.7, 28.35 }, item = { 12, 1.15, 0, 6, 0, 0 },
			    code = { 10, 1, 0, 8, 28.35, 0 }, speech = { 14, 1.5, 0, 12, 0, 0 }, note = { 10, 1, 0, 2, 0, 0 }, cell = { 10, 1, 2, 2, 0, 0 },
			    title = { 18, 1.08, 6, 12, 0, 0 }, label = { 14, 1.08, 0, 6, 0, 0 }, info = { 12, 1.08, 0, 3, 0, 0 };
static const struct setting headings[6] = {
	{ 14, 1.08, 18, 6, 0, 0 }, { 12, 1.08, 14, 6, 0, 0 }, { 12, 1.08, 12, 6, 0, 0 }, { 11, 1.08, 10, 6, 0, 0 }, { 11, 1.08, 10, 6, 0, 0 }, { 10, 1.08, 10, 6, 0, 0 },
};

/* How long some text is, in sizes of its letters: a wide one is as wide as its size. */
struct measure {
	double ems;
	unsigned breaks; /* lines that end before they are full */
	bool wide;
};

static void measure_text(struct measure *m, struct span s)
{
	size_t letters = utf8_count(s), wide = 0;

	/* Ideographs, kana and Hangul begin with these bytes, and hardly anything else does. */
	if (letters != s.n)
		for (size_t i = 0; i < s.n; i++)
			wide += (unsigned char)s.p[i] >= 0xe3 && (unsigned char)s.p[i] <= 0xed;
	m->ems += (double)(letters - wide) * LETTER + (double)wide;
	m->wide = m->wide || wide;
}

static struct measure measure_leaf(const struct block *b)
{
	struct measure m = { 0 };

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		if (r->kind == RUN_TEXT || r->kind == RUN_IMAGE)
			measure_text(&m, r->text);
		else if (r->kind == RUN_XREF)
			m.ems += 12 * LETTER; /* "paragraph 12" */
		else if (r->kind == RUN_HARD)
			m.breaks++;
		else
			m.ems += LETTER;
	}
	return m;
}

static double lines_of(struct measure m, const struct setting *s, double width)
{
	double room = (width - s->left - s->right) / s->points, lines = m.ems / (room > 4 ? room : 4) + m.breaks * 0.5;

	return lines <= 1 ? 1 : (double)(size_t)lines + (lines > (double)(size_t)lines);
}

static double height_of(struct measure m, const struct setting *s, double width)
{
	return s->before + s->after + lines_of(m, s, width) * s->points * s->line * (m.wide ? WIDE_LEADING : LEADING);
}

static double height_of_text(struct span text, const struct setting *s)
{
	struct measure m = { 0 };

	if (!text.n)
		return 0;
	measure_text(&m, text);
	return height_of(m, s, TEXT_WIDTH);
}

/* A row is as high as its cells would be if the width were shared by what they hold. */
static double height_of_row(const struct block *row)
{
	struct measure all = { 0 };
	double lines;
	unsigned cells = 0;

	for (const struct block *c = row->first; c; c = c->next, cells++) {
		struct measure m = measure_leaf(c);

		all.ems += m.ems;
		all.wide = all.wide || m.wide;
	}
	lines = lines_of(all, &cell, TEXT_WIDTH - 11.5 * cells);
	return cell.before + cell.after + 3 + lines * cell.points * (all.wide ? WIDE_LEADING : LEADING);
}

static double height_of_leaf(const struct block *b, enum numbering numbering, bool oral)
{
	struct setting s = body;
	unsigned lists = 0;
	bool quoted = false;

	for (const struct block *p = b->parent; p; p = p->parent) {
		lists += p->kind == BLOCK_LIST;
		quoted = quoted || p->kind == BLOCK_QUOTE;
	}
	if (b->kind == BLOCK_HEADING) {
		s = headings[b->level < 1 ? 0 : b->level > 6 ? 5 : b->level - 1];
	} else if (b->in_note) {
		s = note;
	} else if (b->kind == BLOCK_CODE) {
		s = code;
		for (size_t i = 0; i < b->run_count; i++)
			for (size_t k = 0; k < b->runs[i].text.n; k++)
				s.after += b->runs[i].text.p[k] == '\n' ? s.points * LEADING : 0;
		s.after -= s.points * LEADING; /* the last line end is its own */
	} else {
		s = quoted ? quote : oral ? speech : lists ? item : body;
		if (oral) {
			s.points = speech.points;
			s.line = speech.line;
		}
		if (numbering == NUMBERING_PARAGRAPHS && !quoted)
			s.left += NUMBERED_INDENT;
		s.left += LIST_INDENT * lists;
	}
	return height_of(measure_leaf(b), &s, TEXT_WIDTH);
}

static double height_below(struct statement *s, const struct block *top, bool oral)
{
	double height = 0;

	for (const struct block *b = top, *next; b; b = next) {
		next = block_next(b, top);
		if (!check_seen(b, oral)) {
			next = block_next_skip(b, top);
			continue;
		}
		if (b->kind == BLOCK_ROW) {
			height += height_of_row(b);
			next = block_next_skip(b, top);
		} else if (b->kind == BLOCK_TABLE) {
			height += body.after;
		} else if (block_is_leaf(b)) {
			height += height_of_leaf(b, s->doc->numbered, oral);
		}
	}
	return height;
}

double check_pages(struct statement *s, const struct profile *p, bool oral)
{
	const struct meta *m = &s->doc->meta;
	double height = height_of_text(m->organisation, &info) + height_of_text(m->title, &title) + height_of_text(m->date, &info);
	double notes = 0;

	if (p)
		height += height_of_text(p->label_document, &label) + height_of_text(p->title, &info);
	height += height_below(s, s->doc->root, oral);
	for (size_t i = 0; i < s->doc->note_count && !oral; i++) {
		const struct note *n = s->doc->notes[i];

		if (!n->number || n->internal || n->duplicate)
			continue;
		height += height_below(s, n->body, oral);
		notes++;
	}
	/* The rule above the notes, on each page that has some. */
	height += NOTE_RULE * (notes < height / PAGE_HEIGHT ? notes : height / PAGE_HEIGHT);
	for (size_t i = 0; i < m->endorsed_count; i++)
		height += height_of_text(m->endorsed_by[i], &info);
	return height / (PAGE_HEIGHT * PAGE_FILLED);
}
