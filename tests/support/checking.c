#include "checking.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"

static void fail(const struct fault *f)
{
	fprintf(stderr, "%s:%zu:%zu: %s\n", f->file ? f->file : "", f->pos.line, f->pos.column, f->message);
	exit(1);
}

void checking_begin(struct checking *c, const char *list)
{
	struct fault f = { 0 };

	*c = (struct checking){ .options = { .now = 1763942400, .draft = SPAN("text"), .file = SPAN("text.md") } };
	if (list)
		buf_str(&c->list_text, list);
	else if (file_read(SOURCE_ROOT "/priorities.yaml", 1 << 20, &c->list_text, NULL, &f) < 0)
		fail(&f);
	if (conf_priorities(buf_span(&c->list_text), "priorities.yaml", &c->list, &f) < 0 || checker_new(c->list, NULL, &c->checker, &f) < 0)
		fail(&f);
}

void checking_profile(struct checking *c, const char *yaml)
{
	struct fault f = { 0 };

	profile_free(c->profile);
	c->profile = NULL;
	if (yaml && conf_profile(span_str(yaml), "profile.yaml", &c->profile, &f) < 0)
		fail(&f);
	c->options.profile = c->profile;
}

struct result *checking_text(struct checking *c, struct span markdown)
{
	struct read_options o = { .path = "text.md", .reading = READING_REJECTED };
	struct fault f = { 0 };
	struct doc *d;

	result_free(c->result);
	statement_free(c->statement);
	c->result = NULL;
	c->statement = NULL;
	if (md_read(markdown, &o, &d, &f) < 0)
		fail(&f);
	c->statement = statement_new(d);
	if (check_statement(c->checker, c->statement, &c->options, &c->result, &f) < 0)
		fail(&f);
	return c->result;
}

void checking_end(struct checking *c)
{
	result_free(c->result);
	statement_free(c->statement);
	checker_free(c->checker);
	profile_free(c->profile);
	priorities_free(c->list);
	buf_done(&c->list_text);
}

const struct verdict *checking_verdict(const struct checking *c, const char *id)
{
	for (size_t i = 0; i < c->result->verdict_count; i++)
		if (span_is(c->result->verdicts[i].priority->id, id))
			return &c->result->verdicts[i];
	return NULL;
}

const struct finding *checking_finding(const struct checking *c, const char *rule, size_t n)
{
	for (size_t i = 0; i < c->result->findings.count; i++)
		if (strcmp(c->result->findings.items[i].rule, rule) == 0 && n-- == 0)
			return &c->result->findings.items[i];
	return NULL;
}

size_t checking_count(const struct checking *c, const char *rule)
{
	size_t n = 0;

	while (checking_finding(c, rule, n))
		n++;
	return n;
}
