/*
 * Ids for blocks that have none, and what an editor did to ids, mended (FORMAT.md F1, F3).
 *
 * A list is edited as little as can be: an id goes in behind its brace, other items before its end; a block without a
 * list gets one on a line of its own, headings at their end, items behind their marker.
 */
#include "format/md/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <uninorm.h>

#include "base/sha256.h"
#include "base/spanmap.h"
#include "base/utf8.h"
#include "model/text.h"

#define WORDS 4
#define LIKE_ENOUGH 0.6    /* FORMAT.md F3: such words are the saved ones */
#define LOOKED_AT_BELOW 16 /* blocks, for the words of a tag that was parted from them */

/* A block that has an id or should. */
struct unit {
	struct block *block;
	struct span id;     /* what it has */
	struct span text;   /* its words */
	struct span new_id; /* what it gets */
	struct span from;
	struct span absorbs; /* comma-separated */
	struct span moved;   /* what else a tag says that stood in another place */
	bool parted;         /* its tag moves on to those words, and it gets a new one */
	bool internal;
	bool joined; /* it is part of the paragraph before it again */
};

struct tracker {
	struct doc *d;
	const struct track_options *o;
	struct track_result *r;
	struct unit *units;
	size_t count, cap;
	struct span_map ids;
	struct span_map suffixes; /* words that ids begin with: the last number that was tried behind them */
	struct critics critics;
	struct doc *scratch;
};

static size_t line_of(struct tracker *t, size_t offset)
{
	size_t line, column;

	doc_position(t->d, offset, &line, &column);
	return line;
}

__attribute__((format(printf, 3, 4))) static void say(struct tracker *t, size_t offset, const char *fmt, ...)
{
	struct track_result *r = t->r;
	va_list ap;
	char text[512];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->note_count == r->note_cap) {
		r->note_cap = r->note_cap ? 2 * r->note_cap : 16;
		r->notes = mem_resize(r->notes, r->note_cap, sizeof(*r->notes));
	}
	r->notes[r->note_count++] = (struct track_note){ .line = line_of(t, offset), .message = arena_dup(&r->arena, span_str(text)) };
}

void track_result_done(struct track_result *r)
{
	arena_done(&r->arena);
	edits_done(&r->edits);
	free(r->notes);
	*r = (struct track_result){ 0 };
}

/* ---- ids ---- */

/*
 * The last number that was tried behind these words: what is taken stays taken, so ten thousand paragraphs that begin
 * alike do not each begin at 2.  Valid until the next call.
 */
static unsigned *suffix_of(struct tracker *t, struct span base)
{
	unsigned *last = span_map_find(&t->suffixes, base);

	return last ? last : span_map_put(&t->suffixes, arena_dup(&t->r->arena, base));
}

/* Letters that no decomposition takes apart. */
static const char *ascii_of(uint32_t cp)
{
	switch (cp) {
	case 0xdf:
		return "ss";
	case 0xe6:
	case 0xc6:
		return "ae";
	case 0xf8:
	case 0xd8:
		return "o";
	case 0x153:
	case 0x152:
		return "oe";
	case 0x111:
	case 0x110:
	case 0xf0:
	case 0xd0:
		return "d";
	case 0xfe:
	case 0xde:
		return "th";
	case 0x142:
	case 0x141:
		return "l";
	case 0x131:
		return "i";
	default:
		return NULL;
	}
}

/* One word folded to a-z, 0-9 and single hyphens; false if nothing is left. */
static bool fold_word(struct span word, struct buf *out)
{
	size_t before = out->n, n = 0, at = 0;
	uint8_t *plain = NULL;
	struct span s = word;
	bool hyphen = false;

	if (!utf8_is_ascii(word)) {
		plain = u8_normalize(UNINORM_NFKD, (const uint8_t *)word.p, word.n, NULL, &n);
		if (plain)
			s = span_of((const char *)plain, n);
	}
	while (at < s.n) {
		uint32_t cp = utf8_next(s.p, s.n, &at);
		const char *other = cp < 128 ? NULL : ascii_of(cp);

		if (cp >= 'A' && cp <= 'Z')
			cp += 32;
		if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || other) {
			if (hyphen && out->n > before)
				buf_char(out, '-');
			hyphen = false;
			if (other)
				buf_str(out, other);
			else
				buf_char(out, (char)cp);
		} else if (cp == '-' || cp == '/' || cp == '+' || cp == '.' || cp == 0x2010 || cp == 0x2011 || cp == 0x2013 || cp == 0x2014) {
			hyphen = true;
		}
	}
	free(plain);
	return out->n > before;
}

