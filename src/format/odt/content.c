/*
 * content.xml: blocks in order, with their lists, tables and styles.
 *
 * Numbered paragraphs are items of one list that goes on across headings, tables and quotes (text:continue-list); the
 * items (a) under a paragraph are a list inside its item, so that they begin again by themselves after each number.
 * Tags of lists are written when the first words inside are: an item whose words all were deleted leaves no trace in
 * the body, since LibreOffice numbers what stands there (MARKUP.md 2.5).
 */
#include "format/odt/content.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "model/columns.h"
#include "model/text.h"

#define TABLE_SCALE 1000u
#define TWIPS_PER_CM 566.93
#define QUOTE_DEPTH_MAX 8u
#define HEADING_BACK 4096 /* blocks looked back for the heading above */

/* ---- what a block is ---- */

static bool at_top(const struct block *b)
{
	return b->parent && b->parent->kind == BLOCK_ROOT && !b->in_note;
}

/* The label that a block prints as text; empty where it has none of its own. */
static struct span label_of(const struct block *b)
{
	return b->labelled ? b->printed : (struct span){ 0 };
}

const struct block *landing(const struct block *b)
{
	const struct block *top = b;

	for (; b; b = block_next(b, top))
		if (block_is_leaf(b))
			return b;
	return top;
}

static bool numbered_paragraph(const struct content *c, const struct block *b)
{
	return c->o->numbering == NUMBERING_PARAGRAPHS && b->kind == BLOCK_PARAGRAPH && at_top(b) && b->printed.n &&
	       !label_of(b).n;
}

/* A list whose items go (a), (i), (1), and not 1., 2. */
static bool lettered(const struct content *c, const struct block *list)
{
	return list->ordered && (c->o->numbering == NUMBERING_PARAGRAPHS || c->o->numbering == NUMBERING_HEADINGS);
}

/* Level of a lettered list, 1 for (a), by the ordered lists around it. */
static unsigned letter_level(const struct block *list)
{
	unsigned level = 1;

	for (const struct block *p = list->parent; p; p = p->parent)
		level += p->kind == BLOCK_ITEM && p->parent->ordered;
	return level;
}

bool numbered_by_list(const struct content *c, const struct block *b)
{
	if (!b->printed.n || label_of(b).n)
		return false;
	if (b->kind == BLOCK_HEADING)
		return c->o->numbering == NUMBERING_HEADINGS;
	return b->kind == BLOCK_ITEM || numbered_paragraph(c, b);
}

const struct block *numbered_parent(const struct content *c, const struct block *b)
{
	const struct block *top;
	int steps = HEADING_BACK;

	if (b->kind == BLOCK_HEADING) {
		for (const struct block *p = b->prev; p && steps--; p = p->prev)
			if (p->kind == BLOCK_HEADING && p->level < b->level && p->printed.n)
				return p;
		return NULL;
	}
	if (b->kind != BLOCK_ITEM)
		return NULL;
	for (top = b->parent; top->parent && top->parent->kind != BLOCK_ROOT; top = top->parent)
		if (top->kind == BLOCK_ITEM && top->printed.n)
			return top;
	for (const struct block *p = top->prev; p && steps--; p = p->prev)
		if (numbered_paragraph(c, p))
			return p;
	return NULL;
}

enum out_style leaf_style(const struct content *c, const struct block *b)
{
	unsigned level;

	switch (b->kind) {
	case BLOCK_HEADING:
		level = b->level < 1 ? 1 : b->level > 6 ? 6 : b->level;
		return (enum out_style)(STYLE_HEADING_1 + (int)level - 1);
	case BLOCK_CODE:
		return STYLE_CODE_BLOCK;
	case BLOCK_RULE:
		return STYLE_RULE;
	case BLOCK_CELL:
		return b->parent->header ? STYLE_TABLE_HEAD : STYLE_TABLE_TEXT;
	case BLOCK_ROOT:
	case BLOCK_PARAGRAPH:
	case BLOCK_QUOTE:
	case BLOCK_LIST:
	case BLOCK_ITEM:
	case BLOCK_TABLE:
	case BLOCK_ROW:
		break;
	}
	if (b->parent->kind == BLOCK_QUOTE)
		return STYLE_QUOTE;
	if (b->parent->kind == BLOCK_ITEM && !b->in_note) {
		const struct block *list = b->parent->parent;

		if (!list->ordered)
			return STYLE_LIST_BULLET;
		if (!lettered(c, list))
			return STYLE_LIST_NUMBER;
		level = letter_level(list);
		return (enum out_style)(STYLE_SUB_PARA_1 + (int)(level > 3 ? 3 : level) - 1);
	}
	if (b->in_note)
		return STYLE_FOOTNOTE_TEXT;
	if (numbered_paragraph(c, b))
		return STYLE_PARA_NUMBERED;
	return b->printed.n && label_of(b).n ? STYLE_PARA_LABEL : STYLE_PARA_PLAIN;
}

/* ---- paragraph styles made on the way ---- */

static void put_tag(struct xml_out *x, const char *language, const char *country, const char *tag)
{
	struct span l, k;

	odt_language(span_str(tag), &l, &k);
	xml_out_attr(x, language, l);
	xml_out_attr(x, country, k);
}

