/* What the files of laying share: laying.c (words, notes, comments), laying_blocks.c (whole blocks). */
#ifndef CLI_LAYING_INTERNAL_H
#define CLI_LAYING_INTERNAL_H

#include "cli/laying.h"

struct new_note; /* that a colleague wrote */

struct laying {
	struct cli *c;
	struct doc *doc;
	const struct doc *marked;
	struct arrival *a;
	struct edits *e;
	struct totals *t;
	struct new_note *notes;
	size_t note_count, note_cap;
	const unsigned char *going; /* by serial: what the plan takes out */
	const bool *removed;        /* those of them by a suggestion of their own */
};

const char *laying_eol(const struct doc *d);
/* One suggestion more, by whom and where. */
void laying_count(struct laying *y, struct span author, struct span id);
void laying_lost(struct laying *y, const char *what, struct span where, struct span text);
/* Whose the change is: "not tracked; the draft was changed here since …", and what was said to it. */
struct md_hand laying_hand(struct laying *y, struct span author, struct span time, bool untracked, bool moved_on, struct comment *comments);
/* A returned paragraph's words as Markdown, with emphasis, its references and the marks of its notes. */
void laying_markdown(struct laying *y, const struct block *b, struct md_hand hand, struct buf *out);

void laying_block(struct laying *y, const struct receive_block *new_block);
void laying_removal(struct laying *y, const struct receive_removal *x);

#endif
