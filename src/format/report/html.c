#include "base/show.h"
#include "format/report/page.h"
#include "format/report/report.h"

static struct span title_of(const struct result *r)
{
	return r->statement && r->statement->doc->meta.title.n ? r->statement->doc->meta.title : r->draft;
}

/* ---- the matrix ---- */

/* Rows are the priorities of the first list; statements checked against another list have cells of their own only where ids agree. */
static const struct result *rows_of(struct result *const *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (results[i]->checked && results[i]->verdict_count)
			return results[i];
	return NULL;
}

static const struct verdict *verdict_of(const struct result *r, size_t row, struct span id)
{
	if (!r->checked)
		return NULL;
	if (row < r->verdict_count && span_eq(r->verdicts[row].priority->id, id))
		return &r->verdicts[row];
	for (size_t i = 0; i < r->verdict_count; i++)
		if (span_eq(r->verdicts[i].priority->id, id))
			return &r->verdicts[i];
	return NULL;
}

static void put_cell(struct buf *out, const struct result *r, size_t column, const struct verdict *v, struct span id)
{
	CLEANUP(buf_done) struct buf about = { 0 };
	bool reached;

	if (!v) { /* why, stands with its findings */
		show_html(&about, r->draft);
		buf_printf(out, "<td><a href=\"#d%zu\" title=\"%.*s, not checked\" aria-label=\"%.*s, not checked\">?</a></td>", column + 1, SPAN_ARG(buf_span(&about)),
			   SPAN_ARG(buf_span(&about)));
		return;
	}
	reached = verdict_reached(v);
	show_html(&about, r->draft);
	buf_str(&about, ", ");
	page_state_about(&about, v);
	buf_printf(out, "<td class=\"s%d%s\"><a href=\"#d%zu-", (int)v->state, reached ? "" : " short", column + 1);
	show_html(out, id);
	buf_printf(out, "\" title=\"%.*s\" aria-label=\"%.*s\">%s%s%s</a></td>", SPAN_ARG(buf_span(&about)), SPAN_ARG(buf_span(&about)), page_states[v->state].letter,
		   v->weakened ? "~" : "", reached ? "" : "!");
}

static void put_matrix(struct buf *out, struct result *const *results, size_t count)
{
	const struct result *rows = rows_of(results, count);
	CLEANUP(mem_freep) const struct verdict **order = NULL;
	bool unchecked = false;

	if (!rows)
		return;
	order = summary_order(rows);
	buf_printf(out, "<h2 id=\"matrix\">Where each priority stands</h2>\n<div class=\"scroll\"><table class=\"matrix%s\">\n<caption>Each cell leads to the words.</caption>\n"
			"<thead><tr><th scope=\"col\">Priority <small>level, and what it needs</small></th>",
		   count > 5 ? " many" : "");
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "<th scope=\"col\" class=\"draft\"><a href=\"#d%zu\"><bdi>", i + 1);
		show_html(out, results[i]->draft);
		buf_str(out, "</bdi></a></th>");
	}
	buf_str(out, "</tr></thead>\n<tbody>\n");
	for (size_t k = 0; k < rows->verdict_count; k++) {
		const struct priority *p = order[k]->priority;

		buf_str(out, "<tr><th scope=\"row\" title=\"");
		show_html(out, p->title);
		buf_str(out, "\"><bdi>");
		show_html(out, p->short_title);
		buf_printf(out, "</bdi> <small>%s: %s</small></th>", priority_level_name(p->level), state_people(p->needs));
		for (size_t i = 0; i < count; i++) {
			const struct verdict *v = verdict_of(results[i], (size_t)(order[k] - rows->verdicts), p->id);

			unchecked = unchecked || !v;
			put_cell(out, results[i], i, v, p->id);
		}
		buf_str(out, "</tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n");
	page_key(out, unchecked);
}

/* ---- one statement ---- */

static void put_evidence(struct buf *out, const struct evidence *e, const struct verdict *v)
{
	size_t begin = e->hit_begin < e->text.n ? e->hit_begin : e->text.n;
	size_t end = e->hit_end < begin ? begin : e->hit_end > e->text.n ? e->text.n : e->hit_end;

	buf_str(out, "<blockquote dir=\"auto\">");
	show_html(out, span_sub(e->text, 0, begin));
	if (end > begin) {
		buf_str(out, "<mark>");
		show_html(out, span_sub(e->text, begin, end));
		buf_str(out, "</mark>");
	}
	show_html(out, span_sub(e->text, end, e->text.n));
	buf_str(out, "<footer dir=\"ltr\">");
	{
		CLEANUP(buf_done) struct buf place = { 0 };

		summary_place(&place, e->clause, e->line);
		show_html(out, buf_span(&place));
	}
	if (e->clause && e->clause->id.n) {
		buf_str(out, " <span class=\"file\">");
		show_html(out, e->clause->id);
		buf_str(out, "</span>");
	}
	buf_printf(out, ", line %zu", e->line);
	if (e->proof.n && v->state == STATE_EVIDENCED) {
		buf_str(out, "; evidence: <bdi>");
		show_html(out, e->proof);
		buf_str(out, "</bdi>");
	}
	buf_str(out, "</footer></blockquote>\n");
}

