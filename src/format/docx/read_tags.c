/*
 * Reading a DOCX: what each tag begins and ends.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "format/docx/reader.h"
#include "model/labels.h"

/* ---- start tags ---- */

static void run_property(struct reader *r, enum w_name n, const struct xml_tag *t)
{
	unsigned bit = 0;
	const struct style *s;

	switch ((int)n) {
	case W_b:
		bit = FMT_STRONG;
		break;
	case W_i:
		bit = FMT_EMPH;
		break;
	case W_strike:
	case W_dstrike:
		bit = FMT_STRIKE;
		break;
	case W_u:
		bit = FMT_UNDERLINE;
		break;
	case W_vertAlign:
		if (span_is(docx_val_of(t), "superscript"))
			r->format |= FMT_SUPER;
		else if (span_is(docx_val_of(t), "subscript"))
			r->format |= FMT_SUB;
		return;
	case W_vanish:
		r->hidden = docx_is_on(t);
		return;
	case W_rStyle:
		s = package_style(&r->pkg, docx_val_of(t));
		r->hidden = s && s->shows != SHOWN_UNSAID ? s->shows == HIDDEN : r->hidden;
		if (docx_style_is(s, "Verbatim Char", "Code Char") || docx_style_is(s, "HTML Code", "Source Text") || docx_style_is(s, "CodeText", NULL))
			r->format |= FMT_CODE;
		else if (docx_style_is(s, "Emphasis", NULL))
			r->format |= FMT_EMPH;
		else if (docx_style_is(s, "Strong", NULL))
			r->format |= FMT_STRONG;
		else if (docx_style_is(s, "PrintedLabel", NULL))
			r->format |= FMT_PRINTED_LABEL;
		else if (docx_style_is(s, "NoteSeparator", NULL))
			r->format |= FMT_NOTE_SEPARATOR;
		else if (docx_style_is(s, "footnote reference", "FootnoteReference"))
			r->format |= FMT_NOTE_MARK;
		else if (docx_style_is(s, "CrossReference", NULL))
			r->format |= FMT_REFERENCE;
		return;
	default:
		return;
	}
	if (docx_is_on(t))
		r->format |= bit;
	else
		r->format &= ~bit;
}

static void begin_paragraph(struct reader *r, const struct xml_tag *t)
{
	if (r->para_depth >= NEST_MAX) {
		doc_lose(r->d, "text box inside text boxes", docx_where(r), (struct span){ 0 });
		r->skip = 1;
		return;
	}
	r->outer_container[r->para_depth] = r->container;
	r->paras[r->para_depth++] = (struct para){ .before = r->container->last, .num_id = -1, .ilvl = -1, .outline = -1, .indent = INDENT_NONE, .begin = t->offset };
}

static bool choice_known(struct span requires)
{
	static const char *const known[] = { "wps", "wpg", "wpc", "wp14", "w14", "w15", "w16", "wp", "pic", "a14", "v" };
	struct span word;

	while (span_split(&requires, ' ', &word)) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || span_is(word, known[i]);
		if (!found)
			return false;
	}
	return true;
}

