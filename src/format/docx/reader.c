/* What the files that read a DOCX share. */
#include "format/docx/reader.h"

struct span docx_dup(struct reader *r, struct span s)
{
	return arena_dup(&r->d->arena, s);
}

/* A picture in the package, else the one that it is linked to. */
struct span docx_first_of(struct reader *r, struct span a, struct span b)
{
	return docx_dup(r, a.n ? a : b);
}

struct span docx_val_of(const struct xml_tag *t)
{
	return xml_attr_get(t, NS_W, "val");
}

bool docx_is_on(const struct xml_tag *t)
{
	struct span v = docx_val_of(t);

	return !v.p || !(span_is(v, "0") || span_is(v, "false") || span_is(v, "off") || span_is(v, "none"));
}

int docx_small_number(struct span s, int most, int otherwise)
{
	uint64_t v;

	return span_number(s, (uint64_t)most, &v) ? (int)v : otherwise;
}

struct span docx_where(struct reader *r)
{
	static const char *const stories[] = { "text", "footnotes", "endnotes", "comments", "header or footer" };

	return arena_printf(&r->d->arena, "%s, paragraph %zu", stories[r->story], r->paragraph_number + 1);
}
