#include "cli/was_internal.h"

#include <stdlib.h>
#include <unicase.h>

#include "base/hashmap.h"
#include "base/utf8.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "model/text.h"

#define ROW 8 /* words; DESIGN.md section 8 */
#define NAMES 16 /* that a draft may have had */

struct word_walk {
	struct span text;
	size_t at;
};

/* The next word: letters, marks and digits, in lower case, without what cannot be seen; *ret_begin and *ret_end say where it stands. */
static bool next_word(struct word_walk *w, uint64_t *ret_hash, size_t *ret_begin, size_t *ret_end)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t begin = SIZE_MAX;

	while (w->at < w->text.n) {
		size_t here = w->at;
		uint32_t cp = utf8_next(w->text.p, w->text.n, &w->at);
		bool wide = cp_ideograph(cp);

		if (cp_ignorable(cp))
			continue;
		if (!(cp_letter(cp) || cp_digit(cp)) || (wide && begin != SIZE_MAX)) {
			if (begin != SIZE_MAX) {
				w->at = wide ? here : w->at;
				*ret_end = here;
				*ret_begin = begin;
				*ret_hash = h;
				return true;
			}
			continue;
		}
		if (begin == SIZE_MAX)
			begin = here;
		if (cp >= 0x80)
			cp = uc_tolower(cp);
		else if (cp >= 'A' && cp <= 'Z')
			cp += 32;
		h = (h ^ cp) * 0x100000001b3u;
		if (wide)
			break;
	}
	if (begin == SIZE_MAX)
		return false;
	*ret_begin = begin;
	*ret_end = w->at;
	*ret_hash = h;
	return true;
}

/* Calls each for every row of ROW words; stops when it returns false. */
static void each_row(struct span text, bool (*each)(void *ctx, uint64_t hash, size_t begin, size_t end), void *ctx)
{
	struct word_walk w = { .text = text };
	uint64_t hashes[ROW], h;
	size_t begins[ROW], n = 0, begin, end;

	while (next_word(&w, &h, &begin, &end)) {
		uint64_t row = 1469598103934665603u;

		hashes[n % ROW] = h;
		begins[n % ROW] = begin;
		n++;
		if (n < ROW)
			continue;
		for (size_t i = 0; i < ROW; i++)
			row = (row ^ hashes[(n + i) % ROW]) * 0x9e3779b97f4a7c15u + i;
		if (!each(ctx, row ? row : 1, begins[n % ROW], end))
			return;
	}
}

struct row_job {
	struct hash_map *out;
	const struct hash_map *except;
	int64_t time;
};

static bool keep_row(void *ctx, uint64_t h, size_t begin, size_t end)
{
	struct row_job *j = ctx;

	(void)begin;
	(void)end;
	if (!j->except || !hash_map_find(j->except, h)) {
		int64_t *latest = hash_map_put(j->out, h);

		if (j->time > *latest)
			*latest = j->time;
	}
	return true;
}

static void rows_of(struct doc *d, bool internal, struct row_job *j)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		const struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (const struct block *b = top; b; b = block_next(b, top)) {
			CLEANUP(buf_done) struct buf t = { 0 }, folded = { 0 };

			if (!block_is_leaf(b) || b->internal != internal)
				continue;
			text_of_leaf(b, READING_REJECTED, &t);
			text_fold(buf_span(&t), &folded); /* as a clause's text is: letters and their accents in one way */
			each_row(buf_span(&folded), keep_row, j);
		}
	}
}

static bool speaks_of_internal(struct span file)
{
	return span_find(file, SPAN_LIT("internal"), 0) != SIZE_MAX;
}

struct hit {
	const struct hash_map *rows;
	size_t begin, end;
	int64_t time;
};

static bool find_row(void *ctx, uint64_t h, size_t begin, size_t end)
{
	struct hit *x = ctx;
	const int64_t *time = hash_map_find(x->rows, h);

	if (!time)
		return true;
	x->begin = begin;
	x->end = end;
	x->time = *time;
	return false;
}

