#include "format/docx/sheet_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/docx/builtin.h"
#include "format/docx/names.h"
#include "format/image_clean.h"
#include "io/xml.h"

/* A4 with 2.54 cm margins, in twips (DOMAIN.md section 7). */
#define PAGE_WIDTH 11906u
#define PAGE_HEIGHT 16838u
#define PAGE_MARGIN 1440u

/* ---- the page ---- */

struct section {
	struct sheet *sheet;
	struct package *p;
	struct buf first, last; /* before and after where w:bidi goes */
	struct xml_out x;
	bool inside;
	unsigned depth;
	const char *open;
	unsigned width, height, left, right, top, bottom;
	bool tracked, chunk, strict, document;
	const char *tracked_what;
	unsigned refs;
	struct { struct span id; const char *kind; struct span type; } headers[8];
	size_t header_count;
};

static unsigned number_attr(const struct xml_tag *t, const char *name, unsigned otherwise)
{
	uint64_t v;
	struct span s = xml_attr_get(t, NS_W, name);

	if (s.n && s.p[0] == '-')
		s = span_sub(s, 1, s.n);
	return span_number(s, 100000, &v) ? (unsigned)v : otherwise;
}

static bool is_change(struct span local)
{
	static const char *const names[] = { "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange",
					     "trPrChange", "tcPrChange", "cellIns", "cellDel", "numberingChange" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(local, names[i]))
			return true;
	return false;
}

/* Properties of a section that are kept, in any order that the reference has them (17.6.17). */
static const char *const section_names[] = { "w:type", "w:pgSz", "w:pgMar", "w:paperSrc", "w:pgBorders", "w:lnNumType", "w:pgNumType",
					     "w:cols", "w:vAlign", "w:titlePg", "w:textDirection", "w:rtlGutter", "w:docGrid",
					     "w:top", "w:left", "w:bottom", "w:right", "w:col" };

static void section_start(void *ctx, const struct xml_tag *t)
{
	struct section *s = ctx;
	const char *name = NULL;
	bool after;

	if (t->depth == 1)
		s->document = t->ns == NS_W && span_is(t->local, "document");
	if (t->ns != NS_W)
		return;
	s->tracked = s->tracked || is_change(t->local);
	s->chunk = s->chunk || span_is(t->local, "altChunk");
	if (span_is(t->local, "sectPr")) {
		/* Several sections: the last one, which stands in the body itself, rules. */
		s->inside = t->depth == 3;
		if (s->inside) {
			buf_clear(&s->first);
			buf_clear(&s->last);
			s->header_count = 0;
		}
		return;
	}
	if (!s->inside || t->depth < 4 || t->depth > 5)
		return;
	if (span_is(t->local, "headerReference") || span_is(t->local, "footerReference")) {
		if (s->header_count < ARRAY_LEN(s->headers)) {
			s->headers[s->header_count].id = arena_dup(&s->sheet->arena, xml_attr_get(t, NS_R, "id"));
			s->headers[s->header_count].type = arena_dup(&s->sheet->arena, xml_attr_get(t, NS_W, "type"));
			s->headers[s->header_count++].kind = t->local.p[0] == 'h' ? "header" : "footer";
		}
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(section_names); i++)
		if (span_is(t->local, section_names[i] + 2))
			name = section_names[i];
	if (!name)
		return;
	if (span_is(t->local, "pgSz")) {
		s->width = number_attr(t, "w", PAGE_WIDTH);
		s->height = number_attr(t, "h", PAGE_HEIGHT);
	} else if (span_is(t->local, "pgMar")) {
		s->left = number_attr(t, "left", PAGE_MARGIN);
		s->right = number_attr(t, "right", PAGE_MARGIN);
		s->top = number_attr(t, "top", PAGE_MARGIN);
		s->bottom = number_attr(t, "bottom", PAGE_MARGIN);
	}
	after = span_is(t->local, "rtlGutter") || span_is(t->local, "docGrid");
	s->x.buf = after ? &s->last : &s->first;
	if (t->depth == 5 && !s->open)
		return; /* inside something that is not kept */
	xml_out_open(&s->x, name);
	for (size_t i = 0; i < t->attr_count; i++) {
		char attr[64];

		if (t->attrs[i].ns != NS_W || t->attrs[i].local.n > sizeof(attr) - 3 || span_starts(t->attrs[i].local, SPAN_LIT("rsid")))
			continue;
		snprintf(attr, sizeof(attr), "w:%.*s", SPAN_ARG(t->attrs[i].local));
		xml_out_attr(&s->x, attr, t->attrs[i].value);
	}
	if (t->depth == 4)
		s->open = name;
	else
		xml_out_close(&s->x, name);
}

