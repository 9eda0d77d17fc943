#include "tiny.h"

#include <stdlib.h>

static const struct attrs *tiny_attrs(struct doc *d, struct span line)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);
	struct span rest = span_sub(line, 1, line.n - 1), word;

	a->items = ARENA_ARRAY(&d->arena, 16, struct attr);
	while (span_split(&rest, ' ', &word)) {
		size_t eq = span_find_char(word, '=', 0);

		if (word.n && word.p[0] == '#')
			a->id = span_sub(word, 1, word.n);
		else if (span_is(word, ".internal"))
			a->classes |= CLASS_INTERNAL;
		else if (eq != SIZE_MAX && a->count < 16)
			a->items[a->count++] = (struct attr){ .key = span_sub(word, 0, eq), .value = span_sub(word, eq + 1, word.n) };
	}
	return a;
}

static struct note *tiny_note(struct doc *d, struct span label)
{
	struct note *n = note_find(d, label);

	return n ? n : note_new(d, label);
}

static void tiny_runs(struct doc *d, struct block *b, struct span s)
{
	struct runs r = { 0 };
	unsigned format = 0;
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		bool note = i + 1 < s.n && s.p[i] == '[' && s.p[i + 1] == '^';
		struct run *run;

		if (i < s.n && s.p[i] != '*' && s.p[i] != '\n' && !note)
			continue;
		if (i > from) {
			run = runs_add(&r, RUN_TEXT);
			run->text = span_sub(s, from, i);
			run->format = format;
		}
		from = i + 1;
		if (i == s.n)
			break;
		if (note) {
			size_t end = span_find_char(s, ']', i);

			run = runs_add(&r, RUN_NOTE);
			run->note = tiny_note(d, span_sub(s, i + 2, end));
			i = end;
			from = end + 1;
		} else if (s.p[i] == '*') {
			format ^= FMT_EMPH;
		} else {
			runs_add(&r, RUN_SOFT);
		}
	}
	runs_end(&r, d, b);
}

struct statement *tiny(const char *text)
{
	struct doc *d = doc_new("tiny.md");
	const struct attrs *attrs = NULL;
	size_t at = 0;
	struct span s;

	doc_set_source(d, span_str(text));
	s = d->source;
	while (at < s.n) {
		size_t end = span_find(s, SPAN_LIT("\n\n"), at), line;
		struct span para = span_sub(s, at, end == SIZE_MAX ? s.n : end);
		struct block *b;

		at = end == SIZE_MAX ? s.n : end + 2;
		para = span_trim(para);
		if (para.n && para.p[0] == '{') {
			line = span_find_char(para, '\n', 0);
			attrs = tiny_attrs(d, span_sub(para, 0, line == SIZE_MAX ? para.n : line));
			para = line == SIZE_MAX ? span_of(para.p, 0) : span_trim(span_sub(para, line + 1, para.n));
		}
		if (!para.n)
			continue;
		if (span_starts(para, SPAN_LIT("[^"))) {
			size_t close = span_find_char(para, ']', 0);
			struct note *n = tiny_note(d, span_sub(para, 2, close));

			b = block_new(d, BLOCK_PARAGRAPH);
			tiny_runs(d, b, span_trim(span_sub(para, close + 2, para.n)));
			block_append(n->body, b);
			continue;
		}
		if (span_starts(para, SPAN_LIT("# "))) {
			b = block_new(d, BLOCK_HEADING);
			b->level = 1;
			tiny_runs(d, b, span_sub(para, 2, para.n));
		} else if (span_starts(para, SPAN_LIT("- "))) {
			struct span rest = para, item;

			b = block_new(d, BLOCK_LIST);
			while (span_split(&rest, '\n', &item)) {
				struct block *i = block_new(d, BLOCK_ITEM), *p = block_new(d, BLOCK_PARAGRAPH);

				tiny_runs(d, p, span_sub(item, 2, item.n));
				block_append(i, p);
				block_append(b, i);
			}
		} else if (para.p[0] == '|') {
			struct span rest = para, row;
			bool header = true;

			b = block_new(d, BLOCK_TABLE);
			while (span_split(&rest, '\n', &row)) {
				struct block *r = block_new(d, BLOCK_ROW);
				struct span cells = span_sub(row, 1, row.n - 1), cell;

				r->header = header;
				header = false;
				while (span_split(&cells, '|', &cell)) {
					struct block *c = block_new(d, BLOCK_CELL);

					c->header = r->header;
					tiny_runs(d, c, cell);
					block_append(r, c);
				}
				block_append(b, r);
			}
		} else {
			b = block_new(d, BLOCK_PARAGRAPH);
			tiny_runs(d, b, para);
		}
		b->attrs = attrs;
		b->origin.begin = (size_t)(para.p - s.p);
		attrs = NULL;
		block_append(d->root, b);
	}
	doc_finish(d);
	return statement_new(d);
}
