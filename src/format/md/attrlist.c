#include "format/md/internal.h"

#include <stdlib.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool name_char(char c)
{
	return alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static size_t skip_blank(struct span s, size_t at)
{
	while (at < s.n && blank(s.p[at]))
		at++;
	return at;
}

static size_t bad(struct attrlist *l, size_t at, const char *why)
{
	l->malformed = true;
	l->bad = at;
	l->why = why;
	return 0;
}

/* Offset behind "{" if a list begins at at, hidden or plain; 0 if not. */
static size_t open_brace(struct span s, size_t at, bool *ret_hidden)
{
	*ret_hidden = false;
	if (s.n - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
		*ret_hidden = true;
		at += 4;
		/* "<!--- {.internal} --->" is seen, and said to be no tag. */
		while (at < s.n && s.p[at] == '-')
			at++;
		at = attrlist_skip_unseen(s, at);
	}
	return at < s.n && s.p[at] == '{' ? at + 1 : 0;
}

/* What stands in a comment that begins at at and ends in s. */
static struct span comment_text(struct span s, size_t at)
{
	size_t end = span_find(s, SPAN_LIT("-->"), at + 4);

	return end == SIZE_MAX ? (struct span){ 0 } : span_sub(s, at + 4, end);
}

/* Behind "{" at at: "internal}", ". internal}" and the ": .internal}" of another program mean a class that would hide nothing so. */
static bool nearly_class(struct span s, size_t at)
{
	size_t from;

	if (at < s.n && s.p[at] == ':') {
		at = skip_blank(s, at + 1);
		if (at + 1 < s.n && (s.p[at] == '#' || s.p[at] == '.') && name_char(s.p[at + 1]))
			return true;
	}
	if (at < s.n && s.p[at] == '.')
		at = skip_blank(s, at + 1);
	for (from = at; at < s.n && alpha(s.p[at]);)
		at++;
	return class_named(span_sub(s, from, at)) && (at = skip_blank(s, at)) < s.n && s.p[at] == '}';
}

bool attrlist_looks(struct span s, size_t at)
{
	bool hidden;
	size_t i, from;

	if (at >= s.n || (s.p[at] != '{' && s.p[at] != '<'))
		return false;
	i = open_brace(s, at, &hidden);
	if (!i)
		return hidden && attrlist_bare(comment_text(s, at));
	from = i = attrlist_skip_unseen(s, i);
	if (i >= s.n)
		return false;
	if (nearly_class(s, i))
		return true;
	/* "{.5 Mbit}" and "{# of users}" are text. */
	if (s.p[i] == '.')
		return i + 1 < s.n && alpha(s.p[i + 1]);
	if (s.p[i] == '#')
		return i + 1 < s.n && !blank(s.p[i + 1]) && s.p[i + 1] != '}';
	if (!alpha(s.p[i]))
		return false;
	while (i < s.n && name_char(s.p[i]))
		i++;
	return i > from && i < s.n && s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] != '=';
}

static bool bare_char(char c)
{
	return !(blank(c) || c == '\n' || c == '\r' || c == '"' || c == '\'' || c == '`' || c == '=' || c == '<' || c == '>' ||
		 c == '{' || c == '}');
}

struct items {
	struct attr list[LIMIT_ATTR_ITEMS];
	size_t count;
};

/* One item at s[at]; the offset behind it, or 0. */
static size_t read_item(struct doc *d, struct span s, size_t at, size_t src, struct attrs *a, struct items *items, struct attrlist *l)
{
	size_t i = at, from;

	if (s.p[i] == '#') {
		struct span id;

		from = ++i;
		while (i < s.n && bare_char(s.p[i]))
			i++;
		id = span_sub(s, from, i);
		if (id.n > LIMIT_ID_BYTES)
			return bad(l, from, "an id has at most 32 characters");
		if (!id_valid(id))
			return bad(l, from, "an id is small letters a-z, digits and single hyphens between them, such as \"igf-mandate\"");
		if (a->id.n) {
			doc_remark(d, "attribute-two-ids", src + from - 1, a->id,
				   "two ids, \"%.*s\" and \"%.*s\", stand on one block: it can have one only; delete the one that was not "
				   "used before",
				   SPAN_ARG(a->id), SPAN_ARG(id));
			return i;
		}
		a->id = arena_dup(&d->arena, id);
		a->id_begin = src + from;
		return i;
	}
	if (items->count == ARRAY_LEN(items->list))
		return bad(l, at, "a list has at most 256 items");
	if (s.p[i] == '.') {
		struct span name;
		unsigned bit = 0;

		from = ++i;
		while (i < s.n && name_char(s.p[i]))
			i++;
		name = span_sub(s, from, i);
		if (!name.n || !alpha(name.p[0]))
			return bad(l, at, "a class is a name after a full stop, such as \".internal\"");
		for (size_t k = 0; k < CLASSES_KNOWN; k++)
			if (span_is(name, known_classes[k].name))
				bit = known_classes[k].bit;
		a->classes |= bit;
		if (!bit)
			items->list[items->count++] = (struct attr){ .key = SPAN("."), .value = arena_dup(&d->arena, name), .begin = src + at,
								     .end = src + i };
		return i;
	}
	if (!alpha(s.p[i]))
		return bad(l, at, "expected #id, .class or key=value here");
	while (i < s.n && name_char(s.p[i]))
		i++;
	if ((i >= s.n || s.p[i] != '=') && class_named(span_sub(s, at, i)))
		return bad(l, at, "a class is a name after a full stop, such as \".internal\"");
	if (i >= s.n || s.p[i] != '=')
		return bad(l, at, "expected \"=\" and a value after this word");
	{
		struct span key = arena_dup(&d->arena, span_sub(s, at, i)), value;

		from = ++i;
		if (i < s.n && s.p[i] == '"') {
			struct buf v = { 0 };

			i++;
			while (i < s.n && s.p[i] != '"') {
				if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
					i++;
				buf_char(&v, s.p[i++]);
			}
			value = arena_dup(&d->arena, buf_span(&v));
			buf_done(&v);
			if (i >= s.n)
				return bad(l, from, "this quotation mark has no partner on the line");
			i++;
		} else {
			while (i < s.n && bare_char(s.p[i]))
				i++;
			if (i == from)
				return bad(l, from, "a value is missing after \"=\"; words with spaces go between straight quotation marks");
			value = arena_dup(&d->arena, span_sub(s, from, i));
		}
		for (size_t k = 0; k < items->count; k++)
			if (span_eq(items->list[k].key, key))
				doc_remark(d, "attribute-twice", src + at, a->id, "the key \"%.*s\" stands twice in this list: the last one counts, delete the other",
					   SPAN_ARG(key));
		items->list[items->count++] = (struct attr){ .key = key, .value = value, .begin = src + at, .end = src + i };
	}
	return i;
}

