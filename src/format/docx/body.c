/* The blocks of a document: paragraphs with their styles and lists, tables, and what stands before and after them. */
#include "format/docx/writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/columns.h"
#include "model/labels.h"
#include "model/number.h"

/* ---- what a block is ---- */

/* The nearest item that a leaf hangs in, inside its quote or cell, and whether the leaf opens it. */
struct place {
	const struct block *item;
	bool opens;
	bool quoted;
};

static struct place place_of(const struct block *leaf)
{
	struct place p = { 0 };
	const struct block *b = leaf;

	p.opens = true;
	for (; b->parent; b = b->parent) {
		if (b->parent->kind == BLOCK_QUOTE && !p.item)
			p.quoted = true;
		if (b->prev && !p.item)
			p.opens = false;
		if (b->parent->kind == BLOCK_ITEM && !p.item)
			p.item = b->parent;
	}
	p.opens = p.opens && p.item && leaf->parent == p.item;
	return p;
}

static unsigned lists_around(const struct block *b)
{
	unsigned depth = 0;

	for (; b; b = b->parent)
		depth += b->kind == BLOCK_LIST;
	return depth;
}

static unsigned list_depth(const struct block *item)
{
	unsigned depth = lists_around(item);

	return depth ? depth : 1;
}

static unsigned ordered_depth(const struct block *item)
{
	unsigned depth = 0;

	for (const struct block *b = item; b; b = b->parent)
		depth += b->kind == BLOCK_LIST && b->ordered;
	return depth ? depth : 1;
}

struct list_place {
	enum scheme scheme;
	unsigned level;
	enum style_key style;
};

/* How many quotes stand around a block. */
static unsigned quotes_around(const struct block *b)
{
	unsigned depth = 0;

	for (; b; b = b->parent)
		depth += b->kind == BLOCK_QUOTE;
	return depth;
}

#define QUOTE_LEFT 1134 /* twips, as the style BlockQuote is indented */
#define QUOTE_STEP 567  /* a quote in a quote or in an item */
#define CODE_IN_QUOTE 284 /* as far as no item's words begin, by which readers know the two apart */
#define QUOTE_RIGHT 567
#define QUOTES_SEEN 4   /* at the right edge: the page must hold some words */
#define LIST_STEP 567   /* a list in a list of another kind */

static struct list_place list_place_in(enum numbering numbering, const struct block *item)
{
	unsigned depth = list_depth(item), level;

	if (!item->parent->ordered) {
		level = depth > SCHEME_LEVELS ? SCHEME_LEVELS : depth;
		return (struct list_place){ SCHEME_BULLETS, level - 1, STYLE_LIST_BULLET };
	}
	level = ordered_depth(item);
	if (numbering == NUMBERING_PARAGRAPHS || numbering == NUMBERING_HEADINGS) {
		level = level > 3 ? 3 : level; /* deeper: text of level 3 (FORMAT.md F4) */
		return (struct list_place){ SCHEME_MAIN, level, (enum style_key)((unsigned)STYLE_SUB_PARA_1 + level - 1) };
	}
	level = level > SCHEME_LEVELS ? SCHEME_LEVELS : level;
	return (struct list_place){ SCHEME_PLAIN, level - 1, STYLE_LIST_NUMBER };
}

static struct list_place list_place_of(const struct writer *w, const struct block *item)
{
	return list_place_in(w->o->numbering, item);
}

/* ---- paragraphs ---- */

/* Of clauses around the block: places alone, for what they hold is other clauses'. */
static void put_further_bookmarks(struct writer *w, const struct block *b)
{
	const char *name;

	for (size_t i = 0; (name = outdoc_further_anchor(w->o, b, i)); i++) {
		para_bookmark(w, ++w->bookmark_id, name);
		put_int(w->x, "w:bookmarkEnd", "w:id", w->bookmark_id);
	}
}

static struct span label_text(struct writer *w, struct span label)
{
	return label_line_text(&w->arena, label, (struct span){ 0 });
}

