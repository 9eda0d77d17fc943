#include "cli/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/ui.h"
#include "diff/diff.h"
#include "io/zone.h"

int versions_open(struct ws *w, struct history **ret, struct fault *f)
{
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

	if (root && full && strncmp(root, full, n) == 0 && full[n] == '/')
		below = arena_str(&c->arena, span_str(full + n + 1));
	free(root);
	free(full);
	return below;
}

int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	const char *below = d->ws->root ? versions_path(c, d->ws, d->path) : NULL;
	unsigned steps = d->ws->conf && d->ws->conf->undo_steps ? d->ws->conf->undo_steps : 20;
	int r = 0;

	if (span_eq(bytes, buf_span(&d->bytes)))
		return 0;
	if (below)
		r = versions_open_if_any(d->ws, &h, f);
	if (r < 0)
		return r;
	if (h) {
		struct changed_file x = { .path = below, .before = buf_span(&d->bytes), .after = bytes, .had = true, .has = true };

		r = history_undo_note(h, span_str(command), &x, 1, steps, c->now, f);
	}
	if (!r)
		r = file_replace(d->path, bytes, &d->stamp, f);
	/* The step of a change that did not come about would undo nothing. */
	if (r < 0 && h)
		history_undo_drop(h, NULL);
	return r;
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

		if (parts[i].op == '-') {
			open = c->color ? "\033[31;9m" : "[-";
			close = c->color ? "\033[0m" : "-]";
		} else if (parts[i].op == '+') {
			open = c->color ? "\033[32;4m" : "{+";
			close = c->color ? "\033[0m" : "+}";
		}
		buf_str(&line, open);
		ui_safe(&line, parts[i].text);
		buf_str(&line, close);
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
	size_t named = 0, others = 0;

	(void)c;
	(void)f;
	for (size_t i = 0; i < ch->count; i++) {
		const struct changed_file *x = &ch->items[i];
		CLEANUP(statement_freep) struct statement *old = NULL, *new = NULL;
		CLEANUP(comparison_freep) struct comparison *cmp = NULL;
		struct span path = span_str(x->path);
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
