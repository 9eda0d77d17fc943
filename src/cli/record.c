#include "cli/record.h"

#include "base/limits.h"
#include "cli/step.h"
#include "cli/versions.h"
#include "cli/when.h"

static const char *review_path(struct cli *c, const struct draft *d)
{
	return ws_path(c, d->ws, arena_printf(&c->arena, "drafts/reviews/%.*s.yaml", SPAN_ARG(d->name)).p);
}

int reviews_at(struct cli *c, struct ws *w, const char *path, struct reviews **ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int r = versions_stay_inside(c, w, path, f);

	*ret = NULL;
	if (!r)
		r = file_read(path, LIMIT_REVIEWS_BYTES, &b, NULL, f);
	return r < 0 ? r : conf_reviews(buf_span(&b), path, ret, f);
}

int draft_reviews(struct cli *c, const struct draft *d, struct reviews **ret, struct fault *f)
{
	const char *path;

	*ret = NULL;
	if (!draft_kept(d))
		return 0;
	path = review_path(c, d);
	return file_exists(path) ? reviews_at(c, d->ws, path, ret, f) : 0;
}

void record_done(struct record *r)
{
	buf_done(&r->before);
	buf_done(&r->bytes);
}

static int record_make(struct cli *c, const struct draft *d, const struct review *e, size_t count, struct record *ret, struct fault *f)
{
	int r = 0;

	*ret = (struct record){ .stamp = { .missing = true } };
	if (!draft_kept(d) || !count)
		return 0;
	ret->path = review_path(c, d);
	r = versions_stay_inside(c, d->ws, ret->path, f);
	if (!r && file_exists(ret->path))
		r = file_read(ret->path, LIMIT_REVIEWS_BYTES, &ret->before, &ret->stamp, f);
	if (!r)
		r = conf_reviews_append(buf_span(&ret->before), ret->path, e, count, &ret->bytes, f);
	if (r < 0 && f && f->kind == FAULT_LIMIT)
		fault_hint(f, "This record has no room for %zu more. Nothing was changed. Name fewer suggestions, or give the file another name and begin a new one.",
			   count);
	return r;
}

static int record_dir(const struct record *r, struct fault *f)
{
	CLEANUP(mem_freep) char *dir = path_dir(r->path);

	return file_make_dirs(dir, f);
}

int record_write(struct cli *c, const struct draft *d, const struct record *r, const char *command, struct fault *f)
{
	struct changed_file x = { .before = buf_span(&r->before), .after = buf_span(&r->bytes), .had = !r->stamp.missing, .has = true };
	int done;

	if (!r->path)
		return 0;
	done = record_dir(r, f);
	if (done < 0)
		return done;
	x.path = versions_path(c, d->ws, r->path);
	return step_write(c, d->ws, r->path, &x, &r->stamp, command, f);
}

/* One entry, of a kind that no step takes back. */
int draft_review_add(struct cli *c, const struct draft *d, struct review *e, struct fault *f)
{
	CLEANUP(record_done) struct record record = { 0 };
	int r = record_make(c, d, e, 1, &record, f);

	if (r < 0 || !record.path)
		return r;
	r = record_dir(&record, f);
	return r < 0 ? r : file_replace(record.path, buf_span(&record.bytes), &record.stamp, f);
}

/* The same suggestion, whatever became of it. */
static bool is_of_one(const struct review *a, const struct review *b)
{
	return span_eq(a->clause, b->clause) && span_eq(a->author, b->author) && span_eq(a->made, b->made) && span_eq(a->file, b->file) &&
	       span_eq(a->old_text, b->old_text) && span_eq(a->new_text, b->new_text);
}

/* Does the record say so already?  A program that was killed behind writing it left the step. */
static bool is_undone(const struct reviews *now, const struct review *e)
{
	for (size_t i = now ? now->count : 0; i--;)
		if (now->items[i].what == REVIEW_SETTLED && is_of_one(&now->items[i], e))
			return span_is(now->items[i].outcome, "undone");
	return false;
}

int record_undo(struct cli *c, struct ws *w, const struct changed_file *x, struct fault *f)
{
	CLEANUP(reviews_freep) struct reviews *old = NULL, *new = NULL, *standing = NULL;
	CLEANUP(buf_done) struct buf now = { 0 }, bytes = { 0 }, time = { 0 };
	CLEANUP(mem_freep) struct review *list = NULL;
	const char *path = ws_path(c, w, x->path);
	struct file_stamp stamp = { .missing = true };
	size_t count = 0, from;
	int r = conf_reviews(x->after, x->path, &new, f);

	if (!r && x->had)
		r = conf_reviews(x->before, x->path, &old, f);
	if (!r && file_exists(path))
		r = file_read(path, LIMIT_REVIEWS_BYTES, &now, &stamp, f);
	if (!r && now.n)
		r = conf_reviews(buf_span(&now), path, &standing, f);
	if (r < 0)
		return r;
	when_rfc3339(&time, c->now, 0);
	from = old ? old->count : 0;
	list = mem_zero(new->count + 1, sizeof(*list));
	for (size_t i = from; i < new->count; i++) {
		if (new->items[i].what != REVIEW_SETTLED || is_undone(standing, &new->items[i]))
			continue;
		list[count] = new->items[i];
		list[count].outcome = SPAN_LIT("undone");
		list[count].because = list[count].after = (struct span){ 0 };
		list[count].by = versions_me(c, w);
		list[count++].time = buf_span(&time);
	}
	if (count)
		r = conf_reviews_append(buf_span(&now), path, list, count, &bytes, f);
	return r < 0 || !count ? r : file_replace(path, buf_span(&bytes), &stamp, f);
}

/* ---- what became of suggestions ---- */

int settled_record(struct cli *c, struct draft *d, struct doc *marked, const enum settle *what, const struct span *files, const char *because,
		   struct record *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf time = { 0 };
	CLEANUP(mem_freep) const struct block **blocks = doc_suggestion_blocks(marked);
	CLEANUP(mem_freep) struct review *list = mem_zero(marked->suggestion_count, sizeof(*list));
	size_t count = 0;
	struct span me;

	*ret = (struct record){ 0 };
	if (!draft_kept(d))
		return 0;
	me = versions_me(c, d->ws);
	when_rfc3339(&time, c->now, 0);
	for (size_t i = 0; i < marked->suggestion_count; i++) {
		const struct suggestion *s = &marked->suggestions[i];
		struct review *e = &list[count];
		const struct clause *k;

		if (what[i] == SETTLE_LEAVE)
			continue;
		*e = (struct review){ .what = REVIEW_SETTLED, .by = me, .time = buf_span(&time), .author = s->author,
				      .made = s->time, .file = files[i], .old_text = s->old_text, .new_text = s->new_text,
				      .clause = block_id(blocks[i]) };
		k = e->clause.n && d->statement ? statement_find(d->statement, e->clause) : NULL;
		if (k)
			e->hash = span_str(clause_hash(k));
		e->outcome = what[i] == SETTLE_ACCEPT ? SPAN_LIT("accepted") : SPAN_LIT("rejected");
		e->because = because ? span_str(because) : (struct span){ 0 };
		count++;
	}
	return record_make(c, d, list, count, ret, f);
}
