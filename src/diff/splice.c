/* The runs of two leaves that belong together, cut along the parts of the comparison. */
#include "diff/marker.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/text.h"

#define FIRST_WIDE 0x1100 /* code points from here on may need no space between words */

/* Where a leaf's runs are being read: run and byte, and which text of the fold that is. */
struct cursor {
	struct marker *m;
	const struct block *leaf;
	bool old;
	enum reading reading;
	size_t run, at;
	const struct block *other; /* leaf that notes may be kept in */
	const bool *steady;        /* by run: a note mark that stands where its partner stands; NULL: not known, all do */
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
	bool kept = !all && (!k->steady || k->steady[k->run]) && refers(k->other, mate, (k->old ? m->new : m->old)->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED);
	struct run *x;

	if (k->old && kept)
		return;
	x = runs_add(out, RUN_NOTE);
	*x = *r;
	x->note = k->old ? carry_gone_note(m, r->note) : carry_note(m, r->note, false);
	x->mark = kept ? NULL : marker_mark(m, k->old ? MARK_DELETED : MARK_INSERTED, ++m->groups);
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

/* The folded words that stand for a picture or a reference, into the buffer a; they are never cut. */
static struct span whole_words(struct cursor *k, const struct run *r)
{
	struct buf *b = &k->m->a;

