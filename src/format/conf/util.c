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
	if (n->kind != YAML_SCALAR || !span_number(n->text, max, &v))
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes a whole number up to %llu, or ~ where the call does not say", SPAN_ARG(n->key),
				  (unsigned long long)max);
	*ret = (struct given){ .is = GIVEN_SET, .value = v };
	return 0;
}

int conf_choice(struct conf *c, const struct yaml_node *n, const char *const *names, int *ret)
{
	CLEANUP(buf_done) struct buf list = { 0 };
	const char *near = NULL;
	unsigned best = 3;

	if (!n || n->kind == YAML_NULL)
		return 0;
	for (int i = 0; names[i]; i++) {
		unsigned d;

		if (n->kind == YAML_SCALAR && span_is(n->text, names[i])) {
			*ret = i;
			return 0;
		}
		buf_printf(&list, "%s%s", i ? (names[i + 1] ? ", " : " or ") : "", names[i]);
		d = n->kind == YAML_SCALAR ? span_distance(n->text, span_str(names[i]), best) : best;
		if (d < best) {
			best = d;
			near = names[i];
		}
	}
	if (near)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" cannot be \"%.*s\": did you mean \"%s\"? It takes %.*s", SPAN_ARG(n->key), SPAN_ARG(n->text), near,
				  SPAN_ARG(buf_span(&list)));
	return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes %.*s", SPAN_ARG(n->key), SPAN_ARG(buf_span(&list)));
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
	return yaml_fault(c->y, mapping, false, c->f, "\"%s\" is missing%s: add it", key, mapping == c->y->root ? " in this file" : " in this entry");
}

int conf_root(struct conf *c, const char *schema, const char *const *known)
{
	const struct yaml_node *root = c->y->root, *s;
	int r;

	if (!root || root->kind != YAML_MAPPING)
		return fault_set(c->f, FAULT_INPUT, (struct srcpos){ c->y->path, 1, 1 }, "this file is empty or holds no keys: it must begin with  schema: %s", schema);
	s = yaml_get(root, "schema");
	if (!s)
		return fault_set(c->f, FAULT_INPUT, (struct srcpos){ c->y->path, 1, 1 }, "\"schema\" is missing: the file must begin with  schema: %s", schema);
	if (s->kind != YAML_SCALAR || !span_is(s->text, schema))
		return yaml_fault(c->y, s, false, c->f, "this is no %s but \"%.*s\": is it the right file?", schema, SPAN_ARG(s->text));
	r = yaml_known_keys(c->y, root, known, c->f);
	return r;
}
