#include "model/statement.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/text.h"
#include "model/workspace.h"

/* What statement_new needs while it walks; the arrays move into the statement. */
struct builder {
	struct statement *s;
	struct doc *d;
	enum reading reading;
	size_t cap;
	struct buf leaf, text; /* one leaf raw; the clause folded */
	uint32_t *noted;       /* by note: index + 1 of the last clause that took it */
	struct note **notes;   /* of the clause at hand */
	size_t note_cap;
};

static enum reading reading_of(const struct doc *d)
{
	return d->reading == READING_ACCEPTED ? READING_ACCEPTED : READING_REJECTED;
}

static struct clause *add_clause(struct builder *b, struct block *block, struct span id)
{
	struct statement *s = b->s;

	if (s->count == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 64;
		s->clauses = mem_resize(s->clauses, b->cap, sizeof(struct clause));
	}
	s->clauses[s->count] = (struct clause){ .id = id, .block = block, .internal = block->internal };
	return &s->clauses[s->count++];
}

/* What went in a comparison has its id in the older text alone. */
static struct span id_in(const struct builder *b, const struct attrs *a)
{
	return b->reading == READING_REJECTED && a->was.n ? a->was : a->id;
}

/* One that holds others, and that track would give an id (FORMAT.md F1). */
static bool would_be_tracked(const struct block *b)
{
	const struct block *top = b->kind == BLOCK_ITEM ? b->parent : b;

	return (b->kind == BLOCK_TABLE || b->kind == BLOCK_QUOTE || b->kind == BLOCK_ITEM) && top->parent && top->parent->kind == BLOCK_ROOT;
}

/*
 * First walk: whose is each block?  A block with an id starts a clause; one that is made internal within a public
 * clause leaves it; any other belongs where its parent does.  Leaves that belong nowhere are clauses without an id.
 */
static void find_owners(struct builder *b)
{
	struct statement *s = b->s;
	struct block *root = b->d->root;
	const struct block *heading = NULL, *quote_end = NULL;
	bool quote = false;

	for (struct block *at = root, *next; at; at = next) {
		uint32_t owner = at->parent ? s->owner[at->parent->serial] : 0;

		next = block_next(at, root);
		if (at == quote_end)
			quote = false;
		if (!text_mark_reads(at->mark, b->reading)) {
			next = block_next_skip(at, root);
			continue;
		}
		if (at->kind == BLOCK_QUOTE && !quote) {
			quote = true;
			quote_end = block_next_skip(at, root);
		}
		if (at->attrs && id_in(b, at->attrs).n) {
			add_clause(b, at, id_in(b, at->attrs));
			owner = (uint32_t)s->count;
		} else if (at->parent && (attrs_has(at->attrs, CLASS_INTERNAL) || (at->internal && !at->parent->internal))) {
			owner = 0;
		}
		if (!owner && (block_is_leaf(at) || (b->d->whole_blocks && would_be_tracked(at)))) {
			add_clause(b, at, (struct span){ 0 });
			owner = (uint32_t)s->count;
			s->clauses[s->count - 1].block = at;
		}
		s->owner[at->serial] = owner;
		if (owner && s->clauses[owner - 1].block == at) {
			struct clause *c = &s->clauses[owner - 1];

			c->heading = at->kind == BLOCK_HEADING;
			c->quote = quote;
			c->heading_above = heading;
		}
		if (owner && block_is_leaf(at))
			s->clauses[owner - 1].leaf_count++;
		if (at->kind == BLOCK_HEADING && !at->internal && !attrs_has(at->attrs, CLASS_RATIONALE | CLASS_ORAL))
			heading = at;
	}
}

/* Second walk: hands each clause its leaves. */
static void give_leaves(struct builder *b)
{
	struct statement *s = b->s;
	struct block *root = b->d->root;
	size_t leaves = 0;

	for (size_t i = 0; i < s->count; i++) {
		s->clauses[i].leaves = ARENA_ARRAY(&b->d->arena, s->clauses[i].leaf_count, const struct block *);
		s->clauses[i].leaf_count = 0;
	}
	for (struct block *at = root, *next; at; at = next) {
		next = block_next(at, root);
		leaves += block_is_leaf(at);
		if (!text_mark_reads(at->mark, b->reading))
			next = block_next_skip(at, root);
		else if (block_is_leaf(at) && s->owner[at->serial]) {
			struct clause *c = &s->clauses[s->owner[at->serial] - 1];

			if (!c->leaf_count)
				c->line = leaves;
			c->leaves[c->leaf_count++] = at;
		}
	}
}

