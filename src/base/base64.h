/*
 * base64: bytes as letters and back (RFC 4648).
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/* columns: letters of a line, which CR LF ends, as mail has it (a multiple of 4); 0: all on one line that nothing ends. */
void base64_put(struct span bytes, unsigned columns, struct buf *out);
/* White space is layout.  False: other signs, or half a group. */
bool base64_get(struct span letters, struct buf *out);

#endif
