/*
 * page: the frame, the style and the letters that the HTML pages share.  Private to report.
 */
#ifndef FORMAT_REPORT_PAGE_H
#define FORMAT_REPORT_PAGE_H

#include "format/report/report.h"
#include "format/report/summary.h"

#define PAGE_STATES 5
struct page_state {
	const char *letter, *name;
};
extern const struct page_state page_states[PAGE_STATES]; /* by enum state */

/* Up to and with <body>; the caller opens <main>, page_close closes it. */
void page_open(struct buf *out, struct span title);
void page_close(struct buf *out, const struct report_options *o);

/* What the letters mean. */
void page_key(struct buf *out, bool unchecked);
/* "IPv6: mention; needs ask + evidence", for a cell's title. */
void page_state_about(struct buf *out, const struct verdict *v);

#endif
