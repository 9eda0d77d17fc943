/* The words of one paragraph: runs, links, notes and pictures. */
#include "format/odt/content.h"

#include <stdio.h>

#include "base/utf8.h"
#include "model/labels.h"
#include "model/text.h"

/* ---- text ---- */

static const unsigned char text_class[256] = { [' '] = 1, ['\t'] = 2, ['\n'] = 3, ['\r'] = 3, [0x0b] = 3, [0x0c] = 3 };

static void put_chunk(struct sink *s, struct span t)
{
	if (!t.n)
		return;
	xml_out_text(&s->x, t);
	s->gap = t.p[t.n - 1] == ' ';
}

/* White space in ODF is collapsed like in HTML: what must stay is said with elements (ODF 1.3 part 3, 6.1.2). */
void sink_text(struct sink *s, struct span t)
{
	size_t start = 0, i = 0;
	const unsigned char *p = (const unsigned char *)t.p;

	if (!t.n)
		return;
	s->last = p[t.n - 1]; /* only wide characters matter; their last byte says: look closer */
	if (s->last >= 0x80) {
		size_t at = t.n - 1;

		while (at && (p[at] & 0xc0) == 0x80)
			at--;
		s->last = utf8_next(t.p, t.n, &at);
	}
	while (i < t.n) {
		size_t n;

		if (!text_class[p[i]]) {
			i++;
			continue;
		}
		if (p[i] == ' ' && (i > start ? p[i - 1] != ' ' : !s->gap) && (i + 1 == t.n || p[i + 1] != ' ')) {
			i++;
			continue;
		}
		put_chunk(s, span_sub(t, start, i));
		if (p[i] == '\t') {
			xml_out_empty(&s->x, "text:tab");
			s->gap = true;
			start = ++i;
			continue;
		}
		if (p[i] != ' ') {
			if (p[i] == '\r' && i + 1 < t.n && p[i + 1] == '\n')
				i++;
			xml_out_empty(&s->x, "text:line-break");
			s->gap = true;
			start = ++i;
			continue;
		}
		for (n = 0; i < t.n && p[i] == ' '; i++)
			n++;
		if (!s->gap) {
			put_chunk(s, SPAN_LIT(" "));
			n--;
		}
		if (n) {
			xml_out_open(&s->x, "text:s");
			if (n > 1)
				xml_out_attr_number(&s->x, "text:c", (int64_t)n);
			xml_out_close(&s->x, "text:s");
			s->gap = true;
		}
		start = i;
	}
	put_chunk(s, span_sub(t, start, t.n));
}

void sink_close_inline(struct sink *s)
{
	if (s->format) {
		xml_out_close(&s->x, "text:span");
		s->format = 0;
	}
	if (s->link_open) {
		xml_out_close(&s->x, "text:a");
		s->link_open = false;
	}
	s->link = NULL;
}

void paragraph_begin(struct sink *s)
{
	s->gap = true;
	s->last = 0;
}

void paragraph_end(struct sink *s)
{
	struct buf *b = s->x.buf;

	if (s->gap && !s->x.in_tag && b->n && b->p[b->n - 1] == ' ') {
		b->n--;
		xml_out_empty(&s->x, "text:s");
	}
	sink_close_inline(s);
}

/* ---- formats ---- */

const char *text_style(struct content *c, unsigned format, char ret[16])
{
	struct xml_out *x = &c->auto_x;

	switch (format) {
	case FMT_EMPH:
		return c->styles->name[STYLE_EMPHASIS];
	case FMT_STRONG:
		return c->styles->name[STYLE_STRONG];
	case FMT_CODE:
		return c->styles->name[STYLE_CODE];
	}
	snprintf(ret, 16, "T%u", format);
	if (c->text_variant[format])
		return ret;
	c->text_variant[format] = true;
	xml_out_open(x, "style:style");
	xml_out_attr_str(x, "style:name", ret);
	xml_out_attr_str(x, "style:family", "text");
	if (format & FMT_CODE)
		xml_out_attr_str(x, "style:parent-style-name", c->styles->name[STYLE_CODE]);
	xml_out_open(x, "style:text-properties");
	if (format & FMT_EMPH) {
		xml_out_attr_str(x, "fo:font-style", "italic");
		xml_out_attr_str(x, "style:font-style-asian", "italic");
		xml_out_attr_str(x, "style:font-style-complex", "italic");
	}
	if (format & FMT_STRONG) {
		xml_out_attr_str(x, "fo:font-weight", "bold");
		xml_out_attr_str(x, "style:font-weight-asian", "bold");
		xml_out_attr_str(x, "style:font-weight-complex", "bold");
	}
	if (format & FMT_STRIKE)
		xml_out_attr_str(x, "style:text-line-through-style", "solid");
	if (format & FMT_UNDERLINE)
		xml_out_attr_str(x, "style:text-underline-style", "solid");
	if (format & (FMT_SUPER | FMT_SUB))
		xml_out_attr_str(x, "style:text-position", format & FMT_SUPER ? "super 58%" : "sub 58%");
	if (format & FMT_HIGHLIGHT)
		xml_out_attr_str(x, "fo:background-color", "#ffff99");
	xml_out_close(x, "style:text-properties");
	xml_out_close(x, "style:style");
	return ret;
}

