/* Versions in Git: what is kept, what stays staged, locks of killed processes, undo steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

static void save(struct history *h, const char *message, char hex[REPO_HEX + 1])
{
	struct changes c;
	struct fault f = { 0 };
	struct save_request s = { .message = span_str(message), .author = SPAN_LIT("Mei Lin"), .time = 1700000000 };

	assert_int_equal(history_changes(h, &c, &f), 0);
	assert_int_equal(history_save(h, &c, &s, hex, &f), 0);
	changes_done(&c);
}

static void saves_only_what_belongs(void **state)
{
	struct place *p = *state;
	struct history *h = p->h;
	char hex[REPO_HEX + 1], blob[REPO_HEX + 1];

	put(p, "chapeau.yaml", "schema: chapeau/workspace/1\n");
	put(p, "drafts/a.md", "One.\n");
	put(p, "notes.txt", "mine\n");
	put(p, "exports/a.docx", "PK\n");
	put(p, "exports/call/handed-in/a.docx", "PK\n");
	put(p, "contacts.yaml", "x\n");
	put(p, "drafts/ignored.md", "x\n");
	put(p, ".gitignore", "drafts/ignored.md\ncontacts.yaml\n");
	save(h, "first", hex);
	assert_int_equal(strlen(hex), 40);
	assert_true(repo_path_blob(history_repo(h), hex, "drafts/a.md", blob));
	assert_true(repo_path_blob(history_repo(h), hex, "exports/call/handed-in/a.docx", blob));
	assert_true(repo_path_blob(history_repo(h), hex, ".gitignore", blob));
	assert_false(repo_path_blob(history_repo(h), hex, "notes.txt", blob));
	assert_false(repo_path_blob(history_repo(h), hex, "exports/a.docx", blob));
	assert_false(repo_path_blob(history_repo(h), hex, "contacts.yaml", blob));
	assert_false(repo_path_blob(history_repo(h), hex, "drafts/ignored.md", blob));
	/* Nothing changed: no version is made. */
	save(h, "again", hex);
	assert_string_equal(hex, "");
}

static void takes_out_what_is_gone(void **state)
{
	struct place *p = *state;
	struct history *h = p->h;
	char first[REPO_HEX + 1], hex[REPO_HEX + 1], blob[REPO_HEX + 1];

	put(p, "drafts/a.md", "One.\n");
	put(p, "drafts/b.md", "Two.\n");
	save(h, "first", first);
	put(p, "drafts/a.md", NULL);
	save(h, "second", hex);
	assert_false(repo_path_blob(history_repo(h), hex, "drafts/a.md", blob));
	assert_true(repo_path_blob(history_repo(h), hex, "drafts/b.md", blob));
	assert_true(repo_path_blob(history_repo(h), first, "drafts/a.md", blob));
}

static void a_date_means_the_end_of_that_day(void **state)
{
	struct place *p = *state;
	struct history *h = p->h;
	struct fault f = { 0 };
	char first[REPO_HEX + 1], hex[REPO_HEX + 1];

	put(p, "drafts/a.md", "One.\n");
	save(h, "first", first); /* 14 November 2023, 22:13:20 UTC */
	assert_int_equal(history_resolve(h, SPAN_LIT("2023-11-16"), hex, &f), 0);
	assert_string_equal(hex, first);
	assert_int_equal(history_resolve(h, SPAN_LIT("2023-11-14T22:13:20Z"), hex, &f), 0);
	assert_int_equal(history_resolve(h, SPAN_LIT("last"), hex, &f), 0);
	assert_int_equal(history_resolve(h, SPAN_LIT("2023-11-14T22:13:19Z"), hex, &f), -FAULT_NOT_FOUND);
	fault_done(&f);
	assert_int_equal(history_resolve(h, SPAN_LIT("HEAD@{0}"), hex, &f), -FAULT_NOT_FOUND);
	fault_done(&f);
	assert_int_equal(history_resolve(h, SPAN_LIT("no-such"), hex, &f), -FAULT_NOT_FOUND);
	fault_done(&f);
}

