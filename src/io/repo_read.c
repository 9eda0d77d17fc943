#include "io/repo_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/spanmap.h"

char *repo_inner_path(const struct repo *g, const char *path)
{
	size_t a = strlen(g->prefix), b = strlen(path);
	char *s = mem_alloc(a + b + 1);

	memcpy(s, g->prefix, a);
	memcpy(s + a, path, b + 1);
	return s;
}

/* ---- reading ---- */

int repo_resolve(struct repo *g, struct span rev, char ret_hex[REPO_HEX + 1], struct fault *f)
{
	CLEANUP(mem_freep) char *name = mem_alloc(rev.n + 1);
	git_object *object = NULL, *commit = NULL;
	int r = 0;

	memcpy(name, rev.p, rev.n);
	name[rev.n] = '\0';
	if (span_find(rev, SPAN_LIT("@{"), 0) != SIZE_MAX || span_is(rev, "@"))
		return fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 },
				 "\"%s\" asks for this computer's own record, which another computer would answer with another version; "
				 "name a date, a tag, or  HEAD~2",
				 name);
	if (git_revparse_single(&object, g->repo, name) < 0 || git_object_peel(&commit, object, GIT_OBJECT_COMMIT) < 0)
		r = fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 },
			      "no version is called \"%s\"; \"chapeau log\" lists them, and a date such as 2025-09-30 or the word last will do",
			      name);
	else
		git_oid_tostr(ret_hex, REPO_HEX + 1, git_object_id(commit));
	git_object_free(object);
	git_object_free(commit);
	return r;
}

bool repo_head(struct repo *g, char ret_hex[REPO_HEX + 1])
{
	git_oid oid;

	if (git_reference_name_to_id(&oid, g->repo, "HEAD") < 0)
		return false;
	git_oid_tostr(ret_hex, REPO_HEX + 1, &oid);
	return true;
}

bool repo_before(struct repo *g, int64_t time, char ret_hex[REPO_HEX + 1])
{
	git_oid oid;
	git_commit *c = NULL;

	if (git_reference_name_to_id(&oid, g->repo, "HEAD") < 0 || git_commit_lookup(&c, g->repo, &oid) < 0)
		return false;
	while (c && git_commit_time(c) > time) {
		git_commit *parent = NULL;

		if (git_commit_parent(&parent, c, 0) < 0)
			parent = NULL;
		git_commit_free(c);
		c = parent;
	}
	if (!c)
		return false;
	git_oid_tostr(ret_hex, REPO_HEX + 1, git_commit_id(c));
	git_commit_free(c);
	return true;
}

int repo_load_fault(struct fault *f, const char *hex)
{
	return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "version %.8s cannot be read from the history: %s", hex, repo_words());
}

git_commit *repo_commit(struct repo *g, const char *hex)
{
	git_oid oid;
	git_commit *c = NULL;

	if (git_oid_fromstr(&oid, hex) < 0 || git_commit_lookup(&c, g->repo, &oid) < 0)
		return NULL;
	return c;
}

/* What Git keeps as bytes, as text: an old program wrote it in Latin-1, and that is what its other bytes are taken for. */
static struct span as_text(struct arena *a, struct span s)
{
	CLEANUP(buf_done) struct buf out = { 0 };
	size_t bad;

	while ((bad = utf8_invalid(s)) != SIZE_MAX) {
		unsigned char c = (unsigned char)s.p[bad];

		buf_add(&out, span_sub(s, 0, bad));
		buf_char(&out, (char)(0xc0 | c >> 6));
		buf_char(&out, (char)(0x80 | (c & 0x3f)));
		s = span_sub(s, bad + 1, s.n);
	}
	buf_add(&out, s);
	return arena_dup(a, buf_span(&out));
}

int repo_version_load(struct repo *g, const char *hex, struct arena *a, struct repo_version *ret, struct fault *f)
{
	git_commit *c = repo_commit(g, hex);
	const git_signature *who;

	if (!c)
		return repo_load_fault(f, hex);
	*ret = (struct repo_version){ 0 };
	memcpy(ret->hex, hex, REPO_HEX + 1);
	who = git_commit_author(c);
	ret->author = as_text(a, span_str(who->name));
	ret->email = as_text(a, span_str(who->email));
	ret->message = as_text(a, span_str(git_commit_message(c)));
	ret->time = git_commit_time(c);
	ret->offset = git_commit_time_offset(c);
	ret->parent_count = git_commit_parentcount(c);
	for (unsigned i = 0; i < ret->parent_count && i < 2; i++)
		git_oid_tostr(ret->parents[i], REPO_HEX + 1, git_commit_parent_id(c, i));
	git_commit_free(c);
	return 0;
}