/* ---- links ---- */

/* What may stand in xlink:href: nothing that runs, and nothing that names this machine. */
static bool link_allowed(struct span url)
{
	static const char *const schemes[] = { "http", "https", "mailto", "tel", "ftp", "sftp", "doi", "urn", "news", "sip" };
	size_t colon = span_find_char(url, ':', 0);

	if (!url.n || colon == SIZE_MAX)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (span_eq_nocase(span_sub(url, 0, colon), span_str(schemes[i])))
			return true;
	return false;
}

static void open_link(struct sink *s, const struct link *l)
{
	struct span url = l->url;

	s->link = l;
	/* An id of a clause must not travel; a link to an anchor is written by put_xref alone. */
	if (!link_allowed(url))
		return;
	xml_out_open(&s->x, "text:a");
	xml_out_attr_str(&s->x, "xlink:type", "simple");
	xml_out_attr(&s->x, "xlink:href", url);
	if (l->title.n)
		xml_out_attr(&s->x, "office:title", l->title);
	s->link_open = true;
}

void inline_set(struct content *c, struct sink *s, const struct link *link, unsigned format)
{
	char name[16];

	if (s->link == link && s->format == format)
		return;
	if (s->format) {
		xml_out_close(&s->x, "text:span");
		s->format = 0;
	}
	if (s->link != link) {
		sink_close_inline(s);
		if (link)
			open_link(s, link);
	}
	if (format) {
		xml_out_open(&s->x, "text:span");
		xml_out_attr_str(&s->x, "text:style-name", text_style(c, format, name));
		s->format = format;
	}
}

/* ---- runs ---- */

static void put_note_number(struct content *c, struct sink *s, unsigned number)
{
	char digits[16];

	sink_close_inline(s);
	snprintf(digits, sizeof(digits), "%u", number);
	xml_out_open(&s->x, "text:span");
	xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_FOOTNOTE_REFERENCE]);
	sink_text(s, span_str(digits));
	xml_out_close(&s->x, "text:span");
}

/* A further mark in words: its number in each text.  Where notes come back, LibreOffice's fields print the numbers of others. */
static void put_note_words(struct content *c, struct sink *s, const struct block *leaf, unsigned n, struct odt_change ch)
{
	bool older = c->marks == MARKS_REJECTED || ch.kind == TRACK_DELETED; /* a table that went is of one text */

	if (c->marks != MARKS_TRACK || ch.kind != TRACK_NONE || c->note_was[n] == c->note_now[n]) {
		put_note_number(c, s, older ? c->note_was[n] : c->note_now[n]);
		return;
	}
	inline_change(c, (struct odt_change){ TRACK_DELETED, c->o->gone }, leaf);
	put_note_number(c, &c->region, c->note_was[n]);
	inline_change(c, (struct odt_change){ TRACK_INSERTED, c->o->came }, leaf);
	put_note_number(c, c->out, c->note_now[n]);
	inline_change(c, (struct odt_change){ 0 }, leaf);
	c->last_at_end = false;
}

