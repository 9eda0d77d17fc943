/*
 * coverage: which priority reaches which state, on what evidence; red lines, weak words and claims on the way.
 *
 * Goes with the clauses, one after the other; at the end of a clause it is known what evidence the clause holds.
 * Source: FORMAT.md F9.5 to F9.7.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "check/internal.h"
#include "model/text.h"

enum tally_kind { TALLY_MENTIONED, TALLY_ASKED, TALLY_EVIDENCED, TALLY_CONTRARY, TALLY_NEGATED, TALLY_KINDS };

/* What was found for one priority. */
struct tally {
	struct evidence *kept[TALLY_KINDS]; /* EVIDENCE_MAX each, made on first use */
	size_t count[TALLY_KINDS];
	uint32_t covered; /* the last clause that names it, its number + 1 */
	size_t pending;   /* hits of the clause at hand whose evidence was made */
	bool weakened;
	struct span weak_words;
};

/* A match of a priority in the clause at hand. */
struct hit {
	uint32_t priority, leaf; /* leaf: the how-manieth of the clause */
	uint32_t begin, end;     /* tokens */
	bool asked;
	struct evidence *evidence; /* NULL: enough are kept */
};

struct weak_hit {
	uint32_t priority; /* UINT32_MAX: of every priority */
	size_t source;
	struct span words;
	bool said; /* there is a finding of it */
};

struct coverage {
	const struct priorities *list;
	struct tally *tallies;
	struct sense sense;
	struct matches found;
	struct hit *hits;
	size_t hit_count, hit_cap;
	struct weak_hit *weak;
	size_t weak_count, weak_cap;
	struct figures figures; /* of the clause at hand */
	struct chapeau *chapeaux; /* by serial of a list: what its items begin with; made on first use */
	uint32_t clause;          /* number of the clause at hand + 1 */
	uint32_t leaf;            /* of the clause at hand, from 0 */
	unsigned marks;           /* LEAF_* of all its leaves so far */
	uint64_t year;            /* this year */
	int past;                 /* does the sentence at hand hold a past year?  -1: not looked yet */
	/* the sentence whose text was made last */
	uint32_t text_clause, text_leaf, text_sentence;
	struct span text;
	struct buf scratch, fold;
};

static uint64_t year_of(int64_t now)
{
	/* days since 1970 to a year: civil calendar, after the algorithm of days in 400-year eras */
	int64_t z = now / 86400 + 719468, era, doe, yoe, doy;

	if (now < 0)
		return 0;
	era = z / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	return (uint64_t)(yoe + era * 400 + ((5 * doy + 2) / 153 >= 10));
}

struct coverage *coverage_new(struct check *k)
{
	struct coverage *v = mem_zero(1, sizeof(*v));

	v->list = k->checker->list;
	v->tallies = mem_zero(v->list->count + 1, sizeof(struct tally));
	v->sense.terms = k->terms;
	v->sense.window = v->list->negation_window;
	v->year = year_of(k->o->now);
	v->text_clause = UINT32_MAX;
	return v;
}

void coverage_free(struct coverage *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->list->count; i++)
		for (size_t t = 0; t < TALLY_KINDS; t++)
			free(v->tallies[i].kept[t]);
	free(v->tallies);
	sense_done(&v->sense);
	matches_done(&v->found);
	free(v->hits);
	free(v->weak);
	free(v->figures.items);
	free(v->chapeaux);
	buf_done(&v->scratch);
	buf_done(&v->fold);
	free(v);
}

/* ---- evidence ---- */

static void fold_piece(struct coverage *v, struct span s)
{
	/* T, piece by piece: text_fold trims, so a bar holds the ends. */
	buf_clear(&v->scratch);
	BUF_LIT(&v->scratch, "|");
	buf_add(&v->scratch, s);
	BUF_LIT(&v->scratch, "|");
	buf_clear(&v->fold);
	text_fold(buf_span(&v->scratch), &v->fold);
}

