#include "cli/commands.h"

#include <stdlib.h>

#include "base/limits.h"
#include "cli/opt.h"
#include "cli/record.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"

static bool on_record(const struct changed_file *x)
{
	return span_starts(span_str(x->path), SPAN_LIT("drafts/reviews/"));
}

/* A file of the step as it stands now. */
struct standing {
	struct file_stamp stamp;
	bool back; /* it reads as before the step: a program that was killed had not written it, or had put it back */
};

static int take_back(struct cli *c, struct ws *w, const struct changed_file *x, const struct standing *now, struct fault *f)
{
	const char *path = ws_path(c, w, x->path);

	if (now->back)
		return 0;
	if (on_record(x))
		return record_undo(c, w, x, f);
	if (x->had)
		return file_replace(path, x->before, x->has ? &now->stamp : NULL, f);
	return x->has ? file_remove(path, &now->stamp, f) : 0;
}

/* A file is put back only where it still is what the command left: what was typed since is worth more. */
static int untouched(struct cli *c, struct ws *w, const struct changed_file *x, struct standing *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf now = { 0 };
	const char *path = ws_path(c, w, x->path);
	int r;

	if ((r = versions_stay_inside(c, w, path, f)) < 0)
		return r;
	if (!x->has || on_record(x))
		return 0;
	if (!file_exists(path)) {
		ret->back = !x->had;
		if (ret->back)
			return 0;
		fault_set(f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "this file is gone since, so its last change cannot be taken back");
		return fault_hint(f, "Bring it back from the last version: chapeau restore DRAFT@last");
	}
	r = file_read(path, LIMIT_TEXT_BYTES, &now, &ret->stamp, f);
	if (r < 0)
		return r;
	ret->back = x->had && span_eq(buf_span(&now), x->before);
	if (!ret->back && !span_eq(buf_span(&now), x->after)) {
		fault_set(f, FAULT_CHANGED, (struct srcpos){ path, 0, 0 }, "this file was changed since chapeau wrote it, so taking that back would lose what was typed");
		return fault_hint(f, "See what differs: chapeau diff %.*s", SPAN_ARG(path_stem(span_str(path))));
	}
	return 0;
}

int cmd_undo(struct cli *c, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(undo_step_done) struct undo_step u = { 0 };
	CLEANUP(mem_freep) struct standing *now = NULL;
	struct ws *w;
	int r = ws_here(c, &w, f);

	if (!r)
		r = versions_open(w, &h, f);
	if (!r)
		r = history_undo_peek(h, &u, f);
	if (r < 0)
		return r;
	buf_printf(&c->out, "Taking back: chapeau ");
	ui_safe(&c->out, u.command);
	BUF_LIT(&c->out, "  (");
	when_at(&c->out, u.time, when_offset(u.time));
	BUF_LIT(&c->out, ")\n");
	if (opt_given(c, "dry-run"))
		return 0;
	now = mem_zero(u.count, sizeof(*now));
	for (size_t i = 0; !r && i < u.count; i++)
		r = untouched(c, w, &u.files[i], &now[i], f);
	for (size_t i = 0; !r && i < u.count; i++)
		r = take_back(c, w, &u.files[i], &now[i], f);
	if (!r)
		r = history_undo_drop(h, u.number, f);
	if (r < 0) {
		buf_clear(&c->out);
		return r;
	}
	for (size_t i = 0; i < u.count; i++)
		if (!on_record(&u.files[i]))
			buf_printf(&c->out, "%s is %s.\n", ws_path(c, w, u.files[i].path), u.files[i].had ? "as it was before" : "taken away again");
	if (u.left)
		buf_printf(&c->out, "%zu more step%s can be taken back: chapeau undo\n", u.left, u.left == 1 ? "" : "s");
	else
		BUF_LIT(&c->out, "That was the last step that can be taken back.  Next: chapeau status\n");
	return 0;
}
