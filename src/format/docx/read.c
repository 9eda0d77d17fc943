/*
 * Reading a DOCX into a doc, READING_MARKED: one SAX pass over each story (main text, footnotes, endnotes, headers).
 *
 * Source: ISO/IEC 29500-1 section 17 and 29500-3; MARKUP.md sections 1, 3 and 4.
 */
#include "format/docx/read.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "format/docx/names.h"
#include "format/docx/package.h"
#include "format/docx/risks.h"
#include "io/xml.h"
#include "model/labels.h"

/* A paragraph while it is being read. */
struct para {
	struct runs runs;
	struct span style;       /* id */
	int num_id, ilvl;        /* -1: not said, by style */
	int outline;
	const struct mark *mark_ins, *mark_del; /* of the paragraph mark */
	struct span anchors[8];
	bool anchor_gone[8];
	size_t anchor_count;
	size_t begin;            /* offset of its tag in the part */
};

struct field {
	struct buf instr;
	bool result;             /* after separate */
	const struct link *link;
	bool hide;               /* its result is a cross-reference of ours: one run stands for it */
	const struct link *outer_link;
	struct para *para;       /* hide: where that run is */
	size_t run;
	struct buf printed;
};

struct comment_range {
	struct span id;
	struct comment *comment;
	const struct mark *mark; /* made for the first run in it */
};

struct comment_entry {
	struct span id, para;
	struct comment *comment;
	bool reply;              /* to another: it stands in that one's chain */
	struct comment *last;    /* of its chain */
};

/* What an open element means for its end. */
struct open_element {
	int what;                /* enum w_name, or one of the below */
	const struct mark *mark; /* to go back to */
	const struct link *link;
};

#define NOTE_MAX LIMIT_NOTES
#define NEST_MAX 6    /* paragraphs inside paragraphs (text boxes) */
#define FIELD_MAX 16

enum story { STORY_BODY, STORY_FOOTNOTES, STORY_ENDNOTES, STORY_COMMENTS, STORY_OTHER };

struct reader {
	struct package pkg;
	struct doc *d;
	enum story story;
	const char *part;
	struct rels *rels;

	struct open_element open[LIMIT_XML_DEPTH + 2];
	unsigned depth;
	unsigned skip;           /* elements left open in a subtree that is read over */

	struct block *container; /* where blocks go */
	struct block *table, *row, *cell;
	struct runs cell_runs;   /* of the cell that is open */
	bool cell_has_text;
	unsigned table_depth;

	struct para paras[NEST_MAX];
	struct block *outer_container[NEST_MAX];
	unsigned para_depth;     /* 0: between paragraphs */
	bool in_ppr, in_rpr, in_trpr, in_run, in_numpr;
	bool in_text, text_deleted, keep_space;
	unsigned format;
	bool hidden;
	struct buf text;         /* of the run element that is open */

	const struct mark *mark; /* from wrappers */
	const struct link *link;
	unsigned from_ranges, to_ranges; /* moveFromRangeStart without its end */
	struct mark *range_from, *range_to;
	struct field fields[FIELD_MAX];
	unsigned field_depth;
	unsigned groups;

	struct comment_range ranges[16];
	unsigned range_count;
	struct comment_entry *comments;
	size_t comment_count, comment_cap;
	struct comment_entry *comment_now;
	struct buf comment_text;

	struct { struct span id; struct note *note; bool end; } *notes;
	size_t note_count, note_cap;
	struct span_map note_ids[2], comment_ids, comment_paras; /* 1 more than the place: footnotes, endnotes; comments */

	bool choice_taken[LIMIT_XML_DEPTH + 2];

	struct span drawing_text, drawing_embed;
	bool in_drawing;
	size_t paragraph_number;
	struct buf other_text;   /* headers and footers */
	bool formatting_reported, property_reported;
	bool root_known;         /* the main part's root is w:document */
};

static struct span dup(struct reader *r, struct span s)
{
	return arena_dup(&r->d->arena, s);
}

/* A picture in the package, else the one that it is linked to. */
static struct span first_of(struct reader *r, struct span a, struct span b)
{
	return dup(r, a.n ? a : b);
}

static struct span val_of(const struct xml_tag *t)
{
	return xml_attr_get(t, NS_W, "val");
}

static bool is_on(const struct xml_tag *t)
{
	struct span v = val_of(t);

	return !v.p || !(span_is(v, "0") || span_is(v, "false") || span_is(v, "off") || span_is(v, "none"));
}

static int small_number(struct span s, int most, int otherwise)
{
	uint64_t v;

	return span_number(s, (uint64_t)most, &v) ? (int)v : otherwise;
}

static struct span where(struct reader *r)
{
	static const char *const stories[] = { "text", "footnotes", "endnotes", "comments", "header or footer" };

	return arena_printf(&r->d->arena, "%s, paragraph %zu", stories[r->story], r->paragraph_number);
}

/* ---- marks ---- */

static const struct mark *mark_of(struct reader *r, enum mark_kind kind, const struct xml_tag *t, const struct mark *outer)
{
	struct mark *m = ARENA_NEW(&r->d->arena, struct mark);
	struct span time = xml_attr_get(t, NS_W, "date");

	m->kind = kind;
	m->author = dup(r, xml_attr_get(t, NS_W, "author"));
	/* The same form everywhere: YYYY-MM-DDThh:mm:ssZ.  Word's clock is local and says Z all the same. */
	m->time = time.n >= 19 ? arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, time)) : (struct span){ 0 };
	m->outer = outer;
	m->group = ++r->groups;
	return m;
}

/* The marks of a run that begins here: wrappers, move ranges without wrappers, open comments. */
static const struct mark *marks_here(struct reader *r)
{
	const struct mark *m = r->mark;

	if (r->from_ranges && mark_accepted(m)) {
		struct mark *x = ARENA_NEW(&r->d->arena, struct mark);

		*x = (struct mark){ .kind = MARK_MOVED_FROM, .outer = m, .group = ++r->groups };
		if (r->range_from) {
			x->author = r->range_from->author;
			x->time = r->range_from->time;
		}
		m = x;
	}
	if (r->to_ranges && mark_rejected(m)) {
		struct mark *x = ARENA_NEW(&r->d->arena, struct mark);

		*x = (struct mark){ .kind = MARK_MOVED_TO, .outer = m, .group = ++r->groups };
		if (r->range_to) {
			x->author = r->range_to->author;
			x->time = r->range_to->time;
		}
		m = x;
	}
	for (unsigned i = 0; i < r->range_count; i++) {
		struct comment_range *c = &r->ranges[i];

		if (!c->mark || c->mark->outer != m) {
			struct mark *x = ARENA_NEW(&r->d->arena, struct mark);

			*x = (struct mark){ .kind = MARK_HIGHLIGHT, .outer = m, .comments = c->comment, .group = ++r->groups };
			c->mark = x;
		}
		c->comment->end = 1; /* its range holds something: the highlight shows it */
		m = c->mark;
	}
	return m;
}

