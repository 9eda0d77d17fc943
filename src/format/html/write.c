#include "format/html/html.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "format/html/page.h"
#include "model/text.h"


void html_escape(struct span s, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const char *to = NULL;

		switch (c) {
		case '&':
			to = "&amp;";
			break;
		case '<':
			to = "&lt;";
			break;
		case '>':
			to = "&gt;";
			break;
		case '"':
			to = "&quot;";
			break;
		case '\t':
		case '\n':
			continue;
		case '\r':
			to = "\n";
			break;
		default:
			if (c >= ' ' && c != 0x7f)
				continue;
			to = "\xef\xbf\xbd";
			break;
		}
		buf_put(out, s.p + from, i - from);
		buf_str(out, to);
		from = i + 1;
	}
	buf_put(out, s.p + from, s.n - from);
}

/* Blocks that carry an id, by the id: a label may repeat a number, an id may not. */
struct ids {
	const struct block **items;
	size_t size;
};

struct writer {
	const struct outdoc *o;
	struct buf *out;
	struct ids ids;
	unsigned top;           /* level of the text's first headings */
	bool *referred;         /* by note number: its mark was printed, and has the id that leads back */
	const struct mark *open[MARK_DEPTH];
	size_t open_count;
	unsigned format;        /* elements open, as FMT_ bits */
	const struct link *link;
	const struct note *note; /* whose body is written; NULL: the text */
};

static void put(struct writer *w, const char *s)
{
	buf_str(w->out, s);
}

/* ---- ids: p and the printed number's letters and digits ---- */

static void make_id(struct span path, struct buf *out)
{
	buf_char(out, 'p');
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
			buf_char(out, c);
	}
}

static bool id_eq(struct span path, struct span other)
{
	struct buf a = { 0 }, b = { 0 };
	bool eq;

	make_id(path, &a);
	make_id(other, &b);
	eq = span_eq(buf_span(&a), buf_span(&b));
	buf_done(&a);
	buf_done(&b);
	return eq;
}

static const struct block **id_slot(const struct writer *w, struct span path)
{
	struct buf id = { 0 };
	size_t at;

	make_id(path, &id);
	at = span_hash(buf_span(&id)) & (w->ids.size - 1);
	buf_done(&id);
	while (w->ids.items[at] && !id_eq(w->ids.items[at]->path, path))
		at = (at + 1) & (w->ids.size - 1);
	return &w->ids.items[at];
}

static void collect_ids(struct writer *w)
{
	const struct block *root = w->o->doc->root;
	size_t count = 0;

	for (const struct block *b = root; b; b = block_next(b, root))
		count += b->path.n != 0;
	w->ids.size = 16;
	while (w->ids.size < 2 * count)
		w->ids.size *= 2;
	w->ids.items = mem_zero(w->ids.size, sizeof(*w->ids.items));
	for (const struct block *b = root; b; b = block_next(b, root)) {
		const struct block **slot = b->path.n ? id_slot(w, b->path) : NULL;

		if (slot && !*slot)
			*slot = b;
	}
}

static bool has_id(const struct writer *w, const struct block *b)
{
	struct buf id = { 0 };
	bool ok = b && b->path.n && *id_slot(w, b->path) == b;

	make_id(ok ? b->path : (struct span){ 0 }, &id);
	ok = ok && id.n > 1;
	buf_done(&id);
	return ok;
}

static void put_id(struct writer *w, const struct block *b)
{
	if (!has_id(w, b))
		return;
	put(w, " id=\"");
	make_id(b->path, w->out);
	put(w, "\"");
}

/* ---- language and direction ---- */

static struct span script_language(uint32_t cp)
{
	static const struct span ar = SPAN("ar"), he = SPAN("he"), zh = SPAN("zh"), ja = SPAN("ja"), ko = SPAN("ko");

	if ((cp >= 0x600 && cp < 0x780) || (cp >= 0xfb50 && cp < 0xfe00) || (cp >= 0xfe70 && cp < 0xfeff))
		return ar;
	if ((cp >= 0x590 && cp < 0x600) || (cp >= 0xfb1d && cp < 0xfb50))
		return he;
	if (cp >= 0x3041 && cp < 0x3100)
		return ja;
	if (cp >= 0xac00 && cp < 0xd7a4)
		return ko;
	return cp_ideograph(cp) ? zh : (struct span){ 0 };
}

