/*
 * A comparison laid into the older file as suggestions, word by word where blocks correspond, block by block where they do not.
 * The result is read again in both readings and held against the two texts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "format/format.h"
#include "format/md/compare_words.h"
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
	bool *whole;         /* by serial of an old top block: its words cannot be said one by one, so it is replaced */
	unsigned char *going; /* by serial: what goes as a whole (md_going) */
	bool again;          /* one more was found to be so */
	bool coarse;         /* no row or item comes or goes by itself */
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

/* What cannot be said in words must be there on both sides: references, pictures. */
static bool same_objects(const struct block *a, const struct block *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->run_count && (a->runs[i].kind != RUN_XREF && a->runs[i].kind != RUN_IMAGE))
			i++;
		while (j < b->run_count && (b->runs[j].kind != RUN_XREF && b->runs[j].kind != RUN_IMAGE))
			j++;
		if (i == a->run_count || j == b->run_count)
			return i == a->run_count && j == b->run_count;
		if (a->runs[i].kind != b->runs[j].kind || !span_eq(a->runs[i].text, b->runs[j].text) ||
		    (a->runs[i].kind == RUN_XREF && !span_eq(a->runs[i].target, b->runs[j].target)))
			return false;
		i++;
		j++;
	}
}

/* Leaf by leaf, none more and none less: can what changed be said of the words of a, which is b now? */
static bool same_leaves(const struct layer *y, const struct block *a, const struct block *b)
{
	const struct block *other = b;

	if (a->kind != b->kind)
		return false;
	for (const struct block *o = a; o; o = block_next(o, a)) {
		const struct mate *m = &y->of_old[o->serial];

		if (!block_is_leaf(o))
			continue;
		while (other && !block_is_leaf(other))
			other = block_next(other, b);
		if (!other || m->block != other || o->kind != other->kind || !same_objects(o, other) || (o->kind == BLOCK_CODE && m->change))
			return false;
		other = block_next(other, b);
	}
	while (other && !block_is_leaf(other))
		other = block_next(other, b);
	return !other;
}

/* The first leaf of a block that has a mate, or NULL. */
static const struct block *mate_in(const struct layer *y, const struct block *top)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		if (block_is_leaf(b) && y->of_old[b->serial].block)
			return y->of_old[b->serial].block;
	return NULL;
}

/* A row or an item that can be put in by itself. */
static bool can_come(const struct layer *y, const struct block *unit)
{
	const struct block *p = unit->first;

	if (unit->kind == BLOCK_ROW)
		return !unit->header;
	return unit->prev && p && p == unit->last && p->kind == BLOCK_PARAGRAPH &&
	       span_find_char(span_sub(y->new->source, p->inner.begin, p->inner.end), '\n', 0) == SIZE_MAX;
}

/* The row or item of b that one of a is now: the words of its first leaf went there.  NULL: it went. */
static const struct block *unit_now(const struct layer *y, const struct block *unit, const struct block *b)
{
	const struct block *m = mate_in(y, unit);

	while (m && m->parent != b)
		m = m->parent;
	return m;
}

/* Are a's rows or items b's, in order, but for some that came and some that went? */
static bool same_units(const struct layer *y, const struct block *a, const struct block *b)
{
	const struct block *next = b->first;
	bool any = false;

	if (y->coarse || a->kind != b->kind || (a->kind != BLOCK_TABLE && a->kind != BLOCK_LIST) || a->ordered != b->ordered)
		return false;
	for (const struct block *u = a->first; u; u = u->next) {
		const struct block *now = unit_now(y, u, b);

		if (!now) {
			if (u->header || mate_in(y, u))
				return false;
			continue;
		}
		for (; next && next != now; next = next->next)
			if (!can_come(y, next))
				return false;
		if (!next || !same_leaves(y, u, now))
			return false;
		next = next->next;
		any = true;
	}
	for (; next; next = next->next)
		if (!can_come(y, next))
			return false;
	return any;
}

