/* The screens of `check` against files that people have read: tests/golden/report.  With BLESS=1 it rewrites them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#include "format/format.h"
#include "io/file.h"
#include "model/rule.h"

#define NOW 1759378800 /* 2 October 2025, 04:20 UTC */

static void load(const char *name, struct buf *ret)
{
	struct fault f = { 0 };
	char *path = path_join(SOURCE_ROOT, name);

	if (file_read(path, 1u << 20, ret, NULL, &f) < 0)
		fail_msg("%s: %s", path, f.message);
	mem_free(path);
}

struct bench {
	struct buf list_text, profile_text;
	struct priorities *list;
	struct profile *profile;
	struct statement *s;
	struct result *r;
};

/* A state with its words: the sentence of the clause that holds the hit. */
static void found(struct bench *b, size_t row, enum state state, const char *id, const char *hit, const char *proof)
{
	struct verdict *v = &b->r->verdicts[row];
	const struct clause *c;
	struct evidence *e;
	struct span text;
	size_t begin = 0, end;

	v->state = state;
	if (!id)
		return;
	c = statement_find(b->s, span_str(id));
	assert_non_null(c);
	e = v->evidence = ARENA_NEW(&b->r->arena, struct evidence);
	v->evidence_count = 1;
	text = c->text;
	e->hit_begin = span_find(text, span_str(hit), 0);
	assert_int_not_equal(e->hit_begin, SIZE_MAX);
	for (size_t at = span_find(text, SPAN_LIT(". "), 0); at < e->hit_begin; at = span_find(text, SPAN_LIT(". "), at + 1))
		begin = at + 2;
	end = span_find(text, SPAN_LIT(". "), e->hit_begin);
	end = end == SIZE_MAX ? text.n : end + 1;
	if (span_find_char(text, '\n', 0) < end)
		end = span_find_char(text, '\n', 0);
	e->text = span_sub(text, begin, end);
	e->hit_begin -= begin;
	e->hit_end = e->hit_begin + strlen(hit);
	e->clause = c;
	e->line = c->line;
	e->column = 1 + e->hit_begin;
	e->proof = span_str(proof);
}

static struct finding *find(struct bench *b, const char *rule, enum level level, size_t line, size_t column, const char *clause, const char *message)
{
	struct finding *f = findings_add(&b->r->findings, rule, level);

	f->line = line;
	f->column = column;
	f->clause = span_str(clause);
	f->message = span_str(message);
	return f;
}