/* A label that is text: "12 bis." and a tab, hanging as a number would.  The tab is no part of it: what is typed behind it
 * are words. */
static void put_label(struct writer *w, const struct block *b, struct revision whole)
{
	struct span now = b->labelled ? label_text(w, b->printed) : (struct span){ 0 };
	struct revision change = whole;

	if (w->tracked && b->relabelled && w->o->gone && whole.kind == REV_NONE) {
		struct revision gone = { REV_DELETED, w->o->gone }, came = { REV_INSERTED, w->o->came };

		if (b->label_was.n)
			inline_label(w, (struct span){ 0 }, label_text(w, b->label_was), gone);
		if (now.n)
			inline_label(w, (struct span){ 0 }, now, came);
		/* One that has no label in the other text has no tab there either. */
		change = !now.n ? gone : !b->label_was.n ? came : whole;
	} else if (now.n) {
		inline_label(w, (struct span){ 0 }, now, whole);
	} else {
		return;
	}
	if (w->tracked)
		inline_set_change(w, change);
	inline_tab(w);
	inline_end(w);
}

/* A line of ours, "Table 3", above the block whose label it prints. */
static void put_label_line(struct writer *w, const struct block *b, struct revision whole)
{
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct revision change = w->tracked ? revision_join(whole, revision_of(r->mark)) : whole;
		size_t at = label_in_line(b, r);

		if (change.kind != REV_NEITHER)
			inline_label(w, span_sub(r->text, 0, at), span_sub(r->text, at, r->text.n), change);
	}
	inline_end(w);
}

static enum style_key leaf_style(const struct writer *w, const struct block *b, const struct place *at)
{
	if (b->label_line.n)
		return STYLE_BLOCK_LABEL;
	switch (b->kind) {
	case BLOCK_HEADING:
		return (enum style_key)((unsigned)STYLE_HEADING_1 + (b->level < 1 ? 0 : b->level > 6 ? 5 : b->level - 1));
	case BLOCK_CODE:
		return STYLE_CODE;
	case BLOCK_RULE:
		return STYLE_RULE;
	case BLOCK_ROOT:
	case BLOCK_PARAGRAPH:
	case BLOCK_QUOTE:
	case BLOCK_LIST:
	case BLOCK_ITEM:
	case BLOCK_TABLE:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break;
	}
	if (at->quoted)
		return STYLE_QUOTE;
	if (at->item && !w->in_note)
		return list_place_of(w, at->item).style;
	if (w->in_note)
		return STYLE_FOOTNOTE_TEXT;
	if (w->o->speech.half_points)
		return STYLE_SPEECH;
	return b->printed.n ? STYLE_PARA_NUMBERED : STYLE_PARA_PLAIN;
}

/* Each quote moves the right edge too, by which readers know how many there are. */
static unsigned right_of(const struct block *b)
{
	unsigned quotes = quotes_around(b);

	return QUOTE_RIGHT * (quotes < QUOTES_SEEN ? quotes : QUOTES_SEEN);
}

/* The nearest quote around a block, or NULL. */
static const struct block *quote_of(const struct block *b)
{
	while (b && b->kind != BLOCK_QUOTE)
		b = b->parent;
	return b;
}

static unsigned item_left(const struct writer *w, const struct block *item, const struct list_place *l);

/* Where the words of a quote begin. */
static unsigned quote_left(const struct writer *w, const struct block *quote)
{
	unsigned left = QUOTE_LEFT;

	for (const struct block *b = quote->parent; b; b = b->parent) {
		if (b->kind == BLOCK_QUOTE)
			left += QUOTE_STEP;
		if (b->kind == BLOCK_ITEM) {
			struct list_place l = list_place_of(w, b);

			return left - QUOTE_LEFT + QUOTE_STEP + item_left(w, b, &l);
		}
	}
	return left;
}

