/* Comments: what they say, in a part of their own, and the ranges in the text that they speak of (those of a footnote's words: noted.h). */
#include "format/docx/writer.h"


/* Once in the text, and once in a note. */
static bool said_before(struct writer *w, const struct comment *first)
{
	return (*hash_map_put(&w->said, (uint64_t)(uintptr_t)first + w->in_note))++ > 0;
}

static struct span author_of(const struct writer *w, const struct comment *c)
{
	return c->author.n ? c->author : w->o->organisation.n ? w->o->organisation : SPAN_LIT("chapeau");
}

static void put_comment(struct writer *w, unsigned id, const struct comment *c)
{
	struct xml_out *x = &w->comments_x;
	struct span author = author_of(w, c);
	struct span rest = c->text, line;
	struct span time = c->time.n == 20 ? c->time : (struct span){ 0 };
	char initials[8];
	size_t n = 0;

	for (size_t i = 0; i < author.n && n < 3; i++)
		if ((i == 0 || author.p[i - 1] == ' ') && (unsigned char)author.p[i] < 0x80 && author.p[i] > ' ')
			initials[n++] = author.p[i];
	if (w->note_max)
		*hash_map_put(&w->noted_names, (uint64_t)(uintptr_t)c) = (int64_t)(intptr_t)noted_name(&w->noted, author, time, c->text, &w->arena).p;
	xml_out_open(x, "w:comment");
	xml_out_attr_number(x, "w:id", id);
	xml_out_attr(x, "w:author", author);
	if (time.n)
		xml_out_attr(x, "w:date", time);
	if (n)
		xml_out_attr(x, "w:initials", span_of(initials, n));
	for (bool first = true; rest.n || first; first = false) {
		size_t end = span_find_char(rest, '\n', 0);

		line = span_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
		rest = span_sub(rest, end == SIZE_MAX ? rest.n : end + 1, rest.n);
		xml_out_open(x, "w:p");
		xml_out_open(x, "w:pPr");
		put_val(x, "w:pStyle", w->sheet.style[STYLE_COMMENT_TEXT]);
		xml_out_close(x, "w:pPr");
		if (first) {
			xml_out_open(x, "w:r");
			xml_out_open(x, "w:rPr");
			put_val(x, "w:rStyle", w->sheet.style[STYLE_COMMENT_REFERENCE]);
			xml_out_close(x, "w:rPr");
			xml_out_empty(x, "w:annotationRef");
			xml_out_close(x, "w:r");
		}
		xml_out_open(x, "w:r");
		xml_out_open(x, "w:t");
		xml_out_attr_str(x, "xml:space", "preserve");
		xml_out_text(x, line);
		xml_out_close(x, "w:t");
		xml_out_close(x, "w:r");
		xml_out_close(x, "w:p");
	}
	xml_out_close(x, "w:comment");
}

static void put_range(struct writer *w, const char *element, unsigned id)
{
	xml_out_open(w->x, element);
	xml_out_attr_number(w->x, "w:id", id);
	xml_out_close(w->x, element);
}

/* In a note: the bookmark by which a comment finds its words again. */
static void put_noted(struct writer *w, const struct comment *c, bool begins, unsigned id)
{
	const int64_t *name = hash_map_find(&w->noted_names, (uint64_t)(uintptr_t)c);

	if (!name)
		return;
	xml_out_open(w->x, begins ? "w:bookmarkStart" : "w:bookmarkEnd");
	xml_out_attr_number(w->x, "w:id", id);
	if (begins)
		xml_out_attr_str(w->x, "w:name", (const char *)(intptr_t)*name);
	xml_out_close(w->x, begins ? "w:bookmarkStart" : "w:bookmarkEnd");
}

static void put_reference(struct writer *w, unsigned id)
{
	xml_out_open(w->x, "w:r");
	xml_out_open(w->x, "w:rPr");
	put_val(w->x, "w:rStyle", w->sheet.style[STYLE_COMMENT_REFERENCE]);
	xml_out_close(w->x, "w:rPr");
	put_range(w, "w:commentReference", id);
	xml_out_close(w->x, "w:r");
}

/*
 * The reference stands outside of changes, or accepting one would leave the comment without a place (MARKUP.md 1.6).
 *
 * LibreOffice 7.4 gives the footnotes each other's words where a reference to a comment stands between the first two of them.  Where a comment
 * belongs its range says; the reference can wait, for the end of the paragraph: it moves bookmarks that are open where it stands.
 */
