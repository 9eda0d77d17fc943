#include "cli/labels.h"

#include <stdlib.h>

#include "base/limits.h"
#include "model/number.h"
#include "model/places.h"
#include "model/text.h"

/* ---- labels ---- */

/* "57", "12 bis", "58.", "[58.]" at the head of s: its label, and how much of s it takes. */
static size_t typed_label(struct span s, struct span *ret_label, struct arena *a)
{
	static const char *const latin[] = { "bis", "ter", "quater", "quinquies", "sexies", "septies", "alt" };
	size_t i = 0, digits, end;
	bool bracket = s.n && s.p[0] == '[';
	CLEANUP(buf_done) struct buf b = { 0 };

	i += bracket;
	digits = i;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i == digits || i - digits > 4)
		return 0;
	end = i;
	/* A letter or a Latin word: 12bis, 12 bis, 34a. */
	{
		size_t k = i;

		while (k < s.n && s.p[k] == ' ')
			k++;
		for (size_t w = 0; w < ARRAY_LEN(latin); w++) {
			struct span word = span_str(latin[w]);

			if (s.n - k > word.n && span_eq_nocase(span_sub(s, k, k + word.n), word) && !((s.p[k + word.n] | 32) >= 'a' && (s.p[k + word.n] | 32) <= 'z')) {
				end = k + word.n;
				break;
			}
		}
	}
	buf_add(&b, span_sub(s, digits, end));
	i = end;
	if (i < s.n && (s.p[i] == '.' || s.p[i] == ')'))
		i++;
	else if (!bracket && end - digits < 3 && i < s.n && s.p[i] != ' ' && s.p[i] != '\t')
		return 0;
	else if (!bracket && end == digits + (end - digits) && (i >= s.n || s.p[i] != '\t') && s.p[end - 1] >= '0' && s.p[end - 1] <= '9')
		return 0; /* "350 initiatives meet": a number that begins a sentence */
	if (bracket) {
		if (i < s.n && s.p[i] == ']')
			i++;
		else
			return 0; /* "[57. The text...]": the bracket belongs to the words */
		buf_clear(&b);
		buf_add(&b, span_sub(s, 0, i)); /* as it is printed, "[58.]" */
	}
	if (i < s.n && s.p[i] != ' ' && s.p[i] != '\t' && !span_starts(span_sub(s, i, s.n), SPAN_LIT("\xc2\xa0")))
		return 0;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (span_starts(span_sub(s, i, s.n), SPAN_LIT("\xc2\xa0")))
		i += 2;
	if (i >= s.n)
		return 0;
	*ret_label = arena_dup(a, buf_span(&b));
	return i;
}

/* "57 bis" -> para-57-bis; what cannot be an id gives none. */
static struct span label_id(const char *what, struct span label, struct arena *a)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	bool dash = false;

	buf_str(&b, what);
	dash = true;
	for (size_t i = 0; i < label.n && b.n < LIMIT_ID_BYTES; i++) {
		char c = label.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (dash)
				buf_char(&b, '-');
			dash = false;
			buf_char(&b, c);
		} else {
			dash = true;
		}
	}
	return id_valid(buf_span(&b)) ? arena_dup(a, buf_span(&b)) : (struct span){ 0 };
}

/* The id, or with a number where it is taken. */
static struct span id_of_its_own(struct doc *d, struct span base, struct span_map *ids)
{
	struct span id = base;
	unsigned *last = id.n ? span_map_put(ids, base) : NULL;

	/* The number behind an id is the last that was given out, so that a text of equal labels takes no time. */
	while (id.n && ++*last > 1) {
		unsigned n = *last;

		id = arena_printf(&d->arena, "%.*s-%u", SPAN_ARG(base), n);
		if (!span_map_find(ids, id)) {
			*span_map_put(ids, id) = 1;
			break;
		}
	}
	return id;
}

static const char *label_of_what(const struct block *b)
{
	switch (b->kind) {
	case BLOCK_HEADING:
		return "section";
	case BLOCK_TABLE:
	case BLOCK_LIST:
	case BLOCK_ITEM:
	case BLOCK_QUOTE:
	case BLOCK_CODE:
		return block_kind_name(b->kind);
	case BLOCK_ROOT:
	case BLOCK_PARAGRAPH:
	case BLOCK_RULE:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break;
	}
	return "para";
}

