/*
 * Which paragraph mark a change of whole paragraphs takes.
 *
 * Each takes its own, for Word gives what stays the properties of the paragraph behind it.  LibreOffice leaves an empty one, with its number,
 * where a table, a rule or the end follows (MARKUP.md 1.4); there it wants the marks before, and so does Word where the paragraph in front
 * looks as the last of them does.  Nor does it keep the change of the mark of that paragraph which holds the first footnote of all: it reads
 * every footnote then, and takes the mark for one of theirs.
 */
#include "format/docx/writer.h"

struct row {
	const struct block **items; /* paragraphs in a row under changes of one kind */
	size_t count, cap;
	enum revision_kind kind;
	const struct block *before; /* that stays in front of them, or NULL */
	size_t noted;               /* how many there are up to the one that holds the first footnote of all; 0: none does */
};

static bool opens_item(const struct block *b)
{
	return b->parent->kind == BLOCK_ITEM && !b->prev && !b->parent->labelled && b->parent->printed.n;
}

static bool alike(const struct writer *w, const struct block *a, const struct block *b)
{
	if (a->kind != BLOCK_PARAGRAPH || b->kind != BLOCK_PARAGRAPH || a->labelled || b->labelled || a->label_line.n || b->label_line.n ||
	    a->internal != b->internal || (w->has_rtl && leaf_is_rtl(w, a) != leaf_is_rtl(w, b)))
		return false;
	if (a->parent->kind == BLOCK_ROOT)
		return b->parent->kind == BLOCK_ROOT && !a->printed.n == !b->printed.n;
	return opens_item(a) && opens_item(b) && a->parent->parent == b->parent->parent;
}

/* The paragraph in front and the first count of the row, but for the last of these, give the marks. */
static bool shift(struct writer *w, struct row *r, size_t count)
{
	const struct block *last = count ? r->items[count - 1] : NULL;

	if (!last || !r->before || !alike(w, r->before, last))
		return false;
	w->breaks[r->before->serial] = r->items[0];
	for (size_t i = 0; i + 1 < count; i++)
		w->breaks[r->items[i]->serial] = r->items[i + 1];
	w->breaks[last->serial] = last->parent; /* nobody's */
	return true;
}

static bool has_number(const struct block *b)
{
	return (b->parent->kind == BLOCK_ITEM && !b->prev) || (b->printed.n && !b->labelled);
}

/* table: that follows, or NULL; at_edge: something does that takes no change from the mark before it. */
static void settle(struct writer *w, struct row *r, bool at_edge, const struct block *table)
{
	if (!shift(w, r, at_edge ? r->count : r->noted) && table && r->kind == REV_DELETED && r->count && has_number(r->items[r->count - 1]))
		w->leads[table->serial] = r->items[r->count - 1];
	r->noted = 0;
	r->count = 0;
	r->before = NULL;
}

static void add(struct row *r, const struct block *b, enum revision_kind kind)
{
	if (r->count == r->cap)
		r->items = mem_resize(r->items, r->cap = 2 * r->cap + 16, sizeof(*r->items));
	r->items[r->count++] = b;
	r->kind = kind;
}

void breaks_find(struct writer *w)
{
	const struct block *top = w->o->doc->root;
	const struct block *noted = w->note_first;
	struct row r = { 0 };

	w->leads = mem_zero(w->o->doc->block_count + 1, sizeof(*w->leads));
	w->breaks = mem_zero(w->o->doc->block_count + 1, sizeof(*w->breaks));
	for (const struct block *b = block_next(top, top), *next; b; b = next) {
		enum revision_kind kind;

		next = b->kind == BLOCK_TABLE ? block_next_skip(b, top) : block_next(b, top);
		if (b->kind == BLOCK_TABLE) {
			settle(w, &r, true, b);
			continue;
		}
		if (!block_is_leaf(b) && b->kind != BLOCK_RULE)
			continue;
		kind = revision_of_block(w, b).kind;
		if (kind == REV_NEITHER)
			continue;
		if (kind == REV_NONE) {
			settle(w, &r, b->kind == BLOCK_RULE, NULL);
			r.before = b->break_mark ? NULL : b;
			continue;
		}
		if (r.count && kind != r.kind)
			settle(w, &r, false, NULL);
		add(&r, b, kind);
		if (b == noted)
			r.noted = r.count;
	}
	settle(w, &r, !w->o->endorser_count && !w->o->earlier.endorser_count, NULL);
	mem_free(r.items);
}

struct revision break_of(const struct writer *w, const struct block *b, struct revision whole)
{
	const struct block *of = w->breaks && !b->in_note ? w->breaks[b->serial] : NULL;

	if (of)
		return of == b->parent ? (struct revision){ 0 } : revision_of_block(w, of);
	return whole.kind == REV_NONE && w->tracked ? revision_of(b->break_mark) : whole;
}

/* What goes in front of a table leaves a paragraph in LibreOffice that looks as the last of it.  So that it has no number, that is one of ours: it
 * came and went, and is in neither text.  (Of what comes there, the first one's look would be left.) */
void break_lead(struct writer *w, const struct block *table)
{
	struct para p = { .left = -1, .style = w->sheet.style[STYLE_PARA_PLAIN], .brk.kind = REV_NEITHER };

	if (!w->leads || table->in_note || !w->leads[table->serial])
		return;
	p.brk.mark = revision_of_block(w, w->leads[table->serial]).mark;
	para_open(w, &p);
	xml_out_close(w->x, "w:p");
}
