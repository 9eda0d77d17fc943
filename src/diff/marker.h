/*
 * marker: what the pieces of diff_mark share while the new text takes the old words in as deleted.  Private to marks.c and its pieces.
 *
 * partners.c says which block and note of one text is which of the other, carry.c copies blocks and runs into the result, splice.c cuts
 * the runs of a pair of leaves along the parts of the comparison, footnotes.c keeps the notes of both texts apart, marks.c merges the
 * trees, and readback.c holds the result against the two texts.
 */
#ifndef DIFF_MARKER_H
#define DIFF_MARKER_H

#include "diff/align.h"

/* Pieces that one leaf was split into (or that were joined to one): they follow one another. */
struct joint {
	const struct change_entry *entry;
	bool split;
	const struct block **pieces;
	size_t count;
};

struct marker {
	struct comparison *c;
	const struct doc *old, *new;
	struct doc *out;
	const struct diff_options *options;
	const struct block **mate_of_new, **mate_of_old; /* by serial */
	const struct leaf_change **change;               /* by serial of the new leaf; NULL: same words */
	const struct joint **joint;                      /* by serial of the new leaf */
	bool *taken_new, *taken_old;                     /* by serial: a further piece of a joint, which goes with the first */
	struct note **note_of_new, **note_of_old;        /* in out, by index */
	struct note **note_gone;                         /* of old: for words that are deleted as a whole, where the note itself stays */
	size_t *original;                                /* by index of a note of such words, in out: 1 + that of the note itself; 0: it is none */
	struct vocab labels;                             /* of the notes in out */
	unsigned *likes;                                 /* by symbol of a label: how many others were made like it */
	size_t likes_cap;
	const struct note **note_mate_of_new, **note_mate_of_old;
	unsigned groups;
	struct buf a, b;
};

/* carry.c: a mark of this comparison; those of one group are settled together */
const struct mark *marker_mark(struct marker *m, enum mark_kind kind, unsigned group);

/* partners.c */
void partners_find(struct marker *m);
bool has_runs(const struct block *leaf, enum run_kind kind);

/* carry.c: `old` says of which text */
struct note *carry_note(struct marker *m, const struct note *n, bool old);
/* The note of words that go as a whole: its own, so that no note is referred to from what goes and from what comes. */
struct note *carry_gone_note(struct marker *m, const struct note *o);
struct block *carry_block(struct marker *m, const struct block *b, bool old); /* without what it holds */
struct block *carry_pair(struct marker *m, const struct block *o, const struct block *n); /* the new one, and what label it had */
/* A piece that only one text has as a block: its label comes or goes alone, with the break before it. */
struct block *carry_piece(struct marker *m, const struct block *b, bool old);
/* The runs of a leaf as its statement reads them; marks of its own file are settled.  gone: they are deleted as a whole. */
void carry_runs(struct marker *m, const struct block *b, bool old, bool gone, const struct mark *mark, struct runs *r);
void carry_tree(struct marker *m, struct block *into, const struct block *top, bool old, const struct mark *mark); /* with all in it */

/* splice.c; change NULL: the words are the same */
void splice_leaf(struct marker *m, struct block *into, const struct block *o, const struct block *n, const struct leaf_change *change);
/* A paragraph that was split, or several that were joined: the break between them carries the mark.  False: it cannot be said so. */
bool splice_joint(struct marker *m, struct block *into, const struct joint *j);

/* footnotes.c */
struct span footnote_label(struct marker *m, struct span wanted); /* it, or one like it that no other note has */
void footnotes_begin(struct marker *m); /* every note of the new text, and those of the old one that have no partner */
void footnotes_share(struct marker *m); /* where a mark of a note stays, words that go as a whole need no note of their own */

/* readback.c: does a reading of the result give that text back? */
int readback(struct marker *m, enum reading reading, const struct doc *want, const char *what, struct fault *f);

#endif
