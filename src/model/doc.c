#include "model/doc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/spanmap.h"
#include "base/utf8.h"

static const char *const kind_names[] = {
#define X(kind, name) [kind] = name,
	BLOCK_LIST_X(X)
#undef X
};

const char *block_kind_name(enum block_kind kind)
{
	return kind_names[kind];
}

struct doc *doc_new(const char *path)
{
	struct doc *d = mem_zero(1, sizeof(*d));

	d->path = mem_strdup(path ? path : "-");
	d->root = block_new(d, BLOCK_ROOT);
	return d;
}

void doc_free(struct doc *d)
{
	if (!d)
		return;
	free(d->path);
	free(d->notes);
	free(d->suggestions);
	free(d->remarks);
	free(d->line_starts);
	free(d->losses);
	free(d->pictures);
	free(d->anchors);
	free(d->places);
	span_map_done(&d->place_names);
	arena_done(&d->arena);
	free(d);
}

void doc_freep(struct doc **d)
{
	doc_free(*d);
	*d = NULL;
}

void doc_set_source(struct doc *d, struct span s)
{
	d->source = arena_dup(&d->arena, s);
}

struct block *block_new(struct doc *d, enum block_kind kind)
{
	struct block *b = ARENA_NEW(&d->arena, struct block);

	b->kind = kind;
	d->block_count++;
	return b;
}

void block_append(struct block *parent, struct block *child)
{
	child->parent = parent;
	child->prev = parent->last;
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

struct block *block_new_list(struct doc *d, struct block *into, bool ordered, unsigned level)
{
	struct block *list = block_new(d, BLOCK_LIST);

	list->ordered = ordered;
	list->tight = true;
	list->start = 1;
	list->level = level;
	block_append(into, list);
	return list;
}

void block_insert_before(struct block *at, struct block *child)
{
	child->parent = at->parent;
	child->next = at;
	child->prev = at->prev;
	if (at->prev)
		at->prev->next = child;
	else
		at->parent->first = child;
	at->prev = child;
}

void block_remove(struct block *b)
{
	if (!b->parent)
		return;
	if (b->prev)
		b->prev->next = b->next;
	else
		b->parent->first = b->next;
	if (b->next)
		b->next->prev = b->prev;
	else
		b->parent->last = b->prev;
	b->parent = b->prev = b->next = NULL;
}

bool block_is_leaf(const struct block *b)
{
	return b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_HEADING || b->kind == BLOCK_CODE || b->kind == BLOCK_CELL;
}

struct block *block_next_skip(const struct block *b, const struct block *top)
{
	while (b && b != top) {
		if (b->next)
			return b->next;
		b = b->parent;
	}
	return NULL;
}

struct block *block_next(const struct block *b, const struct block *top)
{
	if (b->first)
		return b->first;
	return block_next_skip(b, top);
}

struct span block_id(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->attrs && b->attrs->id.n)
			return b->attrs->id;
	return (struct span){ 0 };
}

static void note_words(const struct doc *d, const struct block *top, const struct block **ret)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++)
			for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
				if (m->group && m->group <= d->suggestion_count && !ret[m->group - 1])
					ret[m->group - 1] = b;
}

/* One without words of its own, such as a joined paragraph, belongs to the block where it begins.  Suggestions stand in the
 * order of the source. */
static void note_places(const struct doc *d, const struct block *top, const struct block **ret)
{
	size_t at = 0;

	for (const struct block *b = top; b; b = block_next(b, top)) {
		if (!block_is_leaf(b))
			continue;
		while (at < d->suggestion_count && d->suggestions[at].origin.begin < b->origin.begin)
			at++;
		for (size_t i = at; i < d->suggestion_count && d->suggestions[i].origin.begin < b->origin.end; i++)
			if (!ret[i])
				ret[i] = b;
	}
}

