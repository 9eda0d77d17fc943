#include "cli/laying_internal.h"

#include <stdlib.h>

#include "model/text.h"

/* A note that a colleague wrote: it gets a label where its mark is first laid, and a definition at the end. */
struct new_note {
	const struct note *note;
	struct span label;
	struct md_hand hand;
};

static void add_seen(struct span *list, size_t *count, size_t cap, struct span s)
{
	for (size_t i = 0; i < *count; i++)
		if (span_eq(list[i], s))
			return;
	if (*count < cap)
		list[(*count)++] = s;
}

/* A copy of the totals may share the list up to its own count. */
static void add_clause(struct laying *y, struct span id)
{
	struct totals *t = y->t;

	if (t->clause_count && span_eq(t->clauses[t->clause_count - 1], id))
		return;
	if (t->clause_count == t->clause_cap) {
		struct span *more = ARENA_ARRAY(&y->c->arena, 2 * t->clause_cap + 64, struct span);

		if (t->clause_count)
			memcpy(more, t->clauses, t->clause_count * sizeof(*more));
		t->clauses = more;
		t->clause_cap = 2 * t->clause_cap + 64;
	}
	t->clauses[t->clause_count++] = arena_dup(&y->c->arena, id);
}

static int by_words(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

size_t totals_clauses(struct totals *t)
{
	size_t n = 0;

	if (t->clause_count)
		qsort(t->clauses, t->clause_count, sizeof(*t->clauses), by_words);
	for (size_t i = 0; i < t->clause_count; i++)
		n += i == 0 || !span_eq(t->clauses[i], t->clauses[i - 1]);
	return n;
}

/* One suggestion more, by whom and where. */
void laying_count(struct laying *y, struct span author, struct span id)
{
	y->t->suggestions++;
	add_seen(y->t->people, &y->t->people_count, ARRAY_LEN(y->t->people), arena_dup(&y->c->arena, author));
	if (id.n)
		add_clause(y, id);
}

void laying_lost(struct laying *y, const char *what, struct span where, struct span text)
{
	struct received *p = &y->a->plan;

	if (p->lost_count == p->lost_cap) {
		p->lost_cap = p->lost_cap ? 2 * p->lost_cap : 16;
		p->lost = mem_resize(p->lost, p->lost_cap, sizeof(*p->lost));
	}
	/* The draft's own words go with it, before the summary is made. */
	p->lost[p->lost_count++] = (struct receive_lost){ span_str(what), arena_dup(&y->c->arena, where), arena_dup(&y->c->arena, text) };
}

static void also_say(struct buf *note, struct span words)
{
	if (note->n)
		BUF_LIT(note, "; ");
	buf_add(note, words);
}

/* Whose the change is: "not tracked; the draft was changed here since …", and what was said to it.  What its author said in making it is
 * his own word; all of it where nobody signed, so that nobody is taken for its author. */
struct md_hand laying_hand(struct laying *y, struct span author, struct span time, bool untracked, bool moved_on, struct comment *comments)
{
	struct md_hand hand = { .author = author, .time = time };
	CLEANUP(buf_done) struct buf note = { 0 };

	if (untracked)
		also_say(&note, SPAN_LIT("not tracked"));
	if (moved_on)
		also_say(&note, SPAN_LIT("the draft was changed here since this copy was made"));
	for (const struct comment *k = comments; k; k = k->next)
		y->t->comments++;
	hand.replies = comments;
	while (hand.replies && (!author.n || (span_eq(hand.replies->author, author) && span_eq(hand.replies->time, time)))) {
		const struct comment *k = hand.replies;

		also_say(&note, k->author.n && !author.n ? arena_printf(&y->c->arena, "%.*s: %.*s", SPAN_ARG(k->author), SPAN_ARG(k->text)) : k->text);
		hand.replies = k->next;
	}
	hand.note = arena_dup(&y->c->arena, buf_span(&note));
	return hand;
}

/* ---- notes ---- */

static bool label_taken(const struct laying *y, struct span label)
{
	if (note_find(y->doc, label) || note_find(y->marked, label))
		return true;
	for (size_t i = 0; i < y->note_count; i++)
		if (span_eq(y->notes[i].label, label))
			return true;
	return false;
}

static struct span label_of(struct laying *y, const struct note *n, struct md_hand hand)
{
	size_t number = y->doc->note_count + y->note_count + 1;
	struct span label;

	for (size_t i = 0; i < y->note_count; i++)
		if (y->notes[i].note == n)
			return y->notes[i].label;
	do
		label = arena_printf(&y->c->arena, "%zu", number++);
	while (label_taken(y, label));
	if (y->note_count == y->note_cap) {
		y->note_cap = y->note_cap ? 2 * y->note_cap : 16;
		y->notes = mem_resize(y->notes, y->note_cap, sizeof(*y->notes));
	}
	y->notes[y->note_count++] = (struct new_note){ n, label, hand };
	return label;
}

/* The returned note as the draft knows it, by its words. */
static const struct note *known_note(const struct laying *y, const struct note *n)
{
	CLEANUP(buf_done) struct buf words = { 0 };

	text_of_blocks(n->body, READING_REJECTED, &words);
	for (size_t i = 0; i < y->doc->note_count; i++) {
		CLEANUP(buf_done) struct buf own = { 0 };

		text_of_blocks(y->doc->notes[i]->body, READING_REJECTED, &own);
		if (words.n && span_eq(buf_span(&words), buf_span(&own)))
			return y->doc->notes[i];
	}
	return NULL;
}

/* Words gathered by their look. */
struct styled {
	struct md_style *items;
	size_t count, cap;
};

/* An image of the draft with this alternative text, as its Markdown; empty: there is none, or several pictures have it. */
static struct span image_in(const struct laying *y, struct block *top, struct span text, struct span seen)
{
	const struct run *first = NULL;

	for (struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];

			if (r->kind != RUN_IMAGE || !span_eq(r->text, text) || !r->image)
				continue;
			if (first && !span_eq(first->image->url, r->image->url))
				return (struct span){ 0 };
			first = r;
		}
	return first ? span_sub(y->doc->source, first->src.begin, first->src.end) : seen;
}