static void make_variant(struct content *c, const struct para_variant *v, const char *name)
{
	struct xml_out *x = &c->auto_x;

	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", name);
	xml_out_attr_str(x, "style:family", "paragraph");
	xml_out_attr_str(x, "style:parent-style-name", c->styles->name[v->style]);
	if (v->direction || v->align != ALIGN_NONE || v->quote_depth || v->shaded || v->gap || v->flush) {
		xml_out_open(x, "style:paragraph-properties");
		if (v->direction)
			xml_out_attr_str(x, "style:writing-mode", v->direction == 1 ? "rl-tb" : "lr-tb");
		if (v->align != ALIGN_NONE)
			xml_out_attr_str(x, "fo:text-align",
				v->align == ALIGN_LEFT ? "left" : v->align == ALIGN_RIGHT ? "right" : "center");
		else if (v->direction)
			/* LibreOffice takes "start" for the left whatever the direction; this is the same in both. */
			xml_out_attr_str(x, "fo:text-align", v->direction == 1 ? "right" : "left");
		if (v->shaded)
			xml_out_attr_str(x, "fo:background-color", "#e7e6e6");
		if (v->flush) {
			xml_out_attr_str(x, "fo:margin-left", "0cm");
			xml_out_attr_str(x, "fo:text-indent", "0cm");
		}
		if (v->gap)
			xml_out_attr_str(x, v->gap == GAP_BEFORE ? "fo:margin-top" : "fo:margin-bottom", "0.423cm");
		if (v->quote_depth) {
			char margin[16];

			snprintf(margin, sizeof(margin), "%u.%02ucm", v->quote_depth * 127 / 100, v->quote_depth * 127 % 100);
			xml_out_attr_str(x, "fo:margin-left", margin);
			xml_out_attr_str(x, "fo:margin-right", "1.27cm");
		}
		xml_out_close(x, "style:paragraph-properties");
	}
	if (v->asian || v->complex) {
		xml_out_open(x, "style:text-properties");
		if (v->asian)
			put_tag(x, "style:language-asian", "style:country-asian", v->asian);
		if (v->complex)
			put_tag(x, "style:language-complex", "style:country-complex", v->complex);
		xml_out_close(x, "style:text-properties");
	}
	xml_out_close(x, "style:style");
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_variant(const struct para_variant *a, const struct para_variant *b)
{
	return a->style == b->style && a->gap == b->gap && a->flush == b->flush && a->direction == b->direction && a->align == b->align &&
	       a->quote_depth == b->quote_depth && a->shaded == b->shaded && same_text(a->asian, b->asian) && same_text(a->complex, b->complex);
}

static bool language_is(struct span tag, const char *language)
{
	struct span l, k;

	odt_language(tag, &l, &k);
	return span_is(l, language);
}

static bool arabic_script(struct span tag)
{
	return language_is(tag, "ar") || language_is(tag, "fa") || language_is(tag, "ur") || language_is(tag, "ps") ||
	       language_is(tag, "ckb") || language_is(tag, "ug");
}

void leaf_style_name(struct content *c, const struct block *b, enum out_style style, char ret[64])
{
	struct para_variant v = { .style = style, .gap = c->gap };
	struct odt_letters l = { 0 };

	for (size_t i = 0; i < b->run_count; i++)
		odt_letters_add(&l, b->runs[i].text);
	if (l.rtl || c->page->right_to_left) {
		/* Said for each paragraph: what is left to the page is set to the left by LibreOffice. */
		v.direction = text_is_rtl(b, c->page->right_to_left) ? 1 : c->page->right_to_left ? 2 : 0;
		if (style == STYLE_CODE_BLOCK || style == STYLE_RULE)
			v.direction = 0;
	}
	if (b->kind == BLOCK_CELL)
		v.align = b->align;
	if (style == STYLE_QUOTE) {
		unsigned depth = 0;

		for (const struct block *p = b->parent; p; p = p->parent)
			depth += p->kind == BLOCK_QUOTE;
		v.quote_depth = depth < 2 ? 0 : depth > QUOTE_DEPTH_MAX ? QUOTE_DEPTH_MAX : depth;
	}
	if (l.kana && !language_is(c->page->asian, "ja"))
		v.asian = "ja";
	else if (l.hangul && !language_is(c->page->asian, "ko"))
		v.asian = "ko";
	if (l.hebrew && !l.arabic && !language_is(c->page->complex, "he"))
		v.complex = "he";
	else if (l.arabic && !arabic_script(c->page->complex))
		v.complex = "ar";
	else if (l.devanagari && !language_is(c->page->complex, "hi"))
		v.complex = "hi";
	else if (l.thai && !language_is(c->page->complex, "th"))
		v.complex = "th";
	v.flush = b->kind == BLOCK_HEADING && c->page->heading_numbers && !b->printed.n;
	v.shaded = b->internal && !b->in_note;
	if (!v.direction && v.align == ALIGN_NONE && !v.quote_depth && !v.shaded && !v.gap && !v.flush && !v.asian && !v.complex) {
		snprintf(ret, 64, "%s", c->styles->name[style]);
		return;
	}
	if (c->variant_last >= c->variant_count || !same_variant(&c->variants[c->variant_last], &v)) {
		size_t i = 0;

		while (i < c->variant_count && !same_variant(&c->variants[i], &v))
			i++;
		c->variant_last = i;
		if (i == c->variant_count) {
			if (c->variant_count == c->variant_cap) {
				c->variant_cap = c->variant_cap ? 2 * c->variant_cap : 16;
				c->variants = mem_resize(c->variants, c->variant_cap, sizeof(v));
			}
			c->variants[c->variant_count++] = v;
			snprintf(ret, 64, "P%zu", i + 1);
			make_variant(c, &v, ret);
			return;
		}
	}
	snprintf(ret, 64, "P%zu", c->variant_last + 1);
}

/* ---- lists ---- */

/* A list style whose level `depth` begins at (a), (i) or (1), for lists inside bullets, quotes and notes. */
static void auto_list(struct content *c, unsigned depth, unsigned level, char ret[16])
{
	static const char *const formats[] = { "1", "a", "i", "1" };
	struct xml_out *x = &c->auto_x;
	char text[24];

	depth = depth > 10 ? 10 : depth;
	level = level > 3 ? 3 : level;
	snprintf(ret, 16, "L%u_%u", depth, level);
	if (c->list_variant[depth][level])
		return;
	c->list_variant[depth][level] = true;
	xml_out_open(x, "text:list-style");
	xml_out_attr_str(x, "style:name", ret);
	for (unsigned d = 1; d <= 10; d++) {
		unsigned k = d < depth ? level : level + d - depth;
		unsigned edge = 1270 + 1270 * d;

		xml_out_open(x, "text:list-level-style-number");
		xml_out_attr_number(x, "text:level", d);
		xml_out_attr_str(x, "style:num-prefix", "(");
		xml_out_attr_str(x, "style:num-suffix", ")");
		xml_out_attr_str(x, "style:num-format", formats[k > 3 ? 3 : k]);
		xml_out_open(x, "style:list-level-properties");
		xml_out_attr_str(x, "text:list-level-position-and-space-mode", "label-alignment");
		xml_out_open(x, "style:list-level-label-alignment");
		xml_out_attr_str(x, "text:label-followed-by", "listtab");
		snprintf(text, sizeof(text), "%u.%03ucm", edge / 1000, edge % 1000);
		xml_out_attr_str(x, "text:list-tab-stop-position", text);
		xml_out_attr_str(x, "fo:text-indent", "-1.27cm");
		xml_out_attr_str(x, "fo:margin-left", text);
		xml_out_close(x, "style:list-level-label-alignment");
		xml_out_close(x, "style:list-level-properties");
		xml_out_close(x, "text:list-level-style-number");
	}
	xml_out_close(x, "text:list-style");
}

static void push_frame(struct content *c, struct frame f)
{
	assert(c->frame_count < FRAME_MAX);
	c->frames[c->frame_count++] = f;
}

static void close_frame(struct content *c, struct frame *f)
{
	if (!f->opened)
		return;
	f->opened = false;
	xml_out_close(&c->out->x, !f->item ? "text:list" : f->header ? "text:list-header" : "text:list-item");
}

static void pop_frame(struct content *c)
{
	close_frame(c, &c->frames[--c->frame_count]);
}

static void pop_frames(struct content *c)
{
	while (c->frame_count > c->frame_base)
		pop_frame(c);
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
		if (f->auto_level)
			auto_list(c, depth, f->auto_level, name);
		xml_out_attr_str(x, "text:style-name", f->auto_level ? name : c->styles->list[f->list]);
	}
}