static void start_other(struct reader *r, const struct xml_tag *t)
{
	if (t->ns == NS_MC) {
		if (span_is(t->local, "AlternateContent")) {
			r->choice_taken[r->depth] = false;
		} else if (span_is(t->local, "Choice")) {
			/* One branch only: both hold the same text. */
			if (r->choice_taken[r->depth - 1] || !choice_known(xml_attr_get(t, -2, "Requires")))
				r->skip = 1;
			else
				r->choice_taken[r->depth - 1] = true;
		} else if (span_is(t->local, "Fallback")) {
			if (r->choice_taken[r->depth - 1])
				r->skip = 1;
		}
	} else if (t->ns == NS_WP && span_is(t->local, "docPr")) {
		struct span text = xml_attr_get(t, -2, "descr");

		if (!text.n)
			text = xml_attr_get(t, -2, "title");
		r->drawing_text = docx_dup(r, text);
	} else if (t->ns == NS_A && span_is(t->local, "blip")) {
		r->drawing_embed = docx_first_of(r, xml_attr_get(t, NS_R, "embed"), xml_attr_get(t, NS_R, "link"));
	} else if (t->ns == NS_V && span_is(t->local, "imagedata")) {
		r->drawing_embed = docx_first_of(r, xml_attr_get(t, NS_R, "id"), xml_attr_get(t, NS_R, "href"));
		r->drawing_text = docx_dup(r, xml_attr_get(t, -2, "title"));
	} else if (t->ns == NS_M && span_is(t->local, "oMath")) {
		doc_lose(r->d, "formula, its signs read as words", docx_where(r), (struct span){ 0 });
	} else if (t->ns == NS_M && span_is(t->local, "t")) {
		r->in_text = true;
		r->keep_space = true;
		buf_clear(&r->text);
	}
}

static void note_reference(struct reader *r, const struct xml_tag *t, bool end)
{
	struct span id = xml_attr_get(t, NS_W, "id");
	struct note *n = docx_note_of(r, id, end);

	if (!n) {
		doc_lose(r->d, end ? "endnote that is not there" : "footnote that is not there", docx_where(r), id);
	} else if (!docx_field_hides(r)) {
		struct run *x = docx_add_run(r, RUN_NOTE);

		if (x) {
			x->note = n;
			x->format = 0;
		}
	}
}

/* Columns that a number in the file makes, and no words: within what somebody types. */
static void empty_cells(struct reader *r, unsigned count)
{
	if (count > LIMIT_TABLE_REPEATS - r->cells_made) {
		if (!r->cells_said)
			doc_lose(r->d, "more merged table cells than chapeau reads: columns may stand apart", docx_where(r), (struct span){ 0 });
		r->cells_said = true;
		return;
	}
	r->cells_made += count;
	while (count--)
		block_append(r->row, block_new(r->d, BLOCK_CELL));
}

/* Once a table. */
static void merged(struct reader *r, bool is)
{
	if (is && !r->merge_reported)
		doc_lose(r->d, "merged table cells, written apart", docx_where(r), (struct span){ 0 });
	r->merge_reported = r->merge_reported || is;
}

