#include "format/report/report.h"

#include "base/show.h"
#include "base/utf8.h"
#include "model/workspace.h"
#include "format/report/summary.h"

#define PIPE_WIDTH 80
#define NAME_MIN 18
#define NAME_MAX 26
#define NEEDS_WIDTH 15
#define HAS_WIDTH 15

struct page {
	struct buf *out;
	const struct report_options *o;
	unsigned width; /* of tables */
};

static void colored(struct page *p, const char *code, struct span s)
{
	if (p->o->color && code)
		buf_printf(p->out, "\033[%sm", code);
	buf_add(p->out, s);
	if (p->o->color && code)
		buf_str(p->out, "\033[0m");
}

/* ---- the head ---- */

static void put_head(struct page *p, const struct result *r)
{
	CLEANUP(buf_done) struct buf title = { 0 };
	CLEANUP(buf_done) struct buf file = { 0 };
	CLEANUP(buf_done) struct buf line = { 0 };
	size_t wt, wf;

	show_line(&title, r->statement && r->statement->doc->meta.title.n ? r->statement->doc->meta.title : r->draft);
	show_line(&file, r->file);
	wt = utf8_width(buf_span(&title));
	wf = utf8_width(buf_span(&file));
	colored(p, "1", buf_span(&title));
	if (wt + wf + 2 <= p->width)
		for (size_t i = wt + wf; i < p->width; i++)
			buf_char(p->out, ' ');
	else
		buf_char(p->out, '\n');
	buf_add(p->out, buf_span(&file));
	buf_char(p->out, '\n');
	summary_lengths(&line, r);
	buf_char(&line, ' ');
	summary_deadline(&line, r, p->o->now);
	if (line.p[line.n - 1] == ' ')
		line.n--;
	show_wrap(p->out, buf_span(&line), p->o->width, 0, 0);
	buf_char(p->out, '\n');
}

/* ---- the table of priorities ---- */

static unsigned name_width(const struct result *r)
{
	size_t widest = NAME_MIN;

	for (size_t i = 0; i < r->verdict_count; i++) {
		CLEANUP(buf_done) struct buf b = { 0 };

		show_line(&b, r->verdicts[i].priority->short_title);
		if (utf8_width(buf_span(&b)) > widest)
			widest = utf8_width(buf_span(&b));
	}
	return widest > NAME_MAX ? NAME_MAX : (unsigned)widest;
}

static void put_where(struct buf *out, const struct verdict *v)
{
	const struct evidence *e = v->evidence_count ? &v->evidence[0] : NULL;

	if (!e)
		return;
	summary_place(out, e->clause, e->line);
	if (e->clause && e->clause->id.n) {
		buf_char(out, ' ');
		show_line(out, e->clause->id);
	}
	if (v->evidence_count + v->more > 1)
		buf_printf(out, ", +%zu", v->evidence_count + v->more - 1);
}

static void put_words(struct page *p, const struct verdict *v)
{
	const struct evidence *e = &v->evidence[0];
	CLEANUP(buf_done) struct buf proof = { 0 };
	CLEANUP(buf_done) struct buf words = { 0 };
	const unsigned indent = 9;
	unsigned room = p->width - indent;
	size_t used;

	if (e->proof.n && v->state == STATE_EVIDENCED) {
		buf_str(&proof, "evidence: ");
		show_line(&proof, e->proof);
	}
	if (v->weakened && v->weak_words.n) {
		buf_str(&proof, proof.n ? "; weak: " : "weak: ");
		show_line(&proof, v->weak_words);
	}
	used = utf8_width(buf_span(&proof));
	if (used && used + 30 < room)
		room -= (unsigned)used + 2;
	show_excerpt(&words, e->text, e->hit_begin, e->hit_end, room);
	buf_printf(p->out, "%*s", (int)indent, "");
	colored(p, "2", buf_span(&words));
	if (used) {
		used = utf8_width(buf_span(&words));
		if (room == p->width - indent)
			buf_printf(p->out, "\n%*s", (int)indent, "");
		else
			for (; used < room + 2; used++)
				buf_char(p->out, ' ');
		buf_add(p->out, buf_span(&proof));
	}
	buf_char(p->out, '\n');
}

