/*
 * util: values of YAML nodes, checked, with faults that name their place.  Private to conf.
 */
#ifndef FORMAT_CONF_UTIL_H
#define FORMAT_CONF_UTIL_H

#include "base/fault.h"
#include "base/buf.h"
#include "io/yaml.h"
#include "model/profile.h"
#include "model/workspace.h"

struct conf {
	const struct yaml_file *y;
	struct arena *arena; /* strings are copied here */
	struct fault *f;
};

/* Each returns 0 or -kind; a node that is NULL leaves *ret as it was. */
int conf_text(struct conf *c, const struct yaml_node *n, struct span *ret);           /* ~ leaves it empty */
int conf_texts(struct conf *c, const struct yaml_node *n, struct span **ret, size_t *ret_count); /* one or a list */
int conf_flag(struct conf *c, const struct yaml_node *n, bool *ret);                  /* true, false, yes, no */
int conf_given(struct conf *c, const struct yaml_node *n, uint64_t max, struct given *ret); /* a number of the call: ~ is open */
int conf_count(struct conf *c, const struct yaml_node *n, unsigned max, unsigned *ret);
int conf_choice(struct conf *c, const struct yaml_node *n, const char *const *names, int *ret); /* names: NULL-terminated */
int conf_word(struct conf *c, const struct yaml_node *n, const char *const *names, struct span *ret);  /* the same, kept as a word */
int conf_words(struct conf *c, const struct yaml_node *n, const char *const *names, struct span **ret, size_t *ret_count); /* one or a list */
/* words: {fr: {paragraph: paragraphe}}: over the shipped words of model/number.h. */
int conf_words_by_language(struct conf *c, const struct yaml_node *n, struct workspace_words **ret, size_t *ret_count);
int conf_id(struct conf *c, const struct yaml_node *n, struct span *ret);             /* small letters, digits, single hyphens; at most 64 bytes */
int conf_mapping(struct conf *c, const struct yaml_node *n, const char *const *known); /* must be one, with these keys only */
int conf_required(struct conf *c, const struct yaml_node *mapping, const char *key);
int conf_schema(struct conf *c, const char *schema);                                  /* the file's root is a mapping, and its schema is this */
int conf_root(struct conf *c, const char *schema, const char *const *known);          /* the same, and no key but these */

#endif
