#include "build.h"

static struct span dup(struct doc *d, const char *text)
{
	return arena_dup(&d->arena, span_str(text));
}

struct block *build_block(struct doc *d, struct block *parent, enum block_kind kind)
{
	struct block *b = block_new(d, kind);

	block_append(parent, b);
	return b;
}

struct run *build_run(struct doc *d, struct block *leaf, enum run_kind kind, const char *text)
{
	struct run *runs = ARENA_ARRAY(&d->arena, leaf->run_count + 1, struct run);

	if (leaf->run_count)
		memcpy(runs, leaf->runs, leaf->run_count * sizeof(*runs));
	runs[leaf->run_count] = (struct run){ .kind = kind, .text = dup(d, text) };
	leaf->runs = runs;
	return &runs[leaf->run_count++];
}

struct block *build_leaf(struct doc *d, struct block *parent, enum block_kind kind, const char *text)
{
	struct block *b = build_block(d, parent, kind);

	if (kind == BLOCK_HEADING)
		b->level = 1;
	if (*text)
		build_run(d, b, RUN_TEXT, text);
	return b;
}

struct block *build_list(struct doc *d, struct block *parent, bool ordered)
{
	struct block *b = build_block(d, parent, BLOCK_LIST);

	b->ordered = ordered;
	return b;
}

struct block *build_item(struct doc *d, struct block *list, const char *text)
{
	struct block *b = build_block(d, list, BLOCK_ITEM);

	build_leaf(d, b, BLOCK_PARAGRAPH, text);
	return b;
}

struct block *build_attrs(struct doc *d, struct block *b, const char *id, unsigned classes, const char *key, const char *value)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);

	a->id = dup(d, id);
	a->classes = classes;
	if (key) {
		a->items = ARENA_NEW(&d->arena, struct attr);
		a->items[0] = (struct attr){ .key = dup(d, key), .value = dup(d, value) };
		a->count = 1;
	}
	b->attrs = a;
	return b;
}

struct note *build_note(struct doc *d, const char *label, const char *text)
{
	struct note *n = note_new(d, dup(d, label));

	build_leaf(d, n->body, BLOCK_PARAGRAPH, text);
	return n;
}