static void put_table(struct page *p, const struct result *r)
{
	unsigned name = name_width(r);
	CLEANUP(mem_freep) const struct verdict **order = NULL;

	if (!r->verdict_count)
		return;
	order = summary_order(r);
	buf_char(p->out, '\n');
	show_pad(p->out, SPAN_LIT("PRIORITY"), 7 + name + 1);
	show_pad(p->out, SPAN_LIT("NEEDS"), NEEDS_WIDTH);
	show_pad(p->out, SPAN_LIT("HAS"), HAS_WIDTH);
	buf_str(p->out, "WHERE\n");
	for (size_t i = 0; i < r->verdict_count; i++) {
		const struct verdict *v = order[i];
		CLEANUP(buf_done) struct buf has = { 0 };
		CLEANUP(buf_done) struct buf line = { 0 };
		CLEANUP(buf_done) struct buf title = { 0 };
		size_t end;

		show_pad(p->out, span_str(priority_level_name(v->priority->level)), 7);
		show_excerpt(&title, v->priority->short_title, 0, 0, name);
		show_pad(p->out, buf_span(&title), name + 1);
		show_pad(p->out, span_str(summary_state(v->priority->needs)), NEEDS_WIDTH);
		summary_has(&has, v);
		end = utf8_width(buf_span(&has));
		colored(p, verdict_reached(v) ? (v->weakened ? "33" : "32") : v->priority->level == PRIORITY_MUST || v->state == STATE_CONTRARY ? "1;31" : "33", buf_span(&has));
		put_where(&line, v);
		if (line.n) {
			for (; end < HAS_WIDTH - 1; end++)
				buf_char(p->out, ' ');
			buf_char(p->out, ' ');
			buf_add(p->out, buf_span(&line));
		}
		buf_char(p->out, '\n');
		if (v->evidence_count)
			put_words(p, v);
	}
	buf_str(p->out, "\nReached: ");
	summary_reached(p->out, r);
	buf_char(p->out, '\n');
}

/* ---- findings ---- */

static void put_finding(struct page *p, const struct result *r, const struct finding *f)
{
	static const char *const colors[] = { NULL, "36", "33", "1;31" };
	CLEANUP(buf_done) struct buf line = { 0 };
	CLEANUP(buf_done) struct buf wrapped = { 0 };

	show_line(&line, r->file);
	if (f->line)
		buf_printf(&line, ":%zu:%zu", f->line, f->column ? f->column : 1);
	buf_printf(&line, ": %s: ", level_name(f->level));
	/* An author's own line ends are kept on a terminal, where a command to type stands on a line of its own. */
	if (p->o->width)
		show_safe(&line, f->message);
	else
		show_line(&line, f->message);
	if (f->waived) {
		buf_str(&line, " (let pass by ");
		show_line(&line, f->waived_by);
		if (f->waived_time.n) {
			buf_str(&line, " on ");
			show_line(&line, span_sub(f->waived_time, 0, f->waived_time.n < 10 ? f->waived_time.n : 10));
		}
		if (f->waived_because.n) {
			buf_str(&line, ": ");
			show_line(&line, f->waived_because);
		}
		buf_char(&line, ')');
	}
	buf_printf(&line, " [%s]", f->rule);
	show_wrap(&wrapped, buf_span(&line), p->o->width, 0, 4);
	if (p->o->color && !f->waived) {
		struct buf word = { 0 };
		size_t at;

		buf_printf(&word, ": %s: ", level_name(f->level));
		at = span_find(buf_span(&wrapped), buf_span(&word), 0);
		if (at != SIZE_MAX) {
			buf_put(p->out, wrapped.p, at + 2);
			colored(p, colors[f->level], span_str(level_name(f->level)));
			at += word.n - 2;
			buf_put(p->out, wrapped.p + at, wrapped.n - at);
			wrapped.n = 0;
		}
		buf_done(&word);
	}
	buf_add(p->out, buf_span(&wrapped));
	buf_char(p->out, '\n');
	if (f->caret.n)
		show_caret(p->out, f->caret, f->column, p->o->width);
}

/* Findings of one level, or the waived ones; the heading comes before the first of them. */
static void put_findings(struct page *p, const struct result *r, enum level level, bool waived, const char *heading, bool *headed)
{
	for (size_t i = 0; i < r->findings.count; i++) {
		const struct finding *f = &r->findings.items[i];

		if (finding_is_internal_note(f) || f->waived != waived || (!waived && f->level != level) || f->level == LEVEL_OFF)
			continue;
		if (!*headed && !p->o->quiet)
			buf_printf(p->out, "\n%s\n", heading);
		*headed = true;
		put_finding(p, r, f);
	}
}

/* ---- the last line: what to do next ---- */

static bool speaks(const struct result *r)
{
	return r->channel == CHANNEL_ORAL && r->statement && r->statement->doc->meta.channel != CHANNEL_ORAL;
}

