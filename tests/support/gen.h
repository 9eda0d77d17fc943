/*
 * gen: random statements from a seed, with every construct of the format (FORMAT.md F1 to F6).
 *
 * Same seed and options, same bytes, on any machine.  What comes out is a sound statement: no finding that refuses
 * a public export, but for open suggestions, which GEN_NO_SUGGESTIONS keeps out.  Every reference has a target that
 * can be printed.  Images are named GEN_IMAGE; gen_png gives its bytes.
 */
#ifndef TESTS_GEN_H
#define TESTS_GEN_H

#include "base/buf.h"

#define GEN_NO_FRONT_MATTER (1u << 0)
#define GEN_NO_ATTRS (1u << 1)        /* no attribute list at all: so no clause, reference or internal block */
#define GEN_NO_INTERNAL (1u << 2)     /* containers, .internal, .rationale, and notes of such text */
#define GEN_NO_ORAL (1u << 3)
#define GEN_NO_SUGGESTIONS (1u << 4)  /* CriticMarkup that is not a comment or a highlight */
#define GEN_NO_COMMENTS (1u << 5)     /* CriticMarkup comments and highlights */
#define GEN_NO_HTML (1u << 6)         /* HTML comments, raw HTML */
#define GEN_NO_TABLES (1u << 7)
#define GEN_NO_NOTES (1u << 8)
#define GEN_NO_IMAGES (1u << 9)
#define GEN_NO_CODE (1u << 10)        /* code blocks and code spans */
#define GEN_NO_XREFS (1u << 11)
#define GEN_NO_LISTS (1u << 12)
#define GEN_NO_QUOTES (1u << 13)
#define GEN_NO_LINKS (1u << 14)
#define GEN_NO_EMPHASIS (1u << 15)
#define GEN_NO_ENTITIES (1u << 16)    /* entities and backslash escapes */
#define GEN_NO_SCRIPTS (1u << 17)     /* Latin letters only, accents too */
#define GEN_NO_CRLF (1u << 18)        /* LF, no BOM, a final line end */
#define GEN_NO_BREAKS (1u << 19)      /* every paragraph on one line, no hard breaks */
#define GEN_NO_RULES (1u << 20)
#define GEN_NO_HEADINGS (1u << 21)    /* implies no references */
#define GEN_NO_BLOCK_SUGGESTIONS (1u << 22) /* suggestions stay inside one paragraph */
#define GEN_NO_LABELS (1u << 23)      /* label=: Markdown prints one as words */

#define GEN_IMAGE "gen-image.png"

struct gen_options {
	unsigned off;      /* GEN_NO_* */
	size_t blocks;     /* about how many at top level; 0: between 4 and 24, by the seed */
	/* Lower-case letters and digits, at most 16, or NULL: the first letters of a word that is planted in every place
	 * that no public file may show: internal text, rationales, notes of such text, HTML comments, raw HTML,
	 * CriticMarkup comments and their authors, unknown front matter, attribute keys and values, classes, ids, labels
	 * of notes and of link definitions, info strings of code. */
	const char *token;
	const char *language; /* "en", "fr", "es", "ar", "zh"; NULL: by the seed */
};

/* Appends one statement. */
void gen_statement(uint64_t seed, const struct gen_options *o, struct buf *out);

/* A PNG of 2 by 2 pixels. */
struct span gen_png(void);

/* The generator itself, for tests that need more from the same seed (splitmix64). */
uint64_t gen_random(uint64_t *state);
/* 0 to n - 1. */
size_t gen_below(uint64_t *state, size_t n);

#endif
