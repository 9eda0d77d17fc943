#include "io/zone.h"

#include <stdio.h>

#include "base/buf.h"
#include "io/file.h"

int64_t zone_days(int year, int month, int day)
{
	/* H. Hinnant, days_from_civil: years begin in March, so that leap days come last. */
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static void civil(int64_t days, struct zone_time *t)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	t->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	t->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	t->year = (int)(yoe + era * 400 + (t->month <= 2));
	t->weekday = (int)(((days % 7) + 11) % 7);
}

static void split(int64_t time, int offset, struct zone_time *t)
{
	int64_t local = time + offset, days = local / 86400, rest = local % 86400;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	civil(days, t);
	t->hour = (int)(rest / 3600);
	t->minute = (int)(rest / 60 % 60);
	t->second = (int)(rest % 60);
	t->offset = offset;
}

static int64_t joined(const struct zone_time *t)
{
	return zone_days(t->year, t->month, t->day) * 86400 + t->hour * 3600 + t->minute * 60 + t->second;
}

/* ---- fixed offsets ---- */

static bool fixed(struct span zone, int *ret)
{
	uint64_t h, m = 0;
	int sign;
	size_t colon;

	if (zone.n == 0 || span_is(zone, "UTC") || span_is(zone, "Z") || span_is(zone, "GMT")) {
		*ret = 0;
		return true;
	}
	if (span_starts(zone, SPAN_LIT("UTC")) || span_starts(zone, SPAN_LIT("GMT")))
		zone = span_sub(zone, 3, zone.n);
	/* The minus sign of a careful typist is taken too. */
	if (span_starts(zone, SPAN_LIT("\xe2\x88\x92"))) {
		sign = -1;
		zone = span_sub(zone, 3, zone.n);
	} else if (zone.n && (zone.p[0] == '+' || zone.p[0] == '-')) {
		sign = zone.p[0] == '-' ? -1 : 1;
		zone = span_sub(zone, 1, zone.n);
	} else {
		return false;
	}
	colon = span_find_char(zone, ':', 0);
	if (colon != SIZE_MAX) {
		if (!span_number(span_sub(zone, colon + 1, zone.n), 59, &m))
			return false;
		zone = span_sub(zone, 0, colon);
	}
	if (!span_number(zone, 14, &h))
		return false;
	*ret = sign * ((int)h * 3600 + (int)m * 60);
	return true;
}

/* ---- TZif ---- */

struct tzif {
	struct buf bytes;
	const unsigned char *times, *kinds, *types;
	const char *names;
	size_t time_count, type_count, name_count;
	struct span rule; /* POSIX TZ after the table */
};

#define TZIF_BYTES (64u << 10) /* the largest zone file of a full build is 4 KB */

static int64_t big(const unsigned char *p, size_t n)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static bool name_ok(struct span zone)
{
	if (zone.n == 0 || zone.n > 64 || zone.p[0] == '/' || zone.p[0] == '.')
		return false;
	for (size_t i = 0; i < zone.n; i++) {
		char c = zone.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+'))
			return false;
	}
	return true;
}

static const char *const homes[] = { "/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/etc/zoneinfo/" };

