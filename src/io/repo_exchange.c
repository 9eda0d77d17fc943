#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/repo_internal.h"

/* ---- exchanging ---- */

bool repo_branch(struct repo *g, struct buf *ret_name)
{
	git_reference *head = NULL;
	bool found = git_reference_lookup(&head, g->repo, "HEAD") == 0 && git_reference_type(head) == GIT_REFERENCE_SYMBOLIC;

	if (found) {
		const char *target = git_reference_symbolic_target(head);

		found = strncmp(target, "refs/heads/", 11) == 0;
		if (found && ret_name)
			buf_str(ret_name, target + 11);
	}
	git_reference_free(head);
	return found;
}

bool repo_ref_named(struct repo *g, const char *full, char ret_hex[REPO_HEX + 1])
{
	git_oid oid;

	if (git_reference_name_to_id(&oid, g->repo, full) < 0)
		return false;
	git_oid_tostr(ret_hex, REPO_HEX + 1, &oid);
	return true;
}

bool repo_has_remote(struct repo *g, const char *name)
{
	git_remote *r = NULL;
	bool found = git_remote_lookup(&r, g->repo, name) == 0;

	git_remote_free(r);
	return found;
}

bool repo_merge_base(struct repo *g, const char *a, const char *b, char ret_hex[REPO_HEX + 1])
{
	git_oid oa, ob, base;

	if (git_oid_fromstr(&oa, a) < 0 || git_oid_fromstr(&ob, b) < 0 || git_merge_base(&base, g->repo, &oa, &ob) < 0)
		return false;
	git_oid_tostr(ret_hex, REPO_HEX + 1, &base);
	return true;
}

int repo_ahead(struct repo *g, const char *a, const char *b, size_t *ret, struct fault *f)
{
	git_oid oa, ob;
	size_t behind = 0;

	*ret = 0;
	if (strcmp(a, b) == 0)
		return 0;
	if (git_oid_fromstr(&oa, a) < 0 || git_oid_fromstr(&ob, b) < 0 || git_graph_ahead_behind(ret, &behind, g->repo, &oa, &ob) < 0)
		return repo_load_fault(f, a);
	return 0;
}

int repo_compare(struct repo *g, const char *a, const char *b, bool (*each)(void *ctx, const struct repo_change *x), void *ctx, struct fault *f)
{
	git_commit *ca = repo_commit(g, a), *cb = repo_commit(g, b);
	git_tree *ta = NULL, *tb = NULL;
	git_diff_options o;
	git_diff *diff = NULL;
	size_t skip = strlen(g->prefix);
	int r = 0;

	git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION);
	o.flags |= GIT_DIFF_INCLUDE_TYPECHANGE; /* a file that became a link is one change */
	if (!ca || !cb || git_commit_tree(&ta, ca) < 0 || git_commit_tree(&tb, cb) < 0 || git_diff_tree_to_tree(&diff, g->repo, ta, tb, &o) < 0)
		r = repo_load_fault(f, a);
	for (size_t i = 0; !r && i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *d = git_diff_get_delta(diff, i);
		struct repo_change x = { .path = d->new_file.path ? d->new_file.path : d->old_file.path };

		if (strncmp(x.path, g->prefix, skip) != 0)
			continue;
		x.path += skip;
		if (d->status != GIT_DELTA_ADDED)
			git_oid_tostr(x.a, sizeof(x.a), &d->old_file.id);
		if (d->status != GIT_DELTA_DELETED) {
			git_oid_tostr(x.b, sizeof(x.b), &d->new_file.id);
			x.mode_b = d->new_file.mode;
		}
		if (!each(ctx, &x))
			break;
	}
	git_diff_free(diff);
	git_tree_free(ta);
	git_tree_free(tb);
	git_commit_free(ca);
	git_commit_free(cb);
	return r;
}

unsigned repo_path_mode(struct repo *g, const char *hex, const char *path)
{
	CLEANUP(mem_freep) char *full = repo_inner_path(g, path);
	git_commit *c = repo_commit(g, hex);
	git_tree *tree = NULL;
	git_tree_entry *e = NULL;
	unsigned mode = 0;

	if (c && git_commit_tree(&tree, c) == 0 && git_tree_entry_bypath(&e, tree, full) == 0)
		mode = (unsigned)git_tree_entry_filemode(e);
	git_tree_entry_free(e);
	git_tree_free(tree);
	git_commit_free(c);
	return mode;
}

#define STALE_WITHIN 500u /* versions back: so far an index that was not brought up to date is known by what it holds */

struct staleness {
	struct repo *g;
	const char *path, *blob;
	unsigned left;
	bool found;
};

