#include "diff/diff.h"

#include <stdlib.h>

#include "base/aside.h"
#include "diff/align.h"
#include "diff/formatting.h"
#include "diff/leaves.h"
#include "model/text.h"

struct differ {
	struct comparison *c;
	struct alignment al;
	struct leaf_work work;
	const struct diff_options *options;
};

/* ---- attributes ---- */

struct changes_list {
	struct attr_change *items;
	size_t count, cap;
};

static void add_change(struct changes_list *l, struct span key, struct span was, struct span is)
{
	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 8;
		l->items = mem_resize(l->items, l->cap, sizeof(struct attr_change));
	}
	l->items[l->count++] = (struct attr_change){ key, was, is };
}

static void end_changes(struct changes_list *l, struct arena *a, struct attr_change **ret, size_t *ret_count)
{
	*ret_count = l->count;
	if (l->count) {
		*ret = ARENA_ARRAY(a, l->count, struct attr_change);
		memcpy(*ret, l->items, l->count * sizeof(struct attr_change));
	}
	free(l->items);
}

static struct span attr_of(const struct attrs *a, struct span key)
{
	for (size_t i = a ? a->count : 0; i-- > 0;)
		if (span_eq(a->items[i].key, key))
			return a->items[i].value;
	return (struct span){ 0 };
}

/* The classes, known and unknown, as one value: "internal oral". */
static struct span classes_of(const struct attrs *a, struct arena *arena)
{
	static const struct {
		unsigned class;
		const char *name;
	} known[] = { { CLASS_INTERNAL, "internal" }, { CLASS_RATIONALE, "rationale" }, { CLASS_ORAL, "oral" }, { CLASS_UNNUMBERED, "unnumbered" } };
	struct span s = { 0 };

	if (!a)
		return s;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (a->classes & known[i].class)
			s = arena_printf(arena, "%.*s%s%s", SPAN_ARG(s), s.n ? " " : "", known[i].name);
	for (size_t i = 0; i < a->count; i++)
		if (span_is(a->items[i].key, "."))
			s = arena_printf(arena, "%.*s%s%.*s", SPAN_ARG(s), s.n ? " " : "", SPAN_ARG(a->items[i].value));
	return s;
}

static bool same_value(struct span a, struct span b)
{
	return span_eq(a, b) && !a.p == !b.p;
}

static void compare_attributes(struct differ *d, struct change_entry *e)
{
	const struct attrs *a = e->from->block->attrs, *b = e->to->block->attrs;
	struct changes_list l = { 0 };
	struct span was, is;

	if (a == b || (!a && !b))
		return;
	if (!span_eq(e->from->id, e->to->id))
		add_change(&l, SPAN_LIT("id"), e->from->id.n ? e->from->id : (struct span){ 0 }, e->to->id.n ? e->to->id : (struct span){ 0 });
	was = classes_of(a, &d->c->arena);
	is = classes_of(b, &d->c->arena);
	if (!span_eq(was, is))
		add_change(&l, SPAN_LIT("class"), was, is);
	for (size_t i = 0; a && i < a->count; i++) {
		struct span key = a->items[i].key;

		/* a key that stands twice counts once, where it first stands */
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = span_eq(a->items[k].key, key);
		if (again || span_is(key, "."))
			continue;
		was = attr_of(a, key);
		is = attr_of(b, key);
		if (!same_value(was, is))
			add_change(&l, key, was, is);
	}
	for (size_t i = 0; b && i < b->count; i++) {
		struct span key = b->items[i].key;

		if (!span_is(key, ".") && !attr_of(a, key).p && attr_of(b, key).p == b->items[i].value.p)
			add_change(&l, key, (struct span){ 0 }, b->items[i].value);
	}
	end_changes(&l, &d->c->arena, &e->attributes, &e->attribute_count);
}

/* ---- front matter ---- */

/* A value of one line without the remark behind it: x # remark, "x" # remark. */
static struct span without_remark(struct span v)
{
	size_t i = 0;

