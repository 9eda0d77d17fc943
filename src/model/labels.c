#include "model/labels.h"

#include <unicase.h>

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

/* Its words stand in its runs; label_line says which of them, at their end, are the label. */
static struct block *line_of(struct doc *d, const struct block *b, struct span word)
{
	struct block *line = block_new(d, BLOCK_PARAGRAPH);

	line->runs = ARENA_NEW(&d->arena, struct run);
	line->run_count = 1;
	line->runs[0].kind = RUN_TEXT;
	line->runs[0].text = word.n && !number_says(b->printed, word) ? arena_printf(&d->arena, "%.*s %.*s", SPAN_ARG(capital(&d->arena, word)), SPAN_ARG(b->printed)) :
			     !word.n && number_takes_stop(b) ? arena_printf(&d->arena, "%.*s.", SPAN_ARG(b->printed)) :
						    b->printed;
	line->label_line = b->printed;
	line->path = b->path;
	line->mark = b->mark;
	line->internal = b->internal;
	line->in_container = b->in_container;
	return line;
}

/* From one block to another: what refers to the first still names it by its path. */
static void hand_over(struct block *from, struct block *to)
{
	if (to) {
		to->printed = from->printed;
		to->labelled = true;
	}
	from->printed = (struct span){ 0 };
	from->labelled = false;
}

bool labels_place(struct doc *d, const struct xref_words *words)
{
	bool added = false;

	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		if (!b->labelled)
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
			block_insert_before(b, line_of(d, b, b->kind == BLOCK_TABLE ? words->table : (struct span){ 0 }));
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

/* The label that the runs begin with, as it stands when all is accepted, else as it stood; its runs go. */
static struct span take_head(struct doc *d, struct block *b)
{
	struct buf now = { 0 }, gone = { 0 };
	struct span label;
	size_t n = 0;

	for (; n < b->run_count && b->runs[n].kind == RUN_TEXT && (b->runs[n].format & FMT_PRINTED_LABEL); n++)
		buf_add(mark_accepted(b->runs[n].mark) ? &now : &gone, b->runs[n].text);
	b->runs += n;
	b->run_count -= n;
	if (n && b->run_count && b->runs[0].kind == RUN_TEXT && is_tab(b->runs[0].text))
		b->runs[0].text = span_sub(b->runs[0].text, 1, b->runs[0].text.n);
	if (n && b->run_count && b->runs[0].kind == RUN_TEXT && !b->runs[0].text.n) {
		b->runs++;
		b->run_count--;
	}
	label = span_trim(buf_span(now.n ? &now : &gone));
	if (label.n > 1 && label.p[label.n - 1] == '.')
		label.n--;
	label = arena_dup(&d->arena, label);
	buf_done(&now);
	buf_done(&gone);
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

static void take_leaf(struct doc *d, struct block *b)
{
	struct span label = { 0 };
	struct block *owner = b;
	size_t kept = 0;

	if (b->run_count && (b->runs[0].format & FMT_PRINTED_LABEL) && b->kind != BLOCK_CELL)
		label = take_head(d, b);
	if (label.n) {
		if (b->parent->kind == BLOCK_ITEM && !b->prev)
			owner = b->parent;
		owner->printed = label;
		owner->labelled = true;
	}
	for (size_t i = 0; i < b->run_count; i++) {
		if (is_separator(b, i))
			continue;
		b->runs[kept] = b->runs[i];
		b->runs[kept++].format &= ~(FMT_PRINTED_LABEL | FMT_NOTE_MARK);
	}
	b->run_count = kept;
}

/* "Table 3" above a table, and nothing that somebody wrote: the label is the table's. */
static bool take_line(struct doc *d, struct block *line)
{
	struct block *next = block_next_skip(line, d->root);
	struct run *last = line->run_count ? &line->runs[line->run_count - 1] : NULL;
	struct block label = { .kind = BLOCK_PARAGRAPH, .parent = line->parent };

	if (!last || !(last->format & FMT_PRINTED_LABEL) || line->run_count > 2 || line->mark || line->break_mark || !next ||
	    (next->kind != BLOCK_TABLE && next->kind != BLOCK_LIST && next->kind != BLOCK_CODE && next->kind != BLOCK_QUOTE))
		return false;
	for (size_t i = 0; i < line->run_count; i++)
		if (line->runs[i].kind != RUN_TEXT || line->runs[i].mark)
			return false;
	label.runs = last;
	label.run_count = 1;
	next->printed = take_head(d, &label);
	next->labelled = next->printed.n != 0;
	return next->labelled;
}

static void take_below(struct doc *d, struct block *top)
{
	for (struct block *b = top, *next; b; b = next) {
		next = block_next(b, top);
		if (b->label_line.n && take_line(d, b)) {
			block_remove(b);
			continue;
		}
		b->label_line = (struct span){ 0 };
		take_leaf(d, b);
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
	take_note_marks(d);
	take_below(d, d->root);
	for (size_t i = 0; i < d->note_count; i++)
		take_below(d, d->notes[i]->body);
}
