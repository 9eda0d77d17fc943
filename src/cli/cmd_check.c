#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/opt.h"
#include "cli/ui.h"

#define WATCH_MS 300
#define CLEAR_SCREEN "\033[H\033[2J\033[3J"

struct batch {
	struct draft *drafts;
	struct result **results;
	size_t count;
	size_t unread; /* statements that could not be read, and were said */
};

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		result_free(b->results[i]);
		draft_done(&b->drafts[i]);
	}
	*b = (struct batch){ 0 };
}

/* The drafts that the call names, else all of the workspace. */
static int gather(struct cli *c, struct batch *b, struct fault *f)
{
	const char **paths = c->args;
	size_t count = c->arg_count;
	struct ws *w;
	int r = 0;

	if (!count) {
		r = ws_here(c, &w, f);
		if (r == 0)
			r = ws_drafts(c, w, &paths, &count, f);
		if (r < 0)
			return r;
	}
	b->drafts = arena_array(&c->arena, count + 1, sizeof(*b->drafts));
	b->results = arena_array(&c->arena, count + 1, sizeof(struct result *));
	for (size_t i = 0; i < count && r == 0; i++) {
		r = c->arg_count ? draft_find(c, paths[i], DRAFT_WITH_REV, &b->drafts[i], f) : draft_at(c, paths[i], &b->drafts[i], f);
		if (r == 0)
			b->count++;
	}
	return r;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Takes out of a result what the draft had at a version too: the same rule on the same words of the same clause, as often. */
static int subtract(struct cli *c, const struct draft *now, struct result *result, bool final, struct fault *f)
{
	struct draft then;
	struct result *old = NULL;
	struct fault missing = { 0 };
	char(*keys)[65] = NULL;
	bool *used = NULL;
	size_t kept = 0;
	int r = draft_at(c, now->path, &then, f);

	if (r < 0)
		return r;
	then.rev = span_str(opt_get(c, "since"));
	r = draft_read(c, &then, &missing);
	if (r < 0 && missing.kind == FAULT_NOT_FOUND && strstr(missing.message, "was not there")) {
		fault_done(&missing); /* the whole draft is new */
		return 0;
	}
	if (r < 0) {
		fault_set(f, missing.kind, missing.pos, "%s", missing.message);
		if (missing.hint)
			fault_hint(f, "%s", missing.hint);
		fault_done(&missing);
		return r;
	}
	r = draft_check(c, &then, final, &old, f);
	if (r == 0 && old->findings.count) {
		size_t n = old->findings.count;

		keys = mem_zero(n, sizeof(*keys));
		used = mem_zero(n, sizeof(*used));
		for (size_t i = 0; i < n; i++)
			finding_key(&old->findings.items[i], keys[i]);
		qsort(keys, n, sizeof(*keys), by_key);
		for (size_t i = 0; i < result->findings.count; i++) {
			char key[65];
			size_t lo = 0, hi = n;

			finding_key(&result->findings.items[i], key);
			while (lo < hi) {
				size_t mid = lo + (hi - lo) / 2;

				if (strcmp(keys[mid], key) < 0)
					lo = mid + 1;
				else
					hi = mid;
			}
			while (lo < n && used[lo] && strcmp(keys[lo], key) == 0)
				lo++;
			if (lo < n && strcmp(keys[lo], key) == 0)
				used[lo] = true;
			else
				result->findings.items[kept++] = result->findings.items[i];
		}
		result->findings.count = kept;
	}
	mem_free(keys);
	mem_free(used);
	result_free(old);
	draft_done(&then);
	return r;
}

static int check_each(struct cli *c, struct batch *b, bool final, struct fault *f)
{
	const int input = fault_exit_code(FAULT_INPUT);
	struct checker *checker;
	size_t kept = 0;
	int r = b->count ? ws_checker(c, b->drafts[0].ws, &checker, f) : 0; /* all need it */

	if (r < 0)
		return r;
	for (size_t i = 0; i < b->count; i++) {
		struct fault one = { 0 };

		r = draft_check(c, &b->drafts[i], final, &b->results[i], &one);
		if (r == 0 && opt_given(c, "since"))
			r = subtract(c, &b->drafts[i], b->results[i], final, &one);
		/* For people, a statement that cannot be read does not keep the others from being checked. */
		if (r < 0 && fault_exit_code(one.kind) == input && b->count > 1 && cli_format_is(c, "text")) {
			ui_fault(c, c->cmd->name, false, &one);
			result_free(b->results[i]);
			b->results[i] = NULL;
			b->unread++;
		} else if (r < 0) {
			*f = one;
			return r;
		}
		fault_done(&one);
	}
	for (size_t i = 0; i < b->count; i++) {
		if (b->results[i]) {
			b->results[kept] = b->results[i];
			b->drafts[kept++] = b->drafts[i];
		} else {
			draft_done(&b->drafts[i]);
		}
	}
	b->count = kept;
	return 0;
}

static int check_once(struct cli *c, struct batch *b, struct fault *f)
{
	bool final = opt_given(c, "final");
	struct report_options o = {
		.color = c->color && !c->output,
		.width = c->output ? 0 : c->width,
		.quiet = c->quiet,
		.final = final,
		.version = cli_version(),
		.now = c->now,
	};
	int r = gather(c, b, f);

	if (r == 0)
		r = check_each(c, b, final, f);
	if (r < 0)
		return r;

	c->answer = b->unread ? fault_exit_code(FAULT_INPUT) : 0;
	for (size_t i = 0; i < b->count && !c->answer; i++)
		if (findings_count(&b->results[i]->findings, LEVEL_ERROR))
			c->answer = 1;
	if (cli_format_is(c, "json")) {
		report_json(b->results, b->count, &o, &c->out);
	} else if (cli_format_is(c, "sarif")) {
		report_sarif(b->results, b->count, &o, &c->out);
	} else if (cli_format_is(c, "github")) {
		report_github(b->results, b->count, &o, &c->out);
	} else if (cli_format_is(c, "html")) {
		report_html(b->results, b->count, &o, &c->out);
	} else if (!b->count) {
		if (!b->unread)
			BUF_LIT(&c->out, "No statements in drafts/ yet.\nNext: chapeau new\n");
	} else {
		report_text(b->results, b->count, &o, &c->out);
	}
	return 0;
}

static void sum_file(uint64_t *sum, const char *path)
{
	struct stat s;

	*sum = *sum * 1099511628211u + 1;
	if (stat(path, &s) == 0)
		*sum ^= (uint64_t)s.st_mtim.tv_sec * 1000000007u ^ (uint64_t)s.st_mtim.tv_nsec ^ ((uint64_t)s.st_size << 20) ^
			(uint64_t)s.st_ino;
}

/* A number that changes when a file changes that the check looks at. */
static uint64_t look(struct cli *c)
{
	uint64_t sum = 14695981039346656037u;
	const char *const dirs[] = { "drafts", "templates/calls" };
	const char *const endings[] = { ".md", ".yaml" };
	const char *const files[] = { "chapeau.yaml", "priorities.yaml" };
	const char **names;
	struct ws *w;
	size_t count;

	if (opt_get(c, "priorities"))
		sum_file(&sum, opt_get(c, "priorities"));
	for (size_t i = 0; i < c->arg_count; i++) {
		struct draft d;

		if (draft_find(c, c->args[i], 0, &d, NULL) == 0)
			sum_file(&sum, d.path);
	}
	if (ws_at(c, ".", &w, NULL) < 0 || !w->root)
		return sum;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		sum_file(&sum, ws_path(c, w, files[i]));
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
		list_dir(c, ws_path(c, w, dirs[d]), endings[d], &names, &count);
		for (size_t i = 0; i < count; i++) {
			sum = sum * 31 + span_hash(span_str(names[i]));
			sum_file(&sum, ws_path(c, w, arena_printf(&c->arena, "%s/%s", dirs[d], names[i]).p));
		}
	}
	return sum;
}

