#include "cli/commands.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/draft.h"
#include "cli/message.h"
#include "cli/opt.h"
#include "cli/paper.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "diff/diff.h"
#include "io/file.h"
#include "io/zone.h"

/* What `log` was asked about. */
struct subject {
	struct draft draft;
	bool has_draft;
	struct span id; /* p NULL: no clause */
};

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
static int find_gone(struct cli *c, struct ws *w, const char *word, struct subject *s, struct fault *f)
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
static int find_id(struct cli *c, struct ws *w, const char *word, struct subject *s, struct fault *f)
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

static int find_subject(struct cli *c, struct ws *w, struct subject *s, struct fault *f)
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

static void wording_parts(struct cli *c, const struct wordings *w, size_t i, struct part **ret, size_t *ret_count)
{
	struct span old = i + 1 < w->count ? w->items[i + 1].text : (struct span){ 0 };

	diff_texts(old, w->items[i].text, &c->arena, ret, ret_count);
}

/* The next "Suggested-by: Tomas Rey [igf-mandate] 2025-09-29T09:00:00Z (review.docx)" of this clause: name, and what follows. */
static bool next_suggestion(struct span *rest, struct span id, struct span *ret_name, struct span *ret_more)
{
	struct span line;

	while (span_split(rest, '\n', &line)) {
		size_t open, end;

		if (!span_starts(line, SPAN_LIT("Suggested-by: ")) || (open = span_find(line, SPAN_LIT(" ["), 0)) == SIZE_MAX)
			continue;
		end = open + 2 + id.n;
		if (!span_starts(span_sub(line, open + 2, line.n), id) || line.n <= end || line.p[end] != ']')
			continue;
		*ret_name = span_sub(line, 14, open);
		*ret_more = span_sub(line, end + 1, line.n);
		return true;
	}
	return false;
}

/* "Tomas Rey, 29 Sep 2025 (review.docx); Ana": whose suggestions came in with this wording. */
static struct span suggested_by(struct cli *c, const struct wording *x)
{
	struct span rest = x->version.message, name, more, seen = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };

	while (x->version.hex[0] && next_suggestion(&rest, x->id, &name, &more)) {
		struct zone_time t;
		struct span day = span_sub(more, more.n > 1, more.n < 21 ? more.n : 21);
		CLEANUP(buf_done) struct buf one = { 0 };
		bool zone;

		buf_add(&one, name);
		if (zone_parse(day, &t, &zone)) {
			when_day(&one, &t);
			more = span_sub(more, 21, more.n);
		}
		if (span_starts(more, SPAN_LIT(" (")))
			buf_add(&one, more);
		if (span_eq(buf_span(&one), seen))
			continue; /* several of one person in one file */
		if (b.n)
			BUF_LIT(&b, "; ");
		buf_add(&b, buf_span(&one));
		seen = arena_dup(&c->arena, buf_span(&one));
	}
	return arena_dup(&c->arena, buf_span(&b));
}

/* Ids whose words came into the clause with this wording, "two, three". */
static struct span absorbed(struct cli *c, const struct wording *x, const struct wording *older)
{
	struct span rest = x->absorbs, ref;
	CLEANUP(buf_done) struct buf b = { 0 };

	while (older && !x->words_same && span_split(&rest, ',', &ref)) {
		struct span before = older->absorbs, other;
		bool had = false;

		while (span_split(&before, ',', &other))
			had = had || span_eq(ref, other);
		if (!had && !span_eq(ref, older->id))
			buf_printf(&b, "%s%.*s", b.n ? ", " : "", SPAN_ARG(ref));
	}
	return arena_dup(&c->arena, buf_span(&b));
}

/* The clause of the draft as it is now that says it took this one in; empty: none. */
static struct span went_into(const struct subject *s)
{
	const struct statement *st = s->draft.statement;

	for (size_t i = 0; st && i < st->count; i++) {
		const struct attrs *a = st->clauses[i].block->attrs;
		struct span rest = a ? attrs_get(a, "absorbs") : (struct span){ 0 }, ref;

		while (st->clauses[i].id.n && span_split(&rest, ',', &ref))
			if (span_eq(ref, s->id))
				return st->clauses[i].id;
	}
	return (struct span){ 0 };
}

