/*
 * terms: all phrases of all lists as one automaton over folded tokens.
 *
 * A trie over the words of all phrases, exact and by prefix, takes a token's bytes once and gives its class: the set of
 * places in phrases where it may stand.  Class 0, nearly every token of a text, stands in none.  Phrases are then
 * followed from the tokens that can begin them, never further than their own gaps and windows reach, so the work is
 * linear in the text whatever the list holds.
 * Source: FORMAT.md F7.
 */
#ifndef CHECK_TERMS_H
#define CHECK_TERMS_H

#include "check/phrase.h"
#include "model/priority.h"

/* Matches of one group do not overlap.  The lists of F9 come first, then each priority's three. */
enum group {
#define X(name) GROUP_##name,
	PRIORITY_LISTS(X)
#undef X
	GROUP_placeholder,
	GROUP_fill_in, /* a placeholder where a bracket opens before it */
	GROUP_LISTS,
};
#define GROUP_OF_PRIORITY(i, kind) (GROUP_LISTS + 3 * (uint32_t)(i) + (kind))
enum { KIND_ANY, KIND_CONTRARY, KIND_WEAK };

/* What a token of a class is good for. */
#define CLASS_KEY 1u         /* a sentence without such a token holds no phrase of a priority */
#define CLASS_ABBREVIATION 2u /* may end an abbreviation */
#define CLASS_REFERENCE 4u   /* a word of reference_words */
#define CLASS_PLACEHOLDER 8u

struct class {
	uint32_t first, count;              /* sorted ids of alts, in terms.pool */
	uint32_t starts, list_starts, priority_starts; /* in terms.pool: phrases that may begin here, lists' ones first */
	unsigned flags;
};

struct node {
	uint32_t base; /* children: terms.next[base + byte - lo], 0: none */
	unsigned char lo, span;
	uint32_t exact, prefix; /* class of a token that ends here; of one that goes on */
};

struct term {
	struct phrase phrase;
	uint32_t group;
	struct span language; /* empty: any */
	bool never;
	bool enabled;         /* speaks the language of the text at hand */
};

struct terms {
	struct arena arena;
	struct term *items;
	size_t count, cap;
	struct node *nodes;
	uint32_t *next;
	struct class *classes;
	uint32_t *pool;
	uint32_t root[256];
	uint32_t group_count;
	uint32_t *abbreviations; /* indices of items, by last alt's id order; count below */
	size_t abbreviation_count;
};

/* Compiles a list (NULL: none), with more names of ourselves.  FAULT_INPUT for a phrase that does not parse. */
int terms_new(const struct priorities *list, const struct span *self, size_t self_count, struct terms **ret, struct fault *f);
void terms_free(struct terms *t);
/* Phrases given for one language are looked for in texts of that language; language empty: in all. */
void terms_speak(struct terms *t, struct span language);

/* The class of a folded token. */
uint32_t terms_class(const struct terms *t, struct span folded);

struct token {
	uint32_t begin, end; /* bytes of the leaf's text */
	uint32_t class;
	unsigned flags;
};
#define TOKEN_AFTER_BREAK 1u /* ; : or a dash stands before it */
#define TOKEN_NUMBER 2u      /* digits alone */
#define TOKEN_MIXED 4u       /* letters of two scripts that look alike */

struct match {
	uint32_t begin, end; /* first and last token, in the leaf */
	uint32_t item;       /* terms.items */
	uint32_t group;
};

struct matches {
	struct match *items;
	size_t count, cap;
	uint32_t *last; /* by group: index + 1 of its last match; grows with the groups */
	size_t last_cap;
};
void matches_done(struct matches *m);
void matches_clear(struct matches *m);

/* Finds phrases in tokens [from, to), a sentence: leftmost, then shortest, those of one group not overlapping.
 * Appends in order of their begin.  lists: those of the lists; else those of priorities. */
void terms_find(const struct terms *t, const struct token *tokens, uint32_t from, uint32_t to, bool lists, struct matches *out);

/* The tokens that a match took, ascending, into ret (PHRASE_ALTS_MAX): a gap's tokens are not among them. */
size_t terms_tokens_of(const struct terms *t, const struct token *tokens, uint32_t to, const struct match *m, uint32_t *ret);

/* Does an abbreviation end with token last?  Only tokens [from, last] are looked at. */
bool terms_abbreviates(const struct terms *t, const struct token *tokens, uint32_t from, uint32_t last);

#endif
