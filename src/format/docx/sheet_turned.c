/*
 * Headers and footers of a page on its side: what stands in the middle and at the right of an upright page by tab stops does so there too.
 *
 * Stops come from the paragraph, else from its style and those that it is based on.  (w:ptab would need no numbers, but LibreOffice takes it
 * for a plain tab.)
 */
#include "format/docx/sheet_internal.h"

#define BASED_ON 8u /* styles of a chain that are looked at */

static struct span value(struct span tag, const char *key)
{
	size_t at = span_find(tag, span_str(key), 0), end;

	if (at == SIZE_MAX)
		return (struct span){ 0 };
	at += strlen(key);
	end = span_find_char(tag, '"', at);
	return end == SIZE_MAX ? (struct span){ 0 } : span_sub(tag, at, end);
}

/* The first element of that name in s, with all in it. */
static bool element(struct span s, const char *local, struct span *ret)
{
	size_t open, end, close, close_end;

	if (!sheet_find_tag(s, local, 0, false, &open, &end))
		return false;
	if (s.p[end - 2] != '/') {
		if (!sheet_find_tag(s, local, end, true, &close, &close_end))
			return false;
		end = close_end;
	}
	*ret = span_sub(s, open, end);
	return true;
}

static bool find_style(struct span styles, struct span id, struct span *ret)
{
	size_t open, end;

	for (size_t at = 0; sheet_find_tag(styles, "style", at, false, &open, &end); at = end)
		if (span_eq(value(span_sub(styles, open, end), "w:styleId=\""), id))
			return element(span_sub(styles, open, styles.n), "style", ret);
	return false;
}

/* The w:tabs of a style, or of one that it is based on. */
static bool tabs_of_style(struct span styles, struct span id, struct span *ret)
{
	for (unsigned i = 0; id.n && i < BASED_ON; i++) {
		struct span style, based;

		if (!find_style(styles, id, &style))
			return false;
		if (element(style, "tabs", ret))
			return true;
		id = element(style, "basedOn", &based) ? value(based, "w:val=\"") : (struct span){ 0 };
	}
	return false;
}

/* The stops again, those in the middle and at the right as far along the wider line; of a style, its own are taken away.  False: there are none. */
static bool put_stops(const struct sheet *s, struct span tabs, bool of_style, struct buf *out)
{
	size_t open, end, begin = out->n;
	bool any = false;

	BUF_LIT(out, "<w:tabs>");
	for (size_t at = 0; sheet_find_tag(tabs, "tab", at, false, &open, &end); at = end) {
		struct span tag = span_sub(tabs, open, end), kind = value(tag, "w:val=\"");
		bool moves = span_is(kind, "center") || span_is(kind, "right") || span_is(kind, "end");
		uint64_t pos;

		if (!moves || !span_number(value(tag, "w:pos=\""), 100000, &pos)) {
			if (!of_style)
				buf_add(out, tag);
			continue;
		}
		any = true;
		if (of_style)
			buf_printf(out, "<w:tab w:val=\"clear\" w:pos=\"%u\"/>", (unsigned)pos);
		buf_printf(out, "<w:tab w:val=\"%.*s\" w:pos=\"%u\"/>", SPAN_ARG(kind), (unsigned)(pos * s->landscape_width / s->text_width));
	}
	BUF_LIT(out, "</w:tabs>");
	if (!any)
		out->n = begin;
	return any;
}

/* Where w:tabs goes among a paragraph's properties (17.3.1.26): from the end of its opening tag. */
static size_t tabs_place(struct span properties, size_t at)
{
	static const char *const before[] = { "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd" };

	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < ARRAY_LEN(before); i++) {
			size_t open, end, close;

			if (!sheet_find_tag(span_sub(properties, at, properties.n), before[i], 0, false, &open, &end) || open)
				continue;
			if (properties.p[at + end - 2] != '/' && !sheet_find_tag(span_sub(properties, at, properties.n), before[i], end, true, &close, &end))
				return at;
			at += end;
			more = true;
		}
	}
	return at;
}