static void put_gone(const struct subject *s, const struct wordings *w, struct buf *out)
{
	struct span into = went_into(s);

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

static void clause_text(struct cli *c, const struct subject *s, const struct wordings *w)
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
		struct span from = suggested_by(c, x), taken = absorbed(c, x, older);
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
			wording_parts(c, w, i, &parts, &n);
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
			buf_printf(&c->out, "\nBring an older wording back: chapeau restore %.*s#%.*s@%.7s\n", SPAN_ARG(s->draft.name), SPAN_ARG(s->id),
				   x->version.hex[0] ? x->version.hex : "last");
		else
			buf_printf(&c->out, "\nBring its draft back: chapeau restore %.*s@%.7s\n", SPAN_ARG(s->draft.name), x->version.hex);
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

static void clause_json(struct cli *c, const struct subject *s, const struct wordings *w)
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
		wording_parts(c, w, i, &parts, &n);
		json_key(&j, "parts");
		json_array(&j);
		for (size_t k = 0; k < n; k++) {
			json_array(&j);
			json_string(&j, span_of(&parts[k].op, 1));
			json_string(&j, parts[k].text);
			json_array_end(&j);
		}
		json_array_end(&j);
		json_put_string_or_null(&j, "suggested_by", suggested_by(c, x));
		json_object_end(&j);
	}
	json_array_end(&j);
	if (w->gone) {
		json_key(&j, "gone");
		json_object(&j);
		json_version(&j, &w->taken_out, (struct span){ 0 });
		json_put_string_or_null(&j, "into", went_into(s));
		json_object_end(&j);
	}
	json_object_end(&j);
	buf_char(&c->out, '\n');
}

/* ---- the page ---- */

static void html_text(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '<':
			BUF_LIT(b, "&lt;");
			break;
		case '>':
			BUF_LIT(b, "&gt;");
			break;
		case '&':
			BUF_LIT(b, "&amp;");
			break;
		case '"':
			BUF_LIT(b, "&quot;");
			break;
		default:
			/* Controls have no place in HTML. */
			buf_char(b, (unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' ? ' ' : s.p[i]);
			break;
		}
	}
}

static const char page_head[] =
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
	":root{color-scheme:light dark;--line:#767676;--soft:#f2f2f2;--text:#111;--back:#fff}\n"
	"@media(prefers-color-scheme:dark){:root{--line:#999;--soft:#222;--text:#eee;--back:#111}}\n"
	"body{font:18px/1.5 Georgia,'Times New Roman',serif;color:var(--text);background:var(--back);max-width:640px;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.4rem}.when,.who,footer,caption{font-family:system-ui,sans-serif;font-size:.85rem}\n"
	"ol{list-style:none;margin:0;padding:0;border-left:3px solid var(--line)}li{margin:0 0 1.5rem;padding:0 0 0 1.25rem;position:relative}\n"
	"li::before{content:'';position:absolute;left:-8px;top:.45em;width:13px;height:13px;background:var(--back);border:3px solid var(--line);border-radius:50%;box-sizing:border-box}\n"
	"li.now::before{background:var(--line)}ins{font-weight:bold;text-decoration:underline}del{text-decoration:line-through;opacity:.75}\n"
	".hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\n"
	".tag{border:1px solid var(--line);border-radius:3px;padding:0 .3em}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-top:1px solid var(--line)}\n"
	"@media print{body{max-width:none;margin:0}}\n</style>\n</head>\n<body>\n";

static void html_parts(struct buf *b, const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool in = parts[i].op == '+', out = parts[i].op == '-';

		if (in)
			BUF_LIT(b, "<ins><span class=\"hide\">inserted: </span>");
		if (out)
			BUF_LIT(b, "<del><span class=\"hide\">deleted: </span>");
		html_text(b, parts[i].text);
		if (in)
			BUF_LIT(b, "<span class=\"hide\"> end of insertion</span></ins>");
		if (out)
			BUF_LIT(b, "<span class=\"hide\"> end of deletion</span></del>");
	}
}

