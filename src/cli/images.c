#include "cli/images.h"

#include <limits.h>
#include <stdlib.h>

#include "base/limits.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A path from a URL without a scheme: %20 becomes a space. */
static void decode(struct span url, struct buf *out)
{
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == '%' && i + 2 < url.n && hex(url.p[i + 1]) >= 0 && hex(url.p[i + 2]) >= 0) {
			buf_char(out, (char)(hex(url.p[i + 1]) * 16 + hex(url.p[i + 2])));
			i += 2;
		} else {
			buf_char(out, url.p[i]);
		}
	}
}

static bool below(const char *dir, const char *full)
{
	char *top = realpath(dir, NULL);
	size_t n = top ? strlen(top) : 0;
	bool is = top && strncmp(top, full, n) == 0 && (full[n] == '/' || n == 1);

	free(top);
	return is;
}

bool images_load(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why)
{
	struct draft *d = ctx;
	struct buf path = { 0 }, bytes = { 0 };
	char *dir = path_dir(d->path), *joined = NULL, *full = NULL;
	struct fault fault = { 0 };
	bool good = false;

	decode(url, &path);
	if (memchr(path.p ? path.p : "", '\0', path.n) || span_find(url, SPAN_LIT("://"), 0) != SIZE_MAX || span_starts(url, SPAN_LIT("data:"))) {
		buf_str(ret_why, "an image is taken only from a file beside the draft");
		goto out;
	}
	buf_char(&path, '\0');
	if (path.p[0] != '/') {
		joined = path_join(dir, path.p);
		full = realpath(joined, NULL);
		if (!full && d->ws->root) { /* as seen from the workspace */
			mem_free(joined);
			joined = path_join(d->ws->root, path.p);
			full = realpath(joined, NULL);
		}
	}
	if (path.p[0] == '/' || (full && !below(dir, full) && !(d->ws->root && below(d->ws->root, full)))) {
		buf_str(ret_why, "an image is taken only from below the draft's folder or the workspace");
		goto out;
	}
	if (!full || file_is_dir(full)) {
		buf_str(ret_why, "there is no such file");
		goto out;
	}
	if (file_read(full, LIMIT_IMAGE_BYTES, &bytes, NULL, &fault) < 0) {
		buf_str(ret_why, fault.message);
		goto out;
	}
	*ret_bytes = arena_dup(arena, buf_span(&bytes));
	good = true;
out:
	fault_done(&fault);
	buf_done(&path);
	buf_done(&bytes);
	mem_free(dir);
	mem_free(joined);
	free(full);
	return good;
}
