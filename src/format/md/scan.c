/*
 * The line scan: CommonMark's block structure as far as it decides what a line is, and on the way everything
 * that is ours and not cmark's is lifted out (FORMAT.md F3, F6).  What is lifted out leaves a marker: an HTML
 * comment on a line of its own, that cmark keeps apart from everything around it and that build.c knows by its line.
 */
#include "format/md/internal.h"

#include <stdlib.h>

#include "base/utf8.h"

#define NOTE_INDENT 4u

enum leaf { LEAF_NONE, LEAF_PARAGRAPH, LEAF_FENCE, LEAF_CODE, LEAF_HTML, LEAF_TABLE };
enum box_kind { BOX_QUOTE, BOX_ITEM };

struct box {
	enum box_kind kind;
	unsigned offset; /* item: columns that its lines are indented by */
	bool filled;     /* item: something stands in it */
};

/* One stream of blocks: the body, and apart from it the notes. */
struct stream {
	struct page *page;
	struct box boxes[LIMIT_BLOCK_DEPTH + 1];
	size_t depth;
	enum leaf leaf;
	char fence;
	size_t fence_length, html_kind;
	size_t brackets, angles, stars; /* in the open paragraph; stars once it is large */
	size_t para_bytes;
	unsigned para_lines;
	size_t para_begin, para_end; /* the last paragraph line's text in the reading */
	size_t para_out;             /* its first byte in the page */
	uint32_t para_line;          /* the paragraph's first line in the page */
	struct table *table;
};

struct scanner {
	struct doc *d;
	const struct text *in;
	struct span s; /* the reading */
	size_t hint, hint2;
	struct stream body, notes;
	struct page note_page;
	bool in_note;
	struct note *note;
	struct origin containers[64];
	size_t container_depth;
	struct fault *f;
	int failed;
	struct line_kind *kinds; /* if asked for */
	size_t kind_count, kind_cap;
	bool raw; /* the text has its CriticMarkup in it still */
};

/* A line, and a place in it.  Columns count tabs to multiples of four, as CommonMark 2.2. */
struct cursor {
	const char *p;
	size_t n;      /* without the line end */
	size_t i, col; /* here */
	size_t tab;    /* columns left of a tab that was taken in part */
	size_t ns, indent; /* next non-space, and columns up to it; set by look() */
};

static void look(struct cursor *c)
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

static void advance(struct cursor *c, size_t columns)
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

static void advance_to(struct cursor *c, size_t i)
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

static struct srcpos place(struct scanner *sc, size_t at)
{
	struct srcpos pos = { .file = sc->d->path };

	doc_position(sc->d, map_src(&sc->in->map, at, &sc->hint2), &pos.line, &pos.column);
	return pos;
}

static size_t src(struct scanner *sc, size_t at)
{
	return map_src(&sc->in->map, at, &sc->hint);
}

static size_t src_end(struct scanner *sc, size_t at)
{
	return map_src_end(&sc->in->map, at, &sc->hint);
}

static size_t line_of(struct scanner *sc, size_t source)
{
	size_t line, column;

	doc_position(sc->d, source, &line, &column);
	return line;
}

/* ---- writing the page ---- */

static void page_line(struct page *p, size_t begin, size_t end)
{
	if (p->line_count + 1 >= p->line_cap) {
		p->line_cap = p->line_cap ? 2 * p->line_cap : 256;
		p->lines = mem_resize(p->lines, p->line_cap, sizeof(*p->lines));
	}
	p->lines[p->line_count++] = (struct page_line){ .at = (uint32_t)p->text.bytes.n, .body = (uint32_t)p->text.bytes.n, .src = (uint32_t)begin,
							.end = (uint32_t)end };
}

/* The words of the line that is being written begin here. */
static void page_body(struct page *p)
{
	p->lines[p->line_count - 1].body = (uint32_t)p->text.bytes.n;
}

static void put(struct page *p, const char *s, size_t n)
{
	/* Behind a line that ends in CR alone an empty line of ours would be the other half of CR LF, and no line. */
	if (n && s[0] == '\n' && p->text.bytes.n && p->text.bytes.p[p->text.bytes.n - 1] == '\r')
		text_put(&p->text, " ", 1, NO_SRC);
	text_put(&p->text, s, n, NO_SRC);
}

static void copy(struct scanner *sc, struct page *p, size_t begin, size_t end)
{
	if (sc->in->map.count == 1)
		text_put(&p->text, sc->s.p + begin, end - begin, sc->in->map.items[0].src + (uint32_t)begin);
	else
		text_copy(&p->text, sc->in, begin, end, &sc->hint);
}

static struct special *special_add(struct page *p, enum special_kind kind)
{
	if (p->special_count == p->special_cap) {
		p->special_cap = p->special_cap ? 2 * p->special_cap : 64;
		p->specials = mem_resize(p->specials, p->special_cap, sizeof(*p->specials));
	}
	p->specials[p->special_count] = (struct special){ .kind = kind, .line = (uint32_t)p->line_count };
	return &p->specials[p->special_count++];
}

static void attach_add(struct page *p, uint32_t line, uint32_t column, struct attrs *a, struct origin o)
{
	if (p->attach_count == p->attach_cap) {
		p->attach_cap = p->attach_cap ? 2 * p->attach_cap : 64;
		p->attaches = mem_resize(p->attaches, p->attach_cap, sizeof(*p->attaches));
	}
	p->attaches[p->attach_count++] = (struct attach){ .line = line, .column = column, .attrs = a, .origin = o };
}

static void put_prefix(struct page *p, const struct stream *st)
{
	static const char spaces[] = "                                                                ";

	for (size_t k = 0; k < st->depth; k++) {
		if (st->boxes[k].kind == BOX_QUOTE) {
			put(p, "> ", 2);
		} else {
			size_t n = st->boxes[k].offset;

			while (n) {
				size_t m = n < sizeof(spaces) - 1 ? n : sizeof(spaces) - 1;

				put(p, spaces, m);
				n -= m;
			}
		}
	}
}

void page_done(struct page *p)
{
	text_done(&p->text);
	free(p->lines);
	free(p->specials);
	free(p->attaches);
	free(p->notes);
	*p = (struct page){ 0 };
}

/* ---- what a line begins ---- */

static bool is_blank(const struct cursor *c)
{
	return c->ns >= c->n;
}

static bool thematic(const struct cursor *c)
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
static unsigned atx(const struct cursor *c, size_t *ret_text)
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

static size_t fence_open(const struct cursor *c)
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

static bool fence_close(const struct cursor *c, char mark, size_t length)
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

