/* Tables: columns by what their cells hold, rows that stay whole, a header that repeats. */
#include "format/odt/content.h"

#include <stdio.h>

#include "base/limits.h"
#include "model/columns.h"

#define TABLE_SCALE 1000u
#define CELL_LINES 30u   /* twips of a cell's room that its lines take */

static double text_width(const struct content *c)
{
	return c->landscape ? c->styles->landscape_width : c->styles->text_width;
}

/* cm */
static double table_width(const struct content *c)
{
	return text_width(c) - c->inset;
}

static void put_column(struct content *c, unsigned share)
{
	struct xml_out *x = &c->auto_x;
	char name[24], width[24];

	if (c->inset > 0)
		snprintf(name, sizeof(name), "CoI%u", ++c->inset_columns);
	else
		snprintf(name, sizeof(name), "Co%s%u", c->landscape ? "L" : "", share);
	if (c->inset > 0 || !c->column_variant[c->landscape][share]) {
		unsigned w = (unsigned)(table_width(c) * share);

		if (c->inset <= 0)
			c->column_variant[c->landscape][share] = true;
		xml_out_open(x, "style:style");
		xml_out_attr_str(x, "style:name", name);
		xml_out_attr_str(x, "style:family", "table-column");
		xml_out_open(x, "style:table-column-properties");
		snprintf(width, sizeof(width), "%u.%03ucm", w / 1000, w % 1000);
		xml_out_attr_str(x, "style:column-width", width);
		snprintf(width, sizeof(width), "%u*", share);
		xml_out_attr_str(x, "style:rel-column-width", width);
		xml_out_close(x, "style:table-column-properties");
		xml_out_close(x, "style:style");
	}
	xml_out_open(&c->out->x, "table:table-column");
	xml_out_attr_str(&c->out->x, "table:style-name", name);
	xml_out_close(&c->out->x, "table:table-column");
}

static void cell_style(const struct content *c, bool head, char ret[16])
{
	if (c->cells.half_points == COLUMNS_USUAL)
		snprintf(ret, 16, "Ce%s", head ? "H" : "");
	else
		snprintf(ret, 16, "Ce%s%u", head ? "H" : "", c->cells.half_points);
}

/* Cells of one size of letters. */
static void make_cell_styles(struct content *c)
{
	struct xml_out *x = &c->auto_x;
	char name[24];

	for (int head = 0; head < 2; head++) {
		unsigned padding = (unsigned)((c->cells.room - CELL_LINES) * 500 / ODT_TWIPS_PER_CM); /* of one side, thousandths of a cm */

		cell_style(c, head, name);
		xml_out_open(x, "style:style");
		xml_out_attr_str(x, "style:name", name);
		xml_out_attr_str(x, "style:family", "table-cell");
		xml_out_open(x, "style:table-cell-properties");
		xml_out_attr_str(x, "fo:padding-top", "0.05cm");
		xml_out_attr_str(x, "fo:padding-bottom", "0.05cm");
		snprintf(name, sizeof(name), "0.%03ucm", padding);
		xml_out_attr_str(x, "fo:padding-left", name);
		xml_out_attr_str(x, "fo:padding-right", name);
		xml_out_attr_str(x, "fo:border", "0.5pt solid #000000");
		if (head)
			xml_out_attr_str(x, "fo:background-color", "#eeeeee");
		xml_out_close(x, "style:table-cell-properties");
		xml_out_close(x, "style:style");
	}
}

/* Of a table that begins a page of another kind its style says which. */
static void table_style(const struct content *c, bool rtl, char ret[24])
{
	if (c->inset > 0)
		snprintf(ret, 24, "TbI%u", c->tables);
	else
		snprintf(ret, 24, "Tb%s%s%s", rtl ? "R" : "", c->landscape ? "L" : "", c->page_due ? "P" : "");
}

static void make_table_style(struct content *c, bool rtl)
{
	struct xml_out *x = &c->auto_x;
	char text[24];
	unsigned w = (unsigned)(table_width(c) * 1000), left = (unsigned)(c->inset * 1000 + 0.5);

	table_style(c, rtl, text);
	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", text);
	xml_out_attr_str(x, "style:family", "table");
	if (c->page_due)
		xml_out_attr_str(x, "style:master-page-name", c->page_due);
	xml_out_open(x, "style:table-properties");
	snprintf(text, sizeof(text), "%u.%03ucm", w / 1000, w % 1000);
	xml_out_attr_str(x, "style:width", text);
	xml_out_attr_str(x, "table:align", left ? "left" : "margins");
	if (left) {
		snprintf(text, sizeof(text), "%u.%03ucm", left / 1000, left % 1000);
		xml_out_attr_str(x, "fo:margin-left", text);
	}
	xml_out_attr_str(x, "fo:margin-top", "0.106cm");
	xml_out_attr_str(x, "fo:margin-bottom", "0.353cm");
	xml_out_attr_str(x, "table:border-model", "collapsing");
	xml_out_attr_str(x, "style:writing-mode", rtl ? "rl-tb" : "lr-tb");
	xml_out_close(x, "style:table-properties");
	xml_out_close(x, "style:style");
}