/* The sentence's words, white space folded; made once a sentence. */
static struct span sentence_text(struct check *k, const struct sentence *s)
{
	struct coverage *v = k->coverage;
	uint32_t index = (uint32_t)(s - k->leaf.sentences);
	struct buf out = { 0 };

	if (v->text_clause == v->clause && v->text_leaf == v->leaf && v->text_sentence == index)
		return v->text;
	text_fold(span_sub(leaf_span(&k->leaf), s->begin, s->end), &out);
	v->text = arena_dup(&k->r->arena, buf_span(&out));
	buf_done(&out);
	v->text_clause = v->clause;
	v->text_leaf = v->leaf;
	v->text_sentence = index;
	return v->text;
}

static void fill_evidence(struct check *k, const struct clause *c, const struct match *m, struct evidence *e)
{
	struct coverage *v = k->coverage;
	const struct sentence *s = v->sense.sentence;
	const struct token *t = k->leaf.tokens;
	struct span text = leaf_span(&k->leaf), whole;
	size_t lead, begin;

	*e = (struct evidence){ .clause = c, .text = sentence_text(k, s) };
	whole = e->text;
	/* Where the folded words of the hit stand in the folded sentence. */
	fold_piece(v, span_sub(text, s->begin, t[m->begin].begin));
	begin = v->fold.n - 2;
	lead = begin && v->fold.p[1] == ' ';
	e->hit_begin = begin - lead < whole.n ? begin - lead : whole.n;
	fold_piece(v, span_sub(text, t[m->begin].begin, t[m->end].end));
	e->hit_end = e->hit_begin + v->fold.n - 2 < whole.n ? e->hit_begin + v->fold.n - 2 : whole.n;
	check_place(k, check_source(k, t[m->begin].begin), &e->line, &e->column);
}

/* Room for one more in a list; NULL where the list is full.  Counts it either way. */
static struct evidence *tally_add(struct tally *t, enum tally_kind kind)
{
	size_t at = t->count[kind]++;

	if (at >= EVIDENCE_MAX)
		return NULL;
	if (!t->kept[kind])
		t->kept[kind] = mem_zero(EVIDENCE_MAX, sizeof(struct evidence));
	return &t->kept[kind][at];
}

/* A figure of the clause that stands in no match of the priority. */
static bool find_figure(const struct coverage *v, uint32_t priority, struct span *ret)
{
	size_t h = 0;

	for (size_t i = 0; i < v->figures.count; i++) {
		const struct figure *f = &v->figures.items[i];

		while (h < v->hit_count && (v->hits[h].priority != priority || v->hits[h].leaf < f->leaf ||
					    (v->hits[h].leaf == f->leaf && v->hits[h].end < f->token)))
			h++;
		if (h < v->hit_count && v->hits[h].leaf == f->leaf && v->hits[h].begin <= f->token)
			continue;
		*ret = f->text;
		return true;
	}
	return false;
}

/* ---- one sentence ---- */

/* Words of a match, for a message. */
static struct span match_words(struct check *k, const struct match *m)
{
	struct span s = span_sub(leaf_span(&k->leaf), k->leaf.tokens[m->begin].begin, k->leaf.tokens[m->end].end);
	struct buf out = { 0 };
	struct span ret;

	text_fold(s, &out);
	ret = arena_dup(&k->r->arena, buf_span(&out));
	buf_done(&out);
	return ret;
}

/* Looked for once a sentence, however many red lines it holds. */
static bool has_past_year(const struct check *k)
{
	struct coverage *v = k->coverage;
	const struct sentence *s = v->sense.sentence;

	if (v->past >= 0)
		return v->past;
	v->past = 0;
	for (uint32_t i = s->first; i < s->last && (k->leaf.flags & LEAF_NUMBERS); i++) {
		const struct token *t = &k->leaf.tokens[i];
		uint64_t year;

		if ((t->flags & TOKEN_NUMBER) && t->end - t->begin == 4 &&
		    span_number(span_of(k->leaf.text.p + t->begin, 4), 9999, &year) && year >= 1900 && year <= v->year) {
			v->past = 1;
			break;
		}
	}
	return v->past;
}

