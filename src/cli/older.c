#include "cli/older.h"

#include "format/format.h"

void older_done(struct older *o)
{
	statement_free(o->st);
	buf_done(&o->file);
}

/* The block's source without its own attribute list, which belongs to the draft that holds it now. */
static void put_source(const struct doc *d, const struct block *b, struct span own_list, struct buf *out)
{
	struct origin at = b->attr_origin;

	if (at.end > at.begin && at.begin >= b->origin.begin && at.end <= b->origin.end) {
		buf_add(out, span_sub(d->source, b->origin.begin, at.begin));
		buf_add(out, own_list);
		buf_add(out, span_sub(d->source, at.end, b->origin.end));
	} else {
		buf_add(out, span_sub(d->source, b->origin.begin, b->origin.end));
	}
}

static struct span definition(const struct doc *d, const struct note *n)
{
	return span_sub(d->source, n->origin.begin, n->origin.end);
}

/* A definition's words, behind its label. */
static struct span words_of(struct span definition)
{
	size_t colon = span_find(definition, SPAN_LIT("]:"), 0);

	return span_trim(colon == SIZE_MAX ? definition : span_sub(definition, colon + 2, definition.n));
}

/* Does another clause of the draft refer to the note too? */
static bool shared(const struct statement *now, const struct clause *mine, const struct note *n)
{
	for (size_t i = 0; i < now->count; i++)
		for (size_t k = 0; &now->clauses[i] != mine && k < now->clauses[i].note_count; k++)
			if (now->clauses[i].notes[k] == n)
				return true;
	return false;
}

/* Behind the last line of the draft, with an empty line before it. */
static void put_at_end(const struct doc *now, struct span lines, struct edits *e)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	if (now->source.n && now->source.p[now->source.n - 1] != '\n')
		BUF_LIT(&b, "\n");
	BUF_LIT(&b, "\n");
	buf_add(&b, lines);
	if (b.p[b.n - 1] != '\n')
		buf_char(&b, '\n');
	edits_add(e, now->source.n, now->source.n, buf_span(&b));
}

/* The older source with another label for one of its notes. */
static void relabel(struct buf *source, struct span old, struct span label)
{
	CLEANUP(buf_done) struct buf mark = { 0 }, out = { 0 };
	size_t at = 0, hit;

	buf_printf(&mark, "[^%.*s]", SPAN_ARG(old));
	while ((hit = span_find(buf_span(source), buf_span(&mark), at)) != SIZE_MAX) {
		buf_add(&out, span_sub(buf_span(source), at, hit));
		buf_printf(&out, "[^%.*s]", SPAN_ARG(label));
		at = hit + mark.n;
	}
	buf_add(&out, span_sub(buf_span(source), at, source->n));
	buf_clear(source);
	buf_add(source, buf_span(&out));
}

/*
 * The footnotes that the older words refer to belong to the wording: those that are gone come back, one that reads otherwise
 * now is set back where no other clause has it too, and else comes under a label of its own.
 */
static void put_notes(struct cli *c, const struct older *o, const struct statement *now, const struct clause *mine, struct buf *source, struct edits *e)
{
	for (size_t i = 0; i < o->clause->note_count; i++) {
		const struct note *n = o->clause->notes[i], *there = note_find(now->doc, n->label);
		struct span old = definition(o->doc, n), label;

		if (!there) {
			put_at_end(now->doc, old, e);
			continue;
		}
		if (span_eq(words_of(old), words_of(definition(now->doc, there))))
			continue;
		if (!shared(now, mine, there)) {
			edits_add(e, there->origin.begin, there->origin.end, old);
			continue;
		}
		for (unsigned k = 2;; k++) {
			label = arena_printf(&c->arena, "%.*s-%u", SPAN_ARG(n->label), k);
			if (!note_find(now->doc, label) && !note_find(o->doc, label))
				break;
		}
		relabel(source, n->label, label);
		put_at_end(now->doc, arena_printf(&c->arena, "[^%.*s]: %.*s", SPAN_ARG(label), SPAN_ARG(words_of(old))), e);
	}
}

