/* What suggestions leave in the words: comments and their ranges, insertions, and the regions of what was deleted. */
#include "format/odt/content.h"

#include <stdio.h>
#include <string.h>

#include "model/text.h"

/* ---- comments ---- */

static void put_time(struct xml_out *x, const struct content *c, struct span time)
{
	xml_out_open(x, "dc:date");
	/* LibreOffice writes and wants these without the Z (MARKUP.md 0.5). */
	if (time.n >= 19 && time.p[10] == 'T') {
		xml_out_text(x, span_sub(time, 0, 19));
	} else {
		xml_out_text(x, c->o->date.n == 10 ? c->o->date : SPAN_LIT("1980-01-01"));
		xml_out_text(x, SPAN_LIT("T00:00:00"));
	}
	xml_out_close(x, "dc:date");
}

static struct span author_of(const struct content *c, struct span author)
{
	return author.n ? author : c->o->organisation.n ? c->o->organisation : SPAN_LIT("chapeau");
}

bool comments_just_said(struct content *c, const struct comment *k)
{
	for (size_t i = 0; i < ARRAY_LEN(c->said); i++)
		if (c->said[i] == k)
			return true;
	c->said[c->said_at++ % ARRAY_LEN(c->said)] = k;
	return false;
}

/* One comment and its replies.  id: name of a range that annotation-end will close; 0: a point. */
void comments_put(struct content *c, struct sink *s, const struct comment *k, unsigned id)
{
	for (; k; k = k->next) {
		struct span text = k->text, line;

		if (!text.n)
			continue;
		xml_out_open(&s->x, "office:annotation");
		if (id) {
			char name[16];

			snprintf(name, sizeof(name), "a%u", id);
			xml_out_attr_str(&s->x, "office:name", name);
			id = 0;
		}
		xml_out_leaf(&s->x, "dc:creator", author_of(c, k->author));
		put_time(&s->x, c, k->time);
		while (text.n) {
			size_t end = span_find_char(text, '\n', 0);
			struct sink p = { .x = s->x, .gap = true };

			line = span_sub(text, 0, end == SIZE_MAX ? text.n : end);
			text = span_sub(text, end == SIZE_MAX ? text.n : end + 1, text.n);
			xml_out_open(&p.x, "text:p");
			sink_text(&p, line);
			paragraph_end(&p);
			xml_out_close(&p.x, "text:p");
			s->x = p.x;
		}
		xml_out_close(&s->x, "office:annotation");
	}
}

static void end_annotation(struct content *c)
{
	char name[16];

	if (!c->annotated)
		return;
	sink_close_inline(c->out);
	snprintf(name, sizeof(name), "a%u", c->annotated_id);
	xml_out_open(&c->out->x, "office:annotation-end");
	xml_out_attr_str(&c->out->x, "office:name", name);
	xml_out_close(&c->out->x, "office:annotation-end");
	c->annotated = NULL;
}

static bool has_words(const struct comment *k)
{
	for (; k; k = k->next)
		if (k->text.n)
			return true;
	return false;
}

/* Comments of the marks around a run: the innermost gets a range, the others a point. */
void comments_mark(struct content *c, const struct mark *m, struct odt_change ch)
{
	const struct comment *inner = NULL;

	for (const struct mark *k = m; k && !inner; k = k->outer)
		if (has_words(k->comments))
			inner = k->comments;
	if (c->annotated && c->annotated != inner) {
		if (!change_same(c->open, ch))
			inline_change(c, (struct odt_change){ 0 }, NULL);
		end_annotation(c);
	}
	for (; m; m = m->outer) {
		bool range = m->comments == inner && ch.kind != TRACK_DELETED;

		if (!has_words(m->comments) || comments_just_said(c, m->comments))
			continue;
		if (!change_same(c->open, ch) && c->open.kind != TRACK_NONE)
			inline_change(c, (struct odt_change){ 0 }, NULL);
		sink_close_inline(c->out);
		comments_put(c, c->out, m->comments, range ? ++c->annotations : 0);
		if (range) {
			c->annotated = inner;
			c->annotated_id = c->annotations;
		}
	}
}

