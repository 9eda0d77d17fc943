/*
 * Clean CommonMark, with pipe tables and footnotes, from an outdoc.
 *
 * A numbered paragraph is written as an item of an ordered list where CommonMark would count the same, its number
 * typed out otherwise; (a) and (i) are typed, in bullet lists, since CommonMark knows no such lists.  Marks become
 * CriticMarkup around words, and around the break between two paragraphs (FORMAT.md F5): a line that holds nothing but
 * a suggestion goes when it is settled, so whole blocks need no other form.
 */
#include "format/md/write_internal.h"

#include "model/text.h"

/* ---- lines and prefixes ---- */

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n && s.n <= 9;
}

/* The signs of a list and of one directly before it must differ, or they would be one list. */
static bool other_sign(struct writer *w, const struct block *list)
{
	size_t depth = 0;

	for (const struct block *p = list->parent; p; p = p->parent)
		depth += p->kind == BLOCK_LIST;
	if (depth >= ARRAY_LEN(w->signs))
		depth = ARRAY_LEN(w->signs) - 1;
	if (w->signs[depth].list != list) {
		w->signs[depth].other = list->prev && w->signs[depth].list == list->prev && list->prev->ordered == list->ordered &&
					!w->signs[depth].other;
		w->signs[depth].list = list;
	}
	return w->signs[depth].other;
}

static size_t put_marker(struct writer *w, const struct block *item)
{
	const struct block *list = item->parent;
	struct buf *out = w->out;
	size_t from = out->n;

	if (list->ordered && all_digits(item->printed)) {
		buf_add(out, item->printed);
		buf_str(out, other_sign(w, list) ? ") " : ". ");
	} else {
		buf_str(out, other_sign(w, list) ? "* " : "- ");
	}
	return out->n - from;
}

/* The signs and blanks before a line of b.  first: b's first line, where markers of items that begin here are due. */
void md_writer_prefix(struct writer *w, const struct block *b, bool first)
{
	const struct block *chain[128];
	size_t n = 0;

	for (const struct block *p = b; p && p->kind != BLOCK_ROOT && n < ARRAY_LEN(chain); p = p->parent)
		if (p->kind == BLOCK_ITEM || p->kind == BLOCK_QUOTE)
			chain[n++] = p;
	if (w->note) {
		const struct block *p = b;

		while (p->parent && p->parent->first == p)
			p = p->parent;
		if (first && p == w->note->body)
			buf_printf(w->out, "[^%u]: ", w->note->number);
		else
			BUF_LIT(w->out, "    ");
	}
	while (n--) {
		const struct block *p = b;
		size_t from = w->out->n, width;

		if (chain[n]->kind == BLOCK_QUOTE) {
			BUF_LIT(w->out, "> ");
			continue;
		}
		width = put_marker(w, chain[n]);
		while (p != chain[n] && p->parent->first == p)
			p = p->parent;
		if (first && p == chain[n])
			continue;
		w->out->n = from;
		for (; width; width--)
			buf_char(w->out, ' ');
	}
}

void md_writer_trim_line(struct writer *w)
{
	while (w->out->n && w->out->p[w->out->n - 1] == ' ')
		w->out->n--;
}

/* ---- blocks ---- */

/* The block that begins with b and is not the first of what it stands in. */
static const struct block *opener(const struct block *b)
{
	while (b->parent && b->parent->kind != BLOCK_ROOT && b->parent->first == b)
		b = b->parent;
	return b;
}

static bool needs_blank(const struct block *c)
{
	if (c->kind == BLOCK_ROW || c->kind == BLOCK_CELL)
		return false;
	if (c->kind == BLOCK_ITEM)
		return !c->parent->tight;
	return !(c->parent->kind == BLOCK_ITEM && c->parent->parent->tight);
}

static bool begins_with_space(const struct block *b)
{
	size_t i = 0;

	while (i < b->run_count && b->runs[i].kind == RUN_TEXT && !b->runs[i].text.n)
		i++;
	return i < b->run_count && b->runs[i].kind == RUN_TEXT && b->runs[i].text.p[0] == ' ';
}

static void separate(struct writer *w, const struct block *b, bool first)
{
	const struct block *c = opener(b);
	const struct mark *m = w->last && b->kind == BLOCK_PARAGRAPH ? w->last->break_mark : NULL;

	if (first || w->ended)
		return;
	if (m) {
		bool space = (w->out->n && w->out->p[w->out->n - 1] == ' ') || begins_with_space(b);

		/* Where the two are one paragraph the space between them counts. */
		md_writer_trim_line(w);
		buf_str(w->out, space ? " " : "");
		buf_str(w->out, md_writer_is_deletion(m) ? "{--" : "{++");
	}
	buf_char(w->out, '\n');
	if (needs_blank(c)) {
		md_writer_prefix(w, c->parent, false);
		md_writer_trim_line(w);
		buf_char(w->out, '\n');
	}
}

