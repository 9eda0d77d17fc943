#include "format/docx/docx.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/docx/writer.h"
#include "io/zip.h"

#define MAIN_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define REL_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

/* ---- before writing ---- */

static bool has_rtl_letters(const struct doc *d)
{
	const struct block *top = d->root;
	size_t note = 0;

	for (;;) {
		for (const struct block *b = top; b; b = block_next(b, top)) {
			for (size_t i = 0; i < b->run_count; i++) {
				struct span s = b->runs[i].kind == RUN_XREF ? b->runs[i].printed : b->runs[i].text;

				/* Right-to-left scripts: U+0590 to U+08FF, U+FB1D and up, and those beyond the first plane. */
				for (size_t k = 0; k < s.n; k++) {
					unsigned char c = (unsigned char)s.p[k], n = k + 1 < s.n ? (unsigned char)s.p[k + 1] : 0;

					if (c < 0xd6)
						continue;
					if (c < 0xe0 || (c == 0xe0 && n < 0xa4) || c == 0xef || c >= 0xf0)
						return true;
				}
			}
		}
		if (note == d->note_count)
			return false;
		top = d->notes[note++]->body;
	}
}

static const char *picture_ending(const struct out_image *image)
{
	switch (image->type) {
	case IMAGE_PNG:
		return "png";
	case IMAGE_JPEG:
		return "jpeg";
	case IMAGE_SVG:
		break;
	}
	return NULL;
}

static void pictures_begin(struct writer *w)
{
	w->pictures = mem_zero(w->o->image_count, sizeof(struct picture));
	for (size_t i = 0; i < w->o->image_count; i++) {
		const struct out_image *image = &w->o->images[i];
		const char *ending = picture_ending(image);
		struct picture *p;

		if (!ending || !image->bytes.n || !image->width || !image->height)
			continue;
		p = &w->pictures[w->picture_count++];
		p->image = image;
		snprintf(p->name, sizeof(p->name), "media/image%zu.%s", w->picture_count, ending);
	}
}

/* ---- the parts around the text ---- */

static void put_rel(struct xml_out *x, const char *id, const char *type, const char *target)
{
	char uri[160];

	snprintf(uri, sizeof(uri), "%s%s", strchr(type, ':') ? "" : REL_TYPE, type);
	xml_out_open(x, "Relationship");
	xml_out_attr_str(x, "Id", id);
	xml_out_attr_str(x, "Type", uri);
	xml_out_attr_str(x, "Target", target);
	xml_out_close(x, "Relationship");
}

static void open_rels(struct xml_out *x, struct buf *ret)
{
	xml_out_begin(x, ret);
	xml_out_open(x, "Relationships");
	xml_out_attr_str(x, "xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");
}

static void close_rels(struct xml_out *x)
{
	xml_out_close(x, "Relationships");
	xml_out_end(x);
}

static bool has_lists(const struct writer *w)
{
	for (unsigned i = 0; i < SCHEME_COUNT; i++)
		if (w->lists.used[i])
			return true;
	return false;
}

static void put_picture_rels(const struct writer *w, struct xml_out *x)
{
	for (size_t i = 0; i < w->picture_count; i++) {
		char id[32];

		snprintf(id, sizeof(id), "rIdP%zu", i + 1);
		put_rel(x, id, "image", w->pictures[i].name);
	}
}

/* The names are those of the main part, so that one picture is one name wherever it stands. */
static void write_note_rels(const struct writer *w, struct buf *ret)
{
	struct xml_out x;

	open_rels(&x, ret);
	put_picture_rels(w, &x);
	close_rels(&x);
}

