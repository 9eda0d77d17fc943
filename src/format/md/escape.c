#include "format/md/internal.h"

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
	return ascii_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Would "&" begin an entity here? */
static bool is_entity(struct span rest)
{
	size_t i = 1;

	if (i < rest.n && rest.p[i] == '#')
		i++;
	while (i < rest.n && i < 40 && is_word(rest.p[i]))
		i++;
	return i > 1 && i < rest.n && rest.p[i] == ';';
}

/* Signs that open a block, at the start of a line: a quote, list, heading, rule, fence, container or definition. */
static size_t block_sign(struct span line)
{
	size_t i = 0;

	if (!line.n)
		return SIZE_MAX;
	if (line.p[0] == '#' || line.p[0] == '>' || line.p[0] == '|' || line.p[0] == '=' || line.p[0] == '~')
		return 0;
	if (line.p[0] == '-' || line.p[0] == '+')
		return line.n == 1 || line.p[1] == ' ' || line.p[1] == '\t' || line.p[1] == line.p[0] ? 0 : SIZE_MAX;
	if (span_starts(line, SPAN_LIT("::")))
		return 0;
	while (i < line.n && i < 10 && line.p[i] >= '0' && line.p[i] <= '9')
		i++;
	if (i && i < line.n && (line.p[i] == '.' || line.p[i] == ')') && (i + 1 == line.n || line.p[i + 1] == ' '))
		return i;
	return SIZE_MAX;
}

/* Would the full stop or brace at i make a torn tag of the words around it, which mean themselves? */
static bool is_torn(struct span text, size_t i)
{
	size_t from = i, end = i;

	if (text.p[i] == '.') {
		for (from = end = i + 1; end < text.n && is_name(text.p[end]); end++)
			;
		return attrlist_class(span_sub(text, from, end), 2);
	}
	while (from && is_name(text.p[from - 1]))
		from--;
	if (attrlist_class(span_sub(text, from, end), 2))
		return true;
	while (from && i - from <= TORN_MAX && text.p[from - 1] != '\n')
		from--;
	return attrlist_torn(span_sub(text, from, i + 1));
}

void md_escape(struct span text, struct buf *out)
{
	size_t line = 0, sign = block_sign(text);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i], before = i ? text.p[i - 1] : ' ', after = i + 1 < text.n ? text.p[i + 1] : ' ';
		bool escape = false;

		if (i == line + sign && sign != SIZE_MAX)
			escape = true;
		switch (c) {
		case '\\':
			escape = true;
			break;
		case '`':
		case '*':
		case '[':
		case ']':
		case '<':
			escape = true;
			break;
		case '_':
			/* Inside a word it is no sign of emphasis. */
			escape = !(is_word(before) && is_word(after));
			break;
		case '&':
			escape = escape || is_entity(span_sub(text, i, text.n));
			break;
		case '{':
			escape = escape || after == '#' || after == '.' || after == '+' || after == '-' || after == '~' || after == '=' || after == '>' || after == ':' || after == ' ' || after == '\t' || is_word(after);
			break;
		case '.':
			escape = escape || (!is_name(before) && is_torn(text, i));
			break;
		case '}':
			escape = escape || (is_name(before) && is_torn(text, i));
			break;
		case '\n':
			line = i + 1;
			sign = block_sign(span_sub(text, line, text.n));
			break;
		}
		if (escape)
			buf_char(out, '\\');
		buf_char(out, c);
	}
}

static void put_url(struct span url, struct buf *out)
{
	bool plain = url.n;

	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		plain = plain && (c >= 0x80 || (unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10 || strchr("-._~:/?#@!$+,;=%", c));
	}
	if (plain) {
		buf_add(out, url);
		return;
	}
	buf_char(out, '<');
	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];

		if (c == '\\' || c == '<' || c == '>' || c == '&')
			buf_char(out, '\\');
		if (c == '\n' || c == '\r')
			BUF_LIT(out, "%20");
		else
			buf_char(out, c);
	}
	buf_char(out, '>');
}

void md_put_target(struct span url, struct span title, struct buf *out)
{
	BUF_LIT(out, "](");
	put_url(url, out);
	if (title.n) {
		BUF_LIT(out, " \"");
		for (size_t i = 0; i < title.n; i++) {
			char c = title.p[i];

			if (c == '"' || c == '\\' || c == '&')
				buf_char(out, '\\');
			buf_char(out, c == '\n' || c == '\r' ? ' ' : c);
		}
		BUF_LIT(out, "\"");
	}
	BUF_LIT(out, ")");
}
