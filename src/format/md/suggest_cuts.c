/* A change of words as bytes of the source that go, and bytes that come in their place: where it opens emphasis, a link or code, that closes again. */
#include "format/md/suggest_internal.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/md/md.h"
#include "model/text.h"

/* linked: they stand in a link, and no link can stand in one. */
static bool put_new_words(const struct md_hunk *h, unsigned around, bool linked, bool cell, struct buf *out)
{
	struct md_style one;
	bool all = true;

	if (!h->styles)
		md_put_words(h->text, cell, out);
	else if (!linked)
		all = md_styled(h->styles, h->style_count, around, cell, out);
	for (size_t i = 0; h->styles && linked && i < h->style_count; i++) {
		one = h->styles[i];
		one.url = (struct span){ 0 };
		all = md_styled(&one, 1, around, cell, out) && all;
	}
	return all;
}

/* Do any of the new words lead elsewhere than this link, or nowhere? */
static bool leads_elsewhere(const struct md_hunk *h, const struct link *link)
{
	for (size_t i = 0; i < h->style_count; i++)
		if (!h->styles[i].raw && span_trim(h->styles[i].text).n && !span_eq(h->styles[i].url, link ? link->url : (struct span){ 0 }))
			return true;
	return false;
}

static const struct link *link_of(const struct map *m, size_t at)
{
	for (size_t i = md_piece_from(m, at); i < m->count && m->items[i].at <= at; i++)
		if (m->items[i].len && at < m->items[i].at + m->items[i].len)
			return m->items[i].link;
	return NULL;
}

/* The link between whose words this byte of the source stands, or right before or behind them; NULL: none. */
static const struct link *link_at(const struct map *m, size_t s)
{
	for (size_t i = md_piece_from_src(m, s); i < m->count && !(m->items[i].len && m->items[i].src.begin > s); i++)
		if (m->items[i].len && m->items[i].link && !m->items[i].link->autolink && s <= m->items[i].src.end)
			return m->items[i].link;
	return NULL;
}

static struct md_cut *add_cut(struct md_cuts *c, size_t s, size_t t, struct span words)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->items = mem_resize(c->items, c->cap, sizeof(*c->items));
	}
	c->items[c->count] = (struct md_cut){ .s = s, .t = t, .words = arena_dup(&c->arena, words) };
	return &c->items[c->count++];
}

static bool cut_gone_note(const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->begin; i++) {
		const struct piece *p = &m->items[i];

		if (!p->note || !span_eq(p->note->label, h->gone_note) || p->at != h->begin || p->src.end <= p->src.begin)
			continue;
		add_cut(ret, p->src.begin, p->src.end, (struct span){ 0 });
		return true;
	}
	return false;
}

