/*
 * marks: the new text's structure, with the old words in it as deleted.
 *
 * Trees are merged from the root down.  Children of two blocks that belong together are paired where their words are, in
 * common order; what has no partner stands whole, inserted or deleted, so that each reading of the result is one of the two
 * texts by construction, block for block.  Within a pair of leaves the runs are cut along the parts of the comparison.
 * Both readings are then taken again from the result and held against the two texts.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "diff/align.h"
#include "diff/diff.h"
#include "model/text.h"

#define FIRST_WIDE 0x1100 /* code points from here on may need no space between words */

/* Pieces that one leaf was split into (or that were joined to one): they follow one another. */
struct joint {
	const struct change_entry *entry;
	bool split;
	const struct block **pieces;
	size_t count;
};

struct marker {
	struct comparison *c;
	const struct doc *old, *new;
	struct doc *out;
	const struct diff_options *options;
	const struct block **mate_of_new, **mate_of_old; /* by serial */
	const struct leaf_change **change;               /* by serial of the new leaf; NULL: same words */
	const struct joint **joint;                      /* by serial of the new leaf */
	bool *taken_new, *taken_old;                     /* by serial: a further piece of a joint, which goes with the first */
	struct note **note_of_new, **note_of_old;        /* in out, by index */
	struct note **note_gone;                         /* of old: for words that are deleted as a whole, where the note itself stays */
	struct vocab labels;                             /* of the notes in out */
	const struct note **note_mate_of_new, **note_mate_of_old;
	unsigned groups;
	struct buf a, b;
};

static const struct mark *new_mark(struct marker *m, enum mark_kind kind, unsigned group)
{
	struct mark *k = ARENA_NEW(&m->out->arena, struct mark);

	*k = (struct mark){ .kind = kind, .author = m->options->author, .time = m->options->time, .group = group };
	return k;
}

/* ---- who belongs to whom ---- */

/*
 * Who gets to read a block.  What was held back stays so, and what is held back from now on goes from the text that others read: as a
 * changed block it would take its old words, which they knew, with it.
 */
static unsigned readers_of(const struct block *b)
{
	struct span oral = attrs_get(b->attrs, "oral");

	return (b->internal ? 1 : 0) | (attrs_has(b->attrs, CLASS_RATIONALE) ? 2 : 0) | (attrs_has(b->attrs, CLASS_ORAL) ? 4 : 0) |
	       (span_is(oral, "skip") ? 8 : 0) | (span_is(oral, "cut") ? 16 : 0);
}

static void pair_blocks(struct marker *m, const struct block *o, const struct block *n)
{
	if (m->mate_of_new[n->serial] || m->mate_of_old[o->serial])
		return;
	/* Code has no marks inside: what changes in it, or into it, is replaced. */
	if ((o->kind == BLOCK_CODE) != (n->kind == BLOCK_CODE) || (o->kind == BLOCK_CELL) != (n->kind == BLOCK_CELL))
		return;
	if (readers_of(o) != readers_of(n))
		return;
	m->mate_of_new[n->serial] = o;
	m->mate_of_old[o->serial] = n;
	/* the containers around them, inside out, as long as they are of one kind */
	for (o = o->parent, n = n->parent; o && n && o->parent && n->parent && o->kind == n->kind; o = o->parent, n = n->parent) {
		if (m->mate_of_new[n->serial] || m->mate_of_old[o->serial] || readers_of(o) != readers_of(n))
			break;
		if (o->kind == BLOCK_LIST && o->ordered != n->ordered)
			break;
		m->mate_of_new[n->serial] = o;
		m->mate_of_old[o->serial] = n;
	}
}

static void pair_notes(struct marker *m, const struct note *o, const struct note *n)
{
	if (!o || !n || m->note_mate_of_new[n->index] || m->note_mate_of_old[o->index])
		return;
	m->note_mate_of_new[n->index] = o;
	m->note_mate_of_old[o->index] = n;
}

/* Leaves of two notes of the same words, one by one; where they are not as many the body is replaced. */
static void pair_note_leaves(struct marker *m, const struct note *o, const struct note *n)
{
	const struct block *x = o->body, *y = n->body;
	size_t nx = 0, ny = 0;

	for (const struct block *b = o->body; b; b = block_next(b, o->body))
		nx += block_is_leaf(b);
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		ny += block_is_leaf(b);
	if (nx != ny || m->note_mate_of_new[n->index] != o)
		return;
	for (;;) {
		do
			x = block_next(x, o->body);
		while (x && !block_is_leaf(x));
		do
			y = block_next(y, n->body);
		while (y && !block_is_leaf(y));
		if (!x || !y)
			return;
		pair_blocks(m, x, y);
	}
}

static bool side_by_side(const struct clause **pieces, size_t n, const struct clause *whole)
{
	if (whole->leaf_count != 1 || whole->leaves[0]->kind != BLOCK_PARAGRAPH)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (pieces[i]->leaf_count != 1 || pieces[i]->leaves[0]->kind != BLOCK_PARAGRAPH || readers_of(pieces[i]->leaves[0]) != readers_of(whole->leaves[0]))
			return false;
		if (i && pieces[i - 1]->leaves[0]->next != pieces[i]->leaves[0])
			return false;
	}
	return true;
}

static void pair_joint(struct marker *m, const struct change_entry *e)
{
	struct joint *j = ARENA_NEW(&m->out->arena, struct joint);
	const struct block *first;

	j->entry = e;
	j->split = e->kind == CHANGE_SPLIT;
	j->count = e->piece_count;
	j->pieces = ARENA_ARRAY(&m->out->arena, j->count, const struct block *);
	for (size_t i = 0; i < j->count; i++)
		j->pieces[i] = e->pieces[i]->leaves[0];
	first = j->split ? j->pieces[0] : e->to->leaves[0];
	pair_blocks(m, j->split ? e->from->leaves[0] : j->pieces[0], first);
	if (!m->mate_of_new[first->serial])
		return;
	m->joint[first->serial] = j;
	for (size_t i = 1; i < j->count; i++)
		(j->split ? m->taken_new : m->taken_old)[j->pieces[i]->serial] = true;
}

