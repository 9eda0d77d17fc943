/* CriticMarkup by its textual meaning (FORMAT.md F5). */
#include "format/md/internal.h"

#include <stdlib.h>

#include "base/utf8.h"

#define SCANS_MAX 8u /* openers without closer that are got over one by one; then the rest of the file is text */
#define TAG_MAX 65536u
#define CROSSES_MAX 200u /* said of one file: each says four numbers, which cost a look along the line */

static bool white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void critics_done(struct critics *c)
{
	free(c->items);
	*c = (struct critics){ 0 };
}

/* ---- scanning ---- */

static const struct {
	char open[4], close[4];
} signs[] = {
	[CRITIC_INSERT] = { "{++", "++}" },
	[CRITIC_DELETE] = { "{--", "--}" },
	[CRITIC_REPLACE] = { "{~~", "~~}" },
	[CRITIC_HIGHLIGHT] = { "{==", "==}" },
	[CRITIC_COMMENT] = { "{>>", "<<}" },
};

struct scan {
	struct doc *d;
	struct span s;
	struct critics *out;
	uint32_t stack[LIMIT_CRITIC_DEPTH + 1];
	size_t depth, too_deep;
	bool said_nested;
	const struct line_kind *lines;
	size_t line_count, line; /* the line that at stands in */
	size_t para_end;         /* end of the paragraph that at stands in */
	uint32_t *ticks;         /* backtick runs without a match: offset up to which none of this length is */
	size_t no_comment_end;   /* from here on no --> */
	size_t apart;            /* 1 + where the opener begins behind which an empty line is known to stand; 0: none */
};

static size_t line_end_of(const struct scan *c, size_t line)
{
	return line + 1 < c->line_count ? c->lines[line + 1].begin : c->s.n;
}

static void enter_line(struct scan *c, size_t at)
{
	while (c->line + 1 < c->line_count && c->lines[c->line + 1].begin <= at)
		c->line++;
	if (at >= c->para_end) {
		size_t k = c->line;

		while (k + 1 < c->line_count && c->lines[k + 1].continues)
			k++;
		c->para_end = line_end_of(c, k);
	}
}

/* Behind a code span that opens at at; at's run itself if it has no match. */
static size_t skip_ticks(struct scan *c, size_t at)
{
	size_t run = 0, i;

	while (at + run < c->s.n && c->s.p[at + run] == '`')
		run++;
	if (run < 64 && c->ticks[run] >= c->para_end)
		return at + run;
	for (i = at + run; i < c->para_end;) {
		const char *q = memchr(c->s.p + i, '`', c->para_end - i);
		size_t n = 0;

		if (!q)
			break;
		i = (size_t)(q - c->s.p);
		while (i + n < c->para_end && c->s.p[i + n] == '`')
			n++;
		i += n;
		if (n == run)
			return i;
	}
	if (run < 64)
		c->ticks[run] = (uint32_t)c->para_end;
	return at + run;
}

