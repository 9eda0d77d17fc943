/* Sections: a table too wide for an upright page stands on one that lies on its side. */
#include "format/docx/writer.h"

#include "model/columns.h"

bool section_wants_landscape(const struct writer *w, const struct block *b)
{
	if (w->tracked)
		return false; /* what a colleague accepts or rejects must not turn pages */
	return columns_want_landscape(w->o, b, w->sheet.text_width, w->sheet.landscape_width);
}

struct span section_now(const struct writer *w)
{
	return buf_span(w->landscape ? &w->sheet.landscape : w->further ? &w->sheet.upright : &w->sheet.section);
}

/* Ends the section with a paragraph that nobody sees. */
void turn_page(struct writer *w, bool landscape)
{
	if (landscape == w->landscape)
		return;
	if (landscape)
		sheet_turn(&w->sheet);
	if (!w->begun) { /* there is no page before it */
		w->landscape = landscape;
		return;
	}
	xml_out_open(w->x, "w:p");
	xml_out_open(w->x, "w:pPr");
	put_val(w->x, "w:pStyle", w->sheet.style[STYLE_PARA_PLAIN]);
	xml_out_open(w->x, "w:spacing");
	xml_out_attr_str(w->x, "w:before", "0");
	xml_out_attr_str(w->x, "w:after", "0");
	xml_out_attr_str(w->x, "w:line", "20");
	xml_out_attr_str(w->x, "w:lineRule", "exact");
	xml_out_close(w->x, "w:spacing");
	xml_out_raw(w->x, section_now(w));
	xml_out_close(w->x, "w:pPr");
	xml_out_close(w->x, "w:p");
	w->landscape = landscape;
	w->further = true;
}

unsigned section_text_width(const struct writer *w)
{
	return w->landscape ? w->sheet.landscape_width : w->sheet.text_width;
}
