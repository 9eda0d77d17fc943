/*
 * The lists around a paragraph that went, in the region that keeps it.
 *
 * LibreOffice gives what comes back the list that stands around it in its region, or none.  There it must be the list of the body, or the
 * numbers behind it would begin again (MARKUP.md 2.5): regions stand first in a file, so each list is made there ("lr…"), and the body's
 * goes on with it.  Paragraphs of one list stand in elements of their own, each with all that is around it.
 */
#include "format/odt/content.h"

#include <stdio.h>

#include "base/limits.h"
#include "format/odt/no_list.h"

#define BACK_MAX 4096 /* blocks looked back for the number that an item stands under */

#define MAIN_LIST 0 /* that of the numbered paragraphs; others go by the serial of their block, which is more */

static void list_name(size_t id, char ret[32])
{
	snprintf(ret, 32, "lr%zu", id);
}

static bool is_made(const struct content *c, size_t id)
{
	return c->region_made && c->region_made[id / 8] & 1u << id % 8;
}

/* In a region: the first of an id makes the list, the others go on with it. */
static void put_id(struct content *c, size_t id)
{
	char name[32];

	list_name(id, name);
	xml_out_attr_str(&c->region.x, is_made(c, id) ? "text:continue-list" : "xml:id", name);
	if (!c->region_made)
		c->region_made = mem_zero(c->o->doc->block_count / 8 + 1, 1);
	c->region_made[id / 8] |= (unsigned char)(1u << id % 8);
}

static void open_element(struct content *c, const char *element)
{
	xml_out_open(&c->region.x, element);
	c->region_elements[c->region_depth++] = element;
}

static void open_main(struct content *c)
{
	open_element(c, "text:list");
	put_id(c, MAIN_LIST);
	xml_out_attr_str(&c->region.x, "text:style-name", c->styles->list[LIST_PARA]);
	open_element(c, "text:list-item");
}

/* Do its items stand under a numbered paragraph? */
static bool under_paragraph(const struct content *c, const struct block *list)
{
	int steps = BACK_MAX;

	if (!lettered(c, list) || c->o->numbering != NUMBERING_PARAGRAPHS || !leaf_at_top(list))
		return false;
	for (const struct block *b = list->prev; b && steps--; b = b->prev)
		if (leaf_numbered(c, b))
			return true;
	return false;
}

static struct frame frame_of(const struct content *c, const struct block *list, const struct frame *around)
{
	struct frame f = { .block = list, .list = lettered(c, list) ? LIST_PARA : list->ordered ? LIST_NUMBER : LIST_BULLET };

	f.inherits = around && around->list == f.list;
	if (f.list == LIST_PARA && !f.inherits)
		f.auto_level = letter_level(list);
	return f;
}

static void open_list(struct content *c, struct frame *f, unsigned depth)
{
	open_element(c, "text:list");
	if (f->inherits)
		return;
	if (f->list != LIST_BULLET)
		put_id(c, f->block->serial);
	lists_style(c, &c->region.x, f, depth);
}

static void open_no_list(struct content *c)
{
	struct xml_out *x = &c->auto_x;

	if (!c->no_list_made) {
		xml_out_open(x, "text:list-style");
		xml_out_attr_str(x, "style:name", ODT_NO_LIST);
		xml_out_open(x, "text:list-level-style-number");
		xml_out_attr_number(x, "text:level", 1);
		xml_out_attr_str(x, "style:num-format", "");
		xml_out_empty(x, "style:list-level-properties");
		xml_out_close(x, "text:list-level-style-number");
		xml_out_close(x, "text:list-style");
	}
	c->no_list_made = true;
	open_element(c, "text:list");
	xml_out_attr_str(&c->region.x, "text:style-name", ODT_NO_LIST);
	open_element(c, "text:list-header");
}

/* Opens what stands around a leaf that went as a whole. */
void region_lists_open(struct content *c, const struct block *leaf)
{
	const struct block *items[LIMIT_BLOCK_DEPTH];
	struct frame around = { .list = LIST_PARA }, *outer = NULL;
	unsigned count = 0, depth = 0;

	if (leaf->in_note || leaf->kind == BLOCK_CELL)
		return;
	if (leaf_numbered(c, leaf)) {
		open_main(c);
		c->behind_item = true;
		return;
	}
	for (const struct block *b = leaf->parent; b && count < ARRAY_LEN(items); b = b->parent)
		if (b->kind == BLOCK_CELL)
			return;
		else if (b->kind == BLOCK_ITEM)
			items[count++] = b;
	if (!count && c->behind_item && leaf->kind != BLOCK_HEADING)
		open_no_list(c);
	c->behind_item = c->behind_item || count;
	if (count && under_paragraph(c, items[count - 1]->parent)) {
		open_main(c);
		outer = &around;
		depth = 1;
	}
	while (count--) {
		struct frame f = frame_of(c, items[count]->parent, outer);
		bool counted = count || (leaf->parent == items[0] && !leaf->prev && !lists_uncounted(c, items[0]));

		open_list(c, &f, ++depth);
		open_element(c, counted ? "text:list-item" : "text:list-header");
		around = f;
		outer = &around;
	}
}

void region_lists_close(struct content *c)
{
	while (c->region_depth)
		xml_out_close(&c->region.x, c->region_elements[--c->region_depth]);
}

/* In the body: a list goes on with what a region holds of it, where one does. */
void region_lists_go_on(struct content *c, const struct frame *f)
{
	size_t id = f->block ? f->block->serial : MAIN_LIST;
	struct list_gap g = { .id = id, .from = c->body.n };
	char name[32];

	if (!c->marked || c->marks != MARKS_TRACK || c->in_note || c->out != &c->main || f->list == LIST_BULLET)
		return;
	list_name(id, name);
	xml_out_attr_str(&c->out->x, "text:continue-list", name);
	g.to = c->body.n;
	if (c->gap_count == c->gap_cap)
		c->gaps = mem_resize(c->gaps, c->gap_cap = 2 * c->gap_cap + 16, sizeof(*c->gaps));
	c->gaps[c->gap_count++] = g;
}

/* The body, without what goes on with lists of which no region holds anything. */
void region_lists_put_body(const struct content *c, struct xml_out *x)
{
	struct span body = buf_span(&c->body);
	size_t at = 0;

	for (size_t i = 0; i < c->gap_count; i++) {
		const struct list_gap *g = &c->gaps[i];

		if (is_made(c, g->id))
			continue;
		xml_out_raw(x, span_sub(body, at, g->from));
		at = g->to;
	}
	xml_out_raw(x, span_sub(body, at, body.n));
}
