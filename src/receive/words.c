#include <stdlib.h>

#include "base/utf8.h"
#include "diff/diff.h"
#include "model/text.h"
#include "receive/plan.h"

/* ---- one leaf's changes ---- */

static bool same_hand(const struct op *a, const struct op *b)
{
	return a->untracked == b->untracked && !a->restyled && !b->restyled && !a->split && !b->split && !a->note && !b->note && span_eq(a->author, b->author) && span_eq(span_sub(a->time, 0, a->time.n < 16 ? a->time.n : 16), span_sub(b->time, 0, b->time.n < 16 ? b->time.n : 16));
}

#define PATH_STEP 12u /* bytes: "(xxviii)" */

/* "paragraph" and what the number begins with: of "paragraph 2 (b)" in front of the reference to (b), "paragraph [#two]". */
static bool is_path(const struct plan *p, struct span came)
{
	const struct xref_words *w = &p->o->words;
	struct span rest = came, part;
	bool first = true;

	while (span_split(&rest, ' ', &part)) {
		bool word = span_eq_nocase(part, w->paragraph) || span_eq_nocase(part, w->section) || span_eq_nocase(part, w->table);
		bool reference = part.n > 3 && span_starts(part, SPAN_LIT("[#")) && span_ends(part, SPAN_LIT("]")) && statement_find(p->base, span_sub(part, 2, part.n - 1));

		bool step = !first && part.n > 2 && part.n < PATH_STEP && part.p[0] == '(' && part.p[part.n - 1] == ')'; /* of an item without an id */

		if (part.n && !reference && !step && !(first && word))
			return false;
		first = first && !part.n;
	}
	return came.n > 0;
}

/*
 * A program that rewrote the file may have turned a cross-reference's words into plain ones: "paragraph 12" comes back as
 * the word and the number's field, a heading's name as its words.  That is nobody's edit.
 */
static bool is_reference_spelt(const struct plan *p, struct span base, const struct op *x)
{
	struct span gone = span_trim(span_sub(base, x->begin, x->end)), came = span_trim(x->text);
	CLEANUP(buf_done) struct buf printed = { 0 };

	if (!x->untracked)
		return false;
	if (x->begin == x->end && x->begin + 2 < base.n && base.p[x->begin] == '[' && base.p[x->begin + 1] == '#')
		return is_path(p, came);
	if (gone.n > 3 && gone.p[0] == '[' && gone.p[1] == '#' && gone.p[gone.n - 1] == ']') {
		const struct clause *k = statement_find(p->base, span_sub(gone, 2, gone.n - 1));

		/* A list and its first item begin with the same paragraph, and share what marks it. */
		if (k && came.n > 3 && came.p[0] == '[' && came.p[1] == '#' && came.p[came.n - 1] == ']') {
			const struct clause *first = statement_find(p->base, span_sub(came, 2, came.n - 1));
			const struct block *b = first ? first->block : NULL;

			while (b && b != k->block && b->parent && b->parent->first == b)
				b = b->parent;
			return b == k->block;
		}
		switch (statement_xref(p->base, span_sub(gone, 2, gone.n - 1), false, &p->o->words, &printed, NULL)) {
		case XREF_NUMBER:
		case XREF_WORDS:
			if (span_eq_nocase(buf_span(&printed), came))
				return true;
			break;
		case XREF_DEAD:
		case XREF_UNNUMBERED:
		case XREF_ELSEWHERE:
			break;
		}
		return k && (span_eq(k->text, came) || (came.n > k->text.n && span_starts(came, SPAN_LIT("\xe2\x80\x9c")) && span_find(came, k->text, 0) != SIZE_MAX));
	}
	return false;
}

static void style_add(struct plan *p, struct op *o, struct receive_style s)
{
	if (o->style_count >= o->style_cap) {
		size_t cap = 2 * o->style_count + 4;
		struct receive_style *all = ARENA_ARRAY(&p->out->arena, cap, struct receive_style);

		if (o->style_count)
			memcpy(all, o->styles, o->style_count * sizeof(*all));
		o->styles = all;
		o->style_cap = cap;
	}
	o->styles[o->style_count++] = s;
}

/* Two texts in a row: their looks in a row, where either has any. */
static void join_styles(struct plan *p, struct op *last, const struct op *x)
{
	if (!last->styles && !x->styles)
		return;
	if (!last->styles && last->text.n)
		style_add(p, last, (struct receive_style){ .text = last->text });
	for (size_t i = 0; i < x->style_count; i++)
		style_add(p, last, x->styles[i]);
	if (!x->styles && x->text.n)
		style_add(p, last, (struct receive_style){ .text = x->text });
}

static void join_text(struct plan *p, struct op *last, struct span more)
{
	size_t n = last->text.n + more.n;

	if (n > last->text_cap) {
		char *room = arena_alloc(&p->out->arena, 2 * n);

		if (last->text.n)
			memcpy(room, last->text.p, last->text.n);
		last->text.p = room;
		last->text_cap = 2 * n;
	}
	memcpy((char *)last->text.p + last->text.n, more.p, more.n);
	last->text.n = n;
}

