/*
 * receive: a returned file laid over a draft: which words each colleague changed, in which paragraph.
 *
 * Three texts take part: the base (what the copy was made from), the returned file (with its tracked changes), and the draft
 * as it is now.  The plan says, in places of the draft, what to suggest; the Markdown patcher writes it.  Nothing is
 * dropped: what has no place is listed.
 * Source: DESIGN.md section 5; FORMAT.md F8; MARKUP.md section 4.
 */
#ifndef RECEIVE_RECEIVE_H
#define RECEIVE_RECEIVE_H

#include "base/fault.h"
#include "model/number.h"
#include "model/statement.h"

/* Words and their look. */
struct receive_style {
	struct span text;
	unsigned format; /* FMT_EMPH, FMT_STRONG, FMT_CODE */
	struct span url; /* of a link; empty: none */
	struct span target; /* of the reference that they are, "x" or "DRAFT#x"; empty: they are words */
	const struct run *picture; /* of the returned file: they are its alternative text; NULL: they are words */
	bool part;       /* of a picture's alternative text, only */
	bool breaks;     /* a hard line break, not the space that text says */
};

/* A change in words of one leaf of the draft. */
struct receive_hunk {
	const struct block *leaf;  /* of the draft */
	size_t begin, end;         /* bytes of its text_of_leaf */
	struct span text;
	struct span author, time;
	struct comment *comments;  /* on these words; may be NULL */
	bool untracked;            /* found by comparison, not marked by the colleague */
	bool moved_on;             /* the draft's words changed here since the copy was made */
	bool split;                /* text is a paragraph's end */
	bool new_item;             /* split: what follows is an item of its own */
	int beside_note;           /* begin == end, where the mark of a note stands: below 0 before it, above 0 behind it; 0: there is none */
	bool restyled;             /* the same words in another look */
	const struct receive_style *styles; /* text, by its looks; NULL: plain */
	size_t style_count;
	const struct note *note;   /* of the returned file: the mark of a new note goes here; text is empty */
	const struct block *carried; /* of the returned file: a paragraph whose words, text, come here, for the end of the one before it was struck */
	struct span gone_note;     /* label of a note whose mark here goes; text is empty */
	unsigned group;            /* of the mark that says so; 0: none */
};

struct receive_comment {
	const struct block *leaf;
	size_t begin, end;
	const struct comment *comment; /* with its replies */
	bool ours;                 /* of what the plan has to say, not of the file */
};

/* Of the returned file: a paragraph whose words follow, for the end of the one before it was struck. */
struct receive_carried {
	const struct block *block;
	struct receive_carried *next;
};

struct receive_block {
	const struct block *after; /* leaf of the draft; NULL: at the start */
	const struct block *returned; /* the new paragraph or table; or table row: after is a cell of the row above it */
	struct span text;          /* its words */
	struct receive_carried *carried; /* what follows them; text has it too */
	const struct block *replaces; /* table of the draft, which goes: its id stays */
	const struct block *moved; /* leaf of the draft that it is, from elsewhere, word for word; NULL: it is new */
	struct comment *comments;  /* on its words; may be NULL */
	struct span author, time;
	bool untracked;
	unsigned group;
};

/* The end of a paragraph was struck: b's words follow a's. */
struct receive_join {
	const struct block *a, *b; /* leaves of the draft */
	struct span author, time;
};

struct receive_removal {
	const struct block *leaf;  /* or the row, or the table, all of it */
	struct span author, time;
	bool untracked;
	unsigned group;
	bool in_join;              /* it stands between two paragraphs that are joined: that takes it out too */
	struct comment *comments;  /* on the cells of a row or table; may be NULL */
};

struct receive_lost {
	struct span what, where, text;
};

struct received {
	struct arena arena;
	struct receive_hunk *hunks;       /* by leaf, then by place */
	size_t hunk_count, hunk_cap;
	struct receive_comment *comments;
	size_t comment_count, comment_cap;
	struct receive_block *blocks;
	size_t block_count, block_cap;
	struct receive_removal *removals;
	size_t removal_count, removal_cap;
	struct receive_join *joins;
	size_t join_count, join_cap;
	struct receive_lost *lost;
	size_t lost_count, lost_cap;
	size_t paragraphs, matched;
};
void received_done(struct received *r);

struct receive_options {
	struct span draft_name;    /* anchors are made from it */
	bool internal;             /* the copy was for internal use: what is internal stands in it too */
	struct span author;        /* whose untracked edits are; empty: "unknown" */
	struct span time;
	const struct span *furniture; /* words that stood around the text in the copy, lines of the information block */
	size_t furniture_count;
	const struct span *lines;  /* of the information block, as printed; the first line_must are there unless somebody took one out */
	size_t line_count, line_must;
	bool (*box_line)(struct span line); /* is it one of the cover box as we write it? */
	bool boxed;                /* the copy went out with one */
	bool (*box_known)(struct span hashes, struct span line); /* is it this line of it? */
	struct span box;           /* what box_known knows it by; empty: only its form is known */
	struct xref_words words;   /* of printed references */
	/* Another draft that a reference names, as it stands or so many saved versions back, if it has a title; else NULL.  NULL: there are none. */
	const struct statement *(*other_draft)(void *ctx, struct span draft, unsigned back);
	void *other_ctx;
};

/* returned: READING_MARKED.  base and draft may be the same statement.  The documents must outlast the result. */
int receive_plan(struct statement *base, struct statement *draft, struct doc *returned, const struct receive_options *o, struct received *ret,
		 struct fault *f);

/* "cl_" and 10 hex digits of SHA-256 over draft name, "#" and id; further paragraphs of the clause add _2, _3 (n from 1). */
void receive_anchor(struct span draft_name, struct span id, unsigned n, char ret[32]);

/* Takes out of a returned file the comments that the copy was sent with, or that the draft has: as often as they stand in
 * either (both READING_MARKED; sent may be NULL). */
void receive_strip_comments(struct doc *returned, struct doc *sent, struct doc *now);
/* The comments on a change that is known stay, on its words. */
void receive_keep_comments(struct received *r, const struct receive_hunk *h);
/* Takes out of a plan what stands in another too: of the suggestions that the copy was sent with, or that the draft has. */
void receive_subtract(struct received *got, const struct received *known);

/* A suggestion of the draft that the copy carried and that is no longer one in it: somebody settled it there. */
struct receive_settled {
	unsigned group; /* of the draft's suggestion */
	bool accepted;
};
/* sent: the plan that the copy's own suggestions make, now: that of the draft's.  What the settling made of the words is taken
 * out of got.  Before receive_subtract.  *ret is in got's arena. */
size_t receive_find_settled(struct received *got, const struct received *sent, const struct received *now, struct receive_settled **ret);
/* Is it the same change by the same hand, open in both? */
bool receive_same_hunk(const struct receive_hunk *known, const struct receive_hunk *got);
bool receive_same_block(const struct receive_block *known, const struct receive_block *got);
bool receive_same_removal(const struct receive_removal *known, const struct receive_removal *got);

#endif