/* Behind a tag, comment or autolink that opens at at, or at + 1. */
static size_t skip_angle(struct scan *c, size_t at)
{
	struct span s = c->s;
	size_t i = at + 1, stop = c->para_end - at > TAG_MAX ? at + TAG_MAX : c->para_end;

	if (i >= stop)
		return i;
	if (stop - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
		size_t end = c->no_comment_end <= at ? SIZE_MAX : span_find(s, SPAN_LIT("-->"), at + 4);

		if (end == SIZE_MAX)
			c->no_comment_end = at;
		if (c->lines[c->line].comment)
			return end == SIZE_MAX ? s.n : end + 3;
		return end != SIZE_MAX && end < c->para_end ? end + 3 : at + 4;
	}
	if (s.p[i] == '?' || s.p[i] == '!') {
		const char *close = s.p[i] == '?' ? "?>" : stop - i > 8 && memcmp(s.p + i, "![CDATA[", 8) == 0 ? "]]>" : ">";
		size_t end = span_find(span_sub(s, 0, stop), span_str(close), i);

		return end == SIZE_MAX ? at + 1 : end + strlen(close);
	}
	if (s.p[i] == '/')
		i++;
	if (i >= stop)
		return at + 1;
	if (ascii_letter(s.p[i])) {
		size_t k = i;

		/* An autolink: scheme or mail address, no space. */
		while (k < stop && s.p[k] != '>' && s.p[k] != '<' && !white(s.p[k]))
			k++;
		if (k < stop && s.p[k] == '>')
			return k + 1;
		/* A tag: quoted values may hold anything. */
		k = i;
		while (k < stop && s.p[k] != '>' && s.p[k] != '<') {
			if (s.p[k] == '{' && k + 2 < stop && s.p[k + 1] == s.p[k + 2] && strchr("+-~=>", s.p[k + 1]))
				return at + 1;
			if (s.p[k] == '=' && k + 1 < stop && (s.p[k + 1] == '"' || s.p[k + 1] == '\'')) {
				const char *q = memchr(s.p + k + 2, s.p[k + 1], stop - k - 2);

				if (!q)
					return at + 1;
				k = (size_t)(q - s.p) + 1;
			} else {
				k++;
			}
		}
		if (k < stop && s.p[k] == '>' && k > i)
			return k + 1;
	}
	return at + 1;
}

/* Behind the destination of a link whose "](" is at at. */
static size_t skip_destination(const struct scan *c, size_t at)
{
	struct span s = c->s;
	size_t i = at + 2, parens = 0;

	while (i < c->para_end && white(s.p[i]))
		i++;
	if (i < c->para_end && s.p[i] == '<') {
		for (i++; i < c->para_end && s.p[i] != '\n' && s.p[i] != '<'; i++)
			if (s.p[i] == '>')
				return i + 1;
		return at + 2;
	}
	for (; i < c->para_end; i++) {
		char ch = s.p[i];

		if (ch == '\\' && i + 1 < c->para_end && ascii_punct(s.p[i + 1]))
			i++;
		else if (ch == '(')
			parens++;
		else if (ch == ')') {
			if (!parens)
				return i;
			parens--;
		} else if (white(ch)) {
			break;
		}
		if (i - at > 4096)
			return at + 2;
	}
	/* A title may follow; without a closing parenthesis it is no link. */
	{
		size_t k = i;

		while (k < c->para_end && white(s.p[k]))
			k++;
		if (k < c->para_end && (s.p[k] == '"' || s.p[k] == '\'' || s.p[k] == '('))
			return i;
	}
	return at + 2;
}

static bool may_hold(enum critic_kind outer, enum critic_kind inner)
{
	if (outer == CRITIC_INSERT)
		return inner != CRITIC_INSERT;
	if (outer == CRITIC_COMMENT)
		return false;
	return inner == CRITIC_HIGHLIGHT || inner == CRITIC_COMMENT;
}

static int add_item(struct scan *c, enum critic_kind kind, size_t at, struct fault *f)
{
	struct critics *o = c->out;

	if (o->count >= LIMIT_CRITIC_MARKS) {
		struct srcpos pos = { .file = c->d->path };

		doc_position(c->d, at, &pos.line, &pos.column);
		return fault_set(f, FAULT_LIMIT, pos, "more than %u suggestions and comments: settle some of them", LIMIT_CRITIC_MARKS);
	}
	if (o->count == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 64;
		o->items = mem_resize(o->items, o->cap, sizeof(*o->items));
	}
	o->items[o->count++] = (struct critic){ .kind = kind, .begin = (uint32_t)at, .parent = c->depth ? c->stack[c->depth - 1] : NO_ITEM, .on = NO_ITEM };
	return 0;
}

