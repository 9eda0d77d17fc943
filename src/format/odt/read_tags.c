/*
 * Reading an ODT: what each tag begins and ends.
 */
#include "base/base64.h"
#include "format/image.h"
#include "format/odt/reader.h"
#include "model/labels.h"

#define SPACES_MAX 1000 /* of one text:s */

/* ---- tags ---- */

static void start_words(struct reader *r, int what)
{
	r->collect = what;
	buf_clear(&r->words);
}

static struct annotation *annotation_find(struct reader *r, struct span name)
{
	const unsigned *at = name.n ? span_map_find(&r->annotation_names, name) : NULL;

	return at ? &r->annotations[*at - 1] : NULL;
}

/* A paragraph with a number of its own, and no list around it: as in lists of its level, which go on (ODF 1.3 part 3, 5.3.6). */
static void start_numbered(struct reader *r, const struct xml_tag *t)
{
	struct span style = odt_dup(r, xml_attr_get(t, NS_TEXT, "style-name"));
	uint64_t level = 1, start;

	span_number(xml_attr_get(t, NS_TEXT, "level"), ODT_LEVELS, &level);
	for (r->list_depth = r->list_base; r->list_depth < ODT_LEVELS && r->list_depth - r->list_base < level; r->list_depth++)
		r->lists[r->list_depth] = (struct list_state){ .style = style, .first_in_item = true };
	if (span_number(xml_attr_get(t, NS_TEXT, "start-value"), 1u << 20, &start) && start && style.n && r->list_depth)
		odt_counter_of(r, style)->at[r->list_depth - 1] = (unsigned)start - 1;
}

static unsigned note_place(const struct doc *d, const struct note *n)
{
	size_t i = d->note_count;

	while (i-- > 0 && d->notes[i] != n)
		;
	return (unsigned)i;
}

static void add_note_run(struct reader *r, struct note *note)
{
	struct run *x = odt_add_run(r, RUN_NOTE);

	if (x) {
		x->note = note;
		x->format = 0;
	}
}

/* Fields of other programs, which LibreOffice keeps by their code: "NOTEREF _Ref900000012 \h" is a further reference to a note of ours. */
static void start_field(struct reader *r, const struct xml_tag *t)
{
	struct span code = xml_attr_get(t, NS_FIELD, "value"), word;
	const unsigned *at;

	if (!span_is(t->local, "param") || !span_ends(xml_attr_get(t, NS_FIELD, "name"), SPAN_LIT("field.code")))
		return;
	code = span_trim(code);
	if (!span_split(&code, ' ', &word) || !span_is(word, "NOTEREF") || !span_split(&code, ' ', &word))
		return;
	at = span_map_find(&r->note_marks, word);
	r->noteref = at ? r->d->notes[*at - 1] : NULL;
}

