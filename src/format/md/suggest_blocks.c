/* Whole blocks that come or go: paragraphs, items, rows, notes, and the ends of paragraphs. */
#include "format/md/suggest_internal.h"

const char *md_line_end(const struct doc *d)
{
	size_t lf = span_find_char(d->source, '\n', 0);

	return lf != SIZE_MAX && lf > 0 && d->source.p[lf - 1] == '\r' ? "\r\n" : "\n";
}

void md_suggest_block(struct doc *d, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *eol = md_line_end(d);
	size_t at = after ? after->origin.end : d->source.n;
	bool ended = at > 0 && d->source.p[at - 1] == '\n';
	bool blank = ended && (at >= 2 && (d->source.p[at - 2] == '\n' || (at >= 3 && d->source.p[at - 2] == '\r' && d->source.p[at - 3] == '\n')));

	/* "p1 LF LF {++p2 LF LF++}p3": taking the braces' content out gives every byte back. */
	if (after && at < d->source.n) {
		if (d->source.p[at] == '\n' || d->source.p[at] == '\r') {
			at += d->source.p[at] == '\r' && at + 1 < d->source.n && d->source.p[at + 1] == '\n' ? 2 : 1;
			blank = true;
		}
	}
	BUF_LIT(&b, "{++");
	if (!blank) {
		/* The line of the opening brace goes when it is settled (F5.4), and leaves the other one between the paragraphs. */
		buf_str(&b, eol);
		buf_str(&b, eol);
	}
	buf_add(&b, markdown);
	buf_str(&b, eol);
	if (at < d->source.n)
		buf_str(&b, eol);
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add_lines(ret, at, buf_span(&b));
}

void md_suggest_first(struct doc *d, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *eol = md_line_end(d);
	size_t at = d->meta.body;

	while (at < d->source.n && (d->source.p[at] == '\n' || d->source.p[at] == '\r'))
		at++;
	if (at == d->source.n) {
		md_suggest_block(d, NULL, markdown, hand, ret);
		return;
	}
	BUF_LIT(&b, "{++");
	buf_add(&b, markdown);
	buf_str(&b, eol);
	buf_str(&b, eol);
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add_lines(ret, at, buf_span(&b));
}

static bool is_newline(char c)
{
	return c == '\n' || c == '\r';
}

/* Behind the last words of [.., end), without the line ends, and without lines that hold nothing but signs of quotations. */
static size_t words_end(const struct doc *d, size_t end)
{
	for (;;) {
		size_t line;

		while (end > d->meta.body && is_newline(d->source.p[end - 1]))
			end--;
		for (line = end; line > d->meta.body && strchr(" \t>", d->source.p[line - 1]);)
			line--;
		if (line == end || line == d->meta.body || !is_newline(d->source.p[line - 1]))
			return end;
		end = line;
	}
}

/* Behind the line that begins at at, which holds nothing but signs of quotations; at itself where it holds words. */
static size_t behind_blank(const struct doc *d, size_t at)
{
	size_t end = at;

	while (end < d->source.n && strchr(" \t>", d->source.p[end]))
		end++;
	if (end == d->source.n || !is_newline(d->source.p[end]))
		return at;
	end += d->source.p[end] == '\r' && end + 1 < d->source.n && d->source.p[end + 1] == '\n' ? 2 : 1;
	return end;
}

static size_t line_above(const struct doc *d, size_t at)
{
	size_t line = at;

	while (line > d->meta.body && is_newline(d->source.p[line - 1]) && at - line < 2 && !(at - line == 1 && d->source.p[line - 1] == '\n'))
		line--;
	while (line > d->meta.body && !is_newline(d->source.p[line - 1]))
		line--;
	return line;
}

static bool blank_above(const struct doc *d, size_t at)
{
	return at <= d->meta.body || behind_blank(d, line_above(d, at)) == at;
}

static void suggest_stretch(size_t begin, size_t end, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf close = { 0 };

	BUF_LIT(&close, "--}");
	md_sign(hand, &close);
	edits_around(ret, begin, end, SPAN_LIT("{--"), buf_span(&close));
}

/* Before the signs of quotations and the blanks that stand before it on its line; at itself where words do. */
static size_t line_begin(const struct doc *d, size_t at)
{
	size_t line = at;

	while (line > d->meta.body && strchr(" \t>", d->source.p[line - 1]))
		line--;
	return line == d->meta.body || is_newline(d->source.p[line - 1]) ? line : at;
}