static void put_note(struct content *c, struct sink *s, const struct block *leaf, const struct run *r, struct odt_change ch)
{
	const struct note *n = r->note;
	struct xml_out *x = &s->x;
	char name[24], id[24];
	bool plain = ch.kind == TRACK_NONE;
	unsigned char state, bit;
	const char *kind;

	if (!n || !n->number || n->number > c->note_count || c->in_note)
		return;
	state = c->note_state[n->number];
	sink_close_inline(s);
	s->gap = false;
	/* A note stands at its first reference that never changes; where all are inserted or deleted, at the first of
	 * each kind, so that either reading has it once. */
	kind = plain || !c->marked || state & NOTE_HAS_HOST ? "" : ch.kind == TRACK_INSERTED ? "i" : "d";
	bit = *kind == '\0' ? NOTE_WRITTEN : *kind == 'i' ? NOTE_IN_INSERTION : NOTE_IN_DELETION;
	snprintf(id, sizeof(id), "ftn%u%s", n->number, kind);
	if (state & bit || (state & NOTE_HAS_HOST && !plain)) {
		if (c->notes_return) {
			put_note_words(c, s, leaf, n->number, ch);
			return;
		}
		xml_out_open(x, "text:span");
		xml_out_attr_str(x, "text:style-name", c->styles->name[STYLE_FOOTNOTE_REFERENCE]);
		xml_out_open(x, "text:note-ref");
		xml_out_attr_str(x, "text:note-class", "footnote");
		xml_out_attr_str(x, "text:reference-format", "text");
		xml_out_attr_str(x, "text:ref-name", id);
		snprintf(name, sizeof(name), "%u", n->number);
		xml_out_text(x, span_str(name));
		xml_out_close(x, "text:note-ref");
		xml_out_close(x, "text:span");
		return;
	}
	c->note_state[n->number] |= bit;
	xml_out_open(x, "text:note");
	xml_out_attr_str(x, "text:id", id);
	xml_out_attr_str(x, "text:note-class", "footnote");
	snprintf(name, sizeof(name), "%u", n->number);
	xml_out_leaf(x, "text:note-citation", span_str(name));
	xml_out_open(x, "text:note-body");
	{
		struct sink *out = c->out;
		bool gap = s->gap;
		uint32_t last = s->last;

		c->out = s;
		content_note_body(c, n, ch.kind == TRACK_DELETED ? MARKS_REJECTED : plain ? c->marks : MARKS_ACCEPTED);
		c->out = out;
		s->gap = gap;
		s->last = last;
	}
	xml_out_close(x, "text:note-body");
	xml_out_close(x, "text:note");
}

static void put_image(struct content *c, struct sink *s, const struct run *r)
{
	const struct out_image *im = outdoc_image(c->o, r);
	struct xml_out *x = &s->x;
	double width, height, limit_w = c->room > 0.2 ? c->room : c->styles->text_width, limit_h = c->styles->text_height * 0.8;
	char text[40];

	if (!im) { /* a picture that is not there is its alternative text */
		sink_text(s, r->text);
		return;
	}
	/* 96 pixels to the inch, as browsers and word processors take them. */
	width = (im->width ? im->width : 96) * 2.54 / 96;
	height = (im->height ? im->height : 96) * 2.54 / 96;
	if (width > limit_w) {
		height *= limit_w / width;
		width = limit_w;
	}
	if (height > limit_h) {
		width *= limit_h / height;
		height = limit_h;
	}
	s->gap = false;
	xml_out_open(x, "draw:frame");
	xml_out_attr_str(x, "draw:style-name", "fr");
	snprintf(text, sizeof(text), "Image%u", ++c->frames_drawn);
	xml_out_attr_str(x, "draw:name", text);
	xml_out_attr_str(x, "text:anchor-type", "as-char");
	snprintf(text, sizeof(text), "%u.%03ucm", (unsigned)width, (unsigned)(width * 1000) % 1000);
	xml_out_attr_str(x, "svg:width", text);
	snprintf(text, sizeof(text), "%u.%03ucm", (unsigned)height, (unsigned)(height * 1000) % 1000);
	xml_out_attr_str(x, "svg:height", text);
	xml_out_open(x, "draw:image");
	odt_picture_name(c->o, (size_t)(im - c->o->images), text);
	xml_out_attr_str(x, "xlink:href", text);
	xml_out_attr_str(x, "xlink:type", "simple");
	xml_out_attr_str(x, "xlink:show", "embed");
	xml_out_attr_str(x, "xlink:actuate", "onLoad");
	xml_out_attr_str(x, "draw:mime-type",
		im->type == IMAGE_PNG ? "image/png" : im->type == IMAGE_JPEG ? "image/jpeg" : "image/svg+xml");
	xml_out_close(x, "draw:image");
	xml_out_leaf(x, "svg:title", r->image && r->image->title.n ? r->image->title : r->text);
	xml_out_leaf(x, "svg:desc", r->text);
	xml_out_close(x, "draw:frame");
}