static void a_killed_holder_leaves_nothing_locked(void **state)
{
	struct place *p = *state;
	struct history *h;
	struct fault f = { 0 };
	char hex[REPO_HEX + 1], path[128];
	pid_t child = fork();
	int status;

	put(p, "drafts/a.md", "One.\n");
	if (child == 0) {
		struct fault cf = { 0 };

		if (history_open(p->dir, &h, &cf) < 0 || repo_lock(history_repo(h), 0, &cf) < 0)
			_exit(1);
		snprintf(path, sizeof(path), "%s/.git/refs/heads/main.lock", p->dir);
		close(open(path, O_CREAT | O_WRONLY, 0666));
		snprintf(path, sizeof(path), "%s/.git/index.lock", p->dir);
		close(open(path, O_CREAT | O_WRONLY, 0666));
		kill(getpid(), SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(history_open(p->dir, &h, &f), 0);
	save(h, "after", hex);
	assert_int_equal(strlen(hex), 40);
	history_free(h);
}

static void a_live_holder_is_named(void **state)
{
	struct place *p = *state;
	struct history *h;
	struct fault f = { 0 };
	int ready[2], done[2];
	char c, want[64];
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	child = fork();
	if (child == 0) {
		struct fault cf = { 0 };

		if (history_open(p->dir, &h, &cf) < 0 || repo_lock(history_repo(h), 0, &cf) < 0)
			_exit(1);
		if (write(ready[1], "x", 1) != 1 || read(done[0], &c, 1) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(history_open(p->dir, &h, &f), 0);
	assert_int_equal(repo_lock(history_repo(h), 100, &f), -FAULT_SYSTEM);
	snprintf(want, sizeof(want), "process %d", (int)child);
	assert_non_null(strstr(f.message, want));
	fault_done(&f);
	assert_int_equal(write(done[1], "x", 1), 1);
	waitpid(child, NULL, 0);
	assert_int_equal(repo_lock(history_repo(h), 100, &f), 0);
	history_free(h);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(done[i]);
	}
}

static void undo_keeps_its_steps(void **state)
{
	struct place *p = *state;
	struct history *h = p->h;
	struct fault f = { 0 };
	struct undo_step u;

	assert_int_equal(history_undo_peek(h, &u, &f), -FAULT_REFUSED);
	fault_done(&f);
	undo_step_done(&u);
	for (int i = 0; i < 5; i++) {
		char before[32], after[32];
		struct changed_file x = { .path = "drafts/a.md", .had = true, .has = true };

		snprintf(before, sizeof(before), "v%d", i);
		snprintf(after, sizeof(after), "v%d", i + 1);
		x.before = span_str(before);
		x.after = span_str(after);
		assert_int_equal(history_undo_note(h, SPAN_LIT("accept a s1"), &x, 1, 3, 1700000000, &(uint64_t){ 0 }, &f), 0);
	}
	for (int i = 4; i >= 2; i--) {
		char before[32];

		snprintf(before, sizeof(before), "v%d", i);
		assert_int_equal(history_undo_peek(h, &u, &f), 0);
		assert_int_equal(u.count, 1);
		assert_true(span_is(u.command, "accept a s1"));
		assert_string_equal(u.files[0].path, "drafts/a.md");
		assert_true(span_is(u.files[0].before, before));
		assert_int_equal(u.left, i - 2);
		assert_int_equal(history_undo_drop(h, u.number, &f), 0);
		undo_step_done(&u);
	}
	assert_int_equal(history_undo_peek(h, &u, &f), -FAULT_REFUSED);
	fault_done(&f);
	undo_step_done(&u);
}

/* One step back through the history, and what stands under a path there. */
static void finds_parents_and_paths(void **state)
{
	struct place *p = *state;
	struct history *h = p->h;
	struct fault f = { 0 };
	char one[REPO_HEX + 1], two[REPO_HEX + 1], blob[REPO_HEX + 1], want[REPO_HEX + 1];
	struct repo_parents v;

	put(p, "chapeau.yaml", "schema: chapeau/workspace/1\n");
	put(p, "drafts/a.md", "One.\n");
	save(h, "first", one);
	put(p, "drafts/a.md", "Two.\n");
	put(p, "drafts/a b.md", "Spaced.\n");
	save(h, "second", two);
	assert_int_equal(repo_parents(history_repo(h), two, &v, &f), 0);
	assert_int_equal(v.count, 1);
	assert_string_equal(v.hex[0], one);
	assert_int_equal(repo_parents(history_repo(h), one, &v, &f), 0);
	assert_int_equal(v.count, 0);
	assert_string_equal(v.hex[0], "");
	for (unsigned again = 0; again < 2; again++) {
		assert_true(repo_path_blob(history_repo(h), one, "drafts/a.md", blob));
		repo_blob_name(SPAN_LIT("One.\n"), want);
		assert_string_equal(blob, want);
		assert_true(repo_path_blob(history_repo(h), two, "drafts/a b.md", blob));
		repo_blob_name(SPAN_LIT("Spaced.\n"), want);
		assert_string_equal(blob, want);
	}
	/* a folder is no file, a file no folder, a name no part of another */
	assert_false(repo_path_blob(history_repo(h), two, "drafts", blob));
	assert_false(repo_path_blob(history_repo(h), two, "drafts/", blob));
	assert_false(repo_path_blob(history_repo(h), two, "drafts/a.md/b", blob));
	assert_false(repo_path_blob(history_repo(h), two, "drafts/a", blob));
	assert_false(repo_path_blob(history_repo(h), one, "drafts/a b.md", blob));
	assert_false(repo_path_blob(history_repo(h), want, "drafts/a.md", blob));
	assert_true(repo_parents(history_repo(h), want, &v, &f) < 0);
	fault_done(&f);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, make_place, drop_place)
	const struct CMUnitTest tests[] = {
		T(finds_parents_and_paths),
		T(saves_only_what_belongs),
		T(takes_out_what_is_gone),
		T(a_date_means_the_end_of_that_day),
		T(a_killed_holder_leaves_nothing_locked),
		T(a_live_holder_is_named),
		T(undo_keeps_its_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
