#include "base/span.h"

int span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n ? memcmp(a.p, b.p, n) : 0;

	if (r)
		return r;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t span_find(struct span s, struct span needle, size_t from)
{
	if (needle.n == 0)
		return from <= s.n ? from : SIZE_MAX;
	while (from <= s.n && needle.n <= s.n - from) {
		const char *q = memchr(s.p + from, needle.p[0], s.n - from - needle.n + 1);

		if (!q)
			return SIZE_MAX;
		if (memcmp(q, needle.p, needle.n) == 0)
			return (size_t)(q - s.p);
		from = (size_t)(q - s.p) + 1;
	}
	return SIZE_MAX;
}

size_t span_find_char(struct span s, char c, size_t from)
{
	const char *q;

	if (from >= s.n)
		return SIZE_MAX;
	q = memchr(s.p + from, c, s.n - from);
	return q ? (size_t)(q - s.p) : SIZE_MAX;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool span_eq_nocase(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool span_split(struct span *rest, char sep, struct span *ret_item)
{
	size_t at;

	if (!rest->p || rest->n == 0)
		return false;
	at = span_find_char(*rest, sep, 0);
	if (at == SIZE_MAX) {
		*ret_item = span_trim(*rest);
		*rest = (struct span){ 0 };
	} else {
		*ret_item = span_trim(span_sub(*rest, 0, at));
		*rest = span_sub(*rest, at + 1, rest->n);
	}
	return true;
}

bool span_number(struct span s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9 || v > (max - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*ret = v;
	return true;
}

void span_shared_ends(struct span a, struct span b, size_t *ret_head, size_t *ret_tail)
{
	size_t most = a.n < b.n ? a.n : b.n, head = 0, tail = 0;

	while (head + 8 <= most && memcmp(a.p + head, b.p + head, 8) == 0)
		head += 8;
	while (head < most && a.p[head] == b.p[head])
		head++;
	while (tail + 8 <= most - head && memcmp(a.p + a.n - tail - 8, b.p + b.n - tail - 8, 8) == 0)
		tail += 8;
	while (tail < most - head && a.p[a.n - tail - 1] == b.p[b.n - tail - 1])
		tail++;
	*ret_head = head;
	*ret_tail = tail;
}

uint64_t span_hash(struct span s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

#define DISTANCE_MAX 40 /* longer words are never "meant" by a typing slip */

unsigned span_distance(struct span a, struct span b, unsigned cap)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *two = rows[0], *one = rows[1], *now = rows[2];

	if (a.n > DISTANCE_MAX || b.n > DISTANCE_MAX)
		return cap;
	for (size_t j = 0; j <= b.n; j++)
		one[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *swap;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned best = one[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			if (one[j] + 1 < best)
				best = one[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			now[j] = best;
		}
		swap = two;
		two = one;
		one = now;
		now = swap;
	}
	return one[b.n] < cap ? one[b.n] : cap;
}
