#include "cli/commands.h"

#include <stdlib.h>

#include "base/json.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/opt.h"
#include "cli/paper.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "io/file.h"

/* Does this draft hold the clause: under this id, under this printed number, or renamed from it? */
static bool holds(struct statement *st, struct span word, struct span *ret_id)
{
	if (statement_find(st, word) || statement_find_label(st, word) || (word.p[0] == 'p' && statement_find_label(st, span_sub(word, 1, word.n)))) {
		*ret_id = word;
		return true;
	}
	for (size_t i = 0; i < st->count; i++) {
		struct span rest = st->clauses[i].block->attrs ? attrs_get(st->clauses[i].block->attrs, "was") : (struct span){ 0 }, ref;

		while (st->clauses[i].id.n && span_split(&rest, ',', &ref)) {
			size_t hash = span_find_char(ref, '#', 0);

			if (span_eq(hash == SIZE_MAX ? ref : span_sub(ref, hash + 1, ref.n), word)) {
				*ret_id = st->clauses[i].id;
				return true;
			}
		}
	}
	return false;
}

struct search {
	struct history *h;
	struct span id;
	struct arena *a;
	const char *path; /* found, or looked for */
	bool found;
};

static bool stood_here(void *ctx, const char *hex)
{
	struct search *s = ctx;

	s->found = history_find_clause(s->h, hex, s->id, s->a, &s->path);
	return !s->found;
}

static bool lay_here(void *ctx, const char *hex)
{
	struct search *s = ctx;
	char blob[REPO_HEX + 1];

	s->found = repo_path_blob(history_repo(s->h), hex, s->path, blob);
	return !s->found;
}

/* A clause that no draft holds any more, where it last stood; or a draft that was taken away. */
static int find_gone(struct cli *c, struct ws *w, const char *word, struct log_subject *s, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct search x = { .id = span_str(word), .a = &c->arena };
	char head[REPO_HEX + 1];
	int r = versions_open(w, &h, f);

	if (r < 0)
		return r;
	x.h = h;
	if (!repo_head(history_repo(h), head))
		return -FAULT_NOT_FOUND;
	if (id_valid(x.id) && history_id_used(h, x.id))
		r = repo_walk(history_repo(h), head, false, stood_here, &x, f);
	if (x.found) {
		s->id = x.id;
	} else if (!r) {
		x.path = arena_printf(&c->arena, "drafts/%s.md", word).p;
		r = repo_walk(history_repo(h), head, false, lay_here, &x, f);
	}
	if (r < 0 || !x.found)
		return r < 0 ? r : -FAULT_NOT_FOUND;
	s->has_draft = true;
	return draft_at(c, ws_path(c, w, x.path), &s->draft, f);
}

/* A bare id: the one draft of the workspace that holds it. */
static int find_id(struct cli *c, struct ws *w, const char *word, struct log_subject *s, struct fault *f)
{
	const char **paths, *found = NULL;
	struct span id;
	size_t count;
	int r = ws_drafts(c, w, &paths, &count, f);

	for (size_t i = 0; r == 0 && i < count; i++) {
		CLEANUP(draft_done) struct draft d = { 0 };

		r = draft_at(c, paths[i], &d, f);
		if (r < 0)
			return r;
		/* A draft that cannot be read is another command's business. */
		if (draft_load(c, &d, NULL) < 0 || !holds(d.statement, span_str(word), &id))
			continue;
		if (found) {
			fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "the clause \"%s\" is in %s and in %s", word, found, paths[i]);
			return fault_hint(f, "Name the one you mean: chapeau log %.*s#%s", SPAN_ARG(path_stem(span_str(found))), word);
		}
		found = paths[i];
		s->id = arena_dup(&c->arena, id);
	}
	if (r < 0)
		return r;
	if (!found)
		return find_gone(c, w, word, s, f);
	s->has_draft = true;
	return draft_at(c, found, &s->draft, f);
}

static int nothing_named(struct cli *c, struct fault *own, struct fault *f)
{
	if (own->kind != FAULT_NOT_FOUND || strchr(c->args[0], '@')) {
		if (f && !f->kind)
			*f = *own;
		else
			fault_done(own);
		return -(int)(f ? f->kind : FAULT_NOT_FOUND);
	}
	fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no draft and no clause \"%s\", now or in any saved version", c->args[0]);
	fault_hint(f, "%s", own->hint ? own->hint : "The drafts there are: chapeau status");
	fault_done(own);
	return -FAULT_NOT_FOUND;
}

