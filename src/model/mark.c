#include "model/mark.h"

#include <stdio.h>

#define LATER_MINUTES 2 /* LibreOffice takes a minute more or less for the same */

void mark_time_later(struct span time, char ret[MARK_TIME + 1])
{
	int minute = (time.p[14] - '0') * 10 + time.p[15] - '0';

	minute += minute + LATER_MINUTES < 60 ? LATER_MINUTES : -LATER_MINUTES;
	snprintf(ret, MARK_TIME + 1, "%.14s%02u%.4s", time.p, (unsigned)minute % 60, time.p + 16);
}