static bool primary_is(struct span language, struct span primary)
{
	return language.n >= primary.n && span_eq_nocase(span_sub(language, 0, primary.n), primary) &&
	       (language.n == primary.n || language.p[primary.n] == '-');
}

/* Languages that are written in a script: nothing is said where the document's own is one of them. */
static bool written_so(struct span language, struct span guess)
{
	static const char *const arabic[] = { "ar", "fa", "ur", "ps", "sd", "ug", "ckb" };

	if (primary_is(language, guess))
		return true;
	if (span_is(guess, "zh"))
		return primary_is(language, SPAN_LIT("ja")) || primary_is(language, SPAN_LIT("ko"));
	if (span_is(guess, "he"))
		return primary_is(language, SPAN_LIT("yi"));
	if (span_is(guess, "ar"))
		for (size_t i = 0; i < ARRAY_LEN(arabic); i++)
			if (primary_is(language, span_str(arabic[i])))
				return true;
	return false;
}

static void put_direction(struct writer *w, const struct block *leaf)
{
	bool rtl = text_is_rtl(leaf, w->o->right_to_left);

	if (rtl != w->o->right_to_left)
		put(w, rtl ? " dir=\"rtl\"" : " dir=\"ltr\"");
	for (size_t i = 0; i < leaf->run_count; i++) {
		struct span t = leaf->runs[i].text;

		for (size_t at = 0; at < t.n;) {
			uint32_t cp = utf8_next(t.p, t.n, &at);
			struct span guess;

			if (cp < 0x80 ? !cp_letter(cp) : cp_script(cp) == SCRIPT_NEUTRAL)
				continue;
			guess = script_language(cp);
			if (guess.n && !written_so(w->o->language, guess)) {
				put(w, " lang=\"");
				buf_add(w->out, guess);
				put(w, "\"");
			}
			return;
		}
	}
}

/* ---- marks ---- */

static bool is_deletion(const struct mark *m)
{
	return m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM;
}

static void put_comment(struct writer *w, const struct comment *c)
{
	for (; c; c = c->next) {
		put(w, " <span class=\"c\">[");
		html_escape(c->author, w->out);
		if (c->author.n && c->text.n)
			put(w, ": ");
		html_escape(c->text, w->out);
		put(w, "]</span>");
	}
}

static void close_mark(struct writer *w)
{
	const struct mark *m = w->open[--w->open_count];

	if (m->kind == MARK_HIGHLIGHT) {
		put(w, "</mark>");
		put_comment(w, m->comments);
		return;
	}
	put(w, is_deletion(m) ? "<span class=\"h\"> end of deletion </span></del>" : "<span class=\"h\"> end of insertion </span></ins>");
	put_comment(w, m->comments);
}

static void open_mark(struct writer *w, const struct mark *m)
{
	w->open[w->open_count++] = m;
	if (m->kind == MARK_HIGHLIGHT) {
		put(w, "<mark>");
		return;
	}
	put(w, is_deletion(m) ? "<del" : "<ins");
	if (m->author.n || m->time.n) {
		put(w, " title=\"");
		html_escape(m->author, w->out);
		if (m->author.n && m->time.n)
			put(w, ", ");
		html_escape(m->time, w->out);
		put(w, "\"");
	}
	if (m->time.n) {
		put(w, " datetime=\"");
		html_escape(m->time, w->out);
		put(w, "\"");
	}
	put(w, is_deletion(m) ? "><span class=\"h\"> deleted: </span>" : "><span class=\"h\"> inserted: </span>");
}

/* ---- inlines: marks outside, then the link, then formats ---- */

static const struct {
	unsigned bit;
	const char *open, *close;
} elements[] = {
	{ FMT_STRONG, "<strong>", "</strong>" }, { FMT_EMPH, "<em>", "</em>" },   { FMT_UNDERLINE, "<u>", "</u>" },
	{ FMT_STRIKE, "<s>", "</s>" },           { FMT_SUPER, "<sup>", "</sup>" }, { FMT_SUB, "<sub>", "</sub>" },
	{ FMT_CODE, "<code>", "</code>" },
};

