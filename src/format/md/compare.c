/*
 * A comparison laid into the older file as suggestions, word by word where blocks correspond, block by block where they do not.
 * The result is read again in both readings and held against the two texts.
 */
#include <stdlib.h>

#include "format/format.h"
#include "format/md/suggest.h"
#include "model/comparison.h"
#include "model/text.h"

struct mate {
	const struct block *block;        /* of the new text; NULL: none */
	const struct leaf_change *change; /* NULL: the same words */
};

struct layer {
	const struct comparison *c;
	struct doc *old, *new;
	struct mate *of_old; /* by serial: leaves, and the top blocks that stay */
	bool *note_said;     /* by note of the new text: its definition is there already */
	struct span author, time;
	struct edits edits;
	struct buf notes;    /* definitions that new blocks need */
	bool ok;
};

static const struct block *top_of(const struct block *b)
{
	while (b->parent && b->parent->parent)
		b = b->parent;
	return b;
}

static void pair(struct layer *y, const struct block *o, const struct block *n, const struct leaf_change *l)
{
	if (!y->of_old[o->serial].block)
		y->of_old[o->serial] = (struct mate){ n, l };
}

static void pair_leaves(struct layer *y)
{
	for (size_t i = 0; i < y->c->count; i++) {
		const struct change_entry *e = &y->c->entries[i];

		if (!e->from || !e->to)
			continue;
		/* the note of a clause that moved stays where it is defined */
		for (size_t k = 0; k < e->leaf_count; k++)
			if (e->leaves[k].from && e->leaves[k].to && e->leaves[k].from_note &&
			    span_eq(e->leaves[k].from_note->label, e->leaves[k].to_note->label))
				pair(y, e->leaves[k].from, e->leaves[k].to, &e->leaves[k]);
		if (e->moved || e->joint || e->from->internal != e->to->internal)
			continue;
		if (e->leaves) {
			for (size_t k = 0; k < e->leaf_count; k++)
				if (e->leaves[k].from && e->leaves[k].to)
					pair(y, e->leaves[k].from, e->leaves[k].to, &e->leaves[k]);
		} else if (e->from->leaf_count == e->to->leaf_count && e->part_count == 1) {
			for (size_t k = 0; k < e->from->leaf_count; k++)
				pair(y, e->from->leaves[k], e->to->leaves[k], NULL);
		}
	}
}

/* What a reader sees of a run beside its words must be there on both sides: notes, references, pictures. */
static bool same_objects(const struct block *a, const struct block *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->run_count && (a->runs[i].kind != RUN_NOTE && a->runs[i].kind != RUN_XREF && a->runs[i].kind != RUN_IMAGE))
			i++;
		while (j < b->run_count && (b->runs[j].kind != RUN_NOTE && b->runs[j].kind != RUN_XREF && b->runs[j].kind != RUN_IMAGE))
			j++;
		if (i == a->run_count || j == b->run_count)
			return i == a->run_count && j == b->run_count;
		if (a->runs[i].kind != b->runs[j].kind || !span_eq(a->runs[i].text, b->runs[j].text) ||
		    (a->runs[i].kind == RUN_XREF && !span_eq(a->runs[i].target, b->runs[j].target)) ||
		    (a->runs[i].kind == RUN_NOTE && !span_eq(a->runs[i].note->label, b->runs[j].note->label)))
			return false;
		i++;
		j++;
	}
}

/* Does a top block stay, so that what changed in it can be said of its words?  *ret_new: the block that it is now. */
static bool stays(struct layer *y, const struct block *top, const struct block **ret_new)
{
	const struct block *n = NULL, *next = NULL;
	bool any = false;

	for (const struct block *b = top; b; b = block_next(b, top)) {
		const struct mate *m;

		if (!block_is_leaf(b))
			continue;
		m = &y->of_old[b->serial];
		if (!m->block || (any && m->block != next) || b->kind != m->block->kind || !same_objects(b, m->block))
			return false;
		if (b->kind == BLOCK_CODE && m->change)
			return false;
		if (!any)
			n = top_of(m->block);
		any = true;
		/* leaf by leaf, none more and none less */
		for (next = block_next(m->block, n); next && !block_is_leaf(next); next = block_next(next, n))
			;
	}
	if (!any || next || n->kind != top->kind)
		return false;
	/* and nothing before the first */
	for (const struct block *b = n; b; b = block_next(b, n)) {
		if (!block_is_leaf(b))
			continue;
		for (const struct block *o = top; o; o = block_next(o, top))
			if (block_is_leaf(o)) {
				*ret_new = n;
				return y->of_old[o->serial].block == b;
			}
	}
	return false;
}

