#include "cli/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "cli/ui.h"
#include "diff/diff.h"
#include "io/zone.h"

int versions_open(struct ws *w, struct history **ret, struct fault *f)
{
	if (!w->root)
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ 0 }, "this is in no workspace, so it has no saved versions");
	return history_open(w->root, ret, f);
}

int versions_open_if_any(struct ws *w, struct history **ret, struct fault *f)
{
	struct fault own = { 0 };
	int r;

	*ret = NULL;
	if (!w->root)
		return 0;
	r = history_open(w->root, ret, &own);
	if (r == -FAULT_NOT_FOUND) {
		fault_done(&own);
		return 0;
	}
	if (r < 0 && f && !f->kind)
		*f = own;
	else
		fault_done(&own);
	return r;
}

const char *versions_path(struct cli *c, const struct ws *w, const char *path)
{
	char *root = w->root ? realpath(w->root, NULL) : NULL, *full = realpath(path, NULL);
	size_t n = root ? strlen(root) : 0;
	const char *below = NULL;

	/* A file that is still to be written stands in a folder that is there. */
	if (root && !full) {
		CLEANUP(mem_freep) char *dir = path_dir(path);
		char *real = realpath(dir, NULL);

		if (real && strncmp(real, root, n) == 0 && (real[n] == '/' || !real[n]))
			below = arena_printf(&c->arena, "%s%s%.*s", real + n + (real[n] == '/'), real[n] ? "/" : "", SPAN_ARG(path_base(span_str(path)))).p;
		free(real);
	}
	if (root && full && strncmp(root, full, n) == 0 && full[n] == '/')
		below = arena_str(&c->arena, span_str(full + n + 1));
	free(root);
	free(full);
	return below;
}

/* ---- writing drafts ---- */

#define RUN_FILES 64 /* files that one step holds; what a run writes beyond them begins another */

struct undo_run {
	uint64_t step;
	struct changed_file files[RUN_FILES];
	size_t count;
};

static int note_step(struct cli *c, struct ws *w, struct history *h, const char *command, struct fault *f)
{
	unsigned steps = w->conf && w->conf->undo_steps ? w->conf->undo_steps : 20;

	return history_undo_note(h, span_str(command), c->undo->files, c->undo->count, steps, c->now, &c->undo->step, f);
}

/* A step first, then the file, whole. */
static int write_with_step(struct cli *c, struct ws *w, const char *path, const struct changed_file *x, const struct file_stamp *stamp, const char *command,
			   struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct undo_run *run;
	int r = 0;

	if (x->path)
		r = versions_open_if_any(w, &h, f);
	if (r < 0)
		return r;
	if (!c->undo || c->undo->count == RUN_FILES)
		c->undo = ARENA_NEW(&c->arena, struct undo_run);
	run = c->undo;
	if (h) {
		struct changed_file *own = &run->files[run->count++];

		*own = *x;
		own->before = arena_dup(&c->arena, x->before);
		own->after = arena_dup(&c->arena, x->after);
		r = note_step(c, w, h, command, f);
	}
	if (!r)
		r = file_replace(path, x->after, stamp, f);
	/* The step of a change that did not come about would undo nothing. */
	if (r < 0 && h) {
		run->count--;
		if (run->count)
			note_step(c, w, h, command, NULL);
		else if (run->step)
			history_undo_drop(h, NULL);
	}
	return r;
}

int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f)
{
	struct changed_file x = { .path = d->ws->root ? versions_path(c, d->ws, d->path) : NULL, .before = buf_span(&d->bytes), .after = bytes,
				  .had = !d->stamp.missing, .has = true };

	if (x.had && span_eq(bytes, x.before))
		return 0;
	return write_with_step(c, d->ws, d->path, &x, &d->stamp, command, f);
}

/* ---- revisions ---- */

static const char *review_path(struct cli *c, const struct draft *d)
{
	return ws_path(c, d->ws, arena_printf(&c->arena, "drafts/reviews/%.*s.yaml", SPAN_ARG(d->name)).p);
}

