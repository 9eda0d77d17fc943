/* Whole paragraphs, items, rows and tables that come or go. */
#include "cli/laying_internal.h"

#include "base/limits.h"
#include "model/text.h"

static const struct block *top_of(const struct block *b)
{
	while (b && b->parent && b->parent->kind != BLOCK_ROOT)
		b = b->parent;
	return b;
}

static const struct block *item_of(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->kind == BLOCK_ITEM)
			return b;
	return NULL;
}

static void lay_row(struct laying *y, const struct receive_block *x, struct md_hand hand)
{
	struct span cells[LIMIT_TABLE_COLUMNS];
	const struct block *row = x->after->parent;
	size_t count = 0;

	for (const struct block *c = x->returned->first; c && count < ARRAY_LEN(cells); c = c->next) {
		CLEANUP(buf_done) struct buf words = { 0 };

		laying_markdown(y, c, (struct md_hand){ .author = hand.author, .time = hand.time }, &words);
		cells[count++] = arena_dup(&y->c->arena, span_trim(buf_span(&words)));
	}
	/* In the place of rows that go: before the first of them, or its words would stand in their suggestion. */
	while ((y->going[row->serial] & MD_GOES) && row->prev)
		row = row->prev;
	md_suggest_row(y->doc, row, cells, count, hand, y->e);
}

static size_t count_cells(const struct block *row)
{
	size_t n = 0;

	for (const struct block *c = row->first; c; c = c->next)
		n++;
	return n;
}

/* A new table's rows that stay, the first as its header: a table in Markdown has one.  replaces: in whose place it comes, with that one's id; may be NULL. */
static void put_table(struct laying *y, const struct block *table, const struct block *replaces, struct md_hand hand, struct buf *out)
{
	const char *eol = span_find(y->doc->source, SPAN_LIT("\r\n"), 0) != SIZE_MAX ? "\r\n" : "\n";
	size_t columns = 0;
	bool first = true;

	if (replaces && replaces->attr_origin.end > replaces->attr_origin.begin)
		buf_printf(out, "%.*s%s", SPAN_ARG(span_trim(span_sub(y->doc->source, replaces->attr_origin.begin, replaces->attr_origin.end))), eol);
	for (const struct block *row = table->first; row; row = row->next)
		columns = count_cells(row) > columns ? count_cells(row) : columns;
	for (const struct block *row = table->first; row; row = row->next) {
		const struct block *c = row->first;

		if (!mark_accepted(row->mark))
			continue;
		if (!first)
			buf_str(out, eol);
		buf_char(out, '|');
		for (size_t i = 0; i < columns; i++, c = c ? c->next : NULL) {
			CLEANUP(buf_done) struct buf words = { 0 };

			if (c)
				laying_markdown(y, c, hand, &words);
			buf_printf(out, " %.*s |", SPAN_ARG(span_trim(buf_span(&words))));
		}
		if (first) {
			buf_printf(out, "%s|", eol);
			for (size_t i = 0; i < columns; i++)
				BUF_LIT(out, "---|");
		}
		first = false;
	}
}

/* The block's source, with its attribute lists: it moves as it is. */
static struct span source_of(const struct doc *d, const struct block *b)
{
	size_t begin = b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin ? b->attr_origin.begin : b->origin.begin, end = b->origin.end;

	while (end > begin && (d->source.p[end - 1] == '\n' || d->source.p[end - 1] == '\r'))
		end--;
	return span_sub(d->source, begin, end);
}

/* How many lists a block stands in. */
static unsigned depth_of(const struct block *b)
{
	unsigned n = 0;

	for (; b; b = b->parent)
		n += b->kind == BLOCK_LIST;
	return n;
}

static const char *sign_of(const struct block *item)
{
	return item->parent && item->parent->ordered ? "1. " : "- ";
}

static bool ends_with(const struct block *b, const struct block *leaf)
{
	while (b->last)
		b = b->last;
	return b == leaf;
}

static bool in_quote(const struct block *b)
{
	while (b && b->kind != BLOCK_QUOTE)
		b = b->parent;
	return b;
}

