#include "cli/suggested.h"

#include "cli/record.h"
#include "cli/ui.h"
#include "cli/when.h"
#include "format/format.h"
#include "io/zone.h"

void suggested_done(struct suggested *o)
{
	mem_free(o->blocks);
	mem_free(o->ranges);
	mem_free(o->further);
	mem_free(o->first_further);
	statement_free(o->accepted);
	buf_done(&o->original);
	reviews_free(o->reviews);
	doc_free(o->doc);
	draft_done(&o->d);
}

/* Of all suggestions in one walk: a paragraph may hold thousands. */
static struct run_range *find_ranges(const struct doc *d, const struct block *const *blocks)
{
	struct run_range *ranges = mem_zero(d->suggestion_count + 1, sizeof(*ranges));
	CLEANUP(mem_freep) bool *seen = mem_zero(d->block_count + 1, sizeof(*seen));

	for (size_t i = 0; i < d->suggestion_count; i++) {
		const struct block *b = blocks[i];

		if (!b || seen[b->serial])
			continue;
		seen[b->serial] = true;
		for (uint32_t k = 0; k < b->run_count; k++)
			for (const struct mark *m = b->runs[k].mark; m; m = m->outer) {
				struct run_range *r = m->group && m->group <= d->suggestion_count && blocks[m->group - 1] == b ? &ranges[m->group - 1] : NULL;

				if (r && !r->end)
					r->first = k;
				if (r)
					r->end = k + 1;
			}
	}
	return ranges;
}

/* The blocks that suggestions go on in, each once. */
struct further_list {
	struct further *items;
	uint32_t *first, *last;
	size_t count, cap;
};

static void find_further_in(const struct suggested *o, const struct block *top, struct further_list *l)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		for (uint32_t k = 0; k < b->run_count; k++)
			for (const struct mark *m = b->runs[k].mark; m; m = m->outer) {
				uint32_t g = m->group && m->group <= o->doc->suggestion_count ? m->group - 1 : UINT32_MAX;
				uint32_t *link;

				if (g == UINT32_MAX || o->blocks[g] == b || (l->last[g] && l->items[l->last[g] - 1].block == b))
					continue;
				if (l->count == l->cap) {
					l->cap = l->cap ? 2 * l->cap : 16;
					l->items = mem_resize(l->items, l->cap, sizeof(*l->items));
				}
				l->items[l->count++] = (struct further){ .block = b };
				link = l->last[g] ? &l->items[l->last[g] - 1].next : &l->first[g];
				*link = l->last[g] = (uint32_t)l->count;
			}
}

static void find_further(struct suggested *o)
{
	struct further_list l = { .first = mem_zero(o->doc->suggestion_count + 1, sizeof(uint32_t)), .last = mem_zero(o->doc->suggestion_count + 1, sizeof(uint32_t)) };

	find_further_in(o, o->doc->root, &l);
	for (size_t i = 0; i < o->doc->note_count; i++)
		find_further_in(o, o->doc->notes[i]->body, &l);
	mem_free(l.last);
	o->further = l.items;
	o->first_further = l.first;
}

void suggested_find(struct suggested *o)
{
	mem_free(o->blocks);
	mem_free(o->ranges);
	mem_free(o->further);
	mem_free(o->first_further);
	o->blocks = doc_suggestion_blocks(o->doc);
	o->ranges = find_ranges(o->doc, o->blocks);
	find_further(o);
}

int suggested_open(struct cli *c, const char *word, unsigned flags, struct suggested *o, struct fault *f)
{
	int r = draft_find(c, word, flags, &o->d, f);

	if (!r)
		r = draft_load(c, &o->d, f);
	if (!r)
		r = draft_doc(c, &o->d, READING_MARKED, &o->doc, f);
	if (!r)
		suggested_find(o);
	if (!r && o->d.ws)
		r = draft_reviews(c, &o->d, &o->reviews, f);
	/* Of all that is on record only the copies are looked at, for each suggestion. */
	if (!r && o->reviews) {
		size_t n = 0;

		for (size_t i = 0; i < o->reviews->count; i++)
			if (o->reviews->items[i].what == REVIEW_COPY_SENT)
				o->reviews->items[n++] = o->reviews->items[i];
		o->reviews->count = n;
	}
	return r;
}

struct span suggested_label(const struct draft *d, struct span id)
{
	const struct clause *k = id.n ? statement_find(d->statement, id) : NULL;

	return k ? k->label : (struct span){ 0 };
}

struct span suggested_file(const struct suggested *o, const struct suggestion *s)
{
	const struct workspace *conf = o->d.ws ? o->d.ws->conf : NULL;
	struct span file = { 0 };