/* A picture that was put in: one of the draft's own, by its alternative text; empty: it is listed. */
static struct span picture_markdown(struct laying *y, const struct run *r, struct span where)
{
	struct span got = { 0 };

	if (r->text.n)
		got = image_in(y, y->doc->root, r->text, got);
	for (size_t i = 0; r->text.n && !got.n && i < y->doc->note_count; i++)
		got = image_in(y, y->doc->notes[i]->body, r->text, got);
	if (!got.n)
		laying_lost(y, "new picture", where, r->text.n ? r->text : r->image ? r->image->url : (struct span){ 0 });
	return got;
}

static void styled_add(struct styled *s, struct md_style x)
{
	if (!x.text.n)
		return;
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->items = mem_resize(s->items, s->cap, sizeof(*s->items));
	}
	s->items[s->count++] = x;
}

/* Neighbours that look alike are one: all words stand behind one another first, so that however many there are, each is copied once. */
static void styled_join(struct laying *y, struct styled *s)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	struct span all;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < s->count; i++)
		buf_add(&words, s->items[i].text);
	all = arena_dup(&y->c->arena, buf_span(&words));
	for (size_t i = 0; i < s->count; i++) {
		struct md_style *x = &s->items[i], *last = n ? &s->items[n - 1] : NULL;
		size_t end = at + x->text.n;

		if (last && !last->raw && !x->raw && last->format == x->format && span_eq(last->url, x->url)) {
			last->text.n += x->text.n;
		} else {
			s->items[n] = *x;
			s->items[n++].text = span_sub(all, at, end);
		}
		at = end;
	}
	s->count = n;
}

const char *laying_eol(const struct doc *d)
{
	return span_find(d->source, SPAN_LIT("\r\n"), 0) != SIZE_MAX ? "\r\n" : "\n";
}

static void lost_break(struct laying *y, const struct block *leaf)
{
	CLEANUP(buf_done) struct buf words = { 0 };

	text_of_leaf(leaf, READING_ACCEPTED, &words);
	laying_lost(y, "line break where there can be none", (struct span){ 0 }, buf_span(&words));
}