/* Does a top block stay, so that what changed in it can be said of its words?  *ret_new: the block that it is now. */
static bool stays(const struct layer *y, const struct block *top, const struct block **ret_new)
{
	const struct block *m = y->whole[top->serial] ? NULL : mate_in(y, top);

	if (!m)
		return false;
	*ret_new = top_of(m);
	return same_leaves(y, top, *ret_new) || same_units(y, top, *ret_new);
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

/* The definition of a note that new words refer to is there, or is put among those to come; false: another one has its label. */
static bool need_note(struct layer *y, const struct note *note)
{
	const struct note *known;
	struct buf was = { 0 }, is = { 0 };
	bool same;

	if (y->note_said[note->index])
		return true;
	y->note_said[note->index] = true;
	known = note_find(y->old, note->label);
	if (!known) {
		if (y->notes.n)
			BUF_LIT(&y->notes, "\n\n");
		buf_add(&y->notes, trim_end(span_sub(y->new->source, note->origin.begin, note->origin.end)));
		return true;
	}
	text_of_blocks(known->body, READING_REJECTED, &was);
	text_of_blocks(note->body, READING_REJECTED, &is);
	/* the same label with other words: edited where it stands, if it is paired, else not to be said here */
	same = span_eq(buf_span(&was), buf_span(&is)) || (known->body->first && y->of_old[known->body->first->serial].block);
	buf_done(&was);
	buf_done(&is);
	return same;
}

/* false: what changed in a leaf, which is n now, cannot be said word by word. */
static bool suggest_leaf(struct layer *y, const struct block *o, const struct block *n, const struct leaf_change *l)
{
	struct leaf_hunks h;
	bool ok = leaf_hunks_make(o, n, l, (struct md_hand){ .author = y->author, .time = y->time }, &h);

	for (size_t i = 0; i < h.came_count && ok; i++)
		ok = need_note(y, h.came[i]);
	if (ok && h.count)
		md_suggest(y->old, o, h.items, h.count, &y->edits);
	for (size_t i = 0; i < h.count; i++)
		ok = ok && h.items[i].placed;
	leaf_hunks_done(&h);
	return ok;
}

static void need_notes(struct layer *y, const struct block *n)
{
	for (const struct block *b = n; b; b = block_next(b, n))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && b->runs[i].note)
				y->ok = need_note(y, b->runs[i].note) && y->ok;
}

/* The source of a new block, its attribute lines too, and the definitions of notes that only it needs.  before: the old block in
 * front of which it stands; NULL: at the end. */
static void put_new(struct layer *y, const struct block *before, const struct block *n)
{
	size_t begin = begin_of(n);
	struct span source = trim_end(span_sub(y->new->source, begin, n->origin.end));

	need_notes(y, n);
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

static void put_unit(struct layer *y, const struct block *after, const struct block *unit)
{
	struct md_hand hand = { .author = y->author, .time = y->time };
	struct span cells[LIMIT_TABLE_COLUMNS];
	size_t count = 0;

	need_notes(y, unit);
	if (unit->kind == BLOCK_ROW) {
		for (const struct block *c = unit->first; c && count < ARRAY_LEN(cells); c = c->next)
			cells[count++] = span_trim(span_sub(y->new->source, c->inner.begin, c->inner.end));
		md_suggest_row(y->old, after, cells, count, hand, &y->edits);
	} else {
		const struct block *p = unit->first;
		size_t begin = unit->attr_origin.end > unit->attr_origin.begin ? unit->attr_origin.begin : p->inner.begin;

		md_suggest_item(y->old, after, NULL, span_trim(span_sub(y->new->source, begin, p->inner.end)), hand, &y->edits);
	}
}

/* Rows or items of a block that stays: those that went, and those that came. */
static void lay_units(struct layer *y, const struct block *o, const struct block *now)
{
	struct md_hand hand = { .author = y->author, .time = y->time };
	const struct block *next = now->first;

	for (const struct block *u = o->first; u; u = u->next) {
		const struct block *mate = unit_now(y, u, now);

		for (; mate && next && next != mate; next = next->next)
			put_unit(y, u->prev, next);
		if (mate)
			next = mate->next;
		else if (u->kind == BLOCK_ROW)
			md_suggest_row_removal(y->old, u, hand, &y->edits);
		else
			md_suggest_removal(y->old, u, y->going, hand, &y->edits);
	}
	for (; next; next = next->next)
		put_unit(y, o->last, next);
}

static void goes(struct layer *y, const struct block *top)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		if (block_is_leaf(b))
			y->going[b->serial] = MD_GOES;
}

