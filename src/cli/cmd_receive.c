/*
 * receive: returned DOCX and ODT files, laid over a draft as suggestions.
 */
#include "cli/commands.h"

#include <stdlib.h>

#include "base/limits.h"
#include "cli/again.h"
#include "cli/apart.h"
#include "cli/laying.h"
#include "cli/opt.h"
#include "cli/outfile.h"
#include "cli/received.h"
#include "cli/record.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "model/text.h"
#include "receive/receive.h"
#include "model/outdoc.h"

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* A name from the map, where a space would end a field: "one%20two".  No more is read so than is written so. */
static struct span map_name(struct arena *a, struct span name)
{
	CLEANUP(buf_done) struct buf out = { 0 };

	for (size_t i = 0; i < name.n; i++) {
		int high = name.p[i] == '%' && i + 2 < name.n ? hex_digit(name.p[i + 1]) : -1, low = high >= 0 ? hex_digit(name.p[i + 2]) : -1;

		int c = low >= 0 ? high * 16 + low : 0x80;
		bool coded = c <= ' ' || c == '%' || c == '=' || c == 0x7f;

		buf_char(&out, coded ? (char)c : name.p[i]);
		i += coded ? 2 : 0;
	}
	return arena_dup(a, buf_span(&out));
}

/* "chapeau-map-1 NAME BLOB cl_…=…": which draft the copy was made from, and which bytes of it. */
static bool read_map(struct span map, struct span *ret_name, struct span *ret_blob)
{
	struct span rest = map, word;

	if (!span_split(&rest, ' ', &word) || !span_is(word, "chapeau-map-1") || !span_split(&rest, ' ', ret_name) || !span_split(&rest, ' ', ret_blob))
		return false;
	return ret_blob->n == REPO_HEX;
}

/* Which copy it is.  A draft that was renamed may have left its record behind: then it is looked for in all of them, by the bytes that
 * the copy was made from.  The names in a package name no file. */
static int find_copy(struct cli *c, struct draft *d, struct arrival *a, struct span blob, struct fault *f)
{
	const char **names, *dir;
	size_t count;
	int r = draft_reviews(c, d, &a->reviews, f);

	if (r < 0)
		return r;
	copies_find(c, d->ws->conf, a->reviews, a->doc, blob, a->file, &a->copy);
	/* Of two copies from the same bytes nobody may be able to tell which it is. */
	if (a->copy.entry || a->copy.known || !d->ws->root)
		return 0;
	dir = ws_path(c, d->ws, "drafts/reviews");
	list_dir(c, dir, ".yaml", &names, &count);
	for (size_t i = 0; i < count && !a->copy.entry; i++) {
		const char *path = arena_printf(&c->arena, "%s/%s", dir, names[i]).p;
		struct reviews *others = NULL;

		if (reviews_at(c, d->ws, path, &others, NULL) < 0)
			continue; /* what is wrong with it is for its own draft to say */
		copies_find(c, d->ws->conf, others, a->doc, blob, a->file, &a->copy);
		if (a->copy.entry) {
			reviews_free(a->reviews);
			a->reviews = others;
			a->record = path;
		} else {
			reviews_free(others);
		}
	}
	return 0;
}

