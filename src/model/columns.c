#include "model/columns.h"

#include "base/mem.h"
#include "base/utf8.h"

#define WORD_MAX 2800u    /* a longer word may be broken: it is an address */
#define LINE_TWIPS 2500u  /* what a cell may hold beyond its column's mean before it asks for more room */
#define WISH_MAX 12000u
#define TWIPS_PER_PIXEL 15u
#define COLUMNS_FEW 10u /* fewer have room upright, or hold something that breaks anyway */
#define ROWS_MEASURED 1000u /* the rest of a long table is like its beginning */

struct column {
	unsigned wish, need; /* twips: of the longest cell as far as it counts, of the longest word */
	uint64_t sum;
};

static unsigned letter_width(unsigned char c)
{
	switch (c) {
	case 'f': case 'i': case 'j': case 'l': case 'r': case 't': case 'I': case '.': case ',': case ':': case ';': case '\'': case '!':
	case '|': case ' ':
		return 62;
	case 'm': case 'w': case 'M': case 'W': case '@': case '%':
		return 160;
	default:
		return c >= 'A' && c <= 'Z' ? 140 : 104;
	}
}

/* Words break after these. */
static bool ends_word(unsigned char c)
{
	return c == ' ' || c == '-' || c == '/' || c == '\t';
}

static void measure_cell(const struct outdoc *o, const struct block *cell, bool bold, struct column *col)
{
	unsigned all = 0, word = 0, need = 0;

	for (size_t i = 0; i < cell->run_count; i++) {
		const struct run *r = &cell->runs[i];
		const struct out_image *image = outdoc_image(o, r);
		struct span s = r->kind == RUN_XREF ? r->printed : r->text;
		size_t k = 0;

		if (r->kind == RUN_SOFT || r->kind == RUN_HARD) {
			word = 0;
			continue;
		}
		if (image) {
			/* A picture is drawn as wide as its cell at most; it asks for its width, and needs a part of it. */
			unsigned wide = image->width * TWIPS_PER_PIXEL;

			all = all < WISH_MAX ? all + wide : all;
			need = wide / 4 > need ? wide / 4 : need;
			continue;
		}
		if (r->kind == RUN_NOTE)
			word += letter_width('1');
		while (k < s.n) {
			unsigned char c = (unsigned char)s.p[k];
			unsigned width;

			if (c < 0x80) {
				k++;
				width = letter_width(c);
				word = ends_word(c) ? 0 : word + width;
			} else {
				uint32_t cp = utf8_next(s.p, s.n, &k);

				/* Words of wide characters break anywhere. */
				width = cp_mark(cp) ? 0 : cp_wide(cp) ? 200 : 112;
				word = cp_wide(cp) ? width : cp == 0x200b ? 0 : word + width;
			}
			all = all < WISH_MAX ? all + width : all;
			need = word > need ? word : need;
		}
	}
	if (bold) {
		all += all / 10;
		need += need / 10;
	}
	need = need < WORD_MAX ? need : WORD_MAX;
	col->need = need > col->need ? need : col->need;
	col->wish = all > col->wish ? all : col->wish;
	col->sum += all;
}

size_t columns_count(const struct block *table)
{
	size_t most = 0;

	for (const struct block *row = table->first; row; row = row->next) {
		size_t n = 0;

		for (const struct block *cell = row->first; cell; cell = cell->next)
			n++;
		most = n > most ? n : most;
	}
	return most;
}

/* The most that a column may have, where not all can have what they need: the narrow ones keep theirs. */
static unsigned level(const struct column *cols, size_t count, unsigned width)
{
	unsigned low = 0, high = width;

	while (low < high) {
		unsigned mid = low + (high - low + 1) / 2;
		uint64_t total = 0;

		for (size_t i = 0; i < count; i++)
			total += cols[i].need < mid ? cols[i].need : mid;
		if (total <= width)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

/* Widths were measured in letters of the usual size. */
static unsigned scaled(unsigned twips, unsigned half_points)
{
	return (unsigned)((uint64_t)twips * half_points / COLUMNS_USUAL);
}

/* The largest letters in which no word must be broken, else the smallest: below 7 points nobody reads. */
static struct columns_size fitting(const struct column *cols, size_t count, unsigned width)
{
	static const struct columns_size sizes[] = { { COLUMNS_USUAL, 230, false }, { 18, 190, false }, { 16, 150, false }, { 14, 120, false } };
	struct columns_size last = sizes[ARRAY_LEN(sizes) - 1];

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		uint64_t needs = 0;

		for (size_t k = 0; k < count; k++)
			needs += scaled(cols[k].need, sizes[i].half_points) + sizes[i].room;
		if (needs <= width)
			return sizes[i];
	}
	last.tight = true;
	return last;
}

struct columns_size columns_measure(const struct outdoc *o, const struct block *table, unsigned width, unsigned *ret, size_t count)
{
	struct column *cols = mem_zero(count + 1, sizeof(*cols));
	uint64_t needs = 0, wishes = 0, given = 0;
	size_t rows = 0, widest = 0;
	struct columns_size size;

	for (const struct block *row = table->first; row && rows < ROWS_MEASURED; row = row->next, rows++) {
		size_t i = 0;

		for (const struct block *cell = row->first; cell && i < count; cell = cell->next, i++)
			measure_cell(o, cell, row->header, &cols[i]);
	}
	size = fitting(cols, count, width);
	for (size_t i = 0; i < count; i++) {
		struct column *c = &cols[i];
		uint64_t usual = LINE_TWIPS + c->sum / (rows ? rows : 1);

		/* One long cell does not widen a column of short ones. */
		c->wish = c->wish > usual ? (unsigned)usual : c->wish;
		c->wish = scaled(c->wish < WISH_MAX ? c->wish : WISH_MAX, size.half_points) + size.room;
		c->need = scaled(c->need, size.half_points) + size.room;
		c->wish = c->wish < c->need ? c->need : c->wish;
		needs += c->need;
		wishes += c->wish;
	}
	if (needs >= width) {
		unsigned most = level(cols, count, width);

		for (size_t i = 0; i < count; i++)
			ret[i] = cols[i].need < most ? cols[i].need : most;
	} else if (wishes <= width) {
		for (size_t i = 0; i < count; i++)
			ret[i] = (unsigned)(cols[i].wish * (uint64_t)width / wishes);
	} else {
		for (size_t i = 0; i < count; i++)
			ret[i] = cols[i].need + (unsigned)((width - needs) * (cols[i].wish - cols[i].need) / (wishes - needs));
	}
	for (size_t i = 0; i < count; i++) {
		ret[i] = ret[i] ? ret[i] : 1;
		given += ret[i];
		widest = ret[i] > ret[widest] ? i : widest;
	}
	if (count && given < width)
		ret[widest] += (unsigned)(width - given);
	mem_free(cols);
	return size;
}

bool columns_want_landscape(const struct outdoc *o, const struct block *b, unsigned width, unsigned landscape)
{
	const struct block *table = b;
	unsigned *widths;
	size_t count;
	bool tight;

	if (landscape <= width || !b->parent || b->parent->kind != BLOCK_ROOT || b->in_note)
		return false;
	while ((table->kind == BLOCK_HEADING || table->label_line.n) && table->next)
		table = table->next;
	count = table->kind == BLOCK_TABLE ? columns_count(table) : 0;
	if (count < COLUMNS_FEW)
		return false;
	widths = mem_zero(count, sizeof(*widths));
	tight = columns_measure(o, table, width, widths, count).tight;
	mem_free(widths);
	return tight;
}
