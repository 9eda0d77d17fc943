/*
 * styles: what reading needs of an ODT's styles: character formats, list levels, parents.
 *
 * Owns its strings until odt_styles_done.  Source: ODF 1.3 part 3, sections 16 and 20.
 */
#ifndef FORMAT_ODT_STYLES_H
#define FORMAT_ODT_STYLES_H

#include "base/spanmap.h"
#include "io/xml.h"

enum odf_ns { NS_OFFICE, NS_TEXT, NS_STYLE, NS_TABLE, NS_DRAW, NS_FO, NS_XLINK, NS_DC, NS_SVG, NS_META, NS_MANIFEST, NS_FIELD, NS_ODF_COUNT };
extern const char *const odf_namespaces[];

#define ODT_UNSAID (-0x7fffffff)

struct odt_style {
	struct span name, display, parent, family, list_style;
	unsigned format, format_off; /* FMT_* that it switches on, and off */
	int left, indent;     /* margin, and that of the first line before it, in twips; ODT_UNSAID: not said */
	bool hidden, no_list; /* no_list: style:list-style-name="", out of every numbering */
	bool automatic;       /* of one place in the text, and no style that has a name */
	unsigned before;      /* 1 more than the place of the style before it that has the same name; 0: none */
};

struct odt_level {
	bool known, bullet;
	struct span format, prefix, suffix; /* num-format "1", "a", "i", "" */
	unsigned start, display_levels;
	int left, hanging; /* twips */
};
#define ODT_LEVELS 10
struct odt_list_style {
	struct span name, display;
	struct odt_level levels[ODT_LEVELS];
};
#define ODT_OUTLINE "\1outline" /* the name under which text:outline-style, which numbers headings, is kept */

struct odt_styles {
	struct arena arena;
	struct odt_style *styles;
	size_t count, cap;
	struct odt_list_style *lists;
	size_t list_count, list_cap;
	struct span_map by_name, lists_by_name; /* 1 more than the place of the last one */
	/* while reading */
	bool in_automatic;
	struct odt_style *now;
	struct odt_list_style *list_now;
	struct odt_level *level_now;
};

/* Looks at a tag of a styles part or of automatic styles; returns whether it was one of its own. */
bool odt_styles_start(struct odt_styles *s, const struct xml_tag *t);
void odt_styles_end(struct odt_styles *s, int ns, struct span local);
void odt_styles_done(struct odt_styles *s);

const struct odt_style *odt_style_find(const struct odt_styles *s, struct span family, struct span name);
const struct odt_list_style *odt_list_find(const struct odt_styles *s, struct span name);

/* Its margin, or that of a style that it stands on; ODT_UNSAID: none says one. */
int odt_style_left(const struct odt_styles *s, const struct odt_style *st);

/* Does the style, or one that it stands on, carry this name or display name (ASCII case and spaces do not count)? */
bool odt_style_is(const struct odt_styles *s, const struct odt_style *st, const char *name);
/* The look of words in that style, inside words that look like `around`. */
unsigned odt_style_format(const struct odt_styles *s, const struct odt_style *st, unsigned around, bool *ret_hidden);

#endif
