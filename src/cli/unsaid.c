#include "cli/unsaid.h"

#include "base/spanmap.h"
#include "base/utf8.h"

void unsaid_comments(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			const struct comment *last = NULL;

			for (size_t i = 0; b->kind == BLOCK_CODE && i < b->run_count; i++) {
				struct run *r = &b->runs[i];
				const struct comment *c = r->kind == RUN_COMMENT ? r->comment : NULL;

				for (const struct mark *m = r->mark; m && !c; m = m->outer)
					c = m->kind == MARK_HIGHLIGHT ? m->comments : NULL;
				for (const struct comment *k = c != last ? c : NULL; k; k = k->next)
					doc_lose(d, "comment on code", SPAN_LIT("text"), k->text);
				last = c ? c : last;
				if (r->kind == RUN_COMMENT) {
					r->kind = RUN_TEXT;
					r->comment = NULL;
					r->text = (struct span){ 0 };
				}
			}
		}
	}
}

static unsigned emphasis_of(const struct run *r)
{
	return r->kind == RUN_TEXT && mark_rejected(r->mark) ? r->format & (FMT_EMPH | FMT_STRONG) : 0;
}

/* The words from run i on that stand in one emphasis; *ret_next: the first run behind them. */
static struct span emphasised(const struct block *b, size_t i, struct buf *out, size_t *ret_next)
{
	unsigned look = emphasis_of(&b->runs[i]);

	buf_clear(out);
	for (; i < b->run_count && (emphasis_of(&b->runs[i]) == look || !mark_rejected(b->runs[i].mark)); i++)
		if (look && mark_rejected(b->runs[i].mark))
			buf_add(out, b->runs[i].text);
	*ret_next = i;
	return span_trim(buf_span(out));
}

void unsaid_emphasis(struct doc *d, struct doc *written)
{
	struct span_map said = { 0 };
	CLEANUP(buf_done) struct buf words = { 0 };

	for (int back = 1; back >= 0; back--) {
		struct doc *x = back ? written : d;

		for (size_t part = 0; part <= x->note_count; part++) {
			struct block *top = part ? x->notes[part - 1]->body : x->root;

			for (struct block *b = top; b; b = block_next(b, top))
				for (size_t i = 0, next; i < b->run_count; i = next > i ? next : i + 1) {
					struct span s = emphasised(b, i, &words, &next);
					unsigned *left;

					if (!s.n)
						continue;
					left = span_map_put(&said, arena_dup(&d->arena, s));
					if (back)
						++*left;
					else if (*left)
						--*left;
					else if (b->kind != BLOCK_CODE && !b->furniture)
						doc_lose(d, "emphasis that Markdown has no signs for here", SPAN_LIT("text"), s);
				}
		}
	}
	span_map_done(&said);
}

void unsaid_looks(struct doc *d)
{
	static const struct {
		unsigned format;
		const char *what;
	} looks[] = { { FMT_STRIKE, "words struck through by hand" }, { FMT_UNDERLINE, "underlined words" }, { FMT_SUPER, "raised words" }, { FMT_SUB, "lowered words" } };

	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t k = 0; k < ARRAY_LEN(looks); k++) {
				CLEANUP(buf_done) struct buf words = { 0 };

				for (size_t i = 0; i <= b->run_count; i++) {
					const struct run *r = i < b->run_count ? &b->runs[i] : NULL;

					if (r && r->kind == RUN_TEXT && !r->link && r->format & looks[k].format) {
						buf_add(&words, r->text);
						continue;
					}
					if (span_trim(buf_span(&words)).n)
						doc_lose(d, looks[k].what, SPAN_LIT("text"), span_trim(buf_span(&words)));
					buf_clear(&words);
				}
			}
	}
}

void unsaid_turning(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			bool found = false;

			for (size_t i = 0; i < b->run_count && !found; i++)
				for (size_t at = 0; at < b->runs[i].text.n && !found;) {
					uint32_t cp = utf8_next(b->runs[i].text.p, b->runs[i].text.n, &at);

					found = (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
					if (found)
						doc_lose(d, "characters that turn the direction of the text, kept", SPAN_LIT("text"), b->runs[i].text);
				}
		}
	}
}
