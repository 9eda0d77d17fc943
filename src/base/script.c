#include "base/script.h"

#include <stdlib.h>

struct script_box {
	size_t a0, a1, b0, b1;
};

void script_work_done(struct script_work *w)
{
	free(w->v);
	free(w->a);
	free(w->b);
	free(w->ia);
	free(w->ib);
	free(w->stack);
	free(w->seen);
	*w = (struct script_work){ 0 };
}

/* Two halves of stamps: which symbols this call saw in a, and in b. */
static void new_stamp(struct script_work *w, size_t symbols)
{
	if (symbols > w->seen_cap) {
		w->seen_cap = symbols + symbols / 2 + 64;
		free(w->seen);
		w->seen = mem_zero(2 * w->seen_cap, sizeof(uint32_t));
		w->call = 0;
	}
	if (++w->call == UINT32_MAX) {
		memset(w->seen, 0, 2 * w->seen_cap * sizeof(uint32_t));
		w->call = 1;
	}
}

static void room_for_rows(struct script_work *w, size_t n)
{
	if (n <= w->row_cap)
		return;
	w->row_cap = n + n / 2 + 64;
	w->a = mem_resize(w->a, w->row_cap, sizeof(uint32_t));
	w->b = mem_resize(w->b, w->row_cap, sizeof(uint32_t));
	w->ia = mem_resize(w->ia, w->row_cap, sizeof(uint32_t));
	w->ib = mem_resize(w->ib, w->row_cap, sizeof(uint32_t));
}

static void push(struct script_work *w, size_t *depth, struct script_box box)
{
	if (*depth == w->stack_cap) {
		w->stack_cap = w->stack_cap ? 2 * w->stack_cap : 64;
		w->stack = mem_resize(w->stack, w->stack_cap, sizeof(struct script_box));
	}
	w->stack[(*depth)++] = box;
}

/*
 * A point that a shortest path through the box passes, or, where that would take more than SCRIPT_EFFORT differences,
 * the furthest point that the search from the beginning reached.  The box differs at its first and at its last symbols,
 * and both sides hold something.
 */
static void middle(struct script_work *w, struct script_box box, size_t *ret_x, size_t *ret_y)
{
	const uint32_t *a = w->a + box.a0, *b = w->b + box.b0;
	int32_t n = (int32_t)(box.a1 - box.a0), m = (int32_t)(box.b1 - box.b0);
	int32_t delta = n - m;
	bool odd = delta & 1;
	/* diagonals run from -(d + 1) to d + 1 around 0 and around delta; d stays below both limits */
	int32_t most = (n + m + 1) / 2 < SCRIPT_EFFORT ? (n + m + 1) / 2 : SCRIPT_EFFORT;
	size_t need = 2 * (2 * (size_t)most + 3);
	int32_t *f, *r;

	if (need > w->v_cap) {
		w->v_cap = need;
		w->v = mem_resize(w->v, w->v_cap, sizeof(int32_t));
	}
	f = w->v + most + 1;
	r = w->v + (2 * (size_t)most + 3) + most + 1;
	/* f[k]: furthest x on diagonal k from the start; r[k]: lowest x on diagonal delta + k from the end */
	f[1] = 0;
	r[1] = n + 1;
	for (int32_t d = 0; d <= most; d++) {
		for (int32_t k = -d; k <= d; k += 2) {
			int32_t x = k == -d || (k != d && f[k - 1] < f[k + 1]) ? f[k + 1] : f[k - 1] + 1;
			int32_t y = x - k;

			if (x > n || y > m || y < 0) {
				f[k] = x > n ? n + 1 : x; /* off the box: kept so that neighbours see it as no use */
				continue;
			}
			while (x < n && y < m && a[x] == b[y]) {
				x++;
				y++;
			}
			f[k] = x;
			if (odd && k - delta >= -(d - 1) && k - delta <= d - 1 && x >= r[k - delta] && r[k - delta] >= (k > 0 ? k : 0)) {
				*ret_x = box.a0 + (size_t)x;
				*ret_y = box.b0 + (size_t)y;
				return;
			}
		}
		for (int32_t k = d; k >= -d; k -= 2) {
			int32_t x = k == d || (k != -d && r[k + 1] > r[k - 1]) ? r[k - 1] : r[k + 1] - 1;
			int32_t y;

			if (d == 0)
				x = n;
			y = x - (k + delta);
			if (x < 0 || y < 0 || y > m) {
				r[k] = x < 0 ? -1 : x;
				continue;
			}
			while (x > 0 && y > 0 && a[x - 1] == b[y - 1]) {
				x--;
				y--;
			}
			r[k] = x;
			if (!odd && k + delta >= -d && k + delta <= d && f[k + delta] >= x && f[k + delta] <= n &&
			    f[k + delta] - (k + delta) <= m) {
				*ret_x = box.a0 + (size_t)x;
				*ret_y = box.b0 + (size_t)y;
				return;
			}
		}
	}
	{
		int32_t best_x = 0, best_y = 0;

		for (int32_t k = -most; k <= most; k += 2) {
			int32_t x = f[k], y = x - k;

			if (x >= 0 && x <= n && y >= 0 && y <= m && x + y > best_x + best_y) {
				best_x = x;
				best_y = y;
			}
		}
		*ret_x = box.a0 + (size_t)best_x;
		*ret_y = box.b0 + (size_t)best_y;
	}
}