/* The definition of a link's label that begins the line at at: to an empty line or the next one.  Empty: none does. */
static struct span link_lines(struct span source, size_t at, struct span *ret_label)
{
	size_t close = at < source.n && source.p[at] == '[' ? span_find(source, SPAN_LIT("]:"), at) : SIZE_MAX, end = at;

	if (close == SIZE_MAX || source.p[at + 1] == '^' || span_find_char(source, '\n', at) < close)
		return (struct span){ 0 };
	*ret_label = span_sub(source, at + 1, close);
	do {
		size_t lf = span_find_char(source, '\n', end);

		end = lf == SIZE_MAX ? source.n : lf + 1;
	} while (end < source.n && source.p[end] != '\n' && source.p[end] != '\r' && source.p[end] != '[');
	return span_sub(source, at, end);
}

static bool defines(struct span source, struct span label)
{
	struct span seen;

	for (size_t at = 0; at < source.n; at++) {
		if (link_lines(source, at, &seen).n && span_eq_nocase(seen, label))
			return true;
		at = span_find_char(source, '\n', at);
		if (at == SIZE_MAX)
			break;
	}
	return false;
}

/* Where the older words' links led, if the draft does not say so any more. */
static void put_links(const struct older *o, const struct doc *now, struct span words, struct edits *e)
{
	struct span source = o->doc->source;

	for (size_t at = 0; at < source.n; at++) {
		struct span label, lines = link_lines(source, at, &label);
		CLEANUP(buf_done) struct buf mark = { 0 };

		buf_printf(&mark, "[%.*s]", SPAN_ARG(lines.n ? label : (struct span){ 0 }));
		if (lines.n && span_find(words, buf_span(&mark), 0) != SIZE_MAX && !defines(now->source, label))
			put_at_end(now, lines, e);
		at = span_find_char(source, '\n', at);
		if (at == SIZE_MAX)
			break;
	}
}

/* ---- what stands in it ---- */

static bool is_outside(const struct block *b)
{
	return b->attr_origin.begin < b->origin.begin || b->attr_origin.end > b->origin.end;
}

/* A clause that is part of the block and not of the clause; NULL: none. */
static const struct block *inner_clause(const struct block *top)
{
	for (const struct block *b = block_next(top, top); b; b = block_next(b, top))
		if (b->attrs && b->attrs->id.n)
			return b;
	return NULL;
}

static bool same_shape(const struct block *a, const struct block *b)
{
	const struct block *x = a, *y = b;

	for (; x && y; x = block_next(x, a), y = block_next(y, b)) {
		if (x->kind != y->kind || !x->first != !y->first)
			return false;
		if (x != a && (!x->next != !y->next || !span_eq(x->attrs ? x->attrs->id : (struct span){ 0 }, y->attrs ? y->attrs->id : (struct span){ 0 })))
			return false;
	}
	return !x && !y;
}

static bool leaf_by_leaf(const struct clause *now, const struct clause *then)
{
	if (now->leaf_count != then->leaf_count || (now->leaf_count != 1 && !same_shape(now->block, then->block)))
		return false;
	for (size_t i = 0; i < now->leaf_count; i++)
		if (now->leaves[i]->kind != then->leaves[i]->kind || now->leaves[i]->inner.end <= now->leaves[i]->inner.begin ||
		    then->leaves[i]->inner.end <= then->leaves[i]->inner.begin)
			return false;
	return true;
}

/* A leaf's words; lines after the first without what the container there puts before them. */
static void put_words(const struct doc *d, const struct block *leaf, bool bare, struct buf *out)
{
	struct span s = span_sub(d->source, leaf->inner.begin, leaf->inner.end);

	for (size_t i = 0; i < s.n; i++) {
		buf_char(out, s.p[i]);
		if (bare && s.p[i] == '\n' && leaf->kind == BLOCK_PARAGRAPH)
			while (i + 1 < s.n && strchr(" \t>", s.p[i + 1]))
				i++;
	}
}

