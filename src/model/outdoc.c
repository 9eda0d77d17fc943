#include "model/outdoc_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "model/labels.h"
#include "model/select.h"
#include "model/text.h"

int outdoc_refuse(struct doc *d, size_t offset, const char *rule, struct span message, struct fault *f)
{
	struct srcpos pos = { .file = d->path };

	doc_position(d, offset, &pos.line, &pos.column);
	fault_set(f, FAULT_REFUSED, pos, "%.*s [%s]", SPAN_ARG(message), rule);
	if (f && d->source.n && !f->line)
		fault_line(f, doc_line(d, pos.line));
	return -FAULT_REFUSED;
}

/* What makes a public file impossible (FORMAT.md F1, F3, F5; DESIGN.md section 5, export). */
static int refuse_public(struct doc *d, const struct outdoc_options *o, struct fault *f)
{
	for (size_t i = 0; i < d->remark_count; i++)
		if (remark_refuses_public(d->remarks[i].rule))
			return outdoc_refuse(d, d->remarks[i].offset, d->remarks[i].rule, d->remarks[i].message, f);
	if (d->suggestion_count && !o->comparison) {
		char text[200];
		int n = snprintf(text, sizeof(text),
				 "%zu open suggestion%s, the first here: settle %s with chapeau accept or reject, or export for review "
				 "(--audience review)",
				 d->suggestion_count, d->suggestion_count == 1 ? "" : "s",
				 d->suggestion_count == 1 ? "it" : "them");

		return outdoc_refuse(d, d->suggestions[0].origin.begin, "open-suggestion", span_of(text, (size_t)n), f);
	}
	return 0;
}

/* ---- words ---- */

static int count_words(struct doc *d, const struct selection *s, struct outdoc *out, struct survey *ret, struct fault *f)
{
	doc_count_words(d, s, &out->words_source, &out->words_held);
	*ret = doc_survey(out->doc);
	out->words_written = ret->words;
	if (out->words_source == out->words_written + out->words_held)
		return 0;
	return fault_set(f, FAULT_REFUSED, (struct srcpos){ .file = d->path },
			 "the words do not add up: %zu in the source, %zu to be written, %zu held back; nothing was written, "
			 "please report this as a fault of chapeau",
			 out->words_source, out->words_written, out->words_held);
}

/* ---- secrets ---- */

static void add_comments(struct secrets *s, const struct comment *c)
{
	for (; c; c = c->next)
		secrets_add(s, c->text);
}

static void secret_leaves(struct secrets *s, const struct block *top, bool public)
{
	struct buf text = { 0 };

	for (const struct block *b = top; b; b = block_next(b, top)) {
		if (b->internal && block_is_leaf(b)) {
			buf_clear(&text);
			text_of_leaf(b, READING_MARKED, &text);
			secrets_add(s, buf_span(&text));
		}
		if (!public && !b->internal)
			continue;
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];

			if (r->kind == RUN_COMMENT)
				add_comments(s, r->comment);
			if (r->mark && r->mark->comments && (i == 0 || b->runs[i - 1].mark != r->mark))
				add_comments(s, r->mark->comments);
		}
	}
	buf_done(&text);
}

/* A copy that shows comments may hold their words, whatever internal text says the same. */
static void allow_comments(struct secrets *s, const struct comment *c)
{
	for (; c; c = c->next) {
		secrets_allow(s, &(struct secret_walk){ 0 }, c->author);
		secrets_allow(s, &(struct secret_walk){ 0 }, c->text);
	}
}

/* reading: READING_MARKED takes all runs in their order, the others what stands in that reading alone: formats keep what
 * was deleted apart from the text. */