static void op_add(struct plan *p, struct ops *o, struct op x)
{
	struct op *last = o->count ? &o->items[o->count - 1] : NULL;

	/* The mark of a note among words that go goes with them. */
	if (last && last->note_goes && o->count > 1 && !x.note && x.begin < x.end && last->begin == x.begin && last[-1].begin < last[-1].end && last[-1].end == x.begin && same_hand(&last[-1], &x)) {
		o->count--;
		o->parted = false;
		last--;
	}
	/* Changes of one hand in one minute that touch are one. */
	if (last && !o->parted && same_hand(last, &x) && last->end == x.begin) {
		last->end = x.end;
		join_styles(p, last, &x);
		if (x.text.n)
			join_text(p, last, x.text);
		return;
	}
	GROW(o->items, o->count, o->cap, struct op);
	o->items[o->count++] = x;
	o->parted = false;
}

/* A stretch of the returned paragraph: kept, inserted or deleted. */
struct stretch {
	struct span text;
	const struct mark *mark; /* the mark that says so; NULL: kept */
	bool in_old, in_new;
	bool split;              /* a paragraph's end that was put in */
	bool new_item;           /* what follows it is an item of its own */
	unsigned format;         /* FMT_EMPH, FMT_STRONG, FMT_CODE */
	struct span url;         /* of a link; empty: none */
	struct span target;      /* of a reference; empty: none */
	const struct mark *restyled; /* who tracked a change of it */
	const struct run *run;   /* NULL: of no run */
	const struct note *note; /* its mark; no words */
	const struct note *stays; /* the same of one that stays */
	bool bare_image;         /* that stays and has no words */
};

struct stretches {
	struct stretch *items;
	size_t count, cap;
};

const struct mark *receive_deciding(const struct mark *m)
{
	for (; m; m = m->outer)
		if (m->kind != MARK_HIGHLIGHT)
			return m;
	return NULL;
}

struct comment *receive_comments_of(const struct run *r, size_t n)
{
	if (r->kind == RUN_COMMENT && n-- == 0)
		return r->comment;
	for (const struct mark *m = r->mark; m; m = m->outer)
		if (m->comments && n-- == 0)
			return m->comments;
	return NULL;
}

/* A comment on [begin, end): once, on the first leaf that shows it, though words with another one or a change stand in the midst of its own. */
static void comment_found(struct plan *p, const struct base_leaf *l, struct comment *c, size_t begin, size_t end, struct found_comment **items, size_t *count, size_t *cap)
{
	int64_t *at = hash_map_put(&p->comment_at, (uint64_t)(uintptr_t)c >> 4), here = (int64_t)(l - p->leaves) << 32;

	if (!*at) {
		GROW(*items, *count, *cap, struct found_comment);
		(*items)[(*count)++] = (struct found_comment){ c, begin, end };
		*at = here + (int64_t)*count;
	} else if (*at > here && (uint64_t)(*at - here) <= *count && (*items)[*at - here - 1].end < end) {
		(*items)[*at - here - 1].end = end;
	}
}

static struct stretch *stretch_add(struct stretches *s, struct span text)
{
	GROW(s->items, s->count, s->cap, struct stretch);
	s->items[s->count] = (struct stretch){ .text = text, .in_old = true, .in_new = true };
	return &s->items[s->count++];
}

static void stretch_para(const struct para *x, struct arena *a, struct stretches *s)
{
	const struct block *b = x->block;

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct span text = { 0 };
		struct stretch *t;
		CLEANUP(buf_done) struct buf ref = { 0 };

		switch (r->kind) {
		case RUN_TEXT:
		case RUN_IMAGE:
			text = r->text;
			break;
		case RUN_SOFT:
		case RUN_HARD:
			text = SPAN_LIT(" ");
			break;
		case RUN_XREF:
			buf_printf(&ref, "[%s%.*s]", span_find_char(r->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(r->target));
			text = arena_dup(a, buf_span(&ref));
			break;
		case RUN_NOTE:
		case RUN_COMMENT:
			break;
		}
		t = stretch_add(s, text);
		t->note = r->kind == RUN_NOTE ? r->note : NULL;
		t->format = r->kind == RUN_TEXT ? r->format & (LOOKS | FMT_CODE) : 0;
		t->target = r->kind == RUN_XREF ? r->target : (struct span){ 0 };
		t->url = r->kind == RUN_TEXT && r->link ? r->link->url : (struct span){ 0 };
		t->restyled = r->kind == RUN_TEXT ? r->restyled : NULL;
		t->mark = receive_deciding(r->mark);
		t->in_old = mark_rejected(r->mark) && (!b->mark || mark_rejected(b->mark));
		t->in_new = mark_accepted(r->mark) && (!b->mark || mark_accepted(b->mark));
		if (!t->mark && b->mark)
			t->mark = b->mark;
		t->run = r;
		t->bare_image = r->kind == RUN_IMAGE && !text.n && t->in_old && t->in_new;
	}
}

