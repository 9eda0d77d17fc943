#include "base/aside.h"

void aside_begin(struct aside *a, void *(*work)(void *), void *ctx)
{
	a->running = pthread_create(&a->thread, NULL, work, ctx) == 0;
	if (!a->running)
		work(ctx);
}

void aside_end(struct aside *a)
{
	if (a->running)
		pthread_join(a->thread, NULL);
	a->running = false;
}