/* One paragraph; false where nothing of it changes, and nothing is written then. */
static bool turn_paragraph(const struct sheet *s, struct span p, struct buf *out)
{
	struct span properties, tabs, style, rest;
	size_t open, end, at, begin = out->n;
	bool own;

	if (!element(p, "pPr", &properties) || properties.p[properties.n - 2] == '/')
		return false;
	rest = span_sub(p, (size_t)(properties.p - p.p) + properties.n, p.n);
	if (!sheet_find_tag(rest, "tab", 0, false, &open, &end))
		return false;
	own = element(properties, "tabs", &tabs);
	if (!own && !(element(properties, "pStyle", &style) && tabs_of_style(buf_span(&s->styles), value(style, "w:val=\""), &tabs)))
		return false;
	at = (size_t)(properties.p - p.p);
	if (own)
		at = (size_t)(tabs.p - p.p);
	else
		at += tabs_place(properties, span_find_char(properties, '>', 0) + 1);
	buf_add(out, span_sub(p, 0, at));
	if (!put_stops(s, tabs, !own, out)) {
		out->n = begin;
		return false;
	}
	buf_add(out, span_sub(p, own ? at + tabs.n : at, p.n));
	return true;
}

static bool turn_part(const struct sheet *s, struct span part, struct buf *out)
{
	size_t at = 0, open, end, close;
	bool changed = false;

	/* What is put in is written with this prefix. */
	if (span_find(part, SPAN_LIT(W_NS), 0) == SIZE_MAX)
		return false;
	while (sheet_find_tag(part, "p", at, false, &open, &end)) {
		buf_add(out, span_sub(part, at, open));
		if (part.p[end - 2] != '/' && sheet_find_tag(part, "p", end, true, &close, &end) && turn_paragraph(s, span_sub(part, open, end), out))
			changed = true;
		else
			buf_add(out, span_sub(part, open, end));
		at = end;
	}
	buf_add(out, span_sub(part, at, part.n));
	return changed;
}

/* The relationships of the part, of which the copy has its own. */
static void copy_rels(struct sheet *s, struct span of, struct span to)
{
	struct span name = arena_printf(&s->arena, "word/_rels/%.*s.rels", SPAN_ARG(of));

	for (size_t i = 0; i < s->part_count; i++)
		if (span_eq(span_str(s->parts[i].name), name)) {
			CLEANUP(buf_done) struct buf data = { 0 };
			struct sheet_part *part;

			buf_add(&data, buf_span(&s->parts[i].data));
			part = sheet_add_part(s, arena_printf(&s->arena, "word/_rels/%.*s.rels", SPAN_ARG(to)).p, NULL);
			part->data = data;
			data = (struct buf){ 0 };
			return;
		}
}

static void replace(struct buf *b, struct span old, struct span new)
{
	struct buf out = { 0 };
	size_t at = span_find(buf_span(b), old, 0);

	if (at == SIZE_MAX)
		return;
	buf_add(&out, span_sub(buf_span(b), 0, at));
	buf_add(&out, new);
	buf_add(&out, span_sub(buf_span(b), at + old.n, b->n));
	buf_done(b);
	*b = out;
}

void sheet_turn(struct sheet *s)
{
	size_t rels = s->rel_count;

	if (s->turned || !s->landscape_width || !s->text_width)
		return;
	s->turned = true;
	for (size_t i = 0; i < rels; i++) {
		struct sheet_rel rel = s->rels[i];
		struct span target = span_str(rel.target), to;
		struct buf out = { 0 };
		size_t k = 0;

		while (k < s->part_count && !(span_starts(span_str(s->parts[k].name), SPAN_LIT("word/")) && strcmp(s->parts[k].name + 5, rel.target) == 0))
			k++;
		if (k == s->part_count || !span_ends(target, SPAN_LIT(".xml")) || !turn_part(s, buf_span(&s->parts[k].data), &out)) {
			buf_done(&out);
			continue;
		}
		to = arena_printf(&s->arena, "%.*sL.xml", SPAN_ARG(span_sub(target, 0, target.n - 4)));
		sheet_add_part(s, arena_printf(&s->arena, "word/%.*s", SPAN_ARG(to)).p, s->parts[k].type)->data = out;
		copy_rels(s, target, to);
		sheet_add_rel(s, arena_printf(&s->arena, "%sL", rel.id).p, rel.type, to.p);
		replace(&s->landscape, arena_printf(&s->arena, "r:id=\"%s\"", rel.id), arena_printf(&s->arena, "r:id=\"%sL\"", rel.id));
	}
}
