/* The runs of a paragraph: words, formatting, links, notes, references and changes. */
#include "format/docx/writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "model/text.h"

void put_val(struct xml_out *x, const char *element, const char *value)
{
	xml_out_open(x, element);
	xml_out_attr_str(x, "w:val", value);
	xml_out_close(x, element);
}

/* ---- changes ---- */

/* Marks are never nested in the file (MARKUP.md 1.1): words that one inserted and another deleted stand in neither text. */
struct revision revision_of(const struct mark *m)
{
	struct revision c = { 0 };
	bool accepted = mark_accepted(m), rejected = mark_rejected(m);

	if (accepted && rejected)
		return c;
	c.kind = accepted ? REV_INSERTED : rejected ? REV_DELETED : REV_NEITHER;
	for (; m && m->kind == MARK_HIGHLIGHT; m = m->outer)
		;
	c.mark = m;
	return c;
}

struct revision revision_join(struct revision outer, struct revision inner)
{
	if (inner.kind == REV_NONE || outer.kind == REV_NEITHER)
		return outer;
	if (outer.kind != REV_NONE && outer.kind != inner.kind)
		inner.kind = REV_NEITHER;
	return inner;
}

/* ---- changes at the edges of paragraphs ---- */

static bool runs_together(const struct writer *w, struct revision c)
{
	const struct mark *a = w->edges.before, *b = c.mark;

	return c.kind == REV_INSERTED && a && b && !w->edges.before_later && span_eq(a->author, b->author) && span_eq(a->time, b->time);
}

void edges_begin(struct writer *w, struct revision brk)
{
	struct paragraph_edges *e = &w->edges;

	*e = (struct paragraph_edges){ .before = e->came ? NULL : e->tail, .before_later = e->tail_later, .at_start = true,
				       .came = brk.kind == REV_INSERTED };
	e->later = e->whole_later = runs_together(w, brk);
}

void edges_cut(struct writer *w)
{
	w->edges = (struct paragraph_edges){ 0 };
}

/* What comes next in the paragraph is c. */
static void edges_change(struct writer *w, struct revision c)
{
	struct paragraph_edges *e = &w->edges;

	e->later = e->whole_later || (c.kind == REV_INSERTED && e->at_start && runs_together(w, c));
}

/* The paragraph's words end here, for now. */
static void edges_end(struct writer *w)
{
	bool came = w->s.now.kind == REV_INSERTED && !w->s.comment_count;

	w->edges.tail = came ? w->s.now.mark : NULL;
	w->edges.tail_later = came && w->edges.later;
}

static void put_time(struct xml_out *x, struct span time, bool later)
{
	char text[MARK_TIME + 1];

	if (!later || time.n != MARK_TIME) {
		xml_out_attr(x, "w:date", time);
		return;
	}
	mark_time_later(time, text);
	xml_out_attr_str(x, "w:date", text);
}

void put_change_attrs(struct writer *w, struct xml_out *x, const struct mark *m)
{
	struct span author = m && m->author.n ? m->author : w->o->organisation.n ? w->o->organisation : SPAN_LIT("chapeau");
	char date[24];

	xml_out_attr_number(x, "w:id", ++w->change_id);
	xml_out_attr(x, "w:author", author);
	snprintf(date, sizeof(date), "%.10sT00:00:00Z", w->o->date.n == 10 ? w->o->date.p : "1980-01-01");
	put_time(x, m && m->time.n == 20 ? m->time : span_str(date), w->edges.later);
}

static void close_text(struct writer *w)
{
	if (w->s.text)
		xml_out_close(w->x, w->s.now.kind == REV_DELETED ? "w:delText" : "w:t");
	w->s.text = false;
}

void inline_close_run(struct writer *w)
{
	close_text(w);
	if (w->s.run)
		xml_out_close(w->x, "w:r");
	w->s.run = false;
}

static bool same_change(struct revision a, struct revision b)
{
	if (a.kind != b.kind)
		return false;
	if (a.kind == REV_NONE || a.mark == b.mark)
		return true;
	return a.mark && b.mark && span_eq(a.mark->author, b.mark->author) && span_eq(a.mark->time, b.mark->time);
}