/* The block as it stands now, with the older words in the leaves that are the clause's own. */
static void put_leaves(const struct doc *now, const struct clause *k, const struct older *o, struct buf *out)
{
	bool bare = !same_shape(k->block, o->clause->block);
	size_t at = k->block->origin.begin;

	for (size_t i = 0; i < k->leaf_count; i++) {
		const struct block *leaf = k->leaves[i];

		buf_add(out, span_sub(now->source, at, leaf->inner.begin));
		put_words(o->doc, o->clause->leaves[i], bare, out);
		at = leaf->inner.end;
	}
	buf_add(out, span_sub(now->source, at, k->block->origin.end));
}

static int refuse_to_move(struct cli *c, const struct draft *d, const struct block *other, struct fault *f)
{
	fault_set(f, FAULT_REFUSED, (struct srcpos){ d->path, 0, 0 }, "\"%.*s\" and \"%.*s\" stood in each other in another way then: put back, one would move the other, so nothing was written",
		  SPAN_ARG(d->id), SPAN_ARG(other->attrs->id));
	return fault_hint(f, "To read the older words: chapeau restore %s -o -", c->args[0]);
}

/* ---- where it goes ---- */

/* Behind the container that ends after a block of it. */
static size_t behind_container(const struct doc *d, const struct block *b)
{
	size_t at, end;

	while (b->next && b->next->in_container)
		b = b->next;
	end = b->origin.end;
	for (at = end; at < d->source.n;) {
		size_t lf = span_find_char(d->source, '\n', at), next = lf == SIZE_MAX ? d->source.n : lf + 1;
		struct span line = span_trim(span_sub(d->source, at, next));

		if (line.n && !span_starts(line, SPAN_LIT(":::")))
			break;
		end = line.n ? next : end;
		at = next;
	}
	return end;
}

/* Where a clause that is gone from the draft goes back: after the nearest clause before it that still stands; what was public does
 * not go into an internal container. */
static size_t place_for(const struct older *o, const struct statement *now, bool *ret_held)
{
	for (size_t i = (size_t)(o->clause - o->st->clauses); i-- > 0;) {
		const struct clause *k = o->st->clauses[i].id.n ? statement_find(now, o->st->clauses[i].id) : NULL;

		if (k) {
			const struct block *b = k->block;

			/* Not into the middle of a list. */
			while (b->parent && b->parent->kind != BLOCK_ROOT)
				b = b->parent;
			*ret_held = b->in_container && o->clause->internal;
			return b->in_container && !o->clause->internal ? behind_container(now->doc, b) : b->origin.end;
		}
	}
	*ret_held = false;
	return now->doc->meta.body;
}

/* Its block as it was, with its attribute list; what a container held back is held back here too. */
static void put_block(const struct older *o, bool held, struct buf *out)
{
	const struct block *b = o->clause->block;
	bool wrap = o->clause->internal && !held && !attrs_has(b->attrs, CLASS_INTERNAL);

	BUF_LIT(out, "\n");
	if (wrap)
		BUF_LIT(out, "::: internal\n");
	if (b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < b->origin.begin)
		buf_add(out, span_sub(o->doc->source, b->attr_origin.begin, b->origin.begin));
	buf_add(out, span_sub(o->doc->source, b->origin.begin, b->origin.end));
	if (out->p[out->n - 1] != '\n')
		buf_char(out, '\n');
	if (wrap)
		BUF_LIT(out, ":::\n");
}

/* ---- laying it in ---- */

static int lay_over(struct cli *c, const struct older *o, const struct draft *d, const struct statement *st, const struct clause *k, struct edits *e, struct buf *source,
		    struct fault *f)
{
	const struct block *now = k->block, *then = o->clause->block;
	struct origin at = now->attr_origin;
	const struct block *inner = inner_clause(now) ? inner_clause(now) : inner_clause(then);
	bool whole = !inner && now->kind == then->kind;