/* Do the words stand in text that somebody struck or removed? */
static bool is_removed(const struct check *k, const struct match *m)
{
	uint32_t at = k->leaf.tokens[m->begin].begin;
	const struct run *r = leaf_run(&k->leaf, at);
	size_t source = leaf_source(&k->leaf, at), lo = 0;

	if (r && ((r->format & FMT_STRIKE) || !mark_accepted(r->mark)))
		return true;
	if (source == SIZE_MAX || !k->d->suggestion_count)
		return false;
	/* The last suggestion that begins before it, and those around that one. */
	for (size_t hi = k->d->suggestion_count; lo < hi;) {
		size_t mid = (lo + hi) / 2;

		if (k->d->suggestions[mid].origin.begin <= source)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo && lo <= k->d->suggestion_count) {
		const struct suggestion *s = &k->d->suggestions[lo - 1];

		if (s->kind != SUGGEST_INSERT && s->old_part.begin <= source && source < s->old_part.end)
			return true;
		lo = s->outer < lo ? s->outer : 0;
	}
	return false;
}

static void red_line(struct check *k, const struct clause *c, const struct match *m, uint32_t priority)
{
	struct coverage *v = k->coverage;
	struct sense *s = &v->sense;
	const struct priority *p = &v->list->items[priority];
	struct span words = match_words(k, m), title = p->short_title, sentence = { 0 };
	struct match by = { 0 };
	enum level level = LEVEL_ERROR;
	struct finding *f;
	size_t at = check_source(k, k->leaf.tokens[m->begin].begin);
	bool never = k->terms->items[m->item].never, quoted = sense_quoted(s, m), opposed = !quoted && sense_opposed(s, m, &by), removed = is_removed(k, m);
	bool past = !s->ask && has_past_year(k), others = !s->ask && sense_others(s, m->begin);

	if (!never && (quoted || opposed || removed))
		level = LEVEL_NOTE;
	else if (!never && (past || others))
		level = LEVEL_WARNING;
	if (level == LEVEL_ERROR) {
		struct evidence *e = tally_add(&v->tallies[priority], TALLY_CONTRARY);

		if (e)
			fill_evidence(k, c, m, e);
	}
	f = check_find_level(k, "contrary", level, c, at);
	if (!f)
		return;
	f->subject = p->id;
	f->excerpt = words;
	/* A person judges by the sentence (FORMAT.md F9.7). */
	if (level != LEVEL_ERROR)
		sentence = check_excerpt(k, sentence_text(k, s->sentence));
	if (never)
		check_say(k, f, "red-line words, \"%.*s\": the list says that they may stand nowhere, on %.*s. Take them out.", SPAN_ARG(words), SPAN_ARG(title));
	else if (quoted)
		check_say(k, f, "red-line words, \"%.*s\", in a quotation: read as another's, so no error. \"%.*s\"", SPAN_ARG(words), SPAN_ARG(sentence));
	else if (opposed && by.group == UINT32_MAX)
		check_say(k, f, "red-line words, \"%.*s\", in a list whose opening words are against it: read as opposed to them, so no error. \"%.*s\"",
			  SPAN_ARG(words), SPAN_ARG(sentence));
	else if (opposed)
		check_say(k, f, "red-line words, \"%.*s\", %s \"%.*s\": read as opposed to them, so no error. \"%.*s\"", SPAN_ARG(words),
			  by.begin > m->end ? "before" : by.begin > m->begin ? "around" : "after", SPAN_ARG(match_words(k, &by)), SPAN_ARG(sentence));
	else if (removed)
		check_say(k, f, "red-line words, \"%.*s\", in removed text: no error. \"%.*s\"", SPAN_ARG(words), SPAN_ARG(sentence));
	else if (others)
		check_say(k, f, "red-line words, \"%.*s\", said of others: make sure that no reader takes them for yours (on %.*s). \"%.*s\"", SPAN_ARG(words),
			  SPAN_ARG(title), SPAN_ARG(sentence));
	else if (past)
		check_say(k, f, "red-line words, \"%.*s\", told of the past: make sure that no reader takes them for what you ask (on %.*s). \"%.*s\"",
			  SPAN_ARG(words), SPAN_ARG(title), SPAN_ARG(sentence));
	else
		check_say(k, f, "red-line words, \"%.*s\": they are against what the list asks on %.*s. Take them out, or say in the same sentence that you are against them.",
			  SPAN_ARG(words), SPAN_ARG(title));
}

