#include "cli/step.h"

#include "cli/versions.h"

#define RUN_FILES 64 /* files that one step holds; what a run writes beyond them begins another */

struct undo_run {
	const struct ws *ws; /* a run may write in several workspaces: each has its own steps */
	uint64_t step;
	struct changed_file files[RUN_FILES];
	size_t count;
};

static int note_step(struct cli *c, struct ws *w, struct history *h, const char *command, struct fault *f)
{
	unsigned steps = w->conf && w->conf->undo_steps ? w->conf->undo_steps : 20;

	return history_undo_note(h, span_str(command), c->undo->files, c->undo->count, steps, c->now, &c->undo->step, f);
}

int step_write(struct cli *c, struct ws *w, const char *path, const struct changed_file *x, const struct file_stamp *stamp, const char *command, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct undo_run *run;
	int r = versions_stay_inside(c, w, path, f);

	if (!r && x->path)
		r = versions_open_if_any(w, &h, f);
	if (r < 0)
		return r;
	if (!c->undo || c->undo->ws != w || c->undo->count == RUN_FILES) {
		c->undo = ARENA_NEW(&c->arena, struct undo_run);
		c->undo->ws = w;
	}
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
			history_undo_drop(h, run->step, NULL);
	}
	return r;
}

int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f)
{
	struct changed_file x = { .path = d->ws->root ? versions_path(c, d->ws, d->path) : NULL, .before = buf_span(&d->bytes), .after = bytes,
				  .had = !d->stamp.missing, .has = true };

	if (x.had && span_eq(bytes, x.before))
		return 0;
	return step_write(c, d->ws, d->path, &x, &d->stamp, command, f);
}
