#include "format/conf/conf.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "format/conf/util.h"
#include "io/zone.h"

static const char *const whats[] = {
#define X(kind, name) name,
	REVIEW_LIST(X)
#undef X
		NULL
};

static int one_entry(struct conf *c, const struct yaml_node *n, struct review *e)
{
	static const char *const known[] = {
		"what",
#define X(member, key) key,
		REVIEW_TEXTS(X)
#undef X
			"except",
		"withdrawn",
		"after",
		NULL,
	};
	static const char *const must[] = { "what", "by", "time" };
	struct zone_time t;
	bool given;
	int what = 0, r;

	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "an entry takes keys: what, by, time, what it binds, after");
	r = conf_mapping(c, n, known);
	for (size_t i = 0; !r && i < ARRAY_LEN(must); i++)
		r = conf_required(c, n, must[i]);
	if (!r)
		r = conf_choice(c, yaml_get(n, "what"), whats, &what);
	e->what = (enum review_what)what;
	e->line = n->line;
#define X(member, key) \
	if (!r)        \
		r = conf_text(c, yaml_get(n, key), &e->member);
	REVIEW_TEXTS(X)
#undef X
	if (!r && (!zone_parse(e->time, &t, &given) || !given || t.offset))
		r = yaml_fault(c->y, yaml_get(n, "time"), false, c->f, "\"time\" takes a moment in UTC, such as 2025-10-02T09:00:00Z");
	if (!r)
		r = conf_texts(c, yaml_get(n, "except"), &e->except, &e->except_count);
	if (!r)
		r = conf_flag(c, yaml_get(n, "withdrawn"), &e->withdrawn);
	if (!r)
		r = conf_text(c, yaml_get(n, "after"), &e->after);
	if (!r)
		review_hash(e, e->hash_of);
	return r;
}

/* Which entries follow one that is here?  Hash to entry through a small table, since files grow for years. */
static void find_orphans(struct reviews *r)
{
	size_t mask = 15;
	CLEANUP(mem_freep) uint32_t *table = NULL;

	while (mask < 2 * r->count)
		mask = 2 * mask + 1;
	table = mem_zero(mask + 1, sizeof(*table));
	for (size_t i = 0; i < r->count; i++) {
		size_t at = (size_t)span_hash(span_of(r->items[i].hash_of, SHA256_HEX)) & mask;

		while (table[at])
			at = (at + 1) & mask;
		table[at] = (uint32_t)(i + 1);
	}
	for (size_t i = 0; i < r->count; i++) {
		struct span after = r->items[i].after;
		size_t at = (size_t)span_hash(after) & mask;

		while (after.n && table[at] && !span_is(after, r->items[table[at] - 1].hash_of))
			at = (at + 1) & mask;
		r->items[i].orphan = after.n && !table[at];
	}
}

static int read_reviews(struct conf *c, struct reviews *v)
{
	static const char *const known[] = { "schema", "entries", NULL };
	const struct yaml_node *list;
	int r = conf_root(c, "chapeau/reviews/1", known);

	if (r < 0)
		return r;
	list = yaml_get(c->y->root, "entries");
	if (!list || list->kind == YAML_NULL)
		return 0;
	if (list->kind != YAML_SEQUENCE)
		return yaml_fault(c->y, list, false, c->f, "\"entries\" takes a list: each entry begins with  - what:");
	v->items = ARENA_ARRAY(c->arena, list->count, struct review);
	for (const struct yaml_node *n = list->first; !r && n; n = n->next)
		r = one_entry(c, n, &v->items[v->count++]);
	if (!r)
		find_orphans(v);
	return r;
}

int conf_reviews(struct span text, const char *path, struct reviews **ret, struct fault *f)
{
	struct yaml_file y;
	struct reviews *v;
	struct conf c = { .y = &y, .f = f };
	int r = yaml_load_within(text, path, 1, LIMIT_REVIEWS_BYTES, LIMIT_REVIEWS_NODES, &y, f);

	if (r < 0)
		return r;
	v = mem_zero(1, sizeof(*v));
	v->path = mem_strdup(path);
	c.arena = &v->arena;
	r = read_reviews(&c, v);
	yaml_done(&y);
	if (r < 0) {
		reviews_free(v);
		return r;
	}
	*ret = v;
	return 0;
}

/* ---- appending ---- */