static void set_format(struct writer *w, unsigned format)
{
	if (format == w->format)
		return;
	for (size_t i = ARRAY_LEN(elements); i--;)
		if (w->format & elements[i].bit)
			put(w, elements[i].close);
	for (size_t i = 0; i < ARRAY_LEN(elements); i++)
		if (format & elements[i].bit)
			put(w, elements[i].open);
	w->format = format;
}

/* Addresses that a browser may open; anything else (javascript:, data:, file:) is words. */
static bool safe_url(struct span url)
{
	static const struct span schemes[] = { SPAN("https:"), SPAN("http:"), SPAN("mailto:"), SPAN("tel:"), SPAN("ftp:") };
	size_t i = 0;

	while (i < url.n && url.p[i] != ':' && url.p[i] != '/' && url.p[i] != '?' && url.p[i] != '#')
		i++;
	if (i == url.n || url.p[i] != ':')
		return url.n && url.p[0] != '#';
	for (i = 0; i < ARRAY_LEN(schemes); i++)
		if (url.n > schemes[i].n && span_eq_nocase(span_sub(url, 0, schemes[i].n), schemes[i]))
			return true;
	return false;
}

static void set_link(struct writer *w, const struct link *link)
{
	if (link == w->link)
		return;
	set_format(w, 0);
	if (w->link && safe_url(w->link->url))
		put(w, "</a>");
	w->link = link;
	if (!link || !safe_url(link->url))
		return;
	put(w, "<a href=\"");
	html_escape(link->url, w->out);
	put(w, "\"");
	if (link->title.n) {
		put(w, " title=\"");
		html_escape(link->title, w->out);
		put(w, "\"");
	}
	put(w, ">");
}

static void set_marks(struct writer *w, const struct mark *m)
{
	const struct mark *want[MARK_DEPTH];
	size_t n = mark_chain(m, want), same = 0;

	while (same < n && same < w->open_count && want[same] == w->open[same])
		same++;
	if (same == n && w->open_count == n)
		return;
	set_link(w, NULL);
	set_format(w, 0);
	while (w->open_count > same)
		close_mark(w);
	while (w->open_count < n)
		open_mark(w, want[w->open_count]);
}

static void put_image(struct writer *w, const struct run *r)
{
	const struct out_image *image = outdoc_image(w->o, r);

	if (!image) {
		html_escape(r->text, w->out);
		return;
	}
	put(w, "<img alt=\"");
	html_escape(r->text, w->out);
	buf_printf(w->out, "\" width=\"%u\" height=\"%u\"", image->width, image->height);
	if (r->image->title.n) {
		put(w, " title=\"");
		html_escape(r->image->title, w->out);
		put(w, "\"");
	}
	put(w, " src=\"data:");
	put(w, image_media_type(image->type));
	put(w, ";base64,");
	base64_put(image->bytes, 0, w->out);
	put(w, "\">");
}

static void put_xref(struct writer *w, const struct run *r)
{
	struct span word, number;
	const struct block *target = NULL;
	bool live = outdoc_xref(w->o, r, &word, &number, &target);

	while (live && target && !target->path.n)
		target = target->parent;
	live = live && has_id(w, target);
	if (live) {
		put(w, "<a href=\"#");
		make_id(target->path, w->out);
		put(w, "\">");
	}
	html_escape(r->printed, w->out);
	if (live)
		put(w, "</a>");
}

static void put_note_mark(struct writer *w, const struct note *n)
{
	put(w, "<sup><a href=\"#n");
	buf_number(w->out, n->number);
	put(w, "\"");
	if (!w->referred[n->number]) {
		w->referred[n->number] = true;
		put(w, " id=\"r");
		buf_number(w->out, n->number);
		put(w, "\"");
	}
	put(w, ">");
	buf_number(w->out, n->number);
	put(w, "</a></sup>");
}

