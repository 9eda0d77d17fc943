#include "format/odt/styles.h"

#include <stdlib.h>

#include "model/doc.h"

const char *const odf_namespaces[] = {
	"urn:oasis:names:tc:opendocument:xmlns:office:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:text:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:style:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:table:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
	"http://www.w3.org/1999/xlink",
	"http://purl.org/dc/elements/1.1/",
	"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
	"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
	"urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0",
	NULL,
};

_Static_assert(ARRAY_LEN(odf_namespaces) == NS_ODF_COUNT + 1, "a namespace has no index");

/* In twips; ODT_UNSAID: no length. */
static int length_of(struct span s)
{
	static const struct {
		const char *unit;
		double twips;
	} units[] = { { "cm", 1440 / 2.54 }, { "mm", 144 / 2.54 }, { "in", 1440 }, { "pt", 20 }, { "pc", 240 } };
	bool minus = s.n && s.p[0] == '-';
	double v = 0, part = 1;
	size_t i = minus;

	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && v < 10000; i++)
		v = v * 10 + (s.p[i] - '0');
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			v += (part /= 10) * (s.p[i] - '0');
	s = span_sub(s, i, s.n);
	for (size_t k = 0; k < ARRAY_LEN(units) && v < 10000; k++)
		if (span_is(s, units[k].unit))
			return (int)(v * units[k].twips + 0.5) * (minus ? -1 : 1);
	return ODT_UNSAID;
}

static unsigned level_number(const struct xml_tag *t)
{
	uint64_t v;

	return span_number(xml_attr_get(t, NS_TEXT, "level"), ODT_LEVELS, &v) && v ? (unsigned)v : 0;
}

static void text_properties(struct odt_style *s, const struct xml_tag *t)
{
	static const struct {
		int ns;
		const char *name;
		unsigned bit;
		const char *off; /* this value switches it off, any other on */
	} props[] = {
		{ NS_FO, "font-weight", FMT_STRONG, "normal" },
		{ NS_FO, "font-style", FMT_EMPH, "normal" },
		{ NS_STYLE, "text-underline-style", FMT_UNDERLINE, "none" },
		{ NS_STYLE, "text-line-through-style", FMT_STRIKE, "none" },
	};
	struct span v;

	for (size_t i = 0; i < ARRAY_LEN(props); i++) {
		v = xml_attr_get(t, props[i].ns, props[i].name);
		if (!v.p)
			continue;
		if (span_is(v, props[i].off))
			s->format_off |= props[i].bit;
		else
			s->format |= props[i].bit;
	}
	v = xml_attr_get(t, NS_STYLE, "text-position");
	if (span_starts(v, SPAN_LIT("super")))
		s->format |= FMT_SUPER;
	else if (span_starts(v, SPAN_LIT("sub")))
		s->format |= FMT_SUB;
	if (span_is(xml_attr_get(t, NS_TEXT, "display"), "none"))
		s->hidden = true;
}

bool odt_styles_start(struct odt_styles *s, const struct xml_tag *t)
{
	if (t->ns == NS_OFFICE)
		s->in_automatic = span_is(t->local, "automatic-styles");
	if (t->ns == NS_STYLE && (span_is(t->local, "style") || span_is(t->local, "default-style"))) {
		if (s->count == s->cap) {
			s->cap = s->cap ? 2 * s->cap : 64;
			s->styles = mem_resize(s->styles, s->cap, sizeof(struct odt_style));
		}
		s->now = &s->styles[s->count++];
		*s->now = (struct odt_style){ .name = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "name")),
					      .display = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "display-name")),
					      .parent = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "parent-style-name")),
					      .family = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "family")),
					      .list_style = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "list-style-name")) };
		s->now->left = s->now->indent = ODT_UNSAID;
		s->now->automatic = s->in_automatic;
		s->now->no_list = xml_attr_get(t, NS_STYLE, "list-style-name").p && !s->now->list_style.n;
		if (s->now->name.n) {
			unsigned *last = span_map_put(&s->by_name, s->now->name);

			s->now->before = *last;
			*last = (unsigned)s->count;
		}
		return true;
	}
	if (t->ns == NS_STYLE && span_is(t->local, "text-properties")) {
		if (s->now)
			text_properties(s->now, t);
		return true;
	}
	if (t->ns == NS_STYLE && (span_is(t->local, "paragraph-properties") || span_is(t->local, "table-properties"))) {
		if (s->now) {
			s->now->left = length_of(xml_attr_get(t, NS_FO, "margin-left"));
			s->now->indent = length_of(xml_attr_get(t, NS_FO, "text-indent"));
		}
		return t->local.p[0] == 'p';
	}
	if (t->ns == NS_STYLE && s->level_now && (span_is(t->local, "list-level-properties") || span_is(t->local, "list-level-label-alignment"))) {
		int left = length_of(xml_attr_get(t, NS_FO, "margin-left")), indent = length_of(xml_attr_get(t, NS_FO, "text-indent"));

		s->level_now->left = left == ODT_UNSAID ? s->level_now->left : left;
		s->level_now->hanging = indent == ODT_UNSAID ? s->level_now->hanging : -indent;
		return true;
	}
	if (t->ns == NS_TEXT && (span_is(t->local, "list-style") || span_is(t->local, "outline-style"))) {
		bool outline = t->local.p[0] == 'o';

		if (s->list_count == s->list_cap) {
			s->list_cap = s->list_cap ? 2 * s->list_cap : 16;
			s->lists = mem_resize(s->lists, s->list_cap, sizeof(struct odt_list_style));
		}
		s->list_now = &s->lists[s->list_count++];
		*s->list_now = (struct odt_list_style){ .name = outline ? SPAN_LIT(ODT_OUTLINE) : arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "name")),
							.display = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "display-name")) };
		if (s->list_now->name.n)
			*span_map_put(&s->lists_by_name, s->list_now->name) = (unsigned)s->list_count;
		return true;
	}
	if (s->list_now && t->ns == NS_TEXT && (span_starts(t->local, SPAN_LIT("list-level-style-")) || span_is(t->local, "outline-level-style"))) {
		unsigned n = level_number(t);
		struct odt_level *l = n ? &s->list_now->levels[n - 1] : NULL;
		uint64_t v;

		s->level_now = l;
		if (!l)
			return true;
		l->known = true;
		l->bullet = !span_is(t->local, "list-level-style-number") && !span_is(t->local, "outline-level-style");
		l->format = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "num-format"));
		l->prefix = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "num-prefix"));
		l->suffix = arena_dup(&s->arena, xml_attr_get(t, NS_STYLE, "num-suffix"));
		l->start = span_number(xml_attr_get(t, NS_TEXT, "start-value"), 1u << 20, &v) ? (unsigned)v : 1;
		l->display_levels = span_number(xml_attr_get(t, NS_TEXT, "display-levels"), ODT_LEVELS, &v) && v ? (unsigned)v : 1;
		return true;
	}
	return false;
}