static void start_w(struct reader *r, enum w_name n, const struct xml_tag *t)
{
	struct para *p = docx_para_now(r);
	struct span v;

	switch ((int)n) {
	case W_p:
		begin_paragraph(r, t);
		break;
	case W_pPr:
		r->in_ppr = true;
		break;
	case W_pStyle:
		if (p)
			p->style = docx_dup(r, docx_val_of(t));
		break;
	case W_ilvl:
		if (p && r->in_ppr)
			p->ilvl = docx_small_number(docx_val_of(t), 8, 0);
		break;
	case W_numId:
		if (p && r->in_ppr)
			p->num_id = docx_small_number(docx_val_of(t), 1 << 30, 0);
		break;
	case W_outlineLvl:
		if (p && r->in_ppr)
			p->outline = docx_small_number(docx_val_of(t), 9, -1);
		break;
	case W_framePr:
		v = xml_attr_get(t, NS_W, "dropCap");
		if (p && r->in_ppr)
			p->drop_cap = v.n && !span_is(v, "none");
		break;
	case W_ind:
		if (p && r->in_ppr)
			package_indent(t, &p->indent);
		break;
	case W_r:
		r->in_run = true;
		r->restyled = NULL;
		r->format = 0;
		r->hidden = p && p->style.n && package_style(&r->pkg, p->style) && package_style(&r->pkg, p->style)->shows == HIDDEN;
		break;
	case W_rPr:
		r->in_rpr = true;
		break;
	case W_t:
	case W_delText:
		r->in_text = true;
		r->keep_space = span_is(xml_attr_get(t, -1, "space"), "preserve") || n == W_delText;
		buf_clear(&r->text);
		break;
	case W_instrText:
	case W_delInstrText:
		r->in_text = true;
		r->keep_space = true;
		buf_clear(&r->text);
		break;
	case W_tab:
	case W_ptab:
		if (r->in_run && !r->in_rpr && !r->in_ppr)
			docx_add_text(r, SPAN_LIT("\t"));
		break;
	case W_noBreakHyphen:
		docx_add_text(r, SPAN_LIT("\xe2\x80\x91"));
		break;
	case W_softHyphen:
		docx_add_text(r, SPAN_LIT("\xc2\xad"));
		break;
	case W_sym: {
		uint64_t cp = 0;
		struct span c = xml_attr_get(t, NS_W, "char");
		char enc[4];

		for (size_t i = 0; i < c.n && i < 6; i++) {
			char d = c.p[i];

			cp = cp * 16 + (uint64_t)(d >= '0' && d <= '9' ? d - '0' : (d | 32) >= 'a' && (d | 32) <= 'f' ? (d | 32) - 'a' + 10 : 0);
		}
		/* A place in a symbol font has no meaning of its own. */
		if (cp >= 0xf000 && cp < 0xf100)
			doc_lose(r->d, "symbol of a font", docx_where(r), xml_attr_get(t, NS_W, "font"));
		if (cp >= 0x20 && cp < 0x110000 && !(cp >= 0xd800 && cp < 0xe000))
			docx_add_text(r, span_of(enc, utf8_encode(cp >= 0xf000 && cp < 0xf100 ? 0xfffd : (uint32_t)cp, enc)));
		break;
	}
	case W_br:
		v = xml_attr_get(t, NS_W, "type");
		if (docx_field_hides(r))
			break;
		if (!span_is(v, "page") && !span_is(v, "column"))
			docx_add_run(r, RUN_HARD);
		else if (docx_para_now(r))
			docx_para_now(r)->page_break = true;
		break;
	case W_cr:
		if (!docx_field_hides(r))
			docx_add_run(r, RUN_HARD);
		break;
	case W_ins:
	case W_del:
	case W_moveFrom:
	case W_moveTo: {
		enum mark_kind kind = n == W_ins ? MARK_INSERTED : n == W_del ? MARK_DELETED : n == W_moveFrom ? MARK_MOVED_FROM : MARK_MOVED_TO;

		if (r->in_trpr) {
			if (r->row)
				r->row->mark = docx_mark_of(r, kind, t, NULL);
		} else if (r->in_rpr && r->in_ppr) {
			if (p && (n == W_ins || n == W_moveTo))
				p->mark_ins = docx_mark_of(r, kind, t, NULL);
			else if (p)
				p->mark_del = docx_mark_of(r, kind, t, NULL);
		} else if (!r->in_rpr && !r->in_ppr) {
			r->mark = docx_mark_of(r, kind, t, r->mark);
		}
		break;
	}
	case W_moveFromRangeStart:
		r->from_ranges++;
		r->range_from = (struct mark *)docx_mark_of(r, MARK_MOVED_FROM, t, NULL);
		break;
	case W_moveFromRangeEnd:
		r->from_ranges -= r->from_ranges > 0;
		break;
	case W_moveToRangeStart:
		r->to_ranges++;
		r->range_to = (struct mark *)docx_mark_of(r, MARK_MOVED_TO, t, NULL);
		break;
	case W_moveToRangeEnd:
		r->to_ranges -= r->to_ranges > 0;
		break;
	case W_rt:
		r->in_ruby = true;
		break;
	case W_hyperlink:
		v = xml_attr_get(t, NS_R, "id");
		if (v.n) {
			const struct rel *rel = rels_find(r->rels, v);

			if (rel && rel->external) {
				struct link *l = ARENA_NEW(&r->d->arena, struct link);

				l->url = docx_url(r, rel->target, xml_attr_get(t, NS_W, "anchor"));
				r->link = l;
			}
		} else {
			docx_inner_link(r, xml_attr_get(t, NS_W, "anchor"));
		}
		break;
	case W_fldChar:
		docx_field_char(r, xml_attr_get(t, NS_W, "fldCharType"));
		break;
	case W_fldSimple:
		if (r->field_depth < FIELD_MAX) {
			struct field *f = &r->fields[r->field_depth++];

			*f = (struct field){ 0 };
			buf_add(&f->instr, xml_attr_get(t, NS_W, "instr"));
			docx_field_separate(r, f);
		}
		break;
	case W_footnoteReference:
		note_reference(r, t, false);
		break;
	case W_endnoteReference:
		note_reference(r, t, true);
		break;
	case W_bookmarkStart:
		v = xml_attr_get(t, NS_W, "name");
		if ((r->story == STORY_FOOTNOTES || r->story == STORY_ENDNOTES) && span_starts(v, SPAN_LIT("cn_"))) {
			docx_noted_begin(r, xml_attr_get(t, NS_W, "id"), v);
			break;
		}
		if (v.n && r->want_places)
			places_add(r->d, v);
		if (p && span_starts(v, SPAN_LIT("cl_")) && p->anchor_count < ARRAY_LEN(p->anchors)) {
			p->anchor_gone[p->anchor_count] = !mark_accepted(r->mark);
			p->anchors[p->anchor_count++] = docx_dup(r, v);
		}
		break;
	case W_bookmarkEnd:
		if (r->range_count)
			docx_noted_end(r, xml_attr_get(t, NS_W, "id"));
		break;
	case W_commentRangeStart: {
		struct comment_entry *c = docx_comment_find(r, xml_attr_get(t, NS_W, "id"));

		if (c && !c->reply && !c->noted && r->range_count < ARRAY_LEN(r->ranges))
			r->ranges[r->range_count++] = (struct comment_range){ .id = c->id, .comment = c->comment };
		break;
	}
	case W_commentRangeEnd:
		docx_range_end(r, xml_attr_get(t, NS_W, "id"));
		break;
	case W_commentReference: {
		struct comment_entry *c = docx_comment_find(r, xml_attr_get(t, NS_W, "id"));

		if (c && !c->reply && !c->noted && c->comment)
			docx_comment_here(r, c->comment);
		if (!c)
			doc_lose(r->d, "comment that is not there", docx_where(r), xml_attr_get(t, NS_W, "id"));
		break;
	}
	case W_tbl:
		if (r->table_depth++ == 0) {
			r->table = block_new(r->d, BLOCK_TABLE);
			r->table->origin.begin = t->offset;
			r->table->part = span_str(r->part);
			block_append(r->container, r->table);
			r->table_indented = false;
			r->merge_reported = false;
		} else if (r->table_depth == 2) {
			doc_lose(r->d, "table inside a table cell, read as text", docx_where(r), (struct span){ 0 });
		}
		break;
	case W_tblInd:
		/* A table in an item or a quote stands where the words of that do. */
		if (r->table_depth == 1 && r->table && r->ours && !r->row) {
			struct block *into;

			r->nest.quotes = 0;
			into = nest_into(&r->nest, r->d, docx_small_number(xml_attr_get(t, NS_W, "w"), 100000, 0), false);
			block_remove(r->table);
			block_append(into, r->table);
			r->table_indented = true;
		}
		break;
	case W_tr:
		if (r->table_depth == 1 && r->table && !r->table_indented)
			nest_begin(&r->nest, r->container);
		if (r->table_depth == 1 && r->table) {
			r->row = block_new(r->d, BLOCK_ROW);
			block_append(r->table, r->row);
		}
		break;
	case W_trPr:
		r->in_trpr = r->table_depth == 1;
		break;
	case W_tblHeader:
		if (r->row && r->table_depth == 1 && docx_is_on(t))
			r->row->header = true;
		break;
	case W_tc:
		if (r->table_depth == 1 && r->row) {
			r->cell = block_new(r->d, BLOCK_CELL);
			block_append(r->row, r->cell);
			r->cell_depth = r->para_depth + 1;
			r->cell_has_text = false;
			r->cell_span = 1;
		}
		break;
	case W_gridBefore:
		/* Columns that the row leaves free: what it holds stays below its heads. */
		if (r->row && !r->cell && r->table_depth == 1)
			empty_cells(r, (unsigned)docx_small_number(docx_val_of(t), LIMIT_TABLE_COLUMNS, 0));
		break;
	case W_drawing:
	case W_pict:
		r->drawing_boxed = false;
		r->drawing_text = r->drawing_embed = (struct span){ 0 };
		break;
	case W_object:
		doc_lose(r->d, "embedded object (OLE), not opened", docx_where(r), (struct span){ 0 });
		r->skip = 1;
		break;
	case W_altChunk:
		doc_lose(r->d, "another file embedded as text (altChunk), not read: its words are missing", docx_where(r), (struct span){ 0 });
		r->skip = 1;
		break;
	case W_rPrChange:
		if (!r->formatting_reported)
			doc_lose(r->d, "tracked change of formatting", docx_where(r), (struct span){ 0 });
		if (r->in_run) {
			const struct mark *m = docx_mark_of(r, MARK_INSERTED, t, NULL);

			doc_restyled(r->d, m->author, m->time);
			r->restyled = m;
		}
		r->formatting_reported = true;
		r->skip = 1;
		break;
	case W_pPrChange:
	case W_sectPrChange:
	case W_tblPrChange:
	case W_trPrChange:
	case W_tcPrChange:
		if (!r->property_reported)
			doc_lose(r->d, "tracked change of paragraph or table layout", docx_where(r), (struct span){ 0 });
		r->property_reported = true;
		r->skip = 1;
		break;
	case W_cellIns:
	case W_cellDel:
	case W_cellMerge:
		doc_lose(r->d, "tracked change of a table cell, read as if it had always been there", docx_where(r), (struct span){ 0 });
		break;
	case W_gridSpan:
		if (r->cell && r->table_depth == 1) {
			r->cell_span = (unsigned)docx_small_number(docx_val_of(t), LIMIT_TABLE_COLUMNS, 1);
			merged(r, r->cell_span > 1);
		}
		break;
	case W_vMerge:
		if (r->cell && r->table_depth == 1)
			merged(r, true);
		break;
	case W_tblGrid:
		r->skip = 1;
		break;
	case W_footnote:
	case W_endnote:
		v = xml_attr_get(t, NS_W, "type");
		if (v.n && !span_is(v, "normal")) {
			r->skip = 1;
		} else {
			bool end = n == W_endnote;
			struct span id = xml_attr_get(t, NS_W, "id");
			struct note *note = note_new(r->d, arena_printf(&r->d->arena, end ? "e%.*s" : "%.*s", SPAN_ARG(id)));

			if (r->note_count == r->note_cap) {
				r->note_cap = r->note_cap ? 2 * r->note_cap : 16;
				r->notes = mem_resize(r->notes, r->note_cap, sizeof(r->notes[0]));
			}
			r->notes[r->note_count].id = docx_dup(r, id);
			r->notes[r->note_count].note = note;
			r->notes[r->note_count++].end = end;
			if (id.n && !*span_map_put(&r->note_ids[end], r->notes[r->note_count - 1].id))
				*span_map_put(&r->note_ids[end], r->notes[r->note_count - 1].id) = (unsigned)r->note_count;
			docx_begin_container(r, note->body);
		}
		break;
	case W_comment:
		if (r->comment_count == r->comment_cap) {
			r->comment_cap = r->comment_cap ? 2 * r->comment_cap : 16;
			r->comments = mem_resize(r->comments, r->comment_cap, sizeof(struct comment_entry));
		}
		r->comment_now = &r->comments[r->comment_count++];
		*r->comment_now = (struct comment_entry){ .id = docx_dup(r, xml_attr_get(t, NS_W, "id")) };
		if (r->comment_now->id.n && !*span_map_put(&r->comment_ids, r->comment_now->id))
			*span_map_put(&r->comment_ids, r->comment_now->id) = (unsigned)r->comment_count;
		r->comment_now->comment = ARENA_NEW(&r->d->arena, struct comment);
		r->comment_now->comment->author = docx_dup(r, xml_attr_get(t, NS_W, "author"));
		v = xml_attr_get(t, NS_W, "date");
		if (v.n >= 19)
			r->comment_now->comment->time = arena_printf(&r->d->arena, "%.19sZ", arena_str(&r->d->arena, v));
		buf_clear(&r->comment_text);
		break;
	default:
		if (r->in_rpr && !r->in_ppr)
			run_property(r, n, t);
		break;
	}
}