/* Whole lines from begin to end go, and a blank line behind them: no double one stays, and no line stays empty that would go too when
 * it is settled (FORMAT.md F5, rules 4 and 5).  below_words: words of another item stand right above; then the line end before goes instead,
 * and what follows stays apart. */
static struct origin lines_to_go(const struct doc *d, size_t begin, size_t end, bool below_words)
{
	begin = line_begin(d, begin);
	while (end > begin && blank_above(d, end) && line_above(d, end) > begin)
		end = line_above(d, end);
	if (below_words)
		return (struct origin){ words_end(d, begin), words_end(d, end) };
	return (struct origin){ begin, behind_blank(d, end) };
}

/* Behind "1. " of an item of an ordered list; 0: its line begins otherwise. */
static size_t behind_number(const struct doc *d, const struct block *item)
{
	size_t at = item->origin.begin, digits;

	while (at < d->source.n && strchr(" \t>", d->source.p[at]))
		at++;
	for (digits = at; at < d->source.n && d->source.p[at] >= '0' && d->source.p[at] <= '9'; at++)
		;
	if (at == digits || at + 1 >= d->source.n || (d->source.p[at] != '.' && d->source.p[at] != ')') || !strchr(" \t", d->source.p[at + 1]))
		return 0;
	for (at++; at < d->source.n && strchr(" \t", d->source.p[at]); at++)
		;
	return at;
}

/* Beside MD_GOES. */
enum {
	GOING_ALL = 2,          /* nothing of it stays */
	GOING_BEFORE = 4,       /* nor of what stands before it in the same list or the like */
	GOING_REST = 8,         /* nor behind it */
	GOING_HANDS_ON = 16,    /* of an ordered list: the first of its items that stays takes the number of those before it */
	GOING_FROM_ABOVE = 32,  /* of words: with the line end before it */
	GOING_BELOW_WORDS = 64, /* when what goes before it is gone, it stands right below a paragraph that stays */
	GOING_TIGHT = 128,      /* the same, or it does now */
};

/* Is it an item, or a list, below a paragraph? */
static bool is_below_words(const struct block *b)
{
	const struct block *before = b;

	if (b->kind != BLOCK_ITEM && b->kind != BLOCK_LIST)
		return false;
	while (before && !before->prev)
		before = before->parent;
	for (before = before ? before->prev : NULL; before && before->last;)
		before = before->last;
	return before && before->kind == BLOCK_PARAGRAPH;
}

static size_t begin_of(const struct block *b)
{
	return b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin ? b->attr_origin.begin : b->origin.begin;
}

static const struct block *first_leaf(const struct block *b)
{
	while (b->first)
		b = b->first;
	return b;
}

/* The item, list or quotation that b begins and of which nothing else stays; b itself where there is none. */
static const struct block *all_of(const struct block *b, const unsigned char *going)
{
	while (b->parent && (b->parent->kind == BLOCK_ITEM || b->parent->kind == BLOCK_LIST || b->parent->kind == BLOCK_QUOTE) && !b->prev && (going[b->serial] & GOING_REST))
		b = b->parent;
	return b;
}

/* How it goes: one right behind others goes as the first of them. */
static unsigned char way_to_go(const struct doc *d, const struct block *leaf, const struct block *before, const unsigned char *going)
{
	const struct block *b = all_of(leaf, going);
	size_t line = line_begin(d, begin_of(b));
	bool at_line = line == d->meta.body || is_newline(d->source.p[line - 1]), blank = blank_above(d, line);
	bool follows = before && (going[before->serial] & MD_GOES);
	unsigned char way = 0;

	if (at_line && !blank && (follows ? going[before->serial] & GOING_FROM_ABOVE : is_below_words(b)))
		way |= GOING_FROM_ABOVE;
	/* The blank line between the two stays where what goes before took the line end above it. */
	if (follows ? going[before->serial] & GOING_TIGHT && !(blank && going[before->serial] & GOING_FROM_ABOVE) : at_line && !blank && before && before->kind == BLOCK_PARAGRAPH)
		way |= GOING_TIGHT | (follows ? GOING_BELOW_WORDS : 0);
	return way;
}

static bool keeps_sign(const struct block *item, const unsigned char *going);

/* What of an item stays, where all that stands before it goes and it takes the item's sign: a block of the item, or one of a list or quotation
 * in it.  NULL: the sign goes too, or nothing does. */
