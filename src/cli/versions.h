/*
 * versions: what the commands on saved versions share: opening the history, writing drafts so that `undo` can take it back,
 * times and words for people.
 */
#ifndef CLI_VERSIONS_H
#define CLI_VERSIONS_H

#include "cli/workspace.h"
#include "history/history.h"
#include "merge/merge.h"

/* The history of a workspace; FAULT_NOT_FOUND where none is kept. */
int versions_open(struct ws *w, struct history **ret, struct fault *f);
/* The same, but no history is no fault: *ret is NULL then. */
int versions_open_if_any(struct ws *w, struct history **ret, struct fault *f);

/* The path below the workspace's root that versions know a file by, or NULL.  Arena of the cli. */
const char *versions_path(struct cli *c, const struct ws *w, const char *path);

/* Puts new bytes in a draft's place: an undo step first, then the file, whole; FAULT_CHANGED and nothing written where
 * another program changed it since it was read (stamp.missing: there must be none yet).  All that one run of the program writes is one
 * step.  command: as the user would know it, "accept wsis20-input s1". */
int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f);

/* What a REV means for a draft: a version, and the blob of the draft in it; seen: and signed: name a blob alone. */
struct revision {
	char commit[REPO_HEX + 1]; /* "": none */
	char blob[REPO_HEX + 1];
	struct span about;         /* "the copy sent to Tomas Rey"; p NULL: nothing to add */
	int64_t time;              /* 0: not known */
	int offset;
};
int draft_revision(struct cli *c, struct draft *d, struct history *h, struct revision *ret, struct fault *f);

/* drafts/reviews/NAME.yaml; *ret NULL where there is none yet. */
int draft_reviews(struct cli *c, const struct draft *d, struct reviews **ret, struct fault *f);
/* Appends one entry to it.  Nothing outside a workspace. */
int draft_review_add(struct cli *c, const struct draft *d, struct review *e, struct fault *f);
/* Who works here, for the record: Git's name, else the penholder, else "unknown". */
struct span versions_me(struct cli *c, struct ws *w);

/* An addition to drafts/reviews/NAME.yaml, made before the draft is written and put in its place after. */
struct record {
	const char *path; /* NULL: none is kept */
	struct buf before, bytes;
	struct file_stamp stamp;
};
void record_done(struct record *r);
int record_write(struct cli *c, const struct draft *d, const struct record *r, const char *command, struct fault *f);
/* What a step put on record is taken back on record: entries are only ever appended. */
int record_undo(struct cli *c, struct ws *w, const struct changed_file *x, struct fault *f);

/* What became of suggestions; files: the file that each came in, by its index, empty where nobody knows. */
int settled_record(struct cli *c, struct draft *d, struct doc *marked, const enum settle *what, const struct span *files, const char *because,
		   struct record *ret, struct fault *f);

/* Three versions of one file put together as `merge-file` does. */
void merge_bytes(struct span base, struct span ours, struct span theirs, const char *path, const struct merge_names *names, struct merge_result *ret);

/* Ids given and mended; changed: the draft's new bytes, empty where nothing changes. */
int track_draft(struct cli *c, struct draft *d, bool plain, struct track_result *t, struct buf *changed, struct fault *f);

/* Tracks every draft that changed since the last version, where the workspace says track: on-save; says what it did. */
int save_track(struct cli *c, struct ws *w, struct fault *f);

/* "30 Sep 2025 17:02".  People read times in their own zone (versions_offset), in which they name dates too. */
void versions_time(struct buf *out, int64_t time, int offset_minutes);
/* ", 30 Sep 2025" */
struct zone_time;
void versions_day(struct buf *out, const struct zone_time *t);
/* RFC 3339 with the offset. */
void versions_rfc3339(struct buf *out, int64_t time, int offset_minutes);
int versions_offset(int64_t time); /* minutes east of UTC, here */

/* The first line of a message. */
struct span versions_subject(struct span message);

/* Parts as "[-old-]{+new+}", or in colour, wrapped at width with indent. */
void versions_parts(const struct cli *c, const struct part *parts, size_t count, unsigned indent, struct buf *out);

/* What changed, in a line: "igf-mandate edited, ixp-recognise added". */
int versions_message(struct cli *c, const struct changes *ch, struct buf *out, struct fault *f);

/* The lines under it: whose suggestions were taken, whose were not, and why. */
void versions_body(const struct changes *ch, struct buf *out);

#endif
