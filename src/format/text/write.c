#include "format/text/text.h"

#include "base/utf8.h"
#include "model/text.h"

struct writer {
	const struct outdoc *o;
	struct buf *out;
	bool notes; /* some note is referred to */
	bool first; /* of an item: its number or bullet is still to be printed on the leaf's line */
};

static void put_line(struct writer *w, struct span text)
{
	if (!text.n)
		return;
	text_fold(text, w->out);
	buf_char(w->out, '\n');
}

/* What a terminal or a form would take for a command is shown as a blank: nobody hides anything in plain text. */
static void put_text(struct writer *w, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= ' ' && c != 0x7f)
			continue;
		buf_put(w->out, s.p + from, i - from);
		buf_char(w->out, c == '\t' ? '\t' : ' ');
		from = i + 1;
	}
	buf_put(w->out, s.p + from, s.n - from);
}

/* ---- marks ---- */

static void put_comments(struct writer *w, const struct comment *c)
{
	for (; c; c = c->next) {
		BUF_LIT(w->out, " [");
		put_text(w, c->author);
		if (c->author.n && c->text.n)
			BUF_LIT(w->out, ": ");
		put_text(w, c->text);
		BUF_LIT(w->out, "]");
	}
}

static bool is_deletion(const struct mark *m)
{
	return m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
}

struct open_marks {
	const struct mark *items[MARK_DEPTH];
	size_t count;
};

static void set_marks(struct writer *w, struct open_marks *open, const struct mark *m)
{
	const struct mark *want[MARK_DEPTH];
	size_t n = mark_chain(m, want), same = 0;

	while (same < n && same < open->count && want[same] == open->items[same])
		same++;
	while (open->count > same) {
		const struct mark *closing = open->items[--open->count];

		/* A highlight is there for its comment, which says enough. */
		buf_str(w->out, closing->kind == MARK_HIGHLIGHT ? "" : is_deletion(closing) ? "-]" : "+}");
		put_comments(w, closing->comments);
	}
	for (; open->count < n; open->count++) {
		open->items[open->count] = want[open->count];
		buf_str(w->out, want[open->count]->kind == MARK_HIGHLIGHT ? "" : is_deletion(want[open->count]) ? "[-" : "{+");
	}
}

/* ---- leaves ---- */

static void put_runs(struct writer *w, const struct block *b, const struct mark *around)
{
	struct open_marks open = { 0 };

	set_marks(w, &open, around);
	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		const struct run *next = i + 1 < b->run_count ? &b->runs[i + 1] : NULL;

		set_marks(w, &open, r->mark ? r->mark : around);
		switch (r->kind) {
		case RUN_TEXT:
		case RUN_IMAGE:
			put_text(w, r->text);
			break;
		case RUN_XREF:
			put_text(w, r->printed);
			break;
		case RUN_SOFT:
			if (text_soft_space(b, i))
				buf_char(w->out, ' ');
			break;
		case RUN_HARD:
			buf_char(w->out, '\n');
			break;
		case RUN_NOTE:
			w->notes = true;
			buf_printf(w->out, "[%u]", r->note->number);
			break;
		case RUN_COMMENT:
			put_comments(w, r->comment);
			break;
		}
		if (r->link && !r->link->autolink && r->link->url.n && (!next || next->link != r->link) &&
		    !span_eq(r->link->url, r->text)) {
			BUF_LIT(w->out, " <");
			put_text(w, r->link->url);
			buf_char(w->out, '>');
		}
	}
	set_marks(w, &open, NULL);
	if (b->break_mark)
		buf_str(w->out, is_deletion(b->break_mark) ? "[-¶-]" : "{+¶+}");
}

static void put_indent(struct writer *w, const struct block *b)
{
	size_t depth = 0;

	for (const struct block *p = b->parent; p; p = p->parent)
		depth += p->kind == BLOCK_ITEM || p->kind == BLOCK_QUOTE;
	for (; depth; depth--)
		BUF_LIT(w->out, "    ");
}

static void put_number(struct writer *w, const struct block *b)
{
	if (!b->printed.n)
		return;
	put_text(w, b->printed);
	buf_str(w->out, number_takes_stop(b->printed) ? ". " : " ");
}

/* The item whose first words are this leaf's, perhaps through a quote or a table; NULL: none, or another item is nearer. */
static const struct block *opened_item(const struct block *b)
{
	for (; b->parent && b->parent->first == b; b = b->parent)
		if (b->parent->kind == BLOCK_ITEM)
			return b->parent;
	return NULL;
}

static void put_item_number(struct writer *w, const struct block *item)
{
	if (item->printed.n)
		put_number(w, item);
	else
		buf_str(w->out, item->parent->ordered ? "    " : "-   ");
}

/* The number or bullet of an item stands on the line of its first leaf; items that open with items stand there too. */
static void put_leader(struct writer *w, const struct block *b)
{
	const struct block *item = opened_item(b), *outer = item ? opened_item(item) : NULL;

	put_indent(w, outer ? outer : item ? item : b);
	if (outer)
		put_item_number(w, outer);
	if (item)
		put_item_number(w, item);
	put_number(w, b);
}

static void underline(struct writer *w, size_t from, char c)
{
	size_t n = utf8_width(span_of(w->out->p + from, w->out->n - from));

	buf_char(w->out, '\n');
	for (; n; n--)
		buf_char(w->out, c);
}