static void section_end(void *ctx, int ns, struct span local, size_t end)
{
	struct section *s = ctx;

	(void)end;
	if (ns != NS_W || !s->inside)
		return;
	if (s->open && span_is(local, s->open + 2)) {
		xml_out_close(&s->x, s->open);
		s->open = NULL;
	} else if (span_is(local, "sectPr")) {
		s->inside = false;
	}
}

/* ---- headers and footers ---- */

struct look {
	bool tracked, object;
};

static void look_start(void *ctx, const struct xml_tag *t)
{
	struct look *l = ctx;

	if (t->ns == NS_W && is_change(t->local))
		l->tracked = true;
	if (t->ns == NS_W && (span_is(t->local, "object") || span_is(t->local, "altChunk") || span_is(t->local, "control")))
		l->object = true;
}

static const char *picture_ending(struct sheet *s, struct span target)
{
	static const char *const known[] = { "png", "jpeg", "jpg", "gif", "emf", "wmf", "tiff", "bmp" };
	size_t dot = target.n;

	while (dot && target.p[dot - 1] != '.')
		dot--;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		bool had = false;

		if (!span_eq_nocase(span_sub(target, dot, target.n), span_str(known[i])))
			continue;
		for (size_t k = 0; k < s->media_count; k++)
			had = had || s->media[k] == known[i];
		if (!had)
			s->media[s->media_count++] = known[i];
		return known[i];
	}
	return NULL;
}

/* A letterhead says nothing of who drew it. */
static int take_picture(const struct package *p, const char *name, struct buf *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf raw = { 0 }, why = { 0 };
	int r = zip_in_read(p->zip, name, &raw, f);

	if (r == 0 && !image_clean(buf_span(&raw), ret, &why))
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ .file = p->path }, "a picture of the template cannot be taken: %.*s", SPAN_ARG(buf_span(&why)));
	return r;
}

static int copy_header_rels(struct sheet *s, struct package *p, const char *from, const char *name, unsigned n, struct fault *f)
{
	struct rels rels = { 0 };
	struct xml_out x;
	struct buf out = { 0 };
	int r = package_rels(p, from, &rels, f);

	if (r < 0 || !rels.count)
		goto out;
	xml_out_begin(&x, &out);
	xml_out_open(&x, "Relationships");
	xml_out_attr_str(&x, "xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");
	for (size_t i = 0; i < rels.count; i++) {
		const struct rel *rel = &rels.items[i];
		const char *ending = picture_ending(s, rel->target);
		struct sheet_part *part;
		struct span type;

		if (span_is(rel->type, "hyperlink")) /* the words stay, the address behind them does not (header.h) */
			continue;
		if ((rel->external || !span_is(rel->type, "image") || !ending || !zip_in_has(p->zip, rel->target.p))) {
			r = sheet_refuse(p, f, "its header or footer holds something other than text, pictures and links (an object, a chart, or a "
					 "picture on another computer): take that out");
			goto out;
		}
		type = arena_printf(&s->arena, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/%.*s", SPAN_ARG(rel->type));
		part = sheet_add_part(s, arena_printf(&s->arena, "word/media/ref%u_%zu.%s", n, i + 1, ending).p, NULL);
		if ((r = take_picture(p, rel->target.p, &part->data, f)) < 0)
			goto out;
		xml_out_open(&x, "Relationship");
		xml_out_attr(&x, "Id", rel->id);
		xml_out_attr(&x, "Type", type);
		xml_out_attr(&x, "Target", span_str(part->name + strlen("word/")));
		xml_out_close(&x, "Relationship");
	}
	xml_out_close(&x, "Relationships");
	xml_out_end(&x);
	sheet_add_part(s, arena_printf(&s->arena, "word/_rels/%s.rels", name + strlen("word/")).p, NULL)->data = out;
	out = (struct buf){ 0 };
out:
	buf_done(&out);
	rels_done(&rels);
	return r;
}

static int copy_header(struct sheet *s, struct package *p, const struct rel *rel, const char *kind, unsigned n, struct fault *f)
{
	struct look look = { 0 };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = look_start, .ctx = &look };
	CLEANUP(buf_done) struct buf raw = { 0 };
	struct span name = arena_printf(&s->arena, "word/%s%u.xml", kind, n);
	struct sheet_part *part;
	int r;

	if ((r = zip_in_read(p->zip, rel->target.p, &raw, f)) < 0 ||
	    (r = xml_parse(buf_span(&raw), p->path, rel->target.p, &h, f)) < 0)
		return r;
	if (look.tracked)
		return sheet_refuse(p, f, "its header or footer holds tracked changes: accept or reject them all first");
	if (look.object)
		return sheet_refuse(p, f, "its header or footer holds an embedded object: take it out");
	part = sheet_add_part(s, name.p, arena_printf(&s->arena, "application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml", kind).p);
	sheet_clean_part(buf_span(&raw), false, &part->data);
	return copy_header_rels(s, p, rel->target.p, name.p, n, f);
}

