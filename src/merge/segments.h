/*
 * What the files of merge/ share: a file as segments, the three of them, and the order of what comes of them.
 */
#ifndef MERGE_SEGMENTS_H
#define MERGE_SEGMENTS_H

#include "merge/merge.h"

#define NONE SIZE_MAX

enum segment_kind { SEG_FRONT, SEG_BLOCK, SEG_NOTE, SEG_RAW /* comments, link definitions */, SEG_FENCE /* "::: internal", ":::" */ };

struct segment {
	enum segment_kind kind;
	const struct block *block;
	struct span attrs;  /* lines of its attribute list, with their ends */
	struct span body;   /* its lines, with the last one's end */
	struct span gap;    /* empty lines behind it */
	struct span label;  /* of a note */
	size_t mate_base;   /* ours and theirs: the segment of base; base: NONE */
	size_t split_base;  /* it is a piece of that segment of base, which was split; NONE: it is not */
	bool moved;         /* stands elsewhere than in base */
	bool exposes;       /* holds, for all to see, words that the other side made internal */
	bool opens;         /* of fences */
};

struct side {
	struct span source;
	struct statement *statement;
	struct segment *segments;
	size_t count, cap;
	size_t *of_block; /* segment of each top-level block, by serial */
	size_t *of_base;  /* by base segment: the segment here, or NONE */
};

struct merger {
	struct side base, ours, theirs;
	enum merge_level level;
	const struct merge_names *names;
	struct merge_result *ret;
	struct arena arena;
	struct span eol; /* as ours ends lines */
};

struct node {
	size_t base, ours, theirs; /* segments, NONE where there is none */
	size_t next, before;       /* nodes; NONE: the last, the first */
	bool gone;                 /* taken out by one side, untouched by the other */
};

struct list {
	struct node *nodes;
	size_t count, cap;
};

/* ---- a file as segments (segments.c) ---- */

void segments_cut(struct side *s); /* of its statement */
void segments_done(struct side *s);
/* A segment's text without its outer white space, for "is it the same". */
struct span segment_whole(const struct segment *x);
/* The same text but for white space around it, as merge_same_text has it. */
bool segment_same(const struct segment *a, const struct segment *b);

/* ---- which is which (pairing.c), and in what order (order.c) ---- */

/* Sets mate_base, split_base and moved of s, and of_base. */
int segments_pair(struct side *base, struct side *s, struct fault *f);
/* Node 0 is a head that holds nothing. */
void order_make(struct merger *m, struct list *l);

/* ---- what is held back (held.c, exposed.c) ---- */

/* Sets exposes of ours and theirs. */
void find_exposed(struct merger *m);

/* One piece of the merged text: a node, or a line that opens or closes an internal container and that no file has there. */
struct item {
	enum { ITEM_NODE, ITEM_OPEN, ITEM_CLOSE } kind;
	size_t node;
	struct span text; /* of an opening line: as the file has it that holds the block back */
};

/*
 * The nodes in their order, so that what is internal in the merged text is what ours and theirs make it: a block that one side put into a
 * container is in one, wherever the other moved it, and what the other wrote beside it is not.  To be freed.
 */
struct item *hold_back(const struct merger *m, const struct list *l, size_t *ret_count);

#endif
