/*
 * html: one self-contained page: no script, no font, no request to any host.
 *
 * Semantic elements, footnotes with links both ways, dark mode, print, language and direction by script.  Public ids are
 * those of numbered paragraphs, p12, and of notes.  Marks are <ins> and <del> with hidden words for those who hear the page
 * (SCREENS.md 1.4).  Source: DESIGN.md sections 5 and 8; FORMAT.md F4, F8, F10.
 */
#ifndef FORMAT_HTML_HTML_H
#define FORMAT_HTML_HTML_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/outdoc.h"

struct write_options;

int html_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);

/* Words, and the values of attributes, of a page that html_write made. */
int html_reopen(struct span bytes, struct buf *ret_text, struct fault *f);

/* Text for an element or a quoted attribute: & < > " escaped, what HTML forbids shown as U+FFFD. */
void html_escape(struct span s, struct buf *out);

#endif
