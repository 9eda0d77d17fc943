#include "format/docx/header.h"

#include "base/mem.h"
#include "format/docx/order.h"
#include "io/xml.h"

#define NESTED_MAX 16u /* fields in fields; deeper ones go */
#define CODE_MAX 256u

enum act {
	ACT_KEEP,   /* the field and its words */
	ACT_EMPTY,  /* the field; its words are another document's */
	ACT_TITLE,
	ACT_AUTHOR,
	ACT_WORDS,  /* the words alone */
	ACT_DROP,
};

static enum act act_of(struct span code)
{
	static const struct {
		const char *name;
		enum act act;
	} known[] = {
		{ "PAGE", ACT_KEEP },	   { "NUMPAGES", ACT_KEEP }, { "SECTION", ACT_KEEP }, { "SECTIONPAGES", ACT_KEEP }, { "DATE", ACT_KEEP },
		{ "TIME", ACT_KEEP },	   { "SYMBOL", ACT_KEEP },   { "SEQ", ACT_KEEP },     { "=", ACT_KEEP },	    { "IF", ACT_KEEP },
		{ "STYLEREF", ACT_EMPTY }, { "TITLE", ACT_TITLE },   { "AUTHOR", ACT_AUTHOR }, { "HYPERLINK", ACT_WORDS }, { "REF", ACT_WORDS },
		{ "PAGEREF", ACT_WORDS },
	};
	size_t n = 0;

	code = span_trim(code);
	while (n < code.n && code.p[n] != ' ' && code.p[n] != '\\' && (n == 0 || code.p[0] != '='))
		n++;
	code = span_sub(code, 0, n);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (span_eq_nocase(code, span_str(known[i].name)))
			return known[i].act;
	return ACT_DROP;
}

/* An attribute's value in a tag, by its local name. */
static struct span value_of(struct span tag, const char *local)
{
	struct span key = span_str(local);

	for (size_t at = 0; (at = span_find(tag, key, at)) != SIZE_MAX; at += key.n) {
		size_t i = at + key.n, end;

		if (at == 0 || !strchr(" \t\r\n:", tag.p[at - 1]) || i + 1 >= tag.n || tag.p[i] != '=')
			continue;
		end = span_find_char(tag, tag.p[i + 1], i + 2);
		return end == SIZE_MAX ? (struct span){ 0 } : span_sub(tag, i + 2, end);
	}
	return (struct span){ 0 };
}

struct tag {
	struct span all, name;
	size_t open, end;
	bool closing, empty;
};

static bool next_tag(struct span s, size_t from, struct tag *ret)
{
	size_t open = span_find_char(s, '<', from), name_end;

	if (open == SIZE_MAX)
		return false;
	ret->open = open;
	ret->end = markup_end(s, open);
	ret->all = span_sub(s, open, ret->end);
	ret->name = markup_name(s, open, &name_end);
	ret->closing = ret->all.n > 1 && ret->all.p[1] == '/';
	ret->empty = ret->all.n > 2 && ret->all.p[ret->all.n - 2] == '/';
	return true;
}

/* One past the end of the element that a tag opens. */
static size_t element_end(struct span s, const struct tag *t)
{
	struct tag x;
	size_t at = t->end, depth = 1;

	if (t->empty || t->closing)
		return t->end;
	while (next_tag(s, at, &x)) {
		at = x.end;
		if (!span_eq(x.name, t->name) || x.empty)
			continue;
		depth += x.closing ? (size_t)-1 : 1;
		if (!depth)
			return at;
	}
	return s.n;
}

/* What is done with each complex field, in the order in which they begin. */
static size_t find_fields(struct span s, enum act **ret)
{
	struct {
		size_t index, n;
		bool counted;
		char code[CODE_MAX];
	} stack[NESTED_MAX];
	size_t depth = 0, count = 0, cap = 0, at = 0;
	enum act *acts = NULL;
	struct tag t;

	while (next_tag(s, at, &t)) {
		at = t.end;
		if (span_is(t.name, "fldChar") && !t.closing) {
			struct span type = value_of(t.all, "fldCharType");

			if (span_is(type, "begin")) {
				if (count == cap) {
					cap = cap ? 2 * cap : 16;
					acts = mem_resize(acts, cap, sizeof(*acts));
				}
				acts[count++] = ACT_DROP;
				if (depth < NESTED_MAX) {
					stack[depth].index = count - 1;
					stack[depth].n = 0;
					stack[depth].counted = false;
				}
				depth++;
			} else if (depth && depth <= NESTED_MAX && !stack[depth - 1].counted) {
				acts[stack[depth - 1].index] = act_of(span_of(stack[depth - 1].code, stack[depth - 1].n));
				stack[depth - 1].counted = true;
			}
			if (span_is(type, "end") && depth)
				depth--;
		} else if (span_is(t.name, "instrText") && !t.closing && !t.empty && depth && depth <= NESTED_MAX) {
			size_t end = span_find_char(s, '<', at);
			struct span text = span_sub(s, at, end == SIZE_MAX ? s.n : end);

			for (size_t i = 0; i < text.n && stack[depth - 1].n < CODE_MAX; i++)
				stack[depth - 1].code[stack[depth - 1].n++] = text.p[i];
		}
	}
	*ret = acts;
	return count;
}

