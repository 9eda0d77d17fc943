#include "model/outdoc_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/spanmap.h"
#include "model/number.h"
#include "model/text.h"

/* ---- anchors ---- */

static void anchor_name(struct outdoc *out, const struct block *b, const char *name)
{
	struct out_anchor *a = &out->anchors[out->anchor_count++];
	size_t at;

	a->block = b;
	a->further = out->anchor_of[b->serial] != 0;
	memcpy(a->name, name, strlen(name) + 1);
	if (!a->further)
		out->anchor_of[b->serial] = (uint32_t)out->anchor_count;
	for (at = span_hash(span_str(name)) & out->anchor_mask; out->anchor_names[at]; at = (at + 1) & out->anchor_mask)
		;
	out->anchor_names[at] = (uint32_t)out->anchor_count;
}

static const struct out_anchor *find_anchor(const struct outdoc *o, struct span name)
{
	if (!name.n || !o->anchor_names)
		return NULL;
	for (size_t at = span_hash(name) & o->anchor_mask; o->anchor_names[at]; at = (at + 1) & o->anchor_mask)
		if (span_is(name, o->anchors[o->anchor_names[at] - 1].name))
			return &o->anchors[o->anchor_names[at] - 1];
	return NULL;
}

/* Room for at most count anchors. */
static void anchors_begin(struct outdoc *out, size_t count)
{
	size_t size = 16;

	while (size < 2 * count)
		size *= 2;
	out->anchors = mem_zero(count + 1, sizeof(struct out_anchor));
	out->anchor_of = mem_zero(out->doc->block_count + 1, sizeof(uint32_t));
	out->anchor_names = mem_zero(size, sizeof(uint32_t));
	out->anchor_mask = size - 1;
}

/* A draft name, without what would end a field of the map. */
static void put_name(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c <= ' ' || c == '%' || c == '=' || c == 0x7f)
			buf_printf(out, "%%%02X", c);
		else
			buf_char(out, (char)c);
	}
}

/* cl_ and ten hexadecimal digits. */
static void clause_name(const struct outdoc_options *o, struct span id, char ret[SHA256_HEX + 1])
{
	CLEANUP(buf_done) struct buf key = { 0 };
	char hex[SHA256_HEX + 1];

	buf_add(&key, o->draft_name);
	buf_char(&key, '#');
	buf_add(&key, id);
	sha256_hex_of(buf_span(&key), hex);
	snprintf(ret, SHA256_HEX + 1, "cl_%.10s", hex);
}

/* cl_ bookmarks on every leaf of every clause, and the map that brings them home (FORMAT.md F8). */
static void clause_anchors(struct outdoc *out, const struct statement *copy, struct doc *d, const struct outdoc_options *o)
{
	struct statement *source = NULL;
	struct buf map = { 0 };

	if (o->map) {
		/* the draft's own hashes, whatever of a clause this audience sees */
		source = o->comparison ? statement_read(d, READING_ACCEPTED) : statement_new(d);
		buf_str(&map, "chapeau-map-1 ");
		put_name(&map, o->draft_name);
		buf_char(&map, ' ');
		buf_add(&map, o->blob);
	}
	for (size_t i = 0; i < copy->count; i++) {
		const struct clause *c = &copy->clauses[i], *own;
		char own_name[SHA256_HEX + 1], name[SHA256_HEX + 24];

		if (!c->id.n || statement_find(copy, c->id) != c)
			continue;
		clause_name(o, c->id, own_name);
		for (size_t k = 0; k < c->leaf_count; k++) {
			snprintf(name, sizeof(name), "%s_%zu", own_name, k + 1);
			anchor_name(out, c->leaves[k], k ? name : own_name);
		}
		own = source ? statement_find(source, c->id) : NULL;
		if (own && c->leaf_count)
			buf_printf(&map, " %s=%.16s", own_name, clause_hash(own));
	}
	if (source) {
		source->doc = NULL;
		statement_free(source);
		out->map = arena_dup(&out->doc->arena, buf_span(&map));
	}
	buf_done(&map);
}