static void allow_leaves(struct secrets *s, struct secret_walk *w, const struct block *top, enum reading reading)
{
	struct buf text = { 0 };

	for (const struct block *b = top; b; b = block_next(b, top)) {
		bool read = true;

		for (const struct block *p = reading == READING_MARKED ? NULL : b; p && read; p = p->parent)
			read = reading == READING_ACCEPTED ? mark_accepted(p->mark) : mark_rejected(p->mark);
		if (!read)
			continue;
		secrets_allow(s, w, reading == READING_REJECTED && b->relabelled ? b->label_was : b->printed);
		buf_clear(&text);
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i];
			struct secret_walk apart = { 0 };

			if ((reading == READING_ACCEPTED && !mark_accepted(r->mark)) ||
			    (reading == READING_REJECTED && !mark_rejected(r->mark)))
				continue;
			if (r->kind == RUN_SOFT || r->kind == RUN_HARD)
				buf_char(&text, ' ');
			buf_add(&text, r->kind == RUN_XREF ? r->printed : r->text);
			if (r->link && (i == 0 || b->runs[i - 1].link != r->link)) {
				secrets_allow(s, &apart, r->link->url);
				secrets_allow(s, &apart, r->link->title);
			}
			if (r->kind == RUN_COMMENT)
				allow_comments(s, r->comment);
			for (const struct mark *m = r->mark; m; m = m->outer)
				if (m->comments && (i == 0 || b->runs[i - 1].mark != r->mark))
					allow_comments(s, m->comments);
			if (r->kind == RUN_IMAGE && r->image) {
				secrets_allow(s, &apart, r->image->url);
				secrets_allow(s, &apart, r->image->title);
			}
		}
		secrets_allow(s, w, buf_span(&text));
	}
	buf_done(&text);
}

/* Text and Markdown write an address and a title directly behind the words that they belong to. */
static void allow_addresses(struct secrets *s, struct secret_walk *walk, const struct block *top)
{
	struct buf text = { 0 };

	for (const struct block *b = top; b; b = block_next(b, top)) {
		buf_clear(&text);
		for (size_t i = 0; i < b->run_count; i++) {
			const struct run *r = &b->runs[i], *next = i + 1 < b->run_count ? r + 1 : NULL;

			buf_add(&text, r->kind == RUN_XREF ? r->printed : r->text);
			if (r->kind == RUN_SOFT || r->kind == RUN_HARD)
				buf_char(&text, ' ');
			if (r->link && !r->link->autolink && (!next || next->link != r->link)) {
				buf_char(&text, ' ');
				buf_add(&text, r->link->url);
				buf_char(&text, ' ');
				buf_add(&text, r->link->title);
				buf_char(&text, ' ');
			}
			if (r->kind == RUN_IMAGE && r->image) {
				buf_char(&text, ' ');
				buf_add(&text, r->image->url);
				buf_char(&text, ' ');
				buf_add(&text, r->image->title);
				buf_char(&text, ' ');
			}
		}
		secrets_allow(s, walk, buf_span(&text));
	}
	buf_done(&text);
}

static void find_secrets(struct doc *d, struct outdoc *out)
{
	const struct span said[] = {
		out->title, out->organisation, out->group,          out->input_to,        out->date,
		out->shown_date, out->document_label, out->endorsers_label, out->banner,          out->speech.delivery,
		out->earlier.title, out->earlier.organisation, out->earlier.shown_date, out->earlier.endorsers_label,
	};
	struct secrets *s = &out->secrets;
	struct secret_walk walks[4] = { 0 };

	if (out->audience == AUDIENCE_INTERNAL)
		return;
	secret_leaves(s, d->root, out->audience == AUDIENCE_PUBLIC);
	for (size_t i = 0; i < d->note_count; i++)
		if (d->notes[i]->internal || out->audience == AUDIENCE_PUBLIC)
			secret_leaves(s, d->notes[i]->body, out->audience == AUDIENCE_PUBLIC);
	if (out->audience == AUDIENCE_PUBLIC)
		for (size_t i = 0; i < d->suggestion_count; i++)
			add_comments(s, d->suggestions[i].comments);
	if (!s->count)
		return;
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		secrets_allow(s, &(struct secret_walk){ 0 }, said[i]);
	for (size_t i = 0; i < out->endorser_count; i++)
		secrets_allow(s, &(struct secret_walk){ 0 }, out->endorsers[i]);
	for (size_t i = 0; i < out->earlier.endorser_count; i++)
		secrets_allow(s, &(struct secret_walk){ 0 }, out->earlier.endorsers[i]);
	/* The notes follow the text and each other, by number, where a format prints them at the end. */
	for (unsigned i = 0; i <= out->doc->note_count; i++) {
		const struct block *top = !i ? out->doc->root : out->notes[i] ? out->notes[i]->body : NULL;

		if (!top)
			continue; /* referred to in another note only, which is a finding */
		allow_leaves(s, &walks[0], top, READING_MARKED);
		allow_addresses(s, &walks[1], top);
		if (out->doc->reading == READING_MARKED) {
			allow_leaves(s, &walks[2], top, READING_ACCEPTED);
			allow_leaves(s, &walks[3], top, READING_REJECTED);
		}
	}
}