/* A new paragraph of an item or quotation, or a new item, among others.  False: none stands before it; it goes into the text. */
static bool lay_inside(struct laying *y, const struct receive_block *x, struct span text, struct md_hand hand)
{
	const struct block *item = item_of(x->after), *new = item_of(x->returned);
	bool paragraph = x->after && x->after->kind == BLOCK_PARAGRAPH;

	/* No table ends a list in other programs; here it is the item's in which it stands. */
	if (x->returned->kind == BLOCK_TABLE) {
		if (!paragraph || (ends_with(top_of(x->after), x->after) && !new && x->returned->parent->kind != BLOCK_QUOTE))
			return false;
		md_suggest_inside(y->doc, x->after, "", text, hand, y->e);
		return true;
	}
	/* A note is a container, too. */
	if (x->after && x->after->in_note && !item) {
		md_suggest_inside(y->doc, x->after, new ? sign_of(new) : "", text, hand, y->e);
		return true;
	}
	if (x->after && x->after->in_note && !new) {
		md_suggest_in_note(y->doc, x->after, text, hand, y->e);
		return true;
	}
	if (paragraph && x->after->parent->kind == BLOCK_QUOTE && x->returned->parent->kind == BLOCK_QUOTE && x->returned->kind == BLOCK_PARAGRAPH) {
		md_suggest_inside(y->doc, x->after, "", text, hand, y->e);
		return true;
	}
	/* What stands amid a quotation is in it. */
	if (!item) {
		if (!paragraph || x->after->parent->kind != BLOCK_QUOTE || (!new && x->returned->kind != BLOCK_PARAGRAPH) || (!x->after->next && !in_quote(x->returned)))
			return false;
		md_suggest_inside(y->doc, x->after, new ? sign_of(new) : "", text, hand, y->e);
		return true;
	}
	if (!new)
		return false;
	while (item && depth_of(item) > depth_of(new))
		item = item_of(item->parent);
	if (!item)
		return false;
	if (paragraph && x->after->parent == item && x->returned->prev)
		md_suggest_inside(y->doc, x->after, "", text, hand, y->e);
	else if (paragraph && x->after->parent == item && depth_of(new) > depth_of(item))
		md_suggest_inside(y->doc, x->after, sign_of(new), text, hand, y->e);
	else
		md_suggest_item(y->doc, item, paragraph && !ends_with(item, x->after) ? x->after : NULL, text, hand, y->e);
	return true;
}

/* Does the new block stand in the same quotation or item as that one, and is it of its kind? */
static bool stands_alike(const struct block *a, const struct block *b)
{
	if (a->kind != b->kind || a->level != b->level || (a->kind != BLOCK_PARAGRAPH && a->kind != BLOCK_HEADING))
		return false;
	for (; a->parent && b->parent; a = a->parent, b = b->parent)
		if (a->parent->kind != b->parent->kind || (a->parent->kind == BLOCK_LIST && a->parent->ordered != b->parent->ordered) || (a->parent->kind == BLOCK_ITEM && !a->prev != !b->prev && a->kind == BLOCK_PARAGRAPH))
			return false;
	return !a->parent && !b->parent;
}

/* What else comes behind the same leaf, later, must stand behind it: in the place of the same block, or of the text behind that. */
static bool rest_follows(const struct laying *y, const struct receive_block *x, const struct block *goes)
{
	const struct receive_block *end = y->a->plan.blocks + y->a->plan.block_count;

	if (goes == x->after && top_of(goes) == goes)
		return true;
	for (const struct receive_block *k = x + 1; k < end && k->after == x->after; k++)
		if (!stands_alike(goes, k->returned))
			return false;
	return true;
}