/* In double quotation marks, so that no word of a person is ever read as YAML. */
static void put_value(struct buf *out, struct span s)
{
	size_t at = 0;
	bool plain = s.n > 0;

	for (size_t i = 0; plain && i < s.n; i++) {
		char c = s.p[i];

		plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (i && (c == '-' || c == '_' || c == '.'));
	}
	/* "no", "null" and "1e3" are words here too. */
	if (plain && (s.n == SHA256_HEX || s.p[0] >= 'a') && !span_is(s, "null") && s.n > 3) {
		buf_add(out, s);
		return;
	}
	buf_char(out, '"');
	while (at < s.n) {
		size_t from = at;
		uint32_t cp = utf8_next(s.p, s.n, &at);

		if (cp == '"' || cp == '\\')
			buf_printf(out, "\\%c", (char)cp);
		else if (cp == '\n')
			buf_str(out, "\\n");
		else if (cp == '\t')
			buf_str(out, "\\t");
		else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff || (cp >= 0xfffe && cp <= 0xffff))
			buf_printf(out, "\\u%04x", (unsigned)cp);
		else
			buf_put(out, s.p + from, at - from);
	}
	buf_char(out, '"');
}

static void put_entry(struct buf *out, const struct review *e, struct span after, size_t indent)
{
	bool windows = out->n >= 2 && out->p[out->n - 2] == '\r';
	const char *end = windows ? "\r\n" : "\n";

	buf_printf(out, "%*s- what: %s%s", (int)indent, "", review_name(e->what), end);
#define X(member, key)                                               \
	if (e->member.n) {                                           \
		buf_printf(out, "%*s  %s: ", (int)indent, "", key);  \
		put_value(out, e->member);                           \
		buf_str(out, end);                                   \
	}
	REVIEW_TEXTS(X)
#undef X
	if (e->except_count) {
		buf_printf(out, "%*s  except: [", (int)indent, "");
		for (size_t i = 0; i < e->except_count; i++) {
			if (i)
				buf_str(out, ", ");
			put_value(out, e->except[i]);
		}
		buf_printf(out, "]%s", end);
	}
	if (e->withdrawn)
		buf_printf(out, "%*s  withdrawn: true%s", (int)indent, "", end);
	if (after.n)
		buf_printf(out, "%*s  after: %.*s%s", (int)indent, "", SPAN_ARG(after), end);
}

int conf_reviews_append(struct span text, const char *path, const struct review *e, size_t count, struct buf *ret, struct fault *f)
{
	struct reviews *old = NULL, *new = NULL;
	struct yaml_file y = { 0 };
	const struct yaml_node *list = NULL;
	size_t indent = 2, before = 0, start = ret->n;
	struct span after = { 0 };
	struct review one = { 0 };
	int r = 0;

	if (span_trim(text).n) {
		if ((r = conf_reviews(text, path, &old, f)) < 0 || (r = yaml_load_within(text, path, 1, LIMIT_REVIEWS_BYTES, LIMIT_REVIEWS_NODES, &y, f)) < 0)
			goto out;
		list = yaml_get(y.root, "entries");
		before = old->count;
	}
	if (before) {
		size_t dash;

		/* Only a list with an entry on lines of its own, at the end of the file, can be added to and nothing else touched. */
		indent = list->column - 1;
		dash = span_find(text, SPAN_LIT("- "), 0);
		if (dash == SIZE_MAX || list->next) {
			r = yaml_fault(&y, list, true, f, "\"entries\" must come last, with each entry on lines of its own that begin with \"- what:\"");
			goto out;
		}
		after = span_str(old->items[before - 1].hash_of);
		buf_add(ret, text);
		if (text.p[text.n - 1] != '\n')
			buf_char(ret, '\n');
	} else {
		buf_str(ret, "schema: chapeau/reviews/1\nentries:\n");
	}
	for (size_t i = 0; i < count; i++) {
		char last[SHA256_HEX + 1];

		memcpy(last, one.hash_of, sizeof(last));
		one = e[i];
		one.after = i ? span_str(last) : after;
		put_entry(ret, &one, one.after, indent);
		review_hash(&one, one.hash_of);
	}
	/* What was written must read back as so many entries more, and the others as they were. */
	r = conf_reviews(span_sub(buf_span(ret), start, ret->n), path, &new, f);
	for (size_t i = before; !r && i < new->count; i++)
		r = new->items[i].orphan ? -1 : 0;
	if (r || new->count != before + count || (before && memcmp(new->items[before - 1].hash_of, after.p, SHA256_HEX) != 0))
		r = r < 0 && f && f->kind == FAULT_LIMIT ? r : yaml_fault(&y, list, true, f, "nothing can be added to \"entries\" as it is written: put each entry on lines of its own that begin with \"- what:\"");
out:
	if (r < 0)
		ret->n = start;
	yaml_done(&y);
	reviews_free(old);
	reviews_free(new);
	return r;
}