/* ---- runs ---- */

static struct para *para_now(struct reader *r)
{
	return r->para_depth ? &r->paras[r->para_depth - 1] : NULL;
}

static bool field_hides(const struct reader *r)
{
	for (unsigned i = 0; i < r->field_depth; i++)
		if (!r->fields[i].result || r->fields[i].hide)
			return true;
	return false;
}

static struct run *add_run(struct reader *r, enum run_kind kind)
{
	struct para *p = para_now(r);
	struct run *x;

	if (!p)
		return NULL;
	x = runs_add(&p->runs, kind);
	x->format = r->format;
	x->link = r->link;
	x->mark = marks_here(r);
	return x;
}

static void add_text(struct reader *r, struct span s)
{
	struct para *p = para_now(r);
	struct run *last, *x;
	const struct mark *m;

	if (!s.n || !p)
		return;
	if (field_hides(r)) {
		/* What a reference of ours prints, should its target turn out to be gone. */
		for (unsigned i = 0; i < r->field_depth; i++)
			if (r->fields[i].hide) {
				if (r->fields[r->field_depth - 1].result)
					buf_add(&r->fields[i].printed, s);
				break;
			}
		return;
	}
	if (r->hidden) {
		doc_lose(r->d, "hidden text", where(r), s);
		return;
	}
	m = marks_here(r);
	last = p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
	/* Words that spelling or revision marks cut into pieces are one run again. */
	if (last && last->kind == RUN_TEXT && last->format == r->format && last->link == r->link && last->mark == m) {
		char *joined = arena_alloc(&r->d->arena, last->text.n + s.n + 1);

		if (last->text.n < 4096) {
			memcpy(joined, last->text.p, last->text.n);
			memcpy(joined + last->text.n, s.p, s.n);
			last->text = span_of(joined, last->text.n + s.n);
			return;
		}
	}
	x = runs_add(&p->runs, RUN_TEXT);
	x->format = r->format;
	x->link = r->link;
	x->mark = m;
	x->text = dup(r, s);
}

/* ---- paragraphs into blocks ---- */

static bool all_runs(const struct runs *runs, bool (*in)(const struct mark *))
{
	for (size_t i = 0; i < runs->count; i++)
		if (in(runs->items[i].mark))
			return false;
	return true;
}

static bool style_is(const struct style *s, const char *a, const char *b)
{
	return s && (span_eq_nocase(s->name, span_str(a)) || (b && span_eq_nocase(s->name, span_str(b))));
}

static int heading_level(const struct style *s, const struct para *p)
{
	unsigned hops = 0;

	if (p->outline >= 0 && p->outline < 9)
		return p->outline + 1;
	for (; s && hops < 16; s = s->base, hops++) {
		uint64_t n;

		if (s->name.n == 9 && span_eq_nocase(span_sub(s->name, 0, 8), SPAN_LIT("heading ")) && span_number(span_sub(s->name, 8, 9), 9, &n))
			return (int)n;
		if (s->outline >= 0 && s->outline < 9)
			return s->outline + 1;
	}
	return 0;
}

static void end_cell_paragraph(struct reader *r, struct para *p)
{
	struct runs *c = &r->cell_runs;

	if (p->runs.count && r->cell_has_text) {
		struct run *x = runs_add(c, RUN_HARD);

		x->mark = p->runs.items[0].mark;
	}
	for (size_t i = 0; i < p->runs.count; i++)
		*runs_add(c, RUN_TEXT) = p->runs.items[i];
	if (p->runs.count)
		r->cell_has_text = true;
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
}

/* Paragraphs that our exports put around the statement; in a stranger's file the title is the title. */
static bool is_furniture(const struct style *s)
{
	static const char *const names[] = { "Title", "Subtitle", "InfoLabel", "InfoValue", "Endorsers", "DeliveryMark", "Chapeau", "ReviewBox" };

	for (size_t i = 0; s && i < ARRAY_LEN(names); i++)
		if (span_eq_nocase(s->name, span_str(names[i])))
			return true;
	return false;
}

static struct span words_of(struct reader *r, const struct runs *runs)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].kind == RUN_TEXT && mark_accepted(runs->items[i].mark))
			buf_add(&b, runs->items[i].text);
	return dup(r, span_trim(buf_span(&b)));
}

/* A further paragraph of the item before it, as our exports style one: SubPara1 and the like, without a number. */
static bool continues_item(const struct style *s, const struct block *into, const struct para *p)
{
	if (!s || !into->last || into->last->kind != BLOCK_LIST || (p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL)))
		return false;
	return (s->name.n == 9 && span_starts(s->name, SPAN_LIT("SubPara"))) || style_is(s, "List Number", "ListNumber") || style_is(s, "List Continue", NULL);
}

/* The last item at the style's depth, or the deepest. */
static struct block *item_open(struct block *container, const struct style *s)
{
	int depth = s->name.n == 9 && s->name.p[8] >= '1' && s->name.p[8] <= '3' ? s->name.p[8] - '0' : -1;
	struct block *list = container->last, *item = list->last;

	while (item->last && item->last->kind == BLOCK_LIST && --depth != 0) {
		list = item->last;
		item = list->last;
	}
	list->tight = false; /* or the two paragraphs would be one */
	return item;
}