static void write_main_rels(const struct writer *w, bool notes, struct buf *ret)
{
	struct xml_out x;

	open_rels(&x, ret);
	put_rel(&x, "rId1", "styles", "styles.xml");
	put_rel(&x, "rId2", "settings", "settings.xml");
	if (has_lists(w))
		put_rel(&x, "rId3", "numbering", "numbering.xml");
	if (notes)
		put_rel(&x, "rId4", "footnotes", "footnotes.xml");
	if (w->comments.n)
		put_rel(&x, "rId5", "comments", "comments.xml");
	for (size_t i = 0; i < w->sheet.rel_count; i++)
		put_rel(&x, w->sheet.rels[i].id, w->sheet.rels[i].type, w->sheet.rels[i].target);
	put_picture_rels(w, &x);
	close_rels(&x);
}

static void put_default(struct xml_out *x, const char *ending, const char *type)
{
	xml_out_open(x, "Default");
	xml_out_attr_str(x, "Extension", ending);
	xml_out_attr_str(x, "ContentType", type);
	xml_out_close(x, "Default");
}

static void put_override(struct xml_out *x, const char *part, const char *type)
{
	char name[96];

	snprintf(name, sizeof(name), "/%s", part);
	xml_out_open(x, "Override");
	xml_out_attr_str(x, "PartName", name);
	xml_out_attr_str(x, "ContentType", type);
	xml_out_close(x, "Override");
}

static const struct {
	const char *ending, *type;
} media_types[] = {
	{ "png", "image/png" }, { "jpeg", "image/jpeg" }, { "jpg", "image/jpeg" }, { "gif", "image/gif" },
	{ "emf", "image/x-emf" }, { "wmf", "image/x-wmf" }, { "tiff", "image/tiff" }, { "bmp", "image/bmp" },
};

static bool uses_media(const struct writer *w, const char *ending)
{
	for (size_t i = 0; i < w->sheet.media_count; i++)
		if (strcmp(w->sheet.media[i], ending) == 0)
			return true;
	for (size_t i = 0; i < w->picture_count; i++)
		if (strcmp(picture_ending(w->pictures[i].image), ending) == 0)
			return true;
	return false;
}

static void write_types(const struct writer *w, bool notes, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "Types");
	xml_out_attr_str(&x, "xmlns", "http://schemas.openxmlformats.org/package/2006/content-types");
	put_default(&x, "rels", "application/vnd.openxmlformats-package.relationships+xml");
	put_default(&x, "xml", "application/xml");
	for (size_t i = 0; i < ARRAY_LEN(media_types); i++)
		if (uses_media(w, media_types[i].ending))
			put_default(&x, media_types[i].ending, media_types[i].type);
	put_override(&x, "word/document.xml", MAIN_TYPE "document.main+xml");
	put_override(&x, "word/styles.xml", MAIN_TYPE "styles+xml");
	put_override(&x, "word/settings.xml", MAIN_TYPE "settings+xml");
	if (has_lists(w))
		put_override(&x, "word/numbering.xml", MAIN_TYPE "numbering+xml");
	if (notes)
		put_override(&x, "word/footnotes.xml", MAIN_TYPE "footnotes+xml");
	if (w->comments.n)
		put_override(&x, "word/comments.xml", MAIN_TYPE "comments+xml");
	for (size_t i = 0; i < w->sheet.part_count; i++)
		if (w->sheet.parts[i].type)
			put_override(&x, w->sheet.parts[i].name, w->sheet.parts[i].type);
	put_override(&x, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
	if (w->o->map.p)
		put_override(&x, "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml");
	xml_out_close(&x, "Types");
	xml_out_end(&x);
}

static void put_note_kind(struct xml_out *x, int id)
{
	xml_out_open(x, "w:footnote");
	xml_out_attr_number(x, "w:id", id);
	xml_out_close(x, "w:footnote");
}