static bool start_text(struct reader *r, const struct xml_tag *t)
{
	struct span l = t->local, v;
	uint64_t n = 1;

	if (span_is(l, "p") || span_is(l, "h")) {
		if (r->annotation) {
			if (r->words.n)
				buf_char(&r->words, '\n');
			r->collect = WORDS_ANNOTATION;
			return true;
		}
		span_number(xml_attr_get(t, NS_TEXT, "outline-level"), 10, &n);
		odt_begin_para(r, l.p[0] == 'h', (unsigned)n, xml_attr_get(t, NS_TEXT, "style-name"), t->offset);
		if (odt_para_now(r))
			odt_para_now(r)->unnumbered = span_is(xml_attr_get(t, NS_TEXT, "is-list-header"), "true");
	} else if (span_is(l, "span")) {
		const struct odt_style *s = odt_style_find(&r->styles, SPAN_LIT("text"), xml_attr_get(t, NS_TEXT, "style-name"));

		r->format = odt_style_format(&r->styles, s, r->format, &r->hidden);
		if (odt_style_is(&r->styles, s, "Source Text") || odt_style_is(&r->styles, s, "Verbatim Char") || odt_style_is(&r->styles, s, "CodeText"))
			r->format |= FMT_CODE;
		else if (odt_style_is(&r->styles, s, "PrintedLabel"))
			r->format |= FMT_PRINTED_LABEL;
		else if (odt_style_is(&r->styles, s, "NoteSeparator"))
			r->format |= FMT_NOTE_SEPARATOR;
		else if (odt_style_is(&r->styles, s, "FootnoteReference"))
			r->format |= FMT_NOTE_MARK;
		/* Our own cross-references: the word, the fields of the number and its path are one. */
		if (!r->xref_depth && odt_para_now(r) && odt_style_is(&r->styles, s, "CrossReference")) {
			r->xref_depth = r->depth;
			buf_clear(&r->xref_words);
			r->xref_target = (struct span){ 0 };
			r->xref_field = r->xref_words_first = false;
		}
	} else if (span_is(l, "a")) {
		v = xml_attr_get(t, NS_XLINK, "href");
		if (r->xref_depth && span_starts(v, SPAN_LIT("#")))
			r->xref_target = odt_dup(r, span_sub(v, 1, v.n));
		if (!span_starts(v, SPAN_LIT("#"))) {
			struct link *k = ARENA_NEW(&r->d->arena, struct link);

			k->url = odt_dup(r, v);
			r->link = k;
		} else if (!r->xref_depth && v.n > 1) {
			r->link = places_link(r->d, span_sub(v, 1, v.n), odt_where(r));
		}
	} else if (span_is(l, "s")) {
		char spaces[SPACES_MAX];

		if (!span_number(xml_attr_get(t, NS_TEXT, "c"), SPACES_MAX, &n))
			n = xml_attr_get(t, NS_TEXT, "c").p ? SPACES_MAX : 1;
		memset(spaces, ' ', n);
		odt_put_text(r, span_of(spaces, n));
		if (odt_para_now(r))
			odt_para_now(r)->space = false;
	} else if (span_is(l, "tab")) {
		odt_put_text(r, SPAN_LIT("\t"));
	} else if (span_is(l, "line-break")) {
		struct odt_para *p = odt_para_now(r);

		odt_add_run(r, RUN_HARD);
		if (p)
			p->space = false; /* a space behind it is kept (ODF 1.3 part 3, 6.1.2) */
	} else if (span_is(l, "list")) {
		struct list_state *s;

		if (r->list_depth >= LIMIT_BLOCK_DEPTH) {
			r->skip = 1;
			return true;
		}
		v = xml_attr_get(t, NS_TEXT, "style-name");
		s = &r->lists[r->list_depth];
		s->style = v.n ? odt_dup(r, v) : r->list_depth ? r->lists[r->list_depth - 1].style : (struct span){ 0 };
		s->of_item = (struct span){ 0 };
		s->first_in_item = false;
		r->list_depth++;
		if (r->list_depth == 1 && !xml_attr_get(t, NS_TEXT, "continue-list").n &&
		    !span_is(xml_attr_get(t, NS_TEXT, "continue-numbering"), "true") && s->style.n && (!r->region || r->note))
			memset(odt_counter_of(r, s->style)->at, 0, sizeof(((struct counter *)0)->at));
	} else if (span_is(l, "list-item") || span_is(l, "list-header")) {
		if (r->list_depth) {
			struct list_state *s = &r->lists[r->list_depth - 1];

			s->first_in_item = true;
			s->header = span_is(l, "list-header");
			s->of_item = odt_dup(r, xml_attr_get(t, NS_TEXT, "style-override"));
			if (span_number(xml_attr_get(t, NS_TEXT, "start-value"), 1u << 20, &n) && n && r->list_depth <= ODT_LEVELS && s->style.n)
				odt_counter_of(r, s->style)->at[r->list_depth - 1] = (unsigned)n - 1;
		}
	} else if (span_is(l, "note")) {
		struct note *note = NULL;

		v = xml_attr_get(t, NS_TEXT, "id");
		if (r->note_promised && v.n)
			note = note_find(r->d, v);
		if (!note || note->body->first)
			note = note_new(r->d, odt_dup(r, v));
		if (!note->label.n)
			note->label = arena_printf(&r->d->arena, "n%zu", r->d->note_count);
		add_note_run(r, note);
		if (r->note_bookmark.n)
			*span_map_put(&r->note_marks, r->note_bookmark) = note_place(r->d, note) + 1;
		r->note = note;
		r->note_outer = r->container;
		r->note_nest = r->nest;
		r->inserting_from = r->inserting_count;
		r->list_base = r->list_depth < ODT_LEVELS ? r->list_depth : ODT_LEVELS - 1;
		r->mark_known = false;
	} else if (span_is(l, "note-ref") && xml_attr_get(t, NS_TEXT, "ref-name").n) {
		struct note *note;

		v = xml_attr_get(t, NS_TEXT, "ref-name");
		note = note_find(r->d, v);
		if (!note) {
			note = note_new(r->d, odt_dup(r, v));
			r->note_promised = true;
		}
		add_note_run(r, note);
		r->skip = 1;
	} else if (span_is(l, "note-citation") || span_is(l, "dde-connection-decls") || span_is(l, "sequence-decls") || span_is(l, "variable-decls") ||
		   span_is(l, "user-field-decls") || span_is(l, "alphabetical-index-auto-mark-file")) {
		r->skip = 1;
	} else if (span_is(l, "ruby-text")) {
		start_words(r, WORDS_RUBY);
	} else if (span_is(l, "section")) {
		v = xml_attr_get(t, NS_TEXT, "display");
		r->hidden = r->hidden || span_is(v, "none") || (span_is(v, "condition") && span_is(xml_attr_get(t, NS_TEXT, "is-hidden"), "true"));
	} else if (span_is(l, "script")) {
		doc_lose(r->d, "script, not run", odt_where(r), (struct span){ 0 });
		r->skip = 1;
	} else if (span_is(l, "numbered-paragraph")) {
		start_numbered(r, t);
	} else if (span_is(l, "hidden-text")) {
		if (!span_is(xml_attr_get(t, NS_TEXT, "is-hidden"), "false"))
			doc_lose(r->d, "hidden text", odt_where(r), xml_attr_get(t, NS_TEXT, "string-value"));
	} else if (span_is(l, "note-body")) {
		if (r->note)
			odt_begin_container(r, r->note->body);
	} else if (span_is(l, "bookmark-start") || span_is(l, "bookmark")) {
		struct odt_para *p = odt_para_now(r);

		v = xml_attr_get(t, NS_TEXT, "name");
		if (v.n && r->want_places)
			places_add(r->d, v);
		if (p && span_starts(v, SPAN_LIT("cl_")) && p->anchor_count < ARRAY_LEN(p->anchors))
			p->anchors[p->anchor_count++] = odt_dup(r, v);
		if (span_starts(v, SPAN_LIT("_Ref9")))
			r->note_bookmark = odt_dup(r, v);
	} else if (span_is(l, "bookmark-end")) {
		if (!r->note)
			r->note_bookmark = (struct span){ 0 };
	} else if (span_is(l, "bookmark-ref")) {
		v = xml_attr_get(t, NS_TEXT, "ref-name");
		if (r->xref_depth) {
			r->xref_target = odt_dup(r, v);
			r->xref_field = true;
		} else if (span_starts(v, SPAN_LIT("cl_"))) {
			struct run *x = odt_add_run(r, RUN_XREF);

			if (x)
				x->target = odt_dup(r, v);
			r->skip = 1;
		} else if (v.n && !r->link && !places_is_ours(v)) {
			r->link = places_link(r->d, v, odt_where(r));
		}
	} else if ((span_is(l, "reference-ref") || span_is(l, "sequence-ref")) && !r->xref_depth && !r->link) {
		v = xml_attr_get(t, NS_TEXT, "ref-name");
		if (v.n)
			r->link = places_link(r->d, v, odt_where(r));
	} else if (span_is(l, "changed-region")) {
		v = xml_attr_get(t, NS_TEXT, "id");
		r->region = odt_region_add(r, v);
	} else if (span_is(l, "deletion")) {
		if (r->region) {
			r->region->deletion = true;
			r->region->kept = block_new(r->d, BLOCK_ROOT);
			r->container = r->region->kept;
		}
	} else if (span_is(l, "format-change")) {
		if (!r->formatting_reported)
			doc_lose(r->d, "tracked change of formatting", SPAN_LIT("text"), (struct span){ 0 });
		r->formatting_reported = true;
		if (r->region)
			r->region->format = true;
	} else if (span_is(l, "change-start")) {
		struct region *g = odt_region_find(r, xml_attr_get(t, NS_TEXT, "change-id"));

		/* LibreOffice's flat files leave deleted words where they stood, between the two. */
		if (g && g->format)
			r->restyling = g;
		if (g && !g->format && !(g->deletion && g->kept && g->kept->first) && r->inserting_count < ARRAY_LEN(r->inserting))
			r->inserting[r->inserting_count++] = g;
		r->mark_known = false;
	} else if (span_is(l, "change-end")) {
		struct region *g = odt_region_find(r, xml_attr_get(t, NS_TEXT, "change-id"));

		if (g && g == r->restyling)
			r->restyling = NULL;
		for (unsigned i = 0; i < r->inserting_count; i++) {
			if (r->inserting[i] != g)
				continue;
			memmove(&r->inserting[i], &r->inserting[i + 1], (r->inserting_count - i - 1) * sizeof(r->inserting[0]));
			r->inserting_count--;
			r->inserting_from -= i < r->inserting_from;
			break;
		}
		r->mark_known = false;
	} else if (span_is(l, "change")) {
		odt_put_deleted(r, xml_attr_get(t, NS_TEXT, "change-id"), t->offset);
	} else {
		return false;
	}
	return true;
}