/* Bytes of a leaf's visible text for each byte of its folded text; NULL where folding did more than gather white space. */
static size_t *unfold(struct span raw, struct span folded)
{
	size_t *at = mem_alloc((folded.n + 1) * sizeof(size_t)), i = 0;

	for (size_t k = 0; k < folded.n; k++) {
		size_t from = i;

		while (i < raw.n && (raw.p[i] == ' ' || raw.p[i] == '\t' || raw.p[i] == '\n' || raw.p[i] == '\r'))
			i++;
		if (folded.p[k] == ' ' && i > from) {
			at[k] = from;
			continue;
		}
		if (i >= raw.n || raw.p[i] != folded.p[k] || (i > from && k > 0)) {
			free(at);
			return NULL;
		}
		at[k] = i++;
	}
	at[folded.n] = i;
	return at;
}

static bool suggest_leaf(struct layer *y, const struct block *o, const struct leaf_change *l)
{
	struct buf raw = { 0 }, folded = { 0 };
	struct md_hunk *hunks = mem_zero(l->part_count + 1, sizeof(struct md_hunk));
	size_t n = 0, at = 0, *unfolded;
	bool ok = true;

	text_of_leaf(o, READING_REJECTED, &raw);
	text_fold(buf_span(&raw), &folded);
	unfolded = unfold(buf_span(&raw), buf_span(&folded));
	for (size_t i = 0; i < l->part_count && unfolded; i++) {
		const struct part *p = &l->parts[i];

		if (p->op == '=') {
			at += p->text.n;
			continue;
		}
		hunks[n] = (struct md_hunk){ .begin = unfolded[at], .end = unfolded[at], .author = y->author, .time = y->time };
		if (p->op == '-') {
			at += p->text.n;
			hunks[n].end = unfolded[at];
			if (i + 1 < l->part_count && l->parts[i + 1].op == '+')
				hunks[n].text = l->parts[++i].text;
		} else {
			hunks[n].text = p->text;
		}
		/* a reference or a note cannot be said in plain words */
		ok = ok && span_find(hunks[n].text, SPAN_LIT("[#"), 0) == SIZE_MAX;
		n++;
	}
	ok = ok && unfolded && at == folded.n;
	if (ok)
		md_suggest(y->old, o, hunks, n, &y->edits);
	for (size_t i = 0; i < n; i++)
		ok = ok && hunks[i].placed;
	free(hunks);
	free(unfolded);
	buf_done(&raw);
	buf_done(&folded);
	return ok;
}