/* Where the words of an item begin, beyond what its level says: inside a quote, or in a list of another kind. */
static unsigned item_shift(const struct writer *w, const struct block *item)
{
	const struct block *quote = quote_of(item);
	unsigned shift = 0;

	if (item->parent->ordered)
		shift = LIST_STEP * (list_depth(item) - ordered_depth(item));
	/* The number of an item in a quote stands where the words of the quote do. */
	if (quote)
		shift += quote_left(w, quote) - LIST_STEP * lists_around(quote) - (w->o->numbering == NUMBERING_PARAGRAPHS ? lists_left(&w->lists, SCHEME_MAIN, 0) : 0);
	return shift;
}

static unsigned item_left(const struct writer *w, const struct block *item, const struct list_place *l)
{
	return lists_left(&w->lists, l->scheme, l->level) + item_shift(w, item);
}

/* The number in front of an item's first words. */
static void number_item(struct writer *w, const struct block *item, struct para *p)
{
	struct list_place l = list_place_of(w, item);

	p->right = right_of(item);
	if (item_shift(w, item)) {
		p->left = (int)item_left(w, item, &l);
		p->hanging = (int)lists_hanging(l.scheme, l.level);
	}
	if (l.scheme == SCHEME_BULLETS && !item->labelled) {
		p->num = lists_next(&w->lists, l.scheme, l.level, 0);
		p->level = l.level;
	} else if (item->printed.n && !item->labelled) {
		p->num = lists_next(&w->lists, l.scheme, l.level, number_ordinal(item->printed, l.scheme == SCHEME_MAIN && l.level == 2));
		p->level = l.level;
	} else {
		/* Where a label takes the number's place, the words begin where they would after a number. */
		p->left = (int)item_left(w, item, &l);
		p->hanging = item->labelled ? (int)lists_hanging(l.scheme, l.level) : 0;
	}
}

static void place_para(struct writer *w, const struct block *b, const struct place *at, struct para *p)
{
	if (at->item && at->opens) {
		number_item(w, at->item, p);
	} else if (at->item) {
		struct list_place l = list_place_of(w, at->item);

		p->left = at->quoted ? (int)(quote_left(w, quote_of(b)) + (b->kind == BLOCK_CODE ? CODE_IN_QUOTE : 0)) : (int)item_left(w, at->item, &l);
		p->right = right_of(b);
	} else if (at->quoted && (b->kind != BLOCK_PARAGRAPH || quotes_around(b) > 1)) {
		p->left = (int)quote_left(w, quote_of(b)) + (b->kind == BLOCK_CODE ? CODE_IN_QUOTE : 0);
		p->right = right_of(b);
	} else if (!b->labelled && b->printed.n && b->kind == BLOCK_HEADING) {
		p->level = b->number_level < SCHEME_LEVELS ? b->number_level : SCHEME_LEVELS - 1;
		p->num = lists_next(&w->lists, SCHEME_HEADINGS, p->level, number_ordinal(b->printed, p->level == 0 || p->level == 4));
	} else if (!b->labelled && b->printed.n && b->kind == BLOCK_PARAGRAPH) {
		p->num = lists_next(&w->lists, SCHEME_MAIN, 0, number_ordinal(b->printed, false));
	}
}

/* Code prints line by line. */
static void put_code(struct writer *w, const struct block *b, struct revision whole)
{
	struct runs lines = { 0 };
	struct block leaf = *b;

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct span rest = r->text;

		if (r->kind != RUN_TEXT) {
			*runs_add(&lines, r->kind) = *r;
			continue;
		}
		while (rest.n) {
			size_t end = span_find_char(rest, '\n', 0);
			struct run *line;

			if (end != 0) {
				line = runs_add(&lines, RUN_TEXT);
				*line = *r;
				line->text = span_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
			}
			if (end == SIZE_MAX)
				break;
			rest = span_sub(rest, end + 1, rest.n);
			/* The last line end is the block's own. */
			if (rest.n || i + 1 < b->run_count)
				runs_add(&lines, RUN_HARD)->mark = r->mark;
		}
	}
	leaf.runs = lines.items;
	leaf.run_count = lines.count;
	inline_leaf(w, &leaf, whole);
	free(lines.items);
}

