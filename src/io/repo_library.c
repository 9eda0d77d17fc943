/* libgit2: how it is begun, and what it says. */
#include "io/repo_internal.h"

const char *repo_words(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "no reason given";
}

void repo_library_start(void)
{
	/* Counted by the library: each repo_open has its own. */
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0); /* reading ten thousand versions must not hash each twice */
}