static int find_subject(struct cli *c, struct ws *w, struct log_subject *s, struct fault *f)
{
	struct fault own = { 0 };
	int r;

	if (!c->arg_count)
		return 0;
	r = draft_find(c, c->args[0], DRAFT_WITH_ID, &s->draft, &own);
	if (r == 0) {
		s->has_draft = true;
		s->id = s->draft.id;
	} else {
		r = id_valid(span_str(c->args[0])) || (c->args[0][0] == 'p' && c->args[0][1]) ? find_id(c, w, c->args[0], s, f) : r;
		if (r < 0 && (!f || !f->kind))
			return nothing_named(c, &own, f);
		fault_done(&own);
		if (r < 0)
			return r;
	}
	/* A printed number, "p4", is the clause that prints it now. */
	if (r == 0 && s->id.p && draft_load(c, &s->draft, NULL) == 0 && !statement_find(s->draft.statement, s->id)) {
		struct span label = s->id.p[0] == 'p' ? span_sub(s->id, 1, s->id.n) : s->id;
		const struct clause *k = statement_find_label(s->draft.statement, label);

		if (k && k->id.n)
			s->id = k->id;
	}
	/* An id on two paragraphs names neither. */
	if (r == 0 && s->id.p && s->draft.statement)
		r = statement_require_unique(s->draft.statement, f);
	return r;
}

/* ---- a clause ---- */

static void put_gone(const struct log_subject *s, const struct wordings *w, struct buf *out)
{
	struct span into = life_went_into(s);

	buf_char(out, '\n');
	if (w->taken_out.hex[0]) {
		when_at(out, w->taken_out.time, when_offset(w->taken_out.time));
		BUF_LIT(out, "    ");
		ui_safe(out, w->taken_out.author);
		BUF_LIT(out, ": \"");
		ui_safe(out, message_subject(w->taken_out.message));
		BUF_LIT(out, "\"\n");
	} else {
		BUF_LIT(out, "NOW, not saved\n");
	}
	if (into.n)
		buf_printf(out, "    GONE: its words went into %.*s\n", SPAN_ARG(into));
	else
		BUF_LIT(out, "    GONE: taken out\n");
}

/* Parts as "[-old-]{+new+}", or in colour, wrapped at the window's width. */
static void say_parts(const struct cli *c, const struct part *parts, size_t count, unsigned indent, struct buf *out)
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

static void clause_text(struct cli *c, const struct log_subject *s, const struct wordings *w)
{
	const struct wording *now = &w->items[0];
	const char *stem = arena_str(&c->arena, path_stem(now->path));

	ui_safe(&c->out, s->id);
	if (now->label.n)
		buf_printf(&c->out, ", %spara %.*s", w->gone ? "once " : "", SPAN_ARG(now->label));
	buf_printf(&c->out, " of %s.  %zu wording%s", stem, w->count, w->count == 1 ? "" : "s");
	if (w->items[w->count - 1].version.hex[0]) {
		BUF_LIT(&c->out, " since ");
		when_at(&c->out, w->items[w->count - 1].version.time, when_offset(w->items[w->count - 1].version.time));
	}
	BUF_LIT(&c->out, ", newest first\n");
	if (w->gone)
		put_gone(s, w, &c->out);
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *x = &w->items[i], *older = i + 1 < w->count ? &w->items[i + 1] : NULL;
		struct span from = life_suggested_by(c, x), taken = life_absorbed(c, x, older);
		struct part *parts;
		size_t n;

		buf_char(&c->out, '\n');
		if (!x->version.hex[0]) {
			BUF_LIT(&c->out, "NOW, not saved\n");
		} else {
			when_at(&c->out, x->version.time, when_offset(x->version.time));
			BUF_LIT(&c->out, "    ");
			ui_safe(&c->out, x->version.author);
			BUF_LIT(&c->out, ": \"");
			ui_safe(&c->out, message_subject(x->version.message));
			BUF_LIT(&c->out, "\"\n");
		}
		if (older && (!span_eq(x->id, older->id) || !span_eq(x->path, older->path))) {
			BUF_LIT(&c->out, "    came from ");
			ui_safe(&c->out, path_stem(older->path));
			if (!span_eq(x->id, older->id)) {
				BUF_LIT(&c->out, " (there ");
				ui_safe(&c->out, older->id);
				buf_char(&c->out, ')');
			}
			buf_char(&c->out, '\n');
		}
		if (x->internal)
			BUF_LIT(&c->out, "    INTERNAL\n");
		if (x->words_same) {
			BUF_LIT(&c->out, "    words not changed\n");
		} else if (!older) {
			BUF_LIT(&c->out, "    ");
			{
				CLEANUP(buf_done) struct buf text = { 0 };

				ui_safe(&text, x->text);
				ui_wrap(&c->out, buf_span(&text), c->width ? c->width : 80, 4, 4);
			}
			buf_char(&c->out, '\n');
		} else {
			life_parts(c, w, i, &parts, &n);
			say_parts(c, parts, n, 4, &c->out);
		}
		if (taken.n) {
			BUF_LIT(&c->out, "    took in ");
			ui_safe(&c->out, taken);
			buf_char(&c->out, '\n');
		}
		if (from.n) {
			BUF_LIT(&c->out, "    from a suggestion by ");
			ui_safe(&c->out, from);
			buf_char(&c->out, '\n');
		}
		if (x->tags.n)
			buf_printf(&c->out, "    called %.*s\n", SPAN_ARG(x->tags));
	}
	if (w->count > 1 || w->items[0].version.hex[0]) {
		const struct wording *x = &w->items[w->count > 1 && !w->gone ? 1 : 0];

		/* A draft that was taken away comes back as a whole. */
		if (file_exists(s->draft.path))
			buf_printf(&c->out, "\nBring an older wording back: chapeau restore %.*s#%.*s@%.7s\n", SPAN_ARG(draft_typed(&s->draft)), SPAN_ARG(s->id),
				   x->version.hex[0] ? x->version.hex : "last");
		else
			buf_printf(&c->out, "\nBring its draft back: chapeau restore %.*s@%.7s\n", SPAN_ARG(draft_typed(&s->draft)), x->version.hex);
	} else {
		BUF_LIT(&c->out, "\nNothing of it is saved yet: chapeau save\n");
	}
}

