#include "format/compare/internal.h"

#include <stdlib.h>

#include "base/utf8.h"

/*
 * One file, no request to anybody: the style stands in it, and what the reader may switch is radio inputs that the style asks
 * about.  The script at the end only adds keys; nothing needs it.
 */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1b1b;--dim:#5a5a5a;--line:#c8c8c8;--edge:#33557a;--newbg:#e7f3e7;--oldbg:#f7e9e7;--old:#6b3a34;--bar:#4a5a6a}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#16181a;--fg:#e6e6e6;--dim:#a8a8a8;--line:#45494d;--edge:#8fb4dd;--newbg:#1d3322;"
	"--oldbg:#3a2321;--old:#e0b1aa;--bar:#93a7bb}}\n"
	"*{box-sizing:border-box}html{scroll-padding-top:4.5rem}\n"
	"body{margin:0;background:var(--bg);color:var(--fg);font:1.06rem/1.55 Georgia,'Times New Roman',serif}\n"
	"header,nav,.cap,.sw,footer,summary,.gone,.meta{font-family:system-ui,'Segoe UI',Arial,sans-serif;font-size:.9rem}\n"
	"a{color:inherit}\n"
	".vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\n"
	".skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--bg);padding:.4rem;z-index:9}\n"
	"header{position:sticky;top:0;z-index:5;background:var(--bg);border-bottom:1px solid var(--line);padding:.55rem 1rem}\n"
	"header h1{font-size:1rem;display:inline;margin:0 .8em 0 0}header span{margin-right:.8em;color:var(--dim)}header b{font-weight:600}\n"
	"input.r{position:absolute;opacity:0;pointer-events:none}\n"
	".sw{max-width:640px;margin:.8rem auto 0;padding:0 1rem}.sw span{display:inline-block;margin:0 1rem .3rem 0}\n"
	".sw label{display:inline-block;padding:.15rem .55rem;border:1px solid var(--line);cursor:pointer}.sw label+label{margin-left:-1px}\n"
	"main{max-width:640px;margin:0 auto;padding:.5rem 1rem 3rem}\n"
	"section{margin:1.1rem 0;padding:.1rem 0 .1rem .9rem;border-left:5px solid var(--edge)}section p,.x p{margin:.35rem 0}\n"
	"section.f{border-left-style:dotted}\n"
	".cap{color:var(--dim);margin:0 0 .2rem}.cap b{color:var(--fg)}\n"
	"ins{text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:3px;font-weight:700;background:var(--newbg)}\n"
	"del{text-decoration:line-through;color:var(--old);background:var(--oldbg)}del+ins{margin-left:.15em}\n"
	"table{border-collapse:collapse;display:block;overflow-x:auto}td{border:1px solid var(--line);padding:.2rem .5rem;vertical-align:top}\n"
	".t{overflow-wrap:anywhere}.b{display:none}h2{font-size:1.25rem;margin:.3rem 0}\n"
	".gone{color:var(--dim);margin:.6rem 0;padding-left:.9rem;border-left:5px dotted var(--line)}\n"
	"details.s{margin:.5rem 0;color:var(--dim)}details.s+.x{display:none}details.s[open]+.x{display:block}\n"
	"#w1:checked~main details.s{display:none}#w1:checked~main .x{display:block}\n"
	"#v2:checked~main .ch{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem}#v2:checked~main .b{display:block}\n"
	"#v2:checked~main,#v2:checked~.sw{max-width:1080px}#v2:checked~main del+ins{margin-left:0}\n"
	"@media(min-width:1000px){#v2:checked~main,#v2:checked~.sw{margin-left:20rem;max-width:min(1080px,calc(100vw - 21rem))}}\n"
	"#v2:checked~main .a ins,#v2:checked~main .b del,#v3:checked~main del,#v3:checked~main .gone,#v4:checked~main ins,"
	"#v4:checked~main section.n .ch,#v3:checked~main section.r{display:none}\n"
	"#v3:checked~main ins{text-decoration:none;font-weight:inherit;background:none}\n"
	"#v4:checked~main del{text-decoration:none;color:inherit;background:none}\n"
	"#v1:checked~.sw label[for=v1],#v2:checked~.sw label[for=v2],#v3:checked~.sw label[for=v3],#v4:checked~.sw label[for=v4],"
	"#w1:checked~.sw label[for=w1],#w2:checked~.sw label[for=w2]{background:var(--fg);color:var(--bg)}\n"
	"#v1:focus-visible~.sw label[for=v1],#v2:focus-visible~.sw label[for=v2],#v3:focus-visible~.sw label[for=v3],"
	"#v4:focus-visible~.sw label[for=v4],#w1:focus-visible~.sw label[for=w1],#w2:focus-visible~.sw label[for=w2]{outline:3px solid var(--edge)}\n"
	"nav.rail{max-width:640px;margin:.6rem auto 0;padding:0 1rem}nav ol{list-style:none;margin:.3rem 0;padding:0}nav li{margin:.15rem 0}\n"
	"nav li span{color:var(--dim)}\n"
	".strip{display:none}\n"
	"@media(min-width:1000px){header{display:flex;align-items:baseline;white-space:nowrap}header h1,header span{overflow:hidden;text-overflow:ellipsis;"
	"min-width:6rem}header b{flex:none}\n"
	"nav.rail{position:fixed;top:3.6rem;left:2.9rem;width:min(16rem,calc(50vw - 24rem));max-height:calc(100vh - 4.5rem);"
	"overflow:auto;margin:0;padding:0}nav.rail summary{list-style:none;cursor:default}\n"
	".strip{display:flex;flex-direction:column;position:fixed;top:3.6rem;bottom:.6rem;left:.9rem;width:1.5rem;gap:1px}\n"
	".strip a,.strip i{display:block;min-height:2px;flex-basis:0;background:var(--line);font:700 .7rem/1 system-ui,sans-serif;"
	"text-align:center;text-decoration:none;color:var(--bg);overflow:hidden}\n"
	".strip a{background:var(--bar);min-height:.8rem}}\n"
	"@media(min-width:1000px) and (max-width:1180px){main,.sw{margin-left:20rem}}\n"
	"footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.8rem;color:var(--dim)}\n"
	"@media(max-width:620px){#v2:checked~main .ch{grid-template-columns:1fr}}\n"
	"@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--newbg:#fff;--oldbg:#fff;--old:#555}header{position:static}"
	".sw,nav.rail,.strip,.skip{display:none}main{max-width:none}section{break-inside:avoid}details.s{display:block}"
	"#w1:checked~main details.s{display:none}}\n";

