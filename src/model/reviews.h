/*
 * reviews: what people did about a statement, kept in drafts/reviews/NAME.yaml.
 *
 * Entries are only ever appended.  Each has a hash over all it says, and says which entry it follows, so a union
 * merge of two files can neither lose an entry nor bring an older one back: one whose predecessor is not there
 * is an orphan, and does not count until the file is whole again.  Owns its strings.
 * Source: FORMAT.md F10; DESIGN.md section 2.
 */
#ifndef MODEL_REVIEWS_H
#define MODEL_REVIEWS_H

#include "base/mem.h"
#include "base/sha256.h"

#define REVIEW_LIST(X)                       \
	X(REVIEW_SIGN_OFF, "sign-off")       \
	X(REVIEW_ENDORSEMENT, "endorsement") \
	X(REVIEW_WAIVER, "waiver")           \
	X(REVIEW_COPY_SENT, "copy-sent")     \
	X(REVIEW_SETTLED, "settled")

enum review_what {
#define X(kind, name) kind,
	REVIEW_LIST(X)
#undef X
};
const char *review_name(enum review_what w);

/* Text members, in the order in which they are written: member, key.  Each may be unsaid (n 0). */
#define REVIEW_TEXTS(X)                                                                                         \
	X(by, "by")                 /* who: a person's id or name; endorsement: the organisation */             \
	X(time, "time")             /* RFC 3339, UTC */                                                         \
	X(role, "role")             /* sign-off: in which role */                                               \
	X(rule, "rule")             /* waiver: "gap", or "gap:ipv6" where several are meant */                  \
	X(clause, "clause")         /* what it binds: a clause … */                                             \
	X(hash, "hash")             /* … in these words */                                                      \
	X(draft_hash, "draft-hash") /* or the whole text */                                                     \
	X(because, "because")                                                                                   \
	X(to, "to")                 /* copy-sent: whom */                                                       \
	X(file, "file")             /* copy-sent, settled: which file */                                        \
	X(blob, "blob")             /* copy-sent: what it was made from */                                      \
	X(code, "code")             /* answer code of a copy or of a sign-off by e-mail */                      \
	X(on_word_of, "on-word-of") /* sign-off: recorded by another, on whose word */                          \
	X(evidence, "evidence")     /* its SHA-256 */                                                           \
	X(signature, "signature")   /* by an SSH key, in namespace chapeau-approval@v1 */                       \
	X(outcome, "outcome")       /* settled: accepted, rejected, undone */                                   \
	X(author, "author")         /* settled: whose suggestion it was */                                      \
	X(old_text, "old")          /* settled: the words */                                                    \
	X(new_text, "new")                                                                                      \
	X(made, "made")             /* settled: when it was proposed */                                         \
	X(cover, "cover")           /* copy-sent: 12 hex digits of the SHA-256 of each line of its box */

struct review {
	enum review_what what;
#define X(member, key) struct span member;
	REVIEW_TEXTS(X)
#undef X
	struct span *except; /* endorsement: clauses that it does not back */
	size_t except_count;
	bool withdrawn;      /* endorsement: taken back */
	struct span after;   /* hash of the entry it follows; empty: the first */
	char hash_of[SHA256_HEX + 1]; /* of this entry; set by the reader */
	bool orphan;         /* the entry it follows is not in the file */
	size_t line;
};

struct reviews {
	struct arena arena;
	char *path;
	struct review *items;
	size_t count;
};

void reviews_free(struct reviews *r);
void reviews_freep(struct reviews **r);

/* SHA-256 over "key: value LF" for every key that is said, in the order above, except, withdrawn and after last. */
void review_hash(const struct review *r, char ret_hex[SHA256_HEX + 1]);

#endif