static struct span trim_end(struct span s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

static size_t begin_of(const struct block *b)
{
	return b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin ? b->attr_origin.begin : b->origin.begin;
}

/* The source of a new block, its attribute lines too, and the definitions of notes that only it needs.  before: the old block in
 * front of which it stands; NULL: at the end. */
static void put_new(struct layer *y, const struct block *before, const struct block *n)
{
	size_t begin = begin_of(n);
	struct span source = trim_end(span_sub(y->new->source, begin, n->origin.end));

	for (const struct block *b = n; b; b = block_next(b, n)) {
		for (size_t i = 0; i < b->run_count; i++) {
			const struct note *note = b->runs[i].kind == RUN_NOTE ? b->runs[i].note : NULL, *known;

			if (!note || y->note_said[note->index])
				continue;
			y->note_said[note->index] = true;
			known = note_find(y->old, note->label);
			if (known) {
				struct buf was = { 0 }, is = { 0 };

				text_of_blocks(known->body, READING_REJECTED, &was);
				text_of_blocks(note->body, READING_REJECTED, &is);
				/* the same label with other words: edited where it stands, if it is paired, else not to be said here */
				y->ok = y->ok && (span_eq(buf_span(&was), buf_span(&is)) || (known->body->first && y->of_old[known->body->first->serial].block));
				buf_done(&was);
				buf_done(&is);
				continue;
			}
			if (y->notes.n)
				BUF_LIT(&y->notes, "\n\n");
			buf_add(&y->notes, trim_end(span_sub(y->new->source, note->origin.begin, note->origin.end)));
		}
	}
	/* inside a container it would be internal, outside it would not */
	y->ok = y->ok && (before ? n->in_container == before->in_container : !n->in_container);
	if (!before) {
		md_suggest_block(y->old, NULL, source, (struct md_hand){ .author = y->author, .time = y->time }, &y->edits);
	} else {
		CLEANUP(buf_done) struct buf b = { 0 };
		size_t at = begin_of(before);

		BUF_LIT(&b, "{++");
		buf_add(&b, source);
		BUF_LIT(&b, "\n\n++}");
		md_signature(y->author, y->time, (struct span){ 0 }, &b);
		edits_add(&y->edits, at, at, buf_span(&b));
	}
}

static void lay(struct layer *y)
{
	const struct block *n = y->new->root->first, *now;
	struct mate *keep = mem_zero(y->old->block_count + 1, sizeof(struct mate));
	size_t reached = 0;

	/* top blocks that stay, in the order of both texts */
	for (const struct block *o = y->old->root->first; o; o = o->next) {
		if (stays(y, o, &now) && (!reached || now->serial > reached)) {
			keep[o->serial].block = now;
			reached = now->serial;
		}
	}
	for (const struct block *o = y->old->root->first; o; o = o->next) {
		if (!keep[o->serial].block) {
			if (o->kind == BLOCK_RULE && n && n->kind == BLOCK_RULE) {
				n = n->next;
			} else {
				md_suggest_removal(y->old, o, NULL, (struct md_hand){ .author = y->author, .time = y->time }, &y->edits);
			}
			continue;
		}
		for (; n && n != keep[o->serial].block; n = n->next)
			put_new(y, o, n);
		n = n ? n->next : NULL;
		for (const struct block *b = o; b; b = block_next(b, o))
			if (block_is_leaf(b) && y->of_old[b->serial].change)
				y->ok = y->ok && suggest_leaf(y, b, y->of_old[b->serial].change);
	}
	for (; n; n = n->next)
		put_new(y, NULL, n);
	/* notes that went with their paragraphs, and those that stay and changed */
	for (size_t i = 0; i < y->old->note_count; i++) {
		const struct note *o = y->old->notes[i];

		if (o->number && !o->duplicate && !note_find(y->new, o->label))
			md_suggest_note_removal(y->old, o, (struct md_hand){ .author = y->author, .time = y->time }, &y->edits);
	}
	for (size_t i = 0; i < y->old->note_count; i++)
		for (const struct block *b = y->old->notes[i]->body; b; b = block_next(b, y->old->notes[i]->body))
			if (block_is_leaf(b) && y->of_old[b->serial].change)
				y->ok = y->ok && suggest_leaf(y, b, y->of_old[b->serial].change);
	if (y->notes.n)
		md_suggest_block(y->old, NULL, buf_span(&y->notes), (struct md_hand){ .author = y->author, .time = y->time }, &y->edits);
	free(keep);
}

/* Words of every leaf and of every note that one refers to. */
static void words_of(const struct doc *d, struct buf *out)
{
	for (const struct block *b = d->root; b; b = block_next(b, d->root)) {
		struct buf raw = { 0 };
		size_t before = out->n;

		if (!block_is_leaf(b))
			continue;
		text_of_leaf(b, READING_REJECTED, &raw);
		text_fold(buf_span(&raw), out);
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && b->runs[i].note)
				text_of_blocks(b->runs[i].note->body, READING_REJECTED, out);
		if (out->n > before)
			buf_char(out, '\n');
		buf_done(&raw);
	}
}

static bool says(struct span file, enum reading reading, const struct doc *want)
{
	struct doc *d = NULL;
	struct buf x = { 0 }, y = { 0 };
	bool same;

	if (md_read(file, &(struct read_options){ .path = "comparison", .reading = reading }, &d, NULL) < 0)
		return false;
	words_of(d, &x);
	words_of(want, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	doc_free(d);
	buf_done(&x);
	buf_done(&y);
	return same;
}

bool md_comparison(const struct comparison *c, struct span author, struct span time, struct buf *ret)
{
	struct layer y = { .c = c, .old = c->from->doc, .new = c->to->doc, .author = author, .time = time, .ok = true };
	bool ok;

	/* suggestions of the older file stand among the bytes: a second layer could not be told from them */
	if (y.old->reading != READING_REJECTED || y.new->reading != READING_REJECTED || y.old->has_critic || y.new->has_critic ||
	    !y.old->source.n)
		return false;
	y.of_old = mem_zero(y.old->block_count + 1, sizeof(struct mate));
	y.note_said = mem_zero(y.new->note_count + 1, sizeof(bool));
	pair_leaves(&y);
	lay(&y);
	ok = y.ok;
	if (ok) {
		edits_apply(&y.edits, y.old->source, ret);
		ok = says(buf_span(ret), READING_REJECTED, y.old) && says(buf_span(ret), READING_ACCEPTED, y.new);
	}
	if (!ok)
		buf_clear(ret);
	edits_done(&y.edits);
	buf_done(&y.notes);
	free(y.of_old);
	free(y.note_said);
	return ok;
}
