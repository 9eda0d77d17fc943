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

/* ---- what stands in the middle and at the right of its header and footer ---- */

#define BASED_ON 8u /* styles of a chain that are looked at */

static bool style_named(struct span xml, struct span name, struct span *ret)
{
	char head[160];

	if (!name.n || name.n > 100)
		return false;
	snprintf(head, sizeof(head), "<style:style style:name=\"%.*s\"", SPAN_ARG(name));
	return element(xml, span_str(head), "style:style", ret);
}

static struct span opening(struct span s)
{
	size_t end = span_find_char(s, '>', 0);

	return end == SIZE_MAX ? s : span_sub(s, 0, end + 1);
}

/* The stops of a style, or of one that it is based on. */
static bool stops_of(struct span xml, struct span style, struct span *ret)
{
	for (unsigned i = 0; i < BASED_ON; i++) {
		if (element(style, SPAN_LIT("<style:tab-stops"), "style:tab-stops", ret))
			return true;
		if (!style_named(xml, value(opening(style), "style:parent-style-name"), &style))
			return false;
	}
	return false;
}

/* The stops again, as far along the wider line as they were; left ones where they were.  False: there are no others. */
static bool put_stops(struct span stops, double wider, struct buf *out)
{
	bool any = false;

	BUF_LIT(out, "<style:tab-stops>");
	for (struct span tab; element(stops, SPAN_LIT("<style:tab-stop "), "style:tab-stop", &tab); stops = span_sub(stops, (size_t)(tab.p - stops.p) + tab.n, stops.n)) {
		struct span type = value(opening(tab), "style:type"), position = value(opening(tab), "style:position");
		bool moves = span_is(type, "center") || span_is(type, "right");
		unsigned micro = (unsigned)(odt_centimetres(position) * wider * 1000 + 0.5);
		size_t at = (size_t)(position.p - tab.p);

		if (!moves || !position.n) {
			buf_add(out, tab);
			continue;
		}
		any = true;
		buf_add(out, span_sub(tab, 0, at));
		buf_printf(out, "%u.%03ucm", micro / 1000, micro % 1000);
		buf_add(out, span_sub(tab, at + position.n, tab.n));
	}
	BUF_LIT(out, "</style:tab-stops>");
	return any;
}

/* A copy of the style under a name of its own, with those stops; false: it needs none. */
static bool put_side_style(struct span xml, struct span style, struct span name, struct span own, double wider, struct buf *out)
{
	static const struct span properties = SPAN("<style:paragraph-properties");
	struct span head = opening(style), inner, stops, rest, shown = value(head, "style:display-name");
	size_t begin = out->n, at = (size_t)(name.p - style.p);

	if (!stops_of(xml, style, &stops))
		return false;
	buf_add(out, span_sub(style, 0, at));
	buf_add(out, own);
	at += name.n;
	if (shown.n) { /* a name for people, which the first has */
		size_t from = (size_t)(shown.p - style.p) - sizeof(" style:display-name=\"") + 1;

		buf_add(out, span_sub(style, at, from));
		at = from + sizeof(" style:display-name=\"") - 1 + shown.n + 1;
	}
	buf_add(out, span_sub(style, at, head.n - (head.p[head.n - 2] == '/' ? 2 : 1)));
	buf_char(out, '>');
	rest = head.p[head.n - 2] == '/' ? (struct span){ 0 } : span_sub(style, head.n, style.n - sizeof("</style:style>") + 1);
	if (element(rest, properties, "style:paragraph-properties", &inner)) {
		struct span tag = opening(inner);

		buf_add(out, span_sub(rest, 0, (size_t)(inner.p - rest.p)));
		buf_add(out, span_sub(tag, 0, tag.n - (tag.p[tag.n - 2] == '/' ? 2 : 1)));
		rest = span_sub(rest, (size_t)(inner.p - rest.p) + inner.n, rest.n);
	} else {
		buf_add(out, properties);
	}
	buf_char(out, '>');
	if (!put_stops(stops, wider, out)) {
		out->n = begin;
		return false;
	}
	BUF_LIT(out, "</style:paragraph-properties>");
	buf_add(out, rest);
	BUF_LIT(out, "</style:style>");
	return true;
}

#define SIDE_STYLES 16u

/* The master page with its paragraphs in styles for the wider line; these go to ret_styles. */
static void turn_stops(struct odt_sheet *s, struct span master, struct buf *ret_styles, struct buf *ret)
{
	struct span names[SIDE_STYLES][2], xml = buf_span(&s->xml);
	size_t count = 0;

	for (size_t at = 0; count < SIDE_STYLES && (at = span_find(master, SPAN_LIT("<text:p "), at)) != SIZE_MAX; at++) {
		struct span name = value(opening(span_sub(master, at, master.n)), "text:style-name"), style, own;
		bool known = !name.n || name.n > 100;

		for (size_t i = 0; i < count; i++)
			known = known || span_eq(value(names[i][0], "text:style-name"), name);
		if (known || !style_named(xml, name, &style))
			continue;
		own = arena_printf(&s->arena, "%.*sSide", SPAN_ARG(name));
		if (!put_side_style(xml, style, value(opening(style), "style:name"), own, s->landscape_width / s->text_width, ret_styles))
			continue;
		names[count][0] = arena_printf(&s->arena, " text:style-name=\"%.*s\"", SPAN_ARG(name));
		names[count++][1] = arena_printf(&s->arena, " text:style-name=\"%.*s\"", SPAN_ARG(own));
	}
	put_changed(ret, master, names, count);
}

void odt_sheet_add_landscape(struct odt_sheet *s)
{
	struct span xml = buf_span(&s->xml), layout[4][2], master[2][2];
	struct arena *a = &s->arena;
	CLEANUP(buf_done) struct buf styles = { 0 }, turned = { 0 };
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
	turn_stops(s, p.master, &styles, &turned);
	buf_add(&out, buf_span(&styles));
	buf_add(&out, span_sub(xml, after_layout, after_master));
	put_changed(&out, buf_span(&turned), master, ARRAY_LEN(master));
	buf_add(&out, span_sub(xml, after_master, xml.n));
	buf_done(&s->xml);
	s->xml = out;
}