/* The leaf that a reference to this clause leads to. */
static const struct block *landing(const struct outdoc *out, const struct clause *c)
{
	/* The line that prints its label; in a copy with anchors the first words, whose anchor comes home. */
	if (c->block->prev && c->block->prev->label_line.n && !(c->leaf_count && out->anchor_of[c->leaves[0]->serial]))
		return c->block->prev;
	if (c->leaf_count)
		return c->leaves[0];
	for (const struct block *b = c->block; b; b = block_next(b, c->block))
		if (block_is_leaf(b))
			return b;
	return NULL;
}

/* ---- numbers of both texts ---- */

static struct span path_in(const struct outdoc *o, const struct block *b, enum reading reading)
{
	const struct out_number *n = &o->numbers[b->serial];

	return reading == READING_ACCEPTED ? n->path : n->was_path;
}

static bool stands_in(const struct block *b, enum reading reading)
{
	for (; b; b = b->parent)
		if (!(reading == READING_ACCEPTED ? mark_accepted(b->mark) : mark_rejected(b->mark)))
			return false;
	return true;
}

static void take_numbers(struct outdoc *out, const struct block *top, enum reading reading)
{
	for (const struct block *b = top; b; b = block_next(b, top)) {
		struct out_number *n = &out->numbers[b->serial];

		if (!stands_in(b, reading))
			continue;
		if (reading == READING_REJECTED)
			n->was_path = b->path;
		/* What went has the older text's. */
		n->printed = b->printed;
		n->path = b->path;
	}
}

/* What blocks print in the lists of a text that holds both. */
struct counted {
	struct block *block;
	struct span printed, path;
	unsigned level;
	bool labelled;
};

static void number_both(struct outdoc *out, enum numbering was)
{
	struct doc *d = out->doc;
	struct counted *kept = mem_zero(d->block_count + 1, sizeof(*kept));
	size_t count = 0;

	out->numbers = mem_zero(d->block_count + 1, sizeof(*out->numbers));
	for (size_t i = 0; i <= d->note_count; i++) {
		struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			kept[count++] = (struct counted){ b, b->printed, b->path, b->number_level, b->labelled };
	}
	for (int pass = 0; pass < 2; pass++) {
		enum reading reading = pass ? READING_ACCEPTED : READING_REJECTED;

		number_reading(d, pass ? out->numbering : was, reading);
		for (size_t i = 0; i <= d->note_count; i++)
			take_numbers(out, i ? d->notes[i - 1]->body : d->root, reading);
	}
	for (size_t i = 0; i < count; i++) {
		struct block *b = kept[i].block;
		struct out_number *n = &out->numbers[b->serial];

		b->printed = kept[i].printed;
		b->path = kept[i].path;
		b->number_level = kept[i].level;
		b->labelled = kept[i].labelled;
		/* Labels have no number of their own: they say the same in both texts, unless they are said to differ. */
		if (b->labelled || b->label_line.n)
			*n = (struct out_number){ b->printed, b->path, b->relabelled ? n->was_path : b->path };
	}
	out->renumbered = was != out->numbering;
	out->numbering_was = was;
	out->first_change = SIZE_MAX;
	for (const struct block *b = d->root; b && out->first_change == SIZE_MAX; b = block_next(b, d->root))
		if (b->mark || b->break_mark || b->relabelled || b->recounted)
			out->first_change = b->serial;
	free(kept);
}

struct span outdoc_printed(const struct outdoc *o, const struct block *b)
{
	return o->numbers ? o->numbers[b->serial].printed : b->printed;
}

struct span outdoc_printed_was(const struct outdoc *o, const struct block *b)
{
	return o->numbers ? o->numbers[b->serial].was_path : b->printed;
}

size_t outdoc_recounted(const struct outdoc *o)
{
	size_t n = 0;

	for (const struct block *b = o->numbers ? o->doc->root->first : NULL; b; b = b->next) {
		bool labelled = b->relabelled ? b->label_was.n != 0 : b->labelled;

		if (b->kind == BLOCK_PARAGRAPH && !b->mark && !b->label_line.n)
			n += (!labelled && outdoc_printed_was(o, b).n) != (!b->labelled && outdoc_printed(o, b).n);
	}
	return n;
}

static struct span path_now(const struct outdoc *o, const struct block *b)
{
	return o->numbers ? o->numbers[b->serial].path : b->path;
}

static bool stands_in_both(const struct block *b)
{
	return stands_in(b, READING_ACCEPTED) && stands_in(b, READING_REJECTED);
}