static const char script[] =
	"(function(){var s=[].slice.call(document.querySelectorAll('main section')),i=-1;function at(){var y=scrollY+90,k=-1;s.forEach(function(e,n){"
	"if(e.offsetTop<=y)k=n});return k}function go(n){i=Math.max(0,Math.min(s.length-1,n));if(s[i]){history.replaceState(null,'','#'+s[i].id);"
	"s[i].scrollIntoView()}}addEventListener('keydown',function(e){if(e.ctrlKey||e.metaKey||e.altKey||/INPUT|TEXTAREA/.test(e.target.tagName)&&"
	"e.target.type!=='radio')return;if(e.key==='j'||e.key==='n')go(at()+1);if(e.key==='k'||e.key==='p')go(at()-1)})})();\n";

struct html {
	const struct comparison *c;
	const struct compare_options *o;
	struct buf *out;
	struct shown_list list;
	size_t hidden_characters;
	uint32_t *from_entry; /* by old clause: index + 1 of its entry */
	uint32_t *ghosts;     /* by entry: index + 1 of the first entry that moved away from behind it */
	uint32_t *next_ghost; /* by entry: the next one */
};

static void put(struct html *h, struct span s)
{
	for (size_t i = 0, from; i < s.n;) {
		uint32_t cp;

		from = i;
		cp = utf8_next(s.p, s.n, &i);
		if (cp == '<')
			BUF_LIT(h->out, "&lt;");
		else if (cp == '>')
			BUF_LIT(h->out, "&gt;");
		else if (cp == '&')
			BUF_LIT(h->out, "&amp;");
		else if (cp == '"')
			BUF_LIT(h->out, "&quot;");
		else if (character_hidden(cp)) {
			h->hidden_characters++;
			buf_printf(h->out, "<code>U+%04X</code>", cp);
		} else
			buf_put(h->out, s.p + from, i - from);
	}
}

