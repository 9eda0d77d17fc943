/*
 * limits: every size that a stranger's file controls, with its reason.
 *
 * Each has a test that trips it (tests/unit/test_limits.c, tests/hostile).  DESIGN.md section 9.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>

/* Text.  A 16 MiB statement is 4,000 pages; cmark is linear up to there on all known shapes but the next three. */
#define LIMIT_TEXT_BYTES (16u << 20)
#define LIMIT_PARAGRAPH_BRACKETS 8192u /* '[' in one paragraph: cmark looks for a partner of each */
#define LIMIT_PARAGRAPH_STARS 131072u  /* '*' and '_' in one paragraph: each may open a level that cmark keeps */
#define LIMIT_PARAGRAPH_LINES 65536u   /* past it line breaks are spaces: cmark and we take 300 bytes for each */
#define LIMIT_LINE_CONTAINERS 32u      /* '>' and list markers on one line: cmark walks them for every line */
#define LIMIT_BLOCK_DEPTH 64u          /* nested blocks; deeper is no statement, and walkers stay shallow */
#define LIMIT_TABLE_CELLS 200000u      /* cells of one table, header row times rows */
#define LIMIT_TABLE_COLUMNS 256u
#define LIMIT_TABLE_REPEATS 65536u     /* cells of one text that stand there as copies, by a number in the file: more is no table that somebody typed */
#define LIMIT_CRITIC_MARKS 200000u     /* suggestions and comments in one draft */
#define LIMIT_CRITIC_DEPTH 8u
#define LIMIT_NOTES 50000u
#define LIMIT_ATTR_BYTES 4096u         /* one attribute list */
#define LIMIT_ATTR_ITEMS 256u          /* of one block, on however many lines: each is looked for among those before it */
#define LIMIT_ID_BYTES 32u             /* FORMAT.md F3 */
#define LIMIT_NOTE_LABEL_BYTES 999u    /* as CommonMark's link labels */

/* YAML: libyaml is quadratic in depth. */
#define LIMIT_YAML_BYTES (1u << 20)
#define LIMIT_YAML_DEPTH 16u
#define LIMIT_YAML_NODES 100000u
#define LIMIT_YAML_KEYS 1000u          /* of one mapping: each is compared with those before it */
/* The record of a draft's reviews is flat, ours, and grows for years: one entry for each suggestion that was settled. */
#define LIMIT_REVIEWS_BYTES (16u << 20)
#define LIMIT_REVIEWS_NODES 1000000u
/* Agreed language: excerpts of a sentence or two, each compared word by word with the quotations of the clauses that name it. */
#define LIMIT_AGREED_ENTRIES 5000u
#define LIMIT_AGREED_BYTES 4096u
#define LIMIT_AGREED_NAMED 16u         /* entries that one clause may name */
#define LIMIT_PHRASES 20000u
#define LIMIT_PHRASE_GAP 20u           /* FORMAT.md F7 */
#define LIMIT_PHRASE_WINDOW 50u

/* Packages.  libzip 1.7.3 does not check declared sizes: bytes are counted as they come out. */
#define LIMIT_ZIP_BYTES (64u << 20)    /* the file itself */
#define LIMIT_ZIP_ENTRIES 2000u
#define LIMIT_ZIP_PART_BYTES (64u << 20)
#define LIMIT_ZIP_TOTAL_BYTES (256u << 20)
#define LIMIT_ZIP_RATIO 250u           /* past LIMIT_ZIP_RATIO_FROM: an honest 3,000-row table reaches 129:1 */
#define LIMIT_ZIP_RATIO_FROM (8u << 20)
#define LIMIT_ZIP_NAME_BYTES 255u

/* XML.  libxml2 2.9.14 takes 10 s for a tag with 100,000 attributes. */
#define LIMIT_XML_TAG_BYTES (64u << 10)
#define LIMIT_XML_DEPTH 200u
#define LIMIT_XML_ATTRS 1000u          /* of one tag: libxml2 compares each with each */
#define LIMIT_XML_NAMESPACES 500u      /* in scope at once: libxml2 walks them for every name */

#define LIMIT_RISKS 50u                /* external targets, macros… of one package that are listed one by one */

/* Images, embedded as they are. */
#define LIMIT_IMAGE_BYTES (32u << 20)
#define LIMIT_IMAGE_PIXELS 20000u      /* a side */
#define LIMIT_IMAGES 1000u             /* different ones in one text; looked up one by one */
#define LIMIT_IMAGES_BYTES (128u << 20) /* all together: they stand in memory twice while a package is made */

/* The process that opens a stranger's package.  The dearest package that the limits above let through, 64 MiB of XML in one
 * part, takes under half of this memory and a tenth of this time. */
#define LIMIT_CHILD_MEMORY (1024u << 20)
#define LIMIT_CHILD_CPU_SECONDS 60u
#define LIMIT_CHILD_SECONDS 300u        /* by the clock: a slow disk, a pipe that somebody types into */
#define LIMIT_CHILD_RESULT (512u << 20) /* what it hands over: images stand in it as they are */
#define LIMIT_CHILD_WORDS (64u << 10)   /* its remarks on stderr */

/* Versions. */
#define LIMIT_UNDO_STEPS 20u

#endif
