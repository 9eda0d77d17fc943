#include "base/spanmap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

static struct span_slot *slot_of(struct span_slot *slots, size_t count, struct span key)
{
	size_t i = (size_t)span_hash(key) & (count - 1);

	while (slots[i].key.p && !span_eq(slots[i].key, key))
		i = (i + 1) & (count - 1);
	return &slots[i];
}

unsigned *span_map_find(const struct span_map *m, struct span key)
{
	struct span_slot *s = m->slot_count ? slot_of(m->slots, m->slot_count, key) : NULL;

	return s && s->key.p ? &s->value : NULL;
}

unsigned *span_map_put(struct span_map *m, struct span key)
{
	struct span_slot *s;

	assert(key.p);
	if (2 * (m->count + 1) > m->slot_count) {
		size_t more = m->slot_count ? 2 * m->slot_count : 64;
		struct span_slot *bigger = mem_zero(more, sizeof(*bigger));

		for (size_t i = 0; i < m->slot_count; i++)
			if (m->slots[i].key.p)
				*slot_of(bigger, more, m->slots[i].key) = m->slots[i];
		free(m->slots);
		m->slots = bigger;
		m->slot_count = more;
	}
	s = slot_of(m->slots, m->slot_count, key);
	if (!s->key.p) {
		s->key = key;
		m->count++;
	}
	return &s->value;
}

void span_map_done(struct span_map *m)
{
	free(m->slots);
	*m = (struct span_map){ 0 };
}