static void end_paragraph(struct reader *r, size_t end)
{
	struct para *p = para_now(r);
	const struct style *s = p->style.n ? package_style(&r->pkg, p->style) : NULL;
	int num = p->num_id >= 0 ? p->num_id : s ? s->num_id : -1;
	int ilvl = p->ilvl >= 0 ? p->ilvl : s && s->ilvl >= 0 ? s->ilvl : 0;
	int heading = heading_level(s, p);
	struct block *b, *into = r->container;
	struct span label = { 0 };
	bool bullet = false, kept;
	int level = 0;

	r->paragraph_number++;
	if (r->cell && r->para_depth == 1) {
		for (size_t i = 0; i < p->anchor_count; i++)
			doc_anchor_add(r->d, p->anchors[i], r->cell, p->anchor_gone[i]);
		r->cell->furniture = r->cell->furniture || is_furniture(s);
		end_cell_paragraph(r, p);
		return;
	}
	/* A paragraph without words, marks or anchors is white space on the page. */
	kept = p->runs.count || p->anchor_count;
	if (!kept && !p->mark_ins && !p->mark_del) {
		if (style_is(s, "Rule", "HorizontalRule") || style_is(s, "Horizontal Line", "Horizontal Rule"))
			block_append(into, block_new(r->d, BLOCK_RULE));
		free(p->runs.items);
		p->runs = (struct runs){ 0 };
		return;
	}
	if (num > 0)
		label = package_label(&r->pkg, num, ilvl, !p->mark_del, &r->d->arena, &bullet, &level);
	b = block_new(r->d, heading ? BLOCK_HEADING : BLOCK_PARAGRAPH);
	/* The space after the note's own number. */
	if ((r->story == STORY_FOOTNOTES || r->story == STORY_ENDNOTES) && !into->first && p->runs.count && p->runs.items[0].kind == RUN_TEXT) {
		struct span *t = &p->runs.items[0].text;

		while (t->n && (t->p[0] == ' ' || t->p[0] == '\t'))
			*t = span_sub(*t, 1, t->n);
	}
	if (heading)
		b->level = (unsigned)(heading > 6 ? 6 : heading);
	if (style_is(s, "Quote", "BlockQuote") || style_is(s, "Intense Quote", "Block Text")) {
		struct block *q = into->last && into->last->kind == BLOCK_QUOTE ? into->last : NULL;

		if (!q) {
			q = block_new(r->d, BLOCK_QUOTE);
			block_append(into, q);
		}
		into = q;
	} else if (style_is(s, "Code", "Source Code") || style_is(s, "CodeBlock", NULL) || style_is(s, "HTML Preformatted", "Preformatted Text")) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
	} else if (!heading && (bullet || style_is(s, "List Bullet", "ListBullet"))) {
		into = block_list_item(r->d, into, (unsigned)level, false);
	} else if (!heading && label.n && (level > 0 || style_is(s, "List Number", "ListNumber"))) {
		/* Sub-paragraphs (a), (i) hang under the numbered paragraph before them: level 1 is the first list level,
		 * but where the list itself begins at level 0. */
		bool plain = style_is(s, "List Number", "ListNumber");

		into = block_list_item(r->d, into, (unsigned)(plain ? level : level - 1), true);
		b->printed = (struct span){ 0 };
	} else if (!heading && !label.n && continues_item(s, into, p)) {
		into = item_open(into, s);
	} else if (!heading && p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL) && s && s->name.n == 9 &&
		   span_starts(s->name, SPAN_LIT("SubPara"))) {
		/* An item that prints a label of its own: no list counts it. */
		into = block_list_item(r->d, into, (unsigned)(s->name.p[8] - '1'), true);
	} else if (label.n) {
		b->printed = label.p[label.n - 1] == '.' ? arena_dup(&r->d->arena, span_sub(label, 0, label.n - 1)) : label;
		b->number_level = (unsigned)level;
	}
	if (p->mark_ins && all_runs(&p->runs, mark_rejected))
		b->mark = p->mark_ins;
	else if (p->mark_del && all_runs(&p->runs, mark_accepted))
		b->mark = p->mark_del;
	else
		b->break_mark = p->mark_ins ? p->mark_ins : p->mark_del;
	b->furniture = is_furniture(s);
	if (style_is(s, "BlockLabel", NULL))
		b->label_line = s->name;
	if (style_is(s, "Title", NULL) && !r->d->meta.title.n)
		r->d->meta.title = words_of(r, &p->runs);
	b->origin = (struct origin){ p->begin, end };
	b->part = span_str(r->part);
	block_append(into, b);
	for (size_t i = 0; i < p->anchor_count; i++)
		doc_anchor_add(r->d, p->anchors[i], b, p->anchor_gone[i]);
	runs_end(&p->runs, r->d, b);
}

static struct note *note_of(struct reader *r, struct span id, bool end)
{
	const unsigned *at = id.n ? span_map_find(&r->note_ids[end], id) : NULL;

	return at ? r->notes[*at - 1].note : NULL;
}

/* ---- fields ---- */

/* A field that stands for a run of ours; its printed result is read over. */
static void field_run(struct reader *r, struct field *f, enum run_kind kind, struct span target, struct note *note)
{
	struct run *x = add_run(r, kind);

	f->hide = true;
	if (!x)
		return;
	f->para = para_now(r);
	f->run = f->para->runs.count - 1;
	if (kind == RUN_NOTE)
		x->note = note;
	else
		x->target = dup(r, target);
	x->format = 0;
}

/* NOTEREF _Ref900000012: the second reference to note 12, as our writer names it. */
static struct note *noteref_of(struct reader *r, struct span name)
{
	static const struct span prefix = SPAN("_Ref9");
	uint64_t n;

	/* By its place among the footnotes: other programs count their ids from 2. */
	if (!span_starts(name, prefix) || !span_number(span_sub(name, prefix.n, name.n), 99999999, &n))
		return NULL;
	for (size_t i = 0; i < r->note_count; i++)
		if (!r->notes[i].end && --n == 0)
			return r->notes[i].note;
	return NULL;
}

static void field_separate(struct reader *r, struct field *f)
{
	struct span instr = span_trim(buf_span(&f->instr)), word, rest = instr;

	f->result = true;
	f->outer_link = r->link;
	if (docx_field_is_risky(instr))
		doc_lose(r->d, "field that would fetch or run something, not followed", where(r), instr);
	if (!span_split(&rest, ' ', &word))
		return;
	rest = span_trim(rest);
	if (span_eq_nocase(word, SPAN_LIT("HYPERLINK"))) {
		size_t open = span_find_char(rest, '"', 0);
		size_t close = open == SIZE_MAX ? SIZE_MAX : span_find_char(rest, '"', open + 1);

		if (close != SIZE_MAX && !span_starts(rest, SPAN_LIT("\\l"))) {
			struct link *l = ARENA_NEW(&r->d->arena, struct link);

			l->url = dup(r, span_sub(rest, open + 1, close));
			f->link = l;
			r->link = l;
		}
		if (close != SIZE_MAX && span_starts(rest, SPAN_LIT("\\l")) && !field_hides(r)) {
			struct span anchor = span_sub(rest, open + 1, close);

			if (span_starts(anchor, SPAN_LIT("cl_")))
				field_run(r, f, RUN_XREF, anchor, NULL);
		}
	} else if (!field_hides(r) && (span_eq_nocase(word, SPAN_LIT("REF")) || span_eq_nocase(word, SPAN_LIT("NOTEREF")))) {
		struct span name;

		if (!span_split(&rest, ' ', &name))
			return;
		if (word.n == 3 && span_starts(name, SPAN_LIT("cl_")))
			field_run(r, f, RUN_XREF, name, NULL);
		else if (word.n == 7 && noteref_of(r, name))
			field_run(r, f, RUN_NOTE, name, noteref_of(r, name));
	}
}