/* A path is nobody's business but the user's. */
static struct span base_name(struct span path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '/')
		at--;
	return span_sub(path, at, path.n);
}

static void put_anchor(struct html *h, size_t i)
{
	const struct change_entry *e = &h->c->entries[i];

	if (e->id.n && id_valid(e->id) && !(e->kind == CHANGE_REMOVED && statement_find(h->c->to, e->id)))
		buf_printf(h->out, "c-%.*s", SPAN_ARG(e->id));
	else
		buf_printf(h->out, "e%zu", i);
}

static void put_name(struct html *h, const struct clause *k, bool capital)
{
	if (k->label.n) {
		buf_str(h->out, k->heading ? (capital ? "Section " : "section ") : capital ? "Paragraph " : "paragraph ");
		put(h, k->label);
	} else {
		buf_printf(h->out, "%s, line %zu", k->heading ? (capital ? "Heading" : "heading")
					       : k->block->kind == BLOCK_TABLE ? (capital ? "Table" : "table")
									       : (capital ? "Text" : "text"), k->line);
	}
}

static void words(struct buf *out, size_t n)
{
	buf_printf(out, "%zu word%s", n, n == 1 ? "" : "s");
}

/* Words that were internal on either side are internal. */
static bool is_internal(const struct change_entry *e)
{
	return (e->from && e->from->internal) || (e->to && e->to->internal);
}

static void put_caption(struct html *h, const struct change_entry *e)
{
	const struct clause *k = e->to ? e->to : e->from;

	BUF_LIT(h->out, "<p class=cap><b>");
	put_name(h, k, true);
	if (e->id.n) {
		BUF_LIT(h->out, "</b> ");
		put(h, e->id);
		BUF_LIT(h->out, "<b>");
	}
	buf_printf(h->out, ",%s %s%s", is_internal(e) ? " internal," : "", e->to ? "" : "of the old text, ", e->to || e->kind == CHANGE_REMOVED ? change_word(e) : "merged into");
	BUF_LIT(h->out, "</b>");
	if (e->kind == CHANGE_EDITED || (e->joint && e->words_changed)) {
		BUF_LIT(h->out, ": ");
		if (e->words_changed)
			words(h->out, e->words_changed);
		else
			BUF_LIT(h->out, "punctuation");
	}
	if (e->partner) {
		buf_str(h->out, e->kind == CHANGE_SPLIT ? " from " : " ");
		put_name(h, e->partner, false);
	}
	if (e->moved) {
		buf_printf(h->out, "%s moved %s; <a href=\"#was-", e->kind == CHANGE_SAME ? ":" : ";", entry_moved_up(h->c, e) ? "up" : "down");
		put_anchor(h, (size_t)(e - h->c->entries));
		BUF_LIT(h->out, "\">was ");
		put_name(h, e->from, false);
		BUF_LIT(h->out, "</a>");
	}
	BUF_LIT(h->out, ". ");
	if (h->o->beside) {
		struct buf b = { 0 };

		h->o->beside(h->o->ctx, e, &b);
		put(h, buf_span(&b));
		buf_done(&b);
	}
	for (size_t i = 0; i < e->attribute_count; i++) {
		BUF_LIT(h->out, "<br>attribute ");
		put(h, e->attributes[i].key);
		BUF_LIT(h->out, ": ");
		put(h, e->attributes[i].was.p ? e->attributes[i].was : SPAN_LIT("(none)"));
		BUF_LIT(h->out, " -&gt; ");
		put(h, e->attributes[i].is.p ? e->attributes[i].is : SPAN_LIT("(none)"));
	}
	BUF_LIT(h->out, "</p>\n");
}

static void open_op(struct html *h, char op)
{
	if (op == '+')
		BUF_LIT(h->out, "<ins><span class=vh dir=ltr> inserted: </span>");
	else if (op == '-')
		BUF_LIT(h->out, "<del><span class=vh dir=ltr> deleted: </span>");
}

