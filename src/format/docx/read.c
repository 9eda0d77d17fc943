/*
 * Reading a DOCX into a doc, READING_MARKED: one SAX pass over each story (main text, footnotes, endnotes, headers).
 *
 * Source: ISO/IEC 29500-1 section 17 and 29500-3; MARKUP.md sections 1, 3 and 4.
 */
#include "format/docx/read.h"

#include <stdlib.h>

#include "format/docx/reader.h"
#include "format/docx/risks.h"
#include "model/labels.h"

/* ---- stories ---- */

static const struct xml_handler *handler(struct reader *r, struct xml_handler *h)
{
	*h = (struct xml_handler){ .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = docx_on_start, .end = docx_on_end, .text = docx_on_text, .ctx = r };
	return h;
}

static int read_story(struct reader *r, enum story story, const char *part, struct span bytes, struct fault *f)
{
	struct xml_handler h;
	struct rels own = { 0 };
	int x = 0;

	r->story = story;
	r->part = arena_str(&r->d->arena, span_str(part));
	r->rels = &r->pkg.rels;
	docx_begin_container(r, r->d->root);
	r->depth = 0;
	r->skip = 0;
	r->mark = NULL;
	r->link = NULL;
	r->paragraph_number = 0;
	if (story != STORY_BODY) {
		x = package_rels(&r->pkg, part, &own, f);
		r->rels = &own;
	}
	if (!x)
		x = xml_parse(bytes, r->pkg.path, part, handler(r, &h), f);
	while (r->field_depth) {
		docx_field_unread(r, &r->fields[r->field_depth - 1]);
		buf_done(&r->fields[--r->field_depth].instr);
		buf_done(&r->fields[r->field_depth].printed);
	}
	while (r->para_depth)
		free(r->paras[--r->para_depth].runs.items);
	docx_end_drop_cap(r);
	free(r->cell_runs.items);
	r->cell_runs = (struct runs){ 0 };
	r->cell = r->row = r->table = NULL;
	r->table_depth = 0;
	r->range_count = 0;
	rels_done(&own);
	return x;
}

static int read_named(struct reader *r, enum story story, struct span part, struct fault *f)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!part.n || !zip_in_has(r->pkg.zip, part.p))
		return 0;
	x = zip_in_read(r->pkg.zip, part.p, &b, f);
	return x < 0 ? x : read_story(r, story, part.p, buf_span(&b), f);
}

/* Who answers whom: w15:commentEx, by the ids of the comments' last paragraphs. */
static void reply_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;
	struct span para, parent;
	struct comment_entry *child, *top;
	const unsigned *at;

	if (t->ns != NS_W15 || !span_is(t->local, "commentEx"))
		return;
	para = xml_attr_get(t, NS_W15, "paraId");
	parent = xml_attr_get(t, NS_W15, "paraIdParent");
	at = para.n && parent.n ? span_map_find(&r->comment_paras, para) : NULL;
	child = at ? &r->comments[*at - 1] : NULL;
	at = parent.n ? span_map_find(&r->comment_paras, parent) : NULL;
	top = at ? &r->comments[*at - 1] : NULL;
	if (!child || !top || child == top || child->reply || top->reply)
		return;
	child->reply = true;
	(top->last ? top->last : top->comment)->next = child->comment;
	top->last = child->last ? child->last : child->comment;
}

/* By the last paragraph of each, which is known once all are read. */
static void index_replies(struct reader *r)
{
	for (size_t i = 0; i < r->comment_count; i++)
		if (r->comments[i].para.n)
			*span_map_put(&r->comment_paras, r->comments[i].para) = (unsigned)i + 1;
}

/* docProps/custom.xml: the value of chapeau.map. */
struct custom_ctx {
	struct reader *r;
	bool ours, in_value;
	struct buf text;
};

static void custom_start(void *ctx, const struct xml_tag *t)
{
	struct custom_ctx *c = ctx;

	if (t->ns == NS_CP && span_is(t->local, "property"))
		c->ours = span_is(xml_attr_get(t, -2, "name"), "chapeau.map");
	else if (t->ns == NS_VT && c->ours)
		c->in_value = true;
}

static void custom_text(void *ctx, struct span s)
{
	struct custom_ctx *c = ctx;

	if (c->in_value)
		buf_add(&c->text, s);
}

static void custom_end(void *ctx, int ns, struct span local, size_t end)
{
	struct custom_ctx *c = ctx;

	(void)local;
	(void)end;
	if (ns == NS_VT)
		c->in_value = false;
}