static void field_char(struct reader *r, struct span type)
{
	if (span_is(type, "begin")) {
		if (r->field_depth < FIELD_MAX)
			r->fields[r->field_depth++] = (struct field){ 0 };
	} else if (span_is(type, "separate")) {
		if (r->field_depth && !r->fields[r->field_depth - 1].result)
			field_separate(r, &r->fields[r->field_depth - 1]);
	} else if (span_is(type, "end")) {
		/* A stray end closes nothing. */
		if (r->field_depth) {
			struct field *f = &r->fields[--r->field_depth];

			if (f->result)
				r->link = f->outer_link;
			else if (docx_field_is_risky(buf_span(&f->instr)))
				doc_lose(r->d, "field that would fetch or run something, not followed", where(r), span_trim(buf_span(&f->instr)));
			if (f->hide && f->para && f->para == para_now(r) && f->run < f->para->runs.count && f->para->runs.items[f->run].kind == RUN_XREF)
				f->para->runs.items[f->run].printed = dup(r, buf_span(&f->printed));
			buf_done(&f->instr);
			buf_done(&f->printed);
		}
	}
}

/* ---- comments and notes by id ---- */

static struct comment_entry *comment_find(struct reader *r, struct span id)
{
	const unsigned *at = id.n ? span_map_find(&r->comment_ids, id) : NULL;

	return at ? &r->comments[*at - 1] : NULL;
}

static void range_end(struct reader *r, struct span id)
{
	for (unsigned i = 0; i < r->range_count; i++) {
		if (!span_eq(r->ranges[i].id, id))
			continue;
		memmove(&r->ranges[i], &r->ranges[i + 1], (r->range_count - i - 1) * sizeof(r->ranges[0]));
		r->range_count--;
		return;
	}
}

/* ---- start tags ---- */

static void run_property(struct reader *r, enum w_name n, const struct xml_tag *t)
{
	unsigned bit = 0;
	const struct style *s;

	switch ((int)n) {
	case W_b:
		bit = FMT_STRONG;
		break;
	case W_i:
		bit = FMT_EMPH;
		break;
	case W_strike:
	case W_dstrike:
		bit = FMT_STRIKE;
		break;
	case W_u:
		bit = FMT_UNDERLINE;
		break;
	case W_vertAlign:
		if (span_is(val_of(t), "superscript"))
			r->format |= FMT_SUPER;
		else if (span_is(val_of(t), "subscript"))
			r->format |= FMT_SUB;
		return;
	case W_vanish:
		r->hidden = is_on(t);
		return;
	case W_rStyle:
		s = package_style(&r->pkg, val_of(t));
		if (style_is(s, "Verbatim Char", "Code Char") || style_is(s, "HTML Code", "Source Text") || style_is(s, "CodeText", NULL))
			r->format |= FMT_CODE;
		else if (style_is(s, "Emphasis", NULL))
			r->format |= FMT_EMPH;
		else if (style_is(s, "Strong", NULL))
			r->format |= FMT_STRONG;
		else if (style_is(s, "PrintedLabel", NULL))
			r->format |= FMT_PRINTED_LABEL;
		else if (style_is(s, "NoteSeparator", NULL))
			r->format |= FMT_NOTE_SEPARATOR;
		return;
	default:
		return;
	}
	if (is_on(t))
		r->format |= bit;
	else
		r->format &= ~bit;
}

static void begin_paragraph(struct reader *r, const struct xml_tag *t)
{
	if (r->para_depth >= NEST_MAX) {
		doc_lose(r->d, "text box inside text boxes", where(r), (struct span){ 0 });
		r->skip = 1;
		return;
	}
	r->outer_container[r->para_depth] = r->container;
	r->paras[r->para_depth++] = (struct para){ .num_id = -1, .ilvl = -1, .outline = -1, .begin = t->offset };
}

static bool choice_known(struct span requires)
{
	static const char *const known[] = { "wps", "wpg", "wpc", "wp14", "w14", "w15", "w16", "wp", "pic", "a14", "v" };
	struct span word;

	while (span_split(&requires, ' ', &word)) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || span_is(word, known[i]);
		if (!found)
			return false;
	}
	return true;
}

static void start_other(struct reader *r, const struct xml_tag *t)
{
	if (t->ns == NS_MC) {
		if (span_is(t->local, "AlternateContent")) {
			r->choice_taken[r->depth] = false;
		} else if (span_is(t->local, "Choice")) {
			/* One branch only: both hold the same text. */
			if (r->choice_taken[r->depth - 1] || !choice_known(xml_attr_get(t, -2, "Requires")))
				r->skip = 1;
			else
				r->choice_taken[r->depth - 1] = true;
		} else if (span_is(t->local, "Fallback")) {
			if (r->choice_taken[r->depth - 1])
				r->skip = 1;
		}
	} else if (t->ns == NS_WP && span_is(t->local, "docPr")) {
		struct span text = xml_attr_get(t, -2, "descr");

		if (!text.n)
			text = xml_attr_get(t, -2, "title");
		r->drawing_text = dup(r, text);
	} else if (t->ns == NS_A && span_is(t->local, "blip")) {
		r->drawing_embed = first_of(r, xml_attr_get(t, NS_R, "embed"), xml_attr_get(t, NS_R, "link"));
	} else if (t->ns == NS_V && span_is(t->local, "imagedata")) {
		r->drawing_embed = first_of(r, xml_attr_get(t, NS_R, "id"), xml_attr_get(t, NS_R, "href"));
		r->drawing_text = dup(r, xml_attr_get(t, -2, "title"));
	} else if (t->ns == NS_M && span_is(t->local, "t")) {
		r->in_text = true;
		r->keep_space = true;
		buf_clear(&r->text);
	}
}

