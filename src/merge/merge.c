#include "merge/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/spanmap.h"
#include "diff/diff.h"
#include "merge/segments.h"
#include "merge/three.h"

void merge_result_done(struct merge_result *r)
{
	buf_done(&r->text);
}

/* ---- one segment, three ways ---- */

static void put_text(struct merger *m, struct span s, struct buf *out)
{
	merge_put_text(m->eol, s, out);
}

static void put_suggestion(struct merger *m, const char *open, struct span text, const char *close, const char *who, struct buf *out)
{
	if (!text.n)
		return;
	buf_str(out, open);
	put_text(m, text, out);
	buf_str(out, close);
	buf_printf(out, "{>>@%s<<}", who);
}

/* The base's words, ours and theirs, each wording to be taken or left on its own. */
static void put_conflict(struct merger *m, struct span b, struct span o, struct span t, struct buf *out)
{
	struct span trimmed;
	size_t lead = 0, tail = 0;

	m->ret->conflicts++;
	/* white space that all three begin or end with stands outside */
	while (lead < b.n && lead < o.n && lead < t.n && b.p[lead] == ' ' && o.p[lead] == ' ' && t.p[lead] == ' ')
		lead++;
	while (b.n > lead + tail && o.n > lead + tail && t.n > lead + tail && b.p[b.n - tail - 1] == ' ' && o.p[o.n - tail - 1] == ' ' &&
	       t.p[t.n - tail - 1] == ' ')
		tail++;
	buf_put(out, o.p, lead);
	trimmed = span_sub(b, lead, b.n - tail);
	o = span_sub(o, lead, o.n - tail);
	t = span_sub(t, lead, t.n - tail);
	if (trimmed.n && o.n && t.n) {
		/* alternatives, one after the other: accepting one rejects the other (FORMAT.md F5.7) */
		BUF_LIT(out, "{~~");
		buf_add(out, trimmed);
		BUF_LIT(out, "~>");
		buf_add(out, o);
		buf_printf(out, "~~}{>>@%s<<}", m->names->ours);
	} else {
		put_suggestion(m, "{--", trimmed, "--}", o.n ? m->names->theirs : m->names->ours, out);
		put_suggestion(m, "{++", o, "++}", m->names->ours, out);
	}
	put_suggestion(m, "{++", t, "++}", m->names->theirs, out);
	buf_put(out, o.p + o.n, tail);
}

static bool has_line(struct span s)
{
	return span_find_char(s, '\n', 0) != SIZE_MAX;
}

static bool whole_lines(struct span s)
{
	return s.n && s.p[s.n - 1] == '\n';
}

/* Line ends and bars are structure in a list, a table, code: a mark must not reach over them. */
static bool crosses(struct span s, bool structured, bool table)
{
	return structured && (has_line(s) || (table && span_find_char(s, '|', 0) != SIZE_MAX));
}

/* Token by token; false where a conflict cannot be said around words here. */
static bool merge_tokens(struct merger *m, struct span base, struct span ours, struct span theirs, enum cut_kind cut, bool table, bool may_conflict,
			 struct buf *out)
{
	struct symbols s = { 0 };
	struct row_of b, o, t;
	struct regions r;
	size_t conflicts = m->ret->conflicts;
	bool ok = true;

	row_cut(&s, base, cut, &b);
	row_cut(&s, ours, cut, &o);
	row_cut(&s, theirs, cut, &t);
	three_way(&s, &b, &o, &t, false, &r);
	for (size_t i = 0; i < r.count && ok; i++) {
		const struct region *x = &r.items[i];
		struct span sb = row_span(&b, x->b0, x->b1), so = row_span(&o, x->o0, x->o1), st = row_span(&t, x->t0, x->t1);

		switch (x->kind) {
		case REGION_SAME:
		case REGION_OURS:
		case REGION_BOTH:
			buf_add(out, so);
			break;
		case REGION_THEIRS:
			put_text(m, st, out);
			break;
		case REGION_CONFLICT:
			if (!sb.n && whole_lines(so) && whole_lines(st)) {
				/* two people added lines at one place: both stay */
				buf_add(out, so);
				put_text(m, st, out);
				break;
			}
			ok = may_conflict && !crosses(sb, cut != CUT_WORDS, table) && !crosses(so, cut != CUT_WORDS, table) &&
			     !crosses(st, cut != CUT_WORDS, table);
			if (ok)
				put_conflict(m, sb, so, st, out);
			break;
		}
	}
	if (!ok)
		m->ret->conflicts = conflicts;
	row_done(&b);
	row_done(&o);
	row_done(&t);
	regions_done(&r);
	symbols_done(&s);
	return ok;
}

