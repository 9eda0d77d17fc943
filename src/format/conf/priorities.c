#include "format/conf/conf.h"

#include <stdlib.h>

#include "base/limits.h"
#include "format/conf/util.h"

/* Where a phrase's first character stands, in the file: after its quotation mark. */
static int add_phrase(struct conf *c, const struct yaml_node *n, struct span language, struct phrase_list *l, size_t *cap, size_t *total)
{
	const struct yaml_node *never = NULL;
	bool is_never = false;
	int r = 0;

	if (n->kind == YAML_MAPPING && yaml_get(n, "phrase")) {
		static const char *const known[] = { "phrase", "never", NULL };

		r = conf_mapping(c, n, known);
		never = yaml_get(n, "never");
		n = yaml_get(n, "phrase");
	}
	if (!r)
		r = conf_flag(c, never, &is_never);
	if (r < 0)
		return r;
	if (n->kind != YAML_SCALAR || !span_trim(n->text).n)
		return yaml_fault(c->y, n, false, c->f, "a phrase is words, such as  permanent ..4 igf|forum: put it in quotation marks if it holds [ ] { } or :");
	if (++*total > LIMIT_PHRASES)
		return yaml_fault(c->y, n, false, c->f, "there are more than %u phrases in this list", LIMIT_PHRASES);
	if (l->count == *cap) {
		size_t bigger = *cap ? 2 * *cap : 8;
		struct phrase_source *items = ARENA_ARRAY(c->arena, bigger, struct phrase_source);

		if (l->count)
			memcpy(items, l->items, l->count * sizeof(*items));
		l->items = items;
		*cap = bigger;
	}
	l->items[l->count++] = (struct phrase_source){ .text = arena_dup(c->arena, n->text),
						       .language = language,
						       .never = is_never,
						       .line = n->line,
						       .column = n->column + (n->quoted ? 1 : 0) };
	return 0;
}

static int phrases(struct conf *c, const struct yaml_node *n, struct span language, struct phrase_list *l, size_t *cap, size_t *total)
{
	int r = 0;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind == YAML_MAPPING) {
		if (language.n)
			return yaml_fault(c->y, n, false, c->f, "the phrases of one language are a list: write  %.*s: [one, two]", SPAN_ARG(n->key));
		for (const struct yaml_node *k = n->first; !r && k; k = k->next)
			r = phrases(c, k, arena_dup(c->arena, k->key), l, cap, total);
		return r;
	}
	if (n->kind == YAML_SCALAR)
		return add_phrase(c, n, language, l, cap, total);
	for (const struct yaml_node *k = n->first; !r && k; k = k->next)
		r = add_phrase(c, k, language, l, cap, total);
	return r;
}

static int phrase_key(struct conf *c, const struct yaml_node *mapping, const char *key, struct phrase_list *l, size_t *total)
{
	size_t cap = 0;

	return phrases(c, yaml_get(mapping, key), (struct span){ 0 }, l, &cap, total);
}

static const char *const level_names[] = { "may", "should", "must", NULL };
static const char *const need_names[] = { "mentioned", "asked", "evidenced", NULL };

