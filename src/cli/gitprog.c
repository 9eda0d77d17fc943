#include "cli/gitprog.h"

#include "cli/message.h"

int gitprog(struct cli *c, const char *dir, const char *const *words, struct run_result *ret, struct fault *f)
{
	const char *argv[32] = { "git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never" };
	size_t n = 5;

	for (; *words && n < ARRAY_LEN(argv) - 1; words++)
		argv[n++] = *words;
	return run_program(argv, dir, c->err_terminal && !c->quiet ? "exchanging versions" : NULL, ret, f);
}

bool gitprog_says(const struct run_result *r, const char *words)
{
	return span_find(buf_span(&r->text), span_str(words), 0) != SIZE_MAX;
}

/* What it said last, where a person can make use of it. */
static void add_its_words(const struct run_result *r, struct fault *f)
{
	static const char *const ours_to_keep[] = { "git", "fetch", "push", "pull", "merge", "remote", "branch", "commit", "repository", "refs/", "HEAD", "fatal" };
	struct span line = message_subject(span_trim(buf_span(&r->text)));

	if (span_starts(line, SPAN_LIT("fatal: ")) || span_starts(line, SPAN_LIT("error: ")))
		line = span_sub(line, 7, line.n);
	for (size_t i = 0; i < ARRAY_LEN(ours_to_keep); i++)
		if (span_find(line, span_str(ours_to_keep[i]), 0) != SIZE_MAX)
			return;
	if (line.n)
		fault_hint(f, "It said: %.*s", SPAN_ARG(line));
}

int gitprog_failed(const struct run_result *r, const char *what, struct fault *f)
{
	if (r->status == 127) {
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "sync needs the program git, which is not installed; nothing was exchanged");
		return fault_hint(f, "On Debian: sudo apt-get install git");
	}
	if (gitprog_says(r, "Could not resolve host") || gitprog_says(r, "unable to access") || gitprog_says(r, "Connection") ||
	    gitprog_says(r, "Network is unreachable"))
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host cannot be reached; your versions are safe on this computer");
	else if (gitprog_says(r, "Permission denied") || gitprog_says(r, "Authentication failed") || gitprog_says(r, "could not read Username") ||
		 gitprog_says(r, "403"))
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host does not let you in; your versions are safe on this computer");
	else if (gitprog_says(r, "does not appear to be a git repository") || gitprog_says(r, "not found") || gitprog_says(r, "does not exist"))
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "the host has no such workspace, or you may not see it; your versions are safe on this computer");
	else
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "%s did not work; your versions are safe on this computer", what);
	add_its_words(r, f);
	return -FAULT_SYSTEM;
}
