/*
 * The process that opens a stranger's file: what it makes arrives whole, and whatever it does else is a message and exit 3.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/child.h"
#include "skip.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

struct got {
	struct buf bytes, words;
	struct fault fault;
	int r;
};

static struct got run(int (*work)(void *, struct buf *, struct fault *), void *ctx, struct child_limits limits)
{
	struct child_job job = { .file = "strange.docx", .work = work, .ctx = ctx, .limits = limits };
	struct got g = { 0 };

	g.r = child_run(&job, &g.bytes, &g.words, &g.fault);
	return g;
}

static void done(struct got *g)
{
	buf_done(&g->bytes);
	buf_done(&g->words);
	fault_done(&g->fault);
}

/* It died: exit 3, the file named, what happened, and that nothing was written. */
static void expect_death(struct got *g, const char *why)
{
	assert_true(g->r < 0);
	assert_int_equal(fault_exit_code(g->fault.kind), 3);
	assert_string_equal(g->fault.file, "strange.docx");
	if (!strstr(g->fault.message, why) || !strstr(g->fault.message, "nothing was written"))
		fail_msg("%s", g->fault.message);
	assert_int_equal(g->bytes.n, 0);
	done(g);
}

static int make_bytes(void *ctx, struct buf *ret, struct fault *f)
{
	(void)f;
	for (size_t i = 0; i < *(size_t *)ctx; i++)
		buf_char(ret, (char)(i * 131 >> 3));
	return 0;
}

static void bytes_arrive_whole(void **state)
{
	const size_t sizes[] = { 0, 1, 65535, 65536, 3000001 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		size_t n = sizes[i];
		struct buf want = { 0 };
		struct got g = run(make_bytes, &n, (struct child_limits){ 0 });

		make_bytes(&n, &want, NULL);
		assert_int_equal(g.r, 0);
		assert_true(span_eq(buf_span(&g.bytes), buf_span(&want)));
		buf_done(&want);
		done(&g);
	}
}

static int has_fault(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ctx;
	BUF_LIT(ret, "found so far");
	fault_set(f, FAULT_REFUSED, (struct srcpos){ "other.md", 12, 3 }, "no, \"%s\"", "because");
	fault_hint(f, "Do this.");
	fault_line(f, SPAN_LIT("the line"));
	return -(int)FAULT_REFUSED;
}

static void fault_arrives_whole(void **state)
{
	struct got g = run(has_fault, NULL, (struct child_limits){ 0 });

	(void)state;
	assert_int_equal(g.r, -(int)FAULT_REFUSED);
	assert_int_equal(g.fault.kind, FAULT_REFUSED);
	assert_string_equal(g.fault.file, "other.md");
	assert_int_equal(g.fault.pos.line, 12);
	assert_int_equal(g.fault.pos.column, 3);
	assert_string_equal(g.fault.message, "no, \"because\"");
	assert_string_equal(g.fault.hint, "Do this.");
	assert_string_equal(g.fault.line, "the line");
	assert_true(span_is(buf_span(&g.bytes), "found so far"));
	done(&g);
}

static int change_all(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ret;
	(void)f;
	*(int *)ctx = 2;
	printf("to stdout\n");
	fprintf(stderr, "to stderr\n");
	return 0;
}

static void nothing_else_comes_out(void **state)
{
	int mine = 1;
	struct got g = run(change_all, &mine, (struct child_limits){ 0 });

	(void)state;
	assert_int_equal(g.r, 0);
	assert_int_equal(mine, 1);
	assert_true(span_find(buf_span(&g.words), SPAN_LIT("to stdout\n"), 0) != SIZE_MAX);
	assert_true(span_find(buf_span(&g.words), SPAN_LIT("to stderr\n"), 0) != SIZE_MAX);
	done(&g);
}

static int die_by(void *ctx, struct buf *ret, struct fault *f)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };

	(void)f;
	BUF_LIT(ret, "half");
	sigaction(*(int *)ctx, &plain, NULL);
	raise(*(int *)ctx);
	return 0;
}