void docx_on_start(void *ctx, const struct xml_tag *t)
{
	struct reader *r = ctx;
	enum w_name n = t->ns == NS_W ? w_name_of(t->local) : W_other;

	if (r->skip) {
		r->skip++;
		return;
	}
	r->depth++;
	r->open[r->depth] = (struct open_element){ .what = (int)n, .mark = r->mark, .link = r->link };
	if (r->story == STORY_BODY && t->depth == 1)
		r->root_known = n == W_document;
	if (t->ns != NS_W) {
		start_other(r, t);
	} else if (r->story == STORY_COMMENTS) {
		struct span para = xml_attr_get(t, NS_W14, "paraId");

		if (n == W_comment) {
			start_w(r, n, t);
		} else if (n == W_p && r->comment_now) {
			if (r->comment_text.n)
				buf_char(&r->comment_text, '\n');
			if (para.n)
				r->comment_now->para = docx_dup(r, para);
		} else if (n == W_t || n == W_delText) {
			r->in_text = true;
			r->keep_space = true;
			buf_clear(&r->text);
		} else if (n == W_br || n == W_tab) {
			buf_char(&r->comment_text, ' ');
		}
	} else if (r->story == STORY_OTHER) {
		if (n == W_t) {
			r->in_text = true;
			buf_clear(&r->text);
		} else if ((n == W_p || n == W_tab) && r->other_text.n) {
			buf_char(&r->other_text, ' ');
		}
	} else {
		start_w(r, n, t);
	}
	/* A start that asked to be read over: its own end is the one that closes the gap. */
	if (r->skip == 1)
		r->depth--;
}