static void unclosed(struct scan *c, size_t at, const char *sign)
{
	size_t n = strlen(sign);
	char partner[8] = "";

	for (size_t k = 0; k < ARRAY_LEN(signs); k++) {
		if (strcmp(signs[k].open, sign) == 0)
			memcpy(partner, signs[k].close, n + 1);
		else if (strcmp(signs[k].close, sign) == 0)
			memcpy(partner, signs[k].open, n + 1);
	}
	doc_remark(c->d, "critic-unclosed", at, (struct span){ 0 },
		   "%s stands here without its partner %s: add it, or write \\%s if the signs themselves are meant", sign, partner, sign);
}

static void nested(struct scan *c, size_t at, enum critic_kind kind)
{
	struct critic *outer = &c->out->items[c->stack[c->depth - 1]];
	size_t line, column;

	doc_position(c->d, outer->begin, &line, &column);
	doc_remark(c->d, "critic-nested", at, (struct span){ 0 },
		   "%s cannot stand inside %s, which opened on line %zu, column %zu: close that one first, or add the %s that is missing", signs[kind].open,
		   signs[outer->kind].open, line, column, signs[outer->kind].close);
}

/* Which sign stands at at, opening or closing; CRITIC_KINDS: none. */
#define CRITIC_KINDS ARRAY_LEN(signs)

static size_t sign_at(struct span s, size_t at, bool closing)
{
	if (s.n - at < 3)
		return CRITIC_KINDS;
	for (size_t k = 0; k < CRITIC_KINDS; k++)
		if (memcmp(s.p + at, closing ? signs[k].close : signs[k].open, 3) == 0)
			return k;
	return CRITIC_KINDS;
}

/* Behind an attribute list that begins at at, which is literal; at + 1 if none does. */
static size_t skip_list(struct scan *c, size_t at)
{
	struct span line = span_sub(c->s, 0, line_end_of(c, c->line));
	size_t remarks = c->d->remark_count, end = at + 1;
	struct attrlist l;

	if (!attrlist_looks(line, at))
		return end;
	if (attrlist_read(c->d, line, at, 0, &l) && !l.malformed && l.end > at)
		end = l.end;
	c->d->remark_count = remarks;
	return end;
}

static int opening(struct scan *c, enum critic_kind kind, size_t at, struct fault *f)
{
	const struct critic *top = c->depth ? &c->out->items[c->stack[c->depth - 1]] : NULL;
	bool dead = false;
	int r;

	if (c->too_deep) {
		c->too_deep++;
		return 0;
	}
	if (top && (!may_hold(top->kind, kind) || top->dead || c->depth >= LIMIT_CRITIC_DEPTH)) {
		if (!c->said_nested)
			nested(c, at, kind);
		c->said_nested = true;
		if (c->depth >= LIMIT_CRITIC_DEPTH) {
			c->too_deep = 1;
			return 0;
		}
		dead = true;
	}
	if ((r = add_item(c, kind, at, f)) < 0)
		return r;
	c->out->items[c->out->count - 1].dead = dead;
	c->stack[c->depth++] = (uint32_t)(c->out->count - 1);
	return 0;
}