static void pair_all(struct marker *m)
{
	const struct comparison *c = m->c;

	/* equal clauses first: their notes are certain */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < c->count; i++) {
			const struct change_entry *e = &c->entries[i];
			bool same = e->kind == CHANGE_SAME || e->kind == CHANGE_FORMATTED;

			if (!e->from || !e->to || e->moved || same != (pass == 0))
				continue;
			if (same)
				for (size_t k = 0; k < e->from->note_count && k < e->to->note_count; k++)
					pair_notes(m, e->from->notes[k], e->to->notes[k]);
			for (size_t k = 0; k < e->leaf_count; k++)
				pair_notes(m, e->leaves[k].from_note, e->leaves[k].to_note);
		}
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (!e->from || !e->to)
			continue;
		if (!e->leaves && (e->kind == CHANGE_SAME || e->kind == CHANGE_FORMATTED || clause_same_text(e->from, e->to)))
			for (size_t k = 0; k < e->from->note_count && k < e->to->note_count; k++)
				pair_note_leaves(m, e->from->notes[k], e->to->notes[k]);
		for (size_t k = 0; k < e->leaf_count; k++) {
			const struct leaf_change *l = &e->leaves[k];

			if (!l->from || !l->to || (e->moved && !l->to_note))
				continue;
			if (l->to_note && m->note_mate_of_new[l->to_note->index] != l->from_note)
				continue;
			if (m->mate_of_new[l->to->serial])
				continue;
			pair_blocks(m, l->from, l->to);
			if (m->mate_of_new[l->to->serial] == l->from)
				m->change[l->to->serial] = l;
		}
		if (e->moved || e->leaves)
			continue;
		if (e->joint && side_by_side(e->pieces, e->piece_count, e->kind == CHANGE_SPLIT ? e->from : e->to)) {
			pair_joint(m, e);
		} else if (e->joint) {
			struct leaf_change *l = ARENA_NEW(&m->out->arena, struct leaf_change);

			*l = (struct leaf_change){ .from = e->from->leaves[0], .to = e->to->leaves[0], .parts = e->parts, .part_count = e->part_count };
			pair_blocks(m, l->from, l->to);
			if (m->mate_of_new[l->to->serial] == l->from)
				m->change[l->to->serial] = l;
		} else if (e->from->leaf_count == e->to->leaf_count) {
			for (size_t k = 0; k < e->from->leaf_count; k++)
				pair_blocks(m, e->from->leaves[k], e->to->leaves[k]);
		}
	}
}

static bool has_runs(const struct block *leaf, enum run_kind kind)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == kind)
			return true;
	return false;
}

static void unpair_below(struct marker *m, const struct block *top, bool old)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		const struct block *mate = (old ? m->mate_of_old : m->mate_of_new)[b->serial];

		if (!mate)
			continue;
		m->mate_of_new[old ? mate->serial : b->serial] = NULL;
		m->mate_of_old[old ? b->serial : mate->serial] = NULL;
		m->change[old ? mate->serial : b->serial] = NULL;
	}
}

/* Does anything change in a note of several paragraphs, or in one with a picture? */
static bool rebuilt(const struct marker *m, const struct note *o, const struct note *n)
{
	size_t leaves = 0, kept = 0, were = 0;
	bool pictured = false;

	for (const struct block *b = o->body; b; b = block_next(b, o->body)) {
		were += block_is_leaf(b);
		pictured |= has_runs(b, RUN_IMAGE);
	}
	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		if (!block_is_leaf(b))
			continue;
		leaves++;
		pictured |= has_runs(b, RUN_IMAGE);
		kept += m->mate_of_new[b->serial] && !m->change[b->serial];
	}
	return (leaves > 1 || were > 1 || pictured) && (kept < leaves || kept < were);
}

/* The first of all, or of those that everybody reads. */
static bool first_note_in_table(const struct doc *d, bool everybody)
{
	for (const struct block *b = d->root, *next; b; b = next) {
		bool held = everybody && readers_of(b);

		next = held ? block_next_skip(b, d->root) : block_next(b, d->root);
		if (!held && has_runs(b, RUN_NOTE))
			return b->kind == BLOCK_CELL;
	}
	return false;
}

static bool changes(const struct marker *m, const struct note *n)
{
	for (const struct block *b = n->body; b; b = block_next(b, n->body))
		if (m->change[b->serial])
			return true;
	return false;
}

/*
 * Such a note is replaced: LibreOffice loses count of the places of changes in it.  In a DOCX whose first note stands in a table it sees
 * none of the changes in later notes.
 */
static void unpair_rebuilt_notes(struct marker *m)
{
	bool unseen = first_note_in_table(m->new, false) || first_note_in_table(m->new, true) || first_note_in_table(m->old, false) ||
		      first_note_in_table(m->old, true);

	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i], *o = m->note_mate_of_new[i];

		if (!o || !(rebuilt(m, o, n) || (unseen && changes(m, n))))
			continue;
		unpair_below(m, n->body, false);
		unpair_below(m, o->body, true);
		m->note_mate_of_new[i] = NULL;
		m->note_mate_of_old[o->index] = NULL;
	}
}

