/* The tree: cmark's blocks and our own specials become the doc's. */
#include <cmark.h>

#include "format/md/heap.h"
#include "format/md/internal.h"

#include <stdlib.h>

#include "base/utf8.h"

struct builder {
	struct doc *d;
	const struct page *page;
	struct aligner align;
	size_t special, attach;
	struct attrs *pending;
	struct origin pending_origin;
	uint32_t pending_line; /* the line that it stands on; 0: none */
	unsigned containers;
	bool notes;      /* in the list of notes */
	size_t note;     /* items of it seen */
	struct table *table;
	size_t used;
};

static size_t line_number(struct doc *d, size_t offset)
{
	size_t line, column;

	doc_position(d, offset, &line, &column);
	return line;
}

/* Where the first line with words behind a place begins, or SIZE_MAX. */
static size_t next_words(struct doc *d, size_t line)
{
	for (line++; line <= d->line_count; line++) {
		struct span s = doc_line(d, line);

		if (span_trim(s).n)
			return (size_t)(s.p - d->source.p) + (size_t)(span_trim(s).p - s.p);
	}
	return SIZE_MAX;
}

/* b->pending stands above nothing.  Said at the words that it was meant for, where there are any. */
static void dangling(struct builder *b)
{
	const struct attrs *a = b->pending;
	struct doc *d = b->d;
	size_t line, below;
	struct span shown, next;

	if (!b->pending_line)
		return;
	b->pending_line = 0;
	b->pending = NULL;
	if (!a)
		return; /* it did not parse, and that was said */
	line = line_number(d, b->pending_origin.end);
	shown = span_sub(d->source, b->pending_origin.begin, b->pending_origin.end);
	/* Of several lines above one another the last is named, which the empty line follows. */
	for (size_t i = shown.n; i-- > 0;)
		if (shown.p[i] == '\n' || shown.p[i] == '\r') {
			shown = span_trim(span_sub(shown, i + 1, shown.n));
			break;
		}
	next = doc_line(d, line + 1);
	below = next_words(d, line);
	if (b->notes)
		remark_in_note(d, b->pending_origin.begin, a->id, shown);
	else if (below != SIZE_MAX && span_trim(next).n == 0)
		doc_remark(d, "attribute-dangling", below, a->id,
			   "the tag %.*s on line %zu belongs to no paragraph, because an empty line follows it. %sRemove line %zu%s", SPAN_ARG(shown), line,
			   attrs_has(a, CLASS_INTERNAL) ? "The text below it would be PUBLIC. " : "", line + 1,
			   attrs_has(a, CLASS_INTERNAL) ? ", or put the note between \"::: internal\" and \":::\"" : "");
	else
		doc_remark(d, "attribute-dangling", b->pending_origin.begin, a->id,
			   "the tag %.*s belongs to no paragraph, because nothing follows it that could carry it: move it directly above its text, or delete it",
			   SPAN_ARG(shown));
}

static void give_attrs(struct builder *b, struct block *k, struct attrs *a, struct origin o)
{
	struct origin *have = &k->attr_origin;

	k->attrs = attrlist_join(b->d, (struct attrs *)k->attrs, a);
	if (have->end) {
		if (o.begin < have->begin)
			have->begin = o.begin;
		if (o.end > have->end)
			have->end = o.end;
	} else {
		*have = o;
	}
}

static const struct special *special_at(struct builder *b, uint32_t line)
{
	const struct page *p = b->page;

	while (b->special < p->special_count && p->specials[b->special].line < line)
		b->special++;
	if (b->special < p->special_count && p->specials[b->special].line == line)
		return &p->specials[b->special];
	return NULL;
}

static struct span page_text(const struct page *p)
{
	return buf_span(&p->text.bytes);
}

static void lines_origin(struct builder *b, struct block *k, cmark_node *n)
{
	const struct page *p = b->page;
	size_t first = (size_t)cmark_node_get_start_line(n), last = (size_t)cmark_node_get_end_line(n);

	if (first < 1)
		first = 1;
	if (last > p->line_count)
		last = p->line_count;
	if (last < first)
		last = first;
	if (first > p->line_count)
		return;
	/* cmark counts an empty line behind some blocks. */
	while (last > first && span_trim(span_sub(page_text(p), p->lines[last - 1].at, last < p->line_count ? p->lines[last].at : p->text.bytes.n)).n == 0)
		last--;
	k->origin.begin = p->lines[first - 1].src;
	k->origin.end = p->lines[last - 1].end;
}

