#include "format/docx/sheet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/docx/builtin.h"
#include "format/docx/header.h"
#include "format/docx/names.h"
#include "format/docx/order.h"
#include "format/docx/package.h"
#include "format/image_clean.h"
#include "io/xml.h"

#define W_URI "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define W_NS " xmlns:w=\"" W_URI "\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

/* A4 with 2.54 cm margins, in twips (DOMAIN.md section 7). */
#define PAGE_WIDTH 11906u
#define PAGE_HEIGHT 16838u
#define PAGE_MARGIN 1440u

/* ---- languages ---- */

struct sheet_languages sheet_languages(struct span language)
{
	/* Word wants a country with most languages; where the tag names none, the one that has a dictionary. */
	static const struct {
		const char *language, *tag;
		enum { LATIN, EAST_ASIAN, COMPLEX } script;
	} usual[] = {
		{ "en", "en-GB", LATIN },      { "fr", "fr-FR", LATIN },      { "es", "es-ES", LATIN },	  { "ru", "ru-RU", LATIN },
		{ "pt", "pt-BR", LATIN },      { "de", "de-DE", LATIN },      { "zh", "zh-CN", EAST_ASIAN }, { "ja", "ja-JP", EAST_ASIAN },
		{ "ko", "ko-KR", EAST_ASIAN }, { "ar", "ar-SA", COMPLEX },    { "he", "he-IL", COMPLEX }, { "fa", "fa-IR", COMPLEX },
		{ "ur", "ur-PK", COMPLEX },    { "hi", "hi-IN", COMPLEX },    { "th", "th-TH", COMPLEX },
	};
	struct sheet_languages l = { SPAN_LIT("en-GB"), SPAN_LIT("zh-CN"), SPAN_LIT("ar-SA") };
	size_t dash = span_find_char(language, '-', 0);
	struct span head = span_sub(language, 0, dash == SIZE_MAX ? language.n : dash);
	struct span tag = language;

	if (!language.n)
		return l;
	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		if (!span_eq_nocase(head, span_str(usual[i].language)))
			continue;
		if (dash == SIZE_MAX)
			tag = span_str(usual[i].tag);
		if (usual[i].script == EAST_ASIAN)
			l.east_asian = tag;
		else if (usual[i].script == COMPLEX)
			l.complex = tag;
		else
			l.latin = tag;
		return l;
	}
	l.latin = tag;
	return l;
}

/* ---- a stranger's part, without what must not travel ---- */

/* Copies a tag without its revision ids (w:rsidR…). */
static void copy_tag(struct span tag, struct buf *out)
{
	size_t from = 0, i = 0;

	while (i < tag.n) {
		size_t name = i, end;

		if (!strchr(" \t\r\n", tag.p[i])) {
			if (tag.p[i] == '"' || tag.p[i] == '\'') {
				end = span_find_char(tag, tag.p[i], i + 1);
				i = end == SIZE_MAX ? tag.n : end + 1;
			} else {
				i++;
			}
			continue;
		}
		while (i < tag.n && strchr(" \t\r\n", tag.p[i]))
			i++;
		end = i;
		while (end < tag.n && !strchr("= \t\r\n/>", tag.p[end]))
			end++;
		if (span_find(span_sub(tag, i, end), SPAN_LIT(":rsid"), 0) == SIZE_MAX)
			continue;
		end = span_find_char(tag, '"', end);
		end = end == SIZE_MAX ? SIZE_MAX : span_find_char(tag, '"', end + 1);
		if (end == SIZE_MAX)
			continue;
		buf_add(out, span_sub(tag, from, name));
		from = i = end + 1;
	}
	buf_add(out, span_sub(tag, from, tag.n));
}

/*
 * Copies a well-formed part without its declaration, comments, instructions, revision ids and list properties (our
 * lists are our own); languages too where ours takes their place.
 */