static void put_code(struct writer *w, const struct block *b)
{
	struct buf text = { 0 };
	struct span rest;

	text_of_leaf(b, READING_MARKED, &text);
	rest = buf_span(&text);
	while (rest.n && rest.p[rest.n - 1] == '\n')
		rest.n--;
	while (rest.n) {
		size_t end = span_find_char(rest, '\n', 0);

		if (end == SIZE_MAX)
			end = rest.n;
		put_indent(w, b);
		BUF_LIT(w->out, "    ");
		put_text(w, span_sub(rest, 0, end));
		buf_char(w->out, '\n');
		rest = span_sub(rest, end < rest.n ? end + 1 : end, rest.n);
	}
	buf_done(&text);
}

/* Is it printed without an empty line before it? */
static bool is_close(const struct block *b)
{
	const struct block *c = b;

	while (c->parent && c->parent->kind != BLOCK_ROOT && c->parent->first == c)
		c = c->parent;
	if (c->kind == BLOCK_ROW || (c->prev && c->prev->label_line.n))
		return true;
	if (c->kind == BLOCK_ITEM)
		return c->parent->tight;
	return c->parent && c->parent->kind == BLOCK_ITEM && c->parent->parent->tight;
}

static void put_block(struct writer *w, const struct block *b, const struct mark *around)
{
	size_t from;

	if ((block_is_leaf(b) && b->kind != BLOCK_CELL) || b->kind == BLOCK_RULE || b->kind == BLOCK_ROW || (b->kind == BLOCK_ITEM && !b->first))
		if (w->out->n && !is_close(b))
			buf_char(w->out, '\n');
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
		put_leader(w, b);
		put_runs(w, b, around);
		buf_char(w->out, '\n');
		break;
	case BLOCK_HEADING:
		put_leader(w, b);
		from = w->out->n;
		while (from && w->out->p[from - 1] != '\n')
			from--;
		put_runs(w, b, around);
		if (b->level <= 2 && w->out->n > from)
			underline(w, from, b->level == 1 ? '=' : '-');
		buf_char(w->out, '\n');
		break;
	case BLOCK_CODE:
		if (opened_item(b)) {
			put_leader(w, b);
			buf_char(w->out, '\n');
		}
		put_code(w, b);
		break;
	case BLOCK_RULE:
		put_indent(w, b);
		BUF_LIT(w->out, "* * *\n");
		break;
	case BLOCK_ROW:
		put_leader(w, b);
		break;
	case BLOCK_CELL:
		if (b->prev)
			BUF_LIT(w->out, " | ");
		put_runs(w, b, around);
		if (!b->next)
			buf_char(w->out, '\n');
		break;
	case BLOCK_ITEM:
		if (b->first)
			break;
		put_indent(w, b);
		put_item_number(w, b);
		buf_char(w->out, '\n');
		break;
	case BLOCK_ROOT:
	case BLOCK_QUOTE:
	case BLOCK_LIST:
	case BLOCK_TABLE:
		break;
	}
}

static const struct mark *mark_around(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->mark)
			return b->mark;
	return NULL;
}

static void put_below(struct writer *w, const struct block *top)
{
	for (const struct block *b = block_next(top, top); b; b = block_next(b, top))
		put_block(w, b, mark_around(b));
}

static void put_opening(struct writer *w)
{
	const struct outdoc *o = w->o;
	size_t from;

	for (struct span rest = o->banner, line; span_split(&rest, '\n', &line);)
		put_line(w, line);
	put_line(w, o->speech.delivery);
	if (o->information_block) {
		put_line(w, o->organisation);
		put_line(w, o->document_label);
	}
	if (o->title.n) {
		if (w->out->n)
			buf_char(w->out, '\n');
		from = w->out->n;
		text_fold(o->title, w->out);
		underline(w, from, '=');
		BUF_LIT(w->out, "\n");
	}
	if (o->information_block && (o->input_to.n || o->group.n || o->shown_date.n)) {
		buf_char(w->out, '\n');
		put_line(w, o->input_to);
		put_line(w, o->group);
		put_line(w, o->shown_date);
	}
}

static void put_endorsers(struct writer *w)
{
	if (!w->o->endorser_count)
		return;
	buf_char(w->out, '\n');
	put_line(w, w->o->endorsers_label);
	for (size_t i = 0; i < w->o->endorser_count; i++)
		put_line(w, w->o->endorsers[i]);
}

static void put_notes(struct writer *w)
{
	for (unsigned number = 1; number <= w->o->doc->note_count; number++) {
		const struct note *n = outdoc_note(w->o, number);
		size_t from;

		if (!n || !n->number)
			continue;
		from = w->out->n;
		put_below(w, n->body);
		/* put_block left an empty line; the number stands on the first line of words. */
		while (from < w->out->n && w->out->p[from] == '\n')
			from++;
		{
			struct buf body = { 0 };

			buf_put(&body, w->out->p + from, w->out->n - from);
			w->out->n = from;
			buf_printf(w->out, "[%u] ", n->number);
			buf_add(w->out, buf_span(&body));
			buf_done(&body);
		}
	}
}

int text_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f)
{
	struct writer w = { .o = out, .out = ret };

	(void)o, (void)f;
	put_opening(&w);
	put_below(&w, out->doc->root);
	put_endorsers(&w);
	put_notes(&w);
	return 0;
}

int text_reopen(struct span bytes, struct buf *ret_text, struct fault *f)
{
	(void)f;
	buf_add(ret_text, bytes);
	return 0;
}
