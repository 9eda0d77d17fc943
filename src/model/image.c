#include "model/image.h"

#include "base/limits.h"

static unsigned be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static bool sniff_png(struct span s, unsigned *w, unsigned *h)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n < 33 || memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16) != 0)
		return false;
	*w = be16(p + 16) << 16 | be16(p + 18);
	*h = be16(p + 20) << 16 | be16(p + 22);
	return true;
}

static bool sniff_jpeg(struct span s, unsigned *w, unsigned *h)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t at = 2;

	if (s.n < 4 || p[0] != 0xff || p[1] != 0xd8 || p[2] != 0xff)
		return false;
	while (s.n - at >= 9) {
		unsigned marker = p[at + 1];

		if (p[at] != 0xff)
			return false;
		if (marker == 0xff) { /* fill */
			at++;
			continue;
		}
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
			at += 2;
			continue;
		}
		if (marker == 0xd9 || marker == 0xda)
			return false;
		/* Frame headers, but tables DHT (c4), JPG (c8) and DAC (cc). */
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
			*h = be16(p + at + 5);
			*w = be16(p + at + 7);
			return true;
		}
		if (be16(p + at + 2) < 2 || be16(p + at + 2) > s.n - at - 2)
			return false;
		at += 2 + be16(p + at + 2);
	}
	return false;
}

/* The attribute's value in a tag; p NULL: not there. */
static struct span svg_attr(struct span tag, const char *name)
{
	struct span key = span_str(name);

	for (size_t at = 0; (at = span_find(tag, key, at)) != SIZE_MAX; at += key.n) {
		size_t i = at + key.n, end;

		if (at == 0 || (tag.p[at - 1] != ' ' && tag.p[at - 1] != '\n' && tag.p[at - 1] != '\t' && tag.p[at - 1] != '\r'))
			continue;
		if (i + 2 >= tag.n || tag.p[i] != '=' || (tag.p[i + 1] != '"' && tag.p[i + 1] != '\''))
			continue;
		end = span_find_char(tag, tag.p[i + 1], i + 2);
		return end == SIZE_MAX ? (struct span){ 0 } : span_sub(tag, i + 2, end);
	}
	return (struct span){ 0 };
}

#define SVG_UNIT 1000u /* thousandths */

/* Takes a number off the front of s, in thousandths; 0 where there is none. */
static uint64_t svg_number(struct span *s)
{
	uint64_t v = 0, unit = SVG_UNIT;
	size_t i = 0;

	while (i < s->n && (s->p[i] == ' ' || s->p[i] == ',' || s->p[i] == '\n' || s->p[i] == '\t' || s->p[i] == '-' || s->p[i] == '+'))
		i++;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		v = v <= LIMIT_IMAGE_PIXELS ? v * 10 + (uint64_t)(s->p[i] - '0') : v;
	v *= SVG_UNIT;
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
			unit /= 10;
			v += (uint64_t)(s->p[i] - '0') * unit;
		}
	*s = span_sub(*s, i, s->n);
	return v;
}

/* A length attribute in pixels of 1/96 inch; percentages and em count as none. */
static unsigned svg_length(struct span tag, const char *name)
{
	static const struct {
		struct span name;
		unsigned by, in; /* pixels = v * by / in */
	} units[] = { { SPAN(""), 1, 1 }, { SPAN("px"), 1, 1 }, { SPAN("pt"), 96, 72 }, { SPAN("pc"), 16, 1 },
		      { SPAN("mm"), 960, 254 }, { SPAN("cm"), 9600, 254 }, { SPAN("in"), 96, 1 } };
	struct span value = svg_attr(tag, name);
	uint64_t v = svg_number(&value);

	value = span_trim(value);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (span_eq(value, units[i].name))
			return (unsigned)(v * units[i].by / units[i].in / SVG_UNIT);
	return 0;
}

static bool sniff_svg(struct span s, unsigned *w, unsigned *h)
{
	struct span head = span_sub(s, 0, s.n < 4096 ? s.n : 4096), tag;
	size_t begin, end;

	if (span_starts(head, SPAN_LIT("\xef\xbb\xbf")))
		head = span_sub(head, 3, head.n);
	head = span_trim(head);
	if (!head.n || head.p[0] != '<')
		return false;
	begin = span_find(head, SPAN_LIT("<svg"), 0);
	if (begin == SIZE_MAX)
		return false;
	end = span_find_char(head, '>', begin);
	if (end == SIZE_MAX)
		return false;
	tag = span_sub(head, begin, end);
	*w = svg_length(tag, "width");
	*h = svg_length(tag, "height");
	if (!*w || !*h) {
		struct span box = svg_attr(tag, "viewBox");
		uint64_t wide, high;

		svg_number(&box);
		svg_number(&box);
		wide = svg_number(&box);
		high = svg_number(&box);
		if (!wide || !high) {
			wide = 300;
			high = 150;
		}
		/* One side said: the other follows.  None: a width that suits a page. */
		if (*h)
			*w = (unsigned)(*h * wide / high);
		else
			*w = *w ? *w : 300;
		if (!*h)
			*h = (unsigned)(*w * high / wide);
	}
	return true;
}

bool image_sniff(struct span bytes, enum image_type *ret_type, unsigned *ret_width, unsigned *ret_height)
{
	enum image_type type;
	unsigned w = 0, h = 0;

	if (sniff_png(bytes, &w, &h))
		type = IMAGE_PNG;
	else if (sniff_jpeg(bytes, &w, &h))
		type = IMAGE_JPEG;
	else if (sniff_svg(bytes, &w, &h))
		type = IMAGE_SVG;
	else
		return false;
	if (!w || !h || w > LIMIT_IMAGE_PIXELS || h > LIMIT_IMAGE_PIXELS)
		return false;
	*ret_type = type;
	*ret_width = w;
	*ret_height = h;
	return true;
}

const char *image_media_type(enum image_type type)
{
	static const char *const types[] = {
		[IMAGE_PNG] = "image/png", [IMAGE_JPEG] = "image/jpeg", [IMAGE_SVG] = "image/svg+xml",
	};

	return types[type];
}
