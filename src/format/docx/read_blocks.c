/*
 * Reading a DOCX: words with their marks, paragraphs into blocks, fields.
 */
#include <stdlib.h>

#include "format/docx/noted.h"
#include "format/docx/reader.h"
#include "format/docx/risks.h"
#include "model/labels.h"
#include "model/text.h"

/* ---- marks ---- */

const struct mark *docx_mark_of(struct reader *r, enum mark_kind kind, const struct xml_tag *t, const struct mark *outer)
{
	struct mark *m = ARENA_NEW(&r->d->arena, struct mark);
	struct span time = xml_attr_get(t, NS_W, "date");

	m->kind = kind;
	m->author = docx_dup(r, xml_attr_get(t, NS_W, "author"));
	/* The same form everywhere: YYYY-MM-DDThh:mm:ssZ.  Word's clock is local and says Z all the same. */
	m->time = time.n >= 19 ? arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, time)) : (struct span){ 0 };
	m->outer = outer;
	m->group = ++r->groups;
	return m;
}

/* The marks of a run that begins here: wrappers, move ranges without wrappers, open comments. */
static const struct mark *marks_here(struct reader *r)
{
	const struct comment_range *begun = NULL;
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
		bool first = !c->comment->begin;

		if (c->joined)
			continue;
		c->comment->begin = 1; /* seen: a stranger's file may open the range of one comment twice */
		/* Two that begin on the same words are one highlight with both: a suggestion's words are marked once. */
		if (begun && first) {
			comment_append(begun->comment, c->comment);
			c->joined = true;
			c->comment->end = 1;
			continue;
		}
		begun = first ? c : NULL;
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

struct para *docx_para_now(struct reader *r)
{
	return r->para_depth ? &r->paras[r->para_depth - 1] : NULL;
}

bool docx_field_hides(const struct reader *r)
{
	for (unsigned i = 0; i < r->field_depth; i++)
		if (!r->fields[i].result || r->fields[i].hide)
			return true;
	return false;
}

struct run *docx_add_run(struct reader *r, enum run_kind kind)
{
	struct para *p = docx_para_now(r);
	struct run *x;

	if (!p)
		return NULL;
	x = runs_add(&p->runs, kind);
	x->format = r->format;
	x->link = r->link;
	x->mark = marks_here(r);
	return x;
}

/* LibreOffice tracks what a field prints, and leaves its code outside: the reference came or went with all that it prints. */
static void field_prints_in(struct field *f, const struct mark *m)
{
	if (!f->mark_known)
		f->mark = m;
	else if (mark_accepted(f->mark) != mark_accepted(m) || mark_rejected(f->mark) != mark_rejected(m))
		f->mark = NULL;
	f->mark_known = true;
}

void docx_add_text(struct reader *r, struct span s)
{
	struct para *p = docx_para_now(r);
	struct run *last, *x;
	const struct mark *m;

	if (!s.n || !p)
		return;
	if (docx_field_hides(r)) {
		/* What a reference of ours prints, should its target turn out to be gone; or words where an instruction stands. */
		for (unsigned i = 0; i < r->field_depth; i++) {
			struct field *f = &r->fields[i];

			if (f->result && !f->hide)
				continue;
			if (f->hide && r->fields[r->field_depth - 1].result)
				field_prints_in(f, marks_here(r));
			if (f->hide ? r->fields[r->field_depth - 1].result && mark_accepted(marks_here(r)) : i + 1 == r->field_depth && f->printed.n < FIELD_WORDS)
				buf_add(&f->printed, s);
			break;
		}
		return;
	}
	if (r->hidden || r->in_ruby) {
		doc_lose(r->d, r->in_ruby ? "ruby, small words above others" : "hidden text", docx_where(r), s);
		return;
	}
	/* LibreOffice puts a joiner into each empty cell of a row that was put in. */
	if (r->table_depth && !p->runs.count && span_is(s, TEXT_JOINER))
		return;
	if (p->page_break) {
		p->page_break = false;
		last = p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
		if (last && !(last->kind == RUN_TEXT && last->text.n && last->text.p[last->text.n - 1] == ' ') && s.p[0] != ' ')
			docx_add_run(r, RUN_HARD);
	}
	m = marks_here(r);
	last = p->runs.count ? &p->runs.items[p->runs.count - 1] : NULL;
	/* Words that spelling or revision marks cut into pieces are one run again. */
	if (last && last->kind == RUN_TEXT && last->format == r->format && last->link == r->link && last->mark == m && last->restyled == r->restyled) {
		run_extend(last, s, r->d, &r->room);
		return;
	}
	x = runs_add(&p->runs, RUN_TEXT);
	x->format = r->format;
	x->link = r->link;
	x->mark = m;
	x->restyled = r->restyled;
	x->text = docx_dup(r, s);
}

/* ---- paragraphs into blocks ---- */

static bool all_runs(const struct runs *runs, bool (*in)(const struct mark *))
{
	for (size_t i = 0; i < runs->count; i++)
		if (in(runs->items[i].mark))
			return false;
	return true;
}

bool docx_style_is(const struct style *s, const char *a, const char *b)
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

/* label: what a list prints before the paragraph; a table's cell says it in words. */
static void end_cell_paragraph(struct reader *r, struct para *p, struct span label)
{
	const struct mark *mark = p->runs.count ? p->runs.items[0].mark : p->mark_ins ? p->mark_ins : p->mark_del;
	struct runs *c = &r->cell_runs;

	if ((p->runs.count || label.n) && r->cell_has_text)
		runs_add(c, RUN_HARD)->mark = mark;
	if (label.n) {
		struct run *x = runs_add(c, RUN_TEXT);

		x->text = p->runs.count ? arena_printf(&r->d->arena, "%.*s ", SPAN_ARG(label)) : label;
		x->mark = mark;
		r->cell_has_text = true;
	}
	for (size_t i = 0; i < p->runs.count; i++)
		*runs_add(c, RUN_TEXT) = p->runs.items[i];
	if (p->runs.count)
		r->cell_has_text = true;
	free(p->runs.items);
	p->runs = (struct runs){ 0 };
}

static bool style_is_named(const void *ctx, const char *name)
{
	return docx_style_is(ctx, name, NULL);
}

/* Paragraphs that our exports put around the statement; in a stranger's file the title is the title. */
static enum furniture is_furniture(const struct style *s)
{
	return furniture_of(style_is_named, s);
}

static struct span words_of(struct reader *r, const struct runs *runs)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].kind == RUN_TEXT && mark_accepted(runs->items[i].mark))
			buf_add(&b, runs->items[i].text);
	return docx_dup(r, span_trim(buf_span(&b)));
}