/* Offset of a node's first byte in the page. */
static size_t node_at(const struct page *p, cmark_node *n)
{
	size_t line = (size_t)cmark_node_get_start_line(n), column = (size_t)cmark_node_get_start_column(n);

	if (line < 1 || line > p->line_count)
		return p->text.bytes.n;
	return p->lines[line - 1].at + (column ? column - 1 : 0);
}

static void attach_to(struct builder *b, struct block *k, uint32_t line, uint32_t column)
{
	const struct page *p = b->page;

	while (b->attach < p->attach_count && p->attaches[b->attach].line < line)
		b->attach++;
	for (size_t i = b->attach; i < p->attach_count && p->attaches[i].line == line; i++)
		if (p->attaches[i].column == column) {
			struct origin o = p->attaches[i].origin;

			if (b->notes)
				remark_in_note(b->d, o.begin, p->attaches[i].attrs->id, span_sub(b->d->source, o.begin, o.end));
			else
				give_attrs(b, k, p->attaches[i].attrs, o);
		}
}

/* A block that the next line after a tag opens takes the tag.  A rule has no words that a tag could hold or hide. */
static void take_pending(struct builder *b, struct block *k, uint32_t line)
{
	if (!b->pending_line)
		return;
	if (line != b->pending_line + 1 || b->notes || k->kind == BLOCK_RULE) {
		dangling(b);
		return;
	}
	if (b->pending)
		give_attrs(b, k, b->pending, b->pending_origin);
	b->pending = NULL;
	b->pending_line = 0;
}

static void html_block(struct builder *b, cmark_node *n)
{
	uint32_t line = (uint32_t)cmark_node_get_start_line(n);
	const struct special *x = special_at(b, line);
	const char *lit;

	if (!x) {
		dangling(b);
		lit = cmark_node_get_literal(n);
		if (lit && strncmp(lit + strspn(lit, " \t"), "<!--", 4) != 0 && line >= 1 && line <= b->page->line_count) {
			size_t from = strspn(lit, " \t");

			doc_remark(b->d, "raw-html", map_src(&b->page->text.map, node_at(b->page, n), NULL), (struct span){ 0 },
				   "raw HTML, %.*s, is never exported, with all that stands in it: write it as Markdown, or delete it",
				   (int)strcspn(lit + from, "\n") > 40 ? 40 : (int)strcspn(lit + from, "\n"), lit + from);
		}
		return;
	}
	b->used++;
	switch (x->kind) {
	case SPECIAL_ATTRS:
		if (b->pending_line && b->pending_line + 1 == line) {
			b->pending = !b->pending ? x->attrs : x->attrs ? attrlist_join(b->d, b->pending, x->attrs) : b->pending;
			b->pending_origin.end = x->origin.end;
		} else {
			dangling(b);
			b->pending = x->attrs;
			b->pending_origin = x->origin;
		}
		b->pending_line = line;
		break;
	case SPECIAL_OPEN:
		dangling(b);
		b->containers++;
		break;
	case SPECIAL_CLOSE:
		dangling(b);
		if (b->containers)
			b->containers--;
		break;
	case SPECIAL_NOTES:
		dangling(b);
		b->notes = true;
		b->containers = 0;
		break;
	case SPECIAL_CELL:
		break;
	}
}

