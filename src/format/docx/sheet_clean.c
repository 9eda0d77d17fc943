#include "format/docx/sheet_internal.h"

#include "format/docx/order.h"
#include "io/xml.h"

/* Copies a tag without its revision ids (w:rsidR…). */
static void copy_tag(struct span tag, struct buf *out)
{
	size_t from = 0, i = 0;

	while (i < tag.n) {
		size_t name = i, end;

		if (!strchr(" \t\r\n", tag.p[i])) {
			if (tag.p[i] == '"' || tag.p[i] == '\'') {
				end = span_find_char(tag, tag.p[i], i + 1);
				i = end == SIZE_MAX ? tag.n : end + 1;
			} else {
				i++;
			}
			continue;
		}
		while (i < tag.n && strchr(" \t\r\n", tag.p[i]))
			i++;
		end = i;
		while (end < tag.n && !strchr("= \t\r\n/>", tag.p[end]))
			end++;
		if (span_find(span_sub(tag, i, end), SPAN_LIT(":rsid"), 0) == SIZE_MAX)
			continue;
		end = span_find_char(tag, '"', end);
		end = end == SIZE_MAX ? SIZE_MAX : span_find_char(tag, '"', end + 1);
		if (end == SIZE_MAX)
			continue;
		buf_add(out, span_sub(tag, from, name));
		from = i = end + 1;
	}
	buf_add(out, span_sub(tag, from, tag.n));
}

/*
 * Copies a well-formed part without its declaration, comments, instructions, revision ids and list properties (our
 * lists are our own); languages too where ours takes their place.
 */
void sheet_clean_part(struct span s, bool drop_languages, struct buf *out)
{
	static const char *const dropped[] = { "numPr", "rsid", "rsids", "proofErr", "lastRenderedPageBreak" };
	CLEANUP(buf_done) struct buf utf8 = { 0 };
	size_t at = 0, skip = 0; /* skip: open tags of a dropped element */

	if (xml_from_utf16(s, &utf8))
		s = buf_span(&utf8);
	if (span_starts(s, SPAN_LIT("\xef\xbb\xbf")))
		at = 3;
	BUF_LIT(out, XML_HEAD);
	while (at < s.n) {
		size_t open = span_find_char(s, '<', at), end, name_end;
		struct span name;
		bool closing, empty, drop;

		if (open == SIZE_MAX)
			open = s.n;
		if (!skip)
			buf_add(out, span_sub(s, at, open));
		if (open == s.n)
			return;
		if (open + 1 < s.n && (s.p[open + 1] == '?' || s.p[open + 1] == '!')) {
			struct span closer = SPAN_LIT("?>");
			bool cdata = span_starts(span_sub(s, open, s.n), SPAN_LIT("<![CDATA["));

			if (cdata)
				closer = SPAN_LIT("]]>");
			else if (s.p[open + 1] == '!')
				closer = SPAN_LIT("-->");
			end = span_find(s, closer, open);
			end = end == SIZE_MAX ? s.n : end + closer.n;
			if (cdata && !skip)
				buf_add(out, span_sub(s, open, end));
			at = end;
			/* The line end after the declaration is ours. */
			if (s.p[open + 1] == '?')
				while (at < s.n && (s.p[at] == '\n' || s.p[at] == '\r'))
					at++;
			continue;
		}
		end = markup_end(s, open);
		name = markup_name(s, open, &name_end);
		closing = s.p[open + 1] == '/';
		empty = end - 2 > open && s.p[end - 2] == '/';
		at = end;
		if (skip) {
			skip = closing ? skip - 1 : skip + !empty;
			continue;
		}
		drop = drop_languages && span_is(name, "lang");
		for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
			drop = drop || span_is(name, dropped[i]);
		if (drop)
			skip = !empty && !closing;
		else
			copy_tag(span_sub(s, open, end), out);
	}
}

/* Finds the next start tag of a local name at or after from; false where there is none. */
bool sheet_find_tag(struct span s, const char *local, size_t from, bool closing, size_t *ret_open, size_t *ret_end)
{
	for (size_t open = from; (open = span_find_char(s, '<', open)) != SIZE_MAX; open++) {
		size_t name_end;

		if (open + 1 >= s.n || (s.p[open + 1] == '/') != closing || !span_is(markup_name(s, open, &name_end), local))
			continue;
		*ret_open = open;
		*ret_end = markup_end(s, open);
		return true;
	}
	return false;
}
