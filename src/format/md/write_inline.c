#include "format/md/write_internal.h"

#include "base/utf8.h"
#include "model/text.h"

/* ---- suggestions ---- */

bool md_writer_is_deletion(const struct mark *m)
{
	return m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
}

/* Marks that CriticMarkup can say, outermost first: anything in an insertion, and only marked words in a deletion and in marked words. */
static size_t chain_of(const struct mark *m, const struct mark *list[MARK_DEPTH])
{
	const struct mark *inner[MARK_DEPTH];
	size_t n = 0, kept = 0;

	for (; m && n < MARK_DEPTH; m = m->outer)
		inner[n++] = m;
	while (n--) {
		const struct mark *last = kept ? list[kept - 1] : NULL;

		if (last && inner[n]->kind != MARK_HIGHLIGHT &&
		    (last->kind == MARK_HIGHLIGHT || md_writer_is_deletion(last) || !md_writer_is_deletion(inner[n])))
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
void md_writer_comments(struct writer *w, const struct mark *m)
{
	const struct comment *c = m->comments;

	if (m->kind != MARK_HIGHLIGHT && m->author.n &&
	    !(c && span_eq(c->author, m->author) && span_eq(c->time, m->time)))
		put_comment(w, m->author, m->time, (struct span){ 0 });
	for (; c; c = c->next)
		put_comment(w, c->author, c->time, c->text);
}

void md_writer_close_marks(struct writer *w, size_t keep)
{
	while (w->open_count > keep) {
		const struct mark *m = w->open[--w->open_count];

		buf_str(w->out, m->kind == MARK_HIGHLIGHT ? "==}" : md_writer_is_deletion(m) ? "--}" : "++}");
		md_writer_comments(w, m);
	}
}

static void open_mark(struct writer *w, const struct mark *m)
{
	buf_str(w->out, m->kind == MARK_HIGHLIGHT ? "{==" : md_writer_is_deletion(m) ? "{--" : "{++");
	w->open[w->open_count++] = m;
}

void md_writer_set_marks(struct writer *w, const struct mark *m)
{
	const struct mark *want[MARK_DEPTH];
	size_t n = chain_of(m, want), same = 0;

	if (w->unit && n) {
		n--; /* it says so already */
		memmove(want, want + 1, n * sizeof(*want));
	}
	while (same < n && same < w->open_count && want[same] == w->open[same])
		same++;
	md_writer_close_marks(w, same);
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
	return b->n > from ? utf8_last(span_of(b->p + from, b->n - from)) : ' ';
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

void md_writer_escaped(struct writer *w, struct span s)
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
		md_writer_escaped(w, s);
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
		md_writer_escaped(w, s);
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
		md_writer_escaped(w, s);
		return;
	}
	buf_put(w->out, s.p, (size_t)(words.p - s.p));
	buf_str(w->out, sign);
	md_writer_escaped(w, words);
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
	md_writer_trim_line(w);
	if (b->runs[i].kind == RUN_HARD && i + 1 < b->run_count)
		buf_char(w->out, '\\');
	guard_line(w);
	buf_char(w->out, '\n');
	md_writer_prefix(w, b, false);
	if (w->last_number) {
		/* The item of a numbered paragraph; a lazy line would do, but reads worse. */
		for (uint64_t n = w->last_number; n; n /= 10)
			buf_char(w->out, ' ');
		BUF_LIT(w->out, "  ");
	}
	w->line = w->out->n;
}

void md_writer_inlines(struct writer *w, const struct block *b)
{
	const struct link *link = NULL;
	struct buf text = { 0 };

	w->marked = w->around && !w->unit;
	for (size_t i = 0; i < b->run_count; i++)
		for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
			w->marked = w->marked || (m->kind != MARK_HIGHLIGHT && !(w->unit && !m->outer));
	for (size_t i = 0, next; i < b->run_count; i = next) {
		const struct run *r = &b->runs[i];
		const struct link *want = r->link && r->link->autolink ? NULL : r->link;

		next = i + 1;
		if (link && (link != want || w->open_count || r->mark)) {
			md_put_target(link->url, link->title, w->out);
			link = NULL;
		}
		md_writer_set_marks(w, r->mark ? r->mark : w->around);
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
				md_writer_escaped(w, r->printed.n ? r->printed : r->text);
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
				md_put_target(r->image->url, r->image->title, w->out);
			break;
		case RUN_COMMENT:
			md_writer_close_marks(w, 0);
			for (const struct comment *c = r->comment; c; c = c->next)
				put_comment(w, c->author, c->time, c->text);
			break;
		}
	}
	if (link)
		md_put_target(link->url, link->title, w->out);
	if (!b->break_mark)
		md_writer_trim_line(w);
	md_writer_close_marks(w, 0);
	if (b->kind != BLOCK_CELL)
		guard_line(w);
	buf_done(&text);
}