static int load_base(struct cli *c, struct draft *d, struct arrival *a, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(buf_done) struct buf bytes = { 0 };
	struct span name, blob;
	struct doc *doc = NULL;
	bool comparison;
	int r;

	a->ours = read_map(a->doc->map, &name, &blob);
	if (!a->ours)
		return 0;
	name = map_name(&c->arena, name);
	a->made_from = name;
	a->blob = arena_dup(&c->arena, blob);
	if (!span_eq(name, d->name))
		ui_note(c, "%s: this copy was made from %.*s, not from %.*s", a->file, SPAN_ARG(name), SPAN_ARG(d->name));
	r = find_copy(c, d, a, blob, f);
	if (r < 0)
		return r;
	copies_settle(&a->copy, d->ws->conf, a->doc);
	comparison = copies_settle_export(outfile_organisation(d), d->statement->doc, a->doc) || a->copy.comparison; /* it may have been made of the bytes of a copy */
	{
		char now[REPO_HEX + 1];

		repo_blob_name(buf_span(&d->bytes), now);
		/* The draft is still what the copy was made from: it carried the draft's suggestions. */
		if (span_is(blob, now))
			return comparison || !d->statement->doc->has_critic ? 0 : md_read(buf_span(&d->bytes), &(struct read_options){ .path = d->path, .reading = READING_MARKED }, &a->sent, f);
	}
	a->base_missing = true;
	r = versions_open_if_any(d->ws, &h, f);
	if (r < 0 || !h || repo_blob_read(history_repo(h), arena_str(&c->arena, blob), &bytes, NULL) < 0)
		return r;
	a->base_missing = false;
	r = md_read(buf_span(&bytes), &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &doc, NULL);
	if (r == 0) {
		a->base = statement_new(doc);
		/* Only a copy that was made here says which suggestions are no news; of another file with our map nobody knows. */
		if (!comparison && copies_showed_suggestions(history_repo(h), blob))
			md_read(buf_span(&bytes), &(struct read_options){ .path = d->path, .reading = READING_MARKED }, &a->sent, NULL);
	}
	return 0;
}

static bool reads_as_before(const struct draft *d, struct span bytes, const char *hash)
{
	struct doc *doc = NULL;
	struct statement *st;
	char now[SHA256_HEX + 1];

	if (md_read(bytes, &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &doc, NULL) < 0)
		return false;
	st = statement_new(doc);
	statement_hash(st, now);
	statement_free(st);
	return strcmp(now, hash) == 0;
}

/* What a text with suggestions would give by itself. */
static int plan_of(struct statement *base, struct statement *st, struct doc *marked, const struct receive_options *o, struct received *ret, struct fault *f)
{
	return marked && marked->has_critic ? receive_plan(base, st, marked, o, ret, f) : 0;
}

/* Takes out of the plan what the copy carried, or the draft has; what the copy carried and has no more was settled in it. */
static int subtract_known(struct arrival *a, struct statement *st, struct doc *marked, const struct receive_options *o, struct fault *f)
{
	struct received sent = { 0 }, now = { 0 };
	int r = plan_of(a->base ? a->base : st, st, a->sent, o, &sent, f);

	if (!r)
		r = plan_of(st, st, marked, o, &now, f);
	if (!r) {
		if (a->sent)
			a->settled_count = receive_find_settled(&a->plan, &sent, &now, &a->settled);
		receive_subtract(&a->plan, &sent);
		receive_subtract(&a->plan, &now);
	}
	received_done(&sent);
	received_done(&now);
	return r;
}

/* ---- a change that would touch other words ---- */

/* All of a plan's changes, one by one: those that cannot be laid are found by halves, and the others are. */
struct sifting {
	struct cli *c;
	struct draft *d;
	struct arrival *a;
	struct doc *doc, *marked;
	const struct receive_options *o;
	const char *hash;
	const struct totals *before;
	bool *in;       /* by place: hunks, blocks, removals, joins, comments */
	size_t tries;
	bool settling;  /* what was accepted or rejected in the copy is said too */
};

#define SIFT_TRIES 400 /* readings of the draft that a file may cost */

static size_t count_of(const struct received *p)
{
	return p->hunk_count + p->block_count + p->removal_count + p->join_count + p->comment_count;
}