/* {++ and --} in one paragraph: one slip, where it begins. */
static bool closed_wrongly(struct scan *c, enum critic_kind kind, size_t at)
{
	struct critic *top = c->depth ? &c->out->items[c->stack[c->depth - 1]] : NULL;
	struct span s = c->d->source;
	bool empty = false;

	/* An empty line behind the opener is looked for once. */
	if (!top || top->dead || c->apart == top->begin + 1u)
		return false;
	for (size_t i = top->begin; i < at; i++) {
		if (s.p[i] == '\n' && empty) {
			c->apart = top->begin + 1u;
			return false;
		}
		empty = s.p[i] == '\n' || (empty && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r'));
	}
	doc_remark(c->d, "critic-unclosed", top->begin, (struct span){ 0 }, "%s is closed by %s here: its partner is %s, write that, or write \\%s if the signs themselves are meant",
		   signs[top->kind].open, signs[kind].close, signs[top->kind].close, signs[top->kind].open);
	top->dead = true;
	top->end = top->begin + 3;
	c->depth--;
	return true;
}

static void closing(struct scan *c, enum critic_kind kind, size_t at)
{
	struct critic *items = c->out->items, *top;
	size_t k = c->depth;

	if (c->too_deep) {
		c->too_deep--;
		return;
	}
	while (k && items[c->stack[k - 1]].kind != kind)
		k--;
	if (!k) {
		if (!closed_wrongly(c, kind, at))
			unclosed(c, at, signs[kind].close);
		return;
	}
	/* What opened inside it and has not closed. */
	while (c->depth > k) {
		struct critic *lost = &items[c->stack[--c->depth]];

		if (!lost->dead)
			unclosed(c, lost->begin, signs[lost->kind].open);
		lost->dead = true;
		lost->end = lost->begin + 3;
	}
	top = &items[c->stack[--c->depth]];
	top->end = (uint32_t)(at + 3);
	if (top->kind == CRITIC_REPLACE && !top->sep) {
		if (!top->dead)
			doc_remark(c->d, "critic-unclosed", top->begin, (struct span){ 0 },
				   "{~~ stands here without ~> between the old words and the new ones: write {~~old~>new~~}, or {--old--} if nothing is to "
				   "come in its place");
		top->dead = true;
	}
	if (!c->depth)
		c->said_nested = false;
}

/* "~>" at at, if it divides what is open. */
static bool dividing(struct scan *c, size_t at)
{
	struct critic *top = c->depth ? &c->out->items[c->stack[c->depth - 1]] : NULL;

	if (at + 1 >= c->s.n || c->s.p[at + 1] != '>' || !top || top->kind != CRITIC_REPLACE || top->sep || c->too_deep)
		return false;
	top->sep = (uint32_t)at;
	return true;
}

/* "{–old–}" and "{»why«}": a writing program made one sign of two, and all of it would be printed. */
static void remark_corrected(struct scan *c, size_t at)
{
	static const struct { const char *open, *close; enum critic_kind kind; } wrong[] = {
		{ "{\xe2\x80\x93", "\xe2\x80\x93}", CRITIC_DELETE }, { "{\xe2\x80\x94", "\xe2\x80\x94}", CRITIC_DELETE }, { "{\xc2\xbb", "\xc2\xab}", CRITIC_COMMENT },
	};
	struct span line = span_sub(c->s, at, line_end_of(c, c->line));

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (span_starts(line, span_str(wrong[i].open)) && span_find(line, span_str(wrong[i].close), 4) != SIZE_MAX)
			doc_remark(c->d, "critic-unclosed", at, (struct span){ 0 },
				   "%s is no sign of a suggestion or comment, and would be printed: a program made one sign of two here; write %s and %s", wrong[i].open,
				   signs[wrong[i].kind].open, signs[wrong[i].kind].close);
}

/* One pass from at; *ret_again: the opener that had no closer, from behind which to go on. */
static int pass(struct scan *c, size_t at, size_t *ret_again, struct fault *f)
{
	static const char stops[256] = { ['\\'] = 1, ['`'] = 1, ['<'] = 1, ['{'] = 1, ['+'] = 1, ['-'] = 1, ['~'] = 1, ['='] = 1, [']'] = 1, ['\n'] = 1, ['\r'] = 1 };
	struct span s = c->s;

	c->said_nested = false;
	*ret_again = SIZE_MAX;
	while (at < s.n) {
		char ch = s.p[at];
		size_t kind;
		int r;

		if (!stops[(unsigned char)ch]) {
			at++;
			continue;
		}
		enter_line(c, at);
		if (c->lines[c->line].code) {
			at = line_end_of(c, c->line);
			continue;
		}
		if (ch == '\\') {
			at += at + 1 < s.n && ascii_punct(s.p[at + 1]) ? 2 : 1;
		} else if (ch == '`') {
			at = skip_ticks(c, at);
		} else if (ch == ']') {
			at = at + 1 < s.n && s.p[at + 1] == '(' ? skip_destination(c, at) : at + 1;
		} else if (ch == '{') {
			kind = sign_at(s, at, false);
			if (kind == CRITIC_KINDS) {
				remark_corrected(c, at);
				at = skip_list(c, at);
				continue;
			}
			if ((r = opening(c, (enum critic_kind)kind, at, f)) < 0)
				return r;
			at += 3;
		} else if (ch == '~' && dividing(c, at)) {
			at += 2;
		} else if ((kind = sign_at(s, at, true)) < CRITIC_KINDS) {
			closing(c, (enum critic_kind)kind, at);
			at += 3;
		} else {
			at = ch == '<' ? skip_angle(c, at) : at + 1;
		}
	}
	if (c->depth)
		*ret_again = c->stack[0];
	return 0;
}

/* ---- comments and authors ---- */

static struct span unescape(struct arena *a, struct span s)
{
	struct span r;
	char *q;
	size_t n = 0;

	if (!s.n || (!memchr(s.p, '\\', s.n) && !memchr(s.p, '\n', s.n) && !memchr(s.p, '\r', s.n)))
		return arena_dup(a, s);
	r = arena_dup(a, s);
	q = (char *)r.p;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && ascii_punct(s.p[i + 1]))
			i++;
		q[n++] = s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i];
	}
	return span_of(q, n);
}

