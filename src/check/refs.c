/*
 * refs: what a statement points to: paragraphs, those that are spoken in another's place, other drafts, images.
 *
 * Source: FORMAT.md F1 (for=), F4 (cross-references), F11 (images).
 */
#include "check/internal.h"
#include "model/text.h"

/* A spoken wording of a paragraph that is not there is spoken nowhere, and nobody would notice before the speech. */
void check_spoken(struct check *k)
{
	for (const struct block *b = k->d->root; b; b = block_next(b, k->d->root)) {
		struct span rest = b->attrs && attrs_has(b->attrs, CLASS_ORAL) ? attrs_get(b->attrs, "for") : (struct span){ 0 }, id;
		struct finding *f;

		while (rest.n && span_split(&rest, ',', &id)) {
			id = span_trim(id);
			if (id.n && id.p[0] == '#')
				id = span_sub(id, 1, id.n);
			if (!id.n || span_find_char(id, '#', 0) < id.n || statement_find(k->s, id) ||
			    !(f = check_find(k, "value-unknown", check_clause_at(k, b->origin.begin), b->attr_origin.begin)))
				continue;
			f->excerpt = arena_dup(&k->r->findings.arena, id);
			check_say(k, f, "for=%.*s names no paragraph of this draft, so these spoken words have no place. Mend the id.", SPAN_ARG(id));
		}
	}
}

/* Where a clause came from: was=, from=, absorbs= name ids, of other drafts too. */
static void one_origin(struct check *k, const struct block *b, const char *key, struct span ref)
{
	struct span draft, id;
	struct finding *f;
	bool valid;

	xref_split(ref, &draft, &id);
	valid = id_valid(id);
	if (valid && (!k->o->id_known || (!draft.n && statement_find(k->s, id)) || k->o->id_known(k->o->known_ctx, id)))
		return;
	f = check_find(k, "value-unknown", check_clause_at(k, b->origin.begin), b->attr_origin.begin);
	if (!f)
		return;
	f->excerpt = arena_dup(&k->r->findings.arena, ref);
	if (valid)
		check_say(k, f, "%s=%.*s names no paragraph that stands here or in a saved version, so what this one was before is not found. Mend the id.", key, SPAN_ARG(ref));
	else
		check_say(k, f, "%s=%.*s is no id, so no version of this paragraph is found by it. An id is small letters, digits and single hyphens, DRAFT#ID in another draft.",
			  key, SPAN_ARG(ref));
}

void check_descent(struct check *k)
{
	static const char *const keys[] = { "was", "from", "absorbs" };

	for (const struct block *b = k->d->root; b; b = block_next(b, k->d->root)) {
		for (size_t i = 0; b->attrs && i < ARRAY_LEN(keys); i++) {
			struct span rest = attrs_get(b->attrs, keys[i]), ref;

			while (rest.n && span_split(&rest, ',', &ref))
				one_origin(k, b, keys[i], span_trim(ref));
		}
	}
}

