#include "io/zip.h"

#include <assert.h>
#include <stdlib.h>

#include <zip.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/utf8.h"

/* APPNOTE 4.3: signatures and fixed sizes of the records. */
#define SIG_LOCAL 0x04034b50u
#define SIG_CENTRAL 0x02014b50u
#define SIG_END 0x06054b50u
#define LOCAL_BYTES 30u
#define CENTRAL_BYTES 46u
#define END_BYTES 22u

struct entry {
	char *name; /* NUL-terminated, in the arena */
	size_t name_n;
	uint32_t packed, size; /* as declared */
	uint32_t begin;        /* offset of the local header */
};

struct zip_in {
	struct arena arena;
	struct zip *zip;
	char *path;
	struct entry *entries;
	size_t count;
	uint32_t *by_name; /* open addressing: indices + 1 */
	size_t mask;
	size_t total; /* bytes that came out so far */
};

static uint32_t get16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8;
}

static uint32_t get32(const char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

static int bad(const struct zip_in *z, struct fault *f, enum fault_kind kind, const char *what)
{
	return fault_set(f, kind, (struct srcpos){ .file = z->path }, "%s", what);
}

static int bad_entry(const struct zip_in *z, const struct entry *e, struct fault *f, enum fault_kind kind, const char *what)
{
	return fault_set(f, kind, (struct srcpos){ .file = z->path }, "%s: %s", e->name, what);
}

/* What people rename to .docx, told by its first bytes, so that the message can say what it is. */
static int not_a_package(const struct zip_in *z, struct span bytes, struct fault *f)
{
	if (bytes.n == 0)
		return bad(z, f, FAULT_INPUT, "this file is empty");
	if (span_starts(bytes, SPAN_LIT("%PDF-")))
		return bad(z, f, FAULT_INPUT, "this is a PDF: ask for the DOCX or ODT that it was made from");
	if (span_starts(bytes, SPAN_LIT("\xd0\xcf\x11\xe0")))
		return bad(z, f, FAULT_INPUT, "this is an old .doc or an encrypted file: open it in Word or LibreOffice and save it as .docx without a password");
	if (span_starts(bytes, SPAN_LIT("{\\rtf")))
		return bad(z, f, FAULT_INPUT, "this is RTF: open it in Word or LibreOffice and save it as .docx");
	return bad(z, f, FAULT_INPUT, "this is not a whole DOCX or ODT package: it is cut short or another kind of file; ask for it again");
}

/* Offset of the end record: the last one whose comment reaches exactly to the end of the file; SIZE_MAX if none. */
static size_t find_end(struct span bytes)
{
	size_t lowest;

	if (bytes.n < END_BYTES)
		return SIZE_MAX;
	lowest = bytes.n - END_BYTES > 0xffff ? bytes.n - END_BYTES - 0xffff : 0;
	for (size_t i = bytes.n - END_BYTES + 1; i-- > lowest;)
		if (get32(bytes.p + i) == SIG_END && i + END_BYTES + get16(bytes.p + i + 20) == bytes.n)
			return i;
	return SIZE_MAX;
}

static const char *name_fault(struct span name)
{
	struct span rest = name, part;

	if (!name.n || name.n > LIMIT_ZIP_NAME_BYTES)
		return "an entry's name is empty or longer than 255 bytes";
	if (memchr(name.p, '\0', name.n) || memchr(name.p, '\\', name.n) || name.p[0] == '/')
		return "an entry's name is an absolute path or holds a backslash or NUL: this package was made to do harm or is damaged";
	if (utf8_invalid(name) != SIZE_MAX)
		return "an entry's name is not valid UTF-8";
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return "an entry's name holds a control character";
	if (name.n > 1 && name.p[1] == ':')
		return "an entry's name begins with a drive letter";
	if (rest.p[rest.n - 1] == '/')
		rest.n--;
	for (size_t from = 0; from <= rest.n;) {
		size_t to = span_find_char(rest, '/', from);

		if (to == SIZE_MAX)
			to = rest.n;
		part = span_sub(rest, from, to);
		if (!part.n || span_is(part, ".") || span_is(part, ".."))
			return "an entry's name leads out of the package (.., . or //): this package was made to do harm";
		from = to + 1;
	}
	return NULL;
}

static uint64_t name_hash(struct span name)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		h = (h ^ c) * 1099511628211u;
	}
	return h;
}