static void cell(struct builder *b, cmark_node *n, struct block *parent, const struct special *x)
{
	struct table *t = x->table;
	struct block *k;
	size_t at = node_at(b->page, n) + 2;

	b->used++;
	if (!t->block) {
		t->block = block_new(b->d, BLOCK_TABLE);
		t->block->origin = t->origin;
		t->block->in_container = b->containers > 0;
		t->block->internal = t->block->in_container;
		t->block->in_note = b->notes;
		block_append(parent, t->block);
		take_pending(b, t->block, x->line);
	}
	if (!t->row || x->column == 0) {
		t->row = block_new(b->d, BLOCK_ROW);
		t->row->header = x->row == 0;
		t->row->origin = x->row_origin;
		t->row->in_container = t->block->in_container;
		t->row->internal = t->block->internal;
		t->row->in_note = b->notes;
		block_append(t->block, t->row);
	}
	k = block_new(b->d, BLOCK_CELL);
	k->align = x->column < t->columns ? t->aligns[x->column] : ALIGN_NONE;
	k->origin = x->origin;
	k->in_container = t->block->in_container;
	k->internal = t->block->internal;
	k->in_note = b->notes;
	block_append(t->row, k);
	b->align.span = x->span;
	align_line(&b->align, k, n, at);
}

/* Is there nothing in an item, or only what the scan put where its tag stood? */
static bool without_words(cmark_node *item)
{
	cmark_node *only = cmark_node_first_child(item);

	return !only || (!cmark_node_next(only) && cmark_node_get_type(only) == CMARK_NODE_HTML_BLOCK &&
			 strcmp(cmark_node_get_literal(only), MARKER "\n") == 0);
}

/* A suggestion of blocks that end above may close at the start of a line: behind that and what is said to it. */
static size_t behind_closer(struct span source, size_t at)
{
	struct span s = span_sub(source, at, source.n);

	if (!span_starts(s, SPAN_LIT("++}")) && !span_starts(s, SPAN_LIT("--}")) && !span_starts(s, SPAN_LIT("~~}")))
		return at;
	for (at += 3; span_starts(span_sub(source, at, source.n), SPAN_LIT("{>>"));) {
		size_t end = span_find(source, SPAN_LIT("<<}"), at);

		if (end == SIZE_MAX)
			break;
		at = end + 3;
	}
	return at;
}

static void heading(struct builder *b, cmark_node *n, struct block *k)
{
	const struct page *p = b->page;
	struct span text = page_text(p), source = b->d->source;
	size_t at = node_at(p, n);
	struct origin *span = &b->align.span;

	*span = (struct origin){ map_src(&p->text.map, at, &b->align.page_hint), k->origin.end };
	/* One that is underlined is of two lines at least. */
	if (at < text.n && text.p[at] == '#' && cmark_node_get_end_line(n) == cmark_node_get_start_line(n)) {
		while (at < text.n && text.p[at] == '#')
			at++;
		while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
			at++;
		align_line(&b->align, k, n, at);
		return;
	}
	while (span->begin && source.p[span->begin - 1] != '\n' && source.p[span->begin - 1] != '\r')
		span->begin--;
	span->begin = behind_closer(source, span->begin);
	align_lines(&b->align, k, n, (size_t)cmark_node_get_start_line(n), (size_t)cmark_node_get_end_line(n));
}