	for (size_t i = 0; o->reviews && s->author.n && i < o->reviews->count; i++) {
		const struct review *e = &o->reviews->items[i];
		const struct person *p;

		p = conf ? workspace_person(conf, e->to) : NULL;
		if ((span_eq(e->to, s->author) || (p && span_eq(p->name, s->author))) && span_cmp(span_sub(e->time, 0, 16), span_sub(s->time, 0, s->time.n < 16 ? s->time.n : 16)) <= 0)
			file = e->file;
	}
	return file;
}

#define AROUND 60 /* bytes of the sentence shown on each side */
#define SHOWN_LINES 8 /* of a suggestion that goes on in further paragraphs, items or rows */

const struct suggestion *suggested_over(const struct suggested *o, const struct suggestion *s)
{
	size_t first = md_alternatives(o->doc, (size_t)(s - o->doc->suggestions));

	for (size_t i = first; s->kind == SUGGEST_INSERT && i < (size_t)(s - o->doc->suggestions); i++)
		if (o->doc->suggestions[i].kind == SUGGEST_REPLACE && md_alternatives(o->doc, i) == first)
			return &o->doc->suggestions[i];
	return s;
}

/* The runs that show a suggestion and what it would replace, with as many words before them as are shown. */
static struct run_range range_of(const struct suggested *o, const struct block *b, unsigned number, unsigned old)
{
	struct run_range r = o->ranges[number - 1], x = o->ranges[old - 1];
	size_t n = 0;

	if (!r.end || (x.end && o->blocks[old - 1] == b && x.first < r.first))
		r.first = x.first;
	if (o->blocks[old - 1] == b && x.end > r.end)
		r.end = x.end;
	if (!r.end)
		return (struct run_range){ 0, (uint32_t)b->run_count };
	for (; r.first && n <= AROUND; r.first--)
		n += mark_rejected(b->runs[r.first - 1].mark) ? b->runs[r.first - 1].text.n : 0;
	return r;
}

/* The words around a suggestion, with it between signs; other suggestions as they stand when not accepted.  old: whose removed
 * words it would replace. */