/* A block of theirs beside ours, proposed as a whole (FORMAT.md F5.5). */
static void put_block_suggestion(struct merger *m, struct span body, const char *open, const char *close, const char *who, struct buf *out)
{
	if (out->n && out->p[out->n - 1] != '\n')
		buf_add(out, m->eol);
	if (*open == '{' && open[1] == '+')
		buf_add(out, m->eol);
	buf_str(out, open);
	put_text(m, body, out);
	if (body.n && body.p[body.n - 1] != '\n')
		buf_add(out, m->eol);
	buf_str(out, close);
	buf_printf(out, "{>>@%s<<}", who);
	buf_add(out, m->eol);
}

static bool is_marked(const struct segment *x)
{
	return x && x->block && attrs_has(x->block->attrs, CLASS_INTERNAL);
}

/* What theirs made internal is that, whatever else clashes in the list of ours that stands in out. */
static void keep_internal(const struct segment *b, const struct segment *o, const struct segment *t, struct buf *out, size_t start)
{
	CLEANUP(buf_done) struct buf rest = { 0 };
	size_t at = out->n;

	if (!is_marked(t) || is_marked(o) || is_marked(b))
		return;
	while (at > start && out->p[at - 1] != '}')
		at--;
	if (at == start)
		return;
	buf_put(&rest, out->p + at - 1, out->n - at + 1);
	out->n = at - 1;
	BUF_LIT(out, " .internal");
	buf_add(out, buf_span(&rest));
}

/* Attribute lists are literal: what both changed keeps ours, and theirs is told in a comment behind the block. */
static void merge_attrs(struct merger *m, const struct segment *b, const struct segment *o, const struct segment *t, struct buf *out, struct span *ret_lost)
{
	struct span base = b->attrs, ours = o->attrs, theirs = t->attrs;
	size_t start = out->n;

	if (merge_same_text(span_trim(base), span_trim(theirs)) || merge_same_text(span_trim(ours), span_trim(theirs))) {
		buf_add(out, ours);
	} else if (merge_same_text(span_trim(base), span_trim(ours))) {
		put_text(m, theirs, out);
	} else if (!merge_tokens(m, base, ours, theirs, CUT_WORDS, false, false, out)) {
		out->n = start;
		*ret_lost = span_trim(theirs);
		m->ret->conflicts++;
		buf_add(out, ours);
		keep_internal(b, o, t, out, start);
	}
}

static void put_lost_attrs(struct merger *m, struct span lost, const char *who, struct buf *out)
{
	size_t end = out->n;

	if (!lost.n)
		return;
	/* the list between its braces, without the comment around it */
	for (size_t i = 0; i < lost.n; i++)
		if (lost.p[i] == '{') {
			size_t close = lost.n;

			while (close > i && lost.p[close - 1] != '}')
				close--;
			lost = span_sub(lost, i, close);
			break;
		}
	while (end && (out->p[end - 1] == '\n' || out->p[end - 1] == '\r'))
		end--;
	out->n = end;
	buf_printf(out, "{>>@%s: here the attributes were %.*s<<}", who, SPAN_ARG(lost));
	buf_add(out, m->eol);
}