static void open_frames(struct content *c)
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
		xml_out_open(&c->out->x, f->header ? "text:list-header" : "text:list-item");
		if (f->start && !f->header)
			xml_out_attr_number(&c->out->x, "text:start-value", f->start);
	}
}

/* A table cannot stand in an item: the lists are closed around it, and go on after it without a new number. */
static void interrupt_frames(struct content *c)
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

static bool made_for_paragraphs(const struct content *c)
{
	return c->frame_count > c->frame_base && !c->frames[c->frame_base].block;
}

static void push_paragraph_list(struct content *c)
{
	push_frame(c, (struct frame){ .list = LIST_PARA });
	push_frame(c, (struct frame){ .list = LIST_PARA, .item = true });
}

static void enter_list(struct content *c, const struct block *list)
{
	struct frame f = { .block = list, .list = LIST_BULLET };

	if (lettered(c, list)) {
		unsigned level = letter_level(list);
		const struct frame *outer;
		/* Before the first numbered paragraph there is no item to stand in: LibreOffice would count the empty one. */
		bool joins = c->o->numbering == NUMBERING_PARAGRAPHS && at_top(list) && c->counts[0];

		f.list = LIST_PARA;
		if (made_for_paragraphs(c) && list->parent->kind == BLOCK_ROOT && !joins)
			pop_frames(c);
		if (joins && !made_for_paragraphs(c)) {
			pop_frames(c);
			push_paragraph_list(c);
		}
		outer = c->frame_count > c->frame_base + 1 ? &c->frames[c->frame_count - 2] : NULL;
		/* The list around it has the next letter at the next depth, unless it is of another kind. */
		if (outer && outer->list == LIST_PARA)
			f.inherits = true;
		else
			f.auto_level = level;
	} else {
		if (made_for_paragraphs(c) && list->parent->kind == BLOCK_ROOT)
			pop_frames(c);
		f.list = list->ordered ? LIST_NUMBER : LIST_BULLET;
		f.inherits = c->frame_count > c->frame_base + 1 && c->frames[c->frame_count - 2].list == f.list;
	}
	f.keep = has_table(list);
	push_frame(c, f);
}

