/*
 * spanmap: spans by their bytes, each with a number.  As a set: the number is not looked at.
 *
 * Open addressing, at most half full; nothing is ever taken out.  A key is not copied: its bytes must outlive the map.
 */
#ifndef BASE_SPANMAP_H
#define BASE_SPANMAP_H

#include "base/span.h"

struct span_slot {
	struct span key; /* key.p is NULL where the slot is free */
	unsigned value;
};

/* {0} is empty. */
struct span_map {
	struct span_slot *slots;
	size_t slot_count, count;
};

/* The key's number; NULL if it is not there.  Valid until the next put. */
unsigned *span_map_find(const struct span_map *m, struct span key);
/* Its number, 0 where the key is new.  An empty key must still point somewhere. */
unsigned *span_map_put(struct span_map *m, struct span key);
void span_map_done(struct span_map *m);

#endif
