#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "io/xml.h"

/* ---- out ---- */

static void writes(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct xml_out x;

	(void)state;
	xml_out_begin(&x, &b);
	xml_out_open(&x, "a");
	xml_out_attr_str(&x, "k", "1 < 2 & \"q\"\t\n\r");
	xml_out_attr_number(&x, "n", -12);
	xml_out_text(&x, SPAN_LIT("<&>\"\t\n\r\x01 \xef\xbf\xbe\xef\xbf\xbd\xef\xbb\xbf\xc3\xa9"));
	xml_out_empty(&x, "e");
	xml_out_leaf(&x, "l", SPAN_LIT("t"));
	xml_out_raw(&x, SPAN_LIT("<r/>"));
	xml_out_close(&x, "a");
	xml_out_end(&x);
	buf_char(&b, '\0');
	assert_string_equal(b.p, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
				 "<a k=\"1 &lt; 2 &amp; &quot;q&quot;&#9;&#10;&#13;\" n=\"-12\">"
				 "&lt;&amp;&gt;\"\t\n&#13;\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf\xc3\xa9"
				 "<e/><l>t</l><r/></a>");
}

/* ---- in ---- */

static const char *const uris[] = { "u:transitional", "u:strict", "u:other", NULL };
static const int alias[] = { 0, 0, 1 };

struct log {
	struct buf out;
	struct span part;
	bool stop_at_b;
};

static void log_start(void *ctx, const struct xml_tag *t)
{
	struct log *l = ctx;

	buf_printf(&l->out, "<%d:%.*s@%u", t->ns, SPAN_ARG(t->local), t->depth);
	for (size_t i = 0; i < t->attr_count; i++)
		buf_printf(&l->out, " %d:%.*s=%.*s", t->attrs[i].ns, SPAN_ARG(t->attrs[i].local), SPAN_ARG(t->attrs[i].value));
	buf_char(&l->out, '>');
	if (l->part.p) {
		/* The offset is that of the tag itself. */
		assert_true(t->offset < l->part.n);
		assert_int_equal(l->part.p[t->offset], '<');
		assert_true(span_find(span_sub(l->part, t->offset, l->part.n), t->local, 0) <= 3);
	}
	if (l->stop_at_b && span_is(t->local, "b"))
		xml_in_stop(t->in);
}

static void log_end(void *ctx, int ns, struct span local, size_t end)
{
	struct log *l = ctx;

	buf_printf(&l->out, "</%d:%.*s>", ns, SPAN_ARG(local));
	if (l->part.p)
		assert_int_equal(l->part.p[end - 1], '>');
}

static void log_text(void *ctx, struct span text)
{
	buf_add(&((struct log *)ctx)->out, text);
}

static int run(struct span part, struct log *l, struct fault *f)
{
	struct xml_handler h = { .namespaces = uris, .alias = alias, .start = log_start, .end = log_end, .text = log_text, .ctx = l };

	return xml_parse(part, "x.docx", "word/document.xml", &h, f);
}

static void parses_to(struct span part, const char *want, bool offsets)
{
	struct log l = { .part = offsets ? part : (struct span){ 0 } };
	struct fault f = { 0 };

	if (run(part, &l, &f) < 0)
		print_error("%s\n", f.message);
	assert_null(f.message);
	buf_char(&l.out, '\0');
	assert_string_equal(l.out.p, want);
	buf_done(&l.out);
}

static void refuses(struct span part, int kind, const char *word)
{
	struct log l = { 0 };
	struct fault f = { 0 };

	if (run(part, &l, &f) != -kind)
		print_error("%.*s: %s\n", SPAN_ARG(part), f.message ? f.message : "no fault");
	assert_int_equal(f.kind, kind);
	if (!strstr(f.message, word))
		print_error("message: %s\n", f.message);
	assert_non_null(strstr(f.message, word));
	assert_non_null(strstr(f.message, "word/document.xml"));
	buf_done(&l.out);
	fault_done(&f);
}

static void reads(void **state)
{
	(void)state;
	parses_to(SPAN_LIT("<w:a xmlns:w=\"u:strict\" xmlns:o=\"u:other\" xmlns:z=\"u:z\" w:k=\"1 &amp; &#38; 2 &lt;&quot;\" p='>'>"
			   "t &amp; &#xe9;<o:b/><z:c/><d w:e=\"\">x</d ><![CDATA[<raw&>]]><!-- c --></w:a>"),
		  "<0:a@1 0:k=1 & & 2 <\" -2:p=>>t & \xc3\xa9<1:b@2></1:b><-1:c@2></-1:c><-2:d@2 0:e=>x</-2:d><raw&></0:a>", true);
}

