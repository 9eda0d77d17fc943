/* What the files of takein share: what becomes of each path, and putting it there. */
#ifndef CLI_TAKEIN_INTERNAL_H
#define CLI_TAKEIN_INTERNAL_H

#include "cli/takein.h"
#include "cli/versions.h"

#define MODE_FILE 0100644
#define MODE_PROGRAM 0100755
#define MODE_LINK 0120000
#define MODE_FOLDER 0040000
#define MODE_REPOSITORY 0160000

struct taken {
	struct changed_file file;
	struct file_stamp stamp; /* of the file that was looked at: another is not replaced */
	unsigned our_mode;       /* 0: not there */
	unsigned mode;      /* 0: as it was */
	const char *object; /* of what is no file */
	bool link;          /* theirs is a link that may be one here too */
	bool was_link;      /* it was one here */
	bool written;
};

struct taking {
	struct takein *t;
	struct arena arena;
	struct taken *items;
	size_t count, cap;
	char base[REPO_HEX + 1], theirs[REPO_HEX + 1];
	struct fault *f;
	int r;
};

/* The path below the workspace, where it is one that `save` keeps; else NULL. */
const char *takein_kept(const struct takein *t, const char *path);

/* Looks at all files, then writes them; what fails leaves every one as it was (takein_files.c). */
int takein_write(struct taking *k);
void takein_put_back(struct taking *k);

#endif
