/*
 * fault: why a call could not be done, for a person to read.
 *
 * A function that may fail in more than one way returns int, 0 or -kind, and fills a struct
 * fault, its last parameter.  The first fault wins; callers add nothing that they do not know.
 * A message is one sentence that names the thing and the way out.  Owns its strings.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/span.h"

/* kind, exit code (DESIGN.md section 5), name in JSON errors */
#define FAULT_LIST(X)                                                                          \
	X(FAULT_REFUSED, 1, "refused")   /* done, and the answer is no */                      \
	X(FAULT_USAGE, 2, "usage")       /* the call's words are off */                        \
	X(FAULT_NOT_FOUND, 2, "unknown") /* a draft, clause, profile… that is not there */     \
	X(FAULT_WORKSPACE, 2, "no-workspace")                                                  \
	X(FAULT_MISSING, 3, "missing")   /* an input file is not there or cannot be read */    \
	X(FAULT_INPUT, 3, "malformed")   /* an input is malformed */                           \
	X(FAULT_LIMIT, 3, "limit")       /* an input is over a limit of base/limits.h */       \
	X(FAULT_DUPLICATE, 3, "duplicate-id")                                                  \
	X(FAULT_SYSTEM, 4, "system")     /* disk full, no permission, a missing program */     \
	X(FAULT_CHANGED, 4, "changed")   /* a file changed under us */

enum fault_kind {
	FAULT_NONE,
#define X(kind, code, name) kind,
	FAULT_LIST(X)
#undef X
};

/* Line and column from 1; 0 where it is not known.  file is borrowed in calls, owned in a fault. */
struct srcpos {
	const char *file;
	size_t line, column;
};

struct fault {
	enum fault_kind kind;
	struct srcpos pos;
	char *file;
	char *message;
	char *hint; /* what to do, where the message does not say it; may be NULL */
	char *line; /* the line of the input at pos, for a caret under column; may be NULL */
};

void fault_done(struct fault *f);

/* Records the fault unless one stands already; returns -kind.  f may be NULL. */
__attribute__((format(printf, 4, 5))) int fault_set(struct fault *f, enum fault_kind kind, struct srcpos pos, const char *fmt, ...);

/* Adds the way out to a fault just set, and returns -kind of f. */
__attribute__((format(printf, 2, 3))) int fault_hint(struct fault *f, const char *fmt, ...);
void fault_line(struct fault *f, struct span line);

/* Hands on a fault that was kept apart, of another thread say, under the same rule; from is empty afterwards. */
int fault_pass(struct fault *from, struct fault *f);

int fault_exit_code(enum fault_kind kind);
const char *fault_name(enum fault_kind kind);

#endif