static const struct block *first_to_stay(const struct block *item, const unsigned char *going)
{
	const struct block *x = item->first, *y;

	if (!x || x->kind != BLOCK_PARAGRAPH || !(going[x->serial] & GOING_ALL))
		return NULL;
	while (x && (x->kind == BLOCK_PARAGRAPH || x->kind == BLOCK_LIST || x->kind == BLOCK_QUOTE) && (going[x->serial] & GOING_ALL))
		x = x->next;
	if (!x || (going[x->serial] & GOING_ALL))
		return NULL;
	/* A list alone may hang below the item before; words behind it would follow that list. */
	if (x->kind != BLOCK_PARAGRAPH && x->kind != BLOCK_QUOTE && (x->kind != BLOCK_LIST || !x->next))
		return NULL;
	if (!(going[first_leaf(x)->serial] & MD_GOES) || (going[x->serial] & GOING_HANDS_ON))
		return x;
	if (x->kind == BLOCK_PARAGRAPH)
		return NULL;
	for (y = x->first; going[y->serial] & GOING_ALL;)
		y = y->next;
	if (y->kind != BLOCK_ITEM)
		return going[first_leaf(y)->serial] & MD_GOES ? NULL : y;
	return !(going[first_leaf(y)->serial] & MD_GOES) || keeps_sign(y, going) ? y : NULL;
}

static bool keeps_sign(const struct block *item, const unsigned char *going)
{
	return first_to_stay(item, going);
}

static size_t line_of(const struct doc *d, size_t at)
{
	while (at > d->meta.body && !is_newline(d->source.p[at - 1]))
		at--;
	return at;
}

/* Where a block of an item, or one in a block of it, begins behind what the item's lines are indented by; paragraph: the item's first.  0: elsewhere. */
static size_t behind_indent(const struct doc *d, const struct block *paragraph, const struct block *b)
{
	size_t line, at;

	if (b->kind == BLOCK_PARAGRAPH && b->parent == paragraph->parent)
		return b->attr_origin.end > b->attr_origin.begin ? b->attr_origin.begin : b->inner.begin;
	line = line_of(d, begin_of(b));
	at = line + (paragraph->inner.begin - line_of(d, paragraph->inner.begin));
	if (at >= d->source.n)
		return 0;
	for (size_t i = line; i < at; i++)
		if (!strchr(" \t>", d->source.p[i]))
			return 0;
	return at;
}

/* The leaf's block that begins its line in an item, and is not the item's first. */
static const struct block *begins_line(const struct block *item, const struct block *leaf)
{
	while (leaf->parent != item && leaf->parent->first == leaf)
		leaf = leaf->parent;
	return leaf;
}

/* From where a leaf of an item goes where the item's number is handed on; 0: it stands otherwise. */
static size_t handed_from(const struct doc *d, const struct block *item, const struct block *leaf)
{
	if (leaf == item->first)
		return leaf->kind == BLOCK_PARAGRAPH ? behind_number(d, item) : 0;
	return leaf->kind == BLOCK_PARAGRAPH && item->first->kind == BLOCK_PARAGRAPH ? behind_indent(d, item->first, begins_line(item, leaf)) : 0;
}

static bool can_hand_on(const struct doc *d, const struct block *item)
{
	for (const struct block *b = item->first; b; b = block_next(b, item))
		if ((block_is_leaf(b) && !handed_from(d, item, b)) || (!block_is_leaf(b) && b->kind != BLOCK_LIST && b->kind != BLOCK_ITEM))
			return false;
	return item->first;
}

static bool hands_on(const struct doc *d, const struct block *list, const unsigned char *going)
{
	const struct block *x = list->first;

	while (x && (going[x->serial] & GOING_ALL) && can_hand_on(d, x))
		x = x->next;
	return x && x->prev && !(going[x->serial] & GOING_ALL) && (!(going[first_leaf(x)->serial] & MD_GOES) || keeps_sign(x, going));
}

/* The item that a leaf goes with, which hands its number on to one that stays; NULL: there is none. */
static const struct block *item_handing_on(const struct block *leaf, const unsigned char *going)
{
	const struct block *item = leaf->parent;

	while (item && !(item->kind == BLOCK_ITEM && (going[item->serial] & GOING_ALL) && (going[item->serial] & GOING_BEFORE) && (going[item->parent->serial] & GOING_HANDS_ON)))
		item = item->parent;
	return item;
}

