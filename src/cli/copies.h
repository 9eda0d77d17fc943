/*
 * copies: which of the review copies that went out a returned file is.
 */
#ifndef CLI_COPIES_H
#define CLI_COPIES_H

#include "cli/cli.h"
#include "cli/workspace.h"
#include "io/repo.h"
#include "model/doc.h"
#include "model/reviews.h"
#include "model/workspace.h"

struct sent_copy {
	bool known;                 /* one went out from those bytes */
	struct span covers;         /* hashes of the boxes of all that went out from those bytes; of the cli's arena */
	const struct review *entry; /* borrows from the reviews; NULL: nobody can tell */
	unsigned nth;               /* of this person's copies of the draft, from 1 */
	struct span who;            /* as the copy calls the person; borrows */
	bool comparison;            /* its tracked changes were made by chapeau: what changed since the copy before */
};

/* Copies of the draft that this person had before the entry at index `before`; *ret_last: the latest of them, or NULL. */
unsigned copies_of(const struct reviews *all, struct span id, size_t before, const struct review **ret_last);

/* Keeps the bytes that a copy was made from in the repository, if there is one, and with them the other drafts that its references name
 * (FORMAT.md F8): receive merges against them even if the draft was never saved.  suggestions: the copy shows those of the draft too. */
int copies_keep(struct ws *w, struct span bytes, bool suggestions, struct fault *f);
/* Was a copy kept that shows the suggestions of these bytes? */
bool copies_showed_suggestions(struct repo *g, struct span blob);
/* How many of one path were kept with those bytes, and the blob of the n-th, from 0. */
size_t copies_kept_other(struct repo *g, struct span blob, const char *path, size_t n, char ret_hex[REPO_HEX + 1]);

/* blob: what its map says it was made from.  By its cover, else by its name, else where only one went out from those bytes. */
void copies_find(struct cli *c, const struct workspace *conf, const struct reviews *all, const struct doc *returned, struct span blob, const char *file,
		 struct sent_copy *ret);

/* Is it a line of the cover box as copies_cover writes it?  Of names and days in it nobody can tell. */
bool copies_cover_line(struct span line);

/* Its lines as the record knows them: 12 hex digits of each one's SHA-256, by spaces. */
void copies_cover_hashes(struct span cover, struct buf *out);
/* Is it a line of the box that is on record so? */
bool copies_cover_knows(struct span hashes, struct span line);

/* In whose name the changes of a comparison copy are. */
struct span copies_author(const struct workspace *conf);

/* Accepts what the copy itself brought as tracked changes, and nobody else's: it is the draft's own text. */
void copies_settle(const struct sent_copy *copy, const struct workspace *conf, struct doc *returned);
/* The same of a file that `export --changes-since` made of the draft: in the organisation's name, at the
 * beginning of a day.  A suggestion that names nobody goes out like that too: where the draft has one, nothing is settled.  True: it had some. */
bool copies_settle_export(struct span organisation, const struct doc *draft, struct doc *returned);

#endif
