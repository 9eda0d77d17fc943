#include "format/report/summary.h"

#include <stdio.h>

#include "base/show.h"
#include "io/zone.h"

void put_plural(struct buf *out, uint64_t n, const char *one, const char *many)
{
	show_number(out, n);
	buf_char(out, ' ');
	buf_str(out, n == 1 ? one : many);
}

bool finding_is_internal_note(const struct finding *f)
{
	return strcmp(f->rule, "internal-note") == 0;
}

void tally_add(struct tally *t, const struct result *r)
{
	for (size_t i = 0; i < r->findings.count; i++) {
		const struct finding *f = &r->findings.items[i];

		if (finding_is_internal_note(f))
			continue;
		if (f->waived)
			t->waived++;
		else if (f->level == LEVEL_ERROR)
			t->errors++;
		else if (f->level == LEVEL_WARNING)
			t->warnings++;
		else if (f->level == LEVEL_NOTE)
			t->notes++;
	}
}

void tally_put(struct buf *out, const struct tally *t)
{
	put_plural(out, t->errors, "error", "errors");
	buf_str(out, ", ");
	put_plural(out, t->warnings, "warning", "warnings");
	if (t->notes) {
		buf_str(out, ", ");
		put_plural(out, t->notes, "note", "notes");
	}
	if (t->waived)
		buf_printf(out, ", %zu waived", t->waived);
}

static void put_limit(struct buf *out, const struct limit *l)
{
	if (l->hard.is == GIVEN_SET) {
		buf_str(out, " of ");
		show_number(out, l->hard.value);
	} else if (l->soft.is == GIVEN_SET) {
		buf_str(out, " of ");
		show_number(out, l->soft.value);
	}
}

/* What stands behind the unit: whose limit it is, where that is not plain. */
static void put_whose(struct buf *out, const struct limit *l)
{
	if (l->hard.is == GIVEN_SET)
		return;
	if (l->soft.is == GIVEN_SET)
		buf_str(out, l->hard.is == GIVEN_OPEN ? " (our aim; the call's limit: TO CHECK)" : " (our aim)");
	else if (l->hard.is == GIVEN_OPEN)
		buf_str(out, " (limit: TO CHECK)");
}

static void put_clock(struct buf *out, uint64_t seconds)
{
	buf_printf(out, "%llu:%02u", (unsigned long long)(seconds / 60), (unsigned)(seconds % 60));
}

void summary_lengths(struct buf *out, const struct result *r)
{
	static const struct limit none;
	const struct profile *p = r->profile;
	const struct limit *words = p ? &p->words : &none, *seconds = p ? &p->seconds : &none;

	/* A written text has seconds too, by its profile; they matter where somebody speaks. */
	if (r->lengths.has_seconds && (r->channel == CHANNEL_ORAL || seconds->hard.is == GIVEN_SET || seconds->soft.is == GIVEN_SET)) {
		put_clock(out, r->lengths.seconds);
		if (seconds->hard.is == GIVEN_SET || seconds->soft.is == GIVEN_SET) {
			buf_str(out, " of ");
			put_clock(out, seconds->hard.is == GIVEN_SET ? seconds->hard.value : seconds->soft.value);
		}
		buf_str(out, " minutes to read aloud");
		put_whose(out, seconds);
		buf_str(out, ", ");
	}
	show_number(out, r->lengths.words);
	put_limit(out, words);
	buf_str(out, r->lengths.words == 1 && words->hard.is != GIVEN_SET && words->soft.is != GIVEN_SET ? " word" : " words");
	put_whose(out, words);
	if (p && (p->characters.hard.is == GIVEN_SET || p->characters.soft.is == GIVEN_SET)) {
		buf_str(out, ", ");
		show_number(out, p->characters_without_spaces ? r->lengths.characters_no_spaces : r->lengths.characters);
		put_limit(out, &p->characters);
		buf_str(out, " characters");
		put_whose(out, &p->characters);
	}
	if (p && (p->pages.hard.is == GIVEN_SET || p->pages.soft.is == GIVEN_SET)) {
		buf_printf(out, ", about %.1f", r->lengths.pages);
		put_limit(out, &p->pages);
		buf_str(out, " pages");
	}
	buf_char(out, '.');
}

