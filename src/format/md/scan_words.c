/*
 * The words of a line: of a paragraph, which goes on or begins, or of a row; a row of dashes makes a table of the line above it.
 */
#include "format/md/scan_line.h"

#include "base/utf8.h"

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
		scan_over(sc, e->base, "this table has more than %u columns: split it", LIMIT_TABLE_COLUMNS);
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
	scan_count_signs(e->sc, st, c, e->base, c->ns);
	if (st->para_lines > LIMIT_PARAGRAPH_LINES && !e->lift.count && !e->lift.cut && p->text.bytes.n) {
		put_on_last_line(e);
		return;
	}
	entry_begin_line(e);
	entry_put_until(e, e->base + c->ns);
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
void entry_words(struct entry *e)
{
	struct stream *st = e->st;
	bool lazy = !e->all && !e->opened && e->was == LEAF_PARAGRAPH;

	if (line_blank(&e->c)) {
		st->depth = e->depth;
		stream_end_leaf(st);
		entry_put_whole(e);
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
		entry_begin_block(e);
		st->leaf = LEAF_PARAGRAPH;
		st->para_lines = 1;
		st->para_line = (uint32_t)e->p->line_count + 1;
	}
	put_words(e, lazy);
}