static void close_op(struct html *h, char op)
{
	if (op == '+')
		BUF_LIT(h->out, "<span class=vh dir=ltr> end of insertion </span></ins>");
	else if (op == '-')
		BUF_LIT(h->out, "<span class=vh dir=ltr> end of deletion </span></del>");
}

/* What a reader of the text sees of a reference: of words that stand in both, what the newer one prints, and what the older one did. */
static void put_reference(struct html *h, struct span t, char op)
{
	CLEANUP(buf_done) struct buf now = { 0 }, was = { 0 };
	struct span id = span_sub(t, 2, t.n - 1);
	bool is_now = print_reference(h->o, h->c->to, id, &now), was_then = print_reference(h->o, h->c->from, id, &was);

	if (op == '-' && was_then) {
		put(h, buf_span(&was));
		return;
	}
	if (op == '-' || !is_now) {
		put(h, h->o->audience == AUDIENCE_PUBLIC ? NOT_SHOWN : t);
		return;
	}
	if (op == '=' && was_then && !span_eq(buf_span(&now), buf_span(&was))) {
		BUF_LIT(h->out, "<span title=\"in the old text: ");
		put(h, buf_span(&was));
		BUF_LIT(h->out, "\">");
		put(h, buf_span(&now));
		BUF_LIT(h->out, "</span>");
		return;
	}
	put(h, buf_span(&now));
}

static void put_words(struct html *h, struct span t, char op)
{
	size_t from = 0;

	for (size_t i = 0, n; i < t.n; i++) {
		if (t.p[i] != '[' || !(n = reference_length(t, i)))
			continue;
		put(h, span_sub(t, from, i));
		put_reference(h, span_sub(t, i, i + n), op);
		from = i + n;
		i = from - 1;
	}
	put(h, span_sub(t, from, t.n));
}

/* Spaces at the edges of a change stand outside of it: an underlined space reads as a word. */
static void put_part(struct html *h, const struct shown *x)
{
	struct span t = x->text;
	size_t lead = 0, tail = 0;

	while (x->op != '=' && lead < t.n && t.p[lead] == ' ')
		lead++;
	while (x->op != '=' && tail < t.n - lead && t.p[t.n - tail - 1] == ' ')
		tail++;
	if (lead == t.n)
		lead = tail = 0;
	if (lead)
		BUF_LIT(h->out, " ");
	open_op(h, x->op);
	put_words(h, span_sub(t, lead, t.n - tail), x->op);
	close_op(h, x->op);
	if (tail)
		BUF_LIT(h->out, " ");
}

static void put_shown(struct html *h, const struct change_entry *e)
{
	const struct clause *k = e->to ? e->to : e->from;
	bool table = k->block->kind == BLOCK_TABLE && h->list.count && k->leaf_count > 1, heading = k->heading;

	buf_str(h->out, table ? "<table><tr><td>" : heading ? "<h2 dir=auto>" : "<p dir=auto>");
	for (size_t i = 0; i < h->list.count; i++) {
		const struct shown *x = &h->list.items[i];

		switch (x->kind) {
		case SHOWN_TEXT:
			put_part(h, x);
			break;
		case SHOWN_LINE:
			buf_str(h->out, table ? "</td></tr>\n<tr><td>" : "</p>\n<p dir=auto>");
			break;
		case SHOWN_CELL:
			buf_str(h->out, table ? "</td><td>" : " | ");
			break;
		case SHOWN_NOTE:
			buf_str(h->out, table ? "</td></tr></table>\n<p dir=auto>" : heading ? "</h2>\n<p dir=auto>" : "</p>\n<p dir=auto>");
			table = heading = false;
			open_op(h, x->op);
			BUF_LIT(h->out, "Footnote:");
			close_op(h, x->op);
			BUF_LIT(h->out, " ");
			break;
		case SHOWN_BREAK:
			open_op(h, x->op);
			BUF_LIT(h->out, "<span title=\"paragraph break\">&para;</span>");
			close_op(h, x->op);
			buf_str(h->out, x->op == '+' ? "<br>" : " ");
			break;
		}
	}
	buf_str(h->out, table ? "</td></tr></table>\n" : heading ? "</h2>\n" : "</p>\n");
}

