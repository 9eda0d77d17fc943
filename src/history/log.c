#include <stdlib.h>

#include "format/format.h"
#include "history/internal.h"

void wordings_done(struct wordings *w)
{
	if (!w)
		return;
	free(w->items);
	arena_done(&w->arena);
	*w = (struct wordings){ 0 };
}

void version_list_done(struct version_list *l)
{
	if (!l)
		return;
	free(l->items);
	arena_done(&l->arena);
	*l = (struct version_list){ 0 };
}

/* ---- one clause at one version ---- */

/*
 * Parsing ten thousand versions of a draft to see that one clause did not change in most of them is waste: the raw bytes
 * that could bear on its words are compared first, and only where they differ is the file parsed.  What counts in: from
 * the empty line above its tag to the line of the next tag that may begin something else, the footnotes named in there, and
 * the file's link definitions.
 */

/* Where the line begins that at stands in, and one line further up as long as that is not empty. */
static size_t paragraph_start(struct span file, size_t at)
{
	for (;;) {
		size_t from = at, text;

		while (from > 0 && file.p[from - 1] != '\n')
			from--;
		if (from == 0)
			return 0;
		for (text = from - 1; text > 0 && file.p[text - 1] != '\n'; text--)
			;
		if (span_trim(span_sub(file, text, from)).n == 0)
			return from;
		at = text;
	}
}

/* A line that may stand in a list, a quote or an item: what comes after its tag can still be the outer clause's. */
static bool may_be_inside(struct span file, size_t line)
{
	char c = line < file.n ? file.p[line] : '\n';

	return c == ' ' || c == '\t' || c == '>' || c == '-' || c == '*' || c == '+' || (c >= '0' && c <= '9');
}

static bool raw_region(struct span file, struct span id, size_t *ret_begin, size_t *ret_end)
{
	size_t at = 0;
	struct span seen;

	for (;;) {
		if (!history_next_id(file, &at, &seen))
			return false;
		if (span_eq(seen, id))
			break;
	}
	*ret_begin = paragraph_start(file, at);
	*ret_end = file.n;
	while (history_next_id(file, &at, &seen)) {
		size_t line = at, next = at;

		while (line > *ret_begin && file.p[line - 1] != '\n')
			line--;
		while (next < file.n && file.p[next - 1] != '\n')
			next++;
		/* Two tags on one line: the next one after them would do, what is longer is safe. */
		if (line == *ret_begin || may_be_inside(file, line) || ((file.p[line] == '{' || file.p[line] == '<') && may_be_inside(file, next)))
			continue;
		*ret_end = line;
		break;
	}
	return true;
}

static bool line_is_blank(struct span file, size_t at)
{
	while (at < file.n && (file.p[at] == ' ' || file.p[at] == '\t' || file.p[at] == '\r'))
		at++;
	return at >= file.n || file.p[at] == '\n';
}

static size_t next_line(struct span file, size_t at)
{
	size_t lf = span_find_char(file, '\n', at);

	return lf == SIZE_MAX ? file.n : lf + 1;
}

/* A definition that begins at begin: to the first line after a blank one that is not indented. */
static size_t definition_end(struct span file, size_t begin)
{
	size_t at = next_line(file, begin);

	while (at < file.n) {
		if (line_is_blank(file, at)) {
			size_t next = next_line(file, at);

			if (next >= file.n || (file.p[next] != ' ' && file.p[next] != '\t' && !line_is_blank(file, next)))
				return at;
		} else if (file.p[at] == '[') {
			return at;
		}
		at = next_line(file, at);
	}
	return at;
}

static uint64_t mix(uint64_t h, struct span s)
{
	return (h ^ span_hash(s)) * 0x9e3779b97f4a7c15u + 1;
}

static uint64_t fingerprint(struct span file, struct span region)
{
	uint64_t h = mix(0, region);
	size_t at = 0;

	while (at < file.n) {
		size_t open = span_find_char(file, '[', at), close;

		if (open == SIZE_MAX)
			break;
		at = open + 1;
		if (open && file.p[open - 1] != '\n')
			continue;
		close = span_find(file, SPAN_LIT("]:"), open);
		if (close == SIZE_MAX)
			break;
		if (span_find_char(file, '\n', open) < close)
			continue;
		if (file.p[open + 1] == '^' && span_find(region, span_sub(file, open, close + 1), 0) == SIZE_MAX)
			continue;
		h = mix(h, span_sub(file, open, definition_end(file, open)));
	}
	return h;
}