/* OPC compares part names without case: two readers must not see two texts. */
static struct entry *lookup(const struct zip_in *z, struct span name, size_t *ret_slot)
{
	size_t slot = (size_t)name_hash(name) & z->mask;

	for (; z->by_name[slot]; slot = (slot + 1) & z->mask) {
		struct entry *e = &z->entries[z->by_name[slot] - 1];

		if (span_eq_nocase(span_of(e->name, e->name_n), name))
			return e;
	}
	if (ret_slot)
		*ret_slot = slot;
	return NULL;
}

static int by_begin(const void *a, const void *b)
{
	const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;

	return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* Entries that share bytes unpack to gigabytes (51 kB to 5 GB was seen). */
static int check_overlap(struct zip_in *z, struct span bytes, size_t directory, struct fault *f)
{
	struct entry **sorted = ARENA_ARRAY(&z->arena, z->count, struct entry *);

	for (size_t i = 0; i < z->count; i++)
		sorted[i] = &z->entries[i];
	qsort(sorted, z->count, sizeof(struct entry *), by_begin);
	for (size_t i = 0; i < z->count; i++) {
		struct entry *e = sorted[i];
		size_t limit = i + 1 < z->count ? sorted[i + 1]->begin : directory;
		size_t head;

		if (e->begin > directory || directory - e->begin < LOCAL_BYTES || get32(bytes.p + e->begin) != SIG_LOCAL)
			return bad_entry(z, e, f, FAULT_INPUT, "the package's directory points to no entry: the file is damaged");
		if (get16(bytes.p + e->begin + 6) & 1)
			return bad_entry(z, e, f, FAULT_INPUT, "this entry is encrypted: ask for the file without a password");
		head = LOCAL_BYTES + get16(bytes.p + e->begin + 26) + get16(bytes.p + e->begin + 28);
		if (limit - e->begin < head || limit - e->begin - head < e->packed)
			return bad_entry(z, e, f, FAULT_INPUT, "this entry overlaps the next one: the package was made to do harm or is damaged");
	}
	return 0;
}

static int read_entry(struct zip_in *z, const char *p, struct span name, size_t i, uint64_t *total, struct fault *f)
{
	struct entry *e = &z->entries[i];
	const char *why = name_fault(name);
	uint32_t method = get16(p + 10);
	size_t slot;

	if (why)
		return bad(z, f, FAULT_INPUT, why);
	e->name = arena_str(&z->arena, name);
	e->name_n = name.n;
	e->packed = get32(p + 20);
	e->size = get32(p + 24);
	e->begin = get32(p + 42);
	if (get16(p + 8) & 1)
		return bad_entry(z, e, f, FAULT_INPUT, "this entry is encrypted: ask for the file without a password");
	if (method != 0 && method != 8)
		return bad_entry(z, e, f, FAULT_INPUT, "this entry is packed in a way that office files never use");
	/* Upper half of the external attributes: the Unix mode, where the maker says it was Unix. */
	if (get16(p + 4) >> 8 == 3 && (get32(p + 38) >> 16 & 0170000) == 0120000)
		return bad_entry(z, e, f, FAULT_INPUT, "this entry is a link to somewhere else: the package was made to do harm");
	if (lookup(z, name, &slot))
		return bad_entry(z, e, f, FAULT_INPUT, "this name stands twice in the package: two programs could read two different texts");
	z->by_name[slot] = (uint32_t)i + 1;
	if (e->size > LIMIT_ZIP_PART_BYTES)
		return bad_entry(z, e, f, FAULT_LIMIT, "this part unpacks to more than 64 MiB, the most that is read");
	*total += e->size;
	if (*total > LIMIT_ZIP_TOTAL_BYTES)
		return bad(z, f, FAULT_LIMIT, "this package unpacks to more than 256 MiB, the most that is read");
	return 0;
}

static int read_directory(struct zip_in *z, struct span bytes, struct fault *f)
{
	size_t end = find_end(bytes), at, size, count, slots = 16;
	uint64_t total = 0;
	int r;

	if (end == SIZE_MAX)
		return not_a_package(z, bytes, f);
	count = get16(bytes.p + end + 10);
	size = get32(bytes.p + end + 12);
	at = get32(bytes.p + end + 16);
	/* 0xffff and 0xffffffff ask for zip64, which no file within our limits needs. */
	if (size > end || at != end - size || get32(bytes.p + end + 4) || get16(bytes.p + end + 8) != count)
		return bad(z, f, FAULT_INPUT, "the package's directory is not where it says: the file is damaged or has bytes before or after it");
	if (count > LIMIT_ZIP_ENTRIES)
		return bad(z, f, FAULT_LIMIT, "this package holds more than 2,000 entries, the most that is read");
	if (!count)
		return bad(z, f, FAULT_INPUT, "this package is empty");
	while (slots < 2 * count)
		slots *= 2;
	z->entries = ARENA_ARRAY(&z->arena, count, struct entry);
	z->by_name = ARENA_ARRAY(&z->arena, slots, uint32_t);
	z->mask = slots - 1;
	for (size_t i = 0, p = at; i < count; i++) {
		size_t name_n, rest;

		if (end - p < CENTRAL_BYTES || get32(bytes.p + p) != SIG_CENTRAL)
			return bad(z, f, FAULT_INPUT, "the package's directory is damaged");
		name_n = get16(bytes.p + p + 28);
		rest = get16(bytes.p + p + 30) + get16(bytes.p + p + 32);
		if (end - p - CENTRAL_BYTES < name_n + rest)
			return bad(z, f, FAULT_INPUT, "the package's directory is damaged");
		if ((r = read_entry(z, bytes.p + p, span_of(bytes.p + p + CENTRAL_BYTES, name_n), i, &total, f)) < 0)
			return r;
		p += CENTRAL_BYTES + name_n + rest;
		z->count = i + 1;
		if (z->count == count && p != end)
			return bad(z, f, FAULT_INPUT, "the package's directory holds more than it says: the file is damaged");
	}
	return check_overlap(z, bytes, at, f);
}

int zip_in_open(struct span bytes, const char *path, struct zip_in **ret, struct fault *f)
{
	struct zip_in *z = mem_zero(1, sizeof(*z));
	zip_error_t error;
	zip_source_t *source;
	int r;

	z->path = mem_strdup(path ? path : "-");
	if (bytes.n > LIMIT_ZIP_BYTES) {
		r = bad(z, f, FAULT_LIMIT, "this file is larger than 64 MiB, the most that is read");
		goto fail;
	}
	if ((r = read_directory(z, bytes, f)) < 0)
		goto fail;
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
	if (source) {
		z->zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
		if (!z->zip)
			zip_source_free(source);
	}
	if (!z->zip) {
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ .file = z->path }, "this package is damaged (%s): ask for it again",
			      zip_error_strerror(&error));
		zip_error_fini(&error);
		goto fail;
	}
	zip_error_fini(&error);
	/* Two readers of one directory must agree, or one of them could be fooled. */
	if (zip_get_num_entries(z->zip, 0) != (zip_int64_t)z->count) {
		r = bad(z, f, FAULT_INPUT, "this package has two directories that differ: it was made to do harm or is damaged");
		goto fail;
	}
	*ret = z;
	return 0;
