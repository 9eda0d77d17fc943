#include "format/report/page.h"

#include "base/show.h"

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
	".many td{min-width:1.9rem}.many tbody th{position:sticky;left:0;background:var(--ground)}"
	".strip{display:inline-flex;flex-wrap:wrap;gap:2px}.strip span{display:inline-block;min-width:1.9rem;padding:.1rem .2rem;text-align:center;font-weight:700;"
	"border:1px solid var(--line)}.strip span.short{box-shadow:inset 0 0 0 2px var(--none-ink)}"
	".rows td,.rows th{border-block-start:1px solid var(--line);padding:.5rem;vertical-align:top}.rows thead th{border:0}"
	"@media (max-width:46rem){.rows,.rows tbody,.rows tr,.rows td,.rows th{display:block;border:0;padding:.1rem 0}.rows thead{display:none}"
	".rows tr{border-block-start:1px solid var(--line);padding:.6rem 0}.rows td[data-name]::before{content:attr(data-name) \": \";color:var(--soft)}}"
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

const struct page_state page_states[PAGE_STATES] = {
	{ "\xe2\x80\x93", "nowhere" }, { "M", "mention" }, { "A", "ask" }, { "E", "ask with evidence" }, { "X", "against: red-line words" },
};

void page_open(struct buf *out, struct span title)
{
	buf_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	show_html(out, title);
	buf_str(out, "</title>\n<style>");
	buf_str(out, style);
	buf_str(out, "</style>\n</head>\n<body id=\"top\">\n");
}

void page_close(struct buf *out, const struct report_options *o)
{
	buf_printf(out, "</main>\n<footer>Made by chapeau %s.</footer>\n</body>\n</html>\n", o->version ? o->version : "");
}

void page_key(struct buf *out, bool unchecked)
{
	buf_str(out, "<ul class=\"key\">");
	for (size_t i = PAGE_STATES; i-- > 0;)
		buf_printf(out, "<li><b class=\"s%zu\">%s</b>%s</li>", i, page_states[i].letter, page_states[i].name);
	buf_str(out, "<li><b>!</b>less than it needs</li><li><b>~</b>watered down by weak words</li>");
	if (unchecked)
		buf_str(out, "<li><b>?</b>not checked</li>");
	buf_str(out, "</ul>\n");
}

void page_state_about(struct buf *out, const struct verdict *v)
{
	bool reached = verdict_reached(v);

	show_html(out, v->priority->short_title);
	buf_printf(out, ": %s%s%s%s", page_states[v->state].name, v->weakened ? ", weakened" : "", reached ? "" : "; needs ", reached ? "" : state_people(v->priority->needs));
}
