#include "cli/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/show.h"
#include "base/utf8.h"
#include "cli/workspace.h"

bool ui_wants_color(const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "always") == 0)
		return true;
	if (strcmp(when, "never") == 0 || (no && *no))
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static unsigned width_of(int fd)
{
	struct winsize w;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col >= 40)
		return w.ws_col > 120 ? 120 : w.ws_col;
	return 80;
}

unsigned ui_width(void)
{
	return width_of(STDOUT_FILENO);
}

void ui_safe(struct buf *out, struct span s)
{
	show_safe(out, s);
}

void ui_wrap(struct buf *out, struct span s, unsigned width, unsigned column, unsigned indent)
{
	show_wrap(out, s, width, column, indent);
}

void ui_pad(struct buf *out, struct span s, unsigned width)
{
	show_pad(out, s, width);
}

void ui_count(struct buf *out, uint64_t n)
{
	if (n >= 1000) {
		ui_count(out, n / 1000);
		buf_printf(out, ",%03u", (unsigned)(n % 1000));
	} else {
		buf_number(out, n);
	}
}

static void fault_json(const char *cmd_name, const struct fault *f)
{
	struct buf out = { 0 };
	struct json j;
	char schema[64];

	snprintf(schema, sizeof(schema), "chapeau/%s@1", cmd_name ? cmd_name : "error");
	json_begin(&j, &out);
	json_object(&j);
	json_put_string(&j, "schema", span_str(schema));
	json_key(&j, "error");
	json_object(&j);
	json_put_string(&j, "code", span_str(fault_name(f->kind)));
	json_put_string(&j, "message", span_str(f->message ? f->message : ""));
	json_put_string_or_null(&j, "hint", span_str(f->hint));
	json_put_string_or_null(&j, "file", span_str(f->file));
	if (f->pos.line) {
		json_put_number(&j, "line", (int64_t)f->pos.line);
		json_put_number(&j, "column", (int64_t)f->pos.column);
	}
	json_object_end(&j);
	json_object_end(&j);
	buf_char(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	fflush(stdout);
	buf_done(&out);
}

void ui_fault(const struct cli *c, const char *cmd_name, bool json, const struct fault *f)
{
	struct buf text = { 0 }, safe = { 0 };
	unsigned width = width_of(STDERR_FILENO);

	if (json) {
		fault_json(cmd_name, f);
		return;
	}
	(void)c;
	if (f->file) {
		buf_str(&text, f->file);
		if (f->pos.line)
			buf_printf(&text, ":%zu:%zu", f->pos.line, f->pos.column ? f->pos.column : 1);
	} else {
		buf_printf(&text, "chapeau%s%s", cmd_name ? " " : "", cmd_name ? cmd_name : "");
	}
	buf_printf(&text, ": error: %s", f->message ? f->message : "something failed");
	if (f->hint) {
		char last = text.p[text.n - 1];

		if (last != '.' && last != '?' && last != '!' && last != ':')
			buf_char(&text, '.');
		buf_printf(&text, " %s", f->hint);
	}
	buf_printf(&text, " [%s]", fault_name(f->kind));
	ui_safe(&safe, buf_span(&text));
	buf_clear(&text);
	if (!width) /* one line in a pipe, whatever the message holds */
		for (size_t i = 0; i < safe.n; i++)
			if (safe.p[i] == '\n')
				safe.p[i] = ' ';
	ui_wrap(&text, buf_span(&safe), width, 0, 4);
	buf_char(&text, '\n');
	if (f->line && f->pos.line)
		show_caret(&text, span_str(f->line), f->pos.column, width);
	fwrite(text.p, 1, text.n, stderr);
	buf_done(&text);
	buf_done(&safe);
}

void ui_note(const struct cli *c, const char *fmt, ...)
{
	struct buf safe = { 0 };
	char text[2048];
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ui_safe(&safe, span_str(text));
	buf_char(&safe, '\n');
	fwrite(safe.p, 1, safe.n, stderr);
	buf_done(&safe);
}