/* The result of SCREENS.md 1.2, laid out by hand. */
static void set_up(struct bench *b, const char *draft)
{
	struct buf text = { 0 };
	struct doc *d = NULL;
	struct fault f = { 0 };
	struct read_options o = { .path = "drafts/wsis20-input.md" };

	*b = (struct bench){ 0 };
	load("priorities.yaml", &b->list_text);
	load("templates/calls/wsis20-zero-draft-written.yaml", &b->profile_text);
	load("tests/golden/report/wsis20-input.md", &text);
	assert_int_equal(conf_priorities(buf_span(&b->list_text), "priorities.yaml", &b->list, &f), 0);
	assert_int_equal(conf_profile(buf_span(&b->profile_text), "profile.yaml", &b->profile, &f), 0);
	if (md_read(buf_span(&text), &o, &d, &f) < 0)
		fail_msg("%zu: %s", f.pos.line, f.message);
	b->s = statement_new(d);
	b->r = mem_zero(1, sizeof(*b->r));
	b->r->statement = b->s;
	b->r->priorities = b->list;
	b->r->profile = b->profile;
	b->r->draft = span_str(draft);
	b->r->file = arena_printf(&b->r->arena, "drafts/%s.md", draft);
	b->r->channel = CHANNEL_WRITTEN;
	b->r->checked = true;
	b->r->verdict_count = b->list->count;
	b->r->verdicts = ARENA_ARRAY(&b->r->arena, b->list->count, struct verdict);
	for (size_t i = 0; i < b->list->count; i++)
		b->r->verdicts[i].priority = &b->list->items[i];
	b->r->lengths = (struct lengths){ .words = 165, .pages = 0.4 };
	b->r->internal_notes = 1;
	b->r->internal_line = 34;
	found(b, 0, STATE_ASKED, "igf-mandate", "Forum a permanent", NULL);
	found(b, 1, STATE_ASKED, "igf-mandate", "stable and predictable funding", NULL);
	found(b, 2, STATE_ABSENT, NULL, NULL, NULL);
	found(b, 3, STATE_EVIDENCED, "ipv6-policy", "IPv6 deployment", "footnote 1");
	found(b, 4, STATE_ASKED, "ixp-recognise", "Internet exchange points", NULL);
	found(b, 5, STATE_MENTIONED, "community-nets", "Community networks", NULL);
	found(b, 6, STATE_ASKED, "capacity", "Technical capacity", NULL);
	b->r->verdicts[6].weakened = true;
	b->r->verdicts[6].weak_words = SPAN_LIT("as appropriate");
	found(b, 7, STATE_MENTIONED, "capacity", "mentoring", NULL);
	found(b, 8, STATE_ASKED, "model", "multistakeholder model", NULL);
	found(b, 9, STATE_MENTIONED, "model", "technical community", NULL);
	found(b, 10, STATE_ASKED, "open", "open, global, interoperable", NULL);
	found(b, 11, STATE_ABSENT, NULL, NULL, NULL);
	found(b, 12, STATE_MENTIONED, "capacity", "secure their own networks", NULL);
	find(b, "gap", LEVEL_WARNING, 1, 1, NULL, "nothing on NRIs or on digital divides; both are \"should\".");
	find(b, "gap", LEVEL_ERROR, 28, 1, "community-nets",
	     "\"Community networks\" is a must and needs an ask with evidence; para 5 only mentions it. Say what you ask of whom (\"We urge...\"), and add a footnote, a "
	     "figure or a citation.")
		->subject = SPAN_LIT("community-networks");
	find(b, "weak", LEVEL_WARNING, 31, 106, "capacity",
	     "\"as appropriate\" waters down the ask on technical capacity. Take it out, or keep it on purpose:\nchapeau waive wsis20-input weak --clause capacity --as "
	     "\"...\" --because \"...\"");
	find(b, "contrary", LEVEL_NOTE, 37, 11, "model", "red-line words, \"multilateral control over the Internet\", after \"reject\": read as opposed to them, so no error.");
	find(b, "internal-note", LEVEL_NOTE, 34, 1, NULL, "1 internal note, in no public file.");
	findings_sort(&b->r->findings);
	buf_done(&text);
}

static void tear_down(struct bench *b)
{
	result_free(b->r);
	statement_free(b->s);
	profile_free(b->profile);
	priorities_free(b->list);
	buf_done(&b->list_text);
	buf_done(&b->profile_text);
}

static void golden(const char *name, struct span got)
{
	char *path = path_join(SOURCE_ROOT "/tests/golden/report", name);
	struct buf want = { 0 };
	struct fault f = { 0 };

	if (getenv("BLESS")) {
		assert_int_equal(file_replace(path, got, NULL, &f), 0);
	} else {
		if (file_read(path, 1u << 22, &want, NULL, &f) < 0)
			fail_msg("%s: %s", path, f.message);
		if (!span_eq(buf_span(&want), got))
			fail_msg("%s differs; it would be:\n%.*s", name, SPAN_ARG(got));
	}
	buf_done(&want);
	mem_free(path);
}

typedef void report(struct result *const *, size_t, const struct report_options *, struct buf *);

static void check_golden(const char *name, report *fn, const struct report_options *o)
{
	struct bench b;
	struct buf out = { 0 };

	set_up(&b, "wsis20-input");
	fn(&b.r, 1, o, &out);
	golden(name, buf_span(&out));
	buf_done(&out);
	tear_down(&b);
}

static void test_text_pipe(void **state)
{
	(void)state;
	check_golden("pipe.txt", report_text, &(struct report_options){ .now = NOW });
}

static void test_text_terminal(void **state)
{
	(void)state;
	check_golden("terminal-80.txt", report_text, &(struct report_options){ .now = NOW, .width = 80 });
}

static void test_text_color(void **state)
{
	(void)state;
	check_golden("color-100.txt", report_text, &(struct report_options){ .now = NOW, .width = 100, .color = true });
}