static bool tzif_load(struct span zone, struct tzif *z)
{
	const unsigned char *p;
	size_t counts[6], left, need;

	*z = (struct tzif){ 0 };
	if (!name_ok(zone))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(homes) && !z->bytes.n; i++) {
		CLEANUP(buf_done) struct buf path = { 0 };

		buf_str(&path, homes[i]);
		buf_add(&path, zone);
		buf_char(&path, '\0');
		if (file_exists(path.p))
			file_read(path.p, TZIF_BYTES, &z->bytes, NULL, NULL);
	}
	p = (const unsigned char *)z->bytes.p;
	left = z->bytes.n;
	/* Two blocks: the first with 32-bit times, for old readers; the second is the one to read. */
	for (int block = 0; block < 2; block++) {
		size_t width = block ? 8 : 4;

		if (left < 44 || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
			goto bad;
		for (size_t i = 0; i < 6; i++)
			counts[i] = (size_t)big(p + 20 + 4 * i, 4) & 0xffff;
		p += 44;
		left -= 44;
		/* isutc, isstd, leap, time, type, char */
		need = counts[3] * width + counts[3] + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0];
		if (need > left)
			goto bad;
		if (block) {
			z->times = p;
			z->kinds = p + counts[3] * 8;
			z->types = z->kinds + counts[3];
			z->names = (const char *)z->types + counts[4] * 6;
			z->time_count = counts[3];
			z->type_count = counts[4];
			z->name_count = counts[5];
		}
		p += need;
		left -= need;
	}
	if (left > 2 && p[0] == '\n') {
		struct span rest = span_of((const char *)p + 1, left - 1);
		size_t end = span_find_char(rest, '\n', 0);

		z->rule = span_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
	}
	if (z->type_count)
		return true;
bad:
	buf_done(&z->bytes);
	return false;
}

/* ---- POSIX TZ: "EST5EDT,M3.2.0,M11.1.0" ---- */

struct posix_change {
	char form; /* 'M', 'J' or '0' */
	int month, week, day, time;
};
struct posix_tz {
	char names[2][16];
	int offsets[2];
	bool summer;
	struct posix_change changes[2]; /* to summer, from summer */
};

static bool take_name(const char **p, char out[16])
{
	size_t n = 0;
	bool angle = **p == '<';

	*p += angle;
	while (**p && (angle ? **p != '>' : (**p >= 'A' && **p <= 'Z') || (**p >= 'a' && **p <= 'z'))) {
		if (n < 15)
			out[n++] = **p;
		(*p)++;
	}
	out[n] = '\0';
	if (angle && **p == '>')
		(*p)++;
	return n > 0;
}

static int take_number(const char **p)
{
	int v = 0;

	while (**p >= '0' && **p <= '9' && v < 100000)
		v = v * 10 + (*(*p)++ - '0');
	return v;
}

static int take_time(const char **p)
{
	int sign = 1, t;

	if (**p == '-' || **p == '+')
		sign = *(*p)++ == '-' ? -1 : 1;
	t = take_number(p) * 3600;
	if (**p == ':') {
		(*p)++;
		t += take_number(p) * 60;
		if (**p == ':') {
			(*p)++;
			t += take_number(p);
		}
	}
	return sign * t;
}

static bool posix_parse(const char *p, struct posix_tz *z)
{
	*z = (struct posix_tz){ 0 };
	if (!take_name(&p, z->names[0]))
		return false;
	z->offsets[0] = -take_time(&p);
	if (!*p)
		return true;
	if (!take_name(&p, z->names[1]))
		return false;
	z->offsets[1] = z->offsets[0] + 3600;
	if (*p && *p != ',')
		z->offsets[1] = -take_time(&p);
	for (int i = 0; i < 2; i++) {
		struct posix_change *c = &z->changes[i];

		if (*p++ != ',')
			return false;
		c->form = *p == 'M' || *p == 'J' ? *p++ : '0';
		if (c->form == 'M') {
			c->month = take_number(&p);
			p += *p == '.';
			c->week = take_number(&p);
			p += *p == '.';
		}
		c->day = take_number(&p);
		c->time = 7200;
		if (*p == '/') {
			p++;
			c->time = take_time(&p);
		}
	}
	z->summer = true;
	return true;
}

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Local seconds since 1970 at which the change comes in a year. */
static int64_t change_in(const struct posix_change *c, int year)
{
	int64_t day;

	if (c->form == 'M') {
		int64_t first = zone_days(year, c->month, 1);
		int wday = (int)(((first % 7) + 11) % 7), days = (int)(zone_days(c->month == 12 ? year + 1 : year, c->month == 12 ? 1 : c->month + 1, 1) - first);
		int d = (c->day - wday + 7) % 7 + 7 * (c->week - 1);

		while (d >= days)
			d -= 7;
		day = first + d;
	} else {
		day = zone_days(year, 1, 1) + c->day;
		if (c->form == 'J')
			day -= !(leap(year) && c->day >= 60);
	}
	return day * 86400 + c->time;
}

