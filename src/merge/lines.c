#include <stdlib.h>

#include "base/utf8.h"
#include "merge/merge.h"
#include "merge/three.h"

struct span merge_eol(struct span text)
{
	size_t lf = span_find_char(text, '\n', 0);

	return lf != SIZE_MAX && lf > 0 && text.p[lf - 1] == '\r' ? SPAN_LIT("\r\n") : SPAN_LIT("\n");
}

void merge_put_text(struct span eol, struct span s, struct buf *out)
{
	bool crlf = eol.n == 2;
	if (span_find_char(s, '\n', 0) == SIZE_MAX) {
		buf_add(out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (s.p[i] == '\n' && crlf)
			buf_char(out, '\r');
		buf_char(out, s.p[i]);
	}
}

bool merge_same_text(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	if (span_eq(a, b))
		return true;
	for (;;) {
		while (i < a.n && a.p[i] == '\r')
			i++;
		while (j < b.n && b.p[j] == '\r')
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		if (a.p[i++] != b.p[j++])
			return false;
	}
}

/* ---- lines ---- */

size_t merge_yaml(struct span base, struct span ours, struct span theirs, const char *who, struct span eol, struct buf *out)
{
	struct symbols s = { 0 };
	struct row_of b, o, t;
	struct regions r;
	size_t conflicts = 0;

	row_cut(&s, base, CUT_LINES, &b);
	row_cut(&s, ours, CUT_LINES, &o);
	row_cut(&s, theirs, CUT_LINES, &t);
	three_way(&s, &b, &o, &t, true, &r);
	for (size_t i = 0; i < r.count; i++) {
		const struct region *x = &r.items[i];

		if (x->kind == REGION_THEIRS) {
			merge_put_text(eol, row_span(&t, x->t0, x->t1), out);
			continue;
		}
		buf_add(out, row_span(&o, x->o0, x->o1));
		if (x->kind != REGION_CONFLICT)
			continue;
		conflicts++;
		if (out->n && out->p[out->n - 1] != '\n')
			buf_add(out, eol);
		for (size_t k = x->t0; k < x->t1; k++) {
			buf_printf(out, "# %s: ", who);
			merge_put_text(eol, row_span(&t, k, k + 1), out);
		}
	}
	row_done(&b);
	row_done(&o);
	row_done(&t);
	regions_done(&r);
	symbols_done(&s);
	return conflicts;
}

static void put_marker(struct buf *out, struct span eol, char c, unsigned n, const char *name)
{
	if (out->n && out->p[out->n - 1] != '\n')
		buf_add(out, eol);
	for (unsigned i = 0; i < n; i++)
		buf_char(out, c);
	if (name)
		buf_printf(out, " %s", name);
	buf_add(out, eol);
}

void merge_lines(struct span base, struct span ours, struct span theirs, unsigned marker, const struct merge_names *names,
		 struct merge_result *ret)
{
	struct symbols s = { 0 };
	struct row_of b, o, t;
	struct regions r;
	struct span eol = merge_eol(ours);

	*ret = (struct merge_result){ .lines = true };
	row_cut(&s, base, CUT_LINES, &b);
	row_cut(&s, ours, CUT_LINES, &o);
	row_cut(&s, theirs, CUT_LINES, &t);
	three_way(&s, &b, &o, &t, false, &r);
	for (size_t i = 0; i < r.count; i++) {
		const struct region *x = &r.items[i];

		if (x->kind == REGION_THEIRS) {
			buf_add(&ret->text, row_span(&t, x->t0, x->t1));
		} else if (x->kind == REGION_CONFLICT) {
			ret->conflicts++;
			put_marker(&ret->text, eol, '<', marker, names->ours);
			buf_add(&ret->text, row_span(&o, x->o0, x->o1));
			put_marker(&ret->text, eol, '=', marker, NULL);
			buf_add(&ret->text, row_span(&t, x->t0, x->t1));
			put_marker(&ret->text, eol, '>', marker, names->theirs);
		} else {
			buf_add(&ret->text, row_span(&o, x->o0, x->o1));
		}
	}
	row_done(&b);
	row_done(&o);
	row_done(&t);
	regions_done(&r);
	symbols_done(&s);
}

/* ---- the last guard ---- */

/* Without the lines that open and close containers, of which two may have become one: hold_back looks after them. */
static struct span without_fences(struct span s, struct buf *out)
{
	for (size_t at = 0, end; at < s.n; at = end) {
		size_t lf = span_find_char(s, '\n', at);

		end = lf == SIZE_MAX ? s.n : lf + 1;
		if (!span_starts(span_sub(s, at, end), SPAN_LIT(":::")))
			buf_add(out, span_sub(s, at, end));
	}
	return buf_span(out);
}

bool merge_keeps(struct span base, struct span theirs, struct span merged)
{
	struct buf plain[3] = { { 0 } };
	struct symbols s = { 0 };
	struct row_of b, t, m;
	int64_t *need;
	bool ok = true;

	row_cut(&s, without_fences(base, &plain[0]), CUT_WORDS, &b);
	row_cut(&s, without_fences(theirs, &plain[1]), CUT_WORDS, &t);
	row_cut(&s, without_fences(merged, &plain[2]), CUT_WORDS, &m);
	need = mem_zero(s.count + 1, sizeof(int64_t));
	for (size_t i = 0; i < t.count; i++)
		need[t.sym[i]]++;
	for (size_t i = 0; i < b.count; i++)
		need[b.sym[i]]--;
	for (size_t i = 0; i < s.count; i++)
		need[i] = need[i] < 0 ? 0 : need[i];
	for (size_t i = 0; i < m.count; i++)
		need[m.sym[i]]--;
	for (size_t i = 0; i < s.count && ok; i++) {
		size_t at = 0;
		uint32_t cp = s.words[i].n ? utf8_next(s.words[i].p, s.words[i].n, &at) : 0;

		ok = need[i] <= 0 || !(cp_letter(cp) || cp_digit(cp));
	}
	free(need);
	row_done(&b);
	row_done(&t);
	row_done(&m);
	symbols_done(&s);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		buf_done(&plain[i]);
	return ok;
}