static void write_settings(const struct writer *w, bool notes, struct buf *ret)
{
	struct sheet_languages l = sheet_languages(w->o->language);
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "w:settings");
	xml_out_attr_str(&x, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
	/* What a reviewer changes shows, whether or not they think of it. */
	if (w->o->audience == AUDIENCE_REVIEW)
		xml_out_empty(&x, "w:trackRevisions");
	put_val(&x, "w:defaultTabStop", "567");
	if (w->sheet.even_headers)
		xml_out_empty(&x, "w:evenAndOddHeaders");
	put_val(&x, "w:characterSpacingControl", "doNotCompress");
	if (notes) {
		xml_out_open(&x, "w:footnotePr");
		put_note_kind(&x, -1);
		put_note_kind(&x, 0);
		xml_out_close(&x, "w:footnotePr");
	}
	xml_out_open(&x, "w:compat");
	xml_out_open(&x, "w:compatSetting");
	xml_out_attr_str(&x, "w:name", "compatibilityMode");
	xml_out_attr_str(&x, "w:uri", "http://schemas.microsoft.com/office/word");
	xml_out_attr_str(&x, "w:val", "15");
	xml_out_close(&x, "w:compatSetting");
	xml_out_close(&x, "w:compat");
	xml_out_open(&x, "w:themeFontLang");
	xml_out_attr(&x, "w:val", l.latin);
	xml_out_attr(&x, "w:eastAsia", l.east_asian);
	xml_out_attr(&x, "w:bidi", l.complex);
	xml_out_close(&x, "w:themeFontLang");
	xml_out_close(&x, "w:settings");
	xml_out_end(&x);
}

static void put_date(struct xml_out *x, const char *element, struct span date)
{
	char time[24];

	if (date.n != 10)
		date = SPAN_LIT("1980-01-01");
	snprintf(time, sizeof(time), "%.*sT00:00:00Z", SPAN_ARG(date));
	xml_out_open(x, element);
	xml_out_attr_str(x, "xsi:type", "dcterms:W3CDTF");
	xml_out_text(x, span_str(time));
	xml_out_close(x, element);
}

static void write_core(const struct outdoc *o, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "cp:coreProperties");
	xml_out_attr_str(&x, "xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties");
	xml_out_attr_str(&x, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
	xml_out_attr_str(&x, "xmlns:dcterms", "http://purl.org/dc/terms/");
	xml_out_attr_str(&x, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	xml_out_leaf(&x, "dc:title", o->title);
	if (o->organisation.n)
		xml_out_leaf(&x, "dc:creator", o->organisation);
	put_date(&x, "dcterms:created", o->date);
	put_date(&x, "dcterms:modified", o->date);
	xml_out_leaf(&x, "dc:language", o->language.n ? o->language : SPAN_LIT("en"));
	xml_out_close(&x, "cp:coreProperties");
	xml_out_end(&x);
}

/* The map that brings a review copy's bookmarks home (FORMAT.md F8). */
static void write_custom(const struct outdoc *o, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "Properties");
	xml_out_attr_str(&x, "xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties");
	xml_out_attr_str(&x, "xmlns:vt", "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes");
	xml_out_open(&x, "property");
	xml_out_attr_str(&x, "fmtid", "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}");
	xml_out_attr_str(&x, "pid", "2");
	xml_out_attr_str(&x, "name", "chapeau.map");
	xml_out_leaf(&x, "vt:lpwstr", o->map);
	xml_out_close(&x, "property");
	xml_out_close(&x, "Properties");
	xml_out_end(&x);
}

static void write_root_rels(const struct outdoc *o, struct buf *ret)
{
	struct xml_out x;

	open_rels(&x, ret);
	put_rel(&x, "rId1", "officeDocument", "word/document.xml");
	put_rel(&x, "rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml");
	if (o->map.p)
		put_rel(&x, "rId3", "custom-properties", "docProps/custom.xml");
	close_rels(&x);
}

static void write_comments(const struct writer *w, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "w:comments");
	xml_out_attr_str(&x, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
	xml_out_raw(&x, buf_span(&w->comments));
	xml_out_close(&x, "w:comments");
	xml_out_end(&x);
}

/* ---- the package ---- */

static void add(struct zip_out *z, const char *name, struct buf *data)
{
	zip_out_add(z, name, data, false);
}

