/*
 * Laws of the comparison over seeded pairs of statements: parts join to both texts, marks accept and reject to both texts,
 * a text against itself gives nothing, and moved, split, merged, renamed and edited clauses never lose a word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diff/diff.h"
#include "model/text.h"
#include "tiny.h"

#define PAIRS 1500

struct random {
	uint64_t s;
};

static unsigned upto(struct random *r, unsigned n)
{
	r->s = r->s * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(r->s >> 33) % n;
}

static const char *const words[] = {
	"the", "of", "and", "to", "Internet", "governance", "forum", "IPv6", "mandate", "stable", "funding", "we", "call", "on", "Member", "States",
	"exchange", "points", "local", "traffic", "café", "coopération", "don’t", "12", "3.5", "networks", "reach", "places", "markets", "community",
	"capacity", "operators", "train", "mentor", "open", "global", "secure", "互联网治理", "論壇", "الإنترنت", "secretariat", "predictable", "A/RES/70/125",
};

/* One block of a text: what is printed of it, one sentence an entry. */
struct item {
	char kind; /* p paragraph, h heading, l list, t table */
	char id[16];
	unsigned note; /* 0: none */
	char *sentences[6];
	unsigned count;
};

struct draft {
	struct item *items;
	unsigned count;
	bool ids;
	unsigned next_id;
};

static char *sentence(struct random *r)
{
	struct buf b = { 0 };
	unsigned n = 3 + upto(r, 9);

	for (unsigned i = 0; i < n; i++) {
		const char *w = words[upto(r, ARRAY_LEN(words))];

		if (i)
			buf_str(&b, upto(r, 12) == 0 ? ", " : upto(r, 15) == 0 ? "\n" : " ");
		if (upto(r, 14) == 0)
			buf_printf(&b, "*%s*", w);
		else
			buf_str(&b, w);
	}
	buf_char(&b, '.');
	buf_char(&b, '\0');
	return b.p;
}

static struct item make_item(struct random *r, struct draft *d)
{
	struct item x = { .kind = "pppppphlt"[upto(r, 9)] };

	x.count = 1 + upto(r, 4);
	if (x.kind == 'h')
		x.count = 1;
	for (unsigned i = 0; i < x.count; i++)
		x.sentences[i] = sentence(r);
	if (d->ids)
		snprintf(x.id, sizeof(x.id), "c%u", d->next_id++);
	if (x.kind == 'p' && upto(r, 6) == 0)
		x.note = 1 + upto(r, 40);
	return x;
}

static struct item copy_item(const struct item *x)
{
	struct item c = *x;

	for (unsigned i = 0; i < x->count; i++)
		c.sentences[i] = mem_strdup(x->sentences[i]);
	return c;
}

static void item_done(struct item *x)
{
	for (unsigned i = 0; i < x->count; i++)
		free(x->sentences[i]);
}

static void draft_done(struct draft *d)
{
	for (unsigned i = 0; i < d->count; i++)
		item_done(&d->items[i]);
	free(d->items);
}

static char *render(const struct draft *d, unsigned edition)
{
	struct buf b = { 0 };

	for (unsigned i = 0; i < d->count; i++) {
		const struct item *x = &d->items[i];

		if (x->id[0])
			buf_printf(&b, "{#%s}\n", x->id);
		for (unsigned k = 0; k < x->count; k++) {
			struct buf s = { 0 };

			/* one line where lines are the structure */
			for (const char *p = x->sentences[k]; *p; p++)
				buf_char(&s, *p == '\n' && x->kind != 'p' ? ' ' : *p);
			buf_char(&s, '\0');
			if (x->kind == 'h')
				buf_printf(&b, "# %s", s.p);
			else if (x->kind == 'l')
				buf_printf(&b, "%s- %s", k ? "\n" : "", s.p);
			else if (x->kind == 't')
				buf_printf(&b, "%s| %u | %s |", k ? "\n" : "", k, s.p);
			else
				buf_printf(&b, "%s%s", k ? " " : "", s.p);
			buf_done(&s);
		}
		if (x->note)
			buf_printf(&b, "[^n%u]", x->note);
		buf_str(&b, "\n\n");
	}
	for (unsigned n = 1; n <= 40; n++)
		buf_printf(&b, "[^n%u]: Note %u of edition %u says little.\n\n", n, n, n % 5 == 0 ? edition : 0);
	buf_char(&b, '\0');
	return b.p;
}

static void insert_at(struct draft *d, unsigned at, struct item x)
{
	d->items = mem_resize(d->items, d->count + 1, sizeof(struct item));
	memmove(d->items + at + 1, d->items + at, (d->count - at) * sizeof(struct item));
	d->items[at] = x;
	d->count++;
}

static struct item remove_at(struct draft *d, unsigned at)
{
	struct item x = d->items[at];

	memmove(d->items + at, d->items + at + 1, (d->count - at - 1) * sizeof(struct item));
	d->count--;
	return x;
}

