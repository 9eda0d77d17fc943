/*
 * when: points in time as people read them, in the user's zone and the call's.
 */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include "base/buf.h"
#include "model/profile.h"

/* "Thu  2 Oct 2025, 14:20", in the user's zone. */
void when_long(int64_t time, struct buf *out);
/* "Thu 2 Oct 2025", in the user's zone. */
void when_weekday(int64_t time, struct buf *out);
/* "Fri  3 Oct 09:59", in the user's zone; the year where it is not this one. */
void when_short(int64_t time, int64_t now, struct buf *out);
/* "19 h", "11 d", "passed". */
void when_left(int64_t time, int64_t now, struct buf *out);
/* RFC 3339 with the offset: "2025-10-04T03:59:00Z". */
void when_rfc3339(struct buf *out, int64_t time, int offset_minutes);
/* "30 Sep 2025 17:02", at an offset; people read times in their own zone, when_offset. */
void when_at(struct buf *out, int64_t time, int offset_minutes);
int when_offset(int64_t time); /* minutes east of UTC, here */
/* ", 30 Sep 2025" */
struct zone_time;
void when_day(struct buf *out, const struct zone_time *t);
/* Whole days from now until time, rounded down; negative once it has passed. */
int64_t when_days_left(int64_t time, int64_t now);
/* A deadline in one line: in your time, as the call gives it, and how long; TO CHECK where the call left it open. */
void when_deadline(const struct deadline *d, int64_t now, struct buf *out);

#endif
