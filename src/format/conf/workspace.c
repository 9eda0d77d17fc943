#include "format/conf/conf.h"

#include <stdlib.h>

#include "base/limits.h"
#include "format/conf/util.h"
#include "io/file.h"

static const char *const groups[] = { "government", "private sector", "civil society", "technical community", "academia", "international organization", NULL };

static int organisation(struct conf *c, const struct yaml_node *n, struct workspace *w)
{
	static const char *const known[] = { "name", "short", "group", "region", NULL };
	int r;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind == YAML_SCALAR)
		return conf_text(c, n, &w->organisation);
	if ((r = conf_mapping(c, n, known)) < 0 || (r = conf_text(c, yaml_get(n, "name"), &w->organisation)) < 0 ||
	    (r = conf_text(c, yaml_get(n, "short"), &w->organisation_short)) < 0 || (r = conf_word(c, yaml_get(n, "group"), groups, &w->group)) < 0)
		return r;
	return conf_text(c, yaml_get(n, "region"), &w->region);
}

static int person(struct conf *c, const struct yaml_node *n, struct workspace *w)
{
	static const char *const known[] = { "id", "name", "roles", "organisation", NULL };
	static const char *const addresses[] = { "email", "e-mail", "mail", "address", "phone", "telephone", "mobile" };
	struct person *p = &w->people[w->person_count];
	int r;

	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "a person takes keys: write  - {id: mei, name: Mei Lin, roles: [penholder]}");
	for (const struct yaml_node *k = n->first; k; k = k->next)
		for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
			if (span_eq_nocase(k->key, span_str(addresses[i])))
				return yaml_fault(c->y, k, true, c->f, "\"%.*s\" would be kept in every version for good: write it into contacts.yaml, which is not versioned",
						  SPAN_ARG(k->key));
	if ((r = conf_mapping(c, n, known)) < 0 || (r = conf_required(c, n, "id")) < 0 || (r = conf_required(c, n, "name")) < 0 ||
	    (r = conf_id(c, yaml_get(n, "id"), &p->id)) < 0 || (r = conf_text(c, yaml_get(n, "name"), &p->name)) < 0 ||
	    (r = conf_text(c, yaml_get(n, "organisation"), &p->organisation)) < 0 || (r = conf_texts(c, yaml_get(n, "roles"), &p->roles, &p->role_count)) < 0)
		return r;
	for (size_t i = 0; i < w->person_count; i++)
		if (span_eq(w->people[i].id, p->id))
			return yaml_fault(c->y, yaml_get(n, "id"), false, c->f, "the id \"%.*s\" belongs to %.*s already: give this person another", SPAN_ARG(p->id),
					  SPAN_ARG(w->people[i].name));
	w->person_count++;
	return 0;
}

static int people(struct conf *c, const struct yaml_node *n, struct workspace *w)
{
	int r = 0;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_SEQUENCE)
		return yaml_fault(c->y, n, false, c->f, "\"people\" takes a list: each entry begins with  - id:");
	w->people = ARENA_ARRAY(c->arena, n->count, struct person);
	for (const struct yaml_node *k = n->first; !r && k; k = k->next)
		r = person(c, k, w);
	return r;
}

static int sign_off(struct conf *c, const struct yaml_node *n, struct workspace *w)
{
	static const char *const known[] = { "order", "quorum", NULL };
	const struct yaml_node *quorum = yaml_get(n, "quorum");
	int r;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if ((r = conf_mapping(c, n, known)) < 0 || (r = conf_texts(c, yaml_get(n, "order"), &w->sign_order, &w->sign_order_count)) < 0)
		return r;
	if (!quorum || quorum->kind == YAML_NULL)
		return 0;
	if (quorum->kind != YAML_MAPPING)
		return yaml_fault(c->y, quorum, false, c->f, "\"quorum\" takes a number for each role: write  quorum: {legal: 1, head: 1}");
	w->quorum = arena_array(c->arena, quorum->count, sizeof(*w->quorum));
	for (const struct yaml_node *k = quorum->first; k; k = k->next) {
		if ((r = conf_count(c, k, 1000, &w->quorum[w->quorum_count].count)) < 0)
			return r;
		w->quorum[w->quorum_count++].role = arena_dup(c->arena, k->key);
	}
	return 0;
}

static int read_workspace(struct conf *c, struct workspace *w)
{
	static const char *const known[] = { "schema", "organisation", "language", "people", "sign-off", "attributes", "track", "words", "undo", NULL };
	static const char *const forms[] = { "hidden", "plain", NULL };
	static const char *const tracks[] = { "on-save", "by-hand", NULL };
	const struct yaml_node *root = c->y->root;
	unsigned undo = LIMIT_UNDO_STEPS;
	int form = 0, track = 1, r;

	if ((r = conf_root(c, "chapeau/workspace/1", known)) < 0 || (r = organisation(c, yaml_get(root, "organisation"), w)) < 0 ||
	    (r = conf_text(c, yaml_get(root, "language"), &w->language)) < 0 || (r = people(c, yaml_get(root, "people"), w)) < 0 ||
	    (r = sign_off(c, yaml_get(root, "sign-off"), w)) < 0 || (r = conf_choice(c, yaml_get(root, "attributes"), forms, &form)) < 0 ||
	    (r = conf_choice(c, yaml_get(root, "track"), tracks, &track)) < 0 || (r = conf_words_by_language(c, yaml_get(root, "words"), &w->words, &w->word_count)) < 0 ||
	    (r = conf_count(c, yaml_get(root, "undo"), LIMIT_UNDO_STEPS, &undo)) < 0)
		return r;
	w->attributes_plain = form == 1;
	w->track_on_save = track == 0;
	w->undo_steps = undo;
	return 0;
}

int conf_workspace(struct span text, const char *path, struct workspace **ret, struct fault *f)
{
	struct yaml_file y;
	struct workspace *w;
	struct conf c = { .y = &y, .f = f };
	int r = yaml_load(text, path, 1, &y, f);

	if (r < 0)
		return r;
	w = mem_zero(1, sizeof(*w));
	w->root = path_dir(path);
	c.arena = &w->arena;
	r = read_workspace(&c, w);
	yaml_done(&y);
	if (r < 0) {
		workspace_free(w);
		return r;
	}
	*ret = w;
	return 0;
}