const struct block **doc_suggestion_blocks(const struct doc *d)
{
	const struct block **ret = mem_zero(d->suggestion_count + 1, sizeof(*ret));

	note_words(d, d->root, ret);
	for (size_t i = 0; i < d->note_count; i++)
		note_words(d, d->notes[i]->body, ret);
	note_places(d, d->root, ret);
	for (size_t i = 0; i < d->note_count; i++)
		note_places(d, d->notes[i]->body, ret);
	return ret;
}

enum furniture furniture_of(bool (*is)(const void *ctx, const char *style), const void *ctx)
{
	static const struct {
		const char *style;
		enum furniture kind;
	} styles[] = {
		{ "Title", FURNITURE_TITLE },         { "Subtitle", FURNITURE_LINE },       { "InfoLabel", FURNITURE_LINE }, { "InfoValue", FURNITURE_LINE },
		{ "Endorsers", FURNITURE_ENDORSER },  { "DeliveryMark", FURNITURE_BOX },    { "Chapeau", FURNITURE_BOX },    { "ReviewBox", FURNITURE_BOX },
	};

	for (size_t i = 0; i < ARRAY_LEN(styles); i++)
		if (is(ctx, styles[i].style))
			return styles[i].kind;
	return FURNITURE_NONE;
}

struct block *block_list_item(struct doc *d, struct block *container, unsigned depth, bool ordered)
{
	struct block *at = container, *list = NULL, *item;
	unsigned level = 1;

	for (;; level++) {
		list = at->last && at->last->kind == BLOCK_LIST ? at->last : NULL;
		if (!list || list->last->said_depth >= depth)
			break;
		at = list->last;
	}
	if (!list || list->ordered != ordered)
		list = block_new_list(d, at, ordered, level);
	item = block_new(d, BLOCK_ITEM);
	item->level = level;
	item->said_depth = depth;
	block_append(list, item);
	return item;
}

/* ---- notes ---- */

struct note *note_new(struct doc *d, struct span label)
{
	struct note *n = ARENA_NEW(&d->arena, struct note);

	if (d->note_count == d->note_cap) {
		d->note_cap = d->note_cap ? 2 * d->note_cap : 16;
		d->notes = mem_resize(d->notes, d->note_cap, sizeof(struct note *));
	}
	n->label = label;
	n->body = block_new(d, BLOCK_ROOT);
	n->body->in_note = true;
	n->index = d->note_count;
	d->notes[d->note_count++] = n;
	return n;
}

struct note *note_find(const struct doc *d, struct span label)
{
	for (size_t i = 0; i < d->note_count; i++)
		if (!d->notes[i]->duplicate && span_eq_nocase(d->notes[i]->label, label))
			return d->notes[i];
	return NULL;
}

/* ---- finishing ---- */

static void finish_tree(struct block *top, size_t *serial, bool internal, bool in_note)
{
	for (struct block *b = top; b; b = block_next(b, top)) {
		b->serial = (*serial)++;
		b->in_note = in_note;
		if (b == top)
			b->internal = b->internal || internal;
		else if (b->parent->internal)
			b->internal = true;
		if (attrs_has(b->attrs, CLASS_INTERNAL))
			b->internal = true;
	}
}

/* What is said aloud in the place of a clause that is held back is held back with it. */
static void hold_spoken(struct doc *d)
{
	struct span_map held = { 0 };
	bool looked = false;

	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		struct span rest = attrs_has(b->attrs, CLASS_ORAL) && !b->internal ? attrs_get(b->attrs, "for") : (struct span){ 0 }, id;

		for (struct block *x = d->root; rest.n && !looked && x; x = block_next(x, d->root))
			if (x->internal && x->attrs && x->attrs->id.n)
				span_map_put(&held, x->attrs->id);
		looked = looked || rest.n;
		while (rest.n && span_split(&rest, ',', &id)) {
			if (id.n && id.p[0] == '#')
				id = span_sub(id, 1, id.n);
			for (struct block *x = b; x && id.n && span_map_find(&held, id); x = block_next(x, b))
				x->internal = true;
		}
	}
	span_map_done(&held);
}