/* The same words in another look: {~~**old**~>*old*~~}, with all signs of emphasis that belong to them. */
static bool cut_restyled(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t first = 0, last = 0, s, t;
	const struct piece *a, *z, *before, *after;

	if (!md_pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	a = &m->items[first];
	z = &m->items[last];
	before = md_neighbour(m, first, -1);
	after = md_neighbour(m, last, 1);
	s = md_src_start(a, h->begin);
	t = md_src_end(z, h->end);
	if (a->format || a->link) {
		if (before && (before->format || before->link))
			return false;
		s = before ? before->src.end : leaf->inner.begin;
	}
	if (z->format || z->link) {
		if (after && (after->format || after->link))
			return false;
		t = after ? after->src.begin : leaf->inner.end;
	}
	while (!before && s < t && (d->source.p[s] == ' ' || d->source.p[s] == '\t'))
		s++;
	while (!after && t > s && strchr(" \t\r\n", d->source.p[t - 1]))
		t--;
	/* Other marks among them: a note's, a comment's, a suggestion's. */
	for (size_t i = md_piece_from(m, h->begin); i < m->count && m->items[i].at <= h->end; i++)
		if (!m->items[i].len && m->items[i].unit && m->items[i].src.end > s && m->items[i].src.begin < t && leaf->runs[i].kind != RUN_SOFT && leaf->runs[i].kind != RUN_HARD)
			return false;
	for (size_t i = s; i + 1 < t; i++)
		if ((d->source.p[i] == '{' && strchr("+-~=>", d->source.p[i + 1])) || (d->source.p[i] == '~' && d->source.p[i + 1] == '>') || (d->source.p[i] == '<' && !a->link))
			return false;
	ret->look_lost = !md_styled(h->styles, h->style_count, 0, leaf->kind == BLOCK_CELL, &b);
	if (!md_new_signs_hold(d, m, s, t, buf_span(&b)))
		return false;
	add_cut(ret, s, t, buf_span(&b));
	return true;
}

/* May new words of these looks stand where all looks like this? */
bool md_looks_fit(const struct md_hunk *h, unsigned around)
{
	around &= FMT_EMPH | FMT_STRONG;
	for (size_t i = 0; h->styles && i < h->style_count; i++)
		if (!h->styles[i].raw && span_trim(h->styles[i].text).n && (h->styles[i].format & around) != around)
			return false;
	return true;
}

/* Other words for all of a link's text are still its text, though emphasis begins or ends it: [s, t) between its brackets.  False: it is not
 * all of one link. */
static bool in_brackets(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t *s, size_t *t)
{
	const struct piece *before, *after;
	size_t first = 0, last = 0, open, close;
	const struct link *link;
	bool mixed = false;

	if (!md_pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	link = m->items[first].link;
	before = md_neighbour(m, first, -1);
	after = md_neighbour(m, last, 1);
	if (!link || link->autolink || leads_elsewhere(h, link) || h->begin > m->items[first].at || h->end < m->items[last].at + m->items[last].len || (before && before->link == link) || (after && after->link == link))
		return false;
	for (size_t i = first; i <= last; i++) {
		if (m->items[i].len && m->items[i].link != link)
			return false;
		mixed = mixed || (m->items[i].len && m->items[i].format != m->items[first].format);
	}
	if (!mixed && md_looks_fit(h, m->items[first].format))
		return false; /* it stands in the emphasis that all of it is */
	open = m->items[first].src.begin;
	while (open > (before ? before->src.end : leaf->inner.begin) && d->source.p[open - 1] != '[')
		open--;
	close = span_find_char(span_sub(d->source, 0, after ? after->src.begin : leaf->inner.end), ']', m->items[last].src.end);
	if (!open || d->source.p[open - 1] != '[' || close == SIZE_MAX)
		return false;
	*s = open;
	*t = close;
	return true;
}

/* All emphasis that the change reaches into is said anew.  False: it changes a part of a picture or reference. */
bool md_cut_whole(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 }, lines = { 0 };
	size_t first = 0, last = 0;
	struct md_hunk breaking = *h;
	struct md_style line = { .raw = true };
	const struct md_hunk *all = h;
	/* Signs of emphasis do not stand beside white space: it goes out of them. */
	bool spaced = h->text.n && (strchr(" \t\n", h->text.p[0]) || strchr(" \t\n", h->text.p[h->text.n - 1]));
	struct whole w;

	if (!md_pieces_of(m, h, &first, &last))
		return false;
	for (size_t i = first; i <= last; i++)
		if (m->items[i].len && (leaf->runs[i].kind == RUN_IMAGE || leaf->runs[i].kind == RUN_XREF) && (h->begin > m->items[i].at || h->end < m->items[i].at + m->items[i].len))
			return false;
	if (!md_whole(d, m, h->begin == h->end ? m->items[first].src.begin : md_src_start(&m->items[first], h->begin),
		      h->begin == h->end ? m->items[last].src.end : md_src_end(&m->items[last], h->end), h->breaks || spaced ? 0 : md_looks_shared(h), !h->breaks && !spaced && !leads_elsewhere(h, m->items[first].link), &w))
		return false;
	if (h->breaks) {
		md_put_break(d, leaf, h->new_item, &lines);
		breaking.text = line.text = buf_span(&lines);
		breaking.styles = &line;
		breaking.style_count = 1;
		all = &breaking;
	}
	ret->look_lost = !md_say_whole(leaf, m, &w, &all, 1, &b);
	/* All words of emphasis, which signs alone are not. */
	if (!span_trim(buf_span(&b)).n && (w.format || w.link) && md_whole(d, m, w.s, w.t, 0, false, &w)) {
		buf_clear(&b);
		ret->look_lost = !md_say_whole(leaf, m, &w, &all, 1, &b);
	}
	add_cut(ret, w.s, w.t, buf_span(&b))->whole = true;
	return true;
}

/* Words put in where a note's mark stands: a new sentence comes behind it, unless they are known to stand before it. */
bool md_behind_note(const struct md_hunk *h)
{
	return h->beside_note ? h->beside_note > 0 : h->text.n && h->text.p[0] == ' ';
}

/* New words that look like those right before or behind them stand between the same signs: two rows of signs that meet are another sign.
 * SIZE_MAX: they look otherwise, or white space would stand beside a sign. */
static size_t place_inside(const struct map *m, const struct md_hunk *h)
{
	size_t from = md_piece_from(m, h->begin);
	const struct piece *left = NULL, *right = NULL;
	const unsigned looks = FMT_EMPH | FMT_STRONG;

	if (!h->text.n || h->raw || h->breaks || h->beside_note || !h->styles)
		return SIZE_MAX;
	for (size_t i = from ? from - 1 : 0; i < m->count && m->items[i].at <= h->begin; i++) {
		const struct piece *p = &m->items[i];

		if (!p->len && p->src.end > p->src.begin && p->at == h->begin)
			return SIZE_MAX; /* a mark stands there */
		if (p->len && p->at + p->len == h->begin)
			left = p;
		if (p->len && p->at == h->begin)
			right = p;
	}
	if (left && !left->unit && !left->link && (left->format & looks) && md_looks_fit(h, left->format) && !(right && (right->format & looks) == (left->format & looks)) &&
	    !strchr(" \t\n", h->text.p[h->text.n - 1]))
		return left->src.end;
	if (right && !right->unit && !right->link && (right->format & looks) && md_looks_fit(h, right->format) && !(left && (left->format & looks) == (right->format & looks)) &&
	    !strchr(" \t\n", h->text.p[0]))
		return right->src.begin;
	return SIZE_MAX;
}

/* Would signs of the words meet signs that stand there? */
static bool signs_meet(const struct doc *d, size_t s, struct span words)
{
	size_t before = md_step_back(d, s), behind = md_step_on(d, s);

	/* a highlight begins or ends between them */
	behind += span_starts(span_sub(d->source, behind, d->source.n), SPAN_LIT("{==")) ? 3 : 0;
	before -= before >= 3 && span_ends(span_sub(d->source, 0, before), SPAN_LIT("==}")) ? 3 : 0;

	return words.n && ((before && strchr("*_`", words.p[0]) && d->source.p[before - 1] == words.p[0]) ||
			   (behind < d->source.n && strchr("*_`", words.p[words.n - 1]) && d->source.p[behind] == words.p[words.n - 1]));
}

/* Words right before emphasis whose opening sign would be none behind them: both are said anew. */
static bool cut_with_next(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t s, struct md_cuts *ret)
{
	size_t i = md_piece_from(m, h->begin);
	struct md_hunk both = *h;
	struct md_style *styles;

	while (i < m->count && !(m->items[i].len && m->items[i].at >= h->begin))
		i++;
	if (h->raw || h->restyled || i == m->count || m->items[i].at != h->begin || !(m->items[i].format & (FMT_EMPH | FMT_STRONG | FMT_CODE)) || m->items[i].link || (m->items[i].unit && !(m->items[i].format & FMT_CODE)) || m->items[i].src.begin < s ||
	    leaf->runs[i].kind != RUN_TEXT)
		return false;
	styles = ARENA_ARRAY(&ret->arena, h->style_count + 2, struct md_style);
	both.styles = styles;
	both.style_count = 0;
	if (!h->styles)
		styles[both.style_count++] = (struct md_style){ .text = h->text };
	for (size_t k = 0; h->styles && k < h->style_count; k++)
		styles[both.style_count++] = h->styles[k];
	styles[both.style_count++] = (struct md_style){ .text = leaf->runs[i].text, .format = m->items[i].format };
	both.end = m->items[i].at + m->items[i].len;
	both.text = arena_printf(&ret->arena, "%.*s%.*s", SPAN_ARG(h->text), SPAN_ARG(leaf->runs[i].text));
	both.restyled = true;
	return md_cut_whole(d, leaf, m, &both, ret);
}

/* The same of words that end right before those that come. */
static bool cut_with_last(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	size_t i = md_piece_from(m, h->begin);
	struct md_hunk both = *h;
	struct md_style *styles;

	while (i < m->count && m->items[i].at < h->begin && !(m->items[i].len && m->items[i].at + m->items[i].len == h->begin))
		i++;
	if (h->raw || !h->styles || i == m->count || m->items[i].at + m->items[i].len != h->begin || !(m->items[i].format & (FMT_EMPH | FMT_STRONG | FMT_CODE)) || m->items[i].link ||
	    (m->items[i].unit && !(m->items[i].format & FMT_CODE)) || leaf->runs[i].kind != RUN_TEXT || (i + 1 < m->count && !m->items[i + 1].len && m->items[i + 1].note))
		return false;
	styles = ARENA_ARRAY(&ret->arena, h->style_count + 1, struct md_style);
	styles[0] = (struct md_style){ .text = leaf->runs[i].text, .format = m->items[i].format };
	memcpy(styles + 1, h->styles, h->style_count * sizeof(*styles));
	both.styles = styles;
	both.style_count = h->style_count + 1;
	both.begin = m->items[i].at;
	both.text = arena_printf(&ret->arena, "%.*s%.*s", SPAN_ARG(leaf->runs[i].text), SPAN_ARG(h->text));
	both.restyled = true;
	return md_cut_whole(d, leaf, m, &both, ret);
}

static bool cut_insertion(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const struct link *link;
	bool fits, opens;
	size_t inside = place_inside(m, h), s = inside == SIZE_MAX ? md_insertion_place(d, leaf, m, h->begin, md_behind_note(h)) : inside;

	s = md_beside_suggestions(d, s);
	link = link_at(m, s);
	if (h->breaks) {
		if (leaf->kind == BLOCK_CELL || leaf->kind == BLOCK_HEADING)
			return false;
		/* Emphasis and links end with their paragraph. */
		if ((md_format_at(m, s) || link_at(m, s)) && md_cut_whole(d, leaf, m, h, ret))
			return true;
		md_put_break(d, leaf, h->new_item, &b);
		/* The space that stands there parts the new item's sign from its words. */
		if (h->new_item && b.n && b.p[b.n - 1] == ' ' && s < d->source.n && d->source.p[s] == ' ')
			b.n--;
		add_cut(ret, s, s, buf_span(&b));
		return true;
	}
	if (h->raw)
		buf_add(&b, h->text);
	else
		ret->look_lost = !put_new_words(h, md_format_at(m, s), link, leaf->kind == BLOCK_CELL, &b);
	fits = !(link && leads_elsewhere(h, link)) && md_looks_fit(h, md_format_at(m, s)) && md_signs_hold(d, m, s, s, buf_span(&b)) && !signs_meet(d, s, buf_span(&b));
	opens = md_new_signs_hold(d, m, s, s, buf_span(&b));
	if (!h->raw && !(fits && opens) && (cut_with_next(d, leaf, m, h, s, ret) || cut_with_last(d, leaf, m, h, ret) || (!fits && md_cut_whole(d, leaf, m, h, ret))))
		return true;
	if (!h->raw && !opens) {
		/* Signs that would open nothing: the words alone. */
		buf_clear(&b);
		for (size_t i = 0; i < h->style_count; i++) {
			struct md_style bare = h->styles[i];

			bare.format &= ~(unsigned)(FMT_EMPH | FMT_STRONG);
			put_new_words(&(struct md_hunk){ .styles = &bare, .style_count = 1 }, md_format_at(m, s), link, leaf->kind == BLOCK_CELL, &b);
		}
		ret->look_lost = true;
	}
	add_cut(ret, s, s, buf_span(&b));
	return true;
}

static bool cut_words(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, bool part, struct md_cuts *ret);

/* Do these cuts, of one change, leave the words as it means them? */
static bool reads_well(const struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, const struct md_cuts *cuts, size_t first)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t s = SIZE_MAX, t = 0;
	struct whole w;

	for (size_t i = first; i < cuts->count; i++) {
		s = cuts->items[i].s < s ? cuts->items[i].s : s;
		t = cuts->items[i].t > t ? cuts->items[i].t : t;
	}
	if (!md_whole(d, m, s, t, 0, false, &w))
		return false;
	md_apply_cuts(d, w.s, w.t, cuts->items + first, cuts->count - first, &b);
	return md_whole_reads(leaf, m, &w, h, buf_span(&b));
}

