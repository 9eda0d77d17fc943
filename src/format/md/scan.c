/*
 * The line scan: CommonMark's block structure as far as it decides what a line is, and on the way everything
 * that is ours and not cmark's is lifted out (FORMAT.md F3, F6).  What is lifted out leaves a marker: an HTML
 * comment on a line of its own, that cmark keeps apart from everything around it and that build.c knows by its line.
 */
#include "format/md/scan.h"

#include <stdlib.h>

#include "base/utf8.h"

#define FENCE_MAX 255u /* cmark counts no further */

/* ---- limits ---- */

static void over(struct scanner *sc, size_t at, const char *what, unsigned limit)
{
	if (!sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, at), what, limit);
}

static void count_signs(struct scanner *sc, struct stream *st, const struct cursor *c, size_t base, size_t from)
{
	const char *p = c->p + from, *end = c->p + c->n;

	/* With all its suggestions in it this is no text that cmark sees. */
	if (sc->raw)
		return;
	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		st->brackets++;
		p++;
	}
	if (st->brackets > LIMIT_PARAGRAPH_BRACKETS && !sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, base + from),
				       "more than %u square brackets [ stand in one paragraph: split it with empty lines", LIMIT_PARAGRAPH_BRACKETS);
	st->para_bytes += c->n - from;
	if (st->para_bytes > LIMIT_PARAGRAPH_STARS) {
		for (p = c->p + from; p < end; p++)
			st->stars += *p == '*' || *p == '_';
		if (st->stars > LIMIT_PARAGRAPH_STARS && !sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, base + from),
					       "more than %u signs * and _ stand in one paragraph: split it with empty lines", LIMIT_PARAGRAPH_STARS);
	}
	/* "<?", "<!" and "</": cmark looks for the end of each through the rest of the paragraph. */
	p = c->p + from;
	while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		p++;
		if (p < end && (ascii_letter(*p) || *p == '!' || *p == '?' || *p == '/'))
			st->angles++;
	}
	if (st->angles > LIMIT_PARAGRAPH_BRACKETS && !sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, base + from), "more than %u tags < stand in one paragraph: split it with empty lines",
				       LIMIT_PARAGRAPH_BRACKETS);
}

void stream_end_leaf(struct stream *st)
{
	st->leaf = LEAF_NONE;
	st->table = NULL;
	st->brackets = st->angles = st->stars = st->para_bytes = 0;
	st->para_lines = 0;
}

/* Is all of the open paragraph link definitions?  Then what stands under it is no heading's line, but its first words. */
static bool only_definitions(const struct stream *st)
{
	const struct page *p = st->page;
	struct span page = buf_span(&p->text.bytes);
	struct buf words = { 0 };
	bool r;

	if (page.p[p->lines[st->para_line - 1].body] != '[')
		return false;
	for (size_t k = st->para_line - 1; k < p->line_count; k++) {
		struct span line = span_sub(page, p->lines[k].body, k + 1 < p->line_count ? p->lines[k + 1].at : page.n);

		while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
			line.n--;
		buf_printf(&words, "%*s%.*s\n", (int)p->lines[k].pad, "", SPAN_ARG(line));
	}
	r = link_definitions(buf_span(&words)) == words.n;
	buf_done(&words);
	return r;
}

/* ---- one line ---- */

/* What is taken out of a line before it goes to the page: its first cut bytes, for which lead stands, and lists in items. */
struct lift {
	size_t cut;
	const char *lead;
	struct origin ranges[2 * LIMIT_LINE_CONTAINERS];
	size_t count;
};

/* A line on its way to the page. */
struct entry {
	struct scanner *sc;
	struct stream *st;
	struct page *p;
	struct cursor c;
	size_t base, next;      /* the line, with its end, in the reading */
	struct lift lift;
	enum leaf was;          /* open before it */
	bool all;               /* all containers go on */
	size_t depth;           /* of those that go on, and of those that it opened */
	size_t lazy_i, lazy_tab; /* where the ones that go on end */
	size_t markers;         /* that it opened containers with */
	bool opened;            /* it has opened one */
	bool lazy_ok, para_here; /* it may go on with a paragraph: behind containers that don't go on, or in its own place */
	bool fresh_item;        /* the last thing that it opened is an item */
	size_t item_column;     /* of that item's marker in the page */
	unsigned bare_offset;   /* the item's, if nothing else stands in this line */
	bool interrupting;      /* it has opened an item where a paragraph was open */
	bool escaped;           /* its words begin as a mark would, and are none */
};

enum step {
	STEP_NONE,  /* it is something else */
	STEP_AGAIN, /* and behind it something may begin */
	STEP_WORDS, /* words of a paragraph follow */
	STEP_DONE,
};

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span entry_rest(const struct entry *e)
{
	return span_trim(span_of(e->c.p + e->c.ns, e->c.n - e->c.ns));
}