static char letter(const struct change_entry *e)
{
	switch (e->kind) {
	case CHANGE_SAME:
		return e->moved ? 'M' : 0;
	case CHANGE_EDITED:
		return 'C';
	case CHANGE_ADDED:
		return 'N';
	case CHANGE_REMOVED:
		return 'R';
	case CHANGE_SPLIT:
		return 'S';
	case CHANGE_MERGED:
		return 'J';
	case CHANGE_FORMATTED:
		return 'F';
	}
	return 0;
}

static bool is_listed(const struct html *h, const struct change_entry *e)
{
	return entry_shown(e, h->o) && (entry_changed(e) || e->attribute_count);
}

static void put_rail(struct html *h)
{
	BUF_LIT(h->out, "<nav class=rail aria-label=\"Changed paragraphs\"><details open><summary>Changed paragraphs</summary>\n<ol>\n");
	for (size_t i = 0; i < h->c->count; i++) {
		const struct change_entry *e = &h->c->entries[i];
		const struct clause *k = e->to ? e->to : e->from;

		if (!is_listed(h, e))
			continue;
		BUF_LIT(h->out, "<li><a href=\"#");
		put_anchor(h, i);
		BUF_LIT(h->out, "\">");
		if (k->label.n)
			put(h, k->label);
		else
			clause_name(k, h->out);
		if (e->id.n) {
			BUF_LIT(h->out, " ");
			put(h, e->id);
		}
		BUF_LIT(h->out, "</a> <span>");
		if (e->moved && e->kind == CHANGE_EDITED)
			BUF_LIT(h->out, "moved, ");
		if (e->kind == CHANGE_EDITED && e->words_changed)
			words(h->out, e->words_changed);
		else if (e->kind == CHANGE_SAME && !e->moved)
			BUF_LIT(h->out, "attributes");
		else
			buf_str(h->out, change_word(e));
		BUF_LIT(h->out, "</span></li>\n");
	}
	BUF_LIT(h->out, "</ol></details></nav>\n<nav class=strip aria-hidden=true>\n");
	for (size_t i = 0; i < h->c->count; i++) {
		const struct change_entry *e = &h->c->entries[i];
		size_t length = (e->to ? e->to : e->from)->text.n + 20;

		if (!entry_shown(e, h->o))
			continue;
		if (letter(e)) {
			buf_printf(h->out, "<a tabindex=-1 style=\"flex-grow:%zu\" title=\"%s\" href=\"#", length, change_word(e));
			put_anchor(h, i);
			buf_printf(h->out, "\">%c</a>", letter(e));
		} else {
			buf_printf(h->out, "<i style=\"flex-grow:%zu\"></i>", length);
		}
	}
	BUF_LIT(h->out, "\n</nav>\n");
}

/* Where paragraphs stood that moved away: behind the entry of the clause that came before them. */
static void find_ghosts(struct html *h)
{
	const struct comparison *c = h->c;
	uint32_t *tail;

	h->from_entry = mem_zero(c->from->count + 1, sizeof(uint32_t));
	h->ghosts = mem_zero(c->count + 1, sizeof(uint32_t));
	h->next_ghost = mem_zero(c->count + 1, sizeof(uint32_t));
	for (size_t i = 0; i < c->count; i++)
		if (c->entries[i].from)
			h->from_entry[c->entries[i].from - c->from->clauses] = (uint32_t)i + 1;
	/* ghosts[0] is for those before all others; the rest for entry i at i + 1 */
	tail = h->ghosts;
	for (size_t k = 0; k < c->from->count; k++) {
		size_t i = h->from_entry[k];

		if (!i)
			continue;
		if (!c->entries[i - 1].moved) {
			tail = &h->ghosts[i];
			continue;
		}
		*tail = (uint32_t)i;
		tail = &h->next_ghost[i - 1];
	}
}