static void posix_at(const struct posix_tz *z, int64_t time, struct zone_time *t)
{
	struct zone_time probe;
	int64_t on, off;
	bool summer = false;

	if (z->summer) {
		split(time, z->offsets[0], &probe);
		on = change_in(&z->changes[0], probe.year) - z->offsets[0];
		off = change_in(&z->changes[1], probe.year) - z->offsets[1];
		summer = on < off ? time >= on && time < off : time >= on || time < off;
	}
	split(time, z->offsets[summer], t);
	memcpy(t->abbreviation, z->names[summer], sizeof(t->abbreviation));
}

/* ---- asking ---- */

static void tzif_at(const struct tzif *z, int64_t time, struct zone_time *t)
{
	size_t low = 0, high = z->time_count, type = 0, name;
	struct posix_tz posix;

	if ((z->time_count == 0 || time >= big(z->times + 8 * (z->time_count - 1), 8)) && z->rule.n && z->rule.n < 120) {
		char rule[128];

		memcpy(rule, z->rule.p, z->rule.n);
		rule[z->rule.n] = '\0';
		if (posix_parse(rule, &posix)) {
			posix_at(&posix, time, t);
			return;
		}
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (big(z->times + 8 * mid, 8) <= time)
			low = mid + 1;
		else
			high = mid;
	}
	if (low)
		type = z->kinds[low - 1];
	if (type >= z->type_count)
		type = 0;
	split(time, (int)big(z->types + 6 * type, 4), t);
	name = z->types[6 * type + 5];
	for (size_t i = 0; i < sizeof(t->abbreviation) - 1 && name + i < z->name_count && z->names[name + i]; i++) {
		t->abbreviation[i] = z->names[name + i];
		t->abbreviation[i + 1] = '\0';
	}
}

bool zone_local(struct span zone, int64_t time, struct zone_time *ret)
{
	struct tzif z;
	int offset;

	*ret = (struct zone_time){ 0 };
	if (fixed(zone, &offset)) {
		split(time, offset, ret);
		snprintf(ret->abbreviation, sizeof(ret->abbreviation), offset ? "UTC%+d" : "UTC", offset / 3600);
		return true;
	}
	if (!tzif_load(zone, &z))
		return false;
	tzif_at(&z, time, ret);
	buf_done(&z.bytes);
	return true;
}

bool zone_known(struct span zone)
{
	struct zone_time t;

	return zone_local(zone, 0, &t);
}

bool zone_resolve(struct span zone, const struct zone_time *local, int64_t *ret)
{
	int64_t want = joined(local), best = INT64_MAX, guess = want;
	struct zone_time t;
	int offset;
	struct tzif z;

	if (fixed(zone, &offset)) {
		*ret = want - offset;
		return true;
	}
	if (!tzif_load(zone, &z))
		return false;
	/* The offsets in force a day before and a day after are the only ones it can be. */
	for (int d = -1; d <= 1; d++) {
		struct zone_time back;

		tzif_at(&z, want + d * 86400, &t);
		guess = want - t.offset;
		tzif_at(&z, guess, &back);
		if (joined(&back) == want && guess < best)
			best = guess;
	}
	if (best == INT64_MAX) {
		/* In the gap of spring: by the offset before it. */
		tzif_at(&z, want - 86400, &t);
		best = want - t.offset;
	}
	*ret = best;
	buf_done(&z.bytes);
	return true;
}