void inline_set_change(struct writer *w, struct revision c)
{
	if (same_change(w->s.now, c))
		return;
	inline_close_run(w);
	if (w->s.change)
		xml_out_close(w->x, w->s.now.kind == REV_DELETED ? "w:del" : "w:ins");
	w->s.change = false;
	w->s.now = c;
	edges_change(w, c);
	if (c.kind == REV_NONE)
		return;
	xml_out_open(w->x, c.kind == REV_DELETED ? "w:del" : "w:ins");
	put_change_attrs(w, w->x, c.mark);
	w->s.change = true;
}

/* ---- runs ---- */

#define FORMAT_LINK (1u << 16)
#define FORMAT_NOTE (1u << 17)
#define FORMAT_LIGHT (1u << 18) /* a highlight that nobody commented on */
#define FORMAT_COMMA (1u << 20) /* between the marks of two notes */
#define FORMAT_LABEL (1u << 19) /* a label=: the readers know it by its style */

/* Word wants to be told which letters run right to left, and in which font the signs between ideographs stand. */
static void put_properties(struct writer *w, unsigned format, bool rtl, bool hint)
{
	struct xml_out *x = w->x;
	const char *style = format & FORMAT_NOTE ? w->sheet.style[STYLE_FOOTNOTE_REFERENCE]
			    : format & FORMAT_COMMA ? w->sheet.style[STYLE_NOTE_SEPARATOR]
			    : format & FORMAT_LABEL ? w->sheet.style[STYLE_PRINTED_LABEL]
			    : format & FORMAT_LINK ? w->sheet.style[STYLE_HYPERLINK]
			    : format & FMT_CODE	  ? w->sheet.style[STYLE_CODE_TEXT]
						  : NULL;

	if (!format && !rtl && !hint && !w->half_points)
		return;
	xml_out_open(x, "w:rPr");
	if (style)
		put_val(x, "w:rStyle", style);
	if (hint || ((format & FMT_CODE) && (format & FORMAT_LINK))) {
		xml_out_open(x, "w:rFonts");
		if (hint)
			xml_out_attr_str(x, "w:hint", "eastAsia");
		if (format & FMT_CODE && format & FORMAT_LINK) {
			xml_out_attr_str(x, "w:ascii", "Courier New");
			xml_out_attr_str(x, "w:hAnsi", "Courier New");
		}
		xml_out_close(x, "w:rFonts");
	}
	if (format & FMT_STRONG) {
		xml_out_empty(x, "w:b");
		xml_out_empty(x, "w:bCs");
	}
	if (format & FMT_EMPH) {
		xml_out_empty(x, "w:i");
		xml_out_empty(x, "w:iCs");
	}
	if (format & FMT_STRIKE)
		xml_out_empty(x, "w:strike");
	if (w->half_points) {
		char size[16];

		snprintf(size, sizeof(size), "%u", w->half_points);
		put_val(x, "w:sz", size);
		put_val(x, "w:szCs", size);
	}
	if (format & FORMAT_LIGHT)
		put_val(x, "w:highlight", "yellow");
	if (format & FMT_UNDERLINE)
		put_val(x, "w:u", "single");
	if (format & (FMT_SUPER | FMT_SUB))
		put_val(x, "w:vertAlign", format & FMT_SUPER ? "superscript" : "subscript");
	if (rtl)
		xml_out_empty(x, "w:rtl");
	xml_out_close(x, "w:rPr");
}

void inline_open_run(struct writer *w, unsigned format, bool rtl, bool hint)
{
	struct run_state *s = &w->s;

	if (s->run && s->format == format && s->rtl == rtl && s->hint == hint)
		return;
	inline_close_run(w);
	w->edges.at_start = false;
	xml_out_open(w->x, "w:r");
	put_properties(w, format, rtl, hint);
	s->run = true;
	s->format = format;
	s->rtl = rtl;
	s->hint = hint;
}

static void put_text(struct writer *w, struct span text, unsigned format, bool rtl, bool hint)
{
	inline_open_run(w, format, rtl, hint);
	if (!w->s.text) {
		xml_out_open(w->x, w->s.now.kind == REV_DELETED ? "w:delText" : "w:t");
		xml_out_attr_str(w->x, "xml:space", "preserve");
		w->s.text = true;
	}
	xml_out_text(w->x, text);
}

enum direction { DIR_NONE, DIR_LEFT, DIR_RIGHT };

static enum direction direction_of(uint32_t cp)
{
	switch (cp_script(cp)) {
	case SCRIPT_RTL:
		return cp_mark(cp) ? DIR_NONE : DIR_RIGHT;
	case SCRIPT_LATIN:
	case SCRIPT_EAST_ASIAN:
	case SCRIPT_COMPLEX:
		return cp_letter(cp) ? DIR_LEFT : DIR_NONE;
	case SCRIPT_NEUTRAL:
		break;
	}
	return DIR_NONE;
}