/* The character on one side of run i (step 1 or -1), in the reading that the run belongs to; 0: none. */
static uint32_t neighbour(const struct block *leaf, size_t i, int step, enum odt_change_kind kind)
{
	while (step > 0 ? ++i < leaf->run_count : i-- > 0) {
		const struct run *r = &leaf->runs[i];
		size_t at = 0;

		if (kind == TRACK_DELETED ? !mark_rejected(r->mark) : !mark_accepted(r->mark))
			continue;
		if ((r->kind == RUN_TEXT || r->kind == RUN_IMAGE) && r->text.n) {
			if (step < 0)
				for (at = r->text.n - 1; at && ((unsigned char)r->text.p[at] & 0xc0) == 0x80;)
					at--;
			return utf8_next(r->text.p, r->text.n, &at);
		}
		if (r->kind != RUN_COMMENT && r->kind != RUN_NOTE)
			return 'x';
	}
	return 0;
}

/* A label= stands in a style of its own, by which the readers know it; before: words of ours. */
static void put_label(struct content *c, struct sink *s, struct span before, struct span label)
{
	sink_close_inline(s);
	sink_text(s, before);
	xml_out_open(&s->x, "text:span");
	xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_PRINTED_LABEL]);
	sink_text(s, label);
	xml_out_close(&s->x, "text:span");
}

/* A line of ours, "Table 3", above the block whose label it prints. */
static void put_label_line(struct content *c, struct sink *s, const struct block *leaf, const struct run *r)
{
	size_t at = label_in_line(leaf, r);

	put_label(c, s, span_sub(r->text, 0, at), span_sub(r->text, at, r->text.n));
}

static bool changed_to_end(const struct block *leaf, size_t i)
{
	while (++i < leaf->run_count)
		if (change_of_run(&leaf->runs[i], (struct odt_change){ 0 }).kind == TRACK_NONE)
			return false;
	return true;
}

static void put_run(struct content *c, struct sink *s, const struct block *leaf, size_t i, struct odt_change ch)
{
	const struct run *r = &leaf->runs[i];
	unsigned format = r->format;

	if (c->marked && c->marks == MARKS_TRACK)
		for (const struct mark *m = r->mark; m; m = m->outer)
			if (m->kind == MARK_HIGHLIGHT)
				format |= FMT_HIGHLIGHT;
	if (leaf->kind == BLOCK_CODE)
		format &= ~FMT_CODE;
	switch (r->kind) {
	case RUN_TEXT:
		if (leaf->label_line.n) {
			put_label_line(c, s, leaf, r);
			break;
		}
		inline_set(c, s, r->link, format);
		/* The line end that ends a code block ends its paragraph. */
		if (leaf->kind == BLOCK_CODE && i + 1 == leaf->run_count && span_ends(r->text, SPAN_LIT("\n")))
			sink_text(s, span_sub(r->text, 0, r->text.n - 1));
		else
			sink_text(s, r->text);
		break;
	case RUN_SOFT:
		if (text_break_closes(neighbour(leaf, i, -1, ch.kind), neighbour(leaf, i, 1, ch.kind)))
			break;
		sink_text(s, SPAN_LIT(" "));
		break;
	case RUN_HARD:
		xml_out_empty(&s->x, "text:line-break");
		s->gap = true;
		break;
	case RUN_NOTE:
		put_note(c, s, leaf, r, ch);
		/* LibreOffice leaves a further mark at the end of a removal, or one that came at the end of the last cell: something goes behind it. */
		if ((ch.kind == TRACK_DELETED && i + 1 == leaf->run_count) || (ch.kind != TRACK_NONE && leaf->kind == BLOCK_CELL && changed_to_end(leaf, i)))
			sink_text(s, SPAN_LIT(" "));
		break;
	case RUN_IMAGE:
		inline_set(c, s, r->link, 0);
		put_image(c, s, r);
		break;
	case RUN_XREF:
		xref_put(c, s, leaf, r, ch, format);
		break;
	case RUN_COMMENT:
		if (r->comment && ch.kind != TRACK_DELETED && !comments_just_said(c, r->comment)) {
			sink_close_inline(s);
			comments_put(c, s, r->comment, 0);
		}
		break;
	}
}

