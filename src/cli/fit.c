#include "cli/fit.h"

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