static int pack(struct writer *w, struct buf *body, struct buf *notes, struct buf *ret, struct fault *f)
{
	CLEANUP(zip_out_freep) struct zip_out *z = zip_out_new();
	bool has_notes = notes->n != 0;
	struct buf part = { 0 };

	write_types(w, has_notes, &part);
	add(z, "[Content_Types].xml", &part);
	write_root_rels(w->o, &part);
	add(z, "_rels/.rels", &part);
	add(z, "word/document.xml", body);
	write_main_rels(w, has_notes, &part);
	add(z, "word/_rels/document.xml.rels", &part);
	add(z, "word/styles.xml", &w->sheet.styles);
	write_settings(w, has_notes, &part);
	add(z, "word/settings.xml", &part);
	if (has_lists(w)) {
		lists_write(&w->lists, &part);
		add(z, "word/numbering.xml", &part);
	}
	if (has_notes)
		add(z, "word/footnotes.xml", notes);
	if (has_notes && w->note_pictures) {
		write_note_rels(w, &part);
		add(z, "word/_rels/footnotes.xml.rels", &part);
	}
	if (w->comments.n) {
		write_comments(w, &part);
		add(z, "word/comments.xml", &part);
	}
	for (size_t i = 0; i < w->sheet.part_count; i++)
		add(z, w->sheet.parts[i].name, &w->sheet.parts[i].data);
	for (size_t i = 0; i < w->picture_count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "word/%s", w->pictures[i].name);
		buf_add(&part, w->pictures[i].image->bytes);
		zip_out_add(z, name, &part, true);
	}
	write_core(w->o, &part);
	add(z, "docProps/core.xml", &part);
	if (w->o->map.p) {
		write_custom(w->o, &part);
		add(z, "docProps/custom.xml", &part);
	}
	return zip_out_finish(z, ret, f);
}

int docx_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f)
{
	struct writer w = { .o = out };
	struct buf body = { 0 }, notes = { 0 };
	int r;

	r = sheet_make(o->reference, o->reference_path, out->language, out->right_to_left, &w.sheet, f);
	if (r < 0)
		return r;
	sheet_headers(&w.sheet, out->title, out->organisation, out->right_to_left);
	w.tracked = out->doc->reading == READING_MARKED && (out->earlier.gone || changed_anywhere(out));
	w.has_rtl = out->right_to_left || has_rtl_letters(out->doc);
	lists_init(&w.lists, out->numbering, w.tracked);
	xml_out_fragment(&w.comments_x, &w.comments);
	notes_begin(&w);
	pictures_begin(&w);
	xrefs_begin(&w);
	write_body(&w, &body);
	if (w.note_max)
		write_notes(&w, &notes);
	r = pack(&w, &body, &notes, ret, f);
	buf_done(&body);
	buf_done(&notes);
	buf_done(&w.comments);
	buf_done(&w.lists.extra);
	free(w.late);
	hash_map_done(&w.said);
	hash_map_done(&w.noted_names);
	noted_done(&w.noted);
	notes_done(&w);
	free(w.pictures);
	free(w.step_names);
	free(w.breaks);
	free(w.leads);
	arena_done(&w.arena);
	sheet_done(&w.sheet);
	return r;
}

bool docx_probe(struct span bytes)
{
	/* A zip whose first entries name the parts that every DOCX has. */
	struct span head = span_sub(bytes, 0, bytes.n < 65536 ? bytes.n : 65536);

	return span_starts(bytes, SPAN_LIT("PK\3\4")) && !span_starts(span_sub(bytes, bytes.n < 30 ? bytes.n : 30, bytes.n), SPAN_LIT("mimetype")) &&
	       (span_find(head, SPAN_LIT("[Content_Types].xml"), 0) != SIZE_MAX || span_find(bytes, SPAN_LIT("word/document.xml"), 0) != SIZE_MAX);
}
