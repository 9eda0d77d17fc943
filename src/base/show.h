/*
 * show: text of strangers, made fit for a terminal.
 *
 * Control and bidirectional characters are shown as <U+001B>, never sent, so that a draft cannot move the cursor, change
 * colours or turn a line around.  Widths are columns of a terminal.
 */
#ifndef BASE_SHOW_H
#define BASE_SHOW_H

#include "base/buf.h"

/* Appends s with control and bidirectional characters shown; LF and tab are kept.  Bytes that are no UTF-8: as \xff. */
void show_safe(struct buf *out, struct span s);
/* The same on one line: LF, CR and tab are spaces. */
void show_line(struct buf *out, struct span s);

/* Appends s, wrapped at width (0: not at all), further lines indented by `indent` spaces; ends without a line end.
 * column: where the first line already stands. */
void show_wrap(struct buf *out, struct span s, unsigned width, unsigned column, unsigned indent);

/* The line that a message speaks of, cut around the column (from 1), and a caret under it: two lines.  width: of the window, 0: none.
 * Nothing for a line that holds nothing to see. */
void show_caret(struct buf *out, struct span line, size_t column, unsigned width);

/* s on one line, filled up with spaces to width columns. */
void show_pad(struct buf *out, struct span s, unsigned width);

/* 1500 as 1,500. */
void show_number(struct buf *out, uint64_t v);

/* Appends the text around [begin, end) in at most `width` columns: the words in square brackets, cut at word edges with
 * "..." where something is left out.  begin == end: no brackets, the start of the text. */
void show_excerpt(struct buf *out, struct span text, size_t begin, size_t end, unsigned width);

/* The same in HTML: its own characters are escaped. */
void show_html(struct buf *out, struct span s);

#endif
