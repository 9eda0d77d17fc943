/*
 * Phrases and the texts they are looked for in: the lines up to an empty one are phrases, the rest is a statement.  Any
 * phrase parses or is refused with a place inside it; what is found lies inside the text.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "check/check.h"
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_result(const struct result *r, size_t size)
{
	for (size_t i = 0; i < r->verdict_count; i++) {
		const struct verdict *v = &r->verdicts[i];

		if (v->evidence_count > EVIDENCE_MAX || (v->more && v->evidence_count != EVIDENCE_MAX) || (v->state != STATE_ABSENT && !v->evidence_count))
			abort();
		for (size_t k = 0; k < v->evidence_count; k++) {
			const struct evidence *e = &v->evidence[k];

			if (e->hit_begin >= e->hit_end || e->hit_end > e->text.n || !e->line || !e->column || e->line > size + 1 || e->column > size + 1 ||
			    utf8_invalid(span_sub(e->text, e->hit_begin, e->hit_end)) != SIZE_MAX)
				abort();
		}
	}
	for (size_t i = 0; i < r->findings.count; i++)
		if (!r->findings.items[i].line || !r->findings.items[i].column || !r->findings.items[i].message.n)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct phrase_source sources[64];
	struct span all = span_of((const char *)data, size), rest = all, line;
	struct priority one = { .id = SPAN("one"), .title = SPAN("One"), .short_title = SPAN("One"), .needs = STATE_EVIDENCED };
	struct priorities list = { .negation_window = 6, .items = &one, .count = 1 };
	struct checker *c = NULL;
	struct fault f = { 0 };
	size_t count = 0, text = size;

	if (utf8_invalid(all) != SIZE_MAX)
		return 0;
	while (count < ARRAY_LEN(sources)) {
		size_t end = span_find_char(rest, '\n', 0);

		line = span_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
		rest = end == SIZE_MAX ? span_sub(rest, rest.n, rest.n) : span_sub(rest, end + 1, rest.n);
		text = (size_t)(rest.p - all.p);
		if (!line.n)
			break;
		sources[count++] = (struct phrase_source){ .text = line, .line = 1, .column = 1 };
	}
	/* every list gets phrases: which stands where does not matter */
	one.any = (struct phrase_list){ sources, count };
	one.contrary = (struct phrase_list){ sources, count / 2 };
	one.weak = (struct phrase_list){ sources, count / 3 };
#define X(name) list.name = (struct phrase_list){ sources + count / 4, count - count / 4 };
	PRIORITY_LISTS(X)
#undef X
	if (checker_new(&list, NULL, &c, &f) < 0) {
		if (!f.message || f.pos.line != 1 || !f.pos.column || f.pos.column > size + 1 || fault_exit_code(f.kind) != 3)
			abort();
	} else {
		struct doc *d = NULL;
		struct read_options o = { .path = "fuzz.md", .reading = READING_REJECTED };

		if (md_read(span_sub(all, text, size), &o, &d, &f) == 0) {
			struct statement *s = statement_new(d);
			struct check_options options = { .now = 1763942400, .draft = SPAN("fuzz"), .file = SPAN("fuzz.md") };
			struct result *r = NULL;

			for (int oral = 0; oral < 2; oral++) {
				options.channel = oral ? CHANNEL_ORAL : CHANNEL_WRITTEN;
				if (check_statement(c, s, &options, &r, &f) == 0)
					check_result(r, size);
				result_free(r);
				r = NULL;
			}
			statement_free(s);
		}
	}
	checker_free(c);
	fault_done(&f);
	return 0;
}
