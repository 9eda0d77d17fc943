#include "format/conf/conf.h"

#include "base/limits.h"
#include "format/conf/util.h"

/* user@host, in signs that no head of a letter takes for its own. */
static bool is_address(struct span s)
{
	size_t at = span_find_char(s, '@', 0);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || strchr("<>()[],;:\\\"", s.p[i]))
			return false;
	return at != SIZE_MAX && at > 0 && at + 1 < s.n && span_find_char(s, '@', at + 1) == SIZE_MAX && s.n <= 254;
}

static int contact(struct conf *c, const struct yaml_node *n, struct contact *x)
{
	static const char *const known[] = { "who", "address", NULL };
	int r;

	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "a contact takes keys: write  - {who: legal, address: tomas@example.org}");
	if ((r = conf_mapping(c, n, known)) < 0 || (r = conf_required(c, n, "who")) < 0 || (r = conf_required(c, n, "address")) < 0 ||
	    (r = conf_text(c, yaml_get(n, "who"), &x->who)) < 0 || (r = conf_text(c, yaml_get(n, "address"), &x->address)) < 0)
		return r;
	if (!is_address(x->address))
		return yaml_fault(c->y, yaml_get(n, "address"), false, c->f, "this is no e-mail address: write it alone, such as tomas@example.org");
	return 0;
}

int conf_contacts(struct span text, const char *path, struct contacts **ret, struct fault *f)
{
	static const char *const known[] = { "schema", "contacts", NULL };
	struct yaml_file y;
	struct contacts *k;
	struct conf c = { .y = &y, .f = f };
	const struct yaml_node *list;
	int r = yaml_load(text, path, 1, &y, f);

	if (r < 0)
		return r;
	k = mem_zero(1, sizeof(*k));
	c.arena = &k->arena;
	r = conf_root(&c, "chapeau/contacts/1", known);
	list = r ? NULL : yaml_get(y.root, "contacts");
	if (list && list->kind != YAML_SEQUENCE && list->kind != YAML_NULL)
		r = yaml_fault(&y, list, false, f, "\"contacts\" takes a list: each entry begins with  - who:");
	if (!r && list && list->kind == YAML_SEQUENCE) {
		k->items = ARENA_ARRAY(&k->arena, list->count, struct contact);
		for (const struct yaml_node *n = list->first; !r && n; n = n->next)
			r = contact(&c, n, &k->items[k->count++]);
	}
	yaml_done(&y);
	if (r < 0) {
		contacts_free(k);
		return r;
	}
	*ret = k;
	return 0;
}
