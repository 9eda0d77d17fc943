/*
 * A suggestion that reaches over several clauses, divided at a clause's edge so that one of them can be settled alone
 * (FORMAT.md F5, rule 3).  Both readings stay what they were, but that what stood between removed clauses, empty lines and
 * attributes, is no longer part of a removal: the clause that is not settled still begins there.
 */
#include "format/md/internal.h"

#include <stdlib.h>

struct piece {
	size_t begin, end;
	struct span owner; /* the clause's id; empty: none */
	bool named;
};

struct pieces {
	struct piece *items;
	size_t count, cap;
	size_t named;
};

static bool is_named(struct span id, const struct span *names, size_t count)
{
	for (size_t i = 0; id.n && i < count; i++)
		if (span_eq(names[i], id))
			return true;
	return false;
}

static void add_leaf(struct pieces *p, const struct block *b, size_t begin, size_t end, const struct span *names, size_t count)
{
	struct piece x = { begin, end, block_id(b), false };
	struct piece *last = p->count ? &p->items[p->count - 1] : NULL;

	x.named = is_named(x.owner, names, count);
	/* neighbours that are not named stay one suggestion */
	if (last && last->named == x.named && (!x.named || span_eq(last->owner, x.owner))) {
		last->end = end;
		return;
	}
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 8;
		p->items = mem_resize(p->items, p->cap, sizeof(*p->items));
	}
	p->items[p->count++] = x;
	p->named += x.named;
}

static void find_pieces(const struct doc *reading, struct origin content, const struct span *names, size_t count, struct pieces *p)
{
	for (const struct block *b = reading->root; b; b = block_next(b, reading->root)) {
		size_t begin, end;

		if (!block_is_leaf(b) || b->inner.end <= content.begin || b->inner.begin >= content.end)
			continue;
		begin = b->inner.begin > content.begin ? b->inner.begin : content.begin;
		end = b->inner.end < content.end ? b->inner.end : content.end;
		while (end > begin && strchr(" \t\r\n", reading->source.p[end - 1]))
			end--;
		if (end > begin)
			add_leaf(p, b, begin, end, names, count);
	}
}

static size_t line_start(struct span s, size_t at)
{
	while (at && s.p[at - 1] != '\n')
		at--;
	return at;
}

/* Where the lines of the block begin whose words begin at at: its attribute list stands above them. */
static size_t block_start(struct span s, size_t at, size_t least)
{
	size_t begin = line_start(s, at);

	while (begin > least) {
		size_t above = line_start(s, begin - 1);
		struct span line = span_trim(span_sub(s, above, begin));

		if (!span_starts(line, SPAN_LIT("{")) && !span_starts(line, SPAN_LIT("<!--")))
			break;
		begin = above;
	}
	return begin > least ? begin : least;
}

static void put(struct buf *out, const char *open, struct span words, const char *close, struct span signature)
{
	buf_str(out, open);
	buf_add(out, words);
	buf_str(out, close);
	buf_add(out, signature);
}

bool md_divide(const struct doc *marked, const struct doc *reading, size_t i, const struct span *names, size_t count, struct edits *ret)
{
	const struct suggestion *s = &marked->suggestions[i];
	bool removal = s->kind == SUGGEST_DELETE;
	struct origin content = removal ? s->old_part : s->new_part;
	struct span source = marked->source, signature;
	struct pieces p = { 0 };
	struct buf out = { 0 };
	size_t at = content.begin;
	bool whole_lines = s->origin.begin == line_start(source, s->origin.begin);

	if (s->kind == SUGGEST_REPLACE || s->outer || content.end + 3 > s->origin.end)
		return false;
	for (size_t k = 0; k < marked->suggestion_count; k++)
		if (marked->suggestions[k].outer == s->number)
			return false;
	find_pieces(reading, content, names, count, &p);
	if (p.named == 0 || p.named == p.count) {
		free(p.items);
		return false;
	}
	signature = span_sub(source, content.end + 3, s->origin.end);
	for (size_t k = 0; k < p.count; k++) {
		const struct piece *x = &p.items[k];

		if (removal) {
			buf_add(&out, span_sub(source, at, x->begin));
			put(&out, "{--", span_sub(source, x->begin, x->end), "--}", signature);
			at = x->end;
		} else {
			size_t end = k + 1 == p.count ? content.end : whole_lines ? block_start(source, p.items[k + 1].begin, x->end) : x->end;

			put(&out, "{++", span_sub(source, at, end), "++}", signature);
			at = end;
		}
	}
	if (removal)
		buf_add(&out, span_sub(source, at, content.end));
	edits_add(ret, s->origin.begin, s->origin.end, buf_span(&out));
	buf_done(&out);
	free(p.items);
	return true;
}