/* The words of theirs behind those of ours, in one note: a definition in a suggestion would define nothing. */
static void put_note_words(struct merger *m, const struct segment *t, struct buf *out)
{
	size_t colon = span_find(t->body, SPAN_LIT("]:"), 0);
	struct span words = span_trim(colon == SIZE_MAX ? t->body : span_sub(t->body, colon + 2, t->body.n));

	while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
		out->n--;
	BUF_LIT(out, "{++ ");
	for (size_t i = 0; i < words.n; i++)
		buf_char(out, words.p[i] == '\n' || words.p[i] == '\r' ? ' ' : words.p[i]);
	buf_printf(out, "++}{>>@%s<<}", m->names->theirs);
	buf_add(out, m->eol);
}

static enum cut_kind cut_of(const struct segment *x)
{
	return x->kind == SEG_BLOCK && (x->block->kind == BLOCK_PARAGRAPH || x->block->kind == BLOCK_HEADING) ? CUT_WORDS : CUT_EXACT;
}

/* The sign that a line begins with where it could begin a block: up to the first white space.  Empty: a word. */
static struct span line_sign(struct span line)
{
	size_t i = 0, n = 0;
	bool digits;

	while (i < line.n && line.p[i] == ' ')
		i++;
	line = span_sub(line, i, line.n);
	while (n < line.n && !token_white(line.p[n]))
		n++;
	for (i = 0; i < n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
		;
	digits = i && i < n && (line.p[i] == '.' || line.p[i] == ')');
	return n && (digits || strchr("-+*#>=|{<:[`~_", line.p[0])) ? span_sub(line, 0, n) : (struct span){ 0 };
}

/* The signs that lines of the text begin with, the first line's too. */
static void note_signs(struct span text, struct span_map *ret)
{
	for (size_t at = 0, end; at < text.n; at = end + 1) {
		struct span sign;

		end = span_find_char(text, '\n', at);
		if (end == SIZE_MAX)
			end = text.n;
		sign = line_sign(span_sub(text, at, end));
		if (sign.n)
			*span_map_put(ret, sign) = 1;
	}
}

/*
 * One wrapped the paragraph anew and the other took the word out that a line then began with: a dash behind it would begin a
 * list.  Such a line goes on the one before it, unless one of the two has it.
 */
static void mend_lines(struct span ours, struct span theirs, struct buf *out, size_t start)
{
	struct span text = buf_span(out);
	struct span_map known = { 0 };
	size_t to = start;

	note_signs(ours, &known);
	note_signs(theirs, &known);

	for (size_t at = start; at < out->n; at++) {
		struct span sign = { 0 };
		size_t before = to;

		if (out->p[at] == '\n')
			sign = line_sign(span_sub(text, at + 1, text.n));
		if (!sign.n || span_map_find(&known, sign)) {
			out->p[to++] = out->p[at];
			continue;
		}
		while (before > start && token_white(out->p[before - 1]))
			before--;
		if (before > start && out->p[before - 1] == '\\') {
			out->p[to++] = out->p[at]; /* a break that prints: here nothing can be joined */
			continue;
		}
		to = before;
		out->p[to++] = ' ';
		while (at + 1 < out->n && out->p[at + 1] == ' ')
			at++;
	}
	out->n = to;
	span_map_done(&known);
}

static size_t columns(const struct segment *table)
{
	size_t n = 0;

	if (table->kind == SEG_BLOCK && table->block->kind == BLOCK_TABLE && table->block->first)
		for (const struct block *cell = table->block->first->first; cell; cell = cell->next)
			n++;
	return n;
}

/*
 * The words of the three, and then the line end and empty lines of ours.  As a token it would be like the space between two
 * words: where the last word goes, a space could stay in its place and the next paragraph be joined to this one.
 */
static bool merge_bodies(struct merger *m, const struct segment *b, const struct segment *o, const struct segment *t, enum cut_kind cut, bool table,
			 bool may_conflict, struct buf *out)
{
	const struct segment *all[] = { b, o, t };
	struct span words[3], end;
	size_t start = out->n;

	/* a row of one and a column of the other: what came of it was ragged, else this level were not tried */
	if (table && m->level == MERGE_BLOCKS && columns(o) != columns(t))
		return false;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		size_t n = all[i]->body.n;

		while (cut == CUT_WORDS && n && token_white(all[i]->body.p[n - 1]))
			n--;
		words[i] = span_sub(all[i]->body, 0, n);
	}
	end = span_sub(o->body, words[1].n, o->body.n);
	if (!merge_tokens(m, words[0], words[1], words[2], cut, table, may_conflict, out))
		return false;
	if (cut == CUT_WORDS)
		mend_lines(words[1], words[2], out, start);
	buf_add(out, end);
	return true;
}

