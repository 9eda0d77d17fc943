#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "format/format.h"
#include "history/internal.h"

int history_open(const char *root, struct history **ret, struct fault *f)
{
	struct history *h = mem_zero(1, sizeof(*h));
	int r;

	h->root = mem_strdup(root);
	r = repo_open(root, &h->repo, f);
	if (r < 0) {
		history_free(h);
		return r;
	}
	*ret = h;
	return 0;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	repo_free(h->repo);
	free(h->root);
	span_map_done(&h->ids);
	arena_done(&h->id_words);
	free(h);
}

void history_freep(struct history **h)
{
	history_free(*h);
	*h = NULL;
}

struct repo *history_repo(struct history *h)
{
	return h->repo;
}

/* YYYY-MM-DD: the end of that day here; RFC 3339: that second. */
static bool parse_date(struct span s, int64_t *ret)
{
	struct tm tm = { .tm_isdst = -1 };
	char text[40];
	int y, m, d, h = 24, mi = 0, sec = 0, n = 0, oh, om;
	time_t t;

	if (s.n < 10 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	if (d > (int[]){ 31, 28 + ((y % 4 == 0 && y % 100) || y % 400 == 0), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }[m - 1])
		return false;
	tm.tm_year = y - 1900;
	tm.tm_mon = m - 1;
	tm.tm_mday = d;
	if (s.n > 10) {
		const char *rest = text + 10;
		int sign = 0;

		n = 0;
		if ((*rest != 'T' && *rest != 't' && *rest != ' ') || sscanf(rest + 1, "%2d:%2d:%2d%n", &h, &mi, &sec, &n) != 3 || n < 8 ||
		    h < 0 || h > 23 || mi < 0 || mi > 59 || sec < 0 || sec > 60)
			return false;
		rest += 1 + n;
		if (*rest == '.')
			for (rest++; *rest >= '0' && *rest <= '9'; rest++)
				;
		tm.tm_hour = h;
		tm.tm_min = mi;
		tm.tm_sec = sec;
		if (*rest == '\0') {
			t = mktime(&tm);
			*ret = t;
			return t != (time_t)-1;
		}
		if (*rest == 'Z' || *rest == 'z') {
			oh = om = 0;
			rest++;
		} else {
			sign = *rest == '-' ? -1 : 1;
			if ((*rest != '+' && *rest != '-') || sscanf(rest + 1, "%2d:%2d%n", &oh, &om, &n) != 2 || n != 5)
				return false;
			rest += 1 + n;
		}
		if (*rest)
			return false;
		t = timegm(&tm);
		*ret = (int64_t)t - sign * (oh * 60 + om) * 60;
		return t != (time_t)-1;
	}
	tm.tm_hour = h;
	t = mktime(&tm);
	*ret = (int64_t)t - 1;
	return t != (time_t)-1;
}

int history_resolve(struct history *h, struct span rev, char ret_hex[REPO_HEX + 1], struct fault *f)
{
	struct fault first = { 0 };
	int64_t when;
	int r;

	if (span_is(rev, "last")) {
		if (repo_head(h->repo, ret_hex))
			return 0;
		return fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "nothing is saved yet: type  chapeau save  first");
	}
	r = repo_resolve(h->repo, rev, ret_hex, &first);
	if (r < 0 && parse_date(rev, &when)) {
		fault_done(&first);
		if (repo_before(h->repo, when, ret_hex))
			return 0;
		return fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 },
				 "no version was saved by %.*s; \"chapeau log\" lists them with their dates", SPAN_ARG(rev));
	}
	if (r < 0 && f && !f->kind)
		*f = first;
	else
		fault_done(&first);
	return r;
}

int history_read(struct history *h, const char *path, const char *hex, struct buf *ret, struct fault *f)
{
	char blob[REPO_HEX + 1];

	if (!repo_path_blob(h->repo, hex, path, blob))
		return fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "%s was not there in version %.7s; \"chapeau log\" tells since when it is", path, hex);
	return repo_blob_read(h->repo, blob, ret, f);
}

/* ---- ids in all of history ---- */

bool history_next_id(struct span text, size_t *at, struct span *ret_id)
{
	while (*at < text.n) {
		size_t hash = span_find_char(text, '#', *at), end;

		if (hash == SIZE_MAX)
			break;
		end = hash + 1;
		while (end < text.n && ((text.p[end] >= 'a' && text.p[end] <= 'z') || (text.p[end] >= '0' && text.p[end] <= '9') || text.p[end] == '-'))
			end++;
		*at = end;
		if (hash > 0 && (text.p[hash - 1] == '{' || text.p[hash - 1] == ' ' || text.p[hash - 1] == '\t') &&
		    id_valid(span_sub(text, hash + 1, end))) {
			*ret_id = span_sub(text, hash + 1, end);
			return true;
		}
	}
	*at = text.n;
	return false;
}

struct gathering {
	struct history *h;
	struct span_map blobs; /* that were looked into already */
	struct arena arena;
	const char *hex;
};

static bool gather_file(void *ctx, const char *path, const char *blob)
{
	struct gathering *g = ctx;
	CLEANUP(buf_done) struct buf text = { 0 };
	struct span id;
	size_t at = 0;

	if (!span_ends(span_str(path), SPAN_LIT(".md")) || span_map_find(&g->blobs, span_str(blob)))
		return true;
	span_map_put(&g->blobs, arena_dup(&g->arena, span_str(blob)));
	if (repo_blob_read(g->h->repo, blob, &text, NULL) == 0)
		while (history_next_id(buf_span(&text), &at, &id))
			if (!span_map_find(&g->h->ids, id))
				span_map_put(&g->h->ids, arena_dup(&g->h->id_words, id));
	return true;
}

static bool gather_version(void *ctx, const char *hex)
{
	struct gathering *g = ctx;

	repo_list(g->h->repo, hex, "drafts", gather_file, g, NULL);
	return true;
}

bool history_id_used(struct history *h, struct span id)
{
	if (!h->ids_known) {
		struct gathering g = { .h = h };
		char head[REPO_HEX + 1];

		if (repo_head(h->repo, head))
			repo_walk(h->repo, head, false, gather_version, &g, NULL);
		span_map_done(&g.blobs);
		arena_done(&g.arena);
		h->ids_known = true;
	}
	return span_map_find(&h->ids, id) != NULL;
}

struct finding_clause {
	struct history *h;
	struct span id;
	struct arena *a;
	const char *path;
};

static bool look_for_clause(void *ctx, const char *path, const char *blob)
{
	struct finding_clause *c = ctx;
	CLEANUP(buf_done) struct buf text = { 0 };
	struct span id;
	size_t at = 0;

	if (!span_ends(span_str(path), SPAN_LIT(".md")) || repo_blob_read(c->h->repo, blob, &text, NULL) < 0)
		return true;
	while (history_next_id(buf_span(&text), &at, &id)) {
		if (span_eq(id, c->id)) {
			c->path = arena_str(c->a, span_str(path));
			return false;
		}
	}
	return true;
}

bool history_find_clause(struct history *h, const char *hex, struct span id, struct arena *a, const char **ret_path)
{
	struct finding_clause c = { .h = h, .id = id, .a = a };

	repo_list(h->repo, hex, "drafts", look_for_clause, &c, NULL);
	if (!c.path)
		return false;
	*ret_path = c.path;
	return true;
}
