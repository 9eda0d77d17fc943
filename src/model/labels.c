#include "model/labels.h"

#include <unicase.h>

#include "base/hashmap.h"
#include "base/utf8.h"
#include "model/text.h"

static bool counts(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

bool label_is_path(struct span label)
{
	for (size_t i = 1; i + 1 < label.n; i++)
		if (label.p[i] == '.' && counts(label.p[i - 1]) && counts(label.p[i + 1]))
			return true;
	return false;
}

/* "Table": the word as it begins a line. */
static struct span capital(struct arena *a, struct span word)
{
	size_t first = 0, n = 16;
	uint8_t upper[16];

	if (!word.n)
		return word;
	utf8_next(word.p, word.n, &first);
	if (!u8_totitle((const uint8_t *)word.p, first, NULL, NULL, upper, &n))
		return word;
	return arena_printf(a, "%.*s%.*s", (int)n, (const char *)upper, SPAN_ARG(span_sub(word, first, word.n)));
}

struct span label_line_text(struct arena *a, struct span label, struct span word)
{
	if (word.n && !number_says(label, word))
		return arena_printf(a, "%.*s %.*s", SPAN_ARG(capital(a, word)), SPAN_ARG(label));
	return !word.n && number_takes_stop(label) ? arena_printf(a, "%.*s.", SPAN_ARG(label)) : label;
}

static void add_line_run(struct block *line, struct span text, const struct mark *mark)
{
	struct run *r = &line->runs[line->run_count++];

	*r = (struct run){ .kind = RUN_TEXT, .text = text, .mark = mark };
}

/* A line's words stand in its runs; label_line (of words that went: label_was) says which of them, at their end, are the label. */
static struct block *line_of(struct doc *d, const struct block *b, struct span word, const struct label_marks *marks)
{
	struct span word_was = word.n ? marks->table_was : word;
	struct block *line = block_new(d, BLOCK_PARAGRAPH);
	struct span was = b->relabelled ? b->label_was : (struct span){ 0 };
	bool both = was.n && b->labelled;

	line->runs = ARENA_ARRAY(&d->arena, 2, struct run);
	line->relabelled = both;
	line->label_was = was;
	if (was.n)
		add_line_run(line, label_line_text(&d->arena, was, word_was), both ? marks->gone : NULL);
	if (b->labelled)
		add_line_run(line, label_line_text(&d->arena, b->printed, mark_accepted(b->mark) ? word : word_was), both ? marks->came : NULL);
	line->label_line = b->labelled ? b->printed : was;
	line->path = b->path;
	/* One that has a label in one text only comes or goes as a line. */
	line->mark = !b->relabelled || both ? b->mark : was.n ? marks->gone : marks->came;
	line->internal = b->internal;
	line->in_container = b->in_container;
	return line;
}

bool label_is_own(const struct block *b)
{
	return (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING || b->kind == BLOCK_ITEM) && !b->label_line.n &&
	       (b->relabelled || (b->labelled && b->printed.n));
}

size_t label_in_line(const struct block *line, const struct run *r)
{
	struct span label = line->relabelled && r == line->runs ? line->label_was : line->label_line;
	size_t at = span_find(r->text, label, 0);

	for (size_t next = at; next != SIZE_MAX; next = span_find(r->text, label, next + 1))
		at = next;
	return at == SIZE_MAX ? r->text.n : at;
}

/* From one block to another: what refers to the first still names it by its path. */
static void hand_over(struct block *from, struct block *to)
{
	if (to) {
		to->printed = from->labelled ? from->printed : to->printed;
		to->labelled = from->labelled;
		to->relabelled = from->relabelled;
		to->label_was = from->label_was;
	}
	from->printed = (struct span){ 0 };
	from->labelled = false;
}

bool labels_place(struct doc *d, const struct xref_words *words, const struct label_marks *marks)
{
	bool added = false;

	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		if (!b->labelled && !b->relabelled)
			continue;
		switch (b->kind) {
		case BLOCK_ITEM:
			if (!b->first || (b->first->kind != BLOCK_PARAGRAPH && b->first->kind != BLOCK_HEADING)) {
				struct block *empty = block_new(d, BLOCK_PARAGRAPH);

				empty->internal = b->internal;
				if (b->first)
					block_insert_before(b->first, empty);
				else
					block_append(b, empty);
				added = true;
			}
			break;
		case BLOCK_QUOTE:
			if (b->first && b->first->kind == BLOCK_PARAGRAPH && !b->first->printed.n) {
				hand_over(b, b->first);
				break;
			}
			__attribute__((fallthrough));
		case BLOCK_TABLE:
		case BLOCK_LIST:
		case BLOCK_CODE:
		case BLOCK_RULE:
			block_insert_before(b, line_of(d, b, b->kind == BLOCK_TABLE ? words->table : (struct span){ 0 }, marks));
			hand_over(b, NULL);
			added = true;
			break;
		case BLOCK_ROOT:
		case BLOCK_PARAGRAPH:
		case BLOCK_HEADING:
		case BLOCK_ROW:
		case BLOCK_CELL:
			break;
		}
	}
	return added;
}