/* Marks of the base's words that a comment stands on, found while walking. */

/* ---- notes ---- */

/* The note of the base that a returned one is, or NULL. */
static const struct note *base_note_of(const struct plan *p, const struct block *base_leaf, const struct note *returned)
{
	for (size_t i = 0; i < base_leaf->run_count; i++) {
		const struct note *n = base_leaf->runs[i].kind == RUN_NOTE ? base_leaf->runs[i].note : NULL;

		for (const struct block *b = n ? n->body : NULL; b; b = block_next(b, n->body)) {
			size_t leaf = block_is_leaf(b) ? receive_leaf_of(p, b) : SIZE_MAX;

			for (const struct block *x = returned->body; leaf != SIZE_MAX && x; x = block_next(x, returned->body)) {
				size_t k = block_is_leaf(x) ? receive_para_of(p, x) : SIZE_MAX;

				if (k != SIZE_MAX && p->paras[k].leaf == leaf)
					return n;
			}
		}
	}
	return NULL;
}

static bool base_note_gone(const struct plan *p, const struct note *n)
{
	bool any = false;

	for (const struct block *b = n->body; b; b = block_next(b, n->body)) {
		size_t leaf = block_is_leaf(b) ? receive_leaf_of(p, b) : SIZE_MAX;

		if (leaf != SIZE_MAX && p->leaves[leaf].count)
			return false;
		any = any || leaf != SIZE_MAX;
	}
	return any;
}

static bool has_words(const struct note *n)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	text_of_blocks(n->body, READING_ACCEPTED, &b);
	return b.n > 0;
}

size_t receive_place_of_run(const struct base_leaf *l, size_t i)
{
	struct block head = *l->block;
	CLEANUP(buf_done) struct buf before = { 0 };

	head.run_count = i;
	text_of_leaf(&head, READING_REJECTED, &before);
	return before.n < l->text.n ? before.n : l->text.n;
}

/* Where the mark of a note stands among the leaf's words, or SIZE_MAX. */
static size_t place_of_mark(const struct base_leaf *l, const struct note *n)
{
	for (size_t i = 0; i < l->block->run_count; i++)
		if (l->block->runs[i].kind == RUN_NOTE && l->block->runs[i].note == n)
			return receive_place_of_run(l, i);
	return SIZE_MAX;
}

/* The same of the n-th image without words. */
static size_t place_of_image(const struct base_leaf *l, size_t n)
{
	for (size_t i = 0; i < l->block->run_count; i++)
		if (l->block->runs[i].kind == RUN_IMAGE && !l->block->runs[i].text.n && !n--)
			return receive_place_of_run(l, i);
	return SIZE_MAX;
}

/* What stays and has no words, a note's mark or an image, parts what stands before it from what stands behind, in the old words and in the new: or it
 * would go with them. */
static void part_at(struct ops *ops, size_t at)
{
	struct op *last = &ops->items[ops->count - 1], rest;

	if (last->begin < at && at < last->end) {
		rest = *last;
		rest.begin = at;
		rest.text = (struct span){ 0 };
		rest.text_cap = rest.style_count = rest.style_cap = 0;
		rest.styles = NULL;
		last->end = at;
		GROW(ops->items, ops->count, ops->cap, struct op);
		ops->items[ops->count++] = rest;
	} else if (last->end == at) {
		ops->parted = true;
	}
}

static bool ends_here(const struct ops *ops, size_t here)
{
	return ops->count && ops->items[ops->count - 1].end == here && !ops->items[ops->count - 1].note;
}

static void part_at_mark(struct plan *p, const struct base_leaf *l, struct ops *ops, const struct note *returned, size_t here)
{
	const struct note *n = ends_here(ops, here) ? base_note_of(p, l->block, returned) : NULL;
	size_t at = n ? place_of_mark(l, n) : SIZE_MAX;

	if (at != SIZE_MAX)
		part_at(ops, at);
}

static void part_at_image(const struct base_leaf *l, struct ops *ops, size_t nth, size_t here)
{
	size_t at = ends_here(ops, here) ? place_of_image(l, nth) : SIZE_MAX;

	if (at != SIZE_MAX)
		part_at(ops, at);
}

/* A note's mark at this place: that of a new note, or one that was struck. */
/* Does the mark of a note that is known stand in a paragraph that had none of it, and has more marks than it had? */
static bool mark_came(const struct plan *p, const struct base_leaf *l, const struct note *returned)
{
	size_t before = 0, after = 0;

	if (base_note_of(p, l->block, returned))
		return false;
	for (size_t i = 0; i < l->block->run_count; i++)
		before += l->block->runs[i].kind == RUN_NOTE;
	for (size_t k = l->first; k < l->first + l->count; k++)
		for (size_t i = 0; i < p->paras[k].block->run_count; i++)
			after += p->paras[k].block->runs[i].kind == RUN_NOTE && mark_accepted(p->paras[k].block->runs[i].mark);
	return after > before;
}

