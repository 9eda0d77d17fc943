#include "tree.h"

#include "model/statement.h"
#include "model/text.h"

static void put_escaped(struct buf *out, struct span s)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n')
			buf_str(out, "\\n");
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < 32 || c == 127)
			buf_printf(out, "\\x%02x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static void put_place(struct doc *d, struct origin o, struct buf *out)
{
	size_t line, column;

	doc_position(d, o.begin, &line, &column);
	buf_printf(out, " @%zu:%zu", line, column);
	doc_position(d, o.end, &line, &column);
	buf_printf(out, "-%zu:%zu", line, column);
}

static void put_mark(const struct mark *m, struct buf *out)
{
	static const char *const names[] = { "inserted", "deleted", "moved-from", "moved-to", "highlight" };

	for (; m; m = m->outer) {
		buf_printf(out, " [%s s%u", names[m->kind], m->group);
		if (m->author.n)
			buf_printf(out, " by %.*s", SPAN_ARG(m->author));
		if (m->time.n)
			buf_printf(out, " %.*s", SPAN_ARG(m->time));
		for (const struct comment *c = m->comments; c; c = c->next) {
			buf_str(out, " comment ");
			put_escaped(out, c->text);
		}
		buf_char(out, ']');
	}
}

static void put_run(struct doc *d, const struct run *r, unsigned flags, struct buf *out)
{
	static const char *const kinds[] = { "text", "soft", "hard", "note", "image", "xref", "comment" };
	static const char *const formats[] = { "emph", "strong", "code", "strike", "underline", "super", "sub" };

	buf_printf(out, "%s", kinds[r->kind]);
	for (unsigned i = 0; i < ARRAY_LEN(formats); i++)
		if (r->format & 1u << i)
			buf_printf(out, " %s", formats[i]);
	if (r->link) {
		buf_printf(out, " link ");
		put_escaped(out, r->link->url);
	}
	if (r->kind == RUN_NOTE)
		buf_printf(out, " %u", r->note->number);
	if (r->kind == RUN_XREF)
		buf_printf(out, " #%.*s", SPAN_ARG(r->target));
	if (r->kind == RUN_IMAGE) {
		buf_char(out, ' ');
		put_escaped(out, r->image->url);
	}
	if (r->text.n) {
		buf_char(out, ' ');
		put_escaped(out, r->text);
	}
	if (r->kind == RUN_COMMENT)
		for (const struct comment *c = r->comment; c; c = c->next) {
			buf_printf(out, " @%.*s ", SPAN_ARG(c->author));
			put_escaped(out, c->text);
		}
	put_mark(r->mark, out);
	if (flags & TREE_POSITIONS)
		put_place(d, r->src, out);
	buf_char(out, '\n');
}

static void put_tree(struct doc *d, struct block *top, unsigned flags, unsigned indent, struct buf *out)
{
	for (struct block *b = top->first; b; b = block_next(b, top)) {
		unsigned depth = indent;

		for (struct block *p = b->parent; p && p != top; p = p->parent)
			depth++;
		for (unsigned i = 0; i < depth; i++)
			buf_str(out, "  ");
		buf_str(out, block_kind_name(b->kind));
		if (b->kind == BLOCK_HEADING)
			buf_printf(out, " %u", b->level);
		if (b->kind == BLOCK_LIST)
			buf_printf(out, " %s%s", b->ordered ? "ordered" : "bullet", b->tight ? " tight" : "");
		if (b->kind == BLOCK_LIST && b->ordered && b->start != 1)
			buf_printf(out, " from %u", b->start);
		if (b->info.n)
			buf_printf(out, " info %.*s", SPAN_ARG(b->info));
		if (b->header)
			buf_str(out, " header");
		if (b->align)
			buf_printf(out, " align %d", (int)b->align);
		if (b->attrs) {
			buf_str(out, b->attrs->hidden ? " {hidden" : " {");
			if (b->attrs->id.n)
				buf_printf(out, " #%.*s", SPAN_ARG(b->attrs->id));
			if (b->attrs->classes & CLASS_INTERNAL)
				buf_str(out, " .internal");
			if (b->attrs->classes & CLASS_RATIONALE)
				buf_str(out, " .rationale");
			if (b->attrs->classes & CLASS_ORAL)
				buf_str(out, " .oral");
			if (b->attrs->classes & CLASS_UNNUMBERED)
				buf_str(out, " .unnumbered");
			for (size_t i = 0; i < b->attrs->count; i++) {
				buf_printf(out, " %.*s=", SPAN_ARG(b->attrs->items[i].key));
				put_escaped(out, b->attrs->items[i].value);
			}
			buf_str(out, " }");
		}
		if (b->internal)
			buf_str(out, " internal");
		if (b->in_container)
			buf_str(out, " container");
		put_mark(b->mark, out);
		if (b->break_mark) {
			buf_str(out, " break");
			put_mark(b->break_mark, out);
		}
		if (flags & TREE_POSITIONS) {
			put_place(d, b->origin, out);
			if (b->attr_origin.end) {
				buf_str(out, " attrs");
				put_place(d, b->attr_origin, out);
			}
		}
		buf_char(out, '\n');
		for (size_t i = 0; i < b->run_count; i++) {
			for (unsigned k = 0; k <= depth; k++)
				buf_str(out, "  ");
			put_run(d, &b->runs[i], flags, out);
		}
	}
}

void tree_print(struct doc *d, unsigned flags, struct buf *out)
{
	put_tree(d, d->root, flags, 0, out);
	for (size_t i = 0; i < d->note_count; i++) {
		struct note *n = d->notes[i];

		buf_printf(out, "note %u [^%.*s]%s%s", n->number, SPAN_ARG(n->label), n->internal ? " internal" : "", n->duplicate ? " duplicate" : "");
		if (flags & TREE_POSITIONS)
			put_place(d, n->origin, out);
		buf_char(out, '\n');
		put_tree(d, n->body, flags, 1, out);
	}
	for (size_t i = 0; i < d->suggestion_count; i++) {
		static const char *const kinds[] = { "insert", "delete", "replace" };
		struct suggestion *s = &d->suggestions[i];

		buf_printf(out, "s%u %s", s->number, kinds[s->kind]);
		if (s->outer)
			buf_printf(out, " in s%u", s->outer);
		if (s->author.n)
			buf_printf(out, " by %.*s %.*s", SPAN_ARG(s->author), SPAN_ARG(s->time));
		buf_char(out, ' ');
		put_escaped(out, s->old_text);
		buf_char(out, ' ');
		put_escaped(out, s->new_text);
		for (const struct comment *c = s->comments; c; c = c->next) {
			buf_printf(out, " @%.*s ", SPAN_ARG(c->author));
			put_escaped(out, c->text);
		}
		if (flags & TREE_POSITIONS)
			put_place(d, s->origin, out);
		buf_char(out, '\n');
	}
	if (!(flags & TREE_REMARKS))
		return;
	for (size_t i = 0; i < d->remark_count; i++) {
		size_t line, column;

		doc_position(d, d->remarks[i].offset, &line, &column);
		buf_printf(out, "%zu:%zu: %.*s [%s]\n", line, column, SPAN_ARG(d->remarks[i].message), d->remarks[i].rule);
	}
}

/* ---- the model that a copy has to bring home ---- */

static bool held_back(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->internal || attrs_has(b->attrs, CLASS_RATIONALE | CLASS_ORAL))
			return true;
	return false;
}

