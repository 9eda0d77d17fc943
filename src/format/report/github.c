#include "base/show.h"
#include "format/report/report.h"

/* Workflow commands: a value ends at a line end, a property also at a colon or comma. */
static void put_escaped(struct buf *out, struct span s, bool property)
{
	CLEANUP(buf_done) struct buf safe = { 0 };

	show_safe(&safe, s);
	for (size_t i = 0; i < safe.n; i++) {
		char c = safe.p[i];

		if (c == '%')
			buf_str(out, "%25");
		else if (c == '\r')
			buf_str(out, "%0D");
		else if (c == '\n')
			buf_str(out, "%0A");
		else if (property && c == ':')
			buf_str(out, "%3A");
		else if (property && c == ',')
			buf_str(out, "%2C");
		else
			buf_char(out, c);
	}
}

void report_github(struct result *const *results, size_t count, const struct report_options *o, struct buf *out)
{
	static const char *const commands[] = { NULL, "notice", "warning", "error" };

	(void)o;
	for (size_t i = 0; i < count; i++) {
		const struct result *r = results[i];

		for (size_t k = 0; k < r->findings.count; k++) {
			const struct finding *f = &r->findings.items[k];

			if (f->level == LEVEL_OFF || f->waived)
				continue;
			buf_printf(out, "::%s file=", commands[f->level]);
			put_escaped(out, r->file, true);
			buf_printf(out, ",line=%zu,col=%zu,title=", f->line ? f->line : 1, f->column ? f->column : 1);
			put_escaped(out, span_str(f->rule), true);
			buf_str(out, "::");
			put_escaped(out, f->message, false);
			buf_char(out, '\n');
		}
	}
}
