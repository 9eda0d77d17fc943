#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "format/format.h"
#include "io/file.h"
#include "io/zone.h"
#include "skip.h"

#ifndef SOURCE_ROOT
#define SOURCE_ROOT "."
#endif

static void load(const char *name, struct buf *ret)
{
	struct fault f = { 0 };
	char *path = path_join(SOURCE_ROOT, name);

	if (file_read(path, 1u << 20, ret, NULL, &f) < 0)
		fail_msg("%s: %s", path, f.message);
	mem_free(path);
}

static void test_shipped_list(void **state)
{
	struct buf b = { 0 };
	struct priorities *p = NULL;
	struct fault f = { 0 };

	(void)state;
	load("priorities.yaml", &b);
	if (conf_priorities(buf_span(&b), "priorities.yaml", &p, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	assert_true(span_is(p->set, "rir-wsis20"));
	assert_int_equal(p->count, 13);
	assert_true(span_is(p->items[0].id, "igf-permanent"));
	assert_true(span_is(p->items[0].short_title, "Permanent IGF"));
	assert_int_equal(p->items[0].level, PRIORITY_MUST);
	assert_int_equal(p->items[0].needs, STATE_ASKED);
	assert_int_equal(p->items[0].any.count, 4);
	assert_int_equal(p->items[0].contrary.count, 5);
	assert_true(span_is(p->items[0].any.items[0].text, "permanent ..4 igf|forum"));
	assert_int_equal(p->items[12].level, PRIORITY_MAY);
	assert_int_equal(p->negation_window, 6);
	assert_int_equal(p->language_count, 1);
	assert_true(p->ask_verbs.count > 10 && p->reference_words.count > 10);
	priorities_free(p);
	buf_done(&b);
}

static struct profile *profile_of(const char *text)
{
	struct profile *p = NULL;
	struct fault f = { 0 };

	if (conf_profile(span_str(text), "p.yaml", &p, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	return p;
}

static void test_shipped_profiles(void **state)
{
	struct buf b = { 0 };
	struct profile *p = NULL;
	struct fault f = { 0 };

	(void)state;
	load("templates/calls/wsis20-zero-draft-written.yaml", &b);
	if (conf_profile(buf_span(&b), "written", &p, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	assert_true(span_is(p->kind, "written"));
	assert_int_equal(p->deadline.is, DEADLINE_OPEN);
	assert_true(span_is(p->deadline.zone, "America/New_York"));
	assert_int_equal(p->deadline.warn_count, 3);
	assert_int_equal(p->deadline.expert_review.value, 5);
	assert_int_equal(p->words.soft.value, 1500);
	assert_int_equal(p->words.hard.is, GIVEN_OPEN);
	assert_int_equal(p->characters.hard.is, GIVEN_UNSAID);
	assert_int_equal(p->counts, COUNT_BODY | COUNT_HEADINGS | COUNT_LISTS | COUNT_TABLES | COUNT_FOOTNOTES);
	assert_int_equal(p->section_count, 5);
	assert_true(p->sections[2].required && span_is(p->sections[2].title, "Priorities"));
	assert_int_equal(p->numbering, NUMBERING_PARAGRAPHS);
	assert_int_equal(p->footnotes, PERMIT_ALLOWED);
	assert_true(span_is(p->acronyms, "expand_on_first_use") && span_is(p->style_pack, "un-editorial-en") && span_is(p->no_criticism, "warning"));
	assert_int_equal(p->gate_count, 8);
	assert_int_equal(p->language_count, 6);
	assert_true(span_is(p->label_endorsers, "Submitted jointly by"));
	assert_true(p->naming_ascii && p->naming_max.value == 80);
	profile_freep(&p);
	buf_clear(&b);
	load("templates/calls/wsis20-stakeholder-consultation-oral.yaml", &b);
	if (conf_profile(buf_span(&b), "oral", &p, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	assert_int_equal(p->seconds.soft.value, 165);
	assert_int_equal(p->seconds.hard.value, 180);
	assert_int_equal(p->wpm_plain.value, 130);
	assert_int_equal(p->wpm_interpreted.value, 110);
	assert_false(p->event_interpretation);
	assert_int_equal(p->event.is, DEADLINE_OPEN);
	assert_int_equal(p->min_must.value, 4);
	assert_int_equal(p->min_should.is, GIVEN_UNSAID);
	assert_int_equal(p->footnotes, PERMIT_FORBIDDEN);
	assert_int_equal(p->numbering, NUMBERING_NONE);
	profile_free(p);
	buf_done(&b);
}

#define PROFILE "schema: chapeau/profile/1\nid: x\ntitle: X\nkind: written\n"

static void test_least_profile(void **state)
{
	struct profile *p = profile_of(PROFILE);

	(void)state;
	assert_int_equal(p->deadline.is, DEADLINE_UNSAID);
	assert_int_equal(p->words.hard.is, GIVEN_UNSAID);
	assert_int_equal(p->counts, 0);
	profile_free(p);
}

/* What the calls of other-calls.yaml say. */
static void test_other_calls(void **state)
{
	struct profile *p;

	(void)state;
	p = profile_of(PROFILE "limits: {abstract_chars: 500, keywords: 5, body_chars_with_spaces: 10000}\ndeadline: 2014-03-01\n");
	assert_int_equal(p->characters.hard.value, 10000);
	assert_int_equal(p->deadline.is, DEADLINE_SET);
	profile_free(p);
	p = profile_of(PROFILE "words: {general: 2000, special: 1500}\nchannel: portal\nfootnotes: avoid\nacronyms: restricted\njoint: exclusive\n");
	assert_int_equal(p->words.hard.value, 2000);
	assert_int_equal(p->words.soft.value, 1500);
	assert_int_equal(p->footnotes, PERMIT_AVOID);
	assert_true(span_is(p->channel_type, "portal"));
	profile_free(p);
	/* The same key, for the words of cross-references (F4). */
	p = profile_of(PROFILE "words: {en: {paragraph: para., open: '<'}, de: {paragraph: Absatz}}\n");
	assert_int_equal(p->cross_word_count, 3);
	assert_true(span_is(p->cross_words[2].language, "de") && span_is(p->cross_words[2].value, "Absatz"));
	assert_int_equal(p->words.hard.is, GIVEN_UNSAID);
	profile_free(p);
	p = profile_of(PROFILE "oral_seconds: {group: 300, single: 180}\nlist_closes_hours_before: 24\nformats: docx\nbody: {font: Times New Roman, pt: 12, justified: true}\n");
	assert_int_equal(p->seconds.hard.value, 300);
	assert_int_equal(p->format_count, 1);
	profile_free(p);
	p = profile_of(PROFILE "deadline: {at: 2025-07-10}\ndeadline_clock: 12:00 Europe/Zurich\npages: {single: 5, coalition: 10}\n");
	if (zone_files())
		assert_int_equal(p->deadline.time, 1752141600); /* 10:00 UTC */
	assert_int_equal(p->pages.hard.value, 10);
	profile_free(p);
}

static void test_deadline_times(void **state)
{
	struct profile *p = profile_of(PROFILE "deadline: {at: 2025-10-03 23:59, zone: UTC-11}\n");

	(void)state;
	assert_int_equal(p->deadline.time, 1759575540); /* 4 October, 10:59 UTC */
	profile_free(p);
	p = profile_of(PROFILE "deadline: {at: \"2025-10-03T23:59:00+02:00\"}\n");
	assert_int_equal(p->deadline.time, 1759528740);
	profile_free(p);
	p = profile_of(PROFILE "deadline: {at: 2025-10-03}\n");
	assert_int_equal(p->deadline.time, 1759535999);
	profile_free(p);
}

static int64_t moment(const char *zone, const char *text)
{
	struct zone_time t;
	bool given;
	int64_t ret = -1;

	assert_true(zone_parse(span_str(text), &t, &given));
	assert_true(zone_resolve(span_str(zone), &t, &ret));
	return ret;
}

static void test_zones(void **state)
{
	struct zone_time t;
	struct buf near = { 0 };

	(void)state;
	/* Noon in Geneva, the day before and the day of the change. */
	assert_int_equal(moment("Europe/Zurich", "2025-10-25 12:00"), 1761386400); /* 10:00 UTC */
	assert_int_equal(moment("Europe/Zurich", "2025-10-26 12:00"), 1761476400); /* 11:00 UTC */
	assert_int_equal(moment("Europe/Zurich", "2025-03-29 12:00"), 1743246000);
	assert_int_equal(moment("Europe/Zurich", "2025-03-30 12:00"), 1743328800);
	/* A time that the clock shows twice is the first of the two; one that it skips is read by the clock before. */
	assert_int_equal(moment("Europe/Zurich", "2025-10-26 02:30"), 1761438600); /* 00:30 UTC */
	assert_int_equal(moment("America/New_York", "2025-03-09 02:30"), 1741505400); /* 07:30 UTC */
	/* Years past the table of any file, by the rule at its end. */
	assert_int_equal(moment("America/New_York", "2060-07-01 12:00"), 2855923200);
	assert_int_equal(moment("America/New_York", "2060-12-01 12:00"), 2869146000);
	assert_int_equal(moment("Australia/Sydney", "2060-01-15 12:00"), 2841354000); /* summer there: UTC+11 */
	assert_int_equal(moment("Pacific/Pago_Pago", "2025-10-03 23:59"), moment("UTC-11", "2025-10-03 23:59"));
	assert_int_equal(moment("UTC+5:30", "2025-01-01 05:30"), moment("UTC", "2025-01-01 00:00"));
	assert_true(zone_local(SPAN_LIT("Australia/Brisbane"), 1759550340, &t));
	assert_int_equal(t.day, 4);
	assert_int_equal(t.hour, 13);
	assert_int_equal(t.minute, 59);
	assert_int_equal(t.weekday, 6);
	assert_false(zone_known(SPAN_LIT("Mars/Olympus")));
	assert_false(zone_known(SPAN_LIT("../../etc/passwd")));
	assert_false(zone_known(SPAN_LIT("America")));
	assert_true(zone_nearest(SPAN_LIT("America/NewYork"), &near));
	assert_true(span_is(buf_span(&near), "America/New_York"));
	buf_clear(&near);
	assert_true(zone_nearest(SPAN_LIT("geneva/zurich"), &near) || near.n == 0);
	buf_clear(&near);
	assert_true(zone_nearest(SPAN_LIT("New York"), &near));
	assert_true(span_is(buf_span(&near), "America/New_York"));
	buf_done(&near);
}

static void test_dates_refused(void **state)
{
	static const char *const bad[] = { "",		       "2025",		     "2025-02-29",	 "2025-13-01",	 "2025-10-03 24:00", "2025-10-03 23:60", "2025-10-3",
					   "3 October 2025", "2025-10-03 9:00", "2025-10-03 23:59 EST", "+025-10-03", "2025-10-03T23:59:00+2", "2025-10-03 23:59x" };
	struct zone_time t;
	bool given;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(zone_parse(span_str(bad[i]), &t, &given));
	assert_true(zone_parse(SPAN_LIT("2024-02-29"), &t, &given));
}

static void test_workspace(void **state)
{
	struct buf b = { 0 };
	struct workspace *w = NULL;
	struct fault f = { 0 };
	static const char text[] = "schema: chapeau/workspace/1\n"
				   "organization: {name: Example Registry, short: EXR, group: technical community, region: Asia Pacific}\n"
				   "language: en\n"
				   "people:\n"
				   "  - {id: penholder, name: Policy Officer, roles: [penholder]}\n"
				   "  - {id: legal, name: Legal Counsel, roles: [legal, may-waive]}\n"
				   "sign-off: {order: [legal, head], quorum: {legal: 1, head: 2}}\n"
				   "attributes: plain\n"
				   "track: on-save\n"
				   "words: {fr: {paragraph: paragraphe}}\n"
				   "undo: 5\n";

	(void)state;
	load("chapeau.yaml", &b);
	if (conf_workspace(buf_span(&b), "chapeau.yaml", &w, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	workspace_freep(&w);
	if (conf_workspace(span_str(text), "some/where/chapeau.yaml", &w, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	assert_string_equal(w->root, "some/where");
	assert_true(span_is(w->organisation, "Example Registry") && span_is(w->organisation_short, "EXR"));
	assert_int_equal(w->person_count, 2);
	assert_int_equal(w->people[1].role_count, 2);
	assert_int_equal(w->sign_order_count, 2);
	assert_int_equal(w->quorum_count, 2);
	assert_int_equal(w->quorum[1].count, 2);
	assert_true(w->attributes_plain && w->track_on_save);
	assert_int_equal(w->word_count, 1);
	assert_int_equal(w->undo_steps, 5);
	workspace_free(w);
	buf_done(&b);
}

static void append(struct buf *text, const struct review *e)
{
	struct fault f = { 0 };
	struct buf next = { 0 };

	if (conf_reviews_append(buf_span(text), "r.yaml", e, 1, &next, &f) < 0)
		fail_msg("%zu:%zu: %s", f.pos.line, f.pos.column, f.message);
	assert_true(span_starts(buf_span(&next), buf_span(text)));
	buf_done(text);
	*text = next;
}

static void test_reviews(void **state)
{
	struct buf text = { 0 };
	struct reviews *v = NULL;
	struct fault f = { 0 };
	struct span except[] = { SPAN("model"), SPAN("open") };
	const char *why = "our board said: \"yes\" \\ no\n\xe2\x80\xa8# really {[\t'";

	(void)state;
	append(&text, &(struct review){ .what = REVIEW_WAIVER, .by = SPAN("Aroha Kingi"), .time = SPAN("2025-10-02T09:00:00Z"), .rule = SPAN("gap:ipv6"),
					.draft_hash = SPAN("dfe7419ea2b574ab5e6ab7b7ae1259d0153db0faaa7f6c95722a219725256808"), .because = span_str(why) });
	append(&text, &(struct review){ .what = REVIEW_SIGN_OFF, .by = SPAN("legal"), .time = SPAN("2025-10-02T10:00:00Z"), .clause = SPAN("no"), .role = SPAN("1e3") });
	append(&text, &(struct review){ .what = REVIEW_ENDORSEMENT, .by = SPAN("Other Registry"), .time = SPAN("2025-10-02T11:00:00Z"), .except = except, .except_count = 2 });
	assert_int_equal(conf_reviews(buf_span(&text), "r.yaml", &v, &f), 0);
	assert_int_equal(v->count, 3);
	assert_true(span_is(v->items[0].because, why));
	assert_int_equal(v->items[0].after.n, 0);
	assert_true(span_is(v->items[1].clause, "no") && span_is(v->items[1].role, "1e3"));
	assert_true(span_is(v->items[1].after, v->items[0].hash_of));
	assert_true(span_is(v->items[2].after, v->items[1].hash_of));
	assert_int_equal(v->items[2].except_count, 2);
	assert_false(v->items[0].orphan || v->items[1].orphan || v->items[2].orphan);
	reviews_freep(&v);
	{
		/* A word of the first entry changed: what follows it is an orphan. */
		size_t at = span_find(buf_span(&text), SPAN_LIT("Kingi"), 0);

		text.p[at] = 'k';
		assert_int_equal(conf_reviews(buf_span(&text), "r.yaml", &v, &f), 0);
		assert_true(v->items[1].orphan && !v->items[2].orphan);
		text.p[at] = 'K';
		reviews_freep(&v);
	}
	buf_done(&text);
}

/* Two people append to one file; Git joins the lines of both. */
static void test_reviews_union(void **state)
{
	struct buf base = { 0 }, ours = { 0 }, theirs = { 0 }, joined = { 0 };
	struct reviews *v = NULL;
	struct fault f = { 0 };

	(void)state;
	append(&base, &(struct review){ .what = REVIEW_SIGN_OFF, .by = SPAN("legal"), .time = SPAN("2025-10-02T10:00:00Z"), .clause = SPAN("a") });
	buf_add(&ours, buf_span(&base));
	buf_add(&theirs, buf_span(&base));
	append(&ours, &(struct review){ .what = REVIEW_SIGN_OFF, .by = SPAN("head"), .time = SPAN("2025-10-02T11:00:00Z"), .clause = SPAN("a") });
	append(&theirs, &(struct review){ .what = REVIEW_WAIVER, .by = SPAN("head"), .time = SPAN("2025-10-02T12:00:00Z"), .rule = SPAN("words") });
	buf_add(&joined, buf_span(&ours));
	buf_add(&joined, span_sub(buf_span(&theirs), base.n, theirs.n));
	append(&joined, &(struct review){ .what = REVIEW_SETTLED, .by = SPAN("penholder"), .time = SPAN("2025-10-02T13:00:00Z"), .outcome = SPAN("rejected") });
	assert_int_equal(conf_reviews(buf_span(&joined), "r.yaml", &v, &f), 0);
	assert_int_equal(v->count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_false(v->items[i].orphan);
	assert_true(span_is(v->items[1].after, v->items[0].hash_of) && span_is(v->items[2].after, v->items[0].hash_of));
	reviews_free(v);
	buf_done(&base);
	buf_done(&ours);
	buf_done(&theirs);
	buf_done(&joined);
}

/* What cannot be added to without touching other bytes is refused, and nothing is given back. */
static void test_reviews_refused(void **state)
{
	static const char *const texts[] = {
		"schema: chapeau/reviews/1\nentries: [{what: waiver, by: a, time: 2025-10-02T10:00:00Z}]\n",
		"entries:\n  - {what: waiver, by: a, time: 2025-10-02T10:00:00Z}\nschema: chapeau/reviews/1\n",
		"schema: chapeau/reviews/1\nentries:\n  - {what: waved, by: a, time: 2025-10-02T10:00:00Z}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct fault f = { 0 };
		struct buf out = { 0 };

		assert_true(conf_reviews_append(span_str(texts[i]), "r.yaml", &(struct review){ .by = SPAN("a"), .time = SPAN("2025-10-02T10:00:00Z") }, 1, &out, &f) < 0);
		assert_int_equal(out.n, 0);
		assert_non_null(f.message);
		fault_done(&f);
		buf_done(&out);
	}
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_list),
		cmocka_unit_test(test_shipped_profiles),
		cmocka_unit_test(test_least_profile),
		cmocka_unit_test(test_other_calls),
		cmocka_unit_test(test_deadline_times),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_dates_refused),
		cmocka_unit_test(test_workspace),
		cmocka_unit_test(test_reviews),
		cmocka_unit_test(test_reviews_union),
		cmocka_unit_test(test_reviews_refused),
	};

	if (!zone_files())
		skip_case(tests, test_zones, "no time zone files on this machine");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
