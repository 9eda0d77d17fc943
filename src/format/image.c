#include "format/image.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/limits.h"
#include "format/image_clean.h"
#include "io/file.h"
#include "model/image.h"

static unsigned hex(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') : ((c | 32) >= 'a' && (c | 32) <= 'f') ? (unsigned)((c | 32) - 'a' + 10) : 16;
}

/* "map%20one.png" as a file's name; false if it holds a NUL. */
static bool decode(struct span url, struct buf *out)
{
	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];

		if (c == '%' && i + 2 < url.n && hex(url.p[i + 1]) < 16 && hex(url.p[i + 2]) < 16) {
			c = (char)(hex(url.p[i + 1]) << 4 | hex(url.p[i + 2]));
			i += 2;
		}
		if (!c)
			return false;
		buf_char(out, c);
	}
	buf_char(out, '\0');
	return true;
}

static bool has_scheme(struct span url)
{
	size_t i = 0;

	while (i < url.n && (((url.p[i] | 32) >= 'a' && (url.p[i] | 32) <= 'z') || (i && url.p[i] >= '0' && url.p[i] <= '9')))
		i++;
	return i > 1 && i < url.n && url.p[i] == ':';
}

/* Is the resolved path below that folder? */
static bool below(const char *path, const char *folder)
{
	char *real = folder ? realpath(*folder ? folder : ".", NULL) : NULL;
	size_t n = real ? strlen(real) : 0;
	bool ok;

	while (n && real[n - 1] == '/')
		n--;
	ok = real && strncmp(path, real, n) == 0 && path[n] == '/';
	free(real);
	return ok;
}

bool format_find_image(const struct image_folders *folders, struct span url, struct buf *ret_path, struct buf *ret_why)
{
	struct buf name = { 0 };
	char *joined = NULL, *real = NULL;
	struct stat st;
	bool ok = false;

	if (!url.n) {
		BUF_LIT(ret_why, "it names no file");
		return false;
	}
	if (has_scheme(url) || url.p[0] == '/' || url.p[0] == '\\') {
		BUF_LIT(ret_why, "images are taken from files beside the draft or in the workspace only, never from an address or an "
				 "absolute path: put the file there and name it");
		return false;
	}
	if (!decode(url, &name)) {
		BUF_LIT(ret_why, "its name holds a character that no file name can");
		buf_done(&name);
		return false;
	}
	joined = path_join(folders->draft, name.p);
	real = realpath(joined, NULL);
	if (!real) {
		/* Named from the top of the workspace: as people write it in drafts/texts. */
		if (folders->workspace) {
			mem_free(joined);
			joined = path_join(folders->workspace, name.p);
			real = realpath(joined, NULL);
		}
	}
	if (!real)
		BUF_LIT(ret_why, "there is no such file: put it beside the draft, or correct its name");
	else if (!below(real, folders->draft) && !below(real, folders->workspace))
		BUF_LIT(ret_why, "it lies outside the draft's folder and the workspace: move it there");
	else if (stat(real, &st) != 0 || !S_ISREG(st.st_mode))
		BUF_LIT(ret_why, "it is no ordinary file");
	else if ((uint64_t)st.st_size > LIMIT_IMAGE_BYTES)
		buf_printf(ret_why, "it is larger than %u MiB: save it smaller", LIMIT_IMAGE_BYTES >> 20);
	else
		ok = true;
	if (ok && ret_path) {
		buf_str(ret_path, real);
		buf_char(ret_path, '\0');
	}
	free(real);
	mem_free(joined);
	buf_done(&name);
	return ok;
}

bool format_load_image(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why)
{
	struct buf path = { 0 }, bytes = { 0 }, clean = { 0 };
	struct fault f = { 0 };
	bool ok = format_find_image(ctx, url, &path, ret_why);

	if (ok && file_read(path.p, LIMIT_IMAGE_BYTES, &bytes, NULL, &f) < 0) {
		BUF_LIT(ret_why, "it cannot be read");
		ok = false;
	}
	if (ok)
		ok = image_clean(buf_span(&bytes), &clean, ret_why);
	if (ok)
		*ret_bytes = arena_dup(arena, buf_span(&clean));
	fault_done(&f);
	buf_done(&path);
	buf_done(&bytes);
	buf_done(&clean);
	return ok;
}

static const char *take_picture(struct doc *d, struct doc_picture *p, struct span bytes, size_t *left)
{
	enum image_type type;
	unsigned width, height;

	if (!image_sniff(bytes, &type, &width, &height) || type == IMAGE_SVG)
		return "picture that is neither PNG nor JPEG, not saved";
	if (bytes.n > LIMIT_IMAGE_BYTES)
		return "picture over the limit of 32 MiB, not saved";
	if (bytes.n > *left)
		return "picture past the limit of 128 MiB in all, not saved";
	*left -= bytes.n;
	p->bytes = arena_dup(&d->arena, bytes);
	return NULL;
}

static const char *read_picture(struct zip_in *z, struct doc *d, struct doc_picture *p, size_t *left)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (!zip_in_has(z, arena_str(&d->arena, p->part)) || zip_in_read(z, arena_str(&d->arena, p->part), &b, NULL) < 0)
		return "picture that is not there, damaged or packed beyond the limit, not saved";
	return take_picture(d, p, buf_span(&b), left);
}

void format_keep_picture(struct doc *d, struct doc_picture *p, struct span bytes)
{
	size_t left = LIMIT_IMAGES_BYTES;
	const char *why;

	for (size_t i = 0; i < d->picture_count; i++)
		left -= d->pictures[i].bytes.n < left ? d->pictures[i].bytes.n : left;
	why = take_picture(d, p, bytes, &left);
	if (why)
		doc_lose(d, why, p->where, p->part);
}

void format_read_pictures(struct zip_in *z, struct doc *d)
{
	size_t left = LIMIT_IMAGES_BYTES;

	for (size_t i = 0; i < d->picture_count; i++) {
		const char *why = read_picture(z, d, &d->pictures[i], &left);

		if (why)
			doc_lose(d, why, d->pictures[i].where, d->pictures[i].part);
	}
}