/* Where the words of a change go; NULL: nowhere, they are not of this reading. */
static struct sink *sink_for(struct content *c, const struct block *leaf, const struct mark *m, struct odt_change ch)
{
	if (ch.kind == TRACK_NEITHER)
		return NULL;
	if (c->marks != MARKS_TRACK)
		return ch.kind == (c->marks == MARKS_ACCEPTED ? TRACK_DELETED : TRACK_INSERTED) ? NULL : c->out;
	comments_mark(c, m ? m : ch.mark, ch);
	inline_change(c, ch, leaf);
	c->at_start = false;
	if (ch.kind == TRACK_NONE)
		c->last_at_end = false;
	return ch.kind == TRACK_DELETED ? &c->region : c->out;
}

static void put_typed_label(struct content *c, struct sink *s, struct span label)
{
	if (s)
		put_label(c, s, (struct span){ 0 }, label_line_text(&c->arena, label, (struct span){ 0 }));
}

static void put_label_tab(struct sink *s)
{
	if (!s)
		return;
	xml_out_empty(&s->x, "text:tab");
	s->gap = true;
}

/* The label that is printed before the words of a leaf, hanging as a number would: its own, or that of the item it opens.
 * The tab is no part of it: what is typed behind it are words. */
static void put_own_label(struct content *c, const struct block *leaf, struct odt_change block)
{
	const struct block *b = leaf_labelled(leaf);
	struct sink *s = NULL;

	if (!b || c->in_note)
		return;
	if (c->marked && b->relabelled && c->o->gone && block.kind == TRACK_NONE) {
		struct odt_change gone = { TRACK_DELETED, c->o->gone }, came = { TRACK_INSERTED, c->o->came };

		/* One that has no label in the other text has no tab there either. */
		if (b->label_was.n)
			put_typed_label(c, s = sink_for(c, leaf, NULL, gone), b->label_was);
		if (b->label_was.n && !b->labelled)
			put_label_tab(s);
		if (b->labelled)
			put_typed_label(c, s = sink_for(c, leaf, NULL, came), b->printed);
		if (b->labelled && b->label_was.n)
			s = sink_for(c, leaf, NULL, block);
		if (b->labelled)
			put_label_tab(s);
		return;
	}
	if (!b->labelled)
		return;
	s = c->marked ? sink_for(c, leaf, NULL, block) : c->out;
	put_typed_label(c, s, b->printed);
	put_label_tab(s);
}

/* The comma behind the mark of another note, in each text in which one stands directly before. */
static void put_note_comma(struct content *c, const struct block *leaf, size_t i, struct odt_change block, struct odt_change ch)
{
	const struct run *was, *now;
	struct sink *s;

	if (c->in_note || ch.kind == TRACK_NEITHER)
		return;
	was = ch.kind == TRACK_INSERTED ? NULL : text_note_before(leaf, i, READING_REJECTED);
	now = ch.kind == TRACK_DELETED ? NULL : text_note_before(leaf, i, READING_ACCEPTED);
	if (!was && !now)
		return;
	if (c->marked && ch.kind == TRACK_NONE && !(was && now))
		ch = change_of_run(was ? was : now, block);
	s = c->marked ? sink_for(c, leaf, NULL, ch) : c->out;
	if (!s)
		return;
	sink_close_inline(s);
	xml_out_open(&s->x, "text:span");
	xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_NOTE_SEPARATOR]);
	sink_text(s, SPAN_LIT(TEXT_NOTE_SEPARATOR));
	xml_out_close(&s->x, "text:span");
}

void odt_leaf(struct content *c, const struct block *leaf, struct odt_change block)
{
	put_own_label(c, leaf, block);
	if (!c->marked) {
		for (size_t i = 0; i < leaf->run_count; i++) {
			if (leaf->runs[i].kind == RUN_NOTE)
				put_note_comma(c, leaf, i, block, block);
			put_run(c, c->out, leaf, i, (struct odt_change){ 0 });
		}
		return;
	}
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		struct odt_change ch = change_of_run(r, block);
		struct sink *s;

		if (r->kind == RUN_NOTE)
			put_note_comma(c, leaf, i, block, ch);
		s = sink_for(c, leaf, r->mark, ch);
		if (s)
			put_run(c, s, leaf, i, ch);
	}
}