static struct span make_id(struct tracker *t, const struct unit *u)
{
	CLEANUP(buf_done) struct buf base = { 0 };
	/* The notes' words are no part of the paragraph's. */
	size_t notes = span_find_char(u->text, '\n', 0), words = 0, at = 0;
	struct span rest = span_sub(u->text, 0, notes < u->text.n ? notes : u->text.n);
	char id[LIMIT_ID_BYTES + 24];
	unsigned *last;

	while (at < rest.n && words < WORDS) {
		size_t from = at, mark = base.n;

		while (at < rest.n && rest.p[at] != ' ')
			at++;
		if (base.n)
			buf_char(&base, '-');
		if (fold_word(span_sub(rest, from, at), &base))
			words++;
		else
			base.n = mark;
		at++;
	}
	if (!base.n) {
		char hex[SHA256_HEX + 1];

		sha256_hex_of(u->text, hex);
		buf_str(&base, "c-");
		buf_put(&base, hex, 6);
	}
	last = suffix_of(t, buf_span(&base));
	for (;;) {
		char suffix[16] = "";
		size_t n, room;
		struct span made;

		if (++*last > 1)
			snprintf(suffix, sizeof(suffix), "-%u", *last);
		room = LIMIT_ID_BYTES - strlen(suffix);
		n = base.n < room ? base.n : room;
		while (n && base.p[n - 1] == '-')
			n--;
		snprintf(id, sizeof(id), "%.*s%s", (int)n, base.p, suffix);
		made = span_str(id);
		if (!span_map_find(&t->ids, made) && !(t->o->id_taken && t->o->id_taken(t->o->ctx, made))) {
			made = arena_dup(&t->r->arena, made);
			span_map_put(&t->ids, made);
			return made;
		}
	}
}

/* ---- which blocks ---- */

/* The words of a block as its clause has them, folded; LF before each note. */
static struct span unit_text(struct tracker *t, struct block *top)
{
	CLEANUP(buf_done) struct buf raw = { 0 }, folded = { 0 };
	struct note *seen[64];
	size_t notes = 0;
	struct block *b = top;

	while (b) {
		bool out = b != top && ((b->attrs && b->attrs->id.n) || attrs_has(b->attrs, CLASS_INTERNAL));

		if (!out && block_is_leaf(b)) {
			if (raw.n)
				buf_char(&raw, ' ');
			text_of_leaf(b, READING_REJECTED, &raw);
			for (size_t i = 0; i < b->run_count; i++)
				if (b->runs[i].kind == RUN_NOTE && notes < ARRAY_LEN(seen)) {
					size_t k = 0;

					while (k < notes && seen[k] != b->runs[i].note)
						k++;
					if (k == notes)
						seen[notes++] = b->runs[i].note;
				}
		}
		b = out ? block_next_skip(b, top) : block_next(b, top);
	}
	text_fold(buf_span(&raw), &folded);
	for (size_t k = 0; k < notes; k++) {
		struct buf words = { 0 };

		for (struct block *n = block_next(seen[k]->body, seen[k]->body); n; n = block_next(n, seen[k]->body))
			if (block_is_leaf(n)) {
				if (words.n)
					buf_char(&words, ' ');
				text_of_leaf(n, READING_REJECTED, &words);
			}
		buf_char(&folded, '\n');
		text_fold(buf_span(&words), &folded);
		buf_done(&words);
	}
	return arena_dup(&t->r->arena, buf_span(&folded));
}

