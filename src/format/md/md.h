/*
 * md: the statement format (DESIGN.md section 3; FORMAT.md F1 to F6), read, written and patched.
 *
 * Reading: a line scan lifts out front matter, attribute lists, containers, footnote definitions, tables and
 * CriticMarkup; plain cmark, guarded, parses what is left, once a file; its inline tree is aligned with the source,
 * so that every run knows its bytes.  The sole home of <cmark.h>.
 * Patching: functions here say, as edits, how to change a file; everything else of it stays byte for byte.
 */
#ifndef FORMAT_MD_MD_H
#define FORMAT_MD_MD_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/edit.h"
#include "model/outdoc.h"

struct read_options;
struct write_options;

int md_read(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f);
/* Clean CommonMark: no attribute, comment or CriticMarkup unless the outdoc holds marks (then CriticMarkup). */
int md_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);
/* The words of a written file, whole again where a sign stands inside them. */
int md_reopen(struct span bytes, struct buf *ret_text, struct fault *f);

/* A draft, with attribute lists (hidden form), CriticMarkup for marks, and notes; no front matter.  For import. */
int md_write_draft(const struct doc *d, struct buf *ret, struct fault *f);

/* FORMAT.md F3: one id for each untracked block that should have one, and mending (duplicates, joined, split). */
struct track_options {
	bool plain;                                     /* bare braces, not the hidden form */
	bool (*id_taken)(void *ctx, struct span id);    /* in the workspace or its history; NULL: only this file counts */
	/* Likeness of an id's last saved words to these, 0 to 1, or -1 if nothing is saved; NULL: nothing is. */
	double (*saved_likeness)(void *ctx, struct span id, struct span text);
	/* The id whose saved words are like these by at least 0.6 and that stands nowhere in the workspace; empty if none.
	 * ret_internal: was what these words were .internal itself?  Also where its id stands elsewhere and cannot come back. */
	struct span (*saved_id)(void *ctx, struct span text, bool *ret_internal);
	void *ctx;
};
struct track_note {
	size_t line;
	struct span message;
};
struct track_result {
	struct arena arena;
	struct edits edits;
	size_t given;                /* new ids */
	struct track_note *notes;    /* what was mended, said one by one */
	size_t note_count, note_cap;
};
/* d: READING_REJECTED or MARKED, straight from md_read.  FAULT_INPUT where a value has no hidden form. */
int md_track(struct doc *d, const struct track_options *o, struct track_result *ret, struct fault *f);
void track_result_done(struct track_result *r);

/*
 * Settling suggestions (FORMAT.md F5): what[i] for doc.suggestions[i].  Appends edits.  All rejected gives rejected(file) and
 * all accepted accepted(file), byte for byte, with comments_too; without it comments that say something stay, and only the
 * bare signature of a settled suggestion goes with it.
 */
enum settle { SETTLE_LEAVE, SETTLE_ACCEPT, SETTLE_REJECT };
int md_settle(struct doc *marked, const enum settle *what, bool comments_too, struct edits *ret, struct fault *f);

/*
 * Rule 7: two people's suggestions for the same words stand one directly behind the other, {~~old~>mine~~}{>>@A<<}{++yours++}{>>@B<<}
 * (or {~~old~>yours~~}); accepting one rejects the others.  The index of the accepted one that rejects suggestion i, which is
 * itself left alone in what, or SIZE_MAX.
 */
size_t md_rejected_by(const struct doc *marked, const enum settle *what, size_t i);
/* The first of the suggestions that stand for the same words as i in that way, i itself among them; SIZE_MAX: i stands alone. */
size_t md_alternatives(const struct doc *marked, size_t i);

/* Suggestion i divided where it reaches over the edge of a clause of names, for settling them alone (rule 3).  reading: the doc of the
 * reading in which its words stand, not accepted for a removal.  false: there is nothing to divide.  Appends edits. */
bool md_divide(const struct doc *marked, const struct doc *reading, size_t i, const struct span *names, size_t count, struct edits *ret);

/* A wording put in place of a leaf block's (restore, receive, merge): text is Markdown source of the block. */
int md_replace_block(struct doc *d, const struct block *b, struct span markdown, struct edits *ret, struct fault *f);

struct comparison;
/*
 * A comparison of two Markdown files as the older file with suggestions: rejecting all gives it back byte for byte, accepting all
 * gives the words of the newer one.  false: it cannot be said so (and ret is empty): let md_write say it of comparison.marked.
 */
bool md_comparison(const struct comparison *c, struct span author, struct span time, struct buf *ret);

/* Markdown source for a visible text: what must be escaped is. */
void md_escape(struct span text, struct buf *out);
/* What stands behind the words of a link or picture: "](url "title")". */
void md_put_target(struct span url, struct span title, struct buf *out);

/* Suggestions laid in word by word. */
#include "format/md/suggest.h"

#endif
