#include "cli/tracking.h"

#include "cli/lost_ids.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "diff/diff.h"

/* Ids of the other drafts of the workspace: an id belongs to its clause for life, whatever the draft. */
struct taken {
	struct span *ids; /* open addressing */
	size_t count, mask;
	struct arena arena;
};

static void taken_add(struct taken *t, struct span id)
{
	size_t i;

	if (2 * t->count >= t->mask) {
		struct taken bigger = { .mask = t->mask ? 2 * t->mask + 1 : 255, .arena = t->arena };

		bigger.ids = mem_zero(bigger.mask + 1, sizeof(*bigger.ids));
		for (size_t k = 0; t->mask && k <= t->mask; k++)
			if (t->ids[k].n)
				taken_add(&bigger, t->ids[k]);
		mem_free(t->ids);
		*t = bigger;
	}
	for (i = span_hash(id) & t->mask; t->ids[i].n; i = (i + 1) & t->mask)
		if (span_eq(t->ids[i], id))
			return;
	t->ids[i] = id;
	t->count++;
}

static bool taken_has(void *ctx, struct span id)
{
	struct taken *t = ctx;

	for (size_t i = span_hash(id) & t->mask; t->mask && t->ids[i].n; i = (i + 1) & t->mask)
		if (span_eq(t->ids[i], id))
			return true;
	return false;
}

/* Every id of every other draft; one that cannot be read has none. */
static void taken_fill(struct cli *c, struct draft *d, struct taken *t)
{
	const char *const dirs[] = { "drafts", "drafts/texts" };

	for (size_t k = 0; d->ws->root && k < ARRAY_LEN(dirs); k++) {
		const char **names, *dir = ws_path(c, d->ws, dirs[k]);
		size_t count;

		list_dir(c, dir, ".md", &names, &count);
		for (size_t i = 0; i < count; i++) {
			const char *path = arena_printf(&c->arena, "%s/%s", dir, names[i]).p;
			struct file_stamp other = { 0 };
			struct draft o = { 0 };
			struct doc *doc = NULL;

			if (draft_at(c, path, &o, NULL) == 0 && draft_read(c, &o, NULL) == 0)
				other = o.stamp;
			if (o.bytes.n && other.inode != d->stamp.inode && draft_doc(c, &o, READING_REJECTED, &doc, NULL) == 0) {
				for (struct block *b = doc->root; b; b = block_next(b, doc->root))
					if (b->attrs && b->attrs->id.n)
						taken_add(t, arena_dup(&t->arena, b->attrs->id));
				doc_free(doc);
			}
			draft_done(&o);
		}
	}
}

/* ---- what is saved, for mending ---- */

/* The last version of the draft: its ids with their words. */
struct saved {
	struct taken *taken;
	struct history *h;
	struct statement *last; /* NULL: nothing is saved */
	struct doc *now;        /* the draft as it stands */
	struct span_map standing; /* its ids */
	struct lost_ids lost;   /* of the last version, that stand nowhere now; made when they are asked for */
	struct lost_ids held;   /* those that were internal, and stand in another draft only */
};

static void saved_load(struct cli *c, struct draft *d, struct doc *now, struct saved *s)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *below = d->ws->root ? versions_path(c, d->ws, d->path) : NULL;
	char head[REPO_HEX + 1];
	struct doc *doc = NULL;

	s->now = now;
	if (!below || versions_open_if_any(d->ws, &s->h, NULL) < 0 || !s->h || !repo_head(history_repo(s->h), head))
		return;
	if (history_read(s->h, below, head, &b, NULL) < 0)
		return;
	if (md_read(buf_span(&b), &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &doc, NULL) == 0)
		s->last = statement_new(doc);
}

static void saved_done(struct saved *s)
{
	lost_ids_done(&s->lost);
	lost_ids_done(&s->held);
	span_map_done(&s->standing);
	statement_free(s->last);
	history_free(s->h);
}

static bool id_taken(void *ctx, struct span id)
{
	struct saved *s = ctx;

	return taken_has(s->taken, id) || (s->h && history_id_used(s->h, id));
}

static double saved_likeness(void *ctx, struct span id, struct span text)
{
	struct saved *s = ctx;
	const struct clause *k = s->last ? statement_find(s->last, id) : NULL;

	return k ? diff_likeness(k->text, text) : -1;
}

