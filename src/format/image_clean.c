#include "format/image_clean.h"

#include "base/base64.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/limits.h"
#include "io/xml.h"
#include "model/image.h"

static unsigned be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* ---- PNG ---- */

static void clean_png(struct span s, struct buf *ret)
{
	/* Pixels, colours, size and movement; all else (tEXt, iTXt, zTXt, eXIf, tIME, what programs invent) tells stories. */
	static const char kept[][5] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD",
					"hIST", "pHYS", "acTL", "fcTL", "fdAT", "cICP" };
	size_t at = 8;

	buf_add(ret, span_sub(s, 0, at));
	while (s.n - at >= 12) {
		const unsigned char *p = (const unsigned char *)s.p + at;
		size_t n = (size_t)be16(p) << 16 | be16(p + 2);

		if (n > s.n - at - 12)
			n = s.n - at - 12; /* cut short: viewers show what is there */
		for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
			if (memcmp(p + 4, kept[i], 4) == 0) {
				buf_put(ret, (const char *)p, n + 12);
				break;
			}
		}
		at += n + 12;
		if (memcmp(p + 4, "IEND", 4) == 0)
			break;
	}
}

/* ---- JPEG ---- */

#define EXIF_HEAD 6u /* "Exif\0\0" */

static unsigned tiff16(const unsigned char *p, bool little)
{
	return little ? (unsigned)p[1] << 8 | p[0] : be16(p);
}

static size_t tiff32(const unsigned char *p, bool little)
{
	return little ? (size_t)tiff16(p + 2, true) << 16 | tiff16(p, true) : (size_t)be16(p) << 16 | be16(p + 2);
}

/* Which way up, 1 to 8, from an Exif segment's payload; 0 where it does not say. */
static unsigned orientation_of(const unsigned char *p, size_t n)
{
	const unsigned char *tiff = p + EXIF_HEAD;
	size_t size, at;
	bool little;
	unsigned count;

	if (n < EXIF_HEAD + 8 || memcmp(p, "Exif\0\0", EXIF_HEAD) != 0)
		return 0;
	size = n - EXIF_HEAD;
	little = tiff[0] == 'I';
	at = tiff32(tiff + 4, little);
	if (at > size || size - at < 2)
		return 0;
	count = tiff16(tiff + at, little);
	for (at += 2; count-- && at <= size && size - at >= 12; at += 12) {
		unsigned v = tiff16(tiff + at + 8, little);

		if (tiff16(tiff + at, little) == 0x0112)
			return v >= 1 && v <= 8 ? v : 0;
	}
	return 0;
}

static void put_orientation(struct buf *ret, unsigned value)
{
	static const unsigned char head[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
					      0x01, 0x12, 0, 3, 0, 0, 0, 1, 0 };

	buf_put(ret, (const char *)head, sizeof(head));
	buf_char(ret, (char)value);
	buf_put(ret, "\0\0\0\0\0\0", 6);
}

#define JFIF_HEAD 14u /* without the preview that may follow: the picture as it was before somebody cut a part away */

static void put_jfif(struct buf *ret, const unsigned char *payload)
{
	static const unsigned char head[] = { 0xff, 0xe0, 0, JFIF_HEAD + 2 };

	buf_put(ret, (const char *)head, sizeof(head));
	buf_put(ret, (const char *)payload, JFIF_HEAD - 2);
	buf_put(ret, "\0\0", 2); /* its width and height */
}

static bool is_jfif(unsigned marker, const unsigned char *payload, size_t n)
{
	return marker == 0xe0 && n >= JFIF_HEAD && memcmp(payload, "JFIF", 5) == 0;
}

static bool segment_kept(unsigned marker, const unsigned char *payload, size_t n)
{
	if (marker == 0xe2) /* a colour profile, but no further pictures */
		return n >= 12 && memcmp(payload, "ICC_PROFILE", 12) == 0;
	if (marker == 0xee)
		return n >= 5 && memcmp(payload, "Adobe", 5) == 0;
	/* Frames, tables, scans: what it takes to draw it, and nothing that anybody may have put between. */
	return marker >= 0xc0 && marker <= 0xdf && marker != 0xd8;
}