/* ---- changes ---- */

static void change_point(struct sink *s, const char *element, unsigned id)
{
	char name[16];

	snprintf(name, sizeof(name), "ct%u", id);
	sink_close_inline(s);
	xml_out_open(&s->x, element);
	xml_out_attr_str(&s->x, "text:change-id", name);
	xml_out_close(&s->x, element);
}

/*
 * LibreOffice takes two changes of one kind, author and minute for one where the first ends a paragraph and the second
 * begins the next, and then counts the break between them in: accepting or rejecting would join the paragraphs.  It does
 * not where their comments differ, so such a change gets a comment that nobody sees (U+200B).
 */
static bool would_run_together(struct content *c, struct odt_change ch)
{
	/* What was deleted behind an insertion has no place of its own between it and what follows. */
	const struct last_region *last = ch.kind == TRACK_INSERTED ? &c->last_insertion : &c->last;
	bool together = c->last_at_end && c->at_start && ch.kind == last->change.kind && ch.mark && last->change.mark &&
			span_eq(ch.mark->author, last->change.mark->author);

	return together && !last->said;
}

static unsigned region_begin(struct content *c, struct odt_change ch, const char *kind)
{
	struct xml_out *x = &c->region.x;
	unsigned id = ++c->next_region;
	char name[16];
	bool said;

	snprintf(name, sizeof(name), "ct%u", id);
	xml_out_open(x, "text:changed-region");
	xml_out_attr_str(x, "xml:id", name);
	xml_out_attr_str(x, "text:id", name);
	xml_out_open(x, kind);
	xml_out_open(x, "office:change-info");
	xml_out_leaf(x, "dc:creator", author_of(c, ch.mark ? ch.mark->author : (struct span){ 0 }));
	put_time(x, c, ch.mark ? ch.mark->time : (struct span){ 0 });
	said = would_run_together(c, ch);
	if (said)
		xml_out_leaf(x, "text:p", SPAN_LIT("\xe2\x80\x8b"));
	xml_out_close(x, "office:change-info");
	c->last = (struct last_region){ ch, said };
	if (ch.kind == TRACK_INSERTED || !c->last_at_end)
		c->last_insertion = ch.kind == TRACK_INSERTED ? c->last : (struct last_region){ 0 };
	c->last_at_end = true; /* until words follow it */
	return id;
}

/* A heading stands in a region as a heading only when all of it went; a part of it is a paragraph, which looks as it does: what is left of it
 * when all is accepted has the style of the region's last. */
static bool is_heading(const struct block *leaf)
{
	return leaf && leaf->kind == BLOCK_HEADING && change_of_block(leaf).kind == TRACK_DELETED;
}

static void region_paragraph(struct content *c, const struct block *leaf)
{
	struct xml_out *x = &c->region.x;
	char style[64];

	if (leaf && change_of_block(leaf).kind == TRACK_DELETED)
		region_lists_open(c, leaf);
	xml_out_open(x, is_heading(leaf) ? "text:h" : "text:p");
	if (leaf) {
		leaf_style_name(c, leaf, leaf_style(c, leaf), style);
		xml_out_attr_str(x, "text:style-name", style);
		if (is_heading(leaf))
			xml_out_attr_number(x, "text:outline-level", leaf->level ? leaf->level : 1);
	}
	c->region_leaf = leaf;
	paragraph_begin(&c->region);
}

static void region_paragraph_end(struct content *c)
{
	paragraph_end(&c->region);
	xml_out_close(&c->region.x, is_heading(c->region_leaf) ? "text:h" : "text:p");
	region_lists_close(c);
}

static void end_deletion(struct content *c)
{
	if (c->deleting.kind == TRACK_NONE)
		return;
	region_paragraph_end(c);
	xml_out_close(&c->region.x, "text:deletion");
	xml_out_close(&c->region.x, "text:changed-region");
	c->deleting = (struct odt_change){ 0 };
}

