/*
 * Clean CommonMark, with pipe tables and footnotes, from an outdoc.
 *
 * A numbered paragraph is written as an item of an ordered list where CommonMark would count the same, its number
 * typed out otherwise; (a) and (i) are typed, in bullet lists, since CommonMark knows no such lists.  Marks become
 * CriticMarkup around words, and around the break between two paragraphs (FORMAT.md F5): a line that holds nothing but
 * a suggestion goes when it is settled, so whole blocks need no other form.
 */
#include "format/format.h"

#include "base/utf8.h"
#include "model/text.h"

struct writer {
	const struct outdoc *o;    /* NULL: a draft is written, with its attribute lists and without typed numbers */
	struct buf *out;
	const struct note *note; /* whose body is written; NULL: the text */
	const struct mark *open[MARK_DEPTH];
	size_t open_count;
	const struct mark *around; /* of the block at hand */
	bool marked;               /* the leaf at hand holds marks */
	size_t line;               /* where the text of the line at hand begins */
	const struct block *last;  /* the leaf before, for its break */
	struct {
		const struct block *list;
		bool other; /* "* " and "1) " instead of "- " and "1. " */
	} signs[128];              /* of the last list at each depth */
	struct buf escaped;        /* scratch */
	uint64_t last_number;      /* of the ordered list that the numbered paragraph before stands in; 0: none */
};

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
static void put_prefix(struct writer *w, const struct block *b, bool first)
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

static void trim_line(struct writer *w)
{
	while (w->out->n && w->out->p[w->out->n - 1] == ' ')
		w->out->n--;
}

/* ---- suggestions ---- */

static bool is_deletion(const struct mark *m)
{
	return m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
}

/* Marks that CriticMarkup can say, outermost first: anything in an insertion, but nothing in a deletion. */
static size_t chain_of(const struct mark *m, const struct mark *list[MARK_DEPTH])
{
	const struct mark *inner[MARK_DEPTH];
	size_t n = 0, kept = 0;

	for (; m && n < MARK_DEPTH; m = m->outer)
		inner[n++] = m;
	while (n--) {
		if (kept && list[kept - 1]->kind != MARK_HIGHLIGHT &&
		    (is_deletion(list[kept - 1]) || (inner[n]->kind != MARK_HIGHLIGHT && !is_deletion(inner[n]))))
			continue;
		if (kept && list[kept - 1]->kind == MARK_HIGHLIGHT)
			continue;
		list[kept++] = inner[n];
	}
	return kept;
}

static void put_comment_text(struct writer *w, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<' && i + 2 < s.n && s.p[i + 1] == '<' && s.p[i + 2] == '}')
			buf_char(w->out, '\\');
		buf_char(w->out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
	}
}

static void put_comment(struct writer *w, struct span author, struct span time, struct span text)
{
	BUF_LIT(w->out, "{>>");
	if (author.n) {
		BUF_LIT(w->out, "@");
		put_comment_text(w, author);
		if (time.n) {
			BUF_LIT(w->out, " ");
			buf_add(w->out, time);
		}
		if (text.n)
			BUF_LIT(w->out, ": ");
	}
	put_comment_text(w, text);
	BUF_LIT(w->out, "<<}");
}

/* The author of a suggestion is its first comment. */
static void put_comments(struct writer *w, const struct mark *m)
{
	const struct comment *c = m->comments;

	if (m->kind != MARK_HIGHLIGHT && m->author.n &&
	    !(c && span_eq(c->author, m->author) && span_eq(c->time, m->time)))
		put_comment(w, m->author, m->time, (struct span){ 0 });
	for (; c; c = c->next)
		put_comment(w, c->author, c->time, c->text);
}

static void close_marks(struct writer *w, size_t keep)
{
	while (w->open_count > keep) {
		const struct mark *m = w->open[--w->open_count];

		buf_str(w->out, m->kind == MARK_HIGHLIGHT ? "==}" : is_deletion(m) ? "--}" : "++}");
		put_comments(w, m);
	}
}

static void open_mark(struct writer *w, const struct mark *m)
{
	buf_str(w->out, m->kind == MARK_HIGHLIGHT ? "{==" : is_deletion(m) ? "{--" : "{++");
	w->open[w->open_count++] = m;
}

