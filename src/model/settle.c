#include "model/settle.h"

#include "model/text.h"

struct settling {
	struct doc *d;
	enum reading reading;
	bool (*takes)(const void *ctx, const struct mark *m);
	const void *ctx;
};

static bool is_taken(const struct settling *s, const struct mark *m)
{
	return m->kind != MARK_HIGHLIGHT && (!s->takes || s->takes(s->ctx, m));
}

static bool goes(const struct settling *s, const struct mark *m)
{
	return s->reading == READING_ACCEPTED ? m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM : m->kind == MARK_INSERTED || m->kind == MARK_MOVED_TO;
}

/* The chain without what is settled.  False: what stands under it goes. */
static bool settle_chain(const struct settling *s, const struct mark **m)
{
	const struct mark *first = NULL;
	struct mark *last = NULL;
	bool any = false;

	for (const struct mark *x = *m; x; x = x->outer) {
		if (!is_taken(s, x))
			continue;
		if (goes(s, x))
			return false;
		any = true;
	}
	for (const struct mark *x = any ? *m : NULL; x; x = x->outer) {
		struct mark *copy;

		if (is_taken(s, x))
			continue;
		copy = ARENA_NEW(&s->d->arena, struct mark);
		*copy = *x;
		copy->outer = NULL;
		if (last)
			last->outer = copy;
		else
			first = copy;
		last = copy;
	}
	if (any)
		*m = first;
	return true;
}

/* Runs in a row share their chain. */
static void settle_runs(const struct settling *s, struct block *b)
{
	const struct mark *from = NULL, *to = NULL;
	size_t k = 0;
	bool stays = true;

	for (size_t i = 0; i < b->run_count; i++) {
		struct run *r = &b->runs[i];

		if (r->mark != from || i == 0) {
			from = to = r->mark;
			stays = settle_chain(s, &to);
		}
		if (!stays)
			continue;
		b->runs[k] = *r;
		b->runs[k++].mark = to;
	}
	b->run_count = k;
}

/* Where the break after b is not there, the next paragraph's words are b's; and so on, until a break stands. */
static void join_next(const struct settling *s, struct block *b)
{
	struct block *last = b;
	size_t count = b->run_count, at = b->run_count;
	struct run *runs;

	while (last->break_mark && last->next && block_is_leaf(last->next)) {
		const struct mark *end = last->break_mark;

		if (settle_chain(s, &end))
			break;
		last = last->next;
		settle_runs(s, last);
		count += last->run_count;
	}
	if (last != b) {
		runs = ARENA_ARRAY(&s->d->arena, count + 1, struct run);
		if (b->run_count)
			memcpy(runs, b->runs, b->run_count * sizeof(struct run));
		while (b->next && last != b) {
			struct block *n = b->next;

			if (n->run_count)
				memcpy(runs + at, n->runs, n->run_count * sizeof(struct run));
			at += n->run_count;
			b->break_mark = n->break_mark;
			block_remove(n);
			if (n == last)
				break;
		}
		b->runs = runs;
		b->run_count = count;
	}
	if (b->break_mark && !settle_chain(s, &b->break_mark))
		b->break_mark = NULL; /* nothing follows that could join */
}

/* Nothing stays of an item, a list or a quotation that all blocks went from. */
static void remove_with_containers(struct block *b, const struct block *top)
{
	struct block *up;

	do {
		up = b->parent;
		block_remove(b);
		b = up;
	} while (up != top && !up->first);
}

static void settle_label(const struct settling *s, struct block *b)
{
	if (!b->relabelled || s->takes)
		return;
	if (s->reading == READING_REJECTED) {
		b->printed = b->label_was;
		b->labelled = b->label_was.n != 0;
	}
	b->relabelled = false;
}

static void settle_below(const struct settling *s, struct block *top)
{
	struct block *next;

	for (struct block *b = top->first; b; b = next) {
		settle_label(s, b);
		if (b->mark && !settle_chain(s, &b->mark)) {
			next = block_next_skip(b, top);
			remove_with_containers(b, top);
			continue;
		}
		if (block_is_leaf(b)) {
			bool words = b->run_count > 0;

			settle_runs(s, b);
			join_next(s, b);
			/* All its words went, though its end did not: an empty paragraph says nothing. */
			if (words && !b->run_count && b->kind != BLOCK_CELL) {
				next = block_next_skip(b, top);
				remove_with_containers(b, top);
				continue;
			}
		}
		next = block_next(b, top);
	}
}

void doc_settle(struct doc *d, enum reading reading, bool (*takes)(const void *ctx, const struct mark *m), const void *ctx)
{
	struct settling s = { d, reading, takes, ctx };

	settle_below(&s, d->root);
	for (size_t i = 0; i < d->note_count; i++)
		settle_below(&s, d->notes[i]->body);
	doc_finish(d);
}

void doc_settle_below(struct doc *d, struct block *top, enum reading reading)
{
	struct settling s = { .d = d, .reading = reading };

	settle_below(&s, top);
}