/* Who did what, without the numbers that files give; a comment on it, and replies. */
static void model_mark(const struct mark *m, struct buf *out)
{
	static const char *const names[] = { "inserted", "deleted", "deleted", "inserted", "highlight" };

	for (; m; m = m->outer) {
		if (m->kind == MARK_HIGHLIGHT && !m->comments)
			continue;
		buf_printf(out, " [%s", names[m->kind]);
		if (m->kind != MARK_HIGHLIGHT)
			buf_printf(out, " by %.*s %.*s", SPAN_ARG(m->author), SPAN_ARG(m->time));
		for (const struct comment *c = m->comments; c; c = c->next)
			if (c->text.n) {
				buf_printf(out, " @%.*s ", SPAN_ARG(c->author));
				put_escaped(out, c->text);
			}
		buf_char(out, ']');
	}
}

static void model_attributes(const struct statement *st, const struct run *r, const struct block *b, struct buf *out)
{
	static const char *const formats[] = { "emph", "strong", "code", "strike", "underline", "super", "sub" };

	for (unsigned i = 0; i < ARRAY_LEN(formats); i++)
		if (r->format & 1u << i)
			buf_printf(out, " %s", formats[i]);
	if (r->link)
		buf_printf(out, " link %.*s", SPAN_ARG(r->link->url));
	if (r->kind == RUN_NOTE)
		buf_printf(out, " note %u", r->note->number);
	if (r->kind == RUN_IMAGE)
		buf_str(out, " image");
	if (r->kind == RUN_XREF) {
		const struct clause *k = statement_find((struct statement *)st, r->target);

		/* By its first words: ids are not in a copy.  To a label above a list it leads whichever items have ids of their own. */
		const struct block *leaf = k && k->leaf_count && !k->block->labelled ? k->leaves[0] : k ? k->block : NULL;
		CLEANUP(buf_done) struct buf words = { 0 };
		size_t n;

		while (leaf && !block_is_leaf(leaf))
			leaf = block_next(leaf, k->block);
		if (leaf)
			text_of_leaf(leaf, READING_REJECTED, &words);
		n = span_find_char(buf_span(&words), '[', 0);
		n = n > words.n ? words.n : n;
		buf_str(out, " reference to ");
		put_escaped(out, span_sub(buf_span(&words), 0, n < 24 ? n : 24));
	}
	if (r->kind == RUN_COMMENT)
		for (const struct comment *c = r->comment; c; c = c->next) {
			buf_printf(out, " comment @%.*s ", SPAN_ARG(c->author));
			put_escaped(out, c->text);
		}
	model_mark(b->mark, out);
	model_mark(r->mark, out);
}