static void death_by_signal(void **state)
{
	const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		int sig = signals[i];
		struct got g = run(die_by, &sig, (struct child_limits){ 0 });

		expect_death(&g, "stopped by signal");
	}
}

static int real_fault(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ret;
	(void)f;
	return *(volatile int *)ctx;
}

static void death_by_a_wild_pointer(void **state)
{
	struct got g = run(real_fault, NULL, (struct child_limits){ 0 });

	(void)state;
	expect_death(&g, "could not be read safely");
}

static int leave(void *ctx, struct buf *ret, struct fault *f)
{
	(void)f;
	BUF_LIT(ret, "chapeau!");
	_exit(*(int *)ctx);
}

static void end_without_an_answer(void **state)
{
	int codes[] = { 0, 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct got g = run(leave, &codes[i], (struct child_limits){ 0 });

		expect_death(&g, "without an answer");
	}
}

static int loop(void *ctx, struct buf *ret, struct fault *f)
{
	volatile unsigned n = 0;

	(void)ret;
	(void)f;
	while (!*(volatile int *)ctx)
		n++;
	return 0;
}

/* Says that it has ended, and has not. */
static int go_silent(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ctx, (void)ret, (void)f;
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	for (int i = 0; i < 600; i++)
		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	return 0;
}

static int sleep_long(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ctx;
	(void)ret;
	(void)f;
	for (int i = 0; i < 600; i++)
		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	return 0;
}

static void too_long(void **state)
{
	int stop = 0;
	struct got g = run(loop, &stop, (struct child_limits){ .cpu_seconds = 1 });

	(void)state;
	expect_death(&g, "more than 1 seconds");
	g = run(sleep_long, NULL, (struct child_limits){ .seconds = 1 });
	expect_death(&g, "more than 1 seconds");
	g = run(go_silent, NULL, (struct child_limits){ .seconds = 1 });
	expect_death(&g, "more than 1 seconds");
}

static int eat_memory(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ctx;
	(void)f;
	for (size_t i = 0; i < 4096; i++) {
		char *p = mem_alloc(1u << 20);

		memset(p, 1, 1u << 20);
		buf_char(ret, p[i]);
	}
	return 0;
}

static void too_much_memory(void **state)
{
	struct got g;

	(void)state;
	g = run(eat_memory, NULL, (struct child_limits){ .memory = 64u << 20 });
	expect_death(&g, "more than 64 MiB of memory");
}

static void too_much_handed_over(void **state)
{
	size_t n = (1u << 20) + 1;
	struct got g = run(make_bytes, &n, (struct child_limits){ .result = 1u << 20 });

	(void)state;
	expect_death(&g, "more than 1 MiB");
}

static int talk(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ctx;
	(void)f;
	for (int i = 0; i < 100000; i++)
		fputs("words and words\n", stderr);
	BUF_LIT(ret, "done");
	return 0;
}

static void many_words(void **state)
{
	struct got g = run(talk, NULL, (struct child_limits){ 0 });

	(void)state;
	assert_int_equal(g.r, 0);
	assert_true(span_is(buf_span(&g.bytes), "done"));
	assert_true(g.words.n <= 64u << 10);
	done(&g);
}