/*
 * The life of a clause asks ten thousand versions for nothing but their parents and one name in two trees.  Objects of the
 * library's, with signatures parsed and entries sorted, would cost more than reading the bytes does.
 */
static git_odb_object *raw(struct repo *g, const git_oid *oid, git_object_t type)
{
	git_odb_object *o = NULL;

	if ((!g->odb && git_repository_odb(&g->odb, g->repo) < 0) || git_odb_read(&o, g->odb, oid) < 0)
		return NULL;
	if (git_odb_object_type(o) == type)
		return o;
	git_odb_object_free(o);
	return NULL;
}

static bool head_line(struct span *s, struct span name, git_oid *ret)
{
	if (!span_starts(*s, name) || s->n <= name.n + REPO_HEX || s->p[name.n + REPO_HEX] != '\n' ||
	    git_oid_fromstrn(ret, s->p + name.n, REPO_HEX) < 0)
		return false;
	*s = span_sub(*s, name.n + REPO_HEX + 1, s->n);
	return true;
}

/* gitformat-commit: "tree" first, then a line for each parent. */
static const struct repo_peek *peek(struct repo *g, const git_oid *oid)
{
	struct repo_peek *k = &g->peeks[oid->id[0] % ARRAY_LEN(g->peeks)];
	git_odb_object *o;
	struct span s;
	git_oid parent;

	if (k->known && git_oid_equal(&k->id, oid))
		return k;
	*k = (struct repo_peek){ .id = *oid };
	o = raw(g, oid, GIT_OBJECT_COMMIT);
	if (!o)
		return NULL;
	s = span_of(git_odb_object_data(o), git_odb_object_size(o));
	k->known = head_line(&s, SPAN_LIT("tree "), &k->tree);
	while (head_line(&s, SPAN_LIT("parent "), &parent)) {
		if (g->shallow && !git_odb_exists(g->odb, &parent))
			continue;
		if (k->parent_count < ARRAY_LEN(k->parents))
			k->parents[k->parent_count] = parent;
		k->parent_count++;
	}
	git_odb_object_free(o);
	return k->known ? k : NULL;
}

int repo_parents(struct repo *g, const char *hex, struct repo_parents *ret, struct fault *f)
{
	const struct repo_peek *k;
	git_oid oid;

	*ret = (struct repo_parents){ 0 };
	k = git_oid_fromstr(&oid, hex) == 0 ? peek(g, &oid) : NULL;
	if (!k)
		return repo_load_fault(f, hex);
	ret->count = k->parent_count < ARRAY_LEN(k->parents) ? k->parent_count : (unsigned)ARRAY_LEN(k->parents);
	for (unsigned i = 0; i < ret->count; i++)
		git_oid_tostr(ret->hex[i], REPO_HEX + 1, &k->parents[i]);
	return 0;
}

/* One entry of a tree: mode, space, name, NUL, twenty bytes.  A symbolic link is a blob too. */
static bool tree_entry(struct repo *g, const git_oid *tree, struct span name, bool folder, git_oid *ret)
{
	git_odb_object *o = raw(g, tree, GIT_OBJECT_TREE);
	struct span s;
	bool found = false;

	if (!o)
		return false;
	s = span_of(git_odb_object_data(o), git_odb_object_size(o));
	while (!found) {
		size_t space = span_find_char(s, ' ', 0), nul = space == SIZE_MAX ? SIZE_MAX : span_find_char(s, '\0', space);

		if (nul == SIZE_MAX || s.n - nul - 1 < GIT_OID_RAWSZ)
			break;
		if (span_eq(span_sub(s, space + 1, nul), name)) {
			struct span mode = span_sub(s, 0, space);

			if (folder ? !span_is(mode, "40000") : !span_starts(mode, SPAN_LIT("10")) && !span_is(mode, "120000"))
				break;
			git_oid_fromraw(ret, (const unsigned char *)s.p + nul + 1);
			found = true;
		}
		s = span_sub(s, nul + 1 + GIT_OID_RAWSZ, s.n);
	}
	git_odb_object_free(o);
	return found;
}

/* The tree of a commit. */
static bool tree_of(struct repo *g, const char *hex, git_oid *ret)
{
	git_oid at;
	const struct repo_peek *k = git_oid_fromstr(&at, hex) == 0 ? peek(g, &at) : NULL;

	if (k)
		*ret = k->tree;
	return k != NULL;
}

