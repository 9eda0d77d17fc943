/*
 * ui: what people see on a terminal.
 *
 * Text from a document is never sent to a terminal as it is: control and bidirectional characters are shown as
 * <U+001B>, so that a stranger's draft cannot move the cursor or change colours.
 */
#ifndef CLI_UI_H
#define CLI_UI_H

#include "cli/cli.h"

/* auto, always, never: with NO_COLOR and whether stdout is a terminal. */
bool ui_wants_color(const char *when);
unsigned ui_width(void); /* of the terminal that stdout is; 0: none */

/* Appends s with control and bidirectional characters shown; LF and tab are kept. */
void ui_safe(struct buf *out, struct span s);

/* Appends s, wrapped at width (0: not at all), further lines indented by `indent` spaces; ends without a line end.
 * column: where the first line already stands. */
void ui_wrap(struct buf *out, struct span s, unsigned width, unsigned column, unsigned indent);

/* s, filled up with spaces to width columns. */
void ui_pad(struct buf *out, struct span s, unsigned width);

/* 1,184 */
void ui_count(struct buf *out, uint64_t n);

/* A fault on stderr: file:line:column: error: message [code], under it the line and a caret; with --format json
 * as JSON on stdout.  cmd_name may be NULL. */
void ui_fault(const struct cli *c, const char *cmd_name, bool json, const struct fault *f);

/* A line on stderr, not in --quiet. */
__attribute__((format(printf, 2, 3))) void ui_note(const struct cli *c, const char *fmt, ...);

#endif