static void going_below(const struct doc *d, struct block *top, struct block **order, unsigned char *going)
{
	const struct block *before = NULL;
	size_t n = 0;

	for (struct block *b = top; b; b = block_next(b, top))
		order[n++] = b;
	for (size_t i = n; i-- > 0;) {
		const struct block *b = order[i], *next = b->next;
		bool all = block_is_leaf(b) ? going[b->serial] & MD_GOES : b->kind != BLOCK_RULE;

		for (const struct block *x = b->first; x && all; x = x->next)
			all = going[x->serial] & GOING_ALL;
		going[b->serial] |= all ? GOING_ALL : 0;
		if (b->kind == BLOCK_LIST && b->ordered && hands_on(d, b, going))
			going[b->serial] |= GOING_HANDS_ON;
		if (!next || (going[next->serial] & (GOING_ALL | GOING_REST)) == (GOING_ALL | GOING_REST))
			going[b->serial] |= GOING_REST;
	}
	for (size_t i = 0; i < n; i++) {
		const struct block *b = order[i];

		if (!b->prev || (going[b->prev->serial] & (GOING_ALL | GOING_BEFORE)) == (GOING_ALL | GOING_BEFORE))
			going[b->serial] |= GOING_BEFORE;
		if (!block_is_leaf(b))
			continue;
		if (going[b->serial] & MD_GOES)
			going[b->serial] |= way_to_go(d, b, before, going);
		before = b;
	}
}

void md_going(const struct doc *d, unsigned char *going)
{
	CLEANUP(mem_freep) struct block **order = mem_zero(d->block_count + 1, sizeof(*order));

	for (size_t i = 0; i <= d->note_count; i++)
		going_below(d, i ? d->notes[i - 1]->body : d->root, order, going);
}

/* Of words that go with all before them in their item, of which something stays: to where what stands behind them begins, which takes the item's
 * sign, or hands it on.  0: they go in another way. */
static struct origin head_to_go(const struct doc *d, const struct block *leaf, const unsigned char *going)
{
	const struct block *item = leaf->parent, *top = leaf, *stays, *next;
	size_t begin, end;

	for (; item && (item->kind != BLOCK_ITEM || (going[item->serial] & GOING_ALL)); item = item->parent)
		;
	stays = item ? first_to_stay(item, going) : NULL;
	if (!stays || leaf->serial > stays->serial)
		return (struct origin){ 0 };
	while (top->parent != item && top->parent->first == top)
		top = top->parent;
	for (next = block_next(leaf, item); next != stays && !block_is_leaf(next);)
		next = block_next(next, item);
	while (next != stays && next->parent != item && next->parent->first == next)
		next = next->parent;
	begin = leaf == item->first ? leaf->inner.begin : behind_indent(d, item->first, top);
	end = behind_indent(d, item->first, next);
	/* Not where what takes the sign would stand behind blanks. */
	if (!begin || !end || strchr(" \t\r\n", d->source.p[behind_indent(d, item->first, stays)]))
		return (struct origin){ 0 };
	return (struct origin){ begin, end };
}

/* Does it end a list, as the last words of an item of which nothing stays, behind other words of that item? */
static bool ends_list(const struct block *b, const unsigned char *going)
{
	bool last_of_more = false;

	for (; b->parent && !b->next && (going[b->parent->serial] & GOING_ALL); b = b->parent) {
		last_of_more = last_of_more || b->prev;
		if (last_of_more && b->parent->kind == BLOCK_ITEM && !b->parent->next)
			return true;
	}
	return false;
}

/* What goes with a block: the item, list or quotation that it is all of, in *b then, with its signs and what parts it from the next. */
static struct origin bytes_to_go(const struct doc *d, const struct block **ret, const unsigned char *going)
{
	const struct block *b = *ret, *leaf = b, *handing = item_handing_on(b, going);
	size_t begin, end = 0;
	struct origin o;

	while (b->parent && (b->parent->kind == BLOCK_ITEM || b->parent->kind == BLOCK_LIST || b->parent->kind == BLOCK_QUOTE) && b->parent->first == b &&
	       b->parent->last == b)
		b = b->parent;
	*ret = b;
	/* The first words of what stays take the place, and the sign, of those that go: without it a list would begin at 2, or not at all, and
	 * the rest of an item would leave its list. */
	if (handing) {
		const struct block *next = block_next(leaf, handing);

		while (next && !block_is_leaf(next))
			next = block_next(next, handing);
		begin = handed_from(d, handing, leaf);
		end = next ? handed_from(d, handing, next) : behind_number(d, handing->next);
	} else {
		o = head_to_go(d, leaf, going);
		begin = o.begin;
		end = o.end;
	}
	if (end)
		return (struct origin){ begin, end };
	o = lines_to_go(d, begin_of(b), b->origin.end, going[first_leaf(b)->serial] & GOING_FROM_ABOVE);
	/* The blank line below a list stays, new items may stand before those that go; and the last words' own line, which goes when it is settled. */
	if ((b->kind == BLOCK_ITEM && b->prev && !b->next) || ends_list(leaf, going))
		o.end = words_end(d, o.end);
	/* So does the one below what goes from right under other words: what follows would go on with those. */
	if ((going[first_leaf(b)->serial] & (GOING_TIGHT | GOING_FROM_ABOVE)) == GOING_TIGHT)
		o.end = words_end(d, o.end);
	return o;
}