/* Divided where the context changes. */
static bool cut_divided(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	size_t first = 0, last = 0, cut, placed = ret->count;
	struct md_hunk left = *h, right = *h;

	if (!md_pieces_in(m, h->begin, h->end, &first, &last))
		return false;
	for (cut = first + 1; cut <= last; cut++)
		if (m->items[cut].len && (m->items[cut].format != m->items[first].format || m->items[cut].link != m->items[first].link))
			break;
	if (cut > last || m->items[cut].at <= h->begin)
		return false;
	left.end = right.begin = m->items[cut].at;
	right.text = (struct span){ 0 };
	right.styles = NULL;
	right.style_count = 0;
	if (cut_words(d, leaf, m, &left, true, ret) && cut_words(d, leaf, m, &right, true, ret))
		return true;
	ret->count = placed;
	return false;
}

/* The words before a space that stays and those behind it. */
static bool cut_around(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, size_t begin, size_t space, size_t end, struct md_cuts *ret)
{
	struct md_hunk left = *h, right = *h;
	size_t placed = ret->count;

	left.begin = begin;
	left.end = space;
	right.begin = space + 1;
	right.end = end;
	right.text = (struct span){ 0 };
	right.styles = NULL;
	right.style_count = 0;
	if ((left.begin < left.end ? cut_words(d, leaf, m, &left, true, ret) : !left.text.n || cut_insertion(d, leaf, m, &left, ret)) &&
	    (right.begin == right.end || cut_words(d, leaf, m, &right, true, ret)) && reads_well(d, leaf, m, h, ret, placed))
		return true;
	ret->count = placed;
	return false;
}