static void note_reference(struct reader *r, const struct xml_tag *t, bool end)
{
	struct span id = xml_attr_get(t, NS_W, "id");
	struct note *n = note_of(r, id, end);

	if (!n) {
		doc_lose(r->d, end ? "endnote that is not there" : "footnote that is not there", where(r), id);
	} else if (!field_hides(r)) {
		struct run *x = add_run(r, RUN_NOTE);

		if (x) {
			x->note = n;
			x->format = 0;
		}
	}
}

static void start_w(struct reader *r, enum w_name n, const struct xml_tag *t)
{
	struct para *p = para_now(r);
	struct span v;

	switch ((int)n) {
	case W_p:
		begin_paragraph(r, t);
		break;
	case W_pPr:
		r->in_ppr = true;
		break;
	case W_pStyle:
		if (p)
			p->style = dup(r, val_of(t));
		break;
	case W_ilvl:
		if (p && r->in_ppr)
			p->ilvl = small_number(val_of(t), 8, 0);
		break;
	case W_numId:
		if (p && r->in_ppr)
			p->num_id = small_number(val_of(t), 1 << 30, 0);
		break;
	case W_outlineLvl:
		if (p && r->in_ppr)
			p->outline = small_number(val_of(t), 9, -1);
		break;
	case W_r:
		r->in_run = true;
		r->format = 0;
		r->hidden = false;
		break;
	case W_rPr:
		r->in_rpr = true;
		break;
	case W_t:
	case W_delText:
		r->in_text = true;
		r->keep_space = span_is(xml_attr_get(t, -1, "space"), "preserve") || n == W_delText;
		buf_clear(&r->text);
		break;
	case W_instrText:
	case W_delInstrText:
		r->in_text = true;
		r->keep_space = true;
		buf_clear(&r->text);
		break;
	case W_tab:
	case W_ptab:
		if (r->in_run && !r->in_rpr && !r->in_ppr)
			add_text(r, SPAN_LIT("\t"));
		break;
	case W_noBreakHyphen:
		add_text(r, SPAN_LIT("\xe2\x80\x91"));
		break;
	case W_softHyphen:
		add_text(r, SPAN_LIT("\xc2\xad"));
		break;
	case W_sym: {
		uint64_t cp = 0;
		struct span c = xml_attr_get(t, NS_W, "char");
		char enc[4];

		for (size_t i = 0; i < c.n && i < 6; i++) {
			char d = c.p[i];

			cp = cp * 16 + (uint64_t)(d >= '0' && d <= '9' ? d - '0' : (d | 32) >= 'a' && (d | 32) <= 'f' ? (d | 32) - 'a' + 10 : 0);
		}
		/* A place in a symbol font has no meaning of its own. */
		if (cp >= 0xf000 && cp < 0xf100)
			doc_lose(r->d, "symbol of a font", where(r), xml_attr_get(t, NS_W, "font"));
		if (cp >= 0x20 && cp < 0x110000 && !(cp >= 0xd800 && cp < 0xe000))
			add_text(r, span_of(enc, utf8_encode(cp >= 0xf000 && cp < 0xf100 ? 0xfffd : (uint32_t)cp, enc)));
		break;
	}
	case W_br:
		v = xml_attr_get(t, NS_W, "type");
		if (!span_is(v, "page") && !span_is(v, "column") && !field_hides(r))
			add_run(r, RUN_HARD);
		break;
	case W_cr:
		if (!field_hides(r))
			add_run(r, RUN_HARD);
		break;
	case W_ins:
	case W_del:
	case W_moveFrom:
	case W_moveTo: {
		enum mark_kind kind = n == W_ins ? MARK_INSERTED : n == W_del ? MARK_DELETED : n == W_moveFrom ? MARK_MOVED_FROM : MARK_MOVED_TO;

		if (r->in_trpr) {
			if (r->row)
				r->row->mark = mark_of(r, kind, t, NULL);
		} else if (r->in_rpr && r->in_ppr) {
			if (p && (n == W_ins || n == W_moveTo))
				p->mark_ins = mark_of(r, kind, t, NULL);
			else if (p)
				p->mark_del = mark_of(r, kind, t, NULL);
		} else if (!r->in_rpr && !r->in_ppr) {
			r->mark = mark_of(r, kind, t, r->mark);
		}
		break;
	}
	case W_moveFromRangeStart:
		r->from_ranges++;
		r->range_from = (struct mark *)mark_of(r, MARK_MOVED_FROM, t, NULL);
		break;
	case W_moveFromRangeEnd:
		r->from_ranges -= r->from_ranges > 0;
		break;
	case W_moveToRangeStart:
		r->to_ranges++;
		r->range_to = (struct mark *)mark_of(r, MARK_MOVED_TO, t, NULL);
		break;
	case W_moveToRangeEnd:
		r->to_ranges -= r->to_ranges > 0;
		break;
	case W_hyperlink:
		v = xml_attr_get(t, NS_R, "id");
		if (v.n) {
			const struct rel *rel = rels_find(r->rels, v);

			if (rel && rel->external) {
				struct link *l = ARENA_NEW(&r->d->arena, struct link);

				l->url = dup(r, rel->target); /* the package goes before the document */
				r->link = l;
			}
		}
		break;
	case W_fldChar:
		field_char(r, xml_attr_get(t, NS_W, "fldCharType"));
		break;
	case W_fldSimple:
		if (r->field_depth < FIELD_MAX) {
			struct field *f = &r->fields[r->field_depth++];

			*f = (struct field){ 0 };
			buf_add(&f->instr, xml_attr_get(t, NS_W, "instr"));
			field_separate(r, f);
		}
		break;
	case W_footnoteReference:
		note_reference(r, t, false);
		break;
	case W_endnoteReference:
		note_reference(r, t, true);
		break;
	case W_bookmarkStart:
		v = xml_attr_get(t, NS_W, "name");
		if (p && span_starts(v, SPAN_LIT("cl_")) && p->anchor_count < ARRAY_LEN(p->anchors)) {
			p->anchor_gone[p->anchor_count] = !mark_accepted(r->mark);
			p->anchors[p->anchor_count++] = dup(r, v);
		}
		break;
	case W_commentRangeStart: {
		struct comment_entry *c = comment_find(r, xml_attr_get(t, NS_W, "id"));

		if (c && !c->reply && r->range_count < ARRAY_LEN(r->ranges))
			r->ranges[r->range_count++] = (struct comment_range){ .id = c->id, .comment = c->comment };
		break;
	}
	case W_commentRangeEnd:
		range_end(r, xml_attr_get(t, NS_W, "id"));
		break;
	case W_commentReference: {
		struct comment_entry *c = comment_find(r, xml_attr_get(t, NS_W, "id"));

		/* A comment whose range held words is known by its highlight; this one marks a place. */
		if (c && !c->reply && c->comment && !c->comment->end) {
			struct run *x = add_run(r, RUN_COMMENT);

			if (x) {
				x->comment = c->comment;
				x->format = 0;
			}
		}
		if (!c)
			doc_lose(r->d, "comment that is not there", where(r), xml_attr_get(t, NS_W, "id"));
		break;
	}
	case W_tbl:
		if (r->table_depth++ == 0) {
			r->table = block_new(r->d, BLOCK_TABLE);
			r->table->origin.begin = t->offset;
			r->table->part = span_str(r->part);
			block_append(r->container, r->table);
		} else if (r->table_depth == 2) {
			doc_lose(r->d, "table inside a table cell, read as text", where(r), (struct span){ 0 });
		}
		break;
	case W_tr:
		if (r->table_depth == 1 && r->table) {
			r->row = block_new(r->d, BLOCK_ROW);
			block_append(r->table, r->row);
		}
		break;
	case W_trPr:
		r->in_trpr = r->table_depth == 1;
		break;
	case W_tblHeader:
		if (r->row && r->table_depth == 1 && is_on(t))
			r->row->header = true;
		break;
	case W_tc:
		if (r->table_depth == 1 && r->row) {
			r->cell = block_new(r->d, BLOCK_CELL);
			block_append(r->row, r->cell);
			r->cell_has_text = false;
		}
		break;
	case W_drawing:
	case W_pict:
		r->in_drawing = true;
		r->drawing_text = r->drawing_embed = (struct span){ 0 };
		break;
	case W_object:
		doc_lose(r->d, "embedded object (OLE), not opened", where(r), (struct span){ 0 });
		r->skip = 1;
		break;
	case W_altChunk:
		doc_lose(r->d, "another file embedded as text (altChunk), not read: its words are missing", where(r), (struct span){ 0 });
		r->skip = 1;
		break;
	case W_rPrChange:
		if (!r->formatting_reported)
			doc_lose(r->d, "tracked change of formatting", where(r), (struct span){ 0 });
		r->formatting_reported = true;
		r->skip = 1;
		break;
	case W_pPrChange:
	case W_sectPrChange:
	case W_tblPrChange:
	case W_trPrChange:
	case W_tcPrChange:
		if (!r->property_reported)
			doc_lose(r->d, "tracked change of paragraph or table layout", where(r), (struct span){ 0 });
		r->property_reported = true;
		r->skip = 1;
		break;
	case W_sdtPr:
	case W_sectPr:
	case W_tblPr:
	case W_tblGrid:
	case W_tcPr:
		r->skip = 1;
		break;
	case W_footnote:
	case W_endnote:
		v = xml_attr_get(t, NS_W, "type");
		if (v.n && !span_is(v, "normal")) {
			r->skip = 1;
		} else {
			bool end = n == W_endnote;
			struct span id = xml_attr_get(t, NS_W, "id");
			struct note *note = note_new(r->d, arena_printf(&r->d->arena, end ? "e%.*s" : "%.*s", SPAN_ARG(id)));

			if (r->note_count == r->note_cap) {
				r->note_cap = r->note_cap ? 2 * r->note_cap : 16;
				r->notes = mem_resize(r->notes, r->note_cap, sizeof(r->notes[0]));
			}
			r->notes[r->note_count].id = dup(r, id);
			r->notes[r->note_count].note = note;
			r->notes[r->note_count++].end = end;
			if (id.n && !*span_map_put(&r->note_ids[end], r->notes[r->note_count - 1].id))
				*span_map_put(&r->note_ids[end], r->notes[r->note_count - 1].id) = (unsigned)r->note_count;
			r->container = note->body;
		}
		break;
	case W_comment:
		if (r->comment_count == r->comment_cap) {
			r->comment_cap = r->comment_cap ? 2 * r->comment_cap : 16;
			r->comments = mem_resize(r->comments, r->comment_cap, sizeof(struct comment_entry));
		}
		r->comment_now = &r->comments[r->comment_count++];
		*r->comment_now = (struct comment_entry){ .id = dup(r, xml_attr_get(t, NS_W, "id")) };
		if (r->comment_now->id.n && !*span_map_put(&r->comment_ids, r->comment_now->id))
			*span_map_put(&r->comment_ids, r->comment_now->id) = (unsigned)r->comment_count;
		r->comment_now->comment = ARENA_NEW(&r->d->arena, struct comment);
		r->comment_now->comment->author = dup(r, xml_attr_get(t, NS_W, "author"));
		v = xml_attr_get(t, NS_W, "date");
		if (v.n >= 19)
			r->comment_now->comment->time = arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, v));
		buf_clear(&r->comment_text);
		break;
	default:
		if (r->in_rpr && !r->in_ppr)
			run_property(r, n, t);
		break;
	}
}

