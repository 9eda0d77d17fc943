/*
 * lengths: words, characters, pages and seconds, by what the profile counts.
 *
 * Source: FORMAT.md F4 (what a word is, seconds), F11 (what counts and excludes know; the oral channel).
 */
#include "base/bytes.h"
#include "base/utf8.h"
#include "check/internal.h"
#include "model/select.h"
#include "model/text.h"

#define WPM_UNSAID 130u

struct counter {
	struct statement *s;
	unsigned counts;
	bool oral;
	struct lengths *ret;
	struct buf leaf, text;
	const struct block *annex; /* heading that opened the annex; NULL: none open */
};

static void count_text(struct counter *c, struct span raw, bool folded)
{
	size_t spaces = 0, n, i = 0;

	if (!folded) {
		buf_clear(&c->text);
		text_fold(raw, &c->text);
		raw = buf_span(&c->text);
	}
	for (; raw.n - i >= 8; i += 8)
		spaces += bytes_count(bytes_equal(bytes_load(raw.p + i), ' '));
	for (; i < raw.n; i++)
		spaces += raw.p[i] == ' ';
	n = utf8_count(raw);
	c->ret->characters += n;
	c->ret->characters_no_spaces += n - spaces;
}

static void count_leaf(struct counter *c, const struct block *leaf, const struct clause *whole)
{
	/* A clause of one leaf and no note is that leaf's text, folded and counted already. */
	if (whole && whole->leaf_count == 1 && !whole->note_count) {
		c->ret->words += clause_words(whole, READING_REJECTED);
		count_text(c, whole->text, true);
		return;
	}
	c->ret->words += text_leaf_words(leaf, READING_REJECTED);
	buf_clear(&c->leaf);
	text_of_leaf(leaf, READING_REJECTED, &c->leaf);
	count_text(c, buf_span(&c->leaf), false);
}

/* What a leaf is to the profile. */
static unsigned part_of(const struct block *b)
{
	for (const struct block *at = b; at; at = at->parent) {
		if (at->kind == BLOCK_TABLE)
			return COUNT_TABLES;
		if (at->kind == BLOCK_LIST)
			return COUNT_LISTS;
	}
	return b->kind == BLOCK_HEADING ? COUNT_HEADINGS : COUNT_BODY;
}

static void count_plain(struct counter *c, struct span s)
{
	c->ret->words += text_count_words(s);
	count_text(c, s, false);
}

static void count_statement(struct counter *c)
{
	const struct meta *m = &c->s->doc->meta;
	struct doc *d = c->s->doc;

	for (size_t i = 0; i < c->s->count; i++) {
		const struct clause *clause = &c->s->clauses[i];
		bool seen = check_seen(clause->block, c->oral);

		if (seen && clause->block->kind == BLOCK_HEADING) {
			if (c->annex && clause->block->level <= c->annex->level)
				c->annex = NULL;
			if (clause->block->attrs && span_is(attrs_get(clause->block->attrs, "section"), "annex"))
				c->annex = clause->block;
		}
		if (!seen || (c->annex && !(c->counts & COUNT_ANNEX)))
			continue;
		for (size_t l = 0; l < clause->leaf_count; l++)
			if ((c->counts & part_of(clause->leaves[l])) && (clause->leaf_count == 1 || check_seen(clause->leaves[l], c->oral)))
				count_leaf(c, clause->leaves[l], clause);
	}
	if ((c->counts & COUNT_FOOTNOTES) && !c->oral) {
		for (size_t i = 0; i < d->note_count; i++) {
			const struct note *n = d->notes[i];

			if (!n->number || n->internal || n->duplicate)
				continue;
			for (const struct block *b = n->body; b; b = block_next(b, n->body))
				if (block_is_leaf(b))
					count_leaf(c, b, NULL);
		}
	}
	if (c->counts & COUNT_INFORMATION_BLOCK) {
		count_plain(c, m->title);
		count_plain(c, m->organisation);
		count_plain(c, m->date);
	}
	if (c->counts & COUNT_ENDORSERS)
		for (size_t i = 0; i < m->endorsed_count; i++)
			count_plain(c, m->endorsed_by[i]);
}

void lengths_of(struct statement *s, const struct profile *p, enum channel channel, struct lengths *ret)
{
	struct counter c = { .s = s, .ret = ret, .oral = channel == CHANNEL_ORAL };
	struct given wpm = { 0 };

	*ret = (struct lengths){ 0 };
	c.counts = p && p->counts ? p->counts : COUNT_BODY | COUNT_HEADINGS | COUNT_LISTS | COUNT_TABLES | COUNT_FOOTNOTES | COUNT_ANNEX;
	count_statement(&c);
	buf_done(&c.leaf);
	buf_done(&c.text);
	/* Only where a call asks: it is a walk of its own. */
	if (p && p->pages.soft.is + p->pages.hard.is != GIVEN_UNSAID)
		ret->pages = check_pages(s, p, c.oral);
	if (p)
		wpm = p->event_interpretation ? p->wpm_interpreted : p->wpm_plain;
	ret->wpm = wpm.is == GIVEN_SET && wpm.value ? (size_t)wpm.value : WPM_UNSAID;
	ret->has_seconds = p || c.oral;
	if (ret->has_seconds)
		ret->seconds = (60 * ret->words + ret->wpm - 1) / ret->wpm;
}

struct statement *lengths_spoken(struct statement *s, bool cut)
{
	struct selection select = { .channel = CHANNEL_ORAL, .cut_oral = cut, .source = true };

	return statement_new(doc_select(s->doc, &select));
}

static bool over(struct given limit, size_t value)
{
	return limit.is == GIVEN_SET && value > limit.value;
}

struct statement *lengths_spoken_fit(struct statement *s, const struct profile *p, struct lengths *ret)
{
	struct statement *spoken = lengths_spoken(s, false);

	lengths_of(spoken, p, CHANNEL_ORAL, ret);
	if (!p || !(over(p->seconds.hard, ret->seconds) || over(p->words.hard, ret->words)))
		return spoken;
	statement_free(spoken);
	spoken = lengths_spoken(s, true);
	lengths_of(spoken, p, CHANNEL_ORAL, ret);
	ret->cut = true;
	return spoken;
}

void check_lengths(struct statement *s, const struct profile *p, enum channel channel, struct lengths *ret)
{
	if (channel == CHANNEL_UNSAID)
		channel = s->doc->meta.channel;
	if (channel == CHANNEL_ORAL)
		statement_free(lengths_spoken_fit(s, p, ret));
	else
		lengths_of(s, p, channel, ret);
}
