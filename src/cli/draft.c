#include "cli/draft.h"

#include <stdlib.h>

#include "cli/versions.h"

int draft_at(struct cli *c, const char *path, struct draft *ret, struct fault *f)
{
	char *dir = path_dir(path);
	bool outside = false;
	struct ws *w;
	int r = ws_at(c, dir, &w, f);

	mem_free(dir);
	/* The workspace that holds the file rules, else the current folder's. */
	if (r == 0 && !w->root) {
		outside = true;
		r = ws_at(c, ".", &w, f);
	}
	if (r < 0)
		return r;
	if ((r = versions_stay_inside(c, w, path, f)) < 0)
		return r;
	*ret = (struct draft){ .path = path, .ws = w, .outside = outside, .name = path_stem(span_str(path)) };
	if (strcmp(path, "-") == 0)
		ret->name = SPAN_LIT("standard-input");
	return 0;
}

int draft_named(struct cli *c, struct ws *w, struct span word, const char **ret_path, struct fault *f)
{
	const char *text = arena_str(&c->arena, word), *one, *two;
	bool has_one, has_two;

	if (strcmp(text, "-") == 0 || (file_exists(text) && !file_is_dir(text))) {
		*ret_path = text;
		return 1;
	}
	if (!w->root || !word.n || word.p[0] == '.' || span_find_char(word, '/', 0) != SIZE_MAX)
		return 0;
	text = arena_printf(&c->arena, "drafts/%.*s.md", SPAN_ARG(word)).p;
	one = ws_path(c, w, text);
	text = arena_printf(&c->arena, "drafts/texts/%.*s.md", SPAN_ARG(word)).p;
	two = ws_path(c, w, text);
	has_one = file_exists(one);
	has_two = file_exists(two);
	if (has_one && has_two) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "\"%.*s\" is two files: %s and %s", SPAN_ARG(word), one, two);
		return fault_hint(f, "Name the one you mean by its path.");
	}
	*ret_path = has_one ? one : two;
	return has_one || has_two;
}

static int not_found(struct cli *c, struct ws *w, const char *word, struct fault *f)
{
	static const char *const endings[] = { ".md", ".docx", ".odt", ".txt" };
	struct span s = span_str(word), best = { 0 };
	const char *const dirs[] = { "drafts", "drafts/texts" };
	unsigned distance = 4;

	if (file_is_dir(word)) {
		/* A path names a file that is not there; a word names no draft. */
		fault_set(f, span_find_char(s, '/', 0) != SIZE_MAX ? FAULT_MISSING : FAULT_USAGE, (struct srcpos){ .file = word }, "this is a folder, not a draft");
		return fault_hint(f, "Name a file in it.");
	}
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (span_ends(s, span_str(endings[i])) || span_find_char(s, '/', 0) != SIZE_MAX)
			return fault_set(f, FAULT_MISSING, (struct srcpos){ .file = word }, "there is no such file");
	if (!w->root) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no file \"%s\", and this folder is in no workspace", word);
		return fault_hint(f, "Name a file, or start a workspace: chapeau init");
	}
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
		const char **names;
		size_t count;

		list_dir(c, ws_path(c, w, dirs[d]), ".md", &names, &count);
		for (size_t i = 0; i < count; i++) {
			struct span stem = path_stem(span_str(names[i]));
			unsigned near = span_distance(stem, s, distance);

			if (!near)
				return fault_set(f, FAULT_MISSING, (struct srcpos){ .file = arena_printf(&c->arena, "%s/%s", ws_path(c, w, dirs[d]), names[i]).p },
						 "this is a link that leads to no file");
			if (near < distance && 2 * near <= stem.n) {
				distance = near;
				best = stem;
			}
		}
	}
	fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no draft \"%s\"", word);
	return best.n ? fault_hint(f, "Did you mean %.*s?", SPAN_ARG(best)) : fault_hint(f, "The drafts there are: chapeau status");
}

