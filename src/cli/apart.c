#include "cli/apart.h"

#include <stdio.h>

#include "cli/ui.h"
#include "format/format.h"
#include "io/child.h"

struct job {
	struct cli *c;
	int (*work)(struct cli *c, void *ctx, struct fault *f);
	void *ctx;
	struct buf *results;
	size_t count;
};

static void put_number(struct buf *b, uint64_t v)
{
	buf_put(b, (const char *)&v, sizeof(v)); /* to the same program */
}

static bool take_number(struct span *s, uint64_t *ret)
{
	if (s->n < sizeof(*ret))
		return false;
	memcpy(ret, s->p, sizeof(*ret));
	*s = span_sub(*s, sizeof(*ret), s->n);
	return true;
}

static int in_the_child(void *ctx, struct buf *ret, struct fault *f)
{
	struct job *j = ctx;
	int r;

	j->c->apart = true;
	r = j->work(j->c, j->ctx, f);
	buf_reserve(ret, j->c->out.n + 64);
	put_number(ret, j->c->answer != 0);
	put_number(ret, j->c->out.n);
	for (size_t i = 0; i < j->count; i++)
		put_number(ret, j->results[i].n);
	buf_add(ret, buf_span(&j->c->out));
	for (size_t i = 0; i < j->count; i++)
		buf_add(ret, buf_span(&j->results[i]));
	return r;
}

/* What was handed over, bounded by what arrived. */
static bool unpack(struct job *j, struct span s)
{
	struct buf *to = &j->c->out;
	uint64_t answer, n;
	struct span lengths;

	if (!take_number(&s, &answer) || answer > 1 || s.n / sizeof(n) < j->count + 1)
		return false;
	lengths = s;
	s = span_sub(s, (j->count + 1) * sizeof(n), s.n);
	for (size_t i = 0; i <= j->count; i++) {
		if (!take_number(&lengths, &n) || n > s.n)
			return false;
		if (i)
			to = &j->results[i - 1];
		buf_clear(to);
		buf_add(to, span_sub(s, 0, (size_t)n));
		s = span_sub(s, (size_t)n, s.n);
	}
	j->c->answer = (int)answer;
	return s.n == 0;
}

int apart_bytes(const struct cli *c, const char *file, int (*work)(void *ctx, struct buf *ret, struct fault *f), void *ctx, struct buf *ret,
		struct fault *f)
{
	CLEANUP(buf_done) struct buf words = { 0 }, safe = { 0 };
	int r;

	if (c->apart)
		return work(ctx, ret, f);
	r = child_run(&(struct child_job){ .file = file, .work = work, .ctx = ctx }, ret, &words, f);
	/* Its notes were made safe for the terminal there; but whether it still was itself, nobody knows. */
	ui_safe(&safe, buf_span(&words));
	if (safe.n)
		fwrite(safe.p, 1, safe.n, stderr);
	return r;
}

int apart_run(struct cli *c, const char *file, int (*work)(struct cli *c, void *ctx, struct fault *f), void *ctx, struct buf *results, size_t count,
	      struct fault *f)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	struct job j = { c, work, ctx, results, count };
	int r;

	if (c->apart)
		return work(c, ctx, f);
	r = apart_bytes(c, file, in_the_child, &j, &bytes, f);
	if ((r == 0 || bytes.n) && !unpack(&j, buf_span(&bytes)))
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ .file = file }, "this file could not be read safely: what came of it is not whole; nothing was written");
	return r;
}

bool apart_package(struct span word)
{
	const struct format *f;

	for (size_t end = word.n; end; end--) {
		if (end < word.n && word.p[end] != '@' && word.p[end] != '#')
			continue;
		f = format_by_path(span_sub(word, 0, end));
		if (f && f->read && strcmp(f->name, "md") != 0)
			return true;
	}
	return false;
}

const char *apart_named(const struct cli *c)
{
	for (size_t i = 0; i < c->arg_count; i++)
		if (apart_package(span_str(c->args[i])))
			return c->args[i];
	return NULL;
}
