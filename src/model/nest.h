/*
 * nest: in which list item or quote a block of a page stands, by its margin.
 *
 * A page has no lists inside quotes and no tables inside items: it has paragraphs, each with a margin.  Our writers set
 * the margin of what stands in an item or a quote to where the words of that item or quote begin, so readers can find
 * the way back.  Lengths are twips; callers say how far their writer moves a quote that stands in another block.
 */
#ifndef MODEL_NEST_H
#define MODEL_NEST_H

#include "model/doc.h"

#define NEST_DEPTH 32

/* An item or a quote that goes on. */
struct nest_open {
	struct block *block;
	int marker; /* item: where its number or bullet stands */
	int text;   /* where further paragraphs of it begin */
	int edge;   /* where the numbers of a list in it stand */
};

struct nest {
	struct block *root;  /* what all of it stands in */
	int base;            /* where the numbers of lists in the root stand */
	int under_numbers;   /* where they stand if paragraphs are numbered */
	int quote;           /* margin of a quote in the root */
	int in_item, in_quote, code; /* how far a quote in an item, a quote in a quote, code in a quote are moved */
	unsigned quotes;     /* that hold the next block, where the page says it (a right margin); 0: it does not */
	struct nest_open open[NEST_DEPTH];
	unsigned count;
};

/* Nothing is open in container any more, or not yet. */
void nest_begin(struct nest *n, struct block *container);
/* A new item whose number or bullet stands at marker and whose words begin at text; a list in it stands at edge. */
struct block *nest_item(struct nest *n, struct doc *d, int marker, int text, int edge, bool ordered);
#define NEST_UNSAID (-0x7fffffff)
/* The quote that holds a paragraph in quotation style, left NEST_UNSAID if that alone moves it: the one that goes on, or a new one, as where a clause of its own begins. */
struct block *nest_quote(struct nest *n, struct doc *d, int left, bool begins);
/* Is it the anchor of a clause's first paragraph: cl_ and ten digits, without _2? */
bool nest_begins(struct span anchor);
/* What another block at that margin stands in. */
struct block *nest_into(struct nest *n, struct doc *d, int left, bool code);

#endif
