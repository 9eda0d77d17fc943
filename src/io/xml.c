#include "io/xml.h"

#include <assert.h>
#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/limits.h"
#include "base/utf8.h"

/* ---- out ---- */

/* What a byte needs: 1 always, 2 in attributes only, 3 perhaps (0xEF: may begin U+FFFE or U+FFFF). */
enum { ESC_NO, ESC_ALWAYS, ESC_ATTR, ESC_LOOK };
static const unsigned char escapes[256] = {
	[0x00] = ESC_ALWAYS, [0x01] = ESC_ALWAYS, [0x02] = ESC_ALWAYS, [0x03] = ESC_ALWAYS, [0x04] = ESC_ALWAYS,
	[0x05] = ESC_ALWAYS, [0x06] = ESC_ALWAYS, [0x07] = ESC_ALWAYS, [0x08] = ESC_ALWAYS, [0x09] = ESC_ATTR,
	[0x0a] = ESC_ATTR,   [0x0b] = ESC_ALWAYS, [0x0c] = ESC_ALWAYS, [0x0d] = ESC_ALWAYS, [0x0e] = ESC_ALWAYS,
	[0x0f] = ESC_ALWAYS, [0x10] = ESC_ALWAYS, [0x11] = ESC_ALWAYS, [0x12] = ESC_ALWAYS, [0x13] = ESC_ALWAYS,
	[0x14] = ESC_ALWAYS, [0x15] = ESC_ALWAYS, [0x16] = ESC_ALWAYS, [0x17] = ESC_ALWAYS, [0x18] = ESC_ALWAYS,
	[0x19] = ESC_ALWAYS, [0x1a] = ESC_ALWAYS, [0x1b] = ESC_ALWAYS, [0x1c] = ESC_ALWAYS, [0x1d] = ESC_ALWAYS,
	[0x1e] = ESC_ALWAYS, [0x1f] = ESC_ALWAYS, ['&'] = ESC_ALWAYS,  ['<'] = ESC_ALWAYS,  ['>'] = ESC_ALWAYS,
	['"'] = ESC_ATTR,    [0xef] = ESC_LOOK,
};

static void put_escaped(struct buf *b, struct span s, bool attr)
{
	size_t from = 0;

	buf_reserve(b, s.n);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char e = escapes[c];
		const char *as;
		size_t width = 1;

		if (e == ESC_NO || (e == ESC_ATTR && !attr))
			continue;
		if (e == ESC_LOOK) {
			if (s.n - i < 3 || (unsigned char)s.p[i + 1] != 0xbf || (unsigned char)s.p[i + 2] < 0xbe)
				continue;
			width = 3;
		}
		switch (c) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '"':
			as = "&quot;";
			break;
		case '\t':
			as = "&#9;";
			break;
		case '\n':
			as = "&#10;";
			break;
		case '\r':
			as = "&#13;";
			break;
		default: /* XML 1.0 section 2.2 has no form for these, escaped or not */
			as = "\xef\xbf\xbd";
		}
		buf_put(b, s.p + from, i - from);
		buf_str(b, as);
		i += width - 1;
		from = i + 1;
	}
	buf_put(b, s.p + from, s.n - from);
}

void xml_out_fragment(struct xml_out *x, struct buf *buf)
{
	x->buf = buf;
	x->depth = 0;
	x->in_tag = false;
}