/* In the place of a block that goes, behind which it stands, or before it.  False: none such goes. */
static bool lay_instead(struct laying *y, const struct receive_block *x, struct span text, struct md_hand hand)
{
	const struct block *goes = x->after, *root = y->doc->root;

	if (!y->removed[goes->serial] && !stands_alike(goes, x->returned))
		for (goes = block_next(goes, root); goes && !block_is_leaf(goes);)
			goes = block_next(goes, root);
	return goes && y->removed[goes->serial] && stands_alike(goes, x->returned) && rest_follows(y, x, goes) && md_suggest_instead(y->doc, goes, y->going, text, hand, y->e);
}

/* The part of a list or quotation of the text that ends with this leaf, and has others behind it; NULL: there is none. */
static const struct block *part_ended_by(const struct block *leaf)
{
	const struct block *top = leaf ? top_of(leaf) : NULL, *part = leaf;

	if (!top || (top->kind != BLOCK_LIST && top->kind != BLOCK_QUOTE))
		return NULL;
	while (part->parent != top)
		part = part->parent;
	return part->next && ends_with(part, leaf) ? part : NULL;
}

/* Beside what is internal a new paragraph of a copy for internal use is internal, until somebody says otherwise; within a container it is. */
static bool is_held(const struct laying *y, const struct receive_block *x)
{
	const struct block *top = top_of(x->after), *next = top ? top->next : y->doc->root->first;

	return y->a->internal && !(top && top->in_container) && ((top && top->internal) || (next && next->internal));
}

/* Its words as Markdown: no space begins or ends them. */
static void put_block_words(struct laying *y, const struct receive_block *x, struct buf *out)
{
	struct md_hand hand = { .author = x->author, .time = x->time };
	CLEANUP(buf_done) struct buf words = { 0 };

	if (x->moved)
		buf_add(&words, source_of(y->doc, x->moved));
	else if (x->returned->kind == BLOCK_TABLE)
		put_table(y, x->returned, x->replaces, hand, &words);
	else
		laying_markdown(y, x->returned, hand, &words);
	for (const struct receive_carried *k = x->carried; k; k = k->next)
		laying_markdown(y, k->block, hand, &words);
	buf_add(out, span_trim(buf_span(&words)));
}

/* The last leaf before this one that stays; NULL: none does. */
static const struct block *staying_before(const struct laying *y, const struct block *leaf)
{
	const struct block *last = NULL;

	for (const struct block *b = y->doc->root; b && b != leaf; b = block_next(b, y->doc->root))
		if (block_is_leaf(b) && !(y->going[b->serial] & MD_GOES))
			last = b;
	return last;
}

#define WORDS_SAID 60 /* bytes */

/* The note, with where the file has what can stand no nearer here. */
static struct span place_said(struct laying *y, const struct block *after, struct span note)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	size_t n = WORDS_SAID;

	text_of_leaf(after, READING_REJECTED, &words);
	while (n < words.n && words.p[n] != ' ')
		n++;
	return arena_printf(&y->c->arena, "%.*s%sin this copy it stands behind \"%.*s%s\"", SPAN_ARG(note), note.n ? "; " : "", (int)(n < words.n ? n : words.n), words.p,
			    n < words.n ? "..." : "");
}

