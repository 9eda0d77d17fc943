/*
 * What the draft has already: a review copy carries the draft's open suggestions and comments, and they come back with it.
 * They are nobody's answer, so they are taken out again before the answer is laid over the draft.
 */
#include "receive/receive.h"

#include <stdlib.h>

#include "base/hashmap.h"
#include "model/text.h"

/* ---- comments ---- */

#define TIME_BYTES 19 /* YYYY-MM-DDThh:mm:ss */

static uint64_t said_hash(struct span author, struct span time, struct span text)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	buf_add(&b, span_trim(author));
	buf_char(&b, '\n');
	buf_add(&b, span_sub(time, 0, time.n < TIME_BYTES ? time.n : TIME_BYTES));
	buf_char(&b, '\n');
	text_fold(text, &b);
	return span_hash(buf_span(&b));
}

/* Of each, how many are left to be met. */
static void know_one(struct hash_map *k, uint64_t h)
{
	++*hash_map_put(k, h);
}

static bool knows(const struct hash_map *k, uint64_t h, bool take)
{
	int64_t *left = hash_map_find(k, h);

	if (!left || !*left)
		return false;
	*left -= take;
	return true;
}

/* Each comment once, though several runs show it. */
static void each_comment(struct doc *d, void (*visit)(void *ctx, struct run *r, struct mark *m), void *ctx)
{
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0; i < b->run_count; i++) {
				if (b->runs[i].kind == RUN_COMMENT && b->runs[i].comment)
					visit(ctx, &b->runs[i], NULL);
				for (const struct mark *m = b->runs[i].mark; m; m = m->outer)
					if (m->comments)
						visit(ctx, NULL, (struct mark *)m);
			}
	}
}

struct seen {
	/* By who, when and what, and by who and what alone; a comment that stands in both texts is one. */
	struct hash_map exact, sent, now;
	struct hash_map *learning;
	bool timed; /* the returned file kept the times: only they count */
	const struct comment **chains; /* looked at */
	struct comment **kept;
	size_t count, cap;
};

/* The same comment, to the second.  One that names nobody or no time goes out in the organisation's name at midnight. */
static bool is_exact(const struct seen *s, const struct comment *c)
{
	const struct span authors[] = { c->author, { 0 } }, times[] = { c->time, { 0 } };
	bool midnight = span_find(c->time, SPAN_LIT("T00:00:00"), 0) != SIZE_MAX;

	for (size_t a = 0; a < 2; a++)
		for (size_t t = 0; t < (midnight ? 2u : 1u); t++)
			if (knows(&s->exact, said_hash(authors[a], times[t], c->text), false))
				return true;
	return false;
}

static bool is_counted(struct hash_map *k, const struct comment *c)
{
	return knows(k, said_hash(c->author, (struct span){ 0 }, c->text), true) || knows(k, said_hash((struct span){ 0 }, (struct span){ 0 }, c->text), true);
}

/* The comments of a chain that are new. */
static struct comment *new_ones(struct seen *s, struct comment *c)
{
	struct comment *first = NULL, **last = &first;

	for (; c; c = c->next) {
		bool sent, now;

		if (s->timed) {
			if (is_exact(s, c))
				continue;
		} else {
			sent = is_counted(&s->sent, c);
			now = is_counted(&s->now, c);
			if (sent || now)
				continue;
		}
		*last = c;
		last = &c->next;
	}
	*last = NULL;
	return first;
}

#define LOOK_BACK 64 /* runs that show one comment follow one another */

static struct comment **seen_chain(struct seen *s, const struct comment *c, bool *ret_new)
{
	for (size_t i = s->count; i-- > 0 && s->count - i <= LOOK_BACK;)
		if (s->chains[i] == c || s->kept[i] == c) {
			*ret_new = false;
			return &s->kept[i];
		}
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->chains = mem_resize(s->chains, s->cap, sizeof(*s->chains));
		s->kept = mem_resize(s->kept, s->cap, sizeof(*s->kept));
	}
	s->chains[s->count] = c;
	s->kept[s->count] = NULL;
	*ret_new = true;
	return &s->kept[s->count++];
}

static void learn(void *ctx, struct run *r, struct mark *m)
{
	struct seen *s = ctx;
	bool new;

	seen_chain(s, r ? r->comment : m->comments, &new);
	for (const struct comment *c = new ? (r ? r->comment : m->comments) : NULL; c; c = c->next) {
		know_one(&s->exact, said_hash(c->author, c->time, c->text));
		know_one(s->learning, said_hash(c->author, (struct span){ 0 }, c->text));
	}
}