/* The merged lines of a segment that all three hold. */
static void merge_segment(struct merger *m, const struct segment *b, const struct segment *o, const struct segment *t, struct buf *out)
{
	struct span lost = { 0 };
	size_t conflicts = m->ret->conflicts, start;
	bool table = o->kind == SEG_BLOCK && o->block->kind == BLOCK_TABLE, fenced = o->kind == SEG_BLOCK && o->block->kind == BLOCK_CODE;
	enum cut_kind cut = cut_of(b) == CUT_WORDS && cut_of(o) == CUT_WORDS && cut_of(t) == CUT_WORDS ? CUT_WORDS : CUT_EXACT;
	struct buf attrs = { 0 };

	if (b->kind == SEG_FRONT) {
		m->ret->conflicts += merge_yaml(b->body, o->body, t->body, m->names->theirs, m->eol, out);
		return;
	}
	merge_attrs(m, b, o, t, &attrs, &lost);
	buf_add(out, buf_span(&attrs));
	buf_done(&attrs);
	start = out->n;
	if (merge_same_text(span_trim(b->body), span_trim(t->body)) || merge_same_text(span_trim(o->body), span_trim(t->body))) {
		buf_add(out, o->body);
	} else if (merge_same_text(span_trim(b->body), span_trim(o->body))) {
		put_text(m, t->body, out);
	} else if (!merge_bodies(m, b, o, t, cut, table, m->level != MERGE_BLOCKS && !fenced && o->kind < SEG_RAW, out)) {
		out->n = start;
		m->ret->conflicts = conflicts + (lost.n > 0) + 1;
		buf_add(out, o->body);
		/* a comment cannot be wrapped: theirs follows as it is; of two labels of a container one can stand */
		if (o->kind == SEG_RAW) {
			put_text(m, t->body, out);
		} else if (o->kind == SEG_FENCE) {
			/* ours */
		} else if (o->kind == SEG_NOTE) {
			put_note_words(m, t, out);
		} else {
			put_block_suggestion(m, t->body, "{++", "++}", m->names->theirs, out);
		}
	}
	put_lost_attrs(m, lost, m->names->theirs, out);
}

/* What theirs has instead of ours, each run of words a suggestion. */
static void put_instead(struct merger *m, struct span ours, struct span theirs, struct buf *out)
{
	struct symbols s = { 0 };
	struct row_of o, t;
	struct regions r;

	row_cut(&s, ours, CUT_WORDS, &o);
	row_cut(&s, theirs, CUT_WORDS, &t);
	three_way(&s, &o, &o, &t, false, &r);
	for (size_t i = 0; i < r.count; i++) {
		const struct region *x = &r.items[i];
		struct span so = row_span(&o, x->o0, x->o1), st = row_span(&t, x->t0, x->t1);

		if (x->kind != REGION_THEIRS) {
			buf_add(out, so);
		} else if (so.n && st.n) {
			BUF_LIT(out, "{~~");
			buf_add(out, so);
			BUF_LIT(out, "~>");
			put_text(m, st, out);
			buf_printf(out, "~~}{>>@%s<<}", m->names->theirs);
		} else {
			put_suggestion(m, "{--", so, "--}", m->names->theirs, out);
			put_suggestion(m, "{++", st, "++}", m->names->theirs, out);
		}
	}
	row_done(&o);
	row_done(&t);
	regions_done(&r);
	symbols_done(&s);
}