bool repo_path_blob(struct repo *g, const char *hex, const char *path, char ret_blob[REPO_HEX + 1])
{
	CLEANUP(mem_freep) char *full = repo_inner_path(g, path);
	struct span rest = span_str(full);
	git_oid at;

	if (!tree_of(g, hex, &at))
		return false;
	for (bool folder = true; folder;) {
		size_t slash = span_find_char(rest, '/', 0);

		folder = slash != SIZE_MAX;
		if (!tree_entry(g, &at, span_sub(rest, 0, folder ? slash : rest.n), folder, &at))
			return false;
		if (folder)
			rest = span_sub(rest, slash + 1, rest.n);
	}
	git_oid_tostr(ret_blob, REPO_HEX + 1, &at);
	return true;
}

bool repo_folder(struct repo *g, const char *hex, char ret_tree[REPO_HEX + 1])
{
	struct span rest = span_str(g->prefix), name;
	git_oid at;

	if (!tree_of(g, hex, &at))
		return false;
	while (span_split(&rest, '/', &name))
		if (name.n && !tree_entry(g, &at, name, true, &at))
			return false;
	git_oid_tostr(ret_tree, REPO_HEX + 1, &at);
	return true;
}

int repo_blob_read(struct repo *g, const char *blob, struct buf *ret, struct fault *f)
{
	git_oid oid;
	git_blob *b = NULL;

	if (git_oid_fromstr(&oid, blob) < 0 || git_blob_lookup(&b, g->repo, &oid) < 0)
		return repo_load_fault(f, blob);
	buf_put(ret, git_blob_rawcontent(b), (size_t)git_blob_rawsize(b));
	git_blob_free(b);
	return 0;
}

void repo_blob_name(struct span bytes, char ret_blob[REPO_HEX + 1])
{
	git_oid oid;

	repo_library_start();
	git_odb_hash(&oid, bytes.p ? bytes.p : "", bytes.n, GIT_OBJECT_BLOB);
	git_oid_tostr(ret_blob, REPO_HEX + 1, &oid);
	git_libgit2_shutdown();
}

struct listing {
	bool (*each)(void *ctx, const char *path, const char *blob);
	void *ctx;
	const char *dir; /* with a slash at its end, or "" */
	bool stopped;
};

static int list_one(const char *root, const git_tree_entry *e, void *p)
{
	struct listing *l = p;
	struct buf path = { 0 };
	char hex[REPO_HEX + 1];

	if (git_tree_entry_type(e) != GIT_OBJECT_BLOB)
		return 0;
	git_oid_tostr(hex, sizeof(hex), git_tree_entry_id(e));
	buf_str(&path, l->dir);
	buf_str(&path, root);
	buf_str(&path, git_tree_entry_name(e));
	buf_char(&path, '\0');
	if (!l->each(l->ctx, path.p, hex))
		l->stopped = true;
	buf_done(&path);
	return l->stopped ? -1 : 0;
}

int repo_list(struct repo *g, const char *hex, const char *dir, bool (*each)(void *ctx, const char *path, const char *blob), void *ctx,
	     struct fault *f)
{
	git_commit *c = repo_commit(g, hex);
	git_tree *tree = NULL, *sub = NULL;
	struct buf full = { 0 }, slashed = { 0 };
	struct listing l = { .each = each, .ctx = ctx };
	int r = 0;

	if (!c || git_commit_tree(&tree, c) < 0) {
		git_commit_free(c);
		return repo_load_fault(f, hex);
	}
	buf_str(&slashed, dir);
	if (*dir)
		buf_char(&slashed, '/');
	buf_char(&slashed, '\0');
	buf_str(&full, g->prefix);
	buf_str(&full, dir);
	while (full.n && full.p[full.n - 1] == '/')
		full.n--;
	buf_char(&full, '\0');
	l.dir = slashed.p;
	if (full.n > 1) {
		git_tree_entry *e = NULL;

		if (git_tree_entry_bypath(&e, tree, full.p) == 0 && git_tree_entry_type(e) == GIT_OBJECT_TREE &&
		    git_tree_lookup(&sub, g->repo, git_tree_entry_id(e)) < 0)
			r = repo_load_fault(f, hex);
		git_tree_entry_free(e);
	}
	if (!r && (sub || full.n <= 1) && git_tree_walk(sub ? sub : tree, GIT_TREEWALK_PRE, list_one, &l) < 0 && !l.stopped)
		r = repo_load_fault(f, hex);
	buf_done(&full);
	buf_done(&slashed);
	git_tree_free(sub);
	git_tree_free(tree);
	git_commit_free(c);
	return r;
}