static void look_for_times(void *ctx, struct run *r, struct mark *m)
{
	struct seen *s = ctx;

	for (const struct comment *c = r ? r->comment : m->comments; c && !s->timed; c = c->next)
		s->timed = is_exact(s, c);
}

static void strip(void *ctx, struct run *r, struct mark *m)
{
	struct seen *s = ctx;
	struct comment *c = r ? r->comment : m->comments, **kept;
	bool new;

	kept = seen_chain(s, c, &new);
	if (new)
		*kept = new_ones(s, c);
	if (m) {
		m->comments = *kept;
	} else if (*kept) {
		r->comment = *kept;
	} else {
		r->kind = RUN_TEXT;
		r->comment = NULL;
		r->text = (struct span){ 0 };
	}
}

void receive_strip_comments(struct doc *returned, struct doc *sent, struct doc *now)
{
	struct seen s = { .learning = &s.sent };

	if (sent)
		each_comment(sent, learn, &s);
	s.learning = &s.now;
	s.count = 0;
	each_comment(now, learn, &s);
	s.count = 0;
	each_comment(returned, look_for_times, &s);
	if (s.exact.count)
		each_comment(returned, strip, &s);
	hash_map_done(&s.exact);
	hash_map_done(&s.sent);
	hash_map_done(&s.now);
	free(s.chains);
	free(s.kept);
}

/* ---- suggestions ---- */

#define LOOK_AHEAD 4096

/* One that names nobody goes out in the organisation's name. */
static bool same_author(struct span known, struct span got)
{
	return !known.n || span_eq(known, got);
}

static bool same_words(struct span a, struct span b)
{
	CLEANUP(buf_done) struct buf x = { 0 }, y = { 0 };

	if (span_eq(a, b))
		return true;
	text_fold(a, &x);
	text_fold(b, &y);
	return span_eq(buf_span(&x), buf_span(&y));
}

static bool same_note(const struct note *a, const struct note *b)
{
	CLEANUP(buf_done) struct buf x = { 0 }, y = { 0 };

	if (!a || !b)
		return a == b;
	text_of_blocks(a->body, READING_ACCEPTED, &x);
	text_of_blocks(b->body, READING_ACCEPTED, &y);
	return span_eq(buf_span(&x), buf_span(&y));
}

void receive_keep_comments(struct received *r, const struct receive_hunk *h)
{
	if (r->comment_count == r->comment_cap) {
		r->comment_cap = r->comment_cap ? 2 * r->comment_cap : 32;
		r->comments = mem_resize(r->comments, r->comment_cap, sizeof(*r->comments));
	}
	r->comments[r->comment_count++] = (struct receive_comment){ h->leaf, h->begin, h->end, h->comments, false };
}

#define SPACES 4u /* bytes of white space that a change may have more at an end */

/* The same words that go.  A space in front of the last words of a paragraph goes with them in one text, and stays as nothing in the other. */
static bool same_range(const struct receive_hunk *x, const struct receive_hunk *h)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct span a, b;

	if (x->begin == h->begin && x->end == h->end)
		return true;
	if (x->begin == x->end || h->begin == h->end || x->begin > h->begin + SPACES || h->begin > x->begin + SPACES || x->end > h->end + SPACES || h->end > x->end + SPACES)
		return false;
	text_of_leaf(x->leaf, READING_REJECTED, &text);
	a = span_trim(span_sub(buf_span(&text), x->begin, x->end));
	b = span_trim(span_sub(buf_span(&text), h->begin, h->end));
	return a.p == b.p && a.n == b.n && a.n;
}

/* Do both make the same words of the paragraph?  "paid" behind "a " is "a paid " for "a "; a part of code that goes is all of it for the rest. */
static bool same_effect(const struct receive_hunk *x, const struct receive_hunk *h)
{
	CLEANUP(buf_done) struct buf text = { 0 }, a = { 0 }, b = { 0 };
	size_t begin = x->begin < h->begin ? x->begin : h->begin, end = x->end > h->end ? x->end : h->end;

	if (x->note || h->note || x->gone_note.n || h->gone_note.n || x->restyled || h->restyled || x->split || h->split ||
	    x->text.n + (h->end - h->begin) != h->text.n + (x->end - x->begin) || x->begin > h->end + SPACES || h->begin > x->end + SPACES)
		return false;
	text_of_leaf(x->leaf, READING_REJECTED, &text);
	if (end > text.n)
		return false;
	buf_add(&a, span_sub(buf_span(&text), begin, x->begin));
	buf_add(&a, x->text);
	buf_add(&a, span_sub(buf_span(&text), x->end, end));
	buf_add(&b, span_sub(buf_span(&text), begin, h->begin));
	buf_add(&b, h->text);
	buf_add(&b, span_sub(buf_span(&text), h->end, end));
	return span_eq(buf_span(&a), buf_span(&b));
}

