#include "format/md/line.h"

void line_look(struct cursor *c)
{
	size_t i = c->i, col = c->col;

	if (c->tab) {
		col += c->tab;
		i++;
	}
	for (; i < c->n; i++) {
		if (c->p[i] == ' ')
			col++;
		else if (c->p[i] == '\t')
			col += 4 - col % 4;
		else
			break;
	}
	c->ns = i;
	c->indent = col - c->col;
}

void line_advance(struct cursor *c, size_t columns)
{
	while (columns && c->i < c->n) {
		if (c->p[c->i] == '\t') {
			size_t width = c->tab ? c->tab : 4 - c->col % 4;

			if (width > columns) {
				c->tab = width - columns;
				c->col += columns;
				return;
			}
			columns -= width;
			c->col += width;
			c->tab = 0;
			c->i++;
		} else {
			c->i++;
			c->col++;
			columns--;
		}
	}
}

void line_advance_to(struct cursor *c, size_t i)
{
	while (c->i < i) {
		if (c->p[c->i] == '\t') {
			c->col += c->tab ? c->tab : 4 - c->col % 4;
			c->tab = 0;
		} else {
			c->col++;
		}
		c->i++;
	}
}

bool line_thematic(const struct cursor *c)
{
	char mark = c->p[c->ns];
	size_t count = 0;

	if (mark != '*' && mark != '-' && mark != '_')
		return false;
	for (size_t i = c->ns; i < c->n; i++) {
		if (c->p[i] == mark)
			count++;
		else if (c->p[i] != ' ' && c->p[i] != '\t')
			return false;
	}
	return count >= 3;
}

/* Level of an ATX heading and the offset of its text, or 0. */
unsigned line_atx(const struct cursor *c, size_t *ret_text)
{
	size_t i = c->ns;
	unsigned level;

	while (i < c->n && c->p[i] == '#')
		i++;
	level = (unsigned)(i - c->ns);
	if (level < 1 || level > 6 || (i < c->n && c->p[i] != ' ' && c->p[i] != '\t'))
		return 0;
	while (i < c->n && (c->p[i] == ' ' || c->p[i] == '\t'))
		i++;
	*ret_text = i;
	return level;
}

size_t line_fence(const struct cursor *c)
{
	char mark = c->p[c->ns];
	size_t i = c->ns;

	if (mark != '`' && mark != '~')
		return 0;
	while (i < c->n && c->p[i] == mark)
		i++;
	if (i - c->ns < 3 || (mark == '`' && memchr(c->p + i, '`', c->n - i)))
		return 0;
	return i - c->ns;
}

bool line_fence_end(const struct cursor *c, char mark, size_t length)
{
	size_t i = c->ns;

	while (i < c->n && c->p[i] == mark)
		i++;
	if (i - c->ns < length || i == c->ns)
		return false;
	while (i < c->n && (c->p[i] == ' ' || c->p[i] == '\t'))
		i++;
	return i == c->n;
}

bool line_setext(const struct cursor *c)
{
	char mark = c->p[c->ns];
	size_t i = c->ns;

	if (mark != '=' && mark != '-')
		return false;
	while (i < c->n && c->p[i] == mark)
		i++;
	while (i < c->n && (c->p[i] == ' ' || c->p[i] == '\t'))
		i++;
	return i == c->n;
}

/* Length of a list marker, or 0. */
size_t line_list_marker(const struct cursor *c, bool interrupts)
{
	size_t i = c->ns, after;

	if (c->p[i] == '*' || c->p[i] == '-' || c->p[i] == '+') {
		i++;
	} else if (c->p[i] >= '0' && c->p[i] <= '9') {
		size_t digits = 0, value = 0;

		while (i < c->n && c->p[i] >= '0' && c->p[i] <= '9' && digits < 9) {
			value = value * 10 + (size_t)(c->p[i] - '0');
			digits++;
			i++;
		}
		if (i >= c->n || (c->p[i] != '.' && c->p[i] != ')') || (interrupts && value != 1))
			return 0;
		i++;
	} else {
		return 0;
	}
	/* cmark takes VT and FF too. */
	if (i < c->n && c->p[i] != ' ' && (c->p[i] < '\t' || c->p[i] > '\r'))
		return 0;
	if (interrupts) {
		after = i;
		while (after < c->n && (c->p[after] == ' ' || c->p[after] == '\t'))
			after++;
		if (after == c->n)
			return 0;
	}
	return i - c->ns;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool word_at(const struct cursor *c, size_t i, const char *word)
{
	for (; *word; word++, i++)
		if (i >= c->n || lower(c->p[i]) != *word)
			return false;
	return true;
}

static size_t tag_space(const struct cursor *c, size_t i)
{
	while (i < c->n && (c->p[i] == ' ' || c->p[i] == '\t' || c->p[i] == '\v' || c->p[i] == '\f'))
		i++;
	return i;
}

/* One of the block-level names of CommonMark 4.6, kind 6. */
static bool block_tag(const struct cursor *c, size_t i)
{
	static const char *const names[] = {
		"address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup", "dd",
		"details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame",
		"frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "link",
		"main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param", "section", "source", "summary",
		"table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
	};

	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		size_t n = strlen(names[k]);
		char next;

		if (!word_at(c, i, names[k]))
			continue;
		if (i + n >= c->n || tag_space(c, i + n) > i + n)
			return true;
		next = c->p[i + n];
		if (next == '>' || (next == '/' && i + n + 1 < c->n && c->p[i + n + 1] == '>'))
			return true;
	}
	return false;
}

