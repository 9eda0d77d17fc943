#include "cli/paper.h"

#include "cli/draft.h"
#include "cli/outfile.h"
#include "model/comparison.h"

void paper_begin(struct paper *p, struct span title, struct span organisation)
{
	*p = (struct paper){ .doc = doc_new("report") };
	doc_set_source(p->doc, SPAN_LIT(""));
	p->doc->root = block_new(p->doc, BLOCK_ROOT);
	p->doc->meta.title = arena_dup(&p->doc->arena, title);
	p->doc->meta.organisation = arena_dup(&p->doc->arena, organisation);
	p->doc->meta.numbering = NUMBERING_NONE;
}

static void end_leaf(struct paper *p)
{
	if (p->leaf)
		runs_end(&p->runs, p->doc, p->leaf);
	p->leaf = NULL;
}

void paper_done(struct paper *p)
{
	end_leaf(p);
	doc_free(p->doc);
	p->doc = NULL;
}

static void begin_leaf(struct paper *p, enum block_kind kind, struct block *parent)
{
	end_leaf(p);
	p->leaf = block_new(p->doc, kind);
	p->runs = (struct runs){ 0 };
	block_append(parent, p->leaf);
}

void paper_put(struct paper *p, struct span words, unsigned format)
{
	for (size_t at = 0, end; at < words.n; at = end + 1) {
		end = span_find_char(words, '\n', at);
		if (end == SIZE_MAX)
			end = words.n;
		if (end > at) {
			struct run *r = runs_add(&p->runs, RUN_TEXT);

			r->text = arena_dup(&p->doc->arena, span_sub(words, at, end));
			r->format = format;
		}
		if (end < words.n)
			runs_add(&p->runs, RUN_HARD);
	}
}

void paper_heading(struct paper *p, struct span words)
{
	begin_leaf(p, BLOCK_HEADING, p->doc->root);
	p->leaf->level = 1;
	paper_put(p, words, 0);
}

void paper_paragraph(struct paper *p)
{
	begin_leaf(p, BLOCK_PARAGRAPH, p->doc->root);
}

void paper_row(struct paper *p)
{
	end_leaf(p);
	p->row = block_new(p->doc, BLOCK_ROW);
	block_append(p->table, p->row);
}

void paper_cell(struct paper *p)
{
	begin_leaf(p, BLOCK_CELL, p->row);
}

void paper_table(struct paper *p, const char *const *heads, size_t count)
{
	end_leaf(p);
	p->table = block_new(p->doc, BLOCK_TABLE);
	block_append(p->doc->root, p->table);
	paper_row(p);
	p->row->header = true;
	for (size_t i = 0; i < count; i++) {
		paper_cell(p);
		paper_put(p, span_str(heads[i]), 0);
	}
}

void paper_parts(struct paper *p, const struct part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		paper_put(p, parts[i].text, parts[i].op == '+' ? FMT_UNDERLINE | FMT_STRONG : parts[i].op == '-' ? FMT_STRIKE : 0);
}

bool paper_wanted(const struct cli *c)
{
	return cli_format_is(c, "docx") || cli_format_is(c, "odt");
}

int paper_write(struct cli *c, struct paper *p, struct ws *w, bool internal, struct fault *f)
{
	struct draft d = { .path = "report", .name = SPAN_LIT("report"), .ws = w };
	struct outdoc_options o;
	int r;

	end_leaf(p);
	doc_finish(p->doc);
	d.statement = statement_new(p->doc);
	p->doc = NULL;
	r = outfile_options(c, &d, internal ? AUDIENCE_INTERNAL : AUDIENCE_PUBLIC, &o, f);
	if (r == 0)
		r = outfile_make(c, &d, d.statement->doc, &o, format_by_name(span_str(c->format)), c->output ? c->output : "the report", &c->out, f);
	draft_done(&d);
	return r;
}