static void html_head(struct buf *b, struct span title)
{
	BUF_LIT(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
	html_text(b, title);
	BUF_LIT(b, "</title>\n");
	BUF_LIT(b, page_head);
}

static void html_origin(struct buf *b, const char *what, struct span whose)
{
	if (!whose.n)
		return;
	buf_printf(b, "<div class=\"who\">%s", what);
	html_text(b, whose);
	BUF_LIT(b, ".</div>\n");
}

static void clause_html(struct cli *c, const struct subject *s, const struct wordings *w)
{
	struct buf *b = &c->out;

	html_head(b, s->id);
	BUF_LIT(b, "<h1>");
	html_text(b, s->id);
	if (w->items[0].label.n) {
		buf_str(b, w->gone ? ", once paragraph " : ", paragraph ");
		html_text(b, w->items[0].label);
	}
	buf_printf(b, "</h1>\n<p class=\"who\">%zu wording%s, newest first.</p>\n<ol reversed>\n", w->count, w->count == 1 ? "" : "s");
	if (w->gone) {
		struct span into = went_into(s);

		BUF_LIT(b, "<li><div class=\"when\"><b>");
		if (w->taken_out.hex[0])
			when_at(b, w->taken_out.time, when_offset(w->taken_out.time));
		else
			BUF_LIT(b, "Now, not saved");
		BUF_LIT(b, "</b> ");
		html_text(b, w->taken_out.author);
		buf_printf(b, "</div>\n<p>Gone: %s", into.n ? "its words went into " : "taken out");
		html_text(b, into);
		BUF_LIT(b, ".</p></li>\n");
	}
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *x = &w->items[i], *older = i + 1 < w->count ? &w->items[i + 1] : NULL;
		struct part *parts;
		size_t n;

		buf_printf(b, "<li%s><div class=\"when\"><b>", x->version.hex[0] ? "" : " class=\"now\"");
		if (x->version.hex[0])
			when_at(b, x->version.time, when_offset(x->version.time));
		else
			BUF_LIT(b, "Now, not saved");
		BUF_LIT(b, "</b> ");
		html_text(b, x->version.author);
		if (x->version.message.n) {
			BUF_LIT(b, ": &ldquo;");
			html_text(b, message_subject(x->version.message));
			BUF_LIT(b, "&rdquo;");
		}
		if (x->tags.n) {
			BUF_LIT(b, " <span class=\"tag\">");
			html_text(b, x->tags);
			BUF_LIT(b, "</span>");
		}
		BUF_LIT(b, "</div>\n<p>");
		if (x->words_same) {
			BUF_LIT(b, "Words not changed; came from ");
			html_text(b, path_stem(older->path));
			BUF_LIT(b, ", there ");
			html_text(b, older->id);
		} else if (older) {
			wording_parts(c, w, i, &parts, &n);
			html_parts(b, parts, n);
		} else {
			html_text(b, x->text);
		}
		BUF_LIT(b, "</p>\n");
		html_origin(b, "Took in ", absorbed(c, x, older));
		html_origin(b, "From a suggestion by ", suggested_by(c, x));
		BUF_LIT(b, "</li>\n");
	}
	buf_printf(b, "</ol>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", cli_version());
}

/* ---- the paper ---- */

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

static int clause_paper(struct cli *c, const struct subject *s, const struct wordings *w, struct fault *f)
{
	const struct clause *now = s->draft.statement ? statement_find(s->draft.statement, s->id) : NULL;
	struct paper p;

	paper_begin(&p, arena_printf(&c->arena, "%.*s of %.*s: %zu wording%s, newest first", SPAN_ARG(s->id), SPAN_ARG(s->draft.name), w->count, w->count == 1 ? "" : "s"),
		    s->draft.ws->conf ? s->draft.ws->conf->organisation : (struct span){ 0 });
	if (w->gone) {
		struct span into = went_into(s);

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
		paper_paragraph(&p);
		if (older && (!span_eq(x->id, older->id) || !span_eq(x->path, older->path)))
			paper_put(&p, arena_printf(&c->arena, "Came from %.*s, there %.*s. ", SPAN_ARG(path_stem(older->path)), SPAN_ARG(older->id)), FMT_EMPH);
		if (x->words_same) {
			paper_put(&p, SPAN_LIT("Words not changed."), FMT_EMPH);
		} else if (older) {
			wording_parts(c, w, i, &parts, &n);
			paper_parts(&p, parts, n);
		} else {
			paper_put(&p, x->text, 0);
		}
		if (absorbed(c, x, older).n)
			paper_put(&p, arena_printf(&c->arena, " Took in %.*s.", SPAN_ARG(absorbed(c, x, older))), FMT_EMPH);
		if (suggested_by(c, x).n)
			paper_put(&p, arena_printf(&c->arena, " From a suggestion by %.*s.", SPAN_ARG(suggested_by(c, x))), FMT_EMPH);
	}
	return paper_write(c, &p, s->draft.ws, now && now->internal, f);
}