/* A tag without paths: programs note where a picture came from. */
static void put_tag(struct span tag, struct buf *ret)
{
	static const char *const attrs[] = { "name", "descr", "title" };
	size_t from = 0;

	for (size_t i = 0; i < ARRAY_LEN(attrs); i++) {
		struct span v = value_of(tag, attrs[i]);
		size_t begin = v.n ? (size_t)(v.p - tag.p) : 0;

		if (!v.n || begin < from || (span_find_char(v, '/', 0) == SIZE_MAX && span_find_char(v, '\\', 0) == SIZE_MAX))
			continue;
		buf_add(ret, span_sub(tag, from, begin));
		from = begin + v.n;
	}
	buf_add(ret, span_sub(tag, from, tag.n));
}

static bool hides(struct span s, const struct tag *run)
{
	struct tag t;
	size_t at = run->end;

	if (!next_tag(s, at, &t) || !span_is(t.name, "rPr") || t.closing)
		return false;
	for (at = t.end; next_tag(s, at, &t) && !span_is(t.name, "rPr"); at = t.end) {
		struct span on = value_of(t.all, "val");

		if ((span_is(t.name, "vanish") || span_is(t.name, "webHidden")) && !span_is(on, "0") && !span_is(on, "false") && !span_is(on, "off"))
			return true;
	}
	return false;
}

struct open_field {
	enum act act;
	bool result, said, simple;
};

/* What a word in the result of the open fields becomes. */
static enum act act_now(const struct open_field *fields, size_t depth)
{
	for (size_t i = 0; i < depth && i < NESTED_MAX; i++)
		if (fields[i].result && fields[i].act != ACT_KEEP && fields[i].act != ACT_WORDS)
			return fields[i].act;
	return depth > NESTED_MAX ? ACT_DROP : ACT_KEEP;
}

void header_clean(struct span s, struct span title, struct span organisation, struct buf *ret)
{
	struct open_field fields[NESTED_MAX] = { { 0 } };
	size_t depth = 0, at = 0, seen = 0, count;
	bool in_text = false;
	enum act *acts = NULL;
	struct tag t;

	count = find_fields(s, &acts);
	for (; next_tag(s, at, &t); at = t.end) {
		struct open_field *f = depth && depth <= NESTED_MAX ? &fields[depth - 1] : NULL;
		enum act act = act_now(fields, depth);

		if (!in_text || act == ACT_KEEP)
			buf_add(ret, span_sub(s, at, t.open));
		else if ((act == ACT_TITLE || act == ACT_AUTHOR) && f && !f->said) {
			struct xml_out x;

			f->said = true;
			xml_out_fragment(&x, ret);
			xml_out_text(&x, act == ACT_TITLE ? title : organisation);
		}
		in_text = span_is(t.name, "t") && !t.closing && !t.empty;
		if (span_is(t.name, "bookmarkStart") || span_is(t.name, "bookmarkEnd") || span_is(t.name, "hyperlink") || span_is(t.name, "smartTag"))
			continue;
		if (span_is(t.name, "r") && !t.closing && !t.empty && hides(s, &t)) {
			t.end = element_end(s, &t);
			continue;
		}
		if (span_is(t.name, "fldSimple")) {
			if (!t.closing && !t.empty) {
				struct open_field *made = depth < NESTED_MAX ? &fields[depth] : NULL;

				if (made)
					*made = (struct open_field){ .act = act_of(value_of(t.all, "instr")), .result = true, .simple = true };
				depth++;
				if (!made || made->act == ACT_DROP || made->act == ACT_WORDS)
					continue;
			} else if (t.closing && depth) {
				depth--;
				if (!f || f->act == ACT_DROP || f->act == ACT_WORDS)
					continue;
			} else {
				continue;
			}
		} else if (span_is(t.name, "fldChar") && !t.closing) {
			struct span type = value_of(t.all, "fldCharType");
			enum act own = f && !f->simple ? f->act : ACT_DROP;

			if (span_is(type, "begin")) {
				own = seen < count && depth < NESTED_MAX ? acts[seen] : ACT_DROP;
				seen++;
				if (depth < NESTED_MAX)
					fields[depth] = (struct open_field){ .act = own };
				depth++;
			} else if (span_is(type, "separate")) {
				if (f)
					f->result = true;
			} else if (depth) {
				depth--;
			}
			if (own == ACT_DROP || own == ACT_WORDS) {
				t.end = element_end(s, &t);
				continue;
			}
		} else if (span_is(t.name, "instrText") && !t.closing && (!f || f->act == ACT_DROP || f->act == ACT_WORDS)) {
			t.end = element_end(s, &t);
			continue;
		}
		put_tag(t.all, ret);
	}
	buf_add(ret, span_sub(s, at, s.n));
	mem_free(acts);
}

void header_mirror(struct span s, struct buf *ret)
{
	size_t at = 0, from = 0;
	bool styled = false;
	struct tag t;

	for (; next_tag(s, at, &t); at = t.end) {
		/* Elsewhere it would have to find its place among the properties, and the template's author has set them. */
		if (styled && t.closing && span_is(t.name, "pPr")) {
			size_t colon = span_find_char(t.all, ':', 0);

			buf_add(ret, span_sub(s, from, t.open));
			buf_char(ret, '<');
			if (colon != SIZE_MAX)
				buf_add(ret, span_sub(t.all, 2, colon + 1));
			BUF_LIT(ret, "bidi/>");
			from = t.open;
		}
		styled = t.empty && span_is(t.name, "pStyle");
	}
	buf_add(ret, span_sub(s, from, s.n));
}