/* ---- the way back ---- */

static bool is_tab(struct span s)
{
	return s.n && s.p[0] == '\t';
}

static struct span trim_label(struct doc *d, const struct buf *text)
{
	struct span label = span_trim(buf_span(text));

	if (label.n > 1 && label.p[label.n - 1] == '.')
		label.n--;
	return arena_dup(&d->arena, label);
}

/* What a label says when all is accepted, and when all is rejected. */
struct label_read {
	struct span now, was;
};

static struct label_read read_label(struct doc *d, const struct run *runs, size_t count)
{
	CLEANUP(buf_done) struct buf now = { 0 }, was = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (mark_accepted(runs[i].mark))
			buf_add(&now, runs[i].text);
		if (mark_rejected(runs[i].mark))
			buf_add(&was, runs[i].text);
	}
	return (struct label_read){ trim_label(d, &now), trim_label(d, &was) };
}

/* What comes or goes as a whole has one label. */
static void set_label(struct block *b, struct label_read l, bool whole)
{
	bool one = whole || span_eq(l.now, l.was);

	b->printed = l.now.n || !one ? l.now : l.was;
	b->labelled = b->printed.n != 0;
	b->relabelled = !one;
	b->label_was = one ? (struct span){ 0 } : l.was;
}

/* The label that the runs begin with; its runs go. */
static struct label_read take_head(struct doc *d, struct block *b)
{
	struct label_read label;
	size_t n = 0;

	while (n < b->run_count && b->runs[n].kind == RUN_TEXT && (b->runs[n].format & FMT_PRINTED_LABEL))
		n++;
	label = read_label(d, b->runs, n);
	b->runs += n;
	b->run_count -= n;
	if (n && b->run_count && b->runs[0].kind == RUN_TEXT && is_tab(b->runs[0].text))
		b->runs[0].text = span_sub(b->runs[0].text, 1, b->runs[0].text.n);
	if (n && b->run_count && b->runs[0].kind == RUN_TEXT && !b->runs[0].text.n) {
		b->runs++;
		b->run_count--;
	}
	return label;
}

/* A comma between two marks that another program set in no style: we alone write it with that space. */
static bool is_separator(const struct block *b, size_t i)
{
	const struct run *r = &b->runs[i];

	if (r->format & FMT_NOTE_SEPARATOR)
		return true;
	return r->kind == RUN_TEXT && span_is(r->text, TEXT_NOTE_SEPARATOR) && i && r[-1].kind == RUN_NOTE && i + 1 < b->run_count &&
	       r[1].kind == RUN_NOTE;
}