/* A clause that both added: there is no base to say which words are new, so ours stand and theirs are proposed. */
static void put_added(struct merger *m, const struct segment *o, const struct segment *t, struct buf *out)
{
	struct span words = span_trim(o->body), other = span_trim(t->body);
	bool plain = cut_of(o) == CUT_WORDS && cut_of(t) == CUT_WORDS && o->block->kind == t->block->kind && m->level != MERGE_BLOCKS;
	size_t start = out->n;

	buf_add(out, o->attrs);
	keep_internal(NULL, o, t, out, start);
	if (segment_same(o, t)) {
		buf_add(out, o->body);
		return;
	}
	m->ret->conflicts++;
	if (!merge_same_text(words, other) && plain && diff_likeness(words, other) >= LIKENESS_LEAST) {
		buf_put(out, o->body.p, (size_t)(words.p - o->body.p));
		put_instead(m, words, other, out);
		buf_put(out, words.p + words.n, (size_t)(o->body.p + o->body.n - (words.p + words.n)));
	} else {
		buf_add(out, o->body);
		if (!merge_same_text(words, other))
			put_block_suggestion(m, t->body, "{++", "++}", m->names->theirs, out);
	}
	if (!merge_same_text(span_trim(o->attrs), span_trim(t->attrs)))
		put_lost_attrs(m, span_trim(t->attrs), m->names->theirs, out);
}

/* ---- what one side put among public words, and the other holds back ---- */

static bool ends_blank(const struct buf *out)
{
	size_t lines = 0;

	for (size_t i = out->n; i-- > 0 && lines < 2;) {
		if (out->p[i] == '\n')
			lines++;
		else if (out->p[i] != '\r' && out->p[i] != ' ')
			return false;
	}
	return lines == 2 || out->n == 0;
}

static bool has_marks(struct span s)
{
	static const struct span signs[] = { SPAN("{++"), SPAN("{--"), SPAN("{~~") };

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (span_find(s, signs[i], 0) != SIZE_MAX)
			return true;
	return false;
}

/* The words of a block without the signs and lists around those of a heading, which a mark may not reach over. */
static struct span words_of(const struct side *side, const struct segment *x)
{
	struct span body = x->body;

	while (body.n && (body.p[body.n - 1] == '\n' || body.p[body.n - 1] == '\r'))
		body.n--;
	return x->kind == SEG_BLOCK && x->block->kind == BLOCK_HEADING ? span_sub(side->source, x->block->inner.begin, x->block->inner.end) : body;
}

/* A block that one side took out and that holds suggestions: one in another cannot be said, so it stands and is told of. */
static void put_told(struct merger *m, const struct side *side, const struct segment *x, const char *who, struct buf *out)
{
	struct span words = words_of(side, x);

	put_text(m, span_of(x->body.p, (size_t)(words.p - x->body.p)), out);
	put_text(m, words, out);
	buf_printf(out, "{>>@%s: taken out here<<}", who);
	put_text(m, span_of(words.p + words.n, (size_t)(x->body.p + x->body.n - (words.p + words.n))), out);
}

/* A block that stands nowhere else, as a suggestion. */
static void put_proposed(struct merger *m, const struct segment *x, const char *who, struct buf *out)
{
	m->ret->conflicts++;
	BUF_LIT(out, "{++");
	put_text(m, x->attrs, out);
	put_text(m, x->body, out);
	if (x->body.n && x->body.p[x->body.n - 1] != '\n')
		buf_add(out, m->eol);
	buf_printf(out, "++}{>>@%s<<}", who);
	buf_add(out, m->eol);
}

/* The side that holds back stands; what the other wrote is proposed where nobody but us sees it. */
static void put_exposing(struct merger *m, const struct segment *o, const struct segment *t, struct buf *out)
{
	const struct segment *stands = o->exposes ? t : o, *held = o->exposes ? o : t;
	const char *who = o->exposes ? m->names->ours : m->names->theirs;
	size_t colon = held->kind == SEG_NOTE ? span_find(held->body, SPAN_LIT("]:"), 0) : SIZE_MAX;
	struct span body = colon == SIZE_MAX ? held->body : span_trim(span_sub(held->body, colon + 2, held->body.n));

	m->ret->conflicts++;
	put_text(m, stands->attrs, out);
	put_text(m, stands->body, out);
	while (!ends_blank(out))
		buf_add(out, m->eol);
	BUF_LIT(out, "::: internal");
	if (has_marks(body)) {
		/* a suggestion holds none */
		buf_add(out, m->eol);
		put_text(m, body, out);
		if (body.n && body.p[body.n - 1] != '\n')
			buf_add(out, m->eol);
	} else {
		put_block_suggestion(m, body, "{++", "++}", who, out);
	}
	if (!merge_same_text(span_trim(stands->attrs), span_trim(held->attrs)))
		put_lost_attrs(m, span_trim(held->attrs), who, out);
	BUF_LIT(out, ":::");
	buf_add(out, m->eol);
}

