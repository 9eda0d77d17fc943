/* place: a folder of a test's own with a repository in it, for the tests of history/. */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "history/history.h"
#include "io/file.h"

struct place {
	char dir[64];
	struct history *h;
	int64_t now;
};

static inline int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct fault f = { 0 };

	strcpy(p->dir, "test-place-XXXXXX");
	p->now = 1700000000;
	if (!mkdtemp(p->dir) || repo_create(p->dir, &f) < 0 || history_open(p->dir, &p->h, &f) < 0)
		return -1;
	*state = p;
	return 0;
}

static inline int drop_place(void **state)
{
	struct place *p = *state;
	char cmd[128];
	int r;

	history_free(p->h);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", p->dir);
	r = system(cmd);
	free(p);
	return r;
}

/* text NULL: the file goes. */
static inline void put(struct place *p, const char *name, const char *text)
{
	char path[256];
	char *dir;
	struct fault f = { 0 };

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	if (!text) {
		unlink(path);
		return;
	}
	dir = path_dir(path);
	assert_int_equal(file_make_dirs(dir, &f), 0);
	mem_free(dir);
	assert_int_equal(file_replace(path, span_str(text), NULL, &f), 0);
}

#endif