static void put_context(const struct cli *c, const struct block *b, struct run_range range, unsigned number, unsigned old, struct buf *out)
{
	CLEANUP(buf_done) struct buf before = { 0 }, middle = { 0 }, after = { 0 };
	bool seen = false;
	size_t cut;

	for (size_t i = range.first; i < b->run_count && (i < range.end || after.n <= AROUND); i++) {
		const struct run *r = &b->runs[i];
		const struct mark *m = r->mark;
		bool ours = false;
		struct span text = r->kind == RUN_SOFT || r->kind == RUN_HARD ? SPAN_LIT(" ") : r->text;
		CLEANUP(buf_done) struct buf note = { 0 };

		for (; m; m = m->outer)
			if (m->group == number || (m->group == old && m->kind == MARK_DELETED)) {
				ours = true;
				break;
			}
		if (r->kind == RUN_XREF) {
			buf_printf(&note, "[%s%.*s]", span_find_char(r->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(r->target));
			text = buf_span(&note);
		}
		if (ours) {
			bool gone = m->kind == MARK_DELETED;

			/* A note's mark is all that some suggestions are. */
			if (r->kind == RUN_NOTE) {
				buf_printf(&note, "[^%.*s]", SPAN_ARG(r->note->label));
				text = buf_span(&note);
			}
			seen = true;
			buf_add(&middle, buf_span(&after));
			buf_clear(&after);
			buf_str(&middle, c->color ? (gone ? "\033[31;9m" : "\033[32;4m") : gone ? "[-" : "{+");
			ui_safe(&middle, text);
			buf_str(&middle, c->color ? "\033[0m" : gone ? "-]" : "+}");
		} else if (mark_rejected(r->mark)) {
			ui_safe(seen ? &after : &before, text);
		}
	}
	/* Neighbouring pieces of one kind read as one. */
	cut = before.n > AROUND ? before.n - AROUND : 0;
	while (cut < before.n && cut && before.p[cut - 1] != ' ')
		cut++;
	if (cut)
		BUF_LIT(out, "...");
	buf_put(out, before.p + cut, before.n - cut);
	for (size_t i = 0; i < middle.n; i++) {
		struct span rest = span_sub(buf_span(&middle), i, middle.n);

		if (span_starts(rest, SPAN_LIT("-][-")) || span_starts(rest, SPAN_LIT("+}{+"))) {
			i += 3;
			continue;
		}
		buf_char(out, middle.p[i]);
	}
	cut = after.n;
	if (cut > AROUND) {
		cut = AROUND;
		while (cut && after.p[cut] != ' ')
			cut--;
	}
	buf_put(out, after.p, cut);
	if (cut < after.n)
		BUF_LIT(out, "...");
}

/* Is all that it takes out, or puts in, the end of a paragraph, with the tag of the next one? */
static bool is_break(const struct suggestion *s)
{
	struct span rest = span_trim(s->kind == SUGGEST_DELETE ? s->old_text : s->new_text);
	bool tag = (rest.n > 1 && rest.p[0] == '{' && rest.p[rest.n - 1] == '}') || (span_starts(rest, SPAN_LIT("<!--")) && span_ends(rest, SPAN_LIT("-->")));

	return s->kind != SUGGEST_REPLACE && span_find_char(s->kind == SUGGEST_DELETE ? s->old_text : s->new_text, '\n', 0) != SIZE_MAX && (!rest.n || (tag && span_find_char(rest, '\n', 0) == SIZE_MAX));
}

/* One line of a suggestion, and none where nothing is to be shown. */
static void put_line(const struct cli *c, struct buf *words, struct buf *out)
{
	if (words->n) {
		BUF_LIT(out, "    ");
		ui_wrap(out, buf_span(words), c->width ? c->width : 80, 4, 4);
		buf_char(out, '\n');
	}
	buf_clear(words);
}

/* A line for each paragraph and item, and one for each row of a table. */
static void put_further(const struct cli *c, const struct suggested *o, const struct suggestion *s, const struct block *before, struct buf *words, struct buf *out)
{
	size_t lines = 1, left = 0;

	for (uint32_t i = o->first_further[s - o->doc->suggestions]; i; i = o->further[i - 1].next) {
		const struct block *b = o->further[i - 1].block;
		bool row = before && b->kind == BLOCK_CELL && before->kind == BLOCK_CELL && b->parent == before->parent;

		before = b;
		if (!row && lines++ >= SHOWN_LINES)
			left++;
		if (left)
			continue;
		if (row)
			BUF_LIT(words, " | ");
		else
			put_line(c, words, out);
		put_context(c, b, (struct run_range){ 0, (uint32_t)b->run_count }, s->number, s->number, words);
	}
	put_line(c, words, out);
	if (left)
		buf_printf(out, "    [it goes on: %zu more]\n", left);
}

static void put_date(struct buf *out, struct span time)
{
	struct zone_time t;
	bool zone;

	if (!zone_parse(time, &t, &zone))
		return;
	when_day(out, &t);
	buf_printf(out, " %02d:%02d", t.hour, t.minute);
}

void suggested_say(const struct cli *c, const struct suggested *o, const struct suggestion *s, struct buf *out)
{
	const struct block *b = o->blocks[s - o->doc->suggestions];
	struct span id = block_id(b), label = suggested_label(&o->d, id);
	unsigned old = suggested_over(o, s)->number;
	CLEANUP(buf_done) struct buf words = { 0 };

	buf_printf(out, "s%u  ", s->number);
	if (label.n)
		buf_printf(out, "para %.*s  ", SPAN_ARG(label));
	ui_safe(out, id.n ? id : SPAN_LIT("(no id)"));
	BUF_LIT(out, "  ");
	ui_safe(out, s->author.n ? s->author : SPAN_LIT("unsigned"));
	put_date(out, s->time);
	if (suggested_file(o, s).n) {
		BUF_LIT(out, "  (");
		ui_safe(out, suggested_file(o, s));
		BUF_LIT(out, ")");
	}
	if (s->outer)
		buf_printf(out, "  (inside s%u)", s->outer);
	buf_char(out, '\n');
	if (b)
		put_context(c, b, range_of(o, b, s->number, old), s->number, old, &words);
	if (is_break(s))
		buf_str(&words, s->kind == SUGGEST_DELETE ? "  [the next paragraph is joined to this one]" : "  [a paragraph ends here]");
	put_further(c, o, s, b, &words, out);
	for (const struct comment *k = s->comments; k; k = k->next) {
		if (!k->text.n)
			continue;
		BUF_LIT(out, "    ");
		ui_safe(out, k->author.n ? k->author : SPAN_LIT("note"));
		BUF_LIT(out, ": ");
		ui_safe(out, k->text);
		buf_char(out, '\n');
	}
}

void suggested_list(struct cli *c, const struct suggested *o, struct buf *out)
{
	for (size_t i = 0; i < o->doc->suggestion_count; i++)
		suggested_say(c, o, &o->doc->suggestions[i], out);
}
