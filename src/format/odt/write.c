/* The package: parts in a fixed order, properties that name the organisation only. */
#include "format/odt/internal.h"

#include <stdio.h>

#include "format/format.h"
#include "io/zip.h"
#include "model/columns.h"

static const char *media_type(enum image_type type)
{
	switch (type) {
	case IMAGE_PNG:
		return "image/png";
	case IMAGE_JPEG:
		return "image/jpeg";
	case IMAGE_SVG:
		return "image/svg+xml";
	}
	return "";
}

void odt_picture_name(const struct outdoc *o, size_t i, char ret[32])
{
	static const char *const endings[] = { [IMAGE_PNG] = "png", [IMAGE_JPEG] = "jpg", [IMAGE_SVG] = "svg" };

	snprintf(ret, 32, "Pictures/image%zu.%s", i + 1, endings[o->images[i].type]);
}

static struct span document_date(const struct outdoc *o)
{
	return o->date.n == 10 ? o->date : SPAN_LIT("1980-01-01");
}

static void put_date(struct xml_out *x, const char *element, const struct outdoc *o)
{
	xml_out_open(x, element);
	xml_out_text(x, document_date(o));
	xml_out_text(x, SPAN_LIT("T00:00:00"));
	xml_out_close(x, element);
}

static void make_meta(const struct outdoc *o, const struct odt_page *page, struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "office:document-meta");
	xml_out_attr_str(&x, "xmlns:office", odt_namespaces[NS_OFFICE]);
	xml_out_attr_str(&x, "xmlns:meta", odt_namespaces[NS_META]);
	xml_out_attr_str(&x, "xmlns:dc", odt_namespaces[NS_DC]);
	xml_out_attr_str(&x, "office:version", "1.3");
	xml_out_open(&x, "office:meta");
	put_date(&x, "meta:creation-date", o);
	put_date(&x, "dc:date", o);
	if (o->organisation.n) {
		xml_out_leaf(&x, "meta:initial-creator", o->organisation);
		xml_out_leaf(&x, "dc:creator", o->organisation);
	}
	xml_out_leaf(&x, "dc:title", o->title);
	xml_out_leaf(&x, "dc:language", o->language.n ? o->language : page->language);
	if (o->map.p && o->audience != AUDIENCE_PUBLIC) {
		xml_out_open(&x, "meta:user-defined");
		xml_out_attr_str(&x, "meta:name", "chapeau.map");
		xml_out_attr_str(&x, "meta:value-type", "string");
		xml_out_text(&x, o->map);
		xml_out_close(&x, "meta:user-defined");
	}
	xml_out_close(&x, "office:meta");
	xml_out_close(&x, "office:document-meta");
	xml_out_end(&x);
}

static void make_settings(struct buf *ret)
{
	struct xml_out x;

	xml_out_begin(&x, ret);
	xml_out_open(&x, "office:document-settings");
	xml_out_attr_str(&x, "xmlns:office", odt_namespaces[NS_OFFICE]);
	xml_out_attr_str(&x, "xmlns:config", "urn:oasis:names:tc:opendocument:xmlns:config:1.0");
	xml_out_attr_str(&x, "office:version", "1.3");
	xml_out_open(&x, "office:settings");
	xml_out_open(&x, "config:config-item-set");
	xml_out_attr_str(&x, "config:name", "ooo:configuration-settings");
	xml_out_open(&x, "config:config-item");
	xml_out_attr_str(&x, "config:name", "EmbedFonts");
	xml_out_attr_str(&x, "config:type", "boolean");
	xml_out_text(&x, SPAN_LIT("false"));
	xml_out_close(&x, "config:config-item");
	xml_out_close(&x, "config:config-item-set");
	xml_out_close(&x, "office:settings");
	xml_out_close(&x, "office:document-settings");
	xml_out_end(&x);
}

static void put_entry(struct xml_out *x, const char *path, const char *type)
{
	xml_out_open(x, "manifest:file-entry");
	xml_out_attr_str(x, "manifest:full-path", path);
	xml_out_attr_str(x, "manifest:media-type", type);
	xml_out_close(x, "manifest:file-entry");
}