int outdoc_search(const struct outdoc *o, struct span text, const char *file, struct fault *f)
{
	struct span words;

	if (!secrets_find(&o->secrets, text, &words))
		return 0;
	return fault_set(f, FAULT_REFUSED, (struct srcpos){ .file = file },
			 "the file would hold internal words, \"%.*s\", so it was not kept: take them out of the public text and "
			 "the template, or reword the internal note; if they stand in neither, please report this as a fault of "
			 "chapeau",
			 SPAN_ARG(words));
}

/* ---- notes and images ---- */

const struct note *outdoc_note(const struct outdoc *o, unsigned number)
{
	return number <= o->doc->note_count ? o->notes[number] : NULL;
}

const struct out_image *outdoc_image(const struct outdoc *o, const struct run *r)
{
	if (r->kind != RUN_IMAGE || !r->image)
		return NULL;
	for (size_t i = 0; i < o->image_count; i++)
		if (span_eq(o->images[i].url, r->image->url))
			return &o->images[i];
	return NULL;
}

static bool is_missing(const struct outdoc *o, struct span url)
{
	for (size_t i = 0; i < o->missing_count; i++)
		if (span_eq(o->missing[i].url, url))
			return true;
	return false;
}

static void load_image(struct outdoc *out, const struct outdoc_options *o, struct run *r)
{
	struct out_image image = { .url = r->image->url };
	struct buf why = { 0 };
	bool ok = false;

	if (outdoc_image(out, r))
		return;
	if (out->image_count + out->missing_count < LIMIT_IMAGES && !is_missing(out, image.url)) {
		if (!o->load_image)
			BUF_LIT(&why, "images are not loaded here");
		else
			ok = o->load_image(o->load_ctx, image.url, &out->doc->arena, &image.bytes, &why);
		if (ok && (image.bytes.n > LIMIT_IMAGE_BYTES || image.bytes.n > LIMIT_IMAGES_BYTES - out->image_bytes)) {
			ok = false;
			buf_printf(&why, "it is larger than %u MiB, or all images together than %u MiB",
				   LIMIT_IMAGE_BYTES >> 20, LIMIT_IMAGES_BYTES >> 20);
		}
		if (ok && !image_sniff(image.bytes, &image.type, &image.width, &image.height)) {
			ok = false;
			BUF_LIT(&why, IMAGE_WRONG_KIND);
		}
		if (ok) {
			out->images = mem_resize(out->images, out->image_count + 1, sizeof(struct out_image));
			out->images[out->image_count++] = image;
			out->image_bytes += image.bytes.n;
		} else {
			out->missing = mem_resize(out->missing, out->missing_count + 1, sizeof(struct out_missing));
			out->missing[out->missing_count++] =
				(struct out_missing){ image.url, arena_dup(&out->doc->arena, buf_span(&why)) };
		}
		buf_done(&why);
	}
	if (!ok) {
		/* Its alternative text stands in its place: no word is lost. */
		r->kind = RUN_TEXT;
		r->image = NULL;
	}
}

static void load_images(struct outdoc *out, const struct outdoc_options *o)
{
	for (size_t i = 0; i <= out->doc->note_count; i++) {
		struct block *top = i ? out->doc->notes[i - 1]->body : out->doc->root;

		for (struct block *b = top; b; b = block_next(b, top))
			for (size_t k = 0; k < b->run_count; k++)
				if (b->runs[k].kind == RUN_IMAGE && b->runs[k].image)
					load_image(out, o, &b->runs[k]);
	}
}

/* ---- language ---- */

static bool language_is(struct span language, const char *primary)
{
	struct span p = span_str(primary);

	return language.n >= p.n && span_eq_nocase(span_sub(language, 0, p.n), p) &&
	       (language.n == p.n || language.p[p.n] == '-');
}

static bool language_is_rtl(struct span language)
{
	static const char *const rtl[] = { "ar", "he", "iw", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "syr" };

	for (size_t i = 0; i < ARRAY_LEN(rtl); i++)
		if (language_is(language, rtl[i]))
			return true;
	return false;
}

/* Where nothing names the language: by the script that most of the first letters are in. */
static struct span guess_language(const struct doc *d)
{
	enum { LATIN, ARABIC, HEBREW, HAN, KANA, HANGUL, CYRILLIC, SCRIPTS };
	static const struct span languages[SCRIPTS] = {
		[LATIN] = SPAN("en"), [ARABIC] = SPAN("ar"), [HEBREW] = SPAN("he"),   [HAN] = SPAN("zh"),
		[KANA] = SPAN("ja"),  [HANGUL] = SPAN("ko"), [CYRILLIC] = SPAN("ru"),
	};
	size_t counts[SCRIPTS] = { 0 }, seen = 0, best = 0;

