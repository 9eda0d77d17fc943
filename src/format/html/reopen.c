#include "format/html/html.h"

#include "base/base64.h"

/* Of our own page only: every < in it that is not &lt; opens a tag, and every > closes one. */

static void put_decoded(struct span s, struct buf *out)
{
	static const struct {
		struct span entity;
		char is;
	} entities[] = { { SPAN("&amp;"), '&' }, { SPAN("&lt;"), '<' }, { SPAN("&gt;"), '>' }, { SPAN("&quot;"), '"' } };

	for (size_t i = 0; i < s.n;) {
		size_t k = ARRAY_LEN(entities);

		if (s.p[i] == '&')
			for (k = 0; k < ARRAY_LEN(entities); k++)
				if (span_starts(span_sub(s, i, s.n), entities[k].entity))
					break;
		if (k < ARRAY_LEN(entities)) {
			buf_char(out, entities[k].is);
			i += entities[k].entity.n;
		} else {
			buf_char(out, s.p[i++]);
		}
	}
}

/* Tags that stand inside a word or beside it; all others begin a line. */
static bool is_inline(struct span name)
{
	static const char *const names[] = { "a", "em", "strong", "code", "span", "sup", "sub", "ins", "del", "u", "s", "mark" };

	if (name.n && name.p[0] == '/')
		name = span_sub(name, 1, name.n);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

/* The words that a drawing shows; other pictures are the author's bytes, taken as they are. */
static void put_drawing(struct span address, struct buf *out)
{
	const struct span head = SPAN_LIT("data:image/svg+xml;base64,");
	CLEANUP(buf_done) struct buf drawing = { 0 };

	if (span_starts(address, head) && base64_get(span_sub(address, head.n, address.n), &drawing))
		html_reopen(buf_span(&drawing), out, NULL);
}

static void put_values(struct span tag, struct buf *out)
{
	for (size_t at = 0; (at = span_find(tag, SPAN_LIT("=\""), at)) != SIZE_MAX;) {
		size_t begin = at + 2, end = span_find_char(tag, '"', begin);
		struct span value;

		if (end == SIZE_MAX)
			return;
		value = span_sub(tag, begin, end);
		if (span_starts(value, SPAN_LIT("data:image/")))
			put_drawing(value, out);
		else
			put_decoded(value, out);
		buf_char(out, '\f');
		at = end + 1;
	}
}

int html_reopen(struct span bytes, struct buf *ret_text, struct fault *f)
{
	struct buf values = { 0 };

	for (size_t i = 0; i < bytes.n;) {
		size_t end = span_find_char(bytes, '<', i), name;
		struct span tag;

		put_decoded(span_sub(bytes, i, end == SIZE_MAX ? bytes.n : end), ret_text);
		if (end == SIZE_MAX)
			break;
		i = span_find_char(bytes, '>', end);
		if (i == SIZE_MAX) {
			buf_done(&values);
			return fault_set(f, FAULT_INPUT, (struct srcpos){ 0 }, "the written page does not end: a tag is open");
		}
		tag = span_sub(bytes, end + 1, i++);
		for (name = 0; name < tag.n && tag.p[name] != ' '; name++)
			;
		/* A picture's words are an attribute: what is left and right of it never stood side by side. */
		if (span_is(span_sub(tag, 0, name), "img"))
			buf_char(ret_text, '\f');
		else if (!is_inline(span_sub(tag, 0, name)))
			buf_char(ret_text, '\n');
		put_values(tag, &values);
	}
	buf_char(ret_text, '\f');
	buf_add(ret_text, buf_span(&values));
	buf_done(&values);
	return 0;
}