static bool setext(const struct cursor *c)
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
static size_t list_marker(const struct cursor *c, bool interrupts)
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

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
	if (i >= c->n || !letter(c->p[i]))
		return false;
	while (i < c->n && (letter(c->p[i]) || (c->p[i] >= '0' && c->p[i] <= '9') || c->p[i] == '-'))
		i++;
	while (!closing) {
		size_t j = tag_space(c, i);

		if (j >= c->n || !(letter(c->p[j]) || c->p[j] == '_' || c->p[j] == ':') || j == i)
			break;
		i = j;
		while (i < c->n && (letter(c->p[i]) || (c->p[i] >= '0' && c->p[i] <= '9') || strchr("_.:-", c->p[i])))
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
static size_t html_open(const struct cursor *c, bool in_paragraph)
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

static bool html_close(const struct cursor *c, size_t kind)
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
static bool begins_block(const struct cursor *c, bool in_paragraph)
{
	size_t text;

	return c->p[c->ns] == '>' || atx(c, &text) || fence_open(c) || html_open(c, in_paragraph) || thematic(c) ||
	       list_marker(c, in_paragraph);
}

/* ---- tables ---- */

/* Cells of a row, as [begin, end) in s, white space trimmed.  Returns their number; fills at most cap. */
static size_t split_row(struct span s, struct origin *cells, size_t cap)
{
	size_t i = 0, end = s.n, from, count = 0;
	bool unmatched[81] = { false };

	while (i < end && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	while (end > i && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
		end--;
	if (i < end && s.p[i] == '|')
		i++;
	from = i;
	for (;;) {
		bool bar = i < end && s.p[i] == '|';

		if (i < end && s.p[i] == '\\') {
			i += i + 1 < end ? 2 : 1;
			continue;
		}
		if (i < end && s.p[i] == '`') {
			size_t run = 0, j;

			while (i + run < end && s.p[i + run] == '`')
				run++;
			if (run >= ARRAY_LEN(unmatched) || unmatched[run]) {
				i += run;
				continue;
			}
			for (j = i + run; j < end;) {
				size_t m = 0;

				if (s.p[j] != '`') {
					const char *q = memchr(s.p + j, '`', end - j);

					j = q ? (size_t)(q - s.p) : end;
					continue;
				}
				while (j + m < end && s.p[j + m] == '`')
					m++;
				j += m;
				if (m == run)
					break;
				if (j >= end)
					j = SIZE_MAX;
			}
			if (j > end || j == SIZE_MAX || s.p[j - 1] != '`') {
				unmatched[run] = true;
				i += run;
			} else {
				i = j;
			}
			continue;
		}
		if (i < end && !bar) {
			i++;
			continue;
		}
		/* A bar, or the end; the bar that ends the row opens no further cell. */
		if (bar || i > from || count == 0) {
			size_t a = from, b = i;

			while (a < b && (s.p[a] == ' ' || s.p[a] == '\t'))
				a++;
			while (b > a && (s.p[b - 1] == ' ' || s.p[b - 1] == '\t'))
				b--;
			if (count < cap)
				cells[count] = (struct origin){ a, b };
			count++;
		}
		if (!bar)
			return count;
		i++;
		from = i;
		if (i >= end)
			return count;
	}
}

static bool delimiter_row(struct span s, enum cell_align *aligns, size_t cap, size_t *ret_count)
{
	struct origin cells[LIMIT_TABLE_COLUMNS + 1];
	size_t n;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '|' && s.p[i] != '-' && s.p[i] != ':' && s.p[i] != ' ' && s.p[i] != '\t')
			return false;
	if (!memchr(s.p, '|', s.n))
		return false;
	n = split_row(s, cells, ARRAY_LEN(cells));
	*ret_count = n;
	if (n > LIMIT_TABLE_COLUMNS)
		return true;
	for (size_t k = 0; k < n; k++) {
		struct span c = span_sub(s, cells[k].begin, cells[k].end);
		bool left = c.n && c.p[0] == ':', right = c.n > 1 && c.p[c.n - 1] == ':';
		size_t dashes = c.n - left - right;

		if (!dashes || dashes > c.n)
			return false;
		for (size_t i = left; i < c.n - right; i++)
			if (c.p[i] != '-')
				return false;
		if (k < cap)
			aligns[k] = left && right ? ALIGN_CENTRE : left ? ALIGN_LEFT : right ? ALIGN_RIGHT : ALIGN_NONE;
	}
	return n > 0;
}

/* Bytes from the end of a cell's words to behind the bar that ends it. */
static size_t strspn_bar(const char *p, const char *end)
{
	const char *bar = memchr(p, '|', (size_t)(end - p));

	return bar ? (size_t)(bar - p) + 1 : (size_t)(end - p);
}

/* One row's cells as headings; the first one's prefix is already there. */
static void put_row(struct scanner *sc, struct stream *st, size_t begin, size_t end, size_t line_begin, size_t line_end, bool prefixed)
{
	struct origin cells[LIMIT_TABLE_COLUMNS + 1];
	struct page *p = st->page;
	struct table *t = st->table;
	size_t n = split_row(span_sub(sc->s, begin, end), cells, ARRAY_LEN(cells));
	struct origin row = { src(sc, line_begin), src_end(sc, line_end) };

	if (n != t->columns && n <= LIMIT_TABLE_COLUMNS)
		doc_remark(sc->d, "table-ragged", src(sc, begin), (struct span){ 0 },
			   "this row has %zu cell%s, the table has %zu column%s: add the missing bar |, or write \\| where a bar belongs to the words", n,
			   n == 1 ? "" : "s", t->columns, t->columns == 1 ? "" : "s");
	if (n > LIMIT_TABLE_COLUMNS)
		n = LIMIT_TABLE_COLUMNS + 1;
	t->row_index++;
	if (n > LIMIT_TABLE_COLUMNS || t->row_index > LIMIT_TABLE_CELLS / t->columns) {
		if (!sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, begin), "this table is larger than chapeau reads (%u columns, %u cells): split it",
					       LIMIT_TABLE_COLUMNS, LIMIT_TABLE_CELLS);
		return;
	}
	for (size_t k = 0; k < n; k++) {
		size_t a = begin + cells[k].begin, b = begin + cells[k].end, hash = b;
		struct special *x;

		if (!prefixed) {
			page_line(p, row.begin, row.end);
			put_prefix(p, st);
		}
		prefixed = false;
		x = special_add(p, SPECIAL_CELL);
		x->table = t;
		x->row = t->row_index - 1;
		x->column = k;
		x->row_origin = row;
		/* From bar to bar: what a suggestion may not cross. */
		x->span.begin = k ? src_end(sc, begin + cells[k - 1].end + (size_t)(strspn_bar(sc->s.p + begin + cells[k - 1].end, sc->s.p + a))) : row.begin;
		x->origin = a < b ? (struct origin){ src(sc, a), src_end(sc, b) } : (struct origin){ src(sc, a), src(sc, a) };
		{
			size_t bar = b;

			while (bar < end && sc->s.p[bar] != '|')
				bar++;
			x->span.end = bar < end ? src(sc, bar) : row.end;
		}
		put(p, "# ", 2);
		/* A "#" at its end would be the heading's closing sequence. */
		while (hash > a && sc->s.p[hash - 1] == '#')
			hash--;
		if (hash < b && (hash == a || sc->s.p[hash - 1] == ' ' || sc->s.p[hash - 1] == '\t')) {
			copy(sc, p, a, b - 1);
			put(p, "\\", 1);
			copy(sc, p, b - 1, b);
		} else {
			copy(sc, p, a, b);
		}
		put(p, "\n", 1);
	}
	t->origin.end = row.end;
}

/* ---- containers, comments ---- */

/* ":::" at the margin.  Returns 0 for no container line, 1 for an opening, 2 for a closing one. */
static int container_line(struct span s, struct span *ret_name)
{
	size_t i = 0;
	struct span rest;

	while (i < s.n && s.p[i] == ':')
		i++;
	if (i < 3)
		return 0;
	rest = span_trim(span_sub(s, i, s.n));
	while (rest.n && rest.p[rest.n - 1] == ':')
		rest.n--;
	rest = span_trim(rest);
	if (!rest.n)
		return 2;
	if (rest.p[0] == '{') {
		rest = span_trim(span_sub(rest, 1, rest.n));
		if (rest.n && rest.p[0] == '.')
			rest = span_sub(rest, 1, rest.n);
	}
	i = 0;
	while (i < rest.n && rest.p[i] != ' ' && rest.p[i] != '\t' && rest.p[i] != '}')
		i++;
	*ret_name = span_sub(rest, 0, i);
	return 1;
}

/* ":: internal", a colon short. */
static bool two_colons(struct span s)
{
	return span_starts(s, SPAN_LIT("::")) && span_eq_nocase(span_trim(span_sub(s, 2, s.n)), SPAN_LIT("internal"));
}

static void open_container(struct scanner *sc, struct stream *st, size_t begin, size_t end, struct span name)
{
	struct page *p = st->page;
	size_t at = src(sc, begin);
	bool known = span_is(name, "internal");

	if (!known && (span_eq_nocase(name, SPAN_LIT("internal")) || span_distance(name, SPAN_LIT("internal"), 3) <= 2))
		doc_remark(sc->d, "class-unknown", at, (struct span){ 0 },
			   "the container \"%.*s\" is unknown: did you mean \"::: internal\"? Until it is corrected no public file is written", SPAN_ARG(name));
	else if (!known)
		doc_remark(sc->d, "container-open", at, (struct span){ 0 },
			   "\"::: %.*s\" is no container that chapeau knows, only \"::: internal\" is: until it is corrected no public file is written",
			   SPAN_ARG(name));
	page_line(p, at, src_end(sc, end));
	special_add(p, SPECIAL_OPEN)->origin = (struct origin){ at, src_end(sc, end) };
	put(p, MARKER "\n", sizeof(MARKER));
	if (sc->container_depth < ARRAY_LEN(sc->containers))
		sc->containers[sc->container_depth] = (struct origin){ at, src_end(sc, end) };
	sc->container_depth++;
}

static void close_container(struct scanner *sc, struct stream *st, size_t begin, size_t end)
{
	struct page *p = st->page;
	size_t at = src(sc, begin);

	if (!sc->container_depth) {
		doc_remark(sc->d, "container-open", at, (struct span){ 0 },
			   "this ::: closes nothing: if text above it was to be internal, put \"::: internal\" on a line of its own before it; else delete this line");
		/* It ends the block above it all the same. */
		page_line(p, at, src_end(sc, end));
		put(p, MARKER "\n", sizeof(MARKER));
		return;
	}
	page_line(p, at, src_end(sc, end));
	special_add(p, SPECIAL_CLOSE)->origin = (struct origin){ at, src_end(sc, end) };
	put(p, MARKER "\n", sizeof(MARKER));
	sc->container_depth--;
}

/* What a comment that does not end on its line runs over (FORMAT.md F3). */
static void check_comment(struct scanner *sc, size_t begin, size_t line_end)
{
	struct span s = sc->s;
	size_t end = span_find(s, SPAN_LIT("-->"), begin), stop = end == SIZE_MAX ? s.n : end, at = line_end;
	size_t first = line_of(sc, src(sc, begin)), last, words = 0, word_at_ = 0;
	bool blank_line = false, comment = false;
	struct span tag = { 0 };
	size_t tag_at = 0;

	comment = span_find(span_sub(s, 0, stop), SPAN_LIT("<!--"), begin + 4) != SIZE_MAX;
	for (size_t i = begin + 4; i < stop && !tag.n; i++) {
		const char *q = memchr(s.p + i, '{', stop - i);

		if (!q)
			break;
		i = (size_t)(q - s.p);
		if (attrlist_looks(s, i)) {
			size_t j = i;

			while (j < s.n && s.p[j] != '}' && s.p[j] != '\n' && s.p[j] != '\r' && j - i < 60)
				j++;
			tag = span_sub(s, i, j < s.n && s.p[j] == '}' ? j + 1 : j);
			tag_at = i;
		}
	}
	while (at < stop) {
		size_t i = at;

		while (i < stop && (s.p[i] == ' ' || s.p[i] == '\t'))
			i++;
		if (i < stop && (s.p[i] == '\n' || s.p[i] == '\r')) {
			blank_line = true;
			break;
		}
		while (i < stop && s.p[i] != '\n' && s.p[i] != '\r')
			i++;
		if (!tag.n && attrlist_torn(span_sub(s, at, i))) {
			tag = span_trim(span_sub(s, at, i));
			tag_at = at;
		}
		if (i + 1 < stop && s.p[i] == '\r' && s.p[i + 1] == '\n')
			i++;
		at = i < stop ? i + 1 : stop;
	}
	if (end != SIZE_MAX && !comment && !tag.n && !blank_line)
		return;
	for (size_t i = line_end; i < stop; i++) {
		bool white = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';

		if (!white && (i == line_end || s.p[i - 1] == ' ' || s.p[i - 1] == '\t' || s.p[i - 1] == '\n' || s.p[i - 1] == '\r')) {
			if (!words)
				word_at_ = i;
			words++;
		}
	}
	last = line_of(sc, end != SIZE_MAX ? src(sc, end) : stop ? src_end(sc, stop) - (stop > begin) : 0);
	{
		size_t k = word_at_, n = 0;
		struct buf m = { 0 };

		while (k < stop && n < 5 && s.p[k] != '\n' && s.p[k] != '\r') {
			if (s.p[k] == ' ')
				n++;
			k++;
		}
		while (k > word_at_ && s.p[k - 1] == ' ')
			k--;
		if (end == SIZE_MAX)
			buf_printf(&m, "It runs on to the end of the file");
		else
			buf_printf(&m, "It runs on to line %zu", last);
		if (words)
			buf_printf(&m, ", hides %zu word%s (\"%.*s…\")", words, words == 1 ? "" : "s", (int)(k - word_at_), s.p + word_at_);
		if (tag.n) {
			buf_printf(&m, " and takes away the tag %.*s on line %zu", SPAN_ARG(tag), line_of(sc, src(sc, tag_at)));
			if (span_find(tag, SPAN_LIT(".internal"), 0) != SIZE_MAX)
				buf_printf(&m, ", so that the note below it would be PUBLIC");
		}
		doc_remark(sc->d, "comment-open", src(sc, begin), (struct span){ 0 },
			   "the comment that begins here has no --> on its line. %.*s. Add --> at the end of line %zu", (int)m.n, m.p, first);
		buf_done(&m);
	}
}

/* ---- attributes ---- */

/*
 * The list at offset at of the reading's [begin, end).  A suggestion or comment is no part of a list (FORMAT.md F5), so one
 * that is whole only when they are taken out is none: it would have no place in the file.
 */
static bool read_list(struct scanner *sc, size_t begin, size_t end, size_t at, struct attrlist *ret)
{
	const struct segmap *m = &sc->in->map;
	size_t remarks = sc->d->remark_count, k;

	/* The source is where the line would begin, had nothing been taken out before the list. */
	if (!attrlist_read(sc->d, span_sub(sc->s, begin, end), at, src(sc, begin + at) - at, ret))
		return false;
	k = map_find(m, begin + at, &sc->hint) + 1;
	if (!ret->malformed && k < m->count && m->items[k].at < begin + ret->end) {
		sc->d->remark_count = remarks;
		ret->malformed = true;
		ret->bad = m->items[k].at - begin;
		ret->why = "a suggestion or comment stands inside it; put it before the tag or behind it";
	}
	return true;
}

/* An attribute list that fills the rest of the line from c->ns, or what is left of one. */
static bool attr_line(struct scanner *sc, struct cursor *c, size_t base, struct attrlist *ret)
{
	struct span s = span_of(c->p, c->n);
	size_t remarks = sc->d->remark_count, i;

	if (!read_list(sc, base, base + c->n, c->ns, ret)) {
		*ret = (struct attrlist){ .begin = c->ns, .end = c->n, .malformed = true, .bad = c->ns, .why = "a tag begins with { and ends with }" };
		return attrlist_torn(span_sub(s, c->ns, s.n));
	}
	if (ret->malformed) {
		/* Only a line that is nothing else: "{#a b} text" is a paragraph. */
		struct span rest = span_trim(span_sub(s, c->ns, s.n));
		bool hidden = rest.p[0] == '<';

		if (hidden ? span_ends(rest, SPAN_LIT("-->")) && span_find(rest, SPAN_LIT("-->"), 0) == rest.n - 3
			   : rest.p[rest.n - 1] == '}' || span_find_char(rest, '}', 0) == SIZE_MAX)
			return true;
		return false;
	}
	i = ret->end;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (i == s.n)
		return true;
	sc->d->remark_count = remarks;
	return false;
}

static void remark_malformed(struct scanner *sc, const struct attrlist *l, size_t base, struct span line)
{
	struct span shown = span_trim(span_sub(line, l->begin, line.n));

	doc_remark(sc->d, "attribute-malformed", src(sc, base + l->bad), (struct span){ 0 }, "the tag %.*s does not parse: %s", SPAN_ARG(shown), l->why);
}

/* A list at the end of a heading's text [from, to); takes it and the space before it off to. */
static bool tail_attrs(struct scanner *sc, size_t from, size_t *to, struct attrs **ret, struct origin *ret_origin)
{
	struct span s = sc->s;
	size_t end = *to, open;
	struct attrlist l;
	size_t remarks = sc->d->remark_count;
	bool hidden;

	while (end > from && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
		end--;
	if (end <= from)
		return false;
	hidden = end - from >= 3 && memcmp(s.p + end - 3, "-->", 3) == 0;
	if (!hidden && s.p[end - 1] != '}')
		return false;
	/* The last "{" or "<!--" outside quotation marks: attribute values may hold braces. */
	for (open = end; open-- > from;) {
		if (hidden ? s.p[open] == '<' && end - open > 4 && memcmp(s.p + open, "<!--", 4) == 0
			   : s.p[open] == '{' && attrlist_looks(span_sub(s, 0, end), open)) {
			size_t slashes = 0;

			while (open - slashes > from && s.p[open - slashes - 1] == '\\')
				slashes++;
			if (slashes % 2)
				return false;
			if (!hidden && memchr(s.p + open, '"', end - open) == NULL)
				break;
			if (read_list(sc, open, end, 0, &l) && !l.malformed && l.end == end - open)
				break;
			sc->d->remark_count = remarks;
			if (hidden)
				break;
		}
	}
	if (open == SIZE_MAX)
		return false;
	sc->d->remark_count = remarks;
	if (!read_list(sc, open, end, 0, &l))
		return false;
	if (l.malformed) {
		doc_remark(sc->d, "attribute-malformed", src(sc, open + l.bad), (struct span){ 0 }, "the tag %.*s does not parse: %s",
			   SPAN_ARG(span_sub(s, open, end)), l.why);
		l.attrs = NULL;
	} else if (l.end != end - open) {
		sc->d->remark_count = remarks;
		return false;
	}
	*ret = l.attrs;
	*ret_origin = (struct origin){ src(sc, open), src_end(sc, end) };
	while (open > from && (s.p[open - 1] == ' ' || s.p[open - 1] == '\t'))
		open--;
	*to = open;
	return true;
}

/* ---- one line ---- */

static void count_brackets(struct scanner *sc, struct stream *st, const struct cursor *c, size_t base, size_t from)
{
	const char *p = c->p + from, *end = c->p + c->n;

	/* With all its suggestions in it this is no text that cmark sees. */
	if (sc->raw)
		return;
	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		st->brackets++;
		p++;
	}
	if (st->brackets > LIMIT_PARAGRAPH_BRACKETS && !sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base + from),
				       "more than %u square brackets [ stand in one paragraph: split it with empty lines", LIMIT_PARAGRAPH_BRACKETS);
	st->para_bytes += c->n - from;
	if (st->para_bytes > LIMIT_PARAGRAPH_STARS) {
		for (p = c->p + from; p < end; p++)
			st->stars += *p == '*' || *p == '_';
		if (st->stars > LIMIT_PARAGRAPH_STARS && !sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base + from),
					       "more than %u signs * and _ stand in one paragraph: split it with empty lines", LIMIT_PARAGRAPH_STARS);
	}
	/* "<?", "<!" and "</": cmark looks for the end of each through the rest of the paragraph. */
	p = c->p + from;
	while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		p++;
		if (p < end && (letter(*p) || *p == '!' || *p == '?' || *p == '/'))
			st->angles++;
	}
	if (st->angles > LIMIT_PARAGRAPH_BRACKETS && !sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base + from), "more than %u tags < stand in one paragraph: split it with empty lines",
				       LIMIT_PARAGRAPH_BRACKETS);
}

