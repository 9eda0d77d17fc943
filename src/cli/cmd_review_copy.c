/*
 * review-copy: a file for each reviewer, with what changed since the copy that person last had.
 */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/copies.h"
#include "cli/opt.h"
#include "cli/outfile.h"
#include "cli/record.h"
#include "cli/ui.h"
#include "cli/versions.h"
#include "cli/when.h"
#include "cli/when.h"
#include "diff/diff.h"
#include "io/zone.h"

/* Twelve characters of a hash in groups of four, no I, L, O, U: read out on the telephone without a slip. */
static void answer_code(const char *hex, char ret[15])
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < 15; i++)
		bits = bits << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
	for (int i = 11; i >= 0; i--) {
		if (n == 4 || n == 9)
			ret[n++] = '-';
		ret[n++] = letters[bits >> (5 * i) & 31];
	}
	ret[n] = '\0';
}

struct copy {
	struct draft *d;
	const struct person *person; /* NULL: a name that chapeau.yaml does not know */
	struct span who, id, last;     /* when the copy before was sent */
	char blob[REPO_HEX + 1], hash[SHA256_HEX + 1], code[15];
	struct comparison *comparison; /* with what the person last had; NULL: the first copy */
	struct statement *then;
	unsigned nth;
	bool odt;
};

/* Does a review copy hold the clause?  Reasons stand elsewhere, and wordings for the meeting room only in a text for it. */
static bool is_sent(const struct copy *k, const struct clause *c)
{
	unsigned apart = CLASS_RATIONALE | (k->d->statement->doc->meta.channel == CHANNEL_ORAL ? 0 : CLASS_ORAL);

	for (const struct block *b = c ? c->block : NULL; b; b = b->parent)
		if (b->internal || attrs_has(b->attrs, apart))
			return false;
	return c;
}

/* "paras 2, 4 and 2 without a number" */
static void changed_paragraphs(const struct copy *k, struct buf *out)
{
	CLEANUP(buf_done) struct buf labels = { 0 };
	size_t n = 0, unnamed = 0;

	for (size_t i = 0; i < k->comparison->count; i++) {
		const struct change_entry *e = &k->comparison->entries[i];

		if (((e->kind == CHANGE_SAME || e->kind == CHANGE_FORMATTED) && !e->moved && is_sent(k, e->from) == is_sent(k, e->to)) ||
		    (!is_sent(k, e->from) && !is_sent(k, e->to)))
			continue;
		if (is_sent(k, e->to) && e->to->label.n)
			buf_printf(&labels, "%s%.*s", n++ ? ", " : "", SPAN_ARG(e->to->label));
		else
			unnamed++;
	}
	if (n)
		buf_printf(out, "para%s %.*s", n == 1 ? "" : "s", SPAN_ARG(buf_span(&labels)));
	if (unnamed)
		buf_printf(out, "%s%zu without a number", n ? " and " : "", unnamed);
	if (!n && !unnamed)
		BUF_LIT(out, "nothing");
	else
		BUF_LIT(out, " (tracked below)");
}

/* The number of a paragraph that an answer could leave out; empty where none is numbered.  Ids do not travel. */
static struct span any_number(const struct statement *st)
{
	for (size_t i = st->count; i-- > 0;) {
		struct span label = st->clauses[i].label;

		if (!st->clauses[i].internal && label.n && label.p[0] >= '0' && label.p[0] <= '9')
			return label;
	}
	return (struct span){ 0 };
}

static void put_day(struct span rfc3339, struct buf *out)
{
	struct zone_time t;
	int64_t time;
	bool offset;

	if (zone_parse(rfc3339, &t, &offset)) {
		zone_resolve(SPAN_LIT("UTC"), &t, &time);
		BUF_LIT(out, " on ");
		when_weekday(time, out);
	}
}

