#include "format/docx/sheet_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/docx/builtin.h"
#include "format/docx/header.h"
#include "io/xml.h"

/* ---- what else travels, and what must not be there ---- */

static int copy_plain(struct sheet *s, struct package *p, const char *rel_type, const char *name, const char *type, struct fault *f)
{
	static const struct xml_handler nothing = { 0 };
	const struct rel *rel = rels_of_type(&p->rels, rel_type);
	CLEANUP(buf_done) struct buf raw = { 0 };
	struct rels own = { 0 };
	struct sheet_part *part;
	bool alone;
	int r;

	if (!rel || !rel->target.n || !zip_in_has(p->zip, rel->target.p))
		return 0;
	/* A theme or font table that leans on more parts (pictures, embedded fonts) is left behind: Word does without. */
	r = package_rels(p, rel->target.p, &own, f);
	alone = !own.count;
	rels_done(&own);
	if (r < 0 || !alone)
		return r;
	if ((r = zip_in_read(p->zip, rel->target.p, &raw, f)) < 0 ||
	    (r = xml_parse(buf_span(&raw), p->path, rel->target.p, &nothing, f)) < 0)
		return r;
	part = sheet_add_part(s, name, type);
	sheet_clean_part(buf_span(&raw), false, &part->data);
	sheet_add_rel(s, arena_printf(&s->arena, "rIdS%zu", s->rel_count + 1).p, rel_type, name + strlen("word/"));
	return 0;
}

static int check_package(struct package *p, struct fault *f)
{
	static const struct {
		const char *type, *what;
	} risky[] = {
		{ "attachedTemplate", "it is tied to another template: in Word, File > Options > Add-ins > Templates, attach Normal.dotm, and save" },
		{ "aFChunk", "it holds another file as text (altChunk): open it in Word and save it again" },
		{ "subDocument", "it is a master document: save it as one document" },
		{ "frame", "it holds a frame that is read from elsewhere: take it out" },
		{ "oleObject", "it holds an embedded object (OLE): take it out" },
		{ "control", "it holds an ActiveX control: take it out" },
	};
	const struct rel *settings = rels_of_type(&p->rels, "settings");
	struct rels of_settings = { 0 };
	int r = 0;

	for (size_t i = 0; i < zip_in_count(p->zip); i++) {
		struct span base = span_str(zip_in_name(p->zip, i));

		if (span_ends(base, SPAN_LIT("vbaProject.bin")))
			return sheet_refuse(p, f, "it holds macros: save it as .docx without macros");
	}
	if (span_find(span_sub(buf_span(&p->main), 0, p->main.n < 8192 ? p->main.n : 8192), SPAN_LIT("purl.oclc.org/ooxml"), 0) != SIZE_MAX)
		return sheet_refuse(p, f, "it is saved as Strict Open XML: save it as Word Document (.docx)");
	if (settings && settings->target.n)
		r = package_rels(p, settings->target.p, &of_settings, f);
	for (size_t k = 0; k < ARRAY_LEN(risky) && r == 0; k++) {
		for (size_t i = 0; i < of_settings.count && r == 0; i++)
			if (span_is(of_settings.items[i].type, risky[k].type))
				r = sheet_refuse(p, f, risky[k].what);
		for (size_t i = 0; i < p->rels.count && r == 0; i++)
			if (span_is(p->rels.items[i].type, risky[k].type))
				r = sheet_refuse(p, f, risky[k].what);
	}
	for (size_t i = 0; i < p->rels.count && r == 0; i++)
		if (p->rels.items[i].external && span_is(p->rels.items[i].type, "image"))
			r = sheet_refuse(p, f, "it shows a picture from another computer: paste the picture itself");
	rels_done(&of_settings);
	return r;
}

int sheet_make(struct span reference, const char *path, struct span language, bool right_to_left, struct sheet *ret, struct fault *f)
{
	struct package package = { 0 }, *p = NULL;
	struct sheet_part *part;
	int r = 0;

	*ret = (struct sheet){ 0 };
	if (reference.n) {
		if ((r = package_open(reference, path ? path : "template", &package, f)) < 0)
			return r;
		p = &package;
		if ((r = check_package(p, f)) < 0)
			goto out;
	}
	if ((r = sheet_styles(ret, p, language, f)) < 0 || (r = sheet_section(ret, p, right_to_left, f)) < 0)
		goto out;
	if (p) {
		if ((r = copy_plain(ret, p, "theme", "word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml", f)) < 0 ||
		    (r = copy_plain(ret, p, "fontTable", "word/fontTable.xml",
				    "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml", f)) < 0)
			goto out;
	} else {
		part = sheet_add_part(ret, "word/fontTable.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml");
		BUF_LIT(&part->data, XML_HEAD);
		buf_str(&part->data, builtin_fonts);
		sheet_add_rel(ret, "rIdS1", "fontTable", "fontTable.xml");
	}
out:
	if (p)
		package_done(p);
	if (r < 0)
		sheet_done(ret);
	return r;
}

void sheet_headers(struct sheet *s, struct span title, struct span organisation, bool right_to_left)
{
	for (size_t i = 0; i < s->part_count; i++) {
		struct buf clean = { 0 };

		if (!s->parts[i].type || !(span_ends(span_str(s->parts[i].type), SPAN_LIT("header+xml")) ||
					   span_ends(span_str(s->parts[i].type), SPAN_LIT("footer+xml"))))
			continue;
		header_clean(buf_span(&s->parts[i].data), title, organisation, &clean);
		buf_done(&s->parts[i].data);
		s->parts[i].data = clean;
		if (!right_to_left)
			continue;
		clean = (struct buf){ 0 };
		header_mirror(buf_span(&s->parts[i].data), &clean);
		buf_done(&s->parts[i].data);
		s->parts[i].data = clean;
	}
}

void sheet_done(struct sheet *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->part_count; i++)
		buf_done(&s->parts[i].data);
	free(s->parts);
	free(s->rels);
	buf_done(&s->styles);
	buf_done(&s->section);
	buf_done(&s->upright);
	buf_done(&s->landscape);
	arena_done(&s->arena);
	*s = (struct sheet){ 0 };
}