void md_suggest_removal(struct doc *d, const struct block *b, const unsigned char *going, struct md_hand hand, struct edits *ret)
{
	struct origin o = bytes_to_go(d, &b, going);

	suggest_stretch(o.begin, o.end, hand, ret);
}

/* [begin, end) of the source without the block's attribute list, and the line that holds nothing else. */
static void put_untagged(const struct doc *d, size_t begin, size_t end, const struct block *b, struct buf *out)
{
	struct origin tag = b->attr_origin;
	size_t line;

	if (tag.end <= tag.begin || tag.begin < begin || tag.end > end) {
		buf_add(out, span_sub(d->source, begin, end));
		return;
	}
	for (line = tag.begin; line > begin && strchr(" \t>", d->source.p[line - 1]);)
		line--;
	while (tag.end < end && (d->source.p[tag.end] == ' ' || d->source.p[tag.end] == '\t'))
		tag.end++;
	if (tag.end < end && is_newline(d->source.p[tag.end]) && (line == begin || is_newline(d->source.p[line - 1]))) {
		tag.begin = line;
		tag.end += d->source.p[tag.end] == '\r' && tag.end + 1 < end && d->source.p[tag.end + 1] == '\n' ? 2 : 1;
	}
	buf_add(out, span_sub(d->source, begin, tag.begin));
	buf_add(out, span_sub(d->source, tag.end, end));
}

/* The first number in the text from a place on is 1: no list that begins with another stands right below words. */
static void number_as_first(struct buf *b, size_t from)
{
	size_t begin = from, end;

	while (begin < b->n && (b->p[begin] < '0' || b->p[begin] > '9'))
		begin++;
	for (end = begin; end < b->n && b->p[end] >= '0' && b->p[end] <= '9';)
		end++;
	if (end == b->n || end == begin)
		return;
	b->p[begin] = '1';
	memmove(b->p + begin + 1, b->p + end, b->n - end);
	b->n -= end - begin - 1;
}

#define NOTE_INDENT "    "

/* What the further lines of a paragraph's container begin with: its quotation signs, and blanks for the marks of its items, and of its note.
 * Returns where in out the blanks for the innermost item's sign stand. */
static size_t prefix_to_sign(const struct doc *d, const struct block *paragraph, struct buf *out, struct span *ret_sign)
{
	size_t at = paragraph->inner.begin, end, sign = 0;

	while (at > d->meta.body && !is_newline(d->source.p[at - 1]))
		at--;
	if (paragraph->in_note && d->source.p[at] == '[') {
		BUF_LIT(out, NOTE_INDENT);
		at = span_find(d->source, SPAN_LIT("]:"), at) + 2;
		while (at < paragraph->inner.begin && strchr(" \t", d->source.p[at]))
			at++;
	}
	for (;;) {
		for (; at < paragraph->inner.begin && strchr(" \t>", d->source.p[at]); at++)
			buf_char(out, d->source.p[at]);
		for (end = at; end < paragraph->inner.begin && d->source.p[end] >= '0' && d->source.p[end] <= '9'; end++)
			;
		if (end + 1 >= paragraph->inner.begin || !strchr(end > at ? ".)" : "-+*", d->source.p[end]) || !strchr(" \t", d->source.p[end + 1]))
			return sign;
		sign = out->n;
		*ret_sign = span_sub(d->source, at, end + 1);
		for (; at <= end; at++)
			buf_char(out, ' ');
	}
}

static void further_prefix(const struct doc *d, const struct block *paragraph, struct buf *out)
{
	struct span sign = { 0 };

	prefix_to_sign(d, paragraph, out, &sign);
}

/* Takes off the line ends, and the lines of nothing but signs of quotations, at the end of it. */
static void cut_blank_lines(struct buf *b)
{
	for (;;) {
		size_t line;

		while (b->n && is_newline(b->p[b->n - 1]))
			b->n--;
		for (line = b->n; line && strchr(" \t>", b->p[line - 1]);)
			line--;
		if (line == b->n || !line || !is_newline(b->p[line - 1]))
			return;
		b->n = line;
	}
}