#define PICK(array)                                                                              \
	do {                                                                                     \
		ret->array##s = mem_zero(all->array##_count + 1, sizeof(*ret->array##s));        \
		for (size_t i = 0; i < all->array##_count; i++)                                  \
			if (in[at++])                                                            \
				ret->array##s[ret->array##_count++] = all->array##s[i];          \
	} while (0)

static void pick(const struct received *all, const bool *in, struct received *ret)
{
	size_t at = 0;

	*ret = (struct received){ .paragraphs = all->paragraphs, .matched = all->matched };
	PICK(hunk);
	PICK(block);
	PICK(removal);
	PICK(join);
	PICK(comment);
}

/* Lays what is in; what it became and what it could not place only where they are asked for. */
static bool attempt(struct sifting *s, struct buf *out, struct totals *t, struct received *ret_plan)
{
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 };
	struct arrival part = *s->a;
	struct totals now = *s->before;
	bool good;

	s->tries++;
	pick(&s->a->plan, s->in, &part.plan);
	lay_plan(s->c, s->doc, s->marked, &part, &e, &now);
	if (s->settling)
		lay_settled(s->c, s->marked, &part, s->o->author, s->o->time, &e, &now);
	edits_apply(&e, s->doc->source, &bytes);
	good = reads_as_before(s->d, buf_span(&bytes), s->hash);
	if (good && out) {
		buf_clear(out);
		buf_add(out, buf_span(&bytes));
		*t = now;
		*ret_plan = part.plan;
	} else {
		received_done(&part.plan);
	}
	return good;
}

static void sift_between(struct sifting *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		s->in[i] = true;
	if (from == to || (s->tries < SIFT_TRIES && attempt(s, NULL, NULL, NULL)))
		return;
	for (size_t i = from; i < to; i++)
		s->in[i] = false;
	if (to - from == 1 || s->tries >= SIFT_TRIES)
		return;
	sift_between(s, from, from + (to - from) / 2);
	sift_between(s, from + (to - from) / 2, to);
}

static void list_one(struct cli *c, struct received *p, const char *what, struct span where, struct span text)
{
	if (p->lost_count == p->lost_cap) {
		p->lost_cap = p->lost_cap ? 2 * p->lost_cap : 16;
		p->lost = mem_resize(p->lost, p->lost_cap, sizeof(*p->lost));
	}
	p->lost[p->lost_count++] = (struct receive_lost){ span_str(what), arena_dup(&c->arena, where), arena_dup(&c->arena, text) };
}

static struct span words_of(struct cli *c, const struct block *leaf, size_t begin, size_t end)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (const struct block *x = leaf; x; x = block_next(x, leaf)) {
		if (b.n && block_is_leaf(x))
			buf_char(&b, ' ');
		if (block_is_leaf(x))
			text_of_leaf(x, READING_REJECTED, &b);
	}
	return arena_dup(&c->arena, span_sub(buf_span(&b), begin < b.n ? begin : b.n, end < b.n ? end : b.n));
}

static void list_comments(struct sifting *s, const struct block *leaf, const struct comment *c)
{
	for (; c; c = c->next)
		list_one(s->c, &s->a->plan, "comment", block_id(leaf), c->text);
}

