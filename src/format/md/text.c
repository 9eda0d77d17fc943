#include "format/md/internal.h"

#include <stdlib.h>

void text_done(struct text *t)
{
	if (!t->borrowed)
		buf_done(&t->bytes);
	free(t->map.items);
	*t = (struct text){ 0 };
}

static void map_add(struct segmap *m, size_t at, uint32_t src)
{
	if (m->count) {
		struct seg *s = &m->items[m->count - 1];

		if (src == NO_SRC ? s->src == NO_SRC : s->src != NO_SRC && s->src + (at - s->at) == src)
			return;
		if (s->at == at) {
			s->src = src;
			return;
		}
	}
	if (m->count == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 64;
		m->items = mem_resize(m->items, m->cap, sizeof(*m->items));
	}
	m->items[m->count++] = (struct seg){ .at = (uint32_t)at, .src = src };
}

void text_borrow(struct text *t, struct span source, size_t from)
{
	*t = (struct text){ .bytes = { .p = (char *)source.p + from, .n = source.n - from }, .borrowed = true };
	map_add(&t->map, 0, (uint32_t)from);
}

void text_put(struct text *t, const char *p, size_t n, uint32_t src)
{
	if (!n)
		return;
	map_add(&t->map, t->bytes.n, src);
	buf_put(&t->bytes, p, n);
}

void text_cut(struct text *t, size_t n)
{
	if (n >= t->bytes.n)
		return;
	t->bytes.n = n;
	while (t->map.count && t->map.items[t->map.count - 1].at >= n)
		t->map.count--;
}

size_t map_find(const struct segmap *m, size_t at, size_t *hint)
{
	size_t i = hint ? *hint : 0, low, high;

	if (i < m->count && m->items[i].at <= at) {
		if (i + 1 >= m->count || at < m->items[i + 1].at)
			return i;
		if (i + 2 >= m->count || at < m->items[i + 2].at) {
			if (hint)
				*hint = i + 1;
			return i + 1;
		}
	}
	low = 0;
	high = m->count;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (m->items[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	if (hint)
		*hint = low;
	return low;
}

size_t map_src(const struct segmap *m, size_t at, size_t *hint)
{
	size_t i;

	if (!m->count)
		return 0;
	i = map_find(m, at, hint);
	if (m->items[i].src != NO_SRC)
		return m->items[i].src + (at - m->items[i].at);
	if (i + 1 < m->count)
		return m->items[i + 1].src;
	if (i > 0)
		return m->items[i - 1].src + (m->items[i].at - m->items[i - 1].at);
	return 0;
}

size_t map_src_end(const struct segmap *m, size_t at, size_t *hint)
{
	size_t i;

	if (!m->count)
		return 0;
	if (at == 0)
		return map_src(m, 0, hint);
	i = map_find(m, at - 1, hint);
	if (m->items[i].src != NO_SRC)
		return m->items[i].src + (at - m->items[i].at);
	if (i > 0)
		return m->items[i - 1].src + (m->items[i].at - m->items[i - 1].at);
	return i + 1 < m->count ? m->items[i + 1].src : 0;
}

void text_copy(struct text *t, const struct text *from, size_t begin, size_t end, size_t *hint)
{
	while (begin < end) {
		size_t i = map_find(&from->map, begin, hint), stop = end;
		uint32_t src = from->map.count ? from->map.items[i].src : NO_SRC;

		if (i + 1 < from->map.count && from->map.items[i + 1].at < end)
			stop = from->map.items[i + 1].at;
		if (src != NO_SRC)
			src += (uint32_t)(begin - from->map.items[i].at);
		text_put(t, from->bytes.p + begin, stop - begin, src);
		begin = stop;
	}
}