void doc_finish(struct doc *d)
{
	size_t serial = 0;
	unsigned number = 0;

	finish_tree(d->root, &serial, false, false);
	hold_spoken(d);
	for (size_t i = 0; i < d->note_count; i++) {
		d->notes[i]->number = 0;
		d->notes[i]->internal = false;
	}
	/* Printed order is the order of first reference; a note that only internal text refers to is internal. */
	for (int internal = 0; internal < 2; internal++) {
		for (struct block *b = d->root; b; b = block_next(b, d->root)) {
			for (size_t i = 0; i < b->run_count; i++) {
				struct note *n = b->runs[i].kind == RUN_NOTE ? b->runs[i].note : NULL;

				if (!n || b->internal != internal || n->number)
					continue;
				n->number = ++number;
				n->internal = internal;
			}
		}
	}
	for (size_t i = 0; i < d->note_count; i++)
		finish_tree(d->notes[i]->body, &serial, d->notes[i]->internal, true);
}

/* ---- positions ---- */

static void find_lines(struct doc *d)
{
	size_t cap = 1024;
	const char *p = d->source.p;
	bool returns;

	d->line_starts = mem_resize(NULL, cap, sizeof(size_t));
	d->line_starts[0] = 0;
	d->line_count = 1;
	returns = d->source.n && memchr(p, '\r', d->source.n);
	for (size_t i = 0; i < d->source.n; i++) {
		size_t q = i;

		/* CommonMark 2.1: a line ends at LF, CR LF, or CR not followed by LF. */
		if (returns) {
			while (q < d->source.n && p[q] != '\n' && p[q] != '\r')
				q++;
		} else {
			const char *end = memchr(p + q, '\n', d->source.n - q);

			q = end ? (size_t)(end - p) : d->source.n;
		}
		if (q >= d->source.n)
			break;
		if (p[q] == '\r' && q + 1 < d->source.n && p[q + 1] == '\n')
			q++;
		if (d->line_count == cap) {
			cap *= 2;
			d->line_starts = mem_resize(d->line_starts, cap, sizeof(size_t));
		}
		d->line_starts[d->line_count++] = q + 1;
		i = q;
	}
}

