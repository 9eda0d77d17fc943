#include "cli/outfile.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "cli/apart.h"
#include "cli/draft.h"
#include "cli/opt.h"
#include "cli/ui.h"

/* Letters that a speaker can read from a lectern, and that leave a line of words on the page. */
#define SPEECH_POINTS_LEAST 8u
#define SPEECH_POINTS_MOST 48u

enum audience outfile_audience(const struct cli *c, enum audience unsaid)
{
	const char *who = opt_get(c, "audience");

	if (who && strcmp(who, "review") == 0)
		return AUDIENCE_REVIEW;
	if (who && strcmp(who, "internal") == 0)
		return AUDIENCE_INTERNAL;
	if (who && strcmp(who, "public") == 0)
		return AUDIENCE_PUBLIC;
	return unsaid;
}

int outfile_date(struct cli *c, const struct draft *d, struct span *ret, struct fault *f)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct tm tm = { 0 };
	uint64_t seconds;
	time_t t;

	*ret = d->statement && meta_is_date(d->statement->doc->meta.date) ? d->statement->doc->meta.date : SPAN_LIT("1980-01-01");
	if (!epoch || !*epoch)
		return 0;
	if (!span_number(span_str(epoch), 253402300799u, &seconds))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "SOURCE_DATE_EPOCH is \"%s\": it must be seconds since 1970", epoch);
	t = (time_t)seconds;
	gmtime_r(&t, &tm);
	*ret = arena_printf(&c->arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	return 0;
}

struct span outfile_organisation(const struct draft *d)
{
	const struct meta *m = &d->statement->doc->meta;
	const struct workspace *conf = d->ws->conf;

	return m->organisation.n ? m->organisation : conf && conf->organisation.n ? conf->organisation : SPAN_LIT("chapeau");
}

int outfile_may_compare(const struct comparison *c, enum audience audience, struct fault *f)
{
	for (size_t i = 0; audience == AUDIENCE_PUBLIC && i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];
		struct srcpos at = { c->to->doc->path, 0, 0 };

		if (!e->from || !e->to || e->from->internal || !e->to->internal)
			continue;
		doc_position(c->to->doc, e->to->block->origin.begin, &at.line, &at.column);
		fault_set(f, FAULT_REFUSED, at,
			  "the changes would show what this clause said before it became internal");
		return fault_hint(f, "Send the public the text without its changes, or the changes to reviewers: --audience review");
	}
	return 0;
}

int outfile_options(struct cli *c, struct draft *d, enum audience audience, struct outdoc_options *ret, struct fault *f)
{
	const struct meta *m = &d->statement->doc->meta;
	const struct profile *p = d->profile;
	const struct workspace *conf = d->ws->conf;
	const struct span language = m->language.n ? m->language : conf ? conf->language : (struct span){ 0 };
	struct image_folders *folders = ARENA_NEW(&c->arena, struct image_folders);
	struct outdoc_options o = {
		.audience = audience,
		.channel = draft_channel(c, d),
		.numbering = draft_numbering(d, m),
		.words = draft_words(c, d, language),
		.information_block = true,
		.draft_name = d->name,
		.load_image = format_load_image,
		.load_ctx = folders,
		.other_draft = d->ws->root ? draft_other : NULL,
		.other_ctx = d->ws,
		.language = conf ? conf->language : (struct span){ 0 },
	};
	char *dir = path_dir(d->path);
	int r;

	*folders = (struct image_folders){ arena_str(&c->arena, span_str(dir)), d->ws->root };
	mem_free(dir);
	if (conf) {
		if (!m->organisation.n)
			o.organisation = conf->organisation;
		if (conf->group.n)
			o.group = arena_printf(&c->arena, "%.*s%.*s", SPAN_ARG(o.words.group), SPAN_ARG(number_group(language, conf->group)));
	}
	o.author = outfile_organisation(d);
	if (p) {
		o.input_to = p->title;
		/* "Written input" is not what the spoken version is. */
		if (o.channel != CHANNEL_ORAL || span_is(p->kind, "oral"))
			o.document_label = p->label_document;
		o.endorsers_label = p->label_endorsers;
		if (p->speech_points.is == GIVEN_SET && p->speech_points.value >= SPEECH_POINTS_LEAST && p->speech_points.value <= SPEECH_POINTS_MOST)
			o.speech.half_points = 2 * (unsigned)p->speech_points.value;
		o.speech.line = p->speech_line;
		o.speech.delivery = span_is(p->delivery, "verbatim") ? o.words.verbatim : p->delivery.n ? o.words.delivery : p->delivery;
	}
	r = getenv("SOURCE_DATE_EPOCH") ? outfile_date(c, d, &o.date, f) : 0;
	if (r == 0)
		*ret = o;
	return r;
}