static void put_references(struct writer *w, const struct comment *first, unsigned id)
{
	for (const struct comment *c = w->in_note ? NULL : first; c; c = c->next) {
		if (!c->text.n)
			continue;
		if (w->note_count == 1 && w->note_used > 1) {
			if (w->late_count == w->late_cap) {
				w->late_cap = w->late_cap ? 2 * w->late_cap : 16;
				w->late = mem_resize(w->late, w->late_cap, sizeof(*w->late));
			}
			w->late[w->late_count++] = id++;
		} else {
			put_reference(w, id++);
		}
	}
}

void comments_late(struct writer *w, bool last)
{
	if (!last && w->note_count == 1)
		return;
	for (size_t i = 0; i < w->late_count; i++)
		put_reference(w, w->late[i]);
	w->late_count = 0;
}

/* Replies have the range of what they answer: that is what survives LibreOffice (MARKUP.md 1.6). */
static void put_ranges(struct writer *w, bool begins, const struct comment *first, unsigned id)
{
	for (const struct comment *c = first; c; c = c->next) {
		if (!c->text.n)
			continue;
		if (w->in_note)
			put_noted(w, c, begins, id++);
		else
			put_range(w, begins ? "w:commentRangeStart" : "w:commentRangeEnd", id++);
	}
}

/* The first one's id.  In a note they have been said, at its mark. */
static unsigned say_comments(struct writer *w, const struct comment *first)
{
	unsigned id = w->in_note ? w->bookmark_id + 1 : w->comment_id;

	for (const struct comment *c = w->in_note ? first : NULL; c; c = c->next)
		w->bookmark_id += c->text.n > 0;
	for (const struct comment *c = w->in_note ? NULL : first; c; c = c->next)
		if (c->text.n)
			put_comment(w, w->comment_id++, c);
	return id;
}

bool comment_says(const struct comment *c)
{
	for (; c; c = c->next)
		if (c->text.n)
			return true;
	return false;
}

static void end_comment(struct writer *w, size_t i)
{
	struct run_state *s = &w->s;

	inline_end_link(w);
	inline_set_change(w, (struct revision){ 0 });
	inline_close_run(w);
	put_ranges(w, false, s->comments[i], s->comment_id[i]);
	put_references(w, s->comments[i], s->comment_id[i]);
	s->comment_count--;
	memmove(s->comments + i, s->comments + i + 1, (s->comment_count - i) * sizeof(*s->comments));
	memmove(s->comment_id + i, s->comment_id + i + 1, (s->comment_count - i) * sizeof(*s->comment_id));
}

static bool in_chain(const struct mark *m, const struct comment *c)
{
	for (; m; m = m->outer)
		if (m->comments == c)
			return true;
	return false;
}

static void open_comment(struct writer *w, const struct comment *first)
{
	struct run_state *s = &w->s;

	if (!first || !comment_says(first) || said_before(w, first))
		return;
	inline_end_link(w);
	inline_set_change(w, (struct revision){ 0 });
	inline_close_run(w);
	if (s->comment_count == COMMENTS_OPEN)
		end_comment(w, 0);
	s->comments[s->comment_count] = first;
	s->comment_id[s->comment_count] = say_comments(w, first);
	put_ranges(w, true, first, s->comment_id[s->comment_count]);
	s->comment_count++;
}

void comments_set(struct writer *w, const struct mark *m, const struct mark *of_block)
{
	struct run_state *s = &w->s;

	for (size_t i = s->comment_count; i-- > 0;)
		if (!in_chain(m, s->comments[i]) && !in_chain(of_block, s->comments[i]))
			end_comment(w, i);
	for (const struct mark *k = of_block; k; k = k->outer)
		open_comment(w, k->comments);
	for (const struct mark *k = m; k; k = k->outer)
		open_comment(w, k->comments);
}

void comments_of_note(struct writer *w, const struct note *n)
{
	struct revision change = w->s.now;

	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		for (const struct mark *k = b->mark; k; k = k->outer)
			open_comment(w, k->comments);
		for (size_t i = 0; i < b->run_count; i++) {
			for (const struct mark *k = b->runs[i].mark; k; k = k->outer)
				open_comment(w, k->comments);
			if (b->runs[i].kind == RUN_COMMENT)
				open_comment(w, b->runs[i].comment);
		}
	}
	inline_set_change(w, change);
}

void comments_at(struct writer *w, const struct comment *first)
{
	unsigned id;

	if (!comment_says(first) || said_before(w, first))
		return;
	id = say_comments(w, first);
	inline_end_link(w);
	inline_set_change(w, (struct revision){ 0 });
	inline_close_run(w);
	put_ranges(w, true, first, id);
	put_ranges(w, false, first, id);
	put_references(w, first, id);
}

void comments_end(struct writer *w)
{
	while (w->s.comment_count)
		end_comment(w, w->s.comment_count - 1);
}
