#include "format/docx/sheet_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/docx/builtin.h"
#include "format/docx/names.h"
#include "format/docx/order.h"
#include "io/xml.h"

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

/* ---- styles that the reference has ---- */

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
	if (!sheet_find_tag(clean, "styles", 0, false, &root, &root_end))
		return;
	self_closed = clean.p[root_end - 2] == '/';
	if (self_closed) {
		buf_add(out, span_sub(clean, 0, root_end - 2));
		buf_char(out, '>');
		*ret_tail = SPAN_LIT("</w:styles>");
		return;
	}
	if (!sheet_find_tag(clean, "rPrDefault", root_end, false, &open, &end)) {
		if (sheet_find_tag(clean, "docDefaults", root_end, false, &open, &end) && clean.p[end - 2] != '/') {
			at = end;
			buf_add(out, span_sub(clean, 0, at));
			buf_str(out, open_default);
			put_languages(language, false, out);
			buf_str(out, close_default);
		} else {
			bool empty = sheet_find_tag(clean, "docDefaults", root_end, false, &open, &end);

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
		bool found = sheet_find_tag(clean, "rPr", end, false, &inner, &inner_end);

		if (!sheet_find_tag(clean, "rPrDefault", end, true, &close, &close_end))
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
		} else if (sheet_find_tag(clean, "rPr", inner_end, true, &at, &close_end)) {
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

int sheet_styles(struct sheet *sheet, struct package *p, struct span language, struct fault *f)
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
		sheet_clean_part(buf_span(&raw), true, &unordered);
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