/* A picture without words is something to keep the versions of, too. */
static bool holds_image(const struct block *b)
{
	for (size_t i = 0; b->kind == BLOCK_PARAGRAPH && i < b->run_count; i++)
		if (b->runs[i].kind == RUN_IMAGE)
			return true;
	return false;
}

static void unit_add(struct tracker *t, struct block *b)
{
	struct span text;

	if (b->mark)
		return; /* it stands in one reading only */
	text = unit_text(t, b);
	if (!text.n && !(b->attrs && b->attrs->id.n) && !holds_image(b))
		return;
	if (t->count == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->units = mem_resize(t->units, t->cap, sizeof(*t->units));
	}
	t->units[t->count++] = (struct unit){ .block = b, .id = b->attrs ? b->attrs->id : (struct span){ 0 }, .text = text };
}

static void find_units(struct tracker *t)
{
	for (struct block *b = t->d->root; b; b = block_next(b, t->d->root)) {
		bool has = b->attrs && b->attrs->id.n, wants = false, in_clause = false;

		if (b == t->d->root)
			continue;
		if (b->parent == t->d->root)
			wants = b->kind == BLOCK_HEADING || b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_TABLE || b->kind == BLOCK_QUOTE ||
				b->kind == BLOCK_CODE;
		else if (b->kind == BLOCK_ITEM && b->parent->parent == t->d->root) {
			wants = true;
			in_clause = b->parent->attrs && b->parent->attrs->id.n;
		}
		if (has || (wants && !in_clause))
			unit_add(t, b);
		if (has)
			span_map_put(&t->ids, b->attrs->id);
	}
}

/* ---- mending ---- */

static int by_id(const void *x, const void *y)
{
	const struct unit *a = *(struct unit *const *)x, *b = *(struct unit *const *)y;
	int c = span_cmp(a->id, b->id);

	return c ? c : a < b ? -1 : a > b;
}

/* Of blocks with one id the one nearest to its saved words keeps it. */
static void mend_copies(struct tracker *t)
{
	struct unit **order = mem_alloc((t->count + 1) * sizeof(*order));
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++)
		if (t->units[i].id.n)
			order[n++] = &t->units[i];
	qsort(order, n, sizeof(*order), by_id);
	for (size_t i = 0, j; i < n; i = j) {
		size_t keep = i;
		double best = -1;

		for (j = i; j < n && span_eq(order[i]->id, order[j]->id); j++) {
			double like = -1;

			if ((j > i || (j + 1 < n && span_eq(order[j + 1]->id, order[j]->id))) && t->o->saved_likeness)
				like = t->o->saved_likeness(t->o->ctx, order[j]->id, order[j]->text);
			if (like > best) {
				best = like;
				keep = j;
			}
		}
		for (size_t k = i; k < j; k++) {
			struct unit *u = order[k];

			if (k == keep)
				continue;
			u->new_id = make_id(t, u);
			u->from = u->id;
			say(t, u->block->attrs->id_begin, "the id \"%.*s\" stood on two blocks: line %zu keeps it%s, this one is \"%.*s\" now", SPAN_ARG(u->id),
			    line_of(t, order[keep]->block->attrs->id_begin), best >= 0 ? ", being nearer to the saved words" : "", SPAN_ARG(u->new_id));
		}
	}
	free(order);
}

static struct unit *unit_holding(struct tracker *t, size_t offset)
{
	struct unit *best = NULL;

	for (size_t i = 0; i < t->count; i++) {
		struct block *b = t->units[i].block;

		if (b->origin.begin <= offset && offset < b->origin.end && (!best || b->origin.begin >= best->block->origin.begin))
			best = &t->units[i];
	}
	return best;
}

/* What is lifted out is none of the words that an id is made of. */
static void without_tag(struct tracker *t, struct unit *u, struct span tag)
{
	size_t at = span_find(u->text, tag, 0);

	if (at != SIZE_MAX)
		u->text = arena_printf(&t->r->arena, "%.*s%.*s", SPAN_ARG(span_sub(u->text, 0, at)), SPAN_ARG(span_sub(u->text, at + tag.n, u->text.n)));
}

