/*
 * scan_line: a line on its way to the page, as the three that look at it share it: which containers and literal blocks go on with it
 * (scan.c), what it opens (scan_open.c), and its words (scan_words.c).
 */
#ifndef FORMAT_MD_SCAN_LINE_H
#define FORMAT_MD_SCAN_LINE_H

#include "format/md/scan.h"

/* What is taken out of a line before it goes to the page: its first cut bytes, for which lead stands, and lists in items. */
struct lift {
	size_t cut;
	const char *lead;
	struct origin ranges[2 * LIMIT_LINE_CONTAINERS];
	size_t count;
};

/* A line on its way to the page. */
struct entry {
	struct scanner *sc;
	struct stream *st;
	struct page *p;
	struct cursor c;
	size_t base, next;      /* the line, with its end, in the reading */
	struct lift lift;
	enum leaf was;          /* open before it */
	bool all;               /* all containers go on */
	size_t depth;           /* of those that go on, and of those that it opened */
	size_t lazy_i, lazy_tab; /* where the ones that go on end */
	size_t markers;         /* that it opened containers with */
	bool opened;            /* it has opened one */
	bool lazy_ok, para_here; /* it may go on with a paragraph: behind containers that don't go on, or in its own place */
	bool fresh_item;        /* the last thing that it opened is an item */
	size_t item_column;     /* of that item's marker in the page */
	unsigned bare_offset;   /* the item's, if nothing else stands in this line */
	bool interrupting;      /* it has opened an item where a paragraph was open */
	bool escaped;           /* its words begin as a mark would, and are none */
};

enum step {
	STEP_NONE,  /* it is something else */
	STEP_AGAIN, /* and behind it something may begin */
	STEP_WORDS, /* words of a paragraph follow */
	STEP_DONE,
};

static inline bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline struct span entry_rest(const struct entry *e)
{
	return span_trim(span_of(e->c.p + e->c.ns, e->c.n - e->c.ns));
}

static inline size_t entry_src(const struct entry *e)
{
	return scan_src(e->sc, e->base + e->c.ns);
}

/* Length of a sign of suggestions at at, or of a whole comment; 0: none. */
size_t scan_sign_length(struct span s, size_t at);
/* What cmark takes long over: signs of the open paragraph, with those of the line from its byte `from` on. */
void scan_count_signs(struct scanner *sc, struct stream *st, const struct cursor *c, size_t base, size_t from);
void scan_over(struct scanner *sc, size_t at, const char *what, unsigned limit);
/* The line's bytes up to end of the reading, less what was lifted out. */
void entry_put_until(struct entry *e, size_t end);
void entry_begin_line(struct entry *e);
enum step entry_put_whole(struct entry *e);
/* A block begins here: what was open beyond depth is over. */
void entry_begin_block(struct entry *e);
/* 3. What this line opens, one after the other. */
enum step entry_open_blocks(struct entry *e);
/* 4. Text, or an item with nothing on its line. */
void entry_words(struct entry *e);

#endif