/* The internal rows of all versions of a file. */
static void rows_of_versions(struct history *h, const char *below, const struct version_list *list, struct hash_map *rows)
{
	for (size_t i = 0; i < list->count; i++) {
		CLEANUP(buf_done) struct buf file = { 0 };
		CLEANUP(hash_map_done) struct hash_map public = { 0 };
		struct doc *doc = NULL;
		struct row_job seen = { .out = &public, .time = 1 }, kept = { .out = rows, .except = &public, .time = list->items[i].version.time };

		if (!list->items[i].blob[0] || repo_blob_read(history_repo(h), list->items[i].blob, &file, NULL) < 0 || !speaks_of_internal(buf_span(&file)))
			continue;
		if (md_read(buf_span(&file), &(struct read_options){ .path = below, .reading = READING_REJECTED }, &doc, NULL) < 0)
			continue;
		rows_of(doc, false, &seen);
		rows_of(doc, true, &kept);
		doc_free(doc);
	}
}

int was_internal(struct cli *c, struct draft *d, struct result *r, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(hash_map_done) struct hash_map rows = { 0 };
	const char *below = d->ws->root ? versions_path(c, d->ws, d->path) : NULL, *names[NAMES] = { below };
	struct statement *s = d->statement;
	struct fault own = { 0 };
	size_t count = 1;
	int e = 0;

	if (!below)
		return 0;
	e = versions_open_if_any(d->ws, &h, &own);
	if (e < 0 && !d->ws->unseen_said) {
		/* What is wrong with the history is other commands' business; that nobody looked is not. */
		ui_note(c, "%s: warning: nobody can tell whether these words were internal in a saved version: %s.", d->path, own.message);
		d->ws->unseen_said = true;
	}
	fault_done(&own);
	if (e < 0 || !h)
		return 0;
	/* What was internal under another name was internal too. */
	for (size_t i = 0; e == 0 && i < count; i++) {
		CLEANUP(version_list_done) struct version_list list = { 0 };

		e = history_versions(h, names[i], false, 0, &list, f);
		rows_of_versions(h, names[i], &list, &rows);
		if (e == 0)
			e = history_names_before(h, &list, i ? (struct span){ 0 } : s->doc->source, &c->arena, names, &count, NAMES, f);
	}
	for (size_t i = 0; e == 0 && rows.count && i < s->count; i++) {
		const struct clause *k = &s->clauses[i];
		struct hit x = { .rows = &rows };
		struct finding *found;
		CLEANUP(buf_done) struct buf when = { 0 };

		if (k->internal)
			continue;
		each_row(k->text, find_row, &x);
		if (!x.time)
			continue;
		when_at(&when, x.time, when_offset(x.time));
		found = findings_add(&r->findings, "was-internal", LEVEL_ERROR);
		found->clause = k->id;
		found->hash = span_str(clause_hash(k));
		found->line = k->line;
		found->column = k->column;
		found->excerpt = arena_dup(&r->findings.arena, span_sub(k->text, x.begin, x.end));
		if (k->id.n)
			found->message = arena_printf(&r->findings.arena,
						      "these words were in an internal note until %.*s and are public now: \"%.*s\". Make them internal again, or release "
						      "them on the record: chapeau waive %.*s was-internal --clause %.*s --as \"...\" --because \"...\".",
						      SPAN_ARG(span_trim(buf_span(&when))), SPAN_ARG(found->excerpt), SPAN_ARG(d->name), SPAN_ARG(k->id));
		else
			found->message = arena_printf(&r->findings.arena,
						      "these words were in an internal note until %.*s and are public now: \"%.*s\". Make them internal again; or give the "
						      "paragraph an id (chapeau track %.*s) and release them on the record.",
						      SPAN_ARG(span_trim(buf_span(&when))), SPAN_ARG(found->excerpt), SPAN_ARG(d->name));
	}
	if (e == 0)
		findings_sort(&r->findings);
	return e;
}