static void clean_jpeg(struct span s, struct buf *ret)
{
	const unsigned char *p = (const unsigned char *)s.p;
	bool turned = false;
	size_t at = 2;

	buf_add(ret, span_sub(s, 0, at));
	while (s.n - at >= 4) {
		unsigned marker = p[at + 1];
		size_t n, end;

		if (p[at] != 0xff)
			return;
		if (marker == 0xff) { /* fill */
			at++;
			continue;
		}
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
			buf_add(ret, span_sub(s, at, at + 2));
			at += 2;
			continue;
		}
		if (marker == 0xd9)
			break;
		n = be16(p + at + 2);
		if (n < 2 || n > s.n - at - 2)
			return;
		end = at + 2 + n;
		if (is_jfif(marker, p + at + 4, n - 2)) {
			put_jfif(ret, p + at + 4);
		} else if (segment_kept(marker, p + at + 4, n - 2)) {
			buf_add(ret, span_sub(s, at, end));
		} else if (marker == 0xe1 && !turned) {
			unsigned v = orientation_of(p + at + 4, n - 2);

			turned = v > 1;
			if (turned)
				put_orientation(ret, v);
		}
		if (marker == 0xda) {
			size_t from = end;

			/* The scan runs to the next marker that is neither a stuffed FF nor a restart. */
			while (end + 1 < s.n && !(p[end] == 0xff && p[end + 1] != 0 && (p[end + 1] < 0xd0 || p[end + 1] > 0xd7) && p[end + 1] != 0xff))
				end++;
			if (end + 1 >= s.n)
				end = s.n;
			buf_add(ret, span_sub(s, from, end));
		}
		at = end;
	}
	if (s.n - at >= 2 && p[at] == 0xff && p[at + 1] == 0xd9)
		buf_add(ret, span_sub(s, at, at + 2)); /* what follows the end is no part of the picture */
}

/* ---- SVG ---- */

enum { NS_SVG, NS_XLINK, NS_XML };

struct svg {
	struct xml_out x;
	struct arena *names;
	unsigned depth, skip; /* skip: depth of what is left out; 0: nothing is */
	bool styles;          /* inside a style element: its text is judged as a whole */
	struct buf style;
};

static size_t find_nocase(struct span s, struct span what, size_t from)
{
	for (size_t at = from; at + what.n <= s.n; at++)
		if (span_eq_nocase(span_sub(s, at, at + what.n), what))
			return at;
	return SIZE_MAX;
}

/* An address inside the picture alone: "#a", or another picture that stands in it, which tells no more than one beside it. */
static void put_address(struct xml_out *x, const char *name, struct span v)
{
	CLEANUP(buf_done) struct buf raw = { 0 }, clean = { 0 }, out = { 0 }, why = { 0 };
	size_t begin = find_nocase(v, SPAN_LIT(";base64,"), 0);
	enum image_type type;
	unsigned width, height;

	if (span_starts(v, SPAN_LIT("#"))) {
		xml_out_attr(x, name, v);
		return;
	}
	if (begin == SIZE_MAX || find_nocase(v, SPAN_LIT("data:image/"), 0) != 0 || !base64_get(span_sub(v, begin + 8, v.n), &raw) ||
	    !image_sniff(buf_span(&raw), &type, &width, &height) || type == IMAGE_SVG || !image_clean(buf_span(&raw), &clean, &why))
		return;
	buf_printf(&out, "data:%s;base64,", image_media_type(type));
	base64_put(buf_span(&clean), 0, &out);
	xml_out_attr(x, name, buf_span(&out));
}

/* url(#a) is a part of the picture; any other, and @import, leads out of it. */
static bool style_stays(struct span v)
{
	for (size_t at = 0; (at = find_nocase(v, SPAN_LIT("url("), at)) != SIZE_MAX;) {
		at += 4;
		while (at < v.n && (v.p[at] == ' ' || v.p[at] == '"' || v.p[at] == '\''))
			at++;
		if (at >= v.n || v.p[at] != '#')
			return false;
	}
	return find_nocase(v, SPAN_LIT("@import"), 0) == SIZE_MAX;
}

/* What is never drawn: a layer that was switched off. */
static bool is_hidden(const struct xml_tag *t)
{
	for (size_t i = 0; i < t->attr_count; i++) {
		const struct xml_attr *a = &t->attrs[i];
		CLEANUP(buf_done) struct buf style = { 0 };

		if (a->ns == -2 && span_is(a->local, "display") && span_is(span_trim(a->value), "none"))
			return true;
		if (a->ns != -2 || !span_is(a->local, "style"))
			continue;
		for (size_t k = 0; k < a->value.n; k++)
			if (!strchr(" \t\r\n", a->value.p[k]))
				buf_char(&style, a->value.p[k]);
		if (find_nocase(buf_span(&style), SPAN_LIT("display:none"), 0) != SIZE_MAX)
			return true;
	}
	return false;
}