static size_t entry_src(const struct entry *e)
{
	return scan_src(e->sc, e->base + e->c.ns);
}

static void lift_add(struct lift *l, size_t begin, size_t end)
{
	if (l->count && l->ranges[l->count - 1].end == begin)
		l->ranges[l->count - 1].end = end;
	else if (l->count < ARRAY_LEN(l->ranges))
		l->ranges[l->count++] = (struct origin){ begin, end };
}

/* The line's bytes up to end of the reading, less what was lifted out. */
static void put_until(struct entry *e, size_t end)
{
	const struct lift *l = &e->lift;
	size_t at = e->base + l->cut;

	if (l->cut)
		page_put(e->p, l->lead, strlen(l->lead));
	for (size_t k = 0; k < l->count; k++) {
		page_copy(e->sc, e->p, at, e->base + l->ranges[k].begin);
		at = e->base + l->ranges[k].end;
	}
	if (at < end)
		page_copy(e->sc, e->p, at, end);
}

static void begin_page_line(struct entry *e)
{
	page_begin_line(e->p, scan_src(e->sc, e->base), scan_src_end(e->sc, e->next));
}

static enum step put_whole(struct entry *e)
{
	begin_page_line(e);
	put_until(e, e->next);
	return STEP_DONE;
}

/* A block begins here: what was open beyond depth is over. */
static void begin_block(struct entry *e)
{
	e->st->depth = e->depth;
	stream_end_leaf(e->st);
	if (e->depth)
		e->st->boxes[e->depth - 1].filled = true;
}

/* The line's bytes [begin, end) are lifted out, and the cursor goes on behind them, as if the rest stood where they did. */
static void lift_out(struct entry *e, size_t begin, size_t end)
{
	lift_add(&e->lift, begin, end);
	e->c.i = end;
	e->c.tab = 0;
}

/* How many open containers go on with a line. */
static size_t count_matching(const struct stream *st, struct cursor *c)
{
	size_t matched = 0;

	for (; matched < st->depth; matched++) {
		const struct box *b = &st->boxes[matched];

		line_look(c);
		if (b->kind == BOX_QUOTE) {
			if (c->indent > 3 || c->ns >= c->n || c->p[c->ns] != '>')
				break;
			line_advance_to(c, c->ns + 1);
			if (c->i < c->n && blank(c->p[c->i]))
				line_advance(c, 1);
		} else if (c->indent >= b->offset) {
			line_advance(c, b->offset);
		} else if (c->ns >= c->n && b->filled) {
			line_advance_to(c, c->ns);
		} else {
			break;
		}
	}
	return matched;
}

/* 1. Which open containers go on. */
static void match_containers(struct entry *e)
{
	struct cursor *c = &e->c;
	size_t matched = e->lift.cut ? e->st->depth : count_matching(e->st, c);

	e->all = matched == e->st->depth;
	e->depth = matched;
	e->lazy_i = c->i;
	e->lazy_tab = c->tab;
	line_look(c);
}

/* The line in which a comment of several lines ends: words behind its end are a line of their own. */
static enum step comment_end(struct entry *e)
{
	size_t end = span_find(span_of(e->c.p, e->c.n), SPAN_LIT("-->"), e->c.ns) + 3, words = end;
	struct page scratch = { 0 };

	while (words < e->c.n && blank(e->c.p[words]))
		words++;
	stream_end_leaf(e->st);
	if (words >= e->c.n)
		return put_whole(e);
	begin_page_line(e);
	put_until(e, e->base + end);
	page_put(e->p, "\n", 1);
	page_prefix(&scratch, e->st);
	page_put(&scratch, "", 1);
	scan_line(e->sc, e->st, e->base, e->c.n, e->next, words, scratch.text.bytes.p);
	page_done(&scratch);
	return STEP_DONE;
}

/* 2. Blocks whose lines are not looked into. */
/* The line that ends the open fence; in the raw text a suggestion's sign may stand behind it. */
static bool ends_fence(struct entry *e)
{
	struct cursor c = e->c;

	if (line_fence_end(&c, e->st->fence, e->st->fence_length))
		return true;
	while (e->sc->raw && c.n > c.ns + 5 && c.p[c.n - 1] == '}' && c.p[c.n - 2] == c.p[c.n - 3] && strchr("+-=", c.p[c.n - 2])) {
		c.n -= 3;
		if (line_fence_end(&c, e->st->fence, e->st->fence_length))
			return e->sc->signed_fence = true;
	}
	return false;
}

static enum step inside_literal(struct entry *e)
{
	struct stream *st = e->st;

