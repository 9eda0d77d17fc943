#include "cli/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "io/zone.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static struct tm local(int64_t time)
{
	time_t t = (time_t)time;
	struct tm tm = { 0 };

	tzset();
	localtime_r(&t, &tm);
	return tm;
}

void when_long(int64_t time, struct buf *out)
{
	struct tm t = local(time);

	buf_printf(out, "%s %d %s %d, %02d:%02d", days[t.tm_wday % 7], t.tm_mday, months[t.tm_mon % 12], t.tm_year + 1900, t.tm_hour, t.tm_min);
}

void when_weekday(int64_t time, struct buf *out)
{
	struct tm t = local(time);

	buf_printf(out, "%s %d %s %d", days[t.tm_wday % 7], t.tm_mday, months[t.tm_mon % 12], t.tm_year + 1900);
}

void when_short(int64_t time, int64_t now, struct buf *out)
{
	struct tm t = local(time), n = local(now);

	if (t.tm_year == n.tm_year)
		buf_printf(out, "%s %2d %s %02d:%02d", days[t.tm_wday % 7], t.tm_mday, months[t.tm_mon % 12], t.tm_hour, t.tm_min);
	else
		buf_printf(out, "%2d %s %d %02d:%02d", t.tm_mday, months[t.tm_mon % 12], t.tm_year + 1900, t.tm_hour, t.tm_min);
}

void when_left(int64_t time, int64_t now, struct buf *out)
{
	int64_t left = time - now;

	if (left < 0)
		BUF_LIT(out, "passed");
	else if (left < HOUR)
		buf_printf(out, "%d min", (int)(left / 60));
	else if (left < 2 * DAY)
		buf_printf(out, "%d h", (int)(left / HOUR));
	else
		buf_printf(out, "%lld d", (long long)(left / DAY));
}

int64_t when_days_left(int64_t time, int64_t now)
{
	int64_t left = time - now;

	return left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY);
}

void when_deadline(const struct deadline *d, int64_t now, struct buf *out)
{
	switch (d->is) {
	case DEADLINE_UNSAID:
		BUF_LIT(out, "none given");
		break;
	case DEADLINE_OPEN:
		BUF_LIT(out, "TO CHECK, copy it from the call");
		break;
	case DEADLINE_SET:
		when_short(d->time, now, out);
		BUF_LIT(out, " your time (");
		buf_add(out, d->at);
		if (d->zone.n) {
			buf_char(out, ' ');
			buf_add(out, d->zone);
		}
		BUF_LIT(out, "), ");
		when_left(d->time, now, out);
		break;
	}
}

/* ---- in a zone of their own ---- */

static void broken_down(int64_t time, int offset_minutes, struct zone_time *t)
{
	char zone[16];

	snprintf(zone, sizeof(zone), "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', abs(offset_minutes) / 60 % 100, abs(offset_minutes) % 60);
	zone_local(span_str(zone), time, t);
}

void when_at(struct buf *out, int64_t time, int offset_minutes)
{
	struct zone_time t;

	broken_down(time, offset_minutes, &t);
	buf_printf(out, "%2d %s %d %02d:%02d", t.day, months[(t.month + 11) % 12], t.year, t.hour, t.minute);
}

void when_day(struct buf *out, const struct zone_time *t)
{
	buf_printf(out, ", %d %s %d", t->day, months[(t->month + 11) % 12], t->year);
}

void when_rfc3339(struct buf *out, int64_t time, int offset_minutes)
{
	struct zone_time t;

	broken_down(time, offset_minutes, &t);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
	if (offset_minutes)
		buf_printf(out, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', abs(offset_minutes) / 60, abs(offset_minutes) % 60);
	else
		buf_char(out, 'Z');
}

int when_offset(int64_t time)
{
	time_t t = (time_t)time;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}
