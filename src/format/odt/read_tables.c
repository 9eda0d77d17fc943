/*
 * Reading an ODT: tables, their rows and cells, each as often as the file says that it stands there.
 */
#include "base/limits.h"
#include "format/odt/reader.h"

static void merged(struct reader *r)
{
	if (!r->merge_reported)
		doc_lose(r->d, "merged table cells, written apart", odt_where(r), (struct span){ 0 });
	r->merge_reported = true;
}

/* At most one more than most: too often. */
static unsigned repeated(const struct xml_tag *t, const char *what, unsigned most)
{
	struct span said = xml_attr_get(t, NS_TABLE, what);
	uint64_t n = 1;

	if (!said.n || (span_number(said, most, &n) && n))
		return (unsigned)n;
	return said.p[0] >= '1' && said.p[0] <= '9' ? most + 1 : 1;
}

static void begin_cell(struct reader *r)
{
	r->cell = block_new(r->d, BLOCK_CELL);
	r->cell_depth = r->para_depth + 1;
	r->cell_has_text = false;
	block_append(r->row, r->cell);
}

void odt_start_table(struct reader *r, const struct xml_tag *t)
{
	struct span l = t->local;

	if (span_is(l, "table")) {
		if (r->table_depth++ == 0) {
			r->table = block_new(r->d, BLOCK_TABLE);
			r->table->origin.begin = t->offset;
			r->merge_reported = false;
			r->columns = 0;
			block_append(odt_place_table(r, xml_attr_get(t, NS_TABLE, "style-name")), r->table);
		} else if (r->table_depth == 2) {
			doc_lose(r->d, "table inside a table cell, read as text", odt_where(r), (struct span){ 0 });
		}
	} else if (span_is(l, "table-column") && r->table_depth == 1) {
		r->columns += repeated(t, "number-columns-repeated", LIMIT_TABLE_COLUMNS);
	} else if (span_is(l, "table-header-rows")) {
		r->header_rows = true;
	} else if (span_is(l, "table-row") && r->table_depth == 1 && r->table) {
		r->row = block_new(r->d, BLOCK_ROW);
		r->row->header = r->header_rows;
		r->row_mark = r->region ? NULL : odt_insertions(r);
		r->row_times = repeated(t, "number-rows-repeated", LIMIT_TABLE_REPEATS);
		r->row_cells = 0;
		block_append(r->table, r->row);
	} else if (span_is(l, "table-cell") && r->table_depth == 1 && r->row) {
		begin_cell(r);
		r->cell_times = repeated(t, "number-columns-repeated", LIMIT_TABLE_COLUMNS);
	} else if (span_is(l, "covered-table-cell") && r->table_depth == 1 && r->row) {
		begin_cell(r); /* it may hold words, though they are not shown */
		r->cell_times = repeated(t, "number-columns-repeated", LIMIT_TABLE_COLUMNS);
		merged(r);
	} else if (span_is(l, "tracked-changes")) {
		r->skip = 1;
	}
}

static void too_often(struct reader *r, const char *what)
{
	doc_lose(r->d, what, odt_where(r), (struct span){ 0 });
}

/* Columns stay below one another; what is said to stand beside the last of them does not. */
static void end_cell(struct reader *r)
{
	unsigned most = r->columns && r->columns < LIMIT_TABLE_COLUMNS ? r->columns : LIMIT_TABLE_COLUMNS;
	const struct block *first = r->cell;

	runs_end(&r->cell_runs, r->d, r->cell);
	if (r->cell_times > LIMIT_TABLE_COLUMNS && first->run_count) {
		too_often(r, "table cell that is repeated very often, read once");
		r->cell_times = 1;
	}
	for (r->row_cells++; r->cell_times > 1 && r->row_cells < most; r->cell_times--, r->row_cells++) {
		struct block *again = block_new(r->d, BLOCK_CELL);

		again->runs = first->runs;
		again->run_count = first->run_count;
		block_append(r->row, again);
	}
	r->cell = NULL;
}

static bool holds_words(const struct block *row)
{
	for (const struct block *c = row->first; c; c = c->next)
		if (c->run_count)
			return true;
	return false;
}

/* As often as it is said to stand there; empty rows are white space. */
static void repeat_row(struct reader *r)
{
	unsigned times = holds_words(r->row) ? r->row_times : 1;

	if (times > 1 && times > (LIMIT_TABLE_REPEATS - r->cells_made) / r->row_cells) {
		too_often(r, "table row that is repeated very often, read once");
		return;
	}
	for (; times > 1; times--, r->cells_made += r->row_cells) {
		struct block *again = block_new(r->d, BLOCK_ROW);

		again->header = r->row->header;
		again->mark = r->row->mark;
		for (const struct block *c = r->row->first; c; c = c->next) {
			struct block *cell = block_new(r->d, BLOCK_CELL);

			cell->runs = c->runs;
			cell->run_count = c->run_count;
			block_append(again, cell);
		}
		block_append(r->table, again);
	}
}

void odt_end_table(struct reader *r, struct span local, size_t end)
{
	if ((span_is(local, "table-cell") || span_is(local, "covered-table-cell")) && r->table_depth == 1 && r->cell) {
		end_cell(r);
	} else if (span_is(local, "table-row") && r->table_depth == 1) {
		/* Put in as a whole: the change began before it and goes on behind it. */
		if (r->row && r->row_mark && odt_insertions(r) == r->row_mark)
			r->row->mark = r->row_mark;
		if (r->row && r->table)
			repeat_row(r);
		r->row = NULL;
	} else if (span_is(local, "table-header-rows")) {
		r->header_rows = false;
	} else if (span_is(local, "table") && r->table_depth && --r->table_depth == 0 && r->table) {
		r->table->origin.end = end;
		r->table = NULL;
	}
}
