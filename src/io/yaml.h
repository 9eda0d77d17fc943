/*
 * yaml: a bounded loader over libyaml's events, giving a tree with positions.
 *
 * The sole home of <yaml.h>.  No anchors, aliases, tags, merge keys or second documents; depth, size and node
 * count are limited; a key that stands twice is a fault.  Every node knows its line and column (code points,
 * from 1, counted from the start of the file: first_line for YAML that begins inside another file).
 * Every fault carries file, line, column, the line itself for a caret, and a way out.
 * Source: YAML 1.1 as libyaml 0.2.5 reads it; FORMAT.md F10; DESIGN.md section 9.
 */
#ifndef IO_YAML_H
#define IO_YAML_H

#include "base/fault.h"
#include "base/mem.h"

enum yaml_kind { YAML_NULL, YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING }; /* NULL: ~, null or nothing, unquoted */

struct yaml_node {
	enum yaml_kind kind;
	struct span text;    /* scalar; for YAML_NULL empty */
	bool quoted;         /* scalar in quotes or a block scalar: "no" and "1" are then text */
	struct span key;     /* inside a mapping: its key */
	size_t key_line, key_column;
	size_t line, column;
	struct yaml_node *first, *next; /* children in order; the next sibling */
	size_t count;
};

struct yaml_file {
	struct arena arena;
	const char *path;    /* borrowed */
	struct span text;    /* borrowed */
	size_t first_line;
	struct yaml_node *root; /* NULL: an empty document */
};

int yaml_load(struct span text, const char *path, size_t first_line, struct yaml_file *ret, struct fault *f);
/* The same, with other limits than LIMIT_YAML_BYTES and LIMIT_YAML_NODES. */
int yaml_load_within(struct span text, const char *path, size_t first_line, size_t bytes, size_t nodes, struct yaml_file *ret, struct fault *f);
void yaml_done(struct yaml_file *y);

/* One key in either spelling: -ise and -ize, -our and -or. */
bool yaml_same_key(struct span a, struct span b);

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/* A fault at a node (its key, if at_key), with the line and caret. */
__attribute__((format(printf, 5, 6))) int yaml_fault(const struct yaml_file *y, const struct yaml_node *n, bool at_key, struct fault *f,
						     const char *fmt, ...);

/* FAULT_INPUT with a "did you mean" where a key of the mapping is not in known (NULL-terminated).  -ise and -ize, -our and
 * -or spellings of a known key are the same key; yaml_get sees them so too. */
int yaml_known_keys(const struct yaml_file *y, const struct yaml_node *mapping, const char *const *known, struct fault *f);

#endif