/*
 * What went side by side in a comparison is one removal: LibreOffice sets the words of one region in the letters of the mark of a note that
 * the one before ends with.
 */
static bool deletion_goes_on(const struct content *c, struct odt_change ch)
{
	const struct mark *a = c->deleting.mark, *b = ch.mark;

	return change_same(c->deleting, ch) ||
	       (c->o->comparison && ch.kind == TRACK_DELETED && a && b && span_eq(a->author, b->author) && span_eq(a->time, b->time));
}

/* What comes next in the body is ch: ends what stands open and begins what is due. */
void inline_change(struct content *c, struct odt_change ch, const struct block *leaf)
{
	if (c->deleting.kind != TRACK_NONE && !deletion_goes_on(c, ch))
		end_deletion(c);
	if (c->open.kind != TRACK_NONE && !change_same(c->open, ch)) {
		change_point(c->out, "text:change-end", c->open_id);
		c->open = (struct odt_change){ 0 };
	}
	if (ch.kind == TRACK_INSERTED && c->open.kind == TRACK_NONE) {
		c->open_id = region_begin(c, ch, "text:insertion");
		xml_out_close(&c->region.x, "text:insertion");
		xml_out_close(&c->region.x, "text:changed-region");
		change_point(c->out, "text:change-start", c->open_id);
		c->open = ch;
	}
	if (ch.kind == TRACK_DELETED && c->deleting.kind == TRACK_NONE) {
		change_point(c->out, "text:change", region_begin(c, ch, "text:deletion"));
		region_paragraph(c, leaf);
		c->deleting = ch;
	}
}

/* A break between two paragraphs of one chain, deleted: in the region it is a new paragraph. */
void inline_break(struct content *c, struct odt_change ch, const struct block *leaf, const struct block *next)
{
	if (ch.kind != TRACK_DELETED)
		return;
	inline_change(c, ch, leaf);
	region_paragraph_end(c);
	region_paragraph(c, next);
}

void inline_table_begin(struct content *c, struct odt_change ch, bool due)
{
	unsigned id;

	inline_change(c, (struct odt_change){ 0 }, NULL);
	c->at_start = true;
	if (ch.kind == TRACK_INSERTED) {
		inline_change(c, ch, NULL);
		return;
	}
	id = region_begin(c, ch, "text:deletion");
	if (due)
		c->due = id;
	else
		change_point(c->out, "text:change", id);
	c->first_due = due && !c->first_due ? id : c->first_due;
}

/* The places of deleted tables that are due at the start of a paragraph. */
void inline_due(struct content *c)
{
	while (c->first_due && c->first_due <= c->due)
		change_point(c->out, "text:change", c->first_due++);
	c->first_due = 0;
}

void inline_table_end(struct content *c, struct odt_change ch)
{
	if (ch.kind == TRACK_INSERTED) {
		inline_change(c, (struct odt_change){ 0 }, NULL);
		return;
	}
	if (c->first_due) {
		region_paragraph(c, NULL);
		region_paragraph_end(c);
	}
	xml_out_close(&c->region.x, "text:deletion");
	xml_out_close(&c->region.x, "text:changed-region");
}

void inline_removal_end(struct content *c, bool paragraph)
{
	if (paragraph) { /* and its break */
		region_paragraph(c, NULL);
		region_paragraph_end(c);
	}
	xml_out_close(&c->region.x, "text:deletion");
	xml_out_close(&c->region.x, "text:changed-region");
	c->removing = NULL;
}

void inline_removed_leaf(struct content *c, const struct block *leaf)
{
	struct sink *out = c->out;

	region_paragraph(c, leaf);
	c->marks = MARKS_REJECTED;
	c->out = &c->region;
	content_leaf(c, leaf, change_of_block(leaf));
	c->out = out;
	c->marks = MARKS_TRACK;
	region_paragraph_end(c);
	if (c->removing == leaf)
		inline_removal_end(c, true);
}

void inline_settle(struct content *c)
{
	end_deletion(c);
	end_annotation(c);
}
