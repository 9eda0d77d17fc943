/*
 * hashmap: 64-bit hashes, each with a number.
 *
 * For millions of keys that are compared by their hash alone, where two that fall together do no harm.  Open addressing, at most
 * half full; nothing is ever taken out.
 */
#ifndef BASE_HASHMAP_H
#define BASE_HASHMAP_H

#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint64_t key; /* 0 where the slot is free */
	int64_t value;
};

/* {0} is empty. */
struct hash_map {
	struct hash_slot *slots;
	size_t slot_count, count;
};

/* The hash's number; NULL if it is not there.  Valid until the next put. */
int64_t *hash_map_find(const struct hash_map *m, uint64_t hash);
/* Its number, 0 where it is new. */
int64_t *hash_map_put(struct hash_map *m, uint64_t hash);
void hash_map_done(struct hash_map *m);

#endif
