/* What was done to a copy that no suggestion in the text can say: to what stands around it, and looks that Markdown has no signs for. */
#include "model/number.h"
#include "model/text.h"
#include "receive/plan.h"

static bool is_endorser(const struct meta *m, struct span name)
{
	for (size_t i = 0; i < m->endorsed_count; i++)
		if (span_eq(span_trim(m->endorsed_by[i]), name))
			return true;
	return false;
}

static bool same_line(struct span a, struct span b)
{
	CLEANUP(buf_done) struct buf x = { 0 }, y = { 0 };

	text_fold(a, &x);
	text_fold(b, &y);
	return span_eq(buf_span(&x), buf_span(&y));
}

static const char *const around_what[] = { "", "title", "information block", "endorsers", "cover box" };

/* Other words than the copy went out with? */
static bool is_other(const struct plan *p, enum furniture kind, struct span now, bool *seen)
{
	const struct meta *m = &p->base->doc->meta;
	bool known = !p->o->line_count;

	switch (kind) {
	case FURNITURE_NONE:
		return false;
	case FURNITURE_TITLE:
		return m->title.n && !same_line(now, m->title);
	case FURNITURE_LINE:
		for (size_t i = 0; i < p->o->line_count; i++)
			if (same_line(now, p->o->lines[i])) {
				known = true;
				seen[i] = true;
			}
		return now.n && !known;
	case FURNITURE_ENDORSER:
		return now.n && !is_endorser(m, now);
	case FURNITURE_BOX:
		return now.n && p->o->boxed && !(p->o->box.n ? p->o->box_known(p->o->box, now) : p->o->box_line(now));
	}
	return false;
}

/* What stood there and does not any more, where the file still has such lines at all: a program that knows no styles has none. */
static void list_gone(struct plan *p, const size_t found[], const bool *seen, size_t changed)
{
	const struct meta *m = &p->base->doc->meta;

	if (!p->returned->map.n || !(found[FURNITURE_TITLE] + found[FURNITURE_LINE] + found[FURNITURE_ENDORSER]))
		return;
	if (m->title.n && !found[FURNITURE_TITLE])
		receive_lose(p, "title that is gone", (struct span){ 0 }, m->title);
	for (size_t i = 0; i < p->o->line_must; i++)
		if (!seen[i] && p->o->lines[i].n && !(changed && changed--)) /* it was changed, and said so */
			receive_lose(p, "line that is gone from the information block", (struct span){ 0 }, p->o->lines[i]);
	if (found[FURNITURE_ENDORSER] < m->endorsed_count)
		receive_lose(p, "endorser that is gone", (struct span){ 0 }, (struct span){ 0 });
}

/* Title, endorsers and information block are front matter, the box is ours: no suggestion can say what was done to them, so it is
 * listed. */
void receive_look_around(struct plan *p)
{
	size_t found[FURNITURE_BOX + 1] = { 0 }, changed = 0;
	bool *seen = mem_zero(p->o->line_count + 1, sizeof(bool));

	for (const struct block *b = p->returned->root; b; b = block_next(b, p->returned->root)) {
		struct span was, now;

		if (!b->furniture || !block_is_leaf(b))
			continue;
		was = span_trim(receive_text_in(p, b, READING_REJECTED));
		now = span_trim(receive_text_in(p, b, READING_ACCEPTED));
		found[b->furniture] += was.n || now.n;
		if (is_other(p, b->furniture, now, seen) || !span_eq(was, now)) {
			changed += b->furniture == FURNITURE_LINE;
			receive_lose(p, arena_printf(&p->out->arena, "change to the %s", around_what[b->furniture]).p, (struct span){ 0 }, now.n ? now : was);
		}
		for (size_t i = 0; i < b->run_count; i++) {
			const struct comment *c;

			for (size_t n = 0; (c = receive_comments_of(&b->runs[i], n)); n++) {
				int64_t *said = hash_map_put(&p->comment_at, (uint64_t)(uintptr_t)c >> 4);

				for (const struct comment *k = *said ? NULL : c; k; k = k->next)
					receive_lose(p, arena_printf(&p->out->arena, "comment on the %s", around_what[b->furniture]).p, (struct span){ 0 },
						     arena_printf(&p->out->arena, "%.*s: %.*s", SPAN_ARG(k->author), SPAN_ARG(k->text)));
				*said = -1;
			}
		}
	}
	list_gone(p, found, seen, changed);
	mem_free(seen);
}

#define NO_LOOKS (FMT_UNDERLINE | FMT_STRIKE | FMT_SUPER | FMT_SUB)

static const char *look_name(unsigned format)
{
	return format & FMT_STRIKE ? "words struck through by hand" : format & FMT_UNDERLINE ? "underlined words" : format & FMT_SUPER ? "raised words" : "lowered words";
}

/* Looks that Markdown has no signs for, and our copies never have. */
void receive_list_looks(struct plan *p)
{
	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block;
		CLEANUP(buf_done) struct buf words = { 0 };
		/* The number of a note, left by a program that knows no second mark of one. */
		bool spelt = !p->returned->map.n || (p->paras[k].leaf != SIZE_MAX && receive_lacks_marks(p, &p->leaves[p->paras[k].leaf]));
		uint64_t number;
		unsigned last = 0;

		for (size_t i = 0; i <= b->run_count; i++) {
			const struct run *r = i < b->run_count ? &b->runs[i] : NULL;
			unsigned now = r && r->kind == RUN_TEXT && !r->link && mark_accepted(r->mark) ? r->format & NO_LOOKS : 0;

			if (now != last && !receive_blank(buf_span(&words)) && !(last == FMT_SUPER && spelt && span_number(span_trim(buf_span(&words)), 100000, &number)))
				receive_lose(p, look_name(last), p->paras[k].leaf == SIZE_MAX ? (struct span){ 0 } : block_id(p->leaves[p->paras[k].leaf].block), buf_span(&words));
			if (now != last)
				buf_clear(&words);
			last = now;
			if (now)
				buf_add(&words, r->text);
		}
	}
}