static bool box_push(struct scanner *sc, struct stream *st, size_t *depth, enum box_kind kind, unsigned offset, size_t at)
{
	if (*depth >= LIMIT_BLOCK_DEPTH) {
		if (!sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, at), "lists and quotations are nested more than %u deep here: flatten them",
					       LIMIT_BLOCK_DEPTH);
		return false;
	}
	if (*depth)
		st->boxes[*depth - 1].filled = true;
	st->boxes[(*depth)++] = (struct box){ .kind = kind, .offset = offset };
	return true;
}

/* Length of "[^label]:" at s[at], or 0. */
static size_t note_head(struct span s, size_t at, struct span *ret_label)
{
	size_t i = at + 2;

	if (s.n - at < 5 || s.p[at] != '[' || s.p[at + 1] != '^')
		return 0;
	while (i < s.n && s.p[i] != ']' && s.p[i] != '^' && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '[')
		i++;
	if (i == at + 2 || i + 1 >= s.n || s.p[i] != ']' || s.p[i + 1] != ':' || i - at - 2 > LIMIT_NOTE_LABEL_BYTES)
		return 0;
	*ret_label = span_sub(s, at + 2, i);
	return i + 2 - at;
}

/* Offset of the words behind a comment that begins at c->ns and ends on its line; 0 if it does not, c->n if there are none. */
static size_t comment_length(const struct cursor *c)
{
	struct span s = span_of(c->p, c->n);
	size_t i;

	if (c->n - c->ns < 7 || memcmp(c->p + c->ns, "<!--", 4) != 0)
		return 0;
	i = span_find(s, SPAN_LIT("-->"), c->ns + 4);
	if (i == SIZE_MAX)
		return 0;
	i += 3;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return i;
}