void xml_out_begin(struct xml_out *x, struct buf *buf)
{
	xml_out_fragment(x, buf);
	BUF_LIT(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
}

static inline void end_start(struct xml_out *x)
{
	if (x->in_tag) {
		buf_char(x->buf, '>');
		x->in_tag = false;
	}
}

void xml_out_open(struct xml_out *x, const char *name)
{
	end_start(x);
	assert(x->depth < XML_OUT_DEPTH);
	x->open[x->depth++] = name;
	buf_char(x->buf, '<');
	buf_str(x->buf, name);
	x->in_tag = true;
}

static void attr_head(struct xml_out *x, const char *name)
{
	assert(x->in_tag);
	buf_char(x->buf, ' ');
	buf_str(x->buf, name);
	BUF_LIT(x->buf, "=\"");
}

void xml_out_attr(struct xml_out *x, const char *name, struct span value)
{
	attr_head(x, name);
	put_escaped(x->buf, value, true);
	buf_char(x->buf, '"');
}

void xml_out_attr_str(struct xml_out *x, const char *name, const char *value)
{
	xml_out_attr(x, name, span_str(value));
}

void xml_out_attr_number(struct xml_out *x, const char *name, int64_t value)
{
	attr_head(x, name);
	if (value < 0)
		buf_char(x->buf, '-');
	buf_number(x->buf, value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value);
	buf_char(x->buf, '"');
}

void xml_out_text(struct xml_out *x, struct span text)
{
	end_start(x);
	put_escaped(x->buf, text, false);
}

void xml_out_raw(struct xml_out *x, struct span xml)
{
	end_start(x);
	buf_add(x->buf, xml);
}

void xml_out_close(struct xml_out *x, const char *name)
{
	assert(x->depth && (x->open[x->depth - 1] == name || strcmp(x->open[x->depth - 1], name) == 0));
	x->depth--;
	if (x->in_tag) {
		BUF_LIT(x->buf, "/>");
		x->in_tag = false;
		return;
	}
	BUF_LIT(x->buf, "</");
	buf_str(x->buf, name);
	buf_char(x->buf, '>');
}

void xml_out_leaf(struct xml_out *x, const char *name, struct span text)
{
	xml_out_open(x, name);
	if (text.n)
		xml_out_text(x, text);
	xml_out_close(x, name);
}

void xml_out_empty(struct xml_out *x, const char *name)
{
	xml_out_open(x, name);
	xml_out_close(x, name);
}

void xml_out_end(struct xml_out *x)
{
	assert(x->depth == 0 && !x->in_tag);
}

/* ---- in: our own look at the bytes before libxml2 has one ---- */

static int bad(const char *file, const char *part, struct span s, size_t offset, struct fault *f, enum fault_kind kind,
	       const char *what)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < s.n; i++)
		line += s.p[i] == '\n';
	return fault_set(f, kind, (struct srcpos){ .file = file }, "%s, line %zu: %s", part, line, what);
}

struct scan {
	struct span s;
	size_t at;
	unsigned depth;
	unsigned scoped; /* namespace declarations in scope */
	unsigned declared[LIMIT_XML_DEPTH + 1];
};

/* One start or end tag at s.at ('<' itself); its attributes and declarations are counted, its end found. */
static const char *scan_tag(struct scan *c, enum fault_kind *kind)
{
	size_t i = c->at + 1, n = c->s.n;
	const char *p = c->s.p;
	bool closing = i < n && p[i] == '/', empty;
	unsigned attrs = 0, namespaces = 0;
	char quote = 0;

	*kind = FAULT_INPUT;
	for (; i < n; i++) {
		char ch = p[i];

		if (i - c->at > LIMIT_XML_TAG_BYTES) {
			*kind = FAULT_LIMIT;
			return "a tag is longer than 64 KiB, the most that is read";
		}
		if (quote) {
			if (ch == quote)
				quote = 0;
			continue;
		}
		if (ch == '>')
			break;
		if (ch == '"' || ch == '\'')
			quote = ch;
		else if (ch == '=')
			attrs++;
		else if (ch == 'x' && n - i > 5 && memcmp(p + i, "xmlns", 5) == 0 && (p[i + 5] == ':' || p[i + 5] == '='))
			namespaces++;
		else if (ch == '<')
			return "a tag is not closed: the file is damaged";
	}
	if (i >= n)
		return "the part ends inside a tag: the file is cut short";
	*kind = FAULT_LIMIT;
	if (attrs > LIMIT_XML_ATTRS)
		return "a tag has more than 1,000 attributes, the most that is read";
	empty = p[i - 1] == '/' && i - 1 > c->at;
	c->at = i + 1;
	if (closing) {
		if (c->depth)
			c->scoped -= c->declared[c->depth--];
		return NULL;
	}
	if (c->scoped + namespaces > LIMIT_XML_NAMESPACES)
		return "more than 500 namespaces are declared at one place, the most that is read";
	if (empty)
		return NULL;
	if (c->depth == LIMIT_XML_DEPTH)
		return "the tags are nested more than 200 deep, the most that is read";
	c->declared[++c->depth] = namespaces;
	c->scoped += namespaces;
	return NULL;
}

static bool skip_past(struct scan *c, struct span end)
{
	size_t to = span_find(c->s, end, c->at);

	if (to == SIZE_MAX)
		return false;
	c->at = to + end.n;
	return true;
}