/* Rows with other columns cannot be merged cell by cell: the table is replaced. */
static void unpair_ragged(struct marker *m)
{
	for (const struct block *b = m->new->root; b; b = block_next(b, m->new->root)) {
		const struct block *o = m->mate_of_new[b->serial];

		if (b->kind != BLOCK_TABLE || !o)
			continue;
		for (const struct block *row = b->first; row; row = row->next) {
			const struct block *was = m->mate_of_new[row->serial], *x, *y;

			if (!was)
				continue;
			for (x = was->first, y = row->first; x && y && m->mate_of_new[y->serial] == x; x = x->next, y = y->next)
				;
			if (x || y) {
				m->mate_of_new[b->serial] = NULL;
				m->mate_of_old[o->serial] = NULL;
				break;
			}
		}
	}
}

/* ---- copying ---- */

static struct note *note_in_out(struct marker *m, const struct note *n, bool old)
{
	return n ? (old ? m->note_of_old : m->note_of_new)[n->index] : NULL;
}

static struct span free_label(struct marker *m, struct span wanted);

/* The note of words that go as a whole: its own, so that no note is referred to from what goes and from what comes. */
static struct note *gone_note(struct marker *m, const struct note *o)
{
	if (!o || !m->note_mate_of_old[o->index])
		return note_in_out(m, o, true);
	if (!m->note_gone[o->index])
		m->note_gone[o->index] = note_new(m->out, free_label(m, o->label));
	return m->note_gone[o->index];
}

static bool id_is_new(const struct marker *m, struct span id)
{
	return statement_find(m->c->to, id) != NULL;
}

/* Attributes of an old block: an id that stands in the new text belongs to the clause there. */
static const struct attrs *old_attrs(struct marker *m, const struct attrs *a)
{
	struct attrs *copy;

	if (!a || !a->id.n || !id_is_new(m, a->id))
		return a;
	copy = ARENA_NEW(&m->out->arena, struct attrs);
	*copy = *a;
	copy->id = (struct span){ 0 };
	return copy;
}

static struct block *copy_block(struct marker *m, const struct block *b, bool old)
{
	struct block *c = block_new(m->out, b->kind);

	c->attrs = old ? old_attrs(m, b->attrs) : b->attrs;
	c->internal = b->internal;
	c->in_container = b->in_container;
	c->level = b->level;
	c->ordered = b->ordered;
	c->tight = b->tight;
	c->start = b->start;
	c->info = b->info;
	c->header = b->header;
	c->align = b->align;
	c->origin = b->origin;
	c->attr_origin = b->attr_origin;
	c->part = b->part;
	return c;
}

/* The runs of a leaf as its statement reads them; marks of its own file are settled.  gone: they are deleted as a whole. */
static void copy_runs(struct marker *m, const struct block *b, bool old, bool gone, const struct mark *mark, struct runs *r)
{
	enum reading reading = (old ? m->old : m->new)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;

	for (size_t i = 0; i < b->run_count; i++) {
		struct run *x;

		if (!text_mark_reads(b->runs[i].mark, reading) || b->runs[i].kind == RUN_COMMENT)
			continue;
		x = runs_add(r, b->runs[i].kind);
		*x = b->runs[i];
		x->mark = mark;
		if (x->kind == RUN_NOTE)
			x->note = gone ? gone_note(m, x->note) : note_in_out(m, x->note, old);
	}
}

/* A whole block, with all in it. */
static void copy_tree(struct marker *m, struct block *into, const struct block *top, bool old, const struct mark *mark)
{
	struct block *parent = into;
	enum reading reading = (old ? m->old : m->new)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;
	const struct block *b = top;

	while (b) {
		struct block *c;

		if (!text_mark_reads(b->mark, reading)) {
			c = NULL;
		} else {
			c = copy_block(m, b, old);
			if (b == top)
				c->mark = mark;
			block_append(parent, c);
			if (block_is_leaf(b)) {
				struct runs r = { 0 };

				copy_runs(m, b, old, old && mark, NULL, &r);
				runs_end(&r, m->out, c);
			}
			if (b->first) {
				parent = c;
				b = b->first;
				continue;
			}
		}
		while (b != top && !b->next) {
			b = b->parent;
			parent = parent->parent;
		}
		b = b == top ? NULL : b->next;
	}
}

/* ---- runs along parts ---- */

/* Where a leaf's runs are being read: run and byte, and which text of the fold that is. */
struct cursor {
	struct marker *m;
	const struct block *leaf;
	bool old;
	enum reading reading;
	size_t run, at;
	const struct block *other; /* leaf that notes may be kept in */
};

static struct cursor cursor_at(struct marker *m, const struct block *leaf, const struct block *other, bool old)
{
	return (struct cursor){ .m = m, .leaf = leaf, .old = old, .other = other,
				.reading = (old ? m->old : m->new)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED };
}

static bool refers(const struct block *leaf, const struct note *n, enum reading reading)
{
	for (size_t i = 0; leaf && n && i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_NOTE && leaf->runs[i].note == n && text_mark_reads(leaf->runs[i].mark, reading))
			return true;
	return false;
}

/* A note mark is kept if its partner is referred to from the other leaf; else it came, or went. */
static void put_note_mark(struct cursor *k, struct runs *out, const struct mark *all)
{
	const struct run *r = &k->leaf->runs[k->run];
	struct marker *m = k->m;
	const struct note *mate = k->old ? m->note_mate_of_old[r->note->index] : m->note_mate_of_new[r->note->index];
	bool kept = !all && refers(k->other, mate, (k->old ? m->new : m->old)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED);
	struct run *x;

	if (k->old && kept)
		return;
	x = runs_add(out, RUN_NOTE);
	*x = *r;
	x->note = k->old ? gone_note(m, r->note) : note_in_out(m, r->note, false);
	x->mark = kept ? NULL : new_mark(m, k->old ? MARK_DELETED : MARK_INSERTED, ++m->groups);
}