/* A page that is watched reloads itself. */
static void refresh(struct buf *page)
{
	struct span head = SPAN("<head>");
	size_t at = span_find(buf_span(page), head, 0);
	struct buf out = { 0 };

	if (at == SIZE_MAX)
		return;
	at += head.n;
	buf_put(&out, page->p, at);
	BUF_LIT(&out, "<meta http-equiv=\"refresh\" content=\"2\">");
	buf_put(&out, page->p + at, page->n - at);
	buf_done(page);
	*page = out;
}

static int watch(struct cli *c, struct fault *f)
{
	struct arena kept = c->arena; /* what was parsed from argv stays; the rest of each round goes */
	uint64_t seen = 0;
	bool first = true;

	for (;;) {
		struct fault fault = { 0 };
		struct batch b = { 0 };
		uint64_t sum;
		int r;

		c->arena = (struct arena){ 0 };
		sum = look(c);
		if (first || sum != seen) {
			c->now = (int64_t)time(NULL);
			buf_clear(&c->out);
			r = check_once(c, &b, &fault);
			if (r == 0 && cli_format_is(c, "html"))
				refresh(&c->out);
			if (!c->output && c->width)
				fputs(CLEAR_SCREEN, stdout);
			if (r == 0)
				r = cli_flush(c, &fault);
			if (r < 0) {
				/* The first look must succeed; later a half-written file is only a moment. */
				if (first && fault_exit_code(fault.kind) == 2) {
					fault_set(f, fault.kind, fault.pos, "%s", fault.message);
					if (fault.hint)
						fault_hint(f, "%s", fault.hint);
				} else {
					ui_fault(c, c->cmd->name, cli_format_is(c, "json"), &fault);
				}
			} else if (c->output) {
				ui_note(c, "%s: fresh", c->output);
			}
			first = false;
			seen = sum;
		}
		batch_done(&b);
		ws_done(c);
		fault_done(&fault);
		arena_done(&c->arena);
		if (f->kind) {
			c->arena = kept;
			return -(int)f->kind;
		}
		nanosleep(&(struct timespec){ .tv_nsec = WATCH_MS * 1000000L }, NULL);
	}
}

int cmd_check(struct cli *c, struct fault *f)
{
	struct batch b = { 0 };
	int r;

	if (opt_given(c, "watch"))
		return watch(c, f);
	r = check_once(c, &b, f);
	batch_done(&b);
	return r;
}