#define TABLE_GAP 160 /* twips: a table has no room after it of its own */

static bool follows_table(const struct block *b)
{
	while (!b->prev && b->parent && b->parent->kind != BLOCK_ROOT)
		b = b->parent;
	for (b = b->prev; b && b->kind != BLOCK_TABLE && !block_is_leaf(b); b = b->last)
		;
	return b && b->kind == BLOCK_TABLE;
}

/* How wide a picture may be there. */
static unsigned room_of(const struct writer *w, const struct block *b, const struct place *at)
{
	unsigned left = at->quoted ? quote_left(w, quote_of(b)) + QUOTE_RIGHT : 0;

	if (at->item && !at->quoted) {
		struct list_place l = list_place_of(w, at->item);

		left += item_left(w, at->item, &l);
	} else if (w->o->numbering == NUMBERING_PARAGRAPHS && !at->quoted) {
		left = lists_left(&w->lists, SCHEME_MAIN, 0);
	}
	return left + 1000 < w->sheet.text_width ? w->sheet.text_width - left : w->sheet.text_width;
}

/* A text that is read aloud stands in large letters, lists and quotes as well; what its style does not say is said here. */
static void speak(struct writer *w, const struct block *b, enum style_key style, struct para *p)
{
	const struct out_speech *s = &w->o->speech;
	bool own = style == STYLE_SPEECH && s->half_points == SPEECH_HALF_POINTS && s->line == SPEECH_LINE;

	if (!s->half_points || own || b->kind != BLOCK_PARAGRAPH || style == STYLE_BLOCK_LABEL || w->in_note)
		return;
	p->line = s->line;
	w->half_points = s->half_points;
}

/* Not in a review copy: what comes home from one is words. */
static void heading_was(struct writer *w, const struct block *b, struct para *p)
{
	struct block old = *b;
	struct place at = place_of(b);

	old.level = b->level_was;
	p->style_was = w->sheet.style[leaf_style(w, &old, &at)];
	p->level_was = p->level + b->level_was > b->level ? p->level + b->level_was - b->level : 0;
	p->level_was = p->level_was < SCHEME_LEVELS ? p->level_was : SCHEME_LEVELS - 1;
	p->num_was = p->num;
}

/* A paragraph that took a number and does not now, or the other way about: a label took its place, its tag says so, or the text is numbered otherwise. */
static void number_was(struct writer *w, const struct block *b, struct para *p)
{
	bool labelled = b->relabelled ? b->label_was.n != 0 : b->labelled, counted = !labelled && outdoc_printed_was(w->o, b).n, now = !b->labelled && b->printed.n;

	if (counted == now && (labelled || counted) == (b->printed.n != 0))
		return;
	p->style_was = w->sheet.style[labelled || counted ? STYLE_PARA_NUMBERED : STYLE_PARA_PLAIN];
	/* Where nothing else is counted there now, the older text's lists begin and go on by themselves. */
	if (counted)
		p->num_was = w->o->renumbered ? lists_next(&w->lists, SCHEME_MAIN, 0, 0) : lists_current(&w->lists, SCHEME_MAIN, 0);
}