static void one_xref(struct check *k, const struct clause *c, const struct run *r, const struct xref_words *w, struct buf *printed)
{
	struct span draft, id;
	struct finding *f;
	enum xref_state state;

	buf_clear(printed);
	xref_split(r->target, &draft, &id);
	if (draft.n) {
		if (k->o->find_ref && k->o->find_ref(k->o->ctx, draft, id))
			return;
		if (!(f = check_find(k, "xref-dead", c, r->src.begin)))
			return;
		f->excerpt = arena_dup(&k->r->findings.arena, r->target);
		check_say(k, f, "there is no \"%.*s\" for all to see in a draft \"%.*s\" with a title, so this cross-reference leads nowhere. Mend the draft's name or the id.", SPAN_ARG(id),
			  SPAN_ARG(draft));
		return;
	}
	state = statement_xref(k->s, r->target, false, w, printed, NULL);
	if (state != XREF_DEAD && state != XREF_UNNUMBERED)
		return;
	if (!(f = check_find(k, state == XREF_DEAD ? "xref-dead" : "xref-unnumbered", c, r->src.begin)))
		return;
	f->excerpt = arena_dup(&k->r->findings.arena, r->target);
	if (state == XREF_UNNUMBERED) {
		check_say(k, f, "\"%.*s\" has no number and no heading above it, so this cross-reference has nothing to print. Number the paragraphs, or name it in words.",
			  SPAN_ARG(id));
	} else if (statement_find(k->s, id)) {
		check_say(k, f, "\"%.*s\" is not in the public text (internal, a rationale or an oral wording), so this cross-reference leads nowhere. Name a public paragraph.",
			  SPAN_ARG(id));
	} else {
		struct span near = { 0 };
		unsigned best = 3;

		for (size_t i = 0; i < k->s->count && k->s->count < 10000; i++) {
			unsigned d = k->s->clauses[i].id.n ? span_distance(k->s->clauses[i].id, id, best) : best;

			if (d < best) {
				best = d;
				near = k->s->clauses[i].id;
			}
		}
		if (near.n)
			check_say(k, f, "there is no paragraph with the id \"%.*s\": did you mean \"%.*s\"?", SPAN_ARG(id), SPAN_ARG(near));
		else
			check_say(k, f, "there is no paragraph with the id \"%.*s\": mend the cross-reference, or give the paragraph that id.", SPAN_ARG(id));
	}
}

void check_references(struct check *k)
{
	struct xref_words w = xref_words_for(k->d->meta.language);
	struct buf printed = { 0 };
	bool oral = k->r->channel == CHANNEL_ORAL;

	for (size_t i = 0; i < k->s->count; i++) {
		const struct clause *c = &k->s->clauses[i];
		bool seen = check_seen(c->block, oral);

		for (size_t l = 0; l < c->leaf_count && seen; l++) {
			const struct block *b = c->leaves[l];

			for (size_t r = 0; r < b->run_count; r++)
				if (b->runs[r].kind == RUN_XREF && text_mark_reads(b->runs[r].mark, READING_REJECTED))
					one_xref(k, c, &b->runs[r], &w, &printed);
		}
		for (size_t n = 0; n < c->note_count && seen && !oral; n++) {
			const struct note *note = c->notes[n];

			/* each note once: with the clause that refers to it first */
			if (note->internal || !k->noted[note->index])
				continue;
			k->noted[note->index] = false;
			for (const struct block *b = note->body; b; b = block_next(b, note->body))
				for (size_t r = 0; r < b->run_count; r++)
					if (b->runs[r].kind == RUN_XREF)
						one_xref(k, c, &b->runs[r], &w, &printed);
		}
	}
	buf_done(&printed);
}

static void one_image(struct check *k, const struct clause *c, const struct run *run)
{
	struct buf why = { 0 };
	struct finding *f;

	bool found = k->o->find_image(k->o->image_ctx, run->image->url, &why);

	if (!found && !why.n)
		BUF_LIT(&why, "there is no such file");
	if (!found && (f = check_find(k, "image-missing", c, run->src.begin))) {
		f->excerpt = arena_dup(&k->r->findings.arena, run->image->url);
		check_say(k, f, "the image \"%.*s\" cannot be taken in: %.*s", SPAN_ARG(run->image->url),
			  SPAN_ARG(buf_span(&why)));
	}
	buf_done(&why);
}

void check_images(struct check *k)
{
	if (!k->o->find_image)
		return;
	for (size_t i = 0; i < k->s->count; i++) {
		const struct clause *c = &k->s->clauses[i];

		if (!check_seen(c->block, k->r->channel == CHANNEL_ORAL))
			continue;
		for (size_t l = 0; l < c->leaf_count; l++)
			for (size_t r = 0; r < c->leaves[l]->run_count; r++)
				if (c->leaves[l]->runs[r].kind == RUN_IMAGE && c->leaves[l]->runs[r].image)
					one_image(k, c, &c->leaves[l]->runs[r]);
	}
}