	if (e->was != LEAF_FENCE && e->was != LEAF_HTML && e->was != LEAF_CODE)
		return STEP_NONE;
	if (!e->all || (e->was == LEAF_CODE && !line_blank(&e->c) && e->c.indent < 4)) {
		stream_end_leaf(st);
		e->was = LEAF_NONE;
		return STEP_NONE;
	}
	if (e->was == LEAF_HTML && st->html_kind == 2 && line_html_end(&e->c, 2))
		return comment_end(e);
	if (e->was == LEAF_FENCE ? e->c.indent <= 3 && ends_fence(e)
	    : e->was == LEAF_HTML && (st->html_kind >= 6 ? line_blank(&e->c) : line_html_end(&e->c, st->html_kind)))
		stream_end_leaf(st);
	return put_whole(e);
}

/* Would the rest of the line be a rule with the markers before it, since nothing parts them any more?  The item and its tag were lost. */
static bool joins_to_rule(const struct entry *e)
{
	const struct cursor *c = &e->c;
	const struct lift *l = &e->lift;
	char mark = c->p[c->ns];
	size_t marks = 0, before = 0, k = 0;

	if (mark != '-' && mark != '*')
		return false;
	for (size_t i = l->cut; i < c->n; i++) {
		while (k < l->count && i >= l->ranges[k].end)
			k++;
		if (i == c->ns)
			before = marks;
		if (k < l->count && i >= l->ranges[k].begin)
			continue;
		if (c->p[i] == mark)
			marks++;
		else if (!blank(c->p[i]) && i >= c->ns)
			return false;
		else if (!blank(c->p[i]))
			marks = 0;
	}
	return before && marks >= 3;
}

static enum step behind_lifted(struct entry *e)
{
	line_look(&e->c);
	e->escaped = !line_blank(&e->c) && joins_to_rule(e);
	return e->escaped ? STEP_WORDS : STEP_AGAIN;
}

/* A tag first in an item. */
static enum step item_tag(struct entry *e)
{
	struct scanner *sc = e->sc;
	struct cursor *c = &e->c;
	size_t remarks = sc->d->remark_count, i;
	struct attrlist l;

	if (!tag_read(sc, e->base, e->base + c->n, c->ns, &l))
		return STEP_NONE;
	i = l.end;
	if (l.malformed) {
		const char *q = memchr(c->p + c->ns, c->p[c->ns] == '<' ? '>' : '}', c->n - c->ns);

		i = q ? (size_t)(q - c->p) + 1 : c->n;
		tag_remark(sc, &l, e->base, span_of(c->p, i));
	} else if (i < c->n && !blank(c->p[i])) {
		sc->d->remark_count = remarks;
		return STEP_NONE;
	} else {
		page_attach(e->p, (uint32_t)e->p->line_count + 1, (uint32_t)(e->item_column + 1), l.attrs,
			    (struct origin){ scan_src(sc, e->base + l.begin), scan_src_end(sc, e->base + i) });
	}
	while (i < c->n && blank(c->p[i]))
		i++;
	lift_out(e, c->ns, i);
	if (i < c->n)
		return behind_lifted(e);
	if (!e->interrupting) {
		e->st->boxes[e->depth - 1].offset = e->bare_offset;
		return STEP_AGAIN;
	}
	/* An item that holds nothing could not interrupt the paragraph before it. */
	e->st->boxes[e->depth - 1].filled = true;
	begin_page_line(e);
	put_until(e, e->base + c->n);
	page_put(e->p, MARKER "\n", sizeof(MARKER));
	return STEP_DONE;
}

/* A tag alone on its line, where no paragraph is open. */
static enum step lone_tag(struct entry *e)
{
	struct scanner *sc = e->sc;
	struct special *x;
	struct attrlist l;
	bool closed = false, rest = sc->open_tag && sc->open_tag == e->base && attrlist_rest(entry_rest(e), &closed);

	sc->open_tag = 0;
	if (rest)
		l = (struct attrlist){ .malformed = true };
	else if (!tag_line(sc, &e->c, e->base, &l))
		return STEP_NONE;
	if (l.malformed && (rest ? !closed : span_find_char(entry_rest(e), '}', 0) == SIZE_MAX))
		sc->open_tag = e->next;
	begin_block(e);
	begin_page_line(e);
	put_until(e, e->base + e->c.ns);
	page_put(e->p, MARKER "\n", sizeof(MARKER));
	x = page_special(e->p, SPECIAL_ATTRS);
	x->attrs = l.malformed ? NULL : l.attrs;
	x->origin = (struct origin){ entry_src(e), scan_src_end(sc, e->base + (l.malformed ? e->c.n : l.end)) };
	/* A list over several lines is one slip, said at its first. */
	if (l.malformed && !rest)
		tag_remark(sc, &l, e->base, span_of(e->c.p, e->c.n));
	return STEP_DONE;
}

