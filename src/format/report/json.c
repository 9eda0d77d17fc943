#include "base/json.h"

#include "format/report/report.h"

static void put_position(struct json *j, size_t line, size_t column)
{
	json_put_number(j, "line", (int64_t)(line ? line : 1));
	json_put_number(j, "column", (int64_t)(column ? column : 1));
}

static void put_verdict(struct json *j, const struct verdict *v)
{
	const struct priority *p = v->priority;

	json_object(j);
	json_put_string(j, "id", p->id);
	json_put_string(j, "title", p->title);
	json_put_string(j, "level", span_str(priority_level_name(p->level)));
	json_put_string(j, "needs", span_str(state_name(p->needs)));
	json_put_string(j, "state", span_str(state_name(v->state)));
	json_key(j, "evidence");
	json_array(j);
	for (size_t i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];

		json_object(j);
		json_put_string_or_null(j, "clause", e->clause ? e->clause->id : (struct span){ 0 });
		put_position(j, e->line, e->column);
		json_put_string(j, "text", e->text);
		json_object_end(j);
	}
	json_array_end(j);
	json_put_number(j, "more", (int64_t)v->more);
	json_object_end(j);
}

static void put_finding(struct json *j, const struct finding *f)
{
	json_object(j);
	json_put_string(j, "rule", span_str(f->rule));
	json_put_string(j, "level", span_str(level_name(f->level)));
	json_put_string_or_null(j, "clause", f->clause);
	put_position(j, f->line, f->column);
	json_put_string(j, "message", f->message);
	json_key(j, "waived");
	if (f->waived) {
		json_object(j);
		json_put_string(j, "by", f->waived_by);
		json_put_string(j, "because", f->waived_because);
		json_put_string(j, "time", f->waived_time);
		json_object_end(j);
	} else {
		json_bool(j, false);
	}
	json_object_end(j);
}

void report_json(struct result *const *results, size_t count, const struct report_options *o, struct buf *out)
{
	struct json j;

	(void)o;
	json_begin(&j, out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/check@1"));
	json_key(&j, "drafts");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		const struct result *r = results[i];

		json_object(&j);
		json_put_string(&j, "draft", r->draft);
		json_put_string(&j, "file", r->file);
		json_put_string(&j, "title", r->statement ? r->statement->doc->meta.title : (struct span){ 0 });
		json_put_number(&j, "words", (int64_t)r->lengths.words);
		json_key(&j, "seconds");
		if (r->lengths.has_seconds)
			json_number(&j, (int64_t)r->lengths.seconds);
		else
			json_null(&j);
		json_key(&j, "priorities");
		json_array(&j);
		/* A list that does not speak the draft's language says nothing of its states. */
		for (size_t k = 0; r->checked && k < r->verdict_count; k++)
			put_verdict(&j, &r->verdicts[k]);
		json_array_end(&j);
		json_key(&j, "findings");
		json_array(&j);
		for (size_t k = 0; k < r->findings.count; k++)
			if (r->findings.items[k].level != LEVEL_OFF)
				put_finding(&j, &r->findings.items[k]);
		json_array_end(&j);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	buf_char(out, '\n');
}