static void put_ghosts(struct html *h, size_t at)
{
	for (uint32_t g = h->ghosts[at]; g; g = h->next_ghost[g - 1]) {
		const struct change_entry *e = &h->c->entries[g - 1];

		if (!entry_shown(e, h->o))
			continue;
		BUF_LIT(h->out, "<p class=gone id=\"was-");
		put_anchor(h, g - 1);
		BUF_LIT(h->out, "\">Here stood ");
		put_name(h, e->from, false);
		buf_printf(h->out, ", moved %s: <a href=\"#", entry_moved_up(h->c, e) ? "up" : "down");
		put_anchor(h, g - 1);
		BUF_LIT(h->out, "\">now ");
		put_name(h, e->to, false);
		BUF_LIT(h->out, "</a>.</p>\n");
	}
}

static void put_entry(struct html *h, size_t i)
{
	const struct change_entry *e = &h->c->entries[i];
	const char *class = e->kind == CHANGE_ADDED ? "n" : e->kind == CHANGE_REMOVED ? "r" : e->kind == CHANGE_FORMATTED ? "f" : "c";

	if (!entry_shown(e, h->o))
		return;
	show_entry(e, &h->list);
	if (!is_listed(h, e)) {
		BUF_LIT(h->out, "<details class=s><summary>");
		put_name(h, e->to, true);
		buf_str(h->out, is_internal(e) ? ", internal" : "");
		BUF_LIT(h->out, ": not changed</summary></details><div class=\"x t\">");
		put_shown(h, e);
		BUF_LIT(h->out, "</div>\n");
		return;
	}
	buf_printf(h->out, "<section class=%s id=\"", class);
	put_anchor(h, i);
	BUF_LIT(h->out, "\" tabindex=-1>\n");
	put_caption(h, e);
	if (!entry_elsewhere(h->c, i)) {
		bool twice = e->kind != CHANGE_SAME && e->kind != CHANGE_FORMATTED;

		BUF_LIT(h->out, "<div class=ch><div class=\"t a\">");
		put_shown(h, e);
		BUF_LIT(h->out, "</div>");
		if (twice) {
			BUF_LIT(h->out, "<div class=\"t b\">");
			put_shown(h, e);
			BUF_LIT(h->out, "</div>");
		}
		BUF_LIT(h->out, "</div>\n");
	} else {
		BUF_LIT(h->out, "<p class=cap>Its words are shown there.</p>\n");
	}
	BUF_LIT(h->out, "</section>\n");
}

static void put_formatted(struct html *h, const struct summary *s)
{
	bool first = true;

	buf_printf(h->out, "<p>Formatting-only changes: %zu", s->formatted);
	for (size_t i = 0; s->formatted && i < h->c->count; i++) {
		if (h->c->entries[i].kind != CHANGE_FORMATTED || !entry_shown(&h->c->entries[i], h->o))
			continue;
		buf_str(h->out, first ? " (<a href=\"#" : ", <a href=\"#");
		put_anchor(h, i);
		BUF_LIT(h->out, "\">");
		put_name(h, h->c->entries[i].to, false);
		BUF_LIT(h->out, "</a>");
		first = false;
	}
	buf_str(h->out, first ? ".</p>\n" : ").</p>\n");
}