/* Ours, which theirs took out: struck as a suggestion. */
static void put_struck(struct merger *m, const struct segment *o, struct buf *out)
{
	struct span words = words_of(&m->ours, o), behind;

	/* a fence stands alone on its line */
	if (o->kind == SEG_BLOCK && o->block->kind == BLOCK_CODE && whole_lines(o->body))
		words = o->body;
	behind = span_of(words.p + words.n, (size_t)(o->body.p + o->body.n - (words.p + words.n)));
	buf_put(out, o->body.p, (size_t)(words.p - o->body.p));
	put_suggestion(m, "{--", words, "--}", m->names->theirs, out);
	buf_add(out, behind.n ? behind : m->eol);
}

/* ---- writing ---- */

static void put_node(struct merger *m, const struct node *n, struct buf *out)
{
	const struct segment *b = n->base != NONE ? &m->base.segments[n->base] : NULL;
	const struct segment *o = n->ours != NONE ? &m->ours.segments[n->ours] : NULL;
	const struct segment *t = n->theirs != NONE ? &m->theirs.segments[n->theirs] : NULL;

	if (o && t && b && o->exposes != t->exposes) {
		put_exposing(m, o, t, out);
	} else if (!b && !(o && t) && (o ? o : t)->exposes && (o ? o : t)->kind == SEG_BLOCK) {
		put_proposed(m, o ? o : t, o ? m->names->ours : m->names->theirs, out); /* in a container: held.c */
	} else if (o && t && b) {
		merge_segment(m, b, o, t, out);
	} else if (o && t) {
		put_added(m, o, t, out);
	} else if (o && b) {
		/* theirs took out what ours changed: ours stays, and their removal is a suggestion */
		buf_add(out, o->attrs);
		if (o->kind >= SEG_RAW || o->kind == SEG_FRONT || o->kind == SEG_NOTE) {
			m->ret->conflicts += o->kind == SEG_NOTE;
			buf_add(out, o->body);
		} else {
			m->ret->conflicts++;
			if (has_marks(o->body))
				put_told(m, &m->ours, o, m->names->theirs, out);
			else
				put_struck(m, o, out);
		}
	} else if (o) {
		const char *from = o->attrs.n ? o->attrs.p : o->body.p;

		buf_put(out, from, (size_t)(o->body.p + o->body.n - from));
	} else if (b && t->kind == SEG_NOTE) {
		m->ret->conflicts++;
		put_text(m, t->body, out);
	} else if (b && t->kind < SEG_RAW) {
		/* ours took out what theirs changed: their wording comes back as a suggestion */
		if (span_find(t->body, SPAN_LIT("{++"), 0) == SIZE_MAX) {
			put_proposed(m, t, m->names->theirs, out);
		} else {
			m->ret->conflicts++;
			put_text(m, t->attrs, out);
			put_told(m, &m->theirs, t, m->names->ours, out);
		}
	} else {
		put_text(m, t->attrs, out);
		put_text(m, t->body, out);
	}
}

/* Which labels are defined in the text, and which are referred to: bit 1 and bit 2. */
static void look_for_labels(struct span s, struct span_map *ret)
{
	for (size_t at = 0; (at = span_find(s, SPAN_LIT("[^"), at)) != SIZE_MAX; at += 2) {
		size_t close = span_find_char(s, ']', at);

		if (close == SIZE_MAX)
			return;
		*span_map_put(ret, span_sub(s, at + 2, close)) |= close + 1 < s.n && s.p[close + 1] == ':' && (!at || s.p[at - 1] == '\n') ? 1 : 2;
	}
}