struct at_version {
	bool there, internal;
	uint64_t print;
	struct span text, label;      /* arena */
	char hash[SHA256_HEX + 1];
	size_t line;
	struct span was, from, absorbs; /* arena; of the clause's attributes */
};

static void keep_clause(struct at_version *s, const struct clause *c, struct arena *a)
{
	s->there = true;
	s->internal = c->internal;
	s->text = arena_dup(a, c->text);
	s->label = arena_dup(a, c->label);
	memcpy(s->hash, clause_hash(c), sizeof(s->hash));
	s->line = c->line;
	s->was = arena_dup(a, attrs_get(c->block->attrs, "was"));
	s->from = arena_dup(a, attrs_get(c->block->attrs, "from"));
	s->absorbs = arena_dup(a, attrs_get(c->block->attrs, "absorbs"));
}

/* Fills s for id in these bytes.  known: a state with the same fingerprint needs no parsing. */
static void clause_in(struct span file, const char *path, struct span id, const struct at_version *known, struct arena *a, struct at_version *s)
{
	CLEANUP(statement_freep) struct statement *st = NULL;
	struct read_options o = { .path = path, .reading = READING_REJECTED };
	struct doc *d = NULL;
	size_t begin, end;
	struct clause *c;

	*s = (struct at_version){ 0 };
	if (!raw_region(file, id, &begin, &end))
		return;
	s->print = fingerprint(file, span_sub(file, begin, end));
	if (known && known->there && known->print == s->print) {
		*s = *known;
		return;
	}
	if (md_read(file, &o, &d, NULL) < 0)
		return; /* a version that no reader can read has no wording to show */
	st = statement_new(d);
	c = statement_find(st, id);
	if (c)
		keep_clause(s, c, a);
}

/* The clause with these words, whatever its id: for a rename that left no was=. */
static bool same_words_in(struct span file, const char *path, const char *hash, struct span not_id, struct arena *a, struct span *ret_id)
{
	CLEANUP(statement_freep) struct statement *st = NULL;
	struct read_options o = { .path = path, .reading = READING_REJECTED };
	struct doc *d = NULL;

	if (md_read(file, &o, &d, NULL) < 0)
		return false;
	st = statement_new(d);
	for (size_t i = 0; i < st->count; i++) {
		if (st->clauses[i].id.n && !span_eq(st->clauses[i].id, not_id) && strcmp(clause_hash(&st->clauses[i]), hash) == 0) {
			*ret_id = arena_dup(a, st->clauses[i].id);
			return true;
		}
	}
	return false;
}

/* ---- walking back ---- */

struct tracing {
	struct history *h;
	struct wordings *out;
	const char *path; /* where the clause stands in the version we are at */
	struct span id;
	struct at_version state;
	char hex[REPO_HEX + 1]; /* the oldest version so far that has this wording; "" : the working file */
	size_t limit;
	struct buf *file; /* of the version at hand */
	struct fault *f;
};

static struct wording *wording_add(struct tracing *t)
{
	struct wordings *o = t->out;
	struct wording *w;

	if (o->count == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 16;
		o->items = mem_resize(o->items, o->cap, sizeof(struct wording));
	}
	w = &o->items[o->count++];
	*w = (struct wording){ .path = span_str(t->path), .id = t->id, .text = t->state.text, .line = t->state.line, .label = t->state.label,
			       .absorbs = t->state.absorbs, .internal = t->state.internal };
	memcpy(w->hash, t->state.hash, sizeof(w->hash));
	return w;
}

static int emit(struct tracing *t, bool first)
{
	struct wording *w = wording_add(t);
	int r = 0;

	w->first = first;
	if (t->hex[0]) {
		CLEANUP(buf_done) struct buf tags = { 0 };

		r = repo_version_load(t->h->repo, t->hex, &t->out->arena, &w->version, t->f);
		repo_tags_of(t->h->repo, t->hex, &tags);
		w->tags = arena_dup(&t->out->arena, buf_span(&tags));
	}
	return r;
}