static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void put_span_of_time(struct buf *out, int64_t seconds)
{
	if (seconds < 3600)
		put_plural(out, (uint64_t)(seconds / 60), "minute", "minutes");
	else if (seconds < 48 * 3600)
		put_plural(out, (uint64_t)(seconds / 3600), "hour", "hours");
	else
		put_plural(out, (uint64_t)(seconds / 86400), "day", "days");
}

void summary_deadline(struct buf *out, const struct result *r, int64_t now)
{
	const struct deadline *d = r->profile ? &r->profile->deadline : NULL;
	struct zone_time t;

	if (!d || d->is == DEADLINE_UNSAID)
		return;
	if (d->is == DEADLINE_OPEN) {
		buf_str(out, "Deadline: TO CHECK, copy it from the call.");
		return;
	}
	buf_str(out, "Deadline: ");
	if (zone_local(d->zone, d->time, &t))
		buf_printf(out, "%s %d %s %d %02d:%02d ", days[t.weekday], t.day, months[t.month - 1], t.year, t.hour, t.minute);
	else
		buf_printf(out, "%.*s ", SPAN_ARG(d->at));
	if (d->zone.n)
		show_line(out, d->zone);
	else
		buf_str(out, "UTC");
	if (d->time > now) {
		buf_str(out, ", in ");
		put_span_of_time(out, d->time - now);
		buf_char(out, '.');
	} else {
		buf_str(out, ", PASSED ");
		put_span_of_time(out, now - d->time);
		buf_str(out, " ago.");
	}
}

void summary_reached(struct buf *out, const struct result *r)
{
	static const struct {
		enum priority_level level;
		const char *one, *many;
	} levels[] = { { PRIORITY_MUST, "must", "musts" }, { PRIORITY_SHOULD, "should", "shoulds" }, { PRIORITY_MAY, "may", "mays" } };
	bool first = true;

	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		size_t reached, all;

		result_reached(r, levels[i].level, &reached, &all);
		if (!all)
			continue;
		buf_printf(out, "%s%zu of %zu %s", first ? "" : ", ", reached, all, all == 1 ? levels[i].one : levels[i].many);
		first = false;
	}
	if (!first)
		buf_char(out, '.');
}

void summary_place(struct buf *out, const struct clause *c, size_t line)
{
	if (c && c->label.n) {
		buf_str(out, "para ");
		show_line(out, c->label);
	} else if (c && c->heading) {
		buf_str(out, "heading");
	} else {
		buf_printf(out, "line %zu", line ? line : c ? c->line : 1);
	}
}

const char *summary_state(enum state s)
{
	static const char *const names[] = { "nowhere", "mention", "ask", "ask+evidence", "AGAINST" };

	return names[s];
}

bool verdict_reached(const struct verdict *v)
{
	return v->state != STATE_CONTRARY && v->state >= v->priority->needs;
}

void summary_has(struct buf *out, const struct verdict *v)
{
	static const char *const below[] = { "NOWHERE", "MENTION ONLY", "ASK ONLY", "ASK+EVIDENCE", "AGAINST" };

	buf_str(out, verdict_reached(v) ? summary_state(v->state) : below[v->state]);
	if (v->weakened)
		buf_str(out, ", WEAKENED");
}

const struct verdict **summary_order(const struct result *r)
{
	static const enum priority_level levels[] = { PRIORITY_MUST, PRIORITY_SHOULD, PRIORITY_MAY };
	const struct verdict **order = mem_zero(r->verdict_count + 1, sizeof(struct verdict *));
	size_t n = 0;

	for (size_t k = 0; k < ARRAY_LEN(levels); k++)
		for (size_t i = 0; i < r->verdict_count; i++)
			if (r->verdicts[i].priority->level == levels[k])
				order[n++] = &r->verdicts[i];
	return order;
}
