#include "base/show.h"
#include "format/report/report.h"
#include "format/report/summary.h"

/*
 * One page that needs nothing but itself: no script, no font, no picture, no host.  The matrix says each state by a letter and
 * a mark, so that it reads in grey, on paper and aloud; colour only helps.
 */
static const char style[] =
	":root{--ground:#fff;--ink:#1b1b1b;--soft:#595959;--line:#c9c9c9;--panel:#f5f5f2;--link:#0b4f8a;"
	"--full:#1d6b4f;--full-ink:#fff;--half:#bfe3d0;--half-ink:#10382a;--low:#ffe3b3;--low-ink:#4a2d00;--none:#fff;--none-ink:#9b1c1c;"
	"--bad:#8f1616;--bad-ink:#fff;--hit:#ffe58a;--hit-ink:#1b1b1b}"
	"@media (prefers-color-scheme:dark){:root{--ground:#16181a;--ink:#ececec;--soft:#a9adb1;--line:#44494e;--panel:#212427;--link:#8ec5ff;"
	"--full:#237a58;--full-ink:#fff;--half:#1f4a3a;--half-ink:#d5f2e4;--low:#5a4212;--low-ink:#ffe9c2;--none:#16181a;--none-ink:#ff9a9a;"
	"--bad:#c23434;--bad-ink:#fff;--hit:#6b5a00;--hit-ink:#fff}}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;max-width:62rem;padding:1rem 1.25rem 3rem;background:var(--ground);color:var(--ink);"
	"font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
	"h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2.25rem 0 .5rem;border-top:2px solid var(--line);padding-top:.75rem}"
	"h3{font-size:1rem;margin:1.25rem 0 .25rem}p{margin:.4rem 0}a{color:var(--link)}"
	".skip{position:absolute;left:-99rem}.skip:focus{position:static}"
	".soft,caption,footer{color:var(--soft);font-size:.9rem}.file{font-family:ui-monospace,monospace;font-size:.85rem}"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:start;padding:.25rem 0}"
	"th{font-weight:600;text-align:start;padding:.3rem .5rem;vertical-align:bottom}tbody th{vertical-align:middle;font-weight:400}"
	"th small{color:var(--soft);display:block}"
	".matrix td{border:1px solid var(--line);padding:0;text-align:center;min-width:3rem}"
	".matrix td>*{display:block;padding:.35rem .25rem;font-weight:700;text-decoration:none;color:inherit}"
	".matrix td>a{text-decoration:underline;text-underline-offset:.2em}.matrix td>a:focus,.matrix td>a:hover{outline:3px solid var(--link);outline-offset:-3px}"
	".s3{background:var(--full);color:var(--full-ink)}.s2{background:var(--half);color:var(--half-ink)}.s1{background:var(--low);color:var(--low-ink)}"
	".s0{background:var(--none);color:var(--none-ink)}.s4{background:var(--bad);color:var(--bad-ink)}"
	".matrix td.short{box-shadow:inset 0 0 0 2px var(--none-ink)}"
	".many thead th.draft{writing-mode:vertical-rl;transform:rotate(180deg);text-align:start;vertical-align:middle;max-height:14rem;padding:.4rem .2rem}"
	".many td{min-width:1.9rem}"
	".key{list-style:none;margin:.5rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;font-size:.9rem}"
	".key b{display:inline-block;min-width:1.9rem;text-align:center;border:1px solid var(--line);margin-inline-end:.4rem;padding:0 .3rem}"
	"blockquote{margin:.35rem 0;padding:.2rem 0 .2rem .75rem;border-inline-start:3px solid var(--line);font-family:Georgia,\"Noto Serif\",serif}"
	"blockquote footer{font-family:system-ui,sans-serif}mark{background:var(--hit);color:var(--hit-ink);font-weight:700;padding:0 .1em}"
	".findings{list-style:none;margin:.25rem 0;padding:0}.findings li{border-inline-start:5px solid var(--line);background:var(--panel);"
	"margin:.4rem 0;padding:.4rem .7rem;white-space:pre-line}"
	".findings li.error{border-color:var(--bad)}.findings li.warning{border-color:#b7791f}.level{font-weight:700}"
	".tag{font-size:.8rem;border:1px solid var(--line);padding:0 .35rem;border-radius:.6rem;white-space:nowrap}"
	"section.priority:target{outline:3px solid var(--link);outline-offset:.3rem}"
	"@media (max-width:36rem){body{padding:.5rem .6rem 2rem}.matrix td{min-width:2.2rem}th{padding:.25rem}tbody th small{font-size:.75rem}}"
	"@media print{body{max-width:none;padding:0;font-size:10pt;--ground:#fff;--ink:#000;--soft:#333;--line:#777;--panel:#fff;--link:#000}"
	":root{--ground:#fff;--ink:#000;--soft:#333;--line:#777;--panel:#fff;--link:#000;--full:#333;--full-ink:#fff;--half:#bbb;--half-ink:#000;"
	"--low:#e6e6e6;--low-ink:#000;--none:#fff;--none-ink:#000;--bad:#000;--bad-ink:#fff;--hit:#ddd;--hit-ink:#000}"
	".scroll{overflow:visible}td,.key b,mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
	"tr,blockquote,.findings li{break-inside:avoid}h2,h3{break-after:avoid}.skip{display:none}a{text-decoration:none}}";