/* What a word processor would fetch, open or run.  Nothing of it is ever followed; all of it is said. */
static void risk(struct reader *r, const char *what, struct span place, struct span text)
{
	if (r->risks++ < LIMIT_RISKS)
		doc_lose(r->d, what, place, text);
}

static bool is_outside(struct span href)
{
	return span_find(href, SPAN_LIT("://"), 0) != SIZE_MAX || span_starts(href, SPAN_LIT("/")) || span_starts(href, SPAN_LIT("..")) ||
	       span_starts(href, SPAN_LIT("\\\\"));
}

static void look_outside(struct reader *r, const struct xml_tag *t)
{
	static const struct {
		int ns;
		bool wherever; /* not only where it points out of the file */
		const char *tag, *what;
	} risky[] = {
		{ NS_TEXT, true, "section-source", "section of another file, not fetched" },
		{ NS_TEXT, true, "dde-connection-decls", "link to another program (DDE), not followed" },
		{ NS_OFFICE, true, "dde-source", "link to another program (DDE), not followed" },
		{ NS_DRAW, true, "object-ole", "embedded object (OLE), not opened" },
		{ NS_DRAW, true, "object", "embedded object, not opened" },
		{ NS_DRAW, true, "plugin", "plug-in, not run" },
		{ NS_DRAW, true, "applet", "applet, not run" },
		{ NS_DRAW, true, "floating-frame", "frame of another file, not fetched" },
		{ NS_DRAW, false, "fill-image", "picture outside the file, not fetched" },
		{ NS_STYLE, false, "background-image", "picture outside the file, not fetched" },
		{ NS_SVG, false, "font-face-uri", "font outside the file, not fetched" },
		{ NS_META, false, "template", "template outside the file, not fetched" },
		{ NS_META, true, "auto-reload", "page that would be loaded in place of this one, not fetched" },
	};

	for (size_t i = 0; i < ARRAY_LEN(risky); i++) {
		struct span href;

		if (risky[i].ns != t->ns || !span_is(t->local, risky[i].tag))
			continue;
		href = xml_attr_get(t, NS_XLINK, "href");
		if (risky[i].wherever || is_outside(href))
			risk(r, risky[i].what, r->in_body ? odt_where(r) : SPAN_LIT("package"), href);
		return;
	}
}