static void note_step(struct plan *p, const struct base_leaf *l, struct ops *ops, const struct stretch *t, size_t at, bool behind_another)
{
	struct op x = { .begin = at, .end = at, .author = t->mark ? t->mark->author : p->o->author, .time = t->mark ? t->mark->time : p->o->time, .untracked = !t->mark,
			.group = t->mark ? t->mark->group : 0 };

	if (t->in_new && has_words(t->note) && (!receive_note_known(p, t->note) || mark_came(p, l, t->note))) {
		x.note = t->note;
		x.beside_note = behind_another;
		op_add(p, ops, x);
	} else if (t->in_old && !t->in_new) {
		x.note = base_note_of(p, l->block, t->note);
		x.note_goes = true;
		if (x.note)
			op_add(p, ops, x);
	} else if (t->in_old && t->in_new) {
		part_at_mark(p, l, ops, t->note, at);
	}
}

bool receive_lacks_marks(const struct plan *p, const struct base_leaf *l)
{
	size_t before = 0, after = 0;

	for (size_t i = 0; i < l->block->run_count; i++)
		before += l->block->runs[i].kind == RUN_NOTE;
	for (size_t k = l->first; k < l->first + l->count && k < p->para_count; k++)
		for (size_t i = 0; i < p->paras[k].block->run_count; i++)
			after += p->paras[k].block->runs[i].kind == RUN_NOTE;
	return after < before;
}

/* The second mark of a note is a field that prints its number: a program that does not know it leaves the digits. */
static bool is_note_spelt(const struct plan *p, const struct base_leaf *l, const struct op *x)
{
	const struct block *leaf = l->block;
	struct span gone = span_sub(l->text, x->begin, x->end), digits = x->text;
	uint64_t n;

	if (span_starts(digits, gone))
		digits = span_trim(span_sub(digits, gone.n, digits.n));
	if ((p->returned->map.n && !receive_lacks_marks(p, l)) || !x->untracked || !span_starts(x->text, gone) || !span_number(digits, 100000, &n))
		return false;
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_NOTE && leaf->runs[i].note->number == n)
			return true;
	return false;
}

/* Words that a comparison took for others only with those on the other side of a note's mark. */
static bool says_the_same(const struct base_leaf *l, const struct op *x)
{
	return x->untracked && x->text.n && !x->styles && !x->restyled && !x->note && span_eq(x->text, span_sub(l->text, x->begin, x->end));
}

void receive_op_insert(struct ops *o, struct op x)
{
	size_t at = o->count;

	GROW(o->items, o->count, o->cap, struct op);
	while (at && o->items[at - 1].begin > x.begin)
		at--;
	memmove(&o->items[at + 1], &o->items[at], (o->count - at) * sizeof(struct op));
	o->items[at] = x;
	o->count++;
}

/* Does the mark of a note that is known stand no more in the leaf, but in a paragraph that is new? */
static bool mark_left(const struct plan *p, const struct base_leaf *l, const struct note *n)
{
	bool elsewhere = false;

	for (size_t k = 0; k < p->para_count; k++) {
		const struct block *b = p->paras[k].block;

		for (size_t i = 0; i < b->run_count; i++) {
			if (b->runs[i].kind != RUN_NOTE || base_note_of(p, l->block, b->runs[i].note) != n)
				continue;
			if (p->paras[k].leaf != SIZE_MAX)
				return false;
			elsewhere = elsewhere || mark_accepted(b->runs[i].mark);
		}
	}
	return elsewhere;
}

/* Notes whose mark went without one of its own.  Inside words that go, it goes with them. */
static void find_gone_notes(struct plan *p, const struct base_leaf *l, struct ops *ops)
{
	for (size_t i = 0; i < l->block->run_count; i++) {
		const struct note *n = l->block->runs[i].kind == RUN_NOTE ? l->block->runs[i].note : NULL;
		struct op x = { .note = n, .note_goes = true, .author = p->o->author, .time = p->o->time, .untracked = true };

		if (!n || !(base_note_gone(p, n) || (receive_lacks_marks(p, l) && mark_left(p, l, n))))
			continue;
		x.begin = x.end = receive_place_of_run(l, i);
		receive_op_insert(ops, x);
	}
	for (size_t i = 0; i < ops->count;) {
		const struct op *x = &ops->items[i];
		bool inside = false;

		for (size_t k = 0; x->note_goes && k < ops->count && !inside; k++)
			inside = !ops->items[k].note && ops->items[k].begin < x->begin && x->begin < ops->items[k].end;
		if (inside) {
			memmove(&ops->items[i], &ops->items[i + 1], (ops->count - i - 1) * sizeof(struct op));
			ops->count--;
		} else {
			i++;
		}
	}
}