/* --template, the profile's or the workspace's reference file, the installed one; none: the format's own styles.
 * *ret_ours: it came with the program. */
static int reference(struct cli *c, struct draft *d, const struct format *format, struct buf *ret, const char **ret_path, bool *ret_ours, struct fault *f)
{
	struct span name = d->profile && d->profile->template_name.n ? d->profile->template_name : SPAN_LIT("reference");
	const char *path = opt_get(c, "template"), *below;
	int r;

	if (!span_is(span_str(format->name), "docx") && !span_is(span_str(format->name), "odt")) {
		if (path)
			ui_note(c, "%s: warning: a template is for DOCX, ODT and PDF; it was not used.", path);
		return 0;
	}
	if (!path) {
		below = arena_printf(&c->arena, "templates/%.*s%s", SPAN_ARG(name), format->ending).p;
		if (span_find_char(name, '/', 0) == SIZE_MAX && d->ws->root && file_exists(ws_path(c, d->ws, below)))
			path = ws_path(c, d->ws, below);
		else if (data_dir(c)) {
			below = arena_printf(&c->arena, "%s/templates/reference%s", data_dir(c), format->ending).p;
			path = file_exists(below) ? below : NULL;
			*ret_ours = true;
		}
	}
	*ret_path = path;
	r = path ? file_read(path, LIMIT_ZIP_BYTES, ret, NULL, f) : 0;
	if (r == 0 && path && !ret->n)
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ .file = path }, "this template is empty: make it again, or leave it out");
	return r;
}

struct making {
	const struct outdoc *out;
	const struct format *format;
	struct write_options options;
};

static int make(void *ctx, struct buf *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	const struct making *m = ctx;
	size_t begin = ret->n;
	int r = m->format->write(m->out, &m->options, ret, f);

	if (r == 0 && m->format->reopen) {
		r = m->format->reopen(span_sub(buf_span(ret), begin, ret->n), &text, f);
		if (r == 0)
			r = outdoc_search(m->out, buf_span(&text), m->options.dest, f);
	}
	return r;
}

int outfile_make(struct cli *c, struct draft *d, struct doc *doc, const struct outdoc_options *o, const struct format *format, const char *dest,
		 struct buf *ret, struct fault *f)
{
	CLEANUP(buf_done) struct buf ref = { 0 };
	const char *ref_path = NULL;
	bool ours = false;
	struct outdoc *out = NULL;
	struct outdoc_options own = *o;
	int r;

	own.whole_notes = span_is(span_str(format->name), "docx");
	r = outdoc_make(doc, &own, &out, f);

	if (r == 0 && span_is(span_str(format->name), "odt") && out->gone && outdoc_recounted(out))
		ui_note(c, "%s: note: %zu paragraph%s number in one of the two texts alone. ODF cannot say that of a change: they stand as in the newer one, and with all changes rejected numbers are not the older text's. A DOCX says it.",
			d->path, outdoc_recounted(out), outdoc_recounted(out) == 1 ? " takes a" : "s take a");
	for (size_t i = 0; r == 0 && i < out->missing_count; i++)
		ui_note(c, "%s: warning: the image %.*s is left out: %.*s; its alternative text stands in its place.", d->path,
			SPAN_ARG(out->missing[i].url), SPAN_ARG(out->missing[i].why));
	/* What only some formats hold (FORMAT.md F11). */
	for (size_t i = 0; r == 0 && i < out->image_count; i++)
		if (out->images[i].type == IMAGE_SVG && span_is(span_str(format->name), "docx"))
			ui_note(c, "%s: warning: a Word file cannot hold the SVG %.*s: its alternative text stands in its place; save it as PNG beside it.",
				d->path, SPAN_ARG(out->images[i].url));
	if (r == 0)
		r = reference(c, d, format, &ref, &ref_path, &ours, f);
	if (r == 0) {
		struct making m = { out, format, { buf_span(&ref), ref_path, dest } };

		/* A template that anybody may have made is a stranger's package.  The file that is made of it is opened again there
		 * too. */
		r = ref.n && !ours ? apart_bytes(c, ref_path, make, &m, ret, f) : make(&m, ret, f);
	}
	outdoc_free(out);
	return r;
}
