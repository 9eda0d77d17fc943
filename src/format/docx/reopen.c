/* The words of a written package, for the search that follows writing: a scan, since the bytes are our own. */
#include "format/docx/docx.h"

#include "io/xml.h"
#include "io/zip.h"

/* Inside a paragraph nothing may part letters that belong together; the attributes of these hold names and numbers of ours. */
static unsigned classify(struct span tag)
{
	static const char *const quiet[] = { "w:r", "w:t", "w:rPr", "w:pPr", "w:delText", "w:numPr", "w:ilvl", "w:numId", "w:b", "w:bCs",
					     "w:i", "w:iCs", "w:ind", "w:jc", "w:rtl", "w:bidi", "w:ins", "w:del" };

	switch (tag.n) {
	case 3:
		if (tag.p[2] == 'p')
			return XML_PLAIN_BREAK;
		break;
	case 4:
		if (span_is(tag, "w:br"))
			return XML_PLAIN_SPACE;
		break;
	case 5:
		if (span_is(tag, "w:tab"))
			return XML_PLAIN_SPACE;
		break;
	case 8:
		if (span_is(tag, "w:pStyle"))
			return 0;
		break;
	case 9:
		/* A picture's words stand in an attribute: what is left and right of it never stood side by side. */
		if (span_is(tag, "w:drawing"))
			return XML_PLAIN_BREAK;
		break;
	case 11:
		if (span_is(tag, "w:instrText"))
			return XML_PLAIN_SKIP;
		break;
	case 14:
		if (span_is(tag, "w:delInstrText"))
			return XML_PLAIN_SKIP;
		break;
	}
	/* Changes name their authors, which is what a reader may see of them: words of theirs are looked for too. */
	for (size_t i = 0; i < ARRAY_LEN(quiet) - 2; i++)
		if (span_is(tag, quiet[i]))
			return 0;
	return XML_PLAIN_ATTRS;
}

int docx_reopen(struct span bytes, struct buf *ret_text, struct fault *f)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	CLEANUP(buf_done) struct buf part = { 0 }, attrs = { 0 };
	int r = zip_in_open(bytes, "the written file", &z, f);

	if (r < 0)
		return r;
	for (size_t i = 0; i < zip_in_count(z); i++) {
		struct span name = span_str(zip_in_name(z, i));

		buf_add(ret_text, name);
		buf_char(ret_text, '\f');
		if (!span_ends(name, SPAN_LIT(".xml")) && !span_ends(name, SPAN_LIT(".rels")))
			continue;
		buf_clear(&part);
		if ((r = zip_in_read(z, name.p, &part, f)) < 0)
			return r;
		xml_plain_text(buf_span(&part), classify, ret_text, &attrs);
		buf_char(ret_text, '\f');
	}
	buf_add(ret_text, buf_span(&attrs));
	return 0;
}