static void put_priority(struct buf *out, size_t column, const struct verdict *v)
{
	const struct priority *p = v->priority;

	buf_printf(out, "<section class=\"priority\" id=\"d%zu-", column + 1);
	show_html(out, p->id);
	buf_str(out, "\"><h3><bdi>");
	show_html(out, p->title);
	buf_printf(out, "</bdi> <span class=\"tag s%d\">%s %s%s</span></h3>\n<p class=\"soft\">%s, needs: %s.", (int)v->state, page_states[v->state].letter, page_states[v->state].name,
		   v->weakened ? ", weakened" : "", priority_level_name(p->level), state_people(p->needs));
	if (v->weakened && v->weak_words.n) {
		buf_str(out, " Weakened by \xe2\x80\x9c<bdi>");
		show_html(out, v->weak_words);
		buf_str(out, "</bdi>\xe2\x80\x9d.");
	}
	buf_str(out, v->evidence_count ? "</p>\n" : " No words found.</p>\n");
	for (size_t i = 0; i < v->evidence_count; i++)
		put_evidence(out, &v->evidence[i], v);
	if (v->more)
		buf_printf(out, "<p class=\"soft\">and %zu more</p>\n", v->more);
	buf_str(out, "</section>\n");
}

static void put_findings(struct buf *out, const struct result *r)
{
	static const enum level order[] = { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE };
	size_t shown = 0;

	buf_str(out, "<h3>Findings</h3>\n<ul class=\"findings\">\n");
	for (size_t pass = 0; pass < 2 * ARRAY_LEN(order); pass++)
		for (size_t i = 0; i < r->findings.count; i++) {
			const struct finding *f = &r->findings.items[i];

			if (f->level != order[pass % ARRAY_LEN(order)] || f->waived != (pass >= ARRAY_LEN(order)))
				continue;
			shown++;
			buf_printf(out, "<li class=\"%s\"><span class=\"level\">%s</span> <span class=\"file\">", f->waived ? "note" : level_name(f->level),
				   f->waived ? "let pass" : level_name(f->level));
			show_html(out, r->file);
			if (f->line)
				buf_printf(out, ":%zu:%zu", f->line, f->column ? f->column : 1);
			buf_str(out, "</span> <bdi>");
			show_html(out, f->message);
			buf_str(out, "</bdi>");
			if (f->waived) {
				buf_str(out, " By <bdi>");
				show_html(out, f->waived_by);
				buf_str(out, "</bdi>: <bdi>");
				show_html(out, f->waived_because);
				buf_str(out, "</bdi>");
			}
			buf_printf(out, " <span class=\"tag\">%s</span></li>\n", f->rule);
		}
	buf_str(out, shown ? "</ul>\n" : "<li>Nothing found.</li></ul>\n");
}

static void put_priorities(struct buf *out, const struct result *r, size_t column)
{
	CLEANUP(mem_freep) const struct verdict **order = summary_order(r);

	for (size_t i = 0; i < r->verdict_count; i++)
		put_priority(out, column, order[i]);
}

static void put_statement(struct buf *out, const struct result *r, size_t column, const struct report_options *o)
{
	CLEANUP(buf_done) struct buf line = { 0 };
	struct tally t = { 0 };

	tally_add(&t, r);
	buf_printf(out, "<h2 id=\"d%zu\"><bdi>", column + 1);
	show_html(out, title_of(r));
	buf_str(out, "</bdi></h2>\n<p><span class=\"file\">");
	show_html(out, r->file);
	buf_str(out, "</span></p>\n<p>");
	summary_lengths(&line, r);
	buf_char(&line, ' ');
	summary_deadline(&line, r, o->now);
	show_html(out, buf_span(&line));
	buf_str(out, "</p>\n");
	if (r->checked && r->verdict_count) {
		buf_clear(&line);
		summary_reached(&line, r);
		buf_printf(out, "<p>Reached: %.*s</p>\n", SPAN_ARG(buf_span(&line)));
	}
	buf_clear(&line);
	tally_put(&line, &t);
	buf_printf(out, "<p>%.*s.%s</p>\n", SPAN_ARG(buf_span(&line)), r->checked ? "" : " The priorities were not checked.");
	put_findings(out, r);
	if (r->checked)
		put_priorities(out, r, column);
	buf_str(out, "<p class=\"soft\"><a href=\"#top\">Back to the top</a></p>\n");
}

void report_html(struct result *const *results, size_t count, const struct report_options *o, struct buf *out)
{
	CLEANUP(arena_done) struct arena a = { 0 };
	struct tally t = { 0 };

	for (size_t i = 0; i < count; i++)
		tally_add(&t, results[i]);
	page_open(out, count == 1 ? title_of(results[0]) : arena_printf(&a, "Check of %zu statements", count));
	buf_str(out, "<a class=\"skip\" href=\"#d1\">To the first statement</a>\n<main>\n<h1>");
	if (count == 1) {
		buf_str(out, "<bdi>");
		show_html(out, title_of(results[0]));
		buf_str(out, "</bdi>");
	} else {
		buf_printf(out, "Check of %zu statements", count);
	}
	buf_str(out, "</h1>\n<p><strong>");
	tally_put(out, &t);
	buf_str(out, "</strong></p>\n");
	if (!count)
		buf_str(out, "<p>No statements in drafts/ yet. Next: chapeau new</p>\n");
	put_matrix(out, results, count);
	for (size_t i = 0; i < count; i++)
		put_statement(out, results[i], i, o);
	page_close(out, o);
}
