/*
 * statement: a doc seen as its clauses.
 *
 * Takes the doc (READING_REJECTED or READING_ACCEPTED; marks in it are read as not accepted).  Lists
 * every clause and every untracked leaf block in source order, with text and hash.
 * Source: FORMAT.md F1, F2.
 */
#ifndef MODEL_STATEMENT_H
#define MODEL_STATEMENT_H

#include "base/fault.h"
#include "base/sha256.h"
#include "model/doc.h"

struct clause {
	struct span id;             /* empty: an untracked block */
	struct block *block;        /* the block that carries the id */
	struct span text;           /* the string that is hashed, LF before each note */
	char hash[SHA256_HEX + 1];
	struct span label;          /* printed number with its path, "12" or "12 (a)"; empty: none */
	size_t line, column;        /* of the block's first word */
	bool internal;
	bool heading, quote;        /* a heading; inside a block quote */
	struct note **notes;        /* in order of first reference, each once */
	size_t note_count;
	const struct block **leaves; /* the leaf blocks that its text is built from */
	size_t leaf_count;
	size_t words;               /* F4 */
};

struct statement {
	struct doc *doc;
	struct clause *clauses;
	size_t count;
	/* by id: open addressing, indices + 1 into clauses */
	uint32_t *index;
	size_t index_mask;
};

/* Takes d on success and on failure.  Duplicate ids are no failure (a remark id-duplicate is made). */
struct statement *statement_new(struct doc *d);
void statement_free(struct statement *s);
void statement_freep(struct statement **s);

/* The first clause of that id, or NULL. */
struct clause *statement_find(const struct statement *s, struct span id);
/* By printed paragraph number: "4", "12bis" (spaces and case do not count). */
struct clause *statement_find_label(const struct statement *s, struct span label);
/* The clause that holds a leaf block, or NULL. */
struct clause *statement_clause_of(const struct statement *s, const struct block *leaf);

/* Draft hash: SHA-256 over "hash LF" of every public block in order, untracked ones too. */
void statement_hash(const struct statement *s, char ret_hex[SHA256_HEX + 1]);

/* A fault FAULT_DUPLICATE that names the first two lines, if any id stands twice; else 0. */
int statement_require_unique(const struct statement *s, struct fault *f);

#endif