static void clean_part(struct span s, bool drop_languages, struct buf *out)
{
	static const char *const dropped[] = { "numPr", "rsid", "rsids", "proofErr", "lastRenderedPageBreak" };
	CLEANUP(buf_done) struct buf utf8 = { 0 };
	size_t at = 0, skip = 0; /* skip: open tags of a dropped element */

	if (xml_from_utf16(s, &utf8))
		s = buf_span(&utf8);
	if (span_starts(s, SPAN_LIT("\xef\xbb\xbf")))
		at = 3;
	BUF_LIT(out, XML_HEAD);
	while (at < s.n) {
		size_t open = span_find_char(s, '<', at), end, name_end;
		struct span name;
		bool closing, empty, drop;

		if (open == SIZE_MAX)
			open = s.n;
		if (!skip)
			buf_add(out, span_sub(s, at, open));
		if (open == s.n)
			return;
		if (open + 1 < s.n && (s.p[open + 1] == '?' || s.p[open + 1] == '!')) {
			struct span closer = SPAN_LIT("?>");
			bool cdata = span_starts(span_sub(s, open, s.n), SPAN_LIT("<![CDATA["));

			if (cdata)
				closer = SPAN_LIT("]]>");
			else if (s.p[open + 1] == '!')
				closer = SPAN_LIT("-->");
			end = span_find(s, closer, open);
			end = end == SIZE_MAX ? s.n : end + closer.n;
			if (cdata && !skip)
				buf_add(out, span_sub(s, open, end));
			at = end;
			/* The line end after the declaration is ours. */
			if (s.p[open + 1] == '?')
				while (at < s.n && (s.p[at] == '\n' || s.p[at] == '\r'))
					at++;
			continue;
		}
		end = markup_end(s, open);
		name = markup_name(s, open, &name_end);
		closing = s.p[open + 1] == '/';
		empty = end - 2 > open && s.p[end - 2] == '/';
		at = end;
		if (skip) {
			skip = closing ? skip - 1 : skip + !empty;
			continue;
		}
		drop = drop_languages && span_is(name, "lang");
		for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
			drop = drop || span_is(name, dropped[i]);
		if (drop)
			skip = !empty && !closing;
		else
			copy_tag(span_sub(s, open, end), out);
	}
}

/* Finds the next start tag of a local name at or after from; false where there is none. */
static bool find_tag(struct span s, const char *local, size_t from, bool closing, size_t *ret_open, size_t *ret_end)
{
	for (size_t open = from; (open = span_find_char(s, '<', open)) != SIZE_MAX; open++) {
		size_t name_end;

		if (open + 1 >= s.n || (s.p[open + 1] == '/') != closing || !span_is(markup_name(s, open, &name_end), local))
			continue;
		*ret_open = open;
		*ret_end = markup_end(s, open);
		return true;
	}
	return false;
}

/* ---- styles ---- */

struct known_style {
	struct span id, folded; /* folded: the name without spaces, in lower case */
	char type;              /* p, c, t, n */
	bool is_default;
};

struct styles {
	struct arena *arena;
	struct known_style *items;
	size_t count, cap;
	struct known_style *now;
};

static struct span fold_name(struct arena *a, struct span name)
{
	char *p = arena_alloc(a, name.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c == ' ' || c == '-' || c == '_')
			continue;
		p[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return span_of(p, n);
}

static void styles_start(void *ctx, const struct xml_tag *t)
{
	struct styles *s = ctx;
	struct span type, on;

	if (t->ns != NS_W)
		return;
	if (span_is(t->local, "style") && t->depth == 2) {
		if (s->count == s->cap) {
			s->cap = s->cap ? 2 * s->cap : 64;
			s->items = mem_resize(s->items, s->cap, sizeof(*s->items));
		}
		type = xml_attr_get(t, NS_W, "type");
		on = xml_attr_get(t, NS_W, "default");
		s->now = &s->items[s->count++];
		*s->now = (struct known_style){
			.id = arena_dup(s->arena, xml_attr_get(t, NS_W, "styleId")),
			.type = type.n ? type.p[0] : 'p',
			.is_default = on.n && !span_is(on, "0") && !span_is(on, "false") && !span_is(on, "off"),
		};
	} else if (span_is(t->local, "name") && t->depth == 3 && s->now) {
		s->now->folded = fold_name(s->arena, xml_attr_get(t, NS_W, "val"));
	}
}

static const struct known_style *style_by_name(const struct styles *s, struct span folded, char type)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].type == type && s->items[i].id.n && span_eq(s->items[i].folded, folded))
			return &s->items[i];
	return NULL;
}

static bool id_taken(const struct styles *s, struct span id)
{
	for (size_t i = 0; i < s->count; i++)
		if (span_eq_nocase(s->items[i].id, id))
			return true;
	return false;
}

static bool style_exists(void *ctx, struct span id)
{
	const struct styles *s = ctx;

	for (size_t i = 0; i < s->count; i++)
		if (span_eq(s->items[i].id, id))
			return true;
	return false;
}

