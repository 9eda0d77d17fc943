#include <stdlib.h>

#include "base/aside.h"
#include "base/limits.h"
#include "cli/copies.h"
#include "cli/foreign.h"
#include "cli/opt.h"
#include "cli/revision.h"
#include "cli/versions.h"
#include "cli/waivers.h"
#include "cli/was_internal.h"
#include "model/image.h"

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
	if (d->as_draft && strcmp(l.format->name, "md") != 0)
		d->has_tracked = foreign_as_draft(l.doc, d->reading);
	l.doc->whole_blocks = d->as_draft;
	r = find_profile(c, d, &l.doc->meta, f);
	if (r < 0) {
		doc_free(l.doc);
		return r;
	}
	make_statement(&l);
	if (d->as_draft) {
		struct xref_words words = draft_words(c, d, l.doc->meta.language);

		words.other_draft = d->ws->root ? draft_other : NULL;
		words.other_ctx = d->ws;
		d->statement = foreign_as_printed(d->statement, &words);
	}
	return 0;
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

/* Its bytes as it was. */
static void read_older(struct ws *w, const struct ws_other *o, struct buf *ret)
{
	CLEANUP(history_freep) struct history *h = NULL;
	struct version_list versions = { 0 };
	const char *path = versions_path(w->cli, w, o->path);
	char kept[REPO_HEX + 1];
	unsigned back = o->back;
	size_t count;

	if (!path || versions_open_if_any(w, &h, NULL) < 0 || !h)
		return;
	count = copies_kept_other(history_repo(h), o->copy, path, back - 1, kept);
	if (count >= back)
		repo_blob_read(history_repo(h), kept, ret, NULL);
	else if (back -= (unsigned)count, history_versions(h, path, false, back, &versions, NULL) == 0 && versions.count == back)
		repo_blob_read(history_repo(h), versions.items[back - 1].blob, ret, NULL);
	version_list_done(&versions);
}

/* Its statement now, or as it was; without a title a reference to it prints nothing. */
static void load_other(struct ws *w, struct ws_other *o)
{
	struct cli *c = w->cli;
	struct doc *doc = NULL;
	struct draft d;

	if (draft_at(c, o->path, &d, NULL) < 0)
		return;
	if (o->back)
		read_older(w, o, &d.bytes);
	if ((!o->back || d.bytes.n) && draft_doc(c, &d, READING_REJECTED, &doc, NULL) == 0) {
		/* numbered as its own call asks, whatever --call says of the draft at hand */
		if (doc->meta.call.n && ws_profile(c, w, doc->meta.call, &d.profile, NULL) < 0)
			d.profile = NULL;
		number_doc(doc, draft_numbering(&d, &doc->meta));
	}
	if (doc)
		o->statement = statement_new(doc);
	buf_done(&d.bytes);
}

const struct statement *draft_other_before(void *ctx, struct span draft, unsigned back)
{
	struct ws *w = ctx;
	struct ws_other *o;
	const char *path;

	if (draft_named(w->cli, w, draft, &path, NULL) != 1)
		return NULL;
	for (o = w->others; o; o = o->next)
		if (o->back == back && strcmp(o->path, path) == 0 && (!back || span_eq(o->copy, w->copy)))
			break;
	if (!o) {
		o = ARENA_NEW(&w->cli->arena, struct ws_other);
		o->path = path;
		o->back = back;
		o->copy = w->copy;
		o->next = w->others;
		w->others = o;
		load_other(w, o);
	}
	return o->statement && o->statement->doc->meta.title.n ? o->statement : NULL;
}

const struct statement *draft_other(void *ctx, struct span draft)
{
	return draft_other_before(ctx, draft, 0);
}

static bool find_ref(void *ctx, struct span draft, struct span id)
{
	const struct statement *s = draft_other(ctx, draft);
	struct xref_words words = xref_words_for(s ? s->doc->meta.language : (struct span){ 0 });
	CLEANUP(buf_done) struct buf printed = { 0 };
	enum xref_state state = s ? statement_xref_elsewhere(s, id, &words, &printed) : XREF_DEAD;

	/* What an export would refuse is dead. */
	return state != XREF_DEAD && state != XREF_UNNUMBERED;
}

/* For was=, from=, absorbs=: asked once or twice, so the history is opened when it is. */
struct known_ids {
	struct ws *w;
	struct history *h;
	bool opened;
};

/* "{#id" or " #id", with nothing of an id behind it. */
static bool holds_id(struct span text, struct span id)
{
	for (size_t at = 0; (at = span_find(text, id, at)) != SIZE_MAX; at++) {
		char next = at + id.n < text.n ? text.p[at + id.n] : ' ';

		if (at > 1 && text.p[at - 1] == '#' && strchr("{ \t", text.p[at - 2]) && next != '-' && !(next >= 'a' && next <= 'z') && !(next >= '0' && next <= '9'))
			return true;
	}
	return false;
}

static bool stands_in_a_draft(struct ws *w, struct span id)
{
	static const char *const dirs[] = { "drafts", "drafts/texts" };

	for (size_t k = 0; k < ARRAY_LEN(dirs); k++) {
		const char **names, *dir = ws_path(w->cli, w, dirs[k]);
		size_t count;

		list_dir(w->cli, dir, ".md", &names, &count);
		for (size_t i = 0; i < count; i++) {
			CLEANUP(buf_done) struct buf text = { 0 };

			if (file_read(arena_printf(&w->cli->arena, "%s/%s", dir, names[i]).p, LIMIT_TEXT_BYTES, &text, NULL, NULL) == 0 && holds_id(buf_span(&text), id))
				return true;
		}
	}
	return false;
}

static bool id_known(void *ctx, struct span id)
{
	struct known_ids *k = ctx;
	char head[REPO_HEX + 1];

	if (!k->opened && versions_open_if_any(k->w, &k->h, NULL) < 0)
		k->h = NULL;
	k->opened = true;
	if (!k->h || !repo_head(history_repo(k->h), head) || repo_shallow(history_repo(k->h)))
		return true;
	return history_id_used(k->h, id) || stands_in_a_draft(k->w, id);
}

static bool find_image(void *ctx, struct span url, struct buf *ret_why)
{
	enum image_type type;
	unsigned width, height;
	struct arena room = { 0 };
	struct span bytes;
	bool found = format_load_image(ctx, url, &room, &bytes, ret_why);

	/* What export would leave out is missing. */
	if (found && !image_sniff(bytes, &type, &width, &height)) {
		found = false;
		BUF_LIT(ret_why, IMAGE_WRONG_KIND);
	}
	arena_done(&room);
	return found;
}

int draft_check(struct cli *c, struct draft *d, bool final, struct result **ret, struct fault *f)
{
	struct checker *checker = NULL;
	const struct agreed *agreed = NULL;
	struct image_folders folders = { .workspace = d->ws->root };
	struct known_ids known = { .w = d->ws };
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
				       .id_known = d->ws->root ? id_known : NULL,
				       .known_ctx = &known,
				       .find_image = find_image,
				       .image_ctx = &folders,
			       },
			       ret, f);
	mem_free(dir);
	history_free(known.h);
	if (r == 0)
		r = was_internal(c, d, *ret, f);
	if (r == 0)
		r = waivers_mark(c, d, *ret, f);
	return r;
}