/* A complete open or closing tag, and nothing behind it: CommonMark 4.6, kind 7. */
static bool whole_tag(const struct cursor *c, size_t i)
{
	bool closing = i < c->n && c->p[i] == '/';

	if (closing)
		i++;
	if (i >= c->n || !ascii_letter(c->p[i]))
		return false;
	while (i < c->n && (ascii_letter(c->p[i]) || (c->p[i] >= '0' && c->p[i] <= '9') || c->p[i] == '-'))
		i++;
	while (!closing) {
		size_t j = tag_space(c, i);

		if (j >= c->n || !(ascii_letter(c->p[j]) || c->p[j] == '_' || c->p[j] == ':') || j == i)
			break;
		i = j;
		while (i < c->n && (ascii_letter(c->p[i]) || (c->p[i] >= '0' && c->p[i] <= '9') || strchr("_.:-", c->p[i])))
			i++;
		j = tag_space(c, i);
		if (j < c->n && c->p[j] == '=') {
			j = tag_space(c, j + 1);
			if (j >= c->n)
				return false;
			if (c->p[j] == '"' || c->p[j] == '\'') {
				const char *q = memchr(c->p + j + 1, c->p[j], c->n - j - 1);

				if (!q)
					return false;
				i = (size_t)(q - c->p) + 1;
			} else {
				size_t from = j;

				while (j < c->n && !strchr(" \t\v\f\"'=<>`", c->p[j]))
					j++;
				if (j == from)
					return false;
				i = j;
			}
		}
	}
	i = tag_space(c, i);
	if (!closing && i < c->n && c->p[i] == '/')
		i++;
	if (i >= c->n || c->p[i] != '>')
		return false;
	for (i++; i < c->n; i++)
		if (c->p[i] != ' ' && c->p[i] != '\t' && c->p[i] != '\f')
			return false; /* a VT too */
	return true;
}

/* Kind of HTML block that begins here, 1 to 7, or 0. */
size_t line_html(const struct cursor *c, bool in_paragraph)
{
	size_t i = c->ns + 1;

	if (c->p[c->ns] != '<' || i >= c->n)
		return 0;
	if (c->p[i] == '!') {
		if (word_at(c, i, "!--"))
			return 2;
		/* As cmark 0.30 has it; a small letter begins one for later versions only. */
		if (i + 1 < c->n && c->p[i + 1] >= 'A' && c->p[i + 1] <= 'Z')
			return 4;
		if (c->n - i >= 8 && memcmp(c->p + i, "![CDATA[", 8) == 0)
			return 5;
		return 0;
	}
	if (c->p[i] == '?')
		return 3;
	{
		static const char *const raw[] = { "script", "pre", "textarea", "style" };

		for (size_t k = 0; k < ARRAY_LEN(raw); k++) {
			size_t n = strlen(raw[k]);

			if (word_at(c, i, raw[k]) && (i + n >= c->n || c->p[i + n] == '>' || tag_space(c, i + n) > i + n))
				return 1;
		}
	}
	if (block_tag(c, c->p[i] == '/' ? i + 1 : i))
		return 6;
	if (!in_paragraph && whole_tag(c, i))
		return 7;
	return 0;
}

bool line_html_end(const struct cursor *c, size_t kind)
{
	struct span rest = span_of(c->p + c->ns, c->n - c->ns);

	switch (kind) {
	case 1:
		for (size_t i = c->ns; i + 1 < c->n; i++)
			if (c->p[i] == '<' && c->p[i + 1] == '/' &&
			    (word_at(c, i, "</script>") || word_at(c, i, "</pre>") || word_at(c, i, "</textarea>") || word_at(c, i, "</style>")))
				return true;
		return false;
	case 2:
		return span_find(rest, SPAN_LIT("-->"), 0) != SIZE_MAX;
	case 3:
		return span_find(rest, SPAN_LIT("?>"), 0) != SIZE_MAX;
	case 4:
		return span_find_char(rest, '>', 0) != SIZE_MAX;
	case 5:
		return span_find(rest, SPAN_LIT("]]>"), 0) != SIZE_MAX;
	default:
		return false;
	}
}

/* Would what stands here be no words of a paragraph, which is open or not? */
bool line_begins_block(const struct cursor *c, bool in_paragraph)
{
	size_t text;

	return c->p[c->ns] == '>' || line_atx(c, &text) || line_fence(c) || line_html(c, in_paragraph) || line_thematic(c) ||
	       line_list_marker(c, in_paragraph);
}
