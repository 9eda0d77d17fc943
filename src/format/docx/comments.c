/* Comments: what they say, in a part of their own, and the ranges in the text that they speak of. */
#include "format/docx/writer.h"

#include <stdlib.h>

static bool said_before(struct writer *w, const void *comment)
{
	size_t at;

	if (2 * w->said_count >= w->said_mask) {
		size_t size = w->said_mask ? 2 * (w->said_mask + 1) : 64;
		const void **bigger = mem_zero(size, sizeof(*bigger));

		for (size_t i = 0; w->said && i <= w->said_mask; i++) {
			if (!w->said[i])
				continue;
			for (at = ((uintptr_t)w->said[i] >> 4) & (size - 1); bigger[at]; at = (at + 1) & (size - 1))
				;
			bigger[at] = w->said[i];
		}
		free(w->said);
		w->said = bigger;
		w->said_mask = size - 1;
	}
	for (at = ((uintptr_t)comment >> 4) & w->said_mask; w->said[at]; at = (at + 1) & w->said_mask)
		if (w->said[at] == comment)
			return true;
	w->said[at] = comment;
	w->said_count++;
	return false;
}

static void put_comment(struct writer *w, unsigned id, const struct comment *c)
{
	struct xml_out *x = &w->comments_x;
	struct span author = c->author.n ? c->author : w->o->organisation.n ? w->o->organisation : SPAN_LIT("chapeau");
	struct span rest = c->text, line;
	char initials[8];
	size_t n = 0;

	for (size_t i = 0; i < author.n && n < 3; i++)
		if ((i == 0 || author.p[i - 1] == ' ') && (unsigned char)author.p[i] < 0x80 && author.p[i] > ' ')
			initials[n++] = author.p[i];
	xml_out_open(x, "w:comment");
	xml_out_attr_number(x, "w:id", id);
	xml_out_attr(x, "w:author", author);
	if (c->time.n == 20)
		xml_out_attr(x, "w:date", c->time);
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

/* The reference stands outside of changes, or accepting one would leave the comment without a place (MARKUP.md 1.6). */
static void put_references(struct writer *w, const struct comment *first, unsigned id)
{
	for (const struct comment *c = first; c; c = c->next) {
		if (!c->text.n)
			continue;
		xml_out_open(w->x, "w:r");
		xml_out_open(w->x, "w:rPr");
		put_val(w->x, "w:rStyle", w->sheet.style[STYLE_COMMENT_REFERENCE]);
		xml_out_close(w->x, "w:rPr");
		put_range(w, "w:commentReference", id++);
		xml_out_close(w->x, "w:r");
	}
}

/* Replies have the range of what they answer: that is what survives LibreOffice (MARKUP.md 1.6). */
static void put_ranges(struct writer *w, const char *element, const struct comment *first, unsigned id)
{
	for (const struct comment *c = first; c; c = c->next)
		if (c->text.n)
			put_range(w, element, id++);
}

static unsigned say_comments(struct writer *w, const struct comment *first)
{
	unsigned id = w->comment_id;

	for (const struct comment *c = first; c; c = c->next)
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
	put_ranges(w, "w:commentRangeEnd", s->comments[i], s->comment_id[i]);
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

void comments_set(struct writer *w, const struct mark *m, const struct mark *of_block)
{
	struct run_state *s = &w->s;

	for (size_t i = s->comment_count; i-- > 0;)
		if (!in_chain(m, s->comments[i]) && !in_chain(of_block, s->comments[i]))
			end_comment(w, i);
	for (int pass = 0; pass < 2; pass++) {
		for (const struct mark *k = pass ? m : of_block; k; k = k->outer) {
			if (!k->comments || !comment_says(k->comments) || said_before(w, k->comments))
				continue;
			inline_end_link(w);
			inline_set_change(w, (struct revision){ 0 });
			inline_close_run(w);
			if (s->comment_count == COMMENTS_OPEN)
				end_comment(w, 0);
			s->comments[s->comment_count] = k->comments;
			s->comment_id[s->comment_count] = say_comments(w, k->comments);
			put_ranges(w, "w:commentRangeStart", k->comments, s->comment_id[s->comment_count]);
			s->comment_count++;
		}
	}
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
	put_ranges(w, "w:commentRangeStart", first, id);
	put_ranges(w, "w:commentRangeEnd", first, id);
	put_references(w, first, id);
}

void comments_end(struct writer *w)
{
	while (w->s.comment_count)
		end_comment(w, w->s.comment_count - 1);
}