static void end_leaf(struct stream *st)
{
	st->leaf = LEAF_NONE;
	st->table = NULL;
	st->brackets = st->angles = st->stars = st->para_bytes = 0;
	st->para_lines = 0;
}

/* Is all of the open paragraph link definitions?  Then what stands under it is no heading's line, but its first words. */
static bool only_definitions(const struct stream *st)
{
	const struct page *p = st->page;
	struct span page = buf_span(&p->text.bytes);
	struct buf words = { 0 };
	bool r;

	if (page.p[p->lines[st->para_line - 1].body] != '[')
		return false;
	for (size_t k = st->para_line - 1; k < p->line_count; k++) {
		struct span line = span_sub(page, p->lines[k].body, k + 1 < p->line_count ? p->lines[k + 1].at : page.n);

		while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
			line.n--;
		buf_printf(&words, "%*s%.*s\n", (int)p->lines[k].pad, "", SPAN_ARG(line));
	}
	r = link_definitions(buf_span(&words)) == words.n;
	buf_done(&words);
	return r;
}

/* What is taken out of a line before it goes to the page: its first cut bytes, for which lead stands, and lists in items. */
struct lift {
	size_t cut;
	const char *lead;
	struct origin ranges[2 * LIMIT_LINE_CONTAINERS];
	size_t count;
};

static void lift_add(struct lift *l, size_t begin, size_t end)
{
	if (l->count && l->ranges[l->count - 1].end == begin)
		l->ranges[l->count - 1].end = end;
	else if (l->count < ARRAY_LEN(l->ranges))
		l->ranges[l->count++] = (struct origin){ begin, end };
}

static void put_lifted(struct scanner *sc, struct page *p, const struct lift *l, size_t base, size_t end)
{
	size_t at = base + l->cut;

	if (l->cut)
		put(p, l->lead, strlen(l->lead));
	for (size_t k = 0; k < l->count; k++) {
		copy(sc, p, at, base + l->ranges[k].begin);
		at = base + l->ranges[k].end;
	}
	if (at < end)
		copy(sc, p, at, end);
}

