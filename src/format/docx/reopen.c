/* The words of a written package, for the search that follows writing: a scan, since the bytes are our own. */
#include "format/docx/docx.h"

#include "io/xml.h"
#include "io/zip.h"

/* Inside a paragraph nothing may part letters that belong together; the attributes of these hold names and numbers of ours. */
static unsigned classify(struct span tag)
{
	if (tag.n < 3 || tag.p[0] != 'w' || tag.p[1] != ':')
		return XML_PLAIN_ATTRS;
	switch (tag.n) {
	case 3:
		switch (tag.p[2]) {
		case 'p':
			return XML_PLAIN_BREAK;
		case 'r':
		case 't':
		case 'b':
		case 'i':
			return 0;
		}
		break;
	case 4:
		if (span_is(tag, "w:br"))
			return XML_PLAIN_SPACE;
		break;
	case 5:
		if (span_is(tag, "w:tab"))
			return XML_PLAIN_SPACE;
		if (span_is(tag, "w:pPr") || span_is(tag, "w:rPr") || span_is(tag, "w:bCs") || span_is(tag, "w:iCs"))
			return 0;
		break;
	case 6:
		if (span_is(tag, "w:ilvl"))
			return 0;
		break;
	case 7:
		if (span_is(tag, "w:numPr") || span_is(tag, "w:numId"))
			return 0;
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
