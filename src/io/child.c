#define _GNU_SOURCE /* CLONE_THREAD */

#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef HAVE_SECCOMP
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#endif

#include "base/limits.h"

/* A sanitizer's shadow takes terabytes of address space, and its reports make calls that the filter refuses. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define MAGIC "chapeau!"
#define TRAILER_TAIL (8 + sizeof(MAGIC) - 1) /* length of the report, magic */
#define OPEN_FILES 256                       /* drafts, packs of Git */
#define ADDRESSES 4                          /* times the memory: mapped files count as addresses, and cost none */

/* ---- the child ---- */

/* Never above what the user's own session allows. */
static uint64_t allowed_here(int what, uint64_t want)
{
	struct rlimit now;

	return getrlimit(what, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < want ? now.rlim_max : want;
}

static void bound(int what, uint64_t soft, uint64_t hard)
{
	struct rlimit r = { .rlim_cur = (rlim_t)allowed_here(what, soft), .rlim_max = (rlim_t)allowed_here(what, hard) };

	setrlimit(what, &r);
}

#ifdef HAVE_SECCOMP
/* What reading files, computing, threads and ending take; whatever else is asked for "is not there" (ENOSYS), which
 * every libc has a way around.  A name that a machine does not have (open on arm64) is passed over. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek),
	SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
	SCMP_SYS(getcwd), SCMP_SYS(fcntl), SCMP_SYS(fadvise64), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom), SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What is asked for by name in DESIGN.md, so that the answer is a plain "not allowed". */
static const int refused[] = {
	SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill), SCMP_SYS(ptrace),
};

static bool filter_calls(void)
{
	/* Reading only: neither an access mode that writes, nor a file made, nor one cut off. */
	const struct scmp_arg_cmp reads_at = SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
	const struct scmp_arg_cmp reads = SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
	const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
	const struct scmp_arg_cmp terminal = SCMP_A1(SCMP_CMP_EQ, TCGETS, 0), window = SCMP_A1(SCMP_CMP_EQ, TIOCGWINSZ, 0);
	const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0), asks = SCMP_A2(SCMP_CMP_EQ, 0, 0);
	scmp_filter_ctx x = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool done;

	if (!x)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		seccomp_rule_add(x, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		seccomp_rule_add(x, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &reads_at);
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, &reads);
	/* clone3 hides its flags behind a pointer: without it, libc makes threads by clone. */
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread);
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &terminal);
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &window);
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own); /* abort() */
	seccomp_rule_add_array(x, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &asks);
	done = seccomp_load(x) == 0;
	seccomp_release(x);
	return done;
}
#endif

static void shut_in(const struct child_limits *l)
{
	bound(RLIMIT_CORE, 0, 0);
	bound(RLIMIT_FSIZE, 0, 0);
	bound(RLIMIT_CPU, l->cpu_seconds, (uint64_t)l->cpu_seconds + 1);
	bound(RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES);
	if (!SANITIZED) {
		bound(RLIMIT_DATA, l->memory, l->memory);
#ifdef RLIMIT_AS
		bound(RLIMIT_AS, ADDRESSES * l->memory, ADDRESSES * l->memory);
#endif
	}
#ifdef __linux__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
#ifdef HAVE_SECCOMP
	/* A system without seccomp, or a container that forbids it: the bounds stand all the same, and it is said. */
	if (!SANITIZED && !filter_calls())
		fputs("note: this system lets no process give up the network and other programs (seccomp); files of others are read within the bounds on memory, "
		      "time and files alone\n", stderr);
#endif
}

static void put_u64(struct buf *b, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		buf_char(b, (char)(v >> (8 * i)));
}

static void put_text(struct buf *b, const char *s)
{
	put_u64(b, s ? strlen(s) : UINT64_MAX);
	if (s)
		buf_str(b, s);
}

/* Behind the bytes that the work made: what it returned and its fault, how long that is, and a last word that only
 * a whole answer has. */
static void put_report(struct buf *b, int r, const struct fault *f)
{
	size_t begin = b->n;

	put_u64(b, (uint64_t)(r < 0));
	put_u64(b, (uint64_t)f->kind);
	put_u64(b, f->pos.line);
	put_u64(b, f->pos.column);
	put_text(b, f->file);
	put_text(b, f->message);
	put_text(b, f->hint);
	put_text(b, f->line);
	put_u64(b, b->n - begin);
	BUF_LIT(b, MAGIC);
}