int draft_reviews(struct cli *c, const struct draft *d, struct reviews **ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *path;
	int r;

	*ret = NULL;
	if (!d->ws->root)
		return 0;
	path = review_path(c, d);
	if (!file_exists(path))
		return 0;
	r = file_read(path, LIMIT_REVIEWS_BYTES, &b, NULL, f);
	return r < 0 ? r : conf_reviews(buf_span(&b), path, ret, f);
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
	if (!d->ws->root || !count)
		return 0;
	ret->path = review_path(c, d);
	if (file_exists(ret->path))
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
	return write_with_step(c, d->ws, r->path, &x, &r->stamp, command, f);
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

int record_undo(struct cli *c, struct ws *w, const struct changed_file *x, struct fault *f)
{
	CLEANUP(reviews_freep) struct reviews *old = NULL, *new = NULL;
	CLEANUP(buf_done) struct buf now = { 0 }, bytes = { 0 }, time = { 0 };
	CLEANUP(mem_freep) struct review *list = NULL;
	const char *path = ws_path(c, w, x->path);
	struct file_stamp stamp = { .missing = true };
	size_t count = 0, from;
	int r = conf_reviews(x->after, x->path, &new, f);

	if (!r && x->had)
		r = conf_reviews(x->before, x->path, &old, f);
	if (r < 0)
		return r;
	versions_rfc3339(&time, c->now, 0);
	from = old ? old->count : 0;
	list = mem_zero(new->count + 1, sizeof(*list));
	for (size_t i = from; i < new->count; i++) {
		if (new->items[i].what != REVIEW_SETTLED)
			continue;
		list[count] = new->items[i];
		list[count].outcome = SPAN_LIT("undone");
		list[count].because = list[count].after = (struct span){ 0 };
		list[count].by = versions_me(c, w);
		list[count++].time = buf_span(&time);
	}
	if (file_exists(path))
		r = file_read(path, LIMIT_REVIEWS_BYTES, &now, &stamp, f);
	if (!r && count)
		r = conf_reviews_append(buf_span(&now), path, list, count, &bytes, f);
	return r < 0 || !count ? r : file_replace(path, buf_span(&bytes), &stamp, f);
}

struct span versions_me(struct cli *c, struct ws *w)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct span name = { 0 }, email;

	if (versions_open_if_any(w, &h, NULL) == 0 && h && repo_identity(history_repo(h), &c->arena, &name, &email))
		return name;
	for (size_t i = 0; w->conf && i < w->conf->person_count; i++)
		for (size_t k = 0; k < w->conf->people[i].role_count; k++)
			if (span_is(w->conf->people[i].roles[k], "penholder"))
				return w->conf->people[i].name;
	return SPAN_LIT("unknown");
}

/* The last entry of a kind that NAME, or its id in chapeau.yaml, is in. */
static const struct review *last_entry(const struct draft *d, const struct reviews *all, enum review_what what, struct span name)
{
	const struct person *p = d->ws->conf ? workspace_person(d->ws->conf, name) : NULL;

	for (size_t i = all ? all->count : 0; i-- > 0;) {
		const struct review *e = &all->items[i];
		struct span who = what == REVIEW_COPY_SENT ? e->to : e->by;

		if (e->what != what || e->orphan)
			continue;
		if (span_eq_nocase(who, name) || (p && (span_eq(who, p->id) || span_eq_nocase(who, p->name))))
			return e;
	}
	return NULL;
}

static int from_reviews(struct cli *c, struct draft *d, struct revision *ret, struct fault *f)
{
	CLEANUP(reviews_freep) struct reviews *all = NULL;
	bool seen = span_starts(d->rev, SPAN_LIT("seen:"));
	struct span name = span_sub(d->rev, seen ? 5 : 7, d->rev.n);
	const struct review *e;
	int r = draft_reviews(c, d, &all, f);

	if (r < 0)
		return r;
	e = last_entry(d, all, seen ? REVIEW_COPY_SENT : REVIEW_SIGN_OFF, name);
	if (!e || e->blob.n != REPO_HEX) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, seen ? "no copy of %.*s was sent to \"%.*s\"" : "%.*s was not signed by \"%.*s\"", SPAN_ARG(d->name),
			  SPAN_ARG(name));
		return fault_hint(f, "Compare with a date or with the last version: chapeau diff %.*s@last", SPAN_ARG(draft_typed(d)));
	}
	memcpy(ret->blob, e->blob.p, REPO_HEX);
	ret->about = arena_printf(&c->arena, seen ? "the copy sent to %.*s" : "as signed by %.*s", SPAN_ARG(seen ? e->to : e->by));
	{
		struct zone_time t;
		bool offset;

		if (zone_parse(e->time, &t, &offset))
			zone_resolve(SPAN_LIT("UTC"), &t, &ret->time);
	}
	return 0;
}

