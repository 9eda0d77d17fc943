#include "format/compare/internal.h"

#include <stdlib.h>

#include "model/number.h"
#include "model/text.h"

void shown_done(struct shown_list *l)
{
	free(l->items);
	arena_done(&l->arena);
	*l = (struct shown_list){ 0 };
}

static void add(struct shown_list *l, enum shown_kind kind, char op, struct span text)
{
	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 32;
		l->items = mem_resize(l->items, l->cap, sizeof(struct shown));
	}
	l->items[l->count++] = (struct shown){ kind, op, text };
}

/* A clause's parts; an LF in them begins a note. */
static void add_part(struct shown_list *l, const struct part *p)
{
	size_t from = 0;

	for (;;) {
		size_t lf = span_find_char(p->text, '\n', from), to = lf == SIZE_MAX ? p->text.n : lf;

		if (to > from)
			add(l, SHOWN_TEXT, p->op, span_sub(p->text, from, to));
		if (lf == SIZE_MAX)
			return;
		add(l, SHOWN_NOTE, p->op, (struct span){ 0 });
		from = lf + 1;
	}
}

static void show_leaves(const struct change_entry *e, struct shown_list *l)
{
	const struct leaf_change *last = NULL;

	for (size_t i = 0; i < e->leaf_count; i++) {
		const struct leaf_change *x = &e->leaves[i];
		const struct block *leaf = x->to ? x->to : x->from;
		char op = !x->from && !x->from_note ? '+' : !x->to && !x->to_note ? '-' : '=';

		if (x->to_note || x->from_note) {
			if (!last || last->to_note != x->to_note || last->from_note != x->from_note)
				add(l, SHOWN_NOTE, op, (struct span){ 0 });
		} else if (last) {
			const struct block *before = last->to && x->to ? last->to : last->from && x->from ? last->from : NULL;
			const struct block *here = last->to && x->to ? x->to : x->from;
			bool same_row = leaf && leaf->kind == BLOCK_CELL && before && here && before->parent == here->parent;

			add(l, same_row ? SHOWN_CELL : SHOWN_LINE, '=', (struct span){ 0 });
		}
		for (size_t k = 0; k < x->part_count; k++)
			add(l, SHOWN_TEXT, x->parts[k].op, x->parts[k].text);
		last = x;
	}
}

/* The old text of a split (the new one of a merge) once, with its real changes and the breaks that came (went). */
static void show_joint(const struct change_entry *e, struct shown_list *l)
{
	bool split = e->kind == CHANGE_SPLIT;
	size_t piece = 0, left = e->pieces[0]->text.n;

	for (size_t i = 0; i < e->joint_count; i++) {
		const struct part *p = &e->joint[i];
		size_t from = 0;

		if (p->op != '=' && p->op != (split ? '+' : '-')) {
			add(l, SHOWN_TEXT, p->op, p->text);
			continue;
		}
		while (from < p->text.n) {
			size_t n = p->text.n - from < left ? p->text.n - from : left;

			if (n) {
				add(l, SHOWN_TEXT, p->op, span_sub(p->text, from, from + n));
				from += n;
				left -= n;
			} else {
				add(l, SHOWN_BREAK, split ? '+' : '-', (struct span){ 0 });
				from++;
				left = ++piece < e->piece_count ? e->pieces[piece]->text.n : SIZE_MAX;
			}
		}
	}
}

/* A clause of several leaves that did not change, came or went: leaf by leaf. */
static void show_clause(const struct clause *k, char op, struct shown_list *l)
{
	struct buf raw = { 0 }, folded = { 0 };
	const struct block *last = NULL;

	for (size_t i = 0; i < k->leaf_count; i++) {
		const struct block *leaf = k->leaves[i];

		if (last)
			add(l, leaf->kind == BLOCK_CELL && last->parent == leaf->parent ? SHOWN_CELL : SHOWN_LINE, '=', (struct span){ 0 });
		buf_clear(&raw);
		buf_clear(&folded);
		text_of_leaf(leaf, READING_REJECTED, &raw);
		text_fold(buf_span(&raw), &folded);
		add(l, SHOWN_TEXT, op, arena_dup(&l->arena, buf_span(&folded)));
		last = leaf;
	}
	for (size_t i = 0; i < k->note_count; i++) {
		buf_clear(&folded);
		text_of_blocks(k->notes[i]->body, READING_REJECTED, &folded);
		add(l, SHOWN_NOTE, op, (struct span){ 0 });
		add(l, SHOWN_TEXT, op, arena_dup(&l->arena, buf_span(&folded)));
	}
	buf_done(&raw);
	buf_done(&folded);
}