static void reads_utf16(void **state)
{
	static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Gr\xfc\xdf</a>";
	char wide[2 * sizeof(text) + 6];
	size_t n = 0;

	(void)state;
	for (int big = 0; big < 2; big++) {
		n = 0;
		wide[n++] = big ? '\xfe' : '\xff';
		wide[n++] = big ? '\xff' : '\xfe';
		for (size_t i = 0; i + 1 < sizeof(text); i++) {
			wide[n + !big] = 0;
			wide[n + big] = text[i];
			n += 2;
		}
		parses_to(span_of(wide, n), "<-2:a@1>Gr\xc3\xbc\xc3\x9f</-2:a>", false);
	}
	/* Half a surrogate pair, and an odd byte at the end, are no characters. */
	refuses(SPAN_LIT("\xff\xfe<\0a\0>\0\x00\xd8<\0/\0a\0>\0"), FAULT_INPUT, "not well-formed");
	refuses(SPAN_LIT("\xff\xfe<\0a\0>\0<\0/\0a\0>\0x"), FAULT_INPUT, "not well-formed");
}

static void stops(void **state)
{
	struct log l = { .stop_at_b = true };

	(void)state;
	assert_int_equal(run(SPAN_LIT("<a><b/><c/>not even closed"), &l, NULL), 0);
	buf_char(&l.out, '\0');
	assert_string_equal(l.out.p, "<-2:a@1><-2:b@2>");
	buf_done(&l.out);
}

static void refuses_doctype(void **state)
{
	(void)state;
	refuses(SPAN_LIT("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"), FAULT_INPUT, "DOCTYPE");
	refuses(SPAN_LIT("<?xml version=\"1.0\"?>\n<!-- <a> -->\n<!DOCTYPE a><a/>"), FAULT_INPUT, "line 3: a DOCTYPE");
	refuses(SPAN_LIT("\xff\xfe<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0a\0>\0<\0a\0/\0>\0"), FAULT_INPUT, "DOCTYPE");
	/* In a comment or a CDATA section the letters mean nothing. */
	parses_to(SPAN_LIT("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>"), "<-2:a@1><!DOCTYPE a></-2:a>", false);
}

