#include "format/compare/internal.h"

#include <stdlib.h>

#include "base/show.h"
#include "base/utf8.h"

#define INDENT 4u
#define EQUAL_MOST 420u  /* bytes of unchanged words that are shown whole; longer stretches keep their ends */
#define EQUAL_KEEP 160u

#define COLOR_OLD "\033[31;9m"
#define COLOR_NEW "\033[32;1;4m"
#define COLOR_HEAD "\033[1m"
#define COLOR_END "\033[0m"

struct page {
	const struct compare_options *o;
	struct buf *out;
	unsigned width, column;
	struct buf word; /* the word in hand, signs and colours in it */
	unsigned word_width;
	bool space;      /* one stands before it */
};

/* Appends with control and bidirectional characters shown by number; white space as it is. */
static void put_safe(struct buf *out, struct span s)
{
	/* A file's name may be any bytes. */
	if (utf8_invalid(s) != SIZE_MAX) {
		show_line(out, s);
		return;
	}
	for (size_t i = 0, from; i < s.n;) {
		uint32_t cp;

		from = i;
		cp = utf8_next(s.p, s.n, &i);
		if (character_hidden(cp) || cp == '\t' || cp == '\n')
			buf_printf(out, "<U+%04X>", cp);
		else
			buf_put(out, s.p + from, i - from);
	}
}

static void end_word(struct page *p)
{
	if (!p->word.n)
		return;
	if (p->space && p->column + 1 + p->word_width > p->width && p->column > INDENT) {
		BUF_LIT(p->out, "\n");
		for (unsigned i = 0; i < INDENT; i++)
			buf_char(p->out, ' ');
		p->column = INDENT;
	} else if (p->space && p->column > INDENT) {
		buf_char(p->out, ' ');
		p->column++;
	}
	buf_add(p->out, buf_span(&p->word));
	p->column += p->word_width;
	buf_clear(&p->word);
	p->word_width = 0;
	p->space = false;
}

static void put_space(struct page *p)
{
	end_word(p);
	p->space = true;
}

static void put_glyphs(struct page *p, struct span s)
{
	size_t from = p->word.n;

	put_safe(&p->word, s);
	p->word_width += (unsigned)utf8_width(span_sub(buf_span(&p->word), from, p->word.n));
}

/* Words with spaces between; scripts without spaces may break after any wide character. */
static void put_words(struct page *p, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n;) {
		size_t at = i;
		uint32_t cp = utf8_next(s.p, s.n, &i);

		if (cp == ' ') {
			put_glyphs(p, span_sub(s, from, at));
			put_space(p);
			from = i;
		} else if (cp >= 0x2e80 && cp_ideograph(cp)) {
			put_glyphs(p, span_sub(s, from, i));
			if (p->column + p->word_width >= p->width) {
				end_word(p);
				BUF_LIT(p->out, "\n    ");
				p->column = INDENT;
			} else {
				end_word(p);
			}
			from = i;
		}
	}
	put_glyphs(p, span_sub(s, from, s.n));
}

static void new_line(struct page *p)
{
	end_word(p);
	BUF_LIT(p->out, "\n    ");
	p->column = INDENT;
	p->space = false;
}

static void sign(struct page *p, char op, bool open)
{
	if (op == '=')
		return;
	if (p->o->color) {
		buf_str(&p->word, !open ? COLOR_END : op == '-' ? COLOR_OLD : COLOR_NEW);
		return;
	}
	buf_str(&p->word, op == '-' ? open ? "[-" : "-]" : open ? "{+" : "+}");
	p->word_width += 2;
}

static void put_equal(struct page *p, struct span s, bool first, bool last, bool shorten)
{
	size_t head, tail;

	if (!shorten || s.n <= EQUAL_MOST) {
		put_words(p, s);
		return;
	}
	head = first ? 0 : EQUAL_KEEP;
	while (head && head < s.n && s.p[head] != ' ')
		head++;
	tail = last ? s.n : s.n - EQUAL_KEEP;
	while (tail < s.n && s.p[tail] != ' ')
		tail++;
	if (tail <= head) {
		put_words(p, s);
		return;
	}
	put_words(p, span_sub(s, 0, head));
	put_space(p);
	put_words(p, SPAN_LIT("..."));
	put_words(p, span_sub(s, tail, s.n));
}

