/*
 * Reading an ODT into a doc, READING_MARKED: one SAX pass over styles.xml, one over content.xml.
 *
 * ODF keeps deleted text in a region at the head and leaves a point where it stood; the words come back there, marked.
 * Source: ODF 1.3 part 3, sections 4 to 7 and 19; MARKUP.md section 2.
 */
#include "format/odt/read.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "format/image.h"
#include "format/odt/styles.h"
#include "io/zip.h"
#include "model/labels.h"

struct region {
	struct span id;
	bool deletion;
	struct span author, time;
	struct block *kept; /* deletion: a BLOCK_ROOT of leaves */
	const struct mark *mark;
};

struct odt_para {
	struct runs runs;
	bool heading, unnumbered; /* unnumbered: text:is-list-header */
	unsigned level;
	const struct odt_style *style;
	struct span label;
	unsigned label_level;
	bool item;               /* first in a list item */
	bool space;              /* the text so far ends in white space */
	struct span anchors[8];
	size_t anchor_count;
	size_t begin;
	struct block *container; /* to go back to */
};

struct list_state {
	struct span style;
	bool first_in_item, header;
};

/* Where the numbering of a list style stands: lists that continue one another share it. */
struct counter {
	struct span style;
	unsigned at[ODT_LEVELS]; /* 0: not begun */
};

struct annotation {
	struct span name;
	struct comment *comment;
	const struct mark *mark;
	bool ended;
};

#define NEST_MAX 6
#define SPAN_DEPTH (LIMIT_XML_DEPTH + 2)

struct reader {
	struct doc *d;
	struct odt_styles styles;
	const char *path;
	bool in_body, root_ok, want_pictures;
	unsigned depth;          /* open elements that are not read over */
	unsigned skip;

	struct block *container, *table, *row, *cell;
	struct runs cell_runs;
	bool cell_has_text, header_rows;
	unsigned table_depth;

	struct odt_para paras[NEST_MAX];
	unsigned para_depth;

	unsigned formats[SPAN_DEPTH]; /* by depth: what to go back to */
	const struct link *links[SPAN_DEPTH];
	bool hiddens[SPAN_DEPTH];
	bool holds_words[SPAN_DEPTH]; /* or elements only: white space between those is layout of the file */
	unsigned script_depth;   /* of office:script, 0: none */
	bool script_empty;       /* a library without modules, as word processors write it */
	unsigned format;
	bool hidden;
	const struct link *link;

	struct list_state lists[LIMIT_BLOCK_DEPTH];
	unsigned list_depth, list_base; /* lists open; those of them around the note that is open */
	struct counter *counters;
	size_t counter_count;

	struct region *regions;
	size_t region_count, region_cap;
	size_t *region_slots;    /* by id: open addressing, index + 1 */
	size_t region_mask;
	struct region *region;   /* that is being read */
	struct region *inserting[16];
	unsigned inserting_count;
	unsigned inserting_from; /* in a note: what began outside it is about its mark, not about its words */
	const struct mark *mark_cache;
	bool mark_known;
	unsigned groups;

	unsigned xref_depth;     /* of the span of a cross-reference that is being read, 0: none */
	struct buf xref_words;
	struct span xref_target;

	struct note *note;
	bool note_promised;      /* a reference came before its note */
	bool in_info;            /* of a change: who, when, and what was said about it */
	struct block *note_outer;
	unsigned note_para_depth;
	bool in_citation;

	struct annotation *notes_on[16]; /* annotations whose range is open */
	unsigned range_count;
	struct annotation *annotations;
	size_t annotation_count, annotation_cap;
	struct span_map annotation_names; /* 1 more than the place of the first */
	struct annotation *annotation;   /* that is being read */
	struct buf words;        /* of creator, date, annotation */
	enum { WORDS_NONE, WORDS_CREATOR, WORDS_DATE, WORDS_ANNOTATION, WORDS_TITLE, WORDS_META, WORDS_LANGUAGE, WORDS_BINARY, WORDS_OTHER } collect;

	struct span image_url, image_text;
	size_t flat_pictures;    /* that stand in a flat file itself: they have no names */
	bool in_frame, meta_map;
	size_t paragraph_number;
	struct buf other_text;
	bool in_master;
	bool formatting_reported;
	size_t risks;            /* found so far; LIMIT_RISKS are listed one by one */
};

static struct span dup(struct reader *r, struct span s)
{
	return arena_dup(&r->d->arena, s);
}

static struct span where(struct reader *r)
{
	return arena_printf(&r->d->arena, "text, paragraph %zu", r->paragraph_number + 1);
}

/* ---- regions ---- */

static struct region *region_find(struct reader *r, struct span id)
{
	if (!r->region_slots)
		return NULL;
	for (size_t i = span_hash(id) & r->region_mask; r->region_slots[i]; i = (i + 1) & r->region_mask)
		if (span_eq(r->regions[r->region_slots[i] - 1].id, id))
			return &r->regions[r->region_slots[i] - 1];
	return NULL;
}

static struct region *region_add(struct reader *r, struct span id)
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
	r->regions[r->region_count] = (struct region){ .id = dup(r, id) };
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

static const struct mark *insertions(struct reader *r)
{
	const struct mark *m = NULL;

	for (unsigned i = r->inserting_from; i < r->inserting_count; i++)
		m = region_mark(r, r->inserting[i], m);
	return m;
}

