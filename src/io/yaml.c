#include "io/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"

/* ---- places ---- */

static struct span line_at(const struct yaml_file *y, size_t index)
{
	struct span s = y->text;
	size_t begin = index < s.n ? index : s.n, end;

	while (begin > 0 && s.p[begin - 1] != '\n')
		begin--;
	end = begin;
	while (end < s.n && s.p[end] != '\n' && s.p[end] != '\r')
		end++;
	return span_sub(s, begin, end);
}

/* The text of line number (from 0) within the YAML. */
static struct span line_number(const struct yaml_file *y, size_t number)
{
	size_t at = 0;

	while (number > 0 && at < y->text.n) {
		size_t lf = span_find_char(y->text, '\n', at);

		if (lf == SIZE_MAX)
			break;
		at = lf + 1;
		number--;
	}
	return line_at(y, at);
}

/* A key of a hostile file may be a megabyte long: a message is cut at a whole character. */
#define MESSAGE_BYTES 1200

__attribute__((format(printf, 6, 0))) static int fault_va(const struct yaml_file *y, enum fault_kind kind, size_t line, size_t column, struct fault *f,
							   const char *fmt, va_list ap)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	char text[MESSAGE_BYTES];
	int n = vsnprintf(text, sizeof(text), fmt, ap), r;
	struct span s = span_of(text, n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
	size_t bad = utf8_invalid(s);

	if (bad != SIZE_MAX)
		s.n = bad;
	buf_add(&b, s);
	if (n >= (int)sizeof(text))
		buf_str(&b, "...");
	r = fault_set(f, kind, (struct srcpos){ y->path, line, column }, "%.*s", SPAN_ARG(buf_span(&b)));
	fault_line(f, line_number(y, line - y->first_line));
	return r;
}

__attribute__((format(printf, 5, 6))) static int fault_at(const struct yaml_file *y, size_t line, size_t column, struct fault *f, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = fault_va(y, FAULT_INPUT, y->first_line + line, column + 1, f, fmt, ap);
	va_end(ap);
	return r;
}

__attribute__((format(printf, 5, 6))) static int limit_at(const struct yaml_file *y, size_t line, size_t column, struct fault *f, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = fault_va(y, FAULT_LIMIT, y->first_line + line, column + 1, f, fmt, ap);
	va_end(ap);
	return r;
}

int yaml_fault(const struct yaml_file *y, const struct yaml_node *n, bool at_key, struct fault *f, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = fault_va(y, FAULT_INPUT, at_key && n->key.p ? n->key_line : n->line, at_key && n->key.p ? n->key_column : n->column, f, fmt, ap);
	va_end(ap);
	return r;
}

/* ---- what libyaml says, said again for people ---- */

static size_t byte_of_column(struct span line, size_t column)
{
	size_t at = 0;

	while (column-- && at < line.n)
		utf8_next(line.p, line.n, &at);
	return at;
}

static size_t indent_end(struct span line)
{
	size_t at = 0;

	while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
		at++;
	return at;
}

static bool span_has_space_colon(struct span line)
{
	return span_find(line, SPAN_LIT(": "), 0) != SIZE_MAX;
}

/* Do words stand at `at` behind a quotation mark that closes a value of the same line? */
static bool after_quote(struct span line, size_t at)
{
	while (at > 0 && line.p[at - 1] == ' ')
		at--;
	return at > 0 && (line.p[at - 1] == '"' || line.p[at - 1] == '\'');
}

/* The line (from 0) of a conflict mark that a merge left. */
static bool conflict_mark(const struct yaml_file *y, size_t *ret_line)
{
	size_t line = 0;

	for (size_t at = 0; at < y->text.n; line++) {
		size_t lf = span_find_char(y->text, '\n', at);
		struct span rest = span_sub(y->text, at, y->text.n);

		if (span_starts(rest, SPAN_LIT("<<<<<<< ")) || span_starts(rest, SPAN_LIT(">>>>>>> "))) {
			*ret_line = line;
			return true;
		}
		if (lf == SIZE_MAX)
			break;
		at = lf + 1;
	}
	return false;
}