	if (!v.n || v.p[0] == '|' || v.p[0] == '>' || span_find_char(v, '\n', 0) != SIZE_MAX)
		return v;
	if (v.p[0] == '"' || v.p[0] == '\'')
		for (i = 1; i < v.n && v.p[i] != v.p[0]; i++)
			i += v.p[0] == '"' && v.p[i] == '\\';
	for (; i < v.n; i++)
		if (v.p[i] == '#' && (!i || v.p[i - 1] == ' ' || v.p[i - 1] == '\t'))
			return span_trim(span_sub(v, 0, i));
	return v;
}

/* The next top-level "key: value" of raw front matter, with the lines that continue it. */
static bool next_key(struct span raw, size_t *at, struct span *ret_key, struct span *ret_value)
{
	while (*at < raw.n) {
		size_t begin = *at, end = begin, colon = SIZE_MAX, value_end;

		while (end < raw.n && raw.p[end] != '\n') {
			if (raw.p[end] == ':' && colon == SIZE_MAX)
				colon = end;
			end++;
		}
		*at = end < raw.n ? end + 1 : end;
		if (colon == SIZE_MAX || raw.p[begin] == ' ' || raw.p[begin] == '#' || raw.p[begin] == '-' || raw.p[begin] == '\t')
			continue;
		value_end = end;
		while (*at < raw.n && (raw.p[*at] == ' ' || raw.p[*at] == '\t' || raw.p[*at] == '-')) {
			while (*at < raw.n && raw.p[*at] != '\n')
				++*at;
			value_end = *at;
			*at += *at < raw.n;
		}
		*ret_key = span_trim(span_sub(raw, begin, colon));
		*ret_value = without_remark(span_trim(span_sub(raw, colon + 1, value_end)));
		if (span_is(*ret_key, "consultation"))
			*ret_key = SPAN_LIT("call");
		if (ret_value->n >= 2 && (ret_value->p[0] == '"' || ret_value->p[0] == '\'') && ret_value->p[ret_value->n - 1] == ret_value->p[0])
			*ret_value = span_sub(*ret_value, 1, ret_value->n - 1);
		return true;
	}
	return false;
}

static struct span value_of(struct span raw, struct span key)
{
	struct span k, v;
	size_t at = 0;

	while (next_key(raw, &at, &k, &v))
		if (span_eq(k, key))
			return v;
	return (struct span){ 0 };
}

/* One string, quoted or not, white space folded. */
static void put_item(struct span v, struct buf *out)
{
	bool gap = false;
	size_t begin = out->n;

	v = span_trim(v);
	if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0])
		v = span_sub(v, 1, v.n - 1);
	for (size_t i = 0; i < v.n; i++) {
		if (strchr(" \t\r\n", v.p[i])) {
			gap = out->n > begin;
			continue;
		}
		if (gap)
			buf_char(out, ' ');
		gap = false;
		buf_char(out, v.p[i]);
	}
	buf_char(out, '\f');
}

/* Two spellings of one list or string, [a, b] and - a - b, come out the same; what is no list keeps its commas and hyphens. */
static void plain_value(struct span v, struct buf *out)
{
	struct span item;
	size_t from = 0;
	char quote = 0;

	if (span_starts(v, SPAN_LIT("- "))) {
		while (span_split(&v, '\n', &item)) {
			item = span_trim(item);
			put_item(span_starts(item, SPAN_LIT("- ")) ? span_sub(item, 2, item.n) : item, out);
		}
		return;
	}
	if (v.n < 2 || v.p[0] != '[' || v.p[v.n - 1] != ']') {
		put_item(v, out);
		return;
	}
	v = span_sub(v, 1, v.n - 1);
	for (size_t i = 0; i <= v.n; i++) {
		if (i < v.n && quote) {
			quote = v.p[i] == quote ? 0 : quote;
		} else if (i < v.n && v.p[i] != ',') {
			/* an apostrophe within a name opens nothing */
			quote = (v.p[i] == '"' || v.p[i] == '\'') && !span_trim(span_sub(v, from, i)).n ? v.p[i] : 0;
		} else {
			put_item(span_sub(v, from, i), out);
			from = i + 1;
		}
	}
}

