/* Words and names as Markdown and CriticMarkup: nothing of them may be taken for a sign. */
#include "format/md/suggest_internal.h"

#include "base/utf8.h"
#include "format/md/internal.h"
#include "format/md/md.h"

/* What would be read as a delimiter inside a suggestion gets a backslash. */
void md_put_words(struct span text, bool in_cell, struct buf *out)
{
	CLEANUP(buf_done) struct buf plain = { 0 };

	md_escape(text, &plain);
	for (size_t i = 0; i < plain.n; i++) {
		struct span rest = span_sub(buf_span(&plain), i, plain.n);
		bool escaped = i > 0 && plain.p[i - 1] == '\\';

		if (!escaped && (span_starts(rest, SPAN_LIT("++}")) || span_starts(rest, SPAN_LIT("--}")) || span_starts(rest, SPAN_LIT("~~}")) ||
				 span_starts(rest, SPAN_LIT("==}")) || span_starts(rest, SPAN_LIT("~>")) || span_starts(rest, SPAN_LIT("<<}")) ||
				 (in_cell && plain.p[i] == '|')))
			buf_char(out, '\\');
		/* A line end inside words is a space: a blank line would end the paragraph. */
		buf_char(out, plain.p[i] == '\n' || plain.p[i] == '\r' ? ' ' : plain.p[i]);
	}
}

/* May a sign of emphasis stand between these?  Inside, a letter or a digit; else white space, a sign or nothing must stand outside. */
static bool sign_fits(struct span s, size_t at, uint32_t inside)
{
	uint32_t out = ' ';

	if (cp_letter(inside) || cp_digit(inside))
		return true;
	if (at < s.n)
		out = utf8_next(s.p, s.n, &at);
	return !cp_letter(out) && !cp_digit(out);
}

static uint32_t last_of(struct span s)
{
	size_t at = s.n;

	do
		at--;
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80);
	return utf8_next(s.p, s.n, &at);
}

/* Do a link's words say its address, so that it is written <https://…>? */
static bool is_own_address(struct span words, struct span url)
{
	if (!span_eq(words, url) || span_find(url, SPAN_LIT("://"), 0) == SIZE_MAX)
		return false;
	for (size_t i = 0; i < url.n; i++)
		if (strchr("<>\\| ", url.p[i]) || (unsigned char)url.p[i] < ' ')
			return false;
	return true;
}

