/*
 * content.xml: the walk over the blocks, paragraph by paragraph, and what stands around the text.
 */
#include "format/odt/content.h"

#include "model/text.h"

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
void content_leaf(struct content *c, const struct block *leaf, struct odt_change whole)
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

/* A heading that is the first of its level where a deeper one stood before it: LibreOffice counts the one that was left out. */
static bool heading_begins_again(struct content *c, const struct block *b)
{
	unsigned level = b->number_level < HEADING_LEVELS ? b->number_level : HEADING_LEVELS - 1;
	bool again;

	if (c->o->numbering != NUMBERING_HEADINGS || !b->printed.n || leaf_label(b).n)
		return false;
	for (unsigned i = level + 1; i < HEADING_LEVELS; i++)
		c->headings[i] = (struct heading_count){ 0 };
	for (unsigned i = 0; i < level; i++)
		c->headings[i].skipped = c->headings[i].skipped || !c->headings[i].seen;
	again = c->headings[level].skipped;
	c->headings[level] = (struct heading_count){ .seen = true };
	return again;
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
			c->o->numbering == NUMBERING_HEADINGS && b->printed.n && !leaf_label(b).n ? b->number_level + 1 :
			b->level ? b->level : 1);
		if (c->o->numbering == NUMBERING_HEADINGS && (!b->printed.n || leaf_label(b).n))
			xml_out_attr_str(x, "text:is-list-header", "true");
		else if (heading_begins_again(c, b))
			{
			xml_out_attr_str(x, "text:restart-numbering", "true");
			xml_out_attr_number(x, "text:start-value", 1);
		}
	}
	paragraph_begin(c->out);
	if (c->out == &c->main && !c->in_note)
		inline_due(c);
	c->at_start = true;
	return tag;
}

static void put_chain(struct content *c, const struct block *b, const struct flow_leaf *first, size_t count)
{
	const char *tag = open_paragraph(c, b);

	if (!first) {
		content_leaf(c, b, (struct odt_change){ 0 });
	} else {
		bool behind = first->whole.kind == TRACK_NONE && (first->block->parent->kind == BLOCK_ITEM || leaf_numbered(c, first->block));

		c->behind_item = behind;
		for (size_t i = 0; i < count; i++) {
			content_leaf(c, first[i].block, first[i].whole);
			if (!i && behind)
				c->behind_item = true; /* whatever stands in its notes */
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
		if (c->removing && !c->in_note) {
			inline_removed_leaf(c, b);
			return;
		}
		if (!l->giver)
			return;
		first = &c->flow.leaves[l->chain_start];
		count = first->chain_end - l->chain_start;
	} else if (c->marked) {
		enum odt_change_kind kind = change_of_block(b).kind;

		if (kind == TRACK_NEITHER || kind == (c->marks == MARKS_ACCEPTED ? TRACK_DELETED : TRACK_INSERTED))
			return;
	}
	lists_enter_paragraph(c, b);
	lists_open(c);
	put_chain(c, b, first, count);
}

/* ---- the walk ---- */

static void empty_item(struct content *c)
{
	lists_open(c);
	xml_out_open(&c->out->x, "text:p");
	xml_out_attr_str(&c->out->x, "text:style-name", c->styles->name[STYLE_LIST_BULLET]);
	xml_out_close(&c->out->x, "text:p");
}

/* A table too wide for an upright page stands on one that lies on its side, with the line that prints its label. */
static void turn_page(struct content *c, bool landscape)
{
	if (landscape == c->landscape || c->styles->landscape_width <= 0)
		return;
	c->landscape = landscape;
	c->page_due = landscape ? ODT_LANDSCAPE_PAGE : ODT_UPRIGHT_PAGE;
}

static bool wants_landscape(const struct content *c, const struct block *b)
{
	if (c->marked)
		return false; /* what a colleague accepts or rejects must not turn pages */
	return columns_want_landscape(c->o, b, (unsigned)(c->styles->text_width * ODT_TWIPS_PER_CM),
				      (unsigned)(c->styles->landscape_width * ODT_TWIPS_PER_CM));
}

static bool enter(struct content *c, const struct block *b)
{
	if (b->parent->kind == BLOCK_ROOT && !c->in_note)
		turn_page(c, wants_landscape(c, b));
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_HEADING:
	case BLOCK_CODE:
	case BLOCK_RULE:
		enter_leaf(c, b);
		return false;
	case BLOCK_LIST:
		lists_enter(c, b);
		return true;
	case BLOCK_ITEM:
		lists_enter_item(c, b);
		if (!b->first)
			empty_item(c);
		return true;
	case BLOCK_TABLE:
		content_table(c, b);
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
		lists_pop(c);
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
				lists_pop_all(c);
				return;
			}
			leave(c, b);
		}
		b = b->next;
	}
	lists_pop_all(c);
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

