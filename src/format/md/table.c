/* Pipe tables: each is replaced by its cells, given to cmark as headings (FORMAT.md F6). */
#include "format/md/scan.h"

/* Cells of a row, as [begin, end) in s, white space trimmed.  Returns their number; fills at most cap. */
size_t table_split(struct span s, struct origin *cells, size_t cap)
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

bool table_delimiters(struct span s, enum cell_align *aligns, size_t cap, size_t *ret_count)
{
	struct origin cells[LIMIT_TABLE_COLUMNS + 1];
	size_t n;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '|' && s.p[i] != '-' && s.p[i] != ':' && s.p[i] != ' ' && s.p[i] != '\t')
			return false;
	if (!memchr(s.p, '|', s.n))
		return false;
	n = table_split(s, cells, ARRAY_LEN(cells));
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
static size_t to_bar(const char *p, const char *end)
{
	const char *bar = memchr(p, '|', (size_t)(end - p));

	return bar ? (size_t)(bar - p) + 1 : (size_t)(end - p);
}

/* Where the first cell of a row begins: without a bar in front where its line does, whatever suggestion its words begin in, and behind one that is closed. */
static size_t first_edge(const struct scanner *sc, size_t row)
{
	struct span source = sc->d->source;

	while (row && row < source.n && source.p[row] != '|' && !strchr("\n\r}", source.p[row - 1]))
		row--;
	return row;
}

/* One row's cells as headings; the first one's prefix is already there. */
void table_row(struct scanner *sc, struct stream *st, size_t begin, size_t end, size_t line_begin, size_t line_end, bool prefixed)
{
	struct origin cells[LIMIT_TABLE_COLUMNS + 1];
	struct page *p = st->page;
	struct table *t = st->table;
	size_t n = table_split(span_sub(sc->s, begin, end), cells, ARRAY_LEN(cells));
	struct origin row = { scan_src(sc, line_begin), scan_src_end(sc, line_end) };

	if (n != t->columns && n <= LIMIT_TABLE_COLUMNS)
		doc_remark(sc->d, "table-ragged", scan_src(sc, begin), (struct span){ 0 },
			   "this row has %zu cell%s, the table has %zu column%s: add the missing bar |, or write \\| where a bar belongs to the words", n,
			   n == 1 ? "" : "s", t->columns, t->columns == 1 ? "" : "s");
	if (n > LIMIT_TABLE_COLUMNS)
		n = LIMIT_TABLE_COLUMNS + 1;
	t->row_index++;
	if (n > LIMIT_TABLE_COLUMNS || t->row_index > LIMIT_TABLE_CELLS / t->columns) {
		if (!sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, begin), "this table is larger than chapeau reads (%u columns, %u cells): split it",
					       LIMIT_TABLE_COLUMNS, LIMIT_TABLE_CELLS);
		return;
	}
	for (size_t k = 0; k < n; k++) {
		size_t a = begin + cells[k].begin, b = begin + cells[k].end, hash = b;
		struct special *x;

		if (!prefixed) {
			page_begin_line(p, row.begin, row.end);
			page_prefix(p, st);
		}
		prefixed = false;
		x = page_special(p, SPECIAL_CELL);
		x->table = t;
		x->row = t->row_index - 1;
		x->column = k;
		x->row_origin = row;
		/* From bar to bar: what a suggestion may not cross. */
		x->span.begin = k ? scan_src_end(sc, begin + cells[k - 1].end + (size_t)(to_bar(sc->s.p + begin + cells[k - 1].end, sc->s.p + a))) : first_edge(sc, row.begin);
		x->origin = a < b ? (struct origin){ scan_src(sc, a), scan_src_end(sc, b) } : (struct origin){ scan_src(sc, a), scan_src(sc, a) };
		{
			size_t bar = b;

			while (bar < end && sc->s.p[bar] != '|')
				bar++;
			x->span.end = bar < end ? scan_src(sc, bar) : row.end;
		}
		page_put(p, "# ", 2);
		/* A "#" at its end would be the heading's closing sequence. */
		while (hash > a && sc->s.p[hash - 1] == '#')
			hash--;
		if (hash < b && (hash == a || sc->s.p[hash - 1] == ' ' || sc->s.p[hash - 1] == '\t')) {
			page_copy(sc, p, a, b - 1);
			page_put(p, "\\", 1);
			page_copy(sc, p, b - 1, b);
		} else {
			page_copy(sc, p, a, b);
		}
		page_put(p, "\n", 1);
	}
	t->origin.end = row.end;
}