/* The draft's own ids as it stands now, once. */
static void gather_standing(struct saved *s)
{
	for (const struct block *b = s->now->root; b; b = block_next(b, s->now->root))
		if (b->attrs && b->attrs->id.n)
			span_map_put(&s->standing, b->attrs->id);
}

static bool is_free(void *ctx, struct span id)
{
	struct saved *s = ctx;

	return !span_map_find(&s->standing, id) && !taken_has(s->taken, id);
}

static bool was_internal(const struct saved *s, struct span id)
{
	const struct clause *k = statement_find(s->last, id);

	return k && attrs_has(k->block->attrs, CLASS_INTERNAL);
}

static bool is_held(void *ctx, struct span id)
{
	struct saved *s = ctx;

	return !span_map_find(&s->standing, id) && taken_has(s->taken, id) && was_internal(s, id);
}

#define SAME_CLAUSE 0.6 /* FORMAT.md F3: likeness at which a paragraph gets its old id back */

static struct span saved_id(void *ctx, struct span text, bool *ret_internal)
{
	struct saved *s = ctx;
	const struct clause *k;
	struct span id;

	if (!s->last)
		return (struct span){ 0 };
	if (!s->lost.items) {
		gather_standing(s);
		lost_ids_make(&s->lost, s->last, is_free, s);
		lost_ids_make(&s->held, s->last, is_held, s);
	}
	id = lost_ids_take(&s->lost, text, SAME_CLAUSE);
	k = id.n ? statement_find(s->last, id) : NULL;
	*ret_internal = id.n && was_internal(s, id);
	/* Words that are as like to something that was internal are held back, whatever id they get. */
	if (!*ret_internal && !(k && span_eq(k->text, text)))
		*ret_internal = lost_ids_take(&s->held, text, SAME_CLAUSE).n > 0;
	return id;
}

int track_draft(struct cli *c, struct draft *d, bool plain, struct track_result *t, struct buf *changed, struct fault *f)
{
	struct taken taken = { 0 };
	struct saved saved = { .taken = &taken };
	struct doc *doc = NULL;
	int r = draft_doc(c, d, READING_REJECTED, &doc, f);

	if (r == 0) {
		taken_fill(c, d, &taken);
		saved_load(c, d, doc, &saved);
		r = md_track(doc,
			     &(struct track_options){
				     .plain = plain || (d->ws->conf && d->ws->conf->attributes_plain),
				     .id_taken = id_taken,
				     .saved_likeness = saved_likeness,
				     .saved_id = saved_id,
				     .ctx = &saved,
			     },
			     t, f);
		if (r == 0 && t->edits.count)
			edits_apply(&t->edits, buf_span(&d->bytes), changed);
	}
	saved_done(&saved);
	doc_free(doc);
	mem_free(taken.ids);
	arena_done(&taken.arena);
	return r;
}

int save_track(struct cli *c, struct ws *w, struct fault *f)
{
	const char **paths;
	size_t count;
	int r;

	if (!w->conf || !w->conf->track_on_save)
		return 0;
	r = ws_drafts(c, w, &paths, &count, f);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct track_result t = { 0 };
		struct buf changed = { 0 };
		struct draft d = { 0 };
		struct fault own = { 0 };

		/* A link that leads out of the workspace is nothing that saving was asked to write to. */
		if (!versions_path(c, w, paths[i]))
			continue;
		r = draft_at(c, paths[i], &d, f);
		/* A draft that cannot be read is kept as it is: saving loses nothing, and check says what is wrong. */
		if (r == 0 && track_draft(c, &d, false, &t, &changed, &own) == 0 && changed.n) {
			r = draft_write(c, &d, buf_span(&changed), "save (ids)", f);
			for (size_t k = 0; r == 0 && k < t.note_count; k++)
				ui_note(c, "%s:%zu: %.*s", d.path, t.notes[k].line, SPAN_ARG(t.notes[k].message));
			if (r == 0 && t.given)
				ui_note(c, "%s: %zu new id%s", d.path, t.given, t.given == 1 ? "" : "s");
		}
		fault_done(&own);
		track_result_done(&t);
		buf_done(&changed);
		draft_done(&d);
	}
	return r;
}