/* Text of the run at hand, cut to [from, to) of it. */
static void put_slice(struct cursor *k, size_t from, size_t to, bool emit, const struct mark *mark, struct runs *out)
{
	const struct run *r = &k->leaf->runs[k->run];
	struct run *x, *last;

	if (!emit || from == to)
		return;
	last = out->count ? &out->items[out->count - 1] : NULL;
	if (last && last->kind == r->kind && r->kind == RUN_TEXT && last->mark == mark && last->format == r->format && last->link == r->link &&
	    last->text.p + last->text.n == r->text.p + from) {
		last->text.n += to - from;
		last->src = (struct origin){ 0, 0 };
		return;
	}
	x = runs_add(out, r->kind);
	*x = *r;
	x->mark = mark;
	if (r->kind == RUN_TEXT) {
		bool exact = r->src.end - r->src.begin == r->text.n;

		x->text = span_sub(r->text, from, to);
		if (from != 0 || to != r->text.n)
			x->src = exact ? (struct origin){ r->src.begin + from, r->src.begin + to } : (struct origin){ 0, 0 };
	}
}

/* Skips runs that this reading does not hold, and comments. */
static bool settle(struct cursor *k)
{
	for (; k->run < k->leaf->run_count; k->run++, k->at = 0) {
		const struct run *r = &k->leaf->runs[k->run];

		if (r->kind == RUN_COMMENT || !text_mark_reads(r->mark, k->reading))
			continue;
		if (r->kind == RUN_TEXT && k->at >= r->text.n)
			continue;
		return true;
	}
	return false;
}

static size_t white_at(struct span s, size_t at)
{
	size_t next = at;
	uint32_t cp;

	if (at >= s.n)
		return 0;
	if ((unsigned char)s.p[at] < 0x80)
		return s.p[at] == ' ' || (s.p[at] >= 9 && s.p[at] <= 13);
	cp = utf8_next(s.p, s.n, &next);
	return cp_white(cp) ? next - at : 0;
}

/* Takes white space and breaks from here on, and the note marks among them. */
static bool take_white(struct cursor *k, bool emit, const struct mark *mark, struct runs *out)
{
	bool any = false;

	while (settle(k)) {
		const struct run *r = &k->leaf->runs[k->run];
		size_t from = k->at, n;

		if (r->kind == RUN_NOTE) {
			put_note_mark(k, out, NULL);
			k->run++;
			k->at = 0;
			continue;
		}
		if (r->kind == RUN_SOFT || r->kind == RUN_HARD) {
			put_slice(k, 0, 1, emit, mark, out);
			k->run++;
			k->at = 0;
			any = true;
			continue;
		}
		if (r->kind != RUN_TEXT)
			break;
		while ((n = white_at(r->text, k->at)))
			k->at += n;
		if (k->at == from)
			break;
		put_slice(k, from, k->at, emit, mark, out);
		any = true;
		if (k->at < r->text.n)
			break;
	}
	return any;
}

/* Note marks that follow the words just taken stay with them. */
static void take_notes(struct cursor *k, struct runs *out)
{
	while (settle(k) && k->leaf->runs[k->run].kind == RUN_NOTE) {
		put_note_mark(k, out, NULL);
		k->run++;
		k->at = 0;
	}
}

/*
 * Takes the runs that make up the folded text t, the next stretch of the leaf's.  False where they do not: a cut within a
 * picture's alternative text, or text that normalisation changed.
 */
