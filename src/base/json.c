#include "base/json.h"

#include <assert.h>

#include "base/utf8.h"

void json_begin(struct json *j, struct buf *buf)
{
	*j = (struct json){ .buf = buf };
}

static void separate(struct json *j)
{
	if (j->after_key)
		j->after_key = false;
	else if (j->filled[j->depth])
		buf_char(j->buf, ',');
	j->filled[j->depth] = true;
}

static void down(struct json *j, char c)
{
	separate(j);
	buf_char(j->buf, c);
	j->depth++;
	assert(j->depth < JSON_DEPTH);
	j->filled[j->depth] = false;
}

static void up(struct json *j, char c)
{
	assert(j->depth > 0 && !j->after_key);
	j->depth--;
	buf_char(j->buf, c);
}

void json_object(struct json *j)
{
	down(j, '{');
}

void json_object_end(struct json *j)
{
	up(j, '}');
}

void json_array(struct json *j)
{
	down(j, '[');
}

void json_array_end(struct json *j)
{
	up(j, ']');
}

/* Does any of eight bytes need an escape: a control, a quotation mark, a backslash, DEL?  Bytes past ASCII do not. */
static inline bool needs_escape(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', del = w ^ ones * 0x7f;

	return (((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((del - ones) & ~del)) & highs;
}

/* A name of a file may be any bytes, and JSON is UTF-8: what is none is shown by its number. */
static struct span valid(struct span s, struct buf *room)
{
	size_t bad;

	if (utf8_invalid(s) == SIZE_MAX)
		return s;
	while ((bad = utf8_invalid(s)) != SIZE_MAX) {
		buf_add(room, span_sub(s, 0, bad));
		buf_printf(room, "\\x%02x", (unsigned char)s.p[bad]);
		s = span_sub(s, bad + 1, s.n);
	}
	buf_add(room, s);
	return buf_span(room);
}

void json_string(struct json *j, struct span s)
{
	CLEANUP(buf_done) struct buf room = { 0 };
	size_t plain = 0;

	s = valid(s, &room);

	separate(j);
	buf_char(j->buf, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c;

		while (i + 8 <= s.n) {
			uint64_t w;

			memcpy(&w, s.p + i, 8);
			if (needs_escape(w))
				break;
			i += 8;
		}
		if (i >= s.n)
			break;
		c = (unsigned char)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_put(j->buf, s.p + plain, i - plain);
		plain = i + 1;
		switch (c) {
		case '"':
			BUF_LIT(j->buf, "\\\"");
			break;
		case '\\':
			BUF_LIT(j->buf, "\\\\");
			break;
		case '\n':
			BUF_LIT(j->buf, "\\n");
			break;
		case '\r':
			BUF_LIT(j->buf, "\\r");
			break;
		case '\t':
			BUF_LIT(j->buf, "\\t");
			break;
		default:
			buf_printf(j->buf, "\\u%04x", c);
			break;
		}
	}
	buf_put(j->buf, s.p ? s.p + plain : "", s.n - plain);
	buf_char(j->buf, '"');
}

void json_key(struct json *j, const char *key)
{
	json_string(j, span_str(key));
	buf_char(j->buf, ':');
	j->after_key = true;
}

void json_number(struct json *j, int64_t v)
{
	separate(j);
	if (v < 0)
		buf_char(j->buf, '-');
	buf_number(j->buf, v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v);
}

void json_bool(struct json *j, bool v)
{
	separate(j);
	buf_str(j->buf, v ? "true" : "false");
}

void json_null(struct json *j)
{
	separate(j);
	BUF_LIT(j->buf, "null");
}

void json_put_string(struct json *j, const char *key, struct span s)
{
	json_key(j, key);
	json_string(j, s);
}

void json_put_string_or_null(struct json *j, const char *key, struct span s)
{
	json_key(j, key);
	if (s.n)
		json_string(j, s);
	else
		json_null(j);
}

void json_put_number(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_number(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