/* Where the clause was before it had this id here: its own word for it, else its words. */
static bool find_origin(struct tracing *t, const char *parent, struct at_version *ret)
{
	const struct span names[] = { t->state.was, t->state.from, t->state.absorbs };
	struct arena *a = &t->out->arena;
	const char *path;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct span rest = names[i], ref, id;

		while (span_split(&rest, ',', &ref)) {
			size_t hash = span_find_char(ref, '#', 0);
			CLEANUP(buf_done) struct buf file = { 0 };

			id = hash == SIZE_MAX ? ref : span_sub(ref, hash + 1, ref.n);
			path = t->path;
			if (hash != SIZE_MAX && hash > 0)
				path = arena_printf(a, "drafts/%.*s.md", SPAN_ARG(span_sub(ref, 0, hash))).p;
			if (history_read(t->h, path, parent, &file, NULL) < 0 && !history_find_clause(t->h, parent, id, a, &path))
				continue;
			if (!file.n && history_read(t->h, path, parent, &file, NULL) < 0)
				continue;
			clause_in(buf_span(&file), path, id, NULL, a, ret);
			if (!ret->there && history_find_clause(t->h, parent, id, a, &path)) {
				buf_clear(&file);
				if (history_read(t->h, path, parent, &file, NULL) == 0)
					clause_in(buf_span(&file), path, id, NULL, a, ret);
			}
			if (ret->there) {
				t->path = path;
				t->id = arena_dup(a, id);
				return true;
			}
		}
	}
	/* The same id in another draft: the clause moved, or the file was renamed. */
	if (history_find_clause(t->h, parent, t->id, a, &path)) {
		CLEANUP(buf_done) struct buf file = { 0 };

		if (history_read(t->h, path, parent, &file, NULL) == 0)
			clause_in(buf_span(&file), path, t->id, NULL, a, ret);
		if (ret->there) {
			t->path = path;
			return true;
		}
	}
	/* The same words under another id in the same draft. */
	{
		CLEANUP(buf_done) struct buf file = { 0 };
		struct span id;

		if (history_read(t->h, t->path, parent, &file, NULL) == 0 &&
		    same_words_in(buf_span(&file), t->path, t->state.hash, t->id, a, &id)) {
			clause_in(buf_span(&file), t->path, id, NULL, a, ret);
			if (ret->there) {
				t->id = id;
				return true;
			}
		}
	}
	return false;
}

/* The state of the clause in one version; blob is what its file was there, to spare the reading where it is the same. */
static void state_at(struct tracing *t, const char *hex, char blob[REPO_HEX + 1], struct at_version *ret)
{
	char now[REPO_HEX + 1];

	*ret = (struct at_version){ 0 };
	if (!repo_path_blob(t->h->repo, hex, t->path, now)) {
		blob[0] = '\0';
		return;
	}
	if (strcmp(now, blob) == 0) {
		*ret = t->state;
		return;
	}
	memcpy(blob, now, REPO_HEX + 1);
	buf_clear(t->file);
	if (repo_blob_read(t->h->repo, now, t->file, NULL) == 0)
		clause_in(buf_span(t->file), t->path, t->id, &t->state, &t->out->arena, ret);
}

static bool same_words(const struct at_version *a, const struct at_version *b)
{
	return a->there && b->there && strcmp(a->hash, b->hash) == 0;
}

