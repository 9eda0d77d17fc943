/* Cross-references: fields where a list or an outline counts what they print, jumps else. */
#include "format/odt/content.h"

#include <stdio.h>

#include "model/text.h"

static void put_reference(struct sink *s, const char *format, const char *anchor, struct span cached)
{
	xml_out_open(&s->x, "text:bookmark-ref");
	xml_out_attr_str(&s->x, "text:reference-format", format);
	xml_out_attr_str(&s->x, "text:ref-name", anchor);
	xml_out_text(&s->x, cached);
	xml_out_close(&s->x, "text:bookmark-ref");
	s->gap = false;
	s->last = 'x';
}

#define PATH_STEPS 4 /* numbers of a path, each a field */

struct path_part {
	struct span number;
	const char *anchor;
	size_t at;
};

/* "12 (a)": each number of the path is a field of its own, since LibreOffice joins paths as "12.(a)". */
static bool put_number_path(struct content *c, struct sink *s, const struct block *b, struct span number)
{
	struct path_part part[PATH_STEPS];
	size_t count = 0, end = number.n, at = 0;

	for (; b && count < ARRAY_LEN(part); b = numbered_parent(c, b)) {
		const char *anchor = content_anchor(c, landing(b));
		struct span printed = outdoc_printed(c->o, b);

		if (!anchor || !numbered_by_list(c, b) || printed.n > end || !span_eq(span_sub(number, end - printed.n, end), printed))
			break;
		end -= printed.n;
		part[count++] = (struct path_part){ printed, anchor, end };
		if (!end || number.p[end - 1] != ' ')
			break;
		end--;
	}
	if (!count)
		return false;
	while (count--) {
		sink_text(s, span_sub(number, at, part[count].at));
		put_reference(s, "number-no-superior", part[count].anchor, part[count].number);
		at = part[count].at + part[count].number.n;
	}
	return true;
}

/* Words that lead to an anchor without being a field: LibreOffice has none that prints a number which is text. */
static void put_jump(struct content *c, struct sink *s, const char *anchor, struct span words)
{
	char href[64];

	snprintf(href, sizeof(href), "#%s", anchor);
	xml_out_open(&s->x, "text:a");
	xml_out_attr_str(&s->x, "xlink:type", "simple");
	xml_out_attr_str(&s->x, "xlink:href", href);
	/* It looks as other references do, and not as a link on a web page. */
	xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_CROSS_REFERENCE]);
	xml_out_attr_str(&s->x, "text:visited-style-name", c->styles->name[STYLE_CROSS_REFERENCE]);
	sink_text(s, words);
	xml_out_close(&s->x, "text:a");
}

/* How a reference is written: as words, or with a field that follows a number or the words of a heading. */
struct reference {
	const char *anchor; /* NULL: nothing to lead to */
	const struct block *counted;
	struct span word, number; /* of the former; number empty: not that */
	struct span heading;      /* of the latter, within what is printed; empty: not that */
};

static bool has_notes(const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (leaf->runs[i].kind == RUN_NOTE)
			return true;
	return false;
}

static struct reference reference_of(struct content *c, const struct run *r, struct odt_change ch)
{
	bool steady;
	struct reference ref = { 0 };
	const struct block *leaf = NULL;
	CLEANUP(buf_done) struct buf words = { 0 };
	size_t at;

	if (ch.kind != TRACK_DELETED && outdoc_xref(c->o, r, &ref.word, &ref.number, &leaf))
		ref.anchor = content_anchor(c, leaf) ? arena_str(&c->arena, r->target) : NULL; /* of the block's anchors the one that is meant */
	if (!ref.anchor)
		return (struct reference){ 0 };
	for (ref.counted = leaf; ref.counted && !ref.counted->path.n; ref.counted = ref.counted->parent)
		;
	steady = !outdoc_xref_was(c->o, r).n && outdoc_steady(c->o, leaf);
	if (!ref.counted || !numbered_by_list(c, ref.counted) || !steady)
		ref.number = (struct span){ 0 };
	/* LibreOffice puts words that come back at the edge of a heading outside of its bookmark, and takes the number that a further mark of a note
	 * prints for one of its words. */
	if (!ref.number.n && leaf->kind == BLOCK_HEADING && !has_notes(leaf) && steady) {
		text_of_leaf(leaf, READING_ACCEPTED, &words);
		at = words.n ? span_find(r->printed, buf_span(&words), 0) : SIZE_MAX;
		if (at != SIZE_MAX)
			ref.heading = span_sub(r->printed, at, at + words.n);
	}
	return ref;
}

static void put_xref_words(struct content *c, struct sink *s, const struct run *r, const struct reference *ref)
{
	if (ref->number.n) {
		sink_text(s, ref->word);
		sink_text(s, SPAN_LIT(" "));
		if (!put_number_path(c, s, ref->counted, ref->number))
			sink_text(s, ref->number);
	} else if (ref->heading.n) {
		size_t at = (size_t)(ref->heading.p - r->printed.p);

		sink_text(s, span_sub(r->printed, 0, at));
		put_reference(s, "text", ref->anchor, ref->heading);
		sink_text(s, span_sub(r->printed, at + ref->heading.n, r->printed.n));
	} else if (ref->anchor) {
		put_jump(c, s, ref->anchor, r->printed);
	} else {
		sink_text(s, r->printed);
	}
}

/* What it printed, as deleted, and then what it prints, as inserted. */
static void put_changed_words(struct content *c, const struct block *leaf, const struct run *r, const struct reference *ref, struct span was,
			      unsigned format)
{
	inline_change(c, (struct odt_change){ TRACK_DELETED, c->o->gone }, leaf);
	inline_set(c, &c->region, NULL, format);
	sink_text(&c->region, was);
	inline_change(c, (struct odt_change){ TRACK_INSERTED, c->o->came }, leaf);
	inline_set(c, c->out, NULL, format);
	put_xref_words(c, c->out, r, ref);
	inline_change(c, (struct odt_change){ 0 }, leaf);
	c->last_at_end = false;
}

/* Around all of it stands a named style, so that a reader sees where the words of the reference begin. */
void xref_put(struct content *c, struct sink *s, const struct block *leaf, const struct run *r, struct odt_change ch, unsigned format)
{
	struct reference ref = reference_of(c, r, ch);
	struct span was = { 0 };

	if (c->marked && c->marks == MARKS_TRACK && ch.kind == TRACK_NONE)
		was = outdoc_xref_was(c->o, r);
	if (!r->target.n && !was.n) {
		inline_set(c, s, NULL, format);
		sink_text(s, r->printed);
		return;
	}
	if (was.n)
		inline_set(c, s, NULL, 0); /* a change closes what it finds open */
	else
		inline_set(c, s, NULL, format);
	xml_out_open(&s->x, "text:span");
	xml_out_attr_str(&s->x, "text:style-name", c->styles->name[STYLE_CROSS_REFERENCE]);
	if (was.n)
		put_changed_words(c, leaf, r, &ref, was, format);
	else
		put_xref_words(c, s, r, &ref);
	xml_out_close(&s->x, "text:span");
}
