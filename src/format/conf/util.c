#include "format/conf/util.h"

int conf_text(struct conf *c, const struct yaml_node *n, struct span *ret)
{
	if (!n)
		return 0;
	if (n->kind == YAML_NULL) {
		*ret = arena_dup(c->arena, (struct span){ 0 });
		return 0;
	}
	if (n->kind != YAML_SCALAR)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes one value, not a list: write  %.*s: value", SPAN_ARG(n->key), SPAN_ARG(n->key));
	*ret = arena_dup(c->arena, n->text);
	return 0;
}

int conf_texts(struct conf *c, const struct yaml_node *n, struct span **ret, size_t *ret_count)
{
	size_t i = 0;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind == YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes a list of words: write  %.*s: [one, two]", SPAN_ARG(n->key), SPAN_ARG(n->key));
	*ret = ARENA_ARRAY(c->arena, n->kind == YAML_SCALAR ? 1 : n->count, struct span);
	if (n->kind == YAML_SCALAR) {
		(*ret)[0] = arena_dup(c->arena, n->text);
		*ret_count = 1;
		return 0;
	}
	for (const struct yaml_node *k = n->first; k; k = k->next) {
		if (k->kind != YAML_SCALAR)
			return yaml_fault(c->y, k, false, c->f, "\"%.*s\" takes a list of words, and this is none: put the words in quotation marks", SPAN_ARG(n->key));
		(*ret)[i++] = arena_dup(c->arena, k->text);
	}
	*ret_count = i;
	return 0;
}

int conf_flag(struct conf *c, const struct yaml_node *n, bool *ret)
{
	static const char *const yes[] = { "true", "yes", "on" }, *const no[] = { "false", "no", "off" };

	if (!n || n->kind == YAML_NULL)
		return 0;
	for (size_t i = 0; n->kind == YAML_SCALAR && i < ARRAY_LEN(yes); i++) {
		if (span_eq_nocase(n->text, span_str(yes[i]))) {
			*ret = true;
			return 0;
		}
		if (span_eq_nocase(n->text, span_str(no[i]))) {
			*ret = false;
			return 0;
		}
	}
	return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes true or false", SPAN_ARG(n->key));
}

int conf_given(struct conf *c, const struct yaml_node *n, uint64_t max, struct given *ret)
{
	uint64_t v;

	if (!n)
		return 0;
	if (n->kind == YAML_NULL) {
		ret->is = GIVEN_OPEN;
		return 0;
	}
	if (n->kind != YAML_SCALAR || !span_number(n->text, UINT64_MAX, &v))
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes a whole number, or ~ where the call does not say one", SPAN_ARG(n->key));
	if (v > max)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes at most %llu: is it a slip of the keyboard?", SPAN_ARG(n->key), (unsigned long long)max);
	*ret = (struct given){ .is = GIVEN_SET, .value = v };
	return 0;
}

int conf_count(struct conf *c, const struct yaml_node *n, unsigned max, unsigned *ret)
{
	uint64_t v;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_SCALAR || !span_number(n->text, max, &v))
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes a whole number from 0 to %u", SPAN_ARG(n->key), max);
	*ret = (unsigned)v;
	return 0;
}

/* The place of a node's word in names, or a fault that lists them. */
static int pick(struct conf *c, const struct yaml_node *n, struct span key, const char *const *names, int *ret)
{
	CLEANUP(buf_done) struct buf list = { 0 };
	const char *near = NULL;
	unsigned best = 3;

	for (int i = 0; names[i]; i++) {
		unsigned d;

		if (n->kind == YAML_SCALAR && yaml_same_key(n->text, span_str(names[i]))) {
			*ret = i;
			return 0;
		}
		buf_printf(&list, "%s%s", i ? (names[i + 1] ? ", " : " or ") : "", names[i]);
		d = n->kind == YAML_SCALAR ? span_distance(n->text, span_str(names[i]), best) : best;
		if (d < best && d < strlen(names[i])) {
			best = d;
			near = names[i];
		}
	}
	if (near)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" cannot be \"%.*s\": did you mean \"%s\"? It takes %.*s", SPAN_ARG(key), SPAN_ARG(n->text), near,
				  SPAN_ARG(buf_span(&list)));
	if (n->kind == YAML_SCALAR)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" cannot be \"%.*s\": it takes %.*s", SPAN_ARG(key), SPAN_ARG(n->text), SPAN_ARG(buf_span(&list)));
	return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes one word: %.*s", SPAN_ARG(key), SPAN_ARG(buf_span(&list)));
}

int conf_choice(struct conf *c, const struct yaml_node *n, const char *const *names, int *ret)
{
	if (!n || n->kind == YAML_NULL)
		return 0;
	return pick(c, n, n->key, names, ret);
}

int conf_word(struct conf *c, const struct yaml_node *n, const char *const *names, struct span *ret)
{
	int i = 0, r;

	if (!n || n->kind == YAML_NULL)
		return 0;
	r = pick(c, n, n->key, names, &i);
	if (r < 0)
		return r;
	*ret = span_str(names[i]);
	return 0;
}