void compare_html(const struct comparison *c, const struct compare_options *o, struct buf *out)
{
	struct html h = { .c = c, .o = o, .out = out };
	struct summary s = summarise(c, o);
	const struct meta *m = &c->to->doc->meta;
	struct span title = m->title.n ? m->title : c->from->doc->meta.title.n ? c->from->doc->meta.title : SPAN_LIT("Comparison");
	struct buf line = { 0 };
	bool any = false, internal = false;

	find_ghosts(&h);
	BUF_LIT(out, "<!DOCTYPE html>\n<html lang=\"");
	put(&h, m->language.n ? m->language : SPAN_LIT("en"));
	BUF_LIT(out, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
		     "<title>");
	put(&h, title);
	BUF_LIT(out, ": what changed</title>\n<style>\n");
	buf_str(out, style);
	BUF_LIT(out, "</style>\n</head>\n<body>\n");
	for (size_t i = 0; i < c->count && !any; i++) {
		if (!is_listed(&h, &c->entries[i]))
			continue;
		BUF_LIT(out, "<a class=skip href=\"#");
		put_anchor(&h, i);
		BUF_LIT(out, "\">to the first change</a>\n");
		any = true;
	}
	BUF_LIT(out, "<input class=r type=radio name=v id=v1 checked aria-label=\"inline\"><input class=r type=radio name=v id=v2 aria-label=\"side by side\">"
		     "<input class=r type=radio name=v id=v3 aria-label=\"only the new text\"><input class=r type=radio name=v id=v4 "
		     "aria-label=\"only the old text\"><input class=r type=radio name=w id=w2 checked aria-label=\"changes only\">"
		     "<input class=r type=radio name=w id=w1 aria-label=\"whole text\">\n<header><h1>");
	put(&h, title);
	BUF_LIT(out, "</h1><span>");
	put(&h, o->from_about.p ? o->from_about : base_name(c->from_name));
	BUF_LIT(out, " -&gt; ");
	put(&h, o->to_about.p ? o->to_about : base_name(c->to_name));
	BUF_LIT(out, "</span><b>");
	summary_line(&s, false, true, &line);
	put(&h, buf_span(&line));
	BUF_LIT(out, "</b></header>\n<div class=sw><span><label for=v1>inline</label><label for=v2>side by side</label><label for=v3>only the new text</label>"
		     "<label for=v4>only the old text</label></span> <span><label for=w1>whole text</label><label for=w2>changes only</label></span></div>\n");
	put_rail(&h);
	BUF_LIT(out, "<main>\n");
	for (size_t i = 0; i < c->count && !internal; i++)
		internal = is_internal(&c->entries[i]) && entry_shown(&c->entries[i], o);
	if (internal)
		BUF_LIT(out, "<p class=cap><b>Not for others: internal notes are in this page.</b></p>\n");
	if (c->meta_count) {
		BUF_LIT(out, "<section class=f id=front-matter><p class=cap><b>Front matter</b> changed.</p><div class=ch><div class=\"t a\">\n");
		for (int copy = 0; copy < 2; copy++) {
			if (copy)
				BUF_LIT(out, "</div><div class=\"t b\">\n");
			for (size_t i = 0; i < c->meta_count; i++) {
				BUF_LIT(out, "<p class=meta>");
				put(&h, c->meta[i].key);
				BUF_LIT(out, ": ");
				if (c->meta[i].was.p) {
					open_op(&h, '-');
					put(&h, c->meta[i].was);
					close_op(&h, '-');
					BUF_LIT(out, " ");
				}
				if (c->meta[i].is.p) {
					open_op(&h, '+');
					put(&h, c->meta[i].is);
					close_op(&h, '+');
				}
				BUF_LIT(out, "</p>\n");
			}
		}
		BUF_LIT(out, "</div></div></section>\n");
	}
	put_ghosts(&h, 0);
	for (size_t i = 0; i < c->count; i++) {
		put_entry(&h, i);
		put_ghosts(&h, i + 1);
	}
	if (!compare_differs(c, o))
		BUF_LIT(out, "<p>The two say the same, word for word.</p>\n");
	BUF_LIT(out, "<footer>\n");
	put_formatted(&h, &s);
	if (h.hidden_characters)
		buf_printf(out, "<p>Characters that cannot be seen: %zu, shown as <code>U+200B</code> and the like.</p>\n", h.hidden_characters);
	else
		BUF_LIT(out, "<p>Characters that cannot be seen: none.</p>\n");
	if (s.hidden)
		buf_printf(out, "<p>%zu internal note%s changed and %s not shown.</p>\n", s.hidden, s.hidden == 1 ? "" : "s", s.hidden == 1 ? "is" : "are");
	buf_printf(out, "<p>Made by chapeau %s from ", o->version ? o->version : "");
	put(&h, base_name(c->from_name));
	BUF_LIT(out, " and ");
	put(&h, base_name(c->to_name));
	buf_str(out, o->audience != AUDIENCE_INTERNAL ? "; of both texts this page has what its readers may see" : "; both texts are in this page in full");
	BUF_LIT(out, ".</p>\n</footer>\n</main>\n<script>\n");
	buf_str(out, script);
	BUF_LIT(out, "</script>\n</body>\n</html>\n");
	buf_done(&line);
	shown_done(&h.list);
	free(h.from_entry);
	free(h.ghosts);
	free(h.next_ghost);
}