int history_clause(struct history *h, const char *path, struct span id, struct span working, size_t limit, struct wordings *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf file = { 0 };
	struct tracing t = { .h = h, .out = ret, .limit = limit, .file = &file, .f = f };
	char at[REPO_HEX + 1], child[REPO_HEX + 1] = "", blob[REPO_HEX + 1] = "";
	struct repo_parents v;
	int r = 0;

	*ret = (struct wordings){ 0 };
	t.path = arena_str(&ret->arena, span_str(path));
	t.id = arena_dup(&ret->arena, id);
	if (!repo_head(h->repo, at))
		at[0] = '\0';
	if (working.p) {
		clause_in(working, path, id, NULL, &ret->arena, &t.state);
		repo_blob_name(working, blob);
	} else if (at[0]) {
		state_at(&t, at, blob, &t.state);
		memcpy(t.hex, at, sizeof(at));
	}
	if (!t.state.there && at[0]) {
		/* It is gone from this draft now: begin where it last stood. */
		const char *elsewhere;

		ret->gone = true;
		if (history_find_clause(h, at, id, &ret->arena, &elsewhere)) {
			ret->gone = strcmp(elsewhere, t.path) == 0;
			t.path = elsewhere;
			blob[0] = '\0';
			state_at(&t, at, blob, &t.state);
			memcpy(t.hex, at, sizeof(at));
		}
		while (!t.state.there && at[0]) {
			if (repo_parents(h->repo, at, &v, f) < 0)
				break;
			memcpy(child, at, sizeof(child));
			memcpy(at, v.hex[0], sizeof(at)); /* "" where there is none */
			if (at[0]) {
				state_at(&t, at, blob, &t.state);
				memcpy(t.hex, at, sizeof(at));
			}
		}
	}
	if (!t.state.there)
		return 0;
	ret->found = true;
	if (child[0])
		r = repo_version_load(h->repo, child, &ret->arena, &ret->taken_out, f);
	while (!r) {
		struct at_version before = { 0 };
		char next[REPO_HEX + 1] = "";

		if (limit && ret->count >= limit)
			break;
		/* From the working file the version before is HEAD; from a version, one of its parents. */
		if (!t.hex[0]) {
			if (!repo_head(h->repo, next)) {
				r = emit(&t, true);
				break;
			}
			state_at(&t, next, blob, &before);
		} else {
			r = repo_parents(h->repo, t.hex, &v, f);
			if (r < 0)
				break;
			if (!v.count) {
				r = emit(&t, true);
				break;
			}
			/* A merge: the side that already had these words tells their story. */
			for (unsigned i = 0; i < v.count; i++) {
				char side[REPO_HEX + 1];

				memcpy(side, blob, sizeof(side));
				memcpy(next, v.hex[i], sizeof(next));
				state_at(&t, next, side, &before);
				if (i + 1 == v.count || same_words(&t.state, &before)) {
					memcpy(blob, side, sizeof(side));
					break;
				}
			}
			if (v.count > 1 && !same_words(&t.state, &before)) {
				blob[0] = '\0';
				memcpy(next, v.hex[0], sizeof(next));
				state_at(&t, next, blob, &before);
			}
		}
		if (same_words(&t.state, &before)) {
			t.state = before;
			memcpy(t.hex, next, sizeof(next));
			continue;
		}
		if (!before.there) {
			const char *here = t.path;
			struct span here_id = t.id;
			struct tracing came = t;

			if (!find_origin(&came, next, &before)) {
				r = emit(&t, true);
				break;
			}
			t.path = here;
			t.id = here_id;
			r = emit(&t, false);
			if (!r && ret->count)
				ret->items[ret->count - 1].words_same = same_words(&t.state, &before);
			t.path = came.path;
			t.id = came.id;
			blob[0] = '\0';
		} else {
			r = emit(&t, false);
		}
		t.state = before;
		memcpy(t.hex, next, sizeof(next));
	}
	return r;
}

/* ---- versions ---- */

struct listing {
	struct history *h;
	struct version_list *out;
	const char *path;
	bool renamed;
	unsigned names; /* that it had so far */
	size_t limit;
	struct fault *f;
	int r;
};

/* ---- a draft under another name ---- */

#define NAMES_MOST 100u /* that one draft is followed through */
#define GONE_MOST 64u   /* drafts of one version that are read to see which it was */
#define ALIKE_OF_TEN 5u /* lines of ten that a renamed file keeps at least */

struct renaming {
	struct listing *l;
	const char *blob;    /* of the draft where it came */
	struct span_map now; /* its lines */
	size_t now_lines;
	const char *best;    /* NULL: none */
	size_t best_lines;
	unsigned looked;
};

static size_t each_line(struct span text, struct span_map *m, bool put)
{
	struct span line;
	size_t n = 0;

	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.n && (put ? span_map_put(m, line) != NULL : span_map_find(m, line) != NULL))
			n++;
	}
	return n;
}