/* The number that an item prints, from its printed label: (c) is 3. */
static unsigned ordinal(const struct block *b)
{
	struct span s = b->printed;
	unsigned n = 0;

	while (s.n && (s.p[0] == '('))
		s = span_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ')' || s.p[s.n - 1] == '.'))
		s.n--;
	if (!s.n)
		return 0;
	if (s.p[0] >= '0' && s.p[0] <= '9') {
		for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 100000000; i++)
			n = n * 10 + (unsigned)(s.p[i] - '0');
		return n;
	}
	if (b->number_level == 1)
		return (unsigned)(s.p[0] - 'a' + 1) + 26 * (unsigned)(s.n - 1);
	for (size_t i = 0; i < s.n; i++) {
		static const char digits[] = "ivxlcdm";
		static const unsigned values[] = { 1, 5, 10, 50, 100, 500, 1000 };
		const char *d = strchr(digits, s.p[i]), *e = i + 1 < s.n ? strchr(digits, s.p[i + 1]) : NULL;
		unsigned value = d ? values[d - digits] : 0;

		n = e && values[e - digits] > value ? n - value : n + value;
	}
	return n;
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

static void enter_item(struct content *c, const struct block *item)
{
	struct frame f = { .block = item, .item = true };
	const struct frame *list;

	assert(c->frame_count);
	list = &c->frames[c->frame_count - 1];
	f.list = list->list;
	if (label_of(item).n)
		f.header = true;
	else if (list->list == LIST_PARA && !item->printed.n)
		f.header = true; /* deeper than numbers go: text (FORMAT.md F4) */
	else if (list->list == LIST_PARA && c->frame_base == 0 && made_for_paragraphs(c))
		f.start = count_up(c, letter_level(item->parent), ordinal(item));
	else if (list->auto_level && !item->prev && !c->marked && ordinal(item) > 1)
		f.start = ordinal(item);
	else if (list->list == LIST_NUMBER && !item->prev && item->parent->start != 1 &&
		 (item->parent->start || item->parent->origin.end))
		f.start = item->parent->start;
	push_frame(c, f);
}

/* ---- paragraphs ---- */

static size_t anchors_at(struct content *c, const struct block *leaf, size_t *ret_first)
{
	size_t n = 0;

	*ret_first = c->anchor_at;
	while (c->anchor_at < c->anchor_count && c->anchors[c->anchor_at].block->serial <= leaf->serial) {
		c->anchor_at++;
		n++;
	}
	return n;
}

static void put_anchor(struct content *c, const char *element, const char *name)
{
	sink_close_inline(c->out);
	xml_out_open(&c->out->x, element);
	xml_out_attr_str(&c->out->x, "text:name", name);
	xml_out_close(&c->out->x, element);
}

/* The words of a leaf with its anchors around them. */
static void put_leaf(struct content *c, const struct block *leaf, struct odt_change whole)
{
	size_t first, n = 0;
	bool gone = whole.kind == TRACK_DELETED;

	if (!c->in_note)
		n = anchors_at(c, leaf, &first);
	if (c->out == &c->region)
		n = 0; /* of a deleted table */
	if (n && c->marked && c->open.kind != TRACK_NONE && whole.kind == TRACK_NONE)
		inline_change(c, (struct odt_change){ 0 }, NULL);
	for (size_t i = 0; i < n; i++)
		put_anchor(c, gone ? "text:bookmark" : "text:bookmark-start", c->anchors[first + i].name);
	odt_leaf(c, leaf, whole);
	if (!n || gone)
		return;
	if (c->out->gap && c->out->x.buf->n && !c->out->x.in_tag && c->out->x.buf->p[c->out->x.buf->n - 1] == ' ')
		paragraph_end(c->out);
	for (size_t i = 0; i < n; i++)
		put_anchor(c, "text:bookmark-end", c->anchors[first + i].name);
}

static void put_label(struct content *c, struct span label, bool stop)
{
	sink_text(c->out, label);
	if (stop)
		sink_text(c->out, SPAN_LIT("."));
	xml_out_empty(&c->out->x, "text:tab");
	c->out->gap = true;
}

/* The block whose label is printed before the words of b: itself, or the item that it opens. */
static const struct block *labelled(const struct block *b)
{
	return b->kind == BLOCK_PARAGRAPH && b->parent->kind == BLOCK_ITEM && !b->prev ? b->parent : b;
}

static const char *open_paragraph(struct content *c, const struct block *b)
{
	struct xml_out *x = &c->out->x;
	const char *tag = b->kind == BLOCK_HEADING ? "text:h" : "text:p";
	char style[64];

	leaf_style_name(c, b, leaf_style(c, b), style);
	xml_out_open(x, tag);
	xml_out_attr_str(x, "text:style-name", style);
	if (b->kind == BLOCK_HEADING) {
		xml_out_attr_number(x, "text:outline-level",
			c->o->numbering == NUMBERING_HEADINGS && b->printed.n && !label_of(b).n ? b->number_level + 1 :
			b->level ? b->level : 1);
		if (c->o->numbering == NUMBERING_HEADINGS && (!b->printed.n || label_of(b).n))
			xml_out_attr_str(x, "text:is-list-header", "true");
	}
	paragraph_begin(c->out);
	c->at_start = true;
	if (label_of(labelled(b)).n && !c->in_note)
		put_label(c, label_of(labelled(b)), number_takes_stop(labelled(b)));
	return tag;
}

