/*
 * Reading an ODT: regions of deleted words, words with their marks, paragraphs into blocks.
 */
#include <stdlib.h>

#include "format/odt/no_list.h"
#include "format/odt/reader.h"
#include "model/labels.h"
#include "model/text.h"

/* ---- regions ---- */

struct region *odt_region_find(struct reader *r, struct span id)
{
	if (!r->region_slots)
		return NULL;
	for (size_t i = span_hash(id) & r->region_mask; r->region_slots[i]; i = (i + 1) & r->region_mask)
		if (span_eq(r->regions[r->region_slots[i] - 1].id, id))
			return &r->regions[r->region_slots[i] - 1];
	return NULL;
}

struct region *odt_region_add(struct reader *r, struct span id)
{
	size_t i;

	if (r->region_count == r->region_cap) {
		r->region_cap = r->region_cap ? 2 * r->region_cap : 32;
		r->regions = mem_resize(r->regions, r->region_cap, sizeof(struct region));
		free(r->region_slots);
		r->region_mask = 4 * r->region_cap - 1;
		r->region_slots = mem_zero(r->region_mask + 1, sizeof(size_t));
		for (size_t k = 0; k < r->region_count; k++) {
			for (i = span_hash(r->regions[k].id) & r->region_mask; r->region_slots[i]; i = (i + 1) & r->region_mask)
				;
			r->region_slots[i] = k + 1;
		}
	}
	r->regions[r->region_count] = (struct region){ .id = odt_dup(r, id) };
	for (i = span_hash(id) & r->region_mask; r->region_slots[i]; i = (i + 1) & r->region_mask)
		;
	r->region_slots[i] = ++r->region_count;
	return &r->regions[r->region_count - 1];
}

static const struct mark *region_mark(struct reader *r, struct region *g, const struct mark *outer)
{
	struct mark *m;

	if (g->mark && g->mark->outer == outer)
		return g->mark;
	m = ARENA_NEW(&r->d->arena, struct mark);
	*m = (struct mark){ .kind = g->deletion ? MARK_DELETED : MARK_INSERTED,
			    .author = g->author,
			    .time = g->time,
			    .outer = outer,
			    .group = g->mark ? g->mark->group : ++r->groups };
	g->mark = m;
	return m;
}

const struct mark *odt_insertions(struct reader *r)
{
	const struct mark *m = NULL;

	for (unsigned i = r->inserting_from; i < r->inserting_count; i++)
		m = region_mark(r, r->inserting[i], m);
	return m;
}

static const struct mark *marks_here(struct reader *r)
{
	const struct annotation *begun = NULL;
	const struct mark *m;

	if (r->mark_known)
		return r->mark_cache;
	m = odt_insertions(r);
	for (unsigned i = 0; i < r->range_count; i++) {
		struct annotation *a = r->notes_on[i];
		bool first = !a->mark;

		if (a->joined)
			continue;
		/* Two that begin on the same words are one highlight with both: a suggestion's words are marked once. */
		if (begun && first) {
			comment_append(begun->comment, a->comment);
			a->mark = begun->mark;
			a->joined = true;
			continue;
		}
		begun = first ? a : NULL;

		if (!a->mark || a->mark->outer != m) {
			struct mark *x = ARENA_NEW(&r->d->arena, struct mark);

			*x = (struct mark){ .kind = MARK_HIGHLIGHT, .outer = m, .comments = a->comment, .group = ++r->groups };
			a->mark = x;
		}
		m = a->mark;
	}
	r->mark_cache = m;
	r->mark_known = true;
	return m;
}

/* ---- runs ---- */

struct odt_para *odt_para_now(struct reader *r)
{
	return r->para_depth ? &r->paras[r->para_depth - 1] : NULL;
}

struct run *odt_add_run(struct reader *r, enum run_kind kind)
{
	struct odt_para *p = odt_para_now(r);
	struct run *x = p ? runs_add(&p->runs, kind) : NULL;

	if (x) {
		x->format = r->format;
		x->link = r->link;
		x->mark = marks_here(r);
		p->space = false;
	}
	return x;
}

static const struct mark *restyled_here(struct reader *r)
{
	return r->restyling ? region_mark(r, r->restyling, NULL) : NULL;
}