bool repo_shallow(struct repo *g)
{
	g->shallow = git_repository_is_shallow(g->repo) == 1;
	memset(g->peeks, 0, sizeof(g->peeks));
	return g->shallow;
}

/* Versions that were seen and not yet told, in a shallow clone, whose edge the library takes for a broken history. */
struct edge_walk {
	struct repo *g;
	git_commit **items;
	size_t count, cap;
	struct span_map seen;
	struct arena arena;
};

static void edge_add(struct edge_walk *w, const char *hex)
{
	git_commit *c = span_map_find(&w->seen, span_str(hex)) ? NULL : repo_commit(w->g, hex);

	if (!c)
		return;
	span_map_put(&w->seen, arena_dup(&w->arena, span_str(hex)));
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 16;
		w->items = mem_resize(w->items, w->cap, sizeof(git_commit *));
	}
	w->items[w->count++] = c;
}

static int walk_to_the_edge(struct repo *g, const char *hex, bool first_parent, bool (*each)(void *ctx, const char *hex), void *ctx, struct fault *f)
{
	struct edge_walk w = { .g = g };
	bool more = true;

	edge_add(&w, hex);
	if (!w.count)
		return repo_load_fault(f, hex);
	while (w.count) {
		size_t newest = 0;
		git_commit *c;
		char name[REPO_HEX + 1];

		for (size_t i = 1; i < w.count; i++)
			if (git_commit_time(w.items[i]) > git_commit_time(w.items[newest]))
				newest = i;
		c = w.items[newest];
		memmove(w.items + newest, w.items + newest + 1, (--w.count - newest) * sizeof(git_commit *));
		git_oid_tostr(name, sizeof(name), git_commit_id(c));
		more = more && each(ctx, name);
		for (unsigned i = 0; more && i < git_commit_parentcount(c) && (i == 0 || !first_parent); i++) {
			git_oid_tostr(name, sizeof(name), git_commit_parent_id(c, i));
			edge_add(&w, name);
		}
		git_commit_free(c);
	}
	free(w.items);
	span_map_done(&w.seen);
	arena_done(&w.arena);
	return 0;
}

int repo_walk(struct repo *g, const char *hex, bool first_parent, bool (*each)(void *ctx, const char *hex), void *ctx, struct fault *f)
{
	git_revwalk *w = NULL;
	git_oid oid;
	char name[REPO_HEX + 1];
	int end;

	if (g->shallow)
		return walk_to_the_edge(g, hex, first_parent, each, ctx, f);
	if (git_oid_fromstr(&oid, hex) < 0 || git_revwalk_new(&w, g->repo) < 0)
		return repo_load_fault(f, hex);
	git_revwalk_sorting(w, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
	if (first_parent)
		git_revwalk_simplify_first_parent(w);
	if (git_revwalk_push(w, &oid) < 0) {
		git_revwalk_free(w);
		return repo_load_fault(f, hex);
	}
	while ((end = git_revwalk_next(&oid, w)) == 0) {
		git_oid_tostr(name, sizeof(name), &oid);
		if (!each(ctx, name))
			break;
	}
	git_revwalk_free(w);
	return end == 0 || end == GIT_ITEROVER ? 0 : repo_load_fault(f, hex);
}

struct tag_search {
	struct repo *g;
	git_oid want;
	struct buf *out;
};

static int tag_one(const char *name, git_oid *oid, void *p)
{
	struct tag_search *s = p;
	git_object *o = NULL, *c = NULL;

	if (git_object_lookup(&o, s->g->repo, oid, GIT_OBJECT_ANY) == 0 && git_object_peel(&c, o, GIT_OBJECT_COMMIT) == 0 &&
	    git_oid_equal(git_object_id(c), &s->want)) {
		if (s->out->n)
			buf_char(s->out, ',');
		buf_str(s->out, strncmp(name, "refs/tags/", 10) == 0 ? name + 10 : name);
	}
	git_object_free(o);
	git_object_free(c);
	return 0;
}

void repo_tags_of(struct repo *g, const char *hex, struct buf *out)
{
	struct tag_search s = { .g = g, .out = out };

	if (git_oid_fromstr(&s.want, hex) == 0)
		git_tag_foreach(g->repo, tag_one, &s);
}

bool repo_ignored(struct repo *g, const char *path)
{
	CLEANUP(mem_freep) char *full = repo_inner_path(g, path);
	int ignored = 0;

	return git_ignore_path_is_ignored(&ignored, g->repo, full) == 0 && ignored;
}