/* The notes that a clause refers to, each once. */
static void take_notes(struct builder *b, struct clause *c)
{
	uint32_t me = (uint32_t)(c - b->s->clauses) + 1;

	for (size_t l = 0; l < c->leaf_count; l++) {
		for (size_t i = 0; i < c->leaves[l]->run_count; i++) {
			const struct run *r = &c->leaves[l]->runs[i];

			if (r->kind != RUN_NOTE || !r->note || !text_mark_reads(r->mark, b->reading))
				continue;
			if (b->noted[r->note->index] == me)
				continue;
			b->noted[r->note->index] = me;
			if (c->note_count == b->note_cap) {
				b->note_cap = b->note_cap ? 2 * b->note_cap : 16;
				b->notes = mem_resize(b->notes, b->note_cap, sizeof(struct note *));
			}
			b->notes[c->note_count++] = r->note;
		}
	}
	if (c->note_count) {
		c->notes = ARENA_ARRAY(&b->d->arena, c->note_count, struct note *);
		memcpy(c->notes, b->notes, c->note_count * sizeof(struct note *));
	}
}

/* The string that is hashed (FORMAT.md F2). */
static void take_text(struct builder *b, struct clause *c)
{
	bool closed = false; /* a paragraph break that this reading does not have */

	buf_clear(&b->leaf);
	buf_clear(&b->text);
	for (size_t l = 0; l < c->leaf_count; l++) {
		if (b->leaf.n && !closed)
			buf_char(&b->leaf, ' ');
		text_of_leaf(c->leaves[l], b->reading, &b->leaf);
		closed = c->leaves[l]->break_mark && !text_mark_reads(c->leaves[l]->break_mark, b->reading);
	}
	text_fold(buf_span(&b->leaf), &b->text);
	for (size_t i = 0; i < c->note_count; i++) {
		buf_char(&b->text, '\n');
		text_of_blocks(c->notes[i]->body, b->reading, &b->text);
	}
	c->text = arena_dup(&b->d->arena, buf_span(&b->text));
}

static void take_position(struct builder *b, struct clause *c)
{
	size_t offset = SIZE_MAX;

	/* A package has no lines; which of its paragraphs it is was counted. */
	if (!b->d->source.n)
		return;
	for (size_t l = 0; l < c->leaf_count && offset == SIZE_MAX; l++) {
		for (size_t i = 0; i < c->leaves[l]->run_count && offset == SIZE_MAX; i++) {
			const struct run *r = &c->leaves[l]->runs[i];
			struct span t = r->text;
			size_t lead = 0;

			if (r->src.end <= r->src.begin || r->kind == RUN_SOFT || r->kind == RUN_HARD || r->kind == RUN_COMMENT)
				continue;
			while (lead < t.n && (t.p[lead] == ' ' || t.p[lead] == '\t' || t.p[lead] == '\n' || t.p[lead] == '\r'))
				lead++;
			if (r->kind == RUN_TEXT && lead == t.n)
				continue;
			offset = r->src.begin + (r->src.end - r->src.begin == t.n ? lead : 0);
		}
	}
	if (offset == SIZE_MAX)
		offset = c->block->origin.begin;
	doc_position(b->d, offset, &c->line, &c->column);
}

/* ---- the index by id ---- */

static void build_index(struct statement *s)
{
	size_t size = 16;

	while (size < 2 * s->count)
		size *= 2;
	s->index = mem_zero(size, sizeof(uint32_t));
	s->index_mask = size - 1;
	for (size_t i = 0; i < s->count; i++) {
		struct span id = s->clauses[i].id;
		size_t at;

		if (!id.n)
			continue;
		for (at = span_hash(id) & s->index_mask; s->index[at]; at = (at + 1) & s->index_mask)
			if (span_eq(s->clauses[s->index[at] - 1].id, id))
				break;
		if (!s->index[at])
			s->index[at] = (uint32_t)i + 1;
	}
}

