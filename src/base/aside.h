/*
 * aside: a piece of work that another thread does meanwhile, where there may be one; else it is done at once.
 *
 * The work may read what the caller reads, and write what nobody else looks at before aside_end.
 */
#ifndef BASE_ASIDE_H
#define BASE_ASIDE_H

#include <pthread.h>
#include <stdbool.h>

/* Bytes of text below which a thread is not worth its start. */
#define ASIDE_FROM (200u << 10)

/* {0}: nothing was begun, and aside_end has nothing to wait for. */
struct aside {
	pthread_t thread;
	bool running;
};

void aside_begin(struct aside *a, void *(*work)(void *), void *ctx);
void aside_end(struct aside *a);

#endif