bool outdoc_steady(const struct outdoc *o, const struct block *b)
{
	const struct out_number *n;

	if (!o->numbers)
		return true;
	if (o->renumbered || b->serial >= o->first_change || !stands_in_both(b))
		return false;
	for (n = &o->numbers[b->serial]; b->parent && !b->path.n && !n->path.n && !n->was_path.n; n = &o->numbers[b->serial])
		b = b->parent;
	return span_eq(n->path, n->was_path) && span_eq(n->path, b->path);
}

/* ---- references ---- */

struct xref_job {
	struct outdoc *out;
	struct doc *d;
	const struct outdoc_options *o;
	struct statement *copy;
	struct statement *other; /* the other reading of a marked copy, made when it is needed */
	struct statement *whole; /* an outline of d, made when it is needed; its doc is not its own */
	bool bookmarks;
	struct xref_words words, was; /* of the newer, or only, text; of the older one */
	unsigned refs;
	struct buf printed, earlier;
	struct span_map renamed; /* ids of the older text of a comparison: 1 + index into the list of those */
	size_t was_cap;
};

/* In the oral channel a clause that is not spoken may still be named, by the words of a heading: its number is the
 * written text's, and nobody hears it. */
static enum xref_state unspoken(struct xref_job *j, struct span target, bool internal)
{
	const struct clause *c = NULL;
	const struct block *h;
	struct buf words = { 0 };
	enum xref_state state;

	if (!j->whole)
		j->whole = statement_outline(j->d, READING_REJECTED);
	state = statement_xref(j->whole, target, internal, &j->words, &j->printed, &c);
	if (state != XREF_NUMBER)
		return state;
	buf_clear(&j->printed);
	h = c->heading ? c->block : c->heading_above;
	if (!h)
		return XREF_UNNUMBERED;
	text_of_leaf(h, READING_REJECTED, &words);
	if (!c->heading)
		buf_add(&j->printed, j->words.open);
	text_fold(buf_span(&words), &j->printed);
	if (!c->heading)
		buf_add(&j->printed, j->words.close);
	buf_done(&words);
	return XREF_WORDS;
}

/* The id in the marked text, which has the newer one's, of what a reference of the older text names. */
static struct span id_there(const struct xref_job *j, const struct statement *s, struct span target)
{
	unsigned *at = s->reading == READING_REJECTED && j->d->earlier && !memchr(target.p, '#', target.n) ? span_map_find(&j->renamed, target) : NULL;

	return at ? j->d->earlier->renamed[*at - 1].is : target;
}

/* Of a comparison: are the block's words the end of the one before it in that text? */
static bool is_joined(const struct xref_job *j, const struct block *b, enum reading reading)
{
	return j->d->earlier && b->prev && b->prev->break_mark && !text_mark_reads(b->prev->break_mark, reading);
}

/* What a target prints in one text. */
static enum xref_state print_in(const struct xref_job *j, const struct statement *s, struct span target, bool internal, struct buf *printed,
				const struct clause **ret)
{
	struct span draft, id, kept[LIMIT_BLOCK_DEPTH];
	const struct clause *c;
	struct block *top;
	enum xref_state state;
	size_t n = 0, i = 0;

	target = id_there(j, s, target);
	xref_split(target, &draft, &id);
	c = j->out->numbers && !draft.n ? statement_find(s, id) : NULL;
	if (c && is_joined(j, c->block, s->reading)) {
		if (ret)
			*ret = NULL;
		return XREF_DEAD;
	}
	/* The copy is ours; its blocks are const to those who read its clauses. */
	top = c ? (struct block *)c->block : NULL;
	for (struct block *b = top; b && n < LIMIT_BLOCK_DEPTH; b = b->parent) {
		kept[n++] = b->path;
		b->path = path_in(j->out, b, s->reading);
	}
	state = statement_xref(s, target, internal, j->out->gone && s->reading == READING_REJECTED ? &j->was : &j->words, printed, ret);
	for (struct block *b = top; b && i < n; b = b->parent)
		b->path = kept[i++];
	return state;
}

static enum reading opposite(enum reading r)
{
	return r == READING_ACCEPTED ? READING_REJECTED : READING_ACCEPTED;
}

static const struct statement *other_reading(struct xref_job *j)
{
	if (!j->other)
		j->other = statement_outline(j->out->doc, opposite(j->copy->reading));
	return j->other;
}