static void set_label_and_id(struct doc *d, struct block *b, struct span label, struct span base, struct span_map *ids)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);
	struct span id = id_of_its_own(d, base, ids);

	a->id = id_valid(id) ? id : (struct span){ 0 };
	a->items = ARENA_NEW(&d->arena, struct attr);
	a->items[0] = (struct attr){ .key = SPAN_LIT("label"), .value = label };
	a->count = 1;
	a->hidden = true;
	b->attrs = a;
	b->printed = (struct span){ 0 };
}

static void set_label(struct doc *d, struct block *b, struct span label, struct span_map *ids)
{
	set_label_and_id(d, b, label, label_id(label_of_what(b), label, &d->arena), ids);
}

/* Are the first n bytes of its words the same in both texts?  A number that comes or goes is a suggestion, and no label yet; nor is one that
 * alone has a comment or a note, which would go with it. */
static bool head_stays(const struct block *b, size_t n)
{
	for (size_t i = 0; i < b->run_count && n; i++) {
		const struct run *r = &b->runs[i];
		bool goes_on = r->text.n > n || (i + 1 < b->run_count && r[1].mark == r->mark);

		if (r->kind != RUN_TEXT || (r->mark && !b->mark && !(mark_accepted(r->mark) && mark_rejected(r->mark) && goes_on)))
			return false;
		n -= n < r->text.n ? n : r->text.n;
	}
	return true;
}

/* White space that a page has before a number and Markdown would not. */
static size_t head_space(struct span s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* Takes n bytes off the head of a leaf's first words. */
static void drop_head(struct block *b, size_t n)
{
	size_t from = 0;

	while (from < b->run_count && n) {
		struct run *r = &b->runs[from];
		size_t cut = r->kind == RUN_TEXT ? (n < r->text.n ? n : r->text.n) : 0;

		if (r->kind != RUN_TEXT)
			break;
		r->text = span_sub(r->text, cut, r->text.n);
		n -= cut;
		if (r->text.n)
			break;
		from++;
	}
	b->runs += from;
	b->run_count -= from;
}

static int by_name(const void *a, const void *b)
{
	const struct doc_anchor *const *x = a, *const *y = b;

	return span_cmp((*x)->name, (*y)->name);
}

/* What carries the id of a clause that begins with this leaf: itself, or the item that it opens.  NULL: another block, whose
 * id md_track gives later. */
static struct block *carrier(struct block *b)
{
	if (b->kind == BLOCK_PARAGRAPH && b->parent && b->parent->kind == BLOCK_ITEM && b->parent->first == b)
		return b->parent;
	/* A table or a quote is marked at its first cell or paragraph. */
	while (b->parent && b->parent->kind != BLOCK_ROOT && b->parent->first == b &&
	       (b->kind == BLOCK_CELL || b->kind == BLOCK_ROW || b->parent->kind == BLOCK_QUOTE))
		b = b->parent;
	return b->parent && b->parent->kind == BLOCK_ROOT ? b : NULL;
}

/* Its id; where it has none yet, one of its first words, as track would give it. */
static struct span id_for(struct doc *d, struct block *leaf, struct span_map *ids)
{
	struct block *b = carrier(leaf);
	CLEANUP(buf_done) struct buf words = { 0 }, id = { 0 };
	struct attrs *a;
	size_t count = 0;

	if (!b || leaf->mark || leaf->in_note)
		return (struct span){ 0 };
	if (b->attrs && b->attrs->id.n)
		return b->attrs->id;
	for (size_t i = 0; i < leaf->run_count && words.n < 200; i++)
		if (leaf->runs[i].kind == RUN_TEXT && mark_rejected(leaf->runs[i].mark))
			buf_add(&words, leaf->runs[i].text);
	for (size_t i = 0; i < words.n && id.n < LIMIT_ID_BYTES - 8; i++) {
		char c = words.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_char(&id, c);
		else if (id.n && id.p[id.n - 1] != '-' && ++count < 4)
			buf_char(&id, '-');
		else if (count >= 4)
			break;
	}
	while (id.n && id.p[id.n - 1] == '-')
		id.n--;
	if (!id.n)
		BUF_LIT(&id, "clause");
	a = ARENA_NEW(&d->arena, struct attrs);
	if (b->attrs)
		*a = *b->attrs;
	a->id = id_of_its_own(d, arena_dup(&d->arena, buf_span(&id)), ids);
	a->hidden = true;
	b->attrs = a;
	return a->id;
}

/* ---- references ---- */

struct place_job {
	struct doc *d;
	struct span_map *ids;
	struct xref_words words;
};

/* What a reference to a block prints, as far as its own words and label say. */
static void print_reference(const struct place_job *j, const struct block *b, struct buf *out)
{
	struct span label = attrs_get(b->attrs, "label"), path = label.n ? label : b->printed;

	if (b->kind == BLOCK_HEADING && !path.n) {
		text_of_leaf(b, READING_REJECTED, out);
	} else if (path.n) {
		struct span word = b->kind == BLOCK_HEADING ? j->words.section : j->words.paragraph;

		if (!number_says(path, word))
			buf_printf(out, "%.*s ", SPAN_ARG(word));
		buf_add(out, path);
	}
}

/* The id of that block, if a reference to it prints these words; else none. */
static struct span id_printing(const struct place_job *j, struct block *b, struct span words)
{
	CLEANUP(buf_done) struct buf prints = { 0 };

	if (!b || !words.n || (b->kind != BLOCK_HEADING && b->kind != BLOCK_PARAGRAPH))
		return (struct span){ 0 };
	print_reference(j, b, &prints);
	return span_eq(words, buf_span(&prints)) ? id_for(j->d, b, j->ids) : (struct span){ 0 };
}

/* A list or quotation that has a label is marked at the first of its own words: its id, if that label is what the reference prints. */
static struct span id_of_labelled(const struct block *leaf, struct span printed)
{
	for (const struct block *b = leaf; b; b = b->parent) {
		struct span label = b->kind == BLOCK_LIST || b->kind == BLOCK_QUOTE ? attrs_get(b->attrs, "label") : (struct span){ 0 };

		if (label.n && span_ends(printed, label))
			return b->attrs->id;
	}
	return (struct span){ 0 };
}

/* A reference of a copy of ours leads to an anchor: it is one to the clause there again.  Where the anchor is gone, its words
 * stay; in a public file it has a name that says nothing, and the words must be right. */
void labels_reference(struct doc *d, struct span_map *ids)
{
	const struct doc_anchor **sorted = ARENA_ARRAY(&d->arena, d->anchor_count + 1, const struct doc_anchor *);
	struct place_job j = { d, ids, xref_words_for(d->meta.language) };

	for (size_t i = 0; i < d->anchor_count; i++)
		sorted[i] = &d->anchors[i];
	qsort(sorted, d->anchor_count, sizeof(*sorted), by_name);
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++) {
				struct run *r = &b->runs[i];
				size_t lo = 0, hi = d->anchor_count;
				struct span id;

				if (r->kind != RUN_XREF)
					continue;
				while (lo < hi) {
					size_t mid = lo + (hi - lo) / 2;

					if (span_cmp(sorted[mid]->name, r->target) < 0)
						lo = mid + 1;
					else
						hi = mid;
				}
				id = (struct span){ 0 };
				if (lo < d->anchor_count && span_eq(sorted[lo]->name, r->target)) {
					id = id_of_labelled(sorted[lo]->block, r->printed);
					id = id.n ? id : id_for(d, sorted[lo]->block, ids);
				}
				if (!id.n)
					id = id_printing(&j, places_find(d, r->target), r->printed);
				if (id.n) {
					r->target = id;
					r->printed = r->text = (struct span){ 0 };
				} else {
					r->kind = RUN_TEXT;
					r->text = r->printed;
				}
			}
	}
}

