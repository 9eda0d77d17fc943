/* What the two halves of the Markdown writer share: write.c (blocks), write_inline.c (words, formats, suggestions). */
#ifndef FORMAT_MD_WRITE_INTERNAL_H
#define FORMAT_MD_WRITE_INTERNAL_H

#include "format/format.h"

struct writer {
	const struct outdoc *o;    /* NULL: a draft is written, with its attribute lists and without typed numbers */
	struct buf *out;
	const struct note *note; /* whose body is written; NULL: the text */
	const struct mark *open[MARK_DEPTH];
	size_t open_count;
	const struct mark *around; /* of the block at hand */
	const struct mark *unit;   /* of the block that one suggestion is written around */
	bool marked;               /* the leaf at hand holds marks */
	enum star { STAR_NONE, STAR_OWN, STAR_SHARED } *stars; /* then: of its runs, which stand in emphasis, alone or with others of other marks */
	size_t star_end;           /* the first run behind the emphasis that is open */
	bool ended;                /* the next block begins here: nothing parts it from what went before */
	size_t line;               /* where the text of the line at hand begins */
	const struct block *last;  /* the leaf before, for its break */
	struct {
		const struct block *list;
		bool other; /* "* " and "1) " instead of "- " and "1. " */
	} signs[128];              /* of the last list at each depth */
	struct buf escaped;        /* scratch */
	uint64_t last_number;      /* of the ordered list that the numbered paragraph before stands in; 0: none */
};

/* ---- write.c ---- */

/* What stands before a line of a block: signs of quotations, indents, the marker of an item on its first line. */
void md_writer_prefix(struct writer *w, const struct block *b, bool first);
void md_writer_trim_line(struct writer *w); /* no spaces at its end, which would be a hard break */

/* ---- write_inline.c ---- */

bool md_writer_is_deletion(const struct mark *m);
/* Opens and closes suggestions until those that stand open are the ones around m; closes all but the first keep. */
void md_writer_set_marks(struct writer *w, const struct mark *m);
void md_writer_close_marks(struct writer *w, size_t keep);
/* Who suggests it, and what was said of it. */
void md_writer_comments(struct writer *w, const struct mark *m);
/* Words of which nothing may be taken for a sign. */
void md_writer_escaped(struct writer *w, struct span s);
/* The runs of a leaf. */
void md_writer_inlines(struct writer *w, const struct block *b);

#endif