/* The text ends where a list or braces still want a value: said at the last sign that stands there. */
static int unfilled_fault(const struct yaml_file *y, struct fault *f)
{
	size_t end = y->text.n, line = 0, begin = 0;

	while (end > 0 && (y->text.p[end - 1] == ' ' || y->text.p[end - 1] == '\t' || y->text.p[end - 1] == '\r' || y->text.p[end - 1] == '\n'))
		end--;
	for (size_t i = 0; i < end; i++)
		if (y->text.p[i] == '\n') {
			line++;
			begin = i + 1;
		}
	return fault_at(y, line, end > begin ? utf8_count(span_sub(y->text, begin, end)) - 1 : 0, f,
			"the text ends here, inside a list in square brackets or in braces: go on, or close it with ] or }");
}

static int scanner_fault(const struct yaml_file *y, const yaml_parser_t *p, struct fault *f)
{
	static const struct {
		const char *theirs, *ours;
	} words[] = {
		{ "found character that cannot start any token", "this sign cannot stand here: put the words in quotation marks, and indent with spaces, never with a tab" },
		{ "mapping values are not allowed", "a colon with a space after it begins a value, and there is one already on this line: put the words in quotation marks" },
		{ "did not find expected key", "this line does not fit the ones around it: indent it as they are, or close the quotation mark or bracket before it" },
		{ "did not find expected '-' indicator", "this line does not fit the list above it: indent it as the list is, or begin it with \"- \"" },
		{ "did not find expected ',' or ']'", "this list in square brackets is not closed, or a comma is missing in it" },
		{ "did not find expected ',' or '}'", "these braces are not closed, or a comma is missing in them" },
		{ "could not find expected ':'", "a colon is missing after this word: \"key: value\"" },
		{ "found unexpected end of stream", "a quotation mark or bracket that begins here is never closed" },
		{ "found unknown escape character", "in double quotation marks a backslash has a meaning of its own: write it twice, or use single quotation marks" },
		{ "block sequence entries are not allowed", "a list cannot begin on this line: put it on the next one, indented" },
		{ "found a tab character", "this line is indented with a tab: use spaces" },
		{ "did not find expected comment or line break", "after \"|\" or \">\" the words begin on the next line" },
		{ "control characters are not allowed", "this holds a control character that nobody can see: take it out" },
		{ "did not find expected alphabetic or numeric character", "\"&\" and \"*\" have a meaning of their own here that chapeau does not take: put the words in quotation marks" },
		{ "while parsing a block", "this line does not fit the ones around it: indent it as they are" },
	};
	const char *theirs = p->problem ? p->problem : "it cannot be read";
	/* What is open is best shown where it opens; a missing colon, at the word that lacks it. */
	bool opens = p->context && ((strstr(p->context, "quoted scalar") && strstr(theirs, "end of stream")) || strstr(p->context, "parsing a flow"));
	bool word = p->context && strstr(p->context, "simple key") && strstr(theirs, "expected ':'");
	const yaml_mark_t *m = opens || word ? &p->context_mark : &p->problem_mark;
	struct span line = line_number(y, m->line);
	size_t at = byte_of_column(line, m->column), mark;

	if (conflict_mark(y, &mark))
		return fault_at(y, mark, 0, f, "this is a mark of two versions that were not merged: keep the lines of one of them, and take out \"<<<<<<<\", \"=======\" and \">>>>>>>\"");
	if (p->error == YAML_READER_ERROR) {
		size_t n = 0, begin = 0;

		for (size_t i = 0; i < p->problem_offset && i < y->text.n; i++)
			if (y->text.p[i] == '\n') {
				n++;
				begin = i + 1;
			}
		at = p->problem_offset < y->text.n ? p->problem_offset : y->text.n;
		return fault_at(y, n, utf8_count(span_sub(y->text, begin, at)), f, "here stands a control character that nobody can see: take it out");
	}
	if (span_find_char(span_sub(line, 0, indent_end(line)), '\t', 0) != SIZE_MAX && at <= indent_end(line))
		return fault_at(y, m->line, 0, f, "this line is indented with a tab: use spaces");
	if (word && !span_has_space_colon(line))
		return fault_at(y, m->line, m->column, f, "a space is missing after the colon, or the colon itself: write \"key: value\"");
	if (strstr(theirs, "expected key") && at > 0 && after_quote(line, at))
		return fault_at(y, m->line, m->column, f, "words follow a closing quotation mark: put the whole value in quotation marks, and write those inside it as \\\"");
	if (strstr(theirs, "cannot start any token") && at < line.n && (line.p[at] == '@' || line.p[at] == '%' || line.p[at] == '`'))
		return fault_at(y, m->line, m->column, f, "a value cannot begin with \"%c\": put it in quotation marks", line.p[at]);
	if (strstr(theirs, "expected node content") && !span_trim(span_sub(y->text, (size_t)(line.p - y->text.p) + at, y->text.n)).n)
		return unfilled_fault(y, f);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(theirs, words[i].theirs))
			return fault_at(y, m->line, m->column, f, "%s", words[i].ours);
	return fault_at(y, m->line, m->column, f, "this cannot be read as YAML (%s): look for a missing quotation mark, colon or indent", theirs);
}