/* Is it a paragraph that only blank lines part from others?  Where an item begins, its sign does. */
static bool needs_blank_lines(const struct block *leaf, const struct block *top)
{
	return leaf->kind == BLOCK_PARAGRAPH && top->kind != BLOCK_ITEM && top->kind != BLOCK_LIST && !(leaf->parent->kind == BLOCK_ITEM && !leaf->prev);
}

/* A line that is blank in what the paragraph stands in, without its end. */
static void put_blank(const struct doc *d, const struct block *paragraph, struct buf *out)
{
	CLEANUP(buf_done) struct buf prefix = { 0 };

	further_prefix(d, paragraph, &prefix);
	while (prefix.n && strchr(" \t", prefix.p[prefix.n - 1]))
		prefix.n--;
	buf_add(out, buf_span(&prefix));
}

static void put_blank_line(const struct doc *d, const struct block *paragraph, struct buf *out)
{
	put_blank(d, paragraph, out);
	buf_str(out, md_line_end(d));
}

bool md_line_break(const struct doc *d, const struct block *leaf, struct buf *out)
{
	if (leaf->kind == BLOCK_CELL || leaf->kind == BLOCK_HEADING)
		return false;
	buf_printf(out, "\\%s", md_line_end(d));
	further_prefix(d, leaf, out);
	return true;
}

/* Markdown of several lines, in the containers that its first line stands in. */
static void put_lines(struct span markdown, struct span prefix, struct buf *out)
{
	for (size_t i = 0; i < markdown.n; i++) {
		buf_char(out, markdown.p[i]);
		if (markdown.p[i] == '\n')
			buf_add(out, prefix);
	}
}

void md_put_break(const struct doc *d, const struct block *leaf, bool in_new_item, struct buf *out)
{
	const struct block *item = leaf->parent;
	struct span sign = { 0 };
	size_t at;

	buf_str(out, md_line_end(d));
	in_new_item = in_new_item && item->kind == BLOCK_ITEM && item->first == leaf;
	if (!in_new_item || !item->parent->tight)
		put_blank_line(d, leaf, out);
	at = prefix_to_sign(d, leaf, out, &sign);
	if (in_new_item && sign.n)
		memcpy(out->p + at, sign.p, sign.n);
}

/* Of a paragraph behind others of its item, all of which goes, sign and all: where that sign begins, or its line; what comes takes it over. */
static size_t sign_to_take(const struct doc *d, const struct block *leaf, const unsigned char *going)
{
	const struct block *item = leaf->parent, *first = item->first;
	size_t line;

	if (item->kind != BLOCK_ITEM || !leaf->prev || first->kind != BLOCK_PARAGRAPH || !(going[item->serial] & GOING_ALL))
		return 0;
	if (head_to_go(d, leaf, going).end)
		return head_to_go(d, first, going).begin;
	line = line_of(d, item->origin.begin);
	return line_begin(d, begin_of(item)) == line && line_of(d, first->inner.begin) == line ? line : 0;
}

