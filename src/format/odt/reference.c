/*
 * styles.xml: the template's, read over and written again.
 *
 * It is not copied as bytes: only elements and attributes of ODF pass, so that comments, other programs' extensions,
 * languages and personal fields of the template do not travel; what our documents need and the template does not have
 * is added where it belongs.  The built-in styles go the same way, as one more template.
 */
#include "format/odt/internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "io/zip.h"

struct builtin_style {
	const char *family, *display, *name, *parent, *xml;
};
#define ODT_BUILTIN_TABLES
#include "format/odt/builtin.inc"

static_assert(ARRAY_LEN(builtin_styles) == STYLE_COUNT, "a style has no row");
static_assert(ARRAY_LEN(builtin_lists) == LIST_COUNT, "a list style has no row");

struct known { /* a style of the template */
	struct span family, name, display;
};

struct layout {
	struct span name;
	double width, height;
};

struct copy {
	struct odt_sheet *ret;
	const struct odt_page *page;
	const char *path;
	struct zip_in *zip; /* NULL: the built-in styles */
	struct fault *f;
	int failed;

	struct xml_out x;
	const char *open[LIMIT_XML_DEPTH + 1]; /* as written; NULL: the tag was left out, its content stays */
	bool mixed[LIMIT_XML_DEPTH + 1];       /* text counts here */
	unsigned depth, skip;                  /* skip: depth of the element that is left out whole, 0: none */
	bool in_styles, in_default, in_paragraph_default, saw_default, saw_fonts, saw_styles, saw_notes, saw_masters;

	struct known *known;
	size_t known_count, known_cap;
	struct span *parents, *fonts, *used_fonts;
	size_t parent_count, parent_cap, font_count, font_cap, used_font_count, used_font_cap;
	struct layout *layouts;
	size_t layout_count, layout_cap;
	struct span layout, master_layout, standard_layout;
	bool has_master;
};

__attribute__((format(printf, 2, 3))) static void fail(struct copy *c, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (c->failed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->failed = fault_set(c->f, FAULT_INPUT, (struct srcpos){ .file = c->path }, "%s", text);
}

static void remember(struct copy *c, struct span **list, size_t *count, size_t *cap, struct span s)
{
	if (!s.n)
		return;
	if (*count == *cap) {
		*cap = *cap ? 2 * *cap : 32;
		*list = mem_resize(*list, *cap, sizeof(struct span));
	}
	(*list)[(*count)++] = arena_dup(&c->ret->arena, s);
}

static bool remembered(const struct span *list, size_t count, struct span s)
{
	for (size_t i = 0; i < count; i++)
		if (span_eq(list[i], s))
			return true;
	return false;
}

/* ---- names ---- */

/* "Heading_20_1" is how LibreOffice writes "Heading 1" where an NCName must stand. */
static struct span decode_name(struct copy *c, struct span name)
{
	char *out = arena_alloc(&c->ret->arena, name.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.n;) {
		size_t end = i + 1;
		unsigned value = 0;

		while (name.p[i] == '_' && end < name.n && end - i < 6 && name.p[end] != '_') {
			char d = name.p[end];

			if (d >= '0' && d <= '9')
				value = value * 16 + (unsigned)(d - '0');
			else if (d >= 'a' && d <= 'f')
				value = value * 16 + (unsigned)(d - 'a') + 10;
			else
				break;
			end++;
		}
		if (name.p[i] == '_' && end > i + 1 && end < name.n && name.p[end] == '_' && value >= 0x20 && value < 0x7f) {
			out[n++] = (char)value;
			i = end + 1;
		} else {
			out[n++] = name.p[i++];
		}
	}
	return span_of(out, n);
}

static char fold(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
}

/* The same name but for case, spaces, hyphens and underscores: "List Bullet" is ListBullet. */
static bool same_name(struct span a, struct span b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && (a.p[i] == ' ' || a.p[i] == '-' || a.p[i] == '_'))
			i++;
		while (k < b.n && (b.p[k] == ' ' || b.p[k] == '-' || b.p[k] == '_'))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (fold(a.p[i++]) != fold(b.p[k++]))
			return false;
	}
}

