/*
 * A page on its side, for tables that are too wide for an upright one: the template's own first page, turned.
 *
 * styles.xml is ours by then: written by reference.c, prefixes and quotes as we write them.
 */
#include "format/odt/internal.h"

#include <stdio.h>

#define MASTER "<style:master-page style:name=\"" ODT_UPRIGHT_PAGE "\""
#define LAYOUT_NAME "LandscapeLayout"

/* The element that begins with `head`, with all in it. */
static bool element(struct span s, struct span head, const char *name, struct span *ret)
{
	size_t open = span_find(s, head, 0), tag_end, end;
	char closing[40];

	if (open == SIZE_MAX || (tag_end = span_find_char(s, '>', open)) == SIZE_MAX)
		return false;
	snprintf(closing, sizeof(closing), "</%s>", name);
	if (s.p[tag_end - 1] == '/')
		end = tag_end + 1;
	else if ((end = span_find(s, span_str(closing), tag_end)) != SIZE_MAX)
		end += strlen(closing);
	else
		return false;
	*ret = span_sub(s, open, end);
	return true;
}

/* The value of the first attribute of that name in s. */
static struct span value(struct span s, const char *name)
{
	char key[48];
	size_t at, end;

	snprintf(key, sizeof(key), " %s=\"", name);
	at = span_find(s, span_str(key), 0);
	if (at == SIZE_MAX)
		return (struct span){ 0 };
	at += strlen(key);
	end = span_find_char(s, '"', at);
	return end == SIZE_MAX ? (struct span){ 0 } : span_sub(s, at, end);
}

struct page {
	struct span master, layout, layout_name, width, height;
};

static bool find_page(const struct odt_sheet *s, struct page *ret)
{
	struct span xml = buf_span(&s->xml);
	char head[160];

	if (!element(xml, SPAN_LIT(MASTER), "style:master-page", &ret->master))
		return false;
	ret->layout_name = value(ret->master, "style:page-layout-name");
	if (!ret->layout_name.n || ret->layout_name.n > 100)
		return false;
	snprintf(head, sizeof(head), "<style:page-layout style:name=\"%.*s\"", SPAN_ARG(ret->layout_name));
	if (!element(xml, span_str(head), "style:page-layout", &ret->layout))
		return false;
	ret->width = value(ret->layout, "fo:page-width");
	ret->height = value(ret->layout, "fo:page-height");
	return ret->width.n && ret->height.n;
}

double odt_sheet_landscape_width(const struct odt_sheet *s)
{
	struct page p;
	double width, height;

	if (!find_page(s, &p))
		return 0;
	width = odt_centimetres(p.width);
	height = odt_centimetres(p.height);
	return width > 0 && height > width ? s->text_width + height - width : 0;
}

/* A copy of s in which the first of each pair is the second. */
static void put_changed(struct buf *out, struct span s, const struct span (*pairs)[2], size_t count)
{
	size_t from = 0;

	while (from < s.n) {
		size_t first = SIZE_MAX, which = 0;

		for (size_t i = 0; i < count; i++) {
			size_t at = span_find(s, pairs[i][0], from);

			if (at < first) {
				first = at;
				which = i;
			}
		}
		if (first == SIZE_MAX)
			break;
		buf_add(out, span_sub(s, from, first));
		buf_add(out, pairs[which][1]);
		from = first + pairs[which][0].n;
	}
	buf_add(out, span_sub(s, from, s.n));
}

void odt_sheet_add_landscape(struct odt_sheet *s)
{
	struct span xml = buf_span(&s->xml), layout[4][2], master[2][2];
	struct arena *a = &s->arena;
	struct buf out = { 0 };
	struct page p;
	size_t after_layout, after_master;

	if (!find_page(s, &p))
		return;
	s->landscape_width = odt_sheet_landscape_width(s);
	layout[0][0] = arena_printf(a, "style:name=\"%.*s\"", SPAN_ARG(p.layout_name));
	layout[0][1] = SPAN_LIT("style:name=\"" LAYOUT_NAME "\"");
	layout[1][0] = arena_printf(a, "fo:page-width=\"%.*s\"", SPAN_ARG(p.width));
	layout[1][1] = arena_printf(a, "fo:page-width=\"%.*s\"", SPAN_ARG(p.height));
	layout[2][0] = arena_printf(a, "fo:page-height=\"%.*s\"", SPAN_ARG(p.height));
	layout[2][1] = arena_printf(a, "fo:page-height=\"%.*s\"", SPAN_ARG(p.width));
	layout[3][0] = SPAN_LIT("style:print-orientation=\"portrait\"");
	layout[3][1] = SPAN_LIT("style:print-orientation=\"landscape\"");
	master[0][0] = SPAN_LIT("style:name=\"" ODT_UPRIGHT_PAGE "\"");
	master[0][1] = SPAN_LIT("style:name=\"" ODT_LANDSCAPE_PAGE "\"");
	master[1][0] = arena_printf(a, "style:page-layout-name=\"%.*s\"", SPAN_ARG(p.layout_name));
	master[1][1] = SPAN_LIT("style:page-layout-name=\"" LAYOUT_NAME "\"");
	after_layout = (size_t)(p.layout.p + p.layout.n - xml.p);
	after_master = (size_t)(p.master.p + p.master.n - xml.p);
	if (after_master < after_layout)
		return;
	buf_add(&out, span_sub(xml, 0, after_layout));
	put_changed(&out, p.layout, layout, ARRAY_LEN(layout));
	buf_add(&out, span_sub(xml, after_layout, after_master));
	put_changed(&out, p.master, master, ARRAY_LEN(master));
	buf_add(&out, span_sub(xml, after_master, xml.n));
	buf_done(&s->xml);
	s->xml = out;
}
