/*
 * The DOCX reader (fuzz_docx) and the ODT reader (fuzz_odt), which is which by ODT.  Input that begins with "PK" is read as a
 * package, as it is, and what begins with "<", by the ODT reader, as a flat file.  Else it is a list of parts, each after a line
 * "=== NAME", which are packed first: so that what is changed is the XML, and not a check sum.  What was read is settled and
 * written as a draft, as `import` does; the DOCX reader's parts are taken as a template too.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "format/docx/sheet.h"
#include "format/format.h"
#include "io/zip.h"
#include "model/settle.h"
#include "model/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REL(id, type, target) \
	"<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type "\" Target=\"" target "\"/>"
#define RELS(rows) "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" rows "</Relationships>"

/* What stands in a package whether or not the input has it. */
static const struct {
	const char *name, *text;
} docx_frame[] = {
	{ "[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>" },
	{ "_rels/.rels", RELS(REL("r1", "officeDocument", "word/document.xml") REL("r2", "custom-properties", "docProps/custom.xml")) },
	{ "word/_rels/document.xml.rels", RELS(REL("rId1", "styles", "styles.xml") REL("rId3", "numbering", "numbering.xml")
		REL("rId4", "footnotes", "footnotes.xml") REL("rId5", "comments", "comments.xml") REL("rIdH1", "footer", "footer1.xml")) },
}, odt_frame[] = {
	{ "mimetype", "application/vnd.oasis.opendocument.text" },
	{ "META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">"
		"<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/></manifest:manifest>" },
};

static void add(struct zip_out *z, const char *name, struct span text)
{
	struct buf b = { 0 };

	buf_add(&b, text);
	zip_out_add(z, name, &b, true);
}

/* Packs the parts; names that are no names of parts are left out, since the zip layer has tests of its own. */
static void pack(struct span s, bool odt, struct buf *ret)
{
	static const struct span mark = SPAN("=== ");
	struct zip_out *z = zip_out_new();
	size_t at = span_find(s, mark, 0);

	for (size_t i = 0; i < (odt ? ARRAY_LEN(odt_frame) : ARRAY_LEN(docx_frame)); i++)
		add(z, odt ? odt_frame[i].name : docx_frame[i].name, span_str(odt ? odt_frame[i].text : docx_frame[i].text));
	for (unsigned parts = 0; at != SIZE_MAX && parts < 20; parts++) {
		size_t end = span_find_char(s, '\n', at), next;
		char name[64] = { 0 };
		size_t n;

		if (end == SIZE_MAX)
			break;
		next = span_find(s, mark, end);
		n = end - at - mark.n;
		if (end > at + mark.n && n < sizeof(name)) {
			memcpy(name, s.p + at + mark.n, n);
			add(z, name, span_sub(s, end + 1, next == SIZE_MAX ? s.n : next));
		}
		at = next;
	}
	zip_out_finish(z, ret, NULL);
	zip_out_free(z);
}

static void read_it(const struct format *format, struct span bytes)
{
	struct read_options o = { .path = "fuzz", .reading = READING_MARKED };
	struct buf text = { 0 };
	struct fault f = { 0 };
	struct doc *d = NULL;

	if (format->read(bytes, &o, &d, &f) == 0) {
		for (size_t i = 0; i <= d->note_count; i++) {
			struct block *top = i ? d->notes[i - 1]->body : d->root;

			for (struct block *b = block_next(top, top); b; b = block_next(b, top)) {
				text_of_leaf(b, READING_REJECTED, &text);
				text_of_leaf(b, READING_ACCEPTED, &text);
			}
		}
		if (utf8_invalid(buf_span(&text)) != SIZE_MAX)
			abort();
		buf_clear(&text);
		if (md_write_draft(d, &text, NULL) == 0 && utf8_invalid(buf_span(&text)) != SIZE_MAX)
			abort();
		doc_settle(d, text.n % 2 ? READING_ACCEPTED : READING_REJECTED, NULL, NULL);
		for (struct block *b = d->root; b; b = block_next(b, d->root))
			if (b->mark || b->break_mark)
				abort();
	} else if (!f.message) {
		abort();
	}
	doc_free(d);
	fault_done(&f);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct format *format = format_by_name(ODT ? SPAN_LIT("odt") : SPAN_LIT("docx"));
	struct span s = span_of((const char *)data, size);
	struct buf package = { 0 }, text = { 0 };
	struct sheet sheet;

	if (span_starts(s, SPAN_LIT("PK")) || (ODT && span_starts(s, SPAN_LIT("<"))))
		buf_add(&package, s);
	else
		pack(s, ODT, &package);
	read_it(format, buf_span(&package));
	if (!ODT && sheet_make(buf_span(&package), "fuzz", SPAN_LIT("en"), false, &sheet, NULL) == 0)
		sheet_done(&sheet);
	format->reopen(buf_span(&package), &text, NULL);
	buf_done(&package);
	buf_done(&text);
	return 0;
}