static const struct known *find_style(const struct copy *c, const char *family, const char *display)
{
	const struct known *like = NULL;

	for (size_t i = 0; i < c->known_count; i++) {
		const struct known *k = &c->known[i];

		if (!span_is(k->family, family))
			continue;
		if (span_is(k->display, display))
			return k;
		if (!like && same_name(k->display, span_str(display)))
			like = k;
	}
	return like;
}

static bool name_taken(const struct copy *c, const char *family, struct span name)
{
	for (size_t i = 0; i < c->known_count; i++)
		if (span_is(c->known[i].family, family) && span_eq(c->known[i].name, name))
			return true;
	return false;
}

static void know(struct copy *c, struct span family, struct span name, struct span display)
{
	struct known *k;

	if (c->known_count == c->known_cap) {
		c->known_cap = c->known_cap ? 2 * c->known_cap : 64;
		c->known = mem_resize(c->known, c->known_cap, sizeof(*c->known));
	}
	k = &c->known[c->known_count++];
	k->family = arena_dup(&c->ret->arena, family);
	k->name = arena_dup(&c->ret->arena, name);
	k->display = display.p ? arena_dup(&c->ret->arena, display) : decode_name(c, k->name);
}

/* ---- what is added ---- */

static void put_language(struct copy *c)
{
	struct span language, country;

	odt_language(c->page->language, &language, &country);
	xml_out_attr(&c->x, "fo:language", language);
	xml_out_attr(&c->x, "fo:country", country);
	odt_language(c->page->asian, &language, &country);
	xml_out_attr(&c->x, "style:language-asian", language);
	xml_out_attr(&c->x, "style:country-asian", country);
	odt_language(c->page->complex, &language, &country);
	xml_out_attr(&c->x, "style:language-complex", language);
	xml_out_attr(&c->x, "style:country-complex", country);
}

static void add_fonts(struct copy *c)
{
	for (size_t i = 0; i < ARRAY_LEN(builtin_fonts); i++) {
		struct span name = span_str(builtin_fonts[i].name);

		if (!remembered(c->fonts, c->font_count, name)) {
			xml_out_raw(&c->x, span_str(builtin_fonts[i].xml));
			remember(c, &c->fonts, &c->font_count, &c->font_cap, name);
		}
	}
}

/* Makes one of our styles, under a name that the template has not given to something else. */
static const char *make_style(struct copy *c, const struct builtin_style *b)
{
	struct span xml = span_str(b->xml), name = span_str(b->name), key;
	struct buf out = { 0 };
	size_t at;

	for (unsigned n = 1; name_taken(c, b->family, name); n++)
		name = arena_printf(&c->ret->arena, "%s_%u", b->name, n);
	key = arena_printf(&c->ret->arena, "style:name=\"%s\"", b->name);
	at = span_find(xml, key, 0);
	assert(at != SIZE_MAX);
	buf_add(&out, span_sub(xml, 0, at));
	buf_printf(&out, "style:name=\"%.*s\"", SPAN_ARG(name));
	at += key.n;
	if (*b->parent) {
		const char *parent = b->parent;

		for (size_t i = 0; i < ARRAY_LEN(builtin_styles); i++)
			if (!strcmp(builtin_styles[i].name, b->parent) && c->ret->name[i])
				parent = c->ret->name[i];
		key = arena_printf(&c->ret->arena, "style:parent-style-name=\"%s\"", b->parent);
		buf_add(&out, span_sub(xml, at, span_find(xml, key, at)));
		buf_printf(&out, "style:parent-style-name=\"%s\"", parent);
		at = span_find(xml, key, at) + key.n;
	}
	buf_add(&out, span_sub(xml, at, xml.n));
	xml_out_raw(&c->x, buf_span(&out));
	buf_done(&out);
	know(c, span_str(b->family), name, span_str(b->display));
	return arena_str(&c->ret->arena, name);
}

