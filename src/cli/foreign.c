#include "cli/foreign.h"

#include "base/spanmap.h"
#include "cli/fit.h"
#include "cli/frontmatter.h"
#include "cli/labels.h"
#include "model/settle.h"

/* Calls for each reference of the doc, those of its notes too. */
static void each_reference(struct doc *d, void (*call)(struct block *b, struct run *r, void *ctx), void *ctx)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++)
				if (b->runs[i].kind == RUN_XREF)
					call(b, &b->runs[i], ctx);
	}
}

static void as_words(struct block *b, struct run *r, void *ctx)
{
	(void)b;
	(void)ctx;
	r->kind = RUN_TEXT;
	r->text = r->printed;
}

struct printing {
	struct statement *s;
	const struct xref_words *words;
};

static void print_it(struct block *b, struct run *r, void *ctx)
{
	struct printing *p = ctx;
	CLEANUP(buf_done) struct buf printed = { 0 };
	enum xref_state state = statement_xref(p->s, r->target, b->internal, p->words, &printed, NULL);

	if (state == XREF_ELSEWHERE && p->words->other_draft) {
		const struct statement *other;
		struct span draft, id;

		xref_split(r->target, &draft, &id);
		other = p->words->other_draft(p->words->other_ctx, draft);
		state = other ? statement_xref_elsewhere(other, id, p->words, &printed) : XREF_DEAD;
	}
	if (state == XREF_NUMBER || state == XREF_WORDS)
		r->printed = arena_dup(&p->s->doc->arena, buf_span(&printed));
	else
		r->printed = arena_printf(&p->s->doc->arena, "[#%.*s]", SPAN_ARG(r->target));
}

struct statement *foreign_as_printed(struct statement *s, const struct xref_words *words)
{
	struct printing p = { s, words };
	struct doc *d = s->doc;

	/* All first: a heading that one prints may hold another. */
	each_reference(d, print_it, &p);
	each_reference(d, as_words, NULL);
	s->doc = NULL;
	statement_free(s);
	return statement_new(d);
}

static bool changes(const struct mark *m)
{
	return m && !(mark_accepted(m) && mark_rejected(m));
}

static bool has_changes(const struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		const struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (const struct block *b = top; b; b = block_next(b, top)) {
			if (changes(b->mark) || changes(b->break_mark))
				return true;
			for (size_t i = 0; i < b->run_count; i++)
				if (changes(b->runs[i].mark))
					return true;
		}
	}
	return false;
}

bool foreign_as_draft(struct doc *d, enum reading reading)
{
	struct span_map ids = { 0 };
	bool tracked = has_changes(d);

	doc_settle(d, reading, NULL, NULL);
	frontmatter_take(d);
	each_reference(d, as_words, NULL);
	fit_tables(d);
	fit_spaces(d);
	labels_find(d, &ids);
	fit_items(d);
	/* An id that was made of a number would pair what merely has the same number. */
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		if (b->attrs && b->attrs->id.n) {
			struct attrs *a = ARENA_NEW(&d->arena, struct attrs);

			*a = *b->attrs;
			a->id = (struct span){ 0 };
			b->attrs = a;
		}
	d->whole_blocks = true;
	span_map_done(&ids);
	return tracked;
}
