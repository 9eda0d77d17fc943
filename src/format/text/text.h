/*
 * text: plain text, for forms that take nothing else and for e-mail.
 *
 * UTF-8, LF, one line a paragraph (whoever pastes it wraps it); numbers printed, note marks in square brackets and the
 * notes at the end, a link's address behind its words.  Marks read [-old-]{+new+}.  Source: DESIGN.md section 5.
 */
#ifndef FORMAT_TEXT_TEXT_H
#define FORMAT_TEXT_TEXT_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/outdoc.h"

struct write_options;

int text_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);
int text_reopen(struct span bytes, struct buf *ret_text, struct fault *f);

#endif
