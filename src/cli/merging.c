#include "cli/merging.h"

#include <string.h>

#include "base/utf8.h"
#include "format/format.h"

void merge_input_done(struct merge_input *i)
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

static int parse(struct merge_input *i)
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

static bool sound(const struct merge_input *base, const struct merge_input *ours, const struct merge_input *theirs, struct span merged, const char *path)
{
	struct merge_input m = { .path = path };
	struct doc *accepted = NULL;
	bool ok;

	buf_add(&m.bytes, merged);
	ok = parse(&m) == 0 && m.faults <= ours->faults + theirs->faults &&
	     merge_holds_back(base->statement, ours->statement, theirs->statement, m.statement) &&
	     merge_keeps(buf_span(&base->bytes), buf_span(&theirs->bytes), merged) &&
	     !merge_exposes(base->statement, ours->statement, theirs->statement, m.statement->doc) &&
	     md_read(merged, &(struct read_options){ .path = path, .reading = READING_ACCEPTED }, &accepted, NULL) == 0 &&
	     !merge_exposes(base->statement, ours->statement, theirs->statement, accepted);
	doc_free(accepted);
	merge_input_done(&m);
	return ok;
}

bool merge_id_twice(const struct merge_input *ours, const struct merge_input *theirs, struct span merged, const char *path, struct fault *f)
{
	struct merge_input m = { .path = path };
	bool twice = false;

	buf_add(&m.bytes, merged);
	if (ours->statement && theirs->statement && statement_require_unique(ours->statement, NULL) == 0 &&
	    statement_require_unique(theirs->statement, NULL) == 0 && parse(&m) == 0)
		twice = statement_require_unique(m.statement, f) < 0;
	merge_input_done(&m);
	return twice;
}

void merge_texts(struct merge_input *base, struct merge_input *ours, struct merge_input *theirs, const struct merge_names *names, unsigned marker, struct merge_result *ret)
{
	static const enum merge_level levels[] = { MERGE_WORDS, MERGE_HELD, MERGE_BLOCKS };
	struct span o = buf_span(&ours->bytes), t = buf_span(&theirs->bytes), b = buf_span(&base->bytes);

	/* One alone changed it: every byte is theirs to choose, empty lines and wrapping too. */
	if (span_eq(o, b) || span_eq(o, t) || span_eq(t, b)) {
		*ret = (struct merge_result){ 0 };
		buf_add(&ret->text, span_eq(o, b) ? t : o);
		return;
	}
	if (parse(base) == 0 && parse(ours) == 0 && parse(theirs) == 0) {
		struct merge_input other[2] = { { .path = base->path }, { .path = theirs->path } }, *const sides[2] = { base, theirs };

		merge_relabel(base->statement, ours->statement, theirs->statement, &other[0].bytes, &other[1].bytes);
		for (size_t i = 0; i < ARRAY_LEN(other); i++) {
			if (other[i].bytes.n && parse(&other[i]) == 0) {
				merge_input_done(sides[i]);
				*sides[i] = other[i];
			} else {
				merge_input_done(&other[i]);
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
	/* Lines that fit together and a text that does not: it shows what one side holds back, say.  Then a person chooses. */
	if (!ret->conflicts && base->statement && ours->statement && theirs->statement && !sound(base, ours, theirs, buf_span(&ret->text), ours->path)) {
		merge_result_done(ret);
		merge_lines((struct span){ 0 }, buf_span(&ours->bytes), buf_span(&theirs->bytes), marker, names, ret);
	}
}

void merge_bytes(struct span base, struct span ours, struct span theirs, const char *path, const struct merge_names *names, struct merge_result *ret)
{
	struct merge_input in[3] = { { .path = path }, { .path = path }, { .path = path } };
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
		merge_input_done(&in[i]);
}