static _Noreturn void be_the_child(const struct child_job *job, const struct child_limits *l, int result, int words)
{
	struct buf ret = { 0 };
	struct fault f = { 0 };
	struct span rest;
	int r;

	/* What would go to the terminal goes through the caller's hands. */
	if (dup2(words, STDOUT_FILENO) < 0 || dup2(words, STDERR_FILENO) < 0)
		_exit(1);
	signal(SIGPIPE, SIG_DFL);
	shut_in(l);
	r = job->work(job->ctx, &ret, &f);
	fflush(NULL);
	put_report(&ret, r, &f);
	rest = buf_span(&ret);
	while (rest.n) {
		ssize_t n = write(result, rest.p, rest.n);

		if (n < 0 && errno != EINTR)
			_exit(1);
		if (n > 0)
			rest = span_sub(rest, (size_t)n, rest.n);
	}
	_exit(0);
}

/* ---- the parent ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum ending { ENDED, TOO_LATE, TOO_MUCH };

/* One read of what is there; false at the end.  over: past the bound (*ret keeps what fits). */
static bool take(int fd, struct buf *ret, size_t limit, bool *over)
{
	ssize_t n;

	buf_reserve(ret, 64u << 10);
	n = read(fd, ret->p + ret->n, ret->cap - ret->n);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	ret->n += (size_t)n;
	if (ret->n > limit) {
		ret->n = limit;
		*over = true;
	}
	return n > 0;
}

static enum ending listen_to(int result, int words, int64_t until, const struct child_limits *l, struct buf *ret, struct buf *ret_words)
{
	struct pollfd fds[2] = { { .fd = result, .events = POLLIN }, { .fd = words, .events = POLLIN } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		int64_t left = until - now_ms();
		bool over = false;

		if (left <= 0)
			return TOO_LATE;
		if (poll(fds, 2, left > INT32_MAX ? INT32_MAX : (int)left) < 0 && errno != EINTR)
			return TOO_LATE;
		if (fds[0].revents && !take(result, ret, l->result, &over))
			fds[0].fd = -1;
		if (over)
			return TOO_MUCH;
		/* Of what it says, the first words are enough. */
		if (fds[1].revents && !take(words, ret_words, LIMIT_CHILD_WORDS, &over))
			fds[1].fd = -1;
		fds[0].revents = fds[1].revents = 0;
	}
	return ENDED;
}

/* It has said all that it will say: it may close its ends and stay all the same, so it is not waited for without end. */
static bool ends_by(pid_t pid, int64_t until, int *ret_status)
{
	struct timespec nap = { .tv_nsec = 50000 };

	for (;;) {
		pid_t ended = waitpid(pid, ret_status, WNOHANG);

		if (ended == pid || (ended < 0 && errno != EINTR))
			return true;
		if (now_ms() >= until)
			return false;
		nanosleep(&nap, NULL);
		if (nap.tv_nsec < 20000000)
			nap.tv_nsec *= 2;
	}
}

static bool get_u64(struct span *s, uint64_t *ret)
{
	if (s->n < 8)
		return false;
	*ret = 0;
	for (int i = 0; i < 8; i++)
		*ret |= (uint64_t)(unsigned char)s->p[i] << (8 * i);
	*s = span_sub(*s, 8, s->n);
	return true;
}

/* A string, or NULL; it holds no NUL. */
static bool get_text(struct span *s, struct buf *ret, const char **ret_text)
{
	uint64_t n;

	*ret_text = NULL;
	if (!get_u64(s, &n))
		return false;
	if (n == UINT64_MAX)
		return true;
	if (n > s->n || (n && memchr(s->p, '\0', (size_t)n)))
		return false;
	buf_put(ret, s->p, (size_t)n);
	buf_char(ret, '\0');
	*ret_text = ret->p;
	*s = span_sub(*s, (size_t)n, s->n);
	return true;
}