static void svg_start(void *ctx, const struct xml_tag *t)
{
	static const struct span left_out[] = { SPAN("metadata"), SPAN("title"), SPAN("desc"), SPAN("script"), SPAN("foreignObject") };
	struct svg *s = ctx;
	bool out = (t->ns != NS_SVG && t->ns != -2) || is_hidden(t);

	s->depth++;
	if (s->skip)
		return;
	for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
		out = out || span_eq(t->local, left_out[i]);
	if (out) {
		s->skip = s->depth;
		return;
	}
	if (span_is(t->local, "style"))
		s->styles = true;
	xml_out_open(&s->x, arena_str(s->names, t->local));
	if (s->depth == 1) {
		xml_out_attr_str(&s->x, "xmlns", "http://www.w3.org/2000/svg");
		xml_out_attr_str(&s->x, "xmlns:xlink", "http://www.w3.org/1999/xlink");
	}
	for (size_t i = 0; i < t->attr_count; i++) {
		const struct xml_attr *a = &t->attrs[i];
		const char *name;

		if (a->ns == NS_XLINK && span_is(a->local, "href"))
			name = "xlink:href";
		else if (a->ns == NS_XML && (span_is(a->local, "space") || span_is(a->local, "lang")))
			name = span_is(a->local, "space") ? "xml:space" : "xml:lang";
		else if (a->ns == -2 && !span_starts(a->local, SPAN_LIT("on")) && !span_starts(a->local, SPAN_LIT("data-")) && !span_starts(a->local, SPAN_LIT("aria-")))
			name = arena_str(s->names, a->local);
		else
			continue;
		if (span_is(a->local, "href"))
			put_address(&s->x, name, span_trim(a->value));
		else if (style_stays(a->value))
			xml_out_attr(&s->x, name, a->value);
	}
}

static void svg_end(void *ctx, int ns, struct span local, size_t end_offset)
{
	struct svg *s = ctx;

	(void)ns, (void)end_offset;
	if (s->skip) {
		if (s->skip == s->depth)
			s->skip = 0;
		s->depth--;
		return;
	}
	if (s->styles && span_is(local, "style")) {
		if (style_stays(buf_span(&s->style)))
			xml_out_text(&s->x, buf_span(&s->style));
		buf_clear(&s->style);
		s->styles = false;
	}
	xml_out_close(&s->x, s->x.open[s->x.depth - 1]);
	s->depth--;
}

static void svg_text(void *ctx, struct span text)
{
	struct svg *s = ctx;

	if (s->skip || !s->depth)
		return;
	if (s->styles)
		buf_add(&s->style, text);
	else
		xml_out_text(&s->x, text);
}

/* A document type that only names the format is cut away; one that declares something is left for the parser to refuse. */
static void without_doctype(struct span s, struct buf *ret)
{
	size_t at = span_find(s, SPAN_LIT("<!DOCTYPE"), 0), end = at == SIZE_MAX ? at : span_find_char(s, '>', at);

	if (end == SIZE_MAX || span_find_char(span_sub(s, at, end), '[', 0) != SIZE_MAX) {
		buf_add(ret, s);
		return;
	}
	buf_add(ret, span_sub(s, 0, at));
	buf_add(ret, span_sub(s, end + 1, s.n));
}

static bool clean_svg(struct span bytes, struct buf *ret, struct buf *ret_why)
{
	static const char *const namespaces[] = { "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
						  "http://www.w3.org/XML/1998/namespace", NULL };
	struct arena names = { 0 };
	struct svg s = { .names = &names };
	struct buf part = { 0 };
	struct fault f = { 0 };
	bool ok;

	without_doctype(bytes, &part);
	xml_out_begin(&s.x, ret);
	ok = xml_parse(buf_span(&part), "", "", &(struct xml_handler){ namespaces, NULL, svg_start, svg_end, svg_text, &s }, &f) == 0 && !s.depth;
	if (!ok)
		BUF_LIT(ret_why, "it is no plain SVG (it is not well-formed, or declares entities): save it as plain SVG, or as PNG");
	fault_done(&f);
	buf_done(&part);
	buf_done(&s.style);
	arena_done(&names);
	return ok;
}

bool image_clean(struct span bytes, struct buf *ret, struct buf *ret_why)
{
	enum image_type type;
	unsigned w, h;

	if (!image_sniff(bytes, &type, &w, &h)) {
		buf_add(ret, bytes);
		return true;
	}
	switch (type) {
	case IMAGE_PNG:
		clean_png(bytes, ret);
		return true;
	case IMAGE_JPEG:
		clean_jpeg(bytes, ret);
		return true;
	case IMAGE_SVG:
		break;
	}
	return clean_svg(bytes, ret, ret_why);
}
