/* Words that one side made internal while the other put them among public ones: the side that holds back wins. */
#include "merge/segments.h"
#include "model/secret.h"
#include "model/text.h"

struct leaves {
	const struct doc *doc;
	enum reading reading;
	bool internal; /* those that are, or those that are not */
	bool (*each)(void *ctx, struct span text); /* false: no more */
	void *ctx;
};

static void each_leaf(const struct leaves *l)
{
	for (size_t part = 0; part <= l->doc->note_count; part++) {
		const struct block *top = part ? l->doc->notes[part - 1]->body : l->doc->root;

		for (const struct block *b = top; b; b = block_next(b, top)) {
			CLEANUP(buf_done) struct buf t = { 0 };

			if (!block_is_leaf(b) || b->internal != l->internal)
				continue;
			text_of_leaf(b, l->reading, &t);
			if (!l->each(l->ctx, buf_span(&t)))
				return;
		}
	}
}

static bool add(void *ctx, struct span text)
{
	secrets_add(ctx, text);
	return true;
}

static bool allow(void *ctx, struct span text)
{
	secrets_allow(ctx, &(struct secret_walk){ 0 }, text);
	return true;
}

struct held {
	struct secrets were; /* public words of the base that the side shows no more */
	struct secrets *ret;
};

static bool add_held(void *ctx, struct span text)
{
	struct held *h = ctx;
	struct span words;

	if (secrets_find(&h->were, text, &words))
		secrets_add(h->ret, text);
	return true;
}

static bool note_one(void *ctx, struct span text)
{
	(void)text;
	*(bool *)ctx = true;
	return false;
}

/* What was public in the base and is internal with this side; what was internal before is the other's to let loose. */
static void made_internal(const struct statement *base, const struct statement *side, struct secrets *ret)
{
	struct held h = { .ret = ret };
	bool any = false;

	each_leaf(&(struct leaves){ side->doc, READING_REJECTED, true, note_one, &any });
	if (!any)
		return;
	each_leaf(&(struct leaves){ base->doc, READING_REJECTED, false, add, &h.were });
	each_leaf(&(struct leaves){ side->doc, READING_REJECTED, false, allow, &h.were });
	each_leaf(&(struct leaves){ side->doc, READING_REJECTED, true, add_held, &h });
	each_leaf(&(struct leaves){ side->doc, READING_REJECTED, false, allow, ret });
	each_leaf(&(struct leaves){ base->doc, READING_REJECTED, true, allow, ret });
	secrets_done(&h.were);
}

/* Is it, or what it is a piece of, internal with the other side?  Then it will be so in the merged text, whatever it says. */
static bool will_be_internal(const struct segment *x, const struct side *other)
{
	size_t base = x->mate_base != NONE ? x->mate_base : x->split_base, i = base != NONE ? other->of_base[base] : NONE;

	return i != NONE && other->segments[i].block && other->segments[i].block->internal;
}

static void mark_exposing(const struct secrets *s, struct side *side, const struct side *other)
{
	struct span words;

	for (size_t i = 0; i < side->count; i++) {
		struct segment *x = &side->segments[i];

		/* The source's own words: those of its suggestions too. */
		if ((x->kind == SEG_BLOCK || x->kind == SEG_NOTE) && !(x->block && x->block->internal) && !will_be_internal(x, other))
			x->exposes = secrets_find(s, x->body, &words);
	}
}

void find_exposed(struct merger *m)
{
	struct secrets ours = { 0 }, theirs = { 0 };

	made_internal(m->base.statement, m->ours.statement, &ours);
	made_internal(m->base.statement, m->theirs.statement, &theirs);
	mark_exposing(&theirs, &m->ours, &m->theirs);
	mark_exposing(&ours, &m->theirs, &m->ours);
	secrets_done(&ours);
	secrets_done(&theirs);
}

struct search {
	const struct secrets *secrets;
	bool found;
};

static bool look(void *ctx, struct span text)
{
	struct search *s = ctx;
	struct span words;

	s->found = secrets_find(s->secrets, text, &words);
	return !s->found;
}

bool merge_exposes(const struct statement *base, const struct statement *ours, const struct statement *theirs, const struct doc *merged)
{
	struct secrets secrets[2] = { { .count = 0 }, { .count = 0 } };
	bool found = false;

	made_internal(base, ours, &secrets[0]);
	made_internal(base, theirs, &secrets[1]);
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		struct search s = { .secrets = &secrets[i] };

		if (!found && secrets[i].count)
			each_leaf(&(struct leaves){ merged, READING_REJECTED, false, look, &s });
		found = found || s.found;
		secrets_done(&secrets[i]);
	}
	return found;
}