static void named(struct check *k, const struct clause *c, const struct match *m, uint32_t priority, bool can_ask, bool role_asks)
{
	struct coverage *v = k->coverage;
	struct tally *t = &v->tallies[priority];
	struct hit *h;

	if (sense_negated(&v->sense, m)) {
		struct evidence *e = tally_add(t, TALLY_NEGATED);

		if (e)
			fill_evidence(k, c, m, e);
		return;
	}
	if (v->hit_count == v->hit_cap) {
		v->hit_cap = v->hit_cap ? 2 * v->hit_cap : 64;
		v->hits = mem_resize(v->hits, v->hit_cap, sizeof(struct hit));
	}
	if (t->covered != v->clause)
		t->pending = 0;
	t->covered = v->clause;
	h = &v->hits[v->hit_count++];
	*h = (struct hit){ priority, v->leaf, m->begin, m->end, false, NULL };
	h->asked = can_ask && (role_asks || v->sense.ask) && !sense_quoted(&v->sense, m);
	if (h->asked) {
		size_t kept = t->count[TALLY_ASKED] < t->count[TALLY_EVIDENCED] ? t->count[TALLY_ASKED] : t->count[TALLY_EVIDENCED];

		if (kept + t->pending >= EVIDENCE_MAX)
			return;
	} else if (t->count[TALLY_MENTIONED] + t->pending >= EVIDENCE_MAX) {
		return;
	}
	t->pending++;
	h->evidence = mem_zero(1, sizeof(struct evidence));
	fill_evidence(k, c, m, h->evidence);
}

static void weak_word(struct check *k, const struct match *m, uint32_t priority)
{
	struct coverage *v = k->coverage;
	struct weak_hit hit = { priority, check_source(k, k->leaf.tokens[m->begin].begin), match_words(k, m), false };

	if (v->weak_count == v->weak_cap) {
		v->weak_cap = v->weak_cap ? 2 * v->weak_cap : 16;
		v->weak = mem_resize(v->weak, v->weak_cap, sizeof(struct weak_hit));
	}
	v->weak[v->weak_count++] = hit;
}

/* The block that the next one of a list follows: not what the reader does not see. */
static const struct block *seen_before(const struct block *b)
{
	for (b = b->prev; b && (b->internal || attrs_has(b->attrs, CLASS_RATIONALE | CLASS_ORAL)); b = b->prev)
		;
	return b;
}

/* The list that stands under a paragraph and takes its last sentence as a chapeau; NULL: none. */
static const struct block *list_under(const struct block *b)
{
	const struct block *next = b->next;

	if (b->kind != BLOCK_PARAGRAPH)
		return NULL;
	while (next && (next->internal || attrs_has(next->attrs, CLASS_RATIONALE | CLASS_ORAL)))
		next = next->next;
	return next && next->kind == BLOCK_LIST ? next : NULL;
}

/* What the first sentence of this leaf hears from the paragraph before its list. */
static const struct chapeau *chapeau_of(const struct coverage *v, const struct block *b)
{
	const struct block *item = b->parent;

	if (!v->chapeaux || !item || item->kind != BLOCK_ITEM || seen_before(b) || !item->parent)
		return NULL;
	return v->chapeaux[item->parent->serial].holds ? &v->chapeaux[item->parent->serial] : NULL;
}