/* Could there be right-to-left letters or ideographs?  U+0590 and up begin with bytes from D6 on; E2 8x is punctuation. */
static bool needs_look(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0xd6 && (c != 0xe2 || i + 1 >= s.n || (unsigned char)s.p[i + 1] > 0x81))
			return true;
	}
	return false;
}

/* Signs between letters of one direction go with them; else with the paragraph. */
static void put_directed(struct writer *w, struct span text, unsigned format)
{
	enum direction own = w->leaf_rtl ? DIR_RIGHT : DIR_LEFT, last = DIR_NONE;
	size_t from = 0, letters = 0, i = 0; /* letters: end of the last letter of direction last */
	bool hint = false;

	while (i < text.n) {
		size_t at = i;
		uint32_t cp = utf8_next(text.p, text.n, &i);
		enum direction d = direction_of(cp);

		hint = hint || cp_script(cp) == SCRIPT_EAST_ASIAN;
		if (d == DIR_NONE)
			continue;
		if (last != DIR_NONE && d != last) {
			size_t cut = last == own ? at : letters;

			put_text(w, span_sub(text, from, cut), format, last == DIR_RIGHT, hint && last == DIR_LEFT);
			from = cut;
		} else if (last == DIR_NONE && d != own && at > from) {
			put_text(w, span_sub(text, from, at), format, own == DIR_RIGHT, false);
			from = at;
		}
		last = d;
		letters = i;
	}
	if (last == DIR_NONE)
		last = own;
	if (last != own && letters < text.n) {
		if (letters > from)
			put_text(w, span_sub(text, from, letters), format, last == DIR_RIGHT, hint && last == DIR_LEFT);
		from = letters;
		last = own;
	}
	if (from < text.n)
		put_text(w, span_sub(text, from, text.n), format, last == DIR_RIGHT, hint && last == DIR_LEFT);
}

void inline_text(struct writer *w, struct span text, unsigned format)
{
	if (!text.n)
		return;
	if (w->leaf_rtl || needs_look(text))
		put_directed(w, text, format);
	else
		put_text(w, text, format, false, false);
}

void inline_label(struct writer *w, struct span before, struct span label, struct revision whole)
{
	if (w->tracked)
		inline_set_change(w, whole);
	inline_text(w, before, 0);
	inline_text(w, label, FORMAT_LABEL);
}

void inline_tab(struct writer *w)
{
	inline_open_run(w, 0, w->leaf_rtl, false);
	close_text(w);
	xml_out_empty(w->x, "w:tab");
}

static void put_break(struct writer *w, unsigned format)
{
	inline_open_run(w, w->s.run ? w->s.format : format, w->s.run ? w->s.rtl : w->leaf_rtl, w->s.run && w->s.hint);
	close_text(w);
	xml_out_empty(w->x, "w:br");
}

bool span_is_rtl(const struct writer *w, struct span text, bool *ret_strong)
{
	size_t i = 0;

	while (i < text.n) {
		enum direction d = direction_of(utf8_next(text.p, text.n, &i));

		if (d == DIR_NONE)
			continue;
		*ret_strong = true;
		return d == DIR_RIGHT;
	}
	*ret_strong = false;
	return w->o->right_to_left;
}

bool leaf_is_rtl(const struct writer *w, const struct block *leaf)
{
	return text_is_rtl(leaf, w->o->right_to_left);
}

/* ---- fields ---- */

static void field_char(struct writer *w, const char *type, unsigned format)
{
	inline_close_run(w);
	inline_open_run(w, format, false, false);
	xml_out_open(w->x, "w:fldChar");
	xml_out_attr_str(w->x, "w:fldCharType", type);
	xml_out_close(w->x, "w:fldChar");
	inline_close_run(w);
}

static void field_begin(struct writer *w, struct span code, unsigned format)
{
	const char *element = w->s.now.kind == REV_DELETED ? "w:delInstrText" : "w:instrText";

	field_char(w, "begin", format);
	inline_open_run(w, format, false, false);
	xml_out_open(w->x, element);
	xml_out_attr_str(w->x, "xml:space", "preserve");
	xml_out_text(w->x, code);
	xml_out_close(w->x, element);
	field_char(w, "separate", format);
}