static void json_version(struct json *j, const struct repo_version *v, struct span tags)
{
	CLEANUP(buf_done) struct buf time = { 0 };
	struct span tag;

	json_key(j, "rev");
	if (v->hex[0])
		json_string(j, span_str(v->hex));
	else
		json_null(j);
	json_key(j, "time");
	if (v->hex[0]) {
		when_rfc3339(&time, v->time, v->offset);
		json_string(j, buf_span(&time));
	} else {
		json_null(j);
	}
	json_put_string_or_null(j, "author", v->author);
	json_put_string_or_null(j, "message", span_trim(v->message));
	json_key(j, "tags");
	json_array(j);
	while (span_split(&tags, ',', &tag))
		json_string(j, tag);
	json_array_end(j);
}

static void clause_json(struct cli *c, const struct log_subject *s, const struct wordings *w)
{
	struct json j;

	json_begin(&j, &c->out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/log@1"));
	json_put_string(&j, "clause", s->id);
	json_put_string(&j, "draft", s->draft.name);
	json_key(&j, "versions");
	json_array(&j);
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *x = &w->items[i];
		struct part *parts;
		size_t n;

		json_object(&j);
		json_version(&j, &x->version, x->tags);
		json_put_string(&j, "draft", path_stem(x->path));
		json_put_string(&j, "id", x->id);
		json_put_number(&j, "line", (int64_t)x->line);
		json_put_string(&j, "hash", span_str(x->hash));
		json_put_string(&j, "text", x->text);
		life_parts(c, w, i, &parts, &n);
		json_key(&j, "parts");
		json_array(&j);
		for (size_t k = 0; k < n; k++) {
			json_array(&j);
			json_string(&j, span_of(&parts[k].op, 1));
			json_string(&j, parts[k].text);
			json_array_end(&j);
		}
		json_array_end(&j);
		json_put_string_or_null(&j, "suggested_by", life_suggested_by(c, x));
		json_object_end(&j);
	}
	json_array_end(&j);
	if (w->gone) {
		json_key(&j, "gone");
		json_object(&j);
		json_version(&j, &w->taken_out, (struct span){ 0 });
		json_put_string_or_null(&j, "into", life_went_into(s));
		json_object_end(&j);
	}
	json_object_end(&j);
	buf_char(&c->out, '\n');
}

static int log_clause(struct cli *c, struct history *h, struct log_subject *s, struct fault *f)
{
	CLEANUP(wordings_done) struct wordings w = { 0 };
	const char *path = versions_path(c, s->draft.ws, s->draft.path);
	const char *most = opt_get(c, "limit");
	uint64_t limit = 0;
	bool there = file_exists(s->draft.path);
	int r = there ? draft_read(c, &s->draft, f) : 0;

	if (!r && most && !span_number(span_str(most), 1000000, &limit))
		r = fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--limit takes a whole number");
	if (!r && !path)
		r = fault_set(f, FAULT_WORKSPACE, (struct srcpos){ s->draft.path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
	if (!r)
		r = history_clause(h, path, s->id, there ? buf_span(&s->draft.bytes) : (struct span){ 0 }, (size_t)limit, &w, f);
	if (!there)
		w.gone = true;
	if (r < 0)
		return r;
	if (!w.found || !w.count) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "no clause \"%.*s\" stands in %s, now or in any saved version", SPAN_ARG(s->id), s->draft.path);
		return fault_hint(f, "The clauses there are: chapeau status %.*s", SPAN_ARG(draft_typed(&s->draft)));
	}
	if (cli_format_is(c, "json"))
		clause_json(c, s, &w);
	else if (cli_format_is(c, "html"))
		log_clause_page(c, s, &w);
	else if (paper_wanted(c))
		return log_clause_paper(c, s, &w, f);
	else
		clause_text(c, s, &w);
	return 0;
}

