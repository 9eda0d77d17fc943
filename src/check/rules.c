/*
 * rules: the rules of the whole statement, one function each, in one table.
 *
 * Source: DESIGN.md section 6; FORMAT.md F4, F11.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "check/internal.h"
#include "check/token.h"
#include "model/text.h"

/* ---- what the reader remarked ---- */

static int by_rule_and_place(const void *pa, const void *pb)
{
	const struct remark *const *a = pa, *const *b = pb;
	int r = strcmp((*a)->rule, (*b)->rule);

	return r ? r : (*a)->offset < (*b)->offset ? -1 : (*a)->offset > (*b)->offset;
}

/* The line of the file that holds an offset. */
static struct span line_of(const struct check *k, size_t offset)
{
	struct span s = k->d->source;
	size_t begin = offset < s.n ? offset : s.n, end = begin;

	while (begin > 0 && s.p[begin - 1] != '\n' && s.p[begin - 1] != '\r')
		begin--;
	while (end < s.n && s.p[end] != '\n' && s.p[end] != '\r')
		end++;
	s = span_sub(s, begin, end);
	return span_starts(s, SPAN_LIT("\xef\xbb\xbf")) ? span_sub(s, 3, s.n) : s;
}

static void remarks(struct check *k)
{
	const struct remark **sorted = mem_zero(k->d->remark_count + 1, sizeof(*sorted));

	for (size_t i = 0; i < k->d->remark_count; i++)
		sorted[i] = &k->d->remarks[i];
	if (k->d->remark_count)
		qsort(sorted, k->d->remark_count, sizeof(*sorted), by_rule_and_place);
	for (size_t i = 0; i < k->d->remark_count; i++) {
		const struct remark *m = sorted[i];
		const struct clause *c = m->clause.n ? statement_find(k->s, m->clause) : check_clause_at(k, m->offset);
		struct finding *f;

		/* two readers of the same text may say the same */
		if (i && strcmp(sorted[i - 1]->rule, m->rule) == 0 && sorted[i - 1]->offset == m->offset)
			continue;
		if (!(f = check_find(k, m->rule, c, m->offset)))
			continue;
		if (m->clause.n)
			f->clause = m->clause;
		f->message = m->message;
		if (strcmp(m->rule, "attribute-malformed") == 0)
			f->caret = arena_dup(&k->r->findings.arena, line_of(k, m->offset));
	}
	free(sorted);
}

/* ---- the priorities list and the call ---- */

/* As people call it: "French", "French (fr-CA)"; a language that is not known here by its code. */
static void add_language(struct buf *out, struct span tag)
{
	static const struct { const char *code, *name; } names[] = {
		{ "ar", "Arabic" },  { "de", "German" },   { "en", "English" }, { "es", "Spanish" },    { "fa", "Persian" }, { "fr", "French" },  { "he", "Hebrew" },
		{ "hi", "Hindi" },   { "id", "Indonesian" }, { "it", "Italian" }, { "ja", "Japanese" }, { "ko", "Korean" },  { "ms", "Malay" },   { "nl", "Dutch" },
		{ "pt", "Portuguese" }, { "ru", "Russian" }, { "sw", "Swahili" }, { "th", "Thai" },     { "tr", "Turkish" }, { "vi", "Vietnamese" }, { "zh", "Chinese" },
	};
	struct span code = tag;

	for (size_t i = 0; i < tag.n; i++)
		if (tag.p[i] == '-' || tag.p[i] == '_') {
			code.n = i;
			break;
		}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_eq_nocase(code, span_str(names[i].code))) {
			buf_str(out, names[i].name);
			if (code.n < tag.n)
				buf_printf(out, " (%.*s)", SPAN_ARG(tag));
			return;
		}
	buf_printf(out, "\"%.*s\"", SPAN_ARG(tag));
}

static void language(struct check *k)
{
	const struct priorities *p = k->checker->list;
	struct buf names = { 0 }, own = { 0 };
	struct finding *f;

	if (!p || k->r->checked || !(f = check_find(k, "language", NULL, SIZE_MAX)))
		return;
	for (size_t i = 0; i < p->language_count; i++) {
		if (i)
			BUF_LIT(&names, ", ");
		add_language(&names, p->languages[i]);
	}
	for (size_t i = 0; !p->language_count && i < p->items[0].any.count; i++) {
		const struct phrase_source *one = &p->items[0].any.items[i];

		/* the phrases of a language stand together */
		if (i && span_eq(one[-1].language, one->language))
			continue;
		if (i)
			BUF_LIT(&names, ", ");
		add_language(&names, one->language);
	}
	add_language(&own, k->d->meta.language);
	check_say(k, f, "this list is in %.*s, the statement in %.*s: nothing was checked. Add phrases in that language to the list of priorities, or mend \"language:\" in the front matter.",
		  SPAN_ARG(buf_span(&names)), SPAN_ARG(buf_span(&own)));
	buf_done(&own);
	buf_done(&names);
}