static const struct mark *marks_here(struct reader *r)
{
	const struct mark *m;

	if (r->mark_known)
		return r->mark_cache;
	m = insertions(r);
	for (unsigned i = 0; i < r->range_count; i++) {
		struct annotation *a = r->notes_on[i];

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

static struct odt_para *para_now(struct reader *r)
{
	return r->para_depth ? &r->paras[r->para_depth - 1] : NULL;
}

static struct run *add_run(struct reader *r, enum run_kind kind)
{
	struct odt_para *p = para_now(r);
	struct run *x = p ? runs_add(&p->runs, kind) : NULL;

	if (x) {
		x->format = r->format;
		x->link = r->link;
		x->mark = marks_here(r);
		p->space = false;
	}
	return x;
}

static void put_text(struct reader *r, struct span s)
{
	struct odt_para *p = para_now(r);
	struct run *last;

	if (!s.n || !p)
		return;
	if (r->hidden) {
		doc_lose(r->d, "hidden text", where(r), s);
		return;
	}
	if (r->xref_depth) {
		buf_add(&r->xref_words, s);
		return;
	}
	last = p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
	if (last && last->kind == RUN_TEXT && last->format == r->format && last->link == r->link && last->mark == marks_here(r) &&
	    last->text.n < 4096) {
		char *joined = arena_alloc(&r->d->arena, last->text.n + s.n + 1);

		memcpy(joined, last->text.p, last->text.n);
		memcpy(joined + last->text.n, s.p, s.n);
		last->text = span_of(joined, last->text.n + s.n);
		return;
	}
	add_run(r, RUN_TEXT)->text = dup(r, s);
}

/* White space as ODF reads it (6.1.2): a run of it is one space, and none at the start of a paragraph. */
static void add_text(struct reader *r, struct span s)
{
	struct odt_para *p = para_now(r);
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
	put_text(r, buf_span(&b));
	p->space = space;
}

/* ---- blocks ---- */

static void begin_para(struct reader *r, bool heading, unsigned level, struct span style, size_t offset)
{
	struct odt_para *p;

	if (r->para_depth >= NEST_MAX) {
		doc_lose(r->d, "text box inside text boxes", where(r), (struct span){ 0 });
		r->skip = 1;
		return;
	}
	p = &r->paras[r->para_depth++];
	*p = (struct odt_para){ .heading = heading, .level = level, .space = true, .begin = offset, .container = r->container };
	p->style = odt_style_find(&r->styles, SPAN_LIT("paragraph"), style);
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
	}
	buf_number(b, n);
}

static struct counter *counter_of(struct reader *r, struct span style)
{
	for (size_t i = 0; i < r->counter_count; i++)
		if (span_eq(r->counters[i].style, style))
			return &r->counters[i];
	r->counters = mem_resize(r->counters, r->counter_count + 1, sizeof(struct counter));
	r->counters[r->counter_count] = (struct counter){ .style = style };
	return &r->counters[r->counter_count++];
}

/* The label of the next paragraph at depth, from 1, of a numbering; empty where its level prints none. */
static struct span next_label(struct reader *r, const struct odt_list_style *s, unsigned depth)
{
	const struct odt_level *l = &s->levels[depth - 1];
	struct counter *c = counter_of(r, s->name);
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
	return dup(r, buf_span(&b));
}

/* The label of a list item's first paragraph, and whether it is a bullet. */
static struct span item_label(struct reader *r, bool *ret_bullet)
{
	unsigned depth = r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS;
	const struct odt_list_style *s = odt_list_find(&r->styles, r->lists[r->list_depth - 1].style);

	*ret_bullet = true;
	if (!s || !s->levels[depth - 1].known || s->levels[depth - 1].bullet)
		return (struct span){ 0 };
	*ret_bullet = false;
	return next_label(r, s, depth);
}

/* The label of a heading that stands in no list: the outline's. */
static struct span outline_label(struct reader *r, const struct odt_para *p)
{
	const struct odt_list_style *s = odt_list_find(&r->styles, SPAN_LIT(ODT_OUTLINE));
	unsigned depth = p->level && p->level <= ODT_LEVELS ? p->level : 1;

	if (!s || !s->levels[depth - 1].known || !s->levels[depth - 1].format.n || p->unnumbered || (p->style && p->style->no_list))
		return (struct span){ 0 };
	return next_label(r, s, depth);
}

static void end_cell_para(struct reader *r, struct odt_para *p)
{
	if (p->runs.count && r->cell_has_text)
		runs_add(&r->cell_runs, RUN_HARD)->mark = p->runs.items[0].mark;
	for (size_t i = 0; i < p->runs.count; i++)
		*runs_add(&r->cell_runs, RUN_TEXT) = p->runs.items[i];
	r->cell_has_text = r->cell_has_text || p->runs.count;
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
}

/* Paragraphs that our exports put around the statement; in a stranger's file the title is the title. */
static bool is_furniture(struct reader *r, const struct odt_para *p)
{
	static const char *const names[] = { "Title", "Subtitle", "InfoLabel", "InfoValue", "Endorsers", "DeliveryMark", "Chapeau", "ReviewBox" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (odt_style_is(&r->styles, p->style, names[i]))
			return true;
	return false;
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

static struct block *place_para(struct reader *r, struct odt_para *p, bool in_item)
{
	struct block *b = block_new(r->d, p->heading ? BLOCK_HEADING : BLOCK_PARAGRAPH), *into = r->container;
	bool bullet = false;
	struct span label = { 0 };

	if (p->heading)
		b->level = p->level < 1 ? 1 : p->level > 6 ? 6 : p->level;
	if (in_item && !r->region)
		label = item_label(r, &bullet);
	else if (p->heading && !r->region && !r->list_depth)
		label = outline_label(r, p);
	if (r->region) {
		/* What comes back from a region takes its place where the point stands; how deep in lists it stood is kept. */
		b->number_level = r->list_depth;
	} else if (odt_style_is(&r->styles, p->style, "Quotations") || odt_style_is(&r->styles, p->style, "BlockQuote") || odt_style_is(&r->styles, p->style, "Quote")) {
		struct block *q = into->last && into->last->kind == BLOCK_QUOTE ? into->last : NULL;

		if (!q) {
			q = block_new(r->d, BLOCK_QUOTE);
			block_append(into, q);
		}
		into = q;
	} else if (odt_style_is(&r->styles, p->style, "Preformatted Text") || odt_style_is(&r->styles, p->style, "Code") ||
		   odt_style_is(&r->styles, p->style, "CodeBlock")) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
	} else if (!p->heading && in_item && !r->region) {
		const struct odt_list_style *s = odt_list_find(&r->styles, r->lists[r->list_depth - 1].style);
		unsigned depth = (r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS) - r->list_base;
		bool numbered_para = !r->note && s && s->levels[0].known && !s->levels[0].bullet && s->levels[0].format.n &&
				     !odt_style_is(&r->styles, p->style, "List Number") && !odt_style_is(&r->styles, p->style, "ListNumber");

		unsigned sub = sub_paragraph(r, p);

		if (sub) {
			/* (a) of our own, wherever its list begins. */
			into = block_list_item(r->d, into, sub - 1, true);
		} else if (bullet) {
			into = block_list_item(r->d, into, depth - 1, false);
		} else if (!numbered_para) {
			into = block_list_item(r->d, into, depth - 1, true);
		} else if (depth > 1) {
			into = block_list_item(r->d, into, depth - 2, true);
		} else {
			b->printed = label.n && label.p[label.n - 1] == '.' ? dup(r, span_sub(label, 0, label.n - 1)) : label;
		}
	} else if (!p->heading && r->list_depth && !r->region && labelled_item(r, p)) {
		/* An item that prints a label of its own: no list counts it. */
		const struct odt_list_style *s = odt_list_find(&r->styles, r->lists[r->list_depth - 1].style);
		bool ordered = s && s->levels[0].known && !s->levels[0].bullet;
		bool lettered = ordered && !odt_style_is(&r->styles, p->style, "ListNumber");

		into = block_list_item(r->d, into, r->list_depth - (lettered && r->list_depth > 1 ? 2 : 1), ordered);
	} else if (!p->heading && r->list_depth > r->list_base && !r->region && into->last && into->last->kind == BLOCK_LIST) {
		/* A further paragraph of the same item. */
		struct block *l = into->last;

		while (l->last && l->last->last && l->last->last->kind == BLOCK_LIST)
			l = l->last->last;
		into = l->last;
		l->tight = l->tight && !into->last; /* with blank lines, or the two paragraphs would be one */
	} else if (label.n) {
		b->printed = label.p[label.n - 1] == '.' ? dup(r, span_sub(label, 0, label.n - 1)) : label;
	}
	block_append(into, b);
	return b;
}

static void finish_para(struct reader *r, struct odt_para *p, size_t end, const struct mark *break_mark)
{
	struct block *b;
	bool in_item = r->list_depth > r->list_base && r->lists[r->list_depth - 1].first_in_item && !r->lists[r->list_depth - 1].header;
	bool keeps, all = true;

	/* The last space of a paragraph is white space at its end: ODF keeps it, nobody sees it. */
	r->paragraph_number++;
	if (r->cell && r->para_depth == 1 && !r->region) {
		for (size_t i = 0; i < p->anchor_count; i++)
			doc_anchor_add(r->d, p->anchors[i], r->cell, false);
		r->cell->furniture = r->cell->furniture || is_furniture(r, p);
		end_cell_para(r, p);
		return;
	}
	if (!r->region && !p->runs.count && !p->anchor_count && !break_mark) {
		if (odt_style_is(&r->styles, p->style, "HorizontalRule") || odt_style_is(&r->styles, p->style, "Horizontal Line"))
			block_append(r->container, block_new(r->d, BLOCK_RULE));
		if (in_item) {
			bool bullet;

			item_label(r, &bullet);
			r->lists[r->list_depth - 1].first_in_item = false;
		}
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
		r->d->meta.title = dup(r, span_trim(buf_span(&words)));
	}
	b->origin = (struct origin){ p->begin, end };
	b->part = SPAN_LIT("content.xml");
	for (size_t i = 0; i < p->anchor_count; i++)
		doc_anchor_add(r->d, p->anchors[i], b, b->mark && !mark_accepted(b->mark));
	runs_end(&p->runs, r->d, b);
}

static void end_para(struct reader *r, size_t end)
{
	struct odt_para *p = para_now(r);

	if (!p)
		return;
	finish_para(r, p, end, r->region ? NULL : insertions(r));
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
	r->para_depth--;
	r->container = p->container;
}

/*
 * A paragraph that a deletion took from its start to its end, or its last words: an item of its own where what follows is one,
 * or of the list around (depth of lists that it stood in; 0: not said).  It counts in no numbering, and the paragraph
 * behind it opens its item as before.
 */
static void finish_deleted(struct reader *r, struct odt_para *p, size_t offset, const struct mark *m, unsigned depth)
{
	unsigned inner = r->list_depth;
	struct list_state *now = inner ? &r->lists[inner - 1] : NULL, was = now ? *now : (struct list_state){ 0 };
	struct counter kept = { 0 };

	if (depth && depth < inner) {
		r->list_depth = depth;
		now = &r->lists[depth - 1];
		was = *now;
		now->first_in_item = true;
	}
	if (now && now->style.n)
		kept = *counter_of(r, now->style);
	finish_para(r, p, offset, m);
	if (kept.style.n)
		*counter_of(r, now->style) = kept;
	if (now)
		*now = was;
	r->list_depth = inner;
}

/* A deletion's point: its words come back here, and where it took paragraph ends, the paragraphs too. */
static void put_deleted(struct reader *r, struct span id, size_t offset)
{
	struct region *g = region_find(r, id);
	struct odt_para *p = para_now(r);
	const struct mark *m;
	bool first = true;

	if (!g || !g->deletion || !g->kept || g == r->region)
		return;
	m = region_mark(r, g, insertions(r));
	if (!p) {
		/* Between paragraphs: whole blocks went. */
		for (struct block *b = g->kept->first, *next; b; b = next) {
			next = b->next;
			block_remove(b);
			b->mark = m;
			for (size_t i = 0; i < b->run_count; i++)
				b->runs[i].mark = m;
			block_append(r->container, b);
		}
		return;
	}
	for (struct block *b = g->kept->first; b; b = b->next, first = false) {
		if (!first) {
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
			finish_deleted(r, p, offset, m, empty_before && b->prev ? b->prev->number_level : 0);
			free(p->runs.items);
			*p = rest;
			p->runs = (struct runs){ 0 };
			if (!empty_before)
				p->anchor_count = 0;
			p->space = true;
		}
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *x = runs_add(&p->runs, RUN_TEXT);

			*x = b->runs[i];
			x->mark = m;
		}
	}
	g->kept = NULL;
}

/* ---- tags ---- */

static void start_words(struct reader *r, int what)
{
	r->collect = what;
	buf_clear(&r->words);
}

static struct annotation *annotation_find(struct reader *r, struct span name)
{
	const unsigned *at = name.n ? span_map_find(&r->annotation_names, name) : NULL;

	return at ? &r->annotations[*at - 1] : NULL;
}

static bool start_text(struct reader *r, const struct xml_tag *t)
{
	struct span l = t->local, v;
	uint64_t n = 1;

	if (span_is(l, "p") || span_is(l, "h")) {
		if (r->annotation) {
			if (r->words.n)
				buf_char(&r->words, '\n');
			r->collect = WORDS_ANNOTATION;
			return true;
		}
		span_number(xml_attr_get(t, NS_TEXT, "outline-level"), 10, &n);
		begin_para(r, l.p[0] == 'h', (unsigned)n, xml_attr_get(t, NS_TEXT, "style-name"), t->offset);
		if (para_now(r))
			para_now(r)->unnumbered = span_is(xml_attr_get(t, NS_TEXT, "is-list-header"), "true");
	} else if (span_is(l, "span")) {
		const struct odt_style *s = odt_style_find(&r->styles, SPAN_LIT("text"), xml_attr_get(t, NS_TEXT, "style-name"));

		r->format |= odt_style_format(&r->styles, s, &r->hidden);
		if (odt_style_is(&r->styles, s, "Source Text") || odt_style_is(&r->styles, s, "Verbatim Char") || odt_style_is(&r->styles, s, "CodeText"))
			r->format |= FMT_CODE;
		else if (odt_style_is(&r->styles, s, "PrintedLabel"))
			r->format |= FMT_PRINTED_LABEL;
		else if (odt_style_is(&r->styles, s, "NoteSeparator"))
			r->format |= FMT_NOTE_SEPARATOR;
		/* Our own cross-references: the word, the fields of the number and its path are one. */
		if (!r->xref_depth && para_now(r) && odt_style_is(&r->styles, s, "CrossReference")) {
			r->xref_depth = r->depth;
			buf_clear(&r->xref_words);
			r->xref_target = (struct span){ 0 };
		}
	} else if (span_is(l, "a")) {
		struct link *k = ARENA_NEW(&r->d->arena, struct link);

		v = xml_attr_get(t, NS_XLINK, "href");
		if (r->xref_depth && span_starts(v, SPAN_LIT("#")))
			r->xref_target = dup(r, span_sub(v, 1, v.n));
		if (!span_starts(v, SPAN_LIT("#"))) {
			k->url = dup(r, v);
			r->link = k;
		}
	} else if (span_is(l, "s")) {
		if (!span_number(xml_attr_get(t, NS_TEXT, "c"), 1000, &n))
			n = xml_attr_get(t, NS_TEXT, "c").p ? 1000 : 1;
		for (; n; n--)
			put_text(r, SPAN_LIT(" "));
		if (para_now(r))
			para_now(r)->space = false;
	} else if (span_is(l, "tab")) {
		put_text(r, SPAN_LIT("\t"));
	} else if (span_is(l, "line-break")) {
		struct odt_para *p = para_now(r);

		add_run(r, RUN_HARD);
		if (p)
			p->space = true;
	} else if (span_is(l, "list")) {
		struct list_state *s;

		if (r->list_depth >= LIMIT_BLOCK_DEPTH) {
			r->skip = 1;
			return true;
		}
		v = xml_attr_get(t, NS_TEXT, "style-name");
		s = &r->lists[r->list_depth];
		s->style = v.n ? dup(r, v) : r->list_depth ? r->lists[r->list_depth - 1].style : (struct span){ 0 };
		s->first_in_item = false;
		r->list_depth++;
		if (r->list_depth == 1 && !xml_attr_get(t, NS_TEXT, "continue-list").n &&
		    !span_is(xml_attr_get(t, NS_TEXT, "continue-numbering"), "true") && s->style.n && !r->region)
			memset(counter_of(r, s->style)->at, 0, sizeof(((struct counter *)0)->at));
	} else if (span_is(l, "list-item") || span_is(l, "list-header")) {
		if (r->list_depth) {
			struct list_state *s = &r->lists[r->list_depth - 1];

			s->first_in_item = true;
			s->header = span_is(l, "list-header");
			if (span_number(xml_attr_get(t, NS_TEXT, "start-value"), 1u << 20, &n) && n && r->list_depth <= ODT_LEVELS && s->style.n)
				counter_of(r, s->style)->at[r->list_depth - 1] = (unsigned)n - 1;
		}
	} else if (span_is(l, "note")) {
		struct note *note = NULL;

		v = xml_attr_get(t, NS_TEXT, "id");
		if (r->note_promised && v.n)
			note = note_find(r->d, v);
		if (!note || note->body->first)
			note = note_new(r->d, dup(r, v));
		if (!note->label.n)
			note->label = arena_printf(&r->d->arena, "n%zu", r->d->note_count);
		if (add_run(r, RUN_NOTE)) {
			struct odt_para *p = para_now(r);

			p->runs.items[p->runs.count - 1].note = note;
			p->runs.items[p->runs.count - 1].format = 0;
		}
		r->note = note;
		r->note_outer = r->container;
		r->inserting_from = r->inserting_count;
		r->list_base = r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS - 1;
		r->mark_known = false;
	} else if (span_is(l, "note-ref") && xml_attr_get(t, NS_TEXT, "ref-name").n) {
		struct note *note;

		v = xml_attr_get(t, NS_TEXT, "ref-name");
		note = note_find(r->d, v);
		if (!note) {
			note = note_new(r->d, dup(r, v));
			r->note_promised = true;
		}
		if (add_run(r, RUN_NOTE)) {
			struct odt_para *p = para_now(r);

			p->runs.items[p->runs.count - 1].note = note;
			p->runs.items[p->runs.count - 1].format = 0;
		}
		r->skip = 1;
	} else if (span_is(l, "note-citation") || span_is(l, "dde-connection-decls") || span_is(l, "sequence-decls") || span_is(l, "variable-decls") ||
		   span_is(l, "user-field-decls") || span_is(l, "alphabetical-index-auto-mark-file")) {
		r->skip = 1;
	} else if (span_is(l, "note-body")) {
		if (r->note)
			r->container = r->note->body;
	} else if (span_is(l, "bookmark-start") || span_is(l, "bookmark")) {
		struct odt_para *p = para_now(r);

		v = xml_attr_get(t, NS_TEXT, "name");
		if (p && span_starts(v, SPAN_LIT("cl_")) && p->anchor_count < ARRAY_LEN(p->anchors))
			p->anchors[p->anchor_count++] = dup(r, v);
	} else if (span_is(l, "bookmark-ref")) {
		v = xml_attr_get(t, NS_TEXT, "ref-name");
		if (r->xref_depth) {
			r->xref_target = dup(r, v);
		} else if (span_starts(v, SPAN_LIT("cl_"))) {
			struct run *x = add_run(r, RUN_XREF);

			if (x)
				x->target = dup(r, v);
			r->skip = 1;
		}
	} else if (span_is(l, "changed-region")) {
		v = xml_attr_get(t, NS_TEXT, "id");
		r->region = region_add(r, v);
	} else if (span_is(l, "deletion")) {
		if (r->region) {
			r->region->deletion = true;
			r->region->kept = block_new(r->d, BLOCK_ROOT);
			r->container = r->region->kept;
		}
	} else if (span_is(l, "format-change")) {
		if (!r->formatting_reported)
			doc_lose(r->d, "tracked change of formatting", SPAN_LIT("text"), (struct span){ 0 });
		r->formatting_reported = true;
	} else if (span_is(l, "change-start")) {
		struct region *g = region_find(r, xml_attr_get(t, NS_TEXT, "change-id"));

		/* LibreOffice's flat files leave deleted words where they stood, between the two. */
		if (g && !(g->deletion && g->kept && g->kept->first) && r->inserting_count < ARRAY_LEN(r->inserting))
			r->inserting[r->inserting_count++] = g;
		r->mark_known = false;
	} else if (span_is(l, "change-end")) {
		struct region *g = region_find(r, xml_attr_get(t, NS_TEXT, "change-id"));

		for (unsigned i = 0; i < r->inserting_count; i++) {
			if (r->inserting[i] != g)
				continue;
			memmove(&r->inserting[i], &r->inserting[i + 1], (r->inserting_count - i - 1) * sizeof(r->inserting[0]));
			r->inserting_count--;
			r->inserting_from -= i < r->inserting_from;
			break;
		}
		r->mark_known = false;
	} else if (span_is(l, "change")) {
		put_deleted(r, xml_attr_get(t, NS_TEXT, "change-id"), t->offset);
	} else {
		return false;
	}
	return true;
}

static void start_table(struct reader *r, const struct xml_tag *t)
{
	struct span l = t->local;

	if (span_is(l, "table")) {
		if (r->table_depth++ == 0) {
			r->table = block_new(r->d, BLOCK_TABLE);
			r->table->origin.begin = t->offset;
			block_append(r->container, r->table);
		} else if (r->table_depth == 2) {
			doc_lose(r->d, "table inside a table cell, read as text", where(r), (struct span){ 0 });
		}
	} else if (span_is(l, "table-header-rows")) {
		r->header_rows = true;
	} else if (span_is(l, "table-row") && r->table_depth == 1 && r->table) {
		r->row = block_new(r->d, BLOCK_ROW);
		r->row->header = r->header_rows;
		block_append(r->table, r->row);
	} else if (span_is(l, "table-cell") && r->table_depth == 1 && r->row) {
		r->cell = block_new(r->d, BLOCK_CELL);
		r->cell_has_text = false;
		block_append(r->row, r->cell);
	} else if (span_is(l, "covered-table-cell")) {
		r->skip = 1;
	} else if (span_is(l, "tracked-changes")) {
		r->skip = 1;
	}
}

/* What a word processor would fetch, open or run.  Nothing of it is ever followed; all of it is said. */
static void risk(struct reader *r, const char *what, struct span place, struct span text)
{
	if (r->risks++ < LIMIT_RISKS)
		doc_lose(r->d, what, place, text);
}

static bool is_outside(struct span href)
{
	return span_find(href, SPAN_LIT("://"), 0) != SIZE_MAX || span_starts(href, SPAN_LIT("/")) || span_starts(href, SPAN_LIT("..")) ||
	       span_starts(href, SPAN_LIT("\\\\"));
}

static void look_outside(struct reader *r, const struct xml_tag *t)
{
	static const struct {
		int ns;
		bool wherever; /* not only where it points out of the file */
		const char *tag, *what;
	} risky[] = {
		{ NS_TEXT, true, "section-source", "section of another file, not fetched" },
		{ NS_TEXT, true, "dde-connection-decls", "link to another program (DDE), not followed" },
		{ NS_OFFICE, true, "dde-source", "link to another program (DDE), not followed" },
		{ NS_DRAW, true, "object-ole", "embedded object (OLE), not opened" },
		{ NS_DRAW, true, "object", "embedded object, not opened" },
		{ NS_DRAW, true, "plugin", "plug-in, not run" },
		{ NS_DRAW, true, "applet", "applet, not run" },
		{ NS_DRAW, true, "floating-frame", "frame of another file, not fetched" },
		{ NS_DRAW, false, "fill-image", "picture outside the file, not fetched" },
		{ NS_STYLE, false, "background-image", "picture outside the file, not fetched" },
		{ NS_SVG, false, "font-face-uri", "font outside the file, not fetched" },
		{ NS_META, false, "template", "template outside the file, not fetched" },
		{ NS_META, true, "auto-reload", "page that would be loaded in place of this one, not fetched" },
	};

	for (size_t i = 0; i < ARRAY_LEN(risky); i++) {
		struct span href;

		if (risky[i].ns != t->ns || !span_is(t->local, risky[i].tag))
			continue;
		href = xml_attr_get(t, NS_XLINK, "href");
		if (risky[i].wherever || is_outside(href))
			risk(r, risky[i].what, r->in_body ? where(r) : SPAN_LIT("package"), href);
		return;
	}
}

static void start_office(struct reader *r, const struct xml_tag *t)
{
	if (span_is(t->local, "text")) {
		r->in_body = true;
	} else if (span_is(t->local, "annotation")) {
		if (r->annotation_count == r->annotation_cap) {
			/* Pointers into the array are kept, so it does not move: a chain would do, a fixed arena array is simpler. */
			size_t cap = r->annotation_cap ? 2 * r->annotation_cap : 64;
			struct annotation *bigger = ARENA_ARRAY(&r->d->arena, cap, struct annotation);

			if (r->annotation_count)
				memcpy(bigger, r->annotations, r->annotation_count * sizeof(*bigger));
			for (unsigned i = 0; i < r->range_count; i++)
				r->notes_on[i] = bigger + (r->notes_on[i] - r->annotations);
			r->annotations = bigger;
			r->annotation_cap = cap;
		}
		r->annotation = &r->annotations[r->annotation_count++];
		*r->annotation = (struct annotation){ .name = dup(r, xml_attr_get(t, NS_OFFICE, "name")) };
		if (r->annotation->name.n && !*span_map_put(&r->annotation_names, r->annotation->name))
			*span_map_put(&r->annotation_names, r->annotation->name) = (unsigned)r->annotation_count;
		r->annotation->comment = ARENA_NEW(&r->d->arena, struct comment);
		buf_clear(&r->words);
	} else if (span_is(t->local, "annotation-end")) {
		struct annotation *a = annotation_find(r, xml_attr_get(t, NS_OFFICE, "name"));

		for (unsigned i = 0; a && i < r->range_count; i++) {
			if (r->notes_on[i] != a)
				continue;
			memmove(&r->notes_on[i], &r->notes_on[i + 1], (r->range_count - i - 1) * sizeof(r->notes_on[0]));
			r->range_count--;
			break;
		}
		r->mark_known = false;
	} else if (span_is(t->local, "binary-data")) {
		if (r->in_frame && r->want_pictures)
			start_words(r, WORDS_BINARY);
		else
			r->skip = 1;
		if (r->in_frame)
			r->image_url = arena_printf(&r->d->arena, "flat-%zu", ++r->flat_pictures);
	} else if (span_is(t->local, "script")) {
		r->script_depth = r->depth;
		r->script_empty = false;
	} else if (span_is(t->local, "event-listeners")) {
		risk(r, "macros, not run", SPAN_LIT("package"), (struct span){ 0 });
		r->skip = 1;
	} else if (span_is(t->local, "master-styles")) {
		r->in_master = true;
	}
}

/* Paragraphs hold words, and what is open in them, but for the frames of notes, pictures and lists. */
static bool holds_words(const struct xml_tag *t, bool outer)
{
	static const char *const frames[] = { "note", "note-body", "list", "list-item", "section", "ruby" };

	if (t->ns == NS_DRAW || t->ns == NS_TABLE)
		return false;
	if (t->ns != NS_TEXT)
		return outer;
	for (size_t i = 0; i < ARRAY_LEN(frames); i++)
		if (span_is(t->local, frames[i]))
			return false;
	return outer || span_is(t->local, "p") || span_is(t->local, "h");
}

/* Inside office:script: a library that holds nothing runs nothing. */
static void script_tag(struct reader *r, const struct xml_tag *t)
{
	bool shell = span_is(t->local, "libraries") || span_is(t->local, "library-embedded");

	r->script_empty = (r->script_empty || span_is(t->local, "libraries")) && shell;
	if (!shell)
		r->skip = 1;
}

static void on_tag(struct reader *r, const struct xml_tag *t)
{
	if (t->ns == NS_DRAW || t->ns == NS_STYLE || t->ns == NS_TEXT || t->ns == NS_OFFICE || t->ns == NS_META || t->ns == NS_SVG)
		look_outside(r, t);
	if (r->script_depth) {
		script_tag(r, t);
		return;
	}
	if (odt_styles_start(&r->styles, t))
		return;
	if (r->in_master) {
		if (t->ns == NS_TEXT && span_is(t->local, "p") && r->other_text.n)
			buf_char(&r->other_text, ' ');
		return;
	}
	/* The comment on a change, which word processors show in a list of their own. */
	if (r->in_info && t->ns == NS_TEXT) {
		r->skip = 1;
		return;
	}
	if (t->ns == NS_OFFICE && span_is(t->local, "change-info")) {
		r->in_info = true;
		return;
	}
	if (t->ns == NS_OFFICE) {
		start_office(r, t);
	} else if (t->ns == NS_DC && (span_is(t->local, "creator") || span_is(t->local, "date"))) {
		if (r->region || r->annotation)
			start_words(r, span_is(t->local, "date") ? WORDS_DATE : WORDS_CREATOR);
	} else if (t->ns == NS_DC && span_is(t->local, "language") && !r->in_body) {
		start_words(r, WORDS_LANGUAGE);
	} else if (t->ns == NS_META && span_is(t->local, "user-defined")) {
		if (span_is(xml_attr_get(t, NS_META, "name"), "chapeau.map"))
			start_words(r, WORDS_META);
	} else if (t->ns == NS_META && (r->annotation || r->region)) {
		r->skip = 1;
	} else if (!r->in_body) {
		return;
	} else if (t->ns == NS_TEXT) {
		start_text(r, t);
	} else if (t->ns == NS_TABLE) {
		start_table(r, t);
	} else if (t->ns == NS_DRAW) {
		if (span_is(t->local, "frame")) {
			r->in_frame = true;
			r->image_url = r->image_text = (struct span){ 0 };
		} else if (span_is(t->local, "image")) {
			r->image_url = dup(r, xml_attr_get(t, NS_XLINK, "href"));
		}
	} else if (t->ns == NS_SVG && (span_is(t->local, "title") || span_is(t->local, "desc"))) {
		start_words(r, WORDS_TITLE);
	}
	/* XInclude and whatever else is foreign is not processed; its text, if it has any, is words like others. */
}

static void on_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;

	if (r->skip) {
		r->skip++;
		return;
	}
	r->depth++;
	if (t->depth == 1)
		r->root_ok = t->ns == NS_OFFICE && (span_is(t->local, "document-content") || span_is(t->local, "document") ||
						    span_is(t->local, "document-styles") || span_is(t->local, "document-meta"));
	r->formats[r->depth] = r->format;
	r->links[r->depth] = r->link;
	r->hiddens[r->depth] = r->hidden;
	r->holds_words[r->depth] = holds_words(t, r->holds_words[r->depth - 1]);
	on_tag(r, t);
	/* A tag that asked to be read over: its own end is the one that closes the gap. */
	r->depth -= r->skip == 1;
}

