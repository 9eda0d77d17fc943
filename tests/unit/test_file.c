#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/file.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/chapeau-file-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static unsigned entries(void)
{
	char command[128];
	unsigned n = 0;
	FILE *p;

	snprintf(command, sizeof(command), "ls -A '%s' | wc -l", dir);
	p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%u", &n), 1);
	pclose(p);
	return n;
}

static void replaces_and_reads(void **state)
{
	CLEANUP(mem_freep) char *path = path_join(dir, "a.txt");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct file_stamp stamp;
	struct stat st;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(file_replace(path, SPAN_LIT("one"), NULL, &f), 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(file_replace(path, SPAN_LIT("two"), NULL, &f), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(file_read(path, 3, &b, &stamp, &f), 0);
	assert_true(span_is(buf_span(&b), "two"));
	assert_int_equal(stamp.size, 3);
	assert_int_equal(entries(), 1);
	fault_done(&f);
}

static void limit_and_missing(void **state)
{
	CLEANUP(mem_freep) char *path = path_join(dir, "a.txt");
	CLEANUP(mem_freep) char *none = path_join(dir, "none.txt");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(file_replace(path, SPAN_LIT("four"), NULL, &f), 0);
	assert_int_equal(file_read(path, 3, &b, NULL, &f), -FAULT_LIMIT);
	assert_int_equal(b.n, 0);
	fault_done(&f);
	f = (struct fault){ 0 };
	assert_int_equal(file_read(none, 3, &b, NULL, &f), -FAULT_MISSING);
	fault_done(&f);
	f = (struct fault){ 0 };
	assert_int_equal(file_read(dir, 3, &b, NULL, &f), -FAULT_MISSING);
	assert_non_null(strstr(f.message, "folder"));
	fault_done(&f);
}

static void changed_meanwhile(void **state)
{
	CLEANUP(mem_freep) char *path = path_join(dir, "a.txt");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct file_stamp stamp, none = { .missing = true };
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(file_replace(path, SPAN_LIT("one"), NULL, &f), 0);
	assert_int_equal(file_read(path, 100, &b, &stamp, &f), 0);
	/* Same length, same content even: another inode is another file. */
	assert_int_equal(file_replace(path, SPAN_LIT("one"), NULL, &f), 0);
	assert_int_equal(file_replace(path, SPAN_LIT("mine"), &stamp, &f), -FAULT_CHANGED);
	fault_done(&f);
	assert_int_equal(file_remove(path, &stamp, &f), -FAULT_CHANGED);
	fault_done(&f);
	f = (struct fault){ 0 };
	assert_int_equal(file_replace(path, SPAN_LIT("mine"), &none, &f), -FAULT_CHANGED);
	fault_done(&f);
	f = (struct fault){ 0 };
	buf_clear(&b);
	assert_int_equal(file_read(path, 100, &b, &stamp, &f), 0);
	assert_true(span_is(buf_span(&b), "one"));
	assert_int_equal(file_replace(path, SPAN_LIT("mine"), &stamp, &f), 0);
	assert_int_equal(entries(), 1);
	assert_int_equal(file_remove(path, NULL, &f), 0);
	assert_false(file_exists(path));
	assert_int_equal(file_remove(path, NULL, &f), 0);
}

static void failure_leaves_the_old(void **state)
{
	CLEANUP(mem_freep) char *sub = path_join(dir, "no/such/a.txt");
	CLEANUP(mem_freep) char *link_path = path_join(dir, "link.txt");
	CLEANUP(mem_freep) char *path = path_join(dir, "a.txt");
	struct fault f = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(file_replace(sub, SPAN_LIT("x"), NULL, &f), -FAULT_SYSTEM);
	fault_done(&f);
	f = (struct fault){ 0 };
	assert_int_equal(file_replace(dir, SPAN_LIT("x"), NULL, &f), -FAULT_SYSTEM);
	fault_done(&f);
	f = (struct fault){ 0 };
	assert_int_equal(file_replace(path, SPAN_LIT("x"), NULL, &f), 0);
	assert_int_equal(symlink("a.txt", link_path), 0);
	assert_int_equal(file_replace(link_path, SPAN_LIT("through the link"), NULL, &f), 0);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 16);
}

static void unfinished_names(void **state)
{
	(void)state;
	assert_true(file_is_unfinished(".in.md.4711.0.new"));
	assert_false(file_is_unfinished("in.md.4711.0.new"));
	assert_false(file_is_unfinished(".in.md.new"));
	assert_false(file_is_unfinished(".4711.0.new"));
	assert_false(file_is_unfinished(".in.md.4711.x.new"));
	assert_false(file_is_unfinished(".new"));
}

static void folders_and_names(void **state)
{
	CLEANUP(mem_freep) char *deep = path_join(dir, "a/b/c");
	CLEANUP(mem_freep) char *file = path_join(dir, "f");
	CLEANUP(mem_freep) char *through = path_join(dir, "f/g");
	CLEANUP(mem_freep) char *d1 = path_dir("x");
	CLEANUP(mem_freep) char *d2 = path_dir("/x");
	CLEANUP(mem_freep) char *d3 = path_dir("a/b//c");
	CLEANUP(mem_freep) char *j = path_join(".", "x");
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(file_make_dirs(deep, &f), 0);
	assert_int_equal(file_make_dirs(deep, &f), 0);
	assert_true(file_is_dir(deep));
	assert_int_equal(file_replace(file, SPAN_LIT("x"), NULL, &f), 0);
	assert_int_equal(file_make_dirs(through, &f), -FAULT_SYSTEM);
	fault_done(&f);
	assert_string_equal(d1, ".");
	assert_string_equal(d2, "/");
	assert_string_equal(d3, "a/b");
	assert_string_equal(j, "x");
	assert_true(span_is(path_base(span_str("a/b.c.md")), "b.c.md"));
	assert_true(span_is(path_stem(span_str("a/b.c.md")), "b.c"));
	assert_true(span_is(path_stem(span_str(".hidden")), ".hidden"));
}

static void devices_stay(void **state)
{
	CLEANUP(mem_freep) char *path = path_join(dir, "pipe");
	struct fault f = { 0 };
	struct stat st;
	char got[8] = "";
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(file_replace(path, SPAN_LIT("words"), NULL, &f), 0);
	assert_int_equal(read(fd, got, sizeof(got)), 5);
	assert_memory_equal(got, "words", 5);
	close(fd);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(entries(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(replaces_and_reads, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(limit_and_missing, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(changed_meanwhile, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(failure_leaves_the_old, make_dir, remove_dir),
		cmocka_unit_test(unfinished_names),
		cmocka_unit_test_setup_teardown(folders_and_names, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(devices_stay, make_dir, remove_dir),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
