/* Labels that a copy printed, and what became of them: they are no words of the statement, so a change to one is said. */
#include "receive/plan.h"

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
		if (span_eq(before, now))
			continue;
		n = before.n && !now.n ? typed(x->new, before) : 0;
		if (n) {
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
