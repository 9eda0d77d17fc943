#include "base/json.h"
#include "format/compare/internal.h"

static void side(struct json *j, const char *key, const struct clause *c)
{
	json_key(j, key);
	if (!c) {
		json_null(j);
		return;
	}
	json_object(j);
	json_put_number(j, "line", (int64_t)c->line);
	json_put_string_or_null(j, "label", c->label);
	json_put_string(j, "hash", span_of(clause_hash(c), SHA256_HEX));
	json_put_string(j, "text", c->text);
	json_object_end(j);
}

static void value(struct json *j, struct span s)
{
	if (s.p)
		json_string(j, s);
	else
		json_null(j);
}

static void changes(struct json *j, const char *key, const struct attr_change *items, size_t count)
{
	struct buf name = { 0 };

	json_key(j, key);
	json_object(j);
	for (size_t i = 0; i < count; i++) {
		buf_clear(&name);
		buf_add(&name, items[i].key);
		buf_char(&name, '\0');
		json_key(j, name.p);
		json_array(j);
		value(j, items[i].was);
		value(j, items[i].is);
		json_array_end(j);
	}
	json_object_end(j);
	buf_done(&name);
}

void compare_json(const struct comparison *c, const struct compare_options *o, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/diff@1"));
	json_put_string(&j, "from", c->from_name);
	json_put_string(&j, "to", c->to_name);
	json_key(&j, "clauses");
	json_array(&j);
	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (!entry_shown(e, o))
			continue;
		json_object(&j);
		json_put_string_or_null(&j, "id", e->id);
		json_put_string(&j, "kind", span_str(change_name(e->kind)));
		json_put_bool(&j, "moved", e->moved);
		side(&j, "from", e->from);
		side(&j, "to", e->to);
		json_key(&j, "parts");
		json_array(&j);
		for (size_t k = 0; k < e->part_count; k++) {
			json_array(&j);
			json_string(&j, span_of(&e->parts[k].op, 1));
			json_string(&j, e->parts[k].text);
			json_array_end(&j);
		}
		json_array_end(&j);
		if (e->of.p)
			json_put_string_or_null(&j, "of", e->of);
		if (e->into.p)
			json_put_string_or_null(&j, "into", e->into);
		if (e->attribute_count)
			changes(&j, "attributes", e->attributes, e->attribute_count);
		json_object_end(&j);
	}
	json_array_end(&j);
	changes(&j, "front_matter", c->meta, c->meta_count);
	json_object_end(&j);
	buf_char(out, '\n');
}
