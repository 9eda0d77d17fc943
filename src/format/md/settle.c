/* Suggestions settled, and words replaced, as edits of the file's bytes (FORMAT.md F5). */
#include "format/md/internal.h"

#include <stdlib.h>

/* The suggestion beside i at its own depth, or SIZE_MAX; those in between stand inside one of the two. */
static size_t beside(const struct doc *d, size_t i, int step)
{
	for (size_t k = i + (size_t)step; k < d->suggestion_count; k += (size_t)step)
		if (d->suggestions[k].outer == d->suggestions[i].outer)
			return k;
	return SIZE_MAX;
}

/* Do a and b, next to one another in this order, propose two wordings? */
static bool linked(const struct suggestion *a, const struct suggestion *b)
{
	if (a->origin.end != b->origin.begin || !a->author.n || !b->author.n || span_eq(a->author, b->author))
		return false;
	if (a->kind == SUGGEST_REPLACE && b->kind == SUGGEST_REPLACE)
		return span_eq(a->old_text, b->old_text);
	return a->kind != SUGGEST_DELETE && b->kind != SUGGEST_DELETE;
}

/* The alternative behind i, or SIZE_MAX. */
static size_t next_linked(const struct doc *marked, size_t i)
{
	size_t next = beside(marked, i, 1);

	return next != SIZE_MAX && linked(&marked->suggestions[i], &marked->suggestions[next]) ? next : SIZE_MAX;
}

size_t md_alternatives(const struct doc *marked, size_t i)
{
	const struct suggestion *s = marked->suggestions;
	size_t first = i, prev;
	bool replaces = false, alone = true;

	while ((prev = beside(marked, first, -1)) != SIZE_MAX && linked(&s[prev], &s[first]))
		first = prev;
	/* The first wording says what it stands for: what is put in before it is none of them. */
	while (s[first].kind == SUGGEST_INSERT) {
		size_t next = next_linked(marked, first);

		if (first == i || next == SIZE_MAX)
			return SIZE_MAX;
		first = next;
	}
	for (size_t at = first; at != SIZE_MAX; at = next_linked(marked, at)) {
		replaces = replaces || s[at].kind == SUGGEST_REPLACE;
		alone = alone && at == first;
	}
	/* Two insertions at one place are no alternatives: both may stand. */
	return replaces && !alone ? first : SIZE_MAX;
}

size_t md_rejected_by(const struct doc *marked, const enum settle *what, size_t i)
{
	if (what[i] != SETTLE_LEAVE)
		return SIZE_MAX;
	for (size_t at = md_alternatives(marked, i); at != SIZE_MAX; at = next_linked(marked, at))
		if (what[at] == SETTLE_ACCEPT)
			return at;
	return SIZE_MAX;
}

static void edits_between(const struct doc *d, const struct text *t, struct edits *ret)
{
	size_t at = d->meta.body;

	for (size_t i = 0; i < t->map.count; i++) {
		size_t begin = t->map.items[i].src, n = (i + 1 < t->map.count ? t->map.items[i + 1].at : t->bytes.n) - t->map.items[i].at;

		if (begin > at)
			edits_add(ret, at, begin, (struct span){ 0 });
		at = begin + n;
	}
	if (at < d->source.n)
		edits_add(ret, at, d->source.n, (struct span){ 0 });
}

/*
 * The alternative that stays open behind i, a replacement that is rejected: it stands for the old words from now on, which
 * alone it does not say.  SIZE_MAX: none.
 */
static size_t heir_of(const struct doc *marked, const enum settle *what, size_t i)
{
	size_t heir = SIZE_MAX;

	if (what[i] != SETTLE_REJECT || marked->suggestions[i].kind != SUGGEST_REPLACE)
		return SIZE_MAX;
	for (size_t at = md_alternatives(marked, i); at != SIZE_MAX; at = next_linked(marked, at)) {
		if (what[at] == SETTLE_ACCEPT)
			return SIZE_MAX; /* which rejects the others */
		if (at != i && marked->suggestions[at].kind == SUGGEST_REPLACE)
			return SIZE_MAX; /* which says the old words itself */
		if (at > i && heir == SIZE_MAX && what[at] == SETTLE_LEAVE)
			heir = at;
	}
	return heir;
}

/* Does the item begin, or end, in what is taken away already? */
static bool gone(const struct edits *e, const struct critic *k)
{
	for (size_t i = 0; i < e->count; i++)
		if ((e->items[i].begin <= k->begin && k->begin < e->items[i].end) || (k->begin < e->items[i].begin && e->items[i].begin < k->end))
			return true;
	return false;
}

