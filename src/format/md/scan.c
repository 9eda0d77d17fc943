/*
 * The line scan: CommonMark's block structure as far as it decides what a line is, and on the way everything
 * that is ours and not cmark's is lifted out (FORMAT.md F3, F6).  What is lifted out leaves a marker: an HTML
 * comment on a line of its own, that cmark keeps apart from everything around it and that build.c knows by its line.
 */
#include "format/md/scan_line.h"

#include <stdlib.h>

#include "base/utf8.h"

/* ---- limits ---- */

void scan_over(struct scanner *sc, size_t at, const char *what, unsigned limit)
{
	if (!sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, at), what, limit);
}

void scan_count_signs(struct scanner *sc, struct stream *st, const struct cursor *c, size_t base, size_t from)
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

/* ---- one line ---- */

/* The line's bytes up to end of the reading, less what was lifted out. */
void entry_put_until(struct entry *e, size_t end)
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

void entry_begin_line(struct entry *e)
{
	page_begin_line(e->p, scan_src(e->sc, e->base), scan_src_end(e->sc, e->next));
}

enum step entry_put_whole(struct entry *e)
{
	entry_begin_line(e);
	entry_put_until(e, e->next);
	return STEP_DONE;
}

/* A block begins here: what was open beyond depth is over. */
void entry_begin_block(struct entry *e)
{
	e->st->depth = e->depth;
	stream_end_leaf(e->st);
	if (e->depth)
		e->st->boxes[e->depth - 1].filled = true;
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
		return entry_put_whole(e);
	entry_begin_line(e);
	entry_put_until(e, e->base + end);
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
	return entry_put_whole(e);
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
		entry_put_whole(&e);
		return;
	}
	e.lazy_ok = e.was == LEAF_PARAGRAPH;
	e.para_here = e.all && e.lazy_ok;
	if (entry_open_blocks(&e) != STEP_DONE)
		entry_words(&e);
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
	while ((m = scan_sign_length(line, skip)) > 0)
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