/* A returned paragraph's words, look by look, with its references and the marks of its notes. */
static void styled_words(struct laying *y, const struct block *b, struct md_hand hand, struct styled *ret)
{
	const struct span line = span_str(laying_eol(y->doc)[0] == '\r' ? "\\\r\n" : "\\\n");

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		const struct note *known;

		if (!mark_accepted(r->mark))
			continue;
		switch (r->kind) {
		case RUN_NOTE:
			known = b->in_note ? NULL : known_note(y, r->note);
			if (!b->in_note)
				styled_add(ret, (struct md_style){ .text = arena_printf(&y->c->arena, "[^%.*s]", SPAN_ARG(known ? known->label : label_of(y, r->note, hand))), .raw = true });
			break;
		case RUN_XREF:
			styled_add(ret, (struct md_style){ .text = id_valid(r->target) ? arena_printf(&y->c->arena, "[](#%.*s)", SPAN_ARG(r->target)) : r->printed, .raw = true });
			break;
		case RUN_IMAGE:
			styled_add(ret, (struct md_style){ .text = picture_markdown(y, r, (struct span){ 0 }), .raw = true });
			break;
		case RUN_HARD:
		case RUN_SOFT:
			if (r->kind == RUN_HARD && b->kind == BLOCK_PARAGRAPH) {
				if (ret->count)
					styled_add(ret, (struct md_style){ .text = line, .raw = true });
				break;
			}
			if (r->kind == RUN_HARD)
				lost_break(y, b);
			styled_add(ret, (struct md_style){ .text = SPAN_LIT(" "), .format = ret->count ? ret->items[ret->count - 1].format : 0, .url = ret->count ? ret->items[ret->count - 1].url : (struct span){ 0 } });
			break;
		case RUN_COMMENT:
			break;
		default:
			styled_add(ret, (struct md_style){ .text = r->text, .format = r->format & (FMT_EMPH | FMT_STRONG | FMT_CODE), .url = r->link ? r->link->url : (struct span){ 0 } });
			break;
		}
	}
	/* A break that nothing follows is none. */
	while (ret->count && ret->items[ret->count - 1].raw ? span_eq(ret->items[ret->count - 1].text, line) : ret->count && !span_trim(ret->items[ret->count - 1].text).n)
		ret->count--;
	styled_join(y, ret);
}

/* The same as Markdown. */
void laying_markdown(struct laying *y, const struct block *b, struct md_hand hand, struct buf *out)
{
	struct styled words = { 0 };

	styled_words(y, b, hand, &words);
	md_styled(words.items, words.count, 0, b->kind == BLOCK_CELL, out);
	mem_free(words.items);
}

static void lay_notes(struct laying *y)
{
	const char *eol = laying_eol(y->doc);

	for (size_t i = 0; i < y->note_count; i++) {
		const struct new_note *n = &y->notes[i];
		CLEANUP(buf_done) struct buf text = { 0 };
		bool first = true;

		if (i)
			buf_str(&text, eol);
		buf_printf(&text, "[^%.*s]: ", SPAN_ARG(n->label));
		for (const struct block *b = n->note->body; b; b = block_next(b, n->note->body)) {
			if (!block_is_leaf(b))
				continue;
			if (!first)
				buf_printf(&text, "%s%s    ", eol, eol);
			laying_markdown(y, b, n->hand, &text);
			first = false;
		}
		md_suggest_block(y->doc, NULL, buf_span(&text), (struct md_hand){ .author = n->hand.author, .time = n->hand.time }, y->e);
	}
	mem_free(y->notes);
}

/* ---- words ---- */

/* A reference that was put in stays one, its id is no words; so does a picture of the draft's, and a line break where there can be one. */
static struct md_style style_of(struct laying *y, const struct block *leaf, const struct receive_style *s, struct span all)
{
	CLEANUP(buf_done) struct buf line = { 0 };

	if (s->target.n)
		return (struct md_style){ .text = arena_printf(&y->c->arena, "[](%s%.*s)", span_find_char(s->target, '#', 0) == SIZE_MAX ? "#" : "", SPAN_ARG(s->target)), .raw = true };
	if (s->picture)
		return (struct md_style){ .text = picture_markdown(y, s->picture, block_id(leaf)), .raw = true };
	if (s->breaks && !md_line_break(y->doc, leaf, &line))
		laying_lost(y, "line break where there can be none", block_id(leaf), all);
	else if (s->breaks)
		return (struct md_style){ .text = arena_dup(&y->c->arena, buf_span(&line)), .raw = true };
	return (struct md_style){ .text = s->text, .format = s->format, .url = s->url };
}

