#include "cli/revision.h"

#include "cli/message.h"
#include "cli/record.h"
#include "cli/versions.h"
#include "io/zone.h"

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
	const struct person *p;
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
	p = d->ws->conf ? workspace_person(d->ws->conf, seen ? e->to : e->by) : NULL;
	ret->about = arena_printf(&c->arena, seen ? "the copy sent to %.*s" : "as signed by %.*s", SPAN_ARG(p ? p->name : seen ? e->to : e->by));
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
		ret->about = message_subject(v.message);
	}
	return r;
}