static void close_break(struct writer *w, const struct block *b)
{
	const struct mark *m = w->last && b->kind == BLOCK_PARAGRAPH ? w->last->break_mark : NULL;

	if (!m)
		return;
	buf_str(w->out, md_writer_is_deletion(m) ? "--}" : "++}");
	md_writer_comments(w, m);
}

/* A typed number before the words: "(a) ", "12 bis. ". */
static void put_number(struct writer *w, const struct block *b)
{
	struct span s = b->printed;

	if (!s.n || !w->o)
		return;
	md_writer_escaped(w, s);
	if (number_takes_stop(b->printed))
		buf_str(w->out, all_digits(s) ? "\\. " : ". ");
	else
		buf_char(w->out, ' ');
}

/* Those of the items that begin with b, outermost first: an outer one that begins with a list has no line of its own. */
static void put_item_number(struct writer *w, const struct block *b)
{
	const struct block *chain[128];
	size_t n = 0;

	for (const struct block *p = b; p->parent && p->parent->first == p && n < ARRAY_LEN(chain); p = p->parent)
		if (p->parent->kind == BLOCK_ITEM)
			chain[n++] = p->parent;
	while (n--)
		if (!(chain[n]->parent->ordered && all_digits(chain[n]->printed)))
			put_number(w, chain[n]);
}

/* The same on a line of their own, before a block that has no words to type them in front of.  apart: it needs an empty line. */
static void put_item_number_line(struct writer *w, const struct block *b, bool apart)
{
	size_t from = w->out->n;

	put_item_number(w, b);
	if (w->out->n == from)
		return;
	md_writer_trim_line(w);
	buf_char(w->out, '\n');
	if (apart) {
		md_writer_prefix(w, b, false);
		md_writer_trim_line(w);
		buf_char(w->out, '\n');
	}
	md_writer_prefix(w, b, false);
	w->line = w->out->n;
}

static void put_paragraph(struct writer *w, const struct block *b)
{
	bool item = w->o && b->parent->kind == BLOCK_ROOT && !w->note && all_digits(b->printed) && b->printed.p[0] != '0';
	uint64_t number = 0, before = w->last_number;

	w->last_number = 0;
	if (item && span_number(b->printed, 999999999, &number) &&
	    (!before || before + 1 == number || !b->prev || b->prev->kind != BLOCK_PARAGRAPH)) {
		buf_add(w->out, b->printed);
		BUF_LIT(w->out, ". ");
		w->last_number = number;
		w->line = w->out->n;
	} else {
		put_number(w, b);
		put_item_number(w, b);
	}
	md_writer_inlines(w, b);
	if (!w->last_number)
		return;
	if (!b->next || b->next->kind != BLOCK_PARAGRAPH || !all_digits(b->next->printed))
		w->last_number = 0;
}

static void put_heading(struct writer *w, const struct block *b)
{
	size_t hash;

	for (unsigned i = 0; i < (b->level < 1 ? 1 : b->level > 6 ? 6 : b->level); i++)
		buf_char(w->out, '#');
	buf_char(w->out, ' ');
	w->line = w->out->n;
	if (b->printed.n && w->o) {
		md_writer_escaped(w, b->printed);
		buf_str(w->out, number_takes_stop(b->printed) ? ". " : " ");
	}
	put_item_number(w, b);
	md_writer_inlines(w, b);
	hash = w->out->n;
	if (hash > w->line && w->out->p[hash - 1] == '#' && !(hash - 1 > w->line && w->out->p[hash - 2] == '\\')) {
		w->out->p[hash - 1] = '\\';
		buf_char(w->out, '#');
	}
}

