/* Notes by their folded labels (FORMAT.md F6), and what cannot stand inside one. */
#include "format/md/internal.h"

#include <stdlib.h>
#include <unicase.h>

#include "base/utf8.h"

struct notebook {
	struct note **slots;
	size_t mask;
	struct span *keys; /* folded, by slot */
	struct arena arena;
};

static struct span fold_label(struct arena *arena, struct span label)
{
	struct span r = arena_dup(arena, label);

	if (utf8_is_ascii(label)) {
		for (size_t i = 0; i < r.n; i++)
			if (r.p[i] >= 'A' && r.p[i] <= 'Z')
				((char *)r.p)[i] = (char)(r.p[i] + 32);
	} else {
		size_t n = 0;
		uint8_t *s = u8_casefold((const uint8_t *)label.p, label.n, NULL, NULL, NULL, &n);

		if (s)
			r = arena_dup(arena, span_of((const char *)s, n));
		free(s);
	}
	return r;
}

static struct note **notebook_slot(const struct notebook *b, struct span key)
{
	size_t i = (size_t)span_hash(key) & b->mask;

	while (b->slots[i] && !span_eq(b->keys[i], key))
		i = (i + 1) & b->mask;
	return &b->slots[i];
}

struct notebook *notebook_new(const struct doc *d)
{
	struct notebook *b = mem_zero(1, sizeof(*b));
	size_t n = 16;

	while (n < 2 * d->note_count)
		n *= 2;
	b->mask = n - 1;
	b->slots = mem_zero(n, sizeof(*b->slots));
	b->keys = mem_zero(n, sizeof(*b->keys));
	for (size_t i = 0; i < d->note_count; i++) {
		struct span key = fold_label(&b->arena, d->notes[i]->label);
		struct note **slot = notebook_slot(b, key);

		if (*slot) {
			d->notes[i]->duplicate = true;
			continue;
		}
		*slot = d->notes[i];
		b->keys[slot - b->slots] = key;
	}
	return b;
}

void notebook_free(struct notebook *b)
{
	if (!b)
		return;
	free(b->slots);
	free(b->keys);
	arena_done(&b->arena);
	free(b);
}

struct note *notebook_find(const struct notebook *b, struct span label)
{
	struct arena scratch = { 0 };
	struct note *n = *notebook_slot(b, fold_label(&scratch, label));

	arena_done(&scratch);
	return n;
}

void remark_in_note(struct doc *d, size_t at, struct span id, struct span shown)
{
	doc_remark(d, "attribute-dangling", at, id,
		   "the tag %.*s stands inside a footnote, where nothing can be tagged: delete it, or tag the paragraph that refers to the note",
		   SPAN_ARG(shown));
}