static const struct md_style *styles_of(struct laying *y, const struct block *leaf, const struct receive_style *s, struct span words, size_t *count)
{
	struct md_style *all = s ? ARENA_ARRAY(&y->c->arena, *count, struct md_style) : NULL;
	size_t n = 0;

	/* Neighbours that look alike are one: a word processor leaves words in pieces. */
	for (size_t i = 0; all && i < *count; i++) {
		struct md_style x = style_of(y, leaf, &s[i], words), *last = n ? &all[n - 1] : NULL;

		if (last && !x.raw && !last->raw && last->format == x.format && span_eq(last->url, x.url))
			last->text = arena_printf(&y->c->arena, "%.*s%.*s", SPAN_ARG(last->text), SPAN_ARG(x.text));
		else
			all[n++] = x;
	}
	*count = n;
	return all;
}

/* By the words that came, or those that went. */
static void list_hunk(struct laying *y, const struct block *leaf, const struct md_hunk *h)
{
	CLEANUP(buf_done) struct buf words = { 0 };

	text_of_leaf(leaf, READING_REJECTED, &words);
	if (h->breaks) {
		laying_lost(y, "paragraph divided where it could not be placed", block_id(leaf), span_trim(span_sub(buf_span(&words), h->end, words.n)));
		return;
	}
	laying_lost(y, h->restyled ? "change of emphasis" : h->text.n ? "change that could not be placed" : "words taken out that could not be placed", block_id(leaf),
	     h->text.n ? h->text : span_sub(buf_span(&words), h->begin, h->end));
}

/* Edits for the leaf's hunks [from, to). */
static void lay_leaf(struct laying *y, size_t from, size_t to)
{
	struct arrival *a = y->a;
	struct md_hunk *h = ARENA_ARRAY(&y->c->arena, to - from, struct md_hunk);
	const struct block *leaf = a->plan.hunks[from].leaf;

	for (size_t i = from; i < to; i++) {
		const struct receive_hunk *x = &a->plan.hunks[i];
		struct md_hand hand;

		h[i - from] = (struct md_hunk){ .begin = x->begin, .end = x->end, .text = x->text, .author = x->author, .time = x->time, .breaks = x->split, .new_item = x->new_item, .beside_note = x->beside_note,
						.gone_note = x->gone_note, .restyled = x->restyled, .style_count = x->style_count };
		h[i - from].styles = styles_of(y, leaf, x->styles, x->text, &h[i - from].style_count);
		hand = laying_hand(y, x->author, x->time, x->untracked, x->moved_on, x->comments);
		h[i - from].note = hand.note;
		h[i - from].replies = hand.replies;
		if (x->carried) {
			struct styled words = { 0 };
			struct md_style *all;

			styled_words(y, x->carried, (struct md_hand){ .author = x->author, .time = x->time }, &words);
			all = ARENA_ARRAY(&y->c->arena, words.count + 1, struct md_style);
			if (words.count)
				memcpy(all, words.items, words.count * sizeof(*all));
			h[i - from].styles = all;
			h[i - from].style_count = words.count;
			mem_free(words.items);
		}
		if (x->note) {
			hand = (struct md_hand){ .author = x->author, .time = x->time };
			h[i - from].text = arena_printf(&y->c->arena, "[^%.*s]", SPAN_ARG(known_note(y, x->note) ? known_note(y, x->note)->label : label_of(y, x->note, hand)));
			h[i - from].raw = true;
		}
	}
	md_suggest(y->doc, leaf, h, to - from, y->e);
	for (size_t i = from; i < to; i++) {
		if (h[i - from].placed)
			laying_count(y, h[i - from].author, block_id(leaf));
		else
			list_hunk(y, leaf, &h[i - from]);
		if (h[i - from].placed && h[i - from].look_lost)
			laying_lost(y, "emphasis of words that Markdown has no signs for", block_id(leaf), h[i - from].text);
	}
}

static int by_leaf(const void *pa, const void *pb)
{
	const struct receive_comment *const *a = pa, *const *b = pb;

	if ((*a)->leaf != (*b)->leaf)
		return (*a)->leaf->serial < (*b)->leaf->serial ? -1 : 1;
	return (*a > *b) - (*a < *b);
}