/* A space or a full stop that words were put in before is no change: a draft has it in the suggestion where that would be read as another's
 * rewording else. */
static void without_kept_sign(const struct base_leaf *l, struct op *x)
{
	struct span gone = span_sub(l->text, x->begin, x->end);
	size_t at = 0;
	uint32_t cp = gone.n ? utf8_next(gone.p, gone.n, &at) : 'a';

	if (at != gone.n || cp_letter(cp) || cp_digit(cp) || x->text.n <= gone.n || !span_ends(x->text, gone))
		return;
	if (x->styles && (!x->style_count || x->styles[x->style_count - 1].breaks || !span_ends(x->styles[x->style_count - 1].text, gone)))
		return;
	x->end = x->begin;
	x->text.n -= gone.n;
	if (x->styles && (x->styles[x->style_count - 1].text.n -= gone.n) == 0)
		x->style_count--;
}

/* The first n bytes of the words that come stand already, as those at begin. */
static void spare_head(struct op *x, size_t n)
{
	x->begin += n;
	x->text = span_sub(x->text, n, x->text.n);
	for (; x->style_count && n; n -= x->styles->text.n, x->styles++, x->style_count--)
		if (x->styles->text.n > n) {
			x->styles->text = span_sub(x->styles->text, n, x->styles->text.n);
			break;
		}
}

static void spare_tail(struct op *x, size_t n)
{
	x->end -= n;
	x->text.n -= n;
	for (; x->style_count && n; x->style_count--) {
		struct receive_style *last = &x->styles[x->style_count - 1];

		if (last->text.n > n) {
			last->text.n -= n;
			break;
		}
		n -= last->text.n;
	}
}

static bool stays_picture(const struct kept *k, size_t begin, size_t end)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i].picture && k->items[i].begin < end && k->items[i].end > begin)
			return true;
	return false;
}

/* A picture went, and some of its alternative text stands among the words that came: they are words, it goes as a whole. */
static void take_picture(struct plan *p, const struct base_leaf *l, struct op *x, size_t next, size_t begin, size_t end)
{
	struct op head = { .text = span_sub(l->text, begin, x->begin > begin ? x->begin : begin) }, tail = { .text = span_sub(l->text, x->end, end > x->end ? end : x->end) };

	if (next < end)
		return; /* several changes in it */
	if (head.text.n) {
		struct op all = *x;

		all.text = (struct span){ 0 };
		all.text_cap = all.style_count = all.style_cap = 0;
		all.styles = NULL;
		join_styles(p, &all, &head);
		join_text(p, &all, head.text);
		join_styles(p, &all, x);
		if (x->text.n)
			join_text(p, &all, x->text);
		*x = all;
		x->begin = begin;
	}
	if (tail.text.n) {
		join_styles(p, x, &tail);
		join_text(p, x, tail.text);
		x->end = end;
	}
}

/* Pictures' words and references that a comparison took for others with those typed right beside them: they stay. */
static void spare_pictures(struct plan *p, const struct base_leaf *l, const struct kept *kept, struct ops *ops)
{
	struct text_pieces pieces = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t k = 0;

	text_of_leaf_pieces(l->block, READING_REJECTED, &text, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct text_piece *t = &pieces.items[i];
		struct op *x;
		size_t from;

		if (l->block->runs[t->run].kind != RUN_IMAGE && l->block->runs[t->run].kind != RUN_XREF)
			continue;
		while (k < ops->count && ops->items[k].end <= t->begin)
			k++;
		x = k < ops->count ? &ops->items[k] : NULL;
		if (!x || x->begin >= t->end || x->begin == x->end || !x->untracked || x->restyled)
			continue;
		from = t->begin > x->begin ? t->begin : x->begin;
		if (x->text.n && t->end <= x->end && span_starts(x->text, span_sub(l->text, x->begin, t->end)))
			spare_head(x, t->end - x->begin);
		else if (x->text.n && span_ends(x->text, span_sub(l->text, from, x->end)))
			spare_tail(x, x->end - from);
		else if (l->block->runs[t->run].kind == RUN_IMAGE && !stays_picture(kept, t->begin, t->end))
			take_picture(p, l, x, k + 1 < ops->count ? ops->items[k + 1].begin : SIZE_MAX, t->begin, t->end);
	}
	free(pieces.items);
}