/* The same where the text was numbered in another way: of headings, and of items, which stood in other lists. */
static void mode_was(struct writer *w, const struct block *b, const struct place *at, struct para *p)
{
	if (b->kind == BLOCK_HEADING && !b->labelled && b->parent->kind == BLOCK_ROOT && (w->o->numbering == NUMBERING_HEADINGS) != (w->o->numbering_was == NUMBERING_HEADINGS)) {
		p->style_was = p->style;
		p->level_was = b->number_level < SCHEME_LEVELS ? b->number_level : SCHEME_LEVELS - 1;
		if (w->o->numbering_was == NUMBERING_HEADINGS) {
			p->level_was = b->level < 1 ? 0 : b->level > SCHEME_LEVELS ? SCHEME_LEVELS - 1 : b->level - 1;
			p->num_was = lists_next(&w->lists, SCHEME_HEADINGS, p->level_was, 0);
		}
	} else if (at->item && at->opens && at->item->parent->ordered && !at->item->labelled && !at->quoted) {
		struct list_place was = list_place_in(w->o->numbering_was, at->item), now = list_place_of(w, at->item);
		unsigned ordinal = 1;

		/* LibreOffice gives an item its list back and not the level in it: (a) would be counted as a paragraph. */
		if (was.scheme == now.scheme || was.level)
			return;
		for (const struct block *x = at->item->prev; x; x = x->prev)
			ordinal++;
		if (w->o->numbering_was == NUMBERING_NONE && (at->item->parent->start || at->item->parent->origin.end))
			ordinal += at->item->parent->start - 1;
		p->style_was = w->sheet.style[was.style];
		p->level_was = was.level;
		p->num_was = lists_next(&w->lists, was.scheme, was.level, ordinal);
	}
}

static void put_leaf(struct writer *w, const struct block *b, bool note_mark)
{
	struct place at = place_of(b);
	struct para p = { .left = -1 };
	struct revision whole = revision_of_block(w, b);
	char name[BOOKMARK_NAME];
	const char *anchor = w->in_note ? NULL : leaf_bookmark(w, b, name);
	unsigned bookmark = 0;

	if (whole.kind == REV_NEITHER)
		return;
	p.style = w->sheet.style[leaf_style(w, b, &at)];
	p.shaded = b->internal && !w->in_note;
	p.brk = break_of(w, b, whole);
	p.rtl = w->has_rtl && leaf_is_rtl(w, b);
	p.before = follows_table(b) && b->kind != BLOCK_HEADING ? TABLE_GAP : 0;
	place_para(w, b, &at, &p);
	speak(w, b, leaf_style(w, b, &at), &p);
	if (b->level_was && whole.kind == REV_NONE && w->o->gone && !w->o->map.p)
		heading_was(w, b, &p);
	if (b->kind == BLOCK_PARAGRAPH && b->parent->kind == BLOCK_ROOT && !b->label_line.n && !w->in_note && whole.kind == REV_NONE && w->o->gone && !w->o->map.p && !w->o->speech.half_points)
		number_was(w, b, &p);
	else if (w->o->renumbered && !p.style_was && !w->in_note && whole.kind == REV_NONE && w->o->gone && !w->o->map.p)
		mode_was(w, b, &at, &p);
	w->room = room_of(w, b, &at);
	para_open(w, &p);
	if (anchor)
		para_bookmark(w, bookmark = ++w->bookmark_id, anchor);
	if (!w->in_note)
		put_further_bookmarks(w, b);
	if (note_mark) {
		xml_out_open(w->x, "w:r");
		xml_out_open(w->x, "w:rPr");
		put_val(w->x, "w:rStyle", w->sheet.style[STYLE_FOOTNOTE_REFERENCE]);
		xml_out_close(w->x, "w:rPr");
		xml_out_empty(w->x, "w:footnoteRef");
		xml_out_close(w->x, "w:r");
		inline_text(w, SPAN_LIT(" "), 0);
		inline_end(w);
	}
	if (label_is_own(b))
		put_label(w, b, whole);
	else if (at.opens && label_is_own(at.item))
		put_label(w, at.item, whole);
	if (b->label_line.n)
		put_label_line(w, b, whole);
	else if (b->kind == BLOCK_CODE)
		put_code(w, b, whole);
	else if (b->kind != BLOCK_RULE)
		inline_leaf(w, b, whole);
	if (bookmark)
		put_int(w->x, "w:bookmarkEnd", "w:id", bookmark);
	comments_late(w, false);
	xml_out_close(w->x, "w:p");
	w->room = w->sheet.text_width;
	w->half_points = 0;
}

