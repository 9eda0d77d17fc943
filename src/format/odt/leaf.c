/* What a block is to the file: its number, its style, and the paragraph styles that are made on the way. */
#include "format/odt/content.h"

#include <stdio.h>

#include "model/labels.h"
#include "model/text.h"

#define QUOTE_EDGE 1270u /* thousandths of a cm, as the style BlockQuote has it */
#define CODE_IN_QUOTE 500u /* as far as no item's words begin, by which readers know the two apart */
#define LEFT_MAX 10000u
#define HEADING_BACK 4096 /* blocks looked back for the heading above */

/* ---- what a block is ---- */

bool leaf_at_top(const struct block *b)
{
	return b->parent && b->parent->kind == BLOCK_ROOT && !b->in_note;
}

/* The label that a block prints as text; empty where it has none of its own. */
struct span leaf_label(const struct block *b)
{
	return b->labelled ? b->printed : (struct span){ 0 };
}

const struct block *leaf_labelled(const struct block *b)
{
	if ((b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING) && b->parent && b->parent->kind == BLOCK_ITEM && !b->prev &&
	    label_is_own(b->parent))
		return b->parent;
	return label_is_own(b) ? b : NULL;
}

const struct block *landing(const struct block *b)
{
	const struct block *top = b;

	for (; b; b = block_next(b, top))
		if (block_is_leaf(b))
			return b;
	return top;
}

bool leaf_numbered(const struct content *c, const struct block *b)
{
	return c->o->numbering == NUMBERING_PARAGRAPHS && b->kind == BLOCK_PARAGRAPH && leaf_at_top(b) && b->printed.n &&
	       !leaf_label(b).n;
}

/* A list whose items go (a), (i), (1), and not 1., 2. */
bool lettered(const struct content *c, const struct block *list)
{
	return list->ordered && (c->o->numbering == NUMBERING_PARAGRAPHS || c->o->numbering == NUMBERING_HEADINGS);
}

/* Level of a lettered list, 1 for (a), by the ordered lists around it. */
unsigned letter_level(const struct block *list)
{
	unsigned level = 1;

	for (const struct block *p = list->parent; p; p = p->parent)
		level += p->kind == BLOCK_ITEM && p->parent->ordered;
	return level;
}

bool numbered_by_list(const struct content *c, const struct block *b)
{
	if (!b->printed.n || leaf_label(b).n)
		return false;
	if (b->kind == BLOCK_HEADING)
		return c->o->numbering == NUMBERING_HEADINGS;
	return b->kind == BLOCK_ITEM || leaf_numbered(c, b);
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
		if (leaf_numbered(c, p))
			return p;
	return NULL;
}

enum out_style leaf_style(const struct content *c, const struct block *b)
{
	unsigned level;