/* Does a run of a reference begin another one than those from first on? */
static bool begins_reference(const struct run *runs, size_t first, size_t i)
{
	if (!(runs[i].format & FMT_REFERENCE) || runs[i].mark != runs[first].mark)
		return true;
	return runs[i].kind == RUN_TEXT && span_trim(runs[i].text).n && runs[i - 1].kind == RUN_XREF;
}

/* The words and numbers of a reference, to which its last step leads, are one run. */
static void take_references(struct doc *d, struct block *b)
{
	size_t kept = 0;

	for (size_t i = 0, n; i < b->run_count; i += n) {
		CLEANUP(buf_done) struct buf words = { 0 };
		size_t last = SIZE_MAX;

		for (n = 1; b->runs[i].format & FMT_REFERENCE && i + n < b->run_count && !begins_reference(b->runs, i, i + n); n++)
			;
		for (size_t k = i; k < i + n; k++)
			if (b->runs[k].format & FMT_REFERENCE && b->runs[k].kind == RUN_XREF)
				last = k;
		for (size_t k = i; k < i + n; k++) {
			if (last == SIZE_MAX || k > last)
				b->runs[kept++] = b->runs[k];
			else
				buf_add(&words, b->runs[k].kind == RUN_XREF ? b->runs[k].printed : b->runs[k].text);
			if (k == last) {
				b->runs[kept] = b->runs[last];
				b->runs[kept++].printed = arena_dup(&d->arena, buf_span(&words));
			}
		}
	}
	b->run_count = kept;
}

static void take_leaf(struct doc *d, struct block *b)
{
	struct label_read label = { 0 };
	struct block *owner = b;
	size_t kept = 0;

	if (b->run_count && (b->runs[0].format & FMT_PRINTED_LABEL) && b->kind != BLOCK_CELL)
		label = take_head(d, b);
	if (label.now.n || label.was.n) {
		if (b->parent->kind == BLOCK_ITEM && !b->prev)
			owner = b->parent;
		set_label(owner, label, b->mark || owner->mark);
	}
	take_references(d, b);
	for (size_t i = 0; i < b->run_count; i++) {
		if (is_separator(b, i))
			continue;
		b->runs[kept] = b->runs[i];
		b->runs[kept++].format &= ~(FMT_PRINTED_LABEL | FMT_NOTE_MARK | FMT_REFERENCE);
	}
	b->run_count = kept;
}

/* Do both come, or both go, as a whole? */
static bool comes_with(const struct block *line, const struct block *next)
{
	return line->mark && mark_accepted(line->mark) == mark_accepted(next->mark) && mark_rejected(line->mark) == mark_rejected(next->mark);
}

#define LINE_RUNS 64u /* pieces of "Table " and its number, of either text */

/* "Table 3" above a table, and nothing that somebody wrote: the label is the table's. */
static bool take_line(struct doc *d, struct block *line)
{
	struct block *next = block_next_skip(line, d->root);
	struct run labels[LINE_RUNS];
	struct label_read label;
	size_t count = 0;
	CLEANUP(buf_done) struct buf words = { 0 };

	if (!line->run_count || line->run_count > LINE_RUNS || line->break_mark || !next || (next->mark && !comes_with(line, next)) ||
	    (next->kind != BLOCK_TABLE && next->kind != BLOCK_LIST && next->kind != BLOCK_CODE && next->kind != BLOCK_QUOTE))
		return false;
	for (size_t i = 0; i < line->run_count; i++) {
		if (line->runs[i].kind != RUN_TEXT)
			return false;
		if (line->runs[i].format & FMT_PRINTED_LABEL)
			labels[count++] = line->runs[i];
	}
	if (!count || !(line->runs[line->run_count - 1].format & FMT_PRINTED_LABEL))
		return false;
	label = read_label(d, labels, count);
	if (line->mark && !mark_accepted(line->mark))
		label.now = (struct span){ 0 };
	if (line->mark && !mark_rejected(line->mark))
		label.was = (struct span){ 0 };
	if (!label.now.n && !label.was.n)
		return false;
	set_label(next, label, next->mark != NULL);
	text_of_leaf(line, READING_ACCEPTED, &words);
	next->label_said = arena_dup(&d->arena, span_trim(buf_span(&words)));
	return true;
}