/* What goes as a whole, before anything is laid: one range depends on what goes beside it. */
static void find_going(struct layer *y, const struct mate *keep)
{
	memset(y->going, 0, y->old->block_count + 1);
	for (const struct block *o = y->old->root->first; o; o = o->next) {
		const struct block *now = keep[o->serial].block;

		if (!now)
			goes(y, o);
		for (const struct block *u = now && !same_leaves(y, o, now) ? o->first : NULL; u; u = u->next)
			if (!unit_now(y, u, now))
				goes(y, u);
	}
	md_going(y->old, y->going);
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
	find_going(y, keep);
	for (const struct block *o = y->old->root->first; o; o = o->next) {
		if (!keep[o->serial].block) {
			if (o->kind == BLOCK_RULE && n && n->kind == BLOCK_RULE) {
				n = n->next;
			} else {
				md_suggest_removal(y->old, o, y->going, (struct md_hand){ .author = y->author, .time = y->time }, &y->edits);
			}
			continue;
		}
		for (; n && n != keep[o->serial].block; n = n->next)
			put_new(y, o, n);
		n = n ? n->next : NULL;
		if (!same_leaves(y, o, keep[o->serial].block))
			lay_units(y, o, keep[o->serial].block);
		for (const struct block *b = o; b; b = block_next(b, o))
			if (block_is_leaf(b) && y->of_old[b->serial].block && !suggest_leaf(y, b, y->of_old[b->serial].block, y->of_old[b->serial].change))
				y->whole[o->serial] = y->again = true;
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
				y->ok = y->ok && suggest_leaf(y, b, y->of_old[b->serial].block, y->of_old[b->serial].change);
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

/* How the words below a block look, but for white space, which has none; of code its words alone. */
static void looks_of(const struct block *top, struct buf *out)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];

			if (r->kind == RUN_XREF || r->kind == RUN_IMAGE)
				buf_printf(out, "\n<%.*s>", SPAN_ARG(r->kind == RUN_XREF ? r->target : r->image ? r->image->url : (struct span){ 0 }));
			for (size_t k = 0; r->kind == RUN_TEXT && k < r->text.n; k++)
				if (!strchr(" \t\r\n", r->text.p[k]))
					buf_printf(out, "%c%u%.*s", r->text.p[k], r->format & (FMT_EMPH | FMT_STRONG | FMT_CODE), SPAN_ARG(r->link ? r->link->url : (struct span){ 0 }));
		}
}

static bool look_alike(const struct block *a, const struct block *b)
{
	CLEANUP(buf_done) struct buf x = { 0 }, y = { 0 };

	looks_of(a, &x);
	looks_of(b, &y);
	return span_eq(buf_span(&x), buf_span(&y));
}

/* The blocks whose words do not look as they should are replaced. */
static bool find_unlike(struct layer *y, const struct block *got, const struct block *want)
{
	bool any = false;

	for (; got && want; got = got->next, want = want->next)
		for (const struct block *o = look_alike(got, want) ? NULL : y->old->root->first; o; o = o->next) {
			const struct block *m = mate_in(y, o);

			if (m && top_of(m) == want && !y->whole[o->serial])
				y->whole[o->serial] = any = true;
		}
	return any;
}

static bool says(struct layer *y, struct span file, enum reading reading, const struct doc *want)
{
	struct doc *d = NULL;
	struct buf x = { 0 }, z = { 0 };
	bool same;

	if (md_read(file, &(struct read_options){ .path = "comparison", .reading = reading }, &d, NULL) < 0)
		return false;
	words_of(d, &x);
	words_of(want, &z);
	same = span_eq(buf_span(&x), buf_span(&z));
	if (same && !look_alike(d->root, want->root)) {
		same = false;
		y->again = reading == READING_ACCEPTED && find_unlike(y, d->root->first, want->root->first);
	}
	for (size_t i = 0; same && i < want->note_count; i++) {
		const struct note *n = want->notes[i]->number ? note_find(d, want->notes[i]->label) : NULL;

		same = !n || look_alike(n->body, want->notes[i]->body);
	}
	doc_free(d);
	buf_done(&x);
	buf_done(&z);
	return same;
}

static void lay_afresh(struct layer *y)
{
	edits_done(&y->edits);
	y->edits = (struct edits){ 0 };
	buf_clear(&y->notes);
	memset(y->note_said, 0, (y->new->note_count + 1) * sizeof(bool));
	y->again = false;
	y->ok = true;
	lay(y);
}

/* The first top block from b on that stands in no container. */
static const struct block *in_the_open(const struct block *b)
{
	while (b && b->in_container)
		b = b->next;
	return b;
}

/* Behind the block and the empty lines that follow it. */
static size_t behind(const struct doc *d, const struct block *b)
{
	size_t at = b->origin.end, line = at;

	for (; at < d->source.n && strchr(" \t\r\n", d->source.p[at]); at++)
		line = d->source.p[at] == '\n' ? at + 1 : line;
	return at == d->source.n ? at : line;
}