/* ---- text and end tags ---- */

void docx_on_text(void *ctx, struct span s)
{
	struct reader *r = ctx;

	if (!r->skip && r->in_text)
		buf_add(&r->text, s);
}

static void end_text(struct reader *r, enum w_name n)
{
	struct span s = buf_span(&r->text);

	r->in_text = false;
	if (n == W_instrText || n == W_delInstrText) {
		if (r->field_depth && !r->fields[r->field_depth - 1].result)
			buf_add(&r->fields[r->field_depth - 1].instr, s);
		return;
	}
	if (r->story == STORY_COMMENTS) {
		buf_add(&r->comment_text, s);
		return;
	}
	if (r->story == STORY_OTHER) {
		buf_add(&r->other_text, s);
		return;
	}
	if (!r->keep_space)
		s = span_trim(s);
	docx_add_text(r, s);
}

static void end_drawing(struct reader *r)
{
	struct rel *rel = r->drawing_embed.n ? rels_find(r->rels, r->drawing_embed) : NULL;

	if (rel && !rel->external && rel->target.n) {
		struct run *x = docx_field_hides(r) ? NULL : docx_add_run(r, RUN_IMAGE);
		struct image *im = ARENA_NEW(&r->d->arena, struct image);

		im->url = docx_dup(r, rel->target);
		if (!rel->picture)
			rel->picture = doc_picture_of(r->d, rel->target, docx_where(r));
		im->picture = rel->picture;
		if (x) {
			x->text = r->drawing_text;
			x->image = im;
			x->format = 0;
		} else if (docx_field_hides(r)) {
			r->field_image = im;
			r->field_image_text = r->drawing_text;
		}
	} else if (rel) {
		rel->said = true;
		doc_lose(r->d, "picture on another computer, not fetched", docx_where(r), rel->target);
	} else if (r->drawing_text.n || !r->drawing_boxed) {
		struct run *x = r->drawing_embed.n && r->drawing_text.n ? docx_add_run(r, RUN_IMAGE) : NULL;

		/* A picture whose part is not there: its words are. */
		if (x) {
			x->text = r->drawing_text;
			x->image = ARENA_NEW(&r->d->arena, struct image);
			x->format = 0;
		}
		doc_lose(r->d, "drawing", docx_where(r), r->drawing_text);
	}
}

