#include "model/places.h"

#include <stdlib.h>

#include "base/buf.h"

void places_add(struct doc *d, struct span name)
{
	unsigned *first;

	if (d->place_count == d->place_cap) {
		d->place_cap = d->place_cap ? 2 * d->place_cap : 16;
		d->places = mem_resize(d->places, d->place_cap, sizeof(*d->places));
	}
	d->places[d->place_count++] = (struct doc_place){ .name = arena_dup(&d->arena, name) };
	first = span_map_put(&d->place_names, d->places[d->place_count - 1].name);
	if (!*first)
		*first = (unsigned)d->place_count;
}

void places_end(struct doc *d, struct block *b)
{
	for (; d->place_ended < d->place_count; d->place_ended++)
		d->places[d->place_ended].block = b;
}

struct block *places_find(const struct doc *d, struct span name)
{
	const unsigned *at = name.n ? span_map_find(&d->place_names, name) : NULL;

	return at ? d->places[*at - 1].block : NULL;
}

const struct link *places_link(struct doc *d, struct span name, struct span where)
{
	struct link *l = ARENA_NEW(&d->arena, struct link);

	l->url = arena_printf(&d->arena, "#%.*s", SPAN_ARG(name));
	l->where = arena_dup(&d->arena, where);
	d->has_place_links = true;
	return l;
}

bool places_is_link(const struct link *l)
{
	return l && l->where.n;
}

bool places_is_ours(struct span name)
{
	/* Ours count from 1: no file has so many that the next digits are not 0. */
	return span_starts(name, SPAN_LIT("cl_")) ||
	       span_starts(name, SPAN_LIT("_RefF")) || /* LibreOffice's name for a note that is marked again */
	       (name.n >= 13 && span_starts(name, SPAN_LIT("_Ref")) && memchr("089", name.p[4], 3) && span_starts(span_sub(name, 5, name.n), SPAN_LIT("000")));
}

/* What Word and LibreOffice call the headings that a table of contents leads to. */
static bool is_contents(struct span name)
{
	return span_starts(name, SPAN_LIT("_Toc")) || span_starts(name, SPAN_LIT("__RefHeading__")) || span_ends(name, SPAN_LIT("|outline"));
}

static void say(struct doc *d, const struct run *runs, size_t count, struct span name, bool *contents)
{
	CLEANUP(buf_done) struct buf words = { 0 };

	if (places_is_ours(name) || (is_contents(name) && *contents))
		return;
	*contents = *contents || is_contents(name);
	for (size_t i = 0; i < count; i++)
		buf_add(&words, runs[i].text);
	doc_lose(d, is_contents(name) ? "links of a table of contents, read as words" : "link to a place in the file, read as words", runs->link->where, span_trim(buf_span(&words)));
}

static size_t length_of(const struct block *b, size_t from)
{
	size_t n = 1;

	while (from + n < b->run_count && b->runs[from + n].link == b->runs[from].link)
		n++;
	return n;
}

void places_settle(struct doc *d, bool (*make)(void *ctx, struct block *b, size_t i, size_t count, struct block *to), void *ctx)
{
	bool contents = false;

	if (!d->has_place_links)
		return;
	for (size_t part = 0; part <= d->note_count; part++) {
		struct block *top = part ? d->notes[part - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t i = 0, n; i < b->run_count; i += n) {
				const struct link *l = b->runs[i].link;
				struct span name;

				n = length_of(b, i);
				if (!places_is_link(l))
					continue;
				name = span_sub(l->url, 1, l->url.n);
				if (!make || !make(ctx, b, i, n, places_find(d, name)))
					say(d, b->runs + i, n, name, &contents);
				for (size_t k = i; k < i + n; k++) {
					b->runs[k].link = NULL;
					if (!make && b->runs[k].kind == RUN_TEXT && span_starts(name, SPAN_LIT("cl_")))
						b->runs[k].printed = name;
				}
			}
	}
	d->has_place_links = false;
}

size_t places_join_reference(struct doc *d, struct run *runs, size_t count, const struct link *link)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	const struct run *last = runs + count - 1;
	size_t first = count;

	if (!count || !places_is_link(link) || last->link != link || last->kind != RUN_XREF || !span_eq(last->target, span_sub(link->url, 1, link->url.n)))
		return count;
	for (; first && runs[first - 1].link == link; first--)
		if ((runs[first - 1].kind != RUN_TEXT && runs[first - 1].kind != RUN_XREF) || runs[first - 1].mark != last->mark)
			return count;
	for (size_t i = first; i < count; i++)
		buf_add(&words, runs[i].kind == RUN_TEXT ? runs[i].text : runs[i].printed);
	runs[first] = *last;
	runs[first].link = NULL;
	runs[first].printed = arena_dup(&d->arena, buf_span(&words));
	return first + 1;
}