static void call(struct check *k)
{
	const struct profile *p = k->profile;
	struct finding *f;

	if (k->o->call_unknown && (f = check_find(k, "call-unknown", NULL, k->d->meta.call_offset ? k->d->meta.call_offset : SIZE_MAX))) {
		f->excerpt = k->d->meta.call;
		check_say(k, f, "the call \"%.*s\" has no profile here, so its limits were not checked. Mend the name, or add templates/calls/%.*s.yaml.",
			  SPAN_ARG(k->d->meta.call), SPAN_ARG(k->d->meta.call));
	}
	if (p && p->style_pack.n && !style_pack_find(p->style_pack) && (f = check_find(k, "value-unknown", NULL, SIZE_MAX))) {
		f->subject = p->style_pack;
		check_say(k, f, "the call's profile asks for the house style \"%.*s\", and there is none of that name, so none was checked: mend \"pack:\" in %s (un-editorial-en is one).",
			  SPAN_ARG(p->style_pack), p->path ? p->path : "the profile");
	}
	if (p && p->priorities.n && k->checker->list && !span_eq(p->priorities, k->checker->list->set) && (f = check_find(k, "value-unknown", NULL, SIZE_MAX)))
		check_say(k, f, "the call's profile asks for the priorities \"%.*s\", and the list used is \"%.*s\": name the right list, or mend \"priorities:\" in %s.",
			  SPAN_ARG(p->priorities), SPAN_ARG(k->checker->list->set), p->path ? p->path : "the profile");
}

/* one: what a single one is called. */
static void limit(struct check *k, const char *rule, struct limit l, size_t value, const char *one, const char *unit, const char *hint)
{
	struct finding *f = NULL;
	bool hard = l.hard.is == GIVEN_SET && value > l.hard.value;

	if (hard)
		f = check_find(k, rule, NULL, SIZE_MAX);
	else if (l.soft.is == GIVEN_SET && value > l.soft.value)
		f = check_find_level(k, rule, LEVEL_WARNING, NULL, SIZE_MAX);
	if (!f)
		return;
	check_say(k, f, "%zu %s, and %s %llu: %zu too many. %s", value, value == 1 ? one : unit, hard ? "the call allows" : "the profile aims at",
		  (unsigned long long)(hard ? l.hard.value : l.soft.value), value - (size_t)(hard ? l.hard.value : l.soft.value), hint);
}

static void limits(struct check *k)
{
	const struct lengths *n = &k->r->lengths;
	const struct profile *p = k->profile;
	size_t pages = (size_t)n->pages + (n->pages > (double)(size_t)n->pages);

	if (!p)
		return;
	limit(k, "words", p->words, n->words, "word", "words", "Cut some; the profile says what counts.");
	limit(k, "chars", p->characters, p->characters_without_spaces ? n->characters_no_spaces : n->characters, "character", "characters",
	      "Cut some; the profile says what counts.");
	limit(k, "pages", p->pages, pages, "page (an estimate)", "pages (an estimate)", "Cut some, or look at the exported file.");
	if (n->has_seconds)
		limit(k, "seconds", p->seconds, n->seconds, "second to read aloud", "seconds to read aloud", "Cut some, or mark what may go with oral=cut or oral=skip.");
}

static void deadline(struct check *k)
{
	const struct profile *p = k->profile;
	uint64_t most = 0;
	struct finding *f;

	if (!p || p->deadline.is != DEADLINE_SET || !k->o->now)
		return;
	for (size_t i = 0; i < p->deadline.warn_count; i++)
		most = p->deadline.warn_days[i] > most ? p->deadline.warn_days[i] : most;
	if (k->o->now > p->deadline.time) {
		if ((f = check_find(k, "deadline", NULL, k->d->meta.call_offset ? k->d->meta.call_offset : SIZE_MAX)))
			check_say(k, f, "the deadline, %.*s %.*s, has passed. Ask the secretariat whether it still takes the text, or mend \"at:\" in the profile.",
				  SPAN_ARG(p->deadline.at), SPAN_ARG(p->deadline.zone));
	} else if ((uint64_t)(p->deadline.time - k->o->now) <= most * 86400) {
		int64_t hours = (p->deadline.time - k->o->now) / 3600;

		if ((f = check_find_level(k, "deadline", LEVEL_NOTE, NULL, k->d->meta.call_offset ? k->d->meta.call_offset : SIZE_MAX)))
			check_say(k, f, "the deadline is %.*s %.*s: %lld %s left.", SPAN_ARG(p->deadline.at), SPAN_ARG(p->deadline.zone),
				  (long long)(hours >= 48 ? hours / 24 : hours), hours >= 48 ? "days" : "hours");
	}
}