/* A draft that is no file any more, but stood in the version that the word names: "drafts/NAME.md" below the workspace. */
static bool once_there(struct cli *c, struct ws *w, struct span s, const char **ret_path, struct span *ret_rev)
{
	CLEANUP(history_freep) struct history *h = NULL;
	static const char *const shapes[] = { "drafts/%.*s.md", "drafts/texts/%.*s.md", "%.*s" };
	bool found = false;

	if (span_find_char(s, '@', 0) == SIZE_MAX || !w->root || history_open(w->root, &h, NULL) < 0)
		return false;
	for (size_t i = s.n; i-- > 1 && !found;) {
		struct span name = span_sub(s, 0, i), rev = span_sub(s, i + 1, s.n);
		char commit[REPO_HEX + 1], blob[REPO_HEX + 1];

		if (s.p[i] != '@' || (rev.n && rev.p[0] == '{') || history_resolve(h, rev, commit, NULL) < 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(shapes) && !found; k++) {
			const char *below = arena_printf(&c->arena, shapes[k], SPAN_ARG(name)).p;

			if (k + 1 == ARRAY_LEN(shapes))
				below = versions_path(c, w, below);
			found = below && span_ends(span_str(below), SPAN_LIT(".md")) && repo_path_blob(history_repo(h), commit, below, blob);
			if (found) {
				*ret_path = ws_path(c, w, below);
				*ret_rev = rev;
			}
		}
	}
	return found;
}

int draft_find(struct cli *c, const char *word, unsigned flags, struct draft *ret, struct fault *f)
{
	struct span s = span_str(word), id = { 0 }, rev = { 0 };
	const char *path = NULL;
	struct ws *w;
	size_t hash;
	int r = ws_at(c, ".", &w, f);

	if (r < 0)
		return r;
	r = draft_named(c, w, s, &path, f);
	if (r == 0 && flags & DRAFT_WITH_ID && (hash = span_find_char(s, '#', 0)) != SIZE_MAX) {
		struct span tail = span_sub(s, hash + 1, s.n);
		size_t at = span_find_char(tail, '@', 0);

		s.n = hash;
		id = tail;
		if (at != SIZE_MAX) {
			id = span_sub(tail, 0, at);
			rev = span_sub(tail, at + 1, tail.n);
		}
		r = draft_named(c, w, s, &path, f);
	} else if (r == 0) {
		/* The longest left part that names a draft; the rest is REV. */
		for (size_t i = s.n; i-- > 1 && r == 0;) {
			if (s.p[i] != '@' || (i + 1 < s.n && s.p[i + 1] == '{'))
				continue;
			r = draft_named(c, w, span_sub(s, 0, i), &path, f);
			if (r > 0)
				rev = span_sub(s, i + 1, s.n);
		}
	}
	if (r < 0)
		return r;
	if (r == 0 && !(id.p && rev.p) && flags & DRAFT_WITH_REV)
		r = once_there(c, w, span_str(word), &path, &rev);
	if (r == 0)
		return not_found(c, w, word, f);
	if (rev.p && !(flags & DRAFT_WITH_REV)) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "\"%s\" names a version, but this command works on the file as it is now", word);
		return fault_hint(f, "Leave out @%.*s.", SPAN_ARG(rev));
	}
	r = draft_at(c, path, ret, f);
	if (r < 0)
		return r;
	ret->rev = rev;
	ret->id = id;
	return 0;
}

struct span draft_typed(const struct draft *d)
{
	return d->path ? workspace_typed(&d->ws->cli->arena, span_str(d->path)) : d->name;
}

void draft_done(struct draft *d)
{
	statement_free(d->statement);
	buf_done(&d->bytes);
	d->statement = NULL;
}

/* "fr" speaks for fr-CA too. */
static bool speaks(struct span of, struct span language)
{
	return span_eq_nocase(of, language) || (language.n > of.n && language.p[of.n] == '-' && span_eq_nocase(of, span_sub(language, 0, of.n)));
}

static void take_words(struct cli *c, const struct workspace_words *words, size_t count, struct span language, struct xref_words *x)
{
	for (size_t i = 0; i < count; i++) {
		const struct workspace_words *o = &words[i];

		if (!speaks(o->language, language))
			continue;
		if (span_is(o->word, "paragraph"))
			x->paragraph = o->value;
		else if (span_is(o->word, "section"))
			x->section = o->value;
		else if (span_is(o->word, "table"))
			x->table = o->value;
		else if (span_is(o->word, "open"))
			x->open = o->value;
		else if (span_is(o->word, "close"))
			x->close = o->value;
		else if (span_is(o->word, "group"))
			x->group = arena_printf(&c->arena, "%.*s: ", SPAN_ARG(o->value));
		else if (span_is(o->word, "endorsers"))
			x->endorsers = o->value;
	}
}

struct xref_words draft_words(struct cli *c, const struct draft *d, struct span language)
{
	struct xref_words x = xref_words_for(language);
	const struct workspace *conf = d->ws->conf;

	if (conf)
		take_words(c, conf->words, conf->word_count, language, &x);
	if (d->profile)
		take_words(c, d->profile->cross_words, d->profile->cross_word_count, language, &x);
	return x;
}