static void put_changed(struct page *p, const struct shown_list *l, size_t i)
{
	const struct shown *x = &l->items[i], *before = i ? x - 1 : NULL, *after = i + 1 < l->count ? x + 1 : NULL;
	struct part near[3] = { { .op = x->op, .text = x->text } };
	bool lead, tail;

	if (before && before->kind == SHOWN_TEXT)
		near[1] = (struct part){ .op = before->op, .text = before->text };
	if (after && after->kind == SHOWN_TEXT)
		near[2] = (struct part){ .op = after->op, .text = after->text };
	part_edges(near[1].op ? &near[1] : NULL, &near[0], near[2].op ? &near[2] : NULL, &lead, &tail);
	if (lead)
		put_space(p);
	sign(p, x->op, true);
	put_words(p, span_sub(x->text, lead, x->text.n - tail));
	sign(p, x->op, false);
	if (tail)
		put_space(p);
}

static void put_entry_text(struct page *p, const struct comparison *c, const struct change_entry *e, struct shown_list *l)
{
	bool changed = false;

	show_entry(e, l);
	if (p->o->audience == AUDIENCE_PUBLIC)
		show_printed(c, p->o, l);
	for (size_t i = 0; i < l->count; i++)
		changed = changed || l->items[i].op != '=';
	BUF_LIT(p->out, "    ");
	p->column = INDENT;
	p->space = false;
	for (size_t i = 0; i < l->count; i++) {
		const struct shown *x = &l->items[i];

		switch (x->kind) {
		case SHOWN_LINE:
			new_line(p);
			continue;
		case SHOWN_CELL:
			put_words(p, SPAN_LIT(" | "));
			continue;
		case SHOWN_NOTE:
			new_line(p);
			sign(p, x->op, true);
			put_glyphs(p, SPAN_LIT("footnote:"));
			sign(p, x->op, false);
			put_space(p);
			continue;
		case SHOWN_BREAK:
			put_space(p);
			sign(p, x->op, true);
			put_glyphs(p, SPAN_LIT("paragraph break"));
			sign(p, x->op, false);
			put_space(p);
			continue;
		case SHOWN_TEXT:
			break;
		}
		if (x->op == '=') {
			put_equal(p, x->text, i == 0, i + 1 == l->count, changed && !p->o->whole);
			continue;
		}
		put_changed(p, l, i);
	}
	end_word(p);
	BUF_LIT(p->out, "\n");
}

static void upper(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_char(b, (char)(*s >= 'a' && *s <= 'z' ? *s - 32 : *s));
}

static void word_count(struct buf *b, size_t n)
{
	buf_number(b, n);
	buf_str(b, n == 1 ? " word" : " words");
}

static void put_head(struct page *p, const struct comparison *c, const struct change_entry *e)
{
	const struct clause *k = e->to ? e->to : e->from;
	struct buf line = { 0 }, id = { 0 };

	if (!e->to)
		BUF_LIT(&line, "was ");
	clause_name(k, &line);
	buf_str(&line, "  ");
	if (p->o->audience != AUDIENCE_PUBLIC)
		put_safe(&id, k->id.n ? k->id : k->column ? SPAN_LIT("(no id)") : (struct span){ 0 });
	while (line.n < 8)
		buf_char(&line, ' ');
	buf_add(&line, buf_span(&id));
	while (line.n < 26)
		buf_char(&line, ' ');
	if (line.p[line.n - 1] != ' ')
		BUF_LIT(&line, "  ");
	if (k->internal)
		BUF_LIT(&line, "INTERNAL, ");
	if (e->moved) {
		struct buf was = { 0 };

		clause_name(e->from, &was);
		buf_printf(&line, "MOVED %s (was %.*s)", entry_moved_up(c, e) ? "UP" : "DOWN", SPAN_ARG(buf_span(&was)));
		if (e->kind != CHANGE_SAME)
			BUF_LIT(&line, ", ");
		buf_done(&was);
	}
	if (e->kind != CHANGE_SAME || !e->moved)
		upper(&line, change_word(e));
	if (e->kind == CHANGE_EDITED || ((e->kind == CHANGE_SPLIT || e->kind == CHANGE_MERGED) && e->from && e->to && e->words_changed)) {
		BUF_LIT(&line, ": ");
		if (e->words_changed)
			word_count(&line, e->words_changed);
		else
			BUF_LIT(&line, "punctuation");
	}
	if (e->partner) {
		struct buf of = { 0 };

		clause_name(e->partner, &of);
		if (e->partner->id.n && p->o->audience != AUDIENCE_PUBLIC) {
			buf_str(&of, " ");
			put_safe(&of, e->partner->id);
		}
		buf_printf(&line, e->kind == CHANGE_SPLIT ? " FROM %.*s" : "TO %.*s", SPAN_ARG(buf_span(&of)));
		buf_done(&of);
	}
	if (p->o->color)
		buf_str(p->out, COLOR_HEAD);
	buf_add(p->out, buf_span(&line));
	if (p->o->color)
		buf_str(p->out, COLOR_END);
	BUF_LIT(p->out, "\n");
	if (p->o->beside) {
		buf_clear(&line);
		p->o->beside(p->o->ctx, e, &line);
		if (line.n)
			buf_printf(p->out, "        %.*s\n", SPAN_ARG(buf_span(&line)));
	}
	buf_done(&line);
	buf_done(&id);
}