int conf_words(struct conf *c, const struct yaml_node *n, const char *const *names, struct span **ret, size_t *ret_count)
{
	int i = 0, r = conf_texts(c, n, ret, ret_count);
	size_t k = 0;

	if (r < 0 || !n || n->kind == YAML_NULL)
		return r;
	if (n->kind == YAML_SCALAR) {
		r = pick(c, n, n->key, names, &i);
		if (!r)
			(*ret)[0] = span_str(names[i]);
		return r;
	}
	for (const struct yaml_node *e = n->first; e; e = e->next) {
		r = pick(c, e, n->key, names, &i);
		if (r < 0)
			return r;
		(*ret)[k++] = span_str(names[i]);
	}
	return 0;
}

#define CONF_ID_BYTES 64

int conf_id(struct conf *c, const struct yaml_node *n, struct span *ret)
{
	bool good = n->kind == YAML_SCALAR && n->text.n && n->text.n <= CONF_ID_BYTES;

	for (size_t i = 0; good && i < n->text.n; i++) {
		char ch = n->text.p[i];

		if (ch == '-')
			good = i > 0 && i + 1 < n->text.n && n->text.p[i - 1] != '-';
		else
			good = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
	}
	if (!good && n->kind == YAML_SCALAR)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" cannot be an id: use small letters, digits and single hyphens, at most %d in all, such as igf-permanent",
				  SPAN_ARG(n->text), CONF_ID_BYTES);
	if (!good)
		return yaml_fault(c->y, n, false, c->f, "\"id\" takes one word of small letters, digits and single hyphens, such as igf-permanent");
	*ret = arena_dup(c->arena, n->text);
	return 0;
}

int conf_mapping(struct conf *c, const struct yaml_node *n, const char *const *known)
{
	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_MAPPING) {
		if (n->key.n)
			return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes keys of its own: write  %.*s: {%s: ...}", SPAN_ARG(n->key), SPAN_ARG(n->key), known[0]);
		return yaml_fault(c->y, n, false, c->f, "this entry takes keys: write  - {%s: ...}", known[0]);
	}
	return yaml_known_keys(c->y, n, known, c->f);
}

int conf_required(struct conf *c, const struct yaml_node *mapping, const char *key)
{
	const struct yaml_node *n = yaml_get(mapping, key);

	if (n && n->kind != YAML_NULL)
		return 0;
	if (n)
		return yaml_fault(c->y, n, true, c->f, "\"%s\" is empty: give it a value", key);
	if (mapping == c->y->root)
		return yaml_fault(c->y, mapping, false, c->f, "\"%s\" is missing in this file: add a line  %s: ...", key, key);
	return yaml_fault(c->y, mapping, false, c->f, "\"%s\" is missing in this entry: add  %s: ...", key, key);
}

int conf_schema(struct conf *c, const char *schema)
{
	const struct yaml_node *root = c->y->root, *s;

	if (root && root->kind == YAML_SEQUENCE)
		return yaml_fault(c->y, root, false, c->f, "this file begins with a list: it must begin with  schema: %s", schema);
	if (!root || root->kind != YAML_MAPPING)
		return fault_set(c->f, FAULT_INPUT, (struct srcpos){ c->y->path, 1, 1 }, "this file is empty or holds no keys: it must begin with  schema: %s", schema);
	s = yaml_get(root, "schema");
	if (!s)
		return yaml_fault(c->y, root, false, c->f, "\"schema\" is missing: the file must begin with  schema: %s", schema);
	if (s->kind != YAML_SCALAR || !span_is(s->text, schema))
		return yaml_fault(c->y, s, false, c->f, "this should be %s, and is \"%.*s\": is it the right file?", schema, SPAN_ARG(s->text));
	return 0;
}

int conf_root(struct conf *c, const char *schema, const char *const *known)
{
	int r = conf_schema(c, schema);

	return r < 0 ? r : yaml_known_keys(c->y, c->y->root, known, c->f);
}

int conf_words_by_language(struct conf *c, const struct yaml_node *n, struct workspace_words **ret, size_t *ret_count)
{
	static const char *const known[] = { "paragraph", "section", "table", "open", "close", "group", "endorsers", NULL };
	size_t total = 0;
	int r = 0;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "\"words\" takes words by language: write  words: {fr: {paragraph: paragraphe}}");
	for (const struct yaml_node *k = n->first; k; k = k->next) {
		if (k->kind != YAML_MAPPING)
			return yaml_fault(c->y, k, false, c->f, "the words of a language take keys: write  %.*s: {paragraph: ..., section: ..., table: ...}", SPAN_ARG(k->key));
		if ((r = conf_mapping(c, k, known)) < 0)
			return r;
		total += k->count;
	}
	*ret_count = 0;
	*ret = ARENA_ARRAY(c->arena, total, struct workspace_words);
	for (const struct yaml_node *k = n->first; k; k = k->next)
		for (const struct yaml_node *v = k->first; v; v = v->next) {
			struct workspace_words *to = &(*ret)[*ret_count];

			if (v->kind == YAML_NULL)
				continue;
			if ((r = conf_text(c, v, &to->value)) < 0)
				return r;
			to->language = arena_dup(c->arena, k->key);
			to->word = arena_dup(c->arena, v->key);
			++*ret_count;
		}
	return 0;
}