static const struct mark *mark_around(const struct block *b)
{
	for (; b; b = b->parent)
		if (b->mark)
			return b->mark;
	return NULL;
}

static void put_inlines(struct writer *w, const struct block *b)
{
	const struct mark *around = mark_around(b);

	for (size_t i = 0; i < b->run_count; i++) {
		const struct run *r = &b->runs[i];

		set_marks(w, r->mark ? r->mark : around);
		if (r->kind != RUN_SOFT) {
			set_link(w, r->link);
			set_format(w, b->kind == BLOCK_CODE || r->kind != RUN_TEXT ? 0 : r->format);
		}
		switch (r->kind) {
		case RUN_TEXT:
			html_escape(r->text, w->out);
			break;
		case RUN_SOFT:
			if (text_soft_space(b, i))
				buf_char(w->out, '\n');
			break;
		case RUN_HARD:
			put(w, "<br>\n");
			break;
		case RUN_NOTE:
			if (text_note_before(b, i, READING_MARKED))
				put(w, "<sup>" TEXT_NOTE_SEPARATOR "</sup>");
			put_note_mark(w, r->note);
			break;
		case RUN_IMAGE:
			put_image(w, r);
			break;
		case RUN_XREF:
			put_xref(w, r);
			break;
		case RUN_COMMENT:
			put_comment(w, r->comment);
			break;
		}
	}
	set_link(w, NULL);
	set_format(w, 0);
	set_marks(w, NULL);
	if (b->break_mark)
		put(w, is_deletion(b->break_mark) ? "<del><span class=\"h\"> deleted: paragraph break </span>¶</del>" :
						    "<ins><span class=\"h\"> inserted: paragraph break </span>¶</ins>");
}

/* ---- blocks ---- */

static void put_number(struct writer *w, const struct block *b)
{
	bool changed = w->o->comparison && b->relabelled;

	if (!b->printed.n && !(changed && b->label_was.n))
		return;
	put(w, "<span class=\"n\">");
	if (changed && b->label_was.n) {
		put(w, "<del><span class=\"h\"> deleted: </span>");
		html_escape(b->label_was, w->out);
		put(w, number_takes_stop(b->label_was) ? ".</del>" : "</del>");
		put(w, b->printed.n ? " " : "");
	}
	if (changed && b->labelled)
		put(w, "<ins><span class=\"h\"> inserted: </span>");
	html_escape(b->printed, w->out);
	put(w, b->printed.n && number_takes_stop(b->printed) ? "." : "");
	put(w, changed && b->labelled ? "</ins></span> " : "</span> ");
}

static void open_tag(struct writer *w, const char *name, const struct block *b)
{
	put(w, "<");
	put(w, name);
	put_id(w, b);
	/* The outermost internal block is marked, not each in it. */
	if (b->internal && !(b->parent && b->parent->internal))
		put(w, b->label_line.n ? " class=\"label internal\"" : " class=\"internal\"");
	else if (b->label_line.n)
		put(w, " class=\"label\"");
	else if (b->kind == BLOCK_ITEM && b->labelled)
		put(w, " class=\"own\"");
	if (block_is_leaf(b))
		put_direction(w, b);
}

static bool is_bare(const struct block *b)
{
	return b->kind == BLOCK_PARAGRAPH && b->parent->kind == BLOCK_ITEM && b->parent->parent->tight;
}

static const char *heading_name(const struct writer *w, const struct block *b)
{
	static const char *const names[] = { "h1", "h2", "h3", "h4", "h5", "h6" };
	unsigned level = b->level < 1 ? 1 : b->level;

	level += w->top - 1;
	return names[level > 6 ? 5 : level - 1];
}

/* The way back from a note to its mark. */
static void put_back(struct writer *w)
{
	put(w, " <a href=\"#r");
	buf_number(w->out, w->note->number);
	put(w, "\" role=\"doc-backlink\">↩</a>");
}

