/*
 * suggestions: what colleagues propose.
 */
#include "cli/commands.h"

#include "base/json.h"
#include "cli/suggested.h"
#include "cli/ui.h"

static const char *kind_name(enum suggestion_kind k)
{
	static const char *const names[] = { [SUGGEST_INSERT] = "insert", [SUGGEST_DELETE] = "delete", [SUGGEST_REPLACE] = "replace" };

	return names[k];
}

static void list_json(struct cli *c, const struct suggested *o)
{
	struct json j;

	json_begin(&j, &c->out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/suggestions@1"));
	json_put_string(&j, "draft", o->d.name);
	json_key(&j, "suggestions");
	json_array(&j);
	for (size_t i = 0; i < o->doc->suggestion_count; i++) {
		const struct suggestion *s = &o->doc->suggestions[i];
		const struct block *b = o->blocks[s - o->doc->suggestions];
		CLEANUP(buf_done) struct buf number = { 0 };
		size_t line, column;

		doc_position(o->doc, s->origin.begin, &line, &column);
		buf_printf(&number, "s%u", s->number);
		json_object(&j);
		json_put_string(&j, "id", buf_span(&number));
		json_put_string_or_null(&j, "clause", block_id(b));
		json_put_string_or_null(&j, "label", suggested_label(&o->d, block_id(b)));
		json_put_number(&j, "line", (int64_t)line);
		json_put_number(&j, "column", (int64_t)column);
		json_put_string(&j, "kind", span_str(kind_name(suggested_over(o, s)->kind)));
		json_put_string(&j, "old", suggested_over(o, s)->old_text);
		json_put_string(&j, "new", s->new_text);
		json_put_string_or_null(&j, "author", s->author);
		json_put_string_or_null(&j, "time", s->time);
		json_put_string_or_null(&j, "comment", s->comments ? s->comments->text : (struct span){ 0 });
		json_put_string_or_null(&j, "file", suggested_file(o, s));
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	buf_char(&c->out, '\n');
}

int cmd_suggestions(struct cli *c, struct fault *f)
{
	CLEANUP(suggested_done) struct suggested o = { 0 };
	int r = suggested_open(c, c->args[0], DRAFT_WITH_REV, &o, f);

	if (r < 0)
		return r;
	if (cli_format_is(c, "json")) {
		list_json(c, &o);
		return 0;
	}
	suggested_list(c, &o, &c->out);
	if (!o.doc->suggestion_count)
		buf_printf(&c->out, "No suggestion is open in %s.  Next: chapeau check %.*s\n", o.d.path, SPAN_ARG(draft_typed(&o.d)));
	else
		buf_printf(&c->out, "%zu open.  Next: chapeau accept %.*s s1, or reject, or --by NAME, or --all\n", o.doc->suggestion_count, SPAN_ARG(draft_typed(&o.d)));
	return 0;
}
