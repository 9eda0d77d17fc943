#include "model/number.h"
#include "receive/plan.h"

/* What a paragraph is, beside its words. */
struct shape {
	enum block_kind kind;
	unsigned level;   /* of a heading */
	unsigned quotes;  /* that hold it */
	unsigned depth;   /* of the lists that hold it */
	bool ordered;     /* the innermost of them */
	bool further;     /* in an item, and not what opens it */
	bool counted;     /* paragraph of the text itself: a number of the count stands before it */
};

static struct shape shape_of(const struct block *leaf)
{
	struct shape s = { .kind = leaf->kind, .level = leaf->kind == BLOCK_HEADING ? leaf->level : 0 };

	s.counted = leaf->kind == BLOCK_PARAGRAPH && leaf->parent->kind == BLOCK_ROOT && leaf->printed.n && !leaf->labelled;
	for (const struct block *b = leaf->parent; b; b = b->parent) {
		s.quotes += b->kind == BLOCK_QUOTE;
		if (b->kind == BLOCK_LIST && !s.depth++)
			s.ordered = b->ordered;
	}
	s.further = s.depth && !(leaf->parent->kind == BLOCK_ITEM && leaf->parent->first == leaf);
	return s;
}

/* The number or letter that is printed before it. */
static struct span sign_of(const struct block *leaf)
{
	const struct block *item = leaf->parent;

	return item && item->kind == BLOCK_ITEM && item->first == leaf ? item->printed : leaf->printed;
}

/* An item with a label of its own is written as a paragraph that begins with it: where that belongs, what is below it and where its list goes on
 * is told by margins, of which other programs keep what they like. */
static bool among_labels(const struct block *leaf)
{
	const struct block *top = NULL;

	for (const struct block *b = leaf->parent; b; b = b->parent)
		top = b->kind == BLOCK_LIST ? b : top;
	for (const struct block *b = top; b; b = block_next(b, top))
		if (b->kind == BLOCK_ITEM && b->labelled)
			return true;
	return false;
}

/* Lists and quotations can be told in a file that still is ours; a heading in any. */
static bool same_shape(const struct shape *a, const struct shape *b, bool ours)
{
	if (a->kind != b->kind || a->level != b->level)
		return !ours && a->kind != BLOCK_HEADING && b->kind != BLOCK_HEADING;
	if (a->kind == BLOCK_HEADING)
		return true;
	/* Another program keeps of an item or code in a quotation no more than its margin, which a list may have by itself. */
	return !ours || ((a->quotes == b->quotes || (a->depth && b->depth) || a->kind == BLOCK_CODE) && a->depth == b->depth && a->ordered == b->ordered && a->further == b->further && a->counted == b->counted);
}

bool receive_item_alike(const struct block *a, const struct block *b)
{
	struct shape x = shape_of(a), y = shape_of(b);

	return x.depth && x.kind == BLOCK_PARAGRAPH && same_shape(&x, &y, true);
}

static const char *say(struct plan *p, const struct shape *s)
{
	struct arena *a = &p->out->arena;
	const char *quoted = s->quotes ? s->depth || s->kind != BLOCK_PARAGRAPH ? " in a quotation" : "a quotation" : "";

	if (s->kind == BLOCK_HEADING)
		return arena_printf(a, "a heading of level %u%s%s", s->level, s->depth ? " in an item" : "", quoted).p;
	if (s->kind == BLOCK_CODE)
		return arena_printf(a, "code%s%s", s->depth ? " in an item" : "", quoted).p;
	if (s->kind == BLOCK_CELL)
		return "a table cell";
	if (s->depth)
		return arena_printf(a, "%s of a %s list, level %u%s", s->further ? "a paragraph in an item" : "an item", s->ordered ? "numbered" : "bulleted", s->depth, quoted).p;
	return s->quotes ? quoted : s->counted ? "a paragraph with a number" : "a paragraph";
}

/* Did the words go that open an item in which it stands?  Then its list stands elsewhere by itself. */
static bool lost_its_item(const struct plan *p, const struct block *leaf)
{
	for (const struct block *b = leaf; b->parent; b = b->parent) {
		const struct block *opens = b->parent->kind == BLOCK_ITEM ? b->parent->first : NULL;
		size_t i = opens && opens != b && block_is_leaf(opens) ? receive_leaf_of(p, opens) : SIZE_MAX;

		if (i != SIZE_MAX && (!p->leaves[i].count || receive_blank(p->paras[p->leaves[i].first].new)))
			return true;
	}
	return false;
}

void receive_list_shapes(struct plan *p)
{
	for (size_t i = 0; i < p->leaf_count; i++) {
		const struct base_leaf *l = &p->leaves[i];
		const struct para *x = l->count ? &p->paras[l->first] : NULL;
		struct shape was, now, is;

		if (!x || !l->draft || l->carried || l->block->in_note || x->block->in_note || receive_blank(x->new))
			continue;
		was = shape_of(l->block);
		now = shape_of(x->block);
		is = shape_of(l->draft);
		/* Another program writes an item as a paragraph that its list numbers: they look the same. */
		if (was.kind == now.kind && was.quotes == now.quotes && sign_of(l->block).n && span_eq(sign_of(l->block), sign_of(x->block)))
			continue;
		/* Where an item's opening went, what follows in it is in none: that is no change of its own. */
		if ((was.further || lost_its_item(p, l->block)) && now.kind == was.kind && now.level == was.level)
			continue;
		/* A label of its own is said with the labels; in a copy that says what changed, one that went may still be seen. */
		if (l->block->labelled || x->block->labelled || x->block->relabelled || x->block->label_was.n || p->base->doc->numbered != NUMBERING_PARAGRAPHS)
			now.counted = was.counted;
		if (same_shape(&was, &now, p->returned->map.n) || same_shape(&is, &now, p->returned->map.n) || (was.kind == now.kind && among_labels(l->block)))
			continue;
		receive_lose(p, arena_printf(&p->out->arena, "now %s, was %s", say(p, &now), say(p, &was)).p, block_id(l->block), x->new);
	}
}