/*
 * Emphasis whose first words go would begin with the space behind them, and that whose last go would end with one.  That one goes, and one
 * between them, outside the emphasis, stays: "for *stable funding*" becomes "about firm *funding*".
 */
static bool cut_slid(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	bool behind, before;

	text_of_leaf(leaf, READING_REJECTED, &text);
	behind = h->end < text.n && text.p[h->end] == ' ';
	before = !h->text.n && h->begin && text.p[h->begin - 1] == ' ';
	for (size_t at = h->end; at > h->begin; at--) {
		size_t i = md_piece_from(m, at);

		if (text.p[at - 1] != ' ' || i >= m->count || m->items[i].format || m->items[i].link)
			continue;
		if ((behind && cut_around(d, leaf, m, h, h->begin, at - 1, h->end + 1, ret)) || (before && cut_around(d, leaf, m, h, h->begin - 1, at - 1, h->end, ret)))
			return true;
		break;
	}
	return false;
}

/* Words that are given a look of their own take the place of an autolink with its signs, which would make an address of them. */
static bool over_autolink(const struct doc *d, const struct map *m, const struct md_hunk *h, size_t *s, size_t *t)
{
	size_t first = 0, last = 0;

	if (!h->styles || !md_pieces_in(m, h->begin, h->end, &first, &last) || first != last || !m->items[first].link || !m->items[first].link->autolink ||
	    *s != m->items[first].src.begin || *t != m->items[first].src.end || !*s || d->source.p[*s - 1] != '<' || *t >= d->source.n || d->source.p[*t] != '>')
		return false;
	--*s;
	++*t;
	return true;
}