static void start_office(struct reader *r, const struct xml_tag *t)
{
	if (span_is(t->local, "text")) {
		r->in_body = true;
	} else if (span_is(t->local, "annotation")) {
		if (r->annotation_count == r->annotation_cap) {
			/* Pointers into the array are kept, so it does not move: a chain would do, a fixed arena array is simpler. */
			size_t cap = r->annotation_cap ? 2 * r->annotation_cap : 64;
			struct annotation *bigger = ARENA_ARRAY(&r->d->arena, cap, struct annotation);

			if (r->annotation_count)
				memcpy(bigger, r->annotations, r->annotation_count * sizeof(*bigger));
			for (unsigned i = 0; i < r->range_count; i++)
				r->notes_on[i] = bigger + (r->notes_on[i] - r->annotations);
			r->annotations = bigger;
			r->annotation_cap = cap;
		}
		r->annotation = &r->annotations[r->annotation_count++];
		*r->annotation = (struct annotation){ .name = odt_dup(r, xml_attr_get(t, NS_OFFICE, "name")) };
		if (r->annotation->name.n && !*span_map_put(&r->annotation_names, r->annotation->name))
			*span_map_put(&r->annotation_names, r->annotation->name) = (unsigned)r->annotation_count;
		r->annotation->comment = ARENA_NEW(&r->d->arena, struct comment);
		buf_clear(&r->words);
	} else if (span_is(t->local, "annotation-end")) {
		struct annotation *a = annotation_find(r, xml_attr_get(t, NS_OFFICE, "name"));

		for (unsigned i = 0; a && i < r->range_count; i++) {
			if (r->notes_on[i] != a)
				continue;
			memmove(&r->notes_on[i], &r->notes_on[i + 1], (r->range_count - i - 1) * sizeof(r->notes_on[0]));
			r->range_count--;
			break;
		}
		r->mark_known = false;
	} else if (span_is(t->local, "binary-data")) {
		if (r->in_frame && r->want_pictures)
			start_words(r, WORDS_BINARY);
		else
			r->skip = 1;
		if (r->in_frame)
			r->image_url = arena_printf(&r->d->arena, "flat-%zu", ++r->flat_pictures);
	} else if (span_is(t->local, "script")) {
		r->script_depth = r->depth;
		r->script_empty = false;
	} else if (span_is(t->local, "event-listeners")) {
		risk(r, "macros, not run", SPAN_LIT("package"), (struct span){ 0 });
		r->skip = 1;
	} else if (span_is(t->local, "master-styles")) {
		r->in_master = true;
	}
}

