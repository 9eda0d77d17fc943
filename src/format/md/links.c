/*
 * The spellings of links, as cmark 0.30 scans them.  Its tree says that a link stands somewhere; how many bytes its
 * destination, title and label took it does not say.  These are its own scans, faults and all: where the letter of
 * CommonMark and cmark differ, cmark is right here, for its reading is the one that is followed.
 */
#include "format/md/internal.h"

#define LABEL_MAX 1000u /* cmark's MAX_LINK_LABEL_LENGTH */
#define PARENS_MAX 32u  /* as manual_scan_link_url_2 has it */

static bool white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_white(struct span s, size_t at)
{
	while (at < s.n && white(s.p[at]))
		at++;
	return at;
}

static size_t skip_blanks(struct span s, size_t at)
{
	while (at < s.n && blank(s.p[at]))
		at++;
	return at;
}

/* Blanks, and one line end among them. */
static size_t skip_blanks_line(struct span s, size_t at)
{
	at = skip_blanks(s, at);
	return at < s.n && s.p[at] == '\n' ? skip_blanks(s, at + 1) : at;
}

static size_t url_pointed(struct span s, size_t at)
{
	for (at++; at < s.n;) {
		if (s.p[at] == '>')
			return at + 1 < s.n ? at + 1 : SIZE_MAX;
		if (s.p[at] == '\n' || s.p[at] == '<')
			return SIZE_MAX;
		at += s.p[at] == '\\' ? 2 : 1; /* whatever stands behind it, a line end too */
	}
	return SIZE_MAX;
}

/* A destination at at: the offset behind it, or SIZE_MAX.  One that nothing follows is none. */
static size_t url_end(struct span s, size_t at)
{
	size_t parens = 0, from = at;

	if (at < s.n && s.p[at] == '<')
		return url_pointed(s, at);
	while (at < s.n) {
		char c = s.p[at];

		if (c == '\\' && at + 1 < s.n && ascii_punct(s.p[at + 1])) {
			at += 2;
			continue;
		}
		if (c == '(' && ++parens > PARENS_MAX)
			return SIZE_MAX;
		if (c == ')' && !parens--)
			return at;
		if (white(c))
			return at == from || parens ? SIZE_MAX : at;
		at++;
	}
	return SIZE_MAX;
}

/*
 * A title at at: the offset behind it, or SIZE_MAX.  cmark takes the longest match of a pattern in which a backslash is
 * either an escape or itself, so a sign behind a backslash closes the title where no other one does.
 */
static size_t title_end(struct span s, size_t at)
{
	size_t escaped = SIZE_MAX;
	char close;

	if (at >= s.n || (s.p[at] != '"' && s.p[at] != '\'' && s.p[at] != '('))
		return SIZE_MAX;
	close = s.p[at] == '(' ? ')' : s.p[at];
	for (size_t i = at + 1; i < s.n; i++) {
		bool behind = i > at + 1 && s.p[i - 1] == '\\';

		if (s.p[i] == close) {
			if (!behind)
				return i + 1;
			escaped = i + 1;
		} else if (close == ')' && s.p[i] == '(' && !behind) {
			break;
		}
	}
	return escaped;
}

size_t link_label(struct span s, size_t at)
{
	size_t from = at + 1;

	if (at >= s.n || s.p[at] != '[')
		return SIZE_MAX;
	for (at = from; at < s.n && s.p[at] != '[' && s.p[at] != ']';) {
		at += s.p[at] == '\\' && at + 1 < s.n && ascii_punct(s.p[at + 1]) ? 2 : 1;
		if (at - from > LABEL_MAX)
			return SIZE_MAX;
	}
	return at < s.n && s.p[at] == ']' ? at + 1 : SIZE_MAX;
}

size_t link_tail(struct span s, size_t at)
{
	size_t end, title;

	if (at < s.n && s.p[at] == '(') {
		end = url_end(s, skip_white(s, at + 1));
		if (end != SIZE_MAX) {
			title = skip_white(s, end);
			if (title != end && title_end(s, title) != SIZE_MAX)
				title = title_end(s, title);
			title = skip_white(s, title);
			if (title < s.n && s.p[title] == ')')
				return title + 1;
		}
	}
	end = link_label(s, at);
	return end == SIZE_MAX ? at : end;
}

/* One definition at at: the offset of the next line, or 0. */
static size_t definition(struct span s, size_t at)
{
	size_t label = link_label(s, at), url, title, end;

	if (label == SIZE_MAX || skip_white(s, at + 1) >= label - 1 || label >= s.n || s.p[label] != ':')
		return 0;
	url = url_end(s, skip_blanks_line(s, label + 1));
	if (url == SIZE_MAX)
		return 0;
	title = skip_blanks_line(s, url);
	end = title == url ? SIZE_MAX : title_end(s, title);
	if (end != SIZE_MAX) {
		end = skip_blanks(s, end);
		if (end >= s.n || s.p[end] == '\n')
			return end + (end < s.n);
	}
	end = skip_blanks(s, url);
	return end >= s.n || s.p[end] == '\n' ? end + (end < s.n) : 0;
}

size_t link_definitions(struct span s)
{
	size_t at = 0, next;

	while (at < s.n && s.p[at] == '[' && (next = definition(s, at)))
		at = next;
	return at;
}