/* The bytes that words stand in, where signs stay signs without them, and what comes in their place. */
static bool cut_words(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, bool part, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t s = 0, t = 0, placed = ret->count;
	const struct link *link;
	bool linked, over;
	unsigned around;

	if (!md_balanced_cut(m, h->begin, h->end, h->text.n && !leads_elsewhere(h, link_of(m, h->begin)), &s, &t)) {
		if (cut_divided(d, leaf, m, h, ret) && (part || reads_well(d, leaf, m, h, ret, placed)))
			return true;
		ret->count = placed;
		return false;
	}
	s = md_behind_suggestions(d, s, t);
	around = md_format_at(m, s);
	over = over_autolink(d, m, h, &s, &t);
	linked = h->text.n && !over && in_brackets(d, leaf, m, h, &s, &t);
	link = over ? NULL : link_at(m, s);
	if (!md_looks_fit(h, around) || (h->text.n && !linked && link && leads_elsewhere(h, link)))
		return false;
	if (h->text.n)
		ret->look_lost = !put_new_words(h, around, linked || link, leaf->kind == BLOCK_CELL, &b);
	if (!part && !linked && !(md_signs_hold(d, m, s, t, buf_span(&b)) && md_new_signs_hold(d, m, s, t, buf_span(&b))))
		return false;
	add_cut(ret, s, t, buf_span(&b));
	return true;
}

