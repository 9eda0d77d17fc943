/*
 * Changes laid into the source, each as a suggestion of its own where nothing stands in its way.  Two people who change the same words
 * have a wording each of the smallest well-formed run that holds both (FORMAT.md F5, rule 7):
 * {~~run~>theirs~~}{>>@A<<}{++this++}{>>@B<<}.
 */
#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "format/md/md.h"
#include "model/text.h"

static bool others(struct span a, struct span b)
{
	return a.n && b.n && !span_eq(a, b);
}

/* ---- groups ---- */

static bool touches(const struct suggestion *x, size_t s, size_t t)
{
	return s == t ? s > x->origin.begin && s < x->origin.end : s < x->origin.end && t > x->origin.begin;
}

size_t md_suggestion_from(const struct doc *d, size_t at)
{
	size_t low = 0;

	for (size_t high = d->suggestion_count; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (d->suggestions[mid].origin.begin < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The last suggestion in no other that begins before a byte of the source, or 0: none before it reaches that far. */
static size_t suggestion_before(const struct doc *d, size_t at)
{
	size_t low = md_suggestion_from(d, at);

	low -= low > 0;
	while (low && d->suggestions[low].outer)
		low--;
	return low;
}

/* The suggestions, of those in no other one, that [s, t) touches; count 0: none. */
static size_t touched_in(const struct doc *d, size_t s, size_t t, size_t *ret_first)
{
	size_t n = 0;

	for (size_t i = suggestion_before(d, s); i < d->suggestion_count && d->suggestions[i].origin.begin < t; i++) {
		if (d->suggestions[i].outer || !touches(&d->suggestions[i], s, t))
			continue;
		if (!n)
			*ret_first = i;
		n++;
	}
	return n;
}

/* The next one in no other, or SIZE_MAX. */
static size_t next_outer(const struct doc *d, size_t i)
{
	for (i++; i < d->suggestion_count; i++)
		if (!d->suggestions[i].outer)
			return i;
	return SIZE_MAX;
}

/* The run of words that all of it is said of.  False: it cannot be. */
static bool widen(const struct doc *d, const struct map *m, struct group *g)
{
	size_t first = 0, s, t;
	struct whole w;

	do {
		s = g->s;
		t = g->t;
		if (touched_in(d, s, t, &first))
			for (size_t i = first; i != SIZE_MAX && d->suggestions[i].origin.begin < g->t; i = next_outer(d, i)) {
				const struct suggestion *x = &d->suggestions[i];

				if (!md_in_leaf(d, m, x)) {
					/* of whole blocks: what it takes out holds all of this */
					if (x->kind == SUGGEST_INSERT || x->old_part.begin > s || x->old_part.end < t)
						return false;
					g->s = x->origin.begin;
					g->t = x->origin.end;
					return true;
				}
				g->s = x->origin.begin < g->s ? x->origin.begin : g->s;
				g->t = x->origin.end > g->t ? x->origin.end : g->t;
				/* with the other wordings of its words */
				for (size_t k = next_outer(d, i); k != SIZE_MAX && md_alternatives(d, i) != SIZE_MAX && md_alternatives(d, k) == md_alternatives(d, i); k = next_outer(d, k))
					g->t = d->suggestions[k].origin.end > g->t ? d->suggestions[k].origin.end : g->t;
				if (md_alternatives(d, i) != SIZE_MAX && d->suggestions[md_alternatives(d, i)].origin.begin < g->s)
					g->s = d->suggestions[md_alternatives(d, i)].origin.begin;
			}
		if (!md_whole(d, m, g->s, g->t, ~0u, true, &w))
			return false;
		g->s = w.s < g->s ? w.s : g->s;
		g->t = w.t > g->t ? w.t : g->t;
		/* What stands right beside it would be read as one more wording. */
		for (size_t i = suggestion_before(d, g->s); i < d->suggestion_count && d->suggestions[i].origin.begin <= g->t; i++) {
			const struct suggestion *x = &d->suggestions[i];

			if (x->outer || !md_in_leaf(d, m, x))
				continue;
			if (x->origin.begin == g->t && x->kind != SUGGEST_DELETE)
				g->t = x->origin.end;
			else if (x->origin.end == g->s && x->kind == SUGGEST_INSERT && md_alternatives(d, i) != SIZE_MAX)
				g->s = x->origin.begin;
		}
	} while (g->s != s || g->t != t);
	return true;
}

size_t md_groups_end(const struct groups *g)
{
	return g->count && g->items[g->count - 1].t > g->end ? g->items[g->count - 1].t : g->end;
}

void md_groups_close(struct groups *g, size_t at)
{
	g->end = at;
}

static bool meet(const struct group *a, const struct group *b)
{
	/* wordings behind wordings would be read as more of them */
	if (a->joined && b->joined && (a->t == b->s || b->t == a->s))
		return true;
	if (a->s == a->t || b->s == b->t)
		return a->s == a->t ? b->s < a->s && a->s < b->t : a->s < b->s && b->s < a->t;
	return a->s < b->t && b->s < a->t;
}

void md_groups_add(const struct doc *d, const struct map *m, struct groups *g, struct md_cuts *cuts, size_t hunk, size_t first)
{
	struct group x = { .from = hunk, .to = hunk + 1, .first = first, .last = cuts->count, .s = SIZE_MAX };

	for (size_t i = first; i < cuts->count; i++) {
		struct md_cut *c = &cuts->items[i];
		size_t any;

		c->hunk = hunk;
		x.s = c->s < x.s ? c->s : x.s;
		x.t = c->t > x.t ? c->t : x.t;
		x.joined = x.joined || touched_in(d, c->s, c->t, &any);
	}
	if (x.s == SIZE_MAX)
		return;
	x.failed = x.joined && !widen(d, m, &x);
	while (!x.failed && g->count && meet(&g->items[g->count - 1], &x)) {
		const struct group *top = &g->items[g->count - 1];

		if (top->failed)
			break;
		x.from = top->from;
		x.first = top->first;
		x.s = top->s < x.s ? top->s : x.s;
		x.t = top->t > x.t ? top->t : x.t;
		x.joined = true;
		x.failed = !widen(d, m, &x);
		g->count--;
	}
	if (x.s < g->end) {
		for (size_t i = x.first; i < x.last; i++)
			g->hunks[cuts->items[i].hunk].placed = false;
		return;
	}
	if (g->count == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 16;
		g->items = mem_resize(g->items, g->cap, sizeof(*g->items));
	}
	g->items[g->count++] = x;
}

/* ---- the words of a run, as bytes of the source that are left ---- */

struct kept {
	struct buf text;
	struct kept_part {
		size_t src, at; /* where it begins, in the source and in the text */
	} *parts;
	size_t count, cap;
};

static void kept_done(struct kept *k)
{
	buf_done(&k->text);
	free(k->parts);
}

/* Highlights and comments are nobody's words. */
static void keep_bytes(struct kept *k, const struct doc *d, size_t from, size_t to)
{
	struct span s = d->source;

	while (from < to) {
		size_t at = from, skip;

		while (at + 2 < to && !(s.p[at] == '{' && s.p[at + 1] == s.p[at + 2] && strchr("=>", s.p[at + 1])) && !(s.p[at + 2] == '}' && s.p[at] == '=' && s.p[at + 1] == '='))
			at++;
		if (at + 2 >= to)
			at = to;
		if (k->count == k->cap) {
			k->cap = k->cap ? 2 * k->cap : 16;
			k->parts = mem_resize(k->parts, k->cap, sizeof(*k->parts));
		}
		k->parts[k->count++] = (struct kept_part){ from, k->text.n };
		buf_add(&k->text, span_sub(s, from, at));
		if (at == to)
			return;
		skip = s.p[at + 1] == '>' ? span_find(span_sub(s, 0, to), SPAN_LIT("<<}"), at) : at;
		from = skip == SIZE_MAX ? to : skip + 3;
	}
}

/* Where a byte of the source is in what is kept, or would be. */
static size_t kept_at(const struct kept *k, size_t src)
{
	for (size_t i = k->count; i-- > 0;)
		if (k->parts[i].src <= src) {
			size_t end = i + 1 < k->count ? k->parts[i + 1].at : k->text.n, at = k->parts[i].at + (src - k->parts[i].src);

			return at < end ? at : end;
		}
	return 0;
}

/* One wording of a run, and who signed it. */
struct member {
	struct span author;
	struct buf text, sign;
};

static void keep_run(struct kept *k, const struct doc *d, size_t s, size_t t, const size_t *accepted, size_t count)
{
	size_t at = s, first = 0;

	*k = (struct kept){ 0 };
	if (touched_in(d, s, t, &first))
		for (size_t i = first; i != SIZE_MAX && d->suggestions[i].origin.begin < t; i = next_outer(d, i)) {
			const struct suggestion *x = &d->suggestions[i];
			size_t place = count ? md_alternatives(d, i) : SIZE_MAX;
			bool yes = false, instead = false; /* another wording of its words */

			for (size_t n = 0; n < count; n++) {
				yes = yes || accepted[n] == i;
				instead = instead || (place != SIZE_MAX && md_alternatives(d, accepted[n]) == place);
			}
			keep_bytes(k, d, at, x->origin.begin);
			if (yes && x->kind != SUGGEST_DELETE)
				keep_bytes(k, d, x->new_part.begin, x->new_part.end);
			else if (!yes && !instead && x->kind != SUGGEST_INSERT)
				keep_bytes(k, d, x->old_part.begin, x->old_part.end);
			at = x->origin.end;
		}
	keep_bytes(k, d, at, t);
}

void md_apply_cuts(const struct doc *d, size_t s, size_t t, const struct md_cut *cuts, size_t count, struct buf *out)
{
	struct kept kept;
	size_t at = 0;

	keep_run(&kept, d, s, t, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		size_t from = kept_at(&kept, cuts[i].s), to = kept_at(&kept, cuts[i].t);
		struct span head = span_sub(buf_span(&kept.text), at, from > at ? from : at);

		/* Lines with a tag begin with one of their own: a tag that is left alone on a line goes when that is settled (FORMAT.md F5, rule 4). */
		if (i == 0 && span_find_char(head, '\n', 0) != SIZE_MAX && span_trim(head).n && strchr("{<", *span_trim(head).p))
			buf_str(out, md_line_end(d));
		buf_add(out, head);
		buf_add(out, cuts[i].words);
		at = to > at ? to : at;
	}
	buf_add(out, span_sub(buf_span(&kept.text), at, kept.text.n));
	kept_done(&kept);
}

/* No sign of CriticMarkup may end up in another's words. */
static bool without_signs(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if ((s.p[i] == '~' && s.p[i + 1] == '>') || (s.p[i] == '{' && strchr("+-~=>", s.p[i + 1])) || (s.p[i + 1] == '}' && strchr("+-~=<", s.p[i])))
			return false;
	return true;
}

/* ---- who proposes what ---- */

struct wordings {
	struct doc *d;
	const struct block *leaf;
	const struct map *m;
	struct groups *g;
	const struct group *x;
	struct md_cuts *cuts;
	size_t s, t;
	struct member *items;
	size_t count, cap;
};

static struct member *add_member(struct wordings *w, struct span author)
{
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 4;
		w->items = mem_resize(w->items, w->cap, sizeof(*w->items));
	}
	w->items[w->count] = (struct member){ .author = author };
	return &w->items[w->count++];
}

/* What stands behind a suggestion: who made it, and what was said to it. */
static struct span sign_of(const struct doc *d, const struct suggestion *x)
{
	return span_sub(d->source, (x->kind == SUGGEST_DELETE ? x->old_part.end : x->new_part.end) + 3, x->origin.end);
}

/* Suggestions in the run: wordings of one place each by itself, others of one author together. */
static bool add_standing(struct wordings *w)
{
	const struct doc *d = w->d;
	size_t first = 0, n = touched_in(d, w->s, w->t, &first);
	CLEANUP(mem_freep) size_t *all = mem_zero(n + 1, sizeof(*all));
	CLEANUP(mem_freep) size_t *accepted = mem_zero(n + 1, sizeof(*accepted));
	size_t i = first;

	for (size_t k = 0; k < n; k++, i = next_outer(d, i))
		all[k] = i;
	for (size_t k = 0; k < n; k++)
		if (!d->suggestions[all[k]].author.n || (all[k] + 1 < d->suggestion_count && d->suggestions[all[k] + 1].outer))
			return false; /* nobody's, or a suggestion in a suggestion */
	for (size_t k = 0; k < n; k++) {
		const struct suggestion *x = &d->suggestions[all[k]];
		size_t place = md_alternatives(d, all[k]), count = 0;
		bool said = false;
		struct member *member;
		struct kept kept;

		for (size_t e = 0; e < k && !said; e++)
			said = span_eq(d->suggestions[all[e]].author, x->author) && (md_alternatives(d, all[e]) == SIZE_MAX || md_alternatives(d, all[e]) != place);
		if (said)
			continue;
		accepted[count++] = all[k];
		for (size_t e = k + 1; e < n; e++)
			if (span_eq(d->suggestions[all[e]].author, x->author) && (md_alternatives(d, all[e]) == SIZE_MAX || md_alternatives(d, all[e]) != place))
				accepted[count++] = all[e];
		member = add_member(w, x->author);
		keep_run(&kept, d, w->s, w->t, accepted, count);
		member->text = kept.text;
		kept.text = (struct buf){ 0 };
		kept_done(&kept);
		for (size_t e = 0; e < count; e++) {
			const struct suggestion *y = &d->suggestions[accepted[e]];
			struct span sign = sign_of(d, y);
			size_t own = span_find(sign, SPAN_LIT("<<}"), 0);

			/* its author is named once; what he or others said stays */
			if (e && own != SIZE_MAX && span_find(span_sub(sign, 0, own), SPAN_LIT(": "), 0) == SIZE_MAX)
				sign = span_sub(sign, own + 3, sign.n);
			buf_add(&member->sign, sign);
		}
	}
	return true;
}

static bool apart(const struct md_cuts *cuts, const size_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct md_cut *a = &cuts->items[list[k]], *b = &cuts->items[list[i]];

			if (a->t > b->s || (count > 1 && (a->whole || b->whole) && a->hunk != b->hunk && a->s < b->t && b->s < a->t))
				return false;
		}
	return true;
}

/* What a hunk's author makes of the run, with all of his hunks in it.  False: it is said already. */
static bool add_proposal(struct wordings *w, size_t cut)
{
	const struct md_hunk *h = &w->g->hunks[w->cuts->items[cut].hunk];
	CLEANUP(mem_freep) size_t *list = mem_zero(w->x->last - w->x->first + 1, sizeof(*list));
	CLEANUP(mem_freep) const struct md_hunk **hunks = mem_zero(w->x->last - w->x->first + 1, sizeof(*hunks));
	struct member *member;
	size_t count = 0, hunk_count = 0;

	for (size_t i = w->x->first; i < w->x->last; i++) {
		const struct md_hunk *other = &w->g->hunks[w->cuts->items[i].hunk];

		if (!span_eq(other->author, h->author))
			continue;
		if (i < cut)
			return false;
		list[count++] = i;
		if (!hunk_count || hunks[hunk_count - 1] != other)
			hunks[hunk_count++] = other;
	}
	member = add_member(w, h->author);
	if (apart(w->cuts, list, count)) {
		struct md_cut *cuts = mem_zero(count, sizeof(*cuts));

		for (size_t i = 0; i < count; i++)
			cuts[i] = w->cuts->items[list[i]];
		md_apply_cuts(w->d, w->s, w->t, cuts, count, &member->text);
		mem_free(cuts);
	} else {
		struct whole run;

		if (!md_whole(w->d, w->m, w->s, w->t, ~0u, true, &run) || run.s != w->s || run.t != w->t) {
			w->count--;
			return true;
		}
		md_say_whole(w->leaf, w->m, &run, hunks, hunk_count, &member->text);
	}
	for (size_t i = 0; i < hunk_count; i++)
		md_sign(i ? (struct md_hand){ .note = hunks[i]->note, .replies = hunks[i]->replies } : md_hand_of(hunks[i], hunks[i]->note), &member->sign);
	return true;
}

static void forget(struct wordings *w)
{
	for (size_t i = 0; i < w->count; i++) {
		buf_done(&w->items[i].text);
		buf_done(&w->items[i].sign);
	}
	w->count = 0;
}

/* The run and the word before it, else the one behind. */
static bool more_words(struct wordings *w)
{
	struct whole run, wide;
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t from, to, first = 0, last = 0;

	if (!md_whole(w->d, w->m, w->s, w->t, ~0u, true, &run))
		return false;
	text_of_leaf(w->leaf, READING_REJECTED, &text);
	from = run.begin;
	to = run.end;
	while (from && text.p[from - 1] == ' ')
		from--;
	while (from && text.p[from - 1] != ' ')
		from--;
	if (from == run.begin) {
		while (to < text.n && text.p[to] == ' ')
			to++;
		while (to < text.n && text.p[to] != ' ')
			to++;
	}
	if ((from == run.begin && to == run.end) || !md_pieces_in(w->m, from, to, &first, &last) ||
	    !md_whole(w->d, w->m, from < run.begin ? md_src_start(&w->m->items[first], from) : w->s, to > run.end ? md_src_end(&w->m->items[last], to) : w->t, ~0u, true, &wide))
		return false;
	w->s = wide.s;
	w->t = wide.t;
	return true;
}

#define MORE_WORDS 3 /* times that a run is widened for the sake of a wording without words */

/* A wording for everybody.  False: it cannot be written. */
static bool find_wordings(struct wordings *w)
{
	for (unsigned n = 0; n < MORE_WORDS; n++) {
		bool blank = false;

		forget(w);
		if (!add_standing(w))
			return false;
		for (size_t i = w->x->first; i < w->x->last; i++) {
			size_t before = w->count;

			if (add_proposal(w, i) && w->count == before)
				return false;
		}
		for (size_t i = 1; i < w->count; i++) {
			blank = blank || !span_trim(buf_span(&w->items[i].text)).n;
			if (!others(w->items[i].author, w->items[i - 1].author))
				return false;
		}
		if (!blank)
			return true;
		if (!more_words(w))
			return false;
	}
	return false;
}

static bool put_wordings(struct wordings *w, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct kept old;
	bool clean;

	if (!find_wordings(w))
		return false;
	/* What is rejected keeps its highlights and what was said. */
	keep_run(&old, w->d, w->s, w->t, NULL, 0);
	clean = old.text.n && without_signs(buf_span(&old.text));
	for (size_t i = 0; i < w->count; i++)
		clean = clean && (w->count == 1 || w->items[i].text.n == 0 || without_signs(buf_span(&w->items[i].text)) || i);
	if (clean) {
		bool goes = w->count == 1 && !w->items[0].text.n;

		buf_str(&b, goes ? "{--" : "{~~");
		for (size_t at = w->s, first = 0, i = touched_in(w->d, w->s, w->t, &first) ? first : SIZE_MAX;; i = next_outer(w->d, i)) {
			const struct suggestion *x = i != SIZE_MAX && w->d->suggestions[i].origin.begin < w->t ? &w->d->suggestions[i] : NULL;

			buf_add(&b, span_sub(w->d->source, at, x ? x->origin.begin : w->t));
			if (!x)
				break;
			if (x->kind != SUGGEST_INSERT)
				buf_add(&b, span_sub(w->d->source, x->old_part.begin, x->old_part.end));
			at = x->origin.end;
		}
		buf_str(&b, goes ? "" : "~>");
		for (size_t i = 0; i < w->count; i++) {
			buf_str(&b, i ? "{++" : "");
			buf_add(&b, buf_span(&w->items[i].text));
			buf_str(&b, i ? "++}" : goes ? "--}" : "~~}");
			buf_add(&b, buf_span(&w->items[i].sign));
		}
		edits_add(ret, w->s, w->t, buf_span(&b));
	}
	kept_done(&old);
	return clean;
}

/* Two groups next to one another become one. */
static void merge_next(const struct doc *d, const struct map *m, struct groups *g, size_t i)
{
	struct group *a = &g->items[i], *b = a + 1;

	a->to = b->to;
	a->last = b->last;
	a->s = b->s < a->s ? b->s : a->s;
	a->t = b->t > a->t ? b->t : a->t;
	a->joined = true;
	a->failed = a->failed || b->failed || !widen(d, m, a);
	memmove(b, b + 1, (g->count - i - 2) * sizeof(*b));
	g->count--;
}

void md_groups_settle(struct doc *d, const struct block *leaf, const struct map *m, struct groups *g, struct md_cuts *cuts)
{
	for (size_t i = 0; i < g->count; i++) {
		struct group *x = &g->items[i];
		struct wordings w = { .d = d, .leaf = leaf, .m = m, .g = g, .x = x, .cuts = cuts, .s = x->s, .t = x->t };

		if (x->joined && !x->failed && find_wordings(&w)) {
			/* a wording without words took some more */
			x->s = w.s;
			x->t = w.t;
		}
		forget(&w);
		free(w.items);
		if (i && meet(x - 1, x)) {
			merge_next(d, m, g, i - 1);
			i -= 2; /* look at what they are now; of 0 and 1 from the start */
		} else if (i + 1 < g->count && meet(x, x + 1)) {
			merge_next(d, m, g, i);
			i--;
		}
	}
}

/* ---- suggestions ---- */

/* A second proposal where the two cannot be put side by side: it stands after the first, and says what it would replace. */
static void put_after(const struct md_hunk *h, struct span old, size_t at, bool cell, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, note = { 0 };

	buf_str(&note, h->text.n ? "instead of \"" : "take out \"");
	buf_add(&note, old);
	buf_char(&note, '"');
	if (h->note.n) {
		BUF_LIT(&note, "; ");
		buf_add(&note, h->note);
	}
	if (h->text.n) {
		BUF_LIT(&b, "{++");
		md_put_words(h->text, cell, &b);
		BUF_LIT(&b, "++}");
	}
	md_sign(md_hand_of(h, old.n ? buf_span(&note) : h->note), &b);
	edits_add(ret, at, at, buf_span(&b));
}

/* A suggestion that stands at [s, t) already is written as two, so that what comes behind it is no other wording of it. */
static void divide_standing(const struct doc *d, const struct suggestion *x, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct span sign = sign_of(d, x);
	size_t own = span_find(sign, SPAN_LIT("<<}"), 0);

	BUF_LIT(&b, "--}");
	buf_add(&b, own == SIZE_MAX ? sign : span_sub(sign, 0, own + 3));
	BUF_LIT(&b, "{++");
	edits_add(ret, x->origin.begin, x->origin.begin + 3, SPAN_LIT("{--"));
	edits_add(ret, x->old_part.end, x->new_part.begin, buf_span(&b));
	edits_add(ret, x->new_part.end, x->new_part.end + 3, SPAN_LIT("++}"));
}

/* The rewording by somebody else that ends where new words come, which would be read as one more wording of it; NULL: none, or one of several. */
static const struct suggestion *rewording_at(const struct doc *d, const struct md_hunk *h, size_t at)
{
	for (size_t i = 0; i < d->suggestion_count && d->suggestions[i].origin.begin < at; i++)
		if (!d->suggestions[i].outer && d->suggestions[i].origin.end == at && d->suggestions[i].kind == SUGGEST_REPLACE && others(d->suggestions[i].author, h->author) &&
		    md_alternatives(d, i) == SIZE_MAX && !(i + 1 < d->suggestion_count && d->suggestions[i + 1].outer))
			return &d->suggestions[i];
	return NULL;
}

static bool insertion_at(const struct doc *d, const struct md_hunk *h, size_t at)
{
	for (size_t i = 0; i < d->suggestion_count && d->suggestions[i].origin.begin <= at; i++)
		if (!d->suggestions[i].outer && d->suggestions[i].origin.begin == at && d->suggestions[i].kind == SUGGEST_INSERT && others(d->suggestions[i].author, h->author))
			return true;
	return false;
}

static void put_cut(struct doc *d, const struct md_hunk *h, const struct md_cut *c, bool first, bool apart, const struct group *before, struct edits *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct md_hand hand = first ? md_hand_of(h, h->note) : (struct md_hand){ .author = h->author, .time = h->time };
	const struct suggestion *x = c->s == c->t ? rewording_at(d, h, c->s) : NULL;
	bool replaces = c->t > c->s && c->words.n;

	if (c->s == c->t && !c->words.n)
		return;
	if (x && !(before && before->t > x->origin.begin))
		divide_standing(d, x, ret);
	apart = replaces && (apart || insertion_at(d, h, c->t));
	if (c->t > c->s) {
		buf_str(&b, replaces && !apart ? "{~~" : "{--");
		buf_add(&b, span_sub(d->source, c->s, c->t));
		buf_str(&b, replaces && !apart ? "~>" : "--}");
	}
	if (apart)
		md_sign((struct md_hand){ .author = h->author, .time = h->time }, &b);
	buf_str(&b, c->s == c->t || apart ? "{++" : "");
	buf_add(&b, c->words);
	buf_str(&b, c->s == c->t || apart ? "++}" : replaces ? "~~}" : "");
	md_sign(hand, &b);
	edits_add(ret, c->s, c->t, buf_span(&b));
}

void md_put_group(struct doc *d, const struct block *leaf, const struct map *m, struct groups *g, const struct group *x, const struct group *next, struct md_cuts *cuts, struct edits *ret)
{
	struct wordings w = { .d = d, .leaf = leaf, .m = m, .g = g, .x = x, .cuts = cuts, .s = x->s, .t = x->t };
	CLEANUP(buf_done) struct buf text = { 0 };
	bool done = false;

	if (!x->joined) {
		for (size_t i = x->first; i < x->last; i++) {
			const struct md_cut *c = &cuts->items[i], *then = next ? &cuts->items[next->first] : NULL;
			const struct md_hunk *h = &g->hunks[c->hunk];
			bool apart = i + 1 == x->last && then && then->s == c->t && then->t == c->t && others(g->hunks[then->hunk].author, h->author);

			put_cut(d, h, c, i == x->first, apart, x > g->items ? x - 1 : NULL, ret);
		}
		return;
	}
	done = !x->failed && put_wordings(&w, ret);
	forget(&w);
	free(w.items);
	if (done)
		return;
	text_of_leaf(leaf, READING_REJECTED, &text);
	for (size_t i = x->first; i < x->last; i++) {
		struct md_hunk *h = &g->hunks[cuts->items[i].hunk];
		size_t at = md_taken_until(d, x->s, x->t), any = 0;

		if (at != SIZE_MAX && !md_in_leaf(d, m, &d->suggestions[touched_in(d, x->s, x->t, &any) ? any : 0]))
			at = SIZE_MAX; /* it would go with the paragraph */
		if (i > x->first && h == &g->hunks[cuts->items[i - 1].hunk])
			continue;
		h->placed = at != SIZE_MAX && !h->raw && !h->breaks && !h->gone_note.n && !h->restyled;
		if (h->placed)
			put_after(h, span_sub(buf_span(&text), h->begin, h->end), at, leaf->kind == BLOCK_CELL, ret);
	}
}