static const struct known_style *find_style(const struct styles *s, const struct builtin_style *b)
{
	struct span rest = span_str(b->aliases ? b->aliases : ""), alias;
	const struct known_style *k = style_by_name(s, fold_name(s->arena, span_str(b->name)), b->type[0]);

	while (!k && rest.n && span_split(&rest, ',', &alias))
		k = style_by_name(s, alias, b->type[0]);
	return k;
}

/* The id that one of our styles has in this sheet. */
static const char *id_of(const struct sheet *sheet, const char *builtin_id)
{
	for (size_t i = 0; i < STYLE_COUNT; i++)
		if (strcmp(builtin_styles[i].id, builtin_id) == 0)
			return sheet->style[builtin_styles[i].key];
	return builtin_id;
}

static void put_val(struct xml_out *x, const char *element, struct span value)
{
	xml_out_open(x, element);
	xml_out_attr(x, "w:val", value);
	xml_out_close(x, element);
}

static void put_style(const struct sheet *sheet, const struct builtin_style *b, struct span normal, bool declare, struct buf *out)
{
	struct xml_out x;

	xml_out_fragment(&x, out);
	xml_out_open(&x, "w:style");
	if (declare) /* the reference may call the namespace by another prefix */
		xml_out_attr_str(&x, "xmlns:w", W_URI);
	xml_out_attr_str(&x, "w:type", b->type);
	if (b->ours)
		xml_out_attr_str(&x, "w:customStyle", "1");
	xml_out_attr_str(&x, "w:styleId", sheet->style[b->key]);
	put_val(&x, "w:name", span_str(b->name));
	if (b->based_on && (b->based_on[0] || normal.n))
		put_val(&x, "w:basedOn", b->based_on[0] ? span_str(id_of(sheet, b->based_on)) : normal);
	if (b->next)
		put_val(&x, "w:next", span_str(id_of(sheet, b->next)));
	if (b->type[0] != 't')
		xml_out_empty(&x, "w:qFormat");
	xml_out_raw(&x, span_str(b->body));
	xml_out_close(&x, "w:style");
	xml_out_end(&x);
}

static void put_languages(struct span language, bool declare, struct buf *out)
{
	struct sheet_languages l = sheet_languages(language);
	struct xml_out x;

	xml_out_fragment(&x, out);
	xml_out_open(&x, "w:lang");
	if (declare)
		xml_out_attr_str(&x, "xmlns:w", W_URI);
	xml_out_attr(&x, "w:val", l.latin);
	xml_out_attr(&x, "w:eastAsia", l.east_asian);
	xml_out_attr(&x, "w:bidi", l.complex);
	xml_out_close(&x, "w:lang");
	xml_out_end(&x);
}

/* Copies the reference's styles with our languages in their defaults; out ends before the root's end tag. */
static void put_reference_styles(struct span clean, struct span language, struct buf *out, struct span *ret_tail)
{
	static const char open_default[] = "<w:rPrDefault" W_NS "><w:rPr>", close_default[] = "</w:rPr></w:rPrDefault>";
	size_t root, root_end, open, end, inner, inner_end, close, close_end, last = 0, at = 0;
	bool self_closed;

	ret_tail->n = 0;
	if (!find_tag(clean, "styles", 0, false, &root, &root_end))
		return;
	self_closed = clean.p[root_end - 2] == '/';
	if (self_closed) {
		buf_add(out, span_sub(clean, 0, root_end - 2));
		buf_char(out, '>');
		*ret_tail = SPAN_LIT("</w:styles>");
		return;
	}
	if (!find_tag(clean, "rPrDefault", root_end, false, &open, &end)) {
		if (find_tag(clean, "docDefaults", root_end, false, &open, &end) && clean.p[end - 2] != '/') {
			at = end;
			buf_add(out, span_sub(clean, 0, at));
			buf_str(out, open_default);
			put_languages(language, false, out);
			buf_str(out, close_default);
		} else {
			bool empty = find_tag(clean, "docDefaults", root_end, false, &open, &end);

			buf_add(out, span_sub(clean, 0, empty ? open : root_end));
			at = empty ? end : root_end;
			BUF_LIT(out, "<w:docDefaults" W_NS ">");
			buf_str(out, open_default);
			put_languages(language, false, out);
			buf_str(out, close_default);
			BUF_LIT(out, "</w:docDefaults>");
		}
	} else if (clean.p[end - 2] == '/') {
		buf_add(out, span_sub(clean, 0, open));
		buf_str(out, open_default);
		put_languages(language, false, out);
		buf_str(out, close_default);
		at = end;
	} else {
		bool found = find_tag(clean, "rPr", end, false, &inner, &inner_end);

		if (!find_tag(clean, "rPrDefault", end, true, &close, &close_end))
			close = end;
		if (!found || inner > close) {
			buf_add(out, span_sub(clean, 0, end));
			BUF_LIT(out, "<w:rPr" W_NS ">");
			put_languages(language, false, out);
			BUF_LIT(out, "</w:rPr>");
			at = end;
		} else if (clean.p[inner_end - 2] == '/') {
			buf_add(out, span_sub(clean, 0, inner));
			BUF_LIT(out, "<w:rPr" W_NS ">");
			put_languages(language, false, out);
			BUF_LIT(out, "</w:rPr>");
			at = inner_end;
		} else if (find_tag(clean, "rPr", inner_end, true, &at, &close_end)) {
			buf_add(out, span_sub(clean, 0, at));
			put_languages(language, true, out);
		}
	}
	for (size_t i = clean.n; i > at && !last; i--)
		if (clean.p[i - 1] == '<')
			last = i - 1;
	buf_add(out, span_sub(clean, at, last));
	*ret_tail = span_sub(clean, last, clean.n);
}

