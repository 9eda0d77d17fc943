#include "cli/commands.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "cli/versions.h"

struct input {
	const char *path;
	struct buf bytes;
	struct file_stamp stamp;
	struct statement *statement;
	size_t faults; /* remarks that merging must not add to */
};

static void input_done(struct input *i)
{
	buf_done(&i->bytes);
	statement_free(i->statement);
}

/* Remarks of markup that came loose: a merge that makes one was no merge of these texts. */
static size_t loose(const struct doc *d)
{
	static const char *const kinds[] = { "critic-", "attribute-", "comment-open", "container-open", "table-ragged" };
	size_t n = 0;

	for (size_t i = 0; i < d->remark_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			n += strncmp(d->remarks[i].rule, kinds[k], strlen(kinds[k])) == 0;
	return n;
}

static int parse(struct input *i)
{
	struct doc *d = NULL, *accepted = NULL;
	int r = utf8_invalid(buf_span(&i->bytes)) != SIZE_MAX ? -1 : md_read(buf_span(&i->bytes), &(struct read_options){ .path = i->path, .reading = READING_REJECTED }, &d, NULL);

	if (r < 0)
		return r;
	i->faults = loose(d);
	r = md_read(buf_span(&i->bytes), &(struct read_options){ .path = i->path, .reading = READING_ACCEPTED }, &accepted, NULL);
	doc_free(accepted);
	if (r < 0) {
		doc_free(d);
		return r;
	}
	i->statement = statement_new(d);
	return 0;
}

static bool sound(const struct input *base, const struct input *ours, const struct input *theirs, struct span merged, const char *path)
{
	struct input m = { .path = path };
	bool ok;

	buf_add(&m.bytes, merged);
	ok = parse(&m) == 0 && m.faults <= ours->faults + theirs->faults &&
	     merge_keeps(buf_span(&base->bytes), buf_span(&theirs->bytes), merged);
	input_done(&m);
	return ok;
}

/* Ids that stand on two paragraphs of the merged text, where they did on neither side. */
static bool id_twice(const struct input *ours, const struct input *theirs, struct span merged, const char *path, struct fault *f)
{
	struct input m = { .path = path };
	bool twice = false;

	buf_add(&m.bytes, merged);
	if (ours->statement && theirs->statement && statement_require_unique(ours->statement, NULL) == 0 &&
	    statement_require_unique(theirs->statement, NULL) == 0 && parse(&m) == 0)
		twice = statement_require_unique(m.statement, f) < 0;
	input_done(&m);
	return twice;
}

/* By words, else by blocks, else by lines: whichever first gives a text that reads as it was meant. */
static void merge_texts(struct input *base, struct input *ours, struct input *theirs, const struct merge_names *names, unsigned marker, struct merge_result *ret)
{
	static const enum merge_level levels[] = { MERGE_WORDS, MERGE_BLOCKS };

	if (parse(base) == 0 && parse(ours) == 0 && parse(theirs) == 0) {
		struct input other[2] = { { .path = base->path }, { .path = theirs->path } }, *const sides[2] = { base, theirs };

		merge_relabel(base->statement, ours->statement, theirs->statement, &other[0].bytes, &other[1].bytes);
		for (size_t i = 0; i < ARRAY_LEN(other); i++) {
			if (other[i].bytes.n && parse(&other[i]) == 0) {
				input_done(sides[i]);
				*sides[i] = other[i];
			} else {
				input_done(&other[i]);
			}
		}
		for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
			if (merge_statements(base->statement, ours->statement, theirs->statement, levels[i], names, ret, NULL) == 0 &&
			    sound(base, ours, theirs, buf_span(&ret->text), ours->path))
				return;
			merge_result_done(ret);
		}
	}
	merge_lines(buf_span(&base->bytes), buf_span(&ours->bytes), buf_span(&theirs->bytes), marker, names, ret);
}

/* What a person is told of it; name: what they know the file by, NULL: they don't. */
static void tell(struct cli *c, const struct input in[3], const struct merge_result *r, const char *name)
{
	const char *known = name ? name : "the merged text";
	struct fault twice = { 0 };

	if (!in[0].statement || !in[1].statement || !in[2].statement)
		ui_note(c, "%s: these texts do not all read as statements: merged line by line.", known);
	if (r->conflicts && r->lines)
		ui_note(c, "%s: %zu place%s where both changed the same lines: both are kept, between lines of < = and >. Take out what should not stay.", known,
			r->conflicts, r->conflicts == 1 ? "" : "s");
	else if (r->conflicts)
		ui_note(c, "%s: %zu place%s where both changed the same words: both are kept, as suggestions. Settle them: chapeau suggestions %s", known,
			r->conflicts, r->conflicts == 1 ? "" : "s", name ? name : "DRAFT");
	if (id_twice(&in[1], &in[2], buf_span(&r->text), known, &twice)) {
		ui_note(c, "%s: %s.", known, twice.message);
		c->answer = 1;
	}
	fault_done(&twice);
	if (r->conflicts)
		c->answer = 1;
}

void merge_bytes(struct span base, struct span ours, struct span theirs, const char *path, const struct merge_names *names, struct merge_result *ret)
{
	struct input in[3] = { { .path = path }, { .path = path }, { .path = path } };
	const struct span bytes[3] = { base, ours, theirs };
	bool text = true;

	*ret = (struct merge_result){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(in); i++) {
		buf_add(&in[i].bytes, bytes[i]);
		text = text && utf8_invalid(bytes[i]) == SIZE_MAX && span_find_char(bytes[i], '\0', 0) == SIZE_MAX;
	}
	if (!text) {
		/* a picture, a template: there are no lines to put together */
		buf_add(&ret->text, ours);
		ret->conflicts = 1;
		ret->apart = true;
	} else if (span_ends(span_str(path), SPAN_LIT(".md"))) {
		merge_texts(&in[0], &in[1], &in[2], names, 7, ret);
	} else {
		ret->conflicts = merge_yaml(base, ours, theirs, names->theirs, merge_eol(ours), &ret->text);
	}
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		input_done(&in[i]);
}

int cmd_merge_file(struct cli *c, struct fault *f)
{
	struct input in[3] = { { .path = c->args[0] }, { .path = c->args[1] }, { .path = c->args[2] } };
	struct merge_result result = { 0 };
	static const struct merge_names names = { "ours", "theirs" };
	const char *size = opt_get(c, "marker-size"), *name = opt_get(c, "path");
	uint64_t marker = 7;
	int r = 0;

	if (size && !span_number(span_str(size), 200, &marker))
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "--marker-size is \"%s\": it must be a number up to 200", size);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(in); i++)
		r = file_read(in[i].path, LIMIT_TEXT_BYTES, &in[i].bytes, &in[i].stamp, f);
	if (r == 0) {
		merge_texts(&in[0], &in[1], &in[2], &names, marker ? (unsigned)marker : 7, &result);
		if (c->output)
			buf_add(&c->out, buf_span(&result.text));
		else
			r = file_replace(in[1].path, buf_span(&result.text), &in[1].stamp, f);
	}
	/* Git hands over a copy under a name that nobody knows. */
	if (!name && !span_starts(path_base(span_str(in[1].path)), SPAN_LIT(".merge_file_")))
		name = in[1].path;
	if (r == 0)
		tell(c, in, &result, name);
	merge_result_done(&result);
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		input_done(&in[i]);
	return r;
}