static void tree(struct builder *b, cmark_node *document)
{
	cmark_node *n = cmark_node_first_child(document), *next;
	struct block *parent = b->d->root, *k;
	const struct page *p = b->page;
	unsigned depth = 0; /* of lists */

	while (n) {
		cmark_node_type type = cmark_node_get_type(n);
		uint32_t line = (uint32_t)cmark_node_get_start_line(n);
		const struct special *x;
		enum block_kind kind;
		bool descend = false;

		k = NULL;
		switch (type) {
		case CMARK_NODE_HTML_BLOCK:
			html_block(b, n);
			goto onward;
		case CMARK_NODE_HEADING:
			x = special_at(b, line);
			if (x && x->kind == SPECIAL_CELL) {
				cell(b, n, parent, x);
				goto onward;
			}
			if (b->notes) {
				/* F6: a note holds no headings; its words stay. */
				kind = BLOCK_PARAGRAPH;
			} else {
				kind = BLOCK_HEADING;
			}
			break;
		case CMARK_NODE_PARAGRAPH:
			kind = BLOCK_PARAGRAPH;
			break;
		case CMARK_NODE_CODE_BLOCK:
			kind = BLOCK_CODE;
			break;
		case CMARK_NODE_THEMATIC_BREAK:
			kind = BLOCK_RULE;
			break;
		case CMARK_NODE_BLOCK_QUOTE:
			kind = BLOCK_QUOTE;
			descend = true;
			break;
		case CMARK_NODE_LIST:
			if (b->notes && cmark_node_parent(n) == document) {
				/* The list of notes: its items' children are the bodies'. */
				n = cmark_node_first_child(n);
				while (n) {
					struct note *note = b->note < p->note_count ? p->notes[b->note] : NULL;
					cmark_node *first = cmark_node_first_child(n);

					b->note++;
					if (note && first) {
						parent = note->body;
						b->containers = note->body->in_container;
						n = first;
						break;
					}
					n = cmark_node_next(n);
				}
				if (!n)
					return;
				continue;
			}
			kind = BLOCK_LIST;
			descend = true;
			break;
		case CMARK_NODE_ITEM:
			kind = BLOCK_ITEM;
			descend = true;
			break;
		default:
			goto onward;
		}
		k = block_new(b->d, kind);
		k->in_container = b->containers > 0;
		k->internal = k->in_container;
		k->in_note = b->notes;
		lines_origin(b, k, n);
		block_append(parent, k);
		take_pending(b, k, line);
		switch (type) {
		case CMARK_NODE_HEADING:
			k->level = (unsigned)cmark_node_get_heading_level(n);
			attach_to(b, k, line, 0);
			if (b->notes)
				doc_remark(b->d, "style/note-heading", map_src(&p->text.map, node_at(p, n), NULL), (struct span){ 0 },
					   "a footnote holds no headings, so these words are printed as a paragraph of it: take the heading's mark off");
			heading(b, n, k);
			break;
		case CMARK_NODE_PARAGRAPH:
			align_lines(&b->align, k, n, line, (size_t)cmark_node_get_end_line(n));
			if (k->run_count == 1 && k->runs[0].format && attrlist_torn(k->runs[0].text))
				doc_remark(b->d, "attribute-in-text", k->origin.begin, (struct span){ 0 },
					   "\"%.*s\" marks nothing and would be printed: write {%.*s} alone on a line directly above its text, without emphasis",
					   SPAN_ARG(k->runs[0].text), SPAN_ARG(k->runs[0].text));
			break;
		case CMARK_NODE_CODE_BLOCK: {
			const char *info = cmark_node_get_fence_info(n);
			size_t first = line, last = (size_t)cmark_node_get_end_line(n);

			if (line && line <= p->line_count && p->lines[line - 1].fence)
				first++;
			k->info = info && *info ? cmark_text(&b->d->arena, info) : (struct span){ 0 };
			align_code(&b->align, k, n, first, last);
			break;
		}
		case CMARK_NODE_LIST:
			k->ordered = cmark_node_get_list_type(n) == CMARK_ORDERED_LIST;
			k->tight = cmark_node_get_list_tight(n);
			k->start = (unsigned)cmark_node_get_list_start(n);
			k->level = ++depth;
			break;
		case CMARK_NODE_ITEM:
			k->level = depth;
			attach_to(b, k, line, (uint32_t)cmark_node_get_start_column(n));
			if (k->attrs && without_words(n))
				doc_remark(b->d, "attribute-dangling", k->attr_origin.begin, k->attrs->id,
					   "the tag %.*s stands in a list item without words: write them behind it, or delete it",
					   SPAN_ARG(span_sub(b->d->source, k->attr_origin.begin, k->attr_origin.end)));
			break;
		default:
			break;
		}
		if (descend && cmark_node_first_child(n)) {
			parent = k;
			n = cmark_node_first_child(n);
			continue;
		}
		if (type == CMARK_NODE_LIST)
			depth--;
onward:
		for (;;) {
			next = cmark_node_next(n);
			if (next) {
				n = next;
				break;
			}
			dangling(b);
			n = cmark_node_parent(n);
			if (!n || n == document)
				return;
			type = cmark_node_get_type(n);
			if (b->notes && type == CMARK_NODE_ITEM && cmark_node_parent(cmark_node_parent(n)) == document) {
				/* A note's body ends; on to the next one that has a body. */
				cmark_node *item = n;

				n = NULL;
				while ((item = cmark_node_next(item))) {
					struct note *note = b->note < p->note_count ? p->notes[b->note] : NULL;

					b->note++;
					if (note && cmark_node_first_child(item)) {
						parent = note->body;
						b->containers = note->body->in_container;
						n = cmark_node_first_child(item);
						break;
					}
				}
				if (!n)
					return;
				break;
			}
			/* A container ends where the last block in it ends: cmark counts empty lines behind it. */
			{
				struct block *last = parent->last;

				/* A nested list's item may hold a table or nothing that has a place. */
				if (last && last->origin.end)
					parent->origin.end = last->origin.end > parent->origin.begin ? last->origin.end : parent->origin.end;
			}
			if (type == CMARK_NODE_LIST)
				depth--;
			parent = parent->parent;
		}
	}
}