/* One more container, from here on.  false: it would be one too many. */
static bool open_box(struct entry *e, enum box_kind kind, unsigned offset, size_t at)
{
	begin_block(e);
	if (++e->markers > LIMIT_LINE_CONTAINERS) {
		over(e->sc, e->base + e->c.ns, "more than %u quotation and list marks stand on this line: remove some", LIMIT_LINE_CONTAINERS);
		return false;
	}
	if (e->depth >= LIMIT_BLOCK_DEPTH) {
		over(e->sc, at, "lists and quotations are nested more than %u deep here: flatten them", LIMIT_BLOCK_DEPTH);
		return false;
	}
	e->st->boxes[e->depth++] = (struct box){ .kind = kind, .offset = offset };
	e->st->depth = e->depth;
	e->opened = true;
	e->fresh_item = kind == BOX_ITEM;
	e->lazy_ok = e->para_here = false;
	return true;
}

static enum step open_quote(struct entry *e)
{
	struct cursor *c = &e->c;

	if (c->p[c->ns] != '>')
		return STEP_NONE;
	if (!open_box(e, BOX_QUOTE, 0, e->base + c->ns))
		return STEP_DONE;
	line_advance_to(c, c->ns + 1);
	if (c->i < c->n && blank(c->p[c->i]))
		line_advance(c, 1);
	return STEP_AGAIN;
}

static enum step open_item(struct entry *e, bool in_table)
{
	struct cursor *c = &e->c, marked;
	size_t m = line_list_marker(c, e->para_here || in_table), gap, column;
	unsigned bare;

	if (!m)
		return STEP_NONE;
	column = c->ns - e->lift.cut + (e->lift.cut ? strlen(e->lift.lead) : 0);
	for (size_t k = 0; k < e->lift.count; k++)
		column -= e->lift.ranges[k].end - e->lift.ranges[k].begin;
	bare = (unsigned)(c->indent + m + 1);
	line_advance_to(c, c->ns + m);
	marked = *c;
	while (c->col - marked.col <= 5 && c->i < c->n && blank(c->p[c->i]))
		line_advance(c, 1);
	gap = c->col - marked.col;
	/* Code, or nothing, stands behind one blank. */
	if (gap >= 5 || gap < 1 || c->i >= c->n) {
		*c = marked;
		if (gap > 0)
			line_advance(c, 1);
		gap = 1;
	}
	e->item_column = column;
	e->bare_offset = bare;
	e->interrupting = e->interrupting || e->para_here;
	return open_box(e, BOX_ITEM, bare - 1 + (unsigned)gap, e->base + c->i) ? STEP_AGAIN : STEP_DONE;
}

static enum step atx_heading(struct entry *e)
{
	struct scanner *sc = e->sc;
	size_t text, to = e->base + e->c.n;
	struct attrs *a = NULL;
	struct origin o = { 0 };

	if (!line_atx(&e->c, &text))
		return STEP_NONE;
	begin_block(e);
	count_signs(sc, e->st, &e->c, e->base, e->c.ns);
	e->st->brackets = e->st->angles = 0;
	if (!tag_at_end(sc, e->base + text, &to, &a, &o))
		return put_whole(e);
	if (a)
		page_attach(e->p, (uint32_t)e->p->line_count + 1, 0, a, o);
	begin_page_line(e);
	put_until(e, to);
	if (e->base + e->c.n < e->next)
		page_copy(sc, e->p, e->base + e->c.n, e->next);
	return STEP_DONE;
}

/* Length of a sign of suggestions at at, or of a whole comment; 0: none. */
static size_t sign_length(struct span s, size_t at)
{
	struct span rest = span_sub(s, at, s.n);
	size_t end;

	if (rest.n < 3)
		return 0;
	if (rest.p[2] == '}' && rest.p[0] == rest.p[1] && strchr("+-~=", rest.p[0]))
		return 3;
	if (rest.p[0] != '{' || rest.p[1] != rest.p[2] || !strchr("+-=>", rest.p[1]))
		return 0;
	end = rest.p[1] == '>' ? span_find(rest, SPAN_LIT("<<}"), 3) : 0;
	return end == SIZE_MAX ? 0 : end + 3;
}

static enum step open_fence(struct entry *e)
{
	struct cursor c = e->c;
	size_t m = line_fence(&c), n;

	/* A suggested block of code begins with the suggestion's sign, behind the end of the one above it and what was said of that. */
	while (!m && e->sc->raw && (n = sign_length(span_of(c.p, c.n), c.ns)) > 0) {
		c.ns += n;
		m = line_fence(&c);
		e->sc->signed_fence = m != 0;
	}
	if (!m)
		return STEP_NONE;
	begin_block(e);
	e->st->leaf = LEAF_FENCE;
	e->st->fence = c.p[c.ns];
	e->st->fence_length = m > FENCE_MAX ? FENCE_MAX : m;
	put_whole(e);
	e->p->lines[e->p->line_count - 1].fence = true;
	return STEP_DONE;
}