static void add_styles(struct copy *c)
{
	for (size_t i = 0; i < STYLE_COUNT; i++) {
		const struct known *k = find_style(c, builtin_styles[i].family, builtin_styles[i].display);

		c->ret->name[i] = k ? arena_str(&c->ret->arena, k->name) : make_style(c, &builtin_styles[i]);
	}
	for (size_t i = 0; i < LIST_COUNT; i++) {
		const struct known *k = find_style(c, "list", builtin_lists[i].display);

		c->ret->list[i] = k ? arena_str(&c->ret->arena, k->name) : make_style(c, &builtin_lists[i]);
	}
	if (!c->saw_default) {
		xml_out_open(&c->x, "style:default-style");
		xml_out_attr_str(&c->x, "style:family", "paragraph");
		xml_out_open(&c->x, "style:text-properties");
		put_language(c);
		xml_out_close(&c->x, "style:text-properties");
		xml_out_close(&c->x, "style:default-style");
	}
	if (!c->saw_notes)
		xml_out_raw(&c->x, span_str(builtin_notes));
	/* Whether headings carry numbers is the statement's to say, not the template's. */
	xml_out_open(&c->x, "text:outline-style");
	xml_out_attr_str(&c->x, "style:name", "Outline");
	xml_out_raw(&c->x, span_str(c->page->heading_numbers ? builtin_outline_numbered : builtin_outline_plain));
	xml_out_close(&c->x, "text:outline-style");
}

/* ---- reading over ---- */

double odt_centimetres(struct span s)
{
	double value = 0, scale = 1;
	size_t i = 0;
	bool point = false;

	for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'); i++) {
		if (s.p[i] == '.') {
			point = true;
		} else {
			value = value * 10 + (s.p[i] - '0');
			scale *= point ? 10 : 1;
		}
	}
	value /= scale;
	s = span_sub(s, i, s.n);
	if (span_is(s, "cm"))
		return value;
	if (span_is(s, "mm"))
		return value / 10;
	if (span_is(s, "in"))
		return value * 2.54;
	if (span_is(s, "pt"))
		return value * 2.54 / 72;
	if (span_is(s, "pc"))
		return value * 2.54 / 6;
	return 0;
}

static double length_of(const struct xml_tag *t, const char *name, const char *both, double usual)
{
	struct span s = xml_attr_get(t, NS_FO, name);

	if (!s.p && both)
		s = xml_attr_get(t, NS_FO, both);
	return s.p ? odt_centimetres(s) : usual;
}

static void know_layout(struct copy *c, const struct xml_tag *t)
{
	struct layout *l;

	if (c->layout_count == c->layout_cap) {
		c->layout_cap = c->layout_cap ? 2 * c->layout_cap : 8;
		c->layouts = mem_resize(c->layouts, c->layout_cap, sizeof(*c->layouts));
	}
	l = &c->layouts[c->layout_count++];
	l->name = c->layout;
	l->width = length_of(t, "page-width", NULL, 21) - length_of(t, "margin-left", "margin", 2) -
		   length_of(t, "margin-right", "margin", 2);
	l->height = length_of(t, "page-height", NULL, 29.7) - length_of(t, "margin-top", "margin", 2) -
		    length_of(t, "margin-bottom", "margin", 2);
}

/* Fields of a header or footer whose cached words speak of a person, a path or another document. */
static bool personal_field(struct span local)
{
	static const char *const names[] = { "author-name", "author-initials", "initial-creator", "creator", "printed-by",
		"file-name", "template-name", "description", "user-defined", "keywords", "subject", "editing-cycles",
		"editing-duration", "creation-date", "creation-time", "modification-date", "modification-time", "print-date",
		"print-time", "user-field-get", "user-field-input", "database-display", "database-name", "dde-connection",
		"execute-macro", "script", "placeholder" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(local, names[i]))
			return true;
	return span_starts(local, SPAN_LIT("sender-"));
}

