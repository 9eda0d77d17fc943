/* What the files of io/repo share: libgit2 is called from them alone. */
#ifndef IO_REPO_INTERNAL_H
#define IO_REPO_INTERNAL_H

#include <git2.h>

#include "io/repo.h"

/* What the first lines of a version say. */
struct repo_peek {
	git_oid id, tree, parents[2];
	unsigned parent_count;
	bool known;
};

struct repo {
	git_repository *repo;
	git_odb *odb;  /* NULL until it is needed */
	char *root;    /* the workspace's folder, absolute */
	char *prefix;  /* of the workspace within the repository's work tree, "" or "sub/folder/" */
	int lock_fd;
	bool shallow;  /* a clone of the newest versions alone: the oldest of them names parents that are not here */
	struct repo_peek peeks[16]; /* by the first byte of the id: a step back asks for the same version twice */
};

const char *repo_words(void);
/* Counted by the library: git_libgit2_shutdown ends it. */
void repo_library_start(void);
int repo_load_fault(struct fault *f, const char *hex);
git_commit *repo_commit(struct repo *g, const char *hex); /* NULL: there is none */
char *repo_inner_path(const struct repo *g, const char *path); /* to be freed */
int repo_write_fault(struct fault *f);
/* Takes away what a killed program left beside the branch that is written next. */
void repo_clear_branch_lock(struct repo *g);
/* The saved paths, and only they, become what was saved in the index too. */
int repo_update_index(struct repo *g, const struct repo_save *s);

#endif
