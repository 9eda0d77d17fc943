#include "cli/copies.h"

#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "cli/versions.h"
#include "io/file.h"
#include "model/settle.h"
#include "model/statement.h"
#include "model/text.h"

#define LOCK_WAIT 10000 /* milliseconds */
#define COVER_HEX 12u /* of the SHA-256 of a line */

unsigned copies_of(const struct reviews *all, struct span id, size_t before, const struct review **ret_last)
{
	unsigned n = 0;

	*ret_last = NULL;
	for (size_t i = 0; all && i < all->count && i < before; i++)
		if (all->items[i].what == REVIEW_COPY_SENT && span_eq(all->items[i].to, id)) {
			*ret_last = &all->items[i];
			n++;
		}
	return n;
}

/* "beside/BLOB/PATH-OTHER": the path by its hash, since names of refs hold no spaces. */
#define PATH_HEX 16u

static void other_name(struct span blob, const char *path, struct buf *out)
{
	char hex[SHA256_HEX + 1];

	sha256_hex_of(span_str(path), hex);
	buf_printf(out, "beside/%.*s/%.*s-", SPAN_ARG(blob), (int)PATH_HEX, hex);
}

static int keep_others(struct ws *w, struct repo *g, const char *blob, struct fault *f)
{
	int r = 0;

	for (const struct ws_other *o = w->others; o && !r; o = o->next) {
		const char *path = o->statement && !o->back ? versions_path(w->cli, w, o->path) : NULL;
		CLEANUP(buf_done) struct buf name = { 0 };
		char hex[REPO_HEX + 1];

		if (!path)
			continue;
		r = repo_blob_write(g, o->statement->doc->source, hex, f);
		if (r < 0)
			break;
		other_name(span_str(blob), path, &name);
		buf_str(&name, hex);
		buf_char(&name, '\0');
		r = repo_ref_set_blob(g, name.p, hex, f);
	}
	return r;
}

/* Bytes whose suggestions a copy shows are "sent/BLOB"; those of a comparison, which shows none of them, "compared/BLOB". */
int copies_keep(struct ws *w, struct span bytes, bool suggestions, struct fault *f)
{
	CLEANUP(history_freep) struct history *h = NULL;
	char name[16 + REPO_HEX + 1], blob[REPO_HEX + 1];
	struct repo *g;
	int r = versions_open_if_any(w, &h, f);

	if (r < 0 || !h)
		return r;
	g = history_repo(h);
	r = repo_lock(g, LOCK_WAIT, f);
	if (r < 0)
		return r;
	r = repo_blob_write(g, bytes, blob, f);
	if (!r) {
		snprintf(name, sizeof(name), "%s/%s", suggestions ? "sent" : "compared", blob);
		r = repo_ref_set_blob(g, name, blob, f);
	}
	if (!r)
		r = keep_others(w, g, blob, f);
	repo_unlock(g);
	return r;
}

bool copies_showed_suggestions(struct repo *g, struct span blob)
{
	char name[16 + REPO_HEX + 1], found[REPO_HEX + 1];

	snprintf(name, sizeof(name), "sent/%.*s", SPAN_ARG(span_sub(blob, 0, REPO_HEX)));
	return repo_ref_get(g, name, found);
}

struct kept_others {
	size_t count, wanted;
	char *hex;
};

static bool count_other(void *ctx, const char *rest)
{
	struct kept_others *k = ctx;

	if (strlen(rest) == REPO_HEX && k->count++ == k->wanted)
		memcpy(k->hex, rest, REPO_HEX + 1);
	return true;
}

size_t copies_kept_other(struct repo *g, struct span blob, const char *path, size_t n, char ret_hex[REPO_HEX + 1])
{
	struct kept_others k = { .wanted = n, .hex = ret_hex };
	CLEANUP(buf_done) struct buf name = { 0 };

	if (!blob.n)
		return 0;
	other_name(blob, path, &name);
	buf_char(&name, '\0');
	repo_refs(g, name.p, count_other, &k);
	return k.count;
}

/* The words of the cover box, a line for each paragraph. */
static void cover_of(const struct doc *d, struct buf *out)
{
	for (const struct block *b = d->root->first; b; b = block_next(b, d->root))
		if (b->furniture && block_is_leaf(b)) {
			text_of_leaf(b, READING_ACCEPTED, out);
			buf_char(out, '\n');
		}
}

bool copies_cover_line(struct span s)
{
	/* What stands between the two is names, days and numbers; a tail NULL: nothing does. */
	static const struct {
		const char *head, *tail;
	} lines[] = {
		{ "REVIEW COPY for ", ". NOT FOR PUBLICATION" },
		{ "", " of it" },
		{ "Changed since the copy you had", " (tracked below)" },
		{ "Changed since the copy you had", ": nothing" },
		{ "This is your first copy.", NULL },
		{ "Please answer", ", by e-mail:" },
		{ "- edit or comment in this file (any Word or LibreOffice), and send it back;", NULL },
		{ "- or answer in one line: OK ", " (the whole text)" },
		{ "- or: OK ", "" },
	};
	const size_t answer = sizeof("- or: OK 7K3M-Q2XD-90BT except 1234 quinquies") - 1;

	s = span_trim(s);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct span head = span_str(lines[i].head);

		if (!span_starts(s, head) || (lines[i].tail ? !span_ends(s, span_str(lines[i].tail)) : s.n != head.n))
			continue;
		return (head.n || span_find(s, SPAN_LIT(", copy "), 0) != SIZE_MAX) && (i + 1 < ARRAY_LEN(lines) || s.n <= answer);
	}
	return false;
}