/* Words typed in front of a mark that a space follows, which the comparison took for typed behind that space: "stone " there is " stone" here. */
static bool before_mark(struct plan *p, const struct base_leaf *l, struct op *x, size_t at)
{
	struct span space = span_sub(l->text, at, x->begin);
	struct op moved = *x;

	if (!receive_blank(space) || !span_ends(x->text, space) || (x->styles && !(x->style_count && span_ends(x->styles[x->style_count - 1].text, space))))
		return false;
	moved.text = arena_printf(&p->out->arena, "%.*s%.*s", SPAN_ARG(space), SPAN_ARG(span_sub(x->text, 0, x->text.n - space.n)));
	moved.text_cap = 0;
	moved.begin = moved.end = at;
	if (x->styles) {
		x->styles[x->style_count - 1].text.n -= space.n;
		moved.styles = NULL;
		moved.style_count = moved.style_cap = 0;
		style_add(p, &moved, (struct receive_style){ .text = space });
		for (size_t i = 0; i < x->style_count; i++)
			if (x->styles[i].text.n)
				style_add(p, &moved, x->styles[i]);
	}
	*x = moved;
	return true;
}

/* The comparison may have found the same words gone from around a mark that stays: "of" before it, a space behind it.  Those before it go, where
 * they are the same; else the change is two, one on either side. */
static void spare_mark(struct plan *p, const struct base_leaf *l, struct ops *ops, size_t at)
{
	for (size_t i = 0; i < ops->count; i++) {
		struct op *x = &ops->items[i], rest = *x;

		if (x->untracked && !x->note && x->begin == x->end && x->beside_note < 0 && at < x->begin && before_mark(p, l, x, at))
			return;
		if (!x->untracked || x->note || x->restyled || x->begin >= at || at >= x->end)
			continue;
		while (!x->text.n && x->end > at && x->begin && l->text.p[x->begin - 1] == l->text.p[x->end - 1] && !(i && x[-1].end >= x->begin)) {
			x->begin--;
			x->end--;
		}
		if (x->end <= at)
			return;
		*x = rest;
		x->end = rest.begin = at;
		rest.text = (struct span){ 0 };
		rest.text_cap = rest.style_count = rest.style_cap = 0;
		rest.styles = NULL;
		receive_op_insert(ops, rest);
		return;
	}
}

static void spare_marks(struct plan *p, const struct base_leaf *l, struct ops *ops, const struct stretches *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct note *n = s->items[i].stays ? base_note_of(p, l->block, s->items[i].stays) : NULL;
		size_t at = n ? place_of_mark(l, n) : SIZE_MAX;

		if (at != SIZE_MAX)
			spare_mark(p, l, ops, at);
	}
}

/* ---- looks ---- */

static void keep(struct kept *k, size_t begin, size_t end, const struct stretch *t)
{
	GROW(k->items, k->count, k->cap, struct kept_part);
	k->items[k->count++] = (struct kept_part){ begin, end, t->format & LOOKS, t->url, t->restyled, t->run && t->run->kind == RUN_IMAGE };
}

/* New words, of a stretch, with their look; a part of a picture's or reference's words is only that. */
static struct op looking(struct plan *p, struct op x, const struct stretch *t)
{
	bool all = span_eq(x.text, t->text), reference = t->target.n && all && (span_find_char(t->target, '#', 0) != SIZE_MAX || statement_find(p->draft, t->target));
	const struct run *picture = t->run && t->run->kind == RUN_IMAGE ? t->run : NULL;
	bool breaks = t->run && t->run->kind == RUN_HARD;

	if (!t->format && !t->url.n && !t->target.n && !picture && !breaks)
		return x;
	x.styles = ARENA_NEW(&p->out->arena, struct receive_style);
	x.style_count = 1;
	*x.styles = (struct receive_style){ .text = x.text, .format = t->format, .url = t->url, .target = reference ? t->target : (struct span){ 0 }, .picture = all ? picture : NULL, .part = picture && !all, .breaks = breaks };
	return x;
}

/* A new picture of whose alternative text some stood there before: it comes as those words, and is listed. */
static void list_parts(struct plan *p, const struct base_leaf *l, const struct ops *ops)
{
	for (size_t i = 0; i < ops->count; i++)
		for (size_t k = 0; k < ops->items[i].style_count; k++)
			if (ops->items[i].styles[k].part && ops->items[i].styles[k].text.n)
				receive_lose(p, "picture among words that are its own", block_id(l->block), ops->items[i].styles[k].text);
}

static bool has_looks(const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_TEXT && (leaf->runs[i].link || leaf->runs[i].format & (LOOKS | FMT_CODE)))
			return true;
	return false;
}

/* Plain words among others that are not say so: they are not as what they stand in. */
static void say_plain(struct plan *p, const struct base_leaf *l, struct ops *ops)
{
	if (!has_looks(l->block))
		return;
	for (size_t i = 0; i < ops->count; i++) {
		struct op *x = &ops->items[i];

		if (!x->styles && x->text.n && !x->split && !x->note)
			style_add(p, x, (struct receive_style){ .text = x->text });
	}
}

/* Does a note's mark that stays come next, before any words that do?  new: bytes that come first and were typed without a mark. */
static bool mark_ahead(const struct stretches *s, size_t from, size_t new)
{
	for (size_t i = from; i < s->count; i++) {
		const struct stretch *t = &s->items[i];

		if (t->note && t->in_old && t->in_new)
			return true;
		if (t->in_old && t->text.n > new)
			return false;
		new -= t->in_old ? t->text.n : 0;
	}
	return false;
}