/* Those that meet are one: each is whole in itself. */
static void join_cuts(struct md_cuts *c, size_t first)
{
	size_t n = first;

	for (size_t i = first; i < c->count; i++) {
		struct md_cut *last = n > first ? &c->items[n - 1] : NULL;

		if (!last || last->t != c->items[i].s) {
			c->items[n++] = c->items[i];
			continue;
		}
		last->t = c->items[i].t;
		last->words = arena_printf(&c->arena, "%.*s%.*s", SPAN_ARG(last->words), SPAN_ARG(c->items[i].words));
	}
	c->count = n;
}

static bool restart(struct md_cuts *c, size_t count)
{
	c->count = count;
	return false;
}

/* Do the signs at the ends of these cuts' words hold? */
static bool says_well(const struct doc *d, const struct map *m, const struct md_cuts *c, size_t first)
{
	for (size_t i = first; i < c->count; i++)
		if (!md_new_signs_hold(d, m, c->items[i].s, c->items[i].t, c->items[i].words))
			return false;
	return true;
}

static uint32_t first_of(struct span s)
{
	size_t at = 0;

	while (s.n && strchr("*_`[\\", *s.p))
		s = span_sub(s, 1, s.n);
	return s.n ? utf8_next(s.p, s.n, &at) : ' ';
}

static uint32_t end_of(struct span s)
{
	while (s.n && strchr("*_`", s.p[s.n - 1]))
		s.n--;
	return s.n ? utf8_last(s) : ' ';
}

/* The source of the leaf's words before a byte, and from one on. */
static struct span words_up_to(const struct map *m, size_t at)
{
	return span_sub(m->source, m->inner.begin < at ? m->inner.begin : at, at);
}

static struct span words_to_end(const struct map *m, size_t at)
{
	return span_sub(m->source, at, m->inner.end > at ? m->inner.end : at);
}