	if (o->clause->internal && !k->internal) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ d->path, k->line, k->column }, "these words were internal then and would be public here, so nothing was written");
		return fault_hint(f, "Put \"::: internal\" around the clause first. To read the older words: chapeau restore %s -o -", c->args[0]);
	}
	if (!whole && leaf_by_leaf(k, o->clause))
		put_leaves(st->doc, k, o, source);
	else if (inner)
		return refuse_to_move(c, d, inner, f);
	else
		put_source(o->doc, then, is_outside(now) ? (struct span){ 0 } : span_sub(st->doc->source, at.begin, at.end), source);
	put_notes(c, o, st, k, source, e);
	edits_add(e, now->origin.begin, now->origin.end, buf_span(source));
	return 0;
}

static int lay_anew(struct cli *c, const struct older *o, const struct draft *d, const struct statement *st, struct edits *e, struct buf *source, struct fault *f)
{
	const struct block *then = o->clause->block;
	bool held;
	size_t place = place_for(o, st, &held);

	for (const struct block *b = then; b; b = block_next(b, then))
		if (b->attrs && b->attrs->id.n && statement_find(st, b->attrs->id))
			return refuse_to_move(c, d, b, f);
	put_block(o, held, source);
	put_notes(c, o, st, NULL, source, e);
	edits_add(e, place, place, buf_span(source));
	return 0;
}

/* Does every other clause still say what it said, in its place?  brought: the block that came, with the clauses in it. */
static bool others_stand(const struct statement *was, const struct statement *is, struct span id, const struct block *brought)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < was->count && span_eq(was->clauses[i].id, id))
			i++;
		for (bool own = true; own && k < is->count; k += own) {
			own = span_eq(is->clauses[k].id, id);
			for (const struct block *b = brought; b && !own; b = block_next(b, brought))
				own = b->attrs && b->attrs->id.n && span_eq(b->attrs->id, is->clauses[k].id);
		}
		if (i == was->count || k == is->count)
			return i == was->count && k == is->count;
		if (!span_eq(was->clauses[i].id, is->clauses[k].id) || !clause_same_text(&was->clauses[i], &is->clauses[k]) ||
		    was->clauses[i].internal != is->clauses[k].internal)
			return false;
	}
}

void older_source(const struct older *o, struct buf *out)
{
	put_source(o->doc, o->clause->block, (struct span){ 0 }, out);
}

int older_lay(struct cli *c, const struct older *o, struct draft *d, struct buf *bytes, bool *ret_same, struct fault *f)
{
	CLEANUP(statement_freep) struct statement *st = NULL, *after = NULL;
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf source = { 0 };
	struct read_options ro = { .path = d->path, .reading = READING_REJECTED };
	struct doc *doc = NULL;
	const struct clause *k;
	int r = md_read(buf_span(&d->bytes), &ro, &doc, f);

	if (r < 0)
		return r;
	st = statement_new(doc);
	r = statement_require_unique(st, f);
	if (r < 0)
		return r;
	k = statement_find(st, d->id);
	r = k ? lay_over(c, o, d, st, k, &e, &source, f) : lay_anew(c, o, d, st, &e, &source, f);
	if (r < 0)
		return r;
	put_links(o, doc, buf_span(&source), &e);
	edits_apply(&e, doc->source, bytes);
	doc = NULL;
	r = md_read(buf_span(bytes), &ro, &doc, f);
	if (r < 0)
		return r;
	after = statement_new(doc);
	if (!others_stand(st, after, d->id, k ? NULL : o->clause->block)) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ d->path, 0, 0 }, "put back here, the older words of \"%.*s\" would change what stands around them, so nothing was written", SPAN_ARG(d->id));
		return fault_hint(f, "To read them: chapeau restore %s -o -", c->args[0]);
	}
	*ret_same = k && clause_same_text(k, o->clause) && span_eq(buf_span(bytes), buf_span(&d->bytes));
	return 0;
}