fail:
	zip_in_free(z);
	return r;
}

void zip_in_free(struct zip_in *z)
{
	if (!z)
		return;
	if (z->zip)
		zip_discard(z->zip);
	free(z->path);
	arena_done(&z->arena);
	free(z);
}

void zip_in_freep(struct zip_in **z)
{
	zip_in_free(*z);
	*z = NULL;
}

size_t zip_in_count(const struct zip_in *z)
{
	return z->count;
}

const char *zip_in_name(const struct zip_in *z, size_t i)
{
	assert(i < z->count);
	return z->entries[i].name;
}

bool zip_in_has(const struct zip_in *z, const char *name)
{
	return lookup(z, span_str(name), NULL) != NULL;
}

int zip_in_read(struct zip_in *z, const char *name, struct buf *ret, struct fault *f)
{
	const struct entry *e = lookup(z, span_str(name), NULL);
	size_t had = ret->n, limit, packed;
	zip_file_t *file;
	int r = 0;

	if (!e)
		return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = z->path }, "the package has no part %s", name);
	file = zip_fopen_index(z->zip, (zip_uint64_t)(e - z->entries), 0);
	if (!file)
		return bad_entry(z, e, f, FAULT_INPUT, "this part is damaged and cannot be unpacked");
	packed = e->packed;
	limit = LIMIT_ZIP_TOTAL_BYTES - z->total < LIMIT_ZIP_PART_BYTES ? LIMIT_ZIP_TOTAL_BYTES - z->total : LIMIT_ZIP_PART_BYTES;
	/* The claim is believed only as far as honest text can be packed; past that, memory follows what comes out. */
	buf_reserve(ret, e->size / 16 < packed + 4096 ? (size_t)e->size + 1 : (64u << 10));
	for (;;) {
		zip_int64_t n;
		size_t out = ret->n - had, room;

		if (ret->cap - ret->n < 4096)
			buf_reserve(ret, 64u << 10);
		room = ret->cap - ret->n;
		if (room > limit + 1 - out)
			room = limit + 1 - out;
		n = zip_fread(file, ret->p + ret->n, room);
		if (n < 0) {
			r = bad_entry(z, e, f, FAULT_INPUT, "this part is damaged: its bytes do not agree with their check sum");
			break;
		}
		if (n == 0)
			break;
		ret->n += (size_t)n;
		out = ret->n - had;
		if (out > limit) {
			r = bad_entry(z, e, f, FAULT_LIMIT, "this part unpacks to more than 64 MiB, or the package to more than 256 MiB, the most that is read");
			break;
		}
		if (out > LIMIT_ZIP_RATIO_FROM && out / LIMIT_ZIP_RATIO > packed) {
			r = bad_entry(z, e, f, FAULT_LIMIT, "this part unpacks to more than 250 times its size: no honest document does");
			break;
		}
	}
	zip_fclose(file);
	if (r == 0 && ret->n - had != e->size)
		r = bad_entry(z, e, f, FAULT_INPUT, "this part is not as long as the package says: the file is damaged");
	if (r < 0) {
		ret->n = had;
		return r;
	}
	z->total += ret->n - had;
	return 0;
}