static int make_styles(struct sheet *sheet, struct package *p, struct span language, struct fault *f)
{
	struct styles known = { .arena = &sheet->arena };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = styles_start, .ctx = &known };
	const struct rel *rel = p ? rels_of_type(&p->rels, "styles") : NULL;
	CLEANUP(buf_done) struct buf raw = { 0 }, unordered = { 0 }, clean = { 0 };
	struct span normal = { 0 }, tail = { 0 };
	bool has[STYLE_COUNT] = { false };
	int r;

	if (rel && rel->target.n && zip_in_has(p->zip, rel->target.p)) {
		if ((r = zip_in_read(p->zip, rel->target.p, &raw, f)) < 0 ||
		    (r = xml_parse(buf_span(&raw), p->path, rel->target.p, &h, f)) < 0) {
			free(known.items);
			return r;
		}
		clean_part(buf_span(&raw), true, &unordered);
		order_styles(buf_span(&unordered), style_exists, &known, &clean);
		put_reference_styles(buf_span(&clean), language, &sheet->styles, &tail);
		for (size_t i = 0; i < known.count && !normal.n; i++)
			if (known.items[i].is_default && known.items[i].type == 'p')
				normal = known.items[i].id;
	}
	if (!tail.n) {
		buf_clear(&sheet->styles);
		known.count = 0;
		BUF_LIT(&sheet->styles, XML_HEAD "<w:styles" W_NS ">");
		buf_str(&sheet->styles, builtin_defaults_head);
		put_languages(language, false, &sheet->styles);
		buf_str(&sheet->styles, builtin_defaults_tail);
		buf_str(&sheet->styles, builtin_normal);
		normal = SPAN_LIT("Normal");
		tail = SPAN_LIT("</w:styles>");
	}
	for (size_t i = 0; i < STYLE_COUNT; i++) {
		const struct builtin_style *b = &builtin_styles[i];
		const struct known_style *k = find_style(&known, b);

		if (k) {
			has[i] = true;
			sheet->style[b->key] = k->id.p;
			continue;
		}
		sheet->style[b->key] = b->id;
		for (unsigned n = 2; id_taken(&known, span_str(sheet->style[b->key])); n++)
			sheet->style[b->key] = arena_printf(&sheet->arena, "%s%u", b->id, n).p;
	}
	for (size_t i = 0; i < STYLE_COUNT; i++)
		if (!has[i])
			put_style(sheet, &builtin_styles[i], normal, known.count != 0, &sheet->styles);
	buf_add(&sheet->styles, tail);
	free(known.items);
	return 0;
}

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
	bool tracked, chunk, strict;
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

static struct sheet_part *add_part(struct sheet *s, const char *name, const char *type)
{
	s->parts = mem_resize(s->parts, s->part_count + 1, sizeof(*s->parts));
	s->parts[s->part_count] = (struct sheet_part){ .name = name, .type = type };
	return &s->parts[s->part_count++];
}