/* ---- drafts and the workspace ---- */

static void list_text(struct cli *c, const struct log_subject *s, const struct version_list *l)
{
	struct span typed = s->has_draft ? draft_typed(&s->draft) : (struct span){ 0 };

	for (size_t i = 0; i < l->count; i++) {
		const struct version_entry *e = &l->items[i];

		when_at(&c->out, e->version.time, when_offset(e->version.time));
		buf_printf(&c->out, "  %.7s  ", e->version.hex);
		ui_safe(&c->out, e->version.author);
		BUF_LIT(&c->out, ": ");
		ui_safe(&c->out, message_subject(e->version.message));
		if (e->tags.n) {
			BUF_LIT(&c->out, "  [");
			ui_safe(&c->out, e->tags);
			buf_char(&c->out, ']');
		}
		if (version_name_then(l, i).n) {
			BUF_LIT(&c->out, "  (then ");
			ui_safe(&c->out, version_name_then(l, i));
			buf_char(&c->out, ')');
		}
		buf_char(&c->out, '\n');
	}
	if (!l->count)
		BUF_LIT(&c->out, "Nothing is saved yet.  Next: chapeau save\n");
	else if (s->has_draft)
		buf_printf(&c->out, "Next: chapeau diff %.*s@%.7s, or the life of one clause: chapeau log %.*s#ID\n", SPAN_ARG(typed),
			   l->items[l->count > 1 && !version_name_then(l, 1).n].version.hex, SPAN_ARG(typed));
	else
		BUF_LIT(&c->out, "Next: chapeau log DRAFT, or the life of one clause: chapeau log ID\n");
}

static void list_json(struct cli *c, const struct log_subject *s, const struct version_list *l)
{
	static const char *const unsaid[] = { "id", "line", "hash", "text" };
	struct json j;

	json_begin(&j, &c->out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/log@1"));
	json_key(&j, "clause");
	json_null(&j);
	json_put_string_or_null(&j, "draft", s->has_draft ? s->draft.name : (struct span){ 0 });
	json_key(&j, "versions");
	json_array(&j);
	for (size_t i = 0; i < l->count; i++) {
		json_object(&j);
		json_version(&j, &l->items[i].version, l->items[i].tags);
		/* the keys of a clause's wordings, of which there are none here */
		json_put_string_or_null(&j, "draft", version_name_then(l, i).n ? version_name_then(l, i) : s->has_draft ? s->draft.name : (struct span){ 0 });
		for (size_t k = 0; k < ARRAY_LEN(unsaid); k++) {
			json_key(&j, unsaid[k]);
			json_null(&j);
		}
		json_key(&j, "parts");
		json_array(&j);
		json_array_end(&j);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	buf_char(&c->out, '\n');
}

int cmd_log(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(version_list_done) struct version_list list = { 0 };
	struct log_subject s = { 0 };
	const char *most = opt_get(c, "limit");
	uint64_t limit = 0;
	struct ws *w;
	int r = cli_not_on_terminal(c, "log", f);

	if (!r)
		r = ws_here(c, &w, f);
	if (!r)
		r = find_subject(c, w, &s, f);
	if (!r)
		r = versions_open(s.has_draft && s.draft.ws->root ? s.draft.ws : w, &h, f);
	if (!r && s.id.p) {
		r = log_clause(c, h, &s, f);
	} else if (!r) {
		const char *path = s.has_draft ? versions_path(c, s.draft.ws, s.draft.path) : NULL;

		if (most && !span_number(span_str(most), 1000000, &limit))
			r = fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--limit takes a whole number");
		else if (s.has_draft && !path)
			r = fault_set(f, FAULT_WORKSPACE, (struct srcpos){ s.draft.path, 0, 0 }, "this file is in no workspace, so it has no saved versions");
		else
			r = history_versions(h, path, true, (size_t)limit, &list, f);
		if (!r && cli_format_is(c, "json"))
			list_json(c, &s, &list);
		else if (!r && cli_format_is(c, "html"))
			log_list_page(c, &s, &list);
		else if (!r && paper_wanted(c))
			r = log_list_paper(c, &s, s.has_draft && s.draft.ws->root ? s.draft.ws : w, &list, f);
		else if (!r)
			list_text(c, &s, &list);
	}
	draft_done(&s.draft);
	return r;
}
