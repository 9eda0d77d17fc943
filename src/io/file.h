/*
 * file: reading whole files, and replacing them so that a failure leaves yesterday's whole.
 *
 * Writing goes to a new file beside the target, is flushed to the disk, and then takes the name.
 */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "base/buf.h"
#include "base/fault.h"

/* What identifies a file's bytes as read, so that a writer can see that another program changed it since. */
struct file_stamp {
	uint64_t size, mtime_ns, inode;
	bool missing;
};

/* Reads at most limit bytes into ret.  FAULT_MISSING, FAULT_LIMIT.  "-" is standard input. */
int file_read(const char *path, size_t limit, struct buf *ret, struct file_stamp *ret_stamp, struct fault *f);

/* Writes beside, flushes, renames.  With a stamp: FAULT_CHANGED, and nothing written, if the file is no longer
 * the one that was read.  Keeps the mode of a file that it replaces.  FAULT_SYSTEM. */
int file_replace(const char *path, struct span bytes, const struct file_stamp *stamp, struct fault *f);

/* Is it the name of a new file that file_replace had not put in its place yet, when its program was killed? */
bool file_is_unfinished(const char *name);

/* Takes a file away; one that is not there is gone already.  With a stamp as above.  FAULT_SYSTEM. */
int file_remove(const char *path, const struct file_stamp *stamp, struct fault *f);

bool file_exists(const char *path);
bool file_is_dir(const char *path);
int file_make_dirs(const char *path, struct fault *f); /* path itself too */

/* dir/name; "." and "" as dir are left out.  Caller frees with mem_free. */
char *path_join(const char *dir, const char *name);
struct span path_base(struct span path);            /* after the last slash */
struct span path_stem(struct span path);            /* file name without folder and last ending */
char *path_dir(const char *path);                   /* "." for a bare name; caller frees */

#endif