int draft_revision(struct cli *c, struct draft *d, struct history *h, struct revision *ret, struct fault *f)
{
	const char *below = versions_path(c, d->ws, d->path);
	struct repo_version v;
	int r;

	*ret = (struct revision){ 0 };
	if (!below)
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ d->path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
	if (span_starts(d->rev, SPAN_LIT("seen:")) || span_starts(d->rev, SPAN_LIT("signed:")))
		return from_reviews(c, d, ret, f);
	if (span_is(d->rev, "sent"))
		return fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "%.*s was not handed in yet", SPAN_ARG(d->name));
	r = history_resolve(h, d->rev, ret->commit, f);
	if (r < 0)
		return r;
	if (!repo_path_blob(history_repo(h), ret->commit, below, ret->blob)) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "%s was not there in version %.7s", below, ret->commit);
		return fault_hint(f, "Since when it is: chapeau log %.*s", SPAN_ARG(draft_typed(d)));
	}
	r = repo_version_load(history_repo(h), ret->commit, &c->arena, &v, f);
	if (!r) {
		ret->time = v.time;
		ret->offset = v.offset;
		ret->about = versions_subject(v.message);
	}
	return r;
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
	if (!d->ws->root)
		return 0;
	me = versions_me(c, d->ws);
	versions_rfc3339(&time, c->now, 0);
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

static bool takes_back(const struct review *undone, const struct review *e)
{
	return span_is(undone->outcome, "undone") && !span_is(e->outcome, "undone") && span_eq(undone->author, e->author) &&
	       span_eq(undone->clause, e->clause) && span_eq(undone->old_text, e->old_text) && span_eq(undone->new_text, e->new_text);
}

/* The settled entries from `from` on, without those that a later one of them takes back, and without that one. */
static void drop_undone(struct reviews *v, size_t from)
{
	for (size_t i = from; i < v->count; i++) {
		struct review *e = &v->items[i];

		if (e->what != REVIEW_SETTLED || !span_is(e->outcome, "undone"))
			continue;
		for (size_t k = i; k-- > from;)
			if (v->items[k].what == REVIEW_SETTLED && takes_back(e, &v->items[k])) {
				e->outcome = v->items[k].outcome = (struct span){ 0 };
				break;
			}
	}
}

/* Lines of a version's message for entries that this version brings. */
static void settled_lines(const struct changed_file *x, struct buf *out)
{
	CLEANUP(reviews_freep) struct reviews *old = NULL, *new = NULL;
	size_t from = 0;

	if (!x->has || conf_reviews(x->after, x->path, &new, NULL) < 0)
		return;
	if (x->had && conf_reviews(x->before, x->path, &old, NULL) == 0)
		from = old->count;
	drop_undone(new, from);
	for (size_t i = from; i < new->count; i++) {
		const struct review *e = &new->items[i];
		const char *what = span_is(e->outcome, "accepted") ? "Suggested-by" : span_is(e->outcome, "undone") ? "Taken-back" : "Rejected";

		if (e->what != REVIEW_SETTLED || !e->outcome.n)
			continue;
		buf_printf(out, "%s%s: %.*s [%.*s]", out->n ? "\n" : "", what, SPAN_ARG(e->author.n ? e->author : SPAN_LIT("unsigned")), SPAN_ARG(e->clause));
		/* When, and in which file it came: accepted CriticMarkup leaves no other trace. */
		if (e->made.n)
			buf_printf(out, " %.*s", SPAN_ARG(e->made));
		if (e->file.n)
			buf_printf(out, " (%.*s)", SPAN_ARG(e->file));
		if (e->because.n)
			buf_printf(out, " because %.*s", SPAN_ARG(e->because));
	}
}