static void cover_hash(struct span line, char ret[SHA256_HEX + 1])
{
	CLEANUP(buf_done) struct buf folded = { 0 };

	text_fold(line, &folded);
	sha256_hex_of(buf_span(&folded), ret);
	ret[COVER_HEX] = '\0';
}

void copies_cover_hashes(struct span cover, struct buf *out)
{
	struct span line;

	while (span_split(&cover, '\n', &line)) {
		char hex[SHA256_HEX + 1];

		cover_hash(line, hex);
		buf_printf(out, "%s%s", out->n ? " " : "", hex);
	}
}

bool copies_cover_knows(struct span hashes, struct span line)
{
	char hex[SHA256_HEX + 1];

	cover_hash(line, hex);
	return span_find(hashes, span_str(hex), 0) != SIZE_MAX;
}

void copies_find(struct cli *c, const struct workspace *conf, const struct reviews *all, const struct doc *returned, struct span blob, const char *file,
		 struct sent_copy *ret)
{
	CLEANUP(buf_done) struct buf cover = { 0 };
	struct span covers = { 0 };
	int best = -1;
	bool tie = false, unknown = false; /* one of before covers were on record */

	*ret = (struct sent_copy){ 0 };
	cover_of(returned, &cover);
	for (size_t i = 0; all && i < all->count; i++) {
		const struct review *e = &all->items[i], *last;
		const struct person *p;
		struct sent_copy k = { .entry = e };
		int score;

		if (e->what != REVIEW_COPY_SENT || !span_eq(e->blob, blob))
			continue;
		covers = arena_printf(&c->arena, "%.*s %.*s", SPAN_ARG(covers), SPAN_ARG(e->cover));
		unknown = unknown || !e->cover.n;
		p = conf ? workspace_person(conf, e->to) : NULL;
		k.who = p ? p->name : e->to;
		k.nth = 1 + copies_of(all, e->to, i, &last);
		k.comparison = last && last->blob.n;
		score = 2 * (span_find(buf_span(&cover), arena_printf(&c->arena, " for %.*s", SPAN_ARG(k.who)), 0) != SIZE_MAX &&
			     span_find(buf_span(&cover), arena_printf(&c->arena, ", copy %u of it\n", k.nth), 0) != SIZE_MAX) +
			span_eq(path_base(span_str(file)), e->file);
		if (score < best)
			continue;
		/* Of copies that are alike the person's last one; of two people's neither. */
		tie = score == best && (tie || (ret->entry && !span_eq(ret->entry->to, e->to)));
		best = score;
		*ret = k;
	}
	if (tie && best < 2)
		*ret = (struct sent_copy){ 0 };
	ret->known = best >= 0;
	ret->covers = unknown ? (struct span){ 0 } : covers;
}

struct span copies_author(const struct workspace *conf)
{
	return conf && conf->organisation_short.n ? conf->organisation_short : SPAN_LIT("chapeau");
}

#define TO_THE_MINUTE 16u /* YYYY-MM-DDThh:mm */

struct hand {
	struct span author, minute, later; /* later: what the second of two changes that meet is said to be of */
};

/* To the minute: word processors drop the seconds of changes that they save again. */
static bool is_by(const void *ctx, const struct mark *m)
{
	const struct hand *h = ctx;

	return span_eq(m->author, h->author) && h->minute.n && (span_starts(m->time, h->minute) || span_starts(m->time, h->later));
}

void copies_settle(const struct sent_copy *copy, const struct workspace *conf, struct doc *returned)
{
	struct hand h = { .author = copies_author(conf) };
	char later[MARK_TIME + 1];

	if (!copy->entry || !copy->comparison)
		return;
	if (copy->entry->time.n == MARK_TIME) {
		mark_time_later(copy->entry->time, later);
		h.minute = span_sub(copy->entry->time, 0, TO_THE_MINUTE);
		h.later = span_sub(span_str(later), 0, TO_THE_MINUTE);
	}
	doc_settle(returned, READING_ACCEPTED, is_by, &h);
}

struct exported {
	struct span organisation;
	bool *any;
};

static bool is_of_export(const void *ctx, const struct mark *m)
{
	const struct exported *x = ctx;
	struct span hour = span_sub(m->time, 10, m->time.n < 19 ? m->time.n : 19);
	char later[MARK_TIME + 1];

	mark_time_later(SPAN_LIT("1980-01-01T00:00:00Z"), later);
	if (!span_eq(m->author, x->organisation) || !(span_is(hour, "T00:00:00") || span_eq(hour, span_sub(span_str(later), 10, 19))))
		return false;
	*x->any = true;
	return true;
}

bool copies_settle_export(struct span organisation, const struct doc *draft, struct doc *returned)
{
	bool any = false;

	for (size_t i = 0; i < draft->suggestion_count; i++)
		if (!draft->suggestions[i].author.n || span_eq(draft->suggestions[i].author, organisation))
			return false;
	doc_settle(returned, READING_ACCEPTED, is_of_export, &(struct exported){ organisation, &any });
	return any;
}