/* Paragraphs hold words, and what is open in them, but for the frames of notes, pictures and lists. */
static bool holds_words(const struct xml_tag *t, bool outer)
{
	static const char *const frames[] = { "note", "note-body", "list", "list-item", "list-header", "numbered-paragraph", "section", "ruby" };

	if (t->ns == NS_DRAW || t->ns == NS_TABLE)
		return false;
	if (t->ns != NS_TEXT)
		return outer;
	for (size_t i = 0; i < ARRAY_LEN(frames); i++)
		if (span_is(t->local, frames[i]))
			return false;
	return outer || span_is(t->local, "p") || span_is(t->local, "h") || span_is(t->local, "ruby-base");
}

/* Inside office:script: a library that holds nothing runs nothing. */
static void script_tag(struct reader *r, const struct xml_tag *t)
{
	bool shell = span_is(t->local, "libraries") || span_is(t->local, "library-embedded");

	r->script_empty = (r->script_empty || span_is(t->local, "libraries")) && shell;
	if (!shell)
		r->skip = 1;
}

/* LibreOffice makes shapes of text boxes. */
static bool is_shape(struct span local)
{
	static const char *const shapes[] = { "custom-shape", "rect", "ellipse", "circle", "polygon", "polyline", "path", "connector", "caption", "line" };

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (span_is(local, shapes[i]))
			return true;
	return false;
}

