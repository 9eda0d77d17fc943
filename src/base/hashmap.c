#include "base/hashmap.h"

#include <stdlib.h>

#include "base/mem.h"

static struct hash_slot *slot_of(struct hash_slot *slots, size_t count, uint64_t key)
{
	size_t i = (size_t)key & (count - 1);

	while (slots[i].key && slots[i].key != key)
		i = (i + 1) & (count - 1);
	return &slots[i];
}

/* 0 marks a free slot. */
static uint64_t key_of(uint64_t hash)
{
	return hash ? hash : 1;
}

int64_t *hash_map_find(const struct hash_map *m, uint64_t hash)
{
	struct hash_slot *s = m->slot_count ? slot_of(m->slots, m->slot_count, key_of(hash)) : NULL;

	return s && s->key ? &s->value : NULL;
}

int64_t *hash_map_put(struct hash_map *m, uint64_t hash)
{
	struct hash_slot *s;

	if (2 * (m->count + 1) > m->slot_count) {
		size_t more = m->slot_count ? 2 * m->slot_count : 256;
		struct hash_slot *bigger = mem_zero(more, sizeof(*bigger));

		for (size_t i = 0; i < m->slot_count; i++)
			if (m->slots[i].key)
				*slot_of(bigger, more, m->slots[i].key) = m->slots[i];
		free(m->slots);
		m->slots = bigger;
		m->slot_count = more;
	}
	s = slot_of(m->slots, m->slot_count, key_of(hash));
	if (!s->key) {
		s->key = key_of(hash);
		m->count++;
	}
	return &s->value;
}

void hash_map_done(struct hash_map *m)
{
	free(m->slots);
	*m = (struct hash_map){ 0 };
}