/* A word processor's field may stand for the number alone, behind "paragraph " typed before it; how much of that the reference prints too. */
static size_t typed_before(const struct place_job *j, const struct run *before, const struct run *first, const struct block *to, struct span words)
{
	CLEANUP(buf_done) struct buf prints = { 0 };
	struct span head;

	if (!to || !words.n || before->kind != RUN_TEXT || before->mark != first->mark || before->link || (before->format & FMT_CODE))
		return 0;
	print_reference(j, to, &prints);
	if (!span_ends(buf_span(&prints), words))
		return 0;
	head = span_sub(buf_span(&prints), 0, prints.n - words.n);
	return span_ends(before->text, head) && (head.n == before->text.n || before->text.p[before->text.n - head.n - 1] == ' ') ? head.n : 0;
}

static bool refer(void *ctx, struct block *b, size_t at, size_t count, struct block *to)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	struct run *runs = b->runs + at;
	size_t typed;
	struct span id;

	for (size_t i = 0; i < count; i++) {
		if (runs[i].kind != RUN_TEXT || runs[i].mark != runs[0].mark)
			return false;
		buf_add(&words, runs[i].text);
	}
	typed = at ? typed_before(ctx, runs - 1, runs, to, buf_span(&words)) : 0;
	if (typed) {
		struct span *before = &runs[-1].text;

		buf_clear(&words);
		buf_add(&words, span_sub(*before, before->n - typed, before->n));
		for (size_t i = 0; i < count; i++)
			buf_add(&words, runs[i].text);
	}
	id = id_printing(ctx, to, buf_span(&words));
	if (!id.n)
		return false;
	runs[typed ? -1 : 0].text.n -= typed;
	runs[0] = (struct run){ .kind = RUN_XREF, .target = id, .mark = runs[0].mark };
	for (size_t i = 1; i < count; i++)
		runs[i].text = (struct span){ 0 };
	return true;
}

