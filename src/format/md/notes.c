/* Footnotes: lifted out of the body into a stream of their own, which goes behind it as one list (FORMAT.md F6). */
#include "format/md/scan.h"

#define NOTE_INDENT 4u

/* Length of "[^label]:" at s[at], or 0. */
size_t note_head(struct span s, size_t at, struct span *ret_label)
{
	size_t i = at + 2;

	if (s.n - at < 5 || s.p[at] != '[' || s.p[at + 1] != '^')
		return 0;
	while (i < s.n && s.p[i] != ']' && s.p[i] != '^' && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '[')
		i++;
	if (i == at + 2 || i + 1 >= s.n || s.p[i] != ']' || s.p[i + 1] != ':' || i - at - 2 > LIMIT_NOTE_LABEL_BYTES)
		return 0;
	*ret_label = span_sub(s, at + 2, i);
	return i + 2 - at;
}

static void begin_note(struct scanner *sc, size_t base, size_t n, size_t next, size_t at, size_t head, struct span label)
{
	struct page *p = sc->notes.page;
	struct note *note;
	size_t i = at + head;

	if (sc->d->note_count >= LIMIT_NOTES) {
		if (!sc->failed)
			sc->failed = fault_set(sc->f, FAULT_LIMIT, scan_place(sc, base), "more than %u footnotes", LIMIT_NOTES);
		return;
	}
	note = note_new(sc->d, arena_dup(&sc->d->arena, label));
	note->origin = (struct origin){ scan_src(sc, base), scan_src_end(sc, next) };
	note->body->in_container = note->body->internal = sc->container_depth > 0;
	if (p->note_count == p->note_cap) {
		p->note_cap = p->note_cap ? 2 * p->note_cap : 16;
		p->notes = mem_resize(p->notes, p->note_cap, sizeof(*p->notes));
	}
	p->notes[p->note_count++] = note;
	sc->note = note;
	sc->in_note = true;
	sc->notes.boxes[0] = (struct box){ .kind = BOX_ITEM, .offset = NOTE_INDENT, .filled = true };
	sc->notes.depth = 1;
	stream_end_leaf(&sc->notes);
	while (i < n && (sc->s.p[base + i] == ' ' || sc->s.p[base + i] == '\t'))
		i++;
	if (i < n) {
		scan_line(sc, &sc->notes, base, n, next, i, "1)  ");
	} else {
		/* Nothing on its first line: the item still has to begin with something, or it could not hold blocks. */
		page_begin_line(p, scan_src(sc, base), scan_src_end(sc, next));
		page_put(p, "1)  " MARKER "\n", sizeof("1)  " MARKER));
	}
}

/* How many of the open containers an empty line at the margin leaves open. */
static size_t open_over_blank(const struct stream *st)
{
	size_t k = 0;

	while (k < st->depth && st->boxes[k].kind == BOX_ITEM && st->boxes[k].filled)
		k++;
	return k;
}

void scan_any(struct scanner *sc, size_t base, size_t n, size_t next)
{
	struct cursor c = { .p = sc->s.p + base, .n = n };
	struct stream *st = &sc->body;
	struct span label, name;
	size_t head;

	if (sc->in_note) {
		bool inside;

		line_look(&c);
		inside = c.ns >= c.n || c.indent >= NOTE_INDENT;
		/* What begins a block ends the note: behind a container that does not go on, an item need not begin with 1 to do so. */
		if (!inside && sc->notes.leaf == LEAF_PARAGRAPH && !line_begins_block(&c, false) && !note_head(span_of(c.p, c.n), c.ns, &label) &&
		    !(c.n && c.p[0] == ':' && container_line(span_of(c.p, c.n), &name)))
			inside = true;
		if (inside) {
			if (c.ns < c.n)
				sc->note->origin.end = scan_src_end(sc, next);
			scan_line(sc, &sc->notes, base, n, next, 0, NULL);
			return;
		}
		sc->in_note = false;
	}
	/* What stands at the margin, whatever is open but code. */
	if (n && (c.p[0] == ':' || c.p[0] == '[' || c.p[0] == ' ') && !(st->depth == 0 && (st->leaf == LEAF_FENCE || st->leaf == LEAF_HTML))) {
		if (c.p[0] == ':') {
			int kind = container_line(span_of(c.p, c.n), &name);

			if (kind) {
				stream_end_leaf(st);
				st->depth = 0;
				if (kind == 1)
					container_open(sc, st, base, next, name);
				else
					container_close(sc, st, base, next);
				return;
			}
		}
		line_look(&c);
		if (c.indent <= 3 && c.ns < c.n && (c.ns == 0 || st->depth == 0) && (head = note_head(span_of(c.p, c.n), c.ns, &label))) {
			/* A paragraph before it ends here; an open list goes on behind it, as if the note were not there. */
			page_begin_line(st->page, scan_src(sc, base), scan_src_end(sc, next));
			if (st->leaf == LEAF_FENCE || st->leaf == LEAF_HTML) {
				page_put(st->page, MARKER "\n", sizeof(MARKER));
				st->depth = 0;
			} else {
				page_put(st->page, "\n", 1);
				st->depth = open_over_blank(st);
			}
			stream_end_leaf(st);
			begin_note(sc, base, n, next, c.ns, head, label);
			return;
		}
	}
	scan_line(sc, st, base, n, next, 0, NULL);
}