static void mutate(struct random *r, struct draft *d)
{
	unsigned at = d->count ? upto(r, d->count) : 0;
	struct item *x = d->count ? &d->items[at] : NULL;

	if (!x) {
		insert_at(d, 0, make_item(r, d));
		return;
	}
	switch (upto(r, 11)) {
	case 0: /* move */
		if (d->count > 1) {
			struct item y = remove_at(d, at);

			insert_at(d, upto(r, d->count + 1), y);
		}
		break;
	case 1: /* split */
		if (x->kind == 'p' && x->count > 1) {
			struct item y = { .kind = 'p' };

			while (x->count > 1 && (y.count == 0 || upto(r, 2)))
				y.sentences[y.count++] = x->sentences[--x->count];
			if (d->ids)
				snprintf(y.id, sizeof(y.id), "c%u", d->next_id++);
			insert_at(d, at + 1, y);
		}
		break;
	case 2: /* merge */
		if (at + 1 < d->count && x->kind == 'p' && x[1].kind == 'p' && x->count + x[1].count <= 6) {
			struct item y = remove_at(d, at + 1);

			x = &d->items[at];
			for (unsigned i = 0; i < y.count; i++)
				x->sentences[x->count++] = y.sentences[i];
		}
		break;
	case 3: /* remove */
		{
			struct item y = remove_at(d, at);

			item_done(&y);
		}
		break;
	case 4: /* add */
		insert_at(d, at, make_item(r, d));
		break;
	case 5: /* rename */
		if (d->ids)
			snprintf(x->id, sizeof(x->id), "c%u", d->next_id++);
		break;
	case 6: /* a footnote comes or goes */
		if (x->kind == 'p')
			x->note = x->note ? 0 : 1 + upto(r, 40);
		break;
	case 7: /* another kind */
		x->kind = "plt"[upto(r, 3)];
		if (x->kind != 'p')
			x->note = 0;
		break;
	default: { /* a sentence is written anew, comes, or goes; or words in it change */
		unsigned k = upto(r, x->count);

		if (upto(r, 4) == 0 && x->count < 6 && x->kind != 'h') {
			x->sentences[x->count++] = sentence(r);
		} else if (upto(r, 4) == 0 && x->count > 1) {
			free(x->sentences[--x->count]);
		} else {
			struct buf b = { 0 };
			char *s = x->sentences[k];

			for (char *p = s; *p; p++) {
				if (*p == ' ' && upto(r, 5) == 0)
					buf_printf(&b, " %s", words[upto(r, ARRAY_LEN(words))]);
				if (*p == ' ' && upto(r, 7) == 0)
					while (p[1] && p[1] != ' ' && p[1] != '*' && p[1] != '.')
						p++;
				buf_char(&b, *p);
			}
			buf_char(&b, '\0');
			free(s);
			x->sentences[k] = b.p;
		}
	}
	}
}

static void check_parts(const struct comparison *c, unsigned seed)
{
	size_t olds = 0, news = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];
		struct buf was = { 0 }, is = { 0 };

		for (size_t k = 0; k < e->part_count; k++) {
			if (e->parts[k].op != '+')
				buf_add(&was, e->parts[k].text);
			if (e->parts[k].op != '-')
				buf_add(&is, e->parts[k].text);
		}
		olds += e->from != NULL;
		news += e->to != NULL;
		if ((e->from && !span_eq(buf_span(&was), e->from->text)) || (e->to && !span_eq(buf_span(&is), e->to->text)))
			fail_msg("seed %u: parts of entry %zu do not join", seed, i);
		buf_done(&was);
		buf_done(&is);
	}
	/* every clause of both texts stands in exactly one entry */
	if (olds != c->from->count || news != c->to->count)
		fail_msg("seed %u: %zu of %zu old, %zu of %zu new clauses have an entry", seed, olds, c->from->count, news, c->to->count);
}

static void check_reading(const struct doc *marked, enum reading reading, const struct doc *want, unsigned seed)
{
	struct buf a = { 0 }, b = { 0 };

	text_of_blocks(marked->root, reading, &a);
	text_of_blocks(want->root, READING_REJECTED, &b);
	if (!span_eq(buf_span(&a), buf_span(&b)))
		fail_msg("seed %u: %s gives\n%.*s\nnot\n%.*s", seed, reading == READING_ACCEPTED ? "accepting" : "rejecting", SPAN_ARG(buf_span(&a)),
			 SPAN_ARG(buf_span(&b)));
	buf_done(&a);
	buf_done(&b);
}

static void pairs(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= PAIRS; seed++) {
		struct random r = { seed * 7919u };
		struct draft a = { .ids = seed % 2 }, b;
		unsigned n = upto(&r, 12), edits = upto(&r, 8);
		char *old, *new;
		struct statement *x, *y;
		struct comparison *c = NULL, *same = NULL;
		struct diff_options o = { .author = SPAN_LIT("chapeau"), .time = SPAN_LIT("2025-10-01T09:00:00Z") };
		struct fault f = { 0 };

		for (unsigned i = 0; i < n; i++)
			insert_at(&a, a.count, make_item(&r, &a));
		b = (struct draft){ .ids = a.ids, .next_id = a.next_id };
		for (unsigned i = 0; i < a.count; i++)
			insert_at(&b, b.count, copy_item(&a.items[i]));
		for (unsigned i = 0; i < edits; i++)
			mutate(&r, &b);
		old = render(&a, 1);
		new = render(&b, 2);
		x = tiny(old);
		y = tiny(new);
		assert_int_equal(diff_statements(x, y, &o, &c, &f), 0);
		check_parts(c, seed);
		if (diff_mark(c, &o, &f) != 0)
			fail_msg("seed %u: %s\nOLD\n%s\nNEW\n%s", seed, f.message, old, new);
		check_reading(c->marked, READING_ACCEPTED, y->doc, seed);
		check_reading(c->marked, READING_REJECTED, x->doc, seed);
		assert_int_equal(diff_statements(y, y, &o, &same, &f), 0);
		for (size_t i = 0; i < same->count; i++)
			if (same->entries[i].kind != CHANGE_SAME || same->entries[i].moved || same->entries[i].attribute_count)
				fail_msg("seed %u: a text differs from itself", seed);
		comparison_free(same);
		comparison_free(c);
		statement_free(x);
		statement_free(y);
		free(old);
		free(new);
		draft_done(&a);
		draft_done(&b);
		fault_done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