static bool take(struct cursor *k, struct span t, bool emit, const struct mark *mark, struct runs *out)
{
	size_t at = 0;

	while (at < t.n) {
		const struct run *r;

		if (t.p[at] == ' ' || t.p[at] == '\n') {
			if (!take_white(k, emit, mark, out))
				return false;
			at++;
			continue;
		}
		take_white(k, emit, mark, out); /* at the beginning, or a break between wide characters */
		if (!settle(k))
			return false;
		r = &k->leaf->runs[k->run];
		if (r->kind == RUN_XREF || r->kind == RUN_IMAGE) {
			struct buf *b = &k->m->a;
			struct span fold;

			buf_clear(b);
			if (r->kind == RUN_XREF)
				buf_printf(b, "[%s%.*s]", span_find_char(r->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(r->target));
			else
				text_fold(r->text, b);
			fold = buf_span(b);
			if (t.n - at < fold.n || (fold.n && memcmp(t.p + at, fold.p, fold.n) != 0))
				return false;
			put_slice(k, 0, 1, emit, mark, out);
			at += fold.n;
			k->run++;
			k->at = 0;
			continue;
		}
		{
			size_t from = k->at;

			while (at < t.n && k->at < r->text.n && t.p[at] != ' ' && !white_at(r->text, k->at)) {
				if (r->text.p[k->at] != t.p[at])
					return false;
				k->at++;
				at++;
			}
			if (k->at == from)
				return false;
			put_slice(k, from, k->at, emit, mark, out);
		}
	}
	take_notes(k, out);
	return true;
}

/* What is left of a leaf when its words are taken: pictures without words, note marks, white space. */
static bool take_rest(struct cursor *k, bool emit, struct runs *out)
{
	for (;;) {
		const struct run *r;

		take_white(k, emit, NULL, out);
		if (!settle(k))
			return true;
		r = &k->leaf->runs[k->run];
		if (r->kind != RUN_IMAGE || r->text.n)
			return false;
		put_slice(k, 0, 1, emit, NULL, out);
		k->run++;
		k->at = 0;
	}
}

/* The words of one leaf in one reading, the notes that it refers to, and which of its words are a picture's or a reference's. */
static void read_runs(const struct run *runs, size_t n, enum reading reading, struct buf *raw, struct buf *out)
{
	struct block leaf = { .kind = BLOCK_PARAGRAPH, .runs = (struct run *)(uintptr_t)runs, .run_count = n };

	buf_clear(raw);
	text_of_leaf(&leaf, reading, raw);
	text_fold(buf_span(raw), out);
	for (size_t i = 0; i < n; i++) {
		if (!text_mark_reads(runs[i].mark, reading))
			continue;
		if (runs[i].kind == RUN_NOTE)
			buf_printf(out, "\n%zu", runs[i].note->index);
		else if (runs[i].kind == RUN_IMAGE)
			buf_printf(out, "\n!%.*s", SPAN_ARG(runs[i].text));
		else if (runs[i].kind == RUN_XREF)
			buf_printf(out, "\n#%.*s", SPAN_ARG(runs[i].target));
	}
}

/* Are these runs, read as the side that leaf is of, what that leaf says? */
static bool reads_as(struct marker *m, const struct runs *r, const struct block *leaf, bool old)
{
	struct runs want = { 0 };
	struct buf raw = { 0 };
	bool same;

	copy_runs(m, leaf, old, false, NULL, &want);
	buf_clear(&m->a);
	buf_clear(&m->b);
	read_runs(r->items, r->count, old ? READING_REJECTED : READING_ACCEPTED, &raw, &m->a);
	read_runs(want.items, want.count, READING_MARKED, &raw, &m->b);
	same = span_eq(buf_span(&m->a), buf_span(&m->b));
	free(want.items);
	buf_done(&raw);
	return same;
}

/* All old words deleted, all new ones inserted: always right. */
static void replace_runs(struct marker *m, const struct block *o, const struct block *n, struct runs *r)
{
	unsigned group = ++m->groups;

	r->count = 0;
	copy_runs(m, o, true, true, new_mark(m, MARK_DELETED, group), r);
	copy_runs(m, n, false, false, new_mark(m, MARK_INSERTED, group), r);
}

static bool sign_of_its_own(char c)
{
	return (unsigned char)c < 0x80 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9');
}

/*
 * Length of the next piece that a note mark may stand behind: a space, one wide character, or what stands between those; a sign too,
 * but where references stand, whose words are not cut.
 */
static size_t step_length(struct span t, size_t at, bool signs)
{
	size_t end = at;

	if (t.p[at] == ' ' || (signs && sign_of_its_own(t.p[at])))
		return 1;
	while (end < t.n && t.p[end] != ' ' && t.p[end] != '\n' && !(signs && sign_of_its_own(t.p[end]))) {
		size_t next = end;
		uint32_t cp = utf8_next(t.p, t.n, &next);

		if (cp >= FIRST_WIDE && end > at)
			break;
		end = next;
		if (cp >= FIRST_WIDE)
			break;
	}
	return end > at ? end - at : 1;
}

/* Bytes of the folded words of the picture that comes next, or 0. */
static size_t picture_length(struct cursor *k)
{
	struct cursor next = *k;
	struct runs none = { 0 };

	take_white(&next, false, NULL, &none);
	free(none.items);
	if (!settle(&next) || next.leaf->runs[next.run].kind != RUN_IMAGE)
		return 0;
	buf_clear(&k->m->a);
	text_fold(next.leaf->runs[next.run].text, &k->m->a);
	return k->m->a.n;
}

/*
 * Words that both leaves have: the runs of `shown` are kept.  Where the other one has note marks of its own the two are taken step by
 * step, so that a mark that goes stands where it stood.
 */
static bool take_equal(struct cursor *shown, struct cursor *other, struct span t, struct runs *out)
{
	bool signs = !has_runs(shown->leaf, RUN_XREF) && !has_runs(other->leaf, RUN_XREF);
	size_t n;

	if (!has_runs(other->leaf, RUN_NOTE))
		return take(shown, t, true, NULL, out) && take(other, t, false, NULL, out);
	for (size_t at = 0; at < t.n; at += n) {
		struct span step;

		n = step_length(t, at, signs);
		if (t.p[at] != ' ') {
			/* the words of a picture are not cut */
			size_t whole = picture_length(shown), too = picture_length(other);

			whole = whole > too ? whole : too;
			n = whole > n && whole <= t.n - at ? whole : n;
		}
		step = span_sub(t, at, at + n);
		if (!take(shown, step, true, NULL, out) || !take(other, step, false, NULL, out))
			return false;
	}
	return true;
}

static void merge_leaf(struct marker *m, struct block *into, const struct block *o, const struct block *n, const struct leaf_change *change)
{
	struct block *c = copy_block(m, n, false);
	struct runs r = { 0 };
	bool ok = true;

	block_append(into, c);
	if (!change) {
		copy_runs(m, n, false, false, NULL, &r);
		if (!reads_as(m, &r, o, true)) { /* notes alone may differ: the same words under several notes */
			struct cursor kn = cursor_at(m, n, o, false), ko = cursor_at(m, o, n, true);

			buf_clear(&m->b);
			{
				struct buf raw = { 0 };

				text_of_leaf(n, READING_MARKED, &raw);
				text_fold(buf_span(&raw), &m->b);
				buf_done(&raw);
			}
			{
				struct span words = arena_dup(&m->out->arena, buf_span(&m->b));

				r.count = 0;
				ok = take_equal(&kn, &ko, words, &r) && take_rest(&kn, true, &r) && take_rest(&ko, false, &r);
			}
		}
	} else {
		struct cursor kn = cursor_at(m, n, o, false), ko = cursor_at(m, o, n, true);
		const struct mark *gone = NULL;

		for (size_t i = 0; i < change->part_count && ok; i++) {
			const struct part *p = &change->parts[i];

			if (p->op == '=') {
				ok = take_equal(&kn, &ko, p->text, &r);
				gone = NULL;
			} else if (p->op == '-') {
				gone = new_mark(m, MARK_DELETED, ++m->groups);
				ok = take(&ko, p->text, true, gone, &r);
			} else {
				ok = take(&kn, p->text, true, new_mark(m, MARK_INSERTED, gone ? gone->group : ++m->groups), &r);
				gone = NULL;
			}
		}
		ok = ok && take_rest(&kn, true, &r) && take_rest(&ko, false, &r);
	}
	if (!ok || !reads_as(m, &r, n, false) || !reads_as(m, &r, o, true))
		replace_runs(m, o, n, &r);
	runs_end(&r, m->out, c);
}

/* A paragraph that was split, or several that were joined: the break between them carries the mark. */
static bool merge_joint(struct marker *m, struct block *into, const struct joint *j)
{
	const struct change_entry *e = j->entry;
	const struct block *whole = j->split ? e->from->leaves[0] : e->to->leaves[0];
	struct runs *rows = mem_zero(j->count, sizeof(struct runs));
	struct cursor kw = cursor_at(m, whole, NULL, j->split), kp = cursor_at(m, j->pieces[0], NULL, !j->split);
	size_t piece = 0, at = 0, end = e->pieces[0]->text.n;
	const struct mark *gone = NULL;
	bool ok = true;

	/* '-' is of the old side, '+' of the new; the pieces are the new side of a split and the old side of a merge */
	for (size_t i = 0; i < e->joint_count && ok; i++) {
		const struct part *p = &e->joint[i];
		bool of_pieces = p->op == '=' || p->op == (j->split ? '+' : '-');
		const struct mark *mark = NULL;

		if (p->op == '-')
			mark = gone = new_mark(m, MARK_DELETED, ++m->groups);
		if (p->op == '+')
			mark = new_mark(m, MARK_INSERTED, gone ? gone->group : ++m->groups);
		if (p->op != '-')
			gone = NULL;
		if (!of_pieces) {
			ok = take(&kw, p->text, true, mark, &rows[piece]);
			continue;
		}
		for (size_t from = 0; from < p->text.n && ok;) {
			size_t n = p->text.n - from < end - at ? p->text.n - from : end - at;
			struct span t = span_sub(p->text, from, from + n);

			if (n == 0) {
				/* the space that joins two pieces: a word of the whole alone, or none */
				if (p->op == '=')
					ok = take(&kw, SPAN_LIT(" "), true, new_mark(m, j->split ? MARK_DELETED : MARK_INSERTED, ++m->groups),
						  &rows[piece]);
				take_rest(&kp, true, &rows[piece]);
				from++;
				at = 0;
				if (++piece == j->count)
					ok = false;
				else {
					kp = cursor_at(m, j->pieces[piece], NULL, !j->split);
					end = e->pieces[piece]->text.n;
				}
				continue;
			}
			/* of equal words the new side's runs are shown */
			if (p->op == '=')
				ok = take_equal(j->split ? &kp : &kw, j->split ? &kw : &kp, t, &rows[piece]);
			else
				ok = take(&kp, t, true, mark, &rows[piece]);
			from += n;
			at += n;
		}
	}
	ok = ok && piece + 1 == j->count;
	if (ok) {
		/* each reading once more, joined as it reads */
		struct runs all = { 0 };

		for (size_t i = 0; i < j->count; i++)
			for (size_t k = 0; k < rows[i].count; k++)
				*runs_add(&all, RUN_TEXT) = rows[i].items[k];
		ok = reads_as(m, &all, whole, j->split);
		for (size_t i = 0; i < j->count && ok; i++)
			ok = reads_as(m, &rows[i], j->pieces[i], !j->split);
		free(all.items);
	}
	if (ok) {
		for (size_t i = 0; i < j->count; i++) {
			struct block *c = copy_block(m, !j->split && i == 0 ? whole : j->pieces[i], !j->split && i > 0);

			if (i + 1 < j->count)
				c->break_mark = new_mark(m, j->split ? MARK_INSERTED : MARK_DELETED, ++m->groups);
			block_append(into, c);
			runs_end(&rows[i], m->out, c);
		}
	} else {
		for (size_t i = 0; i < j->count; i++)
			free(rows[i].items);
	}
	free(rows);
	return ok;
}

/* ---- blocks ---- */

static bool without_words(const struct block *b)
{
	const struct block *top = b;

	for (; b; b = block_next(b, top))
		if (block_is_leaf(b))
			return false;
	return true;
}

static void put_old(struct marker *m, struct block *into, const struct block *o)
{
	copy_tree(m, into, o, true, new_mark(m, MARK_DELETED, ++m->groups));
}

static void put_new(struct marker *m, struct block *into, const struct block *n)
{
	copy_tree(m, into, n, false, new_mark(m, MARK_INSERTED, ++m->groups));
}

/* Old children up to (not with) stop, and new ones likewise, none of which has a partner here. */
static void merge_gap(struct marker *m, struct block *into, const struct block *o, const struct block *o_stop, const struct block *n,
		      const struct block *n_stop)
{
	/* rules and empty items have no words to be paired by: one for one, if the same kinds stand on both sides */
	for (; o != o_stop; o = o->next) {
		if (without_words(o)) {
			const struct block *x = n;

			while (x != n_stop && !(without_words(x) && x->kind == o->kind))
				x = x->next;
			if (x != n_stop) {
				for (; n != x; n = n->next)
					put_new(m, into, n);
				copy_tree(m, into, n, false, NULL);
				n = n->next;
				continue;
			}
		}
		put_old(m, into, o);
	}
	for (; n != n_stop; n = n->next)
		put_new(m, into, n);
}

struct work {
	const struct block *o, *n;
	struct block *into;
};

/* Children of two blocks that belong together; containers among them are left for later, on the stack. */
static void merge_children(struct marker *m, struct work w, struct work **stack, size_t *depth, size_t *cap)
{
	size_t count = 0, k = 0;
	uint32_t *of;
	bool *keep;
	const struct block *o = w.o->first, *n = w.n->first;

	for (const struct block *x = w.n->first; x; x = x->next)
		count++;
	of = mem_alloc((count + 1) * sizeof(uint32_t));
	keep = mem_alloc(count + 1);
	for (const struct block *x = w.n->first; x; x = x->next) {
		const struct block *mate = m->mate_of_new[x->serial];

		of[k++] = mate && mate->parent == w.o && !m->taken_new[x->serial] && !m->taken_old[mate->serial] ? (uint32_t)mate->serial : NO_ROW;
	}
	longest_rising(of, count, keep);
	k = 0;
	for (const struct block *x = w.n->first; x; x = x->next, k++) {
		const struct block *mate = m->mate_of_new[x->serial];
		const struct joint *j = m->joint[x->serial];

		if (!keep[k])
			continue;
		merge_gap(m, w.into, o, mate, n, x);
		o = mate->next;
		n = x->next;
		if (j && merge_joint(m, w.into, j)) {
			for (size_t i = 1; i < j->count; i++) {
				if (j->split)
					n = n->next;
				else
					o = o->next;
			}
			if (j->split)
				for (size_t i = 1; i < j->count; i++) {
					x = x->next;
					k++;
				}
		} else if (j || block_is_leaf(x)) {
			if (j || (x->kind == BLOCK_CODE && m->change[x->serial])) {
				put_old(m, w.into, mate);
				put_new(m, w.into, x);
			} else {
				merge_leaf(m, w.into, mate, x, m->change[x->serial]);
			}
		} else {
			struct block *c = copy_block(m, x, false);

			block_append(w.into, c);
			if (*depth == *cap) {
				*cap = *cap ? 2 * *cap : 64;
				*stack = mem_resize(*stack, *cap, sizeof(struct work));
			}
			(*stack)[(*depth)++] = (struct work){ mate, x, c };
		}
	}
	merge_gap(m, w.into, o, NULL, n, NULL);
	free(of);
	free(keep);
}

static void merge_trees(struct marker *m, const struct block *o, const struct block *n, struct block *into)
{
	struct work *stack = NULL;
	size_t depth = 0, cap = 0;

	merge_children(m, (struct work){ o, n, into }, &stack, &depth, &cap);
	while (depth) {
		depth--;
		merge_children(m, stack[depth], &stack, &depth, &cap);
	}
	free(stack);
}

/* ---- notes ---- */

static struct span lower(struct marker *m, struct span label)
{
	struct span s = arena_dup(&m->out->arena, label);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			((char *)(uintptr_t)s.p)[i] = (char)(s.p[i] | 0x20);
	return s;
}

/* The label, or one like it that no other note has. */
static struct span free_label(struct marker *m, struct span wanted)
{
	struct span label = wanted;

	for (unsigned k = 1;; k++) {
		size_t known = m->labels.count;

		if (vocab_symbol(&m->labels, lower(m, label)) == known)
			return label;
		label = k == 1 ? arena_printf(&m->out->arena, "%.*s-old", SPAN_ARG(wanted))
			       : arena_printf(&m->out->arena, "%.*s-old%u", SPAN_ARG(wanted), k);
	}
}

/* Every note of the new text, and those of the old one that have no partner, under labels that no other has. */
static void make_notes(struct marker *m)
{
	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i];

		m->note_of_new[i] = note_new(m->out, n->label);
		m->note_of_new[i]->duplicate = n->duplicate;
		m->note_of_new[i]->origin = n->origin;
		vocab_symbol(&m->labels, lower(m, n->label));
	}
	for (size_t i = 0; i < m->old->note_count; i++) {
		const struct note *o = m->old->notes[i], *mate = m->note_mate_of_old[i];

		if (mate) {
			m->note_of_old[i] = m->note_of_new[mate->index];
			continue;
		}
		m->note_of_old[i] = note_new(m->out, free_label(m, o->label));
		m->note_of_old[i]->duplicate = o->duplicate;
	}
}