	for (const struct block *b = d->root; b && seen < 4096; b = block_next(b, d->root)) {
		for (size_t k = 0; k < b->run_count && seen < 4096; k++) {
			struct span t = b->runs[k].text;

			for (size_t at = 0; at < t.n && seen < 4096; seen++) {
				uint32_t cp = utf8_next(t.p, t.n, &at);

				if (cp < 0x80)
					counts[LATIN] += cp_letter(cp);
				else if ((cp >= 0x600 && cp < 0x780) || (cp >= 0xfb50 && cp < 0xfe00) || (cp >= 0xfe70 && cp < 0xfeff))
					counts[ARABIC]++;
				else if ((cp >= 0x590 && cp < 0x600) || (cp >= 0xfb1d && cp < 0xfb50))
					counts[HEBREW]++;
				else if (cp >= 0x400 && cp < 0x530)
					counts[CYRILLIC]++;
				else if (cp >= 0x3041 && cp < 0x3100)
					counts[KANA] += 4; /* Japanese mixes them with ideographs */
				else if (cp >= 0xac00 && cp < 0xd7a4)
					counts[HANGUL]++;
				else if (cp_ideograph(cp))
					counts[HAN] += 2; /* a word of Latin letters is longer */
			}
		}
	}
	for (size_t i = 1; i < SCRIPTS; i++)
		if (counts[i] > counts[best])
			best = i;
	return languages[best];
}

/* ---- making one ---- */

/* What only served to number and to find: nothing of it travels. */
static void strip(struct outdoc *out)
{
	struct doc *d = out->doc;

	for (size_t i = 0; i <= d->note_count; i++) {
		struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (struct block *b = top; b; b = block_next(b, top)) {
			b->attrs = NULL;
			b->info = (struct span){ 0 };
			b->origin = b->attr_origin = (struct origin){ 0 };
			for (size_t k = 0; k < b->run_count; k++)
				b->runs[k].src = (struct origin){ 0 };
		}
		if (i)
			d->notes[i - 1]->label = arena_printf(&d->arena, "%u", d->notes[i - 1]->number);
	}
	d->meta = (struct meta){ .channel = out->channel, .numbering = out->numbering };
	d->source = (struct span){ 0 };
	free(d->path);
	d->path = mem_strdup("-");
	free(d->line_starts);
	d->line_starts = NULL;
	d->line_count = 0;
}

static struct span keep(struct outdoc *out, struct span first, struct span other)
{
	struct span s = first.p ? first : other;

	return s.p ? arena_dup(&out->doc->arena, s) : s;
}

const struct mark *outdoc_keep_mark(struct outdoc *out, const struct mark *m)
{
	struct mark *k = ARENA_NEW(&out->doc->arena, struct mark);

	*k = (struct mark){ .kind = m->kind, .author = keep(out, m->author, m->author), .time = keep(out, m->time, m->time), .group = m->group };
	return k;
}

static bool same_lines(const struct outdoc *out)
{
	const struct out_earlier *was = &out->earlier;
	bool same = span_eq(was->title, out->title) && span_eq(was->organisation, out->organisation) &&
		    span_eq(was->shown_date, out->shown_date) && was->endorser_count == out->endorser_count &&
		    (!out->endorser_count || span_eq(was->endorsers_label, out->endorsers_label));

	for (size_t i = 0; same && i < out->endorser_count; i++)
		same = span_eq(was->endorsers[i], out->endorsers[i]);
	return same;
}

static struct xref_words words_of(const struct outdoc *out, const struct outdoc_options *o)
{
	struct xref_words shipped = xref_words_for(out->language), words = o->words.paragraph.p ? o->words : shipped;

	if (!words.open.p) {
		words.open = shipped.open;
		words.close = shipped.close;
	}
	return words;
}

/* Of the older text of a comparison, where it is in another language. */
static struct xref_words words_before(const struct doc *d, const struct outdoc_options *o, const struct xref_words *now)
{
	struct span language = d->earlier && d->earlier->meta.language.n ? d->earlier->meta.language : o->language;

	return !o->comparison || !d->earlier || span_eq_nocase(language, d->meta.language.n ? d->meta.language : o->language) ? *now : xref_words_for(language);
}

