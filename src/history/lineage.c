#include <stdlib.h>

#include "history/internal.h"

struct looking {
	struct history *h;
	struct arena *a;
	const char **names;
	size_t count, cap;
	struct span_map ids; /* of the draft as it first stood under its name */
	const char *child;   /* the version that brought it; NULL: it is not saved yet */
};

static bool is_known(const struct looking *l, const char *path)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->names[i], path) == 0)
			return true;
	return false;
}

/* It went when the other came, or clauses of the one stand in the other. */
static bool is_before(struct looking *l, const char *path, const char *blob)
{
	CLEANUP(mem_freep) char *full = path_join(l->h->root, path);
	CLEANUP(buf_done) struct buf text = { 0 };
	char now[REPO_HEX + 1];
	struct span id;

	if (l->child ? !repo_path_blob(l->h->repo, l->child, path, now) : !file_exists(full))
		return true;
	if (repo_blob_read(l->h->repo, blob, &text, NULL) < 0)
		return false;
	for (size_t at = 0; history_next_id(buf_span(&text), &at, &id);)
		if (span_map_find(&l->ids, id))
			return true;
	return false;
}

static bool look_at_draft(void *ctx, const char *path, const char *blob)
{
	struct looking *l = ctx;

	if (span_ends(span_str(path), SPAN_LIT(".md")) && !is_known(l, path) && is_before(l, path, blob))
		l->names[l->count++] = arena_str(l->a, span_str(path));
	return l->count < l->cap;
}

int history_names_before(struct history *h, const struct version_list *list, struct span working, struct arena *a, const char **names, size_t *count, size_t cap, struct fault *f)
{
	struct looking l = { .h = h, .a = a, .names = names, .count = *count, .cap = cap };
	const struct version_entry *first = list->count ? &list->items[list->count - 1] : NULL;
	CLEANUP(buf_done) struct buf bytes = { 0 };
	struct span text = working, id;
	char head[REPO_HEX + 1];
	int r = 0;

	if (l.count == cap)
		return 0;
	if (first && first->blob[0] && repo_blob_read(h->repo, first->blob, &bytes, NULL) == 0)
		text = buf_span(&bytes);
	for (size_t at = 0; history_next_id(text, &at, &id);)
		span_map_put(&l.ids, id);
	l.child = first ? first->version.hex : NULL;
	if (!first && repo_head(h->repo, head))
		r = repo_list(h->repo, head, "drafts", look_at_draft, &l, f);
	for (unsigned i = 0; !r && first && i < first->version.parent_count && i < 2; i++)
		if (first->version.parents[i][0])
			r = repo_list(h->repo, first->version.parents[i], "drafts", look_at_draft, &l, f);
	span_map_done(&l.ids);
	*count = l.count;
	return r;
}
