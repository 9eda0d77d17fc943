/* Prints the tree of a Markdown file, show FILE [rejected|accepted|marked], or the file as track leaves it, show FILE track; or
 * what a copy of it has to bring home, show FILE model. */
#include <stdio.h>
#include <string.h>

#include "format/format.h"
#include "io/file.h"
#include "tree.h"

int main(int argc, char **argv)
{
	struct buf in = { 0 }, out = { 0 };
	struct fault f = { 0 };
	struct doc *d = NULL;
	struct read_options o = { .path = argc > 1 ? argv[1] : "-", .reading = READING_REJECTED };

	if (argc > 2)
		o.reading = strcmp(argv[2], "marked") == 0 || strcmp(argv[2], "model") == 0 ? READING_MARKED : strcmp(argv[2], "accepted") == 0 ? READING_ACCEPTED : READING_REJECTED;
	if (file_read(o.path, SIZE_MAX, &in, NULL, &f) < 0 || md_read(buf_span(&in), &o, &d, &f) < 0) {
		fprintf(stderr, "%s:%zu:%zu: %s\n", o.path, f.pos.line, f.pos.column, f.message);
		return fault_exit_code(f.kind);
	}
	if (argc > 2 && strcmp(argv[2], "model") == 0) {
		tree_model(d, d->meta.numbering == NUMBERING_UNSAID ? NUMBERING_NONE : d->meta.numbering, &out);
		fwrite(out.p, 1, out.n, stdout);
		buf_done(&in);
		buf_done(&out);
		return 0;
	} else if (argc > 2 && strcmp(argv[2], "track") == 0) {
		struct track_options track = { 0 };
		struct track_result result = { 0 };

		if (md_track(d, &track, &result, &f) < 0) {
			fprintf(stderr, "%s\n", f.message);
			return 1;
		}
		for (size_t i = 0; i < result.note_count; i++)
			fprintf(stderr, "%zu: %.*s\n", result.notes[i].line, SPAN_ARG(result.notes[i].message));
		edits_apply(&result.edits, d->source, &out);
		fwrite(out.p, 1, out.n, stdout);
		track_result_done(&result);
	} else if (argc <= 3) {
		tree_print(d, TREE_POSITIONS | TREE_REMARKS, &out);
		fwrite(out.p, 1, out.n, stdout);
	}
	if (d->lost_steps)
		printf("LOST STEP %zu\n", d->lost_steps);
	doc_free(d);
	buf_done(&in);
	buf_done(&out);
	return 0;
}
