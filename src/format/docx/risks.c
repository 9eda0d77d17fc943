#include "format/docx/risks.h"

#include "base/limits.h"
#include "format/docx/names.h"
#include "io/xml.h"

struct risks {
	struct package *p;
	struct doc *d;
	struct span part; /* that the relationships are of */
	size_t count;
	bool macros;
};

static void add(struct risks *x, const char *what, struct span where, struct span text)
{
	if (x->count++ < LIMIT_RISKS)
		doc_lose(x->d, what, where, text);
}

static void look_at(struct risks *x, struct span type, struct span target, bool external)
{
	static const struct {
		const char *type, *what;
	} risky[] = {
		{ "attachedTemplate", "template outside the file, not fetched" },
		{ "oleObject", "linked object (OLE), not fetched" },
		{ "aFChunk", "another file as text (altChunk), not fetched" },
		{ "subDocument", "sub-document, not fetched" },
		{ "frame", "frame, not fetched" },
		{ "image", "picture on another computer, not fetched" },
	};

	if (span_is(type, "vbaProject") && !x->macros) {
		x->macros = true;
		add(x, "macros, not run", x->part, target);
	}
	/* What is inside the package is found by its part.  Word names its own Normal.dotm without any place. */
	if (!external || span_is(type, "hyperlink") || (span_find_char(target, '/', 0) == SIZE_MAX && span_find_char(target, '\\', 0) == SIZE_MAX))
		return;
	for (size_t i = 0; i < ARRAY_LEN(risky); i++)
		if (span_is(type, risky[i].type)) {
			add(x, risky[i].what, x->part, target);
			return;
		}
	add(x, "target outside the file, not fetched", x->part, target);
}

static void on_start(void *ctx, const struct xml_tag *t)
{
	struct risks *x = ctx;
	struct span type;
	size_t slash;

	if (t->ns != NS_REL || !span_is(t->local, "Relationship"))
		return;
	type = xml_attr_get(t, -2, "Type");
	for (slash = type.n; slash && type.p[slash - 1] != '/'; slash--)
		;
	look_at(x, span_sub(type, slash, type.n), xml_attr_get(t, -2, "Target"), span_is(xml_attr_get(t, -2, "TargetMode"), "External"));
}

/* word/_rels/document.xml.rels -> word/document.xml */
static struct span owner_of(struct arena *a, struct span name)
{
	struct span base = name, dir;
	size_t slash = name.n;

	while (slash && name.p[slash - 1] != '/')
		slash--;
	base = span_sub(name, slash, name.n - sizeof(".rels") + 1);
	dir = span_sub(name, 0, slash >= sizeof("_rels/") - 1 ? slash - (sizeof("_rels/") - 1) : 0);
	return base.n ? arena_printf(a, "%.*s%.*s", SPAN_ARG(dir), SPAN_ARG(base)) : SPAN_LIT("package");
}

static void look_into(struct risks *x, const char *name)
{
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = on_start, .ctx = x };
	CLEANUP(buf_done) struct buf b = { 0 };

	x->part = owner_of(&x->d->arena, span_str(name));
	if (span_is(x->part, x->p->main_part)) {
		for (size_t i = 0; i < x->p->rels.count; i++)
			if (!x->p->rels.items[i].said)
				look_at(x, x->p->rels.items[i].type, x->p->rels.items[i].target, x->p->rels.items[i].external);
		return;
	}
	/* One that cannot be read belongs to a part that was not read either. */
	if (zip_in_read(x->p->zip, name, &b, NULL) == 0)
		xml_parse(buf_span(&b), x->p->path, name, &h, NULL);
}

void docx_risks(struct package *p, struct doc *d)
{
	struct risks x = { .p = p, .d = d };

	for (size_t i = 0; i < zip_in_count(p->zip); i++) {
		const char *name = zip_in_name(p->zip, i);
		struct span s = span_str(name);

		if (span_ends(s, SPAN_LIT(".rels"))) {
			look_into(&x, name);
		} else if (span_find(s, SPAN_LIT("/embeddings/"), 0) != SIZE_MAX && !span_ends(s, SPAN_LIT("/"))) {
			add(&x, "embedded object or file (OLE), not opened", SPAN_LIT("package"), s);
		} else if (span_find(s, SPAN_LIT("/activeX/"), 0) != SIZE_MAX && span_ends(s, SPAN_LIT(".xml"))) {
			add(&x, "ActiveX control, not run", SPAN_LIT("package"), s);
		} else if (span_ends(s, SPAN_LIT("vbaProject.bin")) && !x.macros) {
			x.macros = true;
			add(&x, "macros, not run", SPAN_LIT("package"), s);
		}
	}
	if (x.count > LIMIT_RISKS)
		doc_lose(d, "more that would be fetched, opened or run", SPAN_LIT("package"),
			 arena_printf(&d->arena, "%zu not listed", x.count - LIMIT_RISKS));
}

bool docx_field_is_risky(struct span instruction)
{
	static const char *const words[] = { "DDE", "DDEAUTO", "LINK", "IMPORT", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "DATABASE", "RD", "MACROBUTTON" };
	struct span rest = span_trim(instruction), word;

	if (!span_split(&rest, ' ', &word))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_eq_nocase(word, span_str(words[i])))
			return true;
	return false;
}