static int read_map(struct reader *r, struct fault *f)
{
	const struct rel *rel = rels_of_type(&r->pkg.root, "custom-properties");
	struct custom_ctx c = { .r = r };
	struct xml_handler h = {
		.namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = custom_start, .end = custom_end, .text = custom_text, .ctx = &c
	};
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!rel || !rel->target.n || !zip_in_has(r->pkg.zip, rel->target.p))
		return 0;
	x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
	if (!x)
		x = xml_parse(buf_span(&b), r->pkg.path, rel->target.p, &h, f);
	r->d->map = docx_dup(r, buf_span(&c.text));
	buf_done(&c.text);
	return x;
}

/* docProps/core.xml: the language that the text says it is in. */
static void core_start(void *ctx, const struct xml_tag *t)
{
	((struct custom_ctx *)ctx)->in_value = span_is(t->local, "language");
}

static void core_end(void *ctx, int ns, struct span local, size_t end)
{
	(void)ns;
	(void)local;
	(void)end;
	((struct custom_ctx *)ctx)->in_value = false;
}

static bool is_language(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(i && (s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9'))))
			return false;
	return s.n >= 2 && s.n <= 35;
}

static int read_language(struct reader *r, struct fault *f)
{
	const struct rel *rel = rels_of_type(&r->pkg.root, "core-properties");
	struct custom_ctx c = { .r = r };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = core_start, .end = core_end, .text = custom_text, .ctx = &c };
	CLEANUP(buf_done) struct buf b = { 0 };
	int x;

	if (!rel || !rel->target.n || !zip_in_has(r->pkg.zip, rel->target.p))
		return 0;
	x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
	if (!x)
		x = xml_parse(buf_span(&b), r->pkg.path, rel->target.p, &h, f);
	if (is_language(span_trim(buf_span(&c.text))))
		r->d->meta.language = docx_dup(r, span_trim(buf_span(&c.text)));
	buf_done(&c.text);
	return x;
}

int docx_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f)
{
	struct reader *r = mem_zero(1, sizeof(*r));
	const struct rel *rel;
	int x;

	r->d = doc_new(o->path);
	r->d->reading = READING_MARKED;
	r->want_places = o->places;
	r->older_numbers = o->reading == READING_REJECTED;
	x = package_open(bytes, o->path, &r->pkg, f);
	docx_know_margins(r);
	if (x < 0)
		goto out;
	rel = rels_of_type(&r->pkg.rels, "comments");
	if (rel)
		x = read_named(r, STORY_COMMENTS, rel->target, f);
	rel = rels_of_type(&r->pkg.rels, "commentsExtended");
	if (!x && rel && rel->target.n && zip_in_has(r->pkg.zip, rel->target.p)) {
		CLEANUP(buf_done) struct buf b = { 0 };
		struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = reply_start, .ctx = r };

		index_replies(r);
		x = zip_in_read(r->pkg.zip, rel->target.p, &b, f);
		if (!x)
			x = xml_parse(buf_span(&b), o->path, rel->target.p, &h, f);
	}
	rel = rels_of_type(&r->pkg.rels, "footnotes");
	if (!x && rel)
		x = read_named(r, STORY_FOOTNOTES, rel->target, f);
	rel = rels_of_type(&r->pkg.rels, "endnotes");
	if (!x && rel)
		x = read_named(r, STORY_ENDNOTES, rel->target, f);
	package_restart_labels(&r->pkg);
	if (!x)
		x = read_story(r, STORY_BODY, r->pkg.main_part, buf_span(&r->pkg.main), f);
	if (!x && !r->root_known)
		x = fault_set(f, FAULT_INPUT, (struct srcpos){ o->path, 0, 0 }, "%s: this is no Word text; open the file in Word and save it again as .docx", r->pkg.main_part);
	for (size_t i = 0; !x && i < r->pkg.rels.count; i++) {
		const struct rel *h = &r->pkg.rels.items[i];

		if (h->external || !(span_is(h->type, "header") || span_is(h->type, "footer")))
			continue;
		buf_clear(&r->other_text);
		x = read_named(r, STORY_OTHER, h->target, f);
		if (!x && span_trim(buf_span(&r->other_text)).n)
			doc_lose(r->d, span_is(h->type, "header") ? "header" : "footer", h->target, span_trim(buf_span(&r->other_text)));
	}
	if (!x)
		x = read_map(r, f);
	if (!x)
		x = read_language(r, f);
	if (!x) {
		docx_risks(&r->pkg, r->d);
		if (o->pictures)
			format_read_pictures(r->pkg.zip, r->d);
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
	package_done(&r->pkg);
out:
	doc_free(r->d);
	buf_done(&r->text);
	buf_done(&r->comment_text);
	buf_done(&r->other_text);
	free(r->comments);
	free(r->notes);
	span_map_done(&r->note_ids[0]);
	span_map_done(&r->note_ids[1]);
	span_map_done(&r->comment_ids);
	span_map_done(&r->comment_names);
	span_map_done(&r->comment_paras);
	free(r);
	return x;
}
