/*
 * zone: local times of named time zones, read from the system's zone files.
 *
 * Pure: no environment, no process-wide state.  Names: IANA ("America/New_York"), "UTC", "UTC+hh[:mm]", "UTC-11".
 * A time that a clock skips in spring is taken as if the clock had not moved yet (the later instant); one that it shows
 * twice in autumn is the first of the two: a deadline is never read later than it may be meant.
 * Source: RFC 8536 (TZif), POSIX TZ for dates past the table.
 */
#ifndef IO_ZONE_H
#define IO_ZONE_H

#include "base/buf.h"

struct zone_time {
	int year, month, day, hour, minute, second; /* month and day from 1 */
	int weekday;                                /* 0 is Sunday */
	int offset;                                 /* seconds east of UTC */
	char abbreviation[16];
};

bool zone_known(struct span zone);
/* The named zone that a mistyped one is nearest to, by its whole name or its city ("New York"); false: none is near. */
bool zone_nearest(struct span zone, struct buf *ret);
/* Does this machine have zone files at all?  Without them only UTC and UTC+hh:mm are known. */
bool zone_files(void);
/* Seconds since 1970 of a local time; false where the zone is not known. */
bool zone_resolve(struct span zone, const struct zone_time *local, int64_t *ret);
/* The local time of an instant. */
bool zone_local(struct span zone, int64_t time, struct zone_time *ret);

/* "2025-10-03 23:59", "2025-10-03", RFC 3339 with an offset: *ret_offset_given then.  A date alone is its last
 * second. */
bool zone_parse(struct span s, struct zone_time *ret, bool *ret_offset_given);

int64_t zone_days(int year, int month, int day); /* days since 1970-01-01, proleptic Gregorian */

#endif