/* The block below each line that was taken, 1 more than its place in what was taken; by the line's address. */
struct taken {
	struct hash_map at;
	struct block **below;
	size_t count, cap;
};

static void take_below(struct doc *d, struct block *top, struct taken *t)
{
	for (struct block *b = top, *next; b; b = next) {
		next = block_next(b, top);
		if (b->label_line.n && take_line(d, b)) {
			if (t->count == t->cap) {
				t->cap = t->cap ? 2 * t->cap : 16;
				t->below = mem_resize(t->below, t->cap, sizeof(*t->below));
			}
			t->below[t->count++] = block_next_skip(b, d->root);
			*hash_map_put(&t->at, (uint64_t)(uintptr_t)b >> 4) = (int64_t)t->count;
			block_remove(b);
			continue;
		}
		b->label_line = (struct span){ 0 };
		take_leaf(d, b);
	}
}

/* What referred to a line refers to the block whose label it was. */
static void anchor_below(struct doc *d, const struct taken *t)
{
	for (size_t i = 0; i < d->anchor_count && t->count; i++) {
		const int64_t *at = hash_map_find(&t->at, (uint64_t)(uintptr_t)d->anchors[i].block >> 4);

		if (at)
			d->anchors[i].block = t->below[*at - 1];
	}
}

/* The notes in the order of their numbers in one text. */
static size_t notes_in_order(const struct doc *d, enum reading reading, struct note **ret)
{
	bool *seen = mem_zero(d->note_count + 1, sizeof(bool));
	size_t count = 0;

	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		bool reads = true;

		for (const struct block *p = b->run_count ? b : NULL; p && reads; p = p->parent)
			reads = text_mark_reads(p->mark, reading);
		for (size_t i = 0; i < b->run_count && reads; i++) {
			const struct run *r = &b->runs[i];

			if (r->kind != RUN_NOTE || !r->note || seen[r->note->index] || !text_mark_reads(r->mark, reading))
				continue;
			seen[r->note->index] = true;
			ret[count++] = r->note;
		}
	}
	mem_free(seen);
	return count;
}

static bool in_newer(const struct block *b, const struct run *r)
{
	bool reads = mark_accepted(r->mark);

	for (; b && reads; b = b->parent)
		reads = mark_accepted(b->mark);
	return reads;
}

static void take_note_marks(struct doc *d)
{
	struct note **list[2] = { NULL, NULL };
	size_t count[2] = { 0, 0 };

	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *r = &b->runs[i];
			bool newer;
			uint64_t n;

			if (r->kind != RUN_TEXT || !(r->format & FMT_NOTE_MARK) || !span_number(r->text, UINT32_MAX, &n) || !n)
				continue;
			newer = in_newer(b, r);
			if (!list[newer]) {
				list[newer] = mem_zero(d->note_count + 1, sizeof(struct note *));
				count[newer] = notes_in_order(d, newer ? READING_ACCEPTED : READING_REJECTED, list[newer]);
			}
			if (n > count[newer])
				continue;
			*r = (struct run){ .kind = RUN_NOTE, .mark = r->mark, .note = list[newer][n - 1] };
		}
	}
	mem_free(list[0]);
	mem_free(list[1]);
}

void labels_take(struct doc *d)
{
	struct taken t = { 0 };

	take_note_marks(d);
	take_below(d, d->root, &t);
	for (size_t i = 0; i < d->note_count; i++)
		take_below(d, d->notes[i]->body, &t);
	anchor_below(d, &t);
	hash_map_done(&t.at);
	mem_free(t.below);
}
