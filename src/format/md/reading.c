/* The body with its CriticMarkup settled: readings, and what accepting and rejecting leave (FORMAT.md F5, rule 4). */
#include "format/md/internal.h"

#include <stdlib.h>

static bool white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool line_break(char c)
{
	return c == '\n' || c == '\r';
}

/* Length of an attribute list at s[i], hidden or plain, or 0. */
static size_t attr_length(struct doc *scratch, struct span s, size_t i)
{
	struct attrlist l;
	size_t remarks = scratch->remark_count, n = 0;

	if (attrlist_read(scratch, s, i, 0, &l) && !l.malformed)
		n = l.end - i;
	scratch->remark_count = remarks;
	return n;
}

enum left { LEFT_WORDS, LEFT_NOTHING, LEFT_MARKERS, LEFT_ATTRS };

/* What a line holds: only white space, container and heading markers, attribute lists, or words. */
static enum left what_is_left(struct doc *scratch, struct span s)
{
	size_t i = 0;
	enum left r = LEFT_NOTHING;

	while (i < s.n) {
		char c = s.p[i];
		size_t k = i;

		if (white(c)) {
			i++;
			continue;
		}
		if (c == '>') {
			i++;
		} else if ((c == '-' || c == '+' || c == '*') && (i + 1 == s.n || white(s.p[i + 1]))) {
			i++;
		} else if (c == '#') {
			while (k < s.n && s.p[k] == '#')
				k++;
			if (k - i > 6 || (k < s.n && !white(s.p[k])))
				return LEFT_WORDS;
			i = k;
		} else if (c >= '0' && c <= '9') {
			while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9')
				k++;
			if (k - i > 9 || k >= s.n || (s.p[k] != '.' && s.p[k] != ')') || (k + 1 < s.n && !white(s.p[k + 1])))
				return LEFT_WORDS;
			i = k + 1;
		} else if (c == '{' || c == '<') {
			size_t n = attr_length(scratch, s, i);

			if (!n)
				return LEFT_WORDS;
			i += n;
			if (r == LEFT_NOTHING)
				r = LEFT_ATTRS;
			continue;
		} else {
			return LEFT_WORDS;
		}
		r = LEFT_MARKERS;
	}
	return r;
}

static struct span line_at(struct span s, size_t begin, size_t *ret_next)
{
	size_t end = begin;

	while (end < s.n && !line_break(s.p[end]))
		end++;
	*ret_next = end + 1 < s.n && s.p[end] == '\r' && s.p[end + 1] == '\n' ? end + 2 : end < s.n ? end + 1 : end;
	return span_sub(s, begin, end);
}

static size_t line_begin(struct span s, size_t at)
{
	while (at && !line_break(s.p[at - 1]))
		at--;
	return at;
}

/* Does the line go on with what the emptied line was part of?  Then a tag above belongs to it still. */
static bool same_block(struct span emptied, struct span next)
{
	struct span a = span_trim(emptied), b = span_trim(next);

	if (!b.n)
		return false;
	if (a.n) /* markers are left: a list or quotation goes on with the same ones */
		return b.p[0] == a.p[0] || (a.p[0] >= '0' && a.p[0] <= '9' && b.p[0] >= '0' && b.p[0] <= '9');
	return !strchr("#>{<", b.p[0]) && !((b.p[0] == '-' || b.p[0] == '*' || b.p[0] == '+') && b.n > 1 && white(b.p[1])) &&
	       !(b.n >= 3 && b.p[0] == b.p[1] && b.p[1] == b.p[2] && strchr("-*_`~:", b.p[0]));
}

/* A place in the settled text where something was taken out. */
struct cut {
	size_t at;
	bool head, tail; /* words went from the line that it began on, from the line that it ended on */
};

/*
 * Rule 4: lines that settling left with nothing to say go.  A tag or a marker that only had signs or whole lines before it
 * taken away was not left so by settling: plain removal gives it back (rule 5).
 */
static void drop_lines(struct doc *scratch, struct text *t, const struct cut *cuts, size_t count)
{
	struct span s = buf_span(&t->bytes);
	struct origin *gone = mem_alloc((count + 1) * sizeof(*gone));
	size_t gone_count = 0, done_begin = 1, done_next = 0, at = 0, hint = 0;
	struct text out = { 0 };

	for (size_t i = 0; i < count; i++) {
		size_t begin, next, k;
		struct span line;
		enum left left;
		bool words = false;

		if (cuts[i].at >= done_begin && cuts[i].at < done_next)
			continue;
		begin = line_begin(s, cuts[i].at);
		line = line_at(s, begin, &next);
		done_begin = begin;
		done_next = next;
		left = what_is_left(scratch, line);
		if (left == LEFT_WORDS || (begin == s.n && begin == next))
			continue;
		for (k = i; k < count && (cuts[k].at < next || k == i); k++)
			words = words || cuts[k].tail || (cuts[k].head && cuts[k].at > begin);
		if (left != LEFT_NOTHING && !words)
			continue;
		{
			size_t after, from = begin;
			struct span following = line_at(s, next, &after);

			/* The tag directly above goes too, unless what it belongs to goes on below. */
			if (next >= s.n || !same_block(line, following))
				while (from > (gone_count ? gone[gone_count - 1].end : 0)) {
					size_t end = from - 1, above, unused;

					if (end && s.p[end] == '\n' && s.p[end - 1] == '\r')
						end--;
					above = line_begin(s, end);
					if (above == from || what_is_left(scratch, line_at(s, above, &unused)) != LEFT_ATTRS)
						break;
					from = above;
				}
			gone[gone_count++] = (struct origin){ from, next };
		}
	}
	if (gone_count) {
		for (size_t i = 0; i < gone_count; i++) {
			if (gone[i].begin > at)
				text_copy(&out, t, at, gone[i].begin, &hint);
			if (gone[i].end > at)
				at = gone[i].end;
		}
		text_copy(&out, t, at, s.n, &hint);
		text_done(t);
		*t = out;
	}
	free(gone);
}