/* ---- loading ---- */

struct loader {
	struct yaml_file *y;
	yaml_parser_t parser;
	struct yaml_node *open[LIMIT_YAML_DEPTH + 1];
	struct yaml_node *last[LIMIT_YAML_DEPTH + 1]; /* last child of each */
	struct span key[LIMIT_YAML_DEPTH + 1];        /* read, its value to come */
	size_t key_line[LIMIT_YAML_DEPTH + 1], key_column[LIMIT_YAML_DEPTH + 1];
	unsigned depth;
	size_t nodes, most;
};

static bool is_null(struct span s)
{
	return s.n == 0 || span_is(s, "~") || span_is(s, "null") || span_is(s, "Null") || span_is(s, "NULL");
}

/* The column in code points: libyaml counts characters already. */
static int add_node(struct loader *l, enum yaml_kind kind, const yaml_event_t *e, struct span text, bool quoted, struct fault *f)
{
	struct yaml_node *parent = l->depth ? l->open[l->depth - 1] : NULL, *n;
	const yaml_mark_t *m = &e->start_mark;

	if (parent && parent->kind == YAML_MAPPING && !l->key[l->depth - 1].p) {
		if (kind != YAML_SCALAR && kind != YAML_NULL)
			return fault_at(l->y, m->line, m->column, f, "a key must be a word, not a list: write \"key: value\"");
		/* Each key is held against those before it, so their number is kept small. */
		if (parent->count >= LIMIT_YAML_KEYS)
			return limit_at(l->y, m->line, m->column, f, "there are more than %u keys in one place: no file of chapeau needs that", LIMIT_YAML_KEYS);
		for (struct yaml_node *c = parent->first; c; c = c->next)
			if (yaml_same_key(c->key, text))
				return fault_at(l->y, m->line, m->column, f, "the key \"%.*s\" stands twice, on line %zu too: take one of them out",
						SPAN_ARG(text), c->key_line);
		if (span_is(text, "<<"))
			return fault_at(l->y, m->line, m->column, f, "\"<<\" (a merge of keys) is not taken: write the keys out");
		l->key[l->depth - 1] = text.n ? text : arena_dup(&l->y->arena, SPAN_LIT("~"));
		l->key_line[l->depth - 1] = l->y->first_line + m->line;
		l->key_column[l->depth - 1] = m->column + 1;
		return 1;
	}
	if (++l->nodes > l->most)
		return limit_at(l->y, m->line, m->column, f, "there are more than %zu entries: divide the file", l->most);
	n = ARENA_NEW(&l->y->arena, struct yaml_node);
	n->kind = kind;
	n->text = text;
	n->quoted = quoted;
	n->line = l->y->first_line + m->line;
	n->column = m->column + 1;
	if (!parent) {
		l->y->root = n;
	} else {
		if (parent->kind == YAML_MAPPING) {
			n->key = l->key[l->depth - 1];
			n->key_line = l->key_line[l->depth - 1];
			n->key_column = l->key_column[l->depth - 1];
			l->key[l->depth - 1] = (struct span){ 0 };
		}
		if (l->last[l->depth - 1])
			l->last[l->depth - 1]->next = n;
		else
			parent->first = n;
		l->last[l->depth - 1] = n;
		parent->count++;
	}
	if (kind == YAML_SEQUENCE || kind == YAML_MAPPING) {
		if (l->depth >= LIMIT_YAML_DEPTH)
			return limit_at(l->y, m->line, m->column, f, "lists stand more than %u deep inside one another: no file of chapeau needs that",
					LIMIT_YAML_DEPTH);
		l->open[l->depth] = n;
		l->last[l->depth] = NULL;
		l->key[l->depth] = (struct span){ 0 };
		l->depth++;
	}
	return 0;
}