void labels_places(struct doc *d, struct span_map *ids)
{
	struct place_job j = { d, ids, xref_words_for(d->meta.language) };

	places_settle(d, refer, &j);
}

/* ---- sub-paragraphs ---- */

/* Where the typed sub-paragraphs of a numbered one stand: 57, (a), (i). */
struct sub_labels {
	struct span parent; /* id of the numbered paragraph; empty: none yet */
	char letter;        /* the last one; 0: none */
	bool roman;         /* the last one was (i) and so on, under the letter */
};

/* "(a) ", "(iv) " at the head of s: what stands in the brackets, and how much of s it takes; 0: neither. */
static size_t typed_sub(struct span s, struct span *ret_sign)
{
	size_t close = s.n && s.p[0] == '(' ? span_find_char(s, ')', 0) : SIZE_MAX, end;

	if (close == SIZE_MAX || close < 2 || close > 6)
		return 0;
	for (size_t i = 1; i < close; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z' || (close > 2 && !strchr("ivx", s.p[i])))
			return 0;
	end = close + 1;
	if (end < s.n && s.p[end] != ' ' && s.p[end] != '\t' && !span_starts(span_sub(s, end, s.n), SPAN_LIT("\xc2\xa0")))
		return 0;
	while (end < s.n && (s.p[end] == ' ' || s.p[end] == '\t'))
		end++;
	if (span_starts(span_sub(s, end, s.n), SPAN_LIT("\xc2\xa0")))
		end += 2;
	*ret_sign = span_sub(s, 1, close);
	return end < s.n ? end : 0;
}

/* Of a sub-paragraph that stands as a paragraph: para-57-a, and para-57-a-i under it (FORMAT.md F10).  (i) after (h) is a letter.  Empty: it is
 * none. */
static struct span sub_id(struct doc *d, struct span sign, struct sub_labels *at)
{
	bool letter = sign.n == 1 && (sign.p[0] == 'a' || !strchr("ivx", sign.p[0]) || (at->letter && sign.p[0] == at->letter + 1 && !at->roman));
	struct span id;

	if (!sign.n || !at->parent.n || (!letter && !at->letter))
		return (struct span){ 0 };
	if (letter)
		at->letter = sign.p[0];
	at->roman = !letter;
	id = letter ? arena_printf(&d->arena, "%.*s-%c", SPAN_ARG(at->parent), at->letter)
		    : arena_printf(&d->arena, "%.*s-%c-%.*s", SPAN_ARG(at->parent), at->letter, SPAN_ARG(sign));
	return id_valid(id) ? id : (struct span){ 0 };
}

static bool set_sub_label(struct doc *d, struct block *b, struct span words, struct sub_labels *at, struct span_map *ids)
{
	struct span sign = { 0 }, id;
	size_t space = head_space(words), n = typed_sub(span_sub(words, space, words.n), &sign);

	if (!n || !head_stays(b, space + n))
		return false;
	id = sub_id(d, sign, at);
	if (!id.n)
		return false;
	set_label_and_id(d, b, arena_printf(&d->arena, "(%.*s)", SPAN_ARG(sign)), id, ids);
	drop_head(b, space + n);
	return true;
}

/* ---- all of them ---- */

/* A copy of our own counts its paragraphs or headings as the draft does: 1, 2, 3.  Anything else is somebody's labels. */
static enum numbering own_numbering(const struct doc *d)
{
	unsigned paragraphs = 0, headings = 0;

	for (const struct block *b = d->map.n ? d->root->first : NULL; b; b = b->next) {
		uint64_t n;

		headings += b->kind == BLOCK_HEADING && b->printed.n && !b->labelled;
		if (b->kind != BLOCK_PARAGRAPH || !b->printed.n || b->labelled)
			continue;
		if (!span_number(b->printed, 1u << 30, &n) || n != paragraphs + 1)
			return NUMBERING_UNSAID;
		paragraphs += mark_accepted(b->mark);
	}
	return paragraphs ? NUMBERING_PARAGRAPHS : headings ? NUMBERING_HEADINGS : NUMBERING_UNSAID;
}

static void set_class(struct doc *d, struct block *b, unsigned class)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);

	a->classes = class;
	a->hidden = true;
	b->attrs = a;
}