void coverage_clause_begin(struct check *k, const struct clause *c)
{
	struct coverage *v = k->coverage;

	v->clause = (uint32_t)(c - k->s->clauses) + 1;
	v->leaf = 0;
	v->marks = 0;
	v->hit_count = v->weak_count = v->figures.count = 0;
}

void coverage_leaf(struct check *k, const struct clause *c)
{
	struct coverage *v = k->coverage;
	const struct block *b = k->leaf.block;
	const struct block *list = b->in_note ? NULL : list_under(b);
	const struct chapeau *chapeau = b->in_note ? NULL : chapeau_of(v, b);
	bool can_ask = b->kind != BLOCK_HEADING, role_asks = false, known = false;

	v->sense.leaf = &k->leaf;
	if (list && k->leaf.ended)
		list = NULL;
	for (size_t i = 0; i < k->leaf.sentence_count; i++) {
		const struct sentence *s = &k->leaf.sentences[i];
		bool hands_on = list && i + 1 == k->leaf.sentence_count, wanted = false;

		if (!(s->flags & CLASS_KEY) && !hands_on)
			continue;
		matches_clear(&v->found);
		if (s->flags & CLASS_KEY)
			terms_find(k->terms, k->leaf.tokens, s->first, s->last, false, &v->found);
		for (size_t m = 0; m < v->found.count && !wanted; m++)
			wanted = v->found.items[m].group >= GROUP_LISTS && (v->found.items[m].group - GROUP_LISTS) % 3 != KIND_WEAK;
		if (!known && (wanted || hands_on)) {
			struct span role = check_role(b);

			known = true;
			v->sense.block_quote = check_in_quote(b);
			can_ask = can_ask && !v->sense.block_quote && !span_is(role, "courtesy");
			role_asks = span_is(role, "ask") && !b->in_note;
		}
		if (wanted || hands_on) {
			v->sense.chapeau = i ? NULL : chapeau;
			sense_read(&v->sense, s);
			v->past = -1;
		}
		for (size_t m = 0; m < v->found.count; m++) {
			const struct match *f = &v->found.items[m];
			uint32_t at = f->group - GROUP_LISTS;

			if (f->group == GROUP_weak)
				weak_word(k, f, UINT32_MAX);
			else if (at % 3 == KIND_ANY)
				named(k, c, f, at / 3, can_ask, role_asks);
			else if (at % 3 == KIND_CONTRARY)
				red_line(k, c, f, at / 3);
			else
				weak_word(k, f, at / 3);
		}
		if (hands_on) {
			if (!v->chapeaux)
				v->chapeaux = mem_zero(k->d->block_count + 1, sizeof(struct chapeau));
			v->chapeaux[list->serial] = sense_chapeau(&v->sense);
		}
	}
	proof_figures(k, v->leaf, &v->figures);
	if (!b->in_note)
		v->marks |= k->leaf.flags;
	v->leaf++;
}

/* ---- the end of a clause ---- */

/* Does the clause claim it? */
static bool claims(const struct clause *c, struct span id, bool *ret_any)
{
	struct span rest = c->block->attrs ? attrs_get(c->block->attrs, "priority") : (struct span){ 0 }, item;

	*ret_any = rest.n > 0;
	while (span_split(&rest, ',', &item))
		if (span_eq(item, id))
			return true;
	return false;
}

#define WEAK_LISTS 8u /* how far back the same place is looked for: hits come in the order of the text */

static bool said_before(const struct coverage *v, size_t at)
{
	for (size_t i = at; i > 0 && at - i < WEAK_LISTS; i--)
		if (v->weak[i - 1].said && v->weak[i - 1].source == v->weak[at].source && span_eq(v->weak[i - 1].words, v->weak[at].words))
			return true;
	return false;
}

