#include "base/show.h"

#include "base/utf8.h"

static bool shown_as_code(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) || cp == 0x200e || cp == 0x200f || cp == 0x061c ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || (cp >= 0xe0000 && cp <= 0xe007f);
}

void show_safe(struct buf *out, struct span s)
{
	size_t at = 0, plain = 0;

	if (utf8_invalid(s) != SIZE_MAX) { /* a file name, say: bytes are shown one by one */
		for (size_t i = 0; i < s.n; i++) {
			unsigned char c = (unsigned char)s.p[i];

			if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t')
				buf_char(out, (char)c);
			else
				buf_printf(out, "\\x%02x", c);
		}
		return;
	}
	while (at < s.n) {
		size_t from = at;
		uint32_t cp = utf8_next(s.p, s.n, &at);

		if (!shown_as_code(cp))
			continue;
		buf_put(out, s.p + plain, from - plain);
		buf_printf(out, "<U+%04X>", (unsigned)cp);
		plain = at;
	}
	buf_put(out, s.p + plain, s.n - plain);
}

void show_line(struct buf *out, struct span s)
{
	size_t from = out->n, to;

	show_safe(out, s);
	to = from;
	for (size_t i = from; i < out->n; i++) {
		/* CRLF was shown as <U+000D> and LF: one break, one space. */
		if (out->n - i > 8 && memcmp(out->p + i, "<U+000D>\n", 9) == 0)
			i += 8;
		out->p[to++] = out->p[i] == '\n' || out->p[i] == '\t' ? ' ' : out->p[i];
	}
	out->n = to;
}

static void spaces(struct buf *out, unsigned n)
{
	while (n--)
		buf_char(out, ' ');
}

void show_wrap(struct buf *out, struct span s, unsigned width, unsigned column, unsigned indent)
{
	size_t at = 0, col = column;
	bool first = true;

	if (!width) {
		buf_add(out, s);
		return;
	}
	while (at < s.n) {
		size_t end = at;
		struct span word;
		size_t w;

		while (end < s.n && s.p[end] != ' ' && s.p[end] != '\n')
			end++;
		word = span_sub(s, at, end);
		w = utf8_width(word);
		if (!first && col + 1 + w > width) {
			buf_char(out, '\n');
			spaces(out, indent);
			col = indent;
		} else if (!first) {
			buf_char(out, ' ');
			col++;
		}
		buf_add(out, word);
		col += w;
		first = false;
		if (end < s.n && s.p[end] == '\n') {
			buf_char(out, '\n');
			spaces(out, indent);
			col = indent;
			first = true;
		}
		at = end + 1;
	}
}

#define CARET_INDENT 4
#define CARET_COLUMNS 92 /* of a line, where no window says how wide it is */

void show_caret(struct buf *out, struct span line, size_t column, unsigned width)
{
	size_t keep = !width ? CARET_COLUMNS : width > 3 * CARET_INDENT ? width - 2 * CARET_INDENT : 40;
	CLEANUP(buf_done) struct buf cut = { 0 };
	size_t at = 0, lead = 0, from;

	if (utf8_invalid(line) != SIZE_MAX || !span_trim(line).n)
		return;
	column = column ? column : 1;
	from = column > keep ? column - keep / 2 : 1;
	for (size_t i = 1; at < line.n && i < from + keep; i++) {
		size_t begin = at, before = cut.n;

		utf8_next(line.p, line.n, &at);
		if (i < from)
			continue;
		show_line(&cut, span_sub(line, begin, at));
		if (i < column)
			lead += utf8_width(span_of(cut.p + before, cut.n - before));
	}
	while (cut.n && cut.p[cut.n - 1] == ' ')
		cut.n--;
	spaces(out, CARET_INDENT);
	buf_add(out, buf_span(&cut));
	buf_char(out, '\n');
	spaces(out, CARET_INDENT + (unsigned)lead);
	buf_str(out, "^\n");
}

void show_pad(struct buf *out, struct span s, unsigned width)
{
	size_t from = out->n, w;

	show_line(out, s);
	for (w = utf8_width(span_of(out->p + from, out->n - from)); w < width; w++)
		buf_char(out, ' ');
}