static bool same_meaning(struct span a, struct span b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	plain_value(a, &x);
	plain_value(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_done(&x);
	buf_done(&y);
	return same;
}

static void compare_meta(struct comparison *c)
{
	struct span a = c->from->doc->meta.raw, b = c->to->doc->meta.raw, key, value, other;
	struct changes_list l = { 0 };
	size_t at = 0;

	while (next_key(b, &at, &key, &value)) {
		other = value_of(a, key);
		if (!other.p || !same_meaning(other, value))
			add_change(&l, key, other, value);
	}
	at = 0;
	while (next_key(a, &at, &key, &value))
		if (!value_of(b, key).p)
			add_change(&l, key, value, (struct span){ 0 });
	end_changes(&l, &c->arena, &c->meta, &c->meta_count);
}

/* ---- entries ---- */

static struct part *one_part(struct arena *a, char op, struct span text, size_t *ret_count)
{
	struct part *p = ARENA_NEW(a, struct part);

	*p = (struct part){ op, text };
	*ret_count = text.n > 0;
	return p;
}

static struct change_entry *add_entry(struct comparison *c)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 256;
		c->entries = mem_resize(c->entries, c->cap, sizeof(struct change_entry));
	}
	c->entries[c->count] = (struct change_entry){ .kind = CHANGE_SAME };
	return &c->entries[c->count++];
}

static void fill_pair(struct differ *d, struct row *o, struct row *n, struct change_entry *e)
{
	e->from = o->clause;
	e->to = n->clause;
	e->id = n->clause->id;
	e->moved = !n->steady;
	compare_attributes(d, e);
	if (o->exact || clause_same_text(o->clause, n->clause)) {
		e->parts = one_part(&d->c->arena, '=', n->clause->text, &e->part_count);
		e->kind = formatting_same(o->clause, n->clause) ? CHANGE_SAME : CHANGE_FORMATTED;
	} else {
		e->kind = CHANGE_EDITED; /* its words: compare_words */
	}
	if (o->has_pieces)
		e->kind = CHANGE_SPLIT;
	else if (n->has_pieces)
		e->kind = CHANGE_MERGED;
}

static void emit_old(struct differ *d, struct row *o)
{
	struct change_entry *e;

	if (o->mate != NO_ROW)
		return;
	o->entry = (uint32_t)d->c->count;
	e = add_entry(d->c);
	e->from = o->clause;
	e->id = o->clause->id;
	if (o->piece_of != NO_ROW) {
		struct row *whole = &d->al.new[o->piece_of];

		e->kind = CHANGE_MERGED;
		e->partner = whole->clause;
		e->into = whole->clause->id.p ? whole->clause->id : SPAN_LIT("");
		return; /* its words: compare_pieces */
	}
	e->kind = CHANGE_REMOVED;
	e->words_changed = text_count_words(o->clause->text);
	e->parts = one_part(&d->c->arena, '-', o->clause->text, &e->part_count);
}

static void emit_new(struct differ *d, struct row *n)
{
	struct change_entry *e;

	n->entry = (uint32_t)d->c->count;
	e = add_entry(d->c);
	if (n->mate != NO_ROW) {
		d->al.old[n->mate].entry = n->entry;
		fill_pair(d, &d->al.old[n->mate], n, e);
		return;
	}
	e->to = n->clause;
	e->id = n->clause->id;
	if (n->piece_of != NO_ROW) {
		struct row *whole = &d->al.old[n->piece_of];

		e->kind = CHANGE_SPLIT;
		e->partner = whole->clause;
		e->of = whole->clause->id.p ? whole->clause->id : SPAN_LIT("");
		return;
	}
	e->kind = CHANGE_ADDED;
	e->words_changed = text_count_words(n->clause->text);
	e->parts = one_part(&d->c->arena, '+', n->clause->text, &e->part_count);
}