/* A whole comment with words behind it: to cmark all of the line is HTML, and the words would be lost. */
static enum step comment_before_words(struct entry *e)
{
	struct cursor *c = &e->c;
	size_t m = c->p[c->ns] == '<' ? comment_length(c) : 0;

	if (!m || m >= c->n)
		return STEP_NONE;
	if (attrlist_looks(span_of(c->p, c->n), c->ns) && e->sc->in_note)
		remark_in_note(e->sc->d, entry_src(e), (struct span){ 0 }, span_trim(span_sub(span_of(c->p, c->n), c->ns, m)));
	else if (attrlist_looks(span_of(c->p, c->n), c->ns))
		doc_remark(e->sc->d, "attribute-in-text", entry_src(e), (struct span){ 0 },
			   "\"%.*s\" has words behind it on its line and marks nothing: put it on a line of its own directly above its text",
			   SPAN_ARG(span_trim(span_sub(span_of(c->p, c->n), c->ns, m))));
	lift_out(e, c->ns, m);
	return behind_lifted(e);
}

static enum step open_html(struct entry *e)
{
	struct cursor *c = &e->c;
	size_t kind = line_html(c, e->lazy_ok);

	if (!kind)
		return STEP_NONE;
	begin_block(e);
	e->st->leaf = LEAF_HTML;
	e->st->html_kind = kind;
	if (kind == 2 && e->was == LEAF_PARAGRAPH && attrlist_looks(span_of(c->p, c->n), c->ns))
		doc_remark(e->sc->d, "attribute-in-text", entry_src(e), (struct span){ 0 },
			   "\"%.*s\" stands inside a paragraph and marks nothing. Two paragraphs were joined here? Put an empty line before it, "
			   "or type: chapeau track %.*s",
			   SPAN_ARG(entry_rest(e)), SPAN_ARG(md_draft_name(e->sc->d)));
	if (kind <= 5 && line_html_end(c, kind))
		stream_end_leaf(e->st);
	else if (kind == 2)
		comment_check(e->sc, e->base + c->ns, e->next);
	return put_whole(e);
}

/* A list at the end of a heading's last line, which stands in the page already, is cut off it again. */
static void cut_tag(struct entry *e)
{
	struct stream *st = e->st;
	struct page *p = e->p;
	size_t to = st->para_end, line_at = p->lines[p->line_count - 1].at, keep;
	struct cursor left = { .p = e->sc->s.p + st->para_begin };
	struct attrs *a = NULL;
	struct origin o = { 0 };

	if (!tag_at_end(e->sc, st->para_begin, &to, &a, &o))
		return;
	if (a)
		page_attach(p, st->para_line, 0, a, o);
	left.n = to - st->para_begin;
	keep = st->para_words + left.n;
	if (!left.n && st->para_lines > 1) {
		/* All of the line: an empty one would end the heading. */
		text_cut(&p->text, line_at);
		p->line_count--;
		return;
	}
	if (keep < line_at || keep > p->text.bytes.n)
		return;
	text_cut(&p->text, keep);
	/* "- {#a}" is words, "-" is none. */
	if (left.n && (line_begins_block(&left, st->para_lines > 1) || line_setext(&left)))
		page_put(p, MARKER, sizeof(MARKER) - 1);
	else if (only_definitions(st))
		page_put(p, " " MARKER, sizeof(MARKER));
	page_put(p, "\n", 1);
}

static enum step setext_heading(struct entry *e)
{
	if (!e->para_here || !line_setext(&e->c))
		return STEP_NONE;
	if (only_definitions(e->st))
		return STEP_WORDS;
	cut_tag(e);
	stream_end_leaf(e->st);
	put_whole(e);
	e->p->lines[e->p->line_count - 1].body = NO_BODY;
	return STEP_DONE;
}

/* 3. What this line opens, one after the other. */
static enum step open_blocks(struct entry *e)
{
	enum step r = STEP_AGAIN;

	while (r == STEP_AGAIN) {
		bool in_table = e->all && !e->opened && e->was == LEAF_TABLE;

		line_look(&e->c);
		if (line_blank(&e->c))
			return STEP_WORDS;
		if (e->c.indent >= 4) {
			if (e->lazy_ok || in_table)
				return STEP_WORDS;
			begin_block(e);
			e->st->leaf = LEAF_CODE;
			return put_whole(e);
		}
		if ((!e->lazy_ok && (r = e->fresh_item ? item_tag(e) : lone_tag(e))) || (r = open_quote(e)) || (r = atx_heading(e)) ||
		    (r = open_fence(e)) || (r = comment_before_words(e)) || (r = open_html(e)) || (r = setext_heading(e)))
			continue;
		if (line_thematic(&e->c)) {
			begin_block(e);
			return put_whole(e);
		}
		r = open_item(e, in_table);
	}
	return r;
}

