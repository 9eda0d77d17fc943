/*
 * order: puts the children of a template's styles into the order that the schema wants.
 *
 * Widely used reference files have them in another one (pandoc's, for one), and name styles that are not there; Word mostly
 * forgives that, a secretariat's validator does not.  Source: ISO 29500-1 17.7.4.17, 17.3.1.26, 17.3.2.28, 17.4.
 */
#ifndef FORMAT_DOCX_ORDER_H
#define FORMAT_DOCX_ORDER_H

#include "base/buf.h"

/* The local name of the tag that opens at s.p[open], and where the name ends. */
struct span markup_name(struct span s, size_t open, size_t *ret_end);
/* One past the '>' of the tag that begins before i. */
size_t markup_end(struct span s, size_t i);

/* Appends to ret a well-formed styles part, its children in order and without w:basedOn, w:next and w:link that `exists`
 * does not know.  A part over ORDER_LIMIT, or with comments or CDATA, is taken as it is. */
#define ORDER_LIMIT (4u << 20)
void order_styles(struct span part, bool (*exists)(void *ctx, struct span id), void *ctx, struct buf *ret);

#endif
