#include "cli/log.h"
#include "cli/when.h"
#include "diff/diff.h"
#include "io/zone.h"

void life_parts(struct cli *c, const struct wordings *w, size_t i, struct part **ret, size_t *ret_count)
{
	struct span old = i + 1 < w->count ? w->items[i + 1].text : (struct span){ 0 };

	diff_texts(old, w->items[i].text, &c->arena, ret, ret_count);
}

/* The next "Suggested-by: Tomas Rey [igf-mandate] 2025-09-29T09:00:00Z (review.docx)" of this clause: name, and what follows. */
static bool next_suggestion(struct span *rest, struct span id, struct span *ret_name, struct span *ret_more)
{
	struct span line;

	while (span_split(rest, '\n', &line)) {
		size_t open, end;

		if (!span_starts(line, SPAN_LIT("Suggested-by: ")) || (open = span_find(line, SPAN_LIT(" ["), 0)) == SIZE_MAX)
			continue;
		end = open + 2 + id.n;
		if (!span_starts(span_sub(line, open + 2, line.n), id) || line.n <= end || line.p[end] != ']')
			continue;
		*ret_name = span_sub(line, 14, open);
		*ret_more = span_sub(line, end + 1, line.n);
		return true;
	}
	return false;
}

struct span life_suggested_by(struct cli *c, const struct wording *x)
{
	struct span rest = x->version.message, name, more, seen = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };

	while (x->version.hex[0] && next_suggestion(&rest, x->id, &name, &more)) {
		struct zone_time t;
		struct span day = span_sub(more, more.n > 1, more.n < 21 ? more.n : 21);
		CLEANUP(buf_done) struct buf one = { 0 };
		bool zone;

		buf_add(&one, name);
		if (zone_parse(day, &t, &zone)) {
			when_day(&one, &t);
			more = span_sub(more, 21, more.n);
		}
		if (span_starts(more, SPAN_LIT(" (")))
			buf_add(&one, more);
		if (span_eq(buf_span(&one), seen))
			continue; /* several of one person in one file */
		if (b.n)
			BUF_LIT(&b, "; ");
		buf_add(&b, buf_span(&one));
		seen = arena_dup(&c->arena, buf_span(&one));
	}
	return arena_dup(&c->arena, buf_span(&b));
}

struct span life_absorbed(struct cli *c, const struct wording *x, const struct wording *older)
{
	struct span rest = x->absorbs, ref;
	CLEANUP(buf_done) struct buf b = { 0 };

	while (older && !x->words_same && span_split(&rest, ',', &ref)) {
		struct span before = older->absorbs, other;
		bool had = false;

		while (span_split(&before, ',', &other))
			had = had || span_eq(ref, other);
		if (!had && !span_eq(ref, older->id))
			buf_printf(&b, "%s%.*s", b.n ? ", " : "", SPAN_ARG(ref));
	}
	return arena_dup(&c->arena, buf_span(&b));
}

struct span life_went_into(const struct log_subject *s)
{
	const struct statement *st = s->draft.statement;

	for (size_t i = 0; st && i < st->count; i++) {
		const struct attrs *a = st->clauses[i].block->attrs;
		struct span rest = a ? attrs_get(a, "absorbs") : (struct span){ 0 }, ref;

		while (st->clauses[i].id.n && span_split(&rest, ',', &ref))
			if (span_eq(ref, s->id))
				return st->clauses[i].id;
	}
	return (struct span){ 0 };
}