/* The row of dashes under a paragraph of one line with bars: that was a table's header. */
static enum step table_head(struct entry *e)
{
	struct scanner *sc = e->sc;
	struct stream *st = e->st;
	struct cursor *c = &e->c;
	enum cell_align aligns[LIMIT_TABLE_COLUMNS];
	size_t columns, header, begin = st->para_begin, end = st->para_end, from = begin;
	struct table *t;

	if (st->para_lines != 1 || (c->p[c->ns] != '|' && c->p[c->ns] != '-' && c->p[c->ns] != ':') ||
	    !table_delimiters(span_of(c->p + c->ns, c->n - c->ns), aligns, ARRAY_LEN(aligns), &columns) ||
	    !memchr(sc->s.p + begin, '|', end - begin))
		return STEP_NONE;
	header = table_split(span_sub(sc->s, begin, end), NULL, 0);
	if (columns > LIMIT_TABLE_COLUMNS || header > LIMIT_TABLE_COLUMNS) {
		over(sc, e->base, "this table has more than %u columns: split it", LIMIT_TABLE_COLUMNS);
		return STEP_DONE;
	}
	t = ARENA_NEW(&sc->d->arena, struct table);
	t->columns = header;
	t->aligns = ARENA_ARRAY(&sc->d->arena, header, enum cell_align);
	memcpy(t->aligns, aligns, (header < columns ? header : columns) * sizeof(*aligns));
	t->origin.begin = e->p->lines[e->p->line_count - 1].src;
	if (columns != header)
		doc_remark(sc->d, "table-ragged", entry_src(e), (struct span){ 0 },
			   "this row of dashes has %zu column%s, the row above it has %zu: give both the same number of bars |", columns,
			   columns == 1 ? "" : "s", header);
	/* The header row stands in the page as text: its cells take its place. */
	text_cut(&e->p->text, st->para_out);
	stream_end_leaf(st);
	st->leaf = LEAF_TABLE;
	st->table = t;
	while (from && sc->s.p[from - 1] != '\n' && sc->s.p[from - 1] != '\r')
		from--;
	table_row(sc, st, begin, end, from, e->base, true);
	t->origin.end = scan_src_end(sc, e->next);
	return STEP_DONE;
}

/* What looks like a container's line and is none: the words under it would be public. */
static void remark_container(struct entry *e)
{
	struct span rest = entry_rest(e), name = { 0 };
	const char *why;
	bool opens = false;

	if ((rest.p[0] != ':' && (signed char)rest.p[0] >= 0) || e->sc->raw)
		return;
	if (container_unseen(rest))
		why = "opens nothing, because of a character that is no colon or cannot be seen. The words under it would be PUBLIC. Type the line again, as in "
		      "\"::: internal\"";
	else if (container_line(rest, &name))
		why = "opens and closes nothing here: it must stand at the margin, without spaces, > or a list mark before it. The words under it would be "
		      "PUBLIC. Move it to the margin";
	else if (container_short(rest))
		why = "opens nothing: it takes three colons, as in \"::: internal\". The words under it would be PUBLIC. Add the third";
	else
		return;
	/* The line that closes what did not open is no second slip. */
	for (size_t i = 0; i < rest.n; i++)
		opens = opens || ascii_letter(rest.p[i]);
	if (e->sc->loose_containers && !opens) {
		e->sc->loose_containers--;
		return;
	}
	e->sc->loose_containers += opens;
	doc_remark(e->sc->d, "container-open", entry_src(e), (struct span){ 0 }, "\"%.*s\" %s", SPAN_ARG(rest), why);
}

/* A paragraph beyond all measure: its further lines are one. */
static void put_on_last_line(struct entry *e)
{
	struct page *p = e->p;
	char *end = p->text.bytes.p + p->text.bytes.n;

	if (end[-1] == '\n' || end[-1] == '\r')
		*--end = ' ';
	if (end > p->text.bytes.p && end[-1] == '\r')
		*--end = ' ';
	p->lines[p->line_count - 1].end = (uint32_t)scan_src_end(e->sc, e->next);
	page_copy(e->sc, p, e->base + e->c.ns, e->next);
}