/* Notes that one side took out with their clause, where the other's words of it stand as a suggestion and refer to them. */
static void put_lost_notes(struct merger *m, struct buf *out)
{
	struct span_map labels = { 0 };
	struct buf notes = { 0 };

	look_for_labels(buf_span(out), &labels);
	for (size_t i = 0; i < m->base.count; i++) {
		const struct segment *b = &m->base.segments[i];
		unsigned *seen;

		if (b->kind != SEG_NOTE || (m->ours.of_base[i] != NONE && m->theirs.of_base[i] != NONE))
			continue;
		seen = span_map_find(&labels, b->label);
		if (!seen || *seen != 2)
			continue;
		if (notes.n && !ends_blank(&notes))
			buf_add(&notes, m->eol);
		put_text(m, b->body, &notes);
		*seen |= 1;
	}
	span_map_done(&labels);
	if (notes.n && out->n && out->p[out->n - 1] != '\n')
		buf_add(out, m->eol);
	if (notes.n && !ends_blank(out))
		buf_add(out, m->eol);
	buf_add(out, buf_span(&notes));
	buf_done(&notes);
}

static void put_all(struct merger *m, const struct list *l, struct buf *out)
{
	const struct segment *last = NULL;
	size_t last_ours = NONE, count;
	struct item *items = hold_back(m, l, &count);

	for (size_t i = 0; i < count; i++) {
		const struct item *x = &items[i];
		const struct node *n = x->kind == ITEM_NODE ? &l->nodes[x->node] : &l->nodes[0];
		const struct segment *own = n->ours != NONE ? &m->ours.segments[n->ours] : n->theirs != NONE ? &m->theirs.segments[n->theirs] : NULL;

		/* pieces that were not neighbours in ours stand apart by an empty line */
		if (out->n && !(n->ours != NONE && last_ours != NONE && n->ours == last_ours + 1) && !(last && last->kind == SEG_FRONT)) {
			if (out->p[out->n - 1] != '\n')
				buf_add(out, m->eol);
			if (!ends_blank(out))
				buf_add(out, m->eol);
		}
		if (own) {
			put_node(m, n, out);
			put_text(m, own->gap, out);
		} else {
			put_text(m, x->kind == ITEM_CLOSE ? SPAN_LIT(":::") : x->text, out);
			buf_add(out, m->eol);
		}
		last = own;
		last_ours = n->ours;
	}
	free(items);
	put_lost_notes(m, out);
	/* the file ends as ours does, also where its last block went or another came behind it */
	if (m->ours.count && last_ours != m->ours.count - 1) {
		size_t end = m->ours.source.n, keep;

		while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
			out->n--;
		keep = end;
		while (keep && (m->ours.source.p[keep - 1] == '\n' || m->ours.source.p[keep - 1] == '\r'))
			keep--;
		buf_put(out, m->ours.source.p + keep, end - keep);
	}
}

int merge_statements(struct statement *base, struct statement *ours, struct statement *theirs, enum merge_level level, const struct merge_names *names,
		     struct merge_result *ret, struct fault *f)
{
	struct merger m = { .level = level, .names = names, .ret = ret };
	struct list l = { 0 };
	int r;

	*ret = (struct merge_result){ 0 };
	m.base.statement = base;
	m.ours.statement = ours;
	m.theirs.statement = theirs;
	segments_cut(&m.base);
	segments_cut(&m.ours);
	segments_cut(&m.theirs);
	m.eol = merge_eol(m.ours.source);
	r = segments_pair(&m.base, &m.ours, f);
	if (r == 0)
		r = segments_pair(&m.base, &m.theirs, f);
	if (r == 0 && level != MERGE_WORDS)
		find_exposed(&m);
	if (r == 0) {
		order_make(&m, &l);
		put_all(&m, &l, &ret->text);
	}
	free(l.nodes);
	segments_done(&m.base);
	segments_done(&m.ours);
	segments_done(&m.theirs);
	arena_done(&m.arena);
	return r;
}