static void put_attributes(struct buf *out, const char *lead, const struct attr_change *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(out, lead);
		put_safe(out, items[i].key);
		BUF_LIT(out, ": ");
		if (items[i].was.p) {
			BUF_LIT(out, "[-");
			put_safe(out, items[i].was);
			BUF_LIT(out, "-]");
		}
		if (items[i].is.p) {
			BUF_LIT(out, "{+");
			put_safe(out, items[i].is);
			BUF_LIT(out, "+}");
		}
		BUF_LIT(out, "\n");
	}
}

static void put_side(struct buf *out, const char *lead, struct span name, struct span about)
{
	buf_str(out, lead);
	put_safe(out, about.p ? about : name);
	BUF_LIT(out, "\n");
}

void compare_text(const struct comparison *c, const struct compare_options *o, struct buf *out)
{
	struct page p = { .o = o, .out = out, .width = o->width ? o->width : 80 };
	struct summary s = summarise(c, o);
	struct shown_list l = { 0 };
	struct span title = c->to->doc->meta.title.p ? c->to->doc->meta.title : c->from->doc->meta.title;
	bool differs = compare_differs(c, o);

	if (p.width < 40)
		p.width = 40;
	if (!o->quiet) {
		if (title.n) {
			put_safe(out, title);
			BUF_LIT(out, "\n");
		}
		put_side(out, "from  ", c->from_name, o->from_about);
		put_side(out, "to    ", c->to_name, o->to_about);
	}
	summary_line(&s, o->whole, false, out);
	BUF_LIT(out, "\n");
	if (c->meta_count) {
		BUF_LIT(out, "\nfront matter\n");
		put_attributes(out, "    ", c->meta, c->meta_count);
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (!entry_shown(e, o) || !(entry_changed(e) || e->attribute_count || o->whole))
			continue;
		BUF_LIT(out, "\n");
		put_head(&p, c, e);
		put_attributes(out, "        attribute ", e->attributes, e->attribute_count);
		if (entry_changed(e) || o->whole) {
			if (entry_elsewhere(c, i))
				BUF_LIT(out, "    (its words are shown there)\n");
			else
				put_entry_text(&p, c, e, &l);
		}
	}
	if (s.hidden)
		buf_printf(out, "\n%zu internal %s changed: shown with --audience internal only.\n", s.hidden, s.hidden == 1 ? "note" : "notes");
	if (!o->quiet) {
		BUF_LIT(out, "\n");
		if (!differs) {
			BUF_LIT(out, "The two say the same, word for word.\n");
		} else {
			buf_printf(out, "See it as a page:    chapeau diff %.*s --format html -o d.html\n", SPAN_ARG(o->typed));
			buf_printf(out, "As tracked changes:  chapeau diff %.*s --format docx -o changes.docx\n", SPAN_ARG(o->typed));
		}
	}
	buf_done(&p.word);
	shown_done(&l);
}
