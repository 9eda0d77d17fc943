/*
 * agreed: the quotations of a clause against the agreed language that it names.
 *
 * A clause whose tag says agreed=ID quotes that entry of the library.  The words must be the entry's: a quotation may be
 * shorter or longer than the library's excerpt, leave words out with an ellipsis, and hold the writer's own in square
 * brackets; letter case, punctuation, note marks and spacing are free, as tokens are.  Words that are taken over whole
 * without quotation marks, as proposals do, are good too.
 * Source: DESIGN.md sections 3 and 5; FORMAT.md F7 (tokens), F9.4 (quotations); United Nations Editorial Manual, "Quotations".
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/script.h"
#include "check/internal.h"
#include "check/token.h"

#define QUOTED_WORDS 3u /* fewer words in quotation marks are a name or a term */
#define AROUND_WORDS 4u /* shown on both sides of a difference */

struct word {
	uint32_t begin, end; /* bytes of its text */
	uint32_t symbol;     /* place in the entry's vocabulary, or its size: no word of the entry */
	bool ours;           /* stands in square brackets: the writer's own */
	bool after_gap;      /* an ellipsis stands before it */
};

struct words {
	struct span text;
	struct word *items;
	size_t count, cap;
};

struct vocabulary {
	struct span *words; /* folded, sorted, each once */
	size_t count;
	struct arena arena;
};

/* The quotation that is most like an entry. */
struct best {
	size_t leaf; /* of the clause; SIZE_MAX: none */
	struct region at;
	size_t kept;
	bool good;
};

