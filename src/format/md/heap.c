#include "format/md/heap.h"

#include <stdlib.h>

#include "base/mem.h"

#define CHUNK_BYTES (1u << 20)
#define CHUNK_MORE (8u << 20) /* a large text: in large pages */
#define SMALL_STEP 16u
#define SMALL_MAX 512u
#define CLASSES (SMALL_MAX / SMALL_STEP + 1)

struct chunk {
	struct chunk *older;
	size_t pad;
};

struct free_block {
	struct free_block *next;
};

struct heap {
	struct chunk *chunk;
	char *next;
	size_t left;
	struct free_block *free[CLASSES]; /* by size in steps */
};

static _Thread_local struct heap *heap;

/* Before each block: how many bytes it has room for.  Nothing of cmark's wants more than a pointer's alignment. */
#define HEAD sizeof(size_t)

static void *take(size_t room)
{
	char *p;

	if (room > CHUNK_BYTES / 4) {
		struct chunk *c = mem_alloc(sizeof(*c) + HEAD + room);

		/* Behind the one that is in use. */
		if (heap->chunk) {
			c->older = heap->chunk->older;
			heap->chunk->older = c;
		} else {
			c->older = NULL;
			heap->chunk = c;
		}
		p = (char *)(c + 1);
	} else {
		if (HEAD + room > heap->left) {
			size_t size = heap->chunk ? CHUNK_MORE : CHUNK_BYTES;
			struct chunk *c = mem_alloc(size);

			c->older = heap->chunk;
			heap->chunk = c;
			heap->next = (char *)(c + 1);
			heap->left = size - sizeof(*c);
		}
		p = heap->next;
		heap->next += HEAD + room;
		heap->left -= HEAD + room;
	}
	*(size_t *)(void *)p = room;
	return p + HEAD;
}

/* A multiple of the step, less the head: blocks come one behind the other. */
static size_t rounded(size_t size)
{
	return (size + SMALL_STEP - 1) / SMALL_STEP * SMALL_STEP;
}

static void *get(size_t size, bool zero)
{
	size_t room = rounded(size ? size : 1);
	struct free_block *b = room <= SMALL_MAX ? heap->free[room / SMALL_STEP] : NULL;
	void *p = b;

	if (b)
		heap->free[room / SMALL_STEP] = b->next;
	else
		p = take(room);
	return zero ? memset(p, 0, room) : p;
}

static void heap_free(void *p)
{
	size_t room;
	struct free_block *b = p;

	if (!p)
		return;
	room = *(size_t *)(void *)((char *)p - HEAD);
	if (room > SMALL_MAX)
		return;
	b->next = heap->free[room / SMALL_STEP];
	heap->free[room / SMALL_STEP] = b;
}

static void *heap_calloc(size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 4 / size)
		abort();
	return get(count * size, true);
}

static void *heap_realloc(void *old, size_t size)
{
	size_t had = old ? *(size_t *)(void *)((char *)old - HEAD) : 0;
	void *p;

	if (old && size <= had)
		return old;
	/* The last block of a chunk grows where it is: lines of one paragraph come one behind the other. */
	if (old && (char *)old + had == heap->next && rounded(size) - had <= heap->left) {
		heap->next += rounded(size) - had;
		heap->left -= rounded(size) - had;
		*(size_t *)(void *)((char *)old - HEAD) = rounded(size);
		return old;
	}
	p = get(size, false);
	if (old) {
		memcpy(p, old, had);
		heap_free(old);
	}
	return p;
}

cmark_parser *heap_begin(void)
{
	static cmark_mem mem = { heap_calloc, heap_realloc, heap_free };

	heap = mem_zero(1, sizeof(*heap));
	return cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &mem);
}

void heap_end(void)
{
	struct chunk *c, *older;

	for (c = heap->chunk; c; c = older) {
		older = c->older;
		free(c);
	}
	free(heap);
	heap = NULL;
}