/* All of a list but its id, as its writer wrote it; false: it has no hidden form. */
static bool rest_of_tag(struct tracker *t, const struct attrs *a, struct span *ret)
{
	static const struct { unsigned bit; const char *name; } classes[] = {
		{ CLASS_INTERNAL, ".internal" }, { CLASS_RATIONALE, ".rationale" }, { CLASS_ORAL, ".oral" }, { CLASS_UNNUMBERED, ".unnumbered" },
	};
	CLEANUP(buf_done) struct buf out = { 0 };

	for (size_t i = 0; i < a->count; i++) {
		if (!t->o->plain && span_find(a->items[i].value, SPAN_LIT("--"), 0) != SIZE_MAX)
			return false;
		buf_char(&out, ' ');
		buf_add(&out, span_sub(t->d->source, a->items[i].begin, a->items[i].end));
	}
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (a->classes & classes[i].bit)
			buf_printf(&out, " %s", classes[i].name);
	*ret = arena_dup(&t->r->arena, span_trim(buf_span(&out)));
	return true;
}

/* A tag behind the words that it is meant for, where nobody else has its id: it moves to its place. */
static bool mend_behind(struct tracker *t, struct unit *u, const struct attrs *a, size_t begin, size_t end)
{
	struct span s = t->d->source, behind = span_trim(span_sub(s, end, u->block->origin.end > end ? u->block->origin.end : end));
	size_t line = begin;

	while (line && s.p[line - 1] != '\n' && s.p[line - 1] != '\r')
		line--;
	while (behind.n && u->block->kind == BLOCK_HEADING && behind.p[behind.n - 1] == '#')
		behind.n--;
	if (u->id.n || u->new_id.n || u->absorbs.n || span_trim(behind).n || !span_trim(span_sub(s, line, begin)).n ||
	    (u->block->kind != BLOCK_PARAGRAPH && u->block->kind != BLOCK_HEADING && u->block->kind != BLOCK_ITEM) || span_map_find(&t->ids, a->id) ||
	    !rest_of_tag(t, a, &u->moved))
		return false;
	u->new_id = arena_dup(&t->r->arena, a->id);
	span_map_put(&t->ids, u->new_id);
	say(t, begin, "the tag of \"%.*s\" stood behind its words, where it marks nothing: it stands in its place now", SPAN_ARG(a->id));
	return true;
}

/* A tag inside a paragraph: two were joined.  It is lifted out, and the paragraph says whom it absorbed. */
static void mend_joined(struct tracker *t)
{
	struct span s = t->d->source;

	for (size_t i = 0; i < t->d->remark_count; i++) {
		const struct remark *m = &t->d->remarks[i];
		size_t begin = m->offset, end, line_begin, line_end, remarks = t->scratch->remark_count;
		struct attrlist l;
		struct unit *u;

		if (strcmp(m->rule, "attribute-in-text") != 0)
			continue;
		line_end = begin;
		while (line_end < s.n && s.p[line_end] != '\n' && s.p[line_end] != '\r')
			line_end++;
		line_begin = begin;
		while (line_begin && s.p[line_begin - 1] != '\n' && s.p[line_begin - 1] != '\r')
			line_begin--;
		if (!attrlist_read(t->scratch, span_sub(s, begin, line_end), 0, begin, &l) || l.malformed) {
			t->scratch->remark_count = remarks;
			continue;
		}
		t->scratch->remark_count = remarks;
		end = begin + l.end;
		u = unit_holding(t, begin);
		/* A hidden tag on a line of its own parts the paragraph; it belongs to the part above. */
		if (!u && line_begin)
			u = unit_holding(t, line_begin - 1);
		if (!u || !l.attrs->id.n || u->block->kind == BLOCK_TABLE || u->block->kind == BLOCK_CODE)
			continue;
		if (span_trim(span_sub(s, line_begin, begin)).n == 0 && span_trim(span_sub(s, end, line_end)).n == 0) {
			/* Alone on its line: the line goes. */
			begin = line_begin;
			end = line_end + (line_end + 1 < s.n && s.p[line_end] == '\r' && s.p[line_end + 1] == '\n' ? 2 : line_end < s.n);
			for (struct unit *k = t->units; k < t->units + t->count; k++)
				if (k->block->origin.begin == end && k->block->kind == BLOCK_PARAGRAPH)
					k->joined = true;
		} else if (begin > line_begin && (s.p[begin - 1] == ' ' || s.p[begin - 1] == '\t')) {
			begin--;
		} else {
			while (end < line_end && (s.p[end] == ' ' || s.p[end] == '\t'))
				end++;
		}
		edits_add(&t->r->edits, begin, end, (struct span){ 0 });
		without_tag(t, u, span_sub(s, m->offset, m->offset + l.end));
		if (mend_behind(t, u, l.attrs, m->offset, m->offset + l.end))
			continue;
		u->absorbs = u->absorbs.n ? arena_printf(&t->r->arena, "%.*s,%.*s", SPAN_ARG(u->absorbs), SPAN_ARG(l.attrs->id))
					  : arena_dup(&t->r->arena, l.attrs->id);
		if (attrs_has(l.attrs, CLASS_INTERNAL) && !u->block->internal)
			u->internal = true;
		say(t, m->offset, "the tag of \"%.*s\" stood inside a paragraph: two were joined, and the first one absorbs it now%s", SPAN_ARG(l.attrs->id),
		    u->internal ? "; it is internal, as the second one was" : "");
	}
}