static bool stays(const struct block *b, const struct run *r)
{
	if (r->mark)
		return false;
	for (; b; b = b->parent)
		if (b->mark)
			return false;
	return true;
}

/* Where a mark of a note stays, words that go as a whole refer to that note too, and need none of their own. */
static void share_kept_notes(struct marker *m)
{
	struct doc *d = m->out;
	bool *kept = mem_zero(d->note_count + 1, sizeof(bool));
	struct note **instead = mem_zero(d->note_count + 1, sizeof(struct note *));
	size_t left = 0;

	for (const struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && stays(b, &b->runs[i]))
				kept[b->runs[i].note->index] = true;
	for (size_t i = 0; i < m->old->note_count; i++) {
		if (!m->note_gone[i] || !kept[m->note_of_old[i]->index])
			continue;
		instead[m->note_gone[i]->index] = m->note_of_old[i];
		m->note_gone[i] = NULL;
	}
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].kind == RUN_NOTE && instead[b->runs[i].note->index])
				b->runs[i].note = instead[b->runs[i].note->index];
	for (size_t i = 0; i < d->note_count; i++)
		if (!instead[i])
			d->notes[left++] = d->notes[i];
	d->note_count = left;
	for (size_t i = 0; i < left; i++)
		d->notes[i]->index = i;
	free(kept);
	free(instead);
}

