/* Front matter: YAML between --- lines at the head of the file (DESIGN.md section 3). */
#include "format/md/internal.h"

#include "base/utf8.h"
#include "io/yaml.h"

#include <stdlib.h>

static const char *const known[] = { "title", "call", "consultation", "organisation", "language", "date", "channel", "numbering", "answers",
				     "variant-of", "endorsed-by" };

static size_t line_after(struct span s, size_t at, size_t *ret_end)
{
	size_t i = at;

	while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	*ret_end = i;
	if (i < s.n && s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
		return i + 2;
	return i < s.n ? i + 1 : i;
}

static bool is_fence(struct span s, size_t begin, size_t end)
{
	struct span t = span_sub(s, begin, end);

	while (t.n && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
		t.n--;
	return span_is(t, "---");
}

static struct span take(struct doc *d, const struct yaml_node *n)
{
	return n && n->kind == YAML_SCALAR ? arena_dup(&d->arena, n->text) : (struct span){ 0 };
}

static size_t offset_of(struct doc *d, size_t line, size_t column)
{
	struct span s = doc_line(d, line);
	size_t at = 0;

	if (!s.p)
		return 0;
	for (size_t k = 1; k < column && at < s.n; k++)
		utf8_next(s.p, s.n, &at);
	return (size_t)(s.p - d->source.p) + at;
}

static int scalar(const struct yaml_file *y, const char *key, const struct yaml_node **ret, struct fault *f)
{
	*ret = yaml_get(y->root, key);
	if (*ret && ((*ret)->kind == YAML_SEQUENCE || (*ret)->kind == YAML_MAPPING))
		return yaml_fault(y, *ret, true, f, "\"%s\" must be one value: write it on one line, in quotation marks if it holds a colon", key);
	return 0;
}

static void remark_key(struct doc *d, const struct yaml_file *y, const struct yaml_node *n)
{
	const char *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		unsigned m = span_distance(n->key, span_str(known[i]), 3);

		if (yaml_get(y->root, known[i]) == n)
			return;
		if (m < best && n->key.n > 3) {
			best = m;
			near = known[i];
		}
	}
	if (near)
		doc_remark(d, "key-unknown", offset_of(d, n->key_line, n->key_column), (struct span){ 0 },
			   "the key \"%.*s\" is unknown and does nothing: did you mean \"%s\"?", SPAN_ARG(n->key), near);
}

static int fill(struct doc *d, const struct yaml_file *y, struct fault *f)
{
	struct meta *m = &d->meta;
	const struct yaml_node *n;
	const struct { const char *key; struct span *to; } plain[] = {
		{ "title", &m->title }, { "organisation", &m->organisation }, { "language", &m->language },
		{ "date", &m->date },   { "answers", &m->answers },           { "variant-of", &m->variant_of },
	};
	int r;

	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		if ((r = scalar(y, plain[i].key, &n, f)) < 0)
			return r;
		*plain[i].to = take(d, n);
	}
	for (size_t i = 0; i < 2; i++) {
		if ((r = scalar(y, i ? "consultation" : "call", &n, f)) < 0)
			return r;
		if (n && n->kind == YAML_SCALAR && !m->call.p) {
			m->call = take(d, n);
			m->call_offset = offset_of(d, n->line, n->column);
		}
	}
	if ((r = scalar(y, "channel", &n, f)) < 0)
		return r;
	if (n && n->kind == YAML_SCALAR) {
		if (span_is(n->text, "written"))
			m->channel = CHANNEL_WRITTEN;
		else if (span_is(n->text, "oral"))
			m->channel = CHANNEL_ORAL;
		else
			return yaml_fault(y, n, false, f, "channel is \"written\" or \"oral\", not \"%.*s\"", SPAN_ARG(n->text));
	}
	if ((r = scalar(y, "numbering", &n, f)) < 0)
		return r;
	if (n && n->kind == YAML_SCALAR) {
		if (span_is(n->text, "paragraphs"))
			m->numbering = NUMBERING_PARAGRAPHS;
		else if (span_is(n->text, "headings"))
			m->numbering = NUMBERING_HEADINGS;
		else if (span_is(n->text, "none"))
			m->numbering = NUMBERING_NONE;
		else
			return yaml_fault(y, n, false, f, "numbering is \"paragraphs\", \"headings\" or \"none\", not \"%.*s\"", SPAN_ARG(n->text));
	} else if (n) {
		m->numbering = NUMBERING_NONE; /* "none" unquoted is text, but ~ and nothing mean the same */
	}
	n = yaml_get(y->root, "endorsed-by");
	if (n && n->kind == YAML_MAPPING)
		return yaml_fault(y, n, true, f, "endorsed-by is a list of organisations: [First Organisation, Second Organisation]");
	if (n && n->kind == YAML_SCALAR) {
		struct span *one = ARENA_ARRAY(&d->arena, 1, struct span);

		one[0] = take(d, n);
		m->endorsed_by = one;
		m->endorsed_count = 1;
	} else if (n && n->kind == YAML_SEQUENCE && n->count) {
		struct span *list = ARENA_ARRAY(&d->arena, n->count, struct span);

		for (const struct yaml_node *k = n->first; k; k = k->next)
			if (k->kind == YAML_SCALAR)
				list[m->endorsed_count++] = take(d, k);
		m->endorsed_by = list;
	}
	n = yaml_get(y->root, "date");
	if (n && m->date.n && !meta_is_date(m->date))
		doc_remark(d, "value-unknown", offset_of(d, n->line, n->column), (struct span){ 0 },
			   "\"%.*s\" is no day of the calendar, so the file's properties have none: write the date as 2025-10-03", SPAN_ARG(m->date));
	for (n = y->root->first; n; n = n->next)
		remark_key(d, y, n);
	return 0;
}

int front_read(struct doc *d, struct fault *f)
{
	struct span s = d->source;
	size_t begin = span_starts(s, SPAN_LIT(UTF8_BOM)) ? 3 : 0, end, at, first, stop = SIZE_MAX, lines = 0;
	struct yaml_file y;
	int r;

	d->meta.body = begin;
	at = first = line_after(s, begin, &end);
	if (!is_fence(s, begin, end) || at == end)
		return 0;
	while (at < s.n) {
		size_t from = at, next = line_after(s, at, &end);

		/* A rule with an empty line under it is a rule. */
		if (lines == 0 && span_trim(span_sub(s, from, end)).n == 0)
			return 0;
		if (is_fence(s, from, end)) {
			stop = from;
			at = next;
			break;
		}
		lines++;
		at = next;
	}
	if (stop == SIZE_MAX) {
		struct srcpos pos = { .file = d->path, .line = 1, .column = 1 };

		return fault_set(f, FAULT_INPUT, pos, "the front matter that begins with --- has no end: put --- on a line of its own behind its last key");
	}
	d->meta.present = true;
	d->meta.raw = span_sub(s, first, stop);
	d->meta.body = at;
	r = yaml_load(d->meta.raw, d->path, 2, &y, f);
	if (r < 0)
		return r;
	if (y.root && y.root->kind == YAML_MAPPING)
		r = fill(d, &y, f);
	else if (y.root && y.root->kind != YAML_NULL)
		r = yaml_fault(&y, y.root, false, f, "the front matter must be \"key: value\" lines, such as \"title: Our input\"");
	yaml_done(&y);
	return r;
}