/* A line is a paragraph of the box. */
static void cover_lines(struct cli *c, const struct copy *k, struct buf *out)
{
	const char *by = opt_get(c, "by"), *to = opt_get(c, "answer-to");
	struct span sender = to ? span_str(to) : versions_me(c, k->d->ws), number = any_number(k->d->statement);

	BUF_LIT(out, "REVIEW COPY for ");
	buf_add(out, k->who);
	if (k->person && k->person->role_count)
		buf_printf(out, " (%.*s)", SPAN_ARG(k->person->roles[0]));
	BUF_LIT(out, ". NOT FOR PUBLICATION\n");
	buf_add(out, k->d->statement->doc->meta.title.n ? k->d->statement->doc->meta.title : k->d->name);
	BUF_LIT(out, ". ");
	when_weekday(c->now, out);
	buf_printf(out, ", copy %u of it\n", k->nth);
	if (k->comparison) {
		BUF_LIT(out, "Changed since the copy you had");
		put_day(k->last, out);
		BUF_LIT(out, ": ");
		changed_paragraphs(k, out);
		buf_char(out, '\n');
	} else {
		BUF_LIT(out, "This is your first copy.\n");
	}
	BUF_LIT(out, "Please answer");
	if (by)
		buf_printf(out, " by %s,", by);
	BUF_LIT(out, " to ");
	buf_add(out, span_is(sender, "unknown") ? SPAN_LIT("the sender") : sender);
	BUF_LIT(out, ", by e-mail:\n- edit or comment in this file (any Word or LibreOffice), and send it back;\n");
	buf_printf(out, "- or answer in one line: OK %s (the whole text)\n", k->code);
	if (number.n)
		buf_printf(out, "- or: OK %s except %.*s\n", k->code, SPAN_ARG(number));
}

static int find_last(struct cli *c, struct copy *k, struct fault *f)
{
	CLEANUP(reviews_freep) struct reviews *all = NULL;
	CLEANUP(history_freep) struct history *h = NULL;
	CLEANUP(buf_done) struct buf bytes = { 0 };
	const struct review *last = NULL;
	struct doc *doc = NULL;
	struct diff_options how = { 0 };
	CLEANUP(buf_done) struct buf time = { 0 };
	int r = draft_reviews(c, k->d, &all, f);

	if (!r)
		k->nth = 1 + copies_of(all, k->id, SIZE_MAX, &last);
	if (!r && last)
		k->last = arena_dup(&c->arena, last->time);
	if (r < 0 || !last || last->blob.n != REPO_HEX)
		return r;
	r = versions_open_if_any(k->d->ws, &h, f);
	if (r < 0 || !h || repo_blob_read(history_repo(h), arena_str(&c->arena, last->blob), &bytes, NULL) < 0)
		return r;
	r = md_read(buf_span(&bytes), &(struct read_options){ .path = k->d->path, .reading = READING_REJECTED }, &doc, f);
	if (r < 0)
		return r;
	number_doc(doc, draft_numbering(k->d, &doc->meta));
	k->then = statement_new(doc);
	when_rfc3339(&time, c->now, 0);
	how.author = copies_author(k->d->ws->conf);
	how.time = arena_dup(&c->arena, buf_span(&time));
	r = diff_statements(k->then, k->d->statement, &how, &k->comparison, f);
	return r < 0 ? r : diff_mark(k->comparison, &how, f);
}

static int keep_copy(struct cli *c, struct copy *k, struct span cover, const char *path, struct fault *f)
{
	CLEANUP(buf_done) struct buf time = { 0 }, lines = { 0 };
	struct review e = { .what = REVIEW_COPY_SENT };
	int r = copies_keep(k->d->ws, buf_span(&k->d->bytes), true, f);

	if (r < 0)
		return r;
	when_rfc3339(&time, c->now, 0);
	e.by = versions_me(c, k->d->ws);
	e.time = buf_span(&time);
	e.to = k->id;
	e.file = path_base(span_str(path));
	e.blob = span_str(k->blob);
	e.code = span_str(k->code);
	e.draft_hash = span_str(k->hash);
	copies_cover_hashes(cover, &lines);
	e.cover = buf_span(&lines);
	return draft_review_add(c, k->d, &e, f);
}

#define MAIL_COLUMNS 76 /* RFC 2045 */
#define ENCODED_BYTES 39 /* of text in one encoded word: "Subject: " and it fit in 76 characters (RFC 2047) */