static void on_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;
	enum w_name n = t->ns == NS_W ? w_name_of(t->local) : W_other;

	if (r->skip) {
		r->skip++;
		return;
	}
	r->depth++;
	r->open[r->depth] = (struct open_element){ .what = (int)n, .mark = r->mark, .link = r->link };
	if (r->story == STORY_BODY && t->depth == 1)
		r->root_known = n == W_document;
	if (t->ns != NS_W) {
		start_other(r, t);
	} else if (r->story == STORY_COMMENTS) {
		struct span para = xml_attr_get(t, NS_W14, "paraId");

		if (n == W_comment) {
			start_w(r, n, t);
		} else if (n == W_p && r->comment_now) {
			if (r->comment_text.n)
				buf_char(&r->comment_text, '\n');
			if (para.n)
				r->comment_now->para = dup(r, para);
		} else if (n == W_t || n == W_delText) {
			r->in_text = true;
			r->keep_space = true;
			buf_clear(&r->text);
		} else if (n == W_br || n == W_tab) {
			buf_char(&r->comment_text, ' ');
		}
	} else if (r->story == STORY_OTHER) {
		if (n == W_t) {
			r->in_text = true;
			buf_clear(&r->text);
		} else if ((n == W_p || n == W_tab) && r->other_text.n) {
			buf_char(&r->other_text, ' ');
		}
	} else {
		start_w(r, n, t);
	}
	/* A start that asked to be read over: its own end is the one that closes the gap. */
	if (r->skip == 1)
		r->depth--;
}

/* ---- text and end tags ---- */