/* OPC and ODF allow UTF-8 and UTF-16 only; the declaration is not asked for more than that. */
static bool encoding_known(struct span s)
{
	static const struct span mark = SPAN("encoding");
	size_t end, at;
	struct span head, name;
	char quote;

	if (!span_starts(s, SPAN_LIT("<?xml")))
		return true;
	end = span_find(s, SPAN_LIT("?>"), 0);
	if (end == SIZE_MAX || end > 1000)
		return true; /* libxml2 says what is wrong */
	head = span_sub(s, 0, end);
	at = span_find(head, mark, 0);
	if (at == SIZE_MAX)
		return true;
	for (at += mark.n; at < head.n && head.p[at] != '"' && head.p[at] != '\''; at++)
		;
	if (at >= head.n)
		return true;
	quote = head.p[at];
	end = span_find_char(head, quote, at + 1);
	if (end == SIZE_MAX)
		return true;
	name = span_sub(head, at + 1, end);
	return span_eq_nocase(name, SPAN_LIT("utf-8")) || span_eq_nocase(name, SPAN_LIT("utf8")) ||
	       span_eq_nocase(name, SPAN_LIT("utf-16")) || span_eq_nocase(name, SPAN_LIT("us-ascii"));
}

static int prescan(struct span s, const char *file, const char *part, struct fault *f)
{
	struct scan c = { .s = s };
	enum fault_kind kind;

	if (!encoding_known(s))
		return bad(file, part, s, 0, f, FAULT_INPUT, "only UTF-8 and UTF-16 are allowed in a package: save the file again in Word or LibreOffice");
	for (;;) {
		size_t open = span_find_char(s, '<', c.at);
		struct span rest;
		const char *why = NULL;
		bool ok = true;

		if (open == SIZE_MAX)
			return 0;
		c.at = open;
		rest = span_sub(s, open, s.n);
		if (span_starts(rest, SPAN_LIT("<!--"))) {
			c.at += 4;
			ok = skip_past(&c, SPAN_LIT("-->"));
		} else if (span_starts(rest, SPAN_LIT("<![CDATA["))) {
			ok = skip_past(&c, SPAN_LIT("]]>"));
		} else if (span_starts(rest, SPAN_LIT("<!"))) {
			return bad(file, part, s, open, f, FAULT_INPUT, "a DOCTYPE stands here, which no office file may hold: it could read other files");
		} else if (span_starts(rest, SPAN_LIT("<?"))) {
			ok = skip_past(&c, SPAN_LIT("?>"));
		} else {
			why = scan_tag(&c, &kind);
		}
		if (!ok)
			return bad(file, part, s, open, f, FAULT_INPUT, "the part ends inside a comment or an instruction: the file is cut short");
		if (why)
			return bad(file, part, s, open, f, kind, why);
	}
}

bool xml_from_utf16(struct span s, struct buf *ret)
{
	const unsigned char *p = (const unsigned char *)s.p;
	bool big;
	size_t i = 0;

	if (s.n < 2)
		return false;
	if ((p[0] == 0xfe && p[1] == 0xff) || (p[0] == 0 && p[1] == '<'))
		big = true;
	else if ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == '<' && p[1] == 0))
		big = false;
	else
		return false;
	if (p[0] >= 0xfe)
		i = 2;
	buf_reserve(ret, s.n / 2 + 1);
	while (s.n - i >= 2) {
		uint32_t u = big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];

		i += 2;
		if (u >= 0xd800 && u < 0xdc00 && s.n - i >= 2) {
			uint32_t v = big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];

			if (v >= 0xdc00 && v < 0xe000) {
				u = 0x10000 + ((u - 0xd800) << 10) + (v - 0xdc00);
				i += 2;
			}
		}
		if (u >= 0xd800 && u < 0xe000)
			u = 0xffff; /* half a pair: no character of XML, so the parser will refuse it */
		utf8_add(ret, u);
	}
	if (i < s.n)
		utf8_add(ret, 0xffff);
	return true;
}

/* ---- in: libxml2 ---- */

#define URI_CACHE 16u

