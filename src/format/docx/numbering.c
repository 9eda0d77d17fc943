#include "format/docx/writer.h"

#include <assert.h>

/* numId of each scheme's first w:num. */
#define FIRST_NUM(scheme) ((unsigned)(scheme) + 1)

void lists_init(struct lists *l, enum numbering numbering, bool loose)
{
	*l = (struct lists){ .numbering = numbering, .loose = loose, .nums = SCHEME_COUNT };
	for (unsigned s = 0; s < SCHEME_COUNT; s++)
		for (unsigned i = 0; i < SCHEME_LEVELS; i++)
			l->active[s][i] = FIRST_NUM(s);
}

static void put_number(struct xml_out *x, const char *element, unsigned value)
{
	xml_out_open(x, element);
	xml_out_attr_number(x, "w:val", value);
	xml_out_close(x, element);
}

static unsigned new_num(struct lists *l, enum scheme scheme, unsigned level, unsigned start)
{
	struct xml_out x;
	unsigned id = ++l->nums;

	xml_out_fragment(&x, &l->extra);
	xml_out_open(&x, "w:num");
	xml_out_attr_number(&x, "w:numId", id);
	put_number(&x, "w:abstractNumId", scheme);
	xml_out_open(&x, "w:lvlOverride");
	xml_out_attr_number(&x, "w:ilvl", level);
	put_number(&x, "w:startOverride", start);
	xml_out_close(&x, "w:lvlOverride");
	xml_out_close(&x, "w:num");
	xml_out_end(&x);
	return id;
}

unsigned lists_next(struct lists *l, enum scheme scheme, unsigned level, unsigned ordinal)
{
	unsigned *counts = l->counts[scheme], *active = l->active[scheme];

	assert(level < SCHEME_LEVELS);
	l->used[scheme] = true;
	for (unsigned i = level + 1; i < SCHEME_LEVELS; i++) {
		counts[i] = 0;
		l->skipped[scheme][i] = false;
	}
	for (unsigned i = 0; i < level; i++)
		l->skipped[scheme][i] = l->skipped[scheme][i] || !counts[i];
	counts[level]++;
	/* A new paragraph number brings its sub-paragraphs back to the one list of the document (MARKUP.md section 5). */
	if (level == 0)
		for (unsigned i = 1; i < SCHEME_LEVELS; i++)
			active[i] = active[0];
	/* LibreOffice counts one where an (a) stood and no paragraph before it: the first must be told that it is the first. */
	if (ordinal && (ordinal != counts[level] || l->skipped[scheme][level]) && (!l->loose || ordinal == 1)) {
		l->skipped[scheme][level] = false;
		counts[level] = ordinal;
		active[level] = new_num(l, scheme, level, ordinal);
		for (unsigned i = level + 1; i < SCHEME_LEVELS; i++)
			active[i] = active[level];
	}
	return active[level];
}

unsigned lists_current(struct lists *l, enum scheme scheme, unsigned level)
{
	l->used[scheme] = true;
	return l->active[scheme][level];
}

unsigned lists_hanging(enum scheme scheme, unsigned level)
{
	switch (scheme) {
	case SCHEME_MAIN:
		return level == 0 ? 680 : level == 2 ? 624 : 567;
	case SCHEME_HEADINGS:
		return level == 0 ? 850 : 680;
	case SCHEME_PLAIN:
		return 567;
	case SCHEME_BULLETS:
	case SCHEME_COUNT:
		break;
	}
	return 397;
}

unsigned lists_left(const struct lists *l, enum scheme scheme, unsigned level)
{
	/* Below numbered paragraphs lists begin where the words of a paragraph do. */
	unsigned base = l->numbering == NUMBERING_PARAGRAPHS ? 680 : 0;

	switch (scheme) {
	case SCHEME_MAIN:
		return level == 0 ? 680 : base + 567 * level + (level > 1 ? 57 : 0);
	case SCHEME_HEADINGS:
		return lists_hanging(scheme, level);
	case SCHEME_PLAIN:
	case SCHEME_BULLETS:
	case SCHEME_COUNT:
		break;
	}
	return base + 567 * (level + 1) - (scheme == SCHEME_BULLETS ? 170 : 0);
}

static void put_str(struct xml_out *x, const char *element, const char *value)
{
	xml_out_open(x, element);
	xml_out_attr_str(x, "w:val", value);
	xml_out_close(x, element);
}

static void put_abstract(struct xml_out *x, const struct lists *l, enum scheme scheme)
{
	static const char *const nsid[] = { "3C5A1001", "3C5A1002", "3C5A1003", "3C5A1004" };
	static const struct {
		const char *format, *text;
	} levels[SCHEME_COUNT][SCHEME_LEVELS] = {
		[SCHEME_MAIN] = { { "decimal", "%1." }, { "lowerLetter", "(%2)" }, { "lowerRoman", "(%3)" }, { "decimal", "(%4)" } },
		[SCHEME_HEADINGS] = { { "upperRoman", "%1." }, { "upperLetter", "%2." }, { "decimal", "%3." }, { "lowerLetter", "(%4)" }, { "lowerRoman", "(%5)" } },
		[SCHEME_PLAIN] = { { "decimal", "%1." }, { "decimal", "%2." }, { "decimal", "%3." }, { "decimal", "%4." }, { "decimal", "%5." },
				   { "decimal", "%6." }, { "decimal", "%7." }, { "decimal", "%8." }, { "decimal", "%9." } },
		[SCHEME_BULLETS] = { { "bullet", "\u2022" }, { "bullet", "\u2013" }, { "bullet", "\u2022" }, { "bullet", "\u2013" }, { "bullet", "\u2022" },
				     { "bullet", "\u2013" }, { "bullet", "\u2022" }, { "bullet", "\u2013" }, { "bullet", "\u2022" } },
	};

	xml_out_open(x, "w:abstractNum");
	xml_out_attr_number(x, "w:abstractNumId", scheme);
	put_str(x, "w:nsid", nsid[scheme]);
	put_str(x, "w:multiLevelType", "multilevel");
	for (unsigned i = 0; i < SCHEME_LEVELS && levels[scheme][i].format; i++) {
		xml_out_open(x, "w:lvl");
		xml_out_attr_number(x, "w:ilvl", i);
		put_number(x, "w:start", 1);
		put_str(x, "w:numFmt", levels[scheme][i].format);
		put_str(x, "w:lvlText", levels[scheme][i].text);
		put_str(x, "w:lvlJc", "left");
		xml_out_open(x, "w:pPr");
		xml_out_open(x, "w:ind");
		xml_out_attr_number(x, "w:left", lists_left(l, scheme, i));
		xml_out_attr_number(x, "w:hanging", lists_hanging(scheme, i));
		xml_out_close(x, "w:ind");
		xml_out_close(x, "w:pPr");
		xml_out_close(x, "w:lvl");
	}
	xml_out_close(x, "w:abstractNum");
}

void lists_write(const struct lists *l, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "w:numbering");
	xml_out_attr_str(&x, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
	for (unsigned s = 0; s < SCHEME_COUNT; s++)
		if (l->used[s])
			put_abstract(&x, l, s);
	for (unsigned s = 0; s < SCHEME_COUNT; s++) {
		if (!l->used[s])
			continue;
		xml_out_open(&x, "w:num");
		xml_out_attr_number(&x, "w:numId", FIRST_NUM(s));
		put_number(&x, "w:abstractNumId", s);
		xml_out_close(&x, "w:num");
	}
	xml_out_raw(&x, buf_span(&l->extra));
	xml_out_close(&x, "w:numbering");
	xml_out_end(&x);
}