/*
 * Processes the line [base, base + c->n) whose line end is up to next.  cut: bytes of the line that are not the
 * stream's (a note's head), replaced by lead.
 */
static void scan_line(struct scanner *sc, struct stream *st, size_t base, size_t n, size_t next, size_t cut, const char *lead)
{
	struct cursor c = { .p = sc->s.p + base, .n = n };
	struct page *p = st->page;
	size_t matched = 0, depth, markers = 0, lazy_i, lazy_tab;
	struct lift lift;
	bool all, lazy_ok, para_here, opened = false, fresh_item = false, lazy = false, interrupting = false;
	enum leaf was = st->leaf;
	size_t item_column = 0;
	unsigned bare_offset = 0;

	lift.cut = cut;
	lift.lead = lead;
	lift.count = 0;
	if (cut) {
		/* Columns are those of the page, where lead stands. */
		c.i = cut;
		c.col = strlen(lead);
	}
	/* 1. Which open containers go on. */
	for (; matched < st->depth && !cut; matched++) {
		struct box *b = &st->boxes[matched];

		look(&c);
		if (b->kind == BOX_QUOTE) {
			if (c.indent > 3 || c.ns >= c.n || c.p[c.ns] != '>')
				break;
			advance_to(&c, c.ns + 1);
			if (c.i < c.n && (c.p[c.i] == ' ' || c.p[c.i] == '\t'))
				advance(&c, 1);
		} else if (c.ns < c.n && c.indent >= b->offset) {
			advance(&c, b->offset);
		} else if (c.ns >= c.n && b->filled) {
			advance_to(&c, c.ns);
		} else {
			break;
		}
	}
	if (cut)
		matched = st->depth;
	all = matched == st->depth;
	depth = matched;
	lazy_i = c.i;
	lazy_tab = c.tab;
	look(&c);

	/* 2. Blocks whose lines are not looked into. */
	if (all && (was == LEAF_FENCE || was == LEAF_HTML || was == LEAF_CODE)) {
		bool inside = true;

		if (was == LEAF_FENCE) {
			if (c.indent <= 3 && fence_close(&c, st->fence, st->fence_length))
				end_leaf(st);
		} else if (was == LEAF_HTML) {
			if (st->html_kind == 2 && html_close(&c, 2)) {
				size_t i = span_find(span_of(c.p, c.n), SPAN_LIT("-->"), c.ns) + 3, words = i;

				while (words < c.n && (c.p[words] == ' ' || c.p[words] == '\t'))
					words++;
				end_leaf(st);
				if (words < c.n) {
					/* Words behind the end of a comment: a line of their own. */
					struct text prefix = { 0 };
					struct page scratch = { .text = prefix };

					page_line(p, src(sc, base), src_end(sc, next));
					put_lifted(sc, p, &lift, base, base + i);
					put(p, "\n", 1);
					put_prefix(&scratch, st);
					put(&scratch, "", 1);
					scan_line(sc, st, base, n, next, words, scratch.text.bytes.p);
					page_done(&scratch);
					return;
				}
			} else if (st->html_kind >= 6 ? is_blank(&c) : html_close(&c, st->html_kind)) {
				end_leaf(st);
			}
		} else if (!is_blank(&c) && c.indent < 4) {
			inside = false;
			end_leaf(st);
			was = LEAF_NONE;
		}
		if (inside) {
			page_line(p, src(sc, base), src_end(sc, next));
			put_lifted(sc, p, &lift, base, next);
			return;
		}
	}
	if (!all && (was == LEAF_FENCE || was == LEAF_HTML || was == LEAF_CODE)) {
		end_leaf(st);
		was = LEAF_NONE;
	}
	if (is_blank(&c)) {
		/* An item that began with an empty line and goes on with one is over: cmark closes it by itself. */
		st->depth = depth;
		end_leaf(st);
		page_line(p, src(sc, base), src_end(sc, next));
		put_lifted(sc, p, &lift, base, next);
		return;
	}

	/* 3. What this line opens. */
	lazy_ok = was == LEAF_PARAGRAPH;
	para_here = all && was == LEAF_PARAGRAPH;
	for (;;) {
		size_t text, m;
		struct attrlist l;
		bool in_table = all && !opened && was == LEAF_TABLE;

		look(&c);
		if (is_blank(&c))
			break;
		if (c.indent >= 4) {
			if (!lazy_ok && !in_table) {
				st->depth = depth;
				end_leaf(st);
				st->leaf = LEAF_CODE;
				goto emit;
			}
			break;
		}
		/* A list alone on its line where no paragraph is open, or first in an item. */
		if (!lazy_ok) {
			if (fresh_item) {
				size_t remarks = sc->d->remark_count;

				if (read_list(sc, base, base + c.n, c.ns, &l)) {
					size_t i = l.end;
					bool whole = !l.malformed && (i >= c.n || c.p[i] == ' ' || c.p[i] == '\t');

					if (l.malformed) {
						const char *q = memchr(c.p + c.ns, c.p[c.ns] == '<' ? '>' : '}', c.n - c.ns);

						remark_malformed(sc, &l, base, span_of(c.p, q ? (size_t)(q - c.p) + 1 : c.n));
						l.attrs = NULL;
						i = q ? (size_t)(q - c.p) + 1 : c.n;
						whole = true;
					}
					if (whole) {
						if (l.attrs)
							attach_add(p, (uint32_t)p->line_count + 1, (uint32_t)(item_column + 1), l.attrs,
								   (struct origin){ src(sc, base + l.begin), src_end(sc, base + i) });
						while (i < c.n && (c.p[i] == ' ' || c.p[i] == '\t'))
							i++;
						lift_add(&lift, c.ns, i);
						c.i = i;
						c.tab = 0;
						/* The rest stands where the list stood: columns stay those of the item's content, if there is any. */
						if (i < c.n)
							continue;
						if (!interrupting) {
							st->boxes[depth - 1].offset = bare_offset;
							continue;
						}
						/* An item that holds nothing could not interrupt the paragraph before it. */
						st->boxes[depth - 1].filled = true;
						page_line(p, src(sc, base), src_end(sc, next));
						put_lifted(sc, p, &lift, base, base + c.n);
						put(p, MARKER "\n", sizeof(MARKER));
						return;
					}
					sc->d->remark_count = remarks;
				}
			} else if (attr_line(sc, &c, base, &l)) {
				struct special *x;

				st->depth = depth;
				end_leaf(st);
				if (depth)
					st->boxes[depth - 1].filled = true;
				page_line(p, src(sc, base), src_end(sc, next));
				put_lifted(sc, p, &lift, base, base + c.ns);
				put(p, MARKER "\n", sizeof(MARKER));
				if (l.malformed) {
					remark_malformed(sc, &l, base, span_of(c.p, c.n));
					l.attrs = NULL;
				}
				x = special_add(p, SPECIAL_ATTRS);
				x->attrs = l.attrs;
				x->origin = (struct origin){ src(sc, base + c.ns), l.malformed ? src_end(sc, base + c.n) : src_end(sc, base + l.end) };
				return;
			}
		}
		if (c.p[c.ns] == '>') {
			st->depth = depth;
			end_leaf(st);
			if (++markers > LIMIT_LINE_CONTAINERS || !box_push(sc, st, &depth, BOX_QUOTE, 0, base + c.ns))
				goto too_deep;
			st->depth = depth;
			advance_to(&c, c.ns + 1);
			if (c.i < c.n && (c.p[c.i] == ' ' || c.p[c.i] == '\t'))
				advance(&c, 1);
			opened = true;
			fresh_item = false;
			lazy_ok = para_here = false;
			continue;
		}
		if (atx(&c, &text)) {
			struct attrs *a = NULL;
			struct origin o = { 0 };
			size_t to = base + c.n;

			st->depth = depth;
			end_leaf(st);
			count_brackets(sc, st, &c, base, c.ns);
			st->brackets = st->angles = 0;
			if (depth)
				st->boxes[depth - 1].filled = true;
			if (tail_attrs(sc, base + text, &to, &a, &o)) {
				if (a)
					attach_add(p, (uint32_t)p->line_count + 1, 0, a, o);
				page_line(p, src(sc, base), src_end(sc, next));
				put_lifted(sc, p, &lift, base, to);
				if (base + c.n < next)
					copy(sc, p, base + c.n, next);
				return;
			}
			goto emit;
		}
		if ((m = fence_open(&c))) {
			st->depth = depth;
			end_leaf(st);
			st->leaf = LEAF_FENCE;
			st->fence = c.p[c.ns];
			st->fence_length = m > 255 ? 255 : m; /* cmark counts no further */
			goto emit;
		}
		/* A whole comment with words behind it: to cmark all of the line is HTML, and the words would be lost. */
		if (c.p[c.ns] == '<' && (m = comment_length(&c)) && m < c.n) {
			if (attrlist_looks(span_of(c.p, c.n), c.ns))
				doc_remark(sc->d, "attribute-in-text", src(sc, base + c.ns), (struct span){ 0 },
					   "\"%.*s\" has words behind it on its line and marks nothing: put it on a line of its own directly above its text",
					   SPAN_ARG(span_trim(span_sub(span_of(c.p, c.n), c.ns, m))));
			lift_add(&lift, c.ns, m);
			c.i = m;
			c.tab = 0;
			continue;
		}
		if ((m = html_open(&c, lazy_ok))) {
			st->depth = depth;
			end_leaf(st);
			st->leaf = LEAF_HTML;
			st->html_kind = m;
			if (m == 2 && (para_here || was == LEAF_PARAGRAPH) && attrlist_looks(span_of(c.p, c.n), c.ns))
				doc_remark(sc->d, "attribute-in-text", src(sc, base + c.ns), (struct span){ 0 },
					   "\"%.*s\" stands inside a paragraph and marks nothing. Two paragraphs were joined here? Put an empty line before it, "
					   "or type: chapeau track %.*s",
					   SPAN_ARG(span_trim(span_sub(span_of(c.p, c.n), c.ns, c.n))), SPAN_ARG(md_draft_name(sc->d)));
			if (m <= 5 && html_close(&c, m))
				end_leaf(st);
			else if (m == 2)
				check_comment(sc, base + c.ns, next);
			goto emit;
		}
		if (para_here && setext(&c)) {
			if (only_definitions(st))
				break;
			/* A list at the end of the heading's last line is cut off the page again. */
			size_t to = st->para_end;
			struct attrs *a = NULL;
			struct origin o = { 0 };

			if (tail_attrs(sc, st->para_begin, &to, &a, &o)) {
				size_t line_at = p->lines[p->line_count - 1].at, keep;

				if (a)
					attach_add(p, st->para_line, 0, a, o);
				keep = st->para_out + (to - st->para_begin);
				if (to == st->para_begin && st->para_lines > 1) {
					/* All of the line: an empty one would end the heading. */
					text_cut(&p->text, line_at);
					p->line_count--;
				} else if (keep >= line_at && keep <= p->text.bytes.n) {
					struct cursor left = { .p = sc->s.p + st->para_begin, .n = to - st->para_begin };

					text_cut(&p->text, keep);
					/* "- {#a}" is words, "-" is none. */
					if (left.n && (begins_block(&left, st->para_lines > 1) || setext(&left)))
						put(p, MARKER, sizeof(MARKER) - 1);
					else if (only_definitions(st))
						put(p, " " MARKER, sizeof(MARKER));
					put(p, "\n", 1);
				}
			}
			end_leaf(st);
			page_line(p, src(sc, base), src_end(sc, next));
			p->lines[p->line_count - 1].body = NO_BODY;
			put_lifted(sc, p, &lift, base, next);
			return;
		}
		if (thematic(&c)) {
			st->depth = depth;
			end_leaf(st);
			if (depth)
				st->boxes[depth - 1].filled = true;
			goto emit;
		}
		if ((m = list_marker(&c, para_here || in_table))) {
			size_t offset = c.indent, save_i, save_col, save_tab, i = 0;

			item_column = c.ns - cut + (cut ? strlen(lead) : 0);
			for (size_t k = 0; k < lift.count; k++)
				item_column -= lift.ranges[k].end - lift.ranges[k].begin;
			bare_offset = (unsigned)(offset + m + 1);
			interrupting = interrupting || para_here;
			advance_to(&c, c.ns + m);
			save_i = c.i;
			save_col = c.col;
			save_tab = c.tab;
			while (c.col - save_col <= 5 && c.i < c.n && (c.p[c.i] == ' ' || c.p[c.i] == '\t'))
				advance(&c, 1);
			i = c.col - save_col;
			if (i >= 5 || i < 1 || c.i >= c.n) {
				offset += m + 1;
				c.i = save_i;
				c.col = save_col;
				c.tab = save_tab;
				if (i > 0)
					advance(&c, 1);
			} else {
				offset += m + i;
			}
			st->depth = depth;
			end_leaf(st);
			if (++markers > LIMIT_LINE_CONTAINERS || !box_push(sc, st, &depth, BOX_ITEM, (unsigned)offset, base + c.i))
				goto too_deep;
			st->depth = depth;
			opened = true;
			fresh_item = true;
			lazy_ok = para_here = false;
			continue;
		}
		break;
	}

	/* 4. Text, or an item with nothing on its line. */
	if (is_blank(&c)) {
		st->depth = depth;
		end_leaf(st);
		goto emit;
	}
	if (!all && !opened && was == LEAF_PARAGRAPH) {
		/* A lazy line: the containers stay open. */
		st->para_lines += 2;
		lazy = true;
	} else if (all && !opened && was == LEAF_PARAGRAPH) {
		enum cell_align aligns[LIMIT_TABLE_COLUMNS];
		size_t columns, header;
		struct span head = span_sub(sc->s, st->para_begin, st->para_end);

		if (st->para_lines == 1 && (c.p[c.ns] == '|' || c.p[c.ns] == '-' || c.p[c.ns] == ':') &&
		    delimiter_row(span_of(c.p + c.ns, c.n - c.ns), aligns, ARRAY_LEN(aligns), &columns) && memchr(head.p, '|', head.n)) {
			struct table *t = ARENA_NEW(&sc->d->arena, struct table);
			size_t begin = st->para_begin, end = st->para_end;

			header = split_row(head, NULL, 0);
			if (columns > LIMIT_TABLE_COLUMNS || header > LIMIT_TABLE_COLUMNS) {
				if (!sc->failed)
					sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base), "this table has more than %u columns: split it",
							       LIMIT_TABLE_COLUMNS);
				return;
			}
			t->columns = header;
			t->aligns = ARENA_ARRAY(&sc->d->arena, header, enum cell_align);
			memcpy(t->aligns, aligns, (header < columns ? header : columns) * sizeof(*aligns));
			t->origin.begin = p->lines[p->line_count - 1].src;
			if (columns != header)
				doc_remark(sc->d, "table-ragged", src(sc, base + c.ns), (struct span){ 0 },
					   "this row of dashes has %zu column%s, the row above it has %zu: give both the same number of bars |", columns,
					   columns == 1 ? "" : "s", header);
			/* The header row stands in the page as text: its cells take its place. */
			text_cut(&p->text, st->para_out);
			end_leaf(st);
			st->leaf = LEAF_TABLE;
			st->table = t;
			{
				size_t from = begin;

				while (from && sc->s.p[from - 1] != '\n' && sc->s.p[from - 1] != '\r')
					from--;
				put_row(sc, st, begin, end, from, base, true);
			}
			t->origin.end = src_end(sc, next);
			return;
		}
		st->para_lines++;
	} else if (all && !opened && was == LEAF_TABLE) {
		put_row(sc, st, base + c.ns, base + c.n, base, next, false);
		return;
	} else {
		st->depth = depth;
		end_leaf(st);
		if (depth)
			st->boxes[depth - 1].filled = true;
		st->leaf = LEAF_PARAGRAPH;
		st->para_lines = 1;
		st->para_line = (uint32_t)p->line_count + 1;
	}
	/* Where it is no container line, the words under it would be public. */
	if (c.p[c.ns] == ':' && !sc->raw) {
		struct span name;

		if (container_line(span_of(c.p + c.ns, c.n - c.ns), &name))
			doc_remark(sc->d, "container-open", src(sc, base + c.ns), (struct span){ 0 },
				   "\"%.*s\" opens and closes nothing here: it must stand at the margin, without spaces, > or a list mark before it. The words under it "
				   "would be PUBLIC. Move it to the margin",
				   SPAN_ARG(span_trim(span_sub(span_of(c.p, c.n), c.ns, c.n))));
		else if (two_colons(span_of(c.p + c.ns, c.n - c.ns)))
			doc_remark(sc->d, "container-open", src(sc, base + c.ns), (struct span){ 0 },
				   "\"%.*s\" opens nothing: it takes three colons, as in \"::: internal\". The words under it would be PUBLIC. Add the third",
				   SPAN_ARG(span_trim(span_sub(span_of(c.p, c.n), c.ns, c.n))));
	}
	count_brackets(sc, st, &c, base, c.ns);
	if (st->para_lines > LIMIT_PARAGRAPH_LINES && !lift.count && !cut && p->text.bytes.n) {
		char *end = p->text.bytes.p + p->text.bytes.n;

		/* A paragraph beyond all measure: its further lines are one. */
		if (end[-1] == '\n' || end[-1] == '\r')
			*--end = ' ';
		if (end > p->text.bytes.p && end[-1] == '\r')
			*--end = ' ';
		p->lines[p->line_count - 1].end = (uint32_t)src_end(sc, next);
		copy(sc, p, base + c.ns, next);
		return;
	}
	page_line(p, src(sc, base), src_end(sc, next));
	put_lifted(sc, p, &lift, base, base + c.ns);
	page_body(p);
	if (lazy) {
		/* cmark adds it from where the containers that it has end, white space and all. */
		struct page_line *l = &p->lines[p->line_count - 1];

		l->body = l->at + (uint32_t)(lazy_i + (lazy_tab > 0));
		l->pad = (uint8_t)lazy_tab;
	}
	st->para_begin = base + c.ns;
	st->para_end = base + c.n;
	st->para_out = p->text.bytes.n;
	/* A note's definition that does not stand at the margin is no link definition either: its words would vanish. */
	if (st->para_lines == 1 && c.p[c.ns] == '[') {
		struct span label;

		if (note_head(span_of(c.p, c.n), c.ns, &label))
			put(p, "\\", 1);
	}
	copy(sc, p, base + c.ns, next);
	return;