static int log_clause(struct cli *c, struct history *h, struct subject *s, struct fault *f)
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
		return fault_hint(f, "The clauses there are: chapeau status %.*s", SPAN_ARG(s->draft.name));
	}
	if (cli_format_is(c, "json"))
		clause_json(c, s, &w);
	else if (cli_format_is(c, "html"))
		clause_html(c, s, &w);
	else if (paper_wanted(c))
		return clause_paper(c, s, &w, f);
	else
		clause_text(c, s, &w);
	return 0;
}

/* ---- drafts and the workspace ---- */

static void list_text(struct cli *c, const struct subject *s, const struct version_list *l)
{
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
		buf_char(&c->out, '\n');
	}
	if (!l->count)
		BUF_LIT(&c->out, "Nothing is saved yet.  Next: chapeau save\n");
	else if (s->has_draft)
		buf_printf(&c->out, "Next: chapeau diff %.*s@%.7s, or the life of one clause: chapeau log %.*s#ID\n", SPAN_ARG(s->draft.name),
			   l->items[l->count > 1].version.hex, SPAN_ARG(s->draft.name));
	else
		BUF_LIT(&c->out, "Next: chapeau log DRAFT, or the life of one clause: chapeau log ID\n");
}

static void list_json(struct cli *c, const struct subject *s, const struct version_list *l)
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
		json_put_string_or_null(&j, "draft", s->has_draft ? s->draft.name : (struct span){ 0 });
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

static void list_html(struct cli *c, const struct subject *s, const struct version_list *l)
{
	struct buf *b = &c->out;

	html_head(b, s->has_draft ? s->draft.name : SPAN_LIT("Versions"));
	BUF_LIT(b, "<h1>Versions");
	if (s->has_draft) {
		BUF_LIT(b, " of ");
		html_text(b, s->draft.name);
	}
	BUF_LIT(b, "</h1>\n<table>\n<thead><tr><th>When<th>Version<th>Who<th>What</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < l->count; i++) {
		const struct version_entry *e = &l->items[i];

		BUF_LIT(b, "<tr><td class=\"when\">");
		when_at(b, e->version.time, when_offset(e->version.time));
		buf_printf(b, "<td class=\"when\">%.7s<td class=\"who\">", e->version.hex);
		html_text(b, e->version.author);
		BUF_LIT(b, "<td>");
		html_text(b, message_subject(e->version.message));
		if (e->tags.n) {
			BUF_LIT(b, " <span class=\"tag\">");
			html_text(b, e->tags);
			BUF_LIT(b, "</span>");
		}
		BUF_LIT(b, "</tr>\n");
	}
	buf_printf(b, "</tbody>\n</table>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", cli_version());
}

static int list_paper(struct cli *c, const struct subject *s, struct ws *w, const struct version_list *l, struct fault *f)
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
	}
	return paper_write(c, &p, w, false, f);
}

int cmd_log(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(version_list_done) struct version_list list = { 0 };
	struct subject s = { 0 };
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
			r = history_versions(h, path, (size_t)limit, &list, f);
		if (!r && cli_format_is(c, "json"))
			list_json(c, &s, &list);
		else if (!r && cli_format_is(c, "html"))
			list_html(c, &s, &list);
		else if (!r && paper_wanted(c))
			r = list_paper(c, &s, s.has_draft && s.draft.ws->root ? s.draft.ws : w, &list, f);
		else if (!r)
			list_text(c, &s, &list);
	}
	draft_done(&s.draft);
	return r;
}