static void end_w(struct reader *r, enum w_name n, size_t end)
{
	switch ((int)n) {
	case W_p:
		if (r->para_depth) {
			docx_end_paragraph(r, end);
			r->para_depth--;
			r->container = r->outer_container[r->para_depth];
		}
		break;
	case W_pPr:
		r->in_ppr = false;
		break;
	case W_rt:
		r->in_ruby = false;
		break;
	case W_rPr:
		r->in_rpr = false;
		break;
	case W_r:
		r->in_run = false;
		r->format = 0;
		r->hidden = false;
		break;
	case W_trPr:
		r->in_trpr = false;
		break;
	case W_tc:
		if (r->table_depth == 1 && r->cell) {
			runs_end(&r->cell_runs, r->d, r->cell);
			/* Columns stay below one another. */
			empty_cells(r, r->cell_span ? r->cell_span - 1 : 0);
			r->cell = NULL;
		}
		break;
	case W_tr:
		if (r->table_depth == 1)
			r->row = NULL;
		break;
	case W_tbl:
		if (r->table_depth && --r->table_depth == 0 && r->table) {
			r->table->origin.end = end;
			r->table = NULL;
		}
		break;
	case W_drawing:
	case W_pict:
		end_drawing(r);
		break;
	case W_txbxContent:
		r->drawing_boxed = true;
		doc_lose(r->d, "text box, its words put after the paragraph that holds it", docx_where(r), (struct span){ 0 });
		break;
	case W_fldSimple:
		docx_field_char(r, SPAN_LIT("end"));
		break;
	case W_commentRangeStart:
		break;
	case W_footnote:
	case W_endnote:
		docx_begin_container(r, r->d->root);
		break;
	case W_comment:
		if (r->comment_now)
			r->comment_now->comment->text = docx_dup(r, buf_span(&r->comment_text));
		r->comment_now = NULL;
		break;
	}
}

void docx_on_end(void *ctx, int ns, struct span local, size_t end)
{
	struct reader *r = ctx;
	enum w_name n = ns == NS_W ? w_name_of(local) : W_other;

	if (r->skip) {
		if (--r->skip)
			return;
		return;
	}
	if (r->in_text && (n == W_t || n == W_delText || n == W_instrText || n == W_delInstrText || (ns == NS_M && span_is(local, "t"))))
		end_text(r, n == W_other ? W_t : n);
	if (ns == NS_W && (r->story == STORY_BODY || r->story == STORY_FOOTNOTES || r->story == STORY_ENDNOTES || n == W_comment))
		end_w(r, n, end);
	if (r->depth) {
		/* Wrappers end here; a field that opened a link inside ends by itself. */
		if (n == W_ins || n == W_del || n == W_moveFrom || n == W_moveTo)
			r->mark = r->open[r->depth].mark;
		if (n == W_hyperlink) {
			docx_inner_link_end(r);
			r->link = r->open[r->depth].link;
		}
		r->depth--;
	}
}