/* Lists what stayed out, with the comments on it. */
static void list_left_out(struct sifting *s)
{
	struct received *p = &s->a->plan;
	const bool *in = s->in;
	size_t at = 0, joins = p->hunk_count + p->block_count + p->removal_count;
	bool join_out = false;

	for (size_t i = 0; i < p->join_count; i++)
		join_out = join_out || !in[joins + i];

	for (size_t i = 0; i < p->hunk_count; i++) {
		const struct receive_hunk *x = &p->hunks[i];

		if (in[at++])
			continue;
		if (x->split)
			list_one(s->c, p, "paragraph divided where it could not be placed", block_id(x->leaf), span_trim(words_of(s->c, x->leaf, x->end, SIZE_MAX)));
		else
			list_one(s->c, p, x->text.n ? "change that could not be placed" : "words taken out that could not be placed", block_id(x->leaf),
				 x->text.n ? x->text : words_of(s->c, x->leaf, x->begin, x->end));
		list_comments(s, x->leaf, x->comments);
	}
	for (size_t i = 0; i < p->block_count; i++) {
		if (in[at++])
			continue;
		list_one(s->c, p, "new paragraph that could not be placed", (struct span){ 0 }, p->blocks[i].text);
		list_comments(s, NULL, p->blocks[i].comments);
	}
	for (size_t i = 0; i < p->removal_count; i++) {
		const struct receive_removal *x = &p->removals[i];

		if (in[at++] && !(join_out && x->in_join))
			continue;
		list_one(s->c, p, "paragraph that is gone", block_id(x->leaf), words_of(s->c, x->leaf, 0, SIZE_MAX));
		list_comments(s, x->leaf, x->comments);
	}
	for (size_t i = 0; i < p->join_count; i++)
		if (!in[at++])
			list_one(s->c, p, "paragraphs joined", block_id(p->joins[i].a), words_of(s->c, p->joins[i].b, 0, SIZE_MAX));
	for (size_t i = 0; i < p->comment_count; i++)
		if (!in[at++])
			list_comments(s, p->comments[i].leaf, p->comments[i].comment);
}

/* The draft with all that can be laid; the rest is listed.  False: nothing can. */
static bool sift(struct sifting *s, struct buf *out, struct totals *t)
{
	size_t n = count_of(&s->a->plan);
	struct received laid = { 0 };
	bool good;

	s->in = mem_zero(n + 1, sizeof(bool));
	/* Alone first: if the words to settled suggestions are what does not fit, they are left out. */
	s->settling = true;
	s->settling = attempt(s, NULL, NULL, NULL);
	sift_between(s, 0, n);
	good = attempt(s, out, t, &laid);
	if (good) {
		list_left_out(s);
		for (size_t i = 0; i < laid.lost_count; i++)
			list_one(s->c, &s->a->plan, laid.lost[i].what.p, laid.lost[i].where, laid.lost[i].text);
		received_done(&laid);
	}
	mem_free(s->in);
	return good;
}

enum { LINES_A_TEXT = 6 };

/* The lines that an export of a statement with this front matter has around its text. */
static void lines_of(const struct outdoc_options *o, const struct meta *m, struct span *ret)
{
	ret[0] = m->organisation.n ? m->organisation : o->organisation;
	ret[1] = o->document_label;
	ret[2] = o->input_to;
	ret[3] = o->group;
	ret[4] = m->date;
	ret[5] = m->endorsed_count ? o->endorsers_label.n ? o->endorsers_label : o->words.endorsers : (struct span){ 0 };
}

/* What stands around the text in a copy, and is no part of it. */
static int around_text(struct cli *c, struct draft *d, const struct arrival *a, const struct statement *now, struct receive_options *o, struct fault *f)
{
	const struct meta *m = &now->doc->meta, *then = a->base ? &a->base->doc->meta : m;
	struct span *information = ARENA_ARRAY(&c->arena, 2 * LINES_A_TEXT + 2 + m->endorsed_count + then->endorsed_count, struct span);
	size_t n = 0;
	struct span *lines = ARENA_ARRAY(&c->arena, 2 * LINES_A_TEXT, struct span);
	struct outdoc_options made;
	int r = outfile_options(c, d, AUDIENCE_REVIEW, &made, f);

	if (r < 0)
		return r;
	lines_of(&made, then, lines);
	lines_of(&made, m, lines + LINES_A_TEXT);
	o->lines = lines;
	o->line_count = a->ours ? 2 * LINES_A_TEXT : 0;
	o->line_must = a->ours ? LINES_A_TEXT : 0;
	o->box_line = copies_cover_line;
	o->boxed = a->copy.entry || a->copy.covers.n;
	o->box_known = copies_cover_knows;
	o->box = a->copy.entry && a->copy.entry->cover.n ? a->copy.entry->cover : a->copy.covers;
	for (size_t i = 0; i < 2 * LINES_A_TEXT; i++)
		information[n++] = lines[i];
	information[n++] = then->title;
	information[n++] = m->title;
	for (size_t i = 0; i < m->endorsed_count; i++)
		information[n++] = span_trim(m->endorsed_by[i]);
	for (size_t i = 0; then != m && i < then->endorsed_count; i++)
		information[n++] = span_trim(then->endorsed_by[i]);
	o->furniture = information;
	o->furniture_count = n;
	return 0;
}