static void make_entries(struct differ *d)
{
	size_t o = 0;

	/* removed clauses stand behind the last clause before them that kept its place */
	for (; o < d->al.old_count && !d->al.old[o].steady; o++)
		emit_old(d, &d->al.old[o]);
	for (size_t i = 0; i < d->al.new_count; i++) {
		emit_new(d, &d->al.new[i]);
		if (!d->al.new[i].steady)
			continue;
		for (o++; o < d->al.old_count && !d->al.old[o].steady; o++)
			emit_old(d, &d->al.old[o]);
	}
}

/* ---- splits and merges: the words of the pieces ---- */

#define PIECES_ALONE 64u /* so many are each held against the whole clause; of more that would cost the square of their number */

/* The pieces of one clause, the one that has both sides too. */
struct split {
	const struct row *own;   /* rows of the side that the pieces stand on */
	const struct row *whole;
	const uint32_t *at;      /* the pieces among own, in order */
	size_t count;
	bool splits;             /* else a merge: the pieces are old */
};

static void end_parts(struct differ *d, struct parts *out, struct change_entry *e)
{
	e->parts = ARENA_ARRAY(&d->c->arena, out->count + 1, struct part);
	if (out->count)
		memcpy(e->parts, out->items, out->count * sizeof(struct part));
	e->part_count = out->count;
	free(out->items);
}

/* A part of a piece's own text, of which so many bytes are told already. */
static void add_own(struct parts *out, struct span self, size_t *told, char op, size_t n, struct change_entry *e)
{
	struct span t = span_sub(self, *told, *told + n);

	parts_add(out, op, t);
	*told += n;
	if (op != '=' && !(e->from && e->to))
		e->words_changed += text_count_words(t);
}

/* A piece held against the whole: what it shares with that, and what it does not; its own text is what the parts join to. */
static void piece_alone(struct differ *d, const struct split *s, uint32_t row)
{
	struct parts *p = &d->work.parts, out = { 0 };
	struct span self = s->own[row].clause->text, whole = s->whole->clause->text;
	struct change_entry *e = &d->c->entries[s->own[row].entry];
	size_t told = 0;

	texts_compare(&d->work, s->splits ? whole : self, s->splits ? self : whole);
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].op != (s->splits ? '-' : '+'))
			add_own(&out, self, &told, p->items[i].op, p->items[i].text.n, e);
	end_parts(d, &out, e);
}

static struct span join_texts(struct differ *d, const struct split *s)
{
	CLEANUP(buf_done) struct buf text = { 0 };

	for (size_t i = 0; i < s->count; i++) {
		if (i)
			buf_char(&text, ' ');
		buf_add(&text, s->own[s->at[i]].clause->text);
	}
	return arena_dup(&d->c->arena, buf_span(&text));
}

/* Where the reading of the joint parts stands: a part, and the byte of the joined pieces that it begins at. */
struct joint_at {
	size_t part, pos;
};

/* A piece's own parts, cut out of the joint comparison: those over the bytes from `at` of the joined pieces. */
static void cut_piece(struct differ *d, const struct split *s, uint32_t row, const struct part *joint, size_t count, size_t at, struct joint_at *from)
{
	struct change_entry *e = &d->c->entries[s->own[row].entry];
	struct span self = s->own[row].clause->text;
	struct parts out = { 0 };
	size_t told = 0, end = at + self.n;

	for (; from->part < count; from->part++) {
		const struct part *x = &joint[from->part];
		size_t to = from->pos + x->text.n, begin = from->pos > at ? from->pos : at;

		if (x->op == (s->splits ? '-' : '+'))
			continue;
		if (to > begin && end > begin)
			add_own(&out, self, &told, x->op, (to < end ? to : end) - begin, e);
		if (to > end)
			break; /* it goes on in the next piece */
		from->pos = to;
	}
	end_parts(d, &out, e);
}

