#include "cli/commands.h"

#include "base/json.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "cli/workspace.h"

/* Ids of the other drafts of the workspace: an id belongs to its clause for life, whatever the draft. */
struct taken {
	struct span *ids; /* open addressing */
	size_t count, mask;
	struct arena arena;
};

static void taken_add(struct taken *t, struct span id)
{
	size_t i;

	if (2 * t->count >= t->mask) {
		struct taken bigger = { .mask = t->mask ? 2 * t->mask + 1 : 255, .arena = t->arena };

		bigger.ids = mem_zero(bigger.mask + 1, sizeof(*bigger.ids));
		for (size_t k = 0; t->mask && k <= t->mask; k++)
			if (t->ids[k].n)
				taken_add(&bigger, t->ids[k]);
		mem_free(t->ids);
		*t = bigger;
	}
	for (i = span_hash(id) & t->mask; t->ids[i].n; i = (i + 1) & t->mask)
		if (span_eq(t->ids[i], id))
			return;
	t->ids[i] = id;
	t->count++;
}

static bool taken_has(void *ctx, struct span id)
{
	struct taken *t = ctx;

	for (size_t i = span_hash(id) & t->mask; t->mask && t->ids[i].n; i = (i + 1) & t->mask)
		if (span_eq(t->ids[i], id))
			return true;
	return false;
}

/* Every id of every other draft; one that cannot be read has none. */
static void taken_fill(struct cli *c, struct draft *d, struct taken *t)
{
	const char *const dirs[] = { "drafts", "drafts/texts" };

	for (size_t k = 0; d->ws->root && k < ARRAY_LEN(dirs); k++) {
		const char **names, *dir = ws_path(c, d->ws, dirs[k]);
		size_t count;

		list_dir(c, dir, ".md", &names, &count);
		for (size_t i = 0; i < count; i++) {
			const char *path = arena_printf(&c->arena, "%s/%s", dir, names[i]).p;
			struct file_stamp other = { 0 };
			struct draft o = { 0 };
			struct doc *doc = NULL;

			if (draft_at(c, path, &o, NULL) == 0 && draft_read(c, &o, NULL) == 0)
				other = o.stamp;
			if (o.bytes.n && other.inode != d->stamp.inode && draft_doc(c, &o, READING_REJECTED, &doc, NULL) == 0) {
				for (struct block *b = doc->root; b; b = block_next(b, doc->root))
					if (b->attrs && b->attrs->id.n)
						taken_add(t, arena_dup(&t->arena, b->attrs->id));
				doc_free(doc);
			}
			draft_done(&o);
		}
	}
}

static int track_one(struct cli *c, const char *word, struct json *j, struct fault *f)
{
	bool dry = opt_given(c, "dry-run"), json = cli_format_is(c, "json");
	struct track_result t = { 0 };
	struct taken taken = { 0 };
	struct doc *doc = NULL;
	struct buf changed = { 0 };
	struct draft d = { 0 };
	int r = draft_find(c, word, 0, &d, f);

	if (r == 0)
		r = draft_doc(c, &d, READING_REJECTED, &doc, f);
	if (r < 0)
		goto out;
	taken_fill(c, &d, &taken);
	r = md_track(doc,
		     &(struct track_options){
			     .plain = opt_given(c, "plain") || (d.ws->conf && d.ws->conf->attributes_plain),
			     .id_taken = taken_has,
			     .ctx = &taken,
		     },
		     &t, f);
	if (r < 0)
		goto out;
	if (t.edits.count && !dry) {
		edits_apply(&t.edits, buf_span(&d.bytes), &changed);
		if (strcmp(d.path, "-") == 0)
			buf_add(&c->out, buf_span(&changed));
		else
			r = file_replace(d.path, buf_span(&changed), &d.stamp, f);
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
	doc_free(doc);
	buf_done(&changed);
	mem_free(taken.ids);
	arena_done(&taken.arena);
	draft_done(&d);
	return r;
}

int cmd_track(struct cli *c, struct fault *f)
{
	bool json = cli_format_is(c, "json");
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
		r = track_one(c, c->args[i], &j, f);
	if (json && r == 0) {
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else if (r == 0 && !c->quiet && strcmp(c->args[0], "-") != 0) {
		buf_printf(&c->out, "Next: chapeau check%s%s\n", c->arg_count == 1 ? " " : "", c->arg_count == 1 ? c->args[0] : "");
	}
	return r;
}