/*
 * What always can be said: the stretch of blocks from the first that differs to the last, as it stood and as it stands.  Where words
 * moved into a container or out of it, say, no smaller change reads as both texts do.
 */
static void put_stretch(struct layer *y, struct buf *ret)
{
	struct span o = y->old->source, n = y->new->source;
	size_t o_begin = y->old->meta.body, n_begin = y->new->meta.body, o_end = o.n, n_end = n.n, same = 0;
	const struct block *a = in_the_open(y->old->root->first), *b = in_the_open(y->new->root->first);

	while (o_begin + same < o.n && n_begin + same < n.n && o.p[o_begin + same] == n.p[n_begin + same])
		same++;
	for (; a && b && behind(y->old, a) <= y->old->meta.body + same; a = in_the_open(a->next)) {
		size_t at = behind(y->old, a) - y->old->meta.body;

		while (b && behind(y->new, b) - y->new->meta.body < at)
			b = in_the_open(b->next);
		if (b && behind(y->new, b) - y->new->meta.body == at) {
			o_begin = y->old->meta.body + at;
			n_begin = y->new->meta.body + at;
		}
	}
	for (same = 0; same < o.n - o_begin && same < n.n - n_begin && o.p[o.n - same - 1] == n.p[n.n - same - 1];)
		same++;
	b = in_the_open(y->new->root->first);
	for (a = in_the_open(y->old->root->first); a && b; a = in_the_open(a->next)) {
		if (o.n - begin_of(a) > same)
			continue;
		while (b && n.n - begin_of(b) > o.n - begin_of(a))
			b = in_the_open(b->next);
		if (b && n.n - begin_of(b) == o.n - begin_of(a)) {
			o_end = begin_of(a);
			n_end = begin_of(b);
			break;
		}
	}
	buf_clear(ret);
	buf_add(ret, span_sub(o, 0, o_begin));
	if (o_end > o_begin) {
		BUF_LIT(ret, "{--");
		buf_add(ret, span_sub(o, o_begin, o_end));
		BUF_LIT(ret, "--}");
		md_signature(y->author, y->time, (struct span){ 0 }, ret);
	}
	if (n_end > n_begin) {
		BUF_LIT(ret, "{++");
		buf_add(ret, span_sub(n, n_begin, n_end));
		BUF_LIT(ret, "++}");
		md_signature(y->author, y->time, (struct span){ 0 }, ret);
	}
	buf_add(ret, span_sub(o, o_end, o.n));
}

static bool says_both(struct layer *y, const struct buf *file)
{
	return says(y, buf_span(file), READING_REJECTED, y->old) && says(y, buf_span(file), READING_ACCEPTED, y->new);
}

bool md_comparison(const struct comparison *c, struct span author, struct span time, struct buf *ret)
{
	struct layer y = { .c = c, .old = c->from->doc, .new = c->to->doc, .author = author, .time = time };
	bool ok = false;

	/* suggestions of the older file stand among the bytes: a second layer could not be told from them */
	if (y.old->reading != READING_REJECTED || y.new->reading != READING_REJECTED || y.old->has_critic || y.new->has_critic ||
	    !y.old->source.n)
		return false;
	y.of_old = mem_zero(y.old->block_count + 1, sizeof(struct mate));
	y.note_said = mem_zero(y.new->note_count + 1, sizeof(bool));
	y.whole = mem_zero(y.old->block_count + 1, sizeof(bool));
	y.going = mem_zero(y.old->block_count + 1, 1);
	pair_leaves(&y);
	for (int i = 0; !ok && i < 2; i++) {
		y.coarse = i > 0;
		lay_afresh(&y);
		/* Blocks that cannot be said word by word are known now; replaced, they stand in nobody's way. */
		if (y.again)
			lay_afresh(&y);
		ok = y.ok && !y.again;
		if (ok) {
			buf_clear(ret);
			edits_apply(&y.edits, y.old->source, ret);
			ok = says_both(&y, ret);
			/* Words were right, and not the look of some. */
			if (!ok && y.again) {
				lay_afresh(&y);
				buf_clear(ret);
				edits_apply(&y.edits, y.old->source, ret);
				ok = y.ok && !y.again && says_both(&y, ret);
			}
		}
	}
	if (!ok) {
		put_stretch(&y, ret);
		ok = says_both(&y, ret);
	}
	if (!ok)
		buf_clear(ret);
	edits_done(&y.edits);
	buf_done(&y.notes);
	free(y.of_old);
	free(y.note_said);
	free(y.whole);
	free(y.going);
	return ok;
}