static void set_marks(struct writer *w, const struct mark *m)
{
	const struct mark *want[MARK_DEPTH];
	size_t n = chain_of(m, want), same = 0;

	while (same < n && same < w->open_count && want[same] == w->open[same])
		same++;
	close_marks(w, same);
	while (w->open_count < n)
		open_mark(w, want[w->open_count]);
}

/* ---- inlines ---- */

/* What CommonMark may take a character for, beside a sign of emphasis. */
enum side { SIDE_SPACE, SIDE_SIGN, SIDE_WORD };

static enum side side_of(uint32_t cp)
{
	if (cp_white(cp))
		return SIDE_SPACE;
	return cp_letter(cp) || cp_digit(cp) ? SIDE_WORD : SIDE_SIGN;
}

static uint32_t last_cp(const struct buf *b, size_t from)
{
	size_t at = b->n;

	if (at <= from)
		return ' ';
	do
		at--;
	while (at > from && ((unsigned char)b->p[at] & 0xc0) == 0x80);
	return utf8_next(b->p, b->n, &at);
}

static bool same_look(const struct run *a, const struct run *b)
{
	return a->format == b->format && a->link == b->link && a->mark == b->mark;
}

static bool is_words(const struct run *r)
{
	return r->kind == RUN_TEXT && !(r->format & FMT_CODE) && r->text.n;
}

/* Text of the runs from i on that look alike, raw; *ret_end is the first run that doesn't. */
static void gather(const struct block *b, size_t i, size_t *ret_end, struct buf *out)
{
	const struct run *first = &b->runs[i];

	for (; i < b->run_count && is_words(&b->runs[i]) && same_look(&b->runs[i], first); i++)
		buf_add(out, b->runs[i].text);
	*ret_end = i;
}

static void put_escaped(struct writer *w, struct span s)
{
	struct buf *to = &w->escaped;
	size_t from = 0;

	buf_clear(to);
	md_escape(s, to);
	/* "!" before a link would make an image of it. */
	if (s.n && s.p[s.n - 1] == '!') {
		to->p[to->n - 1] = '\\';
		buf_char(to, '!');
	}
	/* Closers of suggestions, which a reader would pair with an opener. */
	for (size_t i = 0; i + 2 < to->n; i++) {
		const char *p = to->p + i;

		if (p[2] != '}' || p[0] != p[1] || (p[0] != '+' && p[0] != '-' && p[0] != '~' && p[0] != '='))
			continue;
		buf_put(w->out, to->p + from, i - from);
		buf_char(w->out, '\\');
		from = i;
		i += 2;
	}
	buf_put(w->out, to->p + from, to->n - from);
}

static void put_code(struct writer *w, const struct block *b, struct span s)
{
	size_t longest = 0, run = 0;
	bool pad;

	if (!s.n)
		return;
	if (b->kind == BLOCK_CELL && span_find_char(s, '|', 0) != SIZE_MAX) {
		put_escaped(w, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	pad = s.p[0] == '`' || s.p[s.n - 1] == '`' || (s.p[0] == ' ' && s.p[s.n - 1] == ' ' && span_trim(s).n);
	for (size_t i = 0; i <= longest; i++)
		buf_char(w->out, '`');
	if (pad)
		buf_char(w->out, ' ');
	for (size_t i = 0; i < s.n; i++)
		buf_char(w->out, s.p[i] == '\n' ? ' ' : s.p[i]);
	if (pad)
		buf_char(w->out, ' ');
	for (size_t i = 0; i <= longest; i++)
		buf_char(w->out, '`');
}

static void put_url(struct writer *w, struct span url)
{
	bool plain = url.n;

	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		plain = plain && (c >= 0x80 || (unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10 || strchr("-._~:/?#@!$+,;=%", c));
	}
	if (plain) {
		buf_add(w->out, url);
		return;
	}
	buf_char(w->out, '<');
	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];

		if (c == '\\' || c == '<' || c == '>' || c == '&')
			buf_char(w->out, '\\');
		if (c == '\n' || c == '\r')
			BUF_LIT(w->out, "%20");
		else
			buf_char(w->out, c);
	}
	buf_char(w->out, '>');
}