/* The parts of the piece with both sides: words of the whole that stand in other pieces have left it. */
static void cut_keeper(struct differ *d, const struct split *s, struct change_entry *e, size_t at)
{
	struct span all = s->whole->clause->text, self = s->own[s->whole->mate].clause->text;
	char mine = s->splits ? '+' : '-', other = s->splits ? '-' : '+';
	size_t pos = 0, told = 0, whole_at = 0, end = at + self.n;
	struct parts out = { 0 };

	for (size_t k = 0; k < e->joint_count; k++) {
		struct part x = e->joint[k];
		size_t from = pos, to = pos + x.text.n, in_from, in_to;

		if (x.op == other) {
			parts_add(&out, other, span_sub(all, whole_at, whole_at + x.text.n));
			whole_at += x.text.n;
			continue;
		}
		pos = to;
		in_from = from >= at ? from : at < to ? at : to;
		in_to = to > end ? (end > in_from ? end : in_from) : to;
		if (x.op == mine) {
			parts_add(&out, mine, span_sub(self, told, told + in_to - in_from));
		} else {
			parts_add(&out, other, span_sub(all, whole_at, whole_at + in_from - from));
			parts_add(&out, '=', s->splits ? span_sub(self, told, told + in_to - in_from)
						       : span_sub(all, whole_at + in_from - from, whole_at + in_to - from));
			parts_add(&out, other, span_sub(all, whole_at + in_to - from, whole_at + to - from));
			whole_at += x.text.n;
		}
		told += in_to - in_from;
	}
	end_parts(d, &out, e);
	e->leaves = NULL;
	e->leaf_count = 0;
}

/* Do the pieces follow one another, each a paragraph, so that a break between them is all that came or went? */
static bool stands_together(const struct split *s)
{
	if (s->whole->clause->note_count || s->whole->clause->leaf_count != 1 || s->whole->exact)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		const struct row *r = &s->own[s->at[i]];

		if (r->clause->note_count || r->clause->leaf_count != 1 || (i && s->at[i] != s->at[i - 1] + 1))
			return false;
	}
	return true;
}

/*
 * The pieces of one clause, side by side, against it: words that only changed places between pieces are no change then.
 * The pieces' own parts are cut out of this one comparison, so that they say the same.
 */
static void compare_joined(struct differ *d, const struct split *s, bool together)
{
	struct comparison *c = d->c;
	struct parts *p = &d->work.parts;
	struct span joined = join_texts(d, s), whole = s->whole->clause->text;
	struct change_entry *keeper = &c->entries[s->whole->entry];
	struct joint_at from = { 0 };
	struct part *joint;
	size_t count, at = 0;

	texts_compare(&d->work, s->splits ? whole : joined, s->splits ? joined : whole);
	count = p->count;
	joint = ARENA_ARRAY(&c->arena, count + 1, struct part);
	memcpy(joint, p->items, count * sizeof(struct part));
	if (together) {
		keeper->joint = joint;
		keeper->joint_count = count;
		keeper->words_changed = p->words;
		keeper->pieces = ARENA_ARRAY(&c->arena, s->count, const struct clause *);
		keeper->piece_count = s->count;
		for (size_t i = 0; i < s->count; i++)
			keeper->pieces[i] = s->own[s->at[i]].clause;
	}
	for (size_t i = 0; i < s->count; i++) {
		if (s->at[i] != s->whole->mate)
			cut_piece(d, s, s->at[i], joint, count, at, &from);
		else if (together)
			cut_keeper(d, s, keeper, at);
		at += s->own[s->at[i]].clause->text.n + 1;
	}
}

/* The row of the other side that this one is a piece of, as further piece or as the one with both sides. */
static uint32_t whole_of(const struct row *r, const struct row *wholes)
{
	uint32_t of = r->piece_of != NO_ROW ? r->piece_of : r->mate;

	return of != NO_ROW && wholes[of].has_pieces ? of : NO_ROW;
}

