#include "cli/when.h"

#include <time.h>

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

void when_rfc3339(int64_t time, struct buf *out)
{
	time_t t = (time_t)time;
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
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