/* ---- sections ---- */

/* The words of two titles compared as people read them: without case, signs and doubled spaces. */
static bool same_words(struct span a, struct span b)
{
	CLEANUP(buf_done) struct buf fa = { 0 };
	CLEANUP(buf_done) struct buf fb = { 0 };
	size_t i = 0, j = 0, words = 0;
	struct span wa, wb;

	for (;; words++) {
		bool more = token_next(a, &i, &wa);

		if (more != token_next(b, &j, &wb))
			return false;
		if (!more)
			break;
		buf_clear(&fa);
		buf_clear(&fb);
		token_fold(wa, &fa);
		token_fold(wb, &fb);
		if (!span_eq(buf_span(&fa), buf_span(&fb)))
			return false;
	}
	return words > 0 || span_eq(a, b);
}

static bool names_section(const struct clause *c, const struct section *s)
{
	struct span value = { 0 };

	for (const struct block *b = c->block; b && !value.n; b = b->parent)
		if (b->attrs)
			value = attrs_get(b->attrs, "section");
	if (value.n)
		return span_eq(value, s->id);
	return c->block->kind == BLOCK_HEADING && s->title.n && same_words(c->text, s->title);
}

static void one_section(struct check *k, const struct section *s)
{
	bool oral = k->r->channel == CHANNEL_ORAL, in_section = false;
	const struct clause *first = NULL;
	unsigned level = 0;
	size_t words = 0, items = 0;
	struct finding *f;

	for (size_t i = 0; i < k->s->count; i++) {
		const struct clause *c = &k->s->clauses[i];
		bool heading = c->block->kind == BLOCK_HEADING, names;

		if (!check_seen(c->block, oral))
			continue;
		if (in_section && heading && c->block->level <= level)
			in_section = false;
		names = names_section(c, s);
		if (names && !first)
			first = c;
		if (names && heading && !in_section) {
			in_section = true;
			level = c->block->level;
			continue;
		}
		if (!names && !in_section)
			continue;
		words += clause_words(c, READING_REJECTED);
		items += !heading;
	}
	if (!first) {
		if (s->required && (f = check_find(k, "section", NULL, SIZE_MAX))) {
			f->subject = s->id;
			if (s->title.n)
				check_say(k, f, "the call asks for a section \"%.*s\", and there is none. Add a heading of that name, or section=%.*s to the tag of the paragraph that it is.",
					  SPAN_ARG(s->title), SPAN_ARG(s->id));
			else
				check_say(k, f, "the call asks for a section \"%.*s\", and there is none. Add section=%.*s to the tag of the paragraph that it is.",
					  SPAN_ARG(s->id), SPAN_ARG(s->id));
		}
		return;
	}
	if (s->max_words.is == GIVEN_SET && words > s->max_words.value && (f = check_find(k, "section", first, SIZE_MAX))) {
		f->line = first->line;
		f->column = first->column;
		f->subject = s->id;
		check_say(k, f, "the section \"%.*s\" has %zu words, and the call allows %llu in it. Cut %zu.", SPAN_ARG(s->title.n ? s->title : s->id), words,
			  (unsigned long long)s->max_words.value, words - (size_t)s->max_words.value);
	}
	if (s->max_items.is == GIVEN_SET && items > s->max_items.value && (f = check_find(k, "section", first, SIZE_MAX))) {
		f->line = first->line;
		f->column = first->column;
		f->subject = s->id;
		check_say(k, f, "the section \"%.*s\" has %zu paragraphs, and the call allows %llu in it. Leave some out, or join them.",
			  SPAN_ARG(s->title.n ? s->title : s->id), items, (unsigned long long)s->max_items.value);
	}
}

static void sections(struct check *k)
{
	for (size_t i = 0; k->profile && i < k->profile->section_count; i++)
		one_section(k, &k->profile->sections[i]);
}

/* ---- numbering, notes ---- */