/* A place of the base's words among the spelt ones. */
static size_t spelt_place(const struct spelling *s, size_t at)
{
	size_t place = at;

	for (size_t i = 0; i < s->count && s->units[i].end <= at; i++)
		place = s->units[i].to + (at - s->units[i].end);
	return place;
}

/* A line break that became a space, or a space that became one: the same words to a comparison.  [at, at + n) stayed, as this stretch. */
static void break_step(struct plan *p, const struct base_leaf *l, const struct spelling *s, struct ops *ops, const struct stretch *t, size_t at, size_t n)
{
	bool is = t->run && t->run->kind == RUN_HARD, any = false;
	struct op x = { .text = SPAN_LIT(" "), .author = p->o->author, .time = p->o->time, .untracked = true };

	for (size_t i = 0; i < l->block->run_count; i++) {
		size_t place = l->block->runs[i].kind == RUN_HARD ? spelt_place(s, receive_place_of_run(l, i)) : SIZE_MAX;

		if (place < at || place >= at + n || s->text.p[place] != ' ')
			continue;
		any = true;
		if (is)
			continue;
		x.begin = place;
		x.end = place + 1;
		style_add(p, &x, (struct receive_style){ .text = x.text });
		op_add(p, ops, x);
		x.styles = NULL;
		x.style_count = x.style_cap = 0;
	}
	if (!is || any || n != 1 || s->text.p[at] != ' ' || l->block->kind == BLOCK_CELL || l->block->kind == BLOCK_HEADING)
		return;
	x.begin = at;
	x.end = at + 1;
	style_add(p, &x, (struct receive_style){ .text = x.text, .breaks = true });
	op_add(p, ops, x);
}

/*
 * Walks base -> old (what was changed without a mark, by comparison) and old -> new (what the marks say) in step, and gives
 * the changes in places of the base.
 */
/* White space alone that came before or behind all words: Markdown has none there. */
static void drop_outer_space(const struct base_leaf *l, struct ops *ops)
{
	size_t kept = 0;

	for (size_t i = 0; i < ops->count; i++) {
		const struct op *x = &ops->items[i];
		bool alone = (!kept || ops->items[kept - 1].end != x->begin) && (i + 1 == ops->count || ops->items[i + 1].begin != x->begin);

		if (alone && x->begin == x->end && (!x->begin || x->begin == l->text.n) && !x->split && !x->note && !x->restyled && receive_blank(x->text))
			continue;
		ops->items[kept++] = *x;
	}
	ops->count = kept;
}