bool md_suggest_instead(struct doc *d, const struct block *leaf, const unsigned char *going, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, prefix = { 0 };
	const struct block *top = leaf;
	struct origin o = bytes_to_go(d, &top, going);
	size_t sign = top == leaf ? sign_to_take(d, leaf, going) : 0;
	bool at_line, apart = needs_blank_lines(leaf, top) && !sign;
	const struct block *handing = item_handing_on(leaf, going);
	struct span rest;

	if (leaf->inner.begin < o.begin || leaf->inner.end > o.end || leaf->inner.end <= leaf->inner.begin)
		return false;
	for (const struct block *x = top; x; x = block_next(x, top))
		if ((block_is_leaf(x) && x != leaf) || (x != top && x != leaf && x->attr_origin.end > x->attr_origin.begin))
			return false;
	for (size_t i = 0; i < d->suggestion_count; i++)
		if (d->suggestions[i].origin.begin <= o.end && d->suggestions[i].origin.end >= o.begin)
			return false;
	if (top != leaf && leaf->attr_origin.end > leaf->attr_origin.begin && top->attr_origin.end > top->attr_origin.begin)
		return false;
	at_line = o.begin == d->meta.body || is_newline(d->source.p[o.begin - 1]);
	BUF_LIT(&b, "{++");
	if (at_line && apart && (going[leaf->serial] & GOING_BELOW_WORDS)) {
		/* The opening brace's own line goes when it is settled (FORMAT.md F5, rule 4). */
		buf_str(&b, md_line_end(d));
		put_blank_line(d, leaf, &b);
	} else if (is_newline(d->source.p[o.begin]) && apart) {
		buf_str(&b, md_line_end(d));
		put_blank(d, leaf, &b);
	}
	if (sign)
		put_untagged(d, sign, leaf->parent->first->inner.begin, leaf->parent, &b);
	else
		put_untagged(d, o.begin, leaf->inner.begin, leaf->attr_origin.end > leaf->attr_origin.begin ? leaf : top, &b);
	if (top->kind == BLOCK_ITEM && top->parent->ordered && (going[top->serial] & GOING_BEFORE))
		number_as_first(&b, 3);
	further_prefix(d, leaf, &prefix);
	put_lines(markdown, buf_span(&prefix), &b);
	if (!at_line && !handing && top == leaf && leaf->next && leaf->next->kind != BLOCK_PARAGRAPH) {
		/* There may be another one. */
		buf_str(&b, md_line_end(d));
		put_blank(d, leaf, &b);
	}
	rest = span_sub(d->source, leaf->inner.end, o.end);
	/* The number that the next item lost with the words before it. */
	if (handing && behind_number(d, handing->next))
		rest = span_sub(d->source, words_end(d, handing->origin.end), behind_number(d, handing->next));
	/* Behind the last item of a list that goes words may follow, in the item around it. */
	if (!at_line && (sign || top->kind == BLOCK_ITEM) && (going[(sign ? leaf->parent : top)->serial] & GOING_REST) &&
	    span_find_char(rest, '\n', span_find_char(rest, '\n', 0) + 1) == SIZE_MAX) {
		buf_str(&b, md_line_end(d));
		put_blank(d, leaf, &b);
	}
	buf_add(&b, rest);
	if (at_line && apart) {
		cut_blank_lines(&b);
		buf_str(&b, md_line_end(d));
		put_blank_line(d, leaf, &b);
	} else if (at_line && !is_newline(b.p[b.n - 1])) {
		buf_str(&b, md_line_end(d));
	}
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add(ret, o.begin, o.begin, buf_span(&b));
	return true;
}

void md_suggest_note_removal(struct doc *d, const struct note *n, struct md_hand hand, struct edits *ret)
{
	struct origin o = lines_to_go(d, n->origin.begin, n->origin.end, false);

	suggest_stretch(o.begin, o.end, hand, ret);
}

/* "{++", the line end that was there before it, line, "++}": taken out, every byte is back. */
static void suggest_line(struct doc *d, size_t at, struct span line, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	BUF_LIT(&b, "{++");
	buf_str(&b, md_line_end(d));
	buf_add(&b, line);
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add(ret, at, at, buf_span(&b));
}

void md_suggest_between(struct doc *d, const struct block *part, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf lines = { 0 };
	const char *eol = md_line_end(d);

	/* The closing brace's own line goes when it is settled, and leaves the blank one (FORMAT.md F5, rule 4). */
	buf_printf(&lines, "%s%.*s%s%s", eol, SPAN_ARG(markdown), eol, eol);
	suggest_line(d, words_end(d, part->origin.end), buf_span(&lines), hand, ret);
}

/* What an item of an ordered list on the next line is counted as; 0: there is none. */
static unsigned number_below(const struct doc *d, size_t at)
{
	unsigned n = 0;
	size_t digits;

	while (at < d->source.n && is_newline(d->source.p[at]))
		at++;
	while (at < d->source.n && strchr(" \t>", d->source.p[at]))
		at++;
	for (digits = at; at < d->source.n && at < digits + 9 && d->source.p[at] >= '0' && d->source.p[at] <= '9'; at++)
		n = n * 10 + (unsigned)(d->source.p[at] - '0');
	return at > digits && at < d->source.n && strchr(".)", d->source.p[at]) ? n : 0;
}

static bool ends_with_code(const struct block *b)
{
	while (b->last)
		b = b->last;
	return b->kind == BLOCK_CODE;
}

void md_suggest_item(struct doc *d, const struct block *item, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, line = { 0 }, prefix = { 0 };
	size_t at = words_end(d, after ? after->inner.end : item->origin.end), from = item->origin.begin, blank;
	const char *eol = md_line_end(d);

	while (from < d->source.n && (d->source.p[from] == ' ' || d->source.p[from] == '\t' || d->source.p[from] == '>'))
		buf_char(&line, d->source.p[from++]);
	buf_add(&prefix, buf_span(&line));
	buf_str(&prefix, item->parent && item->parent->ordered ? "   " : "  ");
	if (item->parent && item->parent->ordered)
		BUF_LIT(&line, "1. ");
	else
		buf_printf(&line, "%c ", from < d->source.n && (d->source.p[from] == '*' || d->source.p[from] == '+') ? d->source.p[from] : '-');
	put_lines(markdown, buf_span(&prefix), &line);
	if (after && number_below(d, at) > 1) {
		/* A list that is not counted from 1 takes no place right below words; the closing brace's own line goes when it is settled. */
		buf_str(&line, eol);
		buf_str(&line, eol);
	}
	if (after || !ends_with_code(item) || at == d->source.n) {
		suggest_line(d, at, buf_span(&line), hand, ret);
		return;
	}
	/* A fence stands alone on its line. */
	at += d->source.p[at] == '\r' && at + 1 < d->source.n && d->source.p[at + 1] == '\n' ? 2 : 1;
	blank = behind_blank(d, at);
	BUF_LIT(&b, "{++");
	buf_add(&b, buf_span(&line));
	buf_str(&b, eol);
	buf_str(&b, blank > at ? eol : "");
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add_lines(ret, blank, buf_span(&b));
}