static void on_tag(struct reader *r, const struct xml_tag *t)
{
	if (t->ns == NS_DRAW || t->ns == NS_STYLE || t->ns == NS_TEXT || t->ns == NS_OFFICE || t->ns == NS_META || t->ns == NS_SVG)
		look_outside(r, t);
	if (r->script_depth) {
		script_tag(r, t);
		return;
	}
	if (odt_styles_start(&r->styles, t))
		return;
	if (r->in_master) {
		if (t->ns == NS_TEXT && span_is(t->local, "p") && r->other_text.n)
			buf_char(&r->other_text, ' ');
		return;
	}
	/* The comment on a change, which word processors show in a list of their own. */
	if (r->in_info && t->ns == NS_TEXT) {
		r->skip = 1;
		return;
	}
	if (t->ns == NS_OFFICE && span_is(t->local, "change-info")) {
		r->in_info = true;
		return;
	}
	if (t->ns == NS_OFFICE) {
		start_office(r, t);
	} else if (t->ns == NS_DC && (span_is(t->local, "creator") || span_is(t->local, "date"))) {
		if (r->region || r->annotation)
			start_words(r, span_is(t->local, "date") ? WORDS_DATE : WORDS_CREATOR);
	} else if (t->ns == NS_DC && span_is(t->local, "language") && !r->in_body) {
		start_words(r, WORDS_LANGUAGE);
	} else if (t->ns == NS_META && span_is(t->local, "user-defined")) {
		if (span_is(xml_attr_get(t, NS_META, "name"), "chapeau.map"))
			start_words(r, WORDS_META);
	} else if (t->ns == NS_META && (r->annotation || r->region)) {
		r->skip = 1;
	} else if (!r->in_body) {
		return;
	} else if (t->ns == NS_TEXT) {
		if (r->shapes && !r->shape_said && span_is(t->local, "p")) {
			doc_lose(r->d, "text box, its words put beside the paragraph that holds it", odt_where(r), (struct span){ 0 });
			r->shape_said = true;
		}
		start_text(r, t);
	} else if (t->ns == NS_FIELD) {
		start_field(r, t);
	} else if (t->ns == NS_TABLE) {
		odt_start_table(r, t);
	} else if (t->ns == NS_DRAW) {
		if (span_is(t->local, "frame")) {
			r->in_frame = true;
			r->image_url = r->image_text = (struct span){ 0 };
		} else if (span_is(t->local, "image")) {
			r->image_url = odt_dup(r, xml_attr_get(t, NS_XLINK, "href"));
		} else if (is_shape(t->local)) {
			r->shapes++;
		}
	} else if (t->ns == NS_SVG && (span_is(t->local, "title") || span_is(t->local, "desc"))) {
		start_words(r, WORDS_TITLE);
	}
	/* XInclude and whatever else is foreign is not processed; its text, if it has any, is words like others. */
}

void odt_on_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;

	if (r->skip) {
		r->skip++;
		return;
	}
	r->depth++;
	if (t->depth == 1)
		r->root_ok = t->ns == NS_OFFICE && (span_is(t->local, "document-content") || span_is(t->local, "document") ||
						    span_is(t->local, "document-styles") || span_is(t->local, "document-meta"));
	r->formats[r->depth] = r->format;
	r->links[r->depth] = r->link;
	r->hiddens[r->depth] = r->hidden;
	r->holds_words[r->depth] = holds_words(t, r->holds_words[r->depth - 1]);
	on_tag(r, t);
	/* A tag that asked to be read over: its own end is the one that closes the gap. */
	r->depth -= r->skip == 1;
}

void odt_on_text(void *ctx, struct span s)
{
	struct reader *r = ctx;

	if (r->skip)
		return;
	if (r->script_depth) {
		r->script_empty = r->script_empty && !span_trim(s).n;
		return;
	}
	if (r->in_master) {
		buf_add(&r->other_text, s);
		return;
	}
	if (r->collect != WORDS_NONE) {
		buf_add(&r->words, s);
		return;
	}
	if (r->in_body && r->para_depth && !r->annotation && r->holds_words[r->depth])
		odt_add_text(r, s);
}

static struct span date_of(struct reader *r, struct span s)
{
	return s.n >= 19 ? arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, s)) : (struct span){ 0 };
}