static void put_command(struct buf *out, const struct result *r, const char *verb, const char *more)
{
	struct arena scratch = { 0 };

	buf_printf(out, "chapeau %s ", verb);
	show_line(out, workspace_typed(&scratch, r->file));
	arena_done(&scratch);
	if (speaks(r))
		buf_str(out, " --channel oral");
	buf_str(out, more);
}

static const struct priority *priority_of(const struct result *r, struct span id)
{
	for (size_t i = 0; i < r->verdict_count; i++)
		if (span_eq(r->verdicts[i].priority->id, id))
			return r->verdicts[i].priority;
	return NULL;
}

static void put_next(struct page *p, const struct result *r, const struct tally *t)
{
	const struct finding *first = NULL;
	CLEANUP(buf_done) struct buf line = { 0 };
	size_t counts;

	tally_put(&line, t);
	buf_char(&line, '.');
	counts = line.n;
	buf_str(&line, "  Next: ");
	for (size_t i = 0; !first && i < r->findings.count; i++)
		if (r->findings.items[i].level == LEVEL_ERROR && !r->findings.items[i].waived)
			first = &r->findings.items[i];
	if (first) {
		const struct clause *c = first->clause.n && r->statement ? statement_find(r->statement, first->clause) : NULL;
		const struct priority *subject = first->subject.n && !c ? priority_of(r, first->subject) : NULL;

		if (subject) {
			buf_str(&line, "write about ");
			show_line(&line, subject->short_title);
		} else {
			buf_str(&line, "mend ");
			summary_place(&line, c, first->line);
		}
		buf_str(&line, ", then  ");
		put_command(&line, r, "check", p->o->final ? " --final" : "");
	} else if (!p->o->final) {
		put_command(&line, r, "check", " --final");
	} else {
		put_command(&line, r, "export", " --to docx");
	}
	/* A command to copy is not broken in two. */
	if (p->o->width && utf8_width(buf_span(&line)) > p->o->width) {
		buf_put(p->out, line.p, counts);
		buf_char(p->out, '\n');
		buf_put(p->out, line.p + counts + 2, line.n - counts - 2);
	} else {
		buf_add(p->out, buf_span(&line));
	}
	buf_char(p->out, '\n');
}

static void put_internal_notes(struct page *p, const struct result *r)
{
	if (!r->internal_notes)
		return;
	put_plural(p->out, r->internal_notes, "internal note", "internal notes");
	if (r->internal_line)
		buf_printf(p->out, " (%sline %zu)", r->internal_notes > 1 ? "the first on " : "", r->internal_line);
	buf_str(p->out, ", in no public file.\n");
}

static void put_result(struct page *p, const struct result *r)
{
	struct tally t = { 0 };
	bool mend = false, judge = false, waived = false;

	tally_add(&t, r);
	if (!p->o->quiet) {
		put_head(p, r);
		put_table(p, r);
	}
	put_findings(p, r, LEVEL_ERROR, false, "TO MEND", &mend);
	put_findings(p, r, LEVEL_WARNING, false, "TO MEND", &mend);
	put_findings(p, r, LEVEL_NOTE, false, "FOR A PERSON TO JUDGE", &judge);
	if (p->o->quiet)
		return;
	put_findings(p, r, LEVEL_NOTE, true, "LET PASS, ON THE RECORD", &waived);
	buf_char(p->out, '\n');
	put_internal_notes(p, r);
	put_next(p, r, &t);
}

void report_text(struct result *const *results, size_t count, const struct report_options *o, struct buf *out)
{
	struct page p = { .out = out, .o = o, .width = o->width ? o->width : PIPE_WIDTH };
	struct tally all = { 0 };
	size_t clean = 0;

	if (p.width < 60)
		p.width = 60;
	for (size_t i = 0; i < count; i++) {
		struct tally t = { 0 };

		if (i && !o->quiet)
			buf_str(out, "\n\n");
		put_result(&p, results[i]);
		tally_add(&t, results[i]);
		tally_add(&all, results[i]);
		clean += !t.errors && !t.warnings;
	}
	if (count < 2 || o->quiet)
		return;
	buf_char(out, '\n');
	put_plural(out, count, "statement", "statements");
	buf_printf(out, ", %zu with nothing to mend: ", clean);
	tally_put(out, &all);
	buf_str(out, all.errors || all.warnings ? ".  Next: mend the first one above, then  chapeau check\n" : ".  Next: chapeau status\n");
}