/* In a marked text a reference leads to a clause of the reading that it stands in; where that has none, to one of the other, unless the two
 * readings are two texts that each stand alone. */
static enum xref_state look_up(struct xref_job *j, const struct block *leaf, const struct run *r, const struct clause **ret)
{
	bool first_is_new = j->copy->reading == READING_ACCEPTED;
	bool in_first = first_is_new ? mark_accepted(r->mark) : mark_rejected(r->mark);
	bool two_texts = j->o->comparison && j->d->earlier;
	enum xref_state state = XREF_DEAD;

	for (const struct block *b = leaf; b && in_first; b = b->parent)
		in_first = first_is_new ? mark_accepted(b->mark) : mark_rejected(b->mark);
	for (int pass = 0; pass < 2; pass++) {
		bool first = in_first == (pass == 0);

		if (two_texts ? pass > 0 : !first && j->out->doc->reading != READING_MARKED)
			continue;
		buf_clear(&j->printed);
		*ret = NULL;
		state = print_in(j, first ? j->copy : other_reading(j), r->target, leaf->internal, &j->printed, ret);
		if (state != XREF_DEAD && state != XREF_UNNUMBERED)
			break;
	}
	return state;
}

/* What stands for a reference to nothing: those who may see internal text see it as it is written, reviewers that there is one, for ids are
 * internal too (FORMAT.md F8). */
static struct span held_words(struct outdoc *out, struct span written)
{
	if (out->audience != AUDIENCE_INTERNAL)
		return SPAN_LIT(XREF_HELD);
	return arena_printf(&out->doc->arena, "[%s%.*s]", memchr(written.p, '#', written.n) ? "" : "#", SPAN_ARG(written));
}

static bool in_both_texts(const struct block *leaf, const struct run *r)
{
	return mark_accepted(r->mark) && mark_rejected(r->mark) && stands_in_both(leaf);
}

static bool in_newer_text(const struct block *leaf, const struct run *r)
{
	return mark_accepted(r->mark) && stands_in(leaf, READING_ACCEPTED);
}

/* A reference that stands in both texts of a comparison prints what its target says now; what it said before is kept beside, for
 * writers that print it as words. */
static void keep_earlier(struct xref_job *j, const struct block *leaf, const struct run *r, struct span target)
{
	const struct earlier *e = j->d->earlier;
	struct outdoc *out = j->out;
	enum xref_state state;

	if (!e || !j->o->comparison || !in_both_texts(leaf, r))
		return;
	buf_clear(&j->earlier);
	state = print_in(j, other_reading(j), target, leaf->internal, &j->earlier, NULL);
	if (state == XREF_DEAD || state == XREF_UNNUMBERED) {
		buf_clear(&j->earlier);
		buf_add(&j->earlier, held_words(out, target));
	} else if (state != XREF_NUMBER && state != XREF_WORDS) {
		return;
	}
	if (span_eq(buf_span(&j->earlier), r->printed))
		return;
	if (out->was_count == j->was_cap)
		out->was = mem_resize(out->was, j->was_cap = 2 * j->was_cap + 16, sizeof(*out->was));
	out->was[out->was_count++] = (struct out_was){ r, arena_dup(&out->doc->arena, buf_span(&j->earlier)) };
}

int outdoc_compare_was(const void *a, const void *b)
{
	const struct out_was *x = a, *y = b;

	return (x->run > y->run) - (x->run < y->run);
}

struct span outdoc_xref_was(const struct outdoc *o, const struct run *r)
{
	const struct out_was key = { .run = r };
	const struct out_was *w = o->was_count ? bsearch(&key, o->was, o->was_count, sizeof(key), outdoc_compare_was) : NULL;

	return w ? w->words : (struct span){ 0 };
}

/* The anchor that a reference to a clause leads to.  One that has no words of its own is told, when the copy comes home, from the
 * clause that its first words are. */
static struct span anchor_for(struct xref_job *j, const struct clause *target, const struct block *at)
{
	struct outdoc *out = j->out;
	char name[SHA256_HEX + 1];
	const struct out_anchor *a;

	if (j->bookmarks && !target->leaf_count && target->id.n) {
		clause_name(j->o, target->id, name);
		a = find_anchor(out, span_str(name));
		if (!a)
			anchor_name(out, at, name);
		a = a ? a : &out->anchors[out->anchor_count - 1];
		return span_str(a->name);
	}
	if (!out->anchor_of[at->serial]) {
		snprintf(name, sizeof(name), "_Ref%09u", ++j->refs);
		anchor_name(out, at, name);
	}
	return span_str(out->anchors[out->anchor_of[at->serial] - 1].name);
}