static void field_end(struct writer *w, unsigned format)
{
	field_char(w, "end", format);
}

/* ---- links ---- */

/* Addresses that a reader of the file can follow; a path on our disk or a script is no such thing. */
static bool may_link(const struct link *l)
{
	static const struct span schemes[] = { SPAN("https:"), SPAN("http:"), SPAN("mailto:"), SPAN("ftp:"), SPAN("tel:") };

	if (!l)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (l->url.n > schemes[i].n && span_eq_nocase(span_sub(l->url, 0, schemes[i].n), schemes[i]))
			return true;
	return false;
}

/* A field rather than w:hyperlink: no relationship leads out of the package, and changes may stand inside. */
static void link_begin(struct writer *w, const struct link *l, struct revision change, bool alone)
{
	CLEANUP(buf_done) struct buf code = { 0 };

	inline_set_change(w, alone ? (struct revision){ 0 } : change);
	BUF_LIT(&code, " HYPERLINK \"");
	for (size_t i = 0; i < l->url.n; i++) {
		unsigned char c = (unsigned char)l->url.p[i];

		/* A quotation mark ends the address, a backslash begins a switch. */
		if (c == '"' || c == '\\' || c <= ' ')
			buf_printf(&code, "%%%02X", c);
		else
			buf_char(&code, (char)c);
	}
	BUF_LIT(&code, "\" ");
	field_begin(w, buf_span(&code), 0);
	w->s.link = l;
	w->s.link_alone = alone;
	w->s.link_change = change;
}

void inline_end_link(struct writer *w)
{
	if (!w->s.link)
		return;
	inline_set_change(w, w->s.link_alone ? (struct revision){ 0 } : w->s.link_change);
	field_end(w, 0);
	w->s.link = NULL;
}

/* ---- notes, references ---- */

static void put_bookmark(struct writer *w, const char *element, unsigned id, const char *name)
{
	xml_out_open(w->x, element);
	xml_out_attr_number(w->x, "w:id", id);
	if (name)
		xml_out_attr_str(w->x, "w:name", name);
	xml_out_close(w->x, element);
}

static void put_note_field(struct writer *w, const char *name, unsigned number)
{
	char code[64], digits[16];

	snprintf(code, sizeof(code), " NOTEREF %s \\f \\h ", name);
	snprintf(digits, sizeof(digits), "%u", number);
	field_begin(w, span_str(code), FORMAT_NOTE);
	put_text(w, span_str(digits), FORMAT_NOTE, false, false);
	field_end(w, FORMAT_NOTE);
}

/* The same note again: a field that prints its number, in each text of a comparison the number that it has there. */
static void put_note_again(struct writer *w, unsigned n, const char *name)
{
	unsigned was = w->notes[n].was ? w->notes[n].was : n, now = w->notes[n].now ? w->notes[n].now : n;

	if (w->s.now.kind == REV_NONE && w->tracked && w->o->gone && was != now) {
		inline_set_change(w, (struct revision){ REV_DELETED, w->o->gone });
		put_note_field(w, name, was);
		inline_set_change(w, (struct revision){ REV_INSERTED, w->o->came });
		put_note_field(w, name, now);
		inline_set_change(w, (struct revision){ 0 });
	} else {
		put_note_field(w, name, w->s.now.kind == REV_DELETED ? was : now);
	}
}

static void put_note(struct writer *w, const struct note *n)
{
	struct note_use *use;
	char name[24];
	bool first;

	if (w->in_note || !n || !n->number || n->number > w->note_max)
		return;
	/* A note goes where its reference goes: one that stays brings it, if there is such a one. */
	use = &w->notes[n->number];
	first = !use->id && (w->s.now.kind == REV_NONE || !use->kept);
	/* Far above the names of cross-references, which count up from 1. */
	snprintf(name, sizeof(name), "_Ref9%08u", n->number);
	if (first) {
		unsigned id = 0;

		use->id = ++w->note_count;
		w->note_order[w->note_count] = n->number;
		if (w->tracked)
			comments_of_note(w, n);
		inline_close_run(w);
		if (use->total > 1)
			put_bookmark(w, "w:bookmarkStart", id = ++w->bookmark_id, name);
		inline_open_run(w, FORMAT_NOTE, false, false);
		xml_out_open(w->x, "w:footnoteReference");
		xml_out_attr_number(w->x, "w:id", use->id);
		xml_out_close(w->x, "w:footnoteReference");
		inline_close_run(w);
		if (id)
			put_bookmark(w, "w:bookmarkEnd", id, NULL);
	} else {
		put_note_again(w, n->number, name);
	}
}

