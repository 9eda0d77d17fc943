#include "cli/fit.h"

#include "base/hashmap.h"

/* CommonMark reads nine digits. */
#define LIST_NUMBER_MAX 999999999u

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Are both words in one emphasis, or of one link?  The space between them stands in it. */
static bool one_look(const struct run *a, const struct run *b)
{
	return a->kind == RUN_TEXT && b->kind == RUN_TEXT && a->format == b->format && a->link == b->link;
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
		bool goes_before = cut && !(i && one_look(r - 1, r)), goes_behind = cut && !(i + 1 < b->run_count && one_look(r, r + 1));

		while (goes_before && begin < end && is_space(r->text.p[begin]))
			begin++;
		while (goes_behind && end > begin && is_space(r->text.p[end - 1]))
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

/* The number that a list prints, "3." or "3)"; 0: another kind of label. */
static unsigned plain_number(struct span label)
{
	uint64_t n = 0;

	if (label.n && (label.p[label.n - 1] == '.' || label.p[label.n - 1] == ')'))
		label.n--;
	return span_number(label, LIST_NUMBER_MAX, &n) ? (unsigned)n : 0;
}

/* What its file prints before an item, and no list of Markdown would. */
static void label_item(struct doc *d, struct block *item)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);
	size_t count = item->attrs ? item->attrs->count : 0;

	if (item->attrs)
		*a = *item->attrs;
	a->items = ARENA_ARRAY(&d->arena, count + 1, struct attr);
	if (count)
		memcpy(a->items, item->attrs->items, count * sizeof(struct attr));
	a->items[count] = (struct attr){ .key = SPAN_LIT("label"), .value = item->printed };
	a->count = count + 1;
	a->hidden = true;
	item->attrs = a;
}

static void number_items(struct doc *d, struct block *list, bool labels)
{
	unsigned first = plain_number(list->first ? list->first->printed : (struct span){ 0 }), sign = first ? first : 1, next = sign;

	for (struct block *item = list->first; item; item = item->next) {
		bool counted = !labels || !item->printed.n || plain_number(item->printed) == next;

		if (!counted && !attrs_get(item->attrs, "label").n)
			label_item(d, item);
		next += counted; /* what has a label does not count (FORMAT.md F4) */
		item->printed = arena_printf(&d->arena, "%u", sign++);
	}
}

void fit_items(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		/* In a note nothing has attributes (FORMAT.md F1). */
		for (struct block *b = top; b; b = block_next(b, top))
			if (b->kind == BLOCK_LIST && b->ordered)
				number_items(d, b, !part);
	}
}

static bool goes(const struct mark *m)
{
	return m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
}

static size_t count_cells(const struct block *row)
{
	size_t n = 0;

	for (const struct block *c = row->first; c; c = c->next)
		n++;
	return n;
}

static void add_runs(struct runs *to, const struct block *cell, const struct mark *row)
{
	for (size_t i = 0; i < cell->run_count; i++) {
		struct run *x = runs_add(to, RUN_TEXT);

		*x = cell->runs[i];
		x->mark = x->mark ? x->mark : row;
	}
}

/* A table's heads stand above the line that makes it one, and can neither come nor go as a row: where others take their place, both stand in one. */
static void join_heads(struct doc *d, struct block *table)
{
	struct block *head = table->first, *other = head->next, *b;

	while (other && other->mark && head->mark && goes(other->mark) == goes(head->mark))
		other = other->next;
	if (!head->mark || !other || !other->mark || mark_accepted(other->mark) == mark_accepted(head->mark) || mark_rejected(other->mark) == mark_rejected(head->mark))
		return;
	b = other->first;
	for (struct block *a = head->first; a && b; a = a->next, b = b->next) {
		const struct block *went = goes(head->mark) ? a : b, *came = went == a ? b : a;
		struct runs both = { 0 };

		add_runs(&both, went, went->parent->mark);
		add_runs(&both, came, came->parent->mark);
		runs_end(&both, d, a);
	}
	head->mark = NULL;
	block_remove(other);
}

void fit_tables(struct doc *d)
{
	for (struct block *t = d->root; t; t = block_next(t, d->root)) {
		size_t most = 0;

		if (t->kind != BLOCK_TABLE || !t->first)
			continue;
		for (struct block *row = t->first; row; row = row->next)
			most = count_cells(row) > most ? count_cells(row) : most;
		for (struct block *row = t->first; row; row = row->next)
			for (size_t n = count_cells(row); n < most; n++)
				block_append(row, block_new(d, BLOCK_CELL));
		join_heads(d, t);
	}
}