static bool is_time(struct span s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";

	if (s.n != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
			return false;
	return true;
}

/* comment = ["@" name [SP time] [":" SP text]] | text */
static struct comment *read_comment(struct doc *d, const struct critic *k)
{
	struct comment *c = ARENA_NEW(&d->arena, struct comment);
	struct span in = span_sub(d->source, k->begin + 3, k->end - 3), head = in;
	size_t colon = SIZE_MAX, time_at = SIZE_MAX;

	c->begin = k->begin;
	c->end = k->end;
	if (!in.n || in.p[0] != '@') {
		c->text = unescape(&d->arena, span_trim(in));
		return c;
	}
	/* The time has colons of its own: it is looked for first. */
	for (size_t i = 1; i + 20 < in.n + 0u && i < 256; i++)
		if (in.p[i] == ' ' && is_time(span_sub(in, i + 1, i + 21)) && (i + 21 == in.n || in.p[i + 21] == ':' || white(in.p[i + 21]))) {
			time_at = i;
			break;
		}
	for (size_t i = time_at == SIZE_MAX ? 1 : time_at + 21; i < in.n; i++)
		if (in.p[i] == ':' && (i + 1 == in.n || white(in.p[i + 1]))) {
			colon = i;
			break;
		}
	if (time_at != SIZE_MAX) {
		size_t before = SIZE_MAX;

		for (size_t i = 1; i + 1 < time_at; i++)
			if (in.p[i] == ':' && white(in.p[i + 1])) {
				before = i;
				break;
			}
		if (before != SIZE_MAX) {
			time_at = SIZE_MAX;
			colon = before;
		}
	}
	if (time_at != SIZE_MAX) {
		c->time = arena_dup(&d->arena, span_sub(in, time_at + 1, time_at + 21));
		head = span_sub(in, 1, time_at);
		if (colon != time_at + 21 && time_at + 21 < in.n && colon == SIZE_MAX)
			c->text = unescape(&d->arena, span_trim(span_sub(in, time_at + 21, in.n)));
	} else {
		head = span_sub(in, 1, colon == SIZE_MAX ? in.n : colon);
	}
	c->author = unescape(&d->arena, span_trim(head));
	if (colon != SIZE_MAX)
		c->text = unescape(&d->arena, span_trim(span_sub(in, colon + 1, in.n)));
	return c;
}

static const struct mark *mark_new(struct doc *d, enum mark_kind kind, const struct critic *k, const struct mark *outer)
{
	struct mark *m = ARENA_NEW(&d->arena, struct mark);

	m->kind = kind;
	m->author = k->author;
	m->time = k->time;
	m->group = k->group;
	m->outer = outer;
	m->comments = k->comments;
	return m;
}

static struct suggestion *suggestion_add(struct doc *d)
{
	if (d->suggestion_count == d->suggestion_cap) {
		d->suggestion_cap = d->suggestion_cap ? 2 * d->suggestion_cap : 16;
		d->suggestions = mem_resize(d->suggestions, d->suggestion_cap, sizeof(*d->suggestions));
	}
	d->suggestions[d->suggestion_count] = (struct suggestion){ 0 };
	return &d->suggestions[d->suggestion_count++];
}

static void finish_items(struct doc *d, struct critics *c)
{
	size_t n = 0;

	/* Dead items go: their signs are text. */
	{
		uint32_t *to = mem_alloc((c->count + 1) * sizeof(*to));

		for (size_t i = 0; i < c->count; i++) {
			struct critic k = c->items[i];
			uint32_t up = k.parent;

			to[i] = k.dead ? (up == NO_ITEM ? NO_ITEM : to[up]) : (uint32_t)n;
			if (k.dead)
				continue;
			k.parent = up == NO_ITEM ? NO_ITEM : to[up];
			c->items[n++] = k;
		}
		c->count = n;
		free(to);
	}
	/* Comments directly behind a suggestion, a highlight, or a comment that is. */
	{
		struct comment **tails = mem_zero(c->count + 1, sizeof(*tails));
		/* The last item seen in each item, and outside all. */
		uint32_t *sibling = mem_alloc((c->count + 1) * sizeof(*sibling)), top = NO_ITEM;

		memset(sibling, 0xff, (c->count + 1) * sizeof(*sibling));
		for (size_t i = 0; i < c->count; i++) {
			struct critic *k = &c->items[i];
			uint32_t *slot = k->parent == NO_ITEM ? &top : &sibling[k->parent], prev = *slot;

			*slot = (uint32_t)i;
			if (k->kind != CRITIC_COMMENT)
				continue;
			k->comment = read_comment(d, k);
			if (prev == NO_ITEM || c->items[prev].end != k->begin)
				continue;
			k->on = c->items[prev].kind == CRITIC_COMMENT ? c->items[prev].on : prev;
			if (k->on == NO_ITEM)
				continue;
			if (tails[k->on])
				tails[k->on]->next = k->comment;
			else
				c->items[k->on].comments = k->comment;
			tails[k->on] = k->comment;
			if (!c->items[k->on].author.p && k->comment->author.n) {
				c->items[k->on].author = k->comment->author;
				c->items[k->on].time = k->comment->time;
			}
		}
		free(sibling);
		free(tails);
	}
	for (size_t i = 0; i < c->count; i++) {
		struct critic *k = &c->items[i];
		const struct critic *up = k->parent == NO_ITEM ? NULL : &c->items[k->parent];
		const struct mark *outer = !up ? NULL : up->kind == CRITIC_REPLACE && k->begin > up->sep ? up->mark_new : up->mark;
		struct suggestion *s;

		switch (k->kind) {
		case CRITIC_INSERT:
		case CRITIC_DELETE:
		case CRITIC_REPLACE:
			s = suggestion_add(d);
			k->group = s->number = (unsigned)d->suggestion_count;
			s->author = k->author;
			s->time = k->time;
			s->comments = k->comments;
			s->origin = (struct origin){ k->begin, k->end };
			for (const struct comment *m = k->comments; m; m = m->next)
				s->origin.end = m->end;
			while (up && !up->group)
				up = up->parent == NO_ITEM ? NULL : &c->items[up->parent];
			s->outer = up ? up->group : 0;
			s->kind = k->kind == CRITIC_INSERT ? SUGGEST_INSERT : k->kind == CRITIC_DELETE ? SUGGEST_DELETE : SUGGEST_REPLACE;
			if (k->kind == CRITIC_INSERT) {
				s->new_part = (struct origin){ k->begin + 3, k->end - 3 };
				k->mark = mark_new(d, MARK_INSERTED, k, outer);
			} else if (k->kind == CRITIC_DELETE) {
				s->old_part = (struct origin){ k->begin + 3, k->end - 3 };
				k->mark = mark_new(d, MARK_DELETED, k, outer);
			} else {
				s->old_part = (struct origin){ k->begin + 3, k->sep };
				s->new_part = (struct origin){ k->sep + 2, k->end - 3 };
				k->mark = mark_new(d, MARK_DELETED, k, outer);
				k->mark_new = mark_new(d, MARK_INSERTED, k, outer);
			}
			s->old_text = span_sub(d->source, s->old_part.begin, s->old_part.end);
			s->new_text = span_sub(d->source, s->new_part.begin, s->new_part.end);
			break;
		case CRITIC_HIGHLIGHT:
			k->mark = mark_new(d, MARK_HIGHLIGHT, k, outer);
			break;
		case CRITIC_COMMENT:
			k->mark = outer;
			break;
		}
	}
}

/* Is there anything that could be a sign?  Most files have none. */
static bool any_sign(struct span s)
{
	for (size_t i = 0; i + 2 < s.n; i++) {
		const char *q = memchr(s.p + i, '{', s.n - i - 2);

		if (!q)
			break;
		i = (size_t)(q - s.p);
		if (q[1] == q[2] && (q[1] == '+' || q[1] == '-' || q[1] == '~' || q[1] == '=' || q[1] == '>'))
			return true;
		/* a dash or » : what programs make of them */
		if ((q[1] == '\xe2' && q[2] == '\x80') || (q[1] == '\xc2' && q[2] == '\xbb'))
			return true;
	}
	for (size_t i = 2; i < s.n; i++) {
		const char *q = memchr(s.p + i, '}', s.n - i);

		if (!q)
			break;
		i = (size_t)(q - s.p);
		if (q[-1] == q[-2] && (q[-1] == '+' || q[-1] == '-' || q[-1] == '~' || q[-1] == '=' || q[-1] == '<'))
			return true;
	}
	return false;
}

int critic_scan(struct doc *d, struct critics *ret, struct fault *f)
{
	struct span body = span_sub(d->source, d->meta.body, d->source.n);
	struct line_kind *lines = NULL;
	struct text raw = { 0 };
	struct scan c = { .d = d, .s = d->source, .out = ret, .no_comment_end = SIZE_MAX };
	uint32_t ticks[64] = { 0 };
	size_t at = d->meta.body, again;
	int r;

	*ret = (struct critics){ 0 };
	if (!any_sign(body))
		return 0;
	text_borrow(&raw, d->source, d->meta.body);
	r = page_lines(d, &raw, &lines, &c.line_count, f);
	text_done(&raw);
	if (r < 0)
		return r;
	c.lines = lines;
	c.ticks = ticks;
	for (unsigned n = 0; n < SCANS_MAX; n++) {
		size_t remarks = d->remark_count;

		if ((r = pass(&c, at, &again, f)) < 0)
			break;
		if (again == SIZE_MAX)
			break;
		/* What the pass found behind the opener that has no closer counts for nothing: it goes again from there. */
		{
			struct critic *open = &ret->items[again];
			size_t from = open->begin, keep = remarks;

			for (size_t i = remarks; i < d->remark_count; i++)
				if (d->remarks[i].offset < from)
					d->remarks[keep++] = d->remarks[i];
			d->remark_count = keep;
			unclosed(&c, from, signs[open->kind].open);
			at = from + 3;
			ret->count = again;
		}
		c.depth = c.too_deep = 0;
		c.line = 0;
		c.para_end = 0;
		memset(ticks, 0, sizeof(ticks));
	}
	free(lines);
	if (r < 0) {
		critics_done(ret);
		return r;
	}
	finish_items(d, ret);
	d->has_critic = ret->count > 0;
	return 0;
}

/* ---- looking up ---- */

size_t critic_last_begun(const struct critics *c, size_t offset)
{
	size_t low = 0, high = c->count;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (c->items[mid].begin <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

uint32_t critic_at(const struct critics *c, size_t offset, bool *ret_new)
{
	uint32_t i;

	*ret_new = false;
	if (!c->count || c->items[0].begin > offset)
		return NO_ITEM;
	for (i = (uint32_t)critic_last_begun(c, offset); i != NO_ITEM && c->items[i].end <= offset; i = c->items[i].parent)
		;
	if (i != NO_ITEM && c->items[i].kind == CRITIC_REPLACE)
		*ret_new = offset > c->items[i].sep;
	return i;
}

static int by_begin(const void *x, const void *y)
{
	const struct origin *a = x, *b = y;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return a->end > b->end ? -1 : a->end < b->end;
}

static bool only_signs(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '*' && s.p[i] != '_' && s.p[i] != '`')
			return false;
	return true;
}

/* Where each suggestion is left by one of these spans: a byte for each, or SIZE_MAX. */
static void find_crossings(const struct critics *c, struct origin *spans, size_t count, size_t *ret)
{
	size_t next = 0, depth = 0, cap = 64;
	size_t *open = mem_alloc(cap * sizeof(*open));

	if (count)
		qsort(spans, count, sizeof(*spans), by_begin);
	for (size_t i = 0; i < c->count; i++) {
		const struct critic *k = &c->items[i];

		while (next < count && spans[next].begin < k->begin) {
			while (depth && spans[open[depth - 1]].end <= spans[next].begin)
				depth--;
			if (depth == cap) {
				cap *= 2;
				open = mem_resize(open, cap, sizeof(*open));
			}
			open[depth++] = next++;
		}
		while (depth && spans[open[depth - 1]].end <= k->begin)
			depth--;
		if (!k->group)
			continue;
		if (depth && spans[open[depth - 1]].end < k->end)
			ret[i] = spans[open[depth - 1]].end;
		for (size_t j = next; ret[i] == SIZE_MAX && j < count && spans[j].begin < k->end && j < next + 256; j++)
			if (spans[j].end > k->end && spans[j].begin > k->begin)
				ret[i] = spans[j].begin;
	}
	free(open);
}

void critic_crosses(struct doc *d, const struct critics *c, struct spans *rejected, struct spans *accepted)
{
	size_t said = 0;
	CLEANUP(mem_freep) size_t *found = mem_alloc((2 * c->count + 1) * sizeof(*found));
	size_t *new = found + c->count;

	for (size_t i = 0; i < 2 * c->count; i++)
		found[i] = SIZE_MAX;
	find_crossings(c, rejected->items, rejected->count, found);
	find_crossings(c, accepted->items, accepted->count, new);
	for (size_t i = 0; i < c->count && said < CROSSES_MAX; i++) {
		const struct critic *k = &c->items[i];
		size_t line, column, line2, column2;

		/* Of several wordings of the same words one is accepted, never all, as they are read here. */
		if (found[i] == SIZE_MAX && (new[i] == SIZE_MAX || md_alternatives(d, k->group - 1) != SIZE_MAX))
			continue;
		said++;
		if (only_signs(span_sub(d->source, k->begin + 3, k->end - 3)))
			continue;
		doc_position(d, k->begin, &line, &column);
		doc_position(d, k->end - 3, &line2, &column2);
		doc_remark(d, "critic-crosses", k->begin, (struct span){ 0 },
			   "the suggestion that opens on line %zu, column %zu and closes on line %zu, column %zu runs over the edge of an emphasis, link, cell or "
			   "heading: make one suggestion inside it and one outside",
			   line, column, line2, column2);
	}
}
