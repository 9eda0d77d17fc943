/* Entities as cmark reads them, which knows their names; it is asked for each once a file. */
#include <cmark.h>

#include "format/md/internal.h"

#include "base/utf8.h"

static bool alnum(char c)
{
	return ascii_letter(c) || (c >= '0' && c <= '9');
}

#define SLOTS 4096u /* cmark knows 2,125 names */

/* Where a name stands in the table, or would. */
static struct entity *slot(struct aligner *a, struct span name)
{
	size_t i = (size_t)span_hash(name) % SLOTS;

	if (!a->entities)
		a->entities = mem_zero(SLOTS, sizeof(*a->entities));
	while (a->entities[i].name.n && !span_eq(a->entities[i].name, name))
		i = (i + 1) % SLOTS;
	return &a->entities[i];
}

static struct span named_entity(struct aligner *a, struct span name)
{
	cmark_node *doc, *text;
	char spelled[48];
	struct span out = { 0 };
	struct entity *e = slot(a, name);

	if (e->name.n)
		return e->text;
	if (name.n > sizeof(spelled) - 2)
		return out;
	spelled[0] = '&';
	memcpy(spelled + 1, name.p, name.n);
	spelled[name.n + 1] = ';';
	doc = cmark_parse_document(spelled, name.n + 2, CMARK_OPT_DEFAULT);
	text = cmark_node_first_child(doc) ? cmark_node_first_child(cmark_node_first_child(doc)) : NULL;
	/* &nbsp; and its like are white space that a paragraph's start would lose; none of them is ASCII, so none is lost. */
	if (text && cmark_node_get_type(text) == CMARK_NODE_TEXT)
		out = arena_dup(&a->d->arena, span_str(cmark_node_get_literal(text)));
	if (span_eq(out, span_of(spelled, name.n + 2)))
		out = (struct span){ 0 };
	cmark_node_free(doc);
	/* None that cmark does not know is asked for, but for a lost step. */
	if (out.n && a->entity_count < SLOTS / 2 + SLOTS / 4) {
		a->entity_count++;
		*e = (struct entity){ .name = arena_dup(&a->d->arena, name), .text = out };
	}
	return out;
}

/* "&#…;" whose digits begin at at: the offset behind it, or 0.  scratch: as cmark encodes it. */
static size_t numeric_entity(const struct aligner *a, size_t at, char scratch[4], struct span *ret)
{
	bool hex = at < a->end && (a->p[at] | 32) == 'x';
	size_t from = at + hex, i = from;
	uint32_t cp = 0;

	for (; i < a->end && i - from <= 7; i++) {
		char c = a->p[i], small = (char)(c | 32);

		if (c >= '0' && c <= '9')
			cp = cp * (hex ? 16 : 10) + (uint32_t)(c - '0');
		else if (hex && small >= 'a' && small <= 'f')
			cp = cp * 16 + (uint32_t)(small - 'a' + 10);
		else
			break;
	}
	if (i == from || i - from > (hex ? 6 : 7) || i >= a->end || a->p[i] != ';')
		return 0;
	if (cp == 0 || (cp >= 0xd800 && cp < 0xe000) || cp >= 0x110000)
		cp = 0xfffd;
	if (cp == 0xfffe || cp == 0xffff) {
		scratch[0] = cp == 0xfffe ? '\xfe' : '\xff';
		*ret = span_of(scratch, 1);
	} else {
		*ret = span_of(scratch, utf8_encode(cp, scratch));
	}
	return i + 1;
}

size_t align_entity(struct aligner *a, size_t at, const char *words, char scratch[4], struct span *ret)
{
	size_t i = at + 1, from = i;
	struct span name;

	if (i < a->end && a->p[i] == '#') {
		i = numeric_entity(a, i + 1, scratch, ret);
		return i ? i - at : 0;
	}
	while (i < a->end && alnum(a->p[i]) && i - from < 40)
		i++;
	if (i == from || i >= a->end || a->p[i] != ';')
		return 0;
	name = span_of(a->p + from, i - from);
	/* Where the words go on with "&" it is that sign's own entity, or none: no text has to remember all that are none. */
	if (*words == '&')
		*ret = span_is(name, "amp") || span_is(name, "AMP") ? SPAN_LIT("&") : (struct span){ 0 };
	else
		*ret = named_entity(a, name);
	return ret->n ? i + 1 - at : 0;
}

struct span cmark_text(struct arena *a, const char *s)
{
	struct buf b = { 0 };
	struct span r;

	if (!s[strcspn(s, "\xfe\xff")])
		return arena_dup(a, span_str(s));
	for (; *s; s++) {
		if (*s == '\xfe' || *s == '\xff')
			buf_str(&b, "\xef\xbf\xbd");
		else
			buf_char(&b, *s);
	}
	r = arena_dup(a, buf_span(&b));
	buf_done(&b);
	return r;
}
