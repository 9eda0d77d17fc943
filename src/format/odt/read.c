/*
 * Reading an ODT into a doc, READING_MARKED: one SAX pass over styles.xml, one over content.xml.
 *
 * ODF keeps deleted text in a region at the head and leaves a point where it stood; the words come back there, marked.
 * Source: ODF 1.3 part 3, sections 4 to 7 and 19; MARKUP.md section 2.
 */
#include "format/odt/read.h"

#include <stdlib.h>

#include "format/image.h"
#include "format/odt/reader.h"
#include "io/zip.h"
#include "model/labels.h"

/* ---- the package ---- */

bool odt_is_flat(struct span bytes)
{
	struct span head = span_sub(bytes, 0, bytes.n < 4096 ? bytes.n : 4096);

	/* A package whose parts are not packed holds the same words. */
	return !span_starts(head, SPAN_LIT("PK\3\4")) && span_find(head, SPAN_LIT("<?xml"), 0) != SIZE_MAX && span_find(head, SPAN_LIT("office:document"), 0) != SIZE_MAX;
}

static int read_part(struct reader *r, struct zip_in *z, const char *part, struct fault *f)
{
	struct xml_handler h = { .namespaces = odf_namespaces, .start = odt_on_start, .end = odt_on_end, .text = odt_on_text, .ctx = r };
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	x = zip_in_read(z, part, &b, f);
	if (x < 0)
		return x;
	r->depth = 0;
	r->skip = 0;
	r->root_ok = false;
	x = xml_parse(buf_span(&b), r->path, part, &h, f);
	if (!x && !r->root_ok)
		x = fault_set(f, FAULT_INPUT, (struct srcpos){ r->path, 0, 0 },
			      "%s: this is no OpenDocument text; open the file in LibreOffice and save it again as .odt", part);
	return x;
}

static int wrong_kind(struct span bytes, const char *path, struct fault *f)
{
	struct srcpos at = { path, 0, 0 };

	if (bytes.n == 0)
		return fault_set(f, FAULT_INPUT, at, "this file is empty; ask for it again");
	if (span_starts(bytes, SPAN_LIT("%PDF")))
		return fault_set(f, FAULT_INPUT, at, "this is a PDF file, which chapeau does not read. Ask for the Word or LibreOffice file that it was made from");
	if (span_starts(bytes, SPAN_LIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return fault_set(f, FAULT_INPUT, at,
				 "this is an old Word file (.doc) or one with a password, which chapeau does not read. In LibreOffice: File > Save As > .odt, "
				 "without a password, then again");
	return 0;
}

static int read_package(struct reader *r, struct span bytes, struct fault *f)
{
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	CLEANUP(buf_done) struct buf type = { 0 };
	struct srcpos at = { r->path, 0, 0 };
	int x = zip_in_open(bytes, r->path, &z, f);

	if (x < 0)
		return x;
	if (zip_in_has(z, "mimetype")) {
		x = zip_in_read(z, "mimetype", &type, f);
		if (x < 0)
			return x;
		if (!span_starts(span_trim(buf_span(&type)), SPAN_LIT("application/vnd.oasis.opendocument.text")))
			return fault_set(f, FAULT_INPUT, at, "this is not an OpenDocument text (.odt) but \"%.*s\"; save the text itself as .odt",
					 SPAN_ARG(span_sub(buf_span(&type), 0, type.n < 80 ? type.n : 80)));
	}
	if (!zip_in_has(z, "content.xml"))
		return fault_set(f, FAULT_INPUT, at,
				 "this is not an OpenDocument text (.odt): its main part is missing; open it in LibreOffice, and save it as .odt");
	if (zip_in_has(z, "styles.xml"))
		x = read_part(r, z, "styles.xml", f);
	if (!x)
		x = read_part(r, z, "content.xml", f);
	if (!x && zip_in_has(z, "meta.xml"))
		x = read_part(r, z, "meta.xml", f);
	for (size_t i = 0; !x && i < zip_in_count(z); i++)
		if (span_starts(span_str(zip_in_name(z, i)), SPAN_LIT("Basic/")) || span_starts(span_str(zip_in_name(z, i)), SPAN_LIT("Scripts/"))) {
			doc_lose(r->d, "macros, not run", SPAN_LIT("package"), span_str(zip_in_name(z, i)));
			break;
		}
	if (!x && r->want_pictures)
		format_read_pictures(z, r->d);
	return x;
}

int odt_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f)
{
	struct reader *r = mem_zero(1, sizeof(*r));
	int x;

	r->path = o->path;
	r->want_pictures = o->pictures;
	r->want_places = o->places;
	r->older_numbers = o->reading == READING_REJECTED;
	r->d = doc_new(o->path);
	r->d->reading = READING_MARKED;
	odt_begin_container(r, r->d->root);
	x = wrong_kind(bytes, o->path, f);
	if (!x && odt_is_flat(bytes)) {
		struct xml_handler h = { .namespaces = odf_namespaces, .start = odt_on_start, .end = odt_on_end, .text = odt_on_text, .ctx = r };

		x = xml_parse(bytes, o->path, "", &h, f);
		if (!x && !r->root_ok)
			x = fault_set(f, FAULT_INPUT, (struct srcpos){ o->path, 0, 0 }, "this is no OpenDocument text");
	} else if (!x) {
		x = read_package(r, bytes, f);
	}
	if (!x) {
		struct span other = span_trim(buf_span(&r->other_text));

		if (r->risks > LIMIT_RISKS)
			doc_lose(r->d, "more that would be fetched, opened or run", SPAN_LIT("package"),
				 arena_printf(&r->d->arena, "%zu not listed", r->risks - LIMIT_RISKS));
		odt_unplaced(r);
		if (other.n)
			doc_lose(r->d, "header or footer", SPAN_LIT("styles.xml"), other);
		labels_take(r->d);
		doc_settle_breaks(r->d);
		if (!r->ours)
			doc_join_code(r->d);
		if (!o->places)
			places_settle(r->d, NULL, NULL);
		doc_finish(r->d);
		*ret = r->d;
		r->d = NULL;
	}
	while (r->para_depth)
		free(r->paras[--r->para_depth].runs.items);
	free(r->cell_runs.items);
	doc_free(r->d);
	odt_styles_done(&r->styles);
	buf_done(&r->xref_words);
	span_map_done(&r->note_marks);
	free(r->regions);
	free(r->region_slots);
	span_map_done(&r->annotation_names);
	free(r->counters);
	buf_done(&r->words);
	buf_done(&r->other_text);
	free(r);
	return x;
}