static void put_code_block(struct writer *w, const struct block *b)
{
	struct buf text = { 0 };
	struct span rest;
	size_t longest = 2, run = 0;
	const struct mark *m = b->run_count && b->runs[0].mark ? b->runs[0].mark : b->mark ? b->mark : w->around;

	/* All of it came or went: no sign can stand inside. */
	for (size_t i = 1; i < b->run_count; i++)
		m = b->runs[i].mark == b->runs[0].mark ? m : NULL;
	md_writer_set_marks(w, m);
	text_of_leaf(b, READING_MARKED, &text);
	rest = buf_span(&text);
	if (rest.n && rest.p[rest.n - 1] == '\n')
		rest.n--;
	for (size_t i = 0; i < rest.n; i++) {
		run = rest.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		buf_char(w->out, '`');
	for (bool more = text.n != 0; more;) {
		size_t end = span_find_char(rest, '\n', 0);

		more = end != SIZE_MAX;
		buf_char(w->out, '\n');
		md_writer_prefix(w, b, false);
		buf_add(w->out, span_sub(rest, 0, more ? end : rest.n));
		rest = more ? span_sub(rest, end + 1, rest.n) : rest;
	}
	buf_char(w->out, '\n');
	md_writer_prefix(w, b, false);
	for (size_t i = 0; i <= longest; i++)
		buf_char(w->out, '`');
	if (w->open_count) {
		buf_char(w->out, '\n');
		md_writer_prefix(w, b, false);
		md_writer_close_marks(w, 0);
	}
	buf_done(&text);
}

static void put_row(struct writer *w, const struct block *row)
{
	static const char *const rules[] = {
		[ALIGN_NONE] = "---|", [ALIGN_LEFT] = ":--|", [ALIGN_CENTRE] = ":-:|", [ALIGN_RIGHT] = "--:|",
	};
	const struct mark *around = w->around;

	buf_char(w->out, '|');
	for (const struct block *c = row->first; c; c = c->next) {
		size_t from;

		buf_char(w->out, ' ');
		from = w->line = w->out->n;
		w->around = c->mark ? c->mark : around;
		md_writer_inlines(w, c);
		/* Bars are borders unless escaped; a code span with one is written without its signs. */
		buf_clear(&w->escaped);
		buf_put(&w->escaped, w->out->p + from, w->out->n - from);
		w->out->n = from;
		for (size_t i = 0; i < w->escaped.n; i++) {
			char sign = w->escaped.p[i];

			if (sign == '|')
				buf_char(w->out, '\\');
			buf_char(w->out, sign);
			if (sign == '\\' && i + 1 < w->escaped.n)
				buf_char(w->out, w->escaped.p[++i]);
		}
		BUF_LIT(w->out, " |");
	}
	w->around = around;
	if (row->prev)
		return;
	buf_char(w->out, '\n');
	md_writer_prefix(w, row, false);
	buf_char(w->out, '|');
	for (const struct block *c = row->first; c; c = c->next)
		buf_str(w->out, rules[c->align]);
}

static const struct mark *mark_around(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->mark)
			return b->mark;
	return NULL;
}

/* An attribute list in the form that other programs hide. */
static void put_list(struct writer *w, const struct attrs *a)
{
	BUF_LIT(w->out, "<!-- {");
	if (a->id.n) {
		buf_char(w->out, '#');
		buf_add(w->out, a->id);
	}
	if (a->classes & CLASS_UNNUMBERED)
		buf_str(w->out, a->id.n ? " .unnumbered" : ".unnumbered");
	for (size_t i = 0; i < a->count; i++) {
		bool first = !i && !a->id.n && !(a->classes & CLASS_UNNUMBERED), bare = a->items[i].value.n > 0;

		if (!first)
			buf_char(w->out, ' ');
		buf_add(w->out, a->items[i].key);
		buf_char(w->out, '=');
		for (size_t k = 0; k < a->items[i].value.n; k++)
			bare = bare && memchr(" \t\"'`=<>{}[]", a->items[i].value.p[k], 13) == NULL;
		if (bare) {
			buf_add(w->out, a->items[i].value);
			continue;
		}
		buf_char(w->out, '"');
		for (size_t k = 0; k < a->items[i].value.n; k++) {
			if (a->items[i].value.p[k] == '"' || a->items[i].value.p[k] == '\\')
				buf_char(w->out, '\\');
			buf_char(w->out, a->items[i].value.p[k]);
		}
		buf_char(w->out, '"');
	}
	BUF_LIT(w->out, "} -->");
}

/* That of a top-level block of a draft, on a line above its first. */
static void put_attributes(struct writer *w, const struct block *b)
{
	while (b->parent->kind != BLOCK_ROOT && b->parent->first == b)
		b = b->parent;
	if (w->o || !b->attrs || b->parent->kind != BLOCK_ROOT || w->note)
		return;
	put_list(w, b->attrs);
	buf_char(w->out, '\n');
}