static void on_text(void *ctx, struct span s)
{
	struct reader *r = ctx;

	if (!r->skip && r->in_text)
		buf_add(&r->text, s);
}

static void end_text(struct reader *r, enum w_name n)
{
	struct span s = buf_span(&r->text);

	r->in_text = false;
	if (n == W_instrText || n == W_delInstrText) {
		if (r->field_depth && !r->fields[r->field_depth - 1].result)
			buf_add(&r->fields[r->field_depth - 1].instr, s);
		return;
	}
	if (r->story == STORY_COMMENTS) {
		buf_add(&r->comment_text, s);
		return;
	}
	if (r->story == STORY_OTHER) {
		buf_add(&r->other_text, s);
		return;
	}
	if (!r->keep_space)
		s = span_trim(s);
	add_text(r, s);
}

static void end_drawing(struct reader *r)
{
	struct rel *rel = r->drawing_embed.n ? rels_find(r->rels, r->drawing_embed) : NULL;

	r->in_drawing = false;
	if (rel && !rel->external && rel->target.n) {
		struct run *x = add_run(r, RUN_IMAGE);
		struct image *im = ARENA_NEW(&r->d->arena, struct image);

		im->url = dup(r, rel->target);
		if (!rel->picture)
			rel->picture = doc_picture_of(r->d, rel->target, where(r));
		im->picture = rel->picture;
		if (x) {
			x->text = r->drawing_text;
			x->image = im;
			x->format = 0;
		}
	} else if (rel) {
		rel->said = true;
		doc_lose(r->d, "picture on another computer, not fetched", where(r), rel->target);
	} else if (r->drawing_text.n) {
		doc_lose(r->d, "drawing", where(r), r->drawing_text);
	}
}

static void end_w(struct reader *r, enum w_name n, size_t end)
{
	switch ((int)n) {
	case W_p:
		if (r->para_depth) {
			end_paragraph(r, end);
			r->para_depth--;
			r->container = r->outer_container[r->para_depth];
		}
		break;
	case W_pPr:
		r->in_ppr = false;
		break;
	case W_rPr:
		r->in_rpr = false;
		break;
	case W_r:
		r->in_run = false;
		r->format = 0;
		r->hidden = false;
		break;
	case W_trPr:
		r->in_trpr = false;
		break;
	case W_tc:
		if (r->table_depth == 1 && r->cell) {
			runs_end(&r->cell_runs, r->d, r->cell);
			r->cell = NULL;
		}
		break;
	case W_tr:
		if (r->table_depth == 1)
			r->row = NULL;
		break;
	case W_tbl:
		if (r->table_depth && --r->table_depth == 0 && r->table) {
			r->table->origin.end = end;
			r->table = NULL;
		}
		break;
	case W_drawing:
	case W_pict:
		end_drawing(r);
		break;
	case W_txbxContent:
		doc_lose(r->d, "text box, its words put after the paragraph that holds it", where(r), (struct span){ 0 });
		break;
	case W_fldSimple:
		field_char(r, SPAN_LIT("end"));
		break;
	case W_commentRangeStart:
		break;
	case W_footnote:
	case W_endnote:
		r->container = r->d->root;
		break;
	case W_comment:
		if (r->comment_now)
			r->comment_now->comment->text = dup(r, buf_span(&r->comment_text));
		r->comment_now = NULL;
		break;
	}
}

static void on_end(void *ctx, int ns, struct span local, size_t end)
{
	struct reader *r = ctx;
	enum w_name n = ns == NS_W ? w_name_of(local) : W_other;

	if (r->skip) {
		if (--r->skip)
			return;
		return;
	}
	if (r->in_text && (n == W_t || n == W_delText || n == W_instrText || n == W_delInstrText || (ns == NS_M && span_is(local, "t"))))
		end_text(r, n == W_other ? W_t : n);
	if (ns == NS_W && (r->story == STORY_BODY || r->story == STORY_FOOTNOTES || r->story == STORY_ENDNOTES || n == W_comment))
		end_w(r, n, end);
	if (r->depth) {
		/* Wrappers end here; a field that opened a link inside ends by itself. */
		if (n == W_ins || n == W_del || n == W_moveFrom || n == W_moveTo)
			r->mark = r->open[r->depth].mark;
		if (n == W_hyperlink)
			r->link = r->open[r->depth].link;
		r->depth--;
	}
}

/* ---- stories ---- */

static const struct xml_handler *handler(struct reader *r, struct xml_handler *h)
{
	*h = (struct xml_handler){ .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = on_start, .end = on_end, .text = on_text, .ctx = r };
	return h;
}

static int read_story(struct reader *r, enum story story, const char *part, struct span bytes, struct fault *f)
{
	struct xml_handler h;
	struct rels own = { 0 };
	int x = 0;

	r->story = story;
	r->part = arena_str(&r->d->arena, span_str(part));
	r->rels = &r->pkg.rels;
	r->container = r->d->root;
	r->depth = 0;
	r->skip = 0;
	r->mark = NULL;
	r->link = NULL;
	r->paragraph_number = 0;
	if (story != STORY_BODY) {
		x = package_rels(&r->pkg, part, &own, f);
		r->rels = &own;
	}
	if (!x)
		x = xml_parse(bytes, r->pkg.path, part, handler(r, &h), f);
	while (r->field_depth) {
		buf_done(&r->fields[--r->field_depth].instr);
		buf_done(&r->fields[r->field_depth].printed);
	}
	while (r->para_depth)
		free(r->paras[--r->para_depth].runs.items);
	free(r->cell_runs.items);
	r->cell_runs = (struct runs){ 0 };
	r->cell = r->row = r->table = NULL;
	r->table_depth = 0;
	r->range_count = 0;
	rels_done(&own);
	return x;
}

static int read_named(struct reader *r, enum story story, struct span part, struct fault *f)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!part.n || !zip_in_has(r->pkg.zip, part.p))
		return 0;
	x = zip_in_read(r->pkg.zip, part.p, &b, f);
	return x < 0 ? x : read_story(r, story, part.p, buf_span(&b), f);
}