void show_entry(const struct change_entry *e, struct shown_list *ret)
{
	const struct clause *k = e->to ? e->to : e->from;

	ret->count = 0;
	if (e->joint && e->from && e->to)
		show_joint(e, ret);
	else if (e->leaves && e->leaf_count > 1)
		show_leaves(e, ret);
	else if (!e->leaves && e->part_count == 1 && k->leaf_count > 1)
		show_clause(k, e->parts[0].op, ret);
	else
		for (size_t i = 0; i < e->part_count; i++)
			add_part(ret, &e->parts[i]);
}

bool entry_elsewhere(const struct comparison *c, size_t i)
{
	const struct change_entry *e = &c->entries[i];

	if (!e->partner)
		return false;
	for (size_t near = 1; near < 64; near++) {
		const struct change_entry *k;

		/* the clause with both sides stands close by, or it has no joint comparison */
		for (int way = 0; way < 2; way++) {
			if (way ? i + near >= c->count : near > i)
				continue;
			k = &c->entries[way ? i + near : i - near];
			if (k->from && k->to && (e->kind == CHANGE_SPLIT ? k->from : k->to) == e->partner)
				return k->joint != NULL;
		}
	}
	return false;
}

bool character_hidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfeff || cp == 0xad;
}

const char *change_word(const struct change_entry *e)
{
	switch (e->kind) {
	case CHANGE_SAME:
		return e->moved ? "moved" : "not changed";
	case CHANGE_EDITED:
		return "changed";
	case CHANGE_ADDED:
		return "new";
	case CHANGE_REMOVED:
		return "removed";
	case CHANGE_SPLIT:
		return e->from ? "split" : "split off";
	case CHANGE_MERGED:
		return e->to ? "merged" : "merged in";
	case CHANGE_FORMATTED:
		return "other formatting";
	}
	return "";
}

bool entry_moved_up(const struct comparison *c, const struct change_entry *e)
{
	/* Past which of those that kept their order did it go?  The next one behind it stood before it, or it has gone down. */
	for (const struct change_entry *next = e + 1; next < c->entries + c->count; next++)
		if (!next->moved && next->from && next->to)
			return e->from > next->from;
	return false;
}

void clause_name(const struct clause *k, struct buf *out)
{
	if (k->label.n)
		buf_printf(out, "%s %.*s", k->heading ? "section" : "para", SPAN_ARG(k->label));
	else if (k->column)
		buf_printf(out, "line %zu", k->line);
	else
		buf_printf(out, "paragraph %zu of the file", k->line);
}

size_t reference_length(struct span t, size_t i)
{
	size_t end = span_starts(span_sub(t, i, t.n), SPAN_LIT("[#")) ? span_find_char(t, ']', i) : SIZE_MAX;

	return end != SIZE_MAX && id_valid(span_sub(t, i + 2, end)) ? end + 1 - i : 0;
}

bool print_reference(const struct compare_options *o, const struct statement *s, struct span id, struct buf *ret)
{
	struct xref_words words = xref_words_for(s->doc->meta.language);
	enum xref_state state;

	buf_clear(ret);
	state = statement_xref(s, id, o->audience == AUDIENCE_INTERNAL, &words, ret, NULL);
	return state == XREF_NUMBER || state == XREF_WORDS;
}

static struct span without_ids(const struct comparison *c, const struct compare_options *o, const struct shown *x, struct arena *a)
{
	const struct statement *first = x->op == '-' ? c->from : c->to, *second = x->op == '-' ? c->to : c->from;
	CLEANUP(buf_done) struct buf out = { 0 }, printed = { 0 };
	struct span t = x->text;
	size_t from = 0;

	for (size_t i = 0, n; i < t.n; i++) {
		struct span id;

		if (t.p[i] != '[' || !(n = reference_length(t, i)))
			continue;
		id = span_sub(t, i + 2, i + n - 1);
		buf_add(&out, span_sub(t, from, i));
		if (print_reference(o, first, id, &printed) || print_reference(o, second, id, &printed))
			buf_add(&out, buf_span(&printed));
		else
			buf_add(&out, NOT_SHOWN);
		from = i + n;
		i = from - 1;
	}
	if (!from)
		return t;
	buf_add(&out, span_sub(t, from, t.n));
	return arena_dup(a, buf_span(&out));
}

void show_printed(const struct comparison *c, const struct compare_options *o, struct shown_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].kind == SHOWN_TEXT)
			l->items[i].text = without_ids(c, o, &l->items[i], &l->arena);
}