struct clause *statement_find(const struct statement *s, struct span id)
{
	if (!id.n)
		return NULL;
	for (size_t at = span_hash(id) & s->index_mask; s->index[at]; at = (at + 1) & s->index_mask)
		if (span_eq(s->clauses[s->index[at] - 1].id, id))
			return &s->clauses[s->index[at] - 1];
	return NULL;
}

static void id_position(const struct statement *s, const struct clause *c, size_t *ret_offset, size_t *ret_line)
{
	size_t column;

	*ret_offset = c->block->attrs->id_begin ? c->block->attrs->id_begin : c->block->origin.begin;
	doc_position(s->doc, *ret_offset, ret_line, &column);
}

/* One remark an id, at its second place, however often it stands; none if the reader, or a statement before, made them. */
static void remark_duplicates(struct statement *s)
{
	bool *said = NULL;

	for (size_t i = 0; i < s->doc->remark_count; i++)
		if (strcmp(s->doc->remarks[i].rule, "id-duplicate") == 0)
			return;

	for (size_t i = 0; i < s->count; i++) {
		const struct clause *c = &s->clauses[i], *first = statement_find(s, c->id);
		size_t offset, line, first_offset, first_line;

		if (!first || first == c)
			continue;
		if (!said)
			said = mem_zero(s->count, sizeof(*said));
		if (said[first - s->clauses])
			continue;
		said[first - s->clauses] = true;
		id_position(s, first, &first_offset, &first_line);
		id_position(s, c, &offset, &line);
		doc_remark(s->doc, "id-duplicate", offset, c->id, "clause id '%.*s' used twice (lines %zu, %zu): rename one",
			   SPAN_ARG(c->id), first_line, line);
	}
	free(said);
}

int statement_require_unique(const struct statement *s, struct fault *f)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct clause *c = &s->clauses[i], *first = statement_find(s, c->id);
		size_t offset, line, column, first_line;

		if (!first || first == c)
			continue;
		id_position(s, first, &offset, &first_line);
		id_position(s, c, &offset, &line);
		doc_position(s->doc, offset, &line, &column);
		fault_set(f, FAULT_DUPLICATE, (struct srcpos){ s->doc->path, line, column },
			  "the id \"%.*s\" stands on two paragraphs (lines %zu and %zu): rename one, or type: chapeau track %.*s",
			  SPAN_ARG(c->id), first_line, line, SPAN_ARG(workspace_typed(&s->doc->arena, span_str(s->doc->path))));
		if (f)
			fault_line(f, doc_line(s->doc, line));
		return -FAULT_DUPLICATE;
	}
	return 0;
}

/* ---- making one ---- */

static void set_labels(struct statement *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = s->clauses[i].block;

		s->clauses[i].label = b->path;
		/* An item without an id is known by its first words: they stand behind its number. */
		if (!b->path.n && b->parent && b->parent->kind == BLOCK_ITEM && b->parent->first == b && !(b->parent->attrs && b->parent->attrs->id.n))
			s->clauses[i].label = b->parent->path;
	}
}

void statement_number(struct statement *s, enum numbering mode)
{
	number_doc(s->doc, mode);
	set_labels(s);
}

static struct statement *make(struct doc *d, enum reading reading, bool outline)
{
	struct statement *s = mem_zero(1, sizeof(*s));
	struct builder b = { .s = s, .d = d, .reading = reading };

	s->doc = d;
	s->reading = reading;
	s->owner = mem_zero(d->block_count + 1, sizeof(uint32_t));
	b.noted = mem_zero(d->note_count + 1, sizeof(uint32_t));
	if (d->numbered == NUMBERING_UNSAID)
		number_doc(d, NUMBERING_UNSAID);
	find_owners(&b);
	give_leaves(&b);
	for (size_t i = 0; i < s->count && !outline; i++) {
		take_notes(&b, &s->clauses[i]);
		take_text(&b, &s->clauses[i]);
		take_position(&b, &s->clauses[i]);
	}
	set_labels(s);
	build_index(s);
	if (!outline)
		remark_duplicates(s);
	buf_done(&b.leaf);
	buf_done(&b.text);
	free(b.noted);
	free(b.notes);
	return s;
}