/* Who answers whom: w15:commentEx, by the ids of the comments' last paragraphs. */
static void reply_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;
	struct span para, parent;
	struct comment_entry *child, *top;
	const unsigned *at;

	if (t->ns != NS_W15 || !span_is(t->local, "commentEx"))
		return;
	para = xml_attr_get(t, NS_W15, "paraId");
	parent = xml_attr_get(t, NS_W15, "paraIdParent");
	at = para.n && parent.n ? span_map_find(&r->comment_paras, para) : NULL;
	child = at ? &r->comments[*at - 1] : NULL;
	at = parent.n ? span_map_find(&r->comment_paras, parent) : NULL;
	top = at ? &r->comments[*at - 1] : NULL;
	if (!child || !top || child == top || child->reply || top->reply)
		return;
	child->reply = true;
	(top->last ? top->last : top->comment)->next = child->comment;
	top->last = child->last ? child->last : child->comment;
}

/* By the last paragraph of each, which is known once all are read. */
static void index_replies(struct reader *r)
{
	for (size_t i = 0; i < r->comment_count; i++)
		if (r->comments[i].para.n)
			*span_map_put(&r->comment_paras, r->comments[i].para) = (unsigned)i + 1;
}

/* docProps/custom.xml: the value of chapeau.map. */
struct custom_ctx {
	struct reader *r;
	bool ours, in_value;
	struct buf text;
};

static void custom_start(void *ctx, const struct xml_tag *t)
{
	struct custom_ctx *c = ctx;

	if (t->ns == NS_CP && span_is(t->local, "property"))
		c->ours = span_is(xml_attr_get(t, -2, "name"), "chapeau.map");
	else if (t->ns == NS_VT && c->ours)
		c->in_value = true;
}

static void custom_text(void *ctx, struct span s)
{
	struct custom_ctx *c = ctx;

	if (c->in_value)
		buf_add(&c->text, s);
}

static void custom_end(void *ctx, int ns, struct span local, size_t end)
{
	struct custom_ctx *c = ctx;

	(void)local;
	(void)end;
	if (ns == NS_VT)
		c->in_value = false;
}

static int read_map(struct reader *r, struct fault *f)
{
	const struct rel *rel = rels_of_type(&r->pkg.root, "custom-properties");
	struct custom_ctx c = { .r = r };
	struct xml_handler h = {
		.namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = custom_start, .end = custom_end, .text = custom_text, .ctx = &c
	};
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!rel || !rel->target.n || !zip_in_has(r->pkg.zip, rel->target.p))
		return 0;
	x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
	if (!x)
		x = xml_parse(buf_span(&b), r->pkg.path, rel->target.p, &h, f);
	r->d->map = dup(r, buf_span(&c.text));
	buf_done(&c.text);
	return x;
}

/* docProps/core.xml: the language that the text says it is in. */
static void core_start(void *ctx, const struct xml_tag *t)
{
	((struct custom_ctx *)ctx)->in_value = span_is(t->local, "language");
}

static void core_end(void *ctx, int ns, struct span local, size_t end)
{
	(void)ns;
	(void)local;
	(void)end;
	((struct custom_ctx *)ctx)->in_value = false;
}

static bool is_language(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(i && (s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9'))))
			return false;
	return s.n >= 2 && s.n <= 35;
}

static int read_language(struct reader *r, struct fault *f)
{
	const struct rel *rel = rels_of_type(&r->pkg.root, "core-properties");
	struct custom_ctx c = { .r = r };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = core_start, .end = core_end, .text = custom_text, .ctx = &c };
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!rel || !rel->target.n || !zip_in_has(r->pkg.zip, rel->target.p))
		return 0;
	x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
	if (!x)
		x = xml_parse(buf_span(&b), r->pkg.path, rel->target.p, &h, f);
	if (is_language(span_trim(buf_span(&c.text))))
		r->d->meta.language = dup(r, span_trim(buf_span(&c.text)));
	buf_done(&c.text);
	return x;
}

int docx_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f)
{
	struct reader *r = mem_zero(1, sizeof(*r));
	const struct rel *rel;
	int x;

	r->d = doc_new(o->path);
	r->d->reading = READING_MARKED;
	x = package_open(bytes, o->path, &r->pkg, f);
	if (x < 0)
		goto out;
	rel = rels_of_type(&r->pkg.rels, "comments");
	if (rel)
		x = read_named(r, STORY_COMMENTS, rel->target, f);
	rel = rels_of_type(&r->pkg.rels, "commentsExtended");
	if (!x && rel && rel->target.n && zip_in_has(r->pkg.zip, rel->target.p)) {
		CLEANUP(buf_done) struct buf b = { 0 };
		struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = reply_start, .ctx = r };

		index_replies(r);
		x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
		if (!x)
			x = xml_parse(buf_span(&b), o->path, rel->target.p, &h, f);
	}
	rel = rels_of_type(&r->pkg.rels, "footnotes");
	if (!x && rel)
		x = read_named(r, STORY_FOOTNOTES, rel->target, f);
	rel = rels_of_type(&r->pkg.rels, "endnotes");
	if (!x && rel)
		x = read_named(r, STORY_ENDNOTES, rel->target, f);
	package_restart_labels(&r->pkg);
	if (!x)
		x = read_story(r, STORY_BODY, r->pkg.main_part, buf_span(&r->pkg.main), f);
	if (!x && !r->root_known)
		x = fault_set(f, FAULT_INPUT, (struct srcpos){ o->path, 0, 0 }, "%s: this is no Word text; open the file in Word and save it again as .docx", r->pkg.main_part);
	for (size_t i = 0; !x && i < r->pkg.rels.count; i++) {
		const struct rel *h = &r->pkg.rels.items[i];

		if (h->external || !(span_is(h->type, "header") || span_is(h->type, "footer")))
			continue;
		buf_clear(&r->other_text);
		x = read_named(r, STORY_OTHER, h->target, f);
		if (!x && span_trim(buf_span(&r->other_text)).n)
			doc_lose(r->d, span_is(h->type, "header") ? "header" : "footer", h->target, span_trim(buf_span(&r->other_text)));
	}
	if (!x)
		x = read_map(r, f);
	if (!x)
		x = read_language(r, f);
	if (!x) {
		docx_risks(&r->pkg, r->d);
		if (o->pictures)
			format_read_pictures(r->pkg.zip, r->d);
		labels_take(r->d);
		doc_settle_breaks(r->d);
		doc_finish(r->d);
		*ret = r->d;
		r->d = NULL;
	}
	package_done(&r->pkg);
out:
	doc_free(r->d);
	buf_done(&r->text);
	buf_done(&r->comment_text);
	buf_done(&r->other_text);
	free(r->comments);
	free(r->notes);
	span_map_done(&r->note_ids[0]);
	span_map_done(&r->note_ids[1]);
	span_map_done(&r->comment_ids);
	span_map_done(&r->comment_paras);
	free(r);
	return x;
}
