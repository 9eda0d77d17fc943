/* Pictures, in the line of the text. */
#include "format/docx/writer.h"

#include <stdio.h>

#define EMU_PER_PIXEL 9525u /* at 96 dots an inch */
#define EMU_PER_TWIP 635u

static void put_extent(struct xml_out *x, const char *element, uint64_t cx, uint64_t cy)
{
	xml_out_open(x, element);
	xml_out_attr_number(x, "cx", (int64_t)cx);
	xml_out_attr_number(x, "cy", (int64_t)cy);
	xml_out_close(x, element);
}

static void put_named(struct xml_out *x, const char *tag, unsigned id, const char *name, struct span alt)
{
	xml_out_open(x, tag);
	xml_out_attr_number(x, "id", id);
	xml_out_attr_str(x, "name", name);
	xml_out_attr(x, "descr", alt);
	xml_out_close(x, tag);
}

static void put_drawing(struct writer *w, const struct picture *p, struct span alt)
{
	static const char *const distances[] = { "distT", "distB", "distL", "distR" }; /* unsaid, LibreOffice leaves a gap */
	struct xml_out *x = w->x;
	uint64_t cx = (uint64_t)p->image->width * EMU_PER_PIXEL, cy = (uint64_t)p->image->height * EMU_PER_PIXEL;
	uint64_t most_x = (uint64_t)(w->room ? w->room : w->sheet.text_width) * EMU_PER_TWIP, most_y = (uint64_t)w->sheet.text_height * EMU_PER_TWIP * 9 / 10;
	unsigned id = ++w->drawing_id;
	char name[32], rel[32];

	if (cx > most_x) {
		cy = cy * most_x / cx;
		cx = most_x;
	}
	if (cy > most_y) {
		cx = cx * most_y / cy;
		cy = most_y;
	}
	cx = cx ? cx : 1;
	cy = cy ? cy : 1;
	snprintf(name, sizeof(name), "Picture %u", id);
	snprintf(rel, sizeof(rel), "rIdP%zu", (size_t)(p - w->pictures) + 1);
	inline_open_run(w, 0, false, false);
	xml_out_open(x, "w:drawing");
	xml_out_open(x, "wp:inline");
	for (size_t i = 0; i < ARRAY_LEN(distances); i++)
		xml_out_attr_str(x, distances[i], "0");
	put_extent(x, "wp:extent", cx, cy);
	put_named(x, "wp:docPr", id, name, alt);
	xml_out_open(x, "a:graphic");
	xml_out_open(x, "a:graphicData");
	xml_out_attr_str(x, "uri", "http://schemas.openxmlformats.org/drawingml/2006/picture");
	xml_out_open(x, "pic:pic");
	xml_out_open(x, "pic:nvPicPr");
	put_named(x, "pic:cNvPr", id, name, alt);
	xml_out_empty(x, "pic:cNvPicPr");
	xml_out_close(x, "pic:nvPicPr");
	xml_out_open(x, "pic:blipFill");
	xml_out_open(x, "a:blip");
	xml_out_attr_str(x, "r:embed", rel);
	xml_out_close(x, "a:blip");
	xml_out_open(x, "a:stretch");
	xml_out_empty(x, "a:fillRect");
	xml_out_close(x, "a:stretch");
	xml_out_close(x, "pic:blipFill");
	xml_out_open(x, "pic:spPr");
	xml_out_open(x, "a:xfrm");
	xml_out_open(x, "a:off");
	xml_out_attr_str(x, "x", "0");
	xml_out_attr_str(x, "y", "0");
	xml_out_close(x, "a:off");
	put_extent(x, "a:ext", cx, cy);
	xml_out_close(x, "a:xfrm");
	xml_out_open(x, "a:prstGeom");
	xml_out_attr_str(x, "prst", "rect");
	xml_out_empty(x, "a:avLst");
	xml_out_close(x, "a:prstGeom");
	xml_out_close(x, "pic:spPr");
	xml_out_close(x, "pic:pic");
	xml_out_close(x, "a:graphicData");
	xml_out_close(x, "a:graphic");
	xml_out_close(x, "wp:inline");
	xml_out_close(x, "w:drawing");
	inline_close_run(w);
}

void drawing_image(struct writer *w, const struct run *r, unsigned format)
{
	const struct out_image *image = outdoc_image(w->o, r);
	size_t i = 0;

	while (i < w->picture_count && w->pictures[i].image != image)
		i++;
	/* What the format cannot hold (SVG) is its words. */
	if (!image || image->type == IMAGE_SVG || i == w->picture_count) {
		inline_text(w, r->text, format);
		return;
	}
	inline_close_run(w);
	w->note_pictures = w->note_pictures || w->in_note;
	put_drawing(w, &w->pictures[i], r->text);
}