/* Words that nobody changes show a comment longest: those that go, or may not come, can take it with them. */
static int64_t fitness(const struct mark *m)
{
	return m->kind != MARK_HIGHLIGHT || (mark_accepted(m->outer) && mark_rejected(m->outer)) ? 3 : mark_accepted(m->outer) ? 2 : 1;
}

/* Where a comment stays: on the first of its fittest words, in the first block that has such. */
struct home {
	int64_t fit;
	const struct mark *mark;
	const struct block *block;
	size_t run; /* the last of those words */
};

/* Words with another comment end in the midst of those with this one: the rest of them stand right behind, and the comment behind the rest. */
static bool goes_on(const struct home *h, const struct mark *m, const struct block *b, size_t run)
{
	return h->fit == fitness(m) && h->block == b && run == h->run + 1 && h->mark->outer && h->mark->outer->kind == MARK_HIGHLIGHT;
}

static struct home *home_of(struct hash_map *at, struct home *homes, size_t *count, const struct comment *c)
{
	int64_t *place = hash_map_put(at, (uint64_t)(uintptr_t)c >> 4);

	if (!*place)
		*place = (int64_t)++*count;
	return &homes[*place - 1];
}

static size_t count_marks(const struct doc *d)
{
	size_t n = 0;

	for (size_t part = 0; part <= d->note_count; part++) {
		const struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (const struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++)
				for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
					n += m->kind == MARK_HIGHLIGHT;
	}
	return n;
}

void fit_comments(struct doc *d)
{
	struct hash_map at = { 0 };
	size_t count = 0;
	CLEANUP(mem_freep) struct home *homes = mem_zero(count_marks(d) + 1, sizeof(*homes));

	for (int step = 1; step <= 2; step++)
		for (size_t part = 0; part <= d->note_count; part++) {
			struct block *top = part ? d->notes[part - 1]->body : d->root;

			for (struct block *b = top; b; b = block_next(b, top))
				for (size_t i = 0; i < b->run_count; i++)
					for (const struct mark **m = &b->runs[i].mark; *m;) {
						struct home *h = (*m)->kind == MARK_HIGHLIGHT && (*m)->comments ? home_of(&at, homes, &count, (*m)->comments) : NULL;

						if (h && step == 1 && h->mark != *m && goes_on(h, *m, b, i)) {
							((struct mark *)h->mark)->comments = NULL; /* the document's own, of its arena */
							h->mark = *m;
						} else if (h && step == 1 && fitness(*m) > h->fit) {
							*h = (struct home){ fitness(*m), *m, b, i };
						}
						if (h && step == 1 && h->mark == *m && h->block == b)
							h->run = i;
						if (h && step == 2 && (h->mark != *m || h->block != b))
							*m = (*m)->outer;
						else
							m = (const struct mark **)&(*m)->outer;
					}
		}
	hash_map_done(&at);
}

/* In a note that comes as a whole nothing else does, in one that goes nothing else goes; what came into one that goes has no place in it. */
static void fit_note(struct doc *d, const struct note *n)
{
	for (struct block *b = n->body; b; b = block_next(b, n->body)) {
		b->mark = b->mark && goes(b->mark) == goes(n->mark) ? NULL : b->mark;
		b->break_mark = b->break_mark && goes(b->break_mark) == goes(n->mark) ? NULL : b->break_mark;
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *r = &b->runs[i];

			if (goes(n->mark) && !mark_rejected(r->mark)) {
				if (r->text.n)
					doc_lose(d, "words put into a note that goes", SPAN_LIT("footnotes"), r->text);
				*r = (struct run){ .kind = RUN_TEXT };
			}
			for (const struct mark **m = &r->mark; *m;)
				if ((*m)->kind != MARK_HIGHLIGHT && goes(*m) == goes(n->mark))
					*m = (*m)->outer;
				else
					m = (const struct mark **)&(*m)->outer;
		}
	}
}

void fit_notes(struct doc *d)
{
	CLEANUP(mem_freep) bool *stays = mem_zero(d->note_count + 1, sizeof(bool));

	for (const struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			const struct mark *m = r->mark;

			if (r->kind != RUN_NOTE)
				continue;
			while (m && m->kind == MARK_HIGHLIGHT)
				m = m->outer;
			stays[r->note->index] = stays[r->note->index] || !m || (r->note->mark && goes(m) != goes(r->note->mark));
			r->note->mark = stays[r->note->index] ? NULL : r->note->mark ? r->note->mark : m;
		}
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->mark)
			fit_note(d, d->notes[i]);
}