/* A further paragraph of the item before it, as our exports style one: SubPara1 and the like, without a number. */
static bool continues_item(const struct style *s, const struct block *into, const struct para *p)
{
	if (!s || !into->last || into->last->kind != BLOCK_LIST || (p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL)))
		return false;
	return (s->name.n == 8 && span_starts(s->name, SPAN_LIT("SubPara"))) || docx_style_is(s, "List Number", "ListNumber") || docx_style_is(s, "List Continue", NULL);
}

/* The last item at the style's depth, or the deepest. */
static struct block *item_open(struct block *container, const struct style *s)
{
	int depth = s->name.n == 8 && s->name.p[7] >= '1' && s->name.p[7] <= '3' ? s->name.p[7] - '0' : -1;
	struct block *list = container->last, *item = list->last;

	while (item->last && item->last->kind == BLOCK_LIST && --depth != 0) {
		list = item->last;
		item = list->last;
	}
	list->tight = false; /* or the two paragraphs would be one */
	return item;
}

#define QUOTE_LEFT 1134 /* twips, as our exports set them (body.c) */
#define QUOTE_STEP 567
#define NUMBERED_LEFT 680
#define CODE_IN_QUOTE 284
#define QUOTE_RIGHT 567
#define QUOTES_SEEN 4
#define BULLET_EDGE 567 /* from a bullet to the words of what stands in its item */