static double likeness(const struct tracker *t, struct span id, struct span text)
{
	return t->o->saved_likeness ? t->o->saved_likeness(t->o->ctx, id, text) : -1;
}

static double likeness_together(const struct tracker *t, struct span id, const struct unit *first, const struct unit *second)
{
	CLEANUP(buf_done) struct buf both = { 0 };

	buf_add(&both, first->text);
	buf_char(&both, ' ');
	buf_add(&both, second->text);
	return likeness(t, id, buf_span(&both));
}

static bool joined_is_nearer(struct tracker *t, const struct unit *first, const struct unit *second)
{
	double alone = likeness(t, first->id, first->text), together;

	if (alone < 0 || alone > 0.97)
		return false;
	together = likeness_together(t, first->id, first, second);
	return together >= LIKE_ENOUGH && together > alone;
}

/* Does the tag stand before the words that it marks, as one list on one line? */
static bool tag_goes_before(const struct tracker *t, const struct block *b)
{
	return b->attr_origin.end && (b->kind != BLOCK_HEADING || b->attr_origin.end <= b->inner.begin) &&
	       span_find_char(span_sub(t->d->source, b->attr_origin.begin, b->attr_origin.end), '\n', 0) == SIZE_MAX;
}

/*
 * Words typed between a tag and the paragraph that it stands for: the tag goes on to its words, which stand further down and
 * have none.  In a split the words above belong to the saved ones too, and then both together are nearer to them.
 */
static void mend_parted(struct tracker *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct unit *u = &t->units[i], *best = NULL;
		double like;

		/* Every clause is asked here at every save: what is quick to see first. */
		if (!u->id.n || u->new_id.n || i + 1 == t->count || u[1].id.n || !tag_goes_before(t, u->block))
			continue;
		like = likeness(t, u->id, u->text);
		if (like < 0)
			continue;
		if (like < LIKE_ENOUGH)
			like = LIKE_ENOUGH;
		for (struct unit *v = u + 1; v < t->units + t->count && v - u <= LOOKED_AT_BELOW && !v->id.n && !v->new_id.n && !v->joined; v++) {
			double x = likeness(t, u->id, v->text);

			if (v->block->parent != u->block->parent || v->block->kind == BLOCK_HEADING || v->block->attr_origin.end || x < like ||
			    likeness_together(t, u->id, u, v) >= x)
				continue;
			like = x;
			best = v;
		}
		if (!best || !rest_of_tag(t, u->block->attrs, &best->moved))
			continue;
		best->new_id = u->id;
		u->new_id = make_id(t, u);
		u->parted = true;
		t->r->given++;
		u->internal = attrs_has(u->block->attrs, CLASS_INTERNAL);
		say(t, u->block->attr_origin.begin, "between the tag of \"%.*s\" and its words others were typed: it stands above its words again, and these are \"%.*s\"%s",
		    SPAN_ARG(u->id), SPAN_ARG(u->new_id), u->internal ? ", internal as well" : "");
	}
}