static int put_headers(struct section *sec, struct xml_out *x, struct fault *f)
{
	struct sheet *s = sec->sheet;
	unsigned n = 0;

	for (size_t i = 0; i < sec->header_count; i++) {
		const struct rel *rel = rels_find(&sec->p->rels, sec->headers[i].id);
		const char *kind = sec->headers[i].kind, *element = kind[0] == 'h' ? "w:headerReference" : "w:footerReference";
		struct span id, type = sec->headers[i].type;
		int r;

		if (!rel || rel->external || !rel->target.n || !zip_in_has(sec->p->zip, rel->target.p))
			continue;
		if ((r = copy_header(s, sec->p, rel, kind, ++n, f)) < 0)
			return r;
		s->even_headers = s->even_headers || span_is(type, "even");
		id = arena_printf(&s->arena, "rIdH%u", n);
		sheet_add_rel(s, id.p, kind, arena_printf(&s->arena, "%s%u.xml", kind, n).p);
		xml_out_open(x, element);
		xml_out_attr(x, "w:type", type.n ? type : SPAN_LIT("default"));
		xml_out_attr(x, "r:id", id);
		xml_out_close(x, element);
	}
	return 0;
}

static void put_own_footer(struct sheet *s, struct xml_out *x)
{
	struct sheet_part *part =
		sheet_add_part(s, "word/footer1.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml");
	struct span text = span_str(builtin_footer);
	size_t at = span_find(text, SPAN_LIT("%s"), 0);

	BUF_LIT(&part->data, XML_HEAD);
	buf_add(&part->data, span_sub(text, 0, at));
	buf_str(&part->data, s->style[STYLE_FOOTER]);
	buf_add(&part->data, span_sub(text, at + 2, text.n));
	sheet_add_rel(s, "rIdH1", "footer", "footer1.xml");
	xml_out_open(x, "w:footerReference");
	xml_out_attr_str(x, "w:type", "default");
	xml_out_attr_str(x, "r:id", "rIdH1");
	xml_out_close(x, "w:footerReference");
}

static void put_own_page(struct xml_out *x)
{
	xml_out_open(x, "w:pgSz");
	xml_out_attr_number(x, "w:w", PAGE_WIDTH);
	xml_out_attr_number(x, "w:h", PAGE_HEIGHT);
	xml_out_close(x, "w:pgSz");
	xml_out_open(x, "w:pgMar");
	xml_out_attr_number(x, "w:top", PAGE_MARGIN);
	xml_out_attr_number(x, "w:right", PAGE_MARGIN);
	xml_out_attr_number(x, "w:bottom", PAGE_MARGIN);
	xml_out_attr_number(x, "w:left", PAGE_MARGIN);
	xml_out_attr_number(x, "w:header", 709);
	xml_out_attr_number(x, "w:footer", 709);
	xml_out_attr_number(x, "w:gutter", 0);
	xml_out_close(x, "w:pgMar");
}