static int one_priority(struct conf *c, const struct yaml_node *n, struct priority *p, size_t *total)
{
	static const char *const known[] = { "id", "title", "short", "level", "needs", "any", "contrary", "weak", "evidence", "never", NULL };
	static const char *const known_evidence[] = { "min", "kinds", NULL };
	static const char *const must[] = { "id", "title", "level", "needs", "any" };
	const struct yaml_node *e;
	int choice = 0, r;

	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "a priority takes keys: id, title, level, needs, any");
	r = conf_mapping(c, n, known);
	for (size_t i = 0; !r && i < ARRAY_LEN(must); i++)
		r = conf_required(c, n, must[i]);
	if (!r)
		r = conf_id(c, yaml_get(n, "id"), &p->id);
	if (!r)
		r = conf_text(c, yaml_get(n, "title"), &p->title);
	p->short_title = p->title;
	if (!r)
		r = conf_text(c, yaml_get(n, "short"), &p->short_title);
	if (!r)
		r = conf_choice(c, yaml_get(n, "level"), level_names, &choice);
	p->level = (enum priority_level)choice;
	choice = 0;
	if (!r)
		r = conf_choice(c, yaml_get(n, "needs"), need_names, &choice);
	p->needs = (enum state)(STATE_MENTIONED + choice);
	if (!r)
		r = phrase_key(c, n, "any", &p->any, total);
	if (!r && !p->any.count)
		r = yaml_fault(c->y, yaml_get(n, "any"), true, c->f, "\"any\" holds no phrase: without one the priority can never be found");
	if (!r)
		r = phrase_key(c, n, "contrary", &p->contrary, total);
	if (!r)
		r = phrase_key(c, n, "weak", &p->weak, total);
	if (!r)
		r = conf_flag(c, yaml_get(n, "never"), &p->never);
	e = yaml_get(n, "evidence");
	if (!r)
		r = conf_mapping(c, e, known_evidence);
	if (!r && e && e->kind == YAML_MAPPING) {
		r = conf_count(c, yaml_get(e, "min"), 100, &p->evidence_min);
		if (!r)
			r = conf_texts(c, yaml_get(e, "kinds"), &p->evidence_kinds, &p->evidence_kind_count);
	}
	p->line = n->line;
	return r;
}

int conf_priorities(struct span text, const char *path, struct priorities **ret, struct fault *f)
{
	static const char *const known[] = { "schema",
					     "set",
					     "title",
					     "owner",
					     "version",
					     "language",
					     "evidence_kinds",
					     "negation_window",
					     "priorities",
#define X(name) #name,
					     PRIORITY_LISTS(X)
#undef X
						     NULL };
	struct yaml_file y;
	struct priorities *p;
	struct conf c = { .y = &y, .f = f };
	const struct yaml_node *list;
	size_t total = 0;
	int r = yaml_load(text, path, 1, &y, f);

	if (r < 0)
		return r;
	p = mem_zero(1, sizeof(*p));
	p->path = mem_strdup(path);
	p->text = arena_dup(&p->arena, text);
	p->negation_window = 6;
	c.arena = &p->arena;
	r = conf_root(&c, "chapeau/priorities/1", known);
	if (!r)
		r = conf_required(&c, y.root, "priorities");
	if (!r)
		r = conf_text(&c, yaml_get(y.root, "set"), &p->set);
	if (!r)
		r = conf_text(&c, yaml_get(y.root, "title"), &p->title);
	if (!r)
		r = conf_text(&c, yaml_get(y.root, "owner"), &p->owner);
	if (!r)
		r = conf_text(&c, yaml_get(y.root, "version"), &p->version);
	if (!r)
		r = conf_texts(&c, yaml_get(y.root, "language"), &p->languages, &p->language_count);
	if (!r)
		r = conf_count(&c, yaml_get(y.root, "negation_window"), 50, &p->negation_window);
#define X(name)                                                                \
	if (!r)                                                                \
		r = phrase_key(&c, y.root, #name, &p->name, &total);
	PRIORITY_LISTS(X)
#undef X
	list = r ? NULL : yaml_get(y.root, "priorities");
	if (list && list->kind != YAML_SEQUENCE)
		r = yaml_fault(&y, list, false, f, "\"priorities\" takes a list: each entry begins with  - id:");
	if (!r) {
		p->items = ARENA_ARRAY(&p->arena, list->count, struct priority);
		for (const struct yaml_node *n = list->first; !r && n; n = n->next) {
			struct priority *item = &p->items[p->count];

			r = one_priority(&c, n, item, &total);
			for (size_t i = 0; !r && i < p->count; i++)
				if (span_eq(p->items[i].id, item->id))
					r = yaml_fault(&y, yaml_get(n, "id"), false, f, "the id \"%.*s\" stands twice, on line %zu too: rename one", SPAN_ARG(item->id),
						       p->items[i].line);
			p->count++;
		}
	}
	yaml_done(&y);
	if (r < 0) {
		priorities_free(p);
		return r;
	}
	*ret = p;
	return 0;
}