/* By an empty line, or by Enter in an item. */
static bool can_be_split(const struct block *b)
{
	return b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_ITEM || b->kind == BLOCK_QUOTE;
}

static void give_ids(struct tracker *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct unit *u = &t->units[i];
		struct unit *before = i ? &t->units[i - 1] : NULL;
		struct span old = { 0 };
		bool was_internal = false, back;

		if (u->id.n || u->new_id.n || u->joined)
			continue;
		if (t->o->saved_id)
			old = t->o->saved_id(t->o->ctx, u->text, &was_internal);
		/* The tag that is gone may have held more than the id: what it hid must not come out with it. */
		back = was_internal && !u->block->internal;
		u->internal = u->internal || back;
		if (old.n && id_valid(old) && !span_map_find(&t->ids, old)) {
			u->new_id = arena_dup(&t->r->arena, old);
			span_map_put(&t->ids, u->new_id);
			t->r->given++;
			say(t, u->block->origin.begin,
			    back ? "these words had the id \"%.*s\" and were internal: they have both back. To make them public take out .internal alone"
					: "these words had the id \"%.*s\": they have it back",
			    SPAN_ARG(old));
			continue;
		}
		u->new_id = make_id(t, u);
		t->r->given++;
		if (back) {
			say(t, u->block->origin.begin,
			    "these words were internal when they were last saved: they are internal again, as \"%.*s\", for their old id stands in another draft. To make "
			    "them public take out .internal alone",
			    SPAN_ARG(u->new_id));
			continue;
		}
		if (before && before->id.n && !before->new_id.n && before->block->next == u->block && can_be_split(u->block) &&
		    u->block->kind == before->block->kind && joined_is_nearer(t, before, u)) {
			u->from = before->id;
			u->internal = u->internal || (attrs_has(before->block->attrs, CLASS_INTERNAL) && !u->block->internal);
			say(t, u->block->origin.begin, "\"%.*s\" was split: its second half is \"%.*s\" now%s", SPAN_ARG(before->id), SPAN_ARG(u->new_id),
			    u->internal ? ", and internal as well" : "");
		}
	}
}

/* ---- writing ---- */

static bool newline(char c)
{
	return c == '\n' || c == '\r';
}

static const char *eol_of(const struct doc *d)
{
	const char *lf = d->source.n ? memchr(d->source.p, '\n', d->source.n) : NULL;

	if (!lf)
		return d->source.n && memchr(d->source.p, '\r', d->source.n) ? "\r" : "\n";
	return lf > d->source.p && lf[-1] == '\r' ? "\r\n" : "\n";
}

static size_t line_start(const struct doc *d, size_t at)
{
	while (at > d->meta.body && !newline(d->source.p[at - 1]))
		at--;
	return at;
}

/* Does a suggestion open behind words of its line?  What it holds is then no block of its own. */
static bool opens_in_words(const struct tracker *t, const struct critic *item)
{
	size_t at = line_start(t->d, item->begin);
	bool unused;

	while (at < item->begin) {
		uint32_t k = critic_at(&t->critics, at, &unused);
		size_t end = k == NO_ITEM ? SIZE_MAX : t->critics.items[k].end;

		if (k == NO_ITEM && t->d->source.p[at] != ' ' && t->d->source.p[at] != '\t')
			return true;
		at = k == NO_ITEM ? at + 1 : end;
	}
	return false;
}

/* Where a line of its own may go in before a block that begins at at: before suggestions whose words are the block's too, behind those
 * that are other blocks, and in one that joins it to the paragraph above: settled, that takes the line with it. */
