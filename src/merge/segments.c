/* A file as segments: its front matter, top-level blocks with their attribute lists, notes, and what stands between. */
#include <stdlib.h>

#include "base/utf8.h"
#include "merge/segments.h"

static struct segment *add_segment(struct side *s, struct segment x)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->segments = mem_resize(s->segments, s->cap, sizeof(struct segment));
	}
	x.mate_base = x.split_base = NONE;
	s->segments[s->count] = x;
	return &s->segments[s->count++];
}

/* Whose a line is: the nearest block or note that covers it. */
struct owner {
	size_t begin, end;
	const struct block *block;
	const struct note *note;
};

static int by_begin(const void *pa, const void *pb)
{
	const struct owner *a = pa, *b = pb;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static size_t line_end(struct span s, size_t at)
{
	size_t lf = span_find_char(s, '\n', at);

	return lf == SIZE_MAX ? s.n : lf + 1;
}

static bool blank(struct span s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (s.p[from] != ' ' && s.p[from] != '\t' && s.p[from] != '\r' && s.p[from] != '\n')
			return false;
	return true;
}

/* ":::" and more of them; with a word behind them they open a container. */
static bool is_fence(struct span line, bool *ret_opens)
{
	size_t n = 0;

	line = span_trim(line);
	*ret_opens = false;
	for (size_t i = 0; i < line.n; i++) {
		n += line.p[i] == ':' && n == i;
		*ret_opens = *ret_opens || (line.p[i] != ':' && line.p[i] != ' ' && line.p[i] != '\t');
	}
	return n >= 3;
}

void segments_cut(struct side *s)
{
	const struct doc *d = s->statement->doc;
	size_t n = 0, owners_cap = d->note_count + 1, at = 0, k = 0;
	struct owner *owners;

	s->source = d->source;
	for (const struct block *b = d->root->first; b; b = b->next)
		owners_cap++;
	owners = mem_alloc(owners_cap * sizeof(struct owner));
	for (const struct block *b = d->root->first; b; b = b->next) {
		struct owner o = { b->origin.begin, b->origin.end, b, NULL };

		if (b->attr_origin.end > b->attr_origin.begin && b->attr_origin.begin < o.begin)
			o.begin = b->attr_origin.begin;
		if (o.end > o.begin)
			owners[n++] = o;
	}
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->origin.end > d->notes[i]->origin.begin)
			owners[n++] = (struct owner){ d->notes[i]->origin.begin, d->notes[i]->origin.end, NULL, d->notes[i] };
	if (n)
		qsort(owners, n, sizeof(struct owner), by_begin);
	s->of_block = mem_alloc((d->block_count + 1) * sizeof(size_t));
	for (size_t i = 0; i <= d->block_count; i++)
		s->of_block[i] = NONE;
	if (d->meta.present) {
		at = d->meta.body;
		add_segment(s, (struct segment){ .kind = SEG_FRONT, .body = span_sub(s->source, 0, at) });
	} else if (span_starts(s->source, SPAN_LIT(UTF8_BOM))) {
		at = 3;
		add_segment(s, (struct segment){ .kind = SEG_FRONT, .body = span_sub(s->source, 0, 3) });
	}
	while (at < s->source.n) {
		size_t begin = at, end = line_end(s->source, at);
		struct segment x = { .kind = SEG_RAW };

		while (k < n && owners[k].end <= begin)
			k++;
		if (blank(s->source, begin, end) && !(k < n && owners[k].begin <= begin)) {
			/* empty lines belong to what they follow */
			struct segment *last;

			if (!s->count)
				add_segment(s, (struct segment){ .kind = SEG_RAW, .body = span_sub(s->source, at, at) });
			last = &s->segments[s->count - 1];
			last->gap = span_sub(s->source, (size_t)(last->body.p - s->source.p) + last->body.n, end);
			at = end;
			continue;
		}
		if (k < n && owners[k].begin < end) {
			size_t stop = end, attrs = 0;

			while (stop < owners[k].end)
				stop = line_end(s->source, stop);
			end = stop;
			/* the reader may count the empty lines behind a block as the block's: they are a gap */
			for (size_t l = begin; l < stop;) {
				size_t e = line_end(s->source, l);

				if (!blank(s->source, l, e))
					end = e;
				l = e;
			}
			x.kind = owners[k].note ? SEG_NOTE : SEG_BLOCK;
			x.block = owners[k].block;
			if (owners[k].note)
				x.label = owners[k].note->label;
			if (x.block && x.block->attr_origin.end > x.block->attr_origin.begin && x.block->attr_origin.end <= x.block->origin.begin)
				attrs = line_end(s->source, x.block->attr_origin.end - 1);
			if (attrs > begin && attrs <= end) {
				x.attrs = span_sub(s->source, begin, attrs);
				begin = attrs;
			}
		} else if (is_fence(span_sub(s->source, begin, end), &x.opens)) {
			x.kind = SEG_FENCE;
		} else {
			bool opens;

			/* up to an empty line, the next block or fence */
			while (end < s->source.n && !(k < n && owners[k].begin < line_end(s->source, end)) &&
			       !blank(s->source, end, line_end(s->source, end)) && !is_fence(span_sub(s->source, end, line_end(s->source, end)), &opens))
				end = line_end(s->source, end);
		}
		x.body = span_sub(s->source, begin, end);
		x.gap = span_sub(s->source, end, end);
		if (x.block)
			s->of_block[x.block->serial] = s->count;
		add_segment(s, x);
		at = end;
	}
	free(owners);
}

void segments_done(struct side *s)
{
	free(s->segments);
	free(s->of_block);
	free(s->of_base);
}

struct span segment_whole(const struct segment *x)
{
	const char *from = x->attrs.n ? x->attrs.p : x->body.p;

	return span_trim(span_of(from, (size_t)(x->body.p + x->body.n - from)));
}

bool segment_same(const struct segment *a, const struct segment *b)
{
	return merge_same_text(segment_whole(a), segment_whole(b));
}
