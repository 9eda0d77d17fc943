#define _GNU_SOURCE 1 /* renameat2 */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP (64u << 10)

static struct file_stamp stamp_of(const struct stat *st)
{
	return (struct file_stamp){
		.size = (uint64_t)st->st_size,
		.mtime_ns = (uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec,
		.inode = (uint64_t)st->st_ino,
	};
}

static struct srcpos at(const char *path)
{
	return (struct srcpos){ .file = path };
}

int file_read(const char *path, size_t limit, struct buf *ret, struct file_stamp *ret_stamp, struct fault *f)
{
	bool is_stdin = strcmp(path, "-") == 0;
	size_t had = ret->n;
	struct stat st = { 0 };
	int fd, r = 0;

	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return fault_set(f, FAULT_MISSING, at(path), "there is no such file: check its name");
		return fault_set(f, FAULT_MISSING, at(path), "this file cannot be read: %s", strerror(errno));
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		r = fault_set(f, FAULT_MISSING, at(path), "this is a folder: name a file in it");
		goto out;
	}
	if (st.st_size > 0 && (uint64_t)st.st_size <= limit)
		buf_reserve(ret, (size_t)st.st_size + 1);
	for (;;) {
		size_t room;
		ssize_t n;

		if (ret->cap - ret->n < 2)
			buf_reserve(ret, READ_STEP);
		if (ret->failed) {
			r = fault_set(f, FAULT_LIMIT, at(path), "this file is larger than can be held");
			goto out;
		}
		room = ret->cap - ret->n;
		n = read(fd, ret->p + ret->n, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = fault_set(f, FAULT_MISSING, at(path), "this file cannot be read: %s", strerror(errno));
			goto out;
		}
		if (n == 0)
			break;
		ret->n += (size_t)n;
		if (ret->n - had > limit) {
			ret->n = had;
			r = fault_set(f, FAULT_LIMIT, at(path), "this file is larger than %zu bytes, the most that is read: split it", limit);
			goto out;
		}
	}
	if (ret_stamp)
		*ret_stamp = is_stdin ? (struct file_stamp){ .missing = true } : stamp_of(&st);
out:
	if (!is_stdin)
		close(fd);
	return r;
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes = span_sub(bytes, (size_t)n, bytes.n);
	}
	return 0;
}

/* A rename is on the disk only when its folder is. */
static void sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->missing == b->missing &&
	       (a->missing || (a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode));
}

static int check_stamp(const char *path, const struct file_stamp *stamp, struct fault *f)
{
	struct file_stamp now = { .missing = true };
	struct stat st;

	if (!stamp)
		return 0;
	if (stat(path, &st) == 0)
		now = stamp_of(&st);
	if (same_stamp(stamp, &now))
		return 0;
	return fault_set(f, FAULT_CHANGED, at(path),
			 "another program changed this file meanwhile: nothing was written; run the command again");
}

/* A new file beside path that nobody else has; its name in *ret_name, to be freed. */
static int open_beside(const char *dir, struct span base, mode_t mode, char **ret_name)
{
	for (unsigned attempt = 0; attempt < 1000; attempt++) {
		struct buf name = { 0 };
		int fd;

		buf_str(&name, dir);
		BUF_LIT(&name, "/.");
		buf_add(&name, span_sub(base, 0, base.n > 100 ? 100 : base.n));
		buf_printf(&name, ".%ld.%u.new", (long)getpid(), attempt);
		buf_char(&name, '\0');
		fd = open(name.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
		if (fd >= 0 || errno != EEXIST) {
			*ret_name = name.p;
			return fd;
		}
		buf_done(&name);
	}
	*ret_name = NULL;
	errno = EEXIST;
	return -1;
}

bool file_is_unfinished(const char *name)
{
	size_t n = strlen(name);

	if (name[0] != '.' || n < 4 || strcmp(name + n - 4, ".new") != 0)
		return false;
	n -= 4;
	for (int i = 0; i < 2; i++) {
		size_t end = n;

		while (n && name[n - 1] >= '0' && name[n - 1] <= '9')
			n--;
		if (n == end || n < 2 || name[--n] != '.')
			return false;
	}
	return n > 1;
}

/* A device, a pipe or a terminal: the bytes go into it.  A rename would put a file in its place. */
static int write_into(const char *path, struct span bytes, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), r = 0;

	if (fd < 0)
		return fault_set(f, FAULT_SYSTEM, at(path), "cannot write here: %s", strerror(errno));
	if (write_all(fd, bytes) < 0)
		r = fault_set(f, FAULT_SYSTEM, at(path), "cannot write: %s", strerror(errno));
	if (close(fd) < 0 && r == 0)
		r = fault_set(f, FAULT_SYSTEM, at(path), "cannot write: %s", strerror(errno));
	return r;
}

/*
 * Puts the new file at name in the place of the old one at real in one step, and looks at what came out: where another
 * program saved between our last look and that step, its file goes back to its place.  1 done; 0 not to be had on this
 * file system, or nothing to hold it against: a plain rename will do; -1 fault, name is gone.
 */
