/* What of a line is ours and not cmark's: containers, comments, attribute lists (FORMAT.md F1, F3). */
#include "format/md/scan.h"

#include <stdlib.h>

/* ---- containers ---- */

/* ":::" at the margin.  Returns 0 for no container line, 1 for an opening, 2 for a closing one. */
int container_line(struct span s, struct span *ret_name)
{
	size_t i = 0;
	struct span rest;

	while (i < s.n && s.p[i] == ':')
		i++;
	if (i < 3)
		return 0;
	rest = span_trim(span_sub(s, i, s.n));
	while (rest.n && rest.p[rest.n - 1] == ':')
		rest.n--;
	rest = span_trim(rest);
	if (!rest.n)
		return 2;
	if (rest.p[0] == '{') {
		rest = span_trim(span_sub(rest, 1, rest.n));
		if (rest.n && rest.p[0] == '.')
			rest = span_sub(rest, 1, rest.n);
	}
	i = 0;
	while (i < rest.n && rest.p[i] != ' ' && rest.p[i] != '\t' && rest.p[i] != '}')
		i++;
	*ret_name = span_sub(rest, 0, i);
	return 1;
}

/* ":: internal", a colon short. */
bool container_short(struct span s)
{
	return span_starts(s, SPAN_LIT("::")) && span_eq_nocase(span_trim(span_sub(s, 2, s.n)), SPAN_LIT("internal"));
}

bool container_unseen(struct span s)
{
	size_t from = attrlist_skip_unseen(s, 0), i = from, colons = 0;
	bool wide = false;

	while (i < s.n && (s.p[i] == ':' || span_starts(span_sub(s, i, s.n), SPAN_LIT("\xef\xbc\x9a")))) {
		wide = wide || s.p[i] != ':';
		i += s.p[i] == ':' ? 1 : 3;
		colons++;
	}
	if ((!wide && !from) || colons < 2)
		return false;
	i = attrlist_skip_unseen(s, i);
	return span_eq_nocase(span_trim(span_sub(s, i, s.n)), SPAN_LIT("internal"));
}

void container_open(struct scanner *sc, struct stream *st, size_t begin, size_t end, struct span name)
{
	struct page *p = st->page;
	size_t at = scan_src(sc, begin);
	bool known = span_is(name, "internal");

	if (!known && (span_eq_nocase(name, SPAN_LIT("internal")) || span_distance(name, SPAN_LIT("internal"), 3) <= 2))
		doc_remark(sc->d, "class-unknown", at, (struct span){ 0 },
			   "the container \"%.*s\" is unknown: did you mean \"::: internal\"? Until it is corrected no public file is written", SPAN_ARG(name));
	else if (!known)
		doc_remark(sc->d, "container-open", at, (struct span){ 0 },
			   "\"::: %.*s\" is no container that chapeau knows, only \"::: internal\" is: until it is corrected no public file is written",
			   SPAN_ARG(name));
	page_begin_line(p, at, scan_src_end(sc, end));
	page_special(p, SPECIAL_OPEN)->origin = (struct origin){ at, scan_src_end(sc, end) };
	page_put(p, MARKER "\n", sizeof(MARKER));
	if (sc->container_depth < ARRAY_LEN(sc->containers))
		sc->containers[sc->container_depth] = (struct origin){ at, scan_src_end(sc, end) };
	sc->container_depth++;
}

void container_close(struct scanner *sc, struct stream *st, size_t begin, size_t end)
{
	struct page *p = st->page;
	size_t at = scan_src(sc, begin);

	if (!sc->container_depth) {
		if (sc->loose_containers)
			sc->loose_containers--;
		else
			doc_remark(sc->d, "container-open", at, (struct span){ 0 },
				   "this ::: closes nothing: if text above it was to be internal, put \"::: internal\" on a line of its own before it; else delete this line");
		/* It ends the block above it all the same. */
		page_begin_line(p, at, scan_src_end(sc, end));
		page_put(p, MARKER "\n", sizeof(MARKER));
		return;
	}
	page_begin_line(p, at, scan_src_end(sc, end));
	page_special(p, SPECIAL_CLOSE)->origin = (struct origin){ at, scan_src_end(sc, end) };
	page_put(p, MARKER "\n", sizeof(MARKER));
	sc->container_depth--;
}

/* ---- comments ---- */