static void put_words(struct entry *e, bool lazy)
{
	struct stream *st = e->st;
	struct page *p = e->p;
	struct cursor *c = &e->c;
	struct span label;

	remark_container(e);
	if (c->p[c->ns] == '[' && attrlist_in_definition(entry_rest(e)))
		doc_remark(e->sc->d, "attribute-malformed", entry_src(e), (struct span){ 0 },
			   "\"%.*s\" marks nothing, so the text below it would be PUBLIC: a hidden tag is written <!-- {.internal} -->", SPAN_ARG(entry_rest(e)));
	count_signs(e->sc, st, c, e->base, c->ns);
	if (st->para_lines > LIMIT_PARAGRAPH_LINES && !e->lift.count && !e->lift.cut && p->text.bytes.n) {
		put_on_last_line(e);
		return;
	}
	begin_page_line(e);
	put_until(e, e->base + c->ns);
	page_body(p);
	if (lazy) {
		/* cmark adds it from where the containers that it has end, white space and all. */
		struct page_line *l = &p->lines[p->line_count - 1];

		l->body = l->at + (uint32_t)(e->lazy_i + (e->lazy_tab > 0));
		l->pad = (uint8_t)e->lazy_tab;
	}
	st->para_begin = e->base + c->ns;
	st->para_end = e->base + c->n;
	st->para_out = p->text.bytes.n;
	/* A note's definition that does not stand at the margin is no link definition either: its words would vanish. */
	if (e->escaped || (st->para_lines == 1 && c->p[c->ns] == '[' && note_head(span_of(c->p, c->n), c->ns, &label)))
		page_put(p, "\\", 1);
	st->para_words = p->text.bytes.n;
	page_copy(e->sc, p, e->base + c->ns, e->next);
}

/* 4. Text, or an item with nothing on its line. */
static void words(struct entry *e)
{
	struct stream *st = e->st;
	bool lazy = !e->all && !e->opened && e->was == LEAF_PARAGRAPH;

	if (line_blank(&e->c)) {
		st->depth = e->depth;
		stream_end_leaf(st);
		put_whole(e);
		return;
	}
	if (lazy) {
		/* The containers stay open. */
		st->para_lines += 2;
	} else if (e->all && !e->opened && e->was == LEAF_PARAGRAPH) {
		if (table_head(e))
			return;
		st->para_lines++;
	} else if (e->all && !e->opened && e->was == LEAF_TABLE) {
		table_row(e->sc, st, e->base + e->c.ns, e->base + e->c.n, e->base, e->next, false);
		return;
	} else {
		begin_block(e);
		st->leaf = LEAF_PARAGRAPH;
		st->para_lines = 1;
		st->para_line = (uint32_t)e->p->line_count + 1;
	}
	put_words(e, lazy);
}

void scan_line(struct scanner *sc, struct stream *st, size_t base, size_t n, size_t next, size_t cut, const char *lead)
{
	struct entry e; /* its ranges are many, and few lines have one */

	e.sc = sc;
	e.st = st;
	e.p = st->page;
	/* Columns are those of the page, where lead stands. */
	e.c = (struct cursor){ .p = sc->s.p + base, .n = n, .i = cut, .col = cut ? strlen(lead) : 0 };
	e.base = base;
	e.next = next;
	e.lift.cut = cut;
	e.lift.lead = lead;
	e.lift.count = 0;
	e.was = st->leaf;
	e.markers = e.item_column = e.bare_offset = 0;
	e.opened = e.fresh_item = e.interrupting = e.escaped = false;
	match_containers(&e);
	if (inside_literal(&e))
		return;
	if (line_blank(&e.c)) {
		/* An item that began with an empty line and goes on with one is over: cmark closes it by itself. */
		st->depth = e.depth;
		stream_end_leaf(st);
		put_whole(&e);
		return;
	}
	e.lazy_ok = e.was == LEAF_PARAGRAPH;
	e.para_here = e.all && e.lazy_ok;
	if (open_blocks(&e) != STEP_DONE)
		words(&e);
}

/* ---- all lines ---- */

static bool literal(const struct stream *st)
{
	return st->leaf == LEAF_FENCE || st->leaf == LEAF_CODE || (st->leaf == LEAF_HTML && st->html_kind <= 5 && st->html_kind != 2);
}

/* Bytes of the signs of suggestions before a line's blanks, markers, signs of quotations or note's label (FORMAT.md F5, rule 5), by which its
 * words stand in what they or the lines above open: without this the lines behind it would be indented code, in which signs mean nothing. */
static size_t signs_before(const struct scanner *sc, const struct stream *st, size_t base, size_t n)
{
	struct span line = span_sub(sc->s, base, base + n);
	struct span label;
	struct cursor c;
	size_t skip = 0, m, matching;

	if (st->leaf == LEAF_FENCE || st->leaf == LEAF_HTML)
		return 0;
	while ((m = sign_length(line, skip)) > 0)
		skip += m;
	if (!skip || note_head(line, skip, &label))
		return skip;
	c = (struct cursor){ .p = line.p + skip, .n = line.n - skip };
	matching = count_matching(st, &c);
	line_look(&c);
	if (line_blank(&c))
		return st->depth && st->leaf == LEAF_NONE ? skip : 0; /* or the signs would end the item that they stand between paragraphs of */
	if (c.indent >= 4)
		return 0;
	if (matching)
		return skip;
	m = c.p[c.ns] == '>' ? 1 : line_list_marker(&c, st->leaf == LEAF_PARAGRAPH);
	if (!m)
		return 0;
	/* Not where they would begin with code. */
	line_advance_to(&c, c.ns + m);
	line_look(&c);
	return c.indent <= 4 ? skip : 0;
}