void docx_know_margins(struct reader *r)
{
	for (size_t i = 0; i < r->pkg.style_count; i++)
		r->ours = r->ours || docx_style_is(&r->pkg.styles[i], "SubPara1", "BlockQuote");
	r->nest = (struct nest){ .under_numbers = NUMBERED_LEFT, .quote = QUOTE_LEFT, .in_item = QUOTE_STEP, .in_quote = QUOTE_STEP, .code = CODE_IN_QUOTE };
}

void docx_begin_container(struct reader *r, struct block *container)
{
	r->container = container;
	nest_begin(&r->nest, container);
}

/* The margin and the hanging first line, as far as the paragraph, its list and its style say. */
static struct indent indent_of(struct reader *r, const struct para *p, const struct style *s, int num, int ilvl)
{
	const struct indent *list = num > 0 ? package_list_indent(&r->pkg, num, ilvl) : NULL;
	const struct indent *from[] = { &p->indent, p->num_id > 0 ? list : NULL, s ? &s->indent : NULL, list };
	struct indent in = INDENT_NONE;

	for (size_t i = 0; i < ARRAY_LEN(from); i++) {
		if (from[i] && in.left == INDENT_UNSAID)
			in.left = from[i]->left;
		if (from[i] && in.hanging == INDENT_UNSAID)
			in.hanging = from[i]->hanging;
	}
	in.left = in.left == INDENT_UNSAID ? 0 : in.left;
	in.hanging = in.hanging == INDENT_UNSAID ? 0 : in.hanging;
	return in;
}

/* The last item at that depth, or the deepest above it. */
static struct block *item_at(struct block *container, int level)
{
	struct block *list = container->last, *item = list->last;

	while (item->last && item->last->kind == BLOCK_LIST && (int)item->last->last->said_depth <= level) {
		list = item->last;
		item = list->last;
	}
	list->tight = false;
	return item;
}

static bool is_quote(const struct style *s)
{
	return docx_style_is(s, "Quote", "BlockQuote") || docx_style_is(s, "Intense Quote", "Block Text") || docx_style_is(s, "Quotations", "Block Quotation");
}

static bool is_code(const struct style *s)
{
	return docx_style_is(s, "Code", "Source Code") || docx_style_is(s, "CodeBlock", NULL) || docx_style_is(s, "HTML Preformatted", "Preformatted Text");
}

static bool is_sub_paragraph(const struct style *s)
{
	return s && s->name.n == 8 && span_starts(s->name, SPAN_LIT("SubPara"));
}

/* What numbers a paragraph. */
struct numbered {
	struct span label;
	bool bullet;
	int level;
	int num, ilvl;
};

static void print_label(struct reader *r, struct block *b, const struct numbered *n)
{
	struct span s = n->label;

	if (!s.n)
		return;
	b->printed = s.p[s.n - 1] == '.' ? arena_dup(&r->d->arena, span_sub(s, 0, s.n - 1)) : s;
	b->number_level = (unsigned)n->level;
}

/* In a stranger's file: quotes and code by their style, items by their list. */
static struct block *place_by_style(struct reader *r, struct para *p, const struct style *s, struct block *b, const struct numbered *n)
{
	struct block *into = r->container;
	bool heading = b->kind == BLOCK_HEADING, plain = docx_style_is(s, "List Number", "ListNumber");

