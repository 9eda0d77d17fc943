#include "cli/again.h"

#include <stdlib.h>

#include "model/text.h"

/* "@Mei Lin 2025-10-01T09:00:00Z: not tracked" -> "@Mei Lin": when it came does not count. */
static struct span name_in(struct span comment)
{
	size_t end = span_find(comment, SPAN_LIT(": "), 0);

	comment = span_sub(comment, 0, end == SIZE_MAX ? comment.n : end);
	if (comment.n > 21 && comment.p[comment.n - 1] == 'Z' && comment.p[comment.n - 21] == ' ')
		comment.n -= 21;
	return comment;
}

/* Suggestions as they stand, with who made them; no highlights, no words that were said to them. */
static void put_bare(struct span s, struct buf *out)
{
	bool behind_suggestion = false;

	for (size_t i = 0; i < s.n;) {
		struct span rest = span_sub(s, i, s.n);
		size_t close = span_starts(rest, SPAN_LIT("{>>")) ? span_find(rest, SPAN_LIT("<<}"), 3) : SIZE_MAX;

		if (close != SIZE_MAX) {
			struct span said = span_sub(rest, 3, close);

			if (behind_suggestion && span_starts(said, SPAN_LIT("@")))
				buf_add(out, name_in(said));
			behind_suggestion = false;
			i += close + 3;
		} else if (span_starts(rest, SPAN_LIT("{==")) || span_starts(rest, SPAN_LIT("==}"))) {
			behind_suggestion = false;
			i += 3;
		} else {
			behind_suggestion = rest.p[0] == '}';
			buf_char(out, rest.p[0]);
			i++;
		}
	}
}

/* The draft with nothing suggested and nothing said. */
static int plain_text(struct doc *marked, struct buf *ret, struct fault *f)
{
	CLEANUP(mem_freep) enum settle *what = mem_zero(marked->suggestion_count + 1, sizeof(*what));
	CLEANUP(edits_done) struct edits e = { 0 };
	int r;

	for (size_t i = 0; i < marked->suggestion_count; i++)
		what[i] = SETTLE_REJECT;
	r = md_settle(marked, what, true, &e, f);
	if (!r)
		edits_apply(&e, marked->source, ret);
	return r;
}

/* The plain draft with all that the file has. */
static int lay_afresh(struct cli *c, const struct draft *d, struct arrival *a, struct span plain, const struct receive_options *o, struct buf *ret, struct fault *f)
{
	CLEANUP(statement_freep) struct statement *st = NULL;
	CLEANUP(edits_done) struct edits e = { 0 };
	struct arrival part = *a;
	struct totals t = { 0 };
	struct doc *doc = NULL;
	int r = md_read(plain, &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &doc, f);

	if (r < 0)
		return r;
	st = statement_new(doc);
	part.plan = (struct received){ 0 };
	r = receive_plan(a->base ? a->base : st, st, a->doc, o, &part.plan, f);
	if (!r) {
		lay_plan(c, doc, doc, &part, &e, &t);
		edits_apply(&e, doc->source, ret);
	}
	received_done(&part.plan);
	return r;
}

/* Its whole lines: signs that begin or end its words may stand outside of it. */
static struct span lines_of(const struct doc *d, const struct block *leaf)
{
	size_t begin = leaf->origin.begin, end = leaf->origin.end;

	while (begin && d->source.p[begin - 1] != '\n')
		begin--;
	while (end < d->source.n && d->source.p[end - 1] != '\n')
		end++;
	return span_sub(d->source, begin, end);
}

static bool stands(const struct block *leaf, const struct doc *doc, const struct block *other, const struct doc *made)
{
	CLEANUP(buf_done) struct buf x = { 0 }, y = { 0 };

	if (leaf->origin.end <= leaf->origin.begin || other->origin.end <= other->origin.begin)
		return false;
	put_bare(lines_of(doc, leaf), &x);
	put_bare(lines_of(made, other), &y);
	return span_eq(buf_span(&x), buf_span(&y));
}

static const struct block **leaves_of(const struct doc *d)
{
	const struct block **all = mem_zero(d->block_count + 1, sizeof(*all));

	for (size_t i = 0; i <= d->note_count; i++) {
		const struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (const struct block *b = top; b; b = block_next(b, top))
			if (block_is_leaf(b))
				all[b->serial] = b;
	}
	return all;
}

/* Is any of the draft's suggestions where the plan has a change? */
static bool touches(const struct received *p, const struct doc *doc)
{
	size_t k = 0;

	for (size_t i = 0; i < p->hunk_count; i++) {
		struct origin o = p->hunks[i].leaf->origin;

		if (k && doc->suggestions[k - 1].origin.begin >= o.begin)
			k = 0;
		while (k < doc->suggestion_count && doc->suggestions[k].origin.begin < o.begin)
			k++;
		if (k < doc->suggestion_count && doc->suggestions[k].origin.begin < o.end)
			return true;
	}
	return false;
}

int again_drop(struct cli *c, const struct draft *d, struct arrival *a, const struct doc *doc, struct doc *marked, const struct receive_options *o, struct fault *f)
{
	CLEANUP(buf_done) struct buf plain = { 0 }, laid = { 0 };
	CLEANUP(doc_freep) struct doc *made = NULL;
	const struct block **leaves, *last = NULL;
	bool known = false;
	size_t kept = 0;
	int r;

	if (!doc->has_critic || !touches(&a->plan, doc))
		return 0;
	r = plain_text(marked, &plain, f);
	if (!r)
		r = lay_afresh(c, d, a, buf_span(&plain), o, &laid, f);
	/* A text that does not read well settles nothing here. */
	if (r < 0 || md_read(buf_span(&laid), &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &made, NULL) < 0)
		return r;
	leaves = leaves_of(made);
	for (size_t i = 0; i < a->plan.hunk_count; i++) {
		struct receive_hunk *h = &a->plan.hunks[i];

		if (h->leaf != last) {
			const struct block *other = made->block_count == doc->block_count ? leaves[h->leaf->serial] : NULL;

			known = other && other->kind == h->leaf->kind && stands(h->leaf, doc, other, made);
			last = h->leaf;
		}
		if (!known)
			a->plan.hunks[kept++] = *h;
		else if (h->comments)
			receive_keep_comments(&a->plan, h);
	}
	a->plan.hunk_count = kept;
	free(leaves);
	return 0;
}