/* said: the language that the newer text names, which the words of the options are in; else they are English. */
static void set_earlier(const struct earlier *e, struct span said, const struct outdoc_options *o, struct outdoc *out)
{
	struct span language = e->meta.language.n ? e->meta.language : o->language;
	struct out_earlier *to = &out->earlier;
	struct span *names = ARENA_ARRAY(&out->doc->arena, e->meta.endorsed_count + 1, struct span);

	to->gone = outdoc_keep_mark(out, e->gone);
	to->came = outdoc_keep_mark(out, e->came);
	to->title = keep(out, e->meta.title, (struct span){ 0 });
	to->organisation = keep(out, e->meta.organisation, o->house);
	to->shown_date = keep(out, e->meta.date, (struct span){ 0 });
	for (size_t i = 0; i < e->meta.endorsed_count; i++)
		names[i] = keep(out, e->meta.endorsed_by[i], (struct span){ 0 });
	to->endorsers = names;
	to->endorser_count = e->meta.endorsed_count;
	/* Above the endorsers stand words of the text's language, where the profile says none. */
	to->endorsers_label = out->endorsers_label;
	if (!o->endorsers_label.n && to->endorser_count && !span_eq_nocase(language, said))
		to->endorsers_label = keep(out, xref_words_for(language).endorsers, (struct span){ 0 });
	if (same_lines(out))
		*to = (struct out_earlier){ 0 };
}

size_t outdoc_line(const struct outdoc *o, struct span was, struct span is, struct run ret[2])
{
	size_t n = 0;

	if (!o->earlier.gone || span_eq(was, is)) {
		ret[0] = (struct run){ .kind = RUN_TEXT, .text = is };
		return is.n > 0;
	}
	if (was.n)
		ret[n++] = (struct run){ .kind = RUN_TEXT, .text = was, .mark = o->earlier.gone };
	if (is.n)
		ret[n++] = (struct run){ .kind = RUN_TEXT, .text = is, .mark = o->earlier.came };
	return n;
}

static void set_properties(struct doc *d, const struct outdoc_options *o, struct outdoc *out)
{
	const struct span none = { 0 };

	out->title = keep(out, d->meta.title, none);
	out->language = keep(out, d->meta.language.n ? d->meta.language : o->language, none);
	if (!out->language.n)
		out->language = guess_language(out->doc);
	out->right_to_left = language_is_rtl(out->language);
	out->shown_date = keep(out, d->meta.date, none);
	out->date = keep(out, o->date, meta_is_date(d->meta.date) ? d->meta.date : SPAN_LIT("1980-01-01"));
	out->organisation = keep(out, o->organisation, d->meta.organisation);
	out->group = keep(out, o->group, none);
	out->input_to = keep(out, o->input_to, none);
	out->document_label = keep(out, o->document_label, none);
	out->endorsers_label = keep(out, o->endorsers_label, words_of(out, o).endorsers);
	out->information_block = o->information_block;
	if (out->channel == CHANNEL_ORAL) {
		out->speech.half_points = o->speech.half_points ? o->speech.half_points : SPEECH_HALF_POINTS;
		out->speech.line = o->speech.line ? o->speech.line : SPEECH_LINE;
		out->speech.delivery = keep(out, o->speech.delivery, none);
	}
	out->endorsers = out->doc->meta.endorsed_by;
	out->endorser_count = out->doc->meta.endorsed_count;
	if (o->opening && o->comparison && d->earlier)
		set_earlier(d->earlier, d->meta.language.n ? d->meta.language : o->language, o, out);
	if (out->audience == AUDIENCE_INTERNAL)
		out->banner = SPAN_LIT(INTERNAL_BANNER);
	else if (out->audience == AUDIENCE_REVIEW && o->cover.n)
		out->banner = arena_dup(&out->doc->arena, o->cover);
}

/* The scheme of an address, "https"; empty where it leads to a file beside the text.  One letter is a drive. */
static struct span scheme_of(struct span url)
{
	size_t n = 0;

	while (n < url.n && (((unsigned char)((url.p[n] | 32) - 'a') < 26) || (n && strchr("0123456789+.-", url.p[n]))))
		n++;
	return n > 1 && n < url.n && url.p[n] == ':' ? span_sub(url, 0, n) : (struct span){ 0 };
}

/* Ids are internal (FORMAT.md F8), and so are the folders of the writer's computer: a link with words of its own to a clause, "#id",
 * "draft#id" or "../texts/draft.md#id", to "/home/me/plan.odt" or into a folder, "../old/plan.md", is its words to the public; one to a
 * file that may stand beside the text, "annex.pdf", is none of these. */