emit:
	if (depth)
		st->boxes[depth - 1].filled = st->boxes[depth - 1].filled || !is_blank(&c);
	page_line(p, src(sc, base), src_end(sc, next));
	put_lifted(sc, p, &lift, base, next);
	return;

too_deep:
	if (!sc->failed)
		sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base + c.ns), "more than %u quotation and list marks stand on this line: remove some",
				       LIMIT_LINE_CONTAINERS);
}

static void begin_note(struct scanner *sc, size_t base, size_t n, size_t next, size_t at, size_t head, struct span label)
{
	struct page *p = sc->notes.page;
	struct note *note;
	size_t i = at + head;

	if (sc->d->note_count >= LIMIT_NOTES) {
		if (!sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, place(sc, base), "more than %u footnotes", LIMIT_NOTES);
		return;
	}
	note = note_new(sc->d, arena_dup(&sc->d->arena, label));
	note->origin = (struct origin){ src(sc, base), src_end(sc, next) };
	note->body->in_container = note->body->internal = sc->container_depth > 0;
	if (p->note_count == p->note_cap) {
		p->note_cap = p->note_cap ? 2 * p->note_cap : 16;
		p->notes = mem_resize(p->notes, p->note_cap, sizeof(*p->notes));
	}
	p->notes[p->note_count++] = note;
	sc->note = note;
	sc->in_note = true;
	sc->notes.boxes[0] = (struct box){ .kind = BOX_ITEM, .offset = NOTE_INDENT, .filled = true };
	sc->notes.depth = 1;
	end_leaf(&sc->notes);
	while (i < n && (sc->s.p[base + i] == ' ' || sc->s.p[base + i] == '\t'))
		i++;
	if (i < n) {
		scan_line(sc, &sc->notes, base, n, next, i, "1)  ");
	} else {
		/* Nothing on its first line: the item still has to begin with something, or it could not hold blocks. */
		page_line(p, src(sc, base), src_end(sc, next));
		put(p, "1)  " MARKER "\n", sizeof("1)  " MARKER));
	}
}