/* Code in a fence that is longer than any in it. */
static void put_code(struct span s, bool in_cell, struct buf *out)
{
	size_t longest = 0, run = 0;
	bool pad = s.p[0] == '`' || s.p[s.n - 1] == '`';

	if (in_cell && span_find_char(s, '|', 0) != SIZE_MAX) {
		md_put_words(s, in_cell, out);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		buf_char(out, '`');
	buf_str(out, pad ? " " : "");
	buf_add(out, s); /* nothing is escaped in code */
	buf_str(out, pad ? " " : "");
	for (size_t i = 0; i <= longest; i++)
		buf_char(out, '`');
}

/* One look's words, their signs around them. */
static void put_styled(struct span words, bool code, const char *sign, bool in_cell, struct buf *out)
{
	buf_str(out, sign);
	if (code)
		put_code(words, in_cell, out);
	else
		md_put_words(words, in_cell, out);
	buf_str(out, sign);
}

/* What stands beside these words, as CommonMark sees it. */
static struct span beside(const struct md_style *styles, size_t count, size_t i)
{
	return i < count ? styles[i].text : (struct span){ 0 };
}

bool md_styled(const struct md_style *styles, size_t count, unsigned around, bool in_cell, struct buf *out)
{
	bool all_said = true;

	for (size_t i = 0; i < count; i++) {
		const struct md_style *s = &styles[i];
		unsigned format = s->raw ? 0 : s->format & ~around & (FMT_STRONG | FMT_EMPH);
		const char *sign = format == (FMT_STRONG | FMT_EMPH) ? "***" : format == FMT_STRONG ? "**" : format == FMT_EMPH ? "*" : "";
		struct span all = s->text, words = s->raw ? all : span_trim(all);
		size_t head = words.n ? (size_t)(words.p - all.p) : all.n, zero = 0;
		uint32_t before = i && styles[i - 1].text.n ? last_of(styles[i - 1].text) : ' ', first = words.n ? utf8_next(words.p, words.n, &zero) : ' ';
		uint32_t last = words.n ? last_of(words) : ' ';
		bool opens = s->url.n && !(i && span_eq(styles[i - 1].url, s->url)), closes = s->url.n && !(i + 1 < count && span_eq(styles[i + 1].url, s->url));
		bool code = !s->raw && s->format & ~around & FMT_CODE, fits;

		if (code)
			first = last = '`';
		fits = words.n && (cp_letter(first) || cp_digit(first) || head || !(cp_letter(before) || cp_digit(before)) || opens) &&
		       (head + words.n < all.n || closes || sign_fits(beside(styles, count, i + 1), 0, last));
		all_said = all_said && (fits || !*sign || !words.n);
		md_put_words(span_sub(all, 0, head), in_cell, out);
		if (opens && closes && is_own_address(words, s->url)) {
			buf_printf(out, "<%.*s>", SPAN_ARG(words));
		} else {
			buf_str(out, opens ? "[" : "");
			if (s->raw)
				buf_add(out, words);
			else if (words.n)
				put_styled(words, code, fits ? sign : "", in_cell, out);
			if (closes)
				md_put_target(s->url, s->title, out);
		}
		md_put_words(span_sub(all, head + words.n, all.n), in_cell, out);
	}
	return all_said;
}

/* Would the sign at i, inside a comment, be taken for one of a suggestion, of code, a tag, a link or an escape? */
static bool is_sign(struct span s, size_t i)
{
	char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : ' ', before = i ? s.p[i - 1] : ' ';

	switch (c) {
	case '`':
		return true;
	case '\\':
		return ascii_punct(next) || i + 1 == s.n;
	case '{':
		return strchr("+-~=>#.", next) != NULL;
	case '<':
		return before == '<' || next == '<' || next == '/' || next == '!' || next == '?' || ((next | 32) >= 'a' && (next | 32) <= 'z');
	case ']':
		return next == '(';
	case '+':
	case '-':
	case '=':
	case '~':
		return (next == c && i + 2 < s.n && s.p[i + 2] == '}') || (c == '~' && next == '>');
	}
	return false;
}

void md_signature(struct span author, struct span time, struct span text, struct buf *out)
{
	if (!author.n && !text.n)
		return;
	BUF_LIT(out, "{>>");
	if (author.n) {
		buf_char(out, '@');
		for (size_t i = 0; i < author.n; i++) {
			/* A name holds no "<", no line end, and no ": ", which would end it. */
			bool space = author.p[i] == '<' || (unsigned char)author.p[i] < ' ' || (author.p[i] == ':' && (i + 1 == author.n || author.p[i + 1] == ' '));

			if ((space || author.p[i] == ' ') && out->p[out->n - 1] == ' ')
				continue;
			if (!space && i && is_sign(author, i))
				buf_char(out, '\\');
			buf_char(out, space ? ' ' : author.p[i]);
		}
		if (time.n == 20) {
			buf_char(out, ' ');
			buf_add(out, time);
		}
		if (text.n)
			BUF_LIT(out, ": ");
	}
	for (size_t i = 0; i < text.n; i++) {
		if (is_sign(text, i) || (!i && !author.n && text.p[i] == '@'))
			buf_char(out, '\\');
		buf_char(out, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
	}
	BUF_LIT(out, "<<}");
}

void md_sign(struct md_hand hand, struct buf *out)
{
	md_signature(hand.author, hand.time, hand.note, out);
	for (const struct comment *k = hand.replies; k; k = k->next)
		md_signature(k->author, k->time, k->text, out);
}
