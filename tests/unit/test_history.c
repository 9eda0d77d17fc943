/* The life of a clause: edits, renames, moves to another draft, versions in which it did not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "place.h"

static void save(struct place *p, const char *message)
{
	struct changes c;
	struct fault f = { 0 };
	char hex[REPO_HEX + 1];
	struct save_request s = { .message = span_str(message), .author = SPAN_LIT("Mei Lin"), .time = p->now++ };

	assert_int_equal(history_changes(p->h, &c, &f), 0);
	assert_int_equal(history_save(p->h, &c, &s, hex, &f), 0);
	assert_int_equal(strlen(hex), 40);
	changes_done(&c);
}

static void wordings_of(struct place *p, const char *path, const char *id, const char *working, struct wordings *w)
{
	struct fault f = { 0 };
	struct span now = working ? span_str(working) : (struct span){ 0 };

	assert_int_equal(history_clause(p->h, path, span_str(id), now, 0, w, &f), 0);
}

static void only_changes_are_wordings(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/a.md", "{#one}\nFirst words.\n\n{#two}\nOther.\n");
	save(p, "v1");
	put(p, "drafts/a.md", "{#one}\nFirst words.\n\n{#two}\nOther words.\n");
	save(p, "v2");
	put(p, "drafts/a.md", "{#one}\nFirst\nwords.\n\n{#two}\nOther words.\n"); /* re-wrapped: the same words */
	save(p, "v3");
	put(p, "drafts/a.md", "{#one}\nNew words.\n\n{#two}\nOther words.\n");
	save(p, "v4");
	wordings_of(p, "drafts/a.md", "one", NULL, &w);
	assert_true(w.found);
	assert_int_equal(w.count, 2);
	assert_true(span_is(w.items[0].text, "New words."));
	assert_true(span_is(span_trim(w.items[0].version.message), "v4"));
	assert_true(span_is(w.items[1].text, "First words."));
	assert_true(span_is(span_trim(w.items[1].version.message), "v1"));
	assert_true(w.items[1].first);
	wordings_done(&w);
	wordings_of(p, "drafts/a.md", "one", "{#one}\nNewer words.\n", &w);
	assert_int_equal(w.count, 3);
	assert_string_equal(w.items[0].version.hex, "");
	assert_true(span_is(w.items[0].text, "Newer words."));
	wordings_done(&w);
}

static void a_note_is_part_of_the_wording(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/a.md", "{#one}\nWords.[^n]\n\n{#two}\nMore.\n\n[^n]: Old note.\n");
	save(p, "v1");
	put(p, "drafts/a.md", "{#one}\nWords.[^n]\n\n{#two}\nMore.\n\n[^n]: New note.\n");
	save(p, "v2");
	wordings_of(p, "drafts/a.md", "one", NULL, &w);
	assert_int_equal(w.count, 2);
	assert_true(span_is(w.items[0].text, "Words.\nNew note."));
	wordings_done(&w);
}

static void a_rename_is_followed(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/a.md", "{#igf-future}\nA permanent mandate.\n");
	save(p, "v1");
	put(p, "drafts/a.md", "{#igf-mandate was=igf-future}\nA permanent mandate.\n");
	save(p, "v2");
	put(p, "drafts/a.md", "{#igf-mandate was=igf-future}\nA permanent mandate, now.\n");
	save(p, "v3");
	wordings_of(p, "drafts/a.md", "igf-mandate", NULL, &w);
	assert_int_equal(w.count, 3);
	assert_true(w.items[1].words_same);
	assert_true(span_is(w.items[2].id, "igf-future"));
	assert_true(w.items[2].first);
	wordings_done(&w);
}

static void a_move_to_another_draft_is_followed(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/gdc-2024.md", "{#igf}\nA permanent mandate.\n\n{#rest}\nRest.\n");
	save(p, "v1");
	put(p, "drafts/gdc-2024.md", "{#rest}\nRest.\n");
	put(p, "drafts/wsis20.md", "{#igf}\nA permanent mandate.\n");
	save(p, "v2");
	wordings_of(p, "drafts/wsis20.md", "igf", NULL, &w);
	assert_int_equal(w.count, 2);
	assert_true(w.items[0].words_same);
	assert_true(span_is(w.items[1].path, "drafts/gdc-2024.md"));
	wordings_done(&w);
}

static void a_renamed_file_is_followed(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/old.md", "{#igf}\nA mandate.\n");
	save(p, "v1");
	put(p, "drafts/old.md", "{#igf}\nA permanent mandate.\n");
	save(p, "v2");
	put(p, "drafts/old.md", NULL);
	put(p, "drafts/new.md", "{#igf}\nA permanent mandate.\n");
	save(p, "v3");
	wordings_of(p, "drafts/new.md", "igf", NULL, &w);
	assert_int_equal(w.count, 3);
	assert_true(span_is(w.items[2].text, "A mandate."));
	wordings_done(&w);
}

static void a_clause_that_is_gone_still_has_a_life(void **state)
{
	struct place *p = *state;
	struct wordings w;

	put(p, "drafts/a.md", "{#igf}\nA mandate.\n\n{#b}\nB.\n");
	save(p, "v1");
	put(p, "drafts/a.md", "{#b}\nB.\n");
	save(p, "v2");
	wordings_of(p, "drafts/a.md", "igf", "{#b}\nB.\n", &w);
	assert_true(w.found);
	assert_int_equal(w.count, 1);
	assert_true(span_is(w.items[0].text, "A mandate."));
	wordings_done(&w);
	wordings_of(p, "drafts/a.md", "never", "{#b}\nB.\n", &w);
	assert_false(w.found);
	wordings_done(&w);
}

static void ids_of_all_versions_are_known(void **state)
{
	struct place *p = *state;

	put(p, "drafts/a.md", "{#first-id}\nA.\n");
	save(p, "v1");
	put(p, "drafts/a.md", "- <!-- {#second-id} --> B.\n");
	save(p, "v2");
	assert_true(history_id_used(p->h, SPAN_LIT("first-id")));
	assert_true(history_id_used(p->h, SPAN_LIT("second-id")));
	assert_false(history_id_used(p->h, SPAN_LIT("third-id")));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, make_place, drop_place)
	const struct CMUnitTest tests[] = {
		T(only_changes_are_wordings),
		T(a_note_is_part_of_the_wording),
		T(a_rename_is_followed),
		T(a_move_to_another_draft_is_followed),
		T(a_renamed_file_is_followed),
		T(a_clause_that_is_gone_still_has_a_life),
		T(ids_of_all_versions_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
