/*
 * run: another program, found on the PATH, with its words caught.  Nothing in a workspace ever names the program.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "base/buf.h"
#include "base/fault.h"

struct run_result {
	int status;      /* exit code; 127: it is not there; 128 and more: killed */
	struct buf text; /* what it wrote to stdout and stderr, at most 64 KiB */
};
void run_result_done(struct run_result *r);

/* argv ends with NULL; it may ask on the terminal, such as for a password.  busy: what is said on stderr when it takes more than
 * a second; NULL: nothing.  FAULT_SYSTEM only where no process could be started. */
int run_program(const char *const *argv, const char *dir, const char *busy, struct run_result *ret, struct fault *f);

#endif