static void fill_notes(struct marker *m)
{
	for (size_t i = 0; i < m->new->note_count; i++) {
		const struct note *n = m->new->notes[i], *o = m->note_mate_of_new[i];

		if (o) {
			merge_trees(m, o->body, n->body, m->note_of_new[i]->body);
			continue;
		}
		for (const struct block *b = n->body->first; b; b = b->next)
			put_new(m, m->note_of_new[i]->body, b);
	}
	for (size_t i = 0; i < m->old->note_count; i++) {
		struct note *into = m->note_mate_of_old[i] ? m->note_gone[i] : m->note_of_old[i];

		for (const struct block *b = m->old->notes[i]->body->first; b && into; b = b->next)
			put_old(m, into->body, b);
	}
}

/* ---- holding the result against the two texts ---- */

static enum reading own_reading(const struct doc *d)
{
	return d->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;
}

/* Every leaf of a doc in one reading, and the notes that it refers to, one line a leaf. */
static void read_doc(const struct doc *d, enum reading reading, struct buf *raw, struct buf *out)
{
	bool closed = false;
	struct buf notes = { 0 };

	buf_clear(raw);
	for (const struct block *b = d->root, *next; b; b = next) {
		next = block_next(b, d->root);
		if (!text_mark_reads(b->mark, reading)) {
			next = block_next_skip(b, d->root);
			continue;
		}
		if (!block_is_leaf(b))
			continue;
		if (!closed) {
			size_t before = out->n;

			text_fold(buf_span(raw), out);
			buf_clear(raw);
			buf_add(out, buf_span(&notes));
			buf_clear(&notes);
			if (out->n > before)
				buf_char(out, '\n');
		}
		text_of_leaf(b, reading, raw);
		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind != RUN_NOTE || !text_mark_reads(b->runs[i].mark, reading))
				continue;
			buf_char(&notes, '\v');
			text_of_blocks(b->runs[i].note->body, reading, &notes);
		}
		closed = b->break_mark && !text_mark_reads(b->break_mark, reading);
	}
	text_fold(buf_span(raw), out);
	buf_add(out, buf_span(&notes));
	while (out->n && out->p[out->n - 1] == '\n')
		out->n--;
	buf_done(&notes);
}