/* A tag of a section that we wrote ourselves, or two equal numbers. */
static bool section_tag(struct span s, const char *name, size_t *ret_open, size_t *ret_end)
{
	size_t end;

	*ret_open = span_find(s, span_str(name), 0);
	end = *ret_open == SIZE_MAX ? SIZE_MAX : span_find(s, SPAN_LIT("/>"), *ret_open);
	if (end == SIZE_MAX)
		return false;
	*ret_end = end + 2;
	return true;
}

static void without_tag(struct buf *section, const char *name)
{
	struct buf out = { 0 };
	size_t open, end;

	if (!section_tag(buf_span(section), name, &open, &end))
		return;
	buf_add(&out, span_sub(buf_span(section), 0, open));
	buf_add(&out, span_sub(buf_span(section), end, section->n));
	buf_done(section);
	*section = out;
}

/* Further sections go on where the first ended; one on its side has the margins turned with it. */
static void make_further_sections(struct sheet *s, const struct section *sec)
{
	struct span all;
	size_t size, size_end, margins, margins_end, from;

	buf_add(&s->upright, buf_span(&s->section));
	without_tag(&s->upright, "<w:titlePg");
	without_tag(&s->upright, "<w:pgNumType");
	all = buf_span(&s->upright);
	if (sec->width >= sec->height || !section_tag(all, "<w:pgSz", &size, &size_end) || !section_tag(all, "<w:pgMar", &margins, &margins_end) ||
	    margins < size_end)
		return;
	buf_add(&s->landscape, span_sub(all, 0, size));
	buf_printf(&s->landscape, "<w:pgSz w:w=\"%u\" w:h=\"%u\" w:orient=\"landscape\"/>", sec->height, sec->width);
	buf_add(&s->landscape, span_sub(all, size_end, margins));
	buf_printf(&s->landscape, "<w:pgMar w:top=\"%u\" w:right=\"%u\" w:bottom=\"%u\" w:left=\"%u\"", sec->left, sec->top, sec->right, sec->bottom);
	/* Header, footer and gutter stay as they are. */
	from = span_find(all, SPAN_LIT(" w:header="), margins);
	if (from < margins_end)
		buf_add(&s->landscape, span_sub(all, from, margins_end));
	else
		BUF_LIT(&s->landscape, " w:header=\"709\" w:footer=\"709\" w:gutter=\"0\"/>");
	buf_add(&s->landscape, span_sub(all, margins_end, all.n));
	s->landscape_width = s->text_height;
}

int sheet_section(struct sheet *s, struct package *p, bool right_to_left, struct fault *f)
{
	struct section sec = { .sheet = s, .p = p, .width = PAGE_WIDTH, .height = PAGE_HEIGHT, .left = PAGE_MARGIN, .right = PAGE_MARGIN,
			       .top = PAGE_MARGIN, .bottom = PAGE_MARGIN };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = section_start, .end = section_end, .ctx = &sec };
	struct xml_out x;
	int r = 0;

	xml_out_fragment(&sec.x, &sec.first);
	if (p && (r = xml_parse(buf_span(&p->main), p->path, p->main_part, &h, f)) < 0)
		goto out;
	if (p && !sec.document)
		r = sheet_refuse(p, f, "its main part is no Word text: open it in Word and save it again");
	else if (sec.tracked)
		r = sheet_refuse(p, f, "it holds tracked changes: accept or reject them all first");
	else if (sec.chunk)
		r = sheet_refuse(p, f, "it holds another file as text (altChunk): open it in Word and save it again");
	if (r < 0)
		goto out;
	xml_out_fragment(&x, &s->section);
	xml_out_open(&x, "w:sectPr");
	if (p && (r = put_headers(&sec, &x, f)) < 0)
		goto out;
	if (!p)
		put_own_footer(s, &x);
	if (sec.first.n)
		xml_out_raw(&x, buf_span(&sec.first));
	else
		put_own_page(&x);
	if (right_to_left)
		xml_out_empty(&x, "w:bidi");
	xml_out_raw(&x, buf_span(&sec.last));
	xml_out_close(&x, "w:sectPr");
	xml_out_end(&x);
	s->text_width = sec.width > sec.left + sec.right + 1000 ? sec.width - sec.left - sec.right : 9026;
	s->text_height = sec.height > sec.top + sec.bottom + 1000 ? sec.height - sec.top - sec.bottom : 13958;
	make_further_sections(s, &sec);
out:
	buf_done(&sec.first);
	buf_done(&sec.last);
	return r;
}