static int by_word(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static uint32_t symbol_of(const struct vocabulary *v, struct span folded)
{
	const struct span *at = v->count ? bsearch(&folded, v->words, v->count, sizeof(*v->words), by_word) : NULL;

	return (uint32_t)(at ? (size_t)(at - v->words) : v->count);
}

static void vocabulary_read(struct vocabulary *v, struct span quote)
{
	struct buf folded = { 0 };
	struct span token;
	size_t at = 0, kept = 0;

	v->words = mem_zero(quote.n + 1, sizeof(*v->words)); /* a word is a byte at least */
	while (token_next(quote, &at, &token)) {
		buf_clear(&folded);
		token_fold(token, &folded);
		v->words[v->count++] = arena_dup(&v->arena, buf_span(&folded));
	}
	buf_done(&folded);
	if (!v->count)
		return;
	qsort(v->words, v->count, sizeof(*v->words), by_word);
	for (size_t i = 1; i < v->count; i++)
		if (!span_eq(v->words[kept], v->words[i]))
			v->words[++kept] = v->words[i];
	v->count = kept + 1;
}

static void vocabulary_done(struct vocabulary *v)
{
	free(v->words);
	arena_done(&v->arena);
}

/* Brackets and ellipses between two words. */
static void read_signs(struct span between, bool *inside, bool *gap)
{
	*gap = span_find(between, SPAN_LIT("…"), 0) != SIZE_MAX || span_find(between, SPAN_LIT("..."), 0) != SIZE_MAX ||
	       span_find(between, SPAN_LIT(". . ."), 0) != SIZE_MAX;
	for (size_t i = 0; i < between.n; i++) {
		if (between.p[i] == '[')
			*inside = true;
		else if (between.p[i] == ']')
			*inside = false;
	}
}

static void words_read(struct words *w, const struct vocabulary *v, struct span text, struct region r)
{
	struct span s = span_sub(text, 0, r.end), token;
	struct buf folded = { 0 };
	size_t at = r.begin, before = r.begin;
	bool inside = false, gap;

	w->text = text;
	w->count = 0;
	while (token_next(s, &at, &token)) {
		size_t begin = (size_t)(token.p - text.p);

		read_signs(span_sub(text, before, begin), &inside, &gap);
		before = begin + token.n;
		buf_clear(&folded);
		token_fold(token, &folded);
		if (w->count == w->cap) {
			w->cap = w->cap ? 2 * w->cap : 64;
			w->items = mem_resize(w->items, w->cap, sizeof(*w->items));
		}
		w->items[w->count++] = (struct word){ .begin = (uint32_t)begin,
						      .end = (uint32_t)before,
						      .symbol = symbol_of(v, buf_span(&folded)),
						      .ours = inside,
						      .after_gap = gap };
	}
	buf_done(&folded);
}

/* Do the entry's words stand in these, one after the other? */
static bool holds(const struct words *w, const struct words *entry)
{
	size_t *back, matched = 0;
	bool found = false;

	if (!entry->count || w->count < entry->count)
		return false;
	/* D. Knuth, J. Morris and V. Pratt (1977): linear whatever repeats. */
	back = mem_zero(entry->count + 1, sizeof(*back));
	for (size_t i = 1, k = 0; i < entry->count; i++) {
		while (k && entry->items[k].symbol != entry->items[i].symbol)
			k = back[k];
		back[i + 1] = k += entry->items[k].symbol == entry->items[i].symbol;
	}
	for (size_t i = 0; i < w->count && !found; i++) {
		while (matched && entry->items[matched].symbol != w->items[i].symbol)
			matched = back[matched];
		matched += entry->items[matched].symbol == w->items[i].symbol;
		found = matched == entry->count;
	}
	free(back);
	return found;
}

/* ---- one quotation against one entry ---- */

struct quoted_words {
	const struct words *said, *entry;
	bool *gone, *came; /* not in the other */
	size_t kept;
	size_t said_from, said_to, entry_from, entry_to; /* what both must share: outside, only one goes on */
	bool good;
	uint32_t first; /* byte of the first word that differs */
};

static void compare_free(struct quoted_words *c)
{
	free(c->gone);
	free(c->came);
}

static uint32_t *symbols_of(const struct words *w)
{
	uint32_t *row = mem_zero(w->count + 1, sizeof(*row));

	for (size_t i = 0; i < w->count; i++)
		row[i] = w->items[i].symbol;
	return row;
}

static void judge(struct quoted_words *c)
{
	size_t i = c->said_from, j = c->entry_from;

	c->good = true;
	c->first = UINT32_MAX;
	while (i < c->said_to || j < c->entry_to) {
		size_t a = i, b = j;
		bool foreign = false;

		for (; a < c->said_to && c->gone[a]; a++)
			foreign = foreign || !c->said->items[a].ours;
		while (b < c->entry_to && c->came[b])
			b++;
		if (a > i || b > j) {
			const struct word *here = &c->said->items[i < c->said->count ? i : c->said->count - 1];

			/* the writer's own in brackets, or words left out where an ellipsis says so */
			if (c->good && (foreign || (a == i && !here->after_gap))) {
				c->good = false;
				c->first = here->begin;
			}
		}
		i = a + (a < c->said_to);
		j = b + (b < c->entry_to);
	}
}

/* Where the shared part begins and ends: a quotation may begin later or go on longer than the excerpt, not both differ there. */
static void trim(struct quoted_words *c)
{
	size_t i = 0, j = 0;

	c->said_to = c->said->count;
	c->entry_to = c->entry->count;
	while (i < c->said->count && c->gone[i])
		i++;
	while (j < c->entry->count && c->came[j])
		j++;
	c->said_from = i > j ? i - j : i && j ? 0 : i; /* as many words as the entry has there */
	c->entry_from = i && j ? 0 : j;
	i = c->said->count;
	j = c->entry->count;
	while (i > c->said_from && c->gone[i - 1])
		i--;
	while (j > c->entry_from && c->came[j - 1])
		j--;
	if (i == c->said_to || j == c->entry_to) {
		c->said_to = i;
		c->entry_to = j;
	} else if (c->said_to - i > c->entry_to - j) {
		c->said_to = i + (c->entry_to - j);
	}
}

/* "The IGF is the primary platform" begins at its second "the": words that go beyond the excerpt are shifted to the edge. */
static void shift_to_edges(struct quoted_words *c)
{
	const struct word *w = c->said->items;
	size_t n = c->said->count, from = 0, to;

	while (from < n && !c->gone[from])
		from++;
	for (to = from; to < n && c->gone[to]; to++)
		;
	if (from && to - from >= from && to > from) {
		size_t same = 0;

		while (same < from && w[same].symbol == w[to - from + same].symbol)
			same++;
		for (size_t i = 0; same == from && i < from; i++) {
			c->gone[i] = true;
			c->gone[to - 1 - i] = false;
		}
	}
	to = n;
	while (to && !c->gone[to - 1])
		to--;
	for (from = to; from && c->gone[from - 1]; from--)
		;
	if (to < n && to - from >= n - to) {
		size_t tail = n - to, same = 0;

		while (same < tail && w[to + same].symbol == w[from + same].symbol)
			same++;
		for (size_t i = 0; same == tail && i < tail; i++) {
			c->gone[to + i] = true;
			c->gone[from + i] = false;
		}
	}
}

static void compare(struct quoted_words *c, const struct words *said, const struct words *entry, size_t symbols)
{
	struct script_work work = { 0 };
	uint32_t *a = symbols_of(said), *b = symbols_of(entry);

	*c = (struct quoted_words){ .said = said, .entry = entry };
	c->gone = mem_zero(said->count + 1, sizeof(bool));
	c->came = mem_zero(entry->count + 1, sizeof(bool));
	script_make(&work, a, said->count, b, entry->count, symbols + 1, c->gone, c->came);
	for (size_t i = 0; i < said->count; i++)
		c->kept += !c->gone[i];
	shift_to_edges(c);
	trim(c);
	judge(c);
	script_work_done(&work);
	free(a);
	free(b);
}

/* ---- the difference, word by word ---- */

static void put_words(struct buf *out, const struct words *w, size_t from, size_t to, const char *before, const char *after)
{
	if (from >= to)
		return;
	if (out->n && out->p[out->n - 1] != ' ')
		BUF_LIT(out, " ");
	buf_printf(out, "%s%.*s%s", before, SPAN_ARG(span_sub(w->text, w->items[from].begin, w->items[to - 1].end)), after);
}

/* What both say, cut to a few words beside the differences. */
static void put_same(struct buf *out, const struct words *w, size_t from, size_t to, bool first, bool last)
{
	size_t room = AROUND_WORDS * (first || last ? 1 : 2);

	if (to - from <= room) {
		put_words(out, w, from, to, "", "");
		return;
	}
	if (!first)
		put_words(out, w, from, from + AROUND_WORDS, "", "");
	if (out->n)
		BUF_LIT(out, " ");
	BUF_LIT(out, "...");
	if (!last)
		put_words(out, w, to - AROUND_WORDS, to, "", "");
}

static void put_difference(struct buf *out, const struct quoted_words *c)
{
	size_t i = c->said_from, j = c->entry_from;

	while (i < c->said_to || j < c->entry_to) {
		size_t a = i, b = j;

		while (a < c->said_to && b < c->entry_to && !c->gone[a] && !c->came[b]) {
			a++;
			b++;
		}
		if (a > i)
			put_same(out, c->said, i, a, i == c->said_from && j == c->entry_from, a == c->said_to && b == c->entry_to);
		i = a;
		j = b;
		while (a < c->said_to && c->gone[a])
			a++;
		while (b < c->entry_to && c->came[b])
			b++;
		put_words(out, c->said, i, a, "[-", "-]");
		if (j < b && i < a) /* the two stand side by side */
			buf_printf(out, "{+%.*s+}", SPAN_ARG(span_sub(c->entry->text, c->entry->items[j].begin, c->entry->items[b - 1].end)));
		else
			put_words(out, c->entry, j, b, "{+", "+}");
		i = a;
		j = b;
	}
}

/* ---- a clause ---- */

/* "A/RES/79/1, annex I, para 28" */
static struct span source_of(struct check *k, const struct agreed_entry *e)
{
	struct buf b = { 0 };
	struct span s;

	buf_add(&b, e->symbol.n ? e->symbol : e->title);
	if (e->revision.n)
		buf_printf(&b, ", %.*s", SPAN_ARG(e->revision));
	if (e->annex.n)
		buf_printf(&b, ", annex %.*s", SPAN_ARG(e->annex));
	if (e->para.n)
		buf_printf(&b, ", para %.*s", SPAN_ARG(e->para));
	s = arena_dup(&k->r->findings.arena, buf_span(&b));
	buf_done(&b);
	return s;
}

struct agreed_reading {
	struct check *k;
	const struct clause *c;
	const struct agreed_entry *entry;
	struct vocabulary vocabulary;
	struct words entry_words, said;
	struct best best;
};

static bool enough(const struct quoted_words *c)
{
	size_t least = c->said->count < c->entry->count ? c->said->count : c->entry->count;

	return 2 * c->kept >= least && c->kept >= (least < QUOTED_WORDS ? least : QUOTED_WORDS);
}

static void try_region(struct agreed_reading *r, size_t leaf, struct region at)
{
	struct quoted_words c;

	words_read(&r->said, &r->vocabulary, leaf_span(&r->k->leaf), at);
	if (r->said.count < QUOTED_WORDS && r->said.count < r->entry_words.count)
		return;
	compare(&c, &r->said, &r->entry_words, r->vocabulary.count);
	/* One that is right counts before one that is more alike. */
	if (enough(&c) && !r->best.good && (c.good || r->best.leaf == SIZE_MAX || c.kept > r->best.kept))
		r->best = (struct best){ leaf, at, c.kept, c.good };
	compare_free(&c);
}

static void look_through(struct agreed_reading *r)
{
	struct leaf *l = &r->k->leaf;

	for (size_t i = 0; i < r->c->leaf_count && !r->best.good; i++) {
		struct region whole = { 0 };

		if (!check_seen(r->c->leaves[i], r->k->r->channel == CHANNEL_ORAL))
			continue;
		leaf_load(l, r->k->terms, r->c->leaves[i]);
		whole.end = (uint32_t)l->text.n;
		words_read(&r->said, &r->vocabulary, leaf_span(l), whole);
		if (holds(&r->said, &r->entry_words)) {
			r->best.good = true;
			return;
		}
		if (check_in_quote(r->c->leaves[i]))
			try_region(r, i, whole);
		if (!(l->flags & LEAF_QUOTE_MARKS))
			continue;
		leaf_quotes(l);
		for (size_t q = 0; q < l->quote_count; q++)
			try_region(r, i, l->quotes[q]);
	}
}

static void say_difference(struct agreed_reading *r)
{
	struct check *k = r->k;
	struct quoted_words c;
	struct buf difference = { 0 };
	struct finding *f;

	leaf_load(&k->leaf, k->terms, r->c->leaves[r->best.leaf]);
	words_read(&r->said, &r->vocabulary, leaf_span(&k->leaf), r->best.at);
	compare(&c, &r->said, &r->entry_words, r->vocabulary.count);
	put_difference(&difference, &c);
	f = check_find(k, "agreed", r->c, check_source(k, c.first));
	if (f) {
		f->subject = r->entry->id;
		check_say(k, f, "this is not what %.*s says (%.*s): \"%.*s\". Quote the agreed words, put what is yours in square brackets, or take the quotation marks off.",
			  SPAN_ARG(r->entry->id), SPAN_ARG(source_of(k, r->entry)), SPAN_ARG(buf_span(&difference)));
	}
	buf_done(&difference);
	compare_free(&c);
}

static void one_entry(struct check *k, const struct clause *c, const struct agreed_entry *e, size_t at)
{
	struct agreed_reading r = { .k = k, .c = c, .entry = e, .best.leaf = SIZE_MAX };
	struct finding *f;

	vocabulary_read(&r.vocabulary, e->quote);
	words_read(&r.entry_words, &r.vocabulary, e->quote, (struct region){ 0, (uint32_t)e->quote.n });
	look_through(&r);
	if (!r.best.good && r.best.leaf != SIZE_MAX) {
		say_difference(&r);
	} else if (!r.best.good && (f = check_find(k, "agreed", c, at))) {
		f->subject = e->id;
		check_say(k, f, "the tag says agreed=%.*s (%.*s), and these words do not stand here: \"%.*s\". Quote them, or take agreed= off.", SPAN_ARG(e->id),
			  SPAN_ARG(source_of(k, e)), SPAN_ARG(check_excerpt(k, e->quote)));
	}
	if (e->draft && (f = check_find(k, "agreed", c, at))) {
		f->subject = e->id;
		check_say(k, f, "%.*s is the text of a draft (%.*s), and nobody has agreed to it. Name it as a draft and take agreed= off, or quote what was adopted.",
			  SPAN_ARG(e->id), SPAN_ARG(source_of(k, e)));
	}
	free(r.said.items);
	free(r.entry_words.items);
	vocabulary_done(&r.vocabulary);
}

static void unknown(struct check *k, const struct clause *c, struct span id, size_t at)
{
	const struct agreed *library = k->o->agreed;
	const struct agreed_entry *near = library ? agreed_nearest(library, id) : NULL;
	struct finding *f = check_find(k, "agreed", c, at);

	if (!f)
		return;
	f->subject = arena_dup(&k->r->findings.arena, id);
	if (near)
		check_say(k, f, "no agreed language has the id \"%.*s\": did you mean \"%.*s\"?", SPAN_ARG(id), SPAN_ARG(near->id));
	else if (library)
		check_say(k, f, "no agreed language has the id \"%.*s\", so nothing was compared. Add it to %s, or take agreed= off.", SPAN_ARG(id), library->path);
	else
		check_say(k, f, "there is no library of agreed language, so agreed=%.*s was compared with nothing. Put the words in templates/agreed-language.yaml.", SPAN_ARG(id));
}

void agreed_clause(struct check *k, const struct clause *c)
{
	const struct attrs *a = c->block->attrs;
	struct span rest = a ? attrs_get(a, "agreed") : (struct span){ 0 }, id;
	size_t at = SIZE_MAX, named = 0;
	struct finding *f;

	if (!rest.n)
		return;
	for (size_t i = 0; i < a->count; i++)
		if (span_is(a->items[i].key, "agreed"))
			at = a->items[i].begin;
	while (span_split(&rest, ',', &id)) {
		const struct agreed_entry *e;

		id = span_trim(id);
		if (!id.n)
			continue;
		if (++named > LIMIT_AGREED_NAMED) {
			if ((f = check_find(k, "agreed", c, at)))
				check_say(k, f, "this paragraph names more than %u pieces of agreed language: the others were not compared. Divide it.", LIMIT_AGREED_NAMED);
			return;
		}
		e = k->o->agreed ? agreed_find(k->o->agreed, id) : NULL;
		if (e)
			one_entry(k, c, e, at);
		else
			unknown(k, c, id, at);
	}
}