static void on_text(void *ctx, struct span s)
{
	struct reader *r = ctx;

	if (r->skip)
		return;
	if (r->script_depth) {
		r->script_empty = r->script_empty && !span_trim(s).n;
		return;
	}
	if (r->in_master) {
		buf_add(&r->other_text, s);
		return;
	}
	if (r->collect != WORDS_NONE) {
		buf_add(&r->words, s);
		return;
	}
	if (r->in_body && r->para_depth && !r->annotation && r->holds_words[r->depth])
		add_text(r, s);
}

static struct span date_of(struct reader *r, struct span s)
{
	return s.n >= 19 ? arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, s)) : (struct span){ 0 };
}

/* A BCP 47 tag, by its letters. */
static bool is_language(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(i && (s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9'))))
			return false;
	return s.n >= 2 && s.n <= 35;
}

/* RFC 4648; white space is layout.  False: other signs, or half a group. */
static bool from_base64(struct span s, struct buf *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned n = 0, ends = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(letters, s.p[i]) : NULL;

		if (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t')
			continue;
		if (s.p[i] == '=' ? n < 2 : !at || ends)
			return false;
		ends += s.p[i] == '=';
		bits = bits << 6 | (at ? (uint32_t)(at - letters) : 0);
		if (++n < 4)
			continue;
		for (unsigned k = 0; k < 3 - (ends < 3 ? ends : 3); k++)
			buf_char(out, (char)(bits >> (16 - 8 * k) & 0xff));
		bits = n = 0;
	}
	return n == 0;
}

static void end_picture(struct reader *r)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	size_t at = doc_picture_of(r->d, r->image_url, where(r));

	if (!at)
		return;
	if (from_base64(buf_span(&r->words), &bytes))
		format_keep_picture(r->d, &r->d->pictures[at - 1], buf_span(&bytes));
	else
		doc_lose(r->d, "picture that is damaged, not saved", where(r), (struct span){ 0 });
}

static void end_words(struct reader *r, int ns, struct span local)
{
	struct span s = buf_span(&r->words);

	if (ns == NS_DC && (r->collect == WORDS_CREATOR || r->collect == WORDS_DATE)) {
		bool date = span_is(local, "date");

		if (r->annotation && date)
			r->annotation->comment->time = date_of(r, s);
		else if (r->annotation)
			r->annotation->comment->author = dup(r, s);
		else if (r->region && date)
			r->region->time = date_of(r, s);
		else if (r->region)
			r->region->author = dup(r, s);
		buf_clear(&r->words);
		r->collect = WORDS_NONE;
	} else if (ns == NS_OFFICE && r->collect == WORDS_BINARY) {
		end_picture(r);
		r->collect = WORDS_NONE;
	} else if (ns == NS_SVG && r->collect == WORDS_TITLE) {
		if (!r->image_text.n || span_is(local, "desc"))
			r->image_text = s.n ? dup(r, s) : r->image_text;
		r->collect = WORDS_NONE;
	} else if (ns == NS_DC && r->collect == WORDS_LANGUAGE) {
		if (is_language(span_trim(s)))
			r->d->meta.language = dup(r, span_trim(s));
		r->collect = WORDS_NONE;
	} else if (ns == NS_META && r->collect == WORDS_META) {
		r->d->map = dup(r, s);
		r->collect = WORDS_NONE;
	} else if (ns == NS_OFFICE && span_is(local, "annotation") && r->annotation) {
		struct annotation *a = r->annotation;

		a->comment->text = dup(r, s);
		r->annotation = NULL;
		r->collect = WORDS_NONE;
		if (a->name.n && r->range_count < ARRAY_LEN(r->notes_on)) {
			r->notes_on[r->range_count++] = a;
			r->mark_known = false;
		} else {
			struct run *x = add_run(r, RUN_COMMENT);

			if (x) {
				x->comment = a->comment;
				x->format = 0;
			}
		}
	}
}

static void end_frame(struct reader *r)
{
	r->in_frame = false;
	if (!r->image_url.n)
		return;
	if (is_outside(r->image_url)) {
		risk(r, "picture outside the file, not fetched", where(r), r->image_url);
	} else {
		struct image *im = ARENA_NEW(&r->d->arena, struct image);
		struct run *x = add_run(r, RUN_IMAGE);

		im->url = r->image_url;
		im->picture = doc_picture_of(r->d, span_sub(r->image_url, span_starts(r->image_url, SPAN_LIT("./")) ? 2 : 0, r->image_url.n), where(r));
		if (x) {
			x->text = r->image_text;
			x->image = im;
			x->format = 0;
		}
	}
}

static void on_tag_end(struct reader *r, int ns, struct span local, size_t end)
{
	if (r->script_depth) {
		if (r->script_depth == r->depth) {
			if (!r->script_empty)
				risk(r, "macros, not run", SPAN_LIT("package"), (struct span){ 0 });
			r->script_depth = 0;
		}
		return;
	}
	odt_styles_end(&r->styles, ns, local);
	if (ns == NS_OFFICE && span_is(local, "change-info"))
		r->in_info = false;
	if (ns == NS_OFFICE && span_is(local, "master-styles")) {
		r->in_master = false;
		return;
	}
	if (r->in_master)
		return;
	end_words(r, ns, local);
	if (!r->in_body)
		return;
	if (ns == NS_TEXT) {
		if ((span_is(local, "p") || span_is(local, "h")) && !r->annotation) {
			end_para(r, end);
		} else if (span_is(local, "list")) {
			r->list_depth -= r->list_depth > 0;
		} else if (span_is(local, "note")) {
			r->container = r->note_outer;
			r->note = NULL;
			r->inserting_from = 0;
			r->list_base = 0;
			r->mark_known = false;
		} else if (span_is(local, "changed-region")) {
			r->region = NULL;
			r->container = r->d->root;
		} else if (span_is(local, "span") || span_is(local, "a")) {
			if (r->xref_depth && r->xref_depth == r->depth && span_is(local, "span")) {
				struct run *x;

				r->xref_depth = 0;
				x = r->xref_words.n ? add_run(r, r->xref_target.n ? RUN_XREF : RUN_TEXT) : NULL;
				if (x && r->xref_target.n) {
					x->target = r->xref_target;
					x->printed = dup(r, buf_span(&r->xref_words));
				} else if (x) {
					x->text = dup(r, buf_span(&r->xref_words));
				}
			}
			r->format = r->formats[r->depth];
			r->link = r->links[r->depth];
			r->hidden = r->hiddens[r->depth];
		}
	} else if (ns == NS_TABLE) {
		if (span_is(local, "table-cell") && r->table_depth == 1 && r->cell) {
			runs_end(&r->cell_runs, r->d, r->cell);
			r->cell = NULL;
		} else if (span_is(local, "table-row") && r->table_depth == 1) {
			r->row = NULL;
		} else if (span_is(local, "table-header-rows")) {
			r->header_rows = false;
		} else if (span_is(local, "table") && r->table_depth && --r->table_depth == 0 && r->table) {
			r->table->origin.end = end;
			r->table = NULL;
		}
	} else if (ns == NS_DRAW) {
		if (span_is(local, "frame"))
			end_frame(r);
		else if (span_is(local, "text-box"))
			doc_lose(r->d, "text box, its words put beside the paragraph that holds it", where(r), (struct span){ 0 });
	} else if (ns == NS_OFFICE && span_is(local, "text")) {
		r->in_body = false;
	}
}

static void on_end(void *ctx, int ns, struct span local, size_t end)
{
	struct reader *r = ctx;

	if (r->skip) {
		r->skip--;
		return;
	}
	on_tag_end(r, ns, local, end);
	r->depth -= r->depth > 0;
}

/* ---- the package ---- */

bool odt_is_flat(struct span bytes)
{
	struct span head = span_sub(bytes, 0, bytes.n < 4096 ? bytes.n : 4096);

	return span_find(head, SPAN_LIT("<?xml"), 0) != SIZE_MAX && span_find(head, SPAN_LIT("office:document"), 0) != SIZE_MAX;
}

static int read_part(struct reader *r, struct zip_in *z, const char *part, struct fault *f)
{
	struct xml_handler h = { .namespaces = odf_namespaces, .start = on_start, .end = on_end, .text = on_text, .ctx = r };
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	x = zip_in_read(z, part, &b, f);
	if (x < 0)
		return x;
	r->depth = 0;
	r->skip = 0;
	r->root_ok = false;
	x = xml_parse(buf_span(&b), r->path, part, &h, f);
	if (!x && !r->root_ok)
		x = fault_set(f, FAULT_INPUT, (struct srcpos){ r->path, 0, 0 },
			      "%s: this is no OpenDocument text; open the file in LibreOffice and save it again as .odt", part);
	return x;
}

static int wrong_kind(struct span bytes, const char *path, struct fault *f)
{
	struct srcpos at = { path, 0, 0 };

	if (bytes.n == 0)
		return fault_set(f, FAULT_INPUT, at, "this file is empty; ask for it again");
	if (span_starts(bytes, SPAN_LIT("%PDF")))
		return fault_set(f, FAULT_INPUT, at, "this is a PDF file, which chapeau does not read. Ask for the Word or LibreOffice file that it was made from");
	if (span_starts(bytes, SPAN_LIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return fault_set(f, FAULT_INPUT, at,
				 "this is an old Word file (.doc) or one with a password, which chapeau does not read. In LibreOffice: File > Save As > .odt, "
				 "without a password, then again");
	return 0;
}

static int read_package(struct reader *r, struct span bytes, struct fault *f)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	CLEANUP(buf_done) struct buf type = { 0 };
	struct srcpos at = { r->path, 0, 0 };
	int x = zip_in_open(bytes, r->path, &z, f);

	if (x < 0)
		return x;
	if (zip_in_has(z, "mimetype")) {
		x = zip_in_read(z, "mimetype", &type, f);
		if (x < 0)
			return x;
		if (!span_starts(span_trim(buf_span(&type)), SPAN_LIT("application/vnd.oasis.opendocument.text")))
			return fault_set(f, FAULT_INPUT, at, "this is not an OpenDocument text (.odt) but \"%.*s\"; save the text itself as .odt",
					 SPAN_ARG(span_sub(buf_span(&type), 0, type.n < 80 ? type.n : 80)));
	}
	if (!zip_in_has(z, "content.xml"))
		return fault_set(f, FAULT_INPUT, at,
				 "this is not an OpenDocument text (.odt): its main part is missing; open it in LibreOffice, and save it as .odt");
	if (zip_in_has(z, "styles.xml"))
		x = read_part(r, z, "styles.xml", f);
	if (!x)
		x = read_part(r, z, "content.xml", f);
	if (!x && zip_in_has(z, "meta.xml"))
		x = read_part(r, z, "meta.xml", f);
	for (size_t i = 0; !x && i < zip_in_count(z); i++)
		if (span_starts(span_str(zip_in_name(z, i)), SPAN_LIT("Basic/")) || span_starts(span_str(zip_in_name(z, i)), SPAN_LIT("Scripts/"))) {
			doc_lose(r->d, "macros, not run", SPAN_LIT("package"), span_str(zip_in_name(z, i)));
			break;
		}
	if (!x && r->want_pictures)
		format_read_pictures(z, r->d);
	return x;
}

int odt_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f)
{
	struct reader *r = mem_zero(1, sizeof(*r));
	int x;

	r->path = o->path;
	r->want_pictures = o->pictures;
	r->d = doc_new(o->path);
	r->d->reading = READING_MARKED;
	r->container = r->d->root;
	x = wrong_kind(bytes, o->path, f);
	if (!x && odt_is_flat(bytes)) {
		struct xml_handler h = { .namespaces = odf_namespaces, .start = on_start, .end = on_end, .text = on_text, .ctx = r };

		x = xml_parse(bytes, o->path, "", &h, f);
		if (!x && !r->root_ok)
			x = fault_set(f, FAULT_INPUT, (struct srcpos){ o->path, 0, 0 }, "this is no OpenDocument text");
	} else if (!x) {
		x = read_package(r, bytes, f);
	}
	if (!x) {
		struct span other = span_trim(buf_span(&r->other_text));

		if (r->risks > LIMIT_RISKS)
			doc_lose(r->d, "more that would be fetched, opened or run", SPAN_LIT("package"),
				 arena_printf(&r->d->arena, "%zu not listed", r->risks - LIMIT_RISKS));
		if (other.n)
			doc_lose(r->d, "header or footer", SPAN_LIT("styles.xml"), other);
		labels_take(r->d);
		doc_settle_breaks(r->d);
		doc_finish(r->d);
		*ret = r->d;
		r->d = NULL;
	}
	while (r->para_depth)
		free(r->paras[--r->para_depth].runs.items);
	free(r->cell_runs.items);
	doc_free(r->d);
	odt_styles_done(&r->styles);
	buf_done(&r->xref_words);
	free(r->regions);
	free(r->region_slots);
	span_map_done(&r->annotation_names);
	free(r->counters);
	buf_done(&r->words);
	buf_done(&r->other_text);
	free(r);
	return x;
}