void md_suggest_inside(struct doc *d, const struct block *paragraph, const char *sign, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf prefix = { 0 }, lines = { 0 };

	further_prefix(d, paragraph, &prefix);
	if (!*sign) {
		struct span bare = buf_span(&prefix);

		while (bare.n && strchr(" \t", bare.p[bare.n - 1]))
			bare.n--;
		buf_add(&lines, bare);
		buf_str(&lines, md_line_end(d));
	}
	buf_add(&lines, buf_span(&prefix));
	buf_str(&lines, sign);
	for (size_t i = 0; sign[i]; i++)
		buf_char(&prefix, ' ');
	put_lines(markdown, buf_span(&prefix), &lines);
	suggest_line(d, words_end(d, paragraph->inner.end), buf_span(&lines), hand, ret);
}

void md_suggest_in_note(struct doc *d, const struct block *after, struct span markdown, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf lines = { 0 };

	buf_str(&lines, md_line_end(d));
	BUF_LIT(&lines, NOTE_INDENT);
	put_lines(markdown, SPAN_LIT(NOTE_INDENT), &lines);
	suggest_line(d, words_end(d, after->inner.end), buf_span(&lines), hand, ret);
}

/* The end of the row's line, without its line end. */
static size_t row_end(const struct doc *d, const struct block *row)
{
	size_t at = row->origin.end;

	while (at > row->origin.begin && (d->source.p[at - 1] == '\n' || d->source.p[at - 1] == '\r'))
		at--;
	return at;
}

void md_suggest_row(struct doc *d, const struct block *row, const struct span *cells, size_t count, struct md_hand hand, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t at = row_end(d, row), line = row->origin.begin, next;

	/* Below the header the delimiters' line comes first. */
	next = row->header ? span_find_char(d->source, '\n', at) : SIZE_MAX;
	if (next != SIZE_MAX) {
		at = span_find_char(d->source, '\n', next + 1);
		at = at == SIZE_MAX ? d->source.n : at;
		at -= at > next + 1 && d->source.p[at - 1] == '\r';
	}
	/* Behind the row above, its line end first: a brace alone on the empty line below the table would take that line with it. */
	BUF_LIT(&b, "{++");
	buf_str(&b, md_line_end(d));
	/* In an item or a quote, behind the signs of its lines. */
	while (line < at && (d->source.p[line] == ' ' || d->source.p[line] == '\t' || d->source.p[line] == '>'))
		buf_char(&b, d->source.p[line++]);
	buf_char(&b, '|');
	for (size_t i = 0; i < count; i++) {
		buf_char(&b, ' ');
		buf_add(&b, cells[i]);
		BUF_LIT(&b, " |");
	}
	BUF_LIT(&b, "++}");
	md_sign(hand, &b);
	edits_add(ret, at, at, buf_span(&b));
}

void md_suggest_row_removal(struct doc *d, const struct block *row, struct md_hand hand, struct edits *ret)
{
	size_t begin = row->prev ? row_end(d, row->prev) : row->origin.begin, end = row_end(d, row);

	/* With the line end before it, and the delimiters' line where it is the first below the header. */
	if (row->prev && row->prev->header && !row->header)
		while (begin < row->origin.begin && span_find_char(span_sub(d->source, begin + 1, row->origin.begin), '\n', 0) != SIZE_MAX)
			begin++;
	begin -= begin && d->source.p[begin] == '\n' && d->source.p[begin - 1] == '\r';
	suggest_stretch(begin, end, hand, ret);
}

void md_suggest_join(struct doc *d, const struct block *a, const struct block *b, struct md_hand hand, struct edits *ret)
{
	(void)d;
	suggest_stretch(a->inner.end, b->inner.begin, hand, ret);
}