/* Offset of the words behind a comment that begins at c->ns and ends on its line; 0 if it does not, c->n if there are none. */
size_t comment_length(const struct cursor *c)
{
	struct span s = span_of(c->p, c->n);
	size_t i;

	if (c->n - c->ns < 7 || memcmp(c->p + c->ns, "<!--", 4) != 0)
		return 0;
	i = span_find(s, SPAN_LIT("-->"), c->ns + 4);
	if (i == SIZE_MAX)
		return 0;
	i += 3;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return i;
}

/* What a comment that does not end on its line runs over (FORMAT.md F3). */
void comment_check(struct scanner *sc, size_t begin, size_t line_end)
{
	struct span s = sc->s;
	size_t end = span_find(s, SPAN_LIT("-->"), begin), stop = end == SIZE_MAX ? s.n : end, at = line_end;
	size_t first = scan_line_of(sc, scan_src(sc, begin)), last, words = 0, word_at_ = 0;
	bool blank_line = false, comment = false;
	struct span tag = { 0 };
	size_t tag_at = 0;

	comment = span_find(span_sub(s, 0, stop), SPAN_LIT("<!--"), begin + 4) != SIZE_MAX;
	for (size_t i = begin + 4; i < stop && !tag.n; i++) {
		const char *q = memchr(s.p + i, '{', stop - i);

		if (!q)
			break;
		i = (size_t)(q - s.p);
		if (attrlist_looks(s, i)) {
			size_t j = i;

			while (j < s.n && s.p[j] != '}' && s.p[j] != '\n' && s.p[j] != '\r' && j - i < 60)
				j++;
			tag = span_sub(s, i, j < s.n && s.p[j] == '}' ? j + 1 : j);
			tag_at = i;
		}
	}
	while (at < stop) {
		size_t i = at;

		while (i < stop && (s.p[i] == ' ' || s.p[i] == '\t'))
			i++;
		if (i < stop && (s.p[i] == '\n' || s.p[i] == '\r')) {
			blank_line = true;
			break;
		}
		while (i < stop && s.p[i] != '\n' && s.p[i] != '\r')
			i++;
		if (!tag.n && attrlist_torn(span_sub(s, at, i))) {
			tag = span_trim(span_sub(s, at, i));
			tag_at = at;
		}
		if (i + 1 < stop && s.p[i] == '\r' && s.p[i + 1] == '\n')
			i++;
		at = i < stop ? i + 1 : stop;
	}
	if (end != SIZE_MAX && !comment && !tag.n && !blank_line)
		return;
	for (size_t i = line_end; i < stop; i++) {
		bool white = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';

		if (!white && (i == line_end || s.p[i - 1] == ' ' || s.p[i - 1] == '\t' || s.p[i - 1] == '\n' || s.p[i - 1] == '\r')) {
			if (!words)
				word_at_ = i;
			words++;
		}
	}
	last = scan_line_of(sc, end != SIZE_MAX ? scan_src(sc, end) : stop ? scan_src_end(sc, stop) - (stop > begin) : 0);
	{
		size_t k = word_at_, n = 0;
		struct buf m = { 0 };

		while (k < stop && n < 5 && s.p[k] != '\n' && s.p[k] != '\r') {
			if (s.p[k] == ' ')
				n++;
			k++;
		}
		while (k > word_at_ && s.p[k - 1] == ' ')
			k--;
		if (end == SIZE_MAX)
			buf_printf(&m, "It runs on to the end of the file");
		else
			buf_printf(&m, "It runs on to line %zu", last);
		if (words)
			buf_printf(&m, ", hides %zu word%s (\"%.*s…\")", words, words == 1 ? "" : "s", (int)(k - word_at_), s.p + word_at_);
		if (tag.n) {
			buf_printf(&m, " and takes away the tag %.*s on line %zu", SPAN_ARG(tag), scan_line_of(sc, scan_src(sc, tag_at)));
			if (span_find(tag, SPAN_LIT(".internal"), 0) != SIZE_MAX)
				buf_printf(&m, ", so that the note below it would be PUBLIC");
		}
		doc_remark(sc->d, "comment-open", scan_src(sc, begin), (struct span){ 0 },
			   "the comment that begins here has no --> on its line. %.*s. Add --> at the end of line %zu", (int)m.n, m.p, first);
		buf_done(&m);
	}
}

/* ---- attributes ---- */

/*
 * The list at offset at of the reading's [begin, end).  A suggestion or comment is no part of a list (FORMAT.md F5), so one
 * that is whole only when they are taken out is none: it would have no place in the file.
 */