/* How many of the open containers an empty line at the margin leaves open. */
static size_t open_over_blank(const struct stream *st)
{
	size_t k = 0;

	while (k < st->depth && st->boxes[k].kind == BOX_ITEM && st->boxes[k].filled)
		k++;
	return k;
}

static void scan_any(struct scanner *sc, size_t base, size_t n, size_t next)
{
	struct cursor c = { .p = sc->s.p + base, .n = n };
	struct stream *st = &sc->body;
	struct span label, name;
	size_t head;

	if (sc->in_note) {
		bool inside;

		look(&c);
		inside = c.ns >= c.n || c.indent >= NOTE_INDENT;
		if (!inside && sc->notes.leaf == LEAF_PARAGRAPH && !begins_block(&c, true) && !note_head(span_of(c.p, c.n), c.ns, &label) &&
		    !(c.n && c.p[0] == ':' && container_line(span_of(c.p, c.n), &name)))
			inside = true;
		if (inside) {
			if (c.ns < c.n)
				sc->note->origin.end = src_end(sc, next);
			scan_line(sc, &sc->notes, base, n, next, 0, NULL);
			return;
		}
		sc->in_note = false;
	}
	/* What stands at the margin, whatever is open but code. */
	if (n && (c.p[0] == ':' || c.p[0] == '[' || c.p[0] == ' ') && !(st->depth == 0 && (st->leaf == LEAF_FENCE || st->leaf == LEAF_HTML))) {
		if (c.p[0] == ':') {
			int kind = container_line(span_of(c.p, c.n), &name);

			if (kind) {
				end_leaf(st);
				st->depth = 0;
				if (kind == 1)
					open_container(sc, st, base, next, name);
				else
					close_container(sc, st, base, next);
				return;
			}
		}
		look(&c);
		if (c.indent <= 3 && c.ns < c.n && (c.ns == 0 || st->depth == 0) && (head = note_head(span_of(c.p, c.n), c.ns, &label))) {
			/* A paragraph before it ends here; an open list goes on behind it, as if the note were not there. */
			page_line(st->page, src(sc, base), src_end(sc, next));
			if (st->leaf == LEAF_FENCE || st->leaf == LEAF_HTML) {
				put(st->page, MARKER "\n", sizeof(MARKER));
				st->depth = 0;
			} else {
				put(st->page, "\n", 1);
				st->depth = open_over_blank(st);
			}
			end_leaf(st);
			begin_note(sc, base, n, next, c.ns, head, label);
			return;
		}
	}
	scan_line(sc, st, base, n, next, 0, NULL);
}