	if (b->label_line.n)
		return STYLE_BLOCK_LABEL;
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
	if (leaf_numbered(c, b))
		return c->o->speech.half_points ? STYLE_SPEECH : STYLE_PARA_NUMBERED;
	if (c->o->speech.half_points)
		return STYLE_SPEECH;
	return b->printed.n && leaf_label(b).n ? STYLE_PARA_LABEL : STYLE_PARA_PLAIN;
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
	if (v->page)
		xml_out_attr_str(x, "style:master-page-name", v->page);
	if (v->direction || v->align != ALIGN_NONE || v->left || v->shaded || v->gap || v->flush || v->line) {
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
		if (v->line) {
			char line[16];

			snprintf(line, sizeof(line), "%u%%", v->line);
			xml_out_attr_str(x, "fo:line-height", line);
		}
		if (v->gap)
			xml_out_attr_str(x, v->gap == GAP_BEFORE ? "fo:margin-top" : "fo:margin-bottom", "0.423cm");
		if (v->left) {
			char margin[16];

			snprintf(margin, sizeof(margin), "%u.%03ucm", v->left / 1000, v->left % 1000);
			xml_out_attr_str(x, "fo:margin-left", margin);
			if (v->right) {
				snprintf(margin, sizeof(margin), "%u.%03ucm", v->right / 1000, v->right % 1000);
				xml_out_attr_str(x, "fo:margin-right", margin);
			}
			xml_out_attr_str(x, "fo:text-indent", "0cm");
		}
		xml_out_close(x, "style:paragraph-properties");
	}
	if (v->asian || v->complex || v->half_points) {
		xml_out_open(x, "style:text-properties");
		if (v->half_points) {
			static const char *const sizes[] = { "fo:font-size", "style:font-size-asian", "style:font-size-complex" };
			char size[16];

			snprintf(size, sizeof(size), "%u%spt", v->half_points / 2, v->half_points % 2 ? ".5" : "");
			for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
				xml_out_attr_str(x, sizes[i], size);
		}
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
	       a->left == b->left && a->right == b->right && a->half_points == b->half_points && a->line == b->line && a->page == b->page && a->shaded == b->shaded && same_text(a->asian, b->asian) && same_text(a->complex, b->complex);
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

/* What stands in an item or a quote begins where the words of that do.  What opens an item stands as its list says. */
static void stand_in(const struct content *c, const struct block *b, enum out_style style, struct para_variant *v)
{
	const struct block *p = b->parent;
	unsigned left;

	if (!p || (p->kind != BLOCK_QUOTE && p->kind != BLOCK_ITEM) || (p->kind == BLOCK_ITEM && !b->prev) ||
	    (style != STYLE_QUOTE && style != STYLE_CODE_BLOCK && b->kind != BLOCK_HEADING && b->kind != BLOCK_RULE))
		return;
	left = odt_edges_in(c, p).text + (p->kind == BLOCK_QUOTE && style == STYLE_CODE_BLOCK ? CODE_IN_QUOTE : 0);
	if (style == STYLE_QUOTE && left == QUOTE_EDGE)
		return;
	v->left = left < LEFT_MAX ? left : LEFT_MAX;
	while (p && p->kind != BLOCK_QUOTE)
		p = p->parent;
	v->right = p ? QUOTE_EDGE : 0;
}

/* A paragraph with thousands of changes is asked for its style with each: its letters are looked at once. */
static const struct leaf_letters *letters_of(struct content *c, const struct block *b)
{
	struct leaf_letters *x = &c->letters;

	struct span first = b->run_count ? b->runs[0].text : (struct span){ 0 }, last = b->run_count ? b->runs[b->run_count - 1].text : first;

	if (x->runs == b->runs && x->run_count == b->run_count && b->run_count && x->first.p == first.p && x->first.n == first.n && x->last.p == last.p &&
	    x->last.n == last.n)
		return x;
	*x = (struct leaf_letters){ .runs = b->runs, .run_count = b->run_count, .first = first, .last = last };
	for (size_t i = 0; i < b->run_count; i++)
		odt_letters_add(&x->all, b->runs[i].text);
	x->rtl = (x->all.rtl || c->page->right_to_left) && text_is_rtl(b, c->page->right_to_left);
	return x;
}

void leaf_style_name(struct content *c, const struct block *b, enum out_style style, char ret[64])
{
	struct para_variant v = { .style = style, .gap = c->gap };
	const struct leaf_letters *letters = letters_of(c, b);
	const struct odt_letters l = letters->all;

	if (l.rtl || c->page->right_to_left) {
		/* Said for each paragraph: what is left to the page is set to the left by LibreOffice. */
		v.direction = letters->rtl ? 1 : c->page->right_to_left ? 2 : 0;
		if (style == STYLE_CODE_BLOCK || style == STYLE_RULE)
			v.direction = 0;
	}
	if (b->kind == BLOCK_CELL) {
		v.align = b->align;
		v.half_points = c->in_note || c->cells.half_points == COLUMNS_USUAL ? 0 : c->cells.half_points;
	}
	/* A text that is read aloud stands in large letters, lists and quotes as well; what its style does not say is said here. */
	if (c->o->speech.half_points && b->kind == BLOCK_PARAGRAPH && b->parent && style != STYLE_BLOCK_LABEL && !b->in_note &&
	    (style != STYLE_SPEECH || c->o->speech.half_points != SPEECH_HALF_POINTS || c->o->speech.line != SPEECH_LINE)) {
		v.half_points = c->o->speech.half_points;
		v.line = c->o->speech.line;
	}
	stand_in(c, b, style, &v);
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
	v.flush = b->kind == BLOCK_HEADING && !v.left && c->page->heading_numbers && (!b->printed.n || b->labelled);
	v.shaded = b->internal && !b->in_note;
	if (!b->in_note && b->kind != BLOCK_CELL && c->out == &c->main) {
		v.page = c->page_due;
		c->page_due = NULL;
	}
	if (!v.direction && v.align == ALIGN_NONE && !v.left && !v.shaded && !v.gap && !v.flush && !v.page && !v.half_points && !v.asian && !v.complex) {
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