static void put_target(struct writer *w, struct span url, struct span title)
{
	BUF_LIT(w->out, "](");
	put_url(w, url);
	if (title.n) {
		BUF_LIT(w->out, " \"");
		for (size_t i = 0; i < title.n; i++) {
			char c = title.p[i];

			if (c == '"' || c == '\\' || c == '&')
				buf_char(w->out, '\\');
			buf_char(w->out, c == '\n' || c == '\r' ? ' ' : c);
		}
		BUF_LIT(w->out, "\"");
	}
	BUF_LIT(w->out, ")");
}

/* The character before the next one in either reading: highlights and comments are in neither. */
static uint32_t visible_before(const struct writer *w)
{
	struct buf seen = { .p = w->out->p, .n = w->out->n };

	for (;;) {
		struct span s = span_sub(buf_span(&seen), w->line, seen.n);

		if (span_ends(s, SPAN_LIT("{==")) || span_ends(s, SPAN_LIT("==}"))) {
			seen.n -= 3;
		} else if (span_ends(s, SPAN_LIT("<<}"))) {
			size_t open = s.n - 3;

			while (open && !span_starts(span_sub(s, open, s.n), SPAN_LIT("{>>")))
				open--;
			if (!span_starts(span_sub(s, open, s.n), SPAN_LIT("{>>")))
				break;
			seen.n = w->line + open;
		} else {
			break;
		}
	}
	return last_cp(&seen, w->line);
}

/* Words in one look: emphasis where CommonMark will read it as such, else without. */
static void put_words(struct writer *w, struct span s, unsigned format, uint32_t after)
{
	const char *sign = (format & FMT_STRONG) && (format & FMT_EMPH) ? "***" : format & FMT_STRONG ? "**" : format & FMT_EMPH ? "*" : "";
	struct span words = s;
	size_t at = 0, last;
	uint32_t first, end, before = visible_before(w);
	enum side f, l;
	bool ok;

	while (words.n && words.p[0] == ' ')
		words = span_sub(words, 1, words.n);
	while (words.n && words.p[words.n - 1] == ' ')
		words.n--;
	if (!*sign || !words.n) {
		put_escaped(w, s);
		return;
	}
	first = utf8_next(words.p, words.n, &at);
	last = words.n;
	do
		last--;
	while (last && ((unsigned char)words.p[last] & 0xc0) == 0x80);
	end = utf8_next(words.p, words.n, &last);
	if (words.p > s.p)
		before = ' ';
	if (words.p + words.n < s.p + s.n)
		after = ' ';
	f = side_of(first);
	l = side_of(end);
	ok = f != SIDE_SPACE && l != SIDE_SPACE && before != '*' && after != '*';
	if (w->marked)
		ok = ok && f == SIDE_WORD && l == SIDE_WORD && side_of(before) == SIDE_SPACE;
	else
		ok = ok && (f == SIDE_WORD || side_of(before) == SIDE_SPACE) && (l == SIDE_WORD || side_of(after) == SIDE_SPACE);
	if (!ok) {
		put_escaped(w, s);
		return;
	}
	buf_put(w->out, s.p, (size_t)(words.p - s.p));
	buf_str(w->out, sign);
	put_escaped(w, words);
	buf_str(w->out, sign);
	buf_put(w->out, words.p + words.n, (size_t)(s.p + s.n - words.p - words.n));
}

/* The first character of what comes after run i; ' ' at the end. */
static uint32_t first_after(const struct block *b, size_t i)
{
	for (; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		struct span s = r->kind == RUN_XREF ? r->printed : r->text;
		size_t at = 0;

		if (r->kind == RUN_SOFT || r->kind == RUN_HARD)
			return ' ';
		if (r->kind == RUN_NOTE || r->kind == RUN_IMAGE || r->link)
			return '[';
		if (r->kind == RUN_TEXT && r->format & (FMT_EMPH | FMT_STRONG))
			return '*'; /* perhaps: then this one goes without */
		if (s.n)
			return utf8_next(s.p, s.n, &at);
	}
	return ' ';
}