static int verify(struct marker *m, enum reading reading, const struct doc *want, const char *what, struct fault *f)
{
	struct buf raw = { 0 }, got = { 0 }, text = { 0 };
	size_t at = 0, line;
	int r = 0;

	read_doc(m->out, reading, &raw, &got);
	read_doc(want, own_reading(want), &raw, &text);
	if (!span_eq(buf_span(&got), buf_span(&text))) {
		while (at < got.n && at < text.n && got.p[at] == text.p[at])
			at++;
		for (line = at; line > 0 && text.n && text.p[line < text.n ? line - 1 : text.n - 1] != '\n' && at - line < 60; line--)
			;
		r = fault_set(f, FAULT_REFUSED, (struct srcpos){ want->path, 0, 0 },
			      "this comparison could not be laid into one document: %s would not give this text back, near \"%.*s\"", what,
			      (int)((line < text.n ? text.n - line : 0) < 80 ? (line < text.n ? text.n - line : 0) : 80), text.n ? text.p + line : "");
		fault_hint(f, "Compare as text, JSON or HTML, which need no marks, and please report this pair of texts.");
	}
	buf_done(&raw);
	buf_done(&got);
	buf_done(&text);
	return r;
}

static const struct earlier *earlier_of(struct marker *m)
{
	struct earlier *e = ARENA_NEW(&m->out->arena, struct earlier);

	e->meta = m->old->meta;
	e->gone = new_mark(m, MARK_DELETED, ++m->groups);
	e->came = new_mark(m, MARK_INSERTED, e->gone->group);
	return e;
}

int diff_mark(struct comparison *c, const struct diff_options *o, struct fault *f)
{
	struct marker m = { .c = c, .old = c->from->doc, .new = c->to->doc, .options = o };
	int r;

	if (c->marked)
		return 0;
	m.out = doc_new(m.new->path);
	m.out->meta = m.new->meta;
	m.out->reading = READING_MARKED;
	m.out->has_critic = true;
	m.out->earlier = earlier_of(&m);
	m.mate_of_new = mem_zero(m.new->block_count + 1, sizeof(*m.mate_of_new));
	m.mate_of_old = mem_zero(m.old->block_count + 1, sizeof(*m.mate_of_old));
	m.change = mem_zero(m.new->block_count + 1, sizeof(*m.change));
	m.joint = mem_zero(m.new->block_count + 1, sizeof(*m.joint));
	m.taken_new = mem_zero(m.new->block_count + 1, sizeof(bool));
	m.taken_old = mem_zero(m.old->block_count + 1, sizeof(bool));
	m.note_of_new = mem_zero(m.new->note_count + 1, sizeof(*m.note_of_new));
	m.note_of_old = mem_zero(m.old->note_count + 1, sizeof(*m.note_of_old));
	m.note_gone = mem_zero(m.old->note_count + 1, sizeof(*m.note_gone));
	m.note_mate_of_new = mem_zero(m.new->note_count + 1, sizeof(*m.note_mate_of_new));
	m.note_mate_of_old = mem_zero(m.old->note_count + 1, sizeof(*m.note_mate_of_old));
	pair_all(&m);
	unpair_rebuilt_notes(&m);
	unpair_ragged(&m);
	make_notes(&m);
	merge_trees(&m, m.old->root, m.new->root, m.out->root);
	share_kept_notes(&m);
	fill_notes(&m);
	doc_finish(m.out);
	r = verify(&m, READING_ACCEPTED, m.new, "accepting all", f);
	if (r == 0)
		r = verify(&m, READING_REJECTED, m.old, "rejecting all", f);
	if (r == 0)
		c->marked = m.out;
	else
		doc_free(m.out);
	free(m.mate_of_new);
	free(m.mate_of_old);
	free(m.change);
	free(m.joint);
	free(m.taken_new);
	free(m.taken_old);
	free(m.note_of_new);
	free(m.note_of_old);
	free(m.note_gone);
	vocab_done(&m.labels);
	free(m.note_mate_of_new);
	free(m.note_mate_of_old);
	buf_done(&m.a);
	buf_done(&m.b);
	return r;
}