/* A copy for internal use says so above its text. */
static bool is_for_us(const struct doc *d)
{
	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		CLEANUP(buf_done) struct buf text = { 0 };

		if (!b->furniture || !block_is_leaf(b))
			continue;
		text_of_leaf(b, READING_REJECTED, &text);
		if (span_eq(span_trim(buf_span(&text)), SPAN_LIT(INTERNAL_BANNER)))
			return true;
	}
	return false;
}

/* One file's changes into the draft's bytes. */
static int lay(struct cli *c, struct draft *d, struct arrival *a, struct buf *bytes, struct totals *t, struct fault *f)
{
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf out = { 0 }, time = { 0 };
	CLEANUP(statement_freep) struct statement *st = NULL;
	CLEANUP(doc_freep) struct doc *with_critic = NULL;
	struct doc *doc = NULL, *marked;
	const char *from = opt_get(c, "from");
	struct totals before;
	size_t lost;
	struct receive_options o = { .draft_name = a->ours ? a->made_from : d->name, .internal = is_for_us(a->doc) };
	char hash[SHA256_HEX + 1];
	int r = md_read(buf_span(bytes), &(struct read_options){ .path = d->path, .reading = READING_REJECTED }, &doc, f);

	if (r < 0)
		return r;
	a->internal = o.internal;
	st = statement_new(doc);
	statement_hash(st, hash);
	when_rfc3339(&time, c->now, 0);
	o.author = from ? span_str(from) : a->copy.entry ? a->copy.who : SPAN_LIT("unknown");
	o.time = buf_span(&time);
	o.words = draft_words(c, d, st->doc->meta.language.n ? st->doc->meta.language : d->ws->conf ? d->ws->conf->language : (struct span){ 0 });
	d->ws->copy = a->blob;
	if (d->ws->root) {
		o.other_draft = draft_other_before;
		o.other_ctx = d->ws;
		o.words.other_draft = draft_other;
		o.words.other_ctx = d->ws;
	}
	r = around_text(c, d, a, st, &o, f);
	if (r < 0)
		return r;
	/* Where nothing is marked the two readings are one. */
	if (doc->has_critic)
		r = md_read(buf_span(bytes), &(struct read_options){ .path = d->path, .reading = READING_MARKED }, &with_critic, f);
	marked = with_critic ? with_critic : doc;
	if (!r)
		receive_strip_comments(a->doc, a->sent, marked);
	if (!r)
		r = receive_plan(a->base ? a->base : st, st, a->doc, &o, &a->plan, f);
	if (!r)
		r = subtract_known(a, st, marked, &o, f);
	if (!r)
		r = again_drop(c, d, a, doc, marked, &o, f);
	if (r < 0)
		return r;
	before = *t;
	lost = a->plan.lost_count;
	lay_plan(c, doc, marked, a, &e, t);
	lay_settled(c, marked, a, o.author, o.time, &e, t);
	edits_apply(&e, doc->source, &out);
	/* What nobody accepted yet must read as before, to the letter. */
	if (!reads_as_before(d, buf_span(&out), hash)) {
		struct sifting s = { .c = c, .d = d, .a = a, .doc = doc, .marked = marked, .o = &o, .hash = hash, .before = &before };

		a->plan.lost_count = lost; /* what the first try could not place is found again */
		if (sift(&s, &out, t)) {
			buf_clear(bytes);
			buf_add(bytes, buf_span(&out));
			return 0;
		}
		fault_set(f, FAULT_REFUSED, (struct srcpos){ a->file, 0, 0 }, "its changes cannot be laid into the draft without touching other words; nothing was written");
		return fault_hint(f, "Settle the suggestions that are open first: chapeau suggestions %.*s", SPAN_ARG(draft_typed(d)));
	}
	buf_clear(bytes);
	buf_add(bytes, buf_span(&out));
	return 0;
}