/* A space between two kinds of words is the later one's. */
static void model_flush(struct buf *words, struct span attributes, bool code, struct buf *out)
{
	bool space = !code && words->n && words->p[words->n - 1] == ' ';

	if (!words->n && !attributes.n)
		return;
	words->n -= space;
	if (!words->n && space && !attributes.n) {
		words->n = 1;
		return;
	}
	put_escaped(out, buf_span(words));
	buf_add(out, attributes);
	buf_char(out, '\n');
	buf_clear(words);
	if (space)
		buf_char(words, ' ');
}

/* A line for each stretch of words of one kind; white space is one space, and none at the ends. */
static void model_leaf(const struct statement *st, const struct block *b, struct buf *out)
{
	CLEANUP(buf_done) struct buf words = { 0 }, now = { 0 }, last = { 0 };
	bool space = b->kind != BLOCK_CODE;

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct span text = r->kind == RUN_SOFT ? (text_soft_space(b, i) ? SPAN_LIT(" ") : (struct span){ 0 }) : r->kind == RUN_HARD ? SPAN_LIT("/") : r->text;
		bool point = r->kind == RUN_NOTE || r->kind == RUN_IMAGE || r->kind == RUN_XREF || r->kind == RUN_COMMENT;

		if (!text.n && !point)
			continue;
		buf_clear(&now);
		model_attributes(st, r, b, &now);
		if (point || !span_eq(buf_span(&now), buf_span(&last)))
			model_flush(&words, buf_span(&last), b->kind == BLOCK_CODE, out);
		buf_clear(&last);
		buf_add(&last, buf_span(&now));
		for (size_t k = 0; k < text.n; k++) {
			bool blank = b->kind != BLOCK_CODE && (text.p[k] == ' ' || text.p[k] == '\t');

			if (!blank || !(space || (words.n && words.p[words.n - 1] == ' ')))
				buf_char(&words, blank ? ' ' : text.p[k]);
			space = blank;
		}
		if (point) {
			model_flush(&words, buf_span(&last), b->kind == BLOCK_CODE, out);
			buf_clear(&last);
			space = false;
		}
	}
	while (words.n && words.p[words.n - 1] == ' ')
		words.n--;
	model_flush(&words, buf_span(&last), b->kind == BLOCK_CODE, out);
}