/* A line break between two wide characters is nothing: beside other words it would be a space, and goes with the change. */
static void close_breaks(const struct block *leaf, const struct map *m, struct md_cut *c)
{
	struct span words = c->words;

	for (size_t i = md_piece_from_src(m, c->s); i < m->count && m->items[i].src.begin <= c->t; i++) {
		const struct piece *p = &m->items[i];
		struct span before = words_up_to(m, p->src.begin), behind = words_to_end(m, p->src.end);

		if (leaf->runs[i].kind != RUN_SOFT || p->len || p->src.begin == p->src.end)
			continue;
		if (p->src.end == c->s && !text_break_closes(end_of(before), words.n ? first_of(words) : first_of(words_to_end(m, c->t))))
			c->s = p->src.begin;
		else if (p->src.begin == c->t && !text_break_closes(words.n ? end_of(words) : end_of(words_up_to(m, c->s)), first_of(behind)))
			c->t = p->src.end;
	}
}

/* A hard line break that would end a paragraph, or begin one, goes with what it parted: its backslash would be printed. */
static void end_breaks(const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cut *c)
{
	for (size_t i = md_piece_from_src(m, c->s); i < m->count && m->items[i].src.begin <= c->t; i++) {
		const struct piece *p = &m->items[i];

		if (leaf->runs[i].kind != RUN_HARD)
			continue;
		if (p->src.end == c->s && (h->breaks || (!c->words.n && !md_neighbour(m, i, 1)) || (!c->words.n && c->t >= m->inner.end)))
			c->s = p->src.begin;
		else if (p->src.begin == c->t && (h->breaks || (!c->words.n && c->s <= m->inner.begin)))
			c->t = p->src.end;
	}
}

static bool find_cuts_plain(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret);

bool md_find_cuts(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	size_t first = ret->count;

	if (!find_cuts_plain(d, leaf, m, h, ret))
		return false;
	for (size_t i = first; !h->raw && !h->gone_note.n && i < ret->count; i++) {
		end_breaks(leaf, m, h, &ret->items[i]);
		if (!h->breaks)
			close_breaks(leaf, m, &ret->items[i]);
	}
	return true;
}

/* A change as bytes that go and bytes that come in their place; several where it reaches over an edge of emphasis. */
static bool find_cuts_plain(struct doc *d, const struct block *leaf, const struct map *m, const struct md_hunk *h, struct md_cuts *ret)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t s = 0, t = 0, placed = ret->count;

	/* Code is code, signs of suggestions too (FORMAT.md F5, rule 1). */
	if (leaf->kind == BLOCK_CODE)
		return false;
	if (h->gone_note.n)
		return cut_gone_note(m, h, ret);
	if (h->begin == h->end)
		return cut_insertion(d, leaf, m, h, ret);
	if (h->breaks) {
		if (leaf->kind == BLOCK_CELL || leaf->kind == BLOCK_HEADING)
			return false;
		if (!md_balanced_cut(m, h->begin, h->end, true, &s, &t))
			return md_cut_whole(d, leaf, m, h, ret);
		md_put_break(d, leaf, h->new_item, &b);
		add_cut(ret, s, t, buf_span(&b));
		return true;
	}
	if (h->restyled)
		return cut_restyled(d, leaf, m, h, ret) || (cut_with_last(d, leaf, m, h, ret) && reads_well(d, leaf, m, h, ret, placed)) || restart(ret, placed) ||
		       (md_cut_whole(d, leaf, m, h, ret) && (h->text.n != h->end - h->begin || says_well(d, m, ret, placed) || reads_well(d, leaf, m, h, ret, placed))) || restart(ret, placed);
	if (!cut_words(d, leaf, m, h, false, ret) && !cut_slid(d, leaf, m, h, ret) && !(cut_with_last(d, leaf, m, h, ret) && says_well(d, m, ret, placed)) && !restart(ret, placed) &&
	    !(md_cut_whole(d, leaf, m, h, ret) && (says_well(d, m, ret, placed) || reads_well(d, leaf, m, h, ret, placed))))
		return restart(ret, placed);
	join_cuts(ret, placed);
	return true;
}
