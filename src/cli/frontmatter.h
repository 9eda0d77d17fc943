/*
 * frontmatter: of a draft that is made of a file.
 */
#ifndef CLI_FRONTMATTER_H
#define CLI_FRONTMATTER_H

#include "base/buf.h"
#include "model/doc.h"

/* What our own exports put around a statement is front matter again; of a stranger's file the title is, and the rest is text like any other. */
void frontmatter_take(struct doc *d);
/* file: whose name is the title where the doc has none. */
void frontmatter_put(const struct doc *d, const char *file, struct buf *out);

#endif
