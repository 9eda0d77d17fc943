/*
 * heap: where cmark's tree lives while the doc is made from it.
 *
 * cmark frees its tree node by node, which takes half the time of making it.  Here all of it goes at once, and what is
 * freed earlier is used again.  cmark hands its allocator no context, so there is one variable for each thread; it is
 * set between heap_begin and heap_end only.
 */
#ifndef FORMAT_MD_HEAP_H
#define FORMAT_MD_HEAP_H

#include <cmark.h>

/* A parser whose memory, and that of its tree, lives until heap_end.  One at a time in a thread. */
cmark_parser *heap_begin(void);
void heap_end(void);

#endif