struct xml_in {
	const struct xml_handler *h;
	xmlParserCtxtPtr ctxt;
	struct span part;
	unsigned depth;
	bool stopped;
	struct xml_attr *attrs;
	size_t attr_cap;
	struct buf values; /* attribute values that held an ampersand */
	/* libxml2 interns URIs in one parse, so that pointers can be compared. */
	struct {
		const xmlChar *uri;
		int ns;
	} cache[URI_CACHE];
	unsigned cached;
	char *error;
	int error_line;
};

static int find_ns(struct xml_in *in, const xmlChar *uri)
{
	int ns = -1;

	if (!uri)
		return -2;
	for (unsigned i = 0; i < in->cached; i++)
		if (in->cache[i].uri == uri)
			return in->cache[i].ns;
	for (int i = 0; in->h->namespaces && in->h->namespaces[i]; i++) {
		if (strcmp(in->h->namespaces[i], (const char *)uri) != 0)
			continue;
		ns = in->h->alias ? in->h->alias[i] : i;
		break;
	}
	if (in->cached < URI_CACHE) {
		in->cache[in->cached].uri = uri;
		in->cache[in->cached++].ns = ns;
	}
	return ns;
}

/* Without NOENT libxml2 leaves an ampersand of an attribute as "&#38;", and nothing else escaped. */
static struct span unescape(struct xml_in *in, struct span v)
{
	static const struct span amp = SPAN("&#38;");
	size_t at = span_find_char(v, '&', 0), from = 0, begin;

	if (at == SIZE_MAX)
		return v;
	begin = in->values.n;
	while ((at = span_find(v, amp, from)) != SIZE_MAX) {
		buf_put(&in->values, v.p + from, at + 1 - from);
		from = at + amp.n;
	}
	buf_put(&in->values, v.p + from, v.n - from);
	return span_of(in->values.p + begin, in->values.n - begin);
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int nb_namespaces,
		     const xmlChar **namespaces, int nb_attributes, int nb_defaulted, const xmlChar **attributes)
{
	struct xml_in *in = user;
	struct xml_tag tag = { .in = in };
	long consumed;
	size_t total = 0;

	(void)prefix, (void)nb_namespaces, (void)namespaces, (void)nb_defaulted;
	in->depth++;
	if (in->stopped || !in->h->start)
		return;
	if ((size_t)nb_attributes > in->attr_cap) {
		in->attr_cap = (size_t)nb_attributes + 16;
		in->attrs = mem_resize(in->attrs, in->attr_cap, sizeof(struct xml_attr));
	}
	/* The spans below point into values, so it must not move while they are made. */
	for (int i = 0; i < nb_attributes; i++)
		total += (size_t)(attributes[5 * i + 4] - attributes[5 * i + 3]);
	buf_clear(&in->values);
	buf_reserve(&in->values, total);
	for (int i = 0; i < nb_attributes; i++) {
		const xmlChar **a = attributes + 5 * (size_t)i;

		in->attrs[i] = (struct xml_attr){
			.ns = find_ns(in, a[2]),
			.local = span_str((const char *)a[0]),
			.value = unescape(in, span_of((const char *)a[3], (size_t)(a[4] - a[3]))),
		};
	}
	consumed = xmlByteConsumed(in->ctxt);
	tag.offset = consumed < 0 ? 0 : (size_t)consumed > in->part.n ? in->part.n : (size_t)consumed;
	/* libxml2 stands behind the attributes; no attribute may hold a '<', so the last one begins the tag. */
	while (tag.offset && in->part.p[tag.offset - 1] != '<')
		tag.offset--;
	if (tag.offset)
		tag.offset--;
	tag.ns = find_ns(in, uri);
	tag.local = span_str((const char *)local);
	tag.attrs = in->attrs;
	tag.attr_count = (size_t)nb_attributes;
	tag.depth = in->depth;
	in->h->start(in->h->ctx, &tag);
}

static void on_end(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_in *in = user;
	long consumed;

	(void)prefix;
	in->depth--;
	if (in->stopped || !in->h->end)
		return;
	consumed = xmlByteConsumed(in->ctxt);
	in->h->end(in->h->ctx, find_ns(in, uri), span_str((const char *)local), consumed < 0 ? 0 : (size_t)consumed);
}

static void on_text(void *user, const xmlChar *p, int n)
{
	struct xml_in *in = user;

	if (!in->stopped && in->h->text && n > 0)
		in->h->text(in->h->ctx, span_of((const char *)p, (size_t)n));
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	struct xml_in *in = user;

	(void)name, (void)external, (void)system;
	if (!in->error)
		in->error = mem_strdup("a DOCTYPE stands here, which no office file may hold");
	in->error_line = in->ctxt->input ? in->ctxt->input->line : 0;
	xmlStopParser(in->ctxt);
}

