/*
 * Alignment: cmark's inline tree of a leaf, walked in step with the bytes of the page that it was made from.
 *
 * cmark says what the words are, the page says where they stand.  Every construct of CommonMark's inline
 * syntax has a spelling that the tree determines, so the walk never searches: it knows how many bytes to
 * step over, and where two spellings are possible it parses as cmark does.  Losing step is a bug; it is
 * counted, and what is left of the leaf keeps its words with the place of the leaf.
 */
#include <cmark.h>

#include "format/md/internal.h"

#include <stdlib.h>

#include "base/utf8.h"

static bool punct(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

static bool alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t src(struct aligner *a, size_t at)
{
	return map_src(&a->page->text.map, at, &a->hint);
}

static size_t src_end(struct aligner *a, size_t at)
{
	return map_src_end(&a->page->text.map, at, &a->hint);
}

static unsigned format_now(const struct aligner *a)
{
	return (a->emph ? FMT_EMPH : 0) | (a->strong ? FMT_STRONG : 0);
}

/* ---- runs ---- */

static struct run *run_add(struct aligner *a, enum run_kind kind, unsigned format, struct span text, size_t begin, size_t end)
{
	struct run *r = runs_add(&a->runs, kind);

	r->format = format;
	r->text = text;
	r->src = (struct origin){ begin, end };
	r->link = a->link;
	return r;
}

/* Words whose bytes are those of the page [at, at + n). */
static void put_plain(struct aligner *a, size_t at, size_t n, unsigned format)
{
	if (a->images) {
		buf_put(&a->alt, a->p + at, n);
		return;
	}
	while (n) {
		const struct segmap *m = &a->page->text.map;
		size_t i = map_find(m, at, &a->hint), stop = at + n, begin;
		struct run *last = a->runs.count ? &a->runs.items[a->runs.count - 1] : NULL;
		struct span text;

		if (i + 1 < m->count && m->items[i + 1].at < stop)
			stop = m->items[i + 1].at;
		begin = src(a, at);
		/* The source's own bytes, unless the page has others in their place. */
		text = m->items[i].src == NO_SRC || memcmp(a->d->source.p + begin, a->p + at, stop - at) != 0
			       ? arena_dup(&a->d->arena, span_of(a->p + at, stop - at))
			       : span_of(a->d->source.p + begin, stop - at);
		if (last && last->kind == RUN_TEXT && last->format == format && last->link == a->link && last->src.end == begin &&
		    last->text.p + last->text.n == text.p && last->src.end - last->src.begin == last->text.n)
			last->text.n += text.n, last->src.end += text.n;
		else
			run_add(a, RUN_TEXT, format, text, begin, m->items[i].src == NO_SRC ? begin : begin + text.n);
		n -= stop - at;
		at = stop;
	}
}

/* One unit: text that stands for the page's bytes [at, end). */
static void put_unit(struct aligner *a, struct span text, size_t at, size_t end, unsigned format)
{
	if (a->images) {
		buf_add(&a->alt, text);
		return;
	}
	run_add(a, RUN_TEXT, format, arena_dup(&a->d->arena, text), src(a, at), src_end(a, end));
}

static void lose(struct aligner *a)
{
	if (!a->lost_here)
		a->lost++;
	a->lost_here = true;
}

/* ---- stepping ---- */

static bool line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Do the quotation signs that begin expect stand at at, plain, behind a backslash or as an entity? */
static bool begins_with_signs(const struct aligner *a, size_t at, const char *expect)
{
	for (; *expect == '>' || *expect == ' ' || *expect == '\t'; expect++) {
		if (at < a->end && a->p[at] == '&')
			return true;
		if (*expect == '>' && at < a->end && a->p[at] == '\\')
			at++;
		if (at >= a->end || a->p[at] != *expect)
			return false;
		at++;
	}
	return true;
}

/* Behind the line end at at and the next line's container marks and indentation. */
static size_t next_line(const struct aligner *a, size_t at, const char *expect)
{
	unsigned quotes = a->quotes;
	size_t marks[LIMIT_BLOCK_DEPTH + 1], count = 0;

	if (at < a->end && a->p[at] == '\r')
		at++;
	if (at < a->end && a->p[at] == '\n')
		at++;
	for (;;) {
		while (at < a->end && (a->p[at] == ' ' || a->p[at] == '\t'))
			at++;
		if (!quotes || at >= a->end || a->p[at] != '>')
			break;
		marks[count < LIMIT_BLOCK_DEPTH ? count++ : count] = at;
		quotes--;
		at++;
	}
	/* A lazy line, indented, may begin with a ">" that is a word. */
	if (expect && expect[0] == '>' && count) {
		while (count && !begins_with_signs(a, at, expect))
			at = marks[--count];
	}
	return at;
}

/*
 * The same inside a code span or a tag, whose text lit goes on behind the break.  Of a lazy line cmark keeps the
 * indentation: so much of it as lit begins with stays in front of us.
 */
static size_t next_line_kept(const struct aligner *a, size_t at, const char *lit)
{
	size_t kept = strspn(lit, " \t"), after = next_line(a, at, lit + kept), back = after;

	while (kept && back > at && a->p[back - 1] == lit[kept - 1]) {
		back--;
		kept--;
	}
	return kept ? after : back;
}

static size_t skip_spaces(const struct aligner *a, size_t at)
{
	while (at < a->end && (a->p[at] == ' ' || a->p[at] == '\t'))
		at++;
	return at;
}

/* White space before a line end, as cmark strips it: VT and FF too. */
static size_t skip_trailing(const struct aligner *a, size_t at)
{
	while (at < a->end && (a->p[at] == ' ' || a->p[at] == '\t' || a->p[at] == '\v' || a->p[at] == '\f'))
		at++;
	return at;
}

/* White space with line ends, inside a link's brackets. */
static size_t skip_space(const struct aligner *a, size_t at)
{
	for (;;) {
		while (at < a->end && (a->p[at] == ' ' || a->p[at] == '\t' || a->p[at] == '\v' || a->p[at] == '\f'))
			at++;
		if (at >= a->end || !line_end(a->p[at]))
			return at;
		at = next_line(a, at, NULL);
	}
}

/* A link destination at at: the offset behind it, or SIZE_MAX. */
static size_t scan_url(const struct aligner *a, size_t at)
{
	size_t parens = 0;

	if (at < a->end && a->p[at] == '<') {
		for (at++; at < a->end; at++) {
			if (a->p[at] == '>')
				return at + 1;
			if (a->p[at] == '\\' && at + 1 < a->end && !line_end(a->p[at + 1]))
				at++;
			else if (line_end(a->p[at]) || a->p[at] == '<')
				return SIZE_MAX;
		}
		return SIZE_MAX;
	}
	for (; at < a->end; at++) {
		char c = a->p[at];

		if (c == '\\' && at + 1 < a->end && punct(a->p[at + 1])) {
			at++;
		} else if (c == '(') {
			if (++parens > 32)
				return SIZE_MAX;
		} else if (c == ')') {
			if (!parens)
				break;
			parens--;
		} else if (c == ' ' || (c >= '\t' && c <= '\r')) {
			break; /* as cmark's own scan: other control characters belong to it */
		}
	}
	return parens ? SIZE_MAX : at;
}

static size_t scan_title(const struct aligner *a, size_t at)
{
	char close;

	if (at >= a->end)
		return SIZE_MAX;
	if (a->p[at] == '"' || a->p[at] == '\'')
		close = a->p[at];
	else if (a->p[at] == '(')
		close = ')';
	else
		return SIZE_MAX;
	for (at++; at < a->end; at++) {
		if (a->p[at] == '\\' && at + 1 < a->end && punct(a->p[at + 1]))
			at++;
		else if (a->p[at] == close)
			return at + 1;
		else if (close == ')' && a->p[at] == '(')
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

/* "[label]" at at: the offset behind it, or SIZE_MAX. */
static size_t scan_label(const struct aligner *a, size_t at)
{
	size_t from = at;

	if (at >= a->end || a->p[at] != '[')
		return SIZE_MAX;
	for (at++; at < a->end; at++) {
		if (a->p[at] == '\\' && at + 1 < a->end && punct(a->p[at + 1]))
			at++;
		else if (a->p[at] == '[')
			return SIZE_MAX;
		else if (a->p[at] == ']')
			return at + 1;
		if (at - from > 1001)
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

/* What follows the "]" of a link or image at at - 1: as cmark looks for it, first (…), then [label], then nothing. */
static size_t link_tail(const struct aligner *a, size_t at)
{
	size_t url, title, end;

	if (at < a->end && a->p[at] == '(') {
		url = scan_url(a, skip_space(a, at + 1));
		if (url != SIZE_MAX) {
			title = skip_space(a, url);
			end = title;
			if (title != url) {
				size_t t = scan_title(a, title);

				if (t != SIZE_MAX)
					end = t;
			}
			end = skip_space(a, end);
			if (end < a->end && a->p[end] == ')')
				return end + 1;
		}
	}
	end = scan_label(a, at);
	return end == SIZE_MAX ? at : end;
}

/* As skip_space, where cmark takes blanks and one line end only. */
static size_t skip_blanks(const struct aligner *a, size_t at)
{
	at = skip_spaces(a, at);
	return at < a->end && line_end(a->p[at]) ? skip_spaces(a, next_line(a, at, NULL)) : at;
}

/* Link definitions at the start of a paragraph are no words of it. */
static size_t skip_definitions(const struct aligner *a, size_t at)
{
	for (;;) {
		size_t i = scan_label(a, at), before, title;

		if (i == SIZE_MAX || i >= a->end || a->p[i] != ':' || strspn(a->p + at + 1, " \t\n\v\f\r") >= i - at - 2)
			return at; /* a label without a word is none */
		i = scan_url(a, skip_blanks(a, i + 1));
		if (i == SIZE_MAX || i >= a->end)
			return at;
		before = i;
		title = skip_blanks(a, i);
		if (title != before) {
			size_t t = scan_title(a, title);

			if (t != SIZE_MAX) {
				t = skip_spaces(a, t);
				if (t >= a->end || line_end(a->p[t]))
					before = t;
			}
		}
		before = skip_spaces(a, before);
		if (before < a->end && !line_end(a->p[before]))
			return at;
		at = next_line(a, before, NULL);
		if (at >= a->end)
			return at;
	}
}

/* ---- entities ---- */

static struct span named_entity(struct aligner *a, struct span name)
{
	cmark_node *doc, *text;
	char spelled[48];
	struct span out = { 0 };

	for (size_t i = 0; i < a->entity_count; i++)
		if (span_eq(a->entities[i].name, name))
			return a->entities[i].text;
	if (name.n > sizeof(spelled) - 2)
		return out;
	spelled[0] = '&';
	memcpy(spelled + 1, name.p, name.n);
	spelled[name.n + 1] = ';';
	doc = cmark_parse_document(spelled, name.n + 2, CMARK_OPT_DEFAULT);
	text = cmark_node_first_child(doc) ? cmark_node_first_child(cmark_node_first_child(doc)) : NULL;
	/* &nbsp; and its like are white space that a paragraph's start would lose; none of them is ASCII, so none is lost. */
	if (text && cmark_node_get_type(text) == CMARK_NODE_TEXT)
		out = arena_dup(&a->d->arena, span_str(cmark_node_get_literal(text)));
	if (span_eq(out, span_of(spelled, name.n + 2)))
		out = (struct span){ 0 };
	cmark_node_free(doc);
	if (a->entity_count == a->entity_cap) {
		a->entity_cap = a->entity_cap ? 2 * a->entity_cap : 16;
		a->entities = mem_resize(a->entities, a->entity_cap, sizeof(*a->entities));
	}
	a->entities[a->entity_count++] = (struct entity){ .name = arena_dup(&a->d->arena, name), .text = out };
	return out;
}

/* An entity at at, where the words go on with rest: its length in the page, its text in ret; 0 if it is none. */
static size_t entity(struct aligner *a, size_t at, const char *rest, char scratch[4], struct span *ret)
{
	size_t i = at + 1, from = i;

	if (i >= a->end)
		return 0;
	if (a->p[i] == '#') {
		uint32_t cp = 0;
		size_t digits = 0;

		i++;
		if (i < a->end && (a->p[i] == 'x' || a->p[i] == 'X')) {
			for (i++; i < a->end && digits < 7; i++, digits++) {
				char c = a->p[i];

				if (c >= '0' && c <= '9')
					cp = cp * 16 + (uint32_t)(c - '0');
				else if ((c | 32) >= 'a' && (c | 32) <= 'f')
					cp = cp * 16 + (uint32_t)((c | 32) - 'a' + 10);
				else
					break;
			}
			if (digits > 6)
				return 0;
		} else {
			for (; i < a->end && a->p[i] >= '0' && a->p[i] <= '9' && digits < 8; i++, digits++)
				cp = cp * 10 + (uint32_t)(a->p[i] - '0');
			if (digits > 7)
				return 0;
		}
		if (!digits || i >= a->end || a->p[i] != ';')
			return 0;
		if (cp == 0 || (cp >= 0xd800 && cp < 0xe000) || cp >= 0x110000)
			cp = 0xfffd;
		*ret = span_of(scratch, utf8_encode(cp, scratch));
		return i + 1 - at;
	}
	while (i < a->end && alnum(a->p[i]) && i - from < 40)
		i++;
	if (i == from || i >= a->end || a->p[i] != ';')
		return 0;
	/* If the words go on with the very spelling, it is no entity: none stands for itself. */
	if (strncmp(rest, a->p + at, i + 1 - at) == 0)
		return 0;
	*ret = named_entity(a, span_of(a->p + from, i - from));
	return ret->n ? i + 1 - at : 0;
}

/* ---- footnote marks and loose tags in text ---- */

static void remark_in_text(struct aligner *a, size_t at, struct span shown)
{
	doc_remark(a->d, "attribute-in-text", src(a, at), (struct span){ 0 },
		   "\"%.*s\" stands inside a paragraph and would be printed. Two paragraphs were joined here? Put an empty line before it, or type: "
		   "chapeau track %.*s",
		   SPAN_ARG(shown), SPAN_ARG(md_draft_name(a->d)));
}

/* Plain words [at, at + n): footnote marks in them become runs of their own. */
static void put_words(struct aligner *a, size_t at, size_t n, unsigned format)
{
	size_t end = at + n, i = at;
	const char *brace = memchr(a->p + at, '{', n), *bracket = memchr(a->p + at, '[', n), *angle = memchr(a->p + at, '<', n);

	while (brace) {
		size_t k = (size_t)(brace - a->p), j = k;
		struct span s = span_of(a->p, end);

		if (attrlist_looks(s, k)) {
			while (j < end && a->p[j] != '}' && j - k < LIMIT_ATTR_BYTES)
				j++;
			if (j < end && a->p[j] == '}') {
				remark_in_text(a, k, span_sub(s, k, j + 1));
				k = j;
			}
		}
		k++;
		brace = k < end ? memchr(a->p + k, '{', end - k) : NULL;
	}
	while (angle) {
		size_t k = (size_t)(angle - a->p);

		if (end - k >= 4 && memcmp(angle, "<!--", 4) == 0) {
			doc_remark(a->d, "comment-open", src(a, k), (struct span){ 0 },
				   "the comment that begins here has no --> in its paragraph, so that its words would be PUBLIC. Add --> where it is to end");
			break;
		}
		k++;
		angle = k < end ? memchr(a->p + k, '<', end - k) : NULL;
	}
	while (bracket) {
		size_t k = (size_t)(bracket - a->p), j;
		struct note *note;
		struct span label;

		if (k + 2 < end && a->p[k + 1] == '^') {
			j = k + 2;
			while (j < end && a->p[j] != ']' && a->p[j] != '^' && a->p[j] != ' ' && a->p[j] != '\t' && a->p[j] != '[' &&
			       j - k < LIMIT_NOTE_LABEL_BYTES)
				j++;
			label = span_of(a->p + k + 2, j - k - 2);
			if (j < end && a->p[j] == ']' && label.n) {
				note = notebook_find(a->notes, label);
				if (a->leaf->in_note) {
					if (note)
						a->note_used[note->index] = true;
					doc_remark(a->d, "note-in-note", src(a, k), (struct span){ 0 },
						   "[^%.*s] stands inside a footnote: a note cannot have notes; write its words here", SPAN_ARG(label));
				} else if (!note) {
					doc_remark(a->d, "note-undefined", src(a, k), (struct span){ 0 },
						   "the note [^%.*s] is not defined: add a line \"[^%.*s]: its words\", or delete the mark", SPAN_ARG(label),
						   SPAN_ARG(label));
				} else if (!a->images) {
					if (k > i)
						put_plain(a, i, k - i, format);
					run_add(a, RUN_NOTE, format, (struct span){ 0 }, src(a, k), src_end(a, j + 1))->note = note;
					a->note_used[note->index] = true;
					i = j + 1;
				}
				k = j;
			}
		}
		k++;
		bracket = k < end ? memchr(a->p + k, '[', end - k) : NULL;
	}
	if (i < end)
		put_plain(a, i, end - i, format);
}

/* ---- the walk ---- */

static void walk_text(struct aligner *a, const char *lit)
{
	size_t from = a->at;
	unsigned format = format_now(a);

	for (;;) {
		const char *p = a->p + a->at, *stop = a->p + a->end;

		while (*lit && p < stop && *p == *lit && *p != '\\' && *p != '&') {
			p++;
			lit++;
		}
		a->at = (size_t)(p - a->p);
		if (!*lit)
			break;
		if (p < stop && *p == '\\' && !a->autolink && p + 1 < stop && punct(p[1]) && p[1] == *lit) {
			if (a->at > from)
				put_words(a, from, a->at - from, format);
			put_unit(a, span_of(lit, 1), a->at, a->at + 2, format);
			lit++;
			a->at += 2;
			from = a->at;
			continue;
		}
		if (p < stop && *p == '&') {
			char scratch[4];
			struct span text;
			size_t n = entity(a, a->at, lit, scratch, &text);

			if (n && strncmp(lit, text.p, text.n) == 0) {
				if (a->at > from)
					put_words(a, from, a->at - from, format);
				put_unit(a, text, a->at, a->at + n, format);
				lit += text.n;
				a->at += n;
				from = a->at;
				continue;
			}
		}
		if (p < stop && *p == *lit) {
			a->at++;
			lit++;
			continue;
		}
		lose(a);
		if (a->at > from)
			put_words(a, from, a->at - from, format);
		put_unit(a, span_str(lit), a->at, a->at, format);
		return;
	}
	if (a->at > from)
		put_words(a, from, a->at - from, format);
}

static void walk_code(struct aligner *a, const char *lit)
{
	unsigned format = format_now(a) | FMT_CODE;
	size_t run = 0, open, i, n = strlen(lit), close;

	while (a->at + run < a->end && a->p[a->at + run] == '`')
		run++;
	if (!run) {
		lose(a);
		put_unit(a, span_of(lit, n), a->at, a->at, format);
		return;
	}
	open = a->at + run;
	for (close = open; close < a->end;) {
		size_t m = 0;

		if (a->p[close] != '`') {
			const char *q = memchr(a->p + close, '`', a->end - close);

			close = q ? (size_t)(q - a->p) : a->end;
			continue;
		}
		while (close + m < a->end && a->p[close + m] == '`')
			m++;
		if (m == run)
			break;
		close += m;
	}
	/* One space at both ends goes, unless all is space. */
	i = open;
	if (i < close && (a->p[i] == ' ' || line_end(a->p[i]))) {
		size_t k = 0;

		while (lit[k] == ' ')
			k++;
		if (lit[k]) {
			size_t spaces = 0, j = i;

			while (j < close && (a->p[j] == ' ' || line_end(a->p[j]))) {
				spaces++;
				j = line_end(a->p[j]) ? next_line(a, j, NULL) : j + 1;
			}
			if (spaces > k)
				i = line_end(a->p[i]) ? next_line(a, i, NULL) : i + 1;
		}
	}
	while (*lit) {
		size_t from = i;

		while (*lit && i < close && a->p[i] == *lit) {
			i++;
			lit++;
		}
		if (i > from)
			put_plain(a, from, i - from, format);
		if (!*lit)
			break;
		if (*lit == ' ' && i < close && line_end(a->p[i])) {
			size_t after = next_line_kept(a, i, lit + 1);

			put_unit(a, SPAN_LIT(" "), i, after, format);
			lit++;
			i = after;
			continue;
		}
		lose(a);
		put_unit(a, span_str(lit), i, i, format);
		break;
	}
	a->at = close + run <= a->end ? close + run : a->end;
}

static void walk_html(struct aligner *a, const char *lit)
{
	size_t begin = a->at;
	bool comment = strncmp(lit, "<!--", 4) == 0;
	const char *start = lit;

	if (comment && attrlist_looks(span_str(lit), 0)) {
		doc_remark(a->d, "attribute-in-text", src(a, begin), (struct span){ 0 },
			   "\"%.*s\" stands inside a paragraph and marks nothing. Two paragraphs were joined here? Put an empty line before it, "
			   "or type: chapeau track %.*s",
			   SPAN_ARG(span_str(lit)), SPAN_ARG(md_draft_name(a->d)));
	} else if (comment && strchr(lit, '\n')) {
		const char *inner = strstr(lit + 4, "<!--"), *brace = strchr(lit, '{');
		bool tag = false;

		while (brace && !tag) {
			tag = attrlist_looks(span_str(brace), 0);
			brace = strchr(brace + 1, '{');
		}
		if (inner || tag)
			doc_remark(a->d, "comment-open", src(a, begin), (struct span){ 0 },
				   "the comment that begins here has no --> on its line and hides what follows up to the next one. Add --> where it is to end");
	} else if (!comment && lit[1] != '/') {
		doc_remark(a->d, "raw-html", src(a, begin), (struct span){ 0 },
			   "raw HTML, %.*s, is never exported: write it as Markdown, or delete it", (int)(strlen(lit) > 40 ? 40 : strcspn(lit, "\n")), lit);
	}
	while (*lit) {
		while (*lit && *lit != '\n' && a->at < a->end && a->p[a->at] == *lit) {
			a->at++;
			lit++;
		}
		if (*lit == '\n') {
			/* Spaces before a line end are cmark's to keep inside a tag. */
			if (a->at < a->end && line_end(a->p[a->at])) {
				a->at = next_line_kept(a, a->at, lit + 1);
				lit++;
				continue;
			}
		}
		if (*lit) {
			lose(a);
			return;
		}
	}
	(void)start;
}

static void walk_break(struct aligner *a, bool hard, const char *expect)
{
	size_t begin;
	bool slash = hard && a->at < a->end && a->p[a->at] == '\\';

	a->at = slash ? a->at + 1 : skip_trailing(a, a->at);
	if (a->at < a->end && !line_end(a->p[a->at]))
		lose(a);
	begin = a->at;
	/* Behind a backslash cmark does not strip what a lazy line begins with. */
	a->at = slash && expect ? next_line_kept(a, a->at, expect) : next_line(a, a->at, expect);
	if (a->images)
		buf_char(&a->alt, ' ');
	else
		run_add(a, hard ? RUN_HARD : RUN_SOFT, format_now(a), (struct span){ 0 }, src(a, begin), src(a, a->at));
}

static bool step(struct aligner *a, const char *bytes)
{
	size_t n = strlen(bytes);

	if (a->end - a->at < n || memcmp(a->p + a->at, bytes, n) != 0) {
		lose(a);
		return false;
	}
	a->at += n;
	return true;
}

static bool xref_target(struct span url, struct span *ret)
{
	size_t hash = span_find_char(url, '#', 0);

	if (hash == SIZE_MAX || hash + 1 == url.n || span_find_char(url, '/', 0) != SIZE_MAX || span_find_char(url, ':', 0) != SIZE_MAX)
		return false;
	*ret = hash == 0 ? span_sub(url, 1, url.n) : url;
	return true;
}


void spans_add(struct spans *s, size_t begin, size_t end)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->items = mem_resize(s->items, s->cap, sizeof(*s->items));
	}
	s->items[s->count++] = (struct origin){ begin, end };
}

static void span_open(struct aligner *a)
{
	if (!a->spans)
		return;
	if (a->begin_count == a->begin_cap) {
		a->begin_cap = a->begin_cap ? 2 * a->begin_cap : 16;
		a->begins = mem_resize(a->begins, a->begin_cap, sizeof(*a->begins));
	}
	a->begins[a->begin_count++] = src(a, a->at);
}

static void span_close(struct aligner *a)
{
	if (a->spans && a->begin_count)
		spans_add(a->spans, a->begins[--a->begin_count], src_end(a, a->at < a->end ? a->at : a->end));
}

static void walk(struct aligner *a, cmark_node *top)
{
	cmark_node *n = cmark_node_first_child(top);
	size_t image_begin = 0;

	while (n) {
		cmark_node_type type = cmark_node_get_type(n);
		cmark_node *child = NULL, *next;

		if (type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG || type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
			span_open(a);
		switch (type) {
		case CMARK_NODE_TEXT:
			walk_text(a, cmark_node_get_literal(n));
			break;
		case CMARK_NODE_CODE:
			walk_code(a, cmark_node_get_literal(n));
			break;
		case CMARK_NODE_HTML_INLINE:
			walk_html(a, cmark_node_get_literal(n));
			break;
		case CMARK_NODE_SOFTBREAK:
		case CMARK_NODE_LINEBREAK:
			next = cmark_node_next(n);
			walk_break(a, type == CMARK_NODE_LINEBREAK,
				   next && cmark_node_get_type(next) == CMARK_NODE_TEXT ? cmark_node_get_literal(next) : NULL);
			break;
		case CMARK_NODE_EMPH:
			if (a->at < a->end && (a->p[a->at] == '*' || a->p[a->at] == '_'))
				a->at++;
			else
				lose(a);
			a->emph++;
			child = cmark_node_first_child(n);
			break;
		case CMARK_NODE_STRONG:
			if (a->end - a->at >= 2 && (a->p[a->at] == '*' || a->p[a->at] == '_') && a->p[a->at + 1] == a->p[a->at])
				a->at += 2;
			else
				lose(a);
			a->strong++;
			child = cmark_node_first_child(n);
			break;
		case CMARK_NODE_LINK: {
			struct span url = span_str(cmark_node_get_url(n)), target;

			child = cmark_node_first_child(n);
			if (a->at < a->end && a->p[a->at] == '[') {
				/* [^n](…) and [^n][…]: cmark sees a link, people see a note. */
				size_t label = scan_label(a, a->at);
				struct note *note = NULL;

				if (a->p[a->at + 1] == '^' && label != SIZE_MAX && !a->images && !a->leaf->in_note)
					note = notebook_find(a->notes, span_of(a->p + a->at + 2, label - a->at - 3));
				if (note) {
					size_t end = link_tail(a, label);

					run_add(a, RUN_NOTE, format_now(a), (struct span){ 0 }, src(a, a->at), src_end(a, label))->note = note;
					a->note_used[note->index] = true;
					if (end > label)
						put_plain(a, label, end - label, format_now(a));
					a->at = end;
					child = NULL;
					goto leave_whole;
				}
				if (!child && !a->images && xref_target(url, &target)) {
					size_t end = link_tail(a, a->at + 2);

					run_add(a, RUN_XREF, format_now(a), (struct span){ 0 }, src(a, a->at), src_end(a, end))->target =
						arena_dup(&a->d->arena, target);
					a->at = end;
					goto leave_whole;
				}
				a->at++;
			} else if (step(a, "<")) {
				a->autolink = true;
			}
			if (!a->images) {
				struct link *link = ARENA_NEW(&a->d->arena, struct link);
				const char *title = cmark_node_get_title(n);

				link->url = arena_dup(&a->d->arena, url);
				link->title = title && *title ? arena_dup(&a->d->arena, span_str(title)) : (struct span){ 0 };
				link->autolink = a->autolink;
				a->link = link;
			}
			break;
		}
		case CMARK_NODE_IMAGE:
			if (!a->images++) {
				image_begin = a->at;
				buf_clear(&a->alt);
			}
			step(a, "![");
			child = cmark_node_first_child(n);
			break;
		default:
			break;
		}
		if (child) {
			n = child;
			continue;
		}
		/* Up, closing what ends here. */
		for (;;) {
			bool container = type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG || type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;

			if (container) {
				if (type == CMARK_NODE_EMPH) {
					a->at++;
					a->emph--;
				} else if (type == CMARK_NODE_STRONG) {
					a->at += 2;
					a->strong--;
				} else if (type == CMARK_NODE_LINK && a->autolink) {
					step(a, ">");
					a->autolink = false;
					if (!a->images)
						a->link = NULL;
				} else {
					if (step(a, "]"))
						a->at = link_tail(a, a->at);
					if (type == CMARK_NODE_LINK) {
						if (!a->images)
							a->link = NULL;
					} else if (--a->images == 0) {
						struct image *image = ARENA_NEW(&a->d->arena, struct image);
						const char *title = cmark_node_get_title(n);

						image->url = arena_dup(&a->d->arena, span_str(cmark_node_get_url(n)));
						image->title = title && *title ? arena_dup(&a->d->arena, span_str(title)) : (struct span){ 0 };
						run_add(a, RUN_IMAGE, format_now(a), arena_dup(&a->d->arena, buf_span(&a->alt)), src(a, image_begin),
							src_end(a, a->at < a->end ? a->at : a->end))
							->image = image;
					}
				}
				if (a->at > a->end) {
					a->at = a->end;
					lose(a);
				}
				span_close(a);
			}
			goto after;
leave_whole:
			span_close(a);
after:
			next = cmark_node_next(n);
			if (next) {
				n = next;
				break;
			}
			n = cmark_node_parent(n);
			if (!n || n == top)
				return;
			type = cmark_node_get_type(n);
		}
	}
}

/* Where the last line that holds anything begins. */
static size_t last_line(const struct aligner *a, size_t at, size_t end)
{
	while (end > at && (line_end(a->p[end - 1]) || a->p[end - 1] == ' ' || a->p[end - 1] == '\t'))
		end--;
	while (end > at && !line_end(a->p[end - 1]))
		end--;
	return end;
}

void align_leaf(struct aligner *a, struct block *leaf, cmark_node *node, size_t at, size_t end, unsigned quotes)
{
	a->leaf = leaf;
	a->p = a->page->text.bytes.p;
	a->end = end;
	a->quotes = quotes;
	a->emph = a->strong = a->images = 0;
	a->link = NULL;
	a->autolink = a->lost_here = false;
	a->at = at;
	if (leaf->kind == BLOCK_HEADING && at < end && a->p[at] != '#') {
		/* Its last line is the underline, which is no part of a definition. */
		a->end = last_line(a, at, end);
		a->at = skip_definitions(a, at);
		a->end = end;
	} else if (leaf->kind != BLOCK_CELL && leaf->kind != BLOCK_HEADING) {
		a->at = skip_definitions(a, at);
	}
	if (a->at > at) {
		/* The definitions' lines are not the block's. */
		size_t begin = a->at;

		while (begin > at && !line_end(a->p[begin - 1]))
			begin--;
		leaf->origin.begin = src(a, begin);
	}
	a->begin_count = 0;
	{
		size_t from = a->at;

		walk(a, node);
		leaf->inner = (struct origin){ src(a, from), a->at > from ? src_end(a, a->at) : src(a, from) };
		if (a->spans && (leaf->kind == BLOCK_CELL || leaf->kind == BLOCK_HEADING))
			spans_add(a->spans, a->span.begin, a->span.end);
	}
	if (leaf->kind != BLOCK_CELL && !a->lost_here && leaf->kind == BLOCK_PARAGRAPH) {
		/* Only white space may be left. */
		a->at = skip_trailing(a, a->at);
		if (a->at < a->end && !line_end(a->p[a->at]))
			lose(a);
	}
	runs_end(&a->runs, a->d, leaf);
}

void align_code(struct aligner *a, struct block *leaf, cmark_node *node, size_t first_line, size_t last_line)
{
	const struct page *p = a->page;
	const char *lit = cmark_node_get_literal(node);
	size_t line = first_line;

	a->leaf = leaf;
	a->p = p->text.bytes.p;
	a->end = p->text.bytes.n;
	a->emph = a->strong = a->images = 0;
	a->link = NULL;
	while (lit && *lit) {
		size_t n = strcspn(lit, "\n"), begin, end, body;
		bool eol = lit[n] == '\n';

		if (line > last_line || line > p->line_count) {
			put_unit(a, span_str(lit), a->end, a->end, 0);
			break;
		}
		if (line == first_line)
			leaf->inner.begin = p->lines[line - 1].src;
		leaf->inner.end = p->lines[line - 1].end;
		begin = p->lines[line - 1].at;
		end = line < p->line_count ? p->lines[line].at : p->text.bytes.n;
		body = end;
		if (body > begin && a->p[body - 1] == '\n')
			body--;
		if (body > begin && a->p[body - 1] == '\r')
			body--;
		/* The words are the end of the line; a tab that the indentation took in part has become spaces. */
		{
			size_t m = n, pad = 0;

			while (m && (m > body - begin || memcmp(a->p + body - m, lit + n - m, m) != 0)) {
				m--;
				pad++;
			}
			if (pad)
				put_unit(a, span_of(lit, pad), body - m, body - m, 0);
			if (m)
				put_plain(a, body - m, m, 0);
		}
		if (eol) {
			if (end == body + 1 && a->p[body] == '\n')
				put_plain(a, body, 1, 0);
			else
				put_unit(a, SPAN_LIT("\n"), body, end, 0);
		}
		lit += n + eol;
		line++;
	}
	runs_end(&a->runs, a->d, leaf);
}

void aligner_done(struct aligner *a)
{
	free(a->entities);
	free(a->note_used);
	free(a->runs.items);
	free(a->begins);
	buf_done(&a->alt);
}