static int print_xref(struct xref_job *j, const struct block *leaf, struct run *r, struct fault *f)
{
	struct outdoc *out = j->out;
	const struct clause *target = NULL;
	enum xref_state state;
	size_t offset = r->src.begin;
	struct span written = r->target, draft, id;
	bool live;

	state = look_up(j, leaf, r, &target);
	if (state == XREF_DEAD && out->channel == CHANNEL_ORAL) {
		state = unspoken(j, r->target, leaf->internal);
		target = NULL;
	}
	if (state == XREF_ELSEWHERE) {
		const struct statement *other;

		xref_split(r->target, &draft, &id);
		other = j->o->other_draft ? j->o->other_draft(j->o->other_ctx, draft) : NULL;
		state = other ? statement_xref_elsewhere(other, id, &j->words, &j->printed) : XREF_DEAD;
		target = NULL;
	}
	live = target && (state == XREF_NUMBER || state == XREF_WORDS);
	if (state == XREF_DEAD || state == XREF_UNNUMBERED) {
		struct buf why = { 0 };
		int err;

		if (out->audience != AUDIENCE_PUBLIC || (j->o->comparison && !in_newer_text(leaf, r))) {
			r->printed = held_words(out, written);
			r->target = (struct span){ 0 };
			keep_earlier(j, leaf, r, written);
			return 0;
		}
		if (state == XREF_DEAD)
			buf_printf(&why, "the cross-reference to '%.*s' leads to no clause that the reader will see: name another, "
				   "or take it out", SPAN_ARG(written));
		else
			buf_printf(&why, "the cross-reference to '%.*s' has no number and no heading to print: number the "
				   "paragraphs, put a heading above it, or write the words", SPAN_ARG(written));
		err = outdoc_refuse(j->d, offset, state == XREF_DEAD ? "xref-dead" : "xref-unnumbered", buf_span(&why), f);
		buf_done(&why);
		return err;
	}
	r->printed = arena_dup(&out->doc->arena, buf_span(&j->printed));
	r->target = (struct span){ 0 };
	if (live) {
		keep_earlier(j, leaf, r, written);
		const struct block *at = landing(out, target);

		if (at)
			r->target = anchor_for(j, target, at);
	}
	return 0;
}

/* headings: of them alone, or of all that is not printed yet. */
static int print_xrefs_below(struct xref_job *j, struct block *top, bool headings, struct fault *f)
{
	int err;

	for (struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count && (!headings || b->kind == BLOCK_HEADING); i++)
			if (b->runs[i].kind == RUN_XREF && !b->runs[i].printed.n && (err = print_xref(j, b, &b->runs[i], f)) < 0)
				return err;
	return 0;
}

static int compare_anchors(const void *a, const void *b)
{
	const struct out_anchor *x = a, *y = b;

	if (x->block->serial != y->block->serial)
		return x->block->serial > y->block->serial ? 1 : -1;
	return x->further - y->further;
}

static void sort_anchors(struct outdoc *out)
{
	memset(out->anchor_names, 0, (out->anchor_mask + 1) * sizeof(uint32_t));
	qsort(out->anchors, out->anchor_count, sizeof(struct out_anchor), compare_anchors);
	for (size_t i = 0; i < out->anchor_count; i++) {
		size_t at = span_hash(span_str(out->anchors[i].name)) & out->anchor_mask;

		while (out->anchor_names[at])
			at = (at + 1) & out->anchor_mask;
		out->anchor_names[at] = (uint32_t)i + 1;
		if (!out->anchors[i].further)
			out->anchor_of[out->anchors[i].block->serial] = (uint32_t)i + 1;
	}
}

/* Targets of cross-references point into out->anchors until they are sorted: copy the names first. */
static void keep_targets(struct outdoc *out)
{
	for (size_t i = 0; i <= out->doc->note_count; i++) {
		struct block *top = i ? out->doc->notes[i - 1]->body : out->doc->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t k = 0; k < b->run_count; k++)
				if (b->runs[k].kind == RUN_XREF && b->runs[k].target.n)
					b->runs[k].target = arena_dup(&out->doc->arena, b->runs[k].target);
	}
}