void odt_styles_end(struct odt_styles *s, int ns, struct span local)
{
	if (ns == NS_STYLE && (span_is(local, "style") || span_is(local, "default-style")))
		s->now = NULL;
	else if (ns == NS_TEXT && (span_starts(local, SPAN_LIT("list-level-style-")) || span_is(local, "outline-level-style")))
		s->level_now = NULL;
	else if (ns == NS_TEXT && (span_is(local, "list-style") || span_is(local, "outline-style")))
		s->list_now = NULL;
}

void odt_styles_done(struct odt_styles *s)
{
	free(s->styles);
	free(s->lists);
	span_map_done(&s->by_name);
	span_map_done(&s->lists_by_name);
	arena_done(&s->arena);
	*s = (struct odt_styles){ 0 };
}

const struct odt_style *odt_style_find(const struct odt_styles *s, struct span family, struct span name)
{
	/* The last one: automatic styles are read after the common ones, and hide them. */
	const unsigned *last = name.n ? span_map_find(&s->by_name, name) : NULL;

	for (unsigned i = last ? *last : 0; i; i = s->styles[i - 1].before)
		if (span_eq(s->styles[i - 1].family, family))
			return &s->styles[i - 1];
	return NULL;
}

const struct odt_list_style *odt_list_find(const struct odt_styles *s, struct span name)
{
	const unsigned *last = name.n ? span_map_find(&s->lists_by_name, name) : NULL;

	return last ? &s->lists[*last - 1] : NULL;
}

/* LibreOffice writes "List Number" as "List_20_Number". */
static bool same_name(struct span a, const char *b)
{
	size_t i = 0;

	while (i < a.n) {
		char c = a.p[i];

		if (c == '_' && i + 3 < a.n && memcmp(a.p + i, "_20_", 4) == 0) {
			i += 4;
			while (*b == ' ')
				b++;
			continue;
		}
		if (c == ' ' || c == '_') {
			i++;
			continue;
		}
		while (*b == ' ')
			b++;
		if ((c | 32) != (*b | 32))
			return false;
		i++;
		b++;
	}
	return *b == '\0';
}

#define PARENT_HOPS 16

int odt_style_left(const struct odt_styles *s, const struct odt_style *st)
{
	for (unsigned hops = 0; st && hops < PARENT_HOPS; hops++) {
		if (st->left != ODT_UNSAID)
			return st->left;
		st = odt_style_find(s, st->family, st->parent);
	}
	return ODT_UNSAID;
}

bool odt_style_is(const struct odt_styles *s, const struct odt_style *st, const char *name)
{
	for (unsigned hops = 0; st && hops < PARENT_HOPS; hops++) {
		if (same_name(st->name, name) || (st->display.n && same_name(st->display, name)))
			return true;
		st = odt_style_find(s, st->family, st->parent);
	}
	return false;
}

unsigned odt_style_format(const struct odt_styles *s, const struct odt_style *st, unsigned around, bool *ret_hidden)
{
	unsigned on = 0, off = 0;

	for (unsigned hops = 0; st && hops < PARENT_HOPS; hops++) {
		on |= st->format & ~off;
		off |= st->format_off & ~on;
		if (st->hidden)
			*ret_hidden = true;
		st = odt_style_find(s, st->family, st->parent);
	}
	return (around & ~off) | on;
}
