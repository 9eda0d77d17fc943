#include "format/conf/conf.h"

#include "base/limits.h"
#include "format/conf/util.h"

static const char *const statuses[] = { "adopted", "draft", NULL };

static int one_source(struct conf *c, const struct yaml_node *n, struct agreed_entry *e)
{
	static const char *const known[] = { "title", "symbol", "revision", "annex", "para", "status", NULL };
	int status = 0, r = conf_mapping(c, n, known);

	if (!r)
		r = conf_required(c, n, "status");
	if (!r)
		r = conf_choice(c, yaml_get(n, "status"), statuses, &status);
	e->draft = status == 1;
	if (!r)
		r = conf_text(c, yaml_get(n, "title"), &e->title);
	if (!r)
		r = conf_text(c, yaml_get(n, "symbol"), &e->symbol);
	if (!r)
		r = conf_text(c, yaml_get(n, "revision"), &e->revision);
	if (!r)
		r = conf_text(c, yaml_get(n, "annex"), &e->annex);
	if (!r)
		r = conf_text(c, yaml_get(n, "para"), &e->para);
	if (!r && !e->title.n && !e->symbol.n)
		r = yaml_fault(c->y, n, false, c->f, "a source needs a title or a symbol: write  source: {title: ..., symbol: A/RES/70/125, para: 57, status: adopted}");
	return r;
}

static int one_entry(struct conf *c, const struct yaml_node *n, struct agreed_entry *e)
{
	static const char *const known[] = { "id", "source", "quote", "supports", "note", "read_at", NULL };
	static const char *const must[] = { "id", "source", "quote" };
	struct span *ids = NULL, unread = { 0 };
	size_t id_count = 0;
	int r;

	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "an entry takes keys: id, source, quote");
	r = conf_mapping(c, n, known);
	for (size_t i = 0; !r && i < ARRAY_LEN(must); i++)
		r = conf_required(c, n, must[i]);
	if (!r)
		r = conf_id(c, yaml_get(n, "id"), &e->id);
	if (!r)
		r = one_source(c, yaml_get(n, "source"), e);
	if (!r)
		r = conf_text(c, yaml_get(n, "quote"), &e->quote);
	if (!r && e->quote.n > LIMIT_AGREED_BYTES)
		r = yaml_fault(c->y, yaml_get(n, "quote"), false, c->f, "a quote has at most %u bytes: keep the words that are quoted, not the whole paragraph", LIMIT_AGREED_BYTES);
	/* For people; read so that a slip is said. */
	if (!r)
		r = conf_texts(c, yaml_get(n, "supports"), &ids, &id_count);
	if (!r)
		r = conf_text(c, yaml_get(n, "note"), &unread);
	if (!r)
		r = conf_text(c, yaml_get(n, "read_at"), &unread);
	e->line = n->line;
	return r;
}

int conf_agreed(struct span text, const char *path, struct agreed **ret, struct fault *f)
{
	static const char *const known[] = { "schema", "entries", NULL };
	struct yaml_file y;
	struct agreed *a;
	struct conf c = { .y = &y, .f = f };
	const struct yaml_node *list;
	int r = yaml_load(text, path, 1, &y, f);

	if (r < 0)
		return r;
	a = mem_zero(1, sizeof(*a));
	a->path = mem_strdup(path);
	c.arena = &a->arena;
	r = conf_root(&c, "chapeau/agreed/1", known);
	list = r ? NULL : yaml_get(y.root, "entries");
	if (list && list->kind != YAML_SEQUENCE && list->kind != YAML_NULL)
		r = yaml_fault(&y, list, false, f, "\"entries\" takes a list: each entry begins with  - id:");
	if (!r && list && list->count > LIMIT_AGREED_ENTRIES)
		r = yaml_fault(&y, list, true, f, "there are more than %u entries in this library", LIMIT_AGREED_ENTRIES);
	if (!r && list && list->count) {
		a->items = ARENA_ARRAY(&a->arena, list->count, struct agreed_entry);
		for (const struct yaml_node *n = list->first; !r && n; n = n->next) {
			struct agreed_entry *e = &a->items[a->count];
			const struct agreed_entry *other;

			r = one_entry(&c, n, e);
			other = r ? NULL : agreed_find(a, e->id);
			if (other)
				r = yaml_fault(&y, yaml_get(n, "id"), false, f, "the id \"%.*s\" stands twice, on line %zu too: rename one", SPAN_ARG(e->id), other->line);
			a->count++;
		}
	}
	yaml_done(&y);
	if (r < 0) {
		agreed_free(a);
		return r;
	}
	*ret = a;
	return 0;
}