static size_t line_place(struct tracker *t, size_t at)
{
	size_t begin = line_start(t->d, at);
	bool unused;

	while (begin < at) {
		uint32_t k = critic_at(&t->critics, begin, &unused);
		const struct critic *item = k == NO_ITEM ? NULL : &t->critics.items[k];
		size_t old_end;

		if (!item || item->end > at)
			break;
		if (item->begin >= begin) {
			/* What is said of the suggestion before it. */
			if (item->kind != CRITIC_COMMENT || item->begin > begin || item->on == NO_ITEM)
				break;
			begin = item->end;
			continue;
		}
		old_end = item->kind == CRITIC_REPLACE ? item->sep : item->end - 3;
		if ((item->kind == CRITIC_REPLACE || item->kind == CRITIC_DELETE) && newline(t->d->source.p[old_end - 1]) && opens_in_words(t, item))
			return old_end;
		/* It opened above and closes on this line: blocks of its own stay above, half a paragraph does not. */
		if (newline(t->d->source.p[item->end - 4]))
			begin = item->end;
		else
			at = begin = line_start(t->d, item->begin);
	}
	return begin;
}

/* Is a paragraph open above this block, so that a tag directly above it would be part of it? */
static bool paragraph_above(const struct block *b)
{
	const struct block *p = b->prev;

	if (!p || p->origin.end != b->origin.begin)
		return false;
	while (p->last)
		p = p->last;
	return p->kind == BLOCK_PARAGRAPH;
}

static void put_items(const struct unit *u, bool with_id, struct buf *out)
{
	const char *gap = "";

	if (with_id) {
		buf_printf(out, "#%.*s", SPAN_ARG(u->new_id));
		gap = " ";
	}
	if (u->moved.n) {
		buf_printf(out, "%s%.*s", gap, SPAN_ARG(u->moved));
		gap = " ";
	}
	if (u->from.n && !attrs_get(u->block->attrs, "from").p) {
		buf_printf(out, "%sfrom=%.*s", gap, SPAN_ARG(u->from));
		gap = " ";
	}
	if (u->absorbs.n) {
		buf_printf(out, "%sabsorbs=%.*s", gap, SPAN_ARG(u->absorbs));
		gap = " ";
	}
	if (u->internal)
		buf_printf(out, "%s.internal", gap);
}

