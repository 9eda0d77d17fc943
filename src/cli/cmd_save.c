#include "cli/commands.h"

#include <stdlib.h>

#include "base/json.h"
#include "cli/cloud.h"
#include "cli/message.h"
#include "cli/opt.h"
#include "cli/tracking.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"

/* "Mei Lin <mei@example.org>", or a name alone. */
static void split_author(struct span s, struct span *name, struct span *email)
{
	size_t open = span_find_char(s, '<', 0), close = span_find_char(s, '>', 0);

	*name = span_trim(open == SIZE_MAX ? s : span_sub(s, 0, open));
	*email = open != SIZE_MAX && close != SIZE_MAX && close > open ? span_trim(span_sub(s, open + 1, close)) : (struct span){ 0 };
}

static const struct person *penholder(const struct workspace *w)
{
	for (size_t i = 0; w && i < w->person_count; i++)
		for (size_t k = 0; k < w->people[i].role_count; k++)
			if (span_is(w->people[i].roles[k], "penholder"))
				return &w->people[i];
	return w && w->person_count == 1 ? &w->people[0] : NULL;
}

/* Who saves: --author, Git's own settings, chapeau.yaml's people; else the question. */
static int who(struct cli *c, struct ws *w, struct history *h, struct save_request *s, struct fault *f)
{
	const char *said = opt_get(c, "author");
	const struct person *p;

	if (said) {
		split_author(span_str(said), &s->author, &s->email);
		if (!s->author.n)
			return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--author takes a name: \"Mei Lin <mei@example.org>\"");
		return repo_set_identity(history_repo(h), arena_str(&c->arena, s->author), s->email.n ? arena_str(&c->arena, s->email) : NULL, f);
	}
	if (repo_identity(history_repo(h), &c->arena, &s->author, &s->email))
		return 0;
	p = penholder(w->conf);
	if (p) {
		s->author = p->name;
		return 0;
	}
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "who are you? The version needs a name, and neither Git nor chapeau.yaml has one");
	return fault_hint(f, "Type it once, it is remembered here: chapeau save --author \"Mei Lin <mei@example.org>\"");
}

#define TRACK_TRIES 5

/* Another chapeau that saves at this moment writes the same ids: the drafts are then read again. */
static int track_all(struct cli *c, struct ws *w, struct fault *f)
{
	int r = save_track(c, w, f);

	for (int i = 1; r == -FAULT_CHANGED && i < TRACK_TRIES; i++) {
		fault_done(f);
		r = save_track(c, w, f);
	}
	return r;
}

int cmd_save(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(changes_done) struct changes ch = { 0 };
	CLEANUP(buf_done) struct buf message = { 0 };
	struct save_request s = { .time = c->now, .offset = when_offset(c->now) };
	const char *text = opt_get(c, "message"), *tag = opt_get(c, "tag");
	char hex[REPO_HEX + 1];
	bool first;
	struct ws *w;
	int r = ws_here(c, &w, f);

	if (!r)
		r = versions_open(w, &h, f);
	/* What cannot be done is said before anything is written. */
	if (!r)
		r = who(c, w, h, &s, f);
	if (!r && tag)
		r = repo_tag_free(history_repo(h), span_str(tag), f);
	if (!r)
		r = track_all(c, w, f);
	if (!r)
		r = history_changes(h, &ch, f);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ch.link_count; i++)
		ui_note(c, "%s: warning: this is a link to another place, so no version keeps its words: put the file itself here.", ch.links[i]);
	if (text && span_trim(span_str(text)).n)
		buf_add(&message, span_trim(span_str(text)));
	else
		message_make(&ch, &message);
	buf_char(&message, '\n');
	{
		CLEANUP(buf_done) struct buf body = { 0 };

		message_body(&ch, &body);
		if (body.n) {
			buf_char(&message, '\n');
			buf_add(&message, buf_span(&body));
			buf_char(&message, '\n');
		}
	}
	s.message = buf_span(&message);
	s.tag = span_str(tag);
	first = !r && !repo_head(history_repo(h), hex);
	hex[0] = '\0';
	if (!r)
		r = history_save(h, &ch, &s, hex, f);
	if (r < 0)
		return r;
	if (hex[0] && !repo_branch(history_repo(h), NULL))
		ui_note(c, "warning: another program has laid out an older version here, so %.7s stands apart from the newest ones. Go back to the newest there, then "
			   "bring a draft over: chapeau restore DRAFT@%.7s", hex, hex);
	if (cli_format_is(c, "json")) {
		struct json j;

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/save@1"));
		json_put_string_or_null(&j, "rev", span_str(hex));
		json_put_string(&j, "message", span_trim(s.message));
		json_key(&j, "files");
		json_array(&j);
		for (size_t i = 0; i < ch.count; i++)
			json_string(&j, span_str(ch.items[i].path));
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
		return 0;
	}
	cloud_warn(c, w->root, history_repo(h));
	if (!hex[0]) {
		buf_printf(&c->out, "Nothing has changed since the last version%s.\n", tag && !first ? "; it has the name now" : "");
		return 0;
	}
	buf_printf(&c->out, "Saved %.7s: ", hex);
	ui_safe(&c->out, message_subject(s.message));
	buf_printf(&c->out, "\n%zu file%s, by ", ch.count, ch.count == 1 ? "" : "s");
	ui_safe(&c->out, s.author);
	buf_printf(&c->out, "%s%s.  Next: chapeau log", tag ? ", called " : "", tag ? tag : "");
	/* There is nothing before the first to compare with. */
	if (!first)
		buf_printf(&c->out, ", or chapeau diff DRAFT@%.7s~1", hex);
	buf_char(&c->out, '\n');
	return 0;
}