static const char *numbering_name(enum numbering n)
{
	switch (n) {
	case NUMBERING_PARAGRAPHS:
		return "paragraphs";
	case NUMBERING_HEADINGS:
		return "headings";
	case NUMBERING_NONE:
	case NUMBERING_UNSAID:
		return "none";
	}
	return "none";
}

#define LIST_LEVELS 3u /* (a), (i), (1): FORMAT.md F4 */

static void numbering(struct check *k)
{
	const struct profile *p = k->profile;
	enum numbering said = k->d->meta.numbering;
	struct finding *f;

	/* What is said of the written text binds no speech made of it. */
	if (k->r->channel == CHANNEL_ORAL && k->d->meta.channel != CHANNEL_ORAL)
		said = NUMBERING_UNSAID;

	if (p && said != NUMBERING_UNSAID && p->numbering != NUMBERING_UNSAID && said != p->numbering && (f = check_find(k, "numbering", NULL, SIZE_MAX)))
		check_say(k, f, "the front matter says numbering: %s, and the call's profile %s. Mend the front matter, or take the line out.", numbering_name(said),
			  numbering_name(p->numbering));
	else if (p && said != NUMBERING_UNSAID && said != NUMBERING_NONE && p->numbering_permission == PERMIT_FORBIDDEN && (f = check_find(k, "numbering", NULL, SIZE_MAX)))
		check_say(k, f, "the call takes no numbered text, and the front matter says numbering: %s. Write numbering: none.", numbering_name(said));
	else if (p && said != NUMBERING_UNSAID && said != NUMBERING_NONE && p->numbering_permission == PERMIT_AVOID &&
		 (f = check_find_level(k, "numbering", LEVEL_WARNING, NULL, SIZE_MAX)))
		check_say(k, f, "the call would rather have no numbers, and the front matter says numbering: %s.", numbering_name(said));
	if (k->d->numbered != NUMBERING_PARAGRAPHS)
		return;
	for (const struct block *b = k->s->doc->root; b; b = block_next(b, k->s->doc->root)) {
		unsigned depth = 0;
		const struct clause *c = NULL;
		const struct block *leaf;

		if (b->kind != BLOCK_LIST || !b->ordered || !check_seen(b, k->r->channel == CHANNEL_ORAL))
			continue;
		for (const struct block *at = b; at; at = at->parent)
			depth += at->kind == BLOCK_LIST && at->ordered;
		/* one finding where it begins to be too deep */
		if (depth != LIST_LEVELS + 1)
			continue;
		for (leaf = b; leaf && !block_is_leaf(leaf); leaf = block_next(leaf, b))
			;
		if (leaf)
			c = statement_clause_of(k->s, leaf);
		if (!(f = check_find(k, "numbering", c, leaf && leaf->run_count ? leaf->runs[0].src.begin : b->origin.begin)))
			continue;
		check_say(k, f, "this list is nested %u deep, and there are numbers for %u: (a), (i), (1). It is exported as text of the third. Make the list flatter.", depth,
			  LIST_LEVELS);
	}
}

static void notes(struct check *k)
{
	const struct profile *p = k->profile;
	const struct note *first = NULL;
	const struct clause *where = NULL;
	size_t count = 0, at = SIZE_MAX;
	struct finding *f;

	if (!p || k->r->channel == CHANNEL_ORAL || (p->footnotes != PERMIT_FORBIDDEN && p->footnotes != PERMIT_AVOID))
		return;
	for (size_t i = 0; i < k->d->note_count; i++) {
		const struct note *n = k->d->notes[i];

		if (!n->number || n->internal || n->duplicate)
			continue;
		count++;
		if (!first || n->number < first->number)
			first = n;
	}
	if (!first)
		return;
	for (size_t i = 0; i < k->s->count && at == SIZE_MAX; i++) {
		const struct clause *c = &k->s->clauses[i];

		for (size_t l = 0; l < c->leaf_count && c->note_count && at == SIZE_MAX; l++)
			for (size_t r = 0; r < c->leaves[l]->run_count && at == SIZE_MAX; r++)
				if (c->leaves[l]->runs[r].kind == RUN_NOTE && c->leaves[l]->runs[r].note == first) {
					at = c->leaves[l]->runs[r].src.begin;
					where = c;
				}
	}
	f = p->footnotes == PERMIT_FORBIDDEN ? check_find(k, "notes", where, at) : check_find_level(k, "notes", LEVEL_WARNING, where, at);
	if (f)
		check_say(k, f, "%zu %s, and the call %s. Bring the words into the text, or leave them out.", count, count == 1 ? "footnote" : "footnotes",
			  p->footnotes == PERMIT_FORBIDDEN ? "takes none" : "would rather have none");
}