/* Digits and a full stop that came from two runs still open a list. */
static void guard_line(struct writer *w)
{
	size_t i = w->line;

	while (i < w->out->n && i < w->line + 10 && w->out->p[i] >= '0' && w->out->p[i] <= '9')
		i++;
	if (i == w->line || i == w->out->n || (w->out->p[i] != '.' && w->out->p[i] != ')'))
		return;
	if (i + 1 < w->out->n && w->out->p[i + 1] != ' ')
		return;
	buf_char(w->out, ' ');
	memmove(w->out->p + i + 1, w->out->p + i, w->out->n - 1 - i);
	w->out->p[i] = '\\';
}

static void put_break(struct writer *w, const struct block *b, size_t i)
{
	bool one_line = b->kind == BLOCK_CELL || b->kind == BLOCK_HEADING;

	if (one_line || w->out->n == w->line) {
		if (text_soft_space(b, i) && w->out->n > w->line)
			buf_char(w->out, ' ');
		return;
	}
	trim_line(w);
	if (b->runs[i].kind == RUN_HARD && i + 1 < b->run_count)
		buf_char(w->out, '\\');
	guard_line(w);
	buf_char(w->out, '\n');
	put_prefix(w, b, false);
	if (w->last_number) {
		/* The item of a numbered paragraph; a lazy line would do, but reads worse. */
		for (uint64_t n = w->last_number; n; n /= 10)
			buf_char(w->out, ' ');
		BUF_LIT(w->out, "  ");
	}
	w->line = w->out->n;
}

