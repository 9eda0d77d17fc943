#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN_TEXT (64u << 10)

void run_result_done(struct run_result *r)
{
	buf_done(&r->text);
}

/* Once, when a second has gone by and nothing came. */
static void tell_busy(int fd, const char *busy)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (busy && poll(&p, 1, 1000) == 0) {
		fprintf(stderr, "%s...\n", busy);
		fflush(stderr);
	}
}

int run_program(const char *const *argv, const char *dir, const char *busy, struct run_result *ret, struct fault *f)
{
	int fds[2], status = 0;
	char chunk[4096];
	ssize_t n;
	pid_t pid;

	*ret = (struct run_result){ 0 };
	if (pipe(fds) < 0)
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the program \"%s\" could not be started: %s", argv[0], strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the program \"%s\" could not be started: %s", argv[0], strerror(errno));
	}
	if (pid == 0) {
		close(fds[0]);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[1]);
		/* Its messages are read by us, not by people. */
		setenv("LC_ALL", "C", 1);
		if (dir && chdir(dir) < 0)
			_exit(126);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	tell_busy(fds[0], busy);
	while ((n = read(fds[0], chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && ret->text.n < RUN_TEXT)
			buf_put(&ret->text, chunk, (size_t)n);
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}