static const char *type_by_name(struct span name)
{
	static const char *const types[][2] = { { ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" },
		{ ".svg", "image/svg+xml" }, { ".gif", "image/gif" }, { ".emf", "image/x-emf" }, { ".wmf", "image/x-wmf" } };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (span_ends(name, span_str(types[i][0])))
			return types[i][1];
	return "application/octet-stream";
}

/* A picture of the template must not take the name of one of ours. */
static bool ours(const struct outdoc *o, const char *name)
{
	char own[32];

	for (size_t i = 0; i < o->image_count; i++) {
		odt_picture_name(o, i, own);
		if (!strcmp(own, name))
			return true;
	}
	return false;
}

static void make_manifest(const struct outdoc *o, const struct odt_sheet *s, struct buf *ret)
{
	struct xml_out x;
	char name[32];

	xml_out_begin(&x, ret);
	xml_out_open(&x, "manifest:manifest");
	xml_out_attr_str(&x, "xmlns:manifest", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0");
	xml_out_attr_str(&x, "manifest:version", "1.3");
	xml_out_open(&x, "manifest:file-entry");
	xml_out_attr_str(&x, "manifest:full-path", "/");
	xml_out_attr_str(&x, "manifest:version", "1.3");
	xml_out_attr_str(&x, "manifest:media-type", ODT_MIMETYPE);
	xml_out_close(&x, "manifest:file-entry");
	put_entry(&x, "content.xml", "text/xml");
	put_entry(&x, "styles.xml", "text/xml");
	put_entry(&x, "meta.xml", "text/xml");
	put_entry(&x, "settings.xml", "text/xml");
	for (size_t i = 0; i < o->image_count; i++) {
		odt_picture_name(o, i, name);
		put_entry(&x, name, media_type(o->images[i].type));
	}
	for (size_t i = 0; i < s->picture_count; i++)
		put_entry(&x, s->pictures[i].name, type_by_name(span_str(s->pictures[i].name)));
	xml_out_close(&x, "manifest:manifest");
	xml_out_end(&x);
}

/* ---- what the page is like ---- */

static void letters_of(const struct block *top, struct odt_letters *l)
{
	for (const struct block *b = top; b; b = block_next(b, top))
		for (size_t i = 0; i < b->run_count; i++)
			odt_letters_add(l, b->runs[i].text);
}

static bool one_of(struct span language, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is(language, list[i]))
			return true;
	return false;
}

static struct odt_page make_page(const struct outdoc *o)
{
	static const char *const asian[] = { "zh", "ja", "ko" };
	static const char *const complex[] = { "ar", "fa", "ur", "ps", "ckb", "ug", "he", "yi", "dv", "hi", "mr", "ne", "bn", "pa",
		"gu", "ta", "te", "kn", "ml", "si", "th", "lo", "my", "km" };
	struct odt_page p = { .language = SPAN_LIT("en"), .asian = SPAN_LIT("zh"), .complex = SPAN_LIT("ar"),
		.title = o->title, .organisation = o->organisation, .banner = span_sub(o->banner, 0, span_find_char(o->banner, '\n', 0) == SIZE_MAX ? o->banner.n : span_find_char(o->banner, '\n', 0)),
		.heading_numbers = o->numbering == NUMBERING_HEADINGS };
	struct odt_letters l = { 0 };
	struct span language, country;

	letters_of(o->doc->root, &l);
	odt_language(o->language, &language, &country);
	if (l.kana)
		p.asian = SPAN_LIT("ja");
	else if (l.hangul)
		p.asian = SPAN_LIT("ko");
	if (l.hebrew && !l.arabic)
		p.complex = SPAN_LIT("he");
	else if (l.devanagari && !l.arabic)
		p.complex = SPAN_LIT("hi");
	else if (l.thai && !l.arabic)
		p.complex = SPAN_LIT("th");
	if (o->language.n) {
		if (one_of(language, asian, ARRAY_LEN(asian)))
			p.asian = o->language;
		else if (one_of(language, complex, ARRAY_LEN(complex)))
			p.complex = o->language;
		else
			p.language = o->language;
	}
	p.right_to_left = o->right_to_left || (!o->language.n && l.rtl > l.latin);
	return p;
}

static bool wants_landscape(const struct outdoc *o, const struct odt_sheet *s)
{
	double landscape = odt_sheet_landscape_width(s);

	for (const struct block *b = o->doc->root->first; b && landscape > 0; b = b->next)
		if (b->kind == BLOCK_TABLE && columns_want_landscape(o, b, (unsigned)(s->text_width * ODT_TWIPS_PER_CM), (unsigned)(landscape * ODT_TWIPS_PER_CM)))
			return true;
	return false;
}

int odt_write(const struct outdoc *o, const struct write_options *opt, struct buf *ret, struct fault *f)
{
	CLEANUP(zip_out_freep) struct zip_out *z = NULL;
	CLEANUP(odt_sheet_done) struct odt_sheet sheet = { 0 };
	struct odt_page page = make_page(o);
	struct buf part = { 0 };
	char name[32];
	int r;

	if ((r = odt_sheet_make(opt->reference, opt->reference_path, &page, &sheet, f)) < 0)
		return r;
	for (size_t i = 0; i < sheet.picture_count; i++)
		if (ours(o, sheet.pictures[i].name))
			return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = opt->reference_path },
				"the template has a picture called %s, which is a name that the statement's pictures take: rename it",
				sheet.pictures[i].name);
	if (wants_landscape(o, &sheet))
		odt_sheet_add_landscape(&sheet);
	z = zip_out_new();
	BUF_LIT(&part, ODT_MIMETYPE);
	zip_out_add(z, "mimetype", &part, true);
	make_manifest(o, &sheet, &part);
	zip_out_add(z, "META-INF/manifest.xml", &part, false);
	odt_content(o, &sheet, &page, &part);
	zip_out_add(z, "content.xml", &part, false);
	zip_out_add(z, "styles.xml", &sheet.xml, false);
	make_meta(o, &page, &part);
	zip_out_add(z, "meta.xml", &part, false);
	make_settings(&part);
	zip_out_add(z, "settings.xml", &part, false);
	for (size_t i = 0; i < o->image_count; i++) {
		buf_add(&part, o->images[i].bytes);
		odt_picture_name(o, i, name);
		zip_out_add(z, name, &part, o->images[i].type != IMAGE_SVG);
	}
	for (size_t i = 0; i < sheet.picture_count; i++)
		zip_out_add(z, sheet.pictures[i].name, &sheet.pictures[i].bytes, true);
	return zip_out_finish(z, ret, f);
}
