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
#include "model/number.h"

struct clause {
	struct span id;             /* empty: an untracked block */
	struct block *block;        /* the block that carries the id */
	struct span text;           /* the string that is hashed, LF before each note */
	char lazy_hash[SHA256_HEX + 1]; /* ask clause_hash */
	struct span label;          /* printed number with its path, "12" or "12 (a)"; empty: none */
	size_t line, column;        /* of the block's first word; in a package: which leaf block it is, from 1, and 0 */
	bool internal;
	bool heading, quote;        /* a heading; inside a block quote */
	struct note **notes;        /* in order of first reference, each once */
	size_t note_count;
	const struct block **leaves; /* the leaf blocks that its text is built from */
	size_t leaf_count;
	const struct block *heading_above; /* nearest one before it that a public reader sees; NULL: none */
};

struct statement {
	struct doc *doc;
	enum reading reading; /* of the doc, that the clauses are of: never READING_MARKED */
	struct clause *clauses;
	size_t count;
	/* by id: open addressing, indices + 1 into clauses */
	uint32_t *index;
	size_t index_mask;
	uint32_t *owner; /* by block serial: index + 1 of the clause that the block belongs to, or 0 */
};

/* Takes d on success and on failure.  Duplicate ids are no failure (a remark id-duplicate is made).  Numbers the
 * doc by its front matter unless number_doc was called before. */
struct statement *statement_new(struct doc *d);
/* The same of one reading of a marked doc. */
struct statement *statement_read(struct doc *d, enum reading reading);
/* Ids, blocks, headings and labels only: no text, hash, notes, words or positions, and no remark.  For cross-references. */
struct statement *statement_outline(struct doc *d, enum reading reading);
/* SHA-256 of its text, made when it is first asked for; the clause must be a statement's. */
const char *clause_hash(const struct clause *c);
/* Do both say the same? */
bool clause_same_text(const struct clause *a, const struct clause *b);
/* Words of its own blocks as F4 counts them; notes are not counted. */
size_t clause_words(const struct clause *c, enum reading reading);
/* Numbers it again (a profile may say how) and sets the labels. */
void statement_number(struct statement *s, enum numbering mode);
void statement_free(struct statement *s);
void statement_freep(struct statement **s);

/* The first clause of that id, or NULL. */
struct clause *statement_find(const struct statement *s, struct span id);
/* By printed paragraph number: "4", "12bis" (spaces and case do not count). */
struct clause *statement_find_label(const struct statement *s, struct span label);
/* The clause that holds a leaf block, or NULL. */
struct clause *statement_clause_of(const struct statement *s, const struct block *leaf);

/* What a reviewer sees of a reference to what is not for reviewers. */
#define XREF_HELD "[\xe2\x80\xa6]"

/* What a cross-reference prints, and whether it can (FORMAT.md F4).  from_internal: it stands in internal text,
 * from where internal clauses may be named. */
enum xref_state {
	XREF_NUMBER,     /* "paragraph 12 (a)": printed holds it */
	XREF_WORDS,      /* the target has no number: printed holds a heading's words */
	XREF_DEAD,       /* no clause of that id here that the reader may see: xref-dead */
	XREF_UNNUMBERED, /* neither number nor heading: xref-unnumbered */
	XREF_ELSEWHERE,  /* "DRAFT#x": ask xref_elsewhere */
};
/* ret_target may be NULL; it is set for the first two, and where a clause of that id is there but not seen. */
enum xref_state statement_xref(const struct statement *s, struct span target, bool from_internal,
			       const struct xref_words *w, struct buf *printed, const struct clause **ret_target);
/* The same for a clause of another draft: number or words, and that draft's title in quotation marks; without a
 * title XREF_UNNUMBERED. */
enum xref_state statement_xref_elsewhere(const struct statement *other, struct span id, const struct xref_words *w,
					 struct buf *printed);
/* Splits "DRAFT#x" or "x"; draft is empty for the latter. */
void xref_split(struct span target, struct span *ret_draft, struct span *ret_id);

/* Draft hash: SHA-256 over "hash LF" of every public block in order, untracked ones too. */
void statement_hash(const struct statement *s, char ret_hex[SHA256_HEX + 1]);

/* A fault FAULT_DUPLICATE that names the first two lines, if any id stands twice; else 0. */
int statement_require_unique(const struct statement *s, struct fault *f);

#endif