/* An item that opens with something that cannot carry its number, or with nothing. */
static void put_bare_item(struct writer *w, const struct block *item)
{
	struct para p = { .left = -1 };
	struct revision whole = revision_of_block(w, item);

	if (whole.kind == REV_NEITHER)
		return;
	p.style = w->sheet.style[list_place_of(w, item).style];
	p.brk = whole;
	p.rtl = w->o->right_to_left;
	number_item(w, item, &p);
	para_open(w, &p);
	if (label_is_own(item))
		put_label(w, item, whole);
	xml_out_close(w->x, "w:p");
}

/* ---- tables ---- */

#define CELL_LINES 30u /* twips of a cell's room that its lines take */
#define COLUMNS_MAX 63u /* Word opens no table with more */

struct table {
	size_t columns;
	unsigned width[COLUMNS_MAX];
	struct columns_size size;
};

static void put_width(struct xml_out *x, const char *element, unsigned width, const char *type)
{
	xml_out_open(x, element);
	xml_out_attr_number(x, "w:w", width);
	xml_out_attr_str(x, "w:type", type);
	xml_out_close(x, element);
}

static void put_cell(struct writer *w, const struct block *cell, const struct block *row, const struct table *t, unsigned width)
{
	struct para p = { .left = -1, .style = w->sheet.style[row->header ? STYLE_TABLE_HEAD : STYLE_TABLE_TEXT] };
	const char *anchor = cell && !w->in_note ? outdoc_anchor(w->o, cell) : NULL;
	unsigned bookmark = 0;

	xml_out_open(w->x, "w:tc");
	xml_out_open(w->x, "w:tcPr");
	put_width(w->x, "w:tcW", width, "dxa");
	if (row->header)
		put_shading(w->x, "EEEEEE");
	xml_out_close(w->x, "w:tcPr");
	if (cell) {
		p.rtl = w->has_rtl && leaf_is_rtl(w, cell);
		p.shaded = cell->internal && !w->in_note;
		switch (cell->align) {
		case ALIGN_CENTRE:
			p.align = "center";
			break;
		case ALIGN_RIGHT:
			p.align = p.rtl ? "left" : "right"; /* of the line, not of the page */
			break;
		case ALIGN_NONE:
		case ALIGN_LEFT:
			break;
		}
	}
	edges_cut(w);
	para_open(w, &p);
	if (anchor)
		para_bookmark(w, bookmark = ++w->bookmark_id, anchor);
	if (cell && !w->in_note)
		put_further_bookmarks(w, cell);
	w->room = width > t->size.room ? width - t->size.room : width;
	if (cell)
		inline_leaf(w, cell, revision_of_block(w, cell));
	w->room = w->sheet.text_width;
	if (bookmark)
		put_int(w->x, "w:bookmarkEnd", "w:id", bookmark);
	comments_late(w, false);
	xml_out_close(w->x, "w:p");
	xml_out_close(w->x, "w:tc");
}

static void put_row(struct writer *w, const struct block *row, const struct table *t)
{
	struct revision change = revision_of_block(w, row);
	const struct block *cell = row->first;

	if (change.kind == REV_NEITHER)
		return;
	edges_cut(w);
	xml_out_open(w->x, "w:tr");
	xml_out_open(w->x, "w:trPr");
	xml_out_empty(w->x, "w:cantSplit");
	if (row->header)
		xml_out_empty(w->x, "w:tblHeader");
	if (change.kind != REV_NONE) {
		const char *element = change.kind == REV_INSERTED ? "w:ins" : "w:del";

		xml_out_open(w->x, element);
		put_change_attrs(w, w->x, change.mark);
		xml_out_close(w->x, element);
	}
	xml_out_close(w->x, "w:trPr");
	for (size_t i = 0; i < t->columns; i++) {
		put_cell(w, cell, row, t, t->width[i]);
		cell = cell ? cell->next : NULL;
	}
	xml_out_close(w->x, "w:tr");
}

