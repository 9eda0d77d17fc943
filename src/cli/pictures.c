#include "cli/pictures.h"

#include <unistd.h>

#include "base/limits.h"
#include "cli/opt.h"
#include "io/file.h"
#include "model/image.h"

/* "zero" for -o drafts/zero.md: what the folder of its pictures is called after. */
static struct span stem_of(struct cli *c)
{
	return path_stem(span_str(strcmp(c->output, "-") == 0 ? c->args[0] : c->output));
}

static const char *picture_ending(struct span bytes)
{
	enum image_type type;
	unsigned width, height;

	if (!image_sniff(bytes, &type, &width, &height) || type == IMAGE_SVG)
		return NULL;
	return type == IMAGE_PNG ? "png" : "jpeg";
}

/* zero-images/1.png, after the draft and a count: nothing of it is from the package. */
static struct span picture_name(struct cli *c, size_t number, const char *ending)
{
	return arena_printf(&c->arena, "%.*s-images/%zu.%s", SPAN_ARG(stem_of(c)), number, ending);
}

/* A file's name as a link has it. */
static struct span as_link(struct doc *d, struct span name)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = 0; i < name.n; i++) {
		if (strchr(" %<>()\\\"?#:", name.p[i]))
			buf_printf(&b, "%%%02X", (unsigned char)name.p[i]);
		else
			buf_char(&b, name.p[i]);
	}
	return arena_dup(&d->arena, buf_span(&b));
}

struct pictures {
	struct cli *c;
	struct doc *d;
	struct span *links; /* by place in doc.pictures; empty: not used, or it cannot be kept */
	struct buf *lengths, *bytes;
	size_t count;
	bool too_many;
};

static void name_pictures(struct pictures *x, struct block *top)
{
	for (struct block *b = top; b; b = block_next(b, top)) {
		for (size_t i = 0; i < b->run_count; i++) {
			struct run *r = &b->runs[i];
			const struct doc_picture *p;
			struct image *im;

			if (r->kind != RUN_IMAGE || !r->image)
				continue;
			p = r->image->picture ? &x->d->pictures[r->image->picture - 1] : NULL;
			x->too_many = x->too_many || (!p && x->d->picture_count >= LIMIT_IMAGES);
			if (!p || !p->bytes.n) {
				/* Its words stay. */
				r->kind = RUN_TEXT;
				r->image = NULL;
				continue;
			}
			if (!x->links[r->image->picture - 1].n) {
				uint64_t n = p->bytes.n;

				x->links[r->image->picture - 1] = as_link(x->d, picture_name(x->c, ++x->count, picture_ending(p->bytes)));
				buf_put(x->lengths, (const char *)&n, sizeof(n));
				buf_add(x->bytes, p->bytes);
			}
			im = ARENA_NEW(&x->d->arena, struct image);
			*im = *r->image;
			im->url = x->links[r->image->picture - 1];
			r->image = im;
		}
	}
}

void pictures_take(struct cli *c, struct doc *d, struct buf *lengths, struct buf *bytes)
{
	struct pictures x = { .c = c, .d = d, .lengths = lengths, .bytes = bytes };

	x.links = ARENA_ARRAY(&d->arena, d->picture_count + 1, struct span);
	name_pictures(&x, d->root);
	for (size_t i = 0; i < d->note_count; i++)
		name_pictures(&x, d->notes[i]->body);
	if (x.too_many)
		doc_lose(d, "picture past the limit of 1,000 different ones, not saved", SPAN_LIT("package"), (struct span){ 0 });
}

int pictures_write(struct cli *c, const char *dir, const struct buf *all_lengths, const struct buf *all_bytes, size_t *written, struct fault *f)
{
	const struct file_stamp missing = { .missing = true };
	struct span lengths = buf_span(all_lengths), bytes = buf_span(all_bytes);
	CLEANUP(mem_freep) char *folder = path_join(dir, arena_printf(&c->arena, "%.*s-images", SPAN_ARG(stem_of(c))).p);
	int r = 0;

	if (lengths.n && file_exists(folder) && !opt_given(c, "force")) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ folder, 0, 0 }, "the pictures would go into this folder, which is there already and is not replaced");
		return fault_hint(f, "Choose another name for the draft, or replace it on purpose: --force");
	}
	if (lengths.n)
		r = file_make_dirs(folder, f);
	while (r == 0 && lengths.n >= sizeof(uint64_t)) {
		CLEANUP(mem_freep) char *path = NULL;
		const char *ending;
		uint64_t n;

		memcpy(&n, lengths.p, sizeof(n));
		lengths = span_sub(lengths, sizeof(n), lengths.n);
		ending = n <= bytes.n ? picture_ending(span_sub(bytes, 0, (size_t)n)) : NULL;
		if (!ending)
			return fault_set(f, FAULT_INPUT, (struct srcpos){ c->args[0], 0, 0 }, "this file could not be read safely: what came of it is not whole");
		path = path_join(dir, picture_name(c, *written + 1, ending).p);
		r = file_replace(path, span_sub(bytes, 0, (size_t)n), opt_given(c, "force") ? NULL : &missing, f);
		bytes = span_sub(bytes, (size_t)n, bytes.n);
		*written += r == 0;
	}
	return r;
}

void pictures_remove(struct cli *c, const char *dir, size_t written)
{
	static const char *const endings[] = { "png", "jpeg" };
	CLEANUP(mem_freep) char *folder = path_join(dir, arena_printf(&c->arena, "%.*s-images", SPAN_ARG(stem_of(c))).p);

	for (size_t i = 1; i <= written; i++)
		for (size_t k = 0; k < ARRAY_LEN(endings); k++) {
			CLEANUP(mem_freep) char *path = path_join(dir, picture_name(c, i, endings[k]).p);

			unlink(path);
		}
	rmdir(folder);
}
