#include "cli/commands.h"

#include <string.h>

#include "base/limits.h"
#include "cli/merging.h"
#include "cli/opt.h"
#include "cli/ui.h"

/* What a person is told of it; name: what they know the file by, NULL: they don't. */
static void tell(struct cli *c, const struct merge_input in[3], const struct merge_result *r, const char *name)
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
	if (merge_id_twice(&in[1], &in[2], buf_span(&r->text), known, &twice)) {
		ui_note(c, "%s: %s.", known, twice.message);
		c->answer = 1;
	}
	fault_done(&twice);
	if (r->conflicts)
		c->answer = 1;
}

int cmd_merge_file(struct cli *c, struct fault *f)
{
	struct merge_input in[3] = { { .path = c->args[0] }, { .path = c->args[1] }, { .path = c->args[2] } };
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
		merge_input_done(&in[i]);
	return r;
}