	if (is_quote(s)) {
		struct block *q = into->last && into->last->kind == BLOCK_QUOTE ? into->last : NULL;

		if (!q) {
			q = block_new(r->d, BLOCK_QUOTE);
			block_append(into, q);
		}
		return q;
	}
	if (is_code(s)) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
		return into;
	}
	if (!heading && (n->bullet || docx_style_is(s, "List Bullet", "ListBullet")))
		return block_list_item(r->d, into, (unsigned)n->level, false);
	/* Sub-paragraphs (a), (i) hang under the numbered paragraph before them: level 1 is the first list level, but where the
	 * list itself begins at level 0. */
	if (!heading && n->label.n && (n->level > 0 || plain) && !label_is_path(n->label)) {
		into = block_list_item(r->d, into, (unsigned)(plain ? n->level : n->level - 1), true);
		print_label(r, into, n);
		return into;
	}
	if (!heading && !n->label.n && continues_item(s, into, p))
		return item_open(into, s);
	if (!heading && !n->label.n && n->num > 0 && into->last && into->last->kind == BLOCK_LIST)
		return item_at(into, n->level);
	/* An item that prints a label of its own: no list counts it. */
	if (!heading && p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL) && is_sub_paragraph(s))
		return block_list_item(r->d, into, (unsigned)(s->name.p[7] - '1'), true);
	print_label(r, b, n);
	return into;
}

/* A heading that a list numbers as its item, not as a heading: "(a)" and not "A.". */
static bool heading_in_item(const struct numbered *n)
{
	struct span s = n->label;

	if (n->bullet || !s.n)
		return n->bullet;
	if (s.p[0] == '(')
		return n->level < 3 || (s.n > 1 && s.p[1] >= '0' && s.p[1] <= '9');
	return n->level != 2 && s.p[0] >= '0' && s.p[0] <= '9';
}

static bool is_list(const struct style *s)
{
	return is_sub_paragraph(s) || docx_style_is(s, "List Bullet", "ListBullet") || docx_style_is(s, "List Number", "ListNumber");
}

static struct block *open_item(struct reader *r, struct indent in, const struct numbered *n, const struct style *s)
{
	int marker = in.left - in.hanging;
	bool ordered = n->label.n || !(n->bullet || docx_style_is(s, "List Bullet", "ListBullet"));

	return nest_item(&r->nest, r->d, marker, in.left, ordered ? in.left : marker + BULLET_EDGE, ordered);
}

static bool begins_clause(const struct para *p)
{
	for (size_t i = 0; i < p->anchor_count; i++)
		if (nest_begins(p->anchors[i]))
			return true;
	return false;
}

/* The indent, and for what is told by it how many quotes hold the paragraph: each moves its right edge too. */
static struct indent indent_said(struct reader *r, const struct para *p, const struct style *s, const struct numbered *n)
{
	int right = p->indent.right;

	r->nest.quotes = right == INDENT_UNSAID || right < QUOTE_RIGHT / 2 ? 0 : (unsigned)((right + QUOTE_RIGHT / 2) / QUOTE_RIGHT);
	if (r->nest.quotes >= QUOTES_SEEN)
		r->nest.quotes = 0; /* or more */
	return indent_of(r, p, s, n->num, n->ilvl);
}

/* In a copy of ours: what stands in what by its margin. */
static struct block *place_by_margin(struct reader *r, struct para *p, const struct style *s, struct block *b, const struct numbered *n)
{
	struct indent in = indent_said(r, p, s, n);
	bool said = p->indent.left != INDENT_UNSAID, code = is_code(s), heading = b->kind == BLOCK_HEADING;
	bool own_label = p->runs.count && (p->runs.items[0].format & FMT_PRINTED_LABEL);

	/* Nothing but items is numbered in a note. */
	bool item = n->bullet || (n->label.n && (n->level > 0 || r->story != STORY_BODY || docx_style_is(s, "List Number", "ListNumber"))) || (own_label && is_list(s));