/* own: the side that the pieces stand on, wholes: the other one */
static void compare_pieces(struct differ *d, const struct row *own, size_t own_count, const struct row *wholes, size_t whole_count, bool splits)
{
	uint32_t *start = mem_zero(whole_count + 2, sizeof(uint32_t)), *at = mem_alloc((own_count + 1) * sizeof(uint32_t));

	/* of each whole its pieces, in order: counted, then laid down */
	for (size_t i = 0; i < own_count; i++)
		if (whole_of(&own[i], wholes) != NO_ROW)
			start[whole_of(&own[i], wholes) + 2]++;
	for (size_t i = 0; i < whole_count; i++)
		start[i + 2] += start[i + 1];
	for (size_t i = 0; i < own_count; i++)
		if (whole_of(&own[i], wholes) != NO_ROW)
			at[start[whole_of(&own[i], wholes) + 1]++] = (uint32_t)i;
	for (size_t i = 0; i < whole_count; i++) {
		struct split s = { .own = own, .whole = &wholes[i], .at = at + start[i], .count = start[i + 1] - start[i], .splits = splits };
		bool together;

		if (!wholes[i].has_pieces)
			continue;
		together = stands_together(&s);
		if (together || s.count > PIECES_ALONE)
			compare_joined(d, &s, together);
		else
			for (size_t k = 0; k < s.count; k++)
				if (s.at[k] != s.whole->mate)
					piece_alone(d, &s, s.at[k]);
	}
	free(start);
	free(at);
}

/* ---- words of the pairs, in as many threads as there may be ---- */

struct share {
	struct comparison *c;
	struct arena *arena;
	size_t begin, end; /* entries */
	struct aside aside;
};

static void *compare_words(void *p)
{
	struct share *s = p;
	struct leaf_work work = { 0 };

	for (size_t i = s->begin; i < s->end; i++) {
		struct change_entry *e = &s->c->entries[i];

		if (e->from && e->to && !e->parts)
			leaves_compare(&work, e->from, e->to, s->arena, e);
	}
	leaf_work_done(&work);
	return NULL;
}

static void compare_pairs(struct comparison *c, unsigned threads)
{
	struct share shares[COMPARISON_THREADS];
	size_t bytes = 0, at = 0, done = 0, n;

	for (size_t i = 0; i < c->count; i++)
		if (c->entries[i].from && c->entries[i].to && !c->entries[i].parts)
			bytes += c->entries[i].from->text.n + c->entries[i].to->text.n;
	n = threads > COMPARISON_THREADS ? COMPARISON_THREADS : threads;
	n = n < 1 || bytes < ASIDE_FROM ? 1 : n;
	for (size_t k = 0; k < n; k++) {
		struct share *s = &shares[k];

		*s = (struct share){ .c = c, .arena = &c->more[k], .begin = at, .end = c->count };
		for (; k + 1 < n && at < c->count && done < bytes / n * (k + 1); at++)
			if (c->entries[at].from && c->entries[at].to && !c->entries[at].parts)
				done += c->entries[at].from->text.n + c->entries[at].to->text.n;
		if (k + 1 < n)
			s->end = at;
	}
	for (size_t k = 1; k < n; k++)
		aside_begin(&shares[k].aside, compare_words, &shares[k]);
	compare_words(&shares[0]);
	for (size_t k = 1; k < n; k++)
		aside_end(&shares[k].aside);
}

int diff_statements(struct statement *from, struct statement *to, const struct diff_options *o, struct comparison **ret, struct fault *f)
{
	struct differ d = { .options = o };
	struct comparison *c = mem_zero(1, sizeof(*c));

	(void)f;
	c->from = from;
	c->to = to;
	c->official = o->official;
	d.c = c;
	align_statements(from, to, o, &d.al);
	make_entries(&d);
	compare_pairs(c, o->threads);
	compare_pieces(&d, d.al.new, d.al.new_count, d.al.old, d.al.old_count, true);
	compare_pieces(&d, d.al.old, d.al.old_count, d.al.new, d.al.new_count, false);
	compare_meta(c);
	leaf_work_done(&d.work);
	alignment_done(&d.al);
	*ret = c;
	return 0;
}

void diff_rows(const uint32_t *a, size_t an, const uint32_t *b, size_t bn, size_t symbols, bool *gone, bool *came)
{
	struct script_work work = { 0 };

	script_make(&work, a, an, b, bn, symbols, gone, came);
	script_work_done(&work);
}