/* Says what the system answered to each call that does harm. */
static int do_harm(void *ctx, struct buf *ret, struct fault *f)
{
	char *const argv[] = { (char *)"/bin/true", NULL };
	struct rlimit core;
	int fd;

	(void)f;
	buf_printf(ret, "socket %d\n", socket(AF_INET, SOCK_STREAM, 0) < 0);
	buf_printf(ret, "unix %d\n", socket(AF_UNIX, SOCK_STREAM, 0) < 0);
	execv(argv[0], argv);
	BUF_LIT(ret, "exec 1\n");
	fd = (int)fork();
	if (fd == 0)
		_exit(0);
	buf_printf(ret, "fork %d\n", fd < 0);
	buf_printf(ret, "kill %d\n", kill(getppid(), 0) < 0);
	fd = open(ctx, O_WRONLY);
	buf_printf(ret, "write %d\n", fd < 0);
	buf_printf(ret, "make %d\n", open("harm", O_CREAT | O_WRONLY, 0600) < 0);
	buf_printf(ret, "remove %d\n", unlink(ctx) < 0);
	buf_printf(ret, "rename %d\n", rename(ctx, "harm") < 0);
	fd = open(ctx, O_RDONLY);
	buf_printf(ret, "read %d\n", fd >= 0);
	buf_printf(ret, "core %d\n", getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
	return 0;
}

static void no_network_no_program(void **state)
{
	char path[] = "/tmp/chapeau-child-XXXXXX";
	int fd = mkstemp(path);
	struct got g;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	g = run(do_harm, path, (struct child_limits){ 0 });
	assert_int_equal(g.r, 0);
	buf_char(&g.bytes, '\0');
	assert_string_equal(g.bytes.p, "socket 1\nunix 1\nexec 1\nfork 1\nkill 1\nwrite 1\nmake 1\nremove 1\nrename 1\nread 1\ncore 1\n");
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
	done(&g);
}

static int write_through(void *ctx, struct buf *ret, struct fault *f)
{
	(void)ret;
	(void)f;
	return write(*(int *)ctx, "harm", 4) == 4 ? 0 : fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "no");
}

/* A file that was open before cannot be written either. */
static void no_bytes_into_files(void **state)
{
	char path[] = "/tmp/chapeau-child-XXXXXX", byte;
	int fd = mkstemp(path);
	struct got g;

	(void)state;
	assert_true(fd >= 0);
	g = run(write_through, &fd, (struct child_limits){ 0 });
	assert_true(g.r < 0);
	assert_int_equal(pread(fd, &byte, 1, 0), 0);
	close(fd);
	unlink(path);
	done(&g);
}

static void *count(void *p)
{
	*(int *)p += 1;
	return NULL;
}

static int use_threads(void *ctx, struct buf *ret, struct fault *f)
{
	pthread_t t;
	int n = 0;

	(void)ctx;
	(void)f;
	for (int i = 0; i < 3; i++)
		if (pthread_create(&t, NULL, count, &n) != 0 || pthread_join(t, NULL) != 0)
			return -1;
	buf_printf(ret, "%d", n);
	return 0;
}

static void threads_work(void **state)
{
	struct got g = run(use_threads, NULL, (struct child_limits){ 0 });

	(void)state;
	assert_int_equal(g.r, 0);
	assert_true(span_is(buf_span(&g.bytes), "3"));
	done(&g);
}

/* Bytes already there stay, whatever happens. */
static void appends(void **state)
{
	struct buf ret = { 0 }, words = { 0 };
	struct fault f = { 0 };
	size_t n = 3;
	int code = 1;

	(void)state;
	BUF_LIT(&ret, "before ");
	assert_int_equal(child_run(&(struct child_job){ .file = "x", .work = make_bytes, .ctx = &n }, &ret, &words, &f), 0);
	assert_int_equal(ret.n, 10);
	assert_true(child_run(&(struct child_job){ .file = "x", .work = leave, .ctx = &code }, &ret, &words, &f) < 0);
	assert_int_equal(ret.n, 10);
	assert_memory_equal(ret.p, "before ", 7);
	fault_done(&f);
	buf_done(&ret);
	buf_done(&words);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_arrive_whole),
		cmocka_unit_test(fault_arrives_whole),
		cmocka_unit_test(nothing_else_comes_out),
		cmocka_unit_test(death_by_signal),
		cmocka_unit_test(death_by_a_wild_pointer),
		cmocka_unit_test(end_without_an_answer),
		cmocka_unit_test(too_long),
		cmocka_unit_test(too_much_memory),
		cmocka_unit_test(too_much_handed_over),
		cmocka_unit_test(many_words),
		cmocka_unit_test(no_network_no_program),
		cmocka_unit_test(no_bytes_into_files),
		cmocka_unit_test(threads_work),
		cmocka_unit_test(appends),
	};

#ifdef SANITIZED
	skip_case(tests, too_much_memory, "the memory is bounded in builds without sanitizers only");
#endif
	if (!(child_guards() & CHILD_CALLS))
		skip_case(tests, no_network_no_program, "libseccomp is not built in, or sanitizers are");
	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
