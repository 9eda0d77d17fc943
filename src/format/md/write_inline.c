#include "format/md/write_internal.h"

#include "base/utf8.h"
#include "format/md/suggest.h"
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

/* The author of a suggestion is its first comment. */
void md_writer_comments(struct writer *w, const struct mark *m)
{
	const struct comment *c = m->comments;

	if (m->kind != MARK_HIGHLIGHT && m->author.n &&
	    !(c && span_eq(c->author, m->author) && span_eq(c->time, m->time)))
		md_signature(m->author, m->time, (struct span){ 0 }, w->out);
	for (; c; c = c->next)
		md_signature(c->author, c->time, c->text, w->out);
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

/* Text of the runs from i on, up to end, that look alike, raw; *ret_end is the first run that doesn't. */
static void gather(const struct block *b, size_t i, size_t end, size_t *ret_end, struct buf *out)
{
	const struct run *first = &b->runs[i];

	for (; i < end && is_words(&b->runs[i]) && same_look(&b->runs[i], first); i++)
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

static const char *sign_of(unsigned format)
{
	return (format & FMT_STRONG) && (format & FMT_EMPH) ? "***" : format & FMT_STRONG ? "**" : format & FMT_EMPH ? "*" : "";
}

static uint32_t first_cp(struct span s)
{
	size_t at = 0;

	return utf8_next(s.p, s.n, &at);
}

/* Can a sign of emphasis stand between the two, the word inside it? */
static bool side_fits(uint32_t inside, uint32_t outside)
{
	enum side s = side_of(inside);

	return s == SIDE_WORD || (s == SIDE_SIGN && side_of(outside) == SIDE_SPACE);
}

/* Words in one look: emphasis where CommonMark will read it as such, else without.  fits: it was looked into already. */
static void put_words(struct writer *w, struct span s, unsigned format, uint32_t after, bool fits)
{
	const char *sign = sign_of(format);
	struct span words = s;
	uint32_t before = fits ? ' ' : visible_before(w);

	while (words.n && words.p[0] == ' ')
		words = span_sub(words, 1, words.n);
	while (words.n && words.p[words.n - 1] == ' ')
		words.n--;
	if (!*sign || !words.n) {
		md_writer_escaped(w, s);
		return;
	}
	if (words.p > s.p)
		before = ' ';
	if (words.p + words.n < s.p + s.n)
		after = ' ';
	if (!fits && (before == '*' || after == '*' || !side_fits(first_cp(words), before) || !side_fits(utf8_last(words), after))) {
		md_writer_escaped(w, s);
		return;
	}
	buf_put(w->out, s.p, (size_t)(words.p - s.p));
	buf_str(w->out, sign);
	md_writer_escaped(w, words);
	buf_str(w->out, sign);
	buf_put(w->out, words.p + words.n, (size_t)(s.p + s.n - words.p - words.n));
}

/* ---- emphasis among suggestions: it must be one in both readings ---- */

#define STRETCH_RUNS 64 /* that stand in one emphasis together */
#define STRETCH_TRIES 8

static const struct mark *mark_at(const struct writer *w, const struct run *r)
{
	return r->mark ? r->mark : w->around;
}

static bool shows(const struct mark *m, bool accepted)
{
	return accepted ? mark_accepted(m) : mark_rejected(m);
}

/* The character that a reading shows beside run i, on the side of step; ' ' at the end of the line. */
static uint32_t beside(const struct writer *w, const struct block *b, size_t i, int step, bool accepted)
{
	for (i += (size_t)step; i < b->run_count; i += (size_t)step) {
		const struct run *r = &b->runs[i];
		struct span s = r->kind == RUN_XREF ? r->printed : r->text;

		if (step < 0 && (w->stars[i] == STAR_SHARED || (w->stars[i] == STAR_OWN && shows(mark_at(w, r), accepted))))
			return w->stars[i] == STAR_OWN && s.n && s.p[s.n - 1] == ' ' ? ' ' : '*';
		if (r->kind == RUN_COMMENT || !shows(mark_at(w, r), accepted))
			continue;
		if (r->kind == RUN_SOFT || r->kind == RUN_HARD)
			return ' ';
		if (r->kind == RUN_NOTE || r->kind == RUN_IMAGE || r->link || (r->format & FMT_CODE))
			return '[';
		if (s.n)
			return step < 0 ? utf8_last(s) : first_cp(s);
	}
	return b->break_mark || (w->last && w->last->break_mark) ? '[' : ' '; /* where paragraphs are joined it may be anything */
}

/* The mark around all of runs i to end, or NULL. */
static const struct mark *mark_around_all(const struct writer *w, const struct block *b, size_t i, size_t end)
{
	const struct mark *all[MARK_DEPTH], *one[MARK_DEPTH];
	size_t n = chain_of(mark_at(w, &b->runs[i]), all);

	for (i++; i < end && n; i++) {
		size_t m = chain_of(mark_at(w, &b->runs[i]), one), same = 0;

		while (same < n && same < m && all[same] == one[same])
			same++;
		n = same;
	}
	return n ? all[n - 1] : NULL;
}

/* Do runs i to end, in signs of emphasis together, stand in it in one reading? */
static bool fits_in(const struct writer *w, const struct block *b, size_t i, size_t end, bool accepted)
{
	uint32_t first = 0, last = 0, before = beside(w, b, i, -1, accepted), after = beside(w, b, end - 1, 1, accepted);

	for (size_t k = i; k < end; k++) {
		struct span s = b->runs[k].text;

		if (!shows(mark_at(w, &b->runs[k]), accepted) || !s.n)
			continue;
		first = first ? first : first_cp(s);
		last = utf8_last(s);
	}
	/* Of words alone the signs stand where their spaces do not. */
	if (end == i + 1 && first) {
		struct span s = b->runs[i].text, t = span_trim(s);

		if (!t.n)
			return false;
		before = t.p > s.p ? ' ' : before;
		after = t.p + t.n < s.p + s.n ? ' ' : after;
		first = first_cp(t);
		last = utf8_last(t);
	}
	return first && before != '*' && side_fits(first, before) && side_fits(last, after);
}

static bool stretch_fits(const struct writer *w, const struct block *b, size_t i, size_t end)
{
	const struct mark *all = mark_around_all(w, b, i, end);

	for (int accepted = 0; accepted < 2; accepted++)
		if (shows(all, accepted) && !fits_in(w, b, i, end, accepted))
			return false;
	return true;
}

/* From run i on, the first behind an emphasis that begins there; i: none does. */
static size_t stretch_at(const struct writer *w, const struct block *b, size_t i)
{
	const struct run *first = &b->runs[i];
	size_t end = i + 1;

	if (!is_words(first) || !*sign_of(first->format))
		return i;
	while (!first->link && end < b->run_count && end - i < STRETCH_RUNS && is_words(&b->runs[end]) && !b->runs[end].link && b->runs[end].format == first->format)
		end++;
	for (int tries = 0; tries < STRETCH_TRIES && end > i + 1; tries++, end--)
		if (stretch_fits(w, b, i, end))
			return end;
	return stretch_fits(w, b, i, i + 1) ? i + 1 : i;
}

/* Begins an emphasis of several runs, whose suggestions stand in it. */
static void open_stretch(struct writer *w, const struct block *b, size_t i, size_t end)
{
	md_writer_set_marks(w, mark_around_all(w, b, i, end));
	buf_str(w->out, sign_of(b->runs[i].format));
	for (size_t k = i; k < end; k++)
		w->stars[k] = STAR_SHARED;
	w->star_end = end;
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

/* Where the sign stands that makes a list of the line in one reading, "12." or "12)" with a space behind it; SIZE_MAX: there is none. */
static size_t opens_list(struct span line, bool accepted)
{
	size_t sign = SIZE_MAX, digits = 0;
	bool hidden[MARK_DEPTH + 1] = { false };
	size_t depth = 0;

	for (size_t i = 0; i < line.n; i++) {
		struct span rest = span_sub(line, i, line.n);
		bool came = span_starts(rest, SPAN_LIT("{++")), went = span_starts(rest, SPAN_LIT("{--"));

		if (came || went) {
			if (depth == MARK_DEPTH)
				return SIZE_MAX;
			hidden[depth + 1] = hidden[depth] || came != accepted;
			depth++;
			i += 2;
		} else if (span_starts(rest, SPAN_LIT("++}")) || span_starts(rest, SPAN_LIT("--}"))) {
			depth -= depth > 0;
			i += 2;
		} else if (span_starts(rest, SPAN_LIT("{==")) || span_starts(rest, SPAN_LIT("==}"))) {
			i += 2;
		} else if (span_starts(rest, SPAN_LIT("{>>"))) {
			size_t end = span_find(rest, SPAN_LIT("<<}"), 0);

			if (end == SIZE_MAX)
				return SIZE_MAX;
			i += end + 2;
		} else if (hidden[depth]) {
			continue;
		} else if (sign != SIZE_MAX) {
			return line.p[i] == ' ' ? sign : SIZE_MAX;
		} else if (line.p[i] >= '0' && line.p[i] <= '9' && digits < 9) {
			digits++;
		} else if (digits && (line.p[i] == '.' || line.p[i] == ')')) {
			sign = i;
		} else {
			return SIZE_MAX;
		}
	}
	return sign;
}

/* Digits and a full stop that came from two runs still open a list, and in either reading. */
static void guard_line(struct writer *w)
{
	for (int accepted = 0; accepted < 2; accepted++) {
		size_t at = opens_list(span_of(w->out->p + w->line, w->out->n - w->line), accepted);

		if (at == SIZE_MAX)
			continue;
		at += w->line;
		buf_char(w->out, ' ');
		memmove(w->out->p + at + 1, w->out->p + at, w->out->n - 1 - at);
		w->out->p[at] = '\\';
	}
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
	const struct mark *stretch = NULL;

	w->marked = w->around && !w->unit;
	for (size_t i = 0; i < b->run_count; i++)
		for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
			w->marked = w->marked || (m->kind != MARK_HIGHLIGHT && !(w->unit && !m->outer));
	w->stars = w->marked ? mem_zero(b->run_count + 1, sizeof(*w->stars)) : NULL;
	w->star_end = 0;
	for (size_t i = 0, next; i < b->run_count; i = next) {
		const struct run *r = &b->runs[i];
		const struct link *want = r->link && r->link->autolink ? NULL : r->link;

		next = i + 1;
		if (link && (link != want || w->open_count || r->mark)) {
			md_put_target(link->url, link->title, w->out);
			link = NULL;
		}
		if (w->marked && i >= w->star_end) {
			size_t end = stretch_at(w, b, i);

			if (end > i + 1) {
				stretch = mark_around_all(w, b, i, end);
				open_stretch(w, b, i, end);
			} else if (end > i) {
				w->stars[i] = STAR_OWN;
			}
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
				gather(b, i, !w->marked || !*sign_of(r->format) ? b->run_count : w->stars[i] == STAR_SHARED ? w->star_end : i + 1, &next, &text);
				if (w->out->n == w->line && text.p[0] == ' ') {
					size_t lead = 0;

					while (lead < text.n && text.p[lead] == ' ')
						lead++;
					memmove(text.p, text.p + lead, text.n - lead);
					text.n -= lead;
				}
				if (!w->marked)
					put_words(w, buf_span(&text), r->format, first_after(b, next), false);
				else
					put_words(w, buf_span(&text), w->stars[i] == STAR_OWN ? r->format : 0, ' ', true);
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
				md_signature(c->author, c->time, c->text, w->out);
			break;
		}
		if (w->marked && next == w->star_end) {
			md_writer_set_marks(w, stretch);
			buf_str(w->out, sign_of(r->format));
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
	mem_free(w->stars);
	w->stars = NULL;
}