/* ---- writing ---- */

/* 1980-01-01 00:00, the first day that the format knows (APPNOTE 4.4.6). */
#define FIXED_TIME 0u
#define FIXED_DATE 0x21u
#define DEFLATE_LEVEL 6
/* Level 6 on a part of several megabytes is half of an export's time; 4 takes less than half of that and adds a fifth to
 * the size.  By size alone, so that the same input gives the same bytes. */
#define DEFLATE_LARGE_LEVEL 4
#define DEFLATE_LARGE_FROM (1u << 20)

struct out_entry {
	char *name;
	struct buf data;
	bool stored;
};

struct zip_out {
	struct out_entry *items;
	size_t count, cap;
};

struct zip_out *zip_out_new(void)
{
	return mem_zero(1, sizeof(struct zip_out));
}

void zip_out_free(struct zip_out *z)
{
	if (!z)
		return;
	for (size_t i = 0; i < z->count; i++) {
		free(z->items[i].name);
		buf_done(&z->items[i].data);
	}
	free(z->items);
	free(z);
}

void zip_out_freep(struct zip_out **z)
{
	zip_out_free(*z);
	*z = NULL;
}

void zip_out_add(struct zip_out *z, const char *name, struct buf *data, bool stored)
{
	if (z->count == z->cap) {
		z->cap = z->cap ? 2 * z->cap : 16;
		z->items = mem_resize(z->items, z->cap, sizeof(struct out_entry));
	}
	z->items[z->count++] = (struct out_entry){ .name = mem_strdup(name), .data = *data, .stored = stored };
	*data = (struct buf){ 0 };
}

