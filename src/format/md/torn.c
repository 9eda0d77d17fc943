/*
 * Tags that lost a brace, or hold a character that nobody sees.  To the grammar they are words or a comment, so the text
 * below them would be bared, or they would be printed, and nobody told (FORMAT.md F3).  What looks like one is said to be
 * one; what honest prose and honest comments hold does not look like one.
 */
#include "format/md/internal.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool name_char(char c)
{
	return ascii_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Signs of East Asian input methods that stand for ours. */
static bool starts_wide(struct span s, const char *sign)
{
	return span_starts(s, span_of(sign, 3));
}

size_t attrlist_unseen(struct span s, size_t at)
{
	size_t left = s.n - at;
	unsigned char a, b, c;

	if (left < 2 || (signed char)s.p[at] >= 0)
		return 0;
	a = (unsigned char)s.p[at];
	b = (unsigned char)s.p[at + 1];
	c = left > 2 ? (unsigned char)s.p[at + 2] : 0;
	/* NBSP, soft hyphen. */
	if (a == 0xc2)
		return b == 0xa0 || b == 0xad ? 2 : 0;
	/* U+2000-200F, U+2028-202F, U+2060-206F, U+3000, U+FEFF. */
	if (a == 0xe2 && b == 0x80)
		return (c >= 0x80 && c <= 0x8f) || (c >= 0xa8 && c <= 0xaf) ? 3 : 0;
	if (a == 0xe2 && b == 0x81)
		return c >= 0xa0 && c <= 0xaf ? 3 : 0;
	return (a == 0xe3 && b == 0x80 && c == 0x80) || (a == 0xef && b == 0xbb && c == 0xbf) ? 3 : 0;
}

size_t attrlist_skip_unseen(struct span s, size_t at)
{
	for (;;) {
		size_t n = at < s.n ? attrlist_unseen(s, at) : 0;

		if (!n && (at >= s.n || !blank(s.p[at])))
			return at;
		at += n ? n : 1;
	}
}

/* Without what is unseen, at both ends. */
static struct span trim_unseen(struct span s)
{
	size_t from = attrlist_skip_unseen(s, 0), end = s.n;

	while (end > from) {
		size_t n = blank(s.p[end - 1]) || s.p[end - 1] == '\r' || s.p[end - 1] == '\n';

		for (size_t k = 2; !n && k <= 3 && end - from >= k; k++)
			if (attrlist_unseen(s, end - k) == k)
				n = k;
		if (!n)
			break;
		end -= n;
	}
	return span_sub(s, from, end);
}

/* A brace, or in its place another bracket, at one end of s: taken off.  curly: it was a brace. */
static bool take_bracket(struct span *s, bool at_end, bool *curly)
{
	static const struct { const char *open, *close; bool curly; } signs[] = {
		{ "{", "}", true }, { "\xef\xbd\x9b", "\xef\xbd\x9d", true }, { "(", ")", false }, { "[", "]", false }, { "<", ">", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		struct span sign = span_str(at_end ? signs[i].close : signs[i].open);

		if (at_end ? !span_ends(*s, sign) : !span_starts(*s, sign))
			continue;
		*s = trim_unseen(at_end ? span_sub(*s, 0, s->n - sign.n) : span_sub(*s, sign.n, s->n));
		*curly = *curly || signs[i].curly;
		return true;
	}
	return false;
}

static bool known_key(struct span key)
{
	static const char *const keys[] = { "priority", "role", "para", "label", "section", "was", "from", "absorbs", "oral", "for", "agreed", "class" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (span_is(key, keys[i]))
			return true;
	return false;
}

/* What the items of a list without its braces are; kinds are counted. */
struct items {
	size_t classes, keys, ids;
};

/* One item at s[at]: the offset behind it, or 0 if it is none.  braced: "internal" will do for ".internal". */
static size_t item(struct span s, size_t at, bool braced, struct items *ret)
{
	size_t from = at, i;

	if (s.p[at] == '.' || starts_wide(span_sub(s, at, s.n), "\xef\xbc\x8e") || starts_wide(span_sub(s, at, s.n), "\xe3\x80\x82"))
		from = at + (s.p[at] == '.' ? 1 : 3);
	else if (s.p[at] == '#')
		from++;
	else if (starts_wide(span_sub(s, at, s.n), "\xef\xbc\x83"))
		from = at + 3;
	for (i = from; i < s.n && name_char(s.p[i]); i++)
		;
	if (i == from)
		return 0;
	if (i < s.n && s.p[i] == '=' && from == at) {
		if (!known_key(span_sub(s, at, i)))
			return 0;
		ret->keys++;
		i++;
		if (i < s.n && s.p[i] == '"') {
			size_t close = span_find_char(s, '"', i + 1);

			return close == SIZE_MAX ? 0 : close + 1;
		}
		/* Behind a backslash the brace is a word. */
		while (i < s.n && !blank(s.p[i]) && s.p[i] != '\\')
			i++;
		return i < s.n && s.p[i] == '\\' ? 0 : i;
	}
	if (i < s.n && !blank(s.p[i]) && !attrlist_unseen(s, i))
		return 0;
	if (s.p[at] == '#' || (from > at && (unsigned char)s.p[at + 2] == 0x83)) {
		if (!id_valid(span_sub(s, from, i)))
			return 0;
		ret->ids++;
		return i;
	}
	if (from == at ? !braced || !attrlist_class(span_sub(s, from, i), 0) : !attrlist_class(span_sub(s, from, i), 2))
		return 0;
	ret->classes++;
	return i;
}

/* Are s items and nothing else? */
static bool items(struct span s, bool braced, struct items *ret)
{
	size_t at = attrlist_skip_unseen(s, 0);

	*ret = (struct items){ 0 };
	while (at < s.n) {
		at = item(s, at, braced, ret);
		if (!at)
			return false;
		at = attrlist_skip_unseen(s, at);
	}
	return ret->classes + ret->keys + ret->ids > 0;
}

/* A class's name between signs, such as ",internal" and "\"internal\"". */
static bool class_among_signs(struct span s)
{
	while (s.n && !name_char(s.p[0]) && s.p[0] != '\\')
		s = span_sub(s, 1, s.n);
	while (s.n && !name_char(s.p[s.n - 1]) && s.p[s.n - 1] != '\\')
		s.n--;
	return s.n && attrlist_class(s, 0);
}

bool attrlist_torn(struct span line)
{
	bool curly = false, opened, any;
	struct items found;
	char first, last;

	/* Most lines begin and end otherwise. */
	if (line.n < 4 || line.n > TORN_MAX)
		return false;
	line = trim_unseen(line);
	if (!line.n)
		return false;
	first = line.p[0];
	last = line.p[line.n - 1];
	if (first != '.' && first != '#' && first != '{' && first != '(' && first != '[' && first != '<' && first != '\xef' && first != '\xe3' &&
	    last != '}' && last != '\x9d')
		return false;
	any = take_bracket(&line, false, &curly);
	opened = curly;
	any = take_bracket(&line, true, &curly) || any;
	if (opened && class_among_signs(line))
		return true;
	if (!items(line, curly, &found))
		return false;
	/* "(#12)" and "#tag" are words. */
	return found.classes || (any && curly);
}

/* "[//]: # (.internal)" is a comment to some programs, and hides nothing. */
bool attrlist_in_definition(struct span line)
{
	static const char ends[] = "()\"'<>#";
	size_t colon, end = line.n;

	if (line.n > TORN_MAX || line.p[0] != '[' || (colon = span_find(line, SPAN_LIT("]:"), 1)) == SIZE_MAX)
		return false;
	line = trim_unseen(span_sub(line, colon + 2, end));
	while (line.n && (strchr(ends, line.p[0]) || blank(line.p[0])))
		line = span_sub(line, 1, line.n);
	while (line.n && (strchr(ends, line.p[line.n - 1]) || blank(line.p[line.n - 1])))
		line.n--;
	return line.n && (line.p[0] == '.' || line.p[0] == '{') && attrlist_bare(line);
}

bool attrlist_rest(struct span line, bool *ret_closed)
{
	bool curly = false;
	struct items found;

	line = trim_unseen(line);
	if (!line.n || line.n > TORN_MAX)
		return false;
	if (span_ends(line, SPAN_LIT("-->")))
		line = trim_unseen(span_sub(line, 0, line.n - 3));
	take_bracket(&line, true, &curly);
	*ret_closed = curly;
	return !line.n ? curly : items(line, false, &found);
}

bool attrlist_bare(struct span comment)
{
	bool curly = false;
	struct items found;
	struct span s = trim_unseen(comment);
	size_t n = 1;

	if (s.n > TORN_MAX)
		return false;
	if (span_eq_nocase(s, SPAN_LIT("internal")))
		return true;
	/* ".internal: not for the public" */
	while (s.n && s.p[0] == '.' && n < s.n && name_char(s.p[n]))
		n++;
	if (n > 1 && attrlist_class(span_sub(s, 1, n), 0))
		return true;
	take_bracket(&s, false, &curly);
	take_bracket(&s, true, &curly);
	return items(s, curly, &found) && (found.classes || found.keys || curly);
}

/* Do the words at at begin with a class's name, a full stop before it or none? */
static bool class_here(struct span s, size_t at)
{
	size_t from, i;

	from = at = attrlist_skip_unseen(s, at);
	if (at < s.n && s.p[at] == '.')
		from++;
	for (i = from; i < s.n && name_char(s.p[i]); i++)
		;
	return from > at && attrlist_class(span_sub(s, from, i), 0);
}

struct span attrlist_torn_in(struct span words, bool begins, bool ends)
{
	const char *open = memchr(words.p, '{', words.n), *close = memchr(words.p, '}', words.n);
	size_t last = open && close ? words.n : 0;

	if (begins && ends && attrlist_torn(words))
		return words;
	while (last && words.p[last - 1] != '}')
		last--;
	for (; open; open = memchr(open + 1, '{', (size_t)(words.p + words.n - open - 1))) {
		size_t at = (size_t)(open - words.p);

		if (at >= last && (class_here(words, at + 1) || (ends && attrlist_torn(span_sub(words, at, words.n)))))
			return span_sub(words, at, words.n);
	}
	for (; close; close = memchr(close + 1, '}', (size_t)(words.p + words.n - close - 1))) {
		size_t end = (size_t)(close - words.p), at = end;

		/* A brace that has its partner is none of ours. */
		while (at && words.p[at - 1] != '{' && words.p[at - 1] != '}')
			at--;
		if (at && words.p[at - 1] == '{')
			continue;
		for (at = end; at && name_char(words.p[at - 1]); at--)
			;
		if (at && words.p[at - 1] == '.' && (at > 1 ? blank(words.p[at - 2]) : begins) && attrlist_class(span_sub(words, at, end), 0))
			return span_sub(words, at - 1, end + 1);
	}
	return (struct span){ 0 };
}