bool tag_read(struct scanner *sc, size_t begin, size_t end, size_t at, struct attrlist *ret)
{
	const struct segmap *m = &sc->in->map;
	size_t remarks = sc->d->remark_count, k;

	/* The source is where the line would begin, had nothing been taken out before the list. */
	if (!attrlist_read(sc->d, span_sub(sc->s, begin, end), at, scan_src(sc, begin + at) - at, ret))
		return false;
	k = map_find(m, begin + at, &sc->hint) + 1;
	if (!ret->malformed && k < m->count && m->items[k].at < begin + ret->end) {
		sc->d->remark_count = remarks;
		ret->malformed = true;
		ret->bad = m->items[k].at - begin;
		ret->why = "a suggestion or comment stands inside it; put it before the tag or behind it";
	}
	return true;
}

/* An attribute list that fills the rest of the line from c->ns, or what is left of one. */
bool tag_line(struct scanner *sc, struct cursor *c, size_t base, struct attrlist *ret)
{
	struct span s = span_of(c->p, c->n);
	size_t remarks = sc->d->remark_count, i;

	if (!tag_read(sc, base, base + c->n, c->ns, ret)) {
		*ret = (struct attrlist){ .begin = c->ns, .end = c->n, .malformed = true, .bad = c->ns, .why = "a tag begins with { and ends with }" };
		return attrlist_torn(span_sub(s, c->ns, s.n));
	}
	if (ret->malformed) {
		/* Only a line that is nothing else: "{#a b} text" is a paragraph. */
		struct span rest = span_trim(span_sub(s, c->ns, s.n));
		bool hidden = rest.p[0] == '<';

		if (hidden ? span_ends(rest, SPAN_LIT("-->")) && span_find(rest, SPAN_LIT("-->"), 0) == rest.n - 3
			   : rest.p[rest.n - 1] == '}' || span_find_char(rest, '}', 0) == SIZE_MAX)
			return true;
		return false;
	}
	i = ret->end;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (i == s.n)
		return true;
	sc->d->remark_count = remarks;
	return false;
}

void tag_remark(struct scanner *sc, const struct attrlist *l, size_t base, struct span line)
{
	struct span shown = span_trim(span_sub(line, l->begin, line.n));

	doc_remark(sc->d, "attribute-malformed", scan_src(sc, base + l->bad), (struct span){ 0 }, "the tag %.*s does not parse: %s", SPAN_ARG(shown), l->why);
}

/* A list at the end of a heading's text [from, to); takes it and the space before it off to. */
bool tag_at_end(struct scanner *sc, size_t from, size_t *to, struct attrs **ret, struct origin *ret_origin)
{
	struct span s = sc->s;
	size_t end = *to, open;
	struct attrlist l;
	size_t remarks = sc->d->remark_count;
	bool hidden;

	while (end > from && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
		end--;
	if (end <= from)
		return false;
	hidden = end - from >= 3 && memcmp(s.p + end - 3, "-->", 3) == 0;
	if (!hidden && s.p[end - 1] != '}')
		return false;
	/* The last "{" or "<!--" outside quotation marks: attribute values may hold braces. */
	for (open = end; open-- > from;) {
		if (hidden ? s.p[open] == '<' && end - open > 4 && memcmp(s.p + open, "<!--", 4) == 0
			   : s.p[open] == '{' && attrlist_looks(span_sub(s, 0, end), open)) {
			size_t slashes = 0;

			while (open - slashes > from && s.p[open - slashes - 1] == '\\')
				slashes++;
			if (slashes % 2)
				return false;
			if (!hidden && memchr(s.p + open, '"', end - open) == NULL)
				break;
			if (tag_read(sc, open, end, 0, &l) && !l.malformed && l.end == end - open)
				break;
			sc->d->remark_count = remarks;
			if (hidden)
				break;
		}
	}
	if (open == SIZE_MAX)
		return false;
	sc->d->remark_count = remarks;
	if (!tag_read(sc, open, end, 0, &l))
		return false;
	if (l.malformed) {
		doc_remark(sc->d, "attribute-malformed", scan_src(sc, open + l.bad), (struct span){ 0 }, "the tag %.*s does not parse: %s",
			   SPAN_ARG(span_sub(s, open, end)), l.why);
		l.attrs = NULL;
	} else if (l.end != end - open) {
		sc->d->remark_count = remarks;
		return false;
	}
	*ret = l.attrs;
	*ret_origin = (struct origin){ scan_src(sc, open), scan_src_end(sc, end) };
	while (open > from && (s.p[open - 1] == ' ' || s.p[open - 1] == '\t'))
		open--;
	*to = open;
	return true;
}