static void put_chain(struct content *c, const struct block *b, const struct flow_leaf *first, size_t count)
{
	const char *tag = open_paragraph(c, b);

	if (!first) {
		put_leaf(c, b, (struct odt_change){ 0 });
	} else {
		for (size_t i = 0; i < count; i++) {
			put_leaf(c, first[i].block, first[i].whole);
			if (i + 1 < count)
				inline_break(c, first[i].brk, first[i].block, first[i + 1].block);
		}
		inline_settle(c);
		inline_change(c, first[count - 1].brk.kind == TRACK_INSERTED ? first[count - 1].brk : (struct odt_change){ 0 }, NULL);
	}
	paragraph_end(c->out);
	xml_out_close(&c->out->x, tag);
}

static void enter_leaf(struct content *c, const struct block *b)
{
	const struct flow_leaf *first = NULL;
	size_t count = 1;

	if (c->marked && c->marks == MARKS_TRACK) {
		const struct flow_leaf *l;

		if (c->flow_at == c->flow.count || c->flow.leaves[c->flow_at].block != b)
			return; /* inserted by one and deleted by another: in neither text */
		l = &c->flow.leaves[c->flow_at++];
		if (!l->giver)
			return;
		first = &c->flow.leaves[l->chain_start];
		count = first->chain_end - l->chain_start;
	} else if (c->marked) {
		enum odt_change_kind kind = change_of_block(b).kind;

		if (kind == TRACK_NEITHER || kind == (c->marks == MARKS_ACCEPTED ? TRACK_DELETED : TRACK_INSERTED))
			return;
	}
	if (numbered_paragraph(c, b)) {
		if (made_for_paragraphs(c)) {
			while (c->frame_count > c->frame_base + 1)
				pop_frame(c);
			push_frame(c, (struct frame){ .list = LIST_PARA, .item = true });
		} else {
			pop_frames(c);
			push_paragraph_list(c);
		}
		c->frames[c->frame_count - 1].start = count_up(c, 0, ordinal(b));
	} else if (b->parent->kind == BLOCK_ROOT || b->parent->kind == BLOCK_QUOTE) {
		const struct block *p = b->parent;

		while (p->kind == BLOCK_QUOTE)
			p = p->parent;
		if (p->kind == BLOCK_ROOT && made_for_paragraphs(c))
			pop_frames(c);
		/* The list goes on inside; its items begin again under a paragraph that prints a label of its own. */
		if (label_of(b).n && at_top(b))
			c->restart = true;
	}
	open_frames(c);
	put_chain(c, b, first, count);
}

/* ---- tables ---- */

