/*
 * merging: three versions of one file put together, as `merge-file` and `sync` do.
 */
#ifndef CLI_MERGING_H
#define CLI_MERGING_H

#include "io/file.h"
#include "merge/merge.h"

struct merge_input {
	const char *path;
	struct buf bytes;
	struct file_stamp stamp;
	struct statement *statement;
	size_t faults; /* remarks that merging must not add to */
};
void merge_input_done(struct merge_input *i);

/* By words, else by blocks, else by lines: whichever first gives a text that reads as it was meant. */
void merge_texts(struct merge_input *base, struct merge_input *ours, struct merge_input *theirs, const struct merge_names *names, unsigned marker, struct merge_result *ret);

/* Ids that stand on two paragraphs of the merged text, where they did on neither side. */
bool merge_id_twice(const struct merge_input *ours, const struct merge_input *theirs, struct span merged, const char *path, struct fault *f);

/* Any file of a workspace, by its name. */
void merge_bytes(struct span base, struct span ours, struct span theirs, const char *path, const struct merge_names *names, struct merge_result *ret);

#endif
