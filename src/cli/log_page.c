#include "base/show.h"
#include "cli/log.h"
#include "cli/message.h"
#include "cli/when.h"
#include "io/file.h"

static const char page_head[] =
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
	":root{color-scheme:light dark;--line:#767676;--soft:#f2f2f2;--text:#111;--back:#fff}\n"
	"@media(prefers-color-scheme:dark){:root{--line:#999;--soft:#222;--text:#eee;--back:#111}}\n"
	"body{font:18px/1.5 Georgia,'Times New Roman',serif;color:var(--text);background:var(--back);max-width:640px;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.4rem}.when,.who,footer,caption{font-family:system-ui,sans-serif;font-size:.85rem}\n"
	"ol{list-style:none;margin:0;padding:0;border-left:3px solid var(--line)}li{margin:0 0 1.5rem;padding:0 0 0 1.25rem;position:relative}\n"
	"li::before{content:'';position:absolute;left:-8px;top:.45em;width:13px;height:13px;background:var(--back);border:3px solid var(--line);border-radius:50%;box-sizing:border-box}\n"
	"li.now::before{background:var(--line)}ins{font-weight:bold;text-decoration:underline}del{text-decoration:line-through;opacity:.75}\n"
	".hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\n"
	".tag{border:1px solid var(--line);border-radius:3px;padding:0 .3em}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-top:1px solid var(--line)}\n"
	"@media print{body{max-width:none;margin:0}}\n</style>\n</head>\n<body>\n";

static void html_parts(struct buf *b, const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool in = parts[i].op == '+', out = parts[i].op == '-';

		if (in)
			BUF_LIT(b, "<ins><span class=\"hide\" dir=\"ltr\">inserted: </span>");
		if (out)
			BUF_LIT(b, "<del><span class=\"hide\" dir=\"ltr\">deleted: </span>");
		show_html(b, parts[i].text);
		if (in)
			BUF_LIT(b, "<span class=\"hide\" dir=\"ltr\"> end of insertion</span></ins>");
		if (out)
			BUF_LIT(b, "<span class=\"hide\" dir=\"ltr\"> end of deletion</span></del>");
	}
}

static void html_head(struct buf *b, struct span title)
{
	BUF_LIT(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
	show_html(b, title);
	BUF_LIT(b, "</title>\n");
	buf_str(b, page_head);
}

static void html_origin(struct buf *b, const char *what, struct span whose)
{
	if (!whose.n)
		return;
	buf_printf(b, "<div class=\"who\">%s", what);
	show_html(b, whose);
	BUF_LIT(b, ".</div>\n");
}

void log_clause_page(struct cli *c, const struct log_subject *s, const struct wordings *w)
{
	struct buf *b = &c->out;

	html_head(b, s->id);
	BUF_LIT(b, "<h1>");
	show_html(b, s->id);
	if (w->items[0].label.n) {
		buf_str(b, w->gone ? ", once paragraph " : ", paragraph ");
		show_html(b, w->items[0].label);
	}
	buf_printf(b, "</h1>\n<p class=\"who\">%zu wording%s, newest first.</p>\n<ol reversed>\n", w->count, w->count == 1 ? "" : "s");
	if (w->gone) {
		struct span into = life_went_into(s);

		BUF_LIT(b, "<li><div class=\"when\"><b>");
		if (w->taken_out.hex[0])
			when_at(b, w->taken_out.time, when_offset(w->taken_out.time));
		else
			BUF_LIT(b, "Now, not saved");
		BUF_LIT(b, "</b> ");
		show_html(b, w->taken_out.author);
		buf_printf(b, "</div>\n<p>Gone: %s", into.n ? "its words went into " : "taken out");
		show_html(b, into);
		BUF_LIT(b, ".</p></li>\n");
	}
	for (size_t i = 0; i < w->count; i++) {
		const struct wording *x = &w->items[i], *older = i + 1 < w->count ? &w->items[i + 1] : NULL;
		struct part *parts;
		size_t n;

		buf_printf(b, "<li%s><div class=\"when\"><b>", x->version.hex[0] ? "" : " class=\"now\"");
		if (x->version.hex[0])
			when_at(b, x->version.time, when_offset(x->version.time));
		else
			BUF_LIT(b, "Now, not saved");
		BUF_LIT(b, "</b> ");
		show_html(b, x->version.author);
		if (x->version.message.n) {
			BUF_LIT(b, ": &ldquo;");
			show_html(b, message_subject(x->version.message));
			BUF_LIT(b, "&rdquo;");
		}
		if (x->tags.n) {
			BUF_LIT(b, " <span class=\"tag\">");
			show_html(b, x->tags);
			BUF_LIT(b, "</span>");
		}
		buf_printf(b, "</div>\n<p dir=\"auto\">%s", x->internal ? "<b dir=\"ltr\">INTERNAL</b> " : "");
		if (x->words_same) {
			BUF_LIT(b, "Words not changed; came from ");
			show_html(b, path_stem(older->path));
			BUF_LIT(b, ", there ");
			show_html(b, older->id);
		} else if (older) {
			life_parts(c, w, i, &parts, &n);
			html_parts(b, parts, n);
		} else {
			show_html(b, x->text);
		}
		BUF_LIT(b, "</p>\n");
		html_origin(b, "Took in ", life_absorbed(c, x, older));
		html_origin(b, "From a suggestion by ", life_suggested_by(c, x));
		BUF_LIT(b, "</li>\n");
	}
	buf_printf(b, "</ol>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", cli_version());
}

void log_list_page(struct cli *c, const struct log_subject *s, const struct version_list *l)
{
	struct buf *b = &c->out;

	html_head(b, s->has_draft ? s->draft.name : SPAN_LIT("Versions"));
	BUF_LIT(b, "<h1>Versions");
	if (s->has_draft) {
		BUF_LIT(b, " of ");
		show_html(b, s->draft.name);
	}
	BUF_LIT(b, "</h1>\n<table>\n<thead><tr><th>When<th>Version<th>Who<th>What</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < l->count; i++) {
		const struct version_entry *e = &l->items[i];

		BUF_LIT(b, "<tr><td class=\"when\">");
		when_at(b, e->version.time, when_offset(e->version.time));
		buf_printf(b, "<td class=\"when\">%.7s<td class=\"who\">", e->version.hex);
		show_html(b, e->version.author);
		BUF_LIT(b, "<td>");
		show_html(b, message_subject(e->version.message));
		if (e->tags.n) {
			BUF_LIT(b, " <span class=\"tag\">");
			show_html(b, e->tags);
			BUF_LIT(b, "</span>");
		}
		if (version_name_then(l, i).n) {
			BUF_LIT(b, " (then ");
			show_html(b, version_name_then(l, i));
			BUF_LIT(b, ")");
		}
		BUF_LIT(b, "</tr>\n");
	}
	buf_printf(b, "</tbody>\n</table>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", cli_version());
}