static void put_inlines(struct writer *w, const struct block *b)
{
	const struct link *link = NULL;
	struct buf text = { 0 };

	w->marked = w->around != NULL;
	for (size_t i = 0; i < b->run_count; i++)
		for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
			w->marked = w->marked || m->kind != MARK_HIGHLIGHT;
	for (size_t i = 0, next; i < b->run_count; i = next) {
		const struct run *r = &b->runs[i];
		const struct link *want = r->link && r->link->autolink ? NULL : r->link;

		next = i + 1;
		if (link && (link != want || w->open_count || r->mark)) {
			put_target(w, link->url, link->title);
			link = NULL;
		}
		set_marks(w, r->mark ? r->mark : w->around);
		if (want && !link) {
			buf_char(w->out, '[');
			link = want;
		}
		switch (r->kind) {
		case RUN_TEXT:
			if (r->link && r->link->autolink && r->text.n && span_find_char(r->text, ' ', 0) == SIZE_MAX &&
			    (span_find(r->text, SPAN_LIT(":"), 0) != SIZE_MAX || span_find(r->text, SPAN_LIT("@"), 0) != SIZE_MAX)) {
				buf_char(w->out, '<');
				buf_add(w->out, r->text);
				buf_char(w->out, '>');
			} else if (r->format & FMT_CODE) {
				put_code(w, b, r->text);
			} else if (r->text.n) {
				buf_clear(&text);
				gather(b, i, &next, &text);
				if (w->out->n == w->line && text.p[0] == ' ') {
					size_t lead = 0;

					while (lead < text.n && text.p[lead] == ' ')
						lead++;
					memmove(text.p, text.p + lead, text.n - lead);
					text.n -= lead;
				}
				put_words(w, buf_span(&text), r->format, first_after(b, next));
			}
			break;
		case RUN_XREF:
			/* A draft's own reference, which nothing printed yet. */
			if (!r->printed.n && !r->text.n && r->target.n)
				buf_printf(w->out, "[](#%.*s)", SPAN_ARG(r->target));
			else
				put_escaped(w, r->printed.n ? r->printed : r->text);
			break;
		case RUN_SOFT:
		case RUN_HARD:
			put_break(w, b, i);
			break;
		case RUN_NOTE:
			buf_printf(w->out, "[^%u]", r->note->number);
			break;
		case RUN_IMAGE:
			BUF_LIT(w->out, "![");
			md_escape(r->text, w->out);
			if (r->image)
				put_target(w, r->image->url, r->image->title);
			break;
		case RUN_COMMENT:
			close_marks(w, 0);
			for (const struct comment *c = r->comment; c; c = c->next)
				put_comment(w, c->author, c->time, c->text);
			break;
		}
	}
	if (link)
		put_target(w, link->url, link->title);
	if (!b->break_mark)
		trim_line(w);
	close_marks(w, 0);
	if (b->kind != BLOCK_CELL)
		guard_line(w);
	buf_done(&text);
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

static void separate(struct writer *w, const struct block *b, bool first)
{
	const struct block *c = opener(b);
	const struct mark *m = w->last && b->kind == BLOCK_PARAGRAPH ? w->last->break_mark : NULL;

	if (first)
		return;
	if (m) {
		trim_line(w);
		buf_str(w->out, is_deletion(m) ? "{--" : "{++");
	}
	buf_char(w->out, '\n');
	if (needs_blank(c)) {
		put_prefix(w, c->parent, false);
		trim_line(w);
		buf_char(w->out, '\n');
	}
}

static void close_break(struct writer *w, const struct block *b)
{
	const struct mark *m = w->last && b->kind == BLOCK_PARAGRAPH ? w->last->break_mark : NULL;

	if (!m)
		return;
	buf_str(w->out, is_deletion(m) ? "--}" : "++}");
	put_comments(w, m);
}

/* A typed number before the words: "(a) ", "12 bis. ". */
static void put_number(struct writer *w, const struct block *b)
{
	struct span s = b->printed;

	if (!s.n || !w->o)
		return;
	put_escaped(w, s);
	if (number_takes_stop(b))
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
	trim_line(w);
	buf_char(w->out, '\n');
	if (apart) {
		put_prefix(w, b, false);
		trim_line(w);
		buf_char(w->out, '\n');
	}
	put_prefix(w, b, false);
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
	put_inlines(w, b);
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
		put_escaped(w, b->printed);
		buf_str(w->out, number_takes_stop(b) ? ". " : " ");
	}
	put_item_number(w, b);
	put_inlines(w, b);
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
	set_marks(w, m);
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
		put_prefix(w, b, false);
		buf_add(w->out, span_sub(rest, 0, more ? end : rest.n));
		rest = more ? span_sub(rest, end + 1, rest.n) : rest;
	}
	buf_char(w->out, '\n');
	put_prefix(w, b, false);
	for (size_t i = 0; i <= longest; i++)
		buf_char(w->out, '`');
	if (w->open_count) {
		buf_char(w->out, '\n');
		put_prefix(w, b, false);
		close_marks(w, 0);
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
		put_inlines(w, c);
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
	put_prefix(w, row, false);
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

static void put_below(struct writer *w, const struct block *top, bool first)
{
	w->last = NULL;
	for (const struct block *b = block_next(top, top), *next; b; b = next) {
		next = block_next(b, top);
		if (b->kind == BLOCK_QUOTE || b->kind == BLOCK_LIST || b->kind == BLOCK_TABLE || (b->kind == BLOCK_ITEM && b->first))
			continue;
		if (b->kind == BLOCK_ROW)
			next = block_next_skip(b, top);
		w->around = mark_around(b);
		if (b->kind != BLOCK_PARAGRAPH)
			w->last_number = 0;
		separate(w, b, first);
		put_attributes(w, b);
		put_prefix(w, b, true);
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
			trim_line(w);
			break;
		case BLOCK_ROOT:
		case BLOCK_QUOTE:
		case BLOCK_LIST:
		case BLOCK_TABLE:
		case BLOCK_CELL:
			break;
		}
		w->last = block_is_leaf(b) ? b : NULL;
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
	const struct note **by_number;
	size_t from = ret->n;

	(void)f;
	put_below(&w, d->root, true);
	by_number = mem_zero(d->note_count + 1, sizeof(*by_number));
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->number <= d->note_count)
			by_number[d->notes[i]->number] = d->notes[i];
	for (size_t number = 1; number <= d->note_count; number++) {
		w.note = by_number[number];
		if (!w.note)
			continue;
		if (ret->n > from)
			BUF_LIT(ret, "\n\n");
		put_below(&w, w.note->body, true);
	}
	if (ret->n > from)
		buf_char(ret, '\n');
	mem_free(by_number);
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
