#include "cli/log.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/when.h"
#include "io/file.h"

static void paper_when(struct paper *p, const struct repo_version *v, struct span tags)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (v->hex[0])
		when_at(&b, v->time, when_offset(v->time));
	else
		BUF_LIT(&b, "Now, not saved");
	paper_put(p, buf_span(&b), FMT_STRONG);
	buf_clear(&b);
	if (v->author.n)
		buf_printf(&b, ", %.*s", SPAN_ARG(v->author));
	if (v->message.n)
		buf_printf(&b, ": “%.*s”", SPAN_ARG(message_subject(v->message)));
	if (tags.n)
		buf_printf(&b, "  [%.*s]", SPAN_ARG(tags));
	paper_put(p, buf_span(&b), 0);
}

int log_clause_paper(struct cli *c, const struct log_subject *s, const struct wordings *w, struct fault *f)
{
	struct paper p;
	bool internal = false;

	paper_begin(&p, arena_printf(&c->arena, "%.*s of %.*s: %zu wording%s, newest first", SPAN_ARG(s->id), SPAN_ARG(s->draft.name), w->count, w->count == 1 ? "" : "s"),
		    s->draft.ws->conf ? s->draft.ws->conf->organisation : (struct span){ 0 });
	if (w->gone) {
		struct span into = life_went_into(s);

		paper_paragraph(&p);
		paper_when(&p, &w->taken_out, (struct span){ 0 });
		paper_paragraph(&p);
		paper_put(&p, into.n ? arena_printf(&c->arena, "Gone: its words went into %.*s.", SPAN_ARG(into)) : SPAN_LIT("Gone: taken out."), FMT_EMPH);
	}
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *x = &w->items[i], *older = i + 1 < w->count ? &w->items[i + 1] : NULL;
		struct part *parts;
		size_t n;

		paper_paragraph(&p);
		paper_when(&p, &x->version, x->tags);
		internal = internal || x->internal;
		paper_paragraph(&p);
		if (x->internal)
			paper_put(&p, SPAN_LIT("Internal. "), FMT_EMPH);
		if (older && (!span_eq(x->id, older->id) || !span_eq(x->path, older->path)))
			paper_put(&p, arena_printf(&c->arena, "Came from %.*s, there %.*s. ", SPAN_ARG(path_stem(older->path)), SPAN_ARG(older->id)), FMT_EMPH);
		if (x->words_same) {
			paper_put(&p, SPAN_LIT("Words not changed."), FMT_EMPH);
		} else if (older) {
			life_parts(c, w, i, &parts, &n);
			paper_parts(&p, parts, n);
		} else {
			paper_put(&p, x->text, 0);
		}
		if (life_absorbed(c, x, older).n)
			paper_put(&p, arena_printf(&c->arena, " Took in %.*s.", SPAN_ARG(life_absorbed(c, x, older))), FMT_EMPH);
		if (life_suggested_by(c, x).n)
			paper_put(&p, arena_printf(&c->arena, " From a suggestion by %.*s.", SPAN_ARG(life_suggested_by(c, x))), FMT_EMPH);
	}
	/* A report is sent on: what was internal with any of its words is not for everybody. */
	return paper_write(c, &p, s->draft.ws, internal, f);
}

int log_list_paper(struct cli *c, const struct log_subject *s, struct ws *w, const struct version_list *l, struct fault *f)
{
	static const char *const heads[] = { "When", "Version", "Who", "What" };
	struct paper p;

	paper_begin(&p, s->has_draft ? arena_printf(&c->arena, "Versions of %.*s", SPAN_ARG(s->draft.name)) : SPAN_LIT("Versions"),
		    w->conf ? w->conf->organisation : (struct span){ 0 });
	paper_table(&p, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < l->count; i++) {
		const struct version_entry *e = &l->items[i];
		CLEANUP(buf_done) struct buf when = { 0 };

		when_at(&when, e->version.time, when_offset(e->version.time));
		paper_row(&p);
		paper_cell(&p);
		paper_put(&p, buf_span(&when), 0);
		paper_cell(&p);
		paper_put(&p, span_of(e->version.hex, 7), 0);
		paper_cell(&p);
		paper_put(&p, e->version.author, 0);
		paper_cell(&p);
		paper_put(&p, message_subject(e->version.message), 0);
		if (e->tags.n)
			paper_put(&p, arena_printf(&c->arena, " [%.*s]", SPAN_ARG(e->tags)), 0);
		if (version_name_then(l, i).n)
			paper_put(&p, arena_printf(&c->arena, " (then %.*s)", SPAN_ARG(version_name_then(l, i))), 0);
	}
	return paper_write(c, &p, w, false, f);
}