static void test_text_quiet(void **state)
{
	(void)state;
	check_golden("quiet.txt", report_text, &(struct report_options){ .now = NOW, .quiet = true });
}

static void test_json(void **state)
{
	(void)state;
	check_golden("check.json", report_json, &(struct report_options){ .now = NOW });
}

static void test_github(void **state)
{
	(void)state;
	check_golden("github.txt", report_github, &(struct report_options){ .now = NOW });
}

static void test_sarif(void **state)
{
	(void)state;
	check_golden("check.sarif", report_sarif, &(struct report_options){ .now = NOW, .version = "0.1.0" });
}

static void test_html(void **state)
{
	(void)state;
	check_golden("check.html", report_html, &(struct report_options){ .now = NOW, .version = "0.1.0" });
}

/* Waived, spoken, several statements, nothing checked: what the one sample does not show. */
static void test_text_others(void **state)
{
	struct bench a, b;
	struct buf out = { 0 };
	struct result *both[2];

	(void)state;
	set_up(&a, "wsis20-input");
	set_up(&b, "wsis20-oral");
	for (size_t i = 0; i < a.r->findings.count; i++) {
		struct finding *f = &a.r->findings.items[i];

		if (f->level == LEVEL_ERROR) {
			f->waived = true;
			f->waived_by = SPAN_LIT("Aroha Kingi");
			f->waived_because = SPAN_LIT("the board wants it as it is");
			f->waived_time = SPAN_LIT("2025-10-02T09:00:00Z");
		}
	}
	b.r->channel = CHANNEL_ORAL;
	b.r->checked = false;
	b.r->verdict_count = 0;
	b.r->lengths.has_seconds = true;
	b.r->lengths.seconds = 161;
	b.profile->seconds.hard = (struct given){ .is = GIVEN_SET, .value = 180 };
	b.profile->deadline.is = DEADLINE_SET;
	b.profile->deadline.time = NOW + 19 * 3600 + 60;
	b.profile->deadline.zone = SPAN_LIT("UTC-11");
	b.r->findings.count = 0;
	both[0] = a.r;
	both[1] = b.r;
	report_text(both, 2, &(struct report_options){ .now = NOW, .final = true }, &out);
	golden("two.txt", buf_span(&out));
	buf_clear(&out);
	report_json(both, 2, &(struct report_options){ .now = NOW }, &out);
	golden("two.json", buf_span(&out));
	buf_clear(&out);
	report_html(both, 2, &(struct report_options){ .now = NOW, .version = "0.1.0" }, &out);
	golden("two.html", buf_span(&out));
	buf_clear(&out);
	report_status_html((struct status_row[]){ { .result = a.r, .draft = a.r->draft, .suggestions = 3 },
						  { .result = b.r, .draft = b.r->draft },
						  { .draft = SPAN("broken"), .problem = SPAN("drafts/broken.md:2: <nothing> & less") } },
			   3, SPAN_LIT("Pacific Names and Numbers Centre"), &(struct report_options){ .now = NOW, .version = "0.1.0" }, &out);
	golden("status.html", buf_span(&out));
	buf_done(&out);
	tear_down(&a);
	tear_down(&b);
}

/* Control and bidirectional characters of a draft reach no terminal, no workflow command and no page. */
static void test_hostile_words(void **state)
{
	struct bench b;
	struct buf out = { 0 };
	struct report_options o = { .now = NOW, .width = 80, .version = "0" };
	report *const all[] = { report_text, report_github, report_html };

	(void)state;
	set_up(&b, "x\033[2Jy");
	b.r->verdicts[0].evidence[0].text = SPAN_LIT("a \033]0;owned\007 \xe2\x80\xae<script>alert(1)</script> b");
	b.r->verdicts[0].evidence[0].hit_begin = 2;
	b.r->verdicts[0].evidence[0].hit_end = 900;
	find(&b, "quotes", LEVEL_ERROR, 3, 1, "\"><img src=x>", "look \033[31m at 100% this,\r\n::error::and <b>that</b>");
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		buf_clear(&out);
		all[i](&b.r, 1, &o, &out);
		assert_int_equal(span_find_char(buf_span(&out), '\033', 0), SIZE_MAX);
		assert_int_equal(span_find_char(buf_span(&out), '\007', 0), SIZE_MAX);
		assert_int_equal(span_find_char(buf_span(&out), '\r', 0), SIZE_MAX);
		assert_int_equal(span_find(buf_span(&out), SPAN_LIT("\xe2\x80\xae"), 0), SIZE_MAX);
		if (all[i] == report_html) {
			assert_int_equal(span_find(buf_span(&out), SPAN_LIT("<script"), 0), SIZE_MAX);
			assert_int_equal(span_find(buf_span(&out), SPAN_LIT("<b>that"), 0), SIZE_MAX);
			assert_int_equal(span_find(buf_span(&out), SPAN_LIT("<img"), 0), SIZE_MAX);
		}
		if (all[i] == report_github) {
			assert_int_equal(span_find(buf_span(&out), SPAN_LIT("\n::error::and"), 0), SIZE_MAX);
			assert_int_not_equal(span_find(buf_span(&out), SPAN_LIT("100%25 this"), 0), SIZE_MAX);
		}
	}
	buf_done(&out);
	tear_down(&b);
}