void show_number(struct buf *out, uint64_t v)
{
	CLEANUP(buf_done) struct buf digits = { 0 };

	buf_number(&digits, v);
	for (size_t i = 0; i < digits.n; i++) {
		if (i && (digits.n - i) % 3 == 0)
			buf_char(out, ',');
		buf_char(out, digits.p[i]);
	}
}

/* A word longer than this is cut inside: scripts without spaces have lines of them. */
#define LONG_WORD 32

/* The start of s in at most width columns, ended at a word's end. */
static struct span head(struct span s, size_t width)
{
	size_t at = 0, used = 0, space = 0, keep = 0;

	while (at < s.n) {
		size_t from = at;
		size_t w;

		utf8_next(s.p, s.n, &at);
		w = utf8_width(span_sub(s, from, at));
		if (s.p[from] == ' ')
			space = from;
		if (used + w > width) {
			keep = space && from - space <= LONG_WORD ? space : from;
			return span_sub(s, 0, keep);
		}
		used += w;
	}
	return s;
}

/* The end of s likewise. */
static struct span tail(struct span s, size_t width)
{
	size_t w = utf8_width(s), at = 0, begin, space = SIZE_MAX;

	if (w <= width)
		return s;
	while (at < s.n && w > width) {
		size_t from = at;

		utf8_next(s.p, s.n, &at);
		w -= utf8_width(span_sub(s, from, at));
	}
	begin = at;
	if (begin > 0 && begin < s.n && s.p[begin - 1] != ' ')
		space = span_find_char(s, ' ', begin);
	if (space != SIZE_MAX && space - begin <= LONG_WORD)
		begin = space + 1;
	return span_sub(s, begin, s.n);
}

void show_excerpt(struct buf *out, struct span text, size_t begin, size_t end, unsigned width)
{
	CLEANUP(buf_done) struct buf first = { 0 };
	CLEANUP(buf_done) struct buf middle = { 0 };
	CLEANUP(buf_done) struct buf last = { 0 };
	struct span before, hit, after, b, h, a;
	size_t room, wb, wh, wa;
	const size_t dots = 3;

	begin = begin < text.n ? begin : text.n;
	end = end < begin ? begin : end > text.n ? text.n : end;
	show_line(&first, span_sub(text, 0, begin));
	show_line(&middle, span_sub(text, begin, end));
	show_line(&last, span_sub(text, end, text.n));
	before = buf_span(&first);
	hit = buf_span(&middle);
	after = buf_span(&last);
	wb = utf8_width(before);
	wh = utf8_width(hit);
	wa = utf8_width(after);
	room = width > (hit.n ? 2 : 0) ? width - (hit.n ? 2 : 0) : 0;
	if (wb + wh + wa <= room) {
		b = before;
		h = hit;
		a = after;
	} else {
		room = room > 2 * dots ? room - 2 * dots : 0;
		h = head(hit, room);
		room -= utf8_width(h) < room ? utf8_width(h) : room;
		/* What stands before says who asks: it gets two fifths, and what the other side does not need. */
		b = tail(before, wa < room - room * 2 / 5 ? room - wa : room * 2 / 5);
		room -= utf8_width(b) < room ? utf8_width(b) : room;
		a = h.n < hit.n ? span_of(after.p, 0) : head(after, room);
	}
	if (b.n < before.n)
		buf_str(out, "...");
	buf_add(out, b);
	if (hit.n) {
		buf_char(out, '[');
		buf_add(out, h);
		if (h.n < hit.n)
			buf_str(out, "...");
		buf_char(out, ']');
	}
	buf_add(out, a);
	if (a.n < after.n)
		buf_str(out, "...");
}

void show_html(struct buf *out, struct span s)
{
	CLEANUP(buf_done) struct buf safe = { 0 };
	size_t plain = 0;

	show_safe(&safe, s);
	s = buf_span(&safe);
	for (size_t i = 0; i < s.n; i++) {
		const char *entity = s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '"' ? "&quot;" : s.p[i] == '\'' ? "&#39;" : NULL;

		if (!entity)
			continue;
		buf_put(out, s.p + plain, i - plain);
		buf_str(out, entity);
		plain = i + 1;
	}
	if (s.n > plain)
		buf_put(out, s.p + plain, s.n - plain);
}