static void put_column(struct content *c, unsigned share)
{
	struct xml_out *x = &c->auto_x;
	char name[16], width[24];

	snprintf(name, sizeof(name), "Co%u", share);
	if (!c->column_variant[share]) {
		unsigned w = (unsigned)(c->styles->text_width * share);

		c->column_variant[share] = true;
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

static void make_table_styles(struct content *c)
{
	struct xml_out *x = &c->auto_x;
	char width[24];
	unsigned w = (unsigned)(c->styles->text_width * 1000);

	c->cell_styles = true;
	snprintf(width, sizeof(width), "%u.%03ucm", w / 1000, w % 1000);
	for (int rtl = 0; rtl < 2; rtl++) {
		xml_out_open(x, "style:style");
		xml_out_attr_str(x, "style:name", rtl ? "TbR" : "Tb");
		xml_out_attr_str(x, "style:family", "table");
		xml_out_open(x, "style:table-properties");
		xml_out_attr_str(x, "style:width", width);
		xml_out_attr_str(x, "table:align", "margins");
		xml_out_attr_str(x, "fo:margin-top", "0.106cm");
		xml_out_attr_str(x, "fo:margin-bottom", "0.353cm");
		xml_out_attr_str(x, "table:border-model", "collapsing");
		xml_out_attr_str(x, "style:writing-mode", rtl ? "rl-tb" : "lr-tb");
		xml_out_close(x, "style:table-properties");
		xml_out_close(x, "style:style");
	}
	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", "Ro");
	xml_out_attr_str(x, "style:family", "table-row");
	xml_out_open(x, "style:table-row-properties");
	xml_out_attr_str(x, "fo:keep-together", "always");
	xml_out_close(x, "style:table-row-properties");
	xml_out_close(x, "style:style");
	for (int head = 0; head < 2; head++) {
		xml_out_open(x, "style:style");
		xml_out_attr_str(x, "style:name", head ? "CeH" : "Ce");
		xml_out_attr_str(x, "style:family", "table-cell");
		xml_out_open(x, "style:table-cell-properties");
		xml_out_attr_str(x, "fo:padding", "0.097cm");
		xml_out_attr_str(x, "fo:border", "0.5pt solid #000000");
		if (head)
			xml_out_attr_str(x, "fo:background-color", "#eeeeee");
		xml_out_close(x, "style:table-cell-properties");
		xml_out_close(x, "style:style");
	}
}

static void put_cell(struct content *c, const struct block *cell, bool header, unsigned share)
{
	struct xml_out *x = &c->out->x;
	char style[64];

	xml_out_open(x, "table:table-cell");
	xml_out_attr_str(x, "table:style-name", header ? "CeH" : "Ce");
	xml_out_attr_str(x, "office:value-type", "string");
	xml_out_open(x, "text:p");
	if (cell) {
		leaf_style_name(c, cell, leaf_style(c, cell), style);
		xml_out_attr_str(x, "text:style-name", style);
		paragraph_begin(c->out);
		c->room = c->styles->text_width * share / TABLE_SCALE - COLUMNS_CELL_TWIPS / TWIPS_PER_CM;
		put_leaf(c, cell, c->marked ? change_of_block(cell) : (struct odt_change){ 0 });
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
static unsigned column_shares(const struct content *c, const struct block *table, unsigned *share, size_t max)
{
	size_t columns = columns_count(table), widest = 0;
	unsigned width = (unsigned)(c->styles->text_width * TWIPS_PER_CM), given = 0;

	columns = columns < max ? columns : max;
	columns_measure(c->o, table, width, share, columns);
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
		put_leaf(c, b, c->marked ? change_of_block(b) : (struct odt_change){ 0 });
		if (c->marked && c->marks == MARKS_TRACK) {
			inline_settle(c);
			inline_change(c, (struct odt_change){ 0 }, NULL);
		}
		paragraph_end(c->out);
		xml_out_close(x, "text:p");
	}
}

static void put_rows(struct content *c, const struct block *table)
{
	struct xml_out *x = &c->out->x;
	unsigned share[LIMIT_TABLE_COLUMNS], columns = column_shares(c, table, share, LIMIT_TABLE_COLUMNS);
	struct odt_letters l = { 0 };
	bool in_head = false;
	char name[24];

	if (!columns)
		return;
	if (!c->cell_styles)
		make_table_styles(c);
	for (const struct block *b = block_next(table, table); b; b = block_next(b, table))
		for (size_t i = 0; i < b->run_count; i++)
			odt_letters_add(&l, b->runs[i].text);
	xml_out_open(x, "table:table");
	snprintf(name, sizeof(name), "Table%u", ++c->tables);
	xml_out_attr_str(x, "table:name", name);
	xml_out_attr_str(x, "table:style-name", l.rtl > l.latin ? "TbR" : "Tb");
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

/* A whole table that was inserted or deleted is marked around the table, at the level of paragraphs: LibreOffice then
 * takes it away whole.  Rows have no mark in ODF: their words are marked cell by cell. */
static void put_table(struct content *c, const struct block *table)
{
	struct odt_change whole = { 0 };
	struct sink *out = c->out;

	if (c->in_note) {
		put_note_table(c, table);
		return;
	}
	if (c->marked)
		whole = change_of_block(table);
	if (whole.kind == TRACK_NEITHER)
		return;
	if (made_for_paragraphs(c) && table->parent->kind == BLOCK_ROOT)
		pop_frames(c);
	interrupt_frames(c);
	if (whole.kind == TRACK_NONE) {
		put_rows(c, table);
		return;
	}
	inline_table_begin(c, whole);
	c->marks = whole.kind == TRACK_DELETED ? MARKS_REJECTED : MARKS_ACCEPTED;
	if (whole.kind == TRACK_DELETED)
		c->out = &c->region;
	put_rows(c, table);
	c->out = out;
	c->marks = MARKS_TRACK;
	inline_table_end(c, whole);
}

/* ---- the walk ---- */

static void empty_item(struct content *c)
{
	open_frames(c);
	xml_out_open(&c->out->x, "text:p");
	xml_out_attr_str(&c->out->x, "text:style-name", c->styles->name[STYLE_LIST_BULLET]);
	xml_out_close(&c->out->x, "text:p");
}

static bool enter(struct content *c, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_HEADING:
	case BLOCK_CODE:
	case BLOCK_RULE:
		enter_leaf(c, b);
		return false;
	case BLOCK_LIST:
		enter_list(c, b);
		return true;
	case BLOCK_ITEM:
		enter_item(c, b);
		if (!b->first)
			empty_item(c);
		return true;
	case BLOCK_TABLE:
		put_table(c, b);
		return false;
	case BLOCK_QUOTE:
	case BLOCK_ROOT:
		return true;
	case BLOCK_ROW:
	case BLOCK_CELL:
		break;
	}
	return false;
}

static void leave(struct content *c, const struct block *b)
{
	if (b->kind == BLOCK_LIST || b->kind == BLOCK_ITEM)
		pop_frame(c);
}

static void walk(struct content *c, const struct block *top)
{
	const struct block *b = top->first;

	while (b) {
		if (enter(c, b) && b->first) {
			b = b->first;
			continue;
		}
		leave(c, b);
		while (!b->next) {
			b = b->parent;
			if (b == top) {
				pop_frames(c);
				return;
			}
			leave(c, b);
		}
		b = b->next;
	}
	pop_frames(c);
}

void content_note_body(struct content *c, const struct note *n, enum marks marks)
{
	struct sink *s = c->out;
	struct flow flow = c->flow;
	size_t flow_at = c->flow_at;
	struct odt_change open = c->open;
	unsigned open_id = c->open_id, base = c->frame_base;
	const struct comment *annotated = c->annotated;
	enum marks outer = c->marks;

	c->in_note = true;
	c->frame_base = c->frame_count;
	c->marks = marks;
	c->open = (struct odt_change){ 0 };
	c->annotated = NULL;
	c->flow = (struct flow){ 0 };
	c->flow_at = 0;
	if (c->marked && marks == MARKS_TRACK)
		flow_make(n->body, NULL, &c->flow);
	if (n->body->first) {
		walk(c, n->body);
	} else {
		xml_out_open(&s->x, "text:p");
		xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_FOOTNOTE_TEXT]);
		xml_out_close(&s->x, "text:p");
	}
	flow_done(&c->flow);
	c->flow = flow;
	c->flow_at = flow_at;
	c->open = open;
	c->open_id = open_id;
	c->annotated = annotated;
	c->marks = outer;
	c->frame_base = base;
	c->in_note = false;
	c->at_start = false;
}

/* ---- before the walk: marks, notes, targets ---- */

const char *content_anchor(const struct content *c, const struct block *b)
{
	size_t low = 0, high = c->anchor_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->anchors[mid].block->serial < b->serial)
			low = mid + 1;
		else
			high = mid;
	}
	return low < c->anchor_count && c->anchors[low].block == b ? c->anchors[low].name : NULL;
}