/* ---- suggestions, internal notes ---- */

static int by_size(const void *pa, const void *pb)
{
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	return a < b ? -1 : a > b;
}

/* Those that are no suggestions but broken ones are said by the reader. */
static size_t sound_suggestions(struct check *k, size_t *ret_first)
{
	size_t *broken = mem_zero(k->d->remark_count + 1, sizeof(*broken)), count = 0, sound = 0;

	for (size_t i = 0; i < k->d->remark_count; i++)
		if (strncmp(k->d->remarks[i].rule, "critic-", 7) == 0)
			broken[count++] = k->d->remarks[i].offset;
	qsort(broken, count, sizeof(*broken), by_size);
	for (size_t i = 0; i < k->d->suggestion_count; i++) {
		const struct origin *o = &k->d->suggestions[i].origin;
		size_t lo = 0, hi = count;

		while (lo < hi) {
			size_t mid = (lo + hi) / 2;

			if (broken[mid] < o->begin)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo < count && broken[lo] < o->end)
			continue;
		sound++;
		*ret_first = o->begin < *ret_first ? o->begin : *ret_first;
	}
	free(broken);
	return sound;
}

static void suggestions(struct check *k)
{
	struct finding *f;
	const struct clause *c = NULL;
	size_t at = SIZE_MAX, n = k->d->suggestion_count ? sound_suggestions(k, &at) : 0;

	if (!n)
		return;
	c = check_clause_at(k, at);
	if ((f = check_find(k, "open-suggestion", c, at)))
		check_say(k, f, n == 1 ? "%zu suggestion is not settled. Accept or reject it, the text cannot be handed in before: chapeau suggestions %.*s" :
				      "%zu suggestions are not settled; the first stands here. Accept or reject them, the text cannot be handed in before: chapeau suggestions %.*s",
			  n, SPAN_ARG(workspace_typed(&k->r->arena, k->o->file)));
}

/* Does one container end and another begin between two blocks? */
static bool container_between(const struct doc *d, size_t end, size_t begin)
{
	const struct span fence = SPAN(":::");
	size_t at = end <= begin && begin <= d->source.n ? span_find(span_sub(d->source, 0, begin), fence, end) : SIZE_MAX;

	return at != SIZE_MAX && span_find(span_sub(d->source, 0, begin), fence, at + fence.n) != SIZE_MAX;
}

static void internal_notes(struct check *k)
{
	const struct block *last_end = NULL;
	struct result *r = k->r;
	struct finding *f;
	size_t first = SIZE_MAX, line, column, end = 0;

	for (const struct block *b = k->d->root, *next; b; b = next) {
		next = block_next(b, k->d->root);
		if (!b->internal)
			continue;
		next = block_next_skip(b, k->d->root);
		/* what stands in one container is one note */
		if (!(b->in_container && b == last_end) || container_between(k->d, end, b->origin.begin))
			r->internal_notes++;
		end = b->origin.end;
		last_end = b->in_container ? next : NULL;
		if (first == SIZE_MAX) {
			first = b->origin.begin;
			for (const struct block *leaf = b; leaf; leaf = block_next(leaf, b)) {
				if (block_is_leaf(leaf) && leaf->run_count && leaf->runs[0].src.end) {
					first = leaf->runs[0].src.begin;
					break;
				}
			}
		}
	}
	if (!r->internal_notes)
		return;
	check_place(k, first, &line, &column);
	r->internal_line = line;
	if ((f = check_find(k, "internal-note", NULL, first)))
		check_say(k, f, "%zu internal %s, in no public file.", r->internal_notes, r->internal_notes == 1 ? "note" : "notes");
}

/* Rules that look at the statement as a whole, or at more than one block of it.  Those that read leaf by leaf are called
 * while the leaves go by: chars.c, style.c, coverage.c. */
static const struct {
	const char *rules; /* ids, for the reader of this table */
	void (*run)(struct check *k);
} whole[] = {
	{ "every remark of a reader", remarks },
	{ "language", language },
	{ "call-unknown value-unknown", call },
	{ "words chars pages seconds", limits },
	{ "deadline", deadline },
	{ "section", sections },
	{ "numbering", numbering },
	{ "notes", notes },
	{ "open-suggestion", suggestions },
	{ "internal-note", internal_notes },
	{ "value-unknown", check_spoken },
	{ "value-unknown", check_descent },
	{ "xref-dead xref-unnumbered", check_references },
	{ "image-missing", check_images },
};

void check_rules(struct check *k)
{
	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		whole[i].run(k);
}
