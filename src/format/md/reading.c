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

/* How many signs of quotations the line begins with. */
static size_t quotes_of(struct span line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n && (line.p[i] == '>' || white(line.p[i])); i++)
		n += line.p[i] == '>';
	return n;
}

/* The line without its first n signs of quotations; as many as it has, if they are fewer. */
static struct span unquote(struct span line, size_t n)
{
	size_t i = 0;

	while (n && i < line.n && (line.p[i] == '>' || white(line.p[i])))
		n -= line.p[i++] == '>';
	return span_sub(line, i, line.n);
}

/* The line under a heading's words: of = or - alone. */
static bool underline(struct span line)
{
	struct span t = span_trim(line);
	size_t i = 0;

	while (i < t.n && t.p[i] == t.p[0] && (t.p[0] == '=' || t.p[0] == '-'))
		i++;
	return t.n && i == t.n;
}

/* A place in the settled text where something was taken out. */
struct cut {
	size_t at;
	bool head, tail; /* words went from the line that it began on, from the line that it ended on */
	bool closed;     /* they began with a block that nothing can go on with: a heading, a fence */
	bool deleted;    /* as a deletion that is accepted */
};

/* A line that settling left with nothing to say, or some of them in a row. */
struct emptied {
	size_t begin, next;
	struct span line; /* the first one */
	bool closed;
};

/*
 * Where the attribute lines directly above the emptied ones begin, no further up than floor.  A tag goes with what it stood
 * on, unless that goes on behind the emptied lines: the next item of a list, the second line of a paragraph.
 */
static size_t tags_above(struct doc *scratch, struct span s, const struct emptied *e, size_t floor)
{
	size_t from = e->begin, unused;
	struct span following = line_at(s, e->next, &unused);

	while (from > floor) {
		size_t end = from - 1, above, quotes;
		struct span tag;

		if (end && s.p[end] == '\n' && s.p[end - 1] == '\r')
			end--;
		above = line_begin(s, end);
		if (above == from)
			break;
		tag = line_at(s, above, &unused);
		/* Inside a quotation all three lines bear its signs. */
		quotes = quotes_of(tag);
		if (quotes > quotes_of(e->line) || what_is_left(scratch, unquote(tag, quotes)) != LEFT_ATTRS)
			break;
		if (e->next < s.n && !e->closed && quotes_of(following) >= quotes && same_block(unquote(e->line, quotes), unquote(following, quotes)))
			break;
		from = above;
	}
	return from;
}

/* Is the line before begin one of a paragraph, that could be the words over an underline? */
static bool words_above(struct doc *scratch, struct span s, size_t begin)
{
	size_t end = begin, unused;

	if (!end)
		return false;
	end--;
	if (end && s.p[end] == '\n' && s.p[end - 1] == '\r')
		end--;
	return what_is_left(scratch, line_at(s, line_begin(s, end), &unused)) == LEFT_WORDS;
}

/*
 * The lines that settling left with nothing to say.  A tag or a marker that only had signs or whole lines before it taken
 * away was not left so by settling: plain removal gives it back (rule 5).
 */
static size_t emptied_lines(struct doc *scratch, struct span s, const struct cut *cuts, size_t count, struct emptied *ret)
{
	size_t n = 0, done_begin = 1, done_next = 0;

	for (size_t i = 0; i < count; i++) {
		size_t begin, next;
		struct span line;
		enum left left;
		bool words = false, deleted = false;

		if (cuts[i].at >= done_begin && cuts[i].at < done_next)
			continue;
		begin = line_begin(s, cuts[i].at);
		line = line_at(s, begin, &next);
		done_begin = begin;
		done_next = next;
		left = what_is_left(scratch, line);
		if (left == LEFT_WORDS || (begin == s.n && begin == next))
			continue;
		for (size_t k = i; k < count && (cuts[k].at < next || k == i); k++) {
			words = words || cuts[k].tail || (cuts[k].head && cuts[k].at > begin);
			deleted = deleted || cuts[k].deleted;
		}
		if (left != LEFT_NOTHING && !words)
			continue;
		/* The underline of a heading whose words were deleted is a marker of it; alone it would be a rule, or words. */
		if (words && deleted && left != LEFT_MARKERS && !words_above(scratch, s, begin)) {
			size_t after;

			if (underline(line_at(s, next, &after)))
				next = after;
		}
		if (n && ret[n - 1].next == begin)
			ret[n - 1].next = next;
		else
			ret[n++] = (struct emptied){ .begin = begin, .next = next, .line = line, .closed = cuts[i].closed };
	}
	return n;
}

/* Rule 4: lines that settling left with nothing to say go, and the tags directly above them. */
static void drop_lines(struct doc *scratch, struct text *t, const struct cut *cuts, size_t count)
{
	struct span s = buf_span(&t->bytes);
	struct emptied *gone = mem_alloc((count + 1) * sizeof(*gone));
	size_t n = emptied_lines(scratch, s, cuts, count, gone), at = 0, hint = 0;
	struct text out = { 0 };

	if (n) {
		for (size_t i = 0; i < n; i++) {
			size_t from = tags_above(scratch, s, &gone[i], at);

			if (from > at)
				text_copy(&out, t, at, from, &hint);
			at = gone[i].next;
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

/* Do the words begin with a heading or a fence, on a line of their own? */
static bool closed_block(const struct cutter *c, size_t from, size_t end)
{
	struct span out = buf_span(&c->out->bytes), words = span_trim(span_sub(c->d->source, from, end));

	if (out.n && !line_break(out.p[out.n - 1]))
		return false;
	return words.n && (words.p[0] == '#' || (words.n >= 3 && (words.p[0] == '`' || words.p[0] == '~') && words.p[1] == words.p[0] && words.p[2] == words.p[0]));
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
	k->closed = k->closed || (words_end > from && closed_block(c, from, words_end));
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
				 (next->kind == CRITIC_DELETE && fate == FATE_ACCEPT)) {
				skip_words(&k, next->end - 3, next->end);
				if (next->kind == CRITIC_DELETE)
					k.cuts[k.count - 1].deleted = true;
			}
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
