/*
 * child: work on a stranger's file in a process of its own, which can do no harm and hands over bytes alone.
 *
 * The sole home of <seccomp.h>.  The child has bounds on memory, time, open files and bytes written, leaves no core, and
 * cannot write into any file; where libseccomp is built in and the system has seccomp, it can reach no network, start no
 * program, signal no other process and open files for reading only.  Whatever it does, the caller gets the bytes that
 * the work made, or a fault: its death is a message and exit 3, never ours.  What it hands over is itself a stranger's
 * word: it is bounded, its framing is checked, and it never names a place to write to.
 * Source: DESIGN.md section 9.
 */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include "base/buf.h"
#include "base/fault.h"

/* 0: as base/limits.h says. */
struct child_limits {
	uint64_t memory;      /* bytes */
	unsigned cpu_seconds; /* of computing */
	unsigned seconds;     /* by the clock, waiting for input included */
	size_t result;        /* bytes handed over */
};

struct child_job {
	const char *file; /* for messages */
	int (*work)(void *ctx, struct buf *ret, struct fault *f); /* runs in the child: what it changes stays there */
	void *ctx;
	struct child_limits limits;
};

/* Appends to *ret what the work put in it, and returns what it returned, with its fault; the bytes of a work that failed
 * are handed over too.  ret_words: what it wrote to stdout and stderr, at most LIMIT_CHILD_WORDS bytes, to be shown
 * safely.  FAULT_INPUT or FAULT_LIMIT where it died or passed a bound (nothing is handed over then), FAULT_SYSTEM where
 * there could be no child. */
int child_run(const struct child_job *job, struct buf *ret, struct buf *ret_words, struct fault *f);

#define CHILD_BOUNDS 1u  /* memory, time, files written */
#define CHILD_CALLS 2u   /* no network, no program, no opening for writing */
/* Which guards a child has here. */
unsigned child_guards(void);

#endif