/* Does a paragraph take a number in one of the two texts alone? */
static bool is_recounted(const struct doc *d)
{
	for (const struct block *b = d->root->first; b; b = b->next)
		if (b->recounted || (b->relabelled && b->kind == BLOCK_PARAGRAPH))
			return true;
	return false;
}

int outdoc_references(struct doc *d, const struct outdoc_options *o, struct outdoc *out, const struct xref_words *words, const struct xref_words *was, size_t xrefs,
			   struct fault *f)
{
	bool bookmarks = o->anchors && out->audience != AUDIENCE_PUBLIC;
	struct xref_job j = { .out = out, .d = d, .o = o, .bookmarks = bookmarks };
	enum numbering mode = out->gone && d->earlier->meta.numbering != NUMBERING_UNSAID ? d->earlier->meta.numbering : out->numbering;
	struct statement *copy;
	int err = 0;

	if (out->gone && (xrefs || bookmarks || mode != out->numbering || is_recounted(d)))
		number_both(out, mode);
	if (!xrefs && !bookmarks)
		return 0;
	copy = statement_outline(out->doc, o->comparison || out->doc->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED);
	anchors_begin(out, out->doc->block_count + xrefs);
	if (bookmarks)
		clause_anchors(out, copy, d, o);
	j.copy = copy;
	for (size_t i = 0; out->gone && i < d->earlier->renamed_count; i++)
		*span_map_put(&j.renamed, d->earlier->renamed[i].was) = (unsigned)i + 1;
	j.words = *words;
	j.words.other_draft = o->other_draft;
	j.words.other_ctx = o->other_ctx;
	j.was = *was;
	j.was.other_draft = o->other_draft;
	j.was.other_ctx = o->other_ctx;
	/* A reference to a heading prints the references in it. */
	err = print_xrefs_below(&j, out->doc->root, true, f);
	if (!err)
		err = print_xrefs_below(&j, out->doc->root, false, f);
	for (size_t i = 0; i < out->doc->note_count && !err; i++)
		err = print_xrefs_below(&j, out->doc->notes[i]->body, false, f);
	if (out->was_count)
		qsort(out->was, out->was_count, sizeof(*out->was), outdoc_compare_was);
	if (!err) {
		keep_targets(out);
		sort_anchors(out);
	}
	copy->doc = NULL; /* out owns it */
	statement_free(copy);
	if (j.other) {
		j.other->doc = NULL;
		statement_free(j.other);
	}
	if (j.whole) {
		j.whole->doc = NULL;
		statement_free(j.whole);
	}
	buf_done(&j.printed);
	buf_done(&j.earlier);
	span_map_done(&j.renamed);
	return err;
}

const char *outdoc_anchor(const struct outdoc *o, const struct block *b)
{
	uint32_t at = o->anchor_of && b->serial < o->doc->block_count ? o->anchor_of[b->serial] : 0;

	return at ? o->anchors[at - 1].name : NULL;
}

const char *outdoc_further_anchor(const struct outdoc *o, const struct block *b, size_t i)
{
	size_t at = o->anchor_of && b->serial < o->doc->block_count ? o->anchor_of[b->serial] : 0;

	return at && at + i < o->anchor_count && o->anchors[at + i].block == b ? o->anchors[at + i].name : NULL;
}

bool outdoc_xref(const struct outdoc *o, const struct run *r, struct span *ret_word, struct span *ret_number,
		 const struct block **ret_block)
{
	const struct out_anchor *a = r->kind == RUN_XREF ? find_anchor(o, r->target) : NULL;
	const struct block *b;
	struct span path;

	if (!a)
		return false;
	*ret_word = *ret_number = (struct span){ 0 };
	*ret_block = a->block;
	for (b = a->block; b && !path_now(o, b).n; b = b->parent)
		;
	path = b ? path_now(o, b) : (struct span){ 0 };
	/* The number ends what is printed; what is left before it is the word. */
	if (b && r->printed.n > path.n + 1 && span_ends(r->printed, path) && r->printed.p[r->printed.n - path.n - 1] == ' ') {
		*ret_number = span_sub(r->printed, r->printed.n - path.n, r->printed.n);
		*ret_word = span_sub(r->printed, 0, r->printed.n - path.n - 1);
	}
	return true;
}