/* all: those too that say there is no language, as code has it. */
static bool language_attribute(const struct xml_attr *a, bool all)
{
	static const char *const fo[] = { "language", "country", "script" };
	static const char *const style[] = { "language-asian", "country-asian", "script-asian", "language-complex",
		"country-complex", "script-complex", "rfc-language-tag", "rfc-language-tag-asian", "rfc-language-tag-complex" };

	if (!all && (span_is(a->value, "zxx") || span_is(a->value, "none")))
		return false;
	if (a->ns == NS_FO)
		for (size_t i = 0; i < ARRAY_LEN(fo); i++)
			if (span_is(a->local, fo[i]))
				return true;
	if (a->ns == NS_STYLE)
		for (size_t i = 0; i < ARRAY_LEN(style); i++)
			if (span_is(a->local, style[i]))
				return true;
	return false;
}

static bool outside(struct span href)
{
	return span_find_char(href, ':', 0) != SIZE_MAX || (href.n && href.p[0] == '/') || span_starts(href, SPAN_LIT("../"));
}

/* A picture of the template travels with it, under its own name. */
static void take_picture(struct copy *c, struct span href)
{
	struct odt_picture *p;
	char *name;

	if (span_starts(href, SPAN_LIT("./")))
		href = span_sub(href, 2, href.n);
	if (!href.n)
		return;
	if (outside(href) || !c->zip) {
		fail(c, "the template loads a picture from outside, %.*s: embed it in the template", SPAN_ARG(href));
		return;
	}
	name = arena_str(&c->ret->arena, href);
	for (size_t i = 0; i < c->ret->picture_count; i++)
		if (!strcmp(c->ret->pictures[i].name, name))
			return;
	c->ret->pictures = mem_resize(c->ret->pictures, c->ret->picture_count + 1, sizeof(*p));
	p = &c->ret->pictures[c->ret->picture_count++];
	*p = (struct odt_picture){ .name = name };
	if (!c->failed)
		c->failed = zip_in_read(c->zip, name, &p->bytes, c->f);
}

/* Elements that make a template unusable, and why. */
static bool refused(struct copy *c, const struct xml_tag *t)
{
	if (t->ns == NS_TEXT && span_is(t->local, "tracked-changes"))
		fail(c, "the template holds tracked changes in its header or footer: accept or reject them first");
	else if (t->ns == NS_OFFICE && (span_is(t->local, "event-listeners") || span_is(t->local, "scripts")))
		fail(c, "the template runs macros on events: take them out first");
	else if (t->ns == NS_DRAW &&
		 (span_is(t->local, "object") || span_is(t->local, "object-ole") || span_is(t->local, "plugin") ||
			 span_is(t->local, "applet") || span_is(t->local, "floating-frame")))
		fail(c, "the template holds an embedded object (draw:%.*s): replace it by a picture", SPAN_ARG(t->local));
	else
		return false;
	return true;
}

static void note_style(struct copy *c, const struct xml_tag *t)
{
	struct span family = xml_attr_get(t, NS_STYLE, "family"), name = xml_attr_get(t, NS_STYLE, "name");
	struct span parent = xml_attr_get(t, NS_STYLE, "parent-style-name");

	if (c->in_styles && name.p)
		know(c, family, name, xml_attr_get(t, NS_STYLE, "display-name"));
	if (parent.n)
		remember(c, &c->parents, &c->parent_count, &c->parent_cap,
			arena_printf(&c->ret->arena, "%.*s/%.*s", SPAN_ARG(family), SPAN_ARG(parent)));
}

