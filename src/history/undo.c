#include <stdio.h>
#include <stdlib.h>

#include "base/sha256.h"
#include "history/internal.h"

/*
 * A step is a version that no branch holds, under refs/chapeau/undo/NUMBER: files before/N and after/N, the command and
 * the paths in its message.  The highest number is the newest; numbers below the steps that we keep are deleted.
 * Of several workspaces in one repository, and of its further work trees, each has its own: undo/in-KEY/NUMBER.
 */
#define STEP_NAME 48

/* "undo/" or "undo/in-0123456789/". */
static void steps_of(struct history *h, char ret[STEP_NAME])
{
	CLEANUP(buf_done) struct buf place = { 0 };
	char hex[SHA256_HEX + 1];

	repo_place(h->repo, &place);
	if (!place.n) {
		snprintf(ret, STEP_NAME, "undo/");
		return;
	}
	sha256_hex_of(buf_span(&place), hex);
	snprintf(ret, STEP_NAME, "undo/in-%.10s/", hex);
}

static void step_name(struct history *h, uint64_t number, char ret[STEP_NAME])
{
	size_t n;

	steps_of(h, ret);
	n = strlen(ret);
	snprintf(ret + n, STEP_NAME - n, "%06u", (unsigned)number);
}

static bool highest(void *ctx, const char *name)
{
	uint64_t n, *top = ctx;

	if (span_number(span_str(name), UINT32_MAX, &n) && n > *top)
		*top = n;
	return true;
}

static uint64_t step_top(struct history *h)
{
	char prefix[STEP_NAME];
	uint64_t top = 0;

	steps_of(h, prefix);
	repo_refs(h->repo, prefix, highest, &top);
	return top;
}

/* One path a line, whatever is in its name. */
static void put_path(struct span path, struct buf *out)
{
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '\n' || path.p[i] == '%')
			buf_printf(out, "%%%02X", (unsigned)path.p[i]);
		else
			buf_char(out, path.p[i]);
	}
	buf_char(out, '\n');
}

static const char *take_path(struct span line, struct arena *a)
{
	CLEANUP(buf_done) struct buf path = { 0 };

	for (size_t i = 0; i < line.n; i++) {
		struct span code = span_sub(line, i, line.n < i + 3 ? line.n : i + 3);
		bool lf = span_is(code, "%0A");

		if (lf || span_is(code, "%25")) {
			buf_char(&path, lf ? '\n' : '%');
			i += 2;
		} else {
			buf_char(&path, line.p[i]);
		}
	}
	return arena_str(a, buf_span(&path));
}

static char *step_path(const char *side, size_t i)
{
	char *s = mem_alloc(40);

	snprintf(s, 40, "%s/%zu", side, i);
	return s;
}

static int keep_step(struct history *h, struct span message, const struct changed_file *files, size_t count, int64_t time,
		     char ret_hex[REPO_HEX + 1], struct fault *f)
{
	CLEANUP(mem_freep) const char **paths = mem_zero(2 * count, sizeof(char *));
	CLEANUP(mem_freep) struct span *bytes = mem_zero(2 * count, sizeof(struct span));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < count; i++) {
		if (files[i].had) {
			paths[n] = step_path("before", i);
			bytes[n++] = files[i].before;
		}
		if (files[i].has) {
			paths[n] = step_path("after", i);
			bytes[n++] = files[i].after;
		}
	}
	r = repo_keep(h->repo, "", paths, bytes, n, message, time, ret_hex, f);
	for (size_t i = 0; i < n; i++)
		mem_free((char *)paths[i]);
	return r;
}

int history_undo_note(struct history *h, struct span command, const struct changed_file *files, size_t count, unsigned steps, int64_t time,
		      uint64_t *step, struct fault *f)
{
	CLEANUP(buf_done) struct buf message = { 0 };
	char hex[REPO_HEX + 1], name[STEP_NAME];
	uint64_t number = *step;
	int r;

	if (steps == 0 || count == 0)
		return 0;
	buf_add(&message, command);
	BUF_LIT(&message, "\n\n");
	for (size_t i = 0; i < count; i++)
		put_path(span_str(files[i].path), &message);
	r = repo_lock(h->repo, 10000, f);
	if (r < 0)
		return r;
	r = keep_step(h, buf_span(&message), files, count, time, hex, f);
	if (!number)
		number = step_top(h) + 1;
	if (!r) {
		step_name(h, number, name);
		r = repo_ref_set(h->repo, name, hex, f);
	}
	if (!r)
		*step = number;
	for (uint64_t old = number > steps ? number - steps : 0; !r && old; old--) {
		step_name(h, old, name);
		if (!repo_ref_get(h->repo, name, hex))
			break;
		r = repo_ref_delete(h->repo, name, f);
	}
	repo_unlock(h->repo);
	return r;
}

void undo_step_done(struct undo_step *u)
{
	if (!u)
		return;
	arena_done(&u->arena);
	*u = (struct undo_step){ 0 };
}

static bool read_side(struct history *h, const char *hex, const char *side, size_t i, struct arena *a, struct span *ret)
{
	CLEANUP(mem_freep) char *path = step_path(side, i);
	CLEANUP(buf_done) struct buf b = { 0 };
	char blob[REPO_HEX + 1];

	if (!repo_path_blob(h->repo, hex, path, blob) || repo_blob_read(h->repo, blob, &b, NULL) < 0)
		return false;
	*ret = arena_dup(a, buf_span(&b));
	return true;
}

int history_undo_peek(struct history *h, struct undo_step *ret, struct fault *f)
{
	char hex[REPO_HEX + 1], name[STEP_NAME];
	struct repo_version v;
	struct span rest, line;
	size_t n = 0, end;
	uint64_t top = step_top(h);
	int r;

	*ret = (struct undo_step){ .number = top };
	step_name(h, top, name);
	if (!top || !repo_ref_get(h->repo, name, hex))
		return fault_set(f, FAULT_REFUSED, (struct srcpos){ 0 }, "there is nothing to undo: chapeau has written nothing into drafts here that is not undone");
	r = repo_version_load(h->repo, hex, &ret->arena, &v, f);
	if (r < 0)
		return r;
	ret->time = v.time;
	end = span_find(v.message, SPAN_LIT("\n\n"), 0);
	ret->command = end == SIZE_MAX ? v.message : span_sub(v.message, 0, end);
	rest = end == SIZE_MAX ? (struct span){ 0 } : span_sub(v.message, end + 2, v.message.n);
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '\n';
	ret->files = ARENA_ARRAY(&ret->arena, n + 1, struct changed_file);
	while (span_split(&rest, '\n', &line)) {
		struct changed_file *x = &ret->files[ret->count];

		if (!line.n)
			continue;
		x->path = take_path(line, &ret->arena);
		x->had = read_side(h, hex, "before", ret->count, &ret->arena, &x->before);
		x->has = read_side(h, hex, "after", ret->count, &ret->arena, &x->after);
		ret->count++;
	}
	while (top > 1) {
		step_name(h, --top, name);
		if (!repo_ref_get(h->repo, name, hex))
			break;
		ret->left++;
	}
	return 0;
}

int history_undo_drop(struct history *h, uint64_t step, struct fault *f)
{
	char hex[REPO_HEX + 1], name[STEP_NAME];
	int r;

	r = repo_lock(h->repo, 10000, f);
	if (r < 0)
		return r;
	step_name(h, step, name);
	if (repo_ref_get(h->repo, name, hex))
		r = repo_ref_delete(h->repo, name, f);
	repo_unlock(h->repo);
	return r;
}