/* A heading's number, or an item's, is a label; its id comes of its words. */
static void label_alone(struct doc *d, struct block *b)
{
	struct attrs *a = ARENA_NEW(&d->arena, struct attrs);

	a->items = ARENA_NEW(&d->arena, struct attr);
	a->items[0] = (struct attr){ .key = SPAN_LIT("label"), .value = b->printed };
	a->count = 1;
	a->hidden = true;
	b->attrs = a;
	b->printed = (struct span){ 0 };
}

/* A label that our own file prints, which knows of what. */
static void label_of_ours(struct doc *d, struct block *b, struct span label, struct sub_labels *sub, struct span_map *ids)
{
	CLEANUP(buf_done) struct buf typed = { 0 };
	struct span sign = { 0 }, id = { 0 };

	buf_printf(&typed, "%.*s x", SPAN_ARG(label)); /* as it would be typed */
	if (b->kind == BLOCK_HEADING || b->kind == BLOCK_ITEM) {
		label_alone(d, b);
		return;
	}
	if (b->kind == BLOCK_PARAGRAPH && typed_sub(buf_span(&typed), &sign))
		id = sub_id(d, arena_dup(&d->arena, sign), sub);
	if (id.n) {
		set_label_and_id(d, b, label, id, ids);
		return;
	}
	set_label(d, b, label, ids);
	if (b->kind == BLOCK_PARAGRAPH)
		*sub = (struct sub_labels){ .parent = b->attrs->id };
}

/* A tag cannot say that a label is to change: as long as nothing is settled, it is the older one. */
static void keep_older_labels(struct doc *d)
{
	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		if (!b->relabelled)
			continue;
		doc_lose(d, "tracked change of a label", b->label_was.n ? arena_printf(&d->arena, "label %.*s", SPAN_ARG(b->label_was)) : SPAN_LIT("text"), b->printed);
		b->printed = b->label_was;
		b->labelled = b->label_was.n != 0;
		b->relabelled = false;
	}
}

void labels_find(struct doc *d, struct span_map *ids)
{
	enum numbering own;
	struct sub_labels sub = { 0 };

	keep_older_labels(d);
	own = own_numbering(d);
	d->meta.numbering = own;
	for (struct block *b = d->root; b; b = block_next(b, d->root)) {
		/* A quote's stands before its first words. */
		struct block *of = b->parent && b->parent->kind == BLOCK_QUOTE && !b->prev ? b->parent : b;

		if (b->kind == BLOCK_HEADING)
			sub = (struct sub_labels){ 0 };
		if (b->labelled && b->printed.n && !of->attrs) {
			label_of_ours(d, of, b->printed, &sub, ids);
			b->printed = (struct span){ 0 };
		}
	}
	sub = (struct sub_labels){ 0 };
	for (struct block *b = d->root->first; b; b = b->next) {
		struct span label = { 0 };

		if (b->kind == BLOCK_HEADING)
			sub = (struct sub_labels){ 0 };
		if (b->kind == BLOCK_HEADING && b->printed.n) {
			if (own != NUMBERING_HEADINGS && !b->attrs)
				label_alone(d, b);
			b->printed = (struct span){ 0 };
		}
		if (b->kind != BLOCK_PARAGRAPH || b->attrs)
			continue;
		if (b->printed.n && own == NUMBERING_PARAGRAPHS) {
			b->printed = (struct span){ 0 };
			continue;
		}
		if (b->printed.n) {
			set_label(d, b, b->printed, ids);
			sub = (struct sub_labels){ .parent = b->attrs->id };
		} else {
			CLEANUP(buf_done) struct buf words = { 0 };
			size_t n = 0, space = 0;

			if (b->run_count && b->runs[0].kind == RUN_TEXT) {
				text_of_leaf(b, READING_MARKED, &words);
				space = head_space(buf_span(&words));
				n = typed_label(span_sub(buf_span(&words), space, words.n), &label, &d->arena);
			}
			if (n && head_stays(b, space + n)) {
				drop_head(b, space + n);
				set_label(d, b, label, ids);
				sub = (struct sub_labels){ .parent = b->attrs->id };
			} else if (own != NUMBERING_PARAGRAPHS && set_sub_label(d, b, buf_span(&words), &sub, ids)) {
				continue;
			} else if (own == NUMBERING_PARAGRAPHS) {
				set_class(d, b, CLASS_UNNUMBERED);
			}
		}
	}
}
