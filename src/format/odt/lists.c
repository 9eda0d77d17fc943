/*
 * Lists, open or due, as frames on a stack.
 *
 * Numbered paragraphs are items of one list that goes on across headings, tables and quotes (text:continue-list); the
 * items (a) under a paragraph are a list inside its item, so that they begin again by themselves after each number.
 * Tags of lists are written when the first words inside are: an item whose words all were deleted leaves no trace in
 * the body, since LibreOffice numbers what stands there (MARKUP.md 2.5).
 */
#include "format/odt/content.h"

#include <assert.h>
#include <stdio.h>

#include "base/limits.h"
#include "model/number.h"

/* ---- list styles made on the way ---- */

#define PARA_EDGE 1200u  /* thousandths of a cm: where the words of a numbered paragraph begin */
#define LEVEL_STEP 1000u /* from one list to the list in it */
#define QUOTE_EDGE 1270u
#define BULLET_HANGING 700u
#define ROMAN_MORE 100u  /* (viii) is wider than (h) */

/* Each step out is one in: what stands in quotes and items, from the outermost. */
struct edges odt_edges_in(const struct content *c, const struct block *holder)
{
	const struct block *chain[LIMIT_BLOCK_DEPTH];
	struct edges e = { 0 };
	size_t count = 0;

	for (const struct block *b = holder; b && count < ARRAY_LEN(chain); b = b->parent)
		if (b->kind == BLOCK_QUOTE || b->kind == BLOCK_ITEM)
			chain[count++] = b;
	if (!count || chain[count - 1]->kind == BLOCK_ITEM)
		e.lists = e.text = c->o->numbering == NUMBERING_PARAGRAPHS && !c->in_note ? PARA_EDGE : 0;
	for (size_t i = count; i-- > 0;) {
		const struct block *b = chain[i], *list = b->parent;

		if (b->kind == BLOCK_QUOTE) {
			/* The number of an item in a quote stands where the words of the quote do. */
			e.lists = e.text += i + 1 < count && chain[i + 1]->kind == BLOCK_ITEM ? LEVEL_STEP : QUOTE_EDGE;
		} else {
			e.text = e.lists += LEVEL_STEP;
			if (!list->ordered)
				e.text -= LEVEL_STEP - BULLET_HANGING;
			else if (lettered(c, list) && letter_level(list) > 1)
				e.text += ROMAN_MORE;
		}
	}
	return e;
}

static unsigned lists_around(const struct block *list)
{
	unsigned depth = 0;

	for (; list; list = list->parent)
		depth += list->kind == BLOCK_LIST;
	return depth;
}

/* Where the words of a list's items begin, by what stands around it: the same in DOCX. */
static unsigned edge_of(const struct content *c, const struct frame *f)
{
	unsigned edge = odt_edges_in(c, f->block).lists + LEVEL_STEP;

	if (f->list == LIST_BULLET)
		return edge - (LEVEL_STEP - BULLET_HANGING);
	return f->auto_level > 1 ? edge + ROMAN_MORE : edge;
}

/* Where they begin in our own list styles (scripts/templates_odt.py), which serve most lists as they are. */
static unsigned usual_edge(const struct frame *f, unsigned depth)
{
	return f->list == LIST_BULLET ? PARA_EDGE + LEVEL_STEP * depth - (LEVEL_STEP - BULLET_HANGING) : LEVEL_STEP * depth;
}

static void put_length(struct xml_out *x, const char *name, const char *sign, unsigned length)
{
	char text[24];

	snprintf(text, sizeof(text), "%s%u.%03ucm", sign, length / 1000, length % 1000);
	xml_out_attr_str(x, name, text);
}

