/*
 * Alignment: cmark's inline tree of a leaf, walked in step with the words that it was made from.
 *
 * cmark says what the words are, the page says where they stand.  The leaf's words are put together first, as cmark
 * has them: without containers, every line ended by LF.  In them every construct of CommonMark's inline syntax has a
 * spelling that the tree determines, so the walk never searches: it knows how many bytes to step over, and where two
 * spellings are possible it scans as cmark does (links.c).  Losing step is a bug; it is counted, and what is left of
 * the leaf keeps its words with the place of the leaf.
 */
#include <cmark.h>

#include "format/md/internal.h"

#include <stdlib.h>

static size_t src(struct aligner *a, size_t at)
{
	return map_src(&a->text->map, at, &a->hint);
}

static size_t src_end(struct aligner *a, size_t at)
{
	return map_src_end(&a->text->map, at, &a->hint);
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

/* Words whose bytes are those of the text [at, at + n). */
static void put_plain(struct aligner *a, size_t at, size_t n, unsigned format)
{
	if (a->images) {
		buf_put(&a->alt, a->p + at, n);
		return;
	}
	while (n) {
		const struct segmap *m = &a->text->map;
		size_t i = map_find(m, at, &a->hint), stop = at + n, begin;
		struct run *last = a->runs.count ? &a->runs.items[a->runs.count - 1] : NULL;
		struct span text;

		if (i + 1 < m->count && m->items[i + 1].at < stop)
			stop = m->items[i + 1].at;
		begin = src(a, at);
		/* The source's own bytes, unless the text has others in their place. */
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

/* One unit: words that stand for the text's bytes [at, end). */
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

static struct span rest(const struct aligner *a)
{
	return span_of(a->p, a->end);
}

static size_t skip_blanks(const struct aligner *a, size_t at)
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

/* ---- footnote marks and loose tags in text ---- */

static void remark_in_text(struct aligner *a, size_t at, struct span shown)
{
	if (a->leaf->in_note && at == a->first) {
		remark_in_note(a->d, src(a, at), (struct span){ 0 }, shown);
		return;
	}
	if (a->leaf->kind == BLOCK_HEADING || a->leaf->kind == BLOCK_CELL) {
		doc_remark(a->d, "attribute-in-text", src(a, at), (struct span){ 0 }, "\"%.*s\" stands inside a %s and would be printed: put it %s", SPAN_ARG(shown),
			   a->leaf->kind == BLOCK_CELL ? "table" : "heading",
			   a->leaf->kind == BLOCK_CELL ? "on a line of its own directly above the table" : "at the very end of the heading, or on a line of its own above it");
		return;
	}
	doc_remark(a->d, "attribute-in-text", src(a, at), (struct span){ 0 },
		   "\"%.*s\" stands inside a paragraph and would be printed. Two paragraphs were joined here? Put an empty line before it, or type: "
		   "chapeau track %.*s",
		   SPAN_ARG(shown), SPAN_ARG(md_draft_name(a->d)));
}

static struct span torn_in(const struct aligner *a, size_t at, size_t n)
{
	size_t before = at, behind = skip_trailing(a, at + n);
	bool whole = a->leaf->kind == BLOCK_PARAGRAPH;

	while (before > a->first && (a->p[before - 1] == ' ' || a->p[before - 1] == '\t'))
		before--;
	return attrlist_torn_in(span_of(a->p + at, n), whole && (before == a->first || a->p[before - 1] == '\n'),
				whole && (behind == a->end || a->p[behind] == '\n'));
}

/* A note that is missing is one slip, however often it is referred to. */
static bool said_undefined(struct aligner *a, struct span label)
{
	for (size_t i = 0; i < a->undefined_count; i++)
		if (span_eq_nocase(a->undefined[i], label))
			return true;
	if (a->undefined_count < ARRAY_LEN(a->undefined))
		a->undefined[a->undefined_count++] = arena_dup(&a->d->arena, label);
	return false;
}

/* Plain words [at, at + n): footnote marks in them become runs of their own. */
static void put_words(struct aligner *a, size_t at, size_t n, unsigned format)
{
	size_t end = at + n, i = at;
	struct span torn = torn_in(a, at, n);
	const char *brace = torn.n ? NULL : memchr(a->p + at, '{', n), *bracket = memchr(a->p + at, '[', n), *angle = memchr(a->p + at, '<', n);

	if (torn.n)
		remark_in_text(a, (size_t)(torn.p - a->p), torn);
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
				} else if (!note && !said_undefined(a, label)) {
					doc_remark(a->d, "note-undefined", src(a, k), (struct span){ 0 },
						   "the note [^%.*s] is not defined: add a line \"[^%.*s]: its words\", or delete the mark", SPAN_ARG(label),
						   SPAN_ARG(label));
				} else if (note && !a->images) {
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

/* The words up to at, which stand in the text as they are. */
static void put_until(struct aligner *a, size_t from, unsigned format)
{
	if (a->at > from)
		put_words(a, from, a->at - from, format);
}

/* Is one of the eight bytes c? */
static bool any_byte(uint64_t bytes, char c)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t v = bytes ^ (ones * (unsigned char)c);

	return (v - ones) & ~v & (ones << 7);
}

/* How many of the first n bytes of p and q are the same, and neither escape nor entity: eight at a time, for most words are plain. */
static size_t same_plain(const char *p, const char *q, size_t n)
{
	size_t i = 0;
	uint64_t x, y;

	for (; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, p + i, sizeof(x));
		memcpy(&y, q + i, sizeof(y));
		if (x != y || any_byte(x, '\\') || any_byte(x, '&'))
			break;
	}
	while (i < n && p[i] == q[i] && p[i] != '\\' && p[i] != '&')
		i++;
	return i;
}

static void walk_text(struct aligner *a, const char *lit)
{
	size_t from = a->at;
	unsigned format = format_now(a);
	const char *end = lit + strlen(lit);

	while (lit < end) {
		const char *p = a->p + a->at, *stop = a->p + a->end;
		struct span text = { 0 };
		char scratch[4];
		size_t n = same_plain(p, lit, (size_t)(stop - p) < (size_t)(end - lit) ? (size_t)(stop - p) : (size_t)(end - lit));

		a->at += n;
		lit += n;
		p += n;
		if (lit == end)
			break;
		n = 0;
		if (stop - p > 1 && *p == '\\' && ascii_punct(p[1]) && !a->autolink) {
			text = span_of(p + 1, 1);
			n = 2;
		} else if (p < stop && *p == '&') {
			n = align_entity(a, a->at, lit, scratch, &text);
		}
		if (n && strncmp(lit, text.p, text.n) == 0) {
			put_until(a, from, format);
			put_unit(a, text.p == scratch && text.n == 1 && (unsigned char)*scratch >= 0xfe ? SPAN_LIT("\xef\xbf\xbd") : text, a->at, a->at + n, format);
			lit += text.n;
			from = a->at += n;
		} else if (!n && p < stop && *p == *lit) {
			a->at++;
			lit++;
		} else {
			lose(a);
			put_until(a, from, format);
			put_unit(a, cmark_text(&a->d->arena, lit), a->at, a->at, format);
			return;
		}
	}
	put_until(a, from, format);
}

/* The run of n backticks that closes the code span whose words begin at at, or the end. */
static size_t code_end(const struct aligner *a, size_t at, size_t n)
{
	while (at < a->end) {
		const char *q = memchr(a->p + at, '`', a->end - at);
		size_t run = 0;

		if (!q)
			break;
		at = (size_t)(q - a->p);
		while (at + run < a->end && a->p[at + run] == '`')
			run++;
		if (run == n)
			return at;
		at += run;
	}
	return a->end;
}

static bool code_space(char c)
{
	return c == ' ' || c == '\n';
}

static void walk_code(struct aligner *a, const char *lit)
{
	unsigned format = format_now(a) | FMT_CODE;
	size_t run = 0, i, stop, close;

	while (a->at + run < a->end && a->p[a->at + run] == '`')
		run++;
	i = a->at + run;
	close = stop = run ? code_end(a, i, run) : i;
	/* One space at both ends goes, unless all is space. */
	if (i < stop && code_space(a->p[i]) && code_space(a->p[stop - 1])) {
		size_t k = i;

		while (k < stop && code_space(a->p[k]))
			k++;
		if (k < stop) {
			i++;
			stop -= stop > i;
		}
	}
	while (*lit && i < stop) {
		size_t from = i;

		while (*lit && i < stop && a->p[i] == *lit && *lit != '\n') {
			i++;
			lit++;
		}
		if (i > from)
			put_plain(a, from, i - from, format);
		if (*lit != ' ' || i >= stop || a->p[i] != '\n')
			break;
		put_unit(a, SPAN_LIT(" "), i, i + 1, format);
		lit++;
		i++;
	}
	if (*lit || i < stop || close == a->end) {
		lose(a);
		if (*lit)
			put_unit(a, span_str(lit), i, i, format);
	}
	a->at = close + run <= a->end ? close + run : a->end;
}

/* What a comment or tag that stands in a paragraph says to its writer. */
static void remark_html(struct aligner *a, const char *lit)
{
	if (strncmp(lit, "<!--", 4) == 0) {
		const char *inner = strstr(lit + 4, "<!--"), *brace = strchr(lit, '{');
		bool tag = false;

		if (attrlist_looks(span_str(lit), 0)) {
			doc_remark(a->d, "attribute-in-text", src(a, a->at), (struct span){ 0 },
				   "\"%.*s\" stands inside a paragraph and marks nothing. Two paragraphs were joined here? Put an empty line before it, "
				   "or type: chapeau track %.*s",
				   SPAN_ARG(span_str(lit)), SPAN_ARG(md_draft_name(a->d)));
			return;
		}
		if (!strchr(lit, '\n'))
			return;
		while (brace && !tag) {
			tag = attrlist_looks(span_str(brace), 0);
			brace = strchr(brace + 1, '{');
		}
		if (inner || tag)
			doc_remark(a->d, "comment-open", src(a, a->at), (struct span){ 0 },
				   "the comment that begins here has no --> on its line and hides what follows up to the next one. Add --> where it is to end");
	} else if (lit[1] != '/') {
		doc_remark(a->d, "raw-html", src(a, a->at), (struct span){ 0 },
			   "raw HTML, %.*s, is never exported: write it as Markdown, or delete it", (int)(strlen(lit) > 40 ? 40 : strcspn(lit, "\n")), lit);
	}
}

static void walk_break(struct aligner *a, bool hard)
{
	size_t begin;
	bool slash = hard && a->at < a->end && a->p[a->at] == '\\';

	a->at = slash ? a->at + 1 : skip_trailing(a, a->at);
	begin = a->at;
	if (a->at < a->end && a->p[a->at] == '\n')
		a->at++;
	else
		lose(a);
	/* Behind a backslash cmark does not strip what a lazy line begins with. */
	if (!slash)
		a->at = skip_blanks(a, a->at);
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

/* n signs of emphasis. */
static void step_signs(struct aligner *a, size_t n)
{
	const char *p = a->p + a->at;

	if (a->end - a->at < n || (*p != '*' && *p != '_') || p[n - 1] != *p)
		lose(a);
	else
		a->at += n;
}

/* A link that people see as something of ours: stepped over whole.  false: it is a link. */
static bool walk_own_link(struct aligner *a, cmark_node *n, struct span url)
{
	size_t label = link_label(rest(a), a->at), end;
	struct span target;
	struct note *note;

	if (a->images)
		return false;
	/* [^n](…) and [^n][…] */
	if (label != SIZE_MAX && a->p[a->at + 1] == '^' && !a->leaf->in_note &&
	    (note = notebook_find(a->notes, span_of(a->p + a->at + 2, label - a->at - 3)))) {
		end = link_tail(rest(a), label);
		run_add(a, RUN_NOTE, format_now(a), (struct span){ 0 }, src(a, a->at), src_end(a, label))->note = note;
		a->note_used[note->index] = true;
		if (end > label)
			put_plain(a, label, end - label, format_now(a));
		a->at = end;
		return true;
	}
	if (cmark_node_first_child(n) || !xref_target(url, &target))
		return false;
	end = link_tail(rest(a), a->at + 2);
	run_add(a, RUN_XREF, format_now(a), (struct span){ 0 }, src(a, a->at), src_end(a, end))->target = target;
	a->at = end;
	return true;
}

static bool enter_link(struct aligner *a, cmark_node *n)
{
	struct span url = cmark_text(&a->d->arena, cmark_node_get_url(n));

	if (a->at < a->end && a->p[a->at] == '[') {
		if (walk_own_link(a, n, url))
			return false;
		a->at++;
	} else if (step(a, "<")) {
		a->autolink = true;
	}
	if (!a->images) {
		struct link *link = ARENA_NEW(&a->d->arena, struct link);
		const char *title = cmark_node_get_title(n);

		link->url = url;
		link->title = title && *title ? cmark_text(&a->d->arena, title) : (struct span){ 0 };
		link->autolink = a->autolink;
		a->link = link;
	}
	return true;
}

/* Steps over a node, or into it if it holds others: then true. */
static bool enter(struct aligner *a, cmark_node *n, cmark_node_type type)
{
	switch (type) {
	case CMARK_NODE_TEXT:
		walk_text(a, cmark_node_get_literal(n));
		return false;
	case CMARK_NODE_CODE:
		walk_code(a, cmark_node_get_literal(n));
		return false;
	case CMARK_NODE_HTML_INLINE:
		remark_html(a, cmark_node_get_literal(n));
		step(a, cmark_node_get_literal(n));
		return false;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		walk_break(a, type == CMARK_NODE_LINEBREAK);
		return false;
	case CMARK_NODE_EMPH:
		span_open(a);
		step_signs(a, 1);
		a->emph++;
		return true;
	case CMARK_NODE_STRONG:
		span_open(a);
		step_signs(a, 2);
		a->strong++;
		return true;
	case CMARK_NODE_LINK:
		span_open(a);
		if (enter_link(a, n))
			return true;
		span_close(a);
		return false;
	case CMARK_NODE_IMAGE:
		span_open(a);
		if (!a->images++) {
			a->image_begin = a->at;
			buf_clear(&a->alt);
		}
		step(a, "![");
		return true;
	default:
		return false;
	}
}

static void leave_image(struct aligner *a, cmark_node *n)
{
	struct image *image;
	const char *title = cmark_node_get_title(n);

	if (--a->images)
		return;
	image = ARENA_NEW(&a->d->arena, struct image);
	image->url = cmark_text(&a->d->arena, cmark_node_get_url(n));
	image->title = title && *title ? cmark_text(&a->d->arena, title) : (struct span){ 0 };
	run_add(a, RUN_IMAGE, format_now(a), arena_dup(&a->d->arena, buf_span(&a->alt)), src(a, a->image_begin), src_end(a, a->at))->image = image;
}

/* The end of what enter() went into. */
static void leave(struct aligner *a, cmark_node *n, cmark_node_type type)
{
	switch (type) {
	case CMARK_NODE_EMPH:
		step_signs(a, 1);
		a->emph--;
		break;
	case CMARK_NODE_STRONG:
		step_signs(a, 2);
		a->strong--;
		break;
	case CMARK_NODE_LINK:
		if (a->autolink)
			step(a, ">");
		else if (step(a, "]"))
			a->at = link_tail(rest(a), a->at);
		a->autolink = false;
		if (!a->images)
			a->link = NULL;
		break;
	default:
		if (step(a, "]"))
			a->at = link_tail(rest(a), a->at);
		leave_image(a, n);
		break;
	}
	span_close(a);
}

static void walk(struct aligner *a, cmark_node *top)
{
	cmark_node *n = cmark_node_first_child(top), *next;

	while (n) {
		cmark_node_type type = cmark_node_get_type(n);
		bool inside = enter(a, n, type);

		next = inside ? cmark_node_first_child(n) : NULL;
		/* Up, closing what ends here. */
		while (!next) {
			if (inside)
				leave(a, n, type);
			next = cmark_node_next(n);
			if (next)
				break;
			n = cmark_node_parent(n);
			if (!n || n == top)
				return;
			type = cmark_node_get_type(n);
			inside = true;
		}
		n = next;
	}
}

static void leaf_begin(struct aligner *a, struct block *leaf, const struct text *text, size_t at, size_t end)
{
	a->leaf = leaf;
	if (a->text == &a->page->text)
		a->page_hint = a->hint;
	a->text = text;
	a->hint = text == &a->page->text ? a->page_hint : 0;
	a->p = text->bytes.p;
	a->at = at;
	a->end = end;
	a->emph = a->strong = a->images = 0;
	a->link = NULL;
	a->autolink = a->lost_here = false;
	a->begin_count = 0;
}

/* cmark takes white space off the end of what it parses. */
static void trim_end(struct aligner *a)
{
	while (a->end > a->at && (a->p[a->end - 1] == ' ' || (a->p[a->end - 1] >= '\t' && a->p[a->end - 1] <= '\r')))
		a->end--;
}

static void leaf_walk(struct aligner *a, cmark_node *node)
{
	struct block *leaf = a->leaf;
	size_t from = a->at;

	a->first = from;
	walk(a, node);
	leaf->inner = (struct origin){ src(a, from), a->at > from ? src_end(a, a->at) : src(a, from) };
	if (a->spans && (leaf->kind == BLOCK_CELL || leaf->kind == BLOCK_HEADING))
		spans_add(a->spans, a->span.begin, a->span.end);
	if (a->at != a->end && !a->lost_here)
		lose(a);
	runs_end(&a->runs, a->d, leaf);
}

void align_line(struct aligner *a, struct block *leaf, cmark_node *node, size_t at)
{
	struct span page = buf_span(&a->page->text.bytes);
	size_t end = at, hash;

	while (end < page.n && page.p[end] != '\n' && page.p[end] != '\r')
		end++;
	leaf_begin(a, leaf, &a->page->text, at, end);
	trim_end(a);
	/* The closing sequence of a heading. */
	hash = a->end;
	while (hash > at && a->p[hash - 1] == '#')
		hash--;
	if (hash < a->end && (hash == at || a->p[hash - 1] == ' ' || a->p[hash - 1] == '\t'))
		a->end = hash;
	trim_end(a);
	leaf_walk(a, node);
}

/* Do the lines' words stand in the page one behind the other, as cmark has them? */
static bool in_one_piece(const struct page *p, size_t first, size_t last)
{
	const char *s = p->text.bytes.p;

	for (size_t k = first; k <= last; k++) {
		const struct page_line *l = &p->lines[k - 1];
		size_t end = k < p->line_count ? l[1].at : p->text.bytes.n;

		if (l->pad || (k > first && l->body != l->at) || end <= l->at || s[end - 1] != '\n' || (end > l->at + 1 && s[end - 2] == '\r'))
			return false;
	}
	return true;
}

/* The lines' words, as cmark has them. */
static void put_together(struct aligner *a, size_t first, size_t last)
{
	const struct page *p = a->page;
	struct text *t = &a->words;
	size_t *hint = a->text == &p->text ? &a->hint : &a->page_hint;

	text_cut(t, 0);
	for (size_t k = first; k <= last; k++) {
		const struct page_line *l = &p->lines[k - 1];
		size_t end = k < p->line_count ? l[1].at : p->text.bytes.n;

		while (end > l->body && (p->text.bytes.p[end - 1] == '\n' || p->text.bytes.p[end - 1] == '\r'))
			end--;
		text_put(t, "       ", l->pad, NO_SRC);
		text_copy(t, &p->text, l->body, end, hint);
		text_put(t, "\n", 1, (uint32_t)map_src(&p->text.map, end, hint));
	}
}

void align_lines(struct aligner *a, struct block *leaf, cmark_node *node, size_t first, size_t last)
{
	const struct page *p = a->page;
	size_t n;

	if (first < 1 || first > p->line_count || p->lines[first - 1].body == NO_BODY) {
		lose(a);
		return;
	}
	if (last > p->line_count)
		last = p->line_count;
	/* The line under a heading, which cmark counts up to the line behind it. */
	for (size_t k = first; k <= last; k++)
		if (p->lines[k - 1].body == NO_BODY)
			last = k - 1;
	if (in_one_piece(p, first, last)) {
		leaf_begin(a, leaf, &p->text, p->lines[first - 1].body, last < p->line_count ? p->lines[last].at : p->text.bytes.n);
	} else {
		put_together(a, first, last);
		leaf_begin(a, leaf, &a->words, 0, a->words.bytes.n);
	}
	n = link_definitions(span_sub(rest(a), a->at, a->end));
	if (n) {
		/* The definitions' lines are not the block's. */
		for (const char *q = a->p + a->at, *stop = q + n; (q = memchr(q, '\n', (size_t)(stop - q))); q++)
			first++;
		a->at += n;
		if (first <= p->line_count)
			leaf->origin.begin = p->lines[first - 1].src;
	}
	trim_end(a);
	leaf_walk(a, node);
}

void align_code(struct aligner *a, struct block *leaf, cmark_node *node, size_t first_line, size_t last_line)
{
	const struct page *p = a->page;
	const char *lit = cmark_node_get_literal(node);
	size_t line = first_line;

	leaf_begin(a, leaf, &p->text, 0, p->text.bytes.n);
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
		/* The file's last line may have no end, and then the place of the page's is that of the notes behind it. */
		if (eol && map_find(&p->text.map, body, &a->hint) < p->text.map.count && p->text.map.items[a->hint].src == NO_SRC)
			run_add(a, RUN_TEXT, 0, SPAN_LIT("\n"), p->lines[line - 1].end, p->lines[line - 1].end);
		else if (eol && end == body + 1 && a->p[body] == '\n')
			put_plain(a, body, 1, 0);
		else if (eol)
			put_unit(a, SPAN_LIT("\n"), body, end, 0);
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
	text_done(&a->words);
	buf_done(&a->alt);
}