/* Does a reference print the words of the heading that it leads to, which a field can follow? */
static bool repeats_heading(const struct block *target, struct span printed, struct span *ret_words)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t at;

	if (target->kind != BLOCK_HEADING)
		return false;
	for (size_t i = 0; i < target->run_count; i++)
		if (target->runs[i].kind != RUN_TEXT && target->runs[i].kind != RUN_SOFT)
			return false;
	text_of_leaf(target, READING_ACCEPTED, &text);
	at = text.n ? span_find(printed, buf_span(&text), 0) : SIZE_MAX;
	if (at != SIZE_MAX)
		*ret_words = span_sub(printed, at, at + text.n);
	return at != SIZE_MAX;
}

/* Words of a reference: what it printed in the older text too, where that was something else (was not empty). */
static void put_printed(struct writer *w, struct span was, struct span words, unsigned format)
{
	bool both = was.n && w->tracked && w->s.now.kind == REV_NONE;

	if (both) {
		inline_set_change(w, (struct revision){ REV_DELETED, w->o->gone });
		inline_text(w, was, format);
		inline_set_change(w, (struct revision){ REV_INSERTED, w->o->came });
	}
	inline_text(w, words, format);
	if (both)
		inline_set_change(w, (struct revision){ 0 });
}

/* A field that follows the words of a heading, and ours around it, if any. */
static void put_heading_field(struct writer *w, const struct run *r, struct span words, unsigned format)
{
	struct span before, after;
	CLEANUP(buf_done) struct buf code = { 0 };

	before = span_sub(r->printed, 0, (size_t)(words.p - r->printed.p));
	after = span_sub(r->printed, before.n + words.n, r->printed.n);
	inline_text(w, before, format);
	buf_printf(&code, " REF %.*s \\h ", SPAN_ARG(r->target));
	field_begin(w, buf_span(&code), 0);
	inline_text(w, words, format);
	field_end(w, 0);
	inline_text(w, after, format);
}

static void put_xref(struct writer *w, const struct run *r, unsigned format)
{
	struct span word = { 0 }, number = { 0 }, step, words;
	const struct block *target = NULL, *chain[XREF_STEPS];
	CLEANUP(buf_done) struct buf code = { 0 };
	char name[BOOKMARK_NAME];
	struct span was = outdoc_xref_was(w->o, r);
	unsigned n = 0;

	/* LibreOffice does not find changes in notes among fields: there they are words alone, or the newer words in both texts. */
	if (!outdoc_xref(w->o, r, &word, &number, &target) || w->s.now.kind == REV_DELETED || (was.n && w->in_note)) {
		put_printed(w, was, r->printed, format);
		return;
	}
	/* A link around all of it, so that a reader of the file knows where the reference begins; in it, where lists make the
	 * number, fields that follow them.  \n: the number of one paragraph alone. */
	buf_printf(&code, " HYPERLINK \\l \"%.*s\" ", SPAN_ARG(r->target));
	field_begin(w, buf_span(&code), 0);
	/* LibreOffice loses count of the places of changes in a note behind a field that prints words of its own. */
	if (w->in_note && w->note_changed)
		target = NULL;
	if (number.n && target && span_ends(r->printed, number))
		n = xref_chain(w->o, target, number, chain);
	if (target && (was.n || !outdoc_steady(w->o, target))) {
		n = 0;
		target = NULL;
	}
	if (!n && target && repeats_heading(target, r->printed, &words)) {
		put_heading_field(w, r, words, format);
	} else if (n) {
		inline_text(w, span_sub(r->printed, 0, r->printed.n - number.n), format);
	} else {
		put_printed(w, was, r->printed, format);
	}
	for (unsigned i = 0; i < n; i++) {
		if (i)
			inline_text(w, SPAN_LIT(" "), format);
		buf_clear(&code);
		buf_printf(&code, " REF %s \\n \\h ", leaf_bookmark(w, chain[i], name));
		field_begin(w, buf_span(&code), 0);
		if (span_split(&number, ' ', &step))
			inline_text(w, step, format);
		field_end(w, 0);
	}
	field_end(w, 0);
}

/* ---- a leaf ---- */