/* As many encoded words as it takes, cut between characters. */
static void put_encoded(struct span s, struct buf *out)
{
	while (s.n) {
		CLEANUP(buf_done) struct buf b = { 0 };
		size_t n = s.n < ENCODED_BYTES ? s.n : ENCODED_BYTES;

		while (n < s.n && n > 1 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		base64_put(span_sub(s, 0, n), 0, &b);
		buf_printf(out, " =?UTF-8?B?%.*s?=", SPAN_ARG(buf_span(&b)));
		s = span_sub(s, n, s.n);
		if (s.n)
			BUF_LIT(out, "\r\n");
	}
}

/* The person's address; empty where contacts.yaml does not say it, or is not there. */
static int find_address(struct cli *c, const struct draft *d, const struct copy *k, struct span *ret, struct fault *f)
{
	CLEANUP(contacts_freep) struct contacts *all = NULL;
	CLEANUP(buf_done) struct buf text = { 0 };
	const char *path = d->ws->root ? ws_path(c, d->ws, "contacts.yaml") : NULL;
	int r;

	if (!path || access(path, F_OK) < 0)
		return 0;
	r = file_read(path, LIMIT_YAML_BYTES, &text, NULL, f);
	if (!r)
		r = conf_contacts(buf_span(&text), path, &all, f);
	if (!r)
		*ret = arena_dup(&c->arena, contacts_address(all, k->id, k->who));
	return r;
}

/* RFC 6266: the name as it is for programs that know how, and without what is not ASCII for those that do not. */
static void put_file_name(struct span name, struct buf *out)
{
	bool ascii = true;

	BUF_LIT(out, " filename=\"");
	for (size_t i = 0; i < name.n; i++) {
		bool high = (unsigned char)name.p[i] >= 0x80;

		if (!high || !i || (unsigned char)name.p[i - 1] < 0x80)
			buf_char(out, high ? '-' : name.p[i]);
		ascii = ascii && !high;
	}
	buf_char(out, '"');
	if (ascii)
		return;
	BUF_LIT(out, ";\r\n filename*=UTF-8''");
	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] < 0x80)
			buf_char(out, name.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)name.p[i]);
	}
}