/* Takes the report off the end of *ret; false where it is not a whole one.  *ret_r is what the work returned. */
static bool read_report(struct buf *ret, size_t begin, int *ret_r, struct fault *f)
{
	struct buf texts[4] = { { 0 } };
	struct span all = span_sub(buf_span(ret), begin, ret->n), s;
	const char *text[4];
	uint64_t n, failed, kind, line, column;
	bool good = false;

	if (all.n < TRAILER_TAIL || !span_is(span_sub(all, all.n - (sizeof(MAGIC) - 1), all.n), MAGIC))
		return false;
	s = span_sub(all, all.n - TRAILER_TAIL, all.n);
	if (!get_u64(&s, &n) || n > all.n - TRAILER_TAIL)
		return false;
	s = span_sub(all, all.n - TRAILER_TAIL - (size_t)n, all.n - TRAILER_TAIL);
	if (get_u64(&s, &failed) && get_u64(&s, &kind) && get_u64(&s, &line) && get_u64(&s, &column)) {
		good = true;
		for (size_t i = 0; good && i < ARRAY_LEN(text); i++)
			good = get_text(&s, &texts[i], &text[i]);
	}
	good = good && s.n == 0 && failed <= 1 && (failed ? kind > FAULT_NONE && kind <= FAULT_CHANGED && text[1] : true);
	if (good) {
		*ret_r = 0;
		if (failed) {
			*ret_r = fault_set(f, (enum fault_kind)kind, (struct srcpos){ text[0], (size_t)line, (size_t)column }, "%s", text[1]);
			if (text[2])
				fault_hint(f, "%s", text[2]);
			if (text[3])
				fault_line(f, span_str(text[3]));
		}
		ret->n = begin + (all.n - TRAILER_TAIL - (size_t)n);
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		buf_done(&texts[i]);
	return good;
}

static int died(const struct child_job *job, const struct child_limits *l, int status, enum ending how, struct buf *words, struct fault *f)
{
	struct srcpos pos = { .file = job->file };
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0, r;

	if (how == TOO_MUCH)
		return fault_set(f, FAULT_LIMIT, pos, "this file could not be read safely: it turns into more than %zu MiB; nothing was written", l->result >> 20);
	if (how == TOO_LATE || sig == SIGXCPU || sig == SIGKILL)
		return fault_set(f, FAULT_LIMIT, pos, "this file could not be read safely: it takes more than %u seconds; nothing was written",
				 how == TOO_LATE ? l->seconds : l->cpu_seconds);
	if (sig == SIGABRT && span_find(buf_span(words), SPAN_LIT("out of memory"), 0) != SIZE_MAX) {
		buf_clear(words); /* said here */
		return fault_set(f, FAULT_LIMIT, pos, "this file could not be read safely: it takes more than %llu MiB of memory; nothing was written",
				 (unsigned long long)(l->memory >> 20));
	}
	if (sig)
		r = fault_set(f, FAULT_INPUT, pos, "this file could not be read safely: the process that read it was stopped by signal %d (%s); nothing was written", sig,
			      strsignal(sig));
	else
		r = fault_set(f, FAULT_INPUT, pos, "this file could not be read safely: the process that read it ended without an answer; nothing was written");
	fault_hint(f, "Open it in Word or LibreOffice, save it under a new name, and try that.");
	return r;
}

static int no_child(const struct child_job *job, int error, struct fault *f)
{
	return fault_set(f, FAULT_SYSTEM, (struct srcpos){ .file = job->file }, "no process could be started to read this file in: %s", strerror(error));
}

int child_run(const struct child_job *job, struct buf *ret, struct buf *ret_words, struct fault *f)
{
	const struct child_limits l = {
		.memory = allowed_here(RLIMIT_DATA, job->limits.memory ? job->limits.memory : LIMIT_CHILD_MEMORY),
		.cpu_seconds = job->limits.cpu_seconds ? job->limits.cpu_seconds : LIMIT_CHILD_CPU_SECONDS,
		.seconds = job->limits.seconds ? job->limits.seconds : LIMIT_CHILD_SECONDS,
		.result = job->limits.result ? job->limits.result : LIMIT_CHILD_RESULT,
	};
	int result[2], words[2], status = 0, r = 0;
	size_t begin = ret->n;
	enum ending how;
	pid_t pid;

	if (pipe(result) < 0)
		return no_child(job, errno, f);
	if (pipe(words) < 0) {
		r = no_child(job, errno, f);
		close(result[0]);
		close(result[1]);
		return r;
	}
	fflush(NULL); /* else what stands in a buffer is written twice */
	pid = fork();
	if (pid == 0) {
		close(result[0]);
		close(words[0]);
		be_the_child(job, &l, result[1], words[1]);
	}
	if (pid < 0)
		r = no_child(job, errno, f);
	close(result[1]);
	close(words[1]);
	if (pid > 0) {
		int64_t until = now_ms() + (int64_t)l.seconds * 1000;

		how = listen_to(result[0], words[0], until, &l, ret, ret_words);
		if (how == ENDED && !ends_by(pid, until, &status))
			how = TOO_LATE;
		if (how != ENDED) {
			kill(pid, SIGKILL);
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
		}
		/* A bound that was passed is said, whatever else it managed to say. */
		if (how != ENDED || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || !read_report(ret, begin, &r, f)) {
			ret->n = begin;
			r = died(job, &l, status, how, ret_words, f);
		}
	}
	close(result[0]);
	close(words[0]);
	return r;
}

unsigned child_guards(void)
{
	unsigned guards = CHILD_BOUNDS;

#ifdef HAVE_SECCOMP
	if (!SANITIZED)
		guards |= CHILD_CALLS;
#endif
	return guards;
}
