/*
 * What tracked changes do to paragraphs.
 *
 * ODF marks places in the text, not blocks: a deleted paragraph is a deleted run of words and a deleted break.  So the
 * paragraphs of a flow are seen as one row of words and breaks.  Paragraphs that a deleted break joins make a chain,
 * which the body prints as one paragraph; what was deleted stands in the region alone (MARKUP.md 2.2 to 2.5).
 */
#include "format/odt/internal.h"

static enum odt_change_kind kind_of(bool accepted, bool rejected)
{
	if (accepted)
		return rejected ? TRACK_NONE : TRACK_INSERTED;
	return rejected ? TRACK_DELETED : TRACK_NEITHER;
}

/* The innermost mark that makes the words what they are. */
static const struct mark *maker(const struct mark *m, enum odt_change_kind kind)
{
	for (; m; m = m->outer) {
		bool deletes = m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
		bool inserts = m->kind == MARK_INSERTED || m->kind == MARK_MOVED_TO;

		if ((kind == TRACK_DELETED && deletes) || (kind == TRACK_INSERTED && inserts))
			return m;
	}
	return NULL;
}

static struct odt_change combine(const struct mark *m, struct odt_change outer)
{
	struct odt_change c;

	if (!m)
		return outer;
	c.kind = kind_of(mark_accepted(m) && (outer.kind == TRACK_NONE || outer.kind == TRACK_INSERTED),
		mark_rejected(m) && (outer.kind == TRACK_NONE || outer.kind == TRACK_DELETED));
	c.mark = maker(m, c.kind);
	if (!c.mark)
		c.mark = outer.mark;
	return c;
}

struct odt_change change_of_block(const struct block *b)
{
	struct odt_change c = { 0 };

	for (; b; b = b->parent)
		if (b->mark)
			c = combine(b->mark, c);
	return c;
}

struct odt_change change_of_run(const struct run *r, struct odt_change block)
{
	return combine(r->mark, block);
}

bool change_same(struct odt_change a, struct odt_change b)
{
	if (a.kind != b.kind)
		return false;
	if (a.kind == TRACK_NONE || a.mark == b.mark)
		return true;
	return a.mark && b.mark && a.mark->group == b.mark->group && span_eq(a.mark->author, b.mark->author) &&
	       span_eq(a.mark->time, b.mark->time);
}

/*
 * A further paragraph of an item, in place of which another comes: it keeps its own break (MARKUP.md 2.4), or to a reader what comes would
 * open an item.
 */
static bool replaced_in_item(const struct flow_leaf *l, size_t i, size_t end, size_t to)
{
	const struct block *b = l[i].block;

	if (end == to || l[end].whole.kind != TRACK_INSERTED)
		return false;
	while (b && b->kind != BLOCK_ITEM && !b->prev)
		b = b->parent;
	return b && b->kind != BLOCK_ITEM && b->parent && b->parent->kind == BLOCK_ITEM;
}

/*
 * A run of removed paragraphs behind one that stays takes the breaks before it: LibreOffice then brings each back in its own style and
 * list, and else the first of them in those of what follows.
 */
static size_t set_breaks_before(struct flow_leaf *l, size_t from, size_t i, size_t tail)
{
	size_t end = i;

	if (i == from || l[i].whole.kind != TRACK_DELETED || l[i - 1].whole.kind != TRACK_NONE || l[i - 1].block->break_mark)
		return i;
	while (end < tail && l[end].whole.kind == TRACK_DELETED)
		end++;
	if (replaced_in_item(l, i, end, tail))
		return i;
	for (; i < end; i++)
		l[i - 1].brk = l[i].whole;
	return i;
}

/*
 * So does a run that came, in front of a rule or of the end, which are empty: LibreOffice gives an empty paragraph the style and the list of
 * what is taken out before it.
 */
static size_t set_came_before(struct flow_leaf *l, size_t from, size_t i, size_t to)
{
	size_t end = i;

	if (i == from || l[i].whole.kind != TRACK_INSERTED || l[i - 1].whole.kind != TRACK_NONE || l[i - 1].block->break_mark)
		return i;
	while (end < to && l[end].whole.kind == TRACK_INSERTED)
		end++;
	if (end == to || l[end].whole.kind != TRACK_NONE || l[end].block->run_count)
		return i;
	for (; i < end; i++)
		l[i - 1].brk = l[i].whole;
	return i;
}

/* A run of wholly marked paragraphs at the end of a segment has no break after its last: it takes the breaks before. */
static void set_breaks(struct flow_leaf *l, size_t from, size_t to)
{
	size_t tail = to;

	while (tail > from && l[tail - 1].whole.kind != TRACK_NONE)
		tail--;
	for (size_t i = from; i < to; i++) {
		const struct mark *m;

		if (i < tail)
			i = set_came_before(l, from, set_breaks_before(l, from, i, tail), tail);
		m = l[i].block->break_mark;
		if (i >= tail) {
			if (i > from)
				l[i - 1].brk = l[i].whole;
		} else if (l[i].whole.kind != TRACK_NONE) {
			l[i].brk = l[i].whole;
		}
		if (m && l[i].whole.kind == TRACK_NONE && i + 1 < to)
			l[i].brk = combine(m, (struct odt_change){ 0 });
	}
	l[to - 1].brk = (struct odt_change){ 0 };
	l[to - 1].barrier = true;
}

static void set_chains(struct flow *fl)
{
	for (size_t i = 0; i < fl->count;) {
		size_t end = i + 1, giver;

		while (!fl->leaves[end - 1].barrier &&
		       (fl->leaves[end - 1].brk.kind == TRACK_DELETED || fl->leaves[end - 1].brk.kind == TRACK_NEITHER))
			end++;
		for (giver = i; giver + 1 < end; giver++)
			if (fl->leaves[giver].whole.kind != TRACK_DELETED)
				break;
		fl->leaves[i].chain_end = end;
		for (size_t k = i; k < end; k++)
			fl->leaves[k].chain_start = i;
		fl->leaves[giver].giver = true;
		i = end;
	}
}

void flow_make(const struct block *top, const struct block *end, struct flow *ret)
{
	size_t cap = 0, from = 0;
	const struct block *b = block_next(top, top);

	*ret = (struct flow){ 0 };
	while (b) {
		struct odt_change whole;

		if (b->kind == BLOCK_TABLE) {
			if (ret->count > from)
				set_breaks(ret->leaves, from, ret->count);
			from = ret->count;
			b = block_next_skip(b, top);
			continue;
		}
		if (!block_is_leaf(b) && b->kind != BLOCK_RULE) {
			b = block_next(b, top);
			continue;
		}
		whole = change_of_block(b);
		if (whole.kind != TRACK_NEITHER) {
			if (ret->count == cap) {
				cap = cap ? 2 * cap : 64;
				ret->leaves = mem_resize(ret->leaves, cap, sizeof(*ret->leaves));
			}
			ret->leaves[ret->count++] = (struct flow_leaf){ .block = b, .whole = whole };
		}
		b = block_next(b, top);
	}
	if (end) {
		ret->leaves = mem_resize(ret->leaves, ret->count + 1, sizeof(*ret->leaves));
		ret->leaves[ret->count++] = (struct flow_leaf){ .block = end };
	}
	if (ret->count > from)
		set_breaks(ret->leaves, from, ret->count);
	set_chains(ret);
}

void flow_done(struct flow *fl)
{
	mem_free(fl->leaves);
	*fl = (struct flow){ 0 };
}