void versions_body(const struct changes *ch, struct buf *out)
{
	for (size_t i = 0; i < ch->count; i++)
		if (span_starts(span_str(ch->items[i].path), SPAN_LIT("drafts/reviews/")))
			settled_lines(&ch->items[i], out);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void broken_down(int64_t time, int offset_minutes, struct zone_time *t)
{
	char zone[16];

	snprintf(zone, sizeof(zone), "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', abs(offset_minutes) / 60 % 100, abs(offset_minutes) % 60);
	zone_local(span_str(zone), time, t);
}

void versions_time(struct buf *out, int64_t time, int offset_minutes)
{
	struct zone_time t;

	broken_down(time, offset_minutes, &t);
	buf_printf(out, "%2d %s %d %02d:%02d", t.day, months[(t.month + 11) % 12], t.year, t.hour, t.minute);
}

void versions_day(struct buf *out, const struct zone_time *t)
{
	buf_printf(out, ", %d %s %d", t->day, months[(t->month + 11) % 12], t->year);
}

void versions_rfc3339(struct buf *out, int64_t time, int offset_minutes)
{
	struct zone_time t;

	broken_down(time, offset_minutes, &t);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
	if (offset_minutes)
		buf_printf(out, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', abs(offset_minutes) / 60, abs(offset_minutes) % 60);
	else
		buf_char(out, 'Z');
}

int versions_offset(int64_t time)
{
	time_t t = (time_t)time;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

struct span versions_subject(struct span message)
{
	size_t lf = span_find_char(message, '\n', 0);

	return span_trim(lf == SIZE_MAX ? message : span_sub(message, 0, lf));
}

void versions_parts(const struct cli *c, const struct part *parts, size_t count, unsigned indent, struct buf *out)
{
	CLEANUP(buf_done) struct buf line = { 0 };

	for (size_t i = 0; i < count; i++) {
		const char *open = "", *close = "";
		bool lead = false, tail = false;

		if (parts[i].op != '=')
			part_edges(i ? &parts[i - 1] : NULL, &parts[i], i + 1 < count ? &parts[i + 1] : NULL, &lead, &tail);
		if (parts[i].op == '-') {
			open = c->color ? "\033[31;9m" : "[-";
			close = c->color ? "\033[0m" : "-]";
		} else if (parts[i].op == '+') {
			open = c->color ? "\033[32;4m" : "{+";
			close = c->color ? "\033[0m" : "+}";
		}
		if (lead)
			buf_char(&line, ' ');
		buf_str(&line, open);
		ui_safe(&line, span_sub(parts[i].text, lead, parts[i].text.n - tail));
		buf_str(&line, close);
		if (tail)
			buf_char(&line, ' ');
	}
	for (unsigned i = 0; i < indent; i++)
		buf_char(out, ' ');
	ui_wrap(out, buf_span(&line), c->width ? c->width : 80, indent, indent);
	buf_char(out, '\n');
}

/* ---- a message made from what changed ---- */

#define NAMED_CHANGES 6 /* more than these are counted */

static int statement_from(struct span bytes, const char *path, struct statement **ret)
{
	struct doc *d = NULL;
	struct read_options o = { .path = path, .reading = READING_REJECTED };
	int r = md_read(bytes, &o, &d, NULL);

	if (r == 0)
		*ret = statement_new(d);
	return r;
}

static void name_change(const struct change_entry *e, struct buf *out, size_t *named, size_t *others)
{
	static const char *const words[] = {
#define X(kind, name) [CHANGE_##kind] = name,
		CHANGE_LIST(X)
#undef X
	};
	const char *what = words[e->kind];

	if (e->kind == CHANGE_SAME && !e->moved && !e->attribute_count)
		return;
	if (e->kind == CHANGE_SAME)
		what = e->moved ? "moved" : "tags changed";
	if (!e->id.n || *named >= NAMED_CHANGES) {
		++*others;
		return;
	}
	buf_printf(out, "%s%.*s %s", out->n ? ", " : "", SPAN_ARG(e->id), what);
	++*named;
}

int versions_message(struct cli *c, const struct changes *ch, struct buf *out, struct fault *f)
{
	size_t named = 0, others = 0, had = 0;

	(void)c;
	(void)f;
	for (size_t i = 0; i < ch->count; i++)
		had += ch->items[i].had;
	if (!had && ch->count > NAMED_CHANGES) {
		BUF_LIT(out, "the workspace as it begins");
		return 0;
	}
	for (size_t i = 0; i < ch->count; i++) {
		const struct changed_file *x = &ch->items[i];
		CLEANUP(statement_freep) struct statement *old = NULL, *new = NULL;
		CLEANUP(comparison_freep) struct comparison *cmp = NULL;
		struct span path = span_str(x->path);
		bool record = span_starts(path, SPAN_LIT("drafts/reviews/")) && ch->count > 1;
		bool draft = span_starts(path, SPAN_LIT("drafts/")) && span_ends(path, SPAN_LIT(".md"));
		struct diff_options o = { 0 };

		if (draft && x->had && x->has && statement_from(x->before, x->path, &old) == 0 && statement_from(x->after, x->path, &new) == 0 &&
		    diff_statements(old, new, &o, &cmp, NULL) == 0) {
			size_t before = named + others;

			for (size_t k = 0; k < cmp->count; k++)
				name_change(&cmp->entries[k], out, &named, &others);
			if (named + others > before)
				continue;
		}
		if (record)
			continue;
		if (named >= NAMED_CHANGES) {
			others++;
			continue;
		}
		buf_printf(out, "%s%.*s %s", out->n ? ", " : "", SPAN_ARG(draft ? path_stem(path) : path), !x->had ? "new" : !x->has ? "removed" : "changed");
		named++;
	}
	if (others)
		buf_printf(out, "%s%zu more change%s", out->n ? " and " : "", others, others == 1 ? "" : "s");
	return 0;
}