static void weak_findings(struct check *k, const struct clause *c)
{
	struct coverage *v = k->coverage;

	for (size_t i = 0; i < v->weak_count; i++) {
		const struct weak_hit *w = &v->weak[i];
		uint32_t first = UINT32_MAX;
		struct finding *f;
		bool any = false, claimed = false;

		/* Of every priority that the clause names, those that it claims, if it claims one of them. */
		for (int pass = 0; pass < 2 && first == UINT32_MAX; pass++) {
			for (uint32_t p = 0; p < v->list->count; p++) {
				struct tally *t = &v->tallies[p];

				if (t->covered != v->clause || (w->priority != UINT32_MAX && w->priority != p))
					continue;
				claimed = claims(c, v->list->items[p].id, &any);
				if (pass == 0 && any && !claimed && w->priority == UINT32_MAX)
					continue;
				if (!t->weakened)
					t->weak_words = w->words;
				t->weakened = true;
				if (first == UINT32_MAX)
					first = p;
			}
		}
		/* The list of all priorities and that of one may hold the same words: they are said once. */
		if (first == UINT32_MAX || said_before(v, i) || !(f = check_find(k, "weak", c, w->source)))
			continue;
		v->weak[i].said = true;
		f->subject = v->list->items[first].id;
		f->excerpt = w->words;
		if (k->o->root && c->id.n)
			check_say(k, f, "\"%.*s\" waters down what you say on %.*s. Take it out, or keep it on purpose: chapeau waive %.*s weak --clause %.*s --as \"...\" --because \"...\".",
				  SPAN_ARG(w->words), SPAN_ARG(v->list->items[first].short_title), SPAN_ARG(workspace_typed(&k->r->arena, k->o->file)), SPAN_ARG(c->id));
		else
			check_say(k, f, "\"%.*s\" waters down what you say on %.*s. Take it out, or keep it on purpose.", SPAN_ARG(w->words),
				  SPAN_ARG(v->list->items[first].short_title));
	}
}

static void claim_findings(struct check *k, const struct clause *c)
{
	struct coverage *v = k->coverage;
	const struct attrs *a = c->block->attrs;
	struct span rest, item;
	size_t at = SIZE_MAX;

	if (!a)
		return;
	rest = attrs_get(a, "priority");
	for (size_t i = 0; i < a->count; i++)
		if (span_is(a->items[i].key, "priority"))
			at = a->items[i].begin;
	while (span_split(&rest, ',', &item)) {
		uint32_t p = 0;
		struct finding *f;

		if (!item.n)
			continue;
		while (p < v->list->count && !span_eq(v->list->items[p].id, item))
			p++;
		if (p == v->list->count) {
			const struct priority *near = NULL;
			unsigned best = 3;

			for (size_t i = 0; i < v->list->count; i++) {
				unsigned d = span_distance(v->list->items[i].id, item, best);

				if (d < best) {
					best = d;
					near = &v->list->items[i];
				}
			}
			if (!(f = check_find(k, "value-unknown", c, at)))
				continue;
			f->subject = arena_dup(&k->r->findings.arena, item);
			if (near)
				check_say(k, f, "the priority \"%.*s\" is not in the list: did you mean \"%.*s\"?", SPAN_ARG(item), SPAN_ARG(near->id));
			else
				check_say(k, f, "the priority \"%.*s\" is not in the list: use one of its ids, or take it off the claim", SPAN_ARG(item));
			continue;
		}
		if (v->tallies[p].covered == v->clause)
			continue;
		f = check_find(k, "claim", c, SIZE_MAX);
		if (!f)
			continue;
		f->line = c->line;
		f->column = c->column;
		f->subject = v->list->items[p].id;
		check_say(k, f, "this paragraph claims %.*s (priority=%.*s), and its words do not name it. Say it in words that the list knows, or take the claim off.",
			  SPAN_ARG(v->list->items[p].short_title), SPAN_ARG(item));
	}
}

