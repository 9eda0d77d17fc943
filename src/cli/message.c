#include "cli/message.h"

#include "diff/diff.h"
#include "format/format.h"
#include "io/file.h"

struct span message_subject(struct span message)
{
	size_t lf = span_find_char(message, '\n', 0);

	return span_trim(lf == SIZE_MAX ? message : span_sub(message, 0, lf));
}

static bool takes_back(const struct review *undone, const struct review *e)
{
	return span_is(undone->outcome, "undone") && !span_is(e->outcome, "undone") && span_eq(undone->author, e->author) &&
	       span_eq(undone->clause, e->clause) && span_eq(undone->old_text, e->old_text) && span_eq(undone->new_text, e->new_text);
}

/* The settled entries from `from` on, without those that a later one of them takes back, and without that one. */
static void drop_undone(struct reviews *v, size_t from)
{
	for (size_t i = from; i < v->count; i++) {
		struct review *e = &v->items[i];

		if (e->what != REVIEW_SETTLED || !span_is(e->outcome, "undone"))
			continue;
		for (size_t k = i; k-- > from;)
			if (v->items[k].what == REVIEW_SETTLED && takes_back(e, &v->items[k])) {
				e->outcome = v->items[k].outcome = (struct span){ 0 };
				break;
			}
	}
}

/* Lines of a version's message for entries that this version brings. */
static void settled_lines(const struct changed_file *x, struct buf *out)
{
	CLEANUP(reviews_freep) struct reviews *old = NULL, *new = NULL;
	size_t from = 0;

	if (!x->has || conf_reviews(x->after, x->path, &new, NULL) < 0)
		return;
	if (x->had && conf_reviews(x->before, x->path, &old, NULL) == 0)
		from = old->count;
	drop_undone(new, from);
	for (size_t i = from; i < new->count; i++) {
		const struct review *e = &new->items[i];
		const char *what = span_is(e->outcome, "accepted") ? "Suggested-by" : span_is(e->outcome, "undone") ? "Taken-back" : "Rejected";

		if (e->what != REVIEW_SETTLED || !e->outcome.n)
			continue;
		buf_printf(out, "%s%s: %.*s [%.*s]", out->n ? "\n" : "", what, SPAN_ARG(e->author.n ? e->author : SPAN_LIT("unsigned")), SPAN_ARG(e->clause));
		/* When, and in which file it came: accepted CriticMarkup leaves no other trace. */
		if (e->made.n)
			buf_printf(out, " %.*s", SPAN_ARG(e->made));
		if (e->file.n)
			buf_printf(out, " (%.*s)", SPAN_ARG(e->file));
		if (e->because.n)
			buf_printf(out, " because %.*s", SPAN_ARG(e->because));
	}
}

void message_body(const struct changes *ch, struct buf *out)
{
	for (size_t i = 0; i < ch->count; i++)
		if (span_starts(span_str(ch->items[i].path), SPAN_LIT("drafts/reviews/")))
			settled_lines(&ch->items[i], out);
}

#define NAMED_CHANGES 6 /* more than these are counted */

static int statement_from(struct span bytes, const char *path, struct statement **ret)
{
	struct doc *d = NULL;
	struct read_options o = { .path = path, .reading = READING_REJECTED };
	int r = md_read(bytes, &o, &d, NULL);

	if (r == 0)
		*ret = statement_new(d);
	return r;
}

static void name_change(const struct change_entry *e, struct buf *out, size_t *named, size_t *others)
{
	static const char *const words[] = {
#define X(kind, name) [CHANGE_##kind] = name,
		CHANGE_LIST(X)
#undef X
	};
	const char *what = words[e->kind];

	if (e->kind == CHANGE_SAME && !e->moved && !e->attribute_count)
		return;
	if (e->kind == CHANGE_SAME)
		what = e->moved ? "moved" : "tags changed";
	if (!e->id.n || *named >= NAMED_CHANGES) {
		++*others;
		return;
	}
	buf_printf(out, "%s%.*s %s", out->n ? ", " : "", SPAN_ARG(e->id), what);
	++*named;
}

void message_make(const struct changes *ch, struct buf *out)
{
	size_t named = 0, others = 0, had = 0;

	for (size_t i = 0; i < ch->count; i++)
		had += ch->items[i].had;
	if (!had && ch->count > NAMED_CHANGES) {
		BUF_LIT(out, "the workspace as it begins");
		return;
	}
	for (size_t i = 0; i < ch->count; i++) {
		const struct changed_file *x = &ch->items[i];
		CLEANUP(statement_freep) struct statement *old = NULL, *new = NULL;
		CLEANUP(comparison_freep) struct comparison *cmp = NULL;
		struct span path = span_str(x->path);
		bool record = span_starts(path, SPAN_LIT("drafts/reviews/")) && ch->count > 1;
		bool draft = span_starts(path, SPAN_LIT("drafts/")) && span_ends(path, SPAN_LIT(".md"));
		struct diff_options o = { 0 };

		if (draft && x->had && x->has && statement_from(x->before, x->path, &old) == 0 && statement_from(x->after, x->path, &new) == 0 &&
		    diff_statements(old, new, &o, &cmp, NULL) == 0) {
			size_t before = named + others;

			for (size_t k = 0; k < cmp->count; k++)
				name_change(&cmp->entries[k], out, &named, &others);
			if (named + others > before)
				continue;
		}
		if (record)
			continue;
		if (named >= NAMED_CHANGES) {
			others++;
			continue;
		}
		buf_printf(out, "%s%.*s %s", out->n ? ", " : "", SPAN_ARG(draft ? path_stem(path) : path), !x->had ? "new" : !x->has ? "removed" : "changed");
		named++;
	}
	if (others)
		buf_printf(out, "%s%zu more change%s", out->n ? " and " : "", others, others == 1 ? "" : "s");
}