struct statement *statement_new(struct doc *d)
{
	return make(d, reading_of(d), false);
}

struct statement *statement_read(struct doc *d, enum reading reading)
{
	return make(d, reading, false);
}

struct statement *statement_outline(struct doc *d, enum reading reading)
{
	return make(d, reading, true);
}

const char *clause_hash(const struct clause *c)
{
	/* Most commands want the hashes of a few clauses only.  The statement's array is never const itself. */
	if (!c->lazy_hash[0])
		sha256_hex_of(c->text, ((struct clause *)c)->lazy_hash);
	return c->lazy_hash;
}

bool clause_same_text(const struct clause *a, const struct clause *b)
{
	return span_eq(a->text, b->text);
}

size_t clause_words(const struct clause *c, enum reading reading)
{
	size_t words = 0;

	for (size_t i = 0; i < c->leaf_count; i++)
		words += text_leaf_words(c->leaves[i], reading);
	return words;
}

void statement_free(struct statement *s)
{
	if (!s)
		return;
	doc_free(s->doc);
	free(s->clauses);
	free(s->index);
	free(s->owner);
	free(s);
}

void statement_freep(struct statement **s)
{
	statement_free(*s);
	*s = NULL;
}

struct clause *statement_clause_of(const struct statement *s, const struct block *leaf)
{
	uint32_t owner = leaf->in_note || leaf->serial > s->doc->block_count ? 0 : s->owner[leaf->serial];

	return owner ? &s->clauses[owner - 1] : NULL;
}

/* Printed numbers without spaces and case: "12 bis" is "12bis". */
static bool label_eq(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.n && a.p[i] == ' ')
			i++;
		while (j < b.n && b.p[j] == ' ')
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		if (!span_eq_nocase(span_sub(a, i, i + 1), span_sub(b, j, j + 1)))
			return false;
		i++;
		j++;
	}
}

struct clause *statement_find_label(const struct statement *s, struct span label)
{
	struct clause *table = NULL;

	for (size_t i = 0; i < s->count; i++) {
		struct clause *c = &s->clauses[i];

		if (!c->label.n || !label_eq(c->label, label))
			continue;
		if (c->block->kind != BLOCK_TABLE)
			return c;
		/* "Table 3" is not paragraph 3. */
		table = table ? table : c;
	}
	return table;
}

void statement_hash(const struct statement *s, char ret_hex[SHA256_HEX + 1])
{
	struct buf all = { 0 };

	for (size_t i = 0; i < s->count; i++) {
		if (s->clauses[i].internal)
			continue;
		buf_put(&all, clause_hash(&s->clauses[i]), SHA256_HEX);
		buf_char(&all, '\n');
	}
	sha256_hex_of(buf_span(&all), ret_hex);
	buf_done(&all);
}

/* ---- cross-references ---- */

void xref_split(struct span target, struct span *ret_draft, struct span *ret_id)
{
	size_t hash = span_find_char(target, '#', 0);

	*ret_draft = hash == SIZE_MAX ? span_sub(target, 0, 0) : span_sub(target, 0, hash);
	*ret_id = hash == SIZE_MAX ? target : span_sub(target, hash + 1, target.n);
}

/* Does the public reader see this block in the written text?  Rationales and oral wordings stand elsewhere. */
static bool seen(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->internal || attrs_has(b->attrs, CLASS_RATIONALE | CLASS_ORAL))
			return false;
	return true;
}

static bool print_number(const struct block *b, const struct xref_words *w, struct buf *out)
{
	struct span word;

	/* A further paragraph of an item is named by the item's number. */
	while (b && !b->path.n && (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_CODE) && b->parent &&
	       b->parent->kind == BLOCK_ITEM)
		b = b->parent;
	if (!b || !b->path.n)
		return false;
	word = b->kind == BLOCK_HEADING ? w->section : b->kind == BLOCK_TABLE ? w->table : w->paragraph;
	if (!number_says(b->path, word)) {
		buf_add(out, word);
		buf_char(out, ' ');
	}
	buf_add(out, b->path);
	return true;
}