void script_make(struct script_work *w, const uint32_t *a, size_t an, const uint32_t *b, size_t bn, size_t symbols, bool *gone, bool *came)
{
	size_t head = 0, na = 0, nb = 0, depth = 0;

	while (head < an && head < bn && a[head] == b[head])
		head++;
	while (an > head && bn > head && a[an - 1] == b[bn - 1]) {
		an--;
		bn--;
	}
	if (head == an || head == bn) {
		for (size_t i = head; i < an; i++)
			gone[i] = true;
		for (size_t j = head; j < bn; j++)
			came[j] = true;
		return;
	}
	new_stamp(w, symbols);
	room_for_rows(w, an > bn ? an - head : bn - head);
	for (size_t i = head; i < an; i++)
		w->seen[a[i]] = w->call;
	for (size_t j = head; j < bn; j++)
		w->seen[w->seen_cap + b[j]] = w->call;
	for (size_t i = head; i < an; i++) {
		if (w->seen[w->seen_cap + a[i]] == w->call) {
			w->a[na] = a[i];
			w->ia[na++] = (uint32_t)i;
		} else {
			gone[i] = true;
		}
	}
	for (size_t j = head; j < bn; j++) {
		if (w->seen[b[j]] == w->call) {
			w->b[nb] = b[j];
			w->ib[nb++] = (uint32_t)j;
		} else {
			came[j] = true;
		}
	}
	push(w, &depth, (struct script_box){ 0, na, 0, nb });
	while (depth) {
		struct script_box box = w->stack[--depth];
		size_t x, y;

		while (box.a0 < box.a1 && box.b0 < box.b1 && w->a[box.a0] == w->b[box.b0]) {
			box.a0++;
			box.b0++;
		}
		while (box.a0 < box.a1 && box.b0 < box.b1 && w->a[box.a1 - 1] == w->b[box.b1 - 1]) {
			box.a1--;
			box.b1--;
		}
		x = box.a0;
		y = box.b0;
		if (box.a0 < box.a1 && box.b0 < box.b1)
			middle(w, box, &x, &y);
		if ((x == box.a0 && y == box.b0) || (x == box.a1 && y == box.b1)) {
			for (size_t i = box.a0; i < box.a1; i++)
				gone[w->ia[i]] = true;
			for (size_t j = box.b0; j < box.b1; j++)
				came[w->ib[j]] = true;
			continue;
		}
		push(w, &depth, (struct script_box){ box.a0, x, box.b0, y });
		push(w, &depth, (struct script_box){ x, box.a1, y, box.b1 });
	}
}