static int exchange(const char *name, const char *real, const char *path, const struct file_stamp *stamp, struct fault *f)
{
	struct file_stamp out;
	struct stat st, ours, now;

	if (!stamp || stamp->missing || stat(name, &ours) < 0)
		return 0;
	if (renameat2(AT_FDCWD, name, AT_FDCWD, real, RENAME_EXCHANGE) < 0)
		return 0;
	if (stat(name, &st) == 0) {
		out = stamp_of(&st);
		if (same_stamp(stamp, &out)) {
			unlink(name);
			return 1;
		}
		/* As often as it takes: what comes out must be ours, not what was saved while we put theirs back. */
		for (unsigned attempt = 0; attempt < 100; attempt++) {
			if (renameat2(AT_FDCWD, name, AT_FDCWD, real, RENAME_EXCHANGE) < 0)
				return fault_set(f, FAULT_CHANGED, at(path),
						 "another program changed this file meanwhile, and what it saved cannot be put back (%s): it stands in %s",
						 strerror(errno), name);
			if (stat(name, &now) < 0 || (now.st_ino == ours.st_ino && now.st_dev == ours.st_dev))
				break;
		}
		unlink(name);
	}
	return fault_set(f, FAULT_CHANGED, at(path), "another program changed this file meanwhile: nothing was written; run the command again");
}

int file_replace(const char *path, struct span bytes, const struct file_stamp *stamp, struct fault *f)
{
	CLEANUP(mem_freep) char *real = NULL;
	CLEANUP(mem_freep) char *dir = NULL;
	CLEANUP(mem_freep) char *name = NULL;
	struct stat st;
	bool exists = stat(path, &st) == 0;
	int fd, r;

	if ((r = check_stamp(path, stamp, f)) < 0)
		return r;
	if (exists && S_ISDIR(st.st_mode))
		return fault_set(f, FAULT_SYSTEM, at(path), "a folder has this name: choose another");
	if (exists && !S_ISREG(st.st_mode))
		return write_into(path, bytes, f);
	/* A rename asks the folder alone for leave; who made a file read-only meant the file. */
	if (exists && access(path, W_OK) < 0 && errno == EACCES)
		return fault_set(f, FAULT_SYSTEM, at(path), "this file is protected against writing: name another file, or make it writable");
	/* A link stays a link: what it points to is replaced. */
	real = exists ? realpath(path, NULL) : NULL;
	if (!real)
		real = mem_strdup(path);
	dir = path_dir(real);
	fd = open_beside(dir, path_base(span_str(real)), 0666, &name);
	if (fd < 0) {
		if (errno == ENOENT)
			return fault_set(f, FAULT_SYSTEM, at(path), "the folder %s is not there: make it first", dir);
		return fault_set(f, FAULT_SYSTEM, at(path), "cannot write here: %s", strerror(errno));
	}
	if ((exists && fchmod(fd, st.st_mode & 07777) < 0) || write_all(fd, bytes) < 0 || fsync(fd) < 0) {
		r = fault_set(f, FAULT_SYSTEM, at(path), "cannot write: %s; the file is as it was", strerror(errno));
		close(fd);
		unlink(name);
		return r;
	}
	if (close(fd) < 0) {
		r = fault_set(f, FAULT_SYSTEM, at(path), "cannot write: %s; the file is as it was", strerror(errno));
		unlink(name);
		return r;
	}
	if ((r = check_stamp(path, stamp, f)) < 0) {
		unlink(name);
		return r;
	}
	if ((r = exchange(name, real, path, stamp, f)) < 0)
		return r;
	if (!r && rename(name, real) < 0) {
		r = fault_set(f, FAULT_SYSTEM, at(path), "cannot replace: %s; the file is as it was", strerror(errno));
		unlink(name);
		return r;
	}
	sync_folder(dir);
	return 0;
}

int file_remove(const char *path, const struct file_stamp *stamp, struct fault *f)
{
	int r = check_stamp(path, stamp, f);

	if (!r && unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR)
		r = fault_set(f, FAULT_SYSTEM, at(path), "this file cannot be taken away: %s", strerror(errno));
	return r;
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int file_make_dirs(const char *path, struct fault *f)
{
	CLEANUP(mem_freep) char *p = mem_strdup(path);
	size_t n = strlen(p);

	for (size_t i = 1; i <= n; i++) {
		char c = p[i];

		if (c != '/' && c != '\0')
			continue;
		p[i] = '\0';
		if (mkdir(p, 0777) < 0 && errno != EEXIST)
			return fault_set(f, FAULT_SYSTEM, at(path), "cannot make the folder %s: %s", p, strerror(errno));
		p[i] = c;
	}
	if (n && !file_is_dir(path))
		return fault_set(f, FAULT_SYSTEM, at(path), "a file has the name of a folder that is needed: move it away");
	return 0;
}

char *path_join(const char *dir, const char *name)
{
	struct buf b = { 0 };
	size_t n = strlen(dir);

	if (n && strcmp(dir, ".") != 0) {
		buf_put(&b, dir, n);
		if (dir[n - 1] != '/')
			buf_char(&b, '/');
	}
	buf_str(&b, name);
	buf_char(&b, '\0');
	return b.p;
}

struct span path_base(struct span path)
{
	size_t i = path.n;

	while (i && path.p[i - 1] != '/')
		i--;
	return span_sub(path, i, path.n);
}

struct span path_stem(struct span path)
{
	struct span base = path_base(path);

	/* A leading dot begins a hidden name, not an ending. */
	for (size_t i = base.n; i > 1; i--)
		if (base.p[i - 1] == '.')
			return span_sub(base, 0, i - 1);
	return base;
}

char *path_dir(const char *path)
{
	size_t n = strlen(path);
	char *dir;

	while (n && path[n - 1] != '/')
		n--;
	if (!n)
		return mem_strdup(".");
	while (n > 1 && path[n - 1] == '/')
		n--;
	dir = mem_alloc(n + 1);
	memcpy(dir, path, n);
	dir[n] = '\0';
	return dir;
}