void odt_put_text(struct reader *r, struct span s)
{
	struct odt_para *p = odt_para_now(r);
	struct run *last;

	if (!s.n || !p)
		return;
	if (r->hidden) {
		doc_lose(r->d, "hidden text", odt_where(r), s);
		return;
	}
	/* LibreOffice puts a joiner into each empty cell of a row that was put in. */
	if (r->noteref_words || (r->table_depth && !p->runs.count && span_is(s, TEXT_JOINER)))
		return;
	if (r->xref_depth) {
		if (!r->xref_words.n)
			r->xref_mark = marks_here(r);
		r->xref_words_first = r->xref_words_first || (!r->xref_field && span_trim(s).n);
		buf_add(&r->xref_words, s);
		return;
	}
	r->xref_end = 0;
	last = p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
	if (last && last->kind == RUN_TEXT && last->format == r->format && last->link == r->link && last->mark == marks_here(r) && last->restyled == restyled_here(r)) {
		run_extend(last, s, r->d, &r->room);
		return;
	}
	last = odt_add_run(r, RUN_TEXT);
	last->text = odt_dup(r, s);
	last->restyled = restyled_here(r);
}

/* White space as ODF reads it (6.1.2): a run of it is one space, and none at the start of a paragraph. */
void odt_add_text(struct reader *r, struct span s)
{
	struct odt_para *p = odt_para_now(r);
	CLEANUP(buf_done) struct buf b = { 0 };
	bool space;

	if (!p || !s.n)
		return;
	space = p->space;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			if (!space)
				buf_char(&b, ' ');
			space = true;
		} else {
			buf_char(&b, c);
			space = false;
		}
	}
	odt_put_text(r, buf_span(&b));
	p->space = space;
}

/* ---- blocks ---- */

void odt_begin_para(struct reader *r, bool heading, unsigned level, struct span style, size_t offset)
{
	struct odt_para *p;

	if (r->para_depth >= NEST_MAX) {
		doc_lose(r->d, "text box inside text boxes", odt_where(r), (struct span){ 0 });
		r->skip = 1;
		return;
	}
	r->xref_end = 0;
	r->noteref_words = false;
	p = &r->paras[r->para_depth++];
	*p = (struct odt_para){ .heading = heading, .level = level, .space = true, .begin = offset, .list_depth = r->list_depth, .container = r->container };
	p->style = odt_style_find(&r->styles, SPAN_LIT("paragraph"), style);
	/* pandoc names styles that its file does not hold: they are what their names say. */
	if (!p->style && style.n) {
		struct odt_style *named = ARENA_NEW(&r->d->arena, struct odt_style);

		*named = (struct odt_style){ .name = odt_dup(r, style), .left = ODT_UNSAID, .indent = ODT_UNSAID };
		p->style = named;
	}
	p->shown = !r->hidden;
	odt_style_format(&r->styles, p->style, 0, &r->hidden);
}

static void put_number(struct buf *b, struct span format, unsigned n)
{
	static const struct {
		unsigned value;
		const char *lower;
	} roman[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
		      { 40, "xl" },  { 10, "x" },   { 9, "ix" },  { 5, "v" },    { 4, "iv" },  { 1, "i" } };
	char f = format.n ? format.p[0] : '\0';
	size_t from = b->n;

	switch (f) {
	case 'a':
	case 'A':
		for (unsigned i = 0; n && i <= (n - 1) / 26 && i < 8; i++)
			buf_char(b, (char)(f + (n - 1) % 26));
		return;
	case 'i':
	case 'I':
		if (n > 3999)
			break;
		for (size_t i = 0; i < ARRAY_LEN(roman); i++)
			for (; n >= roman[i].value; n -= roman[i].value)
				buf_str(b, roman[i].lower);
		for (size_t i = from; f == 'I' && i < b->n; i++)
			b->p[i] = (char)(b->p[i] - 32);
		return;
	case '\0':
		return;
	case '0':
		buf_str(b, n < 10 ? "0" : ""); /* "01" */
		break;
	}
	buf_number(b, n);
}

struct counter *odt_counter_of(struct reader *r, struct span style)
{
	for (size_t i = 0; i < r->counter_count; i++)
		if (span_eq(r->counters[i].style, style))
			return &r->counters[i];
	r->counters = mem_resize(r->counters, r->counter_count + 1, sizeof(struct counter));
	r->counters[r->counter_count] = (struct counter){ .style = style };
	return &r->counters[r->counter_count++];
}

/* The label of the next paragraph at depth, from 1, of a numbering, as a style prints it; empty where its level prints none. */
static struct span next_label(struct reader *r, const struct odt_list_style *s, struct span counted, unsigned depth)
{
	const struct odt_level *l = &s->levels[depth - 1];
	struct counter *c = odt_counter_of(r, counted);
	CLEANUP(buf_done) struct buf b = { 0 };
	unsigned first;