static void remark_notes(struct doc *d, const struct aligner *a, struct notebook *book)
{
	for (size_t i = 0; i < d->note_count; i++) {
		struct note *n = d->notes[i];

		if (n->duplicate) {
			struct note *first = notebook_find(book, n->label);

			doc_remark(d, "note-duplicate", n->origin.begin, (struct span){ 0 },
				   "the note [^%.*s] is defined on line %zu already, and that one is printed: give this one a label of its own, or delete it",
				   SPAN_ARG(n->label), line_number(d, first->origin.begin));
		} else if (!a->note_used[i]) {
			doc_remark(d, "note-unused", n->origin.begin, (struct span){ 0 },
				   "nothing refers to the note [^%.*s], so it is printed nowhere: put [^%.*s] where it belongs, or delete it", SPAN_ARG(n->label),
				   SPAN_ARG(n->label));
		}
	}
}

static void remark_ids(struct doc *d)
{
	size_t n = 0, mask = 16;
	struct { struct span id; size_t offset; bool said; } *slots;
	struct span name = md_draft_name(d);

	for (struct block *b = d->root; b; b = block_next(b, d->root))
		n += b->attrs && b->attrs->id.n;
	while (mask < 2 * n)
		mask *= 2;
	slots = mem_zero(mask, sizeof(*slots));
	mask--;
	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		size_t i;

		if (attrs_has(b->attrs, CLASS_INTERNAL) && b->kind == BLOCK_HEADING)
			doc_remark(d, "internal-heading", b->attr_origin.begin, b->attrs->id,
				   "only these words of the heading are internal, not the section under it: mark the paragraphs, or put the section between \"::: "
				   "internal\" and \":::\"");
		if (!b->attrs || !b->attrs->id.n)
			continue;
		i = (size_t)span_hash(b->attrs->id) & mask;
		while (slots[i].id.n && !span_eq(slots[i].id, b->attrs->id))
			i = (i + 1) & mask;
		if (!slots[i].id.n) {
			slots[i].id = b->attrs->id;
			slots[i].offset = b->attrs->id_begin;
		} else if (!slots[i].said) {
			slots[i].said = true;
			doc_remark(d, "id-duplicate", slots[i].offset - 1, b->attrs->id,
				   "the id \"%.*s\" is also on line %zu. One of them is a copy? Give it an id of its own, or type: chapeau track %.*s",
				   SPAN_ARG(b->attrs->id), line_number(d, b->attrs->id_begin), SPAN_ARG(name));
		}
	}
	free(slots);
}

void page_build(struct doc *d, const struct page *page, struct spans *spans)
{
	struct builder b = { .d = d, .page = page };
	cmark_parser *parser;
	cmark_node *document;

	parser = heap_begin();
	cmark_parser_feed(parser, page->text.bytes.p ? page->text.bytes.p : "", page->text.bytes.n);
	document = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	b.align.d = d;
	b.align.page = page;
	b.align.text = &page->text;
	b.align.spans = spans;
	b.align.notes = notebook_new(d);
	b.align.note_used = mem_zero(d->note_count, sizeof(bool));
	tree(&b, document);
	dangling(&b);
	remark_notes(d, &b.align, b.align.notes);
	remark_ids(d);
	if (b.used != page->special_count)
		b.align.lost++;
	d->lost_steps += b.align.lost;
	notebook_free(b.align.notes);
	aligner_done(&b.align);
	heap_end();
}
