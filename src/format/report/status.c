#include "base/show.h"
#include "format/report/page.h"
#include "format/report/report.h"

static void put_strip(struct buf *out, const struct result *r)
{
	CLEANUP(mem_freep) const struct verdict **order = summary_order(r);

	if (!r->checked || !r->verdict_count) {
		buf_str(out, "not checked");
		return;
	}
	buf_str(out, "<span class=\"strip\">");
	for (size_t i = 0; i < r->verdict_count; i++) {
		const struct verdict *v = order[i];
		CLEANUP(buf_done) struct buf about = { 0 };

		page_state_about(&about, v);
		buf_printf(out, "<span class=\"s%d%s\" role=\"img\" title=\"%.*s\" aria-label=\"%.*s\">%s%s%s</span>", (int)v->state, verdict_reached(v) ? "" : " short",
			   SPAN_ARG(buf_span(&about)), SPAN_ARG(buf_span(&about)), page_states[v->state].letter, v->weakened ? "~" : "", verdict_reached(v) ? "" : "!");
	}
	buf_str(out, "</span>");
}

static void put_cell(struct buf *out, const char *name, const struct buf *words)
{
	buf_printf(out, "<td data-name=\"%s\">", name);
	show_html(out, words->n ? buf_span(words) : SPAN_LIT("\xe2\x80\x93"));
	buf_str(out, "</td>");
}

static void put_row(struct buf *out, const struct status_row *row, const struct report_options *o)
{
	const struct result *r = row->result;
	CLEANUP(buf_done) struct buf cell = { 0 };
	struct tally t = { 0 };

	buf_str(out, "<tr><th scope=\"row\"><bdi>");
	show_html(out, r && r->statement && r->statement->doc->meta.title.n ? r->statement->doc->meta.title : row->draft);
	buf_str(out, "</bdi><br><small class=\"file\">");
	show_html(out, row->draft);
	buf_str(out, "</small></th>");
	if (!r) {
		buf_str(out, "<td colspan=\"4\">cannot be read: <bdi>");
		show_html(out, row->problem);
		buf_str(out, "</bdi></td></tr>\n");
		return;
	}
	buf_str(out, "<td>");
	put_strip(out, r);
	buf_str(out, "</td>");
	summary_deadline(&cell, r, o->now);
	/* The column says already what it is. */
	if (span_starts(buf_span(&cell), SPAN_LIT("Deadline: ")))
		memmove(cell.p, cell.p + 10, cell.n -= 10);
	put_cell(out, "Deadline", &cell);
	buf_clear(&cell);
	summary_lengths(&cell, r);
	put_cell(out, "Length", &cell);
	buf_clear(&cell);
	tally_add(&t, r);
	tally_put(&cell, &t);
	if (row->suggestions) {
		buf_str(&cell, ", ");
		put_plural(&cell, row->suggestions, "suggestion open", "suggestions open");
	}
	put_cell(out, "State", &cell);
	buf_str(out, "</tr>\n");
}

void report_status_html(const struct status_row *rows, size_t count, struct span organisation, const struct report_options *o, struct buf *out)
{
	page_open(out, organisation.n ? organisation : SPAN_LIT("Statements"));
	buf_str(out, "<main>\n<h1><bdi>");
	show_html(out, organisation.n ? organisation : SPAN_LIT("Statements"));
	buf_str(out, "</bdi></h1>\n");
	if (!count) {
		buf_str(out, "<p>No statements in drafts/ yet. Next: chapeau new</p>\n");
		page_close(out, o);
		return;
	}
	buf_str(out, "<table class=\"rows\">\n<thead><tr><th scope=\"col\">Statement</th><th scope=\"col\">Priorities</th><th scope=\"col\">Deadline</th>"
		     "<th scope=\"col\">Length</th><th scope=\"col\">State</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count; i++)
		put_row(out, &rows[i], o);
	buf_str(out, "</tbody></table>\n");
	page_key(out, false);
	page_close(out, o);
}