static void enter(struct writer *w, const struct block *b)
{
	static const char *const aligns[] = {
		[ALIGN_NONE] = "", [ALIGN_LEFT] = " class=\"al\"", [ALIGN_CENTRE] = " class=\"ac\"", [ALIGN_RIGHT] = " class=\"ar\"",
	};

	switch (b->kind) {
	case BLOCK_PARAGRAPH:
		if (!is_bare(b)) {
			open_tag(w, "p", b);
			put(w, ">");
			/* An item's number stands on the first line of its words. */
			if (b->parent->kind == BLOCK_ITEM && !b->prev)
				put_number(w, b->parent);
			put_number(w, b);
		}
		put_inlines(w, b);
		if (w->note && b == w->note->body->last)
			put_back(w);
		put(w, is_bare(b) ? (b->next ? "\n" : "") : "</p>\n");
		break;
	case BLOCK_HEADING:
		open_tag(w, heading_name(w, b), b);
		put(w, ">");
		put_number(w, b);
		put_inlines(w, b);
		put(w, "</");
		put(w, heading_name(w, b));
		put(w, ">\n");
		break;
	case BLOCK_CODE:
		open_tag(w, "pre", b);
		put(w, "><code>");
		put_inlines(w, b);
		put(w, "</code></pre>\n");
		break;
	case BLOCK_RULE:
		put(w, "<hr>\n");
		break;
	case BLOCK_QUOTE:
		open_tag(w, "blockquote", b);
		put(w, ">\n");
		break;
	case BLOCK_LIST:
		if (b->internal && !b->parent->internal)
			put(w, b->ordered ? "<ol class=\"n internal\">\n" : "<ul class=\"internal\">\n");
		else
			put(w, b->ordered ? "<ol class=\"n\">\n" : "<ul>\n");
		break;
	case BLOCK_ITEM:
		open_tag(w, "li", b);
		if (b->first && is_bare(b->first))
			put_direction(w, b->first);
		put(w, ">");
		if (!b->first || b->first->kind != BLOCK_PARAGRAPH || is_bare(b->first))
			put_number(w, b);
		break;
	case BLOCK_TABLE:
		put(w, "<div class=\"t\">");
		open_tag(w, "table", b);
		put(w, ">\n");
		break;
	case BLOCK_ROW:
		if (b->header && (!b->prev || !b->prev->header))
			put(w, "<thead>\n");
		if (!b->header && (!b->prev || b->prev->header))
			put(w, "<tbody>\n");
		put(w, "<tr>");
		break;
	case BLOCK_CELL:
		put(w, b->parent->header ? "<th scope=\"col\"" : "<td");
		put(w, aligns[b->align]);
		put_direction(w, b);
		put(w, ">");
		put_inlines(w, b);
		put(w, b->parent->header ? "</th>" : "</td>");
		break;
	case BLOCK_ROOT:
		break;
	}
}

static void leave(struct writer *w, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_QUOTE:
		put(w, "</blockquote>\n");
		break;
	case BLOCK_LIST:
		put(w, b->ordered ? "</ol>\n" : "</ul>\n");
		break;
	case BLOCK_ITEM:
		put(w, "</li>\n");
		break;
	case BLOCK_TABLE:
		put(w, "</table></div>\n");
		break;
	case BLOCK_ROW:
		put(w, "</tr>\n");
		if (b->header && (!b->next || !b->next->header))
			put(w, "</thead>\n");
		if (!b->header && (!b->next || b->next->header))
			put(w, "</tbody>\n");
		break;
	case BLOCK_ROOT:
	case BLOCK_PARAGRAPH:
	case BLOCK_HEADING:
	case BLOCK_CODE:
	case BLOCK_RULE:
	case BLOCK_CELL:
		break;
	}
}

/* Elements of all below top, iteratively. */
static void put_below(struct writer *w, const struct block *top)
{
	const struct block *b = top->first;

	while (b) {
		enter(w, b);
		if (b->first) {
			b = b->first;
			continue;
		}
		for (;;) {
			leave(w, b);
			if (b->next) {
				b = b->next;
				break;
			}
			b = b->parent;
			if (b == top)
				return;
		}
	}
}