/* More columns than Word opens: each row a paragraph, cells apart by tabs. */
static void put_wide_table(struct writer *w, const struct block *table)
{
	for (const struct block *row = table->first; row; row = row->next) {
		struct para p = { .left = -1, .style = w->sheet.style[STYLE_TABLE_TEXT], .brk = revision_of_block(w, row) };

		if (p.brk.kind == REV_NEITHER)
			continue;
		para_open(w, &p);
		for (const struct block *cell = row->first; cell; cell = cell->next) {
			inline_leaf(w, cell, revision_of_block(w, cell));
			if (cell->next) {
				inline_tab(w);
				inline_end(w);
			}
		}
		xml_out_close(w->x, "w:p");
	}
}

/* Of the cells of one table, narrower than its style has them. */
static void put_margins(struct xml_out *x, unsigned room)
{
	unsigned side = (room - CELL_LINES) / 2;

	xml_out_open(x, "w:tblCellMar");
	put_width(x, "w:left", side, "dxa");
	put_width(x, "w:right", side, "dxa");
	xml_out_close(x, "w:tblCellMar");
}

#define TABLE_LEAST 4000 /* twips: a table in an item is never set narrower */

/* A table in an item or a quote begins where the words of that do. */
static unsigned table_inset(const struct writer *w, const struct block *table)
{
	unsigned left = 0;

	if (table->parent->kind == BLOCK_ITEM) {
		struct list_place l = list_place_of(w, table->parent);

		left = item_left(w, table->parent, &l);
	} else if (table->parent->kind == BLOCK_QUOTE) {
		left = quote_left(w, table->parent);
	}
	return left + TABLE_LEAST < section_text_width(w) ? left : 0;
}

static void put_table(struct writer *w, const struct block *table)
{
	struct xml_out *x = w->x;
	struct table t = { .columns = columns_count(table) };
	bool rtl = w->has_rtl && table->first && table->first->first && leaf_is_rtl(w, table->first->first);
	unsigned inset;

	if (!t.columns || revision_of_block(w, table).kind == REV_NEITHER)
		return;
	if (t.columns > COLUMNS_MAX) {
		put_wide_table(w, table);
		return;
	}
	inset = table_inset(w, table);
	t.size = columns_measure(w->o, table, section_text_width(w) - inset, t.width, t.columns);
	w->half_points = t.size.half_points == COLUMNS_USUAL ? 0 : t.size.half_points;
	xml_out_open(x, "w:tbl");
	xml_out_open(x, "w:tblPr");
	put_val(x, "w:tblStyle", w->sheet.style[STYLE_TABLE]);
	if (rtl)
		xml_out_empty(x, "w:bidiVisual");
	put_width(x, "w:tblW", section_text_width(w) - inset, "dxa");
	if (inset)
		put_width(x, "w:tblInd", inset, "dxa");
	xml_out_open(x, "w:tblLayout");
	xml_out_attr_str(x, "w:type", "fixed");
	xml_out_close(x, "w:tblLayout");
	if (w->half_points)
		put_margins(x, t.size.room);
	xml_out_close(x, "w:tblPr");
	xml_out_open(x, "w:tblGrid");
	for (size_t i = 0; i < t.columns; i++)
		put_int(x, "w:gridCol", "w:w", t.width[i]);
	xml_out_close(x, "w:tblGrid");
	for (const struct block *row = table->first; row; row = row->next)
		put_row(w, row, &t);
	xml_out_close(x, "w:tbl");
	edges_cut(w);
	w->half_points = 0;
}

/* ---- the walk ---- */

/* Does a block begin with a paragraph that can carry the item's number? */
static bool carries_number(const struct block *b)
{
	return b && (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_CODE || b->kind == BLOCK_HEADING);
}

/* Two tables in a row would be one, and a story must not end in a table. */
static bool needs_gap(const struct block *table, const struct block *top)
{
	const struct block *next = block_next_skip(table, top);

	while (next && (next->kind == BLOCK_QUOTE || next->kind == BLOCK_LIST || next->kind == BLOCK_ITEM) && next->first && next->kind != BLOCK_ITEM)
		next = next->first;
	return !next || next->kind == BLOCK_TABLE;
}

