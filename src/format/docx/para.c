/* A paragraph: its properties, and those that we make ourselves. */
#include "format/docx/writer.h"

void put_int(struct xml_out *x, const char *element, const char *attr, int64_t value)
{
	xml_out_open(x, element);
	xml_out_attr_number(x, attr, value);
	xml_out_close(x, element);
}

void put_shading(struct xml_out *x, const char *fill)
{
	xml_out_open(x, "w:shd");
	xml_out_attr_str(x, "w:val", "clear");
	xml_out_attr_str(x, "w:color", "auto");
	xml_out_attr_str(x, "w:fill", fill);
	xml_out_close(x, "w:shd");
}

static void put_list(struct xml_out *x, unsigned level, unsigned num)
{
	xml_out_open(x, "w:numPr");
	put_int(x, "w:ilvl", "w:val", level);
	put_int(x, "w:numId", "w:val", num);
	xml_out_close(x, "w:numPr");
}

static void put_break_change(struct writer *w, const char *element, const struct mark *m)
{
	xml_out_open(w->x, element);
	put_change_attrs(w, w->x, m);
	xml_out_close(w->x, element);
}

/* A heading that had another level, a paragraph that took a number or did not (17.13.5.29). */
static void put_properties_were(struct writer *w, const struct para *p)
{
	struct xml_out *x = w->x;

	xml_out_open(x, "w:pPrChange");
	put_change_attrs(w, x, w->o->gone);
	xml_out_open(x, "w:pPr");
	put_val(x, "w:pStyle", p->style_was);
	if (p->num_was)
		put_list(x, p->level_was, p->num_was);
	if (p->rtl)
		xml_out_empty(x, "w:bidi");
	xml_out_close(x, "w:pPr");
	xml_out_close(x, "w:pPrChange");
}

/* In the order of the schema (17.3.1.26). */
void para_open(struct writer *w, const struct para *p)
{
	struct xml_out *x = w->x;

	w->begun = true;
	edges_begin(w, p->brk);
	xml_out_open(x, "w:p");
	xml_out_open(x, "w:pPr");
	put_val(x, "w:pStyle", p->style);
	if (p->keep_next)
		xml_out_empty(x, "w:keepNext");
	if (p->num)
		put_list(x, p->level, p->num);
	if (p->shaded)
		put_shading(x, "E7E6E6");
	if (p->rtl)
		xml_out_empty(x, "w:bidi");
	if (p->before || p->after || p->line) {
		xml_out_open(x, "w:spacing");
		if (p->before)
			xml_out_attr_number(x, "w:before", p->before);
		if (p->after)
			xml_out_attr_number(x, "w:after", p->after);
		if (p->line) {
			xml_out_attr_number(x, "w:line", p->line * 240 / 100);
			xml_out_attr_str(x, "w:lineRule", "auto");
		}
		xml_out_close(x, "w:spacing");
	}
	if (p->left >= 0) {
		xml_out_open(x, "w:ind");
		xml_out_attr_number(x, "w:left", p->left);
		if (p->right)
			xml_out_attr_number(x, "w:right", p->right);
		if (p->hanging)
			xml_out_attr_number(x, "w:hanging", p->hanging);
		else
			xml_out_attr_number(x, "w:firstLine", 0);
		xml_out_close(x, "w:ind");
	}
	if (p->align)
		put_val(x, "w:jc", p->align);
	if (p->brk.kind != REV_NONE || w->half_points) {
		xml_out_open(x, "w:rPr");
		if (p->brk.kind == REV_INSERTED || p->brk.kind == REV_NEITHER)
			put_break_change(w, "w:ins", p->brk.mark);
		if (p->brk.kind == REV_DELETED || p->brk.kind == REV_NEITHER)
			put_break_change(w, "w:del", p->brk.mark);
		if (w->half_points) {
			put_int(x, "w:sz", "w:val", w->half_points);
			put_int(x, "w:szCs", "w:val", w->half_points);
		}
		xml_out_close(x, "w:rPr");
	}
	if (p->style_was)
		put_properties_were(w, p);
	xml_out_close(x, "w:pPr");
	w->leaf_rtl = p->rtl;
}

void para_bookmark(struct writer *w, unsigned id, const char *name)
{
	xml_out_open(w->x, "w:bookmarkStart");
	xml_out_attr_number(w->x, "w:id", id);
	xml_out_attr_str(w->x, "w:name", name);
	xml_out_close(w->x, "w:bookmarkStart");
}

void para_changed_line(struct writer *w, enum style_key style, struct span was, struct span text, bool keep_next, int before, int after)
{
	struct para p = { .left = -1, .style = w->sheet.style[style], .keep_next = keep_next, .before = before, .after = after };
	struct run runs[2];
	struct block b = { .kind = BLOCK_PARAGRAPH, .parent = w->o->doc->root, .runs = runs };
	bool strong;

	b.run_count = outdoc_line(w->o, was, text, runs);
	if (!b.run_count)
		return;
	p.rtl = span_is_rtl(w, text.n ? text : was, &strong);
	if (b.run_count == 1)
		p.brk = revision_of(runs[0].mark);
	para_open(w, &p);
	inline_leaf(w, &b, (struct revision){ 0 });
	xml_out_close(w->x, "w:p");
}

void para_line(struct writer *w, enum style_key style, struct span text, bool keep_next, int before, int after)
{
	para_changed_line(w, style, text, text, keep_next, before, after);
}

void para_empty(struct writer *w)
{
	struct para p = { .left = -1, .style = w->sheet.style[STYLE_PARA_PLAIN] };

	para_open(w, &p);
	xml_out_close(w->x, "w:p");
}