/* What is open in the body and takes lines as they come would take the notes too. */
static void close_body(struct page *p, const struct stream *st)
{
	static const char *const html[] = { [1] = "</pre>\n", [2] = "-->\n", [3] = "?>\n", [4] = ">\n", [5] = "]]>\n", [6] = "\n", [7] = "\n" };
	size_t end = p->line_count ? p->lines[p->line_count - 1].end : 0;

	if (st->depth || (st->leaf != LEAF_FENCE && st->leaf != LEAF_HTML))
		return;
	page_begin_line(p, end, end);
	if (st->leaf == LEAF_FENCE) {
		for (size_t i = 0; i < st->fence_length; i++)
			page_put(p, &st->fence, 1);
		page_put(p, "\n", 1);
	} else {
		page_put(p, html[st->html_kind], strlen(html[st->html_kind]));
	}
}

/* Notes are one list behind the body. */
void notes_append(struct page *p, struct page *notes, const struct stream *body)
{
	uint32_t line;
	size_t at, hint = 0;

	if (p->text.bytes.n && p->text.bytes.p[p->text.bytes.n - 1] != '\n' && p->text.bytes.p[p->text.bytes.n - 1] != '\r')
		page_put(p, "\n", 1);
	if (!notes->note_count)
		return;
	close_body(p, body);
	page_begin_line(p, p->line_count ? p->lines[p->line_count - 1].end : 0, p->line_count ? p->lines[p->line_count - 1].end : 0);
	page_special(p, SPECIAL_NOTES);
	page_put(p, MARKER "\n", sizeof(MARKER));
	line = (uint32_t)p->line_count;
	at = p->text.bytes.n;
	text_copy(&p->text, &notes->text, 0, notes->text.bytes.n, &hint);
	for (size_t i = 0; i < notes->line_count; i++) {
		page_begin_line(p, notes->lines[i].src, notes->lines[i].end);
		p->lines[p->line_count - 1].at = (uint32_t)(notes->lines[i].at + at);
		p->lines[p->line_count - 1].body = notes->lines[i].body == NO_BODY ? NO_BODY : (uint32_t)(notes->lines[i].body + at);
		p->lines[p->line_count - 1].pad = notes->lines[i].pad;
		p->lines[p->line_count - 1].fence = notes->lines[i].fence;
	}
	for (size_t i = 0; i < notes->special_count; i++) {
		struct special *x = page_special(p, notes->specials[i].kind);

		*x = notes->specials[i];
		x->line += line;
	}
	for (size_t i = 0; i < notes->attach_count; i++)
		page_attach(p, notes->attaches[i].line + line, notes->attaches[i].column, notes->attaches[i].attrs, notes->attaches[i].origin);
	p->notes = notes->notes;
	p->note_count = notes->note_count;
	notes->notes = NULL;
	if (p->text.bytes.p[p->text.bytes.n - 1] != '\n' && p->text.bytes.p[p->text.bytes.n - 1] != '\r')
		page_put(p, "\n", 1);
}