/* A BCP 47 tag, by its letters. */
static bool is_language(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(i && (s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9'))))
			return false;
	return s.n >= 2 && s.n <= 35;
}

static void end_picture(struct reader *r)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	size_t at = doc_picture_of(r->d, r->image_url, odt_where(r));

	if (!at)
		return;
	if (base64_get(buf_span(&r->words), &bytes))
		format_keep_picture(r->d, &r->d->pictures[at - 1], buf_span(&bytes));
	else
		doc_lose(r->d, "picture that is damaged, not saved", odt_where(r), (struct span){ 0 });
}

static void end_words(struct reader *r, int ns, struct span local)
{
	struct span s = buf_span(&r->words);

	if (ns == NS_DC && (r->collect == WORDS_CREATOR || r->collect == WORDS_DATE)) {
		bool date = span_is(local, "date");

		if (r->annotation && date)
			r->annotation->comment->time = date_of(r, s);
		else if (r->annotation)
			r->annotation->comment->author = odt_dup(r, s);
		else if (r->region && date)
			r->region->time = date_of(r, s);
		else if (r->region)
			r->region->author = odt_dup(r, s);
		buf_clear(&r->words);
		r->collect = WORDS_NONE;
	} else if (ns == NS_OFFICE && r->collect == WORDS_BINARY) {
		end_picture(r);
		r->collect = WORDS_NONE;
	} else if (ns == NS_TEXT && r->collect == WORDS_RUBY && span_is(local, "ruby-text")) {
		doc_lose(r->d, "ruby, small words above others", odt_where(r), s);
		r->collect = WORDS_NONE;
	} else if (ns == NS_SVG && r->collect == WORDS_TITLE) {
		if (!r->image_text.n || span_is(local, "desc"))
			r->image_text = s.n ? odt_dup(r, s) : r->image_text;
		r->collect = WORDS_NONE;
	} else if (ns == NS_DC && r->collect == WORDS_LANGUAGE) {
		if (is_language(span_trim(s)))
			r->d->meta.language = odt_dup(r, span_trim(s));
		r->collect = WORDS_NONE;
	} else if (ns == NS_META && r->collect == WORDS_META) {
		r->d->map = odt_dup(r, s);
		r->collect = WORDS_NONE;
	} else if (ns == NS_OFFICE && span_is(local, "annotation") && r->annotation) {
		struct annotation *a = r->annotation;

		a->comment->text = odt_dup(r, s);
		r->annotation = NULL;
		r->collect = WORDS_NONE;
		if (a->name.n && r->range_count < ARRAY_LEN(r->notes_on)) {
			r->notes_on[r->range_count++] = a;
			r->mark_known = false;
		} else if (r->range_count && !r->notes_on[r->range_count - 1]->mark) {
			/* On words that are still to come, as the one before it: an answer to that. */
			comment_append(r->notes_on[r->range_count - 1]->comment, a->comment);
		} else {
			struct run *x = odt_add_run(r, RUN_COMMENT);

			if (x) {
				x->comment = a->comment;
				x->format = 0;
			}
		}
	}
}

static void end_frame(struct reader *r)
{
	r->in_frame = false;
	if (!r->image_url.n)
		return;
	if (is_outside(r->image_url)) {
		risk(r, "picture outside the file, not fetched", odt_where(r), r->image_url);
	} else {
		struct image *im = ARENA_NEW(&r->d->arena, struct image);
		struct run *x = odt_add_run(r, RUN_IMAGE);

		im->url = r->image_url;
		im->picture = doc_picture_of(r->d, span_sub(r->image_url, span_starts(r->image_url, SPAN_LIT("./")) ? 2 : 0, r->image_url.n), odt_where(r));
		if (x) {
			x->text = r->image_text;
			x->image = im;
			x->format = 0;
		}
	}
}

/*
 * The span of a reference ends.  LibreOffice makes several of one, each with a part of its words and fields; one that begins with words in
 * front of a field of its own is another reference.
 */
static void end_xref(struct reader *r)
{
	struct odt_para *p = odt_para_now(r);
	struct run *x = p && r->xref_end && r->xref_end == p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
	struct span before;

	r->xref_depth = 0;
	if (!r->xref_words.n)
		return;
	if (x && (x->mark != r->xref_mark || (x->kind == RUN_XREF && r->xref_words_first && !span_starts(x->target, SPAN_LIT("_Ref")))))
		x = NULL;
	before = !x ? (struct span){ 0 } : x->kind == RUN_XREF ? x->printed : x->text;
	if (!x)
		x = odt_add_run(r, RUN_TEXT);
	if (!x)
		return;
	x->mark = r->xref_mark;
	if (r->xref_target.n) {
		x->kind = RUN_XREF;
		x->target = r->xref_target;
	}
	*(x->kind == RUN_XREF ? &x->printed : &x->text) = arena_printf(&r->d->arena, "%.*s%.*s", SPAN_ARG(before), SPAN_ARG(buf_span(&r->xref_words)));
	r->xref_end = p->runs.count;
}

static void end_field(struct reader *r, struct span local)
{
	if (span_is(local, "fieldmark-start") && r->noteref) {
		add_note_run(r, r->noteref);
		r->noteref = NULL;
		r->noteref_words = true;
	} else if (span_is(local, "fieldmark-end")) {
		r->noteref_words = false;
	}
}

static void on_tag_end(struct reader *r, int ns, struct span local, size_t end)
{
	if (r->script_depth) {
		if (r->script_depth == r->depth) {
			if (!r->script_empty)
				risk(r, "macros, not run", SPAN_LIT("package"), (struct span){ 0 });
			r->script_depth = 0;
		}
		return;
	}
	odt_styles_end(&r->styles, ns, local);
	if (ns == NS_OFFICE && span_is(local, "change-info"))
		r->in_info = false;
	if (ns == NS_OFFICE && span_is(local, "master-styles")) {
		r->in_master = false;
		return;
	}
	if (r->in_master)
		return;
	end_words(r, ns, local);
	if (!r->in_body)
		return;
	if (ns == NS_TEXT) {
		if ((span_is(local, "p") || span_is(local, "h")) && !r->annotation) {
			odt_end_para(r, end);
		} else if (span_is(local, "list")) {
			r->list_depth -= r->list_depth > 0;
		} else if (span_is(local, "numbered-paragraph")) {
			r->list_depth = r->list_base;
		} else if (span_is(local, "section")) {
			r->hidden = r->hiddens[r->depth];
		} else if (span_is(local, "note")) {
			r->container = r->note_outer;
			r->nest = r->note_nest;
			r->note = NULL;
			r->inserting_from = 0;
			r->list_base = 0;
			r->mark_known = false;
		} else if (span_is(local, "changed-region")) {
			if (r->region && r->region->format)
				doc_restyled(r->d, r->region->author, r->region->time);
			r->region = NULL;
			odt_begin_container(r, r->d->root); /* a removed table was placed in the region's */
		} else if (span_is(local, "span") || span_is(local, "a")) {
			if (r->xref_depth && r->xref_depth == r->depth && span_is(local, "span"))
				end_xref(r);
			if (odt_para_now(r) && span_is(local, "a"))
				odt_para_now(r)->runs.count = places_join_reference(r->d, odt_para_now(r)->runs.items, odt_para_now(r)->runs.count, r->link);
			r->format = r->formats[r->depth];
			r->link = r->links[r->depth];
			r->hidden = r->hiddens[r->depth];
		} else if (span_is(local, "bookmark-ref") || span_is(local, "reference-ref") || span_is(local, "sequence-ref")) {
			r->link = r->links[r->depth];
		}
	} else if (ns == NS_FIELD) {
		end_field(r, local);
	} else if (ns == NS_TABLE) {
		odt_end_table(r, local, end);
	} else if (ns == NS_DRAW) {
		if (span_is(local, "frame"))
			end_frame(r);
		else if (is_shape(local) && r->shapes)
			r->shape_said = --r->shapes && r->shape_said;
		else if (span_is(local, "text-box"))
			doc_lose(r->d, "text box, its words put beside the paragraph that holds it", odt_where(r), (struct span){ 0 });
	} else if (ns == NS_OFFICE && span_is(local, "text")) {
		r->in_body = false;
	}
}

void odt_on_end(void *ctx, int ns, struct span local, size_t end)
{
	struct reader *r = ctx;

	if (r->skip) {
		r->skip--;
		return;
	}
	on_tag_end(r, ns, local, end);
	r->depth -= r->depth > 0;
}