static enum xref_state print_target(const struct statement *s, const struct clause *c, const struct xref_words *w, bool inner, struct buf *printed);

/* False: there is no other draft with such a clause. */
static bool print_elsewhere(const struct xref_words *w, struct span draft, struct span id, struct buf *out)
{
	const struct statement *other = w->other_draft ? w->other_draft(w->other_ctx, draft) : NULL;
	struct xref_words alone = *w;
	enum xref_state state;

	alone.other_draft = NULL; /* two drafts that name each other would never end */
	state = other ? statement_xref_elsewhere(other, id, &alone, out) : XREF_DEAD;
	return state != XREF_DEAD && state != XREF_UNNUMBERED;
}

#define INNER_MAX 160u /* bytes that a reference in a heading may print where another prints the heading: chains of headings would double at each step */

/* The words of a heading with the references among them as they print: those of an export are printed already.  inner: of a heading that
 * such a reference leads to; its own are held, or two that name each other would never end. */
static void heading_words(const struct statement *s, const struct block *h, const struct xref_words *w, bool inner, struct buf *out)
{
	struct text_pieces pieces = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	size_t done = 0;

	text_of_leaf_pieces(h, s->reading, &text, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct text_piece *p = &pieces.items[i];
		const struct run *r = &h->runs[p->run];
		const struct clause *c;
		struct span draft, id;

		if (r->kind != RUN_XREF)
			continue;
		buf_add(out, span_sub(buf_span(&text), done, p->begin));
		done = p->end;
		xref_split(r->target, &draft, &id);
		c = draft.n || inner ? NULL : statement_find(s, id);
		if (r->printed.n)
			buf_add(out, r->printed.n <= INNER_MAX ? r->printed : SPAN_LIT(XREF_HELD));
		else if (draft.n && !inner && print_elsewhere(w, draft, id, out))
			continue;
		else if (!c || !seen(c->block) || print_target(s, c, w, true, out) == XREF_UNNUMBERED)
			BUF_LIT(out, XREF_HELD);
	}
	buf_add(out, span_sub(buf_span(&text), done, text.n));
	free(pieces.items);
}

static enum xref_state print_target(const struct statement *s, const struct clause *c, const struct xref_words *w, bool inner, struct buf *printed)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	const struct block *h = c->heading ? c->block : c->heading_above;

	if (print_number(c->block, w, printed))
		return XREF_NUMBER;
	if (h)
		heading_words(s, h, w, inner, &words);
	if (words.n && !c->heading)
		buf_add(printed, w->open);
	text_fold(buf_span(&words), printed);
	if (words.n && !c->heading)
		buf_add(printed, w->close);
	return words.n ? XREF_WORDS : XREF_UNNUMBERED;
}

enum xref_state statement_xref(const struct statement *s, struct span target, bool from_internal,
			       const struct xref_words *w, struct buf *printed, const struct clause **ret_target)
{
	struct span draft, id;
	const struct clause *c;

	xref_split(target, &draft, &id);
	if (draft.n)
		return XREF_ELSEWHERE;
	c = statement_find(s, id);
	if (!c)
		return XREF_DEAD;
	if (ret_target)
		*ret_target = c;
	if (!from_internal && !seen(c->block))
		return XREF_DEAD;
	return print_target(s, c, w, false, printed);
}

enum xref_state statement_xref_elsewhere(const struct statement *other, struct span id, const struct xref_words *w,
					 struct buf *printed)
{
	const struct clause *c = statement_find(other, id);
	struct span title = other->doc->meta.title;
	struct buf own = { 0 };
	enum xref_state state;

	if (!c || !seen(c->block))
		return XREF_DEAD;
	if (!title.n)
		return XREF_UNNUMBERED;
	state = print_target(other, c, w, false, &own);
	if (state != XREF_UNNUMBERED) {
		buf_add(printed, buf_span(&own));
		BUF_LIT(printed, ", ");
	}
	buf_add(printed, w->open);
	buf_add(printed, title);
	buf_add(printed, w->close);
	buf_done(&own);
	return state == XREF_UNNUMBERED ? XREF_WORDS : state;
}