static void put16(struct buf *b, uint32_t v)
{
	char p[2] = { (char)(v & 0xff), (char)(v >> 8 & 0xff) };

	buf_put(b, p, 2);
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

struct sizes {
	uint32_t crc, packed, size, begin, method;
};

/* The fields that the local header and the directory share (APPNOTE 4.3.7, 4.3.12). */
static void put_common(struct buf *b, const struct sizes *s, size_t name_n)
{
	put16(b, 20);
	put16(b, 0x800); /* names are UTF-8 */
	put16(b, s->method);
	put16(b, FIXED_TIME);
	put16(b, FIXED_DATE);
	put32(b, s->crc);
	put32(b, s->packed);
	put32(b, s->size);
	put16(b, (uint32_t)name_n);
	put16(b, 0);
}

static bool deflate_into(struct span in, struct buf *ret)
{
	z_stream s = { 0 };
	size_t bound;
	bool ok;

	/* Raw deflate: no zlib header in a package. */
	if (deflateInit2(&s, in.n < DEFLATE_LARGE_FROM ? DEFLATE_LEVEL : DEFLATE_LARGE_LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	bound = deflateBound(&s, (uLong)in.n);
	buf_reserve(ret, bound);
	s.next_in = (Bytef *)(uintptr_t)in.p;
	s.avail_in = (uInt)in.n;
	s.next_out = (Bytef *)ret->p + ret->n;
	s.avail_out = (uInt)bound;
	ok = !ret->failed && deflate(&s, Z_FINISH) == Z_STREAM_END;
	ret->n += ok ? s.total_out : 0;
	deflateEnd(&s);
	return ok;
}

static bool put_entry(struct buf *out, struct out_entry *e, struct sizes *s)
{
	struct span data = buf_span(&e->data);
	size_t head = out->n, name_n = strlen(e->name), begin;

	/* A package that could not be read back by the rules above is not written. */
	if (e->data.failed || data.n > LIMIT_ZIP_PART_BYTES || out->n > UINT32_MAX / 2)
		return false;
	s->begin = (uint32_t)head;
	s->size = (uint32_t)data.n;
	s->crc = (uint32_t)crc32(0, (const Bytef *)data.p, (uInt)data.n);
	s->method = e->stored || !data.n ? 0 : 8;
	put32(out, SIG_LOCAL);
	put_common(out, s, name_n);
	buf_put(out, e->name, name_n);
	begin = out->n;
	if (s->method == 0)
		buf_add(out, data);
	else if (!deflate_into(data, out))
		return false;
	if (out->failed)
		return false;
	s->packed = (uint32_t)(out->n - begin);
	/* The sizes are known only now; the header is written before them. */
	for (unsigned i = 0; i < 4; i++)
		out->p[head + 18 + i] = (char)(s->packed >> (8 * i) & 0xff);
	buf_done(&e->data);
	return true;
}

int zip_out_finish(struct zip_out *z, struct buf *ret, struct fault *f)
{
	struct sizes *sizes = mem_zero(z->count, sizeof(*sizes));
	size_t base = ret->n, directory, size;
	int r = 0;

	assert(base == 0 && z->count <= LIMIT_ZIP_ENTRIES);
	for (size_t i = 0; i < z->count; i++) {
		if (put_entry(ret, &z->items[i], &sizes[i]))
			continue;
		r = fault_set(f, FAULT_LIMIT, (struct srcpos){ 0 }, "%s would be larger than 64 MiB: split the statement", z->items[i].name);
		goto out;
	}
	directory = ret->n;
	for (size_t i = 0; i < z->count; i++) {
		size_t name_n = strlen(z->items[i].name);

		put32(ret, SIG_CENTRAL);
		put16(ret, 20);
		put_common(ret, &sizes[i], name_n);
		put16(ret, 0); /* comment */
		put16(ret, 0); /* disk */
		put16(ret, 0); /* internal attributes */
		put32(ret, 0); /* external attributes */
		put32(ret, sizes[i].begin);
		buf_put(ret, z->items[i].name, name_n);
	}
	size = ret->n - directory;
	put32(ret, SIG_END);
	put32(ret, 0);
	put16(ret, (uint32_t)z->count);
	put16(ret, (uint32_t)z->count);
	put32(ret, (uint32_t)size);
	put32(ret, (uint32_t)directory);
	put16(ret, 0);
	if (ret->failed)
		r = fault_set(f, FAULT_LIMIT, (struct srcpos){ 0 }, "the package would be larger than can be held: split the statement");
out:
	free(sizes);
	return r;
}