void laying_block(struct laying *y, const struct receive_block *new_block)
{
	struct receive_block moved_up, *up = &moved_up;
	const struct receive_block *x = new_block;
	struct md_hand hand = laying_hand(y, x->author, x->time, x->untracked, false, x->comments);
	const struct block *new = x->returned;
	CLEANUP(buf_done) struct buf text = { 0 }, block = { 0 };

	if (new->kind == BLOCK_CODE) {
		laying_lost(y, "new block of code", (struct span){ 0 }, x->text);
		for (const struct comment *k = x->comments; k; k = k->next)
			laying_lost(y, "comment on a new block of code", (struct span){ 0 }, k->text);
		return;
	}
	if (new->kind == BLOCK_ROW) {
		laying_count(y, x->author, (struct span){ 0 });
		lay_row(y, x, hand);
		return;
	}
	put_block_words(y, x, &text);
	if (!text.n && !x->moved)
		return; /* a picture that is listed */
	laying_count(y, x->author, (struct span){ 0 });
	if (!x->moved && x->after && lay_instead(y, x, buf_span(&text), hand))
		return;
	/* No suggestion stands within another that takes out what is around it. */
	if (x->after && !x->after->in_note && top_of(x->after) != x->after && (y->going[x->after->serial] & MD_GOES)) {
		*up = *x;
		up->after = staying_before(y, x->after);
		x = up;
	}
	if (!x->moved && x->after && lay_inside(y, x, buf_span(&text), hand))
		return;
	if (!x->moved && new->kind == BLOCK_HEADING)
		buf_printf(&block, "%.*s ", (int)(new->level < 6 ? new->level : 6), "######");
	else if (!x->moved && new->parent->kind == BLOCK_QUOTE)
		buf_str(&block, "> ");
	else if (!x->moved && item_of(new))
		buf_str(&block, sign_of(item_of(new)));
	buf_add(&block, buf_span(&text));
	if (is_held(y, x)) {
		const char *eol = laying_eol(y->doc);
		CLEANUP(buf_done) struct buf inside = { 0 };

		buf_printf(&inside, "::: internal%s%.*s%s:::", eol, SPAN_ARG(buf_span(&block)), eol);
		buf_clear(&block);
		buf_add(&block, buf_span(&inside));
	} else if (part_ended_by(x->after)) {
		md_suggest_between(y->doc, part_ended_by(x->after), buf_span(&block), hand, y->e);
		return;
	} else if (!x->moved && new->kind == BLOCK_PARAGRAPH && new->parent->kind == BLOCK_ROOT && x->after && x->after->kind == BLOCK_PARAGRAPH && item_of(x->after) && !ends_with(top_of(x->after), x->after)) {
		/* No paragraph of the text stands there in Markdown: it is the item's. */
		md_suggest_inside(y->doc, x->after, "", buf_span(&text), hand, y->e);
		return;
	}
	if (x->after && top_of(x->after) != x->after && !ends_with(top_of(x->after), x->after))
		hand.note = place_said(y, x->after, hand.note);
	if (x->after)
		md_suggest_block(y->doc, top_of(x->after), buf_span(&block), hand, y->e);
	else
		md_suggest_first(y->doc, buf_span(&block), hand, y->e);
}

/* Somebody proposes to take the block out already: two suggestions cannot stand in one place, but a word can be said to the first. */
static bool agreed(struct laying *y, const struct block *b, struct md_hand hand)
{
	for (size_t i = 0; i < y->doc->suggestion_count; i++) {
		const struct suggestion *s = &y->doc->suggestions[i];
		CLEANUP(buf_done) struct buf text = { 0 };

		if (s->kind != SUGGEST_DELETE || !s->author.n || s->old_part.begin > b->inner.begin || s->old_part.end < b->inner.end || b->inner.end <= b->inner.begin)
			continue;
		hand.note = hand.note.n ? arena_printf(&y->c->arena, "takes this out too; %.*s", SPAN_ARG(hand.note)) : SPAN_LIT("takes this out too");
		md_sign(hand, &text);
		edits_add(y->e, s->origin.end, s->origin.end, buf_span(&text));
		y->t->comments++;
		return true;
	}
	return false;
}

void laying_removal(struct laying *y, const struct receive_removal *x)
{
	struct md_hand hand = laying_hand(y, x->author, x->time, x->untracked, false, x->comments);
	const struct block *b = x->leaf;

	/* In code signs of suggestions are code (FORMAT.md F5, rule 1). */
	if (b->kind == BLOCK_CODE) {
		CLEANUP(buf_done) struct buf words = { 0 };

		text_of_leaf(b, READING_REJECTED, &words);
		laying_lost(y, "block of code that is gone", block_id(b), arena_dup(&y->c->arena, buf_span(&words)));
		return;
	}
	if (agreed(y, b, hand))
		return;
	if (b->kind == BLOCK_ROW)
		md_suggest_row_removal(y->doc, b, hand, y->e);
	else
		md_suggest_removal(y->doc, b, y->going, hand, y->e);
	laying_count(y, x->author, block_id(x->leaf));
}