static int refuse_extras(struct loader *l, const yaml_event_t *e, struct fault *f)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	const yaml_mark_t *m = &e->start_mark;

	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	}
	if (anchor)
		return fault_at(l->y, m->line, m->column, f, "\"&%.40s\" is read as an anchor, which is not taken: put it in quotation marks, or write the value out where it is needed",
				(const char *)anchor);
	if (tag)
		return fault_at(l->y, m->line, m->column, f, "\"!\" begins a tag, which is not taken: leave it out, or put the words in quotation marks");
	return 0;
}

static int take_event(struct loader *l, const yaml_event_t *e, unsigned *documents, struct fault *f)
{
	const yaml_mark_t *m = &e->start_mark;
	struct span text;
	bool quoted;
	int r = refuse_extras(l, e, f);

	if (r < 0)
		return r;
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++*documents > 1)
			return fault_at(l->y, m->line, m->column, f, "a second document begins here (\"---\"): a file holds one");
		return 0;
	case YAML_ALIAS_EVENT:
		return fault_at(l->y, m->line, m->column, f, "\"*%.40s\" is read as an alias, which is not taken: put it in quotation marks, or write the value out",
				(const char *)e->data.alias.anchor);
	case YAML_SCALAR_EVENT:
		quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		text = arena_dup(&l->y->arena, span_of((const char *)e->data.scalar.value, e->data.scalar.length));
		r = add_node(l, !quoted && is_null(text) ? YAML_NULL : YAML_SCALAR, e, text, quoted, f);
		return r < 0 ? r : 0;
	case YAML_SEQUENCE_START_EVENT:
		return add_node(l, YAML_SEQUENCE, e, (struct span){ 0 }, false, f);
	case YAML_MAPPING_START_EVENT:
		return add_node(l, YAML_MAPPING, e, (struct span){ 0 }, false, f);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		l->depth--;
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	}
	return 0;
}

/*
 * libyaml is quadratic in the depth of flow collections even before its events reach us, so a text that opens more
 * brackets in a row than we take is refused before it is scanned.
 */
static bool brackets_too_deep(struct span s, size_t *ret_at)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '[' || c == '{') {
			if (++run > 4 * LIMIT_YAML_DEPTH) {
				*ret_at = i;
				return true;
			}
		} else if (c == ']' || c == '}') {
			run -= run > 0;
		} else if (c == '\n') {
			/* Text in quotation marks may hold any number of brackets over a file, hardly on a line. */
			run = run > LIMIT_YAML_DEPTH ? run : 0;
		}
	}
	return false;
}