static void remark_values(struct doc *d, const struct attrs *a, size_t src)
{
	static const char *const roles[] = { "courtesy", "who-we-are", "context", "claim", "ask", "proposal", "closing" };

	for (size_t i = 0; i < a->count; i++) {
		const struct attr *it = &a->items[i];
		bool known = true;
		const char *near = NULL;
		unsigned best = 3;

		if (span_eq_nocase(it->key, SPAN_LIT("class")) || span_is(it->key, "internal") || span_is(it->key, "rationale") || span_is(it->key, "unnumbered")) {
			near = class_named(span_eq_nocase(it->key, SPAN_LIT("class")) ? it->value : it->key);
			if (near)
				doc_remark(d, "class-unknown", it->begin, a->id,
					   "%.*s=%.*s is no class: did you mean \".%s\"? Until it is corrected the text below it counts as unmarked, and no public "
					   "file is written",
					   SPAN_ARG(it->key), SPAN_ARG(it->value), near);
			continue;
		}
		if (span_is(it->key, ".")) {
			char letters[LIMIT_ID_BYTES];
			struct span lower = span_of(letters, it->value.n < sizeof(letters) ? it->value.n : sizeof(letters));

			for (size_t k = 0; k < lower.n; k++)
				letters[k] = it->value.p[k] >= 'A' && it->value.p[k] <= 'Z' ? (char)(it->value.p[k] + 32) : it->value.p[k];
			for (size_t k = 0; k < CLASSES_KNOWN; k++) {
				unsigned n = span_distance(lower, span_str(known_classes[k].name), 3);

				/* in other letters */
				if (!n)
					n = 1;

				if (n < best) {
					best = n;
					near = known_classes[k].name;
				}
			}
			if (near)
				doc_remark(d, "class-unknown", it->begin, a->id,
					   "the class \".%.*s\" is unknown: did you mean \".%s\"? Until it is corrected the text below it counts as "
					   "unmarked, and no public file is written",
					   SPAN_ARG(it->value), near);
			continue;
		}
		if (span_is(it->key, "role")) {
			known = false;
			for (size_t k = 0; k < ARRAY_LEN(roles); k++) {
				unsigned n = span_distance(it->value, span_str(roles[k]), 3);

				if (n < best) {
					best = n;
					near = roles[k];
				}
				if (n == 0)
					known = true;
			}
			if (!known && near)
				doc_remark(d, "value-unknown", it->begin, a->id, "the role \"%.*s\" is unknown: did you mean \"%s\"?", SPAN_ARG(it->value),
					   near);
			else if (!known)
				doc_remark(d, "value-unknown", it->begin, a->id,
					   "the role \"%.*s\" is unknown: use one of courtesy, who-we-are, context, claim, ask, proposal, closing",
					   SPAN_ARG(it->value));
		} else if (span_is(it->key, "oral") && !span_is(it->value, "skip") && !span_is(it->value, "cut")) {
			doc_remark(d, "value-unknown", it->begin, a->id, "oral=\"%.*s\" is unknown: use oral=skip (never spoken) or oral=cut (left out first)",
				   SPAN_ARG(it->value));
		}
	}
	(void)src;
}

static const char unseen_why[] = "a character that cannot be seen stands here; delete it and type a plain space where one is meant";