/* Level d of a list style whose level `depth` is of this kind and at this edge. */
static void put_level(struct content *c, const struct frame *f, unsigned d, unsigned depth, unsigned edge)
{
	static const char *const formats[] = { "1", "a", "i", "1" };
	struct xml_out *x = &c->auto_x;
	const char *element = f->list == LIST_BULLET ? "text:list-level-style-bullet" : "text:list-level-style-number";
	unsigned level = d < depth ? f->auto_level : f->auto_level + d - depth;
	unsigned hanging = f->list == LIST_BULLET ? BULLET_HANGING : f->auto_level > 1 ? LEVEL_STEP + ROMAN_MORE : LEVEL_STEP;

	edge = d < depth ? edge : edge + LEVEL_STEP * (d - depth);
	xml_out_open(x, element);
	xml_out_attr_number(x, "text:level", d);
	if (f->list == LIST_BULLET) {
		xml_out_attr_str(x, "text:bullet-char", (lists_around(f->block) + d - depth) % 2 ? "\u2022" : "\u2013");
	} else if (f->auto_level) {
		xml_out_attr_str(x, "style:num-prefix", "(");
		xml_out_attr_str(x, "style:num-suffix", ")");
		xml_out_attr_str(x, "style:num-format", formats[level > 3 ? 3 : level]);
	} else {
		xml_out_attr_str(x, "style:num-suffix", ".");
		xml_out_attr_str(x, "style:num-format", "1");
	}
	xml_out_open(x, "style:list-level-properties");
	if (c->page->right_to_left)
		xml_out_attr_str(x, "fo:text-align", "end"); /* LibreOffice takes it for the right, whatever the direction */
	xml_out_attr_str(x, "text:list-level-position-and-space-mode", "label-alignment");
	xml_out_open(x, "style:list-level-label-alignment");
	xml_out_attr_str(x, "text:label-followed-by", "listtab");
	put_length(x, "text:list-tab-stop-position", "", edge);
	put_length(x, "fo:text-indent", "-", hanging);
	put_length(x, "fo:margin-left", "", edge);
	xml_out_close(x, "style:list-level-label-alignment");
	xml_out_close(x, "style:list-level-properties");
	xml_out_close(x, element);
}

/* A list style for a list that stands where ours would not put it, or begins at (a), (i) or (1) at another depth. */
static void auto_list(struct content *c, const struct frame *f, unsigned depth, unsigned edge, char ret[24])
{
	unsigned kind = f->list == LIST_BULLET ? 0 : f->auto_level ? (f->auto_level > 3 ? 3 : f->auto_level) : 9;
	struct list_variant v = { .kind = kind, .depth = depth > 10 ? 10 : depth, .edge = edge, .odd = lists_around(f->block) % 2 };

	snprintf(ret, 24, "L%u_%u_%u%s", v.depth, v.kind, v.edge, v.odd ? "" : "e");
	for (size_t i = 0; i < c->list_variant_count; i++)
		if (!memcmp(&c->list_variants[i], &v, sizeof(v)))
			return;
	c->list_variants = mem_resize(c->list_variants, c->list_variant_count + 1, sizeof(v));
	c->list_variants[c->list_variant_count++] = v;
	xml_out_open(&c->auto_x, "text:list-style");
	xml_out_attr_str(&c->auto_x, "style:name", ret);
	for (unsigned d = 1; d <= 10; d++)
		put_level(c, f, d, v.depth, v.edge);
	xml_out_close(&c->auto_x, "text:list-style");
}

/* ---- frames ---- */

static void push_frame(struct content *c, struct frame f)
{
	assert(c->frame_count < FRAME_MAX);
	c->frames[c->frame_count++] = f;
}

bool lists_uncounted(const struct content *c, const struct block *item)
{
	return leaf_label(item).n || (lettered(c, item->parent) && !item->printed.n);
}

/* The element of an item that was left open for the next one: a header can only begin a list, so what is not counted
 * stands in the item before it, as a further paragraph. */
static void close_lent(struct content *c, struct frame *list)
{
	if (list->lent)
		xml_out_close(&c->out->x, list->lent_header ? "text:list-header" : "text:list-item");
	list->lent = false;
}

static void close_frame(struct content *c, struct frame *f)
{
	if (!f->opened)
		return;
	f->opened = false;
	if (!f->item)
		close_lent(c, f);
	xml_out_close(&c->out->x, !f->item ? "text:list" : f->header ? "text:list-header" : "text:list-item");
}

void lists_pop(struct content *c)
{
	struct frame *f = &c->frames[--c->frame_count];

	if (f->item && f->opened && f->block && f->block->next && lists_uncounted(c, f->block->next)) {
		f[-1].lent = true;
		f[-1].lent_header = f->header;
		return;
	}
	close_frame(c, f);
}

