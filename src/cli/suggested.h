/*
 * suggested: a draft with its open suggestions, as people name and read them.
 */
#ifndef CLI_SUGGESTED_H
#define CLI_SUGGESTED_H

#include "cli/draft.h"
#include "model/reviews.h"

struct suggested {
	struct draft d;
	struct doc *doc;        /* READING_MARKED: the suggestions, in their places */
	struct statement *accepted; /* the other reading: clauses that suggestions bring stand there alone */
	struct buf original;    /* of a draft that was divided: its bytes */
	const struct block **blocks; /* of each suggestion */
	struct run_range {
		uint32_t first, end; /* the runs there that are of it, from the first to behind the last; 0, 0: none */
	} *ranges;
	struct further {
		const struct block *block;
		uint32_t next; /* of the same suggestion, 1 + its place in further; 0: none */
	} *further;            /* the blocks behind the first one that a suggestion has words in */
	uint32_t *first_further; /* of each suggestion, as next */
	struct reviews *reviews; /* which copies went out; NULL: none */
};
void suggested_done(struct suggested *o);

int suggested_open(struct cli *c, const char *word, unsigned flags, struct suggested *o, struct fault *f);
/* Where the suggestions stand in doc, which is another now. */
void suggested_find(struct suggested *o);

/* The printed number of a clause; empty: none. */
struct span suggested_label(const struct draft *d, struct span id);
/* The file that a suggestion came in: the last copy that its author had before it.  Empty: nobody knows. */
struct span suggested_file(const struct suggested *o, const struct suggestion *s);
/* The suggestion that says which words this one would replace: itself, or the first of the alternatives (FORMAT.md F5.7). */
const struct suggestion *suggested_over(const struct suggested *o, const struct suggestion *s);

/* One suggestion in its sentence, with its author, date and file; and all of them. */
void suggested_say(const struct cli *c, const struct suggested *o, const struct suggestion *s, struct buf *out);
void suggested_list(struct cli *c, const struct suggested *o, struct buf *out);

#endif
