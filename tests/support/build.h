/* build: docs made by hand, for tests that want no reader in between.  Everything lives in the doc's arena. */
#ifndef TESTS_BUILD_H
#define TESTS_BUILD_H

#include "model/doc.h"

/* A leaf with one run of that text (none if empty) at the end of parent; a heading is of level 1. */
struct block *build_leaf(struct doc *d, struct block *parent, enum block_kind kind, const char *text);
struct block *build_block(struct doc *d, struct block *parent, enum block_kind kind);
struct block *build_list(struct doc *d, struct block *parent, bool ordered);
struct block *build_item(struct doc *d, struct block *list, const char *text); /* with one paragraph */
/* Gives b an id ("" none), classes and one more key=value (key NULL: none); returns b. */
struct block *build_attrs(struct doc *d, struct block *b, const char *id, unsigned classes, const char *key, const char *value);
/* One more run at the end of a leaf. */
struct run *build_run(struct doc *d, struct block *leaf, enum run_kind kind, const char *text);
struct note *build_note(struct doc *d, const char *label, const char *text);

#endif