/* What is open in the body and takes lines as they come would take the notes too. */
static void close_body(struct page *p, const struct stream *st)
{
	static const char *const html[] = { [1] = "</pre>\n", [2] = "-->\n", [3] = "?>\n", [4] = ">\n", [5] = "]]>\n", [6] = "\n", [7] = "\n" };
	size_t end = p->line_count ? p->lines[p->line_count - 1].end : 0;

	if (st->depth || (st->leaf != LEAF_FENCE && st->leaf != LEAF_HTML))
		return;
	page_line(p, end, end);
	if (st->leaf == LEAF_FENCE) {
		for (size_t i = 0; i < st->fence_length; i++)
			put(p, &st->fence, 1);
		put(p, "\n", 1);
	} else {
		put(p, html[st->html_kind], strlen(html[st->html_kind]));
	}
}

/* Notes are one list behind the body. */
static void append_notes(struct page *p, struct page *notes, const struct stream *body)
{
	uint32_t line;
	size_t at, hint = 0;

	if (p->text.bytes.n && p->text.bytes.p[p->text.bytes.n - 1] != '\n' && p->text.bytes.p[p->text.bytes.n - 1] != '\r')
		put(p, "\n", 1);
	if (!notes->note_count)
		return;
	close_body(p, body);
	page_line(p, p->line_count ? p->lines[p->line_count - 1].end : 0, p->line_count ? p->lines[p->line_count - 1].end : 0);
	special_add(p, SPECIAL_NOTES);
	put(p, MARKER "\n", sizeof(MARKER));
	line = (uint32_t)p->line_count;
	at = p->text.bytes.n;
	text_copy(&p->text, &notes->text, 0, notes->text.bytes.n, &hint);
	for (size_t i = 0; i < notes->line_count; i++) {
		page_line(p, notes->lines[i].src, notes->lines[i].end);
		p->lines[p->line_count - 1].at = (uint32_t)(notes->lines[i].at + at);
		p->lines[p->line_count - 1].body = notes->lines[i].body == NO_BODY ? NO_BODY : (uint32_t)(notes->lines[i].body + at);
		p->lines[p->line_count - 1].pad = notes->lines[i].pad;
	}
	for (size_t i = 0; i < notes->special_count; i++) {
		struct special *x = special_add(p, notes->specials[i].kind);

		*x = notes->specials[i];
		x->line += line;
	}
	for (size_t i = 0; i < notes->attach_count; i++)
		attach_add(p, notes->attaches[i].line + line, notes->attaches[i].column, notes->attaches[i].attrs, notes->attaches[i].origin);
	p->notes = notes->notes;
	p->note_count = notes->note_count;
	notes->notes = NULL;
	if (p->text.bytes.p[p->text.bytes.n - 1] != '\n' && p->text.bytes.p[p->text.bytes.n - 1] != '\r')
		put(p, "\n", 1);
}

static bool literal(const struct stream *st)
{
	return st->leaf == LEAF_FENCE || st->leaf == LEAF_CODE || (st->leaf == LEAF_HTML && st->html_kind <= 5 && st->html_kind != 2);
}

static void scan_noted(struct scanner *sc, size_t base, size_t n, size_t next)
{
	const struct stream *before = sc->in_note ? &sc->notes : &sc->body, *after;
	enum leaf was = before->leaf;
	bool code = literal(before) && was != LEAF_CODE, comment = was == LEAF_HTML && before->html_kind == 2;
	struct line_kind *k;

	scan_any(sc, base, n, next);
	after = sc->in_note ? &sc->notes : &sc->body;
	if (sc->kind_count == sc->kind_cap) {
		sc->kind_cap = sc->kind_cap ? 2 * sc->kind_cap : 256;
		sc->kinds = mem_resize(sc->kinds, sc->kind_cap, sizeof(*sc->kinds));
	}
	k = &sc->kinds[sc->kind_count++];
	*k = (struct line_kind){ .begin = (uint32_t)src(sc, base) };
	/* A block whose containers ended with this line does not reach over it. */
	k->code = literal(after) || (code && (after->leaf == was || after->leaf == LEAF_NONE));
	k->comment = comment || (after->leaf == LEAF_HTML && after->html_kind == 2);
	k->continues = after == before && ((was == LEAF_PARAGRAPH && after->leaf == LEAF_PARAGRAPH && after->para_lines > 1) ||
					   (was == LEAF_HTML && after->leaf == LEAF_HTML));
}

static int scan_all(struct doc *d, const struct text *reading, struct page *ret, struct line_kind **ret_kinds, size_t *ret_count, struct fault *f)
{
	struct scanner *sc = mem_zero(1, sizeof(*sc));
	struct page page = { 0 };
	size_t at = 0, lf = 0, cr = 0;
	int r;

	sc->d = d;
	sc->raw = ret_kinds != NULL;
	sc->in = reading;
	sc->s = buf_span(&reading->bytes);
	sc->f = f;
	sc->body.page = &page;
	sc->notes.page = &sc->note_page;
	buf_reserve(&page.text.bytes, sc->s.n + sc->s.n / 16 + 64);
	/* The file's own BOM is not in the text.  One that is, say behind front matter, is a character, which cmark would take for
	 * the file's if it began the page. */
	if (span_find(sc->s, SPAN_LIT(UTF8_BOM), 0) != SIZE_MAX) {
		page_line(&page, src(sc, 0), src(sc, 0));
		put(&page, "\n", 1);
	}
	while (at < sc->s.n && !sc->failed) {
		size_t end, next;

		/* Looked for again only when passed: a file may have one kind of line end only. */
		if (lf <= at && lf != SIZE_MAX && (lf < at || sc->s.p[lf] != '\n'))
			lf = span_find_char(sc->s, '\n', at);
		if (cr <= at && cr != SIZE_MAX && (cr < at || sc->s.p[cr] != '\r'))
			cr = span_find_char(sc->s, '\r', at);
		end = lf < cr ? lf : cr;
		if (end == SIZE_MAX)
			end = next = sc->s.n;
		else
			next = end + 1 == lf ? end + 2 : end + 1;
		if (ret_kinds)
			scan_noted(sc, at, end - at, next);
		else
			scan_any(sc, at, end - at, next);
		at = next;
	}
	for (size_t i = 0; i < sc->container_depth && i < ARRAY_LEN(sc->containers); i++)
		doc_remark(d, "container-open", sc->containers[i].begin, (struct span){ 0 },
			   "\"::: internal\" is not closed: everything from here to the end counts as internal. Put \":::\" on a line of its own behind the last "
			   "internal paragraph");
	r = sc->failed;
	if (!r && ret_kinds) {
		*ret_kinds = sc->kinds;
		*ret_count = sc->kind_count;
		sc->kinds = NULL;
		page_done(&page);
	} else if (!r) {
		append_notes(&page, &sc->note_page, &sc->body);
		page_line(&page, d->source.n, d->source.n);
		page.line_count--; /* the end, which is no line */
		*ret = page;
	} else {
		page_done(&page);
	}
	page_done(&sc->note_page);
	free(sc->kinds);
	free(sc);
	return r;
}

int page_scan(struct doc *d, const struct text *reading, struct page *ret, struct fault *f)
{
	return scan_all(d, reading, ret, NULL, NULL, f);
}

int page_lines(struct doc *d, const struct text *reading, struct line_kind **ret, size_t *ret_count, struct fault *f)
{
	/* What this scan finds wrong, it finds in a text that nobody means: signs and all. */
	struct doc *scratch = doc_new(d->path);
	int r;

	scratch->source = d->source;
	r = scan_all(scratch, reading, NULL, ret, ret_count, f);
	doc_free(scratch);
	return r;
}