/* RFC 5322 and 2045: a letter that the mail program opens; to whom, where contacts.yaml says it. */
static void make_letter(const struct copy *k, struct span cover, struct span address, const char *path, struct span file, const char *media, struct buf *out)
{
	struct span name = path_base(span_str(path)), rest = cover, line;
	CLEANUP(buf_done) struct buf subject = { 0 }, body = { 0 };

	buf_printf(&subject, "For review: %.*s", SPAN_ARG(k->d->statement->doc->meta.title.n ? k->d->statement->doc->meta.title : k->d->name));
	while (span_split(&rest, '\n', &line)) {
		buf_add(&body, line);
		BUF_LIT(&body, "\r\n\r\n");
	}
	BUF_LIT(out, "X-Unsent: 1\r\nMIME-Version: 1.0\r\n");
	if (address.n) {
		BUF_LIT(out, "To:");
		put_encoded(k->who, out);
		buf_printf(out, "\r\n <%.*s>\r\n", SPAN_ARG(address));
	}
	BUF_LIT(out, "Subject:");
	put_encoded(buf_span(&subject), out);
	BUF_LIT(out, "\r\nContent-Type: multipart/mixed; boundary=\"chapeau-review-copy\"\r\n\r\n--chapeau-review-copy\r\n"
		     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	base64_put(buf_span(&body), MAIL_COLUMNS, out);
	buf_printf(out, "--chapeau-review-copy\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;", media);
	put_file_name(name, out);
	BUF_LIT(out, "\r\n\r\n");
	base64_put(file, MAIL_COLUMNS, out);
	BUF_LIT(out, "--chapeau-review-copy--\r\n");
}

/* A name as a part of a file's: letters of every script, so that no two people share a file, and a hyphen for what some system refuses. */
static void file_part(struct buf *out, struct span s)
{
	for (size_t i = 0, next; i < s.n; i = next) {
		uint32_t cp;

		next = i;
		cp = utf8_next(s.p, s.n, &next);

		if (cp_letter(cp) || cp_digit(cp) || cp_mark(cp) || cp == '-' || cp == '.' || cp == '_')
			buf_put(out, s.p + i, next - i);
		else if (!out->n || out->p[out->n - 1] != '-')
			buf_char(out, '-');
	}
}

static int one_copy(struct cli *c, struct draft *d, struct span name, const char **ret_path, char code[15], struct fault *f)
{
	struct copy k = { .d = d, .who = name, .id = name, .odt = opt_given(c, "odt") };
	const struct format *fmt = format_by_name(k.odt ? SPAN_LIT("odt") : SPAN_LIT("docx"));
	CLEANUP(buf_done) struct buf cover = { 0 }, bytes = { 0 }, file = { 0 }, letter = { 0 };
	struct outdoc_options o;
	struct doc *marked = NULL;
	struct span address = { 0 };
	const char *path;
	int r;

	k.person = d->ws->conf ? workspace_person(d->ws->conf, name) : NULL;
	if (k.person) {
		k.who = k.person->name;
		k.id = k.person->id;
	}
	statement_hash(d->statement, k.hash);
	answer_code(k.hash, k.code);
	memcpy(code, k.code, sizeof(k.code));
	repo_blob_name(buf_span(&d->bytes), k.blob);
	r = find_address(c, d, &k, &address, f);
	if (!r)
		r = find_last(c, &k, f);
	if (!r)
		r = outfile_options(c, d, AUDIENCE_REVIEW, &o, f);
	if (r < 0)
		goto out;
	cover_lines(c, &k, &cover);
	o.cover = buf_span(&cover);
	o.anchors = true;
	o.map = !opt_given(c, "no-map");
	o.blob = span_str(k.blob);
	o.draft_name = d->name;
	if (d->ws->conf && d->ws->conf->organisation_short.n) {
		file_part(&file, d->ws->conf->organisation_short);
		buf_char(&file, '_');
	}
	file_part(&file, d->name);
	BUF_LIT(&file, "_REVIEW_");
	file_part(&file, k.id);
	buf_str(&file, fmt->ending);
	path = d->ws->root ? ws_path(c, d->ws, arena_printf(&c->arena, "exports/%.*s", SPAN_ARG(buf_span(&file))).p) : arena_str(&c->arena, buf_span(&file));
	if (k.comparison) {
		o.comparison = true;
		r = outfile_make(c, d, k.comparison->marked, &o, fmt, path, &bytes, f);
	} else {
		r = draft_doc(c, d, READING_MARKED, &marked, f);
		if (!r)
			r = outfile_make(c, d, marked, &o, fmt, path, &bytes, f);
	}
	if (!r) {
		char *dir = path_dir(path);

		r = file_make_dirs(dir, f);
		mem_free(dir);
	}
	if (!r)
		r = versions_stay_inside(c, d->ws, path, f);
	if (!r)
		r = file_replace(path, buf_span(&bytes), NULL, f);
	if (!r) {
		const char *eml = arena_printf(&c->arena, "%.*s.eml", (int)(strlen(path) - strlen(fmt->ending)), path).p;

		make_letter(&k, buf_span(&cover), address, path, buf_span(&bytes), fmt->media_type, &letter);
		r = versions_stay_inside(c, d->ws, eml, f);
		if (!r)
			r = file_replace(eml, buf_span(&letter), NULL, f);
	}
	if (!r)
		r = keep_copy(c, &k, buf_span(&cover), path, f);
	*ret_path = path;
out:
	doc_free(marked);
	comparison_free(k.comparison);
	statement_free(k.then);
	return r;
}

int cmd_review_copy(struct cli *c, struct fault *f)
{
	CLEANUP(draft_done) struct draft d = { 0 };
	const char *first = opt_get(c, "to");
	bool json = cli_format_is(c, "json");
	struct json j;
	int r = draft_find(c, c->args[0], 0, &d, f);

	if (!r)
		r = draft_load(c, &d, f);
	if (!r)
		r = statement_require_unique(d.statement, f);
	if (!r && !first) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "who is the copy for? --to NAME is missing");
		r = fault_hint(f, "People of chapeau.yaml are known by their id: chapeau review-copy %.*s --to legal", SPAN_ARG(draft_typed(&d)));
	}
	if (r < 0)
		return r;
	if (json) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/review-copy@1"));
		json_put_string(&j, "draft", d.name);
		json_key(&j, "copies");
		json_array(&j);
	}
	/* --to tomas aroha: the words after the first are names too. */
	for (size_t i = 0; !r && i < c->arg_count; i++) {
		const char *name = i ? c->args[i] : first, *path = NULL;
		char code[15];

		r = one_copy(c, &d, span_str(name), &path, code, f);
		if (r < 0)
			break;
		if (json) {
			json_object(&j);
			json_put_string(&j, "to", span_str(name));
			json_put_string(&j, "path", span_str(path));
			json_put_string(&j, "code", span_str(code));
			json_object_end(&j);
		} else {
			ui_safe(&c->out, span_str(path));
			buf_printf(&c->out, "   for %s, answer code %s; beside it a letter (.eml)\n", name, code);
		}
	}
	if (r < 0)
		return r;
	if (json) {
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else {
		buf_printf(&c->out, "Send them; when they come back: chapeau receive FILE %.*s\n", SPAN_ARG(draft_typed(&d)));
	}
	return 0;
}