static void lay_comments(struct laying *y, const struct received *p)
{
	CLEANUP(mem_freep) const struct receive_comment **order = mem_zero(p->comment_count + 1, sizeof(*order));
	CLEANUP(mem_freep) struct md_remark *remarks = mem_zero(p->comment_count + 1, sizeof(*remarks));

	for (size_t i = 0; i < p->comment_count; i++)
		order[i] = &p->comments[i];
	qsort(order, p->comment_count, sizeof(*order), by_leaf);
	for (size_t i = 0, n; i < p->comment_count; i += n) {
		const struct block *leaf = order[i]->leaf;

		for (n = 0; i + n < p->comment_count && order[i + n]->leaf == leaf; n++) {
			remarks[n] = (struct md_remark){ order[i + n]->begin, order[i + n]->end, order[i + n]->comment };
			for (const struct comment *k = remarks[n].comments; k; k = k->next)
				y->t->comments++;
		}
		md_comments(y->doc, leaf, remarks, n, y->e);
		if (block_id(leaf).n)
			add_clause(y, block_id(leaf));
	}
}

void lay_plan(struct cli *c, struct doc *doc, const struct doc *marked, struct arrival *a, struct edits *ret, struct totals *t)
{
	struct laying y = { .c = c, .doc = doc, .marked = marked, .a = a, .e = ret, .t = t };
	const struct received *p = &a->plan;
	CLEANUP(mem_freep) bool *removed = mem_zero(doc->block_count + 1, sizeof(bool));
	CLEANUP(mem_freep) unsigned char *going = mem_zero(doc->block_count + 1, 1);

	for (size_t i = 0; i < p->removal_count; i++) {
		going[p->removals[i].leaf->serial] = MD_GOES;
		removed[p->removals[i].leaf->serial] = !p->removals[i].in_join;
	}
	if (p->removal_count)
		md_going(doc, going);
	y.going = going;
	y.removed = removed;
	for (size_t i = 0; i < p->hunk_count;) {
		size_t k = i;

		while (k < p->hunk_count && p->hunks[k].leaf == p->hunks[i].leaf)
			k++;
		lay_leaf(&y, i, k);
		i = k;
	}
	for (size_t i = 0; i < p->block_count; i++)
		laying_block(&y, &p->blocks[i]);
	for (size_t i = 0; i < p->removal_count; i++)
		if (!p->removals[i].in_join)
			laying_removal(&y, &p->removals[i]);
	for (size_t i = 0; i < p->join_count; i++) {
		const struct receive_join *x = &p->joins[i];

		md_suggest_join(doc, x->a, x->b, (struct md_hand){ .author = x->author, .time = x->time }, ret);
		laying_count(&y, x->author, block_id(x->b));
	}
	lay_comments(&y, p);
	lay_notes(&y);
}

static bool said_before(const struct suggestion *s, struct span author, struct span text)
{
	for (const struct comment *k = s->comments; k; k = k->next)
		if (span_eq(k->author, author) && span_eq(span_trim(k->text), text))
			return true;
	return false;
}

void lay_settled(struct cli *c, const struct doc *marked, const struct arrival *a, struct span author, struct span time, struct edits *ret, struct totals *t)
{
	for (size_t i = 0; i < a->settled_count; i++) {
		const struct receive_settled *x = &a->settled[i];
		const struct suggestion *s = x->group && x->group <= marked->suggestion_count ? &marked->suggestions[x->group - 1] : NULL;
		struct span text = x->accepted ? SPAN_LIT("accepted in the copy that came back") : SPAN_LIT("rejected in the copy that came back");
		CLEANUP(buf_done) struct buf b = { 0 };

		if (!s || said_before(s, author, text))
			continue;
		/* The first signed comment behind a suggestion is its author's (FORMAT.md F5.6). */
		if (s->author.n)
			md_signature(author, time, text, &b);
		else
			md_signature((struct span){ 0 }, (struct span){ 0 }, arena_printf(&c->arena, "%.*s: %.*s", SPAN_ARG(author), SPAN_ARG(text)), &b);
		edits_add(ret, s->origin.end, s->origin.end, buf_span(&b));
		*(x->accepted ? &t->accepted : &t->rejected) += 1;
		t->comments++;
		add_seen(t->people, &t->people_count, ARRAY_LEN(t->people), arena_dup(&c->arena, author));
	}
}