void lists_pop_all(struct content *c)
{
	while (c->frame_count > c->frame_base)
		lists_pop(c);
}

void lists_style(struct content *c, struct xml_out *x, const struct frame *f, unsigned depth)
{
	bool made = f->block && (f->auto_level || (f->list != LIST_PARA && edge_of(c, f) != usual_edge(f, depth)));
	char name[24];

	if (made)
		auto_list(c, f, depth, edge_of(c, f), name);
	xml_out_attr_str(x, "text:style-name", made ? name : c->styles->list[f->list]);
}

static void open_list(struct content *c, struct frame *f, unsigned depth)
{
	struct xml_out *x = &c->out->x;
	char name[24];
	unsigned go_on = f->id; /* it was open before a table */

	xml_out_open(x, "text:list");
	if (f->list == LIST_PARA && !f->auto_level && depth == 1)
		go_on = c->para_list;
	if (f->keep || (f->list == LIST_PARA && !f->auto_level && depth == 1)) {
		snprintf(name, sizeof(name), "li%u", ++c->list_ids);
		xml_out_attr_str(x, "xml:id", name);
		f->id = c->list_ids;
		if (f->list == LIST_PARA && !f->auto_level && depth == 1 && !c->para_list)
			c->para_list = f->id;
	}
	if (go_on) {
		snprintf(name, sizeof(name), "li%u", go_on);
		xml_out_attr_str(x, "text:continue-list", name);
	}
	if (!f->inherits) {
		if (!go_on)
			region_lists_go_on(c, f);
		lists_style(c, x, f, depth);
	}
}

void lists_open(struct content *c)
{
	unsigned depth = 0;

	for (unsigned i = c->frame_base; i < c->frame_count; i++) {
		struct frame *f = &c->frames[i];

		depth += !f->item;
		if (f->opened)
			continue;
		f->opened = true;
		if (!f->item) {
			open_list(c, f, depth);
			continue;
		}
		if (f[-1].lent && f->header) {
			f[-1].lent = false;
			f->header = f[-1].lent_header;
			continue;
		}
		close_lent(c, &f[-1]);
		xml_out_open(&c->out->x, f->header ? "text:list-header" : "text:list-item");
		if (f->start && !f->header)
			xml_out_attr_number(&c->out->x, "text:start-value", f->start);
	}
}

/* A table cannot stand in an item: the lists are closed around it, and go on after it without a new number. */
void lists_interrupt(struct content *c)
{
	for (unsigned i = c->frame_count; i > c->frame_base; i--) {
		struct frame *f = &c->frames[i - 1];

		if (f->opened && f->item) {
			close_frame(c, f);
			f->header = true;
		} else {
			close_frame(c, f);
		}
	}
}

static bool has_table(const struct block *list)
{
	for (const struct block *b = block_next(list, list); b; b = block_next(b, list))
		if (b->kind == BLOCK_TABLE)
			return true;
	return false;
}

bool lists_in_paragraphs(const struct content *c)
{
	return c->frame_count > c->frame_base && !c->frames[c->frame_base].block;
}

static void push_paragraph_list(struct content *c)
{
	push_frame(c, (struct frame){ .list = LIST_PARA });
	push_frame(c, (struct frame){ .list = LIST_PARA, .item = true });
}