/* A draft that went when this one came, with its very bytes or with most of its lines. */
static bool look_at_gone(void *ctx, const struct repo_change *x)
{
	struct renaming *n = ctx;
	CLEANUP(buf_done) struct buf text = { 0 };
	struct span_map lines = { 0 };
	size_t same, most;

	if (!x->a[0] || x->b[0] || !span_starts(span_str(x->path), SPAN_LIT("drafts/")) || !span_ends(span_str(x->path), SPAN_LIT(".md")))
		return true;
	if (strcmp(x->a, n->blob) == 0) {
		n->best = arena_str(&n->l->out->arena, span_str(x->path));
		return false;
	}
	if (n->looked++ == GONE_MOST || repo_blob_read(n->l->h->repo, x->a, &text, NULL) < 0)
		return n->looked <= GONE_MOST;
	same = each_line(buf_span(&text), &n->now, false);
	most = each_line(buf_span(&text), &lines, true);
	span_map_done(&lines);
	most = most > n->now_lines ? most : n->now_lines;
	if (same > n->best_lines && 10 * same >= ALIKE_OF_TEN * most) {
		n->best = arena_str(&n->l->out->arena, span_str(x->path));
		n->best_lines = same;
	}
	return true;
}

/* Where the draft came in this version, the file that it was before is followed from here on. */
static void follow_name(struct listing *l, const struct repo_version *v, const char *blob)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct renaming n = { .l = l, .blob = blob };
	char before[REPO_HEX + 1];

	if (!l->renamed || !blob[0] || v->parent_count != 1 || l->names == NAMES_MOST || repo_path_blob(l->h->repo, v->parents[0], l->path, before) ||
	    repo_blob_read(l->h->repo, blob, &text, NULL) < 0)
		return;
	n.now_lines = each_line(buf_span(&text), &n.now, true);
	if (repo_compare(l->h->repo, v->parents[0], v->hex, look_at_gone, &n, NULL) >= 0 && n.best) {
		l->path = n.best;
		l->names++;
	}
	span_map_done(&n.now);
}

/* What is listed, the draft or the workspace's folder, as it stands in a version. */
static bool listed_object(struct listing *l, const char *hex, char ret[REPO_HEX + 1])
{
	return l->path ? repo_path_blob(l->h->repo, hex, l->path, ret) : repo_folder(l->h->repo, hex, ret);
}

static bool changed_in(struct listing *l, const struct repo_version *v, char object[REPO_HEX + 1])
{
	char before[REPO_HEX + 1];
	bool has = listed_object(l, v->hex, object);

	if (!has)
		object[0] = '\0';
	if (!v->parent_count)
		return has;
	/* A merge changed it only if it differs from both sides. */
	for (unsigned i = 0; i < v->parent_count && i < 2; i++) {
		bool had = listed_object(l, v->parents[i], before);

		if (had == has && (!has || strcmp(before, object) == 0))
			return false;
	}
	return true;
}

static bool list_version(void *ctx, const char *hex)
{
	struct listing *l = ctx;
	struct version_list *o = l->out;
	struct version_entry e = { .blob = "" };
	CLEANUP(buf_done) struct buf tags = { 0 };
	char folder[REPO_HEX + 1];

	l->r = repo_version_load(l->h->repo, hex, &o->arena, &e.version, l->f);
	if (l->r < 0)
		return false;
	if (l->path && !changed_in(l, &e.version, e.blob))
		return true;
	/* In a larger repository most versions may be of other things. */
	if (!l->path && *repo_prefix(l->h->repo) && !changed_in(l, &e.version, folder))
		return true;
	e.path = l->path;
	if (l->path)
		follow_name(l, &e.version, e.blob);
	repo_tags_of(l->h->repo, hex, &tags);
	e.tags = arena_dup(&o->arena, buf_span(&tags));
	if (o->count == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 32;
		o->items = mem_resize(o->items, o->cap, sizeof(struct version_entry));
	}
	o->items[o->count++] = e;
	return !l->limit || o->count < l->limit;
}

int history_versions(struct history *h, const char *path, bool renamed, size_t limit, struct version_list *ret, struct fault *f)
{
	struct listing l = { .h = h, .out = ret, .path = path, .renamed = renamed, .limit = limit, .f = f };
	char head[REPO_HEX + 1];
	int r;

	*ret = (struct version_list){ 0 };
	if (!repo_head(h->repo, head))
		return 0;
	r = repo_walk(h->repo, head, false, list_version, &l, f);
	return r < 0 ? r : l.r;
}

struct span version_name_then(const struct version_list *l, size_t i)
{
	const struct version_entry *e = &l->items[i];

	return e->path && strcmp(e->path, l->items[0].path) != 0 ? path_stem(span_str(e->path)) : (struct span){ 0 };
}