struct receiving {
	struct draft *d;
	struct buf *bytes; /* what the draft becomes */
};

/* The files laid over the draft's bytes: all up to the final write. */
static int lay_all(struct cli *c, void *ctx, struct fault *f)
{
	struct receiving *x = ctx;
	struct draft *d = x->d;
	struct buf *bytes = x->bytes;
	size_t count = c->arg_count - 1;
	struct arrival *all = ARENA_ARRAY(&c->arena, count, struct arrival);
	struct totals t = { 0 };
	int r = draft_load(c, d, f);

	if (!r)
		r = statement_require_unique(d->statement, f);
	if (r < 0)
		return r;
	buf_add(bytes, buf_span(&d->bytes));
	for (size_t i = 0; !r && i < count; i++) {
		CLEANUP(buf_done) struct buf in = { 0 };
		struct span name = span_str(c->args[i]);
		const struct format *fmt = format_by_path(name);

		all[i].file = c->args[i];
		r = file_read(c->args[i], LIMIT_ZIP_BYTES, &in, NULL, f);
		if (!r && (!fmt || !fmt->read || strcmp(fmt->name, "md") == 0)) {
			r = draft_wrong_kind(c->args[i], f);
			if (!r) {
				fault_set(f, FAULT_INPUT, (struct srcpos){ c->args[i], 0, 0 }, "receive reads .docx and .odt files that came back");
				r = fault_hint(f, "In Word or LibreOffice: File > Save As > .docx, then again.");
			}
		}
		if (!r)
			r = fmt->read(buf_span(&in), &(struct read_options){ .path = c->args[i], .reading = READING_MARKED }, &all[i].doc, f);
		if (!r)
			r = load_base(c, d, &all[i], f);
		if (!r)
			r = lay(c, d, &all[i], bytes, &t, f);
	}
	if (!r)
		r = received_say(c, d, all, count, &t, buf_span(bytes), f);
	for (size_t i = 0; i < count; i++) {
		received_done(&all[i].plan);
		reviews_free(all[i].reviews);
		statement_free(all[i].base);
		doc_free(all[i].sent);
		doc_free(all[i].doc);
	}
	return r;
}

/* For a message about all of them: "a.docx, b.odt". */
static const char *names_of(struct cli *c, size_t count)
{
	struct span s = span_str(c->args[0]);

	for (size_t i = 1; i < count; i++)
		s = arena_printf(&c->arena, "%.*s, %s", SPAN_ARG(s), c->args[i]);
	return arena_str(&c->arena, s);
}

int cmd_receive(struct cli *c, struct fault *f)
{
	CLEANUP(draft_done) struct draft d = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 }, command = { 0 };
	size_t count = c->arg_count - 1;
	struct receiving x = { &d, &bytes };
	int r = draft_find(c, c->args[count], 0, &d, f);

	if (!r && apart_package(span_str(d.path))) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ d.path, 0, 0 }, "the last word names the draft that the files are laid over, and this is no Markdown draft");
		r = fault_hint(f, "Such as: chapeau receive back.docx wsis20-input");
	}
	if (!r)
		r = draft_read(c, &d, f);
	if (!r)
		r = apart_run(c, names_of(c, count), lay_all, &x, &bytes, 1, f);
	if (!r && !opt_given(c, "dry-run")) {
		buf_printf(&command, "receive %s into %.*s", path_base(span_str(c->args[0])).p, SPAN_ARG(d.name));
		buf_char(&command, '\0');
		r = draft_write(c, &d, buf_span(&bytes), command.p, f);
	}
	return r;
}