static void copy_attributes(struct copy *c, const struct xml_tag *t, bool properties)
{
	for (size_t i = 0; i < t->attr_count; i++) {
		const struct xml_attr *a = &t->attrs[i];
		struct buf name = { 0 };

		if (a->ns < 0 || (properties && language_attribute(a, c->in_paragraph_default)))
			continue;
		if (a->ns == NS_STYLE && span_is(t->local, "page-layout-properties") && span_is(a->local, "writing-mode"))
			continue;
		/* LibreOffice writes how a page is filled in drawing terms too, where ODF has no place for them. */
		if (a->ns == NS_DRAW && t->ns == NS_STYLE && span_ends(t->local, SPAN_LIT("-properties")) &&
		    !span_is(t->local, "graphic-properties") && !span_is(t->local, "drawing-page-properties"))
			continue;
		if (a->ns == NS_STYLE && properties && (span_starts(a->local, SPAN_LIT("font-name"))))
			remember(c, &c->used_fonts, &c->used_font_count, &c->used_font_cap, a->value);
		buf_printf(&name, "%s:%.*s", odt_prefixes[a->ns], SPAN_ARG(a->local));
		buf_char(&name, '\0');
		xml_out_attr(&c->x, name.p, a->value);
		buf_done(&name);
	}
}