	c->at[depth - 1] = c->at[depth - 1] ? c->at[depth - 1] + 1 : l->start;
	for (unsigned i = depth; i < ODT_LEVELS; i++)
		c->at[i] = 0;
	if (!l->format.n)
		return (struct span){ 0 };
	buf_add(&b, l->prefix);
	first = depth > l->display_levels ? depth - l->display_levels : 0;
	for (unsigned i = first; i < depth; i++) {
		if (i > first)
			buf_char(&b, '.');
		put_number(&b, s->levels[i].format, c->at[i] ? c->at[i] : s->levels[i].start);
	}
	buf_add(&b, l->suffix);
	return odt_dup(r, buf_span(&b));
}

/* The label of a list item's first paragraph, and whether it is a bullet. */
static struct span item_label(struct reader *r, bool *ret_bullet)
{
	unsigned depth = r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS;
	const struct list_state *list = &r->lists[r->list_depth - 1];
	const struct odt_list_style *s = odt_list_find(&r->styles, list->of_item.n ? list->of_item : list->style);

	*ret_bullet = true;
	if (!s || !s->levels[depth - 1].known || s->levels[depth - 1].bullet)
		return (struct span){ 0 };
	*ret_bullet = false;
	return next_label(r, s, list->style, depth);
}

/* The label of a heading that stands in no list: the outline's. */
static struct span outline_label(struct reader *r, const struct odt_para *p)
{
	const struct odt_list_style *s = odt_list_find(&r->styles, SPAN_LIT(ODT_OUTLINE));
	unsigned depth = p->level && p->level <= ODT_LEVELS ? p->level : 1;

	if (!s || !s->levels[depth - 1].known || !s->levels[depth - 1].format.n || p->unnumbered || (p->style && p->style->no_list))
		return (struct span){ 0 };
	return next_label(r, s, s->name, depth);
}

/* label: what a list prints before the paragraph; a table's cell says it in words. */
static void end_cell_para(struct reader *r, struct odt_para *p, struct span label, const struct mark *break_mark)
{
	const struct mark *mark = p->runs.count ? p->runs.items[0].mark : break_mark;

	if ((p->runs.count || label.n) && r->cell_has_text)
		runs_add(&r->cell_runs, RUN_HARD)->mark = mark;
	if (label.n) {
		struct run *x = runs_add(&r->cell_runs, RUN_TEXT);

		x->text = p->runs.count ? arena_printf(&r->d->arena, "%.*s ", SPAN_ARG(label)) : label;
		x->mark = mark;
		r->cell_has_text = true;
	}
	for (size_t i = 0; i < p->runs.count; i++)
		*runs_add(&r->cell_runs, RUN_TEXT) = p->runs.items[i];
	r->cell_has_text = r->cell_has_text || p->runs.count;
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
}

struct named {
	const struct odt_styles *styles;
	const struct odt_style *style;
};

static bool style_is_named(const void *ctx, const char *name)
{
	const struct named *x = ctx;

	return odt_style_is(x->styles, x->style, name);
}

/* Paragraphs that our exports put around the statement; in a stranger's file the title is the title. */
static enum furniture is_furniture(struct reader *r, const struct odt_para *p)
{
	return furniture_of(style_is_named, &(struct named){ &r->styles, p->style });
}

static bool labelled_item(const struct reader *r, const struct odt_para *p)
{
	return p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL) && !odt_style_is(&r->styles, p->style, "ParaLabel");
}

/* SubPara1 to SubPara3, as our exports style (a), (i), (1); 0: none of them. */
static unsigned sub_paragraph(struct reader *r, const struct odt_para *p)
{
	static const char *const names[] = { "SubPara1", "SubPara2", "SubPara3" };

	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (odt_style_is(&r->styles, p->style, names[i]))
			return i + 1;
	return 0;
}

