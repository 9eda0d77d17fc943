#include "model/nest.h"

#include <stdlib.h>

/* Programs round lengths; two things that differ are never as near. */
#define NEST_NEAR 60
/* In ODT the words of a quote, and the bullets in it, stand 40 twips behind those of a numbered paragraph. */
#define QUOTE_NEAR 20
/* That begin in one another without a paragraph between. */
#define UNSAID_QUOTES 3
#define NEST_FAR 100000

void nest_begin(struct nest *n, struct block *container)
{
	n->root = container;
	n->count = 0;
}

static struct block *top_of(const struct nest *n)
{
	return n->count ? n->open[n->count - 1].block : n->root;
}

static void push(struct nest *n, struct block *b, int marker, int text, int edge)
{
	if (n->count < NEST_DEPTH)
		n->open[n->count++] = (struct nest_open){ b, marker, text, edge };
}

static struct block *append_item(struct nest *n, struct doc *d, int marker, int text, int edge, bool ordered)
{
	struct block *into = top_of(n), *list = into->last && into->last->kind == BLOCK_LIST && into->last->ordered == ordered ? into->last : NULL, *item;
	unsigned level = 1;

	for (const struct block *b = into; b; b = b->parent)
		level += b->kind == BLOCK_LIST;
	if (!list)
		list = block_new_list(d, into, ordered, level);
	item = block_new(d, BLOCK_ITEM);
	item->level = level;
	block_append(list, item);
	push(n, item, marker, text, edge);
	return item;
}

/* Can the first `keep` of what stands open be all that holds a block, as far as the page says how many quotes do? */
static bool may_hold(const struct nest *n, unsigned keep, unsigned more)
{
	unsigned quotes = more;

	for (const struct block *b = keep ? n->open[keep - 1].block : NULL; b && b != n->root; b = b->parent)
		quotes += b->kind == BLOCK_QUOTE;
	return !n->quotes || n->quotes == quotes;
}

static struct block *append_quote(struct nest *n, struct doc *d, int left)
{
	struct block *q = block_new(d, BLOCK_QUOTE);

	block_append(top_of(n), q);
	push(n, q, left, left, left);
	return q;
}

/*
 * A quote that begins with a list, code, a heading or a table: no paragraph in it has said yet that it is open, only the margin
 * does.  In the innermost of what stands open that it can be in; inside is how far the writer moves such a block in a quote.
 */
static bool opens_quotes_near(struct nest *n, struct doc *d, int left, int inside, int near)
{
	for (unsigned keep = n->count + 1; keep-- > 0;) {
		const struct nest_open *o = keep ? &n->open[keep - 1] : NULL;
		int first = !o ? n->quote : o->text + (o->block->kind == BLOCK_QUOTE ? n->in_quote : n->in_item);

		for (int more = 0; more < UNSAID_QUOTES; more++) {
			if (abs(first + more * n->in_quote + inside - left) > near || !may_hold(n, keep, (unsigned)more + 1))
				continue;
			n->count = keep;
			for (int k = 0; k <= more; k++)
				append_quote(n, d, first + k * n->in_quote);
			return true;
		}
	}
	return false;
}

/* The third numbers (1) stand a little off, and nothing else is as near. */
static bool opens_quotes(struct nest *n, struct doc *d, int left, int inside)
{
	return opens_quotes_near(n, d, left, inside, QUOTE_NEAR) || opens_quotes_near(n, d, left, inside, NEST_NEAR);
}

/* A list of the root stands at the margin, or under the words of numbered paragraphs, of which none may have come yet. */
static int root_distance(const struct nest *n, int marker)
{
	int base = abs(n->base - marker), under = abs(n->under_numbers - marker);

	return base < under ? base : under;
}

struct block *nest_item(struct nest *n, struct doc *d, int marker, int text, int edge, bool ordered)
{
	int least = may_hold(n, 0, 0) ? root_distance(n, marker) : NEST_FAR;
	unsigned keep = 0;

	/* One more of the same list, or of another beside it; where that stands in a quote, a list of the root may be as near. */
	for (unsigned k = n->count; k-- > 0;)
		if (n->open[k].block->kind == BLOCK_ITEM && may_hold(n, k + 1, 0) && abs(n->open[k].marker - marker) <= NEST_NEAR && abs(n->open[k].marker - marker) <= least + QUOTE_NEAR &&
		    (abs(n->open[k].marker - marker) <= QUOTE_NEAR || abs(n->quote - marker) > QUOTE_NEAR)) {
			n->count = k;
			return append_item(n, d, marker, text, edge, ordered);
		}
	for (unsigned k = 0; k < n->count; k++)
		if (may_hold(n, k + 1, 0) && abs(n->open[k].edge - marker) <= (n->open[k].block->kind == BLOCK_QUOTE && least > QUOTE_NEAR && !n->quotes ? QUOTE_NEAR : least)) {
			least = abs(n->open[k].edge - marker);
			keep = k + 1;
		}
	if (least <= (keep ? NEST_NEAR : QUOTE_NEAR) || !opens_quotes(n, d, marker, 0))
		n->count = keep;
	return append_item(n, d, marker, text, edge, ordered);
}

bool nest_begins(struct span anchor)
{
	return span_starts(anchor, SPAN_LIT("cl_")) && span_find_char(span_sub(anchor, 3, anchor.n), '_', 0) == SIZE_MAX;
}

struct block *nest_quote(struct nest *n, struct doc *d, int left, bool begins)
{
	unsigned keep = 0;

	/* Where the style alone moves it, it stands in the root: its margin may be that of a quote in an item too. */
	if (left == NEST_UNSAID) {
		bool goes_on = !begins && n->count && n->open[0].block->kind == BLOCK_QUOTE;

		n->count = goes_on ? 1 : 0;
		return goes_on ? n->open[0].block : append_quote(n, d, n->quote);
	}
	for (unsigned k = n->count; k-- > 0;)
		if (n->open[k].block->kind == BLOCK_QUOTE && abs(n->open[k].text - left) <= NEST_NEAR) {
			n->count = begins ? k : k + 1;
			return begins ? append_quote(n, d, left) : n->open[k].block;
		}
	for (unsigned k = 0; k < n->count; k++)
		if (abs(n->open[k].text + (n->open[k].block->kind == BLOCK_QUOTE ? n->in_quote : n->in_item) - left) <= NEST_NEAR)
			keep = k + 1;
	n->count = keep;
	return append_quote(n, d, left);
}

struct block *nest_into(struct nest *n, struct doc *d, int left, bool code)
{
	unsigned keep = 0;

	for (unsigned k = 0; k < n->count; k++)
		if (may_hold(n, k + 1, 0) && abs(n->open[k].text + (code && n->open[k].block->kind == BLOCK_QUOTE ? n->code : 0) - left) <= NEST_NEAR)
			keep = k + 1;
	if (keep || !opens_quotes(n, d, left, code ? n->code : 0))
		n->count = keep;
	for (struct block *b = top_of(n); b; b = b->parent)
		if (b->kind == BLOCK_LIST)
			b->tight = false; /* or two paragraphs would be one */
	return top_of(n);
}