static void start_root(struct copy *c)
{
	xml_out_open(&c->x, "office:document-styles");
#define X(key, prefix, uri)    \
	if (NS_##key != NS_XML) \
		xml_out_attr_str(&c->x, "xmlns:" prefix, uri);
	ODT_NS_LIST(X)
#undef X
	xml_out_attr_str(&c->x, "office:version", "1.3");
}

static void on_start(void *ctx, const struct xml_tag *t)
{
	struct copy *c = ctx;
	bool properties, parent_mixed = c->mixed[c->depth], keep_tag = true;
	const char *name;
	struct span href;

	c->depth++;
	if (c->skip || c->failed)
		return;
	c->open[c->depth] = NULL;
	c->mixed[c->depth] = parent_mixed;
	if (c->depth == 1) {
		if (t->ns != NS_OFFICE || !span_is(t->local, "document-styles")) {
			fail(c, "styles.xml of the template is no ODF styles part: save it again as .odt");
			return;
		}
		start_root(c);
		c->open[1] = "office:document-styles";
		return;
	}
	if (refused(c, t))
		return;
	if (t->ns < 0 || t->ns == NS_SCRIPT || t->ns == NS_FORM) {
		if (!parent_mixed || t->ns >= 0)
			c->skip = c->depth;
		return;
	}
	if (t->ns == NS_OFFICE && (span_is(t->local, "annotation") || span_is(t->local, "annotation-end") ||
					  span_is(t->local, "forms"))) {
		c->skip = c->depth;
		return;
	}
	if (t->ns == NS_TEXT && (span_is(t->local, "outline-style") || personal_field(t->local))) {
		c->skip = c->depth;
		return;
	}
	if (t->ns == NS_OFFICE && span_is(t->local, "styles")) {
		if (!c->saw_fonts) {
			xml_out_open(&c->x, "office:font-face-decls");
			add_fonts(c);
			xml_out_close(&c->x, "office:font-face-decls");
		}
		c->saw_styles = c->in_styles = true;
	}
	if (t->ns == NS_STYLE && span_is(t->local, "font-face"))
		remember(c, &c->fonts, &c->font_count, &c->font_cap, xml_attr_get(t, NS_STYLE, "name"));
	if (t->ns == NS_STYLE && span_is(t->local, "style"))
		note_style(c, t);
	if (t->ns == NS_TEXT && span_is(t->local, "list-style") && c->in_styles)
		know(c, SPAN_LIT("list"), xml_attr_get(t, NS_STYLE, "name"), xml_attr_get(t, NS_STYLE, "display-name"));
	if (t->ns == NS_TEXT && span_is(t->local, "notes-configuration") &&
		span_is(xml_attr_get(t, NS_TEXT, "note-class"), "footnote"))
		c->saw_notes = true;
	if (t->ns == NS_STYLE && span_is(t->local, "default-style")) {
		c->in_paragraph_default = span_is(xml_attr_get(t, NS_STYLE, "family"), "paragraph");
		c->in_default = false;
	}
	if (t->ns == NS_STYLE && span_is(t->local, "page-layout"))
		c->layout = arena_dup(&c->ret->arena, xml_attr_get(t, NS_STYLE, "name"));
	if (t->ns == NS_STYLE && span_is(t->local, "page-layout-properties"))
		know_layout(c, t);
	if (t->ns == NS_STYLE && span_is(t->local, "master-page")) {
		struct span layout = arena_dup(&c->ret->arena, xml_attr_get(t, NS_STYLE, "page-layout-name"));

		if (!c->has_master)
			c->master_layout = layout;
		if (span_is(xml_attr_get(t, NS_STYLE, "name"), "Standard"))
			c->standard_layout = layout;
		c->has_master = true;
	}
	href = xml_attr_get(t, NS_XLINK, "href");
	if (href.p && ((t->ns == NS_DRAW && (span_is(t->local, "image") || span_is(t->local, "fill-image"))) ||
			      (t->ns == NS_STYLE && span_is(t->local, "background-image"))))
		take_picture(c, href);
	if (t->ns == NS_TEXT && span_is(t->local, "a"))
		keep_tag = span_starts(href, SPAN_LIT("http://")) || span_starts(href, SPAN_LIT("https://")) ||
			   span_starts(href, SPAN_LIT("mailto:"));
	if (t->ns == NS_TEXT && (span_is(t->local, "p") || span_is(t->local, "h")))
		c->mixed[c->depth] = true;
	if (!keep_tag)
		return;

	properties = t->ns == NS_STYLE && span_is(t->local, "text-properties");
	name = arena_printf(&c->ret->arena, "%s:%.*s", odt_prefixes[t->ns], SPAN_ARG(t->local)).p;
	c->open[c->depth] = name;
	xml_out_open(&c->x, name);
	copy_attributes(c, t, properties);
	if (t->ns == NS_STYLE && span_is(t->local, "page-layout-properties"))
		xml_out_attr_str(&c->x, "style:writing-mode", c->page->right_to_left ? "rl-tb" : "lr-tb");
	if (properties && c->in_paragraph_default) {
		c->saw_default = true;
		put_language(c);
		if (!xml_attr_get(t, NS_STYLE, "font-name-asian").p && !xml_attr_get(t, NS_STYLE, "font-family-asian").p)
			xml_out_attr_str(&c->x, "style:font-name-asian", "Serif Asian");
		if (!xml_attr_get(t, NS_STYLE, "font-name-complex").p && !xml_attr_get(t, NS_STYLE, "font-family-complex").p)
			xml_out_attr_str(&c->x, "style:font-name-complex", "Serif Complex");
	}
	if (t->ns == NS_TEXT && span_is(t->local, "title")) {
		xml_out_text(&c->x, c->page->title);
		xml_out_close(&c->x, name);
		c->open[c->depth] = NULL;
		c->skip = c->depth;
	}
}

static void on_end(void *ctx, int ns, struct span local, size_t end_offset)
{
	struct copy *c = ctx;
	const char *name = c->open[c->depth];

	(void)end_offset;
	if (c->skip) {
		if (c->skip == c->depth)
			c->skip = 0;
		c->depth--;
		return;
	}
	if (c->failed) {
		c->depth--;
		return;
	}
	if (ns == NS_OFFICE && span_is(local, "font-face-decls")) {
		add_fonts(c);
		c->saw_fonts = true;
	}
	if (ns == NS_STYLE && span_is(local, "default-style"))
		c->in_paragraph_default = false;
	if (ns == NS_OFFICE && span_is(local, "styles")) {
		add_styles(c);
		c->in_styles = false;
	}
	if (ns == NS_STYLE && span_is(local, "footer") && c->page->banner.p && c->ret->name[STYLE_BANNER]) {
		xml_out_open(&c->x, "text:p");
		xml_out_attr_str(&c->x, "text:style-name", c->ret->name[STYLE_BANNER]);
		xml_out_text(&c->x, c->page->banner);
		xml_out_close(&c->x, "text:p");
	}
	if (name)
		xml_out_close(&c->x, name);
	c->depth--;
}

static void on_text(void *ctx, struct span text)
{
	struct copy *c = ctx;

	if (!c->skip && !c->failed && c->mixed[c->depth])
		xml_out_text(&c->x, text);
}

/* ---- checking ---- */

static void check_references(struct copy *c)
{
	if (!c->saw_styles)
		fail(c, "styles.xml of the template holds no styles: save it again as .odt");
	if (!c->has_master)
		fail(c, "the template has no page style: open it in a word processor, give it a page, and save it again");
	for (size_t i = 0; i < c->parent_count; i++) {
		struct span s = c->parents[i];
		size_t slash = span_find_char(s, '/', 0);
		char *family = arena_str(&c->ret->arena, span_sub(s, 0, slash));

		if (!name_taken(c, family, span_sub(s, slash + 1, s.n)))
			fail(c, "a style of the template is based on the %s style \"%.*s\", which is not in it: save it again from a word processor",
				family, SPAN_ARG(span_sub(s, slash + 1, s.n)));
	}
	for (size_t i = 0; i < c->used_font_count; i++)
		if (!remembered(c->fonts, c->font_count, c->used_fonts[i]))
			fail(c, "a style of the template uses the font \"%.*s\", which it does not declare: save it again from a word processor",
				SPAN_ARG(c->used_fonts[i]));
	if (!c->failed) {
		struct span want = c->standard_layout.n ? c->standard_layout : c->master_layout;

		for (size_t i = 0; i < c->layout_count; i++) {
			if (span_eq(c->layouts[i].name, want)) {
				c->ret->text_width = c->layouts[i].width;
				c->ret->text_height = c->layouts[i].height;
				return;
			}
		}
		fail(c, "the template's page style uses the page layout \"%.*s\", which is not in it: save it again from a word processor",
			SPAN_ARG(want));
	}
}

static void content_start(void *ctx, const struct xml_tag *t)
{
	struct copy *c = ctx;

	if (t->ns == NS_TEXT && span_is(t->local, "changed-region"))
		fail(c, "the template holds tracked changes: accept or reject them, then save it again");
	else if (t->ns == NS_OFFICE && span_is(t->local, "event-listeners"))
		fail(c, "the template runs macros on events: take them out first");
}

static void ignore_end(void *ctx, int ns, struct span local, size_t end_offset)
{
	(void)ctx;
	(void)ns;
	(void)local;
	(void)end_offset;
}

static void ignore_text(void *ctx, struct span text)
{
	(void)ctx;
	(void)text;
}

static int open_template(struct copy *c, struct span reference, struct buf *ret_styles)
{
	struct buf part = { 0 };
	struct xml_handler h = { .namespaces = odt_namespaces, .start = content_start, .end = ignore_end, .text = ignore_text,
		.ctx = c };
	int r;

	if (span_starts(reference, SPAN_LIT("<")) || span_starts(reference, SPAN_LIT("\xef\xbb\xbf<")))
		return fault_set(c->f, FAULT_INPUT, (struct srcpos){ .file = c->path },
			"the template is flat XML, not a package: save it as .odt or .ott");
	if ((r = zip_in_open(reference, c->path, &c->zip, c->f)) < 0)
		return r;
	if (zip_in_has(c->zip, "word/document.xml"))
		fail(c, "the template is a DOCX file: give an .odt or .ott for ODT");
	else if (!zip_in_has(c->zip, "mimetype") || !zip_in_has(c->zip, "styles.xml") || !zip_in_has(c->zip, "content.xml"))
		fail(c, "the template is no OpenDocument text: mimetype, content.xml or styles.xml is missing");
	for (size_t i = 0; i < zip_in_count(c->zip) && !c->failed; i++) {
		struct span name = span_str(zip_in_name(c->zip, i));

		if (span_starts(name, SPAN_LIT("Basic/")) || span_starts(name, SPAN_LIT("Scripts/")))
			fail(c, "the template holds macros (%.*s): save it without them", SPAN_ARG(name));
	}
	if (!c->failed && (r = zip_in_read(c->zip, "mimetype", &part, c->f)) < 0)
		c->failed = r;
	if (!c->failed && !span_is(span_trim(buf_span(&part)), ODT_MIMETYPE) &&
		!span_is(span_trim(buf_span(&part)), ODT_TEMPLATE_MIMETYPE))
		fail(c, "the template is a %.*s, not an OpenDocument text: give an .odt or .ott",
			part.n > 80 ? 80 : (int)part.n, part.p ? part.p : "");
	buf_clear(&part);
	if (!c->failed && !(c->failed = zip_in_read(c->zip, "content.xml", &part, c->f)) &&
		(r = xml_parse(buf_span(&part), c->path, "content.xml", &h, c->f)) < 0 && !c->failed)
		c->failed = r;
	buf_done(&part);
	if (!c->failed)
		c->failed = zip_in_read(c->zip, "styles.xml", ret_styles, c->f);
	return c->failed;
}

/* In a page that runs right to left LibreOffice takes the unsaid "start" of a number for the left and "end" for the right,
 * and would set numbers outside of the margin: what no list style says is said. */
static void align_numbers(struct buf *xml)
{
	static const struct span tag = SPAN("<style:list-level-properties"), said = SPAN("fo:text-align=");
	struct span s = buf_span(xml);
	struct buf out = { 0 };
	size_t from = 0, at;

	while ((at = span_find(s, tag, from)) != SIZE_MAX) {
		size_t end = span_find_char(s, '>', at);

		at += tag.n;
		buf_add(&out, span_sub(s, from, at));
		if (span_find(span_sub(s, at, end), said, 0) == SIZE_MAX)
			BUF_LIT(&out, " fo:text-align=\"end\"");
		from = at;
	}
	buf_add(&out, span_sub(s, from, s.n));
	buf_done(xml);
	*xml = out;
}

int odt_sheet_make(struct span reference, const char *path, const struct odt_page *page, struct odt_sheet *ret,
	struct fault *f)
{
	struct copy *c = mem_zero(1, sizeof(*c));
	struct xml_handler h = { .namespaces = odt_namespaces, .start = on_start, .end = on_end, .text = on_text, .ctx = c };
	struct buf styles = { 0 };
	struct span part = span_str(builtin_styles_xml);
	int r = 0;

	*ret = (struct odt_sheet){ 0 };
	*c = (struct copy){ .ret = ret, .page = page, .path = path ? path : "template", .f = f };
	if (reference.n) {
		r = open_template(c, reference, &styles);
		part = buf_span(&styles);
	}
	if (!r) {
		xml_out_begin(&c->x, &ret->xml);
		r = xml_parse(part, c->path, "styles.xml", &h, f);
		if (!r && !c->failed)
			check_references(c);
		if (c->failed)
			r = c->failed;
		else if (!r)
			xml_out_end(&c->x);
		if (!r && page->right_to_left)
			align_numbers(&ret->xml);
	}
	buf_done(&styles);
	zip_in_free(c->zip);
	mem_free(c->known);
	mem_free(c->parents);
	mem_free(c->fonts);
	mem_free(c->used_fonts);
	mem_free(c->layouts);
	mem_free(c);
	if (r)
		odt_sheet_done(ret);
	return r;
}

void odt_sheet_done(struct odt_sheet *s)
{
	for (size_t i = 0; i < s->picture_count; i++)
		buf_done(&s->pictures[i].bytes);
	mem_free(s->pictures);
	buf_done(&s->xml);
	arena_done(&s->arena);
	*s = (struct odt_sheet){ 0 };
}