static bool is_quote(struct reader *r, const struct odt_para *p)
{
	static const char *const names[] = { "Quotations", "BlockQuote", "Quote", "Block Text", "Intense Quote" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (odt_style_is(&r->styles, p->style, names[i]))
			return true;
	return false;
}

static bool is_code(struct reader *r, const struct odt_para *p)
{
	static const char *const names[] = { "Preformatted Text", "CodeBlock", "Code", "Source Code", "HTML Preformatted" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (odt_style_is(&r->styles, p->style, names[i]))
			return true;
	return false;
}

void odt_begin_container(struct reader *r, struct block *container)
{
	r->container = container;
	nest_begin(&r->nest, container);
}

#define QUOTE_EDGE 720    /* twips, as our exports set them (leaf.c) */
#define NUMBERED_EDGE 680
#define LEVEL_STEP 567
#define CODE_IN_QUOTE 284
#define BULLET_EDGE 567   /* from a bullet to the words of what stands in its item */

/* Is it laid out as our exports are? */
static bool ours(struct reader *r)
{
	if (!r->ours_known) {
		r->ours_known = true;
		for (size_t i = 0; i < r->styles.count; i++)
			r->ours = r->ours || span_eq_nocase(r->styles.styles[i].name, SPAN_LIT("SubPara1")) || span_eq_nocase(r->styles.styles[i].name, SPAN_LIT("BlockQuote"));
		r->nest.quote = r->note_nest.quote = QUOTE_EDGE;
		r->nest.under_numbers = r->note_nest.under_numbers = NUMBERED_EDGE;
		r->nest.in_item = r->note_nest.in_item = LEVEL_STEP;
		r->nest.in_quote = r->note_nest.in_quote = QUOTE_EDGE;
		r->nest.code = r->note_nest.code = CODE_IN_QUOTE;
	}
	return r->ours;
}

struct block *odt_place_table(struct reader *r, struct span style)
{
	int left = odt_style_left(&r->styles, odt_style_find(&r->styles, SPAN_LIT("table"), style));

	/* In a region it waits for the place where it stood. */
	if (ours(r) && left != ODT_UNSAID && left > 0 && !(r->region && !r->note))
		return nest_into(&r->nest, r->d, left, false);
	nest_begin(&r->nest, r->container);
	return r->container;
}

static void print_label(struct reader *r, struct block *b, struct span label)
{
	if (label.n)
		b->printed = label.p[label.n - 1] == '.' ? odt_dup(r, span_sub(label, 0, label.n - 1)) : label;
}

/* What the list says at this depth, NULL: nothing. */
static const struct odt_level *list_level(struct reader *r)
{
	unsigned depth = r->list_depth > r->list_base ? r->list_depth - r->list_base : 0;
	const struct odt_list_style *s = depth ? odt_list_find(&r->styles, r->lists[r->list_depth - 1].style) : NULL;

	return s && depth <= ODT_LEVELS && s->levels[depth - 1].known ? &s->levels[depth - 1] : NULL;
}

/* Where the words of a paragraph in a list begin, and how far before them its number or bullet stands: as the paragraph says itself, where it does
 * (ODF 1.3 part 3, 20.194: what LibreOffice makes of a DOCX), else as its list does. */
static int list_left(const struct odt_para *p, const struct odt_level *l, int *ret_hanging)
{
	const struct odt_style *s = p->style;

	*ret_hanging = l ? l->hanging : 0;
	if (s && s->automatic && s->list_style.n && s->left != ODT_UNSAID && s->indent != ODT_UNSAID) {
		*ret_hanging = -s->indent;
		return s->left;
	}
	return l ? l->left : 0;
}

/* The style of what stands in an item of a list. */
static bool is_item_style(struct reader *r, const struct odt_style *s)
{
	static const char *const names[] = { "ListBullet", "List Bullet", "ListNumber", "List Number", "SubPara1", "SubPara2", "SubPara3" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (odt_style_is(&r->styles, s, names[i]))
			return true;
	return false;
}

static bool begins_clause(const struct odt_para *p)
{
	for (size_t i = 0; i < p->anchor_count; i++)
		if (nest_begins(p->anchors[i]))
			return true;
	return false;
}

/* In a copy of ours: what stands in what by its margin. */
static struct block *place_by_margin(struct reader *r, struct odt_para *p, struct block *b, bool in_item, struct span label)
{
	const struct odt_level *l = list_level(r);
	/* LibreOffice puts a deleted item into any list that stood before it: its style knows better. */
	bool bullet = l && (l->bullet || odt_style_is(&r->styles, p->style, "List Bullet") || odt_style_is(&r->styles, p->style, "ListBullet"));
	bool main_number = in_item && !r->note && l && !bullet && r->list_depth == 1 && !is_item_style(r, p->style) && !is_code(r, p) && !is_quote(r, p) && !p->heading;
	bool heading_number = p->heading && in_item && l && !l->bullet && label.n && label.p[0] != '(' && !(label.p[0] >= '0' && label.p[0] <= '9');
	int left = p->style ? p->style->left : ODT_UNSAID, hanging, text = list_left(p, l, &hanging);
	struct block *into;

	if (is_code(r, p)) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
	}
	if (main_number || heading_number || !r->list_depth || r->list_depth == r->list_base) {
		/* LibreOffice makes a further paragraph of an item one outside of any list, in the style of items and at their margin. */
		bool said = left != ODT_UNSAID && p->style->automatic && (is_code(r, p) || is_quote(r, p) || p->heading || (!in_item && is_item_style(r, p->style)));

		if (is_quote(r, p) && !main_number)
			return nest_quote(&r->nest, r->d, said ? left : NEST_UNSAID, begins_clause(p));
		if (said && left > 0 && !main_number && !heading_number)
			return nest_into(&r->nest, r->d, left, is_code(r, p));
		nest_begin(&r->nest, r->container);
		if (main_number && l)
			r->nest.base = text;
		print_label(r, b, label);
		return r->container;
	}
	if (in_item || labelled_item(r, p)) {
		int marker = text - hanging;

		into = nest_item(&r->nest, r->d, marker, text, bullet ? marker + BULLET_EDGE : text, !bullet);
		if (is_quote(r, p))
			return nest_quote(&r->nest, r->d, text + r->nest.in_item, true);
		return into;
	}
	if (is_quote(r, p))
		return nest_quote(&r->nest, r->d, left != ODT_UNSAID ? left : r->nest.quote, begins_clause(p));
	if ((is_code(r, p) || p->heading) && left != ODT_UNSAID)
		return nest_into(&r->nest, r->d, left, is_code(r, p));
	/* Deeper than numbers go (FORMAT.md F4): a further paragraph of the innermost item. */
	left = text;
	if (r->nest.count && left > r->nest.open[r->nest.count - 1].text)
		left = r->nest.open[r->nest.count - 1].text;
	return nest_into(&r->nest, r->d, left, false);
}

/* A region's own paragraphs; those of a note in it stand in the note. */
static bool in_region(const struct reader *r)
{
	return r->region && !r->note;
}

static void keep_para(struct reader *r, const struct odt_para *p, const struct block *b)
{
	struct kept_para *k = ARENA_NEW(&r->d->arena, struct kept_para);

	*k = (struct kept_para){ .block = b, .style = p->style };
	if (r->list_depth && !span_is(r->lists[r->list_depth - 1].style, ODT_NO_LIST)) {
		k->list_depth = r->list_depth;
		k->list = r->lists[r->list_depth - 1];
	}
	if (r->region->kept_last)
		r->region->kept_last->next = k;
	else
		r->region->kept_first = k;
	r->region->kept_last = k;
}

/* Does its list count paragraphs, whose sub-paragraphs alone are items? */
static bool counts_paragraphs(struct reader *r, const struct odt_list_style *s)
{
	return !r->note && s && s->levels[0].known && !s->levels[0].bullet && s->levels[0].format.n;
}

/* The item that a further paragraph at this depth of lists belongs to; NULL: to none. */
static struct block *item_at(struct reader *r, struct block *container)
{
	bool paragraphs = counts_paragraphs(r, odt_list_find(&r->styles, r->lists[r->list_depth - 1].style));
	unsigned depth = r->list_depth - r->list_base;
	struct block *item = NULL;

	for (struct block *l = container->last; l && l->kind == BLOCK_LIST && l->last->said_depth + (paragraphs && l->ordered) < depth; l = item->last)
		item = l->last;
	return item;
}

static struct block *place_para(struct reader *r, struct odt_para *p, bool in_item)
{
	struct block *b = block_new(r->d, p->heading ? BLOCK_HEADING : BLOCK_PARAGRAPH), *into = r->container;
	bool bullet = false;
	struct span label = { 0 };

	if (p->heading)
		b->level = p->level < 1 ? 1 : p->level > 6 ? 6 : p->level;
	if (in_item && !in_region(r))
		label = item_label(r, &bullet);
	else if (p->heading && !in_region(r) && !r->list_depth)
		label = outline_label(r, p);
	if (in_region(r)) {
		/* What comes back from a region takes its place where the point stands. */
		keep_para(r, p, b);
	} else if (ours(r)) {
		into = place_by_margin(r, p, b, in_item, label);
	} else if (is_quote(r, p)) {
		struct block *q = into->last && into->last->kind == BLOCK_QUOTE ? into->last : NULL;

		if (!q) {
			q = block_new(r->d, BLOCK_QUOTE);
			block_append(into, q);
		}
		into = q;
	} else if (is_code(r, p)) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
	} else if (!p->heading && in_item && !in_region(r)) {
		const struct odt_list_style *s = odt_list_find(&r->styles, r->lists[r->list_depth - 1].style);
		unsigned depth = (r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS) - r->list_base;
		bool numbered_para = counts_paragraphs(r, s) && !odt_style_is(&r->styles, p->style, "List Number") && !odt_style_is(&r->styles, p->style, "ListNumber");

		unsigned sub = sub_paragraph(r, p);

		if (sub) {
			/* (a) of our own, wherever its list begins. */
			into = block_list_item(r->d, into, sub - 1, true);
		} else if (bullet) {
			into = block_list_item(r->d, into, depth - 1, false);
		} else if (!numbered_para || (depth > 1 && !label_is_path(label))) {
			into = block_list_item(r->d, into, depth - (numbered_para ? 2 : 1), true);
			print_label(r, into, label);
		} else {
			print_label(r, b, label);
		}
	} else if (!p->heading && r->list_depth && !in_region(r) && labelled_item(r, p)) {
		/* An item that prints a label of its own: no list counts it. */
		const struct odt_list_style *s = odt_list_find(&r->styles, r->lists[r->list_depth - 1].style);
		bool ordered = s && s->levels[0].known && !s->levels[0].bullet;
		bool lettered = ordered && !odt_style_is(&r->styles, p->style, "ListNumber");

		into = block_list_item(r->d, into, r->list_depth - (lettered && r->list_depth > 1 ? 2 : 1), ordered);
	} else if (!p->heading && r->list_depth > r->list_base && !in_region(r) && item_at(r, into)) {
		into = item_at(r, into);
		into->parent->tight = into->parent->tight && !into->last; /* with blank lines, or the two paragraphs would be one */
	} else {
		print_label(r, b, label);
	}
	block_append(into, b);
	return b;
}

/* A paragraph without words: a rule, the number of an item that opens with a table, or nothing. */
static void place_empty(struct reader *r, struct odt_para *p, bool in_item)
{
	const struct odt_level *l = list_level(r);
	int left = p->style ? p->style->left : ODT_UNSAID;
	bool bullet;

	if (odt_style_is(&r->styles, p->style, "HorizontalRule") || odt_style_is(&r->styles, p->style, "Horizontal Line")) {
		struct block *into = r->container;

		if (ours(r) && left != ODT_UNSAID && p->style->automatic)
			into = nest_into(&r->nest, r->d, left, false);
		else
			nest_begin(&r->nest, r->container);
		block_append(into, block_new(r->d, BLOCK_RULE));
	} else if (in_item && l && ours(r) && (sub_paragraph(r, p) || l->bullet || odt_style_is(&r->styles, p->style, "ListNumber"))) {
		int hanging, text = list_left(p, l, &hanging), marker = text - hanging;

		nest_item(&r->nest, r->d, marker, text, l->bullet ? marker + BULLET_EDGE : text, !l->bullet);
	} else if (!in_region(r) && !ours(r) && is_code(r, p)) {
		block_append(r->container, block_new(r->d, BLOCK_CODE));
	}
	if (in_item) {
		item_label(r, &bullet);
		r->lists[r->list_depth - 1].first_in_item = false;
	}
}

static void finish_para(struct reader *r, struct odt_para *p, size_t end, const struct mark *break_mark)
{
	struct block *b;
	bool in_item = r->list_depth > r->list_base && r->lists[r->list_depth - 1].first_in_item && !r->lists[r->list_depth - 1].header;
	bool keeps, all = true, bullet;

	/* The last space of a paragraph is white space at its end: ODF keeps it, nobody sees it. */
	r->paragraph_number++;
	if (r->cell && r->para_depth == r->cell_depth) {
		struct span label = in_item ? item_label(r, &bullet) : (struct span){ 0 };

		for (size_t i = 0; i < p->anchor_count; i++)
			doc_anchor_add(r->d, p->anchors[i], r->cell, false);
		places_end(r->d, r->cell);
		if (!r->cell->furniture)
			r->cell->furniture = is_furniture(r, p);
		end_cell_para(r, p, label, break_mark);
		if (in_item)
			r->lists[r->list_depth - 1].first_in_item = false;
		return;
	}
	if (!in_region(r) && !(ours(r) || is_code(r, p) ? p->runs.count > 0 : runs_hold_words(&p->runs)) && !p->anchor_count && !break_mark) {
		place_empty(r, p, in_item);
		return;
	}
	b = place_para(r, p, in_item);
	if (in_item)
		r->lists[r->list_depth - 1].first_in_item = false;
	keeps = break_mark && (break_mark->kind == MARK_INSERTED);
	for (size_t i = 0; i < p->runs.count; i++)
		if (keeps ? mark_rejected(p->runs.items[i].mark) : mark_accepted(p->runs.items[i].mark))
			all = false;
	if (break_mark && all)
		b->mark = break_mark;
	else
		b->break_mark = break_mark;
	b->furniture = is_furniture(r, p);
	if (odt_style_is(&r->styles, p->style, "BlockLabel"))
		b->label_line = SPAN_LIT("BlockLabel");
	if (odt_style_is(&r->styles, p->style, "Title") && !r->d->meta.title.n) {
		CLEANUP(buf_done) struct buf words = { 0 };

		for (size_t i = 0; i < p->runs.count; i++)
			if (p->runs.items[i].kind == RUN_TEXT && mark_accepted(p->runs.items[i].mark))
				buf_add(&words, p->runs.items[i].text);
		r->d->meta.title = odt_dup(r, span_trim(buf_span(&words)));
	}
	b->origin = (struct origin){ p->begin, end };
	b->part = SPAN_LIT("content.xml");
	for (size_t i = 0; i < p->anchor_count; i++)
		doc_anchor_add(r->d, p->anchors[i], b, b->mark && !mark_accepted(b->mark));
	places_end(r->d, b);
	runs_end(&p->runs, r->d, b);
}

/* Does the region say where its paragraph stood?  Others than we and LibreOffice keep items as plain paragraphs (MARKUP.md 2.5). */
static bool says_place(struct reader *r, const struct kept_para *k)
{
	return k->list_depth || (!is_item_style(r, k->style) && !odt_style_is(&r->styles, k->style, "ParaNumbered"));
}

/*
 * A paragraph that a deletion took from its start to its end, or its last words: where its region says that it stood, in a copy of ours; else an
 * item of its own where what follows is one, or of the list around.  It counts in no numbering but that of the older text, and the paragraph
 * behind it opens its item as before.
 */
static void finish_deleted(struct reader *r, struct odt_para *p, size_t offset, const struct mark *m, const struct kept_para *k)
{
	unsigned inner = r->list_depth, depth = k ? r->list_base + k->list_depth : inner;
	bool said = k && ours(r) && depth <= LIMIT_BLOCK_DEPTH && says_place(r, k);
	struct list_state *now, was;
	struct counter kept = { 0 };

	if (said)
		p->style = k->style;
	if (said || (k && k->list_depth && depth < inner))
		r->list_depth = depth;
	now = r->list_depth ? &r->lists[r->list_depth - 1] : NULL;
	was = now ? *now : (struct list_state){ 0 };
	if (said && k->list_depth)
		*now = k->list;
	else if (r->list_depth < inner && now)
		now->first_in_item = true;
	if (now && now->style.n)
		kept = *odt_counter_of(r, now->style);
	finish_para(r, p, offset, m);
	if (kept.style.n && !r->older_numbers)
		*odt_counter_of(r, now->style) = kept;
	if (now)
		*now = was;
	r->list_depth = inner;
}

/* A paragraph whose break came is none of the older text's numbers. */
static void finish_counted(struct reader *r, struct odt_para *p, size_t end, const struct mark *came)
{
	struct span style = !r->older_numbers || !came ? (struct span){ 0 } : r->list_depth ? r->lists[r->list_depth - 1].style : SPAN_LIT(ODT_OUTLINE);
	struct counter kept = { 0 };

	if (style.n)
		kept = *odt_counter_of(r, style);
	finish_para(r, p, end, came);
	if (style.n)
		*odt_counter_of(r, style) = kept;
}

void odt_end_para(struct reader *r, size_t end)
{
	struct odt_para *p = odt_para_now(r);
	unsigned depth = r->list_depth;

	if (!p)
		return;
	/* A box in an item's words is no item, nor its first words. */
	if (r->para_depth > 1 && r->paras[r->para_depth - 2].list_depth == depth)
		r->list_depth = r->list_base;
	if (p->tail) {
		finish_deleted(r, p, end, odt_insertions(r), p->tail);
		r->list_depth = depth;
		/* The words before it, which stay, have their number. */
		if (depth && r->lists[depth - 1].first_in_item && !r->older_numbers)
			item_label(r, &(bool){ false });
		if (depth)
			r->lists[depth - 1].first_in_item = false;
	} else {
		finish_counted(r, p, end, r->region ? NULL : odt_insertions(r));
	}
	r->list_depth = depth;
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
	r->hidden = !p->shown;
	r->xref_end = 0; /* that of a note is none of the paragraph around it */
	r->para_depth--;
	r->container = p->container;
}

/* A block of a region goes back into the text, with all that it holds. */
static void put_whole(struct reader *r, struct block *top, const struct mark *m)
{
	block_remove(top);
	for (struct block *b = top; b; b = block_next(b, top)) {
		if (b->kind != BLOCK_CELL && b->kind != BLOCK_TABLE)
			b->mark = m;
		for (size_t i = 0; i < b->run_count; i++)
			b->runs[i].mark = m;
	}
	block_append(r->container, top);
}

/* The open paragraph ends here, in front of a block of a region that went with the break between them; before: what of the region stands in
 * it, if that is known.  The rest of it begins anew.  Returns whether it has words of its own. */
static bool end_before(struct reader *r, struct odt_para *p, const struct block *b, const struct kept_para *before, size_t offset, const struct mark *m)
{
	struct odt_para rest = *p;
	bool empty_before = true;

	for (size_t i = 0; i < p->runs.count; i++)
		empty_before = empty_before && !mark_accepted(p->runs.items[i].mark);
	/* The paragraph that was deleted from its start keeps its own kind. */
	if (empty_before && b->prev && b->prev->kind == BLOCK_HEADING) {
		p->heading = true;
		p->level = b->prev->level;
	} else if (empty_before && b->prev) {
		p->heading = false;
	}
	if (empty_before)
		p->anchor_count = 0;
	finish_deleted(r, p, offset, m, empty_before ? before : NULL);
	free(p->runs.items);
	*p = rest;
	p->runs = (struct runs){ 0 };
	if (!empty_before)
		p->anchor_count = 0;
	p->space = true;
	return !empty_before;
}

/* A deletion's point: its words come back here, and where it took paragraph ends, the paragraphs too. */
void odt_put_deleted(struct reader *r, struct span id, size_t offset)
{
	struct region *g = odt_region_find(r, id);
	struct odt_para *p = odt_para_now(r);
	const struct kept_para *k = g ? g->kept_first : NULL, *before = NULL;
	const struct mark *m;
	bool first = true, from_within = false, space = p && p->space;

	if (!g || !g->deletion || !g->kept || g == r->region)
		return;
	m = region_mark(r, g, odt_insertions(r));
	for (struct block *b = g->kept->first, *next; b; b = next) {
		bool table = b->kind == BLOCK_TABLE;

		next = b->next;
		/* Between paragraphs: whole blocks went. */
		if (!p) {
			put_whole(r, b, m);
			continue;
		}
		before = k && k->block == b->prev ? k : NULL;
		k = before ? k->next : k;
		if (table ? p->runs.count > 0 : !first)
			from_within = end_before(r, p, b, before, offset, m) || from_within;
		if (table) {
			nest_begin(&r->nest, r->container);
			put_whole(r, b, m);
			first = true; /* of what stands behind it */
			continue;
		}
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *x = runs_add(&p->runs, RUN_TEXT);

			*x = b->runs[i];
			x->mark = m;
		}
		first = false;
		/* White space goes on from what stood before it in the body: of a region the file's writer knew nothing. */
		if (b->run_count)
			p->space = space;
	}
	/* Deleted from within a paragraph into another one: that keeps its own kind and place. */
	if (from_within && k && k->block == g->kept->last && g->kept->last->run_count && ours(r)) {
		p->tail = k;
		p->heading = g->kept->last->kind == BLOCK_HEADING;
		p->level = g->kept->last->level;
	}
	g->kept = NULL;
}

void odt_unplaced(struct reader *r)
{
	for (size_t i = 0; i < r->region_count; i++) {
		const struct block *kept = r->regions[i].kept;
		CLEANUP(buf_done) struct buf words = { 0 };

		for (const struct block *b = kept; b; b = block_next(b, kept)) {
			if (words.n && b->run_count)
				buf_char(&words, ' ');
			text_of_leaf(b, READING_MARKED, &words);
		}
		if (span_trim(buf_span(&words)).n)
			doc_lose(r->d, "tracked deletion that has no place in the text", SPAN_LIT("text"), span_trim(buf_span(&words)));
	}
}