void lists_enter(struct content *c, const struct block *list)
{
	struct frame f = { .block = list, .list = LIST_BULLET };
	bool moved = list->parent->kind == BLOCK_QUOTE; /* from where the list around it would put it */

	if (lettered(c, list)) {
		unsigned level = letter_level(list);
		const struct frame *outer;
		/* Before the first numbered paragraph there is no item to stand in: LibreOffice would count the empty one. */
		bool joins = c->o->numbering == NUMBERING_PARAGRAPHS && leaf_at_top(list) && c->counts[0];

		f.list = LIST_PARA;
		if (lists_in_paragraphs(c) && list->parent->kind == BLOCK_ROOT && !joins)
			lists_pop_all(c);
		if (joins && !lists_in_paragraphs(c)) {
			lists_pop_all(c);
			push_paragraph_list(c);
		}
		outer = c->frame_count > c->frame_base + 1 ? &c->frames[c->frame_count - 2] : NULL;
		/* The list around it has the next letter at the next depth, unless it is of another kind. */
		if (outer && outer->list == LIST_PARA && !moved)
			f.inherits = true;
		else
			f.auto_level = level;
	} else {
		if (lists_in_paragraphs(c) && list->parent->kind == BLOCK_ROOT)
			lists_pop_all(c);
		f.list = list->ordered ? LIST_NUMBER : LIST_BULLET;
		f.inherits = !moved && c->frame_count > c->frame_base + 1 && c->frames[c->frame_count - 2].list == f.list;
	}
	f.keep = has_table(list);
	push_frame(c, f);
}

static unsigned ordinal(const struct block *b)
{
	return number_ordinal(b->printed, b->number_level != 1);
}

/* What a reader of the file would count here without help; returns the start value that it needs, or 0. */
static int64_t count_up(struct content *c, unsigned level, unsigned printed)
{
	int64_t start = 0;

	level = level > 3 ? 3 : level;
	for (unsigned i = level + 1; i < 4; i++)
		c->counts[i] = 0;
	c->counts[level]++;
	/* In a text with changes the printed number is of one reading, and LibreOffice's follows what is accepted: there
	 * only the (a) after a labelled paragraph needs help. */
	if (c->marked ? c->restart && level == 1 : printed && printed != c->counts[level])
		start = c->counts[level] = c->marked ? 1 : printed;
	if (level < 2)
		c->restart = false;
	return start;
}

static bool holds_list(const struct block *b)
{
	for (const struct block *x = b ? block_next(b, b) : NULL; x; x = block_next(x, b))
		if (x->kind == BLOCK_LIST)
			return true;
	return false;
}

/* LibreOffice counts an item for a list in a header that no counted item stands before. */
static bool counted_for_header(const struct content *c, const struct block *item)
{
	bool any = false;

	for (const struct block *b = item->prev; b; b = b->prev) {
		if (!lists_uncounted(c, b))
			return false;
		any = any || holds_list(b);
	}
	return any && !c->marked;
}

void lists_enter_item(struct content *c, const struct block *item)
{
	struct frame f = { .block = item, .item = true };
	const struct frame *list;

	assert(c->frame_count);
	list = &c->frames[c->frame_count - 1];
	f.list = list->list;
	if (lists_uncounted(c, item))
		f.header = true;
	else if (list->list == LIST_PARA && c->frame_base == 0 && lists_in_paragraphs(c))
		f.start = count_up(c, letter_level(item->parent), ordinal(item));
	else if (list->auto_level && !item->prev && !c->marked && ordinal(item) > 1)
		f.start = ordinal(item);
	else if (list->list == LIST_NUMBER && !item->prev && item->parent->start != 1 &&
		 (item->parent->start || item->parent->origin.end))
		f.start = item->parent->start;
	if (!f.header && !f.start && counted_for_header(c, item))
		f.start = ordinal(item);
	push_frame(c, f);
}

void lists_enter_paragraph(struct content *c, const struct block *b)
{
	const struct block *p = b->parent;

	if (leaf_numbered(c, b)) {
		if (lists_in_paragraphs(c)) {
			while (c->frame_count > c->frame_base + 1)
				lists_pop(c);
			push_frame(c, (struct frame){ .list = LIST_PARA, .item = true });
		} else {
			lists_pop_all(c);
			push_paragraph_list(c);
		}
		c->frames[c->frame_count - 1].start = count_up(c, 0, ordinal(b));
		return;
	}
	if (p->kind != BLOCK_ROOT && p->kind != BLOCK_QUOTE)
		return;
	while (p->kind == BLOCK_QUOTE)
		p = p->parent;
	if (p->kind == BLOCK_ROOT && lists_in_paragraphs(c))
		lists_pop_all(c);
	/* The list goes on inside; its items begin again under a paragraph that prints a label of its own. */
	if (leaf_label(b).n && leaf_at_top(b))
		c->restart = true;
}
