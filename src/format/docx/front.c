/* What stands around the text: the information block before it, those who endorse it behind (DOMAIN.md section 7). */
#include "format/docx/writer.h"

#define PART_GAP 240 /* twips between these, and the text */

void write_opening(struct writer *w)
{
	const struct outdoc *o = w->o;
	const struct span info[] = { o->input_to, o->group, o->shown_date };
	size_t last = 0;

	for (struct span rest = o->banner, line; span_split(&rest, '\n', &line);)
		para_line(w, STYLE_CHAPEAU, line, false, 0, 0);
	para_line(w, STYLE_DELIVERY_MARK, o->speech.delivery, false, 0, 0);
	if (o->information_block) {
		para_changed_line(w, STYLE_INFO_LABEL, o->earlier.organisation, o->organisation, true, 0, 0);
		para_line(w, STYLE_SUBTITLE, o->document_label, true, 0, 0);
	}
	para_changed_line(w, STYLE_TITLE, o->earlier.title, o->title, true, 0, 0);
	for (size_t i = 0; i < ARRAY_LEN(info); i++)
		last = info[i].n ? i : last;
	for (size_t i = 0; o->information_block && i < ARRAY_LEN(info); i++)
		para_changed_line(w, STYLE_INFO_VALUE, i + 1 < ARRAY_LEN(info) ? info[i] : o->earlier.shown_date, info[i], false, 0, i == last ? PART_GAP : 0);
}

void write_endorsers(struct writer *w)
{
	const struct outdoc *o = w->o;
	size_t were = o->earlier.gone ? o->earlier.endorser_count : o->endorser_count, count = were > o->endorser_count ? were : o->endorser_count;
	const struct span none = { 0 };

	if (!count)
		return;
	turn_page(w, false);
	para_changed_line(w, STYLE_INFO_LABEL, were ? o->earlier.gone ? o->earlier.endorsers_label : o->endorsers_label : none, o->endorser_count ? o->endorsers_label : none, true, PART_GAP, 0);
	for (size_t i = 0; i < count; i++)
		para_changed_line(w, STYLE_ENDORSERS, i < o->earlier.endorser_count ? o->earlier.endorsers[i] : none,
				 i < o->endorser_count ? o->endorsers[i] : none, false, i || o->endorsers_label.n ? 0 : PART_GAP, 0);
}