void coverage_clause_end(struct check *k, const struct clause *c)
{
	struct coverage *v = k->coverage;
	struct span proof = { 0 };
	bool asked = false, evidence = false;

	for (size_t i = 0; i < v->hit_count; i++)
		asked |= v->hits[i].asked;
	if (asked)
		evidence = proof_footnote(k, c, &proof) || proof_citation(k, c, v->marks, &proof);
	for (size_t i = 0; i < v->hit_count; i++) {
		struct hit *h = &v->hits[i];
		struct tally *t = &v->tallies[h->priority];
		enum tally_kind kind = h->asked ? TALLY_ASKED : TALLY_MENTIONED;
		struct span figure = proof;
		struct evidence *e;

		if (h->asked && (evidence || find_figure(v, h->priority, &figure)))
			kind = TALLY_EVIDENCED;
		e = tally_add(t, kind);
		if (e && h->evidence) {
			*e = *h->evidence;
			if (kind == TALLY_EVIDENCED)
				e->proof = figure;
		}
		free(h->evidence);
		h->evidence = NULL;
		t->pending = 0;
	}
	if (v->weak_count && v->hit_count)
		weak_findings(k, c);
	claim_findings(k, c);
}

/* ---- the end ---- */

static void gap(struct check *k, const struct priority *p, const struct tally *t, enum state state, size_t reached, size_t all, struct given least)
{
	enum level level = p->level == PRIORITY_MUST ? LEVEL_ERROR : p->level == PRIORITY_SHOULD ? LEVEL_WARNING : LEVEL_NOTE;
	static const char *const needs[] = { "", "a mention", "an ask", "an ask with evidence", "" };
	const struct evidence *e = state == STATE_MENTIONED ? t->kept[TALLY_MENTIONED] : state == STATE_ASKED ? t->kept[TALLY_ASKED] : NULL;
	const char *what = priority_level_name(p->level);
	struct finding *f;
	struct span title = p->short_title;
	bool choice = least.is == GIVEN_SET;

	/* A call that has room for some of them only: which were left out is said, no more. */
	if (choice && reached >= least.value)
		level = LEVEL_NOTE;
	f = check_find_level(k, "gap", level, e ? e->clause : NULL, SIZE_MAX);
	if (!f)
		return;
	f->subject = p->id;
	if (e) {
		f->line = e->line;
		f->column = e->column;
		f->excerpt = span_sub(e->text, e->hit_begin, e->hit_end);
	}
	if (choice && reached >= least.value)
		check_say(k, f, "%s on \"%.*s\", a %s: left out here, which the call allows (%zu of %zu are there, %u asked for).",
			  state == STATE_ABSENT ? "nothing" : "too little", SPAN_ARG(title), what, reached, all, (unsigned)least.value);
	else if (state == STATE_ABSENT && t->count[TALLY_NEGATED])
		check_say(k, f, "\"%.*s\" is a %s and needs %s; it stands here only with a negation. Say what you ask for without one.", SPAN_ARG(title), what,
			  needs[p->needs]);
	else if (state == STATE_ABSENT && p->needs == STATE_MENTIONED)
		check_say(k, f, "nothing on \"%.*s\", which is a %s and needs a mention. Name it where it belongs.", SPAN_ARG(title), what);
	else if (state == STATE_ABSENT)
		check_say(k, f, "nothing on \"%.*s\", which is a %s and needs %s. Say what you ask of whom (\"We urge...\")%s.", SPAN_ARG(title), what, needs[p->needs],
			  p->needs == STATE_EVIDENCED ? ", with a footnote, a figure or a citation in the same paragraph" : "");
	else if (state == STATE_MENTIONED)
		check_say(k, f, "\"%.*s\" is a %s and needs %s; %.*s only mentions it. Say what you ask of whom (\"We urge...\")%s.", SPAN_ARG(title), what,
			  needs[p->needs], SPAN_ARG(check_name(k, e->clause, e->line)),
			  p->needs == STATE_EVIDENCED ? ", and add a footnote, a figure or a citation" : "");
	else
		check_say(k, f, "\"%.*s\" is a %s and needs %s; %.*s asks for it without evidence. Add a footnote, a figure or a citation to that paragraph.",
			  SPAN_ARG(title), what, needs[p->needs], SPAN_ARG(check_name(k, e->clause, e->line)));
}