static void walk(struct writer *w, const struct block *top, bool note)
{
	const struct block *b = block_next(top, top);
	bool mark_due = note;

	while (b) {
		if (mark_due && b->kind != BLOCK_PARAGRAPH && b->kind != BLOCK_CODE) {
			/* The number of a note stands in a paragraph of its own where its first block is none. */
			struct block empty = { .kind = BLOCK_PARAGRAPH, .parent = (struct block *)top, .in_note = true };

			put_leaf(w, &empty, true);
			mark_due = false;
		}
		if (b->parent == top && !note)
			turn_page(w, section_wants_landscape(w, b));
		if (b->kind == BLOCK_TABLE) {
			break_lead(w, b);
			put_table(w, b);
			if (needs_gap(b, top))
				para_empty(w);
			b = block_next_skip(b, top);
			continue;
		}
		if (b->kind == BLOCK_ITEM && !carries_number(b->first))
			put_bare_item(w, b);
		if (block_is_leaf(b) || b->kind == BLOCK_RULE) {
			put_leaf(w, b, mark_due);
			mark_due = false;
		}
		b = block_next(b, top);
	}
	if (mark_due) {
		struct block empty = { .kind = BLOCK_PARAGRAPH, .parent = (struct block *)top, .in_note = true };

		put_leaf(w, &empty, true);
	}
}

static void declare(struct xml_out *x)
{
	xml_out_attr_str(x, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
	xml_out_attr_str(x, "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
	xml_out_attr_str(x, "xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing");
	xml_out_attr_str(x, "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main");
	xml_out_attr_str(x, "xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture");
}

void write_body(struct writer *w, struct buf *ret)
{
	struct xml_out x;

	w->x = &x;
	xml_out_begin(&x, ret);
	xml_out_open(&x, "w:document");
	declare(&x);
	xml_out_open(&x, "w:body");
	write_opening(w);
	if (w->tracked)
		breaks_find(w);
	walk(w, w->o->doc->root, false);
	write_endorsers(w);
	/* A last paragraph that never changes takes away every trouble with changes at the end (MARKUP.md 0.2). */
	if (w->tracked) {
		struct para last = { .left = -1, .style = w->sheet.style[STYLE_PARA_PLAIN] };

		para_open(w, &last);
		comments_late(w, true);
		xml_out_close(&x, "w:p");
	}
	xml_out_raw(&x, section_now(w));
	xml_out_close(&x, "w:body");
	xml_out_close(&x, "w:document");
	xml_out_end(&x);
	w->x = NULL;
}

static void put_separator(struct xml_out *x, int id, const char *type, const char *element)
{
	xml_out_open(x, "w:footnote");
	xml_out_attr_str(x, "w:type", type);
	xml_out_attr_number(x, "w:id", id);
	xml_out_open(x, "w:p");
	xml_out_open(x, "w:r");
	xml_out_empty(x, element);
	xml_out_close(x, "w:r");
	xml_out_close(x, "w:p");
	xml_out_close(x, "w:footnote");
}

void write_notes(struct writer *w, struct buf *ret)
{
	struct xml_out x;

	w->x = &x;
	w->in_note = true;
	xml_out_begin(&x, ret);
	xml_out_open(&x, "w:footnotes");
	declare(&x);
	put_separator(&x, -1, "separator", "w:separator");
	put_separator(&x, 0, "continuationSeparator", "w:continuationSeparator");
	for (unsigned i = 1; i <= w->note_count; i++) {
		const struct block *body = w->notes[w->note_order[i]].note->body;

		edges_cut(w);
		w->note_changed = w->tracked && marks_below(w->o, body);
		xml_out_open(&x, "w:footnote");
		xml_out_attr_number(&x, "w:id", i);
		walk(w, body, true);
		xml_out_close(&x, "w:footnote");
	}
	xml_out_close(&x, "w:footnotes");
	xml_out_end(&x);
	w->in_note = false;
	w->x = NULL;
}
