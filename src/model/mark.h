/*
 * mark: what somebody did to words: inserted, deleted, moved, highlighted.
 *
 * Marks nest (a colleague deletes part of another's insertion): a run points at its innermost mark,
 * which points outwards.  Words are in the accepted reading unless a mark around them is a deletion,
 * and in the rejected reading unless a mark around them is an insertion.  A mark never crosses a
 * clause: a sign-off covers one clause, and half a mark could not be accepted under it; its parts
 * share a group.  Owned by the doc's arena.
 */
#ifndef MODEL_MARK_H
#define MODEL_MARK_H

#include "base/span.h"

enum mark_kind { MARK_INSERTED, MARK_DELETED, MARK_MOVED_FROM, MARK_MOVED_TO, MARK_HIGHLIGHT };

struct comment {
	struct span author, time; /* time: RFC 3339 UTC, or empty */
	struct span text;
	struct comment *next; /* a reply, or the next comment at the same place */
	size_t begin, end;    /* its bytes in doc.source, braces included */
};

struct mark {
	enum mark_kind kind;
	struct span author, time;
	const struct mark *outer;
	struct comment *comments; /* on the suggestion or highlight; may be NULL */
	unsigned group;           /* the suggestion it is part of, from 1; highlights count on their own */
};

/* More comments on the same words: what is read after the others. */
static inline void comment_append(struct comment *first, struct comment *more)
{
	while (first->next)
		first = first->next;
	first->next = more;
}

/* The marks around a run, outermost first; of more than so many the innermost.  How many there are. */
#define MARK_DEPTH 16
static inline size_t mark_chain(const struct mark *m, const struct mark *list[MARK_DEPTH])
{
	const struct mark *inner[MARK_DEPTH];
	size_t n = 0;

	for (; m && n < MARK_DEPTH; m = m->outer)
		inner[n++] = m;
	for (size_t i = 0; i < n; i++)
		list[i] = inner[n - 1 - i];
	return n;
}

static inline bool mark_accepted(const struct mark *m) /* are these words in the accepted reading? */
{
	for (; m; m = m->outer)
		if (m->kind == MARK_DELETED || m->kind == MARK_MOVED_FROM)
			return false;
	return true;
}

static inline bool mark_rejected(const struct mark *m) /* are these words in the rejected reading? */
{
	for (; m; m = m->outer)
		if (m->kind == MARK_INSERTED || m->kind == MARK_MOVED_TO)
			return false;
	return true;
}

/*
 * In a DOCX two insertions of one author and minute that meet at the end of a paragraph are told apart by the minute (format/docx/writer.h):
 * ret is the time that the second is said to be of.  time: YYYY-MM-DDThh:mm:ssZ.
 */
#define MARK_TIME 20u
void mark_time_later(struct span time, char ret[MARK_TIME + 1]);

#endif