/* Is every run of the link that begins at i under one change? */
static bool link_uniform(struct writer *w, const struct block *leaf, size_t i, struct revision whole, struct revision change)
{
	const struct link *l = leaf->runs[i].link;

	for (; i < leaf->run_count && leaf->runs[i].link == l; i++) {
		struct revision c = w->tracked ? revision_join(whole, revision_of(leaf->runs[i].mark)) : (struct revision){ 0 };

		if (c.kind != REV_NEITHER && !same_change(c, change))
			return false;
	}
	return true;
}

static unsigned format_of(const struct run *r)
{
	unsigned format = r->format;

	for (const struct mark *m = r->mark; m; m = m->outer)
		if (m->kind == MARK_HIGHLIGHT && !comment_says(m->comments))
			format |= FORMAT_LIGHT;
	return format;
}

/* The comma behind the mark of another note, in each text in which one stands directly before. */
static void put_note_comma(struct writer *w, const struct block *leaf, size_t i, struct revision whole, struct revision change)
{
	const struct run *was = change.kind == REV_INSERTED ? NULL : text_note_before(leaf, i, READING_REJECTED);
	const struct run *now = change.kind == REV_DELETED ? NULL : text_note_before(leaf, i, READING_ACCEPTED);
	struct revision comma = change;

	if (!was && !now)
		return;
	if (change.kind == REV_NONE && !(was && now) && w->tracked)
		comma = revision_join(whole, revision_of((was ? was : now)->mark));
	inline_set_change(w, comma);
	put_text(w, SPAN_LIT(TEXT_NOTE_SEPARATOR), FORMAT_COMMA, false, false);
	inline_set_change(w, change);
}

/*
 * LibreOffice takes a paragraph's break into the change of a note that ends it right behind another note.  Where one note came in place of
 * another there, the one that goes takes a space with it.
 */
static bool note_ends_leaf(const struct block *leaf, size_t i)
{
	const struct run *r = leaf->runs + i;
	const struct run *other = i && r[-1].kind == RUN_NOTE ? r - 1 : i + 1 < leaf->run_count && r[1].kind == RUN_NOTE ? r + 1 : NULL;

	return other && other->mark && r->mark && mark_accepted(other->mark) != mark_accepted(r->mark) &&
	       (size_t)((other > r ? other : r) - leaf->runs) + 1 == leaf->run_count;
}

void inline_leaf(struct writer *w, const struct block *leaf, struct revision whole)
{
	const struct mark *of_block = NULL;

	if (w->tracked)
		for (const struct block *b = leaf; b && !of_block; b = b->parent)
			of_block = b->mark;
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		struct revision change = { 0 };
		unsigned format = r->format;
		bool linked = may_link(r->link);

		if (w->tracked) {
			change = revision_join(whole, revision_of(r->mark));
			if (change.kind == REV_NEITHER)
				continue;
			comments_set(w, r->mark, of_block);
			format = format_of(r);
		} else if (!mark_rejected(r->mark)) {
			continue;
		}
		if (w->s.link && w->s.link != r->link)
			inline_end_link(w);
		if (linked && !w->s.link)
			link_begin(w, r->link, change, !link_uniform(w, leaf, i, whole, change));
		inline_set_change(w, change);
		if (linked)
			format |= FORMAT_LINK;
		switch (r->kind) {
		case RUN_TEXT:
			inline_text(w, r->text, format);
			break;
		case RUN_SOFT:
			if (text_soft_space(leaf, i))
				inline_text(w, SPAN_LIT(" "), w->s.run ? w->s.format : format);
			break;
		case RUN_HARD:
			put_break(w, format);
			break;
		case RUN_NOTE:
			if (!w->in_note)
				put_note_comma(w, leaf, i, whole, change);
			put_note(w, r->note);
			if (change.kind == REV_DELETED && whole.kind == REV_NONE && note_ends_leaf(leaf, i))
				put_text(w, SPAN_LIT(" "), 0, false, false);
			break;
		case RUN_IMAGE:
			drawing_image(w, r, format);
			break;
		case RUN_XREF:
			put_xref(w, r, format);
			break;
		case RUN_COMMENT:
			if (w->tracked)
				comments_at(w, r->comment);
			break;
		}
	}
	inline_end(w);
}

void inline_end(struct writer *w)
{
	edges_end(w);
	inline_end_link(w);
	comments_end(w);
	inline_set_change(w, (struct revision){ 0 });
	inline_close_run(w);
	w->s = (struct run_state){ 0 };
}