static void refuses_malformed(void **state)
{
	static const struct {
		struct span part;
		const char *word;
	} cases[] = {
		{ SPAN(""), "empty" },
		{ SPAN("<a>"), "not well-formed" },
		{ SPAN("<a></b>"), "not well-formed" },
		{ SPAN("<a"), "cut short" },
		{ SPAN("<a <b>"), "not closed" },
		{ SPAN("<!-- "), "cut short" },
		{ SPAN("words"), "not well-formed" },
		{ SPAN("<a>&x;</a>"), "not well-formed" },
		{ SPAN("<a>&#1;</a>"), "not well-formed" },
		{ SPAN("<a>x\0y</a>"), "not well-formed" },
		{ SPAN("<a>caf\xe9</a>"), "not well-formed" },
		{ SPAN("<a><x:b/></a>"), "not well-formed" },
		{ SPAN("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a>+ADw-</a>"), "UTF-8" },
		{ SPAN("<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>"), "UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		refuses(cases[i].part, FAULT_INPUT, cases[i].word);
}

static void limits(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	(void)state;
	/* A tag as long as allowed, then one byte more. */
	for (int over = 0; over < 2; over++) {
		buf_clear(&b);
		BUF_LIT(&b, "<a k=\"");
		while (b.n < LIMIT_XML_TAG_BYTES - 3 + 2 * (size_t)over)
			buf_char(&b, 'x');
		BUF_LIT(&b, "\"/>");
		if (over) {
			refuses(buf_span(&b), FAULT_LIMIT, "64 KiB");
		} else {
			struct log l = { 0 };

			assert_int_equal(run(buf_span(&b), &l, NULL), 0);
			buf_done(&l.out);
		}
	}
	for (int over = 0; over < 2; over++) {
		buf_clear(&b);
		for (unsigned i = 0; i < LIMIT_XML_DEPTH + (unsigned)over; i++)
			BUF_LIT(&b, "<a>");
		for (unsigned i = 0; i < LIMIT_XML_DEPTH + (unsigned)over; i++)
			BUF_LIT(&b, "</a>");
		if (over) {
			refuses(buf_span(&b), FAULT_LIMIT, "200 deep");
		} else {
			struct log l = { 0 };

			assert_int_equal(run(buf_span(&b), &l, NULL), 0);
			buf_done(&l.out);
		}
	}
	buf_clear(&b);
	BUF_LIT(&b, "<a");
	for (unsigned i = 0; i <= LIMIT_XML_ATTRS; i++)
		buf_printf(&b, " a%u=\"\"", i);
	BUF_LIT(&b, "/>");
	refuses(buf_span(&b), FAULT_LIMIT, "1,000 attributes");
	/* Declarations add up over the tags that are open, not over the part. */
	for (int nested = 0; nested < 2; nested++) {
		buf_clear(&b);
		BUF_LIT(&b, "<a>");
		for (unsigned i = 0; i <= LIMIT_XML_NAMESPACES; i++) {
			if (i % 10 == 0)
				buf_str(&b, i ? nested ? "><b" : "></b><b" : "<b");
			buf_printf(&b, " xmlns:n%u=\"u\"", i);
		}
		BUF_LIT(&b, ">");
		for (unsigned i = 0; i <= LIMIT_XML_NAMESPACES; i++)
			if (i % 10 == 0 && (nested || i == 0))
				BUF_LIT(&b, "</b>");
		BUF_LIT(&b, "</a>");
		if (nested) {
			refuses(buf_span(&b), FAULT_LIMIT, "500 namespaces");
		} else {
			struct log l = { 0 };

			assert_int_equal(run(buf_span(&b), &l, NULL), 0);
			buf_done(&l.out);
		}
	}
}

static void long_text(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct log l = { 0 };
	size_t n = 12u << 20;

	(void)state;
	/* libxml2 has a limit of 10 MB of its own for one node of a tree; with SAX none is built. */
	BUF_LIT(&b, "<a>");
	buf_reserve(&b, n + 10);
	memset(b.p + b.n, 'x', n);
	b.n += n;
	BUF_LIT(&b, "</a>");
	assert_int_equal(run(buf_span(&b), &l, NULL), 0);
	assert_int_equal(l.out.n, n + strlen("<-2:a@1></-2:a>"));
	buf_done(&l.out);
}

/* ---- plain text ---- */

static unsigned classify(struct span tag)
{
	if (span_is(tag, "p"))
		return XML_PLAIN_BREAK;
	if (span_is(tag, "img"))
		return XML_PLAIN_ATTRS;
	return span_is(tag, "code") ? XML_PLAIN_SKIP : 0;
}

static void plain(void **state)
{
	CLEANUP(buf_done) struct buf text = { 0 }, attrs = { 0 };

	(void)state;
	xml_plain_text(SPAN_LIT("<?xml version=\"1.0\"?><p>sec<r a=\">\"/>ret &amp; &#x65;&#101;&bogus;</p><p><img alt=\"a &lt; b\" n='2'/>"
				"<code>FIELD</code>shown<![CDATA[<x>]]><!--hush--></p>"),
		       classify, &text, &attrs);
	buf_char(&text, '\0');
	buf_char(&attrs, '\0');
	assert_string_equal(text.p, "\fsecret & ee&bogus;\f\fshown<x>\f");
	assert_non_null(strstr(attrs.p, "a < b\f2\fFIELD\f<!--hush"));
	/* Any bytes: no read past the end. */
	for (size_t n = 0; n < 60; n++) {
		static const char bytes[] = "<a b=\"c\"><!-- x --><![CDATA[y]]>&#x10ffff;&amp;<code>&#";
		char *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, bytes, n < sizeof(bytes) ? n : sizeof(bytes));
		xml_plain_text(span_of(copy, n < sizeof(bytes) ? n : sizeof(bytes)), classify, &text, &attrs);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes), cmocka_unit_test(reads),	     cmocka_unit_test(reads_utf16),
		cmocka_unit_test(stops),  cmocka_unit_test(refuses_doctype), cmocka_unit_test(refuses_malformed),
		cmocka_unit_test(limits), cmocka_unit_test(long_text),	     cmocka_unit_test(plain),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