bool receive_same_hunk(const struct receive_hunk *x, const struct receive_hunk *h)
{
	/* The places first: most differ in them, and words cost more to compare. */
	if (x->leaf != h->leaf || !same_author(x->author, h->author))
		return false;
	return (same_range(x, h) && same_words(x->text, h->text) && span_eq(x->gone_note, h->gone_note) && same_note(x->note, h->note)) || same_effect(x, h);
}

bool receive_same_block(const struct receive_block *x, const struct receive_block *b)
{
	return x->after == b->after && same_author(x->author, b->author) && same_words(x->text, b->text);
}

bool receive_same_removal(const struct receive_removal *x, const struct receive_removal *r)
{
	return x->leaf == r->leaf && same_author(x->author, r->author);
}

static bool same_join(const struct receive_join *x, const struct receive_join *j)
{
	return x->a == j->a && x->b == j->b && same_author(x->author, j->author);
}

static bool says(const struct comment *list, const struct comment *c)
{
	for (; list; list = list->next)
		if (same_author(list->author, c->author) && span_eq(span_trim(list->text), span_trim(c->text)))
			return true;
	return false;
}

/* Was what the plan has to say of a paragraph said when the file came before? */
static bool said_before(const struct received *known, const struct receive_comment *c)
{
	for (size_t i = 0; i < known->comment_count; i++)
		if (known->comments[i].leaf == c->leaf && says(known->comments[i].comment, c->comment))
			return true;
	for (size_t i = 0; i < known->hunk_count; i++)
		if (known->hunks[i].leaf == c->leaf && says(known->hunks[i].comments, c->comment))
			return true;
	return false;
}

/* Those of got that known has too go. */
#define SUBTRACT(array, same)                                                                   \
	do {                                                                                    \
		size_t left = 0;                                                                \
		for (size_t i = 0; i < got->array##_count; i++) {                               \
			bool found = false;                                                     \
			for (size_t k = 0; k < known->array##_count && !found; k++)             \
				found = same(&known->array##s[k], &got->array##s[i]);           \
			if (!found)                                                             \
				got->array##s[left++] = got->array##s[i];                       \
		}                                                                               \
		got->array##_count = left;                                                      \
	} while (0)

static const struct block *outermost(const struct block *b)
{
	while (b && b->parent && b->parent->kind != BLOCK_ROOT)
		b = b->parent;
	return b;
}

/* The same new block where the draft could take it no nearer than behind the list or quotation amid which it stands in the file. */
static bool same_block_nearby(const struct receive_block *x, const struct receive_block *b)
{
	return outermost(x->after) == outermost(b->after) && same_author(x->author, b->author) && same_words(x->text, b->text);
}

/* Each that is known is met once. */
static void subtract_blocks(struct received *got, const struct received *known, bool (*same)(const struct receive_block *x, const struct receive_block *b), bool *met)
{
	size_t left = 0;

	for (size_t i = 0; i < got->block_count; i++) {
		size_t k = 0;

		while (k < known->block_count && (met[k] || !same(&known->blocks[k], &got->blocks[i])))
			k++;
		if (k < known->block_count)
			met[k] = true;
		else
			got->blocks[left++] = got->blocks[i];
	}
	got->block_count = left;
}

void receive_subtract(struct received *got, const struct received *known)
{
	size_t kept = 0, from = 0;

	for (size_t i = 0; i < got->hunk_count; i++) {
		struct receive_hunk *h = &got->hunks[i];
		bool same = false;

		/* Both go through the paragraphs in the same order: what is looked for stands where the last one was, or soon after. */
		for (size_t k = 0; k < known->hunk_count && k < LOOK_AHEAD && !same; k++) {
			same = receive_same_hunk(&known->hunks[(from + k) % known->hunk_count], h);
			if (same)
				from = (from + k) % known->hunk_count;
		}
		if (same && h->comments)
			receive_keep_comments(got, h);
		if (!same)
			got->hunks[kept++] = *h;
	}
	got->hunk_count = kept;
	if (got->block_count && known->block_count) {
		CLEANUP(mem_freep) bool *met = mem_zero(known->block_count, sizeof(bool));

		subtract_blocks(got, known, receive_same_block, met);
		subtract_blocks(got, known, same_block_nearby, met);
	}
	SUBTRACT(removal, receive_same_removal);
	SUBTRACT(join, same_join);
	kept = 0;
	for (size_t i = 0; i < got->comment_count; i++)
		if (!got->comments[i].ours || !said_before(known, &got->comments[i]))
			got->comments[kept++] = got->comments[i];
	got->comment_count = kept;
}