/* ---- around the text ---- */

/* A line that comes or goes is an empty paragraph in the other text. */
static void put_changed_line(struct content *c, enum out_style style, struct span was, struct span text, enum gap gap)
{
	struct run runs[2];
	struct block b = { .kind = BLOCK_PARAGRAPH, .parent = c->o->doc->root, .runs = runs };
	char name[64];

	b.run_count = outdoc_line(c->o, was, text, runs);
	if (!b.run_count)
		return;
	c->gap = gap;
	leaf_style_name(c, &b, style, name);
	c->gap = GAP_NONE;
	xml_out_open(&c->out->x, "text:p");
	xml_out_attr_str(&c->out->x, "text:style-name", name);
	paragraph_begin(c->out);
	c->at_start = true;
	odt_leaf(c, &b, (struct odt_change){ 0 });
	inline_settle(c);
	inline_change(c, (struct odt_change){ 0 }, NULL);
	paragraph_end(c->out);
	xml_out_close(&c->out->x, "text:p");
}

static void put_line(struct content *c, enum out_style style, struct span text, enum gap gap)
{
	put_changed_line(c, style, text, text, gap);
}

static void put_opening(struct content *c)
{
	const struct outdoc *o = c->o;
	const struct span info[] = { o->input_to, o->group, o->shown_date };
	size_t last = 0;

	for (struct span rest = o->banner, line; span_split(&rest, '\n', &line);)
		put_line(c, STYLE_BANNER, line, GAP_NONE);
	put_line(c, STYLE_DELIVERY_MARK, o->speech.delivery, GAP_NONE);
	if (o->information_block) {
		put_changed_line(c, STYLE_INFO_LABEL, o->earlier.organisation, o->organisation, GAP_NONE);
		put_line(c, STYLE_SUBTITLE, o->document_label, GAP_NONE);
	}
	put_changed_line(c, STYLE_TITLE, o->earlier.title, o->title, GAP_NONE);
	for (size_t i = 0; i < ARRAY_LEN(info); i++)
		last = info[i].n ? i : last;
	for (size_t i = 0; o->information_block && i < ARRAY_LEN(info); i++)
		put_changed_line(c, STYLE_INFO_VALUE, i + 1 < ARRAY_LEN(info) ? info[i] : o->earlier.shown_date, info[i], i == last ? GAP_AFTER : GAP_NONE);
}

static void put_endorsers(struct content *c)
{
	const struct outdoc *o = c->o;
	size_t were = o->earlier.gone ? o->earlier.endorser_count : o->endorser_count, count = were > o->endorser_count ? were : o->endorser_count;
	const struct span none = { 0 };

	if (!count)
		return;
	put_changed_line(c, STYLE_INFO_LABEL, were ? o->earlier.gone ? o->earlier.endorsers_label : o->endorsers_label : none, o->endorser_count ? o->endorsers_label : none, GAP_BEFORE);
	for (size_t i = 0; i < count; i++)
		put_changed_line(c, STYLE_ENDORSERS, i < o->earlier.endorser_count ? o->earlier.endorsers[i] : none,
				 i < o->endorser_count ? o->endorsers[i] : none, i || o->endorsers_label.n ? GAP_NONE : GAP_BEFORE);
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
	region_lists_put_body(c, &x);
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
	content_look_ahead(c);
	if (o->image_count)
		put_frame_style(&c->auto_x);
	put_opening(c);
	if (c->marked)
		flow_make(o->doc->root, &last, &c->flow);
	walk(c, o->doc->root);
	if (c->marked)
		enter_leaf(c, &last);
	if (o->endorser_count)
		turn_page(c, false);
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
	mem_free(c->list_variants);
	mem_free(c->anchors);
	mem_free(c->note_state);
	mem_free(c->region_made);
	mem_free(c->gaps);
	arena_done(&c->arena);
	mem_free(c);
}