/* The page asks no host for anything. */
static void test_html_alone(void **state)
{
	static const char *const never[] = { "http:", "https:", "//", "<script", "<link", "<img", "@import", "url(" };
	struct bench b;
	struct buf out = { 0 };

	(void)state;
	set_up(&b, "wsis20-input");
	report_html(&b.r, 1, &(struct report_options){ .now = NOW }, &out);
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		assert_int_equal(span_find(buf_span(&out), span_str(never[i]), 0), SIZE_MAX);
	buf_done(&out);
	tear_down(&b);
}

/* Every rule has its words, results point at their rule, equal findings keep different fingerprints. */
static void test_sarif_shape(void **state)
{
	struct bench b;
	struct buf out = { 0 };
	json_error_t e;
	json_t *root, *run, *rules_, *results;

	(void)state;
	set_up(&b, "a b\xc3\xa9");
	find(&b, "style/spelling", LEVEL_WARNING, 3, 1, NULL, "x");
	find(&b, "style/spelling", LEVEL_WARNING, 9, 1, NULL, "x");
	report_sarif(&b.r, 1, &(struct report_options){ .version = "0.1.0" }, &out);
	root = json_loadb(out.p, out.n, 0, &e);
	assert_non_null(root);
	run = json_array_get(json_object_get(root, "runs"), 0);
	assert_string_equal(json_string_value(json_object_get(run, "columnKind")), "unicodeCodePoints");
	rules_ = json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	assert_int_equal(json_array_size(rules_), rule_count);
	for (size_t i = 0; i < rule_count; i++)
		assert_true(strlen(json_string_value(json_object_get(json_object_get(json_array_get(rules_, i), "help"), "text"))) > 10);
	results = json_object_get(run, "results");
	assert_int_equal(json_array_size(results), 7);
	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *r = json_array_get(results, i);
		json_t *rule = json_array_get(rules_, (size_t)json_integer_value(json_object_get(r, "ruleIndex")));
		const char *id = json_string_value(json_object_get(r, "ruleId"));

		assert_int_equal(strncmp(id, json_string_value(json_object_get(rule, "id")), strlen(json_string_value(json_object_get(rule, "id")))), 0);
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(json_object_get(json_array_get(json_object_get(r, "locations"), 0), "physicalLocation"), "artifactLocation"), "uri")),
				    "drafts/a%20b%C3%A9.md");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				json_string_value(json_object_get(json_object_get(r, "partialFingerprints"), "chapeauClauseRule/v1")),
				json_string_value(json_object_get(json_object_get(json_array_get(results, k), "partialFingerprints"), "chapeauClauseRule/v1")));
	}
	json_decref(root);
	buf_done(&out);
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_pipe),  cmocka_unit_test(test_text_terminal), cmocka_unit_test(test_text_color),  cmocka_unit_test(test_text_quiet),
		cmocka_unit_test(test_json),	   cmocka_unit_test(test_github),	 cmocka_unit_test(test_sarif),	     cmocka_unit_test(test_html),
		cmocka_unit_test(test_text_others), cmocka_unit_test(test_hostile_words), cmocka_unit_test(test_html_alone), cmocka_unit_test(test_sarif_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