static bool is_of_this_computer(struct span url)
{
	struct span scheme = scheme_of(url);

	if (scheme.n)
		return span_eq_nocase(scheme, SPAN_LIT("file"));
	/* A host all the same, as people type them. */
	if (span_starts(url, SPAN_LIT("//")) || span_starts(url, SPAN_LIT("www.")))
		return false;
	return span_find_char(url, '#', 0) != SIZE_MAX || span_find_char(url, '/', 0) != SIZE_MAX || span_find_char(url, '\\', 0) != SIZE_MAX ||
	       (url.n > 1 && url.p[1] == ':');
}

static void unlink_own(struct block *root)
{
	for (struct block *b = root; b; b = block_next(b, root))
		for (size_t i = 0; i < b->run_count; i++)
			if (b->runs[i].link && is_of_this_computer(b->runs[i].link->url))
				b->runs[i].link = NULL;
}

int outdoc_make(struct doc *d, const struct outdoc_options *o, struct outdoc **ret, struct fault *f)
{
	struct selection s = {
		.internal = o->audience == AUDIENCE_INTERNAL,
		.channel = o->channel != CHANNEL_UNSAID ? o->channel : d->meta.channel,
		.cut_oral = o->cut_oral,
		.marks = o->comparison || o->audience != AUDIENCE_PUBLIC,
		.comments = o->audience != AUDIENCE_PUBLIC,
		.source = true, /* for the places of faults; stripped before a writer sees it */
	};
	struct xref_words words, was;
	struct survey found;
	struct outdoc *out;
	int err;

	if (s.channel == CHANNEL_UNSAID)
		s.channel = CHANNEL_WRITTEN;
	if (o->comparison && o->audience == AUDIENCE_PUBLIC)
		s.author = o->author.p ? o->author : o->organisation.p ? o->organisation : d->meta.organisation;
	if (o->audience == AUDIENCE_PUBLIC && (err = refuse_public(d, o, f)) < 0)
		return err;
	/* Review copies show suggestions: a doc that was read without them would hide some. */
	assert(o->audience == AUDIENCE_PUBLIC || o->comparison || d->reading == READING_MARKED || !d->has_critic);
	out = mem_zero(1, sizeof(*out));
	out->audience = o->audience;
	out->channel = s.channel;
	out->comparison = o->comparison;
	out->numbering = o->numbering != NUMBERING_UNSAID	? o->numbering :
			 d->meta.numbering != NUMBERING_UNSAID ? d->meta.numbering :
								  NUMBERING_NONE;
	out->doc = doc_select(d, &s);
	if (o->audience == AUDIENCE_PUBLIC) {
		unlink_own(out->doc->root);
		for (size_t i = 0; i < out->doc->note_count; i++)
			unlink_own(out->doc->notes[i]->body);
	}
	err = count_words(d, &s, out, &found, f);
	if (!err) {
		number_doc(out->doc, out->numbering);
		set_properties(d, o, out);
		words = words_of(out, o);
		was = words_before(d, o, &words);
		if (o->comparison && d->earlier) {
			out->gone = outdoc_keep_mark(out, d->earlier->gone);
			out->came = outdoc_keep_mark(out, d->earlier->came);
		}
		if (labels_place(out->doc, &words, &(struct label_marks){ out->gone, out->came, was.table }))
			doc_finish(out->doc);
		err = outdoc_references(d, o, out, &words, &was, found.xrefs, f);
	}
	if (!err) {
		outdoc_part_notes(out, o->whole_notes);
		if (found.images)
			load_images(out, o);
		out->notes = mem_zero(out->doc->note_count + 1, sizeof(struct note *));
		for (size_t i = 0; i < out->doc->note_count; i++)
			out->notes[out->doc->notes[i]->number] = out->doc->notes[i];
		out->notes[0] = NULL;
		strip(out);
		find_secrets(d, out);
		*ret = out;
		return 0;
	}
	outdoc_free(out);
	return err;
}

void outdoc_free(struct outdoc *o)
{
	if (!o)
		return;
	doc_free(o->doc);
	free(o->images);
	free(o->missing);
	free(o->notes);
	free(o->anchors);
	free(o->anchor_of);
	free(o->anchor_names);
	free(o->was);
	free(o->numbers);
	secrets_done(&o->secrets);
	free(o);
}

void outdoc_freep(struct outdoc **o)
{
	outdoc_free(*o);
	*o = NULL;
}
