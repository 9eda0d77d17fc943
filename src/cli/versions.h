/*
 * versions: what the commands on saved versions share: opening the history, writing drafts so that `undo` can take it back,
 * times and words for people.
 */
#ifndef CLI_VERSIONS_H
#define CLI_VERSIONS_H

#include "cli/workspace.h"
#include "history/history.h"

/* The history of a workspace; FAULT_NOT_FOUND where none is kept. */
int versions_open(struct ws *w, struct history **ret, struct fault *f);
/* The same, but no history is no fault: *ret is NULL then. */
int versions_open_if_any(struct ws *w, struct history **ret, struct fault *f);

/* The path below the workspace's root that versions know a file by, or NULL.  Arena of the cli. */
const char *versions_path(struct cli *c, const struct ws *w, const char *path);

/* Puts new bytes in a draft's place: an undo step first, then the file, whole; FAULT_CHANGED and nothing written where
 * another program changed it since it was read.  command: as the user would know it, "accept wsis20-input s1". */
int draft_write(struct cli *c, struct draft *d, struct span bytes, const char *command, struct fault *f);

/* "30 Sep 2025 17:02" in the zone of the version, or of this computer for a time alone. */
void versions_time(struct buf *out, int64_t time, int offset_minutes);
/* RFC 3339 with the offset. */
void versions_rfc3339(struct buf *out, int64_t time, int offset_minutes);
int versions_offset(int64_t time); /* minutes east of UTC, here */

/* The first line of a message. */
struct span versions_subject(struct span message);

/* Parts as "[-old-]{+new+}", or in colour, wrapped at width with indent. */
void versions_parts(const struct cli *c, const struct part *parts, size_t count, unsigned indent, struct buf *out);

/* What changed, in a line: "igf-mandate edited, ixp-recognise added". */
int versions_message(struct cli *c, const struct changes *ch, struct buf *out, struct fault *f);

#endif