void doc_position(struct doc *d, size_t offset, size_t *ret_line, size_t *ret_column)
{
	size_t low = 0, high, start;

	if (!d->line_starts)
		find_lines(d);
	if (offset > d->source.n)
		offset = d->source.n;
	high = d->line_count;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (d->line_starts[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	start = d->line_starts[low];
	if (start == 0 && span_starts(d->source, SPAN_LIT(UTF8_BOM)))
		start = offset < 3 ? offset : 3;
	*ret_line = low + 1;
	*ret_column = utf8_count(span_sub(d->source, start, offset)) + 1;
}

struct span doc_line(struct doc *d, size_t line)
{
	struct span s;

	if (!d->line_starts)
		find_lines(d);
	if (line == 0 || line > d->line_count)
		return (struct span){ 0 };
	s = span_sub(d->source, d->line_starts[line - 1], line < d->line_count ? d->line_starts[line] : d->source.n);
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	if (line == 1 && span_starts(s, SPAN_LIT(UTF8_BOM)))
		s = span_sub(s, 3, s.n);
	return s;
}

void doc_remark(struct doc *d, const char *rule, size_t offset, struct span clause, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *text;

	if (d->remark_count == d->remark_cap) {
		d->remark_cap = d->remark_cap ? 2 * d->remark_cap : 16;
		d->remarks = mem_resize(d->remarks, d->remark_cap, sizeof(struct remark));
	}
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	text = arena_alloc(&d->arena, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	/* What a message shows of the text may run over a line end; the message does not. */
	for (int i = 0; i < n; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	d->remarks[d->remark_count++] =
		(struct remark){ .rule = rule, .clause = clause, .offset = offset, .message = span_of(text, (size_t)n) };
}

static bool all_new(const struct block *leaf)
{
	for (size_t i = 0; i < leaf->run_count; i++)
		if (mark_rejected(leaf->runs[i].mark))
			return false;
	return true;
}

/* A removed paragraph behind a removed break, with a new break of its own: what follows is new from there on, or nothing is settled. */
static bool replaced(const struct doc *d, const struct block *n)
{
	for (const struct block *next = block_next(n, d->root); next; next = block_next(next, d->root))
		if (block_is_leaf(next))
			return all_new(next);
	return false;
}

static bool inserts(const struct mark *m)
{
	return m->kind == MARK_INSERTED || m->kind == MARK_MOVED_TO;
}

/* n stands behind b's break; all its words came or went with that: the whole of it did, and what stood on its own break stands on b's. */
static bool settle_break(const struct doc *d, struct block *b, struct block *n)
{
	bool ins = inserts(b->break_mark);

	if (n->mark)
		return inserts(n->mark) == ins; /* with its break: one more that came or went between the two */
	if (!n->run_count)
		return false;
	for (size_t i = 0; i < n->run_count; i++)
		if (ins ? mark_rejected(n->runs[i].mark) : mark_accepted(n->runs[i].mark))
			return false;
	if (n->break_mark && mark_accepted(n->break_mark) != ins) {
		if (ins || !replaced(d, n))
			return false;
		n->break_mark = NULL;
	}
	n->mark = b->break_mark;
	b->break_mark = n->break_mark;
	n->break_mark = NULL;
	return true;
}

void doc_settle_breaks(struct doc *d)
{
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		for (struct block *n = b; b->break_mark && (n = block_next(n, d->root)) != NULL;)
			if (n->kind == BLOCK_TABLE || (block_is_leaf(n) && !settle_break(d, b, n)))
				break;
}

static bool plain_code(const struct block *b)
{
	return b && b->kind == BLOCK_CODE && !b->mark && !b->break_mark;
}

/* first and the code blocks behind it, up to end, are first. */
static void join_code(struct doc *d, struct block *first, const struct block *end)
{
	struct runs all = { 0 };

	for (struct block *b = first, *next; b != end; b = next) {
		next = b->next;
		if (b != first)
			runs_add(&all, RUN_TEXT)->text = SPAN_LIT("\n");
		for (size_t i = 0; i < b->run_count; i++)
			*runs_add(&all, RUN_TEXT) = b->runs[i];
		for (size_t i = 0; b != first && i < d->anchor_count; i++)
			if (d->anchors[i].block == b)
				d->anchors[i].block = first;
		first->origin.end = b->origin.end;
		if (b != first)
			block_remove(b);
	}
	runs_end(&all, d, first);
}

void doc_join_code(struct doc *d)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top, *next; b; b = next) {
			struct block *end = b;
			const struct block *last = b;

			next = block_next(b, top);
			if (!plain_code(b))
				continue;
			if (!b->run_count) {
				block_remove(b); /* a blank line around it is none of it */
				continue;
			}
			for (; plain_code(end); end = end->next)
				last = end->run_count ? end : last;
			if (last == b)
				continue;
			join_code(d, b, last->next);
			next = block_next(b, top);
		}
	}
}

#define LOSS_TEXT 200 /* bytes of the lost words that are shown */

void doc_restyled(struct doc *d, struct span author, struct span time)
{
	if (d->restyler.several)
		return;
	d->restyler.several = d->restyler.author.n && !span_eq(d->restyler.author, author);
	d->restyler.author = d->restyler.several ? (struct span){ 0 } : author;
	d->restyler.time = d->restyler.several ? (struct span){ 0 } : time;
}

void doc_lose(struct doc *d, const char *what, struct span where, struct span text)
{
	if (d->loss_count == d->loss_cap) {
		d->loss_cap = d->loss_cap ? 2 * d->loss_cap : 8;
		d->losses = mem_resize(d->losses, d->loss_cap, sizeof(struct doc_loss));
	}
	if (text.n > LOSS_TEXT) {
		text.n = LOSS_TEXT;
		while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	d->losses[d->loss_count++] = (struct doc_loss){ .what = span_str(what),
							.where = arena_dup(&d->arena, where),
							.text = arena_dup(&d->arena, text) };
}

size_t doc_picture_of(struct doc *d, struct span part, struct span where)
{
	for (size_t i = d->picture_count; i-- > 0;)
		if (span_eq(d->pictures[i].part, part))
			return i + 1;
	if (d->picture_count == LIMIT_IMAGES)
		return 0;
	if (d->picture_count == d->picture_cap) {
		d->picture_cap = d->picture_cap ? 2 * d->picture_cap : 8;
		d->pictures = mem_resize(d->pictures, d->picture_cap, sizeof(struct doc_picture));
	}
	d->pictures[d->picture_count++] = (struct doc_picture){ .part = arena_dup(&d->arena, part), .where = arena_dup(&d->arena, where) };
	return d->picture_count;
}

/* LibreOffice names a copied bookmark NAME_Copy_1, or "NAME Copy 1" in ODT. */
static struct span without_copy(struct span name)
{
	size_t n = name.n;

	while (n && name.p[n - 1] >= '0' && name.p[n - 1] <= '9')
		n--;
	if (n < name.n && n > 6 && (name.p[n - 1] == '_' || name.p[n - 1] == ' ') && memcmp(name.p + n - 5, "Copy", 4) == 0 &&
	    (name.p[n - 6] == '_' || name.p[n - 6] == ' '))
		return span_sub(name, 0, n - 6);
	return name;
}

void doc_anchor_add(struct doc *d, struct span name, struct block *b, bool gone)
{
	struct span bare = without_copy(name);

	if (d->anchor_count == d->anchor_cap) {
		d->anchor_cap = d->anchor_cap ? 2 * d->anchor_cap : 16;
		d->anchors = mem_resize(d->anchors, d->anchor_cap, sizeof(struct doc_anchor));
	}
	d->anchors[d->anchor_count++] =
		(struct doc_anchor){ .name = arena_dup(&d->arena, bare), .block = b, .copy = bare.n != name.n, .gone = gone };
}

/* ---- runs ---- */

struct run *runs_add(struct runs *r, enum run_kind kind)
{
	if (r->count == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->items = mem_resize(r->items, r->cap, sizeof(struct run));
	}
	r->items[r->count] = (struct run){ .kind = kind };
	return &r->items[r->count++];
}

void runs_as_code(struct runs *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].kind == RUN_HARD) {
			r->items[i].kind = RUN_TEXT;
			r->items[i].text = SPAN_LIT("\n");
		}
}

void run_extend(struct run *r, struct span more, struct doc *d, struct run_room *room)
{
	size_t n = r->text.n + more.n;

	if (room->p != r->text.p || n > room->cap) {
		*room = (struct run_room){ arena_alloc(&d->arena, 2 * n), 2 * n };
		memcpy(room->p, r->text.p, r->text.n);
	}
	memcpy(room->p + r->text.n, more.p, more.n);
	r->text = span_of(room->p, n);
}

bool runs_hold_words(const struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].kind != RUN_TEXT || runs->items[i].mark || span_trim(runs->items[i].text).n)
			return true;
	return false;
}

void runs_end(struct runs *r, struct doc *d, struct block *leaf)
{
	leaf->run_count = r->count;
	leaf->runs = NULL;
	if (r->count) {
		leaf->runs = ARENA_ARRAY(&d->arena, r->count, struct run);
		memcpy(leaf->runs, r->items, r->count * sizeof(struct run));
	}
	free(r->items);
	*r = (struct runs){ 0 };
}