static void add_rel(struct sheet *s, const char *id, const char *type, const char *target)
{
	s->rels = mem_resize(s->rels, s->rel_count + 1, sizeof(*s->rels));
	s->rels[s->rel_count++] = (struct sheet_rel){ id, type, target };
}

static int refuse(const struct package *p, struct fault *f, const char *what)
{
	return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = p->path }, "this template cannot be used: %s", what);
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
			r = refuse(p, f, "its header or footer holds something other than text, pictures and links (an object, a chart, or a "
					 "picture on another computer): take that out");
			goto out;
		}
		type = arena_printf(&s->arena, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/%.*s", SPAN_ARG(rel->type));
		part = add_part(s, arena_printf(&s->arena, "word/media/ref%u_%zu.%s", n, i + 1, ending).p, NULL);
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
	add_part(s, arena_printf(&s->arena, "word/_rels/%s.rels", name + strlen("word/")).p, NULL)->data = out;
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
		return refuse(p, f, "its header or footer holds tracked changes: accept or reject them all first");
	if (look.object)
		return refuse(p, f, "its header or footer holds an embedded object: take it out");
	part = add_part(s, name.p, arena_printf(&s->arena, "application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml", kind).p);
	clean_part(buf_span(&raw), false, &part->data);
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
		add_rel(s, id.p, kind, arena_printf(&s->arena, "%s%u.xml", kind, n).p);
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
		add_part(s, "word/footer1.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml");
	struct span text = span_str(builtin_footer);
	size_t at = span_find(text, SPAN_LIT("%s"), 0);

	BUF_LIT(&part->data, XML_HEAD);
	buf_add(&part->data, span_sub(text, 0, at));
	buf_str(&part->data, s->style[STYLE_FOOTER]);
	buf_add(&part->data, span_sub(text, at + 2, text.n));
	add_rel(s, "rIdH1", "footer", "footer1.xml");
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

static int make_section(struct sheet *s, struct package *p, bool right_to_left, struct fault *f)
{
	struct section sec = { .sheet = s, .p = p, .width = PAGE_WIDTH, .height = PAGE_HEIGHT, .left = PAGE_MARGIN, .right = PAGE_MARGIN,
			       .top = PAGE_MARGIN, .bottom = PAGE_MARGIN };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = section_start, .end = section_end, .ctx = &sec };
	struct xml_out x;
	int r = 0;

	xml_out_fragment(&sec.x, &sec.first);
	if (p && (r = xml_parse(buf_span(&p->main), p->path, p->main_part, &h, f)) < 0)
		goto out;
	if (sec.tracked)
		r = refuse(p, f, "it holds tracked changes: accept or reject them all first");
	else if (sec.chunk)
		r = refuse(p, f, "it holds another file as text (altChunk): open it in Word and save it again");
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

/* ---- what else travels, and what must not be there ---- */

static int copy_plain(struct sheet *s, struct package *p, const char *rel_type, const char *name, const char *type, struct fault *f)
{
	static const struct xml_handler nothing = { 0 };
	const struct rel *rel = rels_of_type(&p->rels, rel_type);
	CLEANUP(buf_done) struct buf raw = { 0 };
	struct rels own = { 0 };
	struct sheet_part *part;
	bool alone;
	int r;

	if (!rel || !rel->target.n || !zip_in_has(p->zip, rel->target.p))
		return 0;
	/* A theme or font table that leans on more parts (pictures, embedded fonts) is left behind: Word does without. */
	r = package_rels(p, rel->target.p, &own, f);
	alone = !own.count;
	rels_done(&own);
	if (r < 0 || !alone)
		return r;
	if ((r = zip_in_read(p->zip, rel->target.p, &raw, f)) < 0 ||
	    (r = xml_parse(buf_span(&raw), p->path, rel->target.p, &nothing, f)) < 0)
		return r;
	part = add_part(s, name, type);
	clean_part(buf_span(&raw), false, &part->data);
	add_rel(s, arena_printf(&s->arena, "rIdS%zu", s->rel_count + 1).p, rel_type, name + strlen("word/"));
	return 0;
}

static int check_package(struct package *p, struct fault *f)
{
	static const struct {
		const char *type, *what;
	} risky[] = {
		{ "attachedTemplate", "it is tied to another template: in Word, File > Options > Add-ins > Templates, attach Normal.dotm, and save" },
		{ "aFChunk", "it holds another file as text (altChunk): open it in Word and save it again" },
		{ "subDocument", "it is a master document: save it as one document" },
		{ "frame", "it holds a frame that is read from elsewhere: take it out" },
		{ "oleObject", "it holds an embedded object (OLE): take it out" },
		{ "control", "it holds an ActiveX control: take it out" },
	};
	const struct rel *settings = rels_of_type(&p->rels, "settings");
	struct rels of_settings = { 0 };
	int r = 0;

	for (size_t i = 0; i < zip_in_count(p->zip); i++) {
		struct span base = span_str(zip_in_name(p->zip, i));

		if (span_ends(base, SPAN_LIT("vbaProject.bin")))
			return refuse(p, f, "it holds macros: save it as .docx without macros");
	}
	if (span_find(span_sub(buf_span(&p->main), 0, p->main.n < 8192 ? p->main.n : 8192), SPAN_LIT("purl.oclc.org/ooxml"), 0) != SIZE_MAX)
		return refuse(p, f, "it is saved as Strict Open XML: save it as Word Document (.docx)");
	if (settings && settings->target.n)
		r = package_rels(p, settings->target.p, &of_settings, f);
	for (size_t k = 0; k < ARRAY_LEN(risky) && r == 0; k++) {
		for (size_t i = 0; i < of_settings.count && r == 0; i++)
			if (span_is(of_settings.items[i].type, risky[k].type))
				r = refuse(p, f, risky[k].what);
		for (size_t i = 0; i < p->rels.count && r == 0; i++)
			if (span_is(p->rels.items[i].type, risky[k].type))
				r = refuse(p, f, risky[k].what);
	}
	for (size_t i = 0; i < p->rels.count && r == 0; i++)
		if (p->rels.items[i].external && span_is(p->rels.items[i].type, "image"))
			r = refuse(p, f, "it shows a picture from another computer: paste the picture itself");
	rels_done(&of_settings);
	return r;
}

int sheet_make(struct span reference, const char *path, struct span language, bool right_to_left, struct sheet *ret, struct fault *f)
{
	struct package package = { 0 }, *p = NULL;
	struct sheet_part *part;
	int r = 0;

	*ret = (struct sheet){ 0 };
	if (reference.n) {
		if ((r = package_open(reference, path ? path : "template", &package, f)) < 0)
			return r;
		p = &package;
		if ((r = check_package(p, f)) < 0)
			goto out;
	}
	if ((r = make_styles(ret, p, language, f)) < 0 || (r = make_section(ret, p, right_to_left, f)) < 0)
		goto out;
	if (p) {
		if ((r = copy_plain(ret, p, "theme", "word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml", f)) < 0 ||
		    (r = copy_plain(ret, p, "fontTable", "word/fontTable.xml",
				    "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml", f)) < 0)
			goto out;
	} else {
		part = add_part(ret, "word/fontTable.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml");
		BUF_LIT(&part->data, XML_HEAD);
		buf_str(&part->data, builtin_fonts);
		add_rel(ret, "rIdS1", "fontTable", "fontTable.xml");
	}
out:
	if (p)
		package_done(p);
	if (r < 0)
		sheet_done(ret);
	return r;
}

void sheet_headers(struct sheet *s, struct span title, struct span organisation, bool right_to_left)
{
	for (size_t i = 0; i < s->part_count; i++) {
		struct buf clean = { 0 };

		if (!s->parts[i].type || !(span_ends(span_str(s->parts[i].type), SPAN_LIT("header+xml")) ||
					   span_ends(span_str(s->parts[i].type), SPAN_LIT("footer+xml"))))
			continue;
		header_clean(buf_span(&s->parts[i].data), title, organisation, &clean);
		buf_done(&s->parts[i].data);
		s->parts[i].data = clean;
		if (!right_to_left)
			continue;
		clean = (struct buf){ 0 };
		header_mirror(buf_span(&s->parts[i].data), &clean);
		buf_done(&s->parts[i].data);
		s->parts[i].data = clean;
	}
}

void sheet_done(struct sheet *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->part_count; i++)
		buf_done(&s->parts[i].data);
	free(s->parts);
	free(s->rels);
	buf_done(&s->styles);
	buf_done(&s->section);
	buf_done(&s->upright);
	buf_done(&s->landscape);
	arena_done(&s->arena);
	*s = (struct sheet){ 0 };
}