static void put_html(struct buf *out, struct span s)
{
	CLEANUP(buf_done) struct buf safe = { 0 };
	size_t plain = 0;

	show_safe(&safe, s);
	s = buf_span(&safe);
	for (size_t i = 0; i < s.n; i++) {
		const char *entity = s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '"' ? "&quot;" : s.p[i] == '\'' ? "&#39;" : NULL;

		if (!entity)
			continue;
		buf_put(out, s.p + plain, i - plain);
		buf_str(out, entity);
		plain = i + 1;
	}
	buf_put(out, s.p + plain, s.n - plain);
}

static const struct {
	const char *letter, *name;
} states[] = {
	{ "\xe2\x80\x93", "nowhere" }, { "M", "mention" }, { "A", "ask" }, { "E", "ask with evidence" }, { "X", "against: red-line words" },
};

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

	if (!v) {
		buf_str(out, "<td><span title=\"not checked\" aria-label=\"not checked\">?</span></td>");
		return;
	}
	reached = verdict_reached(v);
	put_html(&about, v->priority->short_title);
	buf_str(&about, ", ");
	put_html(&about, r->draft);
	buf_printf(&about, ": %s%s%s", states[v->state].name, v->weakened ? ", weakened" : "", reached ? "" : "; needs ");
	if (!reached)
		buf_str(&about, state_people(v->priority->needs));
	buf_printf(out, "<td class=\"s%d%s\"><a href=\"#d%zu-", (int)v->state, reached ? "" : " short", column + 1);
	put_html(out, id);
	buf_printf(out, "\" title=\"%.*s\" aria-label=\"%.*s\">%s%s%s</a></td>", SPAN_ARG(buf_span(&about)), SPAN_ARG(buf_span(&about)), states[v->state].letter,
		   v->weakened ? "~" : "", reached ? "" : "!");
}

static void put_matrix(struct buf *out, struct result *const *results, size_t count)
{
	const struct result *rows = rows_of(results, count);
	CLEANUP(mem_freep) const struct verdict **order = NULL;

	if (!rows)
		return;
	order = summary_order(rows);
	buf_printf(out, "<h2 id=\"matrix\">Where each priority stands</h2>\n<div class=\"scroll\"><table class=\"matrix%s\">\n<caption>Each cell leads to the words.</caption>\n"
			"<thead><tr><th scope=\"col\">Priority <small>level, and what it needs</small></th>",
		   count > 5 ? " many" : "");
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "<th scope=\"col\" class=\"draft\"><a href=\"#d%zu\"><bdi>", i + 1);
		put_html(out, results[i]->draft);
		buf_str(out, "</bdi></a></th>");
	}
	buf_str(out, "</tr></thead>\n<tbody>\n");
	for (size_t k = 0; k < rows->verdict_count; k++) {
		const struct priority *p = order[k]->priority;

		buf_str(out, "<tr><th scope=\"row\" title=\"");
		put_html(out, p->title);
		buf_str(out, "\"><bdi>");
		put_html(out, p->short_title);
		buf_printf(out, "</bdi> <small>%s: %s</small></th>", priority_level_name(p->level), state_people(p->needs));
		for (size_t i = 0; i < count; i++)
			put_cell(out, results[i], i, verdict_of(results[i], (size_t)(order[k] - rows->verdicts), p->id), p->id);
		buf_str(out, "</tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n<ul class=\"key\">");
	for (size_t i = ARRAY_LEN(states); i-- > 0;)
		buf_printf(out, "<li><b class=\"s%zu\">%s</b>%s</li>", i, states[i].letter, states[i].name);
	buf_str(out, "<li><b>!</b>less than it needs</li><li><b>~</b>watered down by weak words</li></ul>\n");
}