struct cutter {
	const struct doc *d;
	struct text *out;
	size_t at;
	struct cut *cuts;
	size_t count;
};

static void keep_to(struct cutter *c, size_t end)
{
	if (end > c->at)
		text_put(c->out, c->d->source.p + c->at, end - c->at, (uint32_t)c->at);
	c->at = end;
}

/* Signs or a comment go. */
static void skip_to(struct cutter *c, size_t end)
{
	if (end <= c->at)
		return;
	if (!c->count || c->cuts[c->count - 1].at != c->out->bytes.n)
		c->cuts[c->count++] = (struct cut){ .at = c->out->bytes.n };
	c->at = end;
}

/* Words go, up to signs that begin at words_end, and those too. */
static void skip_words(struct cutter *c, size_t words_end, size_t end)
{
	size_t from = c->at;
	struct cut *k;
	bool broken = false, ink = false;

	if (end <= from)
		return;
	skip_to(c, end);
	k = &c->cuts[c->count - 1];
	for (size_t i = from; i < words_end; i++) {
		char ch = c->d->source.p[i];

		if (ch == '\n' || ch == '\r') {
			if (!broken)
				k->head = k->head || ink;
			broken = true;
			ink = false;
		} else if (ch != ' ' && ch != '\t') {
			ink = true;
		}
	}
	if (!broken)
		k->head = k->head || ink;
	k->tail = ink || (k->tail && !broken);
}

void critic_settle(const struct doc *d, const struct critics *c, const enum fate *fates, struct text *ret)
{
	struct cutter k = { .d = d, .out = ret, .at = d->meta.body };
	/* Stack of open items: where the next sign of each is handled. */
	uint32_t stack[LIMIT_CRITIC_DEPTH + 2];
	size_t depth = 0, i = 0;
	struct doc *scratch;

	*ret = (struct text){ 0 };
	if (!c->count) {
		text_put(ret, d->source.p + d->meta.body, d->source.n - d->meta.body, (uint32_t)d->meta.body);
		return;
	}
	k.cuts = mem_alloc((6 * c->count + 4) * sizeof(*k.cuts));
	buf_reserve(&ret->bytes, d->source.n - d->meta.body + 1);
	while (i < c->count || depth) {
		const struct critic *top = depth ? &c->items[stack[depth - 1]] : NULL, *next = i < c->count ? &c->items[i] : NULL;
		enum fate fate;

		/* The old words of a replacement end before anything behind ~>. */
		if (top && (!next || next->begin >= top->end)) {
			fate = fates[stack[depth - 1]];
			if (fate == FATE_KEEP) {
				keep_to(&k, top->end);
			} else if (top->kind == CRITIC_REPLACE && fate == FATE_REJECT) {
				if (k.at < top->sep)
					keep_to(&k, top->sep);
				if (k.at <= top->sep)
					skip_to(&k, top->sep + 2);
				skip_words(&k, top->end - 3, top->end);
			} else {
				bool words = top->kind == CRITIC_HIGHLIGHT || (top->kind == CRITIC_INSERT && fate == FATE_ACCEPT) ||
					     (top->kind == CRITIC_DELETE && fate == FATE_REJECT) || (top->kind == CRITIC_REPLACE && fate == FATE_ACCEPT);

				if (words)
					keep_to(&k, top->end - 3);
				skip_to(&k, top->end);
			}
			depth--;
			continue;
		}
		/* Behind ~> nothing of a rejected replacement stays. */
		if (top && top->kind == CRITIC_REPLACE && fates[stack[depth - 1]] == FATE_REJECT && next->begin > top->sep && k.at <= top->sep) {
			keep_to(&k, top->sep);
			skip_to(&k, top->sep + 2);
			skip_words(&k, top->end - 3, top->end - 3);
		}
		/* An item inside words that go is gone with them. */
		if (next->begin < k.at) {
			i++;
			continue;
		}
		keep_to(&k, next->begin);
		fate = fates[i];
		if (fate != FATE_KEEP) {
			skip_to(&k, next->begin + 3);
			if (next->kind == CRITIC_COMMENT)
				skip_to(&k, next->end);
			else if (fate == FATE_DROP || (next->kind == CRITIC_INSERT && fate == FATE_REJECT) ||
				 (next->kind == CRITIC_DELETE && fate == FATE_ACCEPT))
				skip_words(&k, next->end - 3, next->end);
			else if (next->kind == CRITIC_REPLACE && fate == FATE_ACCEPT)
				skip_words(&k, next->sep, next->sep + 2);
		}
		if (k.at < next->end)
			stack[depth++] = (uint32_t)i;
		i++;
	}
	keep_to(&k, d->source.n);
	scratch = doc_new("-");
	drop_lines(scratch, ret, k.cuts, k.count);
	doc_free(scratch);
	free(k.cuts);
}

void critic_reading(const struct doc *d, const struct critics *c, enum reading reading, struct text *ret)
{
	enum fate *fates = mem_alloc((c->count + 1) * sizeof(*fates));

	for (size_t i = 0; i < c->count; i++)
		fates[i] = reading == READING_ACCEPTED ? FATE_ACCEPT : FATE_REJECT;
	critic_settle(d, c, fates, ret);
	free(fates);
}