	if (code) {
		b->kind = BLOCK_CODE;
		runs_as_code(&p->runs);
	}
	if (heading ? heading_in_item(n) : item)
		return open_item(r, in, n, s);
	if (is_quote(s))
		return nest_quote(&r->nest, r->d, said ? in.left : NEST_UNSAID, begins_clause(p));
	if (said)
		return nest_into(&r->nest, r->d, in.left, code);
	if (!heading && !code && !n->label.n && continues_item(s, r->container, p))
		return item_open(r->container, s);
	nest_begin(&r->nest, r->container);
	print_label(r, b, n);
	if (n->label.n && n->level == 0 && !heading)
		r->nest.base = in.left;
	return r->container;
}

/* A paragraph without words: a rule, the number of an item that opens with a table, or nothing. */
static void place_empty(struct reader *r, struct para *p, const struct style *s, const struct numbered *n)
{
	bool rule = docx_style_is(s, "Rule", "HorizontalRule") || docx_style_is(s, "Horizontal Line", "Horizontal Rule");
	struct indent in = indent_said(r, p, s, n);

	if (rule && r->ours && p->indent.left != INDENT_UNSAID) {
		block_append(nest_into(&r->nest, r->d, in.left, false), block_new(r->d, BLOCK_RULE));
	} else if (rule) {
		nest_begin(&r->nest, r->container);
		block_append(r->container, block_new(r->d, BLOCK_RULE));
	} else if (r->ours && (n->bullet || (n->label.n && is_list(s)))) {
		open_item(r, in, n, s);
	} else if (!r->ours && is_code(s)) {
		block_append(r->container, block_new(r->d, BLOCK_CODE));
	}
}

/* The big letter before a paragraph, which another one holds, is its first. */
static void take_drop_cap(struct reader *r, struct para *p)
{
	size_t n = r->drop_cap.count;

	if (!n || p->drop_cap)
		return;
	for (size_t i = 0; i < p->runs.count; i++)
		*runs_add(&r->drop_cap, RUN_TEXT) = p->runs.items[i];
	free(p->runs.items);
	p->runs = r->drop_cap;
	r->drop_cap = (struct runs){ 0 };
}

void docx_end_drop_cap(struct reader *r)
{
	struct block *b = r->drop_cap.count ? block_new(r->d, BLOCK_PARAGRAPH) : NULL;

	if (b) {
		block_append(r->container, b);
		runs_end(&r->drop_cap, r->d, b);
	}
}