/* count digits at *at, moving it on. */
static bool digits(struct span s, size_t *at, size_t count, int *ret)
{
	int v = 0;

	if (s.n - *at < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		char c = s.p[*at + i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*at += count;
	*ret = v;
	return true;
}

static bool sign_at(struct span s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

static int month_days(int year, int month)
{
	return (int)(zone_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - zone_days(year, month, 1));
}

bool zone_parse(struct span s, struct zone_time *ret, bool *ret_offset_given)
{
	struct zone_time t = { 0 };
	size_t at = 0;
	bool given = false;

	if (!digits(s, &at, 4, &t.year) || !sign_at(s, &at, '-') || !digits(s, &at, 2, &t.month) || !sign_at(s, &at, '-') || !digits(s, &at, 2, &t.day) ||
	    t.year < 1900 || t.month < 1 || t.month > 12 || t.day < 1 || t.day > month_days(t.year, t.month))
		return false;
	if (at == s.n) {
		t.hour = 23;
		t.minute = t.second = 59;
	} else {
		if (s.p[at] != ' ' && s.p[at] != 'T' && s.p[at] != 't')
			return false;
		at++;
		if (!digits(s, &at, 2, &t.hour) || !sign_at(s, &at, ':') || !digits(s, &at, 2, &t.minute) || (sign_at(s, &at, ':') && !digits(s, &at, 2, &t.second)) ||
		    t.hour > 23 || t.minute > 59 || t.second > 59)
			return false;
		if (sign_at(s, &at, '.')) { /* RFC 3339 allows a fraction; a deadline has none */
			size_t from = at;

			while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
				at++;
			if (at == from)
				return false;
		}
		if (sign_at(s, &at, 'Z') || sign_at(s, &at, 'z')) {
			given = true;
		} else if (at < s.n && (s.p[at] == '+' || s.p[at] == '-')) {
			int west = s.p[at++] == '-' ? -1 : 1, h, m;

			if (!digits(s, &at, 2, &h) || !sign_at(s, &at, ':') || !digits(s, &at, 2, &m) || h > 23 || m > 59)
				return false;
			t.offset = west * (h * 3600 + m * 60);
			given = true;
		}
		if (at != s.n)
			return false;
	}
	*ret = t;
	*ret_offset_given = given;
	return true;
}

/* ---- names ---- */

bool zone_files(void)
{
	for (size_t i = 0; i < ARRAY_LEN(homes); i++)
		if (file_is_dir(homes[i]))
			return true;
	return false;
}

#define ZONE_TABLE_BYTES (256u << 10)

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

bool zone_nearest(struct span zone, struct buf *ret)
{
	CLEANUP(buf_done) struct buf table = { 0 }, want = { 0 };
	struct span rest, line;
	unsigned best = 4;

	if (zone.n > 64)
		return false;
	for (size_t i = 0; i < zone.n; i++)
		buf_char(&want, zone.p[i] == ' ' ? '_' : lower(zone.p[i]));
	for (size_t i = 0; i < ARRAY_LEN(homes) && !table.n; i++) {
		CLEANUP(mem_freep) char *path = path_join(homes[i], "zone.tab");

		if (file_exists(path))
			file_read(path, ZONE_TABLE_BYTES, &table, NULL, NULL);
	}
	rest = buf_span(&table);
	while (best && span_split(&rest, '\n', &line)) {
		struct span field, name, city;
		char low[64];
		size_t slash = 0;
		unsigned d;

		/* country, coordinates, name */
		if (!line.n || line.p[0] == '#' || !span_split(&line, '\t', &field) || !span_split(&line, '\t', &field) || !span_split(&line, '\t', &name) || !name.n ||
		    name.n > sizeof(low))
			continue;
		for (size_t i = 0; i < name.n; i++) {
			low[i] = lower(name.p[i]);
			if (name.p[i] == '/')
				slash = i + 1;
		}
		city = span_of(low + slash, name.n - slash);
		d = span_distance(buf_span(&want), span_of(low, name.n), best);
		if (want.n > 3 && d >= 2 && span_distance(buf_span(&want), city, 2) < 2)
			d = 1;
		if (d < best) {
			best = d;
			buf_clear(ret);
			buf_add(ret, name);
		}
	}
	return ret->n > 0;
}