/* That of a list item, first in it. */
static void put_item_attributes(struct writer *w, const struct block *b)
{
	const struct block *item = b->parent;

	if (w->o || w->note || item->kind != BLOCK_ITEM || item->first != b || !item->attrs)
		return;
	put_list(w, item->attrs);
	buf_char(w->out, ' ');
}

/* ---- blocks that came or went as a whole ---- */

static bool same_hand(const struct mark *a, const struct mark *b)
{
	return a && b && md_writer_is_deletion(a) == md_writer_is_deletion(b) && span_eq(a->author, b->author) && span_eq(a->time, b->time);
}

static const struct mark *outermost(const struct mark *m)
{
	while (m && m->outer)
		m = m->outer;
	return m;
}

/* The one change that all words of b came or went with, or NULL: one suggestion can be written around it. */
static const struct mark *mark_of_all(const struct block *b)
{
	const struct mark *all = NULL;

	for (const struct block *x = b; x; x = block_next(x, b)) {
		const struct mark *around = mark_around(x);

		if (x->break_mark)
			return NULL;
		for (size_t i = 0; i < x->run_count; i++) {
			const struct mark *m = outermost(x->runs[i].mark ? x->runs[i].mark : around);

			if (!m || m->kind == MARK_HIGHLIGHT || (all && !same_hand(all, m)))
				return NULL;
			/* What was said of one change is said once. */
			if (all && m != all && (all->comments || m->comments) && all->group != m->group)
				return NULL;
			all = all ? all : m;
		}
	}
	/* A row of empty cells has no words to say it. */
	if (!all && b->kind == BLOCK_ROW && b->mark && b->mark->kind != MARK_HIGHLIGHT)
		all = b->mark;
	/* A row is by its own mark; words alone leave it. */
	for (const struct block *x = b; all && x; x = block_next(x, b))
		if ((x == b && x->kind != BLOCK_TABLE) || x->kind == BLOCK_ROW)
			all = x->mark && !x->mark->outer && same_hand(x->mark, all) ? all : NULL;
	return all;
}

/* The block that is written as one suggestion and begins with leaf or row b, or NULL: a table, a row, a paragraph between others. */
static const struct block *unit_at(const struct writer *w, const struct block *b)
{
	const struct block *table = b->kind == BLOCK_ROW ? b->parent : NULL;
	const struct mark *m;

	if (table && table->first == b && table->parent->kind == BLOCK_ROOT && !w->note && mark_of_all(table))
		return table;
	m = table && table->first == b ? NULL : b->mark;
	if (!m || m->kind == MARK_HIGHLIGHT || (b->kind != BLOCK_ROW && (b->parent->kind != BLOCK_ROOT || w->note || (b->prev && b->prev->break_mark))))
		return NULL;
	return mark_of_all(b) ? b : NULL;
}

/* Behind its last line: taken out plainly, it leaves what stands around it as it was (FORMAT.md F5, rule 5). */
static void end_unit(struct writer *w, const struct block *unit)
{
	if (unit->kind != BLOCK_ROW)
		buf_str(w->out, unit->next ? "\n\n" : "\n");
	buf_str(w->out, md_writer_is_deletion(w->unit) ? "--}" : "++}");
	md_writer_comments(w, w->unit);
	w->ended = unit->kind != BLOCK_ROW;
	w->unit = NULL;
}

static void put_below(struct writer *w, const struct block *top, bool first)
{
	const struct block *unit = NULL;

	w->last = NULL;
	w->ended = false;
	for (const struct block *b = block_next(top, top), *next; b; b = next) {
		next = block_next(b, top);
		if (b->kind == BLOCK_QUOTE || b->kind == BLOCK_LIST || b->kind == BLOCK_TABLE || (b->kind == BLOCK_ITEM && b->first))
			continue;
		if (b->kind == BLOCK_ROW)
			next = block_next_skip(b, top);
		w->around = mark_around(b);
		if (b->kind != BLOCK_PARAGRAPH)
			w->last_number = 0;
		if (!unit && (unit = unit_at(w, b))) {
			const struct mark *m = mark_of_all(unit);

			if (unit->kind != BLOCK_ROW)
				separate(w, b, first);
			buf_str(w->out, md_writer_is_deletion(m) ? "{--" : "{++");
			w->unit = m;
			w->ended = unit->kind != BLOCK_ROW;
		}
		separate(w, b, first);
		w->ended = false;
		put_attributes(w, b);
		md_writer_prefix(w, b, true);
		put_item_attributes(w, b);
		close_break(w, b);
		w->line = w->out->n;
		first = false;
		switch (b->kind) {
		case BLOCK_PARAGRAPH:
			put_paragraph(w, b);
			break;
		case BLOCK_HEADING:
			put_heading(w, b);
			break;
		case BLOCK_CODE:
			put_item_number_line(w, b, false);
			put_code_block(w, b);
			break;
		case BLOCK_RULE:
			put_item_number_line(w, b, false);
			BUF_LIT(w->out, "* * *");
			break;
		case BLOCK_ROW:
			put_item_number_line(w, b, true);
			put_row(w, b);
			break;
		case BLOCK_ITEM: /* an empty one */
			if (b->parent->ordered && !all_digits(b->printed))
				put_number(w, b);
			md_writer_trim_line(w);
			break;
		case BLOCK_ROOT:
		case BLOCK_QUOTE:
		case BLOCK_LIST:
		case BLOCK_TABLE:
		case BLOCK_CELL:
			break;
		}
		w->last = block_is_leaf(b) ? b : NULL;
		if (unit && next == block_next_skip(unit, top)) {
			end_unit(w, unit);
			unit = NULL;
		}
	}
}