void docx_end_paragraph(struct reader *r, size_t end)
{
	struct para *p = docx_para_now(r);
	const struct style *s = p->style.n ? package_style(&r->pkg, p->style) : NULL;
	int num = p->num_id >= 0 ? p->num_id : s ? s->num_id : -1;
	int ilvl = p->ilvl >= 0 ? p->ilvl : s && s->ilvl >= 0 ? s->ilvl : 0;
	int heading = heading_level(s, p);
	struct block *b, *into = r->container, *boxes;
	struct span label = { 0 };
	bool bullet = false, kept;
	int level = 0;

	r->paragraph_number++;
	if (p->drop_cap && !r->cell && !p->anchor_count && !r->drop_cap.count) {
		r->drop_cap = p->runs;
		p->runs = (struct runs){ 0 };
		return;
	}
	take_drop_cap(r, p);
	if (num > 0)
		label = package_label(&r->pkg, num, ilvl, r->older_numbers ? !p->mark_ins : !p->mark_del, &r->d->arena, &bullet, &level);
	if (r->cell && r->para_depth == r->cell_depth) {
		for (size_t i = 0; i < p->anchor_count; i++)
			doc_anchor_add(r->d, p->anchors[i], r->cell, p->anchor_gone[i]);
		places_end(r->d, r->cell);
		if (!r->cell->furniture)
			r->cell->furniture = is_furniture(s);
		end_cell_paragraph(r, p, label);
		return;
	}
	/* A paragraph without words, marks or anchors is white space on the page. */
	kept = (r->ours || is_code(s) ? p->runs.count > 0 : runs_hold_words(&p->runs)) || p->anchor_count;
	if (!kept && !p->mark_ins && !p->mark_del) {
		place_empty(r, p, s, &(struct numbered){ label, bullet, level, num, ilvl });
		free(p->runs.items);
		p->runs = (struct runs){ 0 };
		return;
	}
	b = block_new(r->d, heading ? BLOCK_HEADING : BLOCK_PARAGRAPH);
	/* The space after the note's own number. */
	if ((r->story == STORY_FOOTNOTES || r->story == STORY_ENDNOTES) && !into->first && p->runs.count && p->runs.items[0].kind == RUN_TEXT) {
		struct span *t = &p->runs.items[0].text;

		while (t->n && (t->p[0] == ' ' || t->p[0] == '\t'))
			*t = span_sub(*t, 1, t->n);
	}
	if (heading)
		b->level = (unsigned)(heading > 6 ? 6 : heading);
	/* The words of text boxes in it, which have been read by now. */
	boxes = p->before ? p->before->next : into->first;
	if (r->ours)
		into = place_by_margin(r, p, s, b, &(struct numbered){ label, bullet, level, num, ilvl });
	else
		into = place_by_style(r, p, s, b, &(struct numbered){ label, bullet, level, num, ilvl });
	if (p->mark_ins && all_runs(&p->runs, mark_rejected))
		b->mark = p->mark_ins;
	else if (p->mark_del && all_runs(&p->runs, mark_accepted))
		b->mark = p->mark_del;
	else
		b->break_mark = p->mark_ins ? p->mark_ins : p->mark_del;
	b->furniture = is_furniture(s);
	if (docx_style_is(s, "BlockLabel", NULL))
		b->label_line = s->name;
	if (docx_style_is(s, "Title", NULL) && !r->d->meta.title.n)
		r->d->meta.title = words_of(r, &p->runs);
	b->origin = (struct origin){ p->begin, end };
	b->part = span_str(r->part);
	if (boxes && into == r->container)
		block_insert_before(boxes, b);
	else
		block_append(into, b);
	for (size_t i = 0; i < p->anchor_count; i++)
		doc_anchor_add(r->d, p->anchors[i], b, p->anchor_gone[i]);
	places_end(r->d, b);
	runs_end(&p->runs, r->d, b);
}

struct note *docx_note_of(struct reader *r, struct span id, bool end)
{
	const unsigned *at = id.n ? span_map_find(&r->note_ids[end], id) : NULL;

	return at ? r->notes[*at - 1].note : NULL;
}

/* ---- fields ---- */