/* All that names the priority is negated: said for each place, since a person must judge them. */
static void negated(struct check *k, const struct priority *p, const struct tally *t)
{
	for (size_t i = 0; i < t->count[TALLY_NEGATED] && i < EVIDENCE_MAX; i++) {
		const struct evidence *e = &t->kept[TALLY_NEGATED][i];
		struct finding *f = check_find(k, "negated", e->clause, SIZE_MAX);

		if (!f)
			return;
		f->line = e->line;
		f->column = e->column;
		f->subject = p->id;
		f->excerpt = span_sub(e->text, e->hit_begin, e->hit_end);
		check_say(k, f, "\"%.*s\" is negated here, so it does not count for %.*s, and nothing else in the text does. If you mean to ask for it, say it without the negation: \"%.*s\"",
			  SPAN_ARG(f->excerpt), SPAN_ARG(p->short_title), SPAN_ARG(check_excerpt(k, e->text)));
	}
}

void coverage_end(struct check *k)
{
	struct coverage *v = k->coverage;
	struct result *r = k->r;
	size_t reached[3] = { 0 }, all[3] = { 0 };
	enum state *positive = mem_zero(v->list->count + 1, sizeof(*positive));

	r->verdicts = ARENA_ARRAY(&r->arena, v->list->count, struct verdict);
	r->verdict_count = v->list->count;
	for (size_t i = 0; i < v->list->count; i++) {
		const struct priority *p = &v->list->items[i];
		struct tally *t = &v->tallies[i];
		struct verdict *w = &r->verdicts[i];
		enum tally_kind from = TALLY_MENTIONED;

		positive[i] = t->count[TALLY_EVIDENCED]  ? STATE_EVIDENCED
			      : t->count[TALLY_ASKED]    ? STATE_ASKED
			      : t->count[TALLY_MENTIONED] ? STATE_MENTIONED
							 : STATE_ABSENT;
		*w = (struct verdict){ .priority = p, .state = positive[i], .weakened = t->weakened, .weak_words = t->weak_words };
		if (t->count[TALLY_CONTRARY] || (positive[i] == STATE_ABSENT && t->count[TALLY_NEGATED]))
			w->state = STATE_CONTRARY;
		if (positive[i] == STATE_ABSENT)
			negated(k, p, t);
		switch (w->state) {
		case STATE_ABSENT:
		case STATE_MENTIONED:
			break;
		case STATE_ASKED:
			from = TALLY_ASKED;
			break;
		case STATE_EVIDENCED:
			from = TALLY_EVIDENCED;
			break;
		case STATE_CONTRARY:
			from = t->count[TALLY_CONTRARY] ? TALLY_CONTRARY : TALLY_NEGATED;
			break;
		}
		w->evidence_count = t->count[from] < EVIDENCE_MAX ? t->count[from] : EVIDENCE_MAX;
		w->more = t->count[from] - w->evidence_count;
		w->evidence = ARENA_ARRAY(&r->arena, w->evidence_count, struct evidence);
		if (w->evidence_count)
			memcpy(w->evidence, t->kept[from], w->evidence_count * sizeof(struct evidence));
		all[p->level]++;
		reached[p->level] += w->state != STATE_CONTRARY && positive[i] >= p->needs;
	}
	for (size_t i = 0; i < v->list->count; i++) {
		const struct priority *p = &v->list->items[i];
		struct given least = { 0 };

		if (positive[i] >= p->needs)
			continue;
		if (k->profile)
			least = p->level == PRIORITY_MUST     ? k->profile->min_must
				: p->level == PRIORITY_SHOULD ? k->profile->min_should
							      : k->profile->min_may;
		gap(k, p, &v->tallies[i], positive[i], reached[p->level], all[p->level], least);
	}
	free(positive);
}