static void put_line(struct writer *w, const char *tag, struct span text)
{
	bool letters = false;

	if (!text.n)
		return;
	for (size_t at = 0; at < text.n && !letters;)
		letters = cp_letter(utf8_next(text.p, text.n, &at));
	put(w, "<");
	put(w, tag);
	/* A date alone has no direction of its own: "auto" would be left to right. */
	put(w, letters ? " dir=\"auto\">" : ">");
	html_escape(text, w->out);
	put(w, "</");
	put(w, tag);
	put(w, ">\n");
}

static void put_notes(struct writer *w)
{
	bool any = false;

	for (unsigned i = 1; i <= w->o->doc->note_count; i++) {
		const struct note *n = outdoc_note(w->o, i);

		if (!n)
			continue;
		if (!any)
			put(w, "<section class=\"notes\" role=\"doc-endnotes\">\n<ol>\n");
		any = true;
		put(w, "<li id=\"n");
		buf_number(w->out, i);
		put(w, "\">");
		w->note = n;
		put_below(w, n->body);
		if (!n->body->last || n->body->last->kind != BLOCK_PARAGRAPH)
			put_back(w);
		put(w, "</li>\n");
	}
	if (any)
		put(w, "</ol>\n</section>\n");
}

static void put_head(struct writer *w)
{
	const struct outdoc *o = w->o;
	struct span title = o->title.n ? o->title : o->organisation;
	struct buf words = { 0 }, folded = { 0 };

	for (const struct block *b = o->doc->root->first; b && !title.n; b = b->next) {
		if (b->kind != BLOCK_HEADING)
			continue;
		text_of_leaf(b, READING_REJECTED, &words);
		text_fold(buf_span(&words), &folded);
		title = buf_span(&folded);
	}
	put(w, "<!DOCTYPE html>\n<html lang=\"");
	html_escape(o->language, w->out);
	put(w, o->right_to_left ? "\" dir=\"rtl\">\n" : "\" dir=\"ltr\">\n");
	put(w, "<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	html_escape(title.n ? title : SPAN_LIT("Statement"), w->out);
	put(w, "</title>\n");
	if (o->organisation.n) {
		put(w, "<meta name=\"author\" content=\"");
		html_escape(o->organisation, w->out);
		put(w, "\">\n");
	}
	put(w, "<style>\n");
	put(w, html_style);
	put(w, "</style>\n</head>\n<body>\n<main>\n");
	buf_done(&words);
	buf_done(&folded);
}

static void put_opening(struct writer *w)
{
	const struct outdoc *o = w->o;

	if (o->banner.n) {
		put(w, "<p class=\"banner\">");
		for (struct span rest = o->banner, line; span_split(&rest, '\n', &line);) {
			html_escape(line, w->out);
			if (rest.n)
				put(w, "<br>");
		}
		put(w, "</p>\n");
	}
	if (!o->title.n && !o->information_block)
		return;
	put(w, "<header>\n");
	put_line(w, "p", o->speech.delivery);
	if (o->information_block) {
		put_line(w, "p", o->organisation);
		put_line(w, "p", o->document_label);
	}
	put_line(w, "h1", o->title);
	if (o->information_block) {
		put_line(w, "p", o->input_to);
		put_line(w, "p", o->group);
		put_line(w, "p", o->shown_date);
	}
	put(w, "</header>\n");
}

static void put_endorsers(struct writer *w)
{
	if (!w->o->endorser_count)
		return;
	put(w, "<footer>\n");
	put_line(w, "p", w->o->endorsers_label);
	put(w, "<ul>\n");
	for (size_t i = 0; i < w->o->endorser_count; i++)
		put_line(w, "li", w->o->endorsers[i]);
	put(w, "</ul>\n</footer>\n");
}

int html_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f)
{
	struct writer w = { .o = out, .out = ret, .top = out->title.n ? 2 : 1 };

	(void)o, (void)f;
	w.referred = mem_zero(out->doc->note_count + 1, sizeof(bool));
	collect_ids(&w);
	put_head(&w);
	put_opening(&w);
	put_below(&w, out->doc->root);
	put_endorsers(&w);
	put_notes(&w);
	put(&w, "</main>\n</body>\n</html>\n");
	free(w.referred);
	free(w.ids.items);
	return 0;
}
