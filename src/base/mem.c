#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/*
 * A text of 5 MB takes 16,000 pages of memory for a tenth of a second, and handing them over one by one is a quarter of the work.
 * Large blocks therefore ask for large pages, where the system gives them to those who ask.
 */
#define LARGE_PAGE ((size_t)2 << 20)

static void *in_large_pages(void *p, size_t size)
{
#ifdef MADV_HUGEPAGE
	if (p && size >= 2 * LARGE_PAGE) {
		uintptr_t begin = (uintptr_t)p & ~(LARGE_PAGE - 1), end = ((uintptr_t)p + size + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);

		madvise((void *)begin, end - begin, MADV_HUGEPAGE); /* a hint: whatever comes of it is good */
	}
#endif
	return p;
}

void mem_begin(void)
{
#ifdef __GLIBC__
	/* What a step of the work gives back the next one takes: no page is handed over twice. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_TOP_PAD, 4 << 20);
#endif
}

static _Noreturn void out_of_memory(void)
{
	fputs("chapeau: out of memory; nothing was written\n", stderr);
	abort();
}

void *mem_alloc(size_t size)
{
	void *p = in_large_pages(malloc(size ? size : 1), size);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_zero(size_t count, size_t size)
{
	void *p = in_large_pages(calloc(count ? count : 1, size ? size : 1), size < SIZE_MAX / 2 && count < SIZE_MAX / 2 / (size + 1) ? count * size : 0);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_resize(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory();
	size *= count;
	p = in_large_pages(realloc(p, size ? size : 1), size);
	if (!p)
		out_of_memory();
	return p;
}

char *mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_alloc(n), s, n);
}

void mem_free(void *p)
{
	free(p);
}

void mem_freep(void *pp)
{
	void **p = pp;

	free(*p);
	*p = NULL;
}

struct arena_chunk {
	struct arena_chunk *older;
	alignas(max_align_t) char bytes[];
};

#define CHUNK_FIRST (16u << 10)
#define CHUNK_LARGEST (8u << 20)

void arena_done(struct arena *a)
{
	struct arena_chunk *c, *older;

	if (!a)
		return;
	for (c = a->chunk; c; c = older) {
		older = c->older;
		free(c);
	}
	*a = (struct arena){ 0 };
}

static size_t round_up(size_t n)
{
	return (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void *arena_take(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = round_up(size ? size : 1);
	if (size > a->left) {
		size_t want = a->total < CHUNK_FIRST ? CHUNK_FIRST : a->total > CHUNK_LARGEST ? CHUNK_LARGEST : a->total;
		struct arena_chunk *c;

		/* A block that would waste most of a chunk gets one of its own, behind the current one. */
		if (size > want / 4) {
			c = mem_alloc(sizeof(*c) + size);
			a->total += size;
			if (a->chunk) {
				c->older = a->chunk->older;
				a->chunk->older = c;
			} else {
				c->older = NULL;
				a->chunk = c;
			}
			return c->bytes;
		}
		c = mem_alloc(sizeof(*c) + want);
		c->older = a->chunk;
		a->chunk = c;
		a->next = c->bytes;
		a->left = want;
		a->total += want;
	}
	p = a->next;
	a->next += size;
	a->left -= size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_take(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory();
	return arena_alloc(a, count * size);
}

struct span arena_dup(struct arena *a, struct span s)
{
	char *p = arena_take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_of(p, s.n);
}

char *arena_str(struct arena *a, struct span s)
{
	return (char *)arena_dup(a, s).p;
}

struct span arena_printf(struct arena *a, const char *fmt, ...)
{
	char brief[128];
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(brief, sizeof(brief), fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	if ((size_t)n < sizeof(brief))
		return arena_dup(a, span_of(brief, (size_t)n));
	p = arena_take(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return span_of(p, (size_t)n);
}
