#include "diff/formatting.h"

#include "base/utf8.h"
#include "model/text.h"

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0xff51afd7ed558ccdu;
	return h ^ h >> 32;
}

static uint64_t mix_span(uint64_t h, struct span s)
{
	return mix(h, s.n ? span_hash(s) : 1);
}

/* Where a change of formatting stands is counted in letters that are neither white nor marks, so that wrapping and
 * normalisation do not move it. */
static uint64_t visible_letters(struct span s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t cp;

		if (c < 0x80) {
			n += c > ' ' && c != 0x7f;
			i++;
			continue;
		}
		cp = utf8_next(s.p, s.n, &i);
		n += !cp_white(cp) && !cp_mark(cp);
	}
	return n;
}

static uint64_t leaf_signature(const struct block *leaf)
{
	uint64_t h = mix(leaf->kind, leaf->kind == BLOCK_HEADING ? leaf->level : 0), at = 0;
	unsigned format = 0;
	const struct link *link = NULL;

	h = mix(h, leaf->header + 2 * (unsigned)leaf->align);
	if (leaf->kind == BLOCK_CODE)
		h = mix_span(h, leaf->info);
	/* how it stands: the containers up to the clause's block, and those around that */
	for (const struct block *b = leaf->parent; b; b = b->parent)
		h = mix(h, b->kind * 2u + (b->kind == BLOCK_LIST && b->ordered));
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];
		uint64_t letters;

		if (!text_mark_reads(r->mark, READING_REJECTED))
			continue;
		if (r->kind == RUN_IMAGE)
			h = mix(mix_span(h, r->image ? r->image->url : (struct span){ 0 }), at);
		if (r->kind != RUN_TEXT && r->kind != RUN_XREF && r->kind != RUN_IMAGE)
			continue;
		letters = r->kind == RUN_XREF ? 1 : visible_letters(r->text);
		if (letters && (r->format != format || r->link != link)) {
			/* two runs of one link may have two copies of it */
			bool same_link = r->link && link ? span_eq(r->link->url, link->url) : r->link == link;

			if (r->format != format || !same_link) {
				h = mix(mix(h, at), r->format);
				h = r->link ? mix_span(h, r->link->url) : h;
			}
			format = r->format;
			link = r->link;
		}
		at += letters;
	}
	return format || link ? mix(h, at) : h;
}

/* The common case: one paragraph of one plain run, or several runs (lines) without any formatting. */
static bool plain(const struct clause *c)
{
	const struct block *leaf;

	if (c->leaf_count != 1 || c->note_count)
		return false;
	leaf = c->leaves[0];
	if (leaf->kind != BLOCK_PARAGRAPH || !leaf->parent || leaf->parent->kind != BLOCK_ROOT)
		return false;
	for (size_t i = 0; i < leaf->run_count; i++) {
		const struct run *r = &leaf->runs[i];

		if (r->format || r->link || (r->kind != RUN_TEXT && r->kind != RUN_SOFT && r->kind != RUN_HARD))
			return false;
	}
	return true;
}

static uint64_t signature(const struct clause *c)
{
	uint64_t h = c->leaf_count;

	for (size_t i = 0; i < c->leaf_count; i++)
		h = mix(h, leaf_signature(c->leaves[i]));
	for (size_t i = 0; i < c->note_count; i++)
		for (const struct block *b = c->notes[i]->body; b; b = block_next(b, c->notes[i]->body))
			if (block_is_leaf(b))
				h = mix(h, leaf_signature(b));
	return h;
}

bool formatting_same(const struct clause *a, const struct clause *b)
{
	if (plain(a) && plain(b))
		return true;
	return signature(a) == signature(b);
}
