#include "cli/workspace.h"

#include <stdlib.h>

#include "base/aside.h"
#include "base/limits.h"
#include "cli/opt.h"
#include "cli/record.h"

int draft_at(struct cli *c, const char *path, struct draft *ret, struct fault *f)
{
	char *dir = path_dir(path);
	struct ws *w;
	int r = ws_at(c, dir, &w, f);

	mem_free(dir);
	/* The workspace that holds the file rules, else the current folder's. */
	if (r == 0 && !w->root)
		r = ws_at(c, ".", &w, f);
	if (r < 0)
		return r;
	*ret = (struct draft){ .path = path, .ws = w, .name = path_stem(span_str(path)) };
	if (strcmp(path, "-") == 0)
		ret->name = SPAN_LIT("standard-input");
	return 0;
}

/* Does the word alone name a file?  1 and *ret_path, 0, or a fault where it names two. */
static int named(struct cli *c, struct ws *w, struct span word, const char **ret_path, struct fault *f)
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
		fault_set(f, FAULT_USAGE, (struct srcpos){ .file = word }, "this is a folder, not a draft");
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
	r = named(c, w, s, &path, f);
	if (r == 0 && flags & DRAFT_WITH_ID && (hash = span_find_char(s, '#', 0)) != SIZE_MAX) {
		struct span tail = span_sub(s, hash + 1, s.n);
		size_t at = span_find_char(tail, '@', 0);

		s.n = hash;
		id = tail;
		if (at != SIZE_MAX) {
			id = span_sub(tail, 0, at);
			rev = span_sub(tail, at + 1, tail.n);
		}
		r = named(c, w, s, &path, f);
	} else if (r == 0) {
		/* The longest left part that names a draft; the rest is REV. */
		for (size_t i = s.n; i-- > 1 && r == 0;) {
			if (s.p[i] != '@' || (i + 1 < s.n && s.p[i + 1] == '{'))
				continue;
			r = named(c, w, span_sub(s, 0, i), &path, f);
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

int draft_read(struct cli *c, struct draft *d, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct revision rev;
	int r;

	if (d->bytes.n)
		return 0;
	if (!d->rev.p)
		return file_read(d->path, LIMIT_ZIP_BYTES, &d->bytes, &d->stamp, f);
	if (!d->ws->root)
		return fault_set(f, FAULT_WORKSPACE, (struct srcpos){ .file = d->path }, "this file is in no workspace, so it has no saved versions");
	r = history_open(d->ws->root, &h, f);
	if (r == 0)
		r = draft_revision(c, d, h, &rev, f);
	if (r == 0)
		r = repo_blob_read(history_repo(h), rev.blob, &d->bytes, f);
	return r;
}

int draft_wrong_kind(const char *path, struct fault *f)
{
	bool doc = span_ends(span_str(path), SPAN_LIT(".doc"));

	if (!doc && !span_ends(span_str(path), SPAN_LIT(".pdf")))
		return 0;
	fault_set(f, FAULT_INPUT, (struct srcpos){ .file = path }, doc ? "this is an old Word file (.doc), which chapeau does not read"
								       : "this is a PDF, which chapeau does not read");
	return fault_hint(f, doc ? "In Word or LibreOffice: File > Save As > .docx, then again." : "Ask for the DOCX or ODT that it was made from.");
}

/* Its bytes, and the format that reads them. */
static int open_draft(struct cli *c, struct draft *d, const struct format **ret, struct fault *f)
{
	const struct format *fmt = format_by_path(span_str(d->path));

	if (draft_wrong_kind(d->path, f) < 0)
		return -FAULT_INPUT;
	if (!fmt || !fmt->read)
		fmt = format_by_name(SPAN_LIT("md"));
	/* Those that read packages do it apart. */
	if (strcmp(fmt->name, "md") != 0 && !c->apart) {
		fault_set(f, FAULT_INPUT, (struct srcpos){ .file = d->path }, "this command works on Markdown drafts");
		return fault_hint(f, "Make a draft of the file first: chapeau import %s -o drafts/%.*s.md", d->path, SPAN_ARG(d->name));
	}
	*ret = fmt;
	return draft_read(c, d, f);
}

int draft_doc(struct cli *c, struct draft *d, enum reading reading, struct doc **ret, struct fault *f)
{
	const struct format *fmt;
	int r = open_draft(c, d, &fmt, f);

	return r < 0 ? r : fmt->read(buf_span(&d->bytes), &(struct read_options){ .path = d->path, .reading = reading }, ret, f);
}

enum numbering draft_numbering(const struct draft *d, const struct meta *m)
{
	if (m->numbering != NUMBERING_UNSAID)
		return m->numbering;
	if (d->profile && d->profile->numbering != NUMBERING_UNSAID)
		return d->profile->numbering;
	return NUMBERING_NONE;
}

/* ---- loading ---- */

/* What can be done for one draft while another thread does it for another: nothing here touches the cli. */
struct load {
	struct draft *d;
	const struct format *format;
	struct doc *doc;
	bool hashes; /* all of them will be asked for */
	struct fault fault;
	int r;
};

static void *parse(void *p)
{
	struct load *l = p;
	struct buf *b = &l->d->bytes;

	/* The statement goes before the bytes do, so the doc need not copy them; a NUL ends loops over them. */
	buf_char(b, '\0');
	b->n--;
	l->r = l->format->read(buf_span(b), &(struct read_options){ .path = l->d->path, .reading = l->d->reading, .lasting = true }, &l->doc, &l->fault);
	return NULL;
}

static void *make_statement(void *p)
{
	struct load *l = p;
	struct statement *s;

	number_doc(l->doc, draft_numbering(l->d, &l->doc->meta));
	s = l->d->statement = statement_new(l->doc);
	for (size_t i = 0; i < s->count && l->hashes; i++)
		clause_hash(&s->clauses[i]);
	return NULL;
}

/* The profile may say how paragraphs are numbered, and a statement takes its labels when it is made. */
static int find_profile(struct cli *c, struct draft *d, const struct meta *m, struct fault *f)
{
	int r = 0;

	d->profile = NULL;
	if (opt_get(c, "call"))
		r = ws_profile_named(c, d->ws, opt_get(c, "call"), &d->profile, f);
	else if (m->call.n)
		r = ws_profile(c, d->ws, m->call, &d->profile, f);
	d->call_unknown = m->call.n && !d->profile;
	return r;
}

int draft_load(struct cli *c, struct draft *d, struct fault *f)
{
	struct load l = { .d = d };
	int r;

	if (d->statement)
		return 0;
	r = open_draft(c, d, &l.format, f);
	if (r < 0)
		return r;
	parse(&l);
	if (l.r < 0)
		return fault_pass(&l.fault, f);
	r = find_profile(c, d, &l.doc->meta, f);
	if (r < 0)
		doc_free(l.doc);
	else
		make_statement(&l);
	return r;
}

static void both(void *(*work)(void *), struct load l[2])
{
	struct aside first = { 0 };

	aside_begin(&first, work, &l[0]);
	work(&l[1]);
	aside_end(&first);
}

int draft_load_both(struct cli *c, struct draft *first, struct draft *second, struct fault *f)
{
	struct load l[2] = { { .d = first, .hashes = true }, { .d = second, .hashes = true } };
	int r = 0;

	if (!first->statement && !second->statement) {
		for (size_t i = 0; i < 2; i++)
			if ((r = open_draft(c, l[i].d, &l[i].format, f)) < 0)
				return r;
		if (first->bytes.n + second->bytes.n >= ASIDE_FROM && strcmp(l[0].format->name, "md") == 0 && l[0].format == l[1].format) {
			both(parse, l);
			for (size_t i = 0; i < 2; i++)
				r = r < 0 ? r : l[i].r < 0 ? fault_pass(&l[i].fault, f) : find_profile(c, l[i].d, &l[i].doc->meta, f);
			if (r == 0)
				both(make_statement, l);
			for (size_t i = 0; i < 2 && r < 0; i++) {
				doc_free(l[i].doc);
				fault_done(&l[i].fault);
			}
			return r;
		}
	}
	r = draft_load(c, first, f);
	return r < 0 ? r : draft_load(c, second, f);
}

enum channel draft_channel(const struct cli *c, const struct draft *d)
{
	const char *said = opt_get(c, "channel");

	if (said)
		return strcmp(said, "oral") == 0 ? CHANNEL_ORAL : CHANNEL_WRITTEN;
	if (d->statement && d->statement->doc->meta.channel != CHANNEL_UNSAID)
		return d->statement->doc->meta.channel;
	if (d->profile && span_is(d->profile->kind, "oral"))
		return CHANNEL_ORAL;
	return CHANNEL_WRITTEN;
}

const struct statement *draft_other(void *ctx, struct span draft)
{
	struct ws *w = ctx;
	struct cli *c = w->cli;
	struct ws_other *o;
	const char *path;
	struct draft d;

	if (named(c, w, draft, &path, NULL) != 1)
		return NULL;
	for (o = w->others; o; o = o->next)
		if (strcmp(o->path, path) == 0)
			break;
	if (!o) {
		struct doc *doc = NULL;

		o = ARENA_NEW(&c->arena, struct ws_other);
		o->path = path;
		o->next = w->others;
		w->others = o;
		if (draft_at(c, path, &d, NULL) == 0) {
			if (draft_doc(c, &d, READING_REJECTED, &doc, NULL) == 0) {
				/* numbered as its own call asks, whatever --call says of the draft at hand */
				if (doc->meta.call.n && ws_profile(c, w, doc->meta.call, &d.profile, NULL) < 0)
					d.profile = NULL;
				number_doc(doc, draft_numbering(&d, &doc->meta));
			}
			if (doc)
				o->statement = statement_new(doc);
			buf_done(&d.bytes);
		}
	}
	/* A reference to it prints its title. */
	return o->statement && o->statement->doc->meta.title.n ? o->statement : NULL;
}

static bool find_ref(void *ctx, struct span draft, struct span id)
{
	const struct statement *s = draft_other(ctx, draft);

	return s && statement_find(s, id);
}

static bool find_image(void *ctx, struct span url, struct buf *ret_why)
{
	struct buf path = { 0 };
	bool found = format_find_image(ctx, url, &path, ret_why);

	buf_done(&path);
	return found;
}

int draft_check(struct cli *c, struct draft *d, bool final, struct result **ret, struct fault *f)
{
	struct checker *checker = NULL;
	const struct agreed *agreed = NULL;
	struct image_folders folders = { .workspace = d->ws->root };
	char *dir;
	int r = draft_load(c, d, f);

	if (r == 0)
		r = ws_checker(c, d->ws, &checker, f);
	if (r == 0 && span_find(d->statement->doc->source, SPAN_LIT("agreed="), 0) != SIZE_MAX)
		r = ws_agreed(c, d->ws, &agreed, f);
	if (r < 0)
		return r;
	folders.draft = dir = path_dir(d->path);
	r = check_statement(checker, d->statement,
			    &(struct check_options){
				       .profile = d->profile,
				       .agreed = agreed,
				       .call_unknown = d->call_unknown,
				       .channel = draft_channel(c, d),
				       .final = final,
				       .now = c->now,
				       .root = d->ws->root,
				       .draft = d->name,
				       .file = span_str(d->path),
				       .find_ref = d->ws->root ? find_ref : NULL,
				       .ctx = d->ws,
				       .find_image = find_image,
				       .image_ctx = &folders,
			       },
			       ret, f);
	mem_free(dir);
	if (r == 0)
		r = record_was_internal(c, d, *ret, f);
	if (r == 0)
		r = record_waivers(c, d, *ret, f);
	return r;
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
