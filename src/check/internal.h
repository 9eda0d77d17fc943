/*
 * internal: what the parts of one check share.
 */
#ifndef CHECK_INTERNAL_H
#define CHECK_INTERNAL_H

#include "check/asks.h"
#include "check/check.h"
#include "check/words.h"
#include "model/rule.h"

struct checker {
	const struct priorities *list;    /* borrowed; NULL: none */
	const struct workspace *workspace; /* borrowed; may be NULL */
	struct terms *terms;
	char *organisation; /* of a draft, whose name is among `self`; owned */
};

struct check {
	struct checker *checker;
	const struct terms *terms;
	struct statement *s;
	struct doc *d;
	const struct check_options *o;
	const struct profile *profile; /* may be NULL */
	struct result *r;
	struct leaf leaf;
	const struct style_pack *pack; /* that the profile names and the text's language is; NULL: none */
	bool acronyms;
	struct acronyms *acronym_book;
	struct coverage *coverage;     /* NULL: nothing is looked for */
	bool *noted;                   /* by note index: already read */
	const struct block *typed;     /* the last paragraph whose number or bullet was typed */
	size_t placed, placed_line, placed_column; /* the last place asked for */
};

/* ---- findings (say.c) ---- */

/* Line and column of an offset into the source; cheap where offsets come in order. */
void check_place(struct check *k, size_t offset, size_t *ret_line, size_t *ret_column);
/* A finding at an offset (SIZE_MAX: line 1), with the level of the rule, or as given.  NULL where the profile switches it off. */
struct finding *check_find(struct check *k, const char *rule, const struct clause *c, size_t offset);
struct finding *check_find_level(struct check *k, const char *rule, enum level level, const struct clause *c, size_t offset);
__attribute__((format(printf, 3, 4))) void check_say(struct check *k, struct finding *f, const char *fmt, ...);
/* For an excerpt: words cut to a length that a person reads. */
struct span check_excerpt(struct check *k, struct span words);
/* The place of a byte of the leaf at hand. */
size_t check_source(const struct check *k, uint32_t at);


/* What a reader calls a clause: "para 5", its id, or the line. */
struct span check_name(struct check *k, const struct clause *c, size_t line);
/* The clause whose bytes hold an offset, the innermost; NULL: none. */
const struct clause *check_clause_at(const struct check *k, size_t offset);
/* Does the reader of the public file see this block?  oral: of the spoken text. */
bool check_seen(const struct block *b, bool oral);
struct span check_role(const struct block *b); /* role= of the block or the nearest one around it */
bool check_in_quote(const struct block *b); /* in a block quote */

/* ---- the whole statement (rules.c), and what it points to (refs.c) ---- */
void check_rules(struct check *k);
void check_spoken(struct check *k);
void check_descent(struct check *k);
void check_references(struct check *k);
void check_images(struct check *k);

/* How many pages all that is printed will take: an estimate (pages.c). */
double check_pages(struct statement *s, const struct profile *p, bool oral);


/* ---- priorities (coverage.c) ---- */
struct coverage;
struct coverage *coverage_new(struct check *k);
void coverage_free(struct coverage *v);
void coverage_clause_begin(struct check *k, const struct clause *c);
void coverage_leaf(struct check *k, const struct clause *c); /* k->leaf is loaded */
void coverage_clause_end(struct check *k, const struct clause *c);
void coverage_end(struct check *k); /* verdicts, and the findings gap, negated */

/* ---- evidence in a clause (proof.c) ---- */
struct figure {
	uint32_t leaf, token;
	struct span text;
};
struct figures {
	struct figure *items;
	size_t count, cap;
};
/* Adds the figures of k->leaf, which is the how-manieth of its clause. */
void proof_figures(struct check *k, uint32_t leaf, struct figures *ret);
bool proof_footnote(struct check *k, const struct clause *c, struct span *ret);
/* marks: LEAF_* of all its leaves; k->leaf may be loaded anew. */
bool proof_citation(struct check *k, const struct clause *c, unsigned marks, struct span *ret);

/* ---- the text itself (chars.c, style.c) ---- */
void chars_leaf(struct check *k, const struct clause *c);
void style_leaf(struct check *k, const struct clause *c);
void style_end(struct check *k);

/* ---- agreed language (agreed.c) ---- */
/* The quotations of a clause against the entries that its agreed= names; k->leaf is loaded anew. */
void agreed_clause(struct check *k, const struct clause *c);

/* ---- lengths (lengths.c) ---- */
/* Words of a leaf as the profile counts; spoken: no notes. */
void lengths_of(struct statement *s, const struct profile *p, enum channel channel, struct lengths *ret);
/* The statement as it is spoken: a new one that shares the source of s; cut: without oral=cut. */
struct statement *lengths_spoken(struct statement *s, bool cut);
/* The same, cut if it must be to keep within the profile's hard limits. */
struct statement *lengths_spoken_fit(struct statement *s, const struct profile *p, struct lengths *ret);

#endif