static void scan_noted(struct scanner *sc, size_t base, size_t n, size_t next)
{
	const struct stream *before = sc->in_note ? &sc->notes : &sc->body, *after;
	enum leaf was = before->leaf;
	bool code = literal(before) && was != LEAF_CODE, comment = was == LEAF_HTML && before->html_kind == 2;
	size_t skip = signs_before(sc, before, base, n);
	struct line_kind *k;

	sc->signed_fence = false;
	scan_any(sc, base + skip, n - skip, next);
	after = sc->in_note ? &sc->notes : &sc->body;
	if (sc->kind_count == sc->kind_cap) {
		sc->kind_cap = sc->kind_cap ? 2 * sc->kind_cap : 256;
		sc->kinds = mem_resize(sc->kinds, sc->kind_cap, sizeof(*sc->kinds));
	}
	k = &sc->kinds[sc->kind_count++];
	*k = (struct line_kind){ .begin = (uint32_t)scan_src(sc, base) };
	/* A block whose containers ended with this line does not reach over it. */
	k->code = !sc->signed_fence && (literal(after) || (code && (after->leaf == was || after->leaf == LEAF_NONE)));
	k->comment = comment || (after->leaf == LEAF_HTML && after->html_kind == 2);
	k->continues = after == before && ((was == LEAF_PARAGRAPH && after->leaf == LEAF_PARAGRAPH && after->para_lines > 1) ||
					   (was == LEAF_HTML && after->leaf == LEAF_HTML));
}

static int scan_all(struct doc *d, const struct text *reading, struct page *ret, struct line_kind **ret_kinds, size_t *ret_count, struct fault *f)
{
	struct scanner *sc = mem_zero(1, sizeof(*sc));
	struct page page = { 0 };
	size_t at = 0, lf = 0, cr = 0;
	int r;

	sc->d = d;
	sc->raw = ret_kinds != NULL;
	sc->in = reading;
	sc->s = buf_span(&reading->bytes);
	sc->f = f;
	sc->body.page = &page;
	sc->notes.page = &sc->note_page;
	buf_reserve(&page.text.bytes, sc->s.n + sc->s.n / 16 + 64);
	/* The file's own BOM is not in the text.  One that is, say behind front matter, is a character, which cmark would take for
	 * the file's if it began the page. */
	if (span_find(sc->s, SPAN_LIT(UTF8_BOM), 0) != SIZE_MAX) {
		page_begin_line(&page, scan_src(sc, 0), scan_src(sc, 0));
		page_put(&page, "\n", 1);
	}
	while (at < sc->s.n && !sc->failed) {
		size_t end, next;

		/* Looked for again only when passed: a file may have one kind of line end only. */
		if (lf <= at && lf != SIZE_MAX && (lf < at || sc->s.p[lf] != '\n'))
			lf = span_find_char(sc->s, '\n', at);
		if (cr <= at && cr != SIZE_MAX && (cr < at || sc->s.p[cr] != '\r'))
			cr = span_find_char(sc->s, '\r', at);
		end = lf < cr ? lf : cr;
		if (end == SIZE_MAX)
			end = next = sc->s.n;
		else
			next = end + 1 == lf ? end + 2 : end + 1;
		if (ret_kinds)
			scan_noted(sc, at, end - at, next);
		else
			scan_any(sc, at, end - at, next);
		at = next;
	}
	for (size_t i = 0; i < sc->container_depth && i < ARRAY_LEN(sc->containers); i++)
		doc_remark(d, "container-open", sc->containers[i].begin, (struct span){ 0 },
			   "\"::: internal\" is not closed: everything from here to the end counts as internal. Put \":::\" on a line of its own behind the last "
			   "internal paragraph");
	r = sc->failed;
	if (!r && ret_kinds) {
		*ret_kinds = sc->kinds;
		*ret_count = sc->kind_count;
		sc->kinds = NULL;
		page_done(&page);
	} else if (!r) {
		notes_append(&page, &sc->note_page, &sc->body);
		page_begin_line(&page, d->source.n, d->source.n);
		page.line_count--; /* the end, which is no line */
		*ret = page;
	} else {
		page_done(&page);
	}
	page_done(&sc->note_page);
	free(sc->kinds);
	free(sc);
	return r;
}

int page_scan(struct doc *d, const struct text *reading, struct page *ret, struct fault *f)
{
	return scan_all(d, reading, ret, NULL, NULL, f);
}

int page_lines(struct doc *d, const struct text *reading, struct line_kind **ret, size_t *ret_count, struct fault *f)
{
	/* What this scan finds wrong, it finds in a text that nobody means: signs and all. */
	struct doc *scratch = doc_new(d->path);
	int r;

	scratch->source = d->source;
	r = scan_all(scratch, reading, NULL, ret, ret_count, f);
	doc_free(scratch);
	return r;
}