/* ---- around the text ---- */

static void put_line(struct writer *w, const char *sign, struct span text)
{
	struct buf folded = { 0 };

	if (!text.n)
		return;
	if (w->out->n)
		BUF_LIT(w->out, "\n\n");
	buf_str(w->out, sign);
	text_fold(text, &folded);
	md_escape(buf_span(&folded), w->out);
	buf_done(&folded);
}

static void put_lines(struct writer *w, struct span text)
{
	struct span line;

	while (span_split(&text, '\n', &line))
		put_line(w, "", line);
}

int md_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f)
{
	struct writer w = { .o = out, .out = ret };

	(void)o, (void)f;
	put_lines(&w, out->banner);
	put_line(&w, "", out->speech.delivery);
	if (out->information_block) {
		put_line(&w, "", out->organisation);
		put_line(&w, "", out->document_label);
	}
	put_line(&w, "# ", out->title);
	if (out->information_block) {
		put_line(&w, "", out->input_to);
		put_line(&w, "", out->group);
		put_line(&w, "", out->shown_date);
	}
	put_below(&w, out->doc->root, !ret->n);
	if (out->endorser_count) {
		put_line(&w, "", out->endorsers_label);
		for (size_t i = 0; i < out->endorser_count; i++)
			put_line(&w, "- ", out->endorsers[i]);
	}
	for (unsigned i = 1; i <= out->doc->note_count; i++) {
		w.note = outdoc_note(out, i);
		if (!w.note)
			continue;
		if (ret->n)
			BUF_LIT(ret, "\n\n");
		put_below(&w, w.note->body, true);
	}
	if (ret->n)
		buf_char(ret, '\n');
	buf_done(&w.escaped);
	return 0;
}

int md_write_draft(const struct doc *d, struct buf *ret, struct fault *f)
{
	struct writer w = { .out = ret };
	CLEANUP(mem_freep) const struct note **by_number = mem_zero(d->note_count + 1, sizeof(*by_number));
	size_t from = ret->n;
	bool ended = false;

	(void)f;
	put_below(&w, d->root, true);
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->number <= d->note_count)
			by_number[d->notes[i]->number] = d->notes[i];
	for (size_t number = 1; number <= d->note_count; number++) {
		const struct mark *m;

		w.note = by_number[number];
		if (!w.note)
			continue;
		m = w.note->mark;
		if (ret->n > from && !ended)
			BUF_LIT(ret, "\n\n");
		if (m)
			buf_str(ret, md_writer_is_deletion(m) ? "{--" : "{++");
		put_below(&w, w.note->body, true);
		ended = m != NULL;
		if (m) {
			buf_str(ret, number < d->note_count ? "\n\n" : "\n");
			buf_str(ret, md_writer_is_deletion(m) ? "--}" : "++}");
			md_writer_comments(&w, &(struct mark){ .kind = m->kind, .author = m->author, .time = m->time });
		}
	}
	if (ret->n > from)
		buf_char(ret, '\n');
	buf_done(&w.escaped);
	return 0;
}

/* Signs that stand between letters of one visible word go, so that it is whole again; what is escaped stays. */
int md_reopen(struct span bytes, struct buf *ret_text, struct fault *f)
{
	(void)f;
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if (c == '\\' && i + 1 < bytes.n && bytes.p[i + 1] != '\n')
			c = bytes.p[++i];
		else if (c == '*' || c == '`' || c == '<' || c == '>' || c == '[' || c == ']')
			continue;
		buf_char(ret_text, c);
	}
	return 0;
}
