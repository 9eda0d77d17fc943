/*
 * What a line opens: tags, quotations, headings, fences, HTML, rules and items, one behind the other.
 */
#include "format/md/scan_line.h"

#include <stdlib.h>

#include "base/utf8.h"

#define FENCE_MAX 255u /* cmark counts no further */

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

static void lift_add(struct lift *l, size_t begin, size_t end)
{
	if (l->count && l->ranges[l->count - 1].end == begin)
		l->ranges[l->count - 1].end = end;
	else if (l->count < ARRAY_LEN(l->ranges))
		l->ranges[l->count++] = (struct origin){ begin, end };
}

/* The line's bytes [begin, end) are lifted out, and the cursor goes on behind them, as if the rest stood where they did. */
static void lift_out(struct entry *e, size_t begin, size_t end)
{
	lift_add(&e->lift, begin, end);
	e->c.i = end;
	e->c.tab = 0;
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
	entry_begin_line(e);
	entry_put_until(e, e->base + c->n);
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
	entry_begin_block(e);
	entry_begin_line(e);
	entry_put_until(e, e->base + e->c.ns);
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
	entry_begin_block(e);
	if (++e->markers > LIMIT_LINE_CONTAINERS) {
		scan_over(e->sc, e->base + e->c.ns, "more than %u quotation and list marks stand on this line: remove some", LIMIT_LINE_CONTAINERS);
		return false;
	}
	if (e->depth >= LIMIT_BLOCK_DEPTH) {
		scan_over(e->sc, at, "lists and quotations are nested more than %u deep here: flatten them", LIMIT_BLOCK_DEPTH);
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
	entry_begin_block(e);
	scan_count_signs(sc, e->st, &e->c, e->base, e->c.ns);
	e->st->brackets = e->st->angles = 0;
	if (!tag_at_end(sc, e->base + text, &to, &a, &o))
		return entry_put_whole(e);
	if (a)
		page_attach(e->p, (uint32_t)e->p->line_count + 1, 0, a, o);
	entry_begin_line(e);
	entry_put_until(e, to);
	if (e->base + e->c.n < e->next)
		page_copy(sc, e->p, e->base + e->c.n, e->next);
	return STEP_DONE;
}

size_t scan_sign_length(struct span s, size_t at)
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
	while (!m && e->sc->raw && (n = scan_sign_length(span_of(c.p, c.n), c.ns)) > 0) {
		c.ns += n;
		m = line_fence(&c);
		e->sc->signed_fence = m != 0;
	}
	if (!m)
		return STEP_NONE;
	entry_begin_block(e);
	e->st->leaf = LEAF_FENCE;
	e->st->fence = c.p[c.ns];
	e->st->fence_length = m > FENCE_MAX ? FENCE_MAX : m;
	entry_put_whole(e);
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
	entry_begin_block(e);
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
	return entry_put_whole(e);
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
	entry_put_whole(e);
	e->p->lines[e->p->line_count - 1].body = NO_BODY;
	return STEP_DONE;
}

/* 3. What this line opens, one after the other. */
enum step entry_open_blocks(struct entry *e)
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
			entry_begin_block(e);
			e->st->leaf = LEAF_CODE;
			return entry_put_whole(e);
		}
		if ((!e->lazy_ok && (r = e->fresh_item ? item_tag(e) : lone_tag(e))) || (r = open_quote(e)) || (r = atx_heading(e)) ||
		    (r = open_fence(e)) || (r = comment_before_words(e)) || (r = open_html(e)) || (r = setext_heading(e)))
			continue;
		if (line_thematic(&e->c)) {
			entry_begin_block(e);
			return entry_put_whole(e);
		}
		r = open_item(e, in_table);
	}
	return r;
}
