/* Labels that a copy printed, and what became of them: they are no words of the statement, so a change to one is said. */
#include "base/spanmap.h"
#include "receive/plan.h"

#include "model/labels.h"
#include "model/text.h"

/* The label that is printed before the first words of a leaf: its own, or that of the item, quote or table it opens. */
static struct span label_of(const struct block *b)
{
	for (; b && b->kind != BLOCK_ROOT; b = b->parent) {
		if (b->labelled && b->printed.n)
			return b->printed;
		if (b->prev)
			break;
	}
	return (struct span){ 0 };
}

/* What a list of another program's file counts before it: the draft of such a file has that as a label. */
static struct span counted_of(const struct block *b)
{
	for (; b && b->kind != BLOCK_ROOT; b = b->parent) {
		if (b->printed.n)
			return b->printed;
		if (b->prev)
			break;
	}
	return (struct span){ 0 };
}

static struct span without_stop(struct span s)
{
	if (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

/* Bytes of "12 bis. " where a program that knows no styles left it in the words; 0: it is not there. */
static size_t typed(struct span text, struct span label)
{
	size_t n = label.n;

	if (!span_starts(text, label))
		return 0;
	if (n < text.n && text.p[n] == '.')
		n++;
	if (n == text.n || (text.p[n] != ' ' && text.p[n] != '\t'))
		return 0;
	while (n < text.n && (text.p[n] == ' ' || text.p[n] == '\t'))
		n++;
	return n;
}

static void drop_head(struct block *b, size_t n)
{
	while (n && b->run_count && b->runs[0].kind == RUN_TEXT) {
		struct run *r = b->runs;
		size_t cut = n < r->text.n ? n : r->text.n;

		r->text = span_sub(r->text, cut, r->text.n);
		n -= cut;
		if (r->text.n)
			return;
		b->runs++;
		b->run_count--;
	}
}

/* What of the base prints a label, as it reads where it is words: its number is 1 more than the place of the leaf or clause. */
struct typed {
	struct span_map words; /* of every leaf: such a paragraph begins with no label, whatever it looks like */
	struct span_map heads; /* "12 bis. We ask" */
	struct span_map lines; /* "Table 3" */
};

static bool has_line(const struct block *b)
{
	return b->labelled && b->printed.n && (b->kind == BLOCK_TABLE || b->kind == BLOCK_LIST || b->kind == BLOCK_CODE || b->kind == BLOCK_QUOTE);
}

static void list_typed(struct plan *p, struct typed *t)
{
	for (size_t i = 0; i < p->leaf_count; i++) {
		const struct base_leaf *l = &p->leaves[i];
		struct span label = label_of(l->block);

		span_map_put(&t->words, l->folded);
		if (label.n && !l->block->in_note)
			*span_map_put(&t->heads, receive_folded(p, arena_printf(&p->out->arena, "%.*s%s %.*s", SPAN_ARG(label), number_takes_stop(label) ? "." : "",
									SPAN_ARG(l->printed.n ? l->printed : l->folded)))) = (unsigned)i + 1;
	}
	for (size_t i = 0; i < p->base->count; i++) {
		const struct block *b = p->base->clauses[i].block;

		if (has_line(b))
			*span_map_put(&t->lines, receive_folded(p, label_line_text(&p->out->arena, b->printed, b->kind == BLOCK_TABLE ? p->o->words.table : (struct span){ 0 }))) =
				(unsigned)i + 1;
	}
}

static void set_printed(struct block *b, struct span label)
{
	b->printed = label;
	b->labelled = true;
}

/* The label in front of the words becomes the paragraph's own; that of a line alone the next block's. */
static void take_typed(struct plan *p, const struct typed *t, struct block *b)
{
	struct span words = receive_text_in(p, b, READING_ACCEPTED), label, key = receive_folded(p, words);
	const unsigned *leaf = span_map_find(&t->heads, key), *line = span_map_find(&t->lines, key);
	struct block *next = block_next_skip(b, p->returned->root);

	if (span_map_find(&t->words, key) || label_of(b).n)
		return;
	if (leaf) {
		label = label_of(p->leaves[*leaf - 1].block);
		drop_head(b, typed(words, label));
		set_printed(b, label);
	} else if (line && next && !next->labelled && b->kind == BLOCK_PARAGRAPH && b->parent) {
		set_printed(next, p->base->clauses[*line - 1].block->printed);
		block_remove(b);
	}
}

void receive_typed_labels(struct plan *p)
{
	struct typed t = { 0 };

	list_typed(p, &t);
	for (struct block *b = p->returned->root, *next; b && t.heads.count + t.lines.count; b = next) {
		next = block_next(b, p->returned->root);
		if (block_is_leaf(b) && !b->furniture)
			take_typed(p, &t, b);
	}
	span_map_done(&t.words);
	span_map_done(&t.heads);
	span_map_done(&t.lines);
}

/* The line above a table is ours: what a colleague made of "Table 3" is said. */
static void look_at_line(struct plan *p, const struct block *was, const struct block *now)
{
	CLEANUP(buf_done) struct buf own = { 0 }, said = { 0 };

	while (was && now && !now->label_said.n && !was->prev && !now->prev) {
		was = was->parent;
		now = now->parent;
	}
	if (!was || !now || !now->label_said.n || !has_line(was) || now->relabelled)
		return;
	text_fold(label_line_text(&p->out->arena, was->printed, was->kind == BLOCK_TABLE ? p->o->words.table : (struct span){ 0 }), &own);
	text_fold(now->label_said, &said);
	if (!span_eq(buf_span(&own), buf_span(&said)))
		receive_lose(p, "change to the line of a label", block_id(was), now->label_said);
}

void receive_labels(struct plan *p)
{
	for (size_t i = 0; i < p->leaf_count; i++) {
		const struct base_leaf *l = &p->leaves[i];
		struct span before = without_stop(label_of(l->block)), now;
		struct para *x;
		size_t n;

		if (!l->count || l->block->in_note)
			continue;
		x = &p->paras[l->first];
		now = without_stop(label_of(x->block));
		if (before.n && !now.n)
			now = without_stop(counted_of(x->block));
		if (span_eq(before, now)) {
			look_at_line(p, l->block, x->block);
			continue;
		}
		n = before.n && !now.n ? typed(x->new, before) : 0;
		if (n && !span_eq(receive_folded(p, x->new), l->folded)) {
			drop_head((struct block *)x->block, n);
			receive_set_texts(p, x);
		} else if (before.n) {
			receive_lose(p, now.n ? "changed label" : "label that is gone", arena_printf(&p->out->arena, "label %.*s", SPAN_ARG(before)),
				     now.n ? now : before);
		} else {
			receive_lose(p, "new label", (struct span){ 0 }, now);
		}
	}
}