static void make_row_style(struct content *c)
{
	struct xml_out *x = &c->auto_x;

	c->row_style = true;
	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", "Ro");
	xml_out_attr_str(x, "style:family", "table-row");
	xml_out_open(x, "style:table-row-properties");
	xml_out_attr_str(x, "fo:keep-together", "always");
	xml_out_close(x, "style:table-row-properties");
	xml_out_close(x, "style:style");
}

static void put_cell(struct content *c, const struct block *cell, bool header, unsigned share)
{
	struct xml_out *x = &c->out->x;
	char style[64];

	cell_style(c, header, style);
	xml_out_open(x, "table:table-cell");
	xml_out_attr_str(x, "table:style-name", style);
	xml_out_attr_str(x, "office:value-type", "string");
	xml_out_open(x, "text:p");
	if (cell) {
		leaf_style_name(c, cell, leaf_style(c, cell), style);
		xml_out_attr_str(x, "text:style-name", style);
		paragraph_begin(c->out);
		c->room = table_width(c) * share / TABLE_SCALE - c->cells.room / ODT_TWIPS_PER_CM;
		content_leaf(c, cell, c->marked ? change_of_block(cell) : (struct odt_change){ 0 });
		c->room = 0;
		if (c->marked && c->marks == MARKS_TRACK) {
			inline_settle(c);
			inline_change(c, (struct odt_change){ 0 }, NULL);
		}
		paragraph_end(c->out);
	} else {
		xml_out_attr_str(x, "text:style-name", c->styles->name[header ? STYLE_TABLE_HEAD : STYLE_TABLE_TEXT]);
	}
	xml_out_close(x, "text:p");
	xml_out_close(x, "table:table-cell");
}

/* Shares of the width, of TABLE_SCALE in all. */
static unsigned column_shares(struct content *c, const struct block *table, unsigned *share, size_t max)
{
	size_t columns = columns_count(table), widest = 0;
	unsigned width = (unsigned)(table_width(c) * ODT_TWIPS_PER_CM), given = 0;

	columns = columns < max ? columns : max;
	c->cells = columns_measure(c->o, table, width, share, columns);
	for (size_t i = 0; i < columns; i++) {
		share[i] = share[i] * TABLE_SCALE / width;
		share[i] = share[i] ? share[i] : 1;
		given += share[i];
		widest = share[i] > share[widest] ? i : widest;
	}
	if (columns && given < TABLE_SCALE)
		share[widest] += TABLE_SCALE - given;
	return (unsigned)columns;
}

/* A note holds no table in LibreOffice: its cells are paragraphs. */
static void put_note_table(struct content *c, const struct block *table)
{
	struct xml_out *x = &c->out->x;

	for (const struct block *b = block_next(table, table); b; b = block_next(b, table)) {
		if (b->kind != BLOCK_CELL)
			continue;
		xml_out_open(x, "text:p");
		xml_out_attr_str(x, "text:style-name", c->styles->name[STYLE_FOOTNOTE_TEXT]);
		paragraph_begin(c->out);
		content_leaf(c, b, c->marked ? change_of_block(b) : (struct odt_change){ 0 });
		if (c->marked && c->marks == MARKS_TRACK) {
			inline_settle(c);
			inline_change(c, (struct odt_change){ 0 }, NULL);
		}
		paragraph_end(c->out);
		xml_out_close(x, "text:p");
	}
}

#define TABLE_LEAST 7.0 /* cm: a table in an item is never set narrower */

/* A table in an item or a quote begins where the words of that do. */
static double inset_of(const struct content *c, const struct block *table)
{
	double left = table->parent->kind == BLOCK_ITEM || table->parent->kind == BLOCK_QUOTE ? odt_edges_in(c, table->parent).text / 1000.0 : 0;

	return left + TABLE_LEAST < text_width(c) ? left : 0;
}