/* How deep a block stands in lists, items and quotes. */
static size_t depth_of(const struct block *b)
{
	size_t n = 0;

	for (; b; b = b->parent)
		n += b->kind == BLOCK_LIST || b->kind == BLOCK_ITEM || b->kind == BLOCK_QUOTE;
	return n;
}

/* A line for each list, item and quote around b that was not opened before, outermost first: "2 list ordered". */
static void model_around(struct block *b, bool *opened, struct buf *out)
{
	for (size_t depth = 1, all = depth_of(b->parent); depth <= all; depth++) {
		struct block *x = b->parent;
		const struct block *before;

		while (depth_of(x) != depth || (x->kind != BLOCK_LIST && x->kind != BLOCK_ITEM && x->kind != BLOCK_QUOTE))
			x = x->parent;
		if (opened[x->serial])
			continue;
		opened[x->serial] = true;
		before = x->prev;
		while (before && held_back(before))
			before = before->prev;
		/* Two quotes in a row look like one. */
		if (x->kind == BLOCK_QUOTE && before && before->kind == BLOCK_QUOTE && opened[before->serial])
			continue;
		buf_printf(out, "%zu %s%s\n", depth, block_kind_name(x->kind), x->kind != BLOCK_LIST ? "" : x->ordered ? " ordered" : " bullets");
	}
}

/* Leaves in order, and what they stand in. */
static void model_tree(const struct statement *st, struct block *top, bool *opened, struct buf *out)
{
	for (struct block *b = top->first; b; b = block_next(b, top)) {
		if (held_back(b) || b->kind == BLOCK_LIST || b->kind == BLOCK_ITEM || b->kind == BLOCK_QUOTE)
			continue;
		model_around(b, opened, out);
		if (depth_of(b))
			buf_printf(out, "%zu ", depth_of(b));
		buf_str(out, block_kind_name(b->kind));
		if (b->kind == BLOCK_HEADING)
			buf_printf(out, " %u", b->level);
		if (b->printed.n && (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING))
			buf_printf(out, " %.*s", SPAN_ARG(b->printed));
		if (b->header)
			buf_str(out, " header");
		if (b->break_mark) {
			buf_str(out, " break");
			model_mark(b->break_mark, out);
		}
		buf_char(out, '\n');
		if (block_is_leaf(b))
			model_leaf(st, b, out);
	}
}

/* Notes in the order of the text that is shown: those of held back text alone are not. */
static size_t shown_notes(struct doc *d, unsigned *numbers)
{
	unsigned count = 0;

	for (struct block *b = d->root; b; b = block_next(b, d->root))
		for (size_t i = 0; i < b->run_count && !held_back(b); i++)
			if (b->runs[i].kind == RUN_NOTE && !numbers[b->runs[i].note->index])
				numbers[b->runs[i].note->index] = ++count;
	for (size_t i = 0; i < d->note_count; i++)
		d->notes[i]->number = numbers[i];
	return count;
}

void tree_model(struct doc *d, enum numbering numbering, struct buf *out)
{
	struct statement *st = statement_new(d);
	unsigned *numbers = mem_zero(d->note_count + 1, sizeof(unsigned));
	bool *opened = mem_zero(d->block_count + 1, sizeof(bool));
	size_t count = shown_notes(d, numbers);

	number_doc(d, numbering);
	model_tree(st, d->root, opened, out);
	for (size_t i = 1; i <= count; i++)
		for (size_t k = 0; k < d->note_count; k++)
			if (numbers[k] == i) {
				buf_printf(out, "note %zu\n", i);
				model_tree(st, d->notes[k]->body, opened, out);
			}
	mem_free(opened);
	mem_free(numbers);
	statement_free(st);
}