/* A field that stands for a run of ours; its printed result is read over. */
static void field_run(struct reader *r, struct field *f, enum run_kind kind, struct span target, struct note *note)
{
	struct run *x = docx_add_run(r, kind);

	f->hide = true;
	if (!x)
		return;
	f->para = docx_para_now(r);
	f->run = f->para->runs.count - 1;
	if (kind == RUN_NOTE)
		x->note = note;
	else
		x->target = docx_dup(r, target);
	x->format &= FMT_REFERENCE;
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

/* Of a field's switches: \\l "place" within what the link leads to. */
static struct span place_in(struct span switches)
{
	size_t l = span_find(switches, SPAN_LIT("\\l"), 0), open = l == SIZE_MAX ? SIZE_MAX : span_find_char(switches, '"', l);
	size_t close = open == SIZE_MAX ? SIZE_MAX : span_find_char(switches, '"', open + 1);

	return close == SIZE_MAX ? (struct span){ 0 } : span_sub(switches, open + 1, close);
}

struct span docx_url(struct reader *r, struct span target, struct span place)
{
	if (!place.n || span_find_char(target, '#', 0) != SIZE_MAX)
		return docx_dup(r, target); /* the package goes before the document */
	return arena_printf(&r->d->arena, "%.*s#%.*s", SPAN_ARG(target), SPAN_ARG(place));
}

void docx_inner_link(struct reader *r, struct span name)
{
	if (name.n)
		r->link = places_link(r->d, name, docx_where(r));
}

void docx_field_unread(struct reader *r, struct field *f)
{
	if (!f->result && span_trim(buf_span(&f->printed)).n)
		doc_lose(r->d, "words in a field's instruction, which nobody sees", docx_where(r), span_trim(buf_span(&f->printed)));
	buf_clear(&f->printed);
}

void docx_inner_link_end(struct reader *r)
{
	struct para *p = docx_para_now(r);

	if (p)
		p->runs.count = places_join_reference(r->d, p->runs.items, p->runs.count, r->link);
}

void docx_field_separate(struct reader *r, struct field *f)
{
	struct span instr = span_trim(buf_span(&f->instr)), word, rest = instr;

	docx_field_unread(r, f);
	f->result = true;
	f->outer_link = r->link;
	if (docx_field_is_risky(instr))
		doc_lose(r->d, "field that would fetch or run something, not followed", docx_where(r), instr);
	if (!span_split(&rest, ' ', &word))
		return;
	rest = span_trim(rest);
	if (span_eq_nocase(word, SPAN_LIT("HYPERLINK"))) {
		size_t open = span_find_char(rest, '"', 0);
		size_t close = open == SIZE_MAX ? SIZE_MAX : span_find_char(rest, '"', open + 1);
		struct span bare = rest, address;

		/* An address without blanks may do without quotation marks. */
		if (open == SIZE_MAX && span_split(&bare, ' ', &address) && !span_starts(address, SPAN_LIT("\\"))) {
			struct link *l = ARENA_NEW(&r->d->arena, struct link);

			l->url = docx_dup(r, address);
			f->link = l;
			r->link = l;
		}
		if (close != SIZE_MAX && !span_starts(rest, SPAN_LIT("\\l"))) {
			struct link *l = ARENA_NEW(&r->d->arena, struct link);

			l->url = docx_url(r, span_sub(rest, open + 1, close), place_in(span_sub(rest, close + 1, rest.n)));
			f->link = l;
			r->link = l;
		}
		if (close != SIZE_MAX && span_starts(rest, SPAN_LIT("\\l")) && !docx_field_hides(r)) {
			struct span anchor = span_sub(rest, open + 1, close);

			if (span_starts(anchor, SPAN_LIT("cl_")))
				field_run(r, f, RUN_XREF, anchor, NULL);
			else
				docx_inner_link(r, anchor);
		}
	} else if (!docx_field_hides(r) && (span_eq_nocase(word, SPAN_LIT("REF")) || span_eq_nocase(word, SPAN_LIT("NOTEREF")))) {
		struct span name;

		if (!span_split(&rest, ' ', &name))
			return;
		if (word.n == 3 && span_starts(name, SPAN_LIT("cl_")))
			field_run(r, f, RUN_XREF, name, NULL);
		else if (word.n == 7 && noteref_of(r, name))
			field_run(r, f, RUN_NOTE, name, noteref_of(r, name));
		else if (word.n == 3 && !r->link && !places_is_ours(name))
			docx_inner_link(r, name);
	}
}

static void put_field_image(struct reader *r)
{
	struct run *x = r->field_image && !docx_field_hides(r) ? docx_add_run(r, RUN_IMAGE) : NULL;

	if (!x)
		return;
	x->text = r->field_image_text;
	x->image = r->field_image;
	x->format = 0;
	r->field_image = NULL;
}

/* An old formula or a sign: it has no result in words. */
static bool prints_itself(struct span instruction)
{
	struct span word;

	return span_split(&instruction, ' ', &word) && (span_eq_nocase(word, SPAN_LIT("EQ")) || span_eq_nocase(word, SPAN_LIT("SYMBOL")));
}

void docx_field_char(struct reader *r, struct span type)
{
	if (span_is(type, "begin")) {
		if (r->field_depth < FIELD_MAX)
			r->fields[r->field_depth++] = (struct field){ 0 };
	} else if (span_is(type, "separate")) {
		if (r->field_depth && !r->fields[r->field_depth - 1].result)
			docx_field_separate(r, &r->fields[r->field_depth - 1]);
	} else if (span_is(type, "end")) {
		/* A stray end closes nothing. */
		if (r->field_depth) {
			struct field *f = &r->fields[--r->field_depth];

			if (f->result) {
				r->link = f->outer_link;
			} else {
				docx_field_unread(r, f);
				if (prints_itself(span_trim(buf_span(&f->instr))))
					doc_lose(r->d, "field that prints what its instruction says, not read", docx_where(r), span_trim(buf_span(&f->instr)));
				if (docx_field_is_risky(buf_span(&f->instr)))
					doc_lose(r->d, "field that would fetch or run something, not followed", docx_where(r), span_trim(buf_span(&f->instr)));
			}
			if (f->hide && f->para && f->para == docx_para_now(r) && f->run < f->para->runs.count) {
				struct run *x = &f->para->runs.items[f->run];

				if (x->kind == RUN_XREF)
					x->printed = docx_dup(r, buf_span(&f->printed));
				if (f->mark && mark_accepted(x->mark) && mark_rejected(x->mark))
					x->mark = f->mark;
			}
			buf_done(&f->instr);
			buf_done(&f->printed);
			put_field_image(r);
		}
	}
}

/* ---- comments and notes by id ---- */

struct comment_entry *docx_comment_find(struct reader *r, struct span id)
{
	const unsigned *at = id.n ? span_map_find(&r->comment_ids, id) : NULL;

	return at ? &r->comments[*at - 1] : NULL;
}

void docx_range_end(struct reader *r, struct span id)
{
	for (unsigned i = 0; i < r->range_count; i++) {
		struct comment *c = r->ranges[i].comment;

		if (!span_eq(r->ranges[i].id, id))
			continue;
		memmove(&r->ranges[i], &r->ranges[i + 1], (r->range_count - i - 1) * sizeof(r->ranges[0]));
		r->range_count--;
		docx_comment_here(r, c); /* a range without words is a place */
		return;
	}
}

void docx_comment_here(struct reader *r, struct comment *c)
{
	struct run *x = c->end ? NULL : docx_add_run(r, RUN_COMMENT);

	if (x) {
		x->comment = c;
		x->format = 0;
		c->end = 1;
	}
}

static void name_comments(struct reader *r)
{
	struct noted n = { 0 };

	for (size_t i = 0; i < r->comment_count; i++) {
		const struct comment *c = r->comments[i].comment;

		if (c)
			*span_map_put(&r->comment_names, noted_name(&n, c->author, c->time, c->text, &r->d->arena)) = (unsigned)i + 1;
	}
	noted_done(&n);
	r->comments_named = true;
}

void docx_noted_begin(struct reader *r, struct span id, struct span name)
{
	struct comment_entry *c;
	const unsigned *at;

	if (!r->comments_named)
		name_comments(r);
	at = span_map_find(&r->comment_names, name);
	c = at ? &r->comments[*at - 1] : NULL;
	if (!c || c->reply || c->noted || r->range_count == ARRAY_LEN(r->ranges))
		return;
	c->noted = true;
	r->ranges[r->range_count++] = (struct comment_range){ .id = arena_printf(&r->d->arena, "cn_%.*s", SPAN_ARG(id)), .comment = c->comment };
}

void docx_noted_end(struct reader *r, struct span id)
{
	for (unsigned i = 0; i < r->range_count; i++) {
		struct span own = r->ranges[i].id;

		if (!span_starts(own, SPAN_LIT("cn_")) || !span_eq(span_sub(own, 3, own.n), id))
			continue;
		docx_range_end(r, own);
		return;
	}
}