static void put_rows(struct content *c, const struct block *table)
{
	struct xml_out *x = &c->out->x;
	unsigned share[LIMIT_TABLE_COLUMNS], columns;
	struct odt_letters l = { 0 };
	bool in_head = false, rtl;
	char name[24];

	c->inset = inset_of(c, table);
	columns = column_shares(c, table, share, LIMIT_TABLE_COLUMNS);
	if (!columns)
		return;
	if (!c->row_style)
		make_row_style(c);
	if (!c->cell_styles[c->cells.half_points])
		make_cell_styles(c);
	c->cell_styles[c->cells.half_points] = true;
	for (const struct block *b = block_next(table, table); b; b = block_next(b, table))
		for (size_t i = 0; i < b->run_count; i++)
			odt_letters_add(&l, b->runs[i].text);
	rtl = l.rtl > l.latin;
	xml_out_open(x, "table:table");
	snprintf(name, sizeof(name), "Table%u", ++c->tables);
	xml_out_attr_str(x, "table:name", name);
	if (c->inset > 0 || !c->table_style[rtl][c->landscape][c->page_due != NULL])
		make_table_style(c, rtl);
	if (c->inset <= 0)
		c->table_style[rtl][c->landscape][c->page_due != NULL] = true;
	table_style(c, rtl, name);
	c->page_due = NULL;
	xml_out_attr_str(x, "table:style-name", name);
	for (unsigned i = 0; i < columns; i++)
		put_column(c, share[i]);
	for (const struct block *row = table->first; row; row = row->next) {
		unsigned n = 0;

		if (row->header && !row->prev) {
			xml_out_open(x, "table:table-header-rows");
			in_head = true;
		} else if (in_head && !row->header) {
			xml_out_close(x, "table:table-header-rows");
			in_head = false;
		}
		xml_out_open(x, "table:table-row");
		xml_out_attr_str(x, "table:style-name", "Ro");
		for (const struct block *cell = row->first; cell && n < columns; cell = cell->next, n++)
			put_cell(c, cell, row->header, share[n]);
		for (; n < columns; n++)
			put_cell(c, NULL, row->header, share[n]);
		xml_out_close(x, "table:table-row");
	}
	if (in_head)
		xml_out_close(x, "table:table-header-rows");
	xml_out_close(x, "table:table");
}

/* What follows a deleted table and is deleted too, up to something that is not. */
struct removal {
	const struct block *last; /* the last paragraph or table of it; NULL: nothing */
	bool before_table;        /* a table follows that is not deleted */
	bool before_words;        /* a paragraph follows that is not, whose first words are */
};

static bool begins_deleted(const struct content *c, const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++) {
		enum odt_change_kind kind = change_of_run(&leaf->runs[i], (struct odt_change){ 0 }).kind;

		if (kind == TRACK_DELETED || outdoc_xref_was(c->o, &leaf->runs[i]).n)
			return true;
		if (kind == TRACK_NONE && leaf->runs[i].kind != RUN_COMMENT)
			return false;
	}
	return false;
}

static struct removal removal_behind(const struct content *c, const struct block *table)
{
	const struct block *top = table->parent, *next;
	struct removal r = { 0 };

	while (top->parent)
		top = top->parent;
	for (const struct block *b = block_next_skip(table, top); b; b = next) {
		enum odt_change_kind kind;

		next = block_next(b, top);
		if (!block_is_leaf(b) && b->kind != BLOCK_TABLE && b->kind != BLOCK_RULE)
			continue;
		kind = change_of_block(b).kind;
		if (b->kind == BLOCK_TABLE)
			next = block_next_skip(b, top);
		if (kind == TRACK_NEITHER)
			continue;
		if (kind != TRACK_DELETED) {
			r.before_table = b->kind == BLOCK_TABLE;
			r.before_words = !r.before_table && kind == TRACK_NONE && begins_deleted(c, b);
			break;
		}
		r.last = b;
	}
	return r;
}

static void put_removed(struct content *c, const struct block *table)
{
	struct sink *out = c->out;

	c->marks = MARKS_REJECTED;
	c->out = &c->region;
	put_rows(c, table);
	c->out = out;
	c->marks = MARKS_TRACK;
}

/*
 * LibreOffice puts back what was deleted at one place in the order of the places.  Those of tables, between paragraphs, would come after
 * those in the paragraph that follows, so they are written there too; and of several in front of a table the last would come first, so
 * they are one removal.
 */
static void remove_table(struct content *c, const struct block *table, struct odt_change whole)
{
	struct removal behind;

	if (c->removing) {
		put_removed(c, table);
		if (c->removing == table)
			inline_removal_end(c, false);
		return;
	}
	behind = removal_behind(c, table);
	inline_table_begin(c, whole, c->first_due || behind.before_words || (behind.last && !behind.before_table));
	put_removed(c, table);
	if (behind.last && behind.before_table)
		c->removing = behind.last;
	else
		inline_table_end(c, whole);
}

/* A whole table that was inserted or deleted is marked around the table, at the level of paragraphs: LibreOffice then
 * takes it away whole.  Rows have no mark in ODF: their words are marked cell by cell. */
void content_table(struct content *c, const struct block *table)
{
	struct odt_change whole = { 0 };

	if (c->in_note) {
		put_note_table(c, table);
		return;
	}
	if (c->marked)
		whole = change_of_block(table);
	if (whole.kind == TRACK_NEITHER)
		return;
	if (lists_in_paragraphs(c) && table->parent->kind == BLOCK_ROOT)
		lists_pop_all(c);
	lists_interrupt(c);
	if (whole.kind == TRACK_NONE) {
		put_rows(c, table);
		return;
	}
	if (whole.kind == TRACK_DELETED) {
		remove_table(c, table, whole);
		return;
	}
	inline_table_begin(c, whole, false);
	c->marks = MARKS_ACCEPTED;
	put_rows(c, table);
	c->marks = MARKS_TRACK;
	inline_table_end(c, whole);
}