int yaml_load_within(struct span text, const char *path, size_t first_line, size_t bytes, size_t nodes, struct yaml_file *ret, struct fault *f)
{
	struct loader l = { .y = ret, .most = nodes };
	unsigned documents = 0;
	size_t at;
	int r = 0;
	bool done = false;

	if (span_starts(text, SPAN_LIT(UTF8_BOM)))
		text = span_sub(text, 3, text.n);
	*ret = (struct yaml_file){ .path = path, .text = text, .first_line = first_line };
	if (text.n > bytes)
		return fault_set(f, FAULT_LIMIT, (struct srcpos){ path, first_line, 1 }, "this YAML is larger than %zu bytes: divide the file", bytes);
	at = utf8_invalid(text);
	if (at != SIZE_MAX) {
		size_t line = 0, begin = 0;

		for (size_t i = 0; i < at; i++)
			if (text.p[i] == '\n') {
				line++;
				begin = i + 1;
			}
		return fault_set(f, FAULT_INPUT, (struct srcpos){ path, first_line + line, utf8_count(span_sub(text, begin, at)) + 1 },
				 "this is not UTF-8 text (byte %02x): save the file as UTF-8", (unsigned char)text.p[at]);
	}
	if (brackets_too_deep(text, &at))
		return fault_set(f, FAULT_LIMIT, (struct srcpos){ path, first_line, 1 }, "brackets stand more than %u deep inside one another: no file of chapeau needs that",
				 LIMIT_YAML_DEPTH);
	if (!yaml_parser_initialize(&l.parser))
		abort(); /* out of memory */
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
	while (!r && !done) {
		yaml_event_t e;

		if (!yaml_parser_parse(&l.parser, &e)) {
			r = scanner_fault(ret, &l.parser, f);
			break;
		}
		done = e.type == YAML_STREAM_END_EVENT;
		r = take_event(&l, &e, &documents, f);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&l.parser);
	if (r < 0)
		yaml_done(ret);
	return r < 0 ? r : 0;
}

int yaml_load(struct span text, const char *path, size_t first_line, struct yaml_file *ret, struct fault *f)
{
	return yaml_load_within(text, path, first_line, LIMIT_YAML_BYTES, LIMIT_YAML_NODES, ret, f);
}

void yaml_done(struct yaml_file *y)
{
	if (!y)
		return;
	arena_done(&y->arena);
	*y = (struct yaml_file){ 0 };
}

/* ---- keys ---- */

/* -ise and -ize, -our and -or: one spelling for both, into out of at least n bytes; returns its length. */
static size_t key_fold(struct span key, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (c == 's' && i > 0 && key.p[i - 1] == 'i' && i + 1 < key.n && (key.p[i + 1] == 'e' || key.p[i + 1] == 'a' || key.p[i + 1] == 'i'))
			c = 'z';
		if (c == 'u' && i > 0 && key.p[i - 1] == 'o' && i + 1 < key.n && key.p[i + 1] == 'r')
			continue;
		out[n++] = c;
	}
	return n;
}

#define KEY_MAX 64

bool yaml_same_key(struct span a, struct span b)
{
	char fa[KEY_MAX], fb[KEY_MAX];

	if (span_eq(a, b))
		return true;
	if (a.n > KEY_MAX || b.n > KEY_MAX)
		return false;
	return span_eq(span_of(fa, key_fold(a, fa)), span_of(fb, key_fold(b, fb)));
}

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key)
{
	if (!mapping || mapping->kind != YAML_MAPPING)
		return NULL;
	for (struct yaml_node *n = mapping->first; n; n = n->next)
		if (yaml_same_key(n->key, span_str(key)))
			return n;
	return NULL;
}

int yaml_known_keys(const struct yaml_file *y, const struct yaml_node *mapping, const char *const *known, struct fault *f)
{
	for (const struct yaml_node *n = mapping->first; n; n = n->next) {
		const char *near = NULL;
		unsigned best = 3;
		bool found = false;

		for (size_t i = 0; known[i]; i++) {
			unsigned d;

			if (yaml_same_key(n->key, span_str(known[i]))) {
				found = true;
				break;
			}
			d = span_distance(n->key, span_str(known[i]), best);
			if (d < best) {
				best = d;
				near = known[i];
			}
		}
		if (found)
			continue;
		if (near)
			return yaml_fault(y, n, true, f, "unknown key \"%.*s\": did you mean \"%s\"?", SPAN_ARG(n->key), near);
		{
			CLEANUP(buf_done) struct buf list = { 0 };

			for (size_t i = 0; known[i]; i++)
				buf_printf(&list, "%s%s", i ? ", " : "", known[i]);
			return yaml_fault(y, n, true, f, "unknown key \"%.*s\": take it out, or use one of %.*s", SPAN_ARG(n->key), SPAN_ARG(buf_span(&list)));
		}
	}
	return 0;
}