void receive_words(struct plan *p, const struct base_leaf *l, struct ops *ops, struct found_comment **ret_comments, size_t *ret_comment_count)
{
	struct stretches s = { 0 };
	struct kept kept = { 0 };
	CLEANUP(buf_done) struct buf old = { 0 };
	struct spelling spelling;
	struct part *parts;
	bool breaks = false;
	size_t part_count, base_at = 0, stretch = 0, used = 0, comment_cap = 0, images = 0, marked_at = SIZE_MAX;

	for (size_t k = l->first; k < p->para_count && p->paras[k].leaf == (size_t)(l - p->leaves); k++) {
		if (k > l->first) {
			const struct mark *m = p->paras[k - 1].block->break_mark;
			struct stretch *t = stretch_add(&s, SPAN_LIT("\n\n"));

			t->in_old = false;
			t->mark = m;
			t->split = true;
			t->new_item = p->paras[k].block->parent != p->paras[k - 1].block->parent;
		}
		stretch_para(&p->paras[k], &p->out->arena, &s);
		if (k + 1 >= p->para_count || !p->paras[k + 1].joined)
			break;
	}
	for (size_t i = 0; i < s.count; i++) {
		if (s.items[i].in_old)
			buf_add(&old, s.items[i].text);
		breaks = breaks || (s.items[i].run && s.items[i].run->kind == RUN_HARD);
	}
	for (size_t i = 0; i < l->block->run_count; i++)
		breaks = breaks || l->block->runs[i].kind == RUN_HARD;
	receive_spell(p, l, buf_span(&old), &spelling);
	diff_texts(spelling.text, buf_span(&old), &p->out->arena, &parts, &part_count);

#define HAND(t) .author = (t)->mark ? (t)->mark->author : p->o->author, .time = (t)->mark ? (t)->mark->time : p->o->time, .untracked = !(t)->mark, .group = (t)->mark ? (t)->mark->group : 0
#define SIDE(from, new) (marked_at == base_at ? 1 : mark_ahead(&s, from, new) ? -1 : 0)
	for (size_t i = 0; i <= part_count; i++) {
		struct part part = i < part_count ? parts[i] : (struct part){ '=', { 0 } };
		size_t left = part.text.n;

		if (part.op == '-') {
			/* Gone without a mark; white space alone is no change. */
			struct part after = i + 1 < part_count ? parts[i + 1] : (struct part){ '=', { 0 } };

			const struct mark *m = i + 1 == part_count && l->block->kind == BLOCK_HEADING ? p->paras[l->first].block->break_mark : NULL;
			bool divided = m && !mark_rejected(m); /* the rest of a heading is one of its own */

			if (!(receive_blank(part.text) && (after.op != '+' || receive_blank(after.text))))
				op_add(p, ops, (struct op){ .begin = base_at, .end = base_at + part.text.n, .author = divided ? m->author : p->o->author, .time = divided ? m->time : p->o->time, .untracked = !divided });
			base_at += part.text.n;
			continue;
		}
		/* Bytes of the old text, and the inserted stretches that stand before and among them. */
		while (stretch < s.count) {
			struct stretch *t = &s.items[stretch];
			struct comment *c;
			size_t n;

			for (size_t k = 0; t->run && (c = receive_comments_of(t->run, k)); k++)
				comment_found(p, l, c, base_at, base_at + (part.op == '=' && t->in_old ? (t->text.n - used < left ? t->text.n - used : left) : 0), ret_comments, ret_comment_count, &comment_cap);
			if (t->note) {
				note_step(p, l, ops, t, base_at, marked_at == base_at);
				marked_at = t->in_old && t->in_new ? base_at : marked_at;
				t->stays = t->in_old && t->in_new ? t->note : NULL;
			}
			t->note = NULL;
			if (t->bare_image)
				part_at_image(l, ops, images++, base_at);
			t->bare_image = false;
			if (!t->in_old) {
				if (t->in_new && t->text.n)
					op_add(p, ops, looking(p, (struct op){ .begin = base_at, .end = base_at, .text = t->text, HAND(t), .split = t->split, .new_item = t->new_item, .beside_note = SIDE(stretch + 1, 0) }, t));
				stretch++;
				continue;
			}
			/* What stands behind the last words, a note's mark and what was put in behind it, is of no part. */
			if (!left && (t->text.n || i < part_count))
				break;
			n = t->text.n - used < left ? t->text.n - used : left;
			if (part.op == '=') {
				if (!t->in_new && n)
					op_add(p, ops, (struct op){ .begin = base_at, .end = base_at + n, HAND(t) });
				else if (n)
					keep(&kept, base_at, base_at + n, t);
				if (t->in_new && breaks)
					break_step(p, l, &spelling, ops, t, base_at, n);
				base_at += n;
			} else if (t->in_new && !(receive_blank(part.text) && (i == 0 || parts[i - 1].op != '-' || receive_blank(parts[i - 1].text)))) {
				/* Put in without a mark; what was then struck again is nothing. */
				op_add(p, ops, looking(p, (struct op){ .begin = base_at, .end = base_at, .text = span_sub(t->text, used, used + n), .author = p->o->author, .time = p->o->time,
									  .untracked = true, .beside_note = SIDE(used + n < t->text.n ? s.count : stretch + 1, left - n) }, t));
			}
			used += n;
			left -= n;
			if (used >= t->text.n) {
				used = 0;
				stretch++;
			}
		}
	}
#undef SIDE
#undef HAND
	receive_unspell(p, &spelling, ops);
	for (size_t i = 0; i < kept.count; i++) {
		kept.items[i].begin = receive_unspelt(&spelling, kept.items[i].begin, false);
		kept.items[i].end = receive_unspelt(&spelling, kept.items[i].end, true);
	}
	for (size_t i = 0; i < *ret_comment_count; i++) {
		(*ret_comments)[i].begin = receive_unspelt(&spelling, (*ret_comments)[i].begin, false);
		(*ret_comments)[i].end = receive_unspelt(&spelling, (*ret_comments)[i].end, true);
	}
	for (size_t i = 0; i < ops->count;) {
		if (!is_reference_spelt(p, l->text, &ops->items[i]) && !is_note_spelt(p, l, &ops->items[i]) && !says_the_same(l, &ops->items[i])) {
			i++;
			continue;
		}
		memmove(&ops->items[i], &ops->items[i + 1], (ops->count - i - 1) * sizeof(struct op));
		ops->count--;
	}
	spare_marks(p, l, ops, &s);
	free(s.items);
	for (size_t i = 0; i < ops->count; i++)
		without_kept_sign(l, &ops->items[i]);
	for (size_t i = 0; i < l->block->run_count; i++)
		if (l->block->runs[i].kind == RUN_IMAGE || l->block->runs[i].kind == RUN_XREF) {
			spare_pictures(p, l, &kept, ops);
			break;
		}
	drop_outer_space(l, ops);
	find_gone_notes(p, l, ops);
	list_parts(p, l, ops);
	say_plain(p, l, ops);
	receive_find_restyled(p, l, &kept, ops);
	receive_find_links(p, l, &kept);
	free(kept.items);
}