static int write_unit(struct tracker *t, const struct unit *u, struct fault *f)
{
	CLEANUP(buf_done) struct buf out = { 0 };
	struct span s = t->d->source;
	struct block *b = u->block;
	const char *open = t->o->plain ? "{" : "<!-- {", *close = t->o->plain ? "}" : "} -->";
	size_t at;

	if (!u->new_id.n && !u->absorbs.n && !u->internal)
		return 0;
	if (b->attrs && b->attr_origin.end) {
		const struct attrs *a = b->attrs;

		for (size_t i = 0; i < a->count && !t->o->plain; i++)
			if (span_find(a->items[i].value, SPAN_LIT("--"), 0) != SIZE_MAX) {
				struct srcpos pos = { .file = t->d->path };

				doc_position(t->d, a->items[i].begin, &pos.line, &pos.column);
				return fault_set(f, FAULT_INPUT, pos,
						 "the value of %.*s holds \"--\", which an HTML comment cannot: take it out, or type: chapeau track --plain %.*s",
						 SPAN_ARG(a->items[i].key), SPAN_ARG(md_draft_name(t->d)));
			}
		if (u->parted) {
			size_t end = b->attr_origin.end;

			at = b->attr_origin.begin;
			while (at < end && s.p[at] != '{')
				at++;
			while (end > at + 1 && s.p[end - 1] != '}')
				end--;
			put_items(u, true, &out);
			edits_add(&t->r->edits, at + 1, end - 1, buf_span(&out));
			return 0;
		}
		if (u->new_id.n && u->id.n) {
			/* A copy: its id changes, and what it was a copy of is said. */
			edits_add(&t->r->edits, a->id_begin, a->id_begin + a->id.n, u->new_id);
			put_items(u, false, &out);
		} else if (u->new_id.n) {
			at = b->attr_origin.begin;
			while (at < b->attr_origin.end && s.p[at] != '{')
				at++;
			at++;
			buf_printf(&out, "#%.*s%s", SPAN_ARG(u->new_id), at < s.n && (s.p[at] == ' ' || s.p[at] == '\t') ? "" : " ");
			edits_add(&t->r->edits, at, at, buf_span(&out));
			buf_clear(&out);
			put_items(u, false, &out);
		} else {
			put_items(u, false, &out);
		}
		if (out.n) {
			struct buf more = { 0 };

			at = b->attr_origin.end;
			while (at > b->attr_origin.begin && s.p[at - 1] != '}')
				at--;
			at--;
			while (at > b->attr_origin.begin && (s.p[at - 1] == ' ' || s.p[at - 1] == '\t'))
				at--;
			buf_char(&more, ' ');
			buf_add(&more, buf_span(&out));
			edits_add(&t->r->edits, at, at, buf_span(&more));
			buf_done(&more);
		}
		return 0;
	}
	if (!u->new_id.n)
		return 0;
	if (b->kind == BLOCK_HEADING) {
		bool unused, cut;

		at = b->inner.begin;
		while (at < s.n && !newline(s.p[at]))
			at++;
		/* The last line of a setext heading's words. */
		if (b->inner.end > at) {
			at = b->inner.end;
			while (at < s.n && !newline(s.p[at]))
				at++;
		}
		cut = critic_at(&t->critics, at, &unused) != critic_at(&t->critics, b->inner.begin ? b->inner.begin : 0, &unused);
		if (cut)
			at = b->inner.end;
		while (at > b->inner.end && (s.p[at - 1] == ' ' || s.p[at - 1] == '\t'))
			at--;
		buf_printf(&out, " %s", open);
		put_items(u, true, &out);
		buf_str(&out, close);
	} else if (b->kind == BLOCK_ITEM) {
		at = b->origin.begin;
		while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
			at++;
		while (at < s.n && !newline(s.p[at]) && s.p[at] != ' ' && s.p[at] != '\t')
			at++;
		{
			size_t spaces = 0, column = 0, marked;

			for (size_t i = line_start(t->d, at); i < at; i++)
				column = s.p[i] == '\t' ? column / 4 * 4 + 4 : column + 1;
			marked = column;
			while (at + spaces < s.n && (s.p[at + spaces] == ' ' || s.p[at + spaces] == '\t')) {
				column = s.p[at + spaces] == '\t' ? column / 4 * 4 + 4 : column + 1;
				spaces++;
			}
			/* Code that is the item's first block is told by its spaces. */
			if (column - marked > 4) {
				t->r->given -= t->r->given > 0;
				return 0;
			}
			if (at + spaces >= s.n || newline(s.p[at + spaces])) {
				buf_char(&out, ' ');
				buf_str(&out, open);
				put_items(u, true, &out);
				buf_str(&out, close);
			} else {
				at += spaces;
				buf_str(&out, open);
				put_items(u, true, &out);
				buf_printf(&out, "%s ", close);
			}
		}
	} else {
		at = line_place(t, b->origin.begin);
		if (paragraph_above(b))
			buf_str(&out, eol_of(t->d));
		buf_str(&out, open);
		put_items(u, true, &out);
		buf_printf(&out, "%s%s", close, eol_of(t->d));
	}
	edits_add(&t->r->edits, at, at, buf_span(&out));
	return 0;
}

int md_track(struct doc *d, const struct track_options *o, struct track_result *ret, struct fault *f)
{
	struct track_result result = { 0 };
	struct tracker t = { .d = d, .o = o, .r = &result, .scratch = doc_new(d->path) };
	int r;

	t.scratch->source = d->source;
	t.scratch->meta.body = d->meta.body;
	r = d->has_critic ? critic_scan(t.scratch, &t.critics, f) : 0;
	if (r == 0) {
		find_units(&t);
		mend_copies(&t);
		mend_joined(&t);
		mend_parted(&t);
		give_ids(&t);
		for (size_t i = 0; r == 0 && i < t.count; i++)
			r = write_unit(&t, &t.units[i], f);
	}
	critics_done(&t.critics);
	doc_free(t.scratch);
	free(t.units);
	span_map_done(&t.ids);
	span_map_done(&t.suffixes);
	if (r < 0)
		track_result_done(&result);
	else
		*ret = result;
	return r;
}
