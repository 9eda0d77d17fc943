#include "tree.h"

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