static bool held_then(void *ctx, const char *hex)
{
	struct staleness *s = ctx;
	char blob[REPO_HEX + 1] = "";

	repo_path_blob(s->g, hex, s->path, blob);
	s->found = strcmp(blob, s->blob) == 0;
	return !s->found && --s->left;
}

bool repo_staged(struct repo *g, const char *path)
{
	CLEANUP(mem_freep) char *full = repo_inner_path(g, path);
	git_index *index = NULL;
	const git_index_entry *e = NULL;
	char head[REPO_HEX + 1] = "", was[REPO_HEX + 1] = "", now[REPO_HEX + 1] = "";

	if (git_repository_index(&index, g->repo) < 0)
		return false;
	e = git_index_get_bypath(index, full, 0);
	if (e)
		git_oid_tostr(now, sizeof(now), &e->id);
	git_index_free(index);
	if (!repo_head(g, head) || !repo_path_blob(g, head, path, was))
		was[0] = '\0';
	/* What it held in an earlier version was staged by nobody: a process was killed before it wrote the index. */
	if (*head && strcmp(was, now) != 0) {
		struct staleness s = { .g = g, .path = path, .blob = now, .left = STALE_WITHIN };

		repo_walk(g, head, false, held_then, &s, NULL);
		return !s.found;
	}
	return false;
}

int repo_advance(struct repo *g, const char *hex, const struct repo_save *files, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	git_reference *moved = NULL;
	git_oid oid;
	int r = 0;

	BUF_LIT(&ref, "refs/heads/");
	if (!repo_branch(g, &ref) || git_oid_fromstr(&oid, hex) < 0)
		return repo_write_fault(f);
	buf_char(&ref, '\0');
	repo_clear_branch_lock(g);
	if (git_reference_create(&moved, g->repo, ref.p, &oid, 1, "chapeau sync") < 0)
		r = repo_write_fault(f);
	else
		repo_update_index(g, files);
	git_reference_free(moved);
	return r;
}

int repo_set_remote(struct repo *g, const char *name, const char *url, struct fault *f)
{
	git_remote *made = NULL;
	int r = repo_has_remote(g, name) ? git_remote_set_url(g->repo, name, url) : git_remote_create(&made, g->repo, name, url);

	git_remote_free(made);
	return r < 0 ? repo_write_fault(f) : 0;
}

const char *repo_workdir(const struct repo *g)
{
	return git_repository_workdir(g->repo);
}

const char *repo_prefix(const struct repo *g)
{
	return g->prefix;
}

void repo_place(const struct repo *g, struct buf *ret)
{
	/* Another work tree's own folder is .git/worktrees/NAME/. */
	if (git_repository_is_worktree(g->repo))
		buf_printf(ret, "%s\n", git_repository_path(g->repo) + strlen(git_repository_commondir(g->repo)));
	buf_str(ret, g->prefix);
}

bool repo_reaches(struct repo *g, const char *from, const char *to)
{
	git_oid a, b;

	return git_oid_fromstr(&a, from) == 0 && git_oid_fromstr(&b, to) == 0 && (git_oid_equal(&a, &b) || git_graph_descendant_of(g->repo, &a, &b) == 1);
}

void repo_names(struct repo *g, const char *prefix, bool (*each)(void *ctx, const char *name, const char *hex), void *ctx)
{
	CLEANUP(buf_done) struct buf glob = { 0 };
	git_reference_iterator *it = NULL;
	git_reference *ref;

	buf_printf(&glob, "%s*", prefix);
	buf_char(&glob, '\0');
	if (git_reference_iterator_glob_new(&it, g->repo, glob.p) < 0)
		return;
	while (git_reference_next(&ref, it) == 0) {
		git_object *commit = NULL;
		char hex[REPO_HEX + 1];
		bool go = true;

		if (git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0) {
			git_oid_tostr(hex, sizeof(hex), git_object_id(commit));
			go = each(ctx, git_reference_name(ref) + strlen(prefix), hex);
		}
		git_object_free(commit);
		git_reference_free(ref);
		if (!go)
			break;
	}
	git_reference_iterator_free(it);
}

bool repo_commit_named(struct repo *g, const char *full, char ret_hex[REPO_HEX + 1])
{
	git_object *object = NULL, *commit = NULL;
	git_oid oid;
	bool found = git_reference_name_to_id(&oid, g->repo, full) == 0 && git_object_lookup(&object, g->repo, &oid, GIT_OBJECT_ANY) == 0 &&
		     git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0;

	if (found)
		git_oid_tostr(ret_hex, REPO_HEX + 1, git_object_id(commit));
	git_object_free(object);
	git_object_free(commit);
	return found;
}