	buf_clear(b);
	if (r->kind == RUN_XREF)
		buf_printf(b, "[%s%.*s]", span_find_char(r->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(r->target));
	else
		text_fold(r->text, b);
	return buf_span(b);
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
			struct span fold = whole_words(k, r);

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
static void read_runs(const struct marker *m, const struct run *runs, size_t n, enum reading reading, struct buf *raw, struct buf *out)
{
	struct block leaf = { .kind = BLOCK_PARAGRAPH, .runs = (struct run *)(uintptr_t)runs, .run_count = n };

	buf_clear(raw);
	text_of_leaf(&leaf, reading, raw);
	text_fold(buf_span(raw), out);
	for (size_t i = 0; i < n; i++) {
		if (!text_mark_reads(runs[i].mark, reading))
			continue;
		if (runs[i].kind == RUN_NOTE)
			buf_printf(out, "\n%zu", m->original[runs[i].note->index] ? m->original[runs[i].note->index] - 1 : runs[i].note->index);
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

	carry_runs(m, leaf, old, false, NULL, &want);
	buf_clear(&m->a);
	buf_clear(&m->b);
	read_runs(m, r->items, r->count, old ? READING_REJECTED : READING_ACCEPTED, &raw, &m->a);
	read_runs(m, want.items, want.count, READING_MARKED, &raw, &m->b);
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
	carry_runs(m, o, true, true, marker_mark(m, MARK_DELETED, group), r);
	carry_runs(m, n, false, false, marker_mark(m, MARK_INSERTED, group), r);
}

static bool sign_of_its_own(char c)
{
	return (unsigned char)c < 0x80 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9');
}

/* Length of the next piece that a note mark may stand behind: a space, one wide character, a sign, or what stands between those. */
static size_t step_length(struct span t, size_t at)
{
	size_t end = at;

	if (t.p[at] == ' ' || sign_of_its_own(t.p[at]))
		return 1;
	while (end < t.n && t.p[end] != ' ' && t.p[end] != '\n' && !sign_of_its_own(t.p[end])) {
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

/* Bytes of the picture or reference that comes next, or 0. */
static size_t whole_length(struct cursor *k)
{
	struct cursor next = *k;
	struct runs none = { 0 };

	take_white(&next, false, NULL, &none);
	free(none.items);
	if (!settle(&next) || (next.leaf->runs[next.run].kind != RUN_IMAGE && next.leaf->runs[next.run].kind != RUN_XREF))
		return 0;
	return whole_words(k, &next.leaf->runs[next.run]).n;
}

/*
 * Words that both leaves have: the runs of `shown` are kept.  Where the other one has note marks of its own the two are taken step by
 * step, so that a mark that goes stands where it stood.
 */
static bool take_equal(struct cursor *shown, struct cursor *other, struct span t, struct runs *out)
{
	size_t n;

	if (!has_runs(other->leaf, RUN_NOTE))
		return take(shown, t, true, NULL, out) && take(other, t, false, NULL, out);
	for (size_t at = 0; at < t.n; at += n) {
		struct span step;

		n = step_length(t, at);
		if (t.p[at] != ' ') {
			size_t whole = whole_length(shown), too = whole_length(other);

			whole = whole > too ? whole : too;
			n = whole > n && whole <= t.n - at ? whole : n;
		}
		step = span_sub(t, at, at + n);
		if (!take(shown, step, true, NULL, out) || !take(other, step, false, NULL, out))
			return false;
	}
	return true;
}

/* ---- note marks that move within their paragraph ---- */

#define STEADY_MOST 256u /* marks of a leaf that are looked at: each costs a walk over its words */

/* Bytes of the folded words in front of a run, without a space at their end. */
static size_t words_before(struct cursor *k, size_t run)
{
	struct block head = *k->leaf;

	head.run_count = run;
	buf_clear(&k->m->a);
	buf_clear(&k->m->b);
	text_of_leaf(&head, k->reading, &k->m->a);
	text_fold(buf_span(&k->m->a), &k->m->b);
	return k->m->b.n;
}

/* Where words up to `at` of the new text end in the old one, what comes with them left out. */
static size_t place_in_old(const struct leaf_change *change, size_t at)
{
	size_t old = 0;
	bool space = false;

	if (!change)
		return at;
	for (size_t i = 0; i < change->part_count && at; i++) {
		const struct part *p = &change->parts[i];
		size_t n = p->op == '-' || p->text.n < at ? p->text.n : at;

		if (p->op != '+' && n) {
			old += n;
			space = p->text.p[n - 1] == ' ';
		}
		if (p->op != '-')
			at -= n;
	}
	return old - (space ? 1 : 0);
}

struct steady {
	bool *of_new, *of_old; /* by run; NULL: not looked at */
	bool all;              /* no mark moves */
};

static void find_steady(struct cursor *kn, struct cursor *ko, const struct leaf_change *change, struct steady *ret)
{
	size_t place[STEADY_MOST], run[STEADY_MOST], count = 0;

	*ret = (struct steady){ .all = true };
	if (!has_runs(kn->leaf, RUN_NOTE) || !has_runs(ko->leaf, RUN_NOTE))
		return;
	for (size_t i = 0; i < ko->leaf->run_count; i++) {
		if (ko->leaf->runs[i].kind != RUN_NOTE || !text_mark_reads(ko->leaf->runs[i].mark, ko->reading))
			continue;
		if (count == STEADY_MOST)
			return;
		run[count] = i;
		place[count++] = words_before(ko, i);
	}
	ret->of_new = mem_zero(kn->leaf->run_count + 1, sizeof(bool));
	ret->of_old = mem_zero(ko->leaf->run_count + 1, sizeof(bool));
	for (size_t i = 0, looked = 0; i < kn->leaf->run_count; i++) {
		const struct run *r = &kn->leaf->runs[i];
		const struct note *mate;
		bool refers_to_mate = false;
		size_t at;

		if (r->kind != RUN_NOTE || !text_mark_reads(r->mark, kn->reading))
			continue;
		mate = kn->m->note_mate_of_new[r->note->index];
		at = mate && looked++ < STEADY_MOST ? place_in_old(change, words_before(kn, i)) : SIZE_MAX;
		for (size_t k = 0; k < count; k++) {
			if (ko->leaf->runs[run[k]].note != mate)
				continue;
			refers_to_mate = true;
			if (place[k] == at)
				ret->of_new[i] = ret->of_old[run[k]] = true;
		}
		ret->all = ret->all && (ret->of_new[i] || !refers_to_mate);
	}
	kn->steady = ret->of_new;
	ko->steady = ret->of_old;
}

static void steady_done(struct steady *s)
{
	free(s->of_new);
	free(s->of_old);
}

/* ---- a pair of leaves ---- */

void splice_leaf(struct marker *m, struct block *into, const struct block *o, const struct block *n, const struct leaf_change *change)
{
	struct block *c = carry_pair(m, o, n);
	struct runs r = { 0 };
	struct cursor kn = cursor_at(m, n, o, false), ko = cursor_at(m, o, n, true);
	struct steady steady;
	bool ok = true;

	if (o->kind == BLOCK_HEADING && n->kind == BLOCK_HEADING && o->level != n->level)
		c->level_was = o->level;
	block_append(into, c);
	find_steady(&kn, &ko, change, &steady);
	if (!change) {
		carry_runs(m, n, false, false, NULL, &r);
		if (!steady.all || !reads_as(m, &r, o, true)) { /* notes alone may differ: the same words under other notes, or notes at other words */
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
		const struct mark *gone = NULL;

		for (size_t i = 0; i < change->part_count && ok; i++) {
			const struct part *p = &change->parts[i];

			if (p->op == '=') {
				ok = take_equal(&kn, &ko, p->text, &r);
				gone = NULL;
			} else if (p->op == '-') {
				gone = marker_mark(m, MARK_DELETED, ++m->groups);
				ok = take(&ko, p->text, true, gone, &r);
			} else {
				ok = take(&kn, p->text, true, marker_mark(m, MARK_INSERTED, gone ? gone->group : ++m->groups), &r);
				gone = NULL;
			}
		}
		ok = ok && take_rest(&kn, true, &r) && take_rest(&ko, false, &r);
	}
	if (!ok || !reads_as(m, &r, n, false) || !reads_as(m, &r, o, true))
		replace_runs(m, o, n, &r);
	steady_done(&steady);
	runs_end(&r, m->out, c);
}

/* A paragraph that was split, or several that were joined: the break between them carries the mark. */
bool splice_joint(struct marker *m, struct block *into, const struct joint *j)
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
			mark = gone = marker_mark(m, MARK_DELETED, ++m->groups);
		if (p->op == '+')
			mark = marker_mark(m, MARK_INSERTED, gone ? gone->group : ++m->groups);
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
					ok = take(&kw, SPAN_LIT(" "), true, marker_mark(m, j->split ? MARK_DELETED : MARK_INSERTED, ++m->groups),
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
			struct block *c = i > 0 ? carry_piece(m, j->pieces[i], !j->split)
						: carry_pair(m, j->split ? whole : j->pieces[0], j->split ? j->pieces[0] : whole);

			if (i + 1 < j->count)
				c->break_mark = marker_mark(m, j->split ? MARK_INSERTED : MARK_DELETED, ++m->groups);
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