static int by_serial(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	if (x->block->serial != y->block->serial)
		return x->block->serial < y->block->serial ? -1 : 1;
	if (!x->name || !y->name)
		return (x->name == NULL) - (y->name == NULL);
	return strcmp(x->name, y->name);
}

struct wanted {
	struct anchor *items;
	size_t count, cap;
};

static void want(struct wanted *w, const struct block *b, const char *name)
{
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->items = mem_resize(w->items, w->cap, sizeof(*w->items));
	}
	w->items[w->count++] = (struct anchor){ b, name };
}

/* The numbers of a path are fields of their own, so each needs an anchor. */
static void want_leaf(struct content *c, struct wanted *w, const struct block *b)
{
	for (size_t i = 0; i < b->run_count; i++) {
		const struct block *at = NULL;
		struct span word, number;
		int parts = 4;

		if (b->runs[i].kind != RUN_XREF || !outdoc_xref(c->o, &b->runs[i], &word, &number, &at))
			continue;
		while (at && !at->path.n)
			at = at->parent;
		for (; at && parts--; at = numbered_parent(c, at))
			if (!outdoc_anchor(c->o, landing(at)))
				want(w, landing(at), NULL);
	}
}

static void set_anchors(struct content *c, bool references)
{
	struct wanted w = { 0 };
	size_t kept = 0;
	unsigned made = 0;

	for (size_t i = 0; i < c->o->anchor_count; i++)
		want(&w, c->o->anchors[i].block, c->o->anchors[i].name);
	if (references) {
		for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root))
			want_leaf(c, &w, b);
		for (size_t i = 0; i < c->o->doc->note_count; i++) {
			const struct block *top = c->o->doc->notes[i]->body;

			for (const struct block *b = top; b; b = block_next(b, top))
				want_leaf(c, &w, b);
		}
	}
	if (w.count)
		qsort(w.items, w.count, sizeof(*w.items), by_serial);
	for (size_t i = 0; i < w.count; i++) {
		struct anchor *a = &w.items[i];

		/* A block that has an anchor already needs none made. */
		if (!a->name) {
			if (kept && w.items[kept - 1].block == a->block)
				continue;
			a->name = arena_printf(&c->arena, "_Ref9%08u", ++made).p;
		}
		w.items[kept++] = *a;
	}
	c->anchors = w.items;
	c->anchor_count = kept;
}

static void look_leaf(struct content *c, const struct block *b, bool *ret_references)
{
	if (b->mark || b->break_mark)
		c->marked = true;
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		if (r->mark)
			c->marked = true;
		if (r->kind == RUN_XREF)
			*ret_references = true;
		if (r->kind == RUN_NOTE && r->note && r->note->number > c->note_count)
			c->note_count = r->note->number;
	}
}

static void find_hosts(struct content *c)
{
	for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root)) {
		struct odt_change whole = { 0 };

		if (!b->run_count)
			continue;
		whole = change_of_block(b);
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];

			if (r->kind == RUN_NOTE && r->note && r->note->number &&
				change_of_run(r, whole).kind == TRACK_NONE)
				c->note_state[r->note->number] = NOTE_HAS_HOST;
		}
	}
}

static void look_ahead(struct content *c)
{
	bool references = false;

	for (const struct block *b = c->o->doc->root; b; b = block_next(b, c->o->doc->root))
		look_leaf(c, b, &references);
	for (size_t i = 0; i < c->o->doc->note_count; i++) {
		const struct block *top = c->o->doc->notes[i]->body;

		for (const struct block *b = top; b; b = block_next(b, top))
			look_leaf(c, b, &references);
	}
	c->note_state = mem_zero((size_t)c->note_count + 1, 1);
	if (c->marked)
		find_hosts(c);
	if (references || c->o->anchor_count)
		set_anchors(c, references);
}

/* ---- around the text ---- */

