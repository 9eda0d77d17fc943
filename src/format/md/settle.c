/* Suggestions settled, and words replaced, as edits of the file's bytes (FORMAT.md F5). */
#include "format/md/internal.h"

#include <stdlib.h>

static bool alternatives(const struct suggestion *a, const struct suggestion *b)
{
	const struct suggestion *r = a->kind == SUGGEST_REPLACE ? a : b;

	if (a->outer != b->outer || a->origin.end != b->origin.begin || !a->author.n || !b->author.n || span_eq(a->author, b->author))
		return false;
	if (a->kind == SUGGEST_REPLACE && b->kind == SUGGEST_REPLACE)
		return span_eq(a->old_text, b->old_text);
	return r->kind == SUGGEST_REPLACE && (a->kind == SUGGEST_INSERT || b->kind == SUGGEST_INSERT);
}

/* The suggestion beside i at its own depth, or SIZE_MAX; those in between stand inside one of the two. */
static size_t beside(const struct doc *d, size_t i, int step)
{
	for (size_t k = i + (size_t)step; k < d->suggestion_count; k += (size_t)step)
		if (d->suggestions[k].outer == d->suggestions[i].outer)
			return k;
	return SIZE_MAX;
}

size_t md_rejected_by(const struct doc *marked, const enum settle *what, size_t i)
{
	if (what[i] != SETTLE_LEAVE)
		return SIZE_MAX;
	for (int step = -1; step <= 1; step += 2) {
		for (size_t at = i, next = beside(marked, i, step); next != SIZE_MAX; at = next, next = beside(marked, next, step)) {
			const struct suggestion *first = &marked->suggestions[step < 0 ? next : at], *second = &marked->suggestions[step < 0 ? at : next];

			if (!alternatives(first, second))
				break;
			if (what[next] == SETTLE_ACCEPT)
				return next;
		}
	}
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
	for (size_t i = 0; i < c.count; i++) {
		const struct critic *k = &c.items[i];

		if (k->group) {
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
