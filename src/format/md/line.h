/*
 * line: a line and a place in it, and what CommonMark says begins there, as cmark 0.30 tells it: where the letter of
 * CommonMark and cmark differ, this goes with cmark, since it parses the page.  Knows no page and nothing of ours.
 */
#ifndef FORMAT_MD_LINE_H
#define FORMAT_MD_LINE_H

#include "format/md/internal.h"

/* Columns count tabs to multiples of four, as CommonMark 2.2. */
struct cursor {
	const char *p;
	size_t n;          /* without the line end */
	size_t i, col;     /* here */
	size_t tab;        /* columns left of a tab that was taken in part */
	size_t ns, indent; /* next non-space, and columns up to it; set by line_look() */
};

/* What begins at ns is asked for after line_look(), of a line that is not blank. */
void line_look(struct cursor *c);
void line_advance(struct cursor *c, size_t columns);
void line_advance_to(struct cursor *c, size_t i);

static inline bool line_blank(const struct cursor *c)
{
	return c->ns >= c->n;
}

bool line_thematic(const struct cursor *c);
/* Level of an ATX heading and the offset of its text, or 0. */
unsigned line_atx(const struct cursor *c, size_t *ret_text);
/* Length of an opening fence, or 0. */
size_t line_fence(const struct cursor *c);
bool line_fence_end(const struct cursor *c, char mark, size_t length);
bool line_setext(const struct cursor *c);
/* Length of a list marker, or 0. */
size_t line_list_marker(const struct cursor *c, bool interrupts);
/* Kind of HTML block that begins here, 1 to 7, or 0. */
size_t line_html(const struct cursor *c, bool in_paragraph);
bool line_html_end(const struct cursor *c, size_t kind);
/* Would what stands here be no words of a paragraph, which is open or not?  But for the line under a heading. */
bool line_begins_block(const struct cursor *c, bool in_paragraph);

#endif
