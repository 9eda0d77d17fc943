/* The page being written. */
#include "format/md/scan.h"

#include <stdlib.h>

struct srcpos scan_place(struct scanner *sc, size_t at)
{
	struct srcpos pos = { .file = sc->d->path };

	doc_position(sc->d, map_src(&sc->in->map, at, &sc->hint2), &pos.line, &pos.column);
	return pos;
}

size_t scan_src(struct scanner *sc, size_t at)
{
	return map_src(&sc->in->map, at, &sc->hint);
}

size_t scan_src_end(struct scanner *sc, size_t at)
{
	return map_src_end(&sc->in->map, at, &sc->hint);
}

size_t scan_line_of(struct scanner *sc, size_t source)
{
	size_t line, column;

	doc_position(sc->d, source, &line, &column);
	return line;
}

void page_begin_line(struct page *p, size_t begin, size_t end)
{
	if (p->line_count + 1 >= p->line_cap) {
		p->line_cap = p->line_cap ? 2 * p->line_cap : 256;
		p->lines = mem_resize(p->lines, p->line_cap, sizeof(*p->lines));
	}
	p->lines[p->line_count++] = (struct page_line){ .at = (uint32_t)p->text.bytes.n, .body = (uint32_t)p->text.bytes.n, .src = (uint32_t)begin,
							.end = (uint32_t)end };
}

/* The words of the line that is being written begin here. */
void page_body(struct page *p)
{
	p->lines[p->line_count - 1].body = (uint32_t)p->text.bytes.n;
}

void page_put(struct page *p, const char *s, size_t n)
{
	/* Behind a line that ends in CR alone an empty line of ours would be the other half of CR LF, and no line. */
	if (n && s[0] == '\n' && p->text.bytes.n && p->text.bytes.p[p->text.bytes.n - 1] == '\r')
		text_put(&p->text, " ", 1, NO_SRC);
	text_put(&p->text, s, n, NO_SRC);
}

void page_copy(struct scanner *sc, struct page *p, size_t begin, size_t end)
{
	if (sc->in->map.count == 1)
		text_put(&p->text, sc->s.p + begin, end - begin, sc->in->map.items[0].src + (uint32_t)begin);
	else
		text_copy(&p->text, sc->in, begin, end, &sc->hint);
}

struct special *page_special(struct page *p, enum special_kind kind)
{
	if (p->special_count == p->special_cap) {
		p->special_cap = p->special_cap ? 2 * p->special_cap : 64;
		p->specials = mem_resize(p->specials, p->special_cap, sizeof(*p->specials));
	}
	p->specials[p->special_count] = (struct special){ .kind = kind, .line = (uint32_t)p->line_count };
	return &p->specials[p->special_count++];
}

void page_attach(struct page *p, uint32_t line, uint32_t column, struct attrs *a, struct origin o)
{
	if (p->attach_count == p->attach_cap) {
		p->attach_cap = p->attach_cap ? 2 * p->attach_cap : 64;
		p->attaches = mem_resize(p->attaches, p->attach_cap, sizeof(*p->attaches));
	}
	p->attaches[p->attach_count++] = (struct attach){ .line = line, .column = column, .attrs = a, .origin = o };
}

void page_prefix(struct page *p, const struct stream *st)
{
	static const char spaces[] = "                                                                ";

	for (size_t k = 0; k < st->depth; k++) {
		if (st->boxes[k].kind == BOX_QUOTE) {
			page_put(p, "> ", 2);
		} else {
			size_t n = st->boxes[k].offset;

			while (n) {
				size_t m = n < sizeof(spaces) - 1 ? n : sizeof(spaces) - 1;

				page_put(p, spaces, m);
				n -= m;
			}
		}
	}
}

void page_done(struct page *p)
{
	text_done(&p->text);
	free(p->lines);
	free(p->specials);
	free(p->attaches);
	free(p->notes);
	*p = (struct page){ 0 };
}