static xmlEntityPtr on_entity(void *user, const xmlChar *name)
{
	(void)user;
	return xmlGetPredefinedEntity(name);
}

static void on_error(void *user, xmlErrorPtr e)
{
	struct xml_in *in = user;
	size_t n;

	if (in->error || in->stopped || !e || e->level < XML_ERR_ERROR)
		return;
	in->error = mem_strdup(e->message ? e->message : "not well-formed");
	n = strlen(in->error);
	while (n && (in->error[n - 1] == '\n' || in->error[n - 1] == ' '))
		in->error[--n] = '\0';
	in->error_line = e->line;
}

void xml_in_stop(struct xml_in *in)
{
	in->stopped = true;
	xmlStopParser(in->ctxt);
}

static int parse(struct xml_in *in, const char *file, const char *part_name, struct fault *f)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_doctype,
		.getEntity = on_entity,
		.serror = on_error,
	};
	xmlSAXHandlerPtr theirs;
	int r = 0;

	in->ctxt = xmlCreateMemoryParserCtxt(in->part.p, (int)in->part.n);
	if (!in->ctxt)
		return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = file }, "%s: this part cannot be read as XML", part_name);
	theirs = in->ctxt->sax;
	in->ctxt->sax = &sax;
	/* UTF-16 was turned into UTF-8 already, whatever the declaration says. */
	xmlCtxtUseOptions(in->ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	in->ctxt->userData = in;
	xmlParseDocument(in->ctxt);
	if (!in->stopped && (!in->ctxt->wellFormed || !in->ctxt->nsWellFormed || in->error))
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ .file = file }, "%s, line %d: this part is not well-formed XML (%s): ask for the file again",
			      part_name, in->error_line, in->error ? in->error : "cut short");
	in->ctxt->sax = theirs;
	if (in->ctxt->myDoc)
		xmlFreeDoc(in->ctxt->myDoc);
	in->ctxt->myDoc = NULL;
	xmlFreeParserCtxt(in->ctxt);
	return r;
}

int xml_parse(struct span part, const char *file, const char *part_name, const struct xml_handler *h, struct fault *f)
{
	struct xml_in in = { .h = h };
	CLEANUP(buf_done) struct buf utf8 = { 0 };
	int r;

	if (part.n == 0)
		return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = file }, "%s: this part is empty: ask for the file again", part_name);
	if (part.n > LIMIT_ZIP_PART_BYTES)
		return fault_set(f, FAULT_LIMIT, (struct srcpos){ .file = file }, "%s: this part is larger than 64 MiB, the most that is read", part_name);
	if (xml_from_utf16(part, &utf8))
		part = buf_span(&utf8);
	if ((r = prescan(part, file, part_name, f)) < 0)
		return r;
	in.part = part;
	r = parse(&in, file, part_name, f);
	free(in.attrs);
	buf_done(&in.values);
	free(in.error);
	return r;
}

struct span xml_attr_get(const struct xml_tag *t, int ns, const char *local)
{
	for (size_t i = 0; i < t->attr_count; i++)
		if (t->attrs[i].ns == ns && span_is(t->attrs[i].local, local))
			return t->attrs[i].value;
	return (struct span){ 0 };
}

/* ---- the words of a part, without parsing ---- */