static void put_line(struct content *c, enum out_style style, struct span text, enum gap gap)
{
	struct block b = { .kind = BLOCK_PARAGRAPH };
	struct run r = { .kind = RUN_TEXT, .text = text };
	char name[64];

	if (!text.n)
		return;
	b.runs = &r;
	b.run_count = 1;
	c->gap = gap;
	leaf_style_name(c, &b, style, name);
	c->gap = GAP_NONE;
	xml_out_open(&c->out->x, "text:p");
	xml_out_attr_str(&c->out->x, "text:style-name", name);
	paragraph_begin(c->out);
	sink_text(c->out, text);
	paragraph_end(c->out);
	xml_out_close(&c->out->x, "text:p");
}

static void put_opening(struct content *c)
{
	const struct outdoc *o = c->o;
	const struct span info[] = { o->input_to, o->group, o->shown_date };
	size_t last = 0;

	for (struct span rest = o->banner, line; span_split(&rest, '\n', &line);)
		put_line(c, STYLE_BANNER, line, GAP_NONE);
	if (o->information_block) {
		put_line(c, STYLE_INFO_LABEL, o->organisation, GAP_NONE);
		put_line(c, STYLE_SUBTITLE, o->document_label, GAP_NONE);
	}
	put_line(c, STYLE_TITLE, o->title, GAP_NONE);
	for (size_t i = 0; i < ARRAY_LEN(info); i++)
		last = info[i].n ? i : last;
	for (size_t i = 0; o->information_block && i < ARRAY_LEN(info); i++)
		put_line(c, STYLE_INFO_VALUE, info[i], i == last ? GAP_AFTER : GAP_NONE);
}

static void put_endorsers(struct content *c)
{
	if (!c->o->endorser_count)
		return;
	put_line(c, STYLE_INFO_LABEL, c->o->endorsers_label, GAP_BEFORE);
	for (size_t i = 0; i < c->o->endorser_count; i++)
		put_line(c, STYLE_ENDORSERS, c->o->endorsers[i], i || c->o->endorsers_label.n ? GAP_NONE : GAP_BEFORE);
}

static void put_frame_style(struct xml_out *x)
{
	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", "fr");
	xml_out_attr_str(x, "style:family", "graphic");
	xml_out_open(x, "style:graphic-properties");
	xml_out_attr_str(x, "style:vertical-pos", "top");
	xml_out_attr_str(x, "style:vertical-rel", "baseline");
	xml_out_close(x, "style:graphic-properties");
	xml_out_close(x, "style:style");
}

static void assemble(struct content *c, struct buf *ret)
{
	struct xml_out x;

	buf_reserve(ret, c->body.n + c->regions.n + c->automatic.n + 4096);
	xml_out_begin(&x, ret);
	xml_out_open(&x, "office:document-content");
	odt_declare(&x);
	xml_out_attr_str(&x, "office:version", "1.3");
	xml_out_open(&x, "office:automatic-styles");
	xml_out_raw(&x, buf_span(&c->automatic));
	xml_out_close(&x, "office:automatic-styles");
	xml_out_open(&x, "office:body");
	xml_out_open(&x, "office:text");
	if (c->regions.n) {
		xml_out_open(&x, "text:tracked-changes");
		xml_out_attr_str(&x, "text:track-changes", "false");
		xml_out_raw(&x, buf_span(&c->regions));
		xml_out_close(&x, "text:tracked-changes");
	}
	xml_out_raw(&x, buf_span(&c->body));
	xml_out_close(&x, "office:text");
	xml_out_close(&x, "office:body");
	xml_out_close(&x, "office:document-content");
	xml_out_end(&x);
}

void odt_content(const struct outdoc *o, const struct odt_sheet *s, const struct odt_page *page, struct buf *ret)
{
	struct content *c = mem_zero(1, sizeof(*c));
	/* A last paragraph that never changes takes away every trouble with changes at the end (MARKUP.md 0.2). */
	struct block last = { .kind = BLOCK_PARAGRAPH, .parent = o->doc->root, .serial = SIZE_MAX };

	c->o = o;
	c->styles = s;
	c->page = page;
	c->out = &c->main;
	xml_out_fragment(&c->main.x, &c->body);
	xml_out_fragment(&c->region.x, &c->regions);
	xml_out_fragment(&c->auto_x, &c->automatic);
	look_ahead(c);
	if (o->image_count)
		put_frame_style(&c->auto_x);
	put_opening(c);
	if (c->marked)
		flow_make(o->doc->root, &last, &c->flow);
	walk(c, o->doc->root);
	if (c->marked)
		enter_leaf(c, &last);
	put_endorsers(c);
	if (c->body.n == 0) {
		xml_out_open(&c->main.x, "text:p");
		xml_out_attr_str(&c->main.x, "text:style-name", s->name[STYLE_PARA_PLAIN]);
		xml_out_close(&c->main.x, "text:p");
	}
	xml_out_end(&c->main.x);
	xml_out_end(&c->region.x);
	xml_out_end(&c->auto_x);
	assemble(c, ret);
	flow_done(&c->flow);
	buf_done(&c->body);
	buf_done(&c->regions);
	buf_done(&c->automatic);
	mem_free(c->variants);
	mem_free(c->anchors);
	mem_free(c->note_state);
	arena_done(&c->arena);
	mem_free(c);
}