/* ---- one statement ---- */

static void put_evidence(struct buf *out, const struct evidence *e, const struct verdict *v)
{
	size_t begin = e->hit_begin < e->text.n ? e->hit_begin : e->text.n;
	size_t end = e->hit_end < begin ? begin : e->hit_end > e->text.n ? e->text.n : e->hit_end;

	buf_str(out, "<blockquote dir=\"auto\">");
	put_html(out, span_sub(e->text, 0, begin));
	if (end > begin) {
		buf_str(out, "<mark>");
		put_html(out, span_sub(e->text, begin, end));
		buf_str(out, "</mark>");
	}
	put_html(out, span_sub(e->text, end, e->text.n));
	buf_str(out, "<footer dir=\"ltr\">");
	{
		CLEANUP(buf_done) struct buf place = { 0 };

		summary_place(&place, e->clause, e->line);
		put_html(out, buf_span(&place));
	}
	if (e->clause && e->clause->id.n) {
		buf_str(out, " <span class=\"file\">");
		put_html(out, e->clause->id);
		buf_str(out, "</span>");
	}
	buf_printf(out, ", line %zu", e->line);
	if (e->proof.n && v->state == STATE_EVIDENCED) {
		buf_str(out, "; evidence: <bdi>");
		put_html(out, e->proof);
		buf_str(out, "</bdi>");
	}
	buf_str(out, "</footer></blockquote>\n");
}

static void put_priority(struct buf *out, size_t column, const struct verdict *v)
{
	const struct priority *p = v->priority;

	buf_printf(out, "<section class=\"priority\" id=\"d%zu-", column + 1);
	put_html(out, p->id);
	buf_str(out, "\"><h3><bdi>");
	put_html(out, p->title);
	buf_printf(out, "</bdi> <span class=\"tag s%d\">%s %s%s</span></h3>\n<p class=\"soft\">%s, needs: %s.", (int)v->state, states[v->state].letter, states[v->state].name,
		   v->weakened ? ", weakened" : "", priority_level_name(p->level), state_people(p->needs));
	if (v->weakened && v->weak_words.n) {
		buf_str(out, " Weakened by \xe2\x80\x9c<bdi>");
		put_html(out, v->weak_words);
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
			put_html(out, r->file);
			if (f->line)
				buf_printf(out, ":%zu:%zu", f->line, f->column ? f->column : 1);
			buf_str(out, "</span> <bdi>");
			put_html(out, f->message);
			buf_str(out, "</bdi>");
			if (f->waived) {
				buf_str(out, " By <bdi>");
				put_html(out, f->waived_by);
				buf_str(out, "</bdi>: <bdi>");
				put_html(out, f->waived_because);
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
	put_html(out, title_of(r));
	buf_str(out, "</bdi></h2>\n<p><span class=\"file\">");
	put_html(out, r->file);
	buf_str(out, "</span></p>\n<p>");
	summary_lengths(&line, r);
	buf_char(&line, ' ');
	summary_deadline(&line, r, o->now);
	put_html(out, buf_span(&line));
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
	struct tally t = { 0 };

	for (size_t i = 0; i < count; i++)
		tally_add(&t, results[i]);
	buf_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	if (count == 1) {
		put_html(out, title_of(results[0]));
		buf_str(out, ": check");
	} else {
		buf_printf(out, "Check of %zu statements", count);
	}
	buf_str(out, "</title>\n<style>");
	buf_str(out, style);
	buf_str(out, "</style>\n</head>\n<body id=\"top\">\n<a class=\"skip\" href=\"#d1\">To the first statement</a>\n<main>\n<h1>");
	if (count == 1) {
		buf_str(out, "<bdi>");
		put_html(out, title_of(results[0]));
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
	buf_printf(out, "</main>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", o->version ? o->version : "");
}
