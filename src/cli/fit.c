#include "cli/fit.h"

#include "base/hashmap.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void free_spaces(struct doc *d, struct block *b)
{
	struct runs out = { 0 };
	bool any = false;

	if (!block_is_leaf(b) || b->kind == BLOCK_CODE)
		return;
	for (size_t i = 0; i < b->run_count && !any; i++) {
		const struct run *r = &b->runs[i];

		any = r->kind == RUN_TEXT && (r->format || r->link) && r->text.n && (is_space(r->text.p[0]) || is_space(r->text.p[r->text.n - 1]));
	}
	if (!any)
		return;
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		size_t begin = 0, end = r->text.n;
		bool cut = r->kind == RUN_TEXT && (r->format || r->link);

		while (cut && begin < end && is_space(r->text.p[begin]))
			begin++;
		while (cut && end > begin && is_space(r->text.p[end - 1]))
			end--;
		for (int part = 0; part < 3; part++) {
			struct span text = part == 0 ? span_sub(r->text, 0, begin) : part == 1 ? span_sub(r->text, begin, end) : span_sub(r->text, end, r->text.n);
			struct run *x;

			if (part != 1 && !text.n)
				continue;
			if (part == 1 && cut && !text.n)
				continue;
			x = runs_add(&out, r->kind);
			*x = *r;
			if (r->kind == RUN_TEXT)
				x->text = text;
			if (part != 1) {
				x->format = 0;
				x->link = NULL;
			}
		}
	}
	runs_end(&out, d, b);
}

void fit_spaces(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			free_spaces(d, b);
	}
}

void fit_items(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			unsigned n = 0;

			if (b->kind != BLOCK_LIST || !b->ordered)
				continue;
			for (struct block *item = b->first; item; item = item->next)
				item->printed = arena_printf(&d->arena, "%u", ++n);
		}
	}
}

void fit_tables(struct doc *d)
{
	for (struct block *t = d->root; t; t = block_next(t, d->root)) {
		size_t most = 0, n;

		if (t->kind != BLOCK_TABLE)
			continue;
		for (struct block *row = t->first; row; row = row->next) {
			n = 0;
			for (struct block *c = row->first; c; c = c->next)
				n++;
			most = n > most ? n : most;
		}
		for (struct block *row = t->first; row; row = row->next) {
			n = 0;
			for (struct block *c = row->first; c; c = c->next)
				n++;
			for (; n < most; n++)
				block_append(row, block_new(d, BLOCK_CELL));
		}
	}
}

/* Words that nobody changes show a comment longest: those that go, or may not come, can take it with them. */
static int64_t fitness(const struct mark *m)
{
	return m->kind != MARK_HIGHLIGHT || (mark_accepted(m->outer) && mark_rejected(m->outer)) ? 3 : mark_accepted(m->outer) ? 2 : 1;
}

/* 1: finds, by a comment's address, how fit its best words are; 2: takes it off all others. */
static void fit_comment(struct hash_map *best, struct hash_map *home, struct mark *m, int step)
{
	int64_t *fit = hash_map_put(best, (uint64_t)(uintptr_t)m->comments >> 4), *at;

	if (step == 1) {
		*fit = fitness(m) > *fit ? fitness(m) : *fit;
		return;
	}
	at = hash_map_put(home, (uint64_t)(uintptr_t)m->comments >> 4);
	if (!*at && fitness(m) == *fit)
		*at = (int64_t)(intptr_t)m;
	if (*at != (int64_t)(intptr_t)m)
		m->comments = NULL;
}

void fit_comments(struct doc *d)
{
	struct hash_map best = { 0 }, home = { 0 };

	for (int step = 1; step <= 3; step++)
		for (size_t part = 0; part <= d->note_count; part++) {
			struct block *top = part ? d->notes[part - 1]->body : d->root;

			for (struct block *b = top; b; b = block_next(b, top))
				for (size_t i = 0; i < b->run_count; i++) {
					const struct mark **at = &b->runs[i].mark;

					while (*at) {
						struct mark *m = (struct mark *)*at; /* the document's own, of its arena */

						if (step < 3 && m->kind == MARK_HIGHLIGHT && m->comments)
							fit_comment(&best, &home, m, step);
						if (step == 3 && m->kind == MARK_HIGHLIGHT && !m->comments)
							*at = m->outer;
						else
							at = &m->outer;
					}
				}
		}
	hash_map_done(&best);
	hash_map_done(&home);
}
