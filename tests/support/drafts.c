#include "drafts.h"

#include <stdio.h>
#include <stdlib.h>

unsigned upto(struct random *r, unsigned n)
{
	r->s = r->s * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(r->s >> 33) % n;
}

struct seeds seeds_of(unsigned usual)
{
	struct seeds s = { 1, usual };
	const char *said = getenv("SEEDS");

	if (said && sscanf(said, "%u:%u", &s.first, &s.last) != 2)
		s = (struct seeds){ 1, usual };
	return s;
}

static const char *const words[] = {
	"the", "of", "and", "to", "Internet", "governance", "forum", "IPv6", "mandate", "stable", "funding", "we", "call", "on", "Member", "States",
	"exchange", "points", "local", "traffic", "café", "coopération", "don’t", "12", "3.5", "networks", "reach", "places", "markets", "community",
	"capacity", "operators", "train", "mentor", "open", "global", "secure", "互联网治理", "論壇", "الإنترنت", "secretariat", "predictable", "A/RES/70/125",
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

void draft_done_random(struct draft *d)
{
	for (unsigned i = 0; i < d->count; i++)
		item_done(&d->items[i]);
	free(d->items);
}

char *draft_text(const struct draft *d, unsigned edition, bool markdown)
{
	struct buf b = { 0 };

	for (unsigned i = 0; i < d->count; i++) {
		const struct item *x = &d->items[i];

		if (x->id[0])
			buf_printf(&b, markdown ? "<!-- {#%s} -->\n" : "{#%s}\n", x->id);
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
				buf_printf(&b, "%s| %u | %s |%s", k ? "\n" : "", k, s.p, markdown && !k ? "\n|---|---|" : "");
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

void draft_mutate(struct random *r, struct draft *d)
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
				if (*p == ' ' && upto(r, 7) == 0) {
					/* a word goes, the space before it too */
					while (p[1] && p[1] != ' ' && p[1] != '*' && p[1] != '.')
						p++;
					continue;
				}
				buf_char(&b, *p);
			}
			buf_char(&b, '\0');
			free(s);
			x->sentences[k] = b.p;
		}
	}
	}
}

/* Words of a sentence, one or two of them, in another look. */
static char *restyled(struct random *r, const char *s)
{
	static const char *const open[] = { "*", "**", "***", "`", "[" }, *const close[] = { "*", "**", "***", "`", "](https://example.org/n)" };
	struct buf b = { 0 };

	while (*s) {
		size_t n = strcspn(s, " ,.\n"), more = s[n] == ' ' && upto(r, 3) == 0 ? n + 1 + strcspn(s + n + 1, " ,.\n") : n;
		unsigned how = upto(r, 15);

		if (n > 2 && *s == '*' && s[1] != '*' && s[n - 1] == '*' && how < 5)
			buf_put(&b, s + 1, n - 2); /* as the rest */
		else if (n && how < ARRAY_LEN(open) && !memchr(s, '*', more) && !memchr(s, '/', more))
			buf_printf(&b, "%s%.*s%s", open[how], (int)(n = more), s, close[how]);
		else
			buf_put(&b, s, n);
		s += n;
		if (*s)
			buf_char(&b, *s++);
	}
	buf_char(&b, '\0');
	return b.p;
}

void draft_restyle(struct random *r, struct draft *d)
{
	for (unsigned i = 0; i < d->count; i++)
		for (unsigned k = 0; k < d->items[i].count; k++)
			if (upto(r, 3) == 0) {
				char *s = d->items[i].sentences[k];

				d->items[i].sentences[k] = restyled(r, s);
				free(s);
			}
}

void draft_make(struct random *r, struct draft *d, unsigned n, bool ids)
{
	*d = (struct draft){ .ids = ids };
	for (unsigned i = 0; i < n; i++)
		insert_at(d, d->count, make_item(r, d));
}

struct draft draft_copy(const struct draft *d)
{
	struct draft c = { .ids = d->ids, .next_id = d->next_id };

	for (unsigned i = 0; i < d->count; i++)
		insert_at(&c, c.count, copy_item(&d->items[i]));
	return c;
}
