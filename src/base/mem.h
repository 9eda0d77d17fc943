/*
 * mem: heap and arena.
 *
 * Running out of memory aborts with a message: hostile sizes never get that far, since every
 * input has a named limit (base/limits.h).  An arena owns everything that was taken from it;
 * nothing in it is freed alone.  Pointers from an arena are aligned for any object.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/span.h"

/* Once, by a program that reads large texts and ends: memory that is given back is kept for what comes. */
void mem_begin(void);
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *p, size_t count, size_t size);
char *mem_strdup(const char *s);
void mem_free(void *p);

/* Runs f(&variable) when the variable goes out of scope; f takes NULL or zero contents. */
#define CLEANUP(f) __attribute__((cleanup(f)))
void mem_freep(void *pp);

struct arena_chunk;
struct arena {
	struct arena_chunk *chunk;
	char *next;
	size_t left;
	size_t total; /* bytes taken from the heap so far */
};

void arena_done(struct arena *a);
void *arena_alloc(struct arena *a, size_t size);            /* zeroed */
void *arena_array(struct arena *a, size_t count, size_t size); /* zeroed, product checked */
struct span arena_dup(struct arena *a, struct span s);      /* NUL-terminated copy; the NUL is not counted */
char *arena_str(struct arena *a, struct span s);
__attribute__((format(printf, 2, 3))) struct span arena_printf(struct arena *a, const char *fmt, ...);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