/* Appends s with its character references and the five entities resolved. */
static void put_resolved(struct buf *b, struct span s)
{
	static const struct {
		struct span name;
		char c;
	} entities[] = { { SPAN("&amp;"), '&' }, { SPAN("&lt;"), '<' }, { SPAN("&gt;"), '>' }, { SPAN("&quot;"), '"' }, { SPAN("&apos;"), '\'' } };
	size_t from = 0;

	for (;;) {
		size_t at = span_find_char(s, '&', from), end;
		struct span rest;
		uint32_t cp = 0;
		bool known = false;

		if (at == SIZE_MAX)
			break;
		buf_put(b, s.p + from, at - from);
		from = at;
		rest = span_sub(s, at, s.n);
		for (size_t i = 0; i < ARRAY_LEN(entities) && !known; i++) {
			if (!span_starts(rest, entities[i].name))
				continue;
			buf_char(b, entities[i].c);
			from += entities[i].name.n;
			known = true;
		}
		if (known)
			continue;
		end = span_find_char(span_sub(rest, 0, rest.n < 12 ? rest.n : 12), ';', 0);
		if (rest.n > 3 && rest.p[1] == '#' && end != SIZE_MAX) {
			bool hex = rest.p[2] == 'x';

			known = true;
			for (size_t i = hex ? 3 : 2; i < end && known; i++) {
				char c = rest.p[i];
				unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
						 : hex && c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
						 : hex && c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
									       : 99;

				known = digit < 16 && cp < 0x110000;
				cp = cp * (hex ? 16 : 10) + digit;
			}
			known = known && cp < 0x110000 && (cp < 0xd800 || cp >= 0xe000);
		}
		if (known) {
			utf8_add(b, cp);
			from += end + 1;
		} else {
			buf_char(b, '&');
			from++;
		}
	}
	buf_put(b, s.p + from, s.n - from);
}

static void put_attrs(struct buf *b, struct span tag)
{
	size_t i = 0;

	while (i < tag.n) {
		size_t end;

		while (i < tag.n && tag.p[i] != '"' && tag.p[i] != '\'')
			i++;
		if (i >= tag.n)
			return;
		end = span_find_char(tag, tag.p[i], i + 1);
		if (end == SIZE_MAX)
			end = tag.n;
		put_resolved(b, span_sub(tag, i + 1, end));
		buf_char(b, '\f');
		i = end + 1;
	}
}

/* Offset after the '>' that ends the tag at from; the end of the part where there is none. */
static size_t tag_end(struct span s, size_t from)
{
	char quote = 0;

	for (size_t i = from; i < s.n; i++) {
		char c = s.p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return s.n;
}

void xml_plain_text(struct span s, unsigned (*classify)(struct span tag), struct buf *ret_text, struct buf *ret_attrs)
{
	CLEANUP(buf_done) struct buf utf8 = { 0 };
	bool aside = false;
	size_t at = 0;

	if (xml_from_utf16(s, &utf8))
		s = buf_span(&utf8);
	while (at < s.n) {
		size_t open = span_find_char(s, '<', at), end, name;
		struct span rest;
		unsigned what;

		if (open == SIZE_MAX)
			open = s.n;
		if (open > at)
			put_resolved(aside ? ret_attrs : ret_text, span_sub(s, at, open));
		if (aside)
			buf_char(ret_attrs, '\f');
		aside = false;
		if (open == s.n)
			return;
		rest = span_sub(s, open, s.n);
		if (rest.n > 1 && (rest.p[1] == '!' || rest.p[1] == '?')) {
			struct span closer = SPAN_LIT("?>");

			if (span_starts(rest, SPAN_LIT("<![CDATA["))) {
				end = span_find(s, SPAN_LIT("]]>"), open);
				end = end == SIZE_MAX ? s.n : end;
				buf_put(ret_text, s.p + open + 9, end - (open + 9));
				at = end == s.n ? s.n : end + 3;
				continue;
			}
			if (span_starts(rest, SPAN_LIT("<!--")))
				closer = SPAN_LIT("-->");
			end = span_find(s, closer, open);
			end = end == SIZE_MAX ? s.n : end;
			buf_add(ret_attrs, span_sub(s, open, end));
			buf_char(ret_attrs, '\f');
			at = end == s.n ? s.n : end + closer.n;
			continue;
		}
		end = tag_end(s, open);
		name = open + 1 + (rest.n > 1 && rest.p[1] == '/');
		at = name;
		while (at < end && s.p[at] != ' ' && s.p[at] != '>' && s.p[at] != '/' && s.p[at] != '\n' && s.p[at] != '\t' && s.p[at] != '\r')
			at++;
		what = classify(span_sub(s, name, at));
		if (what & XML_PLAIN_BREAK)
			buf_char(ret_text, '\f');
		else if (what & XML_PLAIN_SPACE)
			buf_char(ret_text, ' ');
		if (what & XML_PLAIN_ATTRS)
			put_attrs(ret_attrs, span_sub(s, at, end));
		aside = (what & XML_PLAIN_SKIP) && name == open + 1 && s.p[end - 1] == '>' && s.p[end - 2] != '/';
		at = end;
	}
}