int md_settle(struct doc *marked, const enum settle *what, bool comments_too, struct edits *ret, struct fault *f)
{
	struct doc *scratch = doc_new(marked->path);
	struct critics c = { 0 };
	struct text text = { 0 };
	enum fate *fates;
	int r;

	scratch->source = marked->source;
	scratch->meta.body = marked->meta.body;
	r = critic_scan(scratch, &c, f);
	if (r < 0) {
		doc_free(scratch);
		return r;
	}
	fates = mem_zero(c.count, sizeof(*fates));
	/* {~~old~>mine~~}{>>@A<<}{++yours++} becomes {~~old~>yours~~}. */
	for (size_t i = 0; i < marked->suggestion_count; i++) {
		size_t heir = heir_of(marked, what, i);

		if (heir == SIZE_MAX)
			continue;
		edits_add(ret, marked->suggestions[i].new_part.begin, marked->suggestions[heir].new_part.begin, (struct span){ 0 });
		edits_add(ret, marked->suggestions[heir].new_part.end, marked->suggestions[heir].new_part.end + 3, SPAN_LIT("~~}"));
	}
	for (size_t i = 0; i < c.count; i++) {
		const struct critic *k = &c.items[i];

		if (gone(ret, k)) {
			fates[i] = FATE_KEEP;
		} else if (k->group) {
			enum settle s = what[k->group - 1];

			fates[i] = s == SETTLE_ACCEPT ? FATE_ACCEPT : s == SETTLE_REJECT ? FATE_REJECT : FATE_KEEP;
			/* Nothing of an alternative stays, its old words neither: another one took their place. */
			if (md_rejected_by(marked, what, k->group - 1) != SIZE_MAX)
				fates[i] = FATE_DROP;
		} else if (comments_too) {
			fates[i] = FATE_REJECT;
		} else if (k->kind == CRITIC_COMMENT && k->on != NO_ITEM && c.items[k->on].group && fates[k->on] != FATE_KEEP && k->comment->author.n &&
			   !k->comment->text.n) {
			fates[i] = FATE_REJECT;
		}
	}
	critic_settle(scratch, &c, fates, &text);
	edits_between(scratch, &text, ret);
	text_done(&text);
	free(fates);
	critics_done(&c);
	doc_free(scratch);
	return 0;
}

/* ---- other words in a block's place ---- */

/* What a further line of the block begins with: the first line's container marks, list markers turned into spaces. */
static void further_prefix(const struct doc *d, size_t begin, struct buf *out)
{
	size_t from = begin;

	while (from && d->source.p[from - 1] != '\n' && d->source.p[from - 1] != '\r')
		from--;
	if (from == 0 && d->source.n >= 3 && memcmp(d->source.p, "\xef\xbb\xbf", 3) == 0 && begin >= 3)
		from = 3;
	if (from < begin && d->source.p[from] == '[') {
		BUF_LIT(out, "    ");
		return;
	}
	for (size_t i = from; i < begin; i++) {
		char c = d->source.p[i];

		if (c == '{' || c == '<')
			break;
		buf_char(out, c == '>' || c == '\t' ? c : ' ');
	}
}

int md_replace_block(struct doc *d, const struct block *b, struct span markdown, struct edits *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf text = { 0 }, prefix = { 0 };
	bool one_line = b->kind == BLOCK_HEADING || b->kind == BLOCK_CELL;
	const char *eol = "\n", *lf = d->source.n ? memchr(d->source.p, '\n', d->source.n) : NULL;

	if (!block_is_leaf(b) || b->inner.end > d->source.n || b->inner.begin > b->inner.end)
		return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = d->path }, "this block has no words in the file that could be replaced");
	if (lf && lf > d->source.p && lf[-1] == '\r')
		eol = "\r\n";
	while (markdown.n && (markdown.p[markdown.n - 1] == '\n' || markdown.p[markdown.n - 1] == '\r'))
		markdown.n--;
	if (!one_line)
		further_prefix(d, b->inner.begin, &prefix);
	for (size_t i = 0; i < markdown.n; i++) {
		char c = markdown.p[i];

		if (c == '\r' && i + 1 < markdown.n && markdown.p[i + 1] == '\n')
			continue;
		if (c != '\n' && c != '\r') {
			buf_char(&text, c);
		} else if (one_line) {
			buf_char(&text, ' ');
		} else {
			buf_str(&text, eol);
			if (i + 1 < markdown.n && markdown.p[i + 1] != '\n' && markdown.p[i + 1] != '\r')
				buf_add(&text, buf_span(&prefix));
		}
	}
	if (b->kind == BLOCK_CODE)
		buf_str(&text, eol);
	edits_add(ret, b->inner.begin, b->inner.end, buf_span(&text));
	return 0;
}
