#include "cli/commands.h"

#include "base/json.h"
#include "cli/opt.h"
#include "cli/step.h"
#include "cli/tracking.h"
#include "cli/ui.h"
#include "diff/diff.h"

static int track_one(struct cli *c, const char *word, struct json *j, bool *ret_any, struct fault *f)
{
	bool dry = opt_given(c, "dry-run"), json = cli_format_is(c, "json");
	struct track_result t = { 0 };
	struct buf changed = { 0 };
	struct draft d = { 0 };
	int r = draft_find(c, word, 0, &d, f);

	if (r == 0)
		r = track_draft(c, &d, opt_given(c, "plain"), &t, &changed, f);
	if (r < 0)
		goto out;
	*ret_any = *ret_any || t.edits.count;
	if ((t.edits.count || strcmp(d.path, "-") == 0) && !dry) {
		if (strcmp(d.path, "-") == 0)
			buf_add(&c->out, buf_span(changed.n ? &changed : &d.bytes));
		else
			r = draft_write(c, &d, buf_span(&changed), arena_printf(&c->arena, "track %.*s", SPAN_ARG(d.name)).p, f);
		if (r < 0)
			goto out;
	}
	if (json) {
		json_object(j);
		json_put_string(j, "draft", d.name);
		json_put_string(j, "file", span_str(d.path));
		json_put_number(j, "given", (int64_t)t.given);
		json_put_bool(j, "changed", t.edits.count > 0);
		json_key(j, "notes");
		json_array(j);
		for (size_t i = 0; i < t.note_count; i++) {
			json_object(j);
			json_put_number(j, "line", (int64_t)t.notes[i].line);
			json_put_string(j, "message", t.notes[i].message);
			json_object_end(j);
		}
		json_array_end(j);
		json_object_end(j);
	} else if (strcmp(d.path, "-") != 0) {
		for (size_t i = 0; i < t.note_count; i++) {
			ui_safe(&c->out, span_str(d.path));
			buf_printf(&c->out, ":%zu:1: note: ", t.notes[i].line);
			ui_safe(&c->out, t.notes[i].message);
			buf_char(&c->out, '\n');
		}
		if (!c->quiet) {
			ui_safe(&c->out, span_str(d.path));
			if (!t.edits.count)
				BUF_LIT(&c->out, ": every paragraph has its id, nothing to do\n");
			else if (t.given)
				buf_printf(&c->out, ": %zu new id%s%s\n", t.given, t.given == 1 ? "" : "s", dry ? " to give, nothing was written" : "");
			else
				buf_printf(&c->out, ": ids mended%s\n", dry ? " so, nothing was written" : "");
		}
	}
out:
	track_result_done(&t);
	buf_done(&changed);
	draft_done(&d);
	return r;
}

int cmd_track(struct cli *c, struct fault *f)
{
	bool json = cli_format_is(c, "json"), any = false;
	struct json j;
	int r = 0;

	if (json) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/track@1"));
		json_key(&j, "drafts");
		json_array(&j);
	}
	for (size_t i = 0; i < c->arg_count && r == 0; i++)
		r = track_one(c, c->args[i], &j, &any, f);
	if (json && r == 0) {
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else if (r == 0 && !c->quiet && strcmp(c->args[0], "-") != 0) {
		bool again = opt_given(c, "dry-run") && any;

		buf_printf(&c->out, "Next: chapeau %s", again ? "track" : "check");
		for (size_t i = 0; i < c->arg_count && (again || c->arg_count == 1); i++) {
			buf_char(&c->out, ' ');
			ui_safe(&c->out, span_str(c->args[i]));
		}
		buf_char(&c->out, '\n');
	}
	return r;
}