bool attrlist_read(struct doc *d, struct span s, size_t at, size_t src, struct attrlist *ret)
{
	struct attrlist l = { .begin = at };
	struct items items; /* 12 KiB that need no zeros */
	struct attrs *a;
	bool hidden;
	size_t i, remarks = d->remark_count;

	if (!attrlist_looks(s, at))
		return false;
	items.count = 0;
	i = open_brace(s, at, &hidden);
	if (!i) {
		bad(&l, attrlist_skip_unseen(s, at + 4), "a tag in a comment stands between braces, as in <!-- {.internal} -->");
		l.end = s.n;
		*ret = l;
		return true;
	}
	a = ARENA_NEW(&d->arena, struct attrs);
	a->hidden = hidden;
	l.attrs = a;
	for (;;) {
		size_t ws = i;

		i = skip_blank(s, i);
		if (i - at > LIMIT_ATTR_BYTES) {
			bad(&l, at, "a list has at most 4,096 characters");
			break;
		}
		if (i >= s.n) {
			bad(&l, i, "the closing brace } is missing");
			break;
		}
		if (s.p[i] == '}') {
			i++;
			break;
		}
		if (attrlist_unseen(s, i)) {
			bad(&l, i, unseen_why);
			break;
		}
		if (i == ws && s.p[i - 1] != '{') {
			bad(&l, i, "a space is missing here, or a character that may not stand in an attribute");
			break;
		}
		i = read_item(d, s, i, src, a, &items, &l);
		if (!i)
			break;
	}
	if (!l.malformed && hidden && at + 4 < s.n && s.p[at + 4] == '-')
		bad(&l, at + 4, "a hidden tag begins with <!-- and ends with -->, of two hyphens each");
	if (!l.malformed && hidden && s.p[skip_blank(s, at + 4)] != '{')
		bad(&l, skip_blank(s, at + 4), unseen_why);
	if (!l.malformed && hidden) {
		i = skip_blank(s, i);
		if (s.n - i >= 3 && memcmp(s.p + i, "-->", 3) == 0)
			i += 3;
		else
			bad(&l, i, "the end of the comment, -->, must follow the closing brace");
	}
	for (size_t k = 0; !l.malformed && hidden && k < items.count; k++) {
		size_t dashes = span_find(items.list[k].value, SPAN_LIT("--"), 0);

		/* To other programs the comment ends there, or is none. */
		if (dashes != SIZE_MAX && items.list[k].end > items.list[k].begin)
			bad(&l, items.list[k].begin - src, "a value with \"--\" cannot stand in a comment: write the tag in bare braces, or take one hyphen out");
	}
	if (l.malformed) {
		/* What it would have said about its parts would be a second finding for one slip. */
		d->remark_count = remarks;
		l.end = s.n;
	} else {
		l.end = i;
		a->count = items.count;
		a->items = ARENA_ARRAY(&d->arena, items.count, struct attr);
		if (items.count)
			memcpy(a->items, items.list, items.count * sizeof(struct attr));
		remark_values(d, a, src);
	}
	*ret = l;
	return true;
}

/* Room for more items at the end of a list that is being joined. */
static void make_room(struct doc *d, struct attrs *a, size_t more)
{
	struct attr *items;

	if (a->count + more <= a->cap)
		return;
	a->cap = 2 * (a->count + more);
	items = ARENA_ARRAY(&d->arena, a->cap, struct attr);
	if (a->count)
		memcpy(items, a->items, a->count * sizeof(*items));
	a->items = items;
}

static void join_item(struct doc *d, struct attrs *a, const struct attr *it)
{
	if (a->count > LIMIT_ATTR_ITEMS)
		return; /* said */
	if (a->count == LIMIT_ATTR_ITEMS)
		doc_remark(d, "attribute-malformed", it->begin, a->id, "a block has at most %u attributes: take some out", LIMIT_ATTR_ITEMS);
	for (size_t k = 0; k < a->count && a->count < LIMIT_ATTR_ITEMS && !span_is(it->key, "."); k++)
		if (span_eq(a->items[k].key, it->key)) {
			doc_remark(d, "attribute-twice", it->begin, a->id, "the key \"%.*s\" stands twice on this block: the last one counts, delete the other",
				   SPAN_ARG(it->key));
			break;
		}
	make_room(d, a, 1);
	a->items[a->count++] = *it;
}

struct attrs *attrlist_join(struct doc *d, struct attrs *a, struct attrs *b)
{
	struct attrs *r = a;

	if (!a)
		return b;
	if (!a->cap) {
		r = ARENA_NEW(&d->arena, struct attrs);
		*r = *a;
		make_room(d, r, 1);
	}
	r->classes |= b->classes;
	r->hidden = a->hidden && b->hidden;
	if (b->id.n && a->id.n) {
		doc_remark(d, "attribute-two-ids", b->id_begin - 1, a->id,
			   "two ids, \"%.*s\" and \"%.*s\", stand on one block: it can have one only; delete the one that was not used before",
			   SPAN_ARG(a->id), SPAN_ARG(b->id));
	} else if (b->id.n) {
		r->id = b->id;
		r->id_begin = b->id_begin;
	}
	for (size_t i = 0; i < b->count; i++)
		join_item(d, r, &b->items[i]);
	return r;
}
